// Modules from definitions (PEP 489), adding to modules, sys attributes, importing, and audit events.
#include "objects/module.hpp"

#include <cstring>
#include <utility>

#include "objects/build_value.hpp"
#include "objects/descriptor.hpp"
#include "objects/dict.hpp"
#include "objects/exceptions.hpp"
#include "objects/frame_access.hpp"
#include "objects/int.hpp"
#include "objects/list.hpp"
#include "objects/module_internal.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"
#include "objects/type.hpp"

namespace orochi {

void module_definition_init(ThreadState& ts, PyModuleDef& definition) {
    // Definitions are shared by the interpreters that use the same image.
    base::MutexGuard guard(ts.runtime().mutex);
    if (definition.m_base.m_index) return;
    definition.m_base.ob_base.ob_refcnt = kImmortalCount;
    definition.m_base.ob_base.ob_type = &PyModuleDef_Type;
    definition.m_base.m_index = ts.runtime().next_module_index.fetch_add(1);
}

Result<void> module_add_functions(ThreadState& ts, Object& module, PyMethodDef* functions, Object& name) {
    for (PyMethodDef* function = functions; function && function->ml_name; ++function) {
        if (function->ml_flags & (METH_CLASS | METH_STATIC))
            return raise(ts, PyExc_ValueError, "module functions cannot set METH_CLASS or METH_STATIC");
        Ref<Object> made = TRY(native_function_new(ts, *function, &module, &name));
        Ref<Str> key = TRY(intern_utf8(ts, function->ml_name));
        TRY(setattr(ts, module, obj(*key), *made));
    }
    return {};
}

Result<Ref<Object>> module_from_definition(ThreadState& ts, PyModuleDef& definition, Object& spec) {
    module_definition_init(ts, definition);
    Ref<Object> name = TRY(getattr(ts, spec, "name"_n));
    std::string_view text = TRY(str_utf8(ts, as<Str>(*name)));
    if (definition.m_size < 0)
        return raise(ts, PyExc_SystemError, "module %s: m_size may not be negative for multi-phase initialization",
                     text.data());
    Object* (*create)(Object*, PyModuleDef*) = nullptr;
    bool has_execution = false;
    for (PyModuleDef_Slot* slot = definition.m_slots; slot && slot->slot; ++slot) {
        if (slot->slot == Py_mod_create) {
            if (create) return raise(ts, PyExc_SystemError, "module %s has multiple create slots", text.data());
            create = reinterpret_cast<Object* (*)(Object*, PyModuleDef*)>(slot->value);
        } else if (slot->slot == Py_mod_exec) {
            has_execution = true;
        } else {
            return raise(ts, PyExc_SystemError, "module %s uses unknown slot ID %i", text.data(), slot->slot);
        }
    }
    Ref<Object> module = new_none();
    if (create) {
        Object* made = create(&spec, &definition);
        if (!made) {
            if (!error_pending(ts))
                return raise(ts, PyExc_SystemError, "creation of module %s failed without setting an exception",
                             text.data());
            return failure;
        }
        module = Ref<Object>::steal(made);
        if (error_pending(ts))
            return raise_from_pending(ts, PyExc_SystemError, "creation of module %s raised unreported exception",
                                      text.data());
    } else {
        module = TRY(module_new(ts, *name));
    }
    if (PyModule_Check(module.get())) {
        as<Module>(*module).state = nullptr;
        as<Module>(*module).definition = &definition;
    } else {
        if (definition.m_size > 0 || definition.m_traverse || definition.m_clear || definition.m_free)
            return raise(ts, PyExc_SystemError, "module %s is not a module object, but requests module state",
                         text.data());
        if (has_execution)
            return raise(ts, PyExc_SystemError,
                         "module %s specifies execution slots, but did not create a ModuleType instance", text.data());
    }
    if (definition.m_methods) TRY(module_add_functions(ts, *module, definition.m_methods, *name));
    if (definition.m_doc) {
        Ref<Str> doc = TRY(str_from_utf8(ts, definition.m_doc));
        TRY(setattr(ts, *module, "__doc__"_n, obj(*doc)));
    }
    return module;
}

Result<void> module_exec(ThreadState& ts, Object& object, PyModuleDef& definition) {
    Ref<Object> name = TRY(module_name(ts, object));
    Module& module = as<Module>(object);
    if (definition.m_size >= 0 && !module.state) {
        // Even when empty, so that its presence tells that the module was executed.
        module.state = ts.heap().allocate_zeroed(size_t(definition.m_size));
        if (!module.state) return raise_no_memory(ts);
    }
    for (PyModuleDef_Slot* slot = definition.m_slots; slot && slot->slot; ++slot) {
        if (slot->slot == Py_mod_create) continue;
        if (slot->slot != Py_mod_exec)
            return raise(ts, PyExc_SystemError, "module %U initialized with unknown slot %i", name.get(), slot->slot);
        int status = reinterpret_cast<int (*)(Object*)>(slot->value)(&object);
        if (status != 0) {
            if (!error_pending(ts))
                return raise(ts, PyExc_SystemError, "execution of module %U failed without setting an exception",
                             name.get());
            return failure;
        }
        if (error_pending(ts))
            return raise_from_pending(ts, PyExc_SystemError, "execution of module %U raised unreported exception",
                                      name.get());
    }
    return {};
}

Result<void> module_add(ThreadState& ts, Object& module, const char* name, Object& value) {
    Ref<Str> key = TRY(intern_utf8(ts, name));
    return dict_set(ts, module_dict(module), obj(*key), value);
}
Result<void> module_add(ThreadState& ts, Object& module, const char* name, Ref<Object>&& value) {
    Ref<Object> owned = std::move(value);
    return module_add(ts, module, name, *owned);
}
Result<void> module_add_exception(ThreadState& ts, Object& module, Object*& member, const char* full_name,
                                  Object* base) {
    member = TRY(exception_class_new(ts, full_name, base)).release();
    return module_add(ts, module, std::strrchr(full_name, '.') + 1, *member);
}
Result<void> module_add_int(ThreadState& ts, Object& module, const char* name, long long value) {
    return module_add(ts, module, name, TRY(int_from(ts, value)));
}
Result<void> module_add_text(ThreadState& ts, Object& module, const char* name, std::string_view value) {
    Ref<Str> text = TRY(str_from_utf8(ts, value));
    return module_add(ts, module, name, obj(*text));
}

Result<Ref<Type>> module_add_type(ThreadState& ts, Object& module, PyType_Spec& spec, Object* bases) {
    Ref<Type> type = TRY(type_from_spec(ts, &module, spec, bases));
    const char* dot = std::strrchr(spec.name, '.');
    TRY(module_add(ts, module, dot ? dot + 1 : spec.name, obj(*type)));
    return type;
}

// ---- sys, builtins and importing ----

Object* sys_dict(ThreadState& ts) {
    Object*& dict = ts.interpreter().sys_dict;
    if (!dict) [[unlikely]]
        start_image_load_member(ts.interpreter(), &dict);
    return dict;
}

Object* sys_get(ThreadState& ts, Str& name) {
    Object* dict = sys_dict(ts);
    return dict ? dict_get_name(ts, as<Dict>(*dict), name) : nullptr;
}
Result<void> sys_set(ThreadState& ts, Str& name, Object* value) {
    Object* dict = sys_dict(ts);
    if (!dict) return raise(ts, PyExc_RuntimeError, "no sys module");
    if (value) return dict_set(ts, as<Dict>(*dict), obj(name), *value);
    TRY(dict_discard(ts, as<Dict>(*dict), obj(name)));
    return {};
}

Result<Ref<Object>> builtin_attribute(ThreadState& ts, Str& name) {
    Object* builtins = ts.interpreter().builtins;
    Object* found = builtins ? dict_get_name(ts, as<Dict>(*builtins), name) : nullptr;
    if (!found) return raise_value(ts, PyExc_AttributeError, &obj(name));
    return Ref<Object>::share(*found);
}

Result<OptRef<Object>> imported_module(ThreadState& ts, Object& name) {
    Object* modules = ts.interpreter().modules;
    if (!modules) return nullptr;
    if (PyDict_CheckExact(modules)) return OptRef<Object>::share(TRY(dict_get(ts, as<Dict>(*modules), name)));
    Ref<Object> keep = Ref<Object>::share(*modules);
    auto found = getitem(ts, *keep, name);
    if (found.ok()) return found;
    if (!error_matches(ts, PyExc_KeyError)) return failure;
    error_clear(ts);
    return nullptr;
}

namespace {
Result<bool> is_being_imported(ThreadState& ts, Object& module) {
    OptRef<Object> spec = TRY(getattr_optional(ts, module, "__spec__"_n));
    if (!spec || is_none(spec.get())) return false;
    OptRef<Object> flag = TRY(getattr_optional(ts, *spec, "_initializing"_n));
    if (!flag) return false;
    return is_true(ts, *flag);
}
}  // namespace

Result<Ref<Object>> import_module(ThreadState& ts, Object& name) {
    OptRef<Object> present = TRY(imported_module(ts, name));
    if (present && !is_none(present.get()) && !TRY(is_being_imported(ts, *present))) return present.take();
    // What an import statement in the running code would call.
    Object* builtins = current_builtins(ts);
    Ref<Object> function = new_none();
    if (builtins && PyDict_Check(builtins)) {
        Object* found = TRY(dict_get(ts, as<Dict>(*builtins), "__import__"_n));
        if (!found) return raise_key_error(ts, "__import__"_n);
        function = Ref<Object>::share(*found);
    } else {
        function = TRY(builtin_attribute(ts, "__import__"_s));
    }
    Object* current = current_globals(ts);
    Ref<Object> globals = current ? Ref<Object>::share(*current) : Ref<Object>(TRY(dict_new(ts)));
    // A non-empty from list makes __import__ give the last module of a dotted name; zero means an absolute import.
    Ref<Tuple> from_list = TRY(tuple_of(ts, "__doc__"_n));
    Ref<Object> level = TRY(int_from(ts, 0));
    Ref<Object> first = TRY(call(ts, *function, name, *globals, *globals, obj(*from_list), *level));
    OptRef<Object> module = TRY(imported_module(ts, name));
    if (module) return module.take();
    return raise_key_error(ts, name);
}

Result<Ref<Object>> import_attribute(ThreadState& ts, Object& module_name, Object& attribute) {
    Ref<Object> module = TRY(import_module(ts, module_name));
    return getattr(ts, *module, attribute);
}

// ---- Audit events (PEP 578) ----

bool audit_active(ThreadState& ts) {
    return ts.runtime().audit_hooks.load(std::memory_order_acquire) || ts.interpreter().audit_hooks;
}

namespace {
Result<void> run_audit_hooks(ThreadState& ts, const char* event, Object& arguments) {
    for (Runtime::AuditHook* hook = ts.runtime().audit_hooks.load(std::memory_order_acquire); hook; hook = hook->next) {
        if (hook->function(event, &arguments, hook->data) < 0) return failure;
    }
    Object* hooks = ts.interpreter().audit_hooks;
    if (!hooks) return {};
    Ref<Str> name = TRY(str_from_utf8(ts, event));
    Ref<Object> keep = Ref<Object>::share(*hooks);
    List& list = as<List>(*keep);
    // Hooks are not traced, unless they ask for it.
    for (Py_ssize_t i = 0; i < list_size(list); ++i) {
        Ref<Object> hook = Ref<Object>::share(list_item(list, i));
        OptRef<Object> can_trace = TRY(getattr_optional(ts, *hook, "__cantrace__"_n));
        bool traced = can_trace && TRY(is_true(ts, *can_trace));
        if (!traced) ++ts.tracing;
        auto result = call(ts, *hook, obj(*name), arguments);
        if (!traced) --ts.tracing;
        TRY(std::move(result));
    }
    return {};
}
}  // namespace

Result<void> audit_v(ThreadState& ts, const char* event, const char* format, va_list* arguments) {
    if (!audit_active(ts)) return {};
    OptRef<Tuple> tuple;
    if (format && *format) {
        tuple = TRY(build_tuple_v(ts, format, arguments));
    } else {
        tuple = Ref<Tuple>::share(empty_tuple());
    }
    // An exception that is pending already stays, unless a hook raises one.
    PendingError pending = error_fetch(ts);
    TRY(run_audit_hooks(ts, event, obj(*tuple)));
    if (pending.type) error_restore(ts, std::move(pending));
    return {};
}

Result<void> audit(ThreadState& ts, const char* event, const char* format, ...) {
    if (!audit_active(ts)) [[likely]]
        return {};
    va_list arguments;
    va_start(arguments, format);
    auto result = audit_v(ts, event, format, &arguments);
    va_end(arguments);
    return result;
}

Result<Ref<Object>> module_create(ThreadState& ts, PyModuleDef& definition) {
    module_definition_init(ts, definition);
    if (definition.m_slots)
        return raise(ts, PyExc_SystemError, "module %s: PyModule_Create is incompatible with m_slots",
                     definition.m_name);
    // A single-phase module inside a package: its full name is what the importer asked for.
    const char* name = definition.m_name;
    if (ts.package_context) {
        const char* dot = std::strrchr(ts.package_context, '.');
        if (dot && std::strcmp(name, dot + 1) == 0) name = std::exchange(ts.package_context, nullptr);
    }
    Ref<Str> text = TRY(str_from_utf8(ts, name));
    Ref<Object> object = TRY(module_new(ts, obj(*text)));
    Module& module = as<Module>(*object);
    if (definition.m_size > 0) {
        module.state = ts.heap().allocate_zeroed(size_t(definition.m_size));
        if (!module.state) return raise_no_memory(ts);
    }
    if (definition.m_methods) TRY(module_add_functions(ts, *object, definition.m_methods, obj(*text)));
    if (definition.m_doc) {
        Ref<Str> doc = TRY(str_from_utf8(ts, definition.m_doc));
        TRY(setattr(ts, *object, "__doc__"_n, obj(*doc)));
    }
    module.definition = &definition;
    return object;
}

}  // namespace orochi
