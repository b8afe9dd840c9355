#include "ui/desktop/draw/theme.hpp"

#include <algorithm>
#include <array>

#include "ui/desktop/draw/icons.hpp"

namespace podium::desktop {
namespace {

constexpr Theme kDark = {.name = "dark",
                         .background = 0x0F1218,
                         .panel = 0x161A22,
                         .raised = 0x232A36,
                         .line = 0x2A313D,
                         .text = 0xE3E7EE,
                         .dim = 0x8C96A6,
                         .faint = 0x667184,
                         .accent = 0x6EA8FE,
                         .good = 0x4CC38A,
                         .warning = 0xF0B429,
                         .bad = 0xF2555A,
                         .violet = 0xB392F0,
                         .field = 0x0B0E13,
                         .shadow = 0x000000,
                         .dark = true};

constexpr Theme kLight = {.name = "light",
                          .background = 0xF1F3F7,
                          .panel = 0xFBFCFD,
                          .raised = 0xE6EAF1,
                          .line = 0xD2D8E2,
                          .text = 0x1B2330,
                          .dim = 0x566173,
                          .faint = 0x7F899A,
                          .accent = 0x1F65D6,
                          .good = 0x14794D,
                          .warning = 0x945E00,
                          .bad = 0xC4262E,
                          .violet = 0x7043C6,
                          .field = 0xFFFFFF,
                          .shadow = 0x8792A6,
                          .dark = false};

// Six hues after the set that Okabe and Ito chose so that the colour-blind tell them apart, with the
// lightness of neighbours apart as well; brought near the calm of the two themes.
constexpr std::array<std::uint32_t, 6> kServicesOnDark = {0x86B6FE, 0xF2884B, 0x39C5BB, 0xE374AE, 0xE8D05A, 0xB392F0};
constexpr std::array<std::uint32_t, 6> kServicesOnLight = {0x2467CF, 0xD26013, 0x0C867E, 0xA43474, 0x8F7600, 0x6C38C7};

constexpr std::uint32_t channel(std::uint32_t colour, unsigned shift) {
    return (colour >> shift) & 0xFFU;
}

}  // namespace

const Theme& dark_theme() {
    return kDark;
}

const Theme& light_theme() {
    return kLight;
}

PhaseLook phase_look(const Theme& theme, view::Phase phase) {
    using view::Phase;
    switch (phase) {
        case Phase::Pending: return {theme.dim, Hatch::Dots, icon::kHourglass, false};
        case Phase::Pulling: return {theme.accent, Hatch::Rising, icon::kDownload, true};
        case Phase::Created: return {theme.dim, Hatch::Rising, icon::kCube, false};
        case Phase::Starting: return {theme.warning, Hatch::Rising, icon::kRefresh, true};
        case Phase::Running: return {theme.good, Hatch::None, icon::kHeartbeat, false};
        case Phase::Unhealthy: return {theme.warning, Hatch::Crossed, icon::kWarning, true};
        case Phase::Paused: return {theme.violet, Hatch::Dots, icon::kPause, false};
        case Phase::BackOff: return {theme.warning, Hatch::Falling, icon::kClock, true};
        case Phase::Stopping: return {theme.dim, Hatch::Falling, icon::kStop, true};
        case Phase::OutOfMemory: return {theme.bad, Hatch::Crossed, icon::kChip, false};
        case Phase::Failed: return {theme.bad, Hatch::Falling, icon::kCross, false};
        case Phase::Exited: return {theme.faint, Hatch::Falling, icon::kCheck, false};
        case Phase::Lost: return {theme.faint, Hatch::Dots, icon::kGhost, false};
    }
    return {theme.dim, Hatch::None, icon::kCube, false};
}

std::uint32_t service_colour(const Theme& theme, std::uint32_t place) {
    const auto& palette = theme.dark ? kServicesOnDark : kServicesOnLight;
    const std::uint32_t colour = palette[place % palette.size()];
    // The second round is lighter, the third darker; later ones repeat them.
    switch ((place / palette.size()) % 3) {
        case 1: return mixed(colour, 0xFFFFFF, theme.dark ? 0.45F : 0.35F);
        case 2: return mixed(colour, 0x000000, theme.dark ? 0.35F : 0.40F);
        default: return colour;
    }
}

std::uint32_t tone_colour(const Theme& theme, view::Tone tone) {
    switch (tone) {
        case view::Tone::Plain: return theme.text;
        case view::Tone::Good: return theme.good;
        case view::Tone::Bad: return theme.bad;
        case view::Tone::Warning: return theme.warning;
        case view::Tone::Quiet: return theme.dim;
    }
    return theme.text;
}

std::uint32_t mixed(std::uint32_t first, std::uint32_t second, float share) {
    const float part = std::clamp(share, 0.0F, 1.0F);
    std::uint32_t colour = 0;
    for (const unsigned shift : {16U, 8U, 0U}) {
        const auto from = static_cast<float>(channel(first, shift));
        const auto to = static_cast<float>(channel(second, shift));
        colour |= static_cast<std::uint32_t>(from + (to - from) * part + 0.5F) << shift;
    }
    return colour;
}

std::uint32_t packed(std::uint32_t colour, float alpha) {
    const auto opacity = static_cast<std::uint32_t>(std::clamp(alpha, 0.0F, 1.0F) * 255.0F + 0.5F);
    return channel(colour, 16) | channel(colour, 8) << 8U | channel(colour, 0) << 16U | opacity << 24U;
}

}  // namespace podium::desktop
