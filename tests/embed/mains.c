// Py_BytesMain, Py_Main and Py_RunMain, one after another in one process.
#include <Python.h>

int main(void) {
    char* command[] = {"program", "-c", "import sys; print(sys.argv, sys.flags.optimize); sys.exit(3)", "argument"};
    printf("%d\n", Py_BytesMain(4, command));
    fflush(stdout);
    wchar_t* wide[] = {L"program", L"-O", L"-c", L"import sys; print(sys.argv, sys.flags.optimize)", L"\u00e9"};
    printf("%d\n", Py_Main(5, wide));
    fflush(stdout);

    PyConfig config;
    PyConfig_InitPythonConfig(&config);
    PyConfig_SetString(&config, &config.run_module, L"this_module_is_missing");
    PyConfig_SetString(&config, &config.program_name, L"program");
    PyStatus status = Py_InitializeFromConfig(&config);
    PyConfig_Clear(&config);
    printf("%d\n", PyStatus_Exception(status));
    printf("%d\n", Py_RunMain());
    fflush(stdout);

    // Py_Main in a program that has initialised Python already.
    Py_Initialize();
    wchar_t* again[] = {L"program", L"-c", L"import sys; print('again', sys.argv)", L"x"};
    printf("%d\n", Py_Main(4, again));
    char* unknown[] = {"program", "-Z"};
    printf("%d\n", Py_BytesMain(2, unknown));
    char* error[] = {"program", "-c", "1 / 0"};
    printf("%d\n", Py_BytesMain(3, error));
    return 0;
}
