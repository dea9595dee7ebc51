// iterobject.h.
#include "objects/iterators.hpp"

using namespace orochi;

#pragma GCC visibility push(default)
extern "C" {

PyObject* PySeqIter_New(PyObject* sequence) { return to_c(sequence_iterator_new(current_thread(), *sequence)); }
PyObject* PyCallIter_New(PyObject* callable, PyObject* sentinel) {
    return to_c(callable_iterator_new(current_thread(), *callable, *sentinel));
}

}  // extern "C"
#pragma GCC visibility pop
