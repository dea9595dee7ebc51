// Calling a PyMethodDef's function with vectorcall arguments, shared by built-in functions and method descriptors.
#pragma once

#include "objects/object.hpp"

namespace orochi {

inline constexpr int kCallFlags = METH_VARARGS | METH_FASTCALL | METH_NOARGS | METH_O | METH_KEYWORDS | METH_METHOD;

// "list.append()" or "math.sqrt()", for messages (_PyObject_FunctionStr).
Result<Ref<Object>> function_text(ThreadState& ts, Object& function);

// `function` is for messages. `self` is passed to the C function.
[[gnu::cold]] Failure raise_no_keywords(ThreadState& ts, Object& function);
[[gnu::cold]] Failure raise_argument_count(ThreadState& ts, Object& function, Py_ssize_t count, bool takes_one);

// The name "bad flags" error of unknown combinations.
[[gnu::cold]] Failure raise_bad_call_flags(ThreadState& ts, const char* name);

}  // namespace orochi
