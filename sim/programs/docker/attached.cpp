#include "sim/programs/docker/attached.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/calendar.hpp"
#include "sim/programs/docker/defaults.hpp"

namespace podium::programs::docker {
namespace {

// A line of docker's own log, as it prints it where it has no terminal.
std::string log_line(std::string_view text, Time now) {
    return fmt::format("time={} level=error msg={}\n", in_quotes(rfc3339(now)), in_quotes(text));
}

}  // namespace

int waited_status(const Answer& answer, Time now, std::string& error) {
    if (!answer.ok()) {
        error =
            log_line("error waiting for container: " +
                         (answer.status == 0 ? std::string("unexpected EOF") : error_text(answer)),
                     now);
        return kExitEngine;
    }
    const Json body = Json::parse(answer.body, nullptr, false);
    if (!body.is_object() || !body.contains("StatusCode")) return kExitEngine;
    if (body.contains("Error") && body["Error"].is_object()) {
        error = log_line(
            "Error waiting for container: " + body["Error"].value("Message", std::string()), now);
        return kExitEngine;
    }
    return body["StatusCode"].get<int>();
}

void Attended::attach(model::ProcessContext& context,
                      const std::string& container,
                      bool input,
                      bool tty,
                      const std::string& detach_keys) {
    model::RequestSpec spec = request_for(model::Operation::ContainerAttach, container);
    if (input) spec.options["stdin"] = "1";
    spec.options["stdout"] = "1";
    spec.options["stderr"] = "1";
    if (!detach_keys.empty()) spec.options["detachKeys"] = detach_keys;
    attachment.send_input = input;
    if (tty && input) attachment.watch_for(detach_keys);
    attach_.start(context, std::move(spec));
}

std::string Attended::refusal(model::ProcessContext& context) {
    if (!attach_.done(context) || attach_.output(context) >= 0) return {};
    const Answer answer = attach_.take(context);
    return answer.ok() ? std::string() : error_text(answer);
}

void Attended::wait(model::ProcessContext& context,
                    const std::string& container,
                    std::string_view condition) {
    model::RequestSpec spec = request_for(model::Operation::ContainerWait, container);
    if (!condition.empty()) spec.options["condition"] = std::string(condition);
    wait_.start(context, std::move(spec));
}

Flow Attended::pump(model::ProcessContext& context) {
    signals.forward(context);
    return attachment.pump(context, attach_);
}

bool Attended::ended(model::ProcessContext& context, Time now, int& status) {
    if (!wait_.done(context)) return false;
    std::string error;
    status = waited_status(wait_.take(context), now, error);
    if (!error.empty()) print_error(context, error);
    return true;
}

void Attended::hang_up(model::ProcessContext& context) {
    attach_.abandon(context);
    wait_.abandon(context);
    signals.end(context);
}

}  // namespace podium::programs::docker
