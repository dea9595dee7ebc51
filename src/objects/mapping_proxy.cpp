// mappingproxy: a read-only view of a mapping, such as a class's __dict__.
#include "objects/descriptor.hpp"
#include "objects/dict.hpp"
#include "objects/generic_alias.hpp"
#include "objects/native.hpp"
#include "objects/number.hpp"
#include "objects/str.hpp"

namespace orochi {

struct MappingProxy {
    PyObject ob_base;
    Object* mapping;
};

namespace {

inline Object& mapping_of(Object& self) { return *as<MappingProxy>(self).mapping; }

Result<Ref<Object>> proxy_create(ThreadState& ts, Type&, Object& mapping) {
    if (!is_mapping(mapping) || PyList_Check(&mapping) || PyTuple_Check(&mapping))
        return raise(ts, PyExc_TypeError, "mappingproxy() argument must be a mapping, not %T", &mapping);
    return mapping_proxy_new(ts, mapping);
}
void proxy_dealloc(Object& self) {
    gc_untrack_if_tracked(self);
    clear(as<MappingProxy>(self).mapping);
    free_container(self);
}
int proxy_traverse(Object* self, visitproc visit, void* argument) { return visit(&mapping_of(*self), argument); }

Result<Py_ssize_t> proxy_length(ThreadState& ts, Object& self) { return length(ts, mapping_of(self)); }
Result<Ref<Object>> proxy_getitem(ThreadState& ts, Object& self, Object& key) {
    return getitem(ts, mapping_of(self), key);
}
Result<bool> proxy_contains(ThreadState& ts, Object& self, Object& key) { return contains(ts, mapping_of(self), key); }
Result<Ref<Object>> proxy_or(ThreadState& ts, Object& left, Object& right) {
    Object& a = &type_of(left) == &PyDictProxy_Type ? mapping_of(left) : left;
    Object& b = &type_of(right) == &PyDictProxy_Type ? mapping_of(right) : right;
    return binary_operation(ts, Operator::kOr, a, b);
}
Result<Ref<Object>> proxy_inplace_or(ThreadState& ts, Object& self, Object&) {
    return raise(ts, PyExc_TypeError, "'|=' is not supported by %s; use '|' instead", type_of(self).tp_name);
}
Result<Ref<Object>> proxy_repr(ThreadState& ts, Object& self) {
    return str_format(ts, "mappingproxy(%R)", &mapping_of(self));
}
Result<Ref<Str>> proxy_str(ThreadState& ts, Object& self) { return str(ts, mapping_of(self)); }
Result<Ref<Object>> proxy_iter(ThreadState& ts, Object& self) { return get_iter(ts, mapping_of(self)); }
Result<Ref<Object>> proxy_compare(ThreadState& ts, Object& self, Object& other, int op) {
    return compare(ts, mapping_of(self), other, op);
}
Result<Ref<Object>> proxy_get(ThreadState& ts, Object& self, Object& key, Object* fallback) {
    Object& value = fallback ? *fallback : none();
    return call_method(ts, mapping_of(self), "get"_n, key, value);
}
Result<Ref<Object>> proxy_keys(ThreadState& ts, Object& self) { return call_method(ts, mapping_of(self), "keys"_n); }
Result<Ref<Object>> proxy_values(ThreadState& ts, Object& self) {
    return call_method(ts, mapping_of(self), "values"_n);
}
Result<Ref<Object>> proxy_items(ThreadState& ts, Object& self) { return call_method(ts, mapping_of(self), "items"_n); }
Result<Ref<Object>> proxy_copy(ThreadState& ts, Object& self) { return call_method(ts, mapping_of(self), "copy"_n); }
Result<Ref<Object>> proxy_reversed(ThreadState& ts, Object& self) {
    return call_method(ts, mapping_of(self), "__reversed__"_n);
}
Result<Ref<Object>> proxy_class_getitem(ThreadState& ts, Object& cls, Object& item) {
    return generic_alias_new(ts, cls, item);
}

constexpr MethodDef proxy_methods[] = {
    METHOD_PLAIN("get($self, key, default=None, /)", proxy_get,
                 "D.get(k[,d]) -> D[k] if k in D, else d.  d defaults to None."),
    METHOD_PLAIN("keys($self)", proxy_keys, "D.keys() -> a set-like object providing a view on D's keys"),
    METHOD_PLAIN("values($self)", proxy_values, "D.values() -> an object providing a view on D's values"),
    METHOD_PLAIN("items($self)", proxy_items, "D.items() -> a set-like object providing a view on D's items"),
    METHOD_PLAIN("copy($self)", proxy_copy, "D.copy() -> a shallow copy of D"),
    METHOD_PLAIN("__class_getitem__($type, item, /)", proxy_class_getitem, "See PEP 585"),
    METHOD_PLAIN("__reversed__($self)", proxy_reversed, "D.__reversed__() -> reverse iterator"),
    METHOD_END};
const PyNumberMethods proxy_number = {.nb_or = slot<proxy_or>, .nb_inplace_or = slot<proxy_inplace_or>};
const PySequenceMethods proxy_sequence = {.sq_contains = slot<proxy_contains>};
const PyMappingMethods proxy_mapping = {.mp_length = slot<proxy_length>, .mp_subscript = slot<proxy_getitem>};

}  // namespace

Result<Ref<Object>> mapping_proxy_new(ThreadState& ts, Object& mapping) {
    Ref<MappingProxy> made = TRY(new_container<MappingProxy>(ts, PyDictProxy_Type));
    made->mapping = new_reference(mapping);
    gc_track(ts, obj(*made));
    return made;
}

}  // namespace orochi

using namespace orochi;

extern "C" {
constinit PyTypeObject PyDictProxy_Type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "mappingproxy",
    .tp_basicsize = sizeof(MappingProxy),
    .tp_dealloc = slot<proxy_dealloc>,
    .tp_repr = slot<proxy_repr>,
    .tp_as_number = const_cast<PyNumberMethods*>(&proxy_number),
    .tp_as_sequence = const_cast<PySequenceMethods*>(&proxy_sequence),
    .tp_as_mapping = const_cast<PyMappingMethods*>(&proxy_mapping),
    .tp_str = slot<proxy_str>,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_MAPPING,
    .tp_traverse = proxy_traverse,
    .tp_richcompare = slot<proxy_compare>,
    .tp_iter = slot<proxy_iter>,
    .tp_methods = METHOD_TABLE(proxy_methods),
    .tp_new = NEW_SLOT("mappingproxy($type, mapping)", proxy_create),
};
}
