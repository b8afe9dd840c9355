#include "sim/view/outcome.hpp"

#include <algorithm>

#include "sim/model/volume.hpp"
#include "sim/view/placement_reader.hpp"
#include "sim/view/read_mark.hpp"
#include "sim/view/slots.hpp"
#include "sim/view/summary_reader.hpp"
#include "sim/view/traffic.hpp"

namespace podium::view {

namespace {

bool runs(const model::World& world, model::ContainerId id) {
    const model::Container& c = world.container(id);
    return c.state != model::ContainerState::Removed && c.process_alive && world.host(c.host).up;
}

// A task that is over never runs again, so nobody finds what is its own.
bool is_over(const model::World& world, model::ContainerId id) {
    const model::Container& c = world.container(id);
    return is_of_task(world, id) && c.ever_started && c.detail && c.state != model::ContainerState::Removed && !runs(world, id);
}

// Volumes of the name of one that the slot's newest task has, on other nodes where its tasks have been.
void add_left_volumes(const model::World& world, const Slots::Slot& slot, std::set<std::uint32_t>& left) {
    if (!slot.newest || !world.container(slot.newest).detail) return;
    for (const model::MountPoint& mount : world.container(slot.newest).detail->mounts) {
        if (!mount.volume || world.volume(mount.volume).anonymous) continue;
        for (const model::HostId host : slot.hosts) {
            const auto& volumes = world.host(host).engine.volumes;
            const auto found = volumes.find(world.volume(mount.volume).name);
            if (found == volumes.end() || found->second == mount.volume) continue;
            const auto users = model::users_of(world, found->second);
            if (std::none_of(users.begin(), users.end(), [&](model::ContainerId id) { return runs(world, id); })) left.insert(found->second.value);
        }
    }
}

std::int64_t left_behind(const model::World& world, const Slots& slots) {
    std::int64_t bytes = 0;
    std::set<std::uint32_t> volumes;
    for (const auto& [name, slot] : slots.all()) add_left_volumes(world, slot, volumes);
    for (std::uint32_t number = 1; number <= world.containers.size(); ++number) {
        const model::ContainerId id{number};
        if (!is_over(world, id)) continue;
        bytes += world.container(id).detail->layer.size_bytes();
        for (const model::MountPoint& mount : world.container(id).detail->mounts) {
            if (!mount.volume || !world.volume(mount.volume).anonymous) continue;
            const auto users = model::users_of(world, mount.volume);
            if (std::all_of(users.begin(), users.end(), [&](model::ContainerId user) { return is_over(world, user); })) volumes.insert(mount.volume.value);
        }
    }
    for (const std::uint32_t volume : volumes) bytes += model::bytes_written(world.volume(model::VolumeId{volume}));
    return bytes;
}

}  // namespace

struct OutcomeFollower::Parts {
    ReadMark mark;
    SummaryReader services;
    PlacementReader placement;
    std::int64_t lost_in_layers_bytes = 0;
    std::int64_t lost_in_volumes_bytes = 0;

    void read(const model::World& world, const FactCatalogue& facts);
};

void OutcomeFollower::Parts::read(const model::World& world, const FactCatalogue& facts) {
    const Journal& journal = world.kernel.journal();
    if (!mark.holds(journal)) *this = {};
    if (journal.last() < mark.next()) return;
    // What was told of a container by its old name belongs to its new one.
    bool renamed = false;
    journal.for_each(mark.next(), [&](const Fact& fact) { renamed = renamed || fact.kind == model::kFactContainerRename; });
    if (renamed) *this = {};
    journal.for_each(mark.next(), [&](const Fact& fact) {
        services.read(world, facts, fact);
        placement.read(world, facts, fact);
        const bool layer = fact.kind == model::kFactContainerDestroy;
        if (!layer && fact.kind != model::kFactVolumeDestroy) return;
        const std::int64_t bytes = facts.field(fact, "bytes", world.kernel.interner()).number;
        (layer ? lost_in_layers_bytes : lost_in_volumes_bytes) += bytes;
    });
    mark.set(journal);
}

OutcomeFollower::OutcomeFollower() : parts_(std::make_unique<Parts>()) {}
OutcomeFollower::~OutcomeFollower() = default;
OutcomeFollower::OutcomeFollower(OutcomeFollower&&) noexcept = default;
OutcomeFollower& OutcomeFollower::operator=(OutcomeFollower&&) noexcept = default;

RunOutcome OutcomeFollower::look(const model::World& world, const FactCatalogue& facts, Time end) {
    parts_->read(world, facts);
    RunOutcome out;
    out.services = parts_->services.finish(world, end);
    out.lost_in_layers_bytes = parts_->lost_in_layers_bytes;
    out.lost_in_volumes_bytes = parts_->lost_in_volumes_bytes;
    for (std::uint32_t number = 1; number <= world.volumes.size(); ++number) {
        const model::VolumeId id{number};
        const model::Volume& volume = world.volume(id);
        if (!volume.anonymous || volume.removed || !model::users_of(world, id).empty()) continue;
        out.orphaned_bytes += model::bytes_written(volume);
    }
    out.left_behind_bytes = left_behind(world, parts_->services.slots());
    for (const TrafficSummary& source : summarise_traffic(world)) {
        out.traffic = out.traffic || source.sent > 0;
        out.requests_sent += source.sent;
        out.requests_lost += source.failed;
    }
    out.placement = parts_->placement.finish(world, end);
    return out;
}

RunOutcome outcome_of(const model::World& world, const FactCatalogue& facts, Time end) {
    return OutcomeFollower().look(world, facts, end);
}

}  // namespace podium::view
