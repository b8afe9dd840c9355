#include "ui/cli/project_run.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "ui/cli/events.hpp"
#include "ui/cli/moments.hpp"
#include "ui/cli/output.hpp"

namespace podium::cli {
namespace {

constexpr Duration kDefaultEnd = minutes(10);

void tell_made_folders(const lab::PreparedProject& project) {
    if (project.made_folders.empty()) return;
    std::vector<std::string> sources;
    for (const lab::MadeFolder& row : project.made_folders) sources.push_back(row.source);
    complain(lab::made_folders_sentence(sources));
}

// From the last line that forms a swarm until all of it stands.
constexpr Duration kFormed = seconds(2);

// --cluster and --with.
Result<void> spread_over_hosts(const RunOptions& options,
                               const lab::PreparedProject& project,
                               lab::SetUp& set_up,
                               ProjectRun& out) {
    const std::string& with = options.with;
    if (!with.empty() && with != "compose" && with != "stack")
        return Error{fmt::format("--with can't be '{}'", with), {}, "it is compose or stack"};
    const auto scheduler = one_scheduler(options);
    if (!scheduler) return scheduler.error();
    const Error no_swarm{"--scheduler places the tasks of a swarm, and here docker compose brings the project up",
                         {},
                         "name hosts and deploy to them, like --cluster three-host --with stack"};
    if (options.cluster.empty()) {
        if (with == "stack")
            return Error{"--with stack needs hosts to form a swarm",
                         {},
                         "name a cluster, like --cluster three-host"};
        if (!scheduler->empty()) return no_swarm;
        return {};
    }
    const auto cluster = read_cluster(options.cluster);
    if (!cluster) return cluster.error();
    lab::use_cluster(set_up, *cluster);
    if (with == "compose" || (with.empty() && !cluster->formed)) {
        if (!scheduler->empty()) return no_swarm;
        return {};
    }
    if (Result<void> used = use_scheduler(set_up, *scheduler); !used) return used;
    if (!options.profiles.empty())
        return Error{"docker stack deploy knows no profiles", {}, "leave --profile out"};
    set_up.swarm_formed = true;
    out.up_line = project.stack_line;
    out.up = lab::forming_commands(set_up).back().time + kFormed;
    return {};
}

// "web.9" of --kill, --remove or --fault ("shop/web.9", too), where the file asks for fewer: no command that is typed later
// makes more.
Result<void> check_numbers(const lab::PreparedProject& project, const RunOptions& options) {
    if (!options.lines.empty() || options.with == "stack" || !options.cluster.empty()) return {};
    std::vector<std::string> targets;
    for (const auto* texts : {&options.kills, &options.removals, &options.faults}) {
        for (const std::string& text : *texts) {
            for (const std::string& word : split_words(text.substr(0, text.rfind('@')))) targets.push_back(word);
        }
    }
    for (const std::string& whole : targets) {
        const std::string target = whole.starts_with(project.name + "/") ? whole.substr(project.name.size() + 1) : whole;
        // A name may have a dot and a number of its own.
        const bool named = std::any_of(
            project.services.begin(), project.services.end(), [&target](const lab::ServiceSetUp& row) {
                return row.name == target || row.container == target;
            });
        if (named) continue;
        const std::size_t dot = target.rfind('.');
        std::int64_t number = 0;
        if (dot == std::string::npos || !parse_integer(target.substr(dot + 1), number)) continue;
        const auto service = project.replicas.find(target.substr(0, dot));
        if (service == project.replicas.end() || (number >= 1 && number <= service->second)) continue;
        const std::string known = service->second == 1 ? service->first + ".1"
                                                       : fmt::format("{0}.1 to {0}.{1}", service->first, service->second);
        return Error{fmt::format("there is no {} in this project", whole),
                     {},
                     service->second == 0 ? fmt::format("the service {} asks for no container", service->first)
                                          : fmt::format("there is {}", known)};
    }
    return {};
}

}  // namespace

Result<std::string> one_scheduler(const RunOptions& options) {
    if (options.schedulers.size() > 1)
        return Error{"a run has one --scheduler",
                     {},
                     "podium compare runs a scenario with several"};
    return options.schedulers.empty() ? std::string() : options.schedulers.front();
}

bool is_refused(const lab::NotSimulated& row) {
    return row.sentence.find("' is refused") != std::string::npos;
}

std::string not_simulated_names(const std::vector<lab::NotSimulated>& rows) {
    std::vector<std::string> names;
    for (const lab::NotSimulated& row : rows) {
        const std::string name = row.path.substr(row.path.rfind('.') + 1);
        if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
    return join(names, ", ");
}

void tell_not_simulated(const std::vector<lab::NotSimulated>& all, const std::string& where) {
    std::vector<lab::NotSimulated> idle;
    std::vector<lab::NotSimulated> left_to_stack;
    std::vector<lab::NotSimulated> refused;
    for (const lab::NotSimulated& row : all) (is_refused(row) ? refused : row.stack_acts ? left_to_stack : idle).push_back(row);
    const auto tell = [&where](std::string_view what, const std::vector<lab::NotSimulated>& rows) {
        if (!rows.empty()) complain(fmt::format("{}: {}{}", what, not_simulated_names(rows), where));
    };
    tell("not simulated, and without effect here", idle);
    tell("for docker stack deploy only, and without effect here", left_to_stack);
    tell("refused here, as by the real programs", refused);
}

void tell_left_out(const lab::PreparedProject& project,
                   const std::vector<std::string>& files,
                   Client client) {
    std::vector<lab::NotSimulated> rows = project.not_simulated;
    // A stack does what a Compose client leaves alone or refuses.
    if (client != Client::Compose) std::erase_if(rows, [](const lab::NotSimulated& row) { return row.stack_acts; });
    tell_not_simulated(rows, fmt::format(" ({} lists where)", files.empty() ? "podium check" : "podium check " + join(files, " ")));
    if (client != Client::Stack) tell_made_folders(project);
}

Result<ProjectRun> prepare_project_run(const RunOptions& options) {
    ProjectRun out;
    out.until_quiet = options.duration.empty();
    const auto duration = parse_for(options.duration);
    if (!duration) return duration.error();
    std::int64_t cpus = lab::HostSetUp{}.cpu_millicores / 1000;
    bool stack = false;
    if (!options.cluster.empty()) {
        if (const auto cluster = read_cluster(options.cluster)) {
            cpus = cluster->hosts.front().cpu_millicores / 1000;
            stack = options.with == "stack" || (options.with.empty() && cluster->formed);
        }
    }
    auto project = read_project(options.files, options.profiles, cpus, stack);
    if (!project) return project.error();
    if (Result<void> checked = check_numbers(*project, options); !checked) return checked.error();
    for (const std::string& warning : project->warnings)
        complain(warning);
    auto set_up = set_up_for(&*project, options.seed, "podium run");
    if (!set_up) return set_up.error();
    out.up_line = project->up_line;
    if (Result<void> spread = spread_over_hosts(options, *project, *set_up, out); !spread)
        return spread.error();
    if (out.up_line == project->up_line && !project->refusals.empty()) return project->refusals.front();
    // The machine the file is written for has them; somebody has made them there, as here in the same line.
    if (out.up_line == project->up_line && !project->external_lines.empty()) {
        complain(fmt::format("the file counts on what it says is external, so that is made first: {}", join(project->external_lines, "; ")));
        out.up_line = lab::line_to_come_up(*project);
    }
    out.project = std::move(*project);
    out.set_up = std::move(*set_up);
    const auto session = begin_project_run(out, options, options.seed);
    if (!session) return session.error();
    const Time last = session->log().back().time;
    if (*duration && last > Time{} + **duration) {
        return Error{fmt::format("--for {} ends before {}, when something is to happen",
                                 options.duration,
                                 format_time(last)),
                     {},
                     "give it more time"};
    }
    tell_left_out(out.project, options.files, out.up_line == out.project.stack_line ? Client::Stack : Client::Compose);
    // What was asked for happens in any case.
    out.end = *duration ? Time{} + **duration : std::max(Time{} + kDefaultEnd, last + minutes(1));
    return out;
}

Result<lab::Session> begin_project_run(const ProjectRun& run,
                                       const RunOptions& options,
                                       std::uint64_t seed) {
    lab::SetUp set_up = run.set_up;
    set_up.seed = seed;
    auto session = lab::begin_session(std::move(set_up));
    if (!session) return session;
    session->post({run.up, lab::CommandKind::Line, first_host(*session), run.up_line, {}});
    const bool stack = run.up_line == run.project.stack_line;
    if (Result<void> added = add_events(*session, options, stack ? std::string() : run.project.name); !added) return added.error();
    return session;
}

}  // namespace podium::cli
