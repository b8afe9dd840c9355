#pragma once

// What the swarm gives out (swarmkit manager/allocator): subnets and VXLAN ids to overlay networks,
// virtual addresses and published ports to services, addresses to tasks and to the load balancers
// of nodes. A task is pending, and can be scheduled, when it and its service have theirs.
//
// What is held is kept here; begin() gathers it from the store. Subnets, ids, ports and addresses
// are given on from the last one given, as libnetwork's serial allocation does, from the first free
// one after a new leader took over.

#include <map>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "sim/model/address.hpp"
#include "sim/orch/swarm/leader/numbers.hpp"
#include "sim/orch/swarm/leader/slots.hpp"

namespace podium::swarm {

class Allocator {
  public:
    void begin(Desk& desk);
    void turn(Desk& desk, std::span<const Touched> touched);
    void refused(const Change& change);

  private:
    /// What a service holds.
    struct Held {
        std::vector<Port> ports;  ///< Ingress.
        std::vector<VirtualIp> vips;
    };

    struct HeldByTask {
        std::vector<NetworkAttachment> networks;
        NodeId node;  ///< Counted there.
    };

    struct OnNode {
        std::map<NetworkId, std::uint32_t> tasks;  ///< How many there are on each network.
        std::vector<NetworkAttachment> attachments;
        bool dirty = false;
    };

    // networks
    void restore(NetworkId id, const Network& network);
    void network_touched(Desk& desk, Proposal& proposal, const Touched& touched);
    bool allocate_network(Desk& desk, Proposal& proposal, NetworkId id);
    void forget_network(NetworkId id);
    [[nodiscard]] std::string take_address(NetworkId network, std::string_view wanted = {});
    void release_address(NetworkId network, const std::string& address);

    [[nodiscard]] bool has_network(NetworkId id) const {
        return pools_.contains(id) || local_.contains(id);
    }

    // services
    void service_touched(Desk& desk, Proposal& proposal, const Touched& touched);
    [[nodiscard]] std::vector<NetworkId> networks_of(const TaskSpec& spec) const;
    [[nodiscard]] bool is_allocated(const Service& service) const;
    void allocate_service(Desk& desk, Proposal& proposal, ServiceId id);
    std::string take_ports(const Service& service, Held& held, std::vector<Port>& ports);
    std::string take_vips(const Service& service, Held& held);
    void release_service(ServiceId id);

    // tasks and nodes
    void task_touched(Desk& desk, const Touched& touched);
    void release_task(TaskId id);
    bool allocate_task(Desk& desk, Proposal& proposal, TaskId id);
    void count_on_node(TaskId id, const Task& task);
    void node_touched(Desk& desk, const Touched& touched);
    void attach_nodes(Desk& desk, Proposal& proposal);
    void attach_node(Desk& desk, Proposal& proposal, NodeId id, OnNode& on);

    void work(Desk& desk, Proposal& proposal);

    model::SubnetPools subnets_;
    std::map<NetworkId, model::AddressPool> pools_;
    std::set<NetworkId> local_;  // of other drivers than overlay: without addresses here
    std::map<std::string, NetworkId> by_id_;
    NetworkId ingress_;
    SerialNumbers vxlans_;
    std::map<std::string, SerialNumbers> ports_;  // by protocol: all that are in use; those without
                                                  // a wish come from the dynamic range
    std::map<ServiceId, Held> held_;
    std::map<TaskId, HeldByTask> held_by_task_;  // only of tasks with networks
    std::map<NodeId, OnNode> on_node_;
    std::set<NodeId> nodes_to_attach_;
    std::map<ServiceId, std::string> services_waiting_;  // and what is missing
    std::set<NetworkId> networks_waiting_;
    std::set<TaskId> tasks_pending_;  // not looked at yet
    std::set<TaskId> tasks_waiting_;  // looked at in vain
    bool something_changed_ = false;  // released or allocated: those that wait may have luck
};

}  // namespace podium::swarm
