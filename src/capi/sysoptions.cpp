// sysmodule.h: what programs from before PEP 587 set in sys: its arguments, path and options.
#include <climits>
#include <cstdlib>

#include "modules/wide_text.hpp"
#include "objects/dict.hpp"
#include "objects/list.hpp"
#include "objects/module.hpp"
#include "objects/str.hpp"
#include "state/early_settings.hpp"
#include "state/thread_state.hpp"

using namespace orochi;

namespace {

Result<void> set_argv(ThreadState& ts, int count, wchar_t** argv) {
    Ref<List> list = TRY(list_new(ts, 0));
    for (int i = 0; i < count; ++i) TRY(list_append(ts, *list, Ref<Object>(TRY(wide_str(ts, argv[i])))));
    if (count == 0) TRY(list_append(ts, *list, ""_n));
    return sys_set(ts, "argv"_s, obj(list.get()));
}

// The folder of a script, with links resolved; of -c and the like the current one, which is written "".
std::wstring script_folder(int count, wchar_t** argv) {
    if (count == 0 || !std::wcscmp(argv[0], L"-c")) return L"";
    std::string path;
    encode_locale(argv[0], path);
    char resolved[PATH_MAX];
    if (!std::wcscmp(argv[0], L"-m")) return realpath(".", resolved) ? decode_locale(resolved) : L"";
    if (realpath(path.c_str(), resolved)) path = resolved;
    size_t slash = path.rfind('/');
    return slash == path.npos ? L"" : decode_locale(path.substr(0, slash ? slash : 1));
}

Result<void> prepend_to_path(ThreadState& ts, const std::wstring& folder) {
    Object* path = sys_get(ts, "path"_s);
    if (!path || !PyList_Check(path)) return {};
    Ref<Str> entry = TRY(wide_str(ts, folder));
    return list_insert(ts, as<List>(*path), 0, obj(*entry));
}

Result<void> set_path(ThreadState& ts, std::wstring_view rest) {
    Ref<List> list = TRY(list_new(ts, 0));
    for (;;) {
        size_t end = std::min(rest.find(L':'), rest.size());
        TRY(list_append(ts, *list, Ref<Object>(TRY(wide_str(ts, rest.substr(0, end))))));
        if (end == rest.size()) break;
        rest.remove_prefix(end + 1);
    }
    return sys_set(ts, "path"_s, obj(list.get()));
}

// sys.warnoptions, made when missing; borrowed.
Result<List*> warn_options(ThreadState& ts) {
    Object* present = sys_get(ts, "warnoptions"_s);
    if (!present || !PyList_Check(present)) {
        Ref<List> made = TRY(list_new(ts, 0));
        TRY(sys_set(ts, "warnoptions"_s, obj(made.get())));
        present = sys_get(ts, "warnoptions"_s);
    }
    return as<List>(present);
}

Result<Object*> x_options(ThreadState& ts) {
    Object* present = sys_get(ts, "_xoptions"_s);
    if (!present || !PyDict_Check(present)) {
        Ref<Dict> made = TRY(dict_new(ts));
        TRY(sys_set(ts, "_xoptions"_s, obj(made.get())));
        present = sys_get(ts, "_xoptions"_s);
    }
    return present;
}

Result<void> add_x_option(ThreadState& ts, std::wstring_view option) {
    Object* options = TRY(x_options(ts));
    size_t equals = option.find(L'=');
    Ref<Str> name = TRY(wide_str(ts, option.substr(0, equals)));
    Ref<Object> value =
        equals == option.npos ? new_bool(true) : Ref<Object>(TRY(wide_str(ts, option.substr(equals + 1))));
    return dict_set(ts, as<Dict>(*options), obj(*name), *value);
}

[[noreturn]] void fail(const char* function) { fatal_error(function, "can't set an attribute of sys"); }

}  // namespace

#pragma GCC visibility push(default)
extern "C" {

void PySys_SetArgvEx(int count, wchar_t** argv, int update_path) {
    ThreadState& ts = current_thread();
    if (!set_argv(ts, count, argv).ok()) fail("PySys_SetArgvEx");
    if (update_path && !prepend_to_path(ts, script_folder(count, argv)).ok()) fail("PySys_SetArgvEx");
}
void PySys_SetArgv(int count, wchar_t** argv) { PySys_SetArgvEx(count, argv, Py_IsolatedFlag == 0); }
void PySys_SetPath(const wchar_t* path) {
    if (!set_path(current_thread(), path).ok()) fail("PySys_SetPath");
}

// Before initialisation these are kept for it.
void PySys_AddWarnOption(const wchar_t* option) {
    if (!current_thread_state) {
        early_settings(process_runtime()).warn_options.emplace_back(option);
        return;
    }
    ThreadState& ts = current_thread();
    auto text = wide_str(ts, option);
    if (!text.ok()) return error_clear(ts);
    Ref<Str> value = std::move(text).take();
    PySys_AddWarnOptionUnicode(obj(value.get()));
}
void PySys_AddWarnOptionUnicode(PyObject* option) {
    ThreadState& ts = current_thread();
    auto list = warn_options(ts);
    if (!list.ok() || !list_append(ts, *std::move(list).take(), *option).ok()) error_clear(ts);
}
int PySys_HasWarnOptions() {
    if (!current_thread_state) return !early_settings(process_runtime()).warn_options.empty();
    Object* present = sys_get(current_thread(), "warnoptions"_s);
    return present && PyList_Check(present) && list_size(as<List>(*present)) > 0;
}
void PySys_ResetWarnOptions() {
    if (!current_thread_state) return early_settings(process_runtime()).warn_options.clear();
    ThreadState& ts = current_thread();
    Object* present = sys_get(ts, "warnoptions"_s);
    if (!present || !PyList_Check(present)) return;
    List& list = as<List>(*present);
    if (!list_set_slice(ts, list, 0, list_size(list), nullptr).ok()) error_clear(ts);
}
void PySys_AddXOption(const wchar_t* option) {
    if (!current_thread_state) {
        early_settings(process_runtime()).x_options.emplace_back(option);
        return;
    }
    ThreadState& ts = current_thread();
    if (!add_x_option(ts, option).ok()) error_clear(ts);
}
PyObject* PySys_GetXOptions() { return TRY_OR(nullptr, x_options(current_thread())); }

}  // extern "C"
#pragma GCC visibility pop
