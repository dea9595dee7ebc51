// pylifecycle.h: initialising and finalising, further interpreters, Py_Main and its kin.
#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "lifecycle/initialize.hpp"
#include "lifecycle/lifecycle.hpp"
#include "objects/errors.hpp"
#include "orochi/interpreter.h"
#include "state/thread_state.hpp"

using namespace orochi;

namespace {

// The variables that older programs set before initialising.
void apply_flags(PyConfig& config) {
    if (Py_BytesWarningFlag) config.bytes_warning = Py_BytesWarningFlag;
    if (Py_InspectFlag) config.inspect = Py_InspectFlag;
    if (Py_InteractiveFlag) config.interactive = Py_InteractiveFlag;
    if (Py_OptimizeFlag) config.optimization_level = Py_OptimizeFlag;
    if (Py_DebugFlag) config.parser_debug = Py_DebugFlag;
    if (Py_VerboseFlag) config.verbose = Py_VerboseFlag;
    if (Py_QuietFlag) config.quiet = Py_QuietFlag;
    if (Py_DontWriteBytecodeFlag) config.write_bytecode = 0;
    if (Py_NoUserSiteDirectory) config.user_site_directory = 0;
    if (Py_UnbufferedStdioFlag) config.buffered_stdio = 0;
    if (Py_NoSiteFlag) config.site_import = 0;
    if (Py_IgnoreEnvironmentFlag) config.use_environment = 0;
    if (Py_IsolatedFlag) config.isolated = 1;
    if (Py_FrozenFlag) config.pathconfig_warnings = 0;
}

int main_with(Config& config) {
    PyStatus status = initialize(config);
    if (status._type == PyStatus::_PyStatus_TYPE_EXIT) return status.exitcode;
    if (status_stops(status)) exit_with_status(status);
    return Py_RunMain();
}

// An interpreter with the configuration of whoever asks, else of the main one.
ThreadState* new_interpreter(const char* function, const InterpreterOptions& options, PyStatus* status) {
    Runtime& runtime = process_runtime();
    if (runtime.phase.load() != RuntimePhase::kFull) fatal_error(function, "Py_Initialize must be called first");
    const Config& model = current_thread_state ? *current_thread_state->interp->config : *runtime.main->config;
    if (current_thread_state && !audit_interpreter_new(*current_thread_state).ok()) {  // its exception stays
        *status = status_error(function, "an audit hook refuses");
        return nullptr;
    }
    ConfigExtra extra;
    extra.int_max_str_digits = model.int_max_str_digits;
    extra.utf8_mode = model.utf8_mode;
    return interpreter_start(runtime, model, extra, options, status);
}

}  // namespace

#pragma GCC visibility push(default)
extern "C" {

PyStatus Py_PreInitialize(const PyPreConfig* config) { return preinitialize(*config, {}); }
PyStatus Py_PreInitializeFromBytesArgs(const PyPreConfig* config, Py_ssize_t count, char** argv) {
    return preinitialize(*config, std::vector<std::string>(argv, argv + count));
}
PyStatus Py_PreInitializeFromArgs(const PyPreConfig* config, Py_ssize_t count, wchar_t** argv) {
    std::vector<std::string> bytes;
    for (Py_ssize_t i = 0; i < count; ++i) encode_locale(argv[i], bytes.emplace_back());
    return preinitialize(*config, bytes);
}

int Py_IsInitialized() { return process_runtime().phase.load() >= RuntimePhase::kCore; }
int _Py_IsCoreInitialized() { return Py_IsInitialized(); }
int _Py_IsFinalizing() { return process_runtime().phase.load() == RuntimePhase::kFinalizing; }

PyStatus Py_InitializeFromConfig(const PyConfig* given) {
    if (!given) return status_error("Py_InitializeFromConfig", "initialization config is NULL");
    Config config;
    if (!config_copy(config, *given)) return status_no_memory();
    return initialize(config);
}
void Py_InitializeEx(int install_signal_handlers) {
    if (Py_IsInitialized()) return;
    Config config;
    config.install_signal_handlers = install_signal_handlers;
    config.parse_argv = 0;
    config.configure_c_stdio = 0;
    apply_flags(config);
    PyStatus status = initialize(config);
    if (status_stops(status)) exit_with_status(status);
}
void Py_Initialize() { Py_InitializeEx(1); }

int Py_FinalizeEx() { return runtime_stop(); }
void Py_Finalize() { (void)runtime_stop(); }

PyThreadState* Py_NewInterpreter() {
    PyStatus status;
    return new_interpreter("Py_NewInterpreter", {.whence = Whence::kLegacyApi}, &status);
}
PyThreadState* _Py_NewInterpreter(int isolated) {
    InterpreterOptions options;
    options.allow_fork = options.allow_exec = options.allow_threads = !isolated;
    PyStatus status;
    ThreadState* ts = new_interpreter("_Py_NewInterpreter", options, &status);
    if (ts) ts->interp->config->_isolated_interpreter = isolated;
    return ts;
}
PyStatus Orochi_NewInterpreter(PyThreadState** state, const OrochiInterpreterConfig* config) {
    *state = nullptr;
    if (config->size < offsetof(OrochiInterpreterConfig, allow_fork)) {
        return status_error("Orochi_NewInterpreter", "the size member is not set");
    }
    // A program compiled with an older header gives less; what it does not know is allowed and unlimited.
    OrochiInterpreterConfig given = OROCHI_INTERPRETER_CONFIG_INIT;
    std::memcpy(&given, config, std::min(config->size, sizeof given));
    InterpreterOptions options;
    options.allow_fork = given.allow_fork;
    options.allow_exec = given.allow_exec;
    options.allow_threads = given.allow_threads;
    if (given.memory_limit) options.memory_limit = given.memory_limit;
    options.time_limit_ns = given.time_limit_ns;
    PyStatus status = status_ok();
    *state = new_interpreter("Orochi_NewInterpreter", options, &status);
    return status;
}
void Py_EndInterpreter(PyThreadState* state) {
    if (state != current_thread_state) fatal_error("Py_EndInterpreter", "thread is not current");
    (void)interpreter_stop(thread_state(state));
}

int Py_AtExit(void (*function)()) {
    Runtime& runtime = process_runtime();
    base::MutexGuard guard(runtime.mutex);
    if (runtime.exit_function_count >= Runtime::kMaxExitFunctions) return -1;
    runtime.exit_functions[runtime.exit_function_count++] = function;
    return 0;
}
void Py_Exit(int code) { exit_process(code); }
void Py_ExitStatusException(PyStatus status) { exit_with_status(status); }

int Py_RunMain() { return run_main_and_stop(current_thread()); }
int Py_BytesMain(int argc, char** argv) {
    PyPreConfig preconfig;
    preconfig_init(preconfig, false);
    PyStatus status = preinitialize(preconfig, std::vector<std::string>(argv, argv + argc));
    if (status_stops(status)) exit_with_status(status);
    Config config;
    for (int i = 0; i < argc; ++i) {
        if (!config_append(config.argv, decode_locale(argv[i]))) exit_with_status(status_no_memory());
    }
    return main_with(config);
}
int Py_Main(int argc, wchar_t** argv) {
    Config config;
    for (int i = 0; i < argc; ++i) {
        if (!config_append(config.argv, argv[i])) exit_with_status(status_no_memory());
    }
    return main_with(config);
}
}
#pragma GCC visibility pop
