// Not a program: the extension module of foreign.c. Single-phase, with C globals.
#include <Python.h>
#include <pthread.h>

static int loads;
static PyObject* callback;

static void* call(void* nothing) {
    PyGILState_STATE state = PyGILState_Ensure();
    PyObject* result = PyObject_CallNoArgs(callback);
    if (!result) PyErr_Print();
    Py_XDECREF(result);
    Py_CLEAR(callback);
    PyGILState_Release(state);
    return NULL;
}

static PyObject* call_later(PyObject* self, PyObject* function) {
    callback = Py_NewRef(function);
    pthread_t thread;
    pthread_create(&thread, NULL, call, NULL);
    pthread_detach(thread);
    Py_RETURN_NONE;
}
static PyObject* count(PyObject* self, PyObject* nothing) { return PyLong_FromLong(loads); }

static PyMethodDef methods[] = {
    {"call_later", call_later, METH_O, NULL}, {"count", count, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "foreign_extension", NULL, -1, methods};

PyMODINIT_FUNC PyInit_foreign_extension(void) {
    ++loads;
    return PyModule_Create(&definition);
}
