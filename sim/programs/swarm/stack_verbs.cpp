// `docker stack ls`, `ps`, `services` and `rm` (cli/command/stack of docker/cli 28.2).

#include "sim/programs/swarm/stack_verbs.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <nlohmann/json.hpp>

#include "sim/programs/swarm/lists.hpp"
#include "sim/programs/swarm/query.hpp"
#include "sim/programs/swarm/stack_spec.hpp"
#include "sim/programs/swarm/tasks.hpp"
#include "sim/programs/swarm/verbs.hpp"

namespace podium::programs::docker {
namespace {

using shell::Step;

Outcome list_stacks(const Invocation& invocation, Talk& talk) {
    const Reply* services = talk.ask(target_of("GET", "/services", {filters_of({fmt::format("label={}", kStackLabel)})}));
    if (services == nullptr) return std::nullopt;
    if (!services->ok()) return ends_badly(services->error());
    std::map<std::string, int> stacks;
    for (const Json& service : services->value()) {
        const Json& labels = at(service, "Spec.Labels");
        const auto stack = labels.is_object() ? labels.find(std::string(kStackLabel)) : labels.end();
        if (labels.is_object() && stack != labels.end() && stack->is_string()) ++stacks[stack->get<std::string>()];
    }
    return render(Listed::Stack, invocation.flags.text("format"), false, stack_rows(stacks));
}

std::vector<std::string> filters_for(const Invocation& invocation, const std::string& stack) {
    std::vector<std::string> filters = invocation.flags.all("filter");
    filters.push_back(stack_filter(stack));
    return filters;
}

Outcome list_stack_tasks(const Invocation& invocation, Talk& talk) {
    const std::string& stack = invocation.arguments().front();
    if (const std::string bad = bad_stack_name(stack); !bad.empty()) return ends_badly(bad);
    const Reply* tasks = talk.ask(target_of("GET", "/tasks", {filters_of(filters_for(invocation, stack))}));
    if (tasks == nullptr) return std::nullopt;
    if (!tasks->ok()) return ends_badly(tasks->error());
    if (tasks->value().empty()) return ends_badly("nothing found in stack: " + stack);
    return print_tasks(invocation, talk, pointers(tasks->value()), false);
}

Outcome list_stack_services(const Invocation& invocation, Talk& talk) {
    const std::string& stack = invocation.arguments().front();
    if (const std::string bad = bad_stack_name(stack); !bad.empty()) return ends_badly(bad);
    const bool quiet = invocation.flags.on("quiet");
    const Reply* services = talk.ask(target_of("GET", "/services", {filters_of(filters_for(invocation, stack)), {"status", quiet ? "" : "true"}}));
    if (services == nullptr) return std::nullopt;
    if (!services->ok()) return ends_badly(services->error());
    if (services->value().empty()) {
        talk.print_error(fmt::format("Nothing found in stack: {}\n", stack));
        return ends();
    }
    return render(Listed::Service, invocation.flags.text("format"), quiet, service_rows(services->value()));
}

bool has_ended(const std::string& state) { return state == "complete" || state == "shutdown" || state == "failed" || state == "rejected"; }

class StackRemove final : public VerbProgram<StackRemove> {
  public:
    using VerbProgram::VerbProgram;

  protected:
    Step advance(model::ProcessContext& context) override {
        for (; at_ < arguments().size(); ++at_) {
            const std::string& stack = arguments()[at_];
            if (!removed_) {
                Talk talk(context, state_);
                std::string error;
                const auto found = remove_stack(talk, stack, error);
                if (!found) return Step::block();
                state_ = {};
                if (!*found || !error.empty()) {
                    if (!error.empty()) errors_ += error + "\n";
                    if (fatal_) break;
                    continue;
                }
                removed_ = true;
            }
            if (!flags().on("detach", true) && !tasks_ended(context, stack)) return Step::block(wake_at_);
            removed_ = false;
            ended_ = 0;
        }
        return finish(context, {{}, errors_, errors_.empty() ? 0 : 1});
    }

  private:
    // docker asks again at once; that often is as good.
    static constexpr Duration kPoll = milliseconds(10);

