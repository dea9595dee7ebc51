# options: -W ignore
import json, _json
def t(s):
    try: print(s, '->', repr(eval(s)))
    except Exception as e: print(s, '->', type(e).__name__, e)
for s in r"""
json.dumps({'a': [1, 2.5, None, True, 'é"\n\x7f😀'], 'b': {}}) | json.dumps('é😀\x7f', ensure_ascii=False) | json.dumps([float('nan'), float('inf'), 1e100, 10**30]) | json.dumps(float('nan'), allow_nan=False) | json.dumps({1: 2, 1.5: 3, None: 4, True: 5, 'a': 6}) | json.dumps({(1,): 2}) | json.dumps({(1,): 2}, skipkeys=True) | json.dumps({'b': 1, 'a': 2}, sort_keys=True) | json.dumps(object) | json.dumps({1, 2}, default=list) | json.dumps([1, [2]], indent=2) | json.dumps([], separators=(',', ':')) | json.dumps({'a': 1, 'b': [1, 2]}, separators=(',', ':')) | json.dumps(()) | json.dumps('')
json.loads('{"a": [1, -2.5e3, null, true, false, "x\\u00e9\\ud83d\\ude00\\n"]}') | json.loads('[]') | json.loads('{}') | json.loads(' 1 ') | json.loads('1.') | json.loads('-') | json.loads('01') | json.loads('') | json.loads('{') | json.loads('{"a"') | json.loads('{"a":1,}') | json.loads('{a:1}') | json.loads('[1,]') | json.loads('[1 2]') | json.loads('"abc') | json.loads('"\\x"') | json.loads('"\\u12"') | json.loads('"\\ud800"') | json.loads('"a\nb"') | json.loads('"a\nb"', strict=False) | json.loads('NaN') | json.loads('-Infinity') | json.loads('nul') | json.loads('1 2') | json.loads('123456789012345678901234567890') | json.loads('1e400') | json.loads('1', parse_int=str) | json.loads('1.5', parse_float=str) | json.loads('{"a":1}', object_pairs_hook=list) | json.loads('{"a":1}', object_hook=len) | json.loads(b'"\xc3\xa9"') | json.loads('{"a":1,"a":2}') | json.loads('[' * 100000)
_json.scanstring('abc"', 0, True) | _json.scanstring(b'abc', 0) | _json.encode_basestring_ascii('é') | _json.encode_basestring('é"') | _json.encode_basestring(1) | json.scanner.c_make_scanner is not None | json.encoder.c_make_encoder is not None
""".replace('\n', ' | ').split(' | '):
    if s.strip(): t(s.strip())
x = []; x.append(x)
t('json.dumps(x)')
