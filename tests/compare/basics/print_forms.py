# print: several values, separators, endings, flushing, files.
import sys
print()
print(1, "two", 3.0, None, True)
print("a", "b", sep="")
print("a", "b", sep="-", end="!\n")
print("to stderr", file=sys.stderr)
print("x", end="", flush=True)
print(sep="only")
print([1, "a"], (1,), {"k": 'v"\''}, {1})
