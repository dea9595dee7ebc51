# json: encoding options, decoding hooks, numbers, escapes, errors with positions.
import collections, decimal, io, json
print(json.dumps({"b": [1, 2.5, True, None, "é\n\"\\/\x00\U0001f600"], "a": {}, 1: (), 2.5: "x", True: 1, None: 2}), json.dumps("é漢", ensure_ascii=False), json.dumps([]), json.dumps([1, {"a": [2]}], indent=2), json.dumps({"b": 1, "a": 2}, sort_keys=True, separators=(",", ":"), indent="\t"))
print(json.dumps([float("inf"), float("-inf"), float("nan"), 1e100, 1e-5, 10 ** 30, -0.0, 0.1]), json.loads('[Infinity, -Infinity, NaN, 1E5, -0, 12345678901234567890, 1.0]'), json.loads('"\\u00e9\\ud83d\\ude00\\n\\/"'), json.loads(b'{"a": "\xc3\xa9"}'), json.loads(" [ ] "))
print(json.loads('{"a": 1, "b": [2, {"c": 3}]}', object_hook=lambda d: sorted(d)), json.loads('{"a": 1, "a": 2}', object_pairs_hook=list), json.loads("[1.5, 2]", parse_float=decimal.Decimal, parse_int=str), json.loads("[NaN]", parse_constant=lambda c: "const " + c))


class E(json.JSONEncoder):
    def default(self, o):
        if isinstance(o, complex):
            return {"re": o.real, "im": o.imag}
        return super().default(o)


print(json.dumps([1j, {"k": 2j}], cls=E), json.dumps({1j}, default=lambda o: sorted(map(str, o))), "".join(E().iterencode([1, [2]])), json.dumps({(1, 2): 3, "ok": 1}, skipkeys=True))
for bad in ("{1}", "object()", "{(1,): 2}", "[float('nan')]", "b'x'"):
    try:
        print(json.dumps(eval(bad), allow_nan=False))
    except (TypeError, ValueError) as e:
        print(bad, "->", type(e).__name__, e)
loop = []; loop.append(loop)
for f in (lambda: json.dumps(loop), lambda: json.dumps(loop, check_circular=False)):
    try:
        f()
    except (ValueError, RecursionError) as e:
        print(type(e).__name__)
for text in ("", "{", "[1,", "[1 2]", '{"a" 1}', '{"a": }', "{'a': 1}", '{"a": 1,}', "[1,]", '"abc', '"\\x"', '"\\u12"', '"a\nb"', "tru", "nul", "01", "1.", "-", "+1", "[1]x", "\ufeff1", '{"a":1 "b":2}', "{1: 2}", "[\n1,\n2 3]"):
    try:
        print(text, json.loads(text))
    except json.JSONDecodeError as e:
        print(repr(text), "->", e, e.msg, e.pos, e.lineno, e.colno)
s = io.StringIO(); json.dump({"x": [1, 2]}, s); print(s.getvalue(), json.load(io.StringIO("[1]")), json.JSONDecoder().raw_decode("[1] tail"))
class I(int): pass
class S(str): pass
class D(dict): pass
print(json.dumps([I(5), S("s"), D(a=1), collections.OrderedDict(z=1)]), json.loads(json.dumps({"k" * 50: list(range(100))})) == {"k" * 50: list(range(100))}, json.loads('"a\tb"', strict=False))
try:
    json.loads(5)
except TypeError as e:
    print(e)
