// Invariants over the journal, and over what engines have promised.

#include <map>

#include <fmt/format.h>

#include "sim/lab/facts.hpp"
#include "sim/lab/invariants.hpp"
#include "sim/lab/session.hpp"
#include "sim/model/container.hpp"
#include "sim/model/restore.hpp"

namespace podium::lab {
namespace {

using model::ContainerId;
using model::ContainerState;
using model::HostId;
using model::World;

/// Where a container's facts say it is.
enum class Life : std::uint8_t { None, Made, Up, Paused, Down, Gone };

class Historian {
  public:
    explicit Historian(const World& world) : world_(world) {}

    void read(const Fact& fact) {
        if (fact.time < last_) wrong(fact, "lies before the fact before it");
        last_ = fact.time;
        if (fact.cause >= fact.id) wrong(fact, "is caused by one that is no earlier");
        if (fact.kind == model::kFactHostDown) host_down_[fact.subject.id()] = true;
        if (fact.kind == model::kFactHostUp) host_down_[fact.subject.id()] = false;
        if (fact.subject.type() == SubjectType::Host && ((fact.kind >= model::kFactEngineUp && fact.kind <= model::kFactEngineStarting) || fact.kind == model::kFactEngineRefused) && host_down_[fact.subject.id()]) wrong(fact, "is of an engine whose host is down");
        if (fact.subject.type() != SubjectType::Container) return;
        const model::Container& c = world_.container(ContainerId{fact.subject.id()});
        if (host_down_[c.host.value]) wrong(fact, "is of a container whose host is down");
        step(fact, lives_[fact.subject.id()]);
    }
    std::vector<std::string> take() { return std::move(broken_); }

  private:
    void wrong(const Fact& fact, const char* what) {
        const bool of_container = fact.subject.type() == SubjectType::Container;
        broken_.push_back(fmt::format("fact {} {}{}", fact.id.value, of_container ? fmt::format("({}) ", world_.name_of(ContainerId{fact.subject.id()})) : "", what));
    }

    // none -create-> made -start-> up <-pause-> paused; up, paused -die-> down -start-> up; made, down -destroy-> gone
    void step(const Fact& fact, Life& life) {
        if (life == Life::Gone && fact.kind != model::kFactContainerExecDie) wrong(fact, "speaks after it was removed");
        switch (fact.kind) {
            case model::kFactContainerCreate:
                if (life != Life::None) wrong(fact, "is created twice");
                life = Life::Made;
                return;
            case model::kFactContainerStart:
                if (life != Life::Made && life != Life::Down) wrong(fact, "is started while it runs, or before it was created");
                life = Life::Up;
                return;
            case model::kFactContainerDie:
            case model::kFactContainerFoundDead:
                // An engine that comes back finds containers in back-off dead as well.
                if (life == Life::None || life == Life::Made) wrong(fact, "dies before it was started");
                life = Life::Down;
                return;
            case model::kFactContainerPause:
                if (life != Life::Up) wrong(fact, "is paused while it does not run");
                life = Life::Paused;
                return;
            case model::kFactContainerUnpause:
                if (life != Life::Paused) wrong(fact, "goes on while it is not paused");
                life = Life::Up;
                return;
            case model::kFactContainerKill:
            case model::kFactContainerHealthStatus:
            case model::kFactContainerHealthProbe:
            case model::kFactContainerOom:
                if (life != Life::Up && life != Life::Paused) wrong(fact, "is signalled, probed or out of memory while it does not run");
                return;
            case model::kFactContainerDestroy:
                if (life == Life::Up || life == Life::Paused) wrong(fact, "is removed while it runs");
                life = Life::Gone;
                return;
            default: return;
        }
    }

