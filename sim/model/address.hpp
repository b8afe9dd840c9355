#pragma once

// IPv4 addresses as a Docker engine hands them out: subnets for its networks, addresses inside a
// network, MAC addresses, and host ports for published ports. All of it is plain copyable data owned
// by one simulated host; the order of what is handed out follows libnetwork as vendored by
// moby v20.10.24 (ipam/allocator.go, ipamutils, portallocator, portmapper) and never chance.
// Sentences in refusals are the engine's, word for word.

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/model/container_spec.hpp"
#include "sim/model/refusal.hpp"

namespace podium::model {

struct Ipv4 {
    std::uint32_t value = 0;  ///< Host byte order: 127.0.0.1 is 0x7F000001. 0 is "none" or "all".

    constexpr auto operator<=>(const Ipv4&) const = default;
    constexpr explicit operator bool() const { return value != 0; }
    /// "172.17.0.2".
    [[nodiscard]] std::string text() const;
};

/// Four decimal numbers of 0..255 with dots; anything else is an error.
Result<Ipv4> parse_ipv4(std::string_view text);

/// The MAC address that the bridge driver derives from an address: 172.17.0.2 is 02:42:ac:11:00:02.
std::string mac_from_ip(Ipv4 address);

struct Subnet {
    Ipv4 base;               ///< The host bits are 0.
    int prefix_length = 32;  ///< 0..32.

    constexpr auto operator<=>(const Subnet&) const = default;
    [[nodiscard]] std::uint32_t mask() const;
    [[nodiscard]] bool contains(Ipv4 address) const;
    [[nodiscard]] bool overlaps(const Subnet& other) const;
    /// The last address, with all host bits 1.
    [[nodiscard]] Ipv4 broadcast() const;
    /// "172.17.0.0/16".
    [[nodiscard]] std::string text() const;
};

/// "172.28.0.0/16"; host bits that are set are cleared, as the engine does.
Result<Subnet> parse_subnet(std::string_view text);

/// A block of addresses cut into subnets of one size.
struct SubnetBlock {
    Subnet block;
    int prefix_length = 16;  ///< Of each subnet cut from it.
};

/// What an engine gives to bridge networks when nothing is configured: 172.17.0.0/16 …
/// 172.31.0.0/16, then 192.168.0.0/20 … 192.168.240.0/20 (31 networks).
std::vector<SubnetBlock> default_local_blocks();
/// What a swarm gives to overlay networks: 10.0.0.0/24, 10.0.1.0/24 …
std::vector<SubnetBlock> default_global_blocks();

/// The subnets of one engine's networks.
///
/// Docker engine: the search for a default subnet goes on after the last one given, so a subnet that
/// was freed is used again only after a whole round or a restart of the engine.
class SubnetPools {
  public:
    explicit SubnetPools(std::vector<SubnetBlock> blocks = default_local_blocks()) : blocks_(std::move(blocks)) {}

    /// Of what default subnets are cut from now on.
    void set_blocks(std::vector<SubnetBlock> blocks) {
        blocks_ = std::move(blocks);
        next_ = 0;
    }

    /// A subnet the host itself has a route to (its own network card's): never given by default.
    void add_host_route(Subnet subnet) { host_routes_.push_back(subnet); }

    /// The next default subnet. 404 when all are taken.
    Outcome<Subnet> take();
    /// A subnet chosen by the user (or docker0's). 403 when it overlaps one in use.
    Outcome<Subnet> take(Subnet wanted);
    void release(Subnet subnet);
    /// The engine was started again: the search begins with the first default subnet.
    void restart_engine() { next_ = 0; }
    /// The first default subnet that no route of the host overlaps: what docker0 gets at first start.
    [[nodiscard]] Subnet first_free_of_routes() const;

  private:
    [[nodiscard]] std::size_t default_count() const;
    [[nodiscard]] Subnet default_at(std::size_t index) const;
    [[nodiscard]] bool overlaps_taken(const Subnet& subnet) const;
    [[nodiscard]] bool overlaps_route(const Subnet& subnet) const;
    std::optional<Subnet> take_without_routes();

    std::vector<SubnetBlock> blocks_;
    std::vector<Subnet> host_routes_;
    std::set<Subnet> taken_;
    std::size_t next_ = 0;  // index of the default subnet the search starts with
};

/// The addresses of one network. The network's own address and its broadcast address are never given.
///
/// Docker engine: a local network gives its lowest free address (so a container that starts again can
/// get another's old address); a swarm's network goes on after the last one given ("serial").
class AddressPool {
  public:
    AddressPool() = default;
    /// `range` is `--ip-range`: addresses are picked only from it, while asked-for ones may be
    /// anywhere in the subnet.
    explicit AddressPool(Subnet subnet, std::optional<Subnet> range = std::nullopt, bool serial = false);

