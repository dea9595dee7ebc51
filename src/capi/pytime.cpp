// pytime.h: points and spans of time in nanoseconds, for extension modules.
#include <sys/time.h>
#include <algorithm>
#include <climits>
#include <cmath>
#include <ctime>

#include "objects/int.hpp"
#include "objects/number.hpp"
#include "objects/object.hpp"

using namespace orochi;

namespace {

constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kLeast = INT64_MIN, kMost = INT64_MAX;

double round_number(double value, _PyTime_round_t how) {
    switch (how) {
        case _PyTime_ROUND_FLOOR: return std::floor(value);
        case _PyTime_ROUND_CEILING: return std::ceil(value);
        case _PyTime_ROUND_HALF_EVEN: return std::nearbyint(value);
        default: return value >= 0 ? std::ceil(value) : std::floor(value);  // away from zero
    }
}
// value / unit, rounded.
int64_t divide(int64_t value, int64_t unit, _PyTime_round_t how) {
    int64_t quotient = value / unit, rest = value % unit;
    if (rest == 0) return quotient;
    bool negative = value < 0;
    switch (how) {
        case _PyTime_ROUND_FLOOR: return negative ? quotient - 1 : quotient;
        case _PyTime_ROUND_CEILING: return negative ? quotient : quotient + 1;
        case _PyTime_ROUND_HALF_EVEN: {
            int64_t twice = std::abs(rest) * 2;
            if (twice > unit || (twice == unit && (quotient & 1))) return negative ? quotient - 1 : quotient + 1;
            return quotient;
        }
        default: return negative ? quotient - 1 : quotient + 1;
    }
}
int64_t add(int64_t a, int64_t b) {
    int64_t sum;
    if (__builtin_add_overflow(a, b, &sum)) return a > 0 ? kMost : kLeast;
    return sum;
}

Failure raise_too_large(ThreadState& ts) {
    return raise(ts, PyExc_OverflowError, "timestamp too large to convert to C _PyTime_t");
}
Failure raise_time_t(ThreadState& ts) {
    return raise(ts, PyExc_OverflowError, "timestamp out of range for platform time_t");
}
Result<double> number_of(ThreadState& ts, Object& value) {
    double number = PyFloat_AS_DOUBLE(&value);
    if (std::isnan(number)) return raise(ts, PyExc_ValueError, "Invalid value NaN (not a number)");
    return number;
}

Result<int64_t> from_object(ThreadState& ts, Object& value, _PyTime_round_t how, int64_t unit) {
    if (PyFloat_Check(&value)) {
        double number = round_number(TRY(number_of(ts, value)) * double(unit), how);
        if (!(number >= double(kLeast) && number < -double(kLeast))) return raise_too_large(ts);
        return int64_t(number);
    }
    int overflow;
    long long seconds = TRY(int_as_long_long_overflow(ts, *TRY(number_index_any(ts, value)), overflow));
    int64_t result;
    if (overflow || __builtin_mul_overflow(int64_t(seconds), unit, &result)) return raise_too_large(ts);
    return result;
}

// Seconds and a fraction in 1 / denominator.
Result<void> to_parts(ThreadState& ts, Object& value, time_t& seconds, long& fraction, long denominator,
                      _PyTime_round_t how) {
    if (PyFloat_Check(&value)) {
        double whole, rest = std::modf(TRY(number_of(ts, value)), &whole);
        rest = round_number(rest * double(denominator), how);
        if (rest >= double(denominator)) {
            rest -= double(denominator);
            whole += 1;
        } else if (rest < 0) {
            rest += double(denominator);
            whole -= 1;
        }
        if (!(whole >= double(kLeast) && whole < -double(kLeast))) return raise_time_t(ts);
        seconds = time_t(whole);
        fraction = long(rest);
        return {};
    }
    int overflow;
    seconds = TRY(int_as_long_long_overflow(ts, *TRY(number_index_any(ts, value)), overflow));
    if (overflow) return raise_time_t(ts);
    fraction = 0;
    return {};
}

int64_t read_clock(clockid_t clock) {
    timespec t;
    clock_gettime(clock, &t);
    return t.tv_sec * kSecond + t.tv_nsec;
}
int clock_with_info(clockid_t clock, _PyTime_t* time, _Py_clock_info_t* info, const char* name, bool monotonic) {
    *time = read_clock(clock);
    if (info) {
        timespec resolution;
        info->implementation = name;
        info->monotonic = monotonic;
        info->adjustable = !monotonic;
        info->resolution = clock_getres(clock, &resolution) == 0
                               ? double(resolution.tv_sec) + 1e-9 * double(resolution.tv_nsec)
                               : 1e-9;
    }
    return 0;
}
timespec split(int64_t time) {
    timespec result{time / kSecond, time % kSecond};
    if (result.tv_nsec < 0) {
        result.tv_nsec += kSecond;
        --result.tv_sec;
    }
    return result;
}
timeval split_micro(int64_t time, _PyTime_round_t how) {
    int64_t us = divide(time, 1000, how);
    timeval result{us / 1'000'000, us % 1'000'000};
    if (result.tv_usec < 0) {
        result.tv_usec += 1'000'000;
        --result.tv_sec;
    }
    return result;
}
int fill_tm(struct tm* made) {
    if (made) return 0;
    (void)raise_os_error(current_thread(), errno ? errno : EINVAL);
    return -1;
}
int store(Result<int64_t>&& result, _PyTime_t* out) {
    if (!result.ok()) return -1;
    *out = std::move(result).take();
    return 0;
}

}  // namespace

