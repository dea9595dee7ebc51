// Starting and stopping interpreters and the process.
//
// One path serves them all: the main interpreter of Py_InitializeFromConfig, Py_NewInterpreter and the module
// `interpreters` are started by interpreter_start and stopped by interpreter_stop. What all interpreters share
// (static types, names) is built once, by a short-lived boot interpreter whose heap stays.
#pragma once

#include "objects/object.hpp"
#include "state/config.hpp"

namespace orochi {

// Builds the shared objects, unless they exist. Needs the hash secret of the configuration.
PyStatus shared_objects_start(Runtime& runtime, const PyConfig& config);

// Initialises the process with its main interpreter; the calling thread holds its lock afterwards. `config` has been
// read (config_read). Doing so again while it runs changes nothing.
PyStatus runtime_start(const PyConfig& config, const ConfigExtra& extra);
// Stops the main interpreter and with it the process's Python: 0, or -1 when flushing the standard files failed.
int runtime_stop();

// runtime_stop and exit(); the code becomes 120 when flushing failed.
[[noreturn]] void exit_process(int code);

// Tells audit hooks, as whoever makes an interpreter does first (cpython.PyInterpreterState_New); failure: one refuses.
Result<void> audit_interpreter_new(ThreadState& creator);
// A further interpreter with a copy of `config`. Its thread state becomes current; null with `*status` set on failure,
// and then the previous thread state is current again. The memory limit holds from the first object on.
ThreadState* interpreter_start(Runtime& runtime, const PyConfig& config, const ConfigExtra& extra,
                               const InterpreterOptions& options, PyStatus* status);
// Ends an interpreter whose only thread state is `ts` (current); no thread state is current afterwards.
int interpreter_stop(ThreadState& ts);

// Drops what the interpreter refers to, its modules among it, and what its thread states do: it runs nothing any more.
// One that has modules must be the current one, whose objects it drops; the other kind is made by
// PyInterpreterState_New.
void interpreter_clear(ThreadState& ts, Interpreter& interpreter);

// Closes every interpreter that Python code created and that runs nothing; before the main one ends. The module that
// creates them, on the sharing floor, defines it.
void interpreters_close_all(ThreadState& ts);

// Also defined on the sharing floor: an interpreter of which only the last thread still runs takes no part in channels
// and queues any more / will never run Python code again, and lets go of what its objects hold of the process.
void sharing_stop(ThreadState& ts);
void sharing_end(ThreadState& ts);
// The same floor's: sys has come late (StartImage::after_sys), and gets the search path of the interpreter's creator.
void sharing_sys_is_there(ThreadState& ts);

// What run_main gives for an uncaught KeyboardInterrupt: the process is to end as if by the signal, so that a shell
// notices (end_by_interrupt).
inline constexpr int kEndedByInterrupt = 0x10000;
// Ends the process by SIGINT; returns the exit code for when that cannot be.
int end_by_interrupt();

// Runs what the command line asks for (Py_RunMain without the finalisation). The exit code.
int run_main(ThreadState& ts);

}  // namespace orochi
