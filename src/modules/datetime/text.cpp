// What dates and times have in common when they become text.
#include <charconv>

#include "modules/datetime/datetime.hpp"
#include "objects/int.hpp"

namespace orochi::datetime {

namespace {

// The replacements for %z, %Z and %f, each made when it is first met.
class Replacements {
public:
    Replacements(const State& state, int microsecond, Object* zone, Object& argument)
        : state_(state), microsecond_(microsecond), zone_(zone), argument_(argument) {}

    // Borrowed. Null: time.strftime() knows the code.
    Result<Object*> get(ThreadState& ts, char code) {
        if (code == 'f') return TRY(keep(ts, fraction_, &Replacements::make_fraction));
        if (code == 'z') return TRY(keep(ts, offset_, &Replacements::make_offset));
        if (code == 'Z') return TRY(keep(ts, name_, &Replacements::make_name));
        return nullptr;
    }

private:
    Result<Object*> keep(ThreadState& ts, OptRef<Object>& kept,
                         Result<Ref<Object>> (Replacements::*make)(ThreadState&)) {
        if (!kept) kept = TRY((this->*make)(ts));
        return kept.get();
    }
    Result<Ref<Object>> make_fraction(ThreadState& ts) { return str_format(ts, "%06d", microsecond_); }
    Result<Ref<Object>> make_offset(ThreadState& ts) {
        char text[kOffsetSize], *end = write_offset(text, TRY(zone_offset(ts, state_, zone_, argument_)), "");
        return str_from_ascii(ts, {text, size_t(end - text)});
    }
    // Per cents are doubled, since time.strftime() reads the result.
    Result<Ref<Object>> make_name(ThreadState& ts) {
        Ref<Object> name = TRY(zone_name(ts, zone_, argument_));
        if (is_none(*name)) return Ref<Object>::share(obj(empty_str()));
        Ref<Object> doubled = TRY(call_method(ts, *name, "replace"_n, "%"_n, "%%"_n));
        if (!PyUnicode_Check(doubled.get()))
            return raise(ts, PyExc_TypeError, "tzname.replace() did not return a string");
        return doubled;
    }

    const State& state_;
    int microsecond_;
    Object* zone_;
    Object& argument_;
    OptRef<Object> fraction_, offset_, name_;
};

constexpr std::string_view part_names[] = {"auto", "hours", "minutes", "seconds", "milliseconds", "microseconds"};

}  // namespace

Result<void> append_number(StrBuilder& builder, int number) {
    char text[12];
    auto [end, error] = std::to_chars(text, text + sizeof text, number);
    return builder.append_ascii({text, size_t(end - text)});
}
Result<void> append_call(StrBuilder& builder, const Object& self, std::span<const int> numbers) {
    TRY(builder.append_utf8(type_of(self).tp_name));
    for (size_t i = 0; i < numbers.size(); ++i) {
        TRY(builder.append_ascii(i ? ", " : "("));
        TRY(append_number(builder, numbers[i]));
    }
    return {};
}
Result<void> append_zone(ThreadState& ts, StrBuilder& builder, Object* zone) {
    if (!zone) return {};
    TRY(builder.append_ascii(", tzinfo="));
    return builder.append(*TRY(repr(ts, *zone)));
}

Result<Ref<Object>> strftime(ThreadState& ts, const State& state, Str& format, Object& time_tuple, int microsecond,
                             Object* zone, Object& argument) {
    std::string_view text = TRY(str_utf8(ts, format));
    text = text.substr(0, text.find('\0'));  // CPython stops there, too
    Replacements replacements(state, microsecond, zone, argument);
    StrBuilder builder(ts);
    size_t done = 0;
    for (size_t i = text.find('%'); i != text.npos && i + 1 < text.size(); i = text.find('%', i + 2)) {
        Object* replacement = TRY(replacements.get(ts, text[i + 1]));
        if (!replacement) continue;
        TRY(builder.append_utf8(text.substr(done, i - done)));
        TRY(builder.append(as<Str>(*replacement)));
        done = i + 2;
    }
    TRY(builder.append_utf8(text.substr(done)));
    Ref<Str> rest = TRY(builder.finish());
    Ref<Object> function = TRY(import_attribute(ts, "time"_n, "strftime"_n));
    return call(ts, *function, *rest, time_tuple);
}

Result<Ref<Object>> struct_time(ThreadState& ts, const CivilDate& date, const TimeOfDay& time, int dst) {
    int day = base::day_count(date);
    const int fields[9] = {date.year,   date.month,  date.day,           time.hour,
                           time.minute, time.second, base::weekday(day), base::day_of_year(date),
                           dst};
    Ref<Tuple> tuple = TRY(tuple_new(ts, 9));
    for (int i = 0; i < 9; ++i) tuple_init_item(*tuple, i, TRY(int_from(ts, fields[i])));
    Ref<Object> type = TRY(import_attribute(ts, "time"_n, "struct_time"_n));
    return call(ts, *type, *tuple);
}

Result<Ref<Object>> format_object(ThreadState& ts, Object& self, Str& format) {
    if (str_length(format) == 0) return TRY(str(ts, self));
    return call_method(ts, self, "strftime"_n, format);
}

Result<Ref<Str>> ctime(ThreadState& ts, const CivilDate& date, const TimeOfDay& time) {
    static constexpr const char* days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    static constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                             "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    return str_format(ts, "%s %s %2d %02d:%02d:%02d %04d", days[base::weekday(base::day_count(date))],
                      months[date.month - 1], date.day, time.hour, time.minute, time.second, date.year);
}

Result<TimeParts> time_parts(ThreadState& ts, std::string_view name) {
    for (size_t i = 0; i < std::size(part_names); ++i) {
        if (part_names[i] == name) return TimeParts(i);
    }
    return raise(ts, PyExc_ValueError, "Unknown timespec value");
}

Result<std::string_view> iso_argument(ThreadState& ts, Object& value) {
    if (!PyUnicode_Check(&value)) return raise(ts, PyExc_TypeError, "fromisoformat: argument must be str");
    auto text = str_utf8(ts, as<Str>(value));
    if (text.ok()) return text;
    error_clear(ts);
    return raise_invalid_iso(ts, value);
}

Failure raise_invalid_iso(ThreadState& ts, Object& text) {
    return raise(ts, PyExc_ValueError, "Invalid isoformat string: %R", &text);
}

}  // namespace orochi::datetime
