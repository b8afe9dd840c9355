#include "sim/conform/replay.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/text.hpp"
#include "sim/lab/rows.hpp"

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

// The latest event before a command of a container the command names: which one of its container's.
struct Anchor {
    std::string name;
    std::size_t number = 0;  ///< From 1: the n-th event of containers of that name.
    double t = 0;
};

Anchor anchor_of(const Recording& recorded, const CommandRow& command) {
    Anchor anchor;
    for (const EventRow& event : recorded.events) {
        if (event.t > command.t || event.object != "container" || event.name.empty()) continue;
        if (anchor.name.empty() ? names_container(command.line, event.name) : event.name == anchor.name) anchor.name = event.name;
    }
    if (anchor.name.empty()) return anchor;
    for (const EventRow& event : recorded.events) {
        if (event.t > command.t || event.object != "container" || event.name != anchor.name) continue;
        ++anchor.number;
        anchor.t = event.t;
    }
    return anchor;
}

// An operation on the engine concerns all its containers: its anchor is the latest event of any.
Anchor anchor_of(const Recording& recorded, const OperationRow& operation) {
    Anchor anchor;
    for (const EventRow& event : recorded.events) {
        if (event.t > operation.t || event.object != "container" || event.name.empty()) continue;
        anchor.name = event.name;
        anchor.t = event.t;
    }
    for (const EventRow& event : recorded.events) {
        if (event.t <= operation.t && event.object == "container" && event.name == anchor.name) ++anchor.number;
    }
    return anchor;
}

class Driver {
  public:
    Driver(const Recording& recorded, lab::Session session) : recorded_(recorded), session_(std::move(session)) {}

    void run() {
        double previous_end = 0;       // in the recording
        Time simulated_end{};          // of the previous command, in the simulation
        for (const Input& input : inputs_of(recorded_)) {
            const Anchor anchor = input.command != nullptr ? anchor_of(recorded_, *input.command)
                                  : input.operation->operation == "engine-signal" ? anchor_of(recorded_, *input.operation)
                                                                                  : Anchor{};
            Time issue = simulated_end + gap(input.t - previous_end);
            if (!anchor.name.empty() && wait_for(anchor)) issue = event_time_ + gap(input.t - anchor.t);
            issue = std::max(issue, session_.now());
            session_.run_until(issue);
            out_.issued.push_back(session_.now().seconds());
            if (input.operation != nullptr) {
                operate(*input.operation);
                simulated_end = session_.now();
                previous_end = input.t;
                continue;
            }
            simulated_end = issue_command(*input.command);
            previous_end = input.t + input.command->duration;
        }
        session_.run_until(session_.now() + seconds(static_cast<std::int64_t>(std::ceil(std::max(0.0, recorded_.end - session_.now().seconds()) + kTail))));
        read_facts();
    }

    Simulated take() { return std::move(out_); }

  private:
    static Duration gap(double seconds_apart) { return Duration{static_cast<std::int64_t>(std::llround(std::max(0.0, seconds_apart) * 1e9))}; }

    // Reads the facts recorded since the last look.
    void read_facts() {
        if (next_ > session_.journal().last()) return;
        session_.journal().for_each(next_, [this](const Fact& fact) {
            const std::string line = lab::row_of(session_, fact);
            if (auto event = event_of_row(line)) {
                if (event->object == "container") note_health(*event);
                out_.events.push_back(std::move(*event));
            } else {
                note_probe(line);
            }
        });
        next_ = FactId{session_.journal().last().value + 1};
    }

    void note_health(const EventRow& event) {
        if (event.action == "start") {
            health_ = {event.t, event.name, "starting", 0};
        } else if (event.action.starts_with("health_status: ")) {
            health_.health = event.action.substr(15);
        } else if (event.action == "pause" || event.action == "die" || event.action == "kill") {
            health_.health = "unhealthy";
        } else {
            return;
        }
        health_.t = event.t;
        out_.probes.push_back(health_);
    }

