# contextlib: contextmanager and suppress.
import contextlib


@contextlib.contextmanager
def tag(name):
    print("<" + name)
    yield name.upper()
    print(name + ">")


with tag("a") as value:
    print(value)
with contextlib.suppress(ZeroDivisionError):
    1 / 0
print("end")
