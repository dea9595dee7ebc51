#include "base/utf8.hpp"

#include <gtest/gtest.h>

#include <random>

#include "base/latin1.hpp"
#include "base/reference_test.hpp"
#include "base/utf32.hpp"

using namespace orochi::base;

namespace {

struct Codec {
    const char* name;
    DecodeScan (*scan)(const std::uint8_t*, std::size_t);
};
const Codec codecs[] = {
    {"utf_8", scan_utf8},
    {"utf_16_le", [](const std::uint8_t* d, std::size_t n) { return scan_utf16(d, n, ByteOrder::little); }},
    {"utf_16_be", [](const std::uint8_t* d, std::size_t n) { return scan_utf16(d, n, ByteOrder::big); }},
    {"utf_32_le", [](const std::uint8_t* d, std::size_t n) { return scan_utf32(d, n, ByteOrder::little); }},
    {"utf_32_be", [](const std::uint8_t* d, std::size_t n) { return scan_utf32(d, n, ByteOrder::big); }},
};

std::string hex(const std::vector<std::uint8_t>& bytes) {
    std::string text;
    char two[3];
    for (std::uint8_t b : bytes) {
        std::snprintf(two, sizeof two, "%02x", b);
        text += two;
    }
    return text;
}

// Random bytes that are nearly valid, so that every kind of error occurs.
std::vector<std::uint8_t> sample(std::mt19937& random) {
    static const std::uint8_t likely[] = {0x41, 0x80, 0xBF, 0xC2, 0xC3, 0xE0, 0xED, 0xA0, 0x9F, 0xF0,
                                          0x90, 0xF4, 0x8F, 0xF5, 0xE1, 0xD8, 0xDC, 0x00, 0x00, 0x10};
    std::vector<std::uint8_t> bytes(random() % 9);
    for (auto& b : bytes) b = likely[random() % std::size(likely)];
    return bytes;
}

}  // namespace

TEST(Unicode, DecodingErrorsEqualTheReference) {
    std::mt19937 random(11);
    std::vector<std::vector<std::uint8_t>> inputs;
    std::string list = "inputs = '''";
    for (int i = 0; i < 3000; i++) {
        inputs.push_back(sample(random));
        list += "x" + hex(inputs.back()) + " ";
    }
    for (const Codec& codec : codecs) {
        auto lines =
            reference_lines(list + "'''.split()\nimport codecs\ndecode = codecs." + codec.name + "_decode\n" + R"(
for text in inputs:
    data = bytes.fromhex(text[1:])
    try:
        s, n = decode(data, 'strict', False)
        kind = 'all' if n == len(data) else 'incomplete'
        start = n
        reason = length = None
        if kind == 'incomplete':
            try: decode(data, 'strict', True)
            except UnicodeDecodeError as e: reason, length = e.reason, e.end - e.start
    except UnicodeDecodeError as e:
        s = decode(data[:e.start], 'strict', True)[0]
        kind, start, reason, length = 'invalid', e.start, e.reason, e.end - e.start
    print(kind, start, len(s), reason, length, ' '.join('%x' % ord(c) for c in s), sep=',')
)");
        ASSERT_EQ(lines.size(), inputs.size());
        for (std::size_t i = 0; i < inputs.size(); i++) {
            const auto& bytes = inputs[i];
            DecodeScan scan = codec.scan(bytes.data(), bytes.size());
            const char* kinds[] = {"all", "invalid", "incomplete"};
            std::string got = std::string(kinds[static_cast<int>(scan.status)]) + "," + std::to_string(scan.consumed) +
                              "," + std::to_string(scan.characters) + ",";
            if (scan.reason)
                got += std::string(scan.reason) + "," + std::to_string(scan.error_length) + ",";
            else
                got += "None,None,";
            std::vector<Char4> chars(scan.characters);
            std::string name = codec.name;
            ByteOrder order = name.ends_with("be") ? ByteOrder::big : ByteOrder::little;
            if (name == "utf_8")
                decode_utf8(bytes.data(), scan.consumed, chars.data());
            else if (name.starts_with("utf_16"))
                decode_utf16(bytes.data(), scan.consumed, order, chars.data(), 4);
            else
                decode_utf32(bytes.data(), scan.consumed, order, chars.data(), 4);
            char text[16];
            for (std::size_t c = 0; c < chars.size(); c++) {
                std::snprintf(text, sizeof text, c ? " %x" : "%x", chars[c]);
                got += text;
            }
            ASSERT_EQ(got, lines[i]) << codec.name << " " << hex(bytes);
            ASSERT_EQ(scan.max_char, max_char_class(chars.data(), chars.size()));
            // Back again, through the narrowest kind.
            int kind = kind_for(scan.max_char);
            std::vector<std::uint8_t> narrow(chars.size() * 4 + 1), back(scan.consumed + 1);
            copy_characters({chars.data(), chars.size(), 4}, narrow.data(), kind);
            TextView view{narrow.data(), chars.size(), kind};
            EncodeScan encode = name == "utf_8"              ? scan_for_utf8(view)
                                : name.starts_with("utf_16") ? scan_for_utf16(view)
                                                             : scan_for_utf32(view);
            ASSERT_EQ(encode.size, scan.consumed);
            ASSERT_EQ(encode.error_length, 0u);
            std::size_t written = name == "utf_8"              ? encode_utf8(view, back.data())
                                  : name.starts_with("utf_16") ? encode_utf16(view, order, back.data())
                                                               : encode_utf32(view, order, back.data());
            ASSERT_EQ(written, scan.consumed);
            ASSERT_TRUE(std::equal(back.begin(), back.begin() + static_cast<long>(written), bytes.begin()));
        }
    }
}

TEST(Unicode, LongAsciiRunsAndEveryOffset) {
    for (std::size_t length : {0u, 1u, 15u, 16u, 31u, 32u, 33u, 100u})
        for (std::size_t at = 0; at < length; at++) {
            std::vector<std::uint8_t> bytes(length, 'x');
            bytes[at] = 0xE9;
            EXPECT_EQ(ascii_prefix(bytes.data(), length), at);
            EXPECT_EQ(scan_ascii(bytes.data(), length).consumed, at);
            EXPECT_EQ(scan_utf8(bytes.data(), length).consumed, at);
            std::vector<Char2> wide(length, 'x');
            wide[at] = 0x20AC;
            EXPECT_EQ(max_char_class(wide.data(), length), 0xFFFFu);
            EXPECT_EQ(max_char_class(wide.data(), at), 0x7Fu);
        }
}

TEST(Unicode, EncodingErrorsCoverTheRun) {
    Char2 text[] = {'a', 0xD800, 0xDC00, 'b', 0x100};
    EncodeScan utf8 = scan_for_utf8({text, 5, 2});
    EXPECT_EQ(utf8.consumed, 1u);
    EXPECT_EQ(utf8.size, 1u);
    EXPECT_EQ(utf8.error_length, 2u);
    EncodeScan utf16 = scan_for_utf16({text, 5, 2});
    EXPECT_EQ(utf16.size, 2u);
    EXPECT_EQ(utf16.error_length, 1u);
    EXPECT_EQ(scan_for_narrow({text, 5, 2}, 256).error_length, 2u);
    EXPECT_STREQ(scan_for_narrow({text + 3, 2, 2}, 128).reason, "ordinal not in range(128)");
}
