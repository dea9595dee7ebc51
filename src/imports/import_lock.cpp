#include "imports/import_lock.hpp"

#include <new>
#include <utility>

#include "base/futex_lock.hpp"

namespace orochi {

namespace {

// Part::kImports.
struct ImportLock {
    base::Mutex mutex;
    unsigned long owner = 0;
    int depth = 0;
};

ImportLock* import_lock(ThreadState& ts) {
    auto*& slot = ts.interpreter().parts[size_t(Part::kImports)];
    if (!slot) {
        // In the heap, as everything that a started interpreter has (state/start_image.hpp).
        void* memory = ts.heap().allocate(sizeof(ImportLock));
        if (memory) slot = new (memory) ImportLock();
    }
    return static_cast<ImportLock*>(slot);
}

}  // namespace

Result<void> import_lock_acquire(ThreadState& ts) {
    ImportLock* lock = import_lock(ts);
    if (!lock) return raise_no_memory(ts);
    if (lock->depth && lock->owner == ts.thread_id) {
        ++lock->depth;
        return {};
    }
    if (!lock->mutex.try_lock()) {
        Unlocked unlocked(ts);
        lock->mutex.lock();
    }
    lock->owner = ts.thread_id;
    lock->depth = 1;
    return {};
}

Result<void> import_lock_release(ThreadState& ts) {
    ImportLock* lock = import_lock(ts);
    if (!lock || !lock->depth || lock->owner != ts.thread_id) {
        return raise(ts, PyExc_RuntimeError, "not holding the import lock");
    }
    if (--lock->depth == 0) {
        lock->owner = 0;
        lock->mutex.unlock();
    }
    return {};
}

bool import_lock_held(ThreadState& ts) {
    ImportLock* lock = import_lock(ts);
    return lock && lock->depth > 0;
}

void import_lock_after_fork_child(ThreadState& ts) {
    ImportLock* lock = part<ImportLock>(ts.interpreter(), Part::kImports);
    if (!lock) return;
    if (lock->depth && lock->owner == ts.thread_id) return;
    lock->mutex.reset();
    lock->owner = 0;
    lock->depth = 0;
}

void import_lock_stop(Interpreter& interpreter) {
    auto*& slot = interpreter.parts[size_t(Part::kImports)];
    Heap::free(std::exchange(slot, nullptr));
}

}  // namespace orochi
