# Enough iterations to wake specialisation and the collector.
def work(n):
    total, d, l = 0, {}, []
    for i in range(n):
        total = (total * 31 + i) % 1000003
        d[i % 100] = total
        l.append((i, total))
        if len(l) > 50:
            l = l[25:]
    return total, sum(d.values()), len(l)


class P:
    def __init__(self, v):
        self.v = v
        self.me = self

    def get(self):
        return self.v


print(work(60000), sum(P(i).get() for i in range(60000)))
