#include "ui/desktop/panels/services_parts.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>

#include "ui/desktop/panels/actions.hpp"

namespace podium::desktop {
namespace {

using view::kNone;
using view::Phase;
using view::Tone;

Tone tone_of_phase(Phase phase) {
    switch (phase) {
        case Phase::Running: return Tone::Good;
        case Phase::Unhealthy:
        case Phase::OutOfMemory:
        case Phase::Failed:
        case Phase::Lost: return Tone::Bad;
        case Phase::Pending:
        case Phase::Pulling:
        case Phase::Starting:
        case Phase::BackOff:
        case Phase::Stopping: return Tone::Warning;
        case Phase::Created:
        case Phase::Paused:
        case Phase::Exited: return Tone::Quiet;
    }
    return Tone::Plain;
}

bool is_over(const view::TaskView& task) {
    return task.state == "shutdown" || task.state == "complete" || task.state == "failed" || task.state == "rejected" || task.state == "orphaned" || task.state == "remove";
}

Tone tone_of_task(const view::ClusterView& cluster, const view::TaskView& task) {
    if (task.state == "failed" || task.state == "rejected") return Tone::Bad;
    if (is_over(task)) return Tone::Quiet;
    return task.tile == kNone ? Tone::Warning : tone_of_phase(cluster.tiles[task.tile].phase);
}

bool updates(const view::ServiceView& service) {
    return service.update == "updating" || service.update == "rollback_started" || service.update == "paused" || service.update == "rollback_paused";
}

std::string about_service(const view::ServiceView& service) {
    std::string out;
    const auto add = [&out](const std::string& words) {
        if (words.empty()) return;
        if (!out.empty()) out += "  ·  ";
        out += words;
    };
    // First what changes: of a long line the end is cut.
    if (updates(service)) add(fmt::format("{}, {} of {}", service.update, service.updated, service.wanted));
    add(service.image);
    add(service.mode == "replicated" ? std::string() : service.mode);
    add(service.stack);
    for (const std::string& port : service.ports) add(port);
    return out;
}

Tone tone_of_service(const view::ServiceView& service) {
    if (service.wanted == 0) return Tone::Quiet;
    if (service.ready >= service.wanted) return Tone::Good;
    return service.running == 0 ? Tone::Bad : Tone::Warning;
}

}  // namespace

std::vector<ServiceLine> service_lines(const view::ClusterView& cluster, std::string_view filter) {
    std::vector<ServiceLine> out;
    for (std::size_t i = 0; i < cluster.services.size(); ++i) {
        const view::ServiceView& service = cluster.services[i];
        if (!filter.empty() && service.name.find(filter) == std::string::npos && service.stack.find(filter) == std::string::npos) continue;
        ServiceLine line;
        line.service = static_cast<std::uint32_t>(i);
        line.name = service.called();
        line.count = fmt::format("{}/{}", service.running, service.wanted);
        line.tone = tone_of_service(service);
        if (updates(service) && service.wanted > 0) line.update = std::min(1.0F, static_cast<float>(service.updated) / static_cast<float>(service.wanted));
        line.about = about_service(service);
        out.push_back(std::move(line));
    }
    return out;
}

std::string member_words(const ServiceMember& member) {
    std::string out = fmt::format("{} {}", member.name, member.state);
    if (!member.desired.empty()) out += fmt::format(" → {}", member.desired);
    if (!member.host.empty()) out += fmt::format(" on {}", member.host);
    if (!member.error.empty()) out += "\n" + member.error;
    return out;
}

std::vector<ServiceMember> members_of(const view::ClusterView& cluster, std::uint32_t service) {
    std::vector<ServiceMember> first;
    std::vector<ServiceMember> ended;
    const auto host_name = [&cluster](std::uint32_t host) { return host == kNone ? std::string() : cluster.hosts[host].name; };
    std::map<std::string_view, const view::TaskView*> meant;  // by name: view::task_meant, found once for all
    for (const view::TaskView& task : cluster.tasks) {
        if (task.service != service) continue;
        const view::TaskView*& best = meant[task.name];
        if (best == nullptr || !view::is_meant_before(cluster, *best, task)) best = &task;
    }
    for (const view::TaskView& task : cluster.tasks) {
        if (task.service != service) continue;
        ServiceMember member{task.name, task.state, {}, host_name(task.host), tone_of_task(cluster, task), true, task.error, selection_of_task(cluster, task, meant.at(task.name) == &task)};
        // What the managers believe, unless the picture knows better.
        const bool lost = task.tile != kNone && cluster.tiles[task.tile].phase == Phase::Lost;
        if (lost) member.state = fmt::format("{}, lost", task.state);
        if (task.desired != task.state && !(is_over(task) && task.desired == "shutdown")) member.desired = task.desired;
        (is_over(task) ? ended : first).push_back(std::move(member));
    }
    if (first.empty() && ended.empty()) {
        const bool shared = service < cluster.services.size() && cluster.services[service].shares_name;
        for (const view::Tile& tile : cluster.tiles) {
            if (tile.service != service) continue;
            // Of two projects' web.1 each is meant by its own name.
            const std::string& name = !tile.id.empty() ? tile.id : shared && !tile.own_name.empty() ? tile.own_name : tile.name;
            ServiceMember member{tile.name, std::string(view::phase_name(tile.phase)), {}, host_name(tile.host), tone_of_phase(tile.phase), false, {}, {Selection::Kind::Container, name}};
            (tile.phase == Phase::Exited ? ended : first).push_back(std::move(member));
            if (first.size() > kMostMembersShown) break;
        }
    }
    std::stable_sort(first.begin(), first.end(), [](const ServiceMember& a, const ServiceMember& b) { return a.name.size() != b.name.size() ? a.name.size() < b.name.size() : a.name < b.name; });
    // Of what has ended the newest tells most.
    std::reverse(ended.begin(), ended.end());
    first.insert(first.end(), std::make_move_iterator(ended.begin()), std::make_move_iterator(ended.end()));
    if (first.size() > kMostMembersShown) first.resize(kMostMembersShown);
    return first;
}

}  // namespace podium::desktop
