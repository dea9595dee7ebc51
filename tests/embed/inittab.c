// Modules of the program: multi-phase with state, single-phase inside a package, and in a second interpreter.
#include <Python.h>

typedef struct { int count; } State;
static PyObject* next_count(PyObject* module, PyObject* nothing) {
    return PyLong_FromLong(++((State*)PyModule_GetState(module))->count);
}
static PyMethodDef methods[] = {{"next_count", next_count, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
static int execute(PyObject* module) { return PyModule_AddStringConstant(module, "kind", "multi-phase"); }
static void free_module(void* module) { puts("freed"); fflush(stdout); }
static PyModuleDef_Slot slots[] = {{Py_mod_exec, execute}, {0, NULL}};
static struct PyModuleDef multi = {PyModuleDef_HEAD_INIT, "multi", NULL, sizeof(State), methods, slots,
                                   NULL, NULL, free_module};
static PyObject* init_multi(void) { return PyModuleDef_Init(&multi); }

static struct PyModuleDef single = {PyModuleDef_HEAD_INIT, "single", NULL, sizeof(State), methods};
static PyObject* init_single(void) { return PyModule_Create(&single); }

static PyObject* init_failing(void) {
    PyErr_SetString(PyExc_ImportError, "it never works");
    return NULL;
}

static struct _inittab more[] = {{"single", init_single}, {"failing", init_failing}, {NULL, NULL}};

static const char code[] =
    "import multi, single, sys\n"
    "print(multi.kind, multi.next_count(), multi.next_count(), single.next_count(), single.__name__)\n"
    "print([n for n in ('multi', 'single', 'failing') if n in sys.builtin_module_names], multi.__spec__.origin)\n"
    "for name in 'failing', 'absent':\n"
    "    try: __import__(name)\n"
    "    except Exception as e: print(type(e).__name__, e)\n"
    "sys.stdout.flush()\n";

int main(void) {
    PyImport_AppendInittab("multi", init_multi);
    PyImport_ExtendInittab(more);
    Py_Initialize();
    PyRun_SimpleString(code);
    printf("%d\n", PyState_FindModule(&single) != NULL);
    PyThreadState* main_state = PyThreadState_Get();
    PyThreadState* other = Py_NewInterpreter();
    PyRun_SimpleString("import multi; print(multi.next_count(), flush=True)");
    Py_EndInterpreter(other);
    PyThreadState_Swap(main_state);
    PyRun_SimpleString("import multi; print(multi.next_count(), flush=True)");

    PyObject* compiled = Py_CompileString("value = 7\nprint(__name__, __file__, flush=True)", "made.py", Py_file_input);
    PyObject* module = PyImport_ExecCodeModule("made.up", compiled);
    PyObject* value = PyObject_GetAttrString(module, "value");
    printf("%ld %ld %s\n", PyLong_AsLong(value), PyImport_GetMagicNumber() & 0xffff, PyImport_GetMagicTag());
    Py_DECREF(value);
    Py_DECREF(module);
    Py_DECREF(compiled);
    printf("%d\n", Py_FinalizeEx());
    return 0;
}
