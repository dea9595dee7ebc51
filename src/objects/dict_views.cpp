// Views of dicts (keys, values, items) and iterators over them, forwards and backwards.
#include "objects/containers.hpp"
#include "objects/descriptor.hpp"
#include "objects/dict_detail.hpp"
#include "objects/list.hpp"
#include "objects/module.hpp"
#include "objects/set.hpp"

namespace orochi {

namespace {

using DictView = _PyDictViewObject;

// ---- Iterators ----

struct DictIterator {
    PyObject_HEAD
    Dict* dict;       // null: exhausted
    Py_ssize_t used;  // of the dict when the iterator was made; -1: it changed
    Py_ssize_t position;
    Object* result;  // items: a tuple to fill again while nobody else holds it
    Py_ssize_t remaining;
};

enum class What { kKeys, kValues, kItems };

Result<Ref<Object>> new_iterator(ThreadState& ts, Type& type, Dict& dict) {
    DictIterator* it = allocate_tracked<DictIterator>(ts, type);
    if (!it) return failure;
    it->dict = &dict;
    incref(obj(dict));
    it->used = dict.ma_used;
    it->remaining = dict.ma_used;
    it->result = nullptr;
    bool reverse =
        &type == &PyDictRevIterKey_Type || &type == &PyDictRevIterValue_Type || &type == &PyDictRevIterItem_Type;
    it->position = reverse ? dict_position_end(dict) - 1 : 0;
    Ref<Object> result = Ref<Object>::steal(*obj(it));
    if (&type == &PyDictIterItem_Type || &type == &PyDictRevIterItem_Type) {
        Ref<Tuple> pair = TRY(tuple_new(ts, 2));
        tuple_init_item(pair, 0, new_none());
        tuple_init_item(pair, 1, new_none());
        it->result = obj(std::move(pair).release());
    }
    gc_track(ts, obj(*it));
    return result;
}

void iterator_dealloc(Object* self) {
    DictIterator& it = as<DictIterator>(*self);
    gc_untrack_if_tracked(*self);
    decref_optional(reinterpret_cast<Object*>(it.dict));
    decref_optional(it.result);
    free_container(*self);
}

int iterator_traverse(Object* self, visitproc visit, void* argument) {
    DictIterator& it = as<DictIterator>(*self);
    VISIT(it.dict);
    VISIT(it.result);
    return 0;
}

Object* iterator_item(DictIterator& it, Object* key, Object* value) {
    incref(*key);
    incref(*value);
    return pair_again(current_thread(), it.result, key, value);
}

template <What what, bool reverse>
Object* iterator_next(Object* self) {
    DictIterator& it = as<DictIterator>(*self);
    Dict* dict = it.dict;
    if (!dict) return nullptr;
    if (it.used != dict->ma_used) [[unlikely]] {
        raise(current_thread(), PyExc_RuntimeError, "dictionary changed size during iteration");
        it.used = -1;  // stays broken
        return nullptr;
    }
    Py_ssize_t i = it.position;
    Object *key, *value;
    bool found = false;
    if constexpr (reverse) {
        Py_ssize_t end = dict_position_end(*dict);
        if (i >= end) i = end - 1;
        while (i >= 0 && !(found = dict_entry_at(*dict, i, &key, &value))) --i;
        it.position = i - 1;
    } else {
        Py_ssize_t end = dict_position_end(*dict);
        while (i < end && !(found = dict_entry_at(*dict, i, &key, &value))) ++i;
        it.position = i + 1;
    }
    if (!found || (it.remaining == 0 && !reverse)) {
        if (found) {
            raise(current_thread(), PyExc_RuntimeError, "dictionary keys changed during iteration");
        }
        it.dict = nullptr;
        decref(obj(*dict));
        return nullptr;
    }
    --it.remaining;
    if constexpr (what == What::kKeys) {
        return new_reference(*key);
    } else if constexpr (what == What::kValues) {
        return new_reference(*value);
    } else {
        return iterator_item(it, key, value);
    }
}

Py_ssize_t iterator_length_hint(DictIterator& it) { return it.dict && it.used == it.dict->ma_used ? it.remaining : 0; }

Result<Ref<Object>> iterator_reduce(ThreadState& ts, DictIterator& it) {
    Ref<Object> function = TRY(builtin_attribute(ts, "iter"_s));
    // A copy is used up, so that the iterator stays where it is.
    Type& type = type_of(obj(it));
    Ref<List> rest = TRY(list_new(ts, 0));
    if (it.dict) {
        Ref<Object> copy = TRY(new_iterator(ts, type, *it.dict));
        DictIterator& c = as<DictIterator>(*copy);
        c.used = it.used;
        c.position = it.position;
        c.remaining = it.remaining;
        TRY(list_extend(ts, rest, copy));
    }
    Ref<Tuple> arguments = TRY(tuple_of(ts, obj(*rest)));
    return TRY(tuple_of(ts, *function, obj(*arguments)));
}

constexpr MethodDef iterator_methods[] = {
    METHOD_PLAIN("__length_hint__($self, /)", iterator_length_hint,
                 "Private method returning an estimate of len(list(it))."),
    METHOD_PLAIN("__reduce__($self, /)", iterator_reduce, "Return state information for pickling."),
    METHOD_END,
};

// ---- Views ----

Dict& dict_of(DictView& view) { return *view.dv_dict; }

void view_dealloc(Object* self) {
    gc_untrack_if_tracked(*self);
    decref_optional(reinterpret_cast<Object*>(as<DictView>(*self).dv_dict));
    free_container(*self);
}
int view_traverse(Object* self, visitproc visit, void* argument) {
    VISIT(as<DictView>(*self).dv_dict);
    return 0;
}
Py_ssize_t view_len(DictView& self) { return self.dv_dict ? self.dv_dict->ma_used : 0; }

Result<Ref<Object>> view_repr(ThreadState& ts, DictView& self) {
    if (TRY(repr_enter(ts, obj(self)))) return str_from_ascii(ts, "...");
    auto run = [&]() -> Result<Ref<Object>> {
        Ref<List> items = TRY(sequence_list(ts, obj(self)));
        return str_format(ts, "%s(%R)", type_of(obj(self)).tp_name, &obj(*items));
    };
    auto result = run();
    repr_leave(ts, obj(self));
    return result;
}

Result<Ref<Object>> view_mapping(ThreadState& ts, DictView& self) { return mapping_proxy_new(ts, obj(*self.dv_dict)); }

template <Type* type>
Result<Ref<Object>> view_iter(ThreadState& ts, DictView& self) {
    return new_iterator(ts, *type, dict_of(self));
}

Result<bool> keys_contains(ThreadState& ts, DictView& self, Object& key) {
    return dict_contains(ts, dict_of(self), key);
}
Result<bool> items_contains(ThreadState& ts, DictView& self, Object& item) {
    if (!PyTuple_Check(&item) || tuple_size(as<Tuple>(item)) != 2) return false;
    Object* found = TRY(dict_get(ts, dict_of(self), tuple_item(as<Tuple>(item), 0)));
    if (!found) return false;
    Ref<Object> keeper = Ref<Object>::share(*found);
    return compare_bool(ts, *found, tuple_item(as<Tuple>(item), 1), Py_EQ);
}

bool is_keys_view(const Object& o) { return is_instance_of(o, PyDictKeys_Type); }
bool is_items_view(const Object& o) { return is_instance_of(o, PyDictItems_Type); }
bool is_any_set(Object& o) { return PyAnySet_Check(&o); }
bool is_set_view(Object& o) { return is_keys_view(o) || is_items_view(o); }

Result<bool> all_contained(ThreadState& ts, Object& items, Object& container) {
    Ref<Object> iterator = TRY(get_iter(ts, items));
    for (;;) {
        OptRef<Object> item = TRY(iter_next(ts, *iterator));
        if (!item) return true;
        if (!TRY(contains(ts, container, *item))) return false;
    }
}

Result<Ref<Object>> view_compare(ThreadState& ts, Object& self, Object& other, int op) {
    if (!is_any_set(other) && !is_set_view(other)) return new_not_implemented();
    Py_ssize_t mine = TRY(length(ts, self));
    Py_ssize_t theirs = TRY(length(ts, other));
    bool result = false;
    switch (op) {
        case Py_EQ:
        case Py_NE:
            if (mine == theirs) result = TRY(all_contained(ts, self, other));
            if (op == Py_NE) result = !result;
            break;
        case Py_LT:
            if (mine < theirs) result = TRY(all_contained(ts, self, other));
            break;
        case Py_LE:
            if (mine <= theirs) result = TRY(all_contained(ts, self, other));
            break;
        case Py_GT:
            if (mine > theirs) result = TRY(all_contained(ts, other, self));
            break;
        case Py_GE:
            if (mine >= theirs) result = TRY(all_contained(ts, other, self));
            break;
    }
    return new_bool(result);
}

// Operators: either side may be the view, the other any iterable.
Result<Ref<Object>> view_subtract(ThreadState& ts, Object& left, Object& right) {
    Ref<Object> result = TRY(set_new(ts, &left));
    (void)TRY(call_method(ts, *result, "difference_update"_n, right));
    return result;
}
Result<Ref<Object>> view_or(ThreadState& ts, Object& left, Object& right) {
    Ref<Set> result = TRY(set_new(ts, &left)).cast<Set>();
    TRY(set_update(ts, result, right));
    return result;
}
Result<Ref<Object>> view_xor(ThreadState& ts, Object& left, Object& right) {
    Ref<Object> result = TRY(set_new(ts, &left));
    (void)TRY(call_method(ts, *result, "symmetric_difference_update"_n, right));
    return result;
}

Result<bool> view_has(ThreadState& ts, Object& view, Object& value) {
    return is_keys_view(view) ? keys_contains(ts, as<DictView>(view), value)
                              : items_contains(ts, as<DictView>(view), value);
}

}  // namespace

Result<Ref<Object>> dict_view_intersect(ThreadState& ts, Object& left, Object& right) {
    Object* view = &left;
    Object* other = &right;
    if (!is_set_view(*view)) std::swap(view, other);
    // Walk the shorter one when both can be asked.
    Py_ssize_t mine = view_len(as<DictView>(*view));
    if (is_set_view(*other) && view_len(as<DictView>(*other)) > mine) std::swap(view, other);
    if (&type_of(*other) == &PySet_Type && is_set_view(*view) && set_size(as<Set>(*other)) >= mine)
        return call_method(ts, *other, "intersection"_n, *view);
    Ref<Object> iterator = TRY(get_iter(ts, *other));
    Ref<Set> result = TRY(set_new(ts, nullptr)).cast<Set>();
    for (;;) {
        OptRef<Object> item = TRY(iter_next(ts, *iterator));
        if (!item) return result;
        if (TRY(view_has(ts, *view, *item))) TRY(set_add(ts, result, *item));
    }
}

namespace {

Result<bool> view_isdisjoint(ThreadState& ts, Object& self, Object& other) {
    if (&self == &other) return view_len(as<DictView>(self)) == 0;
    Object* walked = &other;
    Object* asked = &self;
    if (is_any_set(other) || is_set_view(other)) {
        if (TRY(length(ts, other)) > view_len(as<DictView>(self))) std::swap(walked, asked);
    }
    Ref<Object> iterator = TRY(get_iter(ts, *walked));
    for (;;) {
        OptRef<Object> item = TRY(iter_next(ts, *iterator));
        if (!item) return true;
        if (TRY(contains(ts, *asked, *item))) return false;
    }
}

template <Type* type>
Result<Ref<Object>> view_reversed(ThreadState& ts, DictView& self) {
    return new_iterator(ts, *type, dict_of(self));
}

constexpr PyGetSetDef view_getters[] = {
    GETTER("mapping", view_mapping, "dictionary that this view refers to"),
    GETSET_END,
};

constexpr MethodDef keys_methods[] = {
    METHOD_PLAIN("isdisjoint($self, other, /)", view_isdisjoint,
                 "Return True if the view and the given iterable have a null intersection."),
    METHOD_PLAIN("__reversed__($self, /)", view_reversed<&PyDictRevIterKey_Type>,
                 "Return a reverse iterator over the dict keys."),
    METHOD_END,
};
constexpr MethodDef items_methods[] = {
    METHOD_PLAIN("isdisjoint($self, other, /)", view_isdisjoint,
                 "Return True if the view and the given iterable have a null intersection."),
    METHOD_PLAIN("__reversed__($self, /)", view_reversed<&PyDictRevIterItem_Type>,
                 "Return a reverse iterator over the dict items."),
    METHOD_END,
};
constexpr MethodDef values_methods[] = {
    METHOD_PLAIN("__reversed__($self, /)", view_reversed<&PyDictRevIterValue_Type>,
                 "Return a reverse iterator over the dict values."),
    METHOD_END,
};

constinit PyNumberMethods view_number = {.nb_subtract = slot<view_subtract>,
                                         .nb_and = slot<dict_view_intersect>,
                                         .nb_xor = slot<view_xor>,
                                         .nb_or = slot<view_or>};
constinit PySequenceMethods keys_sequence = {.sq_length = slot<view_len>, .sq_contains = slot<keys_contains>};
constinit PySequenceMethods items_sequence = {.sq_length = slot<view_len>, .sq_contains = slot<items_contains>};
constinit PySequenceMethods values_sequence = {.sq_length = slot<view_len>};

}  // namespace

Result<Ref<Object>> dict_iter(ThreadState& ts, Dict& dict) { return new_iterator(ts, PyDictIterKey_Type, dict); }

Result<Ref<Object>> dict_view(ThreadState& ts, Type& type, Dict& dict) {
    DictView* view = allocate_tracked<DictView>(ts, type);
    if (!view) return failure;
    view->dv_dict = &dict;
    incref(obj(dict));
    gc_track(ts, obj(*view));
    return Ref<Object>::steal(obj(*view));
}

}  // namespace orochi

