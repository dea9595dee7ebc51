// pystate.h, and the part of ceval.h that is about threads and the interpreter lock.
#include <cerrno>

#include "objects/dict.hpp"
#include "objects/errors.hpp"
#include "objects/int.hpp"
#include "state/pending_calls.hpp"
#include "state/signals.hpp"
#include "state/thread_state.hpp"

using namespace orochi;

namespace {

ThreadState& of(PyThreadState* state) { return thread_state(state); }

[[noreturn]] void no_thread_state(const char* function) {
    fatal_error(function, "the function must be called with the GIL held, after Python initialization and before "
                          "Python finalization, but the GIL is released (the current Python thread state is NULL)");
}

int add_pending_call(Interpreter& interpreter, int (*function)(void*), void* argument) {
    if (!interpreter.pending_calls->add(function, argument)) return -1;
    interpreter.eval_breaker.request(EvalBreaker::kPendingCalls);
    return 0;
}

}  // namespace

#pragma GCC visibility push(default)
extern "C" {

// ---- Thread states

PyThreadState* PyThreadState_Get() {
    if (!current_thread_state) no_thread_state("PyThreadState_Get");
    return current_thread_state;
}
PyThreadState* _PyThreadState_UncheckedGet() { return current_thread_state; }
PyThreadState* PyThreadState_New(PyInterpreterState* interpreter) {
    ThreadState* ts = thread_state_new(*interpreter);
    if (ts && !tls_thread_state.bound) tls_thread_state.bound = ts;
    return ts;
}
PyThreadState* _PyThreadState_Prealloc(PyInterpreterState* interpreter) { return thread_state_new(*interpreter); }
void PyThreadState_Clear(PyThreadState* state) { thread_state_clear(current_thread(), of(state)); }
void PyThreadState_Delete(PyThreadState* state) {
    if (state == current_thread_state) fatal_error("PyThreadState_Delete", "tstate is still current");
    thread_state_delete(&of(state));
}
void PyThreadState_DeleteCurrent() { thread_state_delete_current(current_thread()); }
PyThreadState* PyThreadState_Swap(PyThreadState* next) {
    return thread_state_swap(static_cast<ThreadState*>(next));
}
// No tracing inside of a tracer.
void PyThreadState_EnterTracing(PyThreadState* state) {
    ++state->tracing;
    state->cframe->use_tracing = 0;
}
void PyThreadState_LeaveTracing(PyThreadState* state) {
    --state->tracing;
    bool traced = !state->tracing && (state->c_tracefunc || state->c_profilefunc);
    state->cframe->use_tracing = traced ? 255 : 0;
}
PyThreadState* _PyThreadState_Swap(void*, PyThreadState* next) { return PyThreadState_Swap(next); }
PyThreadState* PyThreadState_Next(PyThreadState* state) { return state->next; }
PyInterpreterState* PyThreadState_GetInterpreter(PyThreadState* state) { return state->interp; }
uint64_t PyThreadState_GetID(PyThreadState* state) { return state->id; }
PyObject* _PyThreadState_GetDict(PyThreadState* state) {
    if (!state->dict) {
        auto dict = dict_new(of(state));
        if (dict.ok()) {
            state->dict = obj(std::move(dict).release());
        } else {
            error_clear(of(state));
        }
    }
    return state->dict;
}
PyObject* PyThreadState_GetDict() { return current_thread_state ? _PyThreadState_GetDict(current_thread_state) : nullptr; }
int PyThreadState_SetAsyncExc(unsigned long id, PyObject* exception) {
    Interpreter& interpreter = current_thread().interpreter();
    OptRef<Object> old;
    {
        base::MutexGuard guard(interpreter.threads_mutex);
        PyThreadState* t = interpreter.threads;
        while (t && t->thread_id != id) t = t->next;
        if (!t) return 0;
        old = OptRef<Object>::steal(t->async_exc);
        t->async_exc = new_reference_optional(exception);
    }
    interpreter.eval_breaker.request(EvalBreaker::kAsyncException);
    return 1;
}

// ---- Interpreters

PyInterpreterState* PyInterpreterState_Get() {
    if (!current_thread_state) no_thread_state("PyInterpreterState_Get");
    return current_thread_state->interp;
}
PyInterpreterState* PyInterpreterState_Main() { return process_runtime().main; }
PyInterpreterState* PyInterpreterState_Head() {
    Runtime& runtime = process_runtime();
    base::MutexGuard guard(runtime.mutex);
    return runtime.interpreters;
}
PyInterpreterState* PyInterpreterState_Next(PyInterpreterState* interpreter) { return interpreter->next; }
PyThreadState* PyInterpreterState_ThreadHead(PyInterpreterState* interpreter) { return interpreter->threads; }
int64_t PyInterpreterState_GetID(PyInterpreterState* interpreter) { return interpreter->id; }
PyObject* PyInterpreterState_GetDict(PyInterpreterState* interpreter) {
    if (!interpreter->dict) {
        ThreadState& ts = current_thread();
        auto dict = dict_new(ts);
        if (dict.ok()) {
            interpreter->dict = obj(std::move(dict).release());
        } else {
            error_clear(ts);
        }
    }
    return interpreter->dict;
}
PyInterpreterState* PyInterpreterState_New() { return interpreter_new(process_runtime()); }
_PyFrameEvalFunction _PyInterpreterState_GetEvalFrameFunc(PyInterpreterState* interpreter) {
    return interpreter->eval_frame ? interpreter->eval_frame : _PyEval_EvalFrameDefault;
}
void _PyInterpreterState_SetEvalFrameFunc(PyInterpreterState* interpreter, _PyFrameEvalFunction function) {
    interpreter->eval_frame = function == _PyEval_EvalFrameDefault ? nullptr : function;
}
PyInterpreterState* _PyInterpreterState_LookUpID(int64_t id) { return interpreter_by_id(process_runtime(), id); }
int _PyInterpreterState_RequiresIDRef(PyInterpreterState* interpreter) { return interpreter->requires_id_reference; }
void _PyInterpreterState_RequireIDRef(PyInterpreterState* interpreter, int required) {
    interpreter->requires_id_reference = required != 0;
}

// ---- PyGILState: any thread, without knowing which interpreter it belongs to

PyThreadState* PyGILState_GetThisThreadState() { return tls_thread_state.bound; }
int PyGILState_Check() { return current_thread_state && current_thread_state == tls_thread_state.bound; }
PyGILState_STATE PyGILState_Ensure() {
    int saved = errno;
    ThreadState* ts = tls_thread_state.bound;
    bool current = ts && ts == current_thread_state;
    if (!ts) {
        Interpreter* interpreter = process_runtime().main;
        if (!interpreter) fatal_error("PyGILState_Ensure", "Python is not initialized");
        ts = thread_state_new(*interpreter);
        if (!ts) fatal_error("PyGILState_Ensure", "Couldn't create thread-state for new thread");
        ts->gilstate_counter = 0;  // what the last Release deletes
    }
    if (!current) acquire_lock(*ts);
    ++ts->gilstate_counter;
    errno = saved;
    return current ? PyGILState_LOCKED : PyGILState_UNLOCKED;
}
void PyGILState_Release(PyGILState_STATE old) {
    ThreadState* ts = tls_thread_state.bound;
    if (!ts) fatal_error("PyGILState_Release", "auto-releasing thread-state, but no thread-state for this thread");
    if (ts != current_thread_state) {
        fatal_error("PyGILState_Release", "thread state must be current when releasing");
    }
    if (--ts->gilstate_counter == 0) {
        // Created by Ensure. Clearing runs Python code, which must find the state alive.
        ++ts->gilstate_counter;
        thread_state_clear(*ts, *ts);
        --ts->gilstate_counter;
        thread_state_delete_current(*ts);
    } else if (old == PyGILState_UNLOCKED) {
        release_lock(*ts);
    }
}

// ---- The lock

PyThreadState* PyEval_SaveThread() {
    ThreadState& ts = current_thread();
    release_lock(ts);
    return &ts;
}
void PyEval_RestoreThread(PyThreadState* state) { acquire_lock(of(state)); }
void PyEval_AcquireThread(PyThreadState* state) {
    if (current_thread_state) fatal_error("PyEval_AcquireThread", "non-NULL old thread state");
    acquire_lock(of(state));
}
void PyEval_ReleaseThread(PyThreadState* state) {
    if (current_thread_state != state) fatal_error("PyEval_ReleaseThread", "wrong thread state");
    release_lock(of(state));
}
// Without a thread state there is nothing that says whose lock is meant: the current one's, or the main one's.
void PyEval_AcquireLock() {
    if (!tls_thread_state.bound) fatal_error("PyEval_AcquireLock", "current thread state is NULL");
    acquire_lock(*tls_thread_state.bound);
}
void PyEval_ReleaseLock() {
    if (current_thread_state) release_lock(*current_thread_state);
}
void PyEval_InitThreads() {}
int PyEval_ThreadsInitialized() { return process_runtime().main != nullptr; }
unsigned long _PyEval_GetSwitchInterval() {
    return static_cast<unsigned long>(current_thread().interpreter().lock.switch_interval_ns() / 1000);
}
void _PyEval_SetSwitchInterval(unsigned long microseconds) {
    current_thread().interpreter().lock.set_switch_interval_ns(std::max(1ul, microseconds) * 1000);
}

// ---- Pending calls

int Py_AddPendingCall(int (*function)(void*), void* argument) {
    ThreadState* ts = current_thread_state ? current_thread_state : tls_thread_state.bound;
    Interpreter* interpreter = ts ? ts->interp : process_runtime().main;
    return interpreter ? add_pending_call(*interpreter, function, argument) : -1;
}
int _PyEval_AddPendingCall(PyInterpreterState* interpreter, int (*function)(void*), void* argument) {
    return add_pending_call(*interpreter, function, argument);
}
int Py_MakePendingCalls() {
    ThreadState& ts = current_thread();
    if (!check_signals(ts).ok()) return -1;
    PendingCalls& pending = *ts.interpreter().pending_calls;
    if (pending.busy.exchange(true)) return 0;
    ts.interpreter().eval_breaker.clear(EvalBreaker::kPendingCalls);
    PendingCalls::Call next;
    int result = 0;
    for (int i = 0; i < PendingCalls::kCapacity && !result && pending.take(next); ++i) result = next.function(next.argument);
    pending.busy.store(false);
    if (!pending.empty()) ts.interpreter().eval_breaker.request(EvalBreaker::kPendingCalls);
    return result ? -1 : 0;
}

// ---- Recursion limit

int Py_GetRecursionLimit() { return current_thread().interpreter().recursion_limit; }
void Py_SetRecursionLimit(int limit) {
    Interpreter& interpreter = current_thread().interpreter();
    interpreter.recursion_limit = limit;
    base::MutexGuard guard(interpreter.threads_mutex);
    for (PyThreadState* t = interpreter.threads; t; t = t->next) {
        int depth = t->recursion_limit - t->recursion_remaining;
        t->recursion_limit = limit;
        t->recursion_remaining = limit - depth;
    }
}
}
#pragma GCC visibility pop
