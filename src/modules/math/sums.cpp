// fsum, hypot, dist, prod.
#include <vector>

#include "modules/math/math.hpp"
#include "objects/list.hpp"

namespace orochi::math {

namespace {

struct TwoParts {
    double high, low;
};
// x as the sum of two numbers of at most 26 bits each, whose products are exact.
inline TwoParts split(double x) {
    double t = x * 134217729.0;  // 2**27 + 1
    double high = t - (t - x);
    return {high, x - high};
}

Result<std::vector<double>> coordinates_of(ThreadState& ts, Object* const* items, Py_ssize_t count) {
    std::vector<double> values(static_cast<size_t>(count));
    for (Py_ssize_t i = 0; i < count; ++i) values[i] = TRY(float_as_double(ts, *items[i]));
    return values;
}
double norm_of_any(std::vector<double>& values) {
    double largest = 0;
    bool nan = false;
    for (double& value : values) {
        value = std::fabs(value);
        nan |= std::isnan(value);
        if (value > largest) largest = value;
    }
    if (std::isinf(largest)) return largest;
    if (nan) return NAN;
    if (largest == 0.0 || values.size() <= 1) return largest;
    return norm(values.data(), Py_ssize_t(values.size()), largest);
}

}  // namespace

double norm(double* values, Py_ssize_t count, double largest) {
    int exponent;
    std::frexp(largest, &exponent);
    if (exponent < -1023) {
        // The scale factor would overflow.
        double sum = 1.0, rest = 0.0;
        for (Py_ssize_t i = 0; i < count; ++i) {
            double x = values[i] / largest;
            x *= x;
            double old = sum;
            sum += x;
            rest += (old - sum) + x;
        }
        return largest * std::sqrt(sum - 1.0 + rest);
    }
    // The squares are summed exactly, in parts, with the lost low bits of each addition kept in `rest`. Starting
    // from 1 keeps `sum` above each term.
    double scale = std::ldexp(1.0, -exponent);
    double sum = 1.0, rest_high = 0.0, rest_middle = 0.0, rest_low = 0.0;
    auto add = [&](double x, double& rest) {
        double old = sum;
        sum += x;
        rest += (old - sum) + x;
    };
    for (Py_ssize_t i = 0; i < count; ++i) {
        TwoParts x = split(values[i] * scale);
        add(x.high * x.high, rest_high);
        add(2.0 * x.high * x.low, rest_middle);
        rest_low += x.low * x.low;
    }
    double h = std::sqrt(sum - 1.0 + (rest_high + rest_middle + rest_low));
    // One step of Newton's method with the exact square of h.
    TwoParts x = split(h);
    add(-x.high * x.high, rest_high);
    add(-2.0 * x.high * x.low, rest_middle);
    add(-x.low * x.low, rest_low);
    double error = sum - 1.0 + (rest_high + rest_middle + rest_low);
    return (h + error / (2.0 * h)) / scale;
}

Result<double> hypotenuse(ThreadState& ts, Object&, Rest coordinates) {
    std::vector<double> values = TRY(coordinates_of(ts, coordinates.items, coordinates.count));
    return norm_of_any(values);
}

Result<double> distance(ThreadState& ts, Object&, Object& p, Object& q) {
    Ref<Tuple> from = TRY(sequence_tuple(ts, p));
    Ref<Tuple> to = TRY(sequence_tuple(ts, q));
    Py_ssize_t count = tuple_size(*from);
    if (count != tuple_size(*to))
        return raise(ts, PyExc_ValueError, "both points must have the same number of dimensions");
    std::vector<double> values(static_cast<size_t>(count));
    for (Py_ssize_t i = 0; i < count; ++i) {
        double a = TRY(float_as_double(ts, tuple_item(*from, i)));
        double b = TRY(float_as_double(ts, tuple_item(*to, i)));
        values[i] = a - b;
    }
    return norm_of_any(values);
}

// Shewchuk's algorithm: `partials` are numbers of increasing size that do not overlap and whose exact sum is the
// sum so far; the result is that sum rounded once.
Result<double> exact_sum(ThreadState& ts, Object&, Object& iterable) {
    Ref<Object> iterator = TRY(get_iter(ts, iterable));
    std::vector<double> partials;
    double special = 0, infinite = 0;
    for (;;) {
        OptRef<Object> item = TRY(iter_next(ts, iterator));
        if (!item) break;
        double x = PyFloat_CheckExact(item.get()) ? float_value(*item) : TRY(float_as_double(ts, *item));
        double original = x;
        size_t kept = 0;
        for (size_t j = 0; j < partials.size(); ++j) {
            double y = partials[j];
            if (std::fabs(x) < std::fabs(y)) std::swap(x, y);
            double high = x + y;
            double low = y - (high - x);
            if (low != 0.0) partials[kept++] = low;
            x = high;
        }
        partials.resize(kept);
        if (x == 0.0) continue;
        if (!std::isfinite(x)) {
            if (std::isfinite(original)) return raise(ts, PyExc_OverflowError, "intermediate overflow in fsum");
            if (std::isinf(original)) infinite += original;
            special += original;
            partials.clear();
        } else {
            partials.push_back(x);
        }
    }
    if (special != 0.0) {
        if (std::isnan(infinite)) return raise(ts, PyExc_ValueError, "-inf + inf in fsum");
        return special;
    }
    size_t n = partials.size();
    if (n == 0) return 0.0;
    double high = partials[--n], low = 0.0;
    while (n > 0) {
        double x = high, y = partials[--n];
        high = x + y;
        low = y - (high - x);
        if (low != 0.0) break;
    }
    // Half-way cases: the next partial decides on which side the sum lies.
    if (n > 0 && ((low < 0.0 && partials[n - 1] < 0.0) || (low > 0.0 && partials[n - 1] > 0.0))) {
        double y = low * 2.0, x = high + y;
        if (y == x - high) high = x;
    }
    return high;
}

Result<Ref<Object>> product(ThreadState& ts, Object&, Object& iterable, Object* start) {
    Ref<Object> result = start ? Ref<Object>::share(*start) : TRY(int_from(ts, 1));
    Ref<Object> iterator = TRY(get_iter(ts, iterable));
    for (;;) {
        OptRef<Object> item = TRY(iter_next(ts, iterator));
        if (!item) return result;
        result = TRY(number_multiply(ts, result, *item));
    }
}

}  // namespace orochi::math
