// Struct sequences: tuples whose items also have names (os.stat_result, sys.version_info).
//
// A type has `visible` fields that are items of the tuple, and may have more that are only attributes.
// Its instances are tuples with room for all fields and the size of the visible ones.
#pragma once

#include "objects/object.hpp"

namespace orochi {

// A heap type from a description in the public form. Some fields may be PyStructSequence_UnnamedField.
Result<Ref<Type>> struct_sequence_type(ThreadState& ts, const PyStructSequence_Desc& description,
                                       unsigned long flags = 0);
// The same for a static type of an extension module, which the description fills in. Its list of attributes lives as
// long as the interpreter. RuntimeError when the type has been given away already.
Result<void> struct_sequence_init(ThreadState& ts, Type& type, const PyStructSequence_Desc& description);
// A new instance, its fields null: to be filled with struct_sequence_set before anyone sees it.
Result<Ref<Tuple>> struct_sequence_new(ThreadState& ts, Type& type);
inline void struct_sequence_set(Tuple& instance, Py_ssize_t index, Ref<Object>&& value) {
    instance.ob_item[index] = std::move(value).release();
}
Py_ssize_t struct_sequence_field_count(const Type& type);
// For sys.flags and its like: instances can only be made by us.
Result<void> struct_sequence_forbid_new(ThreadState& ts, Type& type);

}  // namespace orochi
