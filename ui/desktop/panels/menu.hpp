#pragma once

// The context menu: what a right click (or the menu key) on something offers, each entry with the line
// it stands for. Opened by Context::menu. Choosing types the line; with Shift it is put into the terminal's line,
// to be changed first; with Ctrl the run forks there, with the line on one side.

#include <memory>
#include <string>
#include <string_view>

#include "ui/desktop/draw/input.hpp"
#include "ui/desktop/draw/overlay.hpp"

namespace podium::desktop {

std::unique_ptr<Overlay> make_menu();

/// How a line is chosen, by the keys that are held.
enum class Choice : std::uint8_t { TypeIt, PutIntoLine, ForkWithIt };
Choice choice_of(bool control, bool shift);
/// Does what was chosen with a line that belongs into a terminal.
void choose_line(Context& context, const std::string& terminal, const std::string& line, Choice choice);
/// Whether a line is typed to read what it answers, so that its terminal has to be seen.
bool is_for_reading(std::string_view line);
/// A key went down, or is held long enough to count again.
bool pressed_again(Key key);
/// "menu.one-more" for ("menu", "One more").
std::string entry_id(std::string_view menu, std::string_view label);
/// The icon of what is selected.
const char* icon_of(Selection::Kind kind);
/// "container", "host": what is selected, in words.
std::string_view kind_words(Selection::Kind kind);

}  // namespace podium::desktop
