#pragma once

// A Compose project as what a swarm is asked for: networks, secrets, configs and services of a stack
// (cli/compose/convert of docker/cli 28.2).

#include <map>
#include <string>
#include <vector>

#include "sim/programs/compose_file/project.hpp"
#include "sim/programs/swarm/talk.hpp"

namespace podium::programs::docker {

inline constexpr std::string_view kStackLabel = "com.docker.stack.namespace";
inline constexpr std::string_view kStackImageLabel = "com.docker.stack.image";

/// "label=com.docker.stack.namespace=NAME", for filters.
std::string stack_filter(const std::string& stack);

struct StackNetwork {
    std::string name;
    bool external = false;
    std::string body;  ///< Of POST /networks/create.
};

/// Those that services use, by key.
std::vector<StackNetwork> stack_networks(const compose::Project& project, const std::string& stack);
/// The specs of secrets or configs that are not external, by key. The error is that of a file that can't be read.
Result<std::vector<Json>> stack_files(Talk& talk, const std::vector<compose::FileObject>& files, const std::string& stack);
/// What a service is given of them; ids are still missing. The error is that of a name that nobody declares.
Result<Json> service_files(const std::vector<compose::FileReference>& references, const std::vector<compose::FileObject>& files, const std::string& stack, bool secrets);

/// The spec of a service; `secrets` and `configs` have their ids.
Result<Json> stack_service(const compose::Project& project, const compose::Service& service, const std::string& stack, const Json& secrets, const Json& configs);

}  // namespace podium::programs::docker
