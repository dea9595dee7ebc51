#include "modules/os_support.hpp"
#include "objects/module_internal.hpp"

#include <sys/ioctl.h>

namespace orochi {

Result<int> file_descriptor_of(ThreadState& ts, Object& object) {
    int fd;
    if (PyLong_Check(&object)) {
        fd = TRY(int_as_int(ts, object));
    } else {
        OptRef<Object> method = TRY(getattr_optional(ts, object, "fileno"_n));
        if (!method) return raise(ts, PyExc_TypeError, "argument must be an int, or have a fileno() method.");
        Ref<Object> number = TRY(call(ts, *method));
        if (!PyLong_Check(number.get())) return raise(ts, PyExc_TypeError, "fileno() returned a non-integer");
        fd = TRY(int_as_int(ts, *number));
    }
    if (fd < 0) return raise(ts, PyExc_ValueError, "file descriptor cannot be a negative integer (%i)", fd);
    return fd;
}

Result<unsigned> identity_number(ThreadState& ts, Object& object, const char* what) {
    if (!is_index(object)) return raise(ts, PyExc_TypeError, "%s should be integer, not %T", what, &object);
    Ref<Object> index = TRY(number_index(ts, object));
    int overflow;
    long long value = TRY(int_as_long_long_overflow(ts, *index, overflow));
    if (overflow == 0) {
        if (value == -1) return unsigned(-1);
        if (value >= 0 && value < 0xffffffffLL) return unsigned(value);
    }
    // A number that is out of range either way: CPython reports every one from 2**32 on by its sign.
    if (overflow < 0 || (overflow == 0 && value < 0) || (overflow == 0 && value > 0xffffffffLL))
        return raise(ts, PyExc_OverflowError, "%s is less than minimum", what);
    return raise(ts, PyExc_OverflowError, "%s is greater than maximum", what);
}

bool set_inheritable(int fd, bool inheritable) {
    // One system call where it works; descriptors opened with O_PATH need the other way.
    if (ioctl(fd, inheritable ? FIONCLEX : FIOCLEX, nullptr) == 0) return true;
    if (errno != ENOTTY && errno != EACCES && errno != EBADF) return false;
    int flags = fcntl(fd, F_GETFD);
    if (flags < 0) return false;
    int wanted = inheritable ? flags & ~FD_CLOEXEC : flags | FD_CLOEXEC;
    return wanted == flags || fcntl(fd, F_SETFD, wanted) == 0;
}

int get_inheritable(int fd) {
    int flags = fcntl(fd, F_GETFD);
    return flags < 0 ? -1 : !(flags & FD_CLOEXEC);
}

bool set_blocking(int fd, bool blocking) {
    int flags = fcntl(fd, F_GETFL);
    if (flags < 0) return false;
    int wanted = blocking ? flags & ~O_NONBLOCK : flags | O_NONBLOCK;
    return wanted == flags || fcntl(fd, F_SETFL, wanted) == 0;
}

int get_blocking(int fd) {
    int flags = fcntl(fd, F_GETFL);
    return flags < 0 ? -1 : !(flags & O_NONBLOCK);
}

Result<Ref<Type>> struct_class(ThreadState& ts, Object& module, PyStructSequence_Desc& description) {
    Ref<Type> owned = TRY(struct_sequence_type(ts, description));
    const char* dot = std::strrchr(description.name, '.');
    TRY(module_add(ts, module, dot ? dot + 1 : description.name, obj(*owned)));
    return owned;
}

Result<void> module_add_functions(ThreadState& ts, Object& module, const MethodDef* methods) {
    Ref<Object> name = TRY(module_name(ts, module));
    return module_add_functions(ts, module, METHOD_TABLE(methods), *name);
}

Result<void> module_add_constants(ThreadState& ts, Object& module, std::span<const IntConstant> constants) {
    for (const IntConstant& constant : constants) TRY(module_add_int(ts, module, constant.name, constant.value));
    return {};
}

}  // namespace orochi
