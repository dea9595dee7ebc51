// odictobject.h.
#include "objects/odict.hpp"

using namespace orochi;

#pragma GCC visibility push(default)
extern "C" {

PyObject* PyODict_New() { return to_c(odict_new(current_thread())); }
int PyODict_SetItem(PyObject* dict, PyObject* key, PyObject* value) { return PyDict_SetItem(dict, key, value); }
int PyODict_DelItem(PyObject* dict, PyObject* key) { return PyDict_DelItem(dict, key); }

}  // extern "C"
#pragma GCC visibility pop
