#pragma once

// The contexts of the docker CLI: files below the client's folder on the host, one folder a
// context, named by the digest of its name, and config.json, which says which one is used. And from
// these, from flags and from variables, which engine a command line means. Read and written by the
// client alone, as a process of the host.

#include <string>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/programs/docker/verb.hpp"

namespace podium::programs::docker {

struct StoredContext {
    std::string name;
    std::string description;
    std::string host;  ///< Of its docker endpoint.
    bool skip_tls_verify = false;
};

/// Where a command line's engine is.
struct Endpoint {
    std::string context;  ///< The name of the context it comes from.
    std::string host;
};

/// The client's folder: --config, else DOCKER_CONFIG, else .docker in the home directory.
std::string config_folder(const Invocation& invocation);
/// A context's folder of a kind ("meta", "tls").
std::string context_folder(const Invocation& invocation,
                           std::string_view kind,
                           const std::string& name);

/// A context by name, the default one too. An Error is docker's sentence that there is none.
Result<StoredContext> load_context(shell::System& system,
                                   const Invocation& invocation,
                                   const std::string& name);
/// All that are stored, by name; the default one isn't.
std::vector<StoredContext> stored_contexts(shell::System& system, const Invocation& invocation);
/// Writes or replaces one. An Error says why it can't be written.
Result<void> save_context(shell::System& system,
                          const Invocation& invocation,
                          const StoredContext& context);
void remove_context(shell::System& system, const Invocation& invocation, const std::string& name);

/// DOCKER_HOST, or --host; empty when neither is there.
std::string chosen_host(const Invocation& invocation);
/// The name of the context a command line means (docker: resolveContextName).
std::string chosen_context(shell::System& system, const Invocation& invocation);
/// The name that config.json says; "default" when it says none.
std::string configured_context(shell::System& system, const Invocation& invocation);
/// Makes config.json say it.
Result<void> configure_context(shell::System& system,
                               const Invocation& invocation,
                               const std::string& name);

/// The engine a command line means. An Error when there is no such context, nothing listens there,
/// or what is there isn't simulated.
Result<Endpoint> find_endpoint(shell::System& system, const Invocation& invocation);

}  // namespace podium::programs::docker
