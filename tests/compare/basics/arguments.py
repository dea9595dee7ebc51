# args: one "two words" --three
# sys.argv and __file__.
import sys
print(sys.argv[1:], sys.argv[0] == __file__, __name__, __doc__)
