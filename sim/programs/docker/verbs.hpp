#pragma once

// The starters of all verbs and their tables of flags, for the table of commands.

#include "sim/programs/docker/verb.hpp"

namespace podium::programs::docker {

// run.cpp
std::unique_ptr<shell::Program> start_run(Invocation invocation);
std::unique_ptr<shell::Program> start_create(Invocation invocation);
// attach.cpp
std::unique_ptr<shell::Program> start_start(Invocation invocation);
std::unique_ptr<shell::Program> start_attach(Invocation invocation);
// exec.cpp
std::unique_ptr<shell::Program> start_exec(Invocation invocation);
// lifecycle.cpp
std::unique_ptr<shell::Program> start_stop(Invocation invocation);
std::unique_ptr<shell::Program> start_restart(Invocation invocation);
std::unique_ptr<shell::Program> start_kill(Invocation invocation);
std::unique_ptr<shell::Program> start_remove(Invocation invocation);
std::unique_ptr<shell::Program> start_pause(Invocation invocation);
std::unique_ptr<shell::Program> start_unpause(Invocation invocation);
std::unique_ptr<shell::Program> start_wait(Invocation invocation);
std::unique_ptr<shell::Program> start_rename(Invocation invocation);
std::unique_ptr<shell::Program> start_update(Invocation invocation);
// build.cpp
std::unique_ptr<shell::Program> start_build(Invocation invocation);
// lists.cpp
std::unique_ptr<shell::Program> start_containers(Invocation invocation);
std::unique_ptr<shell::Program> start_images(Invocation invocation);
std::unique_ptr<shell::Program> start_history(Invocation invocation);
std::unique_ptr<shell::Program> start_volumes(Invocation invocation);
std::unique_ptr<shell::Program> start_networks(Invocation invocation);
// inspect.cpp
std::unique_ptr<shell::Program> start_inspect(Invocation invocation);
std::unique_ptr<shell::Program> start_inspect_container(Invocation invocation);
std::unique_ptr<shell::Program> start_inspect_image(Invocation invocation);
std::unique_ptr<shell::Program> start_inspect_network(Invocation invocation);
std::unique_ptr<shell::Program> start_inspect_volume(Invocation invocation);
// look.cpp
std::unique_ptr<shell::Program> start_top(Invocation invocation);
std::unique_ptr<shell::Program> start_port(Invocation invocation);
std::unique_ptr<shell::Program> start_diff(Invocation invocation);
// logs.cpp, events.cpp, stats.cpp, copy.cpp
std::unique_ptr<shell::Program> start_logs(Invocation invocation);
std::unique_ptr<shell::Program> start_events(Invocation invocation);
std::unique_ptr<shell::Program> start_stats(Invocation invocation);
std::unique_ptr<shell::Program> start_copy(Invocation invocation);
// images.cpp
std::unique_ptr<shell::Program> start_pull(Invocation invocation);
std::unique_ptr<shell::Program> start_tag(Invocation invocation);
std::unique_ptr<shell::Program> start_commit(Invocation invocation);
std::unique_ptr<shell::Program> start_remove_image(Invocation invocation);
// volumes.cpp
std::unique_ptr<shell::Program> start_create_volume(Invocation invocation);
std::unique_ptr<shell::Program> start_remove_volume(Invocation invocation);
// networks.cpp
std::unique_ptr<shell::Program> start_create_network(Invocation invocation);
std::unique_ptr<shell::Program> start_remove_network(Invocation invocation);
std::unique_ptr<shell::Program> start_connect(Invocation invocation);
std::unique_ptr<shell::Program> start_disconnect(Invocation invocation);
// prune.cpp
std::unique_ptr<shell::Program> start_prune_containers(Invocation invocation);
std::unique_ptr<shell::Program> start_prune_images(Invocation invocation);
std::unique_ptr<shell::Program> start_prune_networks(Invocation invocation);
std::unique_ptr<shell::Program> start_prune_volumes(Invocation invocation);
std::unique_ptr<shell::Program> start_prune_system(Invocation invocation);
// system.cpp
std::unique_ptr<shell::Program> start_logout(Invocation invocation);
std::unique_ptr<shell::Program> start_version(Invocation invocation);
std::unique_ptr<shell::Program> start_info(Invocation invocation);
std::unique_ptr<shell::Program> start_disk_usage(Invocation invocation);
// context.cpp
std::unique_ptr<shell::Program> start_context_list(Invocation invocation);
std::unique_ptr<shell::Program> start_context_use(Invocation invocation);
std::unique_ptr<shell::Program> start_context_show(Invocation invocation);
std::unique_ptr<shell::Program> start_context_inspect(Invocation invocation);
std::unique_ptr<shell::Program> start_context_create(Invocation invocation);
std::unique_ptr<shell::Program> start_context_update(Invocation invocation);
std::unique_ptr<shell::Program> start_context_remove(Invocation invocation);

}  // namespace podium::programs::docker
