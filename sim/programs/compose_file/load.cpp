#include "sim/programs/compose_file/load.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <optional>

#include "sim/base/text.hpp"
#include "sim/programs/compose_file/assemble.hpp"
#include "sim/programs/compose_file/choose_files.hpp"
#include "sim/programs/compose_file/client_sentences.hpp"
#include "sim/programs/compose_file/dotenv.hpp"
#include "sim/programs/compose_file/interpolate.hpp"
#include "sim/programs/compose_file/typed.hpp"
#include "sim/programs/compose_file/unsimulated.hpp"
#include "sim/programs/compose_file/validate.hpp"
#include "sim/programs/compose_file/yaml.hpp"

namespace podium::compose {
namespace {

class Loading {
  public:
    explicit Loading(const LoadRequest& request) : request_(request) {
        context_.files = request.files;
        context_.working_directory = clean_path(request.working_directory);
        context_.dialect = request.dialect;
        context_.interpolate = request.interpolate;
        context_.raw = request.for_client && !request.interpolate && request.dialect == Dialect::V2;
        variables_ = request.environment;
        const auto home = variables_.find("HOME");
        context_.home = home == variables_.end() ? "/root" : home->second;
    }

    Result<Project> run() {
        if (const Result<void> done = read_default_environment(first_directory()); !done)
            return done.error();
        if (const Result<void> done = take_files(); !done) return done.error();
        project_.directory = project_directory();
        if (const Result<void> done = read_default_environment(project_.directory); !done)
            return done.error();
        if (const Result<void> done = choose_name(); !done) return done.error();
        variables_["COMPOSE_PROJECT_NAME"] = project_.name;
        Result<Assembly> assembly =
            assemble(project_.files, project_.directory, variables_, context_);
        if (!assembly) return assembly.error();
        if (assembly->model.entries.empty()) {
            return Error{"empty compose file",
                         {shown(project_.files[0]), 1, 1},
                         "begin the file with services:"};
        }
        project_.model = std::move(assembly->model);
        project_.merged = std::move(assembly->merged);
        project_.dialect = request_.dialect;
        project_.interpolated = request_.interpolate;
        project_.all_resources = request_.all_resources;
        const std::string compatible = lower(variable("COMPOSE_COMPATIBILITY").value_or(""));
        project_.compatible = !v1() && (request_.compatible || compatible == "true" ||
                                        compatible == "1" || compatible == "y");
        project_.environment = variables_;
        project_.included_files = std::move(context_.read_files);
        normalise();
        if (const Result<void> done = build_typed(); !done) return done.error();
        if (v1() && request_.for_client) {
            const Result<void> done = check_build_paths(project_, *request_.files);
            if (!done) return done.error();
        }
        // docker compose 2.40.3, config.go, runConfigNoInterpolate: a model is printed, no project
        // made.
        if (!raw() && !request_.for_swarm) {
            const Result<void> done = check_consistency(project_, !request_.configuration_only);
            if (!done) return done.error();
        }
        if (const Result<void> done = resolve_environments(); !done) return done.error();
        project_.warnings = std::move(context_.warnings);
        if (v1()) drop_repeated(project_.warnings);
        project_.unsimulated = find_unsimulated(project_);
        return std::move(project_);
    }

  private:
    [[nodiscard]] bool v1() const { return request_.dialect == Dialect::V1; }

    // Variables stay as they are written, so that no value need be one.
    [[nodiscard]] bool raw() const { return context_.raw; }

    [[nodiscard]] std::string shown(const std::string& path) const {
        return display_path(path, context_.working_directory);
    }

    [[nodiscard]] std::optional<std::string> variable(std::string_view name) const {
        const auto found = variables_.find(std::string(name));
        if (found == variables_.end()) return std::nullopt;
        return found->second;
    }

    // --- which files
    // -----------------------------------------------------------------------------------

    [[nodiscard]] std::string first_directory() const {
        if (!request_.project_directory.empty()) {
            return resolve_path(context_.working_directory, request_.project_directory);
        }
        for (const std::string& path : request_.paths) {
            if (path != "-") return directory_of(resolve_path(context_.working_directory, path));
        }
        return context_.working_directory;
    }

    Result<void> take_files() {
        Result<ChosenFiles> chosen =
            choose_files(request_, context_.working_directory, variables_);
        if (!chosen) return chosen.error();
        project_.files = std::move(chosen->paths);
        context_.names = std::move(chosen->names);
        std::move(chosen->warnings.begin(),
                  chosen->warnings.end(),
                  std::back_inserter(context_.warnings));
        return {};
    }

