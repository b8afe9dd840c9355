// /secrets and /configs, which differ in little: swarmkit manager/controlapi/{secret,config}.go
// behind moby's daemon/cluster/{secrets,configs}.go.

#include <nlohmann/json.hpp>

#include "sim/orch/swarm/api_parts.hpp"
#include "sim/orch/swarm/api_write.hpp"

namespace podium::swarm {
namespace {

/// What secrets and configs do not share.
struct DatumKind {
    Kind kind;
    std::string_view noun;
    std::string_view type;   ///< Of the body.
    std::size_t most_bytes;  ///< Less than this.
    Table<Datum> Store::*table;
    std::vector<FileReference> TaskSpec::*references;
};

constexpr DatumKind kSecret{
    Kind::Secret, "secret", "swarm.SecretSpec", 500 * 1024, &Store::secrets, &TaskSpec::secrets};
constexpr DatumKind kConfig{
    Kind::Config, "config", "swarm.ConfigSpec", 1000 * 1024, &Store::configs, &TaskSpec::configs};

model::Outcome<std::uint32_t> find_datum(const Call& call, const DatumKind& kind) {
    return find_object(
        call.store.*kind.table, kind.noun, call.id, [](const Datum& datum) -> const std::string& {
            return datum.name;
        });
}

Change change_datum(const Call& call, const DatumKind& kind, Put<Datum> put) {
    if (kind.kind == Kind::Secret) return change_of(call, PutSecret{std::move(put)});
    return change_of(call, PutConfig{std::move(put)});
}

struct DatumSpec {
    std::string name;
    Labels labels;
    std::string data;
    bool data_given = false;
};

model::Outcome<DatumSpec> read_datum_spec(const Call& call, const DatumKind& kind) {
    const auto body = body_of(call);
    if (!body) return body.refusal();
    BodyProblem problem;
    const Fields fields(body.value(), kind.type, problem);
    DatumSpec spec;
    spec.name = fields.text("Name");
    spec.labels = fields.text_map("Labels");
    spec.data = fields.bytes("Data");
    spec.data_given = fields.has("Data");
    const bool driver =
        kind.kind == Kind::Secret && fields.object("Driver", "swarm.Driver").given();
    const bool templating = fields.object("Templating", "swarm.Driver").given();
    if (!problem.sentence.empty()) return model::Refusal{400, problem.sentence};
    if (driver) return model::Refusal{501, "Podium does not simulate drivers of secrets yet"};
    if (templating)
        return model::Refusal{
            501, fmt::format("Podium does not simulate templates in {}s yet", kind.noun)};
    return spec;
}

/// common.go, validateConfigOrSecretAnnotations, and the sizes.
std::optional<model::Refusal> check_datum_spec(const DatumSpec& spec, const DatumKind& kind) {
    constexpr std::size_t kLongestName = 64;
    const std::string& name = spec.name;
    if (name.empty()) return rpc_error("InvalidArgument", "name must be provided");
    const bool fits = std::all_of(name.begin(), name.end(), [](char c) {
        return letter_or_digit(c) || c == '-' || c == '_' || c == '.';
    });
    if (!fits || name.size() > kLongestName || !letter_or_digit(name.front()) ||
        !letter_or_digit(name.back())) {
        return rpc_error(
            "InvalidArgument",
            "invalid name, only 64 [a-zA-Z0-9-_.] characters allowed, and the start and end "
            "character must be [a-zA-Z0-9]");
    }
    if (spec.data.empty() || spec.data.size() >= kind.most_bytes) {
        return rpc_error("InvalidArgument",
                         fmt::format("{} data must be larger than 0 and less than {} bytes",
                                     kind.noun,
                                     kind.most_bytes));
    }
    return std::nullopt;
}

ApiReply list_data(const Call& call, const DatumKind& kind) {
    std::set<std::string> accepted{"name", "id", "label"};
    if (kind.kind == Kind::Secret) accepted.insert("names");
    const auto read = filters_of(call, accepted);
    if (!read) return reply(read.refusal());
    const model::Filters& filters = read.value();
    const bool any = filters.has("names") || filters.has("name") || filters.has("id");
    const Labels labels = wanted_labels(filters, "label");
    Json out = Json::array();
    const Table<Datum>& table = call.store.*kind.table;
    for (const std::uint32_t number : listed(table, [&](std::uint32_t, const Datum& datum) {
             // One of the names, of their beginnings or of the beginnings of ids is enough.
             const bool found = filters.values("names").contains(datum.name) ||
                                (filters.has("name") && has_prefix(filters, "name", datum.name)) ||
                                (filters.has("id") && has_prefix(filters, "id", datum.meta.id));
             return (found || !any) && has_labels(datum.labels, labels);
         })) {
        out.push_back(datum_json(*table.find(number), kind.kind == Kind::Config));
    }
    return reply(200, out);
}

ApiReply inspect_datum(const Call& call, const DatumKind& kind) {
    const auto found = find_datum(call, kind);
    if (!found) return reply(found.refusal());
    return reply(
        200, datum_json(*(call.store.*kind.table).find(found.value()), kind.kind == Kind::Config));
}

ApiReply create_datum(const Call& call, const DatumKind& kind) {
    const auto spec = read_datum_spec(call, kind);
    if (!spec) return reply(spec.refusal());
    if (const auto bad = check_datum_spec(spec.value(), kind)) return reply(*bad);
    const std::string& name = spec.value().name;
    const bool taken = kind.kind == Kind::Secret ? static_cast<bool>(call.store.secret_called(name))
                                                 : static_cast<bool>(call.store.config_called(name));
    if (taken) {
        return reply(rpc_error("AlreadyExists",
                               fmt::format("{} {} already exists", kind.noun, spec.value().name)));
    }
    auto datum = std::make_shared<Datum>();
    const std::uint32_t number = call.store.next_number(kind.kind);
    datum->meta.id = public_id(kind.kind, call.context.swarm, number);
    datum->name = spec.value().name;
    datum->labels = spec.value().labels;
    datum->data = spec.value().data;
    ApiReply out = reply(201, Json{{"ID", datum->meta.id}});
    out.change = change_datum(call, kind, Put<Datum>{number, std::move(datum), 0, {}});
    return out;
}

ApiReply update_datum(const Call& call, const DatumKind& kind) {
    const auto spec = read_datum_spec(call, kind);
    if (!spec) return reply(spec.refusal());
    const auto version = version_of(call, kind.noun);
    if (!version) return api_error(400, fmt::format("invalid {} version", kind.noun));
    const auto found = find_datum(call, kind);
    if (!found) return reply(found.refusal());
    const Row<Datum> row = (call.store.*kind.table).row(found.value());
    if (row->name != spec.value().name ||
        (spec.value().data_given && spec.value().data != row->data))
        return reply(rpc_error("InvalidArgument", "only updates to Labels are allowed"));
    if (row->meta.version != version.value()) return out_of_sequence();
    auto fresh = std::make_shared<Datum>(*row);
    fresh->labels = spec.value().labels;
    return accepted(
        200,
        change_datum(call, kind, Put<Datum>{found.value(), std::move(fresh), version.value(), {}}));
}

ApiReply remove_datum(const Call& call, const DatumKind& kind) {
    const auto found = find_datum(call, kind);
    if (!found) return reply(found.refusal());
    const Datum& datum = *(call.store.*kind.table).find(found.value());
    std::string users;
    std::size_t count = 0;
    for (const std::uint32_t number :
         listed(call.store.services, [&](std::uint32_t, const Service& service) {
             const auto& references = (*service.spec.task).*kind.references;
             return std::any_of(
                 references.begin(), references.end(), [&](const FileReference& reference) {
                     return reference.id == datum.meta.id;
                 });
         })) {
        users += (count++ == 0 ? "" : ", ") + call.store.services.find(number)->spec.name;
    }
    if (count > 0) {
        return reply(rpc_error("InvalidArgument",
                               fmt::format("{} '{}' is in use by the following {}: {}",
                                           kind.noun,
                                           datum.name,
                                           count == 1 ? "service" : "services",
                                           users)));
    }
    return accepted(204,
                    change_datum(call, kind, Put<Datum>{found.value(), nullptr, kAnyVersion, {}}));
}

}  // namespace

ApiReply list_secrets(const Call& call) {
    return list_data(call, kSecret);
}

ApiReply inspect_secret(const Call& call) {
    return inspect_datum(call, kSecret);
}

ApiReply create_secret(const Call& call) {
    return create_datum(call, kSecret);
}

ApiReply update_secret(const Call& call) {
    return update_datum(call, kSecret);
}

ApiReply remove_secret(const Call& call) {
    return remove_datum(call, kSecret);
}

ApiReply list_configs(const Call& call) {
    return list_data(call, kConfig);
}

ApiReply inspect_config(const Call& call) {
    return inspect_datum(call, kConfig);
}

ApiReply create_config(const Call& call) {
    return create_datum(call, kConfig);
}

ApiReply update_config(const Call& call) {
    return update_datum(call, kConfig);
}

ApiReply remove_config(const Call& call) {
    return remove_datum(call, kConfig);
}

}  // namespace podium::swarm
