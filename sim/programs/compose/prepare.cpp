#include "sim/programs/compose/prepare.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/calendar.hpp"
#include "sim/model/image.hpp"
#include "sim/model/object_id.hpp"
#include "sim/programs/compose/container_spec_of.hpp"
#include "sim/programs/compose/converge.hpp"
#include "sim/programs/compose/defaults.hpp"
#include "sim/programs/compose/remote_config.hpp"
#include "sim/programs/compose/stopping.hpp"
#include "sim/programs/compose_file/config_text.hpp"
#include "sim/programs/compose_file/unsimulated.hpp"

namespace podium::programs::composing {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kNetworkLabel = "com.docker.compose.network";
constexpr const char* kVolumeLabel = "com.docker.compose.volume";
constexpr const char* kVersionLabel = "com.docker.compose.version";
constexpr std::string_view kEvery = "every_";

std::map<std::string, std::string> labels_of(const Answer& answer) {
    std::map<std::string, std::string> out;
    const Json json = Json::parse(answer.body, nullptr, false);
    if (!json.is_object()) return out;
    const auto labels = json.find("Labels");
    if (labels == json.end() || !labels->is_object()) return out;
    for (const auto& [name, value] : labels->items()) {
        if (value.is_string()) out[name] = value.get<std::string>();
    }
    return out;
}

std::string label(const std::map<std::string, std::string>& labels, const char* name) {
    const auto found = labels.find(name);
    return found == labels.end() ? std::string() : found->second;
}

}  // namespace

std::string network_hash(const compose::Project& project, const compose::Network& network) {
    return model::make_id("config", compose::canonical_network(project, network), 0);
}

std::string volume_hash(const compose::Project& project, const compose::Volume& volume) {
    return model::make_id("config", compose::canonical_volume(project, volume), 0);
}

std::string full_image(const std::string& image) {
    const auto reference = model::parse_image_reference(image, model::ReferenceReader::Client);
    return reference ? reference->with_default_tag().familiar() : image;
}

std::size_t Preparer::chain(std::string notice) {
    Batch batch;
    batch.notice = std::move(notice);
    if (last_) batch.after.push_back(*last_);
    last_ = board_.add(std::move(batch));
    return *last_;
}

void Preparer::add(std::size_t batch, std::string subject, Act act) {
    Task task;
    task.subject = std::move(subject);
    task.acts.push_back(v1() ? std::move(act) : shown(std::move(act), "Creating", "Created", "Error"));
    board_.add(batch, std::move(task));
}

std::string Preparer::network(const compose::Network& network, const Answer& present, const std::vector<Found>& containers) {
    if (!compose::is_used(project_, network)) return {};
    if (network.external) {
        if (present.ok() || network.name == "host" || network.name == "none" || network.name == "bridge") return {};
        if (!v1()) return fmt::format("network {} declared as external, but could not be found", network.name);
        return fmt::format("Network {} declared as external, but could not be found. Please create the network manually using `docker network create {}` and try again.", network.name, network.name);
    }
    if (!present.ok()) {
        create_network(network);
        return {};
    }
    if (v1()) return changed_network(project_, network, present, warnings_);
    const auto labels = labels_of(present);
    const std::string project = label(labels, kProjectLabel);
    if (project.empty()) {
        warnings_.push_back(fmt::format("a network with name {} exists but was not created by compose.\nSet `external: true` to use an existing network", network.name));
    } else if (project != project_.name) {
        warnings_.push_back(fmt::format("a network with name {} exists but was not created for project \"{}\".\nSet `external: true` to use an existing network", network.name, project_.name));
    }
    if (label(labels, kNetworkLabel) != network.key) {
        return fmt::format("network {} was found but has incorrect label {} set to \"{}\" (expected: \"{}\")", network.name, kNetworkLabel, label(labels, kNetworkLabel), network.key);
    }
    const std::string hash = label(labels, kHashLabel);
    if (!hash.empty() && hash != network_hash(project_, network)) renew_network(network, containers);
    return {};
}