    // Nothing while an answer is missing; whether there was something to remove.
    std::optional<bool> remove_stack(Talk& talk, const std::string& stack, std::string& error) {
        constexpr const char* kWhat[] = {"service", "network", "secret", "config"};
        std::map<std::string, std::vector<std::pair<std::string, std::string>>> found;
        for (const char* what : kWhat) {
            const Reply* reply = talk.ask(target_of("GET", fmt::format("/{}s", what), {filters_of({stack_filter(stack)})}));
            if (reply == nullptr) return std::nullopt;
            if (!reply->ok()) {
                error = reply->error();
                fatal_ = true;
                return false;
            }
            const bool network = std::string_view(what) == "network";
            for (const Json& item : reply->value()) found[what].emplace_back(text_at(item, network ? "Name" : "Spec.Name"), text_at(item, network ? "Id" : "ID"));
        }
        if (found.empty()) {
            talk.print_error(fmt::format("Nothing found in stack: {}\n", stack));
            return false;
        }
        std::sort(found["service"].begin(), found["service"].end());
        bool failed = false;
        for (const char* what : {"service", "secret", "config", "network"}) {
            for (const auto& [name, id] : found[what]) {
                const Removal removal = remove_part(talk, what, name, id);
                if (removal == Removal::Waits) return std::nullopt;
                failed = failed || removal == Removal::Failed;
            }
        }
        if (failed) error = "failed to remove some resources from stack: " + stack;
        return true;
    }

    // As docker counts: each look at which some task has ended counts for one, until there are as many as tasks.
    bool tasks_ended(model::ProcessContext& context, const std::string& stack) {
        for (;;) {
            if (context.now() < wake_at_ && wake_at_ != kNever) return false;
            wake_at_ = kNever;
            Answer answer;
            if (!asked(context, call_, answer, [&stack] { return request_for(model::Operation::Orchestration, target_of("GET", "/tasks", {filters_of({stack_filter(stack)})})); })) return false;
            if (!answer.ok()) {
                errors_ += fmt::format("failed to wait on tasks of stack: {}: failed to get tasks: {}\n", stack, error_text(answer));
                return true;
            }
            const Reply reply(answer);
            const Json& tasks = reply.value();
            if (std::any_of(tasks.begin(), tasks.end(), [](const Json& task) { return has_ended(text_at(task, "Status.State")); })) ++ended_;
            if (ended_ == tasks.size()) return true;
            wake_at_ = context.now() + kPoll;
        }
    }

    TalkState state_;
    Call call_;
    std::size_t at_ = 0;
    bool removed_ = false;
    bool fatal_ = false;
    std::size_t ended_ = 0;
    Time wake_at_ = kNever;
    std::string errors_;
};

}  // namespace

std::string bad_stack_name(const std::string& name) {
    return name.find_first_not_of(" \t\r\n\v\f\"'") == std::string::npos ? fmt::format("invalid stack name: {}", in_quotes(name)) : std::string();
}

Removal remove_part(Talk& talk, std::string_view what, const std::string& name, const std::string& id) {
    talk.print(fmt::format("Removing {} {}\n", what, name));
    const Reply* removed = talk.ask(target_of("DELETE", fmt::format("/{}s/{}", what, id)));
    if (removed == nullptr) return Removal::Waits;
    if (removed->ok()) return Removal::Done;
    talk.print_error(fmt::format("Failed to remove {} {}: {}", what, id, removed->error()));
    return Removal::Failed;
}

std::unique_ptr<shell::Program> start_stack_list(Invocation invocation) { return start_procedure(std::move(invocation), list_stacks); }
std::unique_ptr<shell::Program> start_stack_tasks(Invocation invocation) { return start_procedure(std::move(invocation), list_stack_tasks); }
std::unique_ptr<shell::Program> start_stack_services(Invocation invocation) { return start_procedure(std::move(invocation), list_stack_services); }

std::unique_ptr<shell::Program> start_stack_remove(Invocation invocation) {
    for (const std::string& stack : invocation.arguments())
        if (const std::string bad = bad_stack_name(stack); !bad.empty()) return say(std::move(invocation), failed(bad));
    return std::make_unique<StackRemove>(std::move(invocation));
}

}  // namespace podium::programs::docker
