#include "sim/orch/scheduler/node_info.hpp"

#include <algorithm>

namespace podium::scheduler {

std::uint32_t NodeUse::active_of(ServiceNumber service) const {
    const auto found = std::lower_bound(
        services.begin(), services.end(), service, [](const auto& entry, ServiceNumber number) {
            return entry.first < number;
        });
    return found == services.end() || found->first != service ? 0 : found->second;
}

std::int64_t NodeInfo::free_generic(const std::string& kind) const {
    const auto has = total.generic.find(kind);
    if (has == total.generic.end()) {
        return 0;
    }
    const auto taken = use.reserved.generic.find(kind);
    return has->second - (taken == use.reserved.generic.end() ? 0 : taken->second);
}

}  // namespace podium::scheduler
