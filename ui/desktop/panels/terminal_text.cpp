#include "ui/desktop/panels/terminal_text.hpp"

#include <algorithm>
#include <cctype>

#include "sim/base/text.hpp"
#include "sim/base/utf8.hpp"

namespace podium::desktop {
namespace {

using LineKind = TerminalView::Line::Kind;

constexpr std::string_view kPromptSign = "$ ";
constexpr std::size_t kTabWidth = 8;
constexpr std::size_t kMostRows = 200'000;
constexpr char32_t kUnreadable = 0xFFFD;

// One code point and how many bytes it takes; what is no UTF-8 is one byte each.
std::pair<char32_t, std::size_t> code_point(std::string_view text) {
    const auto byte = [&text](std::size_t at) { return static_cast<std::uint32_t>(static_cast<unsigned char>(text[at])); };
    const std::uint32_t first = byte(0);
    if (first < 0x80U) return {first, 1};
    const std::size_t length = first >= 0xF0U ? 4 : first >= 0xE0U ? 3 : first >= 0xC0U ? 2 : 0;
    if (length == 0 || text.size() < length) return {kUnreadable, 1};
    std::uint32_t code = first & (0xFFU >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
        if (!is_continuation_byte(text[i])) return {kUnreadable, 1};
        code = code << 6U | (byte(i) & 0x3FU);
    }
    return {code, length};
}

void append_utf8(std::string& out, char32_t letter) {
    const auto code = static_cast<std::uint32_t>(letter);
    const auto add = [&out](std::uint32_t byte) { out += static_cast<char>(static_cast<unsigned char>(byte)); };
    if (code < 0x80U) {
        add(code);
    } else if (code < 0x800U) {
        add(0xC0U | code >> 6U);
        add(0x80U | (code & 0x3FU));
    } else if (code < 0x10000U) {
        add(0xE0U | code >> 12U);
        add(0x80U | (code >> 6U & 0x3FU));
        add(0x80U | (code & 0x3FU));
    } else {
        add(0xF0U | code >> 18U);
        add(0x80U | (code >> 12U & 0x3FU));
        add(0x80U | (code >> 6U & 0x3FU));
        add(0x80U | (code & 0x3FU));
    }
}

std::size_t count_of(const std::vector<int>& numbers) {
    return numbers.empty() || numbers[0] <= 0 ? 1 : static_cast<std::size_t>(numbers[0]);
}

bool is_word_letter(char32_t letter) {
    return letter > 0x7F || std::isalnum(static_cast<int>(letter)) != 0 || std::string_view("-_./:@").find(static_cast<char>(letter)) != std::string_view::npos;
}

}  // namespace

void TerminalScreen::add(const std::vector<TerminalView::Line>& lines, std::size_t from) {
    for (std::size_t i = from; i < lines.size(); ++i) {
        const TerminalView::Line& line = lines[i];
        const bool output = line.kind == LineKind::Output || line.kind == LineKind::Error;
        if (!output) end_row();
        if (line.kind == LineKind::Typed) {
            style_ = {};
            style_.prompt = true;
            write(kPromptSign, line.kind);
            style_.prompt = false;
        }
        write(line.text, line.kind);
        if (!output) end_row();
    }
}

void TerminalScreen::write(std::string_view text, LineKind kind) {
    style_.kind = kind;
    while (!text.empty()) {
        const char c = text.front();
        if (c == '\x1b') {
            const Escape escape = read_escape(text);
            if (escape.length == 0) return;
            obey(escape);
            text.remove_prefix(escape.length);
            continue;
        }
        const auto [letter, length] = code_point(text);
        text.remove_prefix(length);
        if (letter == '\n') {
            column_ = 0;
            go_down(1);
        } else if (letter == '\r') {
            column_ = 0;
        } else if (letter == '\b') {
            column_ -= std::min<std::size_t>(column_, 1);
        } else if (letter == '\t') {
            do {
                put(' ');
            } while (column_ % kTabWidth != 0 && column_ < kMostCells);
        } else if (letter >= 0x20 && letter != 0x7F) {
            put(letter);
        }
    }
}

void TerminalScreen::end_row() {
    if (rows_[row_].cells.empty() && row_ + 1 == rows_.size()) {
        column_ = 0;
        return;
    }
    row_ = rows_.size() - 1;
    column_ = 0;
    if (!rows_[row_].cells.empty()) go_down(1);
}

TerminalScreen::Escape TerminalScreen::read_escape(std::string_view text) {
    Escape out;
    if (text.size() < 2) return out;
    if (text[1] == ']') {  // a title: up to BEL or ESC backslash
        const std::size_t bell = text.find('\a', 2);
        const std::size_t end = text.find("\x1b\\", 2);
        if (bell == std::string_view::npos && end == std::string_view::npos) return out;
        out.length = bell < end ? bell + 1 : end + 2;
        return out;
    }
    if (text[1] != '[') {
        out.length = text[1] == '(' || text[1] == ')' ? 3 : 2;
        if (out.length > text.size()) out.length = 0;
        return out;
    }
    std::size_t at = 2;
    int number = -1;
    for (; at < text.size(); ++at) {
        const char c = text[at];
        if (c >= '0' && c <= '9') {
            number = std::min(std::max(number, 0) * 10 + (c - '0'), 99'999);
        } else if (c == ';') {
            out.numbers.push_back(std::max(number, 0));
            number = -1;
        } else if (c == '?') {
            out.own = true;
        } else if (c >= 0x40 && c <= 0x7E) {
            if (number >= 0 || !out.numbers.empty()) out.numbers.push_back(std::max(number, 0));
            out.final = c;
            out.length = at + 1;
            return out;
        } else if (c < 0x20) {  // not a sequence after all
            out.length = at;
            return out;
        }
    }
    return out;
}

void TerminalScreen::obey(const Escape& escape) {
    if (escape.own) return;
    const std::vector<int>& numbers = escape.numbers;
    const int which = numbers.empty() ? 0 : numbers[0];
    switch (escape.final) {
        case 'm': colour(numbers); break;
        case 'A': row_ -= std::min(count_of(numbers), row_ - top()); break;
        case 'B': row_ += std::min(count_of(numbers), rows_.size() - 1 - row_); break;
        case 'C': column_ = std::min(column_ + count_of(numbers), kMostCells); break;
        case 'D': column_ -= std::min(count_of(numbers), column_); break;
        case 'G': column_ = std::min(count_of(numbers) - 1, kMostCells); break;
        case 'K': erase_row(which); break;
        case 'J': erase_screen(which); break;
        case 'H':
        case 'f': {
            const std::size_t line = count_of(numbers) - 1;
            const std::size_t from = top();
            row_ = from;
            column_ = numbers.size() < 2 || numbers[1] < 1 ? 0 : std::min(static_cast<std::size_t>(numbers[1]) - 1, kMostCells);
            if (line > 0) go_down(std::min(line, kHeight - 1));
            break;
        }
        default: break;
    }
}

void TerminalScreen::colour(const std::vector<int>& numbers) {
    const auto plain = [this] {
        style_.colour = 0;
        style_.bold = false;
        style_.dim = false;
    };
    if (numbers.empty()) plain();
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        const int number = numbers[i];
        if (number == 0) plain();
        if (number == 1) style_.bold = true;
        if (number == 2) style_.dim = true;
        if (number == 22) style_.bold = style_.dim = false;
        if (number == 39) style_.colour = 0;
        if ((number >= 30 && number <= 37) || (number >= 90 && number <= 97)) style_.colour = static_cast<std::uint8_t>(number);
        // 256 colours or red, green and blue: what follows are their numbers.
        if (number == 38 || number == 48) i += i + 1 < numbers.size() && numbers[i + 1] == 2 ? 4U : 2U;
    }
}

// Programs that go to the top mean the screen's: its last kHeight rows, or what came since it was cleared.
std::size_t TerminalScreen::top() const {
    const std::size_t screen = rows_.size() > kHeight ? rows_.size() - kHeight : 0;
    return std::min(std::max(screen, cleared_), row_);
}

void TerminalScreen::erase_row(int which) {
    TerminalRow& row = rows_[row_];
    if (which == 0 && column_ < row.cells.size()) {
        row.cells.resize(column_);
    } else if (which == 1) {
        for (std::size_t i = 0; i < std::min(column_ + 1, row.cells.size()); ++i)
            row.cells[i] = ' ';
    } else if (which == 2) {
        row.cells.clear();
    }
    while (!row.runs.empty() && row.runs.back().begin >= row.cells.size())
        row.runs.pop_back();
    if (!row.runs.empty()) row.runs.back().end = row.cells.size();
}

void TerminalScreen::erase_screen(int which) {
    const bool home = row_ == top() && column_ == 0;
    if (which == 0) {
        erase_row(0);
        rows_.resize(row_ + 1);
        if (home) cleared_ = row_;
    } else if (which == 2 || which == 3) {
        // What stood there scrolls away, as terminals do: the screen begins below it.
        if (!rows_.back().cells.empty()) rows_.emplace_back();
        row_ = cleared_ = rows_.size() - 1;
        column_ = 0;
    }
}

void TerminalScreen::put(char32_t letter) {
    if (column_ >= kMostCells) return;
    TerminalRow& row = rows_[row_];
    while (row.cells.size() < column_) {
        row.cells.push_back(' ');
        set_style(row, row.cells.size() - 1);
    }
    if (column_ == row.cells.size()) {
        row.cells.push_back(letter);
    } else {
        row.cells[column_] = letter;
    }
    set_style(row, column_);
    ++column_;
}

// The cell at this place now has the present style: runs are cut or made longer.
void TerminalScreen::set_style(TerminalRow& row, std::size_t at) {
    std::vector<TextRun>& runs = row.runs;
    if (runs.empty() || at >= runs.back().end) {
        if (!runs.empty() && runs.back().style == style_) {
            runs.back().end = at + 1;
        } else {
            runs.push_back({at, at + 1, style_});
        }
        return;
    }
    const auto found = std::find_if(runs.begin(), runs.end(), [at](const TextRun& run) { return at < run.end; });
    if (found->style == style_) return;
    const TextRun old = *found;
    const bool joins = found != runs.begin() && at == old.begin && (found - 1)->style == style_;
    std::vector<TextRun> pieces;
    if (old.begin < at) pieces.push_back({old.begin, at, old.style});
    if (joins) {
        (found - 1)->end = at + 1;
    } else {
        pieces.push_back({at, at + 1, style_});
    }
    if (at + 1 < old.end) pieces.push_back({at + 1, old.end, old.style});
    const auto place = runs.erase(found);
    runs.insert(place, pieces.begin(), pieces.end());
}

void TerminalScreen::go_down(std::size_t by) {
    row_ += by;
    if (row_ >= kMostRows) row_ = kMostRows - 1;
    if (row_ >= rows_.size()) rows_.resize(row_ + 1);
}

namespace {

// Of a line of Compose's progress (" Container unhealthy-web-1  Started") only what became of it, for the name may be any.
std::string_view what_became(std::string_view line) {
    const std::string_view words = trim(line);
    const auto gap = words.rfind("  ");
    if (gap == std::string_view::npos) return words;
    for (const std::string_view kind : {"Container ", "Network ", "Volume ", "Image ", "Service "}) {
        if (words.starts_with(kind)) return words.substr(gap + 2);
    }
    return words;
}

}  // namespace

bool complains(std::string_view line) {
    const std::string small = lower(what_became(line));
    for (const std::string_view word : {"error", "fail", "cannot", "can't", "no such", "denied", "refused", "not found", "invalid", "unknown", "unhealthy", "timed out", "unable", "conflict", "is not "}) {
        if (small.find(word) != std::string::npos) return true;
    }
    // The program that complains names itself first.
    return small.starts_with("podium: ") || small.starts_with("bash: ") || small.starts_with("sh: ") || small.starts_with("docker: ");
}

bool goes_on(const std::vector<TerminalView::Line>& before, const std::vector<TerminalView::Line>& now) {
    const auto same = [](const TerminalView::Line& one, const TerminalView::Line& other) { return one.kind == other.kind && one.text == other.text; };
    return now.size() >= before.size() && std::equal(before.begin(), before.end(), now.begin(), same);
}

std::string utf8_of(const std::vector<char32_t>& cells, std::size_t begin, std::size_t end) {
    std::string out;
    for (std::size_t i = begin; i < std::min(end, cells.size()); ++i)
        append_utf8(out, cells[i]);
    return out;
}

std::string selected_text(const std::vector<TerminalRow>& rows, TextPlace from, TextPlace to) {
    if (to < from) std::swap(from, to);
    std::string out;
    for (std::size_t i = from.row; i <= to.row && i < rows.size(); ++i) {
        const std::size_t begin = i == from.row ? from.cell : 0;
        const std::size_t end = i == to.row ? to.cell : rows[i].cells.size();
        if (i > from.row) out += '\n';
        std::string line = utf8_of(rows[i].cells, begin, end);
        // Programs fill up lines with blanks; nobody wants to paste these.
        if (i < to.row) line.erase(line.find_last_not_of(' ') + 1);
        out += line;
    }
    return out;
}

std::pair<TextPlace, TextPlace> word_at(const std::vector<TerminalRow>& rows, TextPlace place) {
    if (place.row >= rows.size() || place.cell >= rows[place.row].cells.size()) return {place, place};
    const std::vector<char32_t>& cells = rows[place.row].cells;
    std::size_t begin = place.cell;
    std::size_t end = place.cell;
    while (begin > 0 && is_word_letter(cells[begin - 1]))
        --begin;
    while (end < cells.size() && is_word_letter(cells[end]))
        ++end;
    return {{place.row, begin}, {place.row, end}};
}

std::vector<WrappedRow> wrapped(const std::vector<TerminalRow>& rows, std::size_t columns) {
    std::vector<WrappedRow> out;
    out.reserve(rows.size());
    const std::size_t width = std::max<std::size_t>(columns, 1);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        std::size_t begin = 0;
        do {
            const std::size_t end = std::min(begin + width, rows[i].cells.size());
            out.push_back({i, begin, end});
            begin = end;
        } while (begin < rows[i].cells.size());
    }
    // The last row stands there for what comes next; while nothing is in it, it isn't shown.
    if (!rows.empty() && rows.back().cells.empty()) out.pop_back();
    return out;
}

std::vector<std::string> typed_lines(const TerminalView& view) {
    std::vector<std::string> out;
    if (!view.lines) return out;
    for (const TerminalView::Line& line : *view.lines) {
        if (line.kind != LineKind::Typed) continue;
        std::string text = line.text;
        while (!text.empty() && (text.back() == '\n' || text.back() == ' '))
            text.pop_back();
        if (!text.empty() && (out.empty() || out.back() != text)) out.push_back(std::move(text));
    }
    return out;
}

std::size_t find_typed(const std::vector<std::string>& lines, std::string_view letters, std::size_t before) {
    for (std::size_t i = std::min(before, lines.size()); i-- > 0;) {
        if (lines[i].find(letters) != std::string::npos) return i;
    }
    return std::string::npos;
}

std::vector<std::string> pasted_lines(std::string_view text, std::string& last) {
    std::vector<std::string> out;
    last.clear();
    for (const char c : text) {
        if (c == '\n') {
            out.push_back(std::move(last));
            last.clear();
        } else if (c == '\t') {
            last += ' ';
        } else if (static_cast<unsigned char>(c) >= 0x20U && c != 0x7F) {
            last += c;
        }
    }
    return out;
}

}  // namespace podium::desktop
