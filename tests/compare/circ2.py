import circ1
print('partial', hasattr(circ1, 'x'))
from circ1 import x
