#include "sim/programs/docker/moments.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "sim/base/calendar.hpp"
#include "sim/base/text.hpp"

namespace podium::programs::docker {
namespace {

bool digits_only(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// "1767603600" or "1767603600.25".
bool parse_unix(const std::string& text, Time& time) {
    const auto point = text.find('.');
    const std::string whole = text.substr(0, point);
    std::string decimals = point == std::string::npos ? "" : text.substr(point + 1);
    if (!digits_only(whole) || (point != std::string::npos && !digits_only(decimals)) ||
        decimals.size() > 9)
        return false;
    decimals.resize(9, '0');
    std::int64_t seconds = 0;
    std::int64_t nanoseconds = 0;
    if (!parse_integer(whole, seconds) || !parse_integer(decimals, nanoseconds)) return false;
    constexpr std::int64_t kMostSeconds =
        9'000'000'000;  // What a Time can hold, with room to spare.
    if (seconds > kMostSeconds) return false;
    time = from_unix(seconds, nanoseconds);
    return true;
}

// A date as docker takes it, with the parts it leaves out.
std::string completed(const std::string& text) {
    const auto letter = text.find('T');
    if (letter == std::string::npos) return text + "T00:00:00Z";
    const auto zone_begin = text.find_first_of("Z+-", letter);
    const std::string zone = zone_begin == std::string::npos ? "Z" : text.substr(zone_begin);
    std::string out = text.substr(0, zone_begin);
    for (auto colons = std::count(out.begin(), out.end(), ':'); colons < 2; ++colons)
        out += ":00";
    return out + zone;
}

}  // namespace

Result<Time> parse_moment(const std::string& text, Time now) {
    // docker counts back from now in whole seconds.
    if (const auto ago = parse_duration(text); ago && text != "0")
        return from_unix(unix_seconds(now - *ago));
    Time time;
    if (parse_unix(text, time)) return time;
    if (const auto date = parse_rfc3339(completed(text))) return *date;
    return Error{fmt::format("failed to parse value as time or duration: \"{}\"", text), {}, {}};
}

std::string unix_text(Time time) {
    const std::int64_t nanoseconds = unix_nanoseconds(time);
    return fmt::format("{}.{:09}", nanoseconds / 1'000'000'000, nanoseconds % 1'000'000'000);
}

}  // namespace podium::programs::docker
