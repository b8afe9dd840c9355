#pragma once

// Where the arrow keys lead in a cluster's picture: along the rows of a host's tiles, from the first row
// to their host, and from host to host. Pure. The window's thread.

#include "ui/desktop/panels/cluster_scene.hpp"

namespace podium::desktop {

enum class Step : std::uint8_t { Left, Right, Up, Down };

/// What is next to a host, a tile or a source of traffic; itself when there is nothing. From nothing: the first host.
/// `tiles_seen`: a host's tiles are drawn, so that a step down goes into them. `entries`: so many sources stand above the hosts.
ClusterThing next_thing(const view::ClusterView& cluster, const ClusterLayout& layout, const ClusterThing& from, Step step, bool tiles_seen, std::uint32_t entries = 0);
/// The link after this one among those that are drawn, and after the last the first; nothing when none is.
ClusterThing next_link(const std::vector<LinkMark>& drawn, const ClusterThing& from);

}  // namespace podium::desktop
