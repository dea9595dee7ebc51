// Kernels for integers of any size, over CPython's digits: 30 bits each in a uint32_t, least significant
// first. They work on magnitudes; signs are the caller's, except in the bitwise operations, where two's
// complement needs them.
//
// A Digits is *normalised* when its last digit is not 0; zero has no digits. All inputs must be normalised,
// all results are: functions that write to caller-provided room return the number of digits left after
// normalising. The room must be as large as stated, and may be an input's only where stated. Small operands
// use simple loops; large ones are repacked into 64-bit limbs and given to GMP.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace orochi::base {

using Digit = std::uint32_t;
inline constexpr int digit_bits = 30;
inline constexpr Digit digit_mask = (Digit{1} << digit_bits) - 1;

struct Digits {
    const Digit* data;
    std::size_t size;
};

// Digits that own their memory (malloc), for results whose size is not known beforehand. `data() == nullptr`
// with `failed()` true means that memory ran out. Movable only.
class DigitBuffer {
public:
    DigitBuffer() = default;
    explicit DigitBuffer(std::size_t capacity);
    ~DigitBuffer();
    DigitBuffer(DigitBuffer&& other) noexcept;
    DigitBuffer& operator=(DigitBuffer&& other) noexcept;
    DigitBuffer(const DigitBuffer&) = delete;
    DigitBuffer& operator=(const DigitBuffer&) = delete;

    Digit* data() { return data_; }
    std::size_t size() const { return size_; }
    void set_size(std::size_t size) { size_ = size; }
    bool failed() const { return failed_; }
    Digits view() const { return {data_, size_}; }

private:
    Digit* data_ = nullptr;
    std::size_t size_ = 0;
    bool failed_ = false;
};

inline std::size_t normalised_size(const Digit* data, std::size_t size) {
    while (size > 0 && data[size - 1] == 0) size--;
    return size;
}

// -- Small conversions. ---------------------------------------------------------------------------------
// Digits of a 64-bit magnitude; room for 3.
inline std::size_t digits_from_uint64(std::uint64_t value, Digit* out) {
    std::size_t n = 0;
    for (; value; value >>= digit_bits) out[n++] = static_cast<Digit>(value) & digit_mask;
    return n;
}
// False when the magnitude does not fit in 64 bits.
bool digits_to_uint64(Digits a, std::uint64_t* value);

// -- Comparison and size. -------------------------------------------------------------------------------
int compare_digits(Digits a, Digits b);  // -1, 0, 1
inline bool equal_digits(Digits a, Digits b) {
    return a.size == b.size && (a.size == 0 || __builtin_memcmp(a.data, b.data, a.size * sizeof(Digit)) == 0);
}
inline std::uint64_t bit_length(Digits a) {
    return a.size == 0 ? 0
                       : (a.size - 1) * static_cast<std::uint64_t>(digit_bits) +
                             (32 - static_cast<unsigned>(__builtin_clz(a.data[a.size - 1])));
}
std::uint64_t bit_count(Digits a);
std::uint64_t trailing_zero_bits(Digits a);  // a must not be 0

// -- Arithmetic. `out` may be a.data or b.data in add and sub; nowhere else. ----------------------------
std::size_t add_digits(Digits a, Digits b, Digit* out);  // room for max(a.size, b.size) + 1
std::size_t sub_digits(Digits a, Digits b, Digit* out);  // a >= b; room for a.size
std::size_t mul_digits(Digits a, Digits b, Digit* out);  // room for a.size + b.size; a == b is a square
// a * m + c for single digits; room for a.size + 1; out may be a.data.
std::size_t mul_add_digit(Digits a, Digit m, Digit c, Digit* out);
// Quotient into `quotient` (room for a.size; may be a.data), remainder returned; b is not 0.
Digit divmod_digit(Digits a, Digit b, Digit* quotient, std::size_t* quotient_size);
// a % b for one digit.
Digit mod_digit(Digits a, Digit b);
// Truncating division of magnitudes. b is not 0. Room: quotient a.size - b.size + 1 (at least 1; may be null
// when not wanted), remainder b.size (may be null when not wanted). False when memory ran out.
bool divmod_digits(Digits a, Digits b, Digit* quotient, std::size_t* quotient_size, Digit* remainder,
                   std::size_t* remainder_size);

