#include "sim/model/address.hpp"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "sim/base/text.hpp"

namespace podium::model {
namespace {

constexpr std::string_view kAllIpv4 = "0.0.0.0";
constexpr std::string_view kAllIpv6 = "::";

bool is_ipv6(std::string_view address) { return address.find(':') != std::string_view::npos; }

Subnet subnet_of(std::uint8_t a, std::uint8_t b, int prefix_length) {
    return Subnet{Ipv4{(std::uint32_t{a} << 24) | (std::uint32_t{b} << 16)}, prefix_length};
}

}  // namespace

std::string Ipv4::text() const {
    return fmt::format("{}.{}.{}.{}", value >> 24, (value >> 16) & 0xFF, (value >> 8) & 0xFF, value & 0xFF);
}

Result<Ipv4> parse_ipv4(std::string_view text) {
    const Error wrong{fmt::format("invalid IPv4 address \"{}\"", text), {}, "write it like 172.20.0.10"};
    const std::vector<std::string> parts = split(text, '.');
    if (parts.size() != 4) return wrong;
    std::uint32_t value = 0;
    for (const std::string& part : parts) {
        std::int64_t number = 0;
        const bool digits = !part.empty() && part.size() <= 3 &&
                            part.find_first_not_of("0123456789") == std::string::npos;
        // A leading zero is refused as Go's parser does: it could be meant as octal.
        if (!digits || (part.size() > 1 && part[0] == '0') || !parse_integer(part, number) || number > 255) return wrong;
        value = (value << 8) | static_cast<std::uint32_t>(number);
    }
    return Ipv4{value};
}

std::string mac_from_ip(Ipv4 address) {
    const std::uint32_t v = address.value;
    return fmt::format("02:42:{:02x}:{:02x}:{:02x}:{:02x}", v >> 24, (v >> 16) & 0xFF, (v >> 8) & 0xFF, v & 0xFF);
}

std::uint32_t Subnet::mask() const { return prefix_length == 0 ? 0 : ~std::uint32_t{0} << (32 - prefix_length); }

bool Subnet::contains(Ipv4 address) const { return (address.value & mask()) == base.value; }

bool Subnet::overlaps(const Subnet& other) const { return contains(other.base) || other.contains(base); }

Ipv4 Subnet::broadcast() const { return Ipv4{base.value | ~mask()}; }

std::string Subnet::text() const { return fmt::format("{}/{}", base.text(), prefix_length); }

Result<Subnet> parse_subnet(std::string_view text) {
    const Error wrong{fmt::format("invalid CIDR address: {}", text), {}, "write it like 172.28.0.0/16"};
    const auto slash = text.find('/');
    if (slash == std::string_view::npos) return wrong;
    const Result<Ipv4> address = parse_ipv4(text.substr(0, slash));
    std::int64_t length = 0;
    if (!address || !parse_integer(text.substr(slash + 1), length) || length < 0 || length > 32) return wrong;
    Subnet subnet{*address, static_cast<int>(length)};
    subnet.base.value &= subnet.mask();
    return subnet;
}

// --- subnets -------------------------------------------------------------------------------------

std::vector<SubnetBlock> default_local_blocks() {
    return {{subnet_of(172, 17, 16), 16}, {subnet_of(172, 18, 16), 16}, {subnet_of(172, 19, 16), 16},
            {subnet_of(172, 20, 14), 16}, {subnet_of(172, 24, 14), 16}, {subnet_of(172, 28, 14), 16},
            {subnet_of(192, 168, 16), 20}};
}

std::vector<SubnetBlock> default_global_blocks() { return {{subnet_of(10, 0, 8), 24}}; }

std::size_t SubnetPools::default_count() const {
    std::size_t count = 0;
    for (const SubnetBlock& block : blocks_) count += std::size_t{1} << (block.prefix_length - block.block.prefix_length);
    return count;
}

Subnet SubnetPools::default_at(std::size_t index) const {
    for (const SubnetBlock& block : blocks_) {
        const std::size_t count = std::size_t{1} << (block.prefix_length - block.block.prefix_length);
        if (index < count) {
            const auto offset = static_cast<std::uint32_t>(index) << (32 - block.prefix_length);
            return Subnet{Ipv4{block.block.base.value + offset}, block.prefix_length};
        }
        index -= count;
    }
    return Subnet{};
}

bool SubnetPools::overlaps_taken(const Subnet& subnet) const {
    return std::any_of(taken_.begin(), taken_.end(), [&](const Subnet& other) { return subnet.overlaps(other); });
}

bool SubnetPools::overlaps_route(const Subnet& subnet) const {
    return std::any_of(host_routes_.begin(), host_routes_.end(),
                       [&](const Subnet& other) { return subnet.overlaps(other); });
}

std::optional<Subnet> SubnetPools::take_without_routes() {
    const std::size_t count = default_count();
    for (std::size_t step = 0; step < count; ++step) {
        const Subnet subnet = default_at((next_ + step) % count);
        if (overlaps_taken(subnet)) continue;
        next_ = next_ + step + 1 >= count ? 0 : next_ + step + 1;
        taken_.insert(subnet);
        return subnet;
    }
    return std::nullopt;
}

Outcome<Subnet> SubnetPools::take() {
    // As the engine, keep what overlaps the host's routes until one is found that does not, so that
    // the search moves on; then give the kept ones back.
    std::vector<Subnet> kept;
    std::optional<Subnet> found = take_without_routes();
    while (found && overlaps_route(*found)) {
        kept.push_back(*found);
        found = take_without_routes();
    }
    for (const Subnet& subnet : kept) taken_.erase(subnet);
    if (found) return *found;
    return Refusal{404,
                   "could not find an available, non-overlapping IPv4 address pool among the defaults to assign to "
                   "the network"};
}

Outcome<Subnet> SubnetPools::take(Subnet wanted) {
    if (overlaps_taken(wanted)) return Refusal{403, "Pool overlaps with other one on this address space"};
    taken_.insert(wanted);
    return wanted;
}

void SubnetPools::release(Subnet subnet) { taken_.erase(subnet); }

Subnet SubnetPools::first_free_of_routes() const {
    const std::size_t count = default_count();
    for (std::size_t index = 0; index < count; ++index) {
        const Subnet subnet = default_at(index);
        if (!overlaps_route(subnet)) return subnet;
    }
    return default_at(0);
}

// --- addresses -----------------------------------------------------------------------------------

AddressPool::AddressPool(Subnet subnet, std::optional<Subnet> range, bool serial)
    : subnet_(subnet),
      range_(range),
      first_(range ? range->base.value : subnet.base.value),
      last_(range ? range->broadcast().value : subnet.broadcast().value),
      search_from_(first_),
      next_(first_),
      serial_(serial),
      taken_{subnet.base.value, subnet.broadcast().value} {
    if (taken_.front() == taken_.back()) taken_.pop_back();
}

std::optional<Ipv4> AddressPool::take_between(std::uint32_t first, std::uint32_t last) {
    std::uint32_t candidate = first;
    auto taken = std::lower_bound(taken_.begin(), taken_.end(), first);
    for (; taken != taken_.end() && *taken == candidate; ++taken) {
        if (candidate == last) return std::nullopt;
        ++candidate;
    }
    if (candidate > last) return std::nullopt;
    taken_.insert(taken, candidate);
    // The engine remembers where it was for every pick; only a serial search starts from there.
    next_ = candidate == last_ ? first_ : candidate + 1;
    return Ipv4{candidate};
}

std::optional<Ipv4> AddressPool::take() {
    // Who waits for an address asks again and again; that a whole subnet is full is seen without going through it.
    const bool whole = first_ == subnet_.base.value && last_ == subnet_.broadcast().value;
    if (whole && taken_.size() > last_ - first_) return std::nullopt;
    if (serial_) {
        if (next_ > first_) {
            if (const auto found = take_between(next_, last_)) return found;
        }
        return take_between(first_, last_);
    }
    const auto found = take_between(search_from_, last_);
    search_from_ = found ? found->value : last_;
    return found;
}

Outcome<Ipv4> AddressPool::take(Ipv4 wanted) {
    if (!subnet_.contains(wanted)) return Refusal{400, "Requested address is out of range"};
    // ipam/allocator.go, getAddress: of a subnet that is full nothing is said of the one address.
    if (taken_.size() > subnet_.broadcast().value - subnet_.base.value) return Refusal{500, "No available addresses on this pool"};
    const auto place = std::lower_bound(taken_.begin(), taken_.end(), wanted.value);
    if (place != taken_.end() && *place == wanted.value) return Refusal{403, "Address already in use"};
    taken_.insert(place, wanted.value);
    return wanted;
}

bool AddressPool::is_taken(Ipv4 address) const { return std::binary_search(taken_.begin(), taken_.end(), address.value); }

void AddressPool::release(Ipv4 address) {
    if (address == subnet_.base || address == subnet_.broadcast()) return;
    const auto place = std::lower_bound(taken_.begin(), taken_.end(), address.value);
    if (place == taken_.end() || *place != address.value) return;
    taken_.erase(place);
    if (address.value >= first_) search_from_ = std::min(search_from_, address.value);
}

std::size_t AddressPool::taken_count() const {
    const std::size_t never_given = subnet_.prefix_length == 32 ? 1 : 2;
    return taken_.size() - never_given;
}

Refusal no_address_refusal(std::string_view network_name, std::string_view network_id) {
    return Refusal{500, fmt::format("no available IPv4 addresses on this network's address pools: {} ({})", network_name,
                                    network_id)};
}

// --- ports ---------------------------------------------------------------------------------------

std::optional<std::string> PortTable::bind_error(const Place& place, std::uint16_t port) const {
    const auto& [address, protocol] = place;
    const bool six = is_ipv6(address);
    const std::string where =
        fmt::format("listen {}{} {}:{}", protocol, six ? "6" : "4", six ? "[" + address + "]" : address, port);
    if (!six && address != kAllIpv4 && !host_addresses_.empty()) {
        const Result<Ipv4> parsed = parse_ipv4(address);
        const bool loopback = parsed && (parsed->value >> 24) == 127;
        const bool own = parsed && std::find(host_addresses_.begin(), host_addresses_.end(), *parsed) != host_addresses_.end();
        if (!loopback && !own) return where + ": bind: cannot assign requested address";
    }
    if (is_bound(address, protocol, port)) return where + ": bind: address already in use";
    return std::nullopt;
}

bool PortTable::is_bound(std::string_view address, std::string_view protocol, std::uint16_t port) const {
    const bool six = is_ipv6(address);
    const std::string_view all = six ? kAllIpv6 : kAllIpv4;
    const auto holds = [&](std::string_view bound) {
        return sockets_.contains({Place{std::string(bound), std::string(protocol)}, port});
    };
    if (address != all) return holds(address) || holds(all);
    // Sockets are in order of their places: from place to place, not from socket to socket, so that the 65,535 ports of
    // one container are not looked through for each of them.
    for (auto socket = sockets_.begin(); socket != sockets_.end();) {
        const Place& place = socket->first;
        if (place.second == protocol && is_ipv6(place.first) == six && holds(place.first)) return true;
        socket = sockets_.upper_bound({place, std::numeric_limits<std::uint16_t>::max()});
    }
    return false;
}

bool PortTable::listen(std::string_view address, std::string_view protocol, std::uint16_t port) {
    const Place place{std::string(address), std::string(protocol)};
    if (bind_error(place, port)) return false;
    sockets_.insert({place, port});
    return true;
}

void PortTable::stop_listening(std::string_view address, std::string_view protocol, std::uint16_t port) {
    sockets_.erase({Place{std::string(address), std::string(protocol)}, port});
}

Outcome<std::uint16_t> PortTable::allocate(const Place& place, Range range) {
    std::set<std::uint16_t>& taken = engine_[place];
    if (range.first != 0 && range.first == range.second) {
        if (taken.insert(range.first).second) return range.first;
        return Refusal{500,
                       fmt::format("Bind for {}:{} failed: port is already allocated", place.first, range.first)};
    }
    if (range.first == 0) range = {kEphemeralFirst, kEphemeralLast};
    auto [last, fresh] = last_given_.try_emplace({place, range}, range.second);
    std::uint16_t port = last->second;
    for (int step = 0; step <= range.second - range.first; ++step) {
        port = port >= range.second ? range.first : static_cast<std::uint16_t>(port + 1);
        if (!taken.insert(port).second) continue;
        last->second = port;
        return port;
    }
    return Refusal{500, "all ports are allocated"};
}

Outcome<std::uint16_t> PortTable::bind_one(const Place& place, std::uint16_t first, std::uint16_t last) {
    // A chosen port is tried once; an ephemeral one that the kernel refuses makes way for the next.
    const int attempts = first == 0 ? kEphemeralAttempts : 1;
    Refusal refusal;
    for (int attempt = 0; attempt < attempts; ++attempt) {
        const Outcome<std::uint16_t> port = allocate(place, {first, last == 0 ? first : last});
        if (!port) return port.refusal();
        const std::optional<std::string> wrong = bind_error(place, *port);
        if (!wrong) {
            sockets_.insert({place, *port});
            return *port;
        }
        engine_[place].erase(*port);
        refusal = Refusal{500, "Error starting userland proxy: " + *wrong};
    }
    return refusal;
}

Outcome<std::vector<PublishedPort>> PortTable::publish(const std::vector<PortBinding>& bindings,
                                                       std::string_view endpoint_name, std::string_view endpoint_id) {
    std::vector<PublishedPort> published;
    for (const PortBinding& binding : bindings) {
        std::vector<std::string> addresses;
        if (!binding.host_ip.empty()) {
            addresses.push_back(binding.host_ip);
        } else {
            addresses.emplace_back(kAllIpv4);
            if (ipv6_) addresses.emplace_back(kAllIpv6);
        }
        for (const std::string& address : addresses) {
            const Outcome<std::uint16_t> port =
                bind_one({address, binding.protocol}, binding.host_port, binding.host_port_end);
            if (!port) {
                withdraw(published);
                return Refusal{500, fmt::format("driver failed programming external connectivity on endpoint {} ({}): {}",
                                                endpoint_name, endpoint_id, port.refusal().message)};
            }
            published.push_back({address, *port, binding.container_port, binding.protocol});
        }
    }
    return published;
}

bool PortTable::publishes(std::string_view address, std::string_view protocol, std::uint16_t port) const {
    const auto at = [&](std::string_view place) {
        const auto ports = engine_.find(Place{std::string(place), std::string(protocol)});
        return ports != engine_.end() && ports->second.contains(port);
    };
    return at(address) || at(is_ipv6(address) ? kAllIpv6 : kAllIpv4);
}

bool PortTable::publishes(std::string_view protocol, std::uint16_t port) const {
    return std::any_of(engine_.begin(), engine_.end(), [&](const auto& place) { return place.first.second == protocol && place.second.contains(port); });
}

void PortTable::withdraw(const std::vector<PublishedPort>& ports) {
    for (const PublishedPort& port : ports) {
        const Place place{port.host_ip, port.protocol};
        sockets_.erase({place, port.host_port});
        const auto taken = engine_.find(place);
        if (taken != engine_.end()) taken->second.erase(port.host_port);
    }
}

}  // namespace podium::model
