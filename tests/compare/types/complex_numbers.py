# Complex: arithmetic, repr, parsing, formatting, comparison, cmath.
import cmath
a, b = 3 + 4j, 1 - 2j
print(a + b, a - b, a * b, a / b, a ** 2, a ** b, a ** -1, a ** 0.5, -a, +a, abs(a), a.conjugate(), a.real, a.imag)
print(1j, -1j, 0j, -0j, complex(-0.0, 0), complex(0, -0.0), complex(1, float("nan")), complex(float("inf"), -1), 1e20j, 1.5 + 0.1j)
for text in ("1+2j", "  -3j ", "j", "+j", "(1-2j)", "1e3+1e-3j", "nan+infj", "1_0+2j", "1 + 2j", "1+2i", "", "(1", "1+j2"):
    try:
        print(repr(text), complex(text))
    except ValueError as e:
        print(repr(text), e)
print(complex(), complex(1), complex(1, 2), complex(1j, 2j), complex(real=1, imag=2), complex(True))
for bad in ("complex('1', 2)", "complex(1, '2')", "complex([])", "a < b", "a // b", "a % b", "divmod(a, b)", "1j / 0", "0j ** -1", "int(a)", "float(a)",
            "a.real.x", "0j ** 1j", "round(a)", "pow(a, 2, 3)", "format(a, '=5')", "format(a, '05')", "a.real = 1"):
    try:
        print(bad, eval(bad))
    except SyntaxError as e:
        print(bad, "->", e.msg)
    except Exception as e:
        print(bad, "->", type(e).__name__, e)
print(a == 3 + 4j, a == 5, 1 + 0j == 1, hash(1 + 0j) == hash(1), hash(a), a != b, bool(0j), bool(1j), {1 + 0j: "x"}[1])
for spec in ("", ".2f", "e", "g", "+.1f", "20", "<20", "^20.1f", ",.1f", ".3", "n"):
    print(repr(spec), format(12345.678 - 0.5j, spec) + "|")
print([f"{z:.12f}" for z in (cmath.sqrt(-1), cmath.exp(1j * cmath.pi), cmath.log(a), cmath.sin(a), cmath.acos(b), cmath.tanh(a))])
print(cmath.phase(-1 + 0j), cmath.polar(1j), cmath.rect(2, 0), cmath.isclose(1 + 1e-12j, 1), cmath.isnan(complex("nan")), cmath.isinf(complex("inf")))
print((1e200 + 1e200j) * (1e200 + 0j) if False else "", abs(3e200 + 4e200j), 2 ** 3j, 1 + 1j - 1, 5 * 1j, 2.5 / 1j)


class C:
    def __complex__(self):
        return 2 + 3j


class Sub(complex):
    pass


print(complex(C()), cmath.exp(C()) == cmath.exp(2 + 3j), Sub(1, 2), type(Sub(1) * 2).__name__, Sub(1, 2).__getnewargs__())
