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

constexpr std::string_view kImageFacts = "image.";
constexpr const char* kUsualRegistry = "docker.io";

std::string sentence_of(Kind kind, const std::string& name) {
    switch (kind) {
        case Kind::Service:
            return fmt::format("there was no service '{}' at any time of the run", name);
        case Kind::Container:
            return fmt::format("there was no container '{}' at any time of the run", name);
        case Kind::Volume:
            return fmt::format("there was no volume '{}' at any time of the run", name);
        case Kind::Machine:
            return fmt::format("there was no service, container or host '{}' at any time of the run", name);
        case Kind::Registry:
            return fmt::format("nothing in this run comes from a registry '{}'", name);
        case Kind::Image:
            return fmt::format("nothing in this run has an image '{}'", name);
        case Kind::Target:
            break;
    }
    return fmt::format("nothing in this run was ever called '{}'", name);
}

// "docker.io/library/nginx" of "nginx:1.25"; empty when it is no image's name.
std::string repository_of(const std::string& image) {
    const auto reference = model::parse_image_reference(image);
    return reference ? reference->name() : std::string();
}

std::string domain_of(const std::string& image) {
    const auto reference = model::parse_image_reference(image);
    return reference ? reference->domain : std::string();
}

// What facts are about.
struct FactNames {
    Names all;
    Names services;  // and containers
    Names images;
};

FactNames fact_names(const lab::Session& session) {
    FactNames out;
    session.journal().for_each(session.journal().first(), [&](const Fact& fact) {
        view::FactInfo info = view::fact_info(session.world(), lab::fact_catalogue(), fact);
        // What was struck by a name is not there for that.
        if (info.name == "fault.missed") return;
        if (info.name.starts_with(kImageFacts)) out.images.insert(info.object);
        out.services.insert({info.service, info.container});
        // A stack's file calls its shop_web just web.
        for (std::size_t at = info.service.find('_'); at != std::string::npos; at = info.service.find('_', at + 1))
            out.services.insert(info.service.substr(at + 1));
        for (std::string* name : {&info.service, &info.container, &info.object, &info.host})
            out.all.insert(std::move(*name));
    });
    return out;
}

// "web.1", and "project-web-1" and "project_web_1" of a project that is in the run, belong to web.
template <class IsProject>
bool is_one_of(const std::string& name, const Names& services, IsProject is_project) {
    const std::size_t end = name.find_last_not_of("0123456789");
    if (end == std::string::npos || end + 1 == name.size()) return false;
    const char separator = name[end];
    if (separator != '.' && separator != '-' && separator != '_') return false;
    const std::string rest = name.substr(0, end);
    return std::any_of(services.begin(), services.end(), [&](const std::string& service) {
        if (service.empty()) return false;
        if (rest == service) return true;
        return separator != '.' && rest.ends_with(separator + service) && is_project(rest.substr(0, rest.size() - service.size() - 1), separator);
    });
}

// The names of a run, each kind gathered when it is first asked for: most scripts ask for none that is not there.
class KnownNames {
  public:
    KnownNames(const lab::Session& session, const lab::DeclaredNames& project)
        : session_(session), project_(project) {}

    bool has(Kind kind, const std::string& name) {
        switch (kind) {
            case Kind::Service:
            case Kind::Container:
                return belongs(name, containers()) || belongs(name, facts().services);
            case Kind::Volume:
                return volumes().contains(name);
            case Kind::Machine:
                return belongs(name, containers()) || hosts().contains(name) || belongs(name, facts().services);
            case Kind::Registry:
                return name == kUsualRegistry || any_image([&](const std::string& image) { return domain_of(image) == name; });
            case Kind::Image: {
                const std::string wanted = repository_of(name);
                return any_image([&](const std::string& image) { return repository_of(image) == wanted; });
            }
            case Kind::Target:
                break;
        }
        return belongs(name, everything()) || facts().all.contains(name);
    }

    // What might have been meant.
    Names candidates(Kind kind) {
        Names out;
        switch (kind) {
            case Kind::Service:
            case Kind::Container:
                out = containers();
                out.insert(facts().services.begin(), facts().services.end());
                break;
            case Kind::Volume:
                out = volumes();
                break;
            case Kind::Machine:
                out = containers();
                out.insert(hosts().begin(), hosts().end());
                break;
            case Kind::Registry:
                out.insert(kUsualRegistry);
                any_image([&](const std::string& image) {
                    out.insert(domain_of(image));
                    return false;
                });
                break;
            case Kind::Image:
                any_image([&](const std::string& image) {
                    out.insert(image);
                    return false;
                });
                break;
            case Kind::Target:
                out = everything();
                out.insert(facts().all.begin(), facts().all.end());
                break;
        }
        out.erase("");
        return out;
    }

