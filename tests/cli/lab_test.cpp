// What podium lab, bare podium and podium --text make of their command lines. The window itself is shown in tests/desktop.

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/cli/program.hpp"

namespace podium::cli::testing {
namespace {

// A build without the desktop has no podium-lab beside podium.
bool lab_is_there() {
    return std::filesystem::exists(std::filesystem::path(PODIUM_PROGRAM).parent_path() / "podium-lab");
}

const Start kNoDisplay{.environment = {"DISPLAY=", "WAYLAND_DISPLAY="}};

// Refused in one sentence, with nothing on standard output and nothing else said.
std::string lab_refusal(const Folder& folder, std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "lab");
    const Outcome ended = run_podium(folder, arguments, kNoDisplay);
    INFO(ended.error);
    CHECK(ended.status == 2);
    CHECK(ended.out.empty());
    CHECK(std::count(ended.error.begin(), ended.error.end(), '\n') == 1);
    CHECK(ended.error.starts_with("podium: "));
    return ended.error;
}

}  // namespace

TEST_CASE("podium lab: an option that can't be read is refused before anything is opened") {
    if (!lab_is_there()) return;
    const Folder folder("lab_options");
    const auto refused = [&](const std::vector<std::string>& arguments, const std::string& sentence) {
        INFO(arguments.front());
        CHECK_THAT(lab_refusal(folder, arguments), Catch::Contains(sentence));
    };
    refused({"--screenshot", "a.png", "--at", "soon"}, "--at can't be 'soon' (it is a moment of the run, like 41s or 1m30s)");
    refused({"--screenshot", "a.png", "--at", "-5s"}, "--at can't be '-5s'");
    refused({"--screenshot", "a.png", "--speed", "fast"}, "'fast'");
    refused({"--screenshot", "a.png", "--size", "0x0"}, "--size can't be '0x0' (it is like 1280x800, each from 64 to 8192)");
    refused({"--screenshot", "a.png", "--theme", "pink"}, "--theme can't be 'pink' (it is dark or light)");
    refused({"--screenshot", "a.png", "--scale", "huge"}, "--scale can't be 'huge'");
    refused({"--screenshot", "a.png", "--tab", "bottom=fact"}, "there is no panel 'fact' (did you mean 'facts'?)");
    refused({"--screenshot", "a.png", "--menu"}, "--menu opens the menu of what is selected, and nothing is (name it with --select)");
    refused({"--menu", "--select", "web.1"}, "--menu and --palette are for pictures (use them with --screenshot");
    refused({"--palette", "open"}, "--menu and --palette are for pictures");
    refused({"--screenshot", "a.png", "--marks", "marks"}, "--marks goes with a window, not with --screenshot");
    refused({"--screenshot"}, "--screenshot");
    refused({"--no-such-option"}, "--no-such-option");
    refused({"--text"}, "--text");
    refused({"--bench", "boxes"}, "there is no benchmark 'boxes' of the desktop's (there are: ui, and window, which needs a display)");
    refused({"--containers", "10"}, "--bench");
    refused({"--bench", "ui", "--containers", "many"}, "'many'");
    refused({"--bench", "ui", "compose.yaml"}, "does not go with --bench, which measures fleets of its own (leave it out)");
    refused({"--bench", "ui", "--at", "1s"}, "--at does not go with --bench");
    refused({"--bench", "window"}, "there is no display to open a window on");
    CHECK_FALSE(folder.has("a.png"));
}

TEST_CASE("podium lab: a file that can't be read or written is named") {
    if (!lab_is_there()) return;
    const Folder folder("lab_files");
    folder.write("broken.yaml", "services:\n  web:\n    image: [nginx\n");
    folder.write("cut.podium", "{\"podium\": ");
    folder.write("empty.lua", "this is no script\n");
    folder.write("compose.yaml", "services: {web: {image: nginx}}\n");
    const auto refused = [&](std::vector<std::string> arguments, const std::string& sentence) {
        INFO(arguments.front());
        arguments.insert(arguments.end(), {"--screenshot", "a.png"});
        CHECK_THAT(lab_refusal(folder, arguments), Catch::Contains(sentence));
    };
    refused({"missing.yaml"}, "missing.yaml: there is no such file");
    refused({"broken.yaml"}, "broken.yaml:");
    refused({"cut.podium"}, "cut.podium");
    refused({"empty.lua"}, "empty.lua:1:");
    refused({"no-such-lesson"}, "there is no lesson 'no-such-lesson'");
    refused({"compose.yaml", "--set", "policy=no"}, "--set is for scenarios, and this is none");
    refused({"compose.yaml", "--again"}, "--again is for lessons, and this is none");
    refused({"compose.yaml", "--cluster", "no-such-cluster"}, "no-such-cluster");
    refused({"--scheduler", "spread"}, "--scheduler places the tasks of a swarm, and there is none");
    CHECK_FALSE(folder.has("a.png"));
    // Found before the run is computed, which takes a while.
    CHECK_THAT(lab_refusal(folder, {"--screenshot", "no/such/folder/a.png"}), Catch::Contains("no/such/folder/a.png"));
    CHECK_THAT(lab_refusal(folder, {"--screenshot", "."}), Catch::Contains("it is a folder"));
}

