#include "state/interpreter.hpp"

#include <sys/mman.h>

#include <new>

#include "state/pending_calls.hpp"
#include "state/thread_state.hpp"

namespace orochi {

namespace {

constexpr size_t kTypeCacheBytes = sizeof(TypeCacheEntry) << kTypeCacheBits;

}  // namespace

Interpreter* interpreter_new(Runtime& runtime) {
    Interpreter* interpreter = new (std::nothrow) Interpreter();
    if (!interpreter) return nullptr;
    interpreter->runtime = &runtime;
    interpreter->pending_calls = new (std::nothrow) PendingCalls();
    // Straight from the system: most of the table is never touched, and need not exist.
    void* cache = mmap(nullptr, kTypeCacheBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (!interpreter->pending_calls || cache == MAP_FAILED) {
        if (cache != MAP_FAILED) munmap(cache, kTypeCacheBytes);
        delete interpreter->pending_calls;
        delete interpreter;
        return nullptr;
    }
    interpreter->type_cache = static_cast<TypeCacheEntry*>(cache);
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
    bool orphaned = interpreter_has_threads(*interpreter);
    {
        base::MutexGuard guard(runtime.mutex);
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
    munmap(interpreter->type_cache, kTypeCacheBytes);
    interpreter->type_cache = nullptr;
    delete interpreter->pending_calls;
    interpreter->pending_calls = nullptr;
    interpreter->heap.~Heap();
    new (&interpreter->heap) Heap();
    if (!orphaned) delete interpreter;
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
