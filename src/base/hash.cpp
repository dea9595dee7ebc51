#include "base/hash.hpp"

#include <cmath>

#include "base/bits.hpp"
#include "base/random.hpp"

namespace orochi::base {

HashSecret hash_secret_from_seed(std::uint32_t seed) {
    HashSecret secret;
    if (seed == 0) return secret;
    std::uint8_t bytes[sizeof secret];
    std::uint32_t state = seed;
    for (std::uint8_t& byte : bytes) {
        state = state * 214013 + 2531011;
        byte = static_cast<std::uint8_t>(state >> 16);
    }
    std::memcpy(&secret, bytes, sizeof secret);
    return secret;
}

bool hash_secret_random(HashSecret* secret) { return random_bytes(secret, sizeof *secret, false); }

namespace {

struct SipState {
    std::uint64_t v0, v1, v2, v3;

    void round() {
        v0 += v1;
        v2 += v3;
        v1 = std::rotl(v1, 13) ^ v0;
        v3 = std::rotl(v3, 16) ^ v2;
        v0 = std::rotl(v0, 32);
        v2 += v1;
        v0 += v3;
        v1 = std::rotl(v1, 17) ^ v2;
        v3 = std::rotl(v3, 21) ^ v0;
        v2 = std::rotl(v2, 32);
    }
    void absorb(std::uint64_t word) {
        v3 ^= word;
        round();
        v0 ^= word;
    }
};

std::uint64_t to_little_endian(std::uint64_t word) {
    return std::endian::native == std::endian::little ? word : byte_swap(word);
}

}  // namespace

std::uint64_t siphash13(std::uint64_t k0, std::uint64_t k1, const void* data, std::size_t size) {
    k0 = to_little_endian(k0);
    k1 = to_little_endian(k1);
    SipState s{k0 ^ 0x736f6d6570736575ull, k1 ^ 0x646f72616e646f6dull, k0 ^ 0x6c7967656e657261ull,
               k1 ^ 0x7465646279746573ull};
    auto* p = static_cast<const std::uint8_t*>(data);
    std::uint64_t last = static_cast<std::uint64_t>(size) << 56;
    for (; size >= 8; size -= 8, p += 8) s.absorb(to_little_endian(load<std::uint64_t>(p)));
    // The tail is read with two overlapping loads where possible: most names are short, so this is the hot
    // part.
    std::uint64_t tail = 0;
    if (size >= 4) {
        tail = load<std::uint32_t>(p) | static_cast<std::uint64_t>(load<std::uint32_t>(p + size - 4))
                                            << (8 * (size - 4));
        if (std::endian::native != std::endian::little) {
            tail = 0;
            for (std::size_t i = 0; i < size; i++) tail |= static_cast<std::uint64_t>(p[i]) << (8 * i);
        }
    } else if (size > 0) {
        tail = p[0] | static_cast<std::uint64_t>(p[size >> 1]) << (8 * (size >> 1)) |
               static_cast<std::uint64_t>(p[size - 1]) << (8 * (size - 1));
    }
    s.absorb(last | tail);
    s.v2 ^= 0xff;
    s.round();
    s.round();
    s.round();
    return (s.v0 ^ s.v1) ^ (s.v2 ^ s.v3);
}

// Multiplication by a power of two modulo 2**61 - 1 is a rotation of the 61 bits.
static std::uint64_t rotate_modular(std::uint64_t value, unsigned count) {
    return ((value << count) & hash_modulus) | (value >> (hash_bits - count));
}

Hash hash_double(double value) {
    if (std::isinf(value)) return value > 0 ? hash_infinity : -hash_infinity;
    if (value == 0 || std::isnan(value)) return 0;
    std::uint64_t bits = std::bit_cast<std::uint64_t>(value);
    std::uint64_t mantissa = bits & ((1ull << 52) - 1);
    int exponent = static_cast<int>(bits >> 52 & 0x7FF);
    if (exponent == 0)
        exponent = 1;
    else
        mantissa |= 1ull << 52;
    exponent -= 1075;  // value = mantissa * 2**exponent
    int turn = exponent % hash_bits;
    if (turn < 0) turn += hash_bits;
    std::uint64_t magnitude = turn == 0 ? mantissa : rotate_modular(mantissa, static_cast<unsigned>(turn));
    Hash hash = static_cast<Hash>(magnitude);
    return not_minus_one(value < 0 ? -hash : hash);
}

Hash hash_digits(const std::uint32_t* digits, std::size_t size, bool negative) {
    std::uint64_t accumulator = 0;
    while (size > 0) {
        accumulator = rotate_modular(accumulator, 30) + digits[--size];
        if (accumulator >= hash_modulus) accumulator -= hash_modulus;
    }
    Hash hash = static_cast<Hash>(accumulator);
    return not_minus_one(negative ? -hash : hash);
}

}  // namespace orochi::base
