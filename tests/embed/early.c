// Before and after Python: memory that outlasts it on both sides, Py_AtExit and its limit, the order of atexit.
#include <Python.h>
#include <string.h>

static int order;
static void at_exit_first(void) { printf("first registered, called as number %d\n", ++order); }
static void at_exit_last(void) { printf("last registered, called as number %d\n", ++order); }
static void nothing(void) {}

int main(void) {
    char* early[100];
    for (int i = 0; i < 100; ++i) {
        early[i] = i % 2 ? PyMem_Malloc(10 + i * 100) : PyMem_Calloc(1, 10 + i * 100);
        strcpy(early[i], "early");
    }
    char* object = PyObject_Malloc(20);
    char* empty = PyMem_Malloc(0);
    char* raw = PyMem_RawMalloc(20);
    char* impossible = PyMem_Malloc((size_t)PY_SSIZE_T_MAX + 1);
    printf("%d %d %d %d\n", object != NULL, empty != NULL, raw != NULL, impossible == NULL);
    PyMem_Free(early[0]);
    early[0] = PyMem_Realloc(NULL, 10);
    strcpy(early[0], "early");

    for (int round = 0; round < 3; ++round) {
        Py_Initialize();
        for (int i = round; i < 90; i += 3) early[i] = PyMem_Realloc(early[i], 10 + (i * 7919) % 9000);
        PyRun_SimpleString("import atexit, sys\n"
                           "for i in range(3): atexit.register(print, 'atexit', i)\n"
                           "sys.stdout.flush()");
        fflush(stdout);
        printf("%d", Py_AtExit(at_exit_first));
        for (int i = 0; i < 30; ++i) printf("%d", Py_AtExit(nothing));
        printf("%d", Py_AtExit(at_exit_last));
        printf(" and then %d\n", Py_AtExit(nothing));
        fflush(stdout);
        printf("%d\n", Py_FinalizeEx());
    }
    int whole = 0;
    for (int i = 0; i < 100; ++i) {
        whole += !strcmp(early[i], "early");
        PyMem_Free(early[i]);
    }
    PyObject_Free(object);
    PyMem_Free(empty);
    PyMem_RawFree(raw);
    char* late = PyMem_Malloc(100);
    PyMem_Free(late);
    printf("%d whole\n", whole);
    return 0;
}
