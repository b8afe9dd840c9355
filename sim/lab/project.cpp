#include "sim/lab/project.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/lab/mounted_files.hpp"
#include "sim/lab/project_refusals.hpp"
#include "sim/model/shared_catalogue.hpp"
#include "sim/model/unknown_image.hpp"
#include "sim/programs/compose_file/config_text.hpp"
#include "sim/programs/compose_file/load.hpp"
#include "sim/programs/service/unread_files.hpp"

namespace podium::lab {
namespace {

constexpr std::string_view kHome = "/home/podium";
constexpr std::size_t kMostFileBytes = 4U << 20;

// Passes reads on and remembers what was read; nothing that is larger than any file a project is made of.
class RememberingReader final : public FileReader {
  public:
    explicit RememberingReader(const FileReader& real) : real_(real) {}

    [[nodiscard]] Result<std::string> read(const std::string& path) const override {
        if (real_.size_bytes(path) > kMostFileBytes) {
            const Error error{"this file is larger than 4 MiB", Place{clean_path(path), 0, 0}, "Podium reads files a Compose project is made of, not data"};
            if (!too_large_) too_large_ = error;
            return error;
        }
        Result<std::string> content = real_.read(path);
        if (content) read_[clean_path(path)] = *content;
        return content;
    }
    [[nodiscard]] bool exists(const std::string& path) const override { return real_.exists(path); }
    [[nodiscard]] bool is_directory(const std::string& path) const override { return real_.is_directory(path); }
    [[nodiscard]] std::vector<std::string> list(const std::string& folder) const override { return real_.list(folder); }
    // Not by reading it: asked of mounted data as well, which may have any size.
    [[nodiscard]] std::uint64_t size_bytes(const std::string& path) const override { return real_.size_bytes(path); }

    [[nodiscard]] const std::map<std::string, std::string>& contents() const { return read_; }
    // Of the first file that was not read for its size.
    [[nodiscard]] const std::optional<Error>& too_large() const { return too_large_; }

