#include "base/digest.hpp"

#include <array>
#include <bit>
#include <cstring>

#include "base/bits.hpp"

// The constants of SHA-2 and BLAKE2 are the fractional parts of square and cube roots of primes, those of MD5 are
// sines: all are computed by the compiler.

namespace orochi::base {

namespace {

consteval std::array<int, 80> first_primes() {
    std::array<int, 80> primes{};
    int count = 0;
    for (int n = 2; count < 80; ++n) {
        bool prime = true;
        for (int d = 2; d * d <= n; ++d) prime &= n % d != 0;
        if (prime) primes[count++] = n;
    }
    return primes;
}

// Little-endian 64-bit limbs; enough for x^3 with x < 2^68.
struct Wide {
    uint64_t limb[5] = {};
    constexpr Wide times(const Wide& other) const {
        Wide result;
        for (int i = 0; i < 5; ++i) {
            uint64_t carry = 0;
            for (int j = 0; i + j < 5; ++j) {
                Uint128 t = Uint128(limb[i]) * other.limb[j] + result.limb[i + j] + carry;
                result.limb[i + j] = uint64_t(t);
                carry = uint64_t(t >> 64);
            }
        }
        return result;
    }
    constexpr bool exceeds(const Wide& other) const {
        for (int i = 4; i >= 0; --i) {
            if (limb[i] != other.limb[i]) return limb[i] > other.limb[i];
        }
        return false;
    }
};

// The first 64 bits of the fraction of the root (2: square, 3: cube) of n.
consteval uint64_t root_fraction(int n, int degree) {
    Wide target;
    target.limb[degree] = uint64_t(n);  // n * 2^(64 * degree)
    Wide root;
    for (int bit = 69; bit >= 0; --bit) {
        Wide attempt = root;
        attempt.limb[bit / 64] |= 1ull << (bit % 64);
        Wide power = attempt.times(attempt);
        if (degree == 3) power = power.times(attempt);
        if (!power.exceeds(target)) root = attempt;
    }
    return root.limb[0];
}

consteval std::array<uint64_t, 80> make_cube_roots() {
    std::array<uint64_t, 80> result{};
    auto primes = first_primes();
    for (int i = 0; i < 80; ++i) result[i] = root_fraction(primes[i], 3);
    return result;
}
consteval std::array<uint64_t, 16> make_square_roots() {
    std::array<uint64_t, 16> result{};
    auto primes = first_primes();
    for (int i = 0; i < 16; ++i) result[i] = root_fraction(primes[i], 2);
    return result;
}
constexpr auto cube_roots = make_cube_roots();
constexpr auto square_roots = make_square_roots();
static_assert(cube_roots[0] == 0x428a2f98d728ae22 && square_roots[0] == 0x6a09e667f3bcc908);

// By its series, since std::sin is not constexpr everywhere; exact far beyond the 32 bits wanted.
consteval long double sine(long double x) {
    constexpr long double kTurn = 6.283185307179586476925286766559L;
    while (x > kTurn / 2) x -= kTurn;
    long double sum = 0, term = x;
    for (int n = 1; n < 40; n += 2) {
        sum += term;
        term *= -x * x / ((n + 1) * (n + 2));
    }
    return sum;
}

consteval std::array<uint32_t, 64> make_sines() {
    std::array<uint32_t, 64> result{};
    for (int i = 0; i < 64; ++i) {
        long double s = sine(i + 1);
        result[i] = uint32_t((s < 0 ? -s : s) * 4294967296.0);
    }
    return result;
}
constexpr auto sines = make_sines();
static_assert(sines[0] == 0xd76aa478);

template <class Word>
inline Word load_big(const uint8_t* p) {
    return byte_swap(load<Word>(p));
}

// Feeds whole blocks to `block`, keeping the rest in the buffer.
template <size_t Block, class F>
inline void feed(uint8_t* buffer, uint64_t& total, const void* data, size_t size, F block) {
    const uint8_t* p = static_cast<const uint8_t*>(data);
    size_t filled = size_t(total % Block);
    total += size;
    if (filled) {
        size_t n = size < Block - filled ? size : Block - filled;
        std::memcpy(buffer + filled, p, n);
        p += n;
        size -= n;
        if (filled + n < Block) return;
        block(buffer);
    }
    for (; size >= Block; p += Block, size -= Block) block(p);
    if (size) std::memcpy(buffer, p, size);
}

// Merkle-Damgard padding: a one bit, zeros, and the length in bits in the last 8 bytes of a block.
template <size_t Block, class F>
inline void finish(uint8_t* buffer, uint64_t total, size_t length_bytes, bool big_endian, F block) {
    size_t filled = size_t(total % Block);
    buffer[filled++] = 0x80;
    if (filled > Block - length_bytes) {
        std::memset(buffer + filled, 0, Block - filled);
        block(buffer);
        filled = 0;
    }
    std::memset(buffer + filled, 0, Block - filled);
    uint64_t bits = total << 3;
    store(buffer + Block - 8, big_endian ? byte_swap(bits) : bits);
    if (big_endian && length_bytes == 16) buffer[Block - 9] = uint8_t(total >> 61);
    block(buffer);
}

}  // namespace

// ---- MD5 ----

Md5::Md5() : state_{0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476} {}

void Md5::block(const uint8_t* data) {
    static constexpr int rotations[4][4] = {{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}};
    uint32_t m[16];
    std::memcpy(m, data, 64);
    uint32_t a = state_[0], b = state_[1], c = state_[2], d = state_[3];
    auto round = [&](int i, uint32_t f, int g) {
        uint32_t t = a + f + sines[size_t(i)] + m[g];
        a = d;
        d = c;
        c = b;
        b += std::rotl(t, rotations[i >> 4][i & 3]);
    };
#pragma GCC unroll 16
    for (int i = 0; i < 16; ++i) round(i, d ^ (b & (c ^ d)), i);
#pragma GCC unroll 16
    for (int i = 16; i < 32; ++i) round(i, c ^ (d & (b ^ c)), (5 * i + 1) & 15);
#pragma GCC unroll 16
    for (int i = 32; i < 48; ++i) round(i, b ^ c ^ d, (3 * i + 5) & 15);
#pragma GCC unroll 16
    for (int i = 48; i < 64; ++i) round(i, c ^ (b | ~d), (7 * i) & 15);
    state_[0] += a;
    state_[1] += b;
    state_[2] += c;
    state_[3] += d;
}
void Md5::update(const void* data, size_t size) {
    feed<64>(buffer_, size_, data, size, [&](const uint8_t* p) { block(p); });
}
void Md5::digest(uint8_t* out) const {
    Md5 copy = *this;
    finish<64>(copy.buffer_, size_, 8, false, [&](const uint8_t* p) { copy.block(p); });
    std::memcpy(out, copy.state_, 16);
}

// ---- SHA-1 ----

Sha1::Sha1() : state_{0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0} {}

void Sha1::block(const uint8_t* data) {
    uint32_t w[80];
    for (int i = 0; i < 16; ++i) w[i] = load_big<uint32_t>(data + 4 * i);
    for (int i = 16; i < 80; ++i) w[i] = std::rotl(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
    uint32_t a = state_[0], b = state_[1], c = state_[2], d = state_[3], e = state_[4];
    auto round = [&](uint32_t f, uint32_t k, uint32_t word) {
        uint32_t t = std::rotl(a, 5) + f + e + k + word;
        e = d;
        d = c;
        c = std::rotl(b, 30);
        b = a;
        a = t;
    };
    for (int i = 0; i < 20; ++i) round(d ^ (b & (c ^ d)), 0x5a827999, w[i]);
    for (int i = 20; i < 40; ++i) round(b ^ c ^ d, 0x6ed9eba1, w[i]);
    for (int i = 40; i < 60; ++i) round((b & c) | (d & (b | c)), 0x8f1bbcdc, w[i]);
    for (int i = 60; i < 80; ++i) round(b ^ c ^ d, 0xca62c1d6, w[i]);
    state_[0] += a;
    state_[1] += b;
    state_[2] += c;
    state_[3] += d;
    state_[4] += e;
}
void Sha1::update(const void* data, size_t size) {
    feed<64>(buffer_, size_, data, size, [&](const uint8_t* p) { block(p); });
}
void Sha1::digest(uint8_t* out) const {
    Sha1 copy = *this;
    finish<64>(copy.buffer_, size_, 8, true, [&](const uint8_t* p) { copy.block(p); });
    for (int i = 0; i < 5; ++i) store(out + 4 * i, byte_swap(copy.state_[i]));
}

// ---- SHA-2 ----

Sha256::Sha256(bool short_form) : short_form_(short_form) {
    for (int i = 0; i < 8; ++i)
        state_[i] = short_form ? uint32_t(square_roots[size_t(i + 8)]) : uint32_t(square_roots[size_t(i)] >> 32);
}
void Sha256::block(const uint8_t* data) {
    uint32_t w[64];
    for (int i = 0; i < 16; ++i) w[i] = load_big<uint32_t>(data + 4 * i);
    for (int i = 16; i < 64; ++i) {
        uint32_t x = w[i - 15], y = w[i - 2];
        w[i] = w[i - 16] + w[i - 7] + (std::rotr(x, 7) ^ std::rotr(x, 18) ^ (x >> 3)) +
               (std::rotr(y, 17) ^ std::rotr(y, 19) ^ (y >> 10));
    }
    uint32_t s[8];
    std::memcpy(s, state_, sizeof s);
    for (int i = 0; i < 64; ++i) {
        uint32_t a = s[0], e = s[4];
        uint32_t t1 = s[7] + (std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25)) + (s[6] ^ (e & (s[5] ^ s[6]))) +
                      uint32_t(cube_roots[size_t(i)] >> 32) + w[i];
        uint32_t t2 = (std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22)) + ((a & s[1]) | (s[2] & (a | s[1])));
        s[7] = s[6];
        s[6] = s[5];
        s[5] = e;
        s[4] = s[3] + t1;
        s[3] = s[2];
        s[2] = s[1];
        s[1] = a;
        s[0] = t1 + t2;
    }
    for (int i = 0; i < 8; ++i) state_[i] += s[i];
}
void Sha256::update(const void* data, size_t size) {
    feed<64>(buffer_, size_, data, size, [&](const uint8_t* p) { block(p); });
}
void Sha256::digest(uint8_t* out) const {
    Sha256 copy = *this;
    finish<64>(copy.buffer_, size_, 8, true, [&](const uint8_t* p) { copy.block(p); });
    for (size_t i = 0; i < digest_size() / 4; ++i) store(out + 4 * i, byte_swap(copy.state_[i]));
}

