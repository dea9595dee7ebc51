// descrobject.h, methodobject.h, classobject.h: descriptors, native functions and bound methods.
#include "objects/descriptor.hpp"
#include "objects/generic_alias.hpp"
#include "objects/native.hpp"
#include "objects/native_call.hpp"
#include "objects/object.hpp"
#include "objects/weakref.hpp"

using namespace orochi;

#undef PyCFunction_New
#undef PyCFunction_NewEx
#undef PyDescr_IsData

namespace {
bool is_native_function(Object* o) {
    if (o && PyCFunction_Check(o)) return true;
    (void)raise_bad_internal_call(current_thread());
    return false;
}
bool is_method(Object* o) {
    if (o && PyMethod_Check(o)) return true;
    (void)raise_bad_internal_call(current_thread());
    return false;
}
}  // namespace

#pragma GCC visibility push(default)
extern "C" {

PyObject* PyDescr_NewMethod(PyTypeObject* type, PyMethodDef* method) {
    return to_c(method_descriptor_new(current_thread(), *type, *method));
}
PyObject* PyDescr_NewClassMethod(PyTypeObject* type, PyMethodDef* method) {
    return to_c(classmethod_descriptor_new(current_thread(), *type, *method));
}
PyObject* PyDescr_NewMember(PyTypeObject* type, PyMemberDef* member) {
    return to_c(member_descriptor_new(current_thread(), *type, *member));
}
PyObject* PyDescr_NewGetSet(PyTypeObject* type, PyGetSetDef* getset) {
    return to_c(getset_descriptor_new(current_thread(), *type, *getset));
}
PyObject* PyDescr_NewWrapper(PyTypeObject* type, wrapperbase* base, void* wrapped) {
    return to_c(wrapper_descriptor_new(current_thread(), *type, *base, wrapped));
}
int PyDescr_IsData(PyObject* o) { return o->ob_type->tp_descr_set != nullptr; }
PyObject* PyWrapper_New(PyObject* descriptor, PyObject* self) {
    return to_c(method_wrapper_new(current_thread(), *descriptor, *self));
}
PyObject* PyDictProxy_New(PyObject* mapping) {
    ThreadState& ts = current_thread();
    if (!is_mapping(*mapping) || PyList_Check(mapping) || PyTuple_Check(mapping)) {
        (void)raise(ts, PyExc_TypeError, "mappingproxy() argument must be a mapping, not %T", mapping);
        return nullptr;
    }
    return to_c(mapping_proxy_new(ts, *mapping));
}
PyObject* PyMember_GetOne(const char* address, PyMemberDef* member) {
    return to_c(member_get(current_thread(), address, *member));
}
int PyMember_SetOne(char* address, PyMemberDef* member, PyObject* value) {
    return to_c(member_set(current_thread(), address, *member, value));
}

PyObject* PyCFunction_New(PyMethodDef* method, PyObject* self) {
    return to_c(native_function_new(current_thread(), *method, self, nullptr));
}
PyObject* PyCFunction_NewEx(PyMethodDef* method, PyObject* self, PyObject* module) {
    return to_c(native_function_new(current_thread(), *method, self, module));
}
PyObject* PyCMethod_New(PyMethodDef* method, PyObject* self, PyObject* module, PyTypeObject* cls) {
    return to_c(native_function_new(current_thread(), *method, self, module, cls));
}
PyCFunction PyCFunction_GetFunction(PyObject* o) {
    return is_native_function(o) ? as<NativeFunction>(o)->m_ml->ml_meth : nullptr;
}
PyObject* PyCFunction_GetSelf(PyObject* o) {
    if (!is_native_function(o)) return nullptr;
    return as<NativeFunction>(o)->m_ml->ml_flags & METH_STATIC ? nullptr : as<NativeFunction>(o)->m_self;
}
int PyCFunction_GetFlags(PyObject* o) { return is_native_function(o) ? as<NativeFunction>(o)->m_ml->ml_flags : -1; }
PyObject* _PyObject_FunctionStr(PyObject* o) { return to_c(function_text(current_thread(), *o)); }

PyObject* PyMethod_New(PyObject* function, PyObject* self) {
    ThreadState& ts = current_thread();
    if (!self) {
        (void)raise_bad_internal_call(ts);
        return nullptr;
    }
    return to_c(method_new(ts, *function, *self));
}
PyObject* PyMethod_Function(PyObject* o) { return is_method(o) ? as<Method>(o)->im_func : nullptr; }
PyObject* PyMethod_Self(PyObject* o) { return is_method(o) ? as<Method>(o)->im_self : nullptr; }
PyObject* PyInstanceMethod_New(PyObject* function) {
    return to_c(call(current_thread(), obj(PyInstanceMethod_Type), *function));
}
PyObject* PyInstanceMethod_Function(PyObject* o) {
    if (o->ob_type == &PyInstanceMethod_Type) return reinterpret_cast<PyInstanceMethodObject*>(o)->func;
    (void)raise_bad_internal_call(current_thread());
    return nullptr;
}
PyObject* PyClassMethod_New(PyObject* function) { return to_c(classmethod_new(current_thread(), *function)); }
PyObject* PyStaticMethod_New(PyObject* function) { return to_c(staticmethod_new(current_thread(), *function)); }

// ---- weakrefobject.h ----

PyObject* PyWeakref_NewRef(PyObject* o, PyObject* callback) {
    return to_c(weakref_new(current_thread(), *o, callback));
}
PyObject* PyWeakref_NewProxy(PyObject* o, PyObject* callback) {
    return to_c(weakproxy_new(current_thread(), *o, callback));
}
PyObject* PyWeakref_GetObject(PyObject* reference) {
    if (!reference || !PyWeakref_Check(reference)) {
        (void)raise_bad_internal_call(current_thread());
        return nullptr;
    }
    Object* target = weakref_target(*reference);
    return target ? target : &none();
}
Py_ssize_t _PyWeakref_GetWeakrefCount(PyWeakReference* head) { return weakref_count(head); }
void _PyWeakref_ClearRef(PyWeakReference* reference) { weakref_clear(current_thread(), *reference); }

}  // extern "C"
#pragma GCC visibility pop
