// UTF-7 (RFC 2152).
#include "objects/codec_errors.hpp"
#include "objects/str_internal.hpp"

namespace orochi {

using base::Char4;

namespace {

constexpr char base64_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

int base64_value(unsigned char c) {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

// Characters that may stand for themselves: set D always, set O and white space by choice.
bool is_direct(Char4 c, bool set_o, bool white_space) {
    if (c == 0 || c >= 128) return false;
    if ((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) return true;
    auto in = [c](std::string_view set) { return set.find(char(c)) != set.npos; };
    return in("'(),-./:?") || (set_o && in("!\"#$%&*;<=>@[]^_`{|}")) || (white_space && in(" \t\r\n"));
}
bool decodes_directly(unsigned char c) { return c <= 127 && c != '+'; }

}  // namespace

Result<Ref<Str>> decode_utf7(ThreadState& ts, std::string_view bytes, const char* errors, bool final,
                             MaybeConsumed consumed) {
    StrBuilder out(ts);
    DecodeErrors handler(ts, "utf7", bytes, errors);
    bool shifted = false;
    unsigned bits = 0;
    uint64_t buffer = 0;
    Char4 surrogate = 0;
    Py_ssize_t i = 0, start = 0, shift_out = 0;
    while (true) {
        std::string_view data = handler.bytes();
        const Py_ssize_t n = Py_ssize_t(data.size());
        const char* message = nullptr;
        if (i >= n) {
            if (!shifted || !final) break;
            shifted = false;
            if (!surrogate && bits < 6 && !(bits > 0 && buffer != 0)) break;
            surrogate = 0;
            Ref<Str> replacement = TRY(handler.handle(start, n, "unterminated shift sequence", i));
            TRY(out.append(replacement));
            continue;
        }
        auto c = static_cast<unsigned char>(data[size_t(i)]);
        if (shifted) {
            int value = base64_value(c);
            if (value >= 0) {
                buffer = buffer << 6 | unsigned(value);
                bits += 6;
                ++i;
                if (bits >= 16) {
                    Char4 unit = Char4(buffer >> (bits - 16)) & 0xFFFF;
                    bits -= 16;
                    buffer &= (uint64_t{1} << bits) - 1;
                    if (surrogate) {
                        if (base::is_low_surrogate(unit)) {
                            TRY(out.append(Py_UCS4(base::join_surrogates(surrogate, unit))));
                            surrogate = 0;
                            continue;
                        }
                        TRY(out.append(Py_UCS4(surrogate)));
                        surrogate = 0;
                    }
                    if (base::is_high_surrogate(unit)) {
                        surrogate = unit;
                    } else {
                        TRY(out.append(Py_UCS4(unit)));
                    }
                }
                continue;
            }
            shifted = false;
            if (bits >= 6) {
                ++i;
                message = "partial character in base64 sequence";
            } else if (bits > 0 && buffer != 0) {
                ++i;
                message = "non-zero padding bits in shift sequence";
            } else {
                if (surrogate && decodes_directly(c)) TRY(out.append(Py_UCS4(surrogate)));
                surrogate = 0;
                if (c == '-') ++i;
                continue;
            }
        } else if (c == '+') {
            start = i++;
            if (i < n && data[size_t(i)] == '-') {
                ++i;
                TRY(out.append(Py_UCS4('+')));
                continue;
            }
            if (i >= n || base64_value(static_cast<unsigned char>(data[size_t(i)])) >= 0) {
                shifted = true;
                surrogate = 0;
                shift_out = out.length();
                bits = 0;
                buffer = 0;
                continue;
            }
            ++i;
            message = "ill-formed sequence";
        } else if (decodes_directly(c)) {
            ++i;
            TRY(out.append(Py_UCS4(c)));
            continue;
        } else {
            start = i++;
            message = "unexpected special character";
        }
        surrogate = 0;
        Ref<Str> replacement = TRY(handler.handle(start, i, message, i));
        TRY(out.append(replacement));
    }
    if (consumed) {
        *consumed = i;
        if (shifted) {
            *consumed = start;
            out.truncate(shift_out);  // the whole shift sequence comes again
        }
    }
    return out.finish();
}

Result<Ref<Bytes>> encode_utf7(ThreadState& ts, Str& text, bool base64_set_o, bool base64_white_space) {
    ByteBuilder out(ts);
    bool shifted = false;
    unsigned bits = 0;
    uint64_t buffer = 0;
    auto put_unit = [&](Char4 unit) -> Result<void> {
        bits += 16;
        buffer = buffer << 16 | unit;
        while (bits >= 6) {
            TRY(out.append(base64_digits[buffer >> (bits - 6) & 63]));
            bits -= 6;
        }
        return {};
    };
    for (Py_ssize_t i = 0; i < str_length(text); ++i) {
        Char4 c = str_at(text, i);
        if (shifted) {
            if (is_direct(c, !base64_set_o, !base64_white_space)) {
                if (bits) TRY(out.append(base64_digits[buffer << (6 - bits) & 63]));
                buffer = 0;
                bits = 0;
                shifted = false;
                if (base64_value(static_cast<unsigned char>(c)) >= 0 || c == '-') TRY(out.append('-'));
                TRY(out.append(char(c)));
                continue;
            }
        } else if (c == '+') {
            TRY(out.append("+-"));
            continue;
        } else if (is_direct(c, !base64_set_o, !base64_white_space)) {
            TRY(out.append(char(c)));
            continue;
        } else {
            TRY(out.append('+'));
            shifted = true;
        }
        if (c >= 0x10000) {
            TRY(put_unit(0xD800 | ((c - 0x10000) >> 10)));
            c = 0xDC00 | ((c - 0x10000) & 0x3FF);
        }
        TRY(put_unit(c));
    }
    if (bits) TRY(out.append(base64_digits[buffer << (6 - bits) & 63]));
    if (shifted) TRY(out.append('-'));
    return out.finish();
}

}  // namespace orochi
