// pylifecycle.h: initialising and finalising, further interpreters, Py_Main and its kin.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "lifecycle/lifecycle.hpp"
#include "objects/errors.hpp"
#include "state/config.hpp"
#include "state/thread_state.hpp"

using namespace orochi;

namespace {

void preinitialize_default(const std::vector<std::string>& argv, bool parse) {
    PyPreConfig config;
    preconfig_init(config, false);
    config.parse_argv = parse;
    if (Py_IgnoreEnvironmentFlag) config.use_environment = 0;
    if (Py_UTF8Mode) config.utf8_mode = 1;
    PyStatus status = preconfigure(config, argv);
    if (status_stops(status)) Py_ExitStatusException(status);
    Py_UTF8Mode = config.utf8_mode;
    process_runtime().phase.store(RuntimePhase::kPreconfigured);
}

// Without preinitialisation by the program, the configuration decides (PEP 587).
void preinitialize_if_needed(const PyConfig& given) {
    if (process_runtime().phase.load() != RuntimePhase::kUninitialized) return;
    PyPreConfig config;
    preconfig_init(config, given.isolated > 0);
    config.use_environment = given.use_environment;
    config.parse_argv = given.parse_argv == 1;
    if (given.dev_mode >= 0) config.dev_mode = given.dev_mode;
    std::vector<std::string> argv;
    for (Py_ssize_t i = 0; i < given.argv.length; ++i) {
        argv.emplace_back();
        encode_locale(given.argv.items[i], argv.back());
    }
    PyStatus status = preconfigure(config, argv);
    if (status_stops(status)) Py_ExitStatusException(status);
    Py_UTF8Mode = config.utf8_mode;
    process_runtime().phase.store(RuntimePhase::kPreconfigured);
}

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
}

PyStatus initialize(PyConfig& config) {
    preinitialize_if_needed(config);
    ConfigExtra extra;
    PyStatus status = config_read(config, extra);
    if (status_stops(status)) return status;
    return runtime_start(config, extra);
}

int main_with(Config& config) {
    PyStatus status = initialize(config);
    if (status._type == PyStatus::_PyStatus_TYPE_EXIT) return status.exitcode;
    if (status_stops(status)) Py_ExitStatusException(status);
    return Py_RunMain();
}

}  // namespace

#pragma GCC visibility push(default)
extern "C" {

PyStatus Py_PreInitialize(const PyPreConfig* given) {
    if (process_runtime().phase.load() != RuntimePhase::kUninitialized) return status_ok();
    PyPreConfig config = *given;
    PyStatus status = preconfigure(config, {});
    if (status_stops(status)) return status;
    Py_UTF8Mode = config.utf8_mode;
    process_runtime().phase.store(RuntimePhase::kPreconfigured);
    return status;
}
PyStatus Py_PreInitializeFromBytesArgs(const PyPreConfig* given, Py_ssize_t count, char** argv) {
    PyPreConfig config = *given;
    PyStatus status = preconfigure(config, std::vector<std::string>(argv, argv + count));
    if (status_stops(status)) return status;
    Py_UTF8Mode = config.utf8_mode;
    process_runtime().phase.store(RuntimePhase::kPreconfigured);
    return status;
}
PyStatus Py_PreInitializeFromArgs(const PyPreConfig* given, Py_ssize_t count, wchar_t** argv) {
    std::vector<std::string> bytes(static_cast<size_t>(count));
    std::vector<char*> pointers;
    for (Py_ssize_t i = 0; i < count; ++i) {
        encode_locale(argv[i], bytes[static_cast<size_t>(i)]);
        pointers.push_back(bytes[static_cast<size_t>(i)].data());
    }
    return Py_PreInitializeFromBytesArgs(given, count, pointers.data());
}

int Py_IsInitialized() {
    RuntimePhase phase = process_runtime().phase.load();
    return phase == RuntimePhase::kFull || phase == RuntimePhase::kCore || phase == RuntimePhase::kFinalizing;
}

PyStatus Py_InitializeFromConfig(const PyConfig* given) {
    if (!given) return status_error("Py_InitializeFromConfig", "initialization config is NULL");
    if (process_runtime().phase.load() == RuntimePhase::kFull) return status_ok();
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
    if (status_stops(status)) Py_ExitStatusException(status);
}
void Py_Initialize() { Py_InitializeEx(1); }

int Py_FinalizeEx() { return runtime_stop(); }
void Py_Finalize() { (void)runtime_stop(); }

PyThreadState* Py_NewInterpreter() {
    Runtime& runtime = process_runtime();
    if (runtime.phase.load() != RuntimePhase::kFull) {
        fatal_error("Py_NewInterpreter", "Py_Initialize must be called first");
    }
    // The configuration of whoever asks, or of the main interpreter.
    ThreadState* caller = current_thread_state;
    Interpreter& model = caller ? caller->interpreter() : *runtime.main;
    ConfigExtra extra;
    extra.int_max_str_digits = model.config->int_max_str_digits;
    extra.utf8_mode = model.config->utf8_mode;
    PyStatus status;
    return interpreter_start(runtime, *model.config, extra, {}, &status);
}
PyThreadState* _Py_NewInterpreter(int isolated) {
    PyThreadState* state = Py_NewInterpreter();
    if (state && isolated) state->interp->config->_isolated_interpreter = 1;
    return state;
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
void Py_Exit(int code) {
    if (runtime_stop() < 0) code = 120;
    std::exit(code);
}
void Py_ExitStatusException(PyStatus status) {
    if (status._type == PyStatus::_PyStatus_TYPE_EXIT) std::exit(status.exitcode);
    if (status._type != PyStatus::_PyStatus_TYPE_ERROR) {
        fatal_error("Py_ExitStatusException", "the status is not an exception");
    }
    std::fprintf(stderr, "Fatal Python error: %s%s%s\n", status.func ? status.func : "", status.func ? ": " : "",
                 status.err_msg ? status.err_msg : "<no message>");
    std::fflush(stderr);
    std::exit(1);
}

int Py_RunMain() {
    int code = run_main(current_thread());
    if (runtime_stop() < 0) code = 120;
    return code == kEndedByInterrupt ? end_by_interrupt() : code;
}
int Py_BytesMain(int argc, char** argv) {
    std::vector<std::string> arguments(argv, argv + argc);
    if (process_runtime().phase.load() == RuntimePhase::kUninitialized) preinitialize_default(arguments, true);
    Config config;
    for (const std::string& argument : arguments) {
        if (!config_append(config.argv, decode_locale(argument))) Py_ExitStatusException(status_no_memory());
    }
    return main_with(config);
}
int Py_Main(int argc, wchar_t** argv) {
    Config config;
    for (int i = 0; i < argc; ++i) {
        if (!config_append(config.argv, argv[i])) Py_ExitStatusException(status_no_memory());
    }
    return main_with(config);
}
}
#pragma GCC visibility pop
