# types: SimpleNamespace, MappingProxyType, new_class, DynamicClassAttribute, coroutine, FunctionType, CodeType, CellType.
import types
from types import *
s = SimpleNamespace(a=1, b="x"); s.c = [s]; print(s, s == SimpleNamespace(a=1), SimpleNamespace(a=1) == SimpleNamespace(a=1), vars(SimpleNamespace(z=1, y=2)), SimpleNamespace(**{"odd key": 1}))
m = MappingProxyType({"a": 1}); print(m, m["a"], len(m), list(m), m.get("z"), "a" in m, m | {"b": 2}, m.copy(), m == {"a": 1}, hash is not None, list(reversed(m)), m.items(), int.__dict__.__class__)
def f(a, b=2, *, c=3): return a, b, c, g
g = "global"; h = FunctionType(f.__code__, {"g": "other"}, "renamed", (5,), None); h.__kwdefaults__ = {"c": 9}; print(h(1), h.__name__, h.__globals__); k = f.__code__.replace(co_name="newname", co_consts=f.__code__.co_consts); print(k.co_name, k == f.__code__, f.__code__ == f.__code__.replace(), hash(f.__code__) == hash(f.__code__.replace()), eval((lambda: 42).__code__), CellType(5).cell_contents, CellType() == CellType(), CellType(1) < CellType(2))
M = MethodType(f, "self"); print(M(), M.__self__, M == MethodType(f, "self"), ModuleType("m", "doc").__doc__, ModuleType("m"), new_class("N", (), {}, lambda ns: ns.update(x=1)).x, prepare_class("P")[0], resolve_bases((int,)), get_original_bases if False else "")
@types.coroutine
def co(): yield 1; return 2
async def use(): return await co()
c = use(); print(c.send(None)); 
try: c.send(None)
except StopIteration as e: print(e.value)
class D:
    @DynamicClassAttribute
    def attr(self): return "instance"
print(D().attr)
try: D.attr
except AttributeError as e: print(type(e).__name__)
for bad in ("MappingProxyType(5)", "m['z']", "m.__setitem__('a', 1)", "hash(m)", "SimpleNamespace(1)", "SimpleNamespace().x", "FunctionType(5, {})", "FunctionType(f.__code__, 5)", "FunctionType((lambda: f).__code__, {}, None, (1, 2), (1,))", "MethodType(5, 1)", "MethodType(f, None)", "MethodType(f)", "ModuleType()", "ModuleType(5)", "ModuleType('m').x", "CodeType()", "f.__code__.replace(zz=1)", "f.__code__.replace(co_argcount=-1)", "NoneType(1)", "EllipsisType(1)", "new_class('X', 5)", "GeneratorType()", "types.coroutine(5)", "f.__code__.co_name.x", "delattr(f, '__code__')", "setattr(f, '__name__', 5)", "setattr(f, '__dict__', 5)", "setattr(f, '__kwdefaults__', 5)", "BuiltinFunctionType()", "setattr(f.__code__, 'co_name', 'x')", "CellType(1, 2)", "TracebackType(None, 5, 1, 1)", "eval(f.__code__)", "exec((lambda x: x).__code__)"):
    try: print(bad, eval(bad))
    except Exception as e: print(bad, "->", type(e).__name__, str(e).split(" at 0x")[0])
print(sorted(n for n in types.__all__), isinstance(len, BuiltinFunctionType), isinstance(str.upper, MethodDescriptorType), isinstance(int.__add__, WrapperDescriptorType), isinstance((1).__add__, MethodWrapperType), isinstance(int.__dict__["real"], GetSetDescriptorType), isinstance(dict.__dict__["fromkeys"], ClassMethodDescriptorType), type(None) is NoneType, NotImplementedType, LambdaType is FunctionType)
