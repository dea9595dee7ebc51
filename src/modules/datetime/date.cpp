// date.
#include <climits>

#include "modules/datetime/datetime.hpp"
#include "modules/timestamp.hpp"
#include "objects/bytes.hpp"
#include "objects/int.hpp"

namespace orochi::datetime {

namespace {

// date(state) is how a pickle makes one.
Result<Ref<Object>> date_construct(ThreadState& ts, Type& type, Object& year, Object* month, Object* day) {
    if (!month && !day) {
        OptRef<Object> state = TRY(pickled_state(ts, year, _PyDateTime_DATE_DATASIZE, "date"));
        if (state) {
            auto* data = reinterpret_cast<const unsigned char*>(PyBytes_AS_STRING(state.get()));
            if (data[2] >= 1 && data[2] <= 12) return new_date(ts, type, load_date(data));
        }
    }
    CivilDate date{TRY(number_argument(ts, year)), 0, 0};
    if (!month) return raise_missing(ts, "month", 2);
    date.month = TRY(number_argument(ts, *month));
    if (!day) return raise_missing(ts, "day", 3);
    date.day = TRY(number_argument(ts, *day));
    TRY(check_date(ts, date));
    return new_date(ts, type, date);
}

Result<Ref<Object>> date_from_timestamp(ThreadState& ts, Type& type, Object& timestamp) {
    return make_date(ts, state_of(type), type, date_of(TRY(local_time(ts, TRY(timestamp_seconds(ts, timestamp))))));
}

// Through fromtimestamp(), which a subclass may have replaced.
Result<Ref<Object>> date_today(ThreadState& ts, Type& type) {
    Ref<Object> clock = TRY(import_attribute(ts, "time"_n, "time"_n));
    Ref<Object> now = TRY(call(ts, *clock));
    return call_method(ts, obj(type), "fromtimestamp"_n, *now);
}

Result<Ref<Object>> date_from_ordinal(ThreadState& ts, Type& type, Object& value) {
    int ordinal = TRY(number_argument(ts, value));
    if (ordinal < 1) return raise(ts, PyExc_ValueError, "ordinal must be >= 1");
    return make_date(ts, state_of(type), type, base::civil_date(ordinal));
}

Result<Ref<Object>> date_from_iso(ThreadState& ts, Type& type, Object& value) {
    std::string_view view = TRY(iso_argument(ts, value));
    CivilDate date;
    bool possible = view.size() == 7 || view.size() == 8 || view.size() == 10;
    if (!possible || !read_iso_date(view, date)) return raise_invalid_iso(ts, value);
    return make_date(ts, state_of(type), type, date);
}

Result<Ref<Object>> date_from_iso_calendar(ThreadState& ts, Type& type, Object& year, Object& week, Object& day) {
    int numbers[3], *out = numbers;
    for (Object* value : {&year, &week, &day}) {
        auto number = number_argument(ts, *value);
        if (!number.ok()) {
            if (!error_matches(ts, PyExc_OverflowError)) return failure;
            error_clear(ts);
            return raise(ts, PyExc_ValueError, "ISO calendar component out of range");
        }
        *out++ = std::move(number).take();
    }
    base::IsoWeekDate date{numbers[0], numbers[1], numbers[2]};
    if (date.year < kMinYear || date.year > kMaxYear)
        return raise(ts, PyExc_ValueError, "Year is out of range: %d", date.year);
    if (date.week < 1 || date.week > base::iso_weeks_in_year(date.year))
        return raise(ts, PyExc_ValueError, "Invalid week: %d", date.week);
    if (date.weekday < 1 || date.weekday > 7)
        return raise(ts, PyExc_ValueError, "Invalid day: %d (range is [1, 7])", date.weekday);
    return make_date(ts, state_of(type), type, base::civil_date(base::iso_day_count(date)));
}

Result<Ref<Str>> date_repr(ThreadState& ts, Date& self) {
    CivilDate date = date_of(self);
    const int numbers[] = {date.year, date.month, date.day};
    StrBuilder builder(ts);
    TRY(append_call(builder, obj(self), numbers));
    TRY(builder.append(')'));
    return builder.finish();
}
Result<Ref<Str>> date_iso_format(ThreadState& ts, Date& self) {
    char text[kIsoDateSize];
    write_iso_date(text, date_of(self));
    return str_from_ascii(ts, {text, sizeof text});
}
// str() is isoformat(), also a subclass's.
Result<Ref<Object>> date_str(ThreadState& ts, Object& self) { return call_method(ts, self, "isoformat"_n); }

Result<Ref<Str>> date_ctime(ThreadState& ts, Date& self) { return ctime(ts, date_of(self), {}); }

Result<Ref<Object>> date_strftime(ThreadState& ts, Object& self, Str& format) {
    Ref<Object> tuple = TRY(call_method(ts, self, "timetuple"_n));
    return strftime(ts, state_of(self), format, *tuple, 0, nullptr, self);
}

Result<Ref<Object>> date_time_tuple(ThreadState& ts, Date& self) { return struct_time(ts, date_of(self), {}, -1); }
int date_iso_weekday(Date& self) { return base::weekday(base::day_count(date_of(self))) + 1; }
int date_weekday(Date& self) { return base::weekday(base::day_count(date_of(self))); }
int date_to_ordinal(Date& self) { return base::day_count(date_of(self)); }
Result<Ref<Object>> date_iso_calendar(ThreadState& ts, Date& self) {
    return new_iso_calendar_date(ts, state_of(obj(self)), base::iso_week_date(date_of(self)));
}

Result<Ref<Object>> date_replace(ThreadState& ts, Date& self, Object* year, Object* month, Object* day) {
    CivilDate date = date_of(self);
    date.year = TRY(number_argument_or(ts, year, date.year));
    date.month = TRY(number_argument_or(ts, month, date.month));
    date.day = TRY(number_argument_or(ts, day, date.day));
    TRY(check_date(ts, date));
    return new_date(ts, type_of(obj(self)), date);
}

Result<Ref<Object>> date_reduce(ThreadState& ts, Date& self) {
    return reduced(ts, obj(self), self.data, sizeof self.data, nullptr);
}

Py_hash_t date_hash(ThreadState& ts, Date& self) {
    if (self.hashcode == -1) self.hashcode = hash_of_fields(ts, self.data, sizeof self.data);
    return self.hashcode;
}

Result<Ref<Object>> date_compare(Date& self, Object& other, int op) {
    if (!is_date(state_of(obj(self)), other)) return new_not_implemented();
    return order(std::memcmp(self.data, as<Date>(other).data, sizeof self.data), 0, op);
}

Result<Ref<Object>> date_plus_days(ThreadState& ts, const State& state, Date& self, int64_t days) {
    int64_t count = base::day_count(date_of(self)) + days;
    if (count < 1 || count > kMaxDayCount) return raise_out_of_range(ts);
    return make_date(ts, state, type_of(obj(self)), base::civil_date(int(count)));
}

Result<Ref<Object>> date_add(ThreadState& ts, Object& left, Object& right) {
    State& state = state_of_operands(left, right);
    if (is_datetime(state, left) || is_datetime(state, right)) return new_not_implemented();
    if (is_date(state, left) && is_delta(state, right))
        return date_plus_days(ts, state, as<Date>(left), as<Delta>(right).days);
    if (is_delta(state, left) && is_date(state, right))
        return date_plus_days(ts, state, as<Date>(right), as<Delta>(left).days);
    return new_not_implemented();
}
Result<Ref<Object>> date_subtract(ThreadState& ts, Object& left, Object& right) {
    State& state = state_of_operands(left, right);
    if (is_datetime(state, left) || is_datetime(state, right) || !is_date(state, left)) return new_not_implemented();
    if (is_date(state, right))
        return new_delta(ts, state.delta_type(),
                         base::day_count(date_of(as<Date>(left))) - base::day_count(date_of(as<Date>(right))), 0, 0);
    if (is_delta(state, right)) return date_plus_days(ts, state, as<Date>(left), -int64_t(as<Delta>(right).days));
    return new_not_implemented();
}

int date_year(Date& self) { return date_of(self).year; }
int date_month(Date& self) { return self.data[2]; }
int date_day(Date& self) { return self.data[3]; }

constexpr MethodDef methods[] = {
    METHOD("fromtimestamp($type, timestamp, /)", date_from_timestamp,
           "Create a date from a POSIX timestamp.\n\n"
           "The timestamp is a number, e.g. created via time.time(), that is interpreted\nas local time."),
    METHOD_PLAIN("fromordinal($type, $tuple, ordinal, /)", date_from_ordinal,
                 "int -> date corresponding to a proleptic Gregorian ordinal."),
    METHOD_PLAIN("fromisoformat($type, value, /)", date_from_iso,
                 "str -> Construct a date from a string in ISO 8601 format."),
    METHOD_PLAIN("fromisocalendar($type, /, year, week, day)", date_from_iso_calendar,
                 "int, int, int -> Construct a date from the ISO year, week number and weekday.\n\n"
                 "This is the inverse of the date.isocalendar() function"),
    METHOD_PLAIN("today($type, /)", date_today,
                 "Current date or datetime:  same as self.__class__.fromtimestamp(time.time())."),
    METHOD_PLAIN("ctime($self, /)", date_ctime, "Return ctime() style string."),
    METHOD_PLAIN("strftime($self, $tuple, /, format)", date_strftime, "format -> strftime() style string."),
    METHOD_PLAIN("__format__($self, $tuple, format, /)", format_object, "Formats self with strftime."),
    METHOD_PLAIN("timetuple($self, /)", date_time_tuple, "Return time tuple, compatible with time.localtime()."),
    METHOD_PLAIN("isocalendar($self, /)", date_iso_calendar,
                 "Return a named tuple containing ISO year, week number, and weekday."),
    METHOD_PLAIN("isoformat($self, /)", date_iso_format, "Return string in ISO 8601 format, YYYY-MM-DD."),
    METHOD_PLAIN("isoweekday($self, /)", date_iso_weekday,
                 "Return the day of the week represented by the date.\nMonday == 1 ... Sunday == 7"),
    METHOD_PLAIN("toordinal($self, /)", date_to_ordinal,
                 "Return proleptic Gregorian ordinal.  January 1 of year 1 is day 1."),
    METHOD_PLAIN("weekday($self, /)", date_weekday,
                 "Return the day of the week represented by the date.\nMonday == 0 ... Sunday == 6"),
    METHOD_PLAIN("replace($self, /, year=None, month=None, day=None)", date_replace,
                 "Return date with new specified fields."),
    METHOD_PLAIN("__reduce__($self, /)", date_reduce, "__reduce__() -> (cls, state)"),
    METHOD_END,
};
constexpr PyGetSetDef getset[] = {
    GETTER("year", date_year, nullptr),
    GETTER("month", date_month, nullptr),
    GETTER("day", date_day, nullptr),
    GETSET_END,
};

constexpr auto construct = NEW_SLOT("date($type, $nameless, year, month=None, day=None)", date_construct);

}  // namespace

Result<void> check_date(ThreadState& ts, const CivilDate& date) {
    if (date.year < kMinYear || date.year > kMaxYear)
        return raise(ts, PyExc_ValueError, "year %i is out of range", date.year);
    if (date.month < 1 || date.month > 12) return raise(ts, PyExc_ValueError, "month must be in 1..12");
    if (date.day < 1 || date.day > base::days_in_month(date.year, date.month))
        return raise(ts, PyExc_ValueError, "day is out of range for month");
    return {};
}

Result<Ref<Object>> new_date(ThreadState& ts, Type& type, const CivilDate& date) {
    Ref<Object> made = TRY(allocate_plain<Date>(ts, type));
    Date& self = as<Date>(*made);
    self.hashcode = -1;
    self.hastzinfo = 0;
    store_date(self.data, date);
    return made;
}

Result<Ref<Object>> make_date(ThreadState& ts, const State& state, Type& type, const CivilDate& date) {
    if (&type == &state.datetime_type()) return make_datetime(ts, state, type, {date});
    if (&type == &state.date_type()) {
        TRY(check_date(ts, date));
        return new_date(ts, type, date);
    }
    Ref<Object> year = TRY(int_from(ts, date.year)), month = TRY(int_from(ts, date.month));
    Ref<Object> day = TRY(int_from(ts, date.day));
    return call(ts, obj(type), *year, *month, *day);
}

Result<Ref<Object>> reduced(ThreadState& ts, Object& self, const unsigned char* data, size_t size, Object* zone) {
    Ref<Bytes> bytes = TRY(bytes_from(ts, {reinterpret_cast<const char*>(data), size}));
    Ref<Tuple> arguments = zone ? TRY(tuple_of(ts, *bytes, *zone)) : TRY(tuple_of(ts, *bytes));
    return TRY(tuple_of(ts, type_of(self), *arguments));
}

Result<OptRef<Object>> pickled_state(ThreadState& ts, Object& object, Py_ssize_t size, const char* what) {
    if (PyBytes_Check(&object)) {
        if (PyBytes_GET_SIZE(&object) != size) return nullptr;
        return OptRef<Object>::share(&object);
    }
    if (!PyUnicode_Check(&object) || str_length(as<Str>(object)) != size) return nullptr;
    auto encoded = str_encode(ts, as<Str>(object), "latin-1", nullptr);
    if (encoded.ok()) return OptRef<Object>(std::move(encoded).take());
    if (!error_matches(ts, PyExc_UnicodeEncodeError)) return failure;
    error_clear(ts);
    return raise(ts, PyExc_ValueError,
                 "Failed to encode latin1 string when unpickling a %s object. "
                 "pickle.load(data, encoding='latin1') is assumed.",
                 what);
}

Failure raise_missing(ThreadState& ts, const char* name, int position) {
    return raise(ts, PyExc_TypeError, "function missing required argument '%s' (pos %d)", name, position);
}

Failure raise_out_of_range(ThreadState& ts) { return raise(ts, PyExc_OverflowError, "date value out of range"); }

Result<int> number_argument(ThreadState& ts, Object& value) {
    long number = TRY(int_as_long(ts, value));
    if (number > INT_MAX) return raise(ts, PyExc_OverflowError, "signed integer is greater than maximum");
    if (number < INT_MIN) return raise(ts, PyExc_OverflowError, "signed integer is less than minimum");
    return int(number);
}
Result<int> number_argument_or(ThreadState& ts, Object* value, int otherwise) {
    return value ? number_argument(ts, *value) : Result<int>(otherwise);
}

Result<void> add_date(ThreadState& ts, Object& module, State& state) {
    TRY(add_plain_type<Date>(ts, module, state.api.DateType, "datetime.date", Py_TPFLAGS_BASETYPE, construct,
                             {{Py_tp_dealloc, raw_pointer(dealloc_plain)},
                              {Py_tp_repr, slot_pointer<reprfunc, date_repr>()},
                              {Py_tp_str, slot_pointer<reprfunc, date_str>()},
                              {Py_tp_hash, slot_pointer<hashfunc, date_hash>()},
                              {Py_tp_richcompare, slot_pointer<richcmpfunc, date_compare>()},
                              {Py_nb_add, slot_pointer<binaryfunc, date_add>()},
                              {Py_nb_subtract, slot_pointer<binaryfunc, date_subtract>()},
                              {Py_tp_methods, methods_pointer(methods)},
                              {Py_tp_getset, const_cast<PyGetSetDef*>(getset)},
                              {Py_tp_doc, const_cast<char*>("date(year, month, day) --> date object")}}));
    Type& type = state.date_type();
    TRY(set_class_attribute(ts, type, "min"_s, new_date(ts, type, {kMinYear, 1, 1})));
    TRY(set_class_attribute(ts, type, "max"_s, new_date(ts, type, {kMaxYear, 12, 31})));
    return set_class_attribute(ts, type, "resolution"_s, new_delta(ts, state.delta_type(), 1, 0, 0));
}

}  // namespace orochi::datetime
