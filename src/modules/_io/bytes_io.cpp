// BytesIO. The contents are a bytes object, shared with whoever gave or got it until they change: then a copy is made.
#include "modules/_io/io.hpp"

extern "C" PyTypeObject _PyBytesIOBuffer_Type;

namespace orochi {

namespace {

struct BytesIo : IoBase {
    Object* contents;  // bytes, with room behind `size` when it is ours alone; null: closed
    Py_ssize_t pos, size;
    Py_ssize_t exports;
    auto members() { return std::array{&contents}; }
    void begin_finalizing() {}
    void release() {}
};
// What getbuffer() makes a memoryview of. Its type has an exported symbol, so it is a static one.
struct BytesIoBuffer {
    PyObject ob_base;
    Object* source;
};

char* data_of(BytesIo& self) { return bytes_data(as<Bytes>(*self.contents)); }
Py_ssize_t capacity(BytesIo& self) { return Py_SIZE(self.contents); }
bool is_shared(BytesIo& self) { return is_immortal(*self.contents) || self.contents->ob_refcnt > 1; }

Result<void> check_open(ThreadState& ts, BytesIo& self) {
    if (!self.contents) return raise(ts, PyExc_ValueError, "I/O operation on closed file.");
    return {};
}
Result<void> check_exports(ThreadState& ts, BytesIo& self) {
    if (self.exports > 0) return raise(ts, PyExc_BufferError, "Existing exports of data: object cannot be re-sized");
    return {};
}

// Makes the contents ours alone, with at least that much room.
Result<void> own(ThreadState& ts, BytesIo& self, Py_ssize_t room) {
    if (room < self.size) room = self.size;
    if (!is_shared(self) && capacity(self) >= room) return {};
    if (room > capacity(self)) {
        Py_ssize_t more = capacity(self) + (capacity(self) >> 3) + (capacity(self) < 9 ? 3 : 6);
        if (room < more) room = more;
    }
    if (!is_shared(self)) {
        Ref<Bytes> old = Ref<Bytes>::steal(*as<Bytes>(std::exchange(self.contents, nullptr)));
        auto grown = bytes_resize(ts, std::move(old), room);
        if (!grown.ok()) {
            self.contents = new_reference(obj(empty_bytes()));
            self.size = self.pos = 0;
            return failure;
        }
        self.contents = obj(std::move(grown).release());
        return {};
    }
    Ref<Bytes> fresh = TRY(bytes_new(ts, room));
    std::memcpy(bytes_data(*fresh), data_of(self), size_t(std::min(self.size, capacity(self))));
    assign(self.contents, std::move(fresh));
    return {};
}

Result<Py_ssize_t> write_view(ThreadState& ts, BytesIo& self, const unsigned char* data, Py_ssize_t count) {
    if (count == 0) return Py_ssize_t(0);
    if (self.pos > PY_SSIZE_T_MAX - count) return raise(ts, PyExc_OverflowError, "new buffer size too large");
    Py_ssize_t end = self.pos + count;
    TRY(own(ts, self, end));
    if (self.pos > self.size) std::memset(data_of(self) + self.size, 0, size_t(self.pos - self.size));
    std::memcpy(data_of(self) + self.pos, data, size_t(count));
    self.pos = end;
    if (self.size < end) self.size = end;
    return count;
}
Result<Py_ssize_t> bytesio_write(ThreadState& ts, BytesIo& self, Object& value) {
    TRY(check_open(ts, self));
    TRY(check_exports(ts, self));
    BufferView view;
    TRY(get_buffer(ts, value, view.raw(), PyBUF_CONTIG_RO));
    TRY(check_open(ts, self));
    TRY(check_exports(ts, self));
    return write_view(ts, self, view.data(), view.size());
}
Result<void> bytesio_writelines(ThreadState& ts, BytesIo& self, Object& lines) {
    TRY(check_open(ts, self));
    Ref<Object> iterator = TRY(get_iter(ts, lines));
    for (;;) {
        OptRef<Object> line = TRY(iter_next(ts, *iterator));
        if (!line) return {};
        TRY(bytesio_write(ts, self, *line));
    }
}

Result<Ref<Object>> take(ThreadState& ts, BytesIo& self, Py_ssize_t count) {
    // All of it, exactly: no copy.
    if (count > 1 && self.pos == 0 && count == capacity(self) && count == self.size && self.exports == 0) {
        self.pos += count;
        return Ref<Object>::share(*self.contents);
    }
    Ref<Bytes> result = TRY(bytes_from(ts, {data_of(self) + (count ? self.pos : 0), size_t(count)}));
    self.pos += count;
    return result;
}
Py_ssize_t left(const BytesIo& self) { return self.pos < self.size ? self.size - self.pos : 0; }

Result<Ref<Object>> bytesio_read(ThreadState& ts, BytesIo& self, Object* size) {
    Py_ssize_t count = TRY(optional_size(ts, size));
    TRY(check_open(ts, self));
    if (count < 0 || count > left(self)) count = left(self);
    return take(ts, self, count);
}
Py_ssize_t line_length(BytesIo& self, Py_ssize_t limit) {
    Py_ssize_t most = left(self);
    if (limit >= 0 && limit < most) most = limit;
    if (most == 0) return 0;
    const char* start = data_of(self) + self.pos;
    const void* found = std::memchr(start, '\n', size_t(most));
    return found ? static_cast<const char*>(found) - start + 1 : most;
}
Result<Ref<Object>> bytesio_readline(ThreadState& ts, BytesIo& self, Object* size) {
    Py_ssize_t limit = TRY(optional_size(ts, size));
    TRY(check_open(ts, self));
    return take(ts, self, line_length(self, limit));
}
Result<OptRef<Object>> bytesio_next(ThreadState& ts, BytesIo& self) {
    TRY(check_open(ts, self));
    Py_ssize_t count = line_length(self, -1);
    if (count == 0) return nullptr;
    return TRY(take(ts, self, count));
}
Result<Ref<Object>> bytesio_readlines(ThreadState& ts, BytesIo& self, Object* size) {
    TRY(check_open(ts, self));
    Py_ssize_t most = TRY(optional_size(ts, size)), total = 0;
    Ref<List> lines = TRY(list_new(ts, 0));
    for (;;) {
        Py_ssize_t count = line_length(self, -1);
        if (count == 0) break;
        TRY(list_append(ts, *lines, TRY(take(ts, self, count))));
        total += count;
        if (most > 0 && total >= most) break;
    }
    return lines;
}
Result<Py_ssize_t> bytesio_readinto(ThreadState& ts, BytesIo& self, WritableBufferView& buffer) {
    TRY(check_open(ts, self));
    Py_ssize_t count = std::min(left(self), buffer.size());
    if (count) std::memcpy(buffer.writable_data(), data_of(self) + self.pos, size_t(count));
    self.pos += count;
    return count;
}
Result<Py_ssize_t> bytesio_seek(ThreadState& ts, BytesIo& self, Py_ssize_t position, int whence) {
    TRY(check_open(ts, self));
    if (position < 0 && whence == 0) return raise(ts, PyExc_ValueError, "negative seek value %zd", position);
    Py_ssize_t origin = whence == 1 ? self.pos : whence == 2 ? self.size : 0;
    if (whence < 0 || whence > 2)
        return raise(ts, PyExc_ValueError, "invalid whence (%i, should be 0, 1 or 2)", whence);
    if (whence && position > PY_SSIZE_T_MAX - origin) return raise(ts, PyExc_OverflowError, "new position too large");
    position += origin;
    if (position < 0) position = 0;
    self.pos = position;
    return position;
}
Result<Py_ssize_t> bytesio_tell(ThreadState& ts, BytesIo& self) {
    TRY(check_open(ts, self));
    return self.pos;
}
Result<Py_ssize_t> bytesio_truncate(ThreadState& ts, BytesIo& self, Object* size_argument) {
    TRY(check_open(ts, self));
    TRY(check_exports(ts, self));
    Py_ssize_t size = self.pos;
    if (size_argument && !is_none(size_argument)) size = TRY(optional_size(ts, size_argument));
    if (size < 0) return raise(ts, PyExc_ValueError, "negative size value %zd", size);
    if (size < self.size) {
        TRY(own(ts, self, size));
        self.size = size;
    }
    return size;
}
Result<Ref<Object>> bytesio_getvalue(ThreadState& ts, BytesIo& self) {
    TRY(check_open(ts, self));
    if (self.size != capacity(self) && self.exports == 0) {
        if (is_shared(self)) {
            assign(self.contents, TRY(bytes_from(ts, {data_of(self), size_t(self.size)})));
        } else {
            Ref<Bytes> old = Ref<Bytes>::steal(*as<Bytes>(std::exchange(self.contents, nullptr)));
            auto shrunk = bytes_resize(ts, std::move(old), self.size);
            if (!shrunk.ok()) return failure;
            self.contents = obj(std::move(shrunk).release());
        }
    }
    if (self.size != capacity(self)) return bytes_from(ts, {data_of(self), size_t(self.size)});
    return Ref<Object>::share(*self.contents);
}
Result<Ref<Object>> bytesio_getbuffer(ThreadState& ts, BytesIo& self) {
    TRY(check_open(ts, self));
    Ref<BytesIoBuffer> buffer = TRY(make_instance<BytesIoBuffer>(_PyBytesIOBuffer_Type));
    buffer->source = new_reference(obj(self));
    return memoryview_from_object(ts, obj(*buffer));
}
Result<void> bytesio_close(ThreadState& ts, BytesIo& self) {
    TRY(check_exports(ts, self));
    clear(self.contents);
    return {};
}
Result<void> bytesio_flush(ThreadState& ts, BytesIo& self) { return check_open(ts, self); }
Result<bool> bytesio_true(ThreadState& ts, BytesIo& self) {
    TRY(check_open(ts, self));
    return true;
}
Result<bool> bytesio_false(ThreadState& ts, BytesIo& self) {
    TRY(check_open(ts, self));
    return false;
}
Result<Ref<Object>> get_closed(ThreadState&, BytesIo& self) { return new_bool(!self.contents); }
Result<Py_ssize_t> bytesio_sizeof(ThreadState&, BytesIo& self) {
    Py_ssize_t size = type_of(obj(self)).tp_basicsize;
    if (self.contents && !is_shared(self)) size += Py_ssize_t(sizeof(PyBytesObject)) + capacity(self);
    return size;
}
Result<Ref<Object>> bytesio_iter(ThreadState& ts, BytesIo& self) {
    TRY(check_open(ts, self));
    return Ref<Object>::share(obj(self));
}
Result<Ref<Object>> bytesio_getstate(ThreadState& ts, BytesIo& self) {
    Ref<Object> value = TRY(bytesio_getvalue(ts, self));
    Ref<Object> position = TRY(int_from(ts, self.pos));
    Ref<Object> dict = new_none();
    if (self.dict) dict = TRY(dict_copy(ts, as<Dict>(*self.dict)));
    return tuple_of(ts, *value, *position, *dict);
}
Result<void> bytesio_setstate(ThreadState& ts, BytesIo& self, Object& state) {
    if (!PyTuple_Check(&state) || tuple_size(as<Tuple>(state)) < 3)
        return raise(ts, PyExc_TypeError, "%s.__setstate__ argument should be 3-tuple, got %T",
                     type_of(obj(self)).tp_name, &state);
    TRY(check_open(ts, self));
    TRY(check_exports(ts, self));
    self.size = self.pos = 0;
    assign(self.contents, Ref<Object>::share(obj(empty_bytes())));
    TRY(bytesio_write(ts, self, tuple_item(as<Tuple>(state), 0)));
    Object& position = tuple_item(as<Tuple>(state), 1);
    if (!PyLong_Check(&position))
        return raise(ts, PyExc_TypeError, "second item of state must be an integer, not %T", &position);
    Py_ssize_t pos = TRY(int_as_ssize(ts, position));
    if (pos < 0) return raise(ts, PyExc_ValueError, "position value cannot be negative");
    self.pos = pos;
    Object& dict = tuple_item(as<Tuple>(state), 2);
    if (is_none(&dict)) return {};
    if (!PyDict_Check(&dict))
        return raise(ts, PyExc_TypeError, "third item of state should be a dict, got a %T", &dict);
    if (self.dict) return dict_update(ts, as<Dict>(*self.dict), dict);
    self.dict = new_reference(dict);
    return {};
}

Result<Ref<Object>> bytesio_new(ThreadState& ts, Type& type, Rest, Keywords) {
    Ref<BytesIo> self = TRY(make_instance<BytesIo>(type));
    self->contents = new_reference(obj(empty_bytes()));
    return std::move(self).cast<Object>();
}
Result<void> bytesio_init(ThreadState& ts, BytesIo& self, Object* initial) {
    TRY(check_exports(ts, self));
    self.size = self.pos = 0;
    if (!self.contents) self.contents = new_reference(obj(empty_bytes()));
    if (!initial || is_none(initial)) return {};
    if (PyBytes_CheckExact(initial)) {
        assign(self.contents, Ref<Object>::share(*initial));
        self.size = capacity(self);
        return {};
    }
    TRY(bytesio_write(ts, self, *initial));
    self.pos = 0;
    return {};
}

int buffer_get(Object* object, Py_buffer* view, int flags) {
    ThreadState& ts = current_thread();
    BytesIo& source = as<BytesIo>(*as<BytesIoBuffer>(*object).source);
    if (!view) {
        (void)raise(ts, PyExc_BufferError, "bytesiobuf_getbuffer: view==NULL argument is obsolete");
        return -1;
    }
    if (source.exports == 0 && is_shared(source) && !own(ts, source, source.size).ok()) return -1;
    if (!buffer_fill_info(ts, *view, object, data_of(source), source.size, false, flags).ok()) return -1;
    ++source.exports;
    return 0;
}
void buffer_release(Object* object, Py_buffer*) {
    Object* source = as<BytesIoBuffer>(*object).source;
    if (source) --as<BytesIo>(*source).exports;
}

void buffer_dealloc(Object* object) {
    gc_untrack_if_tracked(*object);
    clear(as<BytesIoBuffer>(*object).source);
    type_of(*object).tp_free(object);
}
int buffer_traverse(Object* object, visitproc visit, void* argument) {
    VISIT(as<BytesIoBuffer>(*object).source);
    return 0;
}
constinit PyBufferProcs buffer_procs = {buffer_get, buffer_release};

const MethodDef bytesio_methods[] = {
    METHOD("readable($self, /)", bytesio_true, "Returns True if the IO object can be read."),
    METHOD("seekable($self, /)", bytesio_true, "Returns True if the IO object can be seeked."),
    METHOD("writable($self, /)", bytesio_true, "Returns True if the IO object can be written."),
    METHOD("close($self, /)", bytesio_close, "Disable all I/O operations."),
    METHOD("flush($self, /)", bytesio_flush, "Does nothing."),
    METHOD("isatty($self, /)", bytesio_false,
           "Always returns False.\n\nBytesIO objects are not connected to a TTY-like device."),
    METHOD("tell($self, /)", bytesio_tell, "Current file position, an integer."),
    METHOD("write($self, b, /)", bytesio_write, "Write bytes to file.\n\nReturn the number of bytes written."),
    METHOD("writelines($self, lines, /)", bytesio_writelines, "Write lines to the file."),
    METHOD("read1($self, size=-1, /)", bytesio_read, "Read at most size bytes, returned as a bytes object."),
    METHOD("readinto($self, buffer, /)", bytesio_readinto, "Read bytes into buffer."),
    METHOD("readline($self, size=-1, /)", bytesio_readline, "Next line from the file, as a bytes object."),
    METHOD("readlines($self, size=None, /)", bytesio_readlines, "List of bytes objects, each a line from the file."),
    METHOD("read($self, size=-1, /)", bytesio_read, "Read at most size bytes, returned as a bytes object."),
    METHOD("getbuffer($self, /)", bytesio_getbuffer, "Get a read-write view over the contents of the BytesIO object."),
    METHOD("getvalue($self, /)", bytesio_getvalue, "Retrieve the entire contents of the BytesIO object."),
    METHOD("seek($self, pos, whence=0, /)", bytesio_seek, "Change stream position."),
    METHOD("truncate($self, size=None, /)", bytesio_truncate, "Truncate the file to at most size bytes."),
    METHOD_PLAIN("__getstate__($self, /)", bytesio_getstate, nullptr),
    METHOD_PLAIN("__setstate__($self, state, /)", bytesio_setstate, nullptr),
    METHOD_PLAIN("__sizeof__($self, /)", bytesio_sizeof, nullptr),
    METHOD_END,
};
const PyGetSetDef bytesio_getset[] = {GETTER("closed", get_closed, "True if the file is closed."), GETSET_END};

}  // namespace

Result<void> io_add_bytes_io(ThreadState& ts, Object& module, IoState& state) {
    state.bytes_io = TRY(io_class<BytesIo>(
        ts, module, "_io.BytesIO", state.buffered_io_base,
        {{Py_tp_doc, const_cast<char*>("BytesIO(initial_bytes=b'')\n--\n\n"
                                       "Buffered I/O implementation using an in-memory bytes buffer.")},
         {Py_tp_new, new_pointer(NEW_SLOT("BytesIO($type, /, *args, **kwargs)", bytesio_new))},
         {Py_tp_init, init_pointer(NEW_SLOT("BytesIO($self, initial_bytes=b'')", bytesio_init))},
         {Py_tp_iter, slot_pointer<getiterfunc, bytesio_iter>()},
         {Py_tp_iternext, slot_pointer<iternextfunc, bytesio_next>()},
         {Py_tp_methods, methods_pointer(bytesio_methods)},
         {Py_tp_getset, GETSET_TABLE(bytesio_getset)}}));
    return {};
}

}  // namespace orochi

#pragma GCC visibility push(default)
constinit PyTypeObject _PyBytesIOBuffer_Type = {
    .ob_base = orochi::static_head(&PyType_Type),
    .tp_name = "_io._BytesIOBuffer",
    .tp_basicsize = sizeof(orochi::BytesIoBuffer),
    .tp_dealloc = orochi::buffer_dealloc,
    .tp_as_buffer = &orochi::buffer_procs,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .tp_traverse = orochi::buffer_traverse,
    .tp_alloc = PyType_GenericAlloc,
    .tp_free = PyObject_GC_Del,
};
#pragma GCC visibility pop
