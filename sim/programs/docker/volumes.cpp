// `docker volume create` and `rm`.

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/text.hpp"
#include "sim/model/tmpfs.hpp"
#include "sim/programs/docker/unsimulated_flags.hpp"
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
    for (const std::string& option : invocation.flags.all("opt")) {
        const auto equals = option.find('=');
        spec.options["opt:" + option.substr(0, equals)] = equals == std::string::npos ? "" : option.substr(equals + 1);
    }
    for (const std::string& label : invocation.flags.all("label")) {
        const auto equals = label.find('=');
        spec.labels[label.substr(0, equals)] =
            equals == std::string::npos ? "" : label.substr(equals + 1);
    }
    return spec;
}

// What a volume in memory is asked for that has no effect on it here.
std::string unheeded_of_volume(const Json& options) {
    if (!options.is_object() || options.value("type", std::string()) != "tmpfs") return {};
    const std::string sentence = unheeded_tmpfs_sentence(model::read_tmpfs_options(options.value("o", std::string()), 0).unheeded);
    return sentence.empty() ? std::string() : "Podium: " + sentence + "\n";
}

Finish create_show(const Invocation&, const Answer& answer, Time) {
    const Json volume = Json::parse(answer.body, nullptr, false);
    if (!volume.is_object()) return {"\n", {}, 0};
    return {volume.value("Name", std::string()) + "\n", volume.contains("Options") ? unheeded_of_volume(volume["Options"]) : std::string(), 0};
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
