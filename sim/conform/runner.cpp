#include "sim/conform/runner.hpp"

#include <algorithm>
#include <cmath>

#include "sim/lab/rows.hpp"

namespace podium::conform {

Duration gap(double seconds_apart) { return Duration{static_cast<std::int64_t>(std::llround(std::max(0.0, seconds_apart) * 1e9))}; }

void Runner::begin_here() {
    read_facts();
    out_ = {};
    zero_ = session_.now();
    containers_.clear();
    tasks_.clear();
    passed_.clear();
    nodes_.clear();
    updates_.clear();
    look_at_containers();
    look_at_swarm();
}

void Runner::run_until(Time time) {
    session_.run_until(time, [this](const lab::Session&) {
        read_facts();
        return false;
    });
    read_facts();
}

void Runner::read_facts() {
    if (const std::uint64_t version = lab::swarm_version(session_); version != swarm_version_) {
        swarm_version_ = version;
        look_at_swarm();
    }
    if (next_ > session_.journal().last()) return;
    session_.journal().for_each(next_, [this](const Fact& fact) {
        if (auto event = event_of_row(lab::row_of(session_, fact))) {
            event->t -= zero_.seconds();
            out_.events.push_back(std::move(*event));
        }
    });
    next_ = FactId{session_.journal().last().value + 1};
    look_at_containers();
}

// A state never changes without a fact.
void Runner::look_at_containers() {
    const double now = seconds();
    std::map<std::string, lab::ContainerLook> seen;
    for (lab::ContainerLook& row : lab::look_at_containers(session_)) {
        const auto known = containers_.find(row.id);
        if (known == containers_.end() || known->second != row) {
            out_.states.push_back({now, row.id, row.name, row.status, row.exit_code, row.restart_count, row.oom_killed, row.health, row.failing_streak});
        }
        seen[row.id] = std::move(row);
    }
    for (const auto& [id, row] : containers_) {
        if (!seen.contains(id)) out_.states.push_back({now, id, row.name, "missing", 0, 0, false, {}, 0});
    }
    containers_ = std::move(seen);
}

void Runner::look_at_swarm() {
    const double now = seconds();
    const lab::SwarmLook look = lab::look_at_swarm(session_);
    std::set<std::string> there;
    for (const lab::TaskLook& row : look.tasks) {
        there.insert(row.id);
        if (const auto known = tasks_.find(row.id); known != tasks_.end() && known->second == row) continue;
        out_.tasks.push_back({now, row.id, row.service, row.slot, row.host, row.state, row.desired, (row.since - zero_).seconds(), row.error, row.exit_code});
        tasks_[row.id] = row;
    }
    for (const auto& [id, row] : tasks_) {
        if (!there.contains(id)) out_.removed.insert({id, now});
    }
    for (const lab::PassedLook& passed : look.passed) {
        const auto known = tasks_.find(passed.id);
        if (known == tasks_.end() || !passed_.insert({passed.id, passed.state}).second) continue;
        const lab::TaskLook& row = known->second;
        out_.tasks.push_back({now, row.id, row.service, row.slot, row.host, passed.state, row.desired, (passed.since - zero_).seconds(), {}, std::nullopt});
    }
    for (const lab::NodeLook& row : look.nodes) {
        if (const auto known = nodes_.find(row.id); known != nodes_.end() && known->second == row) continue;
        out_.node_rows.push_back({now, row.name, row.state, row.availability, row.role, row.leader, {}, row.id});
        nodes_[row.id] = row;
    }
    for (const lab::UpdateLook& row : look.updates) {
        if (const auto known = updates_.find(row.service); known != updates_.end() && known->second == row) continue;
        if (!row.state.empty()) out_.updates.push_back({now, row.service, row.state, row.message});
        updates_[row.service] = row;
    }
}

int Runner::type(const std::string& terminal, const std::string& line, Duration patience) {
    const Time begun = session_.now();
    session_.take_shown();
    session_.post({begun, lab::CommandKind::Line, terminal, line, {}});
    CommandRow row{seconds(), 0, line, 0, std::string(), std::string()};
    bool ended = false;
    const auto listen = [&](const lab::Session&) {
        read_facts();
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
    session_.run_until(begun + patience, listen);
    listen(session_);
    if (!ended) return -1;
    row.duration = (session_.now() - begun).seconds();
    last_ = row;
    out_.commands.push_back(std::move(row));
    return last_.status;
}

}  // namespace podium::conform
