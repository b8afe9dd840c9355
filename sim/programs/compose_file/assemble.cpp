#include "sim/programs/compose_file/assemble.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <optional>

#include "sim/programs/compose_file/canonical.hpp"
#include "sim/programs/compose_file/dotenv.hpp"
#include "sim/programs/compose_file/merge.hpp"
#include "sim/programs/compose_file/python_schema.hpp"
#include "sim/programs/compose_file/schema.hpp"
#include "sim/programs/compose_file/validate.hpp"
#include "sim/programs/compose_file/values.hpp"
#include "sim/programs/compose_file/yaml.hpp"

namespace podium::compose {

std::string display_path(const std::string& path, const std::string& working_directory) {
    const std::string base = working_directory == "/" ? "/" : working_directory + "/";
    return path.starts_with(base) ? path.substr(base.size()) : path;
}

std::string sentence_path(const std::string& path, const AssemblyContext& context) {
    if (context.dialect == Dialect::V2) return path;
    if (path == "-") return "None";
    const auto named = context.names.find(path);
    return named == context.names.end() ? path : named->second;
}

Result<std::string> read_text(const std::string& path, AssemblyContext& context) {
    const Place place{display_path(path, context.working_directory), 0, 0};
    if (++context.file_count > kMaximumFiles) {
        return Error{fmt::format("more than {} files are read for one project", kMaximumFiles),
                     place,
                     "look for files that include each other"};
    }
    if (path != "-" && !context.files->exists(path)) {
        // config.py of 1.29.2, load_yaml: the name of the exception's module, which has none, and
        // its own.
        const std::string v1 =
            fmt::format(".FileNotFoundError: [Errno 2] No such file or directory: '{}'",
                        sentence_path(path, context));
        return Error{context.dialect == Dialect::V1
                         ? v1
                         : fmt::format("open {}: no such file or directory", path),
                     place,
                     "check the file's name"};
    }
    if (path != "-" && context.files->is_directory(path)) {
        return Error{context.dialect == Dialect::V1
                         ? fmt::format(".IsADirectoryError: [Errno 21] Is a directory: '{}'",
                                       sentence_path(path, context))
                         : fmt::format("read {}: is a directory", path),
                     place,
                     "name a file"};
    }
    return context.files->read(path);
}

namespace {

struct ServiceReference {
    std::string file;
    std::string service;
    bool operator==(const ServiceReference&) const = default;
};

class Assembler {
  public:
    Assembler(AssemblyContext& context, const Variables& variables)
        : context_(context), variables_(variables) {
        lookup_ = [this](std::string_view name) -> std::optional<std::string> {
            const auto found = variables_.find(std::string(name));
            if (found == variables_.end()) return std::nullopt;
            return found->second;
        };
    }

    Result<Assembly> assemble(const std::vector<std::string>& paths,
                              const std::string& directory,
                              std::vector<std::string> including) {
        if (including.size() > kMaximumNesting) {
            return Error{fmt::format("include is nested more than {} deep", kMaximumNesting),
                         {},
                         "include fewer levels"};
        }
        Result<Node> read =
            v1() ? python_model(paths) : merged_model(paths, directory, std::move(including));
        if (!read) return read.error();
        Node model = std::move(*read);
        Assembly assembly;
        assembly.merged = model;
        const Result<void> finished = finish(model, directory);
        if (!finished) return finished.error();
        if (context_.dialect == Dialect::V1)
            resolve_paths(assembly.merged, directory, context_.home);
        assembly.model = std::move(model);
        return assembly;
    }

  private:
    [[nodiscard]] bool v1() const { return context_.dialect == Dialect::V1; }

    Result<Node> merged_model(const std::vector<std::string>& paths,
                              const std::string& directory,
                              std::vector<std::string> including) {
        Node model = mapping_node({});
        for (const std::string& path : paths) {
            including.push_back(path);
            Result<Node> merged = add_file(std::move(model), path, directory, including);
            if (!merged) return merged.error();
            model = std::move(*merged);
        }
        return model;
    }

