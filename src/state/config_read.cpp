// Reading a configuration: the command line, then the PYTHON* variables.
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <cwchar>

#include "state/config.hpp"
#include "state/version.hpp"

namespace orochi {

namespace {

class Reader {
public:
    Reader(PyConfig& config, ConfigExtra& extra) : config_(config), extra_(extra) {}
    PyStatus run();

private:
    PyStatus command_line();
    PyStatus option(wchar_t letter, Py_ssize_t& i, size_t& k, bool& done);
    PyStatus usage_error();
    PyStatus environment();
    PyStatus x_options();
    PyStatus warn_options();
    PyStatus absolute_filename();
    void environment_flag(int& field, const char* name);
    const char* variable(const char* name) const {
        const char* value = config_.use_environment ? std::getenv(name) : nullptr;
        return value && *value ? value : nullptr;
    }
    // The value of -X name or -X name=value: null when not given, "" without a value.
    const wchar_t* x_option(const wchar_t* name) const {
        size_t size = std::wcslen(name);
        for (Py_ssize_t i = 0; i < config_.xoptions.length; ++i) {
            const wchar_t* item = config_.xoptions.items[i];
            if (std::wcsncmp(item, name, size)) continue;
            if (item[size] == 0) return item + size;
            if (item[size] == '=') return item + size + 1;
        }
        return nullptr;
    }
    const wchar_t* program() const { return config_.orig_argv.length ? config_.orig_argv.items[0] : L"python3.11"; }

