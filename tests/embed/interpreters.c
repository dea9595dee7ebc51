// Py_NewInterpreter: separate modules and state, thread states, the lists, and ends in any order.
#include <Python.h>

static void run(const char* code) {
    if (PyRun_SimpleString(code)) puts("failed");
    fflush(stdout);
}

int main(void) {
    Py_Initialize();
    PyThreadState* main_state = PyThreadState_Get();
    PyInterpreterState* main_interpreter = PyInterpreterState_Get();
    printf("%d %d %d\n", main_interpreter == PyInterpreterState_Main(), (int)PyInterpreterState_GetID(main_interpreter),
           PyGILState_Check());
    run("import sys; sys.mark = 'main'; x = 1");

    PyThreadState* first = Py_NewInterpreter();
    printf("%d %d\n", PyThreadState_Get() == first, (int)PyInterpreterState_GetID(first->interp));
    run("import sys; print(hasattr(sys, 'mark'), 'x' in globals(), __name__); sys.mark = 'first'");
    run("import atexit; atexit.register(print, 'first ends')");
    PyObject* dict = PyInterpreterState_GetDict(first->interp);
    PyDict_SetItemString(dict, "key", Py_None);

    PyThreadState* second = Py_NewInterpreter();
    run("import sys; print(hasattr(sys, 'mark')); sys.mark = 'second'");
    run("import threading; t = threading.Thread(target=print, args=('thread',)); t.start(); t.join()");

    PyThreadState* previous = PyThreadState_Swap(first);
    printf("%d\n", previous == second);
    run("import sys; print(sys.mark)");
    printf("%d\n", (int)PyDict_Size(PyInterpreterState_GetDict(first->interp)));
    int count = 0;
    for (PyInterpreterState* i = PyInterpreterState_Head(); i; i = PyInterpreterState_Next(i)) ++count;
    printf("%d interpreters, %d\n", count, PyInterpreterState_ThreadHead(first->interp) == first);

    PyThreadState* extra = PyThreadState_New(first->interp);
    PyThreadState_Swap(extra);
    run("import sys; print('extra', sys.mark)");
    PyThreadState_Swap(first);
    PyThreadState_Clear(extra);
    PyThreadState_Delete(extra);
    Py_EndInterpreter(first);
    printf("%d\n", _PyThreadState_UncheckedGet() == NULL);

    PyThreadState_Swap(main_state);
    run("import sys; print(sys.mark, x)");
    PyThreadState_Swap(second);
    run("import sys; print(sys.mark)\nclass C:\n    def __del__(self): print('deleted')\nc = C()");
    Py_EndInterpreter(second);
    PyThreadState_Swap(main_state);

    for (int i = 0; i < 20; ++i) {
        PyThreadState* one = Py_NewInterpreter();
        run("import re, json; json.dumps(1); re.compile('a+')");
        Py_EndInterpreter(one);
        PyThreadState_Swap(main_state);
    }
    PyThreadState* saved = PyEval_SaveThread();
    printf("%d\n", _PyThreadState_UncheckedGet() == NULL);
    PyEval_RestoreThread(saved);
    run("print('main is whole')");
    printf("%d\n", Py_FinalizeEx());
    return 0;
}
