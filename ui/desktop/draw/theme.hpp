#pragma once

// Colours, in one place: a dark and a light set, the colours of services, and those of phases with the
// icon and hatching that say the same to those who don't see colours. Colours are 0xRRGGBB.

#include <cstdint>
#include <string_view>

#include "sim/view/cluster_view.hpp"
#include "sim/view/tone.hpp"

struct ImFont;

namespace podium::desktop {

struct Theme {
    std::string_view name;  ///< "dark", "light"
    std::uint32_t background, panel, raised, line, text, dim, faint, accent, good, warning, bad, violet, field, shadow;
    bool dark;
};

const Theme& dark_theme();
const Theme& light_theme();

/// Fonts of the present scale; all but `mono` have the icons merged in.
struct Fonts {
    ImFont* text = nullptr;
    ImFont* bold = nullptr;
    ImFont* small = nullptr;
    ImFont* mono = nullptr;
    ImFont* title = nullptr;
    ImFont* big = nullptr;
};

/// How a phase is drawn.
enum class Hatch : std::uint8_t { None, Rising, Falling, Crossed, Dots };
struct PhaseLook {
    std::uint32_t colour;
    Hatch hatch;
    const char* icon;
    bool moves;  ///< Its hatching or icon moves.
};
PhaseLook phase_look(const Theme& theme, view::Phase phase);

/// A service's colour, by its place in the list of names that the run has ever had: a palette told apart by the colour-blind,
/// then again with another lightness.
std::uint32_t service_colour(const Theme& theme, std::uint32_t place);
std::uint32_t tone_colour(const Theme& theme, view::Tone tone);
/// Between two colours; 0 is the first.
std::uint32_t mixed(std::uint32_t first, std::uint32_t second, float share);
/// As ImGui packs colours; `alpha` 0 to 1.
std::uint32_t packed(std::uint32_t colour, float alpha = 1.0F);

}  // namespace podium::desktop
