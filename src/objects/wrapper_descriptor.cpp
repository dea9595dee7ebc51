// wrapper_descriptor (int.__add__) and the method-wrapper it gives when bound ((1).__add__).
#include "base/hash.hpp"
#include "objects/descriptor.hpp"
#include "objects/descriptor_internal.hpp"
#include "objects/dict.hpp"
#include "objects/module.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"
#include "objects/type_internal.hpp"

namespace orochi {

// A wrapper_descriptor bound to an object.
struct MethodWrapper {
    PyObject ob_base;
    PyWrapperDescrObject* descriptor;
    Object* self;
};

namespace {

using WrapperDescriptor = PyWrapperDescrObject;

Result<Ref<Object>> run(ThreadState& ts, WrapperDescriptor& d, Object& self, Object& arguments, Object* keywords) {
    if (d.d_base->flags & PyWrapperFlag_KEYWORDS) {
        auto function = reinterpret_cast<wrapperfunc_kwds>(reinterpret_cast<void*>(d.d_base->wrapper));
        return Result<Ref<Object>>::adopt(function(&self, &arguments, d.d_wrapped, keywords));
    }
    if (keywords && dict_size(as<Dict>(*keywords)))
        return raise(ts, PyExc_TypeError, "wrapper %s() takes no keyword arguments", d.d_base->name);
    return Result<Ref<Object>>::adopt(d.d_base->wrapper(&self, &arguments, d.d_wrapped));
}

Result<Ref<Object>> wrapper_call(ThreadState& ts, WrapperDescriptor& d, Object& arguments, Object* keywords) {
    Tuple& tuple = as<Tuple>(arguments);
    if (tuple_size(tuple) < 1)
        return raise(ts, PyExc_TypeError, "descriptor '%U' of '%.100s' object needs an argument", d.d_common.d_name,
                     d.d_common.d_type->tp_name);
    Object& self = tuple_item(tuple, 0);
    if (!is_instance_of(self, *d.d_common.d_type))
        return raise(ts, PyExc_TypeError, "descriptor '%U' requires a '%.100s' object but received a '%.100s'",
                     d.d_common.d_name, d.d_common.d_type->tp_name, type_of(self).tp_name);
    Ref<Tuple> rest = TRY(tuple_slice(ts, tuple, 1, tuple_size(tuple)));
    return run(ts, d, self, obj(*rest), keywords);
}

Result<Ref<Object>> wrapper_get(ThreadState& ts, WrapperDescriptor& d, Object* object, Object*) {
    if (!object) return Ref<Object>::share(obj(d));
    TRY(check_object(ts, obj(d), *object));
    return method_wrapper_new(ts, obj(d), *object);
}

Result<Ref<Object>> wrapper_repr(ThreadState& ts, WrapperDescriptor& d) {
    return descriptor_repr(ts, obj(d), "<slot wrapper '%V' of '%s' objects>");
}
Result<Ref<Object>> wrapper_doc(ThreadState& ts, WrapperDescriptor& d) {
    return doc_object(ts, d.d_base->name, d.d_base->doc);
}
Result<Ref<Object>> wrapper_signature(ThreadState& ts, WrapperDescriptor& d) {
    return text_signature_object(ts, d.d_base->name, d.d_base->doc);
}

constexpr MethodDef wrapper_methods[] = {METHOD_PLAIN("__reduce__($self)", descriptor_reduce, nullptr), METHOD_END};
constexpr PyGetSetDef wrapper_getsets[] = {GETTER("__doc__", wrapper_doc, nullptr),
                                           GETTER("__qualname__", descriptor_qualified_name, nullptr),
                                           GETTER("__text_signature__", wrapper_signature, nullptr), GETSET_END};

// ---- method-wrapper ----

Result<Ref<Object>> bound_call(ThreadState& ts, MethodWrapper& w, Object& arguments, Object* keywords) {
    return run(ts, *w.descriptor, *w.self, arguments, keywords);
}
void bound_dealloc(ThreadState& ts, MethodWrapper& w) {
    gc_untrack_if_tracked(obj(w));
    if (!trashcan_begin(ts, obj(w))) return;
    clear(w.descriptor);
    clear(w.self);
    free_container(obj(w));
    trashcan_end(ts);
}
int bound_traverse(Object* self, visitproc visit, void* argument) {
    MethodWrapper& w = as<MethodWrapper>(*self);
    if (int stop = visit(&obj(*w.descriptor), argument)) return stop;
    return visit(w.self, argument);
}
Result<Ref<Object>> bound_repr(ThreadState& ts, MethodWrapper& w) {
    return str_format(ts, "<method-wrapper '%s' of %s object at %p>", w.descriptor->d_base->name,
                      type_of(*w.self).tp_name, w.self);
}
Ref<Object> bound_compare(Object& left, Object& right, int op) {
    if ((op != Py_EQ && op != Py_NE) || &type_of(left) != &type_of(right)) return new_not_implemented();
    MethodWrapper &a = as<MethodWrapper>(left), &b = as<MethodWrapper>(right);
    bool equal = a.descriptor == b.descriptor && a.self == b.self;
    return new_bool(equal == (op == Py_EQ));
}
Py_hash_t bound_hash(MethodWrapper& w) {
    Py_hash_t hash = base::hash_pointer(w.self) ^ base::hash_pointer(w.descriptor);
    return hash == -1 ? -2 : hash;
}
Ref<Object> bound_objclass(MethodWrapper& w) { return Ref<Object>::share(obj(*w.descriptor->d_common.d_type)); }
Result<Ref<Object>> bound_name(ThreadState& ts, MethodWrapper& w) {
    return str_from_utf8(ts, w.descriptor->d_base->name);
}
Result<Ref<Object>> bound_qualified_name(ThreadState& ts, MethodWrapper& w) {
    return descriptor_qualified_name(ts, w.descriptor->d_common);
}
Result<Ref<Object>> bound_doc(ThreadState& ts, MethodWrapper& w) { return wrapper_doc(ts, *w.descriptor); }
Result<Ref<Object>> bound_signature(ThreadState& ts, MethodWrapper& w) { return wrapper_signature(ts, *w.descriptor); }
Result<Ref<Object>> bound_reduce(ThreadState& ts, MethodWrapper& w) {
    Ref<Object> function = TRY(builtin_attribute(ts, "getattr"_s));
    Ref<Tuple> pair = TRY(tuple_of(ts, *w.self, *w.descriptor->d_common.d_name));
    return tuple_of(ts, *function, obj(*pair));
}

constexpr MethodDef bound_methods[] = {METHOD_PLAIN("__reduce__($self)", bound_reduce, nullptr), METHOD_END};
constexpr PyMemberDef bound_members[] = {{"__self__", T_OBJECT, offsetof(MethodWrapper, self), READONLY, nullptr}, {}};
constexpr PyGetSetDef bound_getsets[] = {
    GETTER("__objclass__", bound_objclass, nullptr),        GETTER("__name__", bound_name, nullptr),
    GETTER("__qualname__", bound_qualified_name, nullptr),  GETTER("__doc__", bound_doc, nullptr),
    GETTER("__text_signature__", bound_signature, nullptr), GETSET_END};

}  // namespace

Result<Ref<Object>> wrapper_descriptor_new(ThreadState& ts, Type& type, const wrapperbase& base, void* wrapped) {
    Ref<Object> made = TRY(descriptor_new(ts, PyWrapperDescr_Type, type, base.name));
    as<WrapperDescriptor>(*made).d_base = const_cast<wrapperbase*>(&base);
    as<WrapperDescriptor>(*made).d_wrapped = wrapped;
    return made;
}

Result<Ref<Object>> method_wrapper_new(ThreadState& ts, Object& descriptor, Object& self) {
    Ref<MethodWrapper> made = TRY(new_container<MethodWrapper>(ts, _PyMethodWrapper_Type));
    made->descriptor = new_reference(as<WrapperDescriptor>(descriptor));
    made->self = new_reference(self);
    gc_track(ts, obj(*made));
    return made;
}

}  // namespace orochi

