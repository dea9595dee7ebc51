"""Interpreters that run in parallel, and channels between them (PEP 554).

Each interpreter has its own lock, memory and modules. run() executes source code in one; from different threads,
different interpreters run at the same time. Channels carry data between them and block without polling.

The interpreters are those of concurrent.interpreters (PEP 734), and so are the queues.
"""

import _interpreters

from _interpreters import (
    ChannelError, ChannelNotFoundError, ChannelClosedError, ChannelEmptyError)
from concurrent import interpreters as _pep734
from concurrent.interpreters import (
    Interpreter, InterpreterError, InterpreterNotFoundError, ExecutionFailed, NotShareableError,
    create, get_current, get_main, list_all)

__all__ = [
    'Interpreter', 'RunFailedError', 'create', 'get_current', 'get_main', 'list_all',
    'InterpreterError', 'InterpreterNotFoundError', 'ExecutionFailed', 'NotShareableError',
    'RecvChannel', 'SendChannel', 'create_channel', 'list_all_channels', 'is_shareable',
    'ChannelError', 'ChannelNotFoundError', 'ChannelClosedError', 'ChannelEmptyError',
    'create_queue', 'Queue', 'QueueEmpty', 'QueueFull',
    'ItemInterpreterDestroyed', 'UNBOUND', 'UNBOUND_ERROR', 'UNBOUND_REMOVE',
]

_BUFFERS = 1
_NOT_SET = object()


def __getattr__(name):
    if name not in __all__:
        raise AttributeError(f'module {__name__!r} has no attribute {name!r}')
    return getattr(_pep734, name)   # queues, which it imports when asked for


class RunFailedError(ExecutionFailed):
    """The code given to Interpreter.run() ended with an uncaught exception: see ExecutionFailed."""


def is_shareable(obj):
    """Return True if the object can be sent over a channel."""
    return _interpreters.is_shareable(obj, _BUFFERS)


def create_channel():
    """Return the two ends of a new channel: (recv, send)."""
    channel = _interpreters.Channel()
    return RecvChannel._from(channel), SendChannel._from(channel)


def list_all_channels():
    """Return (recv, send) for all channels."""
    return [(RecvChannel(id), SendChannel(id)) for id in _interpreters.list_channels()]


class _ChannelEnd:

    __slots__ = ('_id', '_mailbox', '__weakref__')

    def __new__(cls, id):
        if not isinstance(id, int):
            raise TypeError(f'id must be an int, got {id!r}')
        return cls._from(_interpreters.Channel(id))

    @classmethod
    def _from(cls, channel):
        self = super().__new__(cls)
        self._mailbox = channel
        self._id = channel.id
        return self

    @property
    def id(self):
        return self._id

    @property
    def interpreters(self):
        """The interpreters that use this end (its association): they have used it and not released it."""
        return [Interpreter(id) for id in self._mailbox.interpreters(self._sends)]

    def __repr__(self):
        return f'{type(self).__name__}(id={self._id})'

    def __hash__(self):
        return hash((type(self), self._id))

    def __eq__(self, other):
        if type(other) is not type(self):
            return NotImplemented
        return other._id == self._id

    def __reduce__(self):
        return type(self), (self._id,)

    def release(self):
        """Say that this interpreter is done with the end. The channel closes when all are that have used it."""
        self._mailbox.release(self._sends, not self._sends)

    def close(self, *, force=False):
        """Close the channel: further sends fail, what was sent can still be received, unless force drops it."""
        self._mailbox.close(force)

    @property
    def is_closed(self):
        """Whether the channel has been closed for sends; what was sent before may still be there."""
        return self._mailbox.closed()

    def fileno(self):
        """A file descriptor that is readable while using the end would not block, for selectors.

        Do not read or close it.
        """
        return self._mailbox.descriptor(self._sends)


class RecvChannel(_ChannelEnd):
    """The receiving end of a channel. Iterating receives until the channel is closed."""

    __slots__ = ()
    _crosses_as_ = 'interpreters:RecvChannel'
    _sends = False

    def recv(self, timeout=None):
        """Return the next object; wait for one if there is none. TimeoutError after timeout seconds."""
        return self._mailbox.recv(timeout)

    def recv_nowait(self, default=_NOT_SET):
        """Return the next object, or default; ChannelEmptyError without either."""
        if default is _NOT_SET:
            return self._mailbox.recv(0)
        return self._mailbox.recv(0, default)

    def __iter__(self):
        return self

    def __next__(self):
        try:
            return self._mailbox.recv()
        except ChannelClosedError:
            raise StopIteration from None

    async def recv_async(self):
        """Return the next object; other tasks of the event loop run meanwhile."""
        from _event_loop import readable
        while True:
            try:
                return self._mailbox.recv(0)
            except ChannelEmptyError:
                await readable(self._mailbox.descriptor())

    def __aiter__(self):
        return self

    async def __anext__(self):
        try:
            return await self.recv_async()
        except ChannelClosedError:
            raise StopAsyncIteration from None


class SendChannel(_ChannelEnd):
    """The sending end of a channel."""

    __slots__ = ()
    _crosses_as_ = 'interpreters:SendChannel'
    _sends = True

    def send(self, obj, timeout=None):
        """Send the object's data and wait until it is received. TimeoutError, and nothing sent, after timeout seconds."""
        self._mailbox.send(obj, timeout)

    def send_nowait(self, obj):
        """Send without waiting; return whether a receiver was waiting for it."""
        return self._mailbox.send_nowait(obj)

    def send_buffer(self, obj):
        """Send a view of the object's buffer (PEP 3118), whose memory both sides then share, and wait for its receiver."""
        self._mailbox.send(memoryview(obj))

    def send_buffer_nowait(self, obj):
        """Send a view of the object's buffer without waiting; return whether a receiver was waiting for it."""
        return self._mailbox.send_nowait(memoryview(obj))
