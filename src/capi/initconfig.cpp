// initconfig.h (PEP 587), the flag variables that came before it, and PyStatus.
#include "state/config.hpp"

#include <clocale>
#include <cstdlib>
#include <cstring>

#include "lifecycle/initialize.hpp"
#include "state/early_settings.hpp"
#include "state/thread_state.hpp"

using namespace orochi;

#pragma GCC visibility push(default)
extern "C" {

const char* Py_FileSystemDefaultEncoding = "utf-8";
const char* Py_FileSystemDefaultEncodeErrors = "surrogateescape";
int Py_HasFileSystemDefaultEncoding = 1;

PyStatus PyStatus_Ok() { return status_ok(); }
PyStatus PyStatus_Error(const char* message) { return status_error(nullptr, message); }
PyStatus PyStatus_NoMemory() { return status_no_memory(); }
PyStatus PyStatus_Exit(int code) { return status_exit(code); }
int PyStatus_IsError(PyStatus status) { return status._type == PyStatus::_PyStatus_TYPE_ERROR; }
int PyStatus_IsExit(PyStatus status) { return status._type == PyStatus::_PyStatus_TYPE_EXIT; }
int PyStatus_Exception(PyStatus status) { return status_stops(status); }

PyStatus PyWideStringList_Append(PyWideStringList* list, const wchar_t* item) {
    return config_append(*list, item) ? status_ok() : status_no_memory();
}
PyStatus PyWideStringList_Insert(PyWideStringList* list, Py_ssize_t index, const wchar_t* item) {
    if (index < 0) return status_error("PyWideStringList_Insert", "PyWideStringList_Insert index must be >= 0");
    return config_insert(*list, index, item) ? status_ok() : status_no_memory();
}

void PyPreConfig_InitPythonConfig(PyPreConfig* config) { preconfig_init(*config, false); }
void PyPreConfig_InitIsolatedConfig(PyPreConfig* config) { preconfig_init(*config, true); }
void PyConfig_InitPythonConfig(PyConfig* config) { config_init(*config, false); }
void PyConfig_InitIsolatedConfig(PyConfig* config) { config_init(*config, true); }
void PyConfig_Clear(PyConfig* config) { config_clear(*config); }

PyStatus PyConfig_SetString(PyConfig*, wchar_t** field, const wchar_t* text) {
    if (!text) {
        std::free(*field);
        *field = nullptr;
        return status_ok();
    }
    return config_set(*field, text) ? status_ok() : status_no_memory();
}
PyStatus PyConfig_SetBytesString(PyConfig*, wchar_t** field, const char* text) {
    if (!text) return PyConfig_SetString(nullptr, field, nullptr);
    return config_set(*field, decode_locale(text)) ? status_ok() : status_no_memory();
}
PyStatus PyConfig_SetWideStringList(PyConfig*, PyWideStringList* list, Py_ssize_t length, wchar_t** items) {
    PyWideStringList made{0, nullptr};
    for (Py_ssize_t i = 0; i < length; ++i) {
        if (!config_append(made, items[i])) return status_no_memory();
    }
    config_clear_list(*list);
    *list = made;
    return status_ok();
}
PyStatus PyConfig_SetArgv(PyConfig* config, Py_ssize_t count, wchar_t* const* argv) {
    return PyConfig_SetWideStringList(config, &config->argv, count, const_cast<wchar_t**>(argv));
}
PyStatus PyConfig_SetBytesArgv(PyConfig* config, Py_ssize_t count, char* const* argv) {
    config_clear_list(config->argv);
    for (Py_ssize_t i = 0; i < count; ++i) {
        if (!config_append(config->argv, decode_locale(argv[i]))) return status_no_memory();
    }
    return status_ok();
}
PyStatus PyConfig_Read(PyConfig* config) {
    PyStatus status = preinitialize_as(*config);
    if (status_stops(status)) return status;
    status = early_settings_apply(early_settings(process_runtime()), *config);
    if (status_stops(status)) return status;
    ConfigExtra extra;
    return config_read_options(*config, extra);
}

wchar_t* Py_DecodeLocale(const char* text, size_t* size) {
    std::wstring decoded = decode_locale(text);
    wchar_t* result = nullptr;
    if (!config_set(result, decoded)) {
        if (size) *size = size_t(-1);
        return nullptr;
    }
    if (size) *size = decoded.size();
    return result;
}
char* Py_EncodeLocale(const wchar_t* text, size_t* error_position) {
    std::string bytes;
    if (error_position) *error_position = size_t(-1);
    if (!encode_locale(text, bytes)) {
        size_t at = 0;
        while (encode_locale({text + at, 1}, bytes)) ++at;
        if (error_position) *error_position = at;
        return nullptr;
    }
    char* result = static_cast<char*>(PyMem_Malloc(bytes.size() + 1));
    if (result) std::memcpy(result, bytes.c_str(), bytes.size() + 1);
    return result;
}

// The locale that the environment names, for one category; null when there is none such.
char* _Py_SetLocaleFromEnv(int category) { return std::setlocale(category, ""); }

// As the process was started; null before initialisation.
void Py_GetArgcArgv(int* count, wchar_t*** argv) {
    Interpreter* main = process_runtime().main;
    *count = main ? int(main->config->orig_argv.length) : 0;
    *argv = main ? main->config->orig_argv.items : nullptr;
}
const PyConfig* _PyInterpreterState_GetConfig(PyInterpreterState* interpreter) { return interpreter->config; }
const PyConfig* _Py_GetConfig() { return current_thread().interpreter().config; }
}
#pragma GCC visibility pop
