#include "base/search.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <random>
#include <string>
#include <vector>

using namespace orochi::base;

namespace {

// One text in each kind, so that every combination is searched.
struct Kinds {
    std::vector<Char1> one;
    std::vector<Char2> two;
    std::vector<Char4> four;
    explicit Kinds(const std::string& s) {
        for (unsigned char c : s) one.push_back(c), two.push_back(c), four.push_back(c);
    }
    TextView view(int kind) const {
        return kind == 1   ? TextView{one.data(), one.size(), 1}
               : kind == 2 ? TextView{two.data(), two.size(), 2}
                           : TextView{four.data(), four.size(), 4};
    }
};

}  // namespace

TEST(Search, AgreesWithTheObviousSearchOnSmallAlphabets) {
    std::mt19937 random(7);
    for (int round = 0; round < 1500; round++) {
        unsigned letters = 1 + random() % 3;
        std::string text(random() % 300, 'a'), needle(random() % (round % 7 == 0 ? 100 : 6), 'a');
        for (char& c : text) c = static_cast<char>('a' + random() % letters);
        if (needle.size() > 5 && text.size() > needle.size()) {
            needle = text.substr(random() % (text.size() - needle.size()), needle.size());
            if (random() % 2) needle[random() % needle.size()] = 'z';
        } else {
            for (char& c : needle) c = static_cast<char>('a' + random() % letters);
        }
        Kinds texts(text), needles(needle);
        std::size_t times = 0;
        if (needle.empty())
            times = text.size() + 1;
        else
            for (std::size_t at = 0; (at = text.find(needle, at)) != std::string::npos; at += needle.size()) times++;
        for (int kind : {1, 2, 4})
            for (int needle_kind : {1, 2, 4}) {
                TextView t = texts.view(kind), n = needles.view(needle_kind);
                ASSERT_EQ(find(t, n), text.find(needle)) << text << " " << needle;
                ASSERT_EQ(rfind(t, n), text.rfind(needle)) << text << " " << needle;
                ASSERT_EQ(count(t, n), times) << text << " " << needle;
            }
    }
}

// Repetitive texts, where most candidates are false, so that the two-way algorithm does the work.
TEST(Search, AgreesWithTheObviousSearchOnRepetitiveTexts) {
    std::mt19937 random(13);
    std::string fibonacci = "b", previous = "a";
    while (fibonacci.size() < 4000) previous.swap(fibonacci), fibonacci = previous + fibonacci;
    for (int round = 0; round < 400; round++) {
        std::string text = fibonacci, period(2 + random() % 40, 'a');
        if (round % 2) {
            for (char& c : period) c = random() % 4 ? 'a' : 'b';
            for (std::size_t i = 0; i < text.size(); i++) text[i] = period[i % period.size()];
            for (unsigned k = random() % 5; k > 0; k--) text[random() % text.size()] ^= 3;
        }
        std::size_t length = 2 + random() % 700;
        std::string needle = text.substr(random() % (text.size() - length), length);
        if (random() % 3 == 0) needle[random() % length] ^= 3;
        Kinds texts(text), needles(needle);
        std::size_t times = 0;
        for (std::size_t at = 0; (at = text.find(needle, at)) != std::string::npos; at += length) times++;
        for (int kind : {1, 2, 4}) {
            ASSERT_EQ(find(texts.view(kind), needles.view(1)), text.find(needle)) << text << " " << needle;
            ASSERT_EQ(rfind(texts.view(kind), needles.view(1)), text.rfind(needle)) << text << " " << needle;
            ASSERT_EQ(count(texts.view(kind), needles.view(1)), times) << text << " " << needle;
        }
    }
}

TEST(Search, HostileInputTakesLinearTime) {
    // Quadratic work would be 4 * 10**10 comparisons here.
    std::string text(400000, 'a'), middle(100000, 'a'), front(100000, 'a'), back(100000, 'a');
    middle[50000] = 'b';
    front[1] = 'b';
    back[99998] = 'b';
    auto start = std::chrono::steady_clock::now();
    for (int kind : {1, 2, 4})
        for (const std::string& needle : {middle, front, back}) {
            Kinds texts(text), needles(needle);
            EXPECT_EQ(find(texts.view(kind), needles.view(1)), not_found);
            EXPECT_EQ(rfind(texts.view(kind), needles.view(1)), not_found);
        }
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

TEST(Search, CharactersThatDoNotFitAreAbsent) {
    Kinds text("abcabc");
    Char4 wide[] = {0x161, 0x62};
    EXPECT_EQ(find_char(text.view(1), 0x161), not_found);  // 0x161 is 'a' when cut to a byte
    EXPECT_EQ(rfind_char(text.view(2), 0x10061), not_found);
    EXPECT_EQ(find(text.view(1), {wide, 2, 4}), not_found);
    EXPECT_EQ(count_char(text.view(1), 0x161), 0u);
    EXPECT_EQ(count_char(text.view(4), 'b'), 2u);
    EXPECT_EQ(compare_text(text.view(1), text.view(4)), 0);
    EXPECT_LT(compare_text(text.view(2), {wide, 2, 4}), 0);
}
