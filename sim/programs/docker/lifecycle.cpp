// The verbs that do one thing to each container they are given: stop, restart, kill, rm, pause,
// unpause, wait, update; and rename.

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/text.hpp"
#include "sim/programs/docker/container_flags.hpp"
#include "sim/programs/docker/verbs.hpp"

namespace podium::programs::docker {
namespace {

using model::Operation;
using model::RequestSpec;
using shell::Step;

RequestSpec with_grace(const Invocation& invocation, Operation operation, const std::string& name) {
    RequestSpec spec = request_for(operation, name);
    if (invocation.flags.has("timeout")) spec.options["t"] = invocation.flags.text("timeout");
    return spec;
}

RequestSpec stop_request(const Invocation& invocation, const std::string& name) {
    return with_grace(invocation, Operation::ContainerStop, name);
}

RequestSpec restart_request(const Invocation& invocation, const std::string& name) {
    return with_grace(invocation, Operation::ContainerRestart, name);
}

RequestSpec kill_request(const Invocation& invocation, const std::string& name) {
    RequestSpec spec = request_for(Operation::ContainerKill, name);
    if (const std::string signal = invocation.flags.text("signal"); !signal.empty())
        spec.options["signal"] = signal;
    return spec;
}

RequestSpec remove_request(const Invocation& invocation, const std::string& name) {
    const auto begin = name.find_first_not_of('/');
    RequestSpec spec = request_for(Operation::ContainerRemove,
                                   begin == std::string::npos ? name : name.substr(begin));
    if (invocation.flags.on("force")) spec.options["force"] = "1";
    if (invocation.flags.on("volumes")) spec.options["v"] = "1";
    return spec;
}

bool missing_is_fine(const Invocation& invocation, const Answer& answer) {
    return invocation.flags.on("force") && answer.status == 404;
}

RequestSpec pause_request(const Invocation&, const std::string& name) {
    return request_for(Operation::ContainerPause, name);
}

RequestSpec unpause_request(const Invocation&, const std::string& name) {
    return request_for(Operation::ContainerUnpause, name);
}

RequestSpec wait_request(const Invocation&, const std::string& name) {
    return request_for(Operation::ContainerWait, name);
}

std::string wait_shown(const Invocation&, const std::string&, const Answer& answer) {
    const Json body = Json::parse(answer.body, nullptr, false);
    return fmt::format("{}\n", body.is_object() ? body.value("StatusCode", 0) : 0);
}

RequestSpec update_request(const Invocation& invocation, const std::string& name) {
    const ParsedFlags& flags = invocation.flags;
    RequestSpec spec = request_for(Operation::ContainerUpdate, name);
    for (const char* size : {"memory", "memory-swap", "memory-reservation"}) {
        if (!flags.has(size)) continue;
        std::int64_t bytes = -1;
        if (flags.text(size) != "-1") parse_size(flags.text(size), bytes);
        spec.options[size] = fmt::format("{}", bytes);
    }
    if (flags.has("cpus")) {
        std::int64_t nano_cpus = 0;
        parse_cpus(flags.text("cpus"), nano_cpus);
        spec.options["nano-cpus"] = fmt::format("{}", nano_cpus);
    }
    for (const char* number : {"cpu-period", "cpu-quota", "cpu-shares", "cpuset-cpus", "pids-limit"}) {
        if (flags.has(number)) spec.options[number] = flags.text(number);
    }
    std::string policy = flags.text("restart");
    if (policy.ends_with(':')) policy.pop_back();  // no count
    if (!policy.empty()) spec.options["restart"] = policy;
    return spec;
}

std::unique_ptr<shell::Program> start_each_at_once(Invocation invocation,
                                                   RequestSpec (*request)(const Invocation&,
                                                                          const std::string&)) {
    EachArgument how;
    how.request = request;
    how.parallel = true;
    return start_each(std::move(invocation), how);
}

constexpr std::string_view kOldTime = "Flag --time has been deprecated, use --timeout instead\n";

// stop and restart: --time is the old name of --timeout, and docker says so.
std::unique_ptr<shell::Program> start_graced(Invocation invocation, EachArgument how) {
    auto& given = invocation.flags.given;
    if (invocation.flags.has("time")) {
        if (invocation.flags.has("timeout")) {
            Finish finish = failed("conflicting options: cannot specify both --timeout and --time");
            finish.out = kOldTime;
            return say(std::move(invocation), std::move(finish));
        }
        how.notice = kOldTime;
        for (auto& [name, _] : given) {
            if (name == "time") name = "timeout";
        }
    }
    return start_each(std::move(invocation), how);
}

class Rename final : public VerbProgram<Rename> {
  public:
    using VerbProgram::VerbProgram;

  protected:
    Step advance(model::ProcessContext& context) override {
        const std::string from(trim(arguments()[0]));
        const std::string to(trim(arguments()[1]));
        if (from.empty() || to.empty())
            return fail(context, "Error: Neither old nor new names may be empty");
        Answer answer;
        const auto request = [&] {
            RequestSpec spec = request_for(Operation::ContainerRename, from);
            spec.options["name"] = to;
            return spec;
        };
        if (!asked(context, call_, answer, request)) return Step::block();
        if (answer.ok()) return Step::exit(0);
        return fail(
            context,
            fmt::format(
                "{}\nError: failed to rename container named {}", error_text(answer), from));
    }

  private:
    Call call_;
};

}  // namespace

std::unique_ptr<shell::Program> start_stop(Invocation invocation) {
    EachArgument how;
    how.request = stop_request;
    how.parallel = true;
    return start_graced(std::move(invocation), how);
}

std::unique_ptr<shell::Program> start_restart(Invocation invocation) {
    EachArgument how;
    how.request = restart_request;
    return start_graced(std::move(invocation), how);
}

std::unique_ptr<shell::Program> start_kill(Invocation invocation) {
    return start_each_at_once(std::move(invocation), kill_request);
}

std::unique_ptr<shell::Program> start_remove(Invocation invocation) {
    EachArgument how;
    how.request = remove_request;
    how.parallel = true;
    how.forgiven = missing_is_fine;
    return start_each(std::move(invocation), how);
}

std::unique_ptr<shell::Program> start_pause(Invocation invocation) {
    return start_each_at_once(std::move(invocation), pause_request);
}

std::unique_ptr<shell::Program> start_unpause(Invocation invocation) {
    return start_each_at_once(std::move(invocation), unpause_request);
}

std::unique_ptr<shell::Program> start_wait(Invocation invocation) {
    EachArgument how;
    how.request = wait_request;
    how.shown = wait_shown;
    return start_each(std::move(invocation), how);
}

std::unique_ptr<shell::Program> start_update(Invocation invocation) {
    if (invocation.flags.given.empty())
        return say(std::move(invocation),
                   failed("you must provide one or more flags when using this command"));
    // docker/cli v28 cli/command/container/update.go, runUpdate: the form of a policy is the client's to judge.
    if (auto form = check_restart_form(invocation.flags.text("restart")); !form)
        return say(std::move(invocation), failed(form.error().message));
    EachArgument how;
    how.request = update_request;
    return start_each(std::move(invocation), how);
}

std::unique_ptr<shell::Program> start_rename(Invocation invocation) {
    return std::make_unique<Rename>(std::move(invocation));
}

}  // namespace podium::programs::docker
