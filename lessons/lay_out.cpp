// Markdown's blocks as lines of a terminal.

#include <algorithm>
#include <fmt/format.h>

#include "lessons/markdown.hpp"
#include "sim/base/text.hpp"

namespace podium::lessons {
namespace {

using Kind = MarkdownBlock::Kind;

constexpr int kNarrowest = 20;
constexpr int kItemIndent = 3;
constexpr int kCodeIndent = 4;

// The part of a word in one style, and whether a new word begins with it.
struct Fragment {
    Span span;
    bool glued = false;     // no blank before it
    bool new_line = false;  // a hard break before it
};

// Code within a sentence stays in one piece: what is longer than a line has one of its own, which a terminal wraps and copies whole. In
// a table, whose columns that would break, only if it fits (`most`).
std::vector<Fragment> fragments_of(const std::vector<Span>& spans, std::size_t most) {
    std::vector<Fragment> out;
    bool glued = false;
    bool new_line = false;
    for (const Span& span : spans) {
        const bool whole = span.code && display_width(span.text) <= most;
        std::string word;
        const auto end_word = [&] {
            if (word.empty()) return;
            Span part = span;
            part.text = std::move(word);
            out.push_back({std::move(part), glued, new_line});
            word.clear();
            glued = true;
            new_line = false;
        };
        for (const char c : span.text) {
            if ((c == ' ' && !whole) || c == '\n') {
                end_word();
                glued = false;
                new_line = new_line || (c == '\n' && !span.code);
            } else {
                word += c;
            }
        }
        end_word();
    }
    return out;
}

std::string styled(const Span& span, const Layout& layout) {
    if (!layout.colour) return span.code ? "`" + span.text + "`" : span.text;
    std::string codes;
    if (span.strong) codes += "\x1b[1m";
    if (span.emphasis) codes += "\x1b[3m";
    if (span.code) codes += "\x1b[36m";
    return codes.empty() ? span.text : codes + span.text + "\x1b[0m";
}

std::size_t width_of(const Span& span, const Layout& layout) {
    return display_width(span.text) + (span.code && !layout.colour ? 2 : 0);
}

// Words filled into lines; the first has `first` before it, the others `others`.
std::string filled(const std::vector<Span>& spans,
                   const std::string& first,
                   const std::string& others,
                   const Layout& layout,
                   bool in_table = false) {
    const std::size_t indent = display_width(others);
    const std::size_t width = static_cast<std::size_t>(std::max(layout.width, kNarrowest));
    const std::size_t room = width > indent + kNarrowest / 2 ? width - indent : kNarrowest / 2;
    const std::vector<Fragment> fragments = fragments_of(spans, in_table ? room - 2 : std::string::npos);
    std::string out = first;
    std::size_t used = 0;
    for (std::size_t i = 0; i < fragments.size();) {
        std::size_t end = i + 1;
        std::size_t length = width_of(fragments[i].span, layout);
        while (end < fragments.size() && fragments[end].glued)
            length += width_of(fragments[end++].span, layout);
        if (used > 0 && (fragments[i].new_line || used + 1 + length > room)) {
            out += "\n" + others;
            used = 0;
        }
        if (used > 0) {
            out += ' ';
            ++used;
        }
        for (; i < end; ++i)
            out += styled(fragments[i].span, layout);
        used += length;
    }
    return out + "\n";
}

// "$ command", "> its next line", or "host$ command".
bool is_typed(std::string_view line) {
    if (line.starts_with("> ")) return true;
    const auto end = line.find("$ ");
    const auto is_name = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_' || c == '.';
    };
    return end != std::string_view::npos &&
           std::all_of(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(end), is_name);
}

std::string code_block(const MarkdownBlock& block,
                       const std::string& indent,
                       const Layout& layout) {
    std::string out;
    std::string text = block.spans.front().text;
    if (text.ends_with('\n')) text.pop_back();
    const bool console = block.info == "console";
    for (const std::string& line : split(text, '\n')) {
        const bool typed = block.info == "sh" || (console && is_typed(line));
        std::string shown =
            block.info == "sh" && !line.empty() && line.front() != '#' ? "$ " + line : line;
        // The status that a command ends with is for `lesson test`.
        if (const auto mark = shown.rfind("# status "); typed && mark != std::string::npos)
            shown = shown.substr(0, shown.find_last_not_of(' ', mark - 1) + 1);
        if (!layout.colour) {
            out += (shown.empty() ? "" : indent + shown) + "\n";
        } else {
            out += fmt::format("{}{}{}\x1b[0m\n", indent, typed ? "\x1b[36m" : "\x1b[2m", shown);
        }
    }
    return out;
}

// The rows of a table from `begin` on, with columns as wide as they need; a row that does not fit
// is broken in its last column.
std::string table(const std::vector<MarkdownBlock>& blocks,
                  std::size_t begin,
                  std::size_t end,
                  const std::string& indent,
                  const Layout& layout) {
    std::vector<std::size_t> widths;
    const auto cell_width = [&](const std::vector<Span>& cell) {
        std::size_t width = 0;
        for (const Span& span : cell)
            width += width_of(span, layout);
        return width;
    };
    for (std::size_t i = begin; i < end; ++i) {
        widths.resize(std::max(widths.size(), blocks[i].cells.size()));
        for (std::size_t column = 0; column < blocks[i].cells.size(); ++column)
            widths[column] = std::max(widths[column], cell_width(blocks[i].cells[column]));
    }
    std::string out;
    for (std::size_t i = begin; i < end; ++i) {
        std::string line = indent;
        for (std::size_t column = 0; column < blocks[i].cells.size(); ++column) {
            std::vector<Span> cell = blocks[i].cells[column];
            if (blocks[i].head) {
                for (Span& span : cell)
                    span.strong = true;
            }
            if (column + 1 == blocks[i].cells.size()) {
                const std::size_t before = display_width(indent) + [&] {
                    std::size_t sum = 0;
                    for (std::size_t other = 0; other < column; ++other)
                        sum += widths[other] + 2;
                    return sum;
                }();
                line += filled(cell, "", std::string(before, ' '), layout, true);
            } else {
                for (const Span& span : cell)
                    line += styled(span, layout);
                line += std::string(widths[column] - cell_width(blocks[i].cells[column]) + 2, ' ');
            }
        }
        out += line;
    }
    return out;
}

}  // namespace

