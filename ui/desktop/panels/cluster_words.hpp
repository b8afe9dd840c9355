#pragma once

// What the cluster's picture says in words: its heading, the state of the whole, tooltips, and which
// tiles a search means. Pure. The window's thread.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/view/cluster_view.hpp"
#include "sim/view/tone.hpp"

namespace podium::desktop {

/// "3 hosts  ·  25 containers".
std::string cluster_count(const view::ClusterView& cluster);

/// Whether everything is as wanted: "converging 24/25", "updating web 3/8", "as wanted 25/25".
struct ClusterState {
    std::string words;  ///< Empty: nothing is wanted.
    view::Tone tone = view::Tone::Plain;
    bool under_way = false;
};
ClusterState cluster_state(const view::ClusterView& cluster);

/// One line of a tooltip; the first is the name.
struct WordLine {
    std::string text;
    view::Tone tone = view::Tone::Plain;
};
std::vector<WordLine> tile_words(const view::ClusterView& cluster, std::uint32_t tile);
std::vector<WordLine> host_words(const view::ClusterView& cluster, std::uint32_t host);
std::vector<WordLine> traffic_words(const view::TrafficView& traffic);
std::vector<WordLine> link_words(const view::ClusterView& cluster, std::uint32_t link);

/// "web.1" of shop_web.1 in the stack shop, where there is no room for more; of no stack's the whole name.
std::string_view name_in_stack(const view::ClusterView& cluster, const view::Tile& tile);
/// As a link is selected: "one-other".
std::string link_name(const view::ClusterView& cluster, std::uint32_t link);
/// "412 req/s", "0.5 req/s".
std::string rate_words(std::int64_t rate_milli);
/// "1.9 %" of what was sent; empty when nothing was.
std::string failure_words(const view::TrafficView& traffic);

/// For each tile whether a search means it: every word of it is in the tile's name, its service, state or
/// host. Capital letters don't count. Empty words mean all.
class TileSearch {
  public:
    TileSearch(const view::ClusterView& cluster, const std::string& words);
    [[nodiscard]] bool means_all() const { return words_.empty(); }
    [[nodiscard]] bool means(const view::Tile& tile) const;

  private:
    std::vector<std::string> words_;
    std::vector<std::vector<bool>> services_;  ///< By word, then service.
    std::vector<std::vector<bool>> hosts_;
    std::vector<std::vector<bool>> phases_;
};

}  // namespace podium::desktop
