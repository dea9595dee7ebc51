// Whole numbers of any size, for constant folding only: plain schoolbook
// algorithms, since what is folded is short.
#pragma once

#include <cstdint>
#include <vector>

#include "language/ast/constant.hpp"

namespace orochi::language {

struct BigInt {
    bool negative = false;         // never for zero
    std::vector<uint32_t> digits;  // base 2**30, least significant first, no leading zeros

    static BigInt from(const Constant& constant);  // Int, BigInt, False or True
    static BigInt from(int64_t value);
    const Constant* to_constant(Arena& arena) const;

    bool is_zero() const { return digits.empty(); }
    uint64_t bit_length() const;
    bool fits(int64_t& out) const;
    bool to_double(double& out) const;  // false if too large

    friend BigInt operator-(BigInt a);
    friend BigInt operator+(const BigInt& a, const BigInt& b);
    friend BigInt operator-(const BigInt& a, const BigInt& b);
    friend BigInt operator*(const BigInt& a, const BigInt& b);
    BigInt shifted_left(uint64_t bits) const;
    BigInt shifted_right(uint64_t bits) const;  // towards minus infinity
    // Floor division; the divisor is not zero.
    static void divide(const BigInt& a, const BigInt& b, BigInt& quotient, BigInt& remainder);
    static BigInt power(BigInt base, uint64_t exponent);
    enum class Bitwise { And, Or, Xor };
    static BigInt bitwise(Bitwise op, const BigInt& a, const BigInt& b);
    static bool true_divide(const BigInt& a, const BigInt& b, double& out);  // false if too large
};

}  // namespace orochi::language
