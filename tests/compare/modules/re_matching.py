# re: groups, flags, lookaround, substitution, splitting, named groups, errors, repr.
import re
m = re.match(r"(?P<year>\d{4})-(?P<month>\d\d)(-(\d\d))?", "2024-02 rest")
print(m, m.group(), m.groups(), m.groups("x"), m.groupdict(), m["year"], m.span("month"), m.start(2), m.end(), m.lastindex, m.lastgroup, m.pos, m.endpos, m.re.pattern, m.string, m.expand(r"\2/\g<year>"))
print(re.findall(r"\b(\w)(\w*)", "alpha be c"), re.findall(r"a*", "baac"), re.split(r"(,)\s*", "a, b,c"), re.split(r"", "abc"), re.split("x", "axbxc", maxsplit=1))
print(re.sub(r"(a)(b)?", r"<\1\2>", "abac"), re.subn("a", "b", "aaa", count=2), re.sub(r"\w+", lambda m: m.group().title(), "hello big world"), re.sub("", "-", "ab"), re.sub(r"x*", "-", "abxd"))
print(re.search(r"(?<=\$)\d+(?!\d|\.)", "cost $12.5 $34"), re.search(r"(?<!a)b", "ab b"), re.fullmatch(r"a|ab", "ab"), re.match(r"(?i:HE)llo", "hello"), re.search(r"^b$", "a\nb\nc", re.M), re.match(".*", "a\nb", re.S).group())
print(re.match(r"(a+)+b", "aaab").group(1), re.match(r"(?:a|b)*?c", "abc").span(), re.match(r"(\w+) \1", "hey hey").group(), re.match(r"(?P<q>['\"]).*?(?P=q)", "'x'y'").group(), re.match(r"a{2,3}?", "aaaa").group(), re.match(r"(a)?(?(1)b|c)", "c").group())
print(re.compile(r"""
    \d+   # digits
    \s*   # space
    [a-z] # letter""", re.X).match("12  x"), re.findall(r"[^\W\d_]+", "aé1_漢"), re.findall(r"\w", "é1", re.A), re.match(r"\u00e9\x41\N{BULLET}", "éA•"), re.escape("a.b*c[d]é-"), re.findall(rb"\d", b"a1b2"))
p = re.compile("a(b)(?P<n>c)", re.I | re.M)
print(p, p.groups, p.groupindex, p.flags, p == re.compile("a(b)(?P<n>c)", re.I | re.M), hash(p) == hash(re.compile("a(b)(?P<n>c)", re.I | re.M)), [m.span() for m in p.finditer("abc ABC", 1)], p.scanner("abc").match(), re.I | re.M, re.RegexFlag(0))
print(re.match(r"(?>a+)b", "aab"), re.match(r"a++b", "aab"), re.match(r"(?s-i:.)", "\n"), re.match(r"x(?=y)", "xy").end(), re.search(r"\Aab\Z", "ab"), re.search(r"\bfoo\B", "foobar"), re.findall(r"(?m)^\s*#.*$", "#a\n b\n  #c"))
for bad in ("(", ")", "[", "a**", "*a", "(?P<n>a)(?P<n>b)", "(?P<1>a)", r"\1", "(?<=a*)b", "a{2,1}", "[z-a]", r"\q", "(?z)", "(?P=x)", "(?P<n", "(?(9)a)", "x(?i)", r"\x1", "[a", "(?#", r"\N{zz}"):
    try:
        re.compile(bad); print(bad, "fine")
    except re.error as e:
        print(bad, "->", e, e.msg, e.pos, e.lineno, e.colno)
for bad in ("re.match('a', b'a')", "re.match(b'a', 'a')", "re.match(5, 'a')", "m.group(99)", "m.group('zz')", "re.sub('a', r'\\2', 'a')", "re.compile(p, re.I)", "m['x']", "re.sub('a', 5, 'a')", "m.expand(r'\\g<zz>')", "re.compile('a', re.A | re.U)"):
    try:
        print(eval(bad))
    except Exception as e:
        print(bad, "->", type(e).__name__, e)
import copy, pickle
print(pickle.loads(pickle.dumps(p)) == p, copy.deepcopy(p) is p, repr(re.search("x" * 60, "x" * 60)), [t for t in re.Scanner([(r"\d+", lambda s, t: int(t)), (r"\s+", None), (r"\w+", lambda s, t: t)]).scan("12 ab 3")[0]])
