# options: -W ignore
def t(s):
    try: print(s, '->', repr(eval(s)))
    except Exception as e: print(s, '->', type(e).__name__, e)
class B(bytes): pass
class I:
    def __index__(self): return 2
tests = r"""
TT(b'abc').find(b'c') | TT(b'abc').find(99) | TT(b'abc').find(256) | TT(b'abc').find('a') | TT(b'abc').index(b'z') | TT(b'aaa').count(b'a') | TT(b'abc').rfind(b'') | 97 in TT(b'abc') | 300 in TT(b'abc') | 'a' in TT(b'abc') | b'bc' in TT(b'abc')
TT(b'a b').split() | TT(b'a,b').split(b',') | TT(b'a,b').split(',') | TT(b'a,b').split(b'') | TT(b'a\nb\r\n').splitlines() | TT(b'a,b,c').rsplit(b',', 1) | TT(b'a.b').partition(b'.') | TT(b'a.b').rpartition(b'x')
TT(b' a ').strip() | TT(b'xax').strip(b'x') | TT(b'a').strip('a') | TT(b'abc').replace(b'b', b'xx') | TT(b'abc').replace(b'', b'-') | TT(b'abc').replace('a', 'b') | TT(b'a').center(5, b'*') | TT(b'a').center(5, 'x') | TT(b'a').ljust(3) | TT(b'-1').zfill(4) | TT(b'a\tb').expandtabs(4)
TT(b',').join([b'a', bytearray(b'b'), memoryview(b'c')]) | TT(b'').join(['a']) | TT(b'').join(1) | TT(b'abc').translate(bytes(range(256)), b'a') | TT(b'abc').translate(None, delete=b'b') | TT(b'abc').translate(b'x') | bytes.maketrans(b'ab', b'xy')[97:99] | bytes.maketrans(b'a', b'xy')
TT(b'aBc').upper() | TT(b'aBc').lower() | TT(b'aBc d').title() | TT(b'aBc').swapcase() | TT(b'aBC').capitalize() | TT(b'ab').isalpha() | TT(b'a1').isalnum() | TT(b' ').isspace() | TT(b'Ab').istitle() | TT(b'').isascii() | TT(b'\xff').isascii() | TT(b'ab').islower() | TT(b'A').isupper() | TT(b'1').isdigit()
TT(b'abc').startswith(b'a') | TT(b'abc').startswith((b'x', b'a')) | TT(b'abc').startswith('a') | TT(b'abc').endswith(b'c', 0, 2) | TT(b'abc').removeprefix(b'a') | TT(b'abc').removesuffix(b'c')
TT(b'abc')[0] | TT(b'abc')[5] | TT(b'abc')[1:] | TT(b'abc')[::-1] | TT(b'abc')['a'] | TT(b'abc') + b'd' | TT(b'abc') + 'd' | TT(b'ab') * 2 | TT(b'a') * -1 | TT(b'a') == b'a' | TT(b'a') < b'b' | TT(b'a') == 'a' | TT(b'a') < 'b' | len(TT(b'ab')) | list(TT(b'ab')) | TT(b'ab').hex() | TT(b'abcd').hex('-', 2) | TT(b'abcd').hex('-', -3) | TT.fromhex('61 62') | TT.fromhex('6') | TT.fromhex('zz') | TT(b'ab').decode() | TT(b'\xff').decode('latin1') | TT(b'\xff').decode() | TT(b'\xff').decode('ascii', 'replace') | repr(TT(b'a\'b"\n\x00\xff\\')) | repr(TT(b"a'b"))
TT() | TT(3) | TT(-1) | TT([1, 2]) | TT([256]) | TT(['a']) | TT('a') | TT('é', 'utf8') | TT(b'a', 'utf8') | TT(1.5) | TT(I()) | TT(memoryview(b'abc')) | TT(range(3)) | TT(2**70) | TT(None) | TT(errors='x') | TT('a', errors='strict')
"""
for T in (bytes, bytearray):
    for s in tests.replace('TT', T.__name__).replace('\n', ' | ').split(' | '):
        if s.strip(): t(s.strip())
print(hash(b'abc') == hash(bytes(bytearray(b'abc'))), type(B(b'a') + b'b'), B(b'xy').upper(), type(bytes(B(b'q'))), B(b'abc')[1:])
a = bytearray(b'hello')
a[0] = 72; a[1:3] = b'EYY'; print(a); del a[0]; print(a); del a[::2]; print(a); a += b'xyz'; a *= 2; print(a)
a.append(33); a.extend([1, 2]); a.extend(b'q'); a.insert(0, 65); a.reverse(); print(a, a.pop(), a.pop(0)); a.remove(33); print(a, a.copy() is a); a.clear(); print(a)
for f in ("a.append(256)", "a.append('x')", "a.pop()", "a.remove(1)", "a.extend('x')", "a.extend(1)", "a.__setitem__(0, 1)", "a.__setitem__(slice(0, 0), 5)", "a.__setitem__(slice(0, 0), [1, 2])", "a", "hash(a)", "bytearray(b'abcd').__setitem__(slice(None, None, 2), b'x')", "a.__reduce__()", "bytearray(b'a').__reduce_ex__(4)"): t(f)
m = memoryview(a)
for f in ("a.append(1)", "a.clear()", "a.extend(b'x')"): t(f)
it = iter(b'abc'); next(it); print(it.__length_hint__(), it.__reduce__()[1:]); it.__setstate__(0); print(list(it))
it = iter(bytearray(b'abc')); next(it); print(it.__length_hint__(), type(it).__name__, list(it))
q = bytearray()
for i in range(1000): q.append(i & 255)
for i in range(990): del q[0]
print(q)
print(b'%s|%d|%5.1f|%x|%c|%a' % (b'a', 3, 2.5, 255, 65, 'x'))
