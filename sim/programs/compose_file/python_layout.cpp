#include <algorithm>
#include <fmt/format.h>
#include <string>

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
        if (entry.written != NodeKind::String) {
            return Error{fmt::format("In file '{0}', the {1} name {2} must be a quoted string, "
                                     "i.e. '{2}'.",
                                     file,
                                     noun,
                                     entry.key),
                         entry.place,
                         "put the key in quotes"};
        }
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

// config.py, ConfigFile.version: whether a file is of a newer format than the first. A version that
// is a mapping is taken for a service.
bool has_python_sections(const Node& document) {
    const Node* version = document.find("version");
    if (!is_missing(version)) return !version->is_mapping();
    for (const std::string_view key : {"services", "networks", "volumes"}) {
        if (!is_missing(document.find(key))) return true;
    }
    return false;
}

Result<void> check_section_named(const Node& document,
                                 std::string_view key,
                                 std::string_view noun,
                                 const std::string& file) {
    const Entry* entry = document.find_entry(key);
    if (entry == nullptr) return {};
    return check_python_section(&entry->value, entry->place, noun, file);
}

// docker-compose 1.29.2, config.py, ConfigFile.version: `^[1-3]+(\.\d+)?$`, and none of them
// the oldest. One that is empty, zero or false counts as none.
Result<void> check_python_version(const Node& document, const std::string& file) {
    const Node* version = document.find("version");
    if (version == nullptr || is_python_false(*version) || version->is_mapping()) return {};
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

// A file that names a version is told of its "service" later, one that names none of its "services".
Result<std::string> python_version_of(const Node& document, const std::string& file) {
    if (const Result<void> done = check_python_version(document, file); !done) return done.error();
    const bool newer = has_python_sections(document);
    if (!is_missing(document.find("version"))) return std::string(newer ? kPythonVersion : "1");
    if (!newer) {
        const Result<void> done = check_python_section(&document, document.place, "services", file);
        if (!done) return done.error();
        return std::string("1");
    }
    for (const std::string_view key : {"services", "networks", "volumes"}) {
        if (const auto done = check_section_named(document, key, key, file); !done)
            return done.error();
    }
    return std::string(kPythonVersion);
}

Result<void> check_python_versions(const Node& main,
                                   const std::string& main_file,
                                   const Node& other,
                                   const std::string& file) {
    const Result<std::string> expected = python_version_of(main, main_file);
    if (!expected) return expected.error();
    const Result<std::string> version = python_version_of(other, file);
    if (!version) return version.error();
    if (*version == *expected) return {};
    return Error{fmt::format("Version mismatch: file {} specifies version {} but extension file {} "
                             "uses version {}",
                             main_file,
                             *expected,
                             file,
                             *version),
                 other.place,
                 "write the same version: at the top of both"};
}

std::string python_marks_named(const std::string& sentence,
                               const std::string& shown,
                               const std::string& name) {
    const std::string there =
        fmt::format("\n  in \"{}{}\", ", shown.starts_with("/") ? "" : "./", shown);
    std::string out;
    std::size_t from = 0;
    for (std::size_t at = sentence.find(there); at != std::string::npos;
         at = sentence.find(there, from)) {
        out += sentence.substr(from, at - from) + fmt::format("\n  in \"{}\", ", name);
        from = at + there.size();
    }
    return out + sentence.substr(from);
}

Result<void> check_python_layout(const Node& document, const std::string& file) {
    if (!has_python_sections(document)) {
        const Result<void> done = check_python_section(&document, document.place, "service", file);
        if (!done) return done;
        return check_python_services_there(document, file);
    }
    for (const std::string_view key : {"services", "volumes", "networks", "secrets", "configs"}) {
        const std::string_view noun = key.substr(0, key.size() - 1);
        if (const auto done = check_section_named(document, key, noun, file); !done) return done;
    }
    return {};
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
