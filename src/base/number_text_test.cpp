#include "base/number_text.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <random>

#include "base/reference_test.hpp"

using namespace orochi::base;

namespace {

std::vector<double> samples() {
    std::mt19937_64 random(5);
    std::vector<double> values = {0.0,
                                  -0.0,
                                  1.0,
                                  -1.0,
                                  0.1,
                                  1e16,
                                  1e15,
                                  9999999999999998.0,
                                  1e-4,
                                  1e-5,
                                  123456.789,
                                  5e-324,
                                  1.7976931348623157e308,
                                  2.2250738585072014e-308,
                                  0.5,
                                  1.5,
                                  2.5,
                                  1e22,
                                  1e23,
                                  0.3,
                                  1e100,
                                  INFINITY,
                                  -INFINITY,
                                  NAN,
                                  99.5,
                                  999999.5,
                                  0.000123456,
                                  25.0,
                                  35.0,
                                  250.0,
                                  -1250.5};
    for (int i = 0; i < 300; i++) values.push_back(std::bit_cast<double>(random()));
    for (int i = 0; i < 200; i++) values.push_back(static_cast<double>(random() % 100000000) / 1000);
    return values;
}

std::string values_program(const std::vector<double>& values) {
    std::string program = "import struct, sys\nvalues = [struct.unpack('<d', struct.pack('<Q', n))[0] for n in [";
    for (double v : values) program += std::to_string(std::bit_cast<std::uint64_t>(v)) + ",";
    return program + "]]\n";
}

}  // namespace

TEST(NumberText, EveryFormEqualsTheReference) {
    auto values = samples();
    auto lines = reference_lines(values_program(values) + R"(
for v in values:
    print(repr(v), v.hex(), '%e' % v, '%.0e' % v, '%#.0e' % v, '%.20E' % v, '%f' % v, '%.0f' % v, '%#.0f' % v, '%.50F' % v,
          '%g' % v, '%.0g' % v, '%#.3g' % v, '%.17G' % v, '%.60g' % v, format(v, '+.3f'), format(v, ''), format(v, 'z.1f'),
          '%.400f' % v, '%.1200e' % v, sep='|'))");
    ASSERT_EQ(lines.size(), values.size());
    for (std::size_t i = 0; i < values.size(); i++) {
        double v = values[i];
        std::string out;
        char text[repr_double_size];
        out.append(text, repr_double(v, text));
        out += "|" + double_to_hex(v);
        auto add = [&](char code, int precision, DoubleFormat format = {}) {
            out += "|";
            format_double(v, code, precision, format, &out);
        };
        DoubleFormat alternate, plus, dot, z;
        alternate.alternate = plus.sign = dot.dot_zero = z.no_negative_zero = true;
        add('e', 6), add('e', 0), add('e', 0, alternate), add('E', 20), add('f', 6), add('f', 0),
            add('f', 0, alternate);
        add('F', 50), add('g', 6), add('g', 0), add('g', 3, alternate), add('G', 17), add('g', 60), add('f', 3, plus);
        add('r', 0, dot), add('f', 1, z), add('f', 400), add('e', 1200);
        ASSERT_EQ(out, lines[i]);
        double back = 0;
        ASSERT_EQ(parse_double({text, repr_double(v, text)}, &back), repr_double(v, text));
        if (!std::isnan(v)) {
            ASSERT_EQ(std::bit_cast<std::uint64_t>(back), std::bit_cast<std::uint64_t>(v));
            ASSERT_EQ(double_from_hex(double_to_hex(v), &back), HexFloat::ok);
            ASSERT_EQ(std::bit_cast<std::uint64_t>(back), std::bit_cast<std::uint64_t>(v));
        }
    }
}

TEST(NumberText, RoundingEqualsTheReference) {
    std::vector<double> values;
    for (double v : samples())
        if (std::isfinite(v)) values.push_back(v);
    const int places[] = {0, 1, 2, 5, 17, 300, 330, -1, -2, -5, -16, -300, -308, -310};
    auto lines = reference_lines(values_program(values) + R"(
def r(v, n):
    try: return round(v, n).hex()
    except OverflowError: return 'overflow'
for v in values: print(*(r(v, n) for n in (0, 1, 2, 5, 17, 300, 330, -1, -2, -5, -16, -300, -308, -310))))");
    ASSERT_EQ(lines.size(), values.size());
    for (std::size_t i = 0; i < values.size(); i++) {
        std::string out;
        for (int n : places) {
            double rounded = round_double(values[i], n);
            if (!out.empty()) out += " ";
            out += std::isinf(rounded) ? "overflow" : double_to_hex(rounded);
        }
        ASSERT_EQ(out, lines[i]) << values[i];
    }
}

