#pragma once

// How docker compose is told a service's project by what is typed: without a word in the project's own folder, elsewhere by its name
// and, where its files are read, by these. Pure.

#include <string>
#include <string_view>

#include "sim/view/cluster_view.hpp"

namespace podium::desktop {

struct ComposeWords {
    std::string by_name;   ///< "docker compose -p shop": before stop, ps and all that needs the project's containers alone.
    std::string by_files;  ///< "docker compose -p shop -f /root/shop/compose.yaml": before up.
    std::string unable;    ///< Why the latter can't be typed; empty: it can.
};

/// Of a service of Compose, or one that the run's own project has and nobody has started yet. `directory`: where it is typed.
ComposeWords compose_words(const view::ServiceView& service, std::string_view directory);
/// A line without what compose_words adds: "docker compose up -d web". Others are as they were.
std::string without_project_words(const std::string& line);

}  // namespace podium::desktop
