"""This module provides primitive operations to manage Python interpreters.
The 'interpreters' module provides a more convenient interface.

The low-level module of CPython 3.11, in terms of Orochi's own.
"""

import functools

import _interpreters as _native
from _interpreters import (
    ChannelError, ChannelNotFoundError, ChannelClosedError, ChannelEmptyError, ChannelNotEmptyError)


_NOT_SET = object()


class RunFailedError(RuntimeError):
    pass


def _with_plain_errors(function):
    """InterpreterError is a later invention: here it is RuntimeError."""
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        try:
            return function(*args, **kwargs)
        except _native.InterpreterError as error:
            raise RuntimeError(str(error)) from None
    return wrapper


class _ID:

    __slots__ = ('_number',)

    def __int__(self):
        return self._number

    __index__ = __int__

    def __repr__(self):
        return f'{type(self).__name__}({self._number})'

    def __str__(self):
        return str(self._number)

    def __hash__(self):
        return hash(self._number)

    def __eq__(self, other):
        if isinstance(other, type(self)):
            return self._number == other._number and getattr(self, 'end', None) == getattr(other, 'end', None)
        if isinstance(other, (int, float)):
            return self._number == other
        return NotImplemented


def is_shareable(obj):
    """is_shareable(obj) -> bool\n\nReturn True if the object's data may be shared between interpreters and\nFalse otherwise."""
    return obj is None or type(obj) in (int, str, bytes, ChannelID)


def _check_shareable(obj):
    if type(obj) is int and not -1 << 63 <= obj < 1 << 63:
        raise OverflowError('try sending as bytes')
    if not is_shareable(obj):
        raise ValueError(f'{obj} does not support cross-interpreter data')


def _number(id, what):
    if isinstance(id, float) or not hasattr(id, '__index__'):
        raise TypeError(f'{what} ID must be an int, got {type(id).__name__}')
    number = id.__index__()
    if number < 0:
        raise ValueError(f'{what} ID must be a non-negative int, got {id!r}')
    if number > 0x7fffffffffffffff:
        raise OverflowError(f"Python int too large to convert to C long")
    return number


class InterpreterID(_ID):
    """A interpreter ID identifies a interpreter and may be used as an int."""

    __slots__ = ()

    def __init__(self, id, *, force=False):
        number = _number(id, 'interpreter')
        self._number = number
        try:
            _native.incref(number)
        except _native.InterpreterNotFoundError as error:
            if not force:
                raise RuntimeError(str(error)) from None

    def __del__(self, _decref=_native.decref):
        if hasattr(self, '_number'):
            _decref(self._number)


class ChannelID(_ID):
    """A channel ID identifies a channel and may be used as an int."""

    __slots__ = ('end', '_mailbox')

    def __init__(self, id, *, send=None, recv=None, force=False, _resolve=False):
        number = _number(id, 'channel')
        if send is not None and recv is not None and not send and not recv:
            raise ValueError("'send' and 'recv' cannot both be False")
        self._number = number
        self.end = 'send' if send and not recv else 'recv' if recv and not send else 'both'
        # The channel lives as long as some ID of it.
        try:
            self._mailbox = _native.Channel(number)
        except ChannelNotFoundError:
            if not force:
                raise
            self._mailbox = None

    @property
    def _id(self):
        return self._number

    @property
    def _crosses_as_(self):
        return f'_xxsubinterpreters:_{self.end}_id'

    def __repr__(self):
        end = '' if self.end == 'both' else f', {self.end}=True'
        return f'ChannelID({self._number}{end})'

    @property
    def send(self):
        return ChannelID(self._number, send=True, force=True)

    @property
    def recv(self):
        return ChannelID(self._number, recv=True, force=True)


_send_id = functools.partial(ChannelID, send=True, force=True)
_recv_id = functools.partial(ChannelID, recv=True, force=True)
_both_id = functools.partial(ChannelID, force=True)


def _channel_id(id, *, send=None, recv=None, force=False, _resolve=False):
    return ChannelID(id, send=send, recv=recv, force=force, _resolve=_resolve)


