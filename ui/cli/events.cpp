#include "ui/cli/events.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/lab/why.hpp"
#include "ui/cli/moments.hpp"
#include "ui/cli/prepare.hpp"
#include "ui/cli/traffic_option.hpp"

namespace podium::cli {
namespace {

Error about(const std::string& option, const std::string& text, const Error& error) {
    return Error{fmt::format("{} '{}': {}", option, text, error.message), {}, error.hint};
}

bool is_host(const lab::Session& session, const std::string& name) {
    const auto& hosts = session.set_up().hosts;
    return std::any_of(hosts.begin(), hosts.end(), [&name](const auto& host) { return host.name == name; });
}

// Whom a fault at a container may mean: known now, or to be created from the project.
bool is_known(const lab::Session& session,
              const std::string& target,
              std::vector<std::string>& names) {
    names = lab::container_names(session.set_up(), session.state());
    if (std::find(names.begin(), names.end(), target) != names.end()) return true;
    // "shop/web" is that project's web, should another have one.
    if (const std::size_t slash = target.find('/'); slash != std::string::npos && slash > 0)
        return is_known(session, target.substr(slash + 1), names);
    const std::size_t dot = target.rfind('.');
    std::int64_t number = 0;
    if (dot != std::string::npos && parse_integer(target.substr(dot + 1), number) && number > 0) {
        return std::find(names.begin(), names.end(), target.substr(0, dot)) != names.end();
    }
    // Compose's own names: project-service-1.
    const auto& services = session.set_up().services;
    return std::any_of(
        services.begin(), services.end(), [&target](const lab::ServiceSetUp& service) {
            return target.find("-" + service.name + "-") != std::string::npos;
        });
}

// `what` acts on containers: a fault, --remove.
Result<void> check_container(const lab::Session& session, const std::string& what, const std::string& target) {
    // Without a project's services (a saved run of an empty host), anything may come to be there.
    std::vector<std::string> names;
    if (session.set_up().services.empty() || is_known(session, target, names)) return {};
    std::vector<std::string> services;
    for (const lab::ServiceSetUp& service : session.set_up().services)
        services.push_back(service.name);
    if (is_host(session, target))
        return Error{fmt::format("'{}' is a host, and {} takes a service or container", target, what),
                     {},
                     fmt::format("the project's services are {}", join(services, ", "))};
    const std::string near = nearest(target, names);
    return Error{fmt::format("there is no service or container '{}' in this project", target),
                 {},
                 near.empty() ? fmt::format("its services are {}", join(services, ", "))
                              : fmt::format("did you mean '{}'?", near)};
}

// What the run will have that it has not yet.
struct Expected {
    bool free = false;     ///< Lines typed by --do may create containers of any name, and send traffic.
    bool outside = false;  ///< Clients outside come, with a link to every host.
};

Expected expected(const lab::Session& session, const RunOptions& options) {
    const bool logged = std::any_of(session.log().begin(), session.log().end(), [](const lab::Command& command) {
        return command.kind == lab::CommandKind::Traffic && comes_from_outside({command.text});
    });
    return {!options.lines.empty(), logged || comes_from_outside(options.traffic)};
}

Result<void> check_fault_target(const lab::Session& session, const std::string& text, const Expected& ahead) {
    const auto request = faults::parse_fault(text);
    if (!request) return request.error();
    for (const faults::FaultSpec& spec : faults::fault_list()) {
        if (spec.id != request->id) continue;
        if (spec.target != faults::TargetKind::Container) {
            const bool registry = spec.target == faults::TargetKind::Registry;
            const bool source = registry || spec.target == faults::TargetKind::Image;
            // The link of a host alone is there as soon as somebody outside sends something.
            if (spec.target == faults::TargetKind::Link && (ahead.outside || ahead.free) && is_host(session, request->target)) return {};
            if (Result<void> checked = faults::check_fault(session.world(), *request);
                !checked || !source || ahead.free)
                return checked;
            return lab::check_fault_source(session.set_up(), request->target, registry);
        }
        return ahead.free ? Result<void>() : check_container(session, request->id, request->target);
    }
    return {};
}

struct Lasting {
    bool allowed = false;
    std::string ends;  ///< What ends it, when it can't be lifted.
};

Lasting lasting(const std::string& text) {
    const std::vector<std::string> words = split_words(text);
    for (const faults::FaultSpec& spec : faults::fault_list()) {
        if (!words.empty() && spec.id == words.front()) return {spec.lasts, std::string(spec.ends)};
    }
    return {true, {}};
}

// The same advice for what has one moment.
Error for_one_moment(Error error) {
    const std::string range = " or @30s..45s";
    if (const auto at = error.hint.find(range); at != std::string::npos)
        error.hint.erase(at, range.size());
    return error;
}

Result<void> add_fault(lab::Session& session,
                       const std::string& option,
                       const std::string& shown,
                       const std::string& text,
                       const Expected& ahead) {
    const auto timed = parse_timed(text);
    if (!timed)
        return about(
            option, shown, lasting(text).allowed ? timed.error() : for_one_moment(timed.error()));
    if (Result<void> checked = check_fault_target(session, timed->what, ahead); !checked)
        return about(option, shown, checked.error());
    if (timed->end && !lasting(timed->what).allowed) {
        return about(option,
                     shown,
                     Error{fmt::format("{} does not last (it ends {}), so it has one moment",
                                       split_words(timed->what).front(),
                                       lasting(timed->what).ends),
                           {},
                           "write it like @30s"});
    }
    session.post({timed->begin, lab::CommandKind::Inject, first_host(session), timed->what, {}});
    if (timed->end) session.post({*timed->end, lab::CommandKind::Lift, first_host(session), timed->what, {}});
    return {};
}

// One moment, for what has no end.
Result<Timed> one_moment(const std::string& option, const std::string& text) {
    const auto timed = parse_timed(text);
    if (!timed) return about(option, text, for_one_moment(timed.error()));
    if (timed->end)
        return about(option,
                     text,
                     Error{"it happens at one moment, not for a while", {}, "write it like @30s"});
    return *timed;
}

// The line that deletes a service's containers, service.N, or a container.
std::string removal_of(const lab::Session& session, const std::string& whole) {
    const std::size_t slash = whole.find('/');  // "shop/web"
    const std::string target = slash == std::string::npos ? whole : whole.substr(slash + 1);
    const auto& services = session.set_up().services;
    const auto is_service = [&services](const std::string& name) {
        return std::any_of(services.begin(), services.end(), [&name](const lab::ServiceSetUp& row) { return row.name == name; });
    };
    const bool container = std::any_of(services.begin(), services.end(), [&target](const lab::ServiceSetUp& row) { return row.container == target; });
    const std::size_t dot = target.rfind('.');
    std::int64_t number = 0;
    // A container's name, or a service's of its own, may have a dot and a number.
    const bool numbered = !is_service(target) && dot != std::string::npos && parse_integer(target.substr(dot + 1), number);
    const std::string service = numbered ? target.substr(0, dot) : target;
    if (container || !is_service(service)) return "docker rm -f " + whole;
    std::string slot =
        numbered ? fmt::format(" --filter label=com.docker.compose.container-number={}", number)
                 : std::string();
    if (slash != std::string::npos) slot += " --filter label=com.docker.compose.project=" + whole.substr(0, slash);
    return fmt::format(
        "docker rm -f $(docker ps -aq --filter label=com.docker.compose.service={}{})",
        service,
        slot);
}

}  // namespace

std::string removal_terminal(const lab::Session& session) { return first_host(session) + "/remove"; }

bool changes_run(const RunOptions& options) {
    return !options.faults.empty() || !options.kills.empty() || !options.engine_restarts.empty() ||
           !options.removals.empty() || !options.lines.empty() || !options.traffic.empty() || !options.duration.empty();
}

Result<void> add_events(lab::Session& session, const RunOptions& options) {
    const Expected ahead = expected(session, options);
    for (const std::string& text : options.faults) {
        if (Result<void> added = add_fault(session, "--fault", text, text, ahead); !added)
            return added;
    }
    for (const std::string& text : options.kills) {
        if (Result<void> added = add_fault(session, "--kill", text, "kill " + text, ahead); !added)
            return added;
    }
    for (const std::string& text : options.engine_restarts) {
        const std::string whole = text.starts_with("@")
                                      ? fmt::format("engine-restart {} {}", first_host(session), text)
                                      : "engine-restart " + text;
        if (Result<void> added = add_fault(session, "--restart-engine", text, whole, ahead); !added)
            return added;
    }
    for (const std::string& text : options.removals) {
        const auto timed = one_moment("--remove", text);
        if (!timed) return timed.error();
        if (Result<void> checked = ahead.free ? Result<void>() : check_container(session, "--remove", timed->what);
            !checked)
            return about("--remove", text, checked.error());
        session.post({timed->begin,
                      lab::CommandKind::Line,
                      removal_terminal(session),
                      removal_of(session, timed->what),
                      {}});
    }
    for (const std::string& text : options.lines) {
        const auto timed = one_moment("--do", text);
        if (!timed) return timed.error();
        session.post({timed->begin, lab::CommandKind::Line, first_host(session), timed->what, {}});
    }
    std::vector<std::string> services;
    for (const lab::ServiceSetUp& service : session.set_up().services)
        services.push_back(service.name);
    return add_traffic(session, options.traffic, services, ahead.free);
}

}  // namespace podium::cli
