# hashlib, hmac, binascii checksums, zlib checksums.
import binascii, hashlib, hmac, zlib
for name in ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha3_256", "sha3_512", "blake2b", "blake2s"):
    h = hashlib.new(name, b"abc"); h.update(b"def"); g = h.copy(); g.update(memoryview(b"ghi")); print(name, h.hexdigest(), g.digest()[:6], h.digest_size, h.block_size, h.name, getattr(hashlib, name)(b"abcdef").digest() == h.digest())
print(hashlib.shake_128(b"x").hexdigest(10), hashlib.shake_256(b"x").digest(5), hashlib.blake2b(b"m", digest_size=8, key=b"k", salt=b"s", person=b"p").hexdigest(), hashlib.blake2s(b"m", digest_size=4).hexdigest(), hashlib.pbkdf2_hmac("sha256", b"pw", b"salt", 1000).hex(), hashlib.scrypt(b"pw", salt=b"s", n=16, r=1, p=1, dklen=10).hex(), hashlib.sha256(usedforsecurity=False).hexdigest()[:8], sorted(hashlib.algorithms_guaranteed), hashlib.sha256(b"x" * 10 ** 6).hexdigest())
h = hmac.new(b"key", b"msg", "sha256"); h.update(b"!"); print(h.hexdigest(), h.name, hmac.digest(b"k", b"m", "md5").hex(), hmac.compare_digest(b"a", b"a"), hmac.compare_digest("a", "b"), h.copy().digest() == h.digest(), hmac.HMAC(b"x" * 200, digestmod=hashlib.sha1).hexdigest())
with open("f", "wb") as f: f.write(b"file content")
with open("f", "rb") as f: print(hashlib.file_digest(f, "sha1").hexdigest())
print(zlib.crc32(b"hello"), zlib.crc32(b"lo", zlib.crc32(b"hel")), zlib.adler32(b"hello"), binascii.crc32(b"hello"), binascii.crc_hqx(b"hello", 0))
for bad in ("hashlib.new('nope')", "hashlib.md5('str')", "hashlib.md5(5)", "hashlib.shake_128().digest()", "hashlib.blake2b(digest_size=99)", "hmac.new(b'k', b'm')", "hmac.new('k', b'm', 'md5')", "hmac.compare_digest('é', 'é')", "hmac.compare_digest(1, 2)", "hashlib.md5().update()", "hashlib.pbkdf2_hmac('zz', b'', b'', 1)", "hashlib.pbkdf2_hmac('md5', b'', b'', 0)", "hashlib.blake2b(key=b'x' * 100)", "zlib.crc32('a')", "hashlib.sha256(b'a', b'b')", "hashlib.new('sha256', 'x')"):
    try: print(bad, eval(bad))
    except Exception as e: print(bad, "->", type(e).__name__, e)
