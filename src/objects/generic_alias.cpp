#include "objects/generic_alias.hpp"

#include "objects/list.hpp"
#include "objects/module.hpp"
#include "objects/native.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"
#include "objects/type.hpp"
#include "objects/union.hpp"

extern "C" PyTypeObject orochi_generic_alias_iterator_type;

namespace orochi {

struct GenericAlias {
    PyObject ob_base;
    Object* origin;
    Object* arguments;
    Object* parameters;  // made when first asked for
    Object* weakrefs;
    char starred;  // *tuple[int]
    vectorcallfunc vectorcall;
};

namespace {

Result<Ref<Object>> make_alias(ThreadState& ts, Type& type, Object& origin, Object& arguments, bool starred);

Py_ssize_t tuple_index(Tuple& tuple, Object& item) {
    for (Py_ssize_t i = 0; i < tuple_size(tuple); ++i) {
        if (&tuple_item(tuple, i) == &item) return i;
    }
    return -1;
}

Result<void> add_once(ThreadState& ts, List& list, Object& item) {
    for (Py_ssize_t i = 0; i < list_size(list); ++i) {
        if (&list_item(list, i) == &item) return {};
    }
    return list_append(ts, list, item);
}

// Tuples marked with a star become their items: C[*tuple[int, str]] is C[int, str].
Result<Ref<Object>> unpack_stars(ThreadState& ts, Object& item) {
    Ref<List> items = TRY(list_new(ts, 0));
    Ref<Tuple> given = PyTuple_Check(&item) ? Ref<Tuple>::share(as<Tuple>(item)) : TRY(tuple_of(ts, item));
    for (Py_ssize_t i = 0; i < tuple_size(*given); ++i) {
        Object& one = tuple_item(*given, i);
        OptRef<Object> inner;
        if (!PyType_Check(&one)) inner = TRY(getattr_optional(ts, one, "__typing_unpacked_tuple_args__"_n));
        bool plain = !inner || is_none(inner.get()) || !PyTuple_Check(inner.get());
        if (!plain) {
            Tuple& tuple = as<Tuple>(*inner);
            Py_ssize_t size = tuple_size(tuple);
            plain = size > 0 && &tuple_item(tuple, size - 1) == &ellipsis();
        }
        if (plain) {
            TRY(list_append(ts, *items, one));
        } else {
            TRY(list_extend(ts, *items, *inner));
        }
    }
    return list_as_tuple(ts, *items);
}

// A member that is generic itself, with its variables replaced.
Result<Ref<Object>> substitute_inside(ThreadState& ts, Object& member, Tuple& parameters, Tuple& items) {
    OptRef<Object> inner = TRY(getattr_optional(ts, member, "__parameters__"_n));
    if (!inner || !PyTuple_Check(inner.get()) || tuple_size(as<Tuple>(*inner)) == 0) return Ref<Object>::share(member);
    Ref<List> arguments = TRY(list_new(ts, 0));
    for (Py_ssize_t i = 0; i < tuple_size(as<Tuple>(*inner)); ++i) {
        Object* argument = &tuple_item(as<Tuple>(*inner), i);
        Py_ssize_t found = tuple_index(parameters, *argument);
        if (found >= 0) {
            Object& parameter = tuple_item(parameters, found);
            argument = &tuple_item(items, found);
            if (type_of(parameter).tp_iter && PyTuple_Check(argument)) {  // a TypeVarTuple
                TRY(list_extend(ts, *arguments, *argument));
                continue;
            }
        }
        TRY(list_append(ts, *arguments, *argument));
    }
    Ref<Tuple> tuple = TRY(list_as_tuple(ts, *arguments));
    return getitem(ts, member, obj(*tuple));
}

Result<bool> is_unpacked_variable(ThreadState& ts, Object& object) {
    if (PyType_Check(&object)) return false;
    OptRef<Object> flag = TRY(getattr_optional(ts, object, "__typing_is_unpacked_typevartuple__"_n));
    if (!flag) return false;
    return is_true(ts, *flag);
}

}  // namespace

Result<Ref<Tuple>> type_parameters(ThreadState& ts, Tuple& arguments) {
    Ref<List> parameters = TRY(list_new(ts, 0));
    for (Py_ssize_t i = 0; i < tuple_size(arguments); ++i) {
        Object& argument = tuple_item(arguments, i);
        // A class's own __parameters__ are not the alias's.
        if (PyType_Check(&argument)) continue;
        OptRef<Object> substitute = TRY(getattr_optional(ts, argument, "__typing_subst__"_n));
        if (substitute) {
            TRY(add_once(ts, *parameters, argument));
            continue;
        }
        OptRef<Object> inner = TRY(getattr_optional(ts, argument, "__parameters__"_n));
        if (!inner || !PyTuple_Check(inner.get())) continue;
        for (Py_ssize_t k = 0; k < tuple_size(as<Tuple>(*inner)); ++k)
            TRY(add_once(ts, *parameters, tuple_item(as<Tuple>(*inner), k)));
    }
    return list_as_tuple(ts, *parameters);
}

Result<Ref<Tuple>> substitute_parameters(ThreadState& ts, Object& self, Tuple& arguments, Tuple& parameters,
                                         Object& given) {
    Py_ssize_t count = tuple_size(parameters);
    if (count == 0) return raise(ts, PyExc_TypeError, "%R is not a generic class", &self);
    Ref<Object> item = TRY(unpack_stars(ts, given));
    for (Py_ssize_t i = 0; i < count; ++i) {
        OptRef<Object> prepare = TRY(getattr_optional(ts, tuple_item(parameters, i), "__typing_prepare_subst__"_n));
        if (!prepare || is_none(prepare.get())) continue;
        if (PyTuple_Check(item.get())) {
            item = TRY(call(ts, *prepare, self, *item));
        } else {
            Ref<Tuple> one = TRY(tuple_of(ts, *item));
            item = TRY(call(ts, *prepare, self, obj(*one)));
        }
    }
    Ref<Tuple> items = PyTuple_Check(item.get()) ? Ref<Tuple>::share(as<Tuple>(*item)) : TRY(tuple_of(ts, *item));
    if (tuple_size(*items) != count)
        return raise(ts, PyExc_TypeError, "Too %s arguments for %R; actual %zd, expected %zd",
                     tuple_size(*items) > count ? "many" : "few", &self, tuple_size(*items), count);
    Ref<List> result = TRY(list_new(ts, 0));
    for (Py_ssize_t i = 0; i < tuple_size(arguments); ++i) {
        Object& argument = tuple_item(arguments, i);
        if (PyType_Check(&argument)) {
            TRY(list_append(ts, *result, argument));
            continue;
        }
        bool unpack = TRY(is_unpacked_variable(ts, argument));
        OptRef<Object> substitute = TRY(getattr_optional(ts, argument, "__typing_subst__"_n));
        Ref<Object> replaced = Ref<Object>::share(argument);
        if (substitute) {
            Py_ssize_t index = tuple_index(parameters, argument);
            if (index < 0) return raise_bad_internal_call(ts);
            replaced = TRY(call(ts, *substitute, tuple_item(*items, index)));
        } else {
            replaced = TRY(substitute_inside(ts, argument, parameters, *items));
        }
        if (unpack && PyTuple_Check(replaced.get())) {
            TRY(list_extend(ts, *result, *replaced));
        } else {
            TRY(list_append(ts, *result, *replaced));
        }
    }
    return list_as_tuple(ts, *result);
}

Result<void> append_type_name(ThreadState& ts, StrBuilder& text, Object& member) {
    if (&member == &ellipsis()) return text.append_ascii("...");
    OptRef<Object> origin = TRY(getattr_optional(ts, member, "__origin__"_n));
    if (origin) {
        OptRef<Object> arguments = TRY(getattr_optional(ts, member, "__args__"_n));
        if (arguments) return text.append(*TRY(repr(ts, member)));
    }
    OptRef<Object> name = TRY(getattr_optional(ts, member, "__qualname__"_n));
    if (!name) return text.append(*TRY(repr(ts, member)));
    OptRef<Object> module = TRY(getattr_optional(ts, member, "__module__"_n));
    if (!module || is_none(module.get())) return text.append(*TRY(repr(ts, member)));
    if (PyUnicode_Check(module.get()) && str_equals_ascii(as<Str>(*module), "builtins"))
        return text.append(*TRY(str(ts, *name)));
    TRY(text.append(*TRY(str(ts, *module))));
    TRY(text.append('.'));
    return text.append(*TRY(str(ts, *name)));
}

namespace {

void alias_dealloc(ThreadState& ts, Object& self) {
    GenericAlias& alias = as<GenericAlias>(self);
    gc_untrack_if_tracked(self);
    if (alias.weakrefs) clear_weakrefs(ts, self);
    clear(alias.origin);
    clear(alias.arguments);
    clear(alias.parameters);
    type_of(self).tp_free(&self);
}
int alias_traverse(Object* self, visitproc visit, void* argument) {
    GenericAlias& alias = as<GenericAlias>(*self);
    for (Object* part : {alias.origin, alias.arguments, alias.parameters}) {
        if (part) {
            if (int stop = visit(part, argument)) return stop;
        }
    }
    return 0;
}

Result<Ref<Str>> alias_repr(ThreadState& ts, GenericAlias& alias) {
    StrBuilder text(ts);
    if (alias.starred) TRY(text.append('*'));
    TRY(append_type_name(ts, text, *alias.origin));
    TRY(text.append('['));
    Tuple& arguments = as<Tuple>(*alias.arguments);
    for (Py_ssize_t i = 0; i < tuple_size(arguments); ++i) {
        if (i) TRY(text.append_ascii(", "));
        TRY(append_type_name(ts, text, tuple_item(arguments, i)));
    }
    if (tuple_size(arguments) == 0) TRY(text.append_ascii("()"));
    TRY(text.append(']'));
    return text.finish();
}

Result<void> ensure_parameters(ThreadState& ts, GenericAlias& alias) {
    if (!alias.parameters)
        alias.parameters = obj(std::move(TRY(type_parameters(ts, as<Tuple>(*alias.arguments)))).release());
    return {};
}

Result<Ref<Object>> alias_getitem(ThreadState& ts, GenericAlias& alias, Object& item) {
    TRY(ensure_parameters(ts, alias));
    Ref<Tuple> arguments =
        TRY(substitute_parameters(ts, obj(alias), as<Tuple>(*alias.arguments), as<Tuple>(*alias.parameters), item));
    return make_alias(ts, Py_GenericAliasType, *alias.origin, obj(*arguments), alias.starred);
}

Result<Py_hash_t> alias_hash(ThreadState& ts, GenericAlias& alias) {
    Py_hash_t origin = TRY(hash(ts, *alias.origin));
    Py_hash_t arguments = TRY(hash(ts, *alias.arguments));
    return origin ^ arguments;
}

Object* alias_vectorcall(Object* self, Object* const* arguments, size_t nargsf, Object* names) {
    ThreadState& ts = current_thread();
    auto run = [&]() -> Result<Ref<Object>> {
        Ref<Object> made = TRY(call_vector(ts, *as<GenericAlias>(*self).origin, arguments, nargsf, names));
        if (!setattr(ts, *made, "__orig_class__"_n, *self).ok()) {
            if (!error_matches(ts, PyExc_AttributeError) && !error_matches(ts, PyExc_TypeError)) return failure;
            error_clear(ts);
        }
        return made;
    };
    return run().release();
}

// Attributes of the alias itself; the rest are the origin's.
constexpr const char* own_attributes[] = {"__class__",
                                          "__bases__",
                                          "__origin__",
                                          "__args__",
                                          "__unpacked__",
                                          "__parameters__",
                                          "__typing_unpacked_tuple_args__",
                                          "__mro_entries__",
                                          "__reduce_ex__",
                                          "__reduce__",
                                          "__copy__",
                                          "__deepcopy__"};

Result<Ref<Object>> alias_getattro(ThreadState& ts, GenericAlias& alias, Object& name) {
    if (PyUnicode_Check(&name)) {
        bool own = false;
        for (const char* attribute : own_attributes) own |= str_equals_ascii(as<Str>(name), attribute);
        if (!own) return getattr(ts, *alias.origin, name);
    }
    return generic_getattr(ts, obj(alias), name);
}

Result<Ref<Object>> alias_compare(ThreadState& ts, Object& left, Object& right, int op) {
    if (!is_generic_alias(left) || !is_generic_alias(right) || (op != Py_EQ && op != Py_NE))
        return new_not_implemented();
    GenericAlias &a = as<GenericAlias>(left), &b = as<GenericAlias>(right);
    bool equal = a.starred == b.starred && TRY(compare_bool(ts, *a.origin, *b.origin, Py_EQ)) &&
                 TRY(compare_bool(ts, *a.arguments, *b.arguments, Py_EQ));
    return new_bool(equal == (op == Py_EQ));
}

Result<Ref<Object>> alias_mro_entries(ThreadState& ts, GenericAlias& alias, Object&) {
    return tuple_of(ts, *alias.origin);
}
Result<Ref<Object>> alias_instancecheck(ThreadState& ts, Object&, Object&) {
    return raise(ts, PyExc_TypeError, "isinstance() argument 2 cannot be a parameterized generic");
}
Result<Ref<Object>> alias_subclasscheck(ThreadState& ts, Object&, Object&) {
    return raise(ts, PyExc_TypeError, "issubclass() argument 2 cannot be a parameterized generic");
}
Result<Ref<Object>> alias_reduce(ThreadState& ts, GenericAlias& alias) {
    if (alias.starred) {
        Ref<Object> plain = TRY(make_alias(ts, Py_GenericAliasType, *alias.origin, *alias.arguments, false));
        Ref<Object> iterator = TRY(get_iter(ts, *plain));
        Ref<Object> next = TRY(builtin_attribute(ts, "next"_s));
        Ref<Tuple> arguments = TRY(tuple_of(ts, *iterator));
        return tuple_of(ts, *next, obj(*arguments));
    }
    Ref<Tuple> pair = TRY(tuple_of(ts, *alias.origin, *alias.arguments));
    return tuple_of(ts, obj(type_of(obj(alias))), obj(*pair));
}
Result<Ref<Object>> alias_dir(ThreadState& ts, GenericAlias& alias) {
    Ref<Object> names = TRY(dir(ts, alias.origin));
    for (const char* attribute : own_attributes) {
        Ref<Str> name = TRY(intern_utf8(ts, attribute));
        if (!TRY(contains(ts, *names, obj(*name)))) TRY(list_append(ts, as<List>(*names), obj(*name)));
    }
    return names;
}

Result<Ref<Object>> alias_parameters(ThreadState& ts, GenericAlias& alias) {
    TRY(ensure_parameters(ts, alias));
    return Ref<Object>::share(*alias.parameters);
}
Result<Ref<Object>> alias_unpacked_arguments(ThreadState&, GenericAlias& alias) {
    if (alias.starred && alias.origin == &obj(PyTuple_Type)) return Ref<Object>::share(*alias.arguments);
    return new_none();
}

Result<Ref<Object>> alias_create(ThreadState& ts, Type& type, Object& origin, Object& arguments) {
    return make_alias(ts, type, origin, arguments, false);
}

Result<Ref<Object>> alias_or(ThreadState& ts, Object& left, Object& right) { return union_or(ts, left, right); }

// ---- Iterating gives the starred alias, once: what *tuple[int] in a subscript does ----

struct AliasIterator {
    PyObject ob_base;
    Object* alias;
};
Result<Ref<Object>> alias_iter(ThreadState& ts, GenericAlias& alias) {
    Ref<AliasIterator> made = TRY(new_container<AliasIterator>(ts, orochi_generic_alias_iterator_type));
    made->alias = new_reference(obj(alias));
    gc_track(ts, obj(*made));
    return made;
}
void iterator_dealloc(Object& self) {
    gc_untrack_if_tracked(self);
    clear(as<AliasIterator>(self).alias);
    free_container(self);
}
int iterator_traverse(Object* self, visitproc visit, void* argument) {
    Object* alias = as<AliasIterator>(*self).alias;
    return alias ? visit(alias, argument) : 0;
}
Result<OptRef<Object>> iterator_next(ThreadState& ts, AliasIterator& self) {
    if (!self.alias) return nullptr;
    GenericAlias& alias = as<GenericAlias>(*self.alias);
    auto starred = make_alias(ts, Py_GenericAliasType, *alias.origin, *alias.arguments, true);
    clear(self.alias);
    return starred;
}
Result<Ref<Object>> iterator_reduce(ThreadState& ts, AliasIterator& self) {
    Ref<Object> iter = TRY(builtin_attribute(ts, "iter"_s));
    Ref<Tuple> arguments = TRY(tuple_of(ts, self.alias ? *self.alias : obj(empty_tuple())));
    return tuple_of(ts, *iter, obj(*arguments));
}

constexpr MethodDef alias_methods[] = {
    METHOD_PLAIN("__mro_entries__($self, bases, /)", alias_mro_entries, nullptr),
    METHOD_PLAIN("__instancecheck__($self, instance, /)", alias_instancecheck, nullptr),
    METHOD_PLAIN("__subclasscheck__($self, cls, /)", alias_subclasscheck, nullptr),
    METHOD_PLAIN("__reduce__($self)", alias_reduce, nullptr),
    METHOD_PLAIN("__dir__($self)", alias_dir, nullptr),
    METHOD_END};
constexpr PyMemberDef alias_members[] = {{"__origin__", T_OBJECT, offsetof(GenericAlias, origin), READONLY, nullptr},
                                         {"__args__", T_OBJECT, offsetof(GenericAlias, arguments), READONLY, nullptr},
                                         {"__unpacked__", T_BOOL, offsetof(GenericAlias, starred), READONLY, nullptr},
                                         {}};
constexpr PyGetSetDef alias_getsets[] = {
    GETTER("__parameters__", alias_parameters, "Type variables in the GenericAlias."),
    GETTER("__typing_unpacked_tuple_args__", alias_unpacked_arguments, nullptr), GETSET_END};
constexpr MethodDef iterator_methods[] = {METHOD_PLAIN("__reduce__($self)", iterator_reduce, nullptr), METHOD_END};
const PyNumberMethods alias_number = {.nb_or = slot<alias_or>};
const PyMappingMethods alias_mapping = {.mp_subscript = slot<alias_getitem>};

Result<Ref<Object>> make_alias(ThreadState& ts, Type& type, Object& origin, Object& arguments, bool starred) {
    Ref<Object> tuple =
        PyTuple_Check(&arguments) ? Ref<Object>::share(arguments) : Ref<Object>(TRY(tuple_of(ts, arguments)));
    Ref<Object> made = TRY(allocate_instance(ts, type));
    GenericAlias& alias = as<GenericAlias>(*made);
    alias.origin = new_reference(origin);
    alias.arguments = std::move(tuple).release();
    alias.starred = starred;
    alias.vectorcall = is_callable(origin) ? alias_vectorcall : nullptr;
    return made;
}

}  // namespace

Result<Ref<Object>> generic_alias_new(ThreadState& ts, Object& origin, Object& arguments) {
    return make_alias(ts, Py_GenericAliasType, origin, arguments, false);
}

}  // namespace orochi

