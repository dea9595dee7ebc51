# Integers: big arithmetic, division and shifts of every sign, powers, bit methods, hashes.
a, b = 3 ** 200, 7 ** 90
print(a + b, a - b, b - a)
print(a * b)
print(a // b, a % b, -a // b, -a % b, a // -b, a % -b, -a // -b, -a % -b)
print(divmod(a, 10 ** 50), divmod(-a, 2 ** 64))
print(a & b, a | b, a ^ b, ~a)
print(-a & b, -a | b, -a ^ b, -a & -b, -a | -b, -a ^ -b)
for n in (0, 1, 29, 30, 31, 60, 64, 90, 150):
    print(n, 1 << n, (-a) >> n, a >> n, (1 << n).bit_length(), ((1 << n) - 1).bit_count())
print(pow(a, 5, b), pow(3, -1, 7), pow(-3, 3, 5), pow(2, 1000, -7), 0 ** 0, pow(5, 0, 1))
print(2 ** -2, (-2) ** -3, (-8) ** (1 / 3))
print([hash(x) for x in (0, -1, -2, 2 ** 61 - 1, 2 ** 61, -2 ** 61, a, -a, 2 ** 1000)])
print(a == float(a), a < 1e100, 2 ** 53 == 2.0 ** 53, 2 ** 53 + 1 == 2.0 ** 53, 10 ** 400 > float("inf"), 1 < float("nan"))
print(int.from_bytes(b"\x01\x02\xff", "big"), int.from_bytes(b"\xff\xfe", "little", signed=True), (1000).to_bytes(4, "big"),
      (-2).to_bytes(3, "little", signed=True), a.to_bytes(48, "big").hex())
print((7).as_integer_ratio(), (5).conjugate(), (5).numerator, (5).denominator, (5).imag, True + True, -True)
print(round(12345, -2), round(15, -1), round(25, -1), round(-15, -1), round(a, -90), round(5, 3), round(2 ** 70, -5))
import math
print(math.isqrt(a), math.gcd(a * 6, b * 4), math.lcm(12, 18, 5), math.factorial(30), math.comb(50, 25), math.perm(10, 4))
fibs = [0, 1]
for _ in range(400):
    fibs.append(fibs[-1] + fibs[-2])
print(fibs[-1], sum(fibs) == fibs[-1] + fibs[-2] - 1 if False else sum(fibs[:-2]) + 1 == fibs[-1])
x = 1
for i in range(1, 120):
    x = x * i % (10 ** 40 + 7) + i
print(x, (x * x - 1) // (x - 1) == x + 1)
big = (10 ** 1500 + 12345678901234567890) ** 2
print(len(str(big)), big % 1000000007, str(big)[:20], str(big)[-20:], big // 10 ** 2980)
for bad in ("1 // 0", "1 % 0", "1 / 0", "divmod(1, 0)", "0 ** -1", "pow(2, 3, 0)", "1 << -1", "1 >> -1", "pow(2, -1, 4)",
            "(256).to_bytes(1, 'big')", "(-1).to_bytes(1, 'big')", "10 ** 400 / 3.0", "float(10 ** 400)", "1 << 2 ** 70", "pow(2.0, 3, 5)",
            "(1).to_bytes(-1, 'big')", "int.from_bytes(b'', 'middle')", "10**400 * 1.0"):
    try:
        print(bad, eval(bad))
    except Exception as e:
        print(bad, "->", type(e).__name__, e)
print(10 ** 400 / 10 ** 399, (2 ** 1100) / (2 ** 1099 + 1), 1 / 3, -7 / 2, 10 ** 23 / 1, 3 / 10 ** 330)
