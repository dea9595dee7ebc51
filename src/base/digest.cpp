#include "base/digest.hpp"

#include <cstring>

#include "base/bits.hpp"

namespace orochi::base {

// The libraries begin anew with a context whose digest was taken, so that each digest() finishes a copy.

void Md5::digest(uint8_t* out) const {
    md5_ctx copy = context_;
    md5_digest(&copy, digest_size, out);
}

void Sha1::digest(uint8_t* out) const {
    sha1_ctx copy = context_;
    sha1_digest(&copy, digest_size, out);
}

Sha256::Sha256(bool short_form) : short_form_(short_form) { (short_form ? sha224_init : sha256_init)(&context_); }
void Sha256::digest(uint8_t* out) const {
    sha256_ctx copy = context_;
    (short_form_ ? sha224_digest : sha256_digest)(&copy, digest_size(), out);
}

Sha512::Sha512(bool short_form) : short_form_(short_form) { (short_form ? sha384_init : sha512_init)(&context_); }
void Sha512::digest(uint8_t* out) const {
    sha512_ctx copy = context_;
    (short_form_ ? sha384_digest : sha512_digest)(&copy, digest_size(), out);
}

void Keccak::update(const void* data, size_t size) {
    const uint8_t* p = static_cast<const uint8_t*>(data);
    uint8_t* bytes = reinterpret_cast<uint8_t*>(state_.a);
    while (size) {
        if (filled_ == 0 && size >= rate_) {
            for (size_t i = 0; i < rate_ / 8; ++i) state_.a[i] ^= load<uint64_t>(p + 8 * i);
            p += rate_;
            size -= rate_;
            sha3_permute(&state_);
            continue;
        }
        bytes[filled_++] ^= *p++;
        --size;
        if (filled_ == rate_) {
            sha3_permute(&state_);
            filled_ = 0;
        }
    }
}
void Keccak::digest(uint8_t* out, size_t size) const {
    Keccak copy = *this;
    uint8_t* bytes = reinterpret_cast<uint8_t*>(copy.state_.a);
    bytes[filled_] ^= suffix_;
    bytes[rate_ - 1] ^= 0x80;
    for (;;) {
        sha3_permute(&copy.state_);
        size_t n = size < rate_ ? size : rate_;
        std::memcpy(out, bytes, n);
        out += n;
        size -= n;
        if (size == 0) return;
    }
}

namespace {

template <class Parameters>
Parameters common_parameters(const Blake2Parameters& p) {
    Parameters block = {};
    block.digest_length = p.digest_size;
    block.key_length = p.key_size;
    block.fanout = p.fanout;
    block.depth = p.depth;
    block.leaf_length = p.leaf_size;
    std::memcpy(&block.node_offset, &p.node_offset, sizeof block.node_offset);
    block.node_depth = p.node_depth;
    block.inner_length = p.inner_size;
    std::memcpy(block.salt, p.salt, sizeof block.salt);
    std::memcpy(block.personal, p.person, sizeof block.personal);
    return block;
}

// The key, padded to a block, comes before the data.
template <class T>
void begin(T& digest, const Blake2Parameters& p) {
    if (!p.key_size) return;
    uint8_t block[T::block_size] = {};
    std::memcpy(block, p.key, p.key_size);
    digest.update(block, sizeof block);
}

}  // namespace

Blake2b::Blake2b(const Blake2Parameters& p) {
    auto parameters = common_parameters<blake2b_param>(p);
    blake2b_init_param(&state_, &parameters);
    state_.last_node = p.last_node;
    begin(*this, p);
}
void Blake2b::digest(uint8_t* out) const {
    blake2b_state copy = state_;
    blake2b_final(&copy, out, digest_size());
}

Blake2s::Blake2s(const Blake2Parameters& p) {
    auto parameters = common_parameters<blake2s_param>(p);
    blake2s_init_param(&state_, &parameters);
    state_.last_node = p.last_node;
    begin(*this, p);
}
void Blake2s::digest(uint8_t* out) const {
    blake2s_state copy = state_;
    blake2s_final(&copy, out, digest_size());
}

}  // namespace orochi::base
