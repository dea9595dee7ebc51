// The parts of instructions that are too long for the evaluation loop.
#pragma once

#include "execution/frame.hpp"
#include "objects/object.hpp"

namespace orochi {

// Names.
[[gnu::cold]] Failure raise_name_error(ThreadState& ts, Object& name);              // NameError
[[gnu::cold]] Failure raise_unbound(ThreadState& ts, const Code& code, int index);  // UnboundLocalError / NameError
[[gnu::cold]] Failure raise_unbound_deleted(ThreadState& ts, const Code& code, int index);
Result<Ref<Object>> load_name(ThreadState& ts, InterpreterFrame& frame, Object& name);
Result<Ref<Object>> load_global(ThreadState& ts, InterpreterFrame& frame, Object& name);
Result<Ref<Object>> load_class_deref(ThreadState& ts, InterpreterFrame& frame, int index);

// Unpacking. The items are stored downwards from `top` (top[-1] is the first), as the stack needs them.
Result<void> unpack_iterable(ThreadState& ts, Object& value, int before, int after, Object** top);

// Imports.
Result<Ref<Object>> import_name(ThreadState& ts, InterpreterFrame& frame, Object& name, Object& fromlist,
                                Object& level);
Result<Ref<Object>> import_from(ThreadState& ts, Object& module, Object& name);
Result<void> import_star(ThreadState& ts, InterpreterFrame& frame, Object& module);

// Exceptions.
// raise / raise X / raise X from Y. True: the current exception was re-raised as it was.
Result<bool> do_raise(ThreadState& ts, Object* exception, Object* cause);
Result<bool> check_exception_match(ThreadState& ts, Object& exception, Object& classes);
// except*: (matched, rest); either may be None.
struct GroupMatch {
    Ref<Object> matched, rest;
};
Result<GroupMatch> match_exception_group(ThreadState& ts, Object& exception, Object& classes);
// What an except* statement raises at its end: None or an exception.
Result<Ref<Object>> prepare_reraise_star(ThreadState& ts, Object& original, List& raised);

// Matching.
Result<Ref<Object>> match_keys(ThreadState& ts, Object& subject, Tuple& keys);  // None: no match
Result<Ref<Object>> match_class(ThreadState& ts, Object& subject, Object& type, Py_ssize_t positional, Tuple& names);

// Calls with * and **.
Result<void> merge_call_keywords(ThreadState& ts, Object& function, Dict& keywords, Object& mapping);
[[gnu::cold]] Failure raise_not_iterable_argument(ThreadState& ts, Object& function, Object& arguments);

// Display of the interactive prompt.
Result<void> print_expression(ThreadState& ts, Object& value);

// Awaiting.
Result<Ref<Object>> get_awaitable(ThreadState& ts, Object& value, int context);
Result<Ref<Object>> get_anext(ThreadState& ts, Object& asynchronous_iterator);
Result<Ref<Object>> get_yield_from_iter(ThreadState& ts, Ref<Object>&& value, const Code& code);

// Class bodies.
Result<void> setup_annotations(ThreadState& ts, InterpreterFrame& frame);

// Context managers: pushes __exit__ and returns what __enter__ gave.
struct Entered {
    Ref<Object> exit, value;
};
Result<Entered> enter_context(ThreadState& ts, Object& manager, bool asynchronous);

}  // namespace orochi
