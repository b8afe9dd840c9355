#include "sim/base/calendar.hpp"

#include <fmt/format.h>

namespace podium {
namespace {

constexpr std::int64_t kNanosecondsPerSecond = 1'000'000'000;
constexpr std::int64_t kSecondsPerDay = 86'400;

bool is_leap(std::int64_t year) {
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int days_in_month(std::int64_t year, int month) {
    constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap(year) ? 29 : kDays[month - 1];
}

// Days of all years before `year`, counted from the year 1.
std::int64_t days_before_year(std::int64_t year) {
    const std::int64_t past = year - 1;
    return past * 365 + past / 4 - past / 100 + past / 400;
}

constexpr std::int64_t kDaysBefore1970 = 719'162;

std::int64_t days_since_1970(std::int64_t year, int month, int day) {
    std::int64_t days = days_before_year(year) - kDaysBefore1970 + day - 1;
    for (int before = 1; before < month; ++before)
        days += days_in_month(year, before);
    return days;
}

std::int64_t floor_divide(std::int64_t value, std::int64_t by) {
    return value / by - (value % by < 0 ? 1 : 0);
}

std::string date_and_time(const CivilTime& c) {
    return fmt::format("{:04d}-{:02d}-{:02d}T{:02d}:{:02d}:{:02d}",
                       c.year,
                       c.month,
                       c.day,
                       c.hour,
                       c.minute,
                       c.second);
}

// Reads exactly `count` digits from the front of `text`.
bool take_number(std::string_view& text, std::size_t count, std::int64_t& value) {
    if (text.size() < count) return false;
    value = 0;
    for (std::size_t i = 0; i < count; ++i) {
        if (text[i] < '0' || text[i] > '9') return false;
        value = value * 10 + (text[i] - '0');
    }
    text.remove_prefix(count);
    return true;
}

bool take_character(std::string_view& text, char wanted) {
    if (text.empty() || text.front() != wanted) return false;
    text.remove_prefix(1);
    return true;
}

bool take_fraction(std::string_view& text, std::int64_t& nanoseconds) {
    nanoseconds = 0;
    if (!take_character(text, '.')) return true;
    int digits = 0;
    while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
        if (digits < 9) nanoseconds = nanoseconds * 10 + (text.front() - '0');
        ++digits;
        text.remove_prefix(1);
    }
    for (int i = digits; i < 9; ++i)
        nanoseconds *= 10;
    return digits > 0;
}

bool take_zone(std::string_view& text, std::int64_t& offset_seconds) {
    offset_seconds = 0;
    if (take_character(text, 'Z')) return text.empty();
    const bool minus = take_character(text, '-');
    if (!minus && !take_character(text, '+')) return false;
    std::int64_t zone_hours = 0;
    std::int64_t zone_minutes = 0;
    if (!take_number(text, 2, zone_hours) || !take_character(text, ':') ||
        !take_number(text, 2, zone_minutes))
        return false;
    offset_seconds = (zone_hours * 3600 + zone_minutes * 60) * (minus ? -1 : 1);
    return text.empty();
}

}  // namespace

std::int64_t unix_nanoseconds(Time time, Duration skew) {
    return kEpochSeconds * kNanosecondsPerSecond + time.nanoseconds + skew.nanoseconds;
}

std::int64_t unix_seconds(Time time, Duration skew) {
    return floor_divide(unix_nanoseconds(time, skew), kNanosecondsPerSecond);
}

Time from_unix(std::int64_t seconds, std::int64_t nanoseconds, Duration skew) {
    return Time{(seconds - kEpochSeconds) * kNanosecondsPerSecond + nanoseconds - skew.nanoseconds};
}

CivilTime civil_time(Time time, Duration skew) {
    const std::int64_t total = unix_seconds(time, skew);
    std::int64_t days = floor_divide(total, kSecondsPerDay);
    const std::int64_t in_day = total - days * kSecondsPerDay;
    CivilTime c;
    c.nanosecond = static_cast<int>(unix_nanoseconds(time, skew) - total * kNanosecondsPerSecond);
    c.hour = static_cast<int>(in_day / 3600);
    c.minute = static_cast<int>(in_day / 60 % 60);
    c.second = static_cast<int>(in_day % 60);
    // A Time spans under 300 years on either side of its epoch, so the estimate is off by a year at
    // most.
    c.year = 1970 + floor_divide(days * 400, 146'097);
    while (days_since_1970(c.year, 1, 1) > days)
        --c.year;
    while (days_since_1970(c.year + 1, 1, 1) <= days)
        ++c.year;
    days -= days_since_1970(c.year, 1, 1);
    c.month = 1;
    while (days >= days_in_month(c.year, c.month)) {
        days -= days_in_month(c.year, c.month);
        ++c.month;
    }
    c.day = static_cast<int>(days) + 1;
    return c;
}

std::string rfc3339_nano(Time time, Duration skew) {
    const CivilTime c = civil_time(time, skew);
    std::string text = date_and_time(c);
    if (c.nanosecond != 0) {
        text += fmt::format(".{:09d}", c.nanosecond);
        while (text.back() == '0')
            text.pop_back();
    }
    return text + "Z";
}

std::string rfc3339_nano_fixed(Time time, Duration skew) {
    const CivilTime c = civil_time(time, skew);
    return fmt::format("{}.{:09d}Z", date_and_time(c), c.nanosecond);
}

std::string rfc3339(Time time, Duration skew) {
    return date_and_time(civil_time(time, skew)) + "Z";
}

std::optional<Time> parse_rfc3339(std::string_view text, Duration skew) {
    std::int64_t year = 0;
    std::int64_t month = 0;
    std::int64_t day = 0;
    std::int64_t hour = 0;
    std::int64_t minute = 0;
    std::int64_t second = 0;
    std::int64_t nanosecond = 0;
    std::int64_t offset = 0;
    if (!take_number(text, 4, year) || !take_character(text, '-') || !take_number(text, 2, month) ||
        !take_character(text, '-') || !take_number(text, 2, day) || !take_character(text, 'T') ||
        !take_number(text, 2, hour) || !take_character(text, ':') ||
        !take_number(text, 2, minute) || !take_character(text, ':') ||
        !take_number(text, 2, second) || !take_fraction(text, nanosecond) ||
        !take_zone(text, offset)) {
        return std::nullopt;
    }
    if (month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59)
        return std::nullopt;
    if (day > days_in_month(year, static_cast<int>(month))) return std::nullopt;
    if (year < 1800 || year > 2250)
        return std::nullopt;  // what 64 bits of nanoseconds can hold, with room
    const std::int64_t days = days_since_1970(year, static_cast<int>(month), static_cast<int>(day));
    return from_unix(
        days * kSecondsPerDay + hour * 3600 + minute * 60 + second - offset, nanosecond, skew);
}

}  // namespace podium
