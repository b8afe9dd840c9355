#include "sim/programs/format/go_time.hpp"

#include <array>

#include <fmt/format.h>

#include "sim/base/int128.hpp"

namespace podium::format {
namespace {

constexpr std::int64_t kNanosecondsPerSecond = 1'000'000'000;
constexpr std::int64_t kSecondsPerDay = 86'400;
constexpr std::array<std::string_view, 7> kWeekdays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

// Days are counted in eras of 400 years that start on a first of March, so that the leap day is the
// last day of its year.
constexpr std::int64_t kDaysPerEra = 146'097;
constexpr std::int64_t kDaysBefore1970 = 719'468;

std::int64_t floor_divide(std::int64_t value, std::int64_t by) {
    return value / by - (value % by < 0 ? 1 : 0);
}

std::int64_t days_since_1970(std::int64_t year, int month, int day) {
    const std::int64_t y = month <= 2 ? year - 1 : year;
    const std::int64_t era = floor_divide(y, 400);
    const std::int64_t year_of_era = y - era * 400;
    const std::int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    const std::int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * kDaysPerEra + day_of_era - kDaysBefore1970;
}

void set_date(CalendarTime& calendar, std::int64_t days) {
    const std::int64_t shifted = days + kDaysBefore1970;
    const std::int64_t era = floor_divide(shifted, kDaysPerEra);
    const std::int64_t day_of_era = shifted - era * kDaysPerEra;
    const std::int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
    const std::int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const std::int64_t shifted_month = (5 * day_of_year + 2) / 153;
    calendar.day = static_cast<int>(day_of_year - (153 * shifted_month + 2) / 5 + 1);
    calendar.month = static_cast<int>(shifted_month < 10 ? shifted_month + 3 : shifted_month - 9);
    calendar.year = year_of_era + era * 400 + (calendar.month <= 2 ? 1 : 0);
    calendar.weekday = static_cast<int>(((days + 4) % 7 + 7) % 7);
}

// ".5" for half a second, nothing for none: Go drops trailing zeros.
std::string fraction_text(int nanosecond) {
    if (nanosecond == 0) return {};
    std::string digits = fmt::format(".{:09d}", nanosecond);
    while (digits.back() == '0') digits.pop_back();
    return digits;
}

std::string date_and_time(const CalendarTime& c, char between) {
    return fmt::format("{:04d}-{:02d}-{:02d}{}{:02d}:{:02d}:{:02d}", c.year, c.month, c.day, between, c.hour, c.minute,
                       c.second);
}

// Reads exactly `digits` digits at the front of `rest`.
bool take_digits(std::string_view& rest, std::size_t digits, int& value) {
    if (rest.size() < digits) return false;
    value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
        if (rest[i] < '0' || rest[i] > '9') return false;
        value = value * 10 + (rest[i] - '0');
    }
    rest.remove_prefix(digits);
    return true;
}

bool take_char(std::string_view& rest, char c) {
    if (rest.empty() || rest.front() != c) return false;
    rest.remove_prefix(1);
    return true;
}

bool take_fraction(std::string_view& rest, std::int64_t& nanosecond) {
    if (!take_char(rest, '.')) return true;
    std::int64_t scale = kNanosecondsPerSecond;
    std::size_t digits = 0;
    while (digits < rest.size() && rest[digits] >= '0' && rest[digits] <= '9') {
        scale /= 10;
        nanosecond += (rest[digits] - '0') * scale;
        ++digits;
    }
    rest.remove_prefix(digits);
    return digits > 0;
}

bool take_offset(std::string_view& rest, std::int64_t& seconds) {
    if (take_char(rest, 'Z')) return true;
    const bool east = take_char(rest, '+');
    if (!east && !take_char(rest, '-')) return false;
    int hour = 0;
    int minute = 0;
    if (!take_digits(rest, 2, hour) || !take_char(rest, ':') || !take_digits(rest, 2, minute)) return false;
    seconds = (hour * 3600 + minute * 60) * (east ? 1 : -1);
    return true;
}

}  // namespace

