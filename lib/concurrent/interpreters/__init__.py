"""Interpreters that run in parallel (PEP 734).

Each interpreter has its own lock, memory and modules; different threads run different interpreters at the same time.
"""

import types

import _interpreters

from _interpreters import InterpreterError, InterpreterNotFoundError, NotShareableError
from _weakref import ref

__all__ = [
    'get_current', 'get_main', 'create', 'list_all', 'is_shareable',
    'Interpreter',
    'InterpreterError', 'InterpreterNotFoundError', 'ExecutionFailed',
    'NotShareableError',
    'create_queue', 'Queue', 'QueueEmpty', 'QueueFull',
    'ItemInterpreterDestroyed', 'UNBOUND', 'UNBOUND_ERROR', 'UNBOUND_REMOVE',
]

_ANYTHING = 2
_NOT_SET = object()

_OF_QUEUES = {'create_queue': 'create'} | {name: name for name in (
    'Queue', 'QueueEmpty', 'QueueFull', 'ItemInterpreterDestroyed', 'UNBOUND', 'UNBOUND_ERROR', 'UNBOUND_REMOVE')}


def __getattr__(name):
    # Queues want a dozen library modules, which most interpreters have no use for.
    if name not in _OF_QUEUES:
        raise AttributeError(f'module {__name__!r} has no attribute {name!r}')
    from . import _queues
    globals()[name] = value = getattr(_queues, _OF_QUEUES[name])
    return value


class ExecutionFailed(InterpreterError):
    """An unhandled exception happened during execution.

    This is raised from Interpreter.exec() and Interpreter.call(). excinfo describes the exception: type (with
    __name__, __qualname__, __module__), msg, formatted, and errdisplay, the traceback that the interpreter would have
    printed. Where the exception can be pickled, __cause__ is a copy, with its notes and causes.
    """

    def __init__(self, excinfo):
        super().__init__(excinfo.formatted)
        self.excinfo = excinfo

    def __reduce__(self):
        return type(self), (self.excinfo,)

    def __str__(self):
        return f'{super().__str__()}\n\nUncaught in the interpreter:\n\n{self.excinfo.errdisplay}'.strip()


def _excinfo(failed):
    name, qualname, module, message, display, _ = failed
    kind = types.SimpleNamespace(__name__=name, __qualname__=qualname, __module__=module)
    shown = qualname if module in ('builtins', '__main__') else f'{module}.{qualname}'
    return types.SimpleNamespace(
        type=kind, msg=message, formatted=f'{shown}: {message}' if message else shown,
        errdisplay=(display or '').rstrip('\n'))


def _raise_if_failed(failed, error_class=ExecutionFailed):
    if failed is None:
        return
    error = error_class(_excinfo(failed))
    if failed[5] is not None:
        import _crossing
        error.__cause__ = _crossing.load_exception(failed[5])
    try:
        raise error
    finally:
        del error   # which would refer to this frame, and that to the interpreter


def _source(text, dedent):
    if '\0' in text:
        raise ValueError('source code string cannot contain null bytes')
    if dedent and text.lstrip('\r\n')[:1] in (' ', '\t'):
        import textwrap
        text = textwrap.dedent(text)
    return text


def create(*, memory_limit=None, time_limit=None):
    """Return a new (idle) Python interpreter.

    memory_limit is in bytes: what would cross it raises MemoryError. time_limit is in seconds, for each run: then
    KeyboardInterrupt is raised in it. An interpreter that has limits makes none with larger ones.
    """
    return Interpreter(_interpreters.create(memory_limit, time_limit), _whence=_STDLIB)


def list_all():
    """Return all existing interpreters."""
    return [Interpreter(id, _whence=whence) for id, whence in _interpreters.list_all()]


def get_current():
    """Return the currently running interpreter."""
    return Interpreter(_interpreters.get_current())


def get_main():
    """Return the main interpreter."""
    return Interpreter(_interpreters.get_main())


def is_shareable(obj):
    """Return True if the object's data can cross interpreters efficiently, without a pickle."""
    return _interpreters.is_shareable(obj, _ANYTHING)


_STDLIB = 5
_WHENCE = ('unknown', 'runtime init', 'legacy C-API', 'C-API', 'cross-interpreter C-API', '_interpreters module')

_known = {}     # id -> weak reference to the Interpreter


