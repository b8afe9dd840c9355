#include "sim/programs/format/texttable.hpp"

#include <algorithm>

#include "sim/base/text.hpp"
#include "sim/programs/format/human.hpp"

namespace podium::format {
namespace {

constexpr int kGap = 3;  // blanks between two columns
constexpr int kTabWidth = 8;

using Cells = std::vector<std::string>;

// Columns of the widest of a cell's lines; a tab goes to the next multiple of eight.
int cell_columns(std::string_view cell) {
    int widest = 0;
    for (const std::string& line : split(cell, '\n')) {
        const std::vector<std::string> parts = split(line, '\t');
        int columns = 0;
        for (std::size_t i = 0; i < parts.size(); ++i) {
            columns += text_columns(parts[i]);
            if (i + 1 < parts.size()) columns = (columns / kTabWidth + 1) * kTabWidth;
        }
        widest = std::max(widest, columns);
    }
    return widest;
}

// Hands out the columns there are one at a time, in turn, to the cells that still want some.
std::vector<int> squeeze(const std::vector<int>& wanted, int available) {
    std::vector<int> widths(wanted.size(), 0);
    for (std::size_t i = 0; available > 0; i = (i + 1) % wanted.size()) {
        if (widths[i] < wanted[i]) {
            ++widths[i];
            --available;
        }
    }
    return widths;
}

// A cell as the lines that fit its column.
Cells cell_lines(std::string_view cell, int width) {
    Cells lines;
    for (const std::string& line : split(cell, '\n')) {
        if (trim(line).empty()) {
            lines.emplace_back();
        } else {
            const Cells wrapped = wrap_text(line, width);
            lines.insert(lines.end(), wrapped.begin(), wrapped.end());
        }
    }
    return lines;
}

void draw_row(std::string& out, const Cells& row, const std::vector<int>& widths, bool centred) {
    std::vector<Cells> cells;
    std::size_t height = 0;
    for (std::size_t i = 0; i < row.size(); ++i) {
        cells.push_back(cell_lines(row[i], widths[i]));
        height = std::max(height, cells.back().size());
    }
    for (std::size_t line = 0; line < height; ++line) {
        for (std::size_t i = 0; i < cells.size(); ++i) {
            const std::string text = line < cells[i].size() ? cells[i][line] : std::string();
            const auto fill = static_cast<std::size_t>(std::max(0, widths[i] - text_columns(text)));
            const std::size_t left = centred ? fill / 2 : 0;
            if (i > 0) out.append(kGap, ' ');
            out.append(left, ' ');
            out += text;
            out.append(fill - left, ' ');
        }
        out += '\n';
    }
}

}  // namespace

Result<std::string> text_table(const std::vector<std::string>& header,
                               const std::vector<std::vector<std::string>>& rows,
                               int max_width) {
    PODIUM_ASSERT(!header.empty(), "a table has at least one column");
    std::vector<int> widths;
    for (const std::string& cell : header)
        widths.push_back(cell_columns(cell));
    for (const Cells& row : rows) {
        PODIUM_ASSERT(row.size() == header.size(),
                      "a row has as many cells as the table has columns");
        for (std::size_t i = 0; i < row.size(); ++i)
            widths[i] = std::max(widths[i], cell_columns(row[i]));
    }
    const int gaps = kGap * (static_cast<int>(widths.size()) - 1);
    int content = 0;
    for (const int width : widths)
        content += width;
    if (max_width > 0 && content + gaps > max_width) {
        if (max_width < static_cast<int>(widths.size()) + gaps) {
            return Error{"max_width too low to render data", {}, "use a wider terminal"};
        }
        widths = squeeze(widths, max_width - gaps);
        content = max_width - gaps;
    }
    std::string out;
    draw_row(out, header, widths, true);
    out.append(static_cast<std::size_t>(content + gaps), '-');
    out += '\n';
    for (const Cells& row : rows)
        draw_row(out, row, widths, false);
    return out;
}

}  // namespace podium::format
