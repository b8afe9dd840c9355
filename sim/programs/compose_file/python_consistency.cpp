#include "sim/programs/compose_file/python_consistency.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "sim/base/files.hpp"
#include "sim/base/text.hpp"
#include "sim/programs/compose_file/python_service_values.hpp"
#include "sim/programs/compose_file/python_words.hpp"

namespace podium::compose {
namespace {

// A service as it is merged from the files, and as it is typed.
struct WrittenService {
    const std::string& name;
    const Node& node;
    const Service& typed;
};

const Node* merged_section(const Project& project, std::string_view name) {
    const Node* section = project.merged.find(name);
    return section != nullptr && section->is_mapping() ? section : nullptr;
}

// Those that have no active profile too: 1.29 checks all.
template <class F>
Result<void> each_written_service(const Project& project, F&& check) {
    const Node* services = merged_section(project, "services");
    if (services == nullptr) return {};
    for (const Entry& entry : services->entries) {
        for (const auto* list : {&project.services, &project.disabled_services}) {
            for (const Service& service : *list) {
                if (service.name != entry.key) continue;
                if (const Result<void> done = check({entry.key, entry.value, service}); !done)
                    return done;
            }
        }
    }
    return {};
}

bool is_service_written(const Project& project, std::string_view service) {
    const Node* services = merged_section(project, "services");
    return services != nullptr && services->find(service) != nullptr;
}

template <class T>
std::string hint_for_key(std::string_view section,
                         const std::string& key,
                         const std::vector<T>& things) {
    std::vector<std::string> keys;
    for (const T& thing : things)
        keys.push_back(thing.key);
    const std::string meant = nearest(key, keys);
    if (!meant.empty()) return fmt::format("did you mean '{}'?", meant);
    return fmt::format("declare it at the top level: {}: and then '{}':", section, key);
}

std::string hint_for_service(const Project& project, const std::string& name) {
    std::vector<std::string> names;
    for (const Service& service : project.services)
        names.push_back(service.name);
    const std::string meant = nearest(name, names);
    return meant.empty() ? "name a service of this project"
                         : fmt::format("did you mean '{}'?", meant);
}

// --- each service by itself ---------------------------------------------------------------------

// validation.py, process_service_constraint_errors: an image or a build, and a build that is a
// mapping names its context.
Result<void> check_source(const Project&, const WrittenService& service) {
    const Node* build = service.node.find("build");
    const bool elsewhere =
        build == nullptr || !build->is_mapping() || build->find("context") != nullptr;
    if (elsewhere && (build != nullptr || service.node.find("image") != nullptr)) return {};
    return Error{
        fmt::format("The Compose file is invalid because:\nService {} has neither an image "
                    "nor a build context specified. At least one must be provided.",
                    service.name),
        build == nullptr ? service.typed.place : build->place,
        build == nullptr ? "add 'image:'" : "add 'context:' to the build"};
}

// validation.py, validate_ulimits.
Result<void> check_soft_limits(const Project&, const WrittenService& service) {
    const Node* ulimits = service.node.find("ulimits");
    if (ulimits == nullptr) return {};
    for (const Entry& limit : ulimits->entries) {
        const Node* soft = limit.value.find("soft");
        const Node* hard = limit.value.find("hard");
        std::int64_t low = 0;
        std::int64_t high = 0;
        if (soft == nullptr || hard == nullptr || !parse_integer(soft->text, low) ||
            !parse_integer(hard->text, high) || low <= high)
            continue;
        return Error{fmt::format("Service '{}' has invalid ulimit '{}'. 'soft' value can not be "
                                 "greater than 'hard' value ",
                                 service.name,
                                 python_repr(*ulimits)),
                     soft->place,
                     "make the soft limit at most the hard one"};
    }
    return {};
}

// validation.py, validate_ipc_mode, validate_network_mode and validate_pid_mode.
Result<void> check_shared(const Project& project,
                          const WrittenService& service,
                          std::string_view key,
                          std::string_view what) {
    constexpr std::string_view kShared = "service:";
    const Node* mode = service.node.find(key);
    if (mode == nullptr || !mode->text.starts_with(kShared)) return {};
    const std::string other = mode->text.substr(kShared.size());
    if (is_service_written(project, other)) return {};
    return Error{fmt::format("Service '{}' uses the {} of service '{}' which is undefined.",
                             service.name,
                             what,
                             other),
                 mode->place,
                 hint_for_service(project, other)};
}

Result<void> check_ipc(const Project& project, const WrittenService& service) {
    return check_shared(project, service, "ipc", "IPC namespace");
}

Result<void> check_network_mode(const Project& project, const WrittenService& service) {
    const Node* mode = service.node.find("network_mode");
    if (mode == nullptr || mode->text.empty()) return {};
    if (service.node.find("networks") != nullptr) {
        return Error{
            "'network_mode' and 'networks' cannot be combined", mode->place, "keep one of them"};
    }
    return check_shared(project, service, "network_mode", "network stack");
}

Result<void> check_pid(const Project& project, const WrittenService& service) {
    return check_shared(project, service, "pid", "PID namespace");
}

// validation.py, validate_depends_on.
Result<void> check_dependencies(const Project& project, const WrittenService& service) {
    const Node* dependencies = service.node.find("depends_on");
    if (dependencies == nullptr) return {};
    const auto undefined = [&](const std::string& other, const Place& place) -> Result<void> {
        if (is_service_written(project, other)) return {};
        return Error{
            fmt::format(
                "Service '{}' depends on service '{}' which is undefined.", service.name, other),
            place,
            hint_for_service(project, other)};
    };
    for (const Node& item : dependencies->items) {
        if (const Result<void> done = undefined(item.text, item.place); !done) return done;
    }
    for (const Entry& entry : dependencies->entries) {
        if (const Result<void> done = undefined(entry.key, entry.place); !done) return done;
    }
    return {};
}

// validation.py, validate_links: the link as it is written.
Result<void> check_links(const Project& project, const WrittenService& service) {
    const Node* links = service.node.find("links");
    if (links == nullptr) return {};
    for (const Node& link : links->items) {
        const std::string other = link.text.substr(0, link.text.find(':'));
        if (is_service_written(project, other)) continue;
        return Error{fmt::format("Service '{}' has a link to service '{}' which is undefined.",
                                 service.name,
                                 link.text),
                     link.place,
                     hint_for_service(project, other)};
    }
    return {};
}

// validation.py, validate_healthcheck; `disable` has made a test of NONE before.
Result<void> check_health(const Project&, const WrittenService& service) {
    const Node* health = service.node.find("healthcheck");
    if (health == nullptr) return {};
    const Node* test = health->find("test");
    const Node* disable = health->find("disable");
    const auto invalid = [&](std::string_view why, const Place& place, std::string hint) {
        return Error{
            fmt::format("Service \"{}\" defines an invalid healthcheck: {}", service.name, why),
            place,
            std::move(hint)};
    };
    const bool none = disable != nullptr ||
                      (test != nullptr && !test->items.empty() && test->items[0].text == "NONE");
    const std::size_t others =
        health->entries.size() - (disable != nullptr && test != nullptr ? 1 : 0);
    if (none) {
        if (others <= 1) return {};
        const Place& place = disable != nullptr ? disable->place : test->place;
        return invalid(
            "\"disable: true\" cannot be combined with other options", place, "keep one of them");
    }
    if (test == nullptr || !test->is_sequence()) return {};
    if (test->items.empty())
        return invalid("\"test\" is an empty list", test->place, "write [\"CMD\", ...]");
    const std::string& first = test->items[0].text;
    if (first == "CMD" || first == "CMD-SHELL") return {};
    return invalid("when \"test\" is a list the first item must be either NONE, CMD or CMD-SHELL",
                   test->items[0].place,
                   "write [\"CMD\", ...], or the command as one string");
}

// validation.py, validate_credential_spec.
Result<void> check_credentials(const Project&, const WrittenService& service) {
    const Node* spec = service.node.find("credential_spec");
    if (spec == nullptr || spec->entries.empty()) return {};
    if (spec->find("registry") != nullptr || spec->find("file") != nullptr) return {};
    return Error{
        fmt::format("Service '{}' is missing 'credential_spec.file' or credential_spec.registry'",
                    service.name),
        spec->place,
        "add 'file:'"};
}

// config.py, process_service, before all else.
Result<void> check_rates(const Project&, const WrittenService& service) {
    return check_python_rates(service.node);
}

// config.py, finalize_service: these come last.
Result<void> check_volumes_from(const Project&, const WrittenService& service) {
    return check_python_volumes_from(service.node);
}

Result<void> check_tmpfs(const Project&, const WrittenService& service) {
    return check_python_tmpfs(service.node);
}

// config.py, validate_service.
Result<void> check_case(const Project&, const WrittenService& service) {
    const Node* image = service.node.find("image");
    if (image != nullptr && !image->text.empty()) return {};
    const bool upper = std::any_of(
        service.name.begin(), service.name.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
    if (!upper) return {};
    return Error{
        fmt::format("Service '{}' contains uppercase characters which are not valid as part "
                    "of an image name. Either use a lowercase service name or use the "
                    "`image` field to set a custom name for the service image.",
                    service.name),
        service.typed.place,
        "write the name in lower case, or add 'image:'"};
}

// --- mounts -------------------------------------------------------------------------------------

struct PythonMount {
    std::string external;
    std::string internal;
    std::string mode = "rw";
};

std::string normal_path(const std::string& path) {
    return path.empty() ? "." : clean_path(path);
}

// types.py, VolumeSpec.parse, and MountSpec.as_volume_spec.
PythonMount python_mount(const Node& item) {
    PythonMount mount;
    if (item.is_mapping()) {
        const auto text = [&item](std::string_view key) {
            const Node* node = item.find(key);
            return node == nullptr ? std::string() : node->text;
        };
        mount.external = text("source").empty() ? std::string() : normal_path(text("source"));
        mount.internal = text("target");
        const Node* read_only = item.find("read_only");
        if (read_only != nullptr && read_only->is_true()) mount.mode = "ro";
        return mount;
    }
    const std::vector<std::string> parts = split(item.text, ':');
    mount.internal = normal_path(parts.size() == 1 ? parts[0] : parts[1]);
    if (parts.size() > 1) mount.external = normal_path(parts[0]);
    if (parts.size() > 2) mount.mode = parts[2];
    return mount;
}

// types.py, VolumeSpec.repr.
std::string shown_mount(const PythonMount& mount) {
    if (mount.external.empty()) return mount.internal;
    return fmt::format("{}:{}:{}", mount.external, mount.internal, mount.mode);
}

// config.py, finalize_service_volumes: all that share a target, in their order.
Result<void> check_targets(const Project&, const WrittenService& service) {
    const Node* volumes = service.node.find("volumes");
    if (volumes == nullptr) return {};
    std::vector<PythonMount> mounts;
    std::map<std::string, int> mounted;
    for (const Node& item : volumes->items) {
        mounts.push_back(python_mount(item));
        ++mounted[mounts.back().internal];
    }
    std::vector<std::string> twice;
    Place place;
    for (std::size_t i = 0; i < mounts.size(); ++i) {
        if (mounted[mounts[i].internal] < 2) continue;
        twice.push_back(shown_mount(mounts[i]));
        place = volumes->items[i].place;
    }
    if (twice.empty()) return {};
    return Error{fmt::format("Duplicate mount points: [{}]", join(twice, ", ")),
                 place,
                 "mount something there once"};
}

// types.py, MountSpec.repr: its fields in this order, those that are empty left out.
std::string shown_long_mount(const Node& item) {
    Node shown = mapping_node({});
    for (const std::string_view key : {"type", "source", "target", "read_only", "consistency"}) {
        const Node* value = item.find(key);
        if (value != nullptr && !is_python_false(*value)) shown.set(key, *value);
    }
    const Node* type = item.find("type");
    const Node* options = type == nullptr ? nullptr : item.find(type->text);
    if (options != nullptr && !options->entries.empty()) shown.set(type->text, *options);
    return python_repr(shown);
}

}  // namespace

Result<void> check_python_services(const Project& project) {
    using Check = Result<void> (*)(const Project&, const WrittenService&);
    static constexpr Check kChecks[] = {check_rates,
                                        check_source,
                                        check_soft_limits,
                                        check_ipc,
                                        check_network_mode,
                                        check_pid,
                                        check_dependencies,
                                        check_links,
                                        check_health,
                                        check_credentials,
                                        check_case,
                                        check_volumes_from,
                                        check_tmpfs,
                                        check_targets};
    return each_written_service(project, [&](const WrittenService& service) -> Result<void> {
        for (const Check check : kChecks) {
            if (const Result<void> done = check(project, service); !done) return done;
        }
        return {};
    });
}

Result<void> check_python_volumes(const Project& project) {
    std::set<std::string> declared;
    for (const auto& volume : project.volumes)
        declared.insert(volume.key);
    return each_written_service(project, [&](const WrittenService& service) -> Result<void> {
        const Node* volumes = service.node.find("volumes");
        if (volumes == nullptr) return {};
        for (const Node& item : volumes->items) {
            const PythonMount mount = python_mount(item);
            if (mount.external.empty()) continue;
            const Node* type = item.find("type");
            const bool by_name = item.is_mapping()
                                     ? type != nullptr && type->text == "volume"
                                     : std::string_view("./~").find(mount.external.front()) ==
                                           std::string_view::npos;
            if (!by_name || declared.count(mount.external) > 0) continue;
            return Error{
                fmt::format("Named volume \"{}\" is used in service \"{}\" but no "
                            "declaration was found in the volumes section.",
                            item.is_mapping() ? shown_long_mount(item) : shown_mount(mount),
                            service.name),
                item.place,
                fmt::format("{}; a directory is written ./{}",
                            hint_for_key("volumes", mount.external, project.volumes),
                            mount.external)};
        }
        return {};
    });
}

namespace {

// network.py, get_networks.
Result<void> check_joined_networks(const Project& project, const WrittenService& service) {
    for (const Attachment& attachment : service.typed.networks) {
        if (project.find_network(attachment.network) != nullptr) continue;
        return Error{fmt::format("Service \"{}\" uses an undefined network \"{}\"",
                                 service.name,
                                 attachment.network),
                     attachment.place,
                     hint_for_key("networks", attachment.network, project.networks)};
    }
    return {};
}

// project.py, get_secrets.
Result<void> check_used_secrets(const Project& project, const WrittenService& service) {
    const Node* secrets = merged_section(project, "secrets");
    for (const FileReference& used : service.typed.secrets) {
        const Node* secret = secrets == nullptr ? nullptr : secrets->find(used.source);
        if (secret != nullptr && !is_python_false(*secret)) continue;
        return Error{
            fmt::format(
                "Service \"{}\" uses an undefined secret \"{}\" ", service.name, used.source),
            used.place,
            hint_for_key("secrets", used.source, project.secrets)};
    }
    return {};
}

// project.py, get_service_scale. A number below zero 1.29 would take for none; here it is refused.
Result<void> check_scale(const Project&, const WrittenService& service) {
    const Service& typed = service.typed;
    const Node* scale = service.node.find("scale");
    const Place& place = scale == nullptr ? typed.place : scale->place;
    const bool replicas = typed.deploy && typed.deploy->replicas;
    if (typed.scale && replicas && typed.deploy->mode == DeployMode::Replicated) {
        return Error{
            "Both service.scale and service.deploy.replicas are set. Only one of them must be set.",
            place,
            "keep one of them"};
    }
    if (typed.scale && *typed.scale < 0) {
        return Error{
            fmt::format("services.{}.scale: must be greater than or equal to 0", service.name),
            place,
            "write a number from 0 up"};
    }
    if (replicas && *typed.deploy->replicas < 0) {
        return Error{fmt::format("services.{}.deploy.replicas: must be greater than or equal to 0",
                                 service.name),
                     typed.place,
                     "write a number from 0 up"};
    }
    return {};
}

}  // namespace

Result<void> check_python_project(const Project& project) {
    return each_written_service(project, [&](const WrittenService& service) -> Result<void> {
        if (const Result<void> done = check_joined_networks(project, service); !done) return done;
        if (const Result<void> done = check_used_secrets(project, service); !done) return done;
        return check_scale(project, service);
    });
}

}  // namespace podium::compose
