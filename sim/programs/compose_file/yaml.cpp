#include "sim/programs/compose_file/yaml.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <optional>
#include <sstream>
#include <utility>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include "sim/programs/compose_file/yaml_characters.hpp"
#include "sim/programs/compose_file/yaml_syntax.hpp"

namespace podium::compose {
namespace {

// Leaves yaml-cpp's parser from inside a handler; caught in parse_yaml.
struct Refused {
    Error error;
};

constexpr std::string_view kMergeKey = "<<";
constexpr std::string_view kPlainTag = "?";
constexpr std::string_view kCoreTag = "tag:yaml.org,2002:";

std::size_t count_nodes(const Node& node) {
    std::size_t count = 1;
    for (const Node& item : node.items)
        count += count_nodes(item);
    for (const Entry& entry : node.entries)
        count += count_nodes(entry.value);
    return count;
}

class TreeBuilder : public YAML::EventHandler {
  public:
    TreeBuilder(const std::string& text, std::string file, Dialect dialect)
        : text_(text), file_(std::move(file)), dialect_(dialect) {
        line_starts_.push_back(0);
        for (std::size_t i = 0; i < text.size(); ++i) {
            if (text[i] == '\n') line_starts_.push_back(i + 1);
        }
    }

    [[nodiscard]] std::vector<Node>& documents() { return documents_; }

    /// A key that is no string. It is told only if the text is good YAML otherwise, as a missing
    /// bracket makes keys of values.
    [[nodiscard]] const std::optional<Error>& odd_key() const { return odd_key_; }

    void OnDocumentStart(const YAML::Mark& mark) override {
        if (dialect_ == Dialect::V1 && !documents_.empty()) {
            refuse("expected a single document in the stream but found another document",
                   place_of(mark),
                   "docker-compose 1.29 reads one document a file; put the second into a file of "
                   "its own");
        }
        // At a token that begins nothing yaml-cpp begins the same document again and again.
        if (documents_begun_ > 0 && mark.pos == last_begin_) {
            refuse("yaml: did not find expected node content",
                   place_of(mark),
                   "take away what stands here");
        }
        // It also begins a new document where an indentation is wrong at the top level.
        if (documents_begun_ > 0 && !is_announced(mark.line)) {
            refuse("yaml: did not find expected <document start>",
                   place_of(mark),
                   "check the indentation of this line and those above");
        }
        last_begin_ = mark.pos;
        if (++documents_begun_ > kMaximumDocuments) {
            refuse(fmt::format("the file has more than {} documents", kMaximumDocuments),
                   place_of(mark),
                   "use several files");
        }
        frames_.clear();
        anchors_.clear();
        nodes_ = 0;
        aliased_ = 0;
        stored_ = 0;
    }

    void OnDocumentEnd() override {}

    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        finish(null_node(place_of(mark)), anchor, true);
    }

    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        const auto stored = anchors_.find(anchor);
        if (stored == anchors_.end()) {
            refuse("an anchor's value contains itself",
                   place_of(mark),
                   "take the alias out of what it names");
        }
        nodes_ += stored->second.nodes;
        aliased_ += stored->second.nodes;
        check_node_limit(place_of(mark));
        check_aliasing(place_of(mark));
        attach(stored->second.node, false);
    }

    void OnScalar(const YAML::Mark& mark,
                  const std::string& tag,
                  YAML::anchor_t anchor,
                  const std::string& value) override {
        const Place place = place_of(mark);
        MergeTag merge_tag = MergeTag::None;
        Node node;
        const bool core = tag.starts_with(kCoreTag);
        const std::string type = core ? tag.substr(kCoreTag.size()) : std::string();
        if (type == "str" || type == "binary") {
            node = string_node(value, place);
        } else if (tag == "!reset" || tag == "!override") {
            merge_tag = tag == "!reset" ? MergeTag::Reset : MergeTag::Override;
            node = quoted_after_tag(place, tag) ? string_node(value, place)
                                                : resolve_plain_scalar(value, dialect_, place);
        } else if (tag == kPlainTag || core) {
            node = resolve_plain_scalar(value, dialect_, place);
        } else if (dialect_ == Dialect::V1 && tag != "!") {
            refuse(
                python_constructor_error(
                    fmt::format("could not determine a constructor for the tag '{}'", tag), place),
                place,
                "take the tag away");
        } else {
            node = string_node(value, place);
            node.quoted = true;
        }
        node.tag = merge_tag;
        finish(std::move(node), anchor, tag == kPlainTag);
    }

