// The operators of int beyond those in int.hpp. Operands are ints (or instances of subclasses, whose value counts);
// results are exact ints. Divisors are checked; exponents are not negative unless there is a modulus.
#pragma once

#include "base/bigint.hpp"
#include "objects/int.hpp"

namespace orochi {

// `b` is not 0. Either result may be unwanted (null).
Result<void> int_divmod(ThreadState& ts, Int& a, Int& b, OptRef<Object>* quotient, OptRef<Object>* remainder);
Result<Ref<Object>> int_divmod_tuple(ThreadState& ts, Int& a, Int& b);
Result<Ref<Object>> int_true_divide(ThreadState& ts, Int& a, Int& b);
Result<Ref<Object>> int_negate(ThreadState& ts, Int& a);
Result<Ref<Object>> int_absolute(ThreadState& ts, Int& a);
Result<Ref<Object>> int_invert(ThreadState& ts, Int& a);
Result<Ref<Object>> int_shift_left(ThreadState& ts, Int& a, Int& b);
Result<Ref<Object>> int_shift_left_by(ThreadState& ts, Int& a, uint64_t bits);
Result<Ref<Object>> int_shift_right(ThreadState& ts, Int& a, Int& b);
Result<Ref<Object>> int_bitwise(ThreadState& ts, base::BitOperation operation, Int& a, Int& b);
Result<Ref<Object>> int_power(ThreadState& ts, Int& a, Int& b);
Result<Ref<Object>> int_power_modulo(ThreadState& ts, Int& a, Int& b, Int& modulus);
Result<Ref<Object>> int_gcd(ThreadState& ts, Int& a, Int& b);
Result<Ref<Object>> int_round(ThreadState& ts, Int& a, Int& places);

}  // namespace orochi
