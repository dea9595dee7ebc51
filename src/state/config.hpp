// Configuration (PEP 587): the public PyConfig and PyPreConfig, and what they have no field for.
//
// A PyConfig is filled with defaults, then with what the embedding program sets, then config_read() adds the
// command line, the environment and the places of the standard library. Strings are malloc'ed. Status values
// are those of the C API.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "memory/python.hpp"

namespace orochi {

// The configuration that an interpreter runs with.
struct Config : PyConfig {
    int int_max_str_digits = -1;  // -1: the default
    int utf8_mode = 0;
    // What the process printed and ends with instead of running anything (--help), or -1.
    int exit_code = -1;

    Config();  // the defaults of PyConfig_InitPythonConfig
    ~Config();
    Config(const Config&) = delete;
};

void preconfig_init(PyPreConfig& config, bool isolated);
void config_init(PyConfig& config, bool isolated);
void config_clear(PyConfig& config);
bool config_copy(PyConfig& to, const PyConfig& from);  // false: out of memory

bool config_equal(const PyConfig& a, const PyConfig& b);

// Strings and lists of a configuration. False: out of memory.
bool config_set(wchar_t*& field, std::wstring_view value);
bool config_append(PyWideStringList& list, std::wstring_view value);
bool config_insert(PyWideStringList& list, Py_ssize_t index, std::wstring_view value);
void config_clear_list(PyWideStringList& list);

// Sets the locale up (PEP 538), decides on UTF-8 mode (PEP 540), as the options in argv and the environment say.
PyStatus preconfigure(PyPreConfig& config, const std::vector<std::string>& argv);

// Fills in everything that is not set. `extra` receives what PyConfig has no field for.
struct ConfigExtra {
    int int_max_str_digits = -1;  // -1: the default
    int utf8_mode = 0;
};
PyStatus config_read(PyConfig& config, ConfigExtra& extra);
// The same without the places, which are looked for at initialisation (PyConfig_Read).
PyStatus config_read_options(PyConfig& config, ConfigExtra& extra);
// Only the places: prefix, executable, module_search_paths.
PyStatus config_read_paths(PyConfig& config);

// Text from outside as Python decodes it: the locale's encoding or UTF-8, with surrogateescape.
std::wstring decode_locale(std::string_view bytes);
// The reverse; unencodable characters give an empty result and false.
bool encode_locale(std::wstring_view text, std::string& bytes);
// As config text, surrogates for undecodable bytes included, in (W)UTF-8 for making a str.
std::string wide_to_wtf8(std::wstring_view text);
bool locale_is_utf8();

// Texts of --help and its kin; `program` is argv[0]. The first is the line "usage: ...".
std::string usage_text(std::wstring_view program);
const char* usage_options_text();
const char* usage_environment_text();
const char* usage_xoptions_text();

inline PyStatus status_ok() { return PyStatus{PyStatus::_PyStatus_TYPE_OK, nullptr, nullptr, 0}; }
inline PyStatus status_error(const char* function, const char* message) {
    return PyStatus{PyStatus::_PyStatus_TYPE_ERROR, function, message, 0};
}
inline PyStatus status_no_memory() { return status_error(nullptr, "memory allocation failed"); }
inline PyStatus status_exit(int code) { return PyStatus{PyStatus::_PyStatus_TYPE_EXIT, nullptr, nullptr, code}; }
inline bool status_stops(const PyStatus& status) { return status._type != PyStatus::_PyStatus_TYPE_OK; }

}  // namespace orochi
