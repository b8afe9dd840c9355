// The allocator's part for services: published ports and virtual addresses (swarmkit
// manager/allocator/ cnmallocator/networkallocator.go and portallocator.go).

#include <algorithm>
#include <fmt/format.h>
#include <tuple>

#include "sim/orch/swarm/defaults.hpp"
#include "sim/orch/swarm/leader/allocator.hpp"

namespace podium::swarm {
namespace {

bool is_ingress(const Port& port) {
    return port.mode == PublishMode::Ingress;
}

bool needs_ingress(const Service& service) {
    return service.spec.endpoint && std::any_of(service.spec.endpoint->ports.begin(),
                                                service.spec.endpoint->ports.end(),
                                                is_ingress);
}

bool by_dns(const Service& service) {
    return service.spec.endpoint && service.spec.endpoint->mode == EndpointMode::Dnsrr;
}

// Ports given out, to be matched with those of a spec: name, protocol and target, with the
// published one.
class GivenPorts {
  public:
    explicit GivenPorts(const std::vector<Port>& ports) {
        for (const Port& port : ports) {
            if (is_ingress(port)) given_.push_back(port);
        }
    }

    /// Takes the port out that the spec's would be: the same, or any where it has no wish.
    const Port* match(const Port& wanted, Port& out) {
        const auto same = [&](const Port& port) {
            const bool alike = std::tie(port.name, port.protocol, port.target) ==
                               std::tie(wanted.name, wanted.protocol, wanted.target);
            return alike && (wanted.published == 0 ? port.published != 0
                                                   : port.published == wanted.published);
        };
        const auto found = std::find_if(given_.begin(), given_.end(), same);
        if (found == given_.end()) return nullptr;
        out = *found;
        given_.erase(found);
        return &out;
    }

