#include "sim/programs/format/go_time.hpp"

#include <array>
#include <fmt/format.h>

namespace podium::format {
namespace {

constexpr std::array<std::string_view, 7> kWeekdays{
    "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 12> kMonths{
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

std::string date_and_time(const CivilTime& c) {
    return fmt::format("{:04d}-{:02d}-{:02d} {:02d}:{:02d}:{:02d}",
                       c.year,
                       c.month,
                       c.day,
                       c.hour,
                       c.minute,
                       c.second);
}

// The first of January 1970 was a Thursday.
std::size_t weekday_of(Time time) {
    constexpr std::int64_t kSecondsPerDay = 86'400;
    const std::int64_t seconds = unix_seconds(time);
    const std::int64_t days = seconds / kSecondsPerDay - (seconds % kSecondsPerDay < 0 ? 1 : 0);
    return static_cast<std::size_t>(((days + 4) % 7 + 7) % 7);
}

}  // namespace

std::string go_time_text(Time time) {
    const CivilTime civil = civil_time(time);
    std::string text = date_and_time(civil);
    if (civil.nanosecond != 0) {
        text += fmt::format(".{:09d}", civil.nanosecond);
        while (text.back() == '0')
            text.pop_back();
    }
    return text + " +0000 UTC";
}

std::string ctime_text(Time time) {
    const CivilTime c = civil_time(time);
    return fmt::format("{} {} {:2d} {:02d}:{:02d}:{:02d} {}",
                       kWeekdays[weekday_of(time)],
                       kMonths[static_cast<std::size_t>(c.month - 1)],
                       c.day,
                       c.hour,
                       c.minute,
                       c.second,
                       c.year);
}

std::string python_time_text(Time time) {
    const CivilTime civil = civil_time(time);
    std::string text = date_and_time(civil);
    // Python leaves the decimals out when there are no microseconds.
    const int microsecond = civil.nanosecond / 1000;
    if (microsecond != 0) text += fmt::format(".{:06d}", microsecond);
    return text;
}

}  // namespace podium::format
