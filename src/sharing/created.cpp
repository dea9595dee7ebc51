#include "sharing/created.hpp"

#include <algorithm>

#include "lifecycle/lifecycle.hpp"
#include "modules/thread/moving.hpp"
#include "objects/dict.hpp"
#include "objects/errors.hpp"
#include "objects/int.hpp"
#include "objects/module.hpp"
#include "sharing/part.hpp"
#include "sharing/sharing_errors.hpp"
#include "state/interrupt.hpp"
#include "state/signals.hpp"

namespace orochi {

namespace {

Failure unknown_interpreter(ThreadState& ts, Object& module, long long id) {
    return raise(ts, interpreter_errors(module).not_found, "unrecognized interpreter ID %lld", id);
}

// Not ours. Sharing::mutex is not held.
Failure not_ours(ThreadState& ts, Object& module, long long id, const char* why) {
    if (!interpreter_by_id(ts.runtime(), id)) return unknown_interpreter(ts, module, id);
    return raise(ts, interpreter_errors(module).error, "%s", why);
}

// The caller is the one who closes it, which nothing runs in. Sharing::mutex is held.
void mark_closing(Created& created, ThreadState& caller) {
    created.running = created.closing = true;
    created.caller = &caller;
}

// How long the finalizers and atexit functions of an interpreter that is closed by force have, and once more to clean
// up.
constexpr uint64_t kGraceNs = 1'000'000'000;

// Ends an interpreter that is marked so, and forgets it. The code that this runs has the interpreter's time limit, if
// any.
void finish(ThreadState& ts, int64_t id, const Created& created, bool force = false) {
    Sharing& sharing = sharing_of(ts.runtime());
    Interpreter& interpreter = *created.interpreter;
    release_lock(ts);
    {
        base::MutexGuard guard(sharing.mutex);
        while (sharing.created[id].probes > 0) (void)sharing.idle.wait(sharing.mutex);
    }
    if (!interpreter.lost_in_fork) {
        thread_state_swap(created.thread);
        if (force && !interpreter.options.time_limit_ns) interpreter.options.time_limit_ns = kGraceNs;
        interrupt_target(interpreter, created.thread);  // spared when the rest is being stopped
        (void)time_limit_begins(*created.thread);
        thread_state_moves_here(*created.thread);
        (void)interpreter_stop(*created.thread);
    }
    {
        base::MutexGuard guard(sharing.mutex);
        sharing.created.erase(id);
        sharing.idle.notify_all();
    }
    // Last: when its own interpreter has ended, the thread does not come back.
    acquire_lock(ts);
}

// Whether `id` is running the current interpreter, directly or through others: then waiting for it is waiting for
// oneself. Sharing::mutex is held.
bool runs_current(Sharing& sharing, ThreadState& ts, int64_t id) {
    int64_t current = ts.interpreter().id;
    for (auto found = sharing.created.find(current); found != sharing.created.end();
         found = sharing.created.find(current)) {
        if (!found->second.running) return false;
        current = found->second.caller->interpreter().id;
        if (current == id) return true;
    }
    return false;
}

// Interrupts what runs in the interpreter, and what its threads run elsewhere. Sharing::mutex is held.
void stop_running(Sharing& sharing, Interpreter& interpreter) {
    interrupt_stop_begins(interpreter);
    for (auto& [id, created] : sharing.created) {
        if (created.running && !created.closing && &created.caller->interpreter() == &interpreter) {
            stop_running(sharing, *created.interpreter);
        }
    }
}

}  // namespace

namespace {

// The new interpreter finds the modules that its creator does, such as those beside the program. (CPython 3.13 passes
// on the first entry, for the same reason.)
Result<void> take_search_path(ThreadState& ts, SharedValue& out) {
    Object* path = sys_get(ts, "path"_s);
    if (!path || !PyList_Check(path)) return {};
    Ref<Object> entries = TRY(call(ts, obj(PyTuple_Type), *path));
    return SharedValue::take(ts, *entries, Crossing::kData, out);
}
Result<void> set_search_path(ThreadState& there, SharedValue& path) {
    Ref<Object> entries = TRY(path.make(there));
    if (is_none(*entries)) return {};
    Ref<Object> list = TRY(call(there, obj(PyList_Type), *entries));
    return sys_set(there, "path"_s, list.get());
}

}  // namespace

void sharing_sys_is_there(ThreadState& ts) {
    if (!ts.runtime().sharing.load(std::memory_order_acquire)) return;
    Sharing& sharing = sharing_of(ts.runtime());
    std::shared_ptr<SharedValue> path;
    {
        base::MutexGuard guard(sharing.mutex);
        auto found = sharing.created.find(ts.interpreter().id);
        if (found != sharing.created.end()) path = std::move(found->second.search_path);
    }
    if (path && !set_search_path(ts, *path).ok()) error_clear(ts);
}

Result<long long> created_start(ThreadState& ts, Object& module, InterpreterOptions options) {
    // What is limited here does not get out of it by making another interpreter.
    const InterpreterOptions& own = ts.interpreter().options;
    options.memory_limit = std::min(options.memory_limit, own.memory_limit);
    if (own.time_limit_ns && (!options.time_limit_ns || options.time_limit_ns > own.time_limit_ns)) {
        options.time_limit_ns = own.time_limit_ns;
    }
    options.allow_fork = options.allow_fork && own.allow_fork;
    options.allow_exec = options.allow_exec && own.allow_exec;
    options.allow_threads = options.allow_threads && own.allow_threads;
    Object* error = interpreter_errors(module).error;
    if (!audit_interpreter_new(ts).ok()) {
        error_clear(ts);
        return raise(ts, error, "interpreter creation failed");
    }
    auto path = std::make_shared<SharedValue>();
    if (!take_search_path(ts, *path).ok()) error_clear(ts);
    const Config& config = *ts.interpreter().config;
    ConfigExtra extra;
    extra.int_max_str_digits = config.int_max_str_digits;
    extra.utf8_mode = config.utf8_mode;
    PyStatus status = status_ok();
    ThreadState* made = interpreter_start(ts.runtime(), config, extra, options, &status);
    if (made &&
        made->interp->sys_dict) {  // else sharing_sys_is_there() is told: perhaps nobody ever looks for a module
        if (!set_search_path(*made, *path).ok()) error_clear(*made);
        path.reset();
    }
    int64_t id = -1;
    if (made) {
        id = made->interp->id;
        Sharing& sharing = sharing_of(ts.runtime());
        base::MutexGuard guard(sharing.mutex);
        sharing.created[id] = Created{.interpreter = made->interp,
                                      .thread = made,
                                      .creator = ts.interpreter().id,
                                      .search_path = std::move(path)};
    }
    thread_state_swap(&ts);
    if (!made) {
        return raise(ts, error, "interpreter creation failed: %s", status.err_msg ? status.err_msg : "out of memory");
    }
    return id;
}

Result<void> created_close(ThreadState& ts, Object& module, long long id, bool force) {
    Object* error = interpreter_errors(module).error;
    if (id == ts.interpreter().id) return raise(ts, error, "cannot destroy the current interpreter");
    if (id == ts.runtime().main->id) return raise(ts, error, "cannot destroy the main interpreter");
    Sharing& sharing = sharing_of(ts.runtime());
    bool stopping = false;
    for (;;) {
        enum { kUnknown, kBusy, kOurs, kIdle } state = kUnknown;
        Created target;
        {
            base::MutexGuard guard(sharing.mutex);
            auto found = sharing.created.find(id);
            if (found != sharing.created.end()) {
                Created& created = found->second;
                state = !created.running ? kIdle : runs_current(sharing, ts, id) ? kOurs : kBusy;
                if (state == kIdle) mark_closing(created, ts);
                if (state == kBusy && force && !created.closing) {
                    created.closing = stopping = true;
                    stop_running(sharing, *created.interpreter);
                }
                target = created;
            }
        }
        if (state == kIdle) {
            finish(ts, id, target, force);
            return {};
        }
        if (state == kUnknown)
            return stopping ? Result<void>() : not_ours(ts, module, id, "cannot destroy this interpreter");
        if (state == kOurs) return raise(ts, error, "cannot destroy an interpreter that runs the current one");
        if (!force) return raise(ts, error, "interpreter running");
        {
            Unlocked unlocked(ts);
            base::MutexGuard guard(sharing.mutex);
            auto found = sharing.created.find(id);
            if (found != sharing.created.end() && found->second.running) {
                (void)sharing.idle.wait(sharing.mutex, base::Deadline::never(), true);
            }
        }
        if (!check_signals(ts).ok()) {
            base::MutexGuard guard(sharing.mutex);
            auto found = sharing.created.find(id);
            if (stopping && found != sharing.created.end()) {
                found->second.closing = false;
                interrupt_stop_ends(*found->second.interpreter);
            }
            return failure;
        }
    }
}

Result<void> created_refer(ThreadState& ts, Object& module, long long id) {
    Sharing& sharing = sharing_of(ts.runtime());
    {
        base::MutexGuard guard(sharing.mutex);
        auto found = sharing.created.find(id);
        if (found != sharing.created.end()) {
            ++found->second.references;
            found->second.counted = true;
            return {};
        }
    }
    if (!interpreter_by_id(ts.runtime(), id)) return unknown_interpreter(ts, module, id);
    return {};
}

void created_release(ThreadState& ts, long long id) {
    Sharing& sharing = sharing_of(ts.runtime());
    Created target;
    {
        base::MutexGuard guard(sharing.mutex);
        auto found = sharing.created.find(id);
        if (found == sharing.created.end() || --found->second.references > 0 || found->second.running) return;
        mark_closing(found->second, ts);
        target = found->second;
    }
    ErrorKeeper keeper(ts);
    finish(ts, id, target);
}

Result<bool> created_is_running(ThreadState& ts, Object& module, long long id) {
    {
        Sharing& sharing = sharing_of(ts.runtime());
        base::MutexGuard guard(sharing.mutex);
        auto found = sharing.created.find(id);
        if (found != sharing.created.end()) return found->second.running;
    }
    if (!interpreter_by_id(ts.runtime(), id)) return unknown_interpreter(ts, module, id);
    return true;
}

Result<bool> created_interrupt(ThreadState& ts, Object& module, long long id) {
    bool known, running;
    {
        Sharing& sharing = sharing_of(ts.runtime());
        base::MutexGuard guard(sharing.mutex);
        auto found = sharing.created.find(id);
        known = found != sharing.created.end();
        running = known && found->second.running;
        // Whoever runs it may only just have begun: then it is interrupted before it does anything.
        if (running && !interrupt_once(*found->second.interpreter)) found->second.interrupted = true;
    }
    if (!known) return not_ours(ts, module, id, "cannot interrupt an interpreter that was not created here");
    return running;
}

// ---- Visits

Result<void> Visit::begin(ThreadState& ts, Object& module, long long id) {
    Sharing& sharing = sharing_of(ts.runtime());
    enum { kUnknown, kBusy, kClosing, kOk } outcome = kUnknown;
    Interpreter* interpreter = nullptr;
    {
        base::MutexGuard guard(sharing.mutex);
        auto self = sharing.created.find(ts.interpreter().id);
        auto found = sharing.created.find(id);
        if (found != sharing.created.end()) {
            Created& created = found->second;
            bool closing = created.closing || (self != sharing.created.end() && self->second.closing);
            outcome = closing ? kClosing : created.running ? kBusy : kOk;
            if (outcome == kOk) {
                created.running = true;
                created.caller = &ts;
                there_ = created.thread;
                interpreter = created.interpreter;
            }
        }
    }
    Object* error = interpreter_errors(module).error;
    if (outcome == kUnknown) return not_ours(ts, module, id, "interpreter already running");
    if (outcome == kBusy) return raise(ts, error, "interpreter already running");
    if (outcome == kClosing) return raise(ts, error, "interpreter is closing");
    here_ = &ts;
    id_ = id;
    interrupt_inner(ts, interpreter);
    thread_state_swap(there_);
    thread_state_moves_here(*there_);
    interrupt_target(*interpreter, there_);
    base::MutexGuard guard(sharing.mutex);
    if (std::exchange(sharing.created[id].interrupted, false)) (void)interrupt_once(*interpreter);
    return {};
}

void Visit::end() {
    if (!here_) return;
    ThreadState& ts = *here_;
    here_ = nullptr;
    Sharing& sharing = sharing_of(ts.runtime());
    Interpreter& interpreter = there_->interpreter();
    interrupt_target(interpreter, nullptr);
    interrupt_inner(ts, nullptr);
    thread_state_swap(nullptr);
    {
        base::MutexGuard guard(sharing.mutex);
        Created& created = sharing.created[id_];
        created.caller = nullptr;
        created.running = created.interrupted = false;
        // What was stopped because its caller is closing is done with that.
        if (!created.closing && interpreter.interrupt.stopping.load()) interrupt_stop_ends(interpreter);
        sharing.idle.notify_all();
    }
    // Only now, since a thread whose own interpreter has ended does not come back.
    acquire_lock(ts);
    Created last;
    {
        base::MutexGuard guard(sharing.mutex);
        auto found = sharing.created.find(id_);
        if (found == sharing.created.end()) return;
        Created& created = found->second;
        if (created.references == 0 && created.counted && !created.running) {
            mark_closing(created, ts);
            last = created;
        }
    }
    if (!last.interpreter) return;
    ErrorKeeper keeper(ts);
    finish(ts, id_, last);
}

Visit::~Visit() { end(); }

// ---- Probes

Result<void> Probe::begin(ThreadState& ts, Object& module, long long id) {
    Sharing& sharing = sharing_of(ts.runtime());
    bool known;
    {
        base::MutexGuard guard(sharing.mutex);
        auto found = sharing.created.find(id);
        known = found != sharing.created.end() && !found->second.closing;
        if (known) {
            ++found->second.probes;
            there_ = found->second.interpreter;
        }
    }
    if (!known) return not_ours(ts, module, id, "cannot look into this interpreter");
    here_ = &ts;
    ThreadState* state = thread_state_new(*there_);
    if (!state) {
        there_ = nullptr;
        leave(sharing, id);
        return raise_no_memory(ts);
    }
    id_ = id;
    thread_state_swap(state);
    return {};
}

void Probe::leave(Sharing& sharing, long long id) {
    base::MutexGuard guard(sharing.mutex);
    --sharing.created[id].probes;
    sharing.idle.notify_all();
}

Probe::~Probe() {
    if (!there_) return;
    ThreadState& state = current_thread();
    thread_state_clear(state, state);
    thread_state_delete_current(state);
    leave(sharing_of(here_->runtime()), id_);
    acquire_lock(*here_);  // last, as in finish()
}

// ---- Ends

namespace {

// Closes those that nothing runs in and that `chosen` says.
template <class F>
void close_idle(ThreadState& ts, F chosen) {
    Sharing& sharing = sharing_of(ts.runtime());
    for (;;) {
        Created next;
        int64_t id = 0;
        {
            base::MutexGuard guard(sharing.mutex);
            for (auto& [number, created] : sharing.created) {
                if (created.running || created.interpreter == &ts.interpreter() || !chosen(created)) continue;
                mark_closing(created, ts);
                next = created;
                id = number;
                break;
            }
        }
        if (!next.thread) return;
        finish(ts, id, next);
    }
}

}  // namespace

void interpreters_close_all(ThreadState& ts) {
    close_idle(ts, [](const Created&) { return true; });
}

void sharing_stop(ThreadState& ts) {
    if (!ts.runtime().sharing.load(std::memory_order_acquire)) return;
    Sharing& sharing = sharing_of(ts.runtime());
    // What an interrupted create() left behind.
    close_idle(
        ts, [&](const Created& created) { return created.creator == ts.interpreter().id && created.references == 0; });
    std::vector<std::shared_ptr<Mailbox>> mailboxes;
    {
        base::MutexGuard guard(sharing.mutex);
        for (auto& [id, channel] : sharing.channels.all) mailboxes.push_back(channel.lock());
        for (auto& [id, queue] : sharing.queues.all) mailboxes.push_back(queue.lock());
    }
    for (auto& mailbox : mailboxes) {
        if (mailbox) mailbox->interpreter_ends(ts.interpreter().id);
    }
}

void sharing_end(ThreadState& ts) {
    auto* part = static_cast<SharingPart*>(std::exchange(ts.interpreter().parts[size_t(Part::kSharing)], nullptr));
    if (!part) return;
    part->held.let_go_of_all();  // of exports of this interpreter, too
    for (long long id : std::exchange(part->left_references, {})) created_release(ts, id);
    part->exports->release_done();
    {
        base::MutexGuard guard(part->exports->mutex);
        part->exports->interpreter = nullptr;
    }
    delete part;
}

}  // namespace orochi