  private:
    std::vector<Port> given_;
};

bool ports_are_allocated(const Service& service) {
    if (!service.spec.endpoint || !service.allocated) return false;
    const std::vector<Port>& wanted = service.spec.endpoint->ports;
    const std::vector<Port>& present = service.endpoint.ports;
    if (wanted.size() != present.size()) return false;
    GivenPorts given(present);
    Port ignored;
    // Those with a number first: one without takes what is left.
    for (const bool numbered : {true, false}) {
        for (const Port& port : wanted) {
            if (is_ingress(port) && (port.published != 0) == numbered &&
                given.match(port, ignored) == nullptr)
                return false;
        }
    }
    return std::all_of(wanted.begin(), wanted.end(), [&](const Port& port) {
        return is_ingress(port) || std::find(present.begin(), present.end(), port) != present.end();
    });
}

// What is to be given out: the ports of the spec, with the numbers given before where there is no
// wish.
std::vector<Port> wanted_ports(const Service& service) {
    const std::vector<Port>& wanted = service.spec.endpoint->ports;
    if (!service.allocated || wanted.size() != service.endpoint.ports.size()) return wanted;
    GivenPorts given(service.endpoint.ports);
    std::vector<Port> out;
    Port before_now;
    for (const Port& port : wanted) {
        if (is_ingress(port) && port.published == 0) continue;
        if (is_ingress(port)) given.match(port, before_now);
        out.push_back(port);
    }
    for (const Port& port : wanted) {
        if (!is_ingress(port) || port.published != 0) continue;
        const Port* same = given.match(port, before_now);
        out.push_back(same == nullptr ? port : *same);
    }
    return out;
}

}  // namespace

std::vector<NetworkId> Allocator::networks_of(const TaskSpec& spec) const {
    std::vector<NetworkId> out;
    for (const NetworkAttachmentConfig& config : spec.networks) {
        const auto found = by_id_.find(config.target);
        if (found != by_id_.end() && !local_.contains(found->second)) out.push_back(found->second);
    }
    return out;
}

bool Allocator::is_allocated(const Service& service) const {
    const std::vector<NetworkId> networks = networks_of(*service.spec.task);
    const auto has_vip = [&](NetworkId network) {
        return std::any_of(service.vips.begin(),
                           service.vips.end(),
                           [network](const VirtualIp& vip) { return vip.network == network; });
    };
    if (!by_dns(service) && !std::all_of(networks.begin(), networks.end(), has_vip)) return false;
    if (by_dns(service) && !service.vips.empty()) return false;
    const bool ingress = needs_ingress(service);
    for (const VirtualIp& vip : service.vips) {
        const bool wanted =
            (ingress && vip.network == ingress_) ||
            std::find(networks.begin(), networks.end(), vip.network) != networks.end();
        if (!wanted) return false;
    }
    const bool no_ports = (!service.spec.endpoint || service.spec.endpoint->ports.empty()) &&
                          service.endpoint.ports.empty();
    return no_ports || ports_are_allocated(service);
}

void Allocator::service_touched(Desk& desk, Proposal& proposal, const Touched& touched) {
    const ServiceId id{touched.number};
    const Service* service = desk.store.services.find(id.value);
    if (service == nullptr) {
        services_waiting_.erase(id);
        release_service(id);
        held_.erase(id);
        return;
    }
    if (!is_allocated(*service)) allocate_service(desk, proposal, id);
    something_changed_ = true;  // its tasks may go on
}

// Gives a service what it needs, all or nothing; else it waits.
void Allocator::allocate_service(Desk& desk, Proposal& proposal, ServiceId id) {
    const Row<Service> service = desk.store.services.row(id.value);
    if (!service) return;
    if (is_allocated(*service)) {
        services_waiting_.erase(id);
        return;
    }
    const Held former = held_[id];
    release_service(id);
    Held held;
    std::vector<Port> ports;
    std::string missing;
    if (needs_ingress(*service) && !ingress_) missing = "ingress network is missing";
    if (missing.empty()) missing = take_ports(*service, held, ports);
    if (missing.empty()) missing = take_vips(*service, held);
    held_[id] = held;
    if (!missing.empty()) {
        // What it had it keeps.
        release_service(id);
        for (const Port& port : former.ports) {
            if (ports_.at(port.protocol).take(port.published)) held_[id].ports.push_back(port);
        }
        for (const VirtualIp& vip : former.vips) {
            if (!take_address(vip.network, vip.address).empty()) held_[id].vips.push_back(vip);
        }
        if (std::exchange(services_waiting_[id], missing) != missing) {
            const CauseScope scope(desk.kernel, service->meta.because);
            desk.kernel.record(kFactServiceWaits,
                               {SubjectType::Service, id.value},
                               desk.kernel.intern(service->spec.name),
                               desk.kernel.intern(missing));
        }
        return;
    }
    services_waiting_.erase(id);
    auto row = std::make_shared<Service>(*service);
    row->endpoint = {service->spec.endpoint ? service->spec.endpoint->mode : EndpointMode::Vip,
                     std::move(ports)};
    row->vips = held.vips;
    row->allocated = true;
    proposal.add_together(
        {Put<Service>{id.value, std::move(row), service->meta.version, service->meta.because}});
}

std::string Allocator::take_ports(const Service& service, Held& held, std::vector<Port>& ports) {
    if (!service.spec.endpoint) return {};
    for (Port port : wanted_ports(service)) {
        if (is_ingress(port)) {
            SerialNumbers& space =
                ports_.try_emplace(port.protocol, kFirstDynamicPort, kLastDynamicPort)
                    .first->second;
            if (port.published == 0) {
                const auto number = space.take();
                if (!number) return "no port of the dynamic range is free";
                port.published = static_cast<std::uint16_t>(*number);
            } else if (!space.take(port.published)) {
                for (const Port& taken : held.ports) {
                    ports_.at(taken.protocol).release(taken.published);
                }
                held.ports.clear();
                return fmt::format("port {}/{} is in use", port.published, port.protocol);
            }
            held.ports.push_back(port);
        }
        ports.push_back(port);
    }
    return {};
}

std::string Allocator::take_vips(const Service& service, Held& held) {
    if (by_dns(service)) return {};
    std::vector<NetworkId> networks = networks_of(*service.spec.task);
    const bool on_ingress_too =
        std::find(networks.begin(), networks.end(), ingress_) != networks.end();
    if (needs_ingress(service) && !on_ingress_too) networks.insert(networks.begin(), ingress_);
    // Those it has first, in their order.
    for (const VirtualIp& vip : service.vips) {
        const auto wanted = std::find(networks.begin(), networks.end(), vip.network);
        if (wanted == networks.end() || take_address(vip.network, vip.address).empty()) continue;
        held.vips.push_back(vip);
        networks.erase(wanted);
    }
    for (const NetworkId network : networks) {
        std::string address = take_address(network);
        if (address.empty()) return "no address is free";
        held.vips.push_back({network, std::move(address)});
    }
    return {};
}

void Allocator::release_service(ServiceId id) {
    const auto found = held_.find(id);
    if (found == held_.end()) return;
    for (const Port& port : found->second.ports) {
        ports_.at(port.protocol).release(port.published);
    }
    for (const VirtualIp& vip : found->second.vips) {
        release_address(vip.network, vip.address);
    }
    if (!found->second.ports.empty()) something_changed_ = true;
    found->second = {};
}

}  // namespace podium::swarm
