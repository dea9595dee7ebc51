// method (a function bound to an object) and instancemethod.
#include <alloca.h>

#include "base/hash.hpp"
#include "objects/descriptor.hpp"
#include "objects/module.hpp"
#include "objects/native.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"
#include "objects/type.hpp"

namespace orochi {

namespace {

Object* method_vectorcall(Object* callable, Object* const* arguments, size_t nargsf, Object* names) {
    ThreadState& ts = current_thread();
    Method& method = *reinterpret_cast<Method*>(callable);
    Py_ssize_t count = PyVectorcall_NARGS(nargsf);
    if (nargsf & PY_VECTORCALL_ARGUMENTS_OFFSET) {
        Object** stack = const_cast<Object**>(arguments) - 1;
        Object* saved = stack[0];
        stack[0] = method.im_self;
        auto result = call_vector(ts, *method.im_func, stack, size_t(count + 1), names);
        stack[0] = saved;
        return std::move(result).release();
    }
    Py_ssize_t total = count + (names ? tuple_size(as<Tuple>(*names)) : 0);
    constexpr Py_ssize_t kInline = 16;
    Object* inline_stack[kInline];
    Object** stack = inline_stack;
    if (total + 2 > kInline) {
        stack = static_cast<Object**>(ts.heap().allocate(size_t(total + 2) * sizeof(Object*)));
        if (!stack) {
            (void)raise_no_memory(ts);
            return nullptr;
        }
    }
    stack[1] = method.im_self;
    std::copy_n(arguments, total, stack + 2);
    auto result =
        call_vector(ts, *method.im_func, stack + 1, size_t(count + 1) | PY_VECTORCALL_ARGUMENTS_OFFSET, names);
    if (stack != inline_stack) Heap::free(stack);
    return std::move(result).release();
}

Result<Ref<Object>> method_create(ThreadState& ts, Type&, Object& function, Object& instance) {
    if (!is_callable(function)) return raise(ts, PyExc_TypeError, "first argument must be callable");
    if (is_none(instance)) return raise(ts, PyExc_TypeError, "instance must not be None");
    return method_new(ts, function, instance);
}

void method_dealloc(ThreadState& ts, Method& method) {
    gc_untrack_if_tracked(obj(method));
    if (method.im_weakreflist) clear_weakrefs(ts, obj(method));
    decref(*method.im_func);
    decref_optional(method.im_self);
    if (!ts.interpreter().free_lists.methods.push(&method)) free_container(obj(method));
}
int method_traverse(Object* self, visitproc visit, void* argument) {
    Method& method = *reinterpret_cast<Method*>(self);
    if (int stop = visit(method.im_func, argument)) return stop;
    return method.im_self ? visit(method.im_self, argument) : 0;
}

// What the method itself does not have, its function may: m.__name__, m.__doc__.
Result<Ref<Object>> method_getattro(ThreadState& ts, Method& method, Object& name) {
    if (Object* descriptor = type_lookup(ts, type_of(obj(method)), name)) {
        Ref<Object> keep = Ref<Object>::share(*descriptor);
        if (descrgetfunc get = type_of(*descriptor).tp_descr_get)
            return Result<Ref<Object>>::adopt(get(descriptor, &obj(method), obj(&type_of(obj(method)))));
        return keep;
    }
    return getattr(ts, *method.im_func, name);
}

Result<Ref<Object>> method_repr(ThreadState& ts, Method& method) {
    OptRef<Object> name = TRY(getattr_optional(ts, *method.im_func, "__qualname__"_n));
    if (!name) name = TRY(getattr_optional(ts, *method.im_func, "__name__"_n));
    if (name && !PyUnicode_Check(name.get())) name.reset();
    return str_format(ts, "<bound method %V of %R>", name.get(), "?", method.im_self);
}

Py_hash_t method_hash(ThreadState& ts, Method& method, bool& failed) {
    failed = false;
    Py_hash_t hash = base::hash_pointer(method.im_self);
    auto of_function = orochi::hash(ts, *method.im_func);
    if (!of_function.ok()) {
        failed = true;
        return -1;
    }
    hash ^= std::move(of_function).take();
    return hash == -1 ? -2 : hash;
}
Result<Py_hash_t> method_hash_slot(ThreadState& ts, Method& method) {
    bool failed;
    Py_hash_t hash = method_hash(ts, method, failed);
    if (failed) return failure;
    return hash;
}

Result<Ref<Object>> method_compare(ThreadState& ts, Object& left, Object& right, int op) {
    if ((op != Py_EQ && op != Py_NE) || !PyMethod_Check(&left) || !PyMethod_Check(&right)) return new_not_implemented();
    Method &a = as<Method>(left), &b = as<Method>(right);
    bool equal = TRY(compare_bool(ts, *a.im_func, *b.im_func, Py_EQ));
    if (equal) equal = a.im_self == b.im_self;
    return new_bool(equal == (op == Py_EQ));
}

Result<Ref<Object>> method_reduce(ThreadState& ts, Method& method) {
    Ref<Object> name = TRY(getattr(ts, *method.im_func, "__name__"_n));
    Ref<Object> function = TRY(builtin_attribute(ts, "getattr"_s));
    Ref<Tuple> pair = TRY(tuple_of(ts, *method.im_self, *name));
    return tuple_of(ts, *function, obj(*pair));
}
Result<Ref<Object>> method_doc(ThreadState& ts, Method& method) {
    OptRef<Object> doc = TRY(getattr_optional(ts, *method.im_func, "__doc__"_n));
    return doc ? doc.take() : new_none();
}

constexpr MethodDef method_methods[] = {METHOD("__reduce__($self, /)", method_reduce, ""), METHOD_END};
constexpr PyMemberDef method_members[] = {
    {"__func__", T_OBJECT, offsetof(Method, im_func), READONLY,
     "the function (or other callable) implementing a method"},
    {"__self__", T_OBJECT, offsetof(Method, im_self), READONLY, "the instance to which a method is bound"},
    {}};
constexpr PyGetSetDef method_getsets[] = {GETTER("__doc__", method_doc, nullptr), GETSET_END};

// ---- instancemethod: makes a method of a C function that is an attribute of a class ----

using InstanceMethod = PyInstanceMethodObject;

Result<Ref<Object>> instancemethod_create(ThreadState& ts, Type&, Object& function) {
    if (!is_callable(function)) return raise(ts, PyExc_TypeError, "first argument must be callable");
    Ref<InstanceMethod> made = TRY(new_container<InstanceMethod>(ts, PyInstanceMethod_Type));
    made->func = new_reference(function);
    gc_track(ts, reinterpret_cast<Object&>(*made));
    return Ref<Object>::steal(reinterpret_cast<Object*>(std::move(made).release()));
}
void instancemethod_dealloc(Object& self) {
    gc_untrack_if_tracked(self);
    clear(as<InstanceMethod>(self).func);
    free_container(self);
}
int instancemethod_traverse(Object* self, visitproc visit, void* argument) {
    return visit(reinterpret_cast<InstanceMethod*>(self)->func, argument);
}
Result<Ref<Object>> instancemethod_getattro(ThreadState& ts, Object& self, Object& name) {
    if (Object* descriptor = type_lookup(ts, type_of(self), name)) {
        Ref<Object> keep = Ref<Object>::share(*descriptor);
        if (descrgetfunc get = type_of(*descriptor).tp_descr_get)
            return Result<Ref<Object>>::adopt(get(descriptor, &self, obj(&type_of(self))));
        return keep;
    }
    return getattr(ts, *as<InstanceMethod>(self).func, name);
}
Result<Ref<Object>> instancemethod_get(ThreadState& ts, Object& self, Object* object, Object*) {
    Object& function = *as<InstanceMethod>(self).func;
    if (!object) return Ref<Object>::share(function);
    return method_new(ts, function, *object);
}
Result<Ref<Object>> instancemethod_call(ThreadState& ts, Object& self, Object& arguments, Object* keywords) {
    return call_tuple(ts, *as<InstanceMethod>(self).func, arguments, keywords);
}
Result<Ref<Object>> instancemethod_repr(ThreadState& ts, Object& self) {
    Object& function = *as<InstanceMethod>(self).func;
    OptRef<Object> name = TRY(getattr_optional(ts, function, "__name__"_n));
    if (name && !PyUnicode_Check(name.get())) name.reset();
    return str_format(ts, "<instancemethod %V at %p>", name.get(), "?", &self);
}
Result<Ref<Object>> instancemethod_compare(ThreadState& ts, Object& left, Object& right, int op) {
    if ((op != Py_EQ && op != Py_NE) || &type_of(left) != &PyInstanceMethod_Type ||
        &type_of(right) != &PyInstanceMethod_Type)
        return new_not_implemented();
    bool equal = TRY(compare_bool(ts, *as<InstanceMethod>(left).func, *as<InstanceMethod>(right).func, Py_EQ));
    return new_bool(equal == (op == Py_EQ));
}
Result<Ref<Object>> instancemethod_doc(ThreadState& ts, Object& self) {
    OptRef<Object> doc = TRY(getattr_optional(ts, *as<InstanceMethod>(self).func, "__doc__"_n));
    return doc ? doc.take() : new_none();
}
constexpr PyMemberDef instancemethod_members[] = {{"__func__", T_OBJECT, offsetof(InstanceMethod, func), READONLY,
                                                   "the function (or other callable) implementing a method"},
                                                  {}};
constexpr PyGetSetDef instancemethod_getsets[] = {GETTER("__doc__", instancemethod_doc, nullptr), GETSET_END};

}  // namespace

Result<Ref<Object>> method_new(ThreadState& ts, Object& function, Object& self) {
    Object* object;
    if (void* reused = ts.interpreter().free_lists.methods.pop()) {
        object = static_cast<Object*>(reused);
        object->ob_refcnt = 1;
    } else {
        object = allocate_container(ts, PyMethod_Type, sizeof(Method));
        if (!object) return failure;
    }
    Method& method = as<Method>(*object);
    method.im_func = new_reference(function);
    method.im_self = new_reference(self);
    method.im_weakreflist = nullptr;
    method.vectorcall = method_vectorcall;
    gc_track(ts, *object);
    return Ref<Object>::steal(object);
}

}  // namespace orochi

