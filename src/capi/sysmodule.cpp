// sysmodule.h: attributes of sys, audit events, and writing to its streams.
#include <cstdarg>
#include <cstdio>
#include <cstdlib>

#include "objects/module.hpp"
#include "objects/object.hpp"
#include "objects/str.hpp"

using namespace orochi;

namespace {

// Writes to a stream of sys, or where that is gone to the C stream. Exceptions are not disturbed.
void write_text(Str& stream, std::FILE* fallback, Str& text) {
    ThreadState& ts = current_thread();
    ErrorKeeper keep(ts);
    Object* file = sys_get(ts, stream);
    if (file && !is_none(*file)) {
        Ref<Object> target = Ref<Object>::share(*file);
        if (call_method(ts, *target, "write"_n, obj(text)).ok()) return;
        error_clear(ts);
    }
    auto utf8 = str_utf8(ts, text);
    if (!utf8.ok()) return error_clear(ts);
    std::string_view view = std::move(utf8).take();
    std::fwrite(view.data(), 1, view.size(), fallback);
}

// The printf forms write at most this much, as documented.
constexpr size_t kLimit = 1000;

void write_printf(Str& stream, std::FILE* fallback, const char* format, va_list arguments) {
    ThreadState& ts = current_thread();
    char buffer[kLimit + 1];
    int size = std::vsnprintf(buffer, sizeof buffer, format, arguments);
    auto made = str_from_wtf8(ts, {buffer, std::min(size_t(size < 0 ? 0 : size), kLimit)});
    if (!made.ok()) return error_clear(ts);
    Ref<Str> text = std::move(made).take();
    write_text(stream, fallback, *text);
    if (size > int(kLimit)) write_text(stream, fallback, "... truncated"_s);
}
void write_format(Str& stream, std::FILE* fallback, const char* format, va_list arguments) {
    ThreadState& ts = current_thread();
    ErrorKeeper keep(ts);
    auto made = str_format_v(ts, format, arguments);
    if (!made.ok()) return error_clear(ts);
    Ref<Str> text = std::move(made).take();
    write_text(stream, fallback, *text);
}

}  // namespace

#pragma GCC visibility push(default)
extern "C" {

PyObject* PySys_GetObject(const char* name) {
    ThreadState& ts = current_thread();
    ErrorKeeper keep(ts);
    auto text = intern_utf8(ts, name);
    if (!text.ok()) {
        error_clear(ts);
        return nullptr;
    }
    Ref<Str> key = std::move(text).take();
    return sys_get(ts, *key);
}
int PySys_SetObject(const char* name, PyObject* value) {
    ThreadState& ts = current_thread();
    Ref<Str> key = TRY_OR(-1, intern_utf8(ts, name));
    return to_c(sys_set(ts, *key, value));
}
PyObject* _PySys_GetAttr(PyThreadState* state, PyObject* name) { return sys_get(thread_state(state), as<Str>(*name)); }

int PySys_Audit(const char* event, const char* format, ...) {
    ThreadState& ts = current_thread();
    if (!audit_active(ts)) return 0;
    va_list arguments;
    va_start(arguments, format);
    int status = to_c(audit_v(ts, event, format, &arguments));
    va_end(arguments);
    return status;
}
int PySys_AddAuditHook(Py_AuditHookFunction function, void* data) {
    Runtime& runtime = process_runtime();
    // Hooks that are there may refuse this one.
    if (current_thread_state && !audit(current_thread(), "sys.addaudithook", nullptr).ok()) {
        ThreadState& ts = current_thread();
        if (!error_matches(ts, PyExc_RuntimeError)) return -1;
        error_clear(ts);
        return 0;
    }
    auto* hook = static_cast<Runtime::AuditHook*>(std::malloc(sizeof(Runtime::AuditHook)));
    if (!hook) return -1;
    *hook = {nullptr, function, data};
    base::MutexGuard guard(runtime.mutex);
    Runtime::AuditHook* last = runtime.audit_hooks.load(std::memory_order_acquire);
    if (!last) {
        runtime.audit_hooks.store(hook, std::memory_order_release);
    } else {
        while (last->next) last = last->next;
        last->next = hook;
    }
    return 0;
}

#define WITH_ARGUMENTS(CALL)     \
    va_list arguments;           \
    va_start(arguments, format); \
    CALL;                        \
    va_end(arguments);
void PySys_WriteStdout(const char* format, ...) { WITH_ARGUMENTS(write_printf("stdout"_s, stdout, format, arguments)) }
void PySys_WriteStderr(const char* format, ...) { WITH_ARGUMENTS(write_printf("stderr"_s, stderr, format, arguments)) }
void PySys_FormatStdout(const char* format, ...) { WITH_ARGUMENTS(write_format("stdout"_s, stdout, format, arguments)) }
void PySys_FormatStderr(const char* format, ...){WITH_ARGUMENTS(write_format("stderr"_s, stderr, format, arguments))}

size_t _PySys_GetSizeOf(PyObject* o) {
    ThreadState& ts = current_thread();
    OptRef<Object> method = TRY_OR(size_t(-1), lookup_special(ts, *o, "__sizeof__"_n));
    if (!method) {
        (void)raise(ts, PyExc_TypeError, "Type %.100s doesn't define __sizeof__", type_of(*o).tp_name);
        return size_t(-1);
    }
    Ref<Object> size = TRY_OR(size_t(-1), call(ts, *method));
    Py_ssize_t bytes = PyLong_AsSsize_t(size.get());
    if (bytes == -1 && error_pending(ts)) return size_t(-1);
    if (bytes < 0) {
        (void)raise(ts, PyExc_ValueError, "__sizeof__() should return >= 0");
        return size_t(-1);
    }
    return size_t(bytes) + (gc_is_container(*o) ? sizeof(GcHeader) : 0);
}

}  // extern "C"
#pragma GCC visibility pop
