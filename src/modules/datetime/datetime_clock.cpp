// datetime and the system's clock and local time: now(), timestamps, conversion between time zones.
//
// Seconds are counted from the beginning of year 1 here. What the local clock shows is a number of such
// seconds, too, so that the rules for repeated and missing times (PEP 495) are arithmetic.
#include "modules/datetime/datetime_operations.hpp"
#include "modules/datetime/delta.hpp"
#include "modules/timestamp.hpp"
#include "objects/float.hpp"

namespace orochi::datetime {

namespace {

constexpr int64_t kEpoch = (base::day_count(CivilDate{1970, 1, 1}) - 1) * kSecondsPerDay;

// The fields of a struct tm. A leap second that the system shows is the second before it.
Moment moment_of_fields(const tm& fields, int microsecond = 0) {
    return {date_of(fields), {fields.tm_hour, fields.tm_min, std::min(fields.tm_sec, 59), microsecond}};
}
int64_t seconds_of(const Moment& moment) { return microseconds_of(moment.date, moment.time) / kMicrosecondsPerSecond; }

// What the local clock shows at a point of UTC.
Result<int64_t> local_seconds(ThreadState& ts, int64_t utc_seconds) {
    Moment moment = moment_of_fields(TRY(local_time(ts, time_t(utc_seconds - kEpoch))));
    if (moment.date.year < kMinYear || moment.date.year > kMaxYear)
        return raise(ts, PyExc_ValueError, "year %i is out of range", moment.date.year);
    return seconds_of(moment);
}

Result<int64_t> local_offset(ThreadState& ts, int64_t utc_seconds) {
    int64_t shown = TRY(local_seconds(ts, utc_seconds));
    return shown - utc_seconds;
}

// Whether the local clock shows this for the second time: it went back within the last day, and by more than
// has passed.
Result<int> fold_of(ThreadState& ts, int64_t utc_seconds, int64_t shown) {
    int64_t a_day_before = TRY(local_seconds(ts, utc_seconds - kSecondsPerDay));
    int64_t change = shown - a_day_before - kSecondsPerDay;
    if (change >= 0) return 0;
    int64_t shown_before = TRY(local_seconds(ts, utc_seconds + change));
    return shown_before == shown;
}

// The point of UTC at which the local clock shows the moment. Repeated times: which one, fold says. Missing
// times: as if the clock had not been changed (fold 0), or had been already (fold 1).
Result<int64_t> utc_seconds_of(ThreadState& ts, const Moment& moment) {
    int64_t shown = seconds_of(moment);
    int64_t first_offset = TRY(local_offset(ts, shown));
    int64_t first = shown - first_offset;
    int64_t first_shown = TRY(local_seconds(ts, first));
    int64_t other_offset;
    if (first_shown == shown) {
        // One solution. A day away, on the side of the fold, another offset may hold.
        int64_t probe = first + (moment.fold ? kSecondsPerDay : -kSecondsPerDay);
        other_offset = TRY(local_offset(ts, probe));
        if (other_offset == first_offset) return first;
    } else {
        other_offset = first_shown - first;
    }
    int64_t second = shown - other_offset;
    if (TRY(local_seconds(ts, second)) == shown) return second;
    if (first_shown == shown) return first;
    return moment.fold ? std::min(first, second) : std::max(first, second);
}

// The system's time zone as it is at a point of UTC.
Result<Ref<Object>> local_timezone(ThreadState& ts, const State& state, int64_t utc_seconds) {
    tm fields = TRY(local_time(ts, time_t(utc_seconds - kEpoch)));
    Ref<Object> name = TRY(str_decode(ts, fields.tm_zone, nullptr, "surrogateescape"));
    return timezone_of_offset(ts, state, fields.tm_gmtoff * kMicrosecondsPerSecond, name.get());
}

Result<Ref<Object>> local_datetime(ThreadState& ts, const State& state, Type& type, const Timestamp& when) {
    Moment moment = moment_of_fields(TRY(local_time(ts, when.seconds)), when.microseconds);
    TRY(check_date(ts, moment.date));
    moment.fold = TRY(fold_of(ts, when.seconds + kEpoch, seconds_of(moment)));
    return make_datetime(ts, state, type, moment);
}
Result<Ref<Object>> utc_datetime(ThreadState& ts, const State& state, Type& type, const Timestamp& when,
                                 Object* zone = nullptr) {
    Moment moment = moment_of_fields(TRY(utc_time(ts, when.seconds)), when.microseconds);
    moment.zone = zone;
    return make_datetime(ts, state, type, moment);
}
// In a time zone, which does the conversion; in local time without one.
Result<Ref<Object>> datetime_in(ThreadState& ts, const State& state, Type& type, const Timestamp& when, Object* zone) {
    if (!zone) return local_datetime(ts, state, type, when);
    Ref<Object> utc = TRY(utc_datetime(ts, state, type, when, zone));
    return call_method(ts, *zone, "fromutc"_n, *utc);
}

}  // namespace

Result<Ref<Object>> datetime_now(ThreadState& ts, Type& type, Object* tz) {
    State& state = state_of(type);
    Object* zone = tz ? TRY(check_zone(ts, state, *tz)) : nullptr;
    return datetime_in(ts, state, type, timestamp_now(), zone);
}
Result<Ref<Object>> datetime_utc_now(ThreadState& ts, Type& type) {
    return utc_datetime(ts, state_of(type), type, timestamp_now());
}
Result<Ref<Object>> datetime_from_timestamp(ThreadState& ts, Type& type, Object& timestamp, Object* tz) {
    State& state = state_of(type);
    Object* zone = tz ? TRY(check_zone(ts, state, *tz)) : nullptr;
    return datetime_in(ts, state, type, TRY(timestamp_microseconds(ts, timestamp)), zone);
}
Result<Ref<Object>> datetime_utc_from_timestamp(ThreadState& ts, Type& type, Object& timestamp) {
    return utc_datetime(ts, state_of(type), type, TRY(timestamp_microseconds(ts, timestamp)));
}

Result<Ref<Object>> datetime_timestamp(ThreadState& ts, DateTime& self) {
    Moment moment = moment_of(self);
    if (!moment.zone)
        return float_from(ts, double(TRY(utc_seconds_of(ts, moment)) - kEpoch) + double(moment.time.microsecond) / 1e6);
    Offset offset = TRY(offset_of(ts, state_of(obj(self)), self));
    if (!offset.given) return raise_mixed_subtraction(ts);
    int64_t microseconds = microseconds_of(self) - offset.microseconds - kEpoch * kMicrosecondsPerSecond;
    return divide_exactly(ts, microseconds, kMicrosecondsPerSecond);
}

Result<Ref<Object>> datetime_as_time_zone(ThreadState& ts, DateTime& self, Object* tz) {
    State& state = state_of(obj(self));
    OptRef<Object> target = OptRef<Object>::share(tz ? TRY(check_zone(ts, state, *tz)) : nullptr);
    Object* own = zone_of(self);
    Offset offset;
    if (own) {
        if (own == target.get()) return Ref<Object>::share(obj(self));
        offset = TRY(offset_of(ts, state, self));
    }
    if (!offset.given) {  // local time
        Moment moment = moment_of(self);
        Ref<Object> local = TRY(local_timezone(ts, state, TRY(utc_seconds_of(ts, moment))));
        offset = TRY(zone_offset(ts, state, local.get(), obj(self)));
    }
    Ref<DateTime> utc = TRY(moved_datetime(ts, state, self, -offset.microseconds));
    Moment moment = moment_of(*utc);
    if (!target) target = TRY(local_timezone(ts, state, seconds_of(moment)));
    moment.zone = target.get();
    Ref<Object> aware = TRY(new_datetime(ts, type_of(obj(*utc)), moment));
    return call_method(ts, *target, "fromutc"_n, *aware);
}

}  // namespace orochi::datetime
