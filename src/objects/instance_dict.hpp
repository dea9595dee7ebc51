// Where an instance keeps its attributes.
//
// Instances of classes made by `class` have two words in front of the collector's header (the "managed"
// header, Py_TPFLAGS_MANAGED_DICT): the dictionary, and inline values indexed by the keys that
// the class shares between its instances. Types from C have a dictionary pointer at tp_dictoffset.
//
//   [values][dict][GcHeader: next, prev][ob_refcnt][ob_type]...
#pragma once

#include "objects/object.hpp"

namespace orochi {

struct DictValues;

inline constexpr size_t kManagedHeaderSize = 2 * sizeof(void*);

inline bool has_managed_dict(const Type& type) { return type.tp_flags & Py_TPFLAGS_MANAGED_DICT; }
inline Object*& managed_dict(Object& object) { return reinterpret_cast<Object**>(&object)[-3]; }
inline DictValues*& managed_values(Object& object) { return reinterpret_cast<DictValues**>(&object)[-4]; }

// Bytes in front of the object's address.
inline size_t prefix_size(const Type& type) {
    if (!(type.tp_flags & Py_TPFLAGS_HAVE_GC)) return 0;
    return has_managed_dict(type) ? 2 * kManagedHeaderSize : kManagedHeaderSize;
}

// The place of the dictionary pointer of a type that is not managed; null when its instances have none.
Object** unmanaged_dict_pointer(Object& object);

// Reads or writes one attribute in the instance's own storage, no descriptors involved.
Result<OptRef<Object>> instance_attribute(ThreadState& ts, Object& object, Object& name);
// `value` null deletes. False: there was nothing to delete. The object's type has room for a dictionary.
Result<bool> instance_attribute_set(ThreadState& ts, Object& object, Object& name, Object* value);
bool has_instance_dict(Object& object);

// For deallocators and the collector.
void managed_attributes_clear(ThreadState& ts, Object& object);
int managed_attributes_visit(Object& object, visitproc visit, void* argument);
// Prepares the managed header of a fresh instance.
void managed_attributes_init(ThreadState& ts, Object& object);

}  // namespace orochi
