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

namespace {
inline Object** dict_slot(Object& object) {
    return has_managed_dict(type_of(object)) ? &managed_dict(object) : unmanaged_dict_pointer(object);
}
}  // namespace

bool has_instance_dict(Object& object) { return dict_slot(object) != nullptr; }

Object** instance_dict_pointer(ThreadState&, Object& object) { return dict_slot(object); }

Result<Ref<Object>> instance_dict(ThreadState& ts, Object& object) {
    Object** slot = dict_slot(object);
    if (!slot) return raise(ts, PyExc_AttributeError, "This object has no __dict__");
    if (!*slot) *slot = obj(std::move(TRY(dict_new(ts))).release());
    return Ref<Object>::share(**slot);
}

Result<OptRef<Object>> instance_attribute(ThreadState& ts, Object& object, Object& name) {
    Object** slot = dict_slot(object);
    if (!slot || !*slot) return nullptr;
    Ref<Object> dict = Ref<Object>::share(**slot);
    return OptRef<Object>::share(TRY(dict_get(ts, as<Dict>(*dict), name)));
}

Result<bool> instance_attribute_set(ThreadState& ts, Object& object, Object& name, Object* value) {
    Object** slot = dict_slot(object);
    if (!*slot) {
        if (!value) return false;
        *slot = obj(std::move(TRY(dict_new(ts))).release());
    }
    Ref<Object> dict = Ref<Object>::share(**slot);
    if (!value) return dict_discard(ts, as<Dict>(*dict), name);
    TRY(dict_set(ts, as<Dict>(*dict), name, *value));
    return true;
}

void managed_attributes_init(ThreadState&, Object& object) {
    managed_dict(object) = nullptr;
    managed_values(object) = nullptr;
}

void managed_attributes_clear(ThreadState&, Object& object) { clear(managed_dict(object)); }

int managed_attributes_visit(Object& object, visitproc visit, void* argument) {
    Object* dict = managed_dict(object);
    return dict ? visit(dict, argument) : 0;
}

}  // namespace orochi
