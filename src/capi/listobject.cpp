// listobject.h.
#include <cstdio>

#include "objects/list.hpp"

using namespace orochi;

namespace {

bool is_list(ThreadState& ts, Object* o) {
    if (o && PyList_Check(o)) return true;
    raise_bad_internal_call(ts);
    return false;
}

}  // namespace

#pragma GCC visibility push(default)
extern "C" {

PyObject* PyList_New(Py_ssize_t size) { return to_c(list_new(current_thread(), size)); }
Py_ssize_t PyList_Size(PyObject* list) { return is_list(current_thread(), list) ? list_size(as<List>(*list)) : -1; }
PyObject* PyList_GetItem(PyObject* list, Py_ssize_t index) {
    ThreadState& ts = current_thread();
    if (!is_list(ts, list)) return nullptr;
    if (size_t(index) >= size_t(list_size(as<List>(*list)))) {
        raise(ts, PyExc_IndexError, "list index out of range");
        return nullptr;
    }
    return &list_item(as<List>(*list), index);
}
int PyList_SetItem(PyObject* list, Py_ssize_t index, PyObject* item) {
    ThreadState& ts = current_thread();
    if (!is_list(ts, list)) {
        decref_optional(item);
        return -1;
    }
    if (size_t(index) >= size_t(list_size(as<List>(*list)))) {
        decref_optional(item);
        raise(ts, PyExc_IndexError, "list assignment index out of range");
        return -1;
    }
    assign(as<List>(*list).ob_item[index], OptRef<Object>::steal(item));
    return 0;
}
int PyList_Insert(PyObject* list, Py_ssize_t index, PyObject* item) {
    ThreadState& ts = current_thread();
    if (!is_list(ts, list)) return -1;
    if (!item) {
        raise_bad_internal_call(ts);
        return -1;
    }
    return to_c(list_insert(ts, as<List>(*list), index, *item));
}
int PyList_Append(PyObject* list, PyObject* item) {
    ThreadState& ts = current_thread();
    if (!item || !PyList_Check(list)) {
        raise_bad_internal_call(ts);
        return -1;
    }
    return to_c(list_append(ts, as<List>(*list), *item));
}
PyObject* PyList_GetSlice(PyObject* list, Py_ssize_t low, Py_ssize_t high) {
    ThreadState& ts = current_thread();
    return is_list(ts, list) ? to_c(list_get_slice(ts, as<List>(*list), low, high)) : nullptr;
}
int PyList_SetSlice(PyObject* list, Py_ssize_t low, Py_ssize_t high, PyObject* items) {
    ThreadState& ts = current_thread();
    return is_list(ts, list) ? to_c(list_set_slice(ts, as<List>(*list), low, high, items)) : -1;
}
int PyList_Sort(PyObject* list) {
    ThreadState& ts = current_thread();
    return is_list(ts, list) ? to_c(list_sort(ts, as<List>(*list))) : -1;
}
int PyList_Reverse(PyObject* list) {
    ThreadState& ts = current_thread();
    return is_list(ts, list) ? to_c(list_reverse(ts, as<List>(*list))) : -1;
}
PyObject* PyList_AsTuple(PyObject* list) {
    ThreadState& ts = current_thread();
    return is_list(ts, list) ? to_c(list_as_tuple(ts, as<List>(*list))) : nullptr;
}
PyObject* _PyList_Extend(PyListObject* list, PyObject* iterable) {
    if (!list_extend(current_thread(), *list, *iterable).ok()) return nullptr;
    return &none();
}
void _PyList_DebugMallocStats(FILE* out) {
    std::fprintf(out, "%d free PyListObjects\n", current_thread().interpreter().free_lists.lists.count);
}

}  // extern "C"
#pragma GCC visibility pop
