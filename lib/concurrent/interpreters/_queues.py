"""Queues between interpreters (PEP 734)."""

import queue
import weakref

import _interpreters

from _interpreters import QueueError, QueueNotFoundError

__all__ = [
    'UNBOUND', 'UNBOUND_ERROR', 'UNBOUND_REMOVE',
    'create', 'list_all',
    'Queue',
    'QueueError', 'QueueNotFoundError', 'QueueEmpty', 'QueueFull',
    'ItemInterpreterDestroyed',
]


class QueueEmpty(QueueError, queue.Empty):
    """Raised from get_nowait() when the queue is empty, and from get() when it stays so."""


class QueueFull(QueueError, queue.Full):
    """Raised from put_nowait() when the queue is full, and from put() when it stays so."""


class ItemInterpreterDestroyed(QueueError):
    """Raised from get() and get_nowait() in place of an item whose interpreter is gone."""


class _Unbound:
    """What becomes of an item in a queue when the interpreter that put it there ends."""

    __slots__ = ('_name', '_number')

    def __init__(self, name, number):
        self._name = name
        self._number = number

    def __repr__(self):
        return f'concurrent.interpreters.{self._name}'

    def __reduce__(self):
        return self._name


UNBOUND_REMOVE = _Unbound('UNBOUND_REMOVE', 1)      # the item is removed
UNBOUND_ERROR = _Unbound('UNBOUND_ERROR', 2)        # get() raises ItemInterpreterDestroyed
UNBOUND = _Unbound('UNBOUND', 3)                    # get() returns UNBOUND
_BY_NUMBER = {each._number: each for each in (UNBOUND_REMOVE, UNBOUND_ERROR, UNBOUND)}


def _number(unbounditems):
    if not isinstance(unbounditems, _Unbound):
        raise NotImplementedError(f'unsupported unbound replacement object {unbounditems!r}')
    return unbounditems._number


def create(maxsize=0, *, unbounditems=UNBOUND):
    """Return a new cross-interpreter queue.

    "unbounditems" sets the default for Queue.put(); see that method for supported values. The default value is UNBOUND,
    which replaces the unbound item.
    """
    return Queue._from(_interpreters.Queue(None, maxsize, _number(unbounditems)))


def list_all():
    """Return a list of all open queues."""
    return [Queue(id) for id in _interpreters.list_queues()]


_known = weakref.WeakValueDictionary()
_EMPTY = object()
_LOST = object()


class Queue:
    """A cross-interpreter queue."""

    _crosses_as_ = 'concurrent.interpreters:Queue'

    def __new__(cls, id, /):
        if not isinstance(id, int):
            raise TypeError(f'id must be an int, got {id!r}')
        self = _known.get(id)
        return cls._from(_interpreters.Queue(id)) if self is None else self

    @classmethod
    def _from(cls, mailbox):
        # There is only one instance for any given ID.
        self = super().__new__(cls)
        self._mailbox = mailbox
        self._id = mailbox.id
        _known[self._id] = self
        return self

    def __repr__(self):
        return f'{type(self).__name__}({self.id})'

    def __hash__(self):
        return hash(self._id)

    def __reduce__(self):
        return type(self), (self._id,)

    @property
    def id(self):
        return self._id

    @property
    def unbounditems(self):
        return _BY_NUMBER[self._mailbox.unbound()]

    @property
    def maxsize(self):
        return self._mailbox.maxsize()

    def empty(self):
        return self.qsize() == 0

    def full(self):
        return 0 < self.maxsize <= self.qsize()

    def qsize(self):
        return self._mailbox.size()

    def put(self, obj, block=True, timeout=None, *, unbounditems=None):
        """Add the object to the queue.

        If "block" is true, this blocks while the queue is full, for at most "timeout" seconds.

        For most objects, the object received through Queue.get() will be a new one, equivalent to the original and not
        sharing any actual underlying data. The notable exceptions include cross-interpreter types (like Queue) and
        memoryview, where the underlying data is actually shared, and large bytes and str, which share their memory.

        "unbounditems" controls the behavior of Queue.get() for the given object if the current interpreter (calling
        put()) is later destroyed: UNBOUND_ERROR makes it raise ItemInterpreterDestroyed, UNBOUND_REMOVE removes the
        object, UNBOUND replaces it with UNBOUND. None takes the queue's own.
        """
        number = 0 if unbounditems is None else _number(unbounditems)
        if not self._mailbox.put(obj, _timeout(block, timeout), number):
            raise QueueFull

    def put_nowait(self, obj, *, unbounditems=None):
        """Add the object to the queue, or raise QueueFull."""
        self.put(obj, False, unbounditems=unbounditems)

    def get(self, block=True, timeout=None):
        """Return the next object from the queue.

        If "block" is true, this blocks while the queue is empty, for at most "timeout" seconds.

        If the next item's original interpreter has been destroyed then the "next object" is determined by the value of
        the "unbounditems" argument to put().
        """
        obj = self._mailbox.get(_timeout(block, timeout), _EMPTY, _LOST, UNBOUND)
        if obj is _EMPTY:
            raise QueueEmpty
        if obj is _LOST:
            raise ItemInterpreterDestroyed('item unbound: its interpreter has been destroyed')
        return obj

    def get_nowait(self):
        """Return the next object from the queue, or raise QueueEmpty."""
        return self.get(False)

    # For event loops

    def fileno(self):
        """A file descriptor that is readable while get() would not block, for selectors. Do not read or close it."""
        return self._mailbox.descriptor()

    def put_fileno(self):
        """A file descriptor that is readable while put() would not block. Do not read or close it."""
        return self._mailbox.descriptor(True)

    async def get_async(self):
        """Return the next object; other tasks of the event loop run meanwhile."""
        from _event_loop import readable
        while True:
            try:
                return self.get_nowait()
            except QueueEmpty:
                await readable(self.fileno())

    async def put_async(self, obj, *, unbounditems=None):
        """Add the object; other tasks of the event loop run while there is no room."""
        from _event_loop import readable
        while True:
            try:
                return self.put_nowait(obj, unbounditems=unbounditems)
            except QueueFull:
                await readable(self.put_fileno())


def _timeout(block, timeout):
    if not block:
        return 0
    if timeout is not None and timeout < 0:
        raise ValueError(f'timeout value must be non-negative')
    return timeout
