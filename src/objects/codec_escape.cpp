// The codecs "unicode-escape" and "raw-unicode-escape", and the escapes of bytes literals.
#include "base/unicode_database.hpp"
#include "objects/codec_errors.hpp"
#include "objects/str_internal.hpp"

namespace orochi {

using base::Char4;

namespace {

int hex_value(unsigned char c) {
    if (c >= '0' && c <= '9') return c - '0';
    c |= 32;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}
constexpr char hex_digits[] = "0123456789abcdef";

// The character of a one-letter escape, -1 when the letter is none.
int simple_escape(unsigned char c) {
    switch (c) {
        case '\\':
        case '\'':
        case '"': return c;
        case 'b': return '\b';
        case 'f': return '\f';
        case 't': return '\t';
        case 'n': return '\n';
        case 'r': return '\r';
        case 'v': return '\v';
        case 'a': return '\a';
        default: return -1;
    }
}

// Octal digits at data[i], at most three.
int read_octal(std::string_view data, Py_ssize_t& i) {
    int value = 0;
    for (int k = 0; k < 3 && i < Py_ssize_t(data.size()) && data[size_t(i)] >= '0' && data[size_t(i)] <= '7'; ++k)
        value = value * 8 + (data[size_t(i++)] - '0');
    return value;
}

Result<void> warn_escape(ThreadState& ts, std::string_view bytes, Py_ssize_t at) {
    auto c = static_cast<unsigned char>(bytes[size_t(at)]);
    if (c >= '4' && c <= '7')
        return warn(ts, PyExc_DeprecationWarning, 1, "invalid octal escape sequence '\\%.3s'", bytes.data() + at);
    return warn(ts, PyExc_DeprecationWarning, 1, "invalid escape sequence '\\%c'", int(c));
}

}  // namespace

Result<Ref<Str>> decode_unicode_escape(ThreadState& ts, std::string_view bytes, const char* errors, bool final,
                                       MaybeConsumed consumed, Py_ssize_t* invalid_escape) {
    StrBuilder out(ts);
    DecodeErrors handler(ts, "unicodeescape", bytes, errors);
    Py_ssize_t i = 0, first_invalid = -1;
    while (true) {
        std::string_view data = handler.bytes();
        const Py_ssize_t n = Py_ssize_t(data.size());
        if (i >= n) break;
        // A run without escapes is Latin-1.
        Py_ssize_t run = i;
        auto* slash = static_cast<const char*>(memchr(data.data() + i, '\\', size_t(n - i)));
        i = slash ? slash - data.data() : n;
        if (i > run) {
            auto* from = reinterpret_cast<const base::Char1*>(data.data()) + run;
            Py_UCS4 widest = base::max_char_class(from, size_t(i - run));
            void* to = TRY(out.extend(i - run, widest));
            base::copy_characters({from, size_t(i - run), 1}, to, out.kind());
            continue;
        }
        const Py_ssize_t start = i++;
        const char* message = nullptr;
        bool incomplete = false;
        if (i >= n) {
            message = "\\ at end of string";
            incomplete = true;
        } else {
            auto c = static_cast<unsigned char>(data[size_t(i++)]);
            int simple = simple_escape(c);
            if (simple >= 0) {
                TRY(out.append(Py_UCS4(simple)));
                continue;
            }
            switch (c) {
                case '\n': continue;
                case '0':
                case '1':
                case '2':
                case '3':
                case '4':
                case '5':
                case '6':
                case '7': {
                    --i;
                    Py_ssize_t at = i;
                    int value = read_octal(data, i);
                    if (value > 0377 && first_invalid < 0) first_invalid = at;
                    TRY(out.append(Py_UCS4(value)));
                    continue;
                }
                case 'x':
                case 'u':
                case 'U': {
                    int digits = c == 'x' ? 2 : c == 'u' ? 4 : 8;
                    message = c == 'x'   ? "truncated \\xXX escape"
                              : c == 'u' ? "truncated \\uXXXX escape"
                                         : "truncated \\UXXXXXXXX escape";
                    Char4 value = 0;
                    int k = 0;
                    for (; k < digits && i < n; ++k, ++i) {
                        int digit = hex_value(static_cast<unsigned char>(data[size_t(i)]));
                        if (digit < 0) break;
                        value = value << 4 | Char4(digit);
                    }
                    if (k < digits) {
                        incomplete = i >= n;
                        break;
                    }
                    if (value > base::max_code_point) {
                        message = "illegal Unicode character";
                        break;
                    }
                    TRY(out.append(Py_UCS4(value)));
                    continue;
                }
                case 'N': {
                    message = "malformed \\N character escape";
                    if (i >= n) {
                        incomplete = true;
                        break;
                    }
                    if (data[size_t(i)] != '{') break;
                    Py_ssize_t name = ++i;
                    while (i < n && data[size_t(i)] != '}') ++i;
                    if (i >= n) {
                        incomplete = true;
                        break;
                    }
                    if (i == name) break;
                    ++i;
                    Char4 found[4];
                    message = "unknown Unicode character name";
                    if (base::unicode_lookup(data.substr(size_t(name), size_t(i - 1 - name)), false, found) == 1) {
                        TRY(out.append(Py_UCS4(found[0])));
                        continue;
                    }
                    break;
                }
                default:
                    if (first_invalid < 0) first_invalid = i - 1;
                    TRY(out.append(Py_UCS4('\\')));
                    TRY(out.append(Py_UCS4(c)));
                    continue;
            }
        }
        if (incomplete && !final) {
            i = start;
            break;
        }
        Ref<Str> replacement = TRY(handler.handle(start, i, message, i));
        TRY(out.append(replacement));
    }
    if (consumed) *consumed = i;
    if (invalid_escape) {
        *invalid_escape = first_invalid;
    } else if (first_invalid >= 0) {
        TRY(warn_escape(ts, bytes, first_invalid));
    }
    return out.finish();
}

Result<Ref<Str>> decode_raw_unicode_escape(ThreadState& ts, std::string_view bytes, const char* errors, bool final,
                                           MaybeConsumed consumed) {
    StrBuilder out(ts);
    DecodeErrors handler(ts, "rawunicodeescape", bytes, errors);
    Py_ssize_t i = 0;
    while (true) {
        std::string_view data = handler.bytes();
        const Py_ssize_t n = Py_ssize_t(data.size());
        if (i >= n) break;
        auto c = static_cast<unsigned char>(data[size_t(i)]);
        if (c != '\\' || (i + 1 >= n && final)) {
            TRY(out.append(Py_UCS4(c)));
            ++i;
            continue;
        }
        const Py_ssize_t start = i++;
        if (i >= n) {
            i = start;
            break;
        }
        c = static_cast<unsigned char>(data[size_t(i++)]);
        if (c != 'u' && c != 'U') {
            TRY(out.append(Py_UCS4('\\')));
            TRY(out.append(Py_UCS4(c)));
            continue;
        }
        int digits = c == 'u' ? 4 : 8, k = 0;
        const char* message = c == 'u' ? "truncated \\uXXXX escape" : "truncated \\UXXXXXXXX escape";
        Char4 value = 0;
        for (; k < digits && i < n; ++k, ++i) {
            int digit = hex_value(static_cast<unsigned char>(data[size_t(i)]));
            if (digit < 0) break;
            value = value << 4 | Char4(digit);
        }
        if (k == digits) {
            if (value <= base::max_code_point) {
                TRY(out.append(Py_UCS4(value)));
                continue;
            }
            message = "\\Uxxxxxxxx out of range";
        } else if (i >= n && !final) {
            i = start;
            break;
        }
        Ref<Str> replacement = TRY(handler.handle(start, i, message, i));
        TRY(out.append(replacement));
    }
    if (consumed) *consumed = i;
    return out.finish();
}

Result<Ref<Bytes>> decode_bytes_escape(ThreadState& ts, std::string_view data, const char* errors,
                                       Py_ssize_t* invalid_escape) {
    ByteBuilder out(ts);
    Py_ssize_t i = 0, n = Py_ssize_t(data.size()), first_invalid = -1;
    while (i < n) {
        char c = data[size_t(i++)];
        if (c != '\\') {
            TRY(out.append(c));
            continue;
        }
        if (i >= n) return raise(ts, PyExc_ValueError, "Trailing \\ in string");
        auto e = static_cast<unsigned char>(data[size_t(i++)]);
        int simple = simple_escape(e);
        if (simple >= 0) {
            TRY(out.append(char(simple)));
        } else if (e == '\n') {
        } else if (e >= '0' && e <= '7') {
            --i;
            Py_ssize_t at = i;
            int value = read_octal(data, i);
            if (value > 0377 && first_invalid < 0) first_invalid = at;
            TRY(out.append(char(value)));
        } else if (e == 'x') {
            int high = i < n ? hex_value(static_cast<unsigned char>(data[size_t(i)])) : -1;
            int low = i + 1 < n ? hex_value(static_cast<unsigned char>(data[size_t(i + 1)])) : -1;
            if (high >= 0 && low >= 0) {
                TRY(out.append(char(high << 4 | low)));
                i += 2;
                continue;
            }
            // One hexadecimal digit belongs to the bad escape.
            if (high >= 0) ++i;
            ErrorMode mode = error_mode(errors);
            if (mode == ErrorMode::kStrict)
                return raise(ts, PyExc_ValueError, "invalid \\x escape at position %zd", i - 2 - (high >= 0));
            if (mode == ErrorMode::kReplace) {
                TRY(out.append('?'));
            } else if (mode != ErrorMode::kIgnore) {
                return raise(ts, PyExc_ValueError, "decoding error; unknown error handling code: %.400s", errors);
            }
        } else {
            if (first_invalid < 0) first_invalid = i - 1;
            TRY(out.append('\\'));
            TRY(out.append(char(e)));
        }
    }
    if (invalid_escape) {
        *invalid_escape = first_invalid;
    } else if (first_invalid >= 0) {
        TRY(warn_escape(ts, data, first_invalid));
    }
    return out.finish();
}

namespace {

Result<void> put_escape(ByteBuilder& out, char letter, Char4 c, int digits) {
    char* p = TRY(out.extend(digits + 2));
    *p++ = '\\';
    *p++ = letter;
    for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) *p++ = hex_digits[c >> shift & 15];
    return {};
}

}  // namespace

