// tupleobject.h.
#include <cstdarg>
#include <cstdio>

#include "objects/tuple.hpp"

using namespace orochi;

#pragma GCC visibility push(default)
extern "C" {

PyObject* PyTuple_New(Py_ssize_t size) {
    ThreadState& ts = current_thread();
    if (size < 0) {
        raise_bad_internal_call(ts);
        return nullptr;
    }
    return to_c(tuple_new(ts, size));
}
Py_ssize_t PyTuple_Size(PyObject* tuple) {
    if (PyTuple_Check(tuple)) return tuple_size(as<Tuple>(*tuple));
    raise_bad_internal_call(current_thread());
    return -1;
}
PyObject* PyTuple_GetItem(PyObject* tuple, Py_ssize_t index) {
    ThreadState& ts = current_thread();
    if (!PyTuple_Check(tuple)) {
        raise_bad_internal_call(ts);
        return nullptr;
    }
    if (size_t(index) >= size_t(tuple_size(as<Tuple>(*tuple)))) {
        raise(ts, PyExc_IndexError, "tuple index out of range");
        return nullptr;
    }
    return as<Tuple>(*tuple).ob_item[index];
}
int PyTuple_SetItem(PyObject* tuple, Py_ssize_t index, PyObject* item) {
    ThreadState& ts = current_thread();
    if (!PyTuple_Check(tuple) || tuple->ob_refcnt != 1) {
        decref_optional(item);
        raise_bad_internal_call(ts);
        return -1;
    }
    if (size_t(index) >= size_t(tuple_size(as<Tuple>(*tuple)))) {
        decref_optional(item);
        raise(ts, PyExc_IndexError, "tuple assignment index out of range");
        return -1;
    }
    assign(as<Tuple>(*tuple).ob_item[index], OptRef<Object>::steal(item));
    return 0;
}
PyObject* PyTuple_GetSlice(PyObject* tuple, Py_ssize_t low, Py_ssize_t high) {
    ThreadState& ts = current_thread();
    if (!tuple || !PyTuple_Check(tuple)) {
        raise_bad_internal_call(ts);
        return nullptr;
    }
    return to_c(tuple_slice(ts, as<Tuple>(*tuple), low, high));
}
PyObject* PyTuple_Pack(Py_ssize_t count, ...) {
    Ref<Tuple> tuple = TRY_OR(nullptr, tuple_new(current_thread(), count));
    va_list arguments;
    va_start(arguments, count);
    for (Py_ssize_t i = 0; i < count; ++i) tuple->ob_item[i] = new_reference(*va_arg(arguments, PyObject*));
    va_end(arguments);
    return obj(std::move(tuple).release());
}
int _PyTuple_Resize(PyObject** place, Py_ssize_t size) {
    ThreadState& ts = current_thread();
    Object* tuple = *place;
    if (!tuple || &type_of(*tuple) != &PyTuple_Type || (tuple_size(as<Tuple>(*tuple)) != 0 && tuple->ob_refcnt != 1) ||
        size < 0) {
        *place = nullptr;
        decref_optional(tuple);
        raise_bad_internal_call(ts);
        return -1;
    }
    *place = nullptr;
    *place = to_c(tuple_resize(ts, Ref<Tuple>::steal(as<Tuple>(*tuple)), size));
    return *place ? 0 : -1;
}
void _PyTuple_MaybeUntrack(PyObject* tuple) { tuple_maybe_untrack(*tuple); }
void _PyTuple_DebugMallocStats(FILE* out) {
    FreeLists& lists = current_thread().interpreter().free_lists;
    for (int i = 1; i < FreeLists::kTupleSizes; ++i)
        std::fprintf(out, "%d free %d-sized PyTupleObjects\n", lists.tuples[i].count, i);
}

}  // extern "C"
#pragma GCC visibility pop