    void note_probe(const std::string& line) {
        const auto row = nlohmann::ordered_json::parse(line, nullptr, false);
        if (row.value("action", "") == "restart_cancelled") out_.cancelled.push_back({row.value("t", 0.0), row.value("name", "")});
        if (row.value("action", "") != "health_probe") return;
        health_.t = row.value("t", 0.0);
        health_.failing_streak = row.value("streak", 0);
        out_.probes.push_back(health_);
    }

    bool wait_for(const Anchor& anchor) {
        const Time limit = session_.now() + gap(kPatience + std::max(0.0, anchor.t - session_.now().seconds()));
        const auto seen = [this, &anchor](const lab::Session&) {
            read_facts();
            std::size_t count = 0;
            for (const EventRow& event : out_.events) {
                if (event.object != "container" || event.name != anchor.name || dropped(event)) continue;
                if (++count == anchor.number) {
                    event_time_ = Time{static_cast<std::int64_t>(std::llround(event.t * 1e9))};
                    return true;
                }
            }
            return false;
        };
        if (!seen(session_)) session_.run_until(limit, seen);
        return seen(session_);
    }

    [[nodiscard]] bool dropped(const EventRow& event) const {
        if (event.action == "attach" || event.action == "top") return true;
        return std::any_of(recorded_.dropped_actions.begin(), recorded_.dropped_actions.end(), [&event](const std::string& action) { return event.action == action || event.action.starts_with(action + ":"); });
    }

    void operate(const OperationRow& operation) {
        lab::Command command;
        command.time = session_.now();
        command.session = recorded_.node;
        if (operation.operation == "engine-signal") {
            command.kind = lab::CommandKind::EngineSignal;
            command.text = operation.signal;
        } else if (operation.operation == "engine-start") {
            command.kind = lab::CommandKind::EngineStart;
        } else {
            command.kind = lab::CommandKind::WriteFile;
            command.text = fmt::format("{}/docker-compose.yml", session_.set_up().directory);
            command.content = operation.content;
        }
        session_.post(command);
        session_.run_until(session_.now());
    }

    // Types the line into a terminal of its own and waits for its end.
    Time issue_command(const CommandRow& wanted) {
        const std::string terminal = fmt::format("{}/{}", recorded_.node, ++terminals_);
        const Time begun = session_.now();
        session_.take_shown();
        session_.post({begun, lab::CommandKind::Line, terminal, wanted.line, {}});
        CommandRow row{begun.seconds(), 0, wanted.line, 0, std::string(), std::string()};
        bool ended = false;
        const auto listen = [&](const lab::Session&) {
            for (const lab::Shown& shown : session_.take_shown()) {
                if (shown.terminal != terminal) continue;
                if (shown.kind == lab::Shown::Kind::Output) *row.output += shown.text;
                if (shown.kind == lab::Shown::Kind::Error) *row.error += shown.text;
                if (shown.kind == lab::Shown::Kind::Done) {
                    row.status = shown.status;
                    ended = true;
                }
            }
            return ended;
        };
        session_.run_until(begun + gap(wanted.duration + kPatience), listen);
        listen(session_);
        row.duration = (session_.now() - begun).seconds();
        if (ended) out_.commands.push_back(std::move(row));
        read_facts();
        return session_.now();
    }

    const Recording& recorded_;
    lab::Session session_;
    Simulated out_;
    FactId next_{1};
    Time event_time_{};
    int terminals_ = 0;
    Simulated::Probe health_;
};

}  // namespace

Result<Simulated> simulate(const Recording& recorded, const std::string& catalogue) {
    lab::SetUp set_up;
    set_up.hosts = {lab::HostSetUp{}};
    set_up.hosts[0].name = recorded.node;
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
    const auto simulated = simulate(*recorded, catalogue);
    if (!simulated) return simulated.error();
    return CaseResult{recorded->name, recorded->artefact, compare(*recorded, *simulated)};
}

}  // namespace podium::conform
