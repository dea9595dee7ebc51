// Initialising and finalising again and again.
#include <Python.h>

int main(void) {
    for (int i = 0; i < 100; ++i) {
        Py_InitializeEx(i % 2);
        if (PyRun_SimpleString("import sys, json, re, collections, threading\n"
                               "assert not hasattr(sys, 'left_over'), 'left over'\n"
                               "sys.left_over = [json.loads('[1, 2]')]\n"
                               "class C:\n"
                               "    def __del__(self): print('deleted', end=' ')\n"
                               "c = C(); c.self = c\n"
                               "threading.Thread(target=lambda: None).start()") != 0) return 1;
        if (Py_FinalizeEx() != 0) return 2;
    }
    puts("done");
    return 0;
}
