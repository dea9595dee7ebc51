// _json: the scanner and the encoder of the module `json`.
#include <charconv>
#include <cmath>
#include <string>

#include "base/number_text.hpp"
#include "modules/heap_type.hpp"
#include "objects/convert.hpp"
#include "objects/dict.hpp"
#include "objects/float.hpp"
#include "objects/int.hpp"
#include "objects/list.hpp"
#include "objects/str_internal.hpp"
#include "objects/text_kernels.hpp"
#include "objects/tuple.hpp"

namespace orochi {

extern PyModuleDef json_module;

namespace json {

namespace {

using base::Char4;

// -- Strings out. -----------------------------------------------------------------------------------------------------

constexpr char hex_digits[] = "0123456789abcdef";

// The letter after the backslash, 0 when the character needs none.
char short_escape(Char4 c) {
    switch (c) {
        case '"': return '"';
        case '\\': return '\\';
        case '\b': return 'b';
        case '\f': return 'f';
        case '\n': return 'n';
        case '\r': return 'r';
        case '\t': return 't';
        default: return 0;
    }
}

Result<void> put_unicode_escape(StrBuilder& out, Char4 unit) {
    char text[6] = {'\\',
                    'u',
                    hex_digits[unit >> 12 & 15],
                    hex_digits[unit >> 8 & 15],
                    hex_digits[unit >> 4 & 15],
                    hex_digits[unit & 15]};
    return out.append_ascii({text, 6});
}

// A JSON string literal; `ascii` escapes everything else.
Result<void> put_string(StrBuilder& out, Str& text, bool ascii) {
    TRY(out.append(Py_UCS4('"')));
    Py_ssize_t n = str_length(text), run = 0;
    for (Py_ssize_t i = 0; i < n; ++i) {
        Char4 c = str_at(text, i);
        if (c >= ' ' && c != '"' && c != '\\' && (!ascii || c < 0x7F)) continue;
        if (!ascii && c >= 0x7F) continue;
        TRY(out.append(text, run, i));
        run = i + 1;
        if (char letter = short_escape(c)) {
            char pair[2] = {'\\', letter};
            TRY(out.append_ascii({pair, 2}));
        } else if (c >= 0x10000) {
            TRY(put_unicode_escape(out, 0xD800 | ((c - 0x10000) >> 10)));
            TRY(put_unicode_escape(out, 0xDC00 | ((c - 0x10000) & 0x3FF)));
        } else {
            TRY(put_unicode_escape(out, c));
        }
    }
    TRY(out.append(text, run, n));
    return out.append(Py_UCS4('"'));
}

Result<Ref<Str>> encode_basestring(ThreadState& ts, Object&, Object& text) {
    if (!PyUnicode_Check(&text))
        return raise(ts, PyExc_TypeError, "first argument must be a string, not %.80s", type_of(text).tp_name);
    StrBuilder out(ts);
    TRY(put_string(out, as<Str>(text), false));
    return out.finish();
}
Result<Ref<Str>> encode_basestring_ascii(ThreadState& ts, Object&, Object& text) {
    if (!PyUnicode_Check(&text))
        return raise(ts, PyExc_TypeError, "first argument must be a string, not %.80s", type_of(text).tp_name);
    StrBuilder out(ts);
    TRY(put_string(out, as<Str>(text), true));
    return out.finish();
}

// -- Strings in. ------------------------------------------------------------------------------------------------------

// json.decoder.JSONDecodeError(message, text, position).
Failure decode_error(ThreadState& ts, const char* message, Str& text, Py_ssize_t position) {
    Ref<Object> type = TRY(import_attribute(ts, "json.decoder"_n, "JSONDecodeError"_n));
    Ref<Str> why = TRY(str_from_utf8(ts, message));
    Ref<Object> at = TRY(int_from(ts, position));
    Ref<Object> error = TRY(call(ts, type, why, text, at));
    return raise_instance(ts, error);
}
Failure stop_at(ThreadState& ts, Py_ssize_t position) {
    Ref<Object> value = TRY(int_from(ts, position));
    return raise_value(ts, PyExc_StopIteration, value.get());
}

// The string whose opening quote is at begin - 1; `end` comes back behind the closing one.
Result<Ref<Str>> scan_string(ThreadState& ts, Str& text, Py_ssize_t begin, bool strict, Py_ssize_t& end) {
    const Py_ssize_t n = str_length(text);
    if (begin < 0 || begin > n) return raise(ts, PyExc_ValueError, "end is out of bounds");
    auto unterminated = [&] { return decode_error(ts, "Unterminated string starting at", text, begin - 1); };
    StrBuilder out(ts);
    bool pieces = false;
    Py_ssize_t i = begin;
    while (true) {
        Py_ssize_t run = i;
        Char4 c = 0;
        bool control = false;
        text::with_characters(text_view(text), [&](auto* p) {
            for (; i < n; ++i) {
                c = p[i];
                if (c == '"' || c == '\\') return;
                if (c <= 0x1F && strict) {
                    control = true;
                    return;
                }
            }
        });
        if (i >= n) return unterminated();
        if (control) return decode_error(ts, "Invalid control character at", text, i);
        if (c == '"') {
            end = i + 1;
            if (!pieces) return str_substring(ts, text, run, i);
            TRY(out.append(text, run, i));
            return out.finish();
        }
        pieces = true;
        TRY(out.append(text, run, i));
        if (++i >= n) return unterminated();
        c = str_at(text, i);
        if (c != 'u') {
            Char4 decoded;
            switch (c) {
                case '"':
                case '\\':
                case '/': decoded = c; break;
                case 'b': decoded = '\b'; break;
                case 'f': decoded = '\f'; break;
                case 'n': decoded = '\n'; break;
                case 'r': decoded = '\r'; break;
                case 't': decoded = '\t'; break;
                default: return decode_error(ts, "Invalid \\escape", text, i - 1);
            }
            TRY(out.append(Py_UCS4(decoded)));
            ++i;
            continue;
        }
        ++i;
        if (i + 4 >= n) return decode_error(ts, "Invalid \\uXXXX escape", text, i - 1);
        auto read_hex = [&](Py_ssize_t at, Char4& value) {
            value = 0;
            for (Py_ssize_t k = at; k < at + 4; ++k) {
                Char4 d = str_at(text, k);
                int digit = d >= '0' && d <= '9'                 ? int(d - '0')
                            : (d | 32) >= 'a' && (d | 32) <= 'f' ? int((d | 32) - 'a' + 10)
                                                                 : -1;
                if (digit < 0) return false;
                value = value << 4 | Char4(digit);
            }
            return true;
        };
        if (!read_hex(i, c)) return decode_error(ts, "Invalid \\uXXXX escape", text, i - 1);
        i += 4;
        Char4 low;
        if (base::is_high_surrogate(c) && i + 6 < n && str_at(text, i) == '\\' && str_at(text, i + 1) == 'u' &&
            read_hex(i + 2, low) && base::is_low_surrogate(low)) {
            c = base::join_surrogates(c, low);
            i += 6;
        }
        TRY(out.append(Py_UCS4(c)));
    }
}

Result<Ref<Object>> scanstring(ThreadState& ts, Object&, Object& text, Py_ssize_t begin, bool strict) {
    if (!PyUnicode_Check(&text))
        return raise(ts, PyExc_TypeError, "first argument must be a string, not %.80s", type_of(text).tp_name);
    Py_ssize_t end = 0;
    Ref<Str> result = TRY(scan_string(ts, as<Str>(text), begin, strict, end));
    Ref<Object> number = TRY(int_from(ts, end));
    return tuple_of(ts, result, number);
}

// -- Scanner. ---------------------------------------------------------------------------------------------------------

struct Scanner {
    PyObject_HEAD
    Object *object_hook, *object_pairs_hook, *parse_float, *parse_int, *parse_constant;
    char strict;
    auto members() { return std::array{&object_hook, &object_pairs_hook, &parse_float, &parse_int, &parse_constant}; }
};

class Scan {
public:
    Scan(ThreadState& ts, Scanner& options, Str& text, Ref<Dict>&& memo)
        : ts_(ts), options_(options), text_(text), n_(str_length(text)), memo_(std::move(memo)) {}

