// StringIO: text in memory, one 32-bit character after the other, so that any position can be overwritten in place.
// Until something else happens, successive writes are only collected.
#include "base/search.hpp"
#include "modules/_io/io.hpp"
#include "modules/_io/newlines.hpp"
#include "objects/str_internal.hpp"

namespace orochi {

namespace {

struct StringIo : IoBase {
    Object* newline;   // "\n" written becomes this; null: itself
    Object* line_end;  // what readline() looks for; null: "\n" or universal
    Py_UCS4* text;
    Py_ssize_t size, capacity, pos;
    StrBuilder* collected;  // writes at the end of what is empty otherwise; null: none
    NewlineState newline_state;
    bool ok, closed, read_universal, read_translate, write_translate;
    auto members() { return std::array{&newline, &line_end}; }
    void begin_finalizing() {}
    void release() {
        Heap::free(text);
        text = nullptr;
        delete collected;
        collected = nullptr;
    }
};

Result<void> check_open(ThreadState& ts, StringIo& self) {
    if (!self.ok) return raise(ts, PyExc_ValueError, "I/O operation on uninitialized object");
    if (self.closed) return raise(ts, PyExc_ValueError, "I/O operation on closed file");
    return {};
}

Result<void> reserve(ThreadState& ts, StringIo& self, Py_ssize_t size) {
    if (size <= self.capacity) return {};
    if (size > PY_SSIZE_T_MAX / Py_ssize_t(sizeof(Py_UCS4)) / 2)
        return raise(ts, PyExc_OverflowError, "new buffer size too large");
    Py_ssize_t capacity = std::max<Py_ssize_t>(size, self.capacity + self.capacity / 8 + 64);
    Py_UCS4* grown = static_cast<Py_UCS4*>(io_grow(ts, self.text, size_t(capacity) * sizeof(Py_UCS4)));
    if (!grown) return raise_no_memory(ts);
    self.text = grown;
    self.capacity = capacity;
    return {};
}

void put(StringIo& self, Py_ssize_t at, Str& text) {
    Py_ssize_t n = str_length(text);
    base::copy_characters(text_view(text), self.text + at, 4);
    (void)n;
}

// Collected writes become the text proper.
Result<void> settle(ThreadState& ts, StringIo& self) {
    if (!self.collected) return {};
    Ref<Str> all = TRY(self.collected->finish());
    delete std::exchange(self.collected, nullptr);
    TRY(reserve(ts, self, str_length(*all)));
    put(self, 0, *all);
    self.size = str_length(*all);
    return {};
}

Result<void> write_text(ThreadState& ts, StringIo& self, Str& original) {
    Ref<Str> text = Ref<Str>::share(original);
    if (self.read_universal) text = TRY(newlines_decode(ts, self.newline_state, std::move(text), true));
    if (self.newline && self.write_translate)
        text = TRY(str_replace(ts, *text, latin1_string('\n'), as<Str>(*self.newline), -1));
    Py_ssize_t n = str_length(*text);
    if (n == 0) return {};
    if (self.collected || (self.size == 0 && self.pos == 0)) {
        if (!self.collected) self.collected = new StrBuilder(ts);
        if (self.collected->length() == self.pos) {
            TRY(self.collected->append(*text));
            self.pos += n;
            self.size = self.pos;
            return {};
        }
        TRY(settle(ts, self));
    }
    if (self.pos > PY_SSIZE_T_MAX - n) return raise(ts, PyExc_OverflowError, "new position too large");
    TRY(reserve(ts, self, self.pos + n));
    if (self.pos > self.size) std::memset(self.text + self.size, 0, size_t(self.pos - self.size) * sizeof(Py_UCS4));
    put(self, self.pos, *text);
    self.pos += n;
    if (self.size < self.pos) self.size = self.pos;
    return {};
}

Result<Ref<Str>> part(ThreadState& ts, StringIo& self, Py_ssize_t start, Py_ssize_t end) {
    if (start >= end) return Ref<Str>::share(empty_str());
    return str_from_ucs(ts, 4, self.text + start, end - start);
}

Result<Ref<Object>> stringio_getvalue(ThreadState& ts, StringIo& self) {
    TRY(check_open(ts, self));
    if (self.collected) {
        // The builder goes on from the text that it gave.
        Ref<Str> all = TRY(self.collected->finish());
        delete std::exchange(self.collected, nullptr);
        auto next = new StrBuilder(ts);
        self.collected = next;
        TRY(next->append(*all));
        return all;
    }
    return part(ts, self, 0, self.size);
}
Result<Py_ssize_t> stringio_tell(ThreadState& ts, StringIo& self) {
    TRY(check_open(ts, self));
    return self.pos;
}
Result<Ref<Object>> stringio_read(ThreadState& ts, StringIo& self, Object* size) {
    TRY(check_open(ts, self));
    Py_ssize_t count = TRY(optional_size(ts, size));
    TRY(settle(ts, self));
    Py_ssize_t left = std::max<Py_ssize_t>(self.size - self.pos, 0);
    if (count < 0 || count > left) count = left;
    if (count == 0) return Ref<Object>::share(obj(empty_str()));
    Py_ssize_t start = self.pos;
    self.pos += count;
    return part(ts, self, start, self.pos);
}
Result<Ref<Str>> take_line(ThreadState& ts, StringIo& self, Py_ssize_t limit) {
    TRY(settle(ts, self));
    if (self.pos >= self.size) return Ref<Str>::share(empty_str());
    Py_ssize_t stop = self.size;
    if (limit >= 0 && limit < stop - self.pos) stop = self.pos + limit;
    Py_ssize_t i = self.pos;
    const Str* wanted = self.line_end ? as<Str>(self.line_end) : nullptr;
    bool universal = self.read_universal && !self.read_translate;
    for (; i < stop; ++i) {
        Py_UCS4 c = self.text[i];
        if (universal) {
            if (c == '\n') break;
            if (c == '\r') {
                if (i + 1 < stop && self.text[i + 1] == '\n') ++i;
                break;
            }
        } else if (wanted && str_length(*wanted) == 2) {
            if (c == '\r' && i + 1 < stop && self.text[i + 1] == '\n') {
                ++i;
                break;
            }
        } else if (c == (wanted && str_length(*wanted) ? str_at(*wanted, 0) : Py_UCS4('\n'))) {
            break;
        }
    }
    Py_ssize_t start = self.pos;
    self.pos = std::min(i + 1, stop);
    return part(ts, self, start, self.pos);
}
Result<Ref<Object>> stringio_readline(ThreadState& ts, StringIo& self, Object* size) {
    TRY(check_open(ts, self));
    return take_line(ts, self, TRY(optional_size(ts, size)));
}
Result<OptRef<Object>> stringio_next(ThreadState& ts, StringIo& self) {
    TRY(check_open(ts, self));
    OptRef<Object> line;
    if (&type_of(obj(self)) == io_state(ts).string_io) {
        line = OptRef<Object>(TRY(take_line(ts, self, -1)));
    } else {
        line = OptRef<Object>(TRY(call_method(ts, obj(self), "readline"_n)));
        if (!PyUnicode_Check(line.get()))
            return raise(ts, PyExc_OSError, "readline() should have returned a str object, not '%T'", line.get());
    }
    if (str_length(as<Str>(*line)) == 0) return nullptr;
    return line;
}
Result<Py_ssize_t> stringio_truncate(ThreadState& ts, StringIo& self, Object* size_argument) {
    TRY(check_open(ts, self));
    Py_ssize_t size = self.pos;
    if (size_argument && !is_none(size_argument)) size = TRY(optional_size(ts, size_argument));
    if (size < 0) return raise(ts, PyExc_ValueError, "Negative size value %zd", size);
    if (size < self.size) {
        TRY(settle(ts, self));
        self.size = size;
    }
    return size;
}
Result<Py_ssize_t> stringio_seek(ThreadState& ts, StringIo& self, Py_ssize_t position, int whence) {
    TRY(check_open(ts, self));
    if (whence < 0 || whence > 2)
        return raise(ts, PyExc_ValueError, "Invalid whence (%i, should be 0, 1 or 2)", whence);
    if (position < 0 && whence == 0) return raise(ts, PyExc_ValueError, "Negative seek position %zd", position);
    if (whence && position != 0) return raise(ts, PyExc_OSError, "Can't do nonzero cur-relative seeks");
    if (whence == 1) position = self.pos;
    if (whence == 2) position = self.size;
    TRY(settle(ts, self));
    self.pos = position;
    return position;
}
Result<Py_ssize_t> stringio_write(ThreadState& ts, StringIo& self, Object& text) {
    TRY(check_open(ts, self));
    if (!PyUnicode_Check(&text)) return raise(ts, PyExc_TypeError, "string argument expected, got '%T'", &text);
    Py_ssize_t length = str_length(as<Str>(text));
    if (length > 0) TRY(write_text(ts, self, as<Str>(text)));
    return length;
}
Result<void> stringio_close(ThreadState&, StringIo& self) {
    self.closed = true;
    self.size = 0;
    self.capacity = 0;
    self.release();
    return {};
}
Result<bool> stringio_true(ThreadState& ts, StringIo& self) {
    TRY(check_open(ts, self));
    return true;
}
Result<Ref<Object>> get_closed(ThreadState& ts, StringIo& self) {
    if (!self.ok) return raise(ts, PyExc_ValueError, "I/O operation on uninitialized object");
    return new_bool(self.closed);
}
Result<Ref<Object>> get_line_buffering(ThreadState& ts, StringIo& self) {
    TRY(check_open(ts, self));
    return new_bool(false);
}
Result<Ref<Object>> get_newlines(ThreadState& ts, StringIo& self) {
    TRY(check_open(ts, self));
    if (!self.read_universal) return new_none();
    return newlines_seen(ts, self.newline_state.seen);
}

Result<Ref<Object>> stringio_new(ThreadState& ts, Type& type, Rest, Keywords) {
    return std::move(TRY(make_instance<StringIo>(type))).cast<Object>();
}
Result<void> stringio_init(ThreadState& ts, StringIo& self, Object* initial, Object* newline_argument) {
    self.ok = false;
    Str* newline = nullptr;
    bool none_given = newline_argument && is_none(newline_argument);
    if (newline_argument && !none_given) {
        if (!PyUnicode_Check(newline_argument))
            return raise(ts, PyExc_TypeError, "newline must be str or None, not %T", newline_argument);
        newline = as<Str>(newline_argument);
        bool valid = false;
        for (const char* option : {"", "\n", "\r", "\r\n"}) valid |= str_equals_ascii(*newline, option);
        if (!valid) return raise(ts, PyExc_ValueError, "illegal newline value: %R", newline);
    } else if (!none_given) {
        newline = &latin1_string('\n');
    }
    if (initial && !is_none(initial) && !PyUnicode_Check(initial))
        return raise(ts, PyExc_TypeError, "initial_value must be str or None, not %T", initial);
    self.release();
    self.size = self.capacity = self.pos = 0;
    clear(self.newline);
    clear(self.line_end);
    self.closed = false;
    self.read_universal = !newline || str_length(*newline) == 0;
    self.read_translate = !newline;
    self.write_translate = !newline || str_length(*newline) != 0;
    if (newline) {
        self.line_end = new_reference(obj(*newline));
        if (str_length(*newline) > 0 && str_at(*newline, 0) == '\r') self.newline = new_reference(obj(*newline));
    }
    self.newline_state = {};
    self.newline_state.translate = self.read_translate;
    self.ok = true;
    if (initial && !is_none(initial) && str_length(as<Str>(*initial)) > 0) {
        TRY(write_text(ts, self, as<Str>(*initial)));
        TRY(settle(ts, self));
    }
    self.pos = 0;
    return {};
}

Result<Ref<Object>> stringio_getstate(ThreadState& ts, StringIo& self) {
    Ref<Object> value = TRY(stringio_getvalue(ts, self));
    Ref<Object> newline = Ref<Object>::share(self.line_end ? *self.line_end : none());
    Ref<Object> position = TRY(int_from(ts, self.pos));
    Ref<Object> dict = new_none();
    if (self.dict) dict = TRY(dict_copy(ts, as<Dict>(*self.dict)));
    return tuple_of(ts, *value, *newline, *position, *dict);
}
Result<void> stringio_setstate(ThreadState& ts, StringIo& self, Object& state) {
    if (self.ok && self.closed) return raise(ts, PyExc_ValueError, "I/O operation on closed file");
    if (!PyTuple_Check(&state) || tuple_size(as<Tuple>(state)) < 4)
        return raise(ts, PyExc_TypeError, "%s.__setstate__ argument should be 4-tuple, got %T",
                     type_of(obj(self)).tp_name, &state);
    Tuple& items = as<Tuple>(state);
    TRY(stringio_init(ts, self, nullptr, &tuple_item(items, 1)));
    Object& value = tuple_item(items, 0);
    if (!PyUnicode_Check(&value))
        return raise(ts, PyExc_TypeError, "first item of state must be a str, not %T", &value);
    // As it is: the text has been translated already.
    TRY(reserve(ts, self, str_length(as<Str>(value))));
    put(self, 0, as<Str>(value));
    self.size = str_length(as<Str>(value));
    Object& position = tuple_item(items, 2);
    if (!PyLong_Check(&position))
        return raise(ts, PyExc_TypeError, "third item of state must be an integer, got %T", &position);
    Py_ssize_t pos = TRY(int_as_ssize(ts, position));
    if (pos < 0) return raise(ts, PyExc_ValueError, "position value cannot be negative");
    self.pos = pos;
    Object& dict = tuple_item(items, 3);
    if (is_none(&dict)) return {};
    if (!PyDict_Check(&dict))
        return raise(ts, PyExc_TypeError, "fourth item of state should be a dict, got a %T", &dict);
    if (self.dict) return dict_update(ts, as<Dict>(*self.dict), dict);
    self.dict = new_reference(dict);
    return {};
}

const MethodDef stringio_methods[] = {
    METHOD("close($self, /)", stringio_close, "Close the IO object."),
    METHOD("getvalue($self, /)", stringio_getvalue, "Retrieve the entire contents of the object."),
    METHOD("read($self, size=-1, /)", stringio_read, "Read at most size characters, returned as a string."),
    METHOD("readline($self, size=-1, /)", stringio_readline, "Read until newline or EOF."),
    METHOD("tell($self, /)", stringio_tell, "Tell the current file position."),
    METHOD("truncate($self, pos=None, /)", stringio_truncate, "Truncate size to pos."),
    METHOD("seek($self, pos, whence=0, /)", stringio_seek, "Change stream position."),
    METHOD("write($self, s, /)", stringio_write, "Write string to file."),
    METHOD("seekable($self, /)", stringio_true, "Returns True if the IO object can be seeked."),
    METHOD("readable($self, /)", stringio_true, "Returns True if the IO object can be read."),
    METHOD("writable($self, /)", stringio_true, "Returns True if the IO object can be written."),
    METHOD_PLAIN("__getstate__($self, /)", stringio_getstate, nullptr),
    METHOD_PLAIN("__setstate__($self, state, /)", stringio_setstate, nullptr),
    METHOD_END,
};
const PyGetSetDef stringio_getset[] = {
    GETTER("closed", get_closed, nullptr),
    GETTER("newlines", get_newlines, nullptr),
    GETTER("line_buffering", get_line_buffering, nullptr),
    GETSET_END,
};

}  // namespace

Result<void> io_add_string_io(ThreadState& ts, Object& module, IoState& state) {
    state.string_io = TRY(io_class<StringIo>(
        ts, module, "_io.StringIO", state.text_io_base,
        {{Py_tp_doc, const_cast<char*>("StringIO(initial_value='', newline='\\n')\n--\n\n"
                                       "Text I/O implementation using an in-memory buffer.\n\n"
                                       "The initial_value argument sets the value of object.  The newline\n"
                                       "argument is like the one of TextIOWrapper's constructor.")},
         {Py_tp_new, new_pointer(NEW_SLOT("StringIO($type, /, *args, **kwargs)", stringio_new))},
         {Py_tp_init, init_pointer(NEW_SLOT("StringIO($self, initial_value='', newline='\\n')", stringio_init))},
         {Py_tp_iternext, slot_pointer<iternextfunc, stringio_next>()},
         {Py_tp_methods, methods_pointer(stringio_methods)},
         {Py_tp_getset, GETSET_TABLE(stringio_getset)}}));
    return {};
}

}  // namespace orochi
