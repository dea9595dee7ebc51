// Bits: counting, rotating, rounding and unaligned access, with the names the rest of the house uses.
// Everything is constexpr or a single instruction; nothing fails.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

namespace orochi::base {

// Number of bits needed to write `value` in binary; 0 for 0.
template <typename T>
constexpr int bit_width(T value) {
    return static_cast<int>(std::bit_width(static_cast<std::make_unsigned_t<T>>(value)));
}

constexpr bool is_power_of_two(std::size_t value) { return std::has_single_bit(value); }

// Smallest power of two that is >= value (1 for 0). The result must be representable.
constexpr std::size_t round_up_to_power_of_two(std::size_t value) { return std::bit_ceil(value); }

// `value` rounded up / down to a multiple of `alignment`, a power of two.
template <typename T>
constexpr T align_up(T value, T alignment) {
    return (value + alignment - 1) & ~(alignment - 1);
}
template <typename T>
constexpr T align_down(T value, T alignment) {
    return value & ~(alignment - 1);
}

// Reads and writes at any address, in the machine's byte order.
template <typename T>
inline T load(const void* address) {
    T value;
    std::memcpy(&value, address, sizeof value);
    return value;
}
template <typename T>
inline void store(void* address, T value) {
    std::memcpy(address, &value, sizeof value);
}

constexpr std::uint16_t byte_swap(std::uint16_t v) { return __builtin_bswap16(v); }
constexpr std::uint32_t byte_swap(std::uint32_t v) { return __builtin_bswap32(v); }
constexpr std::uint64_t byte_swap(std::uint64_t v) { return __builtin_bswap64(v); }

// Every byte of the word is `byte`.
constexpr std::uint64_t repeat_byte(std::uint8_t byte) { return 0x0101010101010101ull * byte; }

// Product of two 64-bit numbers, all 128 bits of it.
using Uint128 = unsigned __int128;
using Int128 = __int128;

// True when the operation does not fit; `*result` then holds the wrapped value.
template <typename T>
constexpr bool add_overflows(T a, T b, T* result) {
    return __builtin_add_overflow(a, b, result);
}
template <typename T>
constexpr bool sub_overflows(T a, T b, T* result) {
    return __builtin_sub_overflow(a, b, result);
}
template <typename T>
constexpr bool mul_overflows(T a, T b, T* result) {
    return __builtin_mul_overflow(a, b, result);
}

}  // namespace orochi::base