    // One value at i, which moves behind it.
    Result<Ref<Object>> value(Py_ssize_t& i) {
        if (i < 0) return raise(ts_, PyExc_ValueError, "idx cannot be negative");
        if (i >= n_) return stop_at(ts_, i);
        switch (at(i)) {
            case '"': {
                Py_ssize_t end;
                Ref<Str> result = TRY(scan_string(ts_, text_, i + 1, options_.strict, end));
                i = end;
                return Ref<Object>(std::move(result));
            }
            case '{': {
                TRY(enter_recursion(ts_, " while decoding a JSON object from a unicode string"));
                RecursionScope scope{ts_};
                ++i;
                return object(i);
            }
            case '[': {
                TRY(enter_recursion(ts_, " while decoding a JSON array from a unicode string"));
                RecursionScope scope{ts_};
                ++i;
                return array(i);
            }
            case 'n':
                if (word(i, "null")) return new_none();
                break;
            case 't':
                if (word(i, "true")) return new_bool(true);
                break;
            case 'f':
                if (word(i, "false")) return new_bool(false);
                break;
            case 'N':
                if (word(i, "NaN")) return constant("NaN");
                break;
            case 'I':
                if (word(i, "Infinity")) return constant("Infinity");
                break;
            case '-':
                if (word(i, "-Infinity")) return constant("-Infinity");
                break;
            default: break;
        }
        return number(i);
    }

private:
    Char4 at(Py_ssize_t i) const { return str_at(text_, i); }
    void skip_space(Py_ssize_t& i) const {
        while (i < n_ && (at(i) == ' ' || at(i) == '\t' || at(i) == '\n' || at(i) == '\r')) ++i;
    }
    bool word(Py_ssize_t& i, std::string_view word) const {
        if (n_ - i < Py_ssize_t(word.size())) return false;
        for (size_t k = 0; k < word.size(); ++k)
            if (at(i + Py_ssize_t(k)) != Char4(word[k])) return false;
        i += Py_ssize_t(word.size());
        return true;
    }
    Result<Ref<Object>> constant(const char* name) {
        Ref<Str> text = TRY(str_from_ascii(ts_, name));
        return call(ts_, *options_.parse_constant, text);
    }

