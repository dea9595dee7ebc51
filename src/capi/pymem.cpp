// PyMem_*, PyObject_Malloc and friends. The raw domain is malloc, for the whole process; the two others are the
// current interpreter's heap, or, before there is one, a heap of the thread that initialises. Blocks know their heap,
// so freeing needs no thread state.
#include <cstdlib>
#include <cstring>
#include <cwchar>

#include "objects/errors.hpp"
#include "state/early_settings.hpp"
#include "state/thread_state.hpp"

using namespace orochi;

namespace {

// CPython refuses sizes that do not fit Py_ssize_t in every allocator.
constexpr size_t kLimit = size_t(PY_SSIZE_T_MAX);

Heap& current_heap() {
    if (ThreadState* ts = current_thread_state) return ts->heap();
    Runtime& runtime = process_runtime();
    if (runtime.phase.load() >= RuntimePhase::kCore) {
        fatal_error("PyMem_Malloc", "Python memory allocator called without holding the GIL");
    }
    return early_settings(runtime).heap;
}

void* heap_allocate(size_t size) { return size > kLimit ? nullptr : current_heap().allocate(size); }
void* heap_allocate_zeroed(size_t count, size_t size) {
    size_t total;
    if (__builtin_mul_overflow(count, size, &total) || total > kLimit) return nullptr;
    return current_heap().allocate_zeroed(total);
}
void* heap_reallocate(void* block, size_t size) {
    if (size > kLimit) return nullptr;
    return block ? Heap::of(block).reallocate(block, size) : heap_allocate(size);
}

void* allocator_malloc(void*, size_t size) { return PyMem_Malloc(size); }
void* allocator_calloc(void*, size_t count, size_t size) { return PyMem_Calloc(count, size); }
void* allocator_realloc(void*, void* block, size_t size) { return PyMem_Realloc(block, size); }
void allocator_free(void*, void* block) { PyMem_Free(block); }
void* raw_malloc(void*, size_t size) { return PyMem_RawMalloc(size); }
void* raw_calloc(void*, size_t count, size_t size) { return PyMem_RawCalloc(count, size); }
void* raw_realloc(void*, void* block, size_t size) { return PyMem_RawRealloc(block, size); }
void raw_free(void*, void* block) { PyMem_RawFree(block); }

}  // namespace

#pragma GCC visibility push(default)
extern "C" {

void* PyMem_RawMalloc(size_t size) { return size > kLimit ? nullptr : std::malloc(size ? size : 1); }
void* PyMem_RawCalloc(size_t count, size_t size) {
    if (count == 0 || size == 0) count = size = 1;
    return count > kLimit / size ? nullptr : std::calloc(count, size);
}
void* PyMem_RawRealloc(void* block, size_t size) {
    return size > kLimit ? nullptr : std::realloc(block, size ? size : 1);
}
void PyMem_RawFree(void* block) { std::free(block); }

void* PyMem_Malloc(size_t size) { return heap_allocate(size); }
void* PyMem_Calloc(size_t count, size_t size) { return heap_allocate_zeroed(count, size); }
void* PyMem_Realloc(void* block, size_t size) { return heap_reallocate(block, size); }
void PyMem_Free(void* block) { Heap::free(block); }

void* PyObject_Malloc(size_t size) { return heap_allocate(size); }
void* PyObject_Calloc(size_t count, size_t size) { return heap_allocate_zeroed(count, size); }
void* PyObject_Realloc(void* block, size_t size) { return heap_reallocate(block, size); }

char* _PyMem_RawStrdup(const char* text) {
    size_t size = std::strlen(text) + 1;
    char* copy = static_cast<char*>(PyMem_RawMalloc(size));
    return copy ? static_cast<char*>(std::memcpy(copy, text, size)) : nullptr;
}
char* _PyMem_Strdup(const char* text) {
    size_t size = std::strlen(text) + 1;
    char* copy = static_cast<char*>(PyMem_Malloc(size));
    return copy ? static_cast<char*>(std::memcpy(copy, text, size)) : nullptr;
}
wchar_t* _PyMem_RawWcsdup(const wchar_t* text) {
    size_t size = (std::wcslen(text) + 1) * sizeof(wchar_t);
    wchar_t* copy = static_cast<wchar_t*>(PyMem_RawMalloc(size));
    return copy ? static_cast<wchar_t*>(std::memcpy(copy, text, size)) : nullptr;
}

void PyMem_GetAllocator(PyMemAllocatorDomain domain, PyMemAllocatorEx* allocator) {
    if (domain == PYMEM_DOMAIN_RAW) {
        *allocator = {nullptr, raw_malloc, raw_calloc, raw_realloc, raw_free};
    } else {
        *allocator = {nullptr, allocator_malloc, allocator_calloc, allocator_realloc, allocator_free};
    }
}
// Each interpreter's objects live in its own heap; that cannot be replaced.
void PyMem_SetAllocator(PyMemAllocatorDomain, PyMemAllocatorEx*) {}
void PyMem_SetupDebugHooks() {}
void PyObject_GetArenaAllocator(PyObjectArenaAllocator* allocator) { *allocator = {}; }
void PyObject_SetArenaAllocator(PyObjectArenaAllocator*) {}

Py_ssize_t _Py_GetAllocatedBlocks() {
    ThreadState* ts = current_thread_state;
    return ts ? Py_ssize_t(ts->heap().blocks_in_use()) : 0;
}
const char* _PyMem_GetCurrentAllocatorName() { return "pymalloc"; }
}
#pragma GCC visibility pop
