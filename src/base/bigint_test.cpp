#include "base/bigint.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "base/number_text.hpp"
#include "base/reference_test.hpp"

using namespace orochi::base;

namespace {

using Number = std::vector<Digit>;
Digits view(const Number& n) { return {n.data(), n.size()}; }

std::string text(Digits a, int base = 16) {
    std::string out(text_size_bound(a, base), '?');
    out.resize(digits_to_text(a, base, out.data()));
    return out;
}
std::string text(const DigitBuffer& a) { return a.failed() ? "failed" : text(a.view()); }

// Patterns that provoke carries and wrong first guesses, besides plain random digits.
Number sample(std::mt19937& random, std::size_t size) {
    Number n(size);
    unsigned pattern = random() % 4;
    for (Digit& d : n) {
        d = random() & digit_mask;
        if (pattern == 1 || (pattern == 2 && random() % 3)) d = random() % 2 ? digit_mask : 0;
        if (pattern == 3 && random() % 4) d = random() % 2 ? digit_mask >> 1 : (digit_mask >> 1) + 1;
    }
    n.resize(normalised_size(n.data(), n.size()));
    return n;
}

std::vector<Number> samples(unsigned seed, int count) {
    std::mt19937 random(seed);
    std::vector<Number> numbers;
    for (int i = 0; i < count; i++) {
        static const std::size_t limits[] = {2, 3, 4, 8, 40, 90, 300};
        numbers.push_back(sample(random, random() % limits[random() % std::size(limits)]));
    }
    return numbers;
}

std::string program_of(const std::vector<Number>& numbers) {
    std::string program = "import math\ndef h(*v): print(*('%x' % n if isinstance(n, int) else n for n in v))\nv = [";
    for (const Number& n : numbers) program += "0x" + text(view(n)) + ",";
    return program + "]\n";
}

std::string joined(const std::vector<std::string>& parts) {
    std::string out;
    for (const std::string& part : parts) out += (out.empty() ? "" : " ") + part;
    return out;
}

std::string signed_text(bool negative, Digits a) { return (negative ? "-" : "") + text(a); }

}  // namespace