    // docker-compose 1.29.2, config.py, load and load_services: all files are read, then their
    // versions compared, then each is checked, and they are merged; what a service extends is one
    // of the first file, as it is written there.
    Result<Node> python_model(const std::vector<std::string>& paths) {
        std::vector<Node> files;
        for (const std::string& path : paths) {
            Result<std::vector<Node>> documents = documents_of(path);
            if (!documents) return documents.error();
            files.push_back(std::move(documents->front()));
        }
        for (std::size_t i = 0; i < paths.size(); ++i) {
            if (const auto done = check_top_level(files[i], paths[i]); !done) return done.error();
            if (i == 0) continue;
            const Result<void> same = check_python_versions(files[0],
                                                            sentence_path(paths[0], context_),
                                                            files[i],
                                                            sentence_path(paths[i], context_));
            if (!same) return same.error();
        }
        for (std::size_t i = 0; i < paths.size(); ++i) {
            if (const auto done = check_python_file(files[i], paths[i]); !done) return done.error();
        }
        main_ = files[0];
        main_path_ = paths[0];
        Node model = mapping_node({});
        for (const Node& file : files) {
            const bool alone = model.entries.empty();
            drop_extended(model, file);
            Result<Node> merged = merge(std::move(model), file);
            if (!merged) return merged.error();
            model = std::move(*merged);
            // Lists become unique where they are merged; of a file alone it tells what is there
            // twice.
            if (!alone) {
                if (const Result<void> done = make_unique(model); !done) return done.error();
            }
            model.place = file.place;
        }
        Node bases = main_.find("services") == nullptr ? mapping_node({}) : *main_.find("services");
        if (const auto done = apply_extends(model, &bases, paths[0]); !done) return done.error();
        return model;
    }

    // config.py, merge_service_dicts_from_files: what a service extends is replaced whole.
    static void drop_extended(Node& model, const Node& over) {
        Node* services = model.find("services");
        const Node* others = over.find("services");
        if (services == nullptr || others == nullptr) return;
        for (const Entry& other : others->entries) {
            Node* service = services->find(other.key);
            if (service != nullptr && other.value.find("extends") != nullptr)
                service->erase("extends");
        }
    }

    [[nodiscard]] Result<void> check_top_level(const Node& document, const std::string& path) const {
        if (document.is_mapping()) return {};
        return Error{v1() ? fmt::format("Top level object in '{}' needs to be an object not '{}'.",
                                        sentence_path(path, context_),
                                        python_class(document))
                          : "top-level object must be a mapping",
                     document.place,
                     "begin the file with services:"};
    }

    // --- one file
    // ------------------------------------------------------------------------------------

    Result<std::vector<Node>> documents_of(const std::string& path) {
        const Result<std::string> text = read_text(path, context_);
        if (!text) return text.error();
        const std::string shown = display_path(path, context_.working_directory);
        Result<std::vector<Node>> documents = parse_yaml(*text, shown, context_.dialect);
        if (!documents) {
            Error error = documents.error();
            const bool odd_key = error.message.starts_with("Non-string key");
            if (v1()) {
                const std::string name = path == "-" ? "<stdin>" : sentence_path(path, context_);
                error.message = python_marks_named(error.message, shown, name);
            }
            if (!v1() && !odd_key)
                error.message = fmt::format("failed to parse {}: {}", path, error.message);
            return error;
        }
        if (v1() && documents->empty()) documents->push_back(null_node({shown, 1, 1}));
        return documents;
    }

