// What podium-lab is told on its command line.

#include <catch2/catch.hpp>

#include "ui/desktop/lab_app.hpp"

namespace podium::desktop {
namespace {

std::string lab_complaint(const LabOptions& options) {
    const auto wish = read_options(options, {});
    return wish ? std::string() : wish.error().text();
}

TEST_CASE("lab options: they are read over the layout that was kept") {
    Layout kept;
    kept.left = 333;
    LabOptions options;
    options.at = "1m30s";
    options.speed = "16x";
    options.size = "960x600";
    options.theme = "light";
    options.scale = "1.5";
    options.tabs = {"bottom=facts", "left=services"};
    options.presenter = true;
    const auto wish = read_options(options, kept);
    REQUIRE(wish.ok());
    CHECK(wish->at == Time{} + seconds(90));
    CHECK(wish->speed == 16);
    CHECK(wish->layout.window_width == 960);
    CHECK(wish->layout.window_height == 600);
    CHECK(wish->layout.left == 333);
    CHECK(wish->layout.theme == "light");
    CHECK(wish->layout.scale == 1.5F);
    CHECK(wish->layout.presenter);
    CHECK(wish->layout.tabs.at("bottom") == "facts");
    CHECK(wish->layout.tabs.at("left") == "services");
    CHECK_FALSE(read_options({}, {})->at.has_value());
    // The window is as large as it was left, unless another size is asked for.
    kept.window_width = 1500;
    kept.window_height = 900;
    CHECK(read_options({}, kept)->layout.window_width == 1500);
    CHECK(read_options({}, kept)->layout.window_height == 900);
    CHECK_FALSE(read_options({}, kept)->sized);
    const auto sized = read_options({.size = "960x600"}, kept);
    CHECK(sized->layout.window_width == 960);
    CHECK(sized->layout.window_height == 600);
    CHECK(sized->sized);
}

TEST_CASE("lab options: what can't be read is refused with what can") {
    CHECK(lab_complaint({.at = "soon"}) == "--at can't be 'soon' (it is a moment of the run, like 41s or 1m30s)");
    CHECK(lab_complaint({.at = "-1s"}) == "--at can't be '-1s' (it is a moment of the run, like 41s or 1m30s)");
    CHECK(lab_complaint({.speed = "20000x"}) == "--speed can't be '20000x' (it is from 0.01x to 10000x)");
    CHECK(lab_complaint({.size = "wide"}) == "--size can't be 'wide' (it is like 1280x800, each from 64 to 8192)");
    CHECK(lab_complaint({.size = "10x9000"}) == "--size can't be '10x9000' (it is like 1280x800, each from 64 to 8192)");
    CHECK(lab_complaint({.theme = "pink"}) == "--theme can't be 'pink' (it is dark or light)");
    CHECK(lab_complaint({.scale = "9"}) == "--scale can't be '9' (it is a number from 0.75 to 3)");
    CHECK(lab_complaint({.tabs = {"bottom=fact"}}) == "--tab can't be 'bottom=fact': there is no panel 'fact' (did you mean 'facts'?)");
    CHECK(lab_complaint({.tabs = {"bottom=inspector"}}) == "--tab can't be 'bottom=inspector': inspector stands at the right (it is right=inspector)");
    CHECK(lab_complaint({.tabs = {"left=cluster"}}) == "--tab can't be 'left=cluster': cluster stands in the middle (it is always shown)");
    CHECK(lab_complaint({.tabs = {"middle=facts"}}) == "--tab can't be 'middle=facts' (it is like bottom=facts, left=services or right=faults)");
}

}  // namespace
}  // namespace podium::desktop
