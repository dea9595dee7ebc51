// int: sign and magnitude in 30-bit digits, the public layout. Small values are shared and immortal.
#pragma once

#include <string_view>

#include "base/bigint.hpp"
#include "objects/object.hpp"

namespace orochi {

inline constexpr int kSmallIntMin = -5, kSmallIntMax = 256;

Result<Ref<Object>> int_from(ThreadState& ts, long long value);
Result<Ref<Object>> int_from_unsigned(ThreadState& ts, unsigned long long value);
Result<Ref<Object>> int_from_double(ThreadState& ts, double value);  // truncates; OverflowError/ValueError for inf/nan
inline Result<Ref<Object>> int_from_ssize(ThreadState& ts, Py_ssize_t value) { return int_from(ts, value); }
Result<Ref<Object>> int_from_pointer(ThreadState& ts, const void* pointer);
// From base 2**30 digits, least significant first.
// An exact int of the same value.
Result<Ref<Object>> int_copy(ThreadState& ts, const Int& value);
Result<Ref<Object>> int_from_digits(ThreadState& ts, bool negative, const uint32_t* digits, size_t count);
// Python's int(text, base) on UTF-8 text (spaces, sign, underscores, prefixes). `original` is shown in the ValueError.
Result<Ref<Object>> int_from_text(ThreadState& ts, std::string_view text, int base, Object* original);
// The same for a str with digits of any script.
Result<Ref<Object>> int_from_str(ThreadState& ts, Str& text, int base);
Result<Ref<Object>> int_from_bytes(ThreadState& ts, const unsigned char* bytes, size_t count, bool little_endian,
                                   bool is_signed);

// The value; `value` may be any object with __index__ (TypeError otherwise). OverflowError when it does not
// fit: "Python int too large to convert to C long".
Result<long long> int_as_long_long(ThreadState& ts, Object& value);
Result<long> int_as_long(ThreadState& ts, Object& value);
Result<int> int_as_int(ThreadState& ts, Object& value);  // "Python int too large to convert to C int"
Result<Py_ssize_t> int_as_ssize(ThreadState& ts, Object& value);
Result<size_t> int_as_size(ThreadState& ts, Object& value);
Result<unsigned long> int_as_unsigned_long(ThreadState& ts, Object& value);
Result<unsigned long long> int_as_unsigned_long_long(ThreadState& ts, Object& value);
Result<unsigned long long> int_as_mask(ThreadState& ts, Object& value);  // modulo 2^64
// `overflow` is set to -1, 0 or 1 instead of raising.
Result<long long> int_as_long_long_overflow(ThreadState& ts, Object& value, int& overflow);
Result<double> int_as_double(ThreadState& ts, Object& value);
// Writes two's complement or unsigned bytes; OverflowError "int too big to convert".
Result<void> int_to_bytes(ThreadState& ts, Int& value, unsigned char* bytes, size_t count, bool little_endian,
                          bool is_signed);
int int_sign(const Int& value);
Result<size_t> int_bit_count(ThreadState& ts, Int& value);  // number of bits of the magnitude (_PyLong_NumBits)
Result<Ref<Str>> int_to_text(ThreadState& ts, Object& value, int base, bool prefix);

// The shared objects of small values: immortal, so never written to.
struct SmallInts {
    Int values[kSmallIntMax - kSmallIntMin + 1];
    constexpr SmallInts();
};
extern SmallInts small_ints;
inline bool is_small_int(long long value) { return value >= kSmallIntMin && value <= kSmallIntMax; }
inline Object& small_int(int value) { return obj(small_ints.values[value - kSmallIntMin]); }
// The magnitude, for the kernels of base/bigint.hpp.
inline base::Digits int_digits(const Int& value) {
    Py_ssize_t size = value.ob_base.ob_size;
    return {value.ob_digit, size_t(size < 0 ? -size : size)};
}
// A new int with room for `count` digits, to be filled by the caller and finished with int_finish.
Result<Ref<Int>> int_new(ThreadState& ts, size_t count);
// Sets the sign and the number of digits (normalised); small values are replaced by the shared object.
Ref<Object> int_finish(Ref<Int>&& value, size_t count, bool negative);
// The limit of sys.set_int_max_str_digits as an error: for conversions of more than that many digits.
inline constexpr int kIntMaxStrDigitsThreshold = 640;

// A value that fits one digit, which is most of them.
inline bool int_is_compact(const Object& value) {
    Py_ssize_t size = reinterpret_cast<const PyVarObject&>(value).ob_size;
    return size >= -1 && size <= 1;
}
inline long int_compact_value(const Object& value) {
    const Int& i = reinterpret_cast<const Int&>(value);
    return i.ob_base.ob_size == 0 ? 0 : i.ob_base.ob_size * long(i.ob_digit[0]);
}
// Arithmetic on ints proper, for the evaluation loop and the operators.
Result<Ref<Object>> int_add(ThreadState& ts, Int& left, Int& right);
Result<Ref<Object>> int_subtract(ThreadState& ts, Int& left, Int& right);
Result<Ref<Object>> int_multiply(ThreadState& ts, Int& left, Int& right);
Result<Ref<Object>> int_floor_divide(ThreadState& ts, Int& left, Int& right);
Result<Ref<Object>> int_remainder(ThreadState& ts, Int& left, Int& right);
int int_compare(const Int& left, const Int& right);  // <0, 0, >0
bool int_equals(const Int& left, const Int& right);
Py_hash_t int_hash(const Int& value);

}  // namespace orochi
