// datetime's operators, comparison and hash.
#include "modules/datetime/datetime_operations.hpp"

namespace orochi::datetime {

namespace {

// Whether the other fold of a repeated or missing time has another offset (PEP 495). Such a time equals no
// time of another zone.
Result<bool> depends_on_fold(ThreadState& ts, const State& state, DateTime& moment, const Offset& offset) {
    Moment flipped = moment_of(moment);
    flipped.fold = !flipped.fold;
    Ref<Object> other = TRY(new_datetime(ts, type_of(obj(moment)), flipped));
    Offset other_offset = TRY(offset_of(ts, state, as<DateTime>(*other)));
    return other_offset.given != offset.given || other_offset.microseconds != offset.microseconds;
}

Result<Ref<Object>> difference(ThreadState& ts, const State& state, DateTime& left, DateTime& right) {
    int64_t microseconds = microseconds_of(left) - microseconds_of(right);
    if (zone_of(left) != zone_of(right)) {
        Offset left_offset = TRY(offset_of(ts, state, left)), right_offset = TRY(offset_of(ts, state, right));
        if (left_offset.given != right_offset.given) return raise_mixed_subtraction(ts);
        microseconds += right_offset.microseconds - left_offset.microseconds;
    }
    return delta_of(ts, state.delta_type(), 0, 0, microseconds);
}

Result<Ref<Object>> plus_delta(ThreadState& ts, const State& state, Object& moment, Object& delta, int sign) {
    return datetime_plus(ts, state, as<DateTime>(moment), sign * microseconds_of(as<Delta>(delta)));
}

}  // namespace

bool moment_from_microseconds(int64_t microseconds, Moment& moment) {
    if (microseconds < 0 || microseconds >= kMaxDayCount * kMicrosecondsPerDay) return false;
    moment.date = base::civil_date(int(microseconds / kMicrosecondsPerDay) + 1);
    moment.time = time_of_microseconds(microseconds % kMicrosecondsPerDay);
    return true;
}

Result<Ref<Object>> datetime_plus(ThreadState& ts, const State& state, DateTime& moment, Wide microseconds) {
    Moment result = moment_of(moment);
    Wide sum = microseconds_of(moment) + microseconds;
    if (sum != Wide(int64_t(sum)) || !moment_from_microseconds(int64_t(sum), result)) return raise_out_of_range(ts);
    result.fold = 0;
    return make_datetime(ts, state, type_of(obj(moment)), result);
}

Result<Ref<DateTime>> moved_datetime(ThreadState& ts, const State& state, DateTime& moment, Wide microseconds) {
    Ref<Object> moved = TRY(datetime_plus(ts, state, moment, microseconds));
    if (!is_datetime(state, *moved)) return raise(ts, PyExc_TypeError, "%T is not a datetime", moved.get());
    return std::move(moved).cast<DateTime>();
}

Result<Ref<Object>> datetime_add(ThreadState& ts, Object& left, Object& right) {
    State& state = state_of_operands(left, right);
    if (is_datetime(state, left) && is_delta(state, right)) return plus_delta(ts, state, left, right, 1);
    if (is_delta(state, left) && is_datetime(state, right)) return plus_delta(ts, state, right, left, 1);
    return new_not_implemented();
}

Result<Ref<Object>> datetime_subtract(ThreadState& ts, Object& left, Object& right) {
    State& state = state_of_operands(left, right);
    if (!is_datetime(state, left)) return new_not_implemented();
    if (is_datetime(state, right)) return difference(ts, state, as<DateTime>(left), as<DateTime>(right));
    if (is_delta(state, right)) return plus_delta(ts, state, left, right, -1);
    return new_not_implemented();
}

Result<Ref<Object>> datetime_compare(ThreadState& ts, DateTime& self, Object& other, int op) {
    State& state = state_of(obj(self));
    bool equality = op == Py_EQ || op == Py_NE;
    if (!is_datetime(state, other)) {
        if (!is_date(state, other)) return new_not_implemented();
        if (equality) return new_bool(op == Py_NE);
        return raise(ts, PyExc_TypeError, "can't compare %T to %T", &obj(self), &other);
    }
    DateTime& right = as<DateTime>(other);
    int fields = std::memcmp(self.data, right.data, sizeof self.data);
    if (zone_of(self) == zone_of(right)) return order(fields, 0, op);
    Offset left_offset = TRY(offset_of(ts, state, self)), right_offset = TRY(offset_of(ts, state, right));
    if (left_offset.given != right_offset.given) {
        if (equality) return new_bool(op == Py_NE);
        return raise(ts, PyExc_TypeError, "can't compare offset-naive and offset-aware datetimes");
    }
    int64_t distance =
        microseconds_of(self) - left_offset.microseconds - (microseconds_of(right) - right_offset.microseconds);
    if (equality && distance == 0 &&
        (TRY(depends_on_fold(ts, state, self, left_offset)) || TRY(depends_on_fold(ts, state, right, right_offset))))
        return new_bool(op == Py_NE);
    return order(distance, int64_t(0), op);
}

Result<Py_hash_t> datetime_hash(ThreadState& ts, DateTime& self) {
    if (self.hashcode != -1) return self.hashcode;
    State& state = state_of(obj(self));
    OptRef<Object> first;  // both folds hash alike
    if (self.fold) {
        Moment moment = moment_of(self);
        moment.fold = 0;
        first = TRY(new_datetime(ts, type_of(obj(self)), moment));
    }
    Offset offset = TRY(offset_of(ts, state, first ? as<DateTime>(*first) : self));
    // As the hash of the timedelta since the day before year 1.
    self.hashcode = offset.given
                        ? hash_of_microseconds(microseconds_of(self) + kMicrosecondsPerDay - offset.microseconds)
                        : hash_of_fields(ts, self.data, sizeof self.data);
    return self.hashcode;
}

}  // namespace orochi::datetime
