# What nests deeply compiles, or fails as on the reference.
def attempt(label, source):
    try:
        compile(source, "<deep>", "exec")
        print(label, "ok")
    except Exception as error:
        place = [getattr(error, name, None) for name in ("lineno", "offset", "end_lineno", "end_offset")]
        print(label, type(error).__name__, error, place)


def blocks(head, count):
    return "".join(" " * i + head + ":\n" for i in range(count)) + " " * count + "pass\n"


for n in 20, 99, 100, 199, 201, 500, 100000:
    for label, source in {
        "parentheses": "(" * n + "1" + ")" * n, "lists": "[" * n + "]" * n, "dicts": "{1:" * n + "1" + "}" * n,
        "unary": "-" * n + "a", "not": "not " * n + "1", "lambda": "lambda: " * n + "1", "if": "1 if 2 else " * n + "1",
        "add": "1" + "+a" * n, "fold": "1" + "+1" * n, "power": "a" + "**a" * n, "attributes": "a" + ".a" * n,
        "calls": "a" + "()" * n, "in calls": "a(" * n + ")" * n, "subscripts": "a[" * n + "0" + "]" * n,
        "comparison": "a" + "<a" * n, "targets": "a = " * n + "1", "unclosed": "(" * n, "elif": "if a: pass\n" + "elif a: pass\n" * n,
        "field": "f'{" + "(" * n + ")" * n + "}'", "pattern": "match a:\n case " + "[" * n + "]" * n + ": pass",
        "default": "lambda a=" * n + "1" + ":1" * n, "decorators": "@a\n" * n + "def f(): pass", "strings": "'a' " * n,
        "chain": "a" + ".b(c)[d]" * n, "clauses": "[a " + "for a in b " * n + "]", "items": "with " + ", ".join(["a as b"] * n) + ": pass",
        "fields": "f'" + "{a!r:{b}}" * n + "'", "specifications": "f'{a" + ":{b" * n + "}" * n + "}'", "star": "print(" + "*" * n + "a)", "stars": "f(" + "*a, " * n + ")",
        "await": "async def f(): " + "await " * n + "x", "yield": "def f(): x = " + "yield " * n, "yields": "def f(): x = " + "(yield " * n + ")" * n,
        "walrus": "(a := " * n + "1" + ")" * n, "and": "a and " * n + "b", "mixed": "a and b or " * n + "c", "inverted": "~" * n + "a", "signs": "-+~" * n + "1",
        "classes in patterns": "match a:\n case " + "A(" * n + ")" * n + ": pass", "alternatives": "match a:\n case " + "1|" * n + "1: pass",
        "mappings": "match a:\n case " + "{1: " * n + "b" + "}" * n + ": pass", "handlers": "try: pass\n" + "except a: pass\n" * n, "semicolons": "a;" * n,
        "annotations": "def f(a: " * 1 + "b[" * n + "]" * n + "): pass", "tuples": "(" * n + "a," + "),"  * n, "sets": "{" * n + "1" + "}" * n, "slices": "a[" + ":" * n + "]",
        "starred targets": "*" * n + "a, = b", "for targets": "for " + "(" * n + "a" + ",)" * n + " in b: pass", "lambda defaults": "lambda a=lambda: 1: " * n + "1",
        "dots": "from " + "." * n + " import a", "global": "global " + "a, " * n + "a", "del": "del " + "(" * n + "a" + ")" * n, "assert": "assert a" + ", a" * n,
    }.items():
        if label in ("clauses", "fields") and n > 1000:
            continue  # the reference crashes, or needs time that grows with the square
        attempt(f"{label} {n}", source)
for n in 19, 20, 21, 50, 99, 100:
    for head in "if a", "for a in b", "while a", "with a", "try", "def a()", "class a":
        attempt(f"{head} {n}", blocks(head, n))
