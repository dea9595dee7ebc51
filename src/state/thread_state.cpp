#include "state/thread_state.hpp"

#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <new>

namespace orochi {

constinit thread_local ThreadState* current_thread_state = nullptr;
constinit thread_local ThreadLocalState tls_thread_state{};

namespace {

char* compute_stack_limit() {
    pthread_attr_t attributes;
    if (pthread_getattr_np(pthread_self(), &attributes) != 0) return nullptr;
    void* low = nullptr;
    size_t size = 0, guard = 0;
    pthread_attr_getstack(&attributes, &low, &size);
    pthread_attr_getguardsize(&attributes, &guard);
    pthread_attr_destroy(&attributes);
    // Enough for what runs without a check of its own (compilers of patterns, C libraries), and for
    // raising the error.
    size_t reserve = std::min<size_t>(256 * 1024, size / 4);
    return static_cast<char*>(low) + guard + reserve;
}

void remember(ThreadState& ts) {
    tls_thread_state.bound = &ts;
    tls_thread_state.bound_id = ts.id;
    tls_thread_state.deletions_seen = ts.runtime().deleted_thread_states.load(std::memory_order_acquire);
}

void bind(ThreadState& ts) {
    if (!tls_thread_state.stack_limit) tls_thread_state.stack_limit = compute_stack_limit();
    ts.stack_limit = tls_thread_state.stack_limit;
    remember(ts);
}

bool exists(Runtime& runtime, const ThreadState* wanted, uint64_t id) {
    base::MutexGuard guard(runtime.mutex);
    for (Interpreter* list : {runtime.interpreters, runtime.orphaned}) {
        for (Interpreter* interpreter = list; interpreter; interpreter = interpreter->next) {
            base::MutexGuard threads_guard(interpreter->threads_mutex);
            for (PyThreadState* ts = interpreter->threads; ts; ts = ts->next) {
                if (ts == wanted) return ts->id == id;
            }
        }
    }
    return false;
}

}  // namespace

char* current_stack_limit() {
    if (!tls_thread_state.stack_limit) tls_thread_state.stack_limit = compute_stack_limit();
    return tls_thread_state.stack_limit;
}

ThreadState* bound_thread_state(Runtime& runtime) {
    ThreadLocalState& local = tls_thread_state;
    if (!local.bound || local.bound == current_thread_state) return local.bound;
    uint64_t deletions = runtime.deleted_thread_states.load(std::memory_order_acquire);
    if (deletions != local.deletions_seen) {
        if (!exists(runtime, local.bound, local.bound_id)) local.bound = nullptr;
        local.deletions_seen = deletions;
    }
    return local.bound;
}

void thread_state_bind_first(ThreadState& ts) {
    if (!bound_thread_state(ts.runtime())) remember(ts);
}

void park_thread() {
    // The memory that this thread's frames refer to is gone: it must neither run nor unwind.
    current_thread_state = nullptr;
    for (;;) pause();
}

ThreadState* thread_state_new(Interpreter& interpreter) {
    ThreadState* ts = new (std::nothrow) ThreadState();
    if (!ts) return nullptr;
    ts->interp = &interpreter;
    ts->_initialized = 1;
    ts->recursion_limit = interpreter.recursion_limit;
    ts->recursion_remaining = interpreter.recursion_limit;
    ts->exc_info = &ts->exc_state;
    ts->cframe = &ts->root_cframe;
    ts->gilstate_counter = 1;
    ts->context_ver = 1;
    ts->thread_id = pthread_self();
    ts->native_thread_id = static_cast<unsigned long>(syscall(SYS_gettid));
    ts->id = interpreter.runtime->next_thread_id.fetch_add(1, std::memory_order_relaxed);
    {
        base::MutexGuard guard(interpreter.threads_mutex);
        ts->next = interpreter.threads;
        if (ts->next) ts->next->prev = ts;
        interpreter.threads = ts;
    }
    return ts;
}

void data_stack_release(ThreadState& ts) {
    _PyStackChunk* chunk = ts.datastack_chunk;
    ts.datastack_chunk = nullptr;
    ts.datastack_top = ts.datastack_limit = nullptr;
    while (chunk) {
        _PyStackChunk* previous = chunk->previous;
        Heap::free(chunk);
        chunk = previous;
    }
}

void thread_state_clear(ThreadState&, ThreadState& victim) {
    clear(victim.dict);
    clear(victim.async_exc);
    clear(victim.curexc_type);
    clear(victim.curexc_value);
    clear(victim.curexc_traceback);
    clear(victim.exc_state.exc_value);
    victim.c_profilefunc = nullptr;
    victim.c_tracefunc = nullptr;
    victim.cframe->use_tracing = 0;
    clear(victim.c_profileobj);
    clear(victim.c_traceobj);
    clear(victim.async_gen_firstiter);
    clear(victim.async_gen_finalizer);
    clear(victim.context);
    if (!victim.cframe->current_frame) data_stack_release(victim);
}

namespace {

void unlink(ThreadState& ts) {
    Interpreter& interpreter = ts.interpreter();
    {
        base::MutexGuard guard(interpreter.threads_mutex);
        if (ts.prev) {
            ts.prev->next = ts.next;
        } else {
            interpreter.threads = static_cast<ThreadState*>(ts.next);
        }
        if (ts.next) ts.next->prev = ts.prev;
    }
    if (tls_thread_state.bound == &ts) tls_thread_state.bound = nullptr;
    ts.runtime().deleted_thread_states.fetch_add(1, std::memory_order_acq_rel);
    // Thread.join() may go on; the lock behind it must not be touched before this point.
    if (ts.on_delete) ts.on_delete(ts.on_delete_data);
}

}  // namespace

void thread_state_delete(ThreadState* victim) {
    unlink(*victim);
    delete victim;
}

void thread_state_delete_current(ThreadState& ts) {
    unlink(ts);
    current_thread_state = nullptr;
    ts.interpreter().lock.drop(ts);
    delete &ts;
}

ThreadState* thread_state_swap(ThreadState* next) {
    ThreadState* previous = current_thread_state;
    if (previous == next) return previous;
    if (previous && next && previous->interp == next->interp) {
        next->interpreter().lock.transfer(*previous, *next);
        current_thread_state = next;
        bind(*next);
        return previous;
    }
    if (previous) {
        current_thread_state = nullptr;
        previous->interpreter().lock.drop(*previous);
    }
    if (next) acquire_lock(*next);
    return previous;
}

namespace {

// Of a thread whose interpreter closes: what its frames refer to goes, so that they can neither run nor be unwound. A
// thread that has nothing else to do ends; what its frames own outside of the interpreter's heap stays.
[[noreturn]] void leave_interpreter(ThreadState& ts) {
    if (!ts.way_out) park_thread();
    current_thread_state = nullptr;
    std::jmp_buf& way_out = *ts.way_out;
    ts.interpreter().ended.wait();  // until then its list of threads is looked at
    interpreter_forget_thread(ts);
    std::longjmp(way_out, 1);
}

}  // namespace

void release_lock(ThreadState& ts) {
    int saved = errno;
    current_thread_state = nullptr;
    ts.interpreter().lock.drop(ts);
    errno = saved;
}

void acquire_lock(ThreadState& ts) {
    int saved = errno;
    if (!ts.interpreter().lock.take(ts)) {
        if (ts.interpreter().lost_in_fork) {
            std::fputs("Fatal Python error: the interpreter was in use by another thread when the process forked\n",
                       stderr);
            std::abort();
        }
        leave_interpreter(ts);
    }
    current_thread_state = &ts;
    bind(ts);
    errno = saved;
}

void yield_lock(ThreadState& ts) {
    int saved = errno;
    if (!ts.interpreter().lock.yield_on_request(ts)) leave_interpreter(ts);
    errno = saved;
}

}  // namespace orochi
