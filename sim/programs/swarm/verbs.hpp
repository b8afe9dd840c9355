#pragma once

// The starters of the verbs about swarms, for their table.

#include "sim/programs/docker/verb.hpp"

namespace podium::programs::docker {

// swarm_verbs.cpp
std::unique_ptr<shell::Program> start_swarm_init(Invocation invocation);
std::unique_ptr<shell::Program> start_swarm_join(Invocation invocation);
std::unique_ptr<shell::Program> start_swarm_join_token(Invocation invocation);
std::unique_ptr<shell::Program> start_swarm_leave(Invocation invocation);
std::unique_ptr<shell::Program> start_swarm_unlock(Invocation invocation);
std::unique_ptr<shell::Program> start_swarm_unlock_key(Invocation invocation);
std::unique_ptr<shell::Program> start_swarm_update(Invocation invocation);
// authority.cpp
std::unique_ptr<shell::Program> start_swarm_ca(Invocation invocation);
// node_verbs.cpp
std::unique_ptr<shell::Program> start_node_list(Invocation invocation);
std::unique_ptr<shell::Program> start_node_tasks(Invocation invocation);
std::unique_ptr<shell::Program> start_node_inspect(Invocation invocation);
std::unique_ptr<shell::Program> start_node_update(Invocation invocation);
std::unique_ptr<shell::Program> start_node_promote(Invocation invocation);
std::unique_ptr<shell::Program> start_node_demote(Invocation invocation);
std::unique_ptr<shell::Program> start_node_remove(Invocation invocation);
// service_verbs.cpp
std::unique_ptr<shell::Program> start_service_list(Invocation invocation);
std::unique_ptr<shell::Program> start_service_tasks(Invocation invocation);
std::unique_ptr<shell::Program> start_service_inspect(Invocation invocation);
std::unique_ptr<shell::Program> start_service_remove(Invocation invocation);
std::unique_ptr<shell::Program> start_service_scale(Invocation invocation);
std::unique_ptr<shell::Program> start_service_rollback(Invocation invocation);
// service_create.cpp, service_update.cpp, service_logs.cpp
std::unique_ptr<shell::Program> start_service_create(Invocation invocation);
std::unique_ptr<shell::Program> start_service_update(Invocation invocation);
std::unique_ptr<shell::Program> start_service_logs(Invocation invocation);
// datum_verbs.cpp
std::unique_ptr<shell::Program> start_datum_create(Invocation invocation);
std::unique_ptr<shell::Program> start_datum_list(Invocation invocation);
std::unique_ptr<shell::Program> start_datum_inspect(Invocation invocation);
std::unique_ptr<shell::Program> start_datum_remove(Invocation invocation);
// stack_deploy.cpp, stack_verbs.cpp, stack_config.cpp
std::unique_ptr<shell::Program> start_stack_deploy(Invocation invocation);
std::unique_ptr<shell::Program> start_stack_list(Invocation invocation);
std::unique_ptr<shell::Program> start_stack_tasks(Invocation invocation);
std::unique_ptr<shell::Program> start_stack_services(Invocation invocation);
std::unique_ptr<shell::Program> start_stack_remove(Invocation invocation);
std::unique_ptr<shell::Program> start_stack_config(Invocation invocation);

}  // namespace podium::programs::docker
