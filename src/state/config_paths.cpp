// Where things are: the executable, the prefixes, and sys.path. The standard library is the distribution's own,
// so its place does not depend on where this executable is; a virtual environment is left to `site`, which
// finds pyvenv.cfg next to the executable.
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <cstdlib>
#include <cstring>

#include "state/config.hpp"

#ifndef OROCHI_STDLIB
#define OROCHI_STDLIB "/usr/lib/python3.11"
#endif

namespace orochi {

namespace {

bool is_executable_file(const std::string& path) {
    struct stat info;
    return stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode) && access(path.c_str(), X_OK) == 0;
}

// As the shell would have found it.
std::string find_program(const std::string& name) {
    if (name.find('/') != name.npos) {
        if (name[0] == '/') return name;
        char folder[PATH_MAX];
        if (!getcwd(folder, sizeof folder)) return name;
        return std::string(folder) + "/" + (name.starts_with("./") ? name.substr(2) : name);
    }
    const char* path = std::getenv("PATH");
    for (std::string_view rest = path ? path : "/usr/bin:/bin"; !rest.empty();) {
        size_t colon = std::min(rest.find(':'), rest.size());
        std::string candidate = std::string(rest.substr(0, colon)) + "/" + name;
        if (colon && is_executable_file(candidate)) return candidate;
        rest.remove_prefix(std::min(colon + 1, rest.size()));
    }
    return {};
}

bool set_if_missing(wchar_t*& field, const std::wstring& value) { return field || config_set(field, value); }

}  // namespace

PyStatus config_read_paths(PyConfig& config) {
    bool good = true;
    if (!config.program_name) good = good && config_set(config.program_name, L"python3");
    if (!config.executable) {
        std::string name;
        encode_locale(config.program_name ? config.program_name : L"", name);
        good = good && config_set(config.executable, decode_locale(find_program(name)));
    }
    good = good && set_if_missing(config.base_executable, config.executable ? config.executable : L"");

    // PYTHONHOME: "prefix" or "prefix:exec_prefix".
    std::wstring prefix, exec_prefix, library;
    if (config.home && config.home[0]) {
        std::wstring home = config.home;
        size_t colon = home.find(L':');
        prefix = home.substr(0, colon);
        exec_prefix = colon == home.npos ? prefix : home.substr(colon + 1);
        library = prefix + L"/lib/python3.11";
    } else {
        library = decode_locale(OROCHI_STDLIB);
        prefix = library.substr(0, library.rfind(L"/lib/"));
        exec_prefix = prefix;
    }
    good = good && set_if_missing(config.prefix, prefix) && set_if_missing(config.base_prefix, prefix) &&
           set_if_missing(config.exec_prefix, exec_prefix) && set_if_missing(config.base_exec_prefix, exec_prefix) &&
           set_if_missing(config.stdlib_dir, library);
    if (!config.module_search_paths_set) {
        config_clear_list(config.module_search_paths);
        if (config.pythonpath_env && config.pythonpath_env[0]) {
            std::wstring_view rest = config.pythonpath_env;
            for (;;) {
                size_t colon = std::min(rest.find(L':'), rest.size());
                good = good && config_append(config.module_search_paths, rest.substr(0, colon));
                if (colon == rest.size()) break;
                rest.remove_prefix(colon + 1);
            }
        }
        std::wstring parent = library.substr(0, library.rfind(L'/'));
        good = good && config_append(config.module_search_paths, parent + L"/python311.zip") &&
               config_append(config.module_search_paths, library) &&
               config_append(
                   config.module_search_paths,
                   (config.home && config.home[0] ? exec_prefix + L"/lib/python3.11" : library) + L"/lib-dynload");
        config.module_search_paths_set = 1;
    }
    return good ? status_ok() : status_no_memory();
}

}  // namespace orochi
