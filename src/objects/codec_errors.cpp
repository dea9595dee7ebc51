#include "objects/codec_errors.hpp"

#include "base/unicode_database.hpp"
#include "base/utf8.hpp"
#include "objects/int.hpp"
#include "objects/str_internal.hpp"
#include "objects/type.hpp"

namespace orochi {

using base::Char4;

ErrorMode error_mode(const char* errors) {
    if (!errors) return ErrorMode::kStrict;
    std::string_view name = errors;
    if (name == "strict") return ErrorMode::kStrict;
    if (name == "surrogateescape") return ErrorMode::kSurrogateEscape;
    if (name == "ignore") return ErrorMode::kIgnore;
    if (name == "replace") return ErrorMode::kReplace;
    if (name == "surrogatepass") return ErrorMode::kSurrogatePass;
    if (name == "backslashreplace") return ErrorMode::kBackslash;
    if (name == "xmlcharrefreplace") return ErrorMode::kXmlCharRef;
    if (name == "namereplace") return ErrorMode::kName;
    return ErrorMode::kOther;
}

namespace {

constexpr char hex_digits[] = "0123456789abcdef";

void put_hex(std::string& out, Char4 value, int digits) {
    for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) out += hex_digits[value >> shift & 15];
}
void put_escape(std::string& out, Char4 c) {
    out += '\\';
    out += c < 0x100 ? 'x' : c < 0x10000 ? 'u' : 'U';
    put_hex(out, c, c < 0x100 ? 2 : c < 0x10000 ? 4 : 8);
}

// The encodings that surrogatepass knows.
struct UtfForm {
    int width = 0;  // 1, 2 or 4; 0: none of them
    bool big = false;
};
UtfForm utf_form(const char* encoding) {
    std::string name;
    for (const char* p = encoding; *p; ++p) name += *p == '_' ? '-' : *p >= 'A' && *p <= 'Z' ? char(*p + 32) : *p;
    if (name == "cp65001") return {1, false};
    if (!name.starts_with("utf")) return {};
    std::string_view rest = std::string_view(name).substr(3);
    if (rest.starts_with("-")) rest.remove_prefix(1);
    if (rest == "8") return {1, false};
    int width = rest.starts_with("16") ? 2 : rest.starts_with("32") ? 4 : 0;
    if (!width) return {};
    rest.remove_prefix(2);
    bool native_big = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;
    if (rest.empty()) return {width, native_big};
    if (rest.starts_with("-")) rest.remove_prefix(1);
    if (rest == "be") return {width, true};
    if (rest == "le") return {width, false};
    return {};
}

// PEP 383: bytes that could not be decoded, as lone surrogates.
bool is_escaped_byte(Char4 c) { return c >= 0xDC80 && c <= 0xDCFF; }

}  // namespace

Result<OptRef<Object>> builtin_encode_replacement(ThreadState& ts, ErrorMode mode, const char* encoding, Str& text,
                                                  Py_ssize_t start, Py_ssize_t& end) {
    switch (mode) {
        case ErrorMode::kIgnore: return OptRef<Object>::share(&obj(empty_str()));
        case ErrorMode::kReplace: {
            Ref<Str> marks = TRY(str_repeat(ts, latin1_string('?'), end - start));
            return OptRef<Object>(std::move(marks));
        }
        case ErrorMode::kXmlCharRef:
        case ErrorMode::kBackslash:
        case ErrorMode::kName: {
            std::string out;
            for (Py_ssize_t i = start; i < end; ++i) {
                Char4 c = str_at(text, i);
                if (mode == ErrorMode::kXmlCharRef) {
                    out += "&#" + std::to_string(c) + ";";
                    continue;
                }
                if (mode == ErrorMode::kName) {
                    std::string name = base::unicode_name(c);
                    if (!name.empty()) {
                        out += "\\N{" + name + "}";
                        continue;
                    }
                }
                put_escape(out, c);
            }
            Ref<Str> result = TRY(str_from_ascii(ts, out));
            return OptRef<Object>(std::move(result));
        }
        case ErrorMode::kSurrogateEscape: {
            std::string out;
            for (Py_ssize_t i = start; i < end; ++i) {
                Char4 c = str_at(text, i);
                if (!is_escaped_byte(c)) return nullptr;
                out += char(c - 0xDC00);
            }
            Ref<Bytes> result = TRY(bytes_from(ts, out));
            return OptRef<Object>(std::move(result));
        }
        case ErrorMode::kSurrogatePass: {
            UtfForm form = utf_form(encoding);
            if (!form.width) return nullptr;
            std::string out;
            for (Py_ssize_t i = start; i < end; ++i) {
                Char4 c = str_at(text, i);
                if (!base::is_surrogate(c)) return nullptr;
                if (form.width == 1) {
                    uint8_t utf8[4];
                    out.append(reinterpret_cast<char*>(utf8), size_t(base::encode_utf8_character(c, utf8)));
                    continue;
                }
                for (int k = 0; k < form.width; ++k) out += char(c >> 8 * (form.big ? form.width - 1 - k : k));
            }
            Ref<Bytes> result = TRY(bytes_from(ts, out));
            return OptRef<Object>(std::move(result));
        }
        default: return nullptr;
    }
}

