// Limits and random bytes: sysconf(), pathconf(), confstr(), urandom(), getrandom(), strerror().
#include <sys/random.h>
#include <unistd.h>

#include "base/random.hpp"
#include "modules/posix/posix.hpp"

namespace orochi {

namespace {

constexpr IntConstant sysconf_names[] = {
#define SYSCONF(NAME) {#NAME, _##NAME},
#define PATHCONF(NAME)
#define CONFSTR(NAME)
#include "modules/posix/configuration_names.def"
#undef SYSCONF
#undef PATHCONF
#undef CONFSTR
};
constexpr IntConstant pathconf_names[] = {
#define SYSCONF(NAME)
#define PATHCONF(NAME) {#NAME, _##NAME},
#define CONFSTR(NAME)
#include "modules/posix/configuration_names.def"
#undef SYSCONF
#undef PATHCONF
#undef CONFSTR
};
constexpr IntConstant confstr_names[] = {
#define SYSCONF(NAME)
#define PATHCONF(NAME)
#define CONFSTR(NAME) {#NAME, _##NAME},
#include "modules/posix/configuration_names.def"
#undef SYSCONF
#undef PATHCONF
#undef CONFSTR
};

Result<int> configuration_number(ThreadState& ts, Object& name, std::span<const IntConstant> names) {
    if (PyLong_Check(&name)) return int_as_int(ts, name);
    if (!PyUnicode_Check(&name)) return raise(ts, PyExc_TypeError, "configuration names must be strings or integers");
    std::string_view text = TRY(str_utf8(ts, as<Str>(name)));
    for (const IntConstant& entry : names) {
        if (text == entry.name) return int(entry.value);
    }
    return raise(ts, PyExc_ValueError, "unrecognized configuration name");
}

Result<long> posix_sysconf(ThreadState& ts, Object&, Object& name) {
    int number = TRY(configuration_number(ts, name, sysconf_names));
    errno = 0;
    long value = sysconf(number);
    if (value == -1 && errno) return raise_os_error(ts, errno);
    return value;
}
Result<long> posix_pathconf(ThreadState& ts, Object&, PathOrDescriptor& path, Object& name) {
    int number = TRY(configuration_number(ts, name, pathconf_names));
    errno = 0;
    long value = path.is_descriptor() ? fpathconf(path.fd, number) : pathconf(path.name, number);
    if (value == -1 && errno) {
        if (errno == EINVAL) return raise_os_error(ts, errno);  // about the name, not the path
        return raise_path_error(ts, errno, path);
    }
    return value;
}
Result<long> posix_fpathconf(ThreadState& ts, Object&, int fd, Object& name) {
    int number = TRY(configuration_number(ts, name, pathconf_names));
    errno = 0;
    long value = fpathconf(fd, number);
    if (value == -1 && errno) return raise_os_error(ts, errno);
    return value;
}
Result<Ref<Object>> posix_confstr(ThreadState& ts, Object&, Object& name) {
    int number = TRY(configuration_number(ts, name, confstr_names));
    errno = 0;
    size_t size = confstr(number, nullptr, 0);
    if (size == 0) {
        if (errno) return raise_os_error(ts, errno);
        return new_none();
    }
    std::string buffer(size, '\0');
    confstr(number, buffer.data(), size);
    buffer.resize(size - 1);
    return str_decode_filesystem(ts, buffer);
}

Result<Ref<Object>> posix_urandom(ThreadState& ts, Object&, Py_ssize_t size) {
    if (size < 0) return raise(ts, PyExc_ValueError, "negative argument not allowed");
    Ref<Bytes> bytes = TRY(bytes_new(ts, size));
    if (!base::random_bytes(bytes_data(*bytes), size_t(size))) return raise_os_error(ts, errno);
    return bytes;
}
Result<Ref<Object>> posix_getrandom(ThreadState& ts, Object&, Py_ssize_t size, int flags) {
    if (size < 0) return raise_os_error(ts, EINVAL);
    Ref<Bytes> bytes = TRY(bytes_new(ts, size));
    char* data = bytes_data(*bytes);
    auto result = TRY(blocking_call(ts, [&] { return getrandom(data, size_t(size), unsigned(flags)); }));
    TRY(check_system(ts, result));
    if (result.value == size) return bytes;
    return bytes_resize(ts, std::move(bytes), result.value);
}
Result<Ref<Object>> posix_strerror(ThreadState& ts, Object&, int code) {
    char buffer[128];
    return str_decode_filesystem(ts, strerror_r(code, buffer, sizeof buffer));
}

Result<void> add_names(ThreadState& ts, Object& module, const char* attribute, std::span<const IntConstant> names) {
    Ref<Dict> dict = TRY(dict_new(ts));
    for (const IntConstant& entry : names) {
        Ref<Object> value = TRY(int_from(ts, entry.value));
        TRY(dict_set_text(ts, *dict, entry.name, *value));
    }
    return module_add(ts, module, attribute, obj(*dict));
}

}  // namespace

const MethodDef posix_configuration_methods[] = {
    METHOD("sysconf($module, name, /)", posix_sysconf, "Return an integer-valued system configuration variable."),
    METHOD("pathconf($module, /, path, name)", posix_pathconf,
           "Return the configuration limit name for the file or directory path."),
    METHOD("fpathconf($module, fd, name, /)", posix_fpathconf,
           "Return the configuration limit name for the file descriptor fd."),
    METHOD("confstr($module, name, /)", posix_confstr, "Return a string-valued system configuration variable."),
    METHOD("urandom($module, size, /)", posix_urandom,
           "Return a bytes object containing random bytes suitable for cryptographic use."),
    METHOD("getrandom($module, /, size, flags=0)", posix_getrandom, "Obtain a series of random bytes."),
    METHOD("strerror($module, code, /)", posix_strerror, "Translate an error code to a message string."),
    METHOD_END,
};

Result<void> posix_add_configuration_names(ThreadState& ts, Object& module) {
    TRY(add_names(ts, module, "sysconf_names", sysconf_names));
    TRY(add_names(ts, module, "pathconf_names", pathconf_names));
    return add_names(ts, module, "confstr_names", confstr_names);
}

}  // namespace orochi