    [[nodiscard]] std::string project_directory() const {
        if (!request_.project_directory.empty()) {
            return resolve_path(context_.working_directory, request_.project_directory);
        }
        return project_.files[0] == "-" ? context_.working_directory
                                        : directory_of(project_.files[0]);
    }

    // --- variables
    // ---------------------------------------------------------------------------------------

    // .env of a directory, or the files of --env-file; what is set already wins.
    Result<void> read_default_environment(const std::string& directory) {
        if (environment_directory_ == directory ||
            (!request_.env_files.empty() && environment_read_))
            return {};
        environment_directory_ = directory;
        environment_read_ = true;
        std::vector<std::string> files;
        for (const std::string& file : request_.env_files)
            files.push_back(resolve_path(context_.working_directory, file));
        if (files.empty()) {
            if (const auto off = variable("COMPOSE_DISABLE_ENV_FILE");
                off && (*off == "1" || lower(*off) == "true"))
                return {};
            const std::string path = resolve_path(directory, ".env");
            if (request_.files->exists(path) && !request_.files->is_directory(path))
                files.push_back(path);
        }
        Variables found;
        for (const std::string& file : files) {
            if (!request_.files->exists(file)) {
                return Error{missing_env_file(request_.dialect, file),
                             {shown(file), 0, 0},
                             "check the name behind --env-file"};
            }
            const Result<std::string> text = read_text(file, context_);
            if (!text) return text.error();
            const Lookup lookup = [&](std::string_view name) -> std::optional<std::string> {
                if (auto outer = variable(name)) return outer;
                const auto earlier = found.find(std::string(name));
                if (earlier == found.end()) return std::nullopt;
                return earlier->second;
            };
            std::vector<std::string> unset;
            const auto lines = parse_dotenv(*text, shown(file), lookup, false, unset);
            if (!lines) {
                Error error = lines.error();
                error.message = fmt::format("failed to read {}: {}", file, error.message);
                return error;
            }
            for (const std::string& name : unset)
                warn_unset(name, {shown(file), 0, 0});
            for (const EnvironmentLine& line : *lines)
                found[line.name] = line.value;
        }
        for (const auto& [name, value] : found)
            variables_.emplace(name, value);
        return {};
    }

    void warn_unset(const std::string& name, const Place& place) {
        context_.warnings.push_back(
            {sentence_of_unset(request_.dialect, name), place, false});
    }

    // --- the project's name
    // ------------------------------------------------------------------------------

    Result<void> choose_name() {
        std::string explicit_name = request_.project_name;
        if (explicit_name.empty()) explicit_name = variable("COMPOSE_PROJECT_NAME").value_or("");
        if (v1()) {
            project_.name =
                python_name(explicit_name.empty() ? base_name(project_.directory) : explicit_name);
            if (project_.name.empty()) project_.name = "default";
            return {};
        }
        if (!explicit_name.empty()) {
            if (normal_project_name(explicit_name) != explicit_name) {
                return wrong_project_name(explicit_name);
            }
            project_.name = explicit_name;
            return {};
        }
        project_.name = normal_project_name(base_name(project_.directory));
        const std::string written = normal_project_name(name_in_files());
        if (!written.empty()) project_.name = written;
        if (project_.name.empty()) {
            return Error{"project name must not be empty",
                         {shown(project_.files[0]), 1, 1},
                         "add name: to the file, or use -p"};
        }
        return {};
    }

    static std::string python_name(const std::string& name) {
        std::string out;
        for (const char c : lower(name)) {
            if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-') out += c;
        }
        return out;
    }

    // The last `name:` of the files. What is wrong with them is said later, when they are read in
    // earnest.
    std::string name_in_files() {
        std::string name;
        const Lookup lookup = [this](std::string_view wanted) { return variable(wanted); };
        for (const std::string& path : project_.files) {
            const Result<std::string> text = read_text(path, context_);
            if (!text) return {};
            const auto documents = parse_yaml(*text, shown(path), request_.dialect);
            if (!documents) return {};
            for (const Node& document : *documents) {
                const Node* written = document.find("name");
                if (written == nullptr || !written->is_string() || written->text.empty()) continue;
                if (!request_.interpolate) {
                    name = written->text;
                    continue;
                }
                const Interpolation result = interpolate(written->text, lookup, request_.dialect);
                if (result.outcome == Interpolation::Outcome::Done) name = result.text;
            }
        }
        return name;
    }

