#include "sim/programs/compose_file/yaml_scanner.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "sim/programs/compose_file/yaml.hpp"

namespace podium::compose {
namespace {

using Kind = YamlTokenKind;

// A key without '?' is on one line, and no longer than this.
constexpr std::size_t kLongestKey = 1'024;
// go-yaml, yaml_parser_scan_comments: how far it looks ahead for the next comment.
constexpr std::size_t kCommentAhead = 512;
// go-yaml: this many tokens are always read behind the first.
constexpr std::size_t kTokensAhead = 2;

}  // namespace

std::string_view yaml_token_name(YamlTokenKind kind) {
    switch (kind) {
        case Kind::StreamEnd:
            return "<stream end>";
        case Kind::DocumentStart:
            return "<document start>";
        case Kind::DocumentEnd:
            return "<document end>";
        case Kind::BlockSequenceStart:
            return "<block sequence start>";
        case Kind::BlockMappingStart:
            return "<block mapping start>";
        case Kind::BlockEnd:
            return "<block end>";
        case Kind::FlowSequenceStart:
            return "[";
        case Kind::FlowMappingStart:
            return "{";
        case Kind::FlowSequenceEnd:
            return "]";
        case Kind::FlowMappingEnd:
            return "}";
        case Kind::BlockEntry:
            return "-";
        case Kind::FlowEntry:
            return ",";
        case Kind::Key:
            return "?";
        case Kind::Value:
            return ":";
        case Kind::Alias:
            return "<alias>";
        case Kind::Anchor:
            return "<anchor>";
        case Kind::Tag:
            return "<tag>";
        case Kind::Scalar:
            return "<scalar>";
    }
    return {};
}

std::string python_character(std::string_view character) {
    if (character == "\t") return "'\\t'";
    if (character == "\n") return "'\\n'";
    if (character == "\r") return "'\\r'";
    if (character == "'") return "\"'\"";
    if (character == "\\") return "'\\\\'";
    if (character.empty()) return "'\\x00'";
    if (character == "\xC2\x85") return "'\\x85'";
    if (character == "\xC2\xA0") return "'\\xa0'";
    if (character == "\xE2\x80\xA8") return "'\\u2028'";
    if (character == "\xE2\x80\xA9") return "'\\u2029'";
    return fmt::format("'{}'", character);
}

YamlScanner::YamlScanner(std::string_view text, Dialect dialect) : text_(text), dialect_(dialect) {}

// --- characters

std::size_t YamlScanner::break_size(std::size_t ahead) const {
    const char c = at(ahead);
    if (at_end(ahead)) return 0;
    if (c == '\n') return 1;
    if (c == '\r') return at(ahead + 1) == '\n' ? 2 : 1;
    const std::string_view rest = text_.substr(place_ + ahead, 3);
    if (rest.starts_with("\xC2\x85")) return 2;
    return rest == "\xE2\x80\xA8" || rest == "\xE2\x80\xA9" ? 3 : 0;
}

// "---" or "..." at the beginning of a line, alone there or before a blank.
bool YamlScanner::document_indicator() const {
    const std::string_view rest = text_.substr(std::min(place_, text_.size()), 3);
    return mark_.column == 0 && (rest == "---" || rest == "...") && blank_or_end(3);
}

std::size_t YamlScanner::character_size(std::size_t ahead) const {
    const auto first = static_cast<unsigned char>(at(ahead));
    const std::size_t size = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    return std::min(size, text_.size() - std::min(text_.size(), place_ + ahead));
}

std::string YamlScanner::shown(std::size_t ahead) const {
    if (at_end(ahead)) return python_character({});
    return python_character(text_.substr(place_ + ahead, character_size(ahead)));
}

void YamlScanner::advance(std::size_t characters) {
    for (; characters > 0 && !at_end(); --characters) {
        place_ += character_size();
        ++mark_.index;
        ++mark_.column;
    }
}

void YamlScanner::advance_line() {
    const std::size_t size = break_size();
    if (size == 0) return;
    mark_.index += at() == '\r' ? size : 1;
    place_ += size;
    mark_.column = 0;
    ++mark_.line;
}

void YamlScanner::skip_to_break() {
    while (!break_or_end())
        advance();
}

void YamlScanner::stop(YamlWords words, std::optional<YamlMark> from) const {
    throw Stop{{YamlStage::Scanner, std::move(words), from, mark_}};
}

// --- tokens

const YamlToken& YamlScanner::peek() {
    while (needs_more())
        fetch();
    return tokens_.front();
}

YamlToken YamlScanner::take() {
    peek();
    YamlToken token = std::move(tokens_.front());
    tokens_.pop_front();
    ++taken_;
    return token;
}

bool YamlScanner::needs_more() {
    if (!python()) return needs_more_go();
    if (ended_) return tokens_.empty();
    if (tokens_.empty()) return true;
    drop_stale_keys();
    return std::any_of(
        keys_.begin(), keys_.end(), [this](const auto& key) { return key.second.token == taken_; });
}

bool YamlScanner::needs_more_go() {
    if (tokens_.size() <= kTokensAhead) return true;
    const auto level = level_of_token_.find(taken_);
    return level != level_of_token_.end() && still_valid(keys_[level->second]);
}

void YamlScanner::push(Kind kind, const YamlMark& start, std::string text) {
    tokens_.push_back({kind, start, std::move(text)});
}

void YamlScanner::push_indicator(Kind kind, std::size_t characters) {
    push(kind, mark_);
    advance(characters);
}

void YamlScanner::fetch() {
    skip_to_token();
    if (python()) drop_stale_keys();
    dedent_to(mark_.column);
    if (at_end()) {
        // libyaml puts the end on a line of its own.
        if (!python() && mark_.column != 0) {
            mark_.column = 0;
            ++mark_.line;
        }
        dedent_to(-1);
        remove_key();
        key_allowed_ = false;
        if (python()) keys_.clear();
        push(Kind::StreamEnd, mark_);
        ended_ = true;
        return;
    }
    if (mark_.column == 0 && at() == '%') throw Unsure{};
    if (document_indicator()) {
        dedent_to(-1);
        remove_key();
        key_allowed_ = false;
        return push_indicator(at() == '-' ? Kind::DocumentStart : Kind::DocumentEnd, 3);
    }
    fetch_by_indicator(at());
}

void YamlScanner::fetch_by_indicator(char c) {
    const auto open = [this](Kind kind) {
        save_key();
        enter_flow();
        key_allowed_ = true;
        push_indicator(kind);
    };
    const auto close = [this](Kind kind) {
        remove_key();
        leave_flow();
        key_allowed_ = false;
        push_indicator(kind);
    };
    const auto begin_value = [this] {
        save_key();
        key_allowed_ = false;
    };
    if (c == '[') return open(Kind::FlowSequenceStart);
    if (c == '{') return open(Kind::FlowMappingStart);
    if (c == ']') return close(Kind::FlowSequenceEnd);
    if (c == '}') return close(Kind::FlowMappingEnd);
    if (c == ',') {
        remove_key();
        key_allowed_ = true;
        return push_indicator(Kind::FlowEntry);
    }
    if (c == '-' && blank_or_end(1)) return fetch_block_entry();
    if (c == '?' && (flow_ != 0 || blank_or_end(1))) return fetch_key();
    if (c == ':' && (flow_ != 0 || blank_or_end(1))) return fetch_value();
    if (c == '*' || c == '&') {
        begin_value();
        return scan_anchor(c == '*' ? Kind::Alias : Kind::Anchor);
    }
    if (c == '!') {
        begin_value();
        return scan_tag();
    }
    if ((c == '|' || c == '>') && flow_ == 0) {
        remove_key();
        key_allowed_ = true;
        return scan_block_scalar();
    }
    if (c == '\'' || c == '"') {
        begin_value();
        return scan_quoted(c == '\'');
    }
    if (begins_plain()) {
        begin_value();
        return scan_plain();
    }
    stop({"while scanning for the next token",
          "found character that cannot start any token",
          fmt::format("found character {} that cannot start any token", shown()),
          c == '\t' ? kNoTabs
                    : std::string_view("put a value that begins with @, ` or % in quotes")},
         std::nullopt);
}

bool YamlScanner::begins_plain() const {
    const char c = at();
    if (!blank_or_end() && !is_one_of(c, "-?:,[]{}#&*!|>'\"%@`")) return true;
    if (c == '-') return !blank(1) && (!python() || !blank_or_end(1));
    return flow_ == 0 && (c == '?' || c == ':') && !blank_or_end(1);
}

// PyYAML takes no tab for a blank here; libyaml does where no key may begin.
void YamlScanner::skip_to_token() {
    const auto mark_of_order = [this] {
        return text_.substr(std::min(place_, text_.size()), 3) == "\xEF\xBB\xBF";
    };
    // Neither counts the one at the start as a column; go-yaml's reader drops it altogether.
    if (place_ == 0 && mark_of_order()) {
        advance();
        mark_.column = 0;
        if (!python()) mark_.index = 0;
    }
    while (true) {
        if (!python() && mark_.column == 0 && mark_of_order()) advance();
        while (at() == ' ' || (!python() && at() == '\t' && (flow_ > 0 || !key_allowed_)))
            advance();
        if (at() == '#') {
            skip_to_break();
            if (!python()) skip_comments_ahead();
        }
        if (!is_break()) return;
        advance_line();
        if (flow_ == 0) key_allowed_ = true;
    }
}

// go-yaml reads the comments of the following lines at once, tabs before them too.
void YamlScanner::skip_comments_ahead() {
    while (true) {
        std::size_t ahead = 0;
        while (ahead < kCommentAhead && (blank(ahead) || is_break(ahead)))
            ++ahead;
        if (at(ahead) != '#' || ahead >= kCommentAhead) return;
        const std::size_t comment = place_ + ahead;
        while (place_ < comment) {
            if (is_break()) {
                advance_line();
            } else {
                advance();
            }
        }
        skip_to_break();
    }
}

// --- keys that have no '?' before them

YamlScanner::SimpleKey* YamlScanner::key_here() {
    const auto found = keys_.find(flow_);
    return found == keys_.end() || !found->second.possible ? nullptr : &found->second;
}

bool YamlScanner::still_valid(SimpleKey& key) {
    if (!key.possible) return false;
    const bool other_line = python() ? key.mark.line != mark_.line : key.mark.line < mark_.line;
    if (!other_line && key.mark.index + kLongestKey >= mark_.index) return true;
    if (key.required) {
        stop({"while scanning a simple key",
              "could not find expected ':'",
              "could not find expected ':'",
              "write 'key: value' there, or indent the line as part of the value above",
              true},
             key.mark);
    }
    key.possible = false;
    return false;
}

void YamlScanner::drop_stale_keys() {
    for (auto key = keys_.begin(); key != keys_.end();) {
        if (still_valid(key->second)) {
            ++key;
        } else {
            key = keys_.erase(key);
        }
    }
}

void YamlScanner::save_key() {
    if (!key_allowed_) return;
    const bool required = flow_ == 0 && indent_ == mark_.column;
    remove_key();
    const std::size_t token = taken_ + tokens_.size();
    keys_[flow_] = {true, required, token, mark_};
    level_of_token_[token] = flow_;
}

void YamlScanner::remove_key() {
    SimpleKey* key = key_here();
    if (key == nullptr) return;
    if (key->required) {
        stop({"while scanning a simple key",
              "could not find expected ':'",
              "could not find expected ':'",
              "write 'key: value' there, or indent the line as part of the value above",
              true},
             key->mark);
    }
    level_of_token_.erase(key->token);
    key->possible = false;
    if (python()) keys_.erase(flow_);
}

void YamlScanner::enter_flow() {
    ++flow_;
    if (flow_ > static_cast<int>(kMaximumDepth)) throw Unsure{};
    if (!python()) keys_[flow_] = {false, false, taken_ + tokens_.size(), mark_};
}

void YamlScanner::leave_flow() {
    if (python()) {
        --flow_;
        return;
    }
    if (flow_ == 0) return;
    level_of_token_.erase(keys_[flow_].token);
    keys_.erase(flow_);
    --flow_;
}

// --- indentation

bool YamlScanner::indent_to(int column) {
    if (flow_ != 0 || indent_ >= column) return false;
    indents_.push_back(indent_);
    if (indents_.size() > kMaximumDepth) throw Unsure{};
    indent_ = column;
    return true;
}

void YamlScanner::dedent_to(int column) {
    if (flow_ != 0) return;
    while (indent_ > column) {
        if (indents_.empty()) throw Unsure{};
        push(Kind::BlockEnd, mark_);
        indent_ = indents_.back();
        indents_.pop_back();
    }
}

void YamlScanner::fetch_block_entry() {
    if (flow_ == 0) {
        if (!key_allowed_) {
            stop({"",
                  "block sequence entries are not allowed in this context",
                  "sequence entries are not allowed here",
                  "put each '- item' on a line of its own"},
                 std::nullopt);
        }
        if (indent_to(mark_.column)) push(Kind::BlockSequenceStart, mark_);
    }
    remove_key();
    key_allowed_ = true;
    push_indicator(Kind::BlockEntry);
}

void YamlScanner::fetch_key() {
    if (flow_ == 0) {
        if (!key_allowed_) {
            stop({"",
                  "mapping keys are not allowed in this context",
                  "mapping keys are not allowed here",
                  "look for a '?' too many"},
                 std::nullopt);
        }
        if (indent_to(mark_.column)) push(Kind::BlockMappingStart, mark_);
    }
    remove_key();
    key_allowed_ = flow_ == 0;
    push_indicator(Kind::Key);
}

// go-yaml forgets of a bracket in which no key could begin ("[?]: x") that it may be a key itself,
// and hands it out before it sees the ':'. yaml_insert_token then puts the tokens at the end.
void YamlScanner::insert_key(const SimpleKey& key) {
    if (key.token < taken_) {
        if (python()) throw Unsure{};
        push(Kind::Key, key.mark);
        if (indent_to(key.mark.column)) push(Kind::BlockMappingStart, key.mark);
        return;
    }
    const std::size_t place = key.token - taken_;
    if (place > tokens_.size()) throw Unsure{};
    const auto position = tokens_.begin() + static_cast<std::ptrdiff_t>(place);
    const auto inserted = tokens_.insert(position, YamlToken{Kind::Key, key.mark, {}});
    if (indent_to(key.mark.column))
        tokens_.insert(inserted, YamlToken{Kind::BlockMappingStart, key.mark, {}});
}

void YamlScanner::fetch_value() {
    SimpleKey* key = key_here();
    if (key != nullptr && (python() || still_valid(*key))) {
        const SimpleKey found = *key;
        insert_key(found);
        level_of_token_.erase(found.token);
        key->possible = false;
        if (python()) keys_.erase(flow_);
        key_allowed_ = false;
    } else {
        if (flow_ == 0) {
            if (!key_allowed_) {
                stop({"",
                      "mapping values are not allowed in this context",
                      "mapping values are not allowed here",
                      "look for a ':' too many, or put the value in quotes"},
                     std::nullopt);
            }
            if (indent_to(mark_.column)) push(Kind::BlockMappingStart, mark_);
        }
        key_allowed_ = flow_ == 0;
        if (python()) remove_key();
    }
    push_indicator(Kind::Value);
}

}  // namespace podium::compose
