# main: wants signals, which belong to the main interpreter
# asyncio: servers, streams, subprocesses, executors, signals, protocols, cancellation of many tasks, exceptions at exit.
import asyncio, os, signal, sys
async def handle(r, w):
    data = await r.readline(); w.write(data.upper()); await w.drain(); print("server got", data, await r.read()); w.close(); await w.wait_closed()
class Proto(asyncio.Protocol):
    def __init__(self): self.done = asyncio.get_running_loop().create_future(); self.data = b""
    def connection_made(self, t): print("made"); t.write(b"ping\n"); t.write_eof()
    def data_received(self, d): self.data += d
    def connection_lost(self, e): print("lost", e); self.done.set_result(self.data)
async def main():
    s = await asyncio.start_server(handle, "127.0.0.1", 0); host, port = s.sockets[0].getsockname()
    r, w = await asyncio.open_connection(host, port); w.write(b"hello\nrest"); w.write_eof(); print(await r.read()); w.close(); await w.wait_closed(); t, p = await asyncio.get_running_loop().create_connection(Proto, host, port); print(await p.done); s.close(); await s.wait_closed(); print(s.is_serving())
    try: await asyncio.open_connection("127.0.0.1", 1)
    except ConnectionRefusedError as e: print(type(e).__name__, e.errno)
    s = await asyncio.start_unix_server(handle, "sock"); r, w = await asyncio.open_unix_connection("sock"); w.write(b"unix\n"); w.write_eof(); print(await r.readuntil(b"\n")); w.close(); s.close()
    p = await asyncio.create_subprocess_exec("cat", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE); print(await p.communicate(b"through cat"), p.returncode); p = await asyncio.create_subprocess_shell("echo out; echo err >&2; exit 3", stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE); print(await p.communicate(), await p.wait()); p = await asyncio.create_subprocess_exec("sleep", "9"); p.terminate(); print(await p.wait())
    loop = asyncio.get_running_loop(); f = loop.create_future(); loop.add_signal_handler(signal.SIGUSR1, f.set_result, "signalled"); os.kill(os.getpid(), signal.SIGUSR1); print(await f, loop.remove_signal_handler(signal.SIGUSR1)); a, b = os.pipe(); g = loop.create_future(); loop.add_reader(a, lambda: g.set_result(os.read(a, 9))); loop.call_soon(os.write, b, b"pipe"); print(await g, loop.remove_reader(a)); print(await loop.run_in_executor(None, pow, 2, 5))
    tasks = [asyncio.create_task(asyncio.sleep(9), name=f"t{i}") for i in range(100)]; await asyncio.sleep(0); [t.cancel("reason") for t in tasks]; print(len([r for r in await asyncio.gather(*tasks, return_exceptions=True) if isinstance(r, asyncio.CancelledError)]))
    async def shielded():
        inner = asyncio.create_task(asyncio.sleep(0.02, "inner")); 
        try: await asyncio.shield(inner)
        except asyncio.CancelledError: return await inner
    t = asyncio.create_task(shielded()); await asyncio.sleep(0); t.cancel(); print(await t); c = asyncio.Condition(); out = []
    async def waiter(n):
        async with c: await c.wait(); out.append(n)
    ws = [asyncio.create_task(waiter(i)) for i in range(3)]; await asyncio.sleep(0)
    async with c: c.notify(1)
    await asyncio.sleep(0.01); print(out)
    async with c: c.notify_all()
    await asyncio.gather(*ws); print(out); q = asyncio.PriorityQueue(); [q.put_nowait(x) for x in (3, 1, 2)]; print([q.get_nowait() for _ in range(3)], q.empty()); b = asyncio.Barrier(2); print(sorted(await asyncio.gather(b.wait(), b.wait()))); order = []; loop.call_later(0.02, order.append, 2); loop.call_later(0.01, order.append, 1); h = loop.call_later(0.01, order.append, 9); h.cancel(); loop.call_soon(order.append, 0); await asyncio.sleep(0.05); print(order, h.cancelled())
    for f in asyncio.as_completed([asyncio.sleep(0.02, "b"), asyncio.sleep(0, "a")]): print(await f)
    try: asyncio.get_event_loop().run_until_complete(f)
    except RuntimeError as e: print(e)
    loop.set_exception_handler(lambda l, c: print("handler", c["message"], repr(c.get("exception")))); loop.call_soon(lambda: 1 / 0); await asyncio.sleep(0); x = loop.create_future(); x.set_exception(ValueError("never retrieved")); del x; await asyncio.sleep(0); print(asyncio.current_task().get_name(), len(asyncio.all_tasks()), repr(loop.create_future()).split(" ")[0])
asyncio.run(main())
for bad in (lambda: asyncio.get_running_loop(), lambda: asyncio.run(asyncio.sleep(0), debug=False), lambda: asyncio.Runner().run(5), lambda: asyncio.new_event_loop().run_until_complete(5), lambda: asyncio.create_task(5)):
    try: print(bad())
    except Exception as e: print(type(e).__name__, e)
with asyncio.Runner() as r: print(r.run(asyncio.sleep(0, "runner")), r.get_loop().is_closed())