    // --- implicit parts
    // ------------------------------------------------------------------------------------

    void normalise() {
        if (!v1()) {
            const Entry* written = project_.model.find_entry("name");
            const Place place = written == nullptr ? Place{} : written->place;
            project_.model.set("name", string_node(project_.name, place));
        }
        normalise_networks();
        for (const std::string_view section : {"networks", "volumes", "secrets", "configs"})
            name_resources(section);
    }

    // A service that names no network is on the default one, which is there only if one uses it.
    void normalise_networks() {
        Node* services = project_.model.find("services");
        bool used = false;
        Place first_use;
        for (Entry& entry : services == nullptr ? no_entries_ : services->entries) {
            Node& service = entry.value;
            if (!service.is_mapping() || service.find("provider") != nullptr) continue;
            if (const Node* mode = service.find("network_mode");
                mode != nullptr && !mode->is_null())
                continue;
            Node* networks = service.find("networks");
            if (networks == nullptr || networks->entries.empty()) {
                networks = &service.set("networks", mapping_node(entry.place));
                networks->set("default", null_node(entry.place));
            }
            if (networks->find("default") == nullptr) continue;
            if (!used) first_use = entry.place;
            used = true;
        }
        if (!used) return;
        Node* networks = project_.model.find("networks");
        if (networks == nullptr || networks->is_null()) {
            networks = &project_.model.set("networks", mapping_node(first_use));
        }
        if (networks->find("default") != nullptr) return;
        networks->set("default", null_node(first_use));
        default_is_implicit_ = true;
    }

    void name_resources(std::string_view section) {
        Node* resources = project_.model.find(section);
        if (resources == nullptr) return;
        for (Entry& entry : resources->entries) {
            if (entry.key.starts_with("x-")) continue;
            Node& resource = entry.value;
            if (resource.is_null()) resource = mapping_node(entry.place);
            if (!resource.is_mapping()) continue;
            if (const Node* name = resource.find("name"); name != nullptr && !name->is_null()) {
                custom_names_.push_back(fmt::format("{}.{}", section, entry.key));
                continue;
            }
            const Node* external = resource.find("external");
            const bool outside = external != nullptr && external->is_true();
            const std::string name =
                outside ? entry.key : fmt::format("{}_{}", project_.name, entry.key);
            resource.set("name", string_node(name, entry.place));
        }
    }

    [[nodiscard]] bool has_custom_name(std::string_view section, const std::string& key) const {
        const std::string wanted = fmt::format("{}.{}", section, key);
        return std::find(custom_names_.begin(), custom_names_.end(), wanted) != custom_names_.end();
    }

    // --- the typed project
    // -----------------------------------------------------------------------------------

    Result<void> build_typed() {
        Reader reader(request_.dialect,
                      context_.warnings,
                      request_.for_client,
                      request_.configuration_only);
        std::vector<Service> services;
        if (const Node* node = project_.model.find("services")) {
            if (node->entries.size() > kMaximumServices) {
                return Error{fmt::format("the project has more than {} services", kMaximumServices),
                             node->place,
                             "split it into several projects"};
            }
            for (const Entry& entry : node->entries) {
                if (entry.value.is_mapping())
                    services.push_back(typed_service(entry.value, entry.key, entry.place, reader));
            }
        }
        build_resources(reader);
        if (reader.failed() && !raw()) return reader.error();
        std::sort(services.begin(), services.end(), [](const Service& a, const Service& b) {
            return a.name < b.name;
        });
        choose_profiles(services);
        for (Service& service : services) {
            std::vector<Service>& list =
                is_active(service) ? project_.services : project_.disabled_services;
            list.push_back(std::move(service));
        }
        if (v1()) warn_of_configs(project_, context_.warnings);
        return {};
    }

