// FileIO: a file descriptor.
#include <sys/stat.h>
#include <unistd.h>

#include "modules/_io/io.hpp"
#include "objects/exceptions.hpp"

namespace orochi {

namespace {

struct File : FileIo {
    auto members() { return std::array<Object**, 0>{}; }
    void begin_finalizing() { finalizing = true; }
    void release() {}
};

Failure raise_closed(ThreadState& ts) { return raise(ts, PyExc_ValueError, "I/O operation on closed file"); }
Failure raise_mode(ThreadState& ts, const char* action) {
    return raise(ts, io_state(ts).unsupported_operation, "File not open for %s", action);
}

Result<Ref<Object>> file_new(ThreadState& ts, Type& type, Rest, Keywords) {
    Ref<FileIo> self = TRY(make_instance<FileIo>(type));
    self->fd = -1;
    self->closefd = true;
    self->seekable = -1;
    return std::move(self).cast<Object>();
}

Result<void> close_descriptor(ThreadState& ts, FileIo& self) {
    int fd = self.fd;
    if (fd < 0) return {};
    self.fd = -1;
    auto result = unlocked_call(ts, [&] { return close(fd); });
    if (result.failed() && result.error != EINTR) return raise_os_error(ts, result.error);
    return {};
}

// The flags of open() for a mode of "rwax", one of them, with "+" and "b".
Result<int> parse_mode(ThreadState& ts, FileIo& self, std::string_view mode) {
    auto bad = [&] {
        return raise(ts, PyExc_ValueError,
                     "Must have exactly one of create/read/write/append mode and at most one plus");
    };
    int flags = 0;
    bool kind = false, plus = false;
    for (char c : mode) {
        switch (c) {
            case 'x':
            case 'r':
            case 'w':
            case 'a':
                if (kind) return bad();
                kind = true;
                if (c == 'r') {
                    self.readable = true;
                } else {
                    self.writable = true;
                }
                if (c == 'x') {
                    self.created = true;
                    flags |= O_EXCL | O_CREAT;
                } else if (c == 'w') {
                    flags |= O_CREAT | O_TRUNC;
                } else if (c == 'a') {
                    self.appending = true;
                    flags |= O_APPEND | O_CREAT;
                }
                break;
            case 'b': break;
            case '+':
                if (plus) return bad();
                self.readable = self.writable = true;
                plus = true;
                break;
            default: return raise(ts, PyExc_ValueError, "invalid mode: %.200s", std::string(mode).c_str());
        }
    }
    if (!kind) return bad();
    return flags | (self.readable && self.writable ? O_RDWR : self.readable ? O_RDONLY : O_WRONLY) | O_CLOEXEC;
}

Result<void> open_file(ThreadState& ts, FileIo& self, Object& name, std::string_view mode, bool closefd, Object* opener,
                       bool& opened_here) {
    if (PyFloat_Check(&name)) return raise(ts, PyExc_TypeError, "integer argument expected, got float");
    int fd = -1;
    OptRef<Bytes> path;
    if (is_index(name)) {
        auto number = int_as_int(ts, name);
        if (number.ok()) {
            fd = std::move(number).take();
            if (fd < 0) return raise(ts, PyExc_ValueError, "negative file descriptor");
        } else {
            error_clear(ts);  // what is no descriptor must be a name
        }
    }
    if (fd < 0) {
        path = OptRef<Bytes>(TRY(filesystem_bytes(ts, name)));
    }
    int flags = TRY(parse_mode(ts, self, mode));
    std::string mode_text(mode);
    TRY(audit(ts, "open", "Osi", &name, mode_text.c_str(), flags));
    if (fd >= 0) {
        self.fd = fd;
        self.closefd = closefd;
    } else {
        self.closefd = true;
        if (!closefd) return raise(ts, PyExc_ValueError, "Cannot use closefd=False with file name");
        if (!opener || is_none(opener)) {
            auto result = TRY(blocking_call(ts, [&] { return open(bytes_data(*path), flags, 0666); }));
            if (result.failed()) return raise_os_error(ts, result.error, &name);
            self.fd = result.value;
        } else {
            Ref<Object> flags_object = TRY(int_from(ts, flags));
            Ref<Object> answer = TRY(call(ts, *opener, name, *flags_object));
            if (!PyLong_Check(answer.get())) return raise(ts, PyExc_TypeError, "expected integer from opener");
            int got = TRY(int_as_int(ts, *answer));
            if (got < 0) return raise(ts, PyExc_ValueError, "opener returned %d", got);
            self.fd = got;
            if (!set_inheritable(got, false)) return raise_os_error(ts, errno);
        }
        opened_here = true;
    }
    struct stat data;
    auto status = unlocked_call(ts, [&] { return fstat(self.fd, &data); });
    self.block_size = unsigned(kDefaultBufferSize);
    if (status.failed()) {
        // Some file systems refuse; a descriptor that is none is an error at once.
        if (status.error == EBADF) return raise_os_error(ts, status.error);
    } else {
        if (S_ISDIR(data.st_mode)) return raise_os_error(ts, EISDIR, &name);
        if (data.st_blksize > 1) self.block_size = unsigned(data.st_blksize);
    }
    TRY(setattr(ts, obj(self), "name"_n, name));
    if (self.appending) {
        // For tell(); pipes cannot, and need not.
        auto moved = unlocked_call(ts, [&] { return lseek(self.fd, 0, SEEK_END); });
        if (moved.failed() && moved.error != ESPIPE) return raise_os_error(ts, moved.error);
    }
    return {};
}

Result<void> file_init(ThreadState& ts, FileIo& self, Object& name, std::string_view mode, bool closefd,
                       Object* opener) {
    if (self.fd >= 0) {
        if (self.closefd) {
            TRY(close_descriptor(ts, self));
        } else {
            self.fd = -1;
        }
    }
    self.created = self.readable = self.writable = self.appending = false;
    self.seekable = -1;
    bool opened_here = false;
    if (open_file(ts, self, name, mode, closefd, opener, opened_here).ok()) return {};
    if (opened_here) {
        ErrorKeeper keeper(ts);
        if (!close_descriptor(ts, self).ok()) error_clear(ts);
    } else {
        self.fd = -1;  // the caller's own
    }
    return failure;
}

Result<void> check_open(ThreadState& ts, const FileIo& self) {
    if (self.fd < 0) return raise_closed(ts);
    return {};
}

Result<Ref<Object>> file_close(ThreadState& ts, FileIo& self) {
    // The base's close() first: it marks the object and calls flush(), which subclasses replace.
    Ref<Object> base_close = TRY(getattr(ts, obj(*io_state(ts).raw_io_base), "close"_n));
    auto closed = call(ts, *base_close, self);
    if (!self.closefd) {
        self.fd = -1;
        return closed;
    }
    if (!closed.ok()) {
        PendingError error = error_fetch(ts);
        error_normalize(ts, error);
        if (self.finalizing && self.fd >= 0) warn_unclosed(ts, obj(self));
        if (!close_descriptor(ts, self).ok()) {
            if (error.value) {
                Ref<Object> second = error_take(ts);
                exception_set_context(*second, OptRef<Object>(error.value.take()));
                return raise_instance(ts, *second);
            }
        }
        error_restore(ts, std::move(error));
        return failure;
    }
    if (self.finalizing && self.fd >= 0) warn_unclosed(ts, obj(self));
    TRY(close_descriptor(ts, self));
    return closed;
}

Result<void> file_dealloc_warn(ThreadState& ts, FileIo& self, Object& source) {
    if (self.fd >= 0 && self.closefd) warn_unclosed(ts, source);
    return {};
}

Result<int> file_fileno(ThreadState& ts, FileIo& self) {
    TRY(check_open(ts, self));
    return self.fd;
}
Result<bool> file_readable(ThreadState& ts, FileIo& self) {
    TRY(check_open(ts, self));
    return self.readable;
}
Result<bool> file_writable(ThreadState& ts, FileIo& self) {
    TRY(check_open(ts, self));
    return self.writable;
}
Result<bool> file_seekable(ThreadState& ts, FileIo& self) {
    TRY(check_open(ts, self));
    if (self.seekable < 0) self.seekable = !unlocked_call(ts, [&] { return lseek(self.fd, 0, SEEK_CUR); }).failed();
    return self.seekable == 1;
}
Result<bool> file_isatty(ThreadState& ts, FileIo& self) {
    TRY(check_open(ts, self));
    return unlocked_call(ts, [&] { return isatty(self.fd); }).value == 1;
}

Result<Ref<Object>> file_readall(ThreadState& ts, FileIo& self) {
    TRY(check_open(ts, self));
    // One byte more than the file is said to have left, so that the end shows in the same read.
    struct stat data;
    off_t position = -1, end = -1;
    unlocked_call(ts, [&] {
        position = lseek(self.fd, 0, SEEK_CUR);
        if (fstat(self.fd, &data) == 0) end = data.st_size;
        return 0;
    });
    Py_ssize_t capacity = kDefaultBufferSize;
    if (end > 0 && position >= 0 && end >= position && end - position < PY_SSIZE_T_MAX / 2)
        capacity = Py_ssize_t(end - position) + 1;
    Ref<Bytes> buffer = TRY(bytes_new(ts, capacity));
    Py_ssize_t filled = 0;
    for (;;) {
        if (filled == capacity) {
            capacity += std::max<Py_ssize_t>(kDefaultBufferSize, capacity > 65536 ? capacity / 8 + 65536 : capacity);
            buffer = TRY(bytes_resize(ts, std::move(buffer), capacity));
        }
        char* target = bytes_data(*buffer) + filled;
        size_t room = size_t(capacity - filled);
        auto result = TRY(blocking_call(ts, [&] { return read(self.fd, target, room); }));
        if (result.failed()) {
            if (result.error == EAGAIN || result.error == EWOULDBLOCK) {
                if (filled > 0) break;
                return new_none();
            }
            return raise_os_error(ts, result.error);
        }
        if (result.value == 0) break;
        filled += result.value;
    }
    if (filled == capacity) return buffer;
    return bytes_resize(ts, std::move(buffer), filled);
}

Result<Ref<Object>> size_or_none(ThreadState& ts, Py_ssize_t size) {
    return size == kWouldBlock ? new_none() : TRY(int_from(ts, size));
}
Result<Ref<Object>> file_read(ThreadState& ts, FileIo& self, Object* size_argument) {
    TRY(check_open(ts, self));
    if (!self.readable) return raise_mode(ts, "reading");
    Py_ssize_t size = TRY(optional_size(ts, size_argument));
    if (size < 0) return file_readall(ts, self);
    Ref<Bytes> buffer = TRY(bytes_new(ts, size));
    Py_ssize_t count = TRY(file_read_into(ts, self, bytes_data(*buffer), size));
    if (count == kWouldBlock) return new_none();
    if (count == size) return buffer;
    return bytes_resize(ts, std::move(buffer), count);
}
Result<Ref<Object>> file_readinto(ThreadState& ts, FileIo& self, WritableBufferView& buffer) {
    TRY(check_open(ts, self));
    if (!self.readable) return raise_mode(ts, "reading");
    return size_or_none(ts,
                        TRY(file_read_into(ts, self, reinterpret_cast<char*>(buffer.writable_data()), buffer.size())));
}
Result<Ref<Object>> file_write(ThreadState& ts, FileIo& self, BufferView& buffer) {
    TRY(check_open(ts, self));
    if (!self.writable) return raise_mode(ts, "writing");
    return size_or_none(ts,
                        TRY(file_write_from(ts, self, reinterpret_cast<const char*>(buffer.data()), buffer.size())));
}
Result<long long> file_seek_method(ThreadState& ts, FileIo& self, Object& position, int whence) {
    TRY(check_open(ts, self));
    if (PyFloat_Check(&position)) return raise(ts, PyExc_TypeError, "an integer is required");
    return file_seek(ts, self, TRY(int_as_long_long(ts, position)), whence);
}
Result<long long> file_tell(ThreadState& ts, FileIo& self) {
    TRY(check_open(ts, self));
    return file_seek(ts, self, 0, SEEK_CUR);
}
Result<Ref<Object>> file_truncate(ThreadState& ts, FileIo& self, Object* size) {
    TRY(check_open(ts, self));
    if (!self.writable) return raise_mode(ts, "writing");
    Ref<Object> position =
        size && !is_none(size) ? Ref<Object>::share(*size) : TRY(int_from(ts, TRY(file_seek(ts, self, 0, SEEK_CUR))));
    long long wanted = TRY(int_as_long_long(ts, *position));
    auto result = unlocked_call(ts, [&] { return ftruncate(self.fd, wanted); });
    if (result.failed()) return raise_os_error(ts, result.error);
    return position;
}

const char* mode_text(const FileIo& self) {
    if (self.created) return self.readable ? "xb+" : "xb";
    if (self.appending) return self.readable ? "ab+" : "ab";
    if (self.readable) return self.writable ? "rb+" : "rb";
    return "wb";
}
Result<Ref<Str>> file_repr(ThreadState& ts, FileIo& self) {
    if (self.fd < 0) return str_format(ts, "<_io.FileIO [closed]>");
    const char* closefd = self.closefd ? "True" : "False";
    OptRef<Object> name = TRY(getattr_optional(ts, obj(self), "name"_n));
    if (!name) return str_format(ts, "<_io.FileIO fd=%d mode='%s' closefd=%s>", self.fd, mode_text(self), closefd);
    if (!TRY(repr_enter(ts, obj(self)))) {
        auto text = str_format(ts, "<_io.FileIO name=%R mode='%s' closefd=%s>", name.get(), mode_text(self), closefd);
        repr_leave(ts, obj(self));
        return text;
    }
    return raise(ts, PyExc_RuntimeError, "reentrant call inside %s.__repr__", type_of(obj(self)).tp_name);
}
Result<Ref<Object>> get_closed(ThreadState&, FileIo& self) { return new_bool(self.fd < 0); }
Result<Ref<Object>> get_closefd(ThreadState&, FileIo& self) { return new_bool(self.closefd); }
Result<Ref<Str>> get_mode(ThreadState& ts, FileIo& self) { return str_from_ascii(ts, mode_text(self)); }
const MethodDef file_methods[] = {
    METHOD("read($self, size=-1, /)", file_read,
           "Read at most size bytes, returned as bytes.\n\n"
           "Only makes one system call, so less data may be returned than requested.\n"
           "In non-blocking mode, returns None if no data is available.\n"
           "Return an empty bytes object at EOF."),
    METHOD("readall($self, /)", file_readall,
           "Read all data from the file, returned as bytes.\n\n"
           "In non-blocking mode, returns as much as is immediately available,\n"
           "or None if no data is available.  Return an empty bytes object at EOF."),
    METHOD("readinto($self, buffer, /)", file_readinto, "Same as RawIOBase.readinto()."),
    METHOD("write($self, b, /)", file_write,
           "Write buffer b to file, return number of bytes written.\n\n"
           "Only makes one system call, so not all of the data may be written.\n"
           "The number of bytes actually written is returned.  In non-blocking mode,\n"
           "returns None if the write would block."),
    METHOD("seek($self, pos, whence=0, /)", file_seek_method,
           "Move to new file position and return the file position."),
    METHOD("tell($self, /)", file_tell, "Current file position.\n\nCan raise OSError for non seekable files."),
    METHOD("truncate($self, size=None, /)", file_truncate,
           "Truncate the file to at most size bytes and return the truncated size."),
    METHOD("close($self, /)", file_close,
           "Close the file.\n\nA closed file cannot be used for further I/O operations.  close() may be\n"
           "called more than once without error."),
    METHOD("seekable($self, /)", file_seekable, "True if file supports random-access."),
    METHOD("readable($self, /)", file_readable, "True if file was opened in a read mode."),
    METHOD("writable($self, /)", file_writable, "True if file was opened in a write mode."),
    METHOD("fileno($self, /)", file_fileno, "Return the underlying file descriptor (an integer)."),
    METHOD("isatty($self, /)", file_isatty, "True if the file is connected to a TTY device."),
    METHOD_PLAIN("_dealloc_warn($self, source, /)", file_dealloc_warn, nullptr),
    METHOD_END,
};
const PyGetSetDef file_getset[] = {
    GETTER("closed", get_closed, "True if the file is closed"),
    GETTER("closefd", get_closefd, "True if the file descriptor will be closed by close()."),
    GETTER("mode", get_mode, "String giving the file mode"),
    GETSET_END,
};
const PyMemberDef file_members[] = {
    {"_blksize", T_UINT, offsetof(FileIo, block_size), 0, nullptr},
    {"_finalizing", T_BOOL, offsetof(FileIo, finalizing), 0, nullptr},
    {},
};

}  // namespace

Result<Py_ssize_t> file_read_into(ThreadState& ts, FileIo& file, char* data, Py_ssize_t size) {
    if (file.fd < 0) return raise_closed(ts);
    if (!file.readable) return raise_mode(ts, "reading");
    auto result = TRY(blocking_call(ts, [&] { return read(file.fd, data, size_t(size)); }));
    if (result.failed()) {
        if (result.error == EAGAIN) return kWouldBlock;
        return raise_os_error(ts, result.error);
    }
    return Py_ssize_t(result.value);
}

Result<Py_ssize_t> file_write_from(ThreadState& ts, FileIo& file, const char* data, Py_ssize_t size) {
    if (file.fd < 0) return raise_closed(ts);
    if (!file.writable) return raise_mode(ts, "writing");
    auto result = TRY(blocking_call(ts, [&] { return write(file.fd, data, size_t(size)); }));
    if (result.failed()) {
        if (result.error == EAGAIN) return kWouldBlock;
        return raise_os_error(ts, result.error);
    }
    return Py_ssize_t(result.value);
}

Result<long long> file_seek(ThreadState& ts, FileIo& file, long long offset, int whence) {
    if (file.fd < 0) return raise_closed(ts);
    auto result = unlocked_call(ts, [&] { return static_cast<long long>(lseek(file.fd, offset, whence)); });
    if (file.seekable < 0) file.seekable = !result.failed();
    if (result.failed()) return raise_os_error(ts, result.error);
    return result.value;
}

Result<void> io_add_file_io(ThreadState& ts, Object& module, IoState& state) {
    state.file_io = TRY(io_class<File>(
        ts, module, "_io.FileIO", state.raw_io_base,
        {{Py_tp_doc, const_cast<char*>("FileIO(file, mode='r', closefd=True, opener=None)\n--\n\nOpen a file.")},
         {Py_tp_new, new_pointer(NEW_SLOT("FileIO($type, /, *args, **kwargs)", file_new))},
         {Py_tp_init, init_pointer(NEW_SLOT("FileIO($self, file, mode='r', closefd=True, opener=None)", file_init))},
         {Py_tp_repr, slot_pointer<reprfunc, file_repr>()},
         {Py_tp_methods, methods_pointer(file_methods)},
         {Py_tp_members, MEMBER_TABLE(file_members)},
         {Py_tp_getset, GETSET_TABLE(file_getset)}}));
    return {};
}

}  // namespace orochi
