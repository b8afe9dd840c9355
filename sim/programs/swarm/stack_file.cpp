#include "sim/programs/swarm/stack_file.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "sim/base/text.hpp"
#include "sim/programs/compose/files.hpp"
#include "sim/programs/compose/unsimulated_keys.hpp"
#include "sim/programs/compose_file/load.hpp"
#include "sim/programs/compose_file/yaml.hpp"
#include "sim/programs/swarm/stack_schema.hpp"

namespace podium::programs::docker {
namespace {

constexpr std::string_view kStandardInput = "-";
constexpr std::size_t kMostComposeBytes = 4U << 20U;

// The host's files without .env, which docker stack doesn't read, and with the standard input as one of them.
class StackFiles final : public FileReader {
  public:
    StackFiles(model::ProcessContext& context, std::string input_path, std::string input) : host_(context), input_path_(std::move(input_path)), input_(std::move(input)) {}

    [[nodiscard]] Result<std::string> read(const std::string& path) const override { return path == input_path_ ? Result<std::string>(input_) : host_.read(path); }
    [[nodiscard]] bool exists(const std::string& path) const override { return path == input_path_ || (base_name(path) != ".env" && host_.exists(path)); }
    [[nodiscard]] bool is_directory(const std::string& path) const override { return host_.is_directory(path); }
    [[nodiscard]] std::vector<std::string> list(const std::string& folder) const override { return host_.list(folder); }

