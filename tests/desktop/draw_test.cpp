// Theme, layout and input, without a desktop around them.

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <imgui.h>
#include <set>

#include "ui/desktop/draw/fonts.hpp"
#include "ui/desktop/draw/input.hpp"
#include "ui/desktop/draw/layout.hpp"
#include "ui/desktop/draw/theme.hpp"
#include "ui/desktop/draw/widgets.hpp"

namespace podium::test {
namespace {

using desktop::Border;
using desktop::Layout;
using desktop::Theme;

double channel_light(std::uint32_t colour, unsigned shift) {
    const double part = static_cast<double>((colour >> shift) & 0xFFU) / 255.0;
    return part <= 0.03928 ? part / 12.92 : std::pow((part + 0.055) / 1.055, 2.4);
}

/// Relative luminance and contrast, as WCAG 2 defines them.
double light_of(std::uint32_t colour) {
    return 0.2126 * channel_light(colour, 16) + 0.7152 * channel_light(colour, 8) + 0.0722 * channel_light(colour, 0);
}

double contrast(std::uint32_t one, std::uint32_t other) {
    const double first = light_of(one) + 0.05;
    const double second = light_of(other) + 0.05;
    return std::max(first, second) / std::min(first, second);
}

/// A colour as somebody without one kind of cones sees it (Viénot, Brettel and Mollon 1999, on linear light).
struct Seen {
    double red;
    double green;
    double blue;
};
Seen without_red_cones(std::uint32_t colour) {
    const double r = channel_light(colour, 16);
    const double g = channel_light(colour, 8);
    const double b = channel_light(colour, 0);
    return {0.11238 * r + 0.88762 * g, 0.11238 * r + 0.88762 * g, 0.00401 * r - 0.00401 * g + b};
}
Seen without_green_cones(std::uint32_t colour) {
    const double r = channel_light(colour, 16);
    const double g = channel_light(colour, 8);
    const double b = channel_light(colour, 0);
    return {0.29275 * r + 0.70725 * g, 0.29275 * r + 0.70725 * g, -0.02234 * r + 0.02234 * g + b};
}

double distance(const Seen& one, const Seen& other) {
    // Light is told apart by its root, about as the eye does.
    const auto part = [](double a, double b) { return std::cbrt(std::max(a, 0.0)) - std::cbrt(std::max(b, 0.0)); };
    return std::sqrt(std::pow(part(one.red, other.red), 2) + std::pow(part(one.green, other.green), 2) + std::pow(part(one.blue, other.blue), 2));
}

TEST_CASE("theme: words can be read on their grounds, in both themes") {
    for (const Theme* theme : {&desktop::dark_theme(), &desktop::light_theme()}) {
        INFO(theme->name);
        for (const std::uint32_t ground : {theme->background, theme->panel, theme->field}) {
            CHECK(contrast(theme->text, ground) >= 7);
            CHECK(contrast(theme->dim, ground) >= 4.5);
            for (const std::uint32_t colour : {theme->accent, theme->good, theme->warning, theme->bad, theme->violet})
                CHECK(contrast(colour, ground) >= 4.5);
            CHECK(contrast(theme->faint, ground) >= 3);
        }
    }
}

TEST_CASE("theme: the colours of services are told apart without red or green cones") {
    constexpr double kApart = 0.06;
    for (const Theme* theme : {&desktop::dark_theme(), &desktop::light_theme()}) {
        for (std::uint32_t one = 0; one < 6; ++one) {
            for (std::uint32_t other = one + 1; other < 6; ++other) {
                const std::uint32_t first = service_colour(*theme, one);
                const std::uint32_t second = service_colour(*theme, other);
                INFO(theme->name << ": service " << one << " and " << other);
                CHECK(distance(without_red_cones(first), without_red_cones(second)) > kApart);
                CHECK(distance(without_green_cones(first), without_green_cones(second)) > kApart);
            }
        }
    }
}

TEST_CASE("theme: the first eighteen services have colours of their own") {
    for (const Theme* theme : {&desktop::dark_theme(), &desktop::light_theme()}) {
        std::set<std::uint32_t> colours;
        for (std::uint32_t place = 0; place < 18; ++place)
            colours.insert(service_colour(*theme, place));
        CHECK(colours.size() == 18);
    }
}

TEST_CASE("theme: no two phases share both icon and hatching") {
    std::set<std::pair<std::string, int>> looks;
    for (std::size_t i = 0; i < view::kPhases; ++i) {
        const auto look = phase_look(desktop::dark_theme(), static_cast<view::Phase>(i));
        looks.insert({look.icon, static_cast<int>(look.hatch)});
    }
    CHECK(looks.size() == view::kPhases);
}

TEST_CASE("theme: colours are mixed and packed as ImGui has them") {
    CHECK(desktop::mixed(0x000000, 0xFFFFFF, 0.5F) == 0x808080);
    CHECK(desktop::mixed(0x102030, 0xFFFFFF, 0) == 0x102030);
    CHECK(desktop::packed(0x112233) == IM_COL32(0x11, 0x22, 0x33, 0xFF));
    CHECK(desktop::packed(0x112233, 0) == IM_COL32(0x11, 0x22, 0x33, 0));
}

TEST_CASE("layout: what is written is read back") {
    Layout layout;
    layout.left = 300;
    layout.bottom_shown = false;
    layout.tabs = {{"bottom", "facts"}, {"left", "services"}};
    layout.theme = "light";
    layout.scale = 1.5F;
    layout.presenter = true;
    layout.window_width = 5'120;
    layout.window_height = 2'160;
    const auto read = desktop::parse_layout(layout_text(layout), "layout");
    REQUIRE(read.ok());
    CHECK(*read == layout);
    CHECK(*desktop::parse_layout("", "layout") == Layout{});
}

TEST_CASE("layout: a line that can't be read is named") {
    const auto wrong = [](const std::string& text) {
        const auto read = desktop::parse_layout(text, "layout");
        REQUIRE_FALSE(read.ok());
        return read.error().text();
    };
    CHECK(wrong("left = 300\nleft : 3\n") == "layout:2: 'left : 3' is no line of a layout (lines are NAME = VALUE)");
    CHECK(wrong("window-width = 9000\n") == "layout:1: window-width takes a length from 64 to 8192, not '9000'");
    CHECK(wrong("left = 5000\n") == "layout:1: left takes a length from 180 to 4000, not '5000'");
    CHECK(wrong("left = wide\n") == "layout:1: left takes a length from 180 to 4000, not 'wide'");
    CHECK(wrong("left = 1e9\n") == "layout:1: left takes a length from 180 to 4000, not '1e9'");
    CHECK(wrong("scale = 9\n") == "layout:1: scale takes a number from 0.75 to 3, not '9'");
    CHECK(wrong("theme = pink\n") == "layout:1: theme takes dark or light, not 'pink'");
    CHECK(wrong("left-shown = 1\n") == "layout:1: left-shown takes yes or no, not '1'");
    CHECK(wrong("colour = red\n") == "layout:1: there is nothing called 'colour' in a layout");
    std::string many;
    for (int i = 0; i < 33; ++i)
        many += "tab.place" + std::to_string(i) + " = facts\n";
    CHECK(wrong(many) == "layout:33: there are more than 32 lines of tabs");
}

TEST_CASE("layout: areas cover the window without gaps") {
    for (const float scale : {0.75F, 1.0F, 2.0F}) {
        for (const auto& [width, height] : {std::pair{1280.0F, 800.0F}, std::pair{640.0F, 400.0F}, std::pair{1.0F, 1.0F}}) {
            Layout layout;
            layout.scale = scale;
            const auto areas = areas_of(layout, width, height);
            const auto size = [](const desktop::Area& area) { return area.width * area.height; };
            for (const auto* area : {&areas.top, &areas.left, &areas.right, &areas.centre, &areas.timeline, &areas.bottom}) {
                CHECK(area->width >= 0);
                CHECK(area->height >= 0);
            }
            CHECK(size(areas.top) + size(areas.left) + size(areas.right) + size(areas.centre) + size(areas.timeline) + size(areas.bottom) == Approx(width * height));
        }
    }
}

TEST_CASE("layout: borders stop where a side would be too small") {
    Layout layout;
    move_border(layout, Border::Left, -1'000, 1280, 800);
    CHECK(layout.left == 180);
    move_border(layout, Border::Left, 5'000, 1280, 800);
    CHECK(areas_of(layout, 1280, 800).centre.width >= 240);
    const float both = layout.timeline + layout.bottom;
    move_border(layout, Border::Bottom, 1'000, 1280, 800);
    CHECK(layout.bottom == 80);
    CHECK(layout.timeline + layout.bottom == Approx(both));
}

TEST_CASE("layout: of a high window the timeline and what is below it have their part") {
    const Layout layout;
    const auto usual = areas_of(layout, 1280, 800);
    CHECK(usual.timeline.height == 132);
    CHECK(usual.bottom.height == 176);
    const auto high = areas_of(layout, 2560, 1440);
    CHECK(high.timeline.height > usual.timeline.height * 1.4F);
    CHECK(high.bottom.height > usual.bottom.height * 1.7F);
    CHECK(high.centre.height > high.timeline.height + high.bottom.height);
    // At a larger scale the same window is no higher than usual.
    Layout large;
    large.scale = 2;
    CHECK(areas_of(large, 2560, 1600).timeline.height == 264);
    // A border follows the pointer all the same, and leaves the cluster its least.
    Layout moved;
    move_border(moved, Border::Timeline, -100, 2560, 1440);
    CHECK(areas_of(moved, 2560, 1440).timeline.height == Approx(high.timeline.height + 100));
    move_border(moved, Border::Timeline, -5'000, 2560, 1440);
    CHECK(areas_of(moved, 2560, 1440).centre.height >= 119);
}

TEST_CASE("fonts: one that is missing is named, with its package") {
    const auto loaded = desktop::load_fonts(1, "/nonexistent");
    REQUIRE_FALSE(loaded.ok());
    CHECK(loaded.error().text() == "the font /nonexistent/opentype/inter/Inter-Regular.otf is missing (install the package fonts-inter)");
}

TEST_CASE("widgets: a panel's ground is a tile where tiles are painted beneath, and else its window's own") {
    struct Painted final : desktop::TileLayer {
        bool below = false;
        std::vector<std::uint32_t> colours;
        void begin(const desktop::Area&, ImDrawList*) override {}
        void add(float, float, float, float, std::uint32_t colour) override { colours.push_back(colour); }
        void end() override {}
        [[nodiscard]] bool beneath() const override { return below; }
    } tiles;
    desktop::Context context;
    context.tiles = &tiles;
    CHECK(desktop::lay_ground(context, {0, 0, 10, 10}, 0x102030) == 1.0F);
    CHECK(tiles.colours.empty());
    tiles.below = true;
    CHECK(desktop::lay_ground(context, {0, 0, 10, 10}, 0x102030) == 0.0F);
    REQUIRE(tiles.colours.size() == 1);
    CHECK(tiles.colours.front() == desktop::packed(0x102030));
}

TEST_CASE("widgets: words that are too long end in an ellipsis, between letters") {
    ImGuiContext* before = ImGui::GetCurrentContext();
    ImGuiContext* context = ImGui::CreateContext();
    ImGui::SetCurrentContext(context);
    const auto fonts = desktop::load_fonts(1);
    REQUIRE(fonts.ok());
    const float whole = desktop::words_size(fonts->text, "größere Übung").x;
    CHECK(desktop::fitted(fonts->text, "größere Übung", whole) == "größere Übung");
    for (float width = whole - 1; width > 0; width -= 3) {
        const std::string shorter = desktop::fitted(fonts->text, "größere Übung", width);
        CHECK(desktop::words_size(fonts->text, shorter).x <= width);
        CHECK((shorter.empty() || shorter.ends_with("…")));
    }
    // A name's number is what tells it from its neighbours' names.
    const float named = desktop::words_size(fonts->small, "worker-42").x;
    CHECK(desktop::fitted_numbered(fonts->small, "worker-42", named) == "worker-42");
    for (float width = named - 1; width > 0; width -= 2) {
        const std::string shorter = desktop::fitted_numbered(fonts->small, "worker-42", width);
        INFO(shorter);
        CHECK(desktop::words_size(fonts->small, shorter).x <= width);
        if (width >= desktop::words_size(fonts->small, "42").x) CHECK(shorter.ends_with("42"));
    }
    const float zoned = desktop::words_size(fonts->small, "manager-a1").x;
    CHECK(desktop::fitted_numbered(fonts->small, "manager-a1", zoned * 0.7F).ends_with("…a1"));
    CHECK(desktop::fitted_numbered(fonts->small, "swarm-larry", zoned * 0.7F) == desktop::fitted(fonts->small, "swarm-larry", zoned * 0.7F));
    ImGui::DestroyContext(context);
    ImGui::SetCurrentContext(before);
}

}  // namespace
}  // namespace podium::test