using namespace orochi;

#define ITERATOR_TYPE(SYMBOL, NAME, NEXT)                    \
    PyTypeObject SYMBOL = {                                  \
        .ob_base = static_head(&PyType_Type),                \
        .tp_name = NAME,                                     \
        .tp_basicsize = sizeof(DictIterator),                \
        .tp_dealloc = iterator_dealloc,                      \
        .tp_getattro = PyObject_GenericGetAttr,              \
        .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC, \
        .tp_traverse = iterator_traverse,                    \
        .tp_iter = PyObject_SelfIter,                        \
        .tp_iternext = NEXT,                                 \
        .tp_methods = METHOD_TABLE(iterator_methods),        \
    }
ITERATOR_TYPE(PyDictIterKey_Type, "dict_keyiterator", (iterator_next<What::kKeys, false>));
ITERATOR_TYPE(PyDictIterValue_Type, "dict_valueiterator", (iterator_next<What::kValues, false>));
ITERATOR_TYPE(PyDictIterItem_Type, "dict_itemiterator", (iterator_next<What::kItems, false>));
ITERATOR_TYPE(PyDictRevIterKey_Type, "dict_reversekeyiterator", (iterator_next<What::kKeys, true>));
ITERATOR_TYPE(PyDictRevIterValue_Type, "dict_reversevalueiterator", (iterator_next<What::kValues, true>));
ITERATOR_TYPE(PyDictRevIterItem_Type, "dict_reverseitemiterator", (iterator_next<What::kItems, true>));

