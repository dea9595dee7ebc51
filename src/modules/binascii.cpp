// binascii: base64, hexadecimal, quoted-printable, uuencoding and checksums.
#include "base/utf8.hpp"
#include "modules/heap_type.hpp"
#include "modules/module_references.hpp"
#include "objects/byte_builder.hpp"
#include "objects/byte_strings.hpp"
#include "objects/convert.hpp"
#include "objects/exceptions.hpp"
#include "objects/str_internal.hpp"

namespace orochi {

namespace binascii {

namespace {

struct State {
    Object *error, *incomplete;
    // What the module refers to.
    template <class F>
    void each(F f) {
        f(error);
        f(incomplete);
    }
};
Object* error_of(Object& module) { return static_cast<State*>(module_state(module))->error; }

// Bytes, or a str of ASCII.
struct AsciiInput {
    BufferView buffer;
    std::string_view view;
    Result<void> set(ThreadState& ts, Object& data) {
        if (PyUnicode_Check(&data)) {
            if (!str_is_ascii(as<Str>(data)))
                return raise(ts, PyExc_ValueError, "string argument should contain only ASCII characters");
            view = str_ascii_view(as<Str>(data));
            return {};
        }
        if (!get_buffer(ts, data, buffer.raw(), PyBUF_SIMPLE).ok()) {
            buffer.raw().obj = nullptr;
            return raise(ts, PyExc_TypeError, "argument should be bytes, buffer or ASCII string, not '%.100s'",
                         type_of(data).tp_name);
        }
        view = buffer.text();
        return {};
    }
};

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    c = char(c | 32);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// -- Base64. ----------------------------------------------------------------------------------------------------------

constexpr char base64_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
struct Base64Values {
    uint8_t of[256];
};
constexpr Base64Values base64_values = [] {
    Base64Values v{};
    for (int i = 0; i < 256; ++i) v.of[i] = 255;
    for (uint8_t i = 0; i < 64; ++i) v.of[static_cast<unsigned char>(base64_digits[i])] = i;
    return v;
}();

Result<Ref<Bytes>> ba_a2b_base64(ThreadState& ts, Object& module, Object& data, bool strict) {
    AsciiInput input;
    TRY(input.set(ts, data));
    std::string_view in = input.view;
    ByteBuilder out(ts);
    TRY(out.reserve(Py_ssize_t(in.size() / 4 * 3 + 3)));
    if (strict && !in.empty() && in[0] == '=') return raise(ts, error_of(module), "Leading padding not allowed");
    int position = 0, pads = 0;
    unsigned left = 0;
    bool padding = false;
    for (size_t i = 0; i < in.size(); ++i) {
        if (in[i] == '=') {
            padding = true;
            if (position >= 2 && position + ++pads >= 4) {
                // The padding is complete: what follows does not count.
                if (strict && i + 1 < in.size()) return raise(ts, error_of(module), "Excess data after padding");
                return out.finish();
            }
            continue;
        }
        unsigned value = base64_values.of[static_cast<unsigned char>(in[i])];
        if (value >= 64) {
            if (strict) return raise(ts, error_of(module), "Only base64 data is allowed");
            continue;
        }
        if (strict && padding) return raise(ts, error_of(module), "Discontinuous padding not allowed");
        pads = 0;
        left = left << 6 | value;
        if (position) TRY(out.append(char(left >> (6 - 2 * position))));
        position = (position + 1) & 3;
        left &= 0x3F;
        if (position == 2) left &= 0x0F;
        if (position == 3) left &= 0x03;
    }
    if (position == 1)
        return raise(
            ts, error_of(module),
            "Invalid base64-encoded string: number of data characters (%zd) cannot be 1 more than a multiple of 4",
            out.size() / 3 * 4 + 1);
    if (position) return raise(ts, error_of(module), "Incorrect padding");
    return out.finish();
}

Result<Ref<Bytes>> ba_b2a_base64(ThreadState& ts, Object& module, BufferView& data, bool newline) {
    std::string_view in = data.text();
    if (in.size() > size_t(PY_SSIZE_T_MAX - 3) / 2) return raise(ts, error_of(module), "Too much data for base64 line");
    Ref<Bytes> result = TRY(bytes_new(ts, Py_ssize_t((in.size() + 2) / 3 * 4 + newline)));
    char* out = bytes_data(result);
    size_t i = 0;
    auto at = [&](size_t k) { return unsigned(static_cast<unsigned char>(in[k])); };
    for (; i + 3 <= in.size(); i += 3) {
        unsigned bits = at(i) << 16 | at(i + 1) << 8 | at(i + 2);
        *out++ = base64_digits[bits >> 18];
        *out++ = base64_digits[bits >> 12 & 63];
        *out++ = base64_digits[bits >> 6 & 63];
        *out++ = base64_digits[bits & 63];
    }
    if (i < in.size()) {
        bool two = i + 1 < in.size();
        unsigned bits = at(i) << 16 | (two ? at(i + 1) << 8 : 0);
        *out++ = base64_digits[bits >> 18];
        *out++ = base64_digits[bits >> 12 & 63];
        *out++ = two ? base64_digits[bits >> 6 & 63] : '=';
        *out++ = '=';
    }
    if (newline) *out++ = '\n';
    return result;
}

// -- Hexadecimal. -----------------------------------------------------------------------------------------------------

Result<Ref<Bytes>> ba_a2b_hex(ThreadState& ts, Object& module, Object& data) {
    AsciiInput input;
    TRY(input.set(ts, data));
    std::string_view in = input.view;
    if (in.size() % 2) return raise(ts, error_of(module), "Odd-length string");
    ByteBuilder out(ts);
    TRY(out.reserve(Py_ssize_t(in.size() / 2)));
    for (size_t i = 0; i < in.size(); i += 2) {
        int high = hex_value(in[i]), low = hex_value(in[i + 1]);
        if (high < 0 || low < 0) return raise(ts, error_of(module), "Non-hexadecimal digit found");
        TRY(out.append(char(high << 4 | low)));
    }
    return out.finish();
}
Result<Ref<Bytes>> ba_unhexlify(ThreadState& ts, Object& module, Object& data) { return ba_a2b_hex(ts, module, data); }
Result<Ref<Bytes>> ba_b2a_hex(ThreadState& ts, Object&, BufferView& data, Object* sep, int group) {
    Ref<Str> text = TRY(bytes_to_hex(ts, data.text(), sep, group));
    return bytes_from(ts, str_ascii_view(text));
}
Result<Ref<Bytes>> ba_hexlify(ThreadState& ts, Object& module, BufferView& data, Object* sep, int group) {
    return ba_b2a_hex(ts, module, data, sep, group);
}

// -- Uuencoding. ------------------------------------------------------------------------------------------------------

Result<Ref<Bytes>> ba_a2b_uu(ThreadState& ts, Object& module, Object& data) {
    AsciiInput input;
    TRY(input.set(ts, data));
    std::string_view in = input.view;
    size_t size = (in.empty() ? 32u : unsigned(static_cast<unsigned char>(in[0]) - ' ') & 0x3F);
    size_t i = in.empty() ? 0 : 1;
    ByteBuilder out(ts);
    unsigned left = 0;
    int bits = 0;
    while (size_t(out.size()) < size) {
        unsigned c = i < in.size() ? static_cast<unsigned char>(in[i]) : 0;
        if (c == '\n' || c == '\r' || i >= in.size()) {
            c = 0;  // missing characters count as spaces
        } else {
            if (c < ' ' || c > ' ' + 64) return raise(ts, error_of(module), "Illegal char");
            c = (c - ' ') & 0x3F;
        }
        ++i;
        left = left << 6 | c;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            TRY(out.append(char(left >> bits)));
            left &= (1u << bits) - 1;
        }
    }
    for (; i < in.size(); ++i)
        if (in[i] != ' ' && in[i] != ' ' + 64 && in[i] != '\n' && in[i] != '\r')
            return raise(ts, error_of(module), "Trailing garbage");
    return out.finish();
}

Result<Ref<Bytes>> ba_b2a_uu(ThreadState& ts, Object& module, BufferView& data, bool backtick) {
    std::string_view in = data.text();
    if (in.size() > 45) return raise(ts, error_of(module), "At most 45 bytes at once");
    ByteBuilder out(ts);
    auto put = [&](unsigned value) { return out.append(backtick && !value ? '`' : char(' ' + value)); };
    TRY(put(unsigned(in.size())));
    for (size_t i = 0; i < in.size(); i += 3) {
        unsigned bits = 0;
        for (size_t k = i; k < i + 3; ++k) bits = bits << 8 | (k < in.size() ? static_cast<unsigned char>(in[k]) : 0);
        for (int shift = 18; shift >= 0; shift -= 6) TRY(put(bits >> shift & 63));
    }
    TRY(out.append('\n'));
    return out.finish();
}

// -- Checksums. -------------------------------------------------------------------------------------------------------

// Eight tables, so that eight bytes are taken in at once.
struct CrcTables {
    uint32_t at[8][256];
};
constexpr CrcTables crc_tables = [] {
    CrcTables t{};
    for (uint32_t i = 0; i < 256; ++i) {
        uint32_t c = i;
        for (int k = 0; k < 8; ++k) c = c & 1 ? 0xEDB88320 ^ c >> 1 : c >> 1;
        t.at[0][i] = c;
    }
    for (int n = 1; n < 8; ++n)
        for (uint32_t i = 0; i < 256; ++i) t.at[n][i] = t.at[n - 1][i] >> 8 ^ t.at[0][t.at[n - 1][i] & 0xFF];
    return t;
}();

unsigned long ba_crc32(Object&, BufferView& data, unsigned start) {
    const unsigned char* p = data.data();
    size_t n = size_t(data.size());
    uint32_t c = ~start;
    for (; n >= 8; n -= 8, p += 8) {
        uint32_t low, high;
        memcpy(&low, p, 4);
        memcpy(&high, p + 4, 4);
        low ^= c;
        c = crc_tables.at[7][low & 0xFF] ^ crc_tables.at[6][low >> 8 & 0xFF] ^ crc_tables.at[5][low >> 16 & 0xFF] ^
            crc_tables.at[4][low >> 24] ^ crc_tables.at[3][high & 0xFF] ^ crc_tables.at[2][high >> 8 & 0xFF] ^
            crc_tables.at[1][high >> 16 & 0xFF] ^ crc_tables.at[0][high >> 24];
    }
    for (; n; --n) c = c >> 8 ^ crc_tables.at[0][(c ^ *p++) & 0xFF];
    return uint32_t(~c);
}
unsigned long ba_crc_hqx(Object&, BufferView& data, unsigned crc) {
    crc &= 0xFFFF;
    for (Py_ssize_t i = 0; i < data.size(); ++i) {
        crc ^= unsigned(data.data()[i]) << 8;
        for (int k = 0; k < 8; ++k) crc = crc & 0x8000 ? (crc << 1 ^ 0x1021) & 0xFFFF : crc << 1 & 0xFFFF;
    }
    return crc;
}

// -- Quoted-printable. ------------------------------------------------------------------------------------------------

Result<Ref<Bytes>> ba_a2b_qp(ThreadState& ts, Object&, Object& data, bool header) {
    AsciiInput input;
    TRY(input.set(ts, data));
    std::string_view in = input.view;
    ByteBuilder out(ts);
    for (size_t i = 0; i < in.size();) {
        if (in[i] == '=') {
            if (++i >= in.size()) break;
            if (in[i] == '\n' || in[i] == '\r') {
                // A soft line break.
                if (in[i] != '\n')
                    while (i < in.size() && in[i] != '\n') ++i;
                if (i < in.size()) ++i;
            } else if (in[i] == '=') {
                TRY(out.append('='));
                ++i;
            } else if (i + 1 < in.size() && hex_value(in[i]) >= 0 && hex_value(in[i + 1]) >= 0) {
                TRY(out.append(char(hex_value(in[i]) << 4 | hex_value(in[i + 1]))));
                i += 2;
            } else {
                TRY(out.append('='));
            }
        } else {
            TRY(out.append(header && in[i] == '_' ? ' ' : in[i]));
            ++i;
        }
    }
    return out.finish();
}

Result<Ref<Bytes>> ba_b2a_qp(ThreadState& ts, Object&, BufferView& data, bool quote_tabs, bool is_text, bool header) {
    static constexpr char digits[] = "0123456789ABCDEF";
    constexpr size_t max_line = 76;
    std::string_view in = data.text();
    ByteBuilder out(ts);
    // The line ends that are written follow the first one that is read.
    size_t first_end = in.find('\n');
    std::string_view line_end = first_end != in.npos && first_end > 0 && in[first_end - 1] == '\r' ? "\r\n" : "\n";
    size_t line = 0, n = in.size();
    auto hex = [&](unsigned char c) -> Result<void> {
        TRY(out.append(digits[c >> 4]));
        return out.append(digits[c & 15]);
    };
    auto break_line = [&]() -> Result<void> {
        TRY(out.append('='));
        TRY(out.append(line_end));
        line = 0;
        return {};
    };
    for (size_t i = 0; i < n;) {
        auto c = static_cast<unsigned char>(in[i]);
        char next = i + 1 < n ? in[i + 1] : 0;
        bool last = i + 1 == n;
        bool lone_dot = c == '.' && line == 0 && (last || next == '\n' || next == '\r' || next == 0);
        bool white = c == '\t' || c == ' ';
        if (c > 126 || c == '=' || (header && c == '_') || lone_dot || (!is_text && (c == '\r' || c == '\n')) ||
            (white && last) || (c < 33 && c != '\r' && c != '\n' && (quote_tabs || !white))) {
            if (line + 3 >= max_line) TRY(break_line());
            TRY(out.append('='));
            TRY(hex(c));
            line += 3;
            ++i;
        } else if (is_text && (c == '\n' || (c == '\r' && next == '\n'))) {
            line = 0;
            // White space at the end of a line would get lost.
            if (out.size() && (out.view().back() == ' ' || out.view().back() == '\t')) {
                auto space = static_cast<unsigned char>(out.view().back());
                out.shrink(1);
                TRY(out.append('='));
                TRY(hex(space));
            }
            TRY(out.append(line_end));
            i += c == '\r' ? 2 : 1;
        } else {
            if (!last && next != '\n' && line + 1 >= max_line) TRY(break_line());
            ++line;
            TRY(out.append(header && c == ' ' ? '_' : char(c)));
            ++i;
        }
    }
    return out.finish();
}

constexpr MethodDef functions[] = {
    METHOD("a2b_uu($module, data, /)", ba_a2b_uu, "Decode a line of uuencoded data."),
    METHOD("b2a_uu($module, data, /, *, backtick=False)", ba_b2a_uu, "Uuencode line of data."),
    METHOD("a2b_base64($module, data, /, *, strict_mode=False)", ba_a2b_base64,
           "Decode a line of base64 data.\n"
           "\n"
           "  strict_mode\n"
           "    When set to True, bytes that are not part of the base64 standard are not allowed.\n"
           "    The same applies to excess data after padding (= / ==)."),
    METHOD("b2a_base64($module, data, /, *, newline=True)", ba_b2a_base64, "Base64-code line of data."),
    METHOD("a2b_hex($module, hexstr, /)", ba_a2b_hex,
           "Binary data of hexadecimal representation.\n"
           "\n"
           "hexstr must contain an even number of hex digits (upper or lower case).\n"
           "This function is also available as \"unhexlify()\"."),
    METHOD("b2a_hex($module, /, data, sep=<unrepresentable>, bytes_per_sep=1)", ba_b2a_hex,
           "Hexadecimal representation of binary data.\n"
           "\n"
           "  sep\n"
           "    An optional single character or byte to separate hex bytes.\n"
           "  bytes_per_sep\n"
           "    How many bytes between separators.  Positive values count from the\n"
           "    right, negative values count from the left.\n"
           "\n"
           "The return value is a bytes object.  This function is also\n"
           "available as \"hexlify()\".\n"
           "\n"
           "Example:\n"
           ">>> binascii.b2a_hex(b'\\xb9\\x01\\xef')\n"
           "b'b901ef'\n"
           ">>> binascii.hexlify(b'\\xb9\\x01\\xef', ':')\n"
           "b'b9:01:ef'\n"
           ">>> binascii.b2a_hex(b'\\xb9\\x01\\xef', b'_', 2)\n"
           "b'b9_01ef'"),
    METHOD("hexlify($module, /, data, sep=<unrepresentable>, bytes_per_sep=1)", ba_hexlify,
           "Hexadecimal representation of binary data.\n"
           "\n"
           "  sep\n"
           "    An optional single character or byte to separate hex bytes.\n"
           "  bytes_per_sep\n"
           "    How many bytes between separators.  Positive values count from the\n"
           "    right, negative values count from the left.\n"
           "\n"
           "The return value is a bytes object.  This function is also\n"
           "available as \"b2a_hex()\"."),
    METHOD("unhexlify($module, hexstr, /)", ba_unhexlify,
           "Binary data of hexadecimal representation.\n"
           "\n"
           "hexstr must contain an even number of hex digits (upper or lower case)."),
    METHOD("crc_hqx($module, data, crc, /)", ba_crc_hqx, "Compute CRC-CCITT incrementally."),
    METHOD("crc32($module, data, crc=0, /)", ba_crc32, "Compute CRC-32 incrementally."),
    METHOD("a2b_qp($module, /, data, header=False)", ba_a2b_qp, "Decode a string of qp-encoded data."),
    METHOD("b2a_qp($module, /, data, quotetabs=False, istext=True, header=False)", ba_b2a_qp,
           "Encode a string using quoted-printable encoding.\n"
           "\n"
           "On encoding, when istext is set, newlines are not encoded, and white\n"
           "space at end of lines is.  When istext is not set, \\r and \\n (CR/LF)\n"
           "are both encoded.  When quotetabs is set, space and tabs are encoded."),
    METHOD_END,
};

Result<void> execute(ThreadState& ts, Object& module) {
    State& state = *static_cast<State*>(module_state(module));
    TRY(module_add_exception(ts, module, state.error, "binascii.Error", PyExc_ValueError));
    return module_add_exception(ts, module, state.incomplete, "binascii.Incomplete");
}

constinit PyModuleDef_Slot slots[] = {
    {Py_mod_exec, reinterpret_cast<void*>(module_exec_entry<execute>)},
    {0, nullptr},
};

}  // namespace
}  // namespace binascii

PyModuleDef binascii_module = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "binascii",
    .m_doc = "Conversion between binary data and ASCII",
    .m_size = sizeof(binascii::State),
    .m_methods = METHOD_TABLE(binascii::functions),
    .m_slots = binascii::slots,
    .m_traverse = ModuleReferences<binascii::State>::traverse,
    .m_clear = ModuleReferences<binascii::State>::clear,
    .m_free = ModuleReferences<binascii::State>::free,
};

}  // namespace orochi
