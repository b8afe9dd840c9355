#include "sim/view/outcome.hpp"

#include "sim/model/volume.hpp"
#include "sim/view/traffic.hpp"

namespace podium::view {

RunOutcome outcome_of(const model::World& world, const FactCatalogue& facts, Time end) {
    RunOutcome out;
    out.services = summarise(world, facts, end);
    const Journal& journal = world.kernel.journal();
    journal.for_each(journal.first(), [&](const Fact& fact) {
        const bool layer = fact.kind == model::kFactContainerDestroy;
        if (!layer && fact.kind != model::kFactVolumeDestroy) return;
        const std::int64_t bytes = facts.field(fact, "bytes", world.kernel.interner()).number;
        (layer ? out.lost_in_layers_bytes : out.lost_in_volumes_bytes) += bytes;
    });
    for (std::uint32_t number = 1; number <= world.volumes.size(); ++number) {
        const model::VolumeId id{number};
        const model::Volume& volume = world.volume(id);
        if (!volume.anonymous || volume.removed || !model::users_of(world, id).empty()) continue;
        out.orphaned_bytes += model::bytes_written(volume);
    }
    for (const TrafficSummary& source : summarise_traffic(world)) {
        out.traffic = out.traffic || source.sent > 0;
        out.requests_sent += source.sent;
        out.requests_lost += source.failed;
    }
    out.placement = summarise_placement(world, facts, end);
    return out;
}

}  // namespace podium::view
