#include "base/unicode_data.hpp"

#include <gtest/gtest.h>

#include <random>

#include "base/reference_test.hpp"
#include "base/unicode_3_2.hpp"
#include "base/utf8.hpp"

using namespace orochi::base;

namespace {

// Both sides describe every character below `end` in one line and compare a checksum a block of 4096, so that
// nothing is left out and a difference still says where it is.
std::string adler(const std::string& text) {
    std::uint32_t a = 1, b = 0;
    for (unsigned char c : text) a = (a + c) % 65521, b = (b + a) % 65521;
    return std::to_string(b << 16 | a);
}

std::string hex(const Char4* text, int length) {
    std::string out;
    for (int i = 0; i < length; i++) {
        char one[12];
        std::snprintf(one, sizeof one, "%x.", text[i]);
        out += one;
    }
    return out;
}

std::string utf8(const std::vector<Char4>& text) {
    std::string out(text.size() * 4, '\0');
    out.resize(encode_utf8({text.data(), text.size(), 4}, reinterpret_cast<std::uint8_t*>(out.data())));
    return out;
}

}  // namespace

TEST(UnicodeData, EveryCharacterEqualsTheReference) {
    auto lines = reference_lines(R"(
import zlib, unicodedata as u
for start in range(0, 0x110000, 4096):
    out = []
    for code in range(start, start + 4096):
        c = chr(code)
        if u.category(c) in ('Cn', 'Co') and code & 15: continue
        out.append(''.join('%d' % t() for t in (c.isalpha, c.isdecimal, c.isdigit, c.isnumeric, c.isalnum, c.isspace,
            c.isprintable, c.islower, c.isupper, c.isidentifier, ('a' + c).isidentifier))
            + '%d,%d,%.6f,' % (u.decimal(c, -1), u.digit(c, -1), u.numeric(c, -1))
            + ''.join('%x.' % ord(x) for s in (c.upper(), c.lower(), c.title(), c.casefold()) for x in s)
            + '%s,%s,%d,%s,%d,%s' % (u.category(c), u.bidirectional(c), u.combining(c), u.east_asian_width(c), u.mirrored(c),
               u.decomposition(c)))
    print(zlib.adler32('\n'.join(out).encode()), len(out))
)");
    ASSERT_EQ(lines.size(), 0x110u);
    for (Char4 start = 0; start < 0x110000; start += 4096) {
        std::string out;
        int count = 0;
        for (Char4 c = start; c < start + 4096; c++) {
            std::string category = unicode_category(c);
            if ((category == "Cn" || category == "Co") && (c & 15)) continue;
            if (count++) out += '\n';
            for (bool flag : {is_alpha(c), is_decimal(c), is_digit(c), is_numeric(c), is_alnum(c), is_space(c),
                              is_printable(c), is_lower(c), is_upper(c), is_xid_start(c), is_xid_continue(c)})
                out += flag ? '1' : '0';
            char text[64];
            std::snprintf(text, sizeof text, "%d,%d,%.6f,", decimal_value(c), digit_value(c), numeric_value(c));
            out += text;
            Char4 mapped[3];
            out += hex(mapped, to_upper_full(c, mapped));
            out += hex(mapped, to_lower_full(c, mapped));
            out += hex(mapped, to_title_full(c, mapped));
            out += hex(mapped, to_fold_full(c, mapped));
            std::snprintf(text, sizeof text, "%s,%s,%d,%s,%d,", unicode_category(c), unicode_bidirectional(c),
                          unicode_combining(c), unicode_east_asian_width(c), unicode_mirrored(c));
            out += text + unicode_decomposition(c);
        }
        ASSERT_EQ(adler(out) + " " + std::to_string(count), lines[start / 4096]) << std::hex << start << "\n" << out;
    }
}

TEST(UnicodeData, Version32EqualsTheReference) {
    auto lines = reference_lines(R"(
import zlib, unicodedata
u = unicodedata.ucd_3_2_0
for start in range(0, 0x110000, 4096):
    out = []
    for code in range(start, start + 4096):
        c = chr(code)
        if unicodedata.category(c) in ('Cn', 'Co') and code & 15: continue
        out.append('%s,%s,%s,%d,%d,%s,%d,%.6f,' % (u.category(c), u.bidirectional(c), u.east_asian_width(c), u.combining(c),
            u.mirrored(c), u.decomposition(c), u.decimal(c, -1), u.numeric(c, -1))
            + ','.join(''.join('%x.' % ord(x) for x in u.normalize(f, c)) for f in ('NFC', 'NFD', 'NFKC', 'NFKD')))
    print(zlib.adler32('\n'.join(out).encode()), len(out))
)");
    ASSERT_EQ(lines.size(), 0x110u);
    for (Char4 start = 0; start < 0x110000; start += 4096) {
        std::string out;
        int count = 0;
        for (Char4 c = start; c < start + 4096; c++) {
            std::string category = unicode_category(c);
            if ((category == "Cn" || category == "Co") && (c & 15)) continue;
            if (count++) out += '\n';
            char text[64];
            std::snprintf(text, sizeof text, "%s,%s,%s,%d,%d,", unicode_3_2_category(c), unicode_3_2_bidirectional(c),
                          unicode_3_2_east_asian_width(c), unicode_3_2_combining(c), unicode_3_2_mirrored(c));
            out += text + unicode_3_2_decomposition(c);
            std::snprintf(text, sizeof text, ",%d,%.6f", unicode_3_2_decimal(c), unicode_3_2_numeric(c));
            out += text;
            for (NormalForm form : {NormalForm::nfc, NormalForm::nfd, NormalForm::nfkc, NormalForm::nfkd}) {
                std::vector<Char4> normal;
                unicode_3_2_normalize(form, {&c, 1, 4}, &normal);
                out += "," + hex(normal.data(), static_cast<int>(normal.size()));
            }
        }
        ASSERT_EQ(adler(out) + " " + std::to_string(count), lines[start / 4096]) << std::hex << start << "\n" << out;
    }
}

