#include "sim/lab/swarm_names.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "sim/base/text.hpp"

namespace podium::lab {
namespace {

constexpr std::string_view kStackLabel = "com.docker.stack.namespace";
// As many digits of a task's id as one would type.
constexpr std::size_t kLeastTaskDigits = 6;

// The swarms that hosts are part of, the one begun last first.
std::vector<const swarm::SwarmRow*> living_swarms(const SimState& state) {
    const swarm::State& all = state.swarm.state();
    std::vector<const swarm::SwarmRow*> out;
    for (auto row = all.swarms.rbegin(); row != all.swarms.rend(); ++row) {
        if (std::any_of(all.hosts.begin(), all.hosts.end(), [&row](const swarm::HostRow& host) {
                return host.swarm == row->number;
            }))
            out.push_back(&*row);
    }
    return out;
}

// The services a name means: the one that is called so, else those that stacks made of one called
// so in their file.
Result<swarm::ServiceId> service_meant(const swarm::Store& store, const std::string& name) {
    if (const swarm::ServiceId exact = store.service_called(name)) return exact;
    std::vector<std::string> names;
    swarm::ServiceId found;
    store.services.for_each([&](std::uint32_t number, const swarm::Service& service) {
        const auto stack = service.spec.labels.find(std::string(kStackLabel));
        if (stack == service.spec.labels.end() || service.spec.name != stack->second + "_" + name)
            return;
        found = {number};
        names.push_back(service.spec.name);
    });
    if (names.size() <= 1) return found;
    return Error{fmt::format("{} stacks have a service '{}'", names.size(), name),
                 {},
                 fmt::format("name one of {}", join(names, ", "))};
}

swarm::NodeId node_called(const swarm::Store& store, const std::string& name) {
    swarm::NodeId found;
    store.nodes.for_each([&](std::uint32_t number, const swarm::Node& node) {
        if (!found && (node.meta.id == name || node.description.hostname == name)) found = {number};
    });
    return found;
}

// A task by its id, or as its container is called.
swarm::TaskId task_called(const swarm::Store& store, const std::string& name) {
    const std::string id = name.substr(name.rfind('.') + 1);  // npos + 1 is 0
    if (id.size() < kLeastTaskDigits) return {};
    swarm::TaskId found;
    store.tasks.for_each([&](std::uint32_t number, const swarm::Task& task) {
        if (task.service && task.meta.id.view().starts_with(id)) found = {number};
    });
    return found;
}

Result<SwarmName> find_in(const swarm::SwarmRow& row, const std::string& target) {
    SwarmName out{&row, {}, 0, {}, {}};
    const auto whole = service_meant(row.store, target);
    if (!whole) return whole.error();
    if ((out.service = *whole)) return out;
    // What follows the service may have dots of its own, and so may the service.
    for (std::size_t dot = target.rfind('.'); dot != std::string::npos && dot > 0;
         dot = target.rfind('.', dot - 1)) {
        const auto service = service_meant(row.store, target.substr(0, dot));
        if (!service) return service.error();
        if (!*service) continue;
        const std::string rest = target.substr(dot + 1);
        std::int64_t slot = 0;
        out.service = *service;
        if (parse_integer(rest, slot) && slot > 0) {
            out.slot = static_cast<std::uint64_t>(slot);
            return out;
        }
        if ((out.node = node_called(row.store, rest))) return out;
        break;
    }
    out.service = {};
    if ((out.task = task_called(row.store, target)))
        out.service = row.store.tasks.find(out.task.value)->service;
    return out;
}

}  // namespace

Result<std::optional<SwarmName>> find_in_swarm(const SimState& state, const std::string& target) {
    for (const swarm::SwarmRow* row : living_swarms(state)) {
        auto found = find_in(*row, target);
        if (!found) return found.error();
        if (found->service) return std::optional(*found);
    }
    return std::optional<SwarmName>();
}

std::vector<std::string> swarm_names(const SimState& state) {
    std::vector<std::string> out;
    for (const swarm::SwarmRow* row : living_swarms(state)) {
        row->store.services.for_each([&](std::uint32_t, const swarm::Service& service) {
            out.push_back(service.spec.name);
        });
        row->store.tasks.for_each([&](std::uint32_t, const swarm::Task& task) {
            if (task.service) out.push_back(task_label(row->store, task));
        });
    }
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

const swarm::Leadership* leadership_of(const swarm::SwarmRow& row) {
    const swarm::Leadership* found = nullptr;
    for (const auto& [member, leadership] : row.leaders) {
        if (found == nullptr || leadership.number > found->number) found = &leadership;
    }
    return found;
}

bool is_in_swarm(const SimState& state) {
    return !living_swarms(state).empty();
}

std::string node_label(const swarm::Store& store, swarm::NodeId node) {
    const swarm::Node* row = store.nodes.find(node.value);
    if (row == nullptr) return "no node";
    return row->description.hostname.empty() ? row->meta.id.text() : row->description.hostname;
}

std::string task_label(const swarm::Store& store, const swarm::Task& task) {
    if (task.slot != 0) return fmt::format("{}.{}", task.service_name, task.slot);
    return task.node ? fmt::format("{}.{}", task.service_name, node_label(store, task.node))
                     : task.service_name;
}

}  // namespace podium::lab
