// Initialising as embedding programs and the command line do it (PEP 587): preinitialisation, reading the
// configuration, starting the runtime, running the main program.
#pragma once

#include <string>
#include <vector>

#include "state/config.hpp"

namespace orochi {

// Decides on locale and UTF-8 mode, once; later calls change nothing. `argv` is looked at if config.parse_argv.
PyStatus preinitialize(const PyPreConfig& config, const std::vector<std::string>& argv);
// The same for a program that did not ask for it: the configuration decides.
PyStatus preinitialize_as(const PyConfig& config);

// Reads the configuration and starts the main interpreter with it. When that runs already, it takes over what is to
// be run and the arguments.
PyStatus initialize(PyConfig& config);

// Runs what the configuration asks for in the current interpreter and finalises; the exit code of the process.
int run_main_and_stop(ThreadState& ts);

// Ends the process as the status says: with its exit code, or with a fatal error.
[[noreturn]] void exit_with_status(const PyStatus& status);

}  // namespace orochi
