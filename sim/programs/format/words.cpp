// Ids, commands, quoting and column widths of human.hpp.

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "sim/base/utf8.hpp"
#include "sim/programs/format/human.hpp"

namespace podium::format {
namespace {

struct RuneRange {
    char32_t first;
    char32_t last;
};

// Letters that take two columns (East Asian Wide and Fullwidth, by blocks), sorted.
constexpr std::array<RuneRange, 14> kWide{{{0x1100, 0x115F},
                                           {0x2E80, 0x303E},
                                           {0x3041, 0x33FF},
                                           {0x3400, 0x4DBF},
                                           {0x4E00, 0x9FFF},
                                           {0xA000, 0xA4CF},
                                           {0xA960, 0xA97C},
                                           {0xAC00, 0xD7A3},
                                           {0xF900, 0xFAFF},
                                           {0xFE30, 0xFE6F},
                                           {0xFF01, 0xFF60},
                                           {0xFFE0, 0xFFE6},
                                           {0x1F300, 0x1F9FF},
                                           {0x20000, 0x3FFFD}}};

// Marks that are drawn over the letter before them.
constexpr std::array<RuneRange, 6> kCombining{{{0x0300, 0x036F},
                                               {0x0483, 0x0489},
                                               {0x200B, 0x200F},
                                               {0x20D0, 0x20F0},
                                               {0xFE00, 0xFE0F},
                                               {0xFE20, 0xFE2F}}};

template <std::size_t N>
bool contains(const std::array<RuneRange, N>& ranges, char32_t rune) {
    return std::any_of(ranges.begin(), ranges.end(), [rune](const RuneRange& range) {
        return range.first <= rune && rune <= range.last;
    });
}

int rune_columns(char32_t rune) {
    if (rune < 0x20 || (rune >= 0x7F && rune < 0xA0) || contains(kCombining, rune)) return 0;
    return contains(kWide, rune) ? 2 : 1;
}

}  // namespace

std::string short_id(std::string_view id) {
    const std::size_t colon = id.find(':');
    if (colon != std::string_view::npos) id.remove_prefix(colon + 1);
    return std::string(id.substr(0, 12));
}

int text_columns(std::string_view text) {
    int columns = 0;
    for (std::size_t at = 0; at < text.size();) {
        const Rune rune = decode_rune(text, at);
        columns += rune.valid ? rune_columns(rune.value) : 1;
        at += rune.size;
    }
    return columns;
}

std::string ellipsis(std::string_view text, int columns) {
    if (columns <= 0 || text.empty()) return {};
    if (columns == 1) return std::string(text.substr(0, decode_rune(text, 0).size));
    // A letter takes at least one column here: control characters do too, since they are escaped
    // later.
    int total = 0;
    std::size_t cut = 0;  // bytes that fit beside the "…"
    for (std::size_t at = 0; at < text.size();) {
        const Rune rune = decode_rune(text, at);
        total += rune.valid && contains(kWide, rune.value) ? 2 : 1;
        at += rune.size;
        if (total <= columns - 1) cut = at;
    }
    if (total <= columns) return std::string(text);
    return std::string(text.substr(0, cut)) + "…";
}

std::string listed_command(std::string_view path, std::span<const std::string> arguments) {
    std::string command(path);
    for (const std::string& argument : arguments) {
        command += ' ';
        if (argument.find(' ') != std::string::npos) {
            command += '\'' + argument + '\'';
        } else {
            command += argument;
        }
    }
    return command;
}

std::string command_column(std::string_view command, bool truncate) {
    return go_quote(truncate ? ellipsis(command, 20) : std::string(command));
}

std::string compose_command(std::span<const std::string> entrypoint,
                            std::span<const std::string> command) {
    std::string text;
    bool first = true;
    for (const auto part : {entrypoint, command}) {
        for (const std::string& word : part) {
            if (!first) text += ' ';
            first = false;
            text += word;
        }
    }
    if (rune_count(text) <= 30) return text;
    return std::string(rune_prefix(text, 26)) + " ...";
}

}  // namespace podium::format
