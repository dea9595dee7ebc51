#include "lifecycle/interactive.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "execution/compile_source.hpp"
#include "execution/error_display.hpp"
#include "execution/evaluate.hpp"
#include "language/source/utf8.hpp"
#include "objects/dict.hpp"
#include "objects/module.hpp"
#include "objects/str.hpp"
#include "state/config.hpp"
#include "state/signals.hpp"
#include "state/version.hpp"

namespace orochi {

namespace {

std::string prompt_text(ThreadState& ts, Str& name) {
    Object* prompt = sys_get(ts, name);
    if (!prompt) return "";
    Ref<Object> held = Ref<Object>::share(*prompt);
    auto text = str(ts, *held);
    if (!text.ok()) {
        error_clear(ts);
        return "";
    }
    Ref<Str> shown = std::move(text).take();
    auto utf8 = str_utf8(ts, *shown);
    if (!utf8.ok()) {
        error_clear(ts);
        return "";
    }
    return std::string(std::move(utf8).take());
}

// True: more lines are needed, which is not asked if the input is `at_end`.
Result<bool> run_statement(ThreadState& ts, const std::string& source, Str& filename, Object& globals, bool at_end,
                           uint32_t& features) {
    auto compiled = compile_source(ts, {.source = source,
                                        .origin = language::SourceOrigin::Text,
                                        .filename = filename,
                                        .mode = language::ParseMode::Single,
                                        .flags = features | (at_end ? 0 : PyCF_ALLOW_INCOMPLETE_INPUT),
                                        .interactive = !at_end,
                                        .audited = true});
    if (!compiled.ok()) {
        if (at_end || !error_matches(ts, PyExc_SyntaxError)) return failure;
        PendingError error = error_fetch(ts);
        error_normalize(ts, error);
        bool incomplete = false;
        if (error.value) {
            auto message = getattr_optional(ts, *error.value, "msg"_n);
            if (message.ok()) {
                OptRef<Object> text = std::move(message).take();
                incomplete =
                    text && PyUnicode_Check(text.get()) && str_equals_ascii(as<Str>(*text), "incomplete input");
            } else {
                error_clear(ts);
            }
        }
        error_restore(ts, std::move(error));
        if (!incomplete) return failure;
        error_clear(ts);
        return true;
    }
    Ref<Code> code = std::move(compiled).take();
    features |= uint32_t(code->co_flags) & PyCF_MASK;
    TRY(run_program(ts, *code, globals, globals));
    return false;
}

void flush_streams(ThreadState& ts) {
    for (Str* file : {&"stderr"_s, &"stdout"_s}) {
        Object* stream = sys_get(ts, *file);
        if (stream && !is_none(stream) && !call_method(ts, *stream, "flush"_n).ok()) error_clear(ts);
    }
}

// What a terminal gives without readline: the prompt goes to standard error, as CPython has it.
char* read_plainly(std::FILE* input, const char* prompt) {
    fputs(prompt, stderr);
    fflush(stderr);
    if (PyOS_InputHook) PyOS_InputHook();
    char* buffer = nullptr;
    size_t size = 0;
    errno = 0;
    if (getline(&buffer, &size, input) >= 0) return buffer;
    if (errno == EINTR) {
        clearerr(input);
        free(buffer);
        return nullptr;
    }
    if (buffer) *buffer = 0;
    return buffer;
}

}  // namespace

Result<std::string> read_terminal_line(ThreadState& ts, std::FILE* input, std::FILE* output, const char* prompt) {
    bool terminal = isatty(fileno(input)) && isatty(fileno(output));
    char* line;
    {
        Unlocked unlocked(ts);
        _PyOS_ReadlineTState = &ts;
        line = terminal && PyOS_ReadlineFunctionPointer ? PyOS_ReadlineFunctionPointer(input, output, prompt)
                                                        : read_plainly(input, prompt);
        _PyOS_ReadlineTState = nullptr;
    }
    std::string result = line ? line : "";
    free(line);
    TRY(check_signals(ts));
    if (!line) return raise_class(ts, PyExc_KeyboardInterrupt);
    return result;
}

Result<bool> run_next_statement(ThreadState& ts, std::FILE* input, Str& filename, uint32_t& features) {
    OptRef<Object> main = TRY(imported_module(ts, "__main__"_n));
    if (!main) return raise(ts, PyExc_RuntimeError, "lost __main__");
    Ref<Object> globals = Ref<Object>::share(obj(module_dict(*main)));
    TRY(audit(ts, "compile", "OO", &none(), &filename));
    std::string source;
    for (bool more = false;; more = true) {
        std::string prompt = prompt_text(ts, more ? "ps2"_s : "ps1"_s);
        std::string line = TRY(read_terminal_line(ts, input, stdout, prompt.c_str()));
        bool at_end = line.empty();
        if (at_end) {
            if (source.empty()) return false;
            fputc('\n', stderr);  // the prompt is still waiting for its line
            clearerr(input);      // a terminal can go on
        }
        if (language::Utf8Fault fault = language::find_utf8_fault(line)) {
            language::Diagnostic error;
            error.message = "(unicode error) " + language::describe(fault, line);
            error.has_text = true;
            return raise_diagnostic(ts, error, filename);
        }
        source += line;
        if (!TRY(run_statement(ts, source, filename, *globals, at_end, features))) return true;
    }
}

int run_statements(ThreadState& ts, std::FILE* input, Str& filename) {
    for (Str* name : {&"ps1"_s, &"ps2"_s}) {
        if (!sys_get(ts, *name) && !sys_set(ts, *name, name == &"ps1"_s ? &">>> "_n : &"... "_n).ok()) error_clear(ts);
    }
    uint32_t features = 0;
    for (;;) {
        auto result = run_next_statement(ts, input, filename, features);
        if (result.ok()) {
            if (!std::move(result).take()) return 0;
        } else {
            int code;
            if (take_system_exit(ts, code)) return code;
            if (print_pending_error(ts, true, code)) return code;
        }
        flush_streams(ts);
    }
}

int run_interactive(ThreadState& ts, bool banner) {
    const Config& config = *ts.interpreter().config;
    if (banner && !config.quiet && (isatty(0) || config.interactive)) {
        fprintf(stderr, "Python %s on %s\n", kVersionText, kPlatform);
        fputs("Type \"help\", \"copyright\", \"credits\" or \"license\" for more information.\n", stderr);
    }
    int code = run_statements(ts, stdin, "<stdin>"_s);
    if (feof(stdin)) fputc('\n', stderr);  // the prompt is still waiting for its line
    return code;
}

}  // namespace orochi
