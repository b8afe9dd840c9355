#include "sim/programs/compose_file/choose_files.hpp"

#include <span>
#include <string_view>
#include <utility>

#include "sim/base/text.hpp"
#include "sim/programs/compose_file/assemble.hpp"
#include "sim/programs/compose_file/client_sentences.hpp"

namespace podium::compose {
namespace {

constexpr std::string_view kDefaultNames[] = {
    "compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"};
constexpr std::string_view kOverrideNames[] = {"compose.override.yml",
                                               "compose.override.yaml",
                                               "docker-compose.override.yml",
                                               "docker-compose.override.yaml"};
constexpr std::string_view kPythonNames[] = {
    "docker-compose.yml", "docker-compose.yaml", "compose.yml", "compose.yaml"};
constexpr std::string_view kPythonOverrides[] = {"docker-compose.override.yml",
                                                 "docker-compose.override.yaml",
                                                 "compose.override.yml",
                                                 "compose.override.yaml"};

class Choosing {
  public:
    Choosing(const LoadRequest& request, const std::string& working_directory)
        : request_(request), working_directory_(working_directory) {}

    Result<ChosenFiles> run(const std::map<std::string, std::string>& variables) {
        for (const std::string& path : named(variables)) {
            const std::string whole = path == "-" ? path : resolve_path(working_directory_, path);
            chosen_.names[whole] = path.starts_with("/") ? path : "./" + path;
            chosen_.paths.push_back(whole);
        }
        if (!chosen_.paths.empty()) return std::move(chosen_);
        const std::string& given = request_.project_directory;
        const std::string elsewhere =
            given.empty() ? std::string() : resolve_path(working_directory_, given);
        if (v1() || given.empty()) {
            if (const Result<void> done = search(working_directory_, "."); !done)
                return done.error();
        }
        if (chosen_.paths.empty() && !given.empty()) {
            if (const Result<void> done = search(elsewhere, given); !done) return done.error();
        }
        if (chosen_.paths.empty()) return no_file_found(request_.dialect);
        return std::move(chosen_);
    }

  private:
    [[nodiscard]] bool v1() const { return request_.dialect == Dialect::V1; }

    [[nodiscard]] std::vector<std::string> named(
        const std::map<std::string, std::string>& variables) const {
        if (!request_.paths.empty()) return request_.paths;
        const auto listed = variables.find("COMPOSE_FILE");
        if (listed == variables.end() || listed->second.empty()) return {};
        const auto separator = variables.find("COMPOSE_PATH_SEPARATOR");
        const bool other = separator != variables.end() && !separator->second.empty();
        return split(listed->second, other ? separator->second[0] : ':');
    }

    // Here and then upwards; `name` is the directory in 1.29's sentences: ".", "./..".
    Result<void> search(std::string directory, std::string name) {
        while (true) {
            const std::vector<std::string> found =
                v1() ? present(kPythonNames, directory) : present(kDefaultNames, directory);
            if (!found.empty()) {
                take_first(found, "config", name);
                return add_override(directory, name);
            }
            if (directory == "/" || directory == ".") return {};
            directory = directory_of(directory);
            name += name.ends_with("/") ? ".." : "/..";
        }
    }

    Result<void> add_override(const std::string& directory, const std::string& name) {
        const std::vector<std::string> overrides =
            v1() ? present(kPythonOverrides, directory) : present(kOverrideNames, directory);
        if (v1() && overrides.size() > 1) {
            std::vector<std::string> names;
            for (const std::string& path : overrides)
                names.push_back(named_in(name, path));
            return several_overrides(names, {display_path(overrides[1], working_directory_), 0, 0});
        }
        if (!overrides.empty()) take_first(overrides, "override", name);
        return {};
    }

    [[nodiscard]] std::vector<std::string> present(std::span<const std::string_view> names,
                                                   const std::string& directory) const {
        std::vector<std::string> out;
        for (const std::string_view name : names) {
            const std::string path = resolve_path(directory, name);
            if (request_.files->exists(path) && !request_.files->is_directory(path))
                out.push_back(path);
        }
        return out;
    }

    static std::string named_in(const std::string& directory, const std::string& path) {
        return directory + (directory.ends_with("/") ? "" : "/") + base_name(path);
    }

    void take_first(const std::vector<std::string>& candidates,
                    std::string_view kind,
                    const std::string& name) {
        chosen_.paths.push_back(candidates[0]);
        chosen_.names[candidates[0]] = named_in(name, candidates[0]);
        if (candidates.size() == 1) return;
        const Place place{display_path(candidates[0], working_directory_), 0, 0};
        for (std::string& sentence : sentences_of_several(request_.dialect, candidates, kind))
            chosen_.warnings.push_back({std::move(sentence), place, false});
    }

    const LoadRequest& request_;
    const std::string& working_directory_;
    ChosenFiles chosen_;
};

}  // namespace

Result<ChosenFiles> choose_files(const LoadRequest& request,
                                 const std::string& working_directory,
                                 const std::map<std::string, std::string>& variables) {
    return Choosing(request, working_directory).run(variables);
}

}  // namespace podium::compose
