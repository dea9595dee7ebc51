# import in its forms, of modules of the standard library and of one written here.
import sys
import os.path as p
from math import pi, sqrt as root
with open("helper.py", "w") as f:
    f.write("value = 42\ndef double(x):\n    return x * 2\nprint('helper runs', __name__)\n")
sys.path.insert(0, "")
import helper
import helper as again
from helper import *
print(helper.value, double(4), again is helper, p.basename("/a/b"), f"{pi:.3f}", root(16), "helper" in sys.modules)
try:
    import does_not_exist
except ImportError as e:
    print(type(e).__name__, e)