Result<Ref<Bytes>> encode_unicode_escape(ThreadState& ts, Str& text) {
    ByteBuilder out(ts);
    TRY(out.reserve(str_length(text)));
    for (Py_ssize_t i = 0; i < str_length(text); ++i) {
        Char4 c = str_at(text, i);
        if (c >= 0x10000) {
            TRY(put_escape(out, 'U', c, 8));
        } else if (c >= 0x100) {
            TRY(put_escape(out, 'u', c, 4));
        } else if (c == '\\') {
            TRY(out.append("\\\\"));
        } else if (c == '\t' || c == '\n' || c == '\r') {
            TRY(out.append('\\'));
            TRY(out.append(c == '\t' ? 't' : c == '\n' ? 'n' : 'r'));
        } else if (c < ' ' || c >= 127) {
            TRY(put_escape(out, 'x', c, 2));
        } else {
            TRY(out.append(char(c)));
        }
    }
    return out.finish();
}

Result<Ref<Bytes>> encode_raw_unicode_escape(ThreadState& ts, Str& text) {
    if (str_kind(text) == 1)
        return bytes_from(
            ts, {static_cast<const char*>(str_data(static_cast<const Str&>(text))), size_t(str_length(text))});
    ByteBuilder out(ts);
    TRY(out.reserve(str_length(text)));
    for (Py_ssize_t i = 0; i < str_length(text); ++i) {
        Char4 c = str_at(text, i);
        if (c >= 0x10000) {
            TRY(put_escape(out, 'U', c, 8));
        } else if (c >= 0x100) {
            TRY(put_escape(out, 'u', c, 4));
        } else {
            TRY(out.append(char(c)));
        }
    }
    return out.finish();
}

}  // namespace orochi
