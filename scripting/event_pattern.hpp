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
    /// A service, service.N, container, host or other object; empty: any. A service of a stack is called as in its file ("web" of
    /// shop_web) as for a fault, while nothing else is called so, in facts of its containers.
    std::string target;
    std::string text;    ///< As it was written.

    /// What a field of a kind of fact must have, or what its row has under a key that is no field's ("compose.service").
    struct Wanted {
        FactKind kind = 0;
        std::string field;
        lab::AskedValue value;
        bool of_row = false;
    };

    std::vector<Wanted> wanted;

    [[nodiscard]] bool matches(const lab::Session& session, const Fact& fact) const;

  private:
    [[nodiscard]] bool means_stack_service(const model::World& world, const Fact& fact) const;

    // How many containers have been looked at, and whether one of them was of a service that is called like the target itself.
    mutable std::size_t looked_at_ = 0;
    mutable bool has_own_ = false;
};

/// `action` is a fact's name ("container.die"), what follows the dot ("die"), or what `podium docs facts` lists ("container die",
/// "event container die", "cmd"); a field is called as in the facts' table or as there ("exitCode"). It has its value, and besides
/// its number a signal has a name ("KILL") and a code a word ("signalled"). Errors say what there is and name what is near.
Result<EventPattern> make_event_pattern(const std::string& action,
                                        const std::string& target,
                                        std::vector<std::pair<std::string, std::string>> fields);
/// "die web exit=137".
Result<EventPattern> parse_event_pattern(std::string_view text);

}  // namespace podium::scripting
