// pycore_fileutils.h: system calls that give up the lock and repeat after signals.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>

#include "objects/bytes.hpp"
#include "objects/module.hpp"
#include "objects/namespace.hpp"
#include "objects/str.hpp"
#include "state/signals.hpp"

using namespace orochi;

namespace {

constexpr size_t kMaxTransfer = 0x7ffff000;  // what Linux transfers at once

// Runs `call` without the lock until it is not interrupted any more. -1 with an exception when it fails or a signal
// handler raises.
template <class F>
Py_ssize_t retry(ThreadState& ts, F call) {
    for (;;) {
        Py_ssize_t result;
        int error;
        {
            Unlocked unlocked(ts);
            errno = 0;
            result = call();
            error = errno;
        }
        if (result >= 0) return result;
        if (error != EINTR) {
            (void)raise_os_error(ts, error);
            errno = error;
            return -1;
        }
        if (PyErr_CheckSignals() < 0) {
            errno = EINTR;
            return -1;
        }
    }
}

int set_close_on_exec(int descriptor, bool on) {
    int flags = fcntl(descriptor, F_GETFD);
    if (flags < 0) return -1;
    int wanted = on ? flags | FD_CLOEXEC : flags & ~FD_CLOEXEC;
    return wanted == flags ? 0 : fcntl(descriptor, F_SETFD, wanted);
}

}  // namespace

#pragma GCC visibility push(default)
extern "C" {

int _Py_fstat_noraise(int descriptor, struct stat* status) { return fstat(descriptor, status); }
int _Py_fstat(int descriptor, struct stat* status) {
    ThreadState& ts = current_thread();
    int result;
    {
        Unlocked unlocked(ts);
        result = fstat(descriptor, status);
    }
    if (result != 0) (void)raise_os_error(ts, errno);
    return result;
}
int _Py_open_noraise(const char* path, int flags) { return open(path, flags | O_CLOEXEC); }
int _Py_open(const char* path, int flags) {
    ThreadState& ts = current_thread();
    return int(retry(ts, [&] { return Py_ssize_t(open(path, flags | O_CLOEXEC)); }));
}
Py_ssize_t _Py_read(int descriptor, void* buffer, size_t count) {
    return retry(current_thread(), [&] { return read(descriptor, buffer, std::min(count, kMaxTransfer)); });
}
Py_ssize_t _Py_write(int descriptor, const void* buffer, size_t count) {
    return retry(current_thread(), [&] { return write(descriptor, buffer, std::min(count, kMaxTransfer)); });
}
Py_ssize_t _Py_write_noraise(int descriptor, const void* buffer, size_t count) {
    Py_ssize_t written;
    do {
        written = write(descriptor, buffer, std::min(count, kMaxTransfer));
    } while (written < 0 && errno == EINTR);
    return written;
}
int _Py_get_inheritable(int descriptor) {
    int flags = fcntl(descriptor, F_GETFD);
    if (flags < 0) return PyErr_SetFromErrno(PyExc_OSError), -1;
    return !(flags & FD_CLOEXEC);
}
int _Py_set_inheritable(int descriptor, int inheritable, int*) {
    if (set_close_on_exec(descriptor, !inheritable) == 0) return 0;
    PyErr_SetFromErrno(PyExc_OSError);
    return -1;
}
int _Py_set_inheritable_async_safe(int descriptor, int inheritable, int*) {
    return set_close_on_exec(descriptor, !inheritable);
}
int _Py_dup(int descriptor) {
    int copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
    if (copy < 0) PyErr_SetFromErrno(PyExc_OSError);
    return copy;
}
int _Py_get_blocking(int descriptor) {
    int flags = fcntl(descriptor, F_GETFL);
    if (flags < 0) return PyErr_SetFromErrno(PyExc_OSError), -1;
    return !(flags & O_NONBLOCK);
}
int _Py_set_blocking(int descriptor, int blocking) {
    int flags = fcntl(descriptor, F_GETFL);
    if (flags < 0 || fcntl(descriptor, F_SETFL, blocking ? flags & ~O_NONBLOCK : flags | O_NONBLOCK) < 0)
        return PyErr_SetFromErrno(PyExc_OSError), -1;
    return 0;
}
FILE* _Py_fopen_obj(PyObject* path, const char* mode) {
    ThreadState& ts = current_thread();
    if (!audit(ts, "open", "Osi", path, mode, 0).ok()) return nullptr;
    Object* encoded = nullptr;
    if (!PyUnicode_FSConverter(path, &encoded)) return nullptr;
    Ref<Object> keep = Ref<Object>::steal(*encoded);
    FILE* file = nullptr;
    int error = 0;
    do {
        Unlocked unlocked(ts);
        file = fopen(PyBytes_AS_STRING(encoded), mode);
        error = errno;
    } while (!file && error == EINTR && PyErr_CheckSignals() == 0);
    if (!file) {
        if (!error_pending(ts)) (void)raise_os_error(ts, error, path);
        return nullptr;
    }
    if (set_close_on_exec(fileno(file), true) != 0) {
        fclose(file);
        PyErr_SetFromErrno(PyExc_OSError);
        return nullptr;
    }
    return file;
}

PyObject* _PyNamespace_New(PyObject* dict) { return to_c(namespace_new(current_thread(), dict)); }

}  // extern "C"
#pragma GCC visibility pop
