#pragma once

// The physical network: hosts and switches joined by links, with what faults do to it. A value.
//
// A route is the way of least base latency (ties: fewest links, then the lowest link ids) over links
// that are up between nodes that are up; hosts never pass on what is not theirs. Delay, loss and
// bandwidth limits of faults change what a route is like, not which route is taken, as in life.
// Faults are overlays with ids, of links or of a pair of nodes: they stack, and the end of one does not
// undo another. Nodes, links and overlays are never forgotten, so ids are numbers from 1; an ended
// overlay is an empty row.
//
// path() keeps what it has found until something changes; the answer does not depend on that.

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/base/id.hpp"
#include "sim/base/time.hpp"

namespace podium::model {

struct NodeTag;
struct LinkTag;
struct OverlayTag;
struct PartitionTag;
using NodeId = Id<NodeTag>;
using LinkId = Id<LinkTag>;
using OverlayId = Id<OverlayTag>;
using PartitionId = Id<PartitionTag>;

inline constexpr std::int64_t kPartsPerMillion = 1'000'000;

enum class NodeKind : std::uint8_t { Host, Switch };

struct LinkSpec {
    Duration latency = microseconds(100);                 ///< One way.
    std::int64_t bits_per_second = 1'000'000'000;
    std::int64_t loss_ppm = 0;                            ///< Lost packets per million.
};

/// What a fault adds to a link, or to what two nodes send each other, while it lasts.
struct LinkQuality {
    Duration added_delay{};                ///< Adds up over overlays.
    std::int64_t loss_ppm = 0;             ///< Independent of the link's own and of other overlays' loss.
    std::int64_t bits_per_second = 0;      ///< The lowest of all counts; 0: no limit of its own.
    bool cut = false;                      ///< Nothing passes.
};

/// Which way a partition cuts.
enum class PartitionWay : std::uint8_t {
    Both,          ///< Nothing passes between two groups.
    FromFirst,     ///< The first group is heard by nobody else; it hears the others.
    ToFirst,       ///< The first group hears nobody else; the others hear it.
};

/// How one node reaches another.
struct Path {
    bool reachable = false;
    Duration latency{};                                   ///< One way, added delays included.
    std::int64_t bits_per_second = INT64_MAX;             ///< Of the narrowest link.
    std::int64_t loss_ppm = 0;                            ///< Of the whole way.
    std::vector<LinkId> links;                            ///< In order; empty from a node to itself.

    bool operator==(const Path&) const = default;
};

/// Sorted into parts that reach each other, partitions left out.
struct Components {
    std::uint32_t count = 0;
    std::vector<std::uint32_t> of_node;  ///< By node, from 0; numbered by their lowest node.
};

class Network {
  public:
    static constexpr std::size_t kMostNodes = 100'000;
    static constexpr std::size_t kMostLinks = 400'000;

    /// Names need not be unique; find_node() finds the first.
    NodeId add_host(std::string name) { return add_node(std::move(name), NodeKind::Host); }
    NodeId add_switch(std::string name) { return add_node(std::move(name), NodeKind::Switch); }
    /// Joins two different nodes. Several links may join the same two.
    LinkId add_link(NodeId a, NodeId b, LinkSpec spec = {});

    [[nodiscard]] NodeId find_node(std::string_view name) const;
    /// The link of lowest id between two nodes; none when they are not neighbours.
    [[nodiscard]] LinkId find_link(NodeId a, NodeId b) const;
    [[nodiscard]] LinkId find_link(std::string_view a, std::string_view b) const;
    /// All links of a node, in order of their making.
    [[nodiscard]] const std::vector<LinkId>& links_of(NodeId node) const { return node_row(node).links; }
    [[nodiscard]] std::size_t node_count() const { return nodes_.size(); }
    [[nodiscard]] std::size_t link_count() const { return links_.size(); }
    [[nodiscard]] const std::string& name(NodeId node) const { return node_row(node).name; }
    [[nodiscard]] NodeKind kind(NodeId node) const { return node_row(node).kind; }
    [[nodiscard]] bool node_is_up(NodeId node) const { return node_row(node).up; }
    [[nodiscard]] std::pair<NodeId, NodeId> ends(LinkId link) const;
    [[nodiscard]] const LinkSpec& spec(LinkId link) const { return link_row(link).spec; }
    /// The link as it is now: its own figures with all overlays; `cut` when it is down for any reason.
    [[nodiscard]] LinkQuality quality(LinkId link) const;

