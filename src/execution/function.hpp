// Python functions: types.FunctionType, and binding the arguments of a call to parameters.
#pragma once

#include "execution/frame.hpp"
#include "objects/object.hpp"

namespace orochi {

// A function over `globals`; builtins are found there, or those of the interpreter.
Result<Ref<Function>> function_new(ThreadState& ts, Code& code, Object& globals, Object* qualified_name = nullptr);

// Version for inline caches; 0 when none are left. Changes when code, defaults or keyword defaults do.
uint32_t function_version(ThreadState& ts, Function& function);

// Sorts a call's arguments into `locals` (co_nlocalsplus slots; the rest of them are set to null). The references in
// `arguments` are taken over, also on failure; then the slots hold nothing. `keyword_names`: null or a tuple.
Result<void> bind_parameters(ThreadState& ts, Function& function, Object** locals, Object* const* arguments,
                             Py_ssize_t count, Object* keyword_names);

// A new frame for the call on the data stack. Takes over the arguments, as above, and a reference to the function
// and to `locals` (may be null) from the caller.
InterpreterFrame* push_call_frame(ThreadState& ts, Function& function, Object* locals, Object* const* arguments,
                                  Py_ssize_t count, Object* keyword_names);

// The vectorcall of functions. Arguments are borrowed.
Object* function_vectorcall(Object* callable, Object* const* arguments, size_t nargsf, Object* keyword_names);

// The __builtins__ that code with these globals runs with; new reference.
Result<Ref<Object>> builtins_of_globals(ThreadState& ts, Object& globals);

// The frame of a function whose parameters are just these arguments, whose references move, as does one to the function
// that the caller has or makes. Null: MemoryError is pending, and nothing has moved.
inline InterpreterFrame* push_simple_frame(ThreadState& ts, Function& function, Object* const* arguments, int count) {
    Code& code = *as<Code>(function.func_code);
    InterpreterFrame* callee = data_stack_push(ts, frame_slots(code));
    if (!callee) [[unlikely]]
        return nullptr;
    for (int i = 0; i < count; ++i) callee->localsplus[i] = arguments[i];
    frame_initialize(*callee, function, nullptr, code, count);
    return callee;
}

}  // namespace orochi
