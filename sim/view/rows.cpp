// Facts as rows of JSON, with the keys the recordings of the real engine have.

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/model/container.hpp"
#include "sim/model/prune.hpp"
#include "sim/model/targets.hpp"
#include "sim/view/describe.hpp"
#include "sim/view/explain.hpp"
#include "sim/view/field_words.hpp"

namespace podium::view {
namespace {

using Json = nlohmann::ordered_json;

double row_time(Time time) { return static_cast<double>((time.nanoseconds + 500'000) / 1'000'000) / 1000.0; }

std::string host_of(const model::World& world, const Fact& fact) {
    switch (fact.subject.type()) {
        case SubjectType::Host: return world.host(model::HostId{fact.subject.id()}).spec.name;
        case SubjectType::Container: return world.host(world.container(model::ContainerId{fact.subject.id()}).host).spec.name;
        case SubjectType::Network: return world.host(world.bridge(model::BridgeId{fact.subject.id()}).host).spec.name;
        case SubjectType::Volume: return world.host(world.volume(model::VolumeId{fact.subject.id()}).host).spec.name;
        default: return {};
    }
}

// "container.exec_start" with its command is the action "exec_start: sh -c x", and so on.
std::string action_of(const FactSpec& spec, const Fact& fact, const std::vector<FieldValue>& fields) {
    std::string action(spec.name.substr(spec.name.find('.') + 1));
    const auto text = [&fields](std::string_view name) {
        for (const FieldValue& value : fields) {
            if (value.name == name) return std::string(value.text);
        }
        return std::string();
    };
    if (fact.kind == model::kFactContainerExecCreate || fact.kind == model::kFactContainerExecStart) action += ": " + text("command");
    if (fact.kind == model::kFactContainerHealthStatus) action += ": " + text("status");
    return action;
}

bool is_engine_event(FactKind kind) {
    using namespace model;  // the enumerators below are all of that room
    return (kind >= kFactContainerCreate && kind <= kFactContainerHealthStatus) || is_aside(kind) || (kind >= kFactNetworkCreate && kind <= kFactImageDelete) || is_prune(kind);
}

// The key of a field of an engine's event; empty when it is part of the action.
std::string event_key(const FactSpec& spec, std::string_view field) {
    const bool container = spec.name.starts_with("container.");
    if (container && field == "exit") return "exitCode";
    if (container && (field == "command" || field == "status")) return {};
    if (spec.name.starts_with("volume.") && field == "name") return "id";
    return std::string(field);
}

void add_field(Json& row, FactKind kind, const FieldValue& value) {
    if (const std::string_view word = field_word(kind, value.name, value.number); !word.empty()) {
        row[std::string(value.name)] = std::string(word);
        return;
    }
    switch (value.type) {
        case FieldType::Text: row[std::string(value.name)] = std::string(value.text); break;
        case FieldType::Flag: row[std::string(value.name)] = value.number != 0; break;
        case FieldType::Duration: row[std::string(value.name)] = row_time(Time{value.number}); break;
        case FieldType::Integer:
        case FieldType::Long: row[std::string(value.name)] = value.number; break;
    }
}

// Whether the facts of a kind that is no event of an engine are recorded of a host, or of what is on one, as host_of finds
// it; those that have a field "node" say it themselves.
bool is_of_a_host(const FactSpec& spec) {
    constexpr std::array<std::string_view, 7> kObjects{"container", "engine", "host", "image", "model", "process", "raft"};
    const std::string_view object = spec.name.substr(0, spec.name.find('.'));
    return std::find(kObjects.begin(), kObjects.end(), object) != kObjects.end() ||
           std::any_of(spec.fields.begin(), spec.fields.end(), [](const FieldSpec& field) { return field.name == "host"; });
}

// "dur" of a command's row is its field "took".
struct RowKey {
    std::string_view key;
    std::string_view field;
};

constexpr RowKey kCommandKeys[] = {{"node", "terminal"}, {"cmd", "line"}, {"rc", "status"}, {"dur", "took"}, {"out", "output"}, {"err", "error"}};

void event_fields(Json& row, const model::World& world, const FactSpec& spec, const Fact& fact, const std::vector<FieldValue>& fields) {
    row["obj"] = std::string(spec.name.substr(0, spec.name.find('.')));
    row["action"] = action_of(spec, fact, fields);
    if (fact.subject.type() == SubjectType::Container) {
        row["id"] = row_text(world, fact, "id");
        for (const FieldValue& value : fields) {
            if (value.name == "exit") {
                row["exitCode"] = fmt::format("{}", value.number);
            } else if (value.name == "signal" && fact.kind == model::kFactContainerKill) {
                row["signal"] = fmt::format("{}", value.number);
            } else if (!event_key(spec, value.name).empty()) {
                add_field(row, fact.kind, value);
            }
        }
        for (const char* key : {"compose.service", "compose.project"}) {
            if (std::string text = row_text(world, fact, key); !text.empty()) row[key] = std::move(text);
        }
        return;
    }
    for (const FieldValue& value : fields) {
        if (value.name == "host") continue;  // the row's node
        if (value.name == "name" && fact.subject.type() == SubjectType::Volume) {
            row["id"] = std::string(value.text);
        } else {
            add_field(row, fact.kind, value);
        }
    }
    if (fact.subject.type() == SubjectType::Network) row["id"] = row_text(world, fact, "id");
}

// The reason of a fact that has none of its own to tell: what it came of.
std::string caused_by(const model::World& world, const FactCatalogue& facts, const Fact& fact) {
    const Journal& journal = world.kernel.journal();
    if (!fact.cause) return "nothing before it in the run";
    if (!journal.has(fact.cause)) return fmt::format("it came of fact {}", fact.cause.value);
    return "it came of: " + sentence(world, facts, journal.at(fact.cause));
}

}  // namespace

std::string row_text(const model::World& world, const Fact& fact, std::string_view key) {
    if (key == "node") return host_of(world, fact);
    if (fact.subject.type() == SubjectType::Network && key == "id") return world.bridge(model::BridgeId{fact.subject.id()}).id.substr(0, 25);
    if (fact.subject.type() != SubjectType::Container) return {};
    const model::ContainerId container{fact.subject.id()};
    if (key == "id") return model::short_id(model::container_id_text(world, container));
    const std::string service = model::service_of(world, container);
    if (key == "compose.service" || service.empty()) return key == "compose.service" ? service : std::string();
    const auto& labels = world.spec(world.container(container)).labels;
    const auto project = labels.find("com.docker.compose.project");
    return key == "compose.project" && project != labels.end() ? project->second : std::string();
}

std::string fact_row(const model::World& world, const FactCatalogue& facts, const Fact& fact) {
    Json row;
    row["t"] = row_time(fact.time);
    const FactSpec* spec = facts.find(fact.kind);
    const std::vector<FieldValue> fields = facts.fields(fact, world.kernel.interner());
    const std::string host = row_text(world, fact, "node");
    if (spec == nullptr) {
        row["type"] = "unknown";
    } else if (is_engine_event(fact.kind)) {
        row["type"] = "event";
        row["node"] = host;
        event_fields(row, world, *spec, fact, fields);
    } else if (spec->name == "command.done") {
        row["type"] = "cmd";
        for (const RowKey& key : kCommandKeys) {
            const auto value = std::find_if(fields.begin(), fields.end(), [&key](const FieldValue& one) { return one.name == key.field; });
            if (value->type == FieldType::Text) row[std::string(key.key)] = std::string(value->text);
            if (value->type == FieldType::Integer) row[std::string(key.key)] = value->number;
            if (value->type != FieldType::Duration) continue;
            row[std::string(key.key)] = row_time(Time{value->number});
            row["t"] = row_time(Time{fact.time.nanoseconds - value->number});
        }
    } else {
        row["type"] = std::string(spec->name.substr(0, spec->name.find('.')));
        row["action"] = std::string(spec->name.substr(spec->name.find('.') + 1));
        if (!host.empty()) row["node"] = host;
        for (const FieldValue& value : fields) add_field(row, fact.kind, value);
    }
    row["fact"] = fact.id.value;
    row["cause"] = fact.cause.value;
    const Telling telling = tell(world, facts, fact);
    row["why"] = telling.why.empty() ? caused_by(world, facts, fact) : telling.why;
    return row.dump(-1, ' ', false, Json::error_handler_t::replace);
}

RowShape row_shape(const FactSpec& spec) {
    const std::string object(spec.name.substr(0, spec.name.find('.')));
    const std::string action(spec.name.substr(spec.name.find('.') + 1));
    RowShape out;
    if (spec.name == "command.done") {
        out.kind = "cmd";
        for (const RowKey& key : kCommandKeys) out.keys.emplace_back(key.key);
        return out;
    }
    const bool event = is_engine_event(spec.kind);
    out.kind = event ? fmt::format("event {} {}", object, action) : fmt::format("{} {}", object, action);
    if (event || is_of_a_host(spec)) out.keys.emplace_back("node");
    // A prune is of the host, and the rows of images have no id.
    const bool of_object = event && !model::is_prune(spec.kind);
    if (of_object && object != "image") out.keys.emplace_back("id");
    for (const FieldSpec& field : spec.fields) {
        if (event && field.name == "host") continue;  // the row's node
        const std::string key = event ? event_key(spec, field.name) : std::string(field.name);
        if (key.empty() || std::find(out.keys.begin(), out.keys.end(), key) != out.keys.end()) continue;
        std::string words;
        for (const FieldWord& word : field_words(spec.kind, field.name)) words += fmt::format("{}{}", words.empty() ? "=" : "|", word.word);
        out.keys.push_back(key + words);
    }
    if (of_object && object == "container") out.keys.insert(out.keys.end(), {"compose.service", "compose.project"});
    return out;
}

std::string_view field_of_key(const FactSpec& spec, std::string_view key) {
    if (spec.name == "command.done") {
        for (const RowKey& one : kCommandKeys) {
            if (one.key == key) return one.field;
        }
        return {};
    }
    const bool event = is_engine_event(spec.kind);
    for (const FieldSpec& field : spec.fields) {
        if (key == (event ? event_key(spec, field.name) : field.name)) return field.name;
    }
    return {};
}

}  // namespace podium::view
