# sys: a few plain attributes.
import sys
print(sys.version_info[:2], sys.maxsize, sys.byteorder, sys.platform, len(sys.argv), sys.getrecursionlimit(), "sys" in sys.modules)
