#pragma once

// Rolling updates (swarmkit manager/orchestrator/update/updater.go). One update a service: its
// workers, as many as its parallelism, take dirty slots in order; each replaces the tasks of its
// slot, waits until the new one runs, sleeps the delay, and takes the next. When all are done the
// update goes on watching for failures for the monitor period, and is then complete. The monitor
// does not separate slots.
//
// Failures count while they are handled, and are not handled while the last workers finish: then
// they wait.

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "sim/orch/swarm/leader/restarts.hpp"

namespace podium::swarm {

class Updates {
  public:
    /// What updates work with besides the desk.
    struct Others {
        Restarts& restarts;
        const SlotIndex& slots;
    };

    void begin() { *this = {}; }

    /// Brings the slots to the service's present spec. One under way for the same spec goes on;
    /// another is dropped.
    void update(
        Desk& desk, Others others, ServiceId id, std::vector<SlotKey> slots, FactId because);

    [[nodiscard]] bool updating(ServiceId id) const { return updates_.contains(id); }

    void touched(Desk& desk, Others others, const Touched& touched);
    /// A change of the loop Updates has applied, or was refused.
    void applied(Desk& desk, const Change& change);
    void refused(Desk& desk, Others others, const Change& change);
    /// The wait of a task that Restarts was asked for has ended.
    void started(Desk& desk, Others others, TaskId task);
    /// A timer of the service is due.
    void due(Desk& desk, Others others, ServiceId id);

  private:
    enum class Phase : std::uint8_t { Idle, WaitsForStart, WaitsForRun, Sleeps };

    struct Worker {
        Phase phase = Phase::Idle;
        SlotKey slot;
        TaskId task;              // the one waited for
        bool start_only = false;  // it was there already: not waited for until it runs
        Time until;
    };

    enum class Stage : std::uint8_t { Slots, Finishing, Monitoring };

    struct Update {
        Row<Service> service;  // with the spec it works towards
        UpdateConfig config;
        Duration monitor{};
        bool rollback = false;
        std::vector<SlotKey> dirty;
        std::size_t next = 0;
        std::vector<Worker> workers;
        std::map<TaskId, std::optional<Time>> updated;  // tasks it made, and since when they run
        std::set<TaskId> failed;
        std::deque<std::pair<TaskId, FactId>> queue;  // failures while it finishes
        Stage stage = Stage::Slots;
        Time monitored_until;
        bool stopped = false;
        FactId because;
    };

    /// A change of a service's update status.
    struct StatusChange {
        UpdateState state = UpdateState::None;
        std::string message;
        FactId because;
    };

    void pump(Desk& desk, Others others, ServiceId id);
    void take_slot(
        Desk& desk, Others others, ServiceId id, Update& update, Worker& worker, SlotKey slot);
    void replace(Desk& desk,
                 Others others,
                 ServiceId id,
                 Update& update,
                 Worker& worker,
                 const std::vector<TaskId>& slot);
    void use_existing(Desk& desk,
                      Others others,
                      Worker& worker,
                      const std::vector<TaskId>& slot,
                      TaskId existing);
    void slot_done(Desk& desk, ServiceId id, const Update& update, Worker& worker);
    void worker_looks(Desk& desk, ServiceId id, Update& update, Worker& worker, FactId because);
    void monitor(Desk& desk, ServiceId id, Update& update);
    bool failure_triggers(Desk& desk, ServiceId id, Update& update, TaskId task, FactId because);
    void failure(Desk& desk, ServiceId id, Update& update, TaskId task, FactId because);
    void set_status(Desk& desk, ServiceId id, StatusChange change);
    void propose_status(Desk& desk, ServiceId id);

    std::map<ServiceId, Update> updates_;
    std::map<TaskId, ServiceId> waited_for_;                        // by workers
    std::map<ServiceId, std::deque<StatusChange>> status_changes_;  // the first is proposed
};

}  // namespace podium::swarm
