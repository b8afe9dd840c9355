#include "sim/shell/signals.hpp"

#include <array>

#include <fmt/format.h>

#include "sim/base/text.hpp"

namespace podium::shell {
namespace {

constexpr std::array<std::string_view, 32> kNames{
    "",     "HUP",  "INT",  "QUIT", "ILL",  "TRAP",   "ABRT", "BUS",  "FPE",  "KILL", "USR1",
    "SEGV", "USR2", "PIPE", "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN",
    "TTOU", "URG",  "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO",  "PWR",  "SYS"};
constexpr int kRealTimeMin = 34;

}  // namespace

int signal_number(std::string_view name) {
    std::int64_t number = 0;
    if (parse_integer(name, number)) return number >= 0 && number <= kHighestSignal ? static_cast<int>(number) : -1;
    std::string in_capitals = upper(name);
    if (in_capitals.starts_with("SIG")) in_capitals.erase(0, 3);
    for (std::size_t i = 1; i < kNames.size(); ++i) {
        if (kNames[i] == in_capitals) return static_cast<int>(i);
    }
    if (in_capitals == "POLL") return 29;
    if (in_capitals == "RTMIN") return kRealTimeMin;
    if (in_capitals == "RTMAX") return kHighestSignal;
    if (in_capitals.starts_with("RTMIN+") && parse_integer(std::string_view(in_capitals).substr(6), number) && number >= 0 &&
        number <= kHighestSignal - kRealTimeMin) {
        return kRealTimeMin + static_cast<int>(number);
    }
    if (in_capitals.starts_with("RTMAX-") && parse_integer(std::string_view(in_capitals).substr(6), number) && number >= 0 &&
        number <= kHighestSignal - kRealTimeMin) {
        return kHighestSignal - static_cast<int>(number);
    }
    return -1;
}

std::string signal_name(int number) {
    if (number > 0 && number < static_cast<int>(kNames.size())) return std::string(kNames[static_cast<std::size_t>(number)]);
    if (number == kRealTimeMin) return "RTMIN";
    if (number > kRealTimeMin && number <= kHighestSignal) return fmt::format("RTMIN+{}", number - kRealTimeMin);
    return fmt::format("{}", number);
}

}  // namespace podium::shell
