#include "ui/desktop/panels/panels.hpp"

#include "ui/desktop/draw/icons.hpp"
#include "ui/desktop/draw/overlay.hpp"
#include "ui/desktop/panels/menu.hpp"
#include "ui/desktop/panels/palette.hpp"

namespace podium::desktop {

const std::vector<PanelEntry>& panel_list() {
    static const std::vector<PanelEntry> list = {
        {{"cluster", "CLUSTER", icon::kCubes, Place::Centre, "Alt+1"}, make_cluster_panel},
        {{"timeline", "TIMELINE", icon::kClock, Place::Timeline, "Alt+2"}, make_timeline_panel},
        {{"terminal", "TERMINAL", icon::kTerminal, Place::Bottom, "Alt+3"}, make_terminal_panel},
        {{"inspector", "INSPECTOR", icon::kCube, Place::Right, "Alt+4"}, make_inspector_panel},
        {{"lesson", "LESSON", icon::kBook, Place::Left, "Alt+5"}, make_lesson_panel},
        {{"faults", "FAULTS", icon::kBolt, Place::Right, "Alt+6"}, make_faults_panel},
        {{"services", "SERVICES", icon::kServer, Place::Left, "Alt+7"}, make_services_panel},
        {{"facts", "FACTS", icon::kList, Place::Bottom, "Alt+8"}, make_facts_panel},
        {{"metrics", "METRICS", icon::kChart, Place::Bottom, "Alt+9"}, make_metrics_panel},
        {{"compare", "COMPARE", icon::kScales, Place::Bottom, "Alt+0"}, make_compare_panel},
        {{"fork", "FORK", icon::kFork, Place::Bottom, "Alt+F"}, make_fork_panel},
    };
    return list;
}

const std::vector<OverlayMaker>& overlay_list() {
    static const std::vector<OverlayMaker> list = {make_menu, make_palette};
    return list;
}

}  // namespace podium::desktop
