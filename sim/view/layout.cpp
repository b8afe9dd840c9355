#include "sim/view/layout.hpp"

#include <algorithm>

#include "sim/base/text.hpp"
#include "sim/base/utf8.hpp"

namespace podium::view {
namespace {

// Bytes of the first `columns` code points.
std::size_t bytes_of(std::string_view text, std::size_t columns) {
    std::size_t i = 0;
    while (i < text.size() && columns > 0) {
        ++i;
        while (i < text.size() && is_continuation_byte(text[i]))
            ++i;
        --columns;
    }
    return i;
}

// Where a line of at most `columns` ends: behind the last whole word that fits.
std::size_t line_end(std::string_view text, std::size_t columns) {
    const std::size_t most = bytes_of(text, columns);
    if (most == text.size() || text[most] == ' ') return most;
    const std::size_t blank = text.rfind(' ', most);
    return blank == std::string_view::npos || blank == 0 ? most : blank;
}

}  // namespace

std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
    std::vector<std::string> lines;
    for (std::size_t end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
        for (std::string& line : wrapped(text.substr(0, end), width))
            lines.push_back(std::move(line));
        text.remove_prefix(end + 1);
    }
    const std::size_t whole = lines.size();
    while (width != 0 && display_width(text) > width) {
        const std::size_t end = line_end(text, width);
        lines.emplace_back(text.substr(0, end));
        while (!lines.back().empty() && lines.back().back() == ' ')
            lines.back().pop_back();
        text.remove_prefix(end);
        while (!text.empty() && text.front() == ' ')
            text.remove_prefix(1);
    }
    if (lines.size() == whole || !text.empty()) lines.emplace_back(text);
    return lines;
}

std::string padded(std::string_view text, std::size_t width) {
    std::string out(text);
    const std::size_t shown = display_width(text);
    if (shown < width) out.append(width - shown, ' ');
    return out;
}

std::string shortened(std::string_view text, std::size_t width) {
    const std::size_t shown = display_width(text);
    if (shown <= width) return std::string(text);
    const std::size_t head = (width - 1) / 3;
    const std::size_t tail = width - 1 - head;
    return std::string(text.substr(0, bytes_of(text, head))) + "…" +
           std::string(text.substr(bytes_of(text, shown - tail)));
}

}  // namespace podium::view
