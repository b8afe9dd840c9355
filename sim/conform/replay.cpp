#include "sim/conform/replay.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/conform/lives.hpp"
#include "sim/conform/runner.hpp"
#include "sim/conform/swarm_compare.hpp"
#include "sim/lab/looks.hpp"

namespace podium::conform {
namespace {

constexpr double kPatience = 60.0;  // waiting for an event that may never come
constexpr double kTail = 5.0;       // simulated beyond the recording's end

// One input in the recording's order: a command line or an operation.
struct Input {
    double t = 0;
    const CommandRow* command = nullptr;
    const OperationRow* operation = nullptr;
};

std::vector<Input> inputs_of(const Recording& recorded) {
    std::vector<Input> inputs;
    for (const OperationRow& operation : recorded.operations) inputs.push_back({operation.t, nullptr, &operation});
    for (const CommandRow& command : recorded.commands) inputs.push_back({command.t, &command, nullptr});
    std::stable_sort(inputs.begin(), inputs.end(), [](const Input& a, const Input& b) { return a.t < b.t; });
    return inputs;
}

bool names_container(const std::string& line, const std::string& name) {
    for (std::size_t at = line.find(name); at != std::string::npos; at = line.find(name, at + 1)) {
        const auto part = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.'; };
        const bool begins = at == 0 || !part(line[at - 1]);
        const std::size_t end = at + name.size();
        const bool ends = end >= line.size() || !part(line[end]);
        if (begins && ends) return true;
    }
    return false;
}

// The latest event before a command of one of its containers: which one of its container's.
struct Anchor {
    std::string name;        ///< Ids in it masked.
    std::size_t number = 0;  ///< From 1: the n-th event of containers of that name.
    double t = 0;
};

// A command's containers: those it names; for a Compose command those of the services it names, else
// all of its project.
std::set<std::string> containers_of(const Recording& recorded, const CommandRow& command) {
    std::set<std::string> named;
    std::set<std::string> of_services;
    std::set<std::string> of_project;
    for (const EventRow& event : recorded.events) {
        if (event.t > command.t || event.object != "container" || event.name.empty()) continue;
        if (names_container(command.line, event.name)) named.insert(event.name);
        if (!recorded.project.empty() && event.project == recorded.project) {
            of_project.insert(event.name);
            if (names_container(command.line, event.service)) of_services.insert(event.name);
        }
    }
    if (!named.empty()) return named;
    const bool compose = command.line.starts_with("docker-compose ") || command.line.starts_with("docker compose ");
    if (!compose) return {};
    return of_services.empty() ? of_project : of_services;
}

Anchor anchor_of(const Recording& recorded, const CommandRow& command) {
    Anchor anchor;
    const std::set<std::string> containers = containers_of(recorded, command);
    for (const EventRow& event : recorded.events) {
        if (event.t > command.t || event.object != "container" || !containers.contains(event.name) || is_dropped(recorded, event)) continue;
        anchor.name = masked(event.name);
        anchor.t = event.t;
    }
    for (const EventRow& event : recorded.events) {
        if (event.t <= anchor.t && event.object == "container" && masked(event.name) == anchor.name && !is_dropped(recorded, event)) ++anchor.number;
    }
    return anchor;
}

// An operation on the engine concerns all its containers: it is not issued before the latest event of any
// has happened, so that none is moved into another back-off phase (README.md).
Anchor anchor_of(const Recording& recorded, const OperationRow& operation) {
    Anchor anchor;
    if (operation.operation != "engine-signal") return anchor;
    for (const EventRow& event : recorded.events) {
        if (event.t > operation.t || event.object != "container" || is_dropped(recorded, event)) continue;
        anchor.name = masked(event.name);
        anchor.t = event.t;
    }
    for (const EventRow& event : recorded.events) {
        if (event.t <= operation.t && event.object == "container" && masked(event.name) == anchor.name && !is_dropped(recorded, event)) ++anchor.number;
    }
    return anchor;
}

class Driver {
  public:
    Driver(const Recording& recorded, lab::Session session) : recorded_(recorded), runner_(std::move(session)) {}

    void run() {
        double previous_end = 0;       // in the recording
        Time simulated_end{};          // of the previous command, in the simulation
        for (const Input& input : inputs_of(recorded_)) {
            const Anchor anchor = input.command != nullptr ? anchor_of(recorded_, *input.command) : anchor_of(recorded_, *input.operation);
            Time issue = simulated_end + gap(input.t - previous_end);
            if (!anchor.name.empty() && wait_for(anchor)) {
                const Time anchored = event_time_ + gap(input.t - anchor.t);
                issue = input.command != nullptr ? anchored : std::max(issue, anchored);
            }
            issue = std::max(issue, runner_.session().now());
            runner_.run_until(issue);
            if (input.operation != nullptr) {
                operate(*input.operation);
                simulated_end = runner_.session().now();
                previous_end = input.t;
                continue;
            }
            simulated_end = issue_command(*input.command);
            previous_end = input.t + input.command->duration;
        }
        runner_.run_until(runner_.session().now() + seconds(static_cast<std::int64_t>(std::ceil(std::max(0.0, recorded_.end - runner_.session().now().seconds()) + kTail))));
    }

