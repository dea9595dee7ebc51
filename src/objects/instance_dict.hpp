// Where an instance keeps its attributes, for any type.
//
// Instances of classes made by `class` have two words in front of the collector's header (the "managed"
// header, Py_TPFLAGS_MANAGED_DICT, see objects/dict_keys.hpp). Other types may have a dictionary pointer at
// tp_dictoffset.
#pragma once

#include "objects/dict_keys.hpp"
#include "objects/object.hpp"

namespace orochi {

inline bool has_managed_dict(const Type& type) { return type.tp_flags & Py_TPFLAGS_MANAGED_DICT; }

// Bytes in front of the object's address.
inline size_t prefix_size(const Type& type) {
    if (!(type.tp_flags & Py_TPFLAGS_HAVE_GC)) return 0;
    return has_managed_dict(type) ? sizeof(GcHeader) + sizeof(InstanceHeader) : sizeof(GcHeader);
}

// The place of the dictionary pointer of a type that is not managed; null when its instances have none.
Object** unmanaged_dict_pointer(Object& object);
inline bool has_instance_dict(Object& object) {
    return has_managed_dict(type_of(object)) || unmanaged_dict_pointer(object) != nullptr;
}

// Reads one attribute from the instance's own storage, no descriptors involved. A new reference.
Result<OptRef<Object>> own_attribute(ThreadState& ts, Object& object, Object& name);
// Stores, or deletes when `value` is null. False: there was nothing to delete. The object's type has room for a
// dictionary.
Result<bool> own_attribute_set(ThreadState& ts, Object& object, Object& name, Object* value);
// object.__dict__ = dict; null deletes.
Result<void> instance_dict_replace(ThreadState& ts, Object& object, Object* dict);

}  // namespace orochi
