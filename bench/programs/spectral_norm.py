"""Spectral norm of an infinite matrix: nested loops of float division."""


def element(i, j):
    return 1.0 / ((i + j) * (i + j + 1) // 2 + i + 1)


def times(u):
    return [sum([element(i, j) * v for j, v in enumerate(u)]) for i in range(len(u))]


def transposed_times(u):
    return [sum([element(j, i) * v for j, v in enumerate(u)]) for i in range(len(u))]


def norm(n, rounds):
    u = [1.0] * n
    for _ in range(rounds):
        v = transposed_times(times(u))
        u = transposed_times(times(v))
    return (sum(a * b for a, b in zip(u, v)) / sum(b * b for b in v)) ** 0.5


print(f"{norm(300, 10):.9f}")
