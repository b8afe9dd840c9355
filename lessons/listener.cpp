#include "lessons/listener.hpp"

#include <fmt/format.h>

#include "sim/base/text.hpp"

namespace podium::lessons {
namespace {

constexpr int kIndent = 2;

}  // namespace

void Listener::show(std::string_view text) {
    desk_.watcher().show(text);
    look_at(text);
}

void Listener::show_error(std::string_view text) {
    desk_.watcher().show_error(text);
    look_at(text);
}

void Listener::narrate(Time moment, std::string_view text) {
    Layout layout = desk_.layout();
    layout.width -= kIndent;
    const std::string lines =
        render_markdown(fmt::format("[{}] {}", format_time(moment), text), layout);
    std::string out = within_line_ ? "\n" : "";
    bool first = true;
    for (const std::string& line : split(lines, '\n')) {
        if (line.empty()) continue;
        out += (first ? "» " : "  ") + line + "\n";
        first = false;
    }
    desk_.watcher().show(out);
    within_line_ = false;
}

void Listener::look_at(std::string_view text) {
    if (!text.empty()) within_line_ = text.back() != '\n';
}

}  // namespace podium::lessons