#pragma GCC visibility push(default)
extern "C" {

_PyTime_t _PyTime_FromSeconds(int seconds) { return int64_t(seconds) * kSecond; }
_PyTime_t _PyTime_FromNanoseconds(_PyTime_t ns) { return ns; }
int _PyTime_FromNanosecondsObject(_PyTime_t* time, PyObject* object) {
    ThreadState& ts = current_thread();
    if (!PyLong_Check(object)) {
        (void)raise(ts, PyExc_TypeError, "expect int, got %T", object);
        return -1;
    }
    return store(from_object(ts, *object, _PyTime_ROUND_FLOOR, 1), time);
}
int _PyTime_FromSecondsObject(_PyTime_t* time, PyObject* object, _PyTime_round_t how) {
    return store(from_object(current_thread(), *object, how, kSecond), time);
}
int _PyTime_FromMillisecondsObject(_PyTime_t* time, PyObject* object, _PyTime_round_t how) {
    return store(from_object(current_thread(), *object, how, 1'000'000), time);
}
int _PyTime_FromTimeval(_PyTime_t* time, struct timeval* value) {
    int64_t result;
    if (__builtin_mul_overflow(int64_t(value->tv_sec), kSecond, &result) ||
        __builtin_add_overflow(result, int64_t(value->tv_usec) * 1000, &result)) {
        (void)raise_too_large(current_thread());
        return -1;
    }
    *time = result;
    return 0;
}
int _PyTime_FromTimespec(_PyTime_t* time, struct timespec* value) {
    int64_t result;
    if (__builtin_mul_overflow(int64_t(value->tv_sec), kSecond, &result) ||
        __builtin_add_overflow(result, int64_t(value->tv_nsec), &result)) {
        (void)raise_too_large(current_thread());
        return -1;
    }
    *time = result;
    return 0;
}
int _PyTime_ObjectToTime_t(PyObject* object, time_t* seconds, _PyTime_round_t how) {
    ThreadState& ts = current_thread();
    return to_c([&]() -> Result<void> {
        if (PyFloat_Check(object)) {
            double number = round_number(TRY(number_of(ts, *object)), how);
            if (!(number >= double(kLeast) && number < -double(kLeast))) return raise_time_t(ts);
            *seconds = time_t(number);
            return {};
        }
        long fraction;
        return to_parts(ts, *object, *seconds, fraction, 1, how);
    }());
}
int _PyTime_ObjectToTimeval(PyObject* object, time_t* seconds, long* us, _PyTime_round_t how) {
    return to_c(to_parts(current_thread(), *object, *seconds, *us, 1'000'000, how));
}
int _PyTime_ObjectToTimespec(PyObject* object, time_t* seconds, long* ns, _PyTime_round_t how) {
    return to_c(to_parts(current_thread(), *object, *seconds, *ns, kSecond, how));
}
double _PyTime_AsSecondsDouble(_PyTime_t time) {
    return time % kSecond == 0 ? double(time / kSecond) : double(time) / 1e9;
}
_PyTime_t _PyTime_AsMilliseconds(_PyTime_t time, _PyTime_round_t how) { return divide(time, 1'000'000, how); }
_PyTime_t _PyTime_AsMicroseconds(_PyTime_t time, _PyTime_round_t how) { return divide(time, 1000, how); }
_PyTime_t _PyTime_AsNanoseconds(_PyTime_t time) { return time; }
PyObject* _PyTime_AsNanosecondsObject(_PyTime_t time) { return to_c(int_from(current_thread(), time)); }
int _PyTime_AsTimeval(_PyTime_t time, struct timeval* value, _PyTime_round_t how) {
    *value = split_micro(time, how);
    return 0;
}
void _PyTime_AsTimeval_clamp(_PyTime_t time, struct timeval* value, _PyTime_round_t how) {
    *value = split_micro(time, how);
}
int _PyTime_AsTimevalTime_t(_PyTime_t time, time_t* seconds, int* us, _PyTime_round_t how) {
    timeval value = split_micro(time, how);
    *seconds = value.tv_sec;
    *us = int(value.tv_usec);
    return 0;
}
int _PyTime_AsTimespec(_PyTime_t time, struct timespec* value) {
    *value = split(time);
    return 0;
}
void _PyTime_AsTimespec_clamp(_PyTime_t time, struct timespec* value) { *value = split(time); }
_PyTime_t _PyTime_Add(_PyTime_t a, _PyTime_t b) { return add(a, b); }
_PyTime_t _PyTime_MulDiv(_PyTime_t ticks, _PyTime_t multiplier, _PyTime_t divisor) {
    __int128 result = __int128(ticks) * multiplier / divisor;
    return result > kMost ? kMost : result < kLeast ? kLeast : int64_t(result);
}
_PyTime_t _PyTime_GetSystemClock() { return read_clock(CLOCK_REALTIME); }
_PyTime_t _PyTime_GetMonotonicClock() { return read_clock(CLOCK_MONOTONIC); }
_PyTime_t _PyTime_GetPerfCounter() { return read_clock(CLOCK_MONOTONIC); }
int _PyTime_GetSystemClockWithInfo(_PyTime_t* time, _Py_clock_info_t* info) {
    return clock_with_info(CLOCK_REALTIME, time, info, "clock_gettime(CLOCK_REALTIME)", false);
}
int _PyTime_GetMonotonicClockWithInfo(_PyTime_t* time, _Py_clock_info_t* info) {
    return clock_with_info(CLOCK_MONOTONIC, time, info, "clock_gettime(CLOCK_MONOTONIC)", true);
}
int _PyTime_GetPerfCounterWithInfo(_PyTime_t* time, _Py_clock_info_t* info) {
    return clock_with_info(CLOCK_MONOTONIC, time, info, "clock_gettime(CLOCK_MONOTONIC)", true);
}
int _PyTime_localtime(time_t time, struct tm* out) {
    errno = 0;
    return fill_tm(localtime_r(&time, out));
}
int _PyTime_gmtime(time_t time, struct tm* out) {
    errno = 0;
    return fill_tm(gmtime_r(&time, out));
}
_PyTime_t _PyDeadline_Init(_PyTime_t timeout) { return add(read_clock(CLOCK_MONOTONIC), timeout); }
_PyTime_t _PyDeadline_Get(_PyTime_t deadline) { return deadline - read_clock(CLOCK_MONOTONIC); }

}  // extern "C"
#pragma GCC visibility pop
