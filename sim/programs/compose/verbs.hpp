#pragma once

// The commands of the two clients as tables: names, usage, flags and the programs that carry them out.

#include <memory>
#include <span>
#include <string_view>

#include "sim/programs/compose/client.hpp"

namespace podium::programs::composing {

using CommandStarter = std::unique_ptr<shell::Program> (*)(Wish wish);

struct ComposeVerb {
    std::string_view name;
    std::string_view usage;  ///< What follows the name: "[OPTIONS] [SERVICE...]".
    std::string_view about;
    std::span<const docker::Flag> flags;
    int least = 0;
    CommandStarter start = nullptr;  ///< Null: real, and not simulated.
    bool interspersed = true;        ///< Flags may follow arguments.
    bool tells_unsimulated = false;  ///< Records what the project asks for and isn't simulated.
    int most = -1;                   ///< Arguments; -1: as many as one likes.
};

std::span<const ComposeVerb> verbs_v1();
std::span<const ComposeVerb> verbs_v2();
std::span<const docker::Flag> global_flags_v1();
std::span<const docker::Flag> global_flags_v2();

// up.cpp
std::unique_ptr<shell::Program> start_up(Wish wish);
std::unique_ptr<shell::Program> start_create(Wish wish);
std::unique_ptr<shell::Program> start_scale(Wish wish);
std::unique_ptr<shell::Program> start_run(Wish wish);
// lifecycle.cpp
std::unique_ptr<shell::Program> start_stop(Wish wish);
std::unique_ptr<shell::Program> start_start(Wish wish);
std::unique_ptr<shell::Program> start_restart(Wish wish);
std::unique_ptr<shell::Program> start_kill(Wish wish);
std::unique_ptr<shell::Program> start_pause(Wish wish);
std::unique_ptr<shell::Program> start_unpause(Wish wish);
// down.cpp
std::unique_ptr<shell::Program> start_down(Wish wish);
std::unique_ptr<shell::Program> start_remove(Wish wish);
// lists.cpp
std::unique_ptr<shell::Program> start_list(Wish wish);
std::unique_ptr<shell::Program> start_images(Wish wish);
std::unique_ptr<shell::Program> start_top(Wish wish);
std::unique_ptr<shell::Program> start_port(Wish wish);
std::unique_ptr<shell::Program> start_projects(Wish wish);
// logs.cpp
std::unique_ptr<shell::Program> start_logs(Wish wish);
std::unique_ptr<shell::Program> start_events(Wish wish);
// exec.cpp
std::unique_ptr<shell::Program> start_exec(Wish wish);
std::unique_ptr<shell::Program> start_wait(Wish wish);
// borrowed.cpp
std::unique_ptr<shell::Program> start_attach(Wish wish);
std::unique_ptr<shell::Program> start_copy(Wish wish);
std::unique_ptr<shell::Program> start_stats(Wish wish);
std::unique_ptr<shell::Program> start_volumes(Wish wish);
// config.cpp
std::unique_ptr<shell::Program> start_config(Wish wish);
std::unique_ptr<shell::Program> start_version(Wish wish);
std::unique_ptr<shell::Program> start_pull(Wish wish);
std::unique_ptr<shell::Program> start_build(Wish wish);

}  // namespace podium::programs::composing
