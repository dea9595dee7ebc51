# options: -u
# What a further interpreter looks like right after its start, and that what it and its like do to that state stays theirs.
# The reference has the module interpreters as test.support.interpreters.
try:
    import interpreters
except ImportError:
    from test.support import interpreters

STATE = """
import sys
names = {'sys', 'builtins', '_frozen_importlib', '_imp', '_thread', '_weakref', '_io', 'marshal', 'posix', 'time', 'zipimport',
         '_codecs', 'codecs', 'encodings', 'encodings.aliases', 'encodings.utf_8', '_abc', 'abc', 'io', '__main__', '_stat', 'stat',
         '_collections_abc', 'genericpath', 'posixpath', 'os.path', 'os', '_sitebuiltins', 'site'}
print(sorted(names - set(sys.modules)), 'json' in sys.modules, sys.modules['os.path'] is sys.modules['posixpath'])
print(sys.path[-3:], [type(f).__name__ for f in (sys.stdin, sys.stdout, sys.stderr)], sys.stdout is sys.__stdout__)
print(exit, quit, copyright is not None, type(help).__name__, sys.meta_path[-1], len(sys.path_hooks))
print(__name__, __loader__, __spec__, __builtins__, sorted(n for n in globals() if n.startswith('__')))
"""
MODULES = """
import sys
for name in sorted(sys.modules):
    module = sys.modules[name]
    if name in ('abc', 'io', 'os', 'stat', 'codecs', 'site', 'zipimport', 'encodings', '_abc', '_stat', 'marshal'):
        print(name, module, len(vars(module)) > 3, module.__spec__.name, type(module.__loader__).__name__)
"""
BEHAVIOUR = """
import os, io, codecs, abc, collections.abc as cabc, gc, weakref, stat
print(issubclass(list, cabc.Sequence), isinstance({}, cabc.MutableMapping), isinstance(5, cabc.Hashable), issubclass(os._Environ, cabc.Mapping))
class Odd(cabc.Set):
    def __contains__(self, x): return x % 2
    def __iter__(self): return iter((1, 3))
    def __len__(self): return 2
print(1 in Odd(), Odd() == {1, 3}, hash(Odd) == hash(Odd), Odd in cabc.Set.__subclasses__(), {Odd: 1}[Odd])
print(sorted(c.__name__ for c in io.IOBase.__subclasses__()), [c.__name__ for c in abc.ABCMeta.__mro__])
print(any(f is os.fspath for f in gc.get_objects()), type(weakref.ref(os.walk)()).__name__, stat.filemode(0o40755))
print(codecs.lookup('utf-8').name, codecs.lookup('latin-1').name, 'é'.encode('utf-16-le'), b'a'.decode('rot13' if 0 else 'ascii'))
code = os.path.join.__code__
print(code.co_name, code == os.path.join.__code__, weakref.ref(code)() is code, [os.path.join('a', str(i)) for i in range(20)][-1])
print(code.co_code == os.path.join.__code__.co_code, len(list(code.co_lines())) == len(list(os.path.join.__code__.co_lines())))
seen = []
__import__('sys').settrace(lambda frame, event, arg: seen.append(frame.f_code))
os.path.join('a', 'b')
__import__('sys').settrace(None)
walk = os.walk('.')
print(seen[0] is os.path.join.__code__, [next(os.walk('.'), None) is None for i in range(10)][0], walk.gi_code is os.walk.__code__)
for i in range(10): list(os.walk('/nowhere'))
walk = os.walk('/'); next(walk); print(walk.gi_frame.f_code is os.walk.__code__, walk.gi_frame.f_lineno > os.walk.__code__.co_firstlineno)
os.path.join = None; os.sep = '|'; sys = __import__('sys'); sys.path.append('mine'); os.environ['ONLY_HERE'] = '1'; cabc.Set.mine = 1
print(Odd.mine, os.sep, io.StringIO('a\\nb').readlines())
"""
CHECK = """
import os, sys, collections.abc as cabc
print(os.path.join('a', 'b'), os.sep, 'mine' in sys.path, hasattr(cabc.Set, 'mine'))
"""
first, second = interpreters.create(), interpreters.create()
for source in (STATE, MODULES, BEHAVIOUR):
    first.run(source)
for source in (CHECK, BEHAVIOUR, STATE):
    second.run(source)
third = interpreters.create()
third.run(CHECK)

# The environment is that of the time of creation.
import os
os.environ["SET_BETWEEN"] = "yes"
fourth = interpreters.create()
fourth.run("import os; print(os.environ.get('SET_BETWEEN'), os.environb.get(b'SET_BETWEEN'))")
del os.environ["SET_BETWEEN"]
fifth = interpreters.create()
fifth.run("import os; print(os.environ.get('SET_BETWEEN'))")

# Functions whose module nobody has looked into, one way of reaching it each.
for look in ("type(help).__call__.__globals__['__name__']", "repr(quit), quit.__class__.__repr__.__globals__ is vars(__import__('sys').modules['_sitebuiltins'])",
             "__loader__.find_spec('math').name, __loader__.find_spec('nothing')", "__import__('os').sep",
             "'ä'.encode('latin-1'), 'a'.encode('idna')", "open.__name__, type(open('/dev/null')).__name__",
             "getattr(type(help).__call__, '__globals__')['__name__']", "__build_class__.__self__.__name__",
             "[c.__name__ for c in type(quit).__mro__], __loader__.__init__.__class__.__name__",
             "__loader__.find_spec.__func__.__builtins__['len'] is len, __loader__.find_spec.__func__.__code__.co_name"):
    interp = interpreters.create()
    interp.run(f"print({look})")
    interp.close()

# What an end must do, it does: exit functions, finalisers.
ends = interpreters.create()
ends.run("""
import atexit
class Loud:
    def __del__(self, print=print): print('finalised')
loud = Loud()
def generator():
    try:
        yield 1
    finally:
        print('generator closed')
running = generator()
next(running)
atexit.register(print, 'exit function')
""")
ends.close()
for interp in (first, second, third, fourth, fifth):
    interp.close()
print(len(interpreters.list_all()))
