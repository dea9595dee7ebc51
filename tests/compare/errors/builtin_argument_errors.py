# Argument errors of built-in functions and methods: counts, names, types.
calls = """
len() | len(1, 2) | len(x=1) | abs(1, 2) | abs(x=1) | ord() | chr('a') | chr() | isinstance() | isinstance(1, 2, 3) | getattr() | getattr(1) | getattr(1, 2)
getattr(1, 'x', 2, 3) | setattr(1, 'x') | setattr(1, 'x', 2) | hasattr(1, 2) | delattr(1, 'x') | callable() | id() | hash() | repr() | repr(1, 2) | ascii()
bin('a') | bin(1.5) | hex(None) | oct('1') | round() | round('a') | round(1, 2, 3) | round(1.5, 1.5) | pow() | pow(1) | pow(1, 2, 3, 4) | divmod(1) | divmod('a', 1)
sum(1) | sum([], [], []) | max(1) | min(None) | sorted(1) | sorted([1], reverse='a') | enumerate(1, 2, 3) | zip(strict=1, foo=2) | map() | filter(1) | range(1, 2, 3, 4) | range(x=1)
print(sep=1) | print(end=2) | print(1, foo=2) | input(1, 2) | open() | open(1.5) | open('/nonexistent/file') | open('x', 'q') | open('x', 'rw') | open('x', 'rb', encoding='utf-8') | open(5, 'r', -2, None, None, None, 9, 9, 9)
eval() | eval(5) | eval('1', 2) | eval('1', {}, 5) | exec(1) | exec('1', 5) | compile() | compile('1', 'f', 'zz') | compile(5, 'f', 'exec') | compile('1', 'f', 'eval', 99999)
__import__() | __import__(1) | __import__('') | __import__('no_such_module_x') | vars(1) | vars(1, 2) | dir(1, 2) | globals(1) | locals(1) | iter() | next() | super() | super(1) | super(int, 'a') | type() | type(1, 2) | object(1) | object.__new__() | object.__new__(1) | object.__new__(int)
int.__new__(str) | int.__new__() | str.__new__(int) | list.__new__(dict) | dict.__new__(int) | staticmethod() | classmethod() | property(1, 2, 3, 4, 5) | property(x=1) | slice() | slice(1, 2, 3, 4) | memoryview() | memoryview(1) | bytearray(1, 2, 3, 4) | bytes(1, 'a') | frozenset(1) | complex('x') | complex(1, 'x') | float('x', 1) | float(x=1) | int('x', base=10) | int(x=1) | int(base=10) | int(1, base=10) | bool(1, 2) | bool(x=1) | str(1, 2) | str(object=1, x=2) | tuple(x=1) | list(x=1)
''.join() | ''.join(1, 2) | 'a'.split(1) | 'a'.split(sep=1) | 'a'.split(None, 'a') | 'a'.split(maxsplit='x') | 'a'.split(foo=1) | 'a'.replace('a') | 'a'.replace('a', 'b', 'c') | 'a'.find() | 'a'.find(1) | 'a'.find('a', 'b') | 'a'.startswith() | 'a'.encode(1) | 'a'.encode('utf-8', 1) | 'a'.encode(encoding='zz') | 'a'.format(*1) | 'a'.ljust() | 'a'.ljust('b') | 'a'.strip(1) | 'a'.translate() | 'a'.translate(1) | 'a'.splitlines(1, 2) | 'a'.upper(1) | 'a'.isalpha(1) | 'a'.count() | 'a'.expandtabs(1, 2) | str.join('a', 5) | str.join(5, 'a')
[].append() | [].append(x=1) | [].insert('a', 1) | [].insert(1, 2, 3) | [].index() | [1].index(1, 'a') | [].pop('a') | [].sort(1) | [].sort(x=1) | [].extend() | [].count() | [].reverse(1) | {}.get() | {}.get(1, 2, 3) | {}.pop() | {}.setdefault() | {}.update(1) | {}.keys(1) | {}.items(x=1) | dict.fromkeys() | set().add() | set().add(1, 2) | set().remove() | (1).bit_length(1) | (1).to_bytes() | (1).to_bytes(1.5, 'big') | (1).to_bytes(1, 5) | (1).to_bytes(length=1, byteorder='x') | int.from_bytes() | int.from_bytes(1, 'big') | int.from_bytes('a', 'big') | (1.5).is_integer(1) | float.fromhex(1) | (1.5).__round__('a') | (1j).conjugate(1)
list.append() | list.append(1, 2) | list.append([]) | str.upper() | str.upper(1) | int.__add__() | int.__add__('a', 1) | int.__add__(1) | int.__add__(1, 2, 3) | dict.get({}) | list.__len__(1) | type.mro() | type.mro(1) | type.__call__() | object.__init__() | object.__init__(1, 2) | object().__init__(1) | object.__setattr__(1) | object.__getattribute__(1, 2) | object.__reduce_ex__() | object.__format__(1, 2) | list().__getitem__() | (1).__add__() | [].__setitem__(1) | {}.__contains__()
"""
for call in calls.replace("\n", " | ").split(" | "):
    if call.strip():
        try:
            print(call, "=", eval(call))
        except BaseException as e:
            print(call, "->", type(e).__name__, e)