  private:
    bool belongs(const std::string& name, const Names& names) {
        return names.contains(name) || is_in_project(name) ||
               is_one_of(name, names, [this](const std::string& project, char separator) { return is_project(project, separator); });
    }

    // "shop/web" and "shop/web.1": of a project whose containers there were, or of the file's own.
    bool is_in_project(const std::string& name) {
        const std::size_t slash = name.find('/');
        if (slash == std::string::npos) return false;
        const view::ContainerStateView found = view::container_state(session_.world(), name);
        if (found.exists || !found.state.empty()) return true;
        if (std::find(project_.others.begin(), project_.others.end(), name.substr(0, slash)) == project_.others.end()) return false;
        const std::string rest = name.substr(slash + 1);
        const Names own(project_.services.begin(), project_.services.end());
        return own.contains(rest) || is_one_of(rest, own, [](const std::string&, char) { return false; });
    }

    // The file's own, or one whose containers there were.
    bool is_project(const std::string& name, char separator) {
        if (std::find(project_.others.begin(), project_.others.end(), name) != project_.others.end()) return true;
        const std::string begin = name + separator;
        const auto after = containers().lower_bound(begin);
        return after != containers().end() && after->starts_with(begin);
    }

    const Names& containers() {
        if (!containers_) {
            containers_ = view::container_names(session_.world());
            containers_->insert(project_.services.begin(), project_.services.end());
        }
        return *containers_;
    }

    const Names& volumes() {
        if (!volumes_) {
            volumes_ = view::volume_names(session_.world());
            volumes_->insert(project_.volumes.begin(), project_.volumes.end());
        }
        return *volumes_;
    }

    const Names& hosts() {
        if (!hosts_) hosts_ = view::host_names(session_.world());
        return *hosts_;
    }

    const Names& everything() {
        if (!everything_) {
            everything_ = view::place_names(session_.world());
            everything_->insert(containers().begin(), containers().end());
            everything_->insert(volumes().begin(), volumes().end());
            everything_->insert(project_.images.begin(), project_.images.end());
            everything_->insert(project_.others.begin(), project_.others.end());
        }
        return *everything_;
    }

    const FactNames& facts() {
        if (!facts_) facts_ = fact_names(session_);
        return *facts_;
    }

    // Whether it is so of an image that the run has used or asked for, or that there is for it to use.
    template <class Is>
    bool any_image(Is is) {
        if (images_.empty()) {
            images_ = facts().images;
            images_.insert(project_.images.begin(), project_.images.end());
            images_.insert(session_.set_up().images.begin(), session_.set_up().images.end());
            for (const std::string& image : view::container_images(session_.world()))
                images_.insert(image);
            if (const auto& catalogue = session_.world().catalogue) {
                for (const std::string& name : catalogue->names())
                    images_.insert(name);
            }
        }
        return std::any_of(images_.begin(), images_.end(), is);
    }

    const lab::Session& session_;
    const lab::DeclaredNames& project_;
    std::optional<Names> containers_;
    std::optional<Names> volumes_;
    std::optional<Names> hosts_;
    std::optional<Names> everything_;
    std::optional<FactNames> facts_;
    Names images_;
};

}  // namespace

void AskedNames::ask(Kind kind, const std::string& name, const Place& place) {
    if (asked_.size() >= kMost) return;
    if (numbers_.emplace(std::pair(kind, name), asked_.size()).second)
        asked_.push_back({kind, name, place});
}

std::optional<Error> AskedNames::unknown(const lab::Session& session,
                                         const lab::DeclaredNames& project) const {
    KnownNames known(session, project);
    for (const Asked& asked : asked_) {
        if (known.has(asked.kind, asked.name)) continue;
        const Names names = known.candidates(asked.kind);
        const std::vector<std::string> candidates(names.begin(), names.end());
        const std::string near = nearest(asked.name, candidates);
        const bool few = !candidates.empty() && candidates.size() <= 8;
        return Error{sentence_of(asked.kind, asked.name),
                     asked.place,
                     !near.empty()        ? fmt::format("did you mean '{}'?", near)
                     : candidates.empty() ? "there was none at all"
                     : few                ? (candidates.size() == 1 ? "there was " : "there were ") + join(candidates, ", ")
                                          : "check its name"};
    }
    return std::nullopt;
}

}  // namespace podium::scripting