    [[nodiscard]] Subnet subnet() const { return subnet_; }
    /// What addresses are picked from, where that was asked for.
    [[nodiscard]] const std::optional<Subnet>& range() const { return range_; }
    /// A free address, or nothing when there is none left.
    std::optional<Ipv4> take();
    /// This address. 400 "Requested address is out of range", 403 "Address already in use", and of a full subnet, as one of 31 or 32
    /// bits always is, 500 "No available addresses on this pool".
    Outcome<Ipv4> take(Ipv4 wanted);
    void release(Ipv4 address);
    [[nodiscard]] bool is_taken(Ipv4 address) const;
    /// Addresses in use, the gateway included and the two that are never given left out.
    [[nodiscard]] std::size_t taken_count() const;

  private:
    std::optional<Ipv4> take_between(std::uint32_t first, std::uint32_t last);

    Subnet subnet_{};
    std::optional<Subnet> range_;
    std::uint32_t first_ = 0;        // what may be picked: first_..last_
    std::uint32_t last_ = 0;
    std::uint32_t search_from_ = 0;  // no free address lies in first_..search_from_-1
    std::uint32_t next_ = 0;         // where a serial search starts
    bool serial_ = false;
    std::vector<std::uint32_t> taken_;  // in order
};

/// 500: what a container start answers when its network is full.
Refusal no_address_refusal(std::string_view network_name, std::string_view network_id);

/// A host port in use for a container, one row of `docker port`.
struct PublishedPort {
    std::string host_ip;  ///< "0.0.0.0", "::" or one address of the host.
    std::uint16_t host_port = 0;
    std::uint16_t container_port = 0;
    std::string protocol;  ///< "tcp", "udp", "sctp".

    bool operator==(const PublishedPort&) const = default;
};

/// The ports of one host: those that the engine published, and those its own processes listen on.
///
/// Docker engine 20.10.24: the engine's table is per address and protocol, so 0.0.0.0:80 and
/// 127.0.0.1:80 are strangers to it, and it is the userland proxy's bind that then fails. A binding
/// without an address is made twice, for 0.0.0.0 and for ::. An ephemeral port is the next one after
/// the last given in the host's ip_local_port_range (32768–60999; not 49153–65535, which was so from
/// 20.10.0 until the range was read again), tried at most 10 times.
class PortTable {
  public:
    static constexpr std::uint16_t kEphemeralFirst = 32768;
    static constexpr std::uint16_t kEphemeralLast = 60999;
    static constexpr int kEphemeralAttempts = 10;

    /// The host's own addresses, for bindings to one of them. While none are set every address passes.
    void set_host_addresses(std::vector<Ipv4> addresses) { host_addresses_ = std::move(addresses); }
    void set_ipv6(bool listens) { ipv6_ = listens; }

    /// Publishes all bindings of an endpoint, or none. The refusal is the engine's whole sentence:
    /// "driver failed programming external connectivity on endpoint NAME (ID): …", status 500.
    Outcome<std::vector<PublishedPort>> publish(const std::vector<PortBinding>& bindings,
                                                std::string_view endpoint_name, std::string_view endpoint_id);
    void withdraw(const std::vector<PublishedPort>& ports);
    /// Whether the engine has published a port at this address, by itself or with all of its family.
    [[nodiscard]] bool publishes(std::string_view address, std::string_view protocol, std::uint16_t port) const;
    /// Whether it has published the port at any address.
    [[nodiscard]] bool publishes(std::string_view protocol, std::uint16_t port) const;

    /// A process of the host itself listens; false when the kernel would answer EADDRINUSE.
    bool listen(std::string_view address, std::string_view protocol, std::uint16_t port);
    void stop_listening(std::string_view address, std::string_view protocol, std::uint16_t port);
    /// Whether something on the host would answer at this address.
    [[nodiscard]] bool is_bound(std::string_view address, std::string_view protocol, std::uint16_t port) const;

    /// The engine was started again: the search for ephemeral ports begins anew. What it published is
    /// withdrawn by its owner, container by container.
    void restart_engine() { last_given_.clear(); }

  private:
    using Place = std::pair<std::string, std::string>;  // address, protocol
    using Range = std::pair<std::uint16_t, std::uint16_t>;

    Outcome<std::uint16_t> allocate(const Place& place, Range range);
    Outcome<std::uint16_t> bind_one(const Place& place, std::uint16_t first, std::uint16_t last);
    [[nodiscard]] std::optional<std::string> bind_error(const Place& place, std::uint16_t port) const;

    bool ipv6_ = true;
    std::vector<Ipv4> host_addresses_;
    std::map<Place, std::set<std::uint16_t>> engine_;                   // the engine's table
    std::map<std::pair<Place, Range>, std::uint16_t> last_given_;       // per range, as the engine keeps it
    std::set<std::pair<Place, std::uint16_t>> sockets_;                 // what the kernel has bound
};

}  // namespace podium::model
