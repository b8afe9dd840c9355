#include "sim/faults/actions.hpp"

#include <algorithm>
#include <initializer_list>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/faults/link_ends.hpp"
#include "sim/model/engine.hpp"
#include "sim/model/firewall.hpp"
#include "sim/model/operations.hpp"
#include "sim/model/outline.hpp"
#include "sim/model/targets.hpp"
#include "sim/shell/signals.hpp"

namespace podium::faults {
namespace {

using model::ContainerId;
using model::HostId;
using model::World;

constexpr Duration kRound = milliseconds(200);
constexpr Duration kLongest = hours(1000);
constexpr std::int64_t kMostSlowdown = 1'000'000;  // of all slow-disk faults of a host together
constexpr std::int64_t kMostLeak = 1LL << 50;  // bytes a second, more than any host has

std::string argument(const FaultRequest& request, const std::string& name, const std::string& otherwise) {
    const auto found = request.arguments.find(name);
    return found == request.arguments.end() ? otherwise : found->second;
}

Duration duration_argument(const FaultRequest& request, const std::string& name, const std::string& otherwise) {
    const auto value = parse_duration(argument(request, name, otherwise));
    return value ? *value : Duration{};
}

std::int64_t bytes_argument(const FaultRequest& request, const std::string& name, const std::string& otherwise) {
    std::int64_t bytes = 0;
    parse_bytes(argument(request, name, otherwise), bytes);
    return bytes;
}

/// "5%" or "0.5%" in parts per million; -1 when it is no such thing.
std::int64_t percent_ppm(const std::string& text) {
    std::string number = text;
    if (!number.empty() && number.back() == '%') number.pop_back();
    std::int64_t bytes = 0;  // parse_bytes reads decimals; scaled by a million it keeps four of them
    const auto dot = number.find('.');
    std::int64_t whole = 0;
    if (!parse_integer(number.substr(0, dot), whole) || whole < 0 || whole > 100) return -1;
    std::int64_t part = 0;
    if (dot != std::string::npos) {
        std::string digits = number.substr(dot + 1, 4);
        digits.resize(4, '0');
        if (!parse_integer(digits, part) || part < 0) return -1;
    }
    bytes = whole * 10'000 + part;
    return bytes > 1'000'000 ? -1 : bytes;
}

// --- containers ---

void send_to_main(World& world, ContainerId id, int signal) {
    model::Container& c = world.container(id);
    if (!c.detail || !c.process_alive) return;
    const model::ProcessId main = c.detail->main;
    const FactId fact = world.kernel.record(model::kFactProcessKilled, Subject(SubjectType::Container, id.value), c.name, c.detail->host_pid, signal, 0);
    c.last_fact = fact;
    world.kernel.set_cause(fact);
    model::send_signal(world, main, signal, true);
}

std::vector<model::ProcessId> processes_of(const World& world, ContainerId id) {
    std::vector<model::ProcessId> out;
    for (const model::ProcessId key : world.processes.keys()) {
        const model::Process& process = world.processes.at(key);
        if (process.container == id && !process.ended) out.push_back(key);
    }
    return out;
}

void signal_all(World& world, ContainerId id, int signal) {
    for (const model::ProcessId process : processes_of(world, id)) model::send_signal(world, process, signal, true);
}

// The program that does a container's work: PID 1, or with --init the child of it.
model::ProcessId working_process(const World& world, model::ProcessId main) {
    const model::Process& process = world.processes.at(main);
    return process.role == model::ProcessRole::Init && !process.children.empty() ? process.children.front() : main;
}

template <class Act>
void for_containers(World& world, const ActiveFault& fault, Act act) {
    const FactId cause = world.kernel.cause();
    for (const ContainerId id : model::containers_named(world, fault.request.target)) {
        world.kernel.set_cause(cause);
        if (world.container(id).outline) model::make_whole(world, id);
        if (world.container(id).detail) act(id);
    }
}

// What is done to an engine or a host that must have power for it, and is no more once it has not.
bool acts_on_running_host(const std::string& id) {
    return id == "engine-stop" || id == "engine-kill" || id == "engine-restart" || id == "host-reboot" || id == "freeze";
}

int signal_of(const FaultRequest& request) {
    const int signal = shell::signal_number(argument(request, "signal", "KILL"));
    return signal > 0 ? signal : shell::kSigKill;
}

// --- the network ---

/// What the target of a link fault means: links, or two hosts that no link joins directly, whose other
/// traffic goes over the same links and is left alone.
struct LinkTarget {
    std::vector<model::LinkId> links;
    model::NodeId first;
    model::NodeId second;

