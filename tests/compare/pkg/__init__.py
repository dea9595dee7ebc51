print('pkg init', __name__, __path__ is not None)
from . import a
from .a import value as v
__all__ = ['a', 'lazy']
def __getattr__(n):
    if n == 'lazy': return 'made lazily'
    raise AttributeError(n)
def __dir__(): return ['x', 'lazy']