    PyConfig& config_;
    ConfigExtra& extra_;
    std::vector<std::wstring> command_line_warnings_;
    int print_version_ = 0;
};

bool parse_int(const char* text, int& value) {
    char* end;
    errno = 0;
    long number = std::strtol(text, &end, 10);
    if (*text == 0 || *end || errno || number < INT_MIN || number > INT_MAX) return false;
    value = int(number);
    return true;
}
bool parse_int(const wchar_t* text, int& value) {
    std::string narrow;
    return encode_locale(text, narrow) && parse_int(narrow.c_str(), value);
}

void Reader::environment_flag(int& field, const char* name) {
    const char* text = variable(name);
    if (!text) return;
    int value;
    if (!parse_int(text, value) || value < 0) value = 1;  // set, if not to a number
    if (field < value) field = value;
}

PyStatus Reader::usage_error() {
    std::string usage = usage_text(program());
    std::fprintf(stderr, "%sTry `python -h' for more information.\n", usage.c_str());
    return status_exit(2);
}

PyStatus Reader::option(wchar_t letter, Py_ssize_t& i, size_t& k, bool& done) {
    // Options with a value take the rest of the word or the next word.
    const wchar_t* value = nullptr;
    if (letter == 'c' || letter == 'm' || letter == 'W' || letter == 'X') {
        const wchar_t* word = config_.argv.items[i];
        if (word[k + 1]) {
            value = word + k + 1;
        } else if (i + 1 < config_.argv.length) {
            value = config_.argv.items[++i];
        } else {
            std::fprintf(stderr, "Argument expected for the -%c option\n", char(letter));
            return usage_error();
        }
        k = std::wcslen(word);  // the word is used up
    }
    switch (letter) {
        case 'c':
            if (!config_set(config_.run_command, std::wstring(value) + L"\n")) return status_no_memory();
            done = true;
            break;
        case 'm':
            if (!config_set(config_.run_module, value)) return status_no_memory();
            done = true;
            break;
        case 'b': ++config_.bytes_warning; break;
        case 'B': config_.write_bytecode = 0; break;
        case 'd': ++config_.parser_debug; break;
        case 'i':
            ++config_.inspect;
            ++config_.interactive;
            break;
        case 'E': config_.use_environment = 0; break;
        case 'I':
            config_.isolated = 1;
            config_.use_environment = 0;
            config_.user_site_directory = 0;
            config_.safe_path = 1;
            break;
        case 'O': ++config_.optimization_level; break;
        case 'P': config_.safe_path = 1; break;
        case 'q': ++config_.quiet; break;
        case 's': config_.user_site_directory = 0; break;
        case 'S': config_.site_import = 0; break;
        case 'u': config_.buffered_stdio = 0; break;
        case 'v': ++config_.verbose; break;
        case 'V': ++print_version_; break;
        case 'x': config_.skip_source_first_line = 1; break;
        case 'R': config_.use_hash_seed = 0; break;
        case 't': break;  // accepted and without effect
        case 'W': command_line_warnings_.emplace_back(value); break;
        case 'X':
            if (!config_append(config_.xoptions, value)) return status_no_memory();
            break;
        case 'h':
        case '?': std::printf("%s%s", usage_text(program()).c_str(), usage_options_text()); return status_exit(0);
        default: std::fprintf(stderr, "Unknown option: -%c\n", char(letter)); return usage_error();
    }
    return status_ok();
}

PyStatus Reader::command_line() {
    Py_ssize_t count = config_.argv.length;
    Py_ssize_t i = 1;
    bool done = false;
    for (; i < count && !done; ++i) {
        std::wstring_view word = config_.argv.items[i];
        if (word.size() < 2 || word[0] != '-') break;
        if (word == L"--") {
            ++i;
            break;
        }
        if (word[1] == '-') {
            if (word == L"--help") {
                std::printf("%s%s", usage_text(program()).c_str(), usage_options_text());
                return status_exit(0);
            }
            if (word == L"--version") {
                ++print_version_;
            } else if (word == L"--help-env") {
                std::fputs(usage_environment_text(), stdout);
                return status_exit(0);
            } else if (word == L"--help-xoptions") {
                std::fputs(usage_xoptions_text(), stdout);
                return status_exit(0);
            } else if (word == L"--help-all") {
                std::printf("%s%s\n%s\n%s", usage_text(program()).c_str(), usage_options_text(),
                            usage_environment_text(), usage_xoptions_text());
                return status_exit(0);
            } else if (word == L"--check-hash-based-pycs") {
                if (i + 1 >= count) {
                    std::fprintf(stderr, "Argument expected for the --check-hash-based-pycs options\n");
                    return usage_error();
                }
                std::wstring_view mode = config_.argv.items[++i];
                if (mode != L"always" && mode != L"never" && mode != L"default") {
                    std::fprintf(stderr, "--check-hash-based-pycs must be one of 'default', 'always', or 'never'\n");
                    return usage_error();
                }
                if (!config_set(config_.check_hash_pycs_mode, mode)) return status_no_memory();
            } else {
                std::string narrow;
                encode_locale(word, narrow);
                std::fprintf(stderr, "unknown option %s\n", narrow.c_str());
                return usage_error();
            }
            continue;
        }
        for (size_t k = 1; k < word.size() && !done; ++k) {
            PyStatus status = option(word[k], i, k, done);
            if (status_stops(status)) return status;
        }
    }
    if (print_version_) {
        std::printf("Python %s\n", print_version_ > 1 ? kVersionText : PY_VERSION);
        return status_exit(0);
    }
    if (!config_.run_command && !config_.run_module && i < count && !config_.run_filename &&
        std::wcscmp(config_.argv.items[i], L"-")) {
        if (!config_set(config_.run_filename, config_.argv.items[i])) return status_no_memory();
    }
    // sys.argv: what is being run, and its arguments.
    PyWideStringList rest{0, nullptr};
    bool good = true;
    if (config_.run_command) {
        good = config_append(rest, L"-c");
    } else if (config_.run_module) {
        good = config_append(rest, L"-m");
    }
    for (; good && i < count; ++i) good = config_append(rest, config_.argv.items[i]);
    if (good && rest.length == 0) good = config_append(rest, L"");
    config_clear_list(config_.argv);
    config_.argv = rest;
    return good ? status_ok() : status_no_memory();
}

PyStatus Reader::environment() {
    environment_flag(config_.parser_debug, "PYTHONDEBUG");
    environment_flag(config_.verbose, "PYTHONVERBOSE");
    environment_flag(config_.optimization_level, "PYTHONOPTIMIZE");
    if (!config_.inspect && variable("PYTHONINSPECT")) config_.inspect = 1;
    int flag = 0;
    environment_flag(flag, "PYTHONDONTWRITEBYTECODE");
    if (flag) config_.write_bytecode = 0;
    flag = 0;
    environment_flag(flag, "PYTHONNOUSERSITE");
    if (flag) config_.user_site_directory = 0;
    flag = 0;
    environment_flag(flag, "PYTHONUNBUFFERED");
    if (flag) config_.buffered_stdio = 0;
    if (variable("PYTHONSAFEPATH")) config_.safe_path = 1;
    if (variable("PYTHONMALLOCSTATS")) config_.malloc_stats = 1;
    if (variable("PYTHONDUMPREFS")) config_.dump_refs = 1;
    if (config_.dev_mode < 0) config_.dev_mode = x_option(L"dev") || variable("PYTHONDEVMODE");
    if (config_.faulthandler < 0) {
        config_.faulthandler = x_option(L"faulthandler") || variable("PYTHONFAULTHANDLER") || config_.dev_mode > 0;
    }
    if (variable("PYTHONPROFILEIMPORTTIME") || x_option(L"importtime")) config_.import_time = 1;
    if (variable("PYTHONNODEBUGRANGES") || x_option(L"no_debug_ranges")) config_.code_debug_ranges = 0;
    if (variable("PYTHONWARNDEFAULTENCODING") || x_option(L"warn_default_encoding")) config_.warn_default_encoding = 1;
    if (x_option(L"showrefcount")) config_.show_ref_count = 1;

    struct Text {
        wchar_t*& field;
        const char* name;
    };
    for (Text text : {Text{config_.pythonpath_env, "PYTHONPATH"}, Text{config_.platlibdir, "PYTHONPLATLIBDIR"},
                      Text{config_.home, "PYTHONHOME"}}) {
        const char* value = variable(text.name);
        if (value && !text.field && !config_set(text.field, decode_locale(value))) return status_no_memory();
    }
    if (!config_.pycache_prefix) {
        const wchar_t* option = x_option(L"pycache_prefix");
        const char* value = variable("PYTHONPYCACHEPREFIX");
        std::wstring text = option ? std::wstring(option) : value ? decode_locale(value) : std::wstring();
        if (!text.empty() && !config_set(config_.pycache_prefix, text)) return status_no_memory();
    }
    if (config_.use_hash_seed < 0) {
        config_.use_hash_seed = 0;
        config_.hash_seed = 0;
        const char* seed = variable("PYTHONHASHSEED");
        if (seed && std::strcmp(seed, "random")) {
            char* end;
            errno = 0;
            unsigned long number = std::strtoul(seed, &end, 10);
            if (*end || errno == ERANGE || number > 4294967295UL) {
                return status_error("config_init_hash_seed",
                                    "PYTHONHASHSEED must be \"random\" or an integer in range [0; 4294967295]");
            }
            config_.use_hash_seed = 1;
            config_.hash_seed = number;
        }
    }
    if (const char* io = variable("PYTHONIOENCODING")) {
        std::wstring text = decode_locale(io);
        size_t colon = text.find(L':');
        std::wstring encoding = text.substr(0, colon);
        if (!encoding.empty() && !config_.stdio_encoding && !config_set(config_.stdio_encoding, encoding)) {
            return status_no_memory();
        }
        if (colon != text.npos && colon + 1 < text.size() && !config_.stdio_errors &&
            !config_set(config_.stdio_errors, text.substr(colon + 1))) {
            return status_no_memory();
        }
        if (config_.stdio_encoding && !config_.stdio_errors && !config_set(config_.stdio_errors, L"strict")) {
            return status_no_memory();
        }
    }
    return status_ok();
}

PyStatus Reader::x_options() {
    if (config_.tracemalloc < 0) {
        config_.tracemalloc = 0;
        int frames;
        if (const char* value = variable("PYTHONTRACEMALLOC")) {
            if (!parse_int(value, frames) || frames < 0) {
                return status_error("config_init_tracemalloc", "PYTHONTRACEMALLOC: invalid number of frames");
            }
            config_.tracemalloc = frames;
        }
        if (const wchar_t* value = x_option(L"tracemalloc")) {
            frames = value[-1] != '=';  // a value that is empty is a 0
            if (*value && (!parse_int(value, frames) || frames < 0)) {
                return status_error("config_init_tracemalloc", "-X tracemalloc=NFRAME: invalid number of frames");
            }
            config_.tracemalloc = frames;
        }
    }
    constexpr int kThreshold = 640;
    int digits;
    if (const char* value = variable("PYTHONINTMAXSTRDIGITS")) {
        if (!parse_int(value, digits) || (digits != 0 && digits < kThreshold)) {
            return status_error("config_init_int_max_str_digits",
                                "PYTHONINTMAXSTRDIGITS: invalid limit; must be >= 640 or 0 for unlimited.");
        }
        extra_.int_max_str_digits = digits;
    }
    if (const wchar_t* value = x_option(L"int_max_str_digits")) {
        if (!parse_int(value, digits) || (digits != 0 && digits < kThreshold)) {
            return status_error("config_init_int_max_str_digits",
                                "-X int_max_str_digits: invalid limit; must be >= 640 or 0 for unlimited.");
        }
        extra_.int_max_str_digits = digits;
    }
    if (const wchar_t* value = x_option(L"frozen_modules")) {
        if (!*value || !std::wcscmp(value, L"on")) {
            config_.use_frozen_modules = 1;
        } else if (!std::wcscmp(value, L"off")) {
            config_.use_frozen_modules = 0;
        } else {
            return status_error(nullptr, "bad value for option -X frozen_modules (expected \"on\" or \"off\")");
        }
    }
    if (const wchar_t* value = x_option(L"utf8")) {
        extra_.utf8_mode = std::wcscmp(value, L"0") != 0;
    } else {
        extra_.utf8_mode = Py_UTF8Mode > 0;
    }
    return status_ok();
}

// The last one counts most: -X dev, PYTHONWARNINGS, -W, -b, then what the program set. Each is there once.
PyStatus Reader::warn_options() {
    PyWideStringList list{0, nullptr};
    bool good = true;
    auto add = [&](std::wstring_view item) {
        for (Py_ssize_t i = 0; i < list.length; ++i) {
            if (item == list.items[i]) return;
        }
        good = good && config_append(list, item);
    };
    if (config_.dev_mode > 0) add(L"default");
    if (const char* value = variable("PYTHONWARNINGS")) {
        std::wstring text = decode_locale(value);
        size_t start = 0;
        while (start <= text.size()) {
            size_t comma = std::min(text.find(L',', start), text.size());
            if (comma > start) add(std::wstring_view(text).substr(start, comma - start));
            start = comma + 1;
        }
    }
    for (const std::wstring& item : command_line_warnings_) add(item);
    if (config_.bytes_warning) add(config_.bytes_warning > 1 ? L"error::BytesWarning" : L"default::BytesWarning");
    for (Py_ssize_t i = 0; i < config_.warnoptions.length; ++i) add(config_.warnoptions.items[i]);
    config_clear_list(config_.warnoptions);
    config_.warnoptions = list;
    return good ? status_ok() : status_no_memory();
}

PyStatus Reader::absolute_filename() {
    if (!config_.run_filename || config_.run_filename[0] == '/') return status_ok();
    char folder[PATH_MAX];
    if (!getcwd(folder, sizeof folder)) return status_ok();
    std::wstring path = decode_locale(folder);
    std::wstring_view file = config_.run_filename;
    if (file == L".") file = L"";
    if (!file.empty() && path != L"/") path += L'/';
    return config_set(config_.run_filename, path + std::wstring(file)) ? status_ok() : status_no_memory();
}

PyStatus Reader::run() {
    if (config_.orig_argv.length == 0) {
        for (Py_ssize_t i = 0; i < config_.argv.length; ++i) {
            if (!config_append(config_.orig_argv, config_.argv.items[i])) return status_no_memory();
        }
    }
    if (config_.isolated > 0) {
        config_.safe_path = 1;
        config_.user_site_directory = 0;
        config_.use_environment = 0;
    }
    if (!config_.program_name && config_.argv.length && config_.argv.items[0][0]) {
        if (!config_set(config_.program_name, config_.argv.items[0])) return status_no_memory();
    }
    PyStatus status = status_ok();
    if (config_.parse_argv == 1) {
        status = command_line();
        if (status_stops(status)) return status;
        config_.parse_argv = 2;  // done
    } else if (config_.argv.length == 0 && !config_append(config_.argv, L"")) {
        return status_no_memory();
    }
    for (PyStatus (Reader::*step)() :
         {&Reader::environment, &Reader::x_options, &Reader::warn_options, &Reader::absolute_filename}) {
        status = (this->*step)();
        if (status_stops(status)) return status;
    }
    if (!config_.check_hash_pycs_mode && !config_set(config_.check_hash_pycs_mode, L"default")) {
        return status_no_memory();
    }
    if (!config_.platlibdir && !config_set(config_.platlibdir, L"lib")) return status_no_memory();
    if (!config_.filesystem_encoding) {
        bool utf8 = extra_.utf8_mode || locale_is_utf8();
        std::wstring name = utf8 ? L"utf-8" : decode_locale(Py_UTF8Mode ? "utf-8" : "");
        if (name.empty()) name = L"ascii";
        if (!config_set(config_.filesystem_encoding, name)) return status_no_memory();
    }
    if (!config_.filesystem_errors && !config_set(config_.filesystem_errors, L"surrogateescape")) {
        return status_no_memory();
    }
    if (!config_.stdio_encoding && !config_set(config_.stdio_encoding, config_.filesystem_encoding)) {
        return status_no_memory();
    }
    if (!config_.stdio_errors) {
        // What a C locale prints may be anything: bytes that came in go out unchanged.
        const char* locale = std::setlocale(LC_CTYPE, nullptr);
        bool c_like =
            extra_.utf8_mode || (locale && (!std::strcmp(locale, "C") || !std::strcmp(locale, "POSIX") ||
                                            !std::strcmp(locale, "C.UTF-8") || !std::strcmp(locale, "C.utf8")));
        if (!config_set(config_.stdio_errors, c_like ? L"surrogateescape" : L"strict")) return status_no_memory();
    }
    if (config_.dev_mode < 0) config_.dev_mode = 0;
    if (config_.faulthandler < 0) config_.faulthandler = 0;
    if (config_.tracemalloc < 0) config_.tracemalloc = 0;
    return status_ok();
}

}  // namespace

PyStatus config_read_options(PyConfig& config, ConfigExtra& extra) { return Reader(config, extra).run(); }

PyStatus config_read(PyConfig& config, ConfigExtra& extra) {
    PyStatus status = config_read_options(config, extra);
    return status_stops(status) ? status : config_read_paths(config);
}

}  // namespace orochi