    Result<Node> add_file(Node model,
                          const std::string& path,
                          const std::string& directory,
                          const std::vector<std::string>& including) {
        Result<std::vector<Node>> documents = documents_of(path);
        if (!documents) return documents.error();
        for (const Node& document : *documents) {
            if (const auto done = check_top_level(document, path); !done) return done.error();
        }
        for (Node& document : *documents) {
            if (context_.interpolate) {
                const Result<void> done =
                    interpolate_model(document, lookup_, context_.dialect, context_.warnings);
                if (!done) return done.error();
            }
            const Result<void> included = apply_include(document, directory, including);
            if (!included) return included.error();
            const Result<void> extended = apply_extends(document, document.find("services"), path);
            if (!extended) return extended.error();
            Result<Node> merged = merge(std::move(model), document);
            if (!merged) return merged.error();
            model = std::move(*merged);
            if (const Result<void> done = make_unique(model); !done) return done.error();
            model.place = document.place;
            const Result<void> checked = check_schema(model, sentence_path(path, context_));
            if (!checked) return checked.error();
            drop_version(model, path);
        }
        return model;
    }

    // docker-compose 1.29.2, config.py, process_config_file: each file by itself, before it is
    // merged with others.
    Result<void> check_python_file(Node& document, const std::string& path) {
        const std::string file = sentence_path(path, context_);
        if (const auto version = python_version_of(document, file); !version)
            return version.error();
        if (const Result<void> done = check_python_layout(document, file); !done) return done;
        if (context_.interpolate) {
            const Result<void> done =
                interpolate_model(document, lookup_, context_.dialect, context_.warnings);
            if (!done) return done;
            fill_python_sections(document);
        }
        return check_python_schema(document, file);
    }

    void drop_version(Node& model, const std::string& path) {
        const Entry* version = model.find_entry("version");
        if (version == nullptr) return;
        context_.warnings.push_back(
            {fmt::format(
                 "{}: the attribute `version` is obsolete, it will be ignored, please remove "
                 "it to avoid potential confusion",
                 path),
             version->place,
             false});
        model.erase("version");
    }

    Result<void> finish(Node& model, const std::string& directory) {
        settle_tags(model);
        if (const Result<void> done =
                canonicalise(model, context_.dialect, context_.warnings, context_.raw);
            !done)
            return done;
        drop_empty_dns(model);
        if (const Result<void> done = make_unique(model); !done) return done;
        set_defaults(model);
        if (const Result<void> done = check_values(model, context_.dialect); !done) return done;
        resolve_paths(model, directory, context_.home);
        return {};
    }

    static void drop_empty_dns(Node& model) {
        Node* services = model.find("services");
        if (services == nullptr) return;
        for (Entry& entry : services->entries) {
            Node* dns = entry.value.find("dns");
            if (dns == nullptr) continue;
            std::erase_if(dns->items,
                          [](const Node& item) { return item.is_null() || item.text.empty(); });
        }
    }

    // --- extends
    // -------------------------------------------------------------------------------------

    // What is extended without a file is one of `bases`.
    Result<void> apply_extends(Node& document, Node* bases, const std::string& path) {
        Node* services = document.find("services");
        if (services == nullptr || !services->is_mapping()) return {};
        for (std::size_t i = 0; i < services->entries.size(); ++i) {
            const std::string name = services->entries[i].key;
            std::vector<ServiceReference> chain;
            const Result<void> done = extend_service(*services, *bases, name, path, chain);
            if (!done) return done;
        }
        return {};
    }

