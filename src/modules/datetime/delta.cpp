// timedelta: the type, and making one. Its operators are in delta_arithmetic.cpp.
#include "modules/datetime/delta.hpp"

#include <cmath>

#include "base/hash.hpp"
#include "objects/float.hpp"
#include "objects/int.hpp"

namespace orochi::datetime {

namespace {

constexpr int kMaxDays = 999'999'999;
constexpr size_t kWideBits = 126;  // of what wide_of_int() takes

// What the constructor has added up: microseconds, and fractions of one.
struct Sum {
    Wide microseconds = 0;
    double fraction = 0;
    bool too_large = false;

    // What is too large is noticed at the end, since other arguments may be wrong in more interesting ways.
    void add(Wide count, int64_t unit) {
        Wide product;
        if (__builtin_mul_overflow(count, Wide(unit), &product) ||
            __builtin_add_overflow(microseconds, product, &microseconds))
            too_large = true;
    }
    void add(double count, int64_t unit) {
        double whole, rest = std::modf(count, &whole);
        if (std::fabs(whole) >= 0x1p120) {
            too_large = true;
            return;
        }
        add(Wide(whole), unit);
        fraction += std::modf(rest * double(unit), &whole);
        add(Wide(whole), 1);
    }
    // Half to even, as to the whole sum.
    Wide rounded() const {
        double whole, rest = std::modf(fraction, &whole);
        Wide result = microseconds + Wide(whole);
        double distance = std::fabs(rest);
        if (distance > 0.5 || (distance == 0.5 && result % 2 != 0)) result += rest < 0 ? -1 : 1;
        return result;
    }
};

struct Unit {
    const char* name;
    int64_t microseconds;
    int parameter;  // position among the constructor's
};
// In the order in which they are added.
constexpr Unit units[] = {
    {"microseconds", 1, 2},
    {"milliseconds", 1000, 3},
    {"seconds", kMicrosecondsPerSecond, 1},
    {"minutes", 60 * kMicrosecondsPerSecond, 4},
    {"hours", 3600 * kMicrosecondsPerSecond, 5},
    {"days", kMicrosecondsPerDay, 0},
    {"weeks", 7 * kMicrosecondsPerDay, 6},
};

Result<Ref<Object>> delta_construct(ThreadState& ts, Type& type, Object* days, Object* seconds, Object* microseconds,
                                    Object* milliseconds, Object* minutes, Object* hours, Object* weeks) {
    Object* const given[] = {days, seconds, microseconds, milliseconds, minutes, hours, weeks};
    // Numbers of one digit, as nearly all are, cannot overflow what they are added up in.
    long small[7] = {};
    bool all_small = true;
    for (int i = 0; i < 7; ++i) {
        if (!given[i]) continue;
        all_small = all_small && PyLong_CheckExact(given[i]) && int_is_compact(*given[i]);
        if (all_small) small[i] = int_compact_value(*given[i]);
    }
    if (all_small)
        return delta_of(ts, type, small[0] + small[6] * 7, small[1] + small[4] * 60 + small[5] * 3600,
                        small[2] + small[3] * 1000);
    Sum sum;
    for (const Unit& unit : units) {
        Object* value = given[unit.parameter];
        if (!value) continue;
        if (PyLong_Check(value)) {
            if (TRY(int_bit_count(ts, as<Int>(*value))) > kWideBits)
                sum.too_large = true;
            else
                sum.add(TRY(wide_of_int(ts, *value)), unit.microseconds);
        } else if (PyFloat_Check(value)) {
            double number = float_value(*value);
            if (!std::isfinite(number)) {
                TRY(int_from_double(ts, number));  // raises
            }
            sum.add(number, unit.microseconds);
        } else {
            return raise(ts, PyExc_TypeError, "unsupported type for timedelta %s component: %T", unit.name, value);
        }
    }
    if (sum.too_large) return raise_too_large(ts);
    return delta_of_microseconds(ts, type, sum.rounded());
}

Result<Ref<Str>> delta_repr(ThreadState& ts, Delta& self) {
    StrBuilder builder(ts);
    TRY(builder.append_utf8(type_of(obj(self)).tp_name));
    const std::pair<const char*, int> fields[] = {
        {"days=", self.days}, {"seconds=", self.seconds}, {"microseconds=", self.microseconds}};
    const char* separator = "(";
    for (auto [name, value] : fields) {
        if (!value) continue;
        TRY(builder.append_ascii(separator));
        TRY(builder.append_ascii(name));
        TRY(append_number(builder, value));
        separator = ", ";
    }
    TRY(builder.append_ascii(*separator == '(' ? "(0)" : ")"));
    return builder.finish();
}

Result<Ref<Str>> delta_str(ThreadState& ts, Delta& self) {
    char text[64], *out = text;
    if (self.days) out += std::snprintf(out, 32, "%d day%s, ", self.days, std::abs(self.days) == 1 ? "" : "s");
    TimeOfDay time = time_of_microseconds(self.seconds * kMicrosecondsPerSecond + self.microseconds);
    char clock[kIsoTimeSize], *end = write_iso_time(clock, time, TimeParts::kAuto);
    const char* start = clock[0] == '0' ? clock + 1 : clock;  // H:MM:SS
    out = std::copy(start, static_cast<const char*>(end), out);
    return str_from_ascii(ts, {text, size_t(out - text)});
}

Py_hash_t delta_hash(Delta& self) {
    if (self.hashcode == -1) self.hashcode = hash_of_span(self.days, self.seconds, self.microseconds);
    return self.hashcode;
}

Result<Ref<Object>> delta_compare(Delta& self, Object& other, int op) {
    if (!is_delta(state_of(obj(self)), other)) return new_not_implemented();
    Delta& right = as<Delta>(other);
    return order(std::tuple(self.days, self.seconds, self.microseconds),
                 std::tuple(right.days, right.seconds, right.microseconds), op);
}

Result<Ref<Object>> delta_total_seconds(ThreadState& ts, Delta& self) {
    return divide_exactly(ts, microseconds_of(self), kMicrosecondsPerSecond);
}

Result<Ref<Object>> delta_reduce(ThreadState& ts, Delta& self) {
    Ref<Object> days = TRY(int_from(ts, self.days)), seconds = TRY(int_from(ts, self.seconds));
    Ref<Object> microseconds = TRY(int_from(ts, self.microseconds));
    Ref<Tuple> fields = TRY(tuple_of(ts, *days, *seconds, *microseconds));
    return TRY(tuple_of(ts, type_of(obj(self)), *fields));
}

constexpr MethodDef methods[] = {
    METHOD_PLAIN("total_seconds($self, /)", delta_total_seconds, "Total seconds in the duration."),
    METHOD_PLAIN("__reduce__($self, /)", delta_reduce, "__reduce__() -> (cls, state)"),
    METHOD_END,
};
constexpr PyMemberDef members[] = {
    {"days", T_INT, offsetof(Delta, days), READONLY, "Number of days."},
    {"seconds", T_INT, offsetof(Delta, seconds), READONLY, "Number of seconds (>= 0 and less than 1 day)."},
    {"microseconds", T_INT, offsetof(Delta, microseconds), READONLY,
     "Number of microseconds (>= 0 and less than 1 second)."},
    {},
};

constexpr auto construct = NEW_SLOT(
    "__new__($type, days=0, seconds=0, microseconds=0, milliseconds=0, minutes=0, hours=0, weeks=0)", delta_construct);

}  // namespace

Failure raise_too_large(ThreadState& ts) {
    return raise(ts, PyExc_OverflowError, "Python int too large to convert to C int");
}

Result<Wide> wide_of_int(ThreadState& ts, Object& value) {
    int overflow;
    long long number = TRY(int_as_long_long_overflow(ts, value, overflow));
    if (!overflow) return Wide(number);
    if (TRY(int_bit_count(ts, as<Int>(value))) > kWideBits) return raise_too_large(ts);
    unsigned char bytes[sizeof(Wide)];
    TRY(int_to_bytes(ts, as<Int>(value), bytes, sizeof bytes, true, true));
    Wide wide;
    std::memcpy(&wide, bytes, sizeof wide);
    return wide;
}

Py_hash_t hash_of_span(int days, int seconds, int microseconds) {
    base::TupleHasher hasher;
    for (int part : {days, seconds, microseconds}) hasher.add(base::hash_int64(part));
    return hasher.finish(3);
}
Py_hash_t hash_of_microseconds(int64_t microseconds) {
    int64_t days = microseconds / kMicrosecondsPerDay, rest = microseconds % kMicrosecondsPerDay;
    if (rest < 0) {
        --days;
        rest += kMicrosecondsPerDay;
    }
    return hash_of_span(int(days), int(rest / kMicrosecondsPerSecond), int(rest % kMicrosecondsPerSecond));
}

Result<Ref<Object>> new_delta(ThreadState& ts, Type& type, int days, int seconds, int microseconds) {
    Ref<Object> made = TRY(allocate_plain<Delta>(ts, type));
    Delta& delta = as<Delta>(*made);
    delta.hashcode = -1;
    delta.days = days;
    delta.seconds = seconds;
    delta.microseconds = microseconds;
    return made;
}

namespace {

int64_t take_over(int64_t& from, int64_t unit) {
    int64_t whole = from / unit;
    from %= unit;
    if (from < 0) {
        from += unit;
        --whole;
    }
    return whole;
}

}  // namespace

Result<Ref<Object>> delta_of(ThreadState& ts, Type& type, int64_t days, int64_t seconds, int64_t microseconds) {
    if (microseconds < 0 || microseconds >= kMicrosecondsPerSecond)
        seconds += take_over(microseconds, kMicrosecondsPerSecond);
    if (seconds < 0 || seconds >= kSecondsPerDay) days += take_over(seconds, kSecondsPerDay);
    if (days < -kMaxDays || days > kMaxDays) {
        if (days != int(days)) return raise_too_large(ts);
        return raise(ts, PyExc_OverflowError, "days=%d; must have magnitude <= %d", int(days), kMaxDays);
    }
    return new_delta(ts, type, int(days), int(seconds), int(microseconds));
}

Result<Ref<Object>> delta_of_microseconds(ThreadState& ts, Type& type, Wide microseconds) {
    if (microseconds == Wide(int64_t(microseconds))) return delta_of(ts, type, 0, 0, int64_t(microseconds));
    Wide days = microseconds / kMicrosecondsPerDay;
    if (days != Wide(int64_t(days))) return raise_too_large(ts);
    return delta_of(ts, type, int64_t(days), 0, int64_t(microseconds % kMicrosecondsPerDay));
}

Result<void> add_delta(ThreadState& ts, Object& module, State& state) {
    TRY(add_plain_type<Delta>(
        ts, module, state.api.DeltaType, "datetime.timedelta", Py_TPFLAGS_BASETYPE, construct,
        {{Py_tp_dealloc, raw_pointer(dealloc_plain)},
         {Py_tp_repr, slot_pointer<reprfunc, delta_repr>()},
         {Py_tp_str, slot_pointer<reprfunc, delta_str>()},
         {Py_tp_hash, slot_pointer<hashfunc, delta_hash>()},
         {Py_tp_richcompare, slot_pointer<richcmpfunc, delta_compare>()},
         {Py_nb_add, slot_pointer<binaryfunc, delta_add>()},
         {Py_nb_subtract, slot_pointer<binaryfunc, delta_subtract>()},
         {Py_nb_multiply, slot_pointer<binaryfunc, delta_multiply>()},
         {Py_nb_remainder, slot_pointer<binaryfunc, delta_remainder>()},
         {Py_nb_divmod, slot_pointer<binaryfunc, delta_divmod>()},
         {Py_nb_negative, slot_pointer<unaryfunc, delta_negative>()},
         {Py_nb_positive, slot_pointer<unaryfunc, delta_positive>()},
         {Py_nb_absolute, slot_pointer<unaryfunc, delta_absolute>()},
         {Py_nb_bool, slot_pointer<inquiry, delta_is_true>()},
         {Py_nb_floor_divide, slot_pointer<binaryfunc, delta_floor_divide>()},
         {Py_nb_true_divide, slot_pointer<binaryfunc, delta_true_divide>()},
         {Py_tp_methods, methods_pointer(methods)},
         {Py_tp_members, const_cast<PyMemberDef*>(members)},
         {Py_tp_doc, const_cast<char*>(
                         "Difference between two datetime values.\n\n"
                         "timedelta(days=0, seconds=0, microseconds=0, milliseconds=0, minutes=0, hours=0, weeks=0)\n\n"
                         "All arguments are optional and default to 0.\n"
                         "Arguments may be integers or floats, and may be positive or negative.")}}));
    Type& type = state.delta_type();
    TRY(set_class_attribute(ts, type, "resolution"_s, new_delta(ts, type, 0, 0, 1)));
    TRY(set_class_attribute(ts, type, "min"_s, new_delta(ts, type, -kMaxDays, 0, 0)));
    return set_class_attribute(ts, type, "max"_s, new_delta(ts, type, kMaxDays, kSecondsPerDay - 1, 999'999));
}

}  // namespace orochi::datetime
