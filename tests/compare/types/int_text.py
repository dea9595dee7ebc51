# Integers from and to text: bases, underscores, whitespace, Unicode digits, limits, formatting.
import sys
for text in ("0", " 42 ", "-7", "+5", "1_000", "0x1F", "0b101", "0o17", "٣٤", "\t9\n", "", "1__0", "_1", "1_", "0x", "1.5", "abc", "- 1",
             "0_0", "007", "1 2", "9" * 30, "\u2003 5"):
    try:
        print(repr(text), int(text), end=" | ")
    except ValueError as e:
        print(e, end=" | ")
    try:
        print(int(text, 0))
    except ValueError as e:
        print(e)
print(int("zz", 36), int("-ff", 16), int("0xff", 16), int("0b11", 2), int("777", 8), int("12", 3), int("1_1", 2), int(b"12"), int(bytearray(b"13")))
for args in (("12", 1), ("12", 37), ("9", 8), (12, 10), (None,), ([],), ("1", "2"), (float("inf"),), (float("nan"),), (b"\xff",), ("1\0",)):
    try:
        print(int(*args))
    except (ValueError, TypeError, OverflowError) as e:
        print(args, type(e).__name__, e)
n = -123456789012345678901234567890
print(n, repr(n), hex(n), oct(n), bin(n))
for spec in ("", "d", ",", "_", "x", "X", "#x", "#o", "#b", "_x", "40", "<40", "^40,", "+", " ", "=+45", "045", "045,", "*>40", "n", "e", ".3f", "g", "%"):
    print(f"{spec!r}: [{format(n, spec)}]")
for spec in ("c", "s", ".3", ".3d", ",x", "q", "z", "10000000000000000000000"):
    try:
        print(format(65, spec))
    except (ValueError, TypeError) as e:
        print(spec, type(e).__name__, e)
print("%d %i %u %x %X %o %5d|%-5d|%05d|%+d|% d|%#x|%#o|%.5d" % (1, 2, 3, 255, 255, 8, 42, 42, 42, 42, 42, 255, 8, 7))
print("%d %s %r %c %c %%" % (1.9, n, n, 65, "z"))
for args in (("%d", "x"), ("%x", 1.5), ("%c", -1), ("%c", "ab"), ("%z", 1), ("%d", ()), ("%d", (1, 2)), ("%(a)d", 1), ("%", 1), ("%*d", (1,))):
    try:
        print(args[0] % args[1])
    except (TypeError, ValueError, OverflowError) as e:
        print(args, type(e).__name__, e)
print(sys.get_int_max_str_digits())
try:
    str(10 ** 5000)
except ValueError as e:
    print(e)
try:
    int("1" * 5000)
except ValueError as e:
    print(e)
sys.set_int_max_str_digits(0)
print(len(str(3 ** 20000)), str(3 ** 20000)[:30], int("1" * 9000) % 1000003)


class I:
    def __index__(self):
        return 10

    def __int__(self):
        return 11


class T:
    def __trunc__(self):
        return 12


print(int(I()), hex(I()), range(I())[9], [0] * I() == [0] * 10, "abc"[I() - 9] if False else bin(I()), int(True))


class MyInt(int):
    def __repr__(self):
        return "MyInt"


print(MyInt(5), str(MyInt(6)), repr(MyInt(6)), MyInt(5) + 1, type(MyInt(5) + 1).__name__, f"{MyInt(7)}", f"{MyInt(7):d}", int(MyInt(3)))