TEST(UnicodeData, SimpleMappingsAndLineBreaks) {
    EXPECT_EQ(to_upper(0xDF), 0x53u);  // 'S', not U+1E9E: what the reference's C API answers
    EXPECT_EQ(to_upper(0x1C6), 0x1C4u);
    EXPECT_EQ(to_title(0x1C6), 0x1C5u);
    EXPECT_EQ(to_lower(0x130), 0x69u);
    EXPECT_EQ(to_upper(max_code_point + 1), max_code_point + 1);
    int breaks = 0;
    for (Char4 c = 0; c < 0x110000; c++) breaks += is_line_break(c);
    EXPECT_EQ(breaks, 10);
}

TEST(UnicodeData, FinalSigmaEqualsTheReference) {
    const Char4 letters[] = {'a', 'A', '.', ' ', 0x3A3, 0x301, 0x2B0, '1', 0x4E00};
    std::mt19937 random(3);
    std::string program = "for t in '''";
    std::vector<std::vector<Char4>> texts;
    for (int i = 0; i < 400; i++) {
        std::vector<Char4> text(1 + random() % 6);
        for (auto& c : text) c = letters[random() % std::size(letters)];
        program += utf8(text) + "\n";
        texts.push_back(text);
    }
    auto lines = reference_lines(program + "'''.split('\\n')[:-1]: print(t.lower().encode().hex())");
    ASSERT_EQ(lines.size(), texts.size());
    for (std::size_t i = 0; i < texts.size(); i++) {
        std::vector<Char4> lower;
        for (std::size_t at = 0; at < texts[i].size(); at++) {
            Char4 mapped[3] = {lower_sigma({texts[i].data(), texts[i].size(), 4}, at)};
            int n = texts[i][at] == 0x3A3 ? 1 : to_lower_full(texts[i][at], mapped);
            lower.insert(lower.end(), mapped, mapped + n);
        }
        std::string out;
        for (unsigned char c : utf8(lower)) {
            char two[3];
            std::snprintf(two, sizeof two, "%02x", c);
            out += two;
        }
        ASSERT_EQ(out, lines[i]);
    }
}

TEST(UnicodeData, NormalFormsEqualTheReference) {
    const Char4 base[] = {'a',    'e',     'q',     0xC5,   0x212B, 0x1E9B, 0x323,  0x307,  0x301, 0x345,
                          0x1100, 0x1161,  0x11A8,  0xAC00, 0xAC01, 0xFB01, 0x3392, 0x2126, 0x958, 0x9C7,
                          0x9BE,  0x1D15E, 0x2F800, 0x0F73, 0x0334, 0x4E00, 0xFDFA, 0x1F82};
    std::mt19937 random(9);
    std::string program = "import unicodedata as u\nfor t in [";
    std::vector<std::vector<Char4>> texts;
    for (int i = 0; i < 1500; i++) {
        std::vector<Char4> text(random() % 7);
        for (auto& c : text) c = base[random() % std::size(base)];
        if (i % 3 == 0)
            for (auto& c : text) c = random() % 0x2FA1E;
        for (auto& c : text)
            if (is_surrogate(c) || c < 0x20) c = 'x';
        program += "(" + std::string();
        for (Char4 c : text) program += std::to_string(c) + ",";
        program += "),";
        texts.push_back(text);
    }
    auto lines = reference_lines(program + R"(]:
    s = ''.join(map(chr, t))
    print(*(''.join('%x.' % ord(c) for c in u.normalize(f, s)) + '%d' % u.is_normalized(f, s) for f in ('NFC', 'NFD', 'NFKC', 'NFKD'))))");
    ASSERT_EQ(lines.size(), texts.size());
    for (std::size_t i = 0; i < texts.size(); i++) {
        std::string out;
        TextView view{texts[i].data(), texts[i].size(), 4};
        for (NormalForm form : {NormalForm::nfc, NormalForm::nfd, NormalForm::nfkc, NormalForm::nfkd}) {
            std::vector<Char4> normal;
            unicode_normalize(form, view, &normal);
            if (!out.empty()) out += " ";
            out += hex(normal.data(), static_cast<int>(normal.size()));
            out += unicode_is_normalized(form, view) ? "1" : "0";
        }
        ASSERT_EQ(out, lines[i]) << hex(texts[i].data(), static_cast<int>(texts[i].size()));
    }
}

TEST(UnicodeData, Identifiers) {
    EXPECT_EQ(identifier_prefix_utf8("abc_1 d"), 5u);
    EXPECT_EQ(identifier_prefix_utf8("1abc"), 0u);
    EXPECT_EQ(identifier_prefix_utf8("h\xC3\xA9llo\xC2\xB7+"), 8u);
    EXPECT_EQ(identifier_prefix_utf8("a\xFF"), 1u);
    EXPECT_EQ(identifier_prefix_utf8("a\xC3"), 1u);
    EXPECT_EQ(normalize_identifier("\xEF\xAC\x81n"), "fin");
    EXPECT_EQ(normalize_identifier("\xC3\xA9t\xC3\xA9"), "\xC3\xA9t\xC3\xA9");
    EXPECT_EQ(normalize_identifier("e\xCC\x81"), "\xC3\xA9");
}