    Simulated take() { return runner_.take(); }

  private:
    Time issue_command(const CommandRow& wanted) {
        runner_.type(fmt::format("{}/{}", recorded_.node, ++terminals_), wanted.line, gap(wanted.duration + kPatience));
        return runner_.session().now();
    }

    bool wait_for(const Anchor& anchor) {
        const Time limit = runner_.session().now() + gap(kPatience + std::max(0.0, anchor.t - runner_.session().now().seconds()));
        const auto seen = [this, &anchor](const lab::Session&) {
            runner_.read_facts();
            std::size_t count = 0;
            for (const EventRow& event : runner_.seen().events) {
                if (event.object != "container" || masked(event.name) != anchor.name || is_dropped(recorded_, event)) continue;
                if (++count == anchor.number) {
                    event_time_ = Time{static_cast<std::int64_t>(std::llround(event.t * 1e9))};
                    return true;
                }
            }
            return false;
        };
        if (!seen(runner_.session())) runner_.session().run_until(limit, seen);
        return seen(runner_.session());
    }

    void operate(const OperationRow& operation) {
        lab::Command command;
        command.time = runner_.session().now();
        command.session = recorded_.node;
        if (operation.operation == "engine-signal") {
            command.kind = lab::CommandKind::EngineSignal;
            command.text = operation.signal;
        } else if (operation.operation == "engine-start") {
            command.kind = lab::CommandKind::EngineStart;
        } else {
            command.kind = lab::CommandKind::WriteFile;
            command.text = fmt::format("{}/docker-compose.yml", runner_.session().set_up().directory);
            command.content = operation.content;
        }
        runner_.session().post(command);
        runner_.run_until(runner_.session().now());
    }

    const Recording& recorded_;
    Runner runner_;
    Time event_time_{};
    int terminals_ = 0;
};

// The Compose file's dependencies, anew from each rewriting on. A file that docker-compose refuses has
// none: what it says then is among the commands.
std::vector<Dependencies> dependencies_of(const Recording& recorded) {
    std::vector<Dependencies> out;
    const auto add = [&out](double since, const std::string& text) {
        auto needed = lab::service_dependencies(text);
        out.push_back({since, needed ? std::move(*needed) : std::map<std::string, std::vector<std::string>>()});
    };
    if (!recorded.compose_file.empty()) add(0, recorded.compose_file);
    for (const OperationRow& operation : recorded.operations) {
        if (operation.operation == "write-compose") add(operation.t, operation.content);
    }
    return out;
}

}  // namespace

Result<Simulated> simulate(const Recording& recorded, const std::string& catalogue) {
    lab::SetUp set_up;
    set_up.hosts = {lab::HostSetUp{}};
    set_up.hosts[0].name = recorded.node;
    set_up.hosts[0].live_restore = recorded.live_restore;
    set_up.catalogue = catalogue;
    if (recorded.only_busybox) set_up.only_image = "busybox";
    set_up.program = "podium conform";
    if (!recorded.project.empty()) {
        set_up.directory = "/root/" + recorded.project;
        set_up.files.push_back({recorded.node, set_up.directory + "/docker-compose.yml", recorded.compose_file});
    }
    auto session = lab::Session::create(std::move(set_up));
    if (!session) return session.error();
    Driver driver(recorded, std::move(*session));
    driver.run();
    return driver.take();
}

Result<CaseResult> replay_recording(const std::string& text, const std::string& filename, const std::string& catalogue) {
    const auto recorded = read_recording(text, filename);
    if (!recorded) return recorded.error();
    CaseResult result{recorded->name, recorded->artefact, {}, {}};
    if (!recorded->initial_state.empty()) {
        result.not_replayed = fmt::format("it begins where something else left off, which can't be replayed: {}", recorded->initial_state);
    }
    if (!result.not_replayed.empty()) return result;
    if (recorded->swarm) {
        const auto simulated = simulate_swarm(*recorded, catalogue);
        if (!simulated) return simulated.error();
        result.differences = compare_swarm(*recorded, *simulated);
        return result;
    }
    const auto simulated = simulate(*recorded, catalogue);
    if (!simulated) return simulated.error();
    result.differences = compare(*recorded, *simulated, dependencies_of(*recorded));
    return result;
}

}  // namespace podium::conform
