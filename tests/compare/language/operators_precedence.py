# Precedence, associativity, chained comparison, short circuit, evaluation order, conditional expressions.
print(2 + 3 * 4 ** 2 ** 0.5 // 1, -2 ** 2, (-2) ** 2, 2 ** -1, not 1 == 2, ~5 & 3 | 4 ^ 1, 1 << 2 + 1)
print(7 // 2, -7 // 2, 7 % -3, -7 % 3, 7.5 // 2, -7.5 % 2, divmod(-7, 2), divmod(7, -2.0))
print(1 < 2 < 3, 1 < 3 < 2, 1 == 1.0 == True, 3 > 2 != 1, 1 in [1] == True, not 0 in [1])
print(1 or 1 / 0, 0 and 1 / 0, [] or "default", "a" and "b" or "c", None or 0 or "")
print(1 if 0 else 2 if 0 else 3, (1, 2) if 1 else 3, lambda: 1 if 0 else 2)if 0 else print("cond")
log = []


def v(x):
    log.append(x)
    return x


v(1) + v(2) * v(3)
v(1) < v(5) < v(3) < v(9)
{v("k"): v("v")}
v([1, 2])[v(0)]
(lambda *a, **k: None)(v("p"), *v([]), k=v("kw"))
d = {}
d[v("key")] = v("value")
x = v(1) if v(0) else v(2)
print(log)


class T:
    def __init__(self, n):
        self.n = n

    def __repr__(self):
        return f"T({self.n})"

    def __add__(self, o):
        return f"{self}+{o}"

    def __radd__(self, o):
        return f"{o}r+{self}"

    def __iadd__(self, o):
        return T(self.n + 1)

    def __matmul__(self, o):
        return "matmul"

    def __lt__(self, o):
        return "lt"

    def __eq__(self, o):
        return NotImplemented

    def __neg__(self):
        return "neg"

    def __pow__(self, o, m=None):
        return ("pow", o, m)

    def __bool__(self):
        print("bool")
        return False

    def __contains__(self, x):
        return "truthy"


class U(T):
    def __radd__(self, o):
        return "U first"


t = T(1)
print(t + 1, 1 + t, t @ 2, t < 2, 2 > t, -t, t ** 2, pow(t, 2, 3), T(1) + U(2), t == t, t != t, 5 in t)
t += 1
print(t, not t, t and 1, 1 if t else 2)
n = 5
n **= 2; n //= 3; n <<= 2; n |= 1; n ^= 3; n %= 10; n -= 1; n *= 2.5; n /= 5; n += 1
print(n)
print(1_000 + 0x_ff + 0b1010 + 0o17 + 1e3 + .5 + 5. + 1j * 1j)
print(1 .real, 1.0.is_integer(), "a" "b" 'c', b"a" b"b", r"\n", u"u")
print(None is None, 1 is not None, () is (), "x" not in "abc", [1] < [1, 2] < [2])
print(3 and not 4 or 5, - - 3, + - + 3, ~-1, 2 ** 3 ** 2, (2 ** 3) ** 2, 10 - 3 - 2, 100 / 10 / 5)
print(*[1, 2] or [3], sep=",")
