// pythread.h: locks, thread-specific storage and starting of threads, without Python objects.
#include <pthread.h>

#include <cerrno>
#include <climits>
#include <cstdlib>
#include <new>

#include "base/futex_lock.hpp"
#include "base/os_thread.hpp"
#include "state/thread_state.hpp"

using namespace orochi;

namespace {

pthread_key_t key_of(int key) { return static_cast<pthread_key_t>(key); }

}  // namespace

#pragma GCC visibility push(default)
extern "C" {

void PyThread_init_thread() {}
unsigned long PyThread_get_thread_ident() { return base::thread_ident(); }
unsigned long PyThread_get_thread_native_id() { return base::native_thread_id(); }

unsigned long PyThread_start_new_thread(void (*function)(void*), void* argument) {
    static_assert(base::kNoThread == PYTHREAD_INVALID_THREAD_ID);
    return base::start_thread(function, argument, PyThread_get_stacksize());
}
void PyThread_exit_thread() { pthread_exit(nullptr); }

size_t PyThread_get_stacksize() { return process_runtime().thread_stack_size.load(std::memory_order_relaxed); }
int PyThread_set_stacksize(size_t size) {
    if (!base::stack_size_allowed(size)) return -1;
    process_runtime().thread_stack_size.store(size, std::memory_order_relaxed);
    return 0;
}

PyThread_type_lock PyThread_allocate_lock() { return new (std::nothrow) base::Mutex(); }
void PyThread_free_lock(PyThread_type_lock lock) { delete static_cast<base::Mutex*>(lock); }
PyLockStatus PyThread_acquire_lock_timed(PyThread_type_lock lock, PY_TIMEOUT_T microseconds, int intr) {
    base::Mutex& mutex = *static_cast<base::Mutex*>(lock);
    if (microseconds == 0) return mutex.try_lock() ? PY_LOCK_ACQUIRED : PY_LOCK_FAILURE;
    base::Deadline deadline =
        microseconds < 0 ? base::Deadline::never() : base::Deadline::after(int64_t(microseconds) * 1000);
    if (!intr) return mutex.lock_until(deadline) ? PY_LOCK_ACQUIRED : PY_LOCK_FAILURE;
    switch (mutex.lock_interruptibly(deadline)) {
        case base::Waited::done: return PY_LOCK_ACQUIRED;
        case base::Waited::interrupted: return PY_LOCK_INTR;
        default: return PY_LOCK_FAILURE;
    }
}
int PyThread_acquire_lock(PyThread_type_lock lock, int wait) {
    return PyThread_acquire_lock_timed(lock, wait ? -1 : 0, 0);
}
void PyThread_release_lock(PyThread_type_lock lock) { static_cast<base::Mutex*>(lock)->unlock(); }
int _PyThread_at_fork_reinit(PyThread_type_lock* lock) {
    static_cast<base::Mutex*>(*lock)->reset();
    return 0;
}

// ---- Thread-specific storage (PEP 539)

Py_tss_t* PyThread_tss_alloc() {
    Py_tss_t* key = static_cast<Py_tss_t*>(std::malloc(sizeof(Py_tss_t)));
    if (key) *key = Py_tss_NEEDS_INIT;
    return key;
}
void PyThread_tss_free(Py_tss_t* key) {
    if (!key) return;
    PyThread_tss_delete(key);
    std::free(key);
}
int PyThread_tss_is_created(Py_tss_t* key) { return key->_is_initialized; }
int PyThread_tss_create(Py_tss_t* key) {
    if (key->_is_initialized) return 0;
    if (pthread_key_create(&key->_key, nullptr)) return -1;
    key->_is_initialized = 1;
    return 0;
}
void PyThread_tss_delete(Py_tss_t* key) {
    if (!key->_is_initialized) return;
    pthread_key_delete(key->_key);
    key->_is_initialized = 0;
}
int PyThread_tss_set(Py_tss_t* key, void* value) { return pthread_setspecific(key->_key, value) ? -1 : 0; }
void* PyThread_tss_get(Py_tss_t* key) { return pthread_getspecific(key->_key); }

int PyThread_create_key() {
    pthread_key_t key;
    if (pthread_key_create(&key, nullptr)) return -1;
    if (key > INT_MAX) {
        pthread_key_delete(key);
        return -1;
    }
    return static_cast<int>(key);
}
void PyThread_delete_key(int key) { pthread_key_delete(key_of(key)); }
int PyThread_set_key_value(int key, void* value) { return pthread_setspecific(key_of(key), value) ? -1 : 0; }
void* PyThread_get_key_value(int key) { return pthread_getspecific(key_of(key)); }
void PyThread_delete_key_value(int key) { pthread_setspecific(key_of(key), nullptr); }
void PyThread_ReInitTLS() {}
}
#pragma GCC visibility pop
