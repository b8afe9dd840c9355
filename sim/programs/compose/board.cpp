#include "sim/programs/compose/board.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/model/container.hpp"
#include "sim/programs/compose/build.hpp"
#include "sim/programs/compose/defaults.hpp"
#include "sim/programs/compose/found.hpp"
#include "sim/programs/compose/stopping.hpp"
#include "sim/programs/docker/build.hpp"
#include "sim/programs/docker/verb.hpp"

namespace podium::programs::composing {
namespace {

using Json = nlohmann::ordered_json;

// compose/parallel.py, parallel_execute_watch: how a task has ended.
constexpr std::string_view kDoneV1 = "done";
constexpr std::string_view kFailedV1 = "failed";
constexpr std::string_view kErrorV1 = "error";

constexpr std::size_t kShortIdDigits = 12;

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

Readiness healthy_v1(const std::vector<Found>& containers, const std::string& service) {
    Readiness out;
    for (const Found& found : containers) {
        const std::string health = found.health();
        if (health == "unhealthy" || found.state == "restarting" || (!found.running() && found.state != "created")) {
            out.error = fmt::format("Container \"{}\" is unhealthy.", found.short_id());
        } else if (health.empty() && found.state == "running") {
            out.error = fmt::format("Service \"{}\" is missing a healthcheck configuration", service);
        } else if (health != "healthy") {
            out.ready = false;
        }
        if (!out.error.empty()) return out;
    }
    return out;
}

// isServiceHealthy; with `running_is_enough` a container without a health check need only run.
Readiness healthy_v2(const std::vector<Found>& containers, bool running_is_enough) {
    for (const Found& found : containers) {
        std::string health = found.health();
        if (found.state == "exited") return {false, fmt::format("container {} exited ({})", found.name, found.exit_code())};
        // The engine takes a container for unhealthy from its end until its next start.
        if (found.state == "restarting" && !running_is_enough) health = "unhealthy";
        if (health.empty() && running_is_enough) return {found.state == "running", {}};
        // The list tells of health only while a container runs.
        if (health.empty() && found.state != "running") return {false, {}};
        if (health.empty()) return {false, fmt::format("container {} has no healthcheck configured", found.name)};
        if (health == "unhealthy") return {false, fmt::format("container {} is unhealthy", found.name)};
        if (health != "healthy") return {false, {}};
    }
    return {};
}

Readiness completed_v1(const std::vector<Found>& containers) {
    Readiness out;
    for (const Found& found : containers) {
        if (found.state != "exited") {
            out.ready = false;
        } else if (found.exit_code() != 0) {
            out.error = fmt::format("Container \"{}\" exited with code {}.", found.short_id(), found.exit_code());
            return out;
        }
    }
    return out;
}

// isServiceCompleted: the first container that has exited decides.
Readiness completed_v2(const std::vector<Found>& containers, const std::string& service) {
    for (const Found& found : containers) {
        if (found.state != "exited") continue;
        if (found.exit_code() == 0) return {};
        return {false, fmt::format("service \"{}\" didn't complete successfully: exit {}", service, found.exit_code())};
    }
    return {false, {}};
}

Readiness readiness_of(const Act& act, const std::vector<Found>& containers, bool v1) {
    const std::string service = containers.empty() ? act.service : containers.front().service;
    switch (act.kind) {
        case Act::Kind::Healthy: {
            if (v1) return healthy_v1(containers, service);
            Readiness out = healthy_v2(containers, false);
            if (!out.error.empty() && act.optional.empty()) out.error = "dependency failed to start: " + out.error;
            return out;
        }
        case Act::Kind::Completed: return v1 ? completed_v1(containers) : completed_v2(containers, service);
        case Act::Kind::Running: return healthy_v2(containers, true);
        case Act::Kind::Request:
        case Act::Kind::Networks:
        case Act::Kind::Pull:
        case Act::Kind::Build: break;
    }
    return {};
}

// What made a condition on containers true: the last of their starts, ends and changes of health.
FactId last_change(model::ProcessContext& context, const std::vector<Found>& containers) {
    model::World& world = context.world();
    const Journal& journal = world.kernel.journal();
    FactId last;
    for (const Found& found : containers) {
        model::Refusal refusal;
        const model::ContainerId container = model::find_container(world, context.row().host, found.id, refusal);
        if (!container) continue;
        const Subject subject(SubjectType::Container, container.value);
        for (FactId id = journal.last(); id.value > last.value && journal.has(id); --id.value) {
            const Fact fact = journal.at(id);
            const bool changes = fact.kind == model::kFactContainerStart || fact.kind == model::kFactContainerDie || fact.kind == model::kFactContainerHealthStatus;
            if (!changes || fact.subject != subject) continue;
            last = id;
            break;
        }
    }
    return last;
}

bool waits(const Act& act) { return act.kind == Act::Kind::Healthy || act.kind == Act::Kind::Completed || act.kind == Act::Kind::Running; }

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
    Time first = dialect == compose::Dialect::V2 ? progress.deadline() : kNever;
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
    if (dialect == compose::Dialect::V2) {
        for (const ProgressEvent& event : batch.events) {
            if (!quiet) progress.event(context, event);
        }
        return;
    }
    if (!batch.notice.empty()) print_error(context, batch.notice);
    if (batch.verb.empty()) return;
    for (const std::size_t number : batch.tasks) width_ = std::max(width_, batch.verb.size() + 1 + tasks_[number].subject.size());
    for (const std::size_t number : batch.tasks) {
        lines_.push_back(batch.verb + " " + tasks_[number].subject);
        say(context, fmt::format("{:<{}} ... \n", lines_.back(), width_));
    }
}

// compose/parallel.py, ParallelStreamWriter: on a terminal the line that began is written over.
void Board::tell_end_v1(model::ProcessContext& context, const std::string& line, std::string_view status) const {
    if (!ansi_v1) return say(context, fmt::format("{:<{}} ... {}\n", line, width_, status));
    const auto first = std::find(lines_.begin(), lines_.end(), line);
    const auto up = lines_.end() - first;
    say(context, fmt::format("\x1b[{}A\x1b[2K\r{:<{}} ... \x1b[{}m{}\x1b[0m\r\x1b[{}B", up, line, width_, status == kDoneV1 ? 32 : 31, status, up));
}

void Board::warn_v1(model::ProcessContext& context, std::string_view text) const {
    print_error(context, fmt::format("{}{}\n", ansi_v1 ? "\x1b[33mWARNING\x1b[0m: " : "", text));
}

// Pulls say what they do in the event's text, all others in its status.
void Board::tell(model::ProcessContext& context, const Task& task, const Act& act, EventState state, const std::string& status) {
    if (quiet || status.empty() || dialect != compose::Dialect::V2) return;
    const bool pull = act.kind == Act::Kind::Pull;
    const std::vector<std::string> own{task.subject};
    for (const std::string& subject : act.subjects.empty() ? own : act.subjects) {
        progress.event(context, {subject, pull ? status : std::string(), state, pull ? std::string() : status, {}});
    }
}

// What met the conditions that the batch of a task waited for; none: 0.
FactId Board::condition_met(const Task& task) const {
    FactId met = task.met;
    for (const Batch& batch : batches_) {
        const bool its = std::any_of(batch.tasks.begin(), batch.tasks.end(), [&](std::size_t n) { return &tasks_[n] == &task; });
        if (!its) continue;
        for (const std::size_t before : batch.after) {
            for (const std::size_t n : batches_[before].tasks) met = std::max(met, tasks_[n].met);
        }
        for (const std::size_t n : task.after) met = std::max(met, tasks_[n].met);
    }
    return met;
}

bool Board::begin_batches(model::ProcessContext& context) {
    bool changed = false;
    bool failures = std::any_of(batches_.begin(), batches_.end(), [](const Batch& batch) { return batch.failed; });
    for (Batch& batch : batches_) {
        if (batch.begun || batch.ended) continue;
        const bool hopeless = failures && std::any_of(batch.after.begin(), batch.after.end(), [this](std::size_t n) { return batches_[n].failed; });
        if (hopeless || (stop_at_error && !errors_.empty())) {
            batch.begun = batch.ended = batch.failed = true;
            changed = failures = true;
            continue;
        }
        if (!std::all_of(batch.after.begin(), batch.after.end(), [this](std::size_t n) { return batches_[n].ended; })) continue;
        batch.begun = true;
        changed = true;
        print_begin(context, batch);
    }
    return changed;
}

void Board::start_act(model::ProcessContext& context, Task& task) {
    Act& act = task.acts[task.at];
    model::RequestSpec spec = act.spec;
    replace_marks(spec.target, task.id);
    spec.options.change_each([&task](std::string& value) { replace_marks(value, task.id); });
    if (!act.begin.empty()) {
        tell(context, task, act, EventState::Working, act.begin);
        act.begin.clear();
        // docker compose 2 looks when its ticker ticks, never at once.
        if (waits(act) && dialect == compose::Dialect::V2) {
            task.again = context.now() + kPollV2;
            return;
        }
    }
    if (dry_run || act.futile) return;
    if (!act.error_notice.empty() && !quiet) print_error(context, act.error_notice);
    if (!act.wrong.empty()) return;
    if (!act.notice.empty() && !quiet && !act.quiet) print(context, act.notice);
    Kernel& kernel = context.world().kernel;
    const FactId met = condition_met(task);
    CauseScope scope(kernel, std::max(met, kernel.cause()));
    task.call.start(context, std::move(spec));
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
        if (dialect == compose::Dialect::V2) {
            tell_layer(context, task, line);
            continue;
        }
        if (detail != line.end() && detail->is_object() && !detail->empty()) continue;
        const std::string id = text_of(line, "id");
        const std::string status = text_of(line, "status");
        if (status.empty()) continue;
        if (!task.acts[task.at].end.empty()) print(context, fmt::format("{}{}{}\n", id, id.empty() ? "" : ": ", status));
    }
}

