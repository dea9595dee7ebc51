// pythonrun.h: reading a line from a terminal, and the variables through which the readline module takes part.
#include <cstring>

#include "lifecycle/interactive.hpp"
#include "state/thread_state.hpp"

using namespace orochi;

#pragma GCC visibility push(default)
extern "C" {

int (*PyOS_InputHook)() = nullptr;
char* (*PyOS_ReadlineFunctionPointer)(FILE*, FILE*, const char*) = nullptr;
PyThreadState* _PyOS_ReadlineTState = nullptr;

// The line in memory that PyMem_Free takes; null with an exception.
char* PyOS_Readline(FILE* input, FILE* output, const char* prompt) {
    ThreadState& ts = current_thread();
    std::string line = TRY_OR(nullptr, read_terminal_line(ts, input, output, prompt));
    char* result = static_cast<char*>(ts.heap().allocate(line.size() + 1));
    if (!result) {
        (void)raise_no_memory(ts);
        return nullptr;
    }
    std::memcpy(result, line.c_str(), line.size() + 1);
    return result;
}

}  // extern "C"
#pragma GCC visibility pop
