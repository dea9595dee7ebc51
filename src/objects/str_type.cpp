// str: the type object, construction and item access.
#include "objects/bytes.hpp"
#include "objects/intern.hpp"
#include "objects/number.hpp"
#include "objects/str_internal.hpp"
#include "objects/text_kernels.hpp"
#include "objects/type.hpp"

namespace orochi {

using namespace text;

namespace {

void str_dealloc(ThreadState& ts, Str& self) {
    PyASCIIObject& head = self._base._base;
    if (head.state.interned == SSTATE_INTERNED_MORTAL) intern_forget(ts.interpreter(), self);
    bool owns_data = !head.state.compact;
    const void* data = owns_data ? self.data.any : nullptr;
    if (head.wstr && head.wstr != str_data(self)) std::free(head.wstr);
    if (!(head.state.compact && head.state.ascii) && self._base.utf8 && self._base.utf8 != data)
        Heap::free(self._base.utf8);
    if (owns_data) Heap::free(self.data.any);
    type_of(obj(self)).tp_free(&self);
}

// An instance of a subclass: its struct may be followed by more, so the characters stand apart.
Result<Ref<Object>> new_of_subclass(ThreadState& ts, Type& type, Str& text) {
    Ref<Object> object = TRY(allocate_instance(ts, type));
    Str& s = as<Str>(*object);
    size_t size = size_t((str_length(text) + 1) * str_kind(text));
    void* data = ts.heap().allocate(size);
    // Until the data is there it is an empty compact string to its deallocator.
    s._base._base.state.compact = 1;
    s._base._base.state.ascii = 1;
    s._base._base.hash = -1;
    if (!data) return raise_no_memory(ts);
    memcpy(data, str_data(static_cast<const Str&>(text)), size);
    PyASCIIObject& head = s._base._base;
    head.length = str_length(text);
    head.hash = text._base._base.hash;
    head.state.kind = unsigned(str_kind(text));
    head.state.compact = 0;
    head.state.ascii = str_is_ascii(text);
    head.state.ready = 1;
    s.data.any = data;
    if (str_is_ascii(text)) {
        s._base.utf8 = static_cast<char*>(data);
        s._base.utf8_length = head.length;
    }
    return object;
}

}  // namespace

Result<Ref<Object>> str_from_encoded_object(ThreadState& ts, Object& object, const char* encoding, const char* errors) {
    if (PyBytes_Check(&object)) return str_decode(ts, bytes_view(as<Bytes>(object)), encoding, errors);
    if (PyUnicode_Check(&object)) return raise(ts, PyExc_TypeError, "decoding str is not supported");
    Py_buffer buffer;
    if (!get_buffer(ts, object, buffer, PyBUF_SIMPLE).ok())
        return raise(ts, PyExc_TypeError, "decoding to str: need a bytes-like object, %T found", &object);
    Result<Ref<Object>> result =
        str_decode(ts, {static_cast<const char*>(buffer.buf), size_t(buffer.len)}, encoding, errors);
    release_buffer(buffer);
    return result;
}

namespace {

Result<Ref<Object>> str_construct(ThreadState& ts, Type& type, Object* object, Str* encoding, Str* errors) {
    const char* encoding_text = TRY(codec_argument(ts, encoding));
    const char* errors_text = TRY(codec_argument(ts, errors));
    Ref<Object> text = Ref<Object>::share(obj(empty_str()));
    if (object) {
        if (encoding || errors) {
            text = TRY(str_from_encoded_object(ts, *object, encoding_text, errors_text));
        } else {
            text = TRY(str(ts, *object));
        }
    }
    if (&type == &PyUnicode_Type) return text;
    return new_of_subclass(ts, type, as<Str>(*text));
}

Result<Ref<Str>> str_str(ThreadState& ts, Str& self) { return str_exact(ts, self); }

Py_ssize_t str_len(Str& self) { return str_length(self); }

Result<Ref<Str>> str_concat_slot(ThreadState& ts, Str& left, Object& right) {
    if (!PyUnicode_Check(&right))
        return raise(ts, PyExc_TypeError, "can only concatenate str (not \"%.200s\") to str", type_of(right).tp_name);
    return str_concat(ts, left, as<Str>(right));
}

Result<Ref<Str>> str_item(ThreadState& ts, Str& self, Py_ssize_t index) {
    if (index < 0 || index >= str_length(self)) return raise(ts, PyExc_IndexError, "string index out of range");
    return str_from_character(ts, str_at(self, index));
}

Result<Ref<Str>> str_subscript(ThreadState& ts, Str& self, Object& key) {
    if (is_index(key)) {
        Py_ssize_t index = TRY(number_as_ssize(ts, key, PyExc_IndexError));
        if (index < 0) index += str_length(self);
        return str_item(ts, self, index);
    }
    if (!PySlice_Check(&key)) return raise(ts, PyExc_TypeError, "string indices must be integers, not '%T'", &key);
    Py_ssize_t start, stop, step;
    TRY(slice_unpack(ts, key, start, stop, step));
    Py_ssize_t count = slice_adjust(str_length(self), start, stop, step);
    if (count <= 0) return Ref<Str>::share(empty_str());
    if (step == 1) return str_substring(ts, self, start, start + count);
    Py_UCS4 widest = 0;
    if (str_is_ascii(self)) {
        widest = 0x7F;
    } else {
        for (Py_ssize_t i = 0, at = start; i < count; ++i, at += step) widest = std::max(widest, str_at(self, at));
    }
    if (count == 1) return str_from_character(ts, str_at(self, start));
    Ref<Str> result = TRY(str_new(ts, count, widest));
    for (Py_ssize_t i = 0, at = start; i < count; ++i, at += step) str_put(result, i, str_at(self, at));
    return result;
}

Result<Ref<Object>> str_remainder(ThreadState& ts, Object& left, Object& right) {
    if (!PyUnicode_Check(&left)) return new_not_implemented();
    return str_percent_format(ts, as<Str>(left), right);
}

PyNumberMethods str_as_number = {
    .nb_remainder = slot<str_remainder>,
};
PySequenceMethods str_as_sequence = {
    .sq_length = slot<str_len>,
    .sq_concat = slot<str_concat_slot>,
    .sq_repeat = slot<str_repeat>,
    .sq_item = slot<str_item>,
    .sq_contains = slot<str_contains>,
};
PyMappingMethods str_as_mapping = {
    .mp_length = slot<str_len>,
    .mp_subscript = slot<str_subscript>,
};

}  // namespace

Result<const char*> codec_argument(ThreadState& ts, Str* text) {
    if (!text) return static_cast<const char*>(nullptr);
    std::string_view utf8 = TRY(str_utf8(ts, *text));
    if (utf8.find('\0') != utf8.npos) return raise(ts, PyExc_ValueError, "embedded null character");
    return utf8.data();
}

}  // namespace orochi

