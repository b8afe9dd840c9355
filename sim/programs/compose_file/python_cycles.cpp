// Circles of services as docker-compose 1.29.2 finds them (config/sort_services.py): from the last
// service on, each before those that need it, whether a profile is active or not.

#include <cstdint>
#include <fmt/format.h>
#include <map>
#include <string>
#include <vector>

#include "sim/base/text.hpp"
#include "sim/programs/compose_file/python_consistency.hpp"

namespace podium::compose {
namespace {

struct NeededService {
    std::string name;
    Place place;
};

std::string linked_service(const Node& link) {
    return link.text.substr(0, link.text.find(':'));
}

// types.py, VolumeFromSpec.parse_v2: its source, also that of a container.
std::string source_of_volumes(const Node& item) {
    const std::vector<std::string> parts = split(item.text, ':');
    const bool typed = parts.size() > 2 || (parts.size() == 2 && parts[0] == "container");
    return parts[typed ? 1 : 0];
}

// get_service_dependents, seen from the other side.
std::vector<NeededService> needed_services(const Node& service) {
    std::vector<NeededService> needed;
    const auto items_of = [&service](std::string_view key) {
        const Node* node = service.find(key);
        return node == nullptr ? std::vector<Node>{} : node->items;
    };
    for (const Node& link : items_of("links"))
        needed.push_back({linked_service(link), link.place});
    for (const Node& item : items_of("volumes_from"))
        needed.push_back({source_of_volumes(item), item.place});
    constexpr std::string_view kShared = "service:";
    for (const std::string_view key : {"network_mode", "pid", "ipc"}) {
        const Node* mode = service.find(key);
        if (mode != nullptr && mode->text.starts_with(kShared))
            needed.push_back({mode->text.substr(kShared.size()), mode->place});
    }
    for (const Node& item : items_of("depends_on"))
        needed.push_back({item.text, item.place});
    if (const Node* depends = service.find("depends_on"); depends != nullptr) {
        for (const Entry& entry : depends->entries)
            needed.push_back({entry.key, entry.place});
    }
    return needed;
}

bool links_to(const Entry& service, const std::string& name) {
    const Node* links = service.value.find("links");
    if (links == nullptr) return false;
    for (const Node& link : links->items) {
        if (linked_service(link) == name) return true;
    }
    return false;
}

bool is_written_to_depend(const Entry& service, const std::string& name) {
    const Node* depends = service.value.find("depends_on");
    if (depends == nullptr) return false;
    for (const Node& item : depends->items) {
        if (item.text == name) return true;
    }
    return depends->find(name) != nullptr;
}

class PythonSorting {
  public:
    explicit PythonSorting(const Node& services) : services_(services) {
        std::map<std::string, std::size_t> indices;
        for (std::size_t i = 0; i < services.entries.size(); ++i)
            indices[services.entries[i].key] = i;
        dependents_.resize(services.entries.size());
        marks_.resize(services.entries.size(), Mark::None);
        for (std::size_t i = 0; i < services.entries.size(); ++i) {
            for (const NeededService& needed : needed_services(services.entries[i].value)) {
                const auto found = indices.find(needed.name);
                if (found != indices.end()) dependents_[found->second].push_back({i, needed.place});
            }
        }
    }

    Result<void> sort() {
        for (std::size_t i = services_.entries.size(); i-- > 0;) {
            if (const auto done = visit(i, services_.entries[i].place); !done) return done;
        }
        return {};
    }

  private:
    enum class Mark : std::uint8_t { None, Begun, Done };

    struct Dependent {
        std::size_t index;
        Place place;
    };

    // sort_service_dicts, visit.
    Result<void> visit(std::size_t index, const Place& from) {
        if (marks_[index] == Mark::Begun) return circle(services_.entries[index], from);
        if (marks_[index] == Mark::Done) return {};
        marks_[index] = Mark::Begun;
        begun_.push_back(services_.entries[index].key);
        for (const Dependent& dependent : dependents_[index]) {
            if (const auto done = visit(dependent.index, dependent.place); !done) return done;
        }
        begun_.pop_back();
        marks_[index] = Mark::Done;
        return {};
    }

    // The names between which the circle is are a set's, in no order.
    [[nodiscard]] Error circle(const Entry& service, const Place& from) const {
        std::string message = "Circular dependency between " + join(begun_, " and ");
        if (links_to(service, service.key)) {
            message = "A service can not link to itself: " + service.key;
        } else if (is_written_to_depend(service, service.key)) {
            message = "A service can not depend on itself: " + service.key;
        }
        return Error{std::move(message), from, "take one of these dependencies out"};
    }

    const Node& services_;
    std::vector<std::vector<Dependent>> dependents_;  // by service
    std::vector<Mark> marks_;
    std::vector<std::string> begun_;
};

}  // namespace

Result<void> check_python_cycles(const Project& project) {
    const Node* services = project.merged.find("services");
    if (services == nullptr) return {};
    return PythonSorting(*services).sort();
}

}  // namespace podium::compose
