#pragma once

// The flags of `docker run` and `docker create`, and what they make: a container's spec.

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/model/container_spec.hpp"
#include "sim/programs/docker/flags.hpp"
#include "sim/programs/docker/verb.hpp"

namespace podium::programs::docker {

std::span<const Flag> run_flags();
std::span<const Flag> create_flags();

/// What a run or create asks for.
struct ContainerWish {
    model::ContainerSpec spec;
    bool attach_input = false;
    bool attach_output = true;
    bool attach_error = true;
};

/// Reads flags and arguments as the CLI does, files included. An Error's message is the CLI's
/// sentence
/// ("invalid spec: a:b:c:d: too many colons"); those that life leaves to the engine begin with
/// "Error response from daemon: ".
Result<ContainerWish> container_wish(const Invocation& invocation, model::ProcessContext& context);

/// Whether a --restart has the form that docker sends to its engine: its count is a number, and a policy stands before it.
Result<void> check_restart_form(const std::string& text);
/// One --publish: "[ip:][host-port:]container-port[/protocol]", ranges too, or
/// "published=..,target=..".
Result<std::vector<model::PortBinding>> parse_publish(const std::string& text);
/// One --expose as single ports: "3000-3001/udp" is "3000/udp", "3001/udp".
Result<std::vector<std::string>> parse_expose(const std::string& text);
/// One --volume; an anonymous volume has no source.
Result<model::Mount> parse_volume(const std::string& text, const std::string& directory);
/// One --mount.
Result<model::Mount> parse_mount(const std::string& text, const std::string& directory);
/// One --tmpfs.
Result<model::Mount> parse_tmpfs(const std::string& text);
/// --network with its --network-alias, --ip: sets network_mode and endpoints.
Result<void> read_networks(const ParsedFlags& flags, model::ContainerSpec& spec);
/// Limits and what else the kernel is told: --ulimit, --cpuset-cpus, --shm-size and the like.
Result<void> read_limits(const ParsedFlags& flags,
                         shell::System& system,
                         model::ContainerSpec& spec);
/// What docker or its engine says of a value that is wrong, of the flags that nothing else looks at, also of those that
/// Podium refuses by name; empty when they are right.
std::string refused_value(const ParsedFlags& flags);
/// The lines of an --env-file or --label-file. `environment` gives values to names without one;
/// null: they stay as they are.
Result<std::vector<std::string>> read_pairs_file(shell::System& system,
                                                 const std::string& path,
                                                 const Invocation* environment);
/// -e NAME takes the value from the client's environment.
std::string resolved_variable(const Invocation& invocation, const std::string& entry);
/// Fields of a line of comma-separated values.
std::vector<std::string> comma_fields(const std::string& text);

// Checks of single values, for the tables of flags.
std::string check_variable(const std::string& value);
std::string check_label(const std::string& value);
std::string check_address(const std::string& value);
std::string check_extra_host(const std::string& value);
std::string check_attach(const std::string& value);
/// Of pflag's stringToString: pairs with commas between.
std::string check_pairs(const std::string& value);
std::string check_mount(const std::string& value);
std::string check_network(const std::string& value);
std::string check_ulimit(const std::string& value);
std::string check_sysctl(const std::string& value);
std::string check_blkio_weight(const std::string& value);
std::string check_link(const std::string& value);
std::string check_gpus(const std::string& value);

}  // namespace podium::programs::docker
