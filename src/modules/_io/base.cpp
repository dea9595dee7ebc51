// _IOBase, _RawIOBase, _BufferedIOBase, _TextIOBase: what files have in common, in terms of their own methods.
#include "modules/_io/io.hpp"
#include "objects/memoryview.hpp"
#include "objects/warnings.hpp"
#include "state/config.hpp"

namespace orochi {

Failure raise_unsupported(ThreadState& ts, const char* message) {
    return raise(ts, io_state(ts).unsupported_operation, "%s", message);
}

Result<bool> io_is_closed(ThreadState& ts, Object& self) {
    Ref<Object> closed = TRY(getattr(ts, self, "closed"_n));
    return is_true(ts, *closed);
}

Result<void> io_check_closed(ThreadState& ts, Object& self) {
    OptRef<Object> closed = TRY(getattr_optional(ts, self, "closed"_n));
    if (closed && TRY(is_true(ts, *closed))) return raise(ts, PyExc_ValueError, "I/O operation on closed file.");
    return {};
}

Result<void> io_check_able(ThreadState& ts, Object& self, Object& method, const char* message) {
    Ref<Object> answer = TRY(call_method(ts, self, method));
    if (answer.get() != &bool_object(true)) return raise_unsupported(ts, message);
    return {};
}

Result<void> call_ignoring_result(ThreadState& ts, Object& object, Object& method) {
    TRY(call_method(ts, object, method));
    return {};
}

Result<Py_ssize_t> optional_size(ThreadState& ts, Object* value) {
    if (!value || is_none(value)) return Py_ssize_t(-1);
    if (!is_index(*value)) return raise(ts, PyExc_TypeError, "argument should be integer or None, not '%T'", value);
    return number_as_ssize(ts, *value, PyExc_OverflowError);
}

Result<long long> file_offset(ThreadState& ts, Object& value) {
    Ref<Object> index = TRY(number_index(ts, value));
    int overflow;
    long long result = TRY(int_as_long_long_overflow(ts, *index, overflow));
    if (overflow) return raise(ts, PyExc_OverflowError, "cannot fit '%T' into an offset-sized integer", &value);
    return result;
}

void warn_unclosed(ThreadState& ts, Object& self) {
    ErrorKeeper keeper(ts);
    auto message = str_format(ts, "unclosed file %R", &self);
    if (!message.ok()) return write_unraisable(ts, &self);
    Ref<Str> text = std::move(message).take();
    if (!warn_object(ts, obj(*text), PyExc_ResourceWarning, 1, &self).ok()) {
        if (error_matches(ts, PyExc_Warning)) {
            write_unraisable(ts, &self);
        } else {
            error_clear(ts);
        }
    }
}

bool io_finalize_on_dealloc(ThreadState& ts, Object& self) {
    // A base without the collector's header has no finaliser either.
    return finalize_on_dealloc(ts, self);
}

namespace {

struct PlainBase : IoBase {
    auto members() { return std::array<Object**, 0>{}; }
    void begin_finalizing() {}
    void release() {}
};

// The flag of having been closed is an attribute, so that it also works for subclasses in Python.
Str& closed_flag() { return "__IOBase_closed"_s; }

Result<bool> base_is_closed(ThreadState& ts, Object& self) {
    return bool(TRY(getattr_optional(ts, self, obj(closed_flag()))));
}
Result<bool> base_get_closed(ThreadState& ts, Object& self) { return base_is_closed(ts, self); }
Result<Ref<Object>> closed_getter(ThreadState& ts, Object& self) { return new_bool(TRY(base_get_closed(ts, self))); }

Result<void> base_seek(ThreadState& ts, Object&, Rest) { return raise_unsupported(ts, "seek"); }
Result<void> base_truncate(ThreadState& ts, Object&, Rest) { return raise_unsupported(ts, "truncate"); }
Result<void> base_fileno(ThreadState& ts, Object&) { return raise_unsupported(ts, "fileno"); }
Result<Ref<Object>> base_tell(ThreadState& ts, Object& self) {
    Ref<Object> zero = TRY(int_from(ts, 0)), one = TRY(int_from(ts, 1));
    return call_method(ts, self, "seek"_n, *zero, *one);
}
Result<void> base_flush(ThreadState& ts, Object& self) {
    if (TRY(base_is_closed(ts, self))) return raise(ts, PyExc_ValueError, "I/O operation on closed file.");
    return {};
}
Result<void> base_close(ThreadState& ts, Object& self) {
    if (TRY(base_is_closed(ts, self))) return {};
    auto flushed = call_method(ts, self, "flush"_n);
    if (!flushed.ok()) {
        ErrorKeeper keeper(ts);
        if (!setattr(ts, self, obj(closed_flag()), bool_object(true)).ok()) error_clear(ts);
    } else {
        TRY(setattr(ts, self, obj(closed_flag()), bool_object(true)));
    }
    if (!flushed.ok()) return failure;
    return {};
}
Result<bool> base_false(ThreadState&, Object&) { return false; }
Result<bool> base_isatty(ThreadState& ts, Object& self) {
    TRY(io_check_closed(ts, self));
    return false;
}
Result<Ref<Object>> base_enter(ThreadState& ts, Object& self) {
    TRY(io_check_closed(ts, self));
    return Ref<Object>::share(self);
}
Result<Ref<Object>> base_exit(ThreadState& ts, Object& self, Rest) { return call_method(ts, self, "close"_n); }

Result<Ref<Object>> base_check_closed(ThreadState& ts, Object& self, Rest) {
    TRY(io_check_closed(ts, self));
    return new_none();
}
Result<Ref<Object>> base_check_seekable(ThreadState& ts, Object& self, Rest) {
    TRY(io_check_able(ts, self, "seekable"_n, "File or stream is not seekable."));
    return new_bool(true);
}
Result<Ref<Object>> base_check_readable(ThreadState& ts, Object& self, Rest) {
    TRY(io_check_able(ts, self, "readable"_n, "File or stream is not readable."));
    return new_bool(true);
}
Result<Ref<Object>> base_check_writable(ThreadState& ts, Object& self, Rest) {
    TRY(io_check_able(ts, self, "writable"_n, "File or stream is not writable."));
    return new_bool(true);
}

// A line by read() and, where there is one, peek().
Result<Ref<Object>> base_readline(ThreadState& ts, Object& self, Object* size_argument) {
    Py_ssize_t limit = TRY(optional_size(ts, size_argument));
    OptRef<Object> peek = TRY(getattr_optional(ts, self, "peek"_n));
    Ref<ByteArray> line = TRY(bytearray_from(ts, {}));
    auto size = [&] { return line->ob_base.ob_size; };
    while (limit < 0 || size() < limit) {
        Py_ssize_t wanted = 1;
        if (peek) {
            Ref<Object> one = TRY(int_from(ts, 1));
            Ref<Object> ahead = TRY(call(ts, *peek, *one));
            if (!PyBytes_Check(ahead.get()))
                return raise(ts, PyExc_OSError, "peek() should have returned a bytes object, not '%T'", ahead.get());
            std::string_view view = bytes_view(as<Bytes>(*ahead));
            if (!view.empty()) {
                size_t end = view.find('\n');
                wanted = end == view.npos ? Py_ssize_t(view.size()) : Py_ssize_t(end) + 1;
                if (limit >= 0) wanted = std::min(wanted, limit - size());
            }
        }
        Ref<Object> count = TRY(int_from(ts, wanted));
        Ref<Object> piece = TRY(call_method(ts, self, "read"_n, *count));
        if (!PyBytes_Check(piece.get()))
            return raise(ts, PyExc_OSError, "read() should have returned a bytes object, not '%T'", piece.get());
        std::string_view view = bytes_view(as<Bytes>(*piece));
        if (view.empty()) break;
        Py_ssize_t old = size();
        TRY(bytearray_resize(ts, *line, old + Py_ssize_t(view.size())));
        std::memcpy(bytearray_data(*line) + old, view.data(), view.size());
        if (view.back() == '\n') break;
    }
    return bytes_from(ts, {size() ? bytearray_data(*line) : "", size_t(size())});
}

Result<Ref<Object>> base_iter(ThreadState& ts, Object& self) {
    TRY(io_check_closed(ts, self));
    return Ref<Object>::share(self);
}
Result<OptRef<Object>> base_next(ThreadState& ts, Object& self) {
    Ref<Object> line = TRY(call_method(ts, self, "readline"_n));
    if (TRY(length(ts, *line)) == 0) return nullptr;
    return line;
}
Result<Ref<Object>> base_readlines(ThreadState& ts, Object& self, Object* hint_argument) {
    Py_ssize_t hint = TRY(optional_size(ts, hint_argument));
    Ref<List> lines = TRY(list_new(ts, 0));
    Ref<Object> iterator = TRY(get_iter(ts, self));
    Py_ssize_t total = 0;
    for (;;) {
        OptRef<Object> line = TRY(iter_next(ts, *iterator));
        if (!line) break;
        Py_ssize_t size = hint > 0 ? TRY(length(ts, *line)) : 0;
        TRY(list_append(ts, *lines, line.take()));
        total += size;
        if (hint > 0 && total > hint) break;
    }
    return lines;
}
Result<void> base_writelines(ThreadState& ts, Object& self, Object& lines) {
    TRY(io_check_closed(ts, self));
    Ref<Object> iterator = TRY(get_iter(ts, lines));
    for (;;) {
        OptRef<Object> line = TRY(iter_next(ts, *iterator));
        if (!line) return {};
        while (!call_method(ts, self, "write"_n, *line).ok()) {
            // A write that a signal interrupted is done again.
            if (!error_matches(ts, PyExc_InterruptedError)) return failure;
            error_clear(ts);
            TRY(check_signals(ts));
        }
    }
}

void base_finalize(ThreadState& ts, Object& self) {
    ErrorKeeper keeper(ts);
    bool closed = true;
    auto answer = getattr_optional(ts, self, "closed"_n);
    if (answer.ok()) {
        OptRef<Object> value = std::move(answer).take();
        if (value) {
            auto truth = is_true(ts, *value);
            if (truth.ok()) {
                closed = std::move(truth).take();
            } else {
                error_clear(ts);
                return;
            }
        } else {
            closed = true;  // not an instance that was ever set up
        }
    } else {
        error_clear(ts);
    }
    if (closed) return;
    // Tells close() that it runs as part of the end.
    if (!setattr(ts, self, "_finalizing"_n, bool_object(true)).ok()) error_clear(ts);
    if (call_method(ts, self, "close"_n).ok()) return;
    // Too late to tell anybody; development mode shows it.
    const Config* config = ts.interpreter().config;
    if (config && config->dev_mode) {
        write_unraisable(ts, &self);
    } else {
        error_clear(ts);
    }
}

const MethodDef base_methods[] = {
    METHOD_PLAIN("seek($self, /, *args)", base_seek,
                 "Change stream position.\n\nChange the stream position to the given byte offset. The offset is\n"
                 "interpreted relative to the position indicated by whence."),
    METHOD("tell($self, /)", base_tell, "Return current stream position."),
    METHOD_PLAIN("truncate($self, /, *args)", base_truncate,
                 "Truncate file to size bytes.\n\nFile pointer is left unchanged.  Size defaults to the current IO\n"
                 "position as reported by tell().  Returns the new size."),
    METHOD("flush($self, /)", base_flush,
           "Flush write buffers, if applicable.\n\nThis is not implemented for read-only and non-blocking streams."),
    METHOD("close($self, /)", base_close,
           "Flush and close the IO object.\n\nThis method has no effect if the file is already closed."),
    METHOD("seekable($self, /)", base_false, "Return whether object supports random access."),
    METHOD("readable($self, /)", base_false, "Return whether object was opened for reading."),
    METHOD("writable($self, /)", base_false, "Return whether object was opened for writing."),
    METHOD_PLAIN("_checkClosed($self, /, *args)", base_check_closed, nullptr),
    METHOD_PLAIN("_checkSeekable($self, /, *args)", base_check_seekable, nullptr),
    METHOD_PLAIN("_checkReadable($self, /, *args)", base_check_readable, nullptr),
    METHOD_PLAIN("_checkWritable($self, /, *args)", base_check_writable, nullptr),
    METHOD("fileno($self, /)", base_fileno,
           "Returns underlying file descriptor if one exists.\n\n"
           "OSError is raised if the IO object does not use a file descriptor."),
    METHOD("isatty($self, /)", base_isatty,
           "Return whether this is an 'interactive' stream.\n\nReturn False if it can't be determined."),
    METHOD_PLAIN("__enter__($self, /)", base_enter, nullptr),
    METHOD_PLAIN("__exit__($self, /, *args)", base_exit, nullptr),
    METHOD("readline($self, size=-1, /)", base_readline,
           "Read and return a line from the stream.\n\n"
           "If size is specified, at most size bytes will be read.\n\n"
           "The line terminator is always b'\\n' for binary files; for text\n"
           "files, the newlines argument to open can be used to select the line\n"
           "terminator(s) recognized."),
    METHOD("readlines($self, hint=-1, /)", base_readlines,
           "Return a list of lines from the stream.\n\n"
           "hint can be specified to control the number of lines read: no more\n"
           "lines will be read if the total size (in bytes/characters) of all\n"
           "lines so far exceeds hint."),
    METHOD("writelines($self, lines, /)", base_writelines,
           "Write a list of lines to stream.\n\n"
           "Line separators are not added, so it is usual for each of the\n"
           "lines provided to have a line separator at the end."),
    METHOD_END,
};
const PyGetSetDef base_getset[] = {
    {"__dict__", PyObject_GenericGetDict, nullptr, nullptr, nullptr},
    GETTER("closed", closed_getter, nullptr),
    GETSET_END,
};

// _RawIOBase, by readinto().
Result<Ref<Object>> raw_read(ThreadState& ts, Object& self, Object* size_argument) {
    Py_ssize_t size = TRY(optional_size(ts, size_argument));
    if (size < 0) return call_method(ts, self, "readall"_n);
    Ref<ByteArray> buffer = TRY(bytearray_from(ts, {}));
    TRY(bytearray_resize(ts, *buffer, size));
    if (size) std::memset(bytearray_data(*buffer), 0, size_t(size));
    Ref<Object> answer = TRY(call_method(ts, self, "readinto"_n, *buffer));
    if (is_none(answer.get())) return answer;
    Py_ssize_t count = TRY(number_as_ssize(ts, *answer, PyExc_ValueError));
    if (count < 0 || count > buffer->ob_base.ob_size) count = std::clamp<Py_ssize_t>(count, 0, buffer->ob_base.ob_size);
    return bytes_from(ts, {count ? bytearray_data(*buffer) : "", size_t(count)});
}
Result<Ref<Object>> raw_readall(ThreadState& ts, Object& self) {
    std::string all;
    bool any = false;
    Ref<Object> size = TRY(int_from(ts, kDefaultBufferSize));
    for (;;) {
        auto result = call_method(ts, self, "read"_n, *size);
        if (!result.ok()) {
            if (!error_matches(ts, PyExc_InterruptedError)) return failure;
            error_clear(ts);
            TRY(check_signals(ts));
            continue;
        }
        Ref<Object> piece = std::move(result).take();
        if (is_none(piece.get())) {
            if (!any) return piece;
            break;
        }
        if (!PyBytes_Check(piece.get())) return raise(ts, PyExc_TypeError, "read() should return bytes");
        std::string_view view = bytes_view(as<Bytes>(*piece));
        if (view.empty()) break;
        any = true;
        all.append(view);
    }
    return bytes_from(ts, all);
}
Result<void> raw_readinto(ThreadState& ts, Object&, Rest) { return raise_class(ts, PyExc_NotImplementedError); }
Result<void> raw_write(ThreadState& ts, Object&, Rest) { return raise_class(ts, PyExc_NotImplementedError); }

const MethodDef raw_methods[] = {
    METHOD("read($self, size=-1, /)", raw_read, ""),
    METHOD("readall($self, /)", raw_readall, "Read until EOF, using multiple read() call."),
    METHOD_PLAIN("readinto($self, /, *args)", raw_readinto, nullptr),
    METHOD_PLAIN("write($self, /, *args)", raw_write, nullptr),
    METHOD_END,
};

// _BufferedIOBase.
Result<void> buffered_detach(ThreadState& ts, Object&) { return raise_unsupported(ts, "detach"); }
Result<void> buffered_read(ThreadState& ts, Object&, Rest) { return raise_unsupported(ts, "read"); }
Result<void> buffered_read1(ThreadState& ts, Object&, Rest) { return raise_unsupported(ts, "read1"); }
Result<void> buffered_write(ThreadState& ts, Object&, Rest) { return raise_unsupported(ts, "write"); }
Result<Py_ssize_t> read_into_by_read(ThreadState& ts, Object& self, WritableBufferView& buffer, Object& method) {
    Ref<Object> size = TRY(int_from(ts, buffer.size()));
    Ref<Object> data = TRY(call_method(ts, self, method, *size));
    if (!PyBytes_Check(data.get())) return raise(ts, PyExc_TypeError, "read() should return bytes");
    std::string_view view = bytes_view(as<Bytes>(*data));
    if (Py_ssize_t(view.size()) > buffer.size())
        return raise(ts, PyExc_ValueError, "read() returned too much data: %zd bytes requested, %zd returned",
                     buffer.size(), Py_ssize_t(view.size()));
    std::memcpy(buffer.writable_data(), view.data(), view.size());
    return Py_ssize_t(view.size());
}
Result<Py_ssize_t> buffered_readinto(ThreadState& ts, Object& self, WritableBufferView& buffer) {
    return read_into_by_read(ts, self, buffer, "read"_n);
}
Result<Py_ssize_t> buffered_readinto1(ThreadState& ts, Object& self, WritableBufferView& buffer) {
    return read_into_by_read(ts, self, buffer, "read1"_n);
}
const MethodDef buffered_methods[] = {
    METHOD("detach($self, /)", buffered_detach,
           "Disconnect this buffer from its underlying raw stream and return it.\n\n"
           "After the raw stream has been detached, the buffer is in an unusable\nstate."),
    METHOD_PLAIN("read($self, /, *args)", buffered_read, "Read and return up to n bytes."),
    METHOD_PLAIN("read1($self, /, *args)", buffered_read1,
                 "Read and return up to n bytes, with at most one read() call\nto the underlying raw stream."),
    METHOD("readinto($self, buffer, /)", buffered_readinto, ""),
    METHOD("readinto1($self, buffer, /)", buffered_readinto1, ""),
    METHOD_PLAIN("write($self, /, *args)", buffered_write, "Write the given buffer to the IO stream."),
    METHOD_END,
};

// _TextIOBase.
Result<void> text_detach(ThreadState& ts, Object&, Rest) { return raise_unsupported(ts, "detach"); }
Result<void> text_read(ThreadState& ts, Object&, Rest) { return raise_unsupported(ts, "read"); }
Result<void> text_readline(ThreadState& ts, Object&, Rest) { return raise_unsupported(ts, "readline"); }
Result<void> text_write(ThreadState& ts, Object&, Rest) { return raise_unsupported(ts, "write"); }
Result<Ref<Object>> text_none(ThreadState&, Object&) { return new_none(); }
const MethodDef text_methods[] = {
    METHOD_PLAIN("detach($self, /, *args)", text_detach,
                 "Separate the underlying buffer from the TextIOBase and return it."),
    METHOD_PLAIN("read($self, /, *args)", text_read, "Read at most n characters from stream."),
    METHOD_PLAIN("readline($self, /, *args)", text_readline, "Read until newline or EOF."),
    METHOD_PLAIN("write($self, /, *args)", text_write, "Write string to stream."),
    METHOD_END,
};
const PyGetSetDef text_getset[] = {
    GETTER("encoding", text_none, "Encoding of the text stream."),
    GETTER("newlines", text_none, "Line endings translated so far."),
    GETTER("errors", text_none, "The error setting of the decoder or encoder."),
    GETSET_END,
};

}  // namespace

const PyMemberDef io_base_members[] = {
    {"__dictoffset__", T_PYSSIZET, offsetof(IoBase, dict), READONLY, nullptr},
    {"__weaklistoffset__", T_PYSSIZET, offsetof(IoBase, weakrefs), READONLY, nullptr},
    {},
};

Result<void> io_add_bases(ThreadState& ts, Object& module, IoState& state) {
    state.io_base = TRY(io_class<PlainBase>(
        ts, module, "_io._IOBase", nullptr,
        {{Py_tp_doc, const_cast<char*>("The abstract base class for all I/O classes.\n\n"
                                       "This class provides dummy implementations for many methods that\n"
                                       "derived classes can override selectively; the default implementations\n"
                                       "represent a file that cannot be read, written or seeked.")},
         {Py_tp_iter, slot_pointer<getiterfunc, base_iter>()},
         {Py_tp_iternext, slot_pointer<iternextfunc, base_next>()},
         {Py_tp_methods, methods_pointer(base_methods)},
         {Py_tp_members, MEMBER_TABLE(io_base_members)},
         {Py_tp_getset, GETSET_TABLE(base_getset)},
         {Py_tp_finalize, slot_pointer<destructor, base_finalize>()}}));
    state.raw_io_base = TRY(io_class<PlainBase>(ts, module, "_io._RawIOBase", state.io_base,
                                                {{Py_tp_doc, const_cast<char*>("Base class for raw binary I/O.")},
                                                 {Py_tp_methods, methods_pointer(raw_methods)}}));
    state.buffered_io_base =
        TRY(io_class<PlainBase>(ts, module, "_io._BufferedIOBase", state.io_base,
                                {{Py_tp_doc, const_cast<char*>("Base class for buffered IO objects.")},
                                 {Py_tp_methods, methods_pointer(buffered_methods)}}));
    state.text_io_base = TRY(io_class<PlainBase>(ts, module, "_io._TextIOBase", state.io_base,
                                                 {{Py_tp_doc, const_cast<char*>("Base class for text I/O.")},
                                                  {Py_tp_methods, methods_pointer(text_methods)},
                                                  {Py_tp_getset, GETSET_TABLE(text_getset)}}));
    return {};
}

}  // namespace orochi
