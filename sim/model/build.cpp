#include "sim/model/build.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/json_bytes.hpp"
#include "sim/base/text.hpp"
#include "sim/model/answers.hpp"
#include "sim/model/build_parts.hpp"
#include "sim/model/container.hpp"
#include "sim/model/container_facts.hpp"
#include "sim/model/container_start.hpp"
#include "sim/model/object_id.hpp"
#include "sim/model/operations.hpp"
#include "sim/model/process_table.hpp"
#include "sim/shell/signals.hpp"

// The builder goes through the steps as moby v20.10.24 builder/dockerfile/builder.go does
// (dispatchDockerfile…): it says the step, looks for an image made of the same one in the same way,
// and else makes it: in an intermediate container, which runs for RUN alone. A request's stages:
//
//   0 taken up ──► kBuildNext ──FROM of an image that is not here──► kBuildPulling ──► kBuildNext
//                    │ ▲──RUN──► kBuildRunning ──container ended──► kBuildCommitting ──► kBuildNext
//                    │ └──all else────────────────────────────► kBuildCommitting
//                    └── no step left, or one that failed: answered

namespace podium::model {
namespace {

using Json = nlohmann::ordered_json;

void run(World& world, RequestId id, Request& request, Build& build, const DockerStep& step) {
    const bool newer = build.spec->syntax == DockerfileSyntax::BuildKit;
    for (const auto& [name, value] : step.flags) {
        if (newer && !(name == "network" && value == "default"))
            say(world,
                build,
                fmt::format("Podium: {}:{}: --{}={} is not simulated: the step runs without it\n",
                            build.spec->place,
                            step.line,
                            name,
                            value));
    }
    if (!newer && !step.flags.empty()) {
        fail_build(
            world,
            id,
            request,
            fmt::format(
                "the --{} option requires BuildKit. Refer to https://docs.docker.com/go/buildkit/ "
                "to learn how to build images with BuildKit enabled",
                step.flags.begin()->first));
        return;
    }
    const std::vector<std::string> command = command_words(build, step);
    std::string created_by = join(command, " ");
    if (!build_arguments(build).empty()) {
        const std::vector<std::string> told = told_arguments(build);
        created_by = fmt::format(
            "|{}{}{} {}", told.size(), told.empty() ? "" : " ", join(told, " "), created_by);
    }
    if (take_from_cache(world, build, created_by)) {
        show_image(world, build);
        go_on(world, id, request, kBuildNext, kBuildStep);
        return;
    }
    if (!create_step_container(world, id, request, build, step, command)) return;
    build.commit = {created_by, created_by, true, false, {}};
    ContainerDetail& d = world.detail(build.container);
    d.attached.push_back(request.stream);
    d.attached_error.push_back(request.stream);
    record_container_event(world, build.container, kFactContainerAttach);
    request.stage = kBuildRunning;
    const ContainerId container = build.container;
    wait_for_container(world, container, id);
    d.locked_by_engine = true;
    begin_start(world, container, StartReason::Request, true, id);
}

// A container that is kept may run again; the build shows nothing of that.
void detach(World& world, ContainerId container, StreamId stream) {
    ContainerDetail& d = world.detail(container);
    std::erase(d.attached, stream);
    std::erase(d.attached_error, stream);
}

void container_ended(World& world, RequestId id, Request& request, Build& build) {
    const Container& c = world.container(build.container);
    const ContainerDetail& d = *c.detail;
    if (!d.error.empty() && !c.ever_started) {
        fail_build(world, id, request, d.error);
        return;
    }
    if (c.state != ContainerState::Exited || d.locked_by_engine) {
        if (c.state == ContainerState::Removed)
            fail_build(world, id, request, fmt::format("No such container: {}", d.id));
        else
            wait_for_container(world, build.container, id);
        return;
    }
    detach(world, build.container, request.stream);
    if (c.exit_code != 0) {
        const std::string command =
            join(command_words(build, build.file->steps[build.next - 1]), " ");
        fail_build(
            world,
            id,
            request,
            fmt::format("The command '{}' returned a non-zero code: {}", command, c.exit_code),
            500,
            c.exit_code);
        return;
    }
    go_on(world, id, request, kBuildCommitting, kBuildCommit);
}

// The image that COPY --from names and that is not here; empty when it needs none.
std::string image_to_copy_from(const World& world, const Build& build, const DockerStep& step) {
    const auto from = step.flags.find("from");
    std::int64_t index = 0;
    if (from == step.flags.end() || parse_integer(from->second, index)) return {};
    const bool stage = std::any_of(build.stages.begin(), build.stages.end(), [&](const auto& row) {
        return !row.first.empty() && row.first == lower(from->second);
    });
    return stage || world.host(build.host).images.find(from->second) != nullptr ? std::string() : from->second;
}

void copy(World& world, RequestId id, Request& request, Build& build, const DockerStep& step) {
    if (const std::string missing = image_to_copy_from(world, build, step); !missing.empty())
        begin_pull(world, id, build, missing);
    else
        copy_step(world, id, request, build, step);
}

}  // namespace

void copy_step(World& world, RequestId id, Request& request, Build& build, const DockerStep& step) {
    auto copied = copy_files(world, build, step);
    if (!copied) {
        fail_build(world, id, request, copied.error().message);
        return;
    }
    const std::string_view name = step.instruction == DockerInstruction::Add ? "ADD" : "COPY";
    const auto owner = step.flags.find("chown");
    const std::string key =
        fmt::format("/bin/sh -c #(nop) {} {}{} in {} ",
                    name,
                    owner == step.flags.end() ? "" : fmt::format("--chown={}", owner->second),
                    copied->hash,
                    copied->destination);
    if (take_from_cache(world, build, key)) {
        show_image(world, build);
        go_on(world, id, request, kBuildNext, kBuildStep);
        return;
    }
    for (const std::string& note : copied->notes)
        say(world, build, fmt::format("Podium: {}:{}: {}\n", build.spec->place, step.line, note));
    build.container = {};
    build.commit = {key, key, false, false, std::move(copied->files)};
    go_on(world, id, request, kBuildCommitting, kBuildCommit);
}

namespace {

void change_configuration(
    World& world, RequestId id, Request& request, Build& build, const DockerStep& step) {
    if (step.instruction == DockerInstruction::Healthcheck && build.config.health_check) {
        const std::vector<std::string>& before = build.config.health_check->test;
        if (!before.empty() && before.front() != "NONE")
            say(world,
                build,
                fmt::format("Note: overriding previous HEALTHCHECK: [{}]\n", join(before, " ")));
    }
    if (step.flags.contains("start-interval"))
        say(world,
            build,
            fmt::format("Podium: {}:{}: --start-interval has no effect: this engine (20.10) does not know it, as 25.0 and later do\n", build.spec->place, step.line));
    const auto comment = configure(build, step);
    if (!comment) {
        fail_build(world, id, request, comment.error().message, 400);
        return;
    }
    const bool directory =
        step.instruction == DockerInstruction::Workdir;  // its comment is one word with the mark
    const std::string key = fmt::format("/bin/sh -c #(nop) {}{}", directory ? "" : " ", *comment);
    if (take_from_cache(world, build, key)) {
        show_image(world, build);
        go_on(world, id, request, kBuildNext, kBuildStep);
        return;
    }
    build.commit = {key, key, false, false, {}};
    if (!create_step_container(
            world, id, request, build, step, {"/bin/sh", "-c", "#(nop) " + *comment}))
        return;
    if (directory) {
        FileNode scratch;
        if (file_of_image(world, *build.image, build.config.working_directory, scratch) == nullptr)
            build.commit.files.make_directory(build.config.working_directory, world.kernel.now());
    }
    go_on(world, id, request, kBuildCommitting, kBuildCommit);
}

void commit(World& world, RequestId id, Request& request, Build& build) {
    std::set<std::string> removed;
    FileTree files = std::move(build.commit.files);
    if (build.commit.of_container) {
        const ContainerDetail& d = world.detail(build.container);
        files = d.layer;
        for (const auto& [path, change] : d.state_changes) {
            if (change == 'D') removed.insert(path);
        }
        build.commit.unsimulated = d.took_as_done;
    }
    const std::string failure = make_image(world, build, files, removed);
    if (!failure.empty()) {
        fail_build(world, id, request, failure);
        return;
    }
    build.container = {};
    if (build.spec->remove) remove_containers(world, build, true);
    show_image(world, build);
    go_on(world, id, request, kBuildNext, kBuildStep);
}

void finish(World& world, RequestId id, Request& request, Build& build) {
    if (build.image->id == scratch_id()) {
        fail_build(world, id, request, "No image was generated. Is your Dockerfile empty?");
        return;
    }
    std::string unused;
    for (const auto& [name, value] : build.spec->arguments) {
        if (!build.used_arguments.contains(name) && !is_builtin_argument(name))
            unused += (unused.empty() ? "" : " ") + name;
    }
    if (!unused.empty())
        say(world,
            build,
            fmt::format("[Warning] One or more build-args [{}] were not consumed\n", unused));
    say(world, build, fmt::format("Successfully built {}\n", short_id(build.image->id)));
    ImageStore& store = world.host(build.host).images;
    for (const std::string& tag : build.spec->tags) {
        const auto reference = parse_image_reference(tag);
        if (!reference) continue;  // refused when the build began
        const ImageChange change = store.tag(build.image->id, *reference);
        store.keep(build.image, world.kernel.now());
        for (const ImageEvent& event : change.events) {
            publish_event(world,
                          build.host,
                          world.kernel.record(kFactImageTag,
                                              Subject(SubjectType::Host, build.host.value),
                                              world.kernel.intern(event.name),
                                              world.kernel.intern(build.image->id)));
        }
        say(world,
            build,
            fmt::format("Successfully tagged {}\n", reference->with_default_tag().familiar()));
    }
    Json body;
    body["aux"] = {{"ID", build.image->id}};
    end_build(world, id);
    if (request.writing) close_engine_stream(world, request.stream);
    request.writing = false;
    answer_request(world, id, 200, json_bytes(body));
}

void next_step(World& world, RequestId id, Request& request, Build& build) {
    if (build.next == build.file->steps.size()) {
        finish(world, id, request, build);
        return;
    }
    const std::shared_ptr<const Dockerfile> file = build.file;
    const DockerStep& step = file->steps[build.next++];
    if (step.instruction == DockerInstruction::From && build.image != nullptr) {
        build.stages.emplace_back(build.stage_name, build.image);
        build.image = nullptr;
    }
    say(world, build, fmt::format("Step {}/{} : {}\n", build.next, file->steps.size(), step.text));
    switch (step.instruction) {
        case DockerInstruction::From:
            begin_stage(world, id, request, build, step);
            return;
        case DockerInstruction::Run:
            run(world, id, request, build, step);
            return;
        case DockerInstruction::Copy:
        case DockerInstruction::Add:
            copy(world, id, request, build, step);
            return;
        case DockerInstruction::Arg:
            if (build.image == nullptr) {  // before the first FROM nothing is made
                set_meta_argument(world, id, request, build, step);
                return;
            }
            change_configuration(world, id, request, build, step);
            return;
        case DockerInstruction::Cmd:
        case DockerInstruction::Entrypoint:
        case DockerInstruction::Env:
        case DockerInstruction::Expose:
        case DockerInstruction::Healthcheck:
        case DockerInstruction::Label:
        case DockerInstruction::Maintainer:
        case DockerInstruction::Onbuild:
        case DockerInstruction::Shell:
        case DockerInstruction::Stopsignal:
        case DockerInstruction::User:
        case DockerInstruction::Volume:
        case DockerInstruction::Workdir:
            change_configuration(world, id, request, build, step);
            return;
    }
}

// Leaves the target's stages, and adds --label to the last one; false when there is no such stage.
bool choose_target(Dockerfile& file, const BuildSpec& spec) {
    if (!choose_stages(file, spec)) return false;
    for (const auto& [name, value] : spec.labels) {
        DockerStep label;
        label.instruction = DockerInstruction::Label;
        label.text = fmt::format("LABEL {}={}", name, value);
        label.literal = true;
        label.pairs.emplace_back(name, value);
        file.steps.push_back(std::move(label));
    }
    return true;
}

void begin(World& world, RequestId id, Request& request) {
    const BuildSpec& spec = *request.spec.build;
    for (const std::string& tag : spec.tags) {
        const auto reference = parse_image_reference(tag);
        if (reference) continue;
        refuse_request(world,
                       id,
                       {400,
                        fmt::format("invalid argument \"{}\" for \"-t, --tag\" flag: {}",
                                    tag,
                                    reference.error().message)});
        return;
    }
    if (spec.dockerfile.empty()) {
        refuse_request(
            world,
            id,
            {400, fmt::format("the Dockerfile ({}) cannot be empty", spec.dockerfile_name)});
        return;
    }
    auto file = parse_dockerfile(spec.dockerfile, spec.dockerfile_name, spec.syntax);
    if (!file) {
        refuse_request(world, id, {400, file.error().message});
        return;
    }
    if (!choose_target(*file, spec)) {
        refuse_request(
            world,
            id,
            {400, fmt::format("failed to reach build target {} in Dockerfile", spec.target)});
        return;
    }
    open_answer(world, request);
    Build build;
    build.request = id;
    build.host = request.spec.host;
    build.spec = request.spec.build;
    if (spec.syntax == DockerfileSyntax::BuildKit) {
        for (const auto& [name, value] : platform_arguments()) build.meta_arguments[name] = value;
    }
    const std::string warnings = join(file->warnings, "\n");
    build.file = std::make_shared<const Dockerfile>(std::move(*file));
    world.builds.push_back(std::move(build));
    if (!warnings.empty()) say(world, world.builds.back(), warnings + "\n");
    go_on(world, id, request, kBuildNext, kBuildStep);
}

}  // namespace

Build* find_build(World& world, RequestId id) {
    const auto found = std::find_if(world.builds.begin(),
                                    world.builds.end(),
                                    [id](const Build& build) { return build.request == id; });
    return found == world.builds.end() ? nullptr : &*found;
}

void say(World& world, Build& build, const std::string& text) {
    build.written = true;
    if (const Request* request = world.requests.find(build.request))
        feed_stream(world, request->stream, text);
}

void go_on(World& world, RequestId id, Request& request, std::uint8_t stage, Duration after) {
    request.stage = stage;
    request_timer(world, id, after);
}

void end_build(World& world, RequestId id) {
    std::erase_if(world.builds, [id](const Build& build) { return build.request == id; });
}

// What goes wrong before anything was shown is the answer; afterwards it is told at the end of what
// is shown.
void fail_build(World& world,
                RequestId id,
                Request& request,
                const std::string& message,
                int status,
                int code) {
    Build* build = find_build(world, id);
    const bool written = build != nullptr && build->written;
    if (build != nullptr && build->spec->force_remove) remove_containers(world, *build, true);
    end_build(world, id);
    if (request.writing) close_engine_stream(world, request.stream);
    request.writing = false;
    if (!written) {
        refuse_request(world, id, {status, message});
        return;
    }
    Json body;
    body["errorDetail"] = {{"code", code}, {"message", message}};
    body["error"] = message;
    answer_request(world, id, 200, json_bytes(body));
}

void run_build(World& world, RequestId id, Request& request) {
    if (request.stage == 0) {
        begin(world, id, request);
        return;
    }
    Build* build = find_build(world, id);
    if (build == nullptr) return;
    switch (request.stage) {
        case kBuildNext:
            next_step(world, id, request, *build);
            return;
        case kBuildPulling:
            look_at_pull(world, id, request, *build);
            return;
        case kBuildRunning:
            container_ended(world, id, request, *build);
            return;
        case kBuildCommitting:
            commit(world, id, request, *build);
            return;
        default:
            PODIUM_ASSERT(false, "a build has four stages");
    }
}

void abandon_build(World& world, RequestId id) {
    Build* found = find_build(world, id);
    if (found == nullptr) return;
    // It is over before its containers go: who waits for the end of one, as this build itself may, is told when it is removed.
    Build build = std::move(*found);
    end_build(world, id);
    const RequestId pull = build.pull;
    const ContainerId running = build.container;
    if (running) detach(world, running, world.requests.at(id).stream);
    // A start that is going on ends here; moby's builder lets it end, kills it and removes it, within a tenth of a second.
    if (running && world.detail(running).start_stage != 0) give_up_start(world, running, "context canceled");
    remove_containers(world, build, false);
    if (pull) release_request(world, pull);
    if (!running || !world.container(running).process_alive) return;
    Container& c = world.container(running);
    auto spec = std::make_shared<ContainerSpec>(world.spec(c));
    spec->auto_remove = true;  // it goes once it has ended
    c.spec = world.add_spec(std::move(spec));
    signal_container(world, running, shell::kSigKill);
}

}  // namespace podium::model
