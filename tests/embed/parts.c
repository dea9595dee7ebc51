// only: orochi
// PyInterpreterState_New, _Clear and _Delete: an interpreter without modules, which python3.11 cannot clear.
#include <Python.h>

int main(void) {
    Py_Initialize();
    PyThreadState* main_state = PyThreadState_Get();
    for (int round = 0; round < 50; ++round) {
        PyInterpreterState* interpreter = PyInterpreterState_New();
        if (!interpreter || PyInterpreterState_GetID(interpreter) != round + 1) return 1;
        PyObject *dict = PyInterpreterState_GetDict(interpreter), *value = PyList_New(0);
        if (!dict || PyDict_SetItemString(dict, "key", value)) return 2;
        if (Py_REFCNT(value) != 2) return 3;
        PyThreadState* state = PyThreadState_New(interpreter);
        if (PyInterpreterState_ThreadHead(interpreter) != state) return 4;
        if (PyThreadState_GetInterpreter(state) != interpreter) return 5;
        PyInterpreterState_Clear(interpreter);
        if (Py_REFCNT(value) != 1) return 6;
        Py_DECREF(value);
        PyThreadState_Delete(state);
        if (PyInterpreterState_ThreadHead(interpreter)) return 7;
        PyInterpreterState_Delete(interpreter);
        if (PyThreadState_Get() != main_state || PyInterpreterState_Next(PyInterpreterState_Head())) return 8;
    }
    if (PyRun_SimpleString("import json; json.dumps([1])")) return 9;
    return Py_FinalizeEx();
}
