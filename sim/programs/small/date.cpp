#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <initializer_list>

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
        constexpr std::int64_t kDay = 86'400;
        constexpr std::int64_t kThursday = 4;  // 1970-01-01
        const std::int64_t days = seconds / kDay - (seconds % kDay < 0 ? 1 : 0);
        return static_cast<int>(((days + kThursday) % 7 + 7) % 7);
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

/// The week of a year, and the year it is counted in (ISO 8601: weeks begin on Mondays, the first one has a Thursday).
struct IsoWeek {
    std::int64_t year = 0;
    std::int64_t week = 0;
};

IsoWeek iso_week(const Moment& m) {
    constexpr std::int64_t kMostWeeks = 53;
    // The weekday of a year's last day, 4 a Thursday.
    const auto last_day = [](std::int64_t year) { return (year + year / 4 - year / 100 + year / 400) % 7; };
    const auto weeks_of = [&](std::int64_t year) { return last_day(year) == 4 || last_day(year - 1) == 3 ? kMostWeeks : kMostWeeks - 1; };
    const int day = m.weekday() == 0 ? 7 : m.weekday();
    const std::int64_t week = (m.day_of_year() - day + 10) / 7;
    if (week < 1) return {m.civil.year - 1, weeks_of(m.civil.year - 1)};
    if (week > weeks_of(m.civil.year)) return {m.civil.year + 1, 1};
    return {m.civil.year, week};
}

std::string strftime(std::string_view format, const Moment& m);

/// What a conversion shows: a number of so many digits, or a text.
struct Shown {
    std::optional<std::int64_t> number;
    int digits = 0;
    char pad = '0';
    std::string text = {};
};

/// Nothing for a letter that is none.
std::optional<Shown> conversion(char letter, const Moment& m) {
    const CivilTime& c = m.civil;
    const std::string_view day = kDays[static_cast<std::size_t>(m.weekday())];
    const std::string_view month = kMonths[static_cast<std::size_t>(c.month - 1)];
    const int hour12 = c.hour % 12 == 0 ? 12 : c.hour % 12;
    const auto number = [](std::int64_t value, int digits, char pad = '0') { return Shown{value, digits, pad}; };
    const auto text = [](std::string_view words) { return Shown{std::nullopt, 0, ' ', std::string(words)}; };
    switch (letter) {
        case 'Y': return number(c.year, 1);
        case 'C': return number(c.year / 100, 2);
        case 'y': return number(c.year % 100, 2);
        case 'G': return number(iso_week(m).year, 1);
        case 'g': return number(iso_week(m).year % 100, 2);
        case 'V': return number(iso_week(m).week, 2);
        case 'U': return number((m.day_of_year() - 1 + 7 - m.weekday()) / 7, 2);
        case 'W': return number((m.day_of_year() - 1 + 7 - (m.weekday() + 6) % 7) / 7, 2);
        case 'q': return number((c.month - 1) / 3 + 1, 1);
        case 'm': return number(c.month, 2);
        case 'd': return number(c.day, 2);
        case 'e': return number(c.day, 2, ' ');
        case 'j': return number(m.day_of_year(), 3);
        case 'H': return number(c.hour, 2);
        case 'k': return number(c.hour, 2, ' ');
        case 'I': return number(hour12, 2);
        case 'l': return number(hour12, 2, ' ');
        case 'M': return number(c.minute, 2);
        case 'S': return number(c.second, 2);
        case 's': return number(m.seconds, 1);
        case 'u': return number(m.weekday() == 0 ? 7 : m.weekday(), 1);
        case 'w': return number(m.weekday(), 1);
        case 'p': return text(c.hour < 12 ? "AM" : "PM");
        case 'P': return text(c.hour < 12 ? "am" : "pm");
        case 'a': return text(day.substr(0, 3));
        case 'A': return text(day);
        case 'b':
        case 'h': return text(month.substr(0, 3));
        case 'B': return text(month);
        case 'Z': return text("UTC");
        case 'z': return text("+0000");
        case 'F': return text(strftime("%Y-%m-%d", m));
        case 'T':
        case 'X': return text(strftime("%H:%M:%S", m));
        case 'R': return text(strftime("%H:%M", m));
        case 'D':
        case 'x': return text(strftime("%m/%d/%y", m));
        case 'r': return text(strftime("%I:%M:%S %p", m));
        case 'c': return text(strftime("%a %b %e %H:%M:%S %Y", m));
        case 'n': return text("\n");
        case 't': return text("\t");
        case '%': return text("%");
        default: return std::nullopt;
    }
}

