#include "modules/timestamp.hpp"

#include <cerrno>
#include <cmath>

#include "objects/errors.hpp"
#include "objects/float.hpp"
#include "objects/int.hpp"
#include "objects/number.hpp"

namespace orochi {

namespace {

Failure raise_out_of_range(ThreadState& ts) {
    return raise(ts, PyExc_OverflowError, "timestamp out of range for platform time_t");
}
Result<time_t> whole_seconds(ThreadState& ts, double seconds) {
    if (!(seconds >= -0x1p63 && seconds < 0x1p63)) return raise_out_of_range(ts);
    return time_t(seconds);
}
Result<double> number_of(ThreadState& ts, Object& value) {
    double seconds = float_value(value);
    if (std::isnan(seconds)) return raise(ts, PyExc_ValueError, "Invalid value NaN (not a number)");
    return seconds;
}
Result<time_t> integer_seconds(ThreadState& ts, Object& value) {
    Ref<Object> index = TRY(number_index_any(ts, value));
    int overflow;
    long long seconds = TRY(int_as_long_long_overflow(ts, *index, overflow));
    if (overflow) return raise_out_of_range(ts);
    return time_t(seconds);
}
Result<tm> checked(ThreadState& ts, const tm& fields, const tm* filled) {
    if (!filled) return raise_os_error(ts, errno ? errno : EINVAL);
    return fields;
}

}  // namespace

Result<time_t> timestamp_seconds(ThreadState& ts, Object& value) {
    if (!PyFloat_Check(&value)) return integer_seconds(ts, value);
    return whole_seconds(ts, std::floor(TRY(number_of(ts, value))));
}

Result<Timestamp> timestamp_microseconds(ThreadState& ts, Object& value) {
    if (!PyFloat_Check(&value)) return Timestamp{TRY(integer_seconds(ts, value))};
    double whole, fraction = std::modf(TRY(number_of(ts, value)), &whole);
    fraction = std::nearbyint(fraction * 1e6);  // half to even
    if (fraction >= 1e6) {
        fraction -= 1e6;
        whole += 1;
    } else if (fraction < 0) {
        fraction += 1e6;
        whole -= 1;
    }
    return Timestamp{TRY(whole_seconds(ts, whole)), int(fraction)};
}

Timestamp timestamp_now() {
    timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return {now.tv_sec, int(now.tv_nsec / 1000)};
}

Result<tm> local_time(ThreadState& ts, time_t when) {
    tm fields;
    errno = 0;
    const tm* filled = localtime_r(&when, &fields);
    return checked(ts, fields, filled);
}
Result<tm> utc_time(ThreadState& ts, time_t when) {
    tm fields;
    errno = 0;
    const tm* filled = gmtime_r(&when, &fields);
    return checked(ts, fields, filled);
}

}  // namespace orochi
