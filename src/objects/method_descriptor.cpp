// method_descriptor and classmethod_descriptor: methods of types from C.
#include "objects/descriptor.hpp"
#include "objects/descriptor_internal.hpp"
#include "objects/dict.hpp"
#include "objects/native_call.hpp"
#include "objects/tuple.hpp"
#include "objects/type_internal.hpp"

namespace orochi {

namespace {

using MethodDescriptor = PyMethodDescrObject;

inline MethodDescriptor& descriptor(Object* callable) { return *reinterpret_cast<MethodDescriptor*>(callable); }

// The first argument is there and of the right type, and no keywords are given where none are taken.
bool check_self(Object* callable, Object* const* arguments, Py_ssize_t count, Object* names, bool keywords_allowed) {
    if (count < 1) [[unlikely]] {
        ThreadState& ts = current_thread();
        auto text = function_text(ts, *callable);
        if (text.ok())
            (void)raise(ts, PyExc_TypeError, "unbound method %U needs an argument", std::move(text).take().get());
        return false;
    }
    Type& type = *descriptor(callable).d_common.d_type;
    if (arguments[0]->ob_type != &type && !type_is_subtype(*arguments[0]->ob_type, type)) [[unlikely]] {
        (void)raise_wrong_object(current_thread(), *callable, *arguments[0]);
        return false;
    }
    if (!keywords_allowed && names && tuple_size(as<Tuple>(*names))) [[unlikely]] {
        (void)raise_no_keywords(current_thread(), *callable);
        return false;
    }
    return true;
}

template <bool Keywords>
Object* call_varargs(Object* callable, Object* const* arguments, size_t nargsf, Object* names) {
    Py_ssize_t count = PyVectorcall_NARGS(nargsf);
    if (!check_self(callable, arguments, count, names, Keywords)) return nullptr;
    ThreadState& ts = current_thread();
    auto run = [&]() -> Result<Ref<Object>> {
        Ref<Tuple> tuple = TRY(tuple_from_items(ts, arguments + 1, count - 1));
        PyMethodDef& method = *descriptor(callable).d_method;
        TRY(enter_recursion(ts, " while calling a Python object"));
        Object* result;
        if constexpr (Keywords) {
            OptRef<Dict> dict;
            Py_ssize_t keyword_count = names ? tuple_size(as<Tuple>(*names)) : 0;
            if (keyword_count) {
                dict = TRY(dict_new(ts));
                for (Py_ssize_t i = 0; i < keyword_count; ++i)
                    TRY(dict_set(ts, *dict, tuple_item(as<Tuple>(*names), i), *arguments[count + i]));
            }
            result = reinterpret_cast<PyCFunctionWithKeywords>(method.ml_meth)(arguments[0], obj(tuple.get()),
                                                                               obj(dict.get()));
        } else {
            result = method.ml_meth(arguments[0], obj(tuple.get()));
        }
        leave_recursion(ts);
        return Result<Ref<Object>>::adopt(result);
    };
    return run().release();
}
Object* call_no_arguments(Object* callable, Object* const* arguments, size_t nargsf, Object* names) {
    Py_ssize_t count = PyVectorcall_NARGS(nargsf);
    if (!check_self(callable, arguments, count, names, false)) return nullptr;
    ThreadState& ts = current_thread();
    if (count != 1) {
        (void)raise_argument_count(ts, *callable, count - 1, false);
        return nullptr;
    }
    if (!enter_recursion(ts, " while calling a Python object").ok()) return nullptr;
    Object* result = descriptor(callable).d_method->ml_meth(arguments[0], nullptr);
    leave_recursion(ts);
    return result;
}
Object* call_one(Object* callable, Object* const* arguments, size_t nargsf, Object* names) {
    Py_ssize_t count = PyVectorcall_NARGS(nargsf);
    if (!check_self(callable, arguments, count, names, false)) return nullptr;
    ThreadState& ts = current_thread();
    if (count != 2) {
        (void)raise_argument_count(ts, *callable, count - 1, true);
        return nullptr;
    }
    if (!enter_recursion(ts, " while calling a Python object").ok()) return nullptr;
    Object* result = descriptor(callable).d_method->ml_meth(arguments[0], arguments[1]);
    leave_recursion(ts);
    return result;
}
Object* call_fast(Object* callable, Object* const* arguments, size_t nargsf, Object* names) {
    Py_ssize_t count = PyVectorcall_NARGS(nargsf);
    if (!check_self(callable, arguments, count, names, false)) return nullptr;
    return reinterpret_cast<_PyCFunctionFast>(descriptor(callable).d_method->ml_meth)(arguments[0], arguments + 1,
                                                                                      count - 1);
}
Object* call_fast_keywords(Object* callable, Object* const* arguments, size_t nargsf, Object* names) {
    Py_ssize_t count = PyVectorcall_NARGS(nargsf);
    if (!check_self(callable, arguments, count, names, true)) return nullptr;
    return reinterpret_cast<_PyCFunctionFastWithKeywords>(descriptor(callable).d_method->ml_meth)(
        arguments[0], arguments + 1, count - 1, names);
}
Object* call_method_keywords(Object* callable, Object* const* arguments, size_t nargsf, Object* names) {
    Py_ssize_t count = PyVectorcall_NARGS(nargsf);
    if (!check_self(callable, arguments, count, names, true)) return nullptr;
    return reinterpret_cast<PyCMethod>(descriptor(callable).d_method->ml_meth)(
        arguments[0], descriptor(callable).d_common.d_type, arguments + 1, size_t(count - 1), names);
}

Result<Ref<Object>> method_get(ThreadState& ts, MethodDescriptor& self, Object* object, Object*) {
    if (!object) return Ref<Object>::share(obj(self));
    TRY(check_object(ts, obj(self), *object));
    Type* cls = self.d_method->ml_flags & METH_METHOD ? self.d_common.d_type : nullptr;
    return native_function_new(ts, *self.d_method, object, nullptr, cls);
}

Result<Ref<Object>> classmethod_get(ThreadState& ts, MethodDescriptor& self, Object* object, Object* type) {
    if (!type) {
        if (!object)
            return raise(ts, PyExc_TypeError, "descriptor '%U' for type '%.100s' needs either an object or a type",
                         self.d_common.d_name, self.d_common.d_type->tp_name);
        type = &obj(type_of(*object));
    }
    if (!PyType_Check(type))
        return raise(ts, PyExc_TypeError, "descriptor '%U' for type '%.100s' needs a type, not a '%T' as arg 2",
                     self.d_common.d_name, self.d_common.d_type->tp_name, type);
    if (!type_is_subtype(as<Type>(*type), *self.d_common.d_type))
        return raise(ts, PyExc_TypeError, "descriptor '%U' requires a subtype of '%.100s' but received '%.100s'",
                     self.d_common.d_name, self.d_common.d_type->tp_name, as<Type>(*type).tp_name);
    Type* cls = self.d_method->ml_flags & METH_METHOD ? self.d_common.d_type : nullptr;
    return native_function_new(ts, *self.d_method, type, nullptr, cls);
}

Result<Ref<Object>> classmethod_call(ThreadState& ts, MethodDescriptor& self, Object& arguments, Object* keywords) {
    Tuple& tuple = as<Tuple>(arguments);
    if (tuple_size(tuple) < 1)
        return raise(ts, PyExc_TypeError, "descriptor '%U' of '%.100s' object needs an argument", self.d_common.d_name,
                     self.d_common.d_type->tp_name);
    Ref<Object> bound = TRY(classmethod_get(ts, self, nullptr, &tuple_item(tuple, 0)));
    Ref<Tuple> rest = TRY(tuple_slice(ts, tuple, 1, tuple_size(tuple)));
    return call_tuple(ts, *bound, obj(*rest), keywords);
}

Result<Ref<Object>> method_repr(ThreadState& ts, MethodDescriptor& self) {
    return descriptor_repr(ts, obj(self), "<method '%V' of '%s' objects>");
}
Result<Ref<Object>> method_doc(ThreadState& ts, MethodDescriptor& self) {
    return doc_object(ts, self.d_method->ml_name, self.d_method->ml_doc);
}
Result<Ref<Object>> method_signature(ThreadState& ts, MethodDescriptor& self) {
    return text_signature_object(ts, self.d_method->ml_name, self.d_method->ml_doc);
}

constexpr MethodDef method_methods[] = {METHOD_PLAIN("__reduce__($self)", descriptor_reduce, nullptr), METHOD_END};
constexpr PyGetSetDef method_getsets[] = {GETTER("__doc__", method_doc, nullptr),
                                          GETTER("__qualname__", descriptor_qualified_name, nullptr),
                                          GETTER("__text_signature__", method_signature, nullptr), GETSET_END};

}  // namespace

Result<Ref<Object>> method_descriptor_new(ThreadState& ts, Type& type, PyMethodDef& method) {
    vectorcallfunc vectorcall;
    switch (method.ml_flags & kCallFlags) {
        case METH_VARARGS: vectorcall = call_varargs<false>; break;
        case METH_VARARGS | METH_KEYWORDS: vectorcall = call_varargs<true>; break;
        case METH_FASTCALL: vectorcall = call_fast; break;
        case METH_FASTCALL | METH_KEYWORDS: vectorcall = call_fast_keywords; break;
        case METH_NOARGS: vectorcall = call_no_arguments; break;
        case METH_O: vectorcall = call_one; break;
        case METH_METHOD | METH_FASTCALL | METH_KEYWORDS: vectorcall = call_method_keywords; break;
        default: return raise_bad_call_flags(ts, method.ml_name);
    }
    Ref<Object> made = TRY(descriptor_new(ts, PyMethodDescr_Type, type, method.ml_name));
    descriptor(made.get()).d_method = &method;
    descriptor(made.get()).vectorcall = vectorcall;
    return made;
}

Result<Ref<Object>> classmethod_descriptor_new(ThreadState& ts, Type& type, PyMethodDef& method) {
    Ref<Object> made = TRY(descriptor_new(ts, PyClassMethodDescr_Type, type, method.ml_name));
    descriptor(made.get()).d_method = &method;
    descriptor(made.get()).vectorcall = nullptr;
    return made;
}

}  // namespace orochi

