# Async generators and comprehensions: asend, athrow, aclose, finalisation, nesting, errors.
import asyncio, sys
async def agen(n):
    try:
        for i in range(n):
            got = yield i
            if got: print("got", got)
    except ValueError as e:
        print("caught", e); yield "after"
    finally:
        print("finally"); await asyncio.sleep(0)
async def main():
    a = agen(3); print(await a.asend(None), await a.asend("x"), await a.athrow(ValueError("v")))
    try: await a.__anext__()
    except StopAsyncIteration as e: print("stop", e.args)
    a = agen(2); await a.__anext__(); await a.aclose(); print(await anext(a, "default"), a.ag_running, a.ag_frame, a.ag_await)
    async for v in agen(5):
        if v == 1: break
    print([x async for x in agen(2)], {x: await ident(x) async for x in agen(2) if x}, [y for x in [1] for y in [await ident(x)]], await asyncio.gather(*[ident(i) for i in range(3)]))
    print([[z async for z in agen(1)] for _ in range(2)])
    gen = (await ident(x) for x in range(3)); print(type(gen).__name__, [v async for v in gen])
    a = agen(1)
    for f in (lambda: a.asend(5), lambda: anext(5), lambda: aiter(5)):
        try: await f()
        except TypeError as e: print(type(e).__name__, e)
    async def bad():
        yield 1; raise StopAsyncIteration
    try: [x async for x in bad()]
    except RuntimeError as e: print(e)
    async def ignores():
        try: yield 1
        except GeneratorExit: yield 2
    i = ignores(); await i.__anext__()
    try: await i.aclose()
    except RuntimeError as e: print(e)
    b = agen(3); t1 = b.__anext__(); print(await t1)
    try: await t1
    except RuntimeError as e: print(e)
    async with Managed() as m: print(m)
    try:
        async for x in 5: pass
    except TypeError as e: print(e)
    class BadAiter:
        def __aiter__(self): return 5
    class BadAnext:
        def __aiter__(self): return self
        def __anext__(self): return 5
    for c in (BadAiter, BadAnext):
        try:
            async for x in c(): pass
        except TypeError as e: print(e)
    await b.aclose(); hooks = sys.get_asyncgen_hooks(); print(hooks.firstiter is not None)
async def ident(x): await asyncio.sleep(0); return x
class Managed:
    async def __aenter__(self): return "managed"
    async def __aexit__(self, *a): print("aexit", a)
asyncio.run(main())
async def never(): pass
import warnings; warnings.simplefilter("error")
def unraisable(u): print("unraisable", u.exc_type.__name__, str(u.exc_value))
sys.unraisablehook = unraisable; never(); c = never(); c.close(); print(c.cr_frame)
try: asyncio.run(5)
except ValueError as e: print(e)
