#include <signal.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <utility>

#include "execution/frame.hpp"
#include "execution/shared_code.hpp"
#include "imports/extension.hpp"
#include "imports/import_lock.hpp"
#include "lifecycle/lifecycle.hpp"
#include "lifecycle/silent_end.hpp"
#include "lifecycle/start_image_cache.hpp"
#include "modules/atexit.hpp"
#include "modules/faulthandler.hpp"
#include "modules/signal.hpp"
#include "modules/sys/sys.hpp"
#include "modules/tracemalloc/tracer.hpp"
#include "objects/dict.hpp"
#include "objects/exceptions.hpp"
#include "objects/list.hpp"
#include "objects/module_internal.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"
#include "objects/type.hpp"
#include "objects/type_internal.hpp"
#include "objects/warnings.hpp"
#include "objects/weakref.hpp"
#include "state/config.hpp"
#include "state/interrupt.hpp"
#include "state/pending_calls.hpp"

namespace orochi {

namespace {

// threading._shutdown() joins the threads that are not daemons.
void wait_for_threads(ThreadState& ts) {
    auto found = imported_module(ts, "threading"_n);
    if (!found.ok()) return error_clear(ts);
    OptRef<Object> threading = std::move(found).take();
    if (!threading) return;
    if (!call_method(ts, *threading, "_shutdown"_n).ok()) write_unraisable(ts, threading.get());
}

bool flush(ThreadState& ts, Str& name, bool report) {
    Object* found = sys_get(ts, name);
    if (!found || is_none(found)) return true;
    Ref<Object> file = Ref<Object>::share(*found);
    // A closed file has nothing to flush.
    auto closed = getattr_optional(ts, *file, "closed"_n);
    if (closed.ok()) {
        OptRef<Object> value = std::move(closed).take();
        if (value) {
            auto truth = is_true(ts, *value);
            if (truth.ok() && std::move(truth).take()) return true;
        }
    }
    error_clear(ts);
    if (call_method(ts, *file, "flush"_n).ok()) return true;
    if (report) {
        write_unraisable(ts, file.get());
    } else {
        error_clear(ts);
    }
    return false;
}

// ---- Modules

// Sets the names in the dict to None: first those with one leading underscore, then all but __builtins__. What
// finalizers still need tends to be without an underscore.
void clear_names(ThreadState& ts, Dict& dict) {
    for (int pass = 0; pass < 2; ++pass) {
        Py_ssize_t position = 0;
        Object *key, *value;
        while (dict_next(dict, position, &key, &value)) {
            if (is_none(value) || !PyUnicode_Check(key)) continue;
            Str& name = as<Str>(*key);
            bool private_name =
                str_length(name) >= 1 && str_at(name, 0) == '_' && !(str_length(name) >= 2 && str_at(name, 1) == '_');
            if (pass == 0 && !private_name) continue;
            if (pass == 1 && str_equals_ascii(name, "__builtins__")) continue;
            Ref<Object> keep = Ref<Object>::share(*key);
            if (!dict_set(ts, dict, *keep, none()).ok()) error_clear(ts);
        }
    }
}

void set_to_none(ThreadState& ts, Dict& dict, Str& name) {
    if (!dict_set(ts, dict, obj(name), none()).ok()) error_clear(ts);
}

void forget_sys_attributes(ThreadState& ts) {
    if (!ts.interpreter().sys_dict) return;  // nobody has looked into it
    Dict& sys = as<Dict>(*ts.interpreter().sys_dict);
    for (Str* name : {&"path"_s, &"argv"_s, &"ps1"_s, &"ps2"_s, &"last_type"_s, &"last_value"_s, &"last_traceback"_s,
                      &"path_hooks"_s, &"path_importer_cache"_s, &"meta_path"_s}) {
        set_to_none(ts, sys, *name);
    }
    struct Standard {
        Str& name;
        Str& original;
    };
    for (Standard file :
         {Standard{"stdin"_s, "__stdin__"_s}, {"stdout"_s, "__stdout__"_s}, {"stderr"_s, "__stderr__"_s}}) {
        auto found = dict_get(ts, sys, obj(file.original));
        Object* value = found.ok() ? std::move(found).take() : nullptr;
        error_clear(ts);
        Ref<Object> keep = Ref<Object>::share(value ? *value : none());
        if (!dict_set(ts, sys, obj(file.name), *keep).ok()) error_clear(ts);
    }
}

// Stops early when nothing is left whose end can be noticed.
void finish_modules(ThreadState& ts) {
    Interpreter& interpreter = ts.interpreter();
    if (!interpreter.modules) return;
    forget_sys_attributes(ts);

    // Modules that nothing refers to end with sys.modules; those that stay are cleared by hand afterwards, the
    // newest first.
    Object* survivors_or_null = nullptr;
    {
        auto made = list_new(ts, 0);
        if (made.ok()) survivors_or_null = obj(std::move(made).release());
        error_clear(ts);
    }
    OptRef<Object> survivors = OptRef<Object>::steal(survivors_or_null);
    if (PyDict_CheckExact(interpreter.modules)) {
        Dict& modules = as<Dict>(*interpreter.modules);
        Py_ssize_t position = 0;
        Object *key, *value;
        while (dict_next(modules, position, &key, &value)) {
            if (!PyModule_Check(value)) continue;
            Ref<Object> name = Ref<Object>::share(*key);
            auto reference = weakref_new(ts, *value);
            if (!reference.ok()) {
                error_clear(ts);
            } else if (survivors) {
                Ref<Object> weak = std::move(reference).take();
                auto entry = tuple_of(ts, *name, *weak);
                if (!entry.ok() || !list_append(ts, as<List>(*survivors), Ref<Object>(std::move(entry).take())).ok()) {
                    error_clear(ts);
                }
            }
            if (!dict_set(ts, modules, *name, none()).ok()) error_clear(ts);
        }
        dict_clear(ts, modules);
    }
    // builtins as it was after start-up: what was replaced in it must not be run by finalizers.
    if (interpreter.builtins && interpreter.builtins_copy) {
        Dict& builtins = as<Dict>(*interpreter.builtins);
        Dict& copy = as<Dict>(*interpreter.builtins_copy);
        Ref<Object> keep = Ref<Object>::share(obj(copy));
        dict_clear(ts, builtins);
        if (!dict_update(ts, builtins, *keep).ok()) error_clear(ts);
        clear(interpreter.builtins_copy);
    }
    (void)gc_collect_silently(ts);
    if (ends_silently(ts)) return;
    if (survivors) {
        List& list = as<List>(*survivors);
        for (Py_ssize_t i = list_size(list); i-- > 0;) {
            Object& reference = tuple_item(as<Tuple>(list_item(list, i)), 1);
            Object* module = as<WeakReference>(reference).wr_object;
            // A module that nobody has looked into is as it was made.
            if (is_none(module) || !as<Module>(*module).dict) continue;
            Dict& names = module_dict(*module);
            // These two go last, since clearing others may need them.
            if (&obj(names) == interpreter.builtins || &obj(names) == interpreter.sys_dict) continue;
            Ref<Object> keep = Ref<Object>::share(*module);
            clear_names(ts, names);
        }
        survivors.reset();
    }
    gc_shut_down(ts);  // may have something to say, for which sys.stderr is needed
    if (interpreter.sys_dict) clear_names(ts, as<Dict>(*interpreter.sys_dict));
    if (interpreter.builtins) clear_names(ts, as<Dict>(*interpreter.builtins));
    clear(interpreter.modules);
    (void)gc_collect_silently(ts);
}

// The parts of an interpreter that code of any interpreter can drop.
void clear_members(Interpreter& i) {
    for (Object** member : {&i.codec_search_path, &i.codec_search_cache, &i.codec_error_registry, &i.modules_by_index,
                            &i.importlib, &i.import_function, &i.dict, &i.before_forkers, &i.after_forkers_parent,
                            &i.after_forkers_child, &i.audit_hooks}) {
        clear(*member);
    }
}

void clear_interpreter(ThreadState& ts) {
    Interpreter& i = ts.interpreter();
    extensions_forget_modules(ts);
    clear_members(i);
    atexit_stop(ts);
    warnings_stop(ts);
    thread_state_clear(ts, ts);
    (void)gc_collect_silently(ts);
    clear(i.sys_dict);
    clear(i.builtins);
    gc_shut_down(ts);
    (void)gc_collect_silently(ts);
    exceptions_stop(ts);
    type_cache_clear(ts);
    static_type_states_clear(ts);
}

// Those of sys.addaudithook went with the interpreter; these are the program's and extensions'.
void forget_audit_hooks(ThreadState& ts) {
    Runtime& runtime = ts.runtime();
    if (!runtime.audit_hooks.load()) return;
    if (!audit(ts, "cpython._PySys_ClearAuditHooks", nullptr).ok()) {
        error_clear(ts);
        return;
    }
    for (Runtime::AuditHook* hook = runtime.audit_hooks.exchange(nullptr); hook;) free(std::exchange(hook, hook->next));
}

// sys.stdout.flush() and the same for stderr. False when one failed.
bool flush_standard_files(ThreadState& ts) {
    if (!ts.interpreter().sys_dict) return true;
    bool good = flush(ts, "stdout"_s, true);
    return flush(ts, "stderr"_s, false) && good;
}

}  // namespace

namespace {

// Ends the modules and what they lead to; then, if something is left whose end can be noticed, every other object of
// the interpreter. False when flushing a standard file failed.
bool take_apart(ThreadState& ts) {
    (void)gc_collect(ts, 2);
    finish_modules(ts);
    bool good = flush_standard_files(ts);
    if (ts.interpreter().is_main) forget_audit_hooks(ts);
    if (!ends_silently(ts)) {
        start_image_load_all(ts.interpreter());  // what is taken apart must be there
        clear_interpreter(ts);
    }
    sharing_end(ts);
    own_codes_release(ts);
    import_lock_stop(ts.interpreter());
    faulthandler_stop(ts);  // late, so that a crash on the way is reported
    data_stack_release(ts);
    return good;
}

}  // namespace

int interpreter_stop(ThreadState& ts) {
    Interpreter& interpreter = ts.interpreter();
    wait_for_threads(ts);
    if (!run_pending_calls(ts).ok()) write_unraisable(ts, nullptr);
    atexit_run(ts);
    if (interpreter.is_main) {
        interpreters_close_all(ts);
        ts.runtime().phase.store(RuntimePhase::kFinalizing);
    }
    bool good = flush_standard_files(ts);

    // From here on this thread alone runs in the interpreter.
    interpreter.finalizing.store(1);
    interpreter.lock.close(ts);
    interpreter.eval_breaker.request(EvalBreaker::kStop);
    interrupt_stop_ends(interpreter);
    // Finalizers are code like any other.
    bool limited = interpreter.options.time_limit_ns && time_limit_begins(ts);
    sharing_stop(ts);
    signals_stop(ts);
    if (ends_silently(ts)) {
        sharing_end(ts);
    } else if (!take_apart(ts)) {
        good = false;
    }

    if (interpreter.is_main && interpreter.config->malloc_stats) sys_debugmallocstats(ts);

    tracing_end(interpreter);  // late, so that finalizers can still ask where objects come from
    if (limited) time_limit_ends(ts);

    // Threads that are blocked somewhere keep their states till they leave; see interpreter_delete.
    Config* config = interpreter.config;
    Runtime& runtime = ts.runtime();
    thread_state_delete_current(ts);
    std::vector<void*> images = extensions_release(interpreter, interpreter_has_threads(interpreter));
    interpreter_delete(&interpreter);
    extensions_unload(runtime, images);
    delete config;
    return good ? 0 : -1;
}

void interpreter_clear(ThreadState& ts, Interpreter& interpreter) {
    if (!audit(ts, "cpython.PyInterpreterState_Clear", nullptr).ok()) error_clear(ts);
    if (&interpreter == &ts.interpreter()) return clear_interpreter(ts);
    for (PyThreadState* each = interpreter.threads; each; each = each->next) thread_state_clear(ts, thread_state(each));
    clear_members(interpreter);
}

int end_by_interrupt() {
    if (signal(SIGINT, SIG_DFL) != SIG_ERR) kill(getpid(), SIGINT);
    return 128 + SIGINT;
}

int runtime_stop() {
    Runtime& runtime = process_runtime();
    if (runtime.phase.load() < RuntimePhase::kCore) return 0;
    ThreadState* ts = current_thread_state;
    if (!ts || !ts->interpreter().is_main) return 0;
    int status = interpreter_stop(*ts);
    if (!runtime.interpreters && !runtime.orphaned) start_image_forget(runtime);
    runtime.phase.store(RuntimePhase::kUninitialized);
    while (runtime.exit_function_count > 0) runtime.exit_functions[--runtime.exit_function_count]();
    std::fflush(stdout);
    std::fflush(stderr);
    return status;
}

void exit_process(int code) {
    if (runtime_stop() < 0) code = 120;
    std::exit(code);
}

}  // namespace orochi