    Result<Ref<Object>> object(Py_ssize_t& i) {
        bool pairs = !is_none(options_.object_pairs_hook);
        Ref<Object> result = Ref<Object>::share(none());
        if (pairs) {
            result = Ref<Object>(TRY(list_new(ts_, 0)));
        } else {
            result = Ref<Object>(TRY(dict_new(ts_)));
        }
        skip_space(i);
        if (i >= n_ || at(i) != '}') {
            while (true) {
                if (i >= n_ || at(i) != '"')
                    return decode_error(ts_, "Expecting property name enclosed in double quotes", text_, i);
                Py_ssize_t end;
                Ref<Str> key = TRY(scan_string(ts_, text_, i + 1, options_.strict, end));
                // Equal keys of different objects are one string.
                Object* known = TRY(dict_set_default(ts_, memo_, obj(*key), obj(*key)));
                Ref<Object> shared_key = Ref<Object>::share(*known);
                i = end;
                skip_space(i);
                if (i >= n_ || at(i) != ':') return decode_error(ts_, "Expecting ':' delimiter", text_, i);
                ++i;
                skip_space(i);
                Ref<Object> item = TRY(value(i));
                if (pairs) {
                    Ref<Tuple> pair = TRY(tuple_of(ts_, shared_key, item));
                    TRY(list_append(ts_, as<List>(*result), Ref<Object>(std::move(pair))));
                } else {
                    TRY(dict_set(ts_, as<Dict>(*result), shared_key, item));
                }
                skip_space(i);
                if (i < n_ && at(i) == '}') break;
                if (i >= n_ || at(i) != ',') return decode_error(ts_, "Expecting ',' delimiter", text_, i);
                ++i;
                skip_space(i);
            }
        }
        ++i;
        if (pairs) return call(ts_, *options_.object_pairs_hook, result);
        if (!is_none(options_.object_hook)) return call(ts_, *options_.object_hook, result);
        return result;
    }

    Result<Ref<Object>> array(Py_ssize_t& i) {
        Ref<List> list = TRY(list_new(ts_, 0));
        skip_space(i);
        if (i >= n_ || at(i) != ']') {
            while (true) {
                Ref<Object> item = TRY(value(i));
                TRY(list_append(ts_, list, std::move(item)));
                skip_space(i);
                if (i < n_ && at(i) == ']') break;
                if (i >= n_ || at(i) != ',') return decode_error(ts_, "Expecting ',' delimiter", text_, i);
                ++i;
                skip_space(i);
            }
        }
        ++i;
        return Ref<Object>(std::move(list));
    }

