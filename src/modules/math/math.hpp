// What the parts of the modules math and cmath share.
#pragma once

#include <cmath>

#include "modules/heap_type.hpp"
#include "objects/float.hpp"
#include "objects/int.hpp"

namespace orochi::math {

[[gnu::cold]] inline Failure domain_error(ThreadState& ts) { return raise(ts, PyExc_ValueError, "math domain error"); }
[[gnu::cold]] inline Failure range_error(ThreadState& ts) { return raise(ts, PyExc_OverflowError, "math range error"); }

// The gamma functions, by Lanczos' approximation: libm's differ from the reference's in the last digits.
// `status`: 0, EDOM or ERANGE.
double gamma(double x, int& status);
double log_gamma(double x, int& status);

// The square root of the sum of squares of `values` (all >= 0, none of them NaN, `largest` finite and one of them),
// within half a unit in the last place for all practical purposes. Overwrites the values.
double norm(double* values, Py_ssize_t count, double largest);

// integers.cpp
Result<Ref<Object>> gcd(ThreadState& ts, Object& module, Rest integers);
Result<Ref<Object>> lcm(ThreadState& ts, Object& module, Rest integers);
Result<Ref<Object>> isqrt(ThreadState& ts, Object& module, Object& n);
Result<Ref<Object>> factorial(ThreadState& ts, Object& module, Object& n);
Result<Ref<Object>> permutations(ThreadState& ts, Object& module, Object& n, Object* k);
Result<Ref<Object>> combinations(ThreadState& ts, Object& module, Object& n, Object& k);

// sums.cpp
Result<double> exact_sum(ThreadState& ts, Object& module, Object& iterable);
Result<double> hypotenuse(ThreadState& ts, Object& module, Rest coordinates);
Result<double> distance(ThreadState& ts, Object& module, Object& p, Object& q);
Result<Ref<Object>> product(ThreadState& ts, Object& module, Object& iterable, Object* start);

}  // namespace orochi::math