  private:
    composing::HostFiles host_;
    std::string input_path_;
    std::string input_;
};

// cli/compose/types: UnsupportedProperties, DeprecatedProperties, ForbiddenProperties.
constexpr std::array<std::string_view, 16> kUnsupported{"build", "cgroup_parent", "cgroupns_mode", "devices", "domainname", "external_links", "ipc", "links",
                                                        "mac_address", "network_mode", "pid", "privileged", "restart", "security_opt", "shm_size", "userns_mode"};

struct Told {
    std::string_view property;
    std::string_view sentence;
};

constexpr std::array kDeprecated{
    Told{"container_name", "Setting the container name is not supported."},
    Told{"expose", "Exposing ports is unnecessary - services on the same network can access each other's containers on any port."},
};
constexpr std::string_view kUseDeploy = "Set resource limits using deploy.resources";
constexpr std::array kForbidden{
    Told{"extends", "Support for `extends` is not implemented yet."},
    Told{"volume_driver", "Instead of setting the volume driver on the service, define a volume using the top-level `volumes` option and specify the driver there."},
    Told{"volumes_from", "To share a volume between services, define it using the top-level `volumes` option and reference it from each service that shares it using the service-level `volumes` option."},
    Told{"cpu_quota", kUseDeploy}, Told{"cpu_shares", kUseDeploy}, Told{"cpuset", kUseDeploy}, Told{"mem_limit", kUseDeploy}, Told{"memswap_limit", kUseDeploy},
};

template <class Table>
std::string told(const Table& table, const std::set<std::string>& used) {
    std::set<std::string> lines;
    for (const Told& row : table)
        if (used.count(std::string(row.property)) != 0) lines.insert(fmt::format("{}: {}", row.property, row.sentence));
    return fmt::format("{}", fmt::join(lines, "\n\n"));
}

std::set<std::string> used_properties(const compose::Node& file) {
    std::set<std::string> out;
    const compose::Node* services = file.find("services");
    if (services == nullptr) return out;
    for (const compose::Entry& service : services->entries)
        for (const compose::Entry& property : service.value.entries) out.insert(property.key);
    return out;
}

// cli/compose/convert, convertDeployMode; docker says it only when the stack's networks are made.
Result<void> check_stack_modes(const compose::Node& file) {
    const compose::Node* services = file.find("services");
    if (services == nullptr) return {};
    for (const compose::Entry& service : services->entries) {
        const compose::Node* deploy = service.value.find("deploy");
        const compose::Node* mode = deploy == nullptr ? nullptr : deploy->find("mode");
        if (mode == nullptr || mode->text.empty() || mode->text == "replicated" || mode->text == "global" || mode->text == "replicated-job" || mode->text == "global-job") continue;
        return Error{fmt::format("service {}: Unknown mode: {}", service.key, mode->text), mode->place, "write replicated, global, replicated-job or global-job"};
    }
    return {};
}

// cli/compose/loader: what docker's own loader says of each file, before any is merged with another.
Result<void> check_stack_files(const compose::LoadRequest& request, StackUse use) {
    const compose::Lookup variables = [&request](std::string_view name) -> std::optional<std::string> {
        const auto found = request.environment.find(std::string(name));
        return found == request.environment.end() ? std::nullopt : std::optional(found->second);
    };
    std::vector<compose::Node> files;
    for (const std::string& path : request.paths) {
        const Result<std::string> content = request.files->read(resolve_path(request.working_directory, path));
        if (!content) return content.error();
        auto documents = compose::parse_yaml(*content, path, compose::Dialect::V2);
        if (!documents) return documents.error();
        if (documents->empty() || !documents->front().is_mapping()) return Error{"Top-level object must be a mapping", {path, 1, 1}, "begin the file with services:"};
        files.push_back(std::move(documents->front()));
    }
    const std::string version = stack_file_version(files.front());
    for (compose::Node& file : files) {
        if (const std::string other = stack_file_version(file); other != version) return Error{fmt::format("version mismatched between two composefiles : {} and {}", version, other), {}, {}};
        if (const std::string forbidden = told(kForbidden, used_properties(file)); !forbidden.empty())
            return Error{use == StackUse::Deploy ? fmt::format("Compose file contains unsupported options:\n\n{}\n", forbidden) : "Configuration contains forbidden properties", {}, {}};
        if (request.interpolate)
            if (const Result<void> done = fill_in_stack_variables(file, variables); !done) return done;
        if (const auto mistake = stack_file_mistake(file, version)) return Error{*mistake, {}, {}};
        if (const Result<void> done = check_stack_modes(file); !done) return done;
    }
    return {};
}

}  // namespace

std::string stack_version(const Invocation& invocation, Talk& talk) {
    const std::vector<std::string> lists = invocation.flags.all("compose-file");
    const std::string newest = stack_file_version(compose::Node());
    if (lists.empty()) return newest;
    const std::string path = split(lists.front(), ',').front();
    std::string content;
    std::string why;
    if (path == kStandardInput) content = talk.read_input(kMostComposeBytes).value_or(std::string());
    else if (!read_whole_file(talk.context(), path, content, why)) return newest;
    const auto documents = compose::parse_yaml(content, path, compose::Dialect::V2);
    return documents && !documents->empty() ? stack_file_version(documents->front()) : newest;
}

std::optional<Result<const compose::Project*>> load_stack(const Invocation& invocation, Talk& talk, bool interpolate, StackUse use) {
    using Loaded = Result<const compose::Project*>;
    if (talk.project() != nullptr) return Loaded(talk.project().get());
    compose::LoadRequest request;
    for (const std::string& list : invocation.flags.all("compose-file"))
        for (std::string& path : split(list, ',')) request.paths.push_back(std::move(path));
    if (request.paths.empty()) return Loaded(Error{"Specify a Compose file (with --compose-file)", {}, {}});
    request.working_directory = talk.context().working_directory();
    std::string input;
    std::string input_path;
    for (std::string& path : request.paths) {
        if (path != kStandardInput) {
            std::string content;
            std::string why;
            if (read_whole_file(talk.context(), path, content, why)) continue;
            why.front() = static_cast<char>(why.front() - 'A' + 'a');
            return Loaded(Error{fmt::format("open {}: {}", path, why), {}, {}});
        }
        const auto given = talk.read_input(kMostComposeBytes);
        if (!given) return std::nullopt;
        input = *given;
        path = "compose-from-standard-input.yml";
        input_path = resolve_path(request.working_directory, path);
    }
    const StackFiles files(talk.context(), input_path, input);
    request.files = &files;
    request.project_name = "stack";
    request.interpolate = interpolate;
    request.all_resources = true;
    for (const std::string& entry : invocation.environment) {
        const std::size_t equals = entry.find('=');
        if (equals != std::string::npos && !entry.starts_with("COMPOSE_")) request.environment[entry.substr(0, equals)] = entry.substr(equals + 1);
    }
    request.for_swarm = true;
    if (const Result<void> done = check_stack_files(request, use); !done) return Loaded(done.error());
    auto loaded = compose::load(request);
    if (!loaded) return Loaded(compose::plain_error(loaded.error()));
    talk.project() = std::make_shared<const compose::Project>(std::move(*loaded));
    return Loaded(talk.project().get());
}

Result<std::string> stack_warnings(const compose::Project& project) {
    const std::set<std::string> used = used_properties(project.merged);
    std::vector<std::string> unsupported;
    for (const std::string_view property : kUnsupported)
        if (used.count(std::string(property)) != 0) unsupported.emplace_back(property);
    std::string out;
    if (!unsupported.empty()) out += fmt::format("Ignoring unsupported options: {}\n\n", join(unsupported, ", "));
    if (const std::string deprecated = told(kDeprecated, used); !deprecated.empty()) out += fmt::format("Ignoring deprecated options:\n\n{}\n\n", deprecated);
    for (const compose::Service& service : project.services)
        if (service.image.empty()) return Error{fmt::format("{}invalid image reference for service {}: no image specified", out, service.name), {}, {}};
    return out;
}

std::vector<std::string> unsimulated_in_stack(const compose::Project& project) {
    // docker stack leaves `tmpfs` alone without a word; of secrets and configs it is said where a container gets them.
    const auto is_left_alone = [](std::string_view key) {
        return key == "tmpfs" || key == "secrets" || key == "configs" ||
               std::find(kUnsupported.begin(), kUnsupported.end(), key) != kUnsupported.end();
    };
    compose::Project heeded;
    std::vector<std::string> services;
    for (const compose::Service& service : project.services) services.push_back(service.name);
    for (const compose::Unsimulated& item : project.unsimulated) {
        bool alone = false;
        for (const std::string& service : services) {
            const std::string beginning = fmt::format("services.{}.", service);
            if (!item.path.starts_with(beginning)) continue;
            const std::string key = item.path.substr(beginning.size());
            alone = alone || is_left_alone(key.substr(0, key.find_first_of(".[")));
        }
        if (!alone) heeded.unsimulated.push_back(item);
    }
    return composing::unsimulated_sentences(heeded, services, "up");
}

std::vector<std::string> host_lines(const compose::Project& project, const compose::Service& service) {
    std::vector<std::string> lines;
    for (const compose::Pair& host : service.extra_hosts) lines.push_back(fmt::format("{}:{}", host.name, host.value));
    const compose::Node* written = project.merged.find("services");
    if (written != nullptr) written = written->find(service.name);
    if (written != nullptr) written = written->find("extra_hosts");
    if (written != nullptr && written->is_mapping()) std::sort(lines.begin(), lines.end());
    return lines;
}

std::vector<const compose::Service*> in_file_order(const compose::Project& project) {
    std::vector<const compose::Service*> out;
    const compose::Node* services = project.merged.find("services");
    if (services == nullptr) return out;
    for (const compose::Entry& entry : services->entries)
        if (const compose::Service* service = project.find_service(entry.key)) out.push_back(service);
    return out;
}

const compose::Node* written(const compose::Project& project, const compose::Service& service, const std::string& path) {
    const compose::Node* here = project.model.find("services");
    if (here != nullptr) here = here->find(service.name);
    for (const std::string& step : split(path, '.'))
        if (here != nullptr) here = here->find(step);
    return here != nullptr && here->is_null() ? nullptr : here;
}

}  // namespace podium::programs::docker
