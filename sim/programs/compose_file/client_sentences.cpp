#include "sim/programs/compose_file/client_sentences.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>
#include <string>
#include <utility>

#include "sim/base/text.hpp"
#include "sim/programs/compose_file/load.hpp"

namespace podium::compose {

// --- which files --------------------------------------------------------------------------------

Error no_file_found(Dialect dialect) {
    return Error{dialect == Dialect::V1
                     ? "Can't find a suitable configuration file in this directory or "
                       "any\nparent. Are you in the right "
                       "directory?\n\nSupported filenames: docker-compose.yml, "
                       "docker-compose.yaml, compose.yml, "
                       "compose.yaml"
                     : "no configuration file provided: not found",
                 {},
                 "name one with -f, or go to the directory that has it"};
}

Error several_overrides(const std::vector<std::string>& paths, const Place& place) {
    return Error{
        fmt::format("Multiple override files found: {}. You may only use a single override "
                    "file.",
                    join(paths, ", ")),
        place,
        "remove all but one"};
}

std::vector<std::string> sentences_of_several(Dialect dialect,
                                              std::vector<std::string> paths,
                                              std::string_view kind) {
    if (dialect == Dialect::V1) {
        for (std::string& path : paths)
            path = base_name(path);
    }
    return {
        fmt::format("Found multiple {} files with supported names: {}", kind, join(paths, ", ")),
        fmt::format("Using {}", paths[0])};
}

Error wrong_project_name(const std::string& name) {
    return Error{
        fmt::format("invalid project name \"{}\": must consist only of lowercase alphanumeric "
                    "characters, hyphens, and underscores as well as start with a letter or number",
                    name),
        {},
        fmt::format("use '{}'", normal_project_name(name))};
}

// --- files of variables and labels --------------------------------------------------------------

std::string missing_env_file(Dialect dialect, const std::string& path) {
    return fmt::format("{}ouldn't find env file: {}", dialect == Dialect::V1 ? 'C' : 'c', path);
}

std::string missing_service_env_file(Dialect dialect, const std::string& path) {
    if (dialect == Dialect::V1) return missing_env_file(dialect, path);
    return fmt::format("env file {0} not found: stat {0}: no such file or directory", path);
}

std::string missing_label_file(const std::string& path) {
    return fmt::format("label file {0} not found: stat {0}: no such file or directory", path);
}

std::string sentence_of_unset(Dialect dialect, const std::string& name) {
    return fmt::format("The {0}{1}{0} variable is not set. Defaulting to a blank string.",
                       dialect == Dialect::V1 ? "" : "\"",
                       name);
}

// --- docker-compose 1.29 ------------------------------------------------------------------------

void warn_of_configs(const Project& project, std::vector<Warning>& warnings) {
    std::vector<std::string> names;
    Place place;
    for (const auto* list : {&project.services, &project.disabled_services}) {
        for (const Service& service : *list) {
            if (service.configs.empty()) continue;
            names.push_back(service.name);
            place = service.configs.front().place;
        }
    }
    if (names.empty()) return;
    std::sort(names.begin(), names.end());
    warnings.push_back({fmt::format("Some services ({}) use the 'configs' key, which will be "
                                    "ignored. Compose does not support 'configs' configuration - "
                                    "use `docker stack deploy` to deploy to a swarm.",
                                    join(names, ", ")),
                        place,
                        false});
}

Result<void> check_build_paths(const Project& project, const FileReader& files) {
    for (const auto* list : {&project.services, &project.disabled_services}) {
        for (const Service& service : *list) {
            if (!service.build) continue;
            const std::string& context = service.build->context;
            const bool address = context.starts_with("http://") ||
                                 context.starts_with("https://") || context.starts_with("git://") ||
                                 context.starts_with("github.com/") || context.starts_with("git@");
            if (context.empty() || address || files.exists(context)) continue;
            return Error{
                fmt::format("build path {} either does not exist, is not accessible, or is "
                            "not a valid URL.",
                            context),
                service.build->place,
                "name the directory that has the Dockerfile"};
        }
    }
    return {};
}

void drop_repeated(std::vector<Warning>& warnings) {
    std::vector<Warning> kept;
    std::set<std::string> seen;
    for (Warning& warning : warnings) {
        if (seen.insert(warning.sentence).second) kept.push_back(std::move(warning));
    }
    warnings = std::move(kept);
}

// --- Podium's own form --------------------------------------------------------------------------

namespace {

// Every part of a text between the separators is one of these words.
bool are_all(std::string_view text,
             const std::vector<std::string_view>& separators,
             const std::vector<std::string_view>& words) {
    while (true) {
        std::size_t end = std::string_view::npos;
        std::size_t next = end;
        for (const std::string_view separator : separators) {
            const std::size_t found = text.find(separator);
            if (found >= end) continue;
            end = found;
            next = found + separator.size();
        }
        if (std::find(words.begin(), words.end(), text.substr(0, end)) == words.end()) return false;
        if (end == std::string_view::npos) return true;
        text.remove_prefix(next);
    }
}

// "null", "integer or string": compose-go's names.
bool are_kinds(std::string_view text) {
    return are_all(text,
                   {", ", " or "},
                   {"array", "boolean", "integer", "mapping", "null", "number", "string"});
}

// "a whole number, or a string": the same in the hints of schema.cpp.
bool are_hinted_kinds(std::string_view text) {
    return are_all(text,
                   {", or "},
                   {"a list (- item)",
                    "a mapping (key: value)",
                    "a number",
                    "a string",
                    "a whole number",
                    "nothing",
                    "true or false"});
}

// compose-go names the first of several kinds only ("must be a null"), and a form by its whole
// regular expression: the hint knows more.
void say_all_kinds(Error& error) {
    constexpr std::string_view kKinds = "write ";
    constexpr std::string_view kMust = " must be a ";
    constexpr std::string_view kCommandKinds = "nothing, or a string, or a list (- item)";
    constexpr std::string_view kForm = "its form is ";
    constexpr std::string_view kPattern = " does not match pattern ";
    if (const std::size_t at = error.message.rfind(kMust);
        at != std::string::npos &&
        are_kinds(std::string_view(error.message).substr(at + kMust.size()))) {
        const std::string before = error.message.substr(0, at) + " must be ";
        if (error.hint.starts_with(kKinds) &&
            are_hinted_kinds(std::string_view(error.hint).substr(kKinds.size()))) {
            const std::string kinds = error.hint.substr(kKinds.size());
            error.message = before + kinds;
            error.hint = kinds.find(", or ") != std::string::npos ? "write it in one of these forms"
                         : kinds.starts_with("a mapping") ? "write its keys below it, indented"
                         : kinds.starts_with("a list")
                             ? "write its items below it, each after a dash"
                             : "write one value there";
        } else if (error.message.substr(at + kMust.size()) == "null") {
            // Only a command may be nothing before all else; the hint tells of quotes.
            error.message = before + std::string(kCommandKinds);
        }
    }
    if (const std::size_t at = error.message.find(kPattern);
        at != std::string::npos && error.hint.starts_with(kForm)) {
        error.message = error.message.substr(0, at) + " can't stand here";
        if (error.message.find(".pull_policy '") != std::string::npos)
            error.hint =
                "write always, missing, never, build, daily, weekly, or a time like every_12h";
    }
}

}  // namespace

Error plain_error(Error error) {
    constexpr std::string_view kValidating = "validating ";
    if (error.message.starts_with(kValidating)) {
        const std::size_t colon = error.message.find(": ");
        if (colon != std::string::npos) error.message.erase(0, colon + 2);
    }
    constexpr std::string_view kParse = "failed to parse ";
    if (error.message.starts_with(kParse)) {
        const std::size_t colon = error.message.find(": ");
        if (colon != std::string::npos) error.message.erase(0, colon + 2);
    }
    // The place says the line, and says it rightly where go-yaml is off by one.
    const std::size_t line =
        error.message.starts_with("yaml: line ") ? std::string_view("yaml: ").size() : 0;
    if (error.message.compare(line, 5, "line ") == 0) {
        const std::size_t colon = error.message.find(": ", line);
        if (colon != std::string::npos) error.message.erase(line, colon + 2 - line);
    }
    constexpr std::string_view kBecause = "is invalid because:\n";
    if (const std::size_t at = error.message.find(kBecause); at != std::string::npos) {
        error.message.erase(0, at + kBecause.size());
    }
    constexpr std::string_view kSuffix = ": invalid compose project";
    if (error.message.ends_with(kSuffix))
        error.message.resize(error.message.size() - kSuffix.size());
    error.message = std::string(trim(error.message));
    for (char& c : error.message) {
        if (c == '\n') c = ' ';
    }
    say_all_kinds(error);
    return error;
}

}  // namespace podium::compose
