// _datetime: dates, times and the spans between them, with the public layouts of <datetime.h>.
//
// The layouts are what extension modules read through macros: fields in big-endian bytes, a time zone only
// where `hastzinfo` is set. Code here takes objects apart into plain values (CivilDate, TimeOfDay, Moment),
// computes, and puts them together. Spans of time are counts of microseconds: a Wide for timedelta, whose
// range needs 68 bits, an int64_t elsewhere.
//
// Nothing here looks for the module: the types are found from the type of an object at hand (state_of).
#pragma once

#define _PY_DATETIME_IMPL  // the structs, without the pointer that users of the C API keep
#include <datetime.h>

#include <ctime>
#include <span>

#include "modules/datetime/iso_text.hpp"
#include "modules/heap_type.hpp"

namespace orochi::datetime {

using Date = PyDateTime_Date;
using Time = PyDateTime_Time;
using DateTime = PyDateTime_DateTime;
using Delta = PyDateTime_Delta;
using Wide = __int128;

struct TimeZone {
    PyObject ob_base;
    Object* offset;  // a Delta
    Object* name;    // a str, or null
};

struct State {
    // What the capsule points to. The references to types and to UTC are the state's.
    PyDateTime_CAPI api;
    Type *timezone, *iso_calendar_date;

    Type& date_type() const { return *api.DateType; }
    Type& datetime_type() const { return *api.DateTimeType; }
    Type& time_type() const { return *api.TimeType; }
    Type& delta_type() const { return *api.DeltaType; }
    Type& tzinfo_type() const { return *api.TZInfoType; }
    Object& utc() const { return *api.TimeZone_UTC; }

