#pragma once

// How fast the cluster is drawn: `podium-lab --bench ui`, started by `podium bench ui`. Each size of fleet
// is drawn by the cluster panel, with another view in every frame as while a run plays, by the whole desktop,
// and the plain way (one rounded rectangle of ImGui's for each container) in the same run. One thread.
// `podium-lab --bench window` shows the same fleets in the real window, on a display, with the engine's thread beside it.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "sim/base/result.hpp"

namespace podium::desktop {

struct DrawBenchWish {
    std::vector<std::uint32_t> containers{10, 1'000, 10'000, 100'000};
    int width = 1'280;
    int height = 800;
    int frames = 120;        ///< Of each way, or
    double seconds = 3;      ///< as many as take so long, but for kLeastFrames.
    static constexpr int kLeastFrames = 8;
    static constexpr std::uint32_t kMostContainers = 1'000'000;
};

/// Reads "10,1000,10000". Errors: what is no number from 1 to kMostContainers.
Result<std::vector<std::uint32_t>> parse_sizes(const std::string& text);

/// Says a line of JSON for each size as soon as it is known. Paints by EGL in software where that is there,
/// else into no picture at all (which the lines tell). Errors: fonts are missing.
Result<void> run_draw_bench(const DrawBenchWish& wish, const std::function<void(const std::string&)>& say);

/// The same in the real window: how many frames it shows in a second, of the most it is let show. Errors: no display, no OpenGL.
Result<void> run_window_bench(const DrawBenchWish& wish, const std::function<void(const std::string&)>& say);

}  // namespace podium::desktop
