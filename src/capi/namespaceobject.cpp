// pycore_namespace.h.
#include "objects/namespace.hpp"

using namespace orochi;

#pragma GCC visibility push(default)
extern "C" {

PyObject* _PyNamespace_New(PyObject* dict) { return to_c(namespace_new(current_thread(), dict)); }

}  // extern "C"
#pragma GCC visibility pop
