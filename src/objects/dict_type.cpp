// The type dict: construction, operators, methods.
#include "objects/containers.hpp"
#include "objects/dict_detail.hpp"
#include "objects/dict_views.hpp"
#include "objects/list.hpp"
#include "objects/set.hpp"

namespace orochi {

size_t dict_size_of(Dict& self) {
    size_t bytes = size_t(type_of(obj(self)).tp_basicsize);
    if (self.ma_values) bytes += values_bytes(self.ma_values->capacity);
    if (self.ma_keys != &empty_dict_keys() && self.ma_keys->references == 1) bytes += keys_bytes(*self.ma_keys);
    return bytes;
}

namespace {

Object* dict_tp_new(Type* type, Object*, Object*) {
    ThreadState& ts = current_thread();
    if (type == &PyDict_Type) return to_c(dict_new(ts));
    Object* object = type->tp_alloc(type, 0);
    if (!object) return nullptr;
    Dict& dict = as<Dict>(*object);
    dict.ma_used = 0;
    dict.ma_version_tag = next_dict_version(ts);
    dict.ma_keys = &empty_dict_keys();
    dict.ma_values = nullptr;
    return object;
}

Result<void> update_from(ThreadState& ts, Dict& dict, const char* name, Rest arguments, Keywords keywords) {
    TRY(check_count(ts, name, arguments.count, 0, 1));
    if (arguments.count) TRY(dict_update_argument(ts, dict, arguments[0]));
    if (keywords.dict) TRY(dict_merge(ts, dict, obj(*keywords.dict), true));
    return {};
}

Result<void> dict_init(ThreadState& ts, Dict& self, Rest arguments, Keywords keywords) {
    return update_from(ts, self, "dict", arguments, keywords);
}

Object* dict_vectorcall(Object* type, Object* const* arguments, size_t nargsf, Object* keyword_names) {
    ThreadState& ts = current_thread();
    auto make = [&]() -> Result<Ref<Object>> {
        Py_ssize_t count = PyVectorcall_NARGS(nargsf);
        TRY(check_count(ts, "dict", count, 0, 1));
        Ref<Object> self = TRY(Result<Ref<Object>>::adopt(dict_tp_new(as<Type>(type), nullptr, nullptr)));
        Dict& dict = as<Dict>(*self);
        if (count) TRY(dict_update_argument(ts, dict, *arguments[0]));
        if (keyword_names) {
            Tuple& names = as<Tuple>(*keyword_names);
            for (Py_ssize_t i = 0; i < tuple_size(names); ++i)
                TRY(dict_set(ts, dict, tuple_item(names, i), *arguments[count + i]));
        }
        return self;
    };
    return to_c(make());
}

Result<Ref<Object>> dict_repr(ThreadState& ts, Dict& self) {
    if (TRY(repr_enter(ts, obj(self)))) return str_from_ascii(ts, "{...}");
    auto run = [&]() -> Result<Ref<Object>> {
        if (self.ma_used == 0) return str_from_ascii(ts, "{}");
        StrBuilder builder(ts);
        TRY(builder.append('{'));
        Py_ssize_t position = 0;
        Object *key, *value;
        bool first = true;
        while (dict_next(self, position, &key, &value)) {
            Ref<Object> key_keeper = Ref<Object>::share(*key);
            Ref<Object> value_keeper = Ref<Object>::share(*value);
            if (!first) TRY(builder.append_ascii(", "));
            first = false;
            TRY(builder.append(TRY(repr(ts, *key))));
            TRY(builder.append_ascii(": "));
            TRY(builder.append(TRY(repr(ts, *value))));
        }
        TRY(builder.append('}'));
        return builder.finish();
    };
    auto result = run();
    repr_leave(ts, obj(self));
    return result;
}

Result<Ref<Object>> dict_compare(ThreadState& ts, Object& left, Object& right, int op) {
    if ((op != Py_EQ && op != Py_NE) || !PyDict_Check(&left) || !PyDict_Check(&right)) return new_not_implemented();
    bool equal = TRY(dict_equal(ts, as<Dict>(left), as<Dict>(right)));
    return new_bool(equal == (op == Py_EQ));
}

Py_ssize_t dict_len(Dict& self) { return self.ma_used; }

Result<Ref<Object>> dict_subscript(ThreadState& ts, Dict& self, Object& key) {
    Object* value = TRY(dict_get(ts, self, key));
    if (value) [[likely]]
        return Ref<Object>::share(*value);
    if (&type_of(obj(self)) != &PyDict_Type) {
        OptRef<Object> missing = TRY(lookup_special(ts, obj(self), "__missing__"_n));
        if (missing) return call(ts, *missing, key);
    }
    return raise_key_error(ts, key);
}

Result<void> dict_assign(ThreadState& ts, Dict& self, Object& key, Object* value) {
    return value ? dict_set(ts, self, key, *value) : dict_delete(ts, self, key);
}

Result<bool> dict_has(ThreadState& ts, Dict& self, Object& key) { return dict_contains(ts, self, key); }

Result<Ref<Object>> dict_or(ThreadState& ts, Object& left, Object& right) {
    if (!PyDict_Check(&left) || !PyDict_Check(&right)) return new_not_implemented();
    Ref<Dict> result = TRY(dict_copy(ts, as<Dict>(left)));
    TRY(dict_update_argument(ts, result, right));
    return result;
}

Result<Ref<Object>> dict_ior(ThreadState& ts, Dict& self, Object& other) {
    TRY(dict_update_argument(ts, self, other));
    return Ref<Object>::share(obj(self));
}

// ---- Methods ----

Result<Ref<Object>> dict_method_get(ThreadState& ts, Dict& self, Object& key, Object* fallback) {
    Object* value = TRY(dict_get(ts, self, key));
    if (!value) value = fallback ? fallback : &none();
    return Ref<Object>::share(*value);
}

Result<Ref<Object>> dict_method_setdefault(ThreadState& ts, Dict& self, Object& key, Object* fallback) {
    return Ref<Object>::share(*TRY(dict_set_default(ts, self, key, fallback ? *fallback : none())));
}

Result<Ref<Object>> dict_method_pop(ThreadState& ts, Dict& self, Object& key, Object* fallback) {
    OptRef<Object> value = TRY(dict_pop(ts, self, key));
    if (value) return value.take();
    if (fallback) return Ref<Object>::share(*fallback);
    return raise_key_error(ts, key);
}

Result<Ref<Object>> dict_method_popitem(ThreadState& ts, Dict& self) {
    Ref<Tuple> pair = TRY(tuple_new(ts, 2));
    if (self.ma_used == 0) {
        // The pair's items must not be null when it dies: tuples allow that.
        return raise(ts, PyExc_KeyError, "popitem(): dictionary is empty");
    }
    if (self.ma_values) TRY(dict_unshare(ts, self));
    DictKeys& keys = *self.ma_keys;
    Py_ssize_t n = keys.entry_count - 1;
    Object *key = nullptr, *value = nullptr;
    while (!dict_entry_at(self, n, &key, &value)) --n;
    Ref<Object> key_keeper = Ref<Object>::share(*key);
    Ref<Object> taken = dict_remove_entry(ts, self, n, entry_hash(keys, n));
    keys.entry_count = n;
    tuple_init_item(pair, 0, std::move(key_keeper));
    tuple_init_item(pair, 1, std::move(taken));
    return pair;
}

Result<Ref<Object>> dict_method_keys(ThreadState& ts, Dict& self) { return dict_view(ts, PyDictKeys_Type, self); }
Result<Ref<Object>> dict_method_values(ThreadState& ts, Dict& self) { return dict_view(ts, PyDictValues_Type, self); }
Result<Ref<Object>> dict_method_items(ThreadState& ts, Dict& self) { return dict_view(ts, PyDictItems_Type, self); }

Result<void> dict_method_update(ThreadState& ts, Dict& self, Rest arguments, Keywords keywords) {
    return update_from(ts, self, "update", arguments, keywords);
}
void dict_method_clear(ThreadState& ts, Dict& self) { dict_clear(ts, self); }
Result<Ref<Object>> dict_method_copy(ThreadState& ts, Dict& self) { return dict_copy(ts, self); }

Result<Ref<Object>> dict_fromkeys(ThreadState& ts, Object& type, Object& iterable, Object* given) {
    Object& value = given ? *given : none();
    Ref<Object> result = TRY(call(ts, type));
    bool exact = &type_of(*result) == &PyDict_Type;
    if (exact && &type_of(iterable) == &PyDict_Type && as<Dict>(*result).ma_used == 0) {
        Dict& dict = as<Dict>(*result);
        Py_ssize_t position = 0;
        Object* key;
        Py_hash_t hash;
        TRY(dict_resize(ts, dict, log2_for_entries(as<Dict>(iterable).ma_used), KeysKind::kNames));
        while (dict_next(as<Dict>(iterable), position, &key, nullptr, &hash)) {
            Ref<Object> keeper = Ref<Object>::share(*key);
            TRY(dict_insert(ts, dict, *key, hash, value));
        }
        return result;
    }
    if (exact && PyAnySet_CheckExact(&iterable)) {
        Py_ssize_t position = 0;
        Object* key;
        Py_hash_t hash;
        while (set_next(as<Set>(iterable), position, &key, &hash)) {
            Ref<Object> keeper = Ref<Object>::share(*key);
            TRY(dict_insert(ts, as<Dict>(*result), *key, hash, value));
        }
        return result;
    }
    Ref<Object> iterator = TRY(get_iter(ts, iterable));
    for (;;) {
        OptRef<Object> key = TRY(iter_next(ts, *iterator));
        if (!key) return result;
        if (exact) {
            TRY(dict_set(ts, as<Dict>(*result), *key, value));
        } else {
            TRY(setitem(ts, *result, *key, value));
        }
    }
}

size_t dict_sizeof(Dict& self) { return dict_size_of(self); }

Result<Ref<Object>> dict_method_reversed(ThreadState& ts, Dict& self);

constexpr MethodDef dict_methods[] = {
    METHOD_FLAGS("__contains__($self, key, /)", dict_has, "True if the dictionary has the specified key, else False.",
                 METH_COEXIST),
    METHOD_FLAGS("__getitem__($self, key, /)", dict_subscript, "Return self[key].", METH_COEXIST),
    METHOD("__sizeof__($self, /)", dict_sizeof, "Return the size of the dict in memory, in bytes."),
    METHOD("get($self, key, default=None, /)", dict_method_get,
           "Return the value for key if key is in the dictionary, else default."),
    METHOD("setdefault($self, key, default=None, /)", dict_method_setdefault,
           "Insert key with a value of default if key is not in the dictionary.\n\n"
           "Return the value for key if key is in the dictionary, else default."),
    METHOD("pop($self, key, default=<unrepresentable>, /)", dict_method_pop,
           "Remove the specified key and return its value.\n\n"
           "When the key is not found, return the default if given, else raise a KeyError."),
    METHOD("popitem($self, /)", dict_method_popitem,
           "Remove and return a (key, value) pair as a 2-tuple.\n\n"
           "Pairs are returned in LIFO (last-in, first-out) order.\nRaises KeyError if the dict is empty."),
    METHOD_PLAIN("keys($self, /)", dict_method_keys, "D.keys() -> a set-like object providing a view on D's keys"),
    METHOD_PLAIN("items($self, /)", dict_method_items, "D.items() -> a set-like object providing a view on D's items"),
    METHOD_PLAIN("values($self, /)", dict_method_values, "D.values() -> an object providing a view on D's values"),
    METHOD_PLAIN("update($self, *args, **kwargs)", dict_method_update,
                 "D.update([E, ]**F) -> None.  Update D from a mapping or an iterable of pairs E, and from F."),
    METHOD("fromkeys($type, iterable, value=None, /)", dict_fromkeys,
           "Create a new dictionary with keys from iterable and values set to value."),
    METHOD_PLAIN("clear($self, /)", dict_method_clear, "D.clear() -> None.  Remove all items from D."),
    METHOD_PLAIN("copy($self, /)", dict_method_copy, "D.copy() -> a shallow copy of D"),
    METHOD("__reversed__($self, /)", dict_method_reversed, "Return a reverse iterator over the dict keys."),
    METHOD_PLAIN("__class_getitem__($type, object, /)", class_getitem, "See PEP 585"),
    METHOD_END,
};

Result<Ref<Object>> dict_method_reversed(ThreadState& ts, Dict& self) {
    Ref<Object> view = TRY(dict_view(ts, PyDictKeys_Type, self));
    return call_method(ts, *view, "__reversed__"_n);
}

constinit PyMappingMethods dict_mapping = {
    .mp_length = slot<dict_len>, .mp_subscript = slot<dict_subscript>, .mp_ass_subscript = slot<dict_assign>};
constinit PySequenceMethods dict_sequence = {.sq_contains = slot<dict_has>};
constinit PyNumberMethods dict_number = {.nb_or = slot<dict_or>, .nb_inplace_or = slot<dict_ior>};

}  // namespace

}  // namespace orochi

