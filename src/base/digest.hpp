// Message digests: MD5 (RFC 1321), SHA-1 and SHA-2 (FIPS 180-4), SHA-3 and SHAKE (FIPS 202), BLAKE2 (RFC 7693).
//
// Each is a plain value: copy it to fork the computation. update() takes any number of bytes, digest() leaves the
// object as it was. Nothing fails.
#pragma once

#include <cstddef>
#include <cstdint>

namespace orochi::base {

class Md5 {
public:
    static constexpr size_t block_size = 64, digest_size = 16;
    Md5();
    void update(const void* data, size_t size);
    void digest(uint8_t* out) const;

private:
    void block(const uint8_t* data);
    uint32_t state_[4];
    uint64_t size_ = 0;
    uint8_t buffer_[64];
};

class Sha1 {
public:
    static constexpr size_t block_size = 64, digest_size = 20;
    Sha1();
    void update(const void* data, size_t size);
    void digest(uint8_t* out) const;

private:
    void block(const uint8_t* data);
    uint32_t state_[5];
    uint64_t size_ = 0;
    uint8_t buffer_[64];
};

// SHA-224 and SHA-256.
class Sha256 {
public:
    static constexpr size_t block_size = 64;
    explicit Sha256(bool short_form);
    size_t digest_size() const { return short_form_ ? 28 : 32; }
    void update(const void* data, size_t size);
    void digest(uint8_t* out) const;

private:
    void block(const uint8_t* data);
    bool short_form_;
    uint32_t state_[8];
    uint64_t size_ = 0;
    uint8_t buffer_[64];
};

// SHA-384 and SHA-512.
class Sha512 {
public:
    static constexpr size_t block_size = 128;
    explicit Sha512(bool short_form);
    size_t digest_size() const { return short_form_ ? 48 : 64; }
    void update(const void* data, size_t size);
    void digest(uint8_t* out) const;

private:
    void block(const uint8_t* data);
    bool short_form_;
    uint64_t state_[8];
    uint64_t size_ = 0;
    uint8_t buffer_[128];
};

// SHA-3 and SHAKE: a sponge that absorbs `rate` bytes at a time. `suffix` is 0x06 for SHA-3, 0x1f for SHAKE.
class Keccak {
public:
    Keccak(size_t rate, uint8_t suffix) : rate_(rate), suffix_(suffix) {}
    size_t rate() const { return rate_; }
    uint8_t suffix() const { return suffix_; }
    void update(const void* data, size_t size);
    // Any number of bytes.
    void digest(uint8_t* out, size_t size) const;

private:
    void permute();
    uint64_t state_[25] = {};
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
    static constexpr size_t block_size = 128, max_digest = 64, max_key = 64, salt_size = 16, person_size = 16;
    static constexpr const char* name = "blake2b";
    explicit Blake2b(const Blake2Parameters& parameters);
    size_t digest_size() const { return digest_size_; }
    void update(const void* data, size_t size);
    void digest(uint8_t* out) const;

private:
    void block(uint64_t count, bool last);
    uint64_t state_[8];
    uint64_t total_ = 0;
    size_t filled_ = 0;
    uint8_t digest_size_;
    bool last_node_;
    uint8_t buffer_[128];
};

class Blake2s {
public:
    static constexpr size_t block_size = 64, max_digest = 32, max_key = 32, salt_size = 8, person_size = 8;
    static constexpr const char* name = "blake2s";
    explicit Blake2s(const Blake2Parameters& parameters);
    size_t digest_size() const { return digest_size_; }
    void update(const void* data, size_t size);
    void digest(uint8_t* out) const;

private:
    void block(uint64_t count, bool last);
    uint32_t state_[8];
    uint64_t total_ = 0;
    size_t filled_ = 0;
    uint8_t digest_size_;
    bool last_node_;
    uint8_t buffer_[64];
};

}  // namespace orochi::base
