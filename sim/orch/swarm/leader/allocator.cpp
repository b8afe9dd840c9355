#include "sim/orch/swarm/leader/allocator.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/base/work.hpp"
#include "sim/orch/swarm/defaults.hpp"

namespace podium::swarm {
namespace {

// Work: to see what one service or task can be given; what waits is looked at again whenever something changes.
constexpr std::uint64_t kAllocateWork = 10;

constexpr std::string_view kVxlanOption = "com.docker.network.driver.overlay.vxlanid_list";

// "10.0.1.5" of "10.0.1.5/24".
model::Ipv4 address_of(std::string_view text) {
    const auto address = model::parse_ipv4(text.substr(0, text.find('/')));
    return address.ok() ? address.value() : model::Ipv4{};
}

std::vector<model::SubnetBlock> blocks_of(const Store& store) {
    const Cluster defaults;
    const Cluster& cluster = store.cluster ? *store.cluster : defaults;
    std::vector<model::SubnetBlock> out;
    for (const std::string& text : split(cluster.address_pool, ',')) {
        if (const auto pool = model::parse_subnet(text); pool.ok()) out.push_back({pool.value(), static_cast<int>(cluster.subnet_size)});
    }
    return out.empty() ? model::default_global_blocks() : out;
}

// swarmkit cnmallocator/networkallocator.go, allocatePools: addresses come one after the other, from the range if one is given, and
// the gateway, unless it is given, is the first of them.
model::AddressPool pool_of(const Network& network, model::Subnet subnet) {
    const auto range = model::parse_subnet(network.ip_range);
    return model::AddressPool(subnet, range.ok() ? std::optional(range.value()) : std::nullopt, true);
}

bool is_overlay(const Network& network) {
    return network.driver == "overlay";
}

}  // namespace

void Allocator::begin(Desk& desk) {
    *this = {};
    subnets_ = model::SubnetPools(blocks_of(desk.store));
    vxlans_ = SerialNumbers(kFirstVxlan, kLastVxlan);
    // First what is held already, so that it isn't given to others.
    desk.store.networks.for_each(
        [&](std::uint32_t number, const Network& network) { restore({number}, network); });
    desk.store.nodes.for_each([&](std::uint32_t number, const Node& node) {
        OnNode& on = on_node_[{number}];
        for (const NetworkAttachment& attachment : node.attachments) {
            if (!take_address(attachment.network, attachment.address).empty())
                on.attachments.push_back(attachment);
        }
    });
    desk.store.services.for_each([&](std::uint32_t number, const Service& service) {
        Held& held = held_[{number}];
        for (const Port& port : service.endpoint.ports) {
            if (port.mode != PublishMode::Ingress) continue;
            const auto space =
                ports_.try_emplace(port.protocol, kFirstDynamicPort, kLastDynamicPort).first;
            if (space->second.take(port.published)) held.ports.push_back(port);
        }
        for (const VirtualIp& vip : service.vips) {
            if (!take_address(vip.network, vip.address).empty()) held.vips.push_back(vip);
        }
    });
    desk.store.tasks.for_each([&](std::uint32_t number, const Task& task) {
        if (task.status.state > TaskState::Running) return;
        for (const NetworkAttachment& attachment : task.networks) {
            if (attachment.address.empty() ||
                !take_address(attachment.network, attachment.address).empty())
                held_by_task_[{number}].networks.push_back(attachment);
        }
        count_on_node({number}, task);
        if (task.status.state < TaskState::Pending) tasks_pending_.insert({number});
    });
    Proposal proposal(desk, Loop::Allocator);
    // The ingress network is the first to be given a subnet.
    if (ingress_ && !has_network(ingress_)) allocate_network(desk, proposal, ingress_);
    desk.store.networks.for_each([&](std::uint32_t number, const Network&) {
        if (!has_network({number})) allocate_network(desk, proposal, {number});
    });
    desk.store.nodes.for_each(
        [&](std::uint32_t number, const Node&) { nodes_to_attach_.insert({number}); });
    attach_nodes(desk, proposal);
    desk.store.services.for_each([&](std::uint32_t number, const Service& service) {
        if (!is_allocated(service)) services_waiting_[{number}];
    });
    something_changed_ = true;
    work(desk, proposal);
}

void Allocator::turn(Desk& desk, std::span<const Touched> touched) {
    Proposal proposal(desk, Loop::Allocator);
    for (const Touched& one : touched) {
        switch (one.kind) {
            case Kind::Network:
                network_touched(desk, proposal, one);
                break;
            case Kind::Service:
                service_touched(desk, proposal, one);
                break;
            case Kind::Node:
                node_touched(desk, one);
                break;
            case Kind::Task:
                task_touched(desk, one);
                break;
            case Kind::Secret:
            case Kind::Config:
            case Kind::Cluster:
                break;
        }
        attach_nodes(desk, proposal);
    }
    work(desk, proposal);
}

void Allocator::refused(const Change& change) {
    for (const Action& action : change.actions) {
        if (const auto* put = std::get_if<Put<Network>>(&action); put != nullptr && put->row) {
            if (pools_.erase({put->number}) == 0) continue;
            if (const auto subnet = model::parse_subnet(put->row->subnet); subnet.ok())
                subnets_.release(subnet.value());
            vxlans_.release(put->row->vxlan);
        }
        if (const auto* put = std::get_if<Put<Service>>(&action)) release_service({put->number});
        if (const auto* merge = std::get_if<TaskMerge>(&action)) release_task(merge->task);
    }
}

// --- networks ---

void Allocator::restore(NetworkId id, const Network& network) {
    by_id_[network.meta.id] = id;
    if (network.ingress) ingress_ = id;
    if (!is_overlay(network)) {
        local_.insert(id);
        return;
    }
    if (network.vxlan == 0) return;
    const auto subnet = model::parse_subnet(network.subnet);
    if (!subnet.ok() || !subnets_.take(subnet.value()).ok()) return;
    vxlans_.take(network.vxlan);
    model::AddressPool& pool = pools_[id] = pool_of(network, subnet.value());
    if (!pool.take(address_of(network.gateway)).ok()) pools_.erase(id);
}

void Allocator::network_touched(Desk& desk, Proposal& proposal, const Touched& touched) {
    const NetworkId id{touched.number};
    const Network* network = desk.store.networks.find(id.value);
    if (network == nullptr) {
        if (const Network* gone = before<Network>(touched)) by_id_.erase(gone->meta.id);
        return forget_network(id);
    }
    by_id_[network->meta.id] = id;
    if (network->ingress && !ingress_) ingress_ = id;
    if (has_network(id)) return;
    if (network->ingress && ingress_ != id) return;  // there is another
    allocate_network(desk, proposal, id);
}

bool Allocator::allocate_network(Desk& desk, Proposal& proposal, NetworkId id) {
    const Row<Network> network = desk.store.networks.row(id.value);
    networks_waiting_.erase(id);
    if (!network) return false;
    if (!is_overlay(*network)) return local_.insert(id).second;
    const auto given = model::parse_subnet(network->subnet);
    const model::Outcome<model::Subnet> subnet =
        network->subnet_given && given.ok() ? subnets_.take(given.value()) : subnets_.take();
    if (!subnet.ok()) {
        networks_waiting_.insert(id);
        return false;
    }
    const std::uint32_t vxlan = vxlans_.take().value_or(0);
    model::AddressPool pool = pool_of(*network, subnet.value());
    const bool gateway_given = network->subnet_given && !network->gateway.empty();
    const model::Ipv4 gateway = gateway_given ? pool.take(address_of(network->gateway)).value()
                                              : pool.take().value_or(model::Ipv4{});
    auto row = std::make_shared<Network>(*network);
    row->vxlan = vxlan;
    row->subnet = subnet.value().text();
    row->gateway = gateway.text();
    row->driver_options[std::string(kVxlanOption)] = fmt::format("{}", vxlan);
    pools_[id] = std::move(pool);
    something_changed_ = true;
    if (network->ingress) {
        desk.store.nodes.for_each(
            [&](std::uint32_t number, const Node&) { nodes_to_attach_.insert({number}); });
    }
    proposal.add_together(
        {Put<Network>{id.value, std::move(row), network->meta.version, network->meta.because}});
    return true;
}

void Allocator::forget_network(NetworkId id) {
    if (ingress_ == id) ingress_ = {};
    local_.erase(id);
    networks_waiting_.erase(id);
    const auto pool = pools_.find(id);
    if (pool == pools_.end()) return;
    subnets_.release(pool->second.subnet());
    pools_.erase(pool);
    something_changed_ = true;
    for (auto& [node, on] : on_node_) {
        on.tasks.erase(id);
        if (std::any_of(on.attachments.begin(), on.attachments.end(), [id](const auto& attachment) {
                return attachment.network == id;
            }))
            nodes_to_attach_.insert(node);
    }
}

// An address with its prefix; `wanted` if it is given and free. Empty when there is none.
std::string Allocator::take_address(NetworkId network, std::string_view wanted) {
    const auto found = pools_.find(network);
    if (found == pools_.end()) return {};
    model::AddressPool& pool = found->second;
    model::Ipv4 address;
    if (wanted.empty()) {
        address = pool.take().value_or(model::Ipv4{});
    } else if (const auto taken = pool.take(address_of(wanted)); taken.ok()) {
        address = taken.value();
    }
    if (!address) return {};
    return fmt::format("{}/{}", address.text(), pool.subnet().prefix_length);
}

void Allocator::release_address(NetworkId network, const std::string& address) {
    const auto found = pools_.find(network);
    if (found == pools_.end() || address.empty()) return;
    found->second.release(address_of(address));
    something_changed_ = true;
}

// --- tasks ---

void Allocator::task_touched(Desk& desk, const Touched& touched) {
    const TaskId id{touched.number};
    const Task* task = desk.store.tasks.find(id.value);
    if (task == nullptr || task->status.state > TaskState::Running) {
        tasks_pending_.erase(id);
        tasks_waiting_.erase(id);
        return release_task(id);
    }
    count_on_node(id, *task);
    if (task->status.state >= TaskState::Pending) {
        if (!tasks_pending_.empty()) tasks_pending_.erase(id);
        if (!tasks_waiting_.empty()) tasks_waiting_.erase(id);
    } else if (!tasks_waiting_.contains(id)) {
        tasks_pending_.insert(tasks_pending_.end(), id);
    }
}

void Allocator::release_task(TaskId id) {
    const auto found = held_by_task_.find(id);
    if (found == held_by_task_.end()) return;
    for (const NetworkAttachment& attachment : found->second.networks) {
        release_address(attachment.network, attachment.address);
        if (!found->second.node) continue;
        OnNode& on = on_node_[found->second.node];
        const auto count = on.tasks.find(attachment.network);
        if (count == on.tasks.end() || --count->second > 0) continue;
        on.tasks.erase(count);
        nodes_to_attach_.insert(found->second.node);
    }
    held_by_task_.erase(found);
}

void Allocator::count_on_node(TaskId id, const Task& task) {
    const auto found = held_by_task_.find(id);
    if (found == held_by_task_.end() || !task.node || found->second.node) return;
    found->second.node = task.node;
    for (const NetworkAttachment& attachment : found->second.networks) {
        if (pools_.contains(attachment.network) &&
            ++on_node_[task.node].tasks[attachment.network] == 1)
            nodes_to_attach_.insert(task.node);
    }
}

// Gives a task its addresses and makes it pending, if it and its service can have all they need.
bool Allocator::allocate_task(Desk& desk, Proposal& proposal, TaskId id) {
    const Task* task = desk.store.tasks.find(id.value);
    if (task == nullptr || task->status.state >= TaskState::Pending) return true;
    const Row<Service> service = desk.store.services.row(task->service.value);
    if (task->service && (!service || !is_allocated(*service))) return false;
    std::vector<NetworkAttachment> networks;
    std::vector<std::string> wishes;
    const auto ingress_port = [](const Port& port) { return port.mode == PublishMode::Ingress; };
    const bool published = service && service->spec.endpoint &&
                           std::any_of(service->spec.endpoint->ports.begin(),
                                       service->spec.endpoint->ports.end(),
                                       ingress_port);
    if (published && ingress_) {
        networks.push_back({ingress_, {}, {}});
        wishes.emplace_back();
    }
    for (const NetworkAttachmentConfig& config : task->spec->networks) {
        const auto found = by_id_.find(config.target);
        if (found == by_id_.end()) continue;
        networks.push_back({found->second, {}, config.aliases});
        wishes.push_back(config.address);
    }
    for (std::size_t i = 0; i < networks.size(); ++i) {
        NetworkAttachment& attachment = networks[i];
        if (local_.contains(attachment.network)) continue;
        attachment.address = take_address(attachment.network, wishes[i]);
        if (!attachment.address.empty()) continue;
        for (const NetworkAttachment& taken : networks) {
            release_address(taken.network, taken.address);
        }
        return false;
    }
    if (!networks.empty()) {
        held_by_task_[id] = {networks, {}};
        count_on_node(id, *task);
    }
    TaskMerge merge;
    merge.task = id;
    merge.because = task->meta.because;
    merge.status = TaskStatus{};
    merge.status->state = TaskState::Pending;
    merge.status->since = desk.kernel.now();
    merge.status->message = "pending task scheduling";
    merge.networks = std::move(networks);
    if (service) merge.ports = service->endpoint.ports;
    proposal.add(std::move(merge));
    return true;
}

// --- nodes ---

void Allocator::node_touched(Desk& desk, const Touched& touched) {
    const NodeId id{touched.number};
    if (desk.store.nodes.find(id.value) != nullptr) {
        if (touched.how == Touched::How::Created) nodes_to_attach_.insert(id);
        return;
    }
    const auto found = on_node_.find(id);
    if (found == on_node_.end()) return;
    for (const NetworkAttachment& attachment : found->second.attachments) {
        release_address(attachment.network, attachment.address);
    }
    on_node_.erase(found);
    nodes_to_attach_.erase(id);
}

void Allocator::attach_nodes(Desk& desk, Proposal& proposal) {
    if (nodes_to_attach_.empty()) return;
    for (const NodeId id : std::exchange(nodes_to_attach_, {})) {
        if (desk.store.nodes.find(id.value) != nullptr)
            attach_node(desk, proposal, id, on_node_[id]);
    }
}

// A node has an address on each network its tasks are on, and on the ingress network: for its load
// balancer.
void Allocator::attach_node(Desk& desk, Proposal& proposal, NodeId id, OnNode& on) {
    std::vector<NetworkId> wanted;
    for (const auto& [network, count] : on.tasks) {
        if (network != ingress_) wanted.push_back(network);
    }
    if (ingress_) wanted.push_back(ingress_);
    bool changed = false;
    for (const NetworkId network : wanted) {
        const bool there = std::any_of(
            on.attachments.begin(), on.attachments.end(), [network](const auto& attachment) {
                return attachment.network == network;
            });
        std::string address = there ? std::string() : take_address(network);
        if (address.empty()) continue;
        on.attachments.push_back({network, std::move(address), {}});
        changed = true;
    }
    std::erase_if(on.attachments, [&](const NetworkAttachment& attachment) {
        if (std::find(wanted.begin(), wanted.end(), attachment.network) != wanted.end())
            return false;
        release_address(attachment.network, attachment.address);
        return changed = true;
    });
    if (changed)
        proposal.add(NodeMerge{id, on.attachments, desk.store.nodes.find(id.value)->meta.because});
}

// --- the end of a turn ---

void Allocator::work(Desk& desk, Proposal& proposal) {
    count_work(kAllocateWork * tasks_pending_.size());
    for (const TaskId id : std::exchange(tasks_pending_, {})) {
        if (!allocate_task(desk, proposal, id)) tasks_waiting_.insert(id);
    }
    if (!std::exchange(something_changed_, false)) return;
    count_work(kAllocateWork * (networks_waiting_.size() + services_waiting_.size() + tasks_waiting_.size()));
    for (const NetworkId id : std::set<NetworkId>(networks_waiting_)) {
        allocate_network(desk, proposal, id);
    }
    for (const auto& [id, missing] : std::map<ServiceId, std::string>(services_waiting_)) {
        allocate_service(desk, proposal, id);
    }
    for (const TaskId id : std::exchange(tasks_waiting_, {})) {
        if (!allocate_task(desk, proposal, id)) tasks_waiting_.insert(id);
    }
    attach_nodes(desk, proposal);
    something_changed_ = false;
}

}  // namespace podium::swarm
