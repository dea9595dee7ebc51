#include <fcntl.h>
#include <pthread.h>

#include <new>

#include "base/hash.hpp"
#include "execution/error_display.hpp"
#include "execution/evaluate.hpp"
#include "imports/frozen.hpp"
#include "lifecycle/lifecycle.hpp"
#include "lifecycle/start_image_cache.hpp"
#include "lifecycle/start_steps.hpp"
#include "modules/builtin_modules.hpp"
#include "modules/marshal/marshal.hpp"
#include "modules/sys/sys.hpp"
#include "modules/tracemalloc/tracer.hpp"
#include "modules/wide_text.hpp"
#include "objects/dict.hpp"
#include "objects/exceptions.hpp"
#include "objects/int.hpp"
#include "objects/intern.hpp"
#include "objects/list.hpp"
#include "objects/module.hpp"
#include "objects/namespace.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"
#include "objects/type.hpp"
#include "objects/warnings.hpp"
#include "state/thread_state.hpp"

namespace orochi {

namespace {

// A module from its definition alone, before importlib can give it a spec.
Result<Ref<Object>> create_without_spec(ThreadState& ts, PyModuleDef& definition) {
    // A string of its own, as in CPython, where len.__module__ is not int.__module__: pickles show the difference.
    Ref<Str> text = TRY(str_from_ascii(ts, definition.m_name));
    Ref<Dict> attributes = TRY(dict_new(ts));
    TRY(dict_set(ts, *attributes, "name"_n, obj(*text)));
    Ref<Object> spec = TRY(namespace_new(ts, obj(attributes.get())));
    Ref<Object> module = TRY(module_from_definition(ts, definition, spec));
    TRY(module_exec(ts, *module, definition));
    return module;
}

PyStatus failed(ThreadState& ts, const char* step) {
    if (error_matches(ts, PyExc_MemoryError)) {
        error_clear(ts);
        return status_no_memory();
    }
    // The exception says more than the status can: it is shown here, as long as it can be.
    if (error_pending(ts)) {
        Ref<Object> exception = error_take(ts);
        std::string text = format_exception(ts, exception);
        fputs(text.c_str(), stderr);
    }
    return status_error("interpreter_start", step);
}

void set_hash_secret(Runtime& runtime, const PyConfig& config) {
    base::HashSecret secret{};
    if (config.use_hash_seed) {
        secret = base::hash_secret_from_seed(uint32_t(config.hash_seed));
    } else if (!base::hash_secret_random(&secret)) {
        fatal_error("set_hash_secret", "failed to get random numbers to initialize Python");
    }
    runtime.hash_secret.k0 = secret.k0;
    runtime.hash_secret.k1 = secret.k1;
    runtime.hash_secret.randomized = !config.use_hash_seed || config.hash_seed != 0;
}

// ---- An interpreter, step by step

Result<Ref<Object>> frozen_code(ThreadState& ts, const char* name) {
    const FrozenModule* module = find_frozen(name);
    if (!module) return raise(ts, PyExc_ImportError, "no frozen module %s", name);
    return marshal_loads(ts, {reinterpret_cast<const char*>(module->code), module->size});
}

Result<void> create_core_modules(ThreadState& ts) {
    Interpreter& interpreter = ts.interpreter();
    interpreter.modules = obj(std::move(TRY(dict_new(ts))).release());
    interpreter.modules_by_index = obj(std::move(TRY(list_new(ts, 0))).release());
    TRY(exceptions_start(ts));
    TRY(warnings_part(ts))->source_line = find_source_line;

    Ref<Object> builtins = TRY(create_without_spec(ts, *find_builtin_module("builtins")));
    TRY(dict_set(ts, as<Dict>(*interpreter.modules), "builtins"_n, *builtins));
    interpreter.builtins = obj(&module_dict(*builtins));
    incref(*interpreter.builtins);
    TRY(exceptions_add_to(ts, as<Dict>(*interpreter.builtins)));

    Ref<Object> sys = TRY(sys_create(ts));
    TRY(dict_set(ts, as<Dict>(*interpreter.modules), "sys"_n, *sys));
    TRY(dict_set(ts, as<Dict>(*interpreter.sys_dict), "modules"_n, *interpreter.modules));
    TRY(sys_configure(ts));
    return {};
}

Result<void> install_importlib(ThreadState& ts) {
    Interpreter& interpreter = ts.interpreter();
    Ref<Object> code = TRY(frozen_code(ts, "_frozen_importlib"));
    Ref<Object> importlib = TRY(module_new(ts, "_frozen_importlib"_n));
    Dict& dict = module_dict(*importlib);
    TRY(dict_set(ts, dict, "__builtins__"_n, *interpreter.builtins));
    TRY(dict_set(ts, dict, "__origname__"_n, "importlib._bootstrap"_n));
    TRY(dict_set(ts, as<Dict>(*interpreter.modules), "_frozen_importlib"_n, *importlib));
    TRY(run_code(ts, as<Code>(*code), obj(dict), obj(dict)));
    interpreter.importlib = new_reference(*importlib);

    // builtins.__import__ is what the evaluation loop calls.
    Object* import_function = TRY(dict_get(ts, as<Dict>(*interpreter.builtins), "__import__"_n));
    interpreter.import_function = new_reference_optional(import_function);

    Ref<Object> imp = TRY(create_without_spec(ts, *find_builtin_module("_imp")));
    TRY(dict_set(ts, as<Dict>(*interpreter.modules), "_imp"_n, *imp));
    Ref<Object> sys = Ref<Object>::share(*TRY(dict_get(ts, as<Dict>(*interpreter.modules), "sys"_n)));
    TRY(call_method(ts, *importlib, "_install"_n, *sys, *imp));
    return {};
}

Result<void> set_builtins_copy(ThreadState& ts) {
    Interpreter& interpreter = ts.interpreter();
    interpreter.builtins_copy = obj(std::move(TRY(dict_copy(ts, as<Dict>(*interpreter.builtins)))).release());
    return {};
}

Result<void> install_external_importers(ThreadState& ts) {
    TRY(call_method(ts, *ts.interpreter().importlib, "_install_external_importers"_n));
    // zipimport comes first among the path hooks; a library without it still works.
    auto zipimport = import_module(ts, "zipimport"_n);
    if (!zipimport.ok()) {
        error_clear(ts);
        return {};
    }
    Ref<Object> module = std::move(zipimport).take();
    Ref<Object> importer = TRY(getattr(ts, *module, "zipimporter"_n));
    Object* hooks = sys_get(ts, "path_hooks"_s);
    if (hooks && PyList_Check(hooks)) TRY(list_insert(ts, as<List>(*hooks), 0, importer));
    return {};
}

// The name that the codec of the standard files itself has.
Result<Ref<Object>> standard_encoding(ThreadState& ts) {
    const wchar_t* configured = ts.interpreter().config->stdio_encoding;
    Ref<Object> given = TRY(wide_str(ts, configured ? configured : L"utf-8"));
    Ref<Object> codecs = TRY(import_module(ts, "_codecs"_n));
    Ref<Object> codec = TRY(call_method(ts, *codecs, "lookup"_n, *given));
    return getattr(ts, *codec, "name"_n);
}

// One of sys.stdin, stdout, stderr; None when the descriptor is not open.
Result<Ref<Object>> open_standard_file(ThreadState& ts, Object& io, int descriptor, const char* name, bool writing) {
    const Config& config = *ts.interpreter().config;
    if (fcntl(descriptor, F_GETFD) < 0) return new_none();
    bool buffered = config.buffered_stdio || !writing;
    Ref<Object> number = TRY(int_from(ts, descriptor));
    Ref<Object> buffering = TRY(int_from(ts, buffered ? -1 : 0));
    Ref<Str> mode = TRY(str_from_ascii(ts, writing ? "wb" : "rb"));
    // open(fd, mode, buffering, encoding, errors, newline, closefd): binary mode takes none of the text ones.
    Object* arguments[] = {number.get(), obj(mode.get()), buffering.get(),    &none(),
                           &none(),      &none(),         &bool_object(false)};
    Ref<Object> open = TRY(getattr(ts, io, "open"_n));
    Ref<Object> buffer = TRY(call_vector(ts, *open, arguments, 7));
    Ref<Object> raw = buffered ? TRY(getattr(ts, *buffer, "raw"_n)) : buffer.copy();
    Ref<Str> shown_name = TRY(str_from_ascii(ts, name));
    TRY(setattr(ts, *raw, "name"_n, obj(*shown_name)));
    Ref<Object> is_tty = TRY(call_method(ts, *raw, "isatty"_n));
    bool tty = TRY(is_true(ts, *is_tty));
    bool write_through = !config.buffered_stdio;
    bool line_buffering = (tty || config.interactive || descriptor == 2) && buffered;
    if (descriptor == 2) line_buffering = true;
    Ref<Object> encoding = TRY(standard_encoding(ts));
    Ref<Object> errors = descriptor == 2
                             ? Ref<Object>(TRY(str_from_ascii(ts, "backslashreplace")))
                             : Ref<Object>(TRY(wide_str(ts, config.stdio_errors ? config.stdio_errors : L"strict")));
    Object* text_arguments[] = {
        buffer.get(), encoding.get(), errors.get(), &"\n"_n, &bool_object(line_buffering), &bool_object(write_through)};
    if (!writing) text_arguments[3] = &none();
    Ref<Object> wrapper = TRY(getattr(ts, io, "TextIOWrapper"_n));
    Ref<Object> text = TRY(call_vector(ts, *wrapper, text_arguments, 6));
    Ref<Str> text_mode = TRY(str_from_ascii(ts, writing ? "w" : "r"));
    TRY(setattr(ts, *text, "mode"_n, obj(*text_mode)));
    return text;
}

// What the standard files come from, and with it open().
Result<void> import_file_modules(ThreadState& ts) {
    TRY(import_module(ts, "encodings"_n));
    TRY(standard_encoding(ts));
    Ref<Object> io = TRY(import_module(ts, "io"_n));
    Ref<Object> open = TRY(getattr(ts, *io, "open"_n));
    return dict_set(ts, as<Dict>(*ts.interpreter().builtins), "open"_n, *open);
}

Result<void> add_main_module(ThreadState& ts) {
    Interpreter& interpreter = ts.interpreter();
    Ref<Object> main = TRY(module_new(ts, "__main__"_n));
    TRY(dict_set(ts, as<Dict>(*interpreter.modules), "__main__"_n, *main));
    Dict& dict = module_dict(*main);
    Ref<Dict> annotations = TRY(dict_new(ts));
    TRY(dict_set(ts, dict, "__annotations__"_n, obj(*annotations)));
    Ref<Object> builtins = Ref<Object>::share(*TRY(dict_get(ts, as<Dict>(*interpreter.modules), "builtins"_n)));
    TRY(dict_set(ts, dict, "__builtins__"_n, *builtins));
    Ref<Object> loader = TRY(getattr(ts, *interpreter.importlib, "BuiltinImporter"_n));
    return dict_set(ts, dict, "__loader__"_n, *loader);
}

}  // namespace

Result<void> open_standard_files(ThreadState& ts) {
    Ref<Object> io = TRY(import_module(ts, "_io"_n));
    Dict& dict = as<Dict>(*ts.interpreter().sys_dict);
    struct {
        int descriptor;
        const char* shown;
        Str& name;
        Str& original;
    } files[] = {{0, "<stdin>", "stdin"_s, "__stdin__"_s},
                 {1, "<stdout>", "stdout"_s, "__stdout__"_s},
                 {2, "<stderr>", "stderr"_s, "__stderr__"_s}};
    for (auto& file : files) {
        Ref<Object> text = TRY(open_standard_file(ts, *io, file.descriptor, file.shown, file.descriptor != 0));
        TRY(dict_set(ts, dict, obj(file.name), *text));
        TRY(dict_set(ts, dict, obj(file.original), *text));
    }
    return {};
}

Result<void> start_alike(ThreadState& ts, const char*& step) {
    step = "can't create the core modules";
    TRY(create_core_modules(ts));
    step = "can't install importlib";
    TRY(install_importlib(ts));
    TRY(set_builtins_copy(ts));
    if (!ts.interpreter().config->_install_importlib) return {};
    step = "external importer setup failed";
    TRY(install_external_importers(ts));
    step = "can't initialize sys standard streams";
    TRY(import_file_modules(ts));
    step = "can't add the __main__ module";
    return add_main_module(ts);
}

Result<void> start_individually(ThreadState& ts, const char*& step) {
    const Config& config = *ts.interpreter().config;
    if (!config._install_importlib) return {};
    step = "failed to start the faulthandler or signals";
    if (ts.interpreter().is_main && config.install_signal_handlers) TRY(import_module(ts, "_signal"_n));
    if (ts.interpreter().is_main && config.faulthandler > 0) {
        Ref<Object> faulthandler = TRY(import_module(ts, "faulthandler"_n));
        Ref<Object> standard_error = TRY(int_from(ts, 2));
        TRY(call_method(ts, *faulthandler, "enable"_n, *standard_error));
    }
    step = "can't initialize sys standard streams";
    const StartImage* image = ts.interpreter().start_image;
    if (!image || !image->sys_section)
        TRY(open_standard_files(ts));  // else they are opened when somebody looks into sys
    if (config.warnoptions.length || config.dev_mode) {
        step = "can't import warnings";
        TRY(import_module(ts, "warnings"_n));
    }
    step = "Failed to import the site module";
    if (config.site_import && !(image && image->has_site)) TRY(import_module(ts, "site"_n));
    return {};
}

namespace {

// Everything that an empty interpreter needs. It begins with the image, if there is one with room.
Result<void> start_steps(ThreadState& ts, const StartImage* image, const char*& step) {
    const bool from_image = image && start_image_restore(ts.interpreter(), *image);
    step = "can't initialize tracemalloc";
    if (int frames = ts.interpreter().config->tracemalloc; frames > 0) TRY(tracing_start(ts, frames));
    step = "can't bring the image up to date";
    TRY(from_image ? start_image_refresh(ts) : start_alike(ts, step));
    return start_individually(ts, step);
}

}  // namespace

PyStatus shared_objects_start(Runtime& runtime, const PyConfig& config) {
    if (runtime.shared_objects_ready) return status_ok();
    set_hash_secret(runtime, config);
    // Never deleted: its heap holds what all interpreters share.
    Interpreter* boot = interpreter_new_hidden(runtime);
    ThreadState* ts = boot ? thread_state_new(*boot) : nullptr;
    if (!ts) return status_no_memory();
    runtime.shared_heap = &boot->heap;
    thread_state_swap(ts);
    names_ready(runtime);
    bool ok = static_types_ready(*ts).ok();
    PyStatus status = ok ? status_ok() : failed(*ts, "can't initialize the static types");
    thread_state_swap(nullptr);
    runtime.shared_objects_ready = ok;
    return status;
}

Result<void> audit_interpreter_new(ThreadState& creator) {
    return audit(creator, "cpython.PyInterpreterState_New", nullptr);
}

ThreadState* interpreter_start(Runtime& runtime, const PyConfig& config, const ConfigExtra& extra,
                               const InterpreterOptions& options, PyStatus* status) {
    // Building the image takes time, and another thread of the same interpreter may want it as well.
    ThreadState* previous = thread_state_swap(nullptr);
    Interpreter* interpreter = interpreter_new(runtime);
    auto* own_config = new (std::nothrow) Config();
    if (!interpreter || !own_config || !config_copy(*own_config, config)) {
        thread_state_swap(previous);
        *status = status_no_memory();
        return nullptr;
    }
    own_config->int_max_str_digits = extra.int_max_str_digits;
    own_config->utf8_mode = extra.utf8_mode;
    interpreter->config = own_config;
    interpreter->options = options;
    interpreter->options.time_limit_ns = 0;  // starting is nobody's run
    interpreter->signal_handlers_wanted = config.install_signal_handlers != 0;
    if (extra.int_max_str_digits >= 0) interpreter->int_max_str_digits = extra.int_max_str_digits;
    ThreadState* ts = thread_state_new(*interpreter);
    if (!ts) {
        thread_state_swap(previous);
        *status = status_no_memory();
        return nullptr;
    }
    const StartImage* image = interpreter->is_main ? nullptr : start_image_for(runtime, *own_config);
    thread_state_swap(ts);
    const char* step = "";
    bool started = start_steps(*ts, image, step).ok();
    // The limit is for what will run: not every step of a start can be taken back half-way.
    bool fits = interpreter->heap.reserved_bytes() <= options.memory_limit;
    if (!started || !fits) {
        *status = started ? status_no_memory() : failed(*ts, step);
        interpreter_stop(*ts);
        thread_state_swap(previous);
        return nullptr;
    }
    interpreter->options.time_limit_ns = options.time_limit_ns;
    interpreter->heap.set_limit(options.memory_limit);
    *status = status_ok();
    return ts;
}

PyStatus runtime_start(const PyConfig& config, const ConfigExtra& extra) {
    Runtime& runtime = process_runtime();
    if (runtime.phase.load() == RuntimePhase::kFull) return status_ok();
    runtime.main_thread = static_cast<unsigned long>(pthread_self());
    PyStatus status = shared_objects_start(runtime, config);
    if (status_stops(status)) return status;
    runtime.phase.store(RuntimePhase::kCore);
    ThreadState* ts = interpreter_start(runtime, config, extra, {.whence = Whence::kRuntime}, &status);
    if (ts) runtime.phase.store(RuntimePhase::kFull);
    return status;
}

}  // namespace orochi
