// The iterators of str.
#include "objects/dict.hpp"
#include "objects/int.hpp"
#include "objects/str_internal.hpp"
#include "objects/str_iterator.hpp"

namespace orochi {

namespace {

struct StrIterator {
    PyObject ob_base;
    Py_ssize_t index;
    Str* text;  // null: exhausted
};

void iterator_dealloc(ThreadState&, StrIterator& self) {
    gc_untrack_if_tracked(obj(self));
    decref_optional(self.text);
    free_container(obj(self));
}

int iterator_traverse(PyObject* self, visitproc visit, void* arg) {
    Py_VISIT(reinterpret_cast<StrIterator*>(self)->text);
    return 0;
}

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

Py_ssize_t iterator_length_hint(StrIterator& self) { return self.text ? str_length(*self.text) - self.index : 0; }

Result<Ref<Object>> iterator_reduce(ThreadState& ts, StrIterator& self) {
    Ref<Object> function = TRY(builtin_named(ts, "iter"_s));
    if (!self.text) {
        Ref<Tuple> arguments = TRY(tuple_of(ts, empty_str()));
        return tuple_of(ts, *function, *arguments);
    }
    Ref<Tuple> arguments = TRY(tuple_of(ts, *self.text));
    Ref<Object> index = TRY(int_from(ts, self.index));
    return tuple_of(ts, *function, *arguments, *index);
}

Result<void> iterator_setstate(ThreadState& ts, StrIterator& self, Object& state) {
    Py_ssize_t index = TRY(int_as_ssize(ts, state));
    if (self.text) self.index = std::clamp<Py_ssize_t>(index, 0, str_length(*self.text));
    return {};
}

constexpr MethodDef iterator_methods[] = {
    METHOD_PLAIN("__length_hint__($self, /)", iterator_length_hint,
                 "Private method returning an estimate of len(list(it))."),
    METHOD_PLAIN("__reduce__($self, /)", iterator_reduce, "Return state information for pickling."),
    METHOD_PLAIN("__setstate__($self, state, /)", iterator_setstate, "Set state information for unpickling."),
    METHOD_END,
};

}  // namespace

Result<Ref<Object>> builtin_named(ThreadState& ts, Str& name) {
    Object* builtins = ts.interpreter().builtins;
    Object* found = builtins ? TRY(dict_get(ts, as<Dict>(*builtins), obj(name))) : nullptr;
    if (!found) return raise(ts, PyExc_AttributeError, "%U", &name);
    return Ref<Object>::share(*found);
}

Result<Ref<Object>> str_iter(ThreadState& ts, Str& text) {
    Ref<StrIterator> iterator =
        TRY(new_container<StrIterator>(ts, str_is_ascii(text) ? orochi_str_ascii_iterator_type : PyUnicodeIter_Type));
    iterator->index = 0;
    iterator->text = new_reference(text);
    gc_track(ts, iterator);
    return Ref<Object>(std::move(iterator));
}

}  // namespace orochi

using namespace orochi;

PyTypeObject PyUnicodeIter_Type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "str_iterator",
    .tp_basicsize = sizeof(StrIterator),
    .tp_dealloc = slot<iterator_dealloc>,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = iterator_traverse,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = slot<iterator_next>,
    .tp_methods = METHOD_TABLE(iterator_methods),
};

PyTypeObject orochi_str_ascii_iterator_type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "str_ascii_iterator",
    .tp_basicsize = sizeof(StrIterator),
    .tp_dealloc = slot<iterator_dealloc>,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = iterator_traverse,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = slot<ascii_iterator_next>,
    .tp_methods = METHOD_TABLE(iterator_methods),
};
