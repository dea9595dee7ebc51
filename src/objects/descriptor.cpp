// The common part of native descriptors; getset_descriptor and member_descriptor.
#include "objects/descriptor.hpp"

#include "objects/descriptor_internal.hpp"
#include "objects/module.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"
#include "objects/type_internal.hpp"

namespace orochi {

Result<Ref<Object>> descriptor_new(ThreadState& ts, Type& descriptor_type, Type& owner, const char* name) {
    Ref<Str> text = TRY(intern_utf8(ts, name));
    Object* object = allocate_container(ts, descriptor_type, size_t(descriptor_type.tp_basicsize));
    if (!object) return failure;
    Descriptor& d = as<Descriptor>(*object);
    d.d_type = new_reference(owner);
    d.d_name = obj(std::move(text).release());
    d.d_qualname = nullptr;
    gc_track(ts, *object);
    return Ref<Object>::steal(object);
}

void descriptor_dealloc(Descriptor& self) {
    Object& object = reinterpret_cast<Object&>(self);
    gc_untrack_if_tracked(object);
    clear(self.d_type);
    clear(self.d_name);
    clear(self.d_qualname);
    free_container(object);
}

int descriptor_traverse(Object* self, visitproc visit, void* argument) {
    Descriptor& d = as<Descriptor>(*self);
    for (Object* part : {reinterpret_cast<Object*>(d.d_type), d.d_name, d.d_qualname}) {
        if (part) {
            if (int stop = visit(part, argument)) return stop;
        }
    }
    return 0;
}

Result<Ref<Object>> descriptor_repr(ThreadState& ts, Object& self, const char* format) {
    Descriptor& d = as<Descriptor>(self);
    return str_format(ts, format, d.d_name, "?", d.d_type->tp_name);
}

Result<Ref<Object>> descriptor_qualified_name(ThreadState& ts, Descriptor& self) {
    if (self.d_qualname) return Ref<Object>::share(*self.d_qualname);
    Ref<Object> owner = TRY(getattr(ts, obj(*self.d_type), "__qualname__"_n));
    if (!PyUnicode_Check(owner.get()))
        return raise(ts, PyExc_TypeError, "<descriptor>.__objclass__.__qualname__ is not a unicode object");
    Ref<Object> made = TRY(str_format(ts, "%S.%S", owner.get(), self.d_name));
    // Descriptors of static types are shared and not written to.
    if (!is_immortal(reinterpret_cast<Object&>(self))) self.d_qualname = new_reference(*made);
    return made;
}

Result<Ref<Object>> descriptor_reduce(ThreadState& ts, Descriptor& self) {
    Ref<Object> function = TRY(builtin_attribute(ts, "getattr"_s));
    Ref<Tuple> pair = TRY(tuple_of(ts, obj(*self.d_type), *self.d_name));
    return tuple_of(ts, *function, obj(*pair));
}

Failure raise_wrong_object(ThreadState& ts, Object& descriptor, Object& object) {
    Descriptor& d = as<Descriptor>(descriptor);
    return raise(ts, PyExc_TypeError, "descriptor '%V' for '%.100s' objects doesn't apply to a '%.100s' object",
                 d.d_name, "?", d.d_type->tp_name, type_of(object).tp_name);
}

Result<void> check_object(ThreadState& ts, Object& descriptor, Object& object) {
    if (is_instance_of(object, *as<Descriptor>(descriptor).d_type)) return {};
    return raise_wrong_object(ts, descriptor, object);
}

extern constexpr PyMemberDef descriptor_members[] = {
    {"__objclass__", T_OBJECT, offsetof(PyDescrObject, d_type), READONLY, nullptr},
    {"__name__", T_OBJECT, offsetof(PyDescrObject, d_name), READONLY, nullptr},
    {}};

namespace {

using GetSet = PyGetSetDescrObject;
using Member = PyMemberDescrObject;

Result<Ref<Object>> getset_get(ThreadState& ts, GetSet& self, Object* object, Object*) {
    if (!object) return Ref<Object>::share(obj(self));
    TRY(check_object(ts, obj(self), *object));
    if (self.d_getset->get) return Result<Ref<Object>>::adopt(self.d_getset->get(object, self.d_getset->closure));
    return raise(ts, PyExc_AttributeError, "attribute '%V' of '%.100s' objects is not readable", self.d_common.d_name,
                 "?", self.d_common.d_type->tp_name);
}

Result<void> getset_set(ThreadState& ts, GetSet& self, Object& object, Object* value) {
    TRY(check_object(ts, obj(self), object));
    if (self.d_getset->set) {
        if (self.d_getset->set(&object, value, self.d_getset->closure) < 0) return failure;
        return {};
    }
    return raise(ts, PyExc_AttributeError, "attribute '%V' of '%.100s' objects is not writable", self.d_common.d_name,
                 "?", self.d_common.d_type->tp_name);
}

Result<Ref<Object>> member_descriptor_get(ThreadState& ts, Member& self, Object* object, Object*) {
    if (!object) return Ref<Object>::share(obj(self));
    TRY(check_object(ts, obj(self), *object));
    if (self.d_member->flags & PY_AUDIT_READ) TRY(audit(ts, "object.__getattr__", "Os", object, self.d_member->name));
    return member_get(ts, reinterpret_cast<const char*>(object), *self.d_member);
}

Result<void> member_descriptor_set(ThreadState& ts, Member& self, Object& object, Object* value) {
    TRY(check_object(ts, obj(self), object));
    return member_set(ts, reinterpret_cast<char*>(&object), *self.d_member, value);
}

Result<Ref<Object>> getset_repr(ThreadState& ts, GetSet& self) {
    return descriptor_repr(ts, obj(self), "<attribute '%V' of '%s' objects>");
}
Result<Ref<Object>> member_repr(ThreadState& ts, Member& self) {
    return descriptor_repr(ts, obj(self), "<member '%V' of '%s' objects>");
}
Result<Ref<Object>> getset_doc(ThreadState& ts, GetSet& self) {
    if (!self.d_getset->doc) return new_none();
    return str_from_utf8(ts, self.d_getset->doc);
}
Result<Ref<Object>> member_doc(ThreadState& ts, Member& self) {
    if (!self.d_member->doc) return new_none();
    return str_from_utf8(ts, self.d_member->doc);
}

constexpr PyGetSetDef getset_getsets[] = {GETTER("__doc__", getset_doc, nullptr),
                                          GETTER("__qualname__", descriptor_qualified_name, nullptr), GETSET_END};
constexpr PyGetSetDef member_getsets[] = {GETTER("__doc__", member_doc, nullptr),
                                          GETTER("__qualname__", descriptor_qualified_name, nullptr), GETSET_END};
constexpr MethodDef member_methods[] = {METHOD_PLAIN("__reduce__($self)", descriptor_reduce, nullptr), METHOD_END};

}  // namespace

Result<Ref<Object>> getset_descriptor_new(ThreadState& ts, Type& type, PyGetSetDef& getset) {
    Ref<Object> made = TRY(descriptor_new(ts, PyGetSetDescr_Type, type, getset.name));
    as<GetSet>(*made).d_getset = &getset;
    return made;
}

Result<Ref<Object>> member_descriptor_new(ThreadState& ts, Type& type, PyMemberDef& member) {
    Ref<Object> made = TRY(descriptor_new(ts, PyMemberDescr_Type, type, member.name));
    as<Member>(*made).d_member = &member;
    return made;
}

}  // namespace orochi

using namespace orochi;

extern "C" {
constinit PyTypeObject PyGetSetDescr_Type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "getset_descriptor",
    .tp_basicsize = sizeof(PyGetSetDescrObject),
    .tp_dealloc = slot<descriptor_dealloc>,
    .tp_repr = slot<getset_repr>,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = descriptor_traverse,
    .tp_members = MEMBER_TABLE(descriptor_members),
    .tp_getset = GETSET_TABLE(getset_getsets),
    .tp_descr_get = slot<getset_get>,
    .tp_descr_set = slot<getset_set>,
};
constinit PyTypeObject PyMemberDescr_Type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "member_descriptor",
    .tp_basicsize = sizeof(PyMemberDescrObject),
    .tp_dealloc = slot<descriptor_dealloc>,
    .tp_repr = slot<member_repr>,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = descriptor_traverse,
    .tp_methods = METHOD_TABLE(member_methods),
    .tp_members = MEMBER_TABLE(descriptor_members),
    .tp_getset = GETSET_TABLE(member_getsets),
    .tp_descr_get = slot<member_descriptor_get>,
    .tp_descr_set = slot<member_descriptor_set>,
};
}
