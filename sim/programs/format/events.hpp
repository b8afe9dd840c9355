#pragma once

// The lines of `docker events`.

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "sim/base/result.hpp"
#include "sim/programs/format/go_template.hpp"

namespace podium::format {

class EventPrinter {
  public:
    /// An empty format is docker's own line, "json" a JSON object a line, anything else a template.
    /// The error is the line for standard error; the command then ends with status 64.
    static Result<EventPrinter> make(std::string_view format);

    /// One event of the engine API as a line with its line end:
    /// "2026-01-05T09:00:00.500000000Z container start <id> (image=busybox, name=web)".
    [[nodiscard]] std::string line(const nlohmann::ordered_json& event) const;

  private:
    std::optional<GoTemplate> template_;
};

}  // namespace podium::format
