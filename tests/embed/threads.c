// Threads that the program made: PyGILState, PyThreadState_New with PyEval_AcquireThread, pending calls.
#include <Python.h>
#include <pthread.h>

static PyInterpreterState* interpreter;
static int total;

static void* ensured(void* argument) {
    for (int i = 0; i < 20; ++i) {
        PyGILState_STATE outer = PyGILState_Ensure();
        PyGILState_STATE inner = PyGILState_Ensure();
        PyRun_SimpleString("counter += 1");
        PyGILState_Release(inner);
        Py_BEGIN_ALLOW_THREADS
        Py_END_ALLOW_THREADS
        if (PyGILState_Check()) ++total;
        PyGILState_Release(outer);
    }
    return NULL;
}

static void* attached(void* argument) {
    PyThreadState* state = PyThreadState_New(interpreter);
    for (int i = 0; i < 20; ++i) {
        PyEval_AcquireThread(state);
        PyRun_SimpleString("import threading; counter += 1; threading.current_thread()");
        PyEval_ReleaseThread(state);
    }
    PyEval_AcquireThread(state);
    PyThreadState_Clear(state);
    PyThreadState_DeleteCurrent();
    return NULL;
}

static int pending(void* argument) {
    ++*(int*)argument;
    return 0;
}
static int failing(void* argument) {
    PyErr_SetString(PyExc_ValueError, "from a pending call");
    return -1;
}

int main(void) {
    Py_Initialize();
    interpreter = PyInterpreterState_Get();
    PyRun_SimpleString("counter = 0");
    PyThreadState* saved = PyEval_SaveThread();
    pthread_t threads[6];
    for (int i = 0; i < 6; ++i) pthread_create(&threads[i], NULL, i % 2 ? ensured : attached, NULL);
    for (int i = 0; i < 6; ++i) pthread_join(threads[i], NULL);
    PyEval_RestoreThread(saved);
    PyRun_SimpleString("print(counter, flush=True)");
    printf("%d %d\n", total, PyGILState_GetThisThreadState() == saved);

    int calls = 0;
    for (int i = 0; i < 3; ++i) Py_AddPendingCall(pending, &calls);
    printf("%d %d\n", Py_MakePendingCalls(), calls);
    Py_AddPendingCall(pending, &calls);
    PyRun_SimpleString("for i in range(1000): pass");
    printf("%d\n", calls);
    Py_AddPendingCall(failing, NULL);
    fflush(stdout);
    printf("%d\n", PyRun_SimpleString("for i in range(1000): pass"));

    // A daemon thread that is still running, and one that sleeps, when Python ends.
    PyRun_SimpleString("import threading, time\n"
                       "def spin():\n"
                       "    while True: pass\n"
                       "threading.Thread(target=spin, daemon=True).start()\n"
                       "threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()\n"
                       "threading.Thread(target=lambda: (time.sleep(.05), print('waited for'))).start()\n");
    printf("%d\n", Py_FinalizeEx());
    return 0;
}
