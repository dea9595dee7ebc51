// Python code can reach outside only by calling native functions. A profile hook sees every such call and compares it
// with a list of what is known to be harmless; importing extension modules, whose types could do as they please when
// called, is not.
#include "lifecycle/watched_import.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>

#include "execution/frame.hpp"
#include "execution/trace.hpp"
#include "modules/builtin_modules.hpp"
#include "objects/dict.hpp"
#include "objects/list.hpp"
#include "objects/module.hpp"
#include "objects/native.hpp"
#include "objects/str.hpp"
#include "objects/type.hpp"

namespace orochi {

namespace {

using std::string_view_literals::operator""sv;

// Modules whose functions only compute, or change nothing but their arguments and the interpreter.
constexpr std::string_view kHarmlessModules[] = {"_abc",      "_codecs", "_collections", "_functools", "_imp",
                                                 "_operator", "_sre",    "_stat",        "_string",    "_struct",
                                                 "_weakref",  "errno",   "itertools",    "marshal",    "math"};
// Of builtins and sys, these do more.
constexpr std::string_view kHarmfulBuiltins[] = {"breakpoint", "input", "open", "print"};
constexpr std::string_view kHarmlessSys[] = {
    "_getframe",         "audit",     "exc_info", "getfilesystemencodeerrors", "getfilesystemencoding",
    "getrecursionlimit", "getsizeof", "intern"};
constexpr std::string_view kHarmlessThread[] = {"RLock", "allocate_lock", "get_ident"};
// What looking for modules needs: harmless when importlib or site ask.
constexpr std::string_view kLookingModules[] = {"_io", "io", "posix"};

template <size_t N>
bool contains(const std::string_view (&list)[N], std::string_view name) {
    return std::find(std::begin(list), std::end(list), name) != std::end(list);
}

std::string_view text_of(ThreadState& ts, Object* object) {
    if (!object || !PyUnicode_Check(object)) return {};
    auto text = str_utf8(ts, as<Str>(*object));
    if (text.ok()) return std::move(text).take();
    error_clear(ts);
    return {};
}

// Whether the caller is importlib or site, or one of the modules through which they look at files.
bool called_by_importer(ThreadState& ts, InterpreterFrame* frame) {
    for (; frame; frame = frame->previous) {
        std::string_view file = text_of(ts, frame->code->co_filename);
        if (file.starts_with("<frozen importlib."sv) || file == "<frozen site>"sv) return true;
        if (file != "<frozen posixpath>"sv && file != "<frozen genericpath>"sv && file != "<frozen os>"sv &&
            file != "<frozen codecs>"sv && file != "<frozen zipimport>"sv && file != "<frozen io>"sv)
            return false;
    }
    return false;
}

bool is_harmless(ThreadState& ts, NativeFunction& function, InterpreterFrame* caller) {
    Object* self = function.m_self;
    std::string_view name = function.m_ml->ml_name;
    if (self && !PyModule_Check(self)) {
        // A method: those of built-in types only compute; those of files and the like do not.
        Type& type = PyType_Check(self) ? as<Type>(*self) : type_of(*self);
        return !is_heap_type(type) || called_by_importer(ts, caller);
    }
    std::string_view module = text_of(ts, function.m_module);
    if (module.empty() || contains(kHarmlessModules, module)) return true;
    if (module == "builtins"sv) return !contains(kHarmfulBuiltins, name);
    if (module == "sys"sv) return contains(kHarmlessSys, name);
    if (module == "_thread"sv) return contains(kHarmlessThread, name);
    return name == "fspath"sv || (contains(kLookingModules, module) && called_by_importer(ts, caller));
}

// The profile hook. `harmful` is a list that gets what was called and is not known to be harmless.
int watch(Object* harmful, PyFrameObject* frame, int event, Object* called) {
    if (event != PyTrace_C_CALL) return 0;
    ThreadState& ts = current_thread();
    if (PyCFunction_Check(called) && is_harmless(ts, as<NativeFunction>(*called), frame->frame)) return 0;
    return list_append(ts, as<List>(*harmful), *called).ok() ? 0 : -1;
}

// Whether all modules are Python code or built in.
bool no_extension_modules(ThreadState& ts) {
    Py_ssize_t position = 0;
    Object *key, *value;
    while (dict_next(as<Dict>(*ts.interpreter().modules), position, &key, &value)) {
        if (!PyModule_Check(value)) return false;
        PyModuleDef* definition = module_definition(*value);
        if (definition && find_builtin_module(definition->m_name) != definition) return false;
    }
    return true;
}

}  // namespace

bool import_site_watched(ThreadState& ts) {
    auto made = list_new(ts, 0);
    if (!made.ok()) return false;
    Ref<List> harmful = std::move(made).take();
    if (!set_profile_hook(ts, ts, watch, obj(harmful.get())).ok()) return false;
    bool imported = import_module(ts, "site"_n).ok();
    bool removed = set_profile_hook(ts, ts, nullptr, nullptr).ok();
    return imported && removed && list_size(*harmful) == 0 && no_extension_modules(ts);
}

}  // namespace orochi
