# contextvars: set, reset, copy_context, tasks, threads, errors.
import asyncio, contextvars, threading
v = contextvars.ContextVar("v", default="default"); n = contextvars.ContextVar("n")
print(v.get(), n.get("fallback"), v.name); t = v.set(1); t2 = v.set(2); print(v.get(), t.old_value is contextvars.Token.MISSING, t2.old_value, t.var is v); v.reset(t2); print(v.get()); v.reset(t); print(v.get())
for f in (lambda: n.get(), lambda: v.reset(t), lambda: contextvars.ContextVar(5), lambda: contextvars.ContextVar(), lambda: v.reset(5), lambda: contextvars.Token(), lambda: contextvars.copy_context()[n], lambda: contextvars.copy_context().run(), lambda: n.reset(v.set(1)), lambda: contextvars.ContextVar[int], lambda: hash(v) == hash(v), lambda: contextvars.Context().run(len, 5)):
    try: print(f())
    except Exception as e: print(type(e).__name__, str(e).split(" at 0x")[0])
c = contextvars.copy_context()
def change(): v.set("inside"); return v.get()
print(c.run(change), v.get(), c[v], v in c, len(c), list(c) == [v], list(c.values()), c.get(n), dict(c.items()) == {v: "inside"})
def nested(): return c.run(change)
try: c.run(nested)
except RuntimeError as e: print(str(e).split(":")[0])
tok = c.run(v.set, 5)
try: v.reset(tok)
except ValueError as e: print("other context")
async def task(x): v.set(x); await asyncio.sleep(0); return v.get()
async def main(): v.set("main"); print(await asyncio.gather(task(1), task(2)), v.get(), await asyncio.create_task(task(3), context=contextvars.copy_context()), await asyncio.to_thread(v.get)); asyncio.get_running_loop().call_soon(lambda: print("callback", v.get())); await asyncio.sleep(0)
asyncio.run(main()); out = []; th = threading.Thread(target=lambda: out.append(v.get())); th.start(); th.join(); print(out, v.get())
def gen():
    v.set("gen"); yield v.get(); yield v.get()
g = gen(); print(next(g), v.get()); v.set("after"); print(next(g)); e = contextvars.Context(); print(len(e), e.run(v.get), e == contextvars.Context(), e.copy() == e)
