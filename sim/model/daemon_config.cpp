#include "sim/model/daemon_config.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/assert.hpp"
#include "sim/base/text.hpp"
#include "sim/model/bridge.hpp"

namespace podium::model {
namespace {

void take_text(const nlohmann::json& file, const char* key, std::string& out) {
    if (file.contains(key) && file[key].is_string()) out = file[key].get<std::string>();
}

void take_flag(const nlohmann::json& file, const char* key, bool& out) {
    if (file.contains(key) && file[key].is_boolean()) out = file[key].get<bool>();
}

void take_list(const nlohmann::json& file, const char* key, std::vector<std::string>& out) {
    if (!file.contains(key) || !file[key].is_array()) return;
    out.clear();
    for (const nlohmann::json& part : file[key]) {
        if (part.is_string()) out.push_back(part.get<std::string>());
    }
}

// What a dockerd that runs takes over too.
void take_reloadable(const nlohmann::json& file, DaemonConfig& out) {
    take_flag(file, "debug", out.debug);
    take_list(file, "labels", out.labels);
    take_list(file, "registry-mirrors", out.registry_mirrors);
    // registry/config.go, ValidateMirror.
    for (std::string& mirror : out.registry_mirrors) {
        if (!mirror.ends_with('/')) mirror += '/';
    }
    std::string size;
    take_text(file, "default-shm-size", size);
    if (!size.empty()) parse_bytes(size, out.shm_bytes);
    // reload.go, reloadMaxConcurrentDownloadsAndUploads: back to the default where the file says nothing.
    constexpr std::int64_t kMostDownloads = 1'000'000;
    out.concurrent_downloads = kConcurrentDownloads;
    if (file.contains("max-concurrent-downloads") && file["max-concurrent-downloads"].is_number_integer())
        out.concurrent_downloads = static_cast<int>(std::clamp<std::int64_t>(file["max-concurrent-downloads"].get<std::int64_t>(), 0, kMostDownloads));
}

std::int64_t ulimit_number(const nlohmann::json& ulimit, const std::string& wanted) {
    for (const auto& [name, value] : ulimit.items()) {
        if (lower(name) == wanted && value.is_number_integer()) return value.get<std::int64_t>();
    }
    return 0;
}

void take_ulimits(const nlohmann::json& file, DaemonConfig& out) {
    if (!file.contains("default-ulimits") || !file["default-ulimits"].is_object()) return;
    for (const auto& [name, value] : file["default-ulimits"].items()) {
        if (!value.is_object()) continue;
        Ulimit limit;
        limit.name = name;
        limit.soft = ulimit_number(value, "soft");
        limit.hard = ulimit_number(value, "hard");
        out.ulimits.push_back(std::move(limit));
    }
    std::sort(out.ulimits.begin(), out.ulimits.end(), [](const Ulimit& a, const Ulimit& b) { return a.name < b.name; });
}

void take_pools(const nlohmann::json& file, DaemonConfig& out) {
    if (!file.contains("default-address-pools") || !file["default-address-pools"].is_array()) return;
    for (const nlohmann::json& part : file["default-address-pools"]) {
        if (!part.is_object()) continue;
        DaemonConfig::Pool pool;
        take_text(part, "base", pool.base);
        constexpr std::int64_t kMostBits = 1000;
        if (part.contains("size") && part["size"].is_number_integer()) pool.size = static_cast<int>(std::clamp<std::int64_t>(part["size"].get<std::int64_t>(), -1, kMostBits));
        out.address_pools.push_back(std::move(pool));
    }
}

// "10.1.0.1/16" as docker0's own address and its subnet.
bool read_bip(const std::string& bip, Ipv4& gateway, Subnet& subnet) {
    const Result<Subnet> whole = parse_subnet(bip);
    const Result<Ipv4> address = parse_ipv4(bip.substr(0, bip.find('/')));
    if (!whole || !address || bip.find('/') == std::string::npos) return false;
    gateway = *address;
    subnet = *whole;
    return true;
}

BridgeId docker0_of(const World& world, HostId host) {
    const auto& networks = world.host(host).engine.networks;
    const auto found = networks.find("bridge");
    return found != networks.end() ? found->second : BridgeId{};
}

bool has_addresses_given(const World& world, HostId host, BridgeId bridge) {
    for (const auto& [name, id] : world.host(host).engine.by_name) {
        const Container& c = world.container(id);
        if (!c.detail) continue;
        for (const Endpoint& endpoint : c.detail->endpoints) {
            if (endpoint.bridge == bridge && endpoint.ipv4) return true;
        }
    }
    return false;
}

// daemon.go, restore (activeSandboxes): containers that go on without dockerd, but for those in another's network.
bool has_active_sandboxes(const World& world, HostId host, bool live_restore) {
    if (!live_restore) return false;  // They are shut down before anyone looks.
    const auto& names = world.host(host).engine.by_name;
    return std::any_of(names.begin(), names.end(), [&world](const auto& named) {
        const Container& c = world.container(named.second);
        return c.detail && c.process_alive && c.counts_as_running() && !world.spec(c).network_mode.starts_with("container:");
    });
}

// As Go shows a list of subnets, up to a length that can still be read.
std::string listed_subnets(const std::vector<SubnetBlock>& blocks) {
    constexpr std::size_t kMostShown = 1000;
    std::vector<std::string> shown;
    for (const SubnetBlock& block : blocks) {
        const std::uint64_t count = std::uint64_t{1} << (block.prefix_length - block.block.prefix_length);
        for (std::uint64_t i = 0; i < count && shown.size() < kMostShown; ++i) {
            const std::uint64_t base = block.block.base.value + (i << (32 - block.prefix_length));
            shown.push_back(Subnet{Ipv4{static_cast<std::uint32_t>(base)}, block.prefix_length}.text());
        }
    }
    if (shown.size() == kMostShown) shown.emplace_back("...");
    return fmt::format("[{}]", join(shown, " "));
}

// What a start makes of docker0.
struct Docker0 {
    bool stays = false;  // as it is
    Subnet subnet;
    Ipv4 gateway;         // None: the first of the subnet.
    std::string mistake;  // Why it can't be; empty: it can.
};

// libnetwork's network.go, ipamAllocateVersion.
std::string docker0_gateway_mistake(const Docker0& wanted) {
    AddressPool addresses(wanted.subnet);
    std::string why;
    if (wanted.gateway) {
        const Outcome<Ipv4> taken = addresses.take(wanted.gateway);
        if (!taken.ok()) why = taken.refusal().message;
    } else if (!addresses.take()) {
        why = "No available addresses on this pool";
    }
    return why.empty() ? why : fmt::format("Error creating default \"bridge\" network: failed to allocate gateway ({}): {}", wanted.gateway ? wanted.gateway.text() : "", why);
}

// daemon_unix.go, initNetworkController and initBridgeDriver; libnetwork's netutils, ElectInterfaceAddresses. docker0 keeps its
// address over a restart of dockerd, but for pools of its own, where it is made anew (removeDefaultBridgeInterface).
Docker0 docker0_to_be(const World& world, HostId host, const DaemonConfig& config, bool live_restore) {
    const Engine& engine = world.host(host).engine;
    const BridgeId id = docker0_of(world, host);
    const bool anew = !config.address_pools.empty() && !live_restore;
    Docker0 out;
    out.stays = !id || (config.bip.empty() && !anew) || has_active_sandboxes(world, host, live_restore);
    if (out.stays) return out;
    SubnetPools pools = engine.pools;
    pools.set_blocks(address_blocks(config));
    pools.release(world.bridge(id).subnet);
    if (anew) {
        const Outcome<Subnet> first = pools.take();
        if (!first.ok()) {
            out.mistake = fmt::format("list bridge addresses failed: PredefinedLocalScopeDefaultNetworks List: {}: no available network", listed_subnets(address_blocks(config)));
            return out;
        }
        out.subnet = *first;
        pools.release(*first);
    }
    if (!config.bip.empty() && !read_bip(config.bip, out.gateway, out.subnet)) {
        out.mistake = "invalid CIDR address: " + config.bip;
        return out;
    }
    const Outcome<Subnet> taken = pools.take(out.subnet);
    out.mistake = taken.ok() ? docker0_gateway_mistake(out) : "Error creating default \"bridge\" network: " + taken.refusal().message;
    return out;
}

}  // namespace

DaemonConfig daemon_config(const nlohmann::json& file, const DaemonConfig* running) {
    DaemonConfig out = running != nullptr ? *running : DaemonConfig{};
    take_reloadable(file, out);
    if (running != nullptr) return out;
    take_flag(file, "init", out.init);
    take_text(file, "log-driver", out.log_driver);
    if (file.contains("log-opts") && file["log-opts"].is_object()) {
        for (const auto& [name, value] : file["log-opts"].items()) {
            if (value.is_string()) out.log_options[name] = value.get<std::string>();
        }
    }
    take_ulimits(file, out);
    take_list(file, "dns", out.dns);
    take_list(file, "dns-search", out.dns_search);
    take_list(file, "dns-opts", out.dns_options);
    take_text(file, "data-root", out.data_root);
    take_text(file, "bip", out.bip);
    take_pools(file, out);
    return out;
}

const DaemonConfig& config_of(const Engine& engine) {
    static const DaemonConfig kNone;
    return engine.config ? *engine.config : kNone;
}

void apply_daemon_defaults(const DaemonConfig& config, ContainerSpec& spec) {
    const auto driver = [](const std::string& name) { return name.empty() ? std::string("json-file") : name; };
    if (spec.log_driver.empty()) spec.log_driver = config.log_driver;
    if (driver(spec.log_driver) == driver(config.log_driver)) spec.log_options.insert(config.log_options.begin(), config.log_options.end());
    if (spec.shm_bytes == 0) spec.shm_bytes = config.shm_bytes;
}

std::vector<Ulimit> merged_ulimits(const std::vector<Ulimit>& own, const DaemonConfig& config) {
    std::vector<Ulimit> out = own;
    for (const Ulimit& limit : config.ulimits) {
        if (std::none_of(own.begin(), own.end(), [&limit](const Ulimit& given) { return given.name == limit.name; })) out.push_back(limit);
    }
    return out;
}

std::vector<SubnetBlock> address_blocks(const DaemonConfig& config) {
    std::vector<SubnetBlock> out;
    for (const DaemonConfig::Pool& pool : config.address_pools) {
        if (const Result<Subnet> base = parse_subnet(pool.base)) out.push_back({*base, pool.size});
    }
    return out.empty() ? default_local_blocks() : out;
}

std::string network_mistake(const World& world, HostId host, const DaemonConfig& config, bool live_restore) {
    constexpr int kMostBits = 32;
    const auto wrong = [](const std::string& why) { return "failed to start daemon: Error initializing network controller: " + why; };
    // libnetwork's ipamutils, splitNetworks, which its New ends with.
    const auto wrong_pool = [&wrong](const std::string& why) { return wrong("error obtaining controller instance: " + why); };
    for (const DaemonConfig::Pool& pool : config.address_pools) {
        const Result<Subnet> base = parse_subnet(pool.base);
        if (!base || pool.base.find('/') == std::string::npos) return wrong_pool(fmt::format("invalid base pool \"{}\": invalid CIDR address: {}", pool.base, pool.base));
        if (pool.size <= 0 || pool.size < base->prefix_length || pool.size > kMostBits) return wrong_pool(fmt::format("invalid pools size: {}", pool.size));
    }
    const std::string why = docker0_to_be(world, host, config, live_restore).mistake;
    return why.empty() ? why : wrong(why);
}

void set_up_networks(World& world, HostId host) {
    Engine& engine = world.host(host).engine;
    engine.pools.set_blocks(address_blocks(config_of(engine)));
    const Docker0 wanted = docker0_to_be(world, host, config_of(engine), engine.live_restore);
    const BridgeId id = docker0_of(world, host);
    if (wanted.stays || !wanted.mistake.empty() || has_addresses_given(world, host, id)) return;
    engine.pools.release(world.bridge(id).subnet);
    const Outcome<Subnet> taken = engine.pools.take(wanted.subnet);
    PODIUM_ASSERT(taken.ok(), "a subnet that was found free for docker0 is free");
    readdress_network(world, id, wanted.subnet, wanted.gateway);
}

}  // namespace podium::model
