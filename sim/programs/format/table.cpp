#include "sim/programs/format/table.hpp"

#include <algorithm>
#include <vector>

#include "sim/programs/format/human.hpp"

namespace podium::format {
namespace {

struct Cell {
    std::string_view text;
    int columns = 0;
    int width = 0;  // columns with padding; set for cells that end with a tab
};

struct Line {
    std::vector<Cell> cells;
    bool ends_columns = false;  // a form feed ended it: no column goes on below
    bool ended = false;         // it had a line end

    [[nodiscard]] bool in_column(std::size_t column) const { return column + 1 < cells.size(); }
};

std::vector<Line> cut_into_cells(std::string_view text) {
    std::vector<Line> lines(1);
    std::size_t from = 0;
    for (std::size_t at = 0; at <= text.size(); ++at) {
        const char c = at < text.size() ? text[at] : '\0';
        const bool end = at == text.size();
        if (!end && c != '\t' && c != '\v' && c != '\n' && c != '\f') continue;
        const std::string_view cell = text.substr(from, at - from);
        lines.back().cells.push_back({cell, text_columns(cell), 0});
        from = at + 1;
        if (c == '\n' || c == '\f') {
            lines.back().ended = true;
            lines.back().ends_columns = c == '\f';
            lines.emplace_back();
        }
    }
    return lines;
}

// Gives each cell of one column the width of its block: the run of lines that have this column.
void set_widths(std::vector<Line>& lines, std::size_t column, TabStops stops) {
    for (std::size_t first = 0; first < lines.size();) {
        if (!lines[first].in_column(column)) {
            ++first;
            continue;
        }
        std::size_t end = first;
        int width = stops.minimum;
        bool open = true;
        while (open && end < lines.size() && lines[end].in_column(column)) {
            width = std::max(width, lines[end].cells[column].columns + stops.padding);
            open = !lines[end].ends_columns;
            ++end;
        }
        for (std::size_t i = first; i < end; ++i)
            lines[i].cells[column].width = width;
        first = end;
    }
}

}  // namespace

std::string align_columns(std::string_view text, TabStops stops) {
    std::vector<Line> lines = cut_into_cells(text);
    std::size_t columns = 0;
    for (const Line& line : lines)
        columns = std::max(columns, line.cells.size());
    for (std::size_t column = 0; column + 1 < columns; ++column)
        set_widths(lines, column, stops);
    std::string out;
    for (const Line& line : lines) {
        for (const Cell& cell : line.cells) {
            out += cell.text;
            if (cell.width > cell.columns)
                out.append(static_cast<std::size_t>(cell.width - cell.columns), ' ');
        }
        if (line.ended) out += '\n';
    }
    return out;
}

}  // namespace podium::format
