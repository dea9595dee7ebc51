// bytes: the type object, construction and item access.
#include "objects/byte_methods.hpp"
#include "objects/index_iterator.hpp"
#include "objects/shared_bytes.hpp"
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
        return raise(
            ts, PyExc_TypeError,
            PyUnicode_Check(source) ? "string argument without an encoding" : "errors without a string argument");
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
    METHOD("__bytes__($self, /)", bytes_method_bytes, "Convert this value to exact type bytes."),
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
    METHOD("join($self, iterable_of_bytes, /)", ByteMethods<Bytes>::join,
           "Concatenate any number of bytes objects.\n"
           "\n"
           "The bytes whose method is called is inserted in between each pair.\n"
           "\n"
           "The result is returned as a new bytes object.\n"
           "\n"
           "Example: b'.'.join([b'ab', b'pq', b'rs']) -> b'ab.pq.rs'."),
    METHOD("lstrip($self, bytes=None, /)", ByteMethods<Bytes>::lstrip,
           "Strip leading bytes contained in the argument.\n"
           "\n"
           "If the argument is omitted or None, strip leading  ASCII whitespace."),
    METHOD("partition($self, sep, /)", ByteMethods<Bytes>::partition,
           "Partition the bytes into three parts using the given separator.\n"
           "\n"
           "This will search for the separator sep in the bytes. If the separator is found,\n"
           "returns a 3-tuple containing the part before the separator, the separator\n"
           "itself, and the part after it.\n"
           "\n"
           "If the separator is not found, returns a 3-tuple containing the original bytes\n"
           "object and two empty bytes objects."),
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
    METHOD("rpartition($self, sep, /)", ByteMethods<Bytes>::rpartition,
           "Partition the bytes into three parts using the given separator.\n"
           "\n"
           "This will search for the separator sep in the bytes, starting at the end. If\n"
           "the separator is found, returns a 3-tuple containing the part before the\n"
           "separator, the separator itself, and the part after it.\n"
           "\n"
           "If the separator is not found, returns a 3-tuple containing two empty bytes\n"
           "objects and the original bytes object."),
#define BYTES_TYPE Bytes
#define BYTES_NAME "bytes"
#include "objects/byte_method_table.inc"
#undef BYTES_TYPE
#undef BYTES_NAME
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
    if (count > 0 && size > PY_SSIZE_T_MAX / count)
        return raise(ts, PyExc_OverflowError, "repeated bytes are too long");
    if (count == 1 && PyBytes_CheckExact(obj(&self))) return Ref<Object>::share(obj(self));
    if (size * count == 1) return bytes_from(ts, bytes_view(self));
    // Nothing times something is a new object, as in CPython, whose tests trace where it comes from.
    const bool emptied = size && !count;
    Ref<Bytes> result = TRY(bytes_new(ts, emptied ? 1 : size * count));
    if (emptied) result->ob_base.ob_size = result->ob_sval[0] = 0;
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
    if (!PySlice_Check(&key))
        return raise(ts, PyExc_TypeError, "byte indices must be integers or slices, not %T", &key);
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
using Iteration = IndexIterator<&BytesIterator::bytes>;

Result<OptRef<Object>> iterator_next(ThreadState& ts, BytesIterator& self) {
    if (!self.bytes) return nullptr;
    if (self.index < self.bytes->ob_base.ob_size)
        return int_from(ts, static_cast<unsigned char>(self.bytes->ob_sval[self.index++]));
    clear(self.bytes);
    return nullptr;
}
Result<Ref<Object>> bytes_iter(ThreadState& ts, Bytes& self) { return Iteration::make(ts, PyBytesIter_Type, self); }

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
    .tp_doc =
        "bytes(iterable_of_ints) -> bytes\n"
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
    .tp_dealloc = Iteration::dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = Iteration::traverse,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = slot<iterator_next>,
    .tp_methods = METHOD_TABLE(Iteration::methods),
};
