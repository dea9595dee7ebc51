// lock and RLock. A waiting thread gives up the interpreter's lock and sleeps in the kernel; a signal handler that
// runs meanwhile wakes it, so that KeyboardInterrupt gets through.
#include <cmath>

#include "base/os_thread.hpp"
#include "modules/thread/thread.hpp"
#include "objects/weakref.hpp"
#include "state/signals.hpp"

namespace orochi::thread {

namespace {

struct Lock {
    PyObject_HEAD
    base::Mutex mutex;
    Object* weak_references;
    auto members() { return std::array<Object**, 0>{}; }
};

struct RLock {
    PyObject_HEAD
    base::Mutex mutex;
    unsigned long owner;  // ident of the thread that holds it; 0: free
    unsigned long count;
    Object* weak_references;
    auto members() { return std::array<Object**, 0>{}; }
};

constexpr double kNanoseconds = 1e9;

// `timeout` null: not given.
Result<base::Deadline> parse_wait(ThreadState& ts, Object* blocking, Object* timeout) {
    bool wait = true;
    if (blocking) wait = TRY(int_as_int(ts, *blocking)) != 0;
    double seconds = -1;
    if (timeout) {
        if (PyFloat_Check(timeout)) {
            seconds = PyFloat_AS_DOUBLE(timeout);
            if (std::isnan(seconds)) {
                return raise(ts, PyExc_ValueError, "Invalid value NaN (not a number)");
            }
        } else {
            int overflow;
            long long whole = TRY(int_as_long_long_overflow(ts, *timeout, overflow));
            seconds = overflow ? overflow * 1e300 : double(whole);
        }
        if (std::fabs(seconds) > double(INT64_MAX) / kNanoseconds) {
            return raise(ts, PyExc_OverflowError, "timestamp too large to convert to C _PyTime_t");
        }
    }
    if (!wait && seconds != -1) {
        return raise(ts, PyExc_ValueError, "can't specify a timeout for a non-blocking call");
    }
    if (seconds < 0 && seconds != -1) {
        return raise(ts, PyExc_ValueError, "timeout value must be positive");
    }
    if (!wait) return base::Deadline::immediately();
    if (seconds == -1) return base::Deadline::never();
    if (seconds > 9223372036.0) {  // TIMEOUT_MAX
        return raise(ts, PyExc_OverflowError, "timeout value is too large");
    }
    return base::Deadline::after(int64_t(std::ceil(seconds * kNanoseconds)));
}

Result<bool> acquire(ThreadState& ts, base::Mutex& mutex, base::Deadline deadline) {
    if (mutex.try_lock()) return true;
    if (deadline.nanoseconds == base::Deadline::immediately().nanoseconds) return false;
    for (;;) {
        base::Waited waited;
        {
            Unlocked unlocked(ts);
            waited = mutex.lock_interruptibly(deadline);
        }
        if (waited == base::Waited::done) return true;
        if (waited == base::Waited::timed_out) return false;
        TRY(check_signals(ts));
    }
}

// ---- lock

template <class T>
void lock_dealloc(Object* self) {
    gc_untrack_if_tracked(*self);
    if (as<T>(*self).weak_references) clear_weakrefs(current_thread(), *self);
    Type& type = type_of(*self);
    type.tp_free(self);
    decref(type);
}

Result<bool> lock_acquire(ThreadState& ts, Lock& self, Object* blocking, Object* timeout) {
    return acquire(ts, self.mutex, TRY(parse_wait(ts, blocking, timeout)));
}
Result<bool> lock_enter(ThreadState& ts, Lock& self) { return acquire(ts, self.mutex, base::Deadline::never()); }
Result<void> lock_release(ThreadState& ts, Lock& self) {
    if (!self.mutex.is_locked()) return raise(ts, PyExc_RuntimeError, "release unlocked lock");
    self.mutex.unlock();
    return {};
}
Result<void> lock_exit(ThreadState& ts, Lock& self, Rest) { return lock_release(ts, self); }
bool lock_locked(Lock& self) { return self.mutex.is_locked(); }
void lock_at_fork_reinit(Lock& self) { self.mutex.reset(); }
Result<Ref<Str>> lock_repr(ThreadState& ts, Lock& self) {
    return str_format(ts, "<%s %s object at %p>", self.mutex.is_locked() ? "locked" : "unlocked",
                      type_of(self.ob_base).tp_name, &self);
}

#define ACQUIRE_DOC                                                                                               \
    "acquire(blocking=True, timeout=-1) -> bool\n(acquire_lock() is an obsolete synonym)\n\nLock the lock.  "     \
    "Without argument, this blocks if the lock is already\nlocked (even by the same thread), waiting for "        \
    "another thread to release\nthe lock, and return True once the lock is acquired.\nWith an argument, this "    \
    "will only block if the argument is true,\nand the return value reflects whether the lock is acquired.\nThe " \
    "blocking operation is interruptible."
#define RELEASE_DOC                                                                                              \
    "release()\n(release_lock() is an obsolete synonym)\n\nRelease the lock, allowing another thread that is "   \
    "blocked waiting for\nthe lock to acquire the lock.  The lock must be in the locked state,\nbut it needn't " \
    "be locked by the same thread that unlocks it."
#define LOCKED_DOC \
    "locked() -> bool\n(locked_lock() is an obsolete synonym)\n\nReturn whether the lock is in the locked state."

constexpr MethodDef lock_methods[] = {
    METHOD_PLAIN("acquire_lock($self, blocking=True, timeout=-1)", lock_acquire, ACQUIRE_DOC),
    METHOD_PLAIN("acquire($self, blocking=True, timeout=-1)", lock_acquire, ACQUIRE_DOC),
    METHOD_PLAIN("release_lock($self)", lock_release, RELEASE_DOC),
    METHOD_PLAIN("release($self)", lock_release, RELEASE_DOC),
    METHOD_PLAIN("locked_lock($self)", lock_locked, LOCKED_DOC),
    METHOD_PLAIN("locked($self)", lock_locked, LOCKED_DOC),
    METHOD_PLAIN("__enter__($self)", lock_enter, ACQUIRE_DOC),
    METHOD_PLAIN("__exit__($self, *args)", lock_exit, RELEASE_DOC),
    METHOD_PLAIN("_at_fork_reinit($self)", lock_at_fork_reinit, nullptr),
    METHOD_END,
};
constexpr PyMemberDef lock_members[] = {
    {"__weaklistoffset__", T_PYSSIZET, offsetof(Lock, weak_references), READONLY, nullptr}, {}};

// ---- RLock

Result<bool> rlock_take(ThreadState& ts, RLock& self, base::Deadline deadline) {
    unsigned long me = base::thread_ident();
    if (self.count > 0 && self.owner == me) {
        if (self.count + 1 == 0) return raise(ts, PyExc_OverflowError, "Internal lock count overflowed");
        ++self.count;
        return true;
    }
    if (!TRY(acquire(ts, self.mutex, deadline))) return false;
    self.owner = me;
    self.count = 1;
    return true;
}
Result<bool> rlock_acquire(ThreadState& ts, RLock& self, Object* blocking, Object* timeout) {
    return rlock_take(ts, self, TRY(parse_wait(ts, blocking, timeout)));
}
Result<bool> rlock_enter(ThreadState& ts, RLock& self) { return rlock_take(ts, self, base::Deadline::never()); }
Result<void> rlock_release(ThreadState& ts, RLock& self) {
    if (self.count == 0 || self.owner != base::thread_ident()) {
        return raise(ts, PyExc_RuntimeError, "cannot release un-acquired lock");
    }
    if (--self.count == 0) {
        self.owner = 0;
        self.mutex.unlock();
    }
    return {};
}
Result<void> rlock_exit(ThreadState& ts, RLock& self, Rest) { return rlock_release(ts, self); }
bool rlock_is_owned(RLock& self) { return self.count > 0 && self.owner == base::thread_ident(); }
Result<void> rlock_acquire_restore(ThreadState& ts, RLock& self, Tuple& state) {
    if (tuple_size(state) != 2) {
        return raise(ts, PyExc_TypeError, "_acquire_restore() argument 1 must be sequence of length 2, not %zd",
                     tuple_size(state));
    }
    unsigned long count = TRY(int_as_unsigned_long(ts, tuple_item(state, 0)));
    unsigned long owner = TRY(int_as_unsigned_long(ts, tuple_item(state, 1)));
    TRY(acquire(ts, self.mutex, base::Deadline::never()));
    self.owner = owner;
    self.count = count;
    return {};
}
Result<Ref<Object>> rlock_release_save(ThreadState& ts, RLock& self) {
    if (self.count == 0) return raise(ts, PyExc_RuntimeError, "cannot release un-acquired lock");
    Ref<Object> count = TRY(int_from_unsigned(ts, self.count));
    Ref<Object> owner = TRY(int_from_unsigned(ts, self.owner));
    Ref<Tuple> state = TRY(tuple_of(ts, *count, *owner));
    self.count = 0;
    self.owner = 0;
    self.mutex.unlock();
    return state;
}
void rlock_at_fork_reinit(RLock& self) {
    self.mutex.reset();
    self.owner = 0;
    self.count = 0;
}
Result<Ref<Str>> rlock_repr(ThreadState& ts, RLock& self) {
    return str_format(ts, "<%s %s object owner=%lu count=%lu at %p>", self.count ? "locked" : "unlocked",
                      type_of(self.ob_base).tp_name, self.owner, self.count, &self);
}
Result<Ref<Object>> rlock_new(ThreadState& ts, Type& type, Rest, Keywords) { return TRY(make_instance<RLock>(type)); }

constexpr MethodDef rlock_methods[] = {
    METHOD_PLAIN(
        "acquire($self, blocking=True, timeout=-1)", rlock_acquire,
        "acquire(blocking=True) -> bool\n\nLock the lock.  `blocking` indicates whether we should wait\nfor the "
        "lock to be available or not.  If `blocking` is False\nand another thread holds the lock, the method "
        "will return False\nimmediately.  If `blocking` is True and another thread holds\nthe lock, the method "
        "will wait for the lock to be released,\ntake it and then return True.\n(note: the blocking operation "
        "is interruptible.)\n\nIn all other cases, the method will return True immediately.\nPrecisely, if the "
        "current thread already holds the lock, its\ninternal counter is simply incremented. If nobody holds "
        "the lock,\nthe lock is taken and its internal counter initialized to 1."),
    METHOD_PLAIN(
        "release($self)", rlock_release,
        "release()\n\nRelease the lock, allowing another thread that is blocked waiting for\nthe lock to "
        "acquire the lock.  The lock must be in the locked state,\nand must be locked by the same thread that "
        "unlocks it; otherwise a\n`RuntimeError` is raised.\n\nDo note that if the lock was acquire()d several "
        "times in a row by the\ncurrent thread, release() needs to be called as many times for the lock\nto be "
        "available for other threads."),
    METHOD_PLAIN("_is_owned($self)", rlock_is_owned,
                 "_is_owned() -> bool\n\nFor internal use by `threading.Condition`."),
    METHOD_PLAIN("_acquire_restore($self, state, /)", rlock_acquire_restore,
                 "_acquire_restore(state) -> None\n\nFor internal use by `threading.Condition`."),
    METHOD_PLAIN("_release_save($self)", rlock_release_save,
                 "_release_save() -> tuple\n\nFor internal use by `threading.Condition`."),
    METHOD_PLAIN("__enter__($self)", rlock_enter, nullptr),
    METHOD_PLAIN("__exit__($self, *args)", rlock_exit, nullptr),
    METHOD_PLAIN("_at_fork_reinit($self)", rlock_at_fork_reinit, nullptr),
    METHOD_END,
};
constexpr PyMemberDef rlock_members[] = {
    {"__weaklistoffset__", T_PYSSIZET, offsetof(RLock, weak_references), READONLY, nullptr}, {}};

// Called when the thread state is unlinked; the weak reference is ours.
void release_sentinel(void* data) {
    Object* reference = static_cast<Object*>(data);
    Object* target = as<WeakReference>(reference)->wr_object;
    if (!is_none(target) && target->ob_refcnt > 0) {
        Lock& lock = as<Lock>(*target);
        if (lock.mutex.is_locked()) lock.mutex.unlock();
    }
    decref(*reference);
}

}  // namespace

Result<Ref<Object>> lock_new(ThreadState&, State& state) { return TRY(make_instance<Lock>(*state.lock)); }

Result<Ref<Object>> set_sentinel(ThreadState& ts, State& state) {
    if (ts.on_delete_data) {
        Object* old = static_cast<Object*>(ts.on_delete_data);
        ts.on_delete = nullptr;
        ts.on_delete_data = nullptr;
        decref(*old);
    }
    Ref<Object> lock = TRY(lock_new(ts, state));
    Ref<Object> reference = TRY(weakref_new(ts, *lock));
    ts.on_delete_data = std::move(reference).release();
    ts.on_delete = release_sentinel;
    return lock;
}

Result<void> add_locks(ThreadState& ts, Object& module, State& state) {
    Type* lock = TRY(add_type<Lock>(
        ts, module, "_thread.lock", kTypeFlags | Py_TPFLAGS_DISALLOW_INSTANTIATION,
        {{Py_tp_dealloc, raw_pointer(lock_dealloc<Lock>)},
         {Py_tp_repr, slot_pointer<reprfunc, lock_repr>()},
         {Py_tp_methods, methods_pointer(lock_methods)},
         {Py_tp_members, const_cast<PyMemberDef*>(lock_members)},
         {Py_tp_doc, const_cast<char*>("A lock object is a synchronization primitive.  To create a lock,\ncall "
                                       "threading.Lock().")}}));
    state.lock = new_reference(*lock);
    TRY(delattr(ts, module, "lock"_n));
    TRY(module_add(ts, module, "LockType", obj(*lock)));
    Type* rlock = TRY(add_type<RLock>(ts, module, "_thread.RLock", kBaseTypeFlags,
                                      {{Py_tp_dealloc, raw_pointer(lock_dealloc<RLock>)},
                                       {Py_tp_repr, slot_pointer<reprfunc, rlock_repr>()},
                                       {Py_tp_new, new_pointer(NEW_SLOT("RLock($type, *args, **kwargs)", rlock_new))},
                                       {Py_tp_methods, methods_pointer(rlock_methods)},
                                       {Py_tp_members, const_cast<PyMemberDef*>(rlock_members)}}));
    state.rlock = new_reference(*rlock);
    return {};
}

}  // namespace orochi::thread