using namespace orochi;

PyTypeObject PyUnicode_Type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "str",
    .tp_basicsize = sizeof(PyUnicodeObject),
    .tp_dealloc = slot<str_dealloc>,
    .tp_repr = slot<str_repr>,
    .tp_as_number = &str_as_number,
    .tp_as_sequence = &str_as_sequence,
    .tp_as_mapping = &str_as_mapping,
    .tp_hash = slot<str_hash>,
    .tp_str = slot<str_str>,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_UNICODE_SUBCLASS | _Py_TPFLAGS_MATCH_SELF,
    .tp_doc =
        "str(object='') -> str\n"
        "str(bytes_or_buffer[, encoding[, errors]]) -> str\n"
        "\n"
        "Create a new string object from the given object. If encoding or\n"
        "errors is specified, then the object must expose a data buffer\n"
        "that will be decoded using the given encoding and error handler.\n"
        "Otherwise, returns the result of object.__str__() (if defined)\n"
        "or repr(object).\n"
        "encoding defaults to sys.getdefaultencoding().\n"
        "errors defaults to 'strict'.",
    .tp_richcompare = slot<str_compare_slot>,
    .tp_iter = slot<str_iter>,
    .tp_methods = METHOD_TABLE(str_methods),
    .tp_base = &PyBaseObject_Type,
    .tp_new = NEW_SLOT("str($type, /, object='', encoding='utf-8', errors='strict')", str_construct),
    .tp_free = PyObject_Free,
    .tp_vectorcall = NEW_SLOT("str($type, /, object='', encoding='utf-8', errors='strict')", str_construct),
};
