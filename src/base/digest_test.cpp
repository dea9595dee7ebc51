#include "base/digest.hpp"

#include <gtest/gtest.h>

#include <cstring>

#include "base/reference_test.hpp"

namespace orochi::base {
namespace {

std::string hex(const uint8_t* bytes, size_t size) {
    std::string text;
    for (size_t i = 0; i < size; ++i) {
        text += "0123456789abcdef"[bytes[i] >> 4];
        text += "0123456789abcdef"[bytes[i] & 15];
    }
    return text;
}

// Every algorithm over lengths around the edges of blocks, fed in two uneven pieces.
TEST(Digest, AgreesWithTheReference) {
    auto expected = reference_lines(R"(
import hashlib, _blake2
tree = dict(key=b'hello', salt=b'salt', person=b'pers', fanout=2, depth=3, leaf_size=99, node_offset=12345,
            node_depth=1, inner_size=17, last_node=True, digest_size=20)
for n in (0, 3, 55, 56, 63, 64, 111, 112, 128, 136, 1000):
    data = bytes(i * 7 & 255 for i in range(n))
    for name in ('md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512', 'sha3_224', 'sha3_512'):
        print(hashlib.new(name, data).hexdigest())
    print(hashlib.shake_128(data).hexdigest(300))
    print(_blake2.blake2b(data).hexdigest())
    print(_blake2.blake2b(data, **tree).hexdigest())
    print(_blake2.blake2s(data, **tree).hexdigest())
)");
    ASSERT_EQ(expected.size(), 11u * 12);
    size_t line = 0;
    for (size_t n : {0, 3, 55, 56, 63, 64, 111, 112, 128, 136, 1000}) {
        std::vector<uint8_t> data(n);
        for (size_t i = 0; i < n; ++i) data[i] = uint8_t(i * 7);
        uint8_t out[300];
        auto feed = [&](auto& digest) {
            digest.update(data.data(), n / 3);
            digest.update(data.data() + n / 3, n - n / 3);
        };
        auto check = [&](auto digest, size_t size) {
            feed(digest);
            digest.digest(out);
            EXPECT_EQ(hex(out, size), expected[line]) << "line " << line << ", length " << n;
            ++line;
        };
        auto check_sponge = [&](Keccak digest, size_t size) {
            feed(digest);
            digest.digest(out, size);
            EXPECT_EQ(hex(out, size), expected[line]) << "line " << line << ", length " << n;
            ++line;
        };
        check(Md5(), 16);
        check(Sha1(), 20);
        check(Sha256(true), 28);
        check(Sha256(false), 32);
        check(Sha512(true), 48);
        check(Sha512(false), 64);
        check_sponge(Keccak(144, 0x06), 28);
        check_sponge(Keccak(72, 0x06), 64);
        check_sponge(Keccak(168, 0x1f), 300);
        Blake2Parameters plain;
        plain.digest_size = 64;
        check(Blake2b(plain), 64);
        Blake2Parameters tree;
        tree.digest_size = 20;
        tree.key_size = 5;
        std::memcpy(tree.key, "hello", 5);
        std::memcpy(tree.salt, "salt", 4);
        std::memcpy(tree.person, "pers", 4);
        tree.fanout = 2;
        tree.depth = 3;
        tree.leaf_size = 99;
        tree.node_offset = 12345;
        tree.node_depth = 1;
        tree.inner_size = 17;
        tree.last_node = true;
        check(Blake2b(tree), 20);
        check(Blake2s(tree), 20);
    }
}

}  // namespace
}  // namespace orochi::base
