from ..... import x
