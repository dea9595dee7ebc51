// The exception classes. Each is a static, immutable type `_PyExc_NAME`, reached through the exported pointer
// `PyExc_NAME`; the table is objects/exceptions.def. ExceptionGroup alone, which has two bases, is a class of
// each interpreter. Raising and handling is in objects/errors.hpp.
#pragma once

#include "objects/object.hpp"

#define PLAIN(NAME, BASE, DOC) extern "C" PyTypeObject _PyExc_##NAME;
#define LIKE PLAIN
#define SPECIAL PLAIN
#include "objects/exceptions.def"
#undef PLAIN
#undef LIKE
#undef SPECIAL

namespace orochi {

using BaseException = PyBaseExceptionObject;

inline bool is_exception_class(const Object& object) { return PyExceptionClass_Check(const_cast<Object*>(&object)); }
inline bool is_exception(const Object& object) {
    return PyType_FastSubclass(&type_of(object), Py_TPFLAGS_BASE_EXC_SUBCLASS);
}

// Enters all classes, and the old names EnvironmentError and IOError, in the dict of builtins.
Result<void> exceptions_add_to(ThreadState& ts, Dict& builtins);
// Creates what raising needs when memory is short, and ExceptionGroup. Once an interpreter.
Result<void> exceptions_start(ThreadState& ts);
void exceptions_stop(ThreadState& ts);
// For raising it: an instance that is kept for that, else a new one beyond the interpreter's limit. Null, with nothing
// pending: the system has no memory left.
OptRef<Object> memory_error_without_arguments(ThreadState& ts);
Object& exception_group_class(ThreadState& ts);

// A new class under a dotted name, "module.Class": with one base or a tuple of them (null: Exception), and in `dict`
// (which gets `__module__`) what it shall contain (null: nothing). SystemError without a dot. PyErr_NewException.
Result<Ref<Object>> exception_class_new(ThreadState& ts, const char* name, Object* base = nullptr,
                                        Object* dict = nullptr);

// Attributes of an instance. Setters take null for None.
Object* exception_traceback(const Object& exception);  // borrowed
Object* exception_context(const Object& exception);
Object* exception_cause(const Object& exception);
Object* exception_args(const Object& exception);
Result<void> exception_set_traceback(ThreadState& ts, Object& exception, Object* traceback);  // checks the type
void exception_set_context(Object& exception, OptRef<Object>&& context);
void exception_set_cause(Object& exception, OptRef<Object>&& cause);  // sets __suppress_context__ too

// A new instance of an exception class: called with nothing, with a tuple of arguments, or with the value.
// An object that is no exception as the result is a TypeError.
Result<Ref<Object>> exception_create(ThreadState& ts, Object& type, Object* value);

// Unicode errors, as codecs make them. Positions are clipped to the object when read.
Result<Ref<Object>> unicode_decode_error_new(ThreadState& ts, const char* encoding, Object& object, Py_ssize_t start,
                                             Py_ssize_t end, const char* reason);
Result<Ref<Object>> unicode_encode_error_new(ThreadState& ts, const char* encoding, Object& object, Py_ssize_t start,
                                             Py_ssize_t end, const char* reason);
Result<Ref<Object>> unicode_translate_error_new(ThreadState& ts, Object& object, Py_ssize_t start, Py_ssize_t end,
                                                const char* reason);

// ExceptionGroup.split() and friends for `except*`: the part that matches `matcher` (a class, a tuple of
// classes or a function), and the rest; either may be empty.
struct GroupParts {
    OptRef<Object> match, rest;
};
Result<GroupParts> exception_group_split(ThreadState& ts, Object& exception, Object& matcher);
// group.derive(exceptions), with the traceback, context, cause and notes of `group` carried over.
Result<Ref<Object>> exception_group_derive(ThreadState& ts, Object& group, Object& exceptions);

}  // namespace orochi
