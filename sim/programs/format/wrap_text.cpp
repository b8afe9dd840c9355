// Python's textwrap.wrap(), which texttable uses to squeeze cells.

#include <algorithm>

#include "sim/base/utf8.hpp"
#include "sim/programs/format/texttable.hpp"

namespace podium::format {
namespace {

using Runes = std::u32string;
using RuneView = std::u32string_view;

bool is_blank(char32_t c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

bool is_digit(char32_t c) {
    return c >= '0' && c <= '9';
}

// Letters beyond ASCII count as letters; the texts wrapped here have hardly any.
bool is_letter(char32_t c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80;
}

bool is_word(char32_t c) {
    return is_letter(c) || is_digit(c);
}

bool is_word_or_mark(char32_t c) {
    return is_word(c) || RuneView(U"!\"'&.,?").find(c) != RuneView::npos;
}

// Whether a word may be parted after the hyphen at `at`: two letters (or a letter, a hyphen and one
// more sign) before it, two letters (perhaps with a hyphen between) after it.
bool parts_at_hyphen(RuneView text, std::size_t at) {
    const bool two_letters = at >= 2 && is_letter(text[at - 1]) && is_letter(text[at - 2]);
    const bool initials =
        at >= 3 && is_word_or_mark(text[at - 1]) && text[at - 2] == '-' && is_letter(text[at - 3]);
    if (!two_letters && !initials) return false;
    std::size_t next = at + 1;
    if (next >= text.size() || !is_letter(text[next])) return false;
    ++next;
    if (next < text.size() && text[next] == '-') ++next;
    return next < text.size() && is_letter(text[next]);
}

// The end of a dash ("--" or longer, between words) that starts at `at`, or `at` when there is
// none.
std::size_t dash_end(RuneView text, std::size_t at) {
    if (at == 0 || !is_word_or_mark(text[at - 1])) return at;
    std::size_t end = at;
    while (end < text.size() && text[end] == '-')
        ++end;
    return end - at >= 2 && end < text.size() && is_word(text[end]) ? end : at;
}

// The end of the piece that starts at `at`: blanks, a dash, or a word up to where it may be parted.
std::size_t piece_end(RuneView text, std::size_t at) {
    std::size_t end = at;
    while (end < text.size() && is_blank(text[end]))
        ++end;
    if (end > at) return end;
    end = dash_end(text, at);
    if (end > at) return end;
    for (end = at + 1; end < text.size(); ++end) {
        if (text[end] == '-' && parts_at_hyphen(text, end)) return end + 1;
        if (is_blank(text[end]) || dash_end(text, end) > end) return end;
    }
    return end;
}

bool all_blank(RuneView text) {
    return std::all_of(text.begin(), text.end(), is_blank);
}

// How much of a word that is longer than a line goes on this line: up to its last hyphen that fits.
std::size_t long_word_part(RuneView word, std::size_t space) {
    if (word.size() <= space) return space;
    const std::size_t hyphen = space == 0 ? RuneView::npos : word.substr(0, space).rfind(U'-');
    const bool parts = hyphen != RuneView::npos && hyphen > 0 &&
                       word.substr(0, hyphen).find_first_not_of(U'-') != RuneView::npos;
    return parts ? hyphen + 1 : space;
}

std::string to_utf8(RuneView runes) {
    std::string text;
    for (const char32_t rune : runes)
        append_rune(text, rune);
    return text;
}

// Tabs become blanks up to the next multiple of eight, other white space becomes a blank each.
Runes to_runes(std::string_view text) {
    Runes runes;
    for (std::size_t at = 0; at < text.size();) {
        const Rune rune = decode_rune(text, at);
        at += rune.size;
        if (rune.value == '\t') {
            runes.append(8 - runes.size() % 8, U' ');
        } else {
            runes += is_blank(rune.value) ? U' ' : rune.value;
        }
    }
    return runes;
}

}  // namespace

std::vector<std::string> wrap_text(std::string_view text, int width) {
    PODIUM_ASSERT(width > 0, "text is wrapped into at least one column");
    const Runes runes = to_runes(text);
    const auto room = static_cast<std::size_t>(width);
    std::vector<RuneView> pieces;
    for (std::size_t at = 0; at < runes.size();) {
        const std::size_t end = piece_end(runes, at);
        pieces.push_back(RuneView(runes).substr(at, end - at));
        at = end;
    }
    std::vector<std::string> lines;
    for (std::size_t next = 0; next < pieces.size();) {
        if (!lines.empty() && all_blank(pieces[next])) {
            if (++next == pieces.size()) break;
        }
        std::vector<RuneView> line;
        std::size_t used = 0;
        while (next < pieces.size() && used + pieces[next].size() <= room) {
            used += pieces[next].size();
            line.push_back(pieces[next++]);
        }
        if (next < pieces.size() && pieces[next].size() > room) {
            const std::size_t part = long_word_part(pieces[next], room - used);
            line.push_back(pieces[next].substr(0, part));
            pieces[next].remove_prefix(part);
        }
        if (!line.empty() && all_blank(line.back())) line.pop_back();
        if (line.empty()) continue;
        std::string joined;
        for (const RuneView piece : line)
            joined += to_utf8(piece);
        lines.push_back(std::move(joined));
    }
    return lines;
}

}  // namespace podium::format