Sha512::Sha512(bool short_form) : short_form_(short_form) {
    for (int i = 0; i < 8; ++i) state_[i] = square_roots[size_t(short_form ? i + 8 : i)];
}
void Sha512::block(const uint8_t* data) {
    uint64_t w[80];
    for (int i = 0; i < 16; ++i) w[i] = load_big<uint64_t>(data + 8 * i);
    for (int i = 16; i < 80; ++i) {
        uint64_t x = w[i - 15], y = w[i - 2];
        w[i] = w[i - 16] + w[i - 7] + (std::rotr(x, 1) ^ std::rotr(x, 8) ^ (x >> 7)) +
               (std::rotr(y, 19) ^ std::rotr(y, 61) ^ (y >> 6));
    }
    uint64_t s[8];
    std::memcpy(s, state_, sizeof s);
    for (int i = 0; i < 80; ++i) {
        uint64_t a = s[0], e = s[4];
        uint64_t t1 = s[7] + (std::rotr(e, 14) ^ std::rotr(e, 18) ^ std::rotr(e, 41)) + (s[6] ^ (e & (s[5] ^ s[6]))) +
                      cube_roots[size_t(i)] + w[i];
        uint64_t t2 = (std::rotr(a, 28) ^ std::rotr(a, 34) ^ std::rotr(a, 39)) + ((a & s[1]) | (s[2] & (a | s[1])));
        s[7] = s[6];
        s[6] = s[5];
        s[5] = e;
        s[4] = s[3] + t1;
        s[3] = s[2];
        s[2] = s[1];
        s[1] = a;
        s[0] = t1 + t2;
    }
    for (int i = 0; i < 8; ++i) state_[i] += s[i];
}
void Sha512::update(const void* data, size_t size) {
    feed<128>(buffer_, size_, data, size, [&](const uint8_t* p) { block(p); });
}
void Sha512::digest(uint8_t* out) const {
    Sha512 copy = *this;
    finish<128>(copy.buffer_, size_, 16, true, [&](const uint8_t* p) { copy.block(p); });
    for (size_t i = 0; i < digest_size() / 8; ++i) store(out + 8 * i, byte_swap(copy.state_[i]));
}

