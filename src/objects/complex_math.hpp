// Arithmetic of complex numbers as C structs, for the type, cmath and the C API.
#pragma once

#include "memory/python.hpp"

namespace orochi {

Py_complex complex_product(Py_complex a, Py_complex b);
// False when b is zero.
bool complex_quotient(Py_complex a, Py_complex b, Py_complex& result);
// The general power, by logarithms. False when a is zero and b negative or not real.
bool complex_power(Py_complex a, Py_complex b, Py_complex& result);
// The absolute value; infinite with finite parts when it is too large for a double.
double complex_size(Py_complex value);

}  // namespace orochi
