# Integers beyond 64 bits.
a = 2 ** 100
print(a, a + 1, a * a, a // 7, a % 7, -a, a >> 90, a & 0xff, a == 2.0 ** 100, len(str(3 ** 1000)), int("123456789" * 5), hex(a), pow(3, 200, 1000007))