    void build_resources(Reader& reader) {
        const auto each = [this](std::string_view section, auto&& take) {
            const Node* node = project_.model.find(section);
            if (node == nullptr) return;
            for (const Entry& entry : node->entries) {
                if (entry.value.is_mapping() && !entry.key.starts_with("x-")) take(entry);
            }
        };
        each("networks", [&](const Entry& entry) {
            project_.networks.push_back(typed_network(entry.value, entry.key, entry.place, reader));
            project_.networks.back().custom_name = has_custom_name("networks", entry.key);
            project_.networks.back().implicit = entry.key == "default" && default_is_implicit_;
        });
        each("volumes", [&](const Entry& entry) {
            project_.volumes.push_back(typed_volume(entry.value, entry.key, entry.place, reader));
            project_.volumes.back().custom_name = has_custom_name("volumes", entry.key);
        });
        each("secrets", [&](const Entry& entry) {
            project_.secrets.push_back(
                typed_file_object(entry.value, "secrets", entry.key, entry.place, reader));
        });
        each("configs", [&](const Entry& entry) {
            project_.configs.push_back(
                typed_file_object(entry.value, "configs", entry.key, entry.place, reader));
        });
        each("models", [&](const Entry& entry) {
            project_.models.push_back({entry.key, Reader::text(entry.value, "model"), entry.place});
        });
        const auto by_key = [](const auto& a, const auto& b) { return a.key < b.key; };
        std::sort(project_.networks.begin(), project_.networks.end(), by_key);
        std::sort(project_.volumes.begin(), project_.volumes.end(), by_key);
        std::sort(project_.secrets.begin(), project_.secrets.end(), by_key);
        std::sort(project_.configs.begin(), project_.configs.end(), by_key);
        std::sort(project_.models.begin(), project_.models.end(), by_key);
        for (std::vector<FileObject>* objects : {&project_.secrets, &project_.configs}) {
            for (FileObject& object : *objects) {
                if (!object.environment.empty()) object.content = variable(object.environment);
            }
        }
    }

    void choose_profiles(const std::vector<Service>& services) {
        project_.profiles = request_.profiles;
        if (project_.profiles.empty()) {
            for (const std::string& profile :
                 split(variable("COMPOSE_PROFILES").value_or(""), ',')) {
                if (!trim(profile).empty()) project_.profiles.emplace_back(trim(profile));
            }
        }
        const std::vector<std::string> given = project_.profiles;
        for (const Service& service : services) {
            const bool named =
                std::find(request_.services.begin(), request_.services.end(), service.name) !=
                request_.services.end();
            if (!named || is_active(service)) continue;
            for (const std::string& profile : service.profiles)
                project_.profiles.push_back(profile);
        }
    }

    [[nodiscard]] bool is_active(const Service& service) const {
        if (service.profiles.empty()) return true;
        return std::any_of(project_.profiles.begin(),
                           project_.profiles.end(),
                           [&service](const std::string& profile) {
                               return profile == "*" ||
                                      std::find(service.profiles.begin(),
                                                service.profiles.end(),
                                                profile) != service.profiles.end();
                           });
    }

    // --- environments
    // ----------------------------------------------------------------------------------------

    Result<void> resolve_environments() {
        if (raw()) return {};
        for (Service& service : project_.services) {
            for (EnvironmentVariable& entry : service.environment) {
                // cli/compose/loader, updateEnvironment: under docker stack the shell's value goes before an empty one, too.
                const bool empty = request_.for_swarm && entry.value && entry.value->empty();
                if (!entry.value || empty) {
                    if (auto shell = variable(entry.name)) entry.value = std::move(shell);
                }
            }
            if (service.build) {
                for (EnvironmentVariable& entry : service.build->args) {
                    if (!entry.value) entry.value = variable(entry.name);
                }
            }
            if (const Result<void> done = add_environment_files(service); !done) return done;
            if (const Result<void> done = add_label_files(service); !done) return done;
        }
        return {};
    }

    Result<void> add_environment_files(Service& service) {
        std::vector<EnvironmentVariable> all;
        std::map<std::string, std::size_t> position;
        const auto put = [&](const EnvironmentVariable& entry) {
            const auto [there, is_new] = position.emplace(entry.name, all.size());
            if (is_new) all.emplace_back();
            all[there->second] = entry;
        };
        for (const EnvironmentFile& file : service.env_file) {
            if (!request_.files->exists(file.path)) {
                if (!file.required) continue;
                return Error{request_.for_swarm ? fmt::format("open {}: no such file or directory", file.path)
                                                : missing_service_env_file(request_.dialect, file.path),
                             file.place,
                             "make the file, or write path: and required: false"};
            }
            const Lookup lookup = [&](std::string_view name) -> std::optional<std::string> {
                if (auto outer = variable(name)) return outer;
                for (const EnvironmentVariable& entry : service.environment) {
                    if (entry.name == name && entry.value) return entry.value;
                }
                return std::nullopt;
            };
            const Result<std::vector<EnvironmentLine>> lines =
                read_lines(file.path, file.place, lookup, file.format == "raw" || request_.for_swarm);
            if (!lines) return lines.error();
            for (const EnvironmentLine& line : *lines) {
                const auto shell = request_.for_swarm && line.value.empty() ? variable(line.name) : std::nullopt;
                put({line.name, shell.value_or(line.value), line.place});
            }
        }
        for (const EnvironmentVariable& entry : service.environment)
            put(entry);
        service.environment = std::move(all);
        return {};
    }

