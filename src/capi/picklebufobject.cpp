// picklebufobject.h
#include "objects/bytes.hpp"
#include "objects/pickle_buffer.hpp"

using namespace orochi;

namespace {
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
    return TRY_OR(nullptr, pickle_buffer_view(current_thread(), *o));
}
int PyPickleBuffer_Release(PyObject* o) {
    if (!check(o)) return -1;
    release_buffer(as<PickleBuffer>(o)->view);
    return 0;
}

}  // extern "C"
#pragma GCC visibility pop
