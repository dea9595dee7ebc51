// What the modules between Python and the operating system share: blocking calls outside the interpreter lock,
// file names, file descriptors.
#pragma once

#include <fcntl.h>
#include <cerrno>
#include <string>

#include "objects/bytes.hpp"
#include "objects/containers.hpp"
#include "objects/int.hpp"
#include "objects/list.hpp"
#include "objects/module.hpp"
#include "objects/native.hpp"
#include "objects/paths.hpp"
#include "objects/str.hpp"
#include "objects/struct_sequence.hpp"
#include "objects/type.hpp"
#include "state/signals.hpp"

namespace orochi {

// What a system call returned, and errno when that is -1 (or null).
template <class T>
struct SystemResult {
    T value;
    int error;
    bool failed() const { return value == T(-1); }
};

// Calls f() without the interpreter lock. Not repeated when interrupted.
template <class F>
inline auto unlocked_call(ThreadState& ts, F f) {
    using T = decltype(f());
    Unlocked unlocked(ts);
    errno = 0;
    T value = f();
    return SystemResult<T>{value, errno};
}

// The same, repeated when a signal interrupts it, unless the signal's handler raises (PEP 475).
template <class F>
inline auto blocking_call(ThreadState& ts, F f) -> Result<SystemResult<decltype(f())>> {
    for (;;) {
        auto result = unlocked_call(ts, f);
        if (!result.failed() || result.error != EINTR) return result;
        TRY(check_signals(ts));
    }
}

// An int, or what fileno() of an object says (PyObject_AsFileDescriptor).
Result<int> file_descriptor_of(ThreadState& ts, Object& object);
// User and group ids: -1 is allowed. `what` is "uid" or "gid".
Result<unsigned> identity_number(ThreadState& ts, Object& object, const char* what);

// FD_CLOEXEC and O_NONBLOCK. False with errno set.
bool set_inheritable(int fd, bool inheritable);
int get_inheritable(int fd);  // -1: errno
bool set_blocking(int fd, bool blocking);
int get_blocking(int fd);  // -1: errno

// Parameters of native functions.
//
// A file descriptor, or an object that has one.
struct Descriptor {
    int fd;
};
// A name for the system: str, bytes or os.PathLike.
struct SystemName {
    OptRef<Object> bytes;
    const char* text() const { return PyBytes_AS_STRING(bytes.get()); }
    Py_ssize_t size() const { return PyBytes_GET_SIZE(bytes.get()); }
};
// A str, or None or nothing (null): "f() argument 'x' must be str or None, not int".
struct OptionalText {
    Str* str = nullptr;
    explicit operator bool() const { return str != nullptr; }
    Object& or_none() const { return str ? obj(*str) : none(); }
};
struct UserId {
    unsigned value;
};
struct GroupId {
    unsigned value;
};

template <class Sig, int Index>
struct Holder<Descriptor, Sig, Index> {
    Descriptor value{-1};
    Result<void> set(ThreadState& ts, Object* argument) {
        if (argument) value.fd = TRY(file_descriptor_of(ts, *argument));
        return {};
    }
    Descriptor get() { return value; }
};
template <class Sig, int Index>
struct Holder<SystemName&, Sig, Index> {
    SystemName value;
    Result<void> set(ThreadState& ts, Object* argument) {
        if (argument) value.bytes = OptRef<Object>(TRY(filesystem_bytes(ts, *argument)));
        return {};
    }
    SystemName& get() { return value; }
};
template <class Sig, int Index>
struct Holder<OptionalText, Sig, Index> {
    OptionalText value;
    Result<void> set(ThreadState& ts, Object* argument) {
        if (!argument || is_none(argument)) return {};
        if (!PyUnicode_Check(argument)) return raise_argument_type(ts, {Sig::value, Index}, "str or None", *argument);
        value.str = as<Str>(argument);
        return {};
    }
    OptionalText get() { return value; }
};
template <class Sig, int Index>
struct Holder<UserId, Sig, Index> {
    UserId value{unsigned(-1)};
    Result<void> set(ThreadState& ts, Object* argument) {
        if (argument) value.value = TRY(identity_number(ts, *argument, "uid"));
        return {};
    }
    UserId get() { return value; }
};
template <class Sig, int Index>
struct Holder<GroupId, Sig, Index> {
    GroupId value{unsigned(-1)};
    Result<void> set(ThreadState& ts, Object* argument) {
        if (argument) value.value = TRY(identity_number(ts, *argument, "gid"));
        return {};
    }
    GroupId get() { return value; }
};

// An int for a user or group id, -1 for "none".
inline Result<Ref<Object>> identity_object(ThreadState& ts, unsigned id) {
    return id == unsigned(-1) ? int_from(ts, -1) : int_from_unsigned(ts, id);
}

inline void struct_set(Object& sequence, Py_ssize_t index, Ref<Object>&& value) {
    as<Tuple>(sequence).ob_item[index] = std::move(value).release();
}
// A named tuple to be filled with struct_set().
inline Result<Ref<Object>> struct_new(ThreadState& ts, Type& type) { return struct_sequence_new(ts, type); }
// A class of named tuples, added to the module under the last part of its name.
Result<Ref<Type>> struct_class(ThreadState& ts, Object& module, PyStructSequence_Desc& description);

// Adds the functions of a table to the module.
Result<void> module_add_functions(ThreadState& ts, Object& module, const MethodDef* methods);

// The table of slots of a module that only executes.
#define MODULE_EXEC_SLOTS(NAME, FUNCTION)                                                                          \
    const PyModuleDef_Slot NAME[] = {                                                                              \
        {Py_mod_exec, reinterpret_cast<void*>(static_cast<int (*)(::orochi::Object*)>(::orochi::slot<FUNCTION>))}, \
        {0, nullptr},                                                                                              \
    }

struct IntConstant {
    const char* name;
    long long value;
};
Result<void> module_add_constants(ThreadState& ts, Object& module, std::span<const IntConstant> constants);

}  // namespace orochi