    Result<Ref<Object>> number(Py_ssize_t& position) {
        Py_ssize_t start = position, i = start;
        auto digit = [&](Py_ssize_t k) { return k < n_ && at(k) >= '0' && at(k) <= '9'; };
        if (at(i) == '-') ++i;
        if (!digit(i)) return stop_at(ts_, start);
        if (at(i) == '0') {
            ++i;
        } else {
            while (digit(i)) ++i;
        }
        bool is_float = false;
        if (i < n_ && at(i) == '.' && digit(i + 1)) {
            is_float = true;
            i += 2;
            while (digit(i)) ++i;
        }
        if (i < n_ && (at(i) == 'e' || at(i) == 'E')) {
            Py_ssize_t k = i + 1;
            if (k < n_ && (at(k) == '+' || at(k) == '-')) ++k;
            if (digit(k)) {
                is_float = true;
                while (digit(k)) ++k;
                i = k;
            }
        }
        position = i;
        Object* custom = is_float ? options_.parse_float : options_.parse_int;
        bool builtin = custom == reinterpret_cast<Object*>(is_float ? &PyFloat_Type : &PyLong_Type);
        if (!builtin) {
            Ref<Str> text = TRY(str_substring(ts_, text_, start, i));
            return call(ts_, *custom, text);
        }
        char small[64];
        std::string large;
        char* digits = small;
        if (i - start > Py_ssize_t(sizeof small)) {
            large.resize(size_t(i - start));
            digits = large.data();
        }
        for (Py_ssize_t k = start; k < i; ++k) digits[k - start] = char(at(k));
        std::string_view text(digits, size_t(i - start));
        if (is_float) {
            double value = 0;
            base::parse_double(text, &value);
            return float_from(ts_, value);
        }
        if (text.size() <= 18) {
            bool negative = text[0] == '-';
            long long value = 0;
            for (char c : text.substr(negative)) value = value * 10 + (c - '0');
            return int_from(ts_, negative ? -value : value);
        }
        return int_from_text(ts_, text, 10, nullptr);
    }

    ThreadState& ts_;
    Scanner& options_;
    Str& text_;
    Py_ssize_t n_;
    Ref<Dict> memo_;
};

Result<Ref<Object>> scanner_new(ThreadState& ts, Type& type, Object& context) {
    Ref<Scanner> self = TRY(make_instance<Scanner>(type));
    Ref<Object> strict = TRY(getattr(ts, context, "strict"_n));
    self->strict = TRY(is_true(ts, strict));
    struct {
        Object*& place;
        Object& name;
    } fields[] = {
        {self->object_hook, "object_hook"_n},       {self->object_pairs_hook, "object_pairs_hook"_n},
        {self->parse_float, "parse_float"_n},       {self->parse_int, "parse_int"_n},
        {self->parse_constant, "parse_constant"_n},
    };
    for (auto& field : fields) {
        Ref<Object> value = TRY(getattr(ts, context, field.name));
        field.place = std::move(value).release();
    }
    return Ref<Object>(std::move(self));
}

Result<Ref<Object>> scanner_call(ThreadState& ts, Scanner& self, Object& text, Py_ssize_t index) {
    if (!PyUnicode_Check(&text))
        return raise(ts, PyExc_TypeError, "first argument must be a string, not %.80s", type_of(text).tp_name);
    Ref<Dict> memo = TRY(dict_new(ts));
    Scan scan(ts, self, as<Str>(text), std::move(memo));
    Ref<Object> result = TRY(scan.value(index));
    Ref<Object> end = TRY(int_from(ts, index));
    return tuple_of(ts, result, end);
}

const PyMemberDef scanner_members[] = {
    {"strict", T_BOOL, offsetof(Scanner, strict), READONLY, "strict"},
    {"object_hook", T_OBJECT, offsetof(Scanner, object_hook), READONLY, "object_hook"},
    {"object_pairs_hook", T_OBJECT, offsetof(Scanner, object_pairs_hook), READONLY, nullptr},
    {"parse_float", T_OBJECT, offsetof(Scanner, parse_float), READONLY, "parse_float"},
    {"parse_int", T_OBJECT, offsetof(Scanner, parse_int), READONLY, "parse_int"},
    {"parse_constant", T_OBJECT, offsetof(Scanner, parse_constant), READONLY, "parse_constant"},
    {},
};

// -- Encoder. ---------------------------------------------------------------------------------------------------------

struct Encoder {
    PyObject_HEAD
    Object *markers, *default_function, *encoder, *indent, *key_separator, *item_separator;
    char sort_keys, skip_keys;
    bool allow_nan;
    int fast;  // 0: call `encoder`, 1: encode_basestring, 2: encode_basestring_ascii
    auto members() {
        return std::array{&markers, &default_function, &encoder, &indent, &key_separator, &item_separator};
    }
};

class Encoding {
public:
    Encoding(ThreadState& ts, Encoder& options, StrBuilder& out) : ts_(ts), options_(options), out_(out) {}

