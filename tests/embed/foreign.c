// only: orochi
// extension: foreign_extension.c
// A thread that an extension starts comes back to the interpreter that imported the extension, each to its own; and the
// extension is unloaded with its interpreter.
#include <Python.h>

static const char use[] =
    "import sys, os\n"
    "sys.path.insert(0, os.environ['EXTENSIONS'])\n"
    "import foreign_extension as f, time\n"
    "assert f.count() == 1, f.count()\n"
    "f.call_later(lambda: (sys.modules.__setitem__('called', sys.name), None)[1])\n"
    "while 'called' not in sys.modules: time.sleep(.001)\n"
    "assert sys.modules['called'] == sys.name, sys.modules['called']\n";

static const char plain[] =
    "import sys, os\n"
    "sys.path.insert(0, os.environ['EXTENSIONS'])\n"
    "import foreign_extension as f\n"
    "assert f.count() == 1, f.count()\n";

static int mappings(void) {
    FILE* file = fopen("/proc/self/maps", "r");
    int count = 0;
    char line[1024];
    while (fgets(line, sizeof line, file)) count += strstr(line, "foreign_extension") || strstr(line, "orochi-image");
    fclose(file);
    return count;
}

int main(void) {
    Py_Initialize();
    PyThreadState* main_state = PyThreadState_Get();
    if (PyRun_SimpleString("import sys; sys.name = 'main'")) return 1;
    if (PyRun_SimpleString(use)) return 2;
    for (int i = 0; i < 3; ++i) {
        PyThreadState* other = Py_NewInterpreter();
        if (PyRun_SimpleString("import sys; sys.name = 'other'")) return 3;
        if (PyRun_SimpleString(use)) return 4;
        Py_EndInterpreter(other);
        PyThreadState_Swap(main_state);
    }
    // Images whose code foreign threads have run stay; others go.
    int before = mappings();
    for (int i = 0; i < 3; ++i) {
        PyThreadState* other = Py_NewInterpreter();
        if (PyRun_SimpleString(plain)) return 5;
        Py_EndInterpreter(other);
        PyThreadState_Swap(main_state);
    }
    if (mappings() != before) return 6;
    return Py_FinalizeEx();
}
