#include "sim/programs/compose/follow.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/programs/compose/defaults.hpp"
#include "sim/programs/compose/stopping.hpp"
#include "sim/programs/docker/moments.hpp"
#include "sim/programs/docker/verb.hpp"

namespace podium::programs::composing {

namespace {

using Json = nlohmann::ordered_json;

// The rainbow of both clients: compose/cli/colors.py and cmd/formatter/colors.go.
constexpr std::string_view kColours[] = {"36", "33", "32", "35", "34", "36;1", "33;1", "32;1", "35;1", "34;1"};
// goterm's RESET_LINE, before what docker compose 2 tells of a container.
constexpr std::string_view kResetLine = "\r\x1b[K";
// 1.29 leaves room for "_1" and one more.
constexpr std::size_t kIndexWidth = 3;
constexpr int kNotImplemented = 501;

}  // namespace

void LogFollower::add(const Found& found, const std::string& project, const std::string& since) {
    LogSource source;
    source.id = found.id;
    source.label = found.short_name(project);
    source.name = found.name;
    source.service = found.service;
    source.since = since;
    source.asleep = waits_for_start && !found.running();
    if (dialect == compose::Dialect::V1) enlist(source);
    sources_.push_back(std::move(source));
}

// cmd/formatter/logs.go, register: docker compose 2 gives a container its colour, and makes room for its name,
// when it first has something to tell of it. 1.29 gives colours in the order of names.
void LogFollower::enlist(LogSource& source) {
    if (source.colour >= 0) return;
    source.colour = next_colour_;
    next_colour_ = (next_colour_ + 1) % static_cast<int>(std::size(kColours));
    width_ = std::max(width_, source.label.size());
}

std::string LogFollower::names() const {
    std::string out;
    for (const LogSource& source : sources_) {
        const std::string& name = dialect == compose::Dialect::V1 ? source.name : source.label;
        out += (out.empty() ? "" : ", ") + name;
    }
    return out;
}

void LogFollower::begin(model::ProcessContext& context, LogSource& source) {
    model::RequestSpec spec = request_for(model::Operation::ContainerLogs, source.id);
    spec.options["stdout"] = "1";
    spec.options["stderr"] = "1";
    spec.options["multiplexed"] = "1";
    spec.options["tail"] = tail;
    if (follow) spec.options["follow"] = "1";
    if (timestamps) spec.options["timestamps"] = "1";
    if (!source.since.empty()) spec.options["since"] = source.since;
    if (!until.empty()) spec.options["until"] = until;
    source.logs.start(context, std::move(spec));
}

void LogFollower::wake(const std::string& name) {
    for (LogSource& source : sources_) {
        if (source.name == name) source.asleep = false;
    }
}

void LogFollower::give_up_sleepers() {
    for (LogSource& source : sources_) source.over |= source.asleep;
}

std::string LogFollower::in_colour(const LogSource& source, std::string_view text) const {
    if (!coloured) return std::string(text);
    return fmt::format("\x1b[{}m{}\x1b[0m", kColours[source.colour], text);
}

void LogFollower::show(model::ProcessContext& context, LogSource& source, std::string_view line, bool standard_error) {
    if (muted) return;
    enlist(source);
    std::string prefix;
    if (prefixed && dialect == compose::Dialect::V1) {
        prefix = in_colour(source, fmt::format("{:<{}} |", source.label, widest_service + kIndexWidth)) + " ";
    } else if (prefixed) {
        prefix = in_colour(source, fmt::format("{:<{}} | ", source.label, width_ + 1));
    }
    const std::string text = fmt::format("{}{}\n", prefix, line);
    if (splits_error && standard_error) {
        print_error(context, text);
    } else if (!print(context, text)) {
        broken_ = true;
    }
}

void LogFollower::tell_end(model::ProcessContext& context, LogSource& source, std::string_view more) {
    if (!tells_end) return;
    enlist(source);
    if (dialect == compose::Dialect::V1) {
        print(context, in_colour(source, fmt::format("{} exited with code {}\n", source.name, source.exit_code)));
    } else {
        print(context, in_colour(source, fmt::format("{}{} exited with code {}{}\n", kResetLine, source.label, source.exit_code, more)));
    }
}

// Shows the lines in the next piece of a log; false when there is none now.
bool LogFollower::copy_piece(model::ProcessContext& context, LogSource& source) {
    const int from = source.logs.output(context);
    if (from < 0) return false;
    const shell::ReadResult read = context.read(from, kLogPiece);
    if (read.kind != shell::ReadResult::Kind::Data) return false;
    source.frames.take(read.data);
    int which = 1;
    std::string piece;
    while (source.frames.next(which, piece)) {
        std::string& rest = source.rest[which == 2 ? 1 : 0];
        rest += piece;
        for (std::size_t end = rest.find('\n'); end != std::string::npos; end = rest.find('\n')) {
            std::string_view line = std::string_view(rest).substr(0, end);
            if (line.ends_with('\r')) line.remove_suffix(1);
            show(context, source, line, which == 2);
            rest.erase(0, end + 1);
        }
    }
    return true;
}

void LogFollower::flush(model::ProcessContext& context, LogSource& source) {
    for (const bool standard_error : {false, true}) {
        std::string& rest = source.rest[standard_error ? 1 : 0];
        if (!rest.empty()) show(context, source, rest, standard_error);
        rest.clear();
    }
}

// A followed log has ended: is the container down for good, or will it go on?
void LogFollower::look(model::ProcessContext& context, std::size_t number) {
    LogSource& source = sources_[number];
    if (!source.look.started()) {
        if (source.look_at != kNever && context.now() < source.look_at) return;
        source.look_at = kNever;
        source.look.start(context, request_for(model::Operation::ContainerInspect, source.id));
    }
    if (!source.look.done(context)) return;
    const Answer answer = source.look.take(context);
    const Json json = Json::parse(answer.body, nullptr, false);
    const Json state = answer.ok() && json.is_object() ? json.value("State", Json::object()) : Json::object();
    if (state.value("Restarting", false)) {
        source.exit_code = state.value("ExitCode", 0);
        if (!source.told_restart && dialect == compose::Dialect::V2) tell_end(context, source, " (restarting)");
        source.told_restart = true;
        source.look_at = context.now() + kLookAgain;
        return;
    }
    source.told_restart = false;
    if (state.value("Running", false)) {
        begin(context, source);
        return;
    }
    source.exit_code = state.value("ExitCode", 0);
    source.over = true;
    if (!first_over_) first_over_ = number;
    if (answer.ok()) tell_end(context, source, {});
}

// Goes on with one container: true when a piece of its log was shown, and there may be more.
bool LogFollower::pump_source(model::ProcessContext& context, std::size_t number) {
    LogSource& source = sources_[number];
    if (source.over || source.asleep) return false;
    const bool looking = source.look.started() || source.look_at != kNever;
    if (!looking && !source.logs.started()) begin(context, source);
    if (source.logs.started() && source.logs.upgraded(context)) {
        if (copy_piece(context, source)) return true;
        if (source.logs.done(context)) {
            if (copy_piece(context, source)) return true;
            flush(context, source);
            const Answer answer = source.logs.take(context);
            // pkg/compose/logs.go, Logs: 501 is the engine's answer for the driver none.
            if (tells_unreadable && answer.status == kNotImplemented) {
                say_warning(context, fmt::format("Can't retrieve logs for \"{}\": Error response from daemon: {}", source.name, answer.message()));
            }
            source.since = docker::unix_text(docker::host_time(context));
            if (follow && answer.ok()) {
                source.look_at = context.now();
            } else {
                source.over = true;
            }
        }
    }
    if (!source.over && !source.logs.started()) look(context, number);
    return false;
}

bool LogFollower::pump(model::ProcessContext& context) {
    for (bool more = true; more;) {
        more = false;
        for (std::size_t number = 0; number < sources_.size(); ++number) more = pump_source(context, number) || more;
    }
    return std::all_of(sources_.begin(), sources_.end(), [](const LogSource& source) { return source.over; });
}

Time LogFollower::deadline() const {
    Time first = kNever;
    for (const LogSource& source : sources_) {
        if (!source.over && !source.look.started()) first = std::min(first, source.look_at);
    }
    return first;
}

void LogFollower::hang_up(model::ProcessContext& context) {
    for (LogSource& source : sources_) {
        source.logs.abandon(context);
        source.look.abandon(context);
        source.look_at = kNever;
    }
}

}  // namespace podium::programs::composing
