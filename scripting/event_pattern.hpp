#pragma once

// Which facts a check counts: "die web", "health_status web status=unhealthy". A value that the field can never have is
// refused, as a check with it would count nothing. No Lua here.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/lab/field_value.hpp"
#include "sim/lab/session.hpp"

namespace podium::scripting {

struct EventPattern {
    std::vector<FactKind> kinds;
    std::string target;  ///< A service, service.N, container, host or other object; empty: any.
    std::string text;    ///< As it was written.

    /// What a field of a kind of fact must have.
    struct Wanted {
        FactKind kind = 0;
        std::string field;
        lab::AskedValue value;
    };

    std::vector<Wanted> wanted;

    [[nodiscard]] bool matches(const lab::Session& session, const Fact& fact) const;
};

/// `action` is a fact's name ("container.die") or what follows the dot ("die"); a field has its value, and besides its
/// number a signal has a name ("KILL") and a code a word ("signalled"). Errors say what there is and name what is near.
Result<EventPattern> make_event_pattern(const std::string& action,
                                        const std::string& target,
                                        std::vector<std::pair<std::string, std::string>> fields);
/// "die web exit=137".
Result<EventPattern> parse_event_pattern(std::string_view text);

}  // namespace podium::scripting