TEST(NumberText, ReadingEqualsTheReference) {
    std::vector<std::string> texts = {"1",
                                      "1.",
                                      ".5",
                                      ".",
                                      "+1.5e3",
                                      "-1e",
                                      "1e+",
                                      "1e5",
                                      "1E-5",
                                      "e5",
                                      "",
                                      "+",
                                      "--1",
                                      "inf",
                                      "-Infinity",
                                      "infinit",
                                      "nan",
                                      "+NaN",
                                      "nan(1)",
                                      "1e400",
                                      "-1e400",
                                      "1e-400",
                                      "0e999999999999999999999",
                                      "1e999999999999999999999",
                                      "1e-999999999999999999999",
                                      "0.000000000000000000000000000000001e400",
                                      "1_0",
                                      "0x10",
                                      " 1",
                                      "1 ",
                                      "١",
                                      "179769313486231580793728971405301e276",
                                      "2.4703282292062327208e-324",
                                      "2.4703282292062328e-324",
                                      "9007199254740993",
                                      "9007199254740992.99999999999999999",
                                      "1.00000000000000011102230246251565404236316680908203125",
                                      "1.00000000000000011102230246251565404236316680908203124",
                                      "1.00000000000000011102230246251565404236316680908203126"};
    texts.push_back("1" + std::string(1000, '0') + "e-1000");
    texts.push_back("0." + std::string(1000, '0') + "1e1001");
    texts.push_back("9007199254740993." + std::string(900, '0') + "1");
    std::string program = "for t in [";
    for (auto& t : texts) program += "'" + t + "',";
    auto lines = reference_lines(program + R"(]:
    try: print(float(t).hex() if t.strip() == t and '_' not in t and t.isascii() else 'bad')
    except ValueError: print('bad'))");
    ASSERT_EQ(lines.size(), texts.size());
    for (std::size_t i = 0; i < texts.size(); i++) {
        double value = 0;
        bool overflow;
        std::size_t read = parse_double(texts[i], &value, &overflow);
        EXPECT_EQ(read != 0 && read == texts[i].size() ? double_to_hex(value) : "bad", lines[i]) << texts[i];
        EXPECT_EQ(overflow, texts[i].find("e400") != std::string::npos && lines[i].find("inf") != std::string::npos
                                ? true
                                : texts[i] == "1e999999999999999999999")
            << texts[i];
    }
}

TEST(NumberText, ReadingHexadecimalEqualsTheReference) {
    std::vector<std::string> texts = {"0x1p0",
                                      "1",
                                      " 0x.8 ",
                                      "0x1.",
                                      "0x",
                                      "0x.",
                                      "1p",
                                      "1p+",
                                      "-0X1.8P-3",
                                      "inf",
                                      "-nan",
                                      "infx",
                                      "0x1p1024",
                                      "0x1p1023",
                                      "0x1.fffffffffffff8p1023",
                                      "0x1.fffffffffffff7fffp1023",
                                      "0x1p-1074",
                                      "0x1p-1075",
                                      "0x1.0000001p-1075",
                                      "0x3p-1075",
                                      "0x5p-1076",
                                      "0x1.00000000000008p0",
                                      "0x1.000000000000080000000001p0",
                                      "0x1.00000000000018p0",
                                      "0x0p99999999999999999999",
                                      "0x1p99999999999999999999",
                                      "0x1p-99999999999999999999",
                                      "1.8.1",
                                      "0x1p1 2",
                                      "+-1",
                                      "0x00000000000000000000000001.8p1",
                                      "0x0.0000000000000000000000000018p100",
                                      "-0",
                                      "0x1g"};
    std::string program = "for t in [";
    for (auto& t : texts) program += "'" + t + "',";
    auto lines = reference_lines(program + R"(]:
    try: print(float.fromhex(t).hex())
    except ValueError: print('bad')
    except OverflowError: print('large'))");
    ASSERT_EQ(lines.size(), texts.size());
    for (std::size_t i = 0; i < texts.size(); i++) {
        double value = 0;
        HexFloat result = double_from_hex(texts[i], &value);
        EXPECT_EQ(result == HexFloat::ok        ? double_to_hex(value)
                  : result == HexFloat::invalid ? "bad"
                                                : "large",
                  lines[i])
            << texts[i];
    }
}