using namespace orochi;

extern "C" {
constinit PyTypeObject PyMethod_Type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "method",
    .tp_basicsize = sizeof(PyMethodObject),
    .tp_dealloc = slot<method_dealloc>,
    .tp_vectorcall_offset = offsetof(PyMethodObject, vectorcall),
    .tp_repr = slot<method_repr>,
    .tp_hash = slot<method_hash_slot>,
    .tp_call = PyVectorcall_Call,
    .tp_getattro = slot<method_getattro>,
    .tp_setattro = PyObject_GenericSetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL,
    .tp_doc = "method(function, instance, /)\n--\n\nCreate a bound instance method object.",
    .tp_traverse = method_traverse,
    .tp_richcompare = slot<method_compare>,
    .tp_weaklistoffset = offsetof(PyMethodObject, im_weakreflist),
    .tp_methods = METHOD_TABLE(method_methods),
    .tp_members = MEMBER_TABLE(method_members),
    .tp_getset = GETSET_TABLE(method_getsets),
    .tp_new = NEW_SLOT("method($type, function, instance, /)", method_create),
};
constinit PyTypeObject PyInstanceMethod_Type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "instancemethod",
    .tp_basicsize = sizeof(PyInstanceMethodObject),
    .tp_dealloc = slot<instancemethod_dealloc>,
    .tp_repr = slot<instancemethod_repr>,
    .tp_call = slot<instancemethod_call>,
    .tp_getattro = slot<instancemethod_getattro>,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_doc = "instancemethod(function)\n\nBind a function to a class.",
    .tp_traverse = instancemethod_traverse,
    .tp_richcompare = slot<instancemethod_compare>,
    .tp_members = MEMBER_TABLE(instancemethod_members),
    .tp_getset = GETSET_TABLE(instancemethod_getsets),
    .tp_descr_get = slot<instancemethod_get>,
    .tp_new = NEW_SLOT("instancemethod($type, func, /)", instancemethod_create),
};
}
