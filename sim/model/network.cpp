#include "sim/model/network.hpp"

#include <algorithm>
#include <limits>
#include <tuple>

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/connected_components.hpp>
#include <boost/graph/dijkstra_shortest_paths.hpp>
#include <boost/graph/filtered_graph.hpp>

#include "sim/base/assert.hpp"
#include "sim/base/int128.hpp"

namespace podium::model {
namespace {

constexpr std::int64_t kUnreached = std::numeric_limits<std::int64_t>::max();
constexpr std::size_t kMostPathsKept = 200'000;

// The cost of a link on a route: latency first, then the number of links. Latencies of up to a day
// leave room for 65,535 links.
std::int64_t cost_of(const LinkSpec& spec) { return spec.latency.nanoseconds * 65'536 + 1; }

using EdgeNumber = boost::property<boost::edge_index_t, std::size_t>;
using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::undirectedS, boost::no_property, EdgeNumber>;

// Masks edges instead of removing them: the graph keeps its order, so results stay deterministic.
struct EdgeIsUsable {
    const Graph* graph = nullptr;
    const std::vector<char>* usable = nullptr;

    bool operator()(const Graph::edge_descriptor& edge) const {
        return (*usable)[boost::get(boost::edge_index, *graph, edge)] != 0;
    }
};

using UsableGraph = boost::filtered_graph<Graph, EdgeIsUsable>;

}  // namespace

// Switches only: hosts are leaves and never pass anything on, so routing over them would cost time
// for nothing.
struct Network::Backbone {
    Graph graph;
    std::vector<std::uint32_t> vertex_of_node;  // by node; only meaningful for switches
    std::vector<NodeId> node_of_vertex;
    std::vector<LinkId> link_of_edge;
    std::vector<std::int64_t> cost_of_edge;

