# BaseExceptionGroup and ExceptionGroup: construction, split, subgroup, derive.
def show(function, *args):
    try:
        print('->', repr(function(*args)))
    except BaseException as e:
        print(type(e).__name__, e)


show(ExceptionGroup, 1)
show(ExceptionGroup, 1, 2)
show(ExceptionGroup, 'a', 2)
show(ExceptionGroup, 'a', [])
show(ExceptionGroup, 'a', [1])
show(ExceptionGroup, 'a', [KeyboardInterrupt()])


class Own(ExceptionGroup):
    def derive(self, excs):
        return Own(self.message, excs)


show(Own, 'a', [KeyboardInterrupt()])
print(type(BaseExceptionGroup('a', [ValueError()])), type(BaseExceptionGroup('a', [KeyboardInterrupt()])))
group = Own('top', [ValueError(1), TypeError(2), ExceptionGroup('inner', [ValueError(3), OSError(4)])])
group.add_note('a note')
group.__cause__ = KeyError('cause')
for matcher in (ValueError, (ValueError, OSError), lambda e: isinstance(e, TypeError), KeyError, Own):
    match, rest = group.split(matcher)
    for part in (match, rest):
        print(repr(part), part and (part.__notes__, part.__cause__, part.message, part.exceptions))
    print(repr(group.subgroup(matcher)))
show(group.split, 3)
print(str(group), str(ExceptionGroup('one', [OSError()])), ExceptionGroup[int])


class Bad(ExceptionGroup):
    def derive(self, excs):
        return 3


show(Bad('x', [ValueError(), TypeError()]).split, ValueError)


def run(raised, *handlers):
    try:
        try:
            raise raised
        except* ValueError as e:
            print('values', repr(e))
        except* TypeError as e:
            print('types', repr(e))
            raise RuntimeError('from handler')
    except BaseException as e:
        print('left', repr(e), repr(e.__context__))


run(ExceptionGroup('g', [ValueError(1), ExceptionGroup('h', [ValueError(2), KeyError(3)])]))
run(ExceptionGroup('g', [ValueError(1), TypeError(2), KeyError(3)]))
run(ValueError('bare'))
run(KeyError('bare'))