  private:
    const FileReader& real_;
    mutable std::map<std::string, std::string> read_;
    mutable std::optional<Error> too_large_;
};

std::string common_directory(std::string a, const std::string& b) {
    while (a != "/" && b != a && !b.starts_with(a + "/")) a = directory_of(a);
    return a;
}

std::string quoted(const std::string& word) {
    if (word.find_first_of(" '\"$\\;&|<>()*?[]#~`") == std::string::npos) return word;
    std::string out = "'";
    for (const char c : word) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return out + "'";
}

// All that a project comes to, as text; the error's where it is wrong.
std::string outcome_of(const compose::LoadRequest& load) {
    const auto project = compose::load(load);
    if (!project) return compose::plain_error(project.error()).text();
    std::string out = compose::config_yaml_v2(*project);
    for (const compose::Warning& warning : project->warnings) out += warning.sentence + "\n";
    return out;
}

// The variables of the real shell that the project depends on: without one of them it would be another.
// HOME and PATH are the simulated host's own.
std::vector<std::string> variables_used(const compose::LoadRequest& load, const compose::Project& project, const std::map<std::string, std::string>& contents) {
    std::vector<std::string> out;
    const auto use = [&](const std::string& name) {
        if (const auto found = load.environment.find(name); found != load.environment.end()) out.push_back(found->first + "=" + found->second);
    };
    std::optional<std::string> whole;  // once there is something to compare it with
    for (const auto& [name, value] : load.environment) {
        if (name == "HOME" || name == "PATH") continue;
        const bool named = std::any_of(contents.begin(), contents.end(), [&name = name](const auto& file) { return file.second.find(name) != std::string::npos; });
        if (!named) continue;
        compose::LoadRequest without = load;
        without.environment.erase(name);
        if (!whole) whole = outcome_of(load);
        if (outcome_of(without) != *whole) out.push_back(name + "=" + value);
    }
    // What a secret or a config holds shows nowhere in the project's text.
    for (const auto* objects : {&project.secrets, &project.configs}) {
        for (const compose::FileObject& object : *objects) use(object.environment);
    }
    for (const char* name : {"COMPOSE_PROJECT_NAME", "COMPOSE_PROFILES"}) use(name);
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

// The services whose image the catalogue doesn't have.
Result<std::vector<NotSimulated>> unknown_images(const compose::Project& project, const std::string& text) {
    std::vector<NotSimulated> out;
    const auto catalogue = model::shared_catalogue(text, "images.yaml");
    if (!catalogue) return catalogue.error();
    for (const compose::Service& service : project.services) {
        const auto reference = model::parse_image_reference(service.image);
        if (service.image.empty() || !reference) continue;
        const model::PullAnswer answer = model::Registries().resolve(**catalogue, reference->with_default_tag());
        const std::string path = "services." + service.name + ".image";
        if (answer.unknown) out.push_back({path, compose::place_at(project.model, path), model::unknown_image_sentence(*reference, answer)});
    }
    return out;
}

std::map<std::string, ProgramPlace> programs_of(const compose::Project& project) {
    std::map<std::string, ProgramPlace> out;
    for (const compose::Service& service : project.services) {
        std::string path = "services." + service.name;
        for (const char* key : {".command", ".entrypoint", ".build", ".image"}) {
            if (compose::node_at(project.model, path + key) == nullptr) continue;
            path += key;
            break;
        }
        Place place = compose::place_at(project.model, path);
        out[service.name] = {std::move(path), std::move(place)};
    }
    return out;
}

// What is put where a server reads it, and Podium doesn't.
std::vector<NotSimulated> unread_mounts(const compose::Project& project) {
    std::vector<NotSimulated> out;
    for (const compose::Service& service : project.services) {
        const auto image = model::parse_image_reference(service.image);
        if (service.image.empty() || !image) continue;
        const auto look = [&](const std::string& target,
                              const Place& place,
                              std::string_view key,
                              std::size_t index) {
            std::string sentence = programs::unread_mount(image->familiar_name(), target);
            if (!sentence.empty())
                out.push_back({fmt::format("services.{}.{}[{}]", service.name, key, index),
                               place,
                               std::move(sentence)});
        };
        for (std::size_t i = 0; i < service.volumes.size(); ++i) {
            if (service.volumes[i].type == compose::MountType::Bind)
                look(service.volumes[i].target, service.volumes[i].place, "volumes", i);
        }
        for (std::size_t i = 0; i < service.configs.size(); ++i)
            look(service.configs[i].target, service.configs[i].place, "configs", i);
    }
    return out;
}

DeclaredNames names_of(const compose::Project& project) {
    DeclaredNames out;
    for (const compose::Service& service : project.services) {
        out.services.push_back(service.name);
        if (!service.container_name.empty()) out.services.push_back(service.container_name);
        if (!service.image.empty()) out.images.push_back(service.image);
    }
    for (const compose::Volume& volume : project.volumes) {
        out.volumes.push_back(volume.key);
        out.volumes.push_back(volume.name);
    }
    out.others.push_back(project.name);
    for (const compose::Network& network : project.networks) {
        out.others.push_back(network.key);
        out.others.push_back(network.name);
    }
    for (auto* names : {&out.services, &out.volumes, &out.images, &out.others}) {
        std::sort(names->begin(), names->end());
        names->erase(std::unique(names->begin(), names->end()), names->end());
    }
    return out;
}

// A warning with its place before it, instead of the file's whole path that some begin with.
std::string placed(const compose::Warning& warning) {
    if (warning.place.file.empty()) return warning.sentence;
    const std::size_t colon = warning.sentence.find(": ");
    const bool has_path = colon != std::string::npos && base_name(warning.sentence.substr(0, colon)) == base_name(warning.place.file);
    return warning.place.text() + ": " + (has_path ? warning.sentence.substr(colon + 2) : warning.sentence);
}

// The host's TCP ports that a service will have; nothing when the engine chooses one of them, or it listens on the host itself.
std::optional<std::vector<int>> published_by(const compose::Service& service) {
    if (service.network_mode == "host") return std::nullopt;
    std::vector<int> out;
    for (const compose::Port& port : service.ports) {
        if (port.protocol != "tcp") continue;
        if (port.published == 0 || port.published_end > port.published) return std::nullopt;
        out.push_back(port.published);
    }
    return out;
}

std::vector<std::string> lines_for_external(const compose::Project& project) {
    std::vector<std::string> out;
    const auto add = [&out](std::string_view what, const std::string& name) {
        if (name.empty() || name == "bridge" || name == "host" || name == "none") return;
        std::string line = fmt::format("docker {} create {}", what, quoted(name));
        if (std::find(out.begin(), out.end(), line) == out.end()) out.push_back(std::move(line));
    };
    for (const compose::Network& network : project.networks) {
        if (network.external) add("network", network.name);
    }
    for (const compose::Volume& volume : project.volumes) {
        if (volume.external) add("volume", volume.name);
    }
    return out;
}

}  // namespace

Result<PreparedProject> prepare_project(const ProjectRequest& request, const std::string& host) {
    const RememberingReader reader(*request.files);
    compose::LoadRequest load;
    load.files = &reader;
    load.paths = request.paths;
    load.working_directory = request.working_directory;
    load.environment = request.environment;
    load.profiles = request.profiles;
    auto project = compose::load(load);
    if (!project && request.for_stack) {
        load.for_swarm = true;
        // What neither takes is told in docker compose's words.
        if (auto again = compose::load(load)) {
            project = std::move(again);
        } else {
            load.for_swarm = false;
        }
    }
    if (reader.too_large()) return *reader.too_large();
    if (!project) return compose::plain_error(project.error());
    PreparedProject out;
    // A person in the terminal may ask for any profile: what the services of all of them are made of is read too.
    load.profiles = {"*"};
    if (project->disabled_services.empty()) {
        out.names = names_of(*project);
    } else if (const auto whole = compose::load(load)) {
        out.names = names_of(*whole);
    }
    out.name = project->name;
    for (const compose::Service& service : project->services) out.services.push_back({service.name, service.image, service.container_name, published_by(service)});
    for (const auto* objects : {&project->secrets, &project->configs}) {
        for (const compose::FileObject& object : *objects) {
            if (!object.file.empty() && reader.exists(object.file) && !reader.is_directory(object.file)) (void)reader.read(object.file);
        }
    }
    MountedFiles mounted = read_mounted_files(load, *request.files, reader.contents());
    if (reader.too_large()) return *reader.too_large();
    std::string root = project->directory;
    for (const auto& [path, _] : reader.contents()) root = common_directory(root, directory_of(path));
    for (const MountedFile& file : mounted.files) root = common_directory(root, directory_of(file.path));
    const std::string new_root = root == "/" ? std::string(kHome) : std::string(kHome) + "/" + base_name(root);
    const auto moved = [&](const std::string& path) { return root == "/" ? new_root + path : new_root + path.substr(root.size()); };
    out.directory = moved(project->directory);
    for (const auto& [path, content] : reader.contents()) out.files.push_back({host, moved(path), content});
    for (MountedFile& file : mounted.files) out.files.push_back({host, moved(file.path), std::move(file.content)});
    for (const std::string& folder : mounted.folders) out.files.push_back({host, folder + "/", {}});
    out.environment = variables_used(load, *project, reader.contents());
    out.up_line = "docker compose";
    for (const std::string& path : request.paths) {
        const std::string place = moved(resolve_path(request.working_directory, path));
        out.up_line += " -f " + quoted(place.starts_with(out.directory + "/") ? place.substr(out.directory.size() + 1) : place);
    }
    out.stack_line = "docker stack deploy";
    for (const std::string& path : project->files) {
        const std::string place = moved(path);
        out.stack_line += " -c " + quoted(place.starts_with(out.directory + "/") ? place.substr(out.directory.size() + 1) : place);
    }
    out.stack_line += " " + out.name;
    for (const std::string& profile : request.profiles) out.up_line += " --profile " + quoted(profile);
    out.up_line += " up -d";
    out.external_lines = lines_for_external(*project);
    for (const compose::Unsimulated& row : project->unsimulated) out.not_simulated.push_back({row.path, row.place, row.sentence, row.stack_acts});
    for (NotSimulated& row : mounted.left_behind) out.not_simulated.push_back(std::move(row));
    for (MissingSource& row : mounted.missing) {
        const bool active = std::any_of(project->services.begin(), project->services.end(), [&row](const compose::Service& service) { return service.name == row.service; });
        if (active) out.made_folders.push_back(std::move(row.folder));
    }
    for (NotSimulated& row : unread_mounts(*project))
        out.not_simulated.push_back(std::move(row));
    if (!request.catalogue.empty()) {
        auto unknown = unknown_images(*project, request.catalogue);
        if (!unknown) return unknown.error();
        out.unknown_images = std::move(*unknown);
    }
    for (const compose::Warning& warning : project->warnings) out.warnings.push_back(placed(warning));
    out.refusals = engine_refusals(*project, reader, request.cpus);
    out.programs = programs_of(*project);
    for (const compose::Service& service : project->services) out.replicas[service.name] = service.replicas();
    return out;
}

std::string line_to_come_up(const PreparedProject& project) {
    std::vector<std::string> lines = project.external_lines;
    lines.push_back(project.up_line);
    return join(lines, "; ");
}

std::string made_folders_sentence(std::vector<std::string> sources) {
    std::sort(sources.begin(), sources.end());
    sources.erase(std::unique(sources.begin(), sources.end()), sources.end());
    return fmt::format("there is no {}: Docker makes an empty folder there", join(sources, ", no "));
}

std::string usual_project_name(std::string_view directory) { return compose::normal_project_name(base_name(directory)); }

// docker-compose 1.29 leaves '_' and '-' at the beginning of a name (get_project_name of cli/command.py), Compose 2 does not.
bool is_project_name(const std::string& name) {
    const std::string begun = "a" + name;
    return !name.empty() && compose::normal_project_name(begun) == begun;
}

Result<void> check_image_name(const std::string& name) {
    const auto read = model::parse_image_reference(name);
    if (!read) return read.error();
    return {};
}

Result<void> check_fault_source(const SetUp& set_up, const std::string& target, bool registry) {
    const auto& services = set_up.services;
    if (services.empty()) return {};
    const auto wanted = model::parse_image_reference(target);
    std::vector<std::string> names;
    for (const ServiceSetUp& service : services) {
        const auto image = model::parse_image_reference(service.image);
        if (service.image.empty() || !image) return {};
        const bool meant =
            registry ? image->domain == target
                     : wanted && wanted->domain == image->domain && wanted->path == image->path;
        if (meant) return {};
        const std::string name = registry ? image->domain : service.image;
        if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
    return Error{fmt::format("no service of this project has an image {} '{}'",
                             registry ? "of the registry" : "called",
                             target),
                 {},
                 (registry ? "its images come from " : "its images are ") + join(names, ", ")};
}

}  // namespace podium::lab
