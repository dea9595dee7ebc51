// The attribute side of `type`, for the definition of PyType_Type.
#pragma once

#include "objects/native.hpp"
#include "objects/type.hpp"

namespace orochi {

Result<Ref<Object>> type_getattro(ThreadState& ts, Type& type, Object& name);
Result<void> type_setattro(ThreadState& ts, Type& type, Object& name, Object* value);  // null deletes
Result<Ref<Object>> type_module_name(ThreadState& ts, Type& type);
// Adds the names of a class and its bases to the dict; whatever acts as a class will do.
Result<void> merge_class_dict(ThreadState& ts, Dict& into, Object& cls);

extern const MethodDef type_methods[];
extern const PyMemberDef type_members[];
extern const PyGetSetDef type_getsets[];

}  // namespace orochi
