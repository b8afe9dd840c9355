#include "sim/programs/compose_file/validate.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <optional>
#include <set>

#include "sim/base/text.hpp"
#include "sim/programs/compose_file/canonical.hpp"
#include "sim/programs/compose_file/python_consistency.hpp"

namespace podium::compose {
namespace {

Error refuse(std::string message, const Place& place, std::string hint) {
    return Error{std::move(message), place, std::move(hint)};
}

// --- rules of single values
// -----------------------------------------------------------------------------

Result<void> check_one_source(const Entry& entry,
                              std::string_view section,
                              const std::vector<std::string>& sources) {
    std::string found;
    for (const std::string& source : sources) {
        if (entry.value.find(source) == nullptr) continue;
        if (!found.empty()) {
            return refuse(fmt::format("{}.{}: {} attributes are mutually exclusive",
                                      section,
                                      entry.key,
                                      join(sources, "|")),
                          entry.value.find_entry(source)->place,
                          "keep one of them");
        }
        found = source;
    }
    if (!found.empty() || entry.value.find("driver") != nullptr ||
        entry.value.find("external") != nullptr)
        return {};
    return refuse(
        fmt::format("{}.{}: one of {} must be set", section, entry.key, join(sources, "|")),
        entry.place,
        fmt::format("add '{}:'", sources[0]));
}

// 1.29 names all of them, also the name, which may stand there.
std::string keys_but_external(const Node& resource) {
    std::vector<std::string> keys;
    for (const Entry& entry : resource.entries) {
        if (entry.key != "external") keys.push_back(entry.key);
    }
    return join(keys, ", ");
}

Result<void> check_external(const Entry& entry, std::string_view section, Dialect dialect) {
    const Node* external = entry.value.find("external");
    if (external == nullptr || !external->is_true()) return {};
    for (const Entry& other : entry.value.entries) {
        if (other.key == "name" || other.key == "external" || other.key.starts_with("x-")) continue;
        if (dialect == Dialect::V1) {
            if (section == "networks" && other.key == "driver") continue;
            std::string noun(section.substr(0, section.size() - 1));
            noun[0] = static_cast<char>(noun[0] - 'a' + 'A');
            return refuse(
                fmt::format("{} {} declared as external but specifies additional attributes ({}).",
                            noun,
                            entry.key,
                            keys_but_external(entry.value)),
                other.place,
                "an external one is taken as it is: take the attribute out");
        }
        if (section != "volumes") continue;
        return refuse(fmt::format("{}.{}: conflicting parameters \"external\" and \"{}\" specified",
                                  section,
                                  entry.key,
                                  other.key),
                      other.place,
                      "an external volume is taken as it is: take the attribute out");
    }
    return {};
}

Result<void> check_device_requests(const Node* requests, const std::string& path) {
    if (requests == nullptr) return {};
    for (const Node& request : requests->items) {
        if (request.find("count") == nullptr || request.find("device_ids") == nullptr) continue;
        return refuse(
            fmt::format("{}: \"count\" and \"device_ids\" attributes are exclusive", path),
            request.place,
            "keep one of them");
    }
    return {};
}

Result<void> check_service_values(const Entry& entry) {
    const std::string path = "services." + entry.key;
    if (const Node* ports = entry.value.find("ports")) {
        for (const Node& port : ports->items) {
            const Node* address = port.find("host_ip");
            if (address == nullptr || address->text.empty() || is_ip_address(address->text))
                continue;
            return refuse(fmt::format("{}.ports: invalid ip address: {}", path, address->text),
                          address->place,
                          "write an address such as 127.0.0.1");
        }
    }
    if (const Node* develop = entry.value.find("develop")) {
        const Node* watch = develop->find("watch");
        for (const Node& rule : watch == nullptr ? std::vector<Node>{} : watch->items) {
            const Node* watched = rule.find("path");
            if (watched == nullptr || !watched->text.empty()) continue;
            return refuse(fmt::format("{}.develop.watch.path: value can't be blank", path),
                          watched->place,
                          "name a directory");
        }
    }
    if (const Result<void> done = check_device_requests(entry.value.find("gpus"), path + ".gpus");
        !done)
        return done;
    const Node* deploy = entry.value.find("deploy");
    const Node* resources = deploy == nullptr ? nullptr : deploy->find("resources");
    const Node* reservations = resources == nullptr ? nullptr : resources->find("reservations");
    if (reservations == nullptr) return {};
    return check_device_requests(reservations->find("devices"),
                                 path + ".deploy.resources.reservations.devices");
}

}  // namespace

Result<void> check_values(const Node& model, Dialect dialect) {
    for (const std::string_view section : {"volumes", "networks", "secrets", "configs"}) {
        const Node* resources = model.find(section);
        if (resources == nullptr) continue;
        for (const Entry& entry : resources->entries) {
            if (entry.key.starts_with("x-")) continue;
            if (const Result<void> done = check_external(entry, section, dialect); !done)
                return done;
            if (dialect == Dialect::V1) continue;
            if (section == "secrets") {
                if (const auto done = check_one_source(entry, section, {"file", "environment"});
                    !done)
                    return done;
            }
            if (section == "configs") {
                if (const auto done =
                        check_one_source(entry, section, {"file", "environment", "content"});
                    !done)
                    return done;
            }
        }
    }
    const Node* services = model.find("services");
    if (services == nullptr) return {};
    for (const Entry& entry : services->entries) {
        if (const Result<void> done = check_service_values(entry); !done) return done;
    }
    return {};
}

// --- consistency
// ------------------------------------------------------------------------------------------

namespace {

constexpr std::string_view kInvalid = "invalid compose project";
constexpr std::string_view kServicePrefix = "service:";

template <class T>
std::string nearest_key(const std::string& wanted, const std::vector<T>& things) {
    std::vector<std::string> keys;
    for (const T& thing : things) {
        if constexpr (requires { thing.key; }) {
            keys.push_back(thing.key);
        } else {
            keys.push_back(thing.name);
        }
    }
    return nearest(wanted, keys);
}

class Consistency {
  public:
    explicit Consistency(const Project& project) : project_(project) {}