// What the builder says goes to standard output as it comes.
void Board::show_build(model::ProcessContext& context, Task& task) {
    const int from = task.call.output(context);
    const bool shown = !quiet && !task.acts[task.at].quiet;
    while (from >= 0) {
        const shell::ReadResult piece = context.read(from, kReadBytes);
        if (piece.kind != shell::ReadResult::Kind::Data) break;
        if (shown) print(context, piece.data);
    }
}

void Board::end_build(model::ProcessContext& context, Task& task, const Answer& answer) {
    const docker::BuildEnd end = docker::build_end(answer);
    const Act& act = task.acts[task.at];
    if (end.failure.empty()) {
        if (!act.closing.empty()) warn_v1(context, act.closing);
        return;
    }
    if (dialect == compose::Dialect::V1) {
        print_error(context, end.failure + "\n");  // docker build's
        task.error = build_failure_v1(task.service);
    } else {
        task.error = end.failure;
    }
}

// toPullProgressEvent: what the engine says of a layer.
void Board::tell_layer(model::ProcessContext& context, const Task& task, const Json& line) {
    const std::string id = text_of(line, "id");
    if (quiet || quiet_pull || id.empty() || !line.contains("progressDetail")) return;
    const std::string status = text_of(line, "status");
    const bool done = status == "Download complete" || status == "Already exists" || status == "Pull complete";
    progress.event(context, {id, status, done ? EventState::Done : EventState::Working, text_of(line, "progress"), task.subject});
}

