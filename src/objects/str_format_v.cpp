// PyUnicode_FromFormat: printf for Python text. The codes are those of the C API manual, and %T.
#include <charconv>

#include "objects/str_internal.hpp"

namespace orochi {

namespace {

struct Directive {
    Py_ssize_t width = -1, precision = -1;
    bool zero = false;
    enum { kInt, kLong, kLongLong, kSize } size = kInt;
};

Result<void> put_text(ThreadState&, StrBuilder& out, Str& text, const Directive& d) {
    Py_ssize_t length = str_length(text);
    if (d.precision >= 0) length = std::min(length, d.precision);
    TRY(out.append_fill(' ', d.width - length));
    return out.append(text, 0, length);
}

Result<void> put_c_string(ThreadState& ts, StrBuilder& out, const char* s, const Directive& d) {
    size_t size = d.precision < 0 ? strlen(s) : strnlen(s, size_t(d.precision));
    std::string_view bytes(s, size);
    if (base::is_ascii(reinterpret_cast<const uint8_t*>(s), size)) {
        TRY(out.append_fill(' ', d.width - Py_ssize_t(size)));
        return out.append_ascii(bytes);
    }
    // A limit may cut a character in two; what is no UTF-8 becomes U+FFFD.
    Ref<Object> text = TRY(str_decode(ts, bytes, "utf-8", "replace"));
    Directive whole = d;
    whole.precision = -1;
    return put_text(ts, out, as<Str>(*text), whole);
}

Result<void> put_number(StrBuilder& out, char code, bool negative, unsigned long long magnitude, const Directive& d) {
    char digits[72];
    char* end = std::to_chars(digits, digits + sizeof digits, magnitude, code == 'x' ? 16 : 10).ptr;
    std::string_view text(digits, size_t(end - digits));
    Py_ssize_t length = Py_ssize_t(text.size());
    Py_ssize_t zeros = std::max<Py_ssize_t>(0, d.precision - length);
    Py_ssize_t total = length + zeros + negative;
    if (d.zero && d.width > total) {
        zeros += d.width - total;
    } else {
        TRY(out.append_fill(' ', d.width - total));
    }
    if (negative) TRY(out.append(Py_UCS4('-')));
    TRY(out.append_fill('0', zeros));
    return out.append_ascii(text);
}

}  // namespace

Result<Ref<Str>> str_format_v(ThreadState& ts, const char* format, va_list given) {
    StrBuilder out(ts);
    va_list arguments;
    va_copy(arguments, given);
    struct End {
        va_list& list;
        ~End() { va_end(list); }
    } end_list{arguments};
    const char* p = format;
    while (*p) {
        if (*p != '%') {
            const char* stop = p;
            while (*stop && *stop != '%') {
                if (static_cast<unsigned char>(*stop) > 127)
                    return raise(
                        ts, PyExc_ValueError,
                        "PyUnicode_FromFormatV() expects an ASCII-encoded format string, got a non-ASCII byte: "
                        "0x%02x",
                        unsigned(static_cast<unsigned char>(*stop)));
                ++stop;
            }
            TRY(out.append_ascii({p, size_t(stop - p)}));
            p = stop;
            continue;
        }
        const char* start = p++;
        Directive d;
        if (*p == '0') {
            d.zero = true;
            ++p;
        }
        if (*p >= '0' && *p <= '9') {
            d.width = 0;
            for (; *p >= '0' && *p <= '9'; ++p) {
                if (d.width > (PY_SSIZE_T_MAX - 9) / 10) return raise(ts, PyExc_ValueError, "width too big");
                d.width = d.width * 10 + (*p - '0');
            }
        }
        if (*p == '.') {
            d.precision = 0;
            for (++p; *p >= '0' && *p <= '9'; ++p) {
                if (d.precision > (PY_SSIZE_T_MAX - 9) / 10) return raise(ts, PyExc_ValueError, "precision too big");
                d.precision = d.precision * 10 + (*p - '0');
            }
        }
        if (*p == 'l') {
            d.size = Directive::kLong;
            if (*++p == 'l') {
                d.size = Directive::kLongLong;
                ++p;
            }
        } else if (*p == 'z') {
            d.size = Directive::kSize;
            ++p;
        }
        char code = *p;
        if (code) ++p;
        switch (code) {
            case 'c': {
                int c = va_arg(arguments, int);
                if (c < 0 || c > 0x10FFFF)
                    return raise(ts, PyExc_OverflowError, "character argument not in range(0x110000)");
                TRY(out.append(Py_UCS4(c)));
                break;
            }
            case 'd':
            case 'i': {
                long long value = d.size == Directive::kLong       ? va_arg(arguments, long)
                                  : d.size == Directive::kLongLong ? va_arg(arguments, long long)
                                  : d.size == Directive::kSize     ? va_arg(arguments, Py_ssize_t)
                                                                   : va_arg(arguments, int);
                bool negative = value < 0;
                unsigned long long magnitude = negative ? 0ull - (unsigned long long)value : (unsigned long long)value;
                TRY(put_number(out, 'd', negative, magnitude, d));
                break;
            }
            case 'u':
            case 'x': {
                unsigned long long value = d.size == Directive::kLong       ? va_arg(arguments, unsigned long)
                                           : d.size == Directive::kLongLong ? va_arg(arguments, unsigned long long)
                                           : d.size == Directive::kSize     ? va_arg(arguments, size_t)
                                                                            : va_arg(arguments, unsigned);
                TRY(put_number(out, code, false, value, d));
                break;
            }
            case 'p': {
                auto value = reinterpret_cast<uintptr_t>(va_arg(arguments, void*));
                char text[20] = "0x";
                char* end = std::to_chars(text + 2, text + sizeof text, value, 16).ptr;
                TRY(out.append_ascii({text, size_t(end - text)}));
                break;
            }
            case 's': {
                const char* s = va_arg(arguments, const char*);
                TRY(put_c_string(ts, out, s ? s : "(null)", d));
                break;
            }
            case 'T': {
                Object* object = va_arg(arguments, Object*);
                Directive limited = d;
                if (limited.precision < 0) limited.precision = 200;
                TRY(put_c_string(ts, out, type_of(*object).tp_name, limited));
                break;
            }
            case 'U': {
                Object* object = va_arg(arguments, Object*);
                TRY(put_text(ts, out, as<Str>(*object), d));
                break;
            }
            case 'V': {
                Object* object = va_arg(arguments, Object*);
                const char* s = va_arg(arguments, const char*);
                if (object) {
                    TRY(put_text(ts, out, as<Str>(*object), d));
                } else {
                    TRY(put_c_string(ts, out, s, d));
                }
                break;
            }
            case 'S':
            case 'R':
            case 'A': {
                Object& object = *va_arg(arguments, Object*);
                Ref<Str> text = TRY(code == 'S' ? str(ts, object) : code == 'R' ? repr(ts, object) : ascii(ts, object));
                TRY(put_text(ts, out, text, d));
                break;
            }
            case '%': TRY(out.append(Py_UCS4('%'))); break;
            default:
                // An unknown code ends the work: the rest is copied as it is.
                TRY(out.append_utf8(start));
                return out.finish();
        }
    }
    return out.finish();
}

Result<Ref<Str>> str_format(ThreadState& ts, const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    Result<Ref<Str>> result = str_format_v(ts, format, arguments);
    va_end(arguments);
    return result;
}

}  // namespace orochi
