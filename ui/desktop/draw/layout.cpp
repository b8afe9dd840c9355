#include "ui/desktop/draw/layout.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <optional>
#include <string_view>

namespace podium::desktop {
namespace {

constexpr float kLeastSide = 180;
constexpr float kLeastHeight = 80;
/// What borders leave to the cluster.
constexpr float kLeastCentreWidth = 240;
constexpr float kLeastCentreHeight = 120;
constexpr float kMostLength = 4'000;
/// Heights are those of a window so high. Of what a higher one has more the timeline and what is below it have their parts, so that
/// not all of it goes to the cluster.
constexpr float kUsualHeight = 800;
constexpr float kTimelineShare = 0.12F;
constexpr float kBottomShare = 0.25F;
constexpr std::size_t kMostTabs = 32;

std::optional<float> number_of(std::string_view text) {
    float whole = 0;
    float unit = 0;
    bool digits = false;
    for (const char letter : text) {
        if (letter >= '0' && letter <= '9') {
            digits = true;
            if (unit > 0) {
                whole += static_cast<float>(letter - '0') * unit;
                unit /= 10;
            } else {
                whole = whole * 10 + static_cast<float>(letter - '0');
            }
            if (whole > kMostWindow) return std::nullopt;
        } else if (letter == '.' && unit == 0) {
            unit = 0.1F;
        } else {
            return std::nullopt;
        }
    }
    return digits ? std::optional<float>(whole) : std::nullopt;
}

/// Reads one value into its field; false: it can't be one.
bool set_length(float& length, std::string_view value, float least, float most) {
    const auto number = number_of(value);
    if (!number || *number < least || *number > most) return false;
    length = *number;
    return true;
}

bool set_switch(bool& on, std::string_view value) {
    if (value != "yes" && value != "no") return false;
    on = value == "yes";
    return true;
}

/// "" when the line was taken, else what is wrong with it.
std::string take_line(Layout& layout, std::string_view name, std::string_view value) {
    const auto wrong = [&](std::string_view takes) { return fmt::format("{} takes {}, not '{}'", name, takes, value); };
    struct Length {
        std::string_view name;
        float Layout::*field;
        float least;
        float most = kMostLength;
    };
    for (const Length& length : {Length{"left", &Layout::left, kLeastSide},
                                 Length{"right", &Layout::right, kLeastSide},
                                 Length{"timeline", &Layout::timeline, kLeastHeight},
                                 Length{"bottom", &Layout::bottom, kLeastHeight},
                                 Length{"window-width", &Layout::window_width, kLeastWindow, kMostWindow},
                                 Length{"window-height", &Layout::window_height, kLeastWindow, kMostWindow}}) {
        if (name != length.name) continue;
        return set_length(layout.*length.field, value, length.least, length.most) ? "" : wrong(fmt::format("a length from {} to {}", length.least, length.most));
    }
    struct Switch {
        std::string_view name;
        bool Layout::*field;
    };
    for (const Switch& one : {Switch{"left-shown", &Layout::left_shown},
                              Switch{"right-shown", &Layout::right_shown},
                              Switch{"bottom-shown", &Layout::bottom_shown},
                              Switch{"presenter", &Layout::presenter}}) {
        if (name == one.name) return set_switch(layout.*one.field, value) ? "" : wrong("yes or no");
    }
    if (name == "theme") {
        if (value != "dark" && value != "light") return wrong("dark or light");
        layout.theme = value;
        return {};
    }
    if (name == "scale")
        return set_length(layout.scale, value, kLeastScale, kMostScale) ? "" : wrong(fmt::format("a number from {} to {}", kLeastScale, kMostScale));
    if (name.starts_with("tab.") && name.size() > 4) {
        if (value.empty()) return wrong("the name of a panel");
        if (layout.tabs.size() >= kMostTabs) return fmt::format("there are more than {} lines of tabs", kMostTabs);
        layout.tabs.insert_or_assign(std::string(name.substr(4)), std::string(value));
        return {};
    }
    return fmt::format("there is nothing called '{}' in a layout", name);
}

/// What a window has beyond the usual height, at scale 1.
float spare_height(float height, float scale) {
    return std::max(0.0F, height / scale - kUsualHeight);
}

std::string_view yes_or_no(bool on) {
    return on ? "yes" : "no";
}

/// Two sides that want so much of a length, of which `least` stays for what is between them.
void share_out(float& first, float& second, float length, float least) {
    const float left = std::max(0.0F, length - least);
    if (first + second <= left) return;
    const float part = left / (first + second);
    first = std::floor(first * part);
    second = std::floor(second * part);
}

}  // namespace

std::string layout_text(const Layout& layout) {
    std::string text = fmt::format("left = {}\nright = {}\ntimeline = {}\nbottom = {}\n", std::round(layout.left), std::round(layout.right), std::round(layout.timeline), std::round(layout.bottom));
    text += fmt::format("left-shown = {}\nright-shown = {}\nbottom-shown = {}\n", yes_or_no(layout.left_shown), yes_or_no(layout.right_shown), yes_or_no(layout.bottom_shown));
    for (const auto& [place, panel] : layout.tabs)
        text += fmt::format("tab.{} = {}\n", place, panel);
    text += fmt::format("window-width = {}\nwindow-height = {}\n", std::round(layout.window_width), std::round(layout.window_height));
    return text + fmt::format("theme = {}\nscale = {:.2f}\npresenter = {}\n", layout.theme, layout.scale, yes_or_no(layout.presenter));
}

Result<Layout> parse_layout(const std::string& text, const std::string& filename) {
    Layout layout;
    int number = 0;
    std::string_view left = text;
    while (!left.empty()) {
        ++number;
        const std::string_view line = left.substr(0, left.find('\n'));
        left.remove_prefix(std::min(left.size(), line.size() + 1));
        if (line.empty()) continue;
        const auto equals = line.find(" = ");
        if (equals == std::string_view::npos)
            return Error{fmt::format("'{}' is no line of a layout", line), {filename, number, 0}, "lines are NAME = VALUE"};
        if (const std::string wrong = take_line(layout, line.substr(0, equals), line.substr(equals + 3)); !wrong.empty())
            return Error{wrong, {filename, number, 0}, {}};
    }
    return layout;
}

float scale_of(const Layout& layout) {
    return std::min(kMostScale, layout.scale * (layout.presenter ? kPresenterScale : 1.0F));
}

Areas areas_of(const Layout& layout, float width, float height) {
    const float scale = scale_of(layout);
    const auto pixels = [scale](float length) { return std::floor(length * scale); };
    float left = layout.left_shown ? pixels(layout.left) : 0;
    float right = layout.right_shown ? pixels(layout.right) : 0;
    share_out(left, right, width, std::min(pixels(kLeastCentreWidth), width));
    const float top = std::min(pixels(kTopBar), height);
    const float body = height - top;
    const float spare = spare_height(height, scale);
    float timeline = pixels(layout.timeline + spare * kTimelineShare);
    float bottom = layout.bottom_shown ? pixels(layout.bottom + spare * kBottomShare) : 0;
    share_out(timeline, bottom, body, std::min(pixels(kLeastCentreHeight), body));
    const float middle = width - left - right;

    Areas areas;
    areas.top = {0, 0, width, top};
    areas.left = {0, top, left, body};
    areas.right = {width - right, top, right, body};
    areas.centre = {left, top, middle, body - timeline - bottom};
    areas.timeline = {left, height - bottom - timeline, middle, timeline};
    areas.bottom = {left, height - bottom, middle, bottom};
    return areas;
}

void move_border(Layout& layout, Border border, float by, float width, float height) {
    const float scale = scale_of(layout);
    const float across = width / scale;
    const float spare = spare_height(height, scale);
    // Borders divide what is left of the parts that a high window gives by itself.
    const float down = height / scale - kTopBar - spare * kTimelineShare - (layout.bottom_shown ? spare * kBottomShare : 0);
    const auto within = [](float wanted, float least, float most) { return std::clamp(wanted, least, std::max(least, most)); };
    const float left = layout.left_shown ? layout.left : 0;
    const float right = layout.right_shown ? layout.right : 0;
    const float bottom = layout.bottom_shown ? layout.bottom : 0;
    switch (border) {
        case Border::Left: layout.left = within(layout.left + by / scale, kLeastSide, across - right - kLeastCentreWidth); break;
        case Border::Right: layout.right = within(layout.right - by / scale, kLeastSide, across - left - kLeastCentreWidth); break;
        case Border::Timeline: layout.timeline = within(layout.timeline - by / scale, kLeastHeight, down - bottom - kLeastCentreHeight); break;
        case Border::Bottom: {
            // The timeline keeps its lower edge at the border: what one gets the other gives.
            const float both = layout.timeline + layout.bottom;
            layout.bottom = within(layout.bottom - by / scale, kLeastHeight, both - kLeastHeight);
            layout.timeline = both - layout.bottom;
            break;
        }
    }
}

}  // namespace podium::desktop