    auto types() {
        return std::array{&api.DateType,   &api.DateTimeType, &api.TimeType,     &api.DeltaType,
                          &api.TZInfoType, &timezone,         &iso_calendar_date};
    }
    template <class F>
    void each(F f) {
        for (Type** type : types()) f(*type);
        f(api.TimeZone_UTC);
    }
};

// The state of the module that one of our types, or a subclass, belongs to. It lives as long as the type: the
// types have instances as attributes (date.min), which the collector does not see into, so that it never
// takes the module apart.
State& state_of(const Type& type);
inline State& state_of(const Object& object) { return state_of(type_of(object)); }
// Null when the type is not one of ours.
State* find_state(const Type& type);
// Of an operator's operands, one of which is ours.
inline State& state_of_operands(const Object& left, const Object& right) {
    State* state = find_state(type_of(left));
    return state ? *state : state_of(right);
}

inline bool is_date(const State& state, const Object& object) { return is_instance_of(object, state.date_type()); }
inline bool is_datetime(const State& state, const Object& object) {
    return is_instance_of(object, state.datetime_type());
}
inline bool is_time(const State& state, const Object& object) { return is_instance_of(object, state.time_type()); }
inline bool is_delta(const State& state, const Object& object) { return is_instance_of(object, state.delta_type()); }
inline bool is_tzinfo(const State& state, const Object& object) { return is_instance_of(object, state.tzinfo_type()); }

// ---- fields ----

inline constexpr int kMinYear = 1, kMaxYear = 9999;
inline constexpr int kMaxDayCount = base::day_count(CivilDate{kMaxYear, 12, 31});

inline CivilDate load_date(const unsigned char* data) { return {data[0] << 8 | data[1], data[2], data[3]}; }
inline TimeOfDay load_time(const unsigned char* data) {
    return {data[0], data[1], data[2], data[3] << 16 | data[4] << 8 | data[5]};
}
inline void store_date(unsigned char* data, const CivilDate& date) {
    data[0] = static_cast<unsigned char>(date.year >> 8);
    data[1] = static_cast<unsigned char>(date.year);
    data[2] = static_cast<unsigned char>(date.month);
    data[3] = static_cast<unsigned char>(date.day);
}
inline void store_time(unsigned char* data, const TimeOfDay& time) {
    data[0] = static_cast<unsigned char>(time.hour);
    data[1] = static_cast<unsigned char>(time.minute);
    data[2] = static_cast<unsigned char>(time.second);
    data[3] = static_cast<unsigned char>(time.microsecond >> 16);
    data[4] = static_cast<unsigned char>(time.microsecond >> 8);
    data[5] = static_cast<unsigned char>(time.microsecond);
}

// The system's broken-down time; a year beyond an int wraps, and is out of range all the same.
inline CivilDate date_of(const tm& fields) {
    return {int(unsigned(fields.tm_year) + 1900), fields.tm_mon + 1, fields.tm_mday};
}
inline CivilDate date_of(const Date& date) { return load_date(date.data); }
inline CivilDate date_of(const DateTime& moment) { return load_date(moment.data); }
inline TimeOfDay time_of(const DateTime& moment) { return load_time(moment.data + _PyDateTime_DATE_DATASIZE); }
inline TimeOfDay time_of(const Time& time) { return load_time(time.data); }

// The time zone, borrowed; null: none.
template <class T>
inline Object* zone_of(const T& object) {
    return object.hastzinfo ? object.tzinfo : nullptr;
}
inline Object& zone_or_none(Object* zone) { return zone ? *zone : none(); }

// A datetime taken apart.
struct Moment {
    CivilDate date;
    TimeOfDay time{};
    Object* zone = nullptr;  // borrowed; null: none
    int fold = 0;
};
inline Moment moment_of(const DateTime& moment) {
    return {date_of(moment), time_of(moment), zone_of(moment), moment.fold};
}
// A time of day taken apart, with what belongs to it.
struct Clock {
    TimeOfDay time{};
    Object* zone = nullptr;  // borrowed; null: none
    int fold = 0;
};
inline Clock clock_of(const Time& time) { return {time_of(time), zone_of(time), time.fold}; }

// Microseconds since the beginning of year 1, on the clock that is shown.
inline int64_t microseconds_of(const CivilDate& date, const TimeOfDay& time) {
    return (base::day_count(date) - 1) * kMicrosecondsPerDay + microseconds_of(time);
}
// The reverse. False: before year 1 or after year 9999.
bool moment_from_microseconds(int64_t microseconds, Moment& moment);

Result<void> check_date(ThreadState& ts, const CivilDate& date);
Result<void> check_time(ThreadState& ts, const TimeOfDay& time, int fold);
// TypeError unless `zone` is None or a tzinfo. Returns it as a Moment has it: null for None. Borrowed.
Result<Object*> check_zone(ThreadState& ts, const State& state, Object& zone);

// ---- making objects ----
//
// new_*: an instance of `type`, without calling its __new__ and __init__. The values must be in range.
// make_*: checks the ranges; a subclass is called, with positional arguments.

Result<Ref<Object>> new_date(ThreadState& ts, Type& type, const CivilDate& date);
Result<Ref<Object>> new_datetime(ThreadState& ts, Type& type, const Moment& moment);
Result<Ref<Object>> new_time(ThreadState& ts, Type& type, const Clock& clock);
Result<Ref<Object>> new_delta(ThreadState& ts, Type& type, int days, int seconds, int microseconds);

// `type` may be a subclass of datetime as well.
Result<Ref<Object>> make_date(ThreadState& ts, const State& state, Type& type, const CivilDate& date);
Result<Ref<Object>> make_datetime(ThreadState& ts, const State& state, Type& type, const Moment& moment);
Result<Ref<Object>> make_time(ThreadState& ts, const State& state, Type& type, const Clock& clock);
// Any distribution over the three units. OverflowError when out of range.
Result<Ref<Object>> delta_of(ThreadState& ts, Type& type, int64_t days, int64_t seconds, int64_t microseconds);
Result<Ref<Object>> delta_of_microseconds(ThreadState& ts, Type& type, Wide microseconds);
inline Wide microseconds_of(const Delta& delta) {
    return (Wide(delta.days) * 86400 + delta.seconds) * kMicrosecondsPerSecond + delta.microseconds;
}
// What __reduce__() returns: the class, and the bytes and the time zone, if there is one, that its
// constructor takes.
Result<Ref<Object>> reduced(ThreadState& ts, Object& self, const unsigned char* data, size_t size, Object* zone);
// A pickled state, or a part of it, as bytes; empty: the object is no state of that size. A str is what a
// pickle of Python 2 has. `what` is for messages.
Result<OptRef<Object>> pickled_state(ThreadState& ts, Object& object, Py_ssize_t size, const char* what);
// A field as a constructor takes it: an int, or something with __index__.
Result<int> number_argument(ThreadState& ts, Object& value);
Result<int> number_argument_or(ThreadState& ts, Object* value, int otherwise);

// A datetime moved by a span. OverflowError when it leaves the calendar. A subclass may make anything of it.
Result<Ref<Object>> datetime_plus(ThreadState& ts, const State& state, DateTime& moment, Wide microseconds);
// The same for callers that go on computing: TypeError when the result is no datetime.
Result<Ref<DateTime>> moved_datetime(ThreadState& ts, const State& state, DateTime& moment, Wide microseconds);

// ---- time zones ----

// zone.METHOD(argument) for utcoffset and dst: None or a timedelta of less than a day. No zone is None.
Result<Ref<Object>> zone_delta(ThreadState& ts, const State& state, Object* zone, Str& method, Object& argument);
// utcoffset() as a number.
Result<Offset> zone_offset(ThreadState& ts, const State& state, Object* zone, Object& argument);
// zone.tzname(argument): None or a str.
Result<Ref<Object>> zone_name(ThreadState& ts, Object* zone, Object& argument);
// timezone(offset, name); UTC itself when the offset is zero and there is no name.
Result<Ref<Object>> new_timezone(ThreadState& ts, const State& state, Object& offset, Object* name);
Result<Ref<Object>> timezone_of_offset(ThreadState& ts, const State& state, int64_t microseconds, Object* name);
// Less than a day in either direction.
bool is_offset(const Delta& delta);
// An instance of timezone, of which there are no subclasses.
inline bool is_timezone(const State& state, const Object& zone) { return &type_of(zone) == state.timezone; }

// ---- text ----

// repr() is a call of the class: its beginning, "datetime.date(2024, 2, 29", and a time zone among the
// arguments, if there is one.
Result<void> append_call(StrBuilder& builder, const Object& self, std::span<const int> numbers);
Result<void> append_zone(ThreadState& ts, StrBuilder& builder, Object* zone);
Result<void> append_number(StrBuilder& builder, int number);
// self.strftime(format): %z, %Z and %f are filled in here, the rest by time.strftime(). `time_tuple` makes
// its argument. `argument` is what the methods of `zone` get.
Result<Ref<Object>> strftime(ThreadState& ts, const State& state, Str& format, Object& time_tuple, int microsecond,
                             Object* zone, Object& argument);
// time.struct_time of the fields.
Result<Ref<Object>> struct_time(ThreadState& ts, const CivilDate& date, const TimeOfDay& time, int dst);
// __format__: str(self) for an empty format, else self.strftime(format).
Result<Ref<Object>> format_object(ThreadState& ts, Object& self, Str& format);
// "Mon Jan  1 00:00:00 0001".
Result<Ref<Str>> ctime(ThreadState& ts, const CivilDate& date, const TimeOfDay& time);
// The argument `timespec` of isoformat().
Result<TimeParts> time_parts(ThreadState& ts, std::string_view name);
// The argument of fromisoformat() as UTF-8, valid as long as the str lives. TypeError when it is no str,
// ValueError when it has surrogates.
Result<std::string_view> iso_argument(ThreadState& ts, Object& value);
// ValueError "Invalid isoformat string: ...".
[[gnu::cold]] Failure raise_invalid_iso(ThreadState& ts, Object& text);
[[gnu::cold]] Failure raise_out_of_range(ThreadState& ts);  // OverflowError "date value out of range"
// The constructors check their arguments from left to right: TypeError for a required one that is not there.
[[gnu::cold]] Failure raise_missing(ThreadState& ts, const char* name, int position);

// ---- comparing and hashing ----

// An order of two values as the comparison `op` sees it.
template <class T>
inline Ref<Object> order(const T& left, const T& right, int op) {
    return new_bool(op == Py_LT   ? left < right
                    : op == Py_LE ? left <= right
                    : op == Py_EQ ? left == right
                    : op == Py_NE ? left != right
                    : op == Py_GT ? left > right
                                  : left >= right);
}
// hash() of an object whose fields are its value: of their bytes.
Py_hash_t hash_of_fields(ThreadState& ts, const unsigned char* data, size_t size);
Py_hash_t hash_of_span(int days, int seconds, int microseconds);
Py_hash_t hash_of_microseconds(int64_t microseconds);

// ---- the types and the module ----

Result<void> add_delta(ThreadState& ts, Object& module, State& state);
Result<void> add_date(ThreadState& ts, Object& module, State& state);
Result<void> add_datetime(ThreadState& ts, Object& module, State& state);
Result<void> add_time(ThreadState& ts, Object& module, State& state);
Result<void> add_tzinfo(ThreadState& ts, Object& module, State& state);
Result<void> add_timezone(ThreadState& ts, Object& module, State& state);
Result<void> add_iso_calendar_date(ThreadState& ts, Object& module, State& state);
Result<Ref<Object>> new_iso_calendar_date(ThreadState& ts, const State& state, const base::IsoWeekDate& date);
// Fills the function table and adds the capsule.
Result<void> add_capi(ThreadState& ts, Object& module, State& state);

// Sets a class attribute of one of our types, which are immutable to everybody else.
Result<void> set_class_attribute(ThreadState& ts, Type& type, Str& name, Result<Ref<Object>>&& value);

// An uninitialised instance of `type`, which is T's or a subclass. `size` is sizeof(T), or less for objects
// of exactly T's type that leave the end out.
template <class T>
inline Result<Ref<Object>> allocate_plain(ThreadState& ts, Type& type, size_t size = sizeof(T)) {
    if (!(type.tp_flags & Py_TPFLAGS_HAVE_GC) && type.tp_basicsize == Py_ssize_t(sizeof(T))) [[likely]] {
        Object* made = allocate_object(ts, type, size);
        if (!made) return failure;
        return Ref<Object>::steal(made);
    }
    return Result<Ref<Object>>::adopt(type.tp_alloc(&type, 0));
}

// Makes one of our types, enters it in the module and in the state, and gives it a constructor for
// vectorcalls as well.
template <class T, class N>
Result<void> add_plain_type(ThreadState& ts, Object& module, Type*& place, const char* name, unsigned flags,
                            N construct, std::initializer_list<PyType_Slot> slots, Type* base = nullptr) {
    PyType_Slot all[40] = {{Py_tp_new, new_pointer(construct)}};
    std::copy(slots.begin(), slots.end(), all + 1);
    PyType_Spec spec = {name, int(sizeof(T)), 0, unsigned(Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE) | flags, all};
    Ref<Type> type = TRY(type_from_spec(ts, &module, spec, reinterpret_cast<Object*>(base)));
    type->tp_vectorcall = construct;
    // Not interned, as the names of CPython's static types are not: in pickles the class datetime does not
    // share its name with its module.
    const char* short_name = std::strrchr(name, '.') + 1;
    assign(reinterpret_cast<HeapType&>(*type).ht_qualname, TRY(str_from_ascii(ts, short_name)));
    TRY(module_add(ts, module, short_name, obj(*type)));
    place = std::move(type).release();
    return {};
}

// Instances are plain memory that the collector need not know: no cycle goes through a date. Subclasses are
// containers, which their own deallocator sees to before it comes to this one.
void dealloc_plain(Object* self);
// The same, for objects that may have a time zone.
template <class T>
void dealloc_zoned(Object* self) {
    if (as<T>(*self).hastzinfo) decref_optional(as<T>(*self).tzinfo);
    dealloc_plain(self);
}

}  // namespace orochi::datetime
