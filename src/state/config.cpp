#include "state/config.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <cwchar>

namespace orochi {

namespace {

// The two kinds of field that need copying, each named once.
constexpr wchar_t* PyConfig::*kStrings[] = {&PyConfig::dump_refs_file,
                                            &PyConfig::filesystem_encoding,
                                            &PyConfig::filesystem_errors,
                                            &PyConfig::pycache_prefix,
                                            &PyConfig::stdio_encoding,
                                            &PyConfig::stdio_errors,
                                            &PyConfig::check_hash_pycs_mode,
                                            &PyConfig::program_name,
                                            &PyConfig::pythonpath_env,
                                            &PyConfig::home,
                                            &PyConfig::platlibdir,
                                            &PyConfig::stdlib_dir,
                                            &PyConfig::executable,
                                            &PyConfig::base_executable,
                                            &PyConfig::prefix,
                                            &PyConfig::base_prefix,
                                            &PyConfig::exec_prefix,
                                            &PyConfig::base_exec_prefix,
                                            &PyConfig::run_command,
                                            &PyConfig::run_module,
                                            &PyConfig::run_filename};
constexpr PyWideStringList PyConfig::*kLists[] = {&PyConfig::orig_argv, &PyConfig::argv, &PyConfig::xoptions,
                                                  &PyConfig::warnoptions, &PyConfig::module_search_paths};

constexpr int kInitPython = 2, kInitIsolated = 3;

}  // namespace

bool config_set(wchar_t*& field, std::wstring_view value) {
    wchar_t* copy = static_cast<wchar_t*>(std::malloc((value.size() + 1) * sizeof(wchar_t)));
    if (!copy) return false;
    std::memcpy(copy, value.data(), value.size() * sizeof(wchar_t));
    copy[value.size()] = 0;
    std::free(field);
    field = copy;
    return true;
}

bool config_insert(PyWideStringList& list, Py_ssize_t index, std::wstring_view value) {
    wchar_t* copy = nullptr;
    if (!config_set(copy, value)) return false;
    wchar_t** items = static_cast<wchar_t**>(std::realloc(list.items, size_t(list.length + 1) * sizeof(wchar_t*)));
    if (!items) {
        std::free(copy);
        return false;
    }
    if (index > list.length) index = list.length;
    std::memmove(items + index + 1, items + index, size_t(list.length - index) * sizeof(wchar_t*));
    items[index] = copy;
    list.items = items;
    ++list.length;
    return true;
}

bool config_append(PyWideStringList& list, std::wstring_view value) { return config_insert(list, list.length, value); }

void config_clear_list(PyWideStringList& list) {
    for (Py_ssize_t i = 0; i < list.length; ++i) std::free(list.items[i]);
    std::free(list.items);
    list = {0, nullptr};
}

void config_clear(PyConfig& config) {
    for (auto field : kStrings) {
        std::free(config.*field);
        config.*field = nullptr;
    }
    for (auto field : kLists) config_clear_list(config.*field);
}

bool config_copy(PyConfig& to, const PyConfig& from) {
    config_clear(to);
    PyConfig plain = from;
    for (auto field : kStrings) plain.*field = nullptr;
    for (auto field : kLists) plain.*field = {0, nullptr};
    to = plain;
    for (auto field : kStrings) {
        if (from.*field && !config_set(to.*field, from.*field)) return false;
    }
    for (auto field : kLists) {
        for (Py_ssize_t i = 0; i < (from.*field).length; ++i) {
            if (!config_append(to.*field, (from.*field).items[i])) return false;
        }
    }
    return true;
}

bool config_equal(const PyConfig& a, const PyConfig& b) {
    auto same_text = [](const wchar_t* x, const wchar_t* y) { return x && y ? std::wcscmp(x, y) == 0 : x == y; };
    PyConfig plain_a = a, plain_b = b;
    for (auto field : kStrings) {
        if (!same_text(a.*field, b.*field)) return false;
        plain_a.*field = plain_b.*field = nullptr;
    }
    for (auto field : kLists) {
        const PyWideStringList &x = a.*field, &y = b.*field;
        if (x.length != y.length || !std::equal(x.items, x.items + x.length, y.items, same_text)) return false;
        plain_a.*field = plain_b.*field = {0, nullptr};
    }
    // The rest are numbers. Differences in padding only make equal ones seem different.
    return std::memcmp(&plain_a, &plain_b, sizeof(PyConfig)) == 0;
}

void config_init(PyConfig& config, bool isolated) {
    config = PyConfig{};
    config._config_init = isolated ? kInitIsolated : kInitPython;
    config.use_environment = 1;
    config.dev_mode = -1;
    config.install_signal_handlers = 1;
    config.use_hash_seed = -1;
    config.faulthandler = -1;
    config.tracemalloc = -1;
    config.code_debug_ranges = 1;
    config.parse_argv = 1;
    config.site_import = 1;
    config.write_bytecode = 1;
    config.user_site_directory = 1;
    config.configure_c_stdio = 1;
    config.buffered_stdio = 1;
    config.use_frozen_modules = 1;
    config.pathconfig_warnings = 1;
    config._install_importlib = 1;
    config._init_main = 1;
    if (!isolated) return;
    config.isolated = 1;
    config.use_environment = 0;
    config.user_site_directory = 0;
    config.dev_mode = 0;
    config.install_signal_handlers = 0;
    config.use_hash_seed = 0;
    config.faulthandler = 0;
    config.tracemalloc = 0;
    config.safe_path = 1;
    config.pathconfig_warnings = 0;
    config.configure_c_stdio = 0;
    config.parse_argv = 0;
}

void preconfig_init(PyPreConfig& config, bool isolated) {
    config = PyPreConfig{};
    config._config_init = isolated ? kInitIsolated : kInitPython;
    config.parse_argv = isolated ? 0 : 1;
    config.isolated = isolated;
    config.use_environment = !isolated;
    config.configure_locale = !isolated;
    // -1: to be decided from the environment and the locale.
    config.coerce_c_locale = isolated ? 0 : -1;
    config.coerce_c_locale_warn = isolated ? 0 : -1;
    config.utf8_mode = isolated ? 0 : -1;
    config.dev_mode = isolated ? 0 : -1;
}

Config::Config() { config_init(*this, false); }
Config::~Config() { config_clear(*this); }

}  // namespace orochi
