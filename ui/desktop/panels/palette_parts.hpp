#pragma once

// What the command palette offers and how well it matches what is typed. Pure.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ui/desktop/lab/frame.hpp"

namespace podium::desktop {

struct PaletteEntry {
    /// What choosing it does.
    enum class Does : std::uint8_t {
        Types,      ///< A whole line is typed into a terminal.
        Begins,     ///< The beginning of a line is put into the terminal's line.
        Sends,      ///< An intent is sent.
        ShowsPanel,
        Wishes,     ///< Something of the desktop's own: Context::wish.
    };
    Does does = Does::Types;
    std::string label;
    std::string detail;    ///< The line, or what kind of thing it is.
    std::string terminal;  ///< Types.
    std::string word;      ///< Types, Begins: the line; ShowsPanel: its id; Wishes: the wish.
    std::optional<Intent> intent;
    const char* icon = "";
    bool mono = false;     ///< `detail` is a line for a shell.
    std::string unable;
    std::string key;       ///< That does the same.
};

/// A panel as the palette names it.
struct PaletteWord {
    std::string id;
    std::string title;
    const char* icon = "";
    std::string key;
};

/// How well letters match a text: they must all be there in order; beginnings of words and neighbours count more. 0: not at all.
int match_score(std::string_view letters, std::string_view text);

/// All there is to choose from, before anything is typed: the selection's actions first.
std::vector<PaletteEntry> palette_entries(const Frame& frame, const Selection& selection, const std::string& terminal, const std::vector<PaletteWord>& panels);
/// The best for what is typed, at most kMostShown; a line for the terminal is among them when it is more than a name.
std::vector<PaletteEntry> palette_matches(const std::vector<PaletteEntry>& entries, const std::string& typed, const std::string& terminal);
inline constexpr std::size_t kMostShown = 200;

/// Wishes of the desktop's own, with the keys that do the same.
struct DesktopWish {
    std::string_view word;
    std::string_view label;
    std::string_view key;
};
const std::vector<DesktopWish>& desktop_wishes();

}  // namespace podium::desktop
