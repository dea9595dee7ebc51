#include "objects/errors.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "objects/dict.hpp"
#include "objects/exceptions.hpp"
#include "objects/frame_access.hpp"
#include "objects/int.hpp"
#include "objects/module.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"
#include "objects/type.hpp"
#include "state/signals.hpp"

namespace orochi {

// ---- The pending exception

void error_clear(ThreadState& ts) {
    Object *type = ts.curexc_type, *value = ts.curexc_value, *traceback = ts.curexc_traceback;
    ts.curexc_type = ts.curexc_value = ts.curexc_traceback = nullptr;
    decref_optional(type);
    decref_optional(value);
    decref_optional(traceback);
}

PendingError error_fetch(ThreadState& ts) {
    PendingError error{OptRef<Object>::steal(ts.curexc_type), OptRef<Object>::steal(ts.curexc_value),
                       OptRef<Object>::steal(ts.curexc_traceback)};
    ts.curexc_type = ts.curexc_value = ts.curexc_traceback = nullptr;
    return error;
}

void error_restore(ThreadState& ts, PendingError&& error) {
    if (error.traceback && !PyTraceBack_Check(error.traceback.get())) error.traceback.reset();
    Object *type = ts.curexc_type, *value = ts.curexc_value, *traceback = ts.curexc_traceback;
    ts.curexc_type = error.type.release();
    ts.curexc_value = error.value.release();
    ts.curexc_traceback = error.traceback.release();
    decref_optional(type);
    decref_optional(value);
    decref_optional(traceback);
}

Object* handled_exception(const ThreadState& ts) {
    const _PyErr_StackItem* item = ts.exc_info;
    while ((!item->exc_value || is_none(item->exc_value)) && item->previous_item) item = item->previous_item;
    return item->exc_value && !is_none(item->exc_value) ? item->exc_value : nullptr;
}

namespace {

// Makes `handled` the context of `raised`. The chain that hangs on `handled` may already contain `raised`,
// and may even contain a loop of its own (Python code can make one); the first is cut, the second endured.
void chain_context(Object& raised, Object& handled) {
    if (&raised == &handled) return;
    Object* o = &handled;
    Object* slow = o;
    bool move_slow = false;
    while (Object* context = exception_context(*o)) {
        if (context == &raised) {
            exception_set_context(*o, nullptr);
            break;
        }
        o = context;
        if (o == slow) break;
        if (move_slow) slow = exception_context(*slow);
        move_slow = !move_slow;
    }
    exception_set_context(raised, OptRef<Object>::share(&handled));
}

}  // namespace

Failure raise_value(ThreadState& ts, Object* type, Object* value) {
    if (type && !is_exception_class(*type)) {
        return raise(ts, PyExc_SystemError, "_PyErr_SetObject: exception %R is not a BaseException subclass", type);
    }
    OptRef<Object> owned = OptRef<Object>::share(value);
    Object* handled = handled_exception(ts);
    if (handled && type) {
        // Only an instance has room for a context.
        Ref<Object> keep = Ref<Object>::share(*handled);
        if (!owned || !is_exception(*owned)) {
            error_clear(ts);
            auto made = exception_create(ts, *type, owned.get());
            if (!made.ok()) return failure;
            owned = std::move(made).take();
        }
        chain_context(*owned, *keep);
    }
    OptRef<Object> traceback;
    if (owned && is_exception(*owned)) traceback = OptRef<Object>::share(exception_traceback(*owned));
    error_restore(ts, {OptRef<Object>::share(type), std::move(owned), std::move(traceback)});
    return failure;
}

Failure raise_class(ThreadState& ts, Object* type) { return raise_value(ts, type, nullptr); }

Failure raise_instance(ThreadState& ts, Object& exception) {
    return raise_value(ts, obj(&type_of(exception)), &exception);
}

Failure raise_v(ThreadState& ts, Object* type, const char* format, va_list arguments) {
    // The text is made with nothing pending, since it may run Python code.
    error_clear(ts);
    auto text = str_format_v(ts, format, arguments);
    if (!text.ok()) return failure;
    Ref<Str> message = std::move(text).take();
    return raise_value(ts, type, obj(message.get()));
}

Failure raise(ThreadState& ts, Object* type, const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    (void)raise_v(ts, type, format, arguments);
    va_end(arguments);
    return failure;
}

Failure raise_from_pending(ThreadState& ts, Object* type, const char* format, ...) {
    ASSERT(error_pending(ts));
    Ref<Object> cause = error_take(ts);
    va_list arguments;
    va_start(arguments, format);
    (void)raise_v(ts, type, format, arguments);
    va_end(arguments);
    PendingError error = error_fetch(ts);
    error_normalize(ts, error);
    if (error.value && is_exception(*error.value)) {
        exception_set_cause(*error.value, Ref<Object>::share(cause));
        exception_set_context(*error.value, std::move(cause));
    }
    error_restore(ts, std::move(error));
    return failure;
}

Failure raise_no_memory(ThreadState& ts) {
    // What cleans up after a lack of memory may meet the next: that is still the first one.
    if (error_matches(ts, PyExc_MemoryError)) return failure;
    error_clear(ts);
    if (OptRef<Object> error = memory_error_without_arguments(ts))
        return raise_value(ts, PyExc_MemoryError, error.get());
    // The class alone, as long as nobody wants to see an instance.
    error_restore(ts, {OptRef<Object>::share(PyExc_MemoryError), {}, {}});
    return failure;
}

Failure raise_key_error(ThreadState& ts, Object& key) {
    // A tuple as the value would be taken as the arguments.
    if (!PyTuple_Check(&key) && !is_exception(key) && !is_none(key)) return raise_value(ts, PyExc_KeyError, &key);
    auto arguments = tuple_of(ts, key);
    if (!arguments.ok()) return failure;
    Ref<Tuple> tuple = std::move(arguments).take();
    return raise_value(ts, PyExc_KeyError, obj(tuple.get()));
}

namespace {

Result<void> raise_os_error_from(ThreadState& ts, Object* type, int number, Object* filename, Object* filename2) {
    char buffer[256];
    const char* text = number == 0 ? "Error" : strerror_r(number, buffer, sizeof buffer);
    Ref<Object> code = TRY(int_from(ts, number));
    Ref<Str> message = TRY(str_decode_filesystem(ts, text));
    Ref<Tuple> arguments = filename && filename2
                               ? TRY(tuple_of(ts, *code, obj(*message), *filename, obj(_Py_FalseStruct), *filename2))
                           : filename ? TRY(tuple_of(ts, *code, obj(*message), *filename))
                                      : TRY(tuple_of(ts, *code, obj(*message)));
    Ref<Object> error = TRY(call_tuple(ts, *type, obj(*arguments)));
    return raise_value(ts, obj(&type_of(*error)), error.get());
}

}  // namespace

Failure raise_os_error_class(ThreadState& ts, Object* type, int number, Object* filename, Object* filename2) {
    // A signal handler that raised is the better explanation of an interrupted call.
    if (number == EINTR && !check_signals(ts).ok()) return failure;
    error_clear(ts);
    (void)raise_os_error_from(ts, type, number, filename, filename2);
    return failure;
}
Failure raise_os_error(ThreadState& ts, int number, Object* filename, Object* filename2) {
    return raise_os_error_class(ts, PyExc_OSError, number, filename, filename2);
}

Failure raise_bad_internal_call(ThreadState& ts) {
    return raise(ts, PyExc_SystemError, "bad argument to internal function");
}

namespace {

Result<void> set_import_error(ThreadState& ts, Object* type, Object& message, Object* name, Object* path) {
    if (!TRY(issubclass(ts, *type, *PyExc_ImportError))) {
        return raise(ts, PyExc_TypeError, "expected a subclass of ImportError");
    }
    Ref<Dict> keywords = TRY(dict_new(ts));
    TRY(dict_set(ts, keywords, "name"_n, name ? *name : none()));
    TRY(dict_set(ts, keywords, "path"_n, path ? *path : none()));
    Object* arguments[] = {&message};
    Ref<Object> error = TRY(call_dict(ts, *type, arguments, 1, obj(keywords.get())));
    return raise_value(ts, obj(&type_of(*error)), error.get());
}

}  // namespace

Failure raise_import_error(ThreadState& ts, Object* type, Object& message, Object* name, Object* path) {
    (void)set_import_error(ts, type, message, name, path);
    return failure;
}

// ---- Matching and normalising

bool exception_matches(ThreadState& ts, Object& given, Object& expected) {
    if (PyTuple_Check(&expected)) {
        for (Py_ssize_t i = 0; i < tuple_size(as<Tuple>(expected)); ++i) {
            if (exception_matches(ts, given, tuple_item(as<Tuple>(expected), i))) return true;
        }
        return false;
    }
    Object& type = is_exception(given) ? obj(type_of(given)) : given;
    if (is_exception_class(type) && is_exception_class(expected)) {
        return type_is_subtype(as<Type>(type), as<Type>(expected));
    }
    return &type == &expected;
}

bool error_matches(ThreadState& ts, Object* type) {
    return ts.curexc_type && exception_matches(ts, *ts.curexc_type, *type);
}

void error_normalize(ThreadState& ts, PendingError& error) {
    for (int attempt = 0;; ++attempt) {
        if (!error.type) return;
        Object* value = error.value.get();
        if (!is_exception_class(*error.type)) {
            if (!value) error.value = new_none();
            return;
        }
        if (value && is_exception(*value)) {
            Object& actual = obj(type_of(*value));
            if (&actual == error.type.get()) return;
            auto derived = issubclass(ts, actual, *error.type);
            if (derived.ok()) {
                if (std::move(derived).take()) {
                    error.type = Ref<Object>::share(actual);
                    return;
                }
            } else {
                goto replaced;
            }
        }
        {
            auto made = exception_create(ts, *error.type, value);
            if (made.ok()) {
                error.value = std::move(made).take();
                return;
            }
        }
    replaced:
        // The exception that came up meanwhile takes the place of the one that could not be made.
        PendingError other = error_fetch(ts);
        if (error.traceback && !other.traceback) other.traceback = std::move(error.traceback);
        error = std::move(other);
        if (attempt == 32) {
            (void)raise(ts, PyExc_RecursionError, "maximum recursion depth exceeded while normalizing an exception");
            error = error_fetch(ts);
        } else if (attempt == 34) {
            if (exception_matches(ts, *error.type, *PyExc_MemoryError)) {
                fatal_error("error_normalize", "Cannot recover from MemoryErrors while normalizing exceptions.");
            }
            fatal_error("error_normalize", "Cannot recover from the recursive normalization of an exception.");
        }
    }
}

Ref<Object> error_take(ThreadState& ts) {
    PendingError error = error_fetch(ts);
    error_normalize(ts, error);
    if (error.traceback) {
        assign(as<BaseException>(*error.value).traceback, std::move(error.traceback));
    }
    return error.value.take();
}

// ---- Recursion

Result<void> recursion_exceeded(ThreadState& ts, const char* where) {
    if (ts.recursion_headroom) {
        // Inside the handling of this very error: a little more room, and no more.
        char* here = static_cast<char*>(__builtin_frame_address(0));
        if (ts.recursion_remaining < -50 || here < ts.stack_limit - kStackHeadroom) {
            fatal_error("recursion_exceeded", "Cannot recover from stack overflow.");
        }
        return {};
    }
    ++ts.recursion_headroom;
    (void)raise(ts, PyExc_RecursionError, "maximum recursion depth exceeded%s", where);
    --ts.recursion_headroom;
    ++ts.recursion_remaining;
    return failure;
}

void fatal_error(const char* function, const char* message) {
    // Nothing may be allocated or locked here.
    char line[512];
    int size = function ? std::snprintf(line, sizeof line, "Fatal Python error: %s: %s\n", function, message)
                        : std::snprintf(line, sizeof line, "Fatal Python error: %s\n", message);
    std::fflush(nullptr);
    if (size > 0) (void)!write(2, line, std::min(size_t(size), sizeof line - 1));
    if (ThreadState* ts = current_thread_state) {
        if (error_pending(*ts)) {
            const char* name = as<Type>(*ts->curexc_type).tp_name;
            size = std::snprintf(line, sizeof line, "Pending exception: %s\n", name);
            if (size > 0) (void)!write(2, line, std::min(size_t(size), sizeof line - 1));
        }
    }
    static constexpr const char* kPhases[] = {"uninitialized", "preinitialized", "core initialized", "initialized",
                                              "finalizing"};
    RuntimePhase phase = process_runtime().phase.load();
    size = std::snprintf(line, sizeof line, "Python runtime state: %s\n\n", kPhases[size_t(phase)]);
    if (size > 0) (void)!write(2, line, std::min(size_t(size), sizeof line - 1));
    dump_threads_of_process(2);
    std::abort();
}

}  // namespace orochi
