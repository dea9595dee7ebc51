"""The stock package concurrent.futures, and InterpreterPoolExecutor.

The stock file is run in this module, which takes over its identity: its __file__, __spec__ and __path__. What Python
3.14 has and 3.11 has not is added as the other executors are there, on first use.
"""


def _become_stock():
    from importlib.machinery import PathFinder
    import concurrent
    spec = PathFinder.find_spec('concurrent.futures', concurrent.__path__)
    globals().update(__spec__=spec, __loader__=spec.loader, __file__=spec.origin, __cached__=spec.cached,
                     __path__=spec.submodule_search_locations)
    return spec.loader.get_code('concurrent.futures')


exec(_become_stock())
del _become_stock

__all__ += ('InterpreterPoolExecutor',)


def __getattr__(name, _stock=__getattr__):
    global InterpreterPoolExecutor
    if name == 'InterpreterPoolExecutor':
        from .interpreter import InterpreterPoolExecutor
        return InterpreterPoolExecutor
    return _stock(name)