std::int64_t unix_seconds(Time time) {
    return kEpochSeconds + floor_divide(time.nanoseconds, kNanosecondsPerSecond);
}

Time from_unix(std::int64_t seconds, std::int64_t nanoseconds) {
    const Int128 total = (static_cast<Int128>(seconds) - kEpochSeconds) * kNanosecondsPerSecond + nanoseconds;
    if (total > INT64_MAX) return Time{INT64_MAX};
    if (total < INT64_MIN) return Time{INT64_MIN};
    return Time{static_cast<std::int64_t>(total)};
}

CalendarTime calendar_time(Time time) {
    const std::int64_t seconds = unix_seconds(time);
    const std::int64_t days = floor_divide(seconds, kSecondsPerDay);
    const std::int64_t of_day = seconds - days * kSecondsPerDay;
    CalendarTime calendar;
    set_date(calendar, days);
    calendar.hour = static_cast<int>(of_day / 3600);
    calendar.minute = static_cast<int>(of_day / 60 % 60);
    calendar.second = static_cast<int>(of_day % 60);
    const std::int64_t below = time.nanoseconds % kNanosecondsPerSecond;
    calendar.nanosecond = static_cast<int>(below < 0 ? below + kNanosecondsPerSecond : below);
    return calendar;
}

std::string rfc3339_nano(Time time) {
    const CalendarTime calendar = calendar_time(time);
    return date_and_time(calendar, 'T') + fraction_text(calendar.nanosecond) + "Z";
}

std::string rfc3339_nano_fixed(Time time) {
    const CalendarTime calendar = calendar_time(time);
    return fmt::format("{}.{:09d}Z", date_and_time(calendar, 'T'), calendar.nanosecond);
}

std::string rfc3339(Time time) { return date_and_time(calendar_time(time), 'T') + "Z"; }

std::string go_time_text(Time time) {
    const CalendarTime calendar = calendar_time(time);
    return date_and_time(calendar, ' ') + fraction_text(calendar.nanosecond) + " +0000 UTC";
}

std::string ctime_text(Time time) {
    const CalendarTime c = calendar_time(time);
    return fmt::format("{} {} {:2d} {:02d}:{:02d}:{:02d} {}", kWeekdays[static_cast<std::size_t>(c.weekday)],
                       kMonths[static_cast<std::size_t>(c.month - 1)], c.day, c.hour, c.minute, c.second, c.year);
}

std::string python_time_text(Time time) {
    const CalendarTime calendar = calendar_time(time);
    std::string text = date_and_time(calendar, ' ');
    // Python leaves the decimals out when there are no microseconds.
    const int microsecond = calendar.nanosecond / 1000;
    if (microsecond != 0) text += fmt::format(".{:06d}", microsecond);
    return text;
}

std::optional<Time> parse_rfc3339(std::string_view text) {
    int year = 0;
    int month = 0;
    int day = 0;
    int hour = 0;
    int minute = 0;
    int second = 0;
    std::string_view rest = text;
    if (!take_digits(rest, 4, year) || !take_char(rest, '-') || !take_digits(rest, 2, month) || !take_char(rest, '-') ||
        !take_digits(rest, 2, day)) {
        return std::nullopt;
    }
    if (!take_char(rest, 'T') && !take_char(rest, ' ')) return std::nullopt;
    if (!take_digits(rest, 2, hour) || !take_char(rest, ':') || !take_digits(rest, 2, minute) || !take_char(rest, ':') ||
        !take_digits(rest, 2, second)) {
        return std::nullopt;
    }
    std::int64_t nanosecond = 0;
    std::int64_t offset = 0;
    if (!take_fraction(rest, nanosecond) || !take_offset(rest, offset) || !rest.empty()) return std::nullopt;
    if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60) return std::nullopt;
    // A Time reaches 292 years either way of the epoch.
    if (year < 1735 || year > 2317) return std::nullopt;
    const std::int64_t seconds =
        days_since_1970(year, month, day) * kSecondsPerDay + hour * 3600 + minute * 60 + second - offset;
    return from_unix(seconds, nanosecond);
}

}  // namespace podium::format
