# zlib, gzip, bz2, lzma, zipfile, tarfile: round trips, streams, errors.
import bz2, gzip, io, lzma, tarfile, zipfile, zlib
data = b"".join(b"line %d of some repetitive text\n" % (i % 50) for i in range(2000))
for m in (zlib, gzip, bz2, lzma): print(m.__name__, m.decompress(m.compress(data)) == data, len(m.compress(data)) < len(data) // 5, m.decompress(m.compress(b"")) == b"")
c, d = zlib.compressobj(9, zlib.DEFLATED, -15), zlib.decompressobj(-15); z = c.compress(data) + c.flush(); print(d.decompress(z, 100)[:10], len(d.unconsumed_tail) > 0, len(d.decompress(d.unconsumed_tail)) + 100, d.eof, d.unused_data, zlib.compress(b"abc" * 10, 0).hex(), zlib.compress(b"abc" * 10, 9).hex(), zlib.MAX_WBITS, len(zlib.compress(data, level=1)) >= len(zlib.compress(data, 9))); k = c.copy() if False else None
c = zlib.compressobj(); part = c.compress(data[:1000]) + c.flush(zlib.Z_SYNC_FLUSH); d = zlib.decompressobj(); print(d.decompress(part) == data[:1000], d.copy().decompress(c.flush()), zlib.decompressobj(zdict=b"hello").decompress((lambda o: o.compress(b"hello hello") + o.flush())(zlib.compressobj(zdict=b"hello"))))
for opener, name in ((gzip.open, "f.gz"), (bz2.open, "f.bz2"), (lzma.open, "f.xz")):
    with opener(name, "wt", encoding="utf-8") as f: f.write("one\ntwo é\n")
    with opener(name, "ab") as f: f.write(b"three\n")
    with opener(name, "rt", encoding="utf-8") as f: print(f.readline(), f.read())
    with opener(name) as f: f.seek(4); print(f.read(3), f.tell(), f.peek(1)[:1], f.readable(), list(f))
g = gzip.GzipFile(fileobj=io.BytesIO(), mode="wb", mtime=0, filename="n"); g.write(b"x"); g.close(); print(gzip.compress(b"abc", mtime=0).hex(), gzip.GzipFile(fileobj=io.BytesIO(gzip.compress(b"q", mtime=5))).read()); b = bz2.BZ2Compressor(); s = b.compress(data) + b.flush(); u = bz2.BZ2Decompressor(); print(len(u.decompress(s + b"tail")), u.eof, u.unused_data, u.needs_input); x = lzma.LZMADecompressor(); print(len(x.decompress(lzma.compress(data, format=lzma.FORMAT_ALONE))), x.check, lzma.decompress(lzma.compress(data, preset=0, check=lzma.CHECK_CRC32)) == data, lzma.is_check_supported(lzma.CHECK_SHA256))
for bad in ("zlib.decompress(b'bad')", "zlib.decompress(zlib.compress(b'abc')[:-3])", "gzip.decompress(b'not gzip')", "bz2.decompress(b'bad')", "lzma.decompress(b'bad')", "zlib.compress('str')", "zlib.compress(b'', 99)", "gzip.open('none.gz')", "gzip.open('f.gz', 'zz')", "gzip.decompress(gzip.compress(b'x')[:-2])", "bz2.BZ2File('f.gz').read()", "zlib.decompressobj(5000)", "lzma.LZMACompressor(99)", "bz2.compress(b'', 0)", "u.decompress(b'x')", "zlib.compressobj(wbits=99)", "gzip.GzipFile()", "zipfile.ZipFile('f.gz')", "tarfile.open('f.txt')"):
    try: print(bad, eval(bad))
    except Exception as e: print(bad, "->", type(e).__name__, e)
with zipfile.ZipFile("z.zip", "w", zipfile.ZIP_DEFLATED) as z: z.writestr(zipfile.ZipInfo("a/b.txt", (2020, 1, 2, 3, 4, 6)), "text"); z.writestr("é.txt", data); z.mkdir("dir")
with zipfile.ZipFile("z.zip") as z: print(z.namelist(), z.read("a/b.txt"), z.getinfo("é.txt").file_size, z.testzip(), z.getinfo("a/b.txt").date_time, z.open("é.txt").readline(), zipfile.is_zipfile("z.zip"), sorted(p.name for p in zipfile.Path("z.zip").iterdir())); z.extractall("out")
import sys, os; print(sorted(os.listdir("out")))
with zipfile.ZipFile("m.zip", "w") as z: z.writestr("zmod.py", "value = 'from zip'\n")
sys.path.insert(0, "m.zip"); import zmod; print(zmod.value, zmod.__file__.endswith("m.zip/zmod.py"), type(zmod.__loader__).__name__)
with tarfile.open("t.tar.gz", "w:gz") as t: i = tarfile.TarInfo("in/file"); i.size = 4; i.mtime = 1e9; t.addfile(i, io.BytesIO(b"data")); t.add("out")
with tarfile.open("t.tar.gz") as t: print(sorted(t.getnames()), t.extractfile("in/file").read(), t.getmember("in/file").mtime, t.getmember("out").isdir()); t.extractall("ex"); print(open("ex/in/file").read())
