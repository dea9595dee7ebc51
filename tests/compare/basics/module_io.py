# Files and in-memory streams.
import io
with open("file.txt", "w") as f:
    f.write("first\nsecond\n")
with open("file.txt") as f:
    print(f.readline(), f.read())
with open("file.txt") as f:
    print([line.strip() for line in f])
with open("file.txt", "rb") as f:
    print(f.read())
s = io.StringIO()
print("into memory", file=s)
print(repr(s.getvalue()), io.BytesIO(b"abc").read(2))
