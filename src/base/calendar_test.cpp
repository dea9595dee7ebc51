#include "base/calendar.hpp"

#include <gtest/gtest.h>

#include <climits>
#include <string>

#include "base/reference_test.hpp"

using namespace orochi::base;

TEST(Calendar, CountsEveryDayOfAllYears) {
    CivilDate date{1, 1, 1};
    for (int count = 1; date.year < 10000; ++count) {
        ASSERT_EQ(day_count(date), count);
        ASSERT_EQ(civil_date(count), date);
        if (++date.day > days_in_month(date.year, date.month)) {
            date.day = 1;
            if (++date.month > 12) {
                date.month = 1;
                ++date.year;
            }
        }
    }
    EXPECT_EQ(day_count({10000, 1, 1}), 3652060);
}

TEST(Calendar, GoesBackBeforeYearOne) {
    EXPECT_EQ(civil_date(0), (CivilDate{0, 12, 31}));
    EXPECT_EQ(civil_date(-366), (CivilDate{-1, 12, 31}));
    EXPECT_EQ(day_count({0, 2, 29}), -306);
    EXPECT_EQ(weekday(0), 6);
}

TEST(Calendar, TakesAnyCount) {
    EXPECT_EQ(civil_date(INT_MAX), (CivilDate{5879611, 7, 11}));
    EXPECT_EQ(day_count(CivilDate{5879611, 7, 11}), INT_MAX);
    EXPECT_EQ(civil_date(INT_MIN), (CivilDate{-5879610, 6, 22}));
}

TEST(Calendar, WeeksAndDaysOfTheYearAreTheReferences) {
    auto lines = reference_lines(
        "from datetime import date\n"
        "for y in (*range(1, 30), *range(1590, 1610), *range(1895, 2035), *range(9990, 9999)):\n"
        "    for m, d in (1, 1), (1, 3), (1, 4), (2, 28), (3, 1), (7, 31), (8, 1), (12, 28), (12, 29), (12, "
        "31):\n"
        "        x = date(y, m, d); print(y, m, d, *x.isocalendar(), x.weekday(), x.timetuple().tm_yday)");
    ASSERT_GT(lines.size(), 1900u);
    for (const std::string& line : lines) {
        CivilDate date;
        IsoWeekDate week;
        int day_of_week, day;
        ASSERT_EQ(std::sscanf(line.c_str(), "%d %d %d %d %d %d %d %d", &date.year, &date.month, &date.day, &week.year,
                              &week.week, &week.weekday, &day_of_week, &day),
                  8);
        EXPECT_EQ(iso_week_date(date), week) << line;
        EXPECT_EQ(iso_day_count(week), day_count(date)) << line;
        EXPECT_LE(week.week, iso_weeks_in_year(week.year)) << line;
        EXPECT_EQ(weekday(day_count(date)), day_of_week) << line;
        EXPECT_EQ(day_of_year(date), day) << line;
    }
}
