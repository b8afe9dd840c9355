// GET /images/json, /images/NAME/json and /images/NAME/history.

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/calendar.hpp"
#include "sim/base/json_bytes.hpp"
#include "sim/base/path_pattern.hpp"
#include "sim/model/answers.hpp"
#include "sim/model/answers_parts.hpp"
#include "sim/model/filters.hpp"
#include "sim/model/object_id.hpp"

namespace podium::model {
namespace {

// Leaves a row the names that the filter wants (moby 20.10, daemon/images Images: references that don't match are
// passed over); false when none is left.
bool keep_matching(const Filters& filters, ImageRow& row) {
    if (!filters.has("reference")) return true;
    const auto fits = [&filters](const std::string& name) {
        const Result<ImageReference> reference = parse_image_reference(name);
        const std::set<std::string>& patterns = filters.values("reference");
        return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
            return path_matches(pattern, name) ||
                   (reference.ok() && path_matches(pattern, reference->familiar_name()));
        });
    };
    std::erase_if(row.tags, [&fits](const std::string& name) { return !fits(name); });
    std::erase_if(row.digests, [&fits](const std::string& name) { return !fits(name); });
    return !row.tags.empty() || !row.digests.empty();
}

Json config_json(const ImageConfig& config) {
    const auto objects = [](std::vector<std::string> keys) {
        std::sort(keys.begin(), keys.end());
        Json out = Json::object();
        for (const std::string& key : keys)
            out[key] = Json::object();
        return out;
    };
    Json out;
    out["Hostname"] = "";
    out["Domainname"] = "";
    out["User"] = config.user;
    out["AttachStdin"] = false;
    out["AttachStdout"] = false;
    out["AttachStderr"] = false;
    if (!config.exposed_ports.empty()) out["ExposedPorts"] = objects(config.exposed_ports);
    out["Tty"] = false;
    out["OpenStdin"] = false;
    out["StdinOnce"] = false;
    out["Env"] = text_list(config.environment);
    out["Cmd"] = text_list(config.command);
    if (config.health_check) {
        Json check;
        check["Test"] = config.health_check->test;
        if (config.health_check->interval != Duration{})
            check["Interval"] = config.health_check->interval.nanoseconds;
        if (config.health_check->timeout != Duration{})
            check["Timeout"] = config.health_check->timeout.nanoseconds;
        if (config.health_check->start_period != Duration{})
            check["StartPeriod"] = config.health_check->start_period.nanoseconds;
        if (config.health_check->retries != 0) check["Retries"] = config.health_check->retries;
        out["Healthcheck"] = std::move(check);
    }
    out["Image"] = "";
    out["Volumes"] = config.volumes.empty() ? Json(nullptr) : objects(config.volumes);
    out["WorkingDir"] = config.working_directory;
    out["Entrypoint"] = text_list(config.entrypoint);
    out["OnBuild"] = nullptr;
    out["Labels"] = labels_json(config.labels, true);
    if (!config.stop_signal.empty()) out["StopSignal"] = config.stop_signal;
    return out;
}

Json graph_driver_json(const Image& image) {
    const auto folder = [](const ImageLayer& layer) {
        return fmt::format("{}/overlay2/{}", kDockerRoot, make_id("layer", layer.digest, 0));
    };
    Json data = Json::object();
    std::string lower;
    for (std::size_t i = image.layers.size(); i > 1; --i)
        lower += (lower.empty() ? "" : ":") + folder(image.layers[i - 2]) + "/diff";
    if (!lower.empty()) data["LowerDir"] = lower;
    if (!image.layers.empty()) {
        data["MergedDir"] = folder(image.layers.back()) + "/merged";
        data["UpperDir"] = folder(image.layers.back()) + "/diff";
        data["WorkDir"] = folder(image.layers.back()) + "/work";
    }
    return Json{{"Data", data}, {"Name", "overlay2"}};
}

bool find_row(const World& world, HostId host, const std::string& name, ImageRow& out) {
    const ImagePointer image = world.host(host).images.find(name);
    if (!image) return false;
    for (ImageRow& row : world.host(host).images.list()) {
        if (row.image->id != image->id) continue;
        out = std::move(row);
        return true;
    }
    return false;
}

Json layers_json(const Image& image) {
    Json layers = Json::array();
    for (const ImageLayer& layer : image.layers)
        layers.push_back(layer.digest);
    return Json{{"Type", "layers"}, {"Layers", layers}};
}

// The image from a registry that an image was built on, maybe itself; "<missing>" when it is not here any more.
std::string base_of(const ImageStore& store, const Image& image) {
    std::string id = image.id;
    std::string parent = image.parent;
    while (!parent.empty()) {
        const ImagePointer next = store.find(parent);
        if (next == nullptr) return "<missing>";
        id = next->id;
        parent = next->parent;
    }
    return id;
}

// An image named by the filters before and since, or why not.
std::string find_neighbour(const World& world,
                           HostId host,
                           const Filters& filters,
                           const std::string& name,
                           ImagePointer& out) {
    for (const std::string& value : filters.values(name)) {
        out = world.host(host).images.find(value);
        if (!out) return ImageStore::not_found(value).message;
    }
    return {};
}

}  // namespace

