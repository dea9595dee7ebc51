// Attributes of classes: lookup with the metaclass's descriptors, assignment that keeps slots and caches valid,
// and the computed attributes of `type`.
#include "objects/type_attributes.hpp"

#include <cstring>
#include <vector>

#include "objects/descriptor.hpp"
#include "objects/dict.hpp"
#include "objects/int.hpp"
#include "objects/list.hpp"
#include "objects/module.hpp"
#include "objects/native.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"
#include "objects/type_internal.hpp"

namespace orochi {

Result<Ref<Object>> type_getattro(ThreadState& ts, Type& type, Object& name) {
    if (!PyUnicode_Check(&name)) return raise(ts, PyExc_TypeError, "attribute name must be string, not '%T'", &name);
    if (!type.tp_dict) TRY(type_ready(ts, type));
    Type& metatype = type_of(obj(type));
    OptRef<Object> meta_attribute = OptRef<Object>::share(type_lookup(ts, metatype, name));
    descrgetfunc meta_get = nullptr;
    if (meta_attribute) {
        meta_get = type_of(*meta_attribute).tp_descr_get;
        if (meta_get && type_of(*meta_attribute).tp_descr_set)
            return Result<Ref<Object>>::adopt(meta_get(meta_attribute.get(), &obj(type), obj(&metatype)));
    }
    OptRef<Object> attribute = OptRef<Object>::share(type_lookup(ts, type, name));
    if (attribute) {
        descrgetfunc get = type_of(*attribute).tp_descr_get;
        if (get) return Result<Ref<Object>>::adopt(get(attribute.get(), nullptr, &obj(type)));
        return attribute.take();
    }
    if (meta_get) return Result<Ref<Object>>::adopt(meta_get(meta_attribute.get(), &obj(type), obj(&metatype)));
    if (meta_attribute) return meta_attribute.take();
    return raise(ts, PyExc_AttributeError, "type object '%.50s' has no attribute '%U'", type.tp_name, &name);
}

Result<void> type_setattro(ThreadState& ts, Type& type, Object& name, Object* value) {
    type_load_subclasses(ts, type);  // which are told of the change
    if (type.tp_flags & Py_TPFLAGS_IMMUTABLETYPE)
        return raise(ts, PyExc_TypeError, "cannot set %R attribute of immutable type '%s'", &name, type.tp_name);
    Ref<Object> key = Ref<Object>::share(name);
    if (PyUnicode_CheckExact(&name)) {
        key = intern(ts, Ref<Str>::share(as<Str>(name)));
    } else if (!PyUnicode_Check(&name)) {
        return raise(ts, PyExc_TypeError, "attribute name must be string, not '%T'", &name);
    }
    OptRef<Object> descriptor = OptRef<Object>::share(type_lookup(ts, type_of(obj(type)), *key));
    if (descriptor && type_of(*descriptor).tp_descr_set) {
        if (type_of(*descriptor).tp_descr_set(descriptor.get(), &obj(type), value) < 0) return failure;
    } else if (value) {
        TRY(dict_set(ts, as<Dict>(*type.tp_dict), *key, *value));
    } else if (!TRY(dict_discard(ts, as<Dict>(*type.tp_dict), *key))) {
        (void)raise(ts, PyExc_AttributeError, "type object '%.50s' has no attribute '%U'", type.tp_name, key.get());
        return failure;
    }
    type_modified(ts, type);
    if (is_special_name(*key)) update_slot(ts, type, *key);
    return {};
}

const char* type_short_name(const Type& type) {
    const char* dot = strrchr(type.tp_name, '.');
    return dot ? dot + 1 : type.tp_name;
}

Result<Ref<Object>> type_name(ThreadState& ts, Type& type) {
    if (is_heap_type(type)) return Ref<Object>::share(*reinterpret_cast<HeapType&>(type).ht_name);
    return str_from_utf8(ts, type_short_name(type));
}
Result<Ref<Object>> type_qualified_name(ThreadState& ts, Type& type) {
    if (is_heap_type(type)) return Ref<Object>::share(*reinterpret_cast<HeapType&>(type).ht_qualname);
    return str_from_utf8(ts, type_short_name(type));
}

// Names of a class and its bases, without the metaclass.
Result<void> merge_class_dict(ThreadState& ts, Dict& into, Object& cls) {
    OptRef<Object> dict = TRY(getattr_optional(ts, cls, "__dict__"_n));
    if (dict) TRY(dict_update(ts, into, *dict));
    OptRef<Object> bases = TRY(getattr_optional(ts, cls, "__bases__"_n));
    if (!bases) return {};
    Py_ssize_t count = TRY(length(ts, *bases));
    for (Py_ssize_t i = 0; i < count; ++i) {
        Ref<Object> base = TRY(sequence_getitem(ts, *bases, i));
        TRY(merge_class_dict(ts, into, *base));
    }
    return {};
}
Result<Ref<Object>> type_module_name(ThreadState& ts, Type& type) {
    if (is_heap_type(type)) {
        Object* module = TRY(dict_get(ts, as<Dict>(*type.tp_dict), "__module__"_n));
        if (!module) return raise_value(ts, PyExc_AttributeError, &"__module__"_n);
        return Ref<Object>::share(*module);
    }
    const char* dot = strrchr(type.tp_name, '.');
    if (!dot) return Ref<Object>::share("builtins"_n);
    return intern_utf8(ts, {type.tp_name, size_t(dot - type.tp_name)});
}

namespace {

// Shared checks of the setters below.
Result<void> check_set(ThreadState& ts, Type& type, Object* value, const char* name) {
    if (type.tp_flags & Py_TPFLAGS_IMMUTABLETYPE)
        return raise(ts, PyExc_TypeError, "cannot set '%s' attribute of immutable type '%s'", name, type.tp_name);
    if (!value)
        return raise(ts, PyExc_TypeError, "cannot delete '%s' attribute of immutable type '%s'", name, type.tp_name);
    return audit(ts, "object.__setattr__", "OsO", &obj(type), name, value);
}

Result<void> set_name(ThreadState& ts, Type& type, Object* value) {
    TRY(check_set(ts, type, value, "__name__"));
    if (!PyUnicode_Check(value))
        return raise(ts, PyExc_TypeError, "can only assign string to %s.__name__, not '%T'", type.tp_name, value);
    std::string_view text = TRY(str_utf8(ts, as<Str>(*value)));
    if (std::memchr(text.data(), 0, text.size()))
        return raise(ts, PyExc_ValueError, "type name must not contain null characters");
    type.tp_name = text.data();
    assign(reinterpret_cast<HeapType&>(type).ht_name, Ref<Object>::share(*value));
    return {};
}
Result<void> set_qualified_name(ThreadState& ts, Type& type, Object* value) {
    TRY(check_set(ts, type, value, "__qualname__"));
    if (!PyUnicode_Check(value))
        return raise(ts, PyExc_TypeError, "can only assign string to %s.__qualname__, not '%T'", type.tp_name, value);
    assign(reinterpret_cast<HeapType&>(type).ht_qualname, Ref<Object>::share(*value));
    return {};
}
Result<void> set_module(ThreadState& ts, Type& type, Object* value) {
    TRY(check_set(ts, type, value, "__module__"));
    type_modified(ts, type);
    return dict_set(ts, as<Dict>(*type.tp_dict), "__module__"_n, *value);
}

Result<Ref<Object>> get_abstract(ThreadState& ts, Type& type) {
    // `type` itself has this descriptor in its dict; that is no value.
    if (&type != &PyType_Type) {
        Object* value = TRY(dict_get(ts, as<Dict>(*type.tp_dict), "__abstractmethods__"_n));
        if (value) return Ref<Object>::share(*value);
    }
    return raise_value(ts, PyExc_AttributeError, &"__abstractmethods__"_n);
}
Result<void> set_abstract(ThreadState& ts, Type& type, Object* value) {
    bool is_abstract = false;
    if (value) {
        is_abstract = TRY(is_true(ts, *value));
        TRY(dict_set(ts, as<Dict>(*type.tp_dict), "__abstractmethods__"_n, *value));
    } else if (!TRY(dict_discard(ts, as<Dict>(*type.tp_dict), "__abstractmethods__"_n))) {
        return raise_value(ts, PyExc_AttributeError, &"__abstractmethods__"_n);
    }
    type_modified(ts, type);
    if (is_abstract) {
        type.tp_flags |= Py_TPFLAGS_IS_ABSTRACT;
    } else {
        type.tp_flags &= ~Py_TPFLAGS_IS_ABSTRACT;
    }
    return {};
}

Ref<Object> get_bases(Type& type) { return Ref<Object>::share(*type.tp_bases); }
Result<Ref<Object>> get_dict(ThreadState& ts, Type& type) {
    if (!type.tp_dict) return new_none();
    return mapping_proxy_new(ts, *type.tp_dict);
}

Result<Ref<Object>> get_doc(ThreadState& ts, Type& type) {
    if (!is_heap_type(type) && type.tp_doc) return doc_object(ts, type_short_name(type), type.tp_doc);
    Object* value = TRY(dict_get(ts, as<Dict>(*type.tp_dict), "__doc__"_n));
    if (!value) return new_none();
    descrgetfunc get = type_of(*value).tp_descr_get;
    if (get) return Result<Ref<Object>>::adopt(get(value, nullptr, &obj(type)));
    return Ref<Object>::share(*value);
}
Result<void> set_doc(ThreadState& ts, Type& type, Object* value) {
    TRY(check_set(ts, type, value, "__doc__"));
    type_modified(ts, type);
    return dict_set(ts, as<Dict>(*type.tp_dict), "__doc__"_n, *value);
}
Result<Ref<Object>> get_text_signature(ThreadState& ts, Type& type) {
    return text_signature_object(ts, type_short_name(type), type.tp_doc);
}

Result<Ref<Object>> get_annotations(ThreadState& ts, Type& type) {
    if (!is_heap_type(type))
        return raise(ts, PyExc_AttributeError, "type object '%s' has no attribute '__annotations__'", type.tp_name);
    Dict& dict = as<Dict>(*type.tp_dict);
    if (Object* found = TRY(dict_get(ts, dict, "__annotations__"_n))) {
        if (descrgetfunc get = type_of(*found).tp_descr_get)
            return Result<Ref<Object>>::adopt(get(found, nullptr, &obj(type)));
        return Ref<Object>::share(*found);
    }
    Ref<Dict> made = TRY(dict_new(ts));
    TRY(dict_set(ts, dict, "__annotations__"_n, obj(*made)));
    type_modified(ts, type);
    return made;
}
Result<void> set_annotations(ThreadState& ts, Type& type, Object* value) {
    if (type.tp_flags & Py_TPFLAGS_IMMUTABLETYPE)
        return raise(ts, PyExc_TypeError, "cannot set '__annotations__' attribute of immutable type '%s'",
                     type.tp_name);
    Dict& dict = as<Dict>(*type.tp_dict);
    if (value) {
        TRY(dict_set(ts, dict, "__annotations__"_n, *value));
    } else if (!TRY(dict_discard(ts, dict, "__annotations__"_n))) {
        return raise(ts, PyExc_AttributeError, "__annotations__");
    }
    type_modified(ts, type);
    return {};
}

// ---- Methods ----

Result<Ref<Object>> method_mro(ThreadState& ts, Type& type) { return mro_compute(ts, type); }
Result<Ref<List>> method_subclasses(ThreadState& ts, Type& type) { return type_subclass_list(ts, type); }
Result<Ref<Dict>> method_prepare(ThreadState& ts, Object&, Rest, Keywords) { return dict_new(ts); }
Result<bool> method_instancecheck(ThreadState& ts, Object& self, Object& instance) {
    return isinstance_without_hook(ts, instance, self);
}
Result<bool> method_subclasscheck(ThreadState& ts, Object& self, Object& subclass) {
    return issubclass_without_hook(ts, subclass, self);
}

Result<Ref<Object>> method_dir(ThreadState& ts, Type& type) {
    Ref<Dict> names = TRY(dict_new(ts));
    TRY(merge_class_dict(ts, *names, obj(type)));
    return dict_keys(ts, *names);
}
Py_ssize_t method_sizeof(Type& type) {
    if (!is_heap_type(type)) return sizeof(Type);
    return Py_ssize_t(sizeof(HeapType)) + type.ob_base.ob_size * Py_ssize_t(sizeof(PyMemberDef));
}

// ---- __bases__ assignment ----

struct SavedMro {
    Ref<Type> type;
    OptRef<Object> old_mro, new_mro;
};

Result<void> update_mros_down(ThreadState& ts, Type& type, std::vector<SavedMro>& saved) {
    OptRef<Object> old_mro = OptRef<Object>::share(type.tp_mro);
    TRY(mro_update(ts, type));
    saved.push_back({Ref<Type>::share(type), std::move(old_mro), OptRef<Object>::share(type.tp_mro)});
    Ref<List> subclasses = TRY(type_subclass_list(ts, type));
    for (Py_ssize_t i = 0; i < list_size(*subclasses); ++i)
        TRY(update_mros_down(ts, as<Type>(list_item(*subclasses, i)), saved));
    return {};
}

bool in_base_chain(const Type& derived, const Type& type) {
    for (const Type* base = &derived; base; base = base->tp_base) {
        if (base == &type) return true;
    }
    return false;
}

Result<void> set_bases(ThreadState& ts, Type& type, Object* value) {
    TRY(check_set(ts, type, value, "__bases__"));
    if (!PyTuple_Check(value))
        return raise(ts, PyExc_TypeError, "can only assign tuple to %s.__bases__, not %T", type.tp_name, value);
    Tuple& bases = as<Tuple>(*value);
    if (tuple_size(bases) == 0)
        return raise(ts, PyExc_TypeError, "can only assign non-empty tuple to %s.__bases__, not ()", type.tp_name);
    for (Py_ssize_t i = 0; i < tuple_size(bases); ++i) {
        Object& base = tuple_item(bases, i);
        if (!PyType_Check(&base))
            return raise(ts, PyExc_TypeError, "%s.__bases__ must be tuple of classes, not '%T'", type.tp_name, &base);
        // While a mro() runs, tp_base is already new and tp_mro still old.
        if (type_is_subtype(as<Type>(base), type) || in_base_chain(as<Type>(base), type))
            return raise(ts, PyExc_TypeError, "a __bases__ item causes an inheritance cycle");
    }
    Type* new_base = TRY(best_base(ts, bases));
    if (!compatible_for_assignment(ts, *type.tp_base, *new_base, "__bases__")) return failure;

    Ref<Object> old_bases = Ref<Object>::share(*type.tp_bases);
    Ref<Type> old_base = Ref<Type>::share(*type.tp_base);
    assign(type.tp_bases, Ref<Object>::share(*value));
    assign(type.tp_base, Ref<Type>::share(*new_base));
    std::vector<SavedMro> saved;
    if (!update_mros_down(ts, type, saved).ok()) {
        for (SavedMro& entry : saved) {
            // Not where a nested assignment has made a newer one.
            if (entry.type->tp_mro != entry.new_mro.get()) continue;
            assign(entry.type->tp_mro, std::move(entry.old_mro));
            type_modified(ts, *entry.type);
        }
        if (type.tp_bases == value) {
            assign(type.tp_bases, std::move(old_bases));
            assign(type.tp_base, std::move(old_base));
        }
        return failure;
    }
    // mro() may itself have assigned __bases__; then there is nothing left to do.
    if (type.tp_bases != value) return {};
    type_remove_from_bases(ts, type, old_bases.get());
    TRY(type_add_to_subclasses_of_bases(ts, type));
    update_all_slots(ts, type);
    return {};
}

}  // namespace

extern constexpr MethodDef type_methods[] = {
    METHOD("mro($self, /)", method_mro, "Return a type's method resolution order."),
    METHOD("__subclasses__($self, /)", method_subclasses, "Return a list of immediate subclasses."),
    METHOD_PLAIN("__prepare__($type, *args, **kwargs)", method_prepare,
                 "__prepare__() -> dict\nused to create the namespace for the class statement"),
    METHOD("__instancecheck__($self, instance, /)", method_instancecheck, "Check if an object is an instance."),
    METHOD("__subclasscheck__($self, subclass, /)", method_subclasscheck, "Check if a class is a subclass."),
    METHOD("__dir__($self, /)", method_dir, "Specialized __dir__ implementation for types."),
    METHOD("__sizeof__($self, /)", method_sizeof, "Return memory consumption of the type object."),
    METHOD_END};
extern constexpr PyMemberDef type_members[] = {
    {"__basicsize__", T_PYSSIZET, offsetof(Type, tp_basicsize), READONLY, nullptr},
    {"__itemsize__", T_PYSSIZET, offsetof(Type, tp_itemsize), READONLY, nullptr},
    {"__flags__", T_ULONG, offsetof(Type, tp_flags), READONLY, nullptr},
    {"__weakrefoffset__", T_PYSSIZET, offsetof(Type, tp_weaklistoffset), READONLY, nullptr},
    {"__base__", T_OBJECT, offsetof(Type, tp_base), READONLY, nullptr},
    {"__dictoffset__", T_PYSSIZET, offsetof(Type, tp_dictoffset), READONLY, nullptr},
    {"__mro__", T_OBJECT, offsetof(Type, tp_mro), READONLY, nullptr},
    {}};
extern constexpr PyGetSetDef type_getsets[] = {
    GETTER_SETTER("__name__", type_name, set_name, nullptr),
    GETTER_SETTER("__qualname__", type_qualified_name, set_qualified_name, nullptr),
    GETTER_SETTER("__bases__", get_bases, set_bases, nullptr),
    GETTER_SETTER("__module__", type_module_name, set_module, nullptr),
    GETTER_SETTER("__abstractmethods__", get_abstract, set_abstract, nullptr),
    GETTER("__dict__", get_dict, nullptr),
    GETTER_SETTER("__doc__", get_doc, set_doc, nullptr),
    GETTER("__text_signature__", get_text_signature, nullptr),
    GETTER_SETTER("__annotations__", get_annotations, set_annotations, nullptr),
    GETSET_END};

}  // namespace orochi
