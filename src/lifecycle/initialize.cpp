#include "lifecycle/initialize.hpp"

#include <cstdio>
#include <cstdlib>

#include "base/os_thread.hpp"
#include "lifecycle/lifecycle.hpp"
#include "modules/sys/sys.hpp"
#include "objects/errors.hpp"
#include "state/early_settings.hpp"
#include "state/thread_state.hpp"

namespace orochi {

namespace {

const char* phase_name(RuntimePhase phase) {
    switch (phase) {
        case RuntimePhase::kUninitialized: return "unknown";
        case RuntimePhase::kPreconfigured: return "preinitialized";
        case RuntimePhase::kCore: return "core initialized";
        case RuntimePhase::kFull: return "initialized";
        case RuntimePhase::kFinalizing: return "finalizing";
    }
    return "unknown";
}

// The variables from before PEP 587 show what is in force.
void show_flags(const PyConfig& config) {
    Py_BytesWarningFlag = config.bytes_warning;
    Py_InspectFlag = config.inspect;
    Py_InteractiveFlag = config.interactive;
    Py_OptimizeFlag = config.optimization_level;
    Py_DebugFlag = config.parser_debug;
    Py_VerboseFlag = config.verbose;
    Py_QuietFlag = config.quiet;
    Py_DontWriteBytecodeFlag = !config.write_bytecode;
    Py_NoUserSiteDirectory = !config.user_site_directory;
    Py_UnbufferedStdioFlag = !config.buffered_stdio;
    Py_NoSiteFlag = !config.site_import;
    Py_IgnoreEnvironmentFlag = !config.use_environment;
    Py_IsolatedFlag = config.isolated;
    Py_FrozenFlag = !config.pathconfig_warnings;
    Py_HashRandomizationFlag = !config.use_hash_seed || config.hash_seed != 0;
}

// Python runs already: what is to be run now, and its arguments, are taken from the configuration.
PyStatus reconfigure(ThreadState& ts, PyConfig& config) {
    ConfigExtra extra;
    PyStatus status = config_read(config, extra);
    if (status_stops(status)) return status;
    if (!config_copy(*ts.interpreter().config, config)) return status_no_memory();
    if (!sys_set_arguments(ts).ok()) {
        error_clear(ts);
        return status_error("initialize", "can't set sys.argv");
    }
    show_flags(config);
    return status;
}

}  // namespace

PyStatus preinitialize(const PyPreConfig& given, const std::vector<std::string>& argv) {
    Runtime& runtime = process_runtime();
    if (runtime.phase.load() != RuntimePhase::kUninitialized) return status_ok();
    PyPreConfig config = given;
    PyStatus status = preconfigure(config, argv);
    if (status_stops(status)) return status;
    Py_UTF8Mode = config.utf8_mode;
    runtime.phase.store(RuntimePhase::kPreconfigured);
    return status;
}

PyStatus preinitialize_as(const PyConfig& given) {
    if (process_runtime().phase.load() != RuntimePhase::kUninitialized) return status_ok();
    PyPreConfig config;
    preconfig_init(config, given.isolated > 0);
    config.use_environment = given.use_environment;
    config.parse_argv = given.parse_argv == 1;
    if (given.dev_mode >= 0) config.dev_mode = given.dev_mode;
    std::vector<std::string> argv;
    for (Py_ssize_t i = 0; i < given.argv.length; ++i) encode_locale(given.argv.items[i], argv.emplace_back());
    return preinitialize(config, argv);
}

PyStatus initialize(PyConfig& config) {
    Runtime& runtime = process_runtime();
    if (runtime.phase.load() >= RuntimePhase::kCore) {
        return current_thread_state ? reconfigure(*current_thread_state, config) : status_ok();
    }
    PyStatus status = preinitialize_as(config);
    if (status_stops(status)) return status;
    EarlySettings& settings = early_settings(runtime);
    status = early_settings_apply(settings, config);
    if (status_stops(status)) return status;
    ConfigExtra extra;
    status = config_read(config, extra);
    if (status_stops(status)) return status;
    early_settings_update(settings, config);
    show_flags(config);
    return runtime_start(config, extra);
}

int run_main_and_stop(ThreadState& ts) {
    int code = run_main(ts);
    if (runtime_stop() < 0) code = 120;
    return code == kEndedByInterrupt ? end_by_interrupt() : code;
}

void exit_with_status(const PyStatus& status) {
    if (status._type == PyStatus::_PyStatus_TYPE_EXIT) std::exit(status.exitcode);
    if (status._type != PyStatus::_PyStatus_TYPE_ERROR) {
        fatal_error("Py_ExitStatusException", "the status is not an exception");
    }
    RuntimePhase phase = process_runtime().phase.load();
    std::fflush(stdout);
    std::fprintf(stderr, "Fatal Python error: %s%s%s\nPython runtime state: %s\n\n", status.func ? status.func : "",
                 status.func ? ": " : "", status.err_msg ? status.err_msg : "<no message>", phase_name(phase));
    if (phase >= RuntimePhase::kCore) {
        std::fprintf(stderr, "Current thread 0x%016lx (most recent call first):\n  <no Python frame>\n",
                     base::thread_ident());
    }
    std::fflush(stderr);
    std::exit(1);
}

}  // namespace orochi
