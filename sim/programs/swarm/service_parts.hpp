#pragma once

// What `docker service create` and `docker service update` have in common: flags as parts of the spec.

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "sim/programs/docker/flags.hpp"
#include "sim/programs/swarm/talk.hpp"

namespace podium::programs::docker {

bool any_given(const ParsedFlags& flags, std::initializer_list<std::string_view> names);
/// A flag's duration in nanoseconds.
std::int64_t duration_of(const ParsedFlags& flags, std::string_view name);
/// "ADDRESS NAME" of "NAME:ADDRESS".
std::vector<std::string> swarm_hosts(const std::vector<std::string>& given);
/// What is added and what is dropped; adding wins.
std::pair<std::vector<std::string>, std::vector<std::string>> effective_capabilities(const std::vector<std::string>& add, const std::vector<std::string>& drop);
Json preferences(const std::vector<std::string>& given);

// What swarmkit takes for what isn't said (swarmkit api/defaults/service.go).
Json default_restart_policy();
Json default_update_config();

// Each sets what was given, and leaves the rest as it is.
void set_restart_policy(const ParsedFlags& flags, Json& policy);
/// `which` is "update" or "rollback".
void set_update_config(const ParsedFlags& flags, const std::string& which, Json& config);
void set_health_times(const ParsedFlags& flags, Json& health);
void set_limits(const ParsedFlags& flags, Json& limits);
void set_reservations(const ParsedFlags& flags, Json& reservations);

/// Networks by their ids, sorted. Nothing while an answer isn't there.
std::optional<Result<Json>> resolved_networks(Talk& talk, const std::vector<std::string>& given);
/// The swarm's warnings and the client's own, each on a line.
void print_warnings(Talk& talk, const Json& answer, const std::string& own);

}  // namespace podium::programs::docker
