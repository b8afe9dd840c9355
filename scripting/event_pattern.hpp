#pragma once

// Which facts a check counts: "die web", "health_status web status=unhealthy". No Lua here.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/lab/session.hpp"

namespace podium::scripting {

struct EventPattern {
    std::vector<FactKind> kinds;
    std::string target;  ///< A service, service.N, container, host or other object; empty: any.
    std::vector<std::pair<std::string, std::string>> fields;  ///< Of the fact, by name.
    std::string text;                                         ///< As it was written.

    [[nodiscard]] bool matches(const lab::Session& session, const Fact& fact) const;
};

/// `action` is a fact's name ("container.die") or what follows the dot ("die"). Errors name what is
/// near.
Result<EventPattern> make_event_pattern(const std::string& action,
                                        const std::string& target,
                                        std::vector<std::pair<std::string, std::string>> fields);
/// "die web exit=137".
Result<EventPattern> parse_event_pattern(std::string_view text);

}  // namespace podium::scripting
