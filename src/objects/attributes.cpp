// Attribute access for objects of any type, and the generic form that most types use.
#include "objects/dict.hpp"
#include "objects/instance_dict.hpp"
#include "objects/object.hpp"
#include "objects/str.hpp"
#include "objects/type.hpp"

namespace orochi {

namespace {

[[gnu::cold]] Failure raise_name_type(ThreadState& ts, Object& name) {
    return raise(ts, PyExc_TypeError, "attribute name must be string, not '%T'", &name);
}

// Completes a pending AttributeError with what "did you mean" needs.
[[gnu::cold]] Failure add_context(ThreadState& ts, Object& object, Object& name) {
    if (!error_matches(ts, PyExc_AttributeError)) return failure;
    PendingError error = error_fetch(ts);
    error_normalize(ts, error);
    if (error.value && exception_matches(ts, *error.value, *PyExc_AttributeError)) {
        auto& exception = reinterpret_cast<PyAttributeErrorObject&>(*error.value);
        if (!exception.name && !exception.obj) {
            exception.name = new_reference(name);
            exception.obj = new_reference(object);
        }
    }
    error_restore(ts, std::move(error));
    return failure;
}

[[gnu::cold]] Failure raise_no_attribute(ThreadState& ts, Object& object, Object& name) {
    (void)raise(ts, PyExc_AttributeError, "'%.50s' object has no attribute '%U'", type_of(object).tp_name, &name);
    return add_context(ts, object, name);
}

inline bool is_data_descriptor(const Object& descriptor) { return type_of(descriptor).tp_descr_set != nullptr; }

// What an instance itself holds under the name, when that is in values that the class's keys number: most attributes.
// Borrowed; null: it is absent, or elsewhere.
inline Object* value_by_shared_keys(Type& type, Object& object, Object& name) {
    if (!has_managed_dict(type) || !PyUnicode_CheckExact(&name)) return nullptr;
    DictValues* values = instance_header(object).values;
    if (!values) return nullptr;
    Py_ssize_t n = keys_find_name(*reinterpret_cast<HeapType&>(type).ht_cached_keys, as<Str>(name));
    return n < 0 ? nullptr : values->items[n];
}

// Attribute lookup with descriptors. Empty: there is no such attribute.
Result<OptRef<Object>> generic_lookup(ThreadState& ts, Object& object, Object& name) {
    Type& type = type_of(object);
    if (!type.tp_dict) [[unlikely]]
        TRY(type_ready(ts, type));
    Object* found = type_lookup(ts, type, name);
    if (!found || !is_data_descriptor(*found)) {
        if (Object* value = value_by_shared_keys(type, object, name)) return Ref<Object>::share(*value);
    }
    OptRef<Object> descriptor = OptRef<Object>::share(found);
    descrgetfunc get = nullptr;
    if (descriptor) {
        get = type_of(*descriptor).tp_descr_get;
        if (get && is_data_descriptor(*descriptor)) {
            return Result<Ref<Object>>::adopt(get(descriptor.get(), &object, obj(&type)));
        }
    }
    if (type.tp_dictoffset) {
        OptRef<Object> value = TRY(own_attribute(ts, object, name));
        if (value) return value;
    }
    if (get) return Result<Ref<Object>>::adopt(get(descriptor.get(), &object, obj(&type)));
    return descriptor;
}

}  // namespace

Failure raise_attribute_error(ThreadState& ts, Object& object, Object& name) {
    return raise_no_attribute(ts, object, name);
}

Result<Ref<Object>> generic_getattr(ThreadState& ts, Object& object, Object& name) {
    if (!PyUnicode_Check(&name)) return raise_name_type(ts, name);
    OptRef<Object> value = TRY(generic_lookup(ts, object, name));
    if (value) [[likely]]
        return value.take();
    return raise_no_attribute(ts, object, name);
}

Result<Ref<Object>> getattr(ThreadState& ts, Object& object, Object& name) {
    Type& type = type_of(object);
    if (!PyUnicode_Check(&name)) return raise_name_type(ts, name);
    Object* result = nullptr;
    if (type.tp_getattro == PyObject_GenericGetAttr) {
        result = generic_getattr(ts, object, name).release();
    } else if (type.tp_getattro) {
        result = type.tp_getattro(&object, &name);
    } else if (type.tp_getattr) {
        std::string_view text = TRY(str_utf8(ts, as<Str>(name)));
        result = type.tp_getattr(&object, const_cast<char*>(text.data()));
    } else {
        return raise_no_attribute(ts, object, name);
    }
    if (!result) [[unlikely]]
        return add_context(ts, object, name);
    return Ref<Object>::steal(result);
}

Result<OptRef<Object>> getattr_optional(ThreadState& ts, Object& object, Object& name) {
    Type& type = type_of(object);
    if (!PyUnicode_Check(&name)) return raise_name_type(ts, name);
    OptRef<Object> value;
    if (type.tp_getattro == PyObject_GenericGetAttr) {
        auto found = generic_lookup(ts, object, name);
        if (found.ok()) return found;
    } else if (type.tp_getattro) {
        Object* result = type.tp_getattro(&object, &name);
        if (result) return Ref<Object>::steal(result);
    } else if (type.tp_getattr) {
        std::string_view text = TRY(str_utf8(ts, as<Str>(name)));
        Object* result = type.tp_getattr(&object, const_cast<char*>(text.data()));
        if (result) return Ref<Object>::steal(result);
    } else {
        return nullptr;
    }
    if (!error_matches(ts, PyExc_AttributeError)) return failure;
    error_clear(ts);
    return nullptr;
}

namespace {

Result<void> set_or_delete(ThreadState& ts, Object& object, Object& name, Object* value) {
    Type& type = type_of(object);
    if (!PyUnicode_Check(&name)) return raise_name_type(ts, name);
    Ref<Str> interned = intern(ts, Ref<Str>::share(as<Str>(name)));
    int status;
    if (type.tp_setattro) {
        status = type.tp_setattro(&object, obj(interned.get()), value);
    } else if (type.tp_setattr) {
        std::string_view text = TRY(str_utf8(ts, *interned));
        status = type.tp_setattr(&object, const_cast<char*>(text.data()), value);
    } else if (!type.tp_getattr && !type.tp_getattro) {
        return raise(ts, PyExc_TypeError, "'%.100s' object has no attributes (%s .%U)", type.tp_name,
                     value ? "assign to" : "del", interned.get());
    } else {
        return raise(ts, PyExc_TypeError, "'%.100s' object has only read-only attributes (%s .%U)", type.tp_name,
                     value ? "assign to" : "del", interned.get());
    }
    if (status < 0) return failure;
    return {};
}

}  // namespace

Result<void> setattr(ThreadState& ts, Object& object, Object& name, Object& value) {
    return set_or_delete(ts, object, name, &value);
}
Result<void> delattr(ThreadState& ts, Object& object, Object& name) { return set_or_delete(ts, object, name, nullptr); }

Result<void> generic_setattr(ThreadState& ts, Object& object, Object& name, Object* value) {
    Type& type = type_of(object);
    if (!PyUnicode_Check(&name)) return raise_name_type(ts, name);
    if (!type.tp_dict) [[unlikely]]
        TRY(type_ready(ts, type));
    Ref<Object> keep_name = Ref<Object>::share(name);
    OptRef<Object> descriptor = OptRef<Object>::share(type_lookup(ts, type, name));
    if (descriptor) {
        descrsetfunc set = type_of(*descriptor).tp_descr_set;
        if (set) {
            if (set(descriptor.get(), &object, value) < 0) return failure;
            return {};
        }
    }
    if (!type.tp_dictoffset || !has_instance_dict(object)) {
        if (descriptor) {
            return raise(ts, PyExc_AttributeError, "'%.50s' object attribute '%U' is read-only", type.tp_name, &name);
        }
        (void)raise(ts, PyExc_AttributeError, "'%.100s' object has no attribute '%U'", type.tp_name, &name);
        return add_context(ts, object, name);
    }
    bool done = TRY(own_attribute_set(ts, object, name, value));
    if (!done) {
        (void)raise(ts, PyExc_AttributeError, "'%.100s' object has no attribute '%U'", type.tp_name, &name);
        return add_context(ts, object, name);
    }
    return {};
}

Result<OptRef<Object>> lookup_special(ThreadState& ts, Object& object, Object& name) {
    Type& type = type_of(object);
    Object* found = type_lookup(ts, type, name);
    if (!found) return nullptr;
    descrgetfunc get = type_of(*found).tp_descr_get;
    if (!get) return OptRef<Object>::share(found);
    Ref<Object> keep = Ref<Object>::share(*found);
    return Result<Ref<Object>>::adopt(get(found, &object, obj(&type)));
}

Result<OptRef<Object>> get_method(ThreadState& ts, Object& object, Object& name, bool& is_unbound) {
    is_unbound = false;
    Type& type = type_of(object);
    if (type.tp_getattro != PyObject_GenericGetAttr || !PyUnicode_Check(&name)) {
        return getattr(ts, object, name);
    }
    if (!type.tp_dict) [[unlikely]]
        TRY(type_ready(ts, type));
    Object* found = type_lookup(ts, type, name);
    if (!found || !is_data_descriptor(*found)) {
        if (Object* value = value_by_shared_keys(type, object, name)) return Ref<Object>::share(*value);
    }
    OptRef<Object> descriptor = OptRef<Object>::share(found);
    descrgetfunc get = nullptr;
    bool method_found = false;
    if (descriptor) {
        if (PyType_HasFeature(&type_of(*descriptor), Py_TPFLAGS_METHOD_DESCRIPTOR)) {
            method_found = true;
        } else {
            get = type_of(*descriptor).tp_descr_get;
            if (get && is_data_descriptor(*descriptor)) {
                return Result<Ref<Object>>::adopt(get(descriptor.get(), &object, obj(&type)));
            }
        }
    }
    if (type.tp_dictoffset) {
        OptRef<Object> value = TRY(own_attribute(ts, object, name));
        if (value) return value;
    }
    if (method_found) {
        is_unbound = true;
        return descriptor;
    }
    if (get) return Result<Ref<Object>>::adopt(get(descriptor.get(), &object, obj(&type)));
    if (descriptor) return descriptor;
    return raise_no_attribute(ts, object, name);
}

}  // namespace orochi
