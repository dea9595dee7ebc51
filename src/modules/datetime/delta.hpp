// timedelta's operators, and whole numbers of more than 64 bits for them.
#pragma once

#include "modules/datetime/datetime.hpp"

namespace orochi::datetime {

// More days than an int holds.
[[gnu::cold]] Failure raise_too_large(ThreadState& ts);
// An int of up to 126 bits; OverflowError for larger ones.
Result<Wide> wide_of_int(ThreadState& ts, Object& value);
// The float nearest to the quotient, as int / int gives it.
Result<Ref<Object>> divide_exactly(ThreadState& ts, Wide numerator, Wide denominator);

Result<Ref<Object>> delta_add(ThreadState& ts, Object& left, Object& right);
Result<Ref<Object>> delta_subtract(ThreadState& ts, Object& left, Object& right);
Result<Ref<Object>> delta_multiply(ThreadState& ts, Object& left, Object& right);
Result<Ref<Object>> delta_remainder(ThreadState& ts, Object& left, Object& right);
Result<Ref<Object>> delta_divmod(ThreadState& ts, Object& left, Object& right);
Result<Ref<Object>> delta_floor_divide(ThreadState& ts, Object& left, Object& right);
Result<Ref<Object>> delta_true_divide(ThreadState& ts, Object& left, Object& right);
Result<Ref<Object>> delta_negative(ThreadState& ts, Delta& self);
Result<Ref<Object>> delta_positive(ThreadState& ts, Delta& self);
Result<Ref<Object>> delta_absolute(ThreadState& ts, Delta& self);
bool delta_is_true(Delta& self);

}  // namespace orochi::datetime
