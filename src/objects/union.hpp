// types.UnionType: `int | str` (PEP 604).
#pragma once

#include "objects/object.hpp"

extern "C" PyTypeObject orochi_union_type;

namespace orochi {

inline bool is_union(const Object& object) { return &type_of(object) == &orochi_union_type; }
// left | right for classes, None, unions and generic aliases; NotImplemented for anything else.
Result<Ref<Object>> union_or(ThreadState& ts, Object& left, Object& right);

}  // namespace orochi
