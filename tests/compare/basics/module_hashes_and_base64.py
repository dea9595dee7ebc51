# hashlib, base64, zlib.
import base64
import hashlib
import zlib
print(hashlib.sha256(b"abc").hexdigest(), hashlib.md5(b"").hexdigest(), base64.b64encode(b"hello"), zlib.decompress(zlib.compress(b"x" * 50)) == b"x" * 50, zlib.crc32(b"abc"))
