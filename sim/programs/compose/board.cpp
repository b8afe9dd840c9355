#include "sim/programs/compose/board.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/programs/compose/defaults.hpp"
#include "sim/programs/compose/found.hpp"
#include "sim/programs/docker/verb.hpp"

namespace podium::programs::composing {
namespace {

using Json = nlohmann::ordered_json;

void replace_marks(std::string& text, const std::string& id) {
    for (std::size_t at = text.find(kOwnId); at != std::string::npos; at = text.find(kOwnId)) text.replace(at, 1, id);
    for (std::size_t at = text.find(kOwnShortId); at != std::string::npos; at = text.find(kOwnShortId)) text.replace(at, 1, id.substr(0, 12));
}

std::string text_of(const Json& line, const char* name) {
    const auto found = line.find(name);
    return found != line.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// What the state of a dependency's containers means to who waits for them.
struct Readiness {
    bool ready = true;
    std::string error;
};

Readiness healthy(const std::vector<Found>& containers, const std::string& service, bool v1) {
    Readiness out;
    for (const Found& found : containers) {
        const std::string health = found.health();
        if (!found.running() && found.state != "created") {
            out.error = v1 ? fmt::format("Container \"{}\" is unhealthy.", found.short_id())
                           : fmt::format("dependency failed to start: container {} exited ({})", found.name, found.exit_code());
        } else if (health == "unhealthy" || found.state == "restarting") {
            out.error = v1 ? fmt::format("Container \"{}\" is unhealthy.", found.short_id())
                           : fmt::format("dependency failed to start: container {} is unhealthy", found.name);
        } else if (health.empty() && found.state == "running") {
            out.error = v1 ? fmt::format("Service \"{}\" is missing a healthcheck configuration", service)
                           : fmt::format("dependency failed to start: container {} has no healthcheck configured", found.name);
        } else if (health != "healthy") {
            out.ready = false;
        }
        if (!out.error.empty()) return out;
    }
    return out;
}

Readiness completed(const std::vector<Found>& containers, const std::string& service, bool v1) {
    Readiness out;
    for (const Found& found : containers) {
        if (found.state != "exited") {
            out.ready = false;
        } else if (found.exit_code() != 0) {
            out.error = v1 ? fmt::format("Container \"{}\" exited with code {}.", found.short_id(), found.exit_code())
                           : fmt::format("service \"{}\" didn't complete successfully: exit {}", service, found.exit_code());
            return out;
        }
    }
    return out;
}

Readiness running_or_healthy(const std::vector<Found>& containers) {
    Readiness out;
    for (const Found& found : containers) {
        if (found.state == "exited") {
            out.error = fmt::format("container {} exited ({})", found.name, found.exit_code());
            return out;
        }
        if (found.health() == "unhealthy") {
            out.error = fmt::format("container {} is unhealthy", found.name);
            return out;
        }
        if (found.state != "running" || found.health() == "starting") out.ready = false;
    }
    return out;
}

}  // namespace

std::size_t Board::add(Batch batch) {
    batches_.push_back(std::move(batch));
    return batches_.size() - 1;
}

std::size_t Board::add(std::size_t batch, Task task) {
    tasks_.push_back(std::move(task));
    batches_[batch].tasks.push_back(tasks_.size() - 1);
    return tasks_.size() - 1;
}

void Board::forget() {
    tasks_.clear();
    batches_.clear();
    errors_.clear();
}

void Board::say(model::ProcessContext& context, std::string_view text) const {
    if (!quiet) print_error(context, text);
}

Time Board::deadline() const {
    Time first = kNever;
    for (const Task& task : tasks_) {
        if (task.begun && !task.ended) first = std::min(first, task.again);
    }
    return first;
}

void Board::abandon(model::ProcessContext& context) {
    for (Task& task : tasks_) task.call.abandon(context);
    forget();
}

void Board::print_begin(model::ProcessContext& context, const Batch& batch) {
    if (!batch.notice.empty()) print_error(context, batch.notice);
    if (batch.verb.empty() || dialect != compose::Dialect::V1) return;
    for (const std::size_t number : batch.tasks) width_ = std::max(width_, batch.verb.size() + 1 + tasks_[number].subject.size());
    for (const std::size_t number : batch.tasks) {
        say(context, fmt::format("{:<{}} ... \n", batch.verb + " " + tasks_[number].subject, width_));
    }
}

bool Board::begin_batches(model::ProcessContext& context) {
    bool changed = false;
    for (Batch& batch : batches_) {
        if (batch.begun || batch.ended) continue;
        const bool hopeless = std::any_of(batch.after.begin(), batch.after.end(), [this](std::size_t n) { return batches_[n].failed; });
        if (hopeless || (stop_at_error && !errors_.empty())) {
            batch.begun = batch.ended = batch.failed = true;
            changed = true;
            continue;
        }
        if (!std::all_of(batch.after.begin(), batch.after.end(), [this](std::size_t n) { return batches_[n].ended; })) continue;
        batch.begun = true;
        changed = true;
        print_begin(context, batch);
    }
    return changed;
}

bool Board::start_act(model::ProcessContext& context, Task& task) {
    Act& act = task.acts[task.at];
    model::RequestSpec spec = act.spec;
    replace_marks(spec.target, task.id);
    for (auto& [_, value] : spec.options) replace_marks(value, task.id);
    if (!act.begin.empty()) say(context, fmt::format(" {}  {}\n", task.subject, act.begin));
    act.begin.clear();
    task.call.start(context, std::move(spec));
    return true;
}

void Board::read_stream(model::ProcessContext& context, Task& task) {
    const int from = task.call.output(context);
    while (from >= 0) {
        const shell::ReadResult piece = context.read(from, kReadBytes);
        if (piece.kind != shell::ReadResult::Kind::Data) break;
        task.stream_rest += piece.data;
    }
    for (std::size_t end = task.stream_rest.find('\n'); end != std::string::npos; end = task.stream_rest.find('\n')) {
        const Json line = Json::parse(task.stream_rest.substr(0, end), nullptr, false);
        task.stream_rest.erase(0, end + 1);
        if (!line.is_object()) continue;
        if (const std::string error = text_of(line, "error"); !error.empty()) task.error = error;
        const auto detail = line.find("progressDetail");
        if (detail != line.end() && detail->is_object() && !detail->empty()) continue;
        const std::string id = text_of(line, "id");
        const std::string status = text_of(line, "status");
        if (status.empty()) continue;
        if (dialect == compose::Dialect::V1) {
            if (!task.acts[task.at].end.empty()) print(context, fmt::format("{}{}{}\n", id, id.empty() ? "" : ": ", status));
        } else if (!id.empty() && !status.starts_with("Pulling from")) {
            say(context, fmt::format(" {} {} \n", id, status));
        }
    }
}

bool Board::poll(model::ProcessContext& context, Task& task, const Answer& answer) {
    const Act& act = task.acts[task.at];
    std::vector<Found> containers = read_found(answer.body);
    std::erase_if(containers, [](const Found& found) { return found.oneoff; });
    const bool v1 = dialect == compose::Dialect::V1;
    const std::string service = containers.empty() ? std::string() : containers.front().service;
    Readiness state;
    switch (act.kind) {
        case Act::Kind::Healthy: state = healthy(containers, service, v1); break;
        case Act::Kind::Completed: state = completed(containers, service, v1); break;
        case Act::Kind::Running: state = running_or_healthy(containers); break;
        case Act::Kind::Request:
        case Act::Kind::Pull: break;
    }
    if (!state.error.empty()) {
        task.error = state.error;
        return true;
    }
    if (state.ready) return true;
    task.again = context.now() + (v1 ? kPollV1 : kPollV2);
    return false;
}

// Takes the answer of the present act; false when it is not over.
bool Board::finish_act(model::ProcessContext& context, Task& task) {
    const Act& act = task.acts[task.at];
    if (act.kind == Act::Kind::Pull) {
        if (!task.call.upgraded(context)) return false;
        read_stream(context, task);
    }
    if (!task.call.done(context)) return false;
    const Answer answer = task.call.take(context);
    const bool forgiven = act.forgiving && (answer.status == 404 || answer.status == 409 || answer.status == 304);
    if (!answer.ok() && !forgiven) {
        if (answer.status == 0) {
            task.error = dialect == compose::Dialect::V1 ? std::string(kNoEngineV1) : std::string(kNoEngine);
        } else if (dialect == compose::Dialect::V1) {
            task.error = act.failure + answer.message();
        } else {
            task.error = "Error response from daemon: " + answer.message();
        }
        return true;
    }
    if (act.keeps_id) task.id = text_of(Json::parse(answer.body, nullptr, false), "Id");
    const bool polls = act.kind == Act::Kind::Healthy || act.kind == Act::Kind::Completed || act.kind == Act::Kind::Running;
    return !polls || poll(context, task, answer);
}

void Board::end_task(model::ProcessContext& context, const Batch& batch, Task& task) {
    task.ended = true;
    if (!task.error.empty()) errors_.push_back({task.service, task.error});
    if (dialect == compose::Dialect::V1 && !batch.verb.empty()) {
        say(context, fmt::format("{:<{}} ... {}\n", batch.verb + " " + task.subject, width_, task.error.empty() ? "done" : "error"));
    } else if (dialect == compose::Dialect::V2 && !task.error.empty() && task.at < task.acts.size() && !task.acts[task.at].end.empty()) {
        say(context, fmt::format(" {}  Error\n", task.subject));
    }
}

bool Board::advance_task(model::ProcessContext& context, const Batch& batch, Task& task) {
    if (task.ended) return false;
    bool changed = false;
    if (!task.begun) {
        for (const std::size_t number : task.after) {
            if (!tasks_[number].ended) return false;
        }
        task.begun = true;
        changed = true;
    }
    while (!task.ended) {
        if (task.at == task.acts.size()) {
            end_task(context, batch, task);
            return true;
        }
        if (task.again != kNever && context.now() < task.again) return changed;
        task.again = kNever;
        if (!task.call.started()) start_act(context, task);
        if (!finish_act(context, task)) {
            if (task.again != kNever) return changed;
            return changed;
        }
        changed = true;
        if (!task.error.empty()) {
            end_task(context, batch, task);
            return true;
        }
        const Act& act = task.acts[task.at];
        if (!act.end.empty() && dialect == compose::Dialect::V2) say(context, fmt::format(" {}  {}\n", task.subject, act.end));
        ++task.at;
    }
    return changed;
}

void Board::end_batch(model::ProcessContext& context, Batch& batch) {
    batch.ended = true;
    for (const std::size_t number : batch.tasks) {
        const Task& task = tasks_[number];
        if (task.error.empty()) continue;
        batch.failed = true;
        if (dialect == compose::Dialect::V1 && !batch.verb.empty()) {
            print_error(context, fmt::format("\nERROR: for {}  {}\n", task.subject, task.error));
        }
    }
}

bool Board::advance(model::ProcessContext& context) {
    bool changed = true;
    while (changed) {
        changed = begin_batches(context);
        for (Batch& batch : batches_) {
            if (!batch.begun || batch.ended) continue;
            for (const std::size_t number : batch.tasks) changed |= advance_task(context, batch, tasks_[number]);
            const bool over = std::all_of(batch.tasks.begin(), batch.tasks.end(), [this](std::size_t n) { return tasks_[n].ended; });
            if (!over) continue;
            end_batch(context, batch);
            changed = true;
        }
    }
    return std::all_of(batches_.begin(), batches_.end(), [](const Batch& batch) { return batch.ended; });
}

}  // namespace podium::programs::composing