    void OnSequenceStart(const YAML::Mark& mark,
                         const std::string& tag,
                         YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override {
        open(sequence_node(place_of(mark)), tag, anchor);
    }

    void OnSequenceEnd() override { close(); }

    void OnMapStart(const YAML::Mark& mark,
                    const std::string& tag,
                    YAML::anchor_t anchor,
                    YAML::EmitterStyle::value) override {
        open(mapping_node(place_of(mark)), tag, anchor);
    }

    void OnMapEnd() override { close(); }

  private:
    struct Anchored {
        Node node;
        std::size_t nodes = 0;
    };

    struct Frame {
        Node node;
        YAML::anchor_t anchor = 0;
        bool has_key = false;
        bool key_is_merge = false;
        std::string key;
        NodeKind key_kind = NodeKind::String;
        Place key_place;
        std::vector<Node> merges;        // values of `<<`, in order
        std::optional<Place> merge_key;  // where the first `<<` is
    };

    [[noreturn]] static void refuse(std::string message, Place place, std::string hint) {
        throw Refused{Error{std::move(message), std::move(place), std::move(hint)}};
    }

    [[nodiscard]] Place place_of(const YAML::Mark& mark) const {
        return {file_, mark.line + 1, mark.column + 1};
    }

    void check_node_limit(const Place& place) const {
        if (nodes_ > kMaximumNodes) {
            refuse(fmt::format("compose file exceeds maximum node visit limit ({})", kMaximumNodes),
                   place,
                   "use fewer aliases, or fewer values in one file");
        }
    }

    // Nothing but aliases of aliases: given up long before there is too much of it.
    void check_aliasing(const Place& place) const {
        const std::size_t written = nodes_ - aliased_;
        if (nodes_ > kAliasedFreely && aliased_ > kMaximumAliasing * written) {
            refuse("yaml: document contains excessive aliasing",
                   place,
                   fmt::format("aliases make {} values of {} written ones; write some of them out",
                               nodes_,
                               written));
        }
    }

    static void check_key_limit(std::size_t keys, const Place& place) {
        if (keys >= kMaximumKeys) {
            refuse(fmt::format("a mapping has more than {} keys", kMaximumKeys),
                   place,
                   "split the file");
        }
    }

    void open(Node node, const std::string& tag, YAML::anchor_t anchor) {
        if (frames_.size() >= kMaximumDepth) {
            refuse(fmt::format("values are nested more than {} deep", kMaximumDepth),
                   node.place,
                   "a Compose file needs about ten levels; look for a missing ']' or '}'");
        }
        if (tag == "!reset") node.tag = MergeTag::Reset;
        if (tag == "!override") node.tag = MergeTag::Override;
        Frame frame;
        frame.node = std::move(node);
        frame.anchor = anchor;
        frames_.push_back(std::move(frame));
    }

    void close() {
        Frame frame = std::move(frames_.back());
        frames_.pop_back();
        if (!frame.merges.empty()) apply_merges(frame);
        finish(std::move(frame.node), frame.anchor, false);
    }

    void finish(Node node, YAML::anchor_t anchor, bool plain) {
        ++nodes_;
        check_node_limit(node.place);
        if (anchor != 0) {
            const std::size_t nodes = count_nodes(node);
            stored_ += nodes;
            if (stored_ > kMaximumNodes) {
                refuse(fmt::format("anchors hold more than {} values", kMaximumNodes),
                       node.place,
                       "use fewer anchors within anchors");
            }
            anchors_[anchor] = {node, nodes};
        }
        attach(std::move(node), plain);
    }

    void attach(Node node, bool plain) {
        if (frames_.empty()) {
            documents_.push_back(std::move(node));
            return;
        }
        Frame& frame = frames_.back();
        if (frame.node.is_sequence()) {
            frame.node.items.push_back(std::move(node));
        } else if (!frame.has_key) {
            take_key(frame, node, plain);
        } else {
            frame.has_key = false;
            // Nothing written after a key is found by the parser on the next line.
            if (node.is_null() && node.place.line != frame.key_place.line)
                node.place = frame.key_place;
            if (frame.key_is_merge) {
                add_merge(frame, std::move(node));
            } else {
                add_entry(frame, std::move(node));
            }
        }
    }

    void take_key(Frame& frame, const Node& node, bool plain) {
        frame.key_is_merge = plain && node.is_string() && node.text == kMergeKey;
        frame.key = node.text;
        frame.key_kind = node.kind;
        const bool text_of_python = dialect_ == Dialect::V1 && !node.is_mapping() && !node.is_sequence();
        if (!node.is_string() && text_of_python) {
            if (!node.is_scalar()) frame.key = "None";
            if (node.kind == NodeKind::Boolean) frame.key = node.is_true() ? "True" : "False";
        } else if (!node.is_string() && dialect_ == Dialect::V1) {
            refuse(python_unhashable(frame.node.place, node.place),
                   node.place,
                   "write a text as the key");
        } else if (!node.is_string()) {
            const std::string where = key_path();
            Error error{
                fmt::format("Non-string key {}: {}",
                            where.empty() ? "at top level" : "in " + where,
                            node.is_scalar() ? node.text : std::string(kind_name(node.kind))),
                node.place,
                "put the key in quotes"};
            if (!odd_key_) odd_key_ = std::move(error);
            frame.key_kind = NodeKind::String;
        }
        frame.has_key = true;
        frame.key_place = node.place;
    }

    [[nodiscard]] std::string key_path() const {
        std::string path;
        for (std::size_t i = 0; i + 1 < frames_.size(); ++i) {
            const Frame& frame = frames_[i];
            const bool list = frame.node.is_sequence();
            const std::string step =
                list ? fmt::format("[{}]", frame.node.items.size()) : frame.key;
            if (!path.empty() && !list) path += '.';
            path += step;
        }
        return path;
    }

    // To Python true, 1 and 1.0 are one key.
    static std::string python_number(const std::string& key, NodeKind kind) {
        if (kind == NodeKind::Boolean) return key == "True" ? "1" : "0";
        return kind == NodeKind::Float && key.ends_with(".0") ? key.substr(0, key.size() - 2) : key;
    }

    static Node* earlier_value(Frame& frame) {
        Node* same = frame.node.find(frame.key);
        if (same != nullptr || frame.key_kind == NodeKind::String ||
            frame.key_kind == NodeKind::Null)
            return same;
        for (Entry& entry : frame.node.entries) {
            if (entry.written == NodeKind::String || entry.written == NodeKind::Null) continue;
            if (python_number(entry.key, entry.written) == python_number(frame.key, frame.key_kind))
                return &entry.value;
        }
        return nullptr;
    }

    void add_entry(Frame& frame, Node node) {
        Node* earlier = earlier_value(frame);
        if (earlier == nullptr) {
            check_key_limit(frame.node.entries.size(), frame.key_place);
            frame.node.entries.push_back(
                {frame.key, frame.key_place, std::move(node), frame.key_kind});
            return;
        }
        // PyYAML lets the last of two equal keys win without a word.
        if (dialect_ == Dialect::V1) {
            *earlier = std::move(node);
            return;
        }
        const Entry* first = frame.node.find_entry(frame.key);
        refuse(fmt::format("line {}: mapping key \"{}\" already defined at line {}",
                           frame.key_place.line,
                           frame.key,
                           first->place.line),
               frame.key_place,
               "keep one of the two");
    }

    void add_merge(Frame& frame, Node node) {
        if (frame.merge_key && dialect_ == Dialect::V2) {
            refuse(fmt::format("line {}: mapping key \"<<\" already defined at line {}",
                               frame.key_place.line,
                               frame.merge_key->line),
                   frame.key_place,
                   "write one '<<' with a list: <<: [*a, *b]");
        }
        frame.merge_key = frame.key_place;
        const auto take = [&](Node source) {
            if (source.is_mapping()) {
                frame.merges.push_back(std::move(source));
            } else {
                refuse("map merge requires map or sequence of maps as the value",
                       frame.key_place,
                       "let '<<' name a mapping: <<: *anchor");
            }
        };
        if (node.is_sequence()) {
            for (Node& item : node.items)
                take(std::move(item));
        } else {
            take(std::move(node));
        }
    }

    // Keys written out win over merged ones, earlier merges over later ones; merged keys come
    // first, as PyYAML has them.
    static void apply_merges(Frame& frame) {
        std::vector<Entry> own = std::move(frame.node.entries);
        frame.node.entries.clear();
        for (Node& source : frame.merges) {
            for (Entry& entry : source.entries) {
                if (frame.node.find(entry.key) != nullptr) continue;
                check_key_limit(frame.node.entries.size(), entry.place);
                frame.node.entries.push_back(std::move(entry));
            }
        }
        for (Entry& entry : own) {
            bool replaced = false;
            for (Entry& merged : frame.node.entries) {
                if (merged.key != entry.key) continue;
                merged = std::move(entry);
                replaced = true;
                break;
            }
            if (!replaced) frame.node.entries.push_back(std::move(entry));
        }
    }

    // yaml-cpp does not say whether a scalar behind a tag was quoted, so the text itself is asked.
    [[nodiscard]] bool quoted_after_tag(const Place& place, std::string_view tag) const {
        const auto index = static_cast<std::size_t>(place.line - 1);
        if (index >= line_starts_.size()) return false;
        const std::size_t line = line_starts_[index];
        const std::size_t at = text_.find(tag, line);
        if (at == std::string::npos) return false;
        const std::size_t next = text_.find_first_not_of(" \t", at + tag.size());
        return next != std::string::npos &&
               std::string_view("\"'|>").find(text_[next]) != std::string_view::npos;
    }

    [[nodiscard]] std::string_view line_text(int line) const {
        if (line < 0 || static_cast<std::size_t>(line) >= line_starts_.size()) return {};
        const std::size_t from = line_starts_[static_cast<std::size_t>(line)];
        return std::string_view(text_).substr(from, text_.find('\n', from) - from);
    }

    // Whether "---" stands on a line (counted from 0), or "..." closed the document before it.
    [[nodiscard]] bool is_announced(int line) const {
        if (line_text(line).starts_with("---")) return true;
        for (int above = line - 1; above >= 0; --above) {
            const std::string_view text = line_text(above);
            if (text.starts_with("---") || text.starts_with("...")) return true;
            if (text.find_first_not_of(" \t\r") != std::string_view::npos && text[0] != '#' &&
                text[0] != '%')
                return false;
        }
        return false;
    }

    const std::string& text_;
    std::vector<std::size_t> line_starts_;
    std::optional<Error> odd_key_;
    std::string file_;
    Dialect dialect_;
    std::vector<Node> documents_;
    std::vector<Frame> frames_;
    std::map<YAML::anchor_t, Anchored> anchors_;
    std::size_t nodes_ = 0;    // of the document, aliases expanded
    std::size_t aliased_ = 0;  // of these, the ones that came by an alias
    std::size_t stored_ = 0;
    std::size_t documents_begun_ = 0;
    int last_begin_ = 0;
};

// What yaml-cpp alone refuses: yaml_syntax_error had nothing to say of it.
Error yaml_error(const YAML::Exception& exception, const std::string& file) {
    Error error{"yaml: " + exception.msg,
                {file, exception.mark.line + 1, exception.mark.column + 1},
                "this is no valid YAML; check the line and the one above"};
    if (exception.mark.is_null()) error.place = {file, 0, 0};
    return error;
}

}  // namespace

