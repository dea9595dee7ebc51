#include "objects/instance_dict.hpp"

#include "objects/dict.hpp"
#include "objects/str.hpp"
#include "objects/type.hpp"

namespace orochi {

Object** unmanaged_dict_pointer(Object& object) {
    Type& type = type_of(object);
    Py_ssize_t offset = type.tp_dictoffset;
    if (offset == 0) return nullptr;
    if (offset < 0) {
        Py_ssize_t count = reinterpret_cast<VarObject&>(object).ob_size;
        if (count < 0) count = -count;
        size_t size = size_t(type.tp_basicsize) + size_t(count) * size_t(type.tp_itemsize);
        size = (size + sizeof(void*) - 1) & ~(sizeof(void*) - 1);
        offset += Py_ssize_t(size);
    }
    return reinterpret_cast<Object**>(reinterpret_cast<char*>(&object) + offset);
}

Object** instance_dict_pointer(ThreadState& ts, Object& object) {
    if (!has_managed_dict(type_of(object))) return unmanaged_dict_pointer(object);
    if (!instance_attributes_dict(ts, object).ok()) error_clear(ts);
    return &instance_header(object).dict;
}

namespace {
// The dictionary of the object, made if needed; borrowed. Null: the type has none.
Result<Object*> made_dict(ThreadState& ts, Object& object) {
    if (has_managed_dict(type_of(object))) return instance_attributes_dict(ts, object);
    Object** slot = unmanaged_dict_pointer(object);
    if (!slot) return nullptr;
    if (!*slot) *slot = obj(std::move(TRY(dict_new(ts))).release());
    return *slot;
}
}  // namespace

Result<Ref<Object>> instance_dict(ThreadState& ts, Object& object) {
    Object* dict = TRY(made_dict(ts, object));
    if (!dict) return raise(ts, PyExc_AttributeError, "This object has no __dict__");
    return Ref<Object>::share(*dict);
}

Result<OptRef<Object>> own_attribute(ThreadState& ts, Object& object, Object& name) {
    if (has_managed_dict(type_of(object))) {
        if (PyUnicode_CheckExact(&name))
            return OptRef<Object>::share(TRY(instance_attribute_get(ts, object, as<Str>(name))));
        if (instance_attributes_empty(object)) return nullptr;
        Ref<Object> dict = Ref<Object>::share(*TRY(instance_attributes_dict(ts, object)));
        return OptRef<Object>::share(TRY(dict_get(ts, as<Dict>(*dict), name)));
    }
    Object** slot = unmanaged_dict_pointer(object);
    if (!slot || !*slot) return nullptr;
    Ref<Object> dict = Ref<Object>::share(**slot);
    return OptRef<Object>::share(TRY(dict_get(ts, as<Dict>(*dict), name)));
}

Result<bool> own_attribute_set(ThreadState& ts, Object& object, Object& name, Object* value) {
    if (has_managed_dict(type_of(object)) && PyUnicode_CheckExact(&name)) {
        if (!value) return instance_attribute_delete(ts, object, as<Str>(name));
        TRY(instance_attribute_set(ts, object, as<Str>(name), *value));
        return true;
    }
    Ref<Object> dict = Ref<Object>::share(*TRY(made_dict(ts, object)));
    if (!value) return dict_discard(ts, as<Dict>(*dict), name);
    TRY(dict_set(ts, as<Dict>(*dict), name, *value));
    return true;
}

Result<void> instance_dict_replace(ThreadState& ts, Object& object, Object* dict) {
    if (has_managed_dict(type_of(object))) {
        instance_attributes_replace(ts, object, dict);
        return {};
    }
    Object** slot = unmanaged_dict_pointer(object);
    if (!slot) return raise(ts, PyExc_AttributeError, "This object has no __dict__");
    assign(*slot, OptRef<Object>::share(dict));
    return {};
}

}  // namespace orochi