std::string lay_out(const std::vector<MarkdownBlock>& blocks, const Layout& layout) {
    std::string out;
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        const MarkdownBlock& block = blocks[i];
        std::string indent;
        for (int quote = 0; quote < block.quotes; ++quote)
            indent += "| ";
        const int lists = block.kind == Kind::Item ? block.depth - 1 : block.depth;
        indent += std::string(static_cast<std::size_t>(std::max(lists, 0) * kItemIndent), ' ');
        if (!out.empty() && !block.tight) out += '\n';
        switch (block.kind) {
            case Kind::Paragraph:
                out += filled(block.spans, indent, indent, layout);
                break;
            case Kind::Heading: {
                std::vector<Span> spans = block.spans;
                for (Span& span : spans)
                    span.strong = true;
                out += filled(spans, indent, indent, layout);
                break;
            }
            case Kind::Item: {
                const std::string marker =
                    block.marker +
                    std::string(
                        static_cast<std::size_t>(kItemIndent) > display_width(block.marker)
                            ? static_cast<std::size_t>(kItemIndent) - display_width(block.marker)
                            : 1,
                        ' ');
                out += filled(block.spans,
                              indent + marker,
                              indent + std::string(display_width(marker), ' '),
                              layout);
                break;
            }
            case Kind::Code:
                out += code_block(block, indent + std::string(kCodeIndent, ' '), layout);
                break;
            case Kind::Rule: {
                constexpr std::size_t kLeastRule = 3;  // as it is written
                const auto width = static_cast<std::size_t>(std::max(layout.width, kNarrowest));
                const std::size_t before = display_width(indent);
                out += indent + std::string(width > before + kLeastRule ? width - before : kLeastRule, '-') + "\n";
                break;
            }
            case Kind::Row: {
                std::size_t end = i + 1;
                while (end < blocks.size() && blocks[end].kind == Kind::Row && !blocks[end].head)
                    ++end;
                out += table(blocks, i, end, indent, layout);
                i = end - 1;
                break;
            }
        }
    }
    return out;
}

}  // namespace podium::lessons