    // Replaces a service of `services` by itself laid over what it extends.
    Result<void> extend_service(Node& services,
                                Node& bases,
                                const std::string& name,
                                const std::string& path,
                                std::vector<ServiceReference>& chain) {
        const Node* service = services.find(name);
        const Entry* extends = service->find_entry("extends");
        if (extends == nullptr) return {};
        const Node reference = extends->value;
        const Node* base_name = reference.is_mapping() ? reference.find("service") : &reference;
        if (base_name == nullptr || !base_name->is_scalar()) {
            return Error{fmt::format("extends.{}.service is required", name),
                         extends->place,
                         "add 'service:'"};
        }
        if (const Result<void> done = track(chain, {path, name}, base_name->place); !done)
            return done;
        const Node* file = reference.is_mapping() ? reference.find("file") : nullptr;
        Result<Node> base = file == nullptr || !file->is_scalar()
                                ? base_here(bases, name, *base_name, path, chain)
                                : base_elsewhere(name, *base_name, *file, path, chain);
        if (!base) return base.error();
        if (v1()) {
            const bool here = file == nullptr || !file->is_scalar();
            const std::string where = here ? path : resolve_path(directory_of(path), file->text);
            if (const Result<void> done = check_python_base(*base, *base_name, where); !done)
                return done;
        }
        Node over = *services.find(name);
        over.erase("extends");
        if (base->is_null()) {
            *services.find(name) = std::move(over);
            return {};
        }
        Result<Node> merged = merge(std::move(*base), over, {"services", name});
        if (!merged) return merged.error();
        merged->place = over.place;
        if (v1()) {
            Node holder = mapping_node({});
            holder.set("services", mapping_node({})).set(name, std::move(*merged));
            if (const Result<void> done = make_unique(holder); !done) return done;
            *services.find(name) = std::move(*holder.find("services")->find(name));
            return {};
        }
        *services.find(name) = std::move(*merged);
        return {};
    }

    Result<Node> base_here(Node& services,
                           const std::string& name,
                           const Node& base_name,
                           const std::string& path,
                           std::vector<ServiceReference>& chain) {
        if (services.find(base_name.text) == nullptr) {
            const std::string where = sentence_path(path, context_);
            return Error{
                v1() ? fmt::format("Cannot extend service '{}' in {}: Service not found",
                                   base_name.text,
                                   path)
                     : fmt::format("cannot extend service \"{}\" in {}: service \"{}\" not found",
                                   name,
                                   where,
                                   base_name.text),
                base_name.place,
                "extend a service of this file, or add 'file:'"};
        }
        const Result<void> done = extend_service(services, services, base_name.text, path, chain);
        if (!done) return done.error();
        Node base = *services.find(base_name.text);
        settle_tags(base);
        return base;
    }

    Result<Node> base_elsewhere(const std::string& name,
                                const Node& base_name,
                                const Node& file,
                                const std::string& path,
                                std::vector<ServiceReference>& chain) {
        const std::string other = resolve_path(directory_of(path), file.text);
        // 1.29 has the whole path of what is extended, in this sentence and in that of circles.
        if (v1() && !context_.files->exists(other)) {
            return Error{
                fmt::format(".FileNotFoundError: [Errno 2] No such file or directory: '{}'", other),
                file.place,
                "check the file's name"};
        }
        Result<std::vector<Node>> documents = documents_of(other);
        if (!documents) {
            Error error = documents.error();
            if (error.place.line == 0) error.place = file.place;
            return error;
        }
        if (std::find(context_.read_files.begin(), context_.read_files.end(), other) ==
            context_.read_files.end()) {
            context_.read_files.push_back(other);
        }
        for (const Node& document : *documents) {
            const Result<void> done = check_python_extension(document, other);
            if (!done) return done.error();
        }
        Node model = mapping_node({});
        for (Node& document : *documents) {
            if (v1()) {
                if (const auto done = check_python_file(document, other); !done)
                    return done.error();
            } else if (context_.interpolate) {
                const Result<void> done =
                    interpolate_model(document, lookup_, context_.dialect, context_.warnings);
                if (!done) return done.error();
            }
            Result<Node> merged = merge(std::move(model), document);
            if (!merged) return merged.error();
            model = std::move(*merged);
        }
        Node* services = model.find("services");
        const std::string where = sentence_path(path, context_);
        if (services == nullptr && !v1()) {
            return Error{
                fmt::format("cannot extend service \"{}\" in {}: no services section", name, other),
                file.place,
                "name a Compose file with services"};
        }
        if (services == nullptr || services->find(base_name.text) == nullptr) {
            return Error{
                v1() ? fmt::format("Cannot extend service '{}' in {}: Service not found",
                                   base_name.text,
                                   other)
                     : fmt::format(
                           "cannot extend service \"{}\" in {}: service \"{}\" not found in {}",
                           name,
                           where,
                           base_name.text,
                           file.text),
                base_name.place,
                fmt::format("name a service of {}", file.text)};
        }
        const Result<void> done = extend_service(*services, *services, base_name.text, other, chain);
        if (!done) return done.error();
        // Paths of the base are meant from its own file's directory.
        Node holder = mapping_node({});
        Node& list = holder.set("services", mapping_node({}));
        list.set(base_name.text, *services->find(base_name.text));
        settle_tags(holder);
        resolve_paths(holder, directory_of(other), context_.home);
        return *holder.find("services")->find(base_name.text);
    }

