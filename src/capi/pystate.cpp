// pystate.h, and the part of ceval.h that is about threads and the interpreter lock.
#include "capi/foreign_thread.hpp"

#include <cerrno>

#include "imports/extension.hpp"
#include "lifecycle/lifecycle.hpp"
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
    fatal_error(function,
                "the function must be called with the GIL held, after Python initialization and before "
                "Python finalization, but the GIL is released (the current Python thread state is NULL)");
}

// A thread that has no thread state enters the interpreter of the extension that calls, else the main one.
Interpreter& interpreter_for_foreign_thread(Runtime& runtime, const void* caller) {
    CodeOwner owner = owner_of_calling_code(runtime, caller);
    if (owner.found && !owner.interpreter) park_thread();  // it has closed
    Interpreter* interpreter = owner.found ? owner.interpreter : runtime.main;
    if (!interpreter) fatal_error("PyGILState_Ensure", "Python is not initialized");
    return *interpreter;
}

}  // namespace

PyGILState_STATE orochi::enter_from_any_thread(const void* caller) {
    int saved = errno;
    Runtime& runtime = process_runtime();
    ThreadState* ts = bound_thread_state(runtime);
    bool current = ts && ts == current_thread_state;
    if (!ts) {
        ts = thread_state_new(interpreter_for_foreign_thread(runtime, caller));
        if (!ts) fatal_error("PyGILState_Ensure", "Couldn't create thread-state for new thread");
        ts->gilstate_counter = 0;  // what the last Release deletes
    }
    if (!current) acquire_lock(*ts);
    ++ts->gilstate_counter;
    errno = saved;
    return current ? PyGILState_LOCKED : PyGILState_UNLOCKED;
}

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
    if (ts) thread_state_bind_first(*ts);
    return ts;
}
PyThreadState* _PyThreadState_Prealloc(PyInterpreterState* interpreter) { return thread_state_new(*interpreter); }
void PyThreadState_Clear(PyThreadState* state) { thread_state_clear(current_thread(), of(state)); }
void PyThreadState_Delete(PyThreadState* state) {
    if (state == current_thread_state) fatal_error("PyThreadState_Delete", "tstate is still current");
    thread_state_delete(&of(state));
}
void PyThreadState_DeleteCurrent() { thread_state_delete_current(current_thread()); }
PyThreadState* PyThreadState_Swap(PyThreadState* next) { return thread_state_swap(static_cast<ThreadState*>(next)); }
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
    auto dict = thread_dict(of(state));
    if (!dict.ok()) {
        error_clear(of(state));
        return nullptr;
    }
    return obj(std::move(dict).take());
}
PyObject* PyThreadState_GetDict() {
    return current_thread_state ? _PyThreadState_GetDict(current_thread_state) : nullptr;
}
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
// Null with an exception when an audit hook refuses.
PyInterpreterState* PyInterpreterState_New() {
    if (ThreadState* ts = current_thread_state; ts && !audit_interpreter_new(*ts).ok()) return nullptr;
    return interpreter_new(process_runtime());
}
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

PyInterpreterState* _PyGILState_GetInterpreterStateUnsafe() { return process_runtime().main; }
PyObject* _PyInterpreterState_GetMainModule(PyInterpreterState* interpreter) {
    ThreadState& ts = current_thread();
    if (!interpreter->modules) {
        (void)raise(ts, PyExc_RuntimeError, "interpreter not initialized");
        return nullptr;
    }
    return to_c(getitem(ts, *interpreter->modules, "__main__"_n));
}
void PyInterpreterState_Clear(PyInterpreterState* interpreter) { interpreter_clear(current_thread(), *interpreter); }
// For one that Py_NewInterpreter did not make, and that has nothing in it: see PyInterpreterState_New.
void PyInterpreterState_Delete(PyInterpreterState* interpreter) {
    if (interpreter_has_threads(*interpreter)) fatal_error("PyInterpreterState_Delete", "remaining threads");
    interpreter_delete(interpreter);
}

// ---- PyGILState: any thread, without knowing which interpreter it belongs to

PyThreadState* PyGILState_GetThisThreadState() { return bound_thread_state(process_runtime()); }
int PyGILState_Check() { return current_thread_state != nullptr; }
PyGILState_STATE PyGILState_Ensure() { return enter_from_any_thread(__builtin_return_address(0)); }
void PyGILState_Release(PyGILState_STATE old) {
    ThreadState* ts = bound_thread_state(process_runtime());
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
    ThreadState* ts = bound_thread_state(process_runtime());
    if (!ts) fatal_error("PyEval_AcquireLock", "current thread state is NULL");
    acquire_lock(*ts);
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

// For the interpreter of the calling thread; without one, for the main interpreter. A caller that knows the
// interpreter says so with the other function.
int Py_AddPendingCall(int (*function)(void*), void* argument) {
    Runtime& runtime = process_runtime();
    ThreadState* ts = bound_thread_state(runtime);
    Interpreter* interpreter = ts ? ts->interp : runtime.main;
    return interpreter && add_pending_call(*interpreter, function, argument) ? 0 : -1;
}
int _PyEval_AddPendingCall(PyInterpreterState* interpreter, int (*function)(void*), void* argument) {
    return add_pending_call(*interpreter, function, argument) ? 0 : -1;
}
int Py_MakePendingCalls() {
    ThreadState& ts = current_thread();
    if (!check_signals(ts).ok()) return -1;
    return to_c(run_pending_calls(ts));
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
