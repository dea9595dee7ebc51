#include "imports/import.hpp"

#include "execution/evaluate.hpp"
#include "execution/traceback.hpp"
#include "objects/dict.hpp"
#include "objects/module.hpp"
#include "objects/object.hpp"
#include "objects/str.hpp"
#include "objects/type.hpp"

#include "state/config.hpp"

namespace orochi {

namespace {

Result<Ref<Object>> bootstrap(ThreadState& ts) {
    Object* importlib = ts.interpreter().importlib;
    if (!importlib) return raise(ts, PyExc_ImportError, "importlib is not initialised");
    return Ref<Object>::share(*importlib);
}

Result<bool> is_initializing(ThreadState& ts, Object& module) {
    OptRef<Object> spec = TRY(getattr_optional(ts, module, "__spec__"_n));
    if (!spec || is_none(spec.get())) return false;
    OptRef<Object> flag = TRY(getattr_optional(ts, *spec, "_initializing"_n));
    if (!flag) return false;
    return is_true(ts, *flag);
}

Result<void> audit_import(ThreadState& ts, Object& full_name) {
    if (!audit_active(ts)) return {};
    auto of_sys = [&ts](Str& name) {
        Object* value = sys_get(ts, name);
        return value ? value : &none();
    };
    return audit(ts, "import", "OOOOO", &full_name, &none(), of_sys("path"_s), of_sys("meta_path"_s),
                 of_sys("path_hooks"_s));
}

// The module under its full name, imported if need be.
Result<Ref<Object>> find_or_load(ThreadState& ts, Object& full_name) {
    OptRef<Object> module = TRY(imported_module(ts, full_name));
    if (module && !is_none(module.get())) {
        // Another thread may be executing it: wait for that to finish.
        if (TRY(is_initializing(ts, *module))) {
            Ref<Object> importlib = TRY(bootstrap(ts));
            TRY(call_method(ts, *importlib, "_lock_unlock_module"_n, full_name));
        }
        return module.take();
    }
    TRY(audit_import(ts, full_name));
    Ref<Object> importlib = TRY(bootstrap(ts));
    Object* import_function = ts.interpreter().import_function;
    return call_method(ts, *importlib, "_find_and_load"_n, full_name, import_function ? *import_function : none());
}

// The package that a relative import starts from, as the module's globals tell it.
Result<Ref<Object>> calling_package(ThreadState& ts, Dict& globals) {
    OptRef<Object> package = OptRef<Object>::share(TRY(dict_get(ts, globals, "__package__"_n)));
    OptRef<Object> spec = OptRef<Object>::share(TRY(dict_get(ts, globals, "__spec__"_n)));
    if (package && !is_none(package.get())) {
        if (!PyUnicode_Check(package.get())) return raise(ts, PyExc_TypeError, "package must be a string");
        if (spec && !is_none(spec.get())) {
            Ref<Object> parent = TRY(getattr(ts, *spec, "parent"_n));
            if (!TRY(compare_bool(ts, *package, *parent, Py_EQ)))
                TRY(warn(ts, PyExc_ImportWarning, 1, "__package__ != __spec__.parent"));
        }
        return package.take();
    }
    if (spec && !is_none(spec.get())) {
        Ref<Object> parent = TRY(getattr(ts, *spec, "parent"_n));
        if (!PyUnicode_Check(parent.get())) return raise(ts, PyExc_TypeError, "__spec__.parent must be a string");
        return parent;
    }
    TRY(warn(ts, PyExc_ImportWarning, 1,
             "can't resolve package from __spec__ or __package__, falling back on __name__ and __path__"));
    Object* name = TRY(dict_get(ts, globals, "__name__"_n));
    if (!name) return raise(ts, PyExc_KeyError, "'__name__' not in globals");
    if (!PyUnicode_Check(name)) return raise(ts, PyExc_TypeError, "__name__ must be a string");
    Ref<Object> result = Ref<Object>::share(*name);
    if (TRY(dict_contains(ts, globals, "__path__"_n))) return result;
    // A module that is no package: what is before its last dot.
    Str& text = as<Str>(*result);
    Py_ssize_t dot = str_find(text, "."_s, 0, str_length(text), -1);
    if (dot < 0) return raise(ts, PyExc_ImportError, "attempted relative import with no known parent package");
    return str_substring(ts, text, 0, dot);
}

Result<Ref<Object>> absolute_name(ThreadState& ts, Str& name, Object* globals, int level) {
    if (!globals) return raise(ts, PyExc_KeyError, "'__name__' not in globals");
    if (!PyDict_Check(globals)) return raise(ts, PyExc_TypeError, "globals must be a dict");
    Ref<Object> package = TRY(calling_package(ts, as<Dict>(*globals)));
    Str& text = as<Str>(*package);
    Py_ssize_t end = str_length(text);
    if (end == 0) return raise(ts, PyExc_ImportError, "attempted relative import with no known parent package");
    for (int up = 1; up < level; ++up) {
        end = str_find(text, "."_s, 0, end, -1);
        if (end < 0) return raise(ts, PyExc_ImportError, "attempted relative import beyond top-level package");
    }
    Ref<Str> base = TRY(str_substring(ts, text, 0, end));
    if (str_length(name) == 0) return base;
    return str_format(ts, "%U.%U", base.get(), &name);
}

}  // namespace

namespace {

// Takes the frames of importlib out of the pending exception's traceback: all of them for an ImportError, otherwise
// those of runs that end in _call_with_frames_removed. With -v they stay.
void remove_importlib_frames(ThreadState& ts) {
    if (ts.interpreter().config && ts.interpreter().config->verbose) return;
    PendingError error = error_fetch(ts);
    bool always = error.type && exception_matches(ts, *error.type, *PyExc_ImportError);
    auto* head = as<Traceback>(error.traceback.release());
    Traceback** run_start = nullptr;  // the link to the first entry of a run of importlib's
    Traceback** link = &head;
    while (Traceback* entry = *link) {
        Code& code = *entry->tb_frame->frame->code;
        if (is_importlib_code(code)) {
            if (!run_start) run_start = link;
            if (always || str_equals_ascii(as<Str>(*code.co_name), "_call_with_frames_removed")) {
                // The whole run goes.
                Traceback* old = *run_start;
                *run_start = entry->tb_next;
                incref_optional(*run_start);
                decref(*old);
                link = run_start;
                if (!always) run_start = nullptr;
                continue;
            }
        } else {
            run_start = nullptr;
        }
        link = &entry->tb_next;
    }
    error.traceback = OptRef<Object>::steal(obj(head));
    error_restore(ts, std::move(error));
}

Result<Ref<Object>> import_level(ThreadState& ts, Object& name, Object* globals, Object* fromlist, int level);

}  // namespace

Result<Ref<Object>> import_module_level(ThreadState& ts, Object& name, Object* globals, Object* fromlist, int level) {
    auto result = import_level(ts, name, globals, fromlist, level);
    if (!result.ok()) remove_importlib_frames(ts);
    return result;
}

namespace {

Result<Ref<Object>> import_level(ThreadState& ts, Object& name, Object* globals, Object* fromlist, int level) {
    if (!PyUnicode_Check(&name)) return raise(ts, PyExc_TypeError, "module name must be a string");
    Str& text = as<Str>(name);
    if (level < 0) return raise(ts, PyExc_ValueError, "level must be >= 0");
    if (level == 0 && str_length(text) == 0) return raise(ts, PyExc_ValueError, "Empty module name");
    Ref<Object> full_name = level > 0 ? TRY(absolute_name(ts, text, globals, level)) : Ref<Object>::share(name);
    Ref<Object> module = TRY(find_or_load(ts, *full_name));

    bool has_from = fromlist && !is_none(fromlist) && TRY(is_true(ts, *fromlist));
    if (has_from) {
        OptRef<Object> path = TRY(getattr_optional(ts, *module, "__path__"_n));
        if (!path) return module;
        Ref<Object> importlib = TRY(bootstrap(ts));
        Object* import_function = ts.interpreter().import_function;
        return call_method(ts, *importlib, "_handle_fromlist"_n, *module, *fromlist,
                           import_function ? *import_function : none());
    }
    if (level > 0 && str_length(text) == 0) return module;
    Py_ssize_t dot = str_find(text, "."_s, 0, str_length(text), 1);
    if (dot < 0) return module;
    // `import a.b` binds a.
    if (level == 0) {
        Ref<Str> front = TRY(str_substring(ts, text, 0, dot));
        return import_module_level(ts, obj(*front), nullptr, nullptr, 0);
    }
    Py_ssize_t cut = str_length(as<Str>(*full_name)) - (str_length(text) - dot);
    Ref<Str> front = TRY(str_substring(ts, as<Str>(*full_name), 0, cut));
    OptRef<Object> found = TRY(imported_module(ts, obj(*front)));
    if (found) return found.take();
    return raise(ts, PyExc_KeyError, "%R not in sys.modules as expected", front.get());
}

}  // namespace

Result<Ref<Object>> import_code(ThreadState& ts, Object& name, Code& code, Object* path, Object* compiled_path) {
    Object& modules = *ts.interpreter().modules;
    OptRef<Object> module = TRY(imported_module(ts, name));
    if (!module) {
        module = TRY(module_new(ts, name));
        TRY(setitem(ts, modules, name, *module));
    }
    Dict& names = module_dict(*module);
    TRY(dict_set(ts, names, "__builtins__"_n, *ts.interpreter().builtins));
    Ref<Object> external = TRY(import_module(ts, "_frozen_importlib_external"_n));
    TRY(call_method(ts, *external, "_fix_up_module"_n, obj(names), name, path ? *path : obj(*code.co_filename),
                    compiled_path ? *compiled_path : none()));
    auto result = run_code(ts, code, obj(names), obj(names));
    if (!result.ok()) {
        ErrorKeeper keep(ts);
        if (!delitem(ts, modules, name).ok()) error_clear(ts);
        return failure;
    }
    module = TRY(imported_module(ts, name));
    if (module) return module.take();
    return raise(ts, PyExc_ImportError, "Loaded module %R not found in sys.modules", &name);
}

Result<Ref<Object>> path_importer(ThreadState& ts, Object& path) {
    Ref<Object> external = TRY(import_module(ts, "_frozen_importlib_external"_n));
    Ref<Object> finder = TRY(getattr(ts, *external, "PathFinder"_n));
    return call_method(ts, *finder, "_path_importer_cache"_n, path);
}

}  // namespace orochi