    Result<void> check() const {
        for (const Service& service : project_.services) {
            using Check = Result<void> (Consistency::*)(const Service&) const;
            static constexpr Check kChecks[] = {
                &Consistency::image,
                &Consistency::build,
                &Consistency::networks,
                &Consistency::health,
                &Consistency::depends,
                &Consistency::namespaces,
                &Consistency::volumes,
                &Consistency::objects,
                &Consistency::replicas,
                &Consistency::limits,
                &Consistency::name,
                &Consistency::watch,
                &Consistency::targets,
            };
            for (const Check step : kChecks) {
                const Result<void> done = (this->*step)(service);
                if (!done) return done;
            }
        }
        if (const Result<void> done = container_names(); !done) return done;
        return cycles();
    }

    // A depth-first walk by name; the first circle found is told.
    Result<void> cycles() const {
        std::set<std::string> done;
        for (const Service& service : project_.services) {
            std::vector<std::string> path;
            if (const Result<void> found = search(service.name, path, done, service.place); !found)
                return found;
        }
        return {};
    }

  private:
    [[nodiscard]] Place place(const Service& service, std::string_view key) const {
        return project_.place_of(fmt::format("services.{}.{}", service.name, key));
    }

    [[nodiscard]] const Node* node(const Service& service, std::string_view key) const {
        const Node* services = project_.model.find("services");
        const Node* mapping = services == nullptr ? nullptr : services->find(service.name);
        return mapping == nullptr ? nullptr : mapping->find(key);
    }

    template <class T>
    static std::string declare(const std::string& section,
                               const std::string& key,
                               const std::vector<T>& things) {
        const std::string meant = nearest_key(key, things);
        if (!meant.empty()) return fmt::format("did you mean '{}'?", meant);
        return fmt::format("declare it at the top level: {}: and then '{}:'", section, key);
    }

    Result<void> image(const Service& service) const {
        if (!service.image.empty() || service.build || node(service, "provider") != nullptr)
            return {};
        return refuse(
            fmt::format("service \"{}\" has neither an image nor a build context specified: {}",
                        service.name,
                        kInvalid),
            service.place,
            "add 'image:' or 'build:'");
    }

