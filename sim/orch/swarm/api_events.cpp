#include "sim/orch/swarm/api_events.hpp"

#include <map>
#include <nlohmann/json.hpp>
#include <type_traits>

#include "sim/base/calendar.hpp"
#include "sim/base/json_bytes.hpp"
#include "sim/orch/swarm/api_parts.hpp"
#include "sim/orch/swarm/api_write.hpp"

namespace podium::swarm {
namespace {

using Attributes = std::map<std::string, std::string>;

struct EventText {
    std::string_view type;
    std::string id;
    Attributes attributes;
};

void put_change(Attributes& out,
                const std::string& name,
                std::string_view former,
                std::string_view present) {
    if (former == present) return;
    if (!former.empty()) out[name + ".old"] = former;
    out[name + ".new"] = present;
}

EventText node_event(const Node& node, const Node* former) {
    const bool named = !node.spec.name.empty();
    EventText event{"node", node.meta.id, {}};
    event.attributes["name"] = named            ? node.spec.name
                               : node.described ? node.description.hostname
                                                : "";
    if (former == nullptr) return event;
    put_change(event.attributes,
               "availability",
               availability_name(former->spec.availability),
               availability_name(node.spec.availability));
    put_change(event.attributes, "role", role_name(former->role), role_name(node.role));
    put_change(
        event.attributes, "state", node_state_name(former->state), node_state_name(node.state));
    return event;
}

std::string image_of(const Service& service) {
    return service.spec.task ? service.spec.task->container.image : "";
}

EventText service_event(const Service& service, const Service* former) {
    EventText event{"service", service.meta.id, {{"name", service.spec.name}}};
    if (former == nullptr) return event;
    put_change(event.attributes, "image", image_of(*former), image_of(service));
    const ServiceMode& before = former->spec.mode;
    const ServiceMode& after = service.spec.mode;
    if (before.kind == ModeKind::Replicated && after.kind == ModeKind::Replicated) {
        put_change(event.attributes,
                   "replicas",
                   std::to_string(before.replicas),
                   std::to_string(after.replicas));
    }
    if (service.update.state != UpdateState::None) {
        put_change(event.attributes,
                   "updatestate",
                   update_state_name(former->update.state),
                   update_state_name(service.update.state));
    }
    return event;
}

template <class T>
const T* row_in(const AnyRow& row) {
    const auto* held = std::get_if<Row<T>>(&row);
    return held == nullptr ? nullptr : held->get();
}

EventText text_of(const StoreEvent& event) {
    switch (event.kind) {
        case Kind::Node:
            return node_event(*row_in<Node>(event.after), row_in<Node>(event.before));
        case Kind::Service:
            return service_event(*row_in<Service>(event.after), row_in<Service>(event.before));
        case Kind::Network: {
            const Network& network = *row_in<Network>(event.after);
            return {"network", network.meta.id, {{"name", network.name}}};
        }
        case Kind::Secret:
        case Kind::Config: {
            const Datum& datum = *row_in<Datum>(event.after);
            const bool secret = event.kind == Kind::Secret;
            return {secret ? "secret" : "config", datum.meta.id, {{"name", datum.name}}};
        }
        case Kind::Task:
        case Kind::Cluster:
            break;
    }
    return {};
}

/// The row of that number now, of any kind that has events; none for the others.
AnyRow row_now(const Store& store, Kind kind, std::uint32_t number) {
    switch (kind) {
        case Kind::Node:
            return store.nodes.row(number);
        case Kind::Service:
            return store.services.row(number);
        case Kind::Network:
            return store.networks.row(number);
        case Kind::Secret:
            return store.secrets.row(number);
        case Kind::Config:
            return store.configs.row(number);
        case Kind::Task:
        case Kind::Cluster:
            break;
    }
    return {};
}

bool is_none(std::monostate /*row*/) {
    return true;
}

template <class T>
bool is_none(const Row<T>& row) {
    return row == nullptr;
}

/// daemon/events.go, eventTime.
Time time_of(const AnyRow& row, Touched::How how, Time now) {
    if (how == Touched::How::Deleted) return now;
    return std::visit(
        [&](const auto& held) {
            if constexpr (std::is_same_v<std::decay_t<decltype(held)>, std::monostate>) {
                return now;
            } else {
                return how == Touched::How::Created ? held->meta.created : held->meta.updated;
            }
        },
        row);
}

std::string_view action_name(Touched::How how) {
    switch (how) {
        case Touched::How::Created:
            return "create";
        case Touched::How::Updated:
            return "update";
        case Touched::How::Deleted:
            return "remove";
    }
    return "";
}

}  // namespace

std::optional<StoreEvent> store_event(const Store& after, const Touched& touched, Time now) {
    if (touched.kind == Kind::Task || touched.kind == Kind::Cluster) return std::nullopt;
    StoreEvent event{touched.kind, touched.how, {}, {}, {}};
    const bool deleted = touched.how == Touched::How::Deleted;
    event.after = deleted ? touched.before : row_now(after, touched.kind, touched.number);
    if (touched.how == Touched::How::Updated) event.before = touched.before;
    if (std::visit([](const auto& row) { return is_none(row); }, event.after)) return std::nullopt;
    event.time = time_of(event.after, touched.how, now);
    return event;
}

std::string event_line(const StoreEvent& event) {
    const EventText text = text_of(event);
    Json line;
    line["Type"] = text.type;
    line["Action"] = action_name(event.how);
    line["Actor"]["ID"] = text.id;
    line["Actor"]["Attributes"] = Json(text.attributes);
    line["scope"] = "swarm";
    line["time"] = unix_seconds(event.time);
    line["timeNano"] = unix_nanoseconds(event.time);
    return json_bytes(line);
}

}  // namespace podium::swarm
