// What a manager's engine tells of changes in GET /events: moby 20.10, daemon/events.go.

#include <map>
#include <nlohmann/json.hpp>

#include "sim/base/calendar.hpp"
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
const T* row_after(const Table<T>& table, const Touched& touched) {
    // Of something removed, what it was last.
    return touched.how == Touched::How::Deleted ? before<T>(touched) : table.find(touched.number);
}

/// What it was, where that is compared with what it is.
template <class T>
const T* row_before(const Touched& touched) {
    return touched.how == Touched::How::Updated ? before<T>(touched) : nullptr;
}

std::optional<EventText> event_of(const Store& after, const Touched& touched) {
    switch (touched.kind) {
        case Kind::Node: {
            const Node* node = row_after(after.nodes, touched);
            if (node != nullptr) return node_event(*node, row_before<Node>(touched));
            break;
        }
        case Kind::Service: {
            const Service* service = row_after(after.services, touched);
            if (service != nullptr) return service_event(*service, row_before<Service>(touched));
            break;
        }
        case Kind::Network: {
            const Network* network = row_after(after.networks, touched);
            if (network != nullptr)
                return EventText{"network", network->meta.id, {{"name", network->name}}};
            break;
        }
        case Kind::Secret:
        case Kind::Config: {
            const bool secret = touched.kind == Kind::Secret;
            const Datum* datum = row_after(secret ? after.secrets : after.configs, touched);
            if (datum != nullptr)
                return EventText{
                    secret ? "secret" : "config", datum->meta.id, {{"name", datum->name}}};
            break;
        }
        case Kind::Task:
        case Kind::Cluster:
            break;
    }
    return std::nullopt;
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

std::vector<std::string> event_lines(const Store& after,
                                     const std::vector<Touched>& touched,
                                     Time now) {
    std::vector<std::string> out;
    for (const Touched& one : touched) {
        const std::optional<EventText> event = event_of(after, one);
        if (!event) continue;
        Json line;
        line["Type"] = event->type;
        line["Action"] = action_name(one.how);
        line["Actor"]["ID"] = event->id;
        line["Actor"]["Attributes"] = Json(event->attributes);
        line["scope"] = "swarm";
        line["time"] = unix_seconds(now);
        line["timeNano"] = unix_nanoseconds(now);
        out.push_back(line.dump(-1, ' ', false, Json::error_handler_t::replace));
    }
    return out;
}

}  // namespace podium::swarm
