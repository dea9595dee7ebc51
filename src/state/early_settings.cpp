#include "state/early_settings.hpp"

namespace orochi {

namespace {

constexpr wchar_t kSeparator = L':';

bool apply(wchar_t*& field, const std::optional<std::wstring>& value) {
    return field || !value || config_set(field, *value);
}

bool apply_path(EarlySettings& settings, PyConfig& config) {
    if (!settings.path_was_given || config.module_search_paths_set) return true;
    std::wstring_view rest = *settings.path;
    bool good = true;
    for (;;) {
        size_t end = std::min(rest.find(kSeparator), rest.size());
        good = good && config_append(config.module_search_paths, rest.substr(0, end));
        if (end == rest.size()) break;
        rest.remove_prefix(end + 1);
    }
    config.module_search_paths_set = 1;
    return good && apply(config.prefix, L"") && apply(config.exec_prefix, L"");
}

bool prepend(PyWideStringList& list, const std::vector<std::wstring>& items) {
    for (size_t i = 0; i < items.size(); ++i) {
        if (!config_insert(list, Py_ssize_t(i), items[i])) return false;
    }
    return true;
}

}  // namespace

EarlySettings& early_settings(Runtime& runtime) {
    if (!runtime.early_settings) runtime.early_settings = new EarlySettings();
    return *runtime.early_settings;
}

PyStatus early_settings_apply(EarlySettings& settings, PyConfig& config) {
    bool good = apply(config.program_name, settings.program_name) && apply(config.home, settings.home) &&
                apply(config.executable, settings.program_full_path) && apply_path(settings, config) &&
                prepend(config.warnoptions, settings.warn_options) && prepend(config.xoptions, settings.x_options);
    settings.warn_options.clear();
    settings.x_options.clear();
    if (good && !settings.stdio_encoding.empty() && !config.stdio_encoding) {
        good = config_set(config.stdio_encoding, decode_locale(settings.stdio_encoding));
    }
    if (good && !settings.stdio_errors.empty() && !config.stdio_errors) {
        good = config_set(config.stdio_errors, decode_locale(settings.stdio_errors));
    }
    settings.stdio_encoding.clear();
    settings.stdio_errors.clear();
    return good ? status_ok() : status_no_memory();
}

void early_settings_update(EarlySettings& settings, const PyConfig& config) {
    settings.program_name = config.program_name;
    settings.program_full_path = config.executable;
    settings.prefix = config.prefix;
    settings.exec_prefix = config.exec_prefix;
    if (config.home) settings.home = config.home;
    std::wstring path;
    for (Py_ssize_t i = 0; i < config.module_search_paths.length; ++i) {
        if (i) path += kSeparator;
        path += config.module_search_paths.items[i];
    }
    settings.path = path;
}

}  // namespace orochi
