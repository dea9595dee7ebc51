# Constructors, attributes and texts of the exception classes.
import builtins
import errno
import pickle


def show(function, *args, **kwargs):
    try:
        result = function(*args, **kwargs)
        print('->', repr(result), str(result))
    except BaseException as e:
        print(type(e).__name__, e)


for name in sorted(vars(builtins)):
    cls = getattr(builtins, name)
    if isinstance(cls, type) and issubclass(cls, BaseException) and name != 'ExceptionGroup':
        print(name, [c.__name__ for c in cls.__mro__], cls.__basicsize__, cls.__dictoffset__, repr(cls.__doc__))
        print('   ', sorted(k for k in vars(cls)))

show(ValueError, a=1)
show(SyntaxError, 'a', (1, 2))
show(SyntaxError, 'a', (1, 2, 3, 4, 5))
show(SyntaxError, 'm', ('dir/f.py', 3, 4, 'text\n'))
show(SyntaxError, 'm', ('f.py', None, None, None))
show(UnicodeEncodeError, 1, 2)
show(UnicodeEncodeError, 1, 2, 3, 4, 5)
show(UnicodeEncodeError, 'ascii', 'a\xe4b', 1, 2, 'no')
show(UnicodeEncodeError, 'ascii', 'a\u20acb', 1, 2, 'no')
show(UnicodeEncodeError, 'ascii', 'a\U0001f600b', 1, 3, 'no')
show(UnicodeDecodeError, 'utf-8', b'a\xffb', 1, 2, 'bad')
show(UnicodeDecodeError, 'utf-8', b'a\xffb', 1, 3, 'bad')
show(UnicodeDecodeError, 'utf-8', bytearray(b'xy'), 0, 1, 'bad')
show(UnicodeTranslateError, 'abc', 1, 2, 'why')
show(UnicodeDecodeError, 'a', '2', 3, 4, 'r')
show(ImportError, 'm', name='n', path='p')
show(ImportError, a=1)
show(ImportError, name=1, path=2, zzz=1)
show(NameError, 'm', name='n')
show(NameError, nme=1)
show(AttributeError, 'm', name='n', obj=3)
show(KeyError, 'k')
show(KeyError, 'a', 'b')
show(StopIteration, 3)
show(SystemExit, 3)
show(SystemExit, 3, 4)
for number in (errno.ENOENT, errno.EPERM, errno.EEXIST, errno.EAGAIN, errno.ECONNREFUSED, errno.ESRCH, 9999):
    e = OSError(number, 'text', 'file', None, 'file2')
    print(type(e).__name__, e, repr(e), e.errno, e.strerror, e.filename, e.filename2, e.args)
show(OSError, 1)
show(OSError, 1, 2)
show(OSError, 1, 2, 3, 4, 5, 6)
show(lambda: OSError(1, 2).characters_written)
show(lambda: BlockingIOError(1, 2, 3).characters_written)


class Strange(OSError):
    def __init__(self, a, b):
        super().__init__(b, a)


e = Strange('x', 2)
print(e, repr(e), e.errno, e.args, type(e))

for e in (ValueError(1, 2), OSError(2, 'x', 'f'), OSError(2, 'x', 'f', None, 'g'), ImportError('m', name='n'),
          KeyError('k'), UnicodeDecodeError('utf-8', b'\xff', 0, 1, 'bad'), SyntaxError('m', ('f', 1, 2, 't'))):
    e.extra = [1]
    copy = pickle.loads(pickle.dumps(e))
    print(type(copy).__name__, copy, copy.args, sorted(vars(copy).items(), key=str), e.__reduce__())

e = ValueError('x')
for attribute, value in (('__traceback__', 3), ('__dict__', 3), ('__cause__', 3), ('__context__', 3), ('args', 3)):
    show(setattr, e, attribute, value)
    show(delattr, e, attribute)
show(e.__setstate__, 3)
show(e.add_note, 3)
e.add_note('one')
e.add_note('two')
print(e.__notes__, e.__suppress_context__)
e.__cause__ = KeyError()
print(e.__suppress_context__, repr(e.__cause__))
print(e.with_traceback(None) is e)
