// tzinfo, the base class of time zones, and calling the methods of one.
#include "modules/datetime/datetime.hpp"

namespace orochi::datetime {

namespace {

// The constructor takes what subclasses want to take.
Result<Ref<Object>> tzinfo_construct(ThreadState&, Type& type, Rest, Keywords) {
    return Result<Ref<Object>>::adopt(type.tp_alloc(&type, 0));
}

Failure raise_not_implemented(ThreadState& ts, const char* name) {
    return raise(ts, PyExc_NotImplementedError, "a tzinfo subclass must implement %s()", name);
}
Result<Ref<Object>> tzinfo_name(ThreadState& ts, Object&, Object&) { return raise_not_implemented(ts, "tzname"); }
Result<Ref<Object>> tzinfo_offset(ThreadState& ts, Object&, Object&) { return raise_not_implemented(ts, "utcoffset"); }
Result<Ref<Object>> tzinfo_dst(ThreadState& ts, Object&, Object&) { return raise_not_implemented(ts, "dst"); }

// The documentation of tzinfo.fromutc() gives this algorithm: standard time first, then the daylight saving
// that holds there.
Result<Ref<Object>> tzinfo_from_utc(ThreadState& ts, Object& self, Object& argument) {
    State& state = state_of(self);
    if (!is_datetime(state, argument)) return raise(ts, PyExc_TypeError, "fromutc: argument must be a datetime");
    if (zone_of(as<DateTime>(argument)) != &self) return raise(ts, PyExc_ValueError, "fromutc: dt.tzinfo is not self");
    Ref<Object> offset = TRY(call_method(ts, argument, "utcoffset"_n));
    if (!is_delta(state, *offset)) return raise(ts, PyExc_ValueError, "fromutc: non-None utcoffset() result required");
    Ref<Object> dst = TRY(call_method(ts, argument, "dst"_n));
    if (!is_delta(state, *dst)) return raise(ts, PyExc_ValueError, "fromutc: non-None dst() result required");
    Wide standard = microseconds_of(as<Delta>(*offset)) - microseconds_of(as<Delta>(*dst));
    Ref<DateTime> result = TRY(moved_datetime(ts, state, as<DateTime>(argument), standard));
    dst = TRY(call_method(ts, obj(*result), "dst"_n));
    if (!is_delta(state, *dst))
        return raise(ts, PyExc_ValueError, "fromutc: tz.dst() gave inconsistent results; cannot convert");
    Wide saving = microseconds_of(as<Delta>(*dst));
    if (saving == 0) return result;
    return datetime_plus(ts, state, *result, saving);
}

Result<Ref<Object>> tzinfo_reduce(ThreadState& ts, Object& self) {
    OptRef<Object> get_arguments = TRY(getattr_optional(ts, self, "__getinitargs__"_n));
    Ref<Object> arguments = get_arguments ? TRY(call(ts, *get_arguments)) : Ref<Object>::share(obj(empty_tuple()));
    Ref<Object> state = TRY(call_method(ts, self, "__getstate__"_n));
    return TRY(tuple_of(ts, type_of(self), *arguments, *state));
}

constexpr MethodDef methods[] = {
    METHOD_PLAIN("tzname($self, dt, /)", tzinfo_name, "datetime -> string name of time zone."),
    METHOD_PLAIN("utcoffset($self, dt, /)", tzinfo_offset,
                 "datetime -> timedelta showing offset from UTC, negative values indicating West of UTC"),
    METHOD_PLAIN("dst($self, dt, /)", tzinfo_dst, "datetime -> DST offset as timedelta positive east of UTC."),
    METHOD_PLAIN("fromutc($self, dt, /)", tzinfo_from_utc, "datetime in UTC -> datetime in local time."),
    METHOD_PLAIN("__reduce__($self, /)", tzinfo_reduce, "-> (cls, state)"),
    METHOD_END,
};

}  // namespace

Result<Object*> check_zone(ThreadState& ts, const State& state, Object& zone) {
    if (is_none(zone)) return nullptr;
    if (is_tzinfo(state, zone)) return &zone;
    return raise(ts, PyExc_TypeError, "tzinfo argument must be None or of a tzinfo subclass, not type '%T'", &zone);
}

Result<Ref<Object>> zone_delta(ThreadState& ts, const State& state, Object* zone, Str& method, Object& argument) {
    if (!zone) return new_none();
    Ref<Object> result = TRY(call_method(ts, *zone, obj(method), argument));
    if (is_none(*result)) return result;
    if (!is_delta(state, *result))
        return raise(ts, PyExc_TypeError, "tzinfo.%U() must return None or timedelta, not '%T'", &method, result.get());
    if (!is_offset(as<Delta>(*result)))
        return raise(ts, PyExc_ValueError,
                     "offset must be a timedelta strictly between -timedelta(hours=24) and timedelta(hours=24).");
    return result;
}

Result<Offset> zone_offset(ThreadState& ts, const State& state, Object* zone, Object& argument) {
    if (!zone) return Offset{};
    if (is_timezone(state, *zone))
        return Offset{true, int64_t(microseconds_of(as<Delta>(*as<TimeZone>(*zone).offset)))};
    Ref<Object> delta = TRY(zone_delta(ts, state, zone, "utcoffset"_s, argument));
    if (is_none(*delta)) return Offset{};
    return Offset{true, int64_t(microseconds_of(as<Delta>(*delta)))};
}

Result<Ref<Object>> zone_name(ThreadState& ts, Object* zone, Object& argument) {
    if (!zone) return new_none();
    Ref<Object> name = TRY(call_method(ts, *zone, "tzname"_n, argument));
    if (is_none(*name) || PyUnicode_Check(name.get())) return name;
    return raise(ts, PyExc_TypeError, "tzinfo.tzname() must return None or a string, not '%T'", name.get());
}

Result<void> add_tzinfo(ThreadState& ts, Object& module, State& state) {
    return add_plain_type<PyDateTime_TZInfo>(
        ts, module, state.api.TZInfoType, "datetime.tzinfo", Py_TPFLAGS_BASETYPE,
        NEW_SLOT("tzinfo($type, *args, **kwargs)", tzinfo_construct),
        {{Py_tp_dealloc, raw_pointer(dealloc_plain)},
         {Py_tp_methods, methods_pointer(methods)},
         {Py_tp_doc, const_cast<char*>("Abstract base class for time zone info objects.")}});
}

}  // namespace orochi::datetime
