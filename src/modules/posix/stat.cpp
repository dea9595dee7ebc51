// stat(), statvfs() and what changes what they show: modes, owners, times, access.
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/time.h>
#include <unistd.h>
#include <cmath>

#include "modules/posix/posix.hpp"
#include "objects/float.hpp"

namespace orochi {

namespace {

constexpr long kNanosecondsPerSecond = 1'000'000'000;

Result<Ref<Object>> nanoseconds(ThreadState& ts, const timespec& time) {
    long long total;
    if (!__builtin_mul_overflow(static_cast<long long>(time.tv_sec), kNanosecondsPerSecond, &total) &&
        !__builtin_add_overflow(total, time.tv_nsec, &total))
        return int_from(ts, total);
    Ref<Object> seconds = TRY(int_from(ts, time.tv_sec));
    Ref<Object> billion = TRY(int_from(ts, kNanosecondsPerSecond));
    Ref<Object> product = TRY(number_multiply(ts, *seconds, *billion));
    Ref<Object> rest = TRY(int_from(ts, time.tv_nsec));
    return number_add(ts, *product, *rest);
}

}  // namespace

Result<Ref<Object>> stat_object(ThreadState& ts, PosixState& state, const struct stat& data) {
    Ref<Object> result = TRY(struct_new(ts, *state.stat_result));
    struct_set(*result, 0, TRY(int_from(ts, data.st_mode)));
    struct_set(*result, 1, TRY(int_from_unsigned(ts, data.st_ino)));
    struct_set(*result, 2, TRY(int_from_unsigned(ts, data.st_dev)));
    struct_set(*result, 3, TRY(int_from(ts, long(data.st_nlink))));
    struct_set(*result, 4, TRY(identity_object(ts, data.st_uid)));
    struct_set(*result, 5, TRY(identity_object(ts, data.st_gid)));
    struct_set(*result, 6, TRY(int_from(ts, data.st_size)));
    const timespec* times[] = {&data.st_atim, &data.st_mtim, &data.st_ctim};
    for (int i = 0; i < 3; ++i) {
        struct_set(*result, 7 + i, TRY(int_from(ts, times[i]->tv_sec)));
        struct_set(*result, 10 + i, TRY(float_from(ts, double(times[i]->tv_sec) + 1e-9 * double(times[i]->tv_nsec))));
        struct_set(*result, 13 + i, TRY(nanoseconds(ts, *times[i])));
    }
    struct_set(*result, 16, TRY(int_from(ts, data.st_blksize)));
    struct_set(*result, 17, TRY(int_from(ts, data.st_blocks)));
    struct_set(*result, 18, TRY(int_from_unsigned(ts, data.st_rdev)));
    return result;
}

namespace {

Result<Ref<Object>> stat_path(ThreadState& ts, Object& module, const char* function, const PathArgument& path,
                              int dir_fd, bool follow) {
    TRY(check_descriptor_alone(ts, function, path, dir_fd, follow));
    struct stat data;
    auto result = unlocked_call(ts, [&] {
        if (path.is_descriptor()) return fstat(path.fd, &data);
        return fstatat(dir_fd, path.name, &data, follow ? 0 : AT_SYMLINK_NOFOLLOW);
    });
    TRY(check_path(ts, result, path));
    return stat_object(ts, posix_state(module), data);
}

Result<Ref<Object>> posix_stat(ThreadState& ts, Object& module, PathOrDescriptor& path, DirectoryDescriptor dir_fd,
                               bool follow) {
    return stat_path(ts, module, "stat", path, dir_fd.fd, follow);
}
Result<Ref<Object>> posix_lstat(ThreadState& ts, Object& module, Path& path, DirectoryDescriptor dir_fd) {
    return stat_path(ts, module, "lstat", path, dir_fd.fd, false);
}
Result<Ref<Object>> posix_fstat(ThreadState& ts, Object& module, int fd) {
    struct stat data;
    auto result = TRY(blocking_call(ts, [&] { return fstat(fd, &data); }));
    TRY(check_system(ts, result));
    return stat_object(ts, posix_state(module), data);
}

Result<Ref<Object>> statvfs_object(ThreadState& ts, Object& module, const struct statvfs& data) {
    Ref<Object> result = TRY(struct_new(ts, *posix_state(module).statvfs_result));
    const unsigned long values[] = {data.f_bsize,  data.f_frsize,  data.f_blocks, data.f_bfree,
                                    data.f_bavail, data.f_files,   data.f_ffree,  data.f_favail,
                                    data.f_flag,   data.f_namemax, data.f_fsid};
    for (size_t i = 0; i < std::size(values); ++i)
        struct_set(*result, Py_ssize_t(i), TRY(int_from_unsigned(ts, values[i])));
    return result;
}
Result<Ref<Object>> posix_statvfs(ThreadState& ts, Object& module, PathOrDescriptor& path) {
    struct statvfs data;
    auto result =
        unlocked_call(ts, [&] { return path.is_descriptor() ? fstatvfs(path.fd, &data) : statvfs(path.name, &data); });
    TRY(check_path(ts, result, path));
    return statvfs_object(ts, module, data);
}
Result<Ref<Object>> posix_fstatvfs(ThreadState& ts, Object& module, int fd) {
    struct statvfs data;
    auto result = TRY(blocking_call(ts, [&] { return fstatvfs(fd, &data); }));
    TRY(check_system(ts, result));
    return statvfs_object(ts, module, data);
}

Result<bool> posix_access(ThreadState& ts, Object&, Path& path, int mode, DirectoryDescriptor dir_fd,
                          bool effective_ids, bool follow) {
    int flags = (follow ? 0 : AT_SYMLINK_NOFOLLOW) | (effective_ids ? AT_EACCESS : 0);
    return unlocked_call(ts, [&] { return faccessat(dir_fd.fd, path.name, mode, flags); }).value == 0;
}

Result<void> posix_chmod(ThreadState& ts, Object&, PathOrDescriptor& path, int mode, DirectoryDescriptor dir_fd,
                         bool follow) {
    TRY(audit(ts, "os.chmod", "Oii", path.object, mode, dir_fd.given() ? dir_fd.fd : -1));
    auto result = unlocked_call(ts, [&] {
        if (path.is_descriptor()) return fchmod(path.fd, mode_t(mode));
        return fchmodat(dir_fd.fd, path.name, mode_t(mode), follow ? 0 : AT_SYMLINK_NOFOLLOW);
    });
    if (result.failed() && !follow && (result.error == ENOTSUP || result.error == EOPNOTSUPP)) {
        if (dir_fd.given()) return raise(ts, PyExc_ValueError, "chmod: cannot use dir_fd and follow_symlinks together");
        return raise(ts, PyExc_NotImplementedError, "chmod: follow_symlinks unavailable on this platform");
    }
    return check_path(ts, result, path);
}
Result<void> posix_fchmod(ThreadState& ts, Object&, int fd, int mode) {
    TRY(audit(ts, "os.chmod", "iii", fd, mode, -1));
    return check_system(ts, TRY(blocking_call(ts, [&] { return fchmod(fd, mode_t(mode)); })));
}

Result<void> posix_chown(ThreadState& ts, Object&, PathOrDescriptor& path, UserId uid, GroupId gid,
                         DirectoryDescriptor dir_fd, bool follow) {
    TRY(check_descriptor_alone(ts, "chown", path, dir_fd.fd, follow));
    TRY(audit(ts, "os.chown", "OIIi", path.object, uid.value, gid.value, dir_fd.given() ? dir_fd.fd : -1));
    auto result = unlocked_call(ts, [&] {
        if (path.is_descriptor()) return fchown(path.fd, uid.value, gid.value);
        return fchownat(dir_fd.fd, path.name, uid.value, gid.value, follow ? 0 : AT_SYMLINK_NOFOLLOW);
    });
    return check_path(ts, result, path);
}
Result<void> posix_lchown(ThreadState& ts, Object&, Path& path, UserId uid, GroupId gid) {
    TRY(audit(ts, "os.chown", "OIIi", path.object, uid.value, gid.value, -1));
    return check_path(ts, unlocked_call(ts, [&] { return lchown(path.name, uid.value, gid.value); }), path);
}
Result<void> posix_fchown(ThreadState& ts, Object&, int fd, UserId uid, GroupId gid) {
    TRY(audit(ts, "os.chown", "iIIi", fd, uid.value, gid.value, -1));
    return check_system(ts, TRY(blocking_call(ts, [&] { return fchown(fd, uid.value, gid.value); })));
}

// A time in seconds, rounded down to nanoseconds.
Result<timespec> seconds_to_timespec(ThreadState& ts, Object& value) {
    timespec result{};
    if (PyFloat_Check(&value)) {
        double seconds = float_value(value);
        if (std::isnan(seconds)) return raise(ts, PyExc_ValueError, "Invalid value NaN (not a number)");
        double whole;
        double fraction = std::modf(seconds, &whole);
        fraction = std::floor(fraction * 1e9);
        if (fraction >= 1e9) {
            fraction -= 1e9;
            whole += 1;
        } else if (fraction < 0) {
            fraction += 1e9;
            whole -= 1;
        }
        if (!(whole >= -9223372036854775808.0 && whole < 9223372036854775808.0))
            return raise(ts, PyExc_OverflowError, "timestamp out of range for platform time_t");
        result.tv_sec = time_t(whole);
        result.tv_nsec = long(fraction);
        return result;
    }
    Ref<Object> index = TRY(number_index(ts, value));
    int overflow;
    result.tv_sec = TRY(int_as_long_long_overflow(ts, *index, overflow));
    if (overflow) return raise(ts, PyExc_OverflowError, "timestamp out of range for platform time_t");
    return result;
}
Result<timespec> nanoseconds_to_timespec(ThreadState& ts, Object& value) {
    Ref<Object> billion = TRY(int_from(ts, kNanosecondsPerSecond));
    Ref<Object> parts = TRY(number_divmod(ts, value, *billion));
    if (!PyTuple_Check(parts.get()) || tuple_size(as<Tuple>(*parts)) != 2)
        return raise(ts, PyExc_TypeError, "%T.__divmod__() must return a 2-tuple, not %T", &value, parts.get());
    timespec result;
    result.tv_sec = TRY(int_as_long(ts, tuple_item(as<Tuple>(*parts), 0)));
    result.tv_nsec = TRY(int_as_long(ts, tuple_item(as<Tuple>(*parts), 1)));
    return result;
}

Result<void> posix_utime(ThreadState& ts, Object&, PathOrDescriptor& path, Object* times, Object* ns,
                         DirectoryDescriptor dir_fd, bool follow) {
    if (is_none(times)) times = nullptr;
    if (times && ns) return raise(ts, PyExc_ValueError, "utime: you may specify either 'times' or 'ns' but not both");
    timespec values[2];
    timespec* wanted = nullptr;  // null: now
    if (times) {
        if (!PyTuple_CheckExact(times) || tuple_size(as<Tuple>(*times)) != 2)
            return raise(ts, PyExc_TypeError, "utime: 'times' must be either a tuple of two ints or None");
        for (int i = 0; i < 2; ++i) values[i] = TRY(seconds_to_timespec(ts, tuple_item(as<Tuple>(*times), i)));
        wanted = values;
    } else if (ns) {
        if (!PyTuple_CheckExact(ns) || tuple_size(as<Tuple>(*ns)) != 2)
            return raise(ts, PyExc_TypeError, "utime: 'ns' must be a tuple of two ints");
        for (int i = 0; i < 2; ++i) values[i] = TRY(nanoseconds_to_timespec(ts, tuple_item(as<Tuple>(*ns), i)));
        wanted = values;
    }
    TRY(check_descriptor_alone(ts, "utime", path, dir_fd.fd, follow));
    TRY(audit(ts, "os.utime", "OOOi", path.object, times ? times : &none(), ns ? ns : &none(),
              dir_fd.given() ? dir_fd.fd : -1));
    auto result = unlocked_call(ts, [&] {
        if (path.is_descriptor()) return futimens(path.fd, wanted);
        return utimensat(dir_fd.fd, path.name, wanted, follow ? 0 : AT_SYMLINK_NOFOLLOW);
    });
    return check_path(ts, result, path);
}

Result<int> posix_umask(ThreadState&, Object&, int mask) { return int(umask(mode_t(mask))); }

}  // namespace

const MethodDef posix_stat_methods[] = {
    METHOD("stat($module, /, path, *, dir_fd=None, follow_symlinks=True)", posix_stat,
           "Perform a stat system call on the given path: a name or an open descriptor."),
    METHOD("lstat($module, /, path, *, dir_fd=None)", posix_lstat,
           "Perform a stat system call on the given path, without following symbolic links.\n\n"
           "Like stat(path, follow_symlinks=False)."),
    METHOD("fstat($module, /, fd)", posix_fstat,
           "Perform a stat system call on the given file descriptor.\n\n"
           "Like stat() but for an open file descriptor."),
    METHOD("statvfs($module, /, path)", posix_statvfs, "Perform a statvfs system call on the given path."),
    METHOD("fstatvfs($module, fd, /)", posix_fstatvfs, "Perform an fstatvfs system call on the given fd."),
    METHOD("access($module, /, path, mode, *, dir_fd=None, effective_ids=False, follow_symlinks=True)", posix_access,
           "Use the real uid/gid to test for access to a path."),
    METHOD("chmod($module, /, path, mode, *, dir_fd=None, follow_symlinks=True)", posix_chmod,
           "Change the access permissions of a file."),
    METHOD("fchmod($module, /, fd, mode)", posix_fchmod,
           "Change the access permissions of the file given by file descriptor."),
    METHOD("chown($module, /, path, uid, gid, *, dir_fd=None, follow_symlinks=True)", posix_chown,
           "Change the owner and group id of path to the numeric uid and gid."),
    METHOD("lchown($module, /, path, uid, gid)", posix_lchown,
           "Change the owner and group id of path, without following symbolic links."),
    METHOD("fchown($module, /, fd, uid, gid)", posix_fchown,
           "Change the owner and group id of the file specified by file descriptor."),
    METHOD("utime($module, /, path, times=None, *, ns=<unrepresentable>, dir_fd=None, follow_symlinks=True)",
           posix_utime, "Set the access and modified time of path."),
    METHOD("umask($module, mask, /)", posix_umask, "Set the current numeric umask and return the previous umask."),
    METHOD_END,
};

Result<void> posix_add_stat_classes(ThreadState& ts, Object& module, PosixState& state) {
    PyStructSequence_Field stat_fields[] = {
        {"st_mode", "protection bits"},
        {"st_ino", "inode"},
        {"st_dev", "device"},
        {"st_nlink", "number of hard links"},
        {"st_uid", "user ID of owner"},
        {"st_gid", "group ID of owner"},
        {"st_size", "total size, in bytes"},
        {PyStructSequence_UnnamedField, "integer time of last access"},
        {PyStructSequence_UnnamedField, "integer time of last modification"},
        {PyStructSequence_UnnamedField, "integer time of last change"},
        {"st_atime", "time of last access"},
        {"st_mtime", "time of last modification"},
        {"st_ctime", "time of last change"},
        {"st_atime_ns", "time of last access in nanoseconds"},
        {"st_mtime_ns", "time of last modification in nanoseconds"},
        {"st_ctime_ns", "time of last change in nanoseconds"},
        {"st_blksize", "blocksize for filesystem I/O"},
        {"st_blocks", "number of blocks allocated"},
        {"st_rdev", "device type (if inode device)"},
        {nullptr, nullptr},
    };
    PyStructSequence_Desc stat_class = {
        "os.stat_result",
        "stat_result: Result from stat, fstat, or lstat.\n\n"
        "This object may be accessed either as a tuple of\n"
        "  (mode, ino, dev, nlink, uid, gid, size, atime, mtime, ctime)\n"
        "or via the attributes st_mode, st_ino, st_dev, st_nlink, st_uid, and so on.\n\n"
        "Posix/windows: If your platform supports st_blksize, st_blocks, st_rdev,\n"
        "or st_flags, they are available as attributes only.\n\n"
        "See os.stat for more information.",
        stat_fields, 10};
    state.stat_result = std::move(TRY(struct_class(ts, module, stat_class))).release();
    PyStructSequence_Field statvfs_fields[] = {
        {"f_bsize", nullptr},  {"f_frsize", nullptr},  {"f_blocks", nullptr}, {"f_bfree", nullptr},
        {"f_bavail", nullptr}, {"f_files", nullptr},   {"f_ffree", nullptr},  {"f_favail", nullptr},
        {"f_flag", nullptr},   {"f_namemax", nullptr}, {"f_fsid", nullptr},   {nullptr, nullptr},
    };
    PyStructSequence_Desc statvfs_class = {
        "os.statvfs_result",
        "statvfs_result: Result from statvfs or fstatvfs.\n\n"
        "This object may be accessed either as a tuple of\n"
        "  (bsize, frsize, blocks, bfree, bavail, files, ffree, favail, flag, namemax),\n"
        "or via the attributes f_bsize, f_frsize, f_blocks, f_bfree, and so on.\n\n"
        "See os.statvfs for more information.",
        statvfs_fields, 10};
    state.statvfs_result = std::move(TRY(struct_class(ts, module, statvfs_class))).release();
    return {};
}

}  // namespace orochi
