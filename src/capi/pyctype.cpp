// The tables behind the character macros of pyctype.h and unicodeobject.h.
#include "memory/python.hpp"

namespace {

// Bits as pyctype.h names them: lower 1, upper 2, digit 4, hexadecimal digit 8, space 16.
struct Tables {
    unsigned int classes[256];
    unsigned char lower[256], upper[256], white[128];
};
constexpr Tables make_tables() {
    Tables t{};
    for (int c = 0; c < 256; ++c) {
        bool is_lower = c >= 'a' && c <= 'z', is_upper = c >= 'A' && c <= 'Z', is_digit = c >= '0' && c <= '9';
        bool is_hex = is_digit || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        bool is_space = c == ' ' || (c >= 9 && c <= 13);
        t.classes[c] =
            (is_lower ? 1u : 0) | (is_upper ? 2u : 0) | (is_digit ? 4u : 0) | (is_hex ? 8u : 0) | (is_space ? 16u : 0);
        t.lower[c] = static_cast<unsigned char>(is_upper ? c + 32 : c);
        t.upper[c] = static_cast<unsigned char>(is_lower ? c - 32 : c);
        if (c < 128) t.white[c] = is_space || (c >= 0x1C && c <= 0x1F);
    }
    return t;
}
constexpr Tables tables = make_tables();
template <class T, size_t N>
struct Copy {
    T items[N];
};

}  // namespace

#pragma GCC visibility push(default)
extern "C" {
extern const Copy<unsigned int, 256> orochi_ctype_table asm("_Py_ctype_table");
constexpr Copy<unsigned int, 256> orochi_ctype_table = [] {
    Copy<unsigned int, 256> c{};
    for (int i = 0; i < 256; ++i) c.items[i] = tables.classes[i];
    return c;
}();
extern const Copy<unsigned char, 256> orochi_ctype_lower asm("_Py_ctype_tolower");
constexpr Copy<unsigned char, 256> orochi_ctype_lower = [] {
    Copy<unsigned char, 256> c{};
    for (int i = 0; i < 256; ++i) c.items[i] = tables.lower[i];
    return c;
}();
extern const Copy<unsigned char, 256> orochi_ctype_upper asm("_Py_ctype_toupper");
constexpr Copy<unsigned char, 256> orochi_ctype_upper = [] {
    Copy<unsigned char, 256> c{};
    for (int i = 0; i < 256; ++i) c.items[i] = tables.upper[i];
    return c;
}();
extern const Copy<unsigned char, 128> orochi_ascii_white asm("_Py_ascii_whitespace");
constexpr Copy<unsigned char, 128> orochi_ascii_white = [] {
    Copy<unsigned char, 128> c{};
    for (int i = 0; i < 128; ++i) c.items[i] = tables.white[i];
    return c;
}();
}
#pragma GCC visibility pop
