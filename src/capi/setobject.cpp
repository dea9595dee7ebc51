// setobject.h.
#include "objects/set.hpp"

using namespace orochi;

namespace {

bool is_any_set(Object* o) {
    if (PyAnySet_Check(o)) return true;
    raise_bad_internal_call(current_thread());
    return false;
}
bool is_set(Object* o) {
    if (PySet_Check(o)) return true;
    raise_bad_internal_call(current_thread());
    return false;
}

}  // namespace

#pragma GCC visibility push(default)
extern "C" {

PyObject* PySet_New(PyObject* iterable) { return to_c(set_new(current_thread(), iterable)); }
PyObject* PyFrozenSet_New(PyObject* iterable) { return to_c(frozenset_new(current_thread(), iterable)); }
Py_ssize_t PySet_Size(PyObject* set) { return is_any_set(set) ? set_size(as<Set>(*set)) : -1; }
int PySet_Clear(PyObject* set) {
    if (!is_set(set)) return -1;
    set_clear(as<Set>(*set));
    return 0;
}
int PySet_Contains(PyObject* set, PyObject* key) {
    return is_any_set(set) ? to_c(set_contains(current_thread(), as<Set>(*set), *key)) : -1;
}
int PySet_Discard(PyObject* set, PyObject* key) {
    return is_set(set) ? to_c(set_discard(current_thread(), as<Set>(*set), *key)) : -1;
}
int PySet_Add(PyObject* set, PyObject* key) {
    ThreadState& ts = current_thread();
    // A frozenset may be filled while nobody else has seen it.
    if (!PySet_Check(set) && !(PyFrozenSet_Check(set) && set->ob_refcnt == 1)) {
        raise_bad_internal_call(ts);
        return -1;
    }
    return to_c(set_add(ts, as<Set>(*set), *key));
}
PyObject* PySet_Pop(PyObject* set) {
    ThreadState& ts = current_thread();
    if (!is_set(set)) return nullptr;
    OptRef<Object> key = TRY_OR(nullptr, set_pop(ts, as<Set>(*set)));
    if (!key) raise(ts, PyExc_KeyError, "pop from an empty set");
    return key.release();
}
int _PySet_NextEntry(PyObject* set, Py_ssize_t* position, PyObject** key, Py_hash_t* hash) {
    if (!is_any_set(set)) return -1;
    return set_next(as<Set>(*set), *position, key, hash);
}
int _PySet_Update(PyObject* set, PyObject* iterable) {
    return is_set(set) ? to_c(set_update(current_thread(), as<Set>(*set), *iterable)) : -1;
}

}  // extern "C"
#pragma GCC visibility pop