def create(*, isolated=True):
    """create() -> ID\n\nCreate a new interpreter and return a unique generated ID."""
    return InterpreterID(_native.create(None, None, bool(isolated)))


@_with_plain_errors
def destroy(id):
    """destroy(id)\n\nDestroy the identified interpreter."""
    _native.destroy(_number(id, 'interpreter'))


def list_all():
    """list_all() -> [ID]\n\nReturn a list containing the ID of every existing interpreter."""
    return [InterpreterID(id) for id, _ in _native.list_all()]


def get_current():
    """get_current() -> ID\n\nReturn the ID of current interpreter."""
    return InterpreterID(_native.get_current())


def get_main():
    """get_main() -> ID\n\nReturn the ID of main interpreter."""
    return InterpreterID(_native.get_main())


@_with_plain_errors
def run_string(id, script, shared=None):
    """run_string(id, script, shared)\n\nExecute the provided string in the identified interpreter."""
    if not isinstance(script, str):
        raise TypeError(f'run_string() argument 2 must be str, not {type(script).__name__}')
    number = _number(id, 'interpreter')
    for value in (shared or {}).values():
        _check_shareable(value)
    failed = _native.exec(number, script, shared)
    if failed is not None:
        name, qualname, module, message, display, pickled = failed
        # The value as it was raised: a SyntaxError is its arguments still.
        if name == 'SyntaxError' and pickled is not None:
            import _crossing
            message = str(_crossing.load_exception(pickled).args)
        raise RunFailedError(f"<class '{qualname}'>: {message}" if message else f"<class '{qualname}'>")


@_with_plain_errors
def is_running(id):
    """is_running(id) -> bool\n\nReturn whether or not the identified interpreter is running."""
    return _native.is_running(_number(id, 'interpreter'))


def _channel(cid):
    return _native.Channel(_number(cid, 'channel'))


def channel_create():
    """channel_create() -> cid\n\nCreate a new cross-interpreter channel and return a unique generated ID."""
    channel = _native.Channel()
    return ChannelID(channel.id)


def channel_destroy(cid):
    """channel_destroy(cid)\n\nClose and finalize the channel."""
    _native.destroy_channel(_number(cid, 'channel'))


def channel_list_all():
    """channel_list_all() -> [cid]\n\nReturn the list of all IDs for active channels."""
    return [ChannelID(id, force=True) for id in _native.list_channels()]


def channel_send(cid=_NOT_SET, obj=_NOT_SET):
    """channel_send(cid, obj)\n\nAdd the object's data to the channel's queue."""
    for position, (name, value) in enumerate((('cid', cid), ('obj', obj)), 1):
        if value is _NOT_SET:
            raise TypeError(f'channel_send() missing required argument {name!r} (pos {position})')
    _check_shareable(obj)
    _channel(cid).send_nowait(obj)


def channel_recv(cid, default=_NOT_SET):
    """channel_recv(cid, [default]) -> obj\n\nReturn a new object from the data at the front of the channel's queue."""
    if default is _NOT_SET:
        return _channel(cid).recv(0)
    return _channel(cid).recv(0, default)


def channel_close(cid, *, send=None, recv=None, force=False):
    """channel_close(cid, *, send=None, recv=None, force=False)\n\nClose the channel for all interpreters."""
    channel = _channel(cid)
    only_sending = send and not recv
    if not force and not only_sending and channel.size():
        raise ChannelNotEmptyError('may not be closed if not empty (try force=True)')
    channel.close(force)


def channel_list_interpreters(cid, *, send):
    """channel_list_interpreters(cid, *, send) -> [id]\n\nReturn the interpreters associated with an end of the channel."""
    return [InterpreterID(id, force=True) for id in _channel(cid).interpreters(bool(send))]


def channel_release(cid, *, send=None, recv=None, force=True):
    """channel_release(cid, *, send=None, recv=None, force=True)\n\nClose the channel for the current interpreter."""
    if not send and not recv:
        send = recv = True
    _channel(cid).release(bool(send), bool(recv))
