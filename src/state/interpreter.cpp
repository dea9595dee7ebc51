#include "state/interpreter.hpp"

#include <sys/mman.h>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/lsan_interface.h>
#endif

#include <new>

#include "state/interrupt.hpp"
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

bool interpreter_unlist(Interpreter*& list, Interpreter& interpreter) {
    for (Interpreter** link = &list; *link; link = &(*link)->next) {
        if (*link != &interpreter) continue;
        *link = interpreter.next;
        return true;
    }
    return false;
}

namespace {

// What is left of the threads of an interpreter.
struct Left {
    bool any = false, leaving = false;
};
Left threads_left(Interpreter& interpreter) {
    base::MutexGuard guard(interpreter.threads_mutex);
    Left left;
    for (PyThreadState* each = interpreter.threads; each; each = each->next) {
        left.any = true;
        left.leaving |= thread_state(each).counts_as_thread;
    }
    return left;
}

void release(Interpreter& interpreter) {
    if (interpreter.holders.fetch_sub(1, std::memory_order_acq_rel) == 1) unmap(&interpreter);
}

}  // namespace

void interpreter_delete(Interpreter* interpreter) {
    Runtime& runtime = *interpreter->runtime;
    Left left;
    {
        // One step, so that nobody finds the interpreter in the list who does not count as one of its threads (fork).
        base::MutexGuard guard(runtime.mutex);
        left = threads_left(*interpreter);
        interpreter_unlist(runtime.interpreters, *interpreter);
        if (left.any) {
            interpreter->next = runtime.orphaned;
            runtime.orphaned = interpreter;
            interpreter->holders.fetch_add(1, std::memory_order_relaxed);
        }
        if (runtime.main == interpreter) runtime.main = nullptr;
        if (!runtime.interpreters) runtime.next_interpreter_id = 0;
    }
    delete interpreter->pending_calls;
    interpreter->pending_calls = nullptr;
    if (left.leaving) {
        interpreter_hold_memory(*interpreter);
        if (!interpreter->is_main) interrupt_last_call(*interpreter);
        interpreter->ended.set();
    }
    interpreter_release_memory(*interpreter);
}

void interpreter_forget_thread(ThreadState& ts) {
    Interpreter& interpreter = ts.interpreter();
    Runtime& runtime = *interpreter.runtime;
    Left left;
    {
        base::MutexGuard guard(runtime.mutex);
        ts.on_delete = nullptr;  // whoever was to be told went with the interpreter
        thread_state_delete(&ts);
        left = threads_left(interpreter);
        if (!left.any) interpreter_unlist(runtime.orphaned, interpreter);
    }
    if (left.leaving) return;
    interrupt_stop_ends(interpreter);
    interpreter_release_memory(interpreter);
    if (!left.any) release(interpreter);
}

void interpreter_hold_memory(Interpreter& interpreter) {
    interpreter.memory_holders.fetch_add(1, std::memory_order_relaxed);
}

void interpreter_release_memory(Interpreter& interpreter) {
    if (interpreter.memory_holders.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
    interpreter.heap.~Heap();
    new (&interpreter.heap) Heap();
    start_image_release_place(interpreter);
    release(interpreter);
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
