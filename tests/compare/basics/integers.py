# Small integer arithmetic and comparison.
a, b = 17, 5
print(a + b, a - b, a * b, a // b, a % b, a / b, a ** b, -a, +a, ~a)
print(a & b, a | b, a ^ b, a << b, a >> 2)
print(a < b, a <= b, a == b, a != b, a > b, a >= b)
a += 1
a *= 2
a //= 3
print(a, a ** 20, 0x10, 0b11, 0o7, 1_000)
total = 0
for i in range(1000):
    total += i * i
print(total)