using namespace orochi;

extern "C" {
constinit PyTypeObject PyWrapperDescr_Type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "wrapper_descriptor",
    .tp_basicsize = sizeof(PyWrapperDescrObject),
    .tp_dealloc = slot<descriptor_dealloc>,
    .tp_repr = slot<wrapper_repr>,
    .tp_call = slot<wrapper_call>,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_METHOD_DESCRIPTOR,
    .tp_traverse = descriptor_traverse,
    .tp_methods = METHOD_TABLE(wrapper_methods),
    .tp_members = MEMBER_TABLE(descriptor_members),
    .tp_getset = GETSET_TABLE(wrapper_getsets),
    .tp_descr_get = slot<wrapper_get>,
};
constinit PyTypeObject _PyMethodWrapper_Type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "method-wrapper",
    .tp_basicsize = sizeof(MethodWrapper),
    .tp_dealloc = slot<bound_dealloc>,
    .tp_repr = slot<bound_repr>,
    .tp_hash = slot<bound_hash>,
    .tp_call = slot<bound_call>,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = bound_traverse,
    .tp_richcompare = slot<bound_compare>,
    .tp_methods = METHOD_TABLE(bound_methods),
    .tp_members = MEMBER_TABLE(bound_members),
    .tp_getset = GETSET_TABLE(bound_getsets),
};
}
