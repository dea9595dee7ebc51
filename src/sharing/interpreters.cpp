// _interpreters: what lib/interpreters.py (PEP 554) is built on. Interpreters and channels are numbers here.
#include <cmath>
#include <map>
#include <memory>

#include "base/os_thread.hpp"
#include "execution/compile_source.hpp"
#include "execution/error_display.hpp"
#include "execution/evaluate.hpp"
#include "lifecycle/lifecycle.hpp"
#include "modules/heap_type.hpp"
#include "objects/dict.hpp"
#include "objects/exceptions.hpp"
#include "objects/float.hpp"
#include "objects/int.hpp"
#include "objects/list.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"
#include "sharing/channel.hpp"

namespace orochi {

namespace {

// An interpreter that was created here. `mutex` guards the flags; whoever set one owns the thread state.
struct Created {
    Interpreter* interpreter = nullptr;
    ThreadState* thread = nullptr;  // used by whoever runs something in it
    bool running = false;
    bool closed = false;
};

struct Interpreters {
    base::Mutex mutex;
    std::map<int64_t, Created> created;
};

Interpreters& process_interpreters(Runtime& runtime) {
    void* present = runtime.created_interpreters.load(std::memory_order_acquire);
    if (!present) {
        Interpreters* made = new Interpreters();
        if (runtime.created_interpreters.compare_exchange_strong(present, made, std::memory_order_acq_rel)) {
            present = made;
        } else {
            delete made;
        }
    }
    return *static_cast<Interpreters*>(present);
}

Failure unknown_interpreter(ThreadState& ts, long long id) {
    return raise(ts, PyExc_RuntimeError, "unrecognized interpreter ID %lld", id);
}

// ---- Interpreters

Result<long long> create(ThreadState& ts) {
    const Config& config = *ts.interpreter().config;
    ConfigExtra extra;
    extra.int_max_str_digits = config.int_max_str_digits;
    extra.utf8_mode = config.utf8_mode;
    PyStatus status = status_ok();
    ThreadState* made = interpreter_start(ts.runtime(), config, extra, {}, &status);
    thread_state_swap(&ts);
    if (!made) {
        return raise(ts, PyExc_RuntimeError, "interpreter creation failed: %s",
                     status.err_msg ? status.err_msg : "out of memory");
    }
    Interpreters& all = process_interpreters(ts.runtime());
    base::MutexGuard guard(all.mutex);
    all.created[made->interp->id] = Created{made->interp, made};
    return made->interp->id;
}

Result<Ref<Object>> list_all(ThreadState& ts) {
    std::vector<int64_t> ids;
    {
        base::MutexGuard guard(ts.runtime().mutex);
        for (Interpreter* i = ts.runtime().interpreters; i; i = i->next) ids.push_back(i->id);
    }
    Ref<List> list = TRY(list_new(ts, 0));
    for (size_t i = ids.size(); i-- > 0;) TRY(list_append(ts, list, TRY(int_from(ts, ids[i]))));
    return list;
}
long long get_current(ThreadState& ts) { return ts.interpreter().id; }
long long get_main(ThreadState& ts) { return ts.runtime().main->id; }

Result<bool> is_running(ThreadState& ts, long long id) {
    {
        Interpreters& all = process_interpreters(ts.runtime());
        base::MutexGuard guard(all.mutex);
        auto found = all.created.find(id);
        if (found != all.created.end()) return found->second.running;
    }
    if (!interpreter_by_id(ts.runtime(), id)) return unknown_interpreter(ts, id);
    return true;  // the main one, or one that the embedding program made for itself
}

// Takes the interpreter for running or closing; nobody else can until it is given back.
Result<Created> claim(ThreadState& ts, long long id) {
    Interpreters& all = process_interpreters(ts.runtime());
    enum { kUnknown, kBusy, kOk } outcome = kUnknown;
    Created result;
    {
        base::MutexGuard guard(all.mutex);
        auto found = all.created.find(id);
        if (found != all.created.end()) {
            outcome = found->second.running ? kBusy : kOk;
            found->second.running = true;
            result = found->second;
        }
    }
    if (outcome == kOk) return result;
    if (outcome == kUnknown && !interpreter_by_id(ts.runtime(), id)) return unknown_interpreter(ts, id);
    // One that runs, the main one, or one that the embedding program made for itself.
    return raise(ts, PyExc_RuntimeError, "interpreter already running");
}
void give_back(Runtime& runtime, int64_t id, bool closed) {
    Interpreters& all = process_interpreters(runtime);
    base::MutexGuard guard(all.mutex);
    if (closed) {
        all.created.erase(id);
    } else {
        all.created[id].running = false;
    }
}

Result<void> destroy(ThreadState& ts, long long id) {
    if (id == ts.interpreter().id) {
        return raise(ts, PyExc_RuntimeError, "cannot destroy the current interpreter");
    }
    Created target = TRY(claim(ts, id));
    thread_state_swap(target.thread);
    (void)interpreter_stop(*target.thread);
    acquire_lock(ts);
    give_back(ts.runtime(), id, true);
    return {};
}

// What went wrong in another interpreter, as text.
struct RemoteError {
    bool failed = false;
    std::string type, message, traceback, arguments;
};

std::string text_of(ThreadState& ts, Object& object) {
    auto text = str(ts, object);
    if (!text.ok()) {
        error_clear(ts);
        return "<str() failed>";
    }
    Ref<Str> s = std::move(text).take();
    auto view = str_utf8(ts, *s);
    if (!view.ok()) {
        error_clear(ts);
        return "<str() failed>";
    }
    return std::string(std::move(view).take());
}

void take_error(ThreadState& ts, RemoteError& error) {
    Ref<Object> exception = error_take(ts);
    error.failed = true;
    error.traceback = format_exception(ts, *exception);
    auto name = getattr(ts, obj(type_of(*exception)), "__qualname__"_n);
    error.type = name.ok() ? text_of(ts, *std::move(name).take()) : type_of(*exception).tp_name;
    auto module = getattr(ts, obj(type_of(*exception)), "__module__"_n);
    if (module.ok()) {
        std::string text = text_of(ts, *std::move(module).take());
        if (text != "builtins" && text != "__main__") error.type = text + "." + error.type;
    }
    error_clear(ts);
    error.message = text_of(ts, *exception);
    if (Object* arguments = exception_args(*exception)) error.arguments = text_of(ts, *arguments);
}

using Variables = std::vector<std::pair<std::string, SharedValue>>;

// Runs in the other interpreter, with its thread state.
Result<void> run_there(ThreadState& ts, const std::string& source, const Variables& variables) {
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
    CompileRequest request{.source = source, .origin = language::SourceOrigin::Text, .filename = "<string>"_s};
    Ref<Code> code = TRY(compile_source(ts, request));
    TRY(run_code(ts, *code, obj(names), obj(names)));
    return {};
}

Result<Ref<Object>> run_string(ThreadState& ts, long long id, std::string_view source, Object* shared) {
    Variables variables;
    if (shared && !is_none(shared)) {
        if (!PyDict_Check(shared)) return raise(ts, PyExc_TypeError, "expected 'shared' to be a dict");
        Py_ssize_t position = 0;
        Object *key, *value;
        while (dict_next(as<Dict>(*shared), position, &key, &value)) {
            if (!PyUnicode_Check(key)) return raise(ts, PyExc_TypeError, "names must be strings, not '%T'", key);
            variables.emplace_back(std::string(TRY(str_utf8(ts, as<Str>(*key)))), SharedValue());
            TRY(SharedValue::take(ts, *value, variables.back().second));
        }
    }
    if (id == ts.interpreter().id) return raise(ts, PyExc_RuntimeError, "interpreter already running");
    std::string text(source);
    Created target = TRY(claim(ts, id));
    RemoteError error;
    {
        ThreadState& other = *target.thread;
        thread_state_swap(&other);
        other.thread_id = base::thread_ident();
        other.native_thread_id = base::native_thread_id();
        if (!run_there(other, text, variables).ok()) take_error(other, error);
        thread_state_swap(&ts);
    }
    give_back(ts.runtime(), id, false);
    if (!error.failed) return new_none();
    Ref<Str> type = TRY(str_from_utf8(ts, error.type));
    Ref<Str> message = TRY(str_from_utf8(ts, error.message));
    Ref<Str> traceback = TRY(str_from_wtf8(ts, error.traceback));
    Ref<Str> arguments = TRY(str_from_utf8(ts, error.arguments));
    return tuple_of(ts, obj(*type), obj(*message), obj(*traceback), obj(*arguments));
}

bool is_shareable(ThreadState& ts, Object& object) { return SharedValue::is_shareable(ts, object); }

// Figures of an interpreter: its heap and lock.
Result<Ref<Object>> stats(ThreadState& ts) {
    Interpreter& interpreter = ts.interpreter();
    InterpreterLock::Stats lock = interpreter.lock.stats();
    Ref<Dict> result = TRY(dict_new(ts));
    struct Entry {
        const char* name;
        unsigned long long value;
    };
    for (Entry e : {Entry{"heap_bytes", interpreter.heap.bytes_in_use()},
                    {"heap_blocks", interpreter.heap.blocks_in_use()},
                    {"heap_reserved", interpreter.heap.reserved_bytes()},
                    {"heap_peak", interpreter.heap.peak_bytes()},
                    {"lock_takes", lock.takes},
                    {"lock_contended", lock.contended_takes},
                    {"lock_wait_ns", lock.wait_ns},
                    {"lock_switches", lock.switches}}) {
        TRY(dict_set_text(ts, result, e.name, *TRY(int_from_unsigned(ts, e.value))));
    }
    return result;
}

// ---- Channels

struct State {
    Object* channel_error;
    Object* not_found;
    Object* closed;
    Object* empty;
    auto members() { return std::array{&channel_error, &not_found, &closed, &empty}; }
};
State& state_of(Object& module) { return *static_cast<State*>(module_state(module)); }

Result<std::shared_ptr<Channel>> find(ThreadState& ts, Object& module, long long id) {
    std::shared_ptr<Channel> channel = channel_find(ts.runtime(), id);
    if (!channel) return raise(ts, state_of(module).not_found, "channel %lld not found", id);
    return channel;
}
Failure channel_is_closed(ThreadState& ts, Object& module, long long id) {
    return raise(ts, state_of(module).closed, "channel %lld closed", id);
}

Result<base::Deadline> deadline_of(ThreadState& ts, Object* timeout) {
    if (!timeout || is_none(timeout)) return base::Deadline::never();
    double seconds = TRY(float_as_double(ts, *timeout));
    if (std::isnan(seconds) || seconds < 0) return raise(ts, PyExc_ValueError, "timeout must be non-negative");
    if (seconds == 0) return base::Deadline::immediately();
    if (seconds > 9e9) return base::Deadline::never();
    return base::Deadline::after(int64_t(seconds * 1e9));
}

long long create_channel(ThreadState& ts) { return channel_create(ts.runtime())->id; }
Result<Ref<Object>> list_channels(ThreadState& ts) {
    Ref<List> list = TRY(list_new(ts, 0));
    for (int64_t id : channel_ids(ts.runtime())) TRY(list_append(ts, list, TRY(int_from(ts, id))));
    return list;
}
Result<bool> send(ThreadState& ts, Object& module, long long id, Object& object, Object* timeout) {
    std::shared_ptr<Channel> channel = TRY(find(ts, module, id));
    base::Deadline deadline = TRY(deadline_of(ts, timeout));
    SharedValue value;
    TRY(SharedValue::take(ts, object, value));
    channel_associate(*channel, ts.interpreter().id, true);
    ChannelStatus status = TRY(channel_send(ts, *channel, std::move(value), deadline));
    if (status == ChannelStatus::kClosed) return channel_is_closed(ts, module, id);
    if (status == ChannelStatus::kEmpty) return raise(ts, PyExc_TimeoutError, "nobody received the object in time");
    return true;
}
Result<bool> send_nowait(ThreadState& ts, Object& module, long long id, Object& object) {
    std::shared_ptr<Channel> channel = TRY(find(ts, module, id));
    SharedValue value;
    TRY(SharedValue::take(ts, object, value));
    channel_associate(*channel, ts.interpreter().id, true);
    ChannelStatus status = channel_send_nowait(*channel, std::move(value));
    if (status == ChannelStatus::kClosed) return channel_is_closed(ts, module, id);
    return status == ChannelStatus::kDone;
}
Result<Ref<Object>> receive(ThreadState& ts, Object& module, long long id, Object* timeout, Object* fallback) {
    std::shared_ptr<Channel> channel = TRY(find(ts, module, id));
    base::Deadline deadline = TRY(deadline_of(ts, timeout));
    SharedValue value;
    channel_associate(*channel, ts.interpreter().id, false);
    ChannelStatus status = TRY(channel_receive(ts, *channel, value, deadline));
    if (status == ChannelStatus::kClosed) return channel_is_closed(ts, module, id);
    if (status == ChannelStatus::kEmpty) {
        if (fallback) return Ref<Object>::share(*fallback);
        if (deadline.nanoseconds != base::Deadline::immediately().nanoseconds) {
            return raise(ts, PyExc_TimeoutError, "nothing was sent in time");
        }
        return raise(ts, state_of(module).empty, "channel %lld is empty", id);
    }
    return value.make(ts);
}
Result<void> close_channel(ThreadState& ts, Object& module, long long id, bool force) {
    std::shared_ptr<Channel> channel = TRY(find(ts, module, id));
    if (!channel_close(*channel, force)) return channel_is_closed(ts, module, id);
    return {};
}
Result<Py_ssize_t> channel_size(ThreadState& ts, Object& module, long long id) {
    std::shared_ptr<Channel> channel = TRY(find(ts, module, id));
    base::MutexGuard guard(channel->mutex);
    return Py_ssize_t(channel->queue.size());
}
Result<Ref<Object>> channel_interpreters(ThreadState& ts, Object& module, long long id, bool sending) {
    std::shared_ptr<Channel> channel = TRY(find(ts, module, id));
    std::vector<int64_t> ids;
    {
        base::MutexGuard guard(channel->mutex);
        auto& users = sending ? channel->senders : channel->receivers;
        ids.assign(users.begin(), users.end());
    }
    Ref<List> list = TRY(list_new(ts, 0));
    for (int64_t user : ids) TRY(list_append(ts, list, TRY(int_from(ts, user))));
    return list;
}
Result<void> release_channel(ThreadState& ts, Object& module, long long id, bool send, bool recv) {
    std::shared_ptr<Channel> channel = TRY(find(ts, module, id));
    channel_release(*channel, ts.interpreter().id, send, recv);
    return {};
}
void destroy_channel(ThreadState& ts, long long id) { channel_destroy(ts.runtime(), id); }

constexpr MethodDef functions[] = {
    METHOD("create($module, /)", create, "Create an interpreter and return its number."),
    METHOD("destroy($module, id, /)", destroy, "Close the interpreter and free all that it has."),
    METHOD("list_all($module, /)", list_all, "The numbers of all interpreters."),
    METHOD("get_current($module, /)", get_current, "The number of the current interpreter."),
    METHOD("get_main($module, /)", get_main, "The number of the main interpreter."),
    METHOD("is_running($module, id, /)", is_running, "Whether the interpreter is running something."),
    METHOD("run_string($module, id, script, shared=None, /)", run_string,
           "Run the source code in the interpreter's __main__, with the shared objects as variables.\n\nReturns None, "
           "or a tuple (type, message, traceback, args) of strings about the exception that ended it."),
    METHOD("is_shareable($module, obj, /)", is_shareable,
           "Whether the object's data can be sent to another interpreter."),
    METHOD("stats($module, /)", stats, "Figures about the current interpreter's heap and lock."),
    METHOD("channel_create($module, /)", create_channel, "Create a channel and return its number."),
    METHOD("channel_list_all($module, /)", list_channels, "The numbers of all channels."),
    METHOD("channel_send($module, id, obj, timeout=None, /)", send, "Send the object and wait until it is received."),
    METHOD("channel_send_nowait($module, id, obj, /)", send_nowait,
           "Queue the object; whether a receiver was waiting for it."),
    METHOD("channel_recv($module, id, timeout=None, default=<unrepresentable>, /)", receive,
           "Wait for the next object and return it."),
    METHOD("channel_close($module, id, force=False, /)", close_channel, "Close the channel for further sends."),
    METHOD("channel_size($module, id, /)", channel_size, "How many objects are waiting to be received."),
    METHOD("channel_interpreters($module, id, send, /)", channel_interpreters,
           "The numbers of the interpreters that use the end."),
    METHOD("channel_release($module, id, send, recv, /)", release_channel,
           "The current interpreter is done with the ends."),
    METHOD("channel_destroy($module, id, /)", destroy_channel, "Remove the channel."),
    METHOD_END,
};

Result<void> execute(ThreadState& ts, Object& module) {
    State& state = state_of(module);
    auto add = [&](Object*& member, const char* name, Object* base) -> Result<void> {
        std::string full = std::string("interpreters.") + name;
        member = TRY(exception_class_new(ts, full.c_str(), base)).release();
        return module_add(ts, module, name, *member);
    };
    TRY(add(state.channel_error, "ChannelError", PyExc_RuntimeError));
    TRY(add(state.not_found, "ChannelNotFoundError", state.channel_error));
    TRY(add(state.closed, "ChannelClosedError", state.channel_error));
    return add(state.empty, "ChannelEmptyError", state.channel_error);
}

int traverse(Object* module, visitproc visit, void* argument) {
    State* state = static_cast<State*>(module_state(*module));
    if (!state) return 0;
    for (Object** member : state->members()) VISIT(*member);
    return 0;
}
int clear_state(Object* module) {
    State* state = static_cast<State*>(module_state(*module));
    if (!state) return 0;
    for (Object** member : state->members()) clear(*member);
    return 0;
}
void free_state(void* module) { clear_state(static_cast<Object*>(module)); }

constinit PyModuleDef_Slot slots[] = {
    {Py_mod_exec, reinterpret_cast<void*>(module_exec_entry<execute>)},
    {0, nullptr},
};

}  // namespace

void interpreters_close_all(ThreadState& ts) {
    Interpreters& all = process_interpreters(ts.runtime());
    for (;;) {
        Created next;
        int64_t id = 0;
        {
            base::MutexGuard guard(all.mutex);
            for (auto& [number, created] : all.created) {
                if (created.running || created.interpreter == &ts.interpreter()) continue;
                created.running = true;
                next = created;
                id = number;
                break;
            }
        }
        if (!next.thread) return;
        thread_state_swap(next.thread);
        (void)interpreter_stop(*next.thread);
        acquire_lock(ts);
        give_back(ts.runtime(), id, true);
    }
}

extern PyModuleDef interpreters_module;
PyModuleDef interpreters_module = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "_interpreters",
    .m_doc = "Interpreters and channels by number: the base of the module interpreters.",
    .m_size = sizeof(State),
    .m_methods = METHOD_TABLE(functions),
    .m_slots = slots,
    .m_traverse = traverse,
    .m_clear = clear_state,
    .m_free = free_state,
};

}  // namespace orochi
