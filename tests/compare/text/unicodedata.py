# options: -W ignore
import unicodedata as u
def t(s):
    try: print(s, '->', repr(eval(s)))
    except Exception as e: print(s, '->', type(e).__name__, e)
for s in r"""
u.name('a') | u.name('\0') | u.name('\0', 5) | u.lookup('SNOWMAN') | u.lookup('foo') | u.lookup('LATIN SMALL LETTER R WITH TILDE') | u.decimal('٣') | u.decimal('a') | u.digit('²') | u.numeric('½') | u.numeric('a', None) | u.category('a') | u.bidirectional('a') | u.combining('\u0301') | u.mirrored('(') | u.east_asian_width('あ') | u.decomposition('é') | u.normalize('NFD', 'é') | u.normalize('NFC', 'e\u0301') | u.normalize('NFKD', 'ﬁ') | u.normalize('x', 'é') | u.is_normalized('NFC', 'é') | u.is_normalized('NFD', 'é') | u.unidata_version | u.ucd_3_2_0.unidata_version | u.ucd_3_2_0.name('a') | u.name('ab') | u.name(1) | u.normalize('NFC', 1)
""".replace('\n', ' | ').split(' | '):
    if s.strip(): t(s.strip())
import locale
print(locale.localeconv()['decimal_point'], locale.setlocale(locale.LC_ALL, 'C'), locale.strcoll('a', 'b') < 0, locale.nl_langinfo(locale.RADIXCHAR))