bool Board::poll(model::ProcessContext& context, Task& task, const Answer& answer) {
    const Act& act = task.acts[task.at];
    std::vector<Found> containers = read_found(answer.body);
    std::erase_if(containers, [](const Found& found) { return found.oneoff; });
    const bool v1 = dialect == compose::Dialect::V1;
    Readiness state = readiness_of(act, containers, v1);
    if (!v1 && containers.empty()) state = {true, fmt::format("{} is missing dependency {}", task.service, act.service)};
    if (!state.error.empty()) {
        if (act.optional.empty()) {
            task.error = state.error;
        } else {
            forgive(context, task, act, state.error);
        }
        return true;
    }
    if (state.ready) {
        task.met = last_change(context, containers);
        return true;
    }
    if (context.now() >= act.give_up_at) {
        task.error = act.give_up_error;
        return true;
    }
    task.again = context.now() + (v1 ? kPollV1 : kPollV2);
    return false;
}

// service.py, connect_container_to_networks: a network where the container answers to its short id is as it should be; it leaves
// another that it is on, and joins it anew.
void Board::drop_joins(Task& task, const Answer& answer) {
    const Json json = Json::parse(answer.body, nullptr, false);
    const Json::json_pointer place("/NetworkSettings/Networks");
    const Json networks = json.is_object() && json.contains(place) && json.at(place).is_object() ? json.at(place) : Json::object();
    const std::string own_alias = task.acts[task.at].spec.target.substr(0, kShortIdDigits);
    const auto needless = [&](const Act& act) {
        const auto present = networks.find(act.network);
        if (present == networks.end()) return act.spec.operation == model::Operation::NetworkDisconnect;
        const Json aliases = present->value("Aliases", Json());
        return aliases.is_array() && std::find(aliases.begin(), aliases.end(), Json(own_alias)) != aliases.end();
    };
    const auto first = task.acts.begin() + static_cast<std::ptrdiff_t>(task.at) + 1;
    const auto last = std::find_if(first, task.acts.end(), [](const Act& act) { return act.network.empty(); });
    task.acts.erase(std::remove_if(first, last, needless), last);
}

// What goes wrong with a dependency that isn't required is told, and no error.
void Board::forgive(model::ProcessContext& context, Task& task, const Act& act, const std::string& error) {
    const bool completed = act.kind == Act::Kind::Completed;
    const std::string reason = completed ? "optional dependency " + error.substr(error.find('"')) : act.optional;
    tell(context, task, act, EventState::Warning, "Skipped: " + reason);
    say_warning(context, completed ? reason : fmt::format("{}: {}", reason, error));
    task.acts[task.at].end.clear();
}

