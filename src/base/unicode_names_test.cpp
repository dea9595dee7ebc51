#include <gtest/gtest.h>

#include "base/reference_test.hpp"
#include "base/unicode_database.hpp"

using namespace orochi::base;

TEST(UnicodeNames, EveryNameEqualsTheReferenceAndIsFound) {
    auto lines = reference_lines(R"(
import unicodedata
for c in range(0x110000):
    name = unicodedata.name(chr(c), None)
    if name: print('%X %s' % (c, name))
)");
    ASSERT_GT(lines.size(), 138000u);
    std::size_t line = 0;
    for (Char4 c = 0; c < 0x110000; c++) {
        std::string name = unicode_name(c);
        if (name.empty()) continue;
        char code[12];
        std::snprintf(code, sizeof code, "%X ", c);
        ASSERT_LT(line, lines.size());
        ASSERT_EQ(code + name, lines[line++]);
        Char4 found[4];
        ASSERT_EQ(unicode_lookup(name, true, found), 1);
        ASSERT_EQ(found[0], c);
    }
    EXPECT_EQ(line, lines.size());
}

TEST(UnicodeNames, LookupsEqualTheReference) {
    const std::vector<std::string> names = {"latin small letter a",
                                            "LATIN SMALL LETTER  A",
                                            " LATIN SMALL LETTER A",
                                            "NULL",
                                            "nul",
                                            "KATAKANA LETTER AINU P",
                                            "MODIFIER LETTER EXTRA-HIGH EXTRA-LOW CONTOUR TONE BAR",
                                            "cjk unified ideograph-4e00",
                                            "CJK UNIFIED IDEOGRAPH-04E00",
                                            "CJK UNIFIED IDEOGRAPH-0",
                                            "CJK UNIFIED IDEOGRAPH-A000",
                                            "hangul syllable ga",
                                            "HANGUL SYLLABLE GAG",
                                            "HANGUL SYLLABLE ",
                                            "HANGUL SYLLABLE A",
                                            "HANGUL SYLLABLE SSANG",
                                            "HANGUL SYLLABLE GX",
                                            "",
                                            "-",
                                            "TIBETAN MARK BKA- SHOG YIG MGO",
                                            "LATIN",
                                            "keycap digit one",
                                            "LATIN SMALL LETTER A WITH MACRON AND GRAVE",
                                            "BELL",
                                            "ALERT",
                                            "LATIN-SMALL LETTER A"};
    std::string program = "import unicodedata\nfor n in '''";
    for (auto& name : names) program += name + "\n";
    auto lines = reference_lines(program + R"('''.split('\n')[:-1]:
    try: print(''.join('%x.' % ord(c) for c in unicodedata.lookup(n)))
    except KeyError: print('none')
    try: print('%x' % ord(eval("'\\N{" + n + "}'")))
    except SyntaxError: print('none'))");
    ASSERT_EQ(lines.size(), 2 * names.size());
    for (std::size_t i = 0; i < names.size(); i++) {
        Char4 found[4];
        std::string out;
        char one[12];
        int count = unicode_lookup(names[i], true, found);
        for (int k = 0; k < count; k++) {
            std::snprintf(one, sizeof one, "%x.", found[k]);
            out += one;
        }
        EXPECT_EQ(count ? out : "none", lines[2 * i]) << names[i];
        count = unicode_lookup(names[i], false, found);
        std::snprintf(one, sizeof one, "%x", found[0]);
        EXPECT_EQ(count ? one : "none", lines[2 * i + 1]) << names[i];
    }
}
