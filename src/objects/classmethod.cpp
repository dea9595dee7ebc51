// classmethod and staticmethod: the same object, but for what __get__ gives.
#include "objects/descriptor.hpp"
#include "objects/dict.hpp"
#include "objects/instance_dict.hpp"
#include "objects/native.hpp"
#include "objects/object.hpp"
#include "objects/str.hpp"
#include "objects/type.hpp"

namespace orochi {

struct FunctionHolder {
    PyObject ob_base;
    Object* function;
    Object* dict;
};

namespace {

void holder_dealloc(Object& self) {
    gc_untrack_if_tracked(self);
    clear(as<FunctionHolder>(self).function);
    clear(as<FunctionHolder>(self).dict);
    type_of(self).tp_free(&self);
}
int holder_traverse(Object* self, visitproc visit, void* argument) {
    FunctionHolder& h = as<FunctionHolder>(*self);
    for (Object* part : {h.function, h.dict}) {
        if (part) {
            if (int stop = visit(part, argument)) return stop;
        }
    }
    return 0;
}
int holder_clear(Object* self) {
    clear(as<FunctionHolder>(*self).function);
    clear(as<FunctionHolder>(*self).dict);
    return 0;
}

// The wrapper looks like what it wraps (functools.wraps in C).
Result<void> copy_attributes(ThreadState& ts, Object& from, Object& to) {
    for (Object* name : {&"__module__"_n, &"__name__"_n, &"__qualname__"_n, &"__doc__"_n, &"__annotations__"_n}) {
        OptRef<Object> value = TRY(getattr_optional(ts, from, *name));
        if (value) TRY(setattr(ts, to, *name, *value));
    }
    return {};
}

Result<void> holder_init(ThreadState& ts, FunctionHolder& h, Object& function) {
    assign(h.function, Ref<Object>::share(function));
    return copy_attributes(ts, function, obj(h));
}

Result<Ref<Object>> classmethod_get(ThreadState& ts, FunctionHolder& h, Object* object, Object* type) {
    if (!h.function) return raise(ts, PyExc_RuntimeError, "uninitialized classmethod object");
    if (!type) type = &obj(type_of(*object));
    Ref<Object> function = Ref<Object>::share(*h.function);
    if (descrgetfunc get = type_of(*function).tp_descr_get)
        return Result<Ref<Object>>::adopt(get(function.get(), type, type));
    return method_new(ts, *function, *type);
}
Result<Ref<Object>> staticmethod_get(ThreadState& ts, FunctionHolder& h, Object*, Object*) {
    if (!h.function) return raise(ts, PyExc_RuntimeError, "uninitialized staticmethod object");
    return Ref<Object>::share(*h.function);
}
Result<Ref<Object>> staticmethod_call(ThreadState& ts, FunctionHolder& h, Object& arguments, Object* keywords) {
    if (!h.function) return raise(ts, PyExc_RuntimeError, "uninitialized staticmethod object");
    return call_tuple(ts, *h.function, arguments, keywords);
}

Result<Ref<Object>> classmethod_repr(ThreadState& ts, FunctionHolder& h) {
    return str_format(ts, "<classmethod(%R)>", h.function);
}
Result<Ref<Object>> staticmethod_repr(ThreadState& ts, FunctionHolder& h) {
    return str_format(ts, "<staticmethod(%R)>", h.function);
}

Result<bool> holder_is_abstract(ThreadState& ts, FunctionHolder& h) {
    if (!h.function) return false;
    OptRef<Object> flag = TRY(getattr_optional(ts, *h.function, "__isabstractmethod__"_n));
    if (!flag) return false;
    return is_true(ts, *flag);
}

constexpr PyMemberDef holder_members[] = {
    {"__func__", T_OBJECT, offsetof(FunctionHolder, function), READONLY, nullptr},
    {"__wrapped__", T_OBJECT, offsetof(FunctionHolder, function), READONLY, nullptr},
    {}};
const PyGetSetDef holder_getsets[] = {GETTER("__isabstractmethod__", holder_is_abstract, nullptr),
                                      {"__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict, nullptr, nullptr},
                                      GETSET_END};

constexpr const char classmethod_doc[] =
    "classmethod(function) -> method\n\nConvert a function to be a class method.\n\nA class method receives the class "
    "as implicit first argument,\njust like an instance method receives the instance.\nTo declare a class method, use "
    "this idiom:\n\n  class C:\n      @classmethod\n      def f(cls, arg1, arg2, ...):\n          ...\n\nIt can be "
    "called either on the class (e.g. C.f()) or on an instance\n(e.g. C().f()).  The instance is ignored except for "
    "its class.\nIf a class method is called for a derived class, the derived class\nobject is passed as the implied "
    "first argument.\n\nClass methods are different than C++ or Java static methods.\nIf you want those, see the "
    "staticmethod builtin.";
constexpr const char staticmethod_doc[] =
    "staticmethod(function) -> method\n\nConvert a function to be a static method.\n\nA static method does not "
    "receive an implicit first argument.\nTo declare a static method, use this idiom:\n\n     class C:\n         "
    "@staticmethod\n         def f(arg1, arg2, ...):\n             ...\n\nIt can be called either on the class (e.g. "
    "C.f()) or on an instance\n(e.g. C().f()). Both the class and the instance are ignored, and\nneither is passed "
    "implicitly as the first argument to the method.\n\nStatic methods in Python are similar to those found in Java "
    "or C++.\nFor a more advanced concept, see the classmethod builtin.";

Result<Ref<Object>> holder_new(ThreadState& ts, Type& type, Object& function) {
    Ref<Object> made = TRY(allocate_instance(ts, type));
    as<FunctionHolder>(*made).function = new_reference(function);
    return made;
}

}  // namespace

Result<Ref<Object>> classmethod_new(ThreadState& ts, Object& function) {
    Ref<Object> made = TRY(holder_new(ts, PyClassMethod_Type, function));
    return made;
}
Result<Ref<Object>> staticmethod_new(ThreadState& ts, Object& function) {
    Ref<Object> made = TRY(holder_new(ts, PyStaticMethod_Type, function));
    return made;
}

}  // namespace orochi

using namespace orochi;

extern "C" {
constinit PyTypeObject PyClassMethod_Type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "classmethod",
    .tp_basicsize = sizeof(FunctionHolder),
    .tp_dealloc = slot<holder_dealloc>,
    .tp_repr = slot<classmethod_repr>,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
    .tp_doc = classmethod_doc,
    .tp_traverse = holder_traverse,
    .tp_clear = holder_clear,
    .tp_members = MEMBER_TABLE(holder_members),
    .tp_getset = GETSET_TABLE(holder_getsets),
    .tp_descr_get = slot<classmethod_get>,
    .tp_dictoffset = offsetof(FunctionHolder, dict),
    .tp_init = NEW_SLOT("classmethod($self, function, /)", holder_init),
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = PyType_GenericNew,
    .tp_free = PyObject_GC_Del,
};
constinit PyTypeObject PyStaticMethod_Type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "staticmethod",
    .tp_basicsize = sizeof(FunctionHolder),
    .tp_dealloc = slot<holder_dealloc>,
    .tp_repr = slot<staticmethod_repr>,
    .tp_call = slot<staticmethod_call>,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
    .tp_doc = staticmethod_doc,
    .tp_traverse = holder_traverse,
    .tp_clear = holder_clear,
    .tp_members = MEMBER_TABLE(holder_members),
    .tp_getset = GETSET_TABLE(holder_getsets),
    .tp_descr_get = slot<staticmethod_get>,
    .tp_dictoffset = offsetof(FunctionHolder, dict),
    .tp_init = NEW_SLOT("staticmethod($self, function, /)", holder_init),
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = PyType_GenericNew,
    .tp_free = PyObject_GC_Del,
};
}
