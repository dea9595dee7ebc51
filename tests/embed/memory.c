// only: orochi
// Everything is given back: allocations of the process (malloc) and mapped memory stand still over many rounds of
// initialising and finalising, and of creating and closing interpreters, whatever the code in them left behind.
#include <Python.h>
#include <malloc.h>

static const char code[] =
    "import sys, json, re, threading, weakref, collections, datetime, logging, tempfile, subprocess\n"
    "class Node:\n"
    "    def __del__(self): self.gone = True\n"
    "a, b = Node(), Node()\n"
    "a.other, b.other = b, a\n"
    "a.callback = weakref.ref(b, lambda r: None)\n"
    "sys.kept = [a, {i: str(i) for i in range(10000)}]\n"
    "def generator():\n"
    "    try: yield\n"
    "    finally: pass\n"
    "g = generator(); next(g)\n"
    "t = threading.Thread(target=lambda: None); t.start()\n"
    "local = threading.local(); local.x = a\n"
    "import atexit; atexit.register(lambda: None)\n"
    "sys.setprofile(None); logging.getLogger('x').addHandler(logging.NullHandler())\n"
    "try: 1 / 0\n"
    "except ZeroDivisionError as e: sys.last = e\n";

typedef struct { size_t allocated, mapped; } Usage;

static Usage usage(void) {
    Usage result = {mallinfo2().uordblks + mallinfo2().hblkhd, 0};
    FILE* file = fopen("/proc/self/statm", "r");
    if (fscanf(file, "%zu", &result.mapped) != 1) exit(20);
    fclose(file);
    result.mapped *= 4096;
    return result;
}

static int grew(const char* what, Usage before, Usage after, int rounds) {
    long allocated = (long)(after.allocated - before.allocated), mapped = (long)(after.mapped - before.mapped);
    printf("%s: %ld bytes allocated, %ld mapped a round\n", what, allocated / rounds, mapped / rounds);
    return allocated > 4096 || mapped > (1 << 20);
}

int main(void) {
    enum { kWarm = 4, kRounds = 20 };
    Usage before = {0, 0};
    for (int i = 0; i < kWarm + kRounds; ++i) {
        if (i == kWarm) before = usage();
        Py_Initialize();
        if (PyRun_SimpleString(code) || Py_FinalizeEx()) return 1;
    }
    if (grew("initialise and finalise", before, usage(), kRounds)) return 2;

    Py_Initialize();
    PyThreadState* main_state = PyThreadState_Get();
    for (int i = 0; i < kWarm + kRounds; ++i) {
        if (i == kWarm) before = usage();
        PyThreadState* state = Py_NewInterpreter();
        if (PyRun_SimpleString(code)) return 3;
        Py_EndInterpreter(state);
        PyThreadState_Swap(main_state);
    }
    if (grew("create and close", before, usage(), kRounds)) return 4;
    return Py_FinalizeEx();
}
