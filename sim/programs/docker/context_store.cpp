#include "sim/programs/docker/context_store.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/json_bytes.hpp"
#include "sim/base/sha256.hpp"
#include "sim/base/text.hpp"
#include "sim/programs/docker/defaults.hpp"

namespace podium::programs::docker {
namespace {

constexpr std::string_view kDefaultDescription = "Current DOCKER_HOST based configuration";
// /var/run is a link to /run on every host.
constexpr std::string_view kSocketWithoutLink = "unix:///run/docker.sock";

Json read_json(shell::System& system, const std::string& path) {
    std::string content;
    std::string why;
    if (!read_whole_file(system, path, content, why)) return {};
    return Json::parse(content, nullptr, false);
}

Result<void> write_file(shell::System& system,
                        const std::string& folder,
                        const std::string& name,
                        const std::string& content) {
    const std::string path = folder + "/" + name;
    system.make_directory(folder, true);
    int descriptor = -1;
    shell::Errno error = system.open(path, shell::OpenMode::Write, descriptor);
    if (error == shell::Errno::None) {
        error = system.write(descriptor, content);
        system.close(descriptor);
    }
    if (error == shell::Errno::None) return {};
    return Error{fmt::format("open {}: {}", path, lower(shell::errno_text(error))), {}, {}};
}

std::string text_at(const Json& json, const char* name) {
    return json.is_object() && json.contains(name) && json[name].is_string()
               ? json[name].get<std::string>()
               : std::string();
}

StoredContext from_json(const Json& json) {
    StoredContext out;
    out.name = text_at(json, "Name");
    out.description = text_at(json.value("Metadata", Json::object()), "Description");
    const Json endpoint = json.value("Endpoints", Json::object()).value("docker", Json::object());
    out.host = text_at(endpoint, "Host");
    out.skip_tls_verify = endpoint.is_object() && endpoint.value("SkipTLSVerify", false);
    return out;
}

StoredContext default_context(const Invocation& invocation) {
    StoredContext out;
    out.name = kDefaultContext;
    out.description = kDefaultDescription;
    out.host = chosen_host(invocation);
    if (out.host.empty()) out.host = kSocket;
    return out;
}

std::string config_file(const Invocation& invocation) {
    return config_folder(invocation) + "/config.json";
}

}  // namespace

std::string config_folder(const Invocation& invocation) {
    if (!invocation.config.empty()) return invocation.config;
    std::string folder;
    if (invocation.variable("DOCKER_CONFIG", folder) && !folder.empty()) return folder;
    std::string home;
    if (!invocation.variable("HOME", home)) home = "/root";
    return home + "/.docker";
}

std::string context_folder(const Invocation& invocation,
                           std::string_view kind,
                           const std::string& name) {
    return fmt::format("{}/contexts/{}/{}", config_folder(invocation), kind, sha256_hex(name));
}

Result<StoredContext> load_context(shell::System& system,
                                   const Invocation& invocation,
                                   const std::string& name) {
    if (name == kDefaultContext) return default_context(invocation);
    const std::string path = context_folder(invocation, "meta", name) + "/meta.json";
    const Json json = read_json(system, path);
    if (json.is_object()) return from_json(json);
    return Error{fmt::format("context {}: context not found: open {}: no such file or directory",
                             in_quotes(name),
                             path),
                 {},
                 {}};
}

std::vector<StoredContext> stored_contexts(shell::System& system, const Invocation& invocation) {
    const std::string folder = config_folder(invocation) + "/contexts/meta";
    std::vector<std::string> names;
    std::vector<StoredContext> out;
    if (system.list(folder, names) != shell::Errno::None) return out;
    for (const std::string& name : names) {
        const Json json = read_json(system, fmt::format("{}/{}/meta.json", folder, name));
        if (json.is_object()) out.push_back(from_json(json));
    }
    std::sort(out.begin(), out.end(), [](const StoredContext& a, const StoredContext& b) {
        return a.name < b.name;
    });
    return out;
}

Result<void> save_context(shell::System& system,
                          const Invocation& invocation,
                          const StoredContext& context) {
    Json json;
    json["Name"] = context.name;
    json["Metadata"] = Json::object();
    if (!context.description.empty()) json["Metadata"]["Description"] = context.description;
    json["Endpoints"]["docker"]["Host"] = context.host;
    json["Endpoints"]["docker"]["SkipTLSVerify"] = context.skip_tls_verify;
    return write_file(
        system, context_folder(invocation, "meta", context.name), "meta.json", json_bytes(json));
}

void remove_context(shell::System& system, const Invocation& invocation, const std::string& name) {
    for (const char* kind : {"meta", "tls"})
        system.remove(context_folder(invocation, kind, name), true);
}

std::string chosen_host(const Invocation& invocation) {
    if (!invocation.host.empty()) return invocation.host;
    std::string host;
    return invocation.variable("DOCKER_HOST", host) ? host : std::string();
}

std::string configured_context(shell::System& system, const Invocation& invocation) {
    const std::string name = text_at(read_json(system, config_file(invocation)), "currentContext");
    return name.empty() ? std::string(kDefaultContext) : name;
}

std::string chosen_context(shell::System& system, const Invocation& invocation) {
    if (!invocation.context.empty()) return invocation.context;
    if (!chosen_host(invocation).empty()) return std::string(kDefaultContext);
    std::string name;
    if (invocation.variable("DOCKER_CONTEXT", name) && !name.empty()) return name;
    return configured_context(system, invocation);
}

Result<void> configure_context(shell::System& system,
                               const Invocation& invocation,
                               const std::string& name) {
    Json json = read_json(system, config_file(invocation));
    if (!json.is_object()) json = Json::object();
    if (!json.contains("auths")) json["auths"] = Json::object();
    if (name == kDefaultContext) {
        json.erase("currentContext");
    } else {
        json["currentContext"] = name;
    }
    return write_file(system, config_folder(invocation), "config.json", json_bytes(json, 1, '\t'));
}

Result<Endpoint> find_endpoint(shell::System& system, const Invocation& invocation) {
    if (!invocation.host.empty() && !invocation.context.empty())
        return Error{"conflicting options: cannot specify both --host and --context", {}, {}};
    const std::string name = chosen_context(system, invocation);
    const auto context = load_context(system, invocation, name);
    if (!context) {
        return Error{
            "Failed to initialize: unable to resolve docker endpoint: " + context.error().message,
            {},
            {}};
    }
    const std::string& host = context->host;
    if (host == kSocket || host == kSocketWithoutLink) return Endpoint{name, host};
    // No other socket is on a simulated host.
    if (host.starts_with("unix://")) {
        return Error{
            fmt::format("Cannot connect to the Docker daemon at {}. Is the docker daemon running?",
                        host),
            {},
            {}};
    }
    for (const std::string_view known : {"tcp://", "ssh://", "http://", "https://", "npipe://"}) {
        if (host.starts_with(known)) {
            return Error{
                fmt::format("docker: Podium does not simulate an engine at {} yet; the host's own "
                            "is at {}",
                            host,
                            kSocket),
                {},
                {}};
        }
    }
    return Error{
        fmt::format("Failed to initialize: unable to resolve docker endpoint: invalid bind "
                    "address format: {}",
                    host),
        {},
        {}};
}

}  // namespace podium::programs::docker
