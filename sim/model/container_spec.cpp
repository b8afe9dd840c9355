#include "sim/model/container_spec.hpp"

#include <algorithm>
#include <set>

#include "sim/base/int128.hpp"
#include "sim/base/text.hpp"

namespace podium::model {
namespace {

constexpr std::int64_t kUsualPeriod = 100'000;  // Linux, microseconds
constexpr std::int64_t kWhole = 1'000'000'000;

std::int64_t least(std::int64_t limit, std::int64_t other) {
    return limit == 0 || (other > 0 && other < limit) ? other : limit;
}

}  // namespace

std::optional<std::vector<std::int64_t>> parse_cpu_set(std::string_view text) {
    std::set<std::int64_t> out;
    for (const std::string& part : split(text, ',')) {
        const auto dash = part.find('-');
        std::int64_t first = 0;
        std::int64_t last = 0;
        if (!parse_integer(std::string_view(part).substr(0, dash), first) || first < 0) return std::nullopt;
        last = first;
        if (dash != std::string::npos && !parse_integer(std::string_view(part).substr(dash + 1), last)) return std::nullopt;
        if (last < first || last > kMostProcessors) return std::nullopt;
        for (std::int64_t number = first; number <= last; ++number) out.insert(number);
    }
    return std::vector<std::int64_t>(out.begin(), out.end());
}

std::int64_t ContainerSpec::processor_limit_nano() const {
    std::int64_t limit = nano_cpus;
    if (cpu_quota > 0) {
        const Int128 quota = static_cast<Int128>(cpu_quota) * kWhole / (cpu_period > 0 ? cpu_period : kUsualPeriod);
        limit = least(limit, static_cast<std::int64_t>(std::min<Int128>(quota, INT64_MAX)));
    }
    if (cpuset_cpus.empty()) return limit;
    const auto set = parse_cpu_set(cpuset_cpus);
    return set ? least(limit, static_cast<std::int64_t>(set->size()) * kWhole) : limit;
}

}  // namespace podium::model
