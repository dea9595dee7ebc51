// only: orochi
// fork() while other interpreters run in other threads: the child has all of them, whole, and ends in order.
#include <Python.h>
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile int stop;

static const char busy[] =
    "import threading\n"
    "counter = 0\n"
    "def step():\n"
    "    global counter\n"
    "    for i in range(1000): counter += len(str([i] * 10))\n";

// An interpreter that never rests, with allocations.
static void* spin(void* state) {
    PyEval_AcquireThread(state);
    if (PyRun_SimpleString(busy)) exit(30);
    while (!stop) {
        if (PyRun_SimpleString("step()")) exit(31);
    }
    Py_EndInterpreter(state);
    return NULL;
}

static int wait_for(pid_t child) {
    int status;
    if (waitpid(child, &status, 0) != child) return -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static const char fork_here[] =
    "import os, sys, threading, signal\n"
    "signal.alarm(60)\n"
    "if 'ran' not in globals(): os.register_at_fork(before=lambda: ran.append('before'), after_in_child=lambda: ran.append('child'),\n"
    "                    after_in_parent=lambda: ran.append('parent'))\n"
    "ran = []\n"
    "event = threading.Event()\n"
    "waiting = threading.Thread(target=event.wait); waiting.start()\n"
    "child = os.fork()\n"
    "if not child:\n"
    "    assert ran == ['before', 'child'], ran\n"
    "    assert threading.active_count() == 1, threading.enumerate()\n"
    "    t = threading.Thread(target=list); t.start(); t.join()\n"
    "    import calendar\n"
    "else:\n"
    "    assert ran == ['before', 'parent'], ran\n"
    "    event.set(); waiting.join()\n"
    "    assert os.waitpid(child, 0)[1] == 0\n";

int main(void) {
    Py_Initialize();
    PyThreadState* main_state = PyThreadState_Get();
    pthread_t threads[2];
    PyThreadState* states[2];
    for (int i = 0; i < 2; ++i) {
        states[i] = Py_NewInterpreter();
        PyEval_SaveThread();
        pthread_create(&threads[i], NULL, spin, states[i]);
        PyThreadState_Swap(main_state);
    }
    pid_t parent = getpid();
    for (int i = 0; i < 5; ++i) {
        if (PyRun_SimpleString(fork_here)) return 1;
        if (getpid() != parent) {
            // The child: its other interpreters are whole, and here they have no thread.
            PyThreadState* state = PyThreadState_New(states[1]->interp);
            PyThreadState_Swap(state);
            if (PyRun_SimpleString("step(); import decimal")) return 2;
            PyThreadState_Swap(main_state);
            return Py_FinalizeEx();
        }
    }
    // From another interpreter than the main one.
    PyThreadState* other = Py_NewInterpreter();
    if (PyRun_SimpleString(fork_here)) return 3;
    Py_EndInterpreter(other);
    PyThreadState_Swap(main_state);
    if (PyRun_SimpleString("import sys; sys.after = 1")) return 4;
    if (getpid() != parent) return Py_FinalizeEx();

    // Through the C interface.
    PyOS_BeforeFork();
    pid_t child = fork();
    if (child == 0) {
        PyOS_AfterFork_Child();
        return PyRun_SimpleString("import fractions") || Py_FinalizeEx();
    }
    PyOS_AfterFork_Parent();
    if (wait_for(child)) return 5;
    stop = 1;
    Py_BEGIN_ALLOW_THREADS
    for (int i = 0; i < 2; ++i) pthread_join(threads[i], NULL);
    Py_END_ALLOW_THREADS
    return Py_FinalizeEx();
}
