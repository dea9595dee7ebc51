# ast: dump, walk, visitors, transformers, unparse, literal_eval, locations, compile of trees.
import ast
source = '''@deco(1)
async def f(a, /, b: int = 2, *args, c, d=3, **kw) -> str:
    """doc"""
    global g
    async with x as (y, z), w: pass
    async for i in it: await i
    return [n async for n in m if n]
class C(Base, metaclass=M):
    x: int = 5
    y: "str"
    def m(self): return super().m
try:
    raise E from None
except (A, B) as e: del e
except* X: pass
else: assert t, "msg"
finally: pass
'''.replace("except* X: pass\n", "")
tree = ast.parse(source); print(ast.dump(tree)); print(ast.unparse(tree))
for code in ("x = y = 1", "x += 1", "x: int", "a if b else c", "lambda *a, k=1: a", "f(*a, **k)", "a[1:2, ...]", "{**a, 'b': 1}", "{*a, 1}", "f'{x!r:>{w}} {y=}'", "not a or b and c", "a < b <= c is not d not in e", "-x ** -y", "(yield)", "(yield from a)", "[x for x in y if z for w in v]", "{k: v for k, v in z}", "import a.b as c, d", "from . import e", "from .f import *", "while 1:\n break\nelse:\n continue", "with a as b, c: pass", "match x:\n case [1, *r, {'k': v, **q}] if z: pass\n case A(b, c=d) | None as e: pass\n case _: pass", "try: pass\nexcept* E: pass", "(x := 5)", "a @ b", "1 + 2j - 'a' b'b'".replace("'a' b'b'", "3"), "...", "None", "'a' 'b'", "u'x'", "x.y.z", "del a, b[0]", "nonlocal_ = 1", "raise", "return_", "for a, *b in c: pass", "@a\n@b\nclass D: pass", "0xff + 1_000", "1e10", "~a", "a = *b, c", "print(x, end='')  # comment", "if a:\n x\nelif b:\n y\nelse:\n z"):
    t = ast.parse(code); print(code.replace("\n", "|"), "=>", ast.dump(t.body[0]), "=>", ast.unparse(t).replace("\n", "|"))
print(ast.dump(ast.parse("a + 1", mode="eval"), indent=2, include_attributes=True), ast.dump(ast.parse("x", type_comments=True), annotate_fields=False))
n = ast.parse("foo(bar,\n  'é' + baz)").body[0].value; print([(type(x).__name__, x.lineno, x.col_offset, x.end_lineno, x.end_col_offset) for x in ast.walk(n) if hasattr(x, "lineno")], ast.get_source_segment("foo(bar,\n  'é' + baz)", n.args[1]))
class V(ast.NodeVisitor):
    def visit_Name(self, node): names.append(node.id); self.generic_visit(node)
names = []; V().visit(tree); print(names)
class T(ast.NodeTransformer):
    def visit_Constant(self, node): return ast.copy_location(ast.Constant(node.value * 2), node) if isinstance(node.value, int) else node
    def visit_Expr(self, node): return None if getattr(node.value, "id", "") == "drop" else self.generic_visit(node)
t = ast.fix_missing_locations(T().visit(ast.parse("x = 21\ndrop\ny = x + 1"))); space = {}; exec(compile(t, "<t>", "exec"), space); print(space["x"], space["y"], len(t.body))
print([ast.literal_eval(s) for s in ("[1, (2, 'a'), {3: None}, {4}, -5, 1+2j, b'x', True, ...]", " 'x' 'y'", "set()", "-1.5")])
for bad in ("ast.literal_eval('f()')", "ast.literal_eval('1+1')", "ast.literal_eval('a')", "ast.literal_eval('')", "ast.literal_eval('[')", "compile(ast.Module(), 'f', 'exec')", "compile(ast.Expression(body=ast.Name()), 'f', 'eval')", "compile(ast.Module(body=[5], type_ignores=[]), 'f', 'exec')", "compile(ast.parse('1'), 'f', 'eval')", "ast.dump(5)", "ast.Name(1, 2, 3)", "ast.Name('x').ctx", "compile(ast.fix_missing_locations(ast.Expression(ast.Name('x', ast.Store()))), 'f', 'eval')", "compile(ast.Expression(ast.Constant([])), 'f', 'eval')", "ast.parse('x', mode='zz')", "ast.unparse(ast.Name())", "ast.literal_eval(ast.parse('x.y', mode='eval'))"):
    try: print(bad, eval(bad))
    except Exception as e: print(bad, "->", type(e).__name__, str(e).split(" at 0x")[0])
print(ast.Name("x", ast.Load())._fields, ast.Add()._attributes, ast.get_docstring(tree.body[0]), [f for f, v in ast.iter_fields(n)], len(list(ast.iter_child_nodes(tree))), ast.BinOp.__doc__, isinstance(ast.Constant(5), ast.expr), ast.Constant(5).value, ast.increment_lineno(ast.parse("x"), 5).body[0].lineno, ast.Constant.__mro__[1:3], ast.expr.__subclasses__()[:2], compile("1", "f", "eval", ast.PyCF_ONLY_AST))

print("-- attributes of nodes")
node = ast.Name("x", ast.Load())
print(sorted(vars(node)), ast.AST().__dict__)
node.parent, node.note, node.more = 3, 4, 5
print([name for name in vars(node)], node.parent)
del node.id
print(hasattr(node, "id"), "id" in vars(node))
node.__dict__ = {"id": "y", "ctx": ast.Store()}
print(ast.dump(node))
parsed = ast.parse("q + 1").body[0].value
parsed.__class__ = ast.Compare
print(list(vars(parsed)))
print(list(vars(ast.parse("f(a, *b)").body[0].value)))


class Own(ast.Name):
    pass


class Described(ast.Constant):
    value = property(lambda self: 7)


def evaluate(expression):
    return eval(compile(ast.fix_missing_locations(ast.Expression(expression)), "", "eval"), {"a": 1})


print(evaluate(Own("a", ast.Load())), evaluate(Described()))
moved = ast.parse("a", mode="eval")
vars(moved.body)  # makes the dict
print(eval(compile(moved, "", "eval"), {"a": 2}))
ast.Name.id = property(lambda self: "a")
try:
    print(evaluate(ast.Name(ctx=ast.Load())))
finally:
    del ast.Name.id

print("-- constants are the objects themselves")
for value in b"", frozenset(), (1, (2.5, "text")), 10 ** 30, 1.5, 2j, "not a name", b"bytes":
    print(repr(value), evaluate(ast.Constant(value)) is value)
pair = evaluate(ast.Tuple([ast.Constant(1.5), ast.Constant(1.5)], ast.Load()))
print(pair, pair[0] is pair[1])
