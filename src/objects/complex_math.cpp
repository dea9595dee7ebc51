#include "objects/complex_math.hpp"

#include <cmath>

namespace orochi {

Py_complex complex_product(Py_complex a, Py_complex b) {
    return {a.real * b.real - a.imag * b.imag, a.real * b.imag + a.imag * b.real};
}

// Smith's method: dividing by the larger part first keeps the intermediate values in range.
bool complex_quotient(Py_complex a, Py_complex b, Py_complex& result) {
    double abs_real = std::fabs(b.real), abs_imag = std::fabs(b.imag);
    if (abs_real >= abs_imag) {
        if (abs_real == 0.0) return false;
        double ratio = b.imag / b.real;
        double denominator = b.real + b.imag * ratio;
        result = {(a.real + a.imag * ratio) / denominator, (a.imag - a.real * ratio) / denominator};
    } else if (abs_imag >= abs_real) {
        double ratio = b.real / b.imag;
        double denominator = b.real * ratio + b.imag;
        result = {(a.real * ratio + a.imag) / denominator, (a.imag * ratio - a.real) / denominator};
    } else {
        result = {NAN, NAN};
    }
    return true;
}

bool complex_power(Py_complex a, Py_complex b, Py_complex& result) {
    if (a.real == 0.0 && a.imag == 0.0) {
        result = {0.0, 0.0};
        return b.imag == 0.0 && b.real >= 0.0;
    }
    double size = std::hypot(a.real, a.imag), length = std::pow(size, b.real), angle = std::atan2(a.imag, a.real);
    double phase = angle * b.real;
    if (b.imag != 0.0) {
        length *= std::exp(-angle * b.imag);
        phase += b.imag * std::log(size);
    }
    result = {length * std::cos(phase), length * std::sin(phase)};
    return true;
}

double complex_size(Py_complex value) { return std::hypot(value.real, value.imag); }

}  // namespace orochi
