// bytes: the type object, construction and item access.
#include "objects/byte_methods.hpp"
#include "objects/shared_bytes.hpp"
#include "objects/str_iterator.hpp"
#include "objects/type.hpp"

namespace orochi {

namespace {

Result<Ref<Object>> bytes_of_subclass(ThreadState& ts, Type& type, std::string_view contents) {
    Ref<Object> object = TRY(allocate_instance(ts, type, Py_ssize_t(contents.size())));
    Bytes& bytes = as<Bytes>(*object);
    *reinterpret_cast<Py_hash_t*>(reinterpret_cast<char*>(&bytes) + sizeof(PyVarObject)) = -1;
    if (!contents.empty()) memcpy(bytes.ob_sval, contents.data(), contents.size());
    bytes.ob_sval[contents.size()] = 0;
    return object;
}

Result<Ref<Object>> construct_bytes(ThreadState& ts, Object* source, Str* encoding, Str* errors) {
    if (!source) {
        if (encoding) return raise(ts, PyExc_TypeError, "encoding without a string argument");
        if (errors) return raise(ts, PyExc_TypeError, "errors without a string argument");
        return bytes_new(ts, 0);
    }
    if (encoding) {
        if (!PyUnicode_Check(source)) return raise(ts, PyExc_TypeError, "encoding without a string argument");
        const char* encoding_name = TRY(codec_argument(ts, encoding));
        const char* errors_name = TRY(codec_argument(ts, errors));
        return str_encode(ts, as<Str>(*source), encoding_name, errors_name);
    }
    if (errors) {
        return raise(ts, PyExc_TypeError, PyUnicode_Check(source) ? "string argument without an encoding"
                                                                   : "errors without a string argument");
    }
    if (PyBytes_CheckExact(source)) return Ref<Object>::share(*source);
    if (OptRef<Object> method = TRY(lookup_special(ts, *source, "__bytes__"_n))) {
        Ref<Object> result = TRY(call(ts, *method));
        if (!PyBytes_Check(result.get()))
            return raise(ts, PyExc_TypeError, "__bytes__ returned non-bytes (type %T)", result.get());
        return result;
    }
    if (PyUnicode_Check(source)) return raise(ts, PyExc_TypeError, "string argument without an encoding");
    if (is_index(*source)) {
        Result<Py_ssize_t> number = number_as_ssize(ts, *source, PyExc_OverflowError);
        if (number.ok()) {
            Py_ssize_t size = std::move(number).take();
            if (size < 0) return raise(ts, PyExc_ValueError, "negative count");
            Ref<Bytes> bytes = TRY(bytes_new(ts, size));
            if (size == 1) return bytes_from(ts, std::string_view("", 1));
            if (size) memset(bytes_data(bytes), 0, size_t(size));
            return Ref<Object>(std::move(bytes));
        }
        if (!error_matches(ts, PyExc_TypeError)) return failure;
        error_clear(ts);
    }
    return bytes_from_object(ts, *source);
}

Result<Ref<Object>> construct(ThreadState& ts, Type& type, Object* source, Str* encoding, Str* errors) {
    Ref<Object> bytes = TRY(construct_bytes(ts, source, encoding, errors));
    if (&type == &PyBytes_Type) return bytes;
    return bytes_of_subclass(ts, type, bytes_view(as<Bytes>(*bytes)));
}

Result<Ref<Object>> bytes_method_bytes(ThreadState& ts, Bytes& self) { return ByteTraits<Bytes>::same(ts, self); }
Result<Ref<Tuple>> bytes_method_getnewargs(ThreadState& ts, Bytes& self) {
    Ref<Bytes> copy = TRY(bytes_from(ts, bytes_view(self)));
    return tuple_of(ts, copy);
}

constexpr MethodDef bytes_methods[] = {
    METHOD_PLAIN("__getnewargs__($self, /)", bytes_method_getnewargs, nullptr),
    METHOD("__bytes__($self, /)", bytes_method_bytes,
           "Convert this value to exact type bytes."),
    METHOD_PLAIN("capitalize($self, /)", ByteMethods<Bytes>::capitalize,
           "B.capitalize() -> copy of B\n"
           "\n"
           "Return a copy of B with only its first character capitalized (ASCII)\n"
           "and the rest lower-cased."),
    METHOD("center($self, width, fillchar=b' ', /)", ByteMethods<Bytes>::center,
           "Return a centered string of length width.\n"
           "\n"
           "Padding is done using the specified fill character."),
    METHOD_PLAIN("count($self, $tuple, sub, start=None, end=None, /)", ByteMethods<Bytes>::count,
           "B.count(sub[, start[, end]]) -> int\n"
           "\n"
           "Return the number of non-overlapping occurrences of subsection sub in\n"
           "bytes B[start:end].  Optional arguments start and end are interpreted\n"
           "as in slice notation."),
    METHOD("decode($self, /, encoding='utf-8', errors='strict')", ByteMethods<Bytes>::decode,
           "Decode the bytes using the codec registered for encoding.\n"
           "\n"
           "  encoding\n"
           "    The encoding with which to decode the bytes.\n"
           "  errors\n"
           "    The error handling scheme to use for the handling of decoding errors.\n"
           "    The default is 'strict' meaning that decoding errors raise a\n"
           "    UnicodeDecodeError. Other possible values are 'ignore' and 'replace'\n"
           "    as well as any other name registered with codecs.register_error that\n"
           "    can handle UnicodeDecodeErrors."),
    METHOD_PLAIN("endswith($self, $tuple, suffix, start=None, end=None, /)", ByteMethods<Bytes>::endswith,
           "B.endswith(suffix[, start[, end]]) -> bool\n"
           "\n"
           "Return True if B ends with the specified suffix, False otherwise.\n"
           "With optional start, test B beginning at that position.\n"
           "With optional end, stop comparing B at that position.\n"
           "suffix can also be a tuple of bytes to try."),
    METHOD("expandtabs($self, /, tabsize=8)", ByteMethods<Bytes>::expandtabs,
           "Return a copy where all tab characters are expanded using spaces.\n"
           "\n"
           "If tabsize is not given, a tab size of 8 characters is assumed."),
    METHOD_PLAIN("find($self, $tuple, sub, start=None, end=None, /)", ByteMethods<Bytes>::find,
           "B.find(sub[, start[, end]]) -> int\n"
           "\n"
           "Return the lowest index in B where subsection sub is found,\n"
           "such that sub is contained within B[start,end].  Optional\n"
           "arguments start and end are interpreted as in slice notation.\n"
           "\n"
           "Return -1 on failure."),
    METHOD("fromhex($type, string, /)", ByteMethods<Bytes>::fromhex,
           "Create a bytes object from a string of hexadecimal numbers.\n"
           "\n"
           "Spaces between two numbers are accepted.\n"
           "Example: bytes.fromhex('B9 01EF') -> b'\\\\xb9\\\\x01\\\\xef'."),
    METHOD("hex($self, /, sep=<unrepresentable>, bytes_per_sep=1)", ByteMethods<Bytes>::hex,
           "Create a string of hexadecimal numbers from a bytes object.\n"
           "\n"
           "  sep\n"
           "    An optional single character or byte to separate hex bytes.\n"
           "  bytes_per_sep\n"
           "    How many bytes between separators.  Positive values count from the\n"
           "    right, negative values count from the left.\n"
           "\n"
           "Example:\n"
           ">>> value = b'\\xb9\\x01\\xef'\n"
           ">>> value.hex()\n"
           "'b901ef'\n"
           ">>> value.hex(':')\n"
           "'b9:01:ef'\n"
           ">>> value.hex(':', 2)\n"
           "'b9:01ef'\n"
           ">>> value.hex(':', -2)\n"
           "'b901:ef'"),
    METHOD_PLAIN("index($self, $tuple, sub, start=None, end=None, /)", ByteMethods<Bytes>::index,
           "B.index(sub[, start[, end]]) -> int\n"
           "\n"
           "Return the lowest index in B where subsection sub is found,\n"
           "such that sub is contained within B[start,end].  Optional\n"
           "arguments start and end are interpreted as in slice notation.\n"
           "\n"
           "Raises ValueError when the subsection is not found."),
    METHOD_PLAIN("isalnum($self, /)", ByteMethods<Bytes>::isalnum,
           "B.isalnum() -> bool\n"
           "\n"
           "Return True if all characters in B are alphanumeric\n"
           "and there is at least one character in B, False otherwise."),
    METHOD_PLAIN("isalpha($self, /)", ByteMethods<Bytes>::isalpha,
           "B.isalpha() -> bool\n"
           "\n"
           "Return True if all characters in B are alphabetic\n"
           "and there is at least one character in B, False otherwise."),
    METHOD_PLAIN("isascii($self, /)", ByteMethods<Bytes>::isascii,
           "B.isascii() -> bool\n"
           "\n"
           "Return True if B is empty or all characters in B are ASCII,\n"
           "False otherwise."),
    METHOD_PLAIN("isdigit($self, /)", ByteMethods<Bytes>::isdigit,
           "B.isdigit() -> bool\n"
           "\n"
           "Return True if all characters in B are digits\n"
           "and there is at least one character in B, False otherwise."),
    METHOD_PLAIN("islower($self, /)", ByteMethods<Bytes>::islower,
           "B.islower() -> bool\n"
           "\n"
           "Return True if all cased characters in B are lowercase and there is\n"
           "at least one cased character in B, False otherwise."),
    METHOD_PLAIN("isspace($self, /)", ByteMethods<Bytes>::isspace,
           "B.isspace() -> bool\n"
           "\n"
           "Return True if all characters in B are whitespace\n"
           "and there is at least one character in B, False otherwise."),
    METHOD_PLAIN("istitle($self, /)", ByteMethods<Bytes>::istitle,
           "B.istitle() -> bool\n"
           "\n"
           "Return True if B is a titlecased string and there is at least one\n"
           "character in B, i.e. uppercase characters may only follow uncased\n"
           "characters and lowercase characters only cased ones. Return False\n"
           "otherwise."),
    METHOD_PLAIN("isupper($self, /)", ByteMethods<Bytes>::isupper,
           "B.isupper() -> bool\n"
           "\n"
           "Return True if all cased characters in B are uppercase and there is\n"
           "at least one cased character in B, False otherwise."),
    METHOD("join($self, iterable_of_bytes, /)", ByteMethods<Bytes>::join,
           "Concatenate any number of bytes objects.\n"
           "\n"
           "The bytes whose method is called is inserted in between each pair.\n"
           "\n"
           "The result is returned as a new bytes object.\n"
           "\n"
           "Example: b'.'.join([b'ab', b'pq', b'rs']) -> b'ab.pq.rs'."),
    METHOD("ljust($self, width, fillchar=b' ', /)", ByteMethods<Bytes>::ljust,
           "Return a left-justified string of length width.\n"
           "\n"
           "Padding is done using the specified fill character."),
    METHOD_PLAIN("lower($self, /)", ByteMethods<Bytes>::lower,
           "B.lower() -> copy of B\n"
           "\n"
           "Return a copy of B with all ASCII characters converted to lowercase."),
    METHOD("lstrip($self, bytes=None, /)", ByteMethods<Bytes>::lstrip,
           "Strip leading bytes contained in the argument.\n"
           "\n"
           "If the argument is omitted or None, strip leading  ASCII whitespace."),
    METHOD_FLAGS("maketrans(frm, to, /)", ByteMethods<Bytes>::maketrans,
           "Return a translation table useable for the bytes or bytearray translate method.\n"
           "\n"
           "The returned table will be one where each byte in frm is mapped to the byte at\n"
           "the same position in to.\n"
           "\n"
           "The bytes objects frm and to must be of the same length.",
           METH_STATIC),
    METHOD("partition($self, sep, /)", ByteMethods<Bytes>::partition,
           "Partition the bytes into three parts using the given separator.\n"
           "\n"
           "This will search for the separator sep in the bytes. If the separator is found,\n"
           "returns a 3-tuple containing the part before the separator, the separator\n"
           "itself, and the part after it.\n"
           "\n"
           "If the separator is not found, returns a 3-tuple containing the original bytes\n"
           "object and two empty bytes objects."),
    METHOD("replace($self, old, new, count=-1, /)", ByteMethods<Bytes>::replace,
           "Return a copy with all occurrences of substring old replaced by new.\n"
           "\n"
           "  count\n"
           "    Maximum number of occurrences to replace.\n"
           "    -1 (the default value) means replace all occurrences.\n"
           "\n"
           "If the optional argument count is given, only the first count occurrences are\n"
           "replaced."),
    METHOD("removeprefix($self, prefix, /)", ByteMethods<Bytes>::removeprefix,
           "Return a bytes object with the given prefix string removed if present.\n"
           "\n"
           "If the bytes starts with the prefix string, return bytes[len(prefix):].\n"
           "Otherwise, return a copy of the original bytes."),
    METHOD("removesuffix($self, suffix, /)", ByteMethods<Bytes>::removesuffix,
           "Return a bytes object with the given suffix string removed if present.\n"
           "\n"
           "If the bytes ends with the suffix string and that suffix is not empty,\n"
           "return bytes[:-len(prefix)].  Otherwise, return a copy of the original\n"
           "bytes."),
    METHOD_PLAIN("rfind($self, $tuple, sub, start=None, end=None, /)", ByteMethods<Bytes>::rfind,
           "B.rfind(sub[, start[, end]]) -> int\n"
           "\n"
           "Return the highest index in B where subsection sub is found,\n"
           "such that sub is contained within B[start,end].  Optional\n"
           "arguments start and end are interpreted as in slice notation.\n"
           "\n"
           "Return -1 on failure."),
    METHOD_PLAIN("rindex($self, $tuple, sub, start=None, end=None, /)", ByteMethods<Bytes>::rindex,
           "B.rindex(sub[, start[, end]]) -> int\n"
           "\n"
           "Return the highest index in B where subsection sub is found,\n"
           "such that sub is contained within B[start,end].  Optional\n"
           "arguments start and end are interpreted as in slice notation.\n"
           "\n"
           "Raise ValueError when the subsection is not found."),
    METHOD("rjust($self, width, fillchar=b' ', /)", ByteMethods<Bytes>::rjust,
           "Return a right-justified string of length width.\n"
           "\n"
           "Padding is done using the specified fill character."),
    METHOD("rpartition($self, sep, /)", ByteMethods<Bytes>::rpartition,
           "Partition the bytes into three parts using the given separator.\n"
           "\n"
           "This will search for the separator sep in the bytes, starting at the end. If\n"
           "the separator is found, returns a 3-tuple containing the part before the\n"
           "separator, the separator itself, and the part after it.\n"
           "\n"
           "If the separator is not found, returns a 3-tuple containing two empty bytes\n"
           "objects and the original bytes object."),
    METHOD("rsplit($self, /, sep=None, maxsplit=-1)", ByteMethods<Bytes>::rsplit,
           "Return a list of the sections in the bytes, using sep as the delimiter.\n"
           "\n"
           "  sep\n"
           "    The delimiter according which to split the bytes.\n"
           "    None (the default value) means split on ASCII whitespace characters\n"
           "    (space, tab, return, newline, formfeed, vertical tab).\n"
           "  maxsplit\n"
           "    Maximum number of splits to do.\n"
           "    -1 (the default value) means no limit.\n"
           "\n"
           "Splitting is done starting at the end of the bytes and working to the front."),
    METHOD("rstrip($self, bytes=None, /)", ByteMethods<Bytes>::rstrip,
           "Strip trailing bytes contained in the argument.\n"
           "\n"
           "If the argument is omitted or None, strip trailing ASCII whitespace."),
    METHOD("split($self, /, sep=None, maxsplit=-1)", ByteMethods<Bytes>::split,
           "Return a list of the sections in the bytes, using sep as the delimiter.\n"
           "\n"
           "  sep\n"
           "    The delimiter according which to split the bytes.\n"
           "    None (the default value) means split on ASCII whitespace characters\n"
           "    (space, tab, return, newline, formfeed, vertical tab).\n"
           "  maxsplit\n"
           "    Maximum number of splits to do.\n"
           "    -1 (the default value) means no limit."),
    METHOD("splitlines($self, /, keepends=False)", ByteMethods<Bytes>::splitlines,
           "Return a list of the lines in the bytes, breaking at line boundaries.\n"
           "\n"
           "Line breaks are not included in the resulting list unless keepends is given and\n"
           "true."),
    METHOD_PLAIN("startswith($self, $tuple, prefix, start=None, end=None, /)", ByteMethods<Bytes>::startswith,
           "B.startswith(prefix[, start[, end]]) -> bool\n"
           "\n"
           "Return True if B starts with the specified prefix, False otherwise.\n"
           "With optional start, test B beginning at that position.\n"
           "With optional end, stop comparing B at that position.\n"
           "prefix can also be a tuple of bytes to try."),
    METHOD("strip($self, bytes=None, /)", ByteMethods<Bytes>::strip,
           "Strip leading and trailing bytes contained in the argument.\n"
           "\n"
           "If the argument is omitted or None, strip leading and trailing ASCII whitespace."),
    METHOD_PLAIN("swapcase($self, /)", ByteMethods<Bytes>::swapcase,
           "B.swapcase() -> copy of B\n"
           "\n"
           "Return a copy of B with uppercase ASCII characters converted\n"
           "to lowercase ASCII and vice versa."),
    METHOD_PLAIN("title($self, /)", ByteMethods<Bytes>::title,
           "B.title() -> copy of B\n"
           "\n"
           "Return a titlecased version of B, i.e. ASCII words start with uppercase\n"
           "characters, all remaining cased characters have lowercase."),
    METHOD("translate($self, table, /, delete=b'')", ByteMethods<Bytes>::translate,
           "Return a copy with each character mapped by the given translation table.\n"
           "\n"
           "  table\n"
           "    Translation table, which must be a bytes object of length 256.\n"
           "\n"
           "All characters occurring in the optional argument delete are removed.\n"
           "The remaining characters are mapped through the given translation table."),
    METHOD_PLAIN("upper($self, /)", ByteMethods<Bytes>::upper,
           "B.upper() -> copy of B\n"
           "\n"
           "Return a copy of B with all ASCII characters converted to uppercase."),
    METHOD("zfill($self, width, /)", ByteMethods<Bytes>::zfill,
           "Pad a numeric string with zeros on the left, to fill a field of the given width.\n"
           "\n"
           "The original string is never truncated."),
    METHOD_END,
};

Py_ssize_t bytes_len(Bytes& self) { return self.ob_base.ob_size; }
Result<Ref<Str>> bytes_repr_slot(ThreadState& ts, Bytes& self) { return bytes_repr(ts, self, true); }
Result<Ref<Str>> bytes_str(ThreadState& ts, Bytes& self) {
    TRY(warn_bytes(ts, "str() on a bytes instance"));
    return bytes_repr(ts, self, true);
}

Result<Ref<Object>> bytes_repeat(ThreadState& ts, Bytes& self, Py_ssize_t count) {
    if (count < 0) count = 0;
    Py_ssize_t size = self.ob_base.ob_size;
    if (count > 0 && size > PY_SSIZE_T_MAX / count) return raise(ts, PyExc_OverflowError, "repeated bytes are too long");
    if (count == 1 && PyBytes_CheckExact(obj(&self))) return Ref<Object>::share(obj(self));
    if (size * count == 1) return bytes_from(ts, bytes_view(self));
    Ref<Bytes> result = TRY(bytes_new(ts, size * count));
    repeat_bytes(bytes_data(result), size_t(size * count), bytes_view(self));
    return Ref<Object>(std::move(result));
}

Result<Ref<Object>> bytes_item(ThreadState& ts, Bytes& self, Py_ssize_t index) {
    if (index < 0 || index >= self.ob_base.ob_size) return raise(ts, PyExc_IndexError, "index out of range");
    return int_from(ts, static_cast<unsigned char>(self.ob_sval[index]));
}

Result<Ref<Object>> bytes_subscript(ThreadState& ts, Bytes& self, Object& key) {
    if (is_index(key)) {
        Py_ssize_t index = TRY(number_as_ssize(ts, key, PyExc_IndexError));
        if (index < 0) index += self.ob_base.ob_size;
        return bytes_item(ts, self, index);
    }
    if (!PySlice_Check(&key)) return raise(ts, PyExc_TypeError, "byte indices must be integers or slices, not %T", &key);
    Py_ssize_t start, stop, step;
    TRY(text::slice_unpack(ts, key, start, stop, step));
    Py_ssize_t count = text::slice_adjust(self.ob_base.ob_size, start, stop, step);
    if (count <= 0) return bytes_new(ts, 0);
    if (step == 1) {
        if (count == self.ob_base.ob_size && PyBytes_CheckExact(obj(&self))) return Ref<Object>::share(obj(self));
        return bytes_from(ts, bytes_view(self).substr(size_t(start), size_t(count)));
    }
    if (count == 1) return bytes_from(ts, bytes_view(self).substr(size_t(start), 1));
    Ref<Bytes> result = TRY(bytes_new(ts, count));
    for (Py_ssize_t i = 0, at = start; i < count; ++i, at += step) bytes_data(result)[i] = self.ob_sval[at];
    return Ref<Object>(std::move(result));
}

Result<Ref<Object>> bytes_compare(ThreadState& ts, Object& left, Object& right, int op) {
    if (!PyBytes_Check(&left) || !PyBytes_Check(&right)) {
        if (op == Py_EQ || op == Py_NE) {
            if (PyUnicode_Check(&left) || PyUnicode_Check(&right)) {
                TRY(warn_bytes(ts, "Comparison between bytes and string"));
            } else if (PyLong_Check(&left) || PyLong_Check(&right)) {
                TRY(warn_bytes(ts, "Comparison between bytes and int"));
            }
        }
        return new_not_implemented();
    }
    if (&left == &right) return new_bool(op == Py_EQ || op == Py_LE || op == Py_GE);
    return compare_views(bytes_view(as<Bytes>(left)), bytes_view(as<Bytes>(right)), op);
}

Result<Ref<Object>> bytes_remainder(ThreadState& ts, Object& left, Object& right) {
    if (!PyBytes_Check(&left)) return new_not_implemented();
    return bytes_percent_format(ts, bytes_view(as<Bytes>(left)), right, false);
}

Result<void> bytes_getbuffer(ThreadState& ts, Bytes& self, Py_buffer& view, int flags) {
    return buffer_fill_info(ts, view, &obj(self), self.ob_sval, self.ob_base.ob_size, true, flags);
}

void bytes_dealloc(Bytes& self) { type_of(obj(self)).tp_free(&self); }

struct BytesIterator {
    PyObject ob_base;
    Py_ssize_t index;
    Bytes* bytes;  // null: exhausted
};
void iterator_dealloc(BytesIterator& self) {
    gc_untrack_if_tracked(obj(self));
    decref_optional(self.bytes);
    free_container(obj(self));
}
int iterator_traverse(PyObject* self, visitproc visit, void* arg) {
    Py_VISIT(reinterpret_cast<BytesIterator*>(self)->bytes);
    return 0;
}
Result<OptRef<Object>> iterator_next(ThreadState& ts, BytesIterator& self) {
    if (!self.bytes) return nullptr;
    if (self.index < self.bytes->ob_base.ob_size)
        return int_from(ts, static_cast<unsigned char>(self.bytes->ob_sval[self.index++]));
    clear(self.bytes);
    return nullptr;
}
Py_ssize_t iterator_length_hint(BytesIterator& self) {
    return self.bytes ? self.bytes->ob_base.ob_size - self.index : 0;
}
Result<Ref<Object>> iterator_reduce(ThreadState& ts, BytesIterator& self) {
    Ref<Object> function = TRY(builtin_named(ts, "iter"_s));
    if (!self.bytes) {
        Ref<Tuple> arguments = TRY(tuple_of(ts, empty_tuple()));
        return tuple_of(ts, function, arguments);
    }
    Ref<Tuple> arguments = TRY(tuple_of(ts, *self.bytes));
    Ref<Object> index = TRY(int_from(ts, self.index));
    return tuple_of(ts, function, arguments, index);
}
Result<void> iterator_setstate(ThreadState& ts, BytesIterator& self, Object& state) {
    Py_ssize_t index = TRY(int_as_ssize(ts, state));
    if (self.bytes) self.index = std::clamp<Py_ssize_t>(index, 0, self.bytes->ob_base.ob_size);
    return {};
}
Result<Ref<Object>> bytes_iter(ThreadState& ts, Bytes& self) {
    Ref<BytesIterator> iterator = TRY(new_container<BytesIterator>(ts, PyBytesIter_Type));
    iterator->index = 0;
    iterator->bytes = new_reference(self);
    gc_track(ts, iterator);
    return Ref<Object>(std::move(iterator));
}
constexpr MethodDef iterator_methods[] = {
    METHOD_PLAIN("__length_hint__($self, /)", iterator_length_hint,
                 "Private method returning an estimate of len(list(it))."),
    METHOD_PLAIN("__reduce__($self, /)", iterator_reduce, "Return state information for pickling."),
    METHOD_PLAIN("__setstate__($self, state, /)", iterator_setstate, "Set state information for unpickling."),
    METHOD_END,
};

PyNumberMethods bytes_as_number = {
    .nb_remainder = slot<bytes_remainder>,
};
PySequenceMethods bytes_as_sequence = {
    .sq_length = slot<bytes_len>,
    .sq_concat = slot<bytes_concat>,
    .sq_repeat = slot<bytes_repeat>,
    .sq_item = slot<bytes_item>,
    .sq_contains = slot<ByteMethods<Bytes>::contains>,
};
PyMappingMethods bytes_as_mapping = {
    .mp_length = slot<bytes_len>,
    .mp_subscript = slot<bytes_subscript>,
};
PyBufferProcs bytes_as_buffer = {
    .bf_getbuffer = slot<bytes_getbuffer>,
};

}  // namespace

}  // namespace orochi

