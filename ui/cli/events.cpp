#include "ui/cli/events.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>

#include "sim/base/text.hpp"
#include "sim/lab/project.hpp"
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

// What the run will have that it has not yet.
struct Expected {
    bool free = false;     ///< Lines typed by --do may create containers of any name, and send traffic.
    bool outside = false;  ///< Clients outside come, with a link to every host.
    /// The one project of Compose that is brought up, empty for none (a stack); not known of a saved run.
    std::optional<std::string> project = {};
    bool compose = true;  ///< Services come as a project's of Compose, not in stacks alone.
    std::vector<std::string> stacks = {};  ///< Words of lines that deploy one, its name among them.
};

bool is_service(const lab::Session& session, const std::string& name) {
    const auto& services = session.set_up().services;
    return std::any_of(services.begin(), services.end(), [&name](const lab::ServiceSetUp& row) { return row.name == name; });
}

// A service of the file, as model::match_of takes a name: "web", "web.2", "shop/web" of its project, "shop_web" of its stack.
struct NamedService {
    std::string service;
    std::int64_t number = 0;  ///< 0: none is named.
    std::string project;      ///< Where it is named.
    std::string stack;        ///< The same.
};

// "web" and "web.2". A name may have a dot and a number of its own.
std::optional<NamedService> plain_service(const lab::Session& session, const std::string& text) {
    if (is_service(session, text)) return NamedService{text};
    const std::size_t dot = text.rfind('.');
    std::int64_t number = 0;
    if (dot == std::string::npos || !parse_integer(text.substr(dot + 1), number) || number < 1) return std::nullopt;
    const std::string service = text.substr(0, dot);
    return is_service(session, service) ? std::optional(NamedService{service, number}) : std::nullopt;
}

std::optional<NamedService> named_service(const lab::Session& session, const std::string& text, const Expected& ahead) {
    if (auto plain = plain_service(session, text)) return plain;
    if (const std::size_t slash = text.find('/'); slash != std::string::npos) {
        const std::string project = text.substr(0, slash);
        const bool any = ahead.free || !ahead.project;
        const bool may_be = ahead.compose && lab::is_project_name(project) && (any || project == *ahead.project);
        auto out = may_be ? plain_service(session, text.substr(slash + 1)) : std::nullopt;
        if (out) out->project = project;
        return out;
    }
    for (const std::string& stack : ahead.stacks) {
        auto out = text.starts_with(stack + "_") ? plain_service(session, text.substr(stack.size() + 1)) : std::nullopt;
        if (!out) continue;
        out->stack = stack;
        return out;
    }
    return std::nullopt;
}

// Whom a fault at a container may mean: known now, or to be created from the project.
bool is_known(const lab::Session& session, const std::string& text, const Expected& ahead, std::vector<std::string>& names) {
    names = lab::container_names(session.set_up(), session.state());
    if (std::find(names.begin(), names.end(), text) != names.end() || named_service(session, text, ahead)) return true;
    // Only services have a project before them; containers are called by their names alone.
    if (text.find('/') != std::string::npos || !ahead.compose) return false;
    // Compose's own names: project-service-1.
    const auto& services = session.set_up().services;
    return std::any_of(
        services.begin(), services.end(), [&text](const lab::ServiceSetUp& service) {
            return text.find("-" + service.name + "-") != std::string::npos;
        });
}

// `what` acts on containers: a fault, --remove.
Result<void> check_container(const lab::Session& session,
                             const std::string& what,
                             const std::string& target,
                             const Expected& ahead) {
    // Without a project's services (a saved run of an empty host), anything may come to be there.
    std::vector<std::string> names;
    if (session.set_up().services.empty() || is_known(session, target, ahead, names)) return {};
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

Expected expected(const lab::Session& session, const RunOptions& options, const std::optional<std::string>& project) {
    const bool logged = std::any_of(session.log().begin(), session.log().end(), [](const lab::Command& command) {
        return command.kind == lab::CommandKind::Traffic && comes_from_outside({command.text});
    });
    Expected out{!options.lines.empty(), logged || comes_from_outside(options.traffic), project};
    std::vector<std::string> lines = options.lines;
    for (const lab::Command& command : session.log())
        if (command.kind == lab::CommandKind::Line) lines.push_back(command.text);
    bool composed = false;
    for (const std::string& line : lines) {
        const std::vector<std::string> words = split_words(line);
        const auto is_compose = [](const std::string& word) { return word == "compose" || word == "docker-compose"; };
        composed |= std::any_of(words.begin(), words.end(), is_compose);
        const auto deploys = std::find(words.begin(), words.end(), "deploy");
        if (deploys == words.end() || deploys == words.begin() || *std::prev(deploys) != "stack") continue;
        out.stacks.insert(out.stacks.end(), std::next(deploys), words.end());
    }
    out.compose = composed || out.stacks.empty();
    return out;
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
        return ahead.free ? Result<void>() : check_container(session, request->id, request->target, ahead);
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
Result<std::string> removal_of(const lab::Session& session, const std::string& text, const Expected& ahead) {
    const auto& services = session.set_up().services;
    const bool container = std::any_of(
        services.begin(), services.end(), [&text](const lab::ServiceSetUp& row) { return row.container == text; });
    const auto named = container ? std::nullopt : named_service(session, text, ahead);
    if (!named) return "docker rm -f " + text;
    // An engine knows its own containers alone.
    if (!named->stack.empty() || !ahead.compose)
        return Error{fmt::format("docker rm -f is typed on {}, and the tasks of {} may be on any node", first_host(session), text),
                     {},
                     "--kill ends them wherever they are"};
    std::string filters;
    if (named->number > 0) filters += fmt::format(" --filter label=com.docker.compose.container-number={}", named->number);
    if (!named->project.empty()) filters += " --filter label=com.docker.compose.project=" + named->project;
    return fmt::format("docker rm -f $(docker ps -aq --filter label=com.docker.compose.service={}{})", named->service, filters);
}

}  // namespace

std::string removal_terminal(const lab::Session& session) { return first_host(session) + "/remove"; }

bool changes_run(const RunOptions& options) {
    return !options.faults.empty() || !options.kills.empty() || !options.engine_restarts.empty() ||
           !options.removals.empty() || !options.lines.empty() || !options.traffic.empty() || !options.duration.empty();
}

Result<void> add_events(lab::Session& session, const RunOptions& options, const std::optional<std::string>& project) {
    const Expected ahead = expected(session, options, project);
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
        if (Result<void> checked = ahead.free ? Result<void>() : check_container(session, "--remove", timed->what, ahead);
            !checked)
            return about("--remove", text, checked.error());
        const auto removal = removal_of(session, timed->what, ahead);
        if (!removal) return about("--remove", text, removal.error());
        session.post({timed->begin, lab::CommandKind::Line, removal_terminal(session), *removal, {}});
    }
    for (const std::string& text : options.lines) {
        const auto timed = one_moment("--do", text);
        if (!timed) return timed.error();
        session.post({timed->begin, lab::CommandKind::Line, first_host(session), timed->what, {}});
    }
    std::vector<std::string> services;
    for (const lab::ServiceSetUp& service : session.set_up().services)
        services.push_back(service.name);
    const auto service_of = [&](const std::string& target) -> std::optional<std::string> {
        if (const auto named = named_service(session, target, ahead)) return named->service;
        std::vector<std::string> names;
        return ahead.free || is_known(session, target, ahead, names) ? std::optional(std::string()) : std::nullopt;
    };
    return add_traffic(session, options.traffic, {services, service_of, ahead.free});
}

}  // namespace podium::cli
