# Floats: literals, arithmetic, printing.
x = 0.1
print(x, x + 0.2, x * 3, 1 / 3, 1e100, 1e-7, 2.0, -0.0, 1.5e300 * 1e10)
print(7.5 // 2, 7.5 % 2, 2 ** 0.5, abs(-1.5), round(2.5), round(2.675, 2), int(3.9), float("1.25"))
print(1.0 == 1, 0.1 + 0.2 == 0.3, 1e400, -1e400, 1e400 - 1e400)