    // config.py, validate_and_construct_extends: the file is held against the first.
    [[nodiscard]] Result<void> check_python_extension(const Node& document,
                                                      const std::string& path) const {
        if (const Result<void> done = check_top_level(document, path); !done || !v1()) return done;
        return check_python_versions(
            main_, sentence_path(main_path_, context_), document, sentence_path(path, context_));
    }

    Result<void> track(std::vector<ServiceReference>& chain,
                       const ServiceReference& next,
                       const Place& place) const {
        const bool seen = std::find(chain.begin(), chain.end(), next) != chain.end();
        chain.push_back(next);
        if (!seen && chain.size() <= kMaximumNesting) return {};
        if (!seen) {
            return Error{fmt::format("extends is nested more than {} deep", kMaximumNesting),
                         place,
                         "extend fewer levels"};
        }
        std::string message =
            fmt::format("Circular reference:\n  {} in {}", chain[0].service, chain[0].file);
        for (std::size_t i = 1; i < chain.size(); ++i)
            message += fmt::format("\n  extends {} in {}", chain[i].service, chain[i].file);
        return Error{message, place, "break the circle: a service cannot extend itself"};
    }

    Result<void> check_python_base(const Node& base,
                                   const Node& base_name,
                                   const std::string& path) const {
        for (const std::string_view key : {"links", "volumes_from", "network_mode", "depends_on"}) {
            const Entry* entry = base.find_entry(key);
            if (entry == nullptr) continue;
            if (key == "network_mode" && !entry->value.text.starts_with("service:")) continue;
            const std::string what =
                key == "network_mode" ? "network_mode: service" : std::string(key);
            return Error{
                fmt::format(
                    "Cannot extend service '{}' in {}: services with '{}' cannot be extended",
                    base_name.text,
                    path,
                    what),
                entry->place,
                "move it to the services that extend this one"};
        }
        return {};
    }

    // --- include
    // -------------------------------------------------------------------------------------

    Result<void> apply_include(Node& document,
                               const std::string& directory,
                               const std::vector<std::string>& including) {
        const Entry* entry = document.find_entry("include");
        if (entry == nullptr) return {};
        const Node includes = entry->value;
        if (includes.is_null()) {
            document.erase("include");
            return {};
        }
        if (!includes.is_sequence()) {
            return Error{fmt::format("`include` must be a list, got {}", kind_name(includes.kind)),
                         entry->place,
                         "write include: and then '- file.yml'"};
        }
        for (std::size_t i = 0; i < includes.items.size(); ++i) {
            const Result<void> done =
                include_one(document, includes.items[i], index_step(i), directory, including);
            if (!done) return done;
        }
        document.erase("include");
        return {};
    }