Json image_summary_json(
    const World&, HostId, const ImageRow& row, int containers, std::int64_t shared_bytes) {
    const bool dangling = row.tags.empty() && row.digests.empty();
    Json out;
    out["Containers"] = containers;
    out["Created"] = unix_seconds(row.image->created());
    out["Id"] = row.image->id;
    out["Labels"] = labels_json(row.image->config.labels, true);
    out["ParentId"] = row.image->parent;
    out["RepoDigests"] = dangling ? Json::array({"<none>@<none>"}) : text_list(row.digests);
    out["RepoTags"] = dangling ? Json::array({"<none>:<none>"}) : text_list(row.tags);
    out["SharedSize"] = shared_bytes;
    out["Size"] = row.image->size_bytes();
    out["VirtualSize"] = row.image->size_bytes();
    return out;
}

std::string image_list_json(const World& world,
                            HostId host,
                            const std::map<std::string, std::string>& options,
                            std::string& error) {
    static const std::set<std::string> kNames{"before", "dangling", "label", "reference", "since"};
    const Filters filters = Filters::parse(query_text(options, "filters"), kNames, error);
    ImagePointer before;
    ImagePointer since;
    const int dangling = error.empty() ? filters.boolean("dangling", error) : -1;
    if (error.empty()) error = find_neighbour(world, host, filters, "before", before);
    if (error.empty()) error = find_neighbour(world, host, filters, "since", since);
    if (!error.empty()) return {};
    Json out = Json::array();
    for (ImageRow row : world.host(host).images.list(query_flag(options, "all"))) {
        if (before && row.image->created() >= before->created()) continue;
        if (since && row.image->created() <= since->created()) continue;
        if (dangling >= 0 && (dangling == 1) != row.tags.empty()) continue;
        if (!filters.labels("label", row.image->config.labels) || !keep_matching(filters, row))
            continue;
        out.push_back(image_summary_json(world, host, row, -1, -1));
    }
    return json_bytes(out);
}

std::string image_inspect_json(const World& world, HostId host, const std::string& name) {
    ImageRow row;
    if (!find_row(world, host, name, row)) return {};
    const Image& image = *row.image;
    Json out;
    out["Id"] = image.id;
    out["RepoTags"] = row.tags;
    out["RepoDigests"] = row.digests;
    out["Parent"] = image.parent;
    out["Comment"] = image.comment;
    out["Created"] = rfc3339_nano(image.created());
    out["Container"] = image.container;
    out["ContainerConfig"] = config_json(image.container.empty() ? ImageConfig{} : image.config);
    out["DockerVersion"] = "20.10.24+dfsg1";
    out["Author"] = image.author;
    out["Config"] = config_json(image.config);
    out["Architecture"] = "amd64";
    out["Os"] = "linux";
    out["Size"] = image.size_bytes();
    out["VirtualSize"] = image.size_bytes();
    out["GraphDriver"] = graph_driver_json(image);
    out["RootFS"] = layers_json(image);
    // moby v20.10.24 sets it in TagImageWithReference only (daemon/images/image_tag.go): an image that was pulled has the
    // year 1 there until it is tagged, and one that was built, committed or imported the moment it got its name.
    const bool untagged = !row.digests.empty() && row.arrived == Time{};
    out["Metadata"] = Json{{"LastTagTime", untagged ? std::string(kNeverText) : rfc3339_nano(world.host(host).stamped(row.arrived), world.host(host).clock_skew)}};
    return json_bytes(out);
}

std::string image_history_json(const World& world, HostId host, const std::string& name) {
    ImageRow row;
    if (!find_row(world, host, name, row)) return {};
    const Image& image = *row.image;
    const auto& store = world.host(host).images;
    Json out = Json::array();
    // The steps of builds here; those that left no image of their own here are "<missing>", as are a registry's.
    for (std::size_t i = image.steps.size(); i > 0; --i) {
        const ImageStep& step = image.steps[i - 1];
        const bool top = i == image.steps.size();
        Json one;
        one["Comment"] = step.comment;
        one["Created"] = unix_seconds(step.created);
        one["CreatedBy"] = step.created_by;
        one["Id"] = store.find(step.image_id) != nullptr ? step.image_id : "<missing>";
        one["Size"] = step.size_bytes;
        one["Tags"] = top ? text_list(row.tags) : Json(nullptr);
        out.push_back(std::move(one));
    }
    const auto own = std::count_if(image.steps.begin(), image.steps.end(), [](const ImageStep& step) { return step.size_bytes > 0; });
    const std::size_t base = image.layers.size() - std::min(image.layers.size(), static_cast<std::size_t>(own));
    const std::string base_id = base_of(store, image);
    for (std::size_t i = base; i > 0; --i) {
        const bool top = i == base && image.steps.empty();
        Json one;
        one["Comment"] = "";
        one["Created"] = unix_seconds(Time{} - seconds(image.age_seconds));
        one["CreatedBy"] = image.layers[i - 1].created_by;
        one["Id"] = i == base ? base_id : "<missing>";
        one["Size"] = image.layers[i - 1].size_bytes;
        one["Tags"] = top ? text_list(row.tags) : Json(nullptr);
        out.push_back(std::move(one));
    }
    return json_bytes(out);
}

}  // namespace podium::model