    // A file that can't be read at all is told at the place where it is asked for.
    Result<std::vector<EnvironmentLine>> read_lines(const std::string& path,
                                                    const Place& asked_at,
                                                    const Lookup& lookup,
                                                    bool raw) {
        const Result<std::string> text = read_text(path, context_);
        if (!text) return Error{text.error().message, asked_at, text.error().hint};
        std::vector<std::string> unset;
        Result<std::vector<EnvironmentLine>> lines =
            parse_dotenv(*text, shown(path), lookup, raw, unset);
        if (!lines) {
            Error error = lines.error();
            error.message = fmt::format("failed to read {}: {}", path, error.message);
            return error;
        }
        for (const std::string& name : unset)
            warn_unset(name, {shown(path), 0, 0});
        return lines;
    }

    Result<void> add_label_files(Service& service) {
        const Node* services = project_.model.find("services");
        const Node* node = services == nullptr ? nullptr : services->find(service.name);
        const Node* files = node == nullptr ? nullptr : node->find("label_file");
        if (files == nullptr) return {};
        std::vector<Pair> all;
        const auto put = [&all](const Pair& pair) {
            for (Pair& there : all) {
                if (there.name != pair.name) continue;
                there = pair;
                return;
            }
            all.push_back(pair);
        };
        for (const Node& file : files->items) {
            if (!request_.files->exists(file.text)) {
                return Error{
                    missing_label_file(file.text), file.place, "make the file, or take it out"};
            }
            const Lookup lookup = [&all](std::string_view name) -> std::optional<std::string> {
                for (const Pair& pair : all) {
                    if (pair.name == name) return pair.value;
                }
                return std::nullopt;
            };
            const Result<std::vector<EnvironmentLine>> lines =
                read_lines(file.text, file.place, lookup, false);
            if (!lines) return lines.error();
            for (const EnvironmentLine& line : *lines)
                put({line.name, line.value, line.place});
        }
        for (const Pair& label : service.labels)
            put(label);
        service.labels = std::move(all);
        return {};
    }

    const LoadRequest& request_;
    AssemblyContext context_;
    Variables variables_;
    Project project_;
    std::vector<Entry> no_entries_;
    std::vector<std::string> custom_names_;
    std::string environment_directory_;
    bool environment_read_ = false;
    bool default_is_implicit_ = false;
};

// One text laid over a reader of files.
class OneText : public FileReader {
  public:
    OneText(const std::string& text, std::string path, const FileReader* below)
        : text_(text), path_(std::move(path)), below_(below) {}

    [[nodiscard]] Result<std::string> read(const std::string& path) const override {
        if (path == path_) return text_;
        if (below_ != nullptr) return below_->read(path);
        return Error{
            "open " + path + ": no such file or directory", {path, 0, 0}, "check the file's name"};
    }

    [[nodiscard]] bool exists(const std::string& path) const override {
        return path == path_ || (below_ != nullptr && below_->exists(path));
    }

    [[nodiscard]] bool is_directory(const std::string& path) const override {
        return path != path_ && below_ != nullptr && below_->is_directory(path);
    }

    [[nodiscard]] std::vector<std::string> list(const std::string& folder) const override {
        std::vector<std::string> names;
        if (below_ != nullptr) names = below_->list(folder);
        return names;
    }

  private:
    const std::string& text_;
    std::string path_;
    const FileReader* below_;
};

}  // namespace

Result<Project> load(const LoadRequest& request) {
    if (request.files == nullptr)
        return Error{"no files to read from", {}, "give load() a reader of files"};
    return Loading(request).run();
}

Result<Project> load_text(const std::string& text,
                          const std::string& path,
                          const LoadRequest& request) {
    LoadRequest with_text = request;
    const OneText files(text, resolve_path(request.working_directory, path), request.files);
    with_text.files = &files;
    with_text.paths = {path};
    return load(with_text);
}

}  // namespace podium::compose