    Result<void> value(Object& object) {
        if (is_none(object)) return out_.append_ascii("null");
        if (&object == &bool_object(true)) return out_.append_ascii("true");
        if (&object == &bool_object(false)) return out_.append_ascii("false");
        if (PyUnicode_Check(&object)) return string(object);
        if (PyLong_Check(&object)) return integer(object);
        if (PyFloat_Check(&object)) return number(object);
        if (PyList_Check(&object) || PyTuple_Check(&object)) {
            TRY(enter_recursion(ts_, " while encoding a JSON object"));
            RecursionScope scope{ts_};
            return list(object);
        }
        if (PyDict_Check(&object)) {
            TRY(enter_recursion(ts_, " while encoding a JSON object"));
            RecursionScope scope{ts_};
            return dict(object);
        }
        OptRef<Object> mark = TRY(enter(object));
        Ref<Object> instead = TRY(call(ts_, *options_.default_function, object));
        {
            TRY(enter_recursion(ts_, " while encoding a JSON object"));
            RecursionScope scope{ts_};
            TRY(value(instead));
        }
        return leave(mark);
    }

private:
    Result<void> string(Object& object) {
        if (options_.fast) return put_string(out_, as<Str>(object), options_.fast == 2);
        Ref<Object> text = TRY(call(ts_, *options_.encoder, object));
        if (!PyUnicode_Check(text.get()))
            return raise(ts_, PyExc_TypeError, "encoder() must return a string, not %.80s", type_of(*text).tp_name);
        return out_.append(as<Str>(*text));
    }
    Result<void> integer(Object& object) {
        if (int_is_compact(object)) {
            char text[24];
            char* end = std::to_chars(text, std::end(text), int_compact_value(object)).ptr;
            return out_.append_ascii({text, size_t(end - text)});
        }
        Ref<Str> text = TRY(int_to_text(ts_, object, 10, false));
        return out_.append(text);
    }
    Result<void> number(Object& object) {
        double value = float_value(object);
        if (!std::isfinite(value)) {
            if (!options_.allow_nan)
                return raise(ts_, PyExc_ValueError, "Out of range float values are not JSON compliant");
            return out_.append_ascii(value > 0 ? "Infinity" : value < 0 ? "-Infinity" : "NaN");
        }
        char text[base::repr_double_size];
        return out_.append_ascii({text, base::repr_double(value, text)});
    }

    // Remembers a container while it is being written; empty when nothing is checked.
    Result<OptRef<Object>> enter(Object& object) {
        if (is_none(options_.markers)) return nullptr;
        Ref<Object> id = TRY(int_from_pointer(ts_, &object));
        if (TRY(dict_contains(ts_, as<Dict>(*options_.markers), id)))
            return raise(ts_, PyExc_ValueError, "Circular reference detected");
        TRY(dict_set(ts_, as<Dict>(*options_.markers), id, object));
        return id;
    }
    Result<void> leave(OptRef<Object>& mark) {
        if (!mark) return {};
        return dict_delete(ts_, as<Dict>(*options_.markers), *mark);
    }

    Result<void> list(Object& object) {
        Ref<Object> sequence = TRY(sequence_fast(ts_, object, "_iterencode_list needs a sequence"));
        if (sequence_fast_items(sequence).empty()) return out_.append_ascii("[]");
        OptRef<Object> mark = TRY(enter(object));
        TRY(out_.append(Py_UCS4('[')));
        for (size_t i = 0; i < sequence_fast_items(sequence).size(); ++i) {
            if (i) TRY(out_.append(as<Str>(*options_.item_separator)));
            Ref<Object> item = Ref<Object>::share(*sequence_fast_items(sequence)[i]);
            TRY(value(item));
        }
        TRY(leave(mark));
        return out_.append(Py_UCS4(']'));
    }

