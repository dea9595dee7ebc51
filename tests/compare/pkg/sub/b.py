from .. import a
from ..a import value
deep = ('deep', value, __package__, __name__)
