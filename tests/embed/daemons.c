// only: orochi
// Threads that outlive their interpreter: daemons of an interpreter that is closed, a foreign thread that is inside a
// blocking call then, and one that comes back later. None of them crashes or holds up anything.
#include <Python.h>
#include <pthread.h>
#include <unistd.h>

static PyInterpreterState* interpreter;
static volatile int entered, leave;

static void* outlive(void* nothing) {
    PyThreadState* state = PyThreadState_New(interpreter);
    PyEval_AcquireThread(state);
    PyRun_SimpleString("import sys");
    Py_BEGIN_ALLOW_THREADS
    entered = 1;
    while (!leave) usleep(1000);
    Py_END_ALLOW_THREADS  // never comes back
    exit(40);
}

int main(void) {
    Py_Initialize();
    PyThreadState* main_state = PyThreadState_Get();
    for (int i = 0; i < 3; ++i) {
        entered = leave = 0;
        PyThreadState* state = Py_NewInterpreter();
        interpreter = state->interp;
        if (PyRun_SimpleString("import threading, time\n"
                               "lock = threading.Lock(); lock.acquire()\n"
                               "def spin():\n"
                               "    while True: pass\n"
                               "for target, args in (spin, ()), (time.sleep, (1000,)), (lock.acquire, ()):\n"
                               "    threading.Thread(target=target, args=args, daemon=True).start()\n")) return 1;
        pthread_t thread;
        Py_BEGIN_ALLOW_THREADS
        pthread_create(&thread, NULL, outlive, NULL);
        while (!entered) usleep(1000);
        Py_END_ALLOW_THREADS
        Py_EndInterpreter(state);
        leave = 1;
        PyThreadState_Swap(main_state);
        if (PyRun_SimpleString("import time; time.sleep(.05)")) return 2;
    }
    // A thread whose state another thread has deleted begins anew.
    PyThreadState* other = PyThreadState_New(main_state->interp);
    PyThreadState_Swap(other);
    PyThreadState_Swap(main_state);
    PyThreadState_Clear(other);
    PyThreadState_Delete(other);
    if (PyGILState_GetThisThreadState() != main_state) return 3;
    if (PyRun_SimpleString("import threading, time\n"
                           "threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()")) return 4;
    return Py_FinalizeEx();
}
