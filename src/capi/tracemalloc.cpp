// tracemalloc.h: reporting memory that Python's allocators do not see. No interpreter traces memory yet, and with
// tracing off these functions are documented to say so and do nothing else.
#include "objects/object.hpp"

using namespace orochi;

namespace {
constexpr int kNotTracing = -2;
}

#pragma GCC visibility push(default)
extern "C" {

// The stock header declares these without extern "C", so they go by other names here.
int orochi_track(unsigned int, uintptr_t, size_t) __asm__("PyTraceMalloc_Track");
int orochi_track(unsigned int, uintptr_t, size_t) { return kNotTracing; }
int orochi_untrack(unsigned int, uintptr_t) __asm__("PyTraceMalloc_Untrack");
int orochi_untrack(unsigned int, uintptr_t) { return kNotTracing; }
PyObject* orochi_get_traceback(unsigned int, uintptr_t) __asm__("_PyTraceMalloc_GetTraceback");
PyObject* orochi_get_traceback(unsigned int, uintptr_t) { return new_reference(none()); }

}  // extern "C"
#pragma GCC visibility pop
