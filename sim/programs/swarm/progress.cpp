#include "sim/programs/swarm/progress.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/programs/format/human.hpp"
#include "sim/programs/swarm/query.hpp"
#include "sim/shell/signals.hpp"

namespace podium::programs::docker {
namespace {

constexpr Duration kPoll = milliseconds(200);
constexpr std::int64_t kMostLines = 20;
constexpr std::size_t kLongestState = 9;  // "allocated", "preparing"

constexpr std::array<std::string_view, 13> kStates{"new", "allocated", "pending", "assigned", "accepted", "preparing", "ready",
                                                   "starting", "running", "complete", "shutdown", "failed", "rejected"};

// From 1 on; 0 for the states that progress knows nothing of ("remove", "orphaned").
int state_number(const std::string& state) {
    const auto found = std::find(kStates.begin(), kStates.end(), state);
    return found == kStates.end() ? 0 : static_cast<int>(found - kStates.begin()) + 1;
}

bool is_terminal(const std::string& state) { return state_number(state) > state_number("running"); }

std::string state_of(const Json& task) { return text_at(task, "Status.State"); }

std::string desired_of(const Json& task) { return text_at(task, "DesiredState"); }

bool is_running(const Json& task) { return !is_terminal(desired_of(task)) && state_of(task) == "running"; }

// On one line, of at most 75 bytes.
std::string short_error(std::string error) {
    constexpr std::size_t kMost = 75;
    std::replace(error.begin(), error.end(), '\n', ' ');
    return error.size() > kMost ? error.substr(0, kMost - 1) + "…" : error;
}

std::set<std::string> active_nodes(const Json& nodes) {
    std::set<std::string> out;
    for (const Json& node : nodes)
        if (text_at(node, "Status.State") != "down") out.insert(text_at(node, "ID"));
    return out;
}

void draw_overall(ProgressLines& lines, std::int64_t running, std::int64_t all, bool rollback) {
    lines.set("overall progress", fmt::format("{}{} out of {} tasks", rollback ? "rolling back update: " : "", running, all));
}

void draw_task(ProgressLines& lines, const std::string& id, const Json& task, bool of_a_job) {
    if (const std::string error = text_at(task, "Status.Err"); !error.empty()) {
        lines.set(id, short_error(error));
    } else if (of_a_job || (!is_terminal(desired_of(task)) && !is_terminal(state_of(task)))) {
        lines.set(id, fmt::format("{:<{}}", state_of(task), kLongestState), true);
    }
}

// Whether `task` stands for its slot or node rather than `known`: the lower desired state does, then the
// lower observed one.
bool stands_before(const Json& task, const Json& known) {
    const auto rank = [](const Json& one) { return std::pair(state_number(desired_of(one)), state_number(state_of(one))); };
    return rank(task) < rank(known);
}

bool is_known(const Json& task) { return state_number(desired_of(task)) != 0 && state_number(state_of(task)) != 0; }

bool is_of_iteration(const Json& task, const Json& service) {
    return has(task, "JobIteration") && number_at(task, "JobIteration.Index") == number_at(service, "JobStatus.JobIteration.Index");
}

std::size_t digits(std::int64_t number) { return std::to_string(number).size(); }

}  // namespace

Result<bool> ProgressCounter::update(const Json& service, const Json& tasks, const Json& nodes, bool rollback, ProgressLines& lines) {
    if (kind_ == Kind::Unknown) {
        if (has(service, "Spec.Mode.Replicated.Replicas")) kind_ = Kind::Replicated;
        else if (has(service, "Spec.Mode.Global")) kind_ = Kind::Global;
        else if (has(service, "Spec.Mode.ReplicatedJob")) kind_ = Kind::ReplicatedJob;
        else if (has(service, "Spec.Mode.GlobalJob")) kind_ = Kind::GlobalJob;
        else return Error{"unrecognized service mode", {}, {}};
    }
    switch (kind_) {
        case Kind::Replicated:
            if (!has(service, "Spec.Mode.Replicated.Replicas")) return Error{"no replica count", {}, {}};
            return update_replicated(service, tasks, nodes, rollback, lines);
        case Kind::Global: return update_global(tasks, nodes, rollback, lines);
        case Kind::ReplicatedJob: return update_replicated_job(service, tasks, lines);
        case Kind::GlobalJob: return update_global_job(service, tasks, nodes, lines);
        case Kind::Unknown: break;
    }
    return false;
}

bool ProgressCounter::update_replicated(const Json& service, const Json& tasks, const Json& nodes, bool rollback, ProgressLines& lines) {
    const std::int64_t replicas = number_at(service, "Spec.Mode.Replicated.Replicas");
    if (!begun_) {
        begun_ = true;
        draw_overall(lines, 0, replicas, rollback);
        for (std::int64_t i = 1; replicas <= kMostLines && i <= replicas; ++i) lines.set(fmt::format("{}/{}", i, replicas), " ");
    }
    const std::set<std::string> active = active_nodes(nodes);
    std::map<std::int64_t, const Json*> by_slot;
    for (const Json& task : tasks) {
        if (!is_known(task)) continue;
        const Json*& known = by_slot[number_at(task, "Slot")];
        if (known != nullptr && !stands_before(task, *known)) continue;
        const std::string node = text_at(task, "NodeID");
        if (node.empty() || active.count(node) != 0) known = &task;
    }
    std::erase_if(by_slot, [](const auto& entry) { return entry.second == nullptr; });
    if (std::any_of(by_slot.begin(), by_slot.end(), [](const auto& entry) { return state_of(*entry.second) != "running"; })) done_ = false;
    std::int64_t running = 0;
    for (const auto& [slot, task] : by_slot) {
        const std::int64_t line = slots_.try_emplace(slot, static_cast<std::int64_t>(slots_.size()) + 1).first->second;
        if (is_running(*task)) ++running;
        if (!done_ && replicas <= kMostLines && line <= replicas) draw_task(lines, fmt::format("{}/{}", line, replicas), *task, false);
    }
    if (!done_) draw_overall(lines, running, replicas, rollback);
    if (running == replicas) done_ = true;
    return running == replicas;
}

bool ProgressCounter::update_global(const Json& tasks, const Json& nodes, bool rollback, ProgressLines& lines) {
    std::map<std::string, const Json*> by_node;
    for (const Json& task : tasks) {
        if (!is_known(task)) continue;
        const Json*& known = by_node[text_at(task, "NodeID")];
        if (known == nullptr || stands_before(task, *known)) known = &task;
    }
    const auto all = static_cast<std::int64_t>(by_node.size());
    if (!begun_) {
        if (all == 0) {
            lines.set("overall progress", "waiting for new tasks");
            return false;
        }
        begun_ = true;
        draw_overall(lines, 0, all, rollback);
    }
    if (std::any_of(by_node.begin(), by_node.end(), [](const auto& entry) { return state_of(*entry.second) != "running"; })) done_ = false;
    const std::set<std::string> active = active_nodes(nodes);
    std::int64_t running = 0;
    for (const auto& [node, task] : by_node) {
        if (active.count(node) == 0) continue;
        if (is_running(*task)) ++running;
        if (!done_ && all <= kMostLines) draw_task(lines, format::short_id(node), *task, false);
    }
    if (!done_) draw_overall(lines, running, all, rollback);
    if (running == all) done_ = true;
    return running == all;
}

bool ProgressCounter::update_replicated_job(const Json& service, const Json& tasks, ProgressLines& lines) {
    const std::int64_t total = number_at(service, "Spec.Mode.ReplicatedJob.TotalCompletions");
    const std::int64_t concurrent = number_at(service, "Spec.Mode.ReplicatedJob.MaxConcurrent");
    const auto draw = [&](std::int64_t active, std::int64_t complete) {
        lines.set("job progress", fmt::format("{:>{}} out of {} complete", complete, digits(total), total), true);
        const std::int64_t wanted = std::min(total - complete, concurrent);
        const std::size_t width = digits(concurrent);
        lines.set("active tasks", fmt::format("{:>{}} out of {:>{}} tasks", active, width, wanted, width));
    };
    if (!begun_) {
        begun_ = true;
        draw(0, 0);
        for (std::int64_t i = 1; total <= kMostLines && i <= total; ++i) lines.set(fmt::format("{}/{}", i, total), " ");
    }
    std::map<std::int64_t, const Json*> by_slot;
    for (const Json& task : tasks) {
        if (!is_of_iteration(task, service) || !is_known(task)) continue;
        const Json*& known = by_slot[number_at(task, "Slot")];
        if (known == nullptr || state_number(state_of(*known)) > state_number(state_of(task))) known = &task;
    }
    std::int64_t active = 0;
    std::int64_t complete = 0;
    for (const auto& [slot, task] : by_slot) {
        if (total <= kMostLines) draw_task(lines, fmt::format("{}/{}", slot + 1, total), *task, true);
        if (state_number(state_of(*task)) < state_number("complete")) ++active;
        if (state_of(*task) == "complete") ++complete;
    }
    draw(active, complete);
    return complete == total;
}

bool ProgressCounter::update_global_job(const Json& service, const Json& tasks, const Json& nodes, ProgressLines& lines) {
    const auto draw = [&](std::int64_t complete) {
        const auto total = static_cast<std::int64_t>(nodes_.size());
        lines.set("job progress", fmt::format("{:>{}} out of {} complete", complete, digits(total), total), total > 0);
    };
    if (!begun_) {
        if (tasks.empty() && !active_nodes(nodes).empty()) {
            lines.set("job progress", "waiting for tasks");
            return false;
        }
        begun_ = true;
        for (const Json& task : tasks)
            if (is_of_iteration(task, service)) nodes_.insert(text_at(task, "NodeID"));
        draw(0);
    }
    std::map<std::string, const Json*> by_node;
    for (const Json& task : tasks) {
        if (!is_of_iteration(task, service) || nodes_.count(text_at(task, "NodeID")) == 0) continue;
        const Json*& known = by_node[text_at(task, "NodeID")];
        if (known == nullptr || state_number(state_of(*known)) > state_number(state_of(task))) known = &task;
    }
    std::int64_t complete = 0;
    for (const auto& [node, task] : by_node) {
        if (static_cast<std::int64_t>(nodes_.size()) <= kMostLines) draw_task(lines, node, *task, true);
        if (state_of(*task) == "complete") ++complete;
    }
    draw(complete);
    return complete == static_cast<std::int64_t>(nodes_.size());
}

// --- waiting -------------------------------------------------------------------------------------

bool ServiceWait::asked(model::ProcessContext& context, const std::string& target) {
    if (!call_.started()) call_.start(context, request_for(model::Operation::Orchestration, target));
    if (!call_.done(context)) return false;
    answer_ = call_.take(context);
    if (!answer_.ok()) error_ = error_text(answer_);
    return true;
}

void ServiceWait::show(model::ProcessContext& context) {
    const std::string drawn = lines_.take();
    if (!quiet_ && !drawn.empty()) print(context, drawn);
}

bool ServiceWait::advance(model::ProcessContext& context) {
    // Drawn in place where a person looks at a screen; a script of lines is told line by line, as in a pipe.
    lines_.on_terminal(context.is_terminal(1) && !context.environment("TERM").empty());
    for (int signal = context.take_signal(); signal != 0; signal = context.take_signal())
        if (signal == shell::kSigInt) ++interrupts_;
    for (;;) {
        switch (stage_) {
            case Stage::Service:
                if (!asked(context, target_of("GET", "/services/" + path_part(service_), {{"insertDefaults", "false"}}))) return false;
                if (!error_.empty() || look_at_service(context)) return true;
                stage_ = Stage::Tasks;
                break;
            case Stage::Tasks:
                if (!asked(context, target_of("GET", "/tasks", {filters_of({"service=" + text_at(seen_service_.value(), "ID"), "_up-to-date=true"})}))) return false;
                if (!error_.empty()) return true;
                seen_tasks_.read(answer_);
                stage_ = Stage::Nodes;
                break;
            case Stage::Nodes:
                if (!asked(context, "GET /nodes")) return false;
                if (!error_.empty() || look_at_tasks(context)) return true;
                stage_ = Stage::Sleep;
                wake_at_ = context.now() + kPoll;
                break;
            case Stage::Sleep:
                if (interrupts_ > 0) {
                    if (!converged_) {
                        lines_.say("Operation continuing in background.");
                        lines_.say(fmt::format("Use `docker service ps {}` to check progress.", service_));
                        show(context);
                    }
                    return true;
                }
                if (context.now() < wake_at_) return false;
                wake_at_ = kNever;
                stage_ = Stage::Service;
                break;
        }
    }
}

const std::shared_ptr<const Json>& RepeatedAnswer::read(Answer answer) {
    if (json_ && answer.body == body_) return json_;
    body_ = answer.body;
    json_ = Reply(std::move(answer)).json;
    return json_;
}

bool ServiceWait::look_at_service(model::ProcessContext& context) {
    const Json& service = *seen_service_.read(answer_);
    if (const std::int64_t monitor = number_at(service, "Spec.UpdateConfig.Monitor"); monitor != 0) monitor_ = nanoseconds(monitor);
    const std::string state = text_at(service, "UpdateStatus.State");
    const std::string message = text_at(service, "UpdateStatus.Message");
    if (state == "updating") {
        rollback_ = false;
    } else if (state == "completed") {
        if (!converged_) return true;
    } else if (state == "paused") {
        error_ = "service update paused: " + message;
        return true;
    } else if (state == "rollback_started") {
        if (!rollback_ && !message.empty()) lines_.set("rollback", message);
        rollback_ = true;
    } else if (state == "rollback_paused") {
        error_ = "service rollback paused: " + message;
        return true;
    } else if (state == "rollback_completed") {
        if (!converged_) message_ = message;
        rollback_ = true;
    }
    if (converged_ && context.now() - *converged_at_ >= monitor_) {
        lines_.set("verify", fmt::format("Service {} converged", service_));
        if (!message_.empty()) lines_.say(message_, "rollback");
        show(context);
        return true;
    }
    return false;
}

bool ServiceWait::look_at_tasks(model::ProcessContext& context) {
    seen_nodes_.read(answer_);
    const Result<bool> counted = counter_.update(seen_service_.value(), seen_tasks_.value(), seen_nodes_.value(), rollback_, lines_);
    if (!counted) {
        error_ = counted.error().message;
        return true;
    }
    converged_ = *counted;
    if (converged_) {
        if (has(seen_service_.value(), "JobStatus")) {
            lines_.say("job complete");
            show(context);
            return true;
        }
        if (!converged_at_) converged_at_ = context.now();
        // In life a moment has gone by since.
        const Duration wait = monitor_ - std::max(context.now() - *converged_at_, nanoseconds(1));
        if (wait.nanoseconds >= 0)
            lines_.set("verify", fmt::format("Waiting {} seconds to verify that tasks are stable...", wait.nanoseconds / seconds(1).nanoseconds + 1));
    } else {
        if (converged_at_) lines_.set("verify", "Detected task failure");
        converged_at_.reset();
    }
    show(context);
    return false;
}

}  // namespace podium::programs::docker
