#pragma once

// What `docker inspect` (and `docker container|image|network|volume inspect`) prints for the things
// it found: indented JSON in the engine's own order, one line of JSON (--format json), or a
// template for each. A template is first applied to the CLI's own types; where that fails, to the
// JSON as it came, and only then is the failure an error. So {{.Id}} works as well as {{.ID}}.
// (`docker service inspect` and `docker node inspect` keep no JSON: theirs fails at once.)

#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/programs/format/go_template.hpp"

namespace podium::format {

enum class Inspected : std::uint8_t {
    Container,
    Image,
    Network,
    Volume,
    Service,
    Task,
    Node,
    Secret,
    Config,
    Other,  ///< Whatever has no types here: a template sees its JSON only.
};

/// Exit status of a template that does not parse.
inline constexpr int kTemplateStatus = 64;

class Inspector {
  public:
    /// An empty format is indented JSON. The error is the whole line for standard error; the
    /// command then ends with kTemplateStatus and prints nothing else.
    static Result<Inspector> make(std::string_view format);

    /// Adds one thing found, as the engine described it. Without its JSON a template sees the types
    /// alone.
    void add(Inspected what, const nlohmann::ordered_json& described, bool with_json = true);

    /// Adds an error for one that was not found; errors come out in the order of their names.
    void add_error(std::string sentence) { errors_.push_back(std::move(sentence)); }

    /// Standard output.
    [[nodiscard]] std::string output() const;
    /// Standard error, a sentence a line; empty when all went well. The command ends with 1 if not.
    [[nodiscard]] std::string errors() const;

  private:
    std::optional<GoTemplate> template_;
    bool one_line_ = false;
    std::string made_;  // what the template has made
    std::vector<std::shared_ptr<const nlohmann::ordered_json>> found_;
    std::vector<std::string> errors_;
};

}  // namespace podium::format
