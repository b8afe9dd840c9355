#pragma once

// Parts of a service's spec as the Engine API's JSON, read from the texts of flags: mounts, ports,
// networks, secrets, limits of processes, with the sentences of docker/cli 28.2 (opts, opts/swarmopts).

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/programs/docker/flags.hpp"
#include "sim/programs/swarm/talk.hpp"

namespace podium::programs::docker {

Result<Json> mount_part(const std::string& text, const std::string& directory);
/// A port may be a range, so these are several.
Result<std::vector<Json>> port_parts(const std::string& text);
/// {"Target", "Aliases", "DriverOpts"}; the target is still a name.
Result<Json> network_part(const std::string& text);
/// {"File": {...}, "SecretName": ...} or "ConfigName", without the id.
Result<Json> file_reference(const std::string& text, std::string_view name_member);
/// Networks in CIDR format, separated by commas, without the bits of hosts.
Result<std::vector<std::string>> address_pools(const std::string& text);
Result<Json> ulimit_part(const std::string& text);
Result<Json> generic_resource(const std::string& text);
/// Words as google/shlex takes them apart.
Result<std::vector<std::string>> shell_words(const std::string& text);
/// "name=value" texts as an object, sorted.
Json pairs_object(const std::vector<std::string>& pairs);
/// "CAP_NET_ADMIN" of "net_admin", each once, sorted.
std::vector<std::string> capabilities(const std::vector<std::string>& given);

/// Sets a member, or takes it away where Go leaves it out: null, "", 0, false, an empty list or object.
void put(Json& object, const char* name, Json value);
/// Members in the order of the API's own structures, and names of maps sorted, as encoding/json writes them.
Json in_order(const Json& spec, std::string_view what = {});

// Checks for the tables of flags; empty when all is well.
std::string check_mount_part(const std::string& value);
std::string check_port(const std::string& value);
std::string check_address_pools(const std::string& value);
std::string check_service_network(const std::string& value);
std::string check_secret(const std::string& value);
std::string check_ulimit(const std::string& value);  ///< The same as of docker run (docker/container_limits.cpp).
std::string check_generic(const std::string& value);
std::string check_preference(const std::string& value);
std::string check_unsigned(const std::string& value);
std::string check_ratio(const std::string& value);
std::string check_cpus(const std::string& value);
std::string check_positive_duration(const std::string& value);

/// Fills in the ids of secrets or configs, asking the swarm for them by name once. Nothing while the answer isn't there.
/// `what` is "secret" or "config".
std::optional<Result<Json>> resolve_files(Talk& talk, const Json& references, std::string_view what);

/// An image's name with a tag, as docker writes it: "busybox" is "busybox:latest". As it was when it has a digest.
std::string tagged_image(const std::string& image);
/// Asks the registry for the image's digest and puts it into the task's spec; a warning where that doesn't go. Nothing while the answer isn't there.
std::optional<std::string> resolve_image(Talk& talk, Json& task);

}  // namespace podium::programs::docker
