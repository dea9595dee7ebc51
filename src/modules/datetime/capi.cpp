// The function table of <datetime.h>, which extension modules take from the capsule datetime.datetime_CAPI.
// Its functions find their interpreter's types from the class or object they are given.
#include "modules/datetime/datetime.hpp"
#include "objects/type.hpp"
#include "state/runtime.hpp"

namespace orochi::datetime {

namespace {

Result<Ref<Object>> checked_date(ThreadState& ts, const CivilDate& date, Type& type) {
    TRY(check_date(ts, date));
    return new_date(ts, type, date);
}
Result<Ref<Object>> checked_datetime(ThreadState& ts, Moment moment, Object& zone, Type& type) {
    TRY(check_date(ts, moment.date));
    TRY(check_time(ts, moment.time, moment.fold));
    moment.zone = TRY(check_zone(ts, state_of(type), zone));
    return new_datetime(ts, type, moment);
}
Result<Ref<Object>> checked_time(ThreadState& ts, Clock clock, Object& zone, Type& type) {
    TRY(check_time(ts, clock.time, clock.fold));
    clock.zone = TRY(check_zone(ts, state_of(type), zone));
    return new_time(ts, type, clock);
}
Result<Ref<Object>> checked_timezone(ThreadState& ts, Object& offset, Object* name) {
    State* state = find_state(type_of(offset));
    if (!state || !is_delta(*state, offset))
        return raise(ts, PyExc_TypeError, "offset must be a timedelta, not %T", &offset);
    return new_timezone(ts, *state, offset, name);
}

PyObject* date_from_date(int year, int month, int day, PyTypeObject* type) {
    return to_c(checked_date(current_thread(), {year, month, day}, *type));
}
PyObject* datetime_with_fold(int year, int month, int day, int hour, int minute, int second, int microsecond,
                             PyObject* zone, int fold, PyTypeObject* type) {
    Moment moment{{year, month, day}, {hour, minute, second, microsecond}, nullptr, fold};
    return to_c(checked_datetime(current_thread(), moment, *zone, *type));
}
PyObject* datetime_from_parts(int year, int month, int day, int hour, int minute, int second, int microsecond,
                              PyObject* zone, PyTypeObject* type) {
    return datetime_with_fold(year, month, day, hour, minute, second, microsecond, zone, 0, type);
}
PyObject* time_with_fold(int hour, int minute, int second, int microsecond, PyObject* zone, int fold,
                         PyTypeObject* type) {
    return to_c(checked_time(current_thread(), {{hour, minute, second, microsecond}, nullptr, fold}, *zone, *type));
}
PyObject* time_from_parts(int hour, int minute, int second, int microsecond, PyObject* zone, PyTypeObject* type) {
    return time_with_fold(hour, minute, second, microsecond, zone, 0, type);
}
// The caller may know that the parts are in range already; checking again does no harm.
PyObject* delta_from_parts(int days, int seconds, int microseconds, int, PyTypeObject* type) {
    return to_c(delta_of(current_thread(), *type, days, seconds, microseconds));
}
PyObject* timezone_from_parts(PyObject* offset, PyObject* name) {
    return to_c(checked_timezone(current_thread(), *offset, name));
}
// The class method with an argument tuple.
PyObject* from_timestamp(PyObject* type, PyObject* arguments, PyObject* keywords) {
    ThreadState& ts = current_thread();
    Ref<Object> method = TRY_OR(nullptr, getattr(ts, *type, "fromtimestamp"_n));
    return to_c(call_tuple(ts, *method, *arguments, keywords));
}
PyObject* date_from_timestamp(PyObject* type, PyObject* arguments) { return from_timestamp(type, arguments, nullptr); }

}  // namespace

Result<void> add_capi(ThreadState& ts, Object& module, State& state) {
    PyDateTime_CAPI& api = state.api;
    api.Date_FromDate = date_from_date;
    api.DateTime_FromDateAndTime = datetime_from_parts;
    api.Time_FromTime = time_from_parts;
    api.Delta_FromDelta = delta_from_parts;
    api.TimeZone_FromTimeZone = timezone_from_parts;
    api.DateTime_FromTimestamp = from_timestamp;
    api.Date_FromTimestamp = date_from_timestamp;
    api.DateTime_FromDateAndTimeAndFold = datetime_with_fold;
    api.Time_FromTimeAndFold = time_with_fold;
    return module_add(ts, module, "datetime_CAPI",
                      TRY(Result<Ref<Object>>::adopt(PyCapsule_New(&api, PyDateTime_CAPSULE_NAME, nullptr))));
}

}  // namespace orochi::datetime
