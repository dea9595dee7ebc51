// The proleptic Gregorian calendar as arithmetic: days counted from 1 January of year 1, which is day 1, and
// the weeks of ISO 8601. Counts may be any int, years any that keep the counts within one.
#pragma once

namespace orochi::base {

struct CivilDate {
    int year, month, day;
    friend constexpr bool operator==(const CivilDate&, const CivilDate&) = default;
};
// Weekdays count from 1, a Monday.
struct IsoWeekDate {
    int year, week, weekday;
    friend constexpr bool operator==(const IsoWeekDate&, const IsoWeekDate&) = default;
};

// For a positive divisor.
constexpr int floor_divide(int a, int b) { return a / b - (a % b < 0); }

constexpr bool is_leap_year(int year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

constexpr int days_in_month(int year, int month) {
    if (month == 2) return is_leap_year(year) ? 29 : 28;
    return 30 + ((month + (month >> 3)) & 1);  // odd months up to July, even ones after it, have 31
}

// Both directions shift the year to begin in March, so that the leap day comes last and the lengths of months
// follow a straight line.
constexpr int day_count(CivilDate date) {
    int year = date.month <= 2 ? date.year - 1 : date.year;
    int month = (date.month + 9) % 12;
    return year * 365 + floor_divide(year, 4) - floor_divide(year, 100) + floor_divide(year, 400) +
           (153 * month + 2) / 5 + date.day - 306;
}
constexpr CivilDate civil_date(int day_count) {
    constexpr int kDaysOf400Years = 146097;
    int era = floor_divide(day_count, kDaysOf400Years);
    int day = day_count - era * kDaysOf400Years + 305;
    if (day >= kDaysOf400Years) {
        day -= kDaysOf400Years;
        ++era;
    }
    int year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
    day -= 365 * year + year / 4 - year / 100;
    int month = (5 * day + 2) / 153;
    day -= (153 * month + 2) / 5;
    month = month < 10 ? month + 3 : month - 9;
    return {era * 400 + year + (month <= 2), month, day + 1};
}

// 1 January is day 1.
constexpr int day_of_year(CivilDate date) { return day_count(date) - day_count({date.year, 1, 1}) + 1; }

// Monday is 0.
constexpr int weekday(int day_count) { return day_count - 1 - 7 * floor_divide(day_count - 1, 7); }

// The Monday of the week that has the year's first Thursday, and so 4 January, as a day count.
constexpr int first_iso_monday(int year) {
    int fourth = day_count({year, 1, 4});
    return fourth - weekday(fourth);
}
constexpr int iso_weeks_in_year(int year) { return (first_iso_monday(year + 1) - first_iso_monday(year)) / 7; }
constexpr int iso_day_count(IsoWeekDate date) {
    return first_iso_monday(date.year) + (date.week - 1) * 7 + date.weekday - 1;
}
constexpr IsoWeekDate iso_week_date(CivilDate date) {
    int day = day_count(date), year = date.year, first = first_iso_monday(year);
    if (day < first) {
        first = first_iso_monday(--year);
    } else if (date.month == 12 && date.day > 28 && day >= first_iso_monday(year + 1)) {
        first = first_iso_monday(++year);
    }
    return {year, (day - first) / 7 + 1, (day - first) % 7 + 1};
}

}  // namespace orochi::base
