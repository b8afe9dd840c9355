// /services: swarmkit manager/controlapi/service.go behind moby's daemon/cluster/services.go.

#include <array>
#include <nlohmann/json.hpp>

#include "sim/base/random.hpp"
#include "sim/orch/swarm/api_parts.hpp"
#include "sim/orch/swarm/api_read.hpp"
#include "sim/orch/swarm/api_write.hpp"

namespace podium::swarm {
namespace {

// Names for services that were given none, in Podium's own words.
constexpr std::array<std::string_view, 16> kAdjectives{"brisk",
                                                       "calm",
                                                       "clever",
                                                       "daring",
                                                       "eager",
                                                       "gentle",
                                                       "happy",
                                                       "keen",
                                                       "lively",
                                                       "mellow",
                                                       "nimble",
                                                       "proud",
                                                       "quiet",
                                                       "sunny",
                                                       "vivid",
                                                       "witty"};
constexpr std::array<std::string_view, 16> kNouns{"acorn",
                                                  "birch",
                                                  "cedar",
                                                  "clover",
                                                  "elm",
                                                  "fern",
                                                  "hazel",
                                                  "heather",
                                                  "iris",
                                                  "ivy",
                                                  "larch",
                                                  "linden",
                                                  "maple",
                                                  "poplar",
                                                  "rowan",
                                                  "willow"};

std::string new_name(const Call& call, std::uint32_t number) {
    for (std::uint64_t attempt = 0;; ++attempt) {
        RandomStream words(hash_text("swarm service name"), number, attempt);
        // One draw after the other: a compiler evaluates a call's arguments in any order.
        const std::string_view noun = kNouns[words.below(kNouns.size())];
        const std::string_view adjective = kAdjectives[words.below(kAdjectives.size())];
        std::string name = fmt::format("{}_{}", adjective, noun);
        // After many attempts all short names may be taken.
        constexpr std::uint64_t kPlainAttempts = 32;
        if (attempt >= kPlainAttempts) name += std::to_string(words.below(1'000'000));
        if (!call.store.service_called(name)) return name;
    }
}

// --- the spec in the body
// -------------------------------------------------------------------------

struct ReadService {
    ServiceSpec spec;
    Reading reading;
};

model::Outcome<ReadService> read_body_spec(const Call& call) {
    const auto body = body_of(call);
    if (!body) return body.refusal();
    BodyProblem problem;
    ReadService out;
    out.spec = read_service_spec(Fields(body.value(), "swarm.ServiceSpec", problem), out.reading);
    if (!problem.sentence.empty()) return model::Refusal{400, problem.sentence};
    return out;
}

/// daemon/cluster/networks.go, populateNetworkID: names become ids.
std::optional<model::Refusal> resolve_networks(const Call& call, ServiceSpec& spec) {
    if (spec.task->networks.empty()) return std::nullopt;
    auto task = std::make_shared<TaskSpec>(*spec.task);
    for (NetworkAttachmentConfig& config : task->networks) {
        const auto found = find_network(call, config.target);
        if (found) {
            config.target = call.store.networks.find(found.value())->meta.id;
            continue;
        }
        if (const auto own = predefined_network(call, config.target)) {
            config.target = own->meta.id;
            continue;
        }
        if (call.context.local_networks.contains(config.target)) {
            return model::Refusal{
                403,
                fmt::format("The network {} cannot be used with services. Only networks scoped to "
                            "the swarm "
                            "can be used, such as those created with the overlay driver.",
                            config.target)};
        }
        // A plain error where it is used; only an ambiguous name has a status of its own.
        return model::Refusal{found.refusal().status == 400 ? 400 : 500, found.refusal().message};
    }
    spec.task = std::move(task);
    return std::nullopt;
}

/// What is wrong with a spec before the store is looked at, in dockerd's order.
std::optional<model::Refusal> check_read(const Call& call, ReadService& read) {
    if (auto bad = resolve_networks(call, read.spec)) return bad;
    return read.reading.refusal;
}

// --- lists
// ----------------------------------------------------------------------------------------

bool service_passes(const Service& service, const model::Filters& filters) {
    if (filters.has("runtime") && !filters.values("runtime").contains(service.spec.task->runtime))
        return false;
    return has_prefix(filters, "name", service.spec.name) &&
           has_prefix(filters, "id", service.meta.id) &&
           has_labels(service.spec.labels, wanted_labels(filters, "label")) &&
           filters.exact("mode", std::string(mode_name(service.spec.mode.kind)));
}

/// service.go, ListServiceStatuses.
Json service_status_json(const Store& store, ServiceId id, const Service& service) {
    std::uint64_t running = 0;
    std::uint64_t desired = 0;
    std::uint64_t completed = 0;
    const ServiceMode& mode = service.spec.mode;
    const bool global = mode.kind == ModeKind::Global || mode.kind == ModeKind::GlobalJob;
    if (mode.kind == ModeKind::Replicated) desired = mode.replicas;
    if (mode.kind == ModeKind::ReplicatedJob) desired = mode.max_concurrent;
    for (const TaskId task_id : store.tasks_of(id)) {
        const Task* task = store.tasks.find(task_id.value);
        if (task == nullptr) continue;
        const TaskState state = task->status.state;
        if (service.job) {
            if (task->job_iteration != service.job->iteration) continue;
            if (state == TaskState::Complete) ++completed;
        }
        if (state == TaskState::Running) ++running;
        if (global && task->desired == TaskState::Running) ++desired;
        if (global && state != TaskState::Complete && task->desired == TaskState::Complete)
            ++desired;
    }
    Json out;
    out["RunningTasks"] = running;
    out["DesiredTasks"] = desired;
    out["CompletedTasks"] = completed;
    return out;
}

/// By name where names are asked for, else by id, as the indexes have them.
std::vector<std::uint32_t> listed_services(const Call& call, const model::Filters& filters) {
    std::vector<std::uint32_t> out = listed(
        call.store.services,
        [&](std::uint32_t, const Service& service) { return service_passes(service, filters); });
    if (!filters.has("name")) return out;
    std::sort(out.begin(), out.end(), [&](std::uint32_t a, std::uint32_t b) {
        return call.store.services.find(a)->spec.name < call.store.services.find(b)->spec.name;
    });
    return out;
}

// --- updates
// --------------------------------------------------------------------------------------

enum class Rollback : std::uint8_t { None, Previous };

/// services.go: where credentials for the registry come from, which are not kept here, and whether
/// the former spec is asked for. Plain errors, so 500.
model::Outcome<Rollback> read_update_options(const Call& call, const Service& service) {
    const std::string credentials = query_of(call, "registryAuthFrom");
    if (credentials == "previous-spec" && !service.previous_spec)
        return model::Refusal{500, "service does not have a previous spec"};
    if (!credentials.empty() && credentials != "spec" && credentials != "previous-spec")
        return model::Refusal{500, "unsupported registryAuthFrom value"};
    const std::string rollback = query_of(call, "rollback");
    if (rollback.empty() || rollback == "none") return Rollback::None;
    if (rollback == "previous") return Rollback::Previous;
    return model::Refusal{500, fmt::format("unrecognized rollback option {}", rollback)};
}

/// service.go, UpdateService: what it looks at before and in its transaction.
std::optional<model::Refusal> check_service_update(const Call& call,
                                                   ServiceId id,
                                                   const Service& service,
                                                   const ReadService& read) {
    const ServiceSpec& spec = read.spec;
    if (auto bad = check_service_spec(spec, read.reading.secrets_without_file)) return bad;
    if (auto bad = check_service_networks(call.store, *spec.task)) return bad;
    if (spec.endpoint && spec.endpoint != service.spec.endpoint) {
        if (auto bad = check_port_conflicts(call.store, spec, id)) return bad;
    }
    if (auto bad = check_data_exist(call.store, *spec.task)) return bad;
    if (spec.mode.kind != service.spec.mode.kind)
        return rpc_error("Unimplemented", "service mode change is not allowed");
    if (spec.name != service.spec.name)
        return rpc_error("Unimplemented", "renaming services is not supported");
    return std::nullopt;
}

void roll_back(Service& service, Time now) {
    std::swap(service.spec, *service.previous_spec);
    std::swap(service.spec_version, service.previous_spec_version);
    service.update = {};
    service.update.state = UpdateState::RollbackStarted;
    service.update.started = now;
    service.update.message = "manually requested rollback";
}

void set_spec(Service& service, const ServiceSpec& spec, std::uint64_t version) {
    service.previous_spec = std::move(service.spec);
    service.previous_spec_version = service.spec_version;
    service.spec = spec;
    service.spec_version = version;
    service.update = {};
}

}  // namespace

ApiReply list_services(const Call& call) {
    const auto filters = filters_of(call, {"name", "id", "label", "mode", "runtime"});
    if (!filters) return reply(filters.refusal());
    const std::string text = query_of(call, "status");
    const auto with_status = text.empty() ? std::optional(false) : parse_flag(text);
    if (!with_status) {
        return api_error(
            400,
            fmt::format(
                "invalid value for status: {}: strconv.ParseBool: parsing \"{}\": invalid syntax",
                text,
                text));
    }
    Json out = Json::array();
    for (const std::uint32_t number : listed_services(call, filters.value())) {
        const Service& service = *call.store.services.find(number);
        Json one = service_json(call.store, call.context.swarm, service, false);
        if (*with_status) {
            // The fields' order: a job's status comes last.
            Json job = one.contains("JobStatus") ? one["JobStatus"] : Json();
            one.erase("JobStatus");
            one["ServiceStatus"] = service_status_json(call.store, ServiceId{number}, service);
            if (!job.is_null()) one["JobStatus"] = std::move(job);
        }
        out.push_back(std::move(one));
    }
    return reply(200, out);
}

ApiReply inspect_service(const Call& call) {
    const std::string text = query_of(call, "insertDefaults");
    const auto defaults = text.empty() ? std::optional(false) : parse_flag(text);
    if (!defaults) {
        return api_error(400,
                         fmt::format("invalid value for insertDefaults: {}: strconv.ParseBool: "
                                     "parsing \"{}\": invalid syntax",
                                     text,
                                     text));
    }
    const auto found = find_service(call, call.id);
    if (!found) return reply(found.refusal());
    const Service& service = *call.store.services.find(found.value());
    return reply(200, service_json(call.store, call.context.swarm, service, *defaults));
}

ApiReply create_service(const Call& call) {
    auto outcome = read_body_spec(call);
    if (!outcome) return reply(outcome.refusal());
    ReadService read = outcome.value();
    if (const auto bad = check_read(call, read)) return reply(*bad);
    ServiceSpec& spec = read.spec;
    const bool named = !spec.name.empty();
    if (!named) spec.name = new_name(call, call.store.services.last_number() + 1);
    if (const auto bad = check_service_spec(spec, read.reading.secrets_without_file))
        return reply(*bad);
    if (const auto bad = check_service_networks(call.store, *spec.task)) return reply(*bad);
    if (const auto bad = check_port_conflicts(call.store, spec, {})) return reply(*bad);
    if (const auto bad = check_ingress(call.store, spec)) return reply(*bad);
    if (const auto bad = check_data_exist(call.store, *spec.task)) return reply(*bad);
    if (call.store.service_called(spec.name)) {
        return reply(rpc_error(
            "AlreadyExists",
            fmt::format("name conflicts with an existing object: service {} already exists",
                        spec.name)));
    }
    auto service = std::make_shared<Service>();
    const std::uint32_t number = call.store.next_number(Kind::Service);
    service->meta.id = public_id(Kind::Service, call.context.swarm, number);
    const ModeKind mode = spec.mode.kind;
    service->spec = std::move(spec);
    if (mode == ModeKind::ReplicatedJob || mode == ModeKind::GlobalJob)
        service->job = JobStatus{0, call.context.kernel.now()};
    ApiReply out = reply(201, Json{{"ID", service->meta.id}});
    const std::shared_ptr<const TaskSpec> task = service->spec.task;
    out.change = change_of(call, Put<Service>{number, std::move(service), 0, {}});
    add_predefined_networks(call, *task, *out.change);
    return out;
}

ApiReply update_service(const Call& call) {
    auto outcome = read_body_spec(call);
    if (!outcome) return reply(outcome.refusal());
    const auto version = version_of(call, "service");
    if (!version) return reply(version.refusal());
    ReadService read = outcome.value();
    if (const auto bad = check_read(call, read)) return reply(*bad);
    const auto found = find_service(call, call.id);
    if (!found) return reply(found.refusal());
    const Row<Service> row = call.store.services.row(found.value());
    const auto rollback = read_update_options(call, *row);
    if (!rollback) return reply(rollback.refusal());
    if (const auto bad = check_service_update(call, ServiceId{found.value()}, *row, read))
        return reply(*bad);
    auto fresh = std::make_shared<Service>(*row);
    if (fresh->job) fresh->job = JobStatus{fresh->job->iteration + 1, call.context.kernel.now()};
    if (rollback.value() == Rollback::Previous) {
        if (!fresh->previous_spec) {
            return reply(
                rpc_error("FailedPrecondition",
                          fmt::format("service {} does not have a previous spec", row->meta.id.view())));
        }
        roll_back(*fresh, call.context.kernel.now());
    } else {
        set_spec(*fresh, read.spec, version.value());
    }
    if (const auto bad = check_ingress(call.store, fresh->spec)) return reply(*bad);
    if (row->meta.version != version.value()) return out_of_sequence();
    ApiReply out = reply(200, Json{{"Warnings", nullptr}});
    const std::shared_ptr<const TaskSpec> task = fresh->spec.task;
    out.change =
        change_of(call, Put<Service>{found.value(), std::move(fresh), version.value(), {}});
    add_predefined_networks(call, *task, *out.change);
    return out;
}

ApiReply remove_service(const Call& call) {
    const auto found = find_service(call, call.id);
    if (!found) return reply(found.refusal());
    return accepted(200, change_of(call, Put<Service>{found.value(), nullptr, kAnyVersion, {}}));
}

}  // namespace podium::swarm