class Interpreter:
    """A single Python interpreter.

    Attributes:

    "id" - the unique process-global ID number for the interpreter
    "whence" - indicates where the interpreter was created

    If the interpreter wasn't created by this module then any method that modifies the interpreter will fail, i.e.
    .close(), .prepare_main(), .exec(), and .call(). An interpreter that this module created closes with the last
    Interpreter object for it.
    """

    def __new__(cls, id, /, _whence=None):
        if not isinstance(id, int):
            raise TypeError(f'id must be an int, got {id!r}')
        id = int(id)
        # There is only one instance for any given ID.
        known = _known.get(id)
        self = known and known()
        if self is None:
            reference = _interpreters.refer(id)
            self = super().__new__(cls)
            self._reference = reference
            self._id = id
            self._whence = dict(_interpreters.list_all())[id] if _whence is None else _whence
            _known[id] = ref(self)
        return self

    def __repr__(self):
        return f'{type(self).__name__}({self.id})'

    def __hash__(self):
        return hash(self._id)

    def __del__(self, _known=_known):
        if hasattr(self, '_id'):
            known = _known.get(self._id)
            if known and known() in (None, self):   # and not another one, made while this one was ending
                del _known[self._id]

    def __reduce__(self):
        return type(self), (self._id,)

    @property
    def id(self):
        return self._id

    @property
    def whence(self):
        return _WHENCE[self._whence]

    def is_running(self):
        """Return whether or not the identified interpreter is running."""
        return _interpreters.is_running(self._id)

    def close(self, *, force=False):
        """Finalize and destroy the interpreter.

        Attempting to destroy the current interpreter results in an InterpreterError, and so does one that is running,
        unless force is true: then what runs in it is interrupted until it ends.
        """
        _interpreters.destroy(self._id, force)

    def interrupt(self):
        """Raise KeyboardInterrupt in what the interpreter is running, also while that waits for something.

        Return False if it runs nothing.
        """
        return _interpreters.interrupt(self._id)

    def stats(self):
        """Return figures about the interpreter's heap, collector and lock, as a dict."""
        return _interpreters.stats(self._id)

    def prepare_main(self, ns=None, /, **kwargs):
        """Bind the given values into the interpreter's __main__.

        What is not shareable is pickled.
        """
        ns = dict(ns, **kwargs) if ns is not None else kwargs
        _raise_if_failed(_interpreters.set_main_attrs(self._id, ns))

    def set_main_attrs(self, ns=None, /, **kwargs):
        """Bind the given values into the interpreter's __main__."""
        self.prepare_main(ns, **kwargs)

    def get_main_attr(self, name, default=_NOT_SET, /):
        """Return (a copy of) a variable of the interpreter's __main__; default, if there is one, for none."""
        value, failed = _interpreters.get_main_attr(self._id, name)
        if failed is not None and failed[0] == 'AttributeError':
            if default is not _NOT_SET:
                return default
            raise AttributeError(f"__main__ of {self!r} has no attribute {name!r}", name=name, obj=self)
        _raise_if_failed(failed)
        return value

    def exec(self, code, /, dedent=True):
        """Run the given source code, or call the given function without arguments, in the interpreter.

        The source code (a str, or a code object) has the __dict__ of its __main__ module as both globals and locals. If
        dedent is true and its first line is indented, what all of its lines are indented by is left out.

        There is no return value.

        If the code raises an unhandled exception then an ExecutionFailed exception is raised, which summarizes it.

        This blocks the current Python thread until done. During that time, the previous interpreter is allowed to
        run in other threads.
        """
        if isinstance(code, str):
            _raise_if_failed(_interpreters.exec(self._id, _source(code, dedent)))
        elif isinstance(code, types.FunctionType):
            self.call(code)
        elif isinstance(code, types.CodeType):
            self.call(exec, code)
        else:
            raise TypeError(f'expected a str, a function or a code object, got {code!r}')

    def run(self, source, /, *, channels=None):
        """Run the source code in the interpreter's __main__, after setting variables (PEP 554).

        channels maps names to channel ends, or other objects that can be sent over a channel. Like exec(), but what
        was not caught arrives as RunFailedError.
        """
        from interpreters import RunFailedError
        _raise_if_failed(_interpreters.exec(self._id, _source(source, False), channels, 1), RunFailedError)

    def call(self, callable, /, *args, **kwargs):
        """Call the object in the interpreter with given args/kwargs.

        Nearly all callables, args, kwargs, and return values are supported: what is not shareable is pickled, and a
        function that needs nothing from its module travels as its code. eval and exec see the variables of __main__.

        If the callable raises an exception then an ExecutionFailed exception is raised, as by exec().
        """
        if callable is eval or callable is exec:
            import _crossing
            callable, args = _crossing.run_in_main, (callable, *args)
        result, failed = _interpreters.call(self._id, callable, args, kwargs)
        _raise_if_failed(failed)
        return result

    def call_in_thread(self, callable, /, *args, **kwargs):
        """Return a new thread that calls the object in the interpreter.

        The return value is discarded, and an exception goes to threading.excepthook.
        """
        import threading
        thread = threading.Thread(target=self.call, args=(callable, *args), kwargs=kwargs)
        thread.start()
        return thread
