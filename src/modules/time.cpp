// The module time.
#include <pthread.h>
#include <climits>
#include <cmath>
#include <ctime>
#include <string>

#include "modules/module_references.hpp"
#include "modules/os_support.hpp"
#include "modules/timestamp.hpp"
#include "objects/float.hpp"
#include "objects/namespace.hpp"

namespace orochi {

namespace {

struct TimeState {
    Type* struct_time;
    // What the module refers to.
    template <class F>
    void each(F f) {
        f(struct_time);
    }
};
TimeState& time_state(Object& module) { return *static_cast<TimeState*>(module_state(module)); }

constexpr long long kSecond = 1'000'000'000;

long long nanoseconds(const timespec& t) { return static_cast<long long>(t.tv_sec) * kSecond + t.tv_nsec; }
double to_seconds(long long ns) {
    // Whole seconds stay exact.
    if (ns % kSecond == 0) return double(ns / kSecond);
    return double(ns) / 1e9;
}
Result<long long> read_clock(ThreadState& ts, clockid_t clock) {
    timespec t;
    if (clock_gettime(clock, &t) < 0) return raise_os_error(ts, errno);
    return nanoseconds(t);
}

template <clockid_t Clock>
Result<double> clock_seconds(ThreadState& ts, Object&) {
    return to_seconds(TRY(read_clock(ts, Clock)));
}
template <clockid_t Clock>
Result<long long> clock_nanoseconds(ThreadState& ts, Object&) {
    return read_clock(ts, Clock);
}

Result<double> time_clock_gettime(ThreadState& ts, Object&, int clock) {
    return to_seconds(TRY(read_clock(ts, clockid_t(clock))));
}
Result<long long> time_clock_gettime_ns(ThreadState& ts, Object&, int clock) {
    return read_clock(ts, clockid_t(clock));
}
Result<double> time_clock_getres(ThreadState& ts, Object&, int clock) {
    timespec t;
    if (clock_getres(clockid_t(clock), &t) < 0) return raise_os_error(ts, errno);
    return double(t.tv_sec) + double(t.tv_nsec) * 1e-9;
}

// Seconds as an object, in nanoseconds; rounded down (up when `up`).
Result<long long> duration(ThreadState& ts, Object& value, bool up) {
    auto too_large = [&] { return raise(ts, PyExc_OverflowError, "timestamp too large to convert to C _PyTime_t"); };
    if (PyFloat_Check(&value)) {
        double seconds = float_value(value);
        if (std::isnan(seconds)) return raise(ts, PyExc_ValueError, "Invalid value NaN (not a number)");
        double ns = seconds * 1e9;
        ns = up ? std::ceil(ns) : std::floor(ns);
        if (!(ns >= -9223372036854775808.0 && ns < 9223372036854775808.0)) return too_large();
        return static_cast<long long>(ns);
    }
    Ref<Object> index = TRY(number_index_any(ts, value));
    int overflow;
    long long seconds = TRY(int_as_long_long_overflow(ts, *index, overflow)), ns;
    if (overflow || __builtin_mul_overflow(seconds, kSecond, &ns)) return too_large();
    return ns;
}
timespec split(long long ns) {
    timespec t;
    t.tv_sec = ns / kSecond;
    t.tv_nsec = ns % kSecond;
    if (t.tv_nsec < 0) {
        t.tv_nsec += kSecond;
        --t.tv_sec;
    }
    return t;
}

Result<void> time_clock_settime(ThreadState& ts, Object&, int clock, Object& value) {
    timespec t = split(TRY(duration(ts, value, false)));
    if (clock_settime(clockid_t(clock), &t) < 0) return raise_os_error(ts, errno);
    return {};
}
Result<void> time_clock_settime_ns(ThreadState& ts, Object&, int clock, Object& value) {
    if (!PyLong_Check(&value)) return raise(ts, PyExc_TypeError, "an integer is required");
    timespec t = split(TRY(int_as_long_long(ts, value)));
    if (clock_settime(clockid_t(clock), &t) < 0) return raise_os_error(ts, errno);
    return {};
}
Result<int> time_pthread_getcpuclockid(ThreadState& ts, Object&, unsigned long thread) {
    clockid_t clock;
    if (int error = pthread_getcpuclockid(pthread_t(thread), &clock)) return raise_os_error(ts, error);
    return int(clock);
}

Result<void> time_sleep(ThreadState& ts, Object&, Object& seconds) {
    long long ns = TRY(duration(ts, seconds, true));
    if (ns < 0) return raise(ts, PyExc_ValueError, "sleep length must be non-negative");
    long long now = TRY(read_clock(ts, CLOCK_MONOTONIC)), end;
    if (__builtin_add_overflow(now, ns, &end)) end = LLONG_MAX;
    timespec deadline = split(end);
    for (;;) {
        int error = unlocked_call(ts, [&] {
                        return clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &deadline, nullptr);
                    }).value;
        if (error == 0) return {};
        if (error != EINTR) return raise_os_error(ts, error);
        TRY(check_signals(ts));
    }
}

// Calendar times.

Result<Ref<Object>> time_tuple(ThreadState& ts, Object& module, const tm& t) {
    Ref<Object> result = TRY(struct_new(ts, *time_state(module).struct_time));
    const long values[] = {t.tm_year + 1900L, t.tm_mon + 1,        t.tm_mday,     t.tm_hour, t.tm_min,
                           t.tm_sec,          (t.tm_wday + 6) % 7, t.tm_yday + 1, t.tm_isdst};
    for (int i = 0; i < 9; ++i) struct_set(*result, i, TRY(int_from(ts, values[i])));
    struct_set(*result, 9, TRY(str_decode_filesystem(ts, t.tm_zone)));
    struct_set(*result, 10, TRY(int_from(ts, t.tm_gmtoff)));
    return result;
}

// A point of time as an object; None or nothing: now.
Result<time_t> time_argument(ThreadState& ts, Object* value) {
    if (!value || is_none(value)) return time(nullptr);
    return timestamp_seconds(ts, *value);
}
Result<Ref<Object>> time_gmtime(ThreadState& ts, Object& module, Object* seconds) {
    return time_tuple(ts, module, TRY(utc_time(ts, TRY(time_argument(ts, seconds)))));
}
Result<Ref<Object>> time_localtime(ThreadState& ts, Object& module, Object* seconds) {
    return time_tuple(ts, module, TRY(local_time(ts, TRY(time_argument(ts, seconds)))));
}

Result<tm> tm_of(ThreadState& ts, Object& module, Object& value, const char* function) {
    if (!PyTuple_Check(&value)) return raise(ts, PyExc_TypeError, "Tuple or struct_time argument required");
    Tuple& items = as<Tuple>(value);
    if (tuple_size(items) != 9) return raise(ts, PyExc_TypeError, "%s(): illegal time tuple argument", function);
    int numbers[9];
    for (int i = 0; i < 9; ++i) {
        long number = TRY(int_as_long(ts, tuple_item(items, i)));
        if (number > INT_MAX) return raise(ts, PyExc_OverflowError, "signed integer is greater than maximum");
        if (number < INT_MIN) return raise(ts, PyExc_OverflowError, "signed integer is less than minimum");
        numbers[i] = int(number);
    }
    tm t{};
    if (numbers[0] < INT_MIN + 1900) return raise(ts, PyExc_OverflowError, "year out of range");
    t.tm_year = numbers[0] - 1900;
    t.tm_mon = numbers[1] - 1;
    t.tm_mday = numbers[2];
    t.tm_hour = numbers[3];
    t.tm_min = numbers[4];
    t.tm_sec = numbers[5];
    t.tm_wday = (numbers[6] + 1) % 7;
    t.tm_yday = numbers[7] - 1;
    t.tm_isdst = numbers[8];
    if (&type_of(value) == time_state(module).struct_time) {
        Object* zone = as<Tuple>(value).ob_item[9];
        Object* offset = as<Tuple>(value).ob_item[10];
        // The text stays alive as long as the tuple.
        if (zone && PyUnicode_Check(zone)) t.tm_zone = TRY(str_utf8(ts, as<Str>(*zone))).data();
        if (offset && PyLong_Check(offset)) t.tm_gmtoff = TRY(int_as_long(ts, *offset));
    }
    return t;
}

// For the functions that print: 0 stands for the first where that is harmless; the rest must be in range.
Result<void> check_tm(ThreadState& ts, tm& t) {
    auto out_of_range = [&](const char* what) { return raise(ts, PyExc_ValueError, "%s out of range", what); };
    if (t.tm_mon == -1) {
        t.tm_mon = 0;
    } else if (t.tm_mon < 0 || t.tm_mon > 11) {
        return out_of_range("month");
    }
    if (t.tm_mday == 0) {
        t.tm_mday = 1;
    } else if (t.tm_mday < 0 || t.tm_mday > 31) {
        return out_of_range("day of month");
    }
    if (t.tm_hour < 0 || t.tm_hour > 23) return out_of_range("hour");
    if (t.tm_min < 0 || t.tm_min > 59) return out_of_range("minute");
    if (t.tm_sec < 0 || t.tm_sec > 61) return out_of_range("seconds");
    if (t.tm_wday < 0) return out_of_range("day of week");
    if (t.tm_yday == -1) {
        t.tm_yday = 0;
    } else if (t.tm_yday < 0 || t.tm_yday > 365) {
        return out_of_range("day of year");
    }
    return {};
}

Result<Ref<Str>> asctime_text(ThreadState& ts, const tm& t) {
    static constexpr char days[] = "SunMonTueWedThuFriSat";
    static constexpr char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    return str_format(ts, "%.3s %.3s%3d %.2d:%.2d:%.2d %d", days + 3 * t.tm_wday, months + 3 * t.tm_mon, t.tm_mday,
                      t.tm_hour, t.tm_min, t.tm_sec, t.tm_year + 1900);
}
Result<Ref<Str>> time_asctime(ThreadState& ts, Object& module, Object* tuple) {
    tm t;
    if (!tuple) {
        t = TRY(local_time(ts, time(nullptr)));
    } else {
        t = TRY(tm_of(ts, module, *tuple, "asctime"));
        TRY(check_tm(ts, t));
    }
    return asctime_text(ts, t);
}
Result<Ref<Str>> time_ctime(ThreadState& ts, Object&, Object* seconds) {
    return asctime_text(ts, TRY(local_time(ts, TRY(time_argument(ts, seconds)))));
}

Result<Ref<Object>> time_strftime(ThreadState& ts, Object& module, Str& format, Object* tuple) {
    tm t;
    if (!tuple) {
        t = TRY(local_time(ts, time(nullptr)));
    } else {
        t = TRY(tm_of(ts, module, *tuple, "strftime"));
        TRY(check_tm(ts, t));
    }
    // Out-of-range values would index the names of the zones.
    t.tm_isdst = t.tm_isdst < -1 ? -1 : t.tm_isdst > 1 ? 1 : t.tm_isdst;
    Ref<Object> encoded = TRY(str_encode(ts, format, nullptr, nullptr));
    std::string text(bytes_view(as<Bytes>(*encoded)));
    if (text.find('\0') != text.npos) return raise(ts, PyExc_ValueError, "embedded null character");
    if (text.empty()) return Ref<Object>::share(obj(empty_str()));
    // An empty result looks like a full buffer: give up once the buffer is far larger than any result.
    for (size_t size = 1024;; size *= 2) {
        std::string out(size, '\0');
        size_t length = strftime(out.data(), size, text.c_str(), &t);
        if (length > 0 || size >= 256 * text.size()) return str_decode_filesystem(ts, {out.data(), length});
    }
}
Result<Ref<Object>> time_strptime(ThreadState& ts, Object&, Rest arguments) {
    Ref<Object> function = TRY(import_attribute(ts, "_strptime"_n, "_strptime_time"_n));
    return call_vector(ts, *function, arguments.items, size_t(arguments.count));
}
Result<double> time_mktime(ThreadState& ts, Object& module, Object& tuple) {
    tm t = TRY(tm_of(ts, module, tuple, "mktime"));
    t.tm_wday = -1;  // stays, when the time cannot be represented
    time_t result = mktime(&t);
    if (result == time_t(-1) && t.tm_wday == -1) return raise(ts, PyExc_OverflowError, "mktime argument out of range");
    return double(result);
}

// timezone, altzone, daylight, tzname: by looking at January and July.
Result<void> set_zone(ThreadState& ts, Object& module) {
    constexpr time_t year = (365 * 24 + 6) * 3600;
    time_t start = time(nullptr) / year * year;
    tm winter = TRY(local_time(ts, start));
    std::string winter_name = winter.tm_zone ? winter.tm_zone : "   ";
    long winter_offset = -winter.tm_gmtoff;
    tm summer = TRY(local_time(ts, start + year / 2));
    std::string summer_name = summer.tm_zone ? summer.tm_zone : "   ";
    long summer_offset = -summer.tm_gmtoff;
    // South of the equator it is the other way round.
    if (winter_offset < summer_offset) {
        std::swap(winter_offset, summer_offset);
        std::swap(winter_name, summer_name);
    }
    TRY(module_add_int(ts, module, "timezone", winter_offset));
    TRY(module_add_int(ts, module, "altzone", summer_offset));
    TRY(module_add_int(ts, module, "daylight", winter_offset != summer_offset));
    Ref<Object> a = TRY(str_decode_filesystem(ts, winter_name));
    Ref<Object> b = TRY(str_decode_filesystem(ts, summer_name));
    return module_add(ts, module, "tzname", Ref<Object>(TRY(tuple_of(ts, *a, *b))));
}
Result<void> time_tzset(ThreadState& ts, Object& module) {
    tzset();
    return set_zone(ts, module);
}

struct ClockInfo {
    std::string_view name;
    clockid_t clock;
    const char* implementation;
    bool monotonic, adjustable;
};
constexpr ClockInfo clocks[] = {
    {"time", CLOCK_REALTIME, "clock_gettime(CLOCK_REALTIME)", false, true},
    {"monotonic", CLOCK_MONOTONIC, "clock_gettime(CLOCK_MONOTONIC)", true, false},
    {"perf_counter", CLOCK_MONOTONIC, "clock_gettime(CLOCK_MONOTONIC)", true, false},
    {"process_time", CLOCK_PROCESS_CPUTIME_ID, "clock_gettime(CLOCK_PROCESS_CPUTIME_ID)", true, false},
    {"thread_time", CLOCK_THREAD_CPUTIME_ID, "clock_gettime(CLOCK_THREAD_CPUTIME_ID)", true, false},
};
Result<Ref<Object>> time_get_clock_info(ThreadState& ts, Object& module, std::string_view name) {
    for (const ClockInfo& info : clocks) {
        if (info.name != name) continue;
        Ref<Dict> dict = TRY(dict_new(ts));
        TRY(dict_set(ts, *dict, "implementation"_n, obj(*TRY(str_from_ascii(ts, info.implementation)))));
        TRY(dict_set(ts, *dict, "monotonic"_n, bool_object(info.monotonic)));
        TRY(dict_set(ts, *dict, "adjustable"_n, bool_object(info.adjustable)));
        Ref<Object> resolution = TRY(float_from(ts, TRY(time_clock_getres(ts, module, int(info.clock)))));
        TRY(dict_set(ts, *dict, "resolution"_n, *resolution));
        return namespace_new(ts, obj(dict.get()));
    }
    return raise(ts, PyExc_ValueError, "unknown clock");
}

const MethodDef time_methods[] = {
    METHOD_PLAIN("time($module, /)", clock_seconds<CLOCK_REALTIME>,
                 "time() -> floating point number\n\nReturn the current time in seconds since the Epoch.\n"
                 "Fractions of a second may be present if the system clock provides them."),
    METHOD_PLAIN("time_ns($module, /)", clock_nanoseconds<CLOCK_REALTIME>,
                 "time_ns() -> int\n\nReturn the current time in nanoseconds since the Epoch."),
    METHOD_PLAIN("clock_gettime($module, clk_id, /)", time_clock_gettime,
                 "clock_gettime(clk_id) -> float\n\nReturn the time of the specified clock clk_id."),
    METHOD_PLAIN("clock_gettime_ns($module, clk_id, /)", time_clock_gettime_ns,
                 "clock_gettime_ns(clk_id) -> int\n\nReturn the time of the specified clock clk_id as nanoseconds."),
    METHOD_PLAIN("clock_settime($module, clk_id, time, /)", time_clock_settime,
                 "clock_settime(clk_id, time)\n\nSet the time of the specified clock clk_id."),
    METHOD_PLAIN("clock_settime_ns($module, clk_id, time, /)", time_clock_settime_ns,
                 "clock_settime_ns(clk_id, time)\n\nSet the time of the specified clock clk_id with nanoseconds."),
    METHOD_PLAIN("clock_getres($module, clk_id, /)", time_clock_getres,
                 "clock_getres(clk_id) -> floating point number\n\n"
                 "Return the resolution (precision) of the specified clock clk_id."),
    METHOD_PLAIN("pthread_getcpuclockid($module, thread_id, /)", time_pthread_getcpuclockid,
                 "pthread_getcpuclockid(thread_id) -> int\n\nReturn the clk_id of a thread's CPU time clock."),
    METHOD_PLAIN("sleep($module, seconds, /)", time_sleep,
                 "sleep(seconds)\n\nDelay execution for a given number of seconds.  The argument may be\n"
                 "a floating point number for subsecond precision."),
    METHOD_PLAIN("gmtime($module, seconds=None, /)", time_gmtime,
                 "gmtime([seconds]) -> (tm_year, tm_mon, tm_mday, tm_hour, tm_min,\n"
                 "                       tm_sec, tm_wday, tm_yday, tm_isdst)\n\n"
                 "Convert seconds since the Epoch to a time tuple expressing UTC (a.k.a.\n"
                 "GMT).  When 'seconds' is not passed in, convert the current time instead.\n\n"
                 "If the platform supports the tm_gmtoff and tm_zone, they are available as\nattributes only."),
    METHOD_PLAIN("localtime($module, seconds=None, /)", time_localtime,
                 "localtime([seconds]) -> (tm_year,tm_mon,tm_mday,tm_hour,tm_min,\n"
                 "                          tm_sec,tm_wday,tm_yday,tm_isdst)\n\n"
                 "Convert seconds since the Epoch to a time tuple expressing local time.\n"
                 "When 'seconds' is not passed in, convert the current time instead."),
    METHOD_PLAIN("asctime($module, tuple=None, /)", time_asctime,
                 "asctime([tuple]) -> string\n\n"
                 "Convert a time tuple to a string, e.g. 'Sat Jun 06 16:26:11 1998'.\n"
                 "When the time tuple is not present, current time as returned by localtime()\nis used."),
    METHOD_PLAIN("ctime($module, seconds=None, /)", time_ctime,
                 "ctime(seconds) -> string\n\n"
                 "Convert a time in seconds since the Epoch to a string in local time.\n"
                 "This is equivalent to asctime(localtime(seconds)). When the time tuple is\n"
                 "not present, current time as returned by localtime() is used."),
    METHOD_PLAIN("mktime($module, tuple, /)", time_mktime,
                 "mktime(tuple) -> floating point number\n\n"
                 "Convert a time tuple in local time to seconds since the Epoch.\n"
                 "Note that mktime(gmtime(0)) will not generally return zero for most\n"
                 "time zones; instead the returned value will either be equal to that\n"
                 "of the timezone or altzone attributes on the time module."),
    METHOD_PLAIN("strftime($module, format, tuple=None, /)", time_strftime,
                 "strftime(format[, tuple]) -> string\n\n"
                 "Convert a time tuple to a string according to a format specification.\n"
                 "See the library reference manual for formatting codes. When the time tuple\n"
                 "is not present, current time as returned by localtime() is used."),
    METHOD_PLAIN("strptime($module, /, *args)", time_strptime,
                 "strptime(string, format) -> struct_time\n\n"
                 "Parse a string to a time tuple according to a format specification.\n"
                 "See the library reference manual for formatting codes (same as\nstrftime())."),
    METHOD_PLAIN("tzset($module, /)", time_tzset,
                 "tzset()\n\nInitialize, or reinitialize, the local timezone to the value stored in\n"
                 "os.environ['TZ']."),
    METHOD_PLAIN("monotonic($module, /)", clock_seconds<CLOCK_MONOTONIC>,
                 "monotonic() -> float\n\nMonotonic clock, cannot go backward."),
    METHOD_PLAIN("monotonic_ns($module, /)", clock_nanoseconds<CLOCK_MONOTONIC>,
                 "monotonic_ns() -> int\n\nMonotonic clock, cannot go backward, as nanoseconds."),
    METHOD_PLAIN("process_time($module, /)", clock_seconds<CLOCK_PROCESS_CPUTIME_ID>,
                 "process_time() -> float\n\nProcess time for profiling: sum of the kernel and user-space CPU time."),
    METHOD_PLAIN("process_time_ns($module, /)", clock_nanoseconds<CLOCK_PROCESS_CPUTIME_ID>,
                 "process_time() -> int\n\nProcess time for profiling as nanoseconds:\n"
                 "sum of the kernel and user-space CPU time."),
    METHOD_PLAIN("thread_time($module, /)", clock_seconds<CLOCK_THREAD_CPUTIME_ID>,
                 "thread_time() -> float\n\nThread time for profiling: sum of the kernel and user-space CPU time."),
    METHOD_PLAIN("thread_time_ns($module, /)", clock_nanoseconds<CLOCK_THREAD_CPUTIME_ID>,
                 "thread_time() -> int\n\nThread time for profiling as nanoseconds:\n"
                 "sum of the kernel and user-space CPU time."),
    METHOD_PLAIN("perf_counter($module, /)", clock_seconds<CLOCK_MONOTONIC>,
                 "perf_counter() -> float\n\nPerformance counter for benchmarking."),
    METHOD_PLAIN("perf_counter_ns($module, /)", clock_nanoseconds<CLOCK_MONOTONIC>,
                 "perf_counter_ns() -> int\n\nPerformance counter for benchmarking as nanoseconds."),
    METHOD_PLAIN("get_clock_info($module, name, /)", time_get_clock_info,
                 "get_clock_info(name: str) -> dict\n\nGet information of the specified clock."),
    METHOD_END,
};

constexpr IntConstant constants[] = {
    {"CLOCK_REALTIME", CLOCK_REALTIME},
    {"CLOCK_MONOTONIC", CLOCK_MONOTONIC},
    {"CLOCK_MONOTONIC_RAW", CLOCK_MONOTONIC_RAW},
    {"CLOCK_PROCESS_CPUTIME_ID", CLOCK_PROCESS_CPUTIME_ID},
    {"CLOCK_THREAD_CPUTIME_ID", CLOCK_THREAD_CPUTIME_ID},
    {"CLOCK_BOOTTIME", CLOCK_BOOTTIME},
    {"CLOCK_TAI", CLOCK_TAI},
    {"_STRUCT_TM_ITEMS", 11},
};

Result<void> time_exec(ThreadState& ts, Object& module) {
    TRY(set_zone(ts, module));
    TRY(module_add_constants(ts, module, constants));
    PyStructSequence_Field fields[] = {
        {"tm_year", "year, for example, 1993"},
        {"tm_mon", "month of year, range [1, 12]"},
        {"tm_mday", "day of month, range [1, 31]"},
        {"tm_hour", "hours, range [0, 23]"},
        {"tm_min", "minutes, range [0, 59]"},
        {"tm_sec", "seconds, range [0, 61])"},
        {"tm_wday", "day of week, range [0, 6], Monday is 0"},
        {"tm_yday", "day of year, range [1, 366]"},
        {"tm_isdst", "1 if summer time is in effect, 0 if not, and -1 if unknown"},
        {"tm_zone", "abbreviation of timezone name"},
        {"tm_gmtoff", "offset from UTC in seconds"},
        {nullptr, nullptr},
    };
    PyStructSequence_Desc description = {"time.struct_time",
                                         "The time value as returned by gmtime(), localtime(), and strptime(), and\n"
                                         " accepted by asctime(), mktime() and strftime().  May be considered as a\n"
                                         " sequence of 9 integers.\n\n"
                                         " Note that several fields' values are not the same as those defined by\n"
                                         " the C language standard for struct tm.  For example, the value of the\n"
                                         " field tm_year is the actual year, not year - 1900.  See individual\n"
                                         " fields' descriptions for details.",
                                         fields, 9};
    time_state(module).struct_time = std::move(TRY(struct_class(ts, module, description))).release();
    return {};
}
MODULE_EXEC_SLOTS(time_slots, time_exec);

}  // namespace

