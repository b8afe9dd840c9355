#include "ui/cli/moments.hpp"

#include <cmath>
#include <cstdlib>
#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/lab/words.hpp"

namespace podium::cli {
namespace {

Result<Time> moment(const std::string& text) {
    const auto duration = lab::read_duration(text);
    if (!duration) return duration.error();
    if (duration->nanoseconds < 0) return Error{fmt::format("the moment '{}' lies before the run", text), {}, "count from its start, like @30s"};
    return Time{duration->nanoseconds};
}

}  // namespace

Result<Timed> parse_timed(const std::string& text) {
    const std::size_t at = text.rfind('@');
    if (at == std::string::npos) return Error{"it says not when", {}, "end it with a moment, like @30s or @30s..45s"};
    Timed out;
    out.what = std::string(trim(std::string_view(text).substr(0, at)));
    if (out.what.empty()) return Error{"nothing stands before the '@'", {}, "say what happens, like web@30s"};
    const std::string when(trim(std::string_view(text).substr(at + 1)));
    const std::size_t dots = when.find("..");
    const auto begin = moment(when.substr(0, dots));
    if (!begin) return begin.error();
    out.begin = *begin;
    if (dots == std::string::npos) return out;
    const auto end = moment(when.substr(dots + 2));
    if (!end) return end.error();
    if (*end <= *begin) return Error{fmt::format("'{}' ends before it begins", when), {}, "write the earlier moment first, like @30s..45s"};
    out.end = *end;
    return out;
}

Result<std::optional<Duration>> parse_for(const std::string& text) {
    if (text.empty()) return std::optional<Duration>{};
    const auto duration = lab::read_duration(text);
    if (!duration)
        return Error{fmt::format("--for: {}", duration.error().message), {}, duration.error().hint};
    if (duration->nanoseconds <= 0)
        return Error{
            fmt::format("--for '{}' is no time to run", text), {}, "write it like 90s or 10m"};
    return std::optional(*duration);
}

Result<double> parse_speed(const std::string& text) {
    std::string number = text;
    if (!number.empty() && (number.back() == 'x' || number.back() == 'X')) number.pop_back();
    char* end = nullptr;
    const double value = std::strtod(number.c_str(), &end);
    if (number.empty() || *end != '\0' || !std::isfinite(value) || value < 0 || value > 1e9) {
        return Error{fmt::format("'{}' is no speed", text), {}, "write it like 1x, 10x or 0.5x; 0 is as fast as it computes"};
    }
    return value;
}

}  // namespace podium::cli
