// Audit hooks, the open-code hook, Py_AtExit, and atexit in their order around initialisation.
#include <Python.h>
#include <string.h>

static int audited;
static int audit(const char* event, PyObject* args, void* data) {
    if (strcmp(event, "test.event") == 0) {
        ++audited;
        printf("%s %s %zd\n", (const char*)data, event, PyTuple_Size(args));
        fflush(stdout);
    }
    if (strcmp(event, "test.refused") == 0) {
        PyErr_SetString(PyExc_PermissionError, "refused");
        return -1;
    }
    if (strncmp(event, "cpython._PySys_Clear", 20) == 0) {
        puts(event);
        fflush(stdout);
    }
    return 0;
}

static PyObject* open_code(PyObject* path, void* data) {
    ++*(int*)data;
    PyObject* io = PyImport_ImportModule("_io");
    PyObject* file = PyObject_CallMethod(io, "open", "Os", path, "rb");
    Py_DECREF(io);
    return file;
}

static void at_exit(void) { printf("exit function, Python %s\n", Py_IsInitialized() ? "runs" : "is gone"); }
static void at_exit_first(void) { puts("registered last, runs first"); }

int main(void) {
    int opened = 0;
    printf("%d\n", PySys_AddAuditHook(audit, "early"));
    printf("%d\n", PyFile_SetOpenCodeHook(open_code, &opened));
    Py_Initialize();
    printf("%d\n", PyFile_SetOpenCodeHook(open_code, &opened));
    PyErr_Clear();
    PyRun_SimpleString("import sys, atexit\nsys.audit('test.event', 1, 2)\natexit.register(print, 'atexit')");
    printf("%d\n", PySys_Audit("test.event", "s", "x"));
    printf("%d\n", PySys_Audit("test.refused", NULL));
    PyErr_Clear();
    PyRun_SimpleString("import colorsys");
    printf("%d %d\n", opened > 0, audited);
    printf("%d %d\n", Py_AtExit(at_exit), Py_AtExit(at_exit_first));
    fflush(stdout);
    printf("%d\n", Py_FinalizeEx());
    // The hooks are gone: this runs without them.
    opened = audited = 0;
    Py_Initialize();
    PyRun_SimpleString("import sys; sys.audit('test.event')");
    printf("%d\n", audited);
    Py_Finalize();
    return 0;
}
