#include "state/interpreter.hpp"

#include <sys/mman.h>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/lsan_interface.h>
#endif

#include <new>

#include "state/pending_calls.hpp"
#include "state/start_image.hpp"
#include "state/thread_state.hpp"

namespace orochi {

namespace {

constexpr size_t kTypeCacheBytes = sizeof(TypeCacheEntry) << kTypeCacheBits;

// An interpreter and its type cache are one mapping of their own: most of both is never touched, and what was is given
// back at once.
constexpr size_t kMappedBytes = kTypeCacheBytes + sizeof(Interpreter);

// Null when the system refuses.
void* map() {
    void* memory = mmap(nullptr, kMappedBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return nullptr;
#if defined(__SANITIZE_ADDRESS__)
    __lsan_register_root_region(memory, kMappedBytes);  // what it points to is no leak
#endif
    return memory;
}

void unmap(Interpreter* interpreter) {
    char* memory = reinterpret_cast<char*>(interpreter + 1) - kMappedBytes;
    interpreter->~Interpreter();
#if defined(__SANITIZE_ADDRESS__)
    __lsan_unregister_root_region(memory, kMappedBytes);
#endif
    munmap(memory, kMappedBytes);
}

}  // namespace

Interpreter* interpreter_new_hidden(Runtime& runtime) {
    void* memory = map();
    if (!memory) return nullptr;
    Interpreter* interpreter = new (static_cast<char*>(memory) + kTypeCacheBytes) Interpreter();
    interpreter->type_cache = static_cast<TypeCacheEntry*>(memory);
    interpreter->runtime = &runtime;
    interpreter->id = -1;
    interpreter->pending_calls = new (std::nothrow) PendingCalls();
    if (!interpreter->pending_calls) {
        unmap(interpreter);
        return nullptr;
    }
    return interpreter;
}

Interpreter* interpreter_new(Runtime& runtime) {
    Interpreter* interpreter = interpreter_new_hidden(runtime);
    if (!interpreter) return nullptr;
    base::MutexGuard guard(runtime.mutex);
    interpreter->id = runtime.next_interpreter_id++;
    interpreter->next = runtime.interpreters;
    runtime.interpreters = interpreter;
    if (!runtime.main) {
        runtime.main = interpreter;
        interpreter->is_main = true;
    }
    return interpreter;
}

void interpreter_delete(Interpreter* interpreter) {
    Runtime& runtime = *interpreter->runtime;
    // A thread that is still in a blocking call will ask for the lock, which is closed. That much must remain.
    bool orphaned;
    {
        // One step, so that nobody finds the interpreter in the list who does not count as one of its threads (fork).
        base::MutexGuard guard(runtime.mutex);
        orphaned = interpreter_has_threads(*interpreter);
        for (Interpreter** link = &runtime.interpreters; *link; link = &(*link)->next) {
            if (*link == interpreter) {
                *link = interpreter->next;
                break;
            }
        }
        if (orphaned) {
            interpreter->next = runtime.orphaned;
            runtime.orphaned = interpreter;
        }
        if (runtime.main == interpreter) runtime.main = nullptr;
        if (!runtime.interpreters) runtime.next_interpreter_id = 0;
    }
    delete interpreter->pending_calls;
    interpreter->pending_calls = nullptr;
    interpreter->orphaned = orphaned;
    interpreter_release_memory(*interpreter);
}

void interpreter_hold_memory(Interpreter& interpreter) {
    interpreter.memory_holders.fetch_add(1, std::memory_order_relaxed);
}

void interpreter_release_memory(Interpreter& interpreter) {
    if (interpreter.memory_holders.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
    interpreter.heap.~Heap();
    new (&interpreter.heap) Heap();
    start_image_release_place(interpreter);
    if (!interpreter.orphaned) unmap(&interpreter);
}

bool interpreter_has_threads(Interpreter& interpreter) {
    base::MutexGuard guard(interpreter.threads_mutex);
    return interpreter.threads != nullptr;
}

Interpreter* interpreter_by_id(Runtime& runtime, int64_t id) {
    base::MutexGuard guard(runtime.mutex);
    for (Interpreter* i = runtime.interpreters; i; i = i->next) {
        if (i->id == id) return i;
    }
    return nullptr;
}

}  // namespace orochi
