# ctypes: loading libc, argument and result types, structures, arrays, pointers, callbacks, errors.
import ctypes
from ctypes import *
libc = CDLL("libc.so.6"); print(libc.abs(-5), libc.strlen(b"hello"), libc.atoi(b"42")); libc.strchr.restype = c_char_p; libc.strchr.argtypes = [c_char_p, c_char]; print(libc.strchr(b"abcdef", b"d")); libm = CDLL("libm.so.6"); libm.sqrt.restype, libm.sqrt.argtypes = c_double, [c_double]; print(libm.sqrt(2.0))
class P(Structure): _fields_ = [("x", c_int), ("y", c_double), ("s", c_char * 4)]
class B(Structure): _fields_ = [("a", c_uint, 3), ("b", c_uint, 5)]
class U(Union): _fields_ = [("i", c_uint32), ("b", c_uint8 * 4)]
p = P(1, 2.5, b"ab"); print(p.x, p.y, p.s, sizeof(P), alignment(P), P.y.offset, P.x.size, sizeof(B)); b = B(7, 31); b.a = 9; print(b.a, b.b); u = U(0x01020304); print(list(u.b)); a = (c_int * 5)(*range(5)); a[2] = 50; print(list(a), a[1:3], len(a), sizeof(a)); q = pointer(c_int(7)); q.contents.value += 1; print(q[0], bool(POINTER(c_int)()), cast(a, POINTER(c_int))[2], byref(c_int()) is not None, addressof(a) > 0)
CMP = CFUNCTYPE(c_int, POINTER(c_int), POINTER(c_int)); arr = (c_int * 6)(5, 3, 9, 1, 7, 2); libc.qsort(arr, 6, sizeof(c_int), CMP(lambda x, y: x[0] - y[0])); print(list(arr)); s = create_string_buffer(b"buf", 10); print(s.value, s.raw, sizeof(s), string_at(s, 2)); libc.snprintf(s, 10, b"%d-%s", 42, b"z"); print(s.value, create_unicode_buffer("é").value, c_int(2 ** 33).value, c_ubyte(-1).value, c_char_p(b"x").value, c_wchar_p("w").value, c_bool(5).value, c_float(0.1).value, c_void_p(None).value, c_long(5) , c_char(b"c"), c_longlong(-1), repr(c_double(1.5)))
for bad in ("CDLL('libnone.so')", "libc.no_such_function", "libm.sqrt('a')", "libm.sqrt()", "c_int('a')", "a[9]", "P(1, 2, 3, 4)", "P(zz=1)", "POINTER(c_int)().contents", "c_char(b'ab')", "(c_int * -1)", "cast(5.5, c_void_p)", "pointer(5)", "byref(5)", "sizeof(5)", "c_int() + 1", "type('X', (Structure,), {'_fields_': [('a', int)]})", "libc.strlen(5.5)", "Structure()", "create_string_buffer('a')", "c_int * 'a'"):
    try: print(bad, eval(bad))
    except Exception as e: print(bad, "->", type(e).__name__, e)
libc2 = CDLL(None, use_errno=True); libc2.open(b"/none", 0); print(get_errno(), ctypes.util.find_library("c") if hasattr(ctypes, "util") else "", pythonapi.Py_GetVersion is not None); py_object_test = pythonapi.PyLong_AsLong; py_object_test.argtypes, py_object_test.restype = [py_object], c_long; print(py_object_test(12)); e = (c_char * 3).from_buffer(bytearray(b"xyz")); print(e.value, (c_int * 1).from_buffer_copy(b"\1\0\0\0")[0], memoryview(a).format, bytes(P(1, 0, b"")).__len__()); 
class BE(BigEndianStructure): _fields_ = [("v", c_uint16)]
print(bytes(BE(1)), P.__mro__[1].__name__, c_int.__mro__[1].__name__)
