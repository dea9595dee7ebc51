# __iter__, __next__, __getitem__, __contains__, __len__.
class Count:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        i = 0
        while i < self.n:
            yield i
            i += 1

    def __len__(self):
        return self.n

    def __getitem__(self, i):
        return i * 10

    def __contains__(self, x):
        return x == "yes"


c = Count(3)
print(list(c), len(c), c[5], "yes" in c, 1 in c, sum(c), max(c), [*c], sorted(c, reverse=True))
