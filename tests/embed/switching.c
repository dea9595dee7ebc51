// only: orochi
// Threads and interpreters: whose lock is held by whom, whom PyGILState_Ensure and pending calls mean.
#include <Python.h>
#include <pthread.h>

int _PyEval_AddPendingCall(PyInterpreterState*, int (*)(void*), void*);

static PyThreadState* states[2];
static pthread_barrier_t both_inside;
static volatile long failed;

#define CHECK(condition) \
    do { \
        if (!(condition)) failed = __LINE__; \
    } while (0)

static long evaluate(const char* text) {
    PyObject* main = PyImport_AddModule("__main__");
    PyObject* value = PyRun_String(text, Py_eval_input, PyModule_GetDict(main), PyModule_GetDict(main));
    if (!value) return PyErr_Print(), -1;
    long number = PyLong_AsLong(value);
    Py_DECREF(value);
    return number;
}

// Each holds the lock of its interpreter while it waits for the other one to hold the other's.
static void* inside(void* argument) {
    long index = (long)argument;
    PyThreadState* mine = PyThreadState_New(states[index]->interp);
    for (int i = 0; i < 50; ++i) {
        PyEval_RestoreThread(mine);
        pthread_barrier_wait(&both_inside);
        CHECK(evaluate("number") == index && PyGILState_Check());
        // The thread's own state is the one that it first had.
        PyGILState_STATE nested = PyGILState_Ensure();
        CHECK(nested == PyGILState_LOCKED && PyThreadState_Get() == mine);
        PyGILState_Release(nested);
        CHECK(PyEval_SaveThread() == mine);
        CHECK(_PyThreadState_UncheckedGet() == NULL && PyGILState_GetThisThreadState() == mine);
        PyGILState_STATE again = PyGILState_Ensure();
        CHECK(again == PyGILState_UNLOCKED && PyThreadState_Get() == mine && evaluate("number") == index);
        PyGILState_Release(again);
    }
    PyEval_AcquireThread(mine);
    PyThreadState_Clear(mine);
    PyThreadState_DeleteCurrent();
    return NULL;
}

// A thread that goes from one interpreter to the other and back, with a state in each.
static void* between(void* nothing) {
    PyThreadState* mine[2] = {PyThreadState_New(states[0]->interp), PyThreadState_New(states[1]->interp)};
    PyEval_AcquireThread(mine[0]);
    for (int i = 0; i < 50; ++i) {
        CHECK(evaluate("number") == 0);
        CHECK(PyThreadState_Swap(mine[1]) == mine[0]);
        CHECK(evaluate("number") == 1);
        CHECK(PyThreadState_Swap(mine[0]) == mine[1]);
    }
    for (int i = 0; i < 2; ++i) {
        PyThreadState_Swap(mine[i]);
        PyThreadState_Clear(mine[i]);
        PyThreadState_Swap(NULL);
        PyThreadState_Delete(mine[i]);
    }
    return NULL;
}

static int note(void* where) {
    *(PyInterpreterState**)where = PyInterpreterState_Get();
    return 0;
}

static PyInterpreterState* seen_from_foreign;
static void* foreign(void* nothing) {
    CHECK(Py_AddPendingCall(note, &seen_from_foreign) == 0);    // no state: the main interpreter is meant
    return NULL;
}

int main(void) {
    Py_Initialize();
    PyThreadState* main_state = PyThreadState_Get();
    for (int i = 0; i < 2; ++i) {
        states[i] = Py_NewInterpreter();
        PyRun_SimpleString(i ? "number = 1" : "number = 0");
    }
    PyThreadState_Swap(NULL);
    pthread_barrier_init(&both_inside, NULL, 2);
    pthread_t threads[3];
    for (long i = 0; i < 2; ++i) pthread_create(&threads[i], NULL, inside, (void*)i);
    pthread_create(&threads[2], NULL, between, NULL);
    for (int i = 0; i < 3; ++i) pthread_join(threads[i], NULL);
    if (failed) return printf("line %ld\n", failed), 1;

    PyInterpreterState* seen[3] = {NULL, NULL, NULL};
    PyEval_RestoreThread(main_state);
    if (_PyEval_AddPendingCall(states[0]->interp, note, &seen[0])) return 2;
    if (_PyEval_AddPendingCall(states[1]->interp, note, &seen[1])) return 3;
    if (Py_AddPendingCall(note, &seen[2])) return 4;
    pthread_create(&threads[0], NULL, foreign, NULL);
    pthread_join(threads[0], NULL);
    if (Py_MakePendingCalls() || seen[0] || seen[1] || seen[2] != main_state->interp) return 5;
    if (seen_from_foreign != main_state->interp || failed) return 6;
    for (int i = 0; i < 2; ++i) {
        PyThreadState_Swap(states[i]);
        PyRun_SimpleString("for i in range(1000): pass");
        if (seen[i] != states[i]->interp) return 7;
    }
    // A queue of 32 for each.
    int accepted[2] = {0, 0};
    for (int i = 0; i < 40; ++i) {
        for (int k = 0; k < 2; ++k) accepted[k] += !_PyEval_AddPendingCall(states[k]->interp, note, &seen[k]);
    }
    if (accepted[0] != accepted[1] || accepted[0] < 31 || accepted[0] > 32) return 8;
    for (int i = 0; i < 2; ++i) {
        PyThreadState_Swap(states[i]);
        Py_EndInterpreter(states[i]);
    }
    PyThreadState_Swap(main_state);
    return Py_FinalizeEx();
}
