#include "modules/operator/getters.hpp"

#include "objects/int.hpp"

namespace orochi::operators {

namespace {

// All three take one positional argument when they are called.
Result<Object*> the_argument(ThreadState& ts, const char* name, Object* const* arguments, size_t nargsf,
                             Object* keyword_names) {
    if (keyword_names && tuple_size(as<Tuple>(*keyword_names)))
        return raise(ts, PyExc_TypeError, "%s() takes no keyword arguments", name);
    TRY(check_count(ts, name, PyVectorcall_NARGS(nargsf), 1, 1));
    return arguments[0];
}

// ---- itemgetter ----

struct ItemGetter {
    PyObject_HEAD
    Object* items;     // a tuple
    Py_ssize_t index;  // the only item, when it is a small int >= 0; else -1
    vectorcallfunc vectorcall;
    auto members() { return std::array{&items}; }
};

Result<Ref<Object>> fetch_items(ThreadState& ts, ItemGetter& self, Object& object) {
    Tuple& items = as<Tuple>(*self.items);
    Py_ssize_t count = tuple_size(items);
    if (count == 1) {
        if (self.index >= 0 && PyTuple_CheckExact(&object) && self.index < tuple_size(as<Tuple>(object)))
            return Ref<Object>::share(tuple_item(as<Tuple>(object), self.index));
        return getitem(ts, object, tuple_item(items, 0));
    }
    Ref<Tuple> result = TRY(tuple_new(ts, count));
    for (Py_ssize_t i = 0; i < count; ++i) tuple_init_item(*result, i, TRY(getitem(ts, object, tuple_item(items, i))));
    return result;
}
Object* itemgetter_vectorcall(Object* self, Object* const* arguments, size_t nargsf, Object* keyword_names) {
    ThreadState& ts = current_thread();
    auto run = [&]() -> Result<Ref<Object>> {
        Object* object = TRY(the_argument(ts, "itemgetter", arguments, nargsf, keyword_names));
        return fetch_items(ts, as<ItemGetter>(*self), *object);
    };
    return to_c(run());
}
Result<Ref<Object>> itemgetter_new(ThreadState& ts, Type& type, Rest items) {
    TRY(check_count(ts, "itemgetter", std::min<Py_ssize_t>(items.size(), 1), 1, 1));
    Ref<Tuple> all = TRY(tuple_from_items(ts, items.items, items.count));
    Ref<ItemGetter> self = TRY(make_instance<ItemGetter>(type));
    Object& first = items[0];
    self->index = -1;
    if (items.size() == 1 && PyLong_CheckExact(&first) && int_is_compact(first) && int_compact_value(first) >= 0)
        self->index = int_compact_value(first);
    self->items = obj(std::move(all).release());
    self->vectorcall = itemgetter_vectorcall;
    return self;
}
Result<Ref<Object>> repr_with(ThreadState& ts, Object& self, Object& items) {
    bool entered = TRY(repr_enter(ts, self));
    const char* name = type_of(self).tp_name;
    if (entered) return str_format(ts, "%s(...)", name);
    auto text = tuple_size(as<Tuple>(items)) == 1 ? str_format(ts, "%s(%R)", name, &tuple_item(as<Tuple>(items), 0))
                                                  : str_format(ts, "%s%R", name, &items);
    repr_leave(ts, self);
    return text;
}
Result<Ref<Object>> itemgetter_repr(ThreadState& ts, ItemGetter& self) { return repr_with(ts, obj(self), *self.items); }
Result<Ref<Object>> itemgetter_reduce(ThreadState& ts, ItemGetter& self) {
    return TRY(tuple_of(ts, obj(type_of(obj(self))), *self.items));
}

// ---- attrgetter ----

struct AttributeGetter {
    PyObject_HEAD
    Object* names;  // a tuple of strings, and of tuples of strings for dotted names
    vectorcallfunc vectorcall;
    auto members() { return std::array{&names}; }
};

Result<Ref<Object>> fetch_attribute(ThreadState& ts, Object& object, Object& name) {
    if (PyUnicode_Check(&name)) return getattr(ts, object, name);
    Ref<Object> value = Ref<Object>::share(object);
    for (Py_ssize_t i = 0; i < tuple_size(as<Tuple>(name)); ++i)
        value = TRY(getattr(ts, value, tuple_item(as<Tuple>(name), i)));
    return value;
}
Object* attrgetter_vectorcall(Object* self, Object* const* arguments, size_t nargsf, Object* keyword_names) {
    ThreadState& ts = current_thread();
    auto run = [&]() -> Result<Ref<Object>> {
        Object& object = *TRY(the_argument(ts, "attrgetter", arguments, nargsf, keyword_names));
        Tuple& names = as<Tuple>(*as<AttributeGetter>(*self).names);
        Py_ssize_t count = tuple_size(names);
        if (count == 1) return fetch_attribute(ts, object, tuple_item(names, 0));
        Ref<Tuple> result = TRY(tuple_new(ts, count));
        for (Py_ssize_t i = 0; i < count; ++i)
            tuple_init_item(*result, i, TRY(fetch_attribute(ts, object, tuple_item(names, i))));
        return result;
    };
    return to_c(run());
}
Result<Ref<Object>> split_name(ThreadState& ts, Object& name) {
    if (!PyUnicode_Check(&name)) return raise(ts, PyExc_TypeError, "attribute name must be a string");
    Str& text = as<Str>(name);
    if (str_find(text, "."_s, 0, str_length(text), 1) < 0) {
        Ref<Str> exact =
            PyUnicode_CheckExact(&name) ? Ref<Str>::share(text) : TRY(str_substring(ts, text, 0, str_length(text)));
        return Ref<Object>(intern(ts, std::move(exact)));
    }
    Ref<Object> parts = TRY(str_split(ts, text, &"."_n, -1));
    Ref<Tuple> result = TRY(sequence_tuple(ts, parts));
    for (Py_ssize_t i = 0; i < tuple_size(*result); ++i) {
        Ref<Str> part = intern(ts, Ref<Str>::share(as<Str>(tuple_item(*result, i))));
        assign(result->ob_item[i], std::move(part));
    }
    return Ref<Object>(std::move(result));
}
Result<Ref<Object>> attrgetter_new(ThreadState& ts, Type& type, Rest given) {
    TRY(check_count(ts, "attrgetter", std::min<Py_ssize_t>(given.size(), 1), 1, 1));
    Ref<Tuple> names = TRY(tuple_new(ts, given.size()));
    for (Py_ssize_t i = 0; i < given.size(); ++i) tuple_init_item(*names, i, TRY(split_name(ts, given[i])));
    Ref<AttributeGetter> self = TRY(make_instance<AttributeGetter>(type));
    self->names = obj(std::move(names).release());
    self->vectorcall = attrgetter_vectorcall;
    return self;
}
Result<Ref<Tuple>> joined_names(ThreadState& ts, AttributeGetter& self) {
    Tuple& names = as<Tuple>(*self.names);
    Ref<Tuple> result = TRY(tuple_new(ts, tuple_size(names)));
    for (Py_ssize_t i = 0; i < tuple_size(names); ++i) {
        Object& name = tuple_item(names, i);
        if (PyTuple_Check(&name)) {
            tuple_init_item(*result, i, TRY(str_join(ts, "."_s, name)));
        } else {
            tuple_init_item(*result, i, Ref<Object>::share(name));
        }
    }
    return result;
}
Result<Ref<Object>> attrgetter_repr(ThreadState& ts, AttributeGetter& self) {
    Ref<Tuple> names = TRY(joined_names(ts, self));
    return repr_with(ts, obj(self), names);
}
Result<Ref<Object>> attrgetter_reduce(ThreadState& ts, AttributeGetter& self) {
    Ref<Tuple> names = TRY(joined_names(ts, self));
    return TRY(tuple_of(ts, obj(type_of(obj(self))), *names));
}

// ---- methodcaller ----

struct MethodCaller {
    PyObject_HEAD
    Object* name;
    Object* arguments;  // a tuple
    Object* keywords;   // a dict or null
    vectorcallfunc vectorcall;
    auto members() { return std::array{&name, &arguments, &keywords}; }
};

Object* methodcaller_vectorcall(Object* self_object, Object* const* given, size_t nargsf, Object* keyword_names) {
    ThreadState& ts = current_thread();
    auto run = [&]() -> Result<Ref<Object>> {
        Object* object = TRY(the_argument(ts, "methodcaller", given, nargsf, keyword_names));
        MethodCaller& self = as<MethodCaller>(*self_object);
        Tuple& arguments = as<Tuple>(*self.arguments);
        Py_ssize_t count = tuple_size(arguments);
        constexpr Py_ssize_t kInline = 8;
        if (self.keywords || count > kInline) {
            Ref<Object> method = TRY(getattr(ts, *object, *self.name));
            return call_tuple(ts, *method, obj(arguments), self.keywords);
        }
        Object* stack[kInline + 2] = {nullptr, object};
        for (Py_ssize_t i = 0; i < count; ++i) stack[i + 2] = &tuple_item(arguments, i);
        return call_method_vector(ts, *self.name, stack + 1, size_t(count + 1) | PY_VECTORCALL_ARGUMENTS_OFFSET);
    };
    return to_c(run());
}
Result<Ref<Object>> methodcaller_new(ThreadState& ts, Type& type, Rest given, Keywords keywords) {
    if (given.size() < 1)
        return raise(ts, PyExc_TypeError, "methodcaller needs at least one argument, the method name");
    if (!PyUnicode_Check(&given[0])) return raise(ts, PyExc_TypeError, "method name must be a string");
    Ref<Tuple> arguments = TRY(tuple_from_items(ts, given.items + 1, given.count - 1));
    OptRef<Dict> named;
    if (keywords.dict) named = TRY(dict_copy(ts, *keywords.dict));
    Ref<MethodCaller> self = TRY(make_instance<MethodCaller>(type));
    Str& name = as<Str>(given[0]);
    Ref<Str> kept = Ref<Str>::share(name);
    if (PyUnicode_CheckExact(&given[0])) kept = intern(ts, std::move(kept));
    self->name = obj(std::move(kept).release());
    self->arguments = obj(std::move(arguments).release());
    self->keywords = obj(named.release());
    self->vectorcall = methodcaller_vectorcall;
    return self;
}
Result<Ref<Object>> methodcaller_repr(ThreadState& ts, MethodCaller& self) {
    const char* name = type_of(obj(self)).tp_name;
    bool entered = TRY(repr_enter(ts, obj(self)));
    if (entered) return str_format(ts, "%s(...)", name);
    auto build = [&]() -> Result<Ref<Object>> {
        StrBuilder out(ts);
        Ref<Str> head = TRY(str_format(ts, "%s(%R", name, self.name));
        TRY(out.append(*head));
        Tuple& arguments = as<Tuple>(*self.arguments);
        for (Py_ssize_t i = 0; i < tuple_size(arguments); ++i) {
            Ref<Str> part = TRY(str_format(ts, ", %R", &tuple_item(arguments, i)));
            TRY(out.append(*part));
        }
        Py_ssize_t position = 0;
        Object *key, *value;
        while (self.keywords && dict_next(as<Dict>(*self.keywords), position, &key, &value)) {
            Ref<Str> part = TRY(str_format(ts, ", %U=%R", key, value));
            TRY(out.append(*part));
        }
        TRY(out.append(U')'));
        return TRY(out.finish());
    };
    auto text = build();
    repr_leave(ts, obj(self));
    return text;
}
Result<Ref<Object>> methodcaller_reduce(ThreadState& ts, MethodCaller& self) {
    Object& type = obj(type_of(obj(self)));
    Tuple& rest = as<Tuple>(*self.arguments);
    if (!self.keywords) {
        Ref<Tuple> all = TRY(tuple_new(ts, tuple_size(rest) + 1));
        tuple_init_item(*all, 0, Ref<Object>::share(*self.name));
        for (Py_ssize_t i = 0; i < tuple_size(rest); ++i)
            tuple_init_item(*all, i + 1, Ref<Object>::share(tuple_item(rest, i)));
        return TRY(tuple_of(ts, type, *all));
    }
    Ref<Object> partial = TRY(import_attribute(ts, "functools"_n, "partial"_n));
    Object* arguments[] = {nullptr, &type, self.name};
    Ref<Object> maker = TRY(call_dict(ts, *partial, arguments + 1, 2 | PY_VECTORCALL_ARGUMENTS_OFFSET, self.keywords));
    return TRY(tuple_of(ts, *maker, obj(rest)));
}

#define REDUCE(FUNCTION) METHOD_PLAIN("__reduce__($self, /)", FUNCTION, "Return state information for pickling")
constexpr MethodDef itemgetter_methods[] = {REDUCE(itemgetter_reduce), METHOD_END};
constexpr MethodDef attrgetter_methods[] = {REDUCE(attrgetter_reduce), METHOD_END};
constexpr MethodDef methodcaller_methods[] = {REDUCE(methodcaller_reduce), METHOD_END};
template <class T>
constexpr PyMemberDef vectorcall_member[] = {
    {"__vectorcalloffset__", T_PYSSIZET, offsetof(T, vectorcall), READONLY, nullptr},
    {},
};
constexpr unsigned kFlags = kTypeFlags | Py_TPFLAGS_HAVE_VECTORCALL;

template <class T>
Result<void> add(ThreadState& ts, Object& module, const char* name, const char* doc, void* make, void* show,
                 const MethodDef* methods) {
    (void)TRY(add_type<T>(ts, module, name, kFlags,
                          {{Py_tp_doc, const_cast<char*>(doc)},
                           {Py_tp_new, make},
                           {Py_tp_repr, show},
                           {Py_tp_call, raw_pointer(PyVectorcall_Call)},
                           {Py_tp_getattro, raw_pointer(PyObject_GenericGetAttr)},
                           {Py_tp_methods, methods_pointer(methods)},
                           {Py_tp_members, const_cast<PyMemberDef*>(vectorcall_member<T>)}}));
    return {};
}

}  // namespace

Result<void> add_getters(ThreadState& ts, Object& module) {
    TRY(add<ItemGetter>(ts, module, "operator.itemgetter",
                        "itemgetter(item, ...) --> itemgetter object\n\n"
                        "Return a callable object that fetches the given item(s) from its operand.\n"
                        "After f = itemgetter(2), the call f(r) returns r[2].\n"
                        "After g = itemgetter(2, 5, 3), the call g(r) returns (r[2], r[5], r[3])",
                        new_pointer(NEW_SLOT("itemgetter($type, /, *items)", itemgetter_new)),
                        slot_pointer<reprfunc, itemgetter_repr>(), itemgetter_methods));
    TRY(add<AttributeGetter>(ts, module, "operator.attrgetter",
                             "attrgetter(attr, ...) --> attrgetter object\n\n"
                             "Return a callable object that fetches the given attribute(s) from its operand.\n"
                             "After f = attrgetter('name'), the call f(r) returns r.name.\n"
                             "After g = attrgetter('name', 'date'), the call g(r) returns (r.name, r.date).\n"
                             "After h = attrgetter('name.first', 'name.last'), the call h(r) returns\n"
                             "(r.name.first, r.name.last).",
                             new_pointer(NEW_SLOT("attrgetter($type, /, *attrs)", attrgetter_new)),
                             slot_pointer<reprfunc, attrgetter_repr>(), attrgetter_methods));
    return add<MethodCaller>(ts, module, "operator.methodcaller",
                             "methodcaller(name, ...) --> methodcaller object\n\n"
                             "Return a callable object that calls the given method on its operand.\n"
                             "After f = methodcaller('name'), the call f(r) returns r.name().\n"
                             "After g = methodcaller('name', 'date', foo=1), the call g(r) returns\n"
                             "r.name('date', foo=1).",
                             new_pointer(NEW_SLOT("methodcaller($type, /, *args, **kwargs)", methodcaller_new)),
                             slot_pointer<reprfunc, methodcaller_repr>(), methodcaller_methods);
}

}  // namespace orochi::operators
