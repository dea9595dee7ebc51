// The functions and variables from before PEP 587.
// env: PYTHONOPTIMIZE=1
#include <Python.h>

static void show(const char* when) {
    printf("%s: %ls | %ls | %ls | %ls | %ls | %ls\n", when, Py_GetProgramName(), Py_GetProgramFullPath(), Py_GetPrefix(),
           Py_GetExecPrefix(), Py_GetPythonHome(), Py_GetPath());
    fflush(stdout);
}

static const char code[] =
    "import sys\n"
    "print(sys.flags, sys.argv, sys.path[0], sys.executable, sys.prefix, sys.warnoptions, sys._xoptions,\n"
    "      sys.stdout.encoding, flush=True)";

int main(void) {
    show("start");
    Py_SetProgramName(L"/a/program");
    Py_NoSiteFlag = 1;
    Py_VerboseFlag = 0;
    Py_DontWriteBytecodeFlag = 1;
    Py_QuietFlag = 1;
    printf("%d\n", Py_SetStandardStreamEncoding("iso8859-15", "replace"));
    PySys_AddWarnOption(L"once");
    PySys_AddXOption(L"name=value");
    Py_Initialize();
    show("running");
    printf("%d %d %d %d\n", Py_SetStandardStreamEncoding("ascii", NULL), Py_OptimizeFlag, Py_NoSiteFlag, Py_UTF8Mode);
    fflush(stdout);
    PyRun_SimpleString(code);
    wchar_t* arguments[] = {L"/usr/bin/python3.11", L"one"};
    PySys_SetArgv(2, arguments);
    PyRun_SimpleString(code);
    PySys_SetArgvEx(0, arguments, 0);
    PySys_AddWarnOption(L"ignore");
    PyRun_SimpleString(code);
    PySys_ResetWarnOptions();
    PySys_SetPath(L"/one:/two");
    PyRun_SimpleString("import sys; print(sys.path, sys.warnoptions, flush=True)");
    Py_Finalize();
    show("stopped");

    Py_SetPath(L"/usr/lib/python3.11:/nowhere");
    show("path");
    Py_Initialize();
    show("running");
    PyRun_SimpleString(code);
    PyRun_SimpleString("import sys; print(sys.path, flush=True)");
    Py_Finalize();
    return 0;
}
