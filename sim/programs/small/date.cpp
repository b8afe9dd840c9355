#include <array>
#include <fmt/format.h>

#include "sim/base/calendar.hpp"
#include "sim/base/text.hpp"
#include "sim/model/world.hpp"
#include "sim/programs/small/date_words.hpp"
#include "sim/programs/small/programs.hpp"

namespace podium::programs::small {
namespace {

constexpr std::array<std::string_view, 7> kDays = {
    "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
constexpr std::array<std::string_view, 12> kMonths = {"January",
                                                      "February",
                                                      "March",
                                                      "April",
                                                      "May",
                                                      "June",
                                                      "July",
                                                      "August",
                                                      "September",
                                                      "October",
                                                      "November",
                                                      "December"};

/// A moment of the UTC clock, as date sees it.
struct Moment {
    std::int64_t seconds = 0;  ///< Since 1970.
    std::int64_t nanoseconds = 0;
    CivilTime civil;

    [[nodiscard]] int weekday() const {
        constexpr int kThursday = 4;  // 1970-01-01
        return static_cast<int>((seconds / 86'400 + kThursday) % 7);
    }

    [[nodiscard]] int day_of_year() const {
        constexpr std::array<int, 12> kBefore = {
            0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
        const bool leap = (civil.year % 4 == 0 && civil.year % 100 != 0) || civil.year % 400 == 0;
        return kBefore[static_cast<std::size_t>(civil.month - 1)] + civil.day +
               (leap && civil.month > 2 ? 1 : 0);
    }
};

Moment moment_of(Time time, Duration skew) {
    const std::int64_t whole = unix_nanoseconds(time, skew);
    Moment moment;
    moment.seconds = unix_seconds(time, skew);
    moment.nanoseconds = whole - moment.seconds * 1'000'000'000;
    moment.civil = civil_time(time, skew);
    return moment;
}

std::string strftime(std::string_view format, const Moment& m);

/// One conversion; nothing for a letter that is none.
std::optional<std::string> conversion(char letter, const Moment& m) {
    const CivilTime& c = m.civil;
    const std::string_view day = kDays[static_cast<std::size_t>(m.weekday())];
    const std::string_view month = kMonths[static_cast<std::size_t>(c.month - 1)];
    const int hour12 = c.hour % 12 == 0 ? 12 : c.hour % 12;
    switch (letter) {
        case 'Y':
            return fmt::format("{}", c.year);
        case 'C':
            return fmt::format("{:02}", c.year / 100);
        case 'y':
            return fmt::format("{:02}", c.year % 100);
        case 'm':
            return fmt::format("{:02}", c.month);
        case 'd':
            return fmt::format("{:02}", c.day);
        case 'e':
            return fmt::format("{:2}", c.day);
        case 'j':
            return fmt::format("{:03}", m.day_of_year());
        case 'H':
            return fmt::format("{:02}", c.hour);
        case 'k':
            return fmt::format("{:2}", c.hour);
        case 'I':
            return fmt::format("{:02}", hour12);
        case 'l':
            return fmt::format("{:2}", hour12);
        case 'M':
            return fmt::format("{:02}", c.minute);
        case 'S':
            return fmt::format("{:02}", c.second);
        case 'N':
            return fmt::format("{:09}", m.nanoseconds);
        case 's':
            return fmt::format("{}", m.seconds);
        case 'p':
            return c.hour < 12 ? "AM" : "PM";
        case 'P':
            return c.hour < 12 ? "am" : "pm";
        case 'a':
            return std::string(day.substr(0, 3));
        case 'A':
            return std::string(day);
        case 'b':
        case 'h':
            return std::string(month.substr(0, 3));
        case 'B':
            return std::string(month);
        case 'u':
            return fmt::format("{}", m.weekday() == 0 ? 7 : m.weekday());
        case 'w':
            return fmt::format("{}", m.weekday());
        case 'Z':
            return "UTC";
        case 'z':
            return "+0000";
        case 'F':
            return strftime("%Y-%m-%d", m);
        case 'T':
        case 'X':
            return strftime("%H:%M:%S", m);
        case 'R':
            return strftime("%H:%M", m);
        case 'D':
        case 'x':
            return strftime("%m/%d/%y", m);
        case 'r':
            return strftime("%I:%M:%S %p", m);
        case 'c':
            return strftime("%a %b %e %H:%M:%S %Y", m);
        case 'n':
            return "\n";
        case 't':
            return "\t";
        case '%':
            return "%";
        default:
            return std::nullopt;
    }
}

std::string strftime(std::string_view format, const Moment& m) {
    std::string out;
    for (std::size_t i = 0; i < format.size(); ++i) {
        if (format[i] != '%' || i + 1 == format.size()) {
            out += format[i];
            continue;
        }
        if (format.substr(i).starts_with("%:z")) {
            out += "+00:00";
            i += 2;
            continue;
        }
        if (format.substr(i).starts_with("%3N")) {
            out += fmt::format("{:03}", m.nanoseconds / 1'000'000);
            i += 2;
            continue;
        }
        const std::optional<std::string> text = conversion(format[i + 1], m);
        out += text ? *text : std::string(format.substr(i, 2));
        ++i;
    }
    return out;
}

/// What -d can be: "@SECONDS", "now", an RFC 3339 moment or "YYYY-MM-DD[ HH:MM:SS]", with GNU's also words.
std::optional<Moment> read_moment(std::string text, Time now, Duration skew, bool gnu) {
    if (text == "now") return moment_of(now, skew);
    std::int64_t seconds = 0;
    const std::string words = text;
    if (text.starts_with('@') && parse_integer(text.substr(1), seconds))
        return moment_of(from_unix(seconds), {});
    constexpr std::size_t kDate = 10;
    constexpr std::size_t kDateAndTime = 19;
    if (text.size() == kDate) text += "T00:00:00";
    if (text.size() >= kDateAndTime && text[kDate] == ' ') text[kDate] = 'T';
    if (text.size() == kDateAndTime) text += "Z";
    if (const std::optional<Time> time = parse_rfc3339(text)) return moment_of(*time, {});
    if (!gnu) return std::nullopt;
    const Moment present = moment_of(now, skew);
    const std::optional<std::int64_t> read = read_date_words(words, present.seconds);
    if (!read) return std::nullopt;
    // What is counted from the present keeps its fraction.
    const bool fixed = words.find_first_of(":") != std::string::npos || *read % 86'400 == 0;
    return moment_of(from_unix(*read, fixed ? 0 : present.nanoseconds), {});
}

}  // namespace

int run_date(Tool& tool) {
    const auto options = tool.options(
        {"ud:I::R", {{"utc", 'u'}, {"date", 'd'}, {"iso-8601", 'I'}, {"rfc-email", 'R'}}, "sfrD"});
    if (!options) return 1;
    const Duration skew = tool.context.world().host(tool.context.row().host).clock_skew;
    Moment moment = moment_of(tool.system.now(), skew);
    if (options->has('d')) {
        const auto wanted = read_moment(options->value('d'), tool.system.now(), skew, tool.gnu);
        if (!wanted) {
            tool.complain(fmt::format("invalid date '{}'", options->value('d')));
            return 1;
        }
        moment = *wanted;
    }
    std::string format = "%a %b %e %H:%M:%S UTC %Y";
    if (options->has('R')) format = "%a, %d %b %Y %H:%M:%S %z";
    if (options->has('I')) {
        const std::string& precision = options->value('I');
        const std::string_view zone = tool.gnu ? "%:z" : "%z";
        format = "%F";
        if (precision.starts_with('s')) format = fmt::format("%FT%T{}", zone);
        if (precision.starts_with('m')) format = fmt::format("%FT%R{}", zone);
        if (precision.starts_with('n')) format = fmt::format("%FT%T,%N{}", zone);
    }
    for (const std::string& operand : options->operands) {
        if (!operand.starts_with('+')) {
            tool.complain(tool.gnu ? "cannot set date: Operation not permitted"
                                   : "can't set date: Operation not permitted");
            return 1;
        }
        format = operand.substr(1);
    }
    tool.print(strftime(format, moment) + "\n");
    return 0;
}

}  // namespace podium::programs::small