// ---- SHA-3 ----

namespace {

consteval std::array<uint64_t, 24> make_round_constants() {
    std::array<uint64_t, 24> result{};
    uint8_t lfsr = 1;
    for (auto& constant : result) {
        for (int j = 0; j < 7; ++j) {
            if (lfsr & 1) constant |= 1ull << ((1 << j) - 1);
            lfsr = uint8_t((lfsr << 1) ^ ((lfsr >> 7) * 0x71));
        }
    }
    return result;
}
constexpr auto round_constants = make_round_constants();
static_assert(round_constants[0] == 1 && round_constants[1] == 0x8082 && round_constants[23] == 0x8000000080008008);

}  // namespace

void Keccak::permute() {
    uint64_t* a = state_;
    for (uint64_t constant : round_constants) {
        uint64_t c[5], b[25];
        for (int x = 0; x < 5; ++x) c[x] = a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20];
        for (int x = 0; x < 5; ++x) {
            uint64_t d = c[(x + 4) % 5] ^ std::rotl(c[(x + 1) % 5], 1);
            for (int y = 0; y < 25; y += 5) a[y + x] ^= d;
        }
        // Rotate the lanes along the path (x, y) -> (y, 2x + 3y).
        b[0] = a[0];
        int x = 1, y = 0;
        for (int t = 0; t < 24; ++t) {
            int next_x = y, next_y = (2 * x + 3 * y) % 5;
            b[next_y * 5 + next_x] = std::rotl(a[y * 5 + x], ((t + 1) * (t + 2) / 2) % 64);
            x = next_x;
            y = next_y;
        }
        for (int row = 0; row < 25; row += 5) {
            for (int i = 0; i < 5; ++i) a[row + i] = b[row + i] ^ (~b[row + (i + 1) % 5] & b[row + (i + 2) % 5]);
        }
        a[0] ^= constant;
    }
}
void Keccak::update(const void* data, size_t size) {
    const uint8_t* p = static_cast<const uint8_t*>(data);
    uint8_t* bytes = reinterpret_cast<uint8_t*>(state_);
    while (size) {
        if (filled_ == 0 && size >= rate_) {
            for (size_t i = 0; i < rate_ / 8; ++i) state_[i] ^= load<uint64_t>(p + 8 * i);
            p += rate_;
            size -= rate_;
            permute();
            continue;
        }
        bytes[filled_++] ^= *p++;
        --size;
        if (filled_ == rate_) {
            permute();
            filled_ = 0;
        }
    }
}
void Keccak::digest(uint8_t* out, size_t size) const {
    Keccak copy = *this;
    uint8_t* bytes = reinterpret_cast<uint8_t*>(copy.state_);
    bytes[filled_] ^= suffix_;
    bytes[rate_ - 1] ^= 0x80;
    for (;;) {
        copy.permute();
        size_t n = size < rate_ ? size : rate_;
        std::memcpy(out, bytes, n);
        out += n;
        size -= n;
        if (size == 0) return;
    }
}