using namespace orochi;

constinit PyTypeObject PyDict_Type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "dict",
    .tp_basicsize = sizeof(Dict),
    .tp_dealloc = dict_dealloc,
    .tp_repr = slot<dict_repr>,
    .tp_as_number = &dict_number,
    .tp_as_sequence = &dict_sequence,
    .tp_as_mapping = &dict_mapping,
    .tp_hash = PyObject_HashNotImplemented,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_DICT_SUBCLASS |
                _Py_TPFLAGS_MATCH_SELF | Py_TPFLAGS_MAPPING,
    .tp_doc =
        "dict() -> new empty dictionary\n"
        "dict(mapping) -> new dictionary initialized from a mapping object's\n"
        "    (key, value) pairs\n"
        "dict(iterable) -> new dictionary initialized as if via:\n"
        "    d = {}\n"
        "    for k, v in iterable:\n"
        "        d[k] = v\n"
        "dict(**kwargs) -> new dictionary initialized with the name=value pairs\n"
        "    in the keyword argument list.  For example:  dict(one=1, two=2)",
    .tp_traverse = dict_traverse,
    .tp_clear = dict_tp_clear,
    .tp_richcompare = slot<dict_compare>,
    .tp_iter = slot<dict_iter>,
    .tp_methods = METHOD_TABLE(dict_methods),
    .tp_init = NEW_SLOT("dict($self, *args, **kwargs)", dict_init),
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = dict_tp_new,
    .tp_free = PyObject_GC_Del,
    .tp_vectorcall = dict_vectorcall,
};
