// The parts of datetime that are in files of their own: its operators, and clocks and time zones.
#pragma once

#include "modules/datetime/datetime.hpp"

namespace orochi::datetime {

inline Result<Offset> offset_of(ThreadState& ts, const State& state, DateTime& moment) {
    return zone_offset(ts, state, zone_of(moment), obj(moment));
}
inline int64_t microseconds_of(const DateTime& moment) { return microseconds_of(date_of(moment), time_of(moment)); }
inline Failure raise_mixed_subtraction(ThreadState& ts) {
    return raise(ts, PyExc_TypeError, "can't subtract offset-naive and offset-aware datetimes");
}

// datetime_arithmetic.cpp
Result<Ref<Object>> datetime_add(ThreadState& ts, Object& left, Object& right);
Result<Ref<Object>> datetime_subtract(ThreadState& ts, Object& left, Object& right);
Result<Ref<Object>> datetime_compare(ThreadState& ts, DateTime& self, Object& other, int op);
Result<Py_hash_t> datetime_hash(ThreadState& ts, DateTime& self);

// datetime_clock.cpp
Result<Ref<Object>> datetime_now(ThreadState& ts, Type& type, Object* tz);
Result<Ref<Object>> datetime_utc_now(ThreadState& ts, Type& type);
Result<Ref<Object>> datetime_from_timestamp(ThreadState& ts, Type& type, Object& timestamp, Object* tz);
Result<Ref<Object>> datetime_utc_from_timestamp(ThreadState& ts, Type& type, Object& timestamp);
Result<Ref<Object>> datetime_timestamp(ThreadState& ts, DateTime& self);
Result<Ref<Object>> datetime_as_time_zone(ThreadState& ts, DateTime& self, Object* tz);

}  // namespace orochi::datetime