using namespace orochi;

extern "C" {
constinit PyTypeObject Py_GenericAliasType = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "types.GenericAlias",
    .tp_basicsize = sizeof(GenericAlias),
    .tp_dealloc = slot<alias_dealloc>,
    .tp_vectorcall_offset = offsetof(GenericAlias, vectorcall),
    .tp_repr = slot<alias_repr>,
    .tp_as_number = const_cast<PyNumberMethods*>(&alias_number),
    .tp_as_mapping = const_cast<PyMappingMethods*>(&alias_mapping),
    .tp_hash = slot<alias_hash>,
    .tp_call = PyVectorcall_Call,
    .tp_getattro = slot<alias_getattro>,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_VECTORCALL,
    .tp_doc =
        "Represent a PEP 585 generic type\n\nE.g. for t = list[int], "
        "t.__origin__ is list and t.__args__ is (int,).",
    .tp_traverse = alias_traverse,
    .tp_richcompare = slot<alias_compare>,
    .tp_weaklistoffset = offsetof(GenericAlias, weakrefs),
    .tp_iter = slot<alias_iter>,
    .tp_methods = METHOD_TABLE(alias_methods),
    .tp_members = MEMBER_TABLE(alias_members),
    .tp_getset = GETSET_TABLE(alias_getsets),
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = NEW_SLOT("GenericAlias($type, origin, args, /)", alias_create),
    .tp_free = PyObject_GC_Del,
};
constinit PyTypeObject orochi_generic_alias_iterator_type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "generic_alias_iterator",
    .tp_basicsize = sizeof(AliasIterator),
    .tp_dealloc = slot<iterator_dealloc>,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = iterator_traverse,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = slot<iterator_next>,
    .tp_methods = METHOD_TABLE(iterator_methods),
};
}
