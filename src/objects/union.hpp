// types.UnionType: `int | str` (PEP 604).
#pragma once

#include "objects/object.hpp"

namespace orochi {

extern Type union_type;

bool is_union(const Object& object);
// The tuple of members; the object is a union.
Tuple& union_arguments(Object& object);
// left | right for classes, None, unions and generic aliases; NotImplemented for anything else.
Result<Ref<Object>> union_or(ThreadState& ts, Object& left, Object& right);

}  // namespace orochi
