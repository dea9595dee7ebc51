"""N queens by permutations and by bit masks."""
from itertools import permutations


def by_permutation(n):
    columns = range(n)
    return sum(1 for v in permutations(columns) if n == len({v[i] + i for i in columns}) == len({v[i] - i for i in columns}))


def by_bits(n, row=0, columns=0, left=0, right=0):
    if row == n:
        return 1
    count, free = 0, ((1 << n) - 1) & ~(columns | left | right)
    while free:
        bit = free & -free
        free ^= bit
        count += by_bits(n, row + 1, columns | bit, (left | bit) << 1, (right | bit) >> 1)
    return count


print(by_permutation(9), by_bits(11))
