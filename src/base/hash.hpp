// The hash functions of CPython 3.11 on 64-bit Linux, value for value: programs that fix PYTHONHASHSEED see
// the same hashes, and extension modules that compute them (from sys.hash_info) agree with ours.
//
// A hash is never -1, which the C API reserves for "error": every function here maps -1 to -2.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

namespace orochi::base {

using Hash = std::int64_t;

// Numeric hashes are reduced modulo this Mersenne prime ("Hashing of numeric types" in the manual).
inline constexpr int hash_bits = 61;
inline constexpr std::uint64_t hash_modulus = (1ull << hash_bits) - 1;
inline constexpr Hash hash_infinity = 314159;
inline constexpr Hash hash_imaginary = 1000003;

constexpr Hash not_minus_one(Hash hash) { return hash == -1 ? -2 : hash; }

// The process's secret: what PYTHONHASHSEED decides. Laid out as the public _Py_HashSecret, whose third word
// other libraries (expat) use as their salt.
struct HashSecret {
    std::uint64_t k0 = 0;
    std::uint64_t k1 = 0;
    std::uint64_t extra = 0;
};
static_assert(sizeof(HashSecret) == 24);

// PYTHONHASHSEED=seed: 0 gives the all-zero secret, other seeds are expanded with CPython's generator.
HashSecret hash_secret_from_seed(std::uint32_t seed);
// PYTHONHASHSEED unset or "random". False when the system has no random bytes to give (errno says why).
bool hash_secret_random(HashSecret* secret);

// SipHash-1-3 as a plain 64-bit function.
std::uint64_t siphash13(std::uint64_t k0, std::uint64_t k1, const void* data, std::size_t size);

// hash() of bytes; also of a str's character buffer (its canonical 1, 2 or 4 bytes a character). Empty gives
// 0.
inline Hash hash_bytes(const HashSecret& secret, const void* data, std::size_t size) {
    if (size == 0) return 0;
    return not_minus_one(static_cast<Hash>(siphash13(secret.k0, secret.k1, data, size)));
}

// hash() of a finite or infinite float. NaN has no numeric hash (CPython hashes the object's address): 0
// here.
Hash hash_double(double value);

// hash() of an int that fits.
constexpr Hash hash_int64(std::int64_t value) {
    std::uint64_t magnitude = value < 0 ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
    std::uint64_t folded = (magnitude & hash_modulus) + (magnitude >> hash_bits);
    if (folded >= hash_modulus) folded -= hash_modulus;
    Hash hash = static_cast<Hash>(folded);
    return not_minus_one(value < 0 ? -hash : hash);
}
// hash() of an int given as 30-bit digits, least significant first.
Hash hash_digits(const std::uint32_t* digits, std::size_t size, bool negative);

// hash() of an object that hashes by identity. The low bits of addresses are always zero, and the high ones are left
// out: the started state of an interpreter is copied to addresses that are equal modulo kIdentityRange
// (state/start_image.hpp), and hash tables in it stay valid.
inline constexpr std::uintptr_t kIdentityRange = std::uintptr_t{1} << 30;
inline Hash hash_pointer(const void* pointer) {
    return static_cast<Hash>((reinterpret_cast<std::uintptr_t>(pointer) & (kIdentityRange - 1)) >> 4);
}

// hash() of a tuple: add() the hash of each item in order, then finish(). (xxHash's lane mixing, one lane.)
class TupleHasher {
public:
    void add(Hash item) {
        accumulator_ += static_cast<std::uint64_t>(item) * prime2;
        accumulator_ = std::rotl(accumulator_, 31) * prime1;
    }
    Hash finish(std::size_t length) const {
        std::uint64_t result = accumulator_ + (length ^ (prime5 ^ 3527539ull));
        return result == ~0ull ? 1546275796 : static_cast<Hash>(result);
    }

private:
    static constexpr std::uint64_t prime1 = 11400714785074694791ull;
    static constexpr std::uint64_t prime2 = 14029467366897019727ull;
    static constexpr std::uint64_t prime5 = 2870177450012600261ull;
    std::uint64_t accumulator_ = prime5;
};

// hash() of a frozenset: add() the hash of each item in any order, then finish().
class FrozensetHasher {
public:
    void add(Hash item) {
        std::uint64_t h = static_cast<std::uint64_t>(item);
        accumulator_ ^= ((h ^ 89869747ull) ^ (h << 16)) * 3644798167ull;
    }
    Hash finish(std::size_t length) const {
        std::uint64_t result = accumulator_ ^ ((length + 1) * 1927868237ull);
        result ^= (result >> 11) ^ (result >> 25);
        result = result * 69069ull + 907133923ull;
        return result == ~0ull ? 590923713 : static_cast<Hash>(result);
    }

private:
    std::uint64_t accumulator_ = 0;
};

}  // namespace orochi::base