using namespace orochi;

extern "C" {
constinit PyTypeObject PyMethodDescr_Type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "method_descriptor",
    .tp_basicsize = sizeof(PyMethodDescrObject),
    .tp_dealloc = slot<descriptor_dealloc>,
    .tp_vectorcall_offset = offsetof(PyMethodDescrObject, vectorcall),
    .tp_repr = slot<method_repr>,
    .tp_call = PyVectorcall_Call,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL | Py_TPFLAGS_METHOD_DESCRIPTOR,
    .tp_traverse = descriptor_traverse,
    .tp_methods = METHOD_TABLE(method_methods),
    .tp_members = MEMBER_TABLE(descriptor_members),
    .tp_getset = GETSET_TABLE(method_getsets),
    .tp_descr_get = slot<method_get>,
};
constinit PyTypeObject PyClassMethodDescr_Type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "classmethod_descriptor",
    .tp_basicsize = sizeof(PyMethodDescrObject),
    .tp_dealloc = slot<descriptor_dealloc>,
    .tp_repr = slot<method_repr>,
    .tp_call = slot<classmethod_call>,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = descriptor_traverse,
    .tp_members = MEMBER_TABLE(descriptor_members),
    .tp_getset = GETSET_TABLE(method_getsets),
    .tp_descr_get = slot<classmethod_get>,
};
}
