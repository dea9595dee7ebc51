// _imp: what importlib asks of the runtime.
#include "modules/imp.hpp"

#include "base/hash.hpp"
#include "execution/code.hpp"
#include "execution/evaluate.hpp"
#include "imports/extension.hpp"
#include "imports/frozen.hpp"
#include "imports/import_lock.hpp"
#include "imports/single_phase.hpp"
#include "modules/builtin_modules.hpp"
#include "modules/marshal/marshal.hpp"
#include "modules/wide_text.hpp"
#include "objects/bytes.hpp"
#include "objects/dict.hpp"
#include "objects/int.hpp"
#include "objects/list.hpp"
#include "objects/module.hpp"
#include "objects/module_internal.hpp"
#include "objects/native.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"
#include "state/config.hpp"

namespace orochi {

namespace {

Result<Ref<Object>> extension_suffixes(ThreadState& ts) {
    Ref<List> result = TRY(list_new(ts, 0));
    for (const char* suffix : {".cpython-311-x86_64-linux-gnu.so", ".abi3.so", ".so"}) {
        TRY(list_append(ts, *result, Ref<Object>(TRY(str_from_ascii(ts, suffix)))));
    }
    return result;
}

// ---- Built-in modules

// What an init function returned, made a module. `origin`: the file of an extension, null for the program's own.
Result<Ref<Object>> finish_module(ThreadState& ts, Ref<Object>&& made, Object& spec, Object* origin) {
    if (&type_of(*made) == &PyModuleDef_Type) {
        return module_from_definition(ts, *reinterpret_cast<PyModuleDef*>(made.get()), spec);
    }
    if (!PyModule_Check(made.get())) {
        return raise(ts, PyExc_SystemError, "initialization of extension module did not return a module object");
    }
    // Single-phase: the module is complete, but for its place.
    if (origin) TRY(dict_set(ts, module_dict(*made), "__file__"_n, *origin));
    if (PyModuleDef* definition = module_definition(*made)) TRY(state_add_module(ts, *made, *definition));
    return std::move(made);
}

Result<int> is_builtin(ThreadState& ts, Str& name) {
    std::string_view text = TRY(str_utf8(ts, name));
    if (!find_builtin_module(text) && !find_program_module(text)) return 0;
    return text == "sys" || text == "builtins" ? -1 : 1;
}

Result<Ref<Object>> create_builtin(ThreadState& ts, Object& spec) {
    Ref<Object> name = TRY(getattr(ts, spec, "name"_n));
    if (!PyUnicode_Check(name.get())) return raise(ts, PyExc_TypeError, "name must be string, not %T", name.get());
    std::string_view text = TRY(str_utf8(ts, as<Str>(*name)));
    if (auto init = find_program_module(text)) {
        return finish_module(ts, TRY(run_init_function(ts, init, *name)), spec, nullptr);
    }
    PyModuleDef* definition = find_builtin_module(text);
    if (!definition) return new_none();
    if (text == "sys" || text == "builtins") {
        // Made at start, and only once.
        OptRef<Object> existing = TRY(imported_module(ts, *name));
        if (existing) return existing.take();
    }
    return module_from_definition(ts, *definition, spec);
}

Result<int> exec_module(ThreadState& ts, Object& module) {
    if (!PyModule_Check(&module)) return 0;
    PyModuleDef* definition = module_definition(module);
    if (!definition || !definition->m_slots) return 0;
    // Executing twice would overwrite the state.
    if (definition->m_size > 0 && module_state(module)) return 0;
    TRY(module_exec(ts, module, *definition));
    return 0;
}

// ---- Frozen modules

Failure raise_no_frozen(ThreadState& ts, Str& name) {
    Ref<Str> message = TRY(str_format(ts, "No such frozen object named %R", &name));
    return raise_import_error(ts, PyExc_ImportError, obj(*message.get()), &obj(name), nullptr);
}

Result<const FrozenModule*> frozen_named(ThreadState& ts, Object& name) {
    if (!PyUnicode_Check(&name)) return static_cast<const FrozenModule*>(nullptr);
    return find_frozen(TRY(str_utf8(ts, as<Str>(name))));
}

std::string_view frozen_bytes(const FrozenModule& module) {
    return {reinterpret_cast<const char*>(module.code), module.size};
}

Result<bool> is_frozen(ThreadState& ts, Str& name) { return TRY(frozen_named(ts, obj(name))) != nullptr; }

Result<bool> is_frozen_package(ThreadState& ts, Str& name) {
    const FrozenModule* module = TRY(frozen_named(ts, obj(name)));
    if (!module) return raise_no_frozen(ts, name);
    return module->is_package;
}

Result<Ref<Object>> get_frozen_object(ThreadState& ts, Str& name, Object* data) {
    if (data && !is_none(data)) {
        Py_buffer view;
        TRY(get_buffer(ts, *data, view, PyBUF_SIMPLE));
        auto loaded = marshal_loads(ts, {static_cast<const char*>(view.buf), size_t(view.len)});
        release_buffer(view);
        Ref<Object> code = TRY(std::move(loaded));
        if (!PyCode_Check(code.get()))
            return raise(ts, PyExc_TypeError, "frozen object %R is not a code object", &name);
        return code;
    }
    const FrozenModule* module = TRY(frozen_named(ts, obj(name)));
    if (!module) return raise_no_frozen(ts, name);
    return marshal_loads(ts, frozen_bytes(*module));
}

Result<Ref<Object>> find_frozen_function(ThreadState& ts, Str& name, bool withdata) {
    const FrozenModule* module = TRY(frozen_named(ts, obj(name)));
    if (!module) return new_none();
    Ref<Object> data = new_none();
    if (withdata) {
        data = TRY(memoryview_from_memory(ts, const_cast<char*>(frozen_bytes(*module).data()), Py_ssize_t(module->size),
                                          PyBUF_READ));
    }
    Ref<Str> original = TRY(str_from_utf8(ts, module->original));
    return tuple_of(ts, *data, bool_object(module->is_package), obj(*original.get()));
}

Result<Ref<Object>> frozen_module_names(ThreadState& ts) {
    Ref<List> names = TRY(list_new(ts, 0));
    for (const FrozenModule& module : frozen_modules()) {
        TRY(list_append(ts, *names, Ref<Object>(TRY(str_from_utf8(ts, module.name)))));
    }
    return names;
}

}  // namespace

Result<Ref<Object>> init_frozen(ThreadState& ts, Str& name) {
    const FrozenModule* module = TRY(frozen_named(ts, obj(name)));
    if (!module) return new_none();
    Ref<Object> code = TRY(marshal_loads(ts, frozen_bytes(*module)));
    Ref<Object> result = TRY(module_new(ts, obj(name)));
    Dict& dict = module_dict(*result);
    TRY(dict_set(ts, dict, "__builtins__"_n, *ts.interpreter().builtins));
    Ref<Str> original = TRY(str_from_utf8(ts, module->original));
    TRY(dict_set(ts, dict, "__origname__"_n, obj(*original)));
    if (module->is_package) {
        Ref<List> path = TRY(list_new(ts, 0));
        TRY(dict_set(ts, dict, "__path__"_n, obj(*path)));
    }
    TRY(setitem(ts, *ts.interpreter().modules, obj(name), result));
    TRY(run_code(ts, as<Code>(*code), obj(dict), obj(dict)));
    return result;
}

namespace {

void override_frozen_modules(ThreadState& ts, int) { (void)ts; }

// ---- Extension modules

Result<Ref<Object>> create_dynamic(ThreadState& ts, Object& spec, Object* file) {
    Ref<Object> made = TRY(extension_initialize(ts, spec));
    Ref<Object> origin = TRY(getattr(ts, spec, "origin"_n));
    return finish_module(ts, std::move(made), spec, origin.get());
}

// ---- Code

void set_filename(ThreadState& ts, Code& code, Object& old_name, Object& new_name) {
    if (compare_bool(ts, *code.co_filename, old_name, Py_EQ).ok() && code.co_filename != &new_name) {
        assign(code.co_filename, Ref<Object>::share(new_name));
    }
    Tuple& constants = as<Tuple>(*code.co_consts);
    for (Py_ssize_t i = 0; i < tuple_size(constants); ++i) {
        if (PyCode_Check(&tuple_item(constants, i)))
            set_filename(ts, as<Code>(tuple_item(constants, i)), old_name, new_name);
    }
}

Result<void> fix_co_filename(ThreadState& ts, Code& code, Str& path) {
    if (TRY(compare_bool(ts, *code.co_filename, obj(path), Py_EQ))) return {};
    Ref<Object> old_name = Ref<Object>::share(*code.co_filename);
    set_filename(ts, code, *old_name, obj(path));
    return {};
}

Result<Ref<Object>> source_hash(ThreadState& ts, long long key, BufferView& source) {
    uint64_t value = base::siphash13(uint64_t(key), 0, source.data(), size_t(source.size()));
    return bytes_from(ts, {reinterpret_cast<const char*>(&value), sizeof value});
}

constexpr MethodDef functions[] = {
    METHOD("extension_suffixes($module, /)", extension_suffixes,
           "Returns the list of file suffixes used to identify extension modules."),
    METHOD(
        "lock_held($module, /)", import_lock_held,
        "Return True if the import lock is currently held, else False.\n\nOn platforms without threads, return False."),
    METHOD("acquire_lock($module, /)", import_lock_acquire,
           "Acquires the interpreter's import lock for the current thread.\n\nThis lock should be used by import hooks "
           "to ensure "
           "thread-safety when importing\nmodules. On platforms without threads, this function does nothing."),
    METHOD("release_lock($module, /)", import_lock_release,
           "Release the interpreter's import lock.\n\nOn platforms without threads, this function does nothing."),
    METHOD("find_frozen($module, name, /, *, withdata=False)", find_frozen_function,
           "Return info about the corresponding frozen module (if there is one) or None.\n\nThe returned info (a "
           "2-tuple):\n\n * "
           "data         the raw marshalled bytes\n * is_package   whether or not it is a package\n * origname     the "
           "originally "
           "frozen module's name, or None if not\n                a stdlib module (this will usually be the same as\n  "
           "              "
           "the module's current name)"),
    METHOD("get_frozen_object($module, name, data=None, /)", get_frozen_object,
           "Create a code object for a frozen module."),
    METHOD("is_frozen_package($module, name, /)", is_frozen_package,
           "Returns True if the module name is of a frozen package."),
    METHOD("create_builtin($module, spec, /)", create_builtin, "Create an extension module."),
    METHOD("init_frozen($module, name, /)", init_frozen, "Initializes a frozen module."),
    METHOD("is_builtin($module, name, /)", is_builtin,
           "Returns True if the module name corresponds to a built-in module."),
    METHOD("is_frozen($module, name, /)", is_frozen, "Returns True if the module name corresponds to a frozen module."),
    METHOD("_frozen_module_names($module, /)", frozen_module_names, "Returns the list of available frozen modules."),
    METHOD("_override_frozen_modules_for_tests($module, override, /)", override_frozen_modules,
           "(internal-only) Override PyConfig.use_frozen_modules.\n\n(-1: \"off\", 1: \"on\", 0: no override)\nSee "
           "frozen_modules() in Lib/test/support/import_helper.py."),
    METHOD("create_dynamic($module, spec, file=<unrepresentable>, /)", create_dynamic, "Create an extension module."),
    METHOD("exec_dynamic($module, mod, /)", exec_module, "Initialize an extension module."),
    METHOD("exec_builtin($module, mod, /)", exec_module, "Initialize a built-in module."),
    METHOD("_fix_co_filename($module, code, path, /)", fix_co_filename,
           "Changes code.co_filename to specify the passed-in file path.\n\n  code\n    Code object to change.\n  "
           "path\n    File "
           "path to use."),
    METHOD_NODOC("source_hash($module, /, key, source)", source_hash),
    METHOD_END};

Result<void> imp_exec(ThreadState& ts, Object& module) {
    const Config* config = ts.interpreter().config;
    Ref<Object> mode =
        TRY(wide_text(ts, config && config->check_hash_pycs_mode ? config->check_hash_pycs_mode : L"default"));
    return module_add(ts, module, "check_hash_based_pycs", std::move(mode));
}
int exec_entry(Object* module) { return to_c(imp_exec(current_thread(), *module)); }

PyModuleDef_Slot slots[] = {{Py_mod_exec, reinterpret_cast<void*>(exec_entry)}, {0, nullptr}};

}  // namespace

PyModuleDef imp_module = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "_imp",
    .m_doc = "(Extremely) low-level import machinery bits as used by importlib and imp.",
    .m_methods = METHOD_TABLE(functions),
    .m_slots = slots,
};

}  // namespace orochi