PyModuleDef time_module = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "time",
    .m_doc =
        "This module provides various functions to manipulate time values.\n\n"
        "There are two standard representations of time.  One is the number\n"
        "of seconds since the Epoch, in UTC (a.k.a. GMT).  It may be an integer\n"
        "or a floating point number (to represent fractions of seconds).\n"
        "The Epoch is system-defined; on Unix, it is generally January 1st, 1970.\n"
        "The actual value can be retrieved by calling gmtime(0).\n\n"
        "The other representation is a tuple of 9 integers giving local time.\n"
        "The tuple items are:\n"
        "  year (including century, e.g. 1998)\n"
        "  month (1-12)\n"
        "  day (1-31)\n"
        "  hours (0-23)\n"
        "  minutes (0-59)\n"
        "  seconds (0-59)\n"
        "  weekday (0-6, Monday is 0)\n"
        "  Julian day (day in the year, 1-366)\n"
        "  DST (Daylight Savings Time) flag (-1, 0 or 1)\n"
        "If the DST flag is 0, the time is given in the regular time zone;\n"
        "if it is 1, the time is given in the DST time zone;\n"
        "if it is -1, mktime() should guess based on the date and time.\n",
    .m_size = sizeof(TimeState),
    .m_methods = METHOD_TABLE(time_methods),
    .m_slots = const_cast<PyModuleDef_Slot*>(time_slots),
    .m_traverse = ModuleReferences<TimeState>::traverse,
    .m_clear = ModuleReferences<TimeState>::clear,
    .m_free = ModuleReferences<TimeState>::free,
};

}  // namespace orochi
