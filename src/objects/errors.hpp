// Raising, inspecting and moving the pending exception of a thread.
//
// Exception classes have their public names: PyExc_TypeError and so on.
//
//   return raise(ts, PyExc_TypeError, "expected %s, not %T", "str", &value);
//
// The format codes are those of PyUnicode_FromFormat (C API manual, "Unicode
// Objects"): %s %d %i %u %x %c %p %zd %zu %ld %lld %% with width and precision,
// %U (a str), %S %R %A (str(), repr(), ascii() of an object), %V; and %T, the
// name of an object's type as `%.200s` of tp_name would print it.
#pragma once

#include <cstdarg>
#include "memory/result.hpp"
#include "state/thread_state.hpp"

namespace orochi {

// Sets the exception and returns failure. `type` is an exception class.
[[gnu::cold]] Failure raise(ThreadState& ts, Object* type, const char* format, ...);
[[gnu::cold]] Failure raise_v(ThreadState& ts, Object* type, const char* format, va_list arguments);
// With an arbitrary value (an argument, a tuple of arguments, or an instance), as PyErr_SetObject.
[[gnu::cold]] Failure raise_value(ThreadState& ts, Object* type, Object* value);
[[gnu::cold]] Failure raise_class(ThreadState& ts, Object* type);  // without arguments
// An instance that is already made.
[[gnu::cold]] Failure raise_instance(ThreadState& ts, Object& exception);
[[gnu::cold]] Failure raise_no_memory(ThreadState& ts);
[[gnu::cold]] Failure raise_key_error(ThreadState& ts, Object& key);  // wraps the key so that tuples stay whole
// OSError of the right subclass from errno, with up to two file names (PyErr_SetFromErrnoWithFilenameObjects).
[[gnu::cold]] Failure raise_os_error(ThreadState& ts, int error_number, Object* filename = nullptr,
                                     Object* filename2 = nullptr);
// The same with another class (PyErr_SetFromErrno's first argument).
[[gnu::cold]] Failure raise_os_error_class(ThreadState& ts, Object* type, int error_number, Object* filename,
                                           Object* filename2);
// PyErr_BadInternalCall.
[[gnu::cold]] Failure raise_bad_internal_call(ThreadState& ts);
// Raises with the pending exception as the new one's __cause__ and __context__.
[[gnu::cold]] Failure raise_from_pending(ThreadState& ts, Object* type, const char* format, ...);
// ImportError with name and path (PyErr_SetImportErrorSubclass).
[[gnu::cold]] Failure raise_import_error(ThreadState& ts, Object* type, Object& message, Object* name, Object* path);
// SystemError for a slot that broke its contract, and similar.
[[gnu::cold]] void fatal_error(const char* function, const char* message) __attribute__((noreturn));

inline bool error_pending(const ThreadState& ts) { return ts.curexc_type != nullptr; }
// Whether the pending exception is an instance of the class (or of one of a tuple of classes).
bool error_matches(ThreadState& ts, Object* type);
// Whether class or instance `given` matches class or tuple `expected` (PyErr_GivenExceptionMatches).
bool exception_matches(ThreadState& ts, Object& given, Object& expected);
void error_clear(ThreadState& ts);

// The pending exception taken out of the thread: (type, value, traceback), each may be null.
// Values are made instances lazily, as in 3.11: see error_normalize.
struct PendingError {
    OptRef<Object> type, value, traceback;
};
PendingError error_fetch(ThreadState& ts);
void error_restore(ThreadState& ts, PendingError&& error);  // drops one that is pending
// Makes `value` an instance of `type`; the error may be replaced by one that this raises.
void error_normalize(ThreadState& ts, PendingError& error);
// The pending exception as a normalised instance with its traceback set; nothing stays pending.
// Must be called with an exception pending.
Ref<Object> error_take(ThreadState& ts);

// Keeps the pending exception out of the way for a scope, and puts it back.
class ErrorKeeper {
public:
    explicit ErrorKeeper(ThreadState& ts) : ts_(ts), error_(error_fetch(ts)) {}
    ~ErrorKeeper() { error_restore(ts_, std::move(error_)); }
    ErrorKeeper(const ErrorKeeper&) = delete;

private:
    ThreadState& ts_;
    PendingError error_;
};

// Reports the pending exception through sys.unraisablehook and clears it ("Exception ignored in: ...").
void write_unraisable(ThreadState& ts, Object* where);
// The same with a message "Exception ignored <message>: <where>".
void write_unraisable_message(ThreadState& ts, const char* message, Object* where);

// Warnings (PEP 230). Fails when the filters turn the warning into an exception.
Result<void> warn(ThreadState& ts, Object* category, Py_ssize_t stack_level, const char* format, ...);
// BytesWarning, where -b asks for it.
Result<void> warn_bytes(ThreadState& ts, const char* message);
// With an explicit place, as the compiler does.
Result<void> warn_explicit(ThreadState& ts, Object& category, Object& message, Object& filename, int line,
                           Object* module, Object* registry);

// sys.unraisablehook as it is built in; `arguments` is a sys.UnraisableHookArgs (TypeError otherwise).
Result<void> unraisable_hook(ThreadState& ts, Object& arguments);
Result<Object*> unraisable_arguments_class(ThreadState& ts);  // borrowed

// The innermost exception that is being handled (sys.exc_info), borrowed; null when none.
Object* handled_exception(const ThreadState& ts);

// C recursion and Python recursion share one limit. `where` completes "maximum recursion depth exceeded%s".
// Room on the C stack for handling the error that says it is full.
inline constexpr size_t kStackHeadroom = 64 * 1024;
[[gnu::cold]] Result<void> recursion_exceeded(ThreadState& ts, const char* where);
inline Result<void> enter_recursion(ThreadState& ts, const char* where) {
    if (--ts.recursion_remaining < 0 || static_cast<char*>(__builtin_frame_address(0)) < ts.stack_limit) [[unlikely]] {
        return recursion_exceeded(ts, where);
    }
    return {};
}
inline void leave_recursion(ThreadState& ts) { ++ts.recursion_remaining; }
// Leaves at the end of a scope that entered.
struct RecursionScope {
    ThreadState& ts;
    ~RecursionScope() { leave_recursion(ts); }
};

}  // namespace orochi
