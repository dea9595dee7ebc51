// tracemalloc.h: extension modules report memory that Python's allocators do not see, with or without holding the lock.
#include "capi/foreign_thread.hpp"
#include "modules/tracemalloc/tracer.hpp"
#include "objects/native.hpp"

using namespace orochi;

namespace {

constexpr int kNotTracing = -2;

// Calls `function` with the tracer of the interpreter that the calling code at `caller` is in.
template <class Function>
int with_tracer(const void* caller, Function function) {
    // Most often nobody traces, and then no lock is to be waited for.
    if (!process_runtime().tracing_interpreters.load(std::memory_order_relaxed)) return kNotTracing;
    PyGILState_STATE entered = enter_from_any_thread(caller);
    Tracer* tracer = active_tracer(current_thread().interpreter());
    int result = tracer ? function(*tracer) : kNotTracing;
    PyGILState_Release(entered);
    return result;
}

}  // namespace

#pragma GCC visibility push(default)
extern "C" {

// The stock header declares these without extern "C", so they go by other names here.
int orochi_track(unsigned int, uintptr_t, size_t) __asm__("PyTraceMalloc_Track");
int orochi_track(unsigned int domain, uintptr_t address, size_t size) {
    return with_tracer(__builtin_return_address(0), [&](Tracer& tracer) {
        return tracer.has_room() && tracer.track(domain, address, size) ? 0 : -1;
    });
}
int orochi_untrack(unsigned int, uintptr_t) __asm__("PyTraceMalloc_Untrack");
int orochi_untrack(unsigned int domain, uintptr_t address) {
    return with_tracer(__builtin_return_address(0), [&](Tracer& tracer) {
        tracer.untrack(domain, address);
        return 0;
    });
}
PyObject* orochi_get_traceback(unsigned int, uintptr_t) __asm__("_PyTraceMalloc_GetTraceback");
PyObject* orochi_get_traceback(unsigned int domain, uintptr_t address) {
    return to_c(trace_of_address(current_thread(), domain, address));
}

}  // extern "C"
#pragma GCC visibility pop