    Result<void> build(const Service& service) const {
        if (!service.build) return {};
        const Node* written = node(service, "build");
        if (!service.build->dockerfile_inline.empty() && written != nullptr &&
            written->find("dockerfile") != nullptr) {
            return refuse(fmt::format("service \"{}\" declares mutualy exclusive dockerfile and "
                                      "dockerfile_inline: {}",
                                      service.name,
                                      kInvalid),
                          place(service, "build.dockerfile"),
                          "keep one of them");
        }
        for (const Pair& context : service.build->additional_contexts) {
            if (!context.value.starts_with(kServicePrefix)) continue;
            const std::string target = context.value.substr(kServicePrefix.size());
            const Service* other = project_.find_service(target);
            if (other == nullptr) {
                return refuse(
                    fmt::format(
                        "service \"{}\" declares unknown service \"{}\" as additional contexts {}",
                        service.name,
                        target,
                        context.name),
                    context.place,
                    "name a service of this project");
            }
            if (!other->build) {
                return refuse(fmt::format("service \"{}\" declares non-buildable service \"{}\" as "
                                          "additional contexts {}",
                                          service.name,
                                          target,
                                          context.name),
                              context.place,
                              "name a service with a build");
            }
        }
        const auto& platforms = service.build->platforms;
        if (!platforms.empty() && !service.platform.empty() &&
            std::find(platforms.begin(), platforms.end(), service.platform) == platforms.end()) {
            return refuse(
                fmt::format("service.build.platforms MUST include service.platform \"{}\": {}",
                            service.platform,
                            kInvalid),
                place(service, "platform"),
                "add it to build.platforms");
        }
        return {};
    }

    Result<void> networks(const Service& service) const {
        const Node* written = node(service, "networks");
        if (!service.network_mode.empty() && written != nullptr && !written->entries.empty()) {
            return refuse(fmt::format("service {} declares mutually exclusive `network_mode` and "
                                      "`networks`: {}",
                                      service.name,
                                      kInvalid),
                          place(service, "network_mode"),
                          "keep one of them");
        }
        for (const Attachment& attachment : service.networks) {
            if (project_.find_network(attachment.network) != nullptr) continue;
            return refuse(fmt::format("service \"{}\" refers to undefined network {}: {}",
                                      service.name,
                                      attachment.network,
                                      kInvalid),
                          attachment.place,
                          declare("networks", attachment.network, project_.networks));
        }
        return {};
    }

    Result<void> health(const Service& service) const {
        if (!service.healthcheck) return {};
        const Node* written = node(service, "healthcheck");
        const Node* test = written == nullptr ? nullptr : written->find("test");
        if (test == nullptr || !test->is_sequence()) return {};
        if (test->items.empty()) return {};
        const std::string& first = test->items[0].text;
        if (first == "CMD" || first == "CMD-SHELL" || first == "NONE") return {};
        return refuse(
            "healthcheck.test must start either by \"CMD\", \"CMD-SHELL\" or \"NONE\"",
            test->items[0].place,
            "write [\"CMD\", ...], or the command as one string");
    }

    [[nodiscard]] bool is_disabled(const std::string& name) const {
        return std::any_of(project_.disabled_services.begin(),
                           project_.disabled_services.end(),
                           [&name](const Service& service) { return service.name == name; });
    }

    Result<void> depends(const Service& service) const {
        for (const Dependency& dependency : service.depends_on) {
            if (project_.find_service(dependency.service) != nullptr) continue;
            const bool disabled = is_disabled(dependency.service);
            if (disabled && !dependency.required) continue;
            const std::string meant = nearest_key(dependency.service, project_.services);
            const std::string hint =
                disabled ? fmt::format(
                               "'{}' has a profile that is not active: activate it, or say "
                               "required: false",
                               dependency.service)
                : meant.empty() ? "name a service of this project"
                                : fmt::format("did you mean '{}'?", meant);
            return refuse(fmt::format("service \"{}\" depends on undefined service \"{}\": {}",
                                      service.name,
                                      dependency.service,
                                      kInvalid),
                          dependency.place,
                          hint);
        }
        return {};
    }

    Result<void> namespaces(const Service& service) const {
        if (!service.network_mode.starts_with(kServicePrefix)) return {};
        const std::string target = service.network_mode.substr(kServicePrefix.size());
        if (project_.find_service(target) != nullptr) return {};
        return refuse(
            fmt::format("service \"{}\" not found for network_mode 'service:{}'", target, target),
            place(service, "network_mode"),
            "name a service of this project");
    }

