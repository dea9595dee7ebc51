// time: a time of day.
#include "modules/datetime/datetime.hpp"
#include "objects/bytes.hpp"
#include "objects/int.hpp"

namespace orochi::datetime {

namespace {

constexpr int kFoldBit = 0x80;  // in the hour, when pickled

// time(state[, tzinfo]) is how a pickle makes one.
Result<OptRef<Object>> time_from_state(ThreadState& ts, Type& type, Object& given, Object* zone) {
    OptRef<Object> state = TRY(pickled_state(ts, given, _PyDateTime_TIME_DATASIZE, "time"));
    if (!state) return nullptr;
    auto* data = reinterpret_cast<const unsigned char*>(PyBytes_AS_STRING(state.get()));
    Clock clock{load_time(data)};
    clock.fold = clock.time.hour >= kFoldBit;
    clock.time.hour &= ~kFoldBit;
    if (clock.time.hour >= 24) return nullptr;
    if (zone) {
        auto checked = check_zone(ts, state_of(type), *zone);
        if (!checked.ok()) {
            error_clear(ts);
            return raise(ts, PyExc_TypeError, "bad tzinfo state arg");
        }
        clock.zone = std::move(checked).take();
    }
    return new_time(ts, type, clock);
}

Result<Ref<Object>> time_construct(ThreadState& ts, Type& type, Object* hour, Object* minute, Object* second,
                                   Object* microsecond, Object* tzinfo, Object* fold) {
    if (hour && !second && !microsecond && !tzinfo && !fold && !PyLong_Check(hour)) {
        OptRef<Object> made = TRY(time_from_state(ts, type, *hour, minute));
        if (made) return made.take();
    }
    Clock clock;
    clock.time.hour = TRY(number_argument_or(ts, hour, 0));
    clock.time.minute = TRY(number_argument_or(ts, minute, 0));
    clock.time.second = TRY(number_argument_or(ts, second, 0));
    clock.time.microsecond = TRY(number_argument_or(ts, microsecond, 0));
    clock.fold = TRY(number_argument_or(ts, fold, 0));
    TRY(check_time(ts, clock.time, clock.fold));
    if (tzinfo) clock.zone = TRY(check_zone(ts, state_of(type), *tzinfo));
    return new_time(ts, type, clock);
}

Result<Offset> offset_of(ThreadState& ts, Time& self) {
    return zone_offset(ts, state_of(obj(self)), zone_of(self), none());
}

Result<Ref<Object>> time_from_iso(ThreadState& ts, Type& type, Object& value) {
    std::string_view text = TRY(iso_argument(ts, value));
    if (text.starts_with('T')) text.remove_prefix(1);
    Clock clock;
    Offset offset;
    if (!read_iso_time(text, clock.time, offset)) return raise_invalid_iso(ts, value);
    State& state = state_of(type);
    OptRef<Object> zone;
    if (offset.given) zone = TRY(timezone_of_offset(ts, state, offset.microseconds, nullptr));
    clock.zone = zone.get();
    return make_time(ts, state, type, clock);
}

Result<Ref<Str>> time_repr(ThreadState& ts, Time& self) {
    auto [time, zone, fold] = clock_of(self);
    const int numbers[] = {time.hour, time.minute, time.second, time.microsecond};
    StrBuilder builder(ts);
    TRY(append_call(builder, obj(self), {numbers, time.microsecond ? 4u : time.second ? 3u : 2u}));
    TRY(append_zone(ts, builder, zone));
    TRY(builder.append_ascii(fold ? ", fold=1)" : ")"));
    return builder.finish();
}

Result<Ref<Str>> time_iso_format(ThreadState& ts, Time& self, std::string_view timespec) {
    TimeParts parts = TRY(time_parts(ts, timespec));
    char text[kIsoTimeSize + kOffsetSize], *end = write_iso_time(text, time_of(self), parts);
    end = write_offset(end, TRY(offset_of(ts, self)), ":");
    return str_from_ascii(ts, {text, size_t(end - text)});
}
Result<Ref<Object>> time_str(ThreadState& ts, Object& self) { return call_method(ts, self, "isoformat"_n); }

// The date is one that strftime() can do: 1 January 1900.
Result<Ref<Object>> time_strftime(ThreadState& ts, Time& self, Str& format) {
    TimeOfDay time = time_of(self);
    Ref<Tuple> tuple = TRY(tuple_new(ts, 9));
    const int fields[9] = {1900, 1, 1, time.hour, time.minute, time.second, 0, 1, -1};
    for (int i = 0; i < 9; ++i) tuple_init_item(*tuple, i, TRY(int_from(ts, fields[i])));
    return strftime(ts, state_of(obj(self)), format, obj(*tuple), time.microsecond, zone_of(self), none());
}

Result<Ref<Object>> time_utc_offset(ThreadState& ts, Time& self) {
    return zone_delta(ts, state_of(obj(self)), zone_of(self), "utcoffset"_s, none());
}
Result<Ref<Object>> time_dst(ThreadState& ts, Time& self) {
    return zone_delta(ts, state_of(obj(self)), zone_of(self), "dst"_s, none());
}
Result<Ref<Object>> time_zone_name(ThreadState& ts, Time& self) { return zone_name(ts, zone_of(self), none()); }

Result<Ref<Object>> time_replace(ThreadState& ts, Time& self, Object* hour, Object* minute, Object* second,
                                 Object* microsecond, Object* tzinfo, Object* fold) {
    Clock clock = clock_of(self);
    clock.time.hour = TRY(number_argument_or(ts, hour, clock.time.hour));
    clock.time.minute = TRY(number_argument_or(ts, minute, clock.time.minute));
    clock.time.second = TRY(number_argument_or(ts, second, clock.time.second));
    clock.time.microsecond = TRY(number_argument_or(ts, microsecond, clock.time.microsecond));
    clock.fold = TRY(number_argument_or(ts, fold, clock.fold));
    TRY(check_time(ts, clock.time, clock.fold));
    if (tzinfo) clock.zone = TRY(check_zone(ts, state_of(obj(self)), *tzinfo));
    return new_time(ts, type_of(obj(self)), clock);
}

Result<Ref<Object>> time_reduce_ex(ThreadState& ts, Time& self, int protocol) {
    unsigned char data[_PyDateTime_TIME_DATASIZE];
    std::memcpy(data, self.data, sizeof data);
    if (protocol > 3 && self.fold) data[0] |= kFoldBit;
    return reduced(ts, obj(self), data, sizeof data, zone_of(self));
}
Result<Ref<Object>> time_reduce(ThreadState& ts, Time& self) { return time_reduce_ex(ts, self, 2); }

Result<Py_hash_t> time_hash(ThreadState& ts, Time& self) {
    if (self.hashcode == -1) {
        Offset offset = TRY(offset_of(ts, self));
        self.hashcode = offset.given ? hash_of_microseconds(microseconds_of(time_of(self)) - offset.microseconds)
                                     : hash_of_fields(ts, self.data, sizeof self.data);
    }
    return self.hashcode;
}

Result<Ref<Object>> time_compare(ThreadState& ts, Time& self, Object& other, int op) {
    if (!is_time(state_of(obj(self)), other)) return new_not_implemented();
    Time& right = as<Time>(other);
    if (zone_of(self) != zone_of(right)) {
        Offset left_offset = TRY(offset_of(ts, self)), right_offset = TRY(offset_of(ts, right));
        if (left_offset.given != right_offset.given) {
            if (op == Py_EQ || op == Py_NE) return new_bool(op == Py_NE);
            return raise(ts, PyExc_TypeError, "can't compare offset-naive and offset-aware times");
        }
        return order(microseconds_of(time_of(self)) - left_offset.microseconds,
                     microseconds_of(time_of(right)) - right_offset.microseconds, op);
    }
    return order(std::memcmp(self.data, right.data, sizeof self.data), 0, op);
}

int time_hour(Time& self) { return self.data[0]; }
int time_minute(Time& self) { return self.data[1]; }
int time_second(Time& self) { return self.data[2]; }
int time_microsecond(Time& self) { return time_of(self).microsecond; }
Ref<Object> time_zone(Time& self) { return Ref<Object>::share(zone_or_none(zone_of(self))); }
int time_fold(Time& self) { return self.fold; }

constexpr MethodDef methods[] = {
    METHOD_PLAIN("isoformat($self, $tuple, /, timespec='auto')", time_iso_format,
                 "Return string in ISO 8601 format, [HH[:MM[:SS[.mmm[uuu]]]]][+HH:MM].\n\n"
                 "The optional argument timespec specifies the number of additional terms\n"
                 "of the time to include. Valid options are 'auto', 'hours', 'minutes',\n"
                 "'seconds', 'milliseconds' and 'microseconds'.\n"),
    METHOD_PLAIN("strftime($self, $tuple, /, format)", time_strftime, "format -> strftime() style string."),
    METHOD_PLAIN("__format__($self, $tuple, format, /)", format_object, "Formats self with strftime."),
    METHOD_PLAIN("utcoffset($self, /)", time_utc_offset, "Return self.tzinfo.utcoffset(self)."),
    METHOD_PLAIN("tzname($self, /)", time_zone_name, "Return self.tzinfo.tzname(self)."),
    METHOD_PLAIN("dst($self, /)", time_dst, "Return self.tzinfo.dst(self)."),
    METHOD_PLAIN("replace($self, /, hour=None, minute=None, second=None, microsecond=None, tzinfo=None, *, fold=None)",
                 time_replace, "Return time with new specified fields."),
    METHOD_PLAIN("fromisoformat($type, value, /)", time_from_iso, "string -> time from a string in ISO 8601 format"),
    METHOD_PLAIN("__reduce_ex__($self, $tuple, protocol, /)", time_reduce_ex, "__reduce_ex__(proto) -> (cls, state)"),
    METHOD_PLAIN("__reduce__($self, /)", time_reduce, "__reduce__() -> (cls, state)"),
    METHOD_END,
};
constexpr PyGetSetDef getset[] = {
    GETTER("hour", time_hour, nullptr),
    GETTER("minute", time_minute, nullptr),
    GETTER("second", time_second, nullptr),
    GETTER("microsecond", time_microsecond, nullptr),
    GETTER("tzinfo", time_zone, nullptr),
    GETTER("fold", time_fold, nullptr),
    GETSET_END,
};

constexpr auto construct = NEW_SLOT(
    "time($type, $nameless, hour=None, minute=None, second=None, microsecond=None, tzinfo=None, *, "
    "fold=None)",
    time_construct);

}  // namespace

Result<void> check_time(ThreadState& ts, const TimeOfDay& time, int fold) {
    if (time.hour < 0 || time.hour > 23) return raise(ts, PyExc_ValueError, "hour must be in 0..23");
    if (time.minute < 0 || time.minute > 59) return raise(ts, PyExc_ValueError, "minute must be in 0..59");
    if (time.second < 0 || time.second > 59) return raise(ts, PyExc_ValueError, "second must be in 0..59");
    if (time.microsecond < 0 || time.microsecond > 999'999)
        return raise(ts, PyExc_ValueError, "microsecond must be in 0..999999");
    if (fold != 0 && fold != 1) return raise(ts, PyExc_ValueError, "fold must be either 0 or 1");
    return {};
}

Result<Ref<Object>> new_time(ThreadState& ts, Type& type, const Clock& clock) {
    Ref<Object> made = TRY(allocate_plain<Time>(ts, type, clock.zone ? sizeof(Time) : sizeof(_PyDateTime_BaseTime)));
    Time& self = as<Time>(*made);
    self.hashcode = -1;
    self.hastzinfo = clock.zone != nullptr;
    self.fold = static_cast<unsigned char>(clock.fold);
    store_time(self.data, clock.time);
    if (clock.zone) self.tzinfo = new_reference(*clock.zone);
    return made;
}

Result<Ref<Object>> make_time(ThreadState& ts, const State& state, Type& type, const Clock& clock) {
    if (&type == &state.time_type()) {
        TRY(check_time(ts, clock.time, clock.fold));
        return new_time(ts, type, clock);
    }
    const TimeOfDay& time = clock.time;
    Ref<Object> hour = TRY(int_from(ts, time.hour)), minute = TRY(int_from(ts, time.minute));
    Ref<Object> second = TRY(int_from(ts, time.second)), microsecond = TRY(int_from(ts, time.microsecond));
    return call(ts, obj(type), *hour, *minute, *second, *microsecond, zone_or_none(clock.zone));
}

Result<void> add_time(ThreadState& ts, Object& module, State& state) {
    TRY(add_plain_type<Time>(
        ts, module, state.api.TimeType, "datetime.time", Py_TPFLAGS_BASETYPE, construct,
        {{Py_tp_dealloc, raw_pointer(dealloc_zoned<Time>)},
         {Py_tp_repr, slot_pointer<reprfunc, time_repr>()},
         {Py_tp_str, slot_pointer<reprfunc, time_str>()},
         {Py_tp_hash, slot_pointer<hashfunc, time_hash>()},
         {Py_tp_richcompare, slot_pointer<richcmpfunc, time_compare>()},
         {Py_tp_methods, methods_pointer(methods)},
         {Py_tp_getset, const_cast<PyGetSetDef*>(getset)},
         {Py_tp_doc, const_cast<char*>("time([hour[, minute[, second[, microsecond[, tzinfo]]]]]) --> a time object\n\n"
                                       "All arguments are optional. tzinfo may be None, or an instance of\n"
                                       "a tzinfo subclass. The remaining arguments may be ints.\n")}}));
    Type& type = state.time_type();
    TRY(set_class_attribute(ts, type, "min"_s, new_time(ts, type, {})));
    TRY(set_class_attribute(ts, type, "max"_s, new_time(ts, type, {{23, 59, 59, 999'999}})));
    return set_class_attribute(ts, type, "resolution"_s, new_delta(ts, state.delta_type(), 0, 0, 1));
}

}  // namespace orochi::datetime
