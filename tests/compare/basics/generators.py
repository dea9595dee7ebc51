# Generators and generator expressions.
def count(n):
    for i in range(n):
        yield i
    return "end"


print(list(count(3)), sum(x * x for x in count(4)))
g = count(1)
print(next(g))
try:
    next(g)
except StopIteration as e:
    print(e.value)


def both():
    r = yield from count(2)
    yield r


print(list(both()))
