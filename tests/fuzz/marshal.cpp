// Marshal data loaded into a running interpreter. What loads is shown, hashed, walked and written again. The
// instructions of a code object are not run: CPython does not promise to survive damaged ones, and neither
// does Orochi.
#include <Python.h>
#include <marshal.h>

#include <initializer_list>

#include "target.hpp"

namespace {

void start() {
    PyConfig config;
    PyConfig_InitIsolatedConfig(&config);
    config.site_import = 0;
    PyStatus status = Py_InitializeFromConfig(&config);
    PyConfig_Clear(&config);
    if (PyStatus_Exception(status)) Py_ExitStatusException(status);
}

// Drops a result that may have failed.
void drop(PyObject* result) {
    if (!result) PyErr_Clear();
    Py_XDECREF(result);
}

void walk_code(PyObject* code) {
    for (const char* table : {"co_lines", "co_positions"}) {
        PyObject* rows = PyObject_CallMethod(code, table, nullptr);
        drop(rows ? PySequence_List(rows) : nullptr);
        Py_XDECREF(rows);
    }
    for (const char* field : {"co_code", "co_varnames", "co_cellvars", "co_freevars", "co_lnotab"})
        drop(PyObject_GetAttrString(code, field));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    if (!Py_IsInitialized()) start();
    PyObject* value =
        PyMarshal_ReadObjectFromString(reinterpret_cast<const char*>(data), static_cast<Py_ssize_t>(size));
    if (!value) {
        PyErr_Clear();
        return 0;
    }
    drop(PyObject_Repr(value));
    if (PyObject_Hash(value) == -1) PyErr_Clear();
    if (PyCode_Check(value)) walk_code(value);
    drop(PyMarshal_WriteObjectToString(value, Py_MARSHAL_VERSION));
    Py_DECREF(value);
    return 0;
}
