# Cells: shared between closures, rebinding, late binding, free-variable names.
def counter():
    count = 0

    def up(step=1):
        nonlocal count
        count += step
        return count

    def read():
        return count
    return up, read


up, read = counter()
up(), up(5)
print(read())
print([f() for f in [lambda: i for i in range(3)]])
print([f() for f in [lambda i=i: i for i in range(3)]])
print(up.__code__.co_freevars, counter.__code__.co_cellvars, up.__closure__[0].cell_contents)


def late():
    def inner():
        return value
    try:
        inner()
    except NameError as error:
        print(type(error).__name__, error)
    value = 3
    return inner()


print(late())


def unbound():
    try:
        print(x)
    except UnboundLocalError as error:
        print(error)
    x = 1
    del x
    try:
        x
    except UnboundLocalError as error:
        print(error)


unbound()


def three_levels(a):
    def two(b):
        def one(c):
            nonlocal a
            a += 1
            return a, b, c
        return one
    return two


f = three_levels(10)(20)
print(f(1), f(2))
cell = f.__closure__[0]
cell.cell_contents = 100
print(f(3), cell == f.__closure__[0])
del cell.cell_contents
try:
    f(4)
except NameError as error:
    print(error)
try:
    cell.cell_contents
except ValueError as error:
    print(error)


def parameter_is_cell(x):
    def get():
        return x
    x += 1
    return get()


print(parameter_is_cell(1))
