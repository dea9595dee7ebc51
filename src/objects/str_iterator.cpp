// The iterators of str.
#include "objects/str_iterator.hpp"
#include "objects/index_iterator.hpp"
#include "objects/str_internal.hpp"

namespace orochi {

namespace {

struct StrIterator {
    PyObject ob_base;
    Py_ssize_t index;
    Str* text;  // null: exhausted
};

Result<Ref<Object>> exhausted_as_str(ThreadState&) { return Ref<Object>::share(obj(empty_str())); }
using Iteration = IndexIterator<&StrIterator::text, exhausted_as_str>;

Result<OptRef<Object>> iterator_next(ThreadState& ts, StrIterator& self) {
    if (!self.text) return nullptr;
    if (self.index < str_length(*self.text)) {
        Ref<Str> c = TRY(str_from_character(ts, str_at(*self.text, self.index)));
        ++self.index;
        return OptRef<Object>(std::move(c));
    }
    clear(self.text);
    return nullptr;
}
Result<OptRef<Object>> ascii_iterator_next(ThreadState&, StrIterator& self) {
    if (!self.text) return nullptr;
    if (self.index < str_length(*self.text)) {
        auto c = static_cast<const unsigned char*>(str_data(static_cast<const Str&>(*self.text)))[self.index++];
        return OptRef<Object>(Ref<Object>::share(obj(latin1_string(c))));
    }
    clear(self.text);
    return nullptr;
}

}  // namespace

Result<Ref<Object>> str_iter(ThreadState& ts, Str& text) {
    return Iteration::make(ts, str_is_ascii(text) ? orochi_str_ascii_iterator_type : PyUnicodeIter_Type, text);
}

}  // namespace orochi

using namespace orochi;

PyTypeObject PyUnicodeIter_Type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "str_iterator",
    .tp_basicsize = sizeof(StrIterator),
    .tp_dealloc = Iteration::dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = Iteration::traverse,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = slot<iterator_next>,
    .tp_methods = METHOD_TABLE(Iteration::methods),
};

PyTypeObject orochi_str_ascii_iterator_type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "str_ascii_iterator",
    .tp_basicsize = sizeof(StrIterator),
    .tp_dealloc = Iteration::dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = Iteration::traverse,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = slot<ascii_iterator_next>,
    .tp_methods = METHOD_TABLE(Iteration::methods),
};