    Result<void> volumes(const Service& service) const {
        for (const Mount& mount : service.volumes) {
            if (mount.type != MountType::Volume || mount.source.empty()) continue;
            if (project_.find_volume(mount.source) != nullptr) continue;
            const std::string hint = declare("volumes", mount.source, project_.volumes) +
                                     fmt::format("; a directory is written ./{}", mount.source);
            return refuse(fmt::format("service \"{}\" refers to undefined volume {}: {}",
                                      service.name,
                                      mount.source,
                                      kInvalid),
                          mount.place,
                          hint);
        }
        return {};
    }

    Result<void> objects(const Service& service) const {
        const auto undefined = [&](std::string_view noun,
                                   const std::string& key,
                                   const Place& where,
                                   const std::string& hint) {
            return refuse(fmt::format("service \"{}\" refers to undefined {} {}: {}",
                                      service.name,
                                      noun,
                                      key,
                                      kInvalid),
                          where,
                          hint);
        };
        if (const Node* written = node(service, "build"); written != nullptr) {
            const Node* secrets = written->find("secrets");
            for (const Node& item : secrets == nullptr ? std::vector<Node>{} : secrets->items) {
                const Node* source = item.find("source");
                if (source == nullptr || project_.find_secret(source->text) != nullptr) continue;
                return undefined("build secret",
                                 source->text,
                                 item.place,
                                 declare("secrets", source->text, project_.secrets));
            }
        }
        for (const FileReference& config : service.configs) {
            if (project_.find_config(config.source) != nullptr) continue;
            return undefined("config",
                             config.source,
                             config.place,
                             declare("configs", config.source, project_.configs));
        }
        if (const Node* models = node(service, "models")) {
            for (const Entry& entry : models->entries) {
                const bool known = std::any_of(
                    project_.models.begin(), project_.models.end(), [&entry](const Model& model) {
                        return model.key == entry.key;
                    });
                if (known) continue;
                return undefined(
                    "model", entry.key, entry.place, declare("models", entry.key, project_.models));
            }
        }
        for (const FileReference& secret : service.secrets) {
            if (project_.find_secret(secret.source) != nullptr) continue;
            return undefined("secret",
                             secret.source,
                             secret.place,
                             declare("secrets", secret.source, project_.secrets));
        }
        return {};
    }

    Result<void> replicas(const Service& service) const {
        const bool both = service.scale && service.deploy && service.deploy->replicas;
        if (both && *service.scale != *service.deploy->replicas) {
            return refuse(
                fmt::format(
                    "services.{}: can't set distinct values on 'scale' and 'deploy.replicas': {}",
                    service.name,
                    kInvalid),
                place(service, "scale"),
                "keep one of them");
        }
        if (service.scale && *service.scale < 0) {
            return refuse(
                fmt::format("services.{}.scale: must be greater than or equal to 0", service.name),
                place(service, "scale"),
                "write a number from 0 up");
        }
        if (service.deploy && service.deploy->replicas && *service.deploy->replicas < 0) {
            return refuse(
                fmt::format("services.{}.deploy.replicas: must be greater than or equal to 0",
                            service.name),
                place(service, "deploy.replicas"),
                "write a number from 0 up");
        }
        return {};
    }

    Result<void> limits(const Service& service) const {
        if (!service.deploy) return {};
        const Node* deploy = node(service, "deploy");
        const Node* resources = deploy == nullptr ? nullptr : deploy->find("resources");
        if (resources == nullptr) return {};
        const bool limited = resources->find("limits") != nullptr;
        const bool reserved = resources->find("reservations") != nullptr;
        const Resources& wanted = service.deploy->resources;
        // The real check compares with 0 where the second is not written.
        const auto differ = [](const std::optional<std::int64_t>& a,
                               const std::optional<std::int64_t>& b) {
            return a && *a != 0 && *a != b.value_or(0);
        };

        struct Twice {
            bool wrong;
            std::string_view key;
            std::string_view other;
        };

        const Twice twices[] = {
            {limited && differ(service.nano_cpus, wanted.limit_nano_cpus), "cpus", "limits.cpus"},
            {limited && differ(service.mem_limit, wanted.limit_memory_bytes),
             "mem_limit",
             "limits.memory"},
            {reserved && differ(service.mem_reservation, wanted.reserved_memory_bytes),
             "mem_reservation",
             "reservations.memory"},
            {limited && differ(service.pids_limit, wanted.limit_pids), "pids_limit", "limits.pids"},
        };
        for (const Twice& twice : twices) {
            if (!twice.wrong) continue;
            return refuse(
                fmt::format(
                    "services.{}: can't set distinct values on '{}' and 'deploy.resources.{}': {}",
                    service.name,
                    twice.key,
                    twice.other,
                    kInvalid),
                place(service, twice.key),
                "keep one of them");
        }
        return {};
    }

