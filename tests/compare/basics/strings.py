# Strings: concatenation, indexing, slices, common methods, iteration.
s = "hello"
print(s + " " + "world", s * 2, s[0], s[-1], s[1:3], s[::-1], len(s), "ell" in s)
print(s.upper(), s.find("l"), s.replace("l", "L"), s.startswith("he"), "a,b".split(","), "-".join(["x", "y"]), " x ".strip())
for c in "abc":
    print(c, end=";")
print()
print(repr("it's"), repr('say "hi"'), repr("new\nline\t\\"), "é漢\U0001f600", ord("é"), chr(233))
print("%s is %d years and %.1f" % ("Bob", 42, 1.75), "{} {x}".format(1, x=2), f"{s!r:>10}|{1 + 1}")
