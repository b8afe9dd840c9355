#pragma once

// The program podium-lab: opens what was named, then a window or a picture. The window's thread.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/base/time.hpp"
#include "ui/desktop/draw/layout.hpp"

namespace podium::desktop {

/// What was asked for on the command line, as it was written.
struct LabOptions {
    std::vector<std::string> names;
    std::string cluster;
    std::string scheduler;
    std::vector<std::string> settings;
    std::optional<std::uint64_t> seed;
    bool again = false;
    std::string at;
    std::string speed;
    std::string screenshot;  ///< A PNG file; empty: a window.
    std::string size;        ///< "1280x800"
    std::string theme;
    std::string scale;
    bool presenter = false;
    std::string selection;
    std::vector<std::string> tabs;  ///< "bottom=facts"
    bool menu = false;
    std::optional<std::string> palette;
    std::string marks;              ///< A file that says again and again where widgets are, for tests with a real mouse.
};

/// What the options say, checked.
struct LabWish {
    std::optional<Time> at;
    std::optional<double> speed;
    bool sized = false;  ///< The window's size was asked for, and not only kept: it may be larger than the screen.
    Layout layout;
    std::string selection;
    bool menu = false;                   ///< With what can be done with the selection.
    std::optional<std::string> palette;  ///< With the palette, and these letters typed into it.
    std::string marks;
};
/// Over a layout that was kept (or the usual one). Errors: which option can't be read.
Result<LabWish> read_options(const LabOptions& options, const Layout& kept);

/// Does it all; gives the exit status.
int run_lab(const LabOptions& options);

}  // namespace podium::desktop
