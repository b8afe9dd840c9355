#pragma once

// What steps and completion of a free run and of a lesson have in common. Belongs to the engine's
// thread.

#include <memory>
#include <string>

#include "ui/desktop/lab/frame.hpp"

namespace podium::lab {
class Session;
}
namespace podium::model {
struct World;
}

namespace podium::desktop {

/// A fact is about what is selected, as far as a name can tell; with nothing selected every fact is.
bool fact_is_about(const model::World& world, const Fact& fact, const Selection& selection);

/// What may stand at the end of `before` in a terminal's line.
std::shared_ptr<const Frame::Completion> complete_line(const lab::Session& session, const std::string& terminal, const std::string& before);

}  // namespace podium::desktop