    [[nodiscard]] bool exists() const { return first || !links.empty(); }
};

LinkTarget link_target(const World& world, const std::string& target) {
    const std::vector<HostId> hosts = hosts_of_link(world, target);
    if (hosts.empty()) return {};
    const model::NodeId first = world.host(hosts.front()).node;
    if (hosts.size() == 1) return {world.network.links_of(first), {}, {}};
    const model::NodeId second = world.host(hosts.back()).node;
    if (const model::LinkId link = world.network.find_link(first, second)) return {{link}, {}, {}};
    if (world.network.links_of(first).empty() || world.network.links_of(second).empty()) return {};
    return {{}, first, second};
}

void begin_link(World& world, ActiveFault& fault, model::LinkQuality quality) {
    const LinkTarget target = link_target(world, fault.request.target);
    fault.before["overlay"] = target.first ? world.network.set_pair_quality(target.first, target.second, quality).value
                                           : world.network.set_link_quality(target.links, quality).value;
}

// "2377/tcp" and the like: what a close-port fault closes.
std::vector<std::string> ports_of(const FaultRequest& request) {
    std::vector<std::string> ports;
    model::parse_closed_port(argument(request, "port", "2377"), ports);
    return ports;
}

// As the domain of an image's name is told from a path: by a dot, a port, or as localhost.
bool is_registry_name(const std::string& target) { return target == "localhost" || target.find_first_of(".:") != std::string::npos; }

// A group that names somebody who is not there is no group.
// None where a host stands twice, or where there is nothing on the other side.
std::vector<std::vector<model::NodeId>> groups_of(const World& world, const std::string& target) {
    std::vector<std::vector<model::NodeId>> groups;
    std::set<HostId> named;
    for (const std::string& part : split(target, '|')) {
        std::vector<model::NodeId> group;
        for (const std::string& name : split(part, ',')) {
            const HostId host = model::host_named(world, name);
            if (!host || !named.insert(host).second) return {};
            group.push_back(world.host(host).node);
        }
        if (!group.empty()) groups.push_back(std::move(group));
    }
    if (groups.size() < 2 && named.size() == world.hosts.size()) return {};
    return groups;
}

model::ImageReference image_of(const std::string& target) {
    const auto reference = model::parse_image_reference(target);
    return reference ? *reference : model::ImageReference{};
}

}  // namespace

const std::vector<FaultSpec>& fault_list() {
    static const std::vector<FaultSpec> list{
        {"kill", TargetKind::Container, "the main process gets a signal from outside the engine, which takes what follows for a crash", {{"signal", "name or number (KILL)"}}, "at once", false},
        {"crash-loop", TargetKind::Container, "the main process is killed again and again, each time a while after its start", {{"after", "how long it may run (1s)", true}}, "lift", true},
        {"hang", TargetKind::Container, "all processes stop answering (SIGSTOP) but stay there", {}, "lift", true},
        {"memory-leak", TargetKind::Container, "the main process takes more and more memory", {{"rate", "bytes a second (16m)"}}, "lift; a restart begins it anew", true},
        {"slow-start", TargetKind::Container, "the program begins later than usual at each start", {{"by", "how much later (20s)", true}}, "lift", true},
        {"failing-health", TargetKind::Container, "every health check fails", {}, "lift", true},
        {"engine-stop", TargetKind::Host, "the container engine is stopped in good order (TERM)", {}, "lift starts it again", true},
        {"engine-kill", TargetKind::Host, "the container engine is killed; containers go on without it", {}, "lift starts it again", true},
        {"engine-restart", TargetKind::Host, "the container engine is stopped in good order and started again", {}, "at once", false},
        {"host-reboot", TargetKind::Host, "the host shuts down in good order and boots", {}, "at once", false},
        {"power-loss", TargetKind::Host, "the host is off from one moment to the next; disks keep what was written", {}, "lift boots it", true},
        {"freeze", TargetKind::Host, "the host stands still like a paused virtual machine, and its clock with it; or only its engine (SIGSTOP)", {{"what", "host or engine (host)"}}, "lift", true},
        {"disk-full", TargetKind::Host, "no byte can be written any more; pulls and new containers fail", {{"left", "bytes left (0)"}}, "lift", true},
        {"slow-disk", TargetKind::Host, "starting, making and removing containers and unpacking layers take longer", {{"factor", "how many times as long (10)"}}, "lift", true},
        {"clock-skew", TargetKind::Host, "the host's clock is wrong", {{"by", "how far ahead, negative: behind (5m)", true}}, "lift", true},
        {"link-cut", TargetKind::Link, "nothing passes", {}, "lift", true},
        {"partition", TargetKind::Hosts, "groups of hosts do not hear each other: a,b|c, in quotes where a shell reads it ('a,b|c'); one group alone: it and all others", {}, "lift", true},
        {"close-port", TargetKind::Host, "the host's firewall drops what comes to a port from other hosts; ports that Docker publishes are not behind it, as in life", {{"port", "number, with /tcp or /udp for one protocol (2377)"}}, "lift", true},
        {"delay", TargetKind::Link, "everything takes longer", {{"by", "one way (100ms)", true}}, "lift", true},
        {"loss", TargetKind::Link, "packets are lost", {{"rate", "share (10%)"}}, "lift", true},
        {"registry-outage", TargetKind::Registry, "pulls from a registry fail", {{"how", "unreachable, refusing, failing or limiting (unreachable)"}}, "lift", true},
        {"corrupt-image", TargetKind::Image, "the last layer of an image arrives damaged", {}, "lift", true},
    };
    return list;
}

namespace {

bool is_time(const std::string& fault, const std::string& argument) {
    for (const FaultSpec& spec : fault_list()) {
        if (spec.id != fault) continue;
        return std::any_of(spec.arguments.begin(), spec.arguments.end(), [&argument](const FaultArgument& one) { return one.time && one.name == argument; });
    }
    return false;
}

}  // namespace

Result<void> check_arguments(const FaultRequest& request) {
    for (const auto& [name, value] : request.arguments) {
        std::int64_t bytes = 0;
        const auto wrong = [&request, &name = name, &value = value](const char* hint) { return Error{fmt::format("the fault {} can't take {}={}", request.id, name, value), {}, hint}; };
        if (name == "signal" && shell::signal_number(value) <= 0) return wrong("name a signal, like signal=TERM, or its number, at most 64");
        if (is_time(request.id, name)) {
            const auto duration = parse_duration(value);
            if (!duration) return wrong("write a time, like 500ms or 20s");
            if (duration->nanoseconds < 0 && request.id != "clock-skew") return wrong("write a time that is not negative, like 500ms or 20s");
            if (duration->nanoseconds > kLongest.nanoseconds || duration->nanoseconds < -kLongest.nanoseconds) return wrong("write a time of at most 1000h");
        }
        if (name == "rate" && request.id == "loss" && percent_ppm(value) < 0) return wrong("write a share from 0% to 100%, like rate=10%");
        if (((name == "rate" && request.id != "loss") || name == "left") && (!parse_bytes(value, bytes) || bytes < 0)) return wrong("write a size, like 16m");
        std::vector<std::string> ports;
        if (name == "port" && !model::parse_closed_port(value, ports)) return wrong("write a port, like port=2377, port=4789/udp");
        if (name == "factor" && (!parse_integer(value, bytes) || bytes < 1 || bytes > 1000)) return wrong("write a whole number from 1 to 1000");
        if (name == "what" && value != "host" && value != "engine") return wrong("it is host or engine");
        if (name == "how" && value != "unreachable" && value != "refusing" && value != "failing" && value != "limiting") return wrong("it is unreachable, refusing, failing or limiting");
    }
    return {};
}

namespace {

bool can_fail_health(const model::Container& c) {
    return c.detail && c.detail->health_check && !c.detail->health_check->test.empty() && c.detail->health_check->test.front() != "NONE";
}

}  // namespace

Grip grip_on(const World& world, const FaultRequest& request) {
    if (acts_on_running_host(request.id)) {
        const HostId host = model::host_named(world, request.target);
        if (host && !world.host(host).up) return {false, request.target + " is down"};
        return {};
    }
    const bool health = request.id == "failing-health";
    if (request.id != "kill" && request.id != "hang" && !health) return {};
    const std::vector<ContainerId> targets = model::containers_named(world, request.target);
    if (targets.empty() && waits_for_containers(request.id)) return {};
    const bool holds = std::any_of(targets.begin(), targets.end(), [&](ContainerId id) {
        const model::Container& c = world.container(id);
        if (!c.detail && !c.outline) return false;
        return health ? can_fail_health(c) : c.process_alive;
    });
    if (holds) return {};
    return {false, health ? request.target + " has no health check that could fail" : std::string()};
}

std::vector<HostId> hosts_of_link(const World& world, const std::string& target) {
    for (std::size_t dash = target.find('-'); dash != std::string::npos; dash = target.find('-', dash + 1)) {
        const HostId one = model::host_named(world, target.substr(0, dash));
        const HostId two = model::host_named(world, target.substr(dash + 1));
        if (one && two && one != two) return {one, two};
    }
    if (const HostId host = model::host_named(world, target)) return {host};
    return {};
}

bool target_exists(const World& world, const FaultSpec& spec, const std::string& target) {
    switch (spec.target) {
        case TargetKind::Container: return !model::containers_named(world, target).empty();
        case TargetKind::Host: return static_cast<bool>(model::host_named(world, target));
        case TargetKind::Link: return link_target(world, target).exists();
        case TargetKind::Hosts: return !groups_of(world, target).empty();
        case TargetKind::Registry: return is_registry_name(target);
        case TargetKind::Image: return model::parse_image_reference(target).ok();
    }
    return false;
}

std::string target_word(TargetKind kind) {
    switch (kind) {
        case TargetKind::Container: return "service or container";
        case TargetKind::Host: return "host";
        case TargetKind::Link: return "link";
        case TargetKind::Hosts: return "group of hosts";
        case TargetKind::Registry: return "registry";
        case TargetKind::Image: return "image";
    }
    return {};
}

std::string target_hint(const World& world, const FaultSpec& spec) {
    std::vector<std::string> names;
    if (spec.target == TargetKind::Registry) return "name it as in images' names, like docker.io or ghcr.io";
    if (spec.target == TargetKind::Image) return "name it like nginx:latest";
    if (spec.target == TargetKind::Container) {
        std::vector<ContainerId> named;
        for (std::size_t i = 0; i < world.containers.size() && named.size() < 20; ++i) {
            const ContainerId id{static_cast<std::uint32_t>(i + 1)};
            if (world.container(id).state != model::ContainerState::Removed) named.push_back(id);
        }
        for (const ContainerId id : named) names.push_back(model::label_of(world, id));
        // Those that are called the same with their projects.
        const std::vector<std::string> labels = names;
        for (std::size_t i = 0; i < names.size(); ++i) {
            const std::string project = model::project_of(world, named[i]);
            if (!project.empty() && std::count(labels.begin(), labels.end(), labels[i]) > 1) names[i] = project + "/" + labels[i];
        }
    } else {
        for (const model::Host& host : world.hosts) names.push_back(host.spec.name);
    }
    if (spec.target == TargetKind::Hosts && names.size() == 1) return "one host alone can't be parted from others";
    if (names.empty()) return "nothing is there yet";
    return fmt::format("there {} {}", names.size() == 1 ? "is" : "are", join(names, ", "));
}

std::string example_of(const FaultSpec& spec) {
    switch (spec.target) {
        case TargetKind::Container: return fmt::format("{} web.1", spec.id);
        case TargetKind::Host: return fmt::format("{} host", spec.id);
        case TargetKind::Link: return fmt::format("{} host1-host2", spec.id);
        case TargetKind::Hosts: return fmt::format("{} host1,host2|host3", spec.id);
        case TargetKind::Registry: return fmt::format("{} docker.io", spec.id);
        case TargetKind::Image: return fmt::format("{} nginx:latest", spec.id);
    }
    return {};
}

namespace {

bool freezes_engine(const FaultRequest& request) { return argument(request, "what", "host") == "engine"; }

model::RegistryState outage_state(const FaultRequest& request) {
    const std::string how = argument(request, "how", "unreachable");
    if (how == "refusing") return model::RegistryState::Refusing;
    if (how == "failing") return model::RegistryState::Failing;
    return how == "limiting" ? model::RegistryState::Limiting : model::RegistryState::Unreachable;
}

// The newest fault still active of one of these kinds with this target; null when there is none.
const ActiveFault* other_active(const FaultState& state, const std::string& target, std::initializer_list<std::string_view> ids) {
    for (auto fault = state.active.rbegin(); fault != state.active.rend(); ++fault) {
        if (fault->request.target == target && std::find(ids.begin(), ids.end(), fault->request.id) != ids.end()) return &*fault;
    }
    return nullptr;
}

bool still_hung(const FaultState& state, std::uint32_t row) {
    return std::any_of(state.active.begin(), state.active.end(), [row](const ActiveFault& fault) {
        return fault.request.id == "hang" && std::find(fault.rows.begin(), fault.rows.end(), row) != fault.rows.end();
    });
}

bool still_frozen(const FaultState& state, const FaultRequest& request) {
    return std::any_of(state.active.begin(), state.active.end(), [&](const ActiveFault& fault) {
        return fault.request.id == "freeze" && fault.request.target == request.target && freezes_engine(fault.request) == freezes_engine(request);
    });
}

void take_hold(World& world, ActiveFault& fault, ContainerId container, model::TargetMatch match) {
    fault.rows.push_back(container.value);
    fault.match = match;
    fault.by = container;
    if (fault.request.id == "failing-health") ++world.detail(container).failing_health;
    else world.detail(container).slow_start = world.detail(container).slow_start + duration_argument(fault.request, "by", "20s");
}

void end_host_action(World& world, const FaultState& state, const ActiveFault& fault, HostId host) {
    const FaultRequest& request = fault.request;
    if (request.id == "engine-stop" || request.id == "engine-kill") {
        if (other_active(state, request.target, {"engine-stop", "engine-kill"}) == nullptr) {
            model::hold_socket(world, host);
            model::start_engine(world, host);
        }
    } else if (request.id == "power-loss") {
        if (other_active(state, request.target, {"power-loss"}) == nullptr) model::power_on(world, host);
    } else if (request.id == "freeze" && !still_frozen(state, request)) {
        freezes_engine(request) ? model::thaw_engine(world, host) : model::thaw_host(world, host);
    }
}

}  // namespace

bool holds_containers(const std::string& id) { return id == "slow-start" || id == "failing-health"; }

bool waits_for_containers(const std::string& id) { return holds_containers(id) || needs_rounds(id); }

void take_hold_of_new(World& world, ActiveFault& fault, ContainerId container, bool renamed) {
    const model::Container& made = world.container(container);
    if (!holds_containers(fault.request.id) || (!made.detail && !made.outline)) return;
    if (fault.request.id == "failing-health" && !can_fail_health(world.container(container))) return;
    const std::string& target = fault.request.target;
    const model::TargetMatch match = model::match_of(world, container, target);
    if (match == model::TargetMatch::None) return;
    if (match < fault.match) {
        if (world.container(fault.by).state != model::ContainerState::Removed && model::match_of(world, fault.by, target) == fault.match) return;
        const std::vector<ContainerId> meant = model::containers_named(world, target);
        if (std::find(meant.begin(), meant.end(), container) == meant.end()) return;
    }
    if (renamed && std::find(fault.rows.begin(), fault.rows.end(), container.value) != fault.rows.end()) return;
    if (world.container(container).outline) model::make_whole(world, container);
    take_hold(world, fault, container, match);
}

void begin_action(World& world, ActiveFault& fault) {
    const FaultRequest& request = fault.request;
    const std::string& id = request.id;
    const HostId host = model::host_named(world, request.target);
    if (id == "kill") {
        for_containers(world, fault, [&](ContainerId c) { send_to_main(world, c, signal_of(request)); });
    } else if (id == "hang") {
        for_containers(world, fault, [&](ContainerId c) {
            fault.rows.push_back(c.value);
            signal_all(world, c, shell::kSigStop);
        });
    } else if (holds_containers(id)) {
        for_containers(world, fault, [&](ContainerId c) { take_hold(world, fault, c, model::match_of(world, c, request.target)); });
    } else if (id == "engine-stop") {
        model::stop_engine(world, host, false);
    } else if (id == "engine-kill") {
        model::kill_engine(world, host);
    } else if (id == "engine-restart") {
        model::hold_socket(world, host);  // as systemctl restart
        model::stop_engine(world, host, true, true);
    } else if (id == "host-reboot") {
        model::reboot_host(world, host);
    } else if (id == "power-loss") {
        model::power_off(world, host);
    } else if (id == "freeze") {
        freezes_engine(request) ? model::freeze_engine(world, host) : model::freeze_host(world, host);
    } else if (id == "disk-full") {
        model::Host& row = world.host(host);
        const std::int64_t fill = std::max<std::int64_t>(0, row.disk_free_bytes() - bytes_argument(request, "left", "0"));
        fault.before["filled"] = fill;
        row.disk_filled_bytes += fill;
    } else if (id == "slow-disk") {
        std::int64_t factor = 10;
        parse_integer(argument(request, "factor", "10"), factor);
        std::int64_t& slowdown = world.host(host).disk_slowdown;
        factor = std::max<std::int64_t>(1, std::min(factor, kMostSlowdown / slowdown));
        fault.before["factor"] = factor;
        slowdown *= factor;
    } else if (id == "clock-skew") {
        model::set_clock_skew(world, host, world.host(host).clock_skew + duration_argument(request, "by", "5m"));
    } else if (id == "link-cut") {
        begin_link(world, fault, {.added_delay = {}, .loss_ppm = 0, .bits_per_second = 0, .cut = true});
    } else if (id == "delay") {
        begin_link(world, fault, {.added_delay = duration_argument(request, "by", "100ms"), .loss_ppm = 0, .bits_per_second = 0, .cut = false});
    } else if (id == "loss") {
        begin_link(world, fault, {.added_delay = {}, .loss_ppm = percent_ppm(argument(request, "rate", "10%")), .bits_per_second = 0, .cut = false});
    } else if (id == "close-port") {
        for (const std::string& port : ports_of(request)) model::close_port(world, host, port);
    } else if (id == "partition") {
        fault.before["partition"] = world.network.partition(groups_of(world, request.target)).value;
    } else if (id == "registry-outage") {
        model::set_registry_state(world, request.target, outage_state(request));
    } else if (id == "corrupt-image") {
        world.registries.set_corrupt(image_of(request.target), true);
    }
}

void end_action(World& world, const FaultState& state, const ActiveFault& fault) {
    const FaultRequest& request = fault.request;
    const std::string& id = request.id;
    const HostId host = model::host_named(world, request.target);
    const auto before = [&fault](const std::string& name) {
        const auto found = fault.before.find(name);
        return found == fault.before.end() ? std::int64_t{0} : found->second;
    };
    for (const std::uint32_t row : fault.rows) {
        const ContainerId container{row};
        if (!world.container(container).detail) continue;
        if (id == "hang" && !still_hung(state, row)) signal_all(world, container, shell::kSigCont);
        if (id == "slow-start") world.detail(container).slow_start = world.detail(container).slow_start - duration_argument(request, "by", "20s");
        if (id == "failing-health") --world.detail(container).failing_health;
    }
    end_host_action(world, state, fault, host);
    if (id == "disk-full") {
        world.host(host).disk_filled_bytes -= before("filled");
    } else if (id == "slow-disk") {
        world.host(host).disk_slowdown /= std::max<std::int64_t>(1, before("factor"));
    } else if (id == "clock-skew") {
        model::set_clock_skew(world, host, world.host(host).clock_skew - duration_argument(request, "by", "5m"));
    } else if (fault.before.contains("overlay")) {
        world.network.end_link_quality(model::OverlayId{static_cast<std::uint32_t>(before("overlay"))});
    } else if (fault.before.contains("partition")) {
        world.network.heal(model::PartitionId{static_cast<std::uint32_t>(before("partition"))});
    } else if (id == "close-port") {
        for (const std::string& port : ports_of(request)) model::open_port(world, host, port);
    } else if (id == "registry-outage") {
        const ActiveFault* other = other_active(state, request.target, {"registry-outage"});
        model::set_registry_state(world, request.target, other == nullptr ? model::RegistryState::Available : outage_state(other->request));
    } else if (id == "corrupt-image") {
        const model::ImageReference image = image_of(request.target);
        const bool other = std::any_of(state.active.begin(), state.active.end(), [&image](const ActiveFault& active) {
            return active.request.id == "corrupt-image" && image_of(active.request.target).domain == image.domain && image_of(active.request.target).path == image.path;
        });
        world.registries.set_corrupt(image, other);
    }
}

bool needs_rounds(const std::string& id) { return id == "crash-loop" || id == "memory-leak"; }

Duration round_time() { return kRound; }

void round_action(World& world, ActiveFault& fault) {
    const FaultRequest& request = fault.request;
    // The first is enough to know that there was one.
    const auto note = [&fault](ContainerId id) {
        if (fault.rows.empty()) fault.rows.push_back(id.value);
    };
    if (request.id == "crash-loop") {
        const Duration after = duration_argument(request, "after", "1s");
        for_containers(world, fault, [&](ContainerId id) {
            const model::Container& c = world.container(id);
            if (c.state != model::ContainerState::Running || !c.process_alive || world.kernel.now() - c.started < after) return;
            note(id);
            send_to_main(world, id, shell::kSigKill);
        });
        return;
    }
    const std::int64_t rate = std::min(bytes_argument(request, "rate", "16m"), kMostLeak);
    const std::int64_t step = rate * (kRound.nanoseconds / 1'000'000) / 1'000;
    for_containers(world, fault, [&](ContainerId id) {
        const model::Container& c = world.container(id);
        if (c.state != model::ContainerState::Running || !c.process_alive || world.host(c.host).frozen) return;
        note(id);
        model::leak_process_memory(world, working_process(world, c.detail->main), step);
    });
}

}  // namespace podium::faults
