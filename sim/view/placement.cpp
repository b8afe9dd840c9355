#include "sim/view/placement.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "sim/model/restore.hpp"
#include "sim/orch/swarm/facts.hpp"

namespace podium::view {
namespace {

struct Reserved {
    std::int64_t nano_cpus = 0;
    std::int64_t memory_bytes = 0;
};

/// What runs on one host.
struct Use {
    std::uint32_t tasks = 0;
    Reserved reserved;
    Time since{};
};

class PlacementReader {
  public:
    PlacementReader(const model::World& world, const FactCatalogue& facts)
        : world_(world), facts_(facts), uses_(world.hosts.size()) {}

    void read(const Fact& fact) {
        switch (fact.kind) {
            case swarm::kFactTaskCreated:
                waiting_[fact.subject.id()] = fact.time;
                break;
            case swarm::kFactTaskAssigned:
                assigned(fact);
                break;
            case swarm::kFactTaskStopping:
            case swarm::kFactTaskEnded:
            case swarm::kFactTaskDeleted:
                waits_no_more(fact);
                break;
            case model::kFactContainerStart:
                started(fact);
                break;
            case model::kFactContainerDie:
            case model::kFactContainerFoundDead:
                ended(model::ContainerId{fact.subject.id()}, fact.time);
                break;
            case model::kFactHostDown:
                host_down(model::HostId{fact.subject.id()}, fact.time);
                break;
            default:
                break;
        }
    }

    PlacementSummary finish(Time end) {
        for (const auto& [task, since] : waiting_) {
            ++out_.tasks;
            out_.waited = out_.waited + (end - since);
        }
        for (std::size_t i = 0; i < uses_.size(); ++i)
            follow(i, end);
        if (first_) out_.time = end - *first_;
        return out_;
    }

  private:
    [[nodiscard]] std::string text(const Fact& fact, std::string_view field) const {
        return std::string(facts_.field(fact, field, world_.kernel.interner()).text);
    }

    [[nodiscard]] std::int64_t number(const Fact& fact, std::string_view field) const {
        return facts_.field(fact, field, world_.kernel.interner()).number;
    }

    void waits_no_more(const Fact& fact) {
        const auto found = waiting_.find(fact.subject.id());
        if (found == waiting_.end()) return;
        ++out_.tasks;
        out_.waited = out_.waited + (fact.time - found->second);
        waiting_.erase(found);
    }

    void assigned(const Fact& fact) {
        waits_no_more(fact);
        const std::string task = text(fact, "task");
        const std::string node = text(fact, "node");
        reserves_[{task, node}] = {number(fact, "reserves_nano_cpus"),
                                   number(fact, "reserves_memory_bytes")};
    }

    // A task's container is called after it: "web.2.<id of the task>".
    void started(const Fact& fact) {
        const model::ContainerId id{fact.subject.id()};
        const std::string name(world_.name_of(id));
        const model::HostId host = world_.container(id).host;
        const auto found =
            reserves_.find({name.substr(0, name.rfind('.')), world_.host(host).spec.name});
        if (found == reserves_.end() || running_.contains(id)) return;
        if (!first_) first_ = fact.time;
        follow(host.value - 1, fact.time);
        running_[id] = found->second;
        Use& use = uses_[host.value - 1];
        ++use.tasks;
        use.reserved.nano_cpus += found->second.nano_cpus;
        use.reserved.memory_bytes += found->second.memory_bytes;
    }

    void ended(model::ContainerId id, Time time) {
        const auto found = running_.find(id);
        if (found == running_.end()) return;
        const std::size_t host = world_.container(id).host.value - 1;
        follow(host, time);
        --uses_[host].tasks;
        uses_[host].reserved.nano_cpus -= found->second.nano_cpus;
        uses_[host].reserved.memory_bytes -= found->second.memory_bytes;
        running_.erase(found);
    }

    void host_down(model::HostId host, Time time) {
        follow(host.value - 1, time);
        uses_[host.value - 1] = {0, {}, time};
        std::erase_if(running_, [&](const auto& entry) {
            return world_.container(entry.first).host == host;
        });
    }

    // Adds up what has been since the host's use last changed.
    void follow(std::size_t host, Time time) {
        Use& use = uses_[host];
        const Duration passed = time - use.since;
        use.since = time;
        if (use.tasks == 0) return;
        out_.used = out_.used + passed;
        const model::HostSpec& spec = world_.hosts[host].spec;
        const auto share = [](std::int64_t part, std::int64_t whole) {
            return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
        };
        out_.reserved_seconds +=
            passed.seconds() *
            std::max(share(use.reserved.nano_cpus, spec.cpu_millicores * 1'000'000),
                     share(use.reserved.memory_bytes, spec.memory_bytes));
    }

    const model::World& world_;
    const FactCatalogue& facts_;
    PlacementSummary out_;
    std::map<std::uint32_t, Time> waiting_;       // tasks without a node, since when
    std::map<std::pair<std::string, std::string>, Reserved> reserves_;  // by task's name and node
    std::map<model::ContainerId, Reserved> running_;
    std::vector<Use> uses_;  // by host
    std::optional<Time> first_;
};

}  // namespace

PlacementSummary summarise_placement(const model::World& world,
                                     const FactCatalogue& facts,
                                     Time end) {
    PlacementReader reader(world, facts);
    const Journal& journal = world.kernel.journal();
    journal.for_each(journal.first(), [&reader](const Fact& fact) { reader.read(fact); });
    return reader.finish(end);
}

}  // namespace podium::view
