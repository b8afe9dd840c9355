// Trees as Go's encoding/json writes them.

#include <fmt/format.h>

#include "sim/programs/compose_file/yaml_text.hpp"

namespace podium::compose {
namespace {

// Letters that encoding/json escapes: control characters, and <, > and & so that HTML can hold the
// text.
std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const auto code = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (c == '\n') {
            out += "\\n";
        } else if (c == '\r') {
            out += "\\r";
        } else if (c == '\t') {
            out += "\\t";
        } else if (code < 0x20 || c == '<' || c == '>' || c == '&') {
            out += fmt::format("\\u{:04x}", code);
        } else {
            out += c;
        }
    }
    return out + "\"";
}

class Writer {
  public:
    std::string text;

    void write(const Node& node, int level) {
        switch (node.kind) {
            case NodeKind::Null:
                text += "null";
                return;
            case NodeKind::Boolean:
            case NodeKind::Integer:
            case NodeKind::Float:
                text += node.text;
                return;
            case NodeKind::String:
                text += quoted(node.text);
                return;
            case NodeKind::Sequence:
                sequence(node, level);
                return;
            case NodeKind::Mapping:
                mapping(node, level);
                return;
        }
    }

  private:
    void line(int level) { text += "\n" + std::string(static_cast<std::size_t>(level) * 2, ' '); }

    void sequence(const Node& node, int level) {
        if (node.items.empty()) {
            text += "[]";
            return;
        }
        text += "[";
        for (std::size_t i = 0; i < node.items.size(); ++i) {
            if (i > 0) text += ",";
            line(level + 1);
            write(node.items[i], level + 1);
        }
        line(level);
        text += "]";
    }

    void mapping(const Node& node, int level) {
        if (node.entries.empty()) {
            text += "{}";
            return;
        }
        text += "{";
        for (std::size_t i = 0; i < node.entries.size(); ++i) {
            if (i > 0) text += ",";
            line(level + 1);
            text += quoted(node.entries[i].key) + ": ";
            write(node.entries[i].value, level + 1);
        }
        line(level);
        text += "}";
    }
};

}  // namespace

std::string go_json(const Node& node) {
    Writer writer;
    writer.write(node, 0);
    return std::move(writer.text);
}

}  // namespace podium::compose
