#include "language/source/single_byte.hpp"

#include <cstdint>
#include <cstdio>

#include "language/source/utf8.hpp"

namespace orochi::language {

namespace {

constexpr uint16_t kUndefined = 0xFFFE;

struct SingleByteCodec {
    const char* name;
    uint16_t high[128];  // characters of the bytes from 0x80
};
struct CodecAlias {
    const char* name;
    uint16_t codec;
};

#include "language/single_byte_tables.inc"

}  // namespace

bool decode_single_byte(std::string_view encoding, std::string_view bytes, std::string& utf8, std::string& error) {
    std::string name;
    for (char c : encoding) name += c == '-' || c == ' ' ? '_' : c >= 'A' && c <= 'Z' ? char(c | 32) : c;
    const SingleByteCodec* codec = nullptr;
    for (const CodecAlias& alias : kAliases)
        if (name == alias.name) codec = &kCodecs[alias.codec];
    if (!codec) return false;
    bool ascii = std::string_view(codec->name) == "ascii";
    utf8.reserve(bytes.size() + bytes.size() / 8);
    for (size_t i = 0; i < bytes.size(); ++i) {
        unsigned char c = static_cast<unsigned char>(bytes[i]);
        uint16_t value = c < 128 ? c : codec->high[c - 128];
        if (value == kUndefined) {
            char text[128];
            std::snprintf(text, sizeof text, "'%s' codec can't decode byte 0x%02x in position %zu: %s",
                          ascii ? "ascii" : "charmap", c, i,
                          ascii ? "ordinal not in range(128)" : "character maps to <undefined>");
            error = text;
            return false;
        }
        append_utf8(utf8, value);
    }
    return true;
}

}  // namespace orochi::language
