# inspect: signatures, binding, source, members, classification, frames, closures.
import inspect
from inspect import *
def f(a, b: int = 2, /, c="x", *args: str, d, e=None, **kw) -> bool:
    "Doc."
    return a
class C:
    """Class doc."""
    attr = 1
    def m(self, x): pass
    @classmethod
    def c(cls, y=1): pass
    @staticmethod
    def s(z): pass
    @property
    def p(self): return 1
    def __call__(self, q): pass
async def co(): pass
def gen(): yield
async def agen(): yield
s = signature(f); print(s, list(s.parameters), s.return_annotation, s.parameters["b"].kind, s.parameters["d"].default is Parameter.empty, [str(p) for p in s.parameters.values()], repr(s.parameters["args"]), s.replace(return_annotation=int), s == signature(f))
b = s.bind(1, 2, 3, 4, 5, d=6, z=7); print(b, b.args, b.kwargs, b.arguments); b = s.bind_partial(1); b.apply_defaults(); print(b.arguments)
for args, kw in (((), {}), ((1,), {}), ((1,), {"a": 1, "d": 1}), ((1,), {"d": 1, "c": 2, "b": 5})):
    try: print(s.bind(*args, **kw))
    except TypeError as e: print(e)
print(signature(C), signature(C.m), signature(C().m), signature(C.c), signature(C.s), signature(C()), signature(lambda *, k: 1), signature(len), signature(int.__add__), signature(print), signature(sorted), signature("".split), signature(C, follow_wrapped=False))
for x in (int, "a", 5, type, dict.fromkeys, range, max):
    try: print(signature(x))
    except (ValueError, TypeError) as e: print(type(e).__name__, e)
print([n for n, v in getmembers(C, isfunction)], [n for n, _ in getmembers(C()) if not n.startswith("__")], getdoc(f), getdoc(C), getdoc(C.m), cleandoc("  a\n    b\n   c"), ismethod(C().m), isfunction(C.m), isclass(C), isbuiltin(len), ismodule(inspect), isgeneratorfunction(gen), iscoroutinefunction(co), isasyncgenfunction(agen), isroutine(len), ismethoddescriptor(str.upper), isdatadescriptor(C.p), isabstract(C), isawaitable(5), isgenerator(gen()), iscode(f.__code__), istraceback(5), isframe(currentframe()), ismemberdescriptor(type.__dict__["__basicsize__"]), isgetsetdescriptor(type.__dict__["__name__"]))
print(getsource(gen), getsourcelines(C.m), getsourcefile(f) == __file__, getmodule(f).__name__, getfile(C) == __file__, getmro(C), classify_class_attrs(C)[-1].name if False else [(a.name, a.kind) for a in classify_class_attrs(C) if a.name in "cmpsattr"], getattr_static(C, "p").__class__.__name__, getfullargspec(f), getcallargs(lambda a, b=1: 0, 5), unwrap(f) is f, getclosurevars(f).builtins, getcomments(f))
g = gen(); print(getgeneratorstate(g)); next(g); print(getgeneratorstate(g), getgeneratorlocals(g)); g.close(); print(getgeneratorstate(g)); c = co(); print(getcoroutinestate(c)); c.close(); print(getcoroutinestate(c))
def where(): fr = currentframe(); return getframeinfo(fr).function, fr.f_back.f_code.co_name, stack()[1].function, getargvalues(fr).locals.keys() and "ok", getframeinfo(fr).lineno - fr.f_code.co_firstlineno
print(where(), CO_GENERATOR & gen.__code__.co_flags, indentsize("    x"), formatannotation(int), get_annotations(f), Parameter("x", Parameter.KEYWORD_ONLY, default=1), Signature([Parameter("a", Parameter.POSITIONAL_ONLY)]))
for bad in ("Signature([Parameter('a', Parameter.KEYWORD_ONLY), Parameter('b', Parameter.POSITIONAL_ONLY)])", "Parameter('1', Parameter.KEYWORD_ONLY)", "getsource(len)", "getsource(5)", "getfile(int)", "Parameter('a', 99)", "getcallargs(lambda a: 0)", "signature(5)", "getgeneratorstate(5)"):
    try: print(eval(bad))
    except Exception as e: print(bad, "->", type(e).__name__, e)