void Preparer::create_network(const compose::Network& network) {
    const std::string driver = network.driver.empty() ? "the default driver" : fmt::format("driver \"{}\"", network.driver);
    const std::size_t batch = chain(v1() ? fmt::format("Creating network \"{}\" with {}\n", network.name, driver) : std::string());
    Act act = act_for(model::Operation::NetworkCreate, network.name);
    auto& options = act.spec.options;
    if (!network.driver.empty() && !compose::acts_as_bridge(network.driver)) options["driver"] = network.driver;
    if (network.internal) options["internal"] = "1";
    if (network.attachable || v1()) options["attachable"] = "1";
    if (!network.ipam.empty()) {
        options["subnet"] = network.ipam.front().subnet;
        options["gateway"] = network.ipam.front().gateway;
        options["ip_range"] = network.ipam.front().ip_range;
    }
    for (const compose::Pair& option : network.driver_opts) options["opt:" + option.name] = option.value;
    for (const compose::Pair& label : network.labels) act.spec.labels[label.name] = label.value;
    act.spec.labels[kProjectLabel] = project_.name;
    act.spec.labels[kNetworkLabel] = network.key;
    act.spec.labels[kVersionLabel] = std::string(v1() ? kVersionV1 : kVersionV2);
    if (!v1()) {
        act.spec.labels[kHashLabel] = network_hash(project_, network);
        act.failure = fmt::format("failed to create network {}: ", network.name);
    }
    add(batch, "Network " + network.name, std::move(act));
}

std::size_t Preparer::stop(const std::vector<Found>& containers) {
    const std::size_t batch = chain({});
    const auto waits = dependants(project_, containers);
    const std::size_t first = board_.tasks().size();
    for (std::size_t i = 0; i < containers.size(); ++i) {
        Task task;
        task.subject = container_subject(containers[i].name);
        task.service = containers[i].service;
        task.acts.push_back(shown(stop_act(containers[i].id, {}), "Stopping", "Stopped", "Error while Stopping"));
        for (const std::size_t other : waits[i]) task.after.push_back(first + other);
        board_.add(batch, std::move(task));
    }
    return batch;
}

// removeDivergedNetwork: the network's containers are stopped and taken out, and brought in again afterwards.
void Preparer::renew_network(const compose::Network& network, const std::vector<Found>& containers) {
    std::vector<Found> members;
    for (const Found& found : containers) {
        const compose::Service* service = project_.find_service(found.service);
        if (found.oneoff || service == nullptr) continue;
        const bool joins = std::any_of(service->networks.begin(), service->networks.end(), [&](const compose::Attachment& one) { return one.network == network.key; });
        if (joins) members.push_back(found);
    }
    stop(members);
    const auto each_member = [&](model::Operation operation) {
        const std::size_t batch = chain({});
        for (const Found& member : members) {
            Act act = act_for(operation, network.name);
            act.spec.options["container"] = member.id;
            act.forgiving = true;
            Task task;
            task.service = member.service;
            task.acts.push_back(std::move(act));
            board_.add(batch, std::move(task));
        }
    };
    each_member(model::Operation::NetworkDisconnect);
    Task removal;
    removal.subject = "Network " + network.name;
    removal.acts.push_back(act_for(model::Operation::NetworkRemove, network.name));
    removal.acts.back().end = "Removed";
    board_.add(chain({}), std::move(removal));
    create_network(network);
    each_member(model::Operation::NetworkConnect);
}

std::string Preparer::volume(const compose::Volume& volume, const Answer& present) {
    if (!v1() && !compose::is_used(project_, volume)) return {};
    if (volume.external) {
        if (present.ok()) return {};
        if (!v1()) return fmt::format("external volume \"{}\" not found", volume.name);
        return fmt::format("Volume {} declared as external, but could not be found. Please create the volume manually using `docker volume create --name={}` and try again.", volume.name, volume.name);
    }
    if (!present.ok()) {
        create_volume(volume);
        return {};
    }
    if (v1()) return changed_volume(volume, present, warnings_);
    const auto labels = labels_of(present);
    const std::string project = label(labels, kProjectLabel);
    if (!labels.contains(kProjectLabel)) {
        warnings_.push_back(fmt::format("volume \"{}\" already exists but was not created by Docker Compose. Use `external: true` to use an existing volume", volume.name));
    } else if (project != project_.name) {
        warnings_.push_back(fmt::format("volume \"{}\" already exists but was created for project \"{}\" (expected \"{}\"). Use `external: true` to use an existing volume", volume.name, project, project_.name));
    }
    return {};
}

bool Preparer::volume_differs(const compose::Volume& volume, const Answer& present) const {
    if (v1() || volume.external || !present.ok() || !compose::is_used(project_, volume)) return false;
    const std::string hash = label(labels_of(present), kHashLabel);
    return !hash.empty() && hash != volume_hash(project_, volume);
}

