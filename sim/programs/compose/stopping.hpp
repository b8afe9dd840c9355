#pragma once

// What several commands do to containers that exist: stop them in the reverse order of dependencies,
// take them away, say warnings.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/programs/compose/converge.hpp"

namespace podium::programs::composing {

/// Stops containers, those first on which none of the others depends; a level is down before the next
/// one is told. `seconds` is -t, or empty.
void plan_stop(const compose::Project& project, const std::vector<Found>& containers, const std::string& seconds, Board& board);
/// V2: "Stopping", "Stopped", "Removing", "Removed" of one container.
void add_stop_and_remove(Task& task, const Found& found, const std::string& seconds, bool volumes);
/// A question that is answered with y or n on standard input; anything else means no.
class Prompt {
  public:
    /// Asks once; nothing as long as there is no reply.
    std::optional<bool> ask(model::ProcessContext& context, std::string_view question);
    /// What was typed, where the question was asked elsewhere.
    std::optional<bool> reply(model::ProcessContext& context);

  private:
    bool asked_ = false;
};

/// A line of the client's own log.
void say_warning(model::ProcessContext& context, std::string_view text);
/// For each container the numbers (in `containers`) of those that depend on its service.
std::vector<std::vector<std::size_t>> dependants(const compose::Project& project, const std::vector<Found>& containers);

}  // namespace podium::programs::composing
