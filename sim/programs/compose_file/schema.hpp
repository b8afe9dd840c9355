#pragma once

// The shape of a Compose file as a table: which keys a mapping may have, which kinds of values each
// takes. Follows the JSON schema of the Compose specification with the error sentences of
// compose-go 2.9 (Docker Compose 2.40). docker-compose 1.29 has a schema of its own:
// python_schema.hpp.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/programs/compose_file/node.hpp"
#include "sim/programs/compose_file/project.hpp"

namespace podium::compose {

struct Rule;

struct Key {
    std::string_view name;
    const Rule* rule = nullptr;
};

inline constexpr unsigned kNull = 1U << static_cast<unsigned>(NodeKind::Null);
inline constexpr unsigned kBoolean = 1U << static_cast<unsigned>(NodeKind::Boolean);
inline constexpr unsigned kInteger = 1U << static_cast<unsigned>(NodeKind::Integer);
inline constexpr unsigned kFloat = 1U << static_cast<unsigned>(NodeKind::Float);
inline constexpr unsigned kString = 1U << static_cast<unsigned>(NodeKind::String);
inline constexpr unsigned kSequence = 1U << static_cast<unsigned>(NodeKind::Sequence);
inline constexpr unsigned kMapping = 1U << static_cast<unsigned>(NodeKind::Mapping);
inline constexpr unsigned kNumber = kInteger | kFloat;
inline constexpr unsigned kAnyKind = 0x7FU;

struct Rule {
    unsigned kinds = kAnyKind;
    /// The types as the schema lists them: "boolean/string", alternatives apart: "string | array".
    std::string_view types;
    const Rule* items = nullptr;   ///< Of a list's elements.
    std::span<const Key> keys{};   ///< Known keys of a mapping.
    const Rule* values = nullptr;  ///< Of a mapping's free keys; nullptr: only known keys and x-.
    bool named = false;            ///< Free keys are names: letters, digits, '.', '_' and '-'.
    bool extensions = true;        ///< x- keys are allowed.
    std::span<const std::string_view> words{};     ///< The only strings allowed.
    std::span<const std::string_view> required{};  ///< Keys that must be there.
    bool unique = false;                           ///< A list's elements must differ.
    bool bounded = false;                          ///< A number must be within the two below.
    std::int64_t minimum = 0;
    std::int64_t maximum = INT64_MAX;
    bool (*accepts)(std::string_view) = nullptr;  ///< A string's form.
    std::string_view pattern;                     ///< That form as the schema writes it.
};

/// The rule of a whole file.
const Rule& file_rule();
/// The keys a service may have, for suggestions and documentation.
std::span<const Key> service_keys();
/// The rule of the value at a path such as services.web.ports[0], or nullptr (x- keys, free
/// values).
const Rule* rule_at(const Path& path);

/// What a user writes for the types of a rule: "write a string, or a list (- item)".
std::string hint_of_types(std::string_view types);

/// The key that is meant by one of the slips that docker-compose 1.29.2 knows by heart
/// (validation.py, DOCKER_CONFIG_HINTS), or nothing.
std::string_view known_slip(std::string_view key);

/// The deepest value of the model that breaks a rule, and the first in the order written of several
/// as deep (compose-go 2.9, schema.go, getMostSpecificError). `file` is the file the sentence
/// names, as the real loader does.
Result<void> check_schema(const Node& model, const std::string& file);

}  // namespace podium::compose