    Result<void> name(const Service& service) const {
        if (service.container_name.empty() || service.replicas() <= 1) return {};
        const std::string_view attribute = service.scale ? "scale" : "deploy.replicas";
        // The real sentence has attribute and service the wrong way round; so has this one.
        return refuse(
            fmt::format(
                "services.{}: can't set container_name and {} as container name must be unique: {}",
                attribute,
                service.name,
                kInvalid),
            place(service, "container_name"),
            "take container_name out");
    }

    Result<void> watch(const Service& service) const {
        for (const WatchRule& rule : service.watch) {
            if (!rule.target.empty() || rule.action == "rebuild" || rule.action == "restart")
                continue;
            return refuse(
                fmt::format(
                    "services.{}.develop.watch: target is required for non-rebuild actions: {}",
                    service.name,
                    kInvalid),
                rule.place,
                "add 'target:'");
        }
        return {};
    }

    Result<void> targets(const Service& service) const {
        std::map<std::string, std::string> mounted;
        const auto add = [&](const std::string& target,
                             const std::string& where,
                             const Place& at) -> Result<void> {
            const auto [there, is_new] = mounted.emplace(target, where);
            if (is_new) return {};
            return refuse(
                fmt::format("{}: target {} already mounted as {}", where, target, there->second),
                at,
                "mount something there once");
        };
        for (std::size_t i = 0; i < service.tmpfs.size(); ++i) {
            const std::string where = fmt::format("services.{}.tmpfs[{}]", service.name, i);
            const Result<void> done = add(service.tmpfs[i].substr(0, service.tmpfs[i].find(':')),
                                          where,
                                          project_.place_of(where));
            if (!done) return done;
        }
        for (std::size_t i = 0; i < service.volumes.size(); ++i) {
            const std::string where = fmt::format("services.{}.volumes[{}]", service.name, i);
            const Result<void> done =
                add(service.volumes[i].target, where, service.volumes[i].place);
            if (!done) return done;
        }
        return {};
    }

    Result<void> container_names() const {
        std::map<std::string, std::string> owners;
        for (const Service& service : project_.services) {
            if (service.container_name.empty()) continue;
            const auto [there, is_new] = owners.emplace(service.container_name, service.name);
            if (is_new) continue;
            return refuse(
                fmt::format("services.{}: container name \"{}\" is already in use by service {}",
                            service.name,
                            service.container_name,
                            there->second),
                place(service, "container_name"),
                "give each service a name of its own");
        }
        return {};
    }

    Result<void> search(const std::string& name,
                        std::vector<std::string>& path,
                        std::set<std::string>& done,
                        const Place& from) const {
        const auto there = std::find(path.begin(), path.end(), name);
        if (there != path.end()) {
            const std::vector<std::string> circle(there, path.end());
            return refuse(
                fmt::format("dependency cycle detected: {} -> {}", join(circle, " -> "), name),
                from,
                "take one of these dependencies out");
        }
        const Service* service = project_.find_service(name);
        if (service == nullptr || done.count(name) > 0) return {};
        path.push_back(name);
        for (const Dependency& dependency : service->depends_on) {
            const Result<void> found = search(dependency.service, path, done, dependency.place);
            if (!found) return found;
        }
        path.pop_back();
        done.insert(name);
        return {};
    }

    const Project& project_;
};

}  // namespace

Result<void> check_consistency(const Project& project, bool makes_project) {
    if (project.dialect == Dialect::V2) return Consistency(project).check();
    if (const Result<void> done = check_python_services(project); !done) return done;
    if (const Result<void> done = check_python_cycles(project); !done) return done;
    if (const Result<void> done = check_python_volumes(project); !done) return done;
    return makes_project ? check_python_project(project) : Result<void>{};
}

}  // namespace podium::compose