#define VIEW_TYPE(SYMBOL, NAME, NUMBER, SEQUENCE, COMPARE, ITERATOR, METHODS) \
    PyTypeObject SYMBOL = {                                                   \
        .ob_base = static_head(&PyType_Type),                                 \
        .tp_name = NAME,                                                      \
        .tp_basicsize = sizeof(DictView),                                     \
        .tp_dealloc = view_dealloc,                                           \
        .tp_repr = slot<view_repr>,                                           \
        .tp_as_number = NUMBER,                                               \
        .tp_as_sequence = &SEQUENCE,                                          \
        .tp_getattro = PyObject_GenericGetAttr,                               \
        .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,                  \
        .tp_traverse = view_traverse,                                         \
        .tp_richcompare = COMPARE,                                            \
        .tp_iter = slot<view_iter<&ITERATOR>>,                                \
        .tp_methods = METHOD_TABLE(METHODS),                                  \
        .tp_getset = GETSET_TABLE(view_getters),                              \
    }
VIEW_TYPE(PyDictKeys_Type, "dict_keys", &view_number, keys_sequence, slot<view_compare>, PyDictIterKey_Type,
          keys_methods);
VIEW_TYPE(PyDictItems_Type, "dict_items", &view_number, items_sequence, slot<view_compare>, PyDictIterItem_Type,
          items_methods);
VIEW_TYPE(PyDictValues_Type, "dict_values", nullptr, values_sequence, nullptr, PyDictIterValue_Type, values_methods);
