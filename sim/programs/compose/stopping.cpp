#include "sim/programs/compose/stopping.hpp"

#include <fmt/format.h>

#include "sim/base/calendar.hpp"
#include "sim/base/text.hpp"
#include "sim/programs/compose/defaults.hpp"
#include "sim/programs/docker/flags.hpp"
#include "sim/programs/docker/verb.hpp"

namespace podium::programs::composing {

void say_warning(model::ProcessContext& context, std::string_view text) {
    print_error(context, fmt::format("time=\"{}\" level=warning msg={}\n", rfc3339(docker::host_time(context)), docker::in_quotes(text)));
}

// pkg/prompt: without a terminal the question itself, on one a mark before and the choice behind it.
std::optional<bool> Prompt::ask(model::ProcessContext& context, std::string_view question) {
    if (!asked_) print(context, context.is_terminal(0) ? fmt::format("? {} (y/N) ", question) : std::string(question));
    asked_ = true;
    return reply(context);
}

std::optional<bool> Prompt::reply(model::ProcessContext& context) {
    const shell::ReadResult typed = context.read(0, kReadBytes);
    if (typed.kind == shell::ReadResult::Kind::WouldBlock) return std::nullopt;
    asked_ = false;
    const std::string word = lower(trim(typed.data));
    return word == "y" || word == "yes" || word == "true" || word == "1";
}

std::vector<std::vector<std::size_t>> dependants(const compose::Project& project, const std::vector<Found>& containers) {
    std::vector<std::vector<std::size_t>> out(containers.size());
    for (std::size_t i = 0; i < containers.size(); ++i) {
        for (std::size_t j = 0; j < containers.size(); ++j) {
            const compose::Service* service = project.find_service(containers[j].service);
            if (service == nullptr) continue;
            for (const compose::Dependency& dependency : service->depends_on) {
                if (dependency.service == containers[i].service) out[i].push_back(j);
            }
        }
    }
    return out;
}

void plan_stop(const compose::Project& project, const std::vector<Found>& containers, const std::string& seconds, Board& board) {
    if (containers.empty()) return;
    const bool v1 = project.dialect == compose::Dialect::V1;
    Batch batch;
    batch.verb = v1 ? "Stopping" : "";
    const std::size_t number = board.add(std::move(batch));
    const std::vector<std::vector<std::size_t>> waits = dependants(project, containers);
    const std::size_t first = board.tasks().size();
    for (std::size_t i = 0; i < containers.size(); ++i) {
        const Found& found = containers[i];
        Task task;
        task.subject = v1 ? found.name : container_subject(found.name);
        task.service = found.service;
        const compose::Service* service = project.find_service(found.service);
        std::string grace = seconds;
        if (grace.empty() && v1) {
            const bool own = service != nullptr && service->stop_grace_period;
            grace = fmt::format("{}", own ? service->stop_grace_period->nanoseconds / 1'000'000'000 : kStopSeconds);
        }
        Act act = stop_act(found.id, grace);
        task.acts.push_back(v1 ? std::move(act) : shown(std::move(act), "Stopping", "Stopped", "Error while Stopping"));
        for (const std::size_t other : waits[i]) task.after.push_back(first + other);
        board.add(number, std::move(task));
    }
}

void add_stop_and_remove(Task& task, const Found& found, const std::string& seconds, bool volumes) {
    task.acts.push_back(shown(stop_act(found.id, seconds), "Stopping", "Stopped", "Error while Stopping"));
    Act remove = remove_act(found.id, volumes, true);
    remove.forgiving = true;
    task.acts.push_back(shown(std::move(remove), "Removing", "Removed", "Error while Removing"));
}

}  // namespace podium::programs::composing
