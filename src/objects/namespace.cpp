#include "objects/namespace.hpp"

#include "objects/dict.hpp"
#include "objects/native.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"
#include "objects/type.hpp"

namespace orochi {

namespace {

struct Namespace {
    PyObject ob_base;
    Object* dict;
};

Result<Ref<Object>> type_new(ThreadState& ts, Type& type, Object*, Object*) {
    Ref<Object> self = TRY(Result<Ref<Object>>::adopt(type.tp_alloc(&type, 0)));
    as<Namespace>(*self).dict = obj(std::move(TRY(dict_new(ts))).release());
    return self;
}

Result<void> init(ThreadState& ts, Namespace& self, Tuple& arguments, Object* keywords) {
    if (tuple_size(arguments)) return raise(ts, PyExc_TypeError, "no positional arguments expected");
    if (!keywords) return {};
    Py_ssize_t position = 0;
    Object *key, *value;
    while (dict_next(as<Dict>(*keywords), position, &key, &value)) {
        if (!PyUnicode_Check(key)) return raise(ts, PyExc_TypeError, "keywords must be strings");
    }
    return dict_update(ts, as<Dict>(*self.dict), *keywords);
}

void dealloc(ThreadState& ts, Namespace& self) {
    gc_untrack_if_tracked(obj(self));
    clear(self.dict);
    type_of(obj(self)).tp_free(&self);
}
int traverse(Namespace& self, visitproc visit, void* arg) {
    Py_VISIT(self.dict);
    return 0;
}
int clear_slot(Namespace& self) {
    clear(self.dict);
    return 0;
}

Result<Ref<Str>> type_repr(ThreadState& ts, Namespace& self) {
    bool exact = &type_of(obj(self)) == &_PyNamespace_Type;
    Ref<Object> name = exact ? Ref<Object>::share("namespace"_n) : TRY(type_name(ts, type_of(obj(self))));
    if (TRY(repr_enter(ts, obj(self)))) return str_format(ts, "%U(...)", name.get());
    auto build = [&]() -> Result<Ref<Str>> {
        StrBuilder out(ts);
        TRY(out.append(as<Str>(*name)));
        TRY(out.append('('));
        Ref<Object> keys = TRY(mapping_keys(ts, *self.dict));
        bool first = true;
        for (Object* key : sequence_fast_items(*keys)) {
            if (!PyUnicode_Check(key) || !str_length(as<Str>(*key))) continue;
            Object* value = TRY(dict_get(ts, as<Dict>(*self.dict), *key));
            if (!value) continue;
            Ref<Object> held = Ref<Object>::share(*value);
            Ref<Str> text = TRY(repr(ts, held));
            if (!first) TRY(out.append_ascii(", "));
            first = false;
            TRY(out.append(as<Str>(*key)));
            TRY(out.append('='));
            TRY(out.append(*text));
        }
        TRY(out.append(')'));
        return out.finish();
    };
    auto result = build();
    repr_leave(ts, obj(self));
    return result;
}

Result<Ref<Object>> compare_slot(ThreadState& ts, Object& left, Object& right, int op) {
    if (!is_instance_of(left, _PyNamespace_Type) || !is_instance_of(right, _PyNamespace_Type))
        return new_not_implemented();
    return compare(ts, *as<Namespace>(left).dict, *as<Namespace>(right).dict, op);
}

Result<Ref<Object>> reduce(ThreadState& ts, Namespace& self) {
    return tuple_of(ts, obj(type_of(obj(self))), obj(empty_tuple()), *self.dict);
}

constexpr MethodDef methods[] = {METHOD_PLAIN("__reduce__($self)", reduce, "Return state information for pickling"),
                                 METHOD_END};
constexpr PyMemberDef members[] = {{"__dict__", T_OBJECT, offsetof(Namespace, dict), READONLY, nullptr},
                                   {nullptr, 0, 0, 0, nullptr}};

}  // namespace

Result<Ref<Object>> namespace_new(ThreadState& ts, Object* dict) {
    Ref<Object> self = TRY(type_new(ts, _PyNamespace_Type, nullptr, nullptr));
    if (dict) TRY(dict_update(ts, as<Dict>(*as<Namespace>(*self).dict), *dict));
    return self;
}

}  // namespace orochi

using namespace orochi;

PyTypeObject _PyNamespace_Type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "types.SimpleNamespace",
    .tp_basicsize = sizeof(Namespace),
    .tp_dealloc = slot<dealloc>,
    .tp_repr = slot<type_repr>,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_setattro = PyObject_GenericSetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,
    .tp_doc = "A simple attribute-based namespace.\n\nSimpleNamespace(**kwargs)",
    .tp_traverse = slot<traverse>,
    .tp_clear = slot<clear_slot>,
    .tp_richcompare = slot<compare_slot>,
    .tp_methods = METHOD_TABLE(methods),
    .tp_members = MEMBER_TABLE(members),
    .tp_dictoffset = offsetof(Namespace, dict),
    .tp_init = slot<init>,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = slot<type_new>,
    .tp_free = PyObject_GC_Del,
};
