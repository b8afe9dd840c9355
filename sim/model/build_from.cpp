// FROM, and the ARGs before the first of them (moby v20.10.24 builder/dockerfile/dispatchers.go
// initializeStage, builder.go processMetaArg).

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/text.hpp"
#include "sim/model/build_parts.hpp"
#include "sim/model/container.hpp"
#include "sim/model/operations.hpp"
#include "sim/model/platform.hpp"
#include "sim/model/world.hpp"

namespace podium::model {
namespace {

constexpr Duration kPullLook = milliseconds(100);  // between looks at how a base image's pull goes
constexpr const char* kDefaultPath =
    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

void begin_stage_from(World& world,
                      RequestId id,
                      Request& request,
                      Build& build,
                      const DockerStep& step,
                      const ImagePointer& image) {
    build.image = image;
    build.config = image->config;
    build.maintainer.clear();
    build.stage_name = step.stage;
    build.cache_missed = false;
    build.command_set = false;
    build.arguments.clear();
    std::vector<std::string>& environment = build.config.environment;
    if (std::none_of(environment.begin(), environment.end(), [](const std::string& entry) {
            return entry.starts_with("PATH=");
        }))
        environment.emplace_back(kDefaultPath);
    show_image(world, build);
    go_on(world, id, request, kBuildNext, kBuildStep);
}

Result<std::string> base_name_of(const Build& build, const DockerStep& step) {
    auto name = expand_docker_word(step.words.front(), meta_variables(build), build.file->escape);
    if (name && name->empty())
        return Error{fmt::format("base name ({}) should not be blank", step.words.front()), {}, {}};
    return name;
}

// Why FROM --platform can't be had, or nothing.
std::string refused_stage_platform(const Build& build, const DockerStep& step) {
    const auto flag = step.flags.find("platform");
    if (flag == step.flags.end() || flag->second.empty()) return {};
    const auto platform =
        expand_docker_word(flag->second, meta_variables(build), build.file->escape);
    if (!platform)
        return fmt::format("failed to process arguments for platform : {}",
                           platform.error().message);
    bool named = false;
    const std::string refused = refused_platform(*platform, named);
    if (refused.empty() || named) return refused;
    return fmt::format("failed to parse platform {}: {}", *platform, refused);
}

// The lines of a pull as the client would show them: this is the builder's own output to it.
std::string pull_lines(const std::string& stream) {
    std::string out;
    for (const std::string& line : split(stream, '\n')) {
        const auto json = nlohmann::ordered_json::parse(line, nullptr, false);
        if (!json.is_object()) continue;
        const std::string id = json.value("id", std::string());
        if (!id.empty()) out += id + ": ";
        out += json.value("status", std::string()) + "\n";
    }
    return out;
}

}  // namespace

void set_meta_argument(
    World& world, RequestId id, Request& request, Build& build, DockerStep step) {
    const std::vector<std::string> variables = meta_variables(build);
    for (auto& [name, value] : step.pairs) {
        for (std::string* word : {&name, value ? &*value : nullptr}) {
            if (word == nullptr) continue;
            auto expanded = expand_docker_word(*word, variables, build.file->escape);
            if (!expanded) {
                fail_build(world, id, request, expanded.error().message);
                return;
            }
            *word = std::move(*expanded);
        }
        build.meta_arguments[name] = value;
        build.used_arguments.insert(name);
    }
    go_on(world, id, request, kBuildNext, kBuildStep);
}

void begin_stage(
    World& world, RequestId id, Request& request, Build& build, const DockerStep& step) {
    const bool taken =
        std::any_of(build.stages.begin(), build.stages.end(), [&](const auto& stage) {
            return !step.stage.empty() && stage.first == step.stage;
        });
    if (taken) {
        fail_build(world, id, request, fmt::format("{} stage name already used", step.stage));
        return;
    }
    if (const std::string refused = refused_stage_platform(build, step); !refused.empty()) {
        fail_build(world, id, request, refused);
        return;
    }
    const auto name = base_name_of(build, step);
    if (!name) {
        fail_build(world, id, request, name.error().message);
        return;
    }
    for (const auto& [stage, image] : build.stages) {
        if (stage.empty() || stage != lower(*name)) continue;
        begin_stage_from(world, id, request, build, step, image);
        return;
    }
    if (*name == "scratch") {
        Image empty;
        empty.id = scratch_id();
        empty.from_scratch = true;
        begin_stage_from(
            world, id, request, build, step, std::make_shared<const Image>(std::move(empty)));
        return;
    }
    const ImagePointer image = find_image(world, build.host, *name);
    if (image != nullptr && !build.spec->pull) {
        begin_stage_from(world, id, request, build, step, image);
        return;
    }
    begin_pull(world, id, build, *name);
}

void begin_pull(World& world, RequestId id, Build& build, const std::string& name) {
    RequestSpec pull;
    pull.operation = Operation::ImagePull;
    pull.host = build.host;
    pull.target = name;
    build.pull = submit_request(world, std::move(pull), {});
    // The row of the request itself may have moved.
    go_on(world, id, world.requests.at(id), kBuildPulling, kPullLook);
}

void look_at_pull(World& world, RequestId id, Request& request, Build& build) {
    const Request* pull = world.requests.find(build.pull);
    if (pull == nullptr) {
        fail_build(world, id, request, "the pull was interrupted");
        return;
    }
    if (pull->stream) {
        const std::string lines = pull_lines(take_stream(world, pull->stream));
        if (!lines.empty()) say(world, build, lines);
    }
    if (!pull->done) {
        go_on(world, id, request, kBuildPulling, kPullLook);
        return;
    }
    const bool good = pull->status < 400 && pull->status != 0;
    const auto answer = nlohmann::ordered_json::parse(pull->body, nullptr, false);
    const std::string message =
        good || !answer.is_object() ? std::string() : answer.value("message", std::string());
    release_request(world, build.pull);
    build.pull = {};
    const std::shared_ptr<const Dockerfile> file = build.file;
    const DockerStep& step = file->steps[build.next - 1];
    if (step.instruction != DockerInstruction::From) {  // COPY --from an image
        if (good)
            copy_step(world, id, request, build, step);
        else
            fail_build(world, id, request, fmt::format("invalid from flag value {}: {}", step.flags.find("from")->second, message));
        return;
    }
    const auto name = base_name_of(build, step);
    const ImagePointer image = good ? find_image(world, build.host, *name) : nullptr;
    if (image == nullptr) {
        fail_build(world, id, request, message);
        return;
    }
    begin_stage_from(world, id, request, build, step, image);
}

}  // namespace podium::model
