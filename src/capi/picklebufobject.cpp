// picklebufobject.h
#include "objects/object.hpp"

using namespace orochi;

namespace {
// The view is the first thing in the object, as PyPickleBuffer_GetBuffer promises a pointer to it.
struct Head {
    PyObject ob_base;
    Py_buffer view;
};
bool check(Object* o) {
    if (PyPickleBuffer_Check(o)) return true;
    (void)raise(current_thread(), PyExc_TypeError, "expected PickleBuffer, %.200s found", type_of(*o).tp_name);
    return false;
}
}  // namespace

#pragma GCC visibility push(default)
extern "C" {

PyObject* PyPickleBuffer_FromObject(PyObject* o) {
    return to_c(call(current_thread(), reinterpret_cast<Object&>(PyPickleBuffer_Type), *o));
}
const Py_buffer* PyPickleBuffer_GetBuffer(PyObject* o) {
    if (!check(o)) return nullptr;
    Py_buffer& view = reinterpret_cast<Head*>(o)->view;
    if (view.obj) return &view;
    (void)raise(current_thread(), PyExc_ValueError, "operation forbidden on released PickleBuffer object");
    return nullptr;
}
int PyPickleBuffer_Release(PyObject* o) {
    if (!check(o)) return -1;
    PyBuffer_Release(&reinterpret_cast<Head*>(o)->view);
    return 0;
}

}  // extern "C"
#pragma GCC visibility pop
