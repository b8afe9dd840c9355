// The operations on images, pulls among them: layers travel from the registry over bandwidth that all
// pulls share, at most three of one pull at a time, and a layer that is here already is not fetched.

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/json_bytes.hpp"
#include "sim/base/work.hpp"
#include "sim/model/agent_image.hpp"
#include "sim/model/answers.hpp"
#include "sim/model/container_facts.hpp"
#include "sim/model/daemon_config.hpp"
#include "sim/model/filters.hpp"
#include "sim/model/operations.hpp"
#include "sim/model/prune.hpp"
#include "sim/model/unknown_image.hpp"

namespace podium::model {
namespace {

using Json = nlohmann::ordered_json;

// A host's line to the registries, which its pulls share; beside it the registry's own uplink.
constexpr std::int64_t kHostDownlinkBitsPerSecond = 400'000'000;
constexpr std::uint32_t kDownlinkRows = 1U << 24;  // resource rows of hosts' own lines begin here
constexpr std::size_t kPullsPerWork = 4;           // gone through in a unit of work
// Stages of a pull: what the registry says is on its way; layers are; all is here. Agents ask again with every task: what they
// find here whole has stages of its own, and no row among its host's pulls.
constexpr std::uint8_t kStageAsked = 1;
constexpr std::uint8_t kStageLayers = 2;
constexpr std::uint8_t kStageDone = 3;
constexpr std::uint8_t kStageAskedOfWhole = 4;
constexpr std::uint8_t kStageIsWhole = 5;

constexpr Duration kExtract = milliseconds(120);   // last layer here until the image is complete

// moby pkg/streamformatter: of a layer with its progress, be it empty; a plain message has none, though it may name the tag.
void tell_progress(World& world, const Pull& pull, const std::string& status, const std::string& id, bool of_layer = true) {
    const Request* request = world.requests.find(pull.request);
    if (request == nullptr || !request->stream) return;
    // One of the most frequent answers, so put together without an object.
    std::string line = fmt::format(R"({{"status":{})", json_bytes(Json(status)));
    if (!id.empty()) line += fmt::format(R"({}"id":{})", of_layer ? R"(,"progressDetail":{},)" : ",", json_bytes(Json(id)));
    feed_stream(world, request->stream, line + "}\n");
}

std::string layer_id(const ImageLayer& layer) { return short_id(layer.digest); }

void plan_next_transfer(World& world) {
    const auto next = world.transfers.next_completion();
    if (!next) return;
    world.kernel.schedule_at(std::max(*next, world.kernel.now()), Phase::Physics, kEventTransfer, 0, world.transfers.serial());
}

bool fetched_by_another(const World& world, const Pull& pull, const std::string& digest) {
    const std::vector<Pull>& pulls = world.host(pull.host).pulls;
    return std::any_of(pulls.begin(), pulls.end(), [&](const Pull& other) {
        return other.request != pull.request &&
               std::any_of(other.layers.begin(), other.layers.end(), [&](const PullLayer& layer) { return layer.transfer && layer.layer.digest == digest; });
    });
}

ResourceId downlink_of(HostId host) { return {ResourceKind::Link, kDownlinkRows + host.value}; }

std::int64_t uplink_capacity(const Registry& registry) { return registry.state == RegistryState::Unreachable ? 0 : registry.uplink_bits_per_second; }

void start_transfers(World& world, Pull& pull) {
    const Time now = world.kernel.now();
    const int most = config_of(world.host(pull.host).engine).concurrent_downloads;
    int under_way = static_cast<int>(std::count_if(pull.layers.begin(), pull.layers.end(), [](const PullLayer& layer) { return layer.transfer && !layer.done; }));
    for (PullLayer& layer : pull.layers) {
        if (most > 0 && under_way >= most) break;
        if (layer.done || layer.transfer || fetched_by_another(world, pull, layer.layer.digest)) continue;
        const ResourceId line = downlink_of(pull.host);
        world.transfers.set_capacity(line, world.host(pull.host).frozen ? 0 : kHostDownlinkBitsPerSecond, now);
        const Registry& registry = world.registries.ensure(pull.reference.domain);
        const ResourceId uplink{ResourceKind::RegistryUplink, registry.row};
        world.transfers.set_capacity(uplink, uplink_capacity(registry), now);
        layer.transfer = world.transfers.start(layer.layer.compressed_bytes, {line, uplink}, now);
        ++under_way;
    }
}

/// Layers that are here are kept for a pull that needs them, whatever becomes of their images (moby v20.10.24
/// distribution/xfer/download.go, which takes them from the store of layers before it begins).
void hold(World& world, Pull& pull, const std::string& digest) {
    world.host(pull.host).images.hold_layer(digest);
    pull.held.push_back(digest);
}

/// A host's pulls go on after one of them is over: they may have waited for a layer of its, and all rates are new.
void go_on_with_pulls(World& world, HostId host) {
    for (Pull& pull : world.host(host).pulls) {
        const Request* request = world.requests.find(pull.request);
        if (request != nullptr && !request->done && request->stage == kStageLayers && pull.failure.empty()) start_transfers(world, pull);
    }
    plan_next_transfer(world);
}

std::vector<Pull>::iterator pull_of(std::vector<Pull>& pulls, RequestId request) {
    return std::find_if(pulls.begin(), pulls.end(), [request](const Pull& pull) { return pull.request == request; });
}

/// A pull is over, well or not: what it still fetched is given up, and layers of no image go (moby releases
/// them with the transfer).
void end_pull(World& world, HostId host, RequestId request) {
    std::vector<Pull>& pulls = world.host(host).pulls;
    const auto found = pull_of(pulls, request);
    if (found == pulls.end()) return;
    count_work(static_cast<std::size_t>(pulls.end() - found) / kPullsPerWork);
    const bool had_layers = !found->layers.empty();
    for (const std::string& digest : found->held) world.host(host).images.let_layer_go(digest);
    for (const PullLayer& layer : found->layers) {
        if (layer.transfer && !layer.done) world.transfers.cancel(layer.transfer, world.kernel.now());
    }
    pulls.erase(found);
    if (pulls.empty()) pulls.shrink_to_fit();  // a swarm's hosts have had many at once
    if (pulls.empty()) world.host(host).disk_used_bytes -= world.host(host).images.drop_unused_layers();
    if (had_layers) go_on_with_pulls(world, host);
}

/// A host's pulls whose client has hung up, or whose engine is gone, end when somebody notices: the next pull, layer or removal.
void drop_abandoned_pulls(World& world, HostId host) {
    std::vector<RequestId> gone;
    count_work(world.host(host).pulls.size() / kPullsPerWork);
    for (const Pull& pull : world.host(host).pulls) {
        const Request* request = world.requests.find(pull.request);
        if (request == nullptr || request->done) gone.push_back(pull.request);
    }
    for (const RequestId request : gone) end_pull(world, host, request);
}

/// Why the next layer can't be kept, or nothing: it is downloaded into a file first, then unpacked.
std::string no_room_for(const Host& host, const ImageLayer& layer) {
    const std::int64_t room = host.disk_free_bytes();
    if (room < layer.compressed_bytes) return fmt::format("write /var/lib/docker/tmp/GetImageBlob{:09}: no space left on device", hash_text(layer.digest) % 1'000'000'000);
    if (room < layer.size_bytes) return "failed to register layer: Error processing tar file(exit status 1): write /usr/share/zoneinfo/tzdata.zi: no space left on device";
    return {};
}

void fail_pull(World& world, RequestId id, Request& request, int status, std::string message) {
    const FactId fact = world.kernel.record(kFactPullFailed, Subject(SubjectType::Host, request.spec.host.value), world.kernel.intern(request.spec.target), world.kernel.intern(message));
    world.kernel.set_cause(fact);
    end_pull(world, request.spec.host, id);
    abandon_streams(world, id, request);
    refuse_request(world, id, {status, std::move(message)});
}

/// No registry of the simulation is on the host itself, so nothing answers there.
bool is_own_host(std::string_view domain) {
    const std::string_view name = domain.substr(0, domain.find(':'));
    return name == "localhost" || name.starts_with("127.");
}

/// moby 20.10 asks a registry of the own host by https and then by http; the last try's error is told.
PullAnswer refused_by_host(std::string_view domain, Duration takes) {
    const auto colon = domain.find(':');
    const std::string_view port = colon == std::string_view::npos ? "80" : domain.substr(colon + 1);
    PullAnswer answer;
    answer.status = 500;
    answer.takes = takes;
    answer.message = fmt::format("Get \"http://{}/v2/\": dial tcp 127.0.0.1:{}: connect: connection refused", domain, port);
    return answer;
}

// Whether somebody on one of the hosts has given the name to an image of his own. What a registry has is not known of such a name
// either, but that it was never pushed there is.
bool is_own_name(const World& world, HostId host, const ImageReference& reference, const Image& supposed) {
    const std::string name = reference.familiar();
    const ImagePointer here = world.host(host).images.find(name);
    if (here != nullptr) return here->id != supposed.id;
    return std::any_of(world.hosts.begin(), world.hosts.end(), [&](const Host& one) {
        const ImagePointer there = one.images.find(name);
        return there != nullptr && there->id != supposed.id;
    });
}

void add_pull(World& world, RequestId id, const Request& request, const ImageReference& reference, PullAnswer answer) {
    Pull pull;
    pull.request = id;
    pull.host = request.spec.host;
    pull.reference = reference;
    pull.status = answer.status;
    pull.message = answer.message;
    pull.image = answer.image;
    pull.corrupt = answer.corrupt;
    if (answer.unknown) {
        world.kernel.record(kFactNotModelled, Subject(SubjectType::Host, request.spec.host.value),
                            world.kernel.intern(unknown_image_sentence(reference, answer)));
    }
    world.host(request.spec.host).pulls.push_back(std::move(pull));
}

void pull_begins(World& world, RequestId id, Request& request) {
    if (request.spec.from_agent) {
        const AgentImage* known = whole_image(world, request.spec.host, request.spec.target);
        if (known != nullptr && known->asked == world.registries.changes()) {
            request.stage = kStageAskedOfWhole;
            request_timer(world, id, known->takes);
            return;
        }
    }
    auto parsed = parse_image_reference(request.spec.target);
    if (!parsed) {
        refuse_request(world, id, {400, parsed.error().message});
        return;
    }
    const ImageReference reference = std::move(*parsed).with_default_tag();
    PullAnswer answer = ask_registry(world, request.spec.host, reference);
    const Duration takes = answer.takes;
    const ImagePointer here = world.host(request.spec.host).images.find(reference);
    const bool is_here = answer.status == 200 && answer.image != nullptr && here != nullptr && here->id == answer.image->id;
    if (request.spec.from_agent && is_here && !answer.unknown) {  // of one that nobody knows each pull says so
        if (!answer.corrupt) remember_image(world, request.spec.host, request.spec.target, reference, answer);
        request.stage = kStageAskedOfWhole;
    } else {
        request.stage = kStageAsked;
        add_pull(world, id, request, reference, std::move(answer));
    }
    request_timer(world, id, takes);
}

FactId record_pull_begin(World& world, HostId host, StringId familiar, std::int64_t bytes) {
    const FactId fact = world.kernel.record(kFactPullBegin, Subject(SubjectType::Host, host.value), familiar, bytes);
    world.kernel.set_cause(fact);
    return fact;
}

void pull_layers(World& world, RequestId id, Request& request, Pull& pull) {
    if (pull.status != 200) {
        fail_pull(world, id, request, pull.status, pull.message);
        return;
    }
    request.stage = kStageLayers;
    if (!request.spec.from_agent) open_answer(world, request);  // an agent waits for the end alone
    tell_progress(world, pull, fmt::format("Pulling from {}", pull.reference.path), pull.reference.tag.empty() ? pull.reference.digest : pull.reference.tag, false);
    const ImageStore& images = world.host(pull.host).images;
    const std::vector<ImageLayer> missing = images.missing_layers(*pull.image);
    std::int64_t bytes = 0;
    for (const ImageLayer& layer : pull.image->layers) {
        const bool is_missing = std::any_of(missing.begin(), missing.end(), [&layer](const ImageLayer& one) { return one.digest == layer.digest; });
        if (is_missing) {
            pull.layers.push_back({layer, {}, false});
            bytes += layer.compressed_bytes;
        } else {
            hold(world, pull, layer.digest);
        }
        // Of an image that is here whole nothing is looked for (moby distribution/pull_v2.go, pullSchema2; xfer/download.go, Download).
        if (!missing.empty()) tell_progress(world, pull, is_missing ? "Pulling fs layer" : "Already exists", layer_id(layer));
    }
    request.cause = record_pull_begin(world, pull.host, world.kernel.intern(pull.reference.familiar()), bytes);
    if (missing.empty()) {
        request_timer(world, id, milliseconds(1));
        request.stage = kStageDone;
        return;
    }
    // Which ends pulls, so this one is looked for again.
    drop_abandoned_pulls(world, request.spec.host);
    std::vector<Pull>& pulls = world.host(request.spec.host).pulls;
    start_transfers(world, *pull_of(pulls, id));
    plan_next_transfer(world);
}

void record_pulled(World& world, HostId host, StringId familiar) {
    const FactId fact = world.kernel.record(kFactImagePull, Subject(SubjectType::Host, host.value), familiar);
    world.kernel.set_cause(fact);
    publish_event(world, host, fact);
}

void pull_done(World& world, RequestId id, Request& request, Pull& pull) {
    Host& host = world.host(pull.host);
    if (!pull.failure.empty()) {
        fail_pull(world, id, request, 500, pull.failure);
        return;
    }
    const bool newer = host.images.add(pull.reference, pull.image, world.kernel.now());
    tell_progress(world, pull, fmt::format("Digest: {}", pull.image->digest), {});
    tell_progress(world, pull, fmt::format("Status: {} for {}", newer ? "Downloaded newer image" : "Image is up to date", pull.reference.familiar()), {});
    record_pulled(world, pull.host, world.kernel.intern(pull.reference.familiar()));
    end_pull(world, request.spec.host, id);
    if (request.writing) close_engine_stream(world, request.stream);
    request.writing = false;
    answer_request(world, id, 200);
}

void tell_of_whole(World& world, RequestId id, Request& request, StringId familiar) {
    if (request.stage == kStageAskedOfWhole) {
        request.cause = record_pull_begin(world, request.spec.host, familiar, 0);
        request.stage = kStageIsWhole;
        request_timer(world, id, milliseconds(1));
        return;
    }
    record_pulled(world, request.spec.host, familiar);
    answer_request(world, id, 200);
}

// An agent's, of what is here whole. False: it was removed meanwhile.
bool go_on_with_whole(World& world, RequestId id, Request& request) {
    const HostId host = request.spec.host;
    if (const AgentImage* known = whole_image(world, host, request.spec.target)) {
        tell_of_whole(world, id, request, known->familiar);
        return true;
    }
    const ImageReference reference = std::move(*parse_image_reference(request.spec.target)).with_default_tag();
    const ImagePointer image = world.host(host).images.find(reference);
    if (image == nullptr) {
        add_pull(world, id, request, reference, ask_registry(world, host, reference));
        request.stage = kStageAsked;
        return false;
    }
    if (request.stage == kStageIsWhole) world.host(host).images.add(reference, image, world.kernel.now());
    tell_of_whole(world, id, request, world.kernel.intern(reference.familiar()));
    return true;
}

void pull(World& world, RequestId id, Request& request) {
    if (request.stage == 0) {
        pull_begins(world, id, request);
        return;
    }
    const bool whole = request.stage == kStageAskedOfWhole || request.stage == kStageIsWhole;
    if (whole && go_on_with_whole(world, id, request)) return;
    std::vector<Pull>& pulls = world.host(request.spec.host).pulls;
    const auto found = pull_of(pulls, id);
    if (found == pulls.end()) {
        refuse_request(world, id, {500, "the pull was interrupted"});
        return;
    }
    if (request.stage == kStageAsked) {
        pull_layers(world, id, request, *found);
    } else if (request.stage == kStageDone) {
        pull_done(world, id, request, *found);
    }
}

/// A layer is here: checked, unpacked and counted, and whoever waited for the same one has it too.
void layer_arrived(World& world, Pull& pull, PullLayer& layer) {
    Host& host = world.host(pull.host);
    layer.done = true;
    if (pull.corrupt && layer.layer.digest == pull.layers.back().layer.digest) {
        pull.failure = corrupt_layer_message(layer.layer);
        return;
    }
    if (std::string reason = no_room_for(host, layer.layer); !reason.empty()) {
        pull.failure = std::move(reason);
        return;
    }
    host.images.add_layer(layer.layer);
    host.disk_used_bytes += layer.layer.size_bytes;
    tell_progress(world, pull, "Download complete", layer_id(layer.layer));
    tell_progress(world, pull, "Pull complete", layer_id(layer.layer));
    for (Pull& other : host.pulls) {
        for (PullLayer& same : other.layers) {
            if (same.layer.digest != layer.layer.digest || (same.done && &other != &pull)) continue;
            same.done = true;
            hold(world, other, same.layer.digest);
        }
    }
}

void go_on_after_transfer(World& world, Pull& pull) {
    Request* request = world.requests.find(pull.request);
    if (request == nullptr || request->stage != kStageLayers) return;
    CauseScope scope(world.kernel, request->cause);
    if (pull.failure.empty()) start_transfers(world, pull);
    if (!pull.failure.empty() || std::all_of(pull.layers.begin(), pull.layers.end(), [](const PullLayer& layer) { return layer.done; })) {
        request->stage = kStageDone;
        request_timer(world, pull.request, pull.failure.empty() ? kExtract * world.host(pull.host).disk_slowdown : Duration{});
    }
}

std::vector<ImageUser> image_users(const World& world, HostId host) {
    std::vector<ImageUser> users;
    for (const ContainerId id : containers_of(world, host)) {
        const Container& c = world.container(id);
        if (c.detail) users.push_back({c.detail->id, c.detail->image->id, c.counts_as_running()});
    }
    return users;
}

void publish_changes(World& world, HostId host, const ImageChange& change) {
    for (const ImageEvent& event : change.events) {
        const FactKind kind = event.action == "tag" ? kFactImageTag : event.action == "untag" ? kFactImageUntag : kFactImageDelete;
        const Subject subject(SubjectType::Host, host.value);
        const StringId name = world.kernel.intern(event.name.empty() ? event.id : event.name);
        publish_event(world, host, kind == kFactImageTag ? world.kernel.record(kind, subject, name, world.kernel.intern(event.id)) : world.kernel.record(kind, subject, name));
    }
    world.host(host).disk_used_bytes -= change.freed_bytes;
}

void tag(World& world, RequestId id, Request& request) {
    const std::string tag_text = option_text(request, "tag");
    const std::string target = option_text(request, "repo") + (tag_text.empty() ? "" : ":" + tag_text);
    const auto reference = parse_image_reference(target);
    if (!reference) {
        refuse_request(world, id, {400, reference.error().message});
        return;
    }
    ImageStore& store = world.host(request.spec.host).images;
    const ImageChange change = store.tag(request.spec.target, *reference);
    if (change.status < 400) store.keep(store.find(change.events.front().id), world.kernel.now());
    publish_changes(world, request.spec.host, change);
    if (change.status >= 400) {
        refuse_request(world, id, {change.status, change.message});
    } else {
        answer_request(world, id, 201);
    }
}

void remove_or_prune(World& world, RequestId id, Request& request) {
    drop_abandoned_pulls(world, request.spec.host);  // which hold layers for nobody
    ImageStore& store = world.host(request.spec.host).images;
    std::vector<ImageUser> users = image_users(world, request.spec.host);
    const bool prune = request.spec.operation == Operation::ImagePrune;
    if (prune) {
        std::string wrong;
        const PruneFilters filters = PruneFilters::parse(option_text(request, "filters"), option_text(request, "until_ns"), {"dangling", "label", "label!", "until"}, wrong);
        if (!wrong.empty()) {
            refuse_request(world, id, {400, wrong});
            return;
        }
        // What the filters leave out stays, as if a running container used it.
        for (const ImageRow& row : store.list()) {
            const Time built = row.image->created();
            if (!filters.passes(row.image->config.labels, built)) users.push_back({{}, row.image->id, true});
        }
    }
    const ImageChange change = prune ? store.prune(option_text(request, "dangling") == "false", users)
                                     : store.remove(request.spec.target, option_set(request, "force"), !option_set(request, "noprune"), users);
    if (change.status >= 400) {
        refuse_request(world, id, {change.status, change.message});
        return;
    }
    publish_changes(world, request.spec.host, change);
    Json rows = Json::array();
    for (const ImageChangeRecord& record : change.records) rows.push_back({{record.deleted ? "Deleted" : "Untagged", record.value}});
    if (!prune) {
        answer_request(world, id, 200, json_bytes(rows));
        return;
    }
    Json body;
    body["ImagesDeleted"] = rows.empty() ? Json(nullptr) : rows;
    body["SpaceReclaimed"] = change.freed_bytes;
    record_prune(world, request.spec.host, kFactImagePrune, change.freed_bytes);
    answer_request(world, id, 200, json_bytes(body));
}

}  // namespace

PullAnswer ask_registry(const World& world, HostId host, const ImageReference& reference) {
    PullAnswer answer = world.registries.resolve(*world.catalogue, reference);
    if (!answer.unknown) return answer;
    if (is_own_host(reference.domain)) return refused_by_host(reference.domain, answer.takes);
    if (!is_own_name(world, host, reference, *answer.image)) return answer;
    Registries known = world.registries;
    known.set_serves_unknown(false);
    return known.resolve(*world.catalogue, reference);
}

void run_image_operation(World& world, RequestId id, Request& request) {
    const HostId host = request.spec.host;
    switch (request.spec.operation) {
        case Operation::ImagePull: pull(world, id, request); return;
        case Operation::ImageList: {
            std::string error;
            std::string body = image_list_json(world, host, request.spec.options, error);
            error.empty() ? answer_request(world, id, 200, std::move(body)) : refuse_request(world, id, {400, error});
            return;
        }
        case Operation::ImageInspect:
        case Operation::ImageHistory: {
            // Where every name means one image, a name that may mean anything (`docker inspect vol1`) is
            // that of an image only when the store has it.
            const bool any_kind = option_set(request, "any-kind");
            if ((any_kind ? world.host(host).images.find(request.spec.target) : find_image(world, host, request.spec.target)) == nullptr) {
                refuse_request(world, id, ImageStore::not_found(request.spec.target));
                return;
            }
            answer_request(world, id, 200, request.spec.operation == Operation::ImageInspect ? image_inspect_json(world, host, request.spec.target) : image_history_json(world, host, request.spec.target));
            return;
        }
        case Operation::ImageTag: tag(world, id, request); return;
        case Operation::ImageCommit: commit_container(world, id, request); return;
        case Operation::ImageRemove:
        case Operation::ImagePrune: remove_or_prune(world, id, request); return;
        default: PODIUM_ASSERT(false, "this file runs the operations on images");
    }
}

void update_downlink(World& world, HostId host) {
    world.transfers.set_capacity(downlink_of(host), world.host(host).frozen ? 0 : kHostDownlinkBitsPerSecond, world.kernel.now());
    plan_next_transfer(world);
}

void set_registry_state(World& world, const std::string& name, RegistryState state) {
    world.registries.set_state(name, state);
    const Registry& registry = world.registries.ensure(name);
    world.transfers.set_capacity({ResourceKind::RegistryUplink, registry.row}, uplink_capacity(registry), world.kernel.now());
    plan_next_transfer(world);
}

void handle_transfer_event(World& world, const Event& event) {
    if (world.transfers.serial() != event.word) return;
    world.transfers.advance(world.kernel.now());
    for (std::uint32_t host = 1; host <= world.hosts.size(); ++host) drop_abandoned_pulls(world, HostId{host});
    for (const TransferId done : world.transfers.take_completed()) {
        for (Host& host : world.hosts) {
            for (Pull& pull : host.pulls) {
                for (PullLayer& layer : pull.layers) {
                    if (layer.transfer == done) layer_arrived(world, pull, layer);
                }
            }
        }
    }
    for (Host& host : world.hosts) {
        for (Pull& pull : host.pulls) go_on_after_transfer(world, pull);
    }
    plan_next_transfer(world);
}

}  // namespace podium::model
