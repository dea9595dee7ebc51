"""How objects that are not plain data cross from one interpreter to another: as pickles.

Three things are not as in other pickles. What is shared, and not copied, between interpreters (memoryviews, channels,
queues, big strings) travels beside the pickle. A function that needs nothing from its module travels as its code. And
what __main__ defined is looked for in the __main__ of the other interpreter, then in the file that __main__ was made of.
"""

import builtins
import io
import marshal
import sys
import types

# Not pickle and threading, which would double what the first call in an interpreter costs.
import _interpreters
import _pickle
import _thread

_BIG = 512 * 1024       # from here on, strings share their pages
_FAKE_MAIN = '<fake __main__>'
_MAINS = ('__main__', _FAKE_MAIN)
_making_main = _thread.RLock()


class _Pickler(_pickle.Pickler):

    def __init__(self, file):
        super().__init__(file, -1)      # the highest protocol
        self.beside = []
        self.needs_main = False

    def persistent_id(self, obj):
        kind = type(obj)
        if kind is memoryview or (kind in (bytes, str) and len(obj) >= _BIG) or hasattr(kind, '_crosses_as_'):
            self.beside.append(obj)
            return len(self.beside) - 1
        return None

    def reducer_override(self, obj):
        if isinstance(obj, types.FunctionType):
            if _stands_alone(obj):
                return _make_function, (marshal.dumps(obj.__code__), obj.__name__, obj.__defaults__, obj.__kwdefaults__)
            self.needs_main |= obj.__module__ in _MAINS
        elif isinstance(obj, type):
            self.needs_main |= obj.__module__ in _MAINS
        elif isinstance(obj, types.CodeType):
            return marshal.loads, (marshal.dumps(obj),)
        return NotImplemented


class _Unpickler(_pickle.Unpickler):

    def __init__(self, file, beside, main_path):
        super().__init__(file)
        self.beside = beside
        self.main_path = main_path

    def persistent_load(self, index):
        return self.beside[index]

    def find_class(self, module, name):
        if module in _MAINS:
            found = sys.modules['__main__']
            try:
                for part in name.split('.'):
                    found = getattr(found, part)
                return found
            except AttributeError:
                if self.main_path is None:
                    raise
                module = _main_from(self.main_path)
        return super().find_class(module, name)


def _stands_alone(function):
    """Whether the function can be found in no module, or in __main__ only, and uses no names of it."""
    code = function.__code__
    if function.__closure__:
        return False
    if function.__module__ not in _MAINS and '<' not in function.__qualname__:
        return False
    return all(name in builtins.__dict__ and name not in function.__globals__ for name in _global_names(code))


def _global_names(code):
    import dis
    for instruction in dis.get_instructions(code):
        if instruction.opname in ('LOAD_GLOBAL', 'STORE_GLOBAL', 'DELETE_GLOBAL', 'LOAD_NAME'):
            yield instruction.argval
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _global_names(constant)


def _make_function(code, name, defaults, kwdefaults):
    namespace = {'__builtins__': builtins, '__name__': '__main__'}
    function = types.FunctionType(marshal.loads(code), namespace, name, defaults)
    function.__kwdefaults__ = kwdefaults
    return function


def _main_from(path):
    """The name of a module that holds what the program's file defines."""
    with _making_main:
        if _FAKE_MAIN not in sys.modules:
            import runpy
            module = types.ModuleType(_FAKE_MAIN)
            module.__dict__.update(runpy.run_path(path, run_name=_FAKE_MAIN))
            sys.modules[_FAKE_MAIN] = module
    return _FAKE_MAIN


def _main_path():
    """The file that the program's __main__ was made of, here or in the interpreter that sent what it defines."""
    for name in _MAINS:
        path = getattr(sys.modules.get(name), '__file__', None)
        if path is not None:
            return path
    return None


def dumps(obj):
    """Return what loads() makes an equal object of, in terms of what crosses by itself."""
    file = io.BytesIO()
    pickler = _Pickler(file)
    try:
        pickler.dump(obj)
    except Exception as error:
        raise _interpreters.NotShareableError(f'object could not be pickled: {error}') from error
    path = None
    if pickler.needs_main:
        path = _main_path()
        if path is None:
            raise _interpreters.NotShareableError('what an interactive __main__ defines cannot be found elsewhere')
    return (file.getvalue(), path, *pickler.beside)


def loads(data):
    pickled, path, *beside = data
    return _Unpickler(io.BytesIO(pickled), beside, path).load()


def call_packed(packed):
    """Call what dumps((function, args, kwargs)) gave."""
    function, args, kwargs = loads(packed)
    return function(*args, **kwargs)


def run_in_main(function, code, *namespaces):
    """eval() or exec() with the variables of __main__, as if called there."""
    return function(code, *(namespaces or (sys.modules['__main__'].__dict__,)))


# Exceptions are described by what pickles leave out as well: (pickle or None, links), the links being (cause, context,
# suppress_context, links of the exceptions in a group).

class _Description:
    """Of an exception and at most 99 others that it hangs on; what leads back to one on the way is left out."""

    def __init__(self):
        self.left = 100
        self.way = []

    def of(self, error):
        if error is None or any(error is each for each in self.way) or not self.left:
            return None
        try:
            pickled = dumps(error)
        except _interpreters.NotShareableError:
            pickled = None
        return (pickled, self.links(error))

    def links(self, error):
        if any(error is each for each in self.way) or not self.left:
            return None
        self.left -= 1
        self.way.append(error)
        members = ()
        if isinstance(error, BaseExceptionGroup):
            members = tuple([self.links(member) for member in error.exceptions])
        links = (self.of(error.__cause__), self.of(error.__context__), error.__suppress_context__, members)
        self.way.pop()
        return links


def _set_links(error, links):
    if links is None:
        return
    cause, context, suppress, members = links
    error.__cause__ = load_exception(cause)
    error.__context__ = load_exception(context)
    error.__suppress_context__ = suppress
    if members and isinstance(error, BaseExceptionGroup):
        for member, its_links in zip(error.exceptions, members):
            _set_links(member, its_links)


def dump_exception(error):
    return _Description().of(error)


def load_exception(description):
    """Return the exception, or None where it cannot be made here."""
    if description is None or description[0] is None:
        return None
    pickled, links = description
    try:
        error = loads(pickled)
    except Exception:
        return None
    if not isinstance(error, BaseException):
        return None
    _set_links(error, links)
    return error
