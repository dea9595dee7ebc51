// The module fcntl.
#include <sys/file.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "modules/os_support.hpp"

#ifndef FASYNC
#define FASYNC O_ASYNC
#endif
// The kernel's header cannot be included with the C library's.
#ifndef F_SHLCK
#define F_EXLCK 4
#define F_SHLCK 8
#endif

namespace orochi {

namespace {

constexpr size_t kBufferSize = 1024;

// Bytes that go in and come back changed: str (as UTF-8) or a bytes-like object.
struct InOut {
    char data[kBufferSize + 1];
    size_t size = 0;
    Result<bool> take(ThreadState& ts, Object& argument, const char* function) {
        std::string_view text;
        BufferView view;
        if (PyUnicode_Check(&argument)) {
            text = TRY(str_utf8(ts, as<Str>(argument)));
        } else if (has_buffer(argument)) {
            TRY(get_buffer(ts, argument, view.raw(), PyBUF_SIMPLE));
            text = view.text();
        } else {
            return false;
        }
        if (text.size() > kBufferSize) return raise(ts, PyExc_ValueError, "%s string arg too long", function);
        std::memcpy(data, text.data(), text.size());
        data[text.size()] = 0;
        size = text.size();
        return true;
    }
};

Result<Ref<Object>> fcntl_fcntl(ThreadState& ts, Object&, Descriptor fd, int command, Object* argument) {
    TRY(audit(ts, "fcntl.fcntl", "iiO", fd.fd, command, argument ? argument : &none()));
    unsigned number = 0;
    if (argument) {
        InOut buffer;
        if (TRY(buffer.take(ts, *argument, "fcntl"))) {
            auto result = TRY(blocking_call(ts, [&] { return fcntl(fd.fd, command, buffer.data); }));
            if (result.failed()) return raise_os_error(ts, result.error);
            return bytes_from(ts, {buffer.data, buffer.size});
        }
        number = TRY(convert_unsigned_mask(ts, *argument));
    }
    auto result = TRY(blocking_call(ts, [&] { return fcntl(fd.fd, command, int(number)); }));
    if (result.failed()) return raise_os_error(ts, result.error);
    return int_from(ts, result.value);
}

Result<Ref<Object>> fcntl_ioctl(ThreadState& ts, Object&, Descriptor fd, unsigned request, Object* argument,
                                bool mutate) {
    TRY(audit(ts, "fcntl.ioctl", "iIO", fd.fd, request, argument ? argument : &none()));
    long number = 0;
    if (argument) {
        // A writable buffer is changed in place.
        if (mutate && !PyUnicode_Check(argument) && has_buffer(*argument)) {
            BufferView view;
            auto got = get_buffer(ts, *argument, view.raw(), PyBUF_WRITABLE);
            if (got.ok()) {
                char copy[kBufferSize + 1];
                char* data = reinterpret_cast<char*>(view.writable_data());
                bool small = size_t(view.size()) <= kBufferSize;
                if (small) {
                    std::memcpy(copy, data, size_t(view.size()));
                    copy[view.size()] = 0;
                }
                auto result = unlocked_call(ts, [&] { return ioctl(fd.fd, request, small ? copy : data); });
                if (small) std::memcpy(data, copy, size_t(view.size()));
                if (result.failed()) return raise_os_error(ts, result.error);
                return int_from(ts, result.value);
            }
            error_clear(ts);
        }
        InOut buffer;
        if (TRY(buffer.take(ts, *argument, "ioctl"))) {
            auto result = unlocked_call(ts, [&] { return ioctl(fd.fd, request, buffer.data); });
            if (result.failed()) return raise_os_error(ts, result.error);
            return bytes_from(ts, {buffer.data, buffer.size});
        }
        number = int(TRY(convert_unsigned_mask(ts, *argument)));
    }
    auto result = unlocked_call(ts, [&] { return ioctl(fd.fd, request, number); });
    if (result.failed()) return raise_os_error(ts, result.error);
    return int_from(ts, result.value);
}

Result<void> fcntl_flock(ThreadState& ts, Object&, Descriptor fd, int operation) {
    TRY(audit(ts, "fcntl.flock", "ii", fd.fd, operation));
    auto result = TRY(blocking_call(ts, [&] { return flock(fd.fd, operation); }));
    if (result.failed()) return raise_os_error(ts, result.error);
    return {};
}

Result<void> fcntl_lockf(ThreadState& ts, Object&, Descriptor fd, int operation, Object* length, Object* start,
                         int whence) {
    TRY(audit(ts, "fcntl.lockf", "iiOOi", fd.fd, operation, length ? length : &none(), start ? start : &none(),
              whence));
    struct flock lock {};
    if (operation == LOCK_UN) {
        lock.l_type = F_UNLCK;
    } else if (operation & LOCK_SH) {
        lock.l_type = F_RDLCK;
    } else if (operation & LOCK_EX) {
        lock.l_type = F_WRLCK;
    } else {
        return raise(ts, PyExc_ValueError, "unrecognized lockf argument");
    }
    if (start) lock.l_start = TRY(convert_long_long(ts, *start));
    if (length) lock.l_len = TRY(convert_long_long(ts, *length));
    lock.l_whence = short(whence);
    auto result = TRY(blocking_call(ts, [&] { return fcntl(fd.fd, operation & LOCK_NB ? F_SETLK : F_SETLKW, &lock); }));
    if (result.failed()) return raise_os_error(ts, result.error);
    return {};
}

const MethodDef fcntl_methods[] = {
    METHOD("fcntl($module, fd, cmd, arg=0, /)", fcntl_fcntl, "Perform the operation `cmd` on file descriptor fd."),
    METHOD("ioctl($module, fd, request, arg=0, mutate_flag=True, /)", fcntl_ioctl,
           "Perform the operation request on file descriptor fd."),
    METHOD("flock($module, fd, operation, /)", fcntl_flock,
           "Perform the lock operation `operation` on file descriptor `fd`."),
    METHOD("lockf($module, fd, cmd, len=0, start=0, whence=0, /)", fcntl_lockf,
           "A wrapper around the fcntl() locking calls."),
    METHOD_END,
};

constexpr IntConstant constants[] = {
    {"DN_ACCESS", DN_ACCESS},       {"DN_ATTRIB", DN_ATTRIB},
    {"DN_CREATE", DN_CREATE},       {"DN_DELETE", DN_DELETE},
    {"DN_MODIFY", DN_MODIFY},       {"DN_MULTISHOT", DN_MULTISHOT},
    {"DN_RENAME", DN_RENAME},       {"FASYNC", FASYNC},
    {"FD_CLOEXEC", FD_CLOEXEC},     {"F_ADD_SEALS", F_ADD_SEALS},
    {"F_DUPFD", F_DUPFD},           {"F_DUPFD_CLOEXEC", F_DUPFD_CLOEXEC},
    {"F_EXLCK", F_EXLCK},           {"F_GETFD", F_GETFD},
    {"F_GETFL", F_GETFL},           {"F_GETLEASE", F_GETLEASE},
    {"F_GETLK", F_GETLK},           {"F_GETLK64", F_GETLK64},
    {"F_GETOWN", F_GETOWN},         {"F_GETPIPE_SZ", F_GETPIPE_SZ},
    {"F_GETSIG", F_GETSIG},         {"F_GET_SEALS", F_GET_SEALS},
    {"F_NOTIFY", F_NOTIFY},         {"F_OFD_GETLK", F_OFD_GETLK},
    {"F_OFD_SETLK", F_OFD_SETLK},   {"F_OFD_SETLKW", F_OFD_SETLKW},
    {"F_RDLCK", F_RDLCK},           {"F_SEAL_GROW", F_SEAL_GROW},
    {"F_SEAL_SEAL", F_SEAL_SEAL},   {"F_SEAL_SHRINK", F_SEAL_SHRINK},
    {"F_SEAL_WRITE", F_SEAL_WRITE}, {"F_SETFD", F_SETFD},
    {"F_SETFL", F_SETFL},           {"F_SETLEASE", F_SETLEASE},
    {"F_SETLK", F_SETLK},           {"F_SETLK64", F_SETLK64},
    {"F_SETLKW", F_SETLKW},         {"F_SETLKW64", F_SETLKW64},
    {"F_SETOWN", F_SETOWN},         {"F_SETPIPE_SZ", F_SETPIPE_SZ},
    {"F_SETSIG", F_SETSIG},         {"F_SHLCK", F_SHLCK},
    {"F_UNLCK", F_UNLCK},           {"F_WRLCK", F_WRLCK},
    {"LOCK_EX", LOCK_EX},           {"LOCK_MAND", LOCK_MAND},
    {"LOCK_NB", LOCK_NB},           {"LOCK_READ", LOCK_READ},
    {"LOCK_RW", LOCK_RW},           {"LOCK_SH", LOCK_SH},
    {"LOCK_UN", LOCK_UN},           {"LOCK_WRITE", LOCK_WRITE},
};

Result<void> fcntl_exec(ThreadState& ts, Object& module) { return module_add_constants(ts, module, constants); }
MODULE_EXEC_SLOTS(fcntl_slots, fcntl_exec);

}  // namespace

PyModuleDef fcntl_module = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "fcntl",
    .m_doc =
        "This module performs file control and I/O control on file\n"
        "descriptors.  It is an interface to the fcntl() and ioctl() Unix\n"
        "routines.  File descriptors can be obtained with the fileno() method of\n"
        "a file or socket object.",
    .m_methods = METHOD_TABLE(fcntl_methods),
    .m_slots = const_cast<PyModuleDef_Slot*>(fcntl_slots),
};

}  // namespace orochi
