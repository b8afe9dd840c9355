#pragma once

// A swarm's store: what its managers agree on. One copyable value whose rows are shared between copies.
//
// Every store of a swarm's managers is a prefix of one history, the committed entries of their log.
// So a swarm has one Store, which stands where the furthest manager stands; a leader that was cut off
// keeps a copy of its own (see swarm.hpp). A change is proposed as a list of actions, agreed upon by
// Raft, and then applied all at once; it carries the versions it was decided upon, and applies to
// nothing when one of them is out of date ("update out of sequence").

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <boost/container/flat_set.hpp>

#include "sim/orch/swarm/objects.hpp"

namespace podium::swarm {

template <class T>
using Row = std::shared_ptr<const T>;

/// One change of one object. `number` is the object's id in its table; an absent row deletes it.
template <class T>
struct Put {
    std::uint32_t number = 0;
    Row<T> row;
    std::uint64_t expected_version = 0;  ///< Of the row as it was read; 0 for a new one. kAnyVersion: whatever it is.
    FactId because;                      ///< None: the change's; if that has none either, that of the row before.
};

struct PutSecret : Put<Datum> {};
struct PutConfig : Put<Datum> {};

inline constexpr std::uint64_t kAnyVersion = UINT64_MAX;

/// What several may change about a task at a time, each its own part, so that nobody waits for
/// anybody: merged into the task as it is when the change applies. States go forward only: a desired
/// state is raised or left; a status of an earlier state than the task's, or a node for a task that has
/// another, makes the merge do nothing. So does a task that is gone.
struct TaskMerge {
    TaskId task;
    std::optional<TaskState> desired;
    std::optional<TaskStatus> status;
    NodeId node;
    RareVector<NetworkAttachment> networks;  ///< None: as they are; so for ports.
    RareVector<Port> ports;
    std::optional<RareVector<Port>> status_ports;
    /// The change it is in applies only while the task is there and its desired state is at most this.
    std::optional<TaskState> only_up_to;
    FactId because;  ///< None: the change's.
};

/// The same for a node's attachments.
struct NodeMerge {
    NodeId node;
    std::vector<NetworkAttachment> attachments;
    FactId because;
};

using Action = std::variant<Put<Node>, Put<Service>, Put<Task>, Put<Network>, PutSecret, PutConfig, Put<Cluster>, TaskMerge, NodeMerge>;

/// Who proposed a change: for whom it is to be noted when it applies. Kept as the manager gave it.
struct Ticket {
    std::uint64_t term = 0;  ///< Desk::term; 0: not the manager.
    std::uint32_t loop = 0;
};

/// A change as it is proposed: all of it or nothing.
struct Change {
    std::vector<Action> actions;
    FactId because;
    Ticket ticket;
};

/// The rows of one kind: by number, none for those deleted. Numbers are never used again.
template <class T>
class Table {
  public:
    [[nodiscard]] const T* find(std::uint32_t number) const {
        return number == 0 || number > rows_.size() ? nullptr : rows_[number - 1].get();
    }
    [[nodiscard]] Row<T> row(std::uint32_t number) const {
        return number == 0 || number > rows_.size() ? nullptr : rows_[number - 1];
    }
    [[nodiscard]] std::uint32_t last_number() const { return static_cast<std::uint32_t>(rows_.size()); }
    [[nodiscard]] std::size_t count() const { return count_; }
    template <class Visit>  // Visit(number, const T&)
    void for_each(Visit visit) const {
        for (std::size_t i = 0; i < rows_.size(); ++i) {
            if (rows_[i]) visit(static_cast<std::uint32_t>(i + 1), *rows_[i]);
        }
    }

  private:
    friend class Store;
    std::vector<Row<T>> rows_;
    std::size_t count_ = 0;
};

/// A row of any kind; none.
using AnyRow = std::variant<std::monostate, Row<Node>, Row<Service>, Row<Task>, Row<Network>, Row<Datum>, Row<Cluster>>;

/// What a change has altered, for those who watch.
struct Touched {
    using Kind = swarm::Kind;
    enum class How : std::uint8_t { Created, Updated, Deleted };
    Kind kind = Kind::Task;
    How how = How::Updated;
    std::uint32_t number = 0;
    AnyRow before;   ///< As it was; none when it was created.
    FactId because;  ///< What changed it.
};

/// The row as it was before; null when it was created. T is that of `touched.kind`.
template <class T>
const T* before(const Touched& touched) {
    const auto* row = std::get_if<Row<T>>(&touched.before);
    return row == nullptr ? nullptr : row->get();
}

class Store {
  public:
    Table<Node> nodes;
    Table<Service> services;
    Table<Task> tasks;
    Table<Network> networks;
    Table<Datum> secrets;
    Table<Datum> configs;
    Row<Cluster> cluster;

    /// The store's index: of the last change applied.
    [[nodiscard]] std::uint64_t index() const { return index_; }
    using TaskSet = boost::container::flat_set<TaskId>;
    /// Tasks of a service, of a node, by number. Ended ones included, until they are deleted.
    [[nodiscard]] const TaskSet& tasks_of(ServiceId service) const;
    [[nodiscard]] const TaskSet& tasks_on(NodeId node) const;
    /// By name; none when nothing is called so.
    [[nodiscard]] ServiceId service_called(std::string_view name) const;
    [[nodiscard]] NetworkId network_called(std::string_view name) const;
    [[nodiscard]] SecretId secret_called(std::string_view name) const;
    [[nodiscard]] ConfigId config_called(std::string_view name) const;

    /// A number for an object that a change will create. Numbers are given out before the change is
    /// agreed upon, and are not given out again if it is not.
    std::uint32_t next_number(Kind kind);
    /// Whether all versions the change was decided upon are those here, and no name that it gives is
    /// another's.
    [[nodiscard]] bool in_sequence(const Change& change) const;
    /// Applies a change that is in sequence; tells what it altered.
    std::vector<Touched> apply(const Change& change, Time now);

  private:
    using Names = std::map<std::string, std::uint32_t, std::less<>>;
    struct Applying;

    template <class T>
    void put(Table<T>& table, Kind kind, const Put<T>& action, Applying& applying);
    template <class T>
    void place(Table<T>& table, Kind kind, std::uint32_t number, std::shared_ptr<T> fresh, FactId because, Applying& applying);
    void put_cluster(const Put<Cluster>& action, Applying& applying);
    void stamp(Meta& meta, const Meta* former, FactId because, Time now) const;
    void merge(const TaskMerge& action, Applying& applying);
    void merge(const NodeMerge& action, Applying& applying);
    void index_task(TaskId id, const Task* old_row, const Task* new_row);

    std::uint64_t index_ = 0;
    std::vector<TaskSet> tasks_of_;  // by service's number - 1
    std::vector<TaskSet> tasks_on_;  // by node's number - 1
    std::array<Names, 7> names_;              // by kind; services, networks, secrets and configs have them
    std::array<std::uint32_t, 7> given_{};    // the last number given out, by kind
};

}  // namespace podium::swarm
