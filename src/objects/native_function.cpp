// builtin_function_or_method: a C function, bound to its module or to an object.
#include "base/hash.hpp"
#include "objects/descriptor.hpp"
#include "objects/dict.hpp"
#include "objects/module.hpp"
#include "objects/native.hpp"
#include "objects/native_call.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"
#include "objects/type_internal.hpp"

namespace orochi {

Result<Ref<Object>> function_text(ThreadState& ts, Object& function) {
    OptRef<Object> qualified = TRY(getattr_optional(ts, function, "__qualname__"_n));
    if (!qualified) return str(ts, function);
    OptRef<Object> module = TRY(getattr_optional(ts, function, "__module__"_n));
    if (module && !is_none(module.get()) && !TRY(compare_bool(ts, *module, "builtins"_n, Py_EQ)))
        return str_format(ts, "%S.%S()", module.get(), qualified.get());
    return str_format(ts, "%S()", qualified.get());
}

Failure raise_no_keywords(ThreadState& ts, Object& function) {
    Ref<Object> text = TRY(function_text(ts, function));
    return raise(ts, PyExc_TypeError, "%U takes no keyword arguments", text.get());
}
Failure raise_argument_count(ThreadState& ts, Object& function, Py_ssize_t count, bool takes_one) {
    Ref<Object> text = TRY(function_text(ts, function));
    return raise(ts, PyExc_TypeError,
                 takes_one ? "%U takes exactly one argument (%zd given)" : "%U takes no arguments (%zd given)",
                 text.get(), count);
}
Failure raise_bad_call_flags(ThreadState& ts, const char* name) {
    return raise(ts, PyExc_SystemError, "%s() method: bad call flags", name);
}

namespace {

inline NativeFunction& native_of(Object* callable) { return *reinterpret_cast<NativeFunction*>(callable); }
inline Object* self_of(const NativeFunction& f) { return f.m_ml->ml_flags & METH_STATIC ? nullptr : f.m_self; }
inline Type* class_of(NativeFunction& f) {
    return f.m_ml->ml_flags & METH_METHOD ? reinterpret_cast<PyCMethodObject&>(f).mm_class : nullptr;
}

bool no_keywords(Object* callable, Object* names) {
    if (!names || tuple_size(as<Tuple>(*names)) == 0) [[likely]]
        return true;
    (void)raise_no_keywords(current_thread(), *callable);
    return false;
}
Object* wrong_count(Object* callable, Py_ssize_t count, bool takes_one) {
    (void)raise_argument_count(current_thread(), *callable, count, takes_one);
    return nullptr;
}

Object* call_no_arguments(Object* callable, Object* const*, size_t nargsf, Object* names) {
    if (!no_keywords(callable, names)) return nullptr;
    if (Py_ssize_t count = PyVectorcall_NARGS(nargsf)) return wrong_count(callable, count, false);
    ThreadState& ts = current_thread();
    if (!enter_recursion(ts, " while calling a Python object").ok()) return nullptr;
    NativeFunction& f = native_of(callable);
    Object* result = f.m_ml->ml_meth(self_of(f), nullptr);
    leave_recursion(ts);
    return result;
}
Object* call_one(Object* callable, Object* const* arguments, size_t nargsf, Object* names) {
    if (!no_keywords(callable, names)) return nullptr;
    Py_ssize_t count = PyVectorcall_NARGS(nargsf);
    if (count != 1) return wrong_count(callable, count, true);
    ThreadState& ts = current_thread();
    if (!enter_recursion(ts, " while calling a Python object").ok()) return nullptr;
    NativeFunction& f = native_of(callable);
    Object* result = f.m_ml->ml_meth(self_of(f), arguments[0]);
    leave_recursion(ts);
    return result;
}
Object* call_fast(Object* callable, Object* const* arguments, size_t nargsf, Object* names) {
    if (!no_keywords(callable, names)) return nullptr;
    NativeFunction& f = native_of(callable);
    return reinterpret_cast<_PyCFunctionFast>(f.m_ml->ml_meth)(self_of(f), arguments, PyVectorcall_NARGS(nargsf));
}
Object* call_fast_keywords(Object* callable, Object* const* arguments, size_t nargsf, Object* names) {
    NativeFunction& f = native_of(callable);
    return reinterpret_cast<_PyCFunctionFastWithKeywords>(f.m_ml->ml_meth)(self_of(f), arguments,
                                                                           PyVectorcall_NARGS(nargsf), names);
}
Object* call_method_keywords(Object* callable, Object* const* arguments, size_t nargsf, Object* names) {
    NativeFunction& f = native_of(callable);
    return reinterpret_cast<PyCMethod>(f.m_ml->ml_meth)(self_of(f), class_of(f), arguments,
                                                        size_t(PyVectorcall_NARGS(nargsf)), names);
}

// METH_VARARGS only: the others have a vectorcall.
Result<Ref<Object>> native_call(ThreadState& ts, NativeFunction& f, Object& arguments, Object* keywords) {
    if (f.vectorcall) return vectorcall_call(ts, obj(f), f.vectorcall, arguments, keywords);
    if (f.m_ml->ml_flags & METH_KEYWORDS) {
        return Result<Ref<Object>>::adopt(
            reinterpret_cast<PyCFunctionWithKeywords>(f.m_ml->ml_meth)(self_of(f), &arguments, keywords));
    }
    if (keywords && dict_size(as<Dict>(*keywords))) return raise_no_keywords(ts, obj(f));
    return Result<Ref<Object>>::adopt(f.m_ml->ml_meth(self_of(f), &arguments));
}

Result<Ref<Object>> native_repr(ThreadState& ts, NativeFunction& f) {
    if (!f.m_self || PyModule_Check(f.m_self)) return str_format(ts, "<built-in function %s>", f.m_ml->ml_name);
    return str_format(ts, "<built-in method %s of %s object at %p>", f.m_ml->ml_name, type_of(*f.m_self).tp_name,
                      f.m_self);
}

Py_hash_t native_hash(NativeFunction& f) {
    Py_hash_t hash = base::hash_pointer(f.m_self) ^ base::hash_pointer(reinterpret_cast<void*>(f.m_ml->ml_meth));
    return hash == -1 ? -2 : hash;
}

Ref<Object> native_compare(Object& left, Object& right, int op) {
    if ((op != Py_EQ && op != Py_NE) || !PyCFunction_Check(&left) || !PyCFunction_Check(&right))
        return new_not_implemented();
    NativeFunction &a = as<NativeFunction>(left), &b = as<NativeFunction>(right);
    bool equal = a.m_self == b.m_self && a.m_ml->ml_meth == b.m_ml->ml_meth;
    return new_bool(equal == (op == Py_EQ));
}

void native_dealloc(ThreadState& ts, NativeFunction& f) {
    gc_untrack_if_tracked(obj(f));
    if (!trashcan_begin(ts, obj(f))) return;
    if (f.m_weakreflist) clear_weakrefs(ts, obj(f));
    if (f.m_ml->ml_flags & METH_METHOD) {
        Type*& cls = reinterpret_cast<PyCMethodObject&>(f).mm_class;
        clear(cls);
    }
    clear(f.m_self);
    clear(f.m_module);
    free_container(obj(f));
    trashcan_end(ts);
}

int native_traverse(Object* self, visitproc visit, void* argument) {
    NativeFunction& f = native_of(self);
    if (Type* cls = class_of(f)) {
        if (int stop = visit(&obj(*cls), argument)) return stop;
    }
    for (Object* part : {f.m_self, f.m_module}) {
        if (part) {
            if (int stop = visit(part, argument)) return stop;
        }
    }
    return 0;
}

Result<Ref<Object>> native_reduce(ThreadState& ts, NativeFunction& f) {
    if (!f.m_self || PyModule_Check(f.m_self)) return str_from_utf8(ts, f.m_ml->ml_name);
    Ref<Object> getattr_function = TRY(builtin_attribute(ts, "getattr"_s));
    Ref<Str> name = TRY(str_from_utf8(ts, f.m_ml->ml_name));
    Ref<Tuple> pair = TRY(tuple_of(ts, *f.m_self, obj(*name)));
    return tuple_of(ts, *getattr_function, obj(*pair));
}

Result<Ref<Object>> native_doc(ThreadState& ts, NativeFunction& f) {
    return doc_object(ts, f.m_ml->ml_name, f.m_ml->ml_doc);
}
Result<Ref<Object>> native_signature(ThreadState& ts, NativeFunction& f) {
    return text_signature_object(ts, f.m_ml->ml_name, f.m_ml->ml_doc);
}
Result<Ref<Object>> native_name(ThreadState& ts, NativeFunction& f) { return str_from_utf8(ts, f.m_ml->ml_name); }
Result<Ref<Object>> native_qualified_name(ThreadState& ts, NativeFunction& f) {
    if (!f.m_self || PyModule_Check(f.m_self)) return native_name(ts, f);
    Object& owner = PyType_Check(f.m_self) ? *f.m_self : obj(type_of(*f.m_self));
    Ref<Object> owner_name = TRY(getattr(ts, owner, "__qualname__"_n));
    if (!PyUnicode_Check(owner_name.get()))
        return raise(ts, PyExc_TypeError, "<method>.__class__.__qualname__ is not a unicode object");
    return str_format(ts, "%S.%s", owner_name.get(), f.m_ml->ml_name);
}
Ref<Object> native_self(NativeFunction& f) {
    Object* self = self_of(f);
    return Ref<Object>::share(self ? *self : none());
}

constexpr MethodDef native_methods[] = {METHOD_PLAIN("__reduce__($self)", native_reduce, nullptr), METHOD_END};
constexpr PyMemberDef native_members[] = {{"__module__", T_OBJECT, offsetof(NativeFunction, m_module), 0, nullptr}, {}};
constexpr PyGetSetDef native_getsets[] = {GETTER("__doc__", native_doc, nullptr),
                                          GETTER("__name__", native_name, nullptr),
                                          GETTER("__qualname__", native_qualified_name, nullptr),
                                          GETTER("__self__", native_self, nullptr),
                                          GETTER("__text_signature__", native_signature, nullptr),
                                          GETSET_END};

}  // namespace

Result<Ref<Object>> native_function_new(ThreadState& ts, PyMethodDef& method, Object* self, Object* module, Type* cls) {
    vectorcallfunc vectorcall;
    switch (method.ml_flags & kCallFlags) {
        case METH_VARARGS:
        case METH_VARARGS | METH_KEYWORDS: vectorcall = nullptr; break;
        case METH_FASTCALL: vectorcall = call_fast; break;
        case METH_FASTCALL | METH_KEYWORDS: vectorcall = call_fast_keywords; break;
        case METH_NOARGS: vectorcall = call_no_arguments; break;
        case METH_O: vectorcall = call_one; break;
        case METH_METHOD | METH_FASTCALL | METH_KEYWORDS: vectorcall = call_method_keywords; break;
        default: return raise_bad_call_flags(ts, method.ml_name);
    }
    bool with_class = method.ml_flags & METH_METHOD;
    if (with_class && !cls)
        return raise(ts, PyExc_SystemError, "attempting to create PyCMethod with a METH_METHOD flag but no class");
    if (!with_class && cls)
        return raise(ts, PyExc_SystemError, "attempting to create PyCFunction with class but no METH_METHOD flag");
    Type& type = with_class ? PyCMethod_Type : PyCFunction_Type;
    Object* object = allocate_container(ts, type, size_t(type.tp_basicsize));
    if (!object) return failure;
    NativeFunction& f = native_of(object);
    f.m_ml = &method;
    f.m_self = new_reference_optional(self);
    f.m_module = new_reference_optional(module);
    f.m_weakreflist = nullptr;
    f.vectorcall = vectorcall;
    if (with_class) reinterpret_cast<PyCMethodObject*>(object)->mm_class = new_reference(*cls);
    gc_track(ts, *object);
    return Ref<Object>::steal(object);
}

}  // namespace orochi

using namespace orochi;

extern "C" {
constinit PyTypeObject PyCFunction_Type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "builtin_function_or_method",
    .tp_basicsize = sizeof(PyCFunctionObject),
    .tp_dealloc = slot<native_dealloc>,
    .tp_vectorcall_offset = offsetof(PyCFunctionObject, vectorcall),
    .tp_repr = slot<native_repr>,
    .tp_hash = slot<native_hash>,
    .tp_call = slot<native_call>,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL,
    .tp_traverse = native_traverse,
    .tp_richcompare = slot<native_compare>,
    .tp_weaklistoffset = offsetof(PyCFunctionObject, m_weakreflist),
    .tp_methods = METHOD_TABLE(native_methods),
    .tp_members = MEMBER_TABLE(native_members),
    .tp_getset = GETSET_TABLE(native_getsets),
};
constinit PyTypeObject PyCMethod_Type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "builtin_method",
    .tp_basicsize = sizeof(PyCMethodObject),
    .tp_base = &PyCFunction_Type,
};
}