Result<OptRef<Object>> builtin_decode_replacement(ThreadState& ts, ErrorMode mode, const char* encoding,
                                                  std::string_view bytes, Py_ssize_t start, Py_ssize_t& end) {
    auto at = [&](Py_ssize_t i) { return static_cast<unsigned char>(bytes[size_t(i)]); };
    switch (mode) {
        case ErrorMode::kIgnore: return OptRef<Object>::share(&obj(empty_str()));
        case ErrorMode::kReplace: {
            Ref<Str> mark = TRY(str_from_character(ts, 0xFFFD));
            return OptRef<Object>(std::move(mark));
        }
        case ErrorMode::kBackslash: {
            std::string out;
            for (Py_ssize_t i = start; i < end; ++i) put_escape(out, at(i));
            Ref<Str> result = TRY(str_from_ascii(ts, out));
            return OptRef<Object>(std::move(result));
        }
        case ErrorMode::kSurrogateEscape: {
            Char4 out[4];
            int count = 0;
            while (count < 4 && start + count < end && at(start + count) >= 128) {
                out[count] = 0xDC00 + at(start + count);
                ++count;
            }
            if (count == 0) return nullptr;
            end = start + count;
            Ref<Str> result = TRY(str_from_ucs(ts, 4, out, count));
            return OptRef<Object>(std::move(result));
        }
        case ErrorMode::kSurrogatePass: {
            UtfForm form = utf_form(encoding);
            Py_ssize_t left = Py_ssize_t(bytes.size()) - start;
            Char4 c = 0;
            Py_ssize_t used = form.width == 1 ? 3 : form.width;
            if (!form.width || left < used) return nullptr;
            if (form.width == 1) {
                if ((at(start) & 0xF0) == 0xE0 && (at(start + 1) & 0xC0) == 0x80 && (at(start + 2) & 0xC0) == 0x80)
                    c = (at(start) & 0x0Fu) << 12 | (at(start + 1) & 0x3Fu) << 6 | (at(start + 2) & 0x3Fu);
            } else {
                for (int k = 0; k < form.width; ++k)
                    c |= Char4(at(start + k)) << 8 * (form.big ? form.width - 1 - k : k);
            }
            if (!base::is_surrogate(c)) return nullptr;
            end = start + used;
            Ref<Str> result = TRY(str_from_character(ts, c));
            return OptRef<Object>(std::move(result));
        }
        default: return nullptr;
    }
}

