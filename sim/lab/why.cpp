#include "sim/lab/why.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <optional>

#include "sim/base/printable.hpp"
#include "sim/base/files.hpp"
#include "sim/base/text.hpp"
#include "sim/lab/swarm_standing.hpp"
#include "sim/lab/why_swarm.hpp"
#include "sim/model/container.hpp"
#include "sim/model/targets.hpp"
#include "sim/view/explain.hpp"
#include "sim/view/layout.hpp"
#include "sim/view/names.hpp"
#include "sim/view/sentences.hpp"

namespace podium::lab {
namespace {

constexpr std::size_t kMostNamesShown = 12;

const ServiceSetUp* service_named(const SetUp& set_up, const std::string& target) {
    const std::string without_number = target.substr(0, target.rfind('.'));
    // "api.2" may be a service of its own beside an api.
    for (const ServiceSetUp& service : set_up.services) {
        if (service.name == target || (!service.container.empty() && service.container == target)) return &service;
    }
    for (const ServiceSetUp& service : set_up.services) {
        if (service.name == without_number) return &service;
    }
    // With the project or the stack before it.
    for (const ServiceSetUp& service : set_up.services) {
        if (without_number.ends_with("_" + service.name) || target.ends_with("_" + service.name))
            return &service;
    }
    return nullptr;
}

// One of a million.
bool is_of_bulk(const model::Container& c) { return !c.detail && !c.outline; }

// "web.9" where the run has containers of web, and that is none of them: their names. Empty: it may come to be.
std::string others_of(const model::World& world, const ServiceSetUp& service, const std::string& target) {
    if (target == service.name || target == service.container) return {};
    std::vector<std::string> labels;
    for (std::size_t i = 0; i < world.containers.size(); ++i) {
        const model::ContainerId id{static_cast<std::uint32_t>(i + 1)};
        if (is_of_bulk(world.container(id)) || model::service_of(world, id) != service.name) continue;
        labels.push_back(model::label_of(world, id));
        if (labels.back() == target) return {};
    }
    std::sort(labels.begin(), labels.end());
    labels.erase(std::unique(labels.begin(), labels.end()), labels.end());
    if (labels.size() > kMostNamesShown) labels.resize(kMostNamesShown);
    return join(labels, ", ");
}

// The last line that tells of a port that is taken.
std::string last_conflict(const std::string& text) {
    std::string out;
    for (const std::string& line : split(text, '\n')) {
        if (line.find("port is already allocated") != std::string::npos || line.find("address already in use") != std::string::npos) out = line;
    }
    return out;
}

// Who holds the host's port that an engine's sentence says is taken; empty: nobody that is known now.
std::string port_holder(const model::World& world, const std::string& text) {
    constexpr std::string_view kTaken = " failed: port is already allocated";
    constexpr std::string_view kBound = ": bind: address already in use";
    std::size_t end = text.rfind(kTaken);
    if (end == std::string::npos) end = text.rfind(kBound);
    if (end == std::string::npos) return {};
    const std::size_t colon = text.rfind(':', end - 1);
    std::int64_t port = 0;
    if (colon == std::string::npos || !parse_integer(text.substr(colon + 1, end - colon - 1), port)) return {};
    for (std::size_t i = 0; i < world.containers.size(); ++i) {
        const model::ContainerId id{static_cast<std::uint32_t>(i + 1)};
        if (!world.container(id).detail) continue;
        for (const model::PublishedPort& bound : world.detail(id).ports) {
            if (bound.host_port == port)
                return fmt::format("Port {} of {} is held by {} (container {}).", port, world.host(world.container(id).host).spec.name, model::label_of(world, id), world.name_of(id));
        }
    }
    return {};
}

// "shop_web.2" of a Compose project is its "web.2": stacks call their services so.
std::string without_project(const model::World& world, const std::string& target) {
    for (std::size_t i = 0; i < world.containers.size(); ++i) {
        const model::ContainerId id{static_cast<std::uint32_t>(i + 1)};
        const auto& labels = world.spec(world.container(id)).labels;
        const auto project = labels.find("com.docker.compose.project");
        const auto service = labels.find("com.docker.compose.service");
        if (project == labels.end() || service == labels.end()) continue;
        const std::string whole = project->second + "_" + service->second;
        if (target == whole || target.starts_with(whole + "."))
            return target.substr(project->second.size() + 1);
    }
    return target;
}

// The facts that tell why a service has no container yet.
struct Waiting {
    std::optional<FactId> line;  ///< The last `docker compose up` or the like.
    std::optional<FactId> done;  ///< That it has ended.
    std::vector<FactId> pulls;   ///< What its image's pull did, by then.
};

bool starts_stacks(const std::string& line) {
    const std::size_t stack = line.find("docker stack ");
    return stack != std::string::npos && (line.find(" deploy", stack) != std::string::npos ||
                                          line.find(" up", stack) != std::string::npos);
}

bool starts_projects(const std::string& line) {
    return starts_stacks(line) || ((line.find("docker compose") != std::string::npos ||
                                    line.find("docker-compose") != std::string::npos) &&
                                   line.find(" up") != std::string::npos);
}

Waiting waiting_for(const SimState& state, const ServiceSetUp& service, Time until) {
    Waiting out;
    const view::FactReader facts(state.world, fact_catalogue());
    const Journal& journal = state.world.kernel.journal();
    journal.for_each(journal.first(), [&](const Fact& fact) {
        if (fact.time > until) return;
        const FactSpec* spec = fact_catalogue().find(fact.kind);
        if (spec == nullptr) return;
        if (spec->name == "command.line" && starts_projects(facts.text(fact, "line"))) {
            out = {};
            out.line = fact.id;
        } else if (spec->name == "command.done" && out.line && fact.cause == *out.line) {
            out.done = fact.id;
        } else if (spec->name.starts_with("image.pull")) {
            const std::string name = facts.text(fact, "name");
            if (name == service.image || name == service.image + ":latest")
                out.pulls.push_back(fact.id);
        }
    });
    return out;
}

std::string last_line(const std::string& text) {
    std::string out;
    for (const std::string& line : split(text, '\n')) {
        if (!trim(line).empty()) out = trim(line);
    }
    return out;
}

// Why a service of the project has no container by a moment.
std::string not_created(const SimState& state,
                        const ServiceSetUp& service,
                        Time until,
                        std::size_t width) {
    const view::FactReader facts(state.world, fact_catalogue());
    const Journal& journal = state.world.kernel.journal();
    const Waiting waiting = waiting_for(state, service, until);
    const bool stack = waiting.line
                           ? starts_stacks(facts.text(journal.at(*waiting.line), "line"))
                           : is_in_swarm(state);
    view::Explanation out;
    out.state = stack ? fmt::format(
                            "{} is no service of the swarm at {}.", service.name, format_time(until))
                      : fmt::format("{} has no container at {}.", service.name, format_time(until));
    if (!waiting.line) {
        out.remarks.emplace_back(
            stack ? "Nobody has deployed it yet: docker stack deploy -c FILE NAME would."
                  : "Nobody has asked for one yet: docker compose up -d would.");
        return out.state + "\n" + out.remarks.front() + "\n";
    }
    const auto add = [&](FactId id) {
        out.steps.push_back({journal.at(id).time,
                             view::sentence(state.world, fact_catalogue(), journal.at(id)),
                             false});
    };
    add(*waiting.line);
    for (const FactId id : waiting.pulls) {
        if (!stack) add(id);
    }
    const bool pulling =
        !stack && !waiting.pulls.empty() && journal.at(waiting.pulls.back()).kind == model::kFactPullBegin;
    if (waiting.done) {
        const Fact done = journal.at(*waiting.done);
        const std::string error = last_line(facts.text(done, "error"));
        out.steps.push_back({done.time,
                             fmt::format("That command ended with status {}{}",
                                         facts.number(done, "status"),
                                         error.empty() ? "." : fmt::format(": {}", error)),
                             false});
    } else if (pulling) {
        out.remarks.push_back(fmt::format(
            "It waits for its image: the pull of {} is still under way.", service.image));
    } else if (stack) {
        out.remarks.emplace_back(
            "That command is still at work: it makes networks first, then one service after the other.");
    } else {
        out.remarks.emplace_back(
            "That command is still at work: its image, or a service it depends on, comes first.");
    }
    return view::explanation_text(out, width);
}

// A container that was made and not started yet: what became of the command that was to start it.
std::string not_started(const SimState& state, const std::string& target, Time until) {
    const view::FactReader facts(state.world, fact_catalogue());
    const Journal& journal = state.world.kernel.journal();
    const auto asked = model::containers_named(state.world, target, true);
    Time made = kNever;  // or it has been started, or removed, since
    std::optional<FactId> line;
    std::optional<FactId> done;
    journal.for_each(journal.first(), [&](const Fact& fact) {
        if (fact.time > until) return;
        const FactSpec* spec = fact_catalogue().find(fact.kind);
        if (fact.subject.type() == SubjectType::Container && std::find(asked.begin(), asked.end(), model::ContainerId{fact.subject.id()}) != asked.end()) {
            if (fact.kind == model::kFactContainerCreate) made = fact.time;
            if (fact.kind == model::kFactContainerStart || fact.kind == model::kFactContainerStartFailed || fact.kind == model::kFactContainerDestroy) made = kNever;
        } else if (spec != nullptr && spec->name == "command.line" && starts_projects(facts.text(fact, "line"))) {
            line = fact.id;
            done.reset();
        } else if (spec != nullptr && spec->name == "command.done" && line && fact.cause == *line) {
            done = fact.id;
        }
    });
    if (made == kNever || !line) return {};
    const std::string command = facts.text(journal.at(*line), "line");
    if (!done) return fmt::format("'{}' is still at work: what it depends on comes first.", command);
    const Fact ended = journal.at(*done);
    const std::string error = last_line(facts.text(ended, "error"));
    if (ended.time < made || facts.number(ended, "status") == 0 || error.empty()) return {};
    return fmt::format("'{}' ended at {} with status {}: {}.", command, format_time(ended.time), facts.number(ended, "status"), error);
}

// Faults that go on at a moment and have to do with what is asked about, or with one of some hosts.
std::vector<std::string> faults_on(const SimState& state,
                                   const std::string& target,
                                   Time until,
                                   const std::vector<std::string>& hosts = {}) {
    const view::FactReader facts(state.world, fact_catalogue());
    const Journal& journal = state.world.kernel.journal();
    std::vector<std::pair<std::string, Time>> active;
    journal.for_each(journal.first(), [&](const Fact& fact) {
        if (fact.time > until ||
            (fact.kind != faults::kFactFaultBegin && fact.kind != faults::kFactFaultEnd))
            return;
        const std::string text = facts.text(fact, "text");
        if (fact.kind == faults::kFactFaultBegin) {
            const std::string id = facts.text(fact, "id");
            const auto& list = faults::fault_list();
            const auto spec =
                std::find_if(list.begin(), list.end(), [&id](const faults::FaultSpec& known) {
                    return known.id == id;
                });
            if (spec != list.end() && spec->lasts) active.emplace_back(text, fact.time);
        } else {
            const auto begun = std::find_if(active.begin(), active.end(), [&text](const auto& row) {
                return row.first == text;
            });
            if (begun != active.end()) active.erase(begun);
        }
    });
    std::vector<std::string> out;
    const auto asked = model::containers_named(state.world, target, true);
    for (const auto& [text, began] : active) {
        const std::string about =
            split_words(text).size() > 1 ? split_words(text)[1] : std::string();
        const auto hit = model::containers_named(state.world, about, true);
        const bool shared =
            about == target || std::any_of(hit.begin(), hit.end(), [&asked](model::ContainerId id) {
                return std::find(asked.begin(), asked.end(), id) != asked.end();
            });
        const bool of_host =
            std::find(hosts.begin(), hosts.end(), about) != hosts.end() ||
            std::any_of(asked.begin(), asked.end(), [&](model::ContainerId id) {
                return state.world.host(state.world.container(id).host).spec.name == about;
            });
        if (shared || of_host)
            out.push_back(fmt::format("A fault goes on, since {}: {} (lift {} ends it).",
                                      format_time(began),
                                      text,
                                      text));
    }
    return out;
}

}  // namespace

std::vector<std::string> container_names(const SetUp& set_up, const SimState& state) {
    std::vector<std::string> out;
    const model::World& world = state.world;
    for (const ServiceSetUp& service : set_up.services) {
        out.push_back(service.name);
        if (!service.container.empty()) out.push_back(service.container);
    }
    const view::ServiceNames names = view::ServiceNames::of_run(world);
    for (std::size_t i = 0; i < world.containers.size(); ++i) {
        const model::ContainerId id{static_cast<std::uint32_t>(i + 1)};
        if (is_of_bulk(world.container(id))) continue;
        out.emplace_back(world.name_of(id));
        out.push_back(model::label_of(world, id));
        const model::ServiceIdentity service{model::service_of(world, id), model::project_of(world, id)};
        if (service.name.empty()) continue;
        out.push_back(service.name);
        if (!names.is_shared(service.name)) continue;
        out.push_back(names.label(world, id));
        out.push_back(service.whole());
    }
    for (std::string& name : swarm_names(state))
        out.push_back(std::move(name));
    return out;
}

std::vector<std::string> known_names(const SetUp& set_up, const SimState& state) {
    std::vector<std::string> out = container_names(set_up, state);
    const model::World& world = state.world;
    for (const model::Host& host : world.hosts) {
        out.push_back(host.spec.name);
        for (const auto& [name, bridge] : host.engine.networks) {
            if (!world.bridge(bridge).predefined) out.push_back(name);
        }
        for (const auto& [name, _] : host.engine.volumes)
            out.push_back(name);
    }
    for (const model::Traffic& source : world.traffic)
        out.push_back(source.spec.name);
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

namespace {

std::string in_lines(const std::string& text, std::size_t width) {
    return join(view::wrapped(text, width), "\n") + "\n";
}

// Hosts whose nodes do not answer the leader, where a task waits for a node.
std::vector<std::string> silent_hosts(const SwarmName& name) {
    std::vector<std::string> out;
    const swarm::Store& store = name.swarm->store;
    const auto& tasks = store.tasks_of(name.service);
    const bool waits = std::any_of(tasks.begin(), tasks.end(), [&](swarm::TaskId id) {
        const swarm::Task& task = *store.tasks.find(id.value);
        return task.status.state == swarm::TaskState::Pending && task.desired <= swarm::TaskState::Running &&
               (name.slot == 0 || task.slot == name.slot);
    });
    if (!waits) return out;
    name.swarm->store.nodes.for_each([&out](std::uint32_t, const swarm::Node& node) {
        if (node.state != swarm::NodeState::Ready) out.push_back(node.description.hostname);
    });
    return out;
}

// A container that is no task's, by that very name: asked about before a service that is only called so in its stack's file.
bool is_plain_container(const model::World& world, const std::string& target) {
    const auto named = model::containers_named(world, target);
    return std::any_of(named.begin(), named.end(), [&world](model::ContainerId id) {
        return !world.spec(world.container(id)).of_agent;
    });
}

// What the managers say of a task or service; none when nothing of a swarm is meant. `then`: how the run stood.
Result<std::optional<std::string>> why_of_swarm(const SimState& then,
                                                const std::string& target,
                                                Time until,
                                                std::size_t width,
                                                const Past& past) {
    const auto found = find_in_swarm(then, target);
    if (!found) return found.error();
    if (!*found) {
        if (is_plain_container(then.world, target)) return std::optional<std::string>();
        std::string text = why_gone(then, target, until, width);
        return text.empty() ? std::optional<std::string>() : std::optional(std::move(text));
    }
    const SwarmName& name = **found;
    const swarm::Service* service = name.swarm->store.services.find(name.service.value);
    const bool called_so = service != nullptr && target.starts_with(service->spec.name);
    if (!called_so && is_plain_container(then.world, target)) return std::optional<std::string>();
    std::string text = why_in_swarm(then, name, width, past);
    const std::string label =
        name.slot != 0 && service != nullptr ? fmt::format("{}.{}", service->spec.name, name.slot)
        : service != nullptr                 ? service->spec.name
                                             : target;
    for (const std::string& fault : faults_on(then, label, until, silent_hosts(name)))
        text += in_lines(fault, width);
    return std::optional(std::move(text));
}

}  // namespace

Result<std::string> why(const Session& session,
                        const std::string& target,
                        Time until,
                        std::size_t width) {
    return why(session.set_up(), session.state(), target, until, width, [&session](Time time) {
        return session.state_at(time);
    });
}

Result<std::string> why(const SetUp& set_up,
                        const SimState& state,
                        const std::string& asked,
                        Time until,
                        std::size_t width,
                        const Past& past) {
    // Where there was never a swarm, the facts say all.
    const bool swarms = !state.swarm.state().swarms.empty();
    const bool earlier = until < state.world.kernel.now();
    const std::unique_ptr<const SimState> looked_up =
        swarms && earlier && past ? past(until) : std::unique_ptr<const SimState>();
    const SimState& then = looked_up ? *looked_up : state;
    if (swarms && (!earlier || looked_up)) {
        const auto told = why_of_swarm(then, asked, until, width, past);
        if (!told) return told.error();
        if (*told) return printable(**told);
    }
    const std::string target = without_project(state.world, asked);
    view::Explanation explanation = view::explain(state.world, fact_catalogue(), target, until);
    if (!explanation.steps.empty()) {
        if (std::string remark = not_started(state, target, until); !remark.empty()) explanation.remarks.push_back(std::move(remark));
        std::string whole = explanation.state;
        for (const auto& step : explanation.steps) whole += "\n" + step.sentence;
        for (const std::string& remark : explanation.remarks) whole += "\n" + remark;
        if (std::string holder = port_holder(then.world, last_conflict(whole)); !holder.empty()) explanation.remarks.push_back(std::move(holder));
        // Containers come before a host of their name.
        if (const std::string node = node_line(then, target);
            !node.empty() && model::containers_named(state.world, target, true).empty())
            explanation.remarks.push_back(node);
        for (std::string& fault : faults_on(state, target, until))
            explanation.remarks.push_back(std::move(fault));
        return printable(view::explanation_text(explanation, width));
    }
    if (const ServiceSetUp* service = service_named(set_up, target)) {
        if (const std::string others = others_of(state.world, *service, target); !others.empty())
            return Error{fmt::format("there is no {} in this run", asked), {}, fmt::format("of the service {} there are {}", service->name, others)};
        return not_created(then, *service, until, width);
    }
    const std::vector<std::string> names = known_names(set_up, state);
    if (std::find(names.begin(), names.end(), target) != names.end()) {
        std::string text = fmt::format("Nothing has happened to {} by {}.\n", target, format_time(until));
        if (const std::string node = node_line(then, target); !node.empty())
            text += in_lines(node, width);
        for (const std::string& fault : faults_on(state, target, until)) text += fault + "\n";
        return text;
    }
    const std::string near = nearest(target, names);
    std::vector<std::string> some(
        names.begin(),
        names.begin() + static_cast<std::ptrdiff_t>(std::min(names.size(), kMostNamesShown)));
    const std::string known = join(some, ", ") + (names.size() > some.size() ? ", …" : "");
    return Error{
        fmt::format("nothing in this run is called '{}' by {}", asked, format_time(until)),
        {},
        near.empty() ? fmt::format("there are {}", known)
                     : fmt::format("did you mean '{}'?", near)};
}

}  // namespace podium::lab
