#include "objects/union.hpp"

#include "objects/generic_alias.hpp"
#include "objects/list.hpp"
#include "objects/native.hpp"
#include "objects/number.hpp"
#include "objects/set.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"
#include "objects/type.hpp"

namespace orochi {

struct Union {
    PyObject ob_base;
    Object* arguments;
    Object* parameters;  // made when first asked for
};

namespace {

bool can_join(const Object& object) {
    return is_none(object) || PyType_Check(&object) || is_generic_alias(object) || is_union(object);
}

Result<void> add_member(ThreadState& ts, List& members, Object& member) {
    for (Py_ssize_t i = 0; i < list_size(members); ++i) {
        Object& old = list_item(members, i);
        // Aliases are equal when they look the same; classes are themselves.
        bool same = &old == &member;
        if (!same && is_generic_alias(old) && is_generic_alias(member))
            same = TRY(compare_bool(ts, old, member, Py_EQ));
        if (same) return {};
    }
    return list_append(ts, members, member);
}

Result<void> add_members(ThreadState& ts, List& members, Object& side) {
    if (is_none(side)) return add_member(ts, members, obj(_PyNone_Type));
    if (!is_union(side)) return add_member(ts, members, side);
    Tuple& arguments = as<Tuple>(*as<Union>(side).arguments);
    for (Py_ssize_t i = 0; i < tuple_size(arguments); ++i) TRY(add_member(ts, members, tuple_item(arguments, i)));
    return {};
}

void union_dealloc(Object& self) {
    gc_untrack_if_tracked(self);
    clear(as<Union>(self).arguments);
    clear(as<Union>(self).parameters);
    free_container(self);
}
int union_traverse(Object* self, visitproc visit, void* argument) {
    for (Object* part : {as<Union>(*self).arguments, as<Union>(*self).parameters}) {
        if (part) {
            if (int stop = visit(part, argument)) return stop;
        }
    }
    return 0;
}

Result<Ref<Str>> union_repr(ThreadState& ts, Union& self) {
    StrBuilder text(ts);
    Tuple& arguments = as<Tuple>(*self.arguments);
    for (Py_ssize_t i = 0; i < tuple_size(arguments); ++i) {
        if (i) TRY(text.append_ascii(" | "));
        Object& member = tuple_item(arguments, i);
        if (&member == &obj(_PyNone_Type)) {
            TRY(text.append_ascii("None"));
        } else {
            TRY(append_type_name(ts, text, member));
        }
    }
    return text.finish();
}

Result<Py_hash_t> union_hash(ThreadState& ts, Union& self) {
    Ref<Object> set = TRY(frozenset_new(ts, self.arguments));
    return hash(ts, *set);
}

Result<Ref<Object>> union_compare(ThreadState& ts, Object& left, Object& right, int op) {
    if (!is_union(left) || !is_union(right) || (op != Py_EQ && op != Py_NE)) return new_not_implemented();
    Ref<Object> a = TRY(set_new(ts, as<Union>(left).arguments));
    Ref<Object> b = TRY(set_new(ts, as<Union>(right).arguments));
    return compare(ts, *a, *b, op);
}

Result<bool> union_instancecheck(ThreadState& ts, Union& self, Object& instance) {
    Tuple& arguments = as<Tuple>(*self.arguments);
    for (Py_ssize_t i = 0; i < tuple_size(arguments); ++i) {
        if (is_generic_alias(tuple_item(arguments, i)))
            return raise(ts, PyExc_TypeError, "isinstance() argument 2 cannot be a parameterized generic");
        if (TRY(isinstance(ts, instance, tuple_item(arguments, i)))) return true;
    }
    return false;
}
Result<bool> union_subclasscheck(ThreadState& ts, Union& self, Object& cls) {
    if (!PyType_Check(&cls)) return raise(ts, PyExc_TypeError, "issubclass() arg 1 must be a class");
    Tuple& arguments = as<Tuple>(*self.arguments);
    for (Py_ssize_t i = 0; i < tuple_size(arguments); ++i) {
        if (is_generic_alias(tuple_item(arguments, i)))
            return raise(ts, PyExc_TypeError, "issubclass() argument 2 cannot be a parameterized generic");
        if (TRY(issubclass(ts, cls, tuple_item(arguments, i)))) return true;
    }
    return false;
}

Result<Ref<Object>> union_parameters(ThreadState& ts, Union& self) {
    if (!self.parameters)
        self.parameters = obj(std::move(TRY(type_parameters(ts, as<Tuple>(*self.arguments)))).release());
    return Ref<Object>::share(*self.parameters);
}

Result<Ref<Object>> union_getitem(ThreadState& ts, Union& self, Object& item) {
    Ref<Object> parameters = TRY(union_parameters(ts, self));
    Ref<Tuple> arguments =
        TRY(substitute_parameters(ts, obj(self), as<Tuple>(*self.arguments), as<Tuple>(*parameters), item));
    Py_ssize_t count = tuple_size(*arguments);
    if (count == 0) return raise_bad_internal_call(ts);
    Ref<Object> result = Ref<Object>::share(tuple_item(*arguments, 0));
    for (Py_ssize_t i = 1; i < count; ++i)
        result = TRY(binary_operation(ts, Operator::kOr, *result, tuple_item(*arguments, i)));
    return result;
}

// The module is that of the class, types, whatever the instance would say.
Result<Ref<Object>> union_getattro(ThreadState& ts, Union& self, Object& name) {
    if (PyUnicode_Check(&name) && str_equals_ascii(as<Str>(name), "__module__"))
        return getattr(ts, obj(orochi_union_type), name);
    return generic_getattr(ts, obj(self), name);
}

constexpr MethodDef union_methods[] = {
    METHOD_PLAIN("__instancecheck__($self, instance, /)", union_instancecheck, nullptr),
    METHOD_PLAIN("__subclasscheck__($self, cls, /)", union_subclasscheck, nullptr), METHOD_END};
constexpr PyMemberDef union_members[] = {{"__args__", T_OBJECT, offsetof(Union, arguments), READONLY, nullptr}, {}};
constexpr PyGetSetDef union_getsets[] = {
    GETTER("__parameters__", union_parameters, "Type variables in the types.UnionType."), GETSET_END};
const PyNumberMethods union_number = {.nb_or = slot<union_or>};
const PyMappingMethods union_mapping = {.mp_subscript = slot<union_getitem>};

}  // namespace

Result<Ref<Object>> union_or(ThreadState& ts, Object& left, Object& right) {
    if (!can_join(left) || !can_join(right)) return new_not_implemented();
    Ref<List> members = TRY(list_new(ts, 0));
    TRY(add_members(ts, *members, left));
    TRY(add_members(ts, *members, right));
    if (list_size(*members) == 1) return Ref<Object>::share(list_item(*members, 0));
    Ref<Tuple> arguments = TRY(list_as_tuple(ts, *members));
    Ref<Union> made = TRY(new_container<Union>(ts, orochi_union_type));
    made->arguments = obj(std::move(arguments).release());
    made->parameters = nullptr;
    gc_track(ts, obj(*made));
    return made;
}

}  // namespace orochi

using namespace orochi;

extern "C" {
constinit PyTypeObject orochi_union_type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "types.UnionType",
    .tp_basicsize = sizeof(Union),
    .tp_dealloc = slot<union_dealloc>,
    .tp_repr = slot<union_repr>,
    .tp_as_number = const_cast<PyNumberMethods*>(&union_number),
    .tp_as_mapping = const_cast<PyMappingMethods*>(&union_mapping),
    .tp_hash = slot<union_hash>,
    .tp_getattro = slot<union_getattro>,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_doc = "Represent a PEP 604 union type\n\nE.g. for int | str",
    .tp_traverse = union_traverse,
    .tp_richcompare = slot<union_compare>,
    .tp_methods = METHOD_TABLE(union_methods),
    .tp_members = MEMBER_TABLE(union_members),
    .tp_getset = GETSET_TABLE(union_getsets),
};
}