namespace {

Result<Ref<Object>> make_encode_error(ThreadState& ts, const char* encoding, Str& text, Py_ssize_t start,
                                      Py_ssize_t end, const char* reason) {
    Ref<Str> encoding_text = TRY(str_from_utf8(ts, encoding));
    Ref<Object> first = TRY(int_from(ts, start));
    Ref<Object> last = TRY(int_from(ts, end));
    Ref<Str> why = TRY(str_from_utf8(ts, reason));
    return call(ts, *PyExc_UnicodeEncodeError, encoding_text, text, first, last, why);
}
Result<Ref<Object>> make_decode_error(ThreadState& ts, const char* encoding, Object& bytes, Py_ssize_t start,
                                      Py_ssize_t end, const char* reason) {
    Ref<Str> encoding_text = TRY(str_from_utf8(ts, encoding));
    Ref<Object> first = TRY(int_from(ts, start));
    Ref<Object> last = TRY(int_from(ts, end));
    Ref<Str> why = TRY(str_from_utf8(ts, reason));
    return call(ts, *PyExc_UnicodeDecodeError, encoding_text, bytes, first, last, why);
}

// Creates the exception, or moves the one of the last error to the new place.
Result<void> place_error(ThreadState& ts, Object& error, Py_ssize_t start, Py_ssize_t end, const char* reason) {
    auto& fields = reinterpret_cast<PyUnicodeErrorObject&>(error);
    fields.start = start;
    fields.end = end;
    Ref<Str> why = TRY(str_from_utf8(ts, reason));
    assign(fields.reason, std::move(why));
    return {};
}

// The (replacement, position) that a handler returned; `size` is the input's length.
Result<Ref<Object>> read_answer(ThreadState& ts, Object& answer, bool bytes_allowed, Py_ssize_t& position) {
    const char* message = bytes_allowed ? "encoding error handler must return (str/bytes, int) tuple"
                                        : "decoding error handler must return (str, int) tuple";
    if (!PyTuple_Check(&answer) || tuple_size(as<Tuple>(answer)) != 2) return raise(ts, PyExc_TypeError, message);
    Object& replacement = tuple_item(as<Tuple>(answer), 0);
    if (!PyUnicode_Check(&replacement) && !(bytes_allowed && PyBytes_Check(&replacement)))
        return raise(ts, PyExc_TypeError, message);
    Result<Py_ssize_t> number = int_as_ssize(ts, tuple_item(as<Tuple>(answer), 1));
    if (!number.ok()) {
        if (!error_matches(ts, PyExc_TypeError)) return failure;
        return raise(ts, PyExc_TypeError, message);
    }
    position = std::move(number).take();
    return Ref<Object>::share(replacement);
}
Result<void> check_position(ThreadState& ts, Py_ssize_t& position, Py_ssize_t size) {
    Py_ssize_t given = position;
    if (position < 0) position += size;
    if (position < 0 || position > size)
        return raise(ts, PyExc_IndexError, "position %zd from error handler out of bounds", given);
    return {};
}

}  // namespace

Failure raise_encode_error(ThreadState& ts, const char* encoding, Str& text, Py_ssize_t start, Py_ssize_t end,
                           const char* reason) {
    Ref<Object> error = TRY(make_encode_error(ts, encoding, text, start, end, reason));
    return raise_instance(ts, error);
}
Failure raise_decode_error(ThreadState& ts, const char* encoding, std::string_view bytes, Py_ssize_t start,
                           Py_ssize_t end, const char* reason) {
    Ref<Bytes> input = TRY(bytes_from(ts, bytes));
    Ref<Object> error = TRY(make_decode_error(ts, encoding, obj(*input), start, end, reason));
    return raise_instance(ts, error);
}

Failure EncodeErrors::fail(Py_ssize_t start, Py_ssize_t end, const char* reason) {
    return raise_encode_error(ts_, encoding_, text_, start, end, reason);
}

