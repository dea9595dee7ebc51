#include "lifecycle/interactive.hpp"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "execution/compile_source.hpp"
#include "execution/error_display.hpp"
#include "execution/evaluate.hpp"
#include "objects/dict.hpp"
#include "objects/module.hpp"
#include "objects/str.hpp"
#include "state/version.hpp"
#include "state/config.hpp"

namespace orochi {

namespace {

// A line with its newline; false at the end of input.
bool read_line(ThreadState& ts, const char* prompt, std::string& line) {
    fputs(prompt, stderr);
    fflush(stderr);
    line.clear();
    Unlocked unlocked(ts);
    char* buffer = nullptr;
    size_t size = 0;
    ssize_t got = getline(&buffer, &size, stdin);
    if (got > 0) line.assign(buffer, size_t(got));
    free(buffer);
    return got > 0;
}

std::string prompt_text(ThreadState& ts, Str& name, const char* fallback) {
    Object* prompt = sys_get(ts, name);
    if (!prompt) return fallback;
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

// True: more lines are needed.
Result<bool> run_statement(ThreadState& ts, const std::string& source, Object& globals) {
    Ref<Str> filename = TRY(str_from_ascii(ts, "<stdin>"));
    auto compiled = compile_source(ts, {.source = source,
                                        .origin = language::SourceOrigin::Text,
                                        .filename = *filename,
                                        .mode = language::ParseMode::Single,
                                        .flags = PyCF_ALLOW_INCOMPLETE_INPUT,
                                        .interactive = true});
    if (!compiled.ok()) {
        if (!error_matches(ts, PyExc_SyntaxError)) return failure;
        PendingError error = error_fetch(ts);
        error_normalize(ts, error);
        bool incomplete = false;
        if (error.value) {
            auto message = getattr_optional(ts, *error.value, "msg"_n);
            if (message.ok()) {
                OptRef<Object> text = std::move(message).take();
                incomplete = text && PyUnicode_Check(text.get()) && str_equals_ascii(as<Str>(*text), "incomplete input");
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
    TRY(run_code(ts, *code, globals, globals));
    return false;
}

}  // namespace

int run_interactive(ThreadState& ts, bool banner) {
    const Config& config = *ts.interpreter().config;
    if (banner && !config.quiet && (isatty(0) || config.interactive)) {
        fprintf(stderr, "Python %s on %s\n", kVersionText, kPlatform);
        fputs("Type \"help\", \"copyright\", \"credits\" or \"license\" for more information.\n", stderr);
    }
    auto main_module = imported_module(ts, "__main__"_n);
    if (!main_module.ok()) return 1;
    OptRef<Object> main = std::move(main_module).take();
    if (!main) return 1;
    Ref<Object> globals = Ref<Object>::share(obj(module_dict(*main)));
    for (Str* name : {&"ps1"_s, &"ps2"_s}) {
        if (!sys_get(ts, *name) && !sys_set(ts, *name, name == &"ps1"_s ? &">>> "_n : &"... "_n).ok()) error_clear(ts);
    }
    std::string source, line;
    while (true) {
        bool more = !source.empty();
        std::string prompt = prompt_text(ts, more ? "ps2"_s : "ps1"_s, more ? "... " : ">>> ");
        if (!read_line(ts, prompt.c_str(), line)) {
            if (source.empty()) break;
            line = "\n";
        }
        source += line;
        auto result = run_statement(ts, source, *globals);
        if (result.ok()) {
            if (!std::move(result).take()) source.clear();
        } else {
            source.clear();
            int code;
            if (take_system_exit(ts, code)) return code;
            if (print_pending_error(ts, true, code)) return code;
        }
        for (Str* file : {&"stderr"_s, &"stdout"_s}) {
            Object* stream = sys_get(ts, *file);
            if (stream && !is_none(stream) && !call_method(ts, *stream, "flush"_n).ok()) error_clear(ts);
        }
        if (feof(stdin)) break;
    }
    fputc('\n', stderr);
    return 0;
}

}  // namespace orochi
