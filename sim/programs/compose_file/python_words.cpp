#include "sim/programs/compose_file/python_words.hpp"

#include <fmt/format.h>

#include "sim/base/text.hpp"

namespace podium::compose {
namespace {

// The code point of the UTF-8 sequence that begins at `at`, which moves on behind it; a byte that
// begins none stands for itself.
char32_t next_code_point(std::string_view text, std::size_t& at) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned first = byte(at);
    const std::size_t more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : first >= 0xC0 ? 1 : 0;
    ++at;
    if (more == 0 || at + more > text.size()) return first;
    char32_t point = first & (0x3FU >> more);
    for (std::size_t i = 0; i < more; ++i)
        point = (point << 6U) | (byte(at++) & 0x3FU);
    return point;
}

std::string json_string_of_python(std::string_view text) {
    std::string out = "\"";
    for (std::size_t at = 0; at < text.size();) {
        const char32_t point = next_code_point(text, at);
        if (point == '"' || point == '\\') {
            out += '\\';
            out += static_cast<char>(point);
        } else if (point == '\n') {
            out += "\\n";
        } else if (point == '\t') {
            out += "\\t";
        } else if (point == '\r') {
            out += "\\r";
        } else if (point >= 0x20 && point < 0x7F) {
            out += static_cast<char>(point);
        } else if (point < 0x10000) {
            out += fmt::format("\\u{:04x}", static_cast<unsigned>(point));
        } else {
            const unsigned above = static_cast<unsigned>(point) - 0x10000;
            out += fmt::format(
                "\\u{:04x}\\u{:04x}", 0xD800 + (above >> 10U), 0xDC00 + (above & 0x3FFU));
        }
    }
    return out + "\"";
}

// A list or mapping written out, its parts by the two functions.
template <class Value, class Key>
std::string written_out(const Node& node, Value&& value, Key&& key) {
    std::vector<std::string> parts;
    for (const Node& item : node.items)
        parts.push_back(value(item));
    for (const Entry& entry : node.entries)
        parts.push_back(fmt::format("{}: {}", key(entry.key), value(entry.value)));
    const bool list = node.is_sequence();
    return fmt::format("{}{}{}", list ? "[" : "{", join(parts, ", "), list ? "]" : "}");
}

}  // namespace

std::string python_string(std::string_view text) {
    const bool single =
        text.find('\'') == std::string_view::npos || text.find('"') != std::string_view::npos;
    const char quote = single ? '\'' : '"';
    std::string out(1, quote);
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == quote || c == '\\') {
            out += '\\';
            out += c;
        } else if (c == '\n') {
            out += "\\n";
        } else if (c == '\t') {
            out += "\\t";
        } else if (c == '\r') {
            out += "\\r";
        } else if (byte < 0x20 || byte == 0x7F) {
            out += fmt::format("\\x{:02x}", static_cast<unsigned>(byte));
        } else {
            out += c;
        }
    }
    return out + quote;
}

std::string python_float(const Node& node) {
    const bool whole = node.text.find_first_not_of("-0123456789") == std::string::npos;
    return whole ? node.text + ".0" : node.text;
}

std::string python_repr(const Node& node) {
    switch (node.kind) {
        case NodeKind::Null:
            return "None";
        case NodeKind::Boolean:
            return node.is_true() ? "True" : "False";
        case NodeKind::String:
            return python_string(node.text);
        case NodeKind::Sequence:
        case NodeKind::Mapping:
            return written_out(node, python_repr, python_string);
        case NodeKind::Float:
            return python_float(node);
        case NodeKind::Integer:
            break;
    }
    return node.text;
}

std::string python_json(const Node& node) {
    switch (node.kind) {
        case NodeKind::Null:
            return "null";
        case NodeKind::Boolean:
            return node.is_true() ? "true" : "false";
        case NodeKind::String:
            return json_string_of_python(node.text);
        case NodeKind::Sequence:
        case NodeKind::Mapping:
            return written_out(node, python_json, json_string_of_python);
        case NodeKind::Float:
            return python_float(node);
        case NodeKind::Integer:
            break;
    }
    return node.text;
}

bool is_python_false(const Node& node) {
    switch (node.kind) {
        case NodeKind::Null:
            return true;
        case NodeKind::Boolean:
            return !node.is_true();
        case NodeKind::String:
            return node.text.empty();
        case NodeKind::Sequence:
            return node.items.empty();
        case NodeKind::Mapping:
            return node.entries.empty();
        case NodeKind::Integer:
        case NodeKind::Float:
            break;
    }
    return node.text.find_first_not_of("0.-+") == std::string::npos;
}

std::string_view python_type(const Node& node) {
    switch (node.kind) {
        case NodeKind::Null:
            return "NoneType";
        case NodeKind::Boolean:
            return "boolean";
        case NodeKind::Integer:
        case NodeKind::Float:
            return "number";
        case NodeKind::String:
            return "string";
        case NodeKind::Sequence:
            return "array";
        case NodeKind::Mapping:
            break;
    }
    return "mapping";
}

std::string with_article(std::string_view name) {
    const bool vowel =
        !name.empty() && std::string_view("aeiou").find(name[0]) != std::string_view::npos;
    return fmt::format("{} {}", vowel ? "an" : "a", name);
}

std::string any_of(const std::vector<std::string>& names) {
    if (names.empty()) return {};
    if (names.size() == 1) return with_article(names[0]);
    std::string out = with_article(names[0]);
    for (std::size_t i = 1; i + 1 < names.size(); ++i)
        out += ", " + names[i];
    return out + ", or " + with_article(names.back());
}

}  // namespace podium::compose
