// None, NotImplemented and Ellipsis: their types and the immortal objects themselves.
#include "objects/float.hpp"
#include "objects/native.hpp"
#include "objects/object.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"

namespace orochi {
namespace {

// A singleton that was over-released by an extension comes back to life.
void singleton_dealloc(Object& self) { self.ob_refcnt = kImmortalCount; }

Result<Ref<Object>> no_arguments(ThreadState& ts, Type& type, Object& args, Object* kwargs, const char* name,
                                 Object& singleton) {
    if (tuple_size(as<Tuple>(args)) || (kwargs && reinterpret_cast<Dict*>(kwargs)->ma_used))
        return raise(ts, PyExc_TypeError, "%s takes no arguments", name);
    return Ref<Object>::share(singleton);
}

Result<Ref<Object>> none_new(ThreadState& ts, Type& type, Object& args, Object* kwargs) {
    return no_arguments(ts, type, args, kwargs, "NoneType", none());
}
Ref<Object> none_repr(Object&) { return Ref<Object>::share("None"_n); }
bool none_bool(Object&) { return false; }
constexpr PyNumberMethods none_number = {.nb_bool = slot<none_bool>};

Result<Ref<Object>> not_implemented_new(ThreadState& ts, Type& type, Object& args, Object* kwargs) {
    return no_arguments(ts, type, args, kwargs, "NotImplementedType", not_implemented());
}
Ref<Object> not_implemented_repr(Object&) { return Ref<Object>::share("NotImplemented"_n); }
Ref<Object> not_implemented_reduce(Object&) { return Ref<Object>::share("NotImplemented"_n); }
Result<bool> not_implemented_bool(ThreadState& ts, Object&) {
    TRY(warn(ts, PyExc_DeprecationWarning, 1, "NotImplemented should not be used in a boolean context"));
    return true;
}
constexpr PyNumberMethods not_implemented_number = {.nb_bool = slot<not_implemented_bool>};
constexpr MethodDef not_implemented_methods[] = {METHOD_PLAIN("__reduce__($self)", not_implemented_reduce, nullptr),
                                                 METHOD_END};

Result<Ref<Object>> ellipsis_new(ThreadState& ts, Type& type, Object& args, Object* kwargs) {
    return no_arguments(ts, type, args, kwargs, "EllipsisType", ellipsis());
}
Ref<Object> ellipsis_repr(Object&) { return Ref<Object>::share("Ellipsis"_n); }
Ref<Object> ellipsis_reduce(Object&) { return Ref<Object>::share("Ellipsis"_n); }
constexpr MethodDef ellipsis_methods[] = {METHOD_PLAIN("__reduce__($self)", ellipsis_reduce, nullptr), METHOD_END};

}  // namespace
}  // namespace orochi

using namespace orochi;

extern "C" {

constinit PyTypeObject _PyNone_Type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "NoneType",
    .tp_dealloc = slot<singleton_dealloc>,
    .tp_repr = slot<none_repr>,
    .tp_as_number = const_cast<PyNumberMethods*>(&none_number),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_new = slot<none_new>,
};
constinit PyObject _Py_NoneStruct = {kImmortalCount, &_PyNone_Type};

constinit PyTypeObject _PyNotImplemented_Type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "NotImplementedType",
    .tp_dealloc = slot<singleton_dealloc>,
    .tp_repr = slot<not_implemented_repr>,
    .tp_as_number = const_cast<PyNumberMethods*>(&not_implemented_number),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_methods = METHOD_TABLE(not_implemented_methods),
    .tp_new = slot<not_implemented_new>,
};
constinit PyObject _Py_NotImplementedStruct = {kImmortalCount, &_PyNotImplemented_Type};

constinit PyTypeObject PyEllipsis_Type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "ellipsis",
    .tp_dealloc = slot<singleton_dealloc>,
    .tp_repr = slot<ellipsis_repr>,
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_methods = METHOD_TABLE(ellipsis_methods),
    .tp_new = slot<ellipsis_new>,
};
constinit PyObject _Py_EllipsisObject = {kImmortalCount, &PyEllipsis_Type};
}
