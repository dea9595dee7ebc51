// Reading and writing descriptors, and copying between them.
#include <sys/sendfile.h>
#include <sys/uio.h>
#include <unistd.h>
#include <memory>

#include "modules/posix/posix.hpp"

namespace orochi {

namespace {

constexpr Py_ssize_t kMostBytes = PY_SSIZE_T_MAX;

// Runs a call that fills `length` bytes, and makes them bytes.
template <class F>
Result<Ref<Object>> read_bytes(ThreadState& ts, Py_ssize_t length, F f) {
    if (length < 0) return raise_os_error(ts, EINVAL);
    if (length > kMostBytes) length = kMostBytes;
    Ref<Bytes> buffer = TRY(bytes_new(ts, length));
    char* data = bytes_data(*buffer);
    auto result = TRY(blocking_call(ts, [&] { return f(data, size_t(length)); }));
    TRY(check_system(ts, result));
    if (result.value == length) return buffer;
    return bytes_resize(ts, std::move(buffer), result.value);
}

Result<Ref<Object>> posix_read(ThreadState& ts, Object&, int fd, Py_ssize_t length) {
    return read_bytes(ts, length, [&](char* data, size_t size) { return read(fd, data, size); });
}
Result<Ref<Object>> posix_pread(ThreadState& ts, Object&, int fd, Py_ssize_t length, long long offset) {
    return read_bytes(ts, length, [&](char* data, size_t size) { return pread(fd, data, size, offset); });
}
Result<Py_ssize_t> posix_write(ThreadState& ts, Object&, int fd, BufferView& data) {
    auto result = TRY(blocking_call(ts, [&] { return write(fd, data.data(), size_t(data.size())); }));
    TRY(check_system(ts, result));
    return result.value;
}
Result<Py_ssize_t> posix_pwrite(ThreadState& ts, Object&, int fd, BufferView& data, long long offset) {
    auto result = TRY(blocking_call(ts, [&] { return pwrite(fd, data.data(), size_t(data.size()), offset); }));
    TRY(check_system(ts, result));
    return result.value;
}

// The buffers of a sequence as an array of iovec.
class Vector {
public:
    Result<void> take(ThreadState& ts, Object& sequence, int flags, const char* function) {
        if (!is_sequence(sequence)) return raise(ts, PyExc_TypeError, "%s() arg 2 must be a sequence", function);
        Py_ssize_t count = TRY(length(ts, sequence));
        views_ = std::make_unique<BufferView[]>(size_t(count));
        entries_ = std::make_unique<iovec[]>(size_t(count));
        for (Py_ssize_t i = 0; i < count; ++i) {
            Ref<Object> item = TRY(sequence_getitem(ts, sequence, i));
            TRY(get_buffer(ts, *item, views_[size_t(i)].raw(), flags));
            entries_[size_t(i)] = {views_[size_t(i)].writable_data(), size_t(views_[size_t(i)].size())};
            count_ = int(i + 1);
        }
        return {};
    }
    const iovec* data() const { return entries_.get(); }
    int count() const { return count_; }

private:
    std::unique_ptr<BufferView[]> views_;
    std::unique_ptr<iovec[]> entries_;
    int count_ = 0;
};

template <class F>
Result<Py_ssize_t> transfer_vector(ThreadState& ts, Object& buffers, int flags, const char* name, F f) {
    Vector vector;
    TRY(vector.take(ts, buffers, flags, name));
    auto result = TRY(blocking_call(ts, [&] { return f(vector.data(), vector.count()); }));
    TRY(check_system(ts, result));
    return result.value;
}
Result<Py_ssize_t> posix_readv(ThreadState& ts, Object&, int fd, Object& buffers) {
    return transfer_vector(ts, buffers, PyBUF_WRITABLE, "readv",
                           [&](const iovec* v, int n) { return readv(fd, v, n); });
}
Result<Py_ssize_t> posix_preadv(ThreadState& ts, Object&, int fd, Object& buffers, long long offset, int flags) {
    return transfer_vector(ts, buffers, PyBUF_WRITABLE, "preadv2", [&](const iovec* v, int n) {
        return flags ? preadv2(fd, v, n, offset, flags) : preadv(fd, v, n, offset);
    });
}
Result<Py_ssize_t> posix_writev(ThreadState& ts, Object&, int fd, Object& buffers) {
    return transfer_vector(ts, buffers, PyBUF_SIMPLE, "writev",
                           [&](const iovec* v, int n) { return writev(fd, v, n); });
}
Result<Py_ssize_t> posix_pwritev(ThreadState& ts, Object&, int fd, Object& buffers, long long offset, int flags) {
    return transfer_vector(ts, buffers, PyBUF_SIMPLE, "pwritev2", [&](const iovec* v, int n) {
        return flags ? pwritev2(fd, v, n, offset, flags) : pwritev(fd, v, n, offset);
    });
}

Result<Py_ssize_t> posix_sendfile(ThreadState& ts, Object&, int out_fd, int in_fd, Object& offset, Py_ssize_t count) {
    bool at_position = is_none(offset);
    off_t position = at_position ? 0 : TRY(convert_long_long(ts, offset));
    auto result = TRY(
        blocking_call(ts, [&] { return sendfile(out_fd, in_fd, at_position ? nullptr : &position, size_t(count)); }));
    TRY(check_system(ts, result));
    return result.value;
}

// None: the file's own position, which moves.
Result<off64_t*> optional_offset(ThreadState& ts, Object* value, off64_t& storage) {
    if (!value || is_none(value)) return static_cast<off64_t*>(nullptr);
    storage = TRY(convert_long_long(ts, *value));
    return &storage;
}
Result<Py_ssize_t> posix_copy_file_range(ThreadState& ts, Object&, int source, int target, Py_ssize_t count,
                                         Object* source_offset, Object* target_offset) {
    if (count < 0) return raise(ts, PyExc_ValueError, "negative value for 'count' not allowed");
    off64_t from, to;
    off64_t* from_pointer = TRY(optional_offset(ts, source_offset, from));
    off64_t* to_pointer = TRY(optional_offset(ts, target_offset, to));
    auto result = TRY(
        blocking_call(ts, [&] { return copy_file_range(source, from_pointer, target, to_pointer, size_t(count), 0); }));
    TRY(check_system(ts, result));
    return result.value;
}
Result<Py_ssize_t> posix_splice(ThreadState& ts, Object&, int source, int target, Py_ssize_t count,
                                Object* source_offset, Object* target_offset, unsigned flags) {
    if (count < 0) return raise(ts, PyExc_ValueError, "negative value for 'count' not allowed");
    off64_t from, to;
    off64_t* from_pointer = TRY(optional_offset(ts, source_offset, from));
    off64_t* to_pointer = TRY(optional_offset(ts, target_offset, to));
    auto result =
        TRY(blocking_call(ts, [&] { return splice(source, from_pointer, target, to_pointer, size_t(count), flags); }));
    TRY(check_system(ts, result));
    return result.value;
}

}  // namespace

const MethodDef posix_transfer_methods[] = {
    METHOD("read($module, fd, length, /)", posix_read, "Read from a file descriptor.  Returns a bytes object."),
    METHOD("pread($module, fd, length, offset, /)", posix_pread,
           "Read a number of bytes from a file descriptor starting at a particular offset."),
    METHOD("write($module, fd, data, /)", posix_write, "Write a bytes object to a file descriptor."),
    METHOD("pwrite($module, fd, buffer, offset, /)", posix_pwrite,
           "Write bytes to a file descriptor starting at a particular offset."),
    METHOD("readv($module, fd, buffers, /)", posix_readv, "Read from a file descriptor into an iterable of buffers."),
    METHOD("preadv($module, fd, buffers, offset, flags=0, /)", posix_preadv,
           "Reads from a file descriptor into a number of mutable bytes-like objects."),
    METHOD("writev($module, fd, buffers, /)", posix_writev, "Iterate over buffers, and write the contents of each."),
    METHOD("pwritev($module, fd, buffers, offset, flags=0, /)", posix_pwritev,
           "Writes the contents of bytes-like objects to a file descriptor at a given offset."),
    METHOD("sendfile($module, /, out_fd, in_fd, offset, count)", posix_sendfile,
           "Copy count bytes from file descriptor in_fd to file descriptor out_fd."),
    METHOD("copy_file_range($module, /, src, dst, count, offset_src=None, offset_dst=None)", posix_copy_file_range,
           "Copy count bytes from one file descriptor to another."),
    METHOD("splice($module, /, src, dst, count, offset_src=None, offset_dst=None, flags=0)", posix_splice,
           "Transfer count bytes from one pipe to a descriptor or vice versa."),
    METHOD_END,
};

}  // namespace orochi
