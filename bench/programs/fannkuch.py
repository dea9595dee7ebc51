"""Pancake flips over all permutations: small-list slicing and integer loops."""


def fannkuch(n):
    permutation = list(range(n))
    count = list(range(1, n + 1))
    checksum = longest = 0
    sign = 1
    while True:
        first = permutation[0]
        if first:
            work = permutation[:]
            flips = 0
            while first:
                work[:first + 1] = work[first::-1]
                flips += 1
                first = work[0]
            if flips > longest:
                longest = flips
            checksum += sign * flips
        if sign == 1:
            permutation[0], permutation[1] = permutation[1], permutation[0]
            sign = -1
        else:
            permutation[1], permutation[2] = permutation[2], permutation[1]
            sign = 1
            for i in range(2, n):
                count[i] -= 1
                if count[i]:
                    break
                if i == n - 1:
                    return checksum, longest
                count[i] = i + 1
                permutation.insert(i + 1, permutation.pop(0))


print(fannkuch(9))
