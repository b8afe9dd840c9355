// Creating, naming, updating and finding containers (moby daemon/create.go, names.go, update.go).

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/base/work.hpp"
#include "sim/model/bridge.hpp"
#include "sim/model/container_detail.hpp"
#include "sim/model/container_facts.hpp"
#include "sim/model/container_image.hpp"
#include "sim/model/container_settings.hpp"
#include "sim/model/daemon_config.hpp"
#include "sim/model/health.hpp"
#include "sim/model/links.hpp"
#include "sim/model/outline.hpp"
#include "sim/model/processor.hpp"
#include "sim/model/volume.hpp"
#include "sim/shell/signals.hpp"

namespace podium::model {
namespace {

constexpr std::int64_t kLeastMemory = 6LL << 20;  // moby linuxMinMemory
constexpr std::size_t kIdLength = 64;
constexpr std::size_t kNameDigits = 12;
constexpr std::uint64_t kMostNamesTried = 16;
constexpr Duration kLeastHealthDuration = milliseconds(1);  // moby MinimumDuration

// Names for containers that were given none: an adjective and a musician, in Podium's own words.
constexpr std::array<std::string_view, 16> kAdjectives{"brisk", "calm", "clever", "daring", "eager", "gentle", "happy", "keen",
                                                       "lively", "mellow", "nimble", "proud", "quiet", "sunny", "vivid", "witty"};
constexpr std::array<std::string_view, 16> kNouns{"alto", "bassoon", "cello", "clarinet", "cornet", "drum", "fiddle", "flute",
                                                  "harp", "horn", "lute", "oboe", "piccolo", "tuba", "viola", "zither"};

bool letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

bool valid_name(const std::string& name) {
    if (name.size() < 2 || !letter_or_digit(name.front())) return false;
    return std::all_of(name.begin(), name.end(), [](char c) { return letter_or_digit(c) || c == '_' || c == '.' || c == '-'; });
}

// moby daemon/names.go generateAndReserveName: when a few names in a row are taken, twelve digits as of an id it is.
std::string generated_name(const World& world, HostId host, std::uint64_t ordinal) {
    for (std::uint64_t attempt = 0; attempt < kMostNamesTried; ++attempt) {
        const std::uint64_t draw = mix64(ordinal * 977 + attempt);
        std::string name = fmt::format("{}_{}", kAdjectives[draw % kAdjectives.size()], kNouns[(draw >> 8) % kNouns.size()]);
        if (attempt > 5) name += fmt::format("{}", draw >> 16 & 0xF);
        if (!world.container_called(host, name)) return name;
    }
    return make_id("name", world.host(host).spec.name, ordinal).substr(0, kNameDigits);
}

Refusal check_name(const World& world, HostId host, const std::string& name) {
    if (!valid_name(name)) {
        return {400, fmt::format("Invalid container name ({}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed", name)};
    }
    const ContainerId taken = world.container_called(host, name);
    if (!taken) return not_refused();
    return {409, fmt::format("Conflict. The container name \"/{}\" is already in use by container \"{}\". You have to remove "
                             "(or rename) that container to be able to reuse that name.",
                             name, container_id_text(world, taken))};
}

// moby validateHealthCheck.
Refusal check_health(const HealthCheck& check) {
    const auto too_short = [](Duration given) { return given != Duration{} && given < kLeastHealthDuration; };
    const auto refuse = [](std::string_view what) { return Refusal{400, fmt::format("{} in Healthcheck cannot be less than 1ms", what)}; };
    if (too_short(check.interval)) return refuse("Interval");
    if (too_short(check.timeout)) return refuse("Timeout");
    if (check.retries < 0) return {400, "Retries in Healthcheck cannot be negative"};
    if (too_short(check.start_period)) return refuse("StartPeriod");
    return not_refused();
}

// moby verifyPlatformContainerResources, the parts about quotas and sets of processors.
Refusal check_processors(const ContainerSpec& spec, std::int64_t cpus) {
    if (spec.nano_cpus > 0 && spec.cpu_period > 0) return {400, "Conflicting options: Nano CPUs and CPU Period cannot both be set"};
    if (spec.nano_cpus > 0 && spec.cpu_quota > 0) return {400, "Conflicting options: Nano CPUs and CPU Quota cannot both be set"};
    if (spec.cpu_period != 0 && (spec.cpu_period < 1000 || spec.cpu_period > 1'000'000)) {
        return {400, "CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)"};
    }
    if (spec.cpu_quota > 0 && spec.cpu_quota < 1000) return {400, "CPU cfs quota can not be less than 1ms (i.e. 1000)"};
    if (spec.cpuset_cpus.empty()) return not_refused();
    const auto set = parse_cpu_set(spec.cpuset_cpus);
    if (!set || set->empty()) return {400, fmt::format("Invalid value {} for cpuset cpus", spec.cpuset_cpus)};
    if (set->back() < cpus) return not_refused();
    return {400, fmt::format("Requested CPUs are not available - requested {}, available: {}", spec.cpuset_cpus, cpus == 1 ? "0" : fmt::format("0-{}", cpus - 1))};
}

// moby opts/hosts.go, ValidateExtraHost. Of an IPv6 address it is looked at no more than that it has colons.
Refusal check_extra_host(const std::string& host) {
    const std::size_t colon = host.find(':');
    if (colon == std::string::npos || colon == 0) return {400, fmt::format("bad format for add-host: \"{}\"", host)};
    const std::string address = host.substr(colon + 1);
    if (address == "host-gateway" || address.find(':') != std::string::npos || parse_ipv4(address).ok()) return not_refused();
    return {400, fmt::format("invalid IP address in add-host: \"{}\"", address)};
}

// moby verifyContainerSettings and its platform half, as far as the spec can be wrong in these ways.
Refusal check_spec(const ContainerSpec& spec, const Host& host) {
    if (spec.health_check) {
        if (Refusal refusal = check_health(*spec.health_check); refusal.status != 0) return refusal;
    }
    if (spec.restart.kind != RestartPolicyKind::OnFailure && spec.restart.maximum_retries != 0) {
        return {400, fmt::format("maximum retry count cannot be used with restart policy '{}'", restart_policy_name(spec.restart.kind))};
    }
    if (spec.auto_remove && spec.restart.kind != RestartPolicyKind::No) {
        return {400, "can't create 'AutoRemove' container with restart policy"};
    }
    if (const std::string wrong = capability_mistake(spec); !wrong.empty()) return {400, wrong};
    if (spec.memory_bytes != 0 && spec.memory_bytes < kLeastMemory) return {400, "Minimum memory limit allowed is 6MB"};
    if (spec.memory_bytes > 0 && spec.memory_swap_bytes > 0 && spec.memory_swap_bytes < spec.memory_bytes) {
        return {400, "Minimum memoryswap limit should be larger than memory limit, see usage"};
    }
    if (spec.memory_bytes == 0 && spec.memory_swap_bytes > 0) {
        return {400, "You should always set the Memory limit when using Memoryswap limit, see usage"};
    }
    // daemon_unix.go (verifyPlatformContainerResources), in its order. A swarm's agent asks for no reservation in life: there
    // it is for who looks at the run.
    if (spec.memory_reservation_bytes > 0 && spec.memory_reservation_bytes < kLeastMemory && !spec.of_agent) return {400, "Minimum memory reservation allowed is 6MB"};
    if (spec.memory_reservation_bytes > 0 && spec.memory_bytes > 0 && spec.memory_bytes < spec.memory_reservation_bytes) {
        return {400, "Minimum memory limit can not be less than memory reservation limit, see usage"};
    }
    const std::int64_t cpus = host.spec.cpu_millicores / 1000;
    if (spec.nano_cpus < 0 || spec.nano_cpus > cpus * 1'000'000'000) {
        return {400, fmt::format("Range of CPUs is from 0.01 to {}.00, as there are only {} CPUs available", cpus, cpus)};
    }
    if (Refusal refusal = check_processors(spec, cpus); refusal.status != 0) return refusal;
    if (spec.shm_bytes < 0) return {400, "SHM size can not be less than 0"};
    if (!spec.stop_signal.empty() && shell::signal_number(spec.stop_signal) <= 0) {
        return {400, fmt::format("Invalid signal: {}", spec.stop_signal)};
    }
    if (!spec.working_directory.empty() && spec.working_directory.front() != '/') {
        return {400, fmt::format("the working directory '{}' is invalid, it needs to be an absolute path", spec.working_directory)};
    }
    for (const std::string& entry : spec.extra_hosts) {
        if (Refusal refusal = check_extra_host(entry); refusal.status != 0) return refusal;
    }
    for (const std::string& entry : spec.environment) {
        if (entry.empty() || entry.front() == '=') return {400, fmt::format("invalid environment variable: {}", entry)};
    }
    return not_refused();
}

// moby runconfig/hostconfig.go, validateNetContainerMode, in its order: what a container can't have of its own that lives in
// another one's network.
Refusal check_shared_mode(const ContainerSpec& spec) {
    if (spec.network_mode == "container" || spec.network_mode == "container:") {
        return {400, "Invalid network mode: invalid container format container:<name|id>"};
    }
    if (!spec.network_mode.starts_with("container:")) return not_refused();
    if (!spec.hostname.empty()) return {400, "conflicting options: hostname and the network mode"};
    if (!spec.links.empty()) {
        return {400, "conflicting options: container type network can't be used with links. This would result in undefined behavior"};
    }
    if (!spec.dns.empty()) return {400, "conflicting options: dns and the network mode"};
    if (!spec.extra_hosts.empty()) return {400, "conflicting options: custom host-to-IP mapping and the network mode"};
    if (!spec.ports.empty() || spec.publish_all) return {400, "conflicting options: port publishing and the container type network mode"};
    if (!spec.exposed_ports.empty()) return {400, "conflicting options: port exposing and the container type network mode"};
    return not_refused();
}

// moby v20.10.24 daemon/daemon_unix.go, adaptSharedNamespaceContainer: by its id, which another's later name changes nothing about.
// One that isn't there keeps its name in the mode.
std::shared_ptr<const ContainerSpec> with_shared_by_id(const World& world,
                                                       HostId host,
                                                       std::shared_ptr<const ContainerSpec> wanted) {
    constexpr std::string_view kShared = "container:";
    if (!wanted->network_mode.starts_with(kShared)) return wanted;
    Refusal refusal = not_refused();
    const ContainerId owner = find_container(world, host, wanted->network_mode.substr(kShared.size()), refusal);
    if (!owner) return wanted;
    auto filled = std::make_shared<ContainerSpec>(*wanted);
    filled->network_mode = fmt::format("{}{}", kShared, container_id_text(world, owner));
    return filled;
}

// moby v20.10.24 daemon/create.go, verifyNetworkingConfig.
Refusal check_wanted_addresses(const ContainerSpec& spec) {
    for (const EndpointSpec& endpoint : spec.endpoints) {
        if (endpoint.ipv4_address.empty() || parse_ipv4(endpoint.ipv4_address).ok()) continue;
        return {400, fmt::format("invalid IPv4 address: {}", endpoint.ipv4_address)};
    }
    return not_refused();
}

// What a create is asked before its image is looked for (moby runconfig, DecodeConfig, then daemon/create.go, containerCreate): so a
// client that gets one of these answers pulls nothing.
Refusal check_wish(const ContainerSpec& spec, const Host& host) {
    if (Refusal refusal = check_shared_mode(spec); refusal.status != 0) return refusal;
    if (Refusal refusal = check_spec(spec, host); refusal.status != 0) return refusal;
    return check_wanted_addresses(spec);
}

// moby v20.10.24 daemon/daemon_unix.go, verifyPlatformContainerResources and verifyPlatformContainerSettings: what is done
// otherwise than it was asked for.
std::vector<std::string> creation_warnings(const ContainerSpec& spec) {
    std::vector<std::string> out;
    if (spec.oom_kill_disable && spec.memory_bytes == 0) {
        out.emplace_back("OOM killer is disabled for the container, but no memory limit is set, this can result in the system running out of resources.");
    }
    if (spec.network_mode == "host" && !spec.ports.empty()) {
        out.emplace_back("Published ports are discarded when using host network mode");
    }
    return out;
}

// What a create asks after that (moby daemon/create.go, create: mergeAndVerifyLogConfig, setSecurityOptions).
Refusal check_settings(const ContainerSpec& spec) {
    if (const std::string wrong = log_mistake(spec.log_driver, spec.log_options); !wrong.empty()) return {400, wrong};
    if (const std::string wrong = security_option_mistake(spec.security_options); !wrong.empty()) return {500, wrong};
    return not_refused();
}

std::string variable_name(const std::string& entry) { return entry.substr(0, entry.find('=')); }

// What the engine adds, with the container's variables and its image's over it (moby v20.10.24 container/container.go,
// CreateDaemonEnvironment, and container/env.go, ReplaceOrAppendEnvValues).
std::vector<std::string> full_environment(const ContainerSpec& spec, const ImageConfig& image, const std::string& hostname) {
    std::vector<std::string> out;
    const auto set = [&out](const std::string& entry) {
        const std::string name = variable_name(entry);
        for (std::string& known : out) {
            if (variable_name(known) == name) {
                known = entry;
                return;
            }
        }
        out.push_back(entry);
    };
    set("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    set("HOSTNAME=" + hostname);
    if (spec.tty) set("TERM=xterm");
    for (const std::string& entry : merged_environment(spec, image)) {
        if (entry.find('=') == std::string::npos) {
            std::erase_if(out, [&entry](const std::string& known) { return variable_name(known) == entry; });
        } else {
            set(entry);
        }
    }
    return out;
}

// moby v20.10.24 container/container_unix.go, UpdateContainer: processors as --cpus counts them, and as a period and a quota
// do, can't replace each other.
std::string_view conflicting_update(const ContainerSpec& spec, std::string_view option, std::int64_t number) {
    if (number <= 0) return {};
    if (option == "nano-cpus" && spec.cpu_period > 0) return "Nano CPUs cannot be updated as CPU Period has already been set";
    if (option == "nano-cpus" && spec.cpu_quota > 0) return "Nano CPUs cannot be updated as CPU Quota has already been set";
    if (option == "cpu-period" && spec.nano_cpus > 0) return "CPU Period cannot be updated as NanoCPUs has already been set";
    if (option == "cpu-quota" && spec.nano_cpus > 0) return "CPU Quota cannot be updated as NanoCPUs has already been set";
    return {};
}

// One of the resources that can be updated, by its name in a request.
void set_resource(ContainerSpec& spec, std::string_view name, std::int64_t number) {
    if (name == "memory") spec.memory_bytes = number;
    if (name == "memory-swap") spec.memory_swap_bytes = number;
    if (name == "memory-reservation") spec.memory_reservation_bytes = number;
    if (name == "nano-cpus") spec.nano_cpus = number;
    if (name == "cpu-shares") spec.cpu_shares = number;
    if (name == "cpu-period") spec.cpu_period = number;
    if (name == "cpu-quota") spec.cpu_quota = number;
    if (name == "pids-limit") spec.pids_limit = number;
}

// moby v20.10.24 daemon/update.go, ContainerUpdate: what is asked for is verified by itself first, like a new container's
// resources, but that a limit of memory and swap may come without one of memory; and that is told as it is.
Refusal check_update(const std::map<std::string, std::string>& options, const Host& host) {
    ContainerSpec asked;
    for (const auto& [name, value] : options) {
        std::int64_t number = 0;
        if (name == "cpuset-cpus") asked.cpuset_cpus = value;
        if (name != "restart" && name != "cpuset-cpus" && parse_integer(value, number)) set_resource(asked, name, number);
    }
    if (asked.memory_bytes == 0) asked.memory_swap_bytes = 0;
    return check_spec(asked, host);
}

}  // namespace

ImagePointer find_image(World& world, HostId host, const std::string& name) {
    if (const AgentImage* known = whole_image(world, host, name)) return known->image;
    ImageStore& store = world.host(host).images;
    if (ImagePointer image = store.find(name)) {
        remember_other_name(world, host, name);
        return image;
    }
    if (world.only_image.empty()) return nullptr;
    const auto reference = parse_image_reference(name);
    const auto only = parse_image_reference(world.only_image);
    if (!reference || !only || world.catalogue->is_missing(*reference)) return nullptr;
    ImagePointer image = world.catalogue->image(only->with_default_tag());
    PODIUM_ASSERT(image != nullptr, "the one image of a recording is in the catalogue");
    for (const ImageLayer& layer : image->layers) store.add_layer(layer);
    store.add(reference->with_default_tag(), image, world.kernel.now());
    return image;
}

std::vector<std::string> command_of(const ContainerSpec& spec, const ImageConfig& image) {
    std::vector<std::string> argv = spec.entrypoint_set ? spec.entrypoint : image.entrypoint;
    const bool own = spec.entrypoint_set || !spec.command.empty();
    const std::vector<std::string>& command = own ? spec.command : image.command;
    argv.insert(argv.end(), command.begin(), command.end());
    return argv;
}

void fill_detail(World& world, ContainerId id, const ImagePointer& image) {
    const Container& c = world.container(id);
    const ContainerSpec& spec = world.spec(c);
    ContainerDetail& d = *world.container(id).detail;
    d.id = make_id("container", fmt::format("{}/{}", world.host(c.host).spec.name, world.kernel.text(c.name)), c.ordinal);
    d.image = image;
    d.profile = &world.catalogue->profile(*image);
    d.argv = command_of(spec, image->config);
    d.environment = full_environment(spec, image->config, spec.hostname.empty() ? short_id(d.id) : spec.hostname);
    d.working_directory = clean_path("/", spec.working_directory.empty() ? image->config.working_directory : spec.working_directory);
    d.configured_stop_signal = !spec.stop_signal.empty() ? spec.stop_signal : image->config.stop_signal;
    d.created = world.kernel.now();
    d.health_check = merged_health_check(spec.health_check, image->config.health_check);
}

Creation create_container(World& world, HostId host_id, std::shared_ptr<const ContainerSpec> wanted, const std::string& given_name) {
    Creation out;
    out.refusal = check_wish(*wanted, world.host(host_id));
    if (out.refusal.status != 0) return out;
    const ImagePointer image = find_image(world, host_id, wanted->image);
    if (image != nullptr) return create_container_of(world, host_id, image, std::move(wanted), given_name);
    out.refusal = ImageStore::not_found(wanted->image);
    return out;
}

Creation create_container_of(World& world, HostId host_id, const ImagePointer& image, std::shared_ptr<const ContainerSpec> wanted, const std::string& given_name) {
    Host& host = world.host(host_id);
    Creation out;
    if (host.engine.config) {
        auto filled = std::make_shared<ContainerSpec>(*wanted);
        apply_daemon_defaults(*host.engine.config, *filled);
        wanted = std::move(filled);
    }
    std::string name = given_name;
    if (!name.empty() && name.front() == '/') name.erase(0, 1);
    if (const auto outline = create_outline(world, host_id, image, wanted, name)) {
        out.container = *outline;
        return out;
    }
    wanted = with_shared_by_id(world, host_id, std::move(wanted));
    if (name.empty()) name = generated_name(world, host_id, host.engine.next_anonymous++);
    wanted = with_own_labels(world, host_id, std::move(wanted), name);
    const ContainerSpec& spec = *wanted;
    out.refusal = check_wish(spec, host);
    if (out.refusal.status == 0) out.refusal = check_settings(spec);
    if (out.refusal.status == 0) out.refusal = check_links(world, host_id, spec);
    if (out.refusal.status == 0) out.refusal = check_name(world, host_id, name);
    if (out.refusal.status != 0) return out;
    if (command_of(spec, image->config).empty()) {
        out.refusal = {400, "No command specified"};
        return out;
    }
    if (host.disk_free_bytes() < kLeastLayerBytes) {
        const std::string layer = make_id("layer", fmt::format("{}/{}", host.spec.name, name), host.engine.ordinals["container/" + name] + 1);
        out.refusal = {500, fmt::format("mkdir /var/lib/docker/overlay2/{}-init: no space left on device", layer)};
        return out;
    }
    PODIUM_ASSERT(world.containers.size() < kMostContainers, "a run has at most 2^24 containers");
    const SpecId spec_id = world.add_spec(std::move(wanted));
    Container c;
    c.name = world.kernel.intern(name);
    c.host = host_id;
    c.spec = spec_id;
    c.policy = spec.restart.kind;
    c.maximum_retries = spec.restart.maximum_retries;
    c.ordinal = ++host.engine.ordinals["container/" + name];
    c.detail.ensure();
    world.containers.push_back(std::move(c));
    const ContainerId id{static_cast<std::uint32_t>(world.containers.size())};
    fill_detail(world, id, image);
    host.engine.by_name[world.container(id).name] = id;
    out.refusal = plan_endpoints(world, id);
    if (out.refusal.status == 0) out.refusal = plan_mounts(world, id);
    if (out.refusal.status != 0) {
        host.engine.by_name.erase(world.container(id).name);
        forget_endpoints(world, id);
        forget_mounts(world, id, true);
        world.container(id).state = ContainerState::Removed;  // it never came to be
        return out;
    }
    record_container_event(world, id, kFactContainerCreate);
    out.warnings = creation_warnings(world.spec(world.container(id)));
    out.container = id;
    return out;
}

Refusal rename_container(World& world, ContainerId id, const std::string& name) {
    Container& c = world.container(id);
    Engine& engine = world.host(c.host).engine;
    if (name.empty()) return {400, "Neither old nor new names may be empty"};
    if (world.kernel.text(c.name) == name) return {400, "Renaming a container with the same name as its current name"};
    const Refusal refusal = check_name(world, c.host, name);
    if (refusal.status != 0) return refusal;
    const std::string old(world.kernel.text(c.name));
    engine.by_name.erase(c.name);
    c.name = world.kernel.intern(name);
    engine.by_name[c.name] = id;
    record_container_event(world, id, kFactContainerRename, world.kernel.intern("/" + old));
    return not_refused();
}

Refusal update_container(World& world, ContainerId id, const std::map<std::string, std::string>& options) {
    Container& c = world.container(id);
    const std::string id_text = container_id_text(world, id);
    if (c.state == ContainerState::Removing || c.state == ContainerState::Removed) {
        return {500, fmt::format("Cannot update container {}: Container is marked for removal and cannot be \"update\".", id_text)};
    }
    if (Refusal refusal = check_update(options, world.host(c.host)); refusal.status != 0) return refusal;
    auto spec = std::make_shared<ContainerSpec>(world.spec(c));
    bool memory = false;
    bool swap = false;
    for (const auto& [name, value] : options) {
        std::int64_t number = 0;
        if (name == "restart") {
            const auto policy = parse_restart_policy(value);
            if (!policy) return {400, policy.error().message};
            if (spec->auto_remove && policy->kind != RestartPolicyKind::No) {
                return {409, fmt::format("Cannot update container {}: Restart policy cannot be updated because AutoRemove is enabled for the container", id_text)};
            }
            spec->restart = *policy;
            continue;
        }
        if (name == "cpuset-cpus") {
            if (!value.empty()) spec->cpuset_cpus = value;
            continue;
        }
        if (!parse_integer(value, number)) return {400, fmt::format("invalid value '{}' for {}", value, name)};
        if (number == 0 && name != "pids-limit") continue;  // moby UpdateContainer: unchanged
        if (const std::string_view conflict = conflicting_update(world.spec(c), name, number); !conflict.empty()) {
            return {409, fmt::format("Cannot update container {}: Conflicting options: {}", id_text, conflict)};
        }
        memory = memory || name == "memory";
        swap = swap || name == "memory-swap";
        set_resource(*spec, name, number);
    }
    if (memory && !swap) {  // the limit of both together stays, and so that of memory can't go beyond it
        spec->memory_swap_bytes = memory_and_swap(world.spec(c));
        if (spec->memory_bytes > spec->memory_swap_bytes) {
            return {409, fmt::format("Cannot update container {}: Memory limit should be smaller than already set memoryswap limit, update the memoryswap at the same time", id_text)};
        }
    }
    Refusal refusal = check_spec(*spec, world.host(c.host));
    if (refusal.status != 0) return {refusal.status, fmt::format("Cannot update container {}: {}", id_text, refusal.message)};
    // moby UpdateMonitor: the manager keeps its count and delay; a pending restart still happens.
    c.policy = spec->restart.kind;
    c.maximum_retries = spec->restart.maximum_retries;
    c.spec = world.add_spec(std::move(spec));
    share_processor(world, c.host);
    record_container_event(world, id, kFactContainerUpdate);
    return not_refused();
}

Result<RestartPolicy> parse_restart_policy(const std::string& text) {
    const auto colon = text.find(':');
    const std::string kind = text.substr(0, colon);
    RestartPolicy policy;
    if (kind == "always") {
        policy.kind = RestartPolicyKind::Always;
    } else if (kind == "unless-stopped") {
        policy.kind = RestartPolicyKind::UnlessStopped;
    } else if (kind == "on-failure") {
        policy.kind = RestartPolicyKind::OnFailure;
    } else if (kind != "no" && !text.empty()) {
        return Error{fmt::format("invalid restart policy '{}'", kind), {}, "use no, always, unless-stopped, on-failure or on-failure:N"};
    }
    if (colon == std::string::npos) return policy;
    std::int64_t retries = 0;
    if (!parse_integer(std::string_view(text).substr(colon + 1), retries)) {
        return Error{"invalid restart policy format: maximum retry count must be an integer", {}, {}};
    }
    if (retries < 0) return Error{"maximum retry count cannot be negative", {}, {}};
    if (policy.kind != RestartPolicyKind::OnFailure) {
        return Error{fmt::format("maximum retry count cannot be used with restart policy '{}'", kind), {}, {}};
    }
    policy.maximum_retries = static_cast<std::uint32_t>(std::min<std::int64_t>(retries, UINT32_MAX));
    return policy;
}

namespace {

// How many containers can be gone through in a unit of work.
constexpr std::size_t kContainersPerWork = 2;

// Whether a host's engine has a container, with an id that begins so. Not by container_id_text: that copies each.
bool has_id(const World& world, HostId host, ContainerId id, std::string_view begin) {
    const Container& c = world.container(id);
    if (c.host != host || c.state == ContainerState::Removed) return false;
    if (c.detail ? !std::string_view(c.detail->id).starts_with(begin) : !container_id_text(world, id).starts_with(begin)) return false;
    const auto& names = world.host(host).engine.by_name;
    const auto named = names.find(c.name);
    return named != names.end() && named->second == id;
}

}  // namespace

ContainerId find_container(const World& world, HostId host, const std::string& name, Refusal& refusal) {
    const std::string bare = !name.empty() && name.front() == '/' ? name.substr(1) : name;
    if (const ContainerId named = world.container_called(host, bare)) return named;
    ContainerId match;
    if (!bare.empty() && bare.size() <= kIdLength && bare.find_first_not_of("0123456789abcdef") == std::string::npos) {
        // The newest first: a whole id is most often that of one just made, and there is no other of it.
        std::size_t looked_at = 0;
        for (auto number = static_cast<std::uint32_t>(world.containers.size()); number > 0 && !(match && bare.size() == kIdLength); --number, ++looked_at) {
            const ContainerId id{number};
            if (!has_id(world, host, id, bare)) continue;
            if (match) {
                refusal = {400, fmt::format("Multiple IDs found with provided prefix: {}", bare)};
                return {};
            }
            match = id;
        }
        count_work(looked_at / kContainersPerWork);
    }
    if (!match) refusal = {404, fmt::format("No such container: {}", name)};
    return match;
}

std::vector<ContainerId> containers_of(const World& world, HostId host) {
    std::vector<ContainerId> out;
    for (const auto& [_, id] : world.host(host).engine.by_name) out.push_back(id);
    std::sort(out.begin(), out.end(), [](ContainerId a, ContainerId b) { return a > b; });
    return out;
}

}  // namespace podium::model
