# global, nonlocal, class scopes, del, exec and eval with namespaces, builtins.
x = "module"


def reads_global():
    return x


def writes_global():
    global x, y
    x = "written"
    y = "new"


class C:
    x = "class"
    seen = x
    values = [x for _ in range(1)]

    def method(self):
        return x

    def own(self):
        return __class__.__name__


print(reads_global(), C.seen, C.values, C().method(), C().own())
writes_global()
print(x, y, C().method())


def class_in_function():
    x = "local"

    class D:
        x = x if False else "body"
        print(x)

        def f(self):
            return x
    return D().f()


print(class_in_function())


class E:
    y = y
    print(y)
    del y
    print(y)


def deleted():
    global gone
    gone = 1
    del gone
    try:
        gone
    except NameError as e:
        print(e)


deleted()
space = {"a": 3}
print(eval("a * 2", space), sorted(k for k in space if k != "__builtins__"))
exec("b = a + 1\ndef f(): return b", space)
print(space["b"], space["f"]())
print(eval("[x for x in range(n)]", {"n": 3}))
outer = {"x": 1}
inner = {"x": 2, "z": 9}
print(eval("x, z", outer, inner), eval("(lambda: x)()", outer, inner))
print(eval("len", {"__builtins__": {"len": "mine"}}))
try:
    eval("print", {"__builtins__": {}})
except NameError as e:
    print(e)


def show_locals(a, b=2):
    c = 3
    return sorted(locals().items())


print(show_locals(1))
print("__name__" in dir(), __name__, "x" in globals(), vars() is globals())
