#include "sim/orch/swarm/store.hpp"

#include <type_traits>
#include <utility>

#include "sim/base/assert.hpp"
#include "sim/base/work.hpp"

namespace podium::swarm {
namespace {

constexpr std::uint64_t kActionWork = 45;  // a change of an object, with what each manager and agent makes of it

constexpr std::size_t at(Kind kind) {
    return static_cast<std::size_t>(kind);
}

template <class T>
const std::string* name_of(const T& row) {
    if constexpr (std::is_same_v<T, Service>) {
        return &row.spec.name;
    } else if constexpr (std::is_same_v<T, Network> || std::is_same_v<T, Datum>) {
        return &row.name;
    } else {
        return nullptr;
    }
}

template <class T>
bool row_in_sequence(const Row<T>& present, const Put<T>& action) {
    if (action.expected_version == kAnyVersion) return true;
    return action.expected_version == (present ? present->meta.version : 0);
}

template <class Names, class T>
bool name_is_free(const Names& names, const Put<T>& action) {
    const std::string* name = action.row ? name_of(*action.row) : nullptr;
    if (name == nullptr) return true;
    const auto found = names.find(*name);
    return found == names.end() || found->second == action.number;
}

const Store::TaskSet& set_of(const std::vector<Store::TaskSet>& sets, std::uint32_t number) {
    static const Store::TaskSet kNone;
    return number == 0 || number > sets.size() ? kNone : sets[number - 1];
}

Store::TaskSet& grown(std::vector<Store::TaskSet>& sets, std::uint32_t number) {
    if (number > sets.size()) sets.resize(number);
    return sets[number - 1];
}

}  // namespace

struct Store::Applying {
    const Change& change;
    Time now;
    std::vector<Touched> touched;
};

const Store::TaskSet& Store::tasks_of(ServiceId service) const {
    return set_of(tasks_of_, service.value);
}

const Store::TaskSet& Store::tasks_on(NodeId node) const {
    return set_of(tasks_on_, node.value);
}

ServiceId Store::service_called(std::string_view name) const {
    const auto found = names_[at(Kind::Service)].find(name);
    return {found == names_[at(Kind::Service)].end() ? 0 : found->second};
}

NetworkId Store::network_called(std::string_view name) const {
    const auto found = names_[at(Kind::Network)].find(name);
    return {found == names_[at(Kind::Network)].end() ? 0 : found->second};
}

SecretId Store::secret_called(std::string_view name) const {
    const auto found = names_[at(Kind::Secret)].find(name);
    return {found == names_[at(Kind::Secret)].end() ? 0 : found->second};
}

ConfigId Store::config_called(std::string_view name) const {
    const auto found = names_[at(Kind::Config)].find(name);
    return {found == names_[at(Kind::Config)].end() ? 0 : found->second};
}

std::uint32_t Store::next_number(Kind kind) {
    return ++given_[at(kind)];
}

bool Store::in_sequence(const Change& change) const {
    const auto one = [this](const auto& action) {
        using A = std::decay_t<decltype(action)>;
        if constexpr (std::is_same_v<A, TaskMerge>) {
            if (!action.only_up_to) return true;
            const Task* task = tasks.find(action.task.value);
            return task != nullptr && task->desired <= *action.only_up_to;
        } else if constexpr (std::is_same_v<A, NodeMerge>) {
            return true;
        } else if constexpr (std::is_same_v<A, Put<Node>>) {
            return row_in_sequence(nodes.row(action.number), action);
        } else if constexpr (std::is_same_v<A, Put<Service>>) {
            return row_in_sequence(services.row(action.number), action) &&
                   name_is_free(names_[at(Kind::Service)], action);
        } else if constexpr (std::is_same_v<A, Put<Task>>) {
            return row_in_sequence(tasks.row(action.number), action);
        } else if constexpr (std::is_same_v<A, Put<Network>>) {
            return row_in_sequence(networks.row(action.number), action) &&
                   name_is_free(names_[at(Kind::Network)], action);
        } else if constexpr (std::is_same_v<A, PutSecret>) {
            return row_in_sequence<Datum>(secrets.row(action.number), action) &&
                   name_is_free(names_[at(Kind::Secret)], static_cast<const Put<Datum>&>(action));
        } else if constexpr (std::is_same_v<A, PutConfig>) {
            return row_in_sequence<Datum>(configs.row(action.number), action) &&
                   name_is_free(names_[at(Kind::Config)], static_cast<const Put<Datum>&>(action));
        } else {
            return row_in_sequence(cluster, action);
        }
    };
    for (const Action& action : change.actions) {
        if (!std::visit(one, action)) return false;
    }
    return true;
}

template <class T>
void Store::place(Table<T>& table,
                  Kind kind,
                  std::uint32_t number,
                  std::shared_ptr<T> fresh,
                  FactId because,
                  Applying& applying) {
    PODIUM_ASSERT(number != 0, "a row has a number");
    if (number > table.rows_.size()) {
        if (!fresh) return;
        table.rows_.resize(number);
    }
    Row<T>& slot = table.rows_[number - 1];
    if (!slot && !fresh) return;
    Touched touched{
        kind, Touched::How::Updated, number, {}, because ? because : applying.change.because};
    if (!touched.because && slot) touched.because = slot->meta.because;
    if (fresh) {
        stamp(fresh->meta, slot ? &slot->meta : nullptr, touched.because, applying.now);
        if (!slot) touched.how = Touched::How::Created;
        if (!slot) ++table.count_;
    } else {
        touched.how = Touched::How::Deleted;
        --table.count_;
    }
    Names& names = names_[at(kind)];
    if (slot && name_of(*slot) != nullptr) names.erase(*name_of(*slot));
    if (fresh && name_of(*fresh) != nullptr) names[*name_of(*fresh)] = number;
    if constexpr (std::is_same_v<T, Task>) index_task(TaskId{number}, slot.get(), fresh.get());
    if (slot) touched.before = std::move(slot);
    slot = std::move(fresh);
    applying.touched.push_back(std::move(touched));
}

template <class T>
void Store::put(Table<T>& table, Kind kind, const Put<T>& action, Applying& applying) {
    place(table,
          kind,
          action.number,
          action.row ? std::make_shared<T>(*action.row) : nullptr,
          action.because,
          applying);
}

void Store::stamp(Meta& meta, const Meta* former, FactId because, Time now) const {
    PODIUM_ASSERT(!meta.id.empty(), "a row has a public id");
    meta.version = index_;
    meta.created = former != nullptr ? former->created : now;
    meta.updated = now;
    meta.because = because;
}

void Store::index_task(TaskId id, const Task* old_row, const Task* new_row) {
    const ServiceId old_service = old_row != nullptr ? old_row->service : ServiceId{};
    const ServiceId new_service = new_row != nullptr ? new_row->service : ServiceId{};
    if (old_service != new_service) {
        if (old_service) grown(tasks_of_, old_service.value).erase(id);
        if (new_service) grown(tasks_of_, new_service.value).insert(id);
    }
    const NodeId old_node = old_row != nullptr ? old_row->node : NodeId{};
    const NodeId new_node = new_row != nullptr ? new_row->node : NodeId{};
    if (old_node != new_node) {
        if (old_node) grown(tasks_on_, old_node.value).erase(id);
        if (new_node) grown(tasks_on_, new_node.value).insert(id);
    }
}

void Store::merge(const TaskMerge& action, Applying& applying) {
    const Row<Task> present = tasks.row(action.task.value);
    if (!present) return;
    if (action.status && action.status->state < present->status.state) return;
    if (action.node && present->node && present->node != action.node) return;
    auto row = std::make_shared<Task>(*present);
    if (action.desired && *action.desired > row->desired) row->desired = *action.desired;
    if (action.status) {
        row->status = *action.status;
        row->reported = applying.now;
    }
    if (action.node) row->node = action.node;
    if (!action.networks.empty()) row->networks = action.networks;
    if (!action.ports.empty()) row->ports = action.ports;
    if (action.status_ports) row->status_ports = *action.status_ports;
    const bool same = row->desired == present->desired && row->status == present->status &&
                      row->node == present->node && row->networks == present->networks &&
                      row->ports == present->ports && row->status_ports == present->status_ports;
    if (same && row->reported == present->reported) return;
    // A status that is only told once more has not brought about anything.
    const FactId because = same ? present->meta.because : action.because;
    place(tasks, Kind::Task, action.task.value, std::move(row), because, applying);
}

void Store::merge(const NodeMerge& action, Applying& applying) {
    const Row<Node> present = nodes.row(action.node.value);
    if (!present || present->attachments == action.attachments) return;
    auto row = std::make_shared<Node>(*present);
    row->attachments = action.attachments;
    place(nodes, Kind::Node, action.node.value, std::move(row), action.because, applying);
}

void Store::put_cluster(const Put<Cluster>& action, Applying& applying) {
    auto row = std::make_shared<Cluster>(*action.row);
    Touched touched{Kind::Cluster,
                    cluster ? Touched::How::Updated : Touched::How::Created,
                    action.number,
                    {},
                    action.because ? action.because : applying.change.because};
    stamp(row->meta, cluster ? &cluster->meta : nullptr, touched.because, applying.now);
    if (cluster) touched.before = std::move(cluster);
    cluster = std::move(row);
    applying.touched.push_back(std::move(touched));
}

std::vector<Touched> Store::apply(const Change& change, Time now) {
    PODIUM_ASSERT(in_sequence(change), "a change that applies is in sequence");
    ++index_;
    count_work(kActionWork * (1 + change.actions.size()));
    Applying applying{change, now, {}};
    applying.touched.reserve(change.actions.size());
    const auto one = [this, &applying](const auto& action) {
        using A = std::decay_t<decltype(action)>;
        if constexpr (std::is_same_v<A, TaskMerge> || std::is_same_v<A, NodeMerge>) {
            merge(action, applying);
        } else if constexpr (std::is_same_v<A, Put<Node>>) {
            put(nodes, Kind::Node, action, applying);
        } else if constexpr (std::is_same_v<A, Put<Service>>) {
            put(services, Kind::Service, action, applying);
        } else if constexpr (std::is_same_v<A, Put<Task>>) {
            put(tasks, Kind::Task, action, applying);
        } else if constexpr (std::is_same_v<A, Put<Network>>) {
            put(networks, Kind::Network, action, applying);
        } else if constexpr (std::is_same_v<A, PutSecret>) {
            put<Datum>(secrets, Kind::Secret, action, applying);
        } else if constexpr (std::is_same_v<A, PutConfig>) {
            put<Datum>(configs, Kind::Config, action, applying);
        } else {
            put_cluster(action, applying);
        }
    };
    for (const Action& action : change.actions) {
        std::visit(one, action);
    }
    return std::move(applying.touched);
}

}  // namespace podium::swarm
