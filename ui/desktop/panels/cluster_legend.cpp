// The legend of the cluster's picture: every state with its colour, hatching, icon and name.

#include <algorithm>

#include "ui/desktop/draw/widgets.hpp"
#include "ui/desktop/panels/cluster_scene.hpp"

namespace podium::desktop {

void draw_legend(const ClusterPainter& painter, const Area& within) {
    const Theme& theme = painter.theme;
    const Fonts& fonts = *painter.context.fonts;
    const float line = painter.px(22);
    const float width = painter.px(372);
    const float height = line * 7 + painter.px(40);
    const Area box{within.x + painter.px(14), std::max(within.y, within.bottom() - height - painter.px(14)), width, height};
    painter.list->AddRectFilled({box.x, box.y}, {box.right(), box.bottom()}, packed(mixed(theme.panel, theme.raised, 0.35F), 0.97F), painter.px(10));
    painter.list->AddRect({box.x, box.y}, {box.right(), box.bottom()}, packed(theme.line), painter.px(10));
    put_words(painter.list, fonts.small, {box.x + painter.px(14), box.y + painter.px(10)}, theme.faint, "STATES");
    for (std::size_t phase = 0; phase < view::kPhases; ++phase) {
        const auto which = static_cast<view::Phase>(phase);
        const PhaseLook look = phase_look(theme, which);
        const float x = box.x + painter.px(14) + painter.px(178) * static_cast<float>(phase % 2);
        const float y = box.y + painter.px(32) + line * static_cast<float>(phase / 2);
        const Area swatch{x, y, painter.px(26), painter.px(16)};
        painter.list->AddRectFilled({swatch.x, swatch.y}, {swatch.right(), swatch.bottom()}, packed(mixed(theme.panel, look.colour, 0.22F)), painter.px(4));
        put_hatch(painter.list, swatch, look.hatch, look.colour, 0.45F, look.moves ? painter.clock : 0);
        painter.list->AddRect({swatch.x, swatch.y}, {swatch.right(), swatch.bottom()}, packed(look.colour, 0.7F), painter.px(4));
        put_words(painter.list, fonts.small, {swatch.right() + painter.px(7), y + painter.px(1)}, look.colour, look.icon);
        put_words(painter.list, fonts.small, {swatch.right() + painter.px(27), y + painter.px(1)}, theme.text, fitted(fonts.small, view::phase_name(which), painter.px(124)));
    }
    painter.context.mark(painter.scene.id + ".legend.states", box);
}

}  // namespace podium::desktop
