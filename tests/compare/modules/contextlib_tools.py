# contextlib: contextmanager details, ExitStack, closing, redirect, suppress, async variants, decorators.
import asyncio, contextlib, io, sys
from contextlib import *
@contextmanager
def cm(tag, swallow=False):
    print("enter", tag)
    try: yield tag
    except ValueError as e:
        print("caught", e)
        if not swallow: raise
    finally: print("leave", tag)
with cm("a") as a, cm("b", True): print(a); raise ValueError("x")
try:
    with cm("c"): raise KeyError("k")
except KeyError as e: print(repr(e))
@cm("deco")
def f(): return "f result"
print(f(), f(), f.__name__)
@contextmanager
def never(): 
    if False: yield
@contextmanager
def twice(): yield 1; yield 2
@contextmanager
def replaces():
    try: yield
    except ValueError as e: raise TypeError("new") from e
@contextmanager
def stops():
    yield
for make, body in ((never, None), (twice, None), (twice, ValueError("v")), (replaces, ValueError("v")), (stops, StopIteration("si")), (lambda: suppress(KeyError), KeyError(1)), (lambda: suppress(KeyError), IndexError(1)), (lambda: nullcontext("n"), None)):
    try:
        with make() as v:
            if body: raise body
        print("ok", v)
    except Exception as e: print(type(e).__name__, e, repr(e.__cause__))
with ExitStack() as s:
    s.enter_context(cm("s1")); s.callback(print, "cb", end="!\n"); s.push(lambda *e: print("push", e[0]) or True); s.enter_context(cm("s2")); raise ValueError("in stack")
s = ExitStack(); s.callback(print, "later"); t = s.pop_all(); s.close(); print("moved"); t.close()
try:
    with ExitStack() as s: s.enter_context(5)
except TypeError as e: print(e)
class C:
    def close(self): print("closed")
with closing(C()) as c: pass
o, e = io.StringIO(), io.StringIO()
with redirect_stdout(o), redirect_stderr(e): print("captured"); print("err", file=sys.stderr)
print(repr(o.getvalue()), repr(e.getvalue())); import os; here = os.getcwd()
with chdir("/"): print(os.getcwd())
print(os.getcwd() == here)
class D(ContextDecorator):
    def __enter__(self): print("D in"); return self
    def __exit__(self, *a): print("D out"); return False
@D()
def g(): print("g")
g()
class A(AbstractContextManager):
    def __exit__(self, *a): return None
with A() as x: print(type(x).__name__, isinstance(C(), AbstractContextManager), isinstance(D(), AbstractContextManager))
@asynccontextmanager
async def acm(t):
    print("aenter", t); yield t; print("aexit", t)
async def main():
    async with acm(1) as v, AsyncExitStack() as st: print(v, await st.enter_async_context(acm(2))); st.push_async_callback(asyncio.sleep, 0)
    class Cl:
        async def aclose(self): print("aclosed")
    async with aclosing(Cl()): pass
    async with nullcontext(5) as n: print(n)
    @acm("deco")
    async def h(): return "h"
    print(await h())
asyncio.run(main())
