// The exported functions that types use as their slots (C API manual, "Type Object Structures").
//
// They are here and not in capi/, because types below it are declared with them: a slot is recognised by the function's
// address, which must be the one that extension modules see.
#include "objects/bytes.hpp"
#include "objects/dict.hpp"
#include "objects/generic_alias.hpp"
#include "objects/instance_dict.hpp"
#include "objects/object.hpp"
#include "objects/type.hpp"

using namespace orochi;

#pragma GCC visibility push(default)
extern "C" {

PyObject* PyObject_GenericGetAttr(PyObject* o, PyObject* name) {
    return to_c(generic_getattr(current_thread(), *o, *name));
}

int PyObject_GenericSetAttr(PyObject* o, PyObject* name, PyObject* value) {
    return to_c(generic_setattr(current_thread(), *o, *name, value));
}

PyObject* PyObject_GenericGetDict(PyObject* o, void*) { return to_c(instance_dict(current_thread(), *o)); }

int PyObject_GenericSetDict(PyObject* o, PyObject* value, void*) {
    ThreadState& ts = current_thread();
    if (!value) {
        (void)raise(ts, PyExc_TypeError, "cannot delete __dict__");
        return -1;
    }
    if (!PyDict_Check(value)) {
        (void)raise(ts, PyExc_TypeError, "__dict__ must be set to a dictionary, not a '%T'", value);
        return -1;
    }
    return to_c(instance_dict_replace(ts, *o, value));
}

PyObject* PyObject_SelfIter(PyObject* o) { return new_reference(*o); }

PyObject* _PyObject_NextNotImplemented(PyObject* o) {
    (void)raise(current_thread(), PyExc_TypeError, "'%T' object is not iterable", o);
    return nullptr;
}

Py_hash_t PyObject_HashNotImplemented(PyObject* o) {
    (void)raise(current_thread(), PyExc_TypeError, "unhashable type: '%T'", o);
    return -1;
}

PyObject* PyVectorcall_Call(PyObject* callable, PyObject* arguments, PyObject* keywords) {
    ThreadState& ts = current_thread();
    // A class derived from one with vectorcall keeps the pointer in its instances, without the flag.
    Py_ssize_t offset = type_of(*callable).tp_vectorcall_offset;
    vectorcallfunc function =
        offset > 0 ? *reinterpret_cast<vectorcallfunc*>(reinterpret_cast<char*>(callable) + offset) : nullptr;
    if (!function) {
        (void)raise(ts, PyExc_TypeError, "'%T' object does not support vectorcall", callable);
        return nullptr;
    }
    return to_c(vectorcall_call(ts, *callable, function, *arguments, keywords));
}

PyObject* Py_GenericAlias(PyObject* origin, PyObject* arguments) {
    return to_c(generic_alias_new(current_thread(), *origin, *arguments));
}

void PyObject_GC_Del(void* object) { free_container(*static_cast<Object*>(object)); }

void PyObject_Free(void* block) { Heap::free(block); }

PyObject* PyType_GenericAlloc(PyTypeObject* type, Py_ssize_t count) {
    return to_c(allocate_instance(current_thread(), *type, count));
}

PyObject* PyType_GenericNew(PyTypeObject* type, PyObject*, PyObject*) { return type->tp_alloc(type, 0); }

int PyType_IsSubtype(PyTypeObject* type, PyTypeObject* base) { return type_is_subtype(*type, *base); }

}  // extern "C"
#pragma GCC visibility pop
