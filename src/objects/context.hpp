// Context variables (PEP 567): Context, ContextVar, Token.
//
// A thread's current context is `ts.context` (null until something needs one); its variables are an immutable map, so
// that copying a context is one reference. A variable remembers the value it last had, with the thread and
// `ts.context_ver` for which that is true.
#pragma once

#include "objects/object.hpp"
#include "objects/variable_map.hpp"

namespace orochi {

struct Context {
    PyObject_HEAD
    Context* previous;  // the one that entering this one has replaced
    VariableNode* variables;
    Py_ssize_t count;
    Object* weakrefs;
    bool entered;
};
struct ContextVariable {
    PyObject_HEAD
    Object* name;
    Object* fallback;  // null: none
    Object* cached;    // borrowed
    uint64_t cached_thread;
    uint64_t cached_version;
};
struct ContextToken {
    PyObject_HEAD
    Context* context;
    ContextVariable* variable;
    Object* old_value;  // null: there was none
    bool used;
};

Result<Ref<Context>> context_new(ThreadState& ts);
Result<Ref<Context>> context_copy(ThreadState& ts, Context& context);
Result<Ref<Context>> context_copy_current(ThreadState& ts);
Result<void> context_enter(ThreadState& ts, Context& context);
Result<void> context_exit(ThreadState& ts, Context& context);
Result<Ref<ContextVariable>> context_variable_new(ThreadState& ts, Object& name, Object* fallback);
// The value, else `fallback`, else the variable's own default, else nothing.
Result<OptRef<Object>> context_variable_get(ThreadState& ts, ContextVariable& variable, Object* fallback);
Result<Ref<ContextToken>> context_variable_set(ThreadState& ts, ContextVariable& variable, Object& value);
Result<void> context_variable_reset(ThreadState& ts, ContextVariable& variable, Object& token);
// Puts Token.MISSING in its place; while static types are readied.
Result<void> context_types_ready(ThreadState& ts);

}  // namespace orochi