    const World& world_;
    std::vector<std::string> broken_;
    std::map<std::uint32_t, Life> lives_;
    std::map<std::uint32_t, bool> host_down_;
    Time last_{};
};

/// The last thing a container's life came to, as far as its policy matters.
struct LastWord {
    bool died = false;
    Time when{};
    model::ExitDecision decision = model::ExitDecision::StaysDown;
    Duration backoff{};
    bool updated_since = false;
    bool engine_up_since = false;
};

// A start that goes on takes its back-off, the engine's own time, and what a slow disk or a full host adds.
constexpr Duration kStartSlack = seconds(30);

std::map<std::uint32_t, LastWord> last_words(const World& world) {
    std::map<std::uint32_t, LastWord> words;
    world.kernel.journal().for_each(world.kernel.journal().first(), [&](const Fact& fact) {
        if (fact.kind == model::kFactEngineUp) {
            for (auto& [id, word] : words) {
                if (world.container(ContainerId{id}).host.value == fact.subject.id()) word.engine_up_since = true;
            }
        }
        if (fact.subject.type() != SubjectType::Container) return;
        LastWord& word = words[fact.subject.id()];
        const auto number = [&](std::string_view field) { return fact_catalogue().field(fact, field, world.kernel.interner()).number; };
        switch (fact.kind) {
            case model::kFactContainerDie:
            case model::kFactContainerFoundDead: word = {true, fact.time, static_cast<model::ExitDecision>(number("decision")), Duration{number("backoff")}, false, false}; return;
            case model::kFactContainerUpdate: word.updated_since = true; return;
            case model::kFactContainerStart:
            case model::kFactContainerStartFailed:
            case model::kFactContainerRestartCancelled:
            case model::kFactContainerDestroy: word = {}; return;
            default: return;
        }
    });
    return words;
}

bool wanted_at_engine_start(const model::Container& c) {
    if (c.manually_stopped) return c.policy == model::RestartPolicyKind::Always;
    switch (c.policy) {
        case model::RestartPolicyKind::No: return false;
        case model::RestartPolicyKind::Always:
        case model::RestartPolicyKind::UnlessStopped: return true;
        case model::RestartPolicyKind::OnFailure: return c.exit_code != 0 && (c.maximum_retries == 0 || c.restart_count < c.maximum_retries);
    }
    return false;
}

void check_at_rest(const World& world, ContainerId id, std::vector<std::string>& broken) {
    const model::Container& c = world.container(id);
    const std::string name(world.name_of(id));
    const bool up = c.state == ContainerState::Running || c.state == ContainerState::Paused;
    const bool noticed = world.kernel.now() - c.detail->pending_end > model::kExitNoticed;
    if (up && !c.process_alive && noticed) broken.push_back(fmt::format("{} is said to run, and has no process", name));
    if (up || c.state == ContainerState::Restarting || c.detail->start_stage != 0 || c.detail->locked_by_engine) return;
    if (!c.detail->processes.empty()) broken.push_back(fmt::format("{} does not run, and has processes", name));
    if (!c.detail->ports.empty()) broken.push_back(fmt::format("{} does not run, and holds ports", name));
    for (const model::Endpoint& endpoint : c.detail->endpoints) {
        if (endpoint.connected) broken.push_back(fmt::format("{} does not run, and is connected to {}", name, endpoint.network));
    }
    for (const model::MountPoint& point : c.detail->mounts) {
        if (point.mounted) broken.push_back(fmt::format("{} does not run, and has {} mounted", name, point.mount.target));
    }
}

}  // namespace

std::vector<std::string> broken_history(const World& world) {
    Historian historian(world);
    world.kernel.journal().for_each(world.kernel.journal().first(), [&historian](const Fact& fact) { historian.read(fact); });
    return historian.take();
}

std::vector<std::string> broken_promises(const World& world) {
    std::vector<std::string> broken;
    const std::map<std::uint32_t, LastWord> words = last_words(world);
    for (std::size_t i = 0; i < world.containers.size(); ++i) {
        const ContainerId id{static_cast<std::uint32_t>(i + 1)};
        const model::Container& c = world.container(id);
        const model::Host& host = world.host(c.host);
        if (!c.detail || c.state == ContainerState::Removed || !host.up || host.frozen || host.engine.state != model::EngineState::Running) continue;
        check_at_rest(world, id, broken);
        const auto found = words.find(id.value);
        if (found == words.end() || !found->second.died) continue;
        const LastWord& word = found->second;
        const std::string name(world.name_of(id));
        const Duration passed = world.kernel.now() - word.when;
        if (word.decision == model::ExitDecision::Restart && passed > word.backoff + kStartSlack) broken.push_back(fmt::format("{} was to be restarted, and was not", name));
        if (word.engine_up_since && !word.updated_since && passed > kStartSlack && c.state == ContainerState::Exited && wanted_at_engine_start(c)) broken.push_back(fmt::format("{} was to be started with its engine, and was not", name));
    }
    return broken;
}

}  // namespace podium::lab
