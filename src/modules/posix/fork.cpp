// Forking a process in which several interpreters run.
//
// In the child only the forking thread exists. What another thread was in the middle of would stay half done there,
// so the forking thread first takes the lock of every interpreter: each is then between two operations, and is whole
// in the child. One that does not give its lock up in time, since it is inside a long call, is lost to the child.
#include <pthread.h>

#include <algorithm>
#include <new>
#include <utility>
#include <vector>

#include "imports/import_lock.hpp"
#include "modules/posix/process.hpp"
#include "modules/thread/moving.hpp"
#include "objects/list.hpp"
#include "state/interrupt.hpp"
#include "state/pending_calls.hpp"
#include "state/thread_identity.hpp"

namespace orochi {

namespace {

constexpr int64_t kPatience = 1'000'000'000;  // for all locks together, in nanoseconds

// A thread state of ours in another interpreter, with which its lock is held during the fork.
struct Visit {
    ThreadState* visitor;
    int64_t interpreter;
    bool holds_lock;
};

// Kept in Runtime::fork.
struct Fork {
    base::Mutex mutex;  // held from before_fork to after_fork: one fork at a time
    std::vector<Visit> visits;
};

Fork* process_fork(Runtime& runtime) {
    void* present = runtime.fork.load(std::memory_order_acquire);
    if (present) return static_cast<Fork*>(present);
    Fork* made = new (std::nothrow) Fork();
    if (made && !runtime.fork.compare_exchange_strong(present, made)) {
        delete made;
        return static_cast<Fork*>(present);
    }
    return made;
}

// Calls the functions of a list; errors are reported and do not stop the rest.
void run_fork_functions(ThreadState& ts, Object* list, bool reverse) {
    if (!list) return;
    auto copy_result = list_get_slice(ts, as<List>(*list), 0, list_size(as<List>(*list)));
    if (!copy_result.ok()) return write_unraisable(ts, list);
    Ref<Object> copy = std::move(copy_result).take();
    Py_ssize_t count = list_size(as<List>(*copy));
    for (Py_ssize_t i = 0; i < count; ++i) {
        Object& function = list_item(as<List>(*copy), reverse ? count - 1 - i : i);
        if (!call(ts, function).ok()) write_unraisable(ts, &function);
    }
}

void take_other_locks(ThreadState& ts, Fork& fork) {
    {
        base::MutexGuard guard(ts.runtime().mutex);
        for (Interpreter* other = ts.runtime().interpreters; other; other = other->next) {
            // One that closes is no longer whole; see lose_unvisited().
            if (other == &ts.interpreter() || other->lock.is_closed()) continue;
            if (ThreadState* visitor = thread_state_new(*other)) fork.visits.push_back({visitor, other->id, false});
        }
    }
    base::Deadline deadline = base::Deadline::after(kPatience);
    for (Visit& visit : fork.visits) {
        visit.holds_lock = visit.visitor->interpreter().lock.take_until(*visit.visitor, deadline);
    }
}

// The mutexes that are held for moments only, by threads with or without an interpreter's lock.
template <class F>
void for_each_threads_mutex(Runtime& runtime, F f) {
    for (Interpreter* list : {runtime.interpreters, runtime.orphaned}) {
        for (Interpreter* interpreter = list; interpreter; interpreter = interpreter->next)
            f(interpreter->threads_mutex);
    }
}
void lock_lists(Runtime& runtime) {
    runtime.mutex.lock();
    for_each_threads_mutex(runtime, [](base::Mutex& mutex) { mutex.lock(); });
}
void unlock_lists(Runtime& runtime) {
    for_each_threads_mutex(runtime, [](base::Mutex& mutex) { mutex.unlock(); });
    runtime.mutex.unlock();
}

// Notes which threads of the interpreter do not exist in the child: all but the calling one and those that no thread
// was using. From then on nothing looks at their stacks, which the system gives to new threads. No code runs meanwhile:
// it might start one, which would be taken for one of the parent's.
void note_absent_threads(ThreadState& ts) {
    Interpreter& interpreter = ts.interpreter();
    long present = 0;
    for (PyThreadState* each = interpreter.threads; each; each = each->next) {
        ThreadState& other = thread_state(each);
        if (other.is_absent) continue;  // since an earlier fork
        bool in_use = other.cframe->current_frame || other.counts_as_thread;
        other.is_absent = &other != &ts && in_use && other.thread_id != ts.thread_id;
        if (!other.is_absent) {
            present += other.counts_as_thread;
            continue;
        }
        if (other.cframe->current_frame) {  // objects may refer to its frames: they stay where they are
            other.datastack_chunk = nullptr;
            other.datastack_top = other.datastack_limit = nullptr;
        }
        other.cframe = &other.root_cframe;
        other.root_cframe.current_frame = nullptr;
        other.counts_as_thread = false;
        if (interpreter.interrupt.target == &other) interrupt_target(interpreter, nullptr);
    }
    interpreter.thread_count.store(present);
}

ThreadState* absent_thread(Interpreter& interpreter) {
    for (PyThreadState* each = interpreter.threads; each; each = each->next) {
        if (thread_state(each).is_absent) return &thread_state(each);
    }
    return nullptr;
}

// Deletes the states of the absent threads. Runs the finalisers of what they refer to, which may fork.
void forget_absent_threads(ThreadState& ts) {
    while (ThreadState* absent = absent_thread(ts.interpreter())) {
        absent->is_absent = false;
        thread_state_clear(ts, *absent);
        thread_state_delete(absent);
    }
}

// The state that the interpreter began with goes on in this thread, as threading's main thread: whoever runs the
// interpreter next uses it. Without it the visitor stands for it.
ThreadState& main_state(ThreadState& visitor) {
    PyThreadState* oldest = &visitor;
    while (oldest->next) oldest = oldest->next;
    return thread_state(oldest);
}

// Nobody is in the interpreter, which is as it was: it can be entered.
void open(ThreadState& visitor) {
    Interpreter& interpreter = visitor.interpreter();
    note_absent_threads(visitor);
    interpreter.lock.reset_after_fork(nullptr);
    interpreter.pending_calls->mutex.reset();
    // Who was to be interrupted is not here.
    interrupt_stop_ends(interpreter);
}

// How long the fork functions of another interpreter than that of the caller may take in the child.
constexpr uint64_t kFunctionsNs = 1'000'000'000;

// Forgets the threads of an open interpreter. Runs what their objects' finalisers and the fork functions do, which may
// be to enter, or to close, other interpreters.
void recover(ThreadState& visitor) {
    Interpreter& interpreter = visitor.interpreter();
    thread_state_swap(&visitor);
    import_lock_after_fork_child(visitor);
    forget_absent_threads(visitor);
    ThreadState& main = main_state(visitor);
    thread_state_swap(&main);
    thread_state_moves_here(main);
    // This is nobody's run. A lock of Python code may be held by a thread that is not here: then waiting for it ends
    // with the time, and the function with an error that is shown.
    uint64_t limit = std::exchange(interpreter.options.time_limit_ns, kFunctionsNs);
    bool limited = time_limit_begins(main);
    run_fork_functions(main, interpreter.after_forkers_child, false);
    if (limited) time_limit_ends(main);
    interpreter.options.time_limit_ns = limit;
    thread_state_swap(&visitor);
    thread_state_clear(visitor, visitor);
}

// Nobody can enter the interpreter from now on. `key` is a thread state of another one.
void lose(Runtime& runtime, Interpreter& interpreter, ThreadState& key) {
    interpreter.lost_in_fork = true;
    interpreter.lock.reset_after_fork(nullptr);
    interpreter.lock.close(key);
    if (!interpreter_unlist(runtime.interpreters, interpreter)) return;
    interpreter.next = runtime.orphaned;
    runtime.orphaned = &interpreter;
}

// Those that other threads were starting or closing, and those whose lock was not to be had.
void lose_unvisited(ThreadState& ts, std::vector<Visit>& visits) {
    Runtime& runtime = ts.runtime();
    for (Interpreter* other = runtime.interpreters; other;) {
        Interpreter* next = other->next;
        bool whole = std::any_of(visits.begin(), visits.end(), [&](const Visit& visit) {
            return visit.interpreter == other->id && visit.holds_lock;
        });
        if (other != &ts.interpreter() && !whole) lose(runtime, *other, ts);
        other = next;
    }
    std::erase_if(visits, [](const Visit& visit) { return !visit.holds_lock; });
}

}  // namespace

void before_fork(ThreadState& ts) {
    run_fork_functions(ts, ts.interpreter().before_forkers, true);
    if (!import_lock_acquire(ts).ok()) write_unraisable(ts, nullptr);
    if (Fork* fork = process_fork(ts.runtime())) {
        if (!fork->mutex.try_lock()) {
            Unlocked unlocked(ts);
            fork->mutex.lock();
        }
        take_other_locks(ts, *fork);
    }
    lock_lists(ts.runtime());
}

void after_fork_parent(ThreadState& ts) {
    unlock_lists(ts.runtime());
    if (Fork* fork = process_fork(ts.runtime())) {
        for (Visit& visit : fork->visits) {
            if (visit.holds_lock) visit.visitor->interpreter().lock.drop(*visit.visitor);
            thread_state_delete(visit.visitor);
        }
        fork->visits.clear();
        fork->mutex.unlock();
    }
    if (!import_lock_release(ts).ok()) error_clear(ts);
    run_fork_functions(ts, ts.interpreter().after_forkers_parent, false);
}

void after_fork_child(ThreadState& ts) {
    Runtime& runtime = ts.runtime();
    unlock_lists(runtime);
    runtime.main_thread = static_cast<unsigned long>(pthread_self());
    thread_state_take_identity(ts);
    // Whoever was building an image had nothing in the list yet.
    runtime.start_image_mutex.reset();
    ts.interpreter().lock.reset_after_fork(&ts);
    ts.interpreter().pending_calls->mutex.reset();
    std::vector<Visit> visits;
    if (Fork* fork = process_fork(runtime)) {
        visits.swap(fork->visits);
        fork->mutex.unlock();
    }
    lose_unvisited(ts, visits);
    note_absent_threads(ts);
    for (Visit& visit : visits) open(*visit.visitor);
    if (!import_lock_release(ts).ok()) error_clear(ts);
    import_lock_after_fork_child(ts);
    forget_absent_threads(ts);
    for (Visit& visit : visits) {
        if (!interpreter_by_id(runtime, visit.interpreter)) continue;  // closed by the code of another
        recover(*visit.visitor);
        thread_state_swap(&ts);
        thread_state_delete(visit.visitor);
    }
    run_fork_functions(ts, ts.interpreter().after_forkers_child, false);
}

}  // namespace orochi
