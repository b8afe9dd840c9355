#include "sim/programs/compose_file/node.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>

#include "sim/base/text.hpp"

namespace podium::compose {

namespace {

// As JSON writes a string.
std::string quoted_text(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (c == '\n') {
            out += "\\n";
        } else if (c == '\t') {
            out += "\\t";
        } else if (static_cast<unsigned char>(c) < 0x20U) {
            out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
        } else {
            out += c;
        }
    }
    return out + "\"";
}

}  // namespace

bool Node::is_scalar() const {
    return kind == NodeKind::Boolean || kind == NodeKind::Integer || kind == NodeKind::Float ||
           kind == NodeKind::String;
}

bool Node::is_true() const {
    return kind == NodeKind::Boolean && text == "true";
}

const Entry* Node::find_entry(std::string_view key) const {
    for (const Entry& entry : entries) {
        if (entry.key == key) return &entry;
    }
    return nullptr;
}

const Node* Node::find(std::string_view key) const {
    const Entry* entry = find_entry(key);
    return entry == nullptr ? nullptr : &entry->value;
}

Node* Node::find(std::string_view key) {
    for (Entry& entry : entries) {
        if (entry.key == key) return &entry.value;
    }
    return nullptr;
}

Node& Node::set(std::string_view key, Node value) {
    if (kind == NodeKind::Null) kind = NodeKind::Mapping;
    if (Node* old = find(key)) {
        *old = std::move(value);
        return *old;
    }
    const Place where = value.place;
    entries.push_back({std::string(key), where, std::move(value)});
    return entries.back().value;
}

bool Node::erase(std::string_view key) {
    for (auto entry = entries.begin(); entry != entries.end(); ++entry) {
        if (entry->key != key) continue;
        entries.erase(entry);
        return true;
    }
    return false;
}

std::string_view kind_name(NodeKind kind) {
    switch (kind) {
        case NodeKind::Null:
            return "nothing";
        case NodeKind::Boolean:
            return "a boolean";
        case NodeKind::Integer:
            return "a whole number";
        case NodeKind::Float:
            return "a number";
        case NodeKind::String:
            return "a string";
        case NodeKind::Sequence:
            return "a list";
        case NodeKind::Mapping:
            return "a mapping";
    }
    return "a value";
}

namespace {

Node scalar(NodeKind kind, std::string text, Place place) {
    Node node;
    node.kind = kind;
    node.text = std::move(text);
    node.place = std::move(place);
    return node;
}

}  // namespace

Node string_node(std::string text, Place place) {
    return scalar(NodeKind::String, std::move(text), std::move(place));
}

Node boolean_node(bool value, Place place) {
    return scalar(NodeKind::Boolean, value ? "true" : "false", std::move(place));
}

Node integer_node(std::int64_t value, Place place) {
    return scalar(NodeKind::Integer, fmt::format("{}", value), std::move(place));
}

Node null_node(Place place) {
    return scalar(NodeKind::Null, {}, std::move(place));
}

Node sequence_node(Place place) {
    return scalar(NodeKind::Sequence, {}, std::move(place));
}

Node mapping_node(Place place) {
    return scalar(NodeKind::Mapping, {}, std::move(place));
}

std::string value_text(const Node& node) {
    switch (node.kind) {
        case NodeKind::Null:
            return "null";
        case NodeKind::Boolean:
        case NodeKind::Integer:
        case NodeKind::Float:
            return node.text;
        case NodeKind::String:
            break;
        case NodeKind::Sequence: {
            std::string out = "[";
            for (const Node& item : node.items)
                out += (out.size() > 1 ? "," : "") + value_text(item);
            return out + "]";
        }
        case NodeKind::Mapping: {
            std::map<std::string, const Node*> sorted;
            for (const Entry& entry : node.entries)
                sorted[entry.key] = &entry.value;
            std::string out = "{";
            for (const auto& [key, value] : sorted) {
                out += (out.size() > 1 ? "," : "") + quoted_text(key) + ":" + value_text(*value);
            }
            return out + "}";
        }
    }
    return quoted_text(node.text);
}

std::string index_step(std::size_t index) {
    return fmt::format("[{}]", index);
}

std::string path_text(const Path& path) {
    std::string out;
    for (const std::string& step : path) {
        if (!out.empty() && (step.empty() || step[0] != '[')) out += '.';
        out += step;
    }
    return out;
}

Path path_of(const Path& parent, std::string_view step) {
    Path path = parent;
    path.emplace_back(step);
    return path;
}

// From the end, where most paths differ from most patterns: every value of a file is held against all of them.
bool matches(const Path& path, std::string_view pattern) {
    bool more = true;
    for (auto step = path.rbegin(); step != path.rend(); ++step) {
        if (!more) return false;
        const std::size_t dot = pattern.rfind('.');
        const std::string_view part = dot == std::string_view::npos ? pattern : pattern.substr(dot + 1);
        if (part != "*" && part != *step) return false;
        more = dot != std::string_view::npos;
        pattern = pattern.substr(0, more ? dot : 0);
    }
    return !more;
}

namespace {

// Follows a path as far as it goes; `place` is that of the last node reached.
const Node* follow(const Node& root, std::string_view path, Place& place) {
    const Node* node = &root;
    place = root.place;
    while (!path.empty()) {
        if (path[0] == '.') path.remove_prefix(1);
        if (!path.empty() && path[0] == '[' && node->is_sequence()) {
            const std::size_t end = path.find(']');
            std::int64_t index = 0;
            if (end == std::string_view::npos || !parse_integer(path.substr(1, end - 1), index) ||
                index < 0 || static_cast<std::size_t>(index) >= node->items.size()) {
                return nullptr;
            }
            node = &node->items[static_cast<std::size_t>(index)];
            path.remove_prefix(end + 1);
            place = node->place;
            continue;
        }
        // A key may hold dots itself, so the longest key that fits wins.
        const Entry* best = nullptr;
        for (const Entry& entry : node->entries) {
            if (!path.starts_with(entry.key)) continue;
            const std::string_view rest = path.substr(entry.key.size());
            if (!rest.empty() && rest[0] != '.' && rest[0] != '[') continue;
            if (best == nullptr || entry.key.size() > best->key.size()) best = &entry;
        }
        if (best == nullptr) return nullptr;
        node = &best->value;
        path.remove_prefix(best->key.size());
        // A mapping or list begins on the line below its key; the key is what people look for.
        place = node->is_scalar() ? node->place : best->place;
    }
    return node;
}

}  // namespace

const Node* node_at(const Node& root, std::string_view path) {
    Place place;
    return follow(root, path, place);
}

Place place_at(const Node& root, std::string_view path) {
    Place place;
    follow(root, path, place);
    return place;
}

}  // namespace podium::compose