    Result<void> dict(Object& object) {
        if (PyDict_CheckExact(&object) && dict_size(as<Dict>(object)) == 0) return out_.append_ascii("{}");
        OptRef<Object> mark = TRY(enter(object));
        Ref<Object> items = TRY(mapping_items(ts_, object));
        if (options_.sort_keys) TRY(list_sort(ts_, as<List>(*items)));
        if (list_size(as<List>(*items)) == 0) {
            TRY(leave(mark));
            return out_.append_ascii("{}");
        }
        TRY(out_.append(Py_UCS4('{')));
        bool first = true;
        for (Py_ssize_t i = 0; i < list_size(as<List>(*items)); ++i) {
            Ref<Object> item = Ref<Object>::share(list_item(as<List>(*items), i));
            if (!PyTuple_Check(item.get()) || tuple_size(as<Tuple>(*item)) != 2)
                return raise(ts_, PyExc_ValueError, "items must return 2-tuples");
            Object& key = tuple_item(as<Tuple>(*item), 0);
            bool known = PyUnicode_Check(&key) || PyFloat_Check(&key) || is_none(key) || PyLong_Check(&key);
            if (!known) {
                if (options_.skip_keys) continue;
                return raise(ts_, PyExc_TypeError, "keys must be str, int, float, bool or None, not %.100s",
                             type_of(key).tp_name);
            }
            if (!first) TRY(out_.append(as<Str>(*options_.item_separator)));
            first = false;
            if (PyUnicode_Check(&key)) {
                TRY(string(key));
            } else if (options_.fast) {
                TRY(out_.append(Py_UCS4('"')));
                TRY(value(key));
                TRY(out_.append(Py_UCS4('"')));
            } else {
                StrBuilder inner(ts_);
                Encoding encoding(ts_, options_, inner);
                TRY(encoding.value(key));
                Ref<Str> text = TRY(inner.finish());
                TRY(string(obj(*text)));
            }
            TRY(out_.append(as<Str>(*options_.key_separator)));
            TRY(value(tuple_item(as<Tuple>(*item), 1)));
        }
        TRY(leave(mark));
        return out_.append(Py_UCS4('}'));
    }

