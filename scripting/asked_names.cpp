#include "scripting/asked_names.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "sim/base/text.hpp"
#include "sim/view/names.hpp"
#include "sim/view/query.hpp"

namespace podium::scripting {
namespace {

using Kind = AskedNames::Kind;
using Names = std::set<std::string>;

std::string_view word_of(Kind kind) {
    switch (kind) {
        case Kind::Service:
            return "service";
        case Kind::Container:
            return "container";
        case Kind::Volume:
            return "volume";
        case Kind::Machine:
            return "service, container or host";
        case Kind::Target:
            break;
    }
    return {};
}

// All that facts are about.
Names fact_names(const lab::Session& session) {
    Names out;
    session.journal().for_each(session.journal().first(), [&](const Fact& fact) {
        view::FactInfo info = view::fact_info(session.world(), lab::fact_catalogue(), fact);
        // What was struck by a name is not there for that.
        if (info.name == "fault.missed") return;
        for (std::string* name : {&info.service, &info.container, &info.object, &info.host})
            out.insert(std::move(*name));
    });
    return out;
}

// "web.1", "project-web-1" and "project_web_1" belong to web.
bool is_one_of(const std::string& name, const Names& services) {
    const std::size_t end = name.find_last_not_of("0123456789");
    if (end == std::string::npos || end + 1 == name.size()) return false;
    const char separator = name[end];
    if (separator != '.' && separator != '-' && separator != '_') return false;
    const std::string rest = name.substr(0, end);
    return std::any_of(services.begin(), services.end(), [&](const std::string& service) {
        return !service.empty() && (rest == service || (separator != '.' && rest.ends_with(separator + service)));
    });
}

}  // namespace

void AskedNames::ask(Kind kind, const std::string& name, const Place& place) {
    if (asked_.size() >= kMost) return;
    if (numbers_.emplace(std::pair(kind, name), asked_.size()).second)
        asked_.push_back({kind, name, place});
}

std::optional<Error> AskedNames::unknown(const lab::Session& session,
                                         const std::vector<std::string>& project) const {
    const model::World& world = session.world();
    const Names declared(project.begin(), project.end());
    const Names containers = view::container_names(world);
    std::optional<Names> of_facts;
    for (const Asked& asked : asked_) {
        Names known = declared;
        known.insert(containers.begin(), containers.end());
        if (asked.kind == Kind::Volume || asked.kind == Kind::Target) known.merge(view::volume_names(world));
        if (asked.kind == Kind::Machine || asked.kind == Kind::Target)
            known.merge(view::place_names(world));
        bool found = known.count(asked.name) != 0;
        if (asked.kind != Kind::Volume)
            found = found || is_one_of(asked.name, known);
        if (!found && asked.kind == Kind::Target) {
            if (!of_facts) of_facts = fact_names(session);
            known.insert(of_facts->begin(), of_facts->end());
            found = known.count(asked.name) != 0;
        }
        if (found) continue;
        known.erase("");
        const std::vector<std::string> candidates(known.begin(), known.end());
        const std::string near = nearest(asked.name, candidates);
        const bool few = !candidates.empty() && candidates.size() <= 8;
        return Error{asked.kind == Kind::Target
                         ? fmt::format("nothing in this run was ever called '{}'", asked.name)
                         : fmt::format("there was no {} '{}' at any time of the run",
                                       word_of(asked.kind),
                                       asked.name),
                     asked.place,
                     !near.empty() ? fmt::format("did you mean '{}'?", near)
                     : few         ? "there was " + join(candidates, ", ")
                                   : "check its name"};
    }
    return std::nullopt;
}

}  // namespace podium::scripting
