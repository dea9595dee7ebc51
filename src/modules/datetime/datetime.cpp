// datetime: the type. Operators are in datetime_arithmetic.cpp, clocks and conversion in datetime_clock.cpp.
#include "modules/datetime/datetime_operations.hpp"
#include "objects/bytes.hpp"
#include "objects/int.hpp"

namespace orochi::datetime {

namespace {

constexpr int kFoldBit = 0x80;  // in the month, when pickled

// datetime(state[, tzinfo]) is how a pickle makes one.
Result<OptRef<Object>> datetime_from_state(ThreadState& ts, Type& type, Object& given, Object* zone) {
    OptRef<Object> state = TRY(pickled_state(ts, given, _PyDateTime_DATETIME_DATASIZE, "datetime"));
    if (!state) return nullptr;
    auto* data = reinterpret_cast<const unsigned char*>(PyBytes_AS_STRING(state.get()));
    Moment moment{load_date(data), load_time(data + _PyDateTime_DATE_DATASIZE)};
    moment.fold = moment.date.month >= kFoldBit;
    moment.date.month &= ~kFoldBit;
    if (moment.date.month < 1 || moment.date.month > 12) return nullptr;
    if (zone) {
        auto checked = check_zone(ts, state_of(type), *zone);
        if (!checked.ok()) {
            error_clear(ts);
            return raise(ts, PyExc_TypeError, "bad tzinfo state arg");
        }
        moment.zone = std::move(checked).take();
    }
    return new_datetime(ts, type, moment);
}

Result<Ref<Object>> datetime_construct(ThreadState& ts, Type& type, Object& year, Object* month, Object* day,
                                       Object* hour, Object* minute, Object* second, Object* microsecond,
                                       Object* tzinfo, Object* fold) {
    if (!day && !PyLong_Check(&year)) {
        OptRef<Object> made = TRY(datetime_from_state(ts, type, year, month));
        if (made) return made.take();
    }
    Moment moment{{TRY(number_argument(ts, year)), 0, 0}};
    if (!month) return raise_missing(ts, "month", 2);
    moment.date.month = TRY(number_argument(ts, *month));
    if (!day) return raise_missing(ts, "day", 3);
    moment.date.day = TRY(number_argument(ts, *day));
    moment.time.hour = TRY(number_argument_or(ts, hour, 0));
    moment.time.minute = TRY(number_argument_or(ts, minute, 0));
    moment.time.second = TRY(number_argument_or(ts, second, 0));
    moment.time.microsecond = TRY(number_argument_or(ts, microsecond, 0));
    moment.fold = TRY(number_argument_or(ts, fold, 0));
    TRY(check_date(ts, moment.date));
    TRY(check_time(ts, moment.time, moment.fold));
    if (tzinfo) moment.zone = TRY(check_zone(ts, state_of(type), *tzinfo));
    return new_datetime(ts, type, moment);
}

Result<Ref<Object>> datetime_strptime(ThreadState& ts, Type& type, Str& text, Str& format) {
    Ref<Object> function = TRY(import_attribute(ts, "_strptime"_n, "_strptime_datetime"_n));
    return call(ts, *function, obj(type), text, format);
}

Result<Ref<Object>> datetime_combine(ThreadState& ts, Type& type, Object& date, Object& time, Object* tzinfo) {
    State& state = state_of(type);
    if (!is_date(state, date))
        return raise(ts, PyExc_TypeError, "combine() argument 1 must be %s, not %T", state.date_type().tp_name, &date);
    if (!is_time(state, time))
        return raise(ts, PyExc_TypeError, "combine() argument 2 must be %s, not %T", state.time_type().tp_name, &time);
    Clock clock = clock_of(as<Time>(time));
    if (tzinfo) clock.zone = TRY(check_zone(ts, state, *tzinfo));
    return make_datetime(ts, state, type, {date_of(as<Date>(date)), clock.time, clock.zone, clock.fold});
}

// The text as UTF-8. The separator may be any character, also a surrogate, which is replaced; an empty
// result: no date.
Result<OptRef<Str>> with_encodable_separator(ThreadState& ts, Str& text) {
    Py_ssize_t length = str_length(text);
    if (length < 7) return nullptr;
    for (Py_ssize_t place : {7, 8, 10}) {
        if (place >= length || !Py_UNICODE_IS_SURROGATE(str_at(text, place))) continue;
        Ref<Str> before = TRY(str_substring(ts, text, 0, place)),
                 after = TRY(str_substring(ts, text, place + 1, length));
        return TRY(str_format(ts, "%UT%U", before.get(), after.get()));
    }
    return OptRef<Str>::share(&text);
}
// The size of the UTF-8 character that begins with this byte.
size_t character_size(char first) {
    auto byte = static_cast<unsigned char>(first);
    return byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}
bool read_iso_datetime(std::string_view text, Moment& moment, Offset& offset) {
    size_t date_size = iso_date_size(text);
    if (!read_iso_date(text.substr(0, date_size), moment.date)) return false;
    std::string_view rest = text.substr(date_size);
    return rest.empty() ||
           read_iso_time(rest.substr(std::min(rest.size(), character_size(rest.front()))), moment.time, offset);
}

Result<Ref<Object>> datetime_from_iso(ThreadState& ts, Type& type, Object& value) {
    if (!PyUnicode_Check(&value)) return raise(ts, PyExc_TypeError, "fromisoformat: argument must be str");
    OptRef<Str> text = TRY(with_encodable_separator(ts, as<Str>(value)));
    if (!text) return raise_invalid_iso(ts, value);
    auto utf8 = str_utf8(ts, *text);
    if (!utf8.ok()) {
        error_clear(ts);  // surrogates elsewhere
        return raise_invalid_iso(ts, value);
    }
    Moment moment{};
    Offset offset;
    if (!read_iso_datetime(std::move(utf8).take(), moment, offset)) return raise_invalid_iso(ts, value);
    State& state = state_of(type);
    OptRef<Object> zone;
    if (offset.given) zone = TRY(timezone_of_offset(ts, state, offset.microseconds, nullptr));
    moment.zone = zone.get();
    return make_datetime(ts, state, type, moment);
}

Result<Ref<Str>> datetime_repr(ThreadState& ts, DateTime& self) {
    auto [date, time, zone, fold] = moment_of(self);
    const int numbers[] = {date.year, date.month, date.day, time.hour, time.minute, time.second, time.microsecond};
    StrBuilder builder(ts);
    TRY(append_call(builder, obj(self), {numbers, time.microsecond ? 7u : time.second ? 6u : 5u}));
    if (fold) TRY(builder.append_ascii(", fold=1"));
    TRY(append_zone(ts, builder, zone));
    TRY(builder.append(')'));
    return builder.finish();
}

Result<Ref<Str>> datetime_iso_format(ThreadState& ts, DateTime& self, char32_t separator, std::string_view timespec) {
    TimeParts parts = TRY(time_parts(ts, timespec));
    char text[kIsoDateSize + 1 + kIsoTimeSize + kOffsetSize];
    char* place = write_iso_date(text, date_of(self));
    *place = separator < 0x80 ? char(separator) : '?';
    char* end = write_iso_time(place + 1, time_of(self), parts);
    end = write_offset(end, TRY(offset_of(ts, state_of(obj(self)), self)), ":");
    if (separator < 0x80) return str_from_ascii(ts, {text, size_t(end - text)});
    StrBuilder builder(ts);
    TRY(builder.append_ascii({text, kIsoDateSize}));
    TRY(builder.append(Py_UCS4(separator)));
    TRY(builder.append_ascii({place + 1, size_t(end - place - 1)}));
    return builder.finish();
}
Result<Ref<Object>> datetime_str(ThreadState& ts, Object& self) { return call_method(ts, self, "isoformat"_n, " "_n); }

Result<Ref<Str>> datetime_ctime(ThreadState& ts, DateTime& self) { return ctime(ts, date_of(self), time_of(self)); }

Result<Ref<Object>> datetime_strftime(ThreadState& ts, DateTime& self, Str& format) {
    Ref<Object> tuple = TRY(call_method(ts, obj(self), "timetuple"_n));
    return strftime(ts, state_of(obj(self)), format, *tuple, time_of(self).microsecond, zone_of(self), obj(self));
}

Result<Ref<Object>> datetime_utc_offset(ThreadState& ts, DateTime& self) {
    return zone_delta(ts, state_of(obj(self)), zone_of(self), "utcoffset"_s, obj(self));
}
Result<Ref<Object>> datetime_dst(ThreadState& ts, DateTime& self) {
    return zone_delta(ts, state_of(obj(self)), zone_of(self), "dst"_s, obj(self));
}
Result<Ref<Object>> datetime_zone_name(ThreadState& ts, DateTime& self) {
    return zone_name(ts, zone_of(self), obj(self));
}

Result<Ref<Object>> datetime_time_tuple(ThreadState& ts, DateTime& self) {
    Ref<Object> saving = TRY(datetime_dst(ts, self));
    int dst = is_none(*saving) ? -1 : microseconds_of(as<Delta>(*saving)) != 0;
    return struct_time(ts, date_of(self), time_of(self), dst);
}
Result<Ref<Object>> datetime_utc_time_tuple(ThreadState& ts, DateTime& self) {
    Offset offset = TRY(offset_of(ts, state_of(obj(self)), self));
    Moment moment;
    if (!moment_from_microseconds(microseconds_of(self) - offset.microseconds, moment)) return raise_out_of_range(ts);
    return struct_time(ts, moment.date, moment.time, 0);
}

Result<Ref<Object>> datetime_date(ThreadState& ts, DateTime& self) {
    return new_date(ts, state_of(obj(self)).date_type(), date_of(self));
}
Result<Ref<Object>> datetime_time(ThreadState& ts, DateTime& self) {
    return new_time(ts, state_of(obj(self)).time_type(), {time_of(self), nullptr, self.fold});
}
Result<Ref<Object>> datetime_time_with_zone(ThreadState& ts, DateTime& self) {
    return new_time(ts, state_of(obj(self)).time_type(), {time_of(self), zone_of(self), self.fold});
}

Result<Ref<Object>> datetime_replace(ThreadState& ts, DateTime& self, Object* year, Object* month, Object* day,
                                     Object* hour, Object* minute, Object* second, Object* microsecond, Object* tzinfo,
                                     Object* fold) {
    Moment moment = moment_of(self);
    auto& [date, time, zone, current_fold] = moment;
    date.year = TRY(number_argument_or(ts, year, date.year));
    date.month = TRY(number_argument_or(ts, month, date.month));
    date.day = TRY(number_argument_or(ts, day, date.day));
    time.hour = TRY(number_argument_or(ts, hour, time.hour));
    time.minute = TRY(number_argument_or(ts, minute, time.minute));
    time.second = TRY(number_argument_or(ts, second, time.second));
    time.microsecond = TRY(number_argument_or(ts, microsecond, time.microsecond));
    current_fold = TRY(number_argument_or(ts, fold, current_fold));
    if (current_fold != 0 && current_fold != 1) return raise(ts, PyExc_ValueError, "fold must be either 0 or 1");
    TRY(check_date(ts, date));
    TRY(check_time(ts, time, current_fold));
    if (tzinfo) zone = TRY(check_zone(ts, state_of(obj(self)), *tzinfo));
    return new_datetime(ts, type_of(obj(self)), moment);
}

Result<Ref<Object>> datetime_reduce_ex(ThreadState& ts, DateTime& self, int protocol) {
    unsigned char data[_PyDateTime_DATETIME_DATASIZE];
    std::memcpy(data, self.data, sizeof data);
    if (protocol > 3 && self.fold) data[2] |= kFoldBit;
    return reduced(ts, obj(self), data, sizeof data, zone_of(self));
}
Result<Ref<Object>> datetime_reduce(ThreadState& ts, DateTime& self) { return datetime_reduce_ex(ts, self, 2); }

int datetime_hour(DateTime& self) { return time_of(self).hour; }
int datetime_minute(DateTime& self) { return time_of(self).minute; }
int datetime_second(DateTime& self) { return time_of(self).second; }
int datetime_microsecond(DateTime& self) { return time_of(self).microsecond; }
Ref<Object> datetime_zone(DateTime& self) { return Ref<Object>::share(zone_or_none(zone_of(self))); }
int datetime_fold(DateTime& self) { return self.fold; }

constexpr MethodDef methods[] = {
    METHOD("now($type, /, tz=None)", datetime_now,
           "Returns new datetime object representing current time local to tz.\n\n"
           "  tz\n    Timezone object.\n\nIf no tz is specified, uses local timezone."),
    METHOD_PLAIN("utcnow($type, /)", datetime_utc_now, "Return a new datetime representing UTC day and time."),
    METHOD_PLAIN("fromtimestamp($type, /, timestamp, tz=None)", datetime_from_timestamp,
                 "timestamp[, tz] -> tz's local time from POSIX timestamp."),
    METHOD_PLAIN("utcfromtimestamp($type, $tuple, timestamp, /)", datetime_utc_from_timestamp,
                 "Construct a naive UTC datetime from a POSIX timestamp."),
    METHOD_PLAIN("strptime($type, $tuple, date_string, format, /)", datetime_strptime,
                 "string, format -> new datetime parsed from a string (like time.strptime())."),
    METHOD_PLAIN("combine($type, /, date, time, tzinfo=None)", datetime_combine,
                 "date, time -> datetime with same date and time fields"),
    METHOD_PLAIN("fromisoformat($type, value, /)", datetime_from_iso,
                 "string -> datetime from a string in most ISO 8601 formats"),
    METHOD_PLAIN("date($self, /)", datetime_date, "Return date object with same year, month and day."),
    METHOD_PLAIN("time($self, /)", datetime_time, "Return time object with same time but with tzinfo=None."),
    METHOD_PLAIN("timetz($self, /)", datetime_time_with_zone, "Return time object with same time and tzinfo."),
    METHOD_PLAIN("ctime($self, /)", datetime_ctime, "Return ctime() style string."),
    METHOD_PLAIN("strftime($self, $tuple, /, format)", datetime_strftime, "format -> strftime() style string."),
    METHOD_PLAIN("timetuple($self, /)", datetime_time_tuple, "Return time tuple, compatible with time.localtime()."),
    METHOD_PLAIN("timestamp($self, /)", datetime_timestamp, "Return POSIX timestamp as float."),
    METHOD_PLAIN("utctimetuple($self, /)", datetime_utc_time_tuple,
                 "Return UTC time tuple, compatible with time.localtime()."),
    METHOD_PLAIN("isoformat($self, $tuple, /, sep='T', timespec='auto')", datetime_iso_format,
                 "[sep] -> string in ISO 8601 format, YYYY-MM-DDT[HH[:MM[:SS[.mmm[uuu]]]]][+HH:MM].\n"
                 "sep is used to separate the year from the time, and defaults to 'T'.\n"
                 "The optional argument timespec specifies the number of additional terms\n"
                 "of the time to include. Valid options are 'auto', 'hours', 'minutes',\n"
                 "'seconds', 'milliseconds' and 'microseconds'.\n"),
    METHOD_PLAIN("utcoffset($self, /)", datetime_utc_offset, "Return self.tzinfo.utcoffset(self)."),
    METHOD_PLAIN("tzname($self, /)", datetime_zone_name, "Return self.tzinfo.tzname(self)."),
    METHOD_PLAIN("dst($self, /)", datetime_dst, "Return self.tzinfo.dst(self)."),
    METHOD_PLAIN("replace($self, /, year=None, month=None, day=None, hour=None, minute=None, second=None, "
                 "microsecond=None, tzinfo=None, *, fold=None)",
                 datetime_replace, "Return datetime with new specified fields."),
    METHOD_PLAIN("astimezone($self, /, tz=None)", datetime_as_time_zone,
                 "tz -> convert to local time in new timezone tz\n"),
    METHOD_PLAIN("__reduce_ex__($self, $tuple, protocol, /)", datetime_reduce_ex,
                 "__reduce_ex__(proto) -> (cls, state)"),
    METHOD_PLAIN("__reduce__($self, /)", datetime_reduce, "__reduce__() -> (cls, state)"),
    METHOD_END,
};
constexpr PyGetSetDef getset[] = {
    GETTER("hour", datetime_hour, nullptr),
    GETTER("minute", datetime_minute, nullptr),
    GETTER("second", datetime_second, nullptr),
    GETTER("microsecond", datetime_microsecond, nullptr),
    GETTER("tzinfo", datetime_zone, nullptr),
    GETTER("fold", datetime_fold, nullptr),
    GETSET_END,
};

constexpr auto construct = NEW_SLOT(
    "datetime($type, $nameless, year, month=None, day=None, hour=None, minute=None, second=None, "
    "microsecond=None, tzinfo=None, *, fold=None)",
    datetime_construct);

}  // namespace

Result<Ref<Object>> new_datetime(ThreadState& ts, Type& type, const Moment& moment) {
    size_t size = moment.zone ? sizeof(DateTime) : sizeof(_PyDateTime_BaseDateTime);
    Ref<Object> made = TRY(allocate_plain<DateTime>(ts, type, size));
    DateTime& self = as<DateTime>(*made);
    self.hashcode = -1;
    self.hastzinfo = moment.zone != nullptr;
    self.fold = static_cast<unsigned char>(moment.fold);
    store_date(self.data, moment.date);
    store_time(self.data + _PyDateTime_DATE_DATASIZE, moment.time);
    if (moment.zone) self.tzinfo = new_reference(*moment.zone);
    return made;
}

Result<Ref<Object>> make_datetime(ThreadState& ts, const State& state, Type& type, const Moment& moment) {
    const auto& [date, time, zone, fold] = moment;
    if (&type == &state.datetime_type()) {
        TRY(check_date(ts, date));
        TRY(check_time(ts, time, fold));
        return new_datetime(ts, type, moment);
    }
    Ref<Object> year = TRY(int_from(ts, date.year)), month = TRY(int_from(ts, date.month));
    Ref<Object> day = TRY(int_from(ts, date.day)), hour = TRY(int_from(ts, time.hour));
    Ref<Object> minute = TRY(int_from(ts, time.minute)), second = TRY(int_from(ts, time.second));
    Ref<Object> microsecond = TRY(int_from(ts, time.microsecond));
    return call(ts, obj(type), *year, *month, *day, *hour, *minute, *second, *microsecond, zone_or_none(zone));
}

Result<void> add_datetime(ThreadState& ts, Object& module, State& state) {
    TRY(add_plain_type<DateTime>(
        ts, module, state.api.DateTimeType, "datetime.datetime", Py_TPFLAGS_BASETYPE, construct,
        {{Py_tp_dealloc, raw_pointer(dealloc_zoned<DateTime>)},
         {Py_tp_repr, slot_pointer<reprfunc, datetime_repr>()},
         {Py_tp_str, slot_pointer<reprfunc, datetime_str>()},
         {Py_tp_hash, slot_pointer<hashfunc, datetime_hash>()},
         {Py_tp_richcompare, slot_pointer<richcmpfunc, datetime_compare>()},
         {Py_nb_add, slot_pointer<binaryfunc, datetime_add>()},
         {Py_nb_subtract, slot_pointer<binaryfunc, datetime_subtract>()},
         {Py_tp_methods, methods_pointer(methods)},
         {Py_tp_getset, const_cast<PyGetSetDef*>(getset)},
         {Py_tp_doc,
          const_cast<char*>("datetime(year, month, day[, hour[, minute[, second[, microsecond[,tzinfo]]]]])\n\n"
                            "The year, month and day arguments are required. tzinfo may be None, or an\n"
                            "instance of a tzinfo subclass. The remaining arguments may be ints.\n")}},
        &state.date_type()));
    Type& type = state.datetime_type();
    TRY(set_class_attribute(ts, type, "min"_s, new_datetime(ts, type, {{kMinYear, 1, 1}})));
    TRY(set_class_attribute(ts, type, "max"_s, new_datetime(ts, type, {{kMaxYear, 12, 31}, {23, 59, 59, 999'999}})));
    return set_class_attribute(ts, type, "resolution"_s, new_delta(ts, state.delta_type(), 0, 0, 1));
}

}  // namespace orochi::datetime
