// super
#include "objects/dict.hpp"
#include "objects/frame_access.hpp"
#include "objects/native.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"
#include "objects/type.hpp"

namespace orochi {

struct Super {
    PyObject ob_base;
    Type* type;
    Object* object;
    Type* object_type;
};

namespace {

void super_dealloc(Object& self) {
    Super& s = as<Super>(self);
    gc_untrack_if_tracked(self);
    clear(s.object);
    clear(s.type);
    clear(s.object_type);
    type_of(self).tp_free(&self);
}
int super_traverse(Object* self, visitproc visit, void* argument) {
    Super& s = as<Super>(*self);
    for (Object* part : {s.object, reinterpret_cast<Object*>(s.type), reinterpret_cast<Object*>(s.object_type)}) {
        if (part) {
            if (int stop = visit(part, argument)) return stop;
        }
    }
    return 0;
}

Result<Ref<Object>> super_repr(ThreadState& ts, Super& s) {
    if (s.object_type)
        return str_format(ts, "<super: <class '%s'>, <%s object>>", s.type ? s.type->tp_name : "NULL",
                          s.object_type->tp_name);
    return str_format(ts, "<super: <class '%s'>, NULL>", s.type ? s.type->tp_name : "NULL");
}

// The type whose MRO is searched: the object itself when it is a subclass, else its class, else what it claims to be.
Result<Ref<Type>> super_check(ThreadState& ts, Type& type, Object& object) {
    if (PyType_Check(&object) && type_is_subtype(as<Type>(object), type)) return Ref<Type>::share(as<Type>(object));
    if (type_is_subtype(type_of(object), type)) return Ref<Type>::share(type_of(object));
    OptRef<Object> claimed = TRY(getattr_optional(ts, object, "__class__"_n));
    if (claimed && PyType_Check(claimed.get()) && claimed.get() != &obj(type_of(object)) &&
        type_is_subtype(as<Type>(*claimed), type))
        return claimed.take().cast<Type>();
    return raise(ts, PyExc_TypeError, "super(type, obj): obj must be an instance or subtype of type");
}

Result<OptRef<Object>> lookup_after(ThreadState& ts, Type& type, Type& start, Object* object, Object& name) {
    if (!start.tp_mro) return nullptr;
    Ref<Tuple> mro = Ref<Tuple>::share(as<Tuple>(*start.tp_mro));
    Py_ssize_t count = tuple_size(*mro), i = 0;
    while (i < count && &tuple_item(*mro, i) != &obj(type)) ++i;
    for (++i; i < count; ++i) {
        Object* dict = as<Type>(tuple_item(*mro, i)).tp_dict;
        Object* found = TRY(dict_get(ts, as<Dict>(*dict), name));
        if (!found) continue;
        Ref<Object> keep = Ref<Object>::share(*found);
        if (descrgetfunc get = type_of(*found).tp_descr_get) {
            // super(C, C).method: as if looked up on the class.
            return Result<Ref<Object>>::adopt(get(found, object == &obj(start) ? nullptr : object, &obj(start)));
        }
        return keep;
    }
    return nullptr;
}

Result<Ref<Object>> super_getattro(ThreadState& ts, Super& s, Object& name) {
    bool is_class = PyUnicode_Check(&name) && str_equals(as<Str>(name), "__class__"_s);
    if (s.object_type && !is_class) {
        Ref<Type> start = Ref<Type>::share(*s.object_type);
        OptRef<Object> found = TRY(lookup_after(ts, *s.type, *start, s.object, name));
        if (found) return found.take();
    }
    return generic_getattr(ts, obj(s), name);
}

Result<void> super_init(ThreadState& ts, Super& s, Object& arguments, Object* keywords) {
    if (keywords && dict_size(as<Dict>(*keywords)))
        return raise(ts, PyExc_TypeError, "super() takes no keyword arguments");
    Tuple& tuple = as<Tuple>(arguments);
    Py_ssize_t count = tuple_size(tuple);
    if (count > 2) return raise(ts, PyExc_TypeError, "super() expected at most 2 arguments, got %zd", count);
    OptRef<Type> type;
    OptRef<Object> object;
    if (count == 0) {
        SuperArguments implied = TRY(current_super_arguments(ts));
        type = std::move(implied.type);
        object = std::move(implied.object);
    } else {
        Object& first = tuple_item(tuple, 0);
        if (!PyType_Check(&first))
            return raise(ts, PyExc_TypeError, "super() argument 1 must be a type, not %T", &first);
        type = Ref<Type>::share(as<Type>(first));
        if (count == 2) object = Ref<Object>::share(tuple_item(tuple, 1));
    }
    if (is_none(object.get())) object.reset();
    OptRef<Type> object_type;
    if (object) object_type = TRY(super_check(ts, *type, *object));
    assign(s.type, std::move(type));
    assign(s.object, std::move(object));
    assign(s.object_type, std::move(object_type));
    return {};
}

Result<Ref<Object>> super_get(ThreadState& ts, Super& s, Object* object, Object*) {
    if (!object || is_none(object) || s.object) return Ref<Object>::share(obj(s));
    if (&type_of(obj(s)) != &PySuper_Type) {
        // A subclass makes its own kind.
        return call(ts, obj(type_of(obj(s))), obj(*s.type), *object);
    }
    Ref<Type> object_type = TRY(super_check(ts, *s.type, *object));
    Ref<Object> made = TRY(allocate_instance(ts, PySuper_Type));
    Super& result = as<Super>(*made);
    result.type = new_reference(*s.type);
    result.object = new_reference(*object);
    result.object_type = std::move(object_type).release();
    return made;
}

constexpr PyMemberDef super_members[] = {
    {"__thisclass__", T_OBJECT, offsetof(Super, type), READONLY, "the class invoking super()"},
    {"__self__", T_OBJECT, offsetof(Super, object), READONLY, "the instance invoking super(); may be None"},
    {"__self_class__", T_OBJECT, offsetof(Super, object_type), READONLY,
     "the type of the instance invoking super(); may be None"},
    {}};

}  // namespace

Result<OptRef<Object>> super_lookup(ThreadState& ts, Type& type, Object& object, Object& name) {
    Ref<Type> start = TRY(super_check(ts, type, object));
    return lookup_after(ts, type, *start, &object, name);
}

}  // namespace orochi

using namespace orochi;

extern "C" {
constinit PyTypeObject PySuper_Type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "super",
    .tp_basicsize = sizeof(Super),
    .tp_dealloc = slot<super_dealloc>,
    .tp_repr = slot<super_repr>,
    .tp_getattro = slot<super_getattro>,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,
    .tp_doc =
        "super() -> same as super(__class__, <first argument>)\n"
        "super(type) -> unbound super object\n"
        "super(type, obj) -> bound super object; requires isinstance(obj, type)\n"
        "super(type, type2) -> bound super object; requires issubclass(type2, type)\n"
        "Typical use to call a cooperative superclass method:\n"
        "class C(B):\n    def meth(self, arg):\n        super().meth(arg)\n"
        "This works for class methods too:\n"
        "class C(B):\n    @classmethod\n    def cmeth(cls, arg):\n        super().cmeth(arg)\n",
    .tp_traverse = super_traverse,
    .tp_members = MEMBER_TABLE(super_members),
    .tp_descr_get = slot<super_get>,
    .tp_init = slot<super_init>,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = PyType_GenericNew,
    .tp_free = PyObject_GC_Del,
};
}