TEST(Bigint, ArithmeticEqualsTheReference) {
    auto numbers = samples(1, 1200);
    auto lines = reference_lines(program_of(numbers) + R"(
for a, b in zip(v, v[1:]):
    m = max(a, b), min(a, b)
    h(a + b, m[0] - m[1], a * b, a * a, a // b if b else 0, a % b if b else 0, math.gcd(a, b), math.isqrt(a), a.bit_length(),
      a.bit_count(), a << 77, a >> 35, -(-a >> 35), (a > b) - (a < b) + 1, (a*b) // a if a else 0))");
    ASSERT_EQ(lines.size(), numbers.size() - 1);
    for (std::size_t i = 0; i + 1 < numbers.size(); i++) {
        Digits a = view(numbers[i]), b = view(numbers[i + 1]);
        Digits large = compare_digits(a, b) >= 0 ? a : b, small = compare_digits(a, b) >= 0 ? b : a;
        std::size_t room = a.size + b.size + 8, size, rest_size;
        Number out(room), rest(room);
        std::vector<std::string> parts;
        auto add = [&](std::size_t n) { parts.push_back(text({out.data(), n})); };
        add(add_digits(a, b, out.data()));
        add(sub_digits(large, small, out.data()));
        add(mul_digits(a, b, out.data()));
        Number square(2 * a.size + 1);
        parts.push_back(text({square.data(), mul_digits(a, a, square.data())}));
        size = rest_size = 0;
        if (b.size) {
            ASSERT_TRUE(divmod_digits(a, b, out.data(), &size, rest.data(), &rest_size));
        }
        add(size);
        parts.push_back(text({rest.data(), rest_size}));
        parts.push_back(text(gcd_digits(a, b)));
        add(isqrt_digits(a, out.data()));
        char number[32];
        for (unsigned long n : {bit_length(a), bit_count(a)}) {
            std::snprintf(number, sizeof number, "%lx", n);
            parts.push_back(number);
        }
        add(shift_left(a, 77, out.data()));
        add(shift_right(a, 35, out.data()));
        add(shift_right_negative(a, 35, out.data()));
        parts.push_back(std::to_string(compare_digits(a, b) + 1));
        Number product(room);
        std::size_t product_size = mul_digits(a, b, product.data());
        size = 0;
        if (a.size) {
            ASSERT_TRUE(divmod_digits({product.data(), product_size}, a, out.data(), &size, nullptr, nullptr));
        }
        add(size);
        ASSERT_EQ(joined(parts), lines[i]) << text(a) << "\n" << text(b);
    }
}

// As many digits, but not as many limbs: whichever comes first.
TEST(Bigint, ProductsOfEqualDigitCountsCommute) {
    for (std::size_t size = 2; size < 200; size++) {
        Number small(size), large(size);
        for (std::size_t i = 0; i < size; i++) {
            small[i] = static_cast<Digit>(i * 7919 + 12345) & digit_mask;
            large[i] = digit_mask - static_cast<Digit>(i);
        }
        small.back() = 1;
        Number left(2 * size), right(2 * size);
        left.resize(mul_digits(view(small), view(large), left.data()));
        right.resize(mul_digits(view(large), view(small), right.data()));
        EXPECT_EQ(left, right) << size;
        // Divided by one factor the other comes back.
        Number quotient(2 * size), remainder(2 * size);
        std::size_t quotient_size, remainder_size;
        ASSERT_TRUE(
            divmod_digits(view(left), view(small), quotient.data(), &quotient_size, remainder.data(), &remainder_size));
        quotient.resize(quotient_size);
        EXPECT_EQ(quotient, large) << size;
        EXPECT_EQ(remainder_size, 0u) << size;
    }
}

TEST(Bigint, BitwiseAndBytesEqualTheReference) {
    auto numbers = samples(2, 600);
    auto lines = reference_lines(program_of(numbers) + R"(
def b(n, size, order, signed):
    try: return n.to_bytes(size, order, signed=signed).hex() or '-'
    except OverflowError: return 'overflow'
for x, y in zip(v, v[1:]):
    h(*(f(p, q) for p, q in ((x, y), (-x, y), (x, -y), (-x, -y)) for f in (int.__and__, int.__or__, int.__xor__)))
    n = (x.bit_length() + 7) // 8
    h(*(b(s, k, o, g) for s in (x, -x) for k in (n, n + 1, max(n - 1, 0)) for o in ('little', 'big') for g in (False, True)))
for n in range(1, 70):
    d = bytes((i * 37 + n * 91) & 255 for i in range(n))
    h(*(int.from_bytes(e, o, signed=s) for e in (d, bytes(n), b'\xff' * n, bytes(n - 1) + b'\x80') for o in ('little', 'big') for s in (False, True))))");
    ASSERT_EQ(lines.size(), 2 * (numbers.size() - 1) + 69);
    for (std::size_t i = 0; i + 1 < numbers.size(); i++) {
        Digits a = view(numbers[i]), b = view(numbers[i + 1]);
        std::vector<std::string> parts;
        Number out(std::max(a.size, b.size) + 1);
        for (int signs = 0; signs < 4; signs++)
            for (BitOperation operation : {BitOperation::and_, BitOperation::or_, BitOperation::xor_}) {
                bool negative;
                std::size_t size = bitwise_digits(operation, a, signs & 1, b, signs & 2, out.data(), &negative);
                parts.push_back(signed_text(negative, {out.data(), size}));
            }
        ASSERT_EQ(joined(parts), lines[2 * i]) << text(a) << "\n" << text(b);
        parts.clear();
        std::size_t n = (bit_length(a) + 7) / 8;
        for (bool negative : {false, true})
            for (std::size_t size : {n, n + 1, n ? n - 1 : 0})
                for (bool little : {true, false})
                    for (bool is_signed : {false, true}) {
                        std::vector<std::uint8_t> bytes(size + 1);
                        std::string hex = "overflow";
                        if (digits_to_bytes(a, negative, bytes.data(), size, little, is_signed)) {
                            hex = size ? "" : "-";
                            for (std::size_t k = 0; k < size; k++) {
                                char two[3];
                                std::snprintf(two, sizeof two, "%02x", bytes[k]);
                                hex += two;
                            }
                        }
                        parts.push_back(hex);
                    }
        ASSERT_EQ(joined(parts), lines[2 * i + 1]) << text(a);
    }
    for (std::size_t n = 1; n < 70; n++) {
        std::vector<std::uint8_t> data(n), zero(n), ones(n, 0xFF), top(n);
        for (std::size_t i = 0; i < n; i++) data[i] = static_cast<std::uint8_t>(i * 37 + n * 91);
        top[n - 1] = 0x80;
        std::vector<std::string> parts;
        Number out(n * 8 / 30 + 1);
        for (auto* bytes : {&data, &zero, &ones, &top})
            for (bool little : {true, false})
                for (bool is_signed : {false, true}) {
                    bool negative;
                    std::size_t size = digits_from_bytes(bytes->data(), n, little, is_signed, out.data(), &negative);
                    parts.push_back(signed_text(negative, {out.data(), size}));
                }
        ASSERT_EQ(joined(parts), lines[2 * (numbers.size() - 1) + n - 1]);
    }
}

TEST(Bigint, TextInEveryBaseIsReadBack) {
    auto numbers = samples(3, 150);
    std::mt19937 random(8);
    for (std::size_t size : {19u, 20u, 21u, 1000u, 5000u}) numbers.push_back(sample(random, size));
    for (const Number& n : numbers)
        for (int base = 2; base <= 36; base++) {
            std::string s = text(view(n), base);
            ASSERT_LE(s.size(), text_size_bound(view(n), base));
            std::string padded = std::string(random() % 20, '0') + s;
            Number out(digits_bound_for_text(padded.size(), base));
            std::size_t size;
            ASSERT_TRUE(digits_from_text(padded, base, out.data(), &size));
            ASSERT_TRUE(equal_digits({out.data(), size}, view(n))) << s << " base " << base;
            padded[random() % padded.size()] = base == 36 ? '_' : "0123456789abcdefghijklmnopqrstuvwxyz"[base];
            ASSERT_FALSE(digits_from_text(padded, base, out.data(), &size));
        }
    auto lines =
        reference_lines("import sys; sys.set_int_max_str_digits(0)\n" + program_of(numbers) + "for n in v: print(n)");
    for (std::size_t i = 0; i < numbers.size(); i++) ASSERT_EQ(text(view(numbers[i]), 10), lines[i]);
}

TEST(Bigint, PowersEqualTheReference) {
    auto numbers = samples(4, 300);
    auto lines = reference_lines(program_of(numbers) + R"(
def inverse(a, m):
    try: return pow(a, -1, m)
    except ValueError: return 'none'
for a, e, m in zip(v, v[1:], v[2:]):
    h(pow(a, e % 50), pow(a % 1000, e % 600), pow(a, e, m or 1), pow(a, e, m % 2**31 + 1), pow(a, e, m % 2**62 + 1), inverse(a, m + 2)))");
    ASSERT_EQ(lines.size(), numbers.size() - 2);
    for (std::size_t i = 0; i + 2 < numbers.size(); i++) {
        Digits a = view(numbers[i]), e = view(numbers[i + 1]), m = view(numbers[i + 2]);
        const Digit one = 1, two = 2;
        Digit thousandth[1] = {mod_digit(a, 1000)};
        Digit m31[3], m62[4];
        std::uint64_t low = 0;
        for (std::size_t k = std::min<std::size_t>(m.size, 3); k-- > 0;) low = low << 30 | m.data[k];
        std::size_t size31 = digits_from_uint64((low & ((1ull << 31) - 1)) + 1, m31);
        std::size_t size62 = digits_from_uint64((low & ((1ull << 62) - 1)) + 1, m62);
        Number above(m.size + 1);
        std::size_t above_size = add_digits(m, {&two, 1}, above.data());
        DigitBuffer inverse;
        std::vector<std::string> parts = {
            text(pow_digits(a, mod_digit(e, 50))),
            text(pow_digits({thousandth, normalised_size(thousandth, 1)}, mod_digit(e, 600))),
            text(pow_mod_digits(a, e, m.size ? m : Digits{&one, 1})),
            text(pow_mod_digits(a, e, {m31, size31})),
            text(pow_mod_digits(a, e, {m62, size62})),
            inverse_mod_digits(a, {above.data(), above_size}, &inverse) ? text(inverse) : "none"};
        ASSERT_EQ(joined(parts), lines[i]);
    }
    Number large(3, digit_mask);
    EXPECT_TRUE(pow_digits(view(large), 1ull << 60).failed());
}

TEST(Bigint, DoublesEqualTheReference) {
    auto numbers = samples(5, 800);
    // Halfway cases, at the places where 53 bits end.
    std::mt19937_64 random(6);
    for (int i = 0; i < 200; i++) {
        Digit digits[8], shifted[64];
        std::uint64_t odd = (random() | 1ull << 63) >> 10 << 1 | 1;
        std::size_t size = digits_from_uint64(odd << (i & 1), digits);
        size = shift_left({digits, size}, random() % 960, shifted);
        if (i % 3 == 0) shifted[0] |= 1;
        numbers.emplace_back(shifted, shifted + size);
    }
    numbers.push_back(Number(1));
    numbers.back()[0] = 1;
    for (std::size_t bits : {1023u, 1024u, 1074u, 1075u, 1076u}) {
        Number power(bits / 30 + 1);
        power[bits / 30] = 1u << bits % 30;
        numbers.push_back(numbers[numbers.size() > 1001 ? 1000 : 0]);
        numbers.push_back(power);
    }
    auto lines = reference_lines(program_of(numbers) + R"(
def d(f):
    try: return f().hex()
    except OverflowError: return 'overflow'
def frexp(n):
    e = max(n.bit_length() - 900, 0)
    low = n & ((1 << e) - 1)
    m, x = math.frexp(float((n >> e) | (low != 0)))
    return m.hex() + ',' + str(x + e)
for a, b in zip(v, v[1:]):
    h(d(lambda: float(a)), frexp(a), d(lambda: a / b) if b else '-')
x = [0.0, 0.99, 1.0, 1.5, 1e9, 2.0**53 - 1, 2.0**52 + 0.5, 1e22, 1.7976931348623157e308, 2.0**1023, 123456789.75, 1e-300]
for f in x: h(int(f)))");
    ASSERT_EQ(lines.size(), numbers.size() - 1 + 12);
    for (std::size_t i = 0; i + 1 < numbers.size(); i++) {
        Digits a = view(numbers[i]), b = view(numbers[i + 1]);
        double value, fraction;
        std::vector<std::string> parts;
        parts.push_back(digits_to_double(a, &value) ? double_to_hex(value) : "overflow");
        std::int64_t exponent = digits_frexp(a, &fraction);
        parts.push_back(double_to_hex(fraction) + "," + std::to_string(exponent));
        if (b.size)
            parts.push_back(divide_to_double(a, b, &value) ? double_to_hex(value) : "overflow");
        else
            parts.push_back("-");
        ASSERT_EQ(joined(parts), lines[i]) << text(a) << "\n" << text(b);
    }
    const double doubles[] = {
        0.0,      0.99,         1.0,   1.5, 1e9, 0x1p53 - 1, 0x1p52 + 0.5, 1e22, 1.7976931348623157e308,
        0x1p1023, 123456789.75, 1e-300};
    for (std::size_t i = 0; i < std::size(doubles); i++) {
        Digit out[double_digits_max];
        EXPECT_EQ(text({out, digits_from_double(doubles[i], out)}), lines[numbers.size() - 1 + i]);
    }
}