    ThreadState& ts_;
    Encoder& options_;
    StrBuilder& out_;
};

Result<Ref<Object>> encoder_new(ThreadState& ts, Type& type, Object& markers, Object& default_function, Object& encoder,
                                Object& indent, Str& key_separator, Str& item_separator, bool sort_keys, bool skip_keys,
                                bool allow_nan) {
    if (!PyDict_Check(&markers) && !is_none(markers))
        return raise(ts, PyExc_TypeError, "make_encoder() argument 1 must be dict or None, not %.200s",
                     type_of(markers).tp_name);
    Ref<Encoder> self = TRY(make_instance<Encoder>(type));
    self->markers = new_reference(markers);
    self->default_function = new_reference(default_function);
    self->encoder = new_reference(encoder);
    self->indent = new_reference(indent);
    self->key_separator = new_reference(obj(key_separator));
    self->item_separator = new_reference(obj(item_separator));
    self->sort_keys = sort_keys;
    self->skip_keys = skip_keys;
    self->allow_nan = allow_nan;
    self->fast = 0;
    if (PyCFunction_Check(&encoder)) {
        // Our own functions need not be called.
        const char* name = reinterpret_cast<PyCFunctionObject&>(encoder).m_ml->ml_name;
        Object* module = reinterpret_cast<PyCFunctionObject&>(encoder).m_self;
        if (module && PyModule_Check(module) && module_definition(*module) == &json_module) {
            if (strcmp(name, "encode_basestring") == 0) self->fast = 1;
            if (strcmp(name, "encode_basestring_ascii") == 0) self->fast = 2;
        }
    }
    return Ref<Object>(std::move(self));
}

Result<Ref<Object>> encoder_call(ThreadState& ts, Encoder& self, Object& object, Py_ssize_t) {
    StrBuilder out(ts);
    Encoding encoding(ts, self, out);
    TRY(encoding.value(object));
    Ref<Str> text = TRY(out.finish());
    return tuple_of(ts, text);
}

const PyMemberDef encoder_members[] = {
    {"markers", T_OBJECT, offsetof(Encoder, markers), READONLY, "markers"},
    {"default", T_OBJECT, offsetof(Encoder, default_function), READONLY, "default"},
    {"encoder", T_OBJECT, offsetof(Encoder, encoder), READONLY, "encoder"},
    {"indent", T_OBJECT, offsetof(Encoder, indent), READONLY, "indent"},
    {"key_separator", T_OBJECT, offsetof(Encoder, key_separator), READONLY, "key_separator"},
    {"item_separator", T_OBJECT, offsetof(Encoder, item_separator), READONLY, "item_separator"},
    {"sort_keys", T_BOOL, offsetof(Encoder, sort_keys), READONLY, "sort_keys"},
    {"skipkeys", T_BOOL, offsetof(Encoder, skip_keys), READONLY, "skipkeys"},
    {},
};

constexpr MethodDef functions[] = {
    METHOD_PLAIN("encode_basestring_ascii($module, string, /)", encode_basestring_ascii,
                 "encode_basestring_ascii(string) -> string\n\n"
                 "Return an ASCII-only JSON representation of a Python string"),
    METHOD_PLAIN("encode_basestring($module, string, /)", encode_basestring,
                 "encode_basestring(string) -> string\n\n"
                 "Return a JSON representation of a Python string"),
    METHOD_PLAIN("scanstring($module, $tuple, string, end, strict=True, /)", scanstring,
                 "scanstring(string, end, strict=True) -> (string, end)\n\n"
                 "Scan the string s for a JSON string. End is the index of the\n"
                 "character in s after the quote that started the JSON string.\n"
                 "Unescapes all valid JSON string escape sequences and raises ValueError\n"
                 "on attempt to decode an invalid string. If strict is False then literal\n"
                 "control characters are allowed in the string.\n\n"
                 "Returns a tuple of the decoded string and the index of the character in s\n"
                 "after the end quote."),
    METHOD_END,
};

// tp_call has the shape of a function of self, arguments and keywords.
template <class E>
Object* call_entry(Object* self, Object* arguments, Object* keywords) {
    ThreadState& ts = current_thread();
    native::UnpackedCall call;
    if (!call.unpack(ts, *arguments, keywords).ok()) return nullptr;
    return E::bind_and_invoke(ts, self, call.arguments, call.count, call.keyword_names);
}
struct ScannerCallText {
    constexpr std::string_view operator()() const { return "scan_once($self, /, string, idx)"; }
};
struct EncoderCallText {
    constexpr std::string_view operator()() const { return "_iterencode($self, /, obj, _current_indent_level)"; }
};

Result<void> execute(ThreadState& ts, Object& module) {
    Ref<Type> scanner =
        TRY(make_type<Scanner>(ts, module, "_json.Scanner", kTypeFlags & ~unsigned(Py_TPFLAGS_IMMUTABLETYPE),
                               {{Py_tp_new, new_pointer(NEW_SLOT("make_scanner($type, /, context)", scanner_new))},
                                {Py_tp_call, raw_pointer(call_entry<native::Entry<&scanner_call, ScannerCallText>>)},
                                {Py_tp_members, const_cast<PyMemberDef*>(scanner_members)},
                                {Py_tp_doc, const_cast<char*>("JSON scanner object")}}));
    Ref<Type> encoder = TRY(make_type<Encoder>(
        ts, module, "_json.Encoder", kTypeFlags & ~unsigned(Py_TPFLAGS_IMMUTABLETYPE),
        {{Py_tp_new, new_pointer(NEW_SLOT("make_encoder($type, /, markers, default, encoder, indent, key_separator, "
                                          "item_separator, sort_keys, skipkeys, allow_nan)",
                                          encoder_new))},
         {Py_tp_call, raw_pointer(call_entry<native::Entry<&encoder_call, EncoderCallText>>)},
         {Py_tp_members, const_cast<PyMemberDef*>(encoder_members)},
         {Py_tp_doc, const_cast<char*>("_iterencode(obj, _current_indent_level) -> iterable")}}));
    TRY(module_add(ts, module, "make_scanner", obj(*scanner)));
    return module_add(ts, module, "make_encoder", obj(*encoder));
}

constinit PyModuleDef_Slot slots[] = {
    {Py_mod_exec, reinterpret_cast<void*>(module_exec_entry<execute>)},
    {0, nullptr},
};

}  // namespace
}  // namespace json

PyModuleDef json_module = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "_json",
    .m_doc = "json speedups\n",
    .m_methods = METHOD_TABLE(json::functions),
    .m_slots = json::slots,
};

}  // namespace orochi