    /// A node that is down reaches nobody and passes nothing on.
    void set_node_up(NodeId node, bool up);
    /// Takes a link down for good, or up again; faults use set_link_quality with `cut`.
    void set_link_up(LinkId link, bool up);
    /// Begins a fault of one or several links.
    OverlayId set_link_quality(const std::vector<LinkId>& links, LinkQuality quality);
    /// Begins a fault of what two nodes send each other, whichever way it takes; others that use the same
    /// links are not concerned. What passes through a node of the pair to a third one is not either.
    OverlayId set_pair_quality(NodeId a, NodeId b, LinkQuality quality);
    /// Ends a fault of links or of a pair.
    void end_link_quality(OverlayId overlay);
    /// Begins a partition between groups of nodes. Nodes in no group are not concerned, except when
    /// there is one group only: it is then apart from all other hosts. A switch that no group names is on
    /// no side: the members of a group reach each other through it.
    PartitionId partition(std::vector<std::vector<NodeId>> groups, PartitionWay way = PartitionWay::Both);
    void heal(PartitionId partition);

    /// How `from` reaches `to`. From a node that is up to itself: at once, without a link.
    [[nodiscard]] Path path(NodeId from, NodeId to) const;
    /// Both ways are open: a connection can be made.
    [[nodiscard]] bool connected(NodeId a, NodeId b) const;
    [[nodiscard]] Components components() const;
    /// Counts every change that may change a path.
    [[nodiscard]] std::uint64_t version() const { return version_; }

  private:
    struct Node {
        std::string name;
        NodeKind kind = NodeKind::Host;
        bool up = true;
        std::vector<LinkId> links;
    };
    struct Link {
        NodeId a;
        NodeId b;
        LinkSpec spec;
        bool up = true;
        std::vector<OverlayId> overlays;
    };
    struct Overlay {
        std::vector<LinkId> links;
        LinkQuality quality;
        NodeId a;  ///< Of a pair's overlay, which has no links.
        NodeId b;
    };
    struct Partition {
        std::vector<std::uint32_t> group_of_node;  ///< By node; 0 is none. Empty when healed.
        PartitionWay way = PartitionWay::Both;
        bool alone = false;  ///< One group only: the other hosts count as the second.
    };
    /// The routes from one switch to all switches: the link each is reached by, and how far it is.
    struct Tree {
        std::vector<LinkId> reached_by;
        std::vector<std::int64_t> cost;
    };
    struct Backbone;  // the switches as a Boost graph, defined in the .cpp

    NodeId add_node(std::string name, NodeKind kind);
    [[nodiscard]] const Node& node_row(NodeId node) const { return nodes_[node.value - 1]; }
    [[nodiscard]] const Link& link_row(LinkId link) const { return links_[link.value - 1]; }
    [[nodiscard]] bool usable(LinkId link) const;
    [[nodiscard]] NodeId other_end(LinkId link, NodeId node) const;
    [[nodiscard]] bool partitioned(NodeId from, NodeId to) const;
    [[nodiscard]] const Tree& tree_of(NodeId root) const;
    [[nodiscard]] std::vector<LinkId> route(NodeId from, NodeId to) const;
    void changed();

    std::vector<Node> nodes_;
    std::vector<Link> links_;
    std::vector<Overlay> overlays_;
    std::vector<OverlayId> pairs_;  // the overlays of pairs that go on
    std::vector<Partition> partitions_;
    std::uint64_t version_ = 1;

    // What was found at version_; a copy of the network shares the immutable backbone.
    mutable std::shared_ptr<const Backbone> backbone_;
    mutable std::map<NodeId, Tree> trees_;
    mutable std::map<std::pair<NodeId, NodeId>, Path> paths_;
};

/// How long `bytes` take on a path from the first bit sent to the last received.
Duration transit_time(const Path& path, std::int64_t bytes);

/// What one TCP connection gets at most on a path: the bottleneck, less when packets are lost
/// (Mathis et al. 1997: MSS / RTT · 1.22 / √loss, with an MSS of 1,460 bytes).
std::int64_t connection_bits_per_second(const Path& path);

}  // namespace podium::model
