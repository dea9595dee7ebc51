# tokenize: all kinds of tokens, positions, errors, encodings, untokenize; token and keyword tables.
import io, keyword, token, tokenize
source = '''# comment
def f(a, b=1.5e-3, *args, **kw) -> "x":
    if a == 0xFF or b != 1_0j:  # note
\t\treturn f'{a!r}' + rb"bytes" + \'\'\'multi
line\'\'\'
    x = [1,
         2]; y = {"a": (1, 2)}
    @deco
    async def é(): await z; lambda: ...
    a //= 2; b **= 3; c <<= 1; d := 5; e -> f; g @ h; ~i
\\
pass

'''.replace("\t\t", "        ")
for t in tokenize.generate_tokens(io.StringIO(source).readline):
    print(tokenize.tok_name[t.type], token.tok_name[t.exact_type], repr(t.string), t.start, t.end)
print(tokenize.untokenize(tokenize.generate_tokens(io.StringIO("x = 1 +  2\nif x:\n    y\n").readline)), tokenize.untokenize([(1, "a"), (54, "="), (2, "5")]))
for bad in ("'''open", "(\n", "x = 'abc", "if x:\n    a\n  b\n", "a $ b", "0xz", "é = ½", "\x00", "1a", "x = \\", "a\n\tb\n"):
    try: print(repr(bad), [(tokenize.tok_name[t.type], t.string) for t in tokenize.generate_tokens(io.StringIO(bad).readline)])
    except (tokenize.TokenError, IndentationError) as e: print(repr(bad), "->", type(e).__name__, e.args)
for data in (b"# -*- coding: latin-1 -*-\nx = '\xe9'\n", b"\xef\xbb\xbfx\n", b"x\n", b"# coding: nope\n", b"\xef\xbb\xbf# coding: latin-1\n", b"\n\n# coding: latin-1\n"):
    try: print(tokenize.detect_encoding(io.BytesIO(data).readline), [t.string for t in tokenize.tokenize(io.BytesIO(data).readline)])
    except SyntaxError as e: print(data, e)
print(keyword.kwlist, keyword.softkwlist, keyword.iskeyword("if"), token.EXACT_TOKEN_TYPES[":="], token.ISTERMINAL(5), token.N_TOKENS, tokenize.TokenInfo(1, "a", (1, 0), (1, 1), "a"), sorted(token.EXACT_TOKEN_TYPES)[:6])
