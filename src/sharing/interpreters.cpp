// _interpreters: what lib/concurrent/interpreters (PEP 734) and lib/interpreters.py (PEP 554) are built on.
// Interpreters are numbers here; channels and queues are objects (mailbox_object.cpp).
#include <string>
#include <vector>

#include "execution/compile_source.hpp"
#include "execution/evaluate.hpp"
#include "modules/heap_type.hpp"
#include "objects/dict.hpp"
#include "objects/exceptions.hpp"
#include "objects/float.hpp"
#include "objects/int.hpp"
#include "objects/list.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"
#include "sharing/created.hpp"
#include "sharing/interpreter_reference.hpp"
#include "sharing/interpreters.hpp"
#include "sharing/low_level_ids.hpp"
#include "sharing/mailbox_object.hpp"
#include "sharing/part.hpp"
#include "sharing/remote_error.hpp"
#include "sharing/sharing_errors.hpp"

namespace orochi {

namespace {

struct State : SharingErrors {
    Object* not_shareable;
    Type* buffer_type;
    Type* mailbox_type;
    Type* reference_type;

    template <class F>
    void each(F f) {
        SharingErrors::each(f);
        f(not_shareable);
        f(buffer_type);
        f(mailbox_type);
        f(reference_type);
    }
};
State& state_of(Object& module) { return *static_cast<State*>(module_state(module)); }

// ---- The list of interpreters

// Bytes or None.
Result<size_t> memory_limit_of(ThreadState& ts, Object* limit) {
    if (!limit || is_none(limit)) return SIZE_MAX;
    long long bytes = TRY(int_as_long_long(ts, *limit));
    if (bytes <= 0) return raise(ts, PyExc_ValueError, "memory_limit must be positive");
    return size_t(bytes);
}
// Seconds or None, as nanoseconds.
Result<uint64_t> time_limit_of(ThreadState& ts, Object* limit) {
    if (!limit || is_none(limit)) return uint64_t{0};
    double seconds = TRY(float_as_double(ts, *limit));
    if (!(seconds > 0)) return raise(ts, PyExc_ValueError, "time_limit must be positive");
    return seconds > 9e9 ? uint64_t{0} : uint64_t(seconds * 1e9) + 1;
}

Result<long long> create(ThreadState& ts, Object& module, Object* memory_limit, Object* time_limit, bool isolated) {
    InterpreterOptions options;
    options.whence = Whence::kModule;
    options.memory_limit = TRY(memory_limit_of(ts, memory_limit));
    options.time_limit_ns = TRY(time_limit_of(ts, time_limit));
    options.allow_fork = options.allow_exec = !isolated;
    return created_start(ts, module, options);
}

long long get_current(ThreadState& ts) { return ts.interpreter().id; }
long long get_main(ThreadState& ts) { return ts.runtime().main->id; }

// ---- Running

using Variables = std::vector<std::pair<std::string, SharedValue>>;

Result<Variables> take_variables(ThreadState& ts, Object* shared, Crossing crossing) {
    Variables variables;
    if (!shared || is_none(shared)) return variables;
    if (!PyDict_Check(shared)) return raise(ts, PyExc_TypeError, "expected 'shared' to be a dict");
    // Taking a value may run Python code, which may change the dict.
    Ref<Object> items = TRY(call_method(ts, *shared, "copy"_n));
    Py_ssize_t position = 0;
    Object *key, *value;
    while (dict_next(as<Dict>(*items), position, &key, &value)) {
        if (!PyUnicode_Check(key)) return raise(ts, PyExc_TypeError, "names must be strings, not '%T'", key);
        SharedValue taken;
        TRY(SharedValue::take(ts, *value, crossing, taken));
        variables.emplace_back(std::string(TRY(str_utf8(ts, as<Str>(*key)))), std::move(taken));
    }
    return variables;
}

// Runs f(there) in the interpreter, where it returns Result<void>. The exception that ended it, or None.
template <class F>
Result<Ref<Object>> visit(ThreadState& ts, Object& module, long long id, F f) {
    RemoteError error;
    Visit scope;
    TRY(scope.begin(ts, module, id));
    if (!f(scope.there()).ok()) error.take(scope.there());
    scope.end();
    if (!error.failed) return new_none();
    return error.make(ts);
}

Result<Ref<Object>> main_of(ThreadState& ts, Variables& variables) {
    Ref<Object> main = TRY(import_module(ts, "__main__"_n));
    Dict& names = module_dict(*main);
    for (auto& [name, value] : variables) {
        Ref<Str> key = TRY(str_from_utf8(ts, name));
        Ref<Object> object = TRY(value.make(ts));
        TRY(dict_set(ts, names, obj(*key), *object));
    }
    if (!TRY(dict_get(ts, names, "__builtins__"_n))) {
        TRY(dict_set(ts, names, "__builtins__"_n, *TRY(import_module(ts, "builtins"_n))));
    }
    return main;
}

}  // namespace

Result<Ref<Object>> run_source(ThreadState& ts, Object& module, long long id, std::string_view source, Object* shared,
                               int crossing) {
    Variables variables = TRY(take_variables(ts, shared, Crossing(crossing)));
    std::string text(source);
    return visit(ts, module, id, [&](ThreadState& there) -> Result<void> {
        Ref<Object> main = TRY(main_of(there, variables));
        Object& names = obj(module_dict(*main));
        CompileRequest request{.source = text, .origin = language::SourceOrigin::Text, .filename = "<string>"_s};
        Ref<Code> code = TRY(compile_source(there, request));
        TRY(run_program(there, *code, names, names));
        return {};
    });
}

Result<Ref<Object>> list_interpreters(ThreadState& ts) {
    std::vector<std::pair<int64_t, Whence>> all;
    {
        base::MutexGuard guard(ts.runtime().mutex);
        for (Interpreter* i = ts.runtime().interpreters; i; i = i->next) all.emplace_back(i->id, i->options.whence);
    }
    Ref<Tuple> result = TRY(tuple_new(ts, Py_ssize_t(all.size())));
    for (size_t i = 0; i < all.size(); ++i) {
        auto [id, whence] = all[all.size() - 1 - i];
        Ref<Object> number = TRY(int_from(ts, id));
        Ref<Object> origin = TRY(int_from(ts, int(whence)));
        tuple_init_item(result, Py_ssize_t(i), TRY(tuple_of(ts, *number, *origin)));
    }
    return result;
}

namespace {

Result<Ref<Object>> set_main_attrs(ThreadState& ts, Object& module, long long id, Object& attributes) {
    Variables variables = TRY(take_variables(ts, &attributes, Crossing::kAnything));
    return visit(ts, module, id, [&](ThreadState& there) -> Result<void> {
        TRY(main_of(there, variables));
        return {};
    });
}

// (value, error) of what `f`, which leaves its result in a SharedValue, does in the interpreter.
template <class F>
Result<Ref<Object>> visit_for_value(ThreadState& ts, Object& module, long long id, F f) {
    SharedValue value;
    Ref<Object> error = TRY(visit(ts, module, id, [&](ThreadState& there) -> Result<void> {
        Ref<Object> result = TRY(f(there));
        return SharedValue::take(there, *result, Crossing::kAnything, value);
    }));
    Ref<Object> result = TRY(value.make(ts));
    return tuple_of(ts, *result, *error);
}

Result<Ref<Object>> get_main_attr(ThreadState& ts, Object& module, long long id, std::string_view name) {
    std::string text(name);
    return visit_for_value(ts, module, id, [&](ThreadState& there) -> Result<Ref<Object>> {
        Ref<Object> main = TRY(import_module(there, "__main__"_n));
        Ref<Str> key = TRY(str_from_utf8(there, text));
        return getattr(there, *main, obj(*key));
    });
}

Result<Ref<Object>> call_there(ThreadState& ts, Object& module, long long id, Object& function, Tuple& arguments,
                               Dict& keywords) {
    Ref<Tuple> whole = TRY(tuple_of(ts, function, obj(arguments), obj(keywords)));
    SharedValue given;
    TRY(SharedValue::take(ts, obj(*whole), Crossing::kAnything, given));
    return visit_for_value(ts, module, id, [&](ThreadState& there) -> Result<Ref<Object>> {
        Ref<Object> arrived = TRY(given.make(there));
        Tuple& parts = as<Tuple>(*arrived);
        return call_tuple(there, tuple_item(parts, 0), tuple_item(parts, 1), &tuple_item(parts, 2));
    });
}

Result<bool> is_shareable(ThreadState& ts, Object& object, int crossing) {
    return SharedValue::is_shareable(ts, object, Crossing(crossing));
}

// ---- Figures

struct Figures {
    size_t bytes, blocks, reserved, peak, objects = 0;
    Py_ssize_t collections = 0, collected = 0;
    InterpreterLock::Stats lock;

