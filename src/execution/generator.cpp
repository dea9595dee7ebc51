#include "execution/generator.hpp"

#include "execution/evaluate.hpp"
#include "execution/generator_methods.hpp"
#include "execution/trace.hpp"
#include "language/compiler/opcodes.hpp"
#include "objects/exceptions.hpp"
#include "objects/int.hpp"
#include "objects/native.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"
#include "objects/type.hpp"

namespace orochi {

using language::Opcode;

namespace {

const char* kind_name(const Generator& generator) {
    const Type& type = type_of(obj(const_cast<Generator&>(generator)));
    return &type == &PyCoro_Type ? "coroutine" : &type == &PyAsyncGen_Type ? "async generator" : "generator";
}

Result<Ref<Object>> coroutine_origin(ThreadState& ts, int depth) {
    Ref<Tuple> entries = TRY(tuple_new(ts, 0));
    InterpreterFrame* frame = visible_frame(current_frame(ts));
    int count = 0;
    for (InterpreterFrame* f = frame; f && count < depth; f = visible_frame(f->previous)) ++count;
    entries = TRY(tuple_new(ts, count));
    for (int i = 0; i < count; ++i, frame = visible_frame(frame->previous)) {
        Ref<Object> line = TRY(int_from(ts, frame_line(*frame)));
        Ref<Tuple> entry = TRY(tuple_of(ts, *frame->code->co_filename, *line, *frame->code->co_name));
        tuple_init_item(*entries, i, std::move(entry));
    }
    return entries;
}

size_t generator_bytes(const Code& code) {
    return offsetof(Generator, gi_iframe) + frame_slots(code) * sizeof(Object*);
}

}  // namespace

Result<Py_ssize_t> generator_sizeof(ThreadState& ts, Generator& generator) {
    return Py_ssize_t(generator_bytes(*generator.gi_code));
}

Result<Ref<Object>> generator_from_frame(ThreadState& ts, InterpreterFrame& frame, CodeWord* next) {
    Code& code = *frame.code;
    int kind = code.co_flags & (CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR);
    Type& type = kind == CO_COROUTINE ? PyCoro_Type : kind == CO_ASYNC_GENERATOR ? PyAsyncGen_Type : PyGen_Type;
    size_t size = generator_bytes(code);
    Object* allocated = allocate_container(ts, type, size);
    if (!allocated) return failure;
    Generator& generator = *as<Generator>(allocated);
    generator.gi_code = &code;
    incref(code);
    generator.gi_weakreflist = nullptr;
    generator.gi_name = new_reference(*frame.function->func_name);
    generator.gi_qualname = new_reference(*frame.function->func_qualname);
    generator.gi_exc_state.exc_value = nullptr;
    generator.gi_exc_state.previous_item = nullptr;
    generator.gi_origin_or_finalizer = nullptr;
    generator.gi_hooks_inited = 0;
    generator.gi_closed = 0;
    generator.gi_running_async = 0;
    generator.gi_frame_state = int8_t(GeneratorState::kCreated);

    InterpreterFrame& own = generator_frame(generator);
    memcpy(&own, &frame, (size_t(code.co_nlocalsplus) + kFrameHeaderSlots) * sizeof(Object*));
    own.stack_top = code.co_nlocalsplus;
    own.previous_instruction = next - 1;
    own.previous = nullptr;
    own.owner = InterpreterFrame::Owner::kGenerator;
    if (own.frame_object) own.frame_object->frame = &own;
    gc_track(ts, obj(generator));
    Ref<Object> result = Ref<Object>::steal(obj(generator));
    if (kind == CO_COROUTINE && ts.coroutine_origin_tracking_depth > 0) {
        auto origin = coroutine_origin(ts, ts.coroutine_origin_tracking_depth);
        if (origin.ok()) {
            generator.gi_origin_or_finalizer = std::move(origin).release();
        } else {
            error_clear(ts);
        }
    }
    return result;
}

void generator_resumed_after_failed_trace(ThreadState& ts, InterpreterFrame& frame) {
    Generator& generator = generator_of(frame);
    generator.gi_frame_state = int8_t(GeneratorState::kExecuting);
    generator.gi_exc_state.previous_item = ts.exc_info;
    ts.exc_info = &generator.gi_exc_state;
}

void generator_finished(ThreadState& ts, InterpreterFrame& frame) {
    Generator& generator = generator_of(frame);
    generator.gi_frame_state = int8_t(GeneratorState::kCleared);
    ts.exc_info = generator.gi_exc_state.previous_item;
    generator.gi_exc_state.previous_item = nullptr;
    frame_clear(ts, frame);
    clear(generator.gi_exc_state.exc_value);
}

void generator_failed(ThreadState& ts, InterpreterFrame& frame) {
    Generator& generator = generator_of(frame);
    generator_finished(ts, frame);
    if (error_matches(ts, PyExc_StopIteration)) {
        (void)raise_from_pending(ts, PyExc_RuntimeError, "%s raised StopIteration", kind_name(generator));
    } else if (PyAsyncGen_CheckExact(&generator) && error_matches(ts, PyExc_StopAsyncIteration)) {
        (void)raise_from_pending(ts, PyExc_RuntimeError, "async generator raised StopAsyncIteration");
    }
}

namespace {

// Resumes the generator. `argument` null: next(). Throwing: an exception is pending.
PySendResult resume(ThreadState& ts, Generator& generator, Object* argument, Object** result, bool throwing,
                    bool closing) {
    *result = nullptr;
    GeneratorState state = generator_state(generator);
    if (state == GeneratorState::kCreated && argument && !is_none(argument)) {
        (void)raise(ts, PyExc_TypeError, "can't send non-None value to a just-started %s", kind_name(generator));
        return PYGEN_ERROR;
    }
    if (state == GeneratorState::kExecuting) {
        (void)raise(ts, PyExc_ValueError, "%s already executing", kind_name(generator));
        return PYGEN_ERROR;
    }
    if (state >= GeneratorState::kCompleted) {
        if (PyCoro_CheckExact(&generator) && !closing) {
            (void)raise(ts, PyExc_RuntimeError, "cannot reuse already awaited coroutine");
        } else if (argument && !throwing) {
            // A finished generator: send() ends with StopIteration, and an async one with StopAsyncIteration.
            *result = &none();
            return PYGEN_RETURN;
        }
        return PYGEN_ERROR;
    }
    InterpreterFrame& frame = generator_resume(ts, generator, argument ? new_reference(*argument) : &none());
    Object* handled = generator.gi_exc_state.exc_value;
    if (throwing && handled && !is_none(handled) && error_pending(ts)) {
        // Raised again inside the generator, so that what it is handling becomes the context.
        PendingError error = error_fetch(ts);
        OptRef<Object> traceback = std::move(error.traceback);
        (void)raise_value(ts, error.type.get(), error.value.get());
        PendingError chained = error_fetch(ts);
        chained.traceback = std::move(traceback);
        error_restore(ts, std::move(chained));
    }
    // The generator may lose its last reference while it runs.
    Ref<Object> held = Ref<Object>::share(obj(generator));
    Object* value = ts.interpreter().eval_frame ? ts.interpreter().eval_frame(&ts, &frame, throwing)
                                                : evaluate(ts, frame, throwing);
    if (value) {
        *result = value;
        if (generator_state(generator) == GeneratorState::kSuspended) return PYGEN_NEXT;
        return PYGEN_RETURN;
    }
    return PYGEN_ERROR;
}

}  // namespace

Result<void> raise_stop_iteration(ThreadState& ts, Object& value) {
    if (is_none(value)) return raise_class(ts, PyExc_StopIteration);
    if (PyTuple_Check(&value) || PyExceptionInstance_Check(&value)) {
        // Passed on as they are, these would be taken for arguments or the exception itself.
        Ref<Object> exception = TRY(call(ts, *PyExc_StopIteration, value));
        return raise_instance(ts, *exception);
    }
    return raise_value(ts, PyExc_StopIteration, &value);
}

Result<Object*> fetch_stop_iteration_value(ThreadState& ts) {
    if (!error_pending(ts)) return new_reference(none());
    if (!error_matches(ts, PyExc_StopIteration)) return failure;
    Ref<Object> exception = error_take(ts);
    Object* value = reinterpret_cast<PyStopIterationObject*>(exception.get())->value;
    return new_reference(value ? *value : none());
}

PySendResult generator_send_value(ThreadState& ts, Object& receiver, Object& value, Object** result) {
    if (PyGen_CheckExact(&receiver) || PyCoro_CheckExact(&receiver)) {
        PySendResult status = resume(ts, as<Generator>(receiver), &value, result, false, false);
        if (status == PYGEN_ERROR && !error_pending(ts)) {
            *result = &none();
            return PYGEN_RETURN;
        }
        return status;
    }
    Type& type = type_of(receiver);
    if (type.tp_as_async && type.tp_as_async->am_send) {
        PySendResult status = type.tp_as_async->am_send(&receiver, &value, result);
        return status;
    }
    *result = nullptr;
    if (is_none(value) && is_iterator(receiver)) {
        *result = type.tp_iternext(&receiver);
    } else {
        *result = to_c(call_method(ts, receiver, "send"_n, value));
    }
    if (*result) return PYGEN_NEXT;
    auto returned = fetch_stop_iteration_value(ts);
    if (!returned.ok()) return PYGEN_ERROR;
    *result = std::move(returned).take();
    return PYGEN_RETURN;
}

// send(), next(): a value, or an exception; a return value travels in StopIteration.
Result<OptRef<Object>> generator_send_ex(ThreadState& ts, Generator& generator, Object* argument, bool throwing,
                                         bool closing) {
    Object* result;
    PySendResult status = resume(ts, generator, argument, &result, throwing, closing);
    if (status == PYGEN_NEXT) return OptRef<Object>::steal(result);
    if (status == PYGEN_ERROR) {
        if (error_pending(ts)) return failure;
        return nullptr;
    }
    Ref<Object> value = Ref<Object>::steal(*result);
    if (PyAsyncGen_CheckExact(&generator)) {
        return raise_class(ts, PyExc_StopAsyncIteration);
    }
    if (is_none(value.get()) && !argument) return nullptr;  // next(): exhausted without a value
    TRY(raise_stop_iteration(ts, value));
    return failure;
}

OptRef<Object> generator_yield_from(Generator& generator) {
    GeneratorState state = generator_state(generator);
    if (state == GeneratorState::kCreated || state >= GeneratorState::kExecuting) return nullptr;
    InterpreterFrame& frame = generator_frame(generator);
    // A delegating generator is stopped at the YIELD_VALUE of a SEND loop, which a RESUME with 2 or 3 follows.
    const CodeWord* next = frame.previous_instruction + 1;
    int opcode = language::kOpcodeTables.base[_Py_OPCODE(*next)];
    if (opcode != int(Opcode::RESUME) || _Py_OPARG(*next) < 2) return nullptr;
    return OptRef<Object>::share(frame.localsplus[frame.stack_top - 1]);
}

namespace {

Result<void> close_iterator(ThreadState& ts, Object& iterator) {
    if (PyGen_CheckExact(&iterator) || PyCoro_CheckExact(&iterator)) {
        return generator_close(ts, as<Generator>(iterator));
    }
    auto method = getattr_optional(ts, iterator, "close"_n);
    if (!method.ok()) {
        write_unraisable(ts, &iterator);
        return {};
    }
    OptRef<Object> close = std::move(method).take();
    if (close) TRY(call(ts, *close));
    return {};
}

// While a generator delegates, it counts as executing, so that it cannot be resumed from inside.
struct Delegating {
    Generator& generator;
    int8_t saved;
    explicit Delegating(Generator& g) : generator(g), saved(g.gi_frame_state) {
        generator.gi_frame_state = int8_t(GeneratorState::kExecuting);
    }
    ~Delegating() { generator.gi_frame_state = saved; }
};

}  // namespace

Result<void> generator_close(ThreadState& ts, Generator& generator) {
    if (generator_state(generator) >= GeneratorState::kCompleted) return {};
    OptRef<Object> delegate = generator_yield_from(generator);
    bool failed = false;
    if (delegate) {
        Delegating guard(generator);
        failed = !close_iterator(ts, *delegate).ok();
    }
    if (!failed) (void)raise_class(ts, PyExc_GeneratorExit);
    auto result = generator_send_ex(ts, generator, &none(), true, true);
    if (result.ok()) {
        OptRef<Object> value = std::move(result).take();
        if (!value) return {};
        if (PyAsyncGen_CheckExact(&generator)) {
            return raise(ts, PyExc_RuntimeError, "async generator ignored GeneratorExit");
        }
        return raise(ts, PyExc_RuntimeError, "%s ignored GeneratorExit", kind_name(generator));
    }
    if (error_matches(ts, PyExc_StopIteration) || error_matches(ts, PyExc_GeneratorExit)) {
        error_clear(ts);
        return {};
    }
    return failure;
}

namespace {

Result<OptRef<Object>> throw_into(ThreadState& ts, Generator& generator, bool close_on_exit, Object& type,
                                  Object* value, Object* traceback);

Result<OptRef<Object>> throw_here(ThreadState& ts, Generator& generator, Object& type, Object* value,
                                  Object* traceback) {
    if (traceback && is_none(traceback)) traceback = nullptr;
    if (traceback && !PyTraceBack_Check(traceback)) {
        return raise(ts, PyExc_TypeError, "throw() third argument must be a traceback object");
    }
    PendingError error;
    if (PyExceptionClass_Check(&type)) {
        error.type = OptRef<Object>::share(&type);
        error.value = OptRef<Object>::share(value);
        error.traceback = OptRef<Object>::share(traceback);
        error_normalize(ts, error);
    } else if (PyExceptionInstance_Check(&type)) {
        if (value && !is_none(value)) {
            return raise(ts, PyExc_TypeError, "instance exception may not have a separate value");
        }
        error.type = OptRef<Object>::share(obj(&type_of(type)));
        error.value = OptRef<Object>::share(&type);
        error.traceback = OptRef<Object>::share(traceback ? traceback : exception_traceback(type));
    } else {
        return raise(ts, PyExc_TypeError, "exceptions must be classes or instances deriving from BaseException, not %T",
                     &type);
    }
    error_restore(ts, std::move(error));
    return generator_send_ex(ts, generator, &none(), true, false);
}

Result<OptRef<Object>> throw_into(ThreadState& ts, Generator& generator, bool close_on_exit, Object& type,
                                  Object* value, Object* traceback) {
    OptRef<Object> delegate = generator_yield_from(generator);
    if (!delegate) return throw_here(ts, generator, type, value, traceback);

    if (close_on_exit && exception_matches(ts, type, *PyExc_GeneratorExit)) {
        bool ok;
        {
            Delegating guard(generator);
            ok = close_iterator(ts, *delegate).ok();
        }
        if (!ok) return generator_send_ex(ts, generator, &none(), true, false);
        return throw_here(ts, generator, type, value, traceback);
    }
    Object* result = nullptr;
    if (PyGen_CheckExact(delegate.get()) || PyCoro_CheckExact(delegate.get())) {
        Delegating guard(generator);
        // The delegate's frames belong above this one in tracebacks and f_back.
        InterpreterFrame& frame = generator_frame(generator);
        InterpreterFrame* previous = current_frame(ts);
        frame.previous = previous;
        ts.cframe->current_frame = &frame;
        auto thrown = throw_into(ts, as<Generator>(*delegate), close_on_exit, type, value, traceback);
        ts.cframe->current_frame = previous;
        frame.previous = nullptr;
        if (thrown.ok()) {
            result = std::move(thrown).take().release();
            if (!result && !error_pending(ts)) (void)raise_class(ts, PyExc_StopIteration);
        }
    } else {
        OptRef<Object> method = TRY(getattr_optional(ts, *delegate, "throw"_n));
        if (!method) return throw_here(ts, generator, type, value, traceback);
        Delegating guard(generator);
        Object* arguments[] = {nullptr, &type, value, traceback};
        size_t count = traceback ? 3 : value ? 2 : 1;
        result = to_c(call_vector(ts, *method, arguments + 1, count | PY_VECTORCALL_ARGUMENTS_OFFSET));
    }
    if (result) return OptRef<Object>::steal(result);
    // The delegate ended: take it off the stack and go on after the SEND loop, with its value or its exception.
    InterpreterFrame& frame = generator_frame(generator);
    Object* popped = frame.localsplus[--frame.stack_top];
    decref(*popped);
    // The YIELD_VALUE is preceded by SEND, whose target is where the loop ends.
    CodeWord* send = frame.previous_instruction;
    while (language::kOpcodeTables.base[_Py_OPCODE(*send)] != int(Opcode::SEND)) --send;
    frame.previous_instruction = send + _Py_OPARG(*send);
    auto returned = fetch_stop_iteration_value(ts);
    if (returned.ok()) {
        Ref<Object> held = Ref<Object>::steal(*std::move(returned).take());
        return generator_send_ex(ts, generator, held.get(), false, false);
    }
    return generator_send_ex(ts, generator, &none(), true, false);
}

}  // namespace

Result<Ref<Object>> generator_throw(ThreadState& ts, Generator& generator, Object& type, Object* value,
                                    Object* traceback) {
    OptRef<Object> result = TRY(throw_into(ts, generator, true, type, value, traceback));
    if (!result) return raise_class(ts, PyExc_StopIteration);
    return result.take();
}

Result<OptRef<Object>> generator_throw_keeping_delegate(ThreadState& ts, Generator& generator, Object& type,
                                                        Object* value, Object* traceback) {
    return throw_into(ts, generator, false, type, value, traceback);
}

Result<void> generator_clear_frame(ThreadState& ts, InterpreterFrame& frame) {
    Generator& generator = generator_of(frame);
    if (generator_state(generator) == GeneratorState::kExecuting) {
        return raise(ts, PyExc_RuntimeError, "cannot clear an executing frame");
    }
    generator_finalize(ts, generator);
    return {};
}

void generator_finalize(ThreadState& ts, Generator& generator) {
    if (generator_state(generator) >= GeneratorState::kCompleted) return;
    Object& self = obj(generator);
    if (PyAsyncGen_CheckExact(&self)) {
        Object* finalizer = generator.gi_origin_or_finalizer;
        if (finalizer && !generator.gi_closed) {
            ErrorKeeper keeper(ts);
            Ref<Object> held = Ref<Object>::share(*finalizer);
            if (!call(ts, *held, self).ok()) write_unraisable(ts, &self);
            return;
        }
    }
    ErrorKeeper keeper(ts);
    if (PyCoro_CheckExact(&self) && generator_state(generator) == GeneratorState::kCreated) {
        warn_never_awaited(ts, generator);
        // It never started, so there is nothing to unwind.
        generator.gi_frame_state = int8_t(GeneratorState::kCleared);
        frame_clear(ts, generator_frame(generator));
        return;
    }
    if (generator_state(generator) == GeneratorState::kCreated) {
        generator.gi_frame_state = int8_t(GeneratorState::kCleared);
        frame_clear(ts, generator_frame(generator));
        return;
    }
    if (!generator_close(ts, generator).ok()) write_unraisable(ts, &self);
}

void warn_never_awaited(ThreadState& ts, Generator& coroutine) {
    // warnings._warn_unawaited_coroutine also shows where the coroutine was made.
    auto warn_function = [&]() -> Result<OptRef<Object>> {
        OptRef<Object> warnings = TRY(imported_module_for_warning(ts));
        if (!warnings) return nullptr;
        return getattr_optional(ts, *warnings, "_warn_unawaited_coroutine"_n);
    }();
    if (warn_function.ok()) {
        OptRef<Object> function = std::move(warn_function).take();
        if (function) {
            if (call(ts, *function, obj(coroutine)).ok()) return;
            // The warning itself may be what was raised.
            bool warned = error_matches(ts, PyExc_RuntimeWarning);
            write_unraisable(ts, &obj(coroutine));
            if (warned) return;
        }
    } else {
        error_clear(ts);
    }
    if (!warn(ts, PyExc_RuntimeWarning, 1, "coroutine '%S' was never awaited", coroutine.gi_qualname).ok()) {
        write_unraisable(ts, &obj(coroutine));
    }
}

// ---- Awaiting

Result<Ref<Object>> coroutine_get_awaitable(ThreadState& ts, Object& value) {
    if (PyCoro_CheckExact(&value)) return Ref<Object>::share(value);
    if (PyGen_CheckExact(&value) && as<Generator>(value).gi_code->co_flags & CO_ITERABLE_COROUTINE) {
        return Ref<Object>::share(value);
    }
    Type& type = type_of(value);
    if (!type.tp_as_async || !type.tp_as_async->am_await) {
        return raise(ts, PyExc_TypeError, "object %T can't be used in 'await' expression", &value);
    }
    Ref<Object> iterator = TRY(Result<Ref<Object>>::adopt(type.tp_as_async->am_await(&value)));
    if (PyCoro_CheckExact(iterator.get()) ||
        (PyGen_CheckExact(iterator.get()) && as<Generator>(*iterator).gi_code->co_flags & CO_ITERABLE_COROUTINE)) {
        return raise(ts, PyExc_TypeError, "__await__() returned a coroutine");
    }
    if (!is_iterator(*iterator)) {
        return raise(ts, PyExc_TypeError, "__await__() returned non-iterator of type '%T'", iterator.get());
    }
    return iterator;
}

bool coroutine_is_awaited(Generator& coroutine) { return bool(generator_yield_from(coroutine)); }

Result<Ref<Object>> get_async_iterator(ThreadState& ts, Object& iterable) {
    Type& type = type_of(iterable);
    if (!type.tp_as_async || !type.tp_as_async->am_aiter) {
        return raise(ts, PyExc_TypeError, "'async for' requires an object with __aiter__ method, got %T", &iterable);
    }
    Ref<Object> iterator = TRY(Result<Ref<Object>>::adopt(type.tp_as_async->am_aiter(&iterable)));
    Type& iterator_type = type_of(*iterator);
    if (!iterator_type.tp_as_async || !iterator_type.tp_as_async->am_anext) {
        return raise(ts, PyExc_TypeError,
                     "'async for' received an object from __aiter__ that does not implement __anext__: %T",
                     iterator.get());
    }
    return iterator;
}

}  // namespace orochi
