#include "base/hash.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "base/reference_test.hpp"

using namespace orochi::base;

TEST(Hash, BytesOfEveryLengthWithTwoSecrets) {
    for (const char* seed : {"0", "1", "4294967295"}) {
        auto lines = reference_lines("for n in range(70): print(hash(bytes(range(3, n + 3))))",
                                     std::string("PYTHONHASHSEED=") + seed);
        ASSERT_EQ(lines.size(), 70u);
        HashSecret secret = hash_secret_from_seed(static_cast<std::uint32_t>(std::stoull(seed)));
        std::uint8_t bytes[80];
        for (int i = 0; i < 80; i++) bytes[i] = static_cast<std::uint8_t>(i + 3);
        for (std::size_t n = 0; n < 70; n++)
            EXPECT_EQ(std::to_string(hash_bytes(secret, bytes, n)), lines[n]) << "seed " << seed << " length " << n;
    }
}

TEST(Hash, Doubles) {
    const double values[] = {0.0,
                             -0.0,
                             1.0,
                             -1.0,
                             0.5,
                             1.5,
                             -2.5,
                             1e308,
                             5e-324,
                             -1e-310,
                             3.141592653589793,
                             1e18,
                             2305843009213693951.0,
                             2.305843009213694e18,
                             1e300,
                             INFINITY,
                             -INFINITY,
                             0.1};
    std::string program = "for t in '''";
    char text[64];
    for (double v : values) {
        std::snprintf(text, sizeof text, "%a ", v);
        program += text;
    }
    auto lines = reference_lines(program + "'''.split(): print(hash(float.fromhex(t)))");
    ASSERT_EQ(lines.size(), std::size(values));
    for (std::size_t i = 0; i < lines.size(); i++) EXPECT_EQ(std::to_string(hash_double(values[i])), lines[i]) << i;
}

TEST(Hash, Integers) {
    auto lines = reference_lines(
        "for n in (0, 1, -1, -2, 2**61-2, 2**61-1, 2**61, -2**61, 2**63-1, -2**63, 1-2**61): print(hash(n))\n"
        "print(hash(3**200)); print(hash(-3**200))\n");
    const std::int64_t p = 1ll << 61;
    const std::int64_t values[] = {0, 1, -1, -2, p - 2, p - 1, p, -p, INT64_MAX, INT64_MIN, 1 - p};
    ASSERT_EQ(lines.size(), std::size(values) + 2);
    for (std::size_t i = 0; i < std::size(values); i++)
        EXPECT_EQ(std::to_string(hash_int64(values[i])), lines[i]) << values[i];
    std::uint32_t digits[11] = {1};
    std::size_t size = 1;
    for (int n = 0; n < 200; n++) {
        std::uint64_t carry = 0;
        for (std::size_t i = 0; i < size; i++) {
            carry += digits[i] * 3ull;
            digits[i] = carry & 0x3FFFFFFF;
            carry >>= 30;
        }
        if (carry) digits[size++] = static_cast<std::uint32_t>(carry);
    }
    EXPECT_EQ(std::to_string(hash_digits(digits, size, false)), lines[std::size(values)]);
    EXPECT_EQ(std::to_string(hash_digits(digits, size, true)), lines[std::size(values) + 1]);
}

TEST(Hash, TuplesAndFrozensets) {
    auto lines = reference_lines(
        "for n in range(9): print(hash(tuple(range(-4, n - 4)))); print(hash(frozenset(range(-4, n - 4))))");
    ASSERT_EQ(lines.size(), 18u);
    for (int n = 0; n < 9; n++) {
        TupleHasher tuple;
        FrozensetHasher set;
        for (int i = -4; i < n - 4; i++) {
            tuple.add(hash_int64(i));
            set.add(hash_int64(i));
        }
        EXPECT_EQ(std::to_string(tuple.finish(static_cast<std::size_t>(n))), lines[static_cast<std::size_t>(2 * n)]);
        EXPECT_EQ(std::to_string(set.finish(static_cast<std::size_t>(n))), lines[static_cast<std::size_t>(2 * n + 1)]);
    }
}
