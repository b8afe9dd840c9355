#include "sim/view/placement_reader.hpp"

#include <algorithm>

#include "sim/model/restore.hpp"
#include "sim/orch/swarm/facts.hpp"

namespace podium::view {

void PlacementReader::read(const model::World& world, const FactCatalogue& facts, const Fact& fact) {
    uses_.resize(world.hosts.size());
    const auto field = [&](std::string_view name) { return facts.field(fact, name, world.kernel.interner()); };
    switch (fact.kind) {
        case swarm::kFactTaskCreated:
            waiting_[fact.subject.id()] = fact.time;
            break;
        case swarm::kFactTaskAssigned:
            waits_no_more(fact);
            reserves_[{std::string(field("task").text), std::string(field("node").text)}] = {field("reserves_nano_cpus").number,
                                                                                             field("reserves_memory_bytes").number};
            break;
        case swarm::kFactTaskStopping:
        case swarm::kFactTaskEnded:
        case swarm::kFactTaskDeleted:
            waits_no_more(fact);
            break;
        case model::kFactContainerStart:
            started(world, fact);
            break;
        case model::kFactContainerDie:
        case model::kFactContainerFoundDead:
            ended(world, model::ContainerId{fact.subject.id()}, fact.time);
            break;
        case model::kFactHostDown:
            host_down(world, model::HostId{fact.subject.id()}, fact.time);
            break;
        default:
            break;
    }
}

PlacementSummary PlacementReader::finish(const model::World& world, Time end) const {
    PlacementReader rest = *this;
    for (const auto& [task, since] : waiting_) {
        ++rest.out_.tasks;
        rest.out_.waited = rest.out_.waited + (end - since);
    }
    for (std::size_t i = 0; i < uses_.size(); ++i)
        rest.follow(world, i, end);
    if (first_) rest.out_.time = end - *first_;
    return rest.out_;
}

void PlacementReader::waits_no_more(const Fact& fact) {
    const auto found = waiting_.find(fact.subject.id());
    if (found == waiting_.end()) return;
    ++out_.tasks;
    out_.waited = out_.waited + (fact.time - found->second);
    waiting_.erase(found);
}

// A task's container is called after it: "web.2.<id of the task>".
void PlacementReader::started(const model::World& world, const Fact& fact) {
    const model::ContainerId id{fact.subject.id()};
    const std::string name(world.name_of(id));
    const model::HostId host = world.container(id).host;
    const auto found = reserves_.find({name.substr(0, name.rfind('.')), world.host(host).spec.name});
    if (found == reserves_.end() || running_.contains(id)) return;
    if (!first_) first_ = fact.time;
    follow(world, host.value - 1, fact.time);
    running_[id] = found->second;
    Use& use = uses_[host.value - 1];
    ++use.tasks;
    use.reserved.nano_cpus += found->second.nano_cpus;
    use.reserved.memory_bytes += found->second.memory_bytes;
}

void PlacementReader::ended(const model::World& world, model::ContainerId id, Time time) {
    const auto found = running_.find(id);
    if (found == running_.end()) return;
    const std::size_t host = world.container(id).host.value - 1;
    follow(world, host, time);
    --uses_[host].tasks;
    uses_[host].reserved.nano_cpus -= found->second.nano_cpus;
    uses_[host].reserved.memory_bytes -= found->second.memory_bytes;
    running_.erase(found);
}

void PlacementReader::host_down(const model::World& world, model::HostId host, Time time) {
    follow(world, host.value - 1, time);
    uses_[host.value - 1] = {0, {}, time};
    std::erase_if(running_, [&](const auto& entry) { return world.container(entry.first).host == host; });
}

// Adds up what has been since the host's use last changed.
void PlacementReader::follow(const model::World& world, std::size_t host, Time time) {
    Use& use = uses_[host];
    const Duration passed = time - use.since;
    use.since = time;
    if (use.tasks == 0) return;
    out_.used = out_.used + passed;
    const model::HostSpec& spec = world.hosts[host].spec;
    const auto share = [](std::int64_t part, std::int64_t whole) {
        return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
    };
    out_.reserved_seconds += passed.seconds() * std::max(share(use.reserved.nano_cpus, spec.cpu_millicores * 1'000'000),
                                                         share(use.reserved.memory_bytes, spec.memory_bytes));
}

PlacementSummary summarise_placement(const model::World& world,
                                     const FactCatalogue& facts,
                                     Time end) {
    PlacementReader reader;
    const Journal& journal = world.kernel.journal();
    journal.for_each(journal.first(), [&](const Fact& fact) { reader.read(world, facts, fact); });
    return reader.finish(world, end);
}

}  // namespace podium::view
