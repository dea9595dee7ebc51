// Points of time as Python numbers (seconds since 1970), for the modules time and datetime.
#pragma once

#include <ctime>

#include "objects/object.hpp"

namespace orochi {

struct Timestamp {
    time_t seconds;
    int microseconds = 0;  // 0 <= microseconds < 1000000
};

// Whole seconds, rounded down. Raises what CPython raises for NaN, for what is no number and for what a
// time_t cannot hold.
Result<time_t> timestamp_seconds(ThreadState& ts, Object& value);
// The same with microseconds, rounded half to even.
Result<Timestamp> timestamp_microseconds(ThreadState& ts, Object& value);
Timestamp timestamp_now();

// localtime() and gmtime(), with their failures as OSError.
Result<tm> local_time(ThreadState& ts, time_t when);
Result<tm> utc_time(ThreadState& ts, time_t when);

}  // namespace orochi
