// The very high level layer, values in and out, an exception, and a module of the program's own.
#include <Python.h>

static PyObject* twice(PyObject* self, PyObject* value) { return PyNumber_Add(value, value); }

static PyMethodDef methods[] = {{"twice", twice, METH_O, "Twice the value."}, {NULL, NULL, 0, NULL}};
static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "host", "The program.", -1, methods};

static PyObject* init_host(void) {
    PyObject* module = PyModule_Create(&definition);
    if (module) PyModule_AddIntConstant(module, "ANSWER", 42);
    return module;
}

int main(void) {
    if (PyImport_AppendInittab("host", init_host) < 0) return 2;
    Py_SetProgramName(L"basics");
    Py_Initialize();
    PyRun_SimpleString("import host, sys\n"
                       "print(host.twice(21), host.ANSWER, host.__doc__, host.__spec__.origin)\n"
                       "print('host' in sys.builtin_module_names, sys.argv, sys.flags.hash_randomization)\n"
                       "print(sys.prefix, sys.path[-1], sys.executable)");

    PyObject* main_module = PyImport_AddModule("__main__");
    PyObject* globals = PyModule_GetDict(main_module);
    PyObject* result = PyRun_String("[x * x for x in range(5)]", Py_eval_input, globals, globals);
    PyObject* text = PyObject_Repr(result);
    printf("%s %zd\n", PyUnicode_AsUTF8(text), PyList_Size(result));
    Py_DECREF(text);
    Py_DECREF(result);

    if (!PyRun_String("1 / 0", Py_eval_input, globals, globals)) {
        printf("%d\n", PyErr_ExceptionMatches(PyExc_ZeroDivisionError));
        fflush(stdout);
        PyErr_Print();
    }
    printf("%d\n", PyRun_SimpleString("raise ValueError('from the program')"));
    printf("%d %ls\n", Py_IsInitialized(), Py_GetProgramName());
    int status = Py_FinalizeEx();
    printf("%d %d\n", status, Py_IsInitialized());
    return 0;
}
