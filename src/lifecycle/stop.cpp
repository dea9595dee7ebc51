#include <cstdio>

#include "execution/error_display.hpp"
#include "imports/extension.hpp"
#include "lifecycle/lifecycle.hpp"
#include "modules/atexit.hpp"
#include "objects/dict.hpp"
#include "objects/exceptions.hpp"
#include "objects/list.hpp"
#include "objects/module.hpp"
#include "objects/str.hpp"
#include "objects/warnings.hpp"

namespace orochi {

namespace {

// Python threads that are not daemons are waited for by the library itself.
void shut_down_threads(ThreadState& ts) {
    auto threading = imported_module(ts, "threading"_n);
    if (!threading.ok()) {
        error_clear(ts);
        return;
    }
    OptRef<Object> module = std::move(threading).take();
    if (!module) return;
    if (!call_method(ts, *module, "_shutdown"_n).ok()) write_unraisable(ts, module.get());
}

// 0, or -1 when one of them could not be flushed.
int flush_standard_files(ThreadState& ts) {
    int status = 0;
    if (!ts.interpreter().sys_dict) return 0;
    for (Str* name : {&"stdout"_s, &"stderr"_s}) {
        Object* file = sys_get(ts, *name);
        if (!file || is_none(file)) continue;
        Ref<Object> held = Ref<Object>::share(*file);
        auto closed = getattr_optional(ts, held, "closed"_n);
        if (!closed.ok()) {
            error_clear(ts);
        } else {
            OptRef<Object> value = std::move(closed).take();
            if (value) {
                auto truth = is_true(ts, *value);
                if (!truth.ok()) error_clear(ts);
                else if (std::move(truth).take()) continue;
            }
        }
        if (!call_method(ts, *held, "flush"_n).ok()) {
            if (name == &"stdout"_s) write_unraisable(ts, held.get());
            else error_clear(ts);
            status = -1;
        }
    }
    return status;
}

void set_quietly(ThreadState& ts, Object* dict, Object& key, Object& value) {
    if (dict && !dict_set(ts, as<Dict>(*dict), key, value).ok()) write_unraisable(ts, nullptr);
}

// Modules go in two rounds: dropped from sys.modules first, so that what nobody else holds dies in order; the
// dictionaries of those that are left are cleared, last imported first, sys and builtins at the very end.
void drop_modules(ThreadState& ts) {
    Interpreter& interpreter = ts.interpreter();
    if (!interpreter.modules) return;
    for (Str* name : {&"path"_s, &"argv"_s, &"ps1"_s, &"ps2"_s, &"last_type"_s, &"last_value"_s, &"last_traceback"_s,
                      &"path_hooks"_s, &"path_importer_cache"_s, &"meta_path"_s}) {
        set_quietly(ts, interpreter.sys_dict, obj(*name), none());
    }
    struct {
        Str& name;
        Str& original;
    } restored[] = {{"stdin"_s, "__stdin__"_s}, {"stdout"_s, "__stdout__"_s}, {"stderr"_s, "__stderr__"_s}};
    for (auto& file : restored) {
        Object* original = interpreter.sys_dict ? dict_get_name(ts, as<Dict>(*interpreter.sys_dict), file.original) : nullptr;
        set_quietly(ts, interpreter.sys_dict, obj(file.name), original ? *original : none());
    }
    // Weak references to the modules tell afterwards which ones are still alive.
    auto survivors_result = list_new(ts, 0);
    if (!survivors_result.ok()) return error_clear(ts);
    Ref<List> survivors = std::move(survivors_result).take();
    auto items_result = dict_items(ts, as<Dict>(*interpreter.modules));
    if (!items_result.ok()) return error_clear(ts);
    {
        Ref<List> items = std::move(items_result).take();
        for (Py_ssize_t i = 0; i < list_size(*items); ++i) {
            Object& name = *PyTuple_GET_ITEM(&list_item(*items, i), 0);
            Object& module = *PyTuple_GET_ITEM(&list_item(*items, i), 1);
            if (PyModule_Check(&module)) {
                Object* reference = PyWeakref_NewRef(&module, nullptr);
                if (reference) {
                    Ref<Object> owned = Ref<Object>::steal(*reference);
                    if (!list_append(ts, *survivors, *owned).ok()) error_clear(ts);
                } else {
                    error_clear(ts);
                }
            }
            set_quietly(ts, interpreter.modules, name, none());
        }
    }
    dict_clear(ts, as<Dict>(*interpreter.modules));
    if (interpreter.builtins && interpreter.builtins_copy) {
        if (!dict_update(ts, as<Dict>(*interpreter.builtins), *interpreter.builtins_copy).ok()) error_clear(ts);
    }
    clear(interpreter.builtins_copy);
    clear(interpreter.modules_by_index);
    gc_collect_silently(ts);
    for (Py_ssize_t i = list_size(*survivors) - 1; i >= 0; --i) {
        Object* module = PyWeakref_GET_OBJECT(&list_item(*survivors, i));
        if (!module || is_none(module)) continue;
        Ref<Object> held = Ref<Object>::share(*module);
        Object* dict = obj(&module_dict(*held));
        if (dict == interpreter.sys_dict || dict == interpreter.builtins) continue;
        _PyModule_Clear(held.get());
    }
    for (Object** dict : {&interpreter.sys_dict, &interpreter.builtins}) {
        if (*dict) _PyModule_ClearDict(*dict);
    }
    clear(interpreter.modules);
}

}  // namespace

int interpreter_stop(ThreadState& ts) {
    Interpreter& interpreter = ts.interpreter();
    shut_down_threads(ts);
    atexit_run(ts);
    int status = flush_standard_files(ts);
    interpreter.finalizing.store(1);
    gc_collect_silently(ts);
    drop_modules(ts);
    gc_collect_silently(ts);
    if (flush_standard_files(ts) < 0) status = -1;

    for (Object** member :
         {&interpreter.importlib, &interpreter.import_function, &interpreter.sys_dict, &interpreter.builtins,
          &interpreter.codec_search_path, &interpreter.codec_search_cache, &interpreter.codec_error_registry, &interpreter.dict,
          &interpreter.before_forkers, &interpreter.after_forkers_parent, &interpreter.after_forkers_child,
          &interpreter.audit_hooks}) {
        clear(*member);
    }
    gc_collect_silently(ts);
    gc_shut_down(ts);
    warnings_stop(ts);
    exceptions_stop(ts);
    extensions_release(interpreter);
    thread_state_clear(ts, ts);
    Config* config = interpreter.config;
    interpreter.config = nullptr;
    thread_state_swap(nullptr);
    thread_state_delete(&ts);
    interpreter_delete(&interpreter);
    delete config;
    return status;
}

int runtime_stop() {
    Runtime& runtime = process_runtime();
    if (runtime.phase.load() < RuntimePhase::kCore) return 0;
    ThreadState* ts = current_thread_state;
    if (!ts) return 0;
    int status = interpreter_stop(*ts);
    runtime.phase.store(RuntimePhase::kUninitialized);
    while (runtime.exit_function_count > 0) runtime.exit_functions[--runtime.exit_function_count]();
    fflush(stdout);
    fflush(stderr);
    return status;
}

}  // namespace orochi
