#include <algorithm>
#include <fmt/format.h>
#include <string>

#include "sim/base/text.hpp"
#include "sim/programs/compose_file/python_schema.hpp"
#include "sim/programs/compose_file/python_words.hpp"
#include "sim/programs/compose_file/schema.hpp"

namespace podium::compose {
namespace {

// validation.py, validate_config_section.
Result<void> check_python_section(const Node* section,
                                  const Place& place,
                                  std::string_view noun,
                                  const std::string& file) {
    if (section == nullptr) return {};
    const std::string hint = hint_of_types("object");
    if (!section->is_mapping()) {
        return Error{fmt::format("In file '{}', {} must be a mapping, not {}.",
                                 file,
                                 noun,
                                 with_article(python_type(*section))),
                     section->is_scalar() ? section->place : place,
                     hint};
    }
    for (const Entry& entry : section->entries) {
        if (entry.value.is_mapping() || entry.value.is_null()) continue;
        return Error{fmt::format("In file '{}', {} '{}' must be a mapping not {}.",
                                 file,
                                 noun,
                                 entry.key,
                                 with_article(python_type(entry.value))),
                     entry.value.is_scalar() ? entry.value.place : entry.place,
                     hint};
    }
    return {};
}

// 1.29 looks so at a version and at sections.
bool is_missing(const Node* node) {
    return node == nullptr || is_python_false(*node);
}

// config.py, ConfigFile.version: whether a file is of a newer format than the first.
bool has_python_sections(const Node& document) {
    if (!is_missing(document.find("version"))) return true;
    for (const std::string_view key : {"services", "networks", "volumes"}) {
        if (!is_missing(document.find(key))) return true;
    }
    return false;
}

// config.py: ConfigFile.version, then process_config_file. A file that names a version is told of
// its "service", one that names none of its "services".
Result<void> check_python_sections(const Node& document, const std::string& file) {
    if (!has_python_sections(document))
        return check_python_section(&document, document.place, "services", file);
    const auto check = [&](std::string_view key, std::string_view noun) -> Result<void> {
        const Entry* entry = document.find_entry(key);
        if (entry == nullptr) return {};
        return check_python_section(&entry->value, entry->place, noun, file);
    };
    if (is_missing(document.find("version"))) {
        for (const std::string_view key : {"services", "networks", "volumes"}) {
            if (const Result<void> done = check(key, key); !done) return done;
        }
    }
    for (const std::string_view key : {"services", "volumes", "networks", "secrets", "configs"}) {
        if (const Result<void> done = check(key, key.substr(0, key.size() - 1)); !done) return done;
    }
    return {};
}

// docker-compose 1.29.2, config.py, ConfigFile.version: `^[1-3]+(\.\d+)?$`, and none of them
// the oldest. One that is empty, zero or false counts as none.
Result<void> check_python_version(const Node& document, const std::string& file) {
    const Node* version = document.find("version");
    if (version == nullptr || is_python_false(*version)) return {};
    if (!version->is_string()) {
        return Error{fmt::format("Version in \"{}\" is invalid - it should be a string.", file),
                     version->place,
                     "put the version in quotes"};
    }
    const std::string& text = version->text;
    const std::size_t point = std::min(text.find('.'), text.size());
    const auto consists_of = [](std::string_view part, std::string_view digits) {
        return !part.empty() && part.find_first_not_of(digits) == std::string_view::npos;
    };
    const bool formed = consists_of(std::string_view(text).substr(0, point), "123") &&
                        (point == text.size() ||
                         consists_of(std::string_view(text).substr(point + 1), "0123456789"));
    constexpr std::string_view kHint = "write a version such as \"3.8\", or none";
    if (!formed)
        return Error{fmt::format("Version \"{}\" in \"{}\" is invalid.", text, file),
                     version->place,
                     std::string(kHint)};
    if (text[0] != '1') return {};
    return Error{fmt::format("Version in \"{}\" is invalid. {}", file, kVersionExplanation),
                 version->place,
                 std::string(kHint)};
}

// A file without sections is of the oldest format, its services at the top level, whose
// schema and networking are others.
Result<void> check_python_services_there(const Node& document, const std::string& file) {
    if (has_python_sections(document) || document.entries.empty()) return {};
    const Entry& first = document.entries[0];
    const bool nothing = first.value.is_null() || first.value.entries.empty();
    if (nothing) {
        return Error{fmt::format("The Compose file is invalid because:\nService {} has neither an "
                                 "image nor a build context specified. At least one must be "
                                 "provided.",
                                 first.key),
                     first.place,
                     "write services: and a service with an image below it"};
    }
    return Error{
        fmt::format("'{}' has no 'services': version 1 of the Compose file format is not simulated",
                    file),
        first.place,
        "put the services under services:"};
}

}  // namespace

Result<void> check_python_layout(const Node& document, const std::string& file) {
    if (const Result<void> done = check_python_version(document, file); !done) return done;
    if (const Result<void> done = check_python_sections(document, file); !done) return done;
    return check_python_services_there(document, file);
}

// 1.29.2, interpolation.py, process_item: what has nothing in it becomes an empty mapping.
void fill_python_sections(Node& document) {
    for (const std::string_view section :
         {"services", "networks", "volumes", "secrets", "configs"}) {
        Node* resources = document.find(section);
        if (resources == nullptr) continue;
        for (Entry& entry : resources->entries) {
            if (entry.value.is_null()) entry.value = mapping_node(entry.place);
        }
    }
}

namespace {

// Whether a text that is no model yet names a version: a line of the top level.
bool names_version(std::string_view text) {
    constexpr std::string_view kKey = "version:";
    for (const std::string& line : split(text, '\n')) {
        if (!line.starts_with(kKey)) continue;
        const std::string value(trim(std::string_view(line).substr(kKey.size())));
        return !value.empty() && value != "\"\"" && value != "''" && value[0] != '#';
    }
    return false;
}

}  // namespace

std::string python_odd_key(const std::string& sentence,
                           const std::string& file,
                           std::string_view text) {
    constexpr std::string_view kIn = "Non-string key in ";
    const std::size_t colon = sentence.find(": ");
    if (!sentence.starts_with(kIn) || colon == std::string::npos) return sentence;
    std::string section = sentence.substr(kIn.size(), colon - kIn.size());
    if (section.find('.') != std::string::npos) return sentence;
    // See check_python_sections: these two are never looked at for the version.
    const bool one = section == "secrets" || section == "configs" || names_version(text);
    if (one && section.ends_with("s")) section.pop_back();
    return fmt::format("In file '{0}', the {1} name {2} must be a quoted string, i.e. '{2}'.",
                       file,
                       section,
                       sentence.substr(colon + 2));
}

std::string python_class(const Node& node) {
    switch (node.kind) {
        case NodeKind::Null:
            return "<class 'NoneType'>";
        case NodeKind::Boolean:
            return "<class 'bool'>";
        case NodeKind::Integer:
            return "<class 'int'>";
        case NodeKind::Float:
            return "<class 'float'>";
        case NodeKind::String:
            return "<class 'str'>";
        case NodeKind::Sequence:
            return "<class 'list'>";
        case NodeKind::Mapping:
            break;
    }
    return "<class 'dict'>";
}

}  // namespace podium::compose
