#include "ui/desktop/panels/cluster_scene.hpp"

#include <algorithm>

namespace podium::desktop {

ClusterThing ClusterScene::at(float x, float y) const {
    if (cluster == nullptr) return {};
    for (std::uint32_t i = 0; i < entries.size(); ++i) {
        if (entries[i].holds(x, y)) return {ClusterThing::Kind::Traffic, i};
    }
    // Links arch over the hosts, and so beyond the view.
    for (const LinkMark& mark : links) {
        if (mark.area.holds(x, y)) return {ClusterThing::Kind::Link, mark.link};
    }
    if (!view.holds(x, y)) return {};
    const float unit_x = camera.x + (x - view.x) / ratio();
    const float unit_y = camera.y + (y - view.y) / ratio();
    if (layout.pending) {
        if (const auto place = layout.pending->tiles.place_at(unit_x, unit_y)) return {ClusterThing::Kind::Tile, layout.pending->tiles.first + *place};
    }
    for (std::uint32_t i = 0; i < layout.hosts.size(); ++i) {
        const HostBox& box = layout.hosts[i];
        if (!box.area.holds(unit_x, unit_y)) continue;
        if (const auto place = box.tiles.place_at(unit_x, unit_y)) return {ClusterThing::Kind::Tile, box.tiles.first + *place};
        return {ClusterThing::Kind::Host, i};
    }
    return {};
}

ClusterThing ClusterScene::find(const Selection& selection) const {
    if (cluster == nullptr) return {};
    const auto place = [&](const auto& list) -> std::uint32_t {
        const auto found = std::find_if(list.begin(), list.end(), [&](const auto& one) { return one.name == selection.name; });
        return found == list.end() ? view::kNone : static_cast<std::uint32_t>(found - list.begin());
    };
    ClusterThing thing;
    switch (selection.kind) {
        case Selection::Kind::Host: thing = {ClusterThing::Kind::Host, place(cluster->hosts)}; break;
        case Selection::Kind::Link: thing = {ClusterThing::Kind::Link, place(cluster->links)}; break;
        case Selection::Kind::Traffic: thing = {ClusterThing::Kind::Traffic, place(cluster->traffic)}; break;
        case Selection::Kind::Container:
        case Selection::Kind::Task: {
            thing.kind = ClusterThing::Kind::Tile;
            // Of several of a name (a ghost, and what has taken its place) the newest is meant.
            for (std::uint32_t i = 0; i < cluster->tiles.size(); ++i) {
                const view::Tile& tile = cluster->tiles[i];
                if (tile.name == selection.name && (thing.index == view::kNone || tile.container > cluster->tiles[thing.index].container)) thing.index = i;
            }
            break;
        }
        case Selection::Kind::None:
        case Selection::Kind::Service:
        case Selection::Kind::Fault:
        case Selection::Kind::Volume: break;
    }
    return thing.index == view::kNone ? ClusterThing{} : thing;
}

Selection ClusterScene::selection_of(const ClusterThing& thing) const {
    switch (thing.kind) {
        case ClusterThing::Kind::None: return {};
        case ClusterThing::Kind::Host: return {Selection::Kind::Host, cluster->hosts[thing.index].name};
        case ClusterThing::Kind::Link: return {Selection::Kind::Link, cluster->links[thing.index].name};
        case ClusterThing::Kind::Traffic: return {Selection::Kind::Traffic, cluster->traffic[thing.index].name};
        case ClusterThing::Kind::Tile: break;
    }
    const view::Tile& tile = cluster->tiles[thing.index];
    return {tile.container == 0 ? Selection::Kind::Task : Selection::Kind::Container, tile.name};
}

}  // namespace podium::desktop