/// One conversion from its %, as GNU's date and the C library have it: flags (- no filling, _ blanks, 0 zeros, ^ capitals, # the other letters), a
/// width, and a letter; %N takes the width for its digits. Goes on to its last letter; what is none is shown as it is written.
std::string converted(std::string_view format, std::size_t& at, const Moment& m) {
    constexpr int kWidest = 1000;
    const std::size_t begin = at++;
    const auto peek = [&](std::size_t ahead = 0) { return at + ahead < format.size() ? format[at + ahead] : '\0'; };
    char pad = '\0';
    bool upper = false;
    bool other = false;
    for (; peek() != '\0' && std::string_view("-_0^#+").find(peek()) != std::string_view::npos; ++at) {
        if (peek() == '^') upper = true;
        else if (peek() == '#') other = true;
        else pad = peek();
    }
    int width = -1;
    for (; peek() >= '0' && peek() <= '9'; ++at) width = std::min(std::max(width, 0) * 10 + (peek() - '0'), kWidest);
    if ((peek() == 'E' || peek() == 'O') && peek(1) != '\0') ++at;
    std::size_t colons = 0;
    while (peek(colons) == ':') ++colons;
    if (colons > 0 && colons <= 3 && peek(colons) == 'z') {
        at += colons;
        return colons == 1 ? "+00:00" : colons == 2 ? "+00:00:00" : "+00";
    }
    if (peek() == 'N') {
        std::string digits = fmt::format("{:09}", m.nanoseconds);
        if (width > 0) digits.resize(static_cast<std::size_t>(width), '0');
        const std::size_t all = digits.size();
        // Zeros at the end are what filling has put there; "%-N" has no width to fill.
        while ((pad == '_' || (pad == '-' && width > 0)) && digits.size() > 1 && digits.back() == '0') digits.pop_back();
        if (pad == '_') digits.resize(all, ' ');
        return digits;
    }
    const std::optional<Shown> shown = conversion(peek(), m);
    if (!shown) {
        if (at >= format.size()) at = format.size() - 1;
        return std::string(format.substr(begin, at + 1 - begin));
    }
    const bool swaps_to_lower = peek() == 'p' || peek() == 'Z';
    std::string text = shown->number ? fmt::format("{}", *shown->number) : shown->text;
    for (char& c : text) {
        if (other && swaps_to_lower && c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        else if (peek() != 'P' && (upper || (other && !swaps_to_lower)) && c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    if (pad == '-') return text;
    const char fill = pad == '_' ? ' ' : pad == '0' || pad == '+' ? '0' : shown->pad;
    const auto wanted = static_cast<std::size_t>(width < 0 ? shown->digits : width);
    if (text.size() < wanted) text.insert(0, wanted - text.size(), fill);
    return text;
}

std::string strftime(std::string_view format, const Moment& m) {
    std::string out;
    for (std::size_t i = 0; i < format.size(); ++i) {
        if (format[i] != '%' || i + 1 == format.size())
            out += format[i];
        else
            out += converted(format, i, m);
    }
    return out;
}

/// "@SECONDS", with GNU's "@SECONDS.FRACTION", too; nothing beyond what a Time holds.
std::optional<Moment> read_seconds(std::string text, bool gnu) {
    std::string fraction;
    if (const std::size_t dot = text.find_first_of(".,"); gnu && dot != std::string::npos) {
        constexpr std::size_t kDigits = 9;
        fraction = text.substr(dot + 1, kDigits);
        if (fraction.empty() || text.find_first_not_of("0123456789", dot + 1) != std::string::npos) return std::nullopt;
        fraction.resize(kDigits, '0');
        text.resize(dot);
    }
    std::int64_t seconds = 0;
    std::int64_t nanoseconds = 0;
    if (!parse_integer(text, seconds) || seconds < kFirstDateSecond || seconds > kLastDateSecond) return std::nullopt;
    if (!fraction.empty() && !parse_integer(fraction, nanoseconds)) return std::nullopt;
    return moment_of(from_unix(seconds, text.starts_with('-') ? -nanoseconds : nanoseconds), {});
}

/// What -d can be: "@SECONDS", "now", an RFC 3339 moment or "[YYYY-MM-DD ]HH:MM[:SS]", with GNU's also words.
std::optional<Moment> read_moment(std::string text, Time now, Duration skew, bool gnu) {
    if (text == "now") return moment_of(now, skew);
    const std::string words = text;
    if (text.starts_with('@')) return read_seconds(text.substr(1), gnu);
    constexpr std::size_t kDate = 10;
    constexpr std::size_t kDateAndTime = 19;
    if (text.size() == kDate) text += "T00:00:00";
    if (text.size() >= kDateAndTime && text[kDate] == ' ') text[kDate] = 'T';
    if (text.size() == kDateAndTime) text += "Z";
    if (const std::optional<Time> time = parse_rfc3339(text)) return moment_of(*time, {});
    // busybox (libbb/time.c, parse_datestr()) has of these hh:mm, hh:mm:ss and a date before them.
    if (!gnu && (words.find(':') == std::string::npos || words.find_first_not_of("0123456789-: ") != std::string::npos || words.find(" -") != std::string::npos)) return std::nullopt;
    const Moment present = moment_of(now, skew);
    const std::optional<DateRead> read = read_date_words(words, present.seconds);
    if (!read) return std::nullopt;
    return moment_of(from_unix(read->seconds, read->nanoseconds < 0 ? present.nanoseconds : read->nanoseconds), {});
}

int refuse(Tool& tool, const std::string& sentence) {
    tool.complain(sentence);
    if (tool.gnu) tool.system.write(2, "Try 'date --help' for more information.\n");
    return 1;
}

/// The first letter of the precision that an option asks for, of which a beginning will do; nothing where it is none, which was then said.
std::optional<char> precision_of(Tool& tool, std::string_view option, const std::string& given, std::initializer_list<std::string_view> names) {
    if (given.empty() && option == "--iso-8601") return 'd';
    for (const std::string_view name : names)
        if (!given.empty() && name.starts_with(given)) return name.front();
    std::string sentence = fmt::format("{} argument '{}' for '{}'", given.empty() ? "ambiguous" : "invalid", given, option);
    if (tool.gnu) sentence += "\nValid arguments are:";
    for (const std::string_view name : names)
        if (tool.gnu) sentence += fmt::format("\n  - '{}'", name);
    refuse(tool, sentence);
    return std::nullopt;
}

}  // namespace

int run_date(Tool& tool) {
    const auto options = tool.options(
        {"ud:I::R\1:", {{"utc", 'u'}, {"universal", 'u'}, {"date", 'd'}, {"iso-8601", 'I'}, {"rfc-email", 'R'}, {"rfc-2822", 'R'}, {"rfc-3339", '\1'}}, "sfrD"});
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
        const auto precision = precision_of(tool, "--iso-8601", options->value('I'), {"hours", "minutes", "date", "seconds", "ns"});
        if (!precision) return 1;
        const std::string_view zone = tool.gnu ? "%:z" : "%z";
        format = *precision == 's' ? "%FT%T" : *precision == 'm' ? "%FT%R" : *precision == 'h' ? "%FT%H" : *precision == 'n' ? "%FT%T,%N" : "%F";
        if (*precision != 'd') format += zone;
    }
    if (options->has('\1')) {
        const auto precision = precision_of(tool, "--rfc-3339", options->value('\1'), {"date", "seconds", "ns"});
        if (!precision) return 1;
        format = *precision == 'd' ? "%F" : *precision == 'n' ? "%F %T.%N%:z" : "%F %T%:z";
    }
    const std::vector<std::string>& operands = options->operands;
    if (tool.gnu && operands.size() > 1) return refuse(tool, fmt::format("extra operand '{}'", operands[1]));
    const bool formatted = !operands.empty() && operands.front().starts_with('+');
    const auto formats = std::count_if(options->given.begin(), options->given.end(), [](const auto& each) { return std::string_view("RI\1").find(each.first) != std::string_view::npos; });
    if (tool.gnu && formats + (formatted ? 1 : 0) > 1) {
        tool.complain("multiple output formats specified");
        return 1;
    }
    if (tool.gnu && !operands.empty() && !formatted && options->has('d')) {
        return refuse(tool, fmt::format("the argument '{}' lacks a leading '+';\nwhen using an option to specify date(s), any non-option\nargument must be a format string beginning with '+'", operands.front()));
    }
    // To busybox one after the format is a date to set.
    if (operands.size() > (formatted ? 1U : 0U)) {
        tool.complain(tool.gnu ? "cannot set date: Operation not permitted" : "can't set date: Operation not permitted");
        return 1;
    }
    if (formatted) format = operands.front().substr(1);
    tool.print(strftime(format, moment) + "\n");
    return 0;
}

}  // namespace podium::programs::small