TEST_CASE("podium lab: without a display it says what there is instead") {
    const Folder folder("lab_display");
    if (!lab_is_there()) {
        CHECK_THAT(lab_refusal(folder, {}), Catch::Contains("this podium has no desktop: there is no podium-lab beside it (install the package podium-lab"));
        return;
    }
    CHECK_THAT(lab_refusal(folder, {}), Catch::Contains("there is no display to open a window on (DISPLAY is not set) (make a picture instead: podium lab --screenshot FILE"));
    const Outcome nobody = run_podium(folder, {"lab"}, {.environment = {"DISPLAY=:7654"}});
    CHECK(nobody.status == 2);
    CHECK_THAT(nobody.error, Catch::Contains("the display ':7654' (DISPLAY) does not answer"));
    const Outcome wayland = run_podium(folder, {"lab"}, {.environment = {"DISPLAY=", "WAYLAND_DISPLAY=wayland-0"}});
    CHECK(wayland.status == 2);
    CHECK_THAT(wayland.error, Catch::Contains("the window needs an X display, and DISPLAY is not set"));
}

TEST_CASE("podium --text prints the story wherever there is a display, and goes with nothing else") {
    const Folder folder("lab_text");
    // Nobody answers there, so who opens a window fails.
    const Outcome text = run_podium(folder, {"--text"}, {.environment = {"DISPLAY=:7654"}});
    CHECK(text.status == 0);
    CHECK_FALSE(text.out.empty());
    // In a pipe it is the same without being asked for.
    CHECK(run_podium(folder, {}, {.environment = {"DISPLAY=:7654"}}).out == text.out);
    const Outcome with_run = run_podium(folder, {"--text", "run", "compose.yaml"});
    CHECK(with_run.status == 2);
    CHECK_THAT(with_run.error, Catch::Contains("--text goes with no subcommand, and run is one (leave it away)"));
    const Outcome with_lab = run_podium(folder, {"--text", "lab"}, kNoDisplay);
    CHECK(with_lab.status == 2);
    CHECK_THAT(with_lab.error, Catch::Contains("--text goes with no subcommand, and lab is one"));
    CHECK(run_podium(folder, {"--text", "compose.yaml"}).status == 2);
}

TEST_CASE("podium at a terminal with a display opens the window, and --text prints there too") {
    if (!lab_is_there()) return;
    const Folder folder("lab_terminal");
    Screen window(folder, {}, 80, {"DISPLAY=:7654", "WAYLAND_DISPLAY="});
    CHECK(window.shows("does not answer"));
    CHECK(window.ends() == 2);
    Screen text(folder, {"--text"}, 80, {"DISPLAY=:7654"});
    CHECK(text.shows("workshop"));
    CHECK(text.ends() == 0);
}

TEST_CASE("podium lab --screenshot without --at shows where the run stands, and a run that does not get there says so") {
    if (!lab_is_there()) return;
    const Folder folder("lab_picture");
    folder.write("fails.lua", "wait '5s'\nerror('no further')\n");
    const auto picture = run_podium(folder, {"lab", "--screenshot", "now.png", "--size", "320x200", "--cluster", "three-host"}, kNoDisplay);
    INFO(picture.error);
    // A machine may have no EGL; then that is the one sentence.
    if (picture.status == 2 && picture.error.find("EGL") != std::string::npos) return;
    CHECK(picture.status == 0);
    CHECK(picture.out.empty());
    CHECK(folder.read("now.png").starts_with("\x89PNG"));
    CHECK_THAT(lab_refusal(folder, {"--screenshot", "a.png", "--cluster", "three-host", "--select", "nobody"}), Catch::Contains("there is nothing called 'nobody' to select"));
    CHECK_THAT(lab_refusal(folder, {"--screenshot", "a.png", "--at", "1m", "fails.lua"}), Catch::Contains("fails.lua:2: no further"));
    CHECK_FALSE(folder.has("a.png"));
}

}  // namespace podium::cli::testing
