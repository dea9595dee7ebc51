#include "objects/odict.hpp"

#include "objects/containers.hpp"
#include "objects/dict_detail.hpp"
#include "objects/list.hpp"
#include "objects/module.hpp"
#include "objects/type.hpp"

namespace orochi {

namespace {

bool is_ordered(Object& o) { return is_instance_of(o, PyODict_Type); }
bool is_exact(OrderedDict& o) { return &type_of(obj(o.base)) == &PyODict_Type; }
Object& object_of(OrderedDict& o) { return obj(o.base); }

// The first live entry's number; there is one. How far the removed entries reach is noted in the first of them,
// in a field that nobody reads, so that taking from the front again and again does not walk over them each time.
Py_ssize_t first_entry(OrderedDict& self) {
    Dict& dict = self.base;
    DictKeys& keys = *dict.ma_keys;
    Object *key = nullptr, *value = nullptr;
    if (dict_entry_at(dict, 0, &key, &value)) return 0;
    bool names = keys.has_names();
    Py_ssize_t n = names ? Py_ssize_t(reinterpret_cast<intptr_t>(keys.names()[0].key)) : keys.entries()[0].hash;
    if (n < 1) n = 1;
    while (!dict_entry_at(dict, n, &key, &value)) ++n;
    if (names) {
        keys.names()[0].key = reinterpret_cast<Object*>(intptr_t(n));
    } else {
        keys.entries()[0].hash = n;
    }
    return n;
}
Py_ssize_t last_entry(OrderedDict& self) {
    Object *key = nullptr, *value = nullptr;
    Py_ssize_t n = self.base.ma_keys->entry_count - 1;
    while (!dict_entry_at(self.base, n, &key, &value)) --n;
    return n;
}

// ---- Construction and updates, through the methods that a subclass may have replaced ----

Result<void> put(ThreadState& ts, Object& self, Object& key, Object& value) {
    if (&type_of(self) == &PyODict_Type) return dict_set(ts, as<Dict>(self), key, value);
    return setitem(ts, self, key, value);
}

Result<void> add_pairs(ThreadState& ts, Object& self, Object& pairs) {
    Ref<Object> iterator = TRY(get_iter(ts, pairs));
    for (;;) {
        OptRef<Object> pair = TRY(iter_next(ts, *iterator));
        if (!pair) return {};
        Ref<Object> parts = TRY(get_iter(ts, *pair));
        OptRef<Object> key = TRY(iter_next(ts, *parts));
        if (!key) return raise(ts, PyExc_ValueError, "need more than 0 values to unpack");
        OptRef<Object> value = TRY(iter_next(ts, *parts));
        if (!value) return raise(ts, PyExc_ValueError, "need more than 1 value to unpack");
        if (TRY(iter_next(ts, *parts))) return raise(ts, PyExc_ValueError, "too many values to unpack (expected 2)");
        TRY(put(ts, self, *key, *value));
    }
}

Result<void> add_from(ThreadState& ts, Object& self, Object& other) {
    if (&type_of(other) == &PyDict_Type) {
        Ref<List> items = TRY(dict_items(ts, as<Dict>(other)));
        return add_pairs(ts, self, items);
    }
    OptRef<Object> keys_method = TRY(getattr_optional(ts, other, "keys"_n));
    if (keys_method) {
        Ref<Object> keys = TRY(call(ts, *keys_method));
        Ref<Object> iterator = TRY(get_iter(ts, keys));
        for (;;) {
            OptRef<Object> key = TRY(iter_next(ts, *iterator));
            if (!key) return {};
            Ref<Object> value = TRY(getitem(ts, other, *key));
            TRY(put(ts, self, *key, value));
        }
    }
    OptRef<Object> items_method = TRY(getattr_optional(ts, other, "items"_n));
    if (items_method) {
        Ref<Object> items = TRY(call(ts, *items_method));
        return add_pairs(ts, self, items);
    }
    return add_pairs(ts, self, other);
}

Result<void> update(ThreadState& ts, Object& self, Object* const* arguments, Py_ssize_t count, Dict* keywords) {
    if (count) TRY(add_from(ts, self, *arguments[0]));
    if (keywords && dict_size(*keywords)) {
        Ref<List> items = TRY(dict_items(ts, *keywords));
        TRY(add_pairs(ts, self, items));
    }
    return {};
}

Result<void> odict_init(ThreadState& ts, OrderedDict& self, Rest arguments, Keywords keywords) {
    if (arguments.count > 1)
        return raise(ts, PyExc_TypeError, "expected at most 1 arguments, got %zd", arguments.count);
    return update(ts, object_of(self), arguments.items, arguments.count, keywords.dict);
}
Result<void> odict_update(ThreadState& ts, OrderedDict& self, Rest arguments, Keywords keywords) {
    if (arguments.count > 1)
        return raise(ts, PyExc_TypeError, "update() takes at most 1 positional argument (%zd given)", arguments.count);
    return update(ts, object_of(self), arguments.items, arguments.count, keywords.dict);
}

// ---- Iterators and views ----

enum : int { kKeys = 1, kValues = 2, kReversed = 4 };

struct OrderedIterator {
    PyObject_HEAD
    Object* dict;  // null: exhausted
    const void* keys;
    Py_ssize_t end, used;  // what they were when iteration began
    Py_ssize_t position;
    int kind;
    Object* result;  // items: a pair to fill again
};

Result<Ref<Object>> iterator_new(ThreadState& ts, Object& dict_object, int kind) {
    OrderedIterator* it = allocate_tracked<OrderedIterator>(ts, PyODictIter_Type);
    if (!it) return failure;
    Dict& dict = as<Dict>(dict_object);
    it->dict = new_reference(dict_object);
    it->keys = dict.ma_keys;
    it->end = dict_position_end(dict);
    it->used = dict.ma_used;
    it->position = kind & kReversed ? it->end - 1 : 0;
    it->kind = kind;
    it->result = nullptr;
    Ref<Object> self = Ref<Object>::steal(obj(*it));
    if ((kind & (kKeys | kValues)) == (kKeys | kValues))
        it->result = obj(std::move(TRY(tuple_of(ts, none(), none()))).release());
    gc_track(ts, self);
    return self;
}
void iterator_dealloc(Object* self) {
    gc_untrack_if_tracked(*self);
    decref_optional(as<OrderedIterator>(*self).dict);
    decref_optional(as<OrderedIterator>(*self).result);
    free_container(*self);
}
int iterator_traverse(Object* self, visitproc visit, void* argument) {
    VISIT(as<OrderedIterator>(*self).dict);
    VISIT(as<OrderedIterator>(*self).result);
    return 0;
}
Object* iterator_next(Object* self) {
    OrderedIterator& it = as<OrderedIterator>(*self);
    if (!it.dict) return nullptr;
    Dict& dict = as<Dict>(*it.dict);
    if (it.keys != dict.ma_keys || it.end != dict_position_end(dict) || it.used != dict.ma_used) {
        raise(current_thread(), PyExc_RuntimeError, "OrderedDict mutated during iteration");
        return nullptr;
    }
    Object *key = nullptr, *value = nullptr;
    Py_ssize_t step = it.kind & kReversed ? -1 : 1;
    Py_ssize_t i = it.position;
    while (i >= 0 && i < it.end && !dict_entry_at(dict, i, &key, &value)) i += step;
    if (i < 0 || i >= it.end) {
        clear(it.dict);
        return nullptr;
    }
    it.position = i + step;
    switch (it.kind & (kKeys | kValues)) {
        case kKeys: return new_reference(*key);
        case kValues: return new_reference(*value);
        default: return pair_again(current_thread(), it.result, new_reference(*key), new_reference(*value));
    }
}
Result<Ref<Object>> iterator_reduce(ThreadState& ts, OrderedIterator& it) {
    Ref<List> rest = TRY(list_new(ts, 0));
    if (it.dict) {
        Ref<Object> copy = TRY(iterator_new(ts, *it.dict, it.kind));
        OrderedIterator& c = as<OrderedIterator>(*copy);
        c.keys = it.keys;
        c.end = it.end;
        c.used = it.used;
        c.position = it.position;
        TRY(list_extend(ts, rest, copy));
    }
    Ref<Object> function = TRY(builtin_attribute(ts, "iter"_s));
    Ref<Tuple> arguments = TRY(tuple_of(ts, obj(*rest)));
    return TRY(tuple_of(ts, *function, obj(*arguments)));
}
constexpr MethodDef iterator_methods[] = {
    METHOD_PLAIN("__reduce__($self, /)", iterator_reduce, "Return state information for pickling"),
    METHOD_END,
};

template <int kind>
Result<Ref<Object>> view_iter(ThreadState& ts, _PyDictViewObject& view) {
    return iterator_new(ts, obj(*view.dv_dict), kind);
}
template <int kind>
constexpr MethodDef view_methods[] = {
    METHOD_PLAIN("__reversed__($self, /)", view_iter<kind | kReversed>, ""),
    METHOD_END,
};

// ---- Methods ----

Result<Ref<Object>> odict_iter(ThreadState& ts, Object& self) { return iterator_new(ts, self, kKeys); }
Result<Ref<Object>> odict_reversed(ThreadState& ts, Object& self) { return iterator_new(ts, self, kKeys | kReversed); }
Result<Ref<Object>> odict_keys(ThreadState& ts, Dict& self) { return dict_view(ts, PyODictKeys_Type, self); }
Result<Ref<Object>> odict_values(ThreadState& ts, Dict& self) { return dict_view(ts, PyODictValues_Type, self); }
Result<Ref<Object>> odict_items(ThreadState& ts, Dict& self) { return dict_view(ts, PyODictItems_Type, self); }
void odict_clear(ThreadState& ts, Dict& self) { dict_clear(ts, self); }

Result<Ref<Object>> odict_fromkeys(ThreadState& ts, Object& type, Object& iterable, Object* value) {
    Ref<Object> self = TRY(call(ts, type));
    Ref<Object> iterator = TRY(get_iter(ts, iterable));
    for (;;) {
        OptRef<Object> key = TRY(iter_next(ts, *iterator));
        if (!key) return self;
        TRY(setitem(ts, self, *key, value ? *value : none()));
    }
}

Result<Ref<Object>> odict_setdefault(ThreadState& ts, OrderedDict& self, Object& key, Object* fallback) {
    Object& value = fallback ? *fallback : none();
    if (is_exact(self)) return Ref<Object>::share(*TRY(dict_set_default(ts, self.base, key, value)));
    if (TRY(contains(ts, object_of(self), key))) return getitem(ts, object_of(self), key);
    TRY(setitem(ts, object_of(self), key, value));
    return Ref<Object>::share(value);
}

Result<Ref<Object>> odict_pop(ThreadState& ts, OrderedDict& self, Object& key, Object* fallback) {
    OptRef<Object> value = TRY(dict_pop(ts, self.base, key));
    if (value) return value.take();
    if (fallback) return Ref<Object>::share(*fallback);
    return raise_key_error(ts, key);
}

Result<Ref<Object>> odict_popitem(ThreadState& ts, OrderedDict& self, bool last) {
    Dict& dict = self.base;
    if (dict.ma_used == 0) return raise(ts, PyExc_KeyError, "dictionary is empty");
    Py_ssize_t n = last ? last_entry(self) : first_entry(self);
    Object *key = nullptr, *value = nullptr;
    dict_entry_at(dict, n, &key, &value);
    Ref<Object> key_keeper = Ref<Object>::share(*key);
    Py_hash_t hash = entry_hash(*dict.ma_keys, n);
    Ref<Object> taken = dict_remove_entry(ts, dict, n, hash);
    if (last) dict.ma_keys->entry_count = n;
    return TRY(tuple_of(ts, *key_keeper, *taken));
}

Result<void> odict_move_to_end(ThreadState& ts, OrderedDict& self, Object& key, bool last) {
    Dict& dict = self.base;
    Py_hash_t hash = TRY(key_hash(ts, key));
    Object* found;
    Py_ssize_t n = TRY(dict_find(ts, dict, key, hash, &found));
    if (!found) return raise_key_error(ts, key);
    if (n == (last ? last_entry(self) : first_entry(self))) return {};
    Object *own_key = nullptr, *value = nullptr;
    dict_entry_at(dict, n, &own_key, &value);
    if (last) {
        Ref<Object> key_keeper = Ref<Object>::share(*own_key);
        if (dict.ma_keys->usable <= 0) TRY(dict_resize(ts, dict, log2_for_slots(dict.ma_used * 3), dict.ma_keys->kind));
        n = TRY(dict_find(ts, dict, *key_keeper, hash, &found));
        if (!found) return raise_key_error(ts, key);
        Ref<Object> taken = dict_remove_entry(ts, dict, n, hash);
        keys_append(*dict.ma_keys, std::move(key_keeper).release(), hash, std::move(taken).release());
        ++dict.ma_used;
        return {};
    }
    DictKeys& old = *dict.ma_keys;
    DictKeys* keys = keys_new(ts, old.log2_size, old.kind);
    if (!keys) return failure;
    keys_append(*keys, own_key, hash, value);
    for (Py_ssize_t i = 0; i < old.entry_count; ++i) {
        if (i != n && dict_entry_at(dict, i, &own_key, &value)) keys_append(*keys, own_key, entry_hash(old, i), value);
    }
    dict.ma_keys = keys;
    dict.ma_version_tag = next_dict_version(ts);
    if (&old != &empty_dict_keys()) keys_free(ts, old);  // its references have moved
    return {};
}

Result<Ref<Object>> odict_copy(ThreadState& ts, OrderedDict& self) {
    Ref<Object> copy = is_exact(self) ? TRY(odict_new(ts)) : TRY(call(ts, obj(type_of(object_of(self)))));
    if (is_exact(self)) {
        TRY(dict_merge(ts, as<Dict>(*copy), object_of(self), true));
        return copy;
    }
    Ref<List> keys = TRY(dict_keys(ts, self.base));
    for (Py_ssize_t i = 0; i < list_size(keys); ++i) {
        Object& key = list_item(keys, i);
        Ref<Object> value = TRY(getitem(ts, object_of(self), key));
        TRY(setitem(ts, copy, key, value));
    }
    return copy;
}

Result<Ref<Object>> odict_reduce(ThreadState& ts, Object& self) {
    Ref<Object> state = TRY(call_method(ts, self, "__getstate__"_n));
    Ref<Object> items = TRY(call_method(ts, self, "items"_n));
    Ref<Object> iterator = TRY(get_iter(ts, items));
    return TRY(tuple_of(ts, obj(type_of(self)), obj(empty_tuple()), *state, none(), *iterator));
}

Result<Ref<Object>> odict_repr(ThreadState& ts, OrderedDict& self) {
    const char* name = type_of(object_of(self)).tp_name;
    if (const char* dot = std::strrchr(name, '.')) name = dot + 1;
    if (self.base.ma_used == 0) return str_format(ts, "%s()", name);
    if (TRY(repr_enter(ts, object_of(self)))) return str_from_ascii(ts, "...");
    auto run = [&]() -> Result<Ref<Object>> {
        Ref<Object> pairs = new_none();
        if (is_exact(self)) {
            pairs = TRY(dict_items(ts, self.base));
        } else {
            Ref<Object> items = TRY(call_method(ts, object_of(self), "items"_n));
            pairs = TRY(sequence_list(ts, items));
        }
        return str_format(ts, "%s(%R)", name, pairs.get());
    };
    auto result = run();
    repr_leave(ts, object_of(self));
    return result;
}

Result<bool> same_order(ThreadState& ts, Dict& left, Dict& right) {
    Py_ssize_t i = 0, j = 0;
    Object *a, *b;
    const void* left_keys = left.ma_keys;
    const void* right_keys = right.ma_keys;
    for (;;) {
        bool more_left = dict_next(left, i, &a, nullptr);
        bool more_right = dict_next(right, j, &b, nullptr);
        if (!more_left || !more_right) return more_left == more_right;
        Ref<Object> keep_a = Ref<Object>::share(*a);
        Ref<Object> keep_b = Ref<Object>::share(*b);
        if (!TRY(compare_bool(ts, *a, *b, Py_EQ))) return false;
        if (left.ma_keys != left_keys || right.ma_keys != right_keys)
            return raise(ts, PyExc_RuntimeError, "OrderedDict mutated during iteration");
    }
}

Result<Ref<Object>> odict_compare(ThreadState& ts, Object& self, Object& other, int op) {
    if ((op != Py_EQ && op != Py_NE) || !PyDict_Check(&other)) return new_not_implemented();
    bool equal = TRY(dict_equal(ts, as<Dict>(self), as<Dict>(other)));
    if (equal && is_ordered(other)) equal = TRY(same_order(ts, as<Dict>(self), as<Dict>(other)));
    return new_bool(equal == (op == Py_EQ));
}

Result<Ref<Object>> odict_or(ThreadState& ts, Object& left, Object& right) {
    Type& type = is_ordered(left) ? type_of(left) : type_of(right);
    if (!PyDict_Check(&left) || !PyDict_Check(&right)) return new_not_implemented();
    Ref<Object> result = TRY(call(ts, obj(type), left));
    TRY(add_from(ts, result, right));
    return result;
}
Result<Ref<Object>> odict_ior(ThreadState& ts, Object& self, Object& other) {
    TRY(add_from(ts, self, other));
    return Ref<Object>::share(self);
}

// ---- Slots ----

Object* odict_tp_new(Type* type, Object*, Object*) {
    ThreadState& ts = current_thread();
    Object* block = type->tp_alloc(type, 0);
    if (!block) return nullptr;
    OrderedDict& self = as<OrderedDict>(*block);
    self.base.ma_keys = &empty_dict_keys();
    self.base.ma_version_tag = next_dict_version(ts);
    return block;
}
void odict_dealloc(Object* self) {
    ThreadState& ts = current_thread();
    OrderedDict& odict = as<OrderedDict>(*self);
    gc_untrack_if_tracked(*self);
    if (!trashcan_begin(ts, *self)) return;
    clear(odict.instance_dict);
    if (odict.weakrefs) clear_weakrefs(ts, *self);
    dict_drop_contents(ts, odict.base);
    type_of(*self).tp_free(self);
    trashcan_end(ts);
}
int odict_traverse(Object* self, visitproc visit, void* argument) {
    VISIT(as<OrderedDict>(*self).instance_dict);
    return dict_traverse(self, visit, argument);
}
int odict_tp_clear(Object* self) {
    clear(as<OrderedDict>(*self).instance_dict);
    return dict_tp_clear(self);
}

// As CPython's, whose method is a method only here: `del` and assignment keep the order by themselves.
Result<void> odict_assign(ThreadState& ts, Dict& self, Object& key, Object* value) {
    return value ? dict_set(ts, self, key, *value) : dict_delete(ts, self, key);
}
Py_ssize_t odict_sizeof(OrderedDict& self) {
    Py_ssize_t bytes = type_of(object_of(self)).tp_basicsize;
    if (self.base.ma_keys != &empty_dict_keys()) bytes += Py_ssize_t(keys_bytes(*self.base.ma_keys));
    return bytes;
}

constexpr MethodDef odict_methods[] = {
    METHOD("fromkeys($type, /, iterable, value=None)", odict_fromkeys,
           "Create a new ordered dictionary with keys from iterable and values set to value."),
    METHOD_PLAIN("__sizeof__($self, /)", odict_sizeof, ""),
    METHOD_PLAIN("__reduce__($self, /)", odict_reduce, "Return state information for pickling"),
    METHOD("setdefault($self, /, key, default=None)", odict_setdefault,
           "Insert key with a value of default if key is not in the dictionary.\n\n"
           "Return the value for key if key is in the dictionary, else default."),
    METHOD("pop($self, /, key, default=<unrepresentable>)", odict_pop,
           "od.pop(key[,default]) -> v, remove specified key and return the corresponding value.\n\n"
           "If the key is not found, return the default if given; otherwise,\nraise a KeyError."),
    METHOD("popitem($self, /, last=True)", odict_popitem,
           "Remove and return a (key, value) pair from the dictionary.\n\n"
           "Pairs are returned in LIFO order if last is true or FIFO order if false."),
    METHOD_PLAIN("keys($self, /)", odict_keys, ""),
    METHOD_PLAIN("values($self, /)", odict_values, ""),
    METHOD_PLAIN("items($self, /)", odict_items, ""),
    METHOD_PLAIN("update($self, *args, **kwargs)", odict_update, ""),
    METHOD_PLAIN("clear($self, /)", odict_clear, "od.clear() -> None.  Remove all items from od."),
    METHOD_PLAIN("copy($self, /)", odict_copy, "od.copy() -> a shallow copy of od"),
    METHOD_PLAIN("__reversed__($self, /)", odict_reversed, "od.__reversed__() <==> reversed(od)"),
    METHOD("move_to_end($self, /, key, last=True)", odict_move_to_end,
           "Move an existing element to the end (or beginning if last is false).\n\n"
           "Raise KeyError if the element does not exist."),
    METHOD_END,
};
constexpr PyGetSetDef odict_getset[] = {
    {"__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict, nullptr, nullptr},
    GETSET_END,
};
constinit PyMappingMethods odict_mapping = {.mp_ass_subscript = slot<odict_assign>};
constinit PyNumberMethods odict_number = {.nb_or = slot<odict_or>, .nb_inplace_or = slot<odict_ior>};

}  // namespace

Result<Ref<Object>> odict_new(ThreadState&) {
    return Result<Ref<Object>>::adopt(odict_tp_new(&PyODict_Type, nullptr, nullptr));
}

}  // namespace orochi

using namespace orochi;

constinit PyTypeObject PyODict_Type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "collections.OrderedDict",
    .tp_basicsize = sizeof(OrderedDict),
    .tp_dealloc = odict_dealloc,
    .tp_repr = slot<odict_repr>,
    .tp_as_number = &odict_number,
    .tp_as_mapping = &odict_mapping,
    .tp_hash = PyObject_HashNotImplemented,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,
    .tp_doc = "Dictionary that remembers insertion order",
    .tp_traverse = odict_traverse,
    .tp_clear = odict_tp_clear,
    .tp_richcompare = slot<odict_compare>,
    .tp_weaklistoffset = offsetof(OrderedDict, weakrefs),
    .tp_iter = slot<odict_iter>,
    .tp_methods = METHOD_TABLE(odict_methods),
    .tp_getset = GETSET_TABLE(odict_getset),
    .tp_base = &PyDict_Type,
    .tp_dictoffset = offsetof(OrderedDict, instance_dict),
    .tp_init = NEW_SLOT("OrderedDict($self, *args, **kwargs)", odict_init),
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = odict_tp_new,
    .tp_free = PyObject_GC_Del,
};

constinit PyTypeObject PyODictIter_Type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "odict_iterator",
    .tp_basicsize = sizeof(OrderedIterator),
    .tp_dealloc = iterator_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = iterator_traverse,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = iterator_next,
    .tp_methods = METHOD_TABLE(iterator_methods),
};

#define VIEW_TYPE(SYMBOL, NAME, BASE, KIND)             \
    constinit PyTypeObject SYMBOL = {                   \
        .ob_base = static_head(&PyType_Type),           \
        .tp_name = NAME,                                \
        .tp_basicsize = sizeof(_PyDictViewObject),      \
        .tp_iter = slot<view_iter<KIND>>,               \
        .tp_methods = METHOD_TABLE(view_methods<KIND>), \
        .tp_base = &BASE,                               \
    }
VIEW_TYPE(PyODictKeys_Type, "odict_keys", PyDictKeys_Type, kKeys);
VIEW_TYPE(PyODictValues_Type, "odict_values", PyDictValues_Type, kValues);
VIEW_TYPE(PyODictItems_Type, "odict_items", PyDictItems_Type, kKeys | kValues);