    // Its lock is held.
    explicit Figures(Interpreter& interpreter)
        : bytes(interpreter.heap.bytes_in_use()),
          blocks(interpreter.heap.blocks_in_use()),
          reserved(interpreter.heap.reserved_bytes()),
          peak(interpreter.heap.peak_bytes()),
          lock(interpreter.lock.stats()) {
        Collector& collector = interpreter.collector;
        for (int i = 0; i < 3; ++i) {
            const GcHeader& head = collector.generations[i].head;
            for (const GcHeader* h = head.next; h != &head; h = h->next) ++objects;
            collections += collector.stats[i].collections;
            collected += collector.stats[i].collected;
        }
        // Costs two looks at the clock for each time that the lock is held; so not before somebody asks.
        interpreter.lock.measure_hold_times(true);
    }
};

Result<Ref<Object>> stats(ThreadState& ts, Object& module, long long id) {
    auto look = [&]() -> Result<Figures> {
        if (id == ts.interpreter().id) return Figures(ts.interpreter());
        Probe probe;
        TRY(probe.begin(ts, module, id));
        return Figures(probe.interpreter());
    };
    Figures figures = TRY(look());
    Ref<Dict> result = TRY(dict_new(ts));
    struct Entry {
        const char* name;
        unsigned long long value;
    };
    for (Entry e : {Entry{"heap_bytes", figures.bytes},
                    {"heap_blocks", figures.blocks},
                    {"heap_reserved", figures.reserved},
                    {"heap_peak", figures.peak},
                    {"objects", figures.objects},
                    {"collections", (unsigned long long)figures.collections},
                    {"collected", (unsigned long long)figures.collected},
                    {"lock_takes", figures.lock.takes},
                    {"lock_contended", figures.lock.contended_takes},
                    {"lock_wait_ns", figures.lock.wait_ns},
                    {"lock_hold_ns", figures.lock.hold_ns},
                    {"lock_switches", figures.lock.switches}}) {
        TRY(dict_set_text(ts, result, e.name, *TRY(int_from_unsigned(ts, e.value))));
    }
    return result;
}

constexpr MethodDef functions[] = {
    METHOD("create($module, memory_limit=None, time_limit=None, isolated=False, /)", create,
           "Create an interpreter and return its number."),
    METHOD("destroy($module, id, force=False, /)", created_close, "Close the interpreter and free all that it has."),
    METHOD("refer($module, id, /)", interpreter_reference_new,
           "An object that keeps the interpreter open. With the last one it closes."),
    METHOD("list_all($module, /)", list_interpreters, "(number, whence) of all interpreters."),
    METHOD("get_current($module, /)", get_current, "The number of the current interpreter."),
    METHOD("get_main($module, /)", get_main, "The number of the main interpreter."),
    METHOD("is_running($module, id, /)", created_is_running, "Whether the interpreter is running something."),
    METHOD("interrupt($module, id, /)", created_interrupt,
           "Raise KeyboardInterrupt in what the interpreter is running; False if that is nothing."),
    METHOD("exec($module, id, source, shared=None, crossing=0, /)", run_source,
           "Run the source code in the interpreter's __main__, with the shared objects as variables.\n\nReturns None, "
           "or a tuple (name, qualname, module, message, display, pickle) about the exception that ended it."),
    METHOD("call($module, id, function, args, kwargs, /)", call_there,
           "Call the function in the interpreter: (result, error as of exec)."),
    METHOD("set_main_attrs($module, id, attributes, /)", set_main_attrs,
           "Set variables in the interpreter's __main__."),
    METHOD("get_main_attr($module, id, name, /)", get_main_attr,
           "(value, error) of a variable in the interpreter's __main__."),
    METHOD("is_shareable($module, obj, crossing, /)", is_shareable,
           "Whether the object's data can be sent to another interpreter without a pickle."),
    METHOD("stats($module, id, /)", stats, "Figures about the interpreter's heap, collector and lock."),
    METHOD("list_channels($module, /)", list_channels, "The numbers of all channels."),
    METHOD("list_queues($module, /)", list_queues, "The numbers of all queues."),
    METHOD("low_level_channel_id($module, code, /)", low_level_channel_id, "A ChannelID that has arrived."),
    METHOD_END,
};

Result<void> execute(ThreadState& ts, Object& module) {
    State& state = state_of(module);
    InterpreterErrors& errors = state.interpreters;
    ChannelErrors& channels = state.channels;
    TRY(module_add_exception(ts, module, errors.error, "concurrent.interpreters.InterpreterError", PyExc_RuntimeError));
    TRY(module_add_exception(ts, module, errors.not_found, "concurrent.interpreters.InterpreterNotFoundError",
                             errors.error));
    TRY(module_add_exception(ts, module, state.not_shareable, "concurrent.interpreters.NotShareableError",
                             PyExc_TypeError));
    TRY(module_add_exception(ts, module, channels.channel_error, "interpreters.ChannelError", PyExc_RuntimeError));
    TRY(module_add_exception(ts, module, channels.not_found, "interpreters.ChannelNotFoundError",
                             channels.channel_error));
    TRY(module_add_exception(ts, module, channels.closed, "interpreters.ChannelClosedError", channels.channel_error));
    TRY(module_add_exception(ts, module, channels.empty, "interpreters.ChannelEmptyError", channels.channel_error));
    TRY(module_add_exception(ts, module, channels.not_empty, "interpreters.ChannelNotEmptyError",
                             channels.channel_error));
    TRY(module_add_exception(ts, module, channels.queue_error, "concurrent.interpreters.QueueError",
                             PyExc_RuntimeError));
    TRY(module_add_exception(ts, module, channels.queue_not_found, "concurrent.interpreters.QueueNotFoundError",
                             channels.queue_error));
    state.buffer_type = TRY(make_shared_buffer_type(ts, module)).release();
    TRY(add_mailbox_types(ts, module, state.mailbox_type));
    state.reference_type = TRY(make_interpreter_reference_type(ts, module)).release();
    SharingPart& part = sharing_part(ts);
    part.buffer_type = state.buffer_type;
    part.mailbox_type = state.mailbox_type;
    part.reference_type = state.reference_type;
    return {};
}

int clear_state(Object* module) {
    State* state = static_cast<State*>(module_state(*module));
    if (!state) return 0;
    if (auto* part = orochi::part<SharingPart>(current_thread().interpreter(), Part::kSharing);
        part && part->mailbox_type == state->mailbox_type) {
        part->buffer_type = part->mailbox_type = part->reference_type = nullptr;
    }
    return ModuleReferences<State>::clear(module);
}
void free_state(void* module) { clear_state(static_cast<Object*>(module)); }

constinit PyModuleDef_Slot slots[] = {
    {Py_mod_exec, reinterpret_cast<void*>(module_exec_entry<execute>)},
    {0, nullptr},
};

}  // namespace

extern PyModuleDef interpreters_module;
PyModuleDef interpreters_module = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "_interpreters",
    .m_doc = "Interpreters by number, channels and queues: the base of the modules that people import.",
    .m_size = sizeof(State),
    .m_methods = METHOD_TABLE(functions),
    .m_slots = slots,
    .m_traverse = ModuleReferences<State>::traverse,
    .m_clear = clear_state,
    .m_free = free_state,
};

}  // namespace orochi
