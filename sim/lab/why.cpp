#include "sim/lab/why.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <optional>

#include "sim/base/printable.hpp"
#include "sim/base/text.hpp"
#include "sim/model/container.hpp"
#include "sim/model/targets.hpp"
#include "sim/view/explain.hpp"
#include "sim/view/sentences.hpp"

namespace podium::lab {
namespace {

constexpr std::size_t kMostNamesShown = 12;

const ServiceSetUp* service_named(const SetUp& set_up, const std::string& target) {
    const std::string without_number = target.substr(0, target.rfind('.'));
    for (const ServiceSetUp& service : set_up.services) {
        if (service.name == target || service.name == without_number ||
            (!service.container.empty() && service.container == target))
            return &service;
    }
    return nullptr;
}

// The facts that tell why a service has no container yet.
struct Waiting {
    std::optional<FactId> line;  ///< The last `docker compose up` or the like.
    std::optional<FactId> done;  ///< That it has ended.
    std::vector<FactId> pulls;   ///< What its image's pull did, by then.
};

bool starts_projects(const std::string& line) {
    return (line.find("docker compose") != std::string::npos ||
            line.find("docker-compose") != std::string::npos) &&
           line.find(" up") != std::string::npos;
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
    view::Explanation out;
    out.state = fmt::format("{} has no container at {}.", service.name, format_time(until));
    if (!waiting.line) {
        out.remarks.emplace_back("Nobody has asked for one yet: docker compose up -d would.");
        return out.state + "\n" + out.remarks.front() + "\n";
    }
    const auto add = [&](FactId id) {
        out.steps.push_back({journal.at(id).time,
                             view::sentence(state.world, fact_catalogue(), journal.at(id)),
                             false});
    };
    add(*waiting.line);
    for (const FactId id : waiting.pulls)
        add(id);
    const bool pulling =
        !waiting.pulls.empty() && journal.at(waiting.pulls.back()).kind == model::kFactPullBegin;
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

// Faults that go on at a moment and have to do with what is asked about.
std::vector<std::string> faults_on(const SimState& state, const std::string& target, Time until) {
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
        const bool of_host = std::any_of(asked.begin(), asked.end(), [&](model::ContainerId id) {
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

std::vector<std::string> known_names(const SetUp& set_up, const SimState& state) {
    std::vector<std::string> out;
    const model::World& world = state.world;
    for (const ServiceSetUp& service : set_up.services) {
        out.push_back(service.name);
        if (!service.container.empty()) out.push_back(service.container);
    }
    for (std::size_t i = 0; i < world.containers.size(); ++i) {
        const model::ContainerId id{static_cast<std::uint32_t>(i + 1)};
        if (!world.container(id).detail) continue;  // one of a million
        out.emplace_back(world.name_of(id));
        out.push_back(model::label_of(world, id));
        if (const std::string service = model::service_of(world, id); !service.empty())
            out.push_back(service);
    }
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

Result<std::string> why(const SetUp& set_up,
                        const SimState& state,
                        const std::string& target,
                        Time until,
                        std::size_t width) {
    view::Explanation explanation = view::explain(state.world, fact_catalogue(), target, until);
    if (!explanation.steps.empty()) {
        if (std::string remark = not_started(state, target, until); !remark.empty()) explanation.remarks.push_back(std::move(remark));
        for (std::string& fault : faults_on(state, target, until))
            explanation.remarks.push_back(std::move(fault));
        return printable(view::explanation_text(explanation, width));
    }
    if (const ServiceSetUp* service = service_named(set_up, target))
        return not_created(state, *service, until, width);
    const std::vector<std::string> names = known_names(set_up, state);
    if (std::find(names.begin(), names.end(), target) != names.end()) {
        std::string text = fmt::format("Nothing has happened to {} by {}.\n", target, format_time(until));
        for (const std::string& fault : faults_on(state, target, until)) text += fault + "\n";
        return text;
    }
    const std::string near = nearest(target, names);
    std::vector<std::string> some(
        names.begin(),
        names.begin() + static_cast<std::ptrdiff_t>(std::min(names.size(), kMostNamesShown)));
    const std::string known = join(some, ", ") + (names.size() > some.size() ? ", …" : "");
    return Error{
        fmt::format("nothing in this run is called '{}' by {}", target, format_time(until)),
        {},
        near.empty() ? fmt::format("there are {}", known)
                     : fmt::format("did you mean '{}'?", near)};
}

}  // namespace podium::lab