// Takes the answer of the present act; false when it is not over.
bool Board::finish_act(model::ProcessContext& context, Task& task) {
    const Act& act = task.acts[task.at];
    if (!act.wrong.empty()) {
        task.error = act.wrong;
        return true;
    }
    if (act.futile) {
        tell(context, task, act, EventState::Warning, act.in_use);
        task.acts[task.at].end.clear();
        return true;
    }
    if (dry_run) {
        // What would change something is taken for done.
        if (act.keeps_id) task.id = "dryRunId";
        return true;
    }
    if (act.kind == Act::Kind::Pull) {
        if (!task.call.upgraded(context)) return false;
        read_stream(context, task);
    }
    if (act.kind == Act::Kind::Build) {
        if (!task.call.upgraded(context)) return false;
        show_build(context, task);
    }
    if (!task.call.done(context)) return false;
    const Answer answer = task.call.take(context);
    const bool forgiven = act.forgiving && (answer.status == 404 || answer.status == 409 || answer.status == 304);
    if (!act.in_use.empty() && answer.status == 409) {
        tell(context, task, act, EventState::Warning, act.in_use);
        task.acts[task.at].end.clear();
        return true;
    }
    if (!answer.ok() && !forgiven) {
        if (answer.status == 0) {
            task.error = dialect == compose::Dialect::V1 ? std::string(kNoEngineV1) : std::string(kNoEngine);
        } else if (dialect == compose::Dialect::V1) {
            task.error = act.failure + answer.message();
            // service.py, start_container.
            const bool starts = act.spec.operation == model::Operation::ContainerStart;
            if (starts && task.error.find("driver failed programming external connectivity") != std::string::npos) {
                warn_v1(context, "Host is already in use by another container");
            }
        } else {
            task.error = act.failure + "Error response from daemon: " + answer.message();
        }
        return true;
    }
    if (act.kind == Act::Kind::Build && answer.ok()) {
        end_build(context, task, answer);
        return true;
    }
    if (act.keeps_id) task.id = text_of(Json::parse(answer.body, nullptr, false), "Id");
    if (act.kind == Act::Kind::Networks) {
        drop_joins(task, answer);
        return true;
    }
    return !waits(act) || poll(context, task, answer);
}

void Board::end_task(model::ProcessContext& context, const Batch& batch, Task& task) {
    task.ended = true;
    if (!task.error.empty()) errors_.push_back({task.service, task.error});
    if (dialect == compose::Dialect::V1 && !batch.verb.empty()) {
        const bool failed = task.futile || !task.error.empty();
        tell_end_v1(context, batch.verb + " " + task.subject, failed ? kErrorV1 : task.hollow ? kFailedV1 : kDoneV1);
    } else if (!task.error.empty() && task.at < task.acts.size()) {
        const Act& act = task.acts[task.at];
        tell(context, task, act, EventState::Error, act.error_status == kOwnError ? task.error : act.error_status);
        if (act.kind == Act::Kind::Pull && cancel_pulls && dialect == compose::Dialect::V2) interrupt_pulls(context);
    }
}

// pkg/compose/pull.go: all pulls are of one errgroup, whose context is cancelled by the first that fails.
void Board::interrupt_pulls(model::ProcessContext& context) {
    for (Task& task : tasks_) {
        if (!task.begun || task.ended || task.acts[task.at].kind != Act::Kind::Pull) continue;
        task.call.abandon(context);
        task.ended = true;
        tell(context, task, task.acts[task.at], EventState::Warning, "Interrupted");
    }
}

bool Board::advance_task(model::ProcessContext& context, const Batch& batch, Task& task) {
    if (task.ended) return false;
    bool changed = false;
    if (!task.begun) {
        bool futile = false;
        for (const std::size_t number : task.after) {
            if (!tasks_[number].ended) return false;
            futile |= tasks_[number].futile || !tasks_[number].error.empty();
        }
        task.begun = true;
        // compose/parallel.py, feed_queue: an UpstreamError, which is told without a sentence of its own.
        if (futile && dialect == compose::Dialect::V1) {
            task.futile = true;
            end_task(context, batch, task);
            return true;
        }
        // docker compose 2: a procedure returns at its first error.
        if (futile && stop_at_error && dialect == compose::Dialect::V2) {
            task.error.clear();
            task.ended = task.futile = true;
            return true;
        }
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
        if (task.again != kNever || !finish_act(context, task)) return changed;
        changed = true;
        if (!task.error.empty()) {
            end_task(context, batch, task);
            return true;
        }
        const Act& act = task.acts[task.at];
        tell(context, task, act, act.end_state, act.end);
        for (const ProgressEvent& event : act.also) {
            if (!quiet) progress.event(context, event);
        }
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
    if (dialect == compose::Dialect::V2) progress.tick(context);
    return std::all_of(batches_.begin(), batches_.end(), [](const Batch& batch) { return batch.ended; });
}

}  // namespace podium::programs::composing
