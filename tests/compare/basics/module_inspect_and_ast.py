# inspect, ast and dis.
import ast
import dis
import inspect


def f(a, b=1, *c, d, **e):
    return a + b


print(inspect.signature(f), ast.dump(ast.parse("x = 1 + y")), ast.literal_eval("[1, {'a': (2,)}]"))
dis.dis(f)
