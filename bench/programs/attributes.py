"""Attribute loads and stores in loops: instances, slots, properties, class attributes, inheritance."""


class Base:
    step = 3

    def bump(self):
        self.count += self.step


class Point(Base):
    def __init__(self, x, y):
        self.x, self.y, self.count = x, y, 0

    @property
    def total(self):
        return self.x + self.y


class Slots:
    __slots__ = ("a", "b")

    def __init__(self):
        self.a, self.b = 1, 2


def loop(n):
    p, s, acc = Point(1, 2), Slots(), 0
    for _ in range(n):
        p.x = p.y + s.a
        s.b = p.x - p.y
        p.bump()
        acc += p.total + s.b + Base.step
    return acc, p.count, s.b


print(loop(3200000))
