// `up` without -d: the logs of the containers, and what Ctrl-C and --abort-on-container-exit do.

#include "sim/programs/compose/up.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/programs/docker/verb.hpp"
#include "sim/shell/signals.hpp"

namespace podium::programs::composing {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kInterrupted = 130;
// 1.29 after a second Ctrl-C.
constexpr int kKilledV1 = 2;

}  // namespace

bool Up::meanwhile(model::ProcessContext& context) {
    if (follower_.sources().empty()) return false;
    for (const Task& task : board_.tasks()) {
        if (stage_ == Stage::Started && task.ended && task.error.empty()) follower_.wake(task.subject.substr(task.subject.find(' ') + 1));
    }
    follower_.pump(context);
    wake_at_ = follower_.deadline();
    if (context.take_signal() == 0) return false;
    board_.abandon(context);
    if (stage_ == Stage::Started) {
        interrupt(context);
    } else {
        kill_all();
    }
    return true;
}

Up::Move Up::attach(model::ProcessContext& context) {
    const std::vector<std::string> only = flags().all("attach");
    const std::vector<std::string> never = flags().all("no-attach");
    std::vector<Found> containers = read_found(answer(0).body);
    std::sort(containers.begin(), containers.end(), [](const Found& a, const Found& b) { return a.name < b.name; });
    if (v1()) forget_answers();
    // Without --attach-dependencies only the services that were named are shown.
    const std::vector<std::string> named = named_services();
    follower_.dialect = wish().dialect;
    follower_.follow = true;
    follower_.tells_end = true;
    follower_.waits_for_start = !v1();
    follower_.splits_error = !v1();
    follower_.prefixed = !flags().on("no-log-prefix");
    follower_.timestamps = flags().on("timestamps");
    follower_.coloured = !flags().on("no-color") && colours(context);
    for (const compose::Service& service : project().services) follower_.widest_service = std::max(follower_.widest_service, service.name.size());
    for (const Found& found : containers) {
        const auto in = [&found](const std::vector<std::string>& list) { return std::find(list.begin(), list.end(), found.service) != list.end(); };
        const compose::Service* service = project().find_service(found.service);
        if (found.oneoff || !in(services_) || service == nullptr || in(never)) continue;
        // --attach overrules attach: false.
        if (only.empty() ? !service->attach : !in(only)) continue;
        if (!named.empty() && !in(named) && !flags().on("attach-dependencies") && only.empty()) continue;
        follower_.add(found, project().name, since_);
    }
    if (v1() || !follower_.sources().empty()) print(context, fmt::format("Attaching to {}\n", follower_.names()));
    if (follower_.sources().empty() && v1()) return finish(0);
    context.set_disposition(shell::kSigInt, shell::Disposition::Catch);
    context.set_disposition(shell::kSigTerm, shell::Disposition::Catch);
    stage_ = v1() ? Stage::Follow : Stage::Start;
    return Move::Go;
}

void Up::interrupt(model::ProcessContext& context) {
    print(context, v1() ? kGracefullyV1 : kGracefullyV2);
    follower_.muted = !v1();
    status_ = v1() ? 0 : kInterrupted;
    interrupted_ = true;
}

void Up::kill_all() {
    const std::size_t batch = board_.add(Batch{});
    for (const Found& found : found_) {
        if (!stoppable(found) || !found.running()) continue;
        Task task;
        task.subject = found.name;
        task.acts.push_back(act_for(model::Operation::ContainerKill, found.id));
        task.acts.back().forgiving = true;
        board_.add(batch, std::move(task));
    }
    if (v1()) status_ = kKilledV1;
}

bool Up::stoppable(const Found& found) const {
    return !found.oneoff && std::find(services_.begin(), services_.end(), found.service) != services_.end();
}

Up::Move Up::follow(model::ProcessContext& context) {
    const bool over = follower_.pump(context);
    if (context.take_signal() != 0) {
        interrupt(context);
        return begin_stop(context);
    }
    const LogSource* first = flags().on("abort-on-container-failure") ? failed_source() : aborts() ? follower_.first_over() : nullptr;
    if (first != nullptr) {
        if (v1()) {
            print(context, "Aborting on container exit...\n");
        } else {
            const bool plain = !variable("NO_COLOR").empty();
            print_error(context, fmt::format("{}Aborting on container exit...{}\n", plain ? "" : "\x1b[31m\x1b[1m", plain ? "" : "\x1b[0m"));
        }
        status_ = first->exit_code;
        return begin_stop(context);
    }
    if (over || follower_.broken()) {
        follower_.hang_up(context);
        return finish(status_);
    }
    wake_at_ = follower_.deadline();
    return Move::Wait;
}

const LogSource* Up::failed_source() const {
    for (const LogSource& source : follower_.sources()) {
        if (source.over && source.exit_code != 0) return &source;
    }
    return nullptr;
}

Up::Move Up::begin_stop(model::ProcessContext& context) {
    follower_.tells_end = !interrupted_ || !v1();
    forget_answers();
    board_.forget();
    board_.quiet = false;
    board_.stop_at_error = false;
    if (board_.progress.mode == ProgressMode::Tty && !wish().globals.has("progress")) board_.progress.mode = ProgressMode::Mixed;
    ask(list_request(project().name));
    stage_ = Stage::Stopping;
    static_cast<void>(context);
    return Move::Go;
}

Up::Move Up::stopping(model::ProcessContext& context) {
    if (!stop_planned_) {
        stop_planned_ = true;
        found_ = read_found(answer(0).body);
        std::vector<Found> containers = found_;
        std::erase_if(containers, [this](const Found& found) { return !stoppable(found) || (v1() && !found.running()); });
        plan_stop(project(), containers, flags().text("timeout"), board_);
        return Move::Go;
    }
    follower_.give_up_sleepers();
    const bool over = follower_.pump(context);
    // docker compose 2 waits until it has heard of every end.
    if (!over && !v1() && !asked_exit_) {
        wake_at_ = follower_.deadline();
        return Move::Wait;
    }
    follower_.hang_up(context);
    const std::string from = flags().text("exit-code-from");
    for (const LogSource& source : follower_.sources()) {
        if (source.service == from) exit_from_ = source.id;
    }
    if (exit_from_.empty() || interrupted_) return leave(context, status_);
    if (!asked_exit_) {
        asked_exit_ = true;
        forget_answers();
        ask(request_for(model::Operation::ContainerInspect, exit_from_));
        return Move::Go;
    }
    const Json json = Json::parse(answer(0).body, nullptr, false);
    return leave(context, json.is_object() ? json.value("State", Json::object()).value("ExitCode", 0) : status_);
}

}  // namespace podium::programs::composing