std::size_t shift_left(Digits a, std::uint64_t bits, Digit* out);  // room for a.size + bits / 30 + 1
std::size_t shift_right(Digits a, std::uint64_t bits,
                        Digit* out);  // room for a.size - bits / 30 (0 if negative)
// Floor of -a / 2**bits, as a magnitude: shift_right rounded away from zero. Room for a.size - bits / 30 + 1,
// at least 1.
std::size_t shift_right_negative(Digits a, std::uint64_t bits, Digit* out);

// a ** exponent; exponent given as a machine number (greater ones cannot fit in memory unless a is 0 or 1).
DigitBuffer pow_digits(Digits a, std::uint64_t exponent);
// a ** exponent % modulus; modulus is not 0. Result is in [0, modulus).
DigitBuffer pow_mod_digits(Digits a, Digits exponent, Digits modulus);
// x with a * x % modulus == 1. False when there is none. modulus > 1.
bool inverse_mod_digits(Digits a, Digits modulus, DigitBuffer* result);
DigitBuffer gcd_digits(Digits a, Digits b);
// Floor of the square root; room for a.size / 2 + 1.
std::size_t isqrt_digits(Digits a, Digit* out);

// -- Bitwise, on signed numbers in two's complement of unlimited width. ---------------------------------
enum class BitOperation : std::uint8_t { and_, or_, xor_ };
// Room for max(a.size, b.size) + 1. The result's sign goes to *negative; its magnitude to out, which may be
// an input's.
std::size_t bitwise_digits(BitOperation operation, Digits a, bool a_negative, Digits b, bool b_negative, Digit* out,
                           bool* negative);

// -- Double. --------------------------------------------------------------------------------------------
// Nearest double, ties to even. False when too large.
bool digits_to_double(Digits a, double* value);
// As frexp: *fraction in [0.5, 1), rounded to 53 bits, ties to even; the value is *fraction * 2**return. 0
// gives 0, 0.
std::int64_t digits_frexp(Digits a, double* fraction);
// |value| without its fractional part; value is finite. Room for 35 digits (double_digits_max).
inline constexpr std::size_t double_digits_max = 35;
std::size_t digits_from_double(double value, Digit* out);
// Correctly rounded a / b (b is not 0) as for int true division. False when the result is too large.
bool divide_to_double(Digits a, Digits b, double* value);

// -- Text. ----------------------------------------------------------------------------------------------
// An upper bound of the number of characters that digits_to_text writes (no sign, prefix or terminator).
std::size_t text_size_bound(Digits a, int base);
// Writes the number in base 2..36, lower case ("0" for zero); returns the length; 0 when memory ran out.
std::size_t digits_to_text(Digits a, int base, char* out);
// Upper bound of the digits that `characters` characters in `base` need.
std::size_t digits_bound_for_text(std::size_t characters, int base);
// Reads a number in base 2..36: only digits of that base, no underscores, sign or space (the caller strips
// them). Returns false on another character or when memory ran out. Room as digits_bound_for_text says.
bool digits_from_text(std::string_view text, int base, Digit* out, std::size_t* size);

// -- Bytes. ---------------------------------------------------------------------------------------------
// Number from bytes; with is_signed the top bit of the most significant byte is the sign (*negative).
// Room for size * 8 / 30 + 1 digits.
std::size_t digits_from_bytes(const std::uint8_t* bytes, std::size_t size, bool little_endian, bool is_signed,
                              Digit* out, bool* negative);
// Writes exactly `size` bytes, two's complement. False when the number does not fit (with is_signed false,
// negative numbers never fit unless 0). The bytes are then unspecified.
bool digits_to_bytes(Digits a, bool negative, std::uint8_t* bytes, std::size_t size, bool little_endian,
                     bool is_signed);

}  // namespace orochi::base
