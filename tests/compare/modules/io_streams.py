# io: text and binary files, buffering, seeking, newlines, StringIO, BytesIO, wrappers, errors.
import io, os
with open("t.txt", "w", encoding="utf-8", newline="") as f: print(f.write("a\nb\r\nc\rd é"), f.tell(), f.name, f.mode, f.encoding, f.closed, f.writable(), f.readable(), f.line_buffering)
for nl in (None, "", "\n", "\r", "\r\n"):
    with open("t.txt", encoding="utf-8", newline=nl) as f: print(repr(nl), f.readlines(), f.newlines)
with open("t.txt", encoding="utf-8") as f: print(f.read(3), f.readline(), f.tell() > 0, f.read(), f.read(), f.seek(0), next(f), list(f))
with open("t.txt", "a+") as f: f.write("more"); f.seek(0); print(len(f.read()))
with open("b.bin", "wb") as f: print(f.write(b"0123456789"), f.seek(2), f.write(b"xx"), f.tell(), f.raw.__class__.__name__, type(f).__name__); f.truncate(6)
with open("b.bin", "r+b") as f: print(f.read(2), f.peek(2)[:2], f.read1(1), f.seek(-2, 2), f.read(), f.seek(1), f.readinto(bytearray(3)), f.seekable(), f.fileno() > 2)
with open("b.bin", "rb", buffering=0) as f: print(type(f).__name__, f.read(3), f.readall(), repr(f).split("'")[1], f.closefd)
try: open("b.bin", "xb")
except FileExistsError as e: print(e)
s = io.StringIO("one\ntwo\n"); print(s.readline(), s.read(), s.seek(0), s.getvalue(), s.write("ONE"), s.getvalue(), s.truncate(5), s.tell(), list(io.StringIO("a\nb")), io.StringIO("a\r\nb", newline=None).read())
b = io.BytesIO(b"abcdef"); v = b.getbuffer(); v[0] = 90; print(b.read(2), b.getvalue(), b.seek(0, 2), b.write(b"!") if False else "", b.readable()); del v; b.seek(0); print(b.readlines(), b.truncate(2), b.getvalue(), io.BytesIO(b"a\nb").readline(), [*io.BytesIO(b"x\ny")])
t = io.TextIOWrapper(io.BytesIO(), encoding="latin-1", errors="replace", newline="\r\n", write_through=True); t.write("é漢\n"); t.flush(); print(t.buffer.getvalue(), t.errors, t.detach().getvalue()); r = io.BufferedReader(io.BytesIO(b"x" * 100), 10); print(r.read(5), len(r.peek()), r.read1(50), r.tell()); w = io.BufferedWriter(io.BytesIO(), 4); w.write(b"abc"); print(w.raw.getvalue()); w.write(b"defg"); w.flush(); print(w.raw.getvalue()); rw = io.BufferedRandom(io.BytesIO(b"12345")); rw.seek(2); rw.write(b"X"); rw.seek(0); print(rw.read())
f = open("t.txt"); f.close(); x = open("b.bin", "rb")
for bad in ("f.read()", "f.write('a')", "x.write(b'a')", "x.read('a')", "io.StringIO(b'a')", "io.BytesIO('a')", "io.StringIO().write(b'a')", "io.BytesIO().write('a')", "open('t.txt', 'w').read()", "open('t.txt').write('a')", "open('none.txt')", "open('.')", "open('t.txt', 'wz')", "open('t.txt', 'rwb')", "open('t.txt', 'r', encoding='zz')", "open('t.txt', 'r', newline='x')", "open('t.txt', buffering=0)", "open('t.txt', 'rb', newline='')", "open('t.txt', encoding='ascii').read()", "s.seek(1, 1)", "s.seek(-1)", "io.BytesIO().seek(-1)", "open('t.txt').seek(5, 1)", "open(99)", "open('')", "open('a\\0b')", "open(True and [])", "io.TextIOWrapper(5)", "io.BytesIO(b'a').readinto('x')", "x.fileno.x", "next(io.StringIO())", "io.IOBase().fileno()", "io.RawIOBase().read()", "f.__enter__()", "open('t.txt', errors='zz').read()"):
    try: print(bad, eval(bad))
    except Exception as e: print(bad, "->", type(e).__name__, e)
class R(io.RawIOBase):
    def __init__(self): self.n = 0
    def readable(self): return True
    def readinto(self, b):
        self.n += 1
        if self.n > 3: return 0
        b[:2] = b"ab"; return 2
print(R().read(5), R().readall(), io.BufferedReader(R()).read(), io.TextIOWrapper(io.BufferedReader(R())).read(), isinstance(x, io.IOBase), isinstance(s, io.TextIOBase), io.DEFAULT_BUFFER_SIZE, os.path.getsize("b.bin"), io.text_encoding(None), io.open is open)
class L:
    def write(self, s): out.append(s)
out = []; print("to", "object", file=L()); print(out); d = io.IncrementalNewlineDecoder(None, True); print(d.decode("a\r\nb\r"), d.decode("\n", True), d.newlines); x.close()
