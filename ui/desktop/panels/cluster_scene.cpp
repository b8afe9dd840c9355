#include "ui/desktop/panels/cluster_scene.hpp"

#include <algorithm>
#include <map>
#include <string_view>

namespace podium::desktop {

bool ClusterScene::is_covered(float x, float y, std::uint32_t but) const {
    const float unit_x = camera.x + (x - view.x) / ratio();
    const float unit_y = camera.y + (y - view.y) / ratio();
    for (std::uint32_t i = 0; i < layout.hosts.size(); ++i) {
        if (i != but && layout.hosts[i].area.holds(unit_x, unit_y)) return true;
    }
    return false;
}

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
        case Selection::Kind::Container: thing = {ClusterThing::Kind::Tile, view::tile_meant(*cluster, selection.name)}; break;
        case Selection::Kind::Task: {
            if (const std::uint32_t task = view::task_meant(*cluster, selection.name); task != view::kNone) {
                thing = {ClusterThing::Kind::Tile, cluster->tasks[task].tile};
                break;
            }
            const auto task = std::find_if(cluster->tiles.begin(), cluster->tiles.end(), [&](const view::Tile& tile) { return tile.container == 0 && tile.name == selection.name; });
            thing = {ClusterThing::Kind::Tile, task == cluster->tiles.end() ? view::tile_meant(*cluster, selection.name) : static_cast<std::uint32_t>(task - cluster->tiles.begin())};
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
    return {cluster->tiles[thing.index].container == 0 ? Selection::Kind::Task : Selection::Kind::Container, name_of(thing.index)};
}

const std::string& ClusterScene::name_of(std::uint32_t tile) const {
    const view::Tile& row = cluster->tiles[tile];
    if (!row.id.empty()) return row.id;
    return std::binary_search(shadowed.begin(), shadowed.end(), tile) ? row.own_name : row.name;
}

void ClusterScene::find_shadowed() {
    shadowed.clear();
    const std::vector<view::Tile>& tiles = cluster->tiles;
    // Of a large fleet only these have names that are given twice: what no longer runs, what is being replaced, and what is of
    // projects that have a service of the same name.
    std::map<std::string_view, std::uint32_t> services;
    for (const view::ServiceView& service : cluster->services) ++services[service.name];
    std::vector<bool> twice;
    for (const view::ServiceView& service : cluster->services) twice.push_back(services[service.name] > 1);
    const auto may_be = [&](const view::Tile& tile) {
        if (tile.container == 0 || tile.own_name.empty()) return false;
        if (tile.service < twice.size() && twice[tile.service]) return true;
        const bool over = tile.phase == view::Phase::Lost || tile.phase == view::Phase::Exited || tile.phase == view::Phase::Failed || tile.phase == view::Phase::OutOfMemory;
        return over || (tile.service < cluster->services.size() && !cluster->services[tile.service].update.empty());
    };
    std::map<std::string_view, std::uint32_t> meant;  // by name
    for (const view::Tile& tile : tiles)
        if (may_be(tile)) meant.emplace(tile.name, view::kNone);
    if (meant.empty()) return;
    for (std::uint32_t i = 0; i < tiles.size(); ++i) {
        const auto name = meant.find(tiles[i].name);
        if (name != meant.end() && (name->second == view::kNone || view::is_meant_before(tiles[i], tiles[name->second]))) name->second = i;
    }
    for (std::uint32_t i = 0; i < tiles.size(); ++i)
        if (may_be(tiles[i]) && meant.find(tiles[i].name)->second != i) shadowed.push_back(i);
}

}  // namespace podium::desktop
