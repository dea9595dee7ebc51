// osmodule.h, intrcheck.h and the exported parts of fileutils.h that concern processes and descriptors.
#include <sys/stat.h>
#include <unistd.h>
#include <cstdio>

#include "base/random.hpp"
#include "modules/os_support.hpp"
#include "modules/posix/process.hpp"

using namespace orochi;

namespace {

int check_errno(bool done) {
    if (done) return 0;
    (void)raise_os_error(current_thread(), errno);
    return -1;
}
// An open descriptor, or -1 with the error raised.
int open_file(const char* path, int flags) {
    ThreadState& ts = current_thread();
    auto result = blocking_call(ts, [&] { return open(path, flags | O_CLOEXEC); });
    if (!result.ok()) return -1;
    auto outcome = std::move(result).take();
    if (!outcome.failed()) return outcome.value;
    auto name = str_decode_filesystem(ts, path);
    if (!name.ok()) return -1;
    Ref<Str> text = std::move(name).take();
    (void)raise_os_error(ts, outcome.error, obj(text.get()));
    return -1;
}
template <class F>
Py_ssize_t transfer(F f) {
    ThreadState& ts = current_thread();
    auto result = blocking_call(ts, f);
    if (!result.ok()) return -1;
    auto outcome = std::move(result).take();
    if (!outcome.failed()) return outcome.value;
    (void)raise_os_error(ts, outcome.error);
    errno = outcome.error;
    return -1;
}

}  // namespace

#pragma GCC visibility push(default)
extern "C" {

void PyOS_BeforeFork() { before_fork(current_thread()); }
void PyOS_AfterFork_Parent() { after_fork_parent(current_thread()); }
void PyOS_AfterFork_Child() { after_fork_child(current_thread()); }
void PyOS_AfterFork() { PyOS_AfterFork_Child(); }

int Py_FdIsInteractive(FILE* file, const char* name) {
    if (isatty(fileno(file))) return 1;
    return !name || !std::strcmp(name, "<stdin>") || !std::strcmp(name, "???");
}

int _Py_open(const char* path, int flags) { return open_file(path, flags); }
int _Py_open_noraise(const char* path, int flags) { return open(path, flags | O_CLOEXEC); }
Py_ssize_t _Py_read(int fd, void* data, size_t size) {
    return transfer([&] { return read(fd, data, size); });
}
Py_ssize_t _Py_write(int fd, const void* data, size_t size) {
    return transfer([&] { return write(fd, data, size); });
}
Py_ssize_t _Py_write_noraise(int fd, const void* data, size_t size) {
    ssize_t count;
    do {
        count = write(fd, data, size);
    } while (count < 0 && errno == EINTR);
    return count;
}
int _Py_fstat_noraise(int fd, struct stat* status) { return fstat(fd, status); }
int _Py_fstat(int fd, struct stat* status) {
    auto result = unlocked_call(current_thread(), [&] { return fstat(fd, status); });
    errno = result.error;
    return check_errno(!result.failed());
}
int _Py_dup(int fd) {
    int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    return check_errno(copy >= 0) < 0 ? -1 : copy;
}
int _Py_get_inheritable(int fd) {
    int result = get_inheritable(fd);
    return check_errno(result >= 0) < 0 ? -1 : result;
}
int _Py_set_inheritable(int fd, int inheritable, int*) { return check_errno(set_inheritable(fd, inheritable)); }
int _Py_set_inheritable_async_safe(int fd, int inheritable, int*) { return set_inheritable(fd, inheritable) ? 0 : -1; }
int _Py_get_blocking(int fd) {
    int result = get_blocking(fd);
    return check_errno(result >= 0) < 0 ? -1 : result;
}
int _Py_set_blocking(int fd, int blocking) { return check_errno(set_blocking(fd, blocking)); }
FILE* _Py_fopen_obj(PyObject* path, const char* mode) {
    ThreadState& ts = current_thread();
    if (!audit(ts, "open", "Osi", path, mode, 0).ok()) return nullptr;
    auto name = filesystem_bytes(ts, *path);
    if (!name.ok()) return nullptr;
    Ref<Bytes> bytes = std::move(name).take();
    FILE* file = nullptr;
    int error = unlocked_call(ts, [&] { return (file = fopen(bytes_data(*bytes), mode)) ? 0 : errno; }).value;
    if (!file) {
        (void)raise_os_error(ts, error, path);
        return nullptr;
    }
    set_inheritable(fileno(file), false);
    return file;
}
int _PyOS_URandom(void* buffer, Py_ssize_t size) { return check_errno(base::random_bytes(buffer, size_t(size), true)); }
int _PyOS_URandomNonblock(void* buffer, Py_ssize_t size) {
    return check_errno(base::random_bytes(buffer, size_t(size), false));
}
int _Py_Uid_Converter(PyObject* object, uid_t* id) {
    auto result = identity_number(current_thread(), *object, "uid");
    if (!result.ok()) return 0;
    *id = std::move(result).take();
    return 1;
}
int _Py_Gid_Converter(PyObject* object, gid_t* id) {
    auto result = identity_number(current_thread(), *object, "gid");
    if (!result.ok()) return 0;
    *id = std::move(result).take();
    return 1;
}

}  // extern "C"
#pragma GCC visibility pop
