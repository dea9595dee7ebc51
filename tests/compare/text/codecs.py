# options: -W ignore
import codecs
def t(s):
    try: print(s, '->', repr(eval(s)))
    except Exception as e: print(s, '->', type(e).__name__, e)
for s in r"""
b'\xff\xfea\x00'.decode('utf-16') | b'\x00'.decode('utf-16') | b'\xff\xfe\x00\xd8'.decode('utf-16') | b'\x00\xd8a\x00'.decode('utf-16-le', 'replace') | b'abc'.decode('utf-32') | '\U0001f600'.encode('utf-16-be') | b'\xf0\x9f\x98\x80'.decode() | b'\xed\xa0\x80'.decode('utf8', 'surrogatepass') | b'a\xffb\xc3'.decode('utf8', 'replace') | b'a\xff'.decode('utf8', 'surrogateescape') | b'a\xff\xc3'.decode('utf8', 'backslashreplace') | b'\xe2\x82'.decode() | b'\xc0\x80'.decode() | b'\xf5'.decode()
codecs.utf_8_decode(b'a\xe2\x82') | codecs.utf_8_decode(b'a\xe2\x82', 'strict', True) | codecs.utf_16_ex_decode(b'\xff\xfea\x00', 'strict', 0, False) | codecs.lookup('UTF8').name | codecs.lookup('nope') | codecs.encode('abc', 'rot13') | codecs.decode(b'616', 'hex') | codecs.encode(b'ab', 'base64') | codecs.escape_decode(b'a\\x41\\n\\101') | codecs.escape_encode(b'a\n\xff\'') | codecs.lookup_error('strict') is not None | codecs.lookup_error('zz')
codecs.charmap_build('ab') | codecs.charmap_encode('ab', 'strict', codecs.charmap_build('\0ab')) | codecs.charmap_decode(b'\1', 'strict', {1: 'xy'}) | b'\x81'.decode('cp1252') | '\u1234\u1235a'.encode('cp1252', 'xmlcharrefreplace') | '\u1234'.encode('cp1252') | b'\\x41\\u0042\\N{BULLET}\\777'.decode('unicode_escape') | b'\\x4'.decode('unicode_escape') | b'\\'.decode('unicode_escape') | b'\\N{zz}'.decode('unicode_escape') | b'\\u12'.decode('raw_unicode_escape') | '\u0100a\\'.encode('raw_unicode_escape')
b'+AOk-'.decode('utf7') | b'+AOk'.decode('utf7') | b'+A'.decode('utf7') | b'\xff'.decode('utf7') | 'aé~\U0001f600+'.encode('utf7') | b'a+IKx-b'.decode('utf7') | 'abc'.encode('utf-8-sig') | b'\xef\xbb\xbfa'.decode('utf-8-sig') | 'é'.encode('iso8859-15') | 'ü'.encode('mac-roman')
""".replace('\n', ' | ').split(' | '):
    if s.strip(): t(s.strip())
def handler(e):
    print(type(e).__name__, e.encoding, e.start, e.end, e.reason, repr(e.object))
    return ('<?>', e.end)
codecs.register_error('mine', handler)
t("'aéĀb'.encode('ascii', 'mine')"); t("b'a\\xff\\xfeb'.decode('utf8', 'mine')"); t("'é'.encode('cp1252', 'mine')"); t("'\\u1234'.encode('cp1252', 'mine')")
codecs.register_error('bad', lambda e: 1)
t("'é'.encode('ascii', 'bad')"); t("b'\\xff'.decode('utf8', 'bad')")
codecs.register_error('far', lambda e: ('x', 100))
t("'é'.encode('ascii', 'far')"); t("b'\\xff'.decode('utf8', 'far')")
codecs.register_error('bytes', lambda e: (b'<b>', e.end))
t("'é'.encode('ascii', 'bytes')")
for n in ('strict', 'ignore', 'replace', 'xmlcharrefreplace', 'backslashreplace', 'namereplace', 'surrogateescape', 'surrogatepass'):
    for e in (UnicodeEncodeError('ascii', 'aé\udc80', 1, 3, 'r'), UnicodeDecodeError('utf8', b'a\xff', 1, 2, 'r'), UnicodeTranslateError('aé', 1, 2, 'r'), ValueError('x')):
        try: print(n, repr(codecs.lookup_error(n)(e)))
        except Exception as x: print(n, type(x).__name__, x)
d = codecs.getincrementaldecoder('utf-8')()
print(repr(d.decode(b'\xe2')), repr(d.decode(b'\x82\xac')), repr(d.decode(b'', True)))
import io
print(io.TextIOWrapper(io.BytesIO('é€'.encode('utf-16')), 'utf-16').read())