Result<Ref<Object>> EncodeErrors::handle(Py_ssize_t start, Py_ssize_t end, const char* reason, Py_ssize_t& position) {
    if (mode_ != ErrorMode::kOther) {
        OptRef<Object> replacement = TRY(builtin_encode_replacement(ts_, mode_, encoding_, text_, start, end));
        if (!replacement) {
            // These encodings escape one character after the other; the error is about the first that cannot be.
            std::string_view encoding = encoding_;
            if (mode_ == ErrorMode::kSurrogateEscape &&
                (encoding == "utf-8" || encoding == "ascii" || encoding == "latin-1"))
                while (start < end && is_escaped_byte(str_at(text_, start))) ++start;
            return fail(start, end, reason);
        }
        position = end;
        return replacement.take();
    }
    if (!handler_) {
        Ref<Object> handler = TRY(codec_lookup_error(ts_, errors_));
        handler_ = OptRef<Object>(std::move(handler));
    }
    if (!exception_) {
        Ref<Object> error = TRY(make_encode_error(ts_, encoding_, text_, start, end, reason));
        exception_ = OptRef<Object>(std::move(error));
    } else {
        TRY(place_error(ts_, *exception_, start, end, reason));
    }
    Ref<Object> answer = TRY(call(ts_, *handler_, *exception_));
    Ref<Object> replacement = TRY(read_answer(ts_, answer, true, position));
    TRY(check_position(ts_, position, str_length(text_)));
    return replacement;
}

Result<Ref<Str>> DecodeErrors::handle(Py_ssize_t start, Py_ssize_t end, const char* reason, Py_ssize_t& position) {
    if (mode_ != ErrorMode::kOther) {
        OptRef<Object> replacement = TRY(builtin_decode_replacement(ts_, mode_, encoding_, bytes_, start, end));
        if (!replacement) return raise_decode_error(ts_, encoding_, bytes_, start, end, reason);
        position = end;
        return replacement.take().cast<Str>();
    }
    if (!handler_) {
        Ref<Object> handler = TRY(codec_lookup_error(ts_, errors_));
        handler_ = OptRef<Object>(std::move(handler));
    }
    if (!exception_) {
        Ref<Bytes> input = TRY(bytes_from(ts_, bytes_));
        Ref<Object> error = TRY(make_decode_error(ts_, encoding_, obj(*input), start, end, reason));
        exception_ = OptRef<Object>(std::move(error));
    } else {
        TRY(place_error(ts_, *exception_, start, end, reason));
    }
    Ref<Object> answer = TRY(call(ts_, *handler_, *exception_));
    Ref<Object> replacement = TRY(read_answer(ts_, answer, false, position));
    Object* object = reinterpret_cast<PyUnicodeErrorObject&>(*exception_).object;
    if (!object || !PyBytes_Check(object)) return raise(ts_, PyExc_TypeError, "object attribute must be bytes");
    input_ = OptRef<Object>::share(object);
    bytes_ = bytes_view(as<Bytes>(*object));
    TRY(check_position(ts_, position, Py_ssize_t(bytes_.size())));
    return std::move(replacement).cast<Str>();
}

// -- The handlers as functions of an exception. -----------------------------------------------------------------------

