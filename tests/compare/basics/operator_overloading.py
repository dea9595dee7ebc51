# Arithmetic and comparison of user classes.
class V:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __add__(self, o):
        return V(self.x + o.x, self.y + o.y)

    def __mul__(self, k):
        return V(self.x * k, self.y * k)

    __rmul__ = __mul__

    def __eq__(self, o):
        return (self.x, self.y) == (o.x, o.y)

    def __lt__(self, o):
        return self.x < o.x

    def __neg__(self):
        return V(-self.x, -self.y)

    def __repr__(self):
        return f"V({self.x}, {self.y})"


a, b = V(1, 2), V(3, 4)
print(a + b, a * 2, 2 * a, a == V(1, 2), a != b, a < b, sorted([b, a]), -a)
a += b
print(a)
try:
    a + 1
except AttributeError as e:
    print(e)
try:
    a - b
except TypeError as e:
    print(e)
