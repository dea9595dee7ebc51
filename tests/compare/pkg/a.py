value = 1
from .sub.b import deep
