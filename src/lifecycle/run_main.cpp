// What the command line asks for: a command, a module, a file, a directory or archive, standard input, or the prompt.
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "execution/compile_source.hpp"
#include "execution/error_display.hpp"
#include "execution/evaluate.hpp"
#include "lifecycle/interactive.hpp"
#include "lifecycle/lifecycle.hpp"
#include "modules/marshal/marshal.hpp"
#include "modules/wide_text.hpp"
#include "objects/bytes.hpp"
#include "objects/dict.hpp"
#include "objects/list.hpp"
#include "objects/module.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"
#include "state/config.hpp"

namespace orochi {

namespace {

// Shows the pending exception; the exit code it asks for, 1 by default. SystemExit ends the process at once, and not
// the call of Py_RunMain only, as its manual says.
int report(ThreadState& ts) {
    int code = 1;
    if (take_system_exit(ts, code)) exit_process(code);
    bool interrupted = error_matches(ts, PyExc_KeyboardInterrupt);
    if (print_pending_error(ts, true, code)) return code;
    return interrupted ? kEndedByInterrupt : 1;
}

Result<Ref<Object>> main_dict(ThreadState& ts) {
    OptRef<Object> main = TRY(imported_module(ts, "__main__"_n));
    if (!main) return raise(ts, PyExc_RuntimeError, "lost __main__");
    return Ref<Object>::share(obj(module_dict(*main)));
}

Result<void> prepend_path(ThreadState& ts, Object& entry) {
    Object* path = sys_get(ts, "path"_s);
    if (!path || !PyList_Check(path)) return raise(ts, PyExc_RuntimeError, "unable to get sys.path");
    return list_insert(ts, as<List>(*path), 0, entry);
}

// sys.path[0] for a script is its folder, with links resolved.
Result<void> prepend_script_folder(ThreadState& ts, const std::string& script) {
    std::string path = script;
    char resolved[PATH_MAX];
    if (realpath(script.c_str(), resolved)) path = resolved;
    size_t slash = path.rfind('/');
    std::string folder = slash == path.npos ? "" : slash == 0 ? "/" : path.substr(0, slash);
    Ref<Object> entry = TRY(str_decode_filesystem(ts, folder));
    return prepend_path(ts, entry);
}

Result<void> run_source(ThreadState& ts, std::string_view source, language::SourceOrigin origin, Str& filename) {
    Ref<Object> globals = TRY(main_dict(ts));
    Ref<Code> code = TRY(compile_source(ts, {.source = source, .origin = origin, .filename = filename}));
    TRY(run_program(ts, *code, *globals, *globals));
    return {};
}

Result<void> run_command(ThreadState& ts, const wchar_t* command) {
    Ref<Str> text = TRY(wide_str(ts, command));
    TRY(audit(ts, "cpython.run_command", "O", text.get()));
    if (!ts.interpreter().config->safe_path) TRY(prepend_path(ts, ""_n));
    Result<Ref<Object>> encoded = str_encode(ts, text, "utf-8", nullptr);
    if (!encoded.ok()) {
        std::fputs("Unable to decode the command from the command line:\n", stderr);
        return failure;
    }
    Ref<Object> source = std::move(encoded).take();
    Ref<Str> filename = TRY(str_from_ascii(ts, "<string>"));
    return run_source(ts, bytes_view(as<Bytes>(*source)), language::SourceOrigin::Text, *filename);
}

Result<void> run_module(ThreadState& ts, const wchar_t* name, bool set_argv0) {
    Ref<Str> text = TRY(wide_str(ts, name));
    TRY(audit(ts, "cpython.run_module", "O", text.get()));
    if (!ts.interpreter().config->safe_path && set_argv0) {
        char folder[PATH_MAX];
        if (getcwd(folder, sizeof folder)) {
            Ref<Object> entry = TRY(str_decode_filesystem(ts, folder));
            TRY(prepend_path(ts, entry));
        }
    }
    Ref<Object> runpy = TRY(import_module(ts, "runpy"_n));
    TRY(call_method(ts, *runpy, "_run_module_as_main"_n, obj(*text.get()), bool_object(set_argv0)));
    return {};
}

Result<bool> read_file(ThreadState& ts, const std::string& path, std::string& content) {
    FILE* file = fopen(path.c_str(), "rb");
    if (!file) return false;
    char buffer[65536];
    size_t got;
    while ((got = fread(buffer, 1, sizeof buffer, file)) > 0) content.append(buffer, got);
    fclose(file);
    return true;
}

std::string absolute_path(const std::string& path) {
    if (!path.empty() && path[0] == '/') return path;
    char folder[PATH_MAX];
    return getcwd(folder, sizeof folder) ? std::string(folder) + "/" + path : path;
}

// A .pyc given as a script: its code is run without looking at its time-stamp.
Result<bool> run_if_compiled(ThreadState& ts, const std::string& path, const std::string& content) {
    constexpr std::string_view kMagic("\xa7\x0d\x0d\x0a", 4);
    bool named = path.size() > 4 && path.compare(path.size() - 4, 4, ".pyc") == 0;
    if (!named && !content.starts_with(kMagic)) return false;
    if (!content.starts_with(kMagic)) return raise(ts, PyExc_RuntimeError, "Bad magic number in .pyc file");
    Ref<Object> code = TRY(marshal_loads(ts, std::string_view(content).substr(std::min<size_t>(16, content.size()))));
    if (!PyCode_Check(code.get())) return raise(ts, PyExc_RuntimeError, "Bad code object in .pyc file");
    Ref<Object> globals = TRY(main_dict(ts));
    TRY(run_code(ts, as<Code>(*code), *globals, *globals));
    return true;
}

Result<void> set_main_file(ThreadState& ts, const std::string& path, bool source) {
    Ref<Object> globals = TRY(main_dict(ts));
    Ref<Object> name = TRY(str_decode_filesystem(ts, path));
    TRY(dict_set(ts, as<Dict>(*globals), "__file__"_n, *name));
    TRY(dict_set(ts, as<Dict>(*globals), "__cached__"_n, none()));
    Ref<Object> external = TRY(import_module(ts, "_frozen_importlib_external"_n));
    Ref<Object> loader_class = TRY(getattr(ts, *external, source ? "SourceFileLoader"_n : "SourcelessFileLoader"_n));
    Ref<Object> loader = TRY(call(ts, *loader_class, "__main__"_n, *name));
    return dict_set(ts, as<Dict>(*globals), "__loader__"_n, *loader);
}

Result<int> run_file(ThreadState& ts, const wchar_t* filename) {
    std::string path;
    if (!encode_locale(filename, path)) path = wide_to_wtf8(filename);
    TRY(audit(ts, "cpython.run_file", "O", TRY(wide_str(ts, filename)).get()));
    std::string program =
        wide_to_wtf8(ts.interpreter().config->program_name ? ts.interpreter().config->program_name : L"orochi");
    struct stat info;
    std::string content;
    if (stat(path.c_str(), &info) != 0 || !TRY(read_file(ts, path, content))) {
        int number = errno;
        fprintf(stderr, "%s: can't open file '%s': [Errno %d] %s\n", program.c_str(), absolute_path(path).c_str(),
                number, strerror(number));
        return 2;
    }
    if (!ts.interpreter().config->safe_path) TRY(prepend_script_folder(ts, path));
    bool named_compiled = path.size() > 4 && path.compare(path.size() - 4, 4, ".pyc") == 0;
    TRY(set_main_file(ts, path, !named_compiled));
    if (TRY(run_if_compiled(ts, path, content))) return 0;
    // -x: the first line is not Python; its end stays, so that line numbers do.
    if (ts.interpreter().config->skip_source_first_line) content.erase(0, std::min(content.find('\n'), content.size()));
    Ref<Object> name = TRY(str_decode_filesystem(ts, path));
    TRY(run_source(ts, content, language::SourceOrigin::File, as<Str>(*name)));
    return 0;
}

// A folder or archive with a __main__ module: the importer that takes it, or none.
Result<bool> run_as_package(ThreadState& ts, const wchar_t* filename) {
    std::string path;
    if (!encode_locale(filename, path)) return false;
    struct stat info;
    if (stat(path.c_str(), &info) != 0) return false;
    Ref<Object> entry = TRY(str_decode_filesystem(ts, path));
    if (!S_ISDIR(info.st_mode)) {
        FILE* file = fopen(path.c_str(), "rb");
        if (!file) return false;
        // An archive is recognised at its end; asking the importers is only worth it for something that may be one.
        bool maybe = false;
        if (fseek(file, -std::min<long>(65557, long(info.st_size)), SEEK_END) == 0) {
            std::string tail(size_t(std::min<long>(65557, long(info.st_size))), '\0');
            size_t got = fread(tail.data(), 1, tail.size(), file);
            maybe = tail.substr(0, got).find("PK\5\6") != std::string::npos;
        }
        fclose(file);
        if (!maybe) return false;
    }
    Ref<Object> pkgutil_hook = TRY(import_module(ts, "_frozen_importlib_external"_n));
    Ref<Object> finder_class = TRY(getattr(ts, *pkgutil_hook, "PathFinder"_n));
    Ref<Object> importer = TRY(call_method(ts, *finder_class, "_path_importer_cache"_n, *entry));
    if (is_none(importer.get())) return false;
    TRY(prepend_path(ts, *entry));
    TRY(run_module(ts, L"__main__", false));
    return true;
}

// A variable of the environment; null when it is unset, empty or not to be looked at.
const char* environment_variable(ThreadState& ts, const char* name) {
    if (!ts.interpreter().config->use_environment) return nullptr;
    const char* value = getenv(name);
    return value && *value ? value : nullptr;
}

void write_to_stderr(ThreadState& ts, const char* text) {
    ErrorKeeper keeper(ts);
    Object* file = sys_get(ts, "stderr"_s);
    auto line = str_from_ascii(ts, text);
    if (!file || is_none(file) || !line.ok() || !call_method(ts, *file, "write"_n, *std::move(line).take()).ok()) {
        error_clear(ts);
        std::fputs(text, stderr);
    }
}

// Runs the file that PYTHONSTARTUP names.
Result<void> run_startup(ThreadState& ts) {
    const char* path = environment_variable(ts, "PYTHONSTARTUP");
    if (!path) return {};
    Ref<Str> name = TRY(str_decode_filesystem(ts, path));
    TRY(audit(ts, "cpython.run_startup", "O", name.get()));
    std::string content;
    if (!TRY(read_file(ts, path, content))) {
        int number = errno;
        write_to_stderr(ts, "Could not open PYTHONSTARTUP\n");
        return raise_os_error(ts, number, &obj(*name));
    }
    Ref<Object> globals = TRY(main_dict(ts));
    TRY(dict_set(ts, as<Dict>(*globals), "__file__"_n, obj(*name)));
    TRY(dict_set(ts, as<Dict>(*globals), "__cached__"_n, none()));
    auto result = run_source(ts, content, language::SourceOrigin::File, *name);
    ErrorKeeper keeper(ts);
    for (Object* attribute : {&"__file__"_n, &"__cached__"_n}) {
        if (!dict_discard(ts, as<Dict>(*globals), *attribute).ok()) error_clear(ts);
    }
    return result;
}

// sys.__interactivehook__(), which `site` sets.
Result<void> run_interactive_hook(ThreadState& ts) {
    Object* hook = sys_get(ts, "__interactivehook__"_s);
    if (!hook) return {};
    Ref<Object> kept = Ref<Object>::share(*hook);
    TRY(audit(ts, "cpython.run_interactivehook", "O", kept.get()));
    if (call(ts, *kept).ok()) return {};
    write_to_stderr(ts, "Failed calling sys.__interactivehook__\n");
    return failure;
}

Result<void> audit_standard_input(ThreadState& ts) { return audit(ts, "cpython.run_stdin", nullptr); }

// Statements from the prompt, after what is to be run before it. Nothing stays in the prompt any more: SystemExit ends
// it.
int run_prompt(ThreadState& ts, bool first) {
    ts.interpreter().config->inspect = 0;
    for (auto prepare : {run_startup, run_interactive_hook, audit_standard_input}) {
        if (prepare != run_interactive_hook && !first) continue;
        if (prepare(ts).ok()) continue;
        int code;
        if (take_system_exit(ts, code) || print_pending_error(ts, true, code)) return code;
    }
    return run_interactive(ts, first);
}

Result<void> run_standard_input(ThreadState& ts) {
    if (!ts.interpreter().config->safe_path) TRY(prepend_path(ts, ""_n));
    TRY(audit_standard_input(ts));
    std::string source;
    char buffer[65536];
    ssize_t got;
    {
        Unlocked unlocked(ts);
        while ((got = read(0, buffer, sizeof buffer)) > 0) source.append(buffer, size_t(got));
    }
    Ref<Str> filename = TRY(str_from_ascii(ts, "<stdin>"));
    return run_source(ts, source, language::SourceOrigin::File, *filename);
}

}  // namespace

int run_main(ThreadState& ts) {
    const Config& config = *ts.interpreter().config;
    int code = 0;
    auto finish = [&](Result<void>&& result) {
        if (!result.ok()) code = report(ts);
    };
    bool interactive_input = isatty(0) || config.interactive;
    if (config.run_command) {
        finish(run_command(ts, config.run_command));
    } else if (config.run_module) {
        finish(run_module(ts, config.run_module, true));
    } else if (config.run_filename) {
        auto package = run_as_package(ts, config.run_filename);
        if (!package.ok()) {
            code = report(ts);
        } else if (!std::move(package).take()) {
            auto result = run_file(ts, config.run_filename);
            code = result.ok() ? std::move(result).take() : report(ts);
        }
    } else if (interactive_input) {
        if (!config.safe_path) {
            auto added = prepend_path(ts, ""_n);
            if (!added.ok()) error_clear(ts);
        }
        return run_prompt(ts, true);
    } else {
        finish(run_standard_input(ts));
    }
    // The program may have set the variable itself.
    bool inspect = config.inspect || environment_variable(ts, "PYTHONINSPECT");
    return inspect && interactive_input ? run_prompt(ts, false) : code;
}

}  // namespace orochi
