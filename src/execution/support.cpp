// What surrounds the evaluation loop: running code in a namespace, serving the eval breaker, and what
// other floors ask about the running frame.
#include "execution/evaluate.hpp"
#include "execution/function.hpp"
#include "execution/operations.hpp"
#include "execution/trace.hpp"
#include "language/compiler/code_unit.hpp"
#include "objects/dict.hpp"
#include "objects/frame_access.hpp"
#include "objects/module.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"
#include "state/interrupt.hpp"
#include "state/pending_calls.hpp"
#include "state/signals.hpp"

namespace orochi {

Result<Ref<Object>> run_code(ThreadState& ts, Code& code, Object& globals, Object& locals, Object* closure) {
    Ref<Function> function = TRY(function_new(ts, code, globals));
    function->func_closure = new_reference_optional(closure);
    // The code of a function is called without arguments; it may have parameters that need none.
    Object* mapping = code.co_flags & CO_OPTIMIZED ? nullptr : new_reference(locals);
    InterpreterFrame* frame = push_call_frame(ts, *std::move(function).release(), mapping, nullptr, 0, nullptr);
    if (!frame) return failure;
    return Result<Ref<Object>>::adopt(evaluate_and_pop(ts, *frame));
}

Result<Ref<Object>> run_program(ThreadState& ts, Code& code, Object& globals, Object& locals, Object* closure) {
    TRY(audit(ts, "exec", "O", &code));
    return run_code(ts, code, globals, locals, closure);
}

bool is_importlib_code(const Code& code) {
    if (!PyUnicode_Check(code.co_filename)) return false;
    const Str& file = as<Str>(*code.co_filename);
    return str_equals_ascii(file, "<frozen importlib._bootstrap>") ||
           str_equals_ascii(file, "<frozen importlib._bootstrap_external>");
}

namespace {

// Between two instructions of importlib a lock may just have been taken that nobody would give back. It never runs for
// long by itself, and what it waits for can be interrupted.
bool may_interrupt(const ThreadState& ts) {
    const InterpreterFrame* frame = current_frame(ts);
    return !frame || !is_importlib_code(*frame->code);
}

}  // namespace

Result<void> serve_eval_breaker(ThreadState& ts) {
    Interpreter& interpreter = ts.interpreter();
    EvalBreaker& breaker = interpreter.eval_breaker;
    if (breaker.has(EvalBreaker::kSignals) && !check_signals(ts).ok()) return failure;
    if (breaker.has(EvalBreaker::kPendingCalls)) TRY(run_pending_calls(ts));
    if (breaker.has(EvalBreaker::kCollect)) {
        breaker.clear(EvalBreaker::kCollect);
        gc_collect_if_due(ts);
    }
    if (breaker.has(EvalBreaker::kDropLock)) yield_lock(ts);
    if (breaker.has(EvalBreaker::kStop) && interpreter.lock.is_closed()) {
        // The interpreter is closing: only the thread that closes it gets the lock back.
        release_lock(ts);
        acquire_lock(ts);
    }
    if (breaker.has(EvalBreaker::kAsyncException) && ts.async_exc) {
        // The bit stays while exceptions for other threads are outstanding.
        bool others = false;
        {
            base::MutexGuard guard(interpreter.threads_mutex);
            for (PyThreadState* t = interpreter.threads; t; t = t->next) others |= t != &ts && t->async_exc;
        }
        if (!others) breaker.clear(EvalBreaker::kAsyncException);
        Ref<Object> exception = Ref<Object>::steal(*std::exchange(ts.async_exc, nullptr));
        return raise_class(ts, exception.get());
    }
    if (breaker.has(EvalBreaker::kInterrupt) && may_interrupt(ts)) TRY(serve_interrupt(ts));
    return {};
}

Result<Ref<Object>> current_locals(ThreadState& ts) {
    InterpreterFrame* frame = visible_frame(current_frame(ts));
    if (!frame) return raise(ts, PyExc_SystemError, "frame does not exist");
    return frame_locals(ts, *frame);
}

Result<SuperArguments> current_super_arguments(ThreadState& ts) {
    InterpreterFrame* frame = visible_frame(current_frame(ts));
    if (!frame) return raise(ts, PyExc_RuntimeError, "super(): no current frame");
    Code& code = *frame->code;
    if (code.co_argcount == 0) return raise(ts, PyExc_RuntimeError, "super(): no arguments");
    Object* first = frame->localsplus[0];
    if (first && (local_kind(code, 0) & language::kLocalCell) && PyCell_Check(first) &&
        frame_last_offset(*frame) >= 0) {
        first = as<Cell>(first)->ob_ref;
    }
    if (!first) return raise(ts, PyExc_RuntimeError, "super(): arg[0] deleted");
    for (int i = code.co_nlocals + code.co_nplaincellvars; i < code.co_nlocalsplus; ++i) {
        if (&obj(local_name(code, i)) != &"__class__"_n) continue;
        Object* cell = frame->localsplus[i];
        if (!cell || !PyCell_Check(cell)) return raise(ts, PyExc_RuntimeError, "super(): bad __class__ cell");
        Object* type = as<Cell>(cell)->ob_ref;
        if (!type) return raise(ts, PyExc_RuntimeError, "super(): empty __class__ cell");
        if (!PyType_Check(type)) return raise(ts, PyExc_RuntimeError, "super(): __class__ is not a type (%T)", type);
        return SuperArguments{Ref<Type>::share(*as<Type>(type)), Ref<Object>::share(*first)};
    }
    return raise(ts, PyExc_RuntimeError, "super(): __class__ cell not found");
}

}  // namespace orochi
