// What the files that define exception classes share.
#pragma once

#include "memory/collector.hpp"
#include "objects/exceptions.hpp"
#include "objects/native.hpp"

namespace orochi {

inline BaseException& exception_base(Object& object) { return reinterpret_cast<BaseException&>(object); }

// The slots that depend on which object members a struct adds to BaseException's.
template <class T, Object* T::*... Members>
struct ExceptionSlots {
    static int clear_slot(Object* self) {
        T& e = *reinterpret_cast<T*>(self);
        (clear(e.*Members), ...);
        clear(e.dict);
        clear(e.args);
        clear(e.notes);
        clear(e.traceback);
        clear(e.cause);
        clear(e.context);
        return 0;
    }
    static int traverse(Object* self, visitproc visit, void* arg) {
        T& e = *reinterpret_cast<T*>(self);
        for (Object* member : {e.*Members..., e.dict, e.args, e.notes, e.traceback, e.cause, e.context}) {
            if (member) {
                if (int stop = visit(member, arg)) return stop;
            }
        }
        return 0;
    }
    static void dealloc(Object* self) {
        gc_untrack_if_tracked(*self);
        ThreadState& ts = current_thread();
        if (!trashcan_begin(ts, *self)) return;  // chains of contexts can be long
        clear_slot(self);
        self->ob_type->tp_free(self);
        trashcan_end(ts);
    }
};

// BaseException(*args) and its __init__.
Result<Ref<Object>> exception_new(ThreadState& ts, Type& type, Object& arguments, Object* keywords);
Result<void> exception_init(ThreadState& ts, Object& self, Object& arguments, Object* keywords);
Result<Ref<Object>> exception_str(ThreadState& ts, Object& self);
Result<void> no_keywords(ThreadState& ts, const char* name, Object* keywords);
// Takes `keywords` apart into up to two named values (borrowed), which are all that is allowed.
Result<void> exception_keywords(ThreadState& ts, const char* function, Object* keywords, Object& name1, Object** value1,
                                Object* name2, Object** value2);
// The tuple's items as `count` parameters of which `required` must be there, as PyArg_ParseTuple reports it.
Result<void> check_argument_count(ThreadState& ts, Object& arguments, Py_ssize_t required, Py_ssize_t count);

// The head common to all exception types.
inline constexpr unsigned long kExceptionFlags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC;

#define EXCEPTION_POINTER(NAME) PyObject* PyExc_##NAME = reinterpret_cast<PyObject*>(&_PyExc_##NAME)

// A class of exceptions and the pointer that C code knows it by. Null for what it has from its base.
#define EXCEPTION_TYPE(NAME, BASE, STRUCT, SLOTS, STR, METHODS, MEMBERS, INIT, NEW, DOC) \
    constinit PyTypeObject _PyExc_##NAME = {                                             \
        .ob_base = static_head(&PyType_Type),                                            \
        .tp_name = #NAME,                                                                \
        .tp_basicsize = sizeof(STRUCT),                                                  \
        .tp_dealloc = SLOTS::dealloc,                                                    \
        .tp_str = STR,                                                                   \
        .tp_flags = kExceptionFlags,                                                     \
        .tp_doc = DOC,                                                                   \
        .tp_traverse = SLOTS::traverse,                                                  \
        .tp_clear = SLOTS::clear_slot,                                                   \
        .tp_methods = METHODS,                                                           \
        .tp_members = MEMBERS,                                                           \
        .tp_base = &_PyExc_##BASE,                                                       \
        .tp_dictoffset = offsetof(PyBaseExceptionObject, dict),                          \
        .tp_init = INIT,                                                                 \
        .tp_new = NEW,                                                                   \
    };                                                                                   \
    EXCEPTION_POINTER(NAME)

#define EXCEPTION_MEMBER(NAME, STRUCT, FIELD, FLAGS, DOC) \
    PyMemberDef { NAME, T_OBJECT, offsetof(STRUCT, FIELD), FLAGS, DOC }

}  // namespace orochi
