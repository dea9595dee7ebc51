#include "modules/datetime/iso_text.hpp"

#include <algorithm>
#include <cstring>

namespace orochi::datetime {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

class Scanner {
public:
    explicit Scanner(std::string_view text) : text_(text) {}
    bool at_end() const { return text_.empty(); }
    size_t left() const { return text_.size(); }
    char peek() const { return text_.empty() ? '\0' : text_.front(); }
    char next() {
        char c = peek();
        if (!text_.empty()) text_.remove_prefix(1);
        return c;
    }
    bool take(char c) {
        if (text_.empty() || text_.front() != c) return false;
        text_.remove_prefix(1);
        return true;
    }
    void back() { text_ = {text_.data() - 1, text_.size() + 1}; }
    bool number(size_t digits, int& value) {
        if (text_.size() < digits) return false;
        value = 0;
        for (size_t i = 0; i < digits; ++i) {
            if (!is_digit(text_[i])) return false;
            value = value * 10 + (text_[i] - '0');
        }
        text_.remove_prefix(digits);
        return true;
    }

private:
    std::string_view text_;
};

// Digits after the decimal sign; those after the sixth do not count.
bool read_fraction(Scanner& scanner, int& microsecond) {
    size_t digits = std::min<size_t>(scanner.left(), 6);
    if (!scanner.number(digits, microsecond)) return false;
    for (size_t i = digits; i < 6; ++i) microsecond *= 10;
    while (is_digit(scanner.peek())) scanner.next();
    return true;
}

// HH[:MM[:SS[.ffffff]]], with colons or without. CPython lets one character stand after a complete number,
// and anything after six digits of a fraction, when a time zone follows; `stray` says that there is
// something. A null character is nothing.
bool read_clock(std::string_view text, TimeOfDay& time, bool& stray) {
    Scanner scanner(text);
    bool colons = false;
    stray = false;
    int* const parts[] = {&time.hour, &time.minute, &time.second};
    for (int* part : parts) {
        if (!scanner.number(2, *part)) return false;
        if (scanner.at_end()) return true;
        char c = scanner.next();
        if (scanner.at_end()) {
            stray = c != '\0';
            return true;
        }
        if (part == parts[0]) colons = c == ':';
        if (colons && c == ':') continue;
        if (c == '.' || c == ',') break;
        if (colons) return false;
        scanner.back();
    }
    if (!read_fraction(scanner, time.microsecond)) return false;
    stray = scanner.peek() != '\0';
    return true;
}

char* write_digits(char* out, int value, int digits) {
    for (int i = digits; i-- > 0; value /= 10) out[i] = char('0' + value % 10);
    return out + digits;
}

}  // namespace

bool read_iso_date(std::string_view text, CivilDate& date) {
    Scanner scanner(text);
    if (!scanner.number(4, date.year)) return false;
    bool dashes = scanner.take('-');
    if (scanner.take('W')) {
        base::IsoWeekDate week{date.year, 0, 1};
        if (!scanner.number(2, week.week)) return false;
        if (!scanner.at_end() && ((dashes && !scanner.take('-')) || !scanner.number(1, week.weekday))) return false;
        if (week.week < 1 || week.week > base::iso_weeks_in_year(week.year) || week.weekday < 1 || week.weekday > 7)
            return false;
        // CPython takes weeks of the year 0, and then does not like the month it finds.
        date = week.year == 0 ? CivilDate{1, 0, 0} : base::civil_date(base::iso_day_count(week));
        return true;
    }
    return scanner.number(2, date.month) && (!dashes || scanner.take('-')) && scanner.number(2, date.day);
}

bool read_iso_time(std::string_view text, TimeOfDay& time, Offset& offset) {
    size_t zone = std::min(text.find_first_of("+-Z"), text.size());
    bool stray;
    if (!read_clock(text.substr(0, zone), time, stray)) return false;
    offset = {};
    if (zone == text.size()) return !stray;
    offset.given = true;
    std::string_view rest = text.substr(zone + 1);
    if (text[zone] == 'Z') return rest.empty() || rest.front() == '\0';
    TimeOfDay distance;
    if (!read_clock(rest, distance, stray) || stray) return false;
    offset.microseconds = text[zone] == '-' ? -microseconds_of(distance) : microseconds_of(distance);
    return true;
}

// A week date may or may not have a day, and anything may be the separator: what digits there are has to
// decide.
size_t iso_date_size(std::string_view text) {
    if (text.size() == 7) return 7;  // YYYYWww
    if (text[4] == '-') {
        if (text[5] != 'W') return 10;                     // YYYY-MM-DD
        if (text.size() == 8 || text[8] != '-') return 8;  // YYYY-Www
        // YYYY-Www-d, unless two digits show that the dash is the separator.
        return text.size() > 10 && is_digit(text[10]) ? 8 : 10;
    }
    if (text[4] != 'W') return 8;  // YYYYMMDD
    size_t digits_end = 7;
    while (digits_end < text.size() && is_digit(text[digits_end])) ++digits_end;
    if (digits_end < 9) return digits_end;
    return digits_end % 2 == 0 ? 7 : 8;  // a time has an even number of digits
}

char* write_iso_date(char* out, const CivilDate& date) {
    out = write_digits(out, date.year, 4);
    *out++ = '-';
    out = write_digits(out, date.month, 2);
    *out++ = '-';
    return write_digits(out, date.day, 2);
}

char* write_iso_time(char* out, const TimeOfDay& time, TimeParts parts) {
    if (parts == TimeParts::kAuto) parts = time.microsecond ? TimeParts::kMicroseconds : TimeParts::kSeconds;
    out = write_digits(out, time.hour, 2);
    if (parts == TimeParts::kHours) return out;
    *out++ = ':';
    out = write_digits(out, time.minute, 2);
    if (parts == TimeParts::kMinutes) return out;
    *out++ = ':';
    out = write_digits(out, time.second, 2);
    if (parts == TimeParts::kSeconds) return out;
    *out++ = '.';
    return parts == TimeParts::kMilliseconds ? write_digits(out, time.microsecond / 1000, 3)
                                             : write_digits(out, time.microsecond, 6);
}

char* write_offset(char* out, const Offset& offset, std::string_view separator) {
    if (!offset.given) return out;
    bool negative = offset.microseconds < 0;
    TimeOfDay distance = time_of_microseconds(negative ? -offset.microseconds : offset.microseconds);
    auto separate = [&] { out = std::copy(separator.begin(), separator.end(), out); };
    *out++ = negative ? '-' : '+';
    out = write_digits(out, distance.hour, 2);
    separate();
    out = write_digits(out, distance.minute, 2);
    if (distance.second || distance.microsecond) {
        separate();
        out = write_digits(out, distance.second, 2);
    }
    if (distance.microsecond) {
        *out++ = '.';
        out = write_digits(out, distance.microsecond, 6);
    }
    return out;
}

}  // namespace orochi::datetime
