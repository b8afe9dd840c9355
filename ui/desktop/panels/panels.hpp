#pragma once

// Every panel's maker: each is defined in the file of its name.

#include "ui/desktop/panels/panel.hpp"

namespace podium::desktop {

std::unique_ptr<Panel> make_cluster_panel();
std::unique_ptr<Panel> make_timeline_panel();
std::unique_ptr<Panel> make_terminal_panel();
std::unique_ptr<Panel> make_inspector_panel();
std::unique_ptr<Panel> make_lesson_panel();
std::unique_ptr<Panel> make_faults_panel();
std::unique_ptr<Panel> make_services_panel();
std::unique_ptr<Panel> make_facts_panel();
std::unique_ptr<Panel> make_metrics_panel();
std::unique_ptr<Panel> make_compare_panel();
std::unique_ptr<Panel> make_fork_panel();

}  // namespace podium::desktop
