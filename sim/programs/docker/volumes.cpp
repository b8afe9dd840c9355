// `docker volume create` and `rm`.

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/programs/docker/verbs.hpp"

namespace podium::programs::docker {
namespace {

using model::Operation;
using model::RequestSpec;

Result<RequestSpec> create_request(const Invocation& invocation, Time) {
    std::string name = invocation.flags.text("name");
    if (!invocation.arguments().empty()) {
        if (!name.empty()) {
            return Error{
                "conflicting options: cannot specify a volume-name through both --name and as a "
                "positional arg",
                {},
                {}};
        }
        name = invocation.arguments().front();
    }
    RequestSpec spec = request_for(Operation::VolumeCreate, name);
    spec.options["driver"] = invocation.flags.text("driver", "local");
    for (const std::string& label : invocation.flags.all("label")) {
        const auto equals = label.find('=');
        spec.labels[label.substr(0, equals)] =
            equals == std::string::npos ? "" : label.substr(equals + 1);
    }
    return spec;
}

Finish create_show(const Invocation&, const Answer& answer, Time) {
    const Json volume = Json::parse(answer.body, nullptr, false);
    return {
        (volume.is_object() ? volume.value("Name", std::string()) : std::string()) + "\n", {}, 0};
}

RequestSpec remove_request(const Invocation& invocation, const std::string& name) {
    RequestSpec spec = request_for(Operation::VolumeRemove, name);
    if (invocation.flags.on("force")) spec.options.emplace("force", "1");
    return spec;
}

}  // namespace

std::unique_ptr<shell::Program> start_create_volume(Invocation invocation) {
    return start_one_call(std::move(invocation), {create_request, create_show});
}

std::unique_ptr<shell::Program> start_remove_volume(Invocation invocation) {
    EachArgument how;
    how.request = remove_request;
    return start_each(std::move(invocation), how);
}

}  // namespace podium::programs::docker
