#include "modules/posix/posix.hpp"

namespace orochi {

namespace {

const char* expected(PathKind kind) {
    switch (kind) {
        case PathKind::kName: return "string, bytes or os.PathLike";
        case PathKind::kNameOrDescriptor: return "string, bytes, os.PathLike or integer";
        case PathKind::kNameOrNone: return "string, bytes, os.PathLike or None";
        default: return "string, bytes, os.PathLike, integer or None";
    }
}
bool takes_descriptor(PathKind kind) { return kind == PathKind::kNameOrDescriptor || kind == PathKind::kAny; }
bool takes_none(PathKind kind) { return kind == PathKind::kNameOrNone || kind == PathKind::kAny; }

Result<int> number_as_descriptor(ThreadState& ts, Object& number) {
    Ref<Object> index = TRY(number_index(ts, number));
    int overflow;
    long long value = TRY(int_as_long_long_overflow(ts, *index, overflow));
    if (overflow > 0 || (overflow == 0 && value > INT_MAX))
        return raise(ts, PyExc_OverflowError, "fd is greater than maximum");
    if (overflow < 0 || value < INT_MIN) return raise(ts, PyExc_OverflowError, "fd is less than minimum");
    return int(value);
}

Result<void> set_name(ThreadState& ts, Object& text, PathArgument& path) {
    if (PyUnicode_Check(&text)) {
        path.bytes = OptRef<Object>(TRY(str_encode_filesystem(ts, as<Str>(text))));
    } else {
        path.bytes = OptRef<Object>(Ref<Object>::share(text));
        path.is_bytes = true;
    }
    path.name = PyBytes_AS_STRING(path.bytes.get());
    path.size = PyBytes_GET_SIZE(path.bytes.get());
    if (std::memchr(path.name, 0, size_t(path.size))) return raise(ts, PyExc_ValueError, "embedded null byte");
    path.object = &text;
    return {};
}

}  // namespace

Result<void> convert_path(ThreadState& ts, Object* argument, PathKind kind, std::string_view function,
                          std::string_view parameter, PathArgument& path) {
    if (!argument || (is_none(argument) && takes_none(kind))) {
        path.object = nullptr;
        path.name = nullptr;
        return {};
    }
    Object& value = *argument;
    if (PyUnicode_Check(&value) || PyBytes_Check(&value)) return set_name(ts, value, path);
    auto wrong_type = [&](Object* category) -> Result<void> {
        std::string place = std::string(function) + ": " + std::string(parameter);
        Ref<Str> message = TRY(str_format(ts, "%s should be %s, not %T", place.c_str(), expected(kind), &value));
        if (category) return warn(ts, category, 1, "%U", message.get());
        return raise(ts, PyExc_TypeError, "%U", message.get());
    };
    // Classes that have __fspath__ come before numbers and buffers.
    Object* has_fspath = type_lookup(ts, type_of(value), "__fspath__"_s);
    if (!has_fspath && takes_descriptor(kind) && is_index(value)) {
        path.fd = TRY(number_as_descriptor(ts, value));
        path.object = &value;
        return {};
    }
    if (!has_fspath && has_buffer(value)) {
        TRY(wrong_type(PyExc_DeprecationWarning));
        path.keeper = OptRef<Object>(TRY(bytes_from_object(ts, value)));
        TRY(set_name(ts, *path.keeper, path));
        path.object = &value;
        return {};
    }
    if (!has_fspath) return wrong_type(nullptr);
    path.keeper = OptRef<Object>(TRY(fspath(ts, value)));
    return set_name(ts, *path.keeper, path);
}

Result<int> convert_directory_descriptor(ThreadState& ts, Object& argument) {
    if (!is_index(argument)) return raise(ts, PyExc_TypeError, "argument should be integer or None, not %T", &argument);
    return number_as_descriptor(ts, argument);
}

Failure raise_path_error(ThreadState& ts, int error, const PathArgument& path) {
    return raise_os_error(ts, error, path.object);
}

Failure raise_path_error2(ThreadState& ts, int error, const PathArgument& a, const PathArgument& b) {
    return raise_os_error(ts, error, a.object, b.object);
}

Result<void> check_descriptor_alone(ThreadState& ts, const char* function, const PathArgument& path, int dir_fd,
                                    bool follow_symlinks) {
    if (dir_fd != AT_FDCWD && !path.name)
        return raise(ts, PyExc_ValueError, "%s: can't specify dir_fd without matching path", function);
    if (path.is_descriptor() && dir_fd != AT_FDCWD)
        return raise(ts, PyExc_ValueError, "%s: can't specify both dir_fd and fd", function);
    if (path.is_descriptor() && !follow_symlinks)
        return raise(ts, PyExc_ValueError, "%s: cannot use fd and follow_symlinks together", function);
    return {};
}

}  // namespace orochi
