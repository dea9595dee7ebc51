// float and complex.
#pragma once

#include <string_view>

#include "objects/object.hpp"

namespace orochi {

Result<Ref<Object>> float_from(ThreadState& ts, double value);
Result<double> float_as_double(ThreadState& ts, Object& value);  // float, __float__ or __index__
inline double float_value(const Object& value) { return reinterpret_cast<const Float&>(value).ob_fval; }
Result<Ref<Object>> float_from_object_text(ThreadState& ts, Object& text);  // str, bytes or buffer
// Format codes 'r' (repr), 'e' 'f' 'g' 'E' 'F' 'G' with precision, as PyOS_double_to_string.
Result<Ref<Str>> float_to_text(ThreadState& ts, double value, char code, int precision, int flags);
Result<Ref<Object>> complex_from(ThreadState& ts, double real, double imaginary);
Result<Py_complex> complex_as(ThreadState& ts, Object& value);
Py_hash_t float_hash(const Object* owner, double value);  // nan hashes by identity of owner

}  // namespace orochi
