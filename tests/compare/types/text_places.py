# Searching, replacing and splitting around the sizes at which the way of doing it changes.
for text in "", "a", "abcabcabc", "ab" * 40, "x" * 100, "äbc" * 12, "a€" * 20, "é" + "a" * 40:
    for old in "", "a", "b", "ab", "bca", "ä", "€", "zz":
        for new in "", "a", "xyz", "é", "😀":
            for count in -1, 0, 1, 31, 32, 33:
                print(ascii(text.replace(old, new, count)), end=" ")
        print(text.find(old), text.rfind(old), text.count(old), old in text)
        if old:
            print(text.partition(old), text.rpartition(old))

for n in 0, 1, 11, 12, 13, 30:
    text = " ".join(map(str, range(n)))
    for limit in -1, 0, 1, 12:
        print(text.split(None, limit), text.rsplit(None, limit), text.split(" ", limit), text.rsplit(" ", limit))
    print(text.replace(" ", "\n").splitlines(), text.encode().split(), text.encode().rsplit(b" "))

for size in range(1, 20):
    text = "-" * (size - 1) + "+"
    data = text.encode()
    print(text.find("+"), text.rfind("-"), data.find(b"+"), text[1:], data.decode() == text, text[:-1].find("+"))
for data in b"", b"a", b"\xc3\xa9", b"\xff", b"a\xed\xa0\x80", bytearray(b"abc"):
    try:
        print(ascii(data.decode()))
    except UnicodeDecodeError as error:
        print(error)

nan = float("nan")
rows = [(2, "b"), (1, "é"), (1, "e"), (10 ** 20, ""), (-10 ** 20, "x"), (1, "e", 0), (1,), (1.5, "a"), (True, "z")]
print(sorted(rows), sorted(rows, reverse=True), sorted([("b", 1), ("a", 2), ("a", -1), ("", 0)]))
print(sorted([(nan, 2), (nan, 1)]), sorted([((1, 2), 3), ((1,), 4)]))
try:
    sorted([(1, "a"), (1, 2)])
except TypeError as error:
    print(error)


class Formats:
    def __format__(self, spec):
        return f"<{spec}>"


print(f"{Formats():abc}", format(Formats()), "{:>5}|{:<5}|{:^5}".format(1, "a", 2.5))
one = Formats()
one.__format__ = None
print(format(one, "x"))
names = {"a": 1}
print(names.setdefault("a", 2), names.setdefault("b", 3), names.setdefault(1, 4), names.setdefault("a"), names)
