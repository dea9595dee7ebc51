// Open files: opening, closing, duplicating, positions, terminals, pipes.
#include <langinfo.h>
#include <pty.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sysmacros.h>
#include <unistd.h>
#include <utmp.h>

#include "modules/posix/posix.hpp"

namespace orochi {

namespace {

Result<int> posix_open(ThreadState& ts, Object&, Path& path, int flags, int mode, DirectoryDescriptor dir_fd) {
    flags |= O_CLOEXEC;
    TRY(audit(ts, "open", "OOi", path.object, &none(), flags));
    auto result = TRY(blocking_call(ts, [&] { return openat(dir_fd.fd, path.name, flags, mode_t(mode)); }));
    TRY(check_path(ts, result, path));
    return result.value;
}

Result<void> posix_close(ThreadState& ts, Object&, int fd) {
    // Not repeated when interrupted: the descriptor is gone either way.
    auto result = unlocked_call(ts, [&] { return close(fd); });
    if (result.failed() && result.error == EINTR) return {};
    return check_system(ts, result);
}

Result<void> posix_closerange(ThreadState& ts, Object&, int low, int high) {
    unlocked_call(ts, [&] {
        int first = low < 0 ? 0 : low;
        if (first >= high) return 0;
        if (close_range(unsigned(first), unsigned(high - 1), 0) == 0) return 0;
        for (int fd = first; fd < high; ++fd) close(fd);
        return 0;
    });
    return {};
}

Result<int> posix_dup(ThreadState& ts, Object&, int fd) {
    auto result = unlocked_call(ts, [&] { return fcntl(fd, F_DUPFD_CLOEXEC, 0); });
    TRY(check_system(ts, result));
    return result.value;
}

Result<int> posix_dup2(ThreadState& ts, Object&, int fd, int fd2, bool inheritable) {
    if (fd < 0 || fd2 < 0) return raise_os_error(ts, errno = EBADF);
    // With equal numbers dup3() would refuse.
    auto result =
        unlocked_call(ts, [&] { return inheritable || fd == fd2 ? dup2(fd, fd2) : dup3(fd, fd2, O_CLOEXEC); });
    TRY(check_system(ts, result));
    if (fd == fd2 && !inheritable && !set_inheritable(fd2, false)) return raise_os_error(ts, errno);
    return result.value;
}

Result<void> posix_lockf(ThreadState& ts, Object&, int fd, int command, long long length) {
    TRY(audit(ts, "os.lockf", "iiL", fd, command, length));
    return check_system(ts, unlocked_call(ts, [&] { return lockf(fd, command, length); }));
}

Result<long long> posix_lseek(ThreadState& ts, Object&, int fd, long long position, int how) {
    auto result = unlocked_call(ts, [&] { return static_cast<long long>(lseek(fd, position, how)); });
    TRY(check_system(ts, result));
    return result.value;
}

Result<bool> posix_isatty(ThreadState& ts, Object&, int fd) {
    return unlocked_call(ts, [&] { return isatty(fd); }).value == 1;
}

Result<Ref<Object>> posix_ttyname(ThreadState& ts, Object&, int fd) {
    char name[256];
    int error = unlocked_call(ts, [&] { return ttyname_r(fd, name, sizeof name); }).value;
    if (error) return raise_os_error(ts, error);
    return str_decode_filesystem(ts, name);
}
Result<Ref<Object>> posix_ctermid(ThreadState& ts, Object&) {
    char name[L_ctermid];
    return str_decode_filesystem(ts, ctermid(name));
}
Result<int> posix_tcgetpgrp(ThreadState& ts, Object&, int fd) {
    auto result = unlocked_call(ts, [&] { return tcgetpgrp(fd); });
    TRY(check_system(ts, result));
    return result.value;
}
Result<void> posix_tcsetpgrp(ThreadState& ts, Object&, int fd, int group) {
    return check_system(ts, unlocked_call(ts, [&] { return tcsetpgrp(fd, group); }));
}
Result<void> posix_login_tty(ThreadState& ts, Object&, Descriptor fd) {
    return check_system(ts, unlocked_call(ts, [&] { return login_tty(fd.fd); }));
}

Result<Ref<Object>> two_descriptors(ThreadState& ts, int a, int b) {
    Ref<Object> first = TRY(int_from(ts, a));
    Ref<Object> second = TRY(int_from(ts, b));
    return tuple_of(ts, *first, *second);
}
Result<Ref<Object>> posix_openpty(ThreadState& ts, Object&) {
    int master, slave;
    TRY(check_system(ts, unlocked_call(ts, [&] { return openpty(&master, &slave, nullptr, nullptr, nullptr); })));
    if (!set_inheritable(master, false) || !set_inheritable(slave, false)) {
        int error = errno;
        close(master);
        close(slave);
        return raise_os_error(ts, error);
    }
    return two_descriptors(ts, master, slave);
}
Result<Ref<Object>> posix_pipe(ThreadState& ts, Object&) {
    int fds[2];
    TRY(check_system(ts, unlocked_call(ts, [&] { return pipe2(fds, O_CLOEXEC); })));
    return two_descriptors(ts, fds[0], fds[1]);
}
Result<Ref<Object>> posix_pipe2(ThreadState& ts, Object&, int flags) {
    int fds[2];
    TRY(check_system(ts, unlocked_call(ts, [&] { return pipe2(fds, flags); })));
    return two_descriptors(ts, fds[0], fds[1]);
}

Result<void> posix_fsync(ThreadState& ts, Object&, Descriptor fd) {
    return check_system(ts, TRY(blocking_call(ts, [&] { return fsync(fd.fd); })));
}
Result<void> posix_fdatasync(ThreadState& ts, Object&, Descriptor fd) {
    return check_system(ts, TRY(blocking_call(ts, [&] { return fdatasync(fd.fd); })));
}
Result<void> posix_sync(ThreadState& ts, Object&) {
    unlocked_call(ts, [] { return sync(), 0; });
    return {};
}
Result<void> posix_ftruncate(ThreadState& ts, Object&, int fd, long long length) {
    TRY(audit(ts, "os.truncate", "iL", fd, length));
    return check_system(ts, TRY(blocking_call(ts, [&] { return ftruncate(fd, length); })));
}
Result<void> posix_truncate(ThreadState& ts, Object&, PathOrDescriptor& path, long long length) {
    TRY(audit(ts, "os.truncate", "OL", path.object, length));
    auto result = unlocked_call(
        ts, [&] { return path.is_descriptor() ? ftruncate(path.fd, length) : truncate(path.name, length); });
    return check_path(ts, result, path);
}
// These two return the error instead of setting errno.
template <class F>
Result<void> returning_error(ThreadState& ts, F f) {
    for (;;) {
        int error = unlocked_call(ts, f).value;
        if (error == 0) return {};
        if (error != EINTR) return raise_os_error(ts, error);
        TRY(check_signals(ts));
    }
}
Result<void> posix_posix_fallocate(ThreadState& ts, Object&, int fd, long long offset, long long length) {
    return returning_error(ts, [&] { return posix_fallocate(fd, offset, length); });
}
Result<void> posix_posix_fadvise(ThreadState& ts, Object&, int fd, long long offset, long long length, int advice) {
    return returning_error(ts, [&] { return posix_fadvise(fd, offset, length, advice); });
}

Result<bool> posix_get_inheritable(ThreadState& ts, Object&, int fd) {
    int result = get_inheritable(fd);
    if (result < 0) return raise_os_error(ts, errno);
    return result != 0;
}
Result<void> posix_set_inheritable(ThreadState& ts, Object&, int fd, int inheritable) {
    if (!set_inheritable(fd, inheritable)) return raise_os_error(ts, errno);
    return {};
}
Result<bool> posix_get_blocking(ThreadState& ts, Object&, int fd) {
    auto result = unlocked_call(ts, [&] { return get_blocking(fd); });
    TRY(check_system(ts, result));
    return result.value != 0;
}
Result<void> posix_set_blocking(ThreadState& ts, Object&, int fd, bool blocking) {
    return check_system(ts, unlocked_call(ts, [&] { return set_blocking(fd, blocking) ? 0 : -1; }));
}

Result<Ref<Object>> posix_get_terminal_size(ThreadState& ts, Object& module, Object* argument) {
    int fd = argument ? TRY(convert_int(ts, *argument)) : STDOUT_FILENO;
    winsize size;
    if (ioctl(fd, TIOCGWINSZ, &size) < 0) return raise_os_error(ts, errno);
    Ref<Object> result = TRY(struct_new(ts, *posix_state(module).terminal_size));
    struct_set(*result, 0, TRY(int_from(ts, size.ws_col)));
    struct_set(*result, 1, TRY(int_from(ts, size.ws_row)));
    return result;
}

Result<Ref<Object>> posix_device_encoding(ThreadState& ts, Object&, int fd) {
    if (!unlocked_call(ts, [&] { return isatty(fd); }).value) return new_none();
    const char* name = nl_langinfo(CODESET);
    return str_decode_filesystem(ts, name && *name ? name : "UTF-8");
}

Result<int> posix_memfd_create(ThreadState& ts, Object&, SystemName& name, unsigned flags) {
    auto result = unlocked_call(ts, [&] { return memfd_create(name.text(), flags); });
    TRY(check_system(ts, result));
    return result.value;
}
Result<int> posix_eventfd(ThreadState& ts, Object&, unsigned value, Object* flags_argument) {
    int flags = flags_argument ? TRY(convert_int(ts, *flags_argument)) : EFD_CLOEXEC;
    auto result = unlocked_call(ts, [&] { return eventfd(value, flags); });
    TRY(check_system(ts, result));
    return result.value;
}
Result<unsigned long long> posix_eventfd_read(ThreadState& ts, Object&, Descriptor fd) {
    eventfd_t value;
    TRY(check_system(ts, unlocked_call(ts, [&] { return eventfd_read(fd.fd, &value); })));
    return static_cast<unsigned long long>(value);
}
Result<void> posix_eventfd_write(ThreadState& ts, Object&, Descriptor fd, unsigned long long value) {
    return check_system(ts, unlocked_call(ts, [&] { return eventfd_write(fd.fd, value); }));
}

Result<unsigned long long> device_number(ThreadState& ts, Object& value) {
    if (!PyLong_Check(&value)) return raise(ts, PyExc_TypeError, "an integer is required");
    return int_as_unsigned_long_long(ts, value);
}
Result<unsigned> posix_major(ThreadState& ts, Object&, Object& device) {
    return unsigned(major(TRY(device_number(ts, device))));
}
Result<unsigned> posix_minor(ThreadState& ts, Object&, Object& device) {
    return unsigned(minor(TRY(device_number(ts, device))));
}
unsigned long long posix_makedev(Object&, int high, int low) { return makedev(unsigned(high), unsigned(low)); }

}  // namespace

const MethodDef posix_file_methods[] = {
    METHOD("open($module, /, path, flags, mode=511, *, dir_fd=None)", posix_open,
           "Open a file for low level IO.  Returns a file descriptor (integer)."),
    METHOD("close($module, /, fd)", posix_close, "Close a file descriptor."),
    METHOD("closerange($module, fd_low, fd_high, /)", posix_closerange,
           "Closes all file descriptors in [fd_low, fd_high), ignoring errors."),
    METHOD("dup($module, fd, /)", posix_dup, "Return a duplicate of a file descriptor."),
    METHOD("dup2($module, /, fd, fd2, inheritable=True)", posix_dup2, "Duplicate file descriptor."),
    METHOD("lockf($module, fd, command, length, /)", posix_lockf,
           "Apply, test or remove a POSIX lock on an open file descriptor."),
    METHOD("lseek($module, fd, position, how, /)", posix_lseek,
           "Set the position of a file descriptor.  Return the new position."),
    METHOD("isatty($module, fd, /)", posix_isatty, "Return True if the fd is connected to a terminal."),
    METHOD("ttyname($module, fd, /)", posix_ttyname, "Return the name of the terminal device connected to 'fd'."),
    METHOD("ctermid($module, /)", posix_ctermid, "Return the name of the controlling terminal for this process."),
    METHOD("tcgetpgrp($module, fd, /)", posix_tcgetpgrp,
           "Return the process group associated with the terminal specified by fd."),
    METHOD_PLAIN("tcsetpgrp($module, $tuple, fd, pgid, /)", posix_tcsetpgrp,
                 "tcsetpgrp($module, fd, pgid, /)\n--\n\n"
                 "Set the process group associated with the terminal specified by fd."),
    METHOD("login_tty($module, fd, /)", posix_login_tty,
           "Prepare the tty of which fd is a file descriptor for a new login session."),
    METHOD("openpty($module, /)", posix_openpty, "Open a pseudo-terminal: (master_fd, slave_fd)."),
    METHOD("pipe($module, /)", posix_pipe, "Create a pipe: (read_fd, write_fd)."),
    METHOD("pipe2($module, flags, /)", posix_pipe2, "Create a pipe with flags set atomically: (read_fd, write_fd)."),
    METHOD("fsync($module, /, fd)", posix_fsync, "Force write of fd to disk."),
    METHOD("fdatasync($module, /, fd)", posix_fdatasync,
           "Force write of fd to disk without forcing update of metadata."),
    METHOD("sync($module, /)", posix_sync, "Force write of everything to disk."),
    METHOD("ftruncate($module, fd, length, /)", posix_ftruncate,
           "Truncate a file, specified by file descriptor, to a specific length."),
    METHOD("truncate($module, /, path, length)", posix_truncate,
           "Truncate a file, specified by path, to a specific length."),
    METHOD("posix_fallocate($module, fd, offset, length, /)", posix_posix_fallocate,
           "Ensure a file has allocated at least a particular number of bytes on disk."),
    METHOD("posix_fadvise($module, fd, offset, length, advice, /)", posix_posix_fadvise,
           "Announce an intention to access data in a specific pattern."),
    METHOD("get_inheritable($module, fd, /)", posix_get_inheritable,
           "Get the close-on-exe flag of the specified file descriptor."),
    METHOD("set_inheritable($module, fd, inheritable, /)", posix_set_inheritable,
           "Set the inheritable flag of the specified file descriptor."),
    METHOD("get_blocking($module, fd, /)", posix_get_blocking, "Get the blocking mode of the file descriptor."),
    METHOD("set_blocking($module, fd, blocking, /)", posix_set_blocking,
           "Set the blocking mode of the specified file descriptor."),
    METHOD("get_terminal_size($module, fd=<unrepresentable>, /)", posix_get_terminal_size,
           "Return the size of the terminal window as (columns, lines)."),
    METHOD("device_encoding($module, /, fd)", posix_device_encoding,
           "Return a string describing the encoding of a terminal's file descriptor."),
    METHOD("memfd_create($module, /, name, flags=1)", posix_memfd_create, "Create an anonymous file in memory."),
    METHOD("eventfd($module, /, initval, flags=<unrepresentable>)", posix_eventfd,
           "Creates and returns an event notification file descriptor."),
    METHOD("eventfd_read($module, /, fd)", posix_eventfd_read, "Read eventfd value"),
    METHOD("eventfd_write($module, /, fd, value)", posix_eventfd_write, "Write eventfd value."),
    METHOD("major($module, device, /)", posix_major, "Extracts a device major number from a raw device number."),
    METHOD("minor($module, device, /)", posix_minor, "Extracts a device minor number from a raw device number."),
    METHOD("makedev($module, major, minor, /)", posix_makedev,
           "Composes a raw device number from the major and minor device numbers."),
    METHOD_END,
};

}  // namespace orochi