void Preparer::create_volume(const compose::Volume& volume) {
    const std::string driver = volume.driver.empty() ? "default" : fmt::format("\"{}\"", volume.driver);
    const std::size_t batch = chain(v1() ? fmt::format("Creating volume \"{}\" with {} driver\n", volume.name, driver) : std::string());
    Act act = act_for(model::Operation::VolumeCreate, volume.name);
    if (!volume.driver.empty()) act.spec.options["driver"] = volume.driver;
    if (!compose::is_plain_directory(volume)) {
        for (const compose::Pair& option : volume.driver_opts) act.spec.options["opt:" + option.name] = option.value;
    }
    for (const compose::Pair& label : volume.labels) act.spec.labels[label.name] = label.value;
    act.spec.labels[kProjectLabel] = project_.name;
    act.spec.labels[kVolumeLabel] = volume.key;
    act.spec.labels[kVersionLabel] = std::string(v1() ? kVersionV1 : kVersionV2);
    if (!v1()) act.spec.labels[kHashLabel] = volume_hash(project_, volume);
    add(batch, "Volume " + volume.name, std::move(act));
}

// removeDivergedVolume: the containers that use it are stopped and removed before it is.
void Preparer::renew_volume(const compose::Volume& volume, const std::vector<Found>& containers) {
    std::vector<Found> users;
    for (const Found& found : containers) {
        const compose::Service* service = project_.find_service(found.service);
        if (found.oneoff || service == nullptr) continue;
        const bool uses = std::any_of(service->volumes.begin(), service->volumes.end(), [&](const compose::Mount& mount) { return mount.source == volume.key; });
        if (uses) users.push_back(found);
    }
    stop(users);
    const std::size_t batch = chain({});
    for (const Found& user : users) {
        Task task;
        task.subject = container_subject(user.name);
        task.acts.push_back(shown(remove_act(user.id), "Removing", "Removed"));
        board_.add(batch, std::move(task));
    }
    Task removal;
    removal.subject = "Volume " + volume.name;
    removal.acts.push_back(act_for(model::Operation::VolumeRemove, volume.name));
    removal.acts.back().spec.options["force"] = "1";
    board_.add(chain({}), std::move(removal));
    create_volume(volume);
}

// pkg/compose/pull.go, mustPull, and compose-go's GetPullPolicy, for which "refresh" alone is nothing special.
// 1.29 reads pull_policy and does nothing with it.
Result<bool> Preparer::must_pull(const compose::Service& service, const Answer& present, const std::string& policy, Time now) const {
    const bool given = !policy.empty() && policy != "policy";
    const std::string text = v1() ? std::string() : given ? policy : service.pull_policy_text;
    if (text == "always") return true;
    if (text == "never" || text == "build") return false;
    Duration longest = text == "daily" ? hours(24) : hours(7 * 24);
    const bool every = text.starts_with(kEvery);
    if (every) {
        const Result<Duration> read = parse_duration(std::string_view(text).substr(kEvery.size()), true);
        if (!read) return Error{fmt::format("time: invalid duration \"{}\"", text.substr(kEvery.size())), {}, {}};
        longest = *read;
    }
    if (!present.ok()) return true;
    if (!every && text != "daily" && text != "weekly") return false;
    const Json json = Json::parse(present.body, nullptr, false);
    const Json metadata = json.is_object() ? json.value("Metadata", Json::object()) : Json::object();
    const std::string last = metadata.value("LastTagTime", std::string(kNeverText));
    const auto tagged = last == kNeverText ? std::nullopt : parse_rfc3339(last);
    return !tagged || *tagged + longest < now;  // without a time it is the year 1, which is long ago
}

std::string Preparer::image(const compose::Service& service, const Answer& present, const std::string& policy, bool quiet, Time now) {
    const Result<bool> wanted = must_pull(service, present, policy, now);
    if (!wanted) return wanted.error().message;
    if (*wanted) pull(service, image_of(project_, service), quiet);
    return {};
}

void Preparer::pull(const compose::Service& service, const std::string& image, bool quiet) {
    const std::string full = full_image(image);
    if (!pulled_.emplace(full, service.name).second) return;
    Task task;
    task.subject = service.name;
    task.service = service.name;
    Act act = act_for(model::Operation::ImagePull, full);
    act.kind = Act::Kind::Pull;
    if (v1()) {
        if (!quiet) act.end = "shown";  // the stream's lines are printed
        const std::size_t batch = chain(quiet ? std::string() : fmt::format("Pulling {} ({})...\n", service.name, image));
        task.acts.push_back(std::move(act));
        board_.add(batch, std::move(task));
        return;
    }
    // docker compose 2 pulls all at once.
    task.acts.push_back(shown(std::move(act), "Pulling", "Pulled", "Error"));
    board_.add(board_.add(Batch{}), std::move(task));
}

}  // namespace podium::programs::composing
