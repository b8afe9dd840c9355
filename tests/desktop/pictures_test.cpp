// Pictures of the whole desktop, drawn without a display by Mesa's software renderer, held against those in
// tests/desktop/pictures. Letters and lines differ a little from one Mesa or FreeType to the next, so a few pixels
// may; PODIUM_UPDATE_GOLDENS=1 writes them anew.

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <imgui.h>
#include <unistd.h>

#include "tests/source_directory.hpp"
#include "ui/desktop/lab/opener.hpp"
#include "ui/desktop/window/screenshot.hpp"

namespace podium::desktop {
namespace {

constexpr int kMostDifference = 8;    ///< Of a colour's part, of 255.
constexpr double kMostPixels = 0.001;  ///< Share of pixels that differ by more.
constexpr int kSkipped = 77;

std::string picture_path(const std::string& name) {
    return podium::test::source_directory() + "/tests/desktop/pictures/" + name + ".png";
}

bool pixels_differ(const Picture& one, const Picture& other, std::size_t at) {
    for (std::size_t part = 0; part < 3; ++part) {
        if (std::abs(one.pixels[at + part] - other.pixels[at + part]) > kMostDifference) return true;
    }
    return false;
}

/// Where they differ, white on black.
Picture difference_of(const Picture& one, const Picture& other, std::size_t& differing) {
    Picture difference{one.width, one.height, std::vector<unsigned char>(one.pixels.size(), 0)};
    differing = 0;
    for (std::size_t at = 0; at < one.pixels.size(); at += 4) {
        difference.pixels[at + 3] = 255;
        if (!pixels_differ(one, other, at)) continue;
        ++differing;
        for (std::size_t part = 0; part < 3; ++part)
            difference.pixels[at + part] = 255;
    }
    return difference;
}

/// What a run keeps when it is left goes to a folder of the test's own.
class PictureState {
  public:
    PictureState() : folder_(std::filesystem::temp_directory_path() / fmt::format("podium-pictures-{}", getpid())) {
        setenv("XDG_STATE_HOME", folder_.c_str(), 1);
    }
    ~PictureState() {
        unsetenv("XDG_STATE_HOME");
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }
    PictureState(const PictureState&) = delete;
    PictureState& operator=(const PictureState&) = delete;

  private:
    std::filesystem::path folder_;
};

void skip_without_painter() {
    const auto painter = EglPainter::open(64, 64);
    if (painter) return;
    fmt::print(stderr, "pictures are skipped: {}\n", painter.error().text());
    std::exit(kSkipped);
}

Picture drawn(const OpenRequest& request, const LabWish& wish) {
    const PictureState state;
    skip_without_painter();
    auto play = open_play(request);
    INFO((play ? std::string() : play.error().text()));
    REQUIRE(play.ok());
    LabEngine engine(std::move(*play), {});
    auto picture = take_picture(engine, wish);
    INFO((picture ? std::string() : picture.error().text()));
    REQUIRE(picture.ok());
    return *picture;
}

/// Beside the build, where the tests run; gives their names.
std::string keep_pictures(const std::string& name, const Picture& picture, const Picture& difference) {
    const std::string seen = std::filesystem::absolute("picture-" + name + ".png").string();
    const std::string apart = std::filesystem::absolute("picture-" + name + "-difference.png").string();
    CHECK(write_png(picture, seen).ok());
    CHECK(write_png(difference, apart).ok());
    return seen + " and " + apart;
}

void check_picture(const std::string& name, const OpenRequest& request, const LabWish& wish) {
    const Picture picture = drawn(request, wish);
    if (const char* update = std::getenv("PODIUM_UPDATE_GOLDENS"); update != nullptr && std::string(update) == "1") {
        std::filesystem::create_directories(podium::test::source_directory() + "/tests/desktop/pictures");
        REQUIRE(write_png(picture, picture_path(name)).ok());
        return;
    }
    const auto golden = read_png(picture_path(name));
    INFO((golden ? std::string() : golden.error().text()));
    REQUIRE(golden.ok());
    REQUIRE(golden->width == picture.width);
    REQUIRE(golden->height == picture.height);
    std::size_t differing = 0;
    const Picture difference = difference_of(*golden, picture, differing);
    const auto most = static_cast<std::size_t>(kMostPixels * static_cast<double>(picture.width) * static_cast<double>(picture.height));
    if (differing > most) {
        const std::string seen = keep_pictures(name, picture, difference);
        FAIL(differing << " pixels of " << name << " differ, " << most << " may: look at " << seen << " beside " << picture_path(name)
                       << "; PODIUM_UPDATE_GOLDENS=1 writes it anew");
    }
}

LabWish small_wish(Time at) {
    LabWish wish;
    wish.layout.window_width = 960;
    wish.layout.window_height = 600;
    wish.at = at;
    return wish;
}

TEST_CASE("pictures: the workshop project, dark") {
    check_picture("workshop-dark", {}, small_wish(Time{} + seconds(41)));
}

TEST_CASE("pictures: the workshop project, light, with a container selected") {
    LabWish wish = small_wish(Time{} + seconds(110));
    wish.layout.theme = "light";
    wish.selection = "ollama.1";
    wish.layout.tabs["bottom"] = "facts";
    check_picture("workshop-light", {}, wish);
}

TEST_CASE("pictures: a swarm of three hosts, larger") {
    LabWish wish = small_wish(Time{} + seconds(5));
    wish.layout.scale = 1.25F;
    wish.layout.left_shown = false;
    OpenRequest request;
    request.cluster = "three-host";
    check_picture("three-host-larger", request, wish);
}

TEST_CASE("pictures: two painters at once draw each its own") {
    skip_without_painter();
    const auto shade = [](EglPainter& painter, ImU32 colour) {
        painter.frame(0.01F, [colour] { ImGui::GetBackgroundDrawList()->AddRectFilled({0, 0}, {100, 100}, colour); });
    };
    auto one = EglPainter::open(32, 32);
    REQUIRE(one.ok());
    {
        auto other = EglPainter::open(16, 16);
        REQUIRE(other.ok());
        shade(**one, IM_COL32(200, 0, 0, 255));
        shade(**other, IM_COL32(0, 200, 0, 255));
        CHECK((*one)->picture().pixels[0] == 200);
        CHECK((*other)->picture().pixels[1] == 200);
    }
    // What is left when one has gone is the other's.
    shade(**one, IM_COL32(0, 0, 200, 255));
    const Picture picture = (*one)->picture();
    CHECK(picture.width == 32);
    CHECK(picture.pixels[2] == 200);
}

TEST_CASE("pictures: the same run at the same moment is the same picture") {
    const Picture one = drawn({}, small_wish(Time{} + seconds(41)));
    const Picture other = drawn({}, small_wish(Time{} + seconds(41)));
    if (one.pixels == other.pixels) return;
    std::size_t differing = 0;
    const Picture difference = difference_of(one, other, differing);
    const std::string seen = keep_pictures("second", other, difference);
    const auto first = static_cast<std::size_t>(std::mismatch(one.pixels.begin(), one.pixels.end(), other.pixels.begin()).first - one.pixels.begin()) / 4;
    const auto width = static_cast<std::size_t>(one.width);
    FAIL("the second picture differs from the first, from column " << first % width << " of line " << first / width << " on, in " << differing
         << " pixels clearly: look at " << seen);
}

}  // namespace
}  // namespace podium::desktop
