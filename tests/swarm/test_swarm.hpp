#pragma once

// A leader with its loops, and around it what stands for the rest: changes apply 2 ms after they
// were proposed, and agents take their tasks through their states as a table of behaviours says, by
// the image's name. A value: a copy goes on as the original.

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sim/orch/swarm/manager.hpp"

namespace podium::swarm {

inline constexpr Duration kApplyDelay = milliseconds(2);

/// What a task of an image does.
struct Behaviour {
    Duration prepare = milliseconds(100);  ///< From assigned to ready.
    bool missing_image = false;            ///< It is rejected instead.
    Duration start = milliseconds(300);    ///< From starting to running.
    std::optional<Duration> life;          ///< From running to its end.
    int exit_code = 0;
    Duration stop = milliseconds(1100);  ///< From being told to having stopped.
};

class TestSwarm {
  public:
    explicit TestSwarm(std::uint64_t seed = 1);

    // --- the world ---
    NodeId add_node(const std::string& name, std::int64_t cpus = 8, Labels labels = {});
    void edit_node(NodeId id, const std::function<void(Node&)>& edit);
    void remove_node(NodeId id);
    /// Its agent stops, and the leader hears of it at once.
    void lose_node(NodeId id);
    void regain_node(NodeId id);

    void behave(const std::string& image, const Behaviour& behaviour) {
        behaviours_[image] = behaviour;
    }

    ServiceId add_service(ServiceSpec spec);
    void edit_service(ServiceId id, const std::function<void(ServiceSpec&)>& edit);
    /// As `docker service rollback`.
    void roll_back(ServiceId id);
    void remove_service(ServiceId id);
    NetworkId add_network(const std::string& name, const std::string& subnet = {});
    void remove_network(NetworkId id);

    /// The container of a running task ends now.
    void end_task(TaskId id, int exit_code);
    /// The leader stops and another one takes over after a while.
    void change_leader(Duration without = seconds(1));

    void propose(Change change);

    void run_for(Duration time) { run_until(kernel.now() + time); }

    void run_until(Time time);
    /// Until nothing is ahead or the time is up. False in the latter case.
    bool run_quiet(Duration at_most);

    // --- what to look at ---
    [[nodiscard]] std::vector<TaskId> tasks(ServiceId id) const;
    /// Those to run, by slot.
    [[nodiscard]] std::vector<TaskId> live(ServiceId id) const;
    [[nodiscard]] std::size_t running(ServiceId id) const;

    [[nodiscard]] const Task& task(TaskId id) const { return *store.tasks.find(id.value); }

    [[nodiscard]] const Service& service(ServiceId id) const {
        return *store.services.find(id.value);
    }

    [[nodiscard]] std::map<NodeId, int> spread(ServiceId id) const;
    [[nodiscard]] std::size_t facts(FactKind kind) const;

    /// When a task came to a state, in order.
    struct Came {
        Time time;
        ServiceId service;
        TaskId task;
        std::uint64_t slot = 0;
        TaskState state = TaskState::New;
        TaskState desired = TaskState::New;
        NodeId node;
        std::uint64_t spec_version = 0;
    };

    std::vector<Came> history;  ///< A line each time that state or desired state changed.
    /// When tasks of the service's slot came to a state, in order.
    [[nodiscard]] std::vector<Time> times(ServiceId id, std::uint64_t slot, TaskState state) const;
    /// Called after each change that applied.
    std::function<void(const TestSwarm&, const std::vector<Touched>&)> watch;
    /// Of changes that were refused, the manager's.
    std::size_t refusals = 0;

    Kernel kernel;
    Store store;
    Manager manager;
    std::uint64_t term = 1;

  private:
    struct Agent {
        bool up = true;
        std::map<TaskId, std::uint64_t> steps;  // what is ahead for a task; others are out of date
    };

    void apply_next();
    void send(std::vector<Change> proposals);
    void agent_looks(TaskId id);
    void plan(TaskId id, Duration delay, TaskStatus next);
    void step(TaskId id, std::uint64_t serial);
    void report(TaskId id, TaskStatus status);
    [[nodiscard]] Behaviour behaviour_of(const Task& task) const;

    std::map<std::string, Behaviour> behaviours_;
    std::map<NodeId, Agent> agents_;
    std::vector<Change> waiting_;  // proposed, in order
    std::size_t next_waiting_ = 0;
    std::map<TaskId, TaskStatus> planned_;
    std::map<TaskId, TaskStatus> reported_;  // the agent's own view
    std::uint64_t serial_ = 0;
    bool leaderless_ = false;
};

/// "web" with so many replicas of an image.
ServiceSpec replicated(const std::string& name,
                       std::uint64_t replicas,
                       const std::string& image = "app");
ServiceSpec global(const std::string& name, const std::string& image = "app");
/// Changes the part of a spec that its tasks are made from.
void edit_task(ServiceSpec& spec, const std::function<void(TaskSpec&)>& edit);

inline void set_image(ServiceSpec& spec, const std::string& image) {
    edit_task(spec, [&](TaskSpec& task) { task.container.image = image; });
}

}  // namespace podium::swarm
