// Message digests: MD5 (RFC 1321), SHA-1 and SHA-2 (FIPS 180-4) and SHA-3 and SHAKE (FIPS 202) of Nettle, BLAKE2
// (RFC 7693) of libb2.
//
// Each is a plain value: copy it to fork the computation. update() takes any number of bytes, digest() leaves the
// object as it was. Nothing fails.
#pragma once

#include <blake2.h>
#include <nettle/md5.h>
#include <nettle/sha1.h>
#include <nettle/sha2.h>
#include <nettle/sha3.h>

#include <cstddef>
#include <cstdint>

namespace orochi::base {

class Md5 {
public:
    static constexpr size_t block_size = 64, digest_size = 16;
    Md5() { md5_init(&context_); }
    void update(const void* data, size_t size) { md5_update(&context_, size, static_cast<const uint8_t*>(data)); }
    void digest(uint8_t* out) const;

private:
    md5_ctx context_;
};

class Sha1 {
public:
    static constexpr size_t block_size = 64, digest_size = 20;
    Sha1() { sha1_init(&context_); }
    void update(const void* data, size_t size) { sha1_update(&context_, size, static_cast<const uint8_t*>(data)); }
    void digest(uint8_t* out) const;

private:
    sha1_ctx context_;
};

// SHA-224 and SHA-256.
class Sha256 {
public:
    static constexpr size_t block_size = 64;
    explicit Sha256(bool short_form);
    size_t digest_size() const { return short_form_ ? 28 : 32; }
    void update(const void* data, size_t size) { sha256_update(&context_, size, static_cast<const uint8_t*>(data)); }
    void digest(uint8_t* out) const;

private:
    bool short_form_;
    sha256_ctx context_;
};

// SHA-384 and SHA-512.
class Sha512 {
public:
    static constexpr size_t block_size = 128;
    explicit Sha512(bool short_form);
    size_t digest_size() const { return short_form_ ? 48 : 64; }
    void update(const void* data, size_t size) { sha512_update(&context_, size, static_cast<const uint8_t*>(data)); }
    void digest(uint8_t* out) const;

private:
    bool short_form_;
    sha512_ctx context_;
};

// SHA-3 and SHAKE: a sponge that absorbs `rate` bytes at a time. `suffix` is 0x06 for SHA-3, 0x1f for SHAKE. Of Nettle
// it takes the permutation only, as version 3.8 has neither SHAKE128 nor a SHAKE that can be asked twice.
class Keccak {
public:
    Keccak(size_t rate, uint8_t suffix) : rate_(rate), suffix_(suffix) {}
    size_t rate() const { return rate_; }
    uint8_t suffix() const { return suffix_; }
    void update(const void* data, size_t size);
    // Any number of bytes.
    void digest(uint8_t* out, size_t size) const;

private:
    sha3_state state_ = {};
    size_t rate_, filled_ = 0;
    uint8_t suffix_;
};

// Parameters of BLAKE2, which are mixed into its initial state. Salt and person are padded with zeros.
struct Blake2Parameters {
    uint8_t digest_size = 0, key_size = 0, fanout = 1, depth = 1;
    uint32_t leaf_size = 0;
    uint64_t node_offset = 0;
    uint8_t node_depth = 0, inner_size = 0;
    bool last_node = false;
    uint8_t key[64] = {}, salt[16] = {}, person[16] = {};
};

class Blake2b {
public:
    static constexpr size_t block_size = BLAKE2B_BLOCKBYTES, max_digest = BLAKE2B_OUTBYTES;
    static constexpr size_t max_key = BLAKE2B_KEYBYTES, salt_size = BLAKE2B_SALTBYTES;
    static constexpr size_t person_size = BLAKE2B_PERSONALBYTES;
    static constexpr const char* name = "blake2b";
    explicit Blake2b(const Blake2Parameters& parameters);
    size_t digest_size() const { return state_.outlen; }
    void update(const void* data, size_t size) { blake2b_update(&state_, static_cast<const uint8_t*>(data), size); }
    void digest(uint8_t* out) const;

private:
    blake2b_state state_;
};

class Blake2s {
public:
    static constexpr size_t block_size = BLAKE2S_BLOCKBYTES, max_digest = BLAKE2S_OUTBYTES;
    static constexpr size_t max_key = BLAKE2S_KEYBYTES, salt_size = BLAKE2S_SALTBYTES;
    static constexpr size_t person_size = BLAKE2S_PERSONALBYTES;
    static constexpr const char* name = "blake2s";
    explicit Blake2s(const Blake2Parameters& parameters);
    size_t digest_size() const { return state_.outlen; }
    void update(const void* data, size_t size) { blake2s_update(&state_, static_cast<const uint8_t*>(data), size); }
    void digest(uint8_t* out) const;

private:
    blake2s_state state_;
};

}  // namespace orochi::base
