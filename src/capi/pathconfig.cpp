// pylifecycle.h: the functions from before PEP 587 that say who the program is and where Python is.
#include "state/early_settings.hpp"
#include "state/runtime.hpp"

using namespace orochi;

namespace {

void set(std::optional<std::wstring>& setting, const wchar_t* text) {
    if (text && *text) {
        setting = text;
    } else {
        setting.reset();
    }
}
wchar_t* get(std::optional<std::wstring>& setting) { return setting ? setting->data() : nullptr; }

EarlySettings& settings() { return early_settings(process_runtime()); }

}  // namespace

#pragma GCC visibility push(default)
extern "C" {

void Py_SetProgramName(const wchar_t* name) {
    if (name && *name) settings().program_name = name;
}
void Py_SetPythonHome(const wchar_t* home) { set(settings().home, home); }
// Null: to be computed again.
void Py_SetPath(const wchar_t* path) {
    EarlySettings& s = settings();
    s.path_was_given = path != nullptr;
    if (!path) {
        s.prefix.reset();
        s.exec_prefix.reset();
        s.path.reset();
        return;
    }
    s.prefix = s.exec_prefix = L"";
    s.path = path;
}
void _Py_SetProgramFullPath(const wchar_t* path) { set(settings().program_full_path, path); }
int Py_SetStandardStreamEncoding(const char* encoding, const char* errors) {
    if (Py_IsInitialized()) return -1;
    EarlySettings& s = settings();
    s.stdio_encoding = encoding ? encoding : "";
    s.stdio_errors = errors ? errors : "";
    return 0;
}

wchar_t* Py_GetProgramName() { return get(settings().program_name); }
wchar_t* Py_GetPythonHome() { return get(settings().home); }
wchar_t* Py_GetProgramFullPath() { return get(settings().program_full_path); }
wchar_t* Py_GetPrefix() { return get(settings().prefix); }
wchar_t* Py_GetExecPrefix() { return get(settings().exec_prefix); }
wchar_t* Py_GetPath() { return get(settings().path); }
void _PyPathConfig_ClearGlobal() {
    EarlySettings& s = settings();
    s.program_name.reset();
    s.home.reset();
    s.program_full_path.reset();
    Py_SetPath(nullptr);
}

}  // extern "C"
#pragma GCC visibility pop
