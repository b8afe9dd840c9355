#include "sim/model/outline.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "sim/base/assert.hpp"
#include "sim/model/bridge.hpp"
#include "sim/model/container.hpp"
#include "sim/model/container_detail.hpp"
#include "sim/model/container_facts.hpp"
#include "sim/model/container_start.hpp"
#include "sim/model/engine_state.hpp"
#include "sim/model/main_program.hpp"
#include "sim/model/overheads.hpp"
#include "sim/model/process_table.hpp"

namespace podium::model {
namespace {

constexpr std::int64_t kNanoOfMillicore = 1'000'000;
// Above the least that an engine takes for a limit.
constexpr std::int64_t kLeastMemoryLimit = 16LL << 20;
// The start of a container in outline is its first.
constexpr std::uint32_t kFirstStart = 1;

// Its containers do nothing but wait for a signal, from their first step on.
bool is_quiet(const BehaviourProfile& profile) {
    const bool says_nothing = profile.log.empty() && profile.root_refusal.log.empty() && profile.old_data.log.empty();
    const bool needs_nothing = profile.requirements.empty() && profile.required_variables.empty() && !profile.initialisation && profile.entrypoint_scripts.empty() && !profile.stands_in;
    const bool serves_nobody = profile.kind == ServiceKind::Tcp && profile.ports.empty() && !profile.listens_on_exposed_ports;
    const bool uses_nothing = profile.start_up == Duration{} && profile.cpu.idle_millicores == 0 && profile.memory.start_bytes == kProcessMemory &&
                              profile.memory.base_bytes == kProcessMemory && profile.memory.growth_bytes_per_second == 0;
    return says_nothing && needs_nothing && serves_nobody && uses_nothing && profile.writes.empty() && !profile.workers && profile.background.empty();
}

bool is_quiet(const World& world, const Image& image, const ContainerSpec& spec) {
    if (image.built) return false;  // somebody may have put what he likes into it
    const BehaviourProfile& profile = world.catalogue->profile(image);
    if (!is_quiet(profile) || image.config.health_check || !image.config.volumes.empty()) return false;
    return main_program(profile, command_of(spec, image.config)).kind == MainProgram::Kind::Service;
}

// What an agent asks for changes nothing of how the program runs.
bool is_plain(const ContainerSpec& spec) {
    if (!spec.of_agent || spec.own_labels.empty()) return false;
    if (spec.memory_bytes != 0 && spec.memory_bytes < std::max(kLeastMemoryLimit, spec.memory_reservation_bytes)) return false;
    ContainerSpec rest = spec;
    rest.image.clear();
    rest.environment.clear();
    rest.labels.clear();
    rest.own_labels.clear();
    rest.of_agent = rest.no_init = false;
    rest.stop_timeout_seconds.reset();
    rest.memory_bytes = rest.memory_reservation_bytes = rest.nano_cpus = 0;
    return rest == ContainerSpec{};
}

// Nothing but such containers runs there: a shell that waits for a line looks at nothing until it starts something.
bool runs_nothing(const World& world, const Host& host) {
    if (host.process_count != host.processes.size()) return false;
    return std::all_of(host.processes.begin(), host.processes.end(), [&world](ProcessId id) {
        const Process* process = world.processes.find(id);
        return process != nullptr && process->role == ProcessRole::Session && !process->replaced && process->children.empty();
    });
}

// And the engine does as engines do by themselves.
bool has_room_for_outlines(const World& world, const Host& host, const ContainerSpec& spec) {
    const bool serves = host.up && host.engine.state == EngineState::Running && !host.engine.config && runs_nothing(world, host);
    const bool fits = host.outlines < kMostProcessesPerHost / 2 && host.memory_used_bytes + kProcessMemory <= host.spec.memory_bytes &&
                      host.disk_free_bytes() >= kLeastLayerBytes && spec.nano_cpus <= host.spec.cpu_millicores * kNanoOfMillicore;
    return serves && fits && world.containers.size() < kMostContainers;
}

constexpr const char* kOrdinalsOfContainers = "container/";

std::string ordinal_name(const std::string& name) { return kOrdinalsOfContainers + name; }

// Whether there has been a whole container of this name.
bool had_whole(const Engine& engine, const std::string& name) {
    const auto first = engine.ordinals.lower_bound(kOrdinalsOfContainers);
    if (first == engine.ordinals.end() || !first->first.starts_with(kOrdinalsOfContainers)) return false;
    return engine.ordinals.contains(ordinal_name(name));
}

// It goes on as a start of a whole container would from here.
void go_on_whole(World& world, ContainerId id) {
    make_whole(world, id);
    continue_start(world, id);
}

void run_in_outline(World& world, ContainerId id) {
    Container& c = world.container(id);
    Host& host = world.host(c.host);
    if (host.memory_used_bytes + kProcessMemory > host.spec.memory_bytes) return go_on_whole(world, id);
    c.manually_stopped = false;
    c.restart_count = 0;
    c.policy_restarts = 0;
    c.backoff = {};
    c.policy_cancelled = false;
    ++c.run_generation;
    c.process_alive = true;
    c.ever_started = true;
    c.exit_code = 0;
    c.started = world.kernel.now();
    set_state(c, ContainerState::Running);
    c.outline->start_stage = 0;
    c.outline->host_pid = take_host_pid(host, ProcessRole::Main);
    host.memory_used_bytes += kProcessMemory;
    record_container_event(world, id, kFactContainerStart, StartReason::Request, std::uint32_t{0}, Duration{});
    const RequestId request = std::exchange(c.outline->start_request, {});
    if (const Request* row = world.requests.find(request)) advance_request(world, request, row->serial);
}

std::string own_value(const World& world, HostId host, std::string_view name, OwnLabel from) {
    switch (from) {
        case OwnLabel::Name: return std::string(name);
        case OwnLabel::AfterLastDot: return std::string(name.substr(name.rfind('.') + 1));
        case OwnLabel::Node: return world.host(host).engine.node_id;
    }
    return {};
}

void place_on_bridge(World& world, ContainerId id, Ipv4 address) {
    for (Endpoint& endpoint : world.detail(id).endpoints) {
        endpoint.ipv4 = address;
        endpoint.connected = endpoint.was_connected = true;
        ++endpoint.ordinal;
    }
}

}  // namespace

std::optional<ContainerId> create_outline(World& world, HostId host_id, const ImagePointer& image, const std::shared_ptr<const ContainerSpec>& spec, const std::string& name) {
    Host& host = world.host(host_id);
    if (!world.keeps_outlines || spec->own_labels.empty() || !has_room_for_outlines(world, host, *spec)) return std::nullopt;
    if (world.container_called(host_id, name) || had_whole(host.engine, name)) return std::nullopt;
    auto shared = world.shared_specs.find(spec.get());
    if (shared == world.shared_specs.end() || shared->second.image != image) {
        if (!is_quiet(world, *image, *spec)) return std::nullopt;
        if (shared == world.shared_specs.end()) {
            if (!is_plain(*spec)) return std::nullopt;
            shared = world.shared_specs.emplace(spec.get(), SharedOutline{world.add_spec(spec), {}}).first;
        }
        shared->second.image = image;
    }
    Container c;
    c.name = world.kernel.intern(name);
    c.host = host_id;
    c.spec = shared->second.spec;
    c.ordinal = 1;
    ContainerOutline& outline = c.outline.ensure();
    outline.image = image;
    outline.created = world.kernel.now();
    world.containers.push_back(std::move(c));
    const ContainerId id{static_cast<std::uint32_t>(world.containers.size())};
    world.container(id).outline->id_key = container_id_key(world, id);
    host.engine.by_name.emplace(world.container(id).name, id);
    ++host.outlines;
    record_container_event(world, id, kFactContainerCreate);
    return id;
}

void start_outline(World& world, ContainerId id, RequestId request) {
    Container& c = world.container(id);
    PODIUM_ASSERT(c.outline && c.state == ContainerState::Created, "a container in outline is started once");
    ++c.timer_serial;
    c.outline->start_request = request;
    c.outline->start_stage = kStageNetwork;
    world.kernel.schedule(kStartNetwork, Phase::Runtime, kEventContainerStartStage, id.value, kStageNetwork, kFirstStart);
}

void outline_start_stage(World& world, ContainerId id, std::uint8_t stage) {
    Container& c = world.container(id);
    if (c.outline->start_stage != stage) return;
    switch (stage) {
        case kStageNetwork:
            if (!connect_outline(world, id)) return go_on_whole(world, id);
            c.outline->start_stage = kStageMounts;
            world.kernel.schedule(kStartMounts - kStartNetwork, Phase::Runtime, kEventContainerStartStage, id.value, kStageMounts, kFirstStart);
            return;
        case kStageMounts:
            c.outline->start_stage = kStageRun;
            world.kernel.schedule((overhead::kStart - kStartMounts) * world.host(c.host).disk_slowdown, Phase::Runtime, kEventContainerStartStage, id.value, kStageRun, kFirstStart);
            return;
        case kStageRun: run_in_outline(world, id); return;
        default: PODIUM_ASSERT(false, "a start has three stages");
    }
}

void make_whole(World& world, ContainerId id) {
    Container& c = world.container(id);
    PODIUM_ASSERT(c.outline, "only a container in outline is made whole");
    const ContainerOutline outline = *c.outline;
    c.outline.reset();
    Host& host = world.host(c.host);
    --host.outlines;
    const std::string name(world.kernel.text(c.name));
    host.engine.ordinals[ordinal_name(name)] = c.ordinal;
    c.spec = world.add_spec(with_own_labels(world, c.host, world.specs[c.spec.value - 1], name));
    ContainerDetail& d = c.detail.ensure();
    fill_detail(world, id, outline.image);
    d.created = outline.created;
    const Refusal planned = plan_endpoints(world, id);
    PODIUM_ASSERT(planned.status == 0, "a container in outline is on the engine's own bridge");
    if (outline.address) place_on_bridge(world, id, outline.address);
    d.start_serial = c.timer_serial;  // its start counts in both, and so does the loss of its host
    if (outline.start_stage != 0) {
        d.start_stage = outline.start_stage;
        d.start_request = d.locked_by = outline.start_request;
    }
    if (c.process_alive) {
        host.memory_used_bytes -= kProcessMemory;
        take_up_main(world, id, outline.host_pid);
    } else if (c.counts_as_running()) {
        d.pending_exit_code = kLostWithHost;
    }
}

void make_all_whole(World& world, HostId host) {
    if (world.host(host).outlines == 0) return;
    std::vector<ContainerId> all;
    for (const auto& [name, id] : world.host(host).engine.by_name) {
        if (world.container(id).outline) all.push_back(id);
    }
    std::sort(all.begin(), all.end());
    for (const ContainerId id : all) {
        if (world.container(id).outline) make_whole(world, id);
    }
}

void lose_outlines(World& world, HostId id) {
    Host& host = world.host(id);
    if (host.outlines == 0) return;
    for (const auto& [name, container] : host.engine.by_name) {
        Container& c = world.container(container);
        if (!c.outline) continue;
        c.outline->start_stage = 0;
        c.outline->start_request = {};
        ++c.timer_serial;
        if (!std::exchange(c.process_alive, false)) continue;
        host.memory_used_bytes -= kProcessMemory;
    }
}

std::int64_t outline_memory(const Container& c) { return c.outline && c.process_alive ? kProcessMemory : 0; }

std::string container_label(const World& world, ContainerId id, const std::string& name) {
    const Container& c = world.container(id);
    const ContainerSpec& spec = world.spec(c);
    for (const auto& [label, from] : spec.own_labels) {  // which take the place of the service's
        if (label == name) return own_value(world, c.host, world.name_of(id), from);
    }
    const auto found = spec.labels.find(name);
    return found == spec.labels.end() ? std::string() : found->second;
}

std::shared_ptr<const ContainerSpec> with_own_labels(const World& world, HostId host, std::shared_ptr<const ContainerSpec> spec, const std::string& name) {
    if (spec->own_labels.empty()) return spec;
    auto whole = std::make_shared<ContainerSpec>(*spec);
    for (const auto& [label, from] : std::exchange(whole->own_labels, {})) whole->labels[label] = own_value(world, host, name, from);
    return whole;
}

ContainerDetail& World::whole_detail(ContainerId id) {
    make_whole(*this, id);
    return *container(id).detail;
}

const ContainerDetail& World::empty_detail() {
    static const ContainerDetail kNone;
    return kNone;
}

}  // namespace podium::model