using namespace orochi;

PyTypeObject PyBytes_Type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "bytes",
    .tp_basicsize = offsetof(PyBytesObject, ob_sval) + 1,
    .tp_itemsize = 1,
    .tp_dealloc = slot<bytes_dealloc>,
    .tp_repr = slot<bytes_repr_slot>,
    .tp_as_number = &bytes_as_number,
    .tp_as_sequence = &bytes_as_sequence,
    .tp_as_mapping = &bytes_as_mapping,
    .tp_hash = slot<bytes_hash>,
    .tp_str = slot<bytes_str>,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_as_buffer = &bytes_as_buffer,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_BYTES_SUBCLASS | _Py_TPFLAGS_MATCH_SELF,
    .tp_doc = "bytes(iterable_of_ints) -> bytes\n"
              "bytes(string, encoding[, errors]) -> bytes\n"
              "bytes(bytes_or_buffer) -> immutable copy of bytes_or_buffer\n"
              "bytes(int) -> bytes object of size given by the parameter initialized with null bytes\n"
              "bytes() -> empty bytes object\n"
              "\n"
              "Construct an immutable array of bytes from:\n"
              "  - an iterable yielding integers in range(256)\n"
              "  - a text string encoded using the specified encoding\n"
              "  - any object implementing the buffer API.\n"
              "  - an integer",
    .tp_richcompare = slot<bytes_compare>,
    .tp_iter = slot<bytes_iter>,
    .tp_methods = METHOD_TABLE(bytes_methods),
    .tp_base = &PyBaseObject_Type,
    .tp_new = NEW_SLOT("bytes($type, /, source=b'', encoding='utf-8', errors='strict')", construct),
    .tp_free = PyObject_Free,
};

PyTypeObject PyBytesIter_Type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "bytes_iterator",
    .tp_basicsize = sizeof(BytesIterator),
    .tp_dealloc = slot<iterator_dealloc>,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = iterator_traverse,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = slot<iterator_next>,
    .tp_methods = METHOD_TABLE(iterator_methods),
};