    explicit Backbone(const Network& network) : vertex_of_node(network.nodes_.size(), 0) {
        for (std::size_t i = 0; i < network.nodes_.size(); ++i) {
            if (network.nodes_[i].kind != NodeKind::Switch) continue;
            vertex_of_node[i] = static_cast<std::uint32_t>(node_of_vertex.size());
            node_of_vertex.push_back(NodeId{static_cast<std::uint32_t>(i + 1)});
        }
        graph = Graph(node_of_vertex.size());
        for (std::size_t i = 0; i < network.links_.size(); ++i) {
            const Link& link = network.links_[i];
            const bool inner = network.kind(link.a) == NodeKind::Switch && network.kind(link.b) == NodeKind::Switch;
            if (!inner) continue;
            boost::add_edge(vertex_of_node[link.a.value - 1], vertex_of_node[link.b.value - 1],
                            EdgeNumber(link_of_edge.size()), graph);
            link_of_edge.push_back(LinkId{static_cast<std::uint32_t>(i + 1)});
            cost_of_edge.push_back(cost_of(link.spec));
        }
    }
};

// --- building ------------------------------------------------------------------------------------

NodeId Network::add_node(std::string name, NodeKind kind) {
    PODIUM_ASSERT(nodes_.size() < kMostNodes, "a network has at most kMostNodes nodes");
    nodes_.push_back(Node{std::move(name), kind, true, {}});
    backbone_.reset();
    changed();
    return NodeId{static_cast<std::uint32_t>(nodes_.size())};
}

LinkId Network::add_link(NodeId a, NodeId b, LinkSpec spec) {
    PODIUM_ASSERT(links_.size() < kMostLinks, "a network has at most kMostLinks links");
    PODIUM_ASSERT(a && b && a != b && a.value <= nodes_.size() && b.value <= nodes_.size(),
                  "a link joins two different nodes of the network");
    PODIUM_ASSERT(spec.latency >= Duration{} && spec.latency <= hours(24), "a latency lies between 0 and a day");
    links_.push_back(Link{a, b, spec, true, {}});
    const LinkId link{static_cast<std::uint32_t>(links_.size())};
    nodes_[a.value - 1].links.push_back(link);
    nodes_[b.value - 1].links.push_back(link);
    backbone_.reset();
    changed();
    return link;
}

NodeId Network::find_node(std::string_view name) const {
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
        if (nodes_[i].name == name) return NodeId{static_cast<std::uint32_t>(i + 1)};
    }
    return NodeId{};
}

LinkId Network::find_link(NodeId a, NodeId b) const {
    if (!a || !b) return LinkId{};
    for (const LinkId link : node_row(a).links) {
        if (other_end(link, a) == b) return link;
    }
    return LinkId{};
}

LinkId Network::find_link(std::string_view a, std::string_view b) const { return find_link(find_node(a), find_node(b)); }

std::pair<NodeId, NodeId> Network::ends(LinkId link) const { return {link_row(link).a, link_row(link).b}; }

NodeId Network::other_end(LinkId link, NodeId node) const {
    const Link& row = link_row(link);
    return row.a == node ? row.b : row.a;
}

// --- faults --------------------------------------------------------------------------------------

void Network::changed() {
    ++version_;
    trees_.clear();
    paths_.clear();
}

void Network::set_node_up(NodeId node, bool up) {
    if (nodes_[node.value - 1].up == up) return;
    nodes_[node.value - 1].up = up;
    changed();
}

void Network::set_link_up(LinkId link, bool up) {
    if (links_[link.value - 1].up == up) return;
    links_[link.value - 1].up = up;
    changed();
}

OverlayId Network::set_link_quality(const std::vector<LinkId>& links, LinkQuality quality) {
    overlays_.push_back(Overlay{links, quality, {}, {}});
    const OverlayId overlay{static_cast<std::uint32_t>(overlays_.size())};
    for (const LinkId link : links) links_[link.value - 1].overlays.push_back(overlay);
    changed();
    return overlay;
}

OverlayId Network::set_pair_quality(NodeId a, NodeId b, LinkQuality quality) {
    overlays_.push_back(Overlay{{}, quality, a, b});
    pairs_.push_back(OverlayId{static_cast<std::uint32_t>(overlays_.size())});
    changed();
    return pairs_.back();
}

void Network::end_link_quality(OverlayId overlay) {
    pairs_.erase(std::remove(pairs_.begin(), pairs_.end(), overlay), pairs_.end());
    Overlay& row = overlays_[overlay.value - 1];
    for (const LinkId link : row.links) {
        std::vector<OverlayId>& overlays = links_[link.value - 1].overlays;
        overlays.erase(std::remove(overlays.begin(), overlays.end(), overlay), overlays.end());
    }
    row = Overlay{};
    changed();
}

PartitionId Network::partition(std::vector<std::vector<NodeId>> groups, PartitionWay way) {
    Partition row;
    row.group_of_node.assign(nodes_.size(), 0);
    row.way = way;
    row.alone = groups.size() == 1;
    for (std::size_t group = 0; group < groups.size(); ++group) {
        for (const NodeId node : groups[group]) row.group_of_node[node.value - 1] = static_cast<std::uint32_t>(group + 1);
    }
    partitions_.push_back(std::move(row));
    changed();
    return PartitionId{static_cast<std::uint32_t>(partitions_.size())};
}

void Network::heal(PartitionId partition) {
    partitions_[partition.value - 1] = Partition{};
    changed();
}

LinkQuality Network::quality(LinkId link) const {
    const Link& row = link_row(link);
    LinkQuality out;
    out.bits_per_second = row.spec.bits_per_second;
    out.cut = !row.up || !node_is_up(row.a) || !node_is_up(row.b);
    // Losses are independent: what passes is multiplied. In 10^-18, so that rounding does not show.
    constexpr Int128 kWhole = Int128{1'000'000'000'000} * kPartsPerMillion;
    Int128 passes = kWhole / kPartsPerMillion * (kPartsPerMillion - row.spec.loss_ppm);
    for (const OverlayId overlay : row.overlays) {
        const LinkQuality& quality = overlays_[overlay.value - 1].quality;
        out.added_delay = out.added_delay + quality.added_delay;
        passes = passes / kPartsPerMillion * (kPartsPerMillion - quality.loss_ppm);
        if (quality.bits_per_second > 0) out.bits_per_second = std::min(out.bits_per_second, quality.bits_per_second);
        out.cut = out.cut || quality.cut;
    }
    out.loss_ppm = kPartsPerMillion - static_cast<std::int64_t>((passes + kWhole / kPartsPerMillion / 2) /
                                                                (kWhole / kPartsPerMillion));
    return out;
}

bool Network::partitioned(NodeId from, NodeId to) const {
    const auto group_of = [this](const Partition& row, NodeId node) -> std::uint32_t {
        const std::uint32_t group = node.value <= row.group_of_node.size() ? row.group_of_node[node.value - 1] : 0;
        // A switch on the others' side would part the members of the group from each other.
        return group == 0 && row.alone && kind(node) == NodeKind::Host ? 2 : group;
    };
    for (const Partition& row : partitions_) {
        if (row.group_of_node.empty()) continue;
        const std::uint32_t a = group_of(row, from);
        const std::uint32_t b = group_of(row, to);
        if (a == 0 || b == 0 || a == b) continue;
        switch (row.way) {
            case PartitionWay::Both: return true;
            case PartitionWay::FromFirst:
                if (a == 1) return true;
                break;
            case PartitionWay::ToFirst:
                if (b == 1) return true;
                break;
        }
    }
    return false;
}

bool Network::usable(LinkId link) const {
    const Link& row = link_row(link);
    if (!row.up || !node_is_up(row.a) || !node_is_up(row.b)) return false;
    for (const OverlayId overlay : row.overlays) {
        if (overlays_[overlay.value - 1].quality.cut) return false;
    }
    // What is parted both ways does not pass things on to the other side either.
    return !(partitioned(row.a, row.b) && partitioned(row.b, row.a));
}

// --- routes --------------------------------------------------------------------------------------

const Network::Tree& Network::tree_of(NodeId root) const {
    const auto known = trees_.find(root);
    if (known != trees_.end()) return known->second;
    if (!backbone_) backbone_ = std::make_shared<const Backbone>(*this);
    const Backbone& backbone = *backbone_;

    std::vector<char> mask(backbone.link_of_edge.size());
    for (std::size_t edge = 0; edge < mask.size(); ++edge) mask[edge] = usable(backbone.link_of_edge[edge]) ? 1 : 0;
    const UsableGraph graph(backbone.graph, EdgeIsUsable{&backbone.graph, &mask});
    const auto edge_number = boost::get(boost::edge_index, backbone.graph);
    const auto vertex_number = boost::get(boost::vertex_index, backbone.graph);
    std::vector<std::int64_t> cost(backbone.node_of_vertex.size(), kUnreached);
    boost::dijkstra_shortest_paths(
        graph, Graph::vertex_descriptor{backbone.vertex_of_node[root.value - 1]},
        boost::weight_map(boost::make_iterator_property_map(backbone.cost_of_edge.begin(), edge_number))
            .distance_map(boost::make_iterator_property_map(cost.begin(), vertex_number)));

    // Which of several equally good links a node is reached by must not depend on the order of a heap.
    Tree tree{std::vector<LinkId>(nodes_.size()), std::vector<std::int64_t>(nodes_.size(), kUnreached)};
    for (std::size_t vertex = 0; vertex < cost.size(); ++vertex) {
        tree.cost[backbone.node_of_vertex[vertex].value - 1] = cost[vertex];
    }
    for (std::size_t edge = 0; edge < mask.size(); ++edge) {
        if (mask[edge] == 0) continue;
        const Link& link = link_row(backbone.link_of_edge[edge]);
        for (const auto& [near, far] : {std::pair{link.a, link.b}, std::pair{link.b, link.a}}) {
            const std::int64_t before = tree.cost[near.value - 1];
            if (before == kUnreached || before + backbone.cost_of_edge[edge] != tree.cost[far.value - 1]) continue;
            if (!tree.reached_by[far.value - 1]) tree.reached_by[far.value - 1] = backbone.link_of_edge[edge];
        }
    }
    return trees_.emplace(root, std::move(tree)).first->second;
}

std::vector<LinkId> Network::route(NodeId from, NodeId to) const {
    struct Door {  // a switch by which an end is entered or left
        NodeId node;
        LinkId link;
        std::int64_t cost = 0;
    };
    const auto doors_of = [&](NodeId node) {
        std::vector<Door> doors;
        if (kind(node) == NodeKind::Switch) {
            doors.push_back({node, LinkId{}, 0});
            return doors;
        }
        for (const LinkId link : node_row(node).links) {
            const NodeId other = other_end(link, node);
            if (kind(other) == NodeKind::Switch && usable(link)) doors.push_back({other, link, cost_of(spec(link))});
        }
        return doors;
    };
    using Choice = std::tuple<std::int64_t, LinkId, LinkId>;  // cost, then links, for ties
    Choice best{kUnreached, LinkId{}, LinkId{}};
    Door out;
    Door in;
    LinkId direct;
    for (const LinkId link : node_row(from).links) {
        if (other_end(link, from) != to || !usable(link)) continue;
        const Choice choice{cost_of(spec(link)), link, link};
        if (choice < best) {
            best = choice;
            direct = link;
        }
    }
    const std::vector<Door> ways_in = doors_of(to);
    for (const Door& leaving : doors_of(from)) {
        const Tree& tree = tree_of(leaving.node);
        for (const Door& entering : ways_in) {
            const std::int64_t between = tree.cost[entering.node.value - 1];
            if (between == kUnreached) continue;
            const Choice choice{leaving.cost + between + entering.cost, leaving.link, entering.link};
            if (choice < best) {
                best = choice;
                out = leaving;
                in = entering;
                direct = LinkId{};
            }
        }
    }
    if (std::get<0>(best) == kUnreached) return {};
    if (direct) return {direct};
    std::vector<LinkId> backwards;
    if (in.link) backwards.push_back(in.link);
    const Tree& tree = tree_of(out.node);
    for (NodeId at = in.node; at != out.node;) {
        const LinkId link = tree.reached_by[at.value - 1];
        backwards.push_back(link);
        at = other_end(link, at);
    }
    if (out.link) backwards.push_back(out.link);
    return {backwards.rbegin(), backwards.rend()};
}

Path Network::path(NodeId from, NodeId to) const {
    Path found;
    if (!from || !to || !node_is_up(from) || !node_is_up(to)) return found;
    if (from == to) {
        found.reachable = true;
        return found;
    }
    const auto known = paths_.find({from, to});
    if (known != paths_.end()) return known->second;
    std::vector<const LinkQuality*> of_pair;
    bool cut = partitioned(from, to);
    for (const OverlayId overlay : pairs_) {
        const Overlay& row = overlays_[overlay.value - 1];
        if (!(row.a == from && row.b == to) && !(row.a == to && row.b == from)) continue;
        of_pair.push_back(&row.quality);
        cut = cut || row.quality.cut;
    }
    if (!cut) found.links = route(from, to);
    found.reachable = !found.links.empty();
    constexpr Int128 kWhole = Int128{1'000'000'000'000} * kPartsPerMillion;
    Int128 passes = kWhole;
    for (const LinkId link : found.links) {
        const LinkQuality now = quality(link);
        found.latency = found.latency + spec(link).latency + now.added_delay;
        found.bits_per_second = std::min(found.bits_per_second, now.bits_per_second);
        passes = passes / kPartsPerMillion * (kPartsPerMillion - now.loss_ppm);
    }
    for (const LinkQuality* now : of_pair) {
        if (!found.reachable) break;
        found.latency = found.latency + now->added_delay;
        if (now->bits_per_second > 0) found.bits_per_second = std::min(found.bits_per_second, now->bits_per_second);
        passes = passes / kPartsPerMillion * (kPartsPerMillion - now->loss_ppm);
    }
    found.loss_ppm = kPartsPerMillion - static_cast<std::int64_t>((passes + kWhole / kPartsPerMillion / 2) /
                                                                  (kWhole / kPartsPerMillion));
    if (paths_.size() >= kMostPathsKept) paths_.clear();
    paths_.emplace(std::pair{from, to}, found);
    return found;
}

bool Network::connected(NodeId a, NodeId b) const { return path(a, b).reachable && path(b, a).reachable; }

Components Network::components() const {
    Graph graph(nodes_.size());
    for (std::size_t i = 0; i < links_.size(); ++i) {
        if (!usable(LinkId{static_cast<std::uint32_t>(i + 1)})) continue;
        boost::add_edge(links_[i].a.value - 1, links_[i].b.value - 1, EdgeNumber(i), graph);
    }
    Components out;
    out.of_node.assign(nodes_.size(), 0);
    const auto vertex_number = boost::get(boost::vertex_index, graph);
    out.count = static_cast<std::uint32_t>(boost::connected_components(
        graph, boost::make_iterator_property_map(out.of_node.begin(), vertex_number)));
    return out;
}

// --- what a path means for what is sent on it ------------------------------------------------------

Duration transit_time(const Path& path, std::int64_t bytes) {
    if (path.bits_per_second <= 0) return path.latency;
    const Int128 bit_nanoseconds = Int128{bytes} * 8 * 1'000'000'000;
    const Int128 rate = path.bits_per_second;
    return path.latency + Duration{static_cast<std::int64_t>((bit_nanoseconds + rate - 1) / rate)};
}

std::int64_t connection_bits_per_second(const Path& path) {
    if (path.loss_ppm <= 0 || path.latency <= Duration{}) return path.bits_per_second;
    if (path.loss_ppm >= kPartsPerMillion) return 0;
    // rate² = (MSS · 8 / RTT)² · 1.5 / loss, in integers; the square root by Newton's method.
    constexpr std::int64_t kSegmentBits = 1'460 * 8;
    const Int128 per_round_trip = Int128{kSegmentBits} * 1'000'000'000 / (path.latency.nanoseconds * 2);
    const Int128 square = per_round_trip * per_round_trip / 2 * 3 * kPartsPerMillion / path.loss_ppm;
    if (square <= 1) return std::min<std::int64_t>(path.bits_per_second, 1);
    Int128 root = square;
    Int128 next = (root + 1) / 2;
    while (next < root) {
        root = next;
        next = (root + square / root) / 2;
    }
    if (root > path.bits_per_second) return path.bits_per_second;
    return static_cast<std::int64_t>(root);
}

}  // namespace podium::model
