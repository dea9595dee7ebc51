// What keeps an interpreter open: the object behind each Interpreter object of Python code.
//
// Native, since a finalizer in Python can be interrupted before it has said that there is one object less. It is
// released when it ends, or with the interpreter that it belongs to.
#pragma once

#include "objects/object.hpp"

namespace orochi {

struct SharingPart;

// A new reference to interpreter `id`. InterpreterNotFoundError when there is none. Without any the interpreter closes.
Result<Ref<Object>> interpreter_reference_new(ThreadState& ts, Object& module, long long id);
Result<Ref<Type>> make_interpreter_reference_type(ThreadState& ts, Object& module);

}  // namespace orochi
