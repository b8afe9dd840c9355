// What changes without a fact, and whether it has since a predicate has looked at it.

#include <algorithm>

#include "scripting/checks.hpp"
#include "sim/view/query.hpp"

namespace podium::scripting {
namespace {

std::uint64_t mixed(std::uint64_t a, std::uint64_t b) {
    constexpr std::uint64_t kOdd = 0x9E37'79B9'7F4A'7C15;
    return (a ^ (b + kOdd + (a << 6U) + (a >> 2U))) * kOdd;
}

}  // namespace

std::uint64_t standing(const model::World& world, Drift::Of of, const std::string& name) {
    switch (of) {
        case Drift::Of::Traffic:
            for (auto source = world.traffic.rbegin(); source != world.traffic.rend(); ++source) {
                if (source->spec.name != name) continue;
                const model::TrafficTally& tally = source->tally;
                return mixed(mixed(tally.sent, tally.answered()), tally.failed());
            }
            return 0;
        case Drift::Of::Host: {
            const view::HostStateView host = view::host_state(world, name);
            return mixed(static_cast<std::uint64_t>(host.disk_used_bytes), static_cast<std::uint64_t>(host.memory_used_bytes));
        }
        case Drift::Of::Volume:
            return static_cast<std::uint64_t>(view::volume_state(world, name).size_bytes);
    }
    return 0;
}

void LookedAt::add_drift(const model::World& world, Drift::Of of, const std::string& name) {
    const bool known = std::any_of(drifts.begin(), drifts.end(), [&](const Drift& drift) { return drift.of == of && drift.name == name; });
    if (known) return;
    if (drifts.size() < kMostDrifts) {
        drifts.push_back({of, name, standing(world, of, name)});
    } else {
        too_many_drifts = true;
    }
}

bool LookedAt::drifted(const model::World& world) const {
    return too_many_drifts || std::any_of(drifts.begin(), drifts.end(), [&world](const Drift& drift) {
               return standing(world, drift.of, drift.name) != drift.stood;
           });
}

}  // namespace podium::scripting
