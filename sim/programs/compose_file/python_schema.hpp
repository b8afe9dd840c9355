#pragma once

// What docker-compose 1.29.2 holds a file against: its own JSON schema (config/compose_spec.json),
// which knows fewer keys and fewer kinds of values than that of compose-go, and its sentences
// (config/validation.py), which tell of all mistakes of a file at once. The table is in
// python_schema_table.cpp, the order of keys and keywords that of the schema, as it decides which
// of several mistakes within one value is told.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "sim/base/result.hpp"
#include "sim/programs/compose_file/node.hpp"

namespace podium::compose {

/// docker-compose 1.29.2, const.py, COMPOSEFILE_V3: what every newer file is taken for.
inline constexpr std::string_view kPythonVersion = "3.9";

/// docker-compose 1.29.2, config/errors.py.
inline constexpr std::string_view kVersionExplanation =
    "You might be seeing this error because you're using the wrong Compose file version. Either "
    "specify a supported "
    "version (e.g \"2.2\" or \"3.3\") and place your service definitions under the `services` key, "
    "or omit the "
    "`version` key and place your service definitions at the root of the file to use version "
    "1.\nFor more on the "
    "Compose file format versions, see https://docs.docker.com/compose/compose-file/";

/// The version that 1.29 takes a file for: its newest, or "1" of one without sections (config.py,
/// ConfigFile.version). Errors: a version that there isn't, sections that are no mappings of
/// mappings where none is named. `file` is its name in the sentences.
Result<std::string> python_version_of(const Node& document, const std::string& file);

/// Both files are of the same version (config.py, validate_config_version); errors are also those of
/// python_version_of, of the first file first.
Result<void> check_python_versions(const Node& main,
                                   const std::string& main_file,
                                   const Node& other,
                                   const std::string& file);

/// A sentence of PyYAML whose marks name the file as 1.29 opened it, not as Podium shows it.
std::string python_marks_named(const std::string& sentence,
                               const std::string& shown,
                               const std::string& name);

/// Sections of a file, before variables are replaced, are mappings of mappings whose names are texts
/// (validation.py, validate_config_section). One without sections is of the oldest format, which is
/// refused.
Result<void> check_python_layout(const Node& document, const std::string& file);

/// What has nothing in it becomes an empty mapping where variables are replaced (interpolation.py,
/// process_item).
void fill_python_sections(Node& document);

/// The class of a value, "<class 'list'>".
std::string python_class(const Node& node);

/// All that breaks the schema, a line each, in the order of jsonschema's own texts
/// (validate_against_config_schema, handle_errors); the place and the hint are those of the first.
Result<void> check_python_schema(const Node& document, const std::string& file);

namespace python {

/// The keys of a mapping whose values follow a rule of their own (patternProperties).
enum class Names : std::uint8_t { Resource, Lowercase, NotEmpty, NotEmptyLine };
/// The formats that 1.29 checks; a duration is none of them.
enum class Format : std::uint8_t { None, Port, Expose, Subnet };
/// Schemas that have sentences of their own.
enum class Part : std::uint8_t { Other, Service, Services };
/// In which order the schema lists what it wants of a mapping.
enum class Order : std::uint8_t { KeysFirst, RequiredFirst, ClosedFirst };

struct Schema;

struct Property {
    std::string_view name;
    const Schema* schema;
};

struct Schema {
    std::string_view types{};                 ///< "string/number/null"; empty: anything.
    std::span<const Schema* const> one_of{};  ///< The value fits one of these.
    const Schema* items = nullptr;            ///< Of a list's elements.
    bool unique = false;                      ///< They differ.
    std::span<const Property> keys{};         ///< Known keys of a mapping.
    const Schema* values = nullptr;           ///< Of keys that are `names`.
    Names names = Names::Resource;
    bool closed = false;      ///< No other keys ...
    bool extensions = false;  ///< ... but x-.
    std::span<const std::string_view> required{};
    Order order = Order::KeysFirst;
    std::span<const std::string_view> words{};  ///< The only values.
    bool bounded = false;                       ///< A number from minimum to maximum.
    std::int64_t minimum = 0;
    std::int64_t maximum = INT64_MAX;
    Format format = Format::None;
    Part part = Part::Other;
};

/// The schema of a whole file, and that of one service.
const Schema& file_schema();
const Schema& service_schema();

/// Why a value is not of a format, or empty. What is said of a port is never told, as its value may
/// have other forms.
std::string refused_format(Format format, const Node& node);
/// A format's name in the schema, and how a value of it is written.
std::string_view name_of_format(Format format);
std::string_view hint_of_format(Format format);

}  // namespace python
}  // namespace podium::compose
