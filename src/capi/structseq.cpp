// structseq.h.
#include "objects/struct_sequence.hpp"

using namespace orochi;

#pragma GCC visibility push(default)
extern "C" {

PyTypeObject* PyStructSequence_NewType(PyStructSequence_Desc* description) {
    return reinterpret_cast<Type*>(to_c(struct_sequence_type(current_thread(), *description)));
}
PyTypeObject* _PyStructSequence_NewType(PyStructSequence_Desc* description, unsigned long flags) {
    return reinterpret_cast<Type*>(to_c(struct_sequence_type(current_thread(), *description, flags)));
}
int PyStructSequence_InitType2(PyTypeObject* type, PyStructSequence_Desc* description) {
    return to_c(struct_sequence_init(current_thread(), *type, *description));
}
void PyStructSequence_InitType(PyTypeObject* type, PyStructSequence_Desc* description) {
    (void)PyStructSequence_InitType2(type, description);
}
PyObject* PyStructSequence_New(PyTypeObject* type) { return to_c(struct_sequence_new(current_thread(), *type)); }
void PyStructSequence_SetItem(PyObject* self, Py_ssize_t index, PyObject* value) {
    as<Tuple>(*self).ob_item[index] = value;
}
PyObject* PyStructSequence_GetItem(PyObject* self, Py_ssize_t index) { return as<Tuple>(*self).ob_item[index]; }

}  // extern "C"
#pragma GCC visibility pop
