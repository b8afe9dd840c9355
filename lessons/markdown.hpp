#pragma once

// Markdown as a list of blocks with styled words, and these laid out for a terminal. Any front end
// can draw the blocks its own way.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace podium::lessons {

struct Span {
    std::string text;
    bool strong = false;
    bool emphasis = false;
    bool code = false;

    bool operator==(const Span&) const = default;
};

struct MarkdownBlock {
    enum class Kind : std::uint8_t { Paragraph, Heading, Item, Code, Rule, Row };

    Kind kind = Kind::Paragraph;
    int level = 0;            ///< Heading: 1 to 6.
    int depth = 0;            ///< How many lists it is in.
    int quotes = 0;           ///< How many quotations it is in.
    std::string marker;       ///< Item: "•" or "1."; empty for an item's further paragraphs.
    std::string info;         ///< Code: its language.
    bool tight = false;       ///< No empty line before it.
    std::vector<Span> spans;  ///< Code: one, its text.
    std::vector<std::vector<Span>> cells;  ///< Row: of a table.
    bool head = false;                     ///< Row: the table's first.
};

std::vector<MarkdownBlock> parse_markdown(std::string_view text);
/// Where HTML stands in it, as a number of bytes; npos when there is none. Front ends show none.
std::size_t find_html(std::string_view text);

struct Layout {
    int width = 80;
    bool colour = false;
};

/// The blocks as lines no longer than the width (code is not broken), with an empty line between
/// blocks and none at the end.
std::string lay_out(const std::vector<MarkdownBlock>& blocks, const Layout& layout);
/// Both at once.
std::string render_markdown(std::string_view text, const Layout& layout);

}  // namespace podium::lessons
