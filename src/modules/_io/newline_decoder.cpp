// IncrementalNewlineDecoder.
#include "base/search.hpp"
#include "modules/_io/io.hpp"
#include "modules/_io/newlines.hpp"
#include "objects/str_internal.hpp"

namespace orochi {

namespace {

bool has_character(const Str& text, Py_UCS4 c) { return base::find_char(text_view(text), c) != base::not_found; }

// Notes which line ends occur, and says whether the text has any "\r".
void note_newlines(const Str& text, unsigned& seen) {
    Py_ssize_t n = str_length(text);
    int kind = str_kind(text);
    const void* data = str_data(text);
    for (Py_ssize_t i = 0; i < n && seen != 7; ++i) {
        Py_UCS4 c = PyUnicode_READ(kind, data, i);
        if (c == '\n') {
            seen |= NewlineState::kLf;
        } else if (c == '\r') {
            if (i + 1 < n && PyUnicode_READ(kind, data, i + 1) == '\n') {
                seen |= NewlineState::kCrLf;
                ++i;
            } else {
                seen |= NewlineState::kCr;
            }
        }
    }
}

}  // namespace

Result<Ref<Str>> newlines_decode(ThreadState& ts, NewlineState& state, Ref<Str>&& input, bool final) {
    Ref<Str> text = std::move(input);
    if (state.pending_cr && (final || str_length(*text) > 0)) {
        text = TRY(str_concat(ts, latin1_string('\r'), *text));
        state.pending_cr = false;
    }
    Py_ssize_t n = str_length(*text);
    if (!final && n > 0 && str_at(*text, n - 1) == '\r') {
        text = TRY(str_substring(ts, *text, 0, n - 1));
        state.pending_cr = true;
        --n;
    }
    if (n == 0) return text;
    if (!has_character(*text, '\r')) {
        if (!(state.seen & NewlineState::kLf) && has_character(*text, '\n')) state.seen |= NewlineState::kLf;
        return text;
    }
    if (!state.translate) {
        note_newlines(*text, state.seen);
        return text;
    }
    int kind = str_kind(*text);
    const void* data = str_data(*text);
    Py_ssize_t dropped = 0;
    for (Py_ssize_t i = 0; i + 1 < n; ++i) {
        if (PyUnicode_READ(kind, data, i) == '\r' && PyUnicode_READ(kind, data, i + 1) == '\n') ++dropped;
    }
    Ref<Str> result = TRY(str_new(ts, n - dropped, str_max_class(*text)));
    void* out = str_data(*result);
    Py_ssize_t at = 0;
    for (Py_ssize_t i = 0; i < n; ++i) {
        Py_UCS4 c = PyUnicode_READ(kind, data, i);
        if (c == '\n') {
            state.seen |= NewlineState::kLf;
        } else if (c == '\r') {
            if (i + 1 < n && PyUnicode_READ(kind, data, i + 1) == '\n') {
                state.seen |= NewlineState::kCrLf;
                ++i;
            } else {
                state.seen |= NewlineState::kCr;
            }
            c = '\n';
        }
        PyUnicode_WRITE(kind, out, at++, c);
    }
    return result;
}

Result<Ref<Object>> newlines_seen(ThreadState& ts, unsigned seen) {
    Object* items[3];
    Py_ssize_t count = 0;
    if (seen & NewlineState::kCr) items[count++] = &"\r"_n;
    if (seen & NewlineState::kLf) items[count++] = &"\n"_n;
    if (seen & NewlineState::kCrLf) items[count++] = &"\r\n"_n;
    if (count == 0) return new_none();
    if (count == 1) return Ref<Object>::share(*items[0]);
    return tuple_from_items(ts, items, count);
}

LineEnd find_line_end(const Str& text, Py_ssize_t start, const Str* newline, bool universal) {
    Py_ssize_t n = str_length(text);
    int kind = str_kind(text);
    const char* data = static_cast<const char*>(str_data(text));
    if (!universal && (!newline || str_length(*newline) == 1)) {
        Py_UCS4 wanted = newline ? str_at(*newline, 0) : '\n';
        base::TextView view{data + start * kind, size_t(n - start), kind};
        size_t at = base::find_char(view, wanted);
        if (at == base::not_found) return {-1, n};
        return {start + Py_ssize_t(at) + 1, 0};
    }
    if (!universal) {  // "\r\n"
        for (Py_ssize_t i = start; i < n; ++i) {
            if (PyUnicode_READ(kind, data, i) != '\r') continue;
            if (i + 1 == n) return {-1, i};
            if (PyUnicode_READ(kind, data, i + 1) == '\n') return {i + 2, 0};
        }
        return {-1, n};
    }
    for (Py_ssize_t i = start; i < n; ++i) {
        Py_UCS4 c = PyUnicode_READ(kind, data, i);
        if (c == '\n') return {i + 1, 0};
        if (c == '\r') return {i + 1 < n && PyUnicode_READ(kind, data, i + 1) == '\n' ? i + 2 : i + 1, 0};
    }
    return {-1, n};
}

namespace {

struct NewlineDecoder {
    PyObject ob_base;
    Object* decoder;  // null: __init__ has not run; None: input is text
    Object* errors;
    NewlineState state;
    auto members() { return std::array{&decoder, &errors}; }
};

Result<void> check_ready(ThreadState& ts, NewlineDecoder& self) {
    if (!self.decoder) return raise(ts, PyExc_ValueError, "IncrementalNewlineDecoder.__init__() not called");
    return {};
}
Result<Ref<Object>> decoder_new(ThreadState& ts, Type& type, Rest, Keywords) {
    return std::move(TRY(make_instance<NewlineDecoder>(type))).cast<Object>();
}
Result<void> decoder_init(ThreadState& ts, NewlineDecoder& self, Object& decoder, int translate, Object* errors) {
    assign(self.decoder, Ref<Object>::share(decoder));
    assign(self.errors, Ref<Object>::share(errors ? *errors : "strict"_n));
    self.state = {};
    self.state.translate = translate != 0;
    return {};
}
Result<Ref<Object>> decoder_decode(ThreadState& ts, NewlineDecoder& self, Object& input, bool final) {
    TRY(check_ready(ts, self));
    Ref<Object> text = is_none(self.decoder)
                           ? Ref<Object>::share(input)
                           : TRY(call_method(ts, *self.decoder, "decode"_n, input, bool_object(final)));
    if (!PyUnicode_Check(text.get()))
        return raise(ts, PyExc_TypeError, "decoder should return a string result, not '%T'", text.get());
    return newlines_decode(ts, self.state, std::move(text).cast<Str>(), final);
}
Result<Ref<Object>> decoder_getstate(ThreadState& ts, NewlineDecoder& self) {
    TRY(check_ready(ts, self));
    Ref<Object> buffer = Ref<Object>::share(obj(empty_bytes()));
    unsigned long long flag = 0;
    if (!is_none(self.decoder)) {
        Ref<Object> state = TRY(call_method(ts, *self.decoder, "getstate"_n));
        if (!PyTuple_Check(state.get()) || tuple_size(as<Tuple>(*state)) != 2)
            return raise(ts, PyExc_TypeError, "illegal decoder state");
        buffer = Ref<Object>::share(tuple_item(as<Tuple>(*state), 0));
        flag = TRY(int_as_mask(ts, tuple_item(as<Tuple>(*state), 1)));
    }
    Ref<Object> number = TRY(int_from_unsigned(ts, flag << 1 | (self.state.pending_cr ? 1 : 0)));
    return tuple_of(ts, *buffer, *number);
}
Result<Ref<Object>> decoder_setstate(ThreadState& ts, NewlineDecoder& self, Object& state) {
    TRY(check_ready(ts, self));
    if (!PyTuple_Check(&state)) return raise(ts, PyExc_TypeError, "state argument must be a tuple");
    if (tuple_size(as<Tuple>(state)) != 2) return raise(ts, PyExc_TypeError, "setstate(): illegal state argument");
    unsigned long long flag = TRY(int_as_mask(ts, tuple_item(as<Tuple>(state), 1)));
    self.state.pending_cr = flag & 1;
    if (is_none(self.decoder)) return new_none();
    Ref<Object> number = TRY(int_from_unsigned(ts, flag >> 1));
    Ref<Tuple> inner = TRY(tuple_of(ts, tuple_item(as<Tuple>(state), 0), *number));
    return call_method(ts, *self.decoder, "setstate"_n, *inner);
}
Result<Ref<Object>> decoder_reset(ThreadState& ts, NewlineDecoder& self) {
    TRY(check_ready(ts, self));
    self.state.seen = 0;
    self.state.pending_cr = false;
    if (is_none(self.decoder)) return new_none();
    return call_method(ts, *self.decoder, "reset"_n);
}
Result<Ref<Object>> decoder_newlines(ThreadState& ts, NewlineDecoder& self) {
    TRY(check_ready(ts, self));
    return newlines_seen(ts, self.state.seen);
}

const MethodDef decoder_methods[] = {
    METHOD("decode($self, /, input, final=False)", decoder_decode, ""),
    METHOD("getstate($self, /)", decoder_getstate, ""),
    METHOD("setstate($self, state, /)", decoder_setstate, ""),
    METHOD("reset($self, /)", decoder_reset, ""),
    METHOD_END,
};
const PyGetSetDef decoder_getset[] = {GETTER("newlines", decoder_newlines, nullptr), GETSET_END};

}  // namespace

Result<void> io_add_newline_decoder(ThreadState& ts, Object& module, IoState& state) {
    state.newline_decoder = TRY(add_type<NewlineDecoder>(
        ts, module, "_io.IncrementalNewlineDecoder", kBaseTypeFlags,
        {{Py_tp_doc, const_cast<char*>("IncrementalNewlineDecoder(decoder, translate, errors='strict')\n--\n\n"
                                       "Codec used when reading a file in universal newlines mode.\n\n"
                                       "It wraps another incremental decoder, translating \\r\\n and \\r into \\n.\n"
                                       "It also records the types of newlines encountered.  When used with\n"
                                       "translate=False, it ensures that the newline sequence is returned in\n"
                                       "one piece. When used with decoder=None, it expects unicode strings as\n"
                                       "decode input and translates newlines without first invoking an external\n"
                                       "decoder.")},
         {Py_tp_new, new_pointer(NEW_SLOT("IncrementalNewlineDecoder($type, /, *args, **kwargs)", decoder_new))},
         {Py_tp_init, init_pointer(NEW_SLOT("IncrementalNewlineDecoder($self, decoder, translate, errors='strict')",
                                            decoder_init))},
         {Py_tp_methods, methods_pointer(decoder_methods)},
         {Py_tp_getset, GETSET_TABLE(decoder_getset)}}));
    incref(*state.newline_decoder);
    return {};
}

}  // namespace orochi
