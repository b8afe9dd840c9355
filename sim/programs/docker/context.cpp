// `docker context`: a simulated host has the default context and no other.

#include <array>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/programs/docker/defaults.hpp"
#include "sim/programs/docker/verbs.hpp"
#include "sim/programs/format/inspect.hpp"
#include "sim/programs/format/lists.hpp"

namespace podium::programs::docker {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kDefault = "default";

std::string not_found(const std::string& name) {
    return fmt::format("context {}: context not found", in_quotes(name));
}

bool overridden(const Invocation& invocation) {
    std::string host;
    return invocation.variable("DOCKER_HOST", host) && !host.empty();
}

Json default_context() {
    Json out;
    out["Name"] = kDefault;
    out["Metadata"] = Json::object();
    out["Endpoints"]["docker"]["Host"] = kSocket;
    out["Endpoints"]["docker"]["SkipTLSVerify"] = false;
    out["TLSMaterial"] = Json::object();
    out["Storage"]["MetadataPath"] = "<IN MEMORY>";
    out["Storage"]["TLSPath"] = "<IN MEMORY>";
    return out;
}

}  // namespace

std::unique_ptr<shell::Program> start_context_list(Invocation invocation) {
    format::Row row;
    const bool quiet = invocation.flags.on("quiet");
    row.cells.push_back({"Current", "true", format::Cell::Kind::Json});
    row.add("Description", "Current DOCKER_HOST based configuration");
    row.add("DockerEndpoint", std::string(kSocket));
    row.add("Error", "");
    row.add("Name", std::string(kDefault));
    const std::array rows{row};
    const auto text =
        format::render_list(format::context_list(),
                            format::context_format(invocation.flags.text("format"), quiet),
                            rows);
    if (!text) return say(std::move(invocation), failed(text.error().message));
    Finish finish{*text, {}, 0};
    if (overridden(invocation)) {
        finish.error =
            "Warning: DOCKER_HOST environment variable overrides the active context. To use a "
            "context, either set the global --context flag, or unset "
            "DOCKER_HOST environment variable.\n";
    }
    return say(std::move(invocation), std::move(finish));
}

std::unique_ptr<shell::Program> start_context_use(Invocation invocation) {
    const std::string name = invocation.arguments().front();
    if (name != kDefault) return say(std::move(invocation), failed(not_found(name)));
    return say(std::move(invocation),
               {name + "\n", fmt::format("Current context is now {}\n", in_quotes(name)), 0});
}

std::unique_ptr<shell::Program> start_context_show(Invocation invocation) {
    return say(std::move(invocation), {std::string(kDefault) + "\n", {}, 0});
}

std::unique_ptr<shell::Program> start_context_inspect(Invocation invocation) {
    auto inspector = format::Inspector::make(invocation.flags.text("format"));
    if (!inspector)
        return say(std::move(invocation),
                   failed(inspector.error().message, format::kTemplateStatus));
    std::vector<std::string> names = invocation.arguments();
    if (names.empty()) names.emplace_back(kDefault);
    const Json described = default_context();
    for (const std::string& name : names) {
        if (name == kDefault) {
            inspector->add(format::Inspected::Other, described);
        } else {
            inspector->add_error(not_found(name));
        }
    }
    const std::string errors = inspector->errors();
    return say(std::move(invocation), {inspector->output(), errors, errors.empty() ? 0 : 1});
}

}  // namespace podium::programs::docker
