// timezone: a fixed distance from UTC.
#include "modules/datetime/datetime.hpp"

namespace orochi::datetime {

namespace {

constexpr int kMinutesOfMaximum = 23 * 60 + 59;

Result<Ref<Object>> timezone_construct(ThreadState& ts, Type& type, Object& offset, Object* name) {
    State& state = state_of(type);
    if (!is_delta(state, offset))
        return raise(ts, PyExc_TypeError, "timezone() argument 1 must be %s, not %T", state.delta_type().tp_name,
                     &offset);
    if (name && !PyUnicode_Check(name))
        return raise(ts, PyExc_TypeError, "timezone() argument 2 must be str, not %T", name);
    return new_timezone(ts, state, offset, name);
}

void timezone_dealloc(Object* self) {
    decref(*as<TimeZone>(*self).offset);
    decref_optional(as<TimeZone>(*self).name);
    dealloc_plain(self);
}

const Delta& offset_of(const TimeZone& self) { return as<Delta>(*self.offset); }

Result<Ref<Str>> timezone_repr(ThreadState& ts, TimeZone& self) {
    if (&obj(self) == &state_of(obj(self)).utc()) return str_from_ascii(ts, "datetime.timezone.utc");
    const char* name = type_of(obj(self)).tp_name;
    if (!self.name) return str_format(ts, "%s(%R)", name, self.offset);
    return str_format(ts, "%s(%R, %R)", name, self.offset, self.name);
}

Result<Ref<Object>> timezone_str(ThreadState& ts, TimeZone& self) {
    if (self.name) return Ref<Object>::share(*self.name);
    char text[3 + kOffsetSize] = {'U', 'T', 'C'};
    int64_t offset = int64_t(microseconds_of(offset_of(self)));
    char* end = write_offset(text + 3, {offset != 0, offset}, ":");
    return str_from_ascii(ts, {text, size_t(end - text)});
}

Py_hash_t timezone_hash(TimeZone& self) {
    const Delta& offset = offset_of(self);
    return hash_of_span(offset.days, offset.seconds, offset.microseconds);
}

Result<Ref<Object>> timezone_compare(TimeZone& self, Object& other, int op) {
    if ((op != Py_EQ && op != Py_NE) || !is_timezone(state_of(obj(self)), other)) return new_not_implemented();
    return order(microseconds_of(offset_of(self)), microseconds_of(offset_of(as<TimeZone>(other))), op);
}

Result<void> check_argument(ThreadState& ts, TimeZone& self, Object& argument, const char* method) {
    if (is_none(argument) || is_datetime(state_of(obj(self)), argument)) return {};
    return raise(ts, PyExc_TypeError, "%s(dt) argument must be a datetime instance or None, not %T", method, &argument);
}
Result<Ref<Object>> timezone_name(ThreadState& ts, TimeZone& self, Object& argument) {
    TRY(check_argument(ts, self, argument, "tzname"));
    return timezone_str(ts, self);
}
Result<Ref<Object>> timezone_offset(ThreadState& ts, TimeZone& self, Object& argument) {
    TRY(check_argument(ts, self, argument, "utcoffset"));
    return Ref<Object>::share(*self.offset);
}
Result<void> timezone_dst(ThreadState& ts, TimeZone& self, Object& argument) {
    return check_argument(ts, self, argument, "dst");
}

Result<Ref<Object>> timezone_from_utc(ThreadState& ts, TimeZone& self, Object& argument) {
    State& state = state_of(obj(self));
    if (!is_datetime(state, argument)) return raise(ts, PyExc_TypeError, "fromutc: argument must be a datetime");
    if (zone_of(as<DateTime>(argument)) != &obj(self))
        return raise(ts, PyExc_ValueError, "fromutc: dt.tzinfo is not self");
    return datetime_plus(ts, state, as<DateTime>(argument), microseconds_of(offset_of(self)));
}

Result<Ref<Object>> timezone_arguments(ThreadState& ts, TimeZone& self) {
    if (!self.name) return TRY(tuple_of(ts, *self.offset));
    return TRY(tuple_of(ts, *self.offset, *self.name));
}

constexpr MethodDef methods[] = {
    METHOD_PLAIN("tzname($self, dt, /)", timezone_name,
                 "If name is specified when timezone is created, returns the name.  Otherwise returns offset as "
                 "'UTC(+|-)HH:MM'."),
    METHOD_PLAIN("utcoffset($self, dt, /)", timezone_offset, "Return fixed offset."),
    METHOD_PLAIN("dst($self, dt, /)", timezone_dst, "Return None."),
    METHOD_PLAIN("fromutc($self, dt, /)", timezone_from_utc, "datetime in UTC -> datetime in local time."),
    METHOD_PLAIN("__getinitargs__($self, /)", timezone_arguments, "pickle support"),
    METHOD_END,
};

Result<Ref<Object>> plain_timezone(ThreadState& ts, const State& state, Object& offset, Object* name) {
    Ref<Object> made = TRY(allocate_plain<TimeZone>(ts, *state.timezone));
    as<TimeZone>(*made).offset = new_reference(offset);
    as<TimeZone>(*made).name = new_reference_optional(name);
    return made;
}

}  // namespace

bool is_offset(const Delta& delta) {
    return delta.days == 0 || (delta.days == -1 && (delta.seconds > 0 || delta.microseconds > 0));
}

Result<Ref<Object>> new_timezone(ThreadState& ts, const State& state, Object& offset, Object* name) {
    const Delta& delta = as<Delta>(offset);
    if (!name && microseconds_of(delta) == 0) return Ref<Object>::share(state.utc());
    if (!is_offset(delta))
        return raise(ts, PyExc_ValueError,
                     "offset must be a timedelta strictly between -timedelta(hours=24) and "
                     "timedelta(hours=24), not %R.",
                     &offset);
    return plain_timezone(ts, state, offset, name);
}

Result<Ref<Object>> timezone_of_offset(ThreadState& ts, const State& state, int64_t microseconds, Object* name) {
    Ref<Object> offset = TRY(delta_of(ts, state.delta_type(), 0, 0, microseconds));
    return new_timezone(ts, state, *offset, name);
}

Result<void> add_timezone(ThreadState& ts, Object& module, State& state) {
    TRY(add_plain_type<TimeZone>(ts, module, state.timezone, "datetime.timezone", 0,
                                 NEW_SLOT("timezone($type, /, offset, name=None)", timezone_construct),
                                 {{Py_tp_dealloc, raw_pointer(timezone_dealloc)},
                                  {Py_tp_repr, slot_pointer<reprfunc, timezone_repr>()},
                                  {Py_tp_str, slot_pointer<reprfunc, timezone_str>()},
                                  {Py_tp_hash, slot_pointer<hashfunc, timezone_hash>()},
                                  {Py_tp_richcompare, slot_pointer<richcmpfunc, timezone_compare>()},
                                  {Py_tp_methods, methods_pointer(methods)},
                                  {Py_tp_doc, const_cast<char*>("Fixed offset from UTC implementation of tzinfo.")}},
                                 &state.tzinfo_type()));
    Ref<Object> zero = TRY(new_delta(ts, state.delta_type(), 0, 0, 0));
    state.api.TimeZone_UTC = TRY(plain_timezone(ts, state, *zero, nullptr)).release();
    Type& type = *state.timezone;
    TRY(set_class_attribute(ts, type, "utc"_s, Ref<Object>::share(state.utc())));
    int64_t maximum = kMinutesOfMaximum * 60 * kMicrosecondsPerSecond;
    TRY(set_class_attribute(ts, type, "min"_s, timezone_of_offset(ts, state, -maximum, nullptr)));
    return set_class_attribute(ts, type, "max"_s, timezone_of_offset(ts, state, maximum, nullptr));
}

}  // namespace orochi::datetime