namespace {

Failure wrong_error(ThreadState& ts, Object& error) {
    return raise(ts, PyExc_TypeError, "don't know how to handle %T in error callback", &error);
}
bool is_a(Object& error, Object* type) { return is_instance_of(error, reinterpret_cast<Type&>(*type)); }

Result<Ref<Object>> answer_of(ThreadState& ts, Object& replacement, Py_ssize_t position) {
    Ref<Object> number = TRY(int_from(ts, position));
    return tuple_of(ts, replacement, number);
}

// The range of the error inside its object, as the getters of the exception clip it.
Result<void> error_range(ThreadState& ts, Object& error, Py_ssize_t size, Py_ssize_t& start, Py_ssize_t& end) {
    auto& fields = reinterpret_cast<PyUnicodeErrorObject&>(error);
    start = std::clamp<Py_ssize_t>(fields.start, 0, std::max<Py_ssize_t>(size - 1, 0));
    end = std::clamp<Py_ssize_t>(fields.end, std::min<Py_ssize_t>(1, size), size);
    if (end < start) end = start;
    return {};
}

Result<Ref<Object>> apply_builtin(ThreadState& ts, Object& error, ErrorMode mode) {
    auto& fields = reinterpret_cast<PyUnicodeErrorObject&>(error);
    Py_ssize_t start, end;
    bool encodes = is_a(error, PyExc_UnicodeEncodeError), translates = is_a(error, PyExc_UnicodeTranslateError);
    bool decodes = !encodes && is_a(error, PyExc_UnicodeDecodeError);
    auto reraise = [&]() -> Result<Ref<Object>> { return raise_instance(ts, error); };
    if (encodes || translates) {
        if (translates && (mode == ErrorMode::kXmlCharRef || mode == ErrorMode::kName ||
                           mode == ErrorMode::kSurrogateEscape || mode == ErrorMode::kSurrogatePass))
            return wrong_error(ts, error);
        if (!fields.object || !PyUnicode_Check(fields.object))
            return raise(ts, PyExc_TypeError, "object attribute must be unicode");
        Str& text = as<Str>(*fields.object);
        TRY(error_range(ts, error, str_length(text), start, end));
        if (translates && mode == ErrorMode::kReplace) {
            Ref<Str> mark = TRY(str_from_character(ts, 0xFFFD));
            Ref<Str> marks = TRY(str_repeat(ts, mark, end - start));
            return answer_of(ts, obj(*marks), end);
        }
        std::string_view encoding = "";
        if (encodes && fields.encoding && PyUnicode_Check(fields.encoding))
            encoding = TRY(str_utf8(ts, as<Str>(*fields.encoding)));
        OptRef<Object> replacement = TRY(builtin_encode_replacement(ts, mode, encoding.data(), text, start, end));
        if (!replacement) return reraise();
        return answer_of(ts, *replacement, end);
    }
    if (decodes) {
        if (mode == ErrorMode::kXmlCharRef || mode == ErrorMode::kName) return wrong_error(ts, error);
        if (!fields.object || !PyBytes_Check(fields.object))
            return raise(ts, PyExc_TypeError, "object attribute must be bytes");
        Ref<Object> keep = Ref<Object>::share(*fields.object);
        std::string_view bytes = bytes_view(as<Bytes>(*keep));
        TRY(error_range(ts, error, Py_ssize_t(bytes.size()), start, end));
        std::string_view encoding = "";
        if (fields.encoding && PyUnicode_Check(fields.encoding))
            encoding = TRY(str_utf8(ts, as<Str>(*fields.encoding)));
        OptRef<Object> replacement = TRY(builtin_decode_replacement(ts, mode, encoding.data(), bytes, start, end));
        if (!replacement) return reraise();
        return answer_of(ts, *replacement, end);
    }
    return wrong_error(ts, error);
}

}  // namespace

Result<Ref<Object>> strict_errors(ThreadState& ts, Object& error) {
    if (is_a(error, PyExc_BaseException)) return raise_instance(ts, error);
    return raise(ts, PyExc_TypeError, "codec must pass exception instance");
}
Result<Ref<Object>> ignore_errors(ThreadState& ts, Object& error) {
    return apply_builtin(ts, error, ErrorMode::kIgnore);
}
Result<Ref<Object>> replace_errors(ThreadState& ts, Object& error) {
    return apply_builtin(ts, error, ErrorMode::kReplace);
}
Result<Ref<Object>> xmlcharrefreplace_errors(ThreadState& ts, Object& error) {
    return apply_builtin(ts, error, ErrorMode::kXmlCharRef);
}
Result<Ref<Object>> backslashreplace_errors(ThreadState& ts, Object& error) {
    return apply_builtin(ts, error, ErrorMode::kBackslash);
}
Result<Ref<Object>> namereplace_errors(ThreadState& ts, Object& error) {
    return apply_builtin(ts, error, ErrorMode::kName);
}
Result<Ref<Object>> surrogateescape_errors(ThreadState& ts, Object& error) {
    return apply_builtin(ts, error, ErrorMode::kSurrogateEscape);
}
Result<Ref<Object>> surrogatepass_errors(ThreadState& ts, Object& error) {
    return apply_builtin(ts, error, ErrorMode::kSurrogatePass);
}

}  // namespace orochi
