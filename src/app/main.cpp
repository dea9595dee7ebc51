// The program `orochi`: the command line of python3.11.
#include <cstdio>
#include <string>
#include <vector>

#include "lifecycle/lifecycle.hpp"

using namespace orochi;

namespace {

int stop_with(const PyStatus& status, const char* phase) {
    if (status._type == PyStatus::_PyStatus_TYPE_EXIT) return status.exitcode;
    fprintf(stderr, "Fatal Python error: %s%s%s\nPython runtime state: %s\n\n", status.func ? status.func : "",
            status.func ? ": " : "", status.err_msg ? status.err_msg : "unknown error", phase);
    return 1;
}

}  // namespace

int main(int argc, char** argv) {
    std::vector<std::string> arguments(argv, argv + argc);
    PyPreConfig preconfig;
    preconfig_init(preconfig, false);
    PyStatus status = preconfigure(preconfig, arguments);
    if (status_stops(status)) return stop_with(status, "preinitializing");
    Py_UTF8Mode = preconfig.utf8_mode;

    Config config;
    for (const std::string& argument : arguments) {
        if (!config_append(config.argv, decode_locale(argument))) return stop_with(status_no_memory(), "preinitialized");
    }
    ConfigExtra extra;
    status = config_read(config, extra);
    if (status_stops(status)) return stop_with(status, "preinitialized");

    status = runtime_start(config, extra);
    if (status_stops(status)) return stop_with(status, "core initialized");
    int code = run_main(current_thread());
    if (runtime_stop() < 0 && code == 0) code = 120;
    return code == kEndedByInterrupt ? end_by_interrupt() : code;
}
