"""Waiting in an asyncio event loop until a file descriptor is readable, for any number of tasks at once."""

import asyncio
import collections
import weakref

_loops = weakref.WeakKeyDictionary()    # loop -> {descriptor: futures of those who wait, in order}


async def readable(descriptor):
    """Return when the descriptor may be readable. Who has waited longest is woken first."""
    loop = asyncio.get_running_loop()
    waiting = _loops.setdefault(loop, {})
    future = loop.create_future()
    if descriptor not in waiting:
        waiting[descriptor] = collections.deque()
        loop.add_reader(descriptor, _wake_first, loop, descriptor)
    waiting[descriptor].append(future)
    try:
        await future
    finally:
        _drop_finished(loop, descriptor)


def _wake_first(loop, descriptor):
    for future in _loops[loop][descriptor]:
        if not future.done():
            future.set_result(None)
            break


def _drop_finished(loop, descriptor):
    futures = _loops[loop].get(descriptor)
    if futures is None:
        return
    while futures and futures[0].done():
        futures.popleft()
    if not any(not future.done() for future in futures):
        loop.remove_reader(descriptor)
        del _loops[loop][descriptor]
