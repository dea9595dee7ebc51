// _warnings: the native half of `warnings`; the work is in objects/warnings.cpp.
#include "objects/warnings.hpp"

#include "modules/heap_type.hpp"
#include "objects/dict.hpp"
#include "objects/int.hpp"
#include "objects/str_internal.hpp"

namespace orochi {

namespace {

Result<void> warnings_warn(ThreadState& ts, Object& message, Object* category, Py_ssize_t stacklevel, Object* source) {
    return warn_object(ts, message, category, stacklevel, is_none(source) ? nullptr : source);
}

// The line of source, from a loader in the module's globals.
Result<OptRef<Object>> line_from_loader(ThreadState& ts, Object& globals, int number) {
    if (!PyDict_Check(&globals)) {
        return raise(ts, PyExc_TypeError, "module_globals must be a dict, not '%T'", &globals);
    }
    Object* loader = TRY(dict_get(ts, as<Dict>(globals), "__loader__"_n));
    Object* name = TRY(dict_get(ts, as<Dict>(globals), "__name__"_n));
    if (!loader || !name) return nullptr;
    Ref<Object> keep_loader = Ref<Object>::share(*loader), keep_name = Ref<Object>::share(*name);
    OptRef<Object> get_source = TRY(getattr_optional(ts, *keep_loader, "get_source"_n));
    if (!get_source) return nullptr;
    Ref<Object> source = TRY(call(ts, *get_source, *keep_name));
    if (is_none(*source)) return nullptr;
    if (!PyUnicode_Check(source.get())) return raise(ts, PyExc_TypeError, "must be str, not %T", source.get());
    Ref<Object> lines = TRY(str_splitlines(ts, as<Str>(*source), false));
    return sequence_getitem(ts, *lines, number - 1);
}

Result<void> warnings_warn_explicit(ThreadState& ts, Object& message, Object& category, Str& filename, int lineno,
                                    Object* module, Object* registry, Object* module_globals, Object* source) {
    OptRef<Object> line;
    if (module_globals && !is_none(module_globals)) line = TRY(line_from_loader(ts, *module_globals, lineno));
    return warn_explicit_object(ts, category, message, obj(filename), lineno, module, registry, line.get(),
                                is_none(source) ? nullptr : source);
}

Result<void> warnings_filters_mutated(ThreadState& ts) {
    ++TRY(warnings_part(ts))->filters_version;
    return {};
}

constexpr MethodDef functions[] = {
    METHOD("warn($module, /, message, category=None, stacklevel=1, source=None)", warnings_warn,
           "Issue a warning, or maybe ignore it or raise an exception."),
    METHOD_PLAIN("warn_explicit($module, /, message, category, filename, lineno, module=None, registry=None, "
                 "module_globals=None, source=None)",
                 warnings_warn_explicit, "Low-level interface to warnings functionality."),
    METHOD_PLAIN("_filters_mutated($module)", warnings_filters_mutated, nullptr),
    METHOD_END,
};

Result<void> execute(ThreadState& ts, Object& module) {
    WarningsPart& part = *TRY(warnings_part(ts));
    TRY(module_add(ts, module, "filters", *part.filters));
    TRY(module_add(ts, module, "_onceregistry", *part.once_registry));
    return module_add(ts, module, "_defaultaction", *part.default_action);
}

constinit PyModuleDef_Slot slots[] = {
    {Py_mod_exec, reinterpret_cast<void*>(module_exec_entry<execute>)},
    {0, nullptr},
};

}  // namespace

PyModuleDef warnings_module = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "_warnings",
    .m_doc =
        "_warnings provides basic warning filtering support.\n"
        "It is a helper module to speed up interpreter start-up.",
    .m_methods = METHOD_TABLE(functions),
    .m_slots = slots,
};

}  // namespace orochi
