#include "sim/view/query.hpp"

#include <algorithm>

#include "sim/base/text.hpp"
#include "sim/model/engine_state.hpp"
#include "sim/model/targets.hpp"
#include "sim/orch/rooms.hpp"
#include "sim/view/names.hpp"
#include "sim/view/run_end.hpp"

namespace podium::view {
namespace {

using model::ContainerId;
using model::ContainerState;
using model::HealthStatus;

// The worse, the greater.
int badness(std::string_view health) {
    constexpr std::string_view kOrder[] = {"", "none", "healthy", "starting", "unhealthy"};
    return static_cast<int>(std::find(std::begin(kOrder), std::end(kOrder), health) -
                            std::begin(kOrder));
}

// A host without power runs nothing, whatever its engine wrote down last; nor does what ended, or was lost with its host,
// run because no engine has looked since.
bool still_runs(const model::World& world, ContainerId id) {
    const model::Container& container = world.container(id);
    return container.state == ContainerState::Running && world.host(container.host).up && !gone_unseen(world, id);
}

std::string health_of(const model::Container& container) {
    if (!container.detail || container.detail->health.status == HealthStatus::None) return "none";
    return std::string(model::health_status_name(container.detail->health.status));
}

const model::Volume* find_volume_named(const model::World& world, const std::string& name) {
    const model::Volume* by_end = nullptr;
    for (const model::Volume& volume : world.volumes) {
        if (volume.removed) continue;
        if (volume.name == name) return &volume;
        // Compose puts the project before it.
        if (volume.name.size() > name.size() && volume.name.ends_with("_" + name) &&
            by_end == nullptr)
            by_end = &volume;
    }
    return by_end;
}

}  // namespace

ServiceState service_state(const model::World& world, const std::string& service) {
    ServiceState out;
    for (const ContainerId id : model::containers_named(world, service)) {
        const model::Container& container = world.container(id);
        ++out.containers;
        if (container.detail && container.detail->oom_killed) out.oom_killed = true;
        if (!still_runs(world, id)) continue;
        ++out.running;
        const std::string health = health_of(container);
        if (badness(health) > badness(out.health)) out.health = health;
    }
    return out;
}

ContainerStateView container_state(const model::World& world, const std::string& name) {
    ContainerStateView out;
    std::vector<ContainerId> found = model::containers_named(world, name);
    if (found.empty()) {
        if (!model::containers_named(world, name, true).empty()) out.state = "removed";
        return out;
    }
    const model::Container& container = world.container(found.front());
    out.exists = true;
    out.state = std::string(model::container_state_name(container.state));
    out.running = still_runs(world, found.front());
    out.health = health_of(container);
    out.exit_code = container.exit_code;
    out.restarts = container.restart_count;
    out.oom_killed = container.detail && container.detail->oom_killed;
    out.image = world.spec(container).image;
    return out;
}

HostStateView host_state(const model::World& world, const std::string& name) {
    HostStateView out;
    const model::HostId id = model::host_named(world, name);
    if (!id) return out;
    const model::Host& host = world.host(id);
    out.exists = true;
    out.up = host.up;
    out.engine = std::string(model::engine_standing(host));
    out.disk_used_bytes = host.disk_used_bytes;
    out.memory_used_bytes = host.memory_used_bytes;
    return out;
}

std::optional<Time> host_file_changed(const model::World& world, const std::string& host, const std::string& path) {
    const model::HostId id = model::host_named(world, host);
    const model::FileNode* node = id ? world.host(id).files.find(path) : nullptr;
    if (node == nullptr || node->directory) return std::nullopt;
    return node->modified;
}

VolumeStateView volume_state(const model::World& world, const std::string& name) {
    VolumeStateView out;
    const model::Volume* volume = find_volume_named(world, name);
    if (volume == nullptr) return out;
    out.exists = true;
    out.size_bytes = volume->files.size_bytes();
    out.mounted = volume->mounted;
    return out;
}

bool volume_file(const model::World& world,
                 const std::string& name,
                 const std::string& path,
                 std::string& content) {
    const model::Volume* volume = find_volume_named(world, name);
    if (volume == nullptr) return false;
    const model::FileNode* node = volume->files.find(path.starts_with("/") ? path : "/" + path);
    if (node == nullptr || node->directory) return false;
    content = node->content;
    return true;
}

bool is_of_container(const model::World& world, const Fact& fact, const std::string& name) {
    if (fact.subject.type() != SubjectType::Container) return false;
    const ContainerId id{fact.subject.id()};
    return world.name_of(id) == name || model::label_of(world, id) == name || model::has_short_id(world, id, name);
}

bool FactInfo::is_of(const std::string& called) const {
    if (called == service || called == container) return true;
    if (project.empty() || !called.starts_with(project + "/")) return false;
    const std::string_view rest = std::string_view(called).substr(project.size() + 1);
    return rest == service || (rest == container && container.starts_with(service + "."));
}

bool FactInfo::is_of_service(std::string_view called) const {
    return !service.empty() && model::names_service(called, service, project);
}

FactInfo fact_info(const model::World& world, const FactCatalogue& facts, const Fact& fact) {
    FactInfo out;
    const FactSpec* spec = facts.find(fact.kind);
    if (spec == nullptr) return out;
    out.name = spec->name;
    out.action = spec->name.substr(spec->name.find('.') + 1);
    for (const char* field : {"name", "target", "host"}) {
        const FieldValue value = facts.field(fact, field, world.kernel.interner());
        if (value.type == FieldType::Text && !value.text.empty()) {
            out.object = std::string(value.text);
            break;
        }
    }
    // Those of a swarm and its managers name whom they are about in fields of their own.
    const auto text = [&](std::string_view field) { return std::string(facts.field(fact, field, world.kernel.interner()).text); };
    const auto room = static_cast<FactKind>(fact.kind & 0xFF00);
    if (room == kRoomSwarm) {
        out.service = text("service");
        out.container = text("task");
        if (out.service.empty()) out.service = out.container.substr(0, out.container.rfind('.'));
        out.host = text("node");
    } else if (room == kRoomRaft) {
        out.host = text("member");
    }
    if (fact.subject.type() == SubjectType::Container) {
        const ContainerId container{fact.subject.id()};
        out.service = model::service_of(world, container);
        out.container = model::label_of(world, container);
        out.host = world.host(world.container(container).host).spec.name;
        if (out.service.empty()) {
            out.service = out.container;
        } else {
            out.project = model::project_of(world, container);
        }
    } else if (fact.subject.type() == SubjectType::Host) {
        out.host = world.host(model::HostId{fact.subject.id()}).spec.name;
    }
    return out;
}

bool is_of_service(const model::World& world, const FactInfo& info, const std::string& name) {
    if (!info.is_of_service(name)) return false;
    const model::ServiceIdentity service{info.service, info.project};
    return service.whole() == name || services_meant(world, name).contains(service);
}

namespace {

// "web" of "shop/web".
std::string_view without_project(std::string_view name) {
    return name.substr(name.rfind('/') + 1);  // npos + 1 is 0
}

// Whether one could be aimed at by the other's name, or by that in its stack's file: the rest is asked of few.
bool may_be_aimed_at(std::string_view target, std::string_view name) {
    const std::string_view own = without_project(target);
    const std::string_view other = without_project(name);
    return own == other || other.ends_with("_" + std::string(target)) || target.ends_with("_" + std::string(other));
}

// Whether it was made when a fact was recorded, and not removed yet.
bool was_there(const model::World& world, ContainerId id, const Fact& fact) {
    const model::Container& container = world.container(id);
    const Time created = container.detail ? container.detail->created : container.outline ? container.outline->created : Time{};
    return created <= fact.time && (container.state != ContainerState::Removed || container.last_fact > fact.id);
}

// The services that a target means, of all containers or of those that were there when a fact was recorded; none: it means no container.
std::optional<std::set<model::ServiceIdentity>> services_struck(const model::World& world, const std::string& target, const Fact* then) {
    std::optional<std::set<model::ServiceIdentity>> out;
    model::TargetMatch strongest = model::TargetMatch::StackService;
    for (std::uint32_t i = 1; i <= world.containers.size(); ++i) {
        const ContainerId id{i};
        if (then != nullptr && !was_there(world, id, *then)) continue;
        const model::TargetMatch match = model::match_of(world, id, target);
        if (match < strongest) continue;
        if (match > strongest || !out) out.emplace();
        strongest = match;
        model::ServiceIdentity service = model::counted_as(world, id);
        // One container of a service is not the service.
        const bool whole = model::names_service(target, service.name, service.project) || model::stack_service_of(world, id) == target;
        if (whole && !service.name.empty()) out->insert(std::move(service));
    }
    return out;
}

}  // namespace

bool is_aimed(const FactCatalogue& facts, const Fact& fact) {
    const FactSpec* spec = facts.find(fact.kind);
    return fact.subject.type() == SubjectType::Traffic || (spec != nullptr && spec->name.starts_with("fault."));
}

bool is_aimed_at_service(const model::World& world, const FactCatalogue& facts, const Fact& fact, const std::string& name) {
    if (!is_aimed(facts, fact)) return false;
    std::string target;
    if (fact.subject.type() != SubjectType::Traffic) target = facts.field(fact, "target", world.kernel.interner()).text;
    else if (fact.subject.id() - 1 < world.traffic.size()) target = world.traffic[fact.subject.id() - 1].spec.target;
    if (target.empty() || !may_be_aimed_at(target, name)) return false;
    auto struck = services_struck(world, target, &fact);
    if (!struck) struck = services_struck(world, target, nullptr);
    if (!struck) return target == name;
    const std::set<model::ServiceIdentity> meant = services_meant(world, name);
    return std::any_of(struck->begin(), struck->end(), [&meant](const model::ServiceIdentity& service) { return meant.contains(service); });
}

namespace {

bool is_life(const Fact& fact) {
    return fact.kind == model::kFactContainerStart || fact.kind == model::kFactContainerDie;
}

// A start or a death of one of its containers.
void add_life(ServiceHistory& history, const model::World& world, const FactCatalogue& facts, const Fact& fact, const Slots::Start& of_slot) {
    if (fact.kind == model::kFactContainerStart) {
        ++history.starts;
        if (of_slot.move) ++history.moves;
        if (of_slot.restart || facts.field(fact, "reason", world.kernel.interner()).number ==
            static_cast<std::int64_t>(model::StartReason::RestartPolicy))
            ++history.restarts;
    } else {
        ++history.deaths;
        history.exited = true;
        history.last_exit =
            static_cast<int>(facts.field(fact, "exit", world.kernel.interner()).number);
    }
}

// But for how the last of them ended.
void add_up(ServiceHistory& sum, const ServiceHistory& one) {
    sum.starts += one.starts;
    sum.restarts += one.restarts;
    sum.moves += one.moves;
    sum.deaths += one.deaths;
}

}  // namespace

void Histories::follow(const model::World& world, const FactCatalogue& facts) {
    const Journal& journal = world.kernel.journal();
    if (next_ > journal.last()) return;
    journal.for_each(next_, [&](const Fact& fact) {
        const Slots::Start of_slot = slots_.follow(world, facts, fact);
        if (!is_life(fact)) return;
        const ContainerId id{fact.subject.id()};
        const model::ServiceIdentity service = model::counted_as(world, id);
        if (service.name.empty()) return;  // a step of a build's
        const std::string in_stack = model::stack_service_of(world, id);
        if (!in_stack.empty()) in_stacks_[in_stack].insert(service);
        Kept& kept = services_[service];
        add_life(kept.history, world, facts, fact, of_slot);
        if (fact.kind == model::kFactContainerDie) kept.last_death = fact.id;
    });
    next_ = FactId{journal.last().value + 1};
}

std::vector<const Histories::Kept*> Histories::meant(const std::string& name) const {
    std::vector<const Kept*> out;
    if (const auto own = services_.find({name, {}}); own != services_.end()) return {&own->second};
    for (auto found = services_.lower_bound({name, {}}); found != services_.end() && found->first.name == name; ++found)
        out.push_back(&found->second);
    for (std::size_t slash = name.find('/'); slash != std::string::npos; slash = name.find('/', slash + 1)) {
        const auto found = services_.find({name.substr(slash + 1), name.substr(0, slash)});
        if (slash > 0 && found != services_.end()) out.push_back(&found->second);
    }
    if (const auto in_stacks = in_stacks_.find(name); out.empty() && in_stacks != in_stacks_.end()) {
        for (const model::ServiceIdentity& service : in_stacks->second) out.push_back(&services_.at(service));
    }
    return out;
}

bool Histories::knows(const std::string& service) const { return !meant(service).empty(); }

ServiceHistory Histories::of(const std::string& service) const {
    ServiceHistory out;
    FactId last;
    for (const Kept* one : meant(service)) {
        add_up(out, one->history);
        if (!one->history.exited || one->last_death < last) continue;
        last = one->last_death;
        out.exited = true;
        out.last_exit = one->history.last_exit;
    }
    return out;
}

ServiceHistory Histories::of_all() const {
    ServiceHistory out;
    for (const auto& [service, one] : services_) add_up(out, one.history);
    return out;
}

std::set<model::ServiceIdentity> services_of_container(const model::World& world, const std::string& name) {
    std::set<model::ServiceIdentity> out;
    for (const ContainerId id : model::containers_named(world, name, true)) {
        model::ServiceIdentity service{model::service_of(world, id), model::project_of(world, id)};
        const bool by_service =
            model::names_service(name, service.name, service.project) || model::stack_service_of(world, id) == name;
        if (!service.name.empty() && !by_service) out.insert(std::move(service));
    }
    return out;
}

ServiceHistory container_history(const model::World& world, const FactCatalogue& facts, const std::string& name) {
    ServiceHistory out;
    const std::vector<ContainerId> meant = model::containers_named(world, name, true);
    if (meant.empty()) return out;
    Slots slots;
    const Journal& journal = world.kernel.journal();
    journal.for_each(journal.first(), [&](const Fact& fact) {
        const Slots::Start of_slot = slots.follow(world, facts, fact);
        if (!is_life(fact) || std::find(meant.begin(), meant.end(), ContainerId{fact.subject.id()}) == meant.end()) return;
        add_life(out, world, facts, fact, of_slot);
    });
    return out;
}

}  // namespace podium::view
