"""The stock package concurrent.futures, and InterpreterPoolExecutor.

The stock file is run in this module, whose __file__ and __path__ are the stock ones, as those of all frozen modules of the
library. What Python 3.14 has and 3.11 has not is added as the other executors are there, on first use.
"""


def _stock_code():
    from importlib.machinery import PathFinder
    import concurrent
    return PathFinder.find_spec('concurrent.futures', concurrent.__path__).loader.get_code('concurrent.futures')


exec(_stock_code())
del _stock_code

__all__ += ('InterpreterPoolExecutor',)


def __getattr__(name, _stock=__getattr__):
    global InterpreterPoolExecutor
    if name == 'InterpreterPoolExecutor':
        from .interpreter import InterpreterPoolExecutor
        return InterpreterPoolExecutor
    return _stock(name)
