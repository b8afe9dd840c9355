#pragma once

// A swarm's store: what its managers agree on. One copyable value whose rows are shared between copies.
//
// Every store of a swarm's managers is a prefix of one history, the committed entries of their log.
// So a swarm has one Store, which stands where the furthest manager stands; a leader that was cut off
// keeps a copy of its own (see swarm.hpp). A change is proposed as a list of actions, agreed upon by
// Raft, and then applied all at once; it carries the versions it was decided upon, and applies to
// nothing when one of them is out of date ("update out of sequence").

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

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
};

inline constexpr std::uint64_t kAnyVersion = UINT64_MAX;

using Action = std::variant<Put<Node>, Put<Service>, Put<Task>, Put<Network>, Put<Datum>, Put<Cluster>>;

/// A change as it is proposed: all of it or nothing.
struct Change {
    std::vector<Action> actions;
    FactId because;
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

/// What a change has altered, for those who watch.
struct Touched {
    enum class Kind : std::uint8_t { Node, Service, Task, Network, Secret, Config, Cluster };
    enum class How : std::uint8_t { Created, Updated, Deleted };
    Kind kind = Kind::Task;
    How how = How::Updated;
    std::uint32_t number = 0;
};

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
    /// Tasks of a service, of a node, by number. Ended ones included, until they are deleted.
    [[nodiscard]] const std::set<TaskId>& tasks_of(ServiceId service) const;
    [[nodiscard]] const std::set<TaskId>& tasks_on(NodeId node) const;
    [[nodiscard]] ServiceId service_called(std::string_view name) const;
    [[nodiscard]] NetworkId network_called(std::string_view name) const;

    /// A number for an object that a change will create. Numbers are given out before the change is
    /// agreed upon, and are not given out again if it is not.
    std::uint32_t next_number(Touched::Kind kind);
    /// Whether all versions the change was decided upon are those here.
    [[nodiscard]] bool in_sequence(const Change& change) const;
    /// Applies a change that is in sequence; tells what it altered.
    std::vector<Touched> apply(const Change& change, Time now);

  private:
    std::uint64_t index_ = 0;
    // Indexes, and numbers given out: see store.cpp.
};

}  // namespace podium::swarm
