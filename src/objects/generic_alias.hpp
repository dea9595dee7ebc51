// types.GenericAlias: `list[int]` (PEP 585).
#pragma once

#include "objects/object.hpp"

namespace orochi {

// Py_GenericAlias: `arguments` is a tuple of arguments or one argument.
Result<Ref<Object>> generic_alias_new(ThreadState& ts, Object& origin, Object& arguments);
bool is_generic_alias(const Object& object);
Object& generic_alias_origin(Object& alias);
// For unions, whose parameters follow the same rules: the type variables in a tuple of arguments, and the
// arguments with the variables replaced (`self` is shown in errors).
Result<Ref<Object>> type_parameters(ThreadState& ts, Object& arguments);
Result<Ref<Object>> substitute_parameters(ThreadState& ts, Object& self, Tuple& arguments, Tuple& parameters,
                                          Object& item);
}  // namespace orochi
