// PyConfig and PyPreConfig (PEP 587): fields, their reading, errors, and what sys shows of them.
#include <Python.h>

static const char show[] =
    "import sys, os\n"
    "f = sys.flags\n"
    "print(sys.argv, sys.orig_argv, sys.executable, sys.prefix, sys.base_prefix)\n"
    "print(sys.warnoptions, sys._xoptions, sys.pycache_prefix, sys.dont_write_bytecode)\n"
    "print(*(f'{n}={getattr(f, n)}' for n in dir(f) if not n.startswith(('_', 'n_', 'count', 'index'))))\n"
    "print(sys.stdin.encoding, sys.stdout.errors, sys.stdout.line_buffering, sys.getfilesystemencoding())\n"
    "print(sys.path[:1], 'site' in sys.modules, __name__)\n"
    "sys.stdout.flush()\n";

static void check(PyStatus status) {
    if (PyStatus_IsExit(status)) exit(status.exitcode);
    if (PyStatus_Exception(status)) {
        printf("error: %s: %s\n", status.func ? status.func : "-", status.err_msg);
        fflush(stdout);
    }
}

static void run(const char* title, PyConfig* config) {
    printf("-- %s\n", title);
    fflush(stdout);
    PyStatus status = Py_InitializeFromConfig(config);
    PyConfig_Clear(config);
    check(status);
    if (PyStatus_Exception(status)) return;
    PyRun_SimpleString(show);
    Py_FinalizeEx();
}

int main(void) {
    PyConfig config;
    PyConfig_InitPythonConfig(&config);
    char* argv[] = {"program", "-X", "dev=1", "-W", "once", "-O", "-B", "-c", "pass", "an argument"};
    check(PyConfig_SetBytesArgv(&config, 10, argv));
    check(PyConfig_SetString(&config, &config.program_name, L"/a/program"));
    run("a command line", &config);

    PyConfig_InitIsolatedConfig(&config);
    check(PyConfig_SetString(&config, &config.executable, L"/an/executable"));
    check(PyWideStringList_Append(&config.argv, L"script"));
    check(PyWideStringList_Insert(&config.argv, 1, L"-O"));
    run("isolated", &config);

    PyConfig_InitPythonConfig(&config);
    config.use_environment = 0;
    config.optimization_level = 2;
    config.verbose = 0;
    config.quiet = 1;
    config.write_bytecode = 0;
    config.user_site_directory = 0;
    config.site_import = 0;
    config.bytes_warning = 1;
    config.buffered_stdio = 0;
    config.safe_path = 1;
    config.use_hash_seed = 1;
    config.hash_seed = 7;
    config.parse_argv = 0;
    check(PyConfig_SetString(&config, &config.stdio_encoding, L"latin-1"));
    check(PyConfig_SetString(&config, &config.stdio_errors, L"replace"));
    check(PyConfig_SetString(&config, &config.pycache_prefix, L"/cache"));
    check(PyConfig_SetBytesString(&config, &config.run_filename, "not run"));
    check(PyWideStringList_Append(&config.xoptions, L"name=value"));
    check(PyWideStringList_Append(&config.xoptions, L"plain"));
    check(PyWideStringList_Append(&config.warnoptions, L"ignore"));
    run("fields", &config);

    PyConfig_InitPythonConfig(&config);
    config.module_search_paths_set = 1;
    check(PyWideStringList_Append(&config.module_search_paths, L"/usr/lib/python3.11"));
    check(PyWideStringList_Append(&config.module_search_paths, L"/nowhere"));
    config.site_import = 0;
    printf("%ls\n", config.module_search_paths.items[1]);
    run("a search path", &config);

    PyConfig_InitPythonConfig(&config);
    check(PyConfig_SetString(&config, &config.program_name, L"reader"));
    check(PyConfig_Read(&config));
    printf("-- read: %ls %d %d\n", config.executable, config.parse_argv, (int)config.module_search_paths.length);
    PyConfig_Clear(&config);

    check(PyWideStringList_Insert(&config.argv, -1, L"x"));
    check(Py_InitializeFromConfig(NULL));
    PyStatus status = PyStatus_NoMemory();
    printf("%d %d %s\n", PyStatus_IsError(status), PyStatus_Exception(PyStatus_Ok()), status.err_msg);
    return 0;
}
