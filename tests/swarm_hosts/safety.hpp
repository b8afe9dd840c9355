#pragma once

// What must hold of a swarm at every moment, whatever breaks: what Raft promises; tasks' states go
// forward, and a task stays on its node; no slot has two tasks that are to run, but where an update
// starts the new one first; a task is placed where its constraints, reservations and limits allow it, by
// what the leader knew when it decided; of what has ended no more is kept than the history's limit.
// A value; it is shown the hosts after every event and remembers the first thing that did not hold.

#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/swarm_hosts/fixture.hpp"

namespace podium::swarm {

class SwarmSafety {
  public:
    /// Looks at what has changed since it looked last. Requires a swarm whose consensus is watched.
    void look(const SwarmHosts& hosts);
    /// Empty while all holds.
    [[nodiscard]] const std::string& wrong() const { return wrong_; }
    /// How many decisions on placement, and changes of tasks, it has looked at.
    [[nodiscard]] std::uint64_t placements() const { return placements_; }
    [[nodiscard]] std::uint64_t changes() const { return changes_; }

  private:
    void fail(const SwarmHosts& hosts, const std::string& what);
    void look_at_proposals(const SwarmHosts& hosts);
    void look_at_placement(const SwarmHosts& hosts, const Proposed& proposal);
    void look_at_tasks(const SwarmHosts& hosts);
    void look_at_task(const SwarmHosts& hosts, TaskId id, const Task& task, const Task* before);
    void look_at_slot(const SwarmHosts& hosts, TaskId id, const Task& task);
    void note_start_first(const Store& store);

    std::string wrong_;
    std::uint64_t payload_ = 0;  // of the last proposal it has seen
    std::uint64_t index_ = 0;    // of the store when it looked last
    std::vector<Row<Task>> tasks_;
    std::map<ServiceId, Row<Service>> services_;
    std::set<ServiceId> starts_first_;  // an update of them may have
    std::map<ServiceId, std::int64_t> most_attempts_;
    std::uint64_t placements_ = 0;
    std::uint64_t changes_ = 0;
};

}  // namespace podium::swarm
