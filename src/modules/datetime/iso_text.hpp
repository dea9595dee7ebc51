// Dates and times as ISO 8601 text: reading every form that fromisoformat() of 3.11 takes, and writing. Knows
// no objects.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/calendar.hpp"

namespace orochi::datetime {

using base::CivilDate;

struct TimeOfDay {
    int hour = 0, minute = 0, second = 0, microsecond = 0;
};

// A distance from UTC; `given` false: unknown.
struct Offset {
    bool given = false;
    int64_t microseconds = 0;
};

inline constexpr int64_t kSecondsPerDay = 86400;
inline constexpr int64_t kMicrosecondsPerSecond = 1'000'000;
inline constexpr int64_t kMicrosecondsPerDay = kSecondsPerDay * kMicrosecondsPerSecond;

constexpr int64_t microseconds_of(const TimeOfDay& time) {
    return ((time.hour * 60 + time.minute) * 60 + time.second) * kMicrosecondsPerSecond + time.microsecond;
}
constexpr TimeOfDay time_of_microseconds(int64_t microseconds) {
    int seconds = int(microseconds / kMicrosecondsPerSecond);
    return {seconds / 3600, seconds / 60 % 60, seconds % 60, int(microseconds % kMicrosecondsPerSecond)};
}

// Reading. The numbers are as written: their ranges are not checked. False when the text has another form.
bool read_iso_date(std::string_view text, CivilDate& date);
bool read_iso_time(std::string_view text, TimeOfDay& time, Offset& offset);
// How many bytes of a date and time (7 at least) are the date; the separator comes after them.
size_t iso_date_size(std::string_view text);

// How much of a time is written.
enum class TimeParts : uint8_t { kAuto, kHours, kMinutes, kSeconds, kMilliseconds, kMicroseconds };

// Writing. Each returns the place after what it wrote.
inline constexpr size_t kIsoDateSize = 10, kIsoTimeSize = 15, kOffsetSize = 16;
char* write_iso_date(char* out, const CivilDate& date);
char* write_iso_time(char* out, const TimeOfDay& time, TimeParts parts);
// +HH:MM, with seconds and microseconds when there are any. Nothing for one that is unknown.
char* write_offset(char* out, const Offset& offset, std::string_view separator);

}  // namespace orochi::datetime