    Result<void> include_one(Node& document,
                             const Node& item,
                             const std::string& step,
                             const std::string& directory,
                             const std::vector<std::string>& including) {
        Node checked = mapping_node(item.place);
        Node& list = checked.set("include", sequence_node(item.place));
        list.items.push_back(item);
        const Result<void> shape =
            check_schema(checked, sentence_path(including.back(), context_));
        if (!shape) return shape;
        std::vector<std::string> paths;
        std::vector<std::string> env_files;
        std::string project_directory;
        if (item.is_mapping()) {
            paths = texts(item.find("path"));
            env_files = texts(item.find("env_file"));
            const Node* written = item.find("project_directory");
            if (written != nullptr) project_directory = resolve_path(directory, written->text);
        } else {
            paths = texts(&item);
        }
        if (paths.empty()) {
            return Error{
                fmt::format("include{}: path is missing", step), item.place, "add 'path:'"};
        }
        for (std::string& path : paths)
            path = resolve_path(directory, path);
        if (project_directory.empty()) project_directory = directory_of(paths[0]);
        if (std::find(including.begin(), including.end(), paths[0]) != including.end()) {
            std::string message = "include cycle detected:\n" + including[0];
            for (std::size_t i = 1; i < including.size(); ++i)
                message += "\n include " + including[i];
            return Error{message + "\n include " + paths[0], item.place, "break the circle"};
        }
        for (const std::string& path : paths)
            context_.read_files.push_back(path);
        Result<Variables> variables =
            include_variables(env_files, directory, project_directory, item.place);
        if (!variables) return variables.error();
        Assembler inner(context_, *variables);
        Result<Assembly> included = inner.assemble(paths, project_directory, including);
        if (!included) {
            Error error = included.error();
            if (error.place.line == 0) error.place = item.place;
            return error;
        }
        return import_resources(document, included->model);
    }

    static std::vector<std::string> texts(const Node* node) {
        std::vector<std::string> out;
        if (node == nullptr) return out;
        if (node->is_scalar()) out.push_back(node->text);
        for (const Node& item : node->items)
            out.push_back(item.text);
        return out;
    }

    // The including project's variables win over those of the included one's .env.
    Result<Variables> include_variables(std::vector<std::string> env_files,
                                        const std::string& directory,
                                        const std::string& project_directory,
                                        const Place& place) {
        Variables variables = variables_;
        if (env_files.empty()) {
            const std::string path = resolve_path(project_directory, ".env");
            if (context_.files->exists(path) && !context_.files->is_directory(path))
                env_files.push_back(path);
        }
        for (const std::string& file : env_files) {
            if (file == "/dev/null") continue;
            const std::string path = resolve_path(directory, file);
            const Result<std::string> text = read_text(path, context_);
            if (!text)
                return Error{fmt::format("couldn't find env file: {}", path),
                             place,
                             "check the file's name"};
            std::vector<std::string> unset;
            const Lookup lookup =
                [&variables](std::string_view name) -> std::optional<std::string> {
                const auto found = variables.find(std::string(name));
                if (found == variables.end()) return std::nullopt;
                return found->second;
            };
            const auto lines = parse_dotenv(
                *text, display_path(path, context_.working_directory), lookup, false, unset);
            if (!lines) return lines.error();
            for (const EnvironmentLine& line : *lines)
                variables.emplace(line.name, line.value);
        }
        return variables;
    }

    // What is in both is merged, the including file winning.
    static Result<void> import_resources(Node& document, const Node& included) {
        for (const std::string_view section :
             {"services", "volumes", "networks", "secrets", "configs", "models"}) {
            const Entry* from = included.find_entry(section);
            if (from == nullptr || !from->value.is_mapping()) continue;
            Node* to = document.find(section);
            if (to == nullptr || to->is_null())
                to = &document.set(section, mapping_node(from->value.place));
            if (!to->is_mapping()) continue;
            for (const Entry& resource : from->value.entries) {
                Node* local = to->find(resource.key);
                if (local == nullptr) {
                    to->entries.push_back(resource);
                    continue;
                }
                Result<Node> merged =
                    merge(resource.value, *local, {std::string(section), resource.key});
                if (!merged) return merged.error();
                *local = std::move(*merged);
            }
        }
        return {};
    }

    AssemblyContext& context_;
    const Variables& variables_;
    Lookup lookup_;
    Node main_;              // The first file, of V1.
    std::string main_path_;  // Its path.
};

}  // namespace

Result<Assembly> assemble(const std::vector<std::string>& paths,
                          const std::string& directory,
                          const Variables& variables,
                          AssemblyContext& context) {
    return Assembler(context, variables).assemble(paths, directory, {});
}

}  // namespace podium::compose
