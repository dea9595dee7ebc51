// The module _collections: deque, defaultdict, OrderedDict, and helpers of collections.Counter and namedtuple.
#include "modules/collections/collections.hpp"
#include "modules/module_references.hpp"
#include "objects/dict_keys.hpp"
#include "objects/odict.hpp"

namespace orochi {

extern PyModuleDef collections_module;

namespace collections {

namespace {

// ---- defaultdict ----

struct DefaultDict {
    Dict base;
    PyObject* factory;
};
bool is_default_dict(Object& o);

void defaultdict_dealloc(Object* self) {
    ThreadState& ts = current_thread();
    gc_untrack_if_tracked(*self);
    if (!trashcan_begin(ts, *self)) return;
    clear(as<DefaultDict>(*self).factory);
    dict_drop_contents(ts, as<DefaultDict>(*self).base);
    Type& type = type_of(*self);
    type.tp_free(self);
    decref(type);
    trashcan_end(ts);
}
int defaultdict_traverse(Object* self, visitproc visit, void* argument) {
    VISIT(&type_of(*self));
    VISIT(as<DefaultDict>(*self).factory);
    return dict_traverse(self, visit, argument);
}
int defaultdict_clear(Object* self) {
    clear(as<DefaultDict>(*self).factory);
    return dict_tp_clear(self);
}

int defaultdict_init(Object* self, Object* arguments, Object* keywords) {
    ThreadState& ts = current_thread();
    auto run = [&]() -> Result<void> {
        Tuple& a = as<Tuple>(*arguments);
        Object* factory = nullptr;
        if (tuple_size(a) > 0) {
            factory = &tuple_item(a, 0);
            if (!is_none(factory) && !is_callable(*factory))
                return raise(ts, PyExc_TypeError, "first argument must be callable or None");
            if (is_none(factory)) factory = nullptr;
        }
        Ref<Tuple> rest = TRY(tuple_slice(ts, a, 1, tuple_size(a)));
        OptRef<Object> keep_factory = OptRef<Object>::share(factory);
        assign(as<DefaultDict>(*self).factory, std::move(keep_factory));
        if (PyDict_Type.tp_init(self, obj(rest.get()), keywords) < 0) return failure;
        return {};
    };
    return to_c(run());
}

Result<Ref<Object>> defaultdict_missing(ThreadState& ts, DefaultDict& self, Object& key) {
    if (!self.factory || is_none(self.factory)) return raise_key_error(ts, key);
    Ref<Object> value = TRY(call(ts, *self.factory));
    TRY(setitem(ts, obj(self.base), key, value));
    return value;
}
Result<Ref<Object>> defaultdict_copy(ThreadState& ts, DefaultDict& self) {
    return call(ts, obj(type_of(obj(self.base))), self.factory ? *self.factory : none(), obj(self.base));
}
Result<Ref<Object>> defaultdict_reduce(ThreadState& ts, DefaultDict& self) {
    Ref<Tuple> arguments =
        self.factory && !is_none(self.factory) ? TRY(tuple_of(ts, *self.factory)) : Ref<Tuple>::share(empty_tuple());
    Ref<Object> items = TRY(call_method(ts, obj(self.base), "items"_n));
    Ref<Object> iterator = TRY(get_iter(ts, items));
    return TRY(tuple_of(ts, obj(type_of(obj(self.base))), obj(*arguments), none(), none(), *iterator));
}
Result<Ref<Object>> defaultdict_repr(ThreadState& ts, DefaultDict& self) {
    Ref<Object> contents = TRY(Result<Ref<Object>>::adopt(PyDict_Type.tp_repr(&obj(self.base))));
    Ref<Object> factory = new_none();
    if (!self.factory) {
        factory = TRY(str_from_ascii(ts, "None"));
    } else if (TRY(repr_enter(ts, *self.factory))) {
        factory = TRY(str_from_ascii(ts, "..."));
    } else {
        auto text = repr(ts, *self.factory);
        repr_leave(ts, *self.factory);
        factory = TRY(std::move(text));
    }
    const char* name = type_of(obj(self.base)).tp_name;
    if (const char* dot = std::strrchr(name, '.')) name = dot + 1;
    return str_format(ts, "%s(%U, %U)", name, factory.get(), contents.get());
}
Result<Ref<Object>> defaultdict_or(ThreadState& ts, Object& left, Object& right) {
    if (!PyDict_Check(&left) || !PyDict_Check(&right)) return new_not_implemented();
    Object& self = is_default_dict(left) ? left : right;
    DefaultDict& typed = as<DefaultDict>(self);
    Ref<Object> result = TRY(call(ts, obj(type_of(self)), typed.factory ? *typed.factory : none(), left));
    (void)TRY(call_method(ts, *result, "update"_n, right));
    return result;
}
bool is_default_dict(Object& o) {
    for (Type* type = &type_of(o); type; type = type->tp_base) {
        if (type->tp_dealloc == defaultdict_dealloc) return true;
    }
    return false;
}

constexpr MethodDef defaultdict_methods[] = {
    METHOD_PLAIN("__missing__($self, key, /)", defaultdict_missing,
                 "__missing__(key) # Called by __getitem__ for missing key; pseudo-code:\n"
                 "  if self.default_factory is None: raise KeyError((key,))\n"
                 "  self[key] = value = self.default_factory()\n"
                 "  return value\n"),
    METHOD_PLAIN("copy($self, /)", defaultdict_copy, "D.copy() -> a shallow copy of D."),
    METHOD_PLAIN("__copy__($self, /)", defaultdict_copy, "D.copy() -> a shallow copy of D."),
    METHOD_PLAIN("__reduce__($self, /)", defaultdict_reduce, "Return state information for pickling."),
    METHOD_PLAIN("__class_getitem__($type, object, /)", class_getitem, "See PEP 585"),
    METHOD_END,
};
constexpr PyMemberDef defaultdict_members[] = {
    {"default_factory", T_OBJECT, offsetof(DefaultDict, factory), 0,
     "Factory for default value called by __missing__()."},
    {},
};

// ---- _tuplegetter: the attributes of named tuples ----

struct TupleGetter {
    PyObject_HEAD
    Object* doc;
    Py_ssize_t index;
    auto members() { return std::array{&doc}; }
};
Result<Ref<Object>> tuplegetter_new(ThreadState&, Type& type, Py_ssize_t index, Object& doc) {
    Ref<TupleGetter> self = TRY(make_instance<TupleGetter>(type));
    self->index = index;
    self->doc = new_reference(doc);
    return self;
}
Result<Ref<Object>> tuplegetter_get(ThreadState& ts, TupleGetter& self, Object* object, Object*) {
    if (!object) return Ref<Object>::share(obj(self));
    if (!PyTuple_Check(object)) {
        if (is_none(object)) return Ref<Object>::share(obj(self));
        return raise(ts, PyExc_TypeError,
                     "descriptor for index '%zd' for tuple subclasses doesn't apply to '%T' object", self.index,
                     object);
    }
    Tuple& tuple = as<Tuple>(*object);
    if (size_t(self.index) >= size_t(tuple_size(tuple))) return raise(ts, PyExc_IndexError, "tuple index out of range");
    return Ref<Object>::share(tuple_item(tuple, self.index));
}
Result<void> tuplegetter_set(ThreadState& ts, TupleGetter&, Object&, Object* value) {
    return raise(ts, PyExc_AttributeError, value ? "can't set attribute" : "can't delete attribute");
}
Result<Ref<Object>> tuplegetter_reduce(ThreadState& ts, TupleGetter& self) {
    Ref<Object> index = TRY(int_from(ts, self.index));
    Ref<Tuple> arguments = TRY(tuple_of(ts, *index, *self.doc));
    return TRY(tuple_of(ts, obj(type_of(obj(self))), obj(*arguments)));
}
Result<Ref<Object>> tuplegetter_repr(ThreadState& ts, TupleGetter& self) {
    return str_format(ts, "%s(%zd, %R)", "_tuplegetter", self.index, self.doc);
}
constexpr MethodDef tuplegetter_methods[] = {
    METHOD_PLAIN("__reduce__($self, /)", tuplegetter_reduce, ""),
    METHOD_END,
};
constexpr PyMemberDef tuplegetter_members[] = {
    {"__doc__", T_OBJECT, offsetof(TupleGetter, doc), 0, nullptr},
    {},
};

// ---- _count_elements ----

Result<void> count_elements(ThreadState& ts, Object&, Object& mapping, Object& iterable) {
    Ref<Object> iterator = TRY(get_iter(ts, iterable));
    Ref<Object> one = TRY(int_from(ts, 1));
    // Straight into the dict when the mapping's own get() and __setitem__() are dict's.
    bool fast = false;
    if (PyDict_Check(&mapping)) {
        Object* get = type_lookup(ts, type_of(mapping), "get"_s);
        Object* set = type_lookup(ts, type_of(mapping), "__setitem__"_s);
        fast = get && get == type_lookup(ts, PyDict_Type, "get"_s) && set &&
               set == type_lookup(ts, PyDict_Type, "__setitem__"_s);
    }
    if (fast) {
        Dict& dict = as<Dict>(mapping);
        for (;;) {
            OptRef<Object> key = TRY(iter_next(ts, *iterator));
            if (!key) return {};
            Py_hash_t key_hash = TRY(hash(ts, *key));
            Object* old = TRY(dict_get_hashed(ts, dict, *key, key_hash));
            Ref<Object> count = old ? TRY(number_add(ts, *old, one)) : one.copy();
            TRY(dict_set_hashed(ts, dict, *key, count, key_hash));
        }
    }
    Ref<Object> get = TRY(getattr(ts, mapping, "get"_n));
    Ref<Object> zero = TRY(int_from(ts, 0));
    for (;;) {
        OptRef<Object> key = TRY(iter_next(ts, *iterator));
        if (!key) return {};
        Ref<Object> old = TRY(call(ts, *get, *key, *zero));
        Ref<Object> count = TRY(number_add(ts, old, one));
        TRY(setitem(ts, mapping, *key, count));
    }
}

Result<void> execute(ThreadState& ts, Object& module) {
    State& state = *static_cast<State*>(module_state(module));
    TRY(add_deque(ts, module, state));
    PyType_Slot defaultdict_slots[] = {
        {Py_tp_dealloc, raw_pointer(defaultdict_dealloc)},
        {Py_tp_traverse, raw_pointer(defaultdict_traverse)},
        {Py_tp_clear, raw_pointer(defaultdict_clear)},
        {Py_tp_doc, const_cast<char*>("defaultdict(default_factory=None, /, [...]) --> dict with default factory\n\n"
                                      "The default factory is called without arguments to produce\n"
                                      "a new value when a key is not present, in __getitem__ only.\n"
                                      "A defaultdict compares equal to a dict with the same items.\n"
                                      "All remaining arguments are treated the same as if they were\n"
                                      "passed to the dict constructor, including keyword arguments.")},
        {Py_tp_init, raw_pointer(defaultdict_init)},
        {Py_tp_repr, slot_pointer<reprfunc, defaultdict_repr>()},
        {Py_nb_or, slot_pointer<binaryfunc, defaultdict_or>()},
        {Py_tp_methods, methods_pointer(defaultdict_methods)},
        {Py_tp_members, const_cast<PyMemberDef*>(defaultdict_members)},
        {0, nullptr}};
    PyType_Spec defaultdict_spec = {"collections.defaultdict", sizeof(DefaultDict), 0, kBaseTypeFlags,
                                    defaultdict_slots};
    (void)TRY(module_add_type(ts, module, defaultdict_spec, &obj(PyDict_Type)));
    (void)TRY(add_type<TupleGetter>(
        ts, module, "_collections._tuplegetter", kTypeFlags,
        {{Py_tp_new, new_pointer(NEW_SLOT("_tuplegetter($type, index, doc, /)", tuplegetter_new))},
         {Py_tp_repr, slot_pointer<reprfunc, tuplegetter_repr>()},
         {Py_tp_descr_get, slot_pointer<descrgetfunc, tuplegetter_get>()},
         {Py_tp_descr_set, slot_pointer<descrsetfunc, tuplegetter_set>()},
         {Py_tp_methods, methods_pointer(tuplegetter_methods)},
         {Py_tp_members, const_cast<PyMemberDef*>(tuplegetter_members)}}));
    TRY(module_add(ts, module, "OrderedDict", obj(PyODict_Type)));
    return {};
}

constexpr MethodDef functions[] = {
    METHOD("_count_elements($module, mapping, iterable, /)", count_elements,
           "Count elements in the iterable, updating the mapping"),
    METHOD_END,
};
constinit PyModuleDef_Slot slots[] = {
    {Py_mod_exec, reinterpret_cast<void*>(module_exec_entry<execute>)},
    {0, nullptr},
};

}  // namespace
}  // namespace collections

PyModuleDef collections_module = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "_collections",
    .m_doc =
        "High performance data structures.\n- deque:        ordered collection accessible from endpoints only\n- "
        "defaultdict:  dict subclass with a default value factory\n",
    .m_size = sizeof(collections::State),
    .m_methods = METHOD_TABLE(collections::functions),
    .m_slots = collections::slots,
    .m_traverse = ModuleReferences<collections::State>::traverse,
    .m_clear = ModuleReferences<collections::State>::clear,
    .m_free = ModuleReferences<collections::State>::free,
};

}  // namespace orochi
