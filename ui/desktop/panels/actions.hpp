#pragma once

// What can be done with a container, a host, a service ... of a frame: each action with the line that a
// person would type for it, and where. Pure: panels, menu and palette show what this gives.

#include <string>
#include <string_view>
#include <vector>

#include "ui/desktop/lab/frame.hpp"

namespace podium::desktop {

/// The actions for something, in the order a menu shows them. What can't be done now stays in the list
/// with its reason when a person would look for it (a stopped host's commands), and is left out when
/// another takes its place (start where stop stands). `terminal` is where Podium's own words are typed.
std::vector<Action> actions_for(const Frame& frame, const Selection& on, const std::string& terminal = {});

/// "swarm-larry" for "swarm-larry/2".
std::string host_of_terminal(std::string_view terminal);
/// A session of the wanted one's host in which a line can be typed now: the wanted one, else another that
/// runs nothing, else a new one. With no wish the first host's.
std::string free_terminal(const Frame& frame, const std::string& wanted);
/// Where a session's shell is, or will be.
const std::string& terminal_directory(const Frame& frame, const std::string& terminal);
/// A word as a shell reads it: in quotes where it has letters that mean something to a shell.
std::string shell_word(std::string_view word);
/// What a container is called on its host.
std::string engine_name(const view::ClusterView& cluster, const view::Tile& tile);
/// The tile of a container's name: of several the one that stands best, as "web.1" means the task that
/// runs rather than those that ended. Null: there is none.
const view::Tile* tile_named(const view::ClusterView& cluster, std::string_view name);
/// What selects a task and no other: its name where that means it, else its container's own name, or its id.
Selection selection_of_task(const view::ClusterView& cluster, const view::TaskView& task, bool name_means_it);
/// A selection as it is shown: a service as it is called in this run, all else by its name.
std::string selection_words(const view::ClusterView& cluster, const Selection& selection);
/// A host that answers as a manager of the swarm, the leader first; empty: there is none.
std::string manager_of(const view::ClusterView& cluster);
/// "Crash loop" for "crash-loop".
std::string fault_label(std::string_view id);
/// The container runs, so it can be stopped.
bool runs(view::Phase phase);

}  // namespace podium::desktop
