#pragma once

// The tokens of a YAML text as go-yaml 3.0.1 (a port of libyaml: scannerc.go) and PyYAML
// (scanner.py) see them, and what either says of a text that is none. yaml-cpp builds the trees;
// this one only knows where and how those two give up, as their lines and sentences differ from
// yaml-cpp's. Used by yaml_syntax.cpp alone; it throws Stop and Unsure, which are caught there.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/programs/compose_file/project.hpp"

namespace podium::compose {

/// The hint where a tab stands for blanks.
inline constexpr std::string_view kNoTabs = "the line is indented with a tab; YAML wants blanks";

inline bool is_one_of(char c, std::string_view characters) {
    return c != '\0' && characters.find(c) != std::string_view::npos;
}

/// A position: characters from the start, line and column from 0.
struct YamlMark {
    std::size_t index = 0;
    int line = 0;
    int column = 0;
};

enum class YamlStage : std::uint8_t { Scanner, Parser, Composer };

/// One thing that may be wrong, in the words of both programs.
struct YamlWords {
    std::string
        context;  ///< PyYAML's: "while scanning a quoted scalar"; go-yaml tells its problem alone.
    std::string go;
    std::string python;
    std::string_view hint;
    bool began_wrong =
        false;  ///< It is mended where the context begins: a quote that nothing closes.
};

/// What is wrong with a text, and where.
struct YamlComplaint {
    YamlStage stage = YamlStage::Scanner;
    YamlWords words;
    std::optional<YamlMark> from;  ///< Where what the context names begins.
    YamlMark at;                   ///< Where it was noticed.
};

enum class YamlTokenKind : std::uint8_t {
    StreamEnd,
    DocumentStart,
    DocumentEnd,
    BlockSequenceStart,
    BlockMappingStart,
    BlockEnd,
    FlowSequenceStart,
    FlowMappingStart,
    FlowSequenceEnd,
    FlowMappingEnd,
    BlockEntry,
    FlowEntry,
    Key,
    Value,
    Alias,
    Anchor,
    Tag,
    Scalar,
};

/// PyYAML's name of a token: "<block mapping start>", "','".
std::string_view yaml_token_name(YamlTokenKind kind);

struct YamlToken {
    YamlTokenKind kind = YamlTokenKind::StreamEnd;
    YamlMark start;
    std::string text;  ///< Of an anchor or alias.
};

/// A character as Python's repr writes it: `'\t'`.
std::string python_character(std::string_view character);

class YamlScanner {
  public:
    struct Stop {
        YamlComplaint complaint;
    };

    /// The text has what is not followed here: directives, verbatim tags, deeper nesting than any
    /// file may have.
    struct Unsure {};

    YamlScanner(std::string_view text, Dialect dialect);

    const YamlToken& peek();
    YamlToken take();

  private:
    struct SimpleKey {
        bool possible = false;
        bool required = false;
        std::size_t token = 0;
        YamlMark mark;
    };

    [[nodiscard]] bool python() const { return dialect_ == Dialect::V1; }

    // --- characters
    [[nodiscard]] char at(std::size_t ahead = 0) const {
        return place_ + ahead < text_.size() ? text_[place_ + ahead] : '\0';
    }

    [[nodiscard]] bool at_end(std::size_t ahead = 0) const {
        return place_ + ahead >= text_.size();
    }

    [[nodiscard]] bool blank(std::size_t ahead = 0) const {
        return at(ahead) == ' ' || at(ahead) == '\t';
    }

    [[nodiscard]] std::size_t break_size(std::size_t ahead = 0) const;

    [[nodiscard]] bool is_break(std::size_t ahead = 0) const { return break_size(ahead) > 0; }

    [[nodiscard]] bool break_or_end(std::size_t ahead = 0) const {
        return at_end(ahead) || is_break(ahead);
    }

    [[nodiscard]] bool blank_or_end(std::size_t ahead = 0) const {
        return blank(ahead) || break_or_end(ahead);
    }

    [[nodiscard]] bool document_indicator() const;
    [[nodiscard]] std::string shown(std::size_t ahead = 0) const;
    [[nodiscard]] std::size_t character_size(std::size_t ahead = 0) const;
    void advance(std::size_t characters = 1);
    void advance_line();
    void skip_to_break();

    [[noreturn]] void stop(YamlWords words, std::optional<YamlMark> from) const;

    // --- tokens
    [[nodiscard]] bool needs_more();
    [[nodiscard]] bool needs_more_go();
    void fetch();
    void fetch_by_indicator(char c);
    void skip_to_token();
    void skip_comments_ahead();
    void push(YamlTokenKind kind, const YamlMark& start, std::string text = {});
    void push_indicator(YamlTokenKind kind, std::size_t characters = 1);
    [[nodiscard]] bool begins_plain() const;

    // --- keys that have no '?' before them
    [[nodiscard]] SimpleKey* key_here();
    bool still_valid(SimpleKey& key);
    void drop_stale_keys();
    void save_key();
    void remove_key();
    void enter_flow();
    void leave_flow();
    void insert_key(const SimpleKey& key);

    // --- indentation
    bool indent_to(int column);
    void dedent_to(int column);

    void fetch_block_entry();
    void fetch_key();
    void fetch_value();
    void scan_anchor(YamlTokenKind kind);
    void scan_tag();
    void scan_block_scalar();
    void block_header(const YamlMark& start, int& increment);
    void block_breaks(int& indent, const YamlMark& start);
    void scan_quoted(bool single);
    void escape(const YamlMark& start);
    void quoted_blanks(const YamlMark& start);
    void scan_plain();
    [[nodiscard]] bool plain_ends() const;

    std::string_view text_;
    Dialect dialect_;
    std::size_t place_ = 0;  // in bytes
    YamlMark mark_;
    std::deque<YamlToken> tokens_;
    std::size_t taken_ = 0;
    bool ended_ = false;
    int flow_ = 0;
    int indent_ = -1;
    std::vector<int> indents_;
    bool key_allowed_ = true;
    std::map<int, SimpleKey> keys_;              // by flow level
    std::map<std::size_t, int> level_of_token_;  // go-yaml: of the keys that are possible
};

}  // namespace podium::compose
