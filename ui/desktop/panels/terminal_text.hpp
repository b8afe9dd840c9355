#pragma once

// What a terminal shows, worked out from what was written to it: colours (SGR), carriage returns, and the
// movements with which programs paint over lines (docker's and Compose's progress, watch, stats, clear).
// Everything else that begins with ESC is left out. A cell is one code point. Pure.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ui/desktop/lab/frame.hpp"

namespace podium::desktop {

/// How a stretch of a row is drawn.
struct TextStyle {
    TerminalView::Line::Kind kind = TerminalView::Line::Kind::Output;
    std::uint8_t colour = 0;  ///< As SGR counts: 30 to 37 and 90 to 97; 0: none was asked for.
    bool bold = false;
    bool dim = false;
    bool prompt = false;  ///< Of a typed line: what stood there before it was typed.

    bool operator==(const TextStyle&) const = default;
};

struct TextRun {
    std::size_t begin = 0;  ///< Cells.
    std::size_t end = 0;
    TextStyle style;
};

struct TerminalRow {
    std::vector<char32_t> cells;
    std::vector<TextRun> runs;  ///< Side by side; they cover the cells.
};

/// A terminal that is never full: rows that have scrolled away stay.
class TerminalScreen {
  public:
    /// A terminal is so high for those that move to its top: as the simulated one says it is.
    static constexpr std::size_t kHeight = 24;
    /// Cells beyond are left out of a row.
    static constexpr std::size_t kMostCells = 4'000;

    TerminalScreen() = default;
    /// Writes all pieces: what was typed and notes in rows of their own, output as it comes.
    explicit TerminalScreen(const std::vector<TerminalView::Line>& lines) { add(lines, 0); }
    /// Writes the pieces from this one on.
    void add(const std::vector<TerminalView::Line>& lines, std::size_t from);

    void write(std::string_view text, TerminalView::Line::Kind kind);
    /// Ends the row if anything stands in it.
    void end_row();

    [[nodiscard]] const std::vector<TerminalRow>& rows() const { return rows_; }
    /// The row at which the cleared screen begins; 0: it was never cleared.
    [[nodiscard]] std::size_t cleared_at() const { return cleared_; }

  private:
    struct Escape {
        std::size_t length = 0;  ///< With the ESC; 0: it is cut off.
        char final = 0;          ///< 0: not a control sequence.
        std::vector<int> numbers;
        bool own = false;  ///< "?" stood before: of the terminal's modes.
    };
    static Escape read_escape(std::string_view text);
    void obey(const Escape& escape);
    void colour(const std::vector<int>& numbers);
    void erase_row(int which);
    void erase_screen(int which);
    void put(char32_t letter);
    void go_down(std::size_t by);
    [[nodiscard]] std::size_t top() const;
    void set_style(TerminalRow& row, std::size_t at);

    std::vector<TerminalRow> rows_{1};
    std::size_t row_ = 0;
    std::size_t column_ = 0;
    std::size_t cleared_ = 0;
    TextStyle style_;
};

/// Whether there is more, and all that was there is still there: then only the rest has to be written.
bool goes_on(const std::vector<TerminalView::Line>& before, const std::vector<TerminalView::Line>& now);

/// A place in a terminal's rows.
struct TextPlace {
    std::size_t row = 0;
    std::size_t cell = 0;

    auto operator<=>(const TextPlace&) const = default;
};
/// What stands from one place up to another, whichever comes first, in lines.
std::string selected_text(const std::vector<TerminalRow>& rows, TextPlace from, TextPlace to);
/// A word as a double click selects it: letters, digits and what names have.
std::pair<TextPlace, TextPlace> word_at(const std::vector<TerminalRow>& rows, TextPlace place);

/// A stretch of a row, as long as the terminal is wide.
struct WrappedRow {
    std::size_t row = 0;
    std::size_t begin = 0;
    std::size_t end = 0;
};
std::vector<WrappedRow> wrapped(const std::vector<TerminalRow>& rows, std::size_t columns);

/// The lines typed so far, the oldest first; none twice in a row.
std::vector<std::string> typed_lines(const TerminalView& view);
/// The newest of the lines that has these letters, older than `before` (an index into lines); npos: none.
std::size_t find_typed(const std::vector<std::string>& lines, std::string_view letters, std::size_t before);
/// Text that was pasted, in lines; `last` is what came after the last line's end and isn't sent yet.
std::vector<std::string> pasted_lines(std::string_view text, std::string& last);
/// Whether a line on standard error complains: programs tell their progress there too.
bool complains(std::string_view line);
/// UTF-8 of cells.
std::string utf8_of(const std::vector<char32_t>& cells, std::size_t begin, std::size_t end);

}  // namespace podium::desktop
