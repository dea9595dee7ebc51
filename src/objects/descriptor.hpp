// Descriptors of attributes implemented in C++ or C, and the native functions they give.
//
//   method_descriptor       list.append            -> builtin_function_or_method when bound
//   classmethod_descriptor  dict.fromkeys
//   wrapper_descriptor      int.__add__            -> method-wrapper when bound
//   member_descriptor       a field of the struct (PyMemberDef)
//   getset_descriptor       computed (PyGetSetDef)
#pragma once

#include "objects/object.hpp"

namespace orochi {

Result<Ref<Object>> method_descriptor_new(ThreadState& ts, Type& type, PyMethodDef& method);
Result<Ref<Object>> classmethod_descriptor_new(ThreadState& ts, Type& type, PyMethodDef& method);
Result<Ref<Object>> member_descriptor_new(ThreadState& ts, Type& type, PyMemberDef& member);
Result<Ref<Object>> getset_descriptor_new(ThreadState& ts, Type& type, PyGetSetDef& getset);
Result<Ref<Object>> wrapper_descriptor_new(ThreadState& ts, Type& type, const wrapperbase& base, void* wrapped);
// A wrapper_descriptor bound to an object (PyWrapper_New).
Result<Ref<Object>> method_wrapper_new(ThreadState& ts, Object& descriptor, Object& self);
Result<Ref<Object>> mapping_proxy_new(ThreadState& ts, Object& mapping);

// The function that reads a property; null when it has none. Borrowed.
Object* property_getter(Object& property);

// A member's value in the struct at `address`, and storing it; `value` null deletes.
Result<Ref<Object>> member_get(ThreadState& ts, const char* address, const PyMemberDef& member);
Result<void> member_set(ThreadState& ts, char* address, const PyMemberDef& member, Object* value);

// PyCMethod_New. `cls` is the defining class of METH_METHOD functions, null otherwise; it needs a class.
Result<Ref<Object>> native_function_new(ThreadState& ts, PyMethodDef& method, Object* self, Object* module,
                                        Type* cls = nullptr);
// A bound method of a function and an object.
Result<Ref<Object>> method_new(ThreadState& ts, Object& function, Object& self);

Result<Ref<Object>> classmethod_new(ThreadState& ts, Object& function);
Result<Ref<Object>> staticmethod_new(ThreadState& ts, Object& function);

}  // namespace orochi
