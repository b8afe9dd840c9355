#pragma once

// From what a person names to a play, by the rules of podium run and podium learn: a path that exists is
// a file (Compose project, scenario in Lua, saved run) or a lesson's folder; topic/name is a scenario; the
// name of a cluster opens its hosts; anything else is a lesson. With nothing named it is the workshop
// project that bare podium shows. Belongs to the engine's thread, but for the first one, which is opened
// before there is one.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ui/desktop/lab/lists.hpp"
#include "ui/desktop/lab/play.hpp"

namespace podium::desktop {

struct OpenRequest {
    std::vector<std::string> names;  ///< Compose files, or one of anything else.
    std::string cluster;             ///< --cluster
    std::string scheduler;           ///< --scheduler
    std::vector<std::string> settings;  ///< --set, of a scenario: "policy=no".
    std::optional<std::uint64_t> seed;  ///< --seed
    bool again = false;                 ///< A lesson from its beginning, whatever was done.
    bool keep = true;                   ///< The last run and a lesson's progress; a picture leaves them as they are.
    /// Where lists come from; null: what is opened has a source of its own.
    std::shared_ptr<ListSource> lists;
};

/// Errors say what is wrong with the name or what does not go with it. What can be found out without
/// running it has been: a scenario that fails on the way says so when it does.
Result<std::unique_ptr<Play>> open_play(const OpenRequest& request);

/// For the engine: what intent::Open asks for, with lists of that source.
Opener make_opener(std::shared_ptr<ListSource> lists);

}  // namespace podium::desktop
