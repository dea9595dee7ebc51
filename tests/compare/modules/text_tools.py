# textwrap, string, pprint, difflib, reprlib.
import difflib, pprint, reprlib, string, textwrap
t = "The quick brown fox jumped over the lazy dog. A second sentence-with-hyphens and averyveryverylongwordthatmustbreak."
print(textwrap.fill(t, 30), textwrap.wrap(t, 20, break_long_words=False, break_on_hyphens=False), textwrap.shorten(t, 40, placeholder="..."), textwrap.dedent("  a\n    b\n\n  c"), textwrap.indent("a\n\nb\n", "> "), textwrap.indent("a\n\nb", "+", lambda l: True), textwrap.fill("a b c", 3, initial_indent="* ", subsequent_indent="  "), textwrap.wrap("word " * 10, 12, max_lines=2), sep="\n")
print(string.ascii_letters, string.digits, string.punctuation, repr(string.whitespace), string.capwords("hello  big world"), string.Template("$a ${b}c $$ $a").substitute(a=1, b=2), string.Template("$a $zz").safe_substitute(a=1), list(string.Formatter().parse("a{b!r:>{w}}c{{}}")), string.Formatter().vformat("{0} {x}", (1,), {"x": 2}), string.Template("$x $y").get_identifiers())
for bad in ("string.Template('$').substitute()", "string.Template('$x').substitute()", "string.Formatter().format('{}')", "textwrap.wrap('a', 0)", "textwrap.shorten('abc', 1)"):
    try: print(eval(bad))
    except Exception as e: print(bad, "->", type(e).__name__, e)
d = {"name": "x" * 30, "list": list(range(30)), "nested": {"b": {"c": [{"deep": (1, 2, 3)}] * 3}, "a": {1, 2}}, 5: None, "long": "word " * 30}
pprint.pprint(d); pprint.pprint(d, width=40, depth=2, compact=True, sort_dicts=False); print(pprint.pformat([[]]), pprint.isreadable(d), pprint.isrecursive(d), pprint.saferepr("a\n")); r = [1]; r.append(r); print(pprint.pformat(r).split("id=")[0]); pprint.pp({"b": 1, "a": [b"bytes" * 20, bytearray(b"x" * 50)]}); import collections, dataclasses, types; pprint.pprint([collections.OrderedDict(a=1, b="x" * 70), collections.Counter("aab"), collections.deque(range(40)), types.SimpleNamespace(x="y" * 60, z=2), collections.defaultdict(int, a=1), 123456789012345], underscore_numbers=True)
a, b = "one\ntwo\nthree\nfour\n".splitlines(True), "one\ntoo\nthree\nfive\nsix\n".splitlines(True); print("".join(difflib.unified_diff(a, b, "a", "b", n=1)), "".join(difflib.ndiff(a, b)), "".join(difflib.context_diff(a, b)), difflib.get_close_matches("appel", ["ape", "apple", "peach"]), difflib.SequenceMatcher(None, "abcd", "bcde").ratio(), difflib.SequenceMatcher(None, "qabxcd", "abycdf").get_opcodes(), difflib.SequenceMatcher(lambda x: x == " ", "a b", "ab").find_longest_match(), "".join(difflib.restore(difflib.ndiff(a, b), 2)))
print(reprlib.repr(list(range(100))), reprlib.repr("x" * 100), reprlib.repr({i: i for i in range(10)}), reprlib.repr(10 ** 100), reprlib.Repr().repr((1,) * 20))
class C:
    @reprlib.recursive_repr()
    def __repr__(self): return f"C({self.x})"
c = C(); c.x = [c]; print(c)
