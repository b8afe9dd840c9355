// Reads the catalogue of images from YAML: one function a section of the file, in its order. How an image behaves when
// it runs is read in catalogue_profile.cpp.

#include <algorithm>
#include <iterator>
#include <set>

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include "sim/model/behaviour.hpp"
#include "sim/model/catalogue_profile.hpp"
#include "sim/model/catalogue_reader.hpp"
#include "sim/model/object_id.hpp"
#include "sim/shell/signals.hpp"

namespace podium::model {
namespace {

constexpr std::size_t kMostCatalogueBytes = 4U << 20;
constexpr std::size_t kMostImages = 2'000;

// --- what an image is ------------------------------------------------------------------------------

HealthCheck read_health_check(CatalogueReader& in, const YAML::Node& node) {
    HealthCheck check;
    in.expect_keys(node, "health_check", {"test", "interval", "timeout", "start_period", "retries"});
    in.texts(node, "test", check.test);
    in.duration(node, "interval", check.interval);
    in.duration(node, "timeout", check.timeout);
    in.duration(node, "start_period", check.start_period);
    in.number(node, "retries", check.retries, 0, 1'000);
    if (check.test.empty()) in.fail(node, "health_check needs a test", "write it like [CMD, curl, http://localhost/]");
    return check;
}

ImageConfig read_config(CatalogueReader& in, const YAML::Node& node) {
    ImageConfig config;
    in.expect_keys(node, "config",
                   {"entrypoint", "command", "environment", "ports", "volumes", "labels", "health_check", "stop_signal",
                    "working_directory", "user"});
    in.texts(node, "entrypoint", config.entrypoint);
    in.texts(node, "command", config.command);
    in.texts(node, "environment", config.environment);
    in.texts(node, "ports", config.exposed_ports);
    in.texts(node, "volumes", config.volumes);
    in.text(node, "stop_signal", config.stop_signal);
    in.text(node, "working_directory", config.working_directory);
    in.text(node, "user", config.user);
    if (const auto check = in.find(node, "health_check")) config.health_check = read_health_check(in, *check);
    if (const auto labels = in.find(node, "labels")) {
        if (!labels->IsMap()) in.fail(*labels, "labels has to be a mapping");
        for (const auto& label : *labels) config.labels[label.first.as<std::string>()] = label.second.as<std::string>();
    }
    for (const std::string& port : config.exposed_ports) {
        if (port.find('/') == std::string::npos) in.fail(*in.find(node, "ports"), fmt::format("port \"{}\" has no protocol", port), "write it like 80/tcp");
    }
    if (!config.stop_signal.empty() && shell::signal_number(config.stop_signal) <= 0) {
        in.fail(*in.find(node, "stop_signal"), fmt::format("there is no signal \"{}\"", config.stop_signal));
    }
    return config;
}

// A layer with a name is the same in all images that have it; others belong to their image alone.
std::vector<ImageLayer> read_layers(CatalogueReader& in, const YAML::Node& version, const std::string& owner) {
    std::vector<ImageLayer> layers;
    for (const YAML::Node& node : in.sequence(version, "layers")) {
        in.expect_keys(node, "a layer", {"name", "size", "compressed", "created_by"});
        ImageLayer layer;
        std::string name;
        in.text(node, "name", name);
        in.size(node, "size", layer.size_bytes);
        in.text(node, "created_by", layer.created_by);
        layer.compressed_bytes = layer.size_bytes * 2 / 5;  // what layers usually shrink to
        in.size(node, "compressed", layer.compressed_bytes);
        layer.digest = name.empty() ? make_digest("layer", owner, layers.size()) : make_digest("layer", name, 0);
        layers.push_back(std::move(layer));
    }
    if (layers.empty()) in.fail(version, "a version needs layers");
    return layers;
}

OldDataRefusal read_old_data(CatalogueReader& in, const YAML::Node& node) {
    OldDataRefusal refusal;
    in.expect_keys(node, "old_data", {"file", "places", "mount", "log", "status"});
    in.text(node, "file", refusal.file);
    in.texts(node, "places", refusal.places);
    in.text(node, "mount", refusal.mount);
    in.texts(node, "log", refusal.log);
    in.number(node, "status", refusal.exit_status, 1, 255);
    return refusal;
}

// A variable that stands there already is set anew.
void set_variables(std::vector<std::string>& environment, const std::vector<std::string>& more) {
    for (const std::string& variable : more) {
        const std::string name = variable.substr(0, variable.find('=') + 1);
        const auto known = std::find_if(environment.begin(), environment.end(), [&name](const std::string& entry) { return entry.starts_with(name); });
        if (known == environment.end())
            environment.push_back(variable);
        else
            *known = variable;
    }
}

// A build with programs, accounts or files of its own, or its data elsewhere, behaves like the image but for these.
std::shared_ptr<const BehaviourProfile> read_own_profile(CatalogueReader& in, const YAML::Node& node, const CatalogueEntry& entry,
                                                         const ProgramSets& sets) {
    if (!in.find(node, "programs") && !in.find(node, "accounts") && !in.find(node, "data_path") && !in.find(node, "old_data") &&
        !in.find(node, "files"))
        return nullptr;
    BehaviourProfile own = *entry.profile;
    std::string data_path;
    in.text(node, "data_path", data_path);
    if (!data_path.empty()) own = with_data_path(own, data_path);
    if (const auto refusal = in.find(node, "old_data")) own.old_data = read_old_data(in, *refusal);
    if (in.find(node, "programs")) own.programs = read_programs(in, node, sets);
    if (in.find(node, "accounts")) own.accounts = read_accounts(in, node);
    for (ImageFile& file : read_files(in, node)) {
        std::erase_if(own.files, [&file](const ImageFile& other) { return other.path == file.path; });
        own.files.push_back(std::move(file));
    }
    return std::make_shared<const BehaviourProfile>(std::move(own));
}

ImageVersion read_version(CatalogueReader& in, const YAML::Node& node, const CatalogueEntry& entry,
                          const ImageConfig& config, const ProgramSets& sets) {
    ImageVersion version;
    Image image;
    in.expect_keys(node, "a version", {"tags", "age", "layers", "environment", "volumes", "programs", "accounts", "files", "data_path", "old_data"});
    in.texts(node, "tags", version.tags);
    if (version.tags.empty()) in.fail(node, "a version needs tags");
    if (in.failed()) return version;
    const std::string owner = entry.repository.name() + ":" + version.tags.front();
    Duration age{};
    in.duration(node, "age", age);
    image.id = make_digest("image", owner, 0);
    image.digest = make_digest("manifest", owner, 0);
    image.repository = entry.repository.name();
    image.profile = image.repository;
    image.layers = read_layers(in, node, owner);
    image.config = config;
    image.age_seconds = age.nanoseconds / seconds(1).nanoseconds;
    std::vector<std::string> more;
    in.texts(node, "environment", more);
    set_variables(image.config.environment, more);
    if (in.find(node, "volumes")) {
        image.config.volumes.clear();
        in.texts(node, "volumes", image.config.volumes);
    }
    image.version = Catalogue::release(entry, version.tags.front());
    image.build = version.tags.front();
    version.environment = image.config.environment;
    for (std::string& variable : image.config.environment) variable = fill_template(variable, release_values(image.version));
    version.profile = read_own_profile(in, node, entry, sets);
    version.image = std::make_shared<const Image>(std::move(image));
    std::copy_if(version.tags.begin(), version.tags.end(), std::back_inserter(version.own_tags), [&](const std::string& tag) { return Catalogue::release(entry, tag) == version.image->version; });
    return version;
}

// --- the file --------------------------------------------------------------------------------------

ProgramSets read_program_sets(CatalogueReader& in, const YAML::Node& root) {
    ProgramSets sets;
    const auto node = in.find(root, "program_sets");
    if (!node) return sets;
    if (!node->IsMap()) {
        in.fail(*node, "program_sets has to be a mapping");
        return sets;
    }
    for (const auto& entry : *node) {
        if (!entry.first.IsScalar()) {
            in.fail(entry.first, "the name of a program set has to be a word");
            return sets;
        }
        in.texts(*node, entry.first.Scalar(), sets[entry.first.Scalar()]);
    }
    return sets;
}

CatalogueEntry read_entry(CatalogueReader& in, const YAML::Node& node, const ProgramSets& sets) {
    CatalogueEntry entry;
    in.expect_keys(node, "an image", {"repository", "summary", "newest", "variants", "releases", "versions", "config", "run"});
    std::string name;
    in.text(node, "repository", name);
    const Result<ImageReference> repository = parse_image_reference(name);
    if (!repository || !repository->tag.empty() || !repository->digest.empty()) {
        in.fail(node, fmt::format("\"{}\" is no repository", name), "write it like nginx or ghcr.io/team/app, without a tag");
        return entry;
    }
    entry.repository = *repository;
    in.text(node, "newest", entry.newest);
    in.texts(node, "variants", entry.variants);
    in.texts(node, "releases", entry.releases);
    ImageConfig config;
    if (const auto part = in.find(node, "config")) config = read_config(in, *part);
    BehaviourProfile profile;
    if (const auto part = in.find(node, "run")) {
        profile = read_profile(in, *part, sets);
    } else {
        in.fail(node, fmt::format("image {} needs run", name));
    }
    profile.name = entry.repository.familiar_name();
    in.text(node, "summary", profile.summary);
    if (profile.summary.empty()) in.fail(node, fmt::format("image {} needs a summary", name));
    entry.profile = std::make_shared<const BehaviourProfile>(std::move(profile));
    std::set<std::string> tags;
    for (const YAML::Node& version : in.sequence(node, "versions")) {
        entry.versions.push_back(read_version(in, version, entry, config, sets));
        for (const std::string& tag : entry.versions.back().tags) {
            if (!tags.insert(tag).second) in.fail(version, fmt::format("tag \"{}\" is there twice", tag));
        }
    }
    if (entry.versions.empty()) in.fail(node, fmt::format("image {} needs versions", name));
    return entry;
}

Catalogue read_catalogue(CatalogueReader& in, const YAML::Node& root) {
    Catalogue out;
    in.expect_keys(root, "the catalogue", {"program_sets", "missing", "default", "images"});
    const ProgramSets sets = read_program_sets(in, root);
    std::vector<std::string> missing;
    in.texts(root, "missing", missing);
    for (const std::string& name : missing) {
        const Result<ImageReference> reference = parse_image_reference(name);
        if (!reference) {
            in.fail(*in.find(root, "missing"), fmt::format("\"{}\" is no repository", name));
        } else {
            out.missing.push_back(reference->name());
        }
    }
    if (const auto node = in.find(root, "default")) {
        const CatalogueEntry entry = read_entry(in, *node, sets);
        if (in.failed()) return out;
        out.default_profile = entry.profile;
        out.default_image = entry.versions.front().image;
    } else {
        in.fail(root, "the catalogue needs a default image");
    }
    const std::vector<YAML::Node> images = in.sequence(root, "images");
    if (images.size() > kMostImages) in.fail(root, fmt::format("a catalogue has at most {} images", kMostImages));
    for (const YAML::Node& node : images) {
        CatalogueEntry entry = read_entry(in, node, sets);
        if (in.failed()) return out;
        const std::string name = entry.repository.name();
        if (!out.entries.emplace(name, std::move(entry)).second) in.fail(node, fmt::format("image {} is there twice", name));
    }
    return out;
}

}  // namespace

Result<Catalogue> parse_catalogue(std::string_view text, const std::string& filename) {
    if (text.size() > kMostCatalogueBytes) {
        return Error{fmt::format("a catalogue has at most {} bytes", kMostCatalogueBytes), Place{filename, 0, 0}, {}};
    }
    try {
        CatalogueReader in(filename);
        Catalogue catalogue = read_catalogue(in, YAML::Load(std::string(text)));
        if (in.failed()) return in.error();
        return catalogue;
    } catch (const YAML::Exception& exception) {
        return Error{exception.msg, Place{filename, exception.mark.line + 1, exception.mark.column + 1},
                     "check the file's YAML around here"};
    }
}

}  // namespace podium::model
