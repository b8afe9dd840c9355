#pragma once

// A Compose file as `docker stack` reads it: only files named by -c, variables of the shell alone, and a
// word about what a swarm ignores (cli/command/stack/loader of docker/cli 28.2). What may stand in it is
// docker's own affair (stack_schema.hpp); what passes is read by the loader of docker compose.

#include <string>
#include <vector>

#include "sim/programs/compose_file/project.hpp"
#include "sim/programs/swarm/talk.hpp"

namespace podium::programs::docker {

/// What is asked of the file: `docker stack deploy` names the options that a swarm refuses, `docker stack
/// config` doesn't.
enum class StackUse : std::uint8_t { Deploy, Config };

/// The project, kept in the conversation. Nothing while the standard input isn't there yet.
std::optional<Result<const compose::Project*>> load_stack(const Invocation& invocation, Talk& talk, bool interpolate, StackUse use);

/// The version of the first file, as docker reads it; its newest when there is none.
std::string stack_version(const Invocation& invocation, Talk& talk);

/// What docker says on standard error of options that a swarm ignores; the error is about a service without an image.
Result<std::string> stack_warnings(const compose::Project& project);

/// What a swarm acts on in life and nothing here does, a sentence for each reason.
std::vector<std::string> unsimulated_in_stack(const compose::Project& project);

/// `extra_hosts` as HOST:ADDRESS, in the order of a list; those of a mapping are sorted (docker/cli compose/loader, transformHostsList).
std::vector<std::string> host_lines(const compose::Project& project, const compose::Service& service);

/// The services in the order of the file. docker's own order is chance.
std::vector<const compose::Service*> in_file_order(const compose::Project& project);

/// What was written for a service ("deploy.update_config.order"); null when nothing was.
const compose::Node* written(const compose::Project& project, const compose::Service& service, const std::string& path);

}  // namespace podium::programs::docker
