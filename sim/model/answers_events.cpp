// Docker's events as GET /events sends them, made from the facts that stand for them.

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <optional>

#include "sim/base/calendar.hpp"
#include "sim/base/json_bytes.hpp"
#include "sim/model/answers.hpp"
#include "sim/model/answers_parts.hpp"
#include "sim/model/container.hpp"
#include "sim/model/filters.hpp"
#include "sim/model/prune.hpp"
#include "sim/model/volume.hpp"

namespace podium::model {
namespace {

// Places of a fact's fields, counted in words (facts.cpp has the table).
constexpr std::size_t kName = 0;
constexpr std::size_t kImage = 1;
constexpr std::size_t kOwnFirst = 2;  // the first field of a container's fact after name and image
constexpr std::size_t kExecId = 3;
constexpr std::size_t kPeer = 1;  // the container of a network's or volume's fact
constexpr std::size_t kDestination = 2;
constexpr std::size_t kAccess = 4;   // of a volume's mount
constexpr std::size_t kImageId = 1;  // of an image's tag

struct EventParts {
    std::string type;
    std::string action;
    std::string id;
    std::optional<std::string> from;
    bool has_status = false;  ///< Containers' and images' events repeat themselves in the old form.
    std::map<std::string, std::string> attributes;
};

std::string text_at(const World& world, const Fact& fact, std::size_t word) {
    return word < fact.words.size() ? std::string(world.kernel.text(StringId{fact.words[word]}))
                                    : "";
}

std::string number_at(const Fact& fact, std::size_t word) {
    return word < fact.words.size() ? fmt::format("{}", static_cast<std::int32_t>(fact.words[word]))
                                    : "";
}

std::string_view container_action(FactKind kind) {
    switch (kind) {
        case kFactContainerCreate:
            return "create";
        case kFactContainerStart:
            return "start";
        case kFactContainerDie:
            return "die";
        case kFactContainerKill:
            return "kill";
        case kFactContainerStop:
            return "stop";
        case kFactContainerRestart:
            return "restart";
        case kFactContainerOom:
            return "oom";
        case kFactContainerPause:
            return "pause";
        case kFactContainerUnpause:
            return "unpause";
        case kFactContainerDestroy:
            return "destroy";
        case kFactContainerRename:
            return "rename";
        case kFactContainerUpdate:
            return "update";
        case kFactContainerExecCreate:
            return "exec_create";
        case kFactContainerExecStart:
            return "exec_start";
        case kFactContainerExecDie:
            return "exec_die";
        case kFactContainerHealthStatus:
            return "health_status";
        case kFactContainerAttach:
            return "attach";
        case kFactContainerTop:
            return "top";
        case kFactContainerCommit:
            return "commit";
        case kFactContainerArchivePath:
            return "archive-path";
        case kFactContainerExtractToDir:
            return "extract-to-dir";
        case kFactContainerDetach:
            return "detach";
        case kFactContainerExecDetach:
            return "exec_detach";
        default:
            return "";
    }
}

bool container_event(const World& world, const Fact& fact, EventParts& out) {
    out.action = container_action(fact.kind);
    if (out.action.empty()) return false;
    const ContainerRow row(world, ContainerId{fact.subject.id()});
    out.type = "container";
    out.has_status = true;
    out.id = row.id_text;
    out.from = text_at(world, fact, kImage);
    out.attributes = labels_of(row);
    out.attributes["image"] = *out.from;
    out.attributes["name"] = text_at(world, fact, kName);
    switch (fact.kind) {
        case kFactContainerDie:
        case kFactContainerExecDie:
            out.attributes["exitCode"] = number_at(fact, kOwnFirst);
            break;
        case kFactContainerKill:
            out.attributes["signal"] = number_at(fact, kOwnFirst);
            break;
        case kFactContainerCommit:
            out.attributes["comment"] = text_at(world, fact, kOwnFirst);
            out.attributes["imageID"] = text_at(world, fact, kOwnFirst + 1);
            out.attributes["imageRef"] = text_at(world, fact, kOwnFirst + 2);
            break;
        case kFactContainerExecDetach:
            out.attributes["execID"] = text_at(world, fact, kOwnFirst);
            break;
        case kFactContainerRename:
            out.attributes["oldName"] = text_at(world, fact, kOwnFirst);
            break;
        case kFactContainerExecCreate:
        case kFactContainerExecStart:
        case kFactContainerHealthStatus:
            out.action += ": " + text_at(world, fact, kOwnFirst);
            break;
        default:
            break;
    }
    const bool exec = fact.kind == kFactContainerExecCreate ||
                      fact.kind == kFactContainerExecStart || fact.kind == kFactContainerExecDie;
    if (exec && fact.words.size() > kExecId)
        out.attributes["execID"] = text_at(world, fact, kExecId);
    return true;
}

// Facts carry the short id, which people read; the event has the whole one. The newest that fits is
// meant: short ids of one host hardly ever meet.
std::string full_id(const World& world, HostId host, const std::string& short_text) {
    for (std::size_t i = world.containers.size(); i > 0; --i) {
        const Container& c = world.containers[i - 1];
        if (c.host == host && c.detail && c.detail->id.starts_with(short_text)) return c.detail->id;
    }
    return short_text;
}

bool network_event(const World& world, const Fact& fact, EventParts& out) {
    const Bridge& bridge = world.bridge(BridgeId{fact.subject.id()});
    switch (fact.kind) {
        case kFactNetworkCreate:
            out.action = "create";
            break;
        case kFactNetworkDestroy:
            out.action = "destroy";
            break;
        case kFactNetworkConnect:
            out.action = "connect";
            break;
        case kFactNetworkDisconnect:
            out.action = "disconnect";
            break;
        default:
            return false;
    }
    out.type = "network";
    out.id = bridge.id;
    out.attributes["name"] = text_at(world, fact, kName);
    out.attributes["type"] = bridge.driver;
    if (fact.kind == kFactNetworkConnect || fact.kind == kFactNetworkDisconnect) {
        out.attributes["container"] = full_id(world, bridge.host, text_at(world, fact, kPeer));
    }
    return true;
}

bool volume_event(const World& world, const Fact& fact, EventParts& out) {
    const Volume& volume = world.volume(VolumeId{fact.subject.id()});
    switch (fact.kind) {
        case kFactVolumeCreate:
            out.action = "create";
            break;
        case kFactVolumeDestroy:
            out.action = "destroy";
            break;
        case kFactVolumeMount:
            out.action = "mount";
            break;
        case kFactVolumeUnmount:
            out.action = "unmount";
            break;
        default:
            return false;
    }
    out.type = "volume";
    out.id = volume.name;
    out.attributes["driver"] = volume.driver;
    if (fact.kind == kFactVolumeCreate || fact.kind == kFactVolumeDestroy) return true;
    const std::string container = full_id(world, volume.host, text_at(world, fact, kPeer));
    out.attributes["container"] = container;
    if (fact.kind == kFactVolumeUnmount) return true;
    const std::string destination = text_at(world, fact, kDestination);
    out.attributes["destination"] = destination;
    out.attributes["propagation"] = "";
    out.attributes["read/write"] = text_at(world, fact, kAccess) == kReadOnlyAccess ? "false" : "true";
    return true;
}

// Without its tag, as `--filter image=nginx` means nginx:latest too.
std::string strip_tag(const std::string& image) {
    const Result<ImageReference> reference = parse_image_reference(image);
    return reference.ok() ? reference->familiar_name() : image;
}

// A pull is about a reference, a tag about the image that got it, the others about an image that
// may be gone.
bool image_event(const World& world, const Fact& fact, EventParts& out) {
    const std::string name = text_at(world, fact, kName);
    out.id = name;
    out.attributes["name"] = name;
    switch (fact.kind) {
        case kFactImagePull:
            out.action = "pull";
            out.attributes["name"] = strip_tag(name);
            break;
        case kFactImageTag:
            out.action = "tag";
            out.id = text_at(world, fact, kImageId);
            break;
        case kFactImageUntag:
            out.action = "untag";
            break;
        case kFactImageDelete:
            out.action = "delete";
            break;
        default:
            return false;
    }
    out.type = "image";
    out.has_status = true;
    return true;
}

// A prune is about no object: its event has no id.
bool prune_event(const Fact& fact, EventParts& out) {
    switch (fact.kind) {
        case kFactContainerPrune:
            out.type = "container";
            break;
        case kFactNetworkPrune:
            out.type = "network";
            break;
        case kFactVolumePrune:
            out.type = "volume";
            break;
        case kFactImagePrune:
            out.type = "image";
            break;
        default:
            return false;
    }
    out.action = "prune";
    out.has_status = out.type == "container" || out.type == "image";
    const std::uint64_t low = fact.words[1];
    const std::uint64_t high = fact.words[2];
    out.attributes["reclaimed"] = fmt::format("{}", high << 32 | low);
    return true;
}

bool event_of(const World& world, const Fact& fact, EventParts& out) {
    switch (fact.subject.type()) {
        case SubjectType::Host:
            return prune_event(fact, out) || image_event(world, fact, out);
        case SubjectType::Container:
            return container_event(world, fact, out);
        case SubjectType::Network:
            return network_event(world, fact, out);
        case SubjectType::Volume:
            return volume_event(world, fact, out);
        default:
            return image_event(world, fact, out);
    }
}

bool image_passes(const Filters& filters,
                  const std::string& type,
                  const std::string& id,
                  const std::map<std::string, std::string>& attributes) {
    const auto named = attributes.find(type == "image" ? "name" : "image");
    const std::string name = named == attributes.end() ? "" : named->second;
    return filters.exact("image", id) || filters.exact("image", name) ||
           filters.exact("image", strip_tag(id)) || filters.exact("image", strip_tag(name));
}

bool action_passes(const Filters& filters, const std::string& action) {
    const auto& wanted = filters.values("event");
    const bool open = wanted.contains("health_status") || wanted.contains("exec_create") ||
                      wanted.contains("exec_start");
    return open ? filters.prefix("event", action) : filters.exact("event", action);
}

}  // namespace

std::string event_json(const World& world, HostId host, FactId id) {
    if (!world.kernel.journal().has(id)) return {};
    const Fact fact = world.kernel.journal().at(id);
    EventParts parts;
    if (!event_of(world, fact, parts)) return {};
    const Duration skew = world.host(host).clock_skew;
    Json out;
    if (parts.has_status) {
        out["status"] = parts.action;
        out["id"] = parts.id;
        if (parts.from) out["from"] = *parts.from;
    }
    out["Type"] = parts.type;
    out["Action"] = parts.action;
    out["Actor"] = Json{{"ID", parts.id}, {"Attributes", text_map(parts.attributes)}};
    out["scope"] = "local";
    out["time"] = unix_seconds(world.host(host).stamped(fact.time), skew);
    out["timeNano"] = unix_nanoseconds(world.host(host).stamped(fact.time), skew);
    return json_bytes(out);
}

bool event_passes(const std::string& event_line, const std::string& filters_json) {
    if (filters_json.empty()) return true;
    const Json event = Json::parse(event_line, nullptr, false);
    if (!event.is_object()) return false;
    // Filters of names that it doesn't know the engine leaves aside (moby v20.10.24 system_routes.go, getEvents, which only parses them).
    std::set<std::string> all;
    const Json given = Json::parse(filters_json, nullptr, false);
    if (!given.is_object()) return false;
    for (const auto& item : given.items())
        all.insert(item.key());
    std::string error;
    const Filters filters = Filters::parse(filters_json, all, error);
    if (!error.empty()) return false;
    std::map<std::string, std::string> attributes;
    for (const auto& item : event["Actor"]["Attributes"].items())
        attributes[item.key()] = item.value().get<std::string>();
    const std::string type = event["Type"].get<std::string>();
    const std::string id = event["Actor"]["ID"].get<std::string>();
    const auto named = attributes.find("name");
    const std::string name = named == attributes.end() ? "" : named->second;
    for (const char* kind : {"container",
                             "network",
                             "volume",
                             "daemon",
                             "plugin",
                             "node",
                             "service",
                             "secret",
                             "config"}) {
        if (!filters.prefix(kind, id) && !filters.prefix(kind, name)) return false;
    }
    return action_passes(filters, event["Action"].get<std::string>()) &&
           filters.exact("type", type) && filters.exact("scope", event.value("scope", std::string("local"))) &&
           image_passes(filters, type, id, attributes) && filters.labels("label", attributes);
}

std::string message_json(const std::string& text) {
    return json_bytes(Json{{"message", text}});
}

}  // namespace podium::model
