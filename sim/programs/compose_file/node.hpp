#pragma once

// A value of a Compose file as a tree that keeps its places: every scalar, sequence, mapping and
// key knows the file, line and column it was written at, through anchors, merges, extends and
// include. Mappings keep the order they were written in and never hold a key twice. Plain data;
// copied freely.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/result.hpp"

namespace podium::compose {

enum class NodeKind : std::uint8_t { Null, Boolean, Integer, Float, String, Sequence, Mapping };

/// The two tags of the Compose specification that steer merging.
enum class MergeTag : std::uint8_t {
    None,
    Reset,     ///< `!reset`: the attribute is taken out of what was there before.
    Override,  ///< `!override`: the value replaces what was there before, without merging.
};

struct Entry;

struct Node {
    NodeKind kind = NodeKind::Null;
    MergeTag tag = MergeTag::None;
    bool quoted = false;         ///< A scalar written in quotes or as a block.
    std::string text;            ///< A scalar's value: "true", "8080", "1.5" or the string itself.
    std::vector<Node> items;     ///< Of a sequence.
    std::vector<Entry> entries;  ///< Of a mapping, in order.
    Place place;

    [[nodiscard]] bool is_null() const { return kind == NodeKind::Null; }

    [[nodiscard]] bool is_string() const { return kind == NodeKind::String; }

    [[nodiscard]] bool is_sequence() const { return kind == NodeKind::Sequence; }

    [[nodiscard]] bool is_mapping() const { return kind == NodeKind::Mapping; }

    /// Neither null, sequence nor mapping.
    [[nodiscard]] bool is_scalar() const;
    /// A boolean that is true.
    [[nodiscard]] bool is_true() const;

    /// The value of a key of a mapping, or nullptr (also when this is no mapping).
    [[nodiscard]] const Node* find(std::string_view key) const;
    [[nodiscard]] Node* find(std::string_view key);
    [[nodiscard]] const Entry* find_entry(std::string_view key) const;
    /// Sets a key of a mapping; a new key goes to the end. Makes a null node a mapping.
    Node& set(std::string_view key, Node value);
    /// Takes a key out of a mapping; says whether it was there.
    bool erase(std::string_view key);
};

struct Entry {
    std::string key;
    Place place;
    Node value;
    /// What the key is where it is no string, which V1 has: `key` is then its text as Python's str()
    /// writes it.
    NodeKind written = NodeKind::String;
};

/// The name people use for a kind: "a mapping", "a list", "a string", "a number" ...
std::string_view kind_name(NodeKind kind);

Node string_node(std::string text, Place place);
Node boolean_node(bool value, Place place);
Node integer_node(std::int64_t value, Place place);
Node null_node(Place place);
Node sequence_node(Place place);
Node mapping_node(Place place);

/// A text that is equal for equal values: kinds, keys and contents, keys sorted.
std::string value_text(const Node& node);

/// The steps from the root to a value: keys and, for list elements, "[3]".
using Path = std::vector<std::string>;

/// "services.web.ports[0].target".
std::string path_text(const Path& path);
Path path_of(const Path& parent, std::string_view step);
/// The step of a list element.
std::string index_step(std::size_t index);
/// Whether the path is of the form of a pattern such as "services.*.ports.*"; '*' is any one step.
bool matches(const Path& path, std::string_view pattern);

/// The node at "services.web.ports[0].target", or nullptr. Keys may hold dots.
const Node* node_at(const Node& root, std::string_view path);
/// The place of the value at a path, or of the nearest one above it.
Place place_at(const Node& root, std::string_view path);

}  // namespace podium::compose