Result<std::vector<Node>> parse_yaml(const std::string& text,
                                     const std::string& file,
                                     Dialect dialect) {
    if (text.size() > kMaximumFileBytes) {
        return Error{fmt::format("the file has {} bytes; a Compose file may have {}",
                                 text.size(),
                                 kMaximumFileBytes),
                     {file, 0, 0},
                     "split it with include or several -f"};
    }
    if (auto wrong = yaml_character_error(text, file, dialect)) return std::move(*wrong);
    if (auto wrong = yaml_syntax_error(text, file, dialect)) return std::move(*wrong);
    try {
        // yaml-cpp takes a quoted text for ended where the file ends with a newline in it. A
        // comment behind that newline has it see that the quote is missing, and means nothing
        // elsewhere.
        std::istringstream stream(text.ends_with('\n') ? text + "#" : text);
        YAML::Parser parser(stream);
        TreeBuilder builder(text, file, dialect);
        while (parser.HandleNextDocument(builder)) {
        }
        if (builder.odd_key()) return *builder.odd_key();
        return std::move(builder.documents());
    } catch (const Refused& refused) {
        return refused.error;
    } catch (const YAML::Exception& exception) {
        return yaml_error(exception, file);
    } catch (const std::exception& exception) {
        return Error{
            fmt::format("yaml: {}", exception.what()), {file, 0, 0}, "check the file's encoding"};
    }
}

}  // namespace podium::compose
