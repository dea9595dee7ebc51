"""Interpreters that run in parallel (PEP 554).

Each interpreter has its own lock, memory and modules. run() executes source code in one; from different threads,
different interpreters run at the same time. Channels carry data between them and block without polling.
"""

import _interpreters
import builtins as _builtins

from _interpreters import (
    ChannelError, ChannelNotFoundError, ChannelClosedError, ChannelEmptyError, is_shareable)

__all__ = [
    'Interpreter', 'RunFailedError', 'create', 'get_current', 'get_main', 'list_all',
    'RecvChannel', 'SendChannel', 'create_channel', 'list_all_channels', 'is_shareable',
    'ChannelError', 'ChannelNotFoundError', 'ChannelClosedError', 'ChannelEmptyError',
]

_NOT_SET = object()


class RunFailedError(RuntimeError):
    """The code given to Interpreter.run() ended with an uncaught exception.

    type, message and traceback describe it as text. Where the exception is of a built-in class that takes a single
    message, __cause__ is an exception of that class.
    """

    def __init__(self, type, message, traceback):
        super().__init__(f'{type}: {message}' if message else type)
        self.type = type
        self.message = message
        self.traceback = traceback


def _raise_run_failed(failed):
    type, message, traceback, _ = failed
    error = RunFailedError(type, message, traceback)
    cause = getattr(_builtins, type, None)
    if isinstance(cause, _builtins.type) and issubclass(cause, BaseException):
        try:
            error.__cause__ = cause(message)
        except TypeError:
            pass
    error.add_note('\nIn the interpreter:\n' + traceback.rstrip('\n'))
    raise error


def create():
    """Return a new, idle interpreter."""
    return Interpreter(_interpreters.create())


def list_all():
    """Return all interpreters, the oldest first."""
    return [Interpreter(id) for id in _interpreters.list_all()]


def get_current():
    """Return the interpreter that runs this code."""
    return Interpreter(_interpreters.get_current())


def get_main():
    """Return the main interpreter."""
    return Interpreter(_interpreters.get_main())


class Interpreter:
    """A single Python interpreter."""

    __slots__ = ('_id', '__weakref__')

    def __init__(self, id):
        if not isinstance(id, int):
            raise TypeError(f'id must be an int, got {id!r}')
        self._id = id

    @property
    def id(self):
        return self._id

    def __repr__(self):
        return f'Interpreter(id={self._id})'

    def __hash__(self):
        return hash(self._id)

    def __eq__(self, other):
        if not isinstance(other, Interpreter):
            return NotImplemented
        return other._id == self._id

    def is_running(self):
        """Return whether the interpreter is running something."""
        return _interpreters.is_running(self._id)

    def close(self):
        """Finalise the interpreter and give all its memory back."""
        _interpreters.destroy(self._id)

    def run(self, source, /, *, channels=None):
        """Run the source code in the interpreter's __main__ and wait for it.

        channels maps names to channel ends (or other shareable objects) that the code finds as variables. What
        the code defines stays for the next run.
        """
        failed = _interpreters.run_string(self._id, source, channels)
        if failed is not None:
            _raise_run_failed(failed)


def create_channel():
    """Return the two ends of a new channel: (recv, send)."""
    id = _interpreters.channel_create()
    return RecvChannel(id), SendChannel(id)


def list_all_channels():
    """Return (recv, send) for all open channels."""
    return [(RecvChannel(id), SendChannel(id)) for id in _interpreters.channel_list_all()]


class _ChannelEnd:

    __slots__ = ('_id', '__weakref__')

    def __init__(self, id):
        if not isinstance(id, int):
            raise TypeError(f'id must be an int, got {id!r}')
        self._id = id

    @property
    def id(self):
        return self._id

    def __repr__(self):
        return f'{type(self).__name__}(id={self._id})'

    def __hash__(self):
        return hash((type(self), self._id))

    def __eq__(self, other):
        if type(other) is not type(self):
            return NotImplemented
        return other._id == self._id

    def close(self):
        """Close the channel: further sends fail, what was sent can still be received."""
        _interpreters.channel_close(self._id)


class RecvChannel(_ChannelEnd):
    """The receiving end of a channel. Iterating receives until the channel is closed."""

    __slots__ = ()
    _channel_end_ = 'recv'

    def recv(self, timeout=None):
        """Return the next object; wait for one if there is none."""
        return _interpreters.channel_recv(self._id, timeout)

    def recv_nowait(self, default=_NOT_SET):
        """Return the next object, or default; ChannelEmptyError without either."""
        if default is _NOT_SET:
            return _interpreters.channel_recv(self._id, 0)
        return _interpreters.channel_recv(self._id, 0, default)

    def __iter__(self):
        return self

    def __next__(self):
        try:
            return _interpreters.channel_recv(self._id)
        except ChannelClosedError:
            raise StopIteration from None


class SendChannel(_ChannelEnd):
    """The sending end of a channel."""

    __slots__ = ()
    _channel_end_ = 'send'

    def send(self, obj, timeout=None):
        """Send the object's data and wait until it is received."""
        _interpreters.channel_send(self._id, obj, timeout)

    def send_nowait(self, obj):
        """Send without waiting; return whether a receiver was waiting for it."""
        return _interpreters.channel_send_nowait(self._id, obj)
