# doctest: examples that pass and fail, option flags, exceptions, parsing.
import doctest, sys
def good(x):
    """
    >>> good(2)
    4
    >>> good("a")
    'aa'
    >>> good(None)
    Traceback (most recent call last):
    TypeError: unsupported operand type(s) for *: 'NoneType' and 'int'
    >>> print("a\\n\\nb")
    a
    <BLANKLINE>
    b
    >>> list(range(20))  # doctest: +ELLIPSIS
    [0, 1, ..., 19]
    >>> {"b": 1,
    ...  "a": 2}["a"]
    2
    >>> 1 / 0  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    ZeroDivisionError: whatever
    >>> print("x   y")  # doctest: +NORMALIZE_WHITESPACE
    x y
    >>> undefined  # doctest: +SKIP
    """
    return x * 2
def bad():
    """
    >>> 1 + 1
    3
    >>> {}["k"]
    0
    """
class C:
    """
    >>> C().m()
    'm'
    """
    def m(self):
        """
        >>> C().m() + "x"
        'mx'
        """
        return "m"
__test__ = {"extra": ">>> 2 + 2\n4\n"}
print(doctest.testmod(report=False, verbose=False)); finder = doctest.DocTestFinder(); print([(t.name, len(t.examples), t.lineno) for t in finder.find(sys.modules["__main__"], "main")])
p = doctest.DocTestParser(); print([(e.source, e.want, e.exc_msg, e.options) for e in p.get_examples(good.__doc__)][:4], p.parse("text\n>>> 1\n1\nmore\n")[0]); print(doctest.script_from_examples(">>> x = 1\ntext\n>>> x\n1\n"))
try: p.parse(">>>1\n")
except ValueError as e: print(e)
r = doctest.DocTestRunner(verbose=True); print(r.run(finder.find(C.m, "C.m", globs={"C": C})[0]), r.summarize())
doctest.run_docstring_examples(bad, {}, name="bad", optionflags=doctest.REPORT_NDIFF | doctest.FAIL_FAST)
