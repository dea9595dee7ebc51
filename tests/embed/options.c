// only: orochi
// Orochi_NewInterpreter: permissions and limits.
#include <orochi/interpreter.h>

static int expect(const char* statement, const char* text) {
    char code[1000];
    snprintf(code, sizeof code,
             "try:\n    %s\nexcept (RuntimeError, MemoryError) as e:\n    assert str(e) == '%s', e\nelse:\n"
             "    assert False, 'allowed'\n", statement, text);
    return PyRun_SimpleString(code);
}

int main(void) {
    Py_Initialize();
    PyThreadState *main_state = PyThreadState_Get(), *state;
    OrochiInterpreterConfig config = OROCHI_INTERPRETER_CONFIG_INIT;
    if (PyStatus_Exception(Orochi_NewInterpreter(&state, &config)) || PyThreadState_Get() != state) return 1;
    if (PyRun_SimpleString("import threading; t = threading.Thread(target=int); t.start(); t.join()")) return 2;
    Py_EndInterpreter(state);
    PyThreadState_Swap(main_state);

    config.allow_fork = config.allow_exec = config.allow_threads = 0;
    config.memory_limit = 32 << 20;
    if (PyStatus_Exception(Orochi_NewInterpreter(&state, &config))) return 3;
    if (expect("import os; os.fork()", "fork not supported for isolated subinterpreters")) return 4;
    if (expect("import os; os.execv(\"/bin/true\", [\"true\"])", "exec not supported for isolated subinterpreters")) return 5;
    if (expect("import _thread; _thread.start_new_thread(int, ())", "thread is not supported for isolated subinterpreters"))
        return 6;
    if (expect("x = bytearray(64 << 20)", "")) return 7;
    if (PyRun_SimpleString("x = bytearray(1 << 20)")) return 8;
    Py_EndInterpreter(state);
    PyThreadState_Swap(main_state);

    config.size = 0;
    if (!PyStatus_IsError(Orochi_NewInterpreter(&state, &config)) || state || PyThreadState_Get() != main_state) return 9;
    config = (OrochiInterpreterConfig)OROCHI_INTERPRETER_CONFIG_INIT;
    config.memory_limit = 1;
    if (!PyStatus_IsError(Orochi_NewInterpreter(&state, &config)) || PyThreadState_Get() != main_state) return 10;
    return Py_FinalizeEx();
}