// ---- BLAKE2 ----

namespace {

constexpr uint8_t sigma[10][16] = {
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}, {14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3},
    {11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4}, {7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8},
    {9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13}, {2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9},
    {12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11}, {13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10},
    {6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5}, {10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0},
};

template <class Word>
constexpr Word initial(int i) {
    return sizeof(Word) == 8 ? Word(square_roots[size_t(i)]) : Word(square_roots[size_t(i)] >> 32);
}

template <class Word, int Rounds, int R1, int R2, int R3, int R4>
void blake2_block(Word* state, const uint8_t* data, Word count_low, Word count_high, bool last, bool last_node) {
    Word m[16], v[16];
    std::memcpy(m, data, sizeof m);
    for (int i = 0; i < 8; ++i) {
        v[i] = state[i];
        v[i + 8] = initial<Word>(i);
    }
    v[12] ^= count_low;
    v[13] ^= count_high;
    if (last) v[14] = ~v[14];
    if (last && last_node) v[15] = ~v[15];
    auto mix = [&](int a, int b, int c, int d, Word x, Word y) {
        v[a] += v[b] + x;
        v[d] = std::rotr(v[d] ^ v[a], R1);
        v[c] += v[d];
        v[b] = std::rotr(v[b] ^ v[c], R2);
        v[a] += v[b] + y;
        v[d] = std::rotr(v[d] ^ v[a], R3);
        v[c] += v[d];
        v[b] = std::rotr(v[b] ^ v[c], R4);
    };
    for (int r = 0; r < Rounds; ++r) {
        const uint8_t* s = sigma[r % 10];
        mix(0, 4, 8, 12, m[s[0]], m[s[1]]);
        mix(1, 5, 9, 13, m[s[2]], m[s[3]]);
        mix(2, 6, 10, 14, m[s[4]], m[s[5]]);
        mix(3, 7, 11, 15, m[s[6]], m[s[7]]);
        mix(0, 5, 10, 15, m[s[8]], m[s[9]]);
        mix(1, 6, 11, 12, m[s[10]], m[s[11]]);
        mix(2, 7, 8, 13, m[s[12]], m[s[13]]);
        mix(3, 4, 9, 14, m[s[14]], m[s[15]]);
    }
    for (int i = 0; i < 8; ++i) state[i] ^= v[i] ^ v[i + 8];
}

