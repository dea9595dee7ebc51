// object: the methods every object has.
#include "base/hash.hpp"
#include "objects/dict.hpp"
#include "objects/instance_dict.hpp"
#include "objects/int.hpp"
#include "objects/list.hpp"
#include "objects/module.hpp"
#include "objects/native.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"
#include "objects/type_attributes.hpp"
#include "objects/type_internal.hpp"

namespace orochi {

namespace {

bool has_arguments(Object& arguments, Object* keywords) {
    return tuple_size(as<Tuple>(arguments)) || (keywords && dict_size(as<Dict>(*keywords)));
}

Result<void> object_init(ThreadState& ts, Object& self, Object& arguments, Object* keywords);
Result<Ref<Object>> object_new(ThreadState& ts, Type& type, Object& arguments, Object* keywords);
constexpr initproc init_slot = native::Slot<&object_init>{};
constexpr newfunc new_slot = native::Slot<&object_new>{};

// Arguments are an error where neither __new__ nor __init__ of a class could have taken them.
Result<void> object_init(ThreadState& ts, Object& self, Object& arguments, Object* keywords) {
    if (!has_arguments(arguments, keywords)) return {};
    Type& type = type_of(self);
    if (type.tp_init != init_slot)
        return raise(ts, PyExc_TypeError, "object.__init__() takes exactly one argument (the instance to initialize)");
    if (type.tp_new == new_slot)
        return raise(ts, PyExc_TypeError, "%.200s.__init__() takes exactly one argument (the instance to initialize)",
                     type.tp_name);
    return {};
}

[[gnu::cold]] Failure raise_abstract(ThreadState& ts, Type& type) {
    Ref<Object> methods = TRY(getattr(ts, obj(type), "__abstractmethods__"_n));
    Ref<List> names = TRY(sequence_list(ts, *methods));
    TRY(list_sort(ts, *names));
    Ref<Str> joined = TRY(str_join(ts, ", "_s, obj(*names)));
    return raise(ts, PyExc_TypeError, "Can't instantiate abstract class %s with abstract method%s %U", type.tp_name,
                 list_size(*names) > 1 ? "s" : "", joined.get());
}

Result<Ref<Object>> object_new(ThreadState& ts, Type& type, Object& arguments, Object* keywords) {
    if (has_arguments(arguments, keywords)) {
        if (type.tp_new != new_slot)
            return raise(ts, PyExc_TypeError, "object.__new__() takes exactly one argument (the type to instantiate)");
        if (type.tp_init == init_slot) return raise(ts, PyExc_TypeError, "%.200s() takes no arguments", type.tp_name);
    }
    if (type.tp_flags & Py_TPFLAGS_IS_ABSTRACT) return raise_abstract(ts, type);
    return Result<Ref<Object>>::adopt(type.tp_alloc(&type, 0));
}

void object_dealloc(Object& self) { type_of(self).tp_free(&self); }

Result<Ref<Object>> object_repr(ThreadState& ts, Object& self) {
    Type& type = type_of(self);
    OptRef<Object> module;
    auto found = type_module_name(ts, type);
    if (found.ok()) {
        module = std::move(found).take();
        if (!PyUnicode_Check(module.get())) module.reset();
    } else {
        error_clear(ts);
    }
    Ref<Object> name = TRY(type_qualified_name(ts, type));
    if (module && !str_equals_ascii(as<Str>(*module), "builtins"))
        return str_format(ts, "<%U.%U object at %p>", module.get(), name.get(), &self);
    return str_format(ts, "<%s object at %p>", type.tp_name, &self);
}

Result<Ref<Object>> object_str(ThreadState& ts, Object& self) {
    reprfunc function = type_of(self).tp_repr;
    if (!function) return object_repr(ts, self);
    return Result<Ref<Object>>::adopt(function(&self));
}

Result<Ref<Object>> object_richcompare(ThreadState& ts, Object& self, Object& other, int op) {
    if (op == Py_EQ) return Ref<Object>::share(&self == &other ? bool_object(true) : not_implemented());
    if (op == Py_NE && type_of(self).tp_richcompare) {
        // != is the inverse of == unless a type says otherwise.
        Ref<Object> equal = TRY(Result<Ref<Object>>::adopt(type_of(self).tp_richcompare(&self, &other, Py_EQ)));
        if (equal.get() == &not_implemented()) return equal;
        return new_bool(!TRY(is_true(ts, *equal)));
    }
    return new_not_implemented();
}

Py_hash_t object_hash(Object& self) { return base::hash_pointer(&self); }

Ref<Object> get_class(Object& self) { return Ref<Object>::share(obj(type_of(self))); }

// ---- Pickling (the manual's "Pickling Class Instances") ----

Result<Ref<Object>> import_copyreg(ThreadState& ts) { return import_module(ts, "copyreg"_n); }

// The names of the slots of a class, as copyreg caches them in the class: a list, or None.
Result<Ref<Object>> slot_names(ThreadState& ts, Type& type) {
    Object* cached = TRY(dict_get(ts, as<Dict>(*type.tp_dict), "__slotnames__"_n));
    if (cached) {
        if (!is_none(cached) && !PyList_Check(cached))
            return raise(ts, PyExc_TypeError, "%.200s.__slotnames__ should be a list or None, not %.200s", type.tp_name,
                         type_of(*cached).tp_name);
        return Ref<Object>::share(*cached);
    }
    Ref<Object> copyreg = TRY(import_copyreg(ts));
    Ref<Object> names = TRY(call_method(ts, *copyreg, "_slotnames"_n, obj(type)));
    if (!is_none(*names) && !PyList_Check(names.get()))
        return raise(ts, PyExc_TypeError, "copyreg._slotnames didn't return a list or None");
    return names;
}

Result<Ref<Object>> default_state(ThreadState& ts, Object& self, bool required) {
    Type& type = type_of(self);
    if (required && type.tp_itemsize) return raise(ts, PyExc_TypeError, "cannot pickle %.200s objects", type.tp_name);
    Ref<Object> state = new_none();
    bool empty = has_managed_dict(type) ? instance_attributes_empty(self) : true;
    if (!has_managed_dict(type)) {
        Object** dict = unmanaged_dict_pointer(self);
        empty = !dict || !*dict || dict_size(as<Dict>(**dict)) == 0;
    }
    if (!empty) state = TRY(instance_dict(ts, self));
    Ref<Object> names = TRY(slot_names(ts, type));
    Py_ssize_t count = is_none(*names) ? 0 : list_size(as<List>(*names));
    if (required) {
        Py_ssize_t basic = PyBaseObject_Type.tp_basicsize;
        if (type.tp_dictoffset && !has_managed_dict(type)) basic += sizeof(Object*);
        if (type.tp_weaklistoffset) basic += sizeof(Object*);
        basic += count * Py_ssize_t(sizeof(Object*));
        if (type.tp_basicsize > basic) return raise(ts, PyExc_TypeError, "cannot pickle '%.200s' object", type.tp_name);
    }
    if (count == 0) return state;
    Ref<Dict> slots = TRY(dict_new(ts));
    for (Py_ssize_t i = 0; i < list_size(as<List>(*names)); ++i) {
        Ref<Object> name = Ref<Object>::share(list_item(as<List>(*names), i));
        OptRef<Object> value = TRY(getattr_optional(ts, self, *name));
        if (value) TRY(dict_set(ts, *slots, *name, *value));
        if (list_size(as<List>(*names)) != count)
            return raise(ts, PyExc_RuntimeError, "__slotsname__ changed size during iteration");
    }
    if (dict_size(*slots) == 0) return state;
    return tuple_of(ts, *state, obj(*slots));
}

Result<Ref<Object>> object_getstate(ThreadState& ts, Object& self) { return default_state(ts, self, false); }

Result<Ref<Object>> state_of(ThreadState& ts, Object& self, bool required) {
    Ref<Object> method = TRY(getattr(ts, self, "__getstate__"_n));
    if (PyCFunction_Check(method.get())) {
        auto& function = reinterpret_cast<PyCFunctionObject&>(*method);
        Object* own = TRY(dict_get(ts, as<Dict>(*PyBaseObject_Type.tp_dict), "__getstate__"_n));
        if (function.m_self == &self && own && function.m_ml == reinterpret_cast<PyMethodDescrObject*>(own)->d_method)
            return default_state(ts, self, required);
    }
    return call(ts, *method);
}

struct NewArguments {
    OptRef<Object> positional, keywords;
};

Result<NewArguments> new_arguments(ThreadState& ts, Object& self) {
    OptRef<Object> method = TRY(lookup_special(ts, self, "__getnewargs_ex__"_n));
    NewArguments result;
    if (method) {
        Ref<Object> pair = TRY(call(ts, *method));
        if (!PyTuple_Check(pair.get()))
            return raise(ts, PyExc_TypeError, "__getnewargs_ex__ should return a tuple, not '%T'", pair.get());
        if (tuple_size(as<Tuple>(*pair)) != 2)
            return raise(ts, PyExc_ValueError, "__getnewargs_ex__ should return a tuple of length 2, not %zd",
                         tuple_size(as<Tuple>(*pair)));
        Object &first = tuple_item(as<Tuple>(*pair), 0), &second = tuple_item(as<Tuple>(*pair), 1);
        if (!PyTuple_Check(&first))
            return raise(ts, PyExc_TypeError,
                         "first item of the tuple returned by __getnewargs_ex__ must be a tuple, not '%T'", &first);
        if (!PyDict_Check(&second))
            return raise(ts, PyExc_TypeError,
                         "second item of the tuple returned by __getnewargs_ex__ must be a dict, not '%T'", &second);
        result.positional = Ref<Object>::share(first);
        result.keywords = Ref<Object>::share(second);
        return result;
    }
    method = TRY(lookup_special(ts, self, "__getnewargs__"_n));
    if (method) {
        Ref<Object> positional = TRY(call(ts, *method));
        if (!PyTuple_Check(positional.get()))
            return raise(ts, PyExc_TypeError, "__getnewargs__ should return a tuple, not '%T'", positional.get());
        result.positional = std::move(positional);
    }
    return result;
}

Result<Ref<Object>> reduce_by_new(ThreadState& ts, Object& self) {
    Type& type = type_of(self);
    if (!type.tp_new) return raise(ts, PyExc_TypeError, "cannot pickle '%T' object", &self);
    NewArguments given = TRY(new_arguments(ts, self));
    Ref<Object> copyreg = TRY(import_copyreg(ts));
    bool has_positional = bool(given.positional);
    Ref<Object> function = new_none();
    Ref<Object> arguments = new_none();
    if (!given.keywords || dict_size(as<Dict>(*given.keywords)) == 0) {
        function = TRY(getattr(ts, *copyreg, "__newobj__"_n));
        Py_ssize_t count = has_positional ? tuple_size(as<Tuple>(*given.positional)) : 0;
        Ref<Tuple> full = TRY(tuple_new(ts, count + 1));
        tuple_init_item(*full, 0, Ref<Object>::share(obj(type)));
        for (Py_ssize_t i = 0; i < count; ++i)
            tuple_init_item(*full, i + 1, Ref<Object>::share(tuple_item(as<Tuple>(*given.positional), i)));
        arguments = std::move(full);
    } else if (has_positional) {
        function = TRY(getattr(ts, *copyreg, "__newobj_ex__"_n));
        arguments = TRY(tuple_of(ts, obj(type), *given.positional, *given.keywords));
    } else {
        return raise_bad_internal_call(ts);
    }
    bool required = !has_positional && !PyList_Check(&self) && !PyDict_Check(&self);
    Ref<Object> state = TRY(state_of(ts, self, required));
    Ref<Object> list_items = PyList_Check(&self) ? TRY(get_iter(ts, self)) : new_none();
    Ref<Object> dict_items = new_none();
    if (PyDict_Check(&self)) {
        Ref<Object> items = TRY(call_method(ts, self, "items"_n));
        dict_items = TRY(get_iter(ts, *items));
    }
    return tuple_of(ts, *function, *arguments, *state, *list_items, *dict_items);
}

Result<Ref<Object>> common_reduce(ThreadState& ts, Object& self, int protocol) {
    if (protocol >= 2) return reduce_by_new(ts, self);
    Ref<Object> copyreg = TRY(import_copyreg(ts));
    Ref<Object> number = TRY(int_from(ts, protocol));
    return call_method(ts, *copyreg, "_reduce_ex"_n, self, *number);
}

Result<Ref<Object>> object_reduce(ThreadState& ts, Object& self) { return common_reduce(ts, self, 0); }

Result<Ref<Object>> object_reduce_ex(ThreadState& ts, Object& self, int protocol) {
    OptRef<Object> reduce = TRY(getattr_optional(ts, self, "__reduce__"_n));
    if (reduce) {
        Ref<Object> of_class = TRY(getattr(ts, obj(type_of(self)), "__reduce__"_n));
        Object* own = TRY(dict_get(ts, as<Dict>(*PyBaseObject_Type.tp_dict), "__reduce__"_n));
        if (of_class.get() != own) return call(ts, *reduce);
    }
    return common_reduce(ts, self, protocol);
}

// ---- Others ----

Ref<Object> object_subclasshook(Type&, Rest) { return new_not_implemented(); }
void object_init_subclass(Type&) {}

Result<Ref<Object>> object_format(ThreadState& ts, Object& self, Str& spec) {
    // What the specification would mean is for a class to say.
    if (str_length(spec) > 0)
        return raise(ts, PyExc_TypeError, "unsupported format string passed to %.200s.__format__",
                     type_of(self).tp_name);
    return str(ts, self);
}

Result<Py_ssize_t> object_sizeof(ThreadState& ts, Object& self) {
    Type& type = type_of(self);
    Py_ssize_t size = type.tp_basicsize;
    if (type.tp_itemsize > 0) {
        Py_ssize_t count = reinterpret_cast<VarObject&>(self).ob_size;
        size += (count < 0 ? -count : count) * type.tp_itemsize;
    }
    return size;
}

Result<Ref<Object>> object_dir(ThreadState& ts, Object& self) {
    OptRef<Object> own = TRY(getattr_optional(ts, self, "__dict__"_n));
    Ref<Dict> names = own && PyDict_Check(own.get()) ? TRY(dict_copy(ts, as<Dict>(*own))) : TRY(dict_new(ts));
    OptRef<Object> cls = TRY(getattr_optional(ts, self, "__class__"_n));
    if (cls) TRY(merge_class_dict(ts, *names, *cls));
    return dict_keys(ts, *names);
}

constexpr MethodDef object_methods[] = {
    METHOD("__reduce_ex__($self, protocol, /)", object_reduce_ex, "Helper for pickle."),
    METHOD("__reduce__($self, /)", object_reduce, "Helper for pickle."),
    METHOD("__getstate__($self, /)", object_getstate, "Helper for pickle."),
    METHOD_PLAIN("__subclasshook__($type, *args)", object_subclasshook,
                 "Abstract classes can override this to customize issubclass().\n\nThis is invoked early on by "
                 "abc.ABCMeta.__subclasscheck__().\nIt should return True, False or NotImplemented.  If it "
                 "returns\nNotImplemented, the normal algorithm is used.  Otherwise, it\noverrides the normal "
                 "algorithm (and the outcome is cached).\n"),
    METHOD_PLAIN("__init_subclass__($type)", object_init_subclass,
                 "This method is called when a class is subclassed.\n\nThe default implementation does nothing. It "
                 "may be\noverridden to extend subclasses.\n"),
    METHOD("__format__($self, format_spec, /)", object_format, "Default object formatter."),
    METHOD("__sizeof__($self, /)", object_sizeof, "Size of object in memory, in bytes."),
    METHOD("__dir__($self, /)", object_dir, "Default dir() implementation."),
    METHOD_END};
constexpr PyGetSetDef object_getsets[] = {GETTER_SETTER("__class__", get_class, object_set_class, "the object's class"),
                                          GETSET_END};

}  // namespace
}  // namespace orochi

using namespace orochi;

extern "C" {
constinit PyTypeObject PyBaseObject_Type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "object",
    .tp_basicsize = sizeof(PyObject),
    .tp_dealloc = slot<object_dealloc>,
    .tp_repr = slot<object_repr>,
    .tp_hash = slot<object_hash>,
    .tp_str = slot<object_str>,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_setattro = PyObject_GenericSetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_doc =
        "object()\n--\n\n"
        "The base class of the class hierarchy.\n\n"
        "When called, it accepts no arguments and returns a new featureless\n"
        "instance that has no instance attributes and cannot be given any.\n",
    .tp_richcompare = slot<object_richcompare>,
    .tp_methods = METHOD_TABLE(object_methods),
    .tp_getset = GETSET_TABLE(object_getsets),
    .tp_init = slot<object_init>,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = slot<object_new>,
    .tp_free = PyObject_Free,
};
}
