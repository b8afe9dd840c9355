#include <algorithm>
#include <charconv>
#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "ui/cli/moments.hpp"
#include "ui/desktop/lab_app.hpp"
#include "ui/desktop/panels/panel.hpp"

namespace podium::desktop {
namespace {

constexpr int kLeastSize = static_cast<int>(kLeastWindow);
constexpr int kMostSize = static_cast<int>(kMostWindow);

std::optional<int> size_number(std::string_view text) {
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || number < kLeastSize || number > kMostSize) return std::nullopt;
    return number;
}

Result<void> read_size(const std::string& text, LabWish& wish) {
    const auto cross = text.find('x');
    const auto width = size_number(std::string_view(text).substr(0, cross));
    const auto height = cross == std::string::npos ? std::nullopt : size_number(std::string_view(text).substr(cross + 1));
    if (!width || !height) return Error{fmt::format("--size can't be '{}'", text), {}, fmt::format("it is like 1280x800, each from {} to {}", kLeastSize, kMostSize)};
    wish.layout.window_width = static_cast<float>(*width);
    wish.layout.window_height = static_cast<float>(*height);
    wish.sized = true;
    return {};
}

std::string_view place_word(Place place) {
    switch (place) {
        case Place::Left: return "left";
        case Place::Centre: return "centre";
        case Place::Timeline: return "timeline";
        case Place::Bottom: return "bottom";
        case Place::Right: return "right";
    }
    return {};
}

std::string_view place_words(Place place) {
    switch (place) {
        case Place::Left: return "at the left";
        case Place::Centre: return "in the middle";
        case Place::Timeline: return "below the cluster";
        case Place::Bottom: return "at the bottom";
        case Place::Right: return "at the right";
    }
    return {};
}

bool has_tabs(Place place) {
    return place == Place::Left || place == Place::Bottom || place == Place::Right;
}

Result<void> read_tab(const std::string& text, Layout& layout) {
    const auto equals = text.find('=');
    const std::string place = text.substr(0, equals);
    const std::string panel = equals == std::string::npos ? std::string() : text.substr(equals + 1);
    std::vector<std::string> names;
    for (const PanelEntry& entry : panel_list())
        names.emplace_back(entry.spec.id);
    for (const char* known : {"left", "right", "bottom"}) {
        if (place != known) continue;
        if (std::find(names.begin(), names.end(), panel) == names.end()) {
            const std::string near = nearest(panel, names);
            return Error{fmt::format("--tab can't be '{}': there is no panel '{}'", text, panel), {}, near.empty() ? "the panels are: " + join(names, ", ") : fmt::format("did you mean '{}'?", near)};
        }
        const auto entry = std::find_if(panel_list().begin(), panel_list().end(), [&](const PanelEntry& one) { return one.spec.id == panel; });
        if (place_word(entry->spec.place) != place)
            return Error{fmt::format("--tab can't be '{}': {} stands {}", text, panel, place_words(entry->spec.place)), {}, has_tabs(entry->spec.place) ? fmt::format("it is {}={}", place_word(entry->spec.place), panel) : "it is always shown"};
        layout.tabs[place] = panel;
        return {};
    }
    return Error{fmt::format("--tab can't be '{}'", text), {}, "it is like bottom=facts, left=services or right=faults"};
}

/// One line of a layout, given as an option.
Result<void> read_line(const std::string& option, const std::string& name, const std::string& value, Layout& layout) {
    const auto read = parse_layout(fmt::format("{} = {}", name, value), {});
    if (!read || value.find('\n') != std::string::npos) return Error{fmt::format("{} can't be '{}'", option, value), {}, name == "theme" ? "it is dark or light" : fmt::format("it is a number from {} to {}", kLeastScale, kMostScale)};
    if (name == "theme") layout.theme = read->theme;
    if (name == "scale") layout.scale = read->scale;
    return {};
}

}  // namespace

Result<LabWish> read_options(const LabOptions& options, const Layout& kept) {
    LabWish wish;
    wish.layout = kept;
    wish.selection = options.selection;
    wish.menu = options.menu;
    wish.palette = options.palette;
    if ((wish.menu || wish.palette) && options.screenshot.empty()) return Error{"--menu and --palette are for pictures", {}, "use them with --screenshot; in the window a right click opens the one and Ctrl+K the other"};
    if (wish.menu && wish.selection.empty()) return Error{"--menu opens the menu of what is selected, and nothing is", {}, "name it with --select"};
    wish.marks = options.marks;
    if (!options.marks.empty() && !options.screenshot.empty()) return Error{"--marks goes with a window, not with --screenshot", {}, {}};
    if (!options.at.empty()) {
        const auto at = parse_duration(options.at);
        if (!at || at->nanoseconds < 0) return Error{fmt::format("--at can't be '{}'", options.at), {}, "it is a moment of the run, like 41s or 1m30s"};
        wish.at = Time{} + *at;
    }
    if (!options.speed.empty()) {
        const auto speed = cli::parse_speed(options.speed);
        if (!speed) return speed.error();
        if (*speed < 0.01 || *speed > 10'000) return Error{fmt::format("--speed can't be '{}'", options.speed), {}, "it is from 0.01x to 10000x"};
        wish.speed = *speed;
    }
    if (!options.size.empty()) {
        if (auto read = read_size(options.size, wish); !read) return read.error();
    }
    if (!options.theme.empty()) {
        if (auto read = read_line("--theme", "theme", options.theme, wish.layout); !read) return read.error();
    }
    if (!options.scale.empty()) {
        if (auto read = read_line("--scale", "scale", options.scale, wish.layout); !read) return read.error();
    }
    for (const std::string& tab : options.tabs) {
        if (auto read = read_tab(tab, wish.layout); !read) return read.error();
    }
    if (options.presenter) wish.layout.presenter = true;
    return wish;
}

}  // namespace podium::desktop