// The last block is only known to be the last when digest() comes, so a full buffer waits for more input.
template <size_t Block, class F>
void blake2_feed(uint8_t* buffer, size_t& filled, uint64_t& total, const void* data, size_t size, F block) {
    const uint8_t* p = static_cast<const uint8_t*>(data);
    while (size) {
        if (filled == Block) {
            total += Block;
            block(total);
            filled = 0;
        }
        size_t n = size < Block - filled ? size : Block - filled;
        std::memcpy(buffer + filled, p, n);
        filled += n;
        p += n;
        size -= n;
    }
}

}  // namespace

Blake2b::Blake2b(const Blake2Parameters& p) : digest_size_(p.digest_size), last_node_(p.last_node) {
    uint8_t block[64] = {p.digest_size, p.key_size, p.fanout, p.depth};
    store(block + 4, p.leaf_size);
    store(block + 8, p.node_offset);
    block[16] = p.node_depth;
    block[17] = p.inner_size;
    std::memcpy(block + 32, p.salt, 16);
    std::memcpy(block + 48, p.person, 16);
    for (int i = 0; i < 8; ++i) state_[i] = initial<uint64_t>(i) ^ load<uint64_t>(block + 8 * i);
    if (p.key_size) {
        uint8_t key[128] = {};
        std::memcpy(key, p.key, p.key_size);
        update(key, sizeof key);
    }
}
void Blake2b::block(uint64_t count, bool last) {
    blake2_block<uint64_t, 12, 32, 24, 16, 63>(state_, buffer_, count, 0, last, last_node_);
}
void Blake2b::update(const void* data, size_t size) {
    blake2_feed<128>(buffer_, filled_, total_, data, size, [&](uint64_t count) { block(count, false); });
}
void Blake2b::digest(uint8_t* out) const {
    Blake2b copy = *this;
    std::memset(copy.buffer_ + filled_, 0, sizeof copy.buffer_ - filled_);
    copy.block(total_ + filled_, true);
    std::memcpy(out, copy.state_, digest_size_);
}

Blake2s::Blake2s(const Blake2Parameters& p) : digest_size_(p.digest_size), last_node_(p.last_node) {
    uint8_t block[32] = {p.digest_size, p.key_size, p.fanout, p.depth};
    store(block + 4, p.leaf_size);
    store(block + 8, uint32_t(p.node_offset));
    store(block + 12, uint16_t(p.node_offset >> 32));
    block[14] = p.node_depth;
    block[15] = p.inner_size;
    std::memcpy(block + 16, p.salt, 8);
    std::memcpy(block + 24, p.person, 8);
    for (int i = 0; i < 8; ++i) state_[i] = initial<uint32_t>(i) ^ load<uint32_t>(block + 4 * i);
    if (p.key_size) {
        uint8_t key[64] = {};
        std::memcpy(key, p.key, p.key_size);
        update(key, sizeof key);
    }
}
void Blake2s::block(uint64_t count, bool last) {
    blake2_block<uint32_t, 10, 16, 12, 8, 7>(state_, buffer_, uint32_t(count), uint32_t(count >> 32), last, last_node_);
}
void Blake2s::update(const void* data, size_t size) {
    blake2_feed<64>(buffer_, filled_, total_, data, size, [&](uint64_t count) { block(count, false); });
}
void Blake2s::digest(uint8_t* out) const {
    Blake2s copy = *this;
    std::memset(copy.buffer_ + filled_, 0, sizeof copy.buffer_ - filled_);
    copy.block(total_ + filled_, true);
    std::memcpy(out, copy.state_, digest_size_);
}

}  // namespace orochi::base
