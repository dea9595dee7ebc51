// types.GenericAlias: `list[int]` (PEP 585).
#pragma once

#include "objects/object.hpp"

namespace orochi {

class StrBuilder;

// Py_GenericAlias: `arguments` is a tuple of arguments or one argument.
Result<Ref<Object>> generic_alias_new(ThreadState& ts, Object& origin, Object& arguments);
inline bool is_generic_alias(const Object& object) {
    return &type_of(object) == &Py_GenericAliasType || PyType_IsSubtype(&type_of(object), &Py_GenericAliasType);
}
// For unions, whose parameters follow the same rules: the type variables in a tuple of arguments, and the
// arguments with the variables replaced by `item` (`self` is shown in errors).
Result<Ref<Tuple>> type_parameters(ThreadState& ts, Tuple& arguments);
Result<Ref<Tuple>> substitute_parameters(ThreadState& ts, Object& self, Tuple& arguments, Tuple& parameters,
                                         Object& item);
// Appends a member as the repr() of aliases and unions shows it: classes by name.
Result<void> append_type_name(ThreadState& ts, StrBuilder& text, Object& member);

}  // namespace orochi
