// only: orochi
// The time limit of Orochi_NewInterpreter holds for each run that C calls begin, on every thread.
#include <orochi/interpreter.h>
#include <pthread.h>
#include <time.h>

static const char* const kLate = "def late(f, *args):\n"
                                 "    try:\n        f(*args)\n"
                                 "    except KeyboardInterrupt:\n        return\n"
                                 "    assert False, 'not interrupted'\n"
                                 "def forever():\n    while True: pass\n"
                                 "import time, threading\n";

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static void* visit(void* interpreter) {
    PyThreadState* state = PyThreadState_New((PyInterpreterState*)interpreter);
    PyEval_AcquireThread(state);
    int failed = PyRun_SimpleString("late(time.sleep, 60)") || PyRun_SimpleString("late(forever)");
    PyThreadState_Clear(state);
    PyThreadState_DeleteCurrent();
    return failed ? (void*)1 : NULL;
}

int main(void) {
    Py_Initialize();
    PyThreadState *main_state = PyThreadState_Get(), *state;
    OrochiInterpreterConfig config = OROCHI_INTERPRETER_CONFIG_INIT;
    config.time_limit_ns = 300000000;
    if (PyStatus_Exception(Orochi_NewInterpreter(&state, &config))) return 1;
    if (PyRun_SimpleString(kLate)) return 2;
    if (PyRun_SimpleString("late(forever)")) return 3;
    if (PyRun_SimpleString("late(time.sleep, 60)")) return 4;
    if (PyRun_SimpleString("late(threading.Event().wait)")) return 5;
    // Who catches it gets the same time once more.
    if (PyRun_SimpleString("late(forever); late(forever)")) return 6;
    // Each run begins anew, and what C code does by itself does not count.
    double end = seconds() + 1;
    while (seconds() < end) {
        if (PyRun_SimpleString("for i in range(100): pass")) return 7;
    }
    if (PyRun_SimpleString("for i in range(100): pass")) return 8;

    // Two threads that are in it at the same time.
    pthread_t threads[2];
    void* results[2];
    for (int i = 0; i < 2; ++i) pthread_create(&threads[i], NULL, visit, state->interp);
    PyThreadState* saved = PyEval_SaveThread();
    for (int i = 0; i < 2; ++i) pthread_join(threads[i], &results[i]);
    PyEval_RestoreThread(saved);
    if (results[0] || results[1]) return 9;

    // What runs at the end is limited as well.
    if (PyRun_SimpleString("import atexit; atexit.register(late, forever)")) return 10;
    Py_EndInterpreter(state);
    PyThreadState_Swap(main_state);
    if (PyRun_SimpleString("import time; time.sleep(0.5)")) return 11;
    return Py_FinalizeEx();
}
