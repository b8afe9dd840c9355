#include "sim/model/build.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/text.hpp"
#include "sim/model/answers.hpp"
#include "sim/model/container.hpp"
#include "sim/model/container_facts.hpp"
#include "sim/model/object_id.hpp"
#include "sim/model/operations.hpp"
#include "sim/model/process_table.hpp"
#include "sim/shell/signals.hpp"

// The builder goes through the steps as moby v20.10.24 builder/dockerfile/builder.go does (dispatchDockerfile…): it says
// the step, looks for an image made of the same one in the same way, and else makes it: in an intermediate container,
// which runs for RUN alone. A request's stages:
//
//   0 taken up ──► kNext ──FROM of an image that is not here──► kPulling ──► kNext
//                    │ ▲──RUN──► kRunning ──container ended──► kCommitting ──► kNext
//                    │ └──all else────────────────────────────► kCommitting
//                    └── no step left, or one that failed: answered

namespace podium::model {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::uint8_t kNext = 1;
constexpr std::uint8_t kPulling = 2;
constexpr std::uint8_t kRunning = 3;
constexpr std::uint8_t kCommitting = 4;

// Not recorded; of the size of a container's creation and removal (overheads.hpp).
constexpr Duration kCommit = milliseconds(80);
constexpr Duration kCached = milliseconds(2);
constexpr Duration kPullLook = milliseconds(100);  // between looks at how a base image's pull goes

Build* find_build(World& world, RequestId id) {
    const auto found = std::find_if(world.builds.begin(), world.builds.end(), [id](const Build& build) { return build.request == id; });
    return found == world.builds.end() ? nullptr : &*found;
}

void say(World& world, Build& build, const std::string& text) {
    build.written = true;
    if (const Request* request = world.requests.find(build.request)) feed_stream(world, request->stream, text);
}

void go_on(World& world, RequestId id, Request& request, std::uint8_t stage, Duration after) {
    request.stage = stage;
    request_timer(world, id, after);
}

// Takes containers away that steps have left, as far as they don't run.
void remove_containers(World& world, Build& build, bool told) {
    for (const ContainerId container : std::set<ContainerId>(build.left_behind)) {
        const Container& c = world.container(container);
        if (c.state == ContainerState::Running || c.state == ContainerState::Paused) continue;
        const std::string id = short_id(container_id_text(world, container));
        if (c.state != ContainerState::Removed && c.state != ContainerState::Removing) destroy_container(world, container, true);
        build.left_behind.erase(container);
        if (told) say(world, build, fmt::format("Removing intermediate container {}\n", id));
    }
}

void end_build(World& world, RequestId id) {
    std::erase_if(world.builds, [id](const Build& build) { return build.request == id; });
}

// What goes wrong before anything was shown is the answer; afterwards it is told at the end of what is shown.
void fail_build(World& world, RequestId id, Request& request, const std::string& message, int status = 500, int code = 1) {
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
    answer_request(world, id, 200, body.dump());
}

// --- the cache and what steps make ---

// Whether the step has been done before; the build then goes on from what it made (probeCache).
bool take_from_cache(World& world, Build& build, const std::string& key) {
    if (build.cache_missed || build.spec->no_cache || build.image == nullptr) return false;
    const ImagePointer made = world.host(build.host).images.child_of(build.image->id, key);
    if (made == nullptr) {
        build.cache_missed = true;
        return false;
    }
    build.image = made;
    build.config = made->config;
    say(world, build, " ---> Using cache\n");
    return true;
}

// What FROM scratch begins with: in life no image at all, here one without anything in it.
std::string scratch_id() { return make_digest("image", "scratch", 0); }

void show_image(World& world, Build& build) { say(world, build, fmt::format(" ---> {}\n", build.image->id == scratch_id() ? "" : short_id(build.image->id))); }

// An image over the present one, with what the step has written; why there is no room for it, or nothing.
std::string make_image(World& world, Build& build, const FileTree& files, const std::set<std::string>& removed) {
    Host& host = world.host(build.host);
    const std::int64_t bytes = files.size_bytes();
    if (host.disk_free_bytes() < bytes) return "failed to register layer: no space left on device";
    Image image = *build.image;
    image.parent = image.id;
    image.container.clear();
    image.comment.clear();
    image.digest.clear();
    image.build_key = build.commit.key;
    image.config = build.config;
    image.built = world.kernel.now();
    image.unsimulated = image.unsimulated || build.commit.unsimulated;
    image.id = make_digest("image", fmt::format("{}/{}/{}", host.spec.name, image.parent, image.build_key), ++host.engine.ordinals["image"]);
    if (!files.nodes().empty() || !removed.empty()) {
        ImageChanges changes = image.changes == nullptr ? ImageChanges{} : *image.changes;
        for (const std::string& path : removed) {
            changes.files.remove(path);
            changes.removed.insert(path);
        }
        changes.files.copy_from(files);
        image.changes = std::make_shared<const ImageChanges>(std::move(changes));
    }
    if (bytes > 0) {
        image.layers.push_back({make_digest("layer", image.id, 0), bytes, bytes / 2, build.commit.created_by});
        host.disk_used_bytes += bytes;
    }
    image.steps.push_back({build.commit.created_by, {}, image.id, bytes, world.kernel.now()});
    build.image = std::make_shared<const Image>(std::move(image));
    host.images.keep(build.image, world.kernel.now());
    return {};
}

std::shared_ptr<const ContainerSpec> step_container(const Build& build, std::vector<std::string> command) {
    ContainerSpec spec;
    spec.image = build.image->id;
    spec.entrypoint_set = true;
    spec.command = std::move(command);
    spec.environment = build_arguments(build);
    spec.health_check = HealthCheck{{"NONE"}, {}, {}, {}, 0};
    spec.log_driver = "none";
    spec.network_mode = build.spec->network;
    spec.memory_bytes = build.spec->memory_bytes;
    return std::make_shared<const ContainerSpec>(std::move(spec));
}

// The intermediate container of a step; false when the build has failed.
bool create_step_container(World& world, RequestId id, Request& request, Build& build, const DockerStep& step, std::vector<std::string> command) {
    if (build.image->id == scratch_id()) world.host(build.host).images.keep(build.image, world.kernel.now());
    const Creation creation = create_container(world, build.host, step_container(build, std::move(command)), {});
    if (!creation.container) {
        fail_build(world, id, request, creation.refusal.message);
        return false;
    }
    build.container = creation.container;
    build.left_behind.insert(creation.container);
    world.detail(creation.container).build_place = fmt::format("{}:{}", build.spec->place, step.line);
    say(world, build, fmt::format(" ---> Running in {}\n", short_id(container_id_text(world, creation.container))));
    return true;
}

// --- steps ---

void begin_stage(World& world, Build& build, const DockerStep& step, const ImagePointer& image) {
    build.image = image;
    build.config = image == nullptr ? ImageConfig{} : image->config;
    build.stage_name = step.stage;
    build.cache_missed = false;
    build.command_set = false;
    build.arguments.clear();
    const auto& environment = build.config.environment;
    if (std::none_of(environment.begin(), environment.end(), [](const std::string& entry) { return entry.starts_with("PATH="); })) {
        build.config.environment.emplace_back("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    }
    show_image(world, build);
}

void finish_stage(Build& build) {
    if (build.image != nullptr) build.stages.emplace_back(build.stage_name, build.image);
}

Result<std::string> base_name_of(const Build& build, const DockerStep& step) {
    std::vector<std::string> variables;
    for (const auto& [name, value] : build.meta_arguments) {
        const auto given = build.spec->arguments.find(name);
        if (given != build.spec->arguments.end()) variables.push_back(name + "=" + given->second);
        else if (value) variables.push_back(name + "=" + *value);
    }
    auto name = expand_docker_word(step.words.front(), variables, build.file->escape);
    if (name && name->empty()) return Error{fmt::format("base name ({}) should not be blank", step.words.front()), {}, {}};
    return name;
}

void from(World& world, RequestId id, Request& request, Build& build, const DockerStep& step) {
    const auto name = base_name_of(build, step);
    if (!name) {
        fail_build(world, id, request, name.error().message);
        return;
    }
    for (const auto& [stage, image] : build.stages) {
        if (stage.empty() || stage != lower(*name)) continue;
        begin_stage(world, build, step, image);
        go_on(world, id, request, kNext, kCached);
        return;
    }
    if (*name == "scratch") {
        Image empty;
        empty.id = scratch_id();
        begin_stage(world, build, step, std::make_shared<const Image>(std::move(empty)));
        go_on(world, id, request, kNext, kCached);
        return;
    }
    const ImagePointer image = find_image(world, build.host, *name);
    if (image != nullptr && !build.spec->pull) {
        begin_stage(world, build, step, image);
        go_on(world, id, request, kNext, kCached);
        return;
    }
    RequestSpec pull;
    pull.operation = Operation::ImagePull;
    pull.host = build.host;
    pull.target = *name;
    const RequestId asked = submit_request(world, std::move(pull), {});
    Build* again = find_build(world, id);
    again->pull = asked;
    go_on(world, id, world.requests.at(id), kPulling, kPullLook);
}

// The lines of a pull as the client would show them: this is the builder's own output to it.
std::string pull_lines(const std::string& stream) {
    std::string out;
    for (const std::string& line : split(stream, '\n')) {
        const Json json = Json::parse(line, nullptr, false);
        if (!json.is_object()) continue;
        if (json.contains("id")) out += json["id"].get<std::string>() + ": ";
        out += json.value("status", std::string()) + "\n";
    }
    return out;
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
        go_on(world, id, request, kPulling, kPullLook);
        return;
    }
    const bool good = pull->status < 400 && pull->status != 0;
    const std::string message = good ? std::string() : Json::parse(pull->body, nullptr, false).value("message", std::string());
    release_request(world, build.pull);
    build.pull = {};
    const DockerStep& step = build.file->steps[build.next - 1];
    const auto name = base_name_of(build, step);
    const ImagePointer image = good ? find_image(world, build.host, *name) : nullptr;
    if (image == nullptr) {
        fail_build(world, id, request, message);
        return;
    }
    begin_stage(world, build, step, image);
    go_on(world, id, request, kNext, kCached);
}

void run(World& world, RequestId id, Request& request, Build& build, const DockerStep& step) {
    if (!step.flags.empty()) {
        fail_build(world, id, request, fmt::format("the --{} option requires BuildKit. Refer to https://docs.docker.com/go/buildkit/ to learn how to build images with BuildKit enabled", step.flags.begin()->first));
        return;
    }
    const std::vector<std::string> command = command_words(build, step);
    const std::vector<std::string> arguments = build_arguments(build);
    std::string created_by = join(command, " ");
    if (!arguments.empty()) created_by = fmt::format("|{} {} {}", arguments.size(), join(arguments, " "), created_by);
    if (take_from_cache(world, build, created_by)) {
        show_image(world, build);
        go_on(world, id, request, kNext, kCached);
        return;
    }
    if (!create_step_container(world, id, request, build, step, command)) return;
    build.commit = {created_by, created_by, true, false, {}};
    ContainerDetail& d = world.detail(build.container);
    d.attached.push_back(request.stream);
    d.attached_error.push_back(request.stream);
    record_container_event(world, build.container, kFactContainerAttach);
    request.stage = kRunning;
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
        if (c.state == ContainerState::Removed) fail_build(world, id, request, fmt::format("No such container: {}", d.id));
        else wait_for_container(world, build.container, id);
        return;
    }
    detach(world, build.container, request.stream);
    if (c.exit_code != 0) {
        const std::string command = join(command_words(build, build.file->steps[build.next - 1]), " ");
        fail_build(world, id, request, fmt::format("The command '{}' returned a non-zero code: {}", command, c.exit_code), 500, c.exit_code);
        return;
    }
    go_on(world, id, request, kCommitting, kCommit);
}

void copy(World& world, RequestId id, Request& request, Build& build, const DockerStep& step) {
    auto copied = copy_files(world, build, step);
    if (!copied) {
        fail_build(world, id, request, copied.error().message);
        return;
    }
    const std::string_view name = step.instruction == DockerInstruction::Add ? "ADD" : "COPY";
    const auto owner = step.flags.find("chown");
    const std::string key = fmt::format("/bin/sh -c #(nop) {} {}{} in {} ", name, owner == step.flags.end() ? "" : fmt::format("--chown={}", owner->second), copied->hash, copied->destination);
    if (take_from_cache(world, build, key)) {
        show_image(world, build);
        go_on(world, id, request, kNext, kCached);
        return;
    }
    for (const std::string& note : copied->notes) say(world, build, fmt::format("Podium: {}:{}: {}\n", build.spec->place, step.line, note));
    build.container = {};
    build.commit = {key, key, false, false, std::move(copied->files)};
    go_on(world, id, request, kCommitting, kCommit);
}

void change_configuration(World& world, RequestId id, Request& request, Build& build, const DockerStep& step) {
    const ImageConfig before = build.config;
    const auto comment = configure(build, step);
    if (!comment) {
        fail_build(world, id, request, comment.error().message, 400);
        return;
    }
    const bool directory = step.instruction == DockerInstruction::Workdir;  // its comment is one word with the mark
    const std::string key = fmt::format("/bin/sh -c #(nop) {}{}", directory ? "" : " ", *comment);
    if (take_from_cache(world, build, key)) {
        show_image(world, build);
        go_on(world, id, request, kNext, kCached);
        return;
    }
    build.commit = {key, key, false, false, {}};
    if (!create_step_container(world, id, request, build, step, {"/bin/sh", "-c", "#(nop) " + *comment})) return;
    if (directory) {
        FileNode scratch;
        if (file_of_image(world, *build.image, build.config.working_directory, scratch) == nullptr) build.commit.files.make_directory(build.config.working_directory, world.kernel.now());
    }
    go_on(world, id, request, kCommitting, kCommit);
}

void commit(World& world, RequestId id, Request& request, Build& build) {
    std::set<std::string> removed;
    FileTree files = std::move(build.commit.files);
    if (build.commit.of_container) {
        const ContainerDetail& d = world.detail(build.container);
        files = d.layer;
        for (const auto& [path, change] : d.state_changes) {
            if (change == "D") removed.insert(path);
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
    go_on(world, id, request, kNext, kCached);
}

void finish(World& world, RequestId id, Request& request, Build& build) {
    if (build.image->id == scratch_id()) {
        fail_build(world, id, request, "No image was generated. Is your Dockerfile empty?");
        return;
    }
    std::string unused;
    for (const auto& [name, value] : build.spec->arguments) {
        if (!build.used_arguments.contains(name)) unused += (unused.empty() ? "" : " ") + name;
    }
    if (!unused.empty()) say(world, build, fmt::format("[Warning] One or more build-args [{}] were not consumed\n", unused));
    say(world, build, fmt::format("Successfully built {}\n", short_id(build.image->id)));
    ImageStore& store = world.host(build.host).images;
    for (const std::string& tag : build.spec->tags) {
        const auto reference = parse_image_reference(tag);
        if (!reference) continue;  // refused when the build began
        const ImageChange change = store.tag(build.image->id, *reference);
        for (const ImageEvent& event : change.events) {
            publish_event(world, build.host, world.kernel.record(kFactImageTag, Subject(SubjectType::Host, build.host.value), world.kernel.intern(event.name)));
        }
        say(world, build, fmt::format("Successfully tagged {}\n", reference->with_default_tag().familiar()));
    }
    Json body;
    body["aux"] = {{"ID", build.image->id}};
    end_build(world, id);
    if (request.writing) close_engine_stream(world, request.stream);
    request.writing = false;
    answer_request(world, id, 200, body.dump());
}

void next_step(World& world, RequestId id, Request& request, Build& build) {
    if (build.next == build.file->steps.size()) {
        finish(world, id, request, build);
        return;
    }
    const std::shared_ptr<const Dockerfile> file = build.file;
    const DockerStep& step = file->steps[build.next++];
    if (step.instruction == DockerInstruction::From && build.image != nullptr) {
        finish_stage(build);
        build.image = nullptr;
    }
    say(world, build, fmt::format("Step {}/{} : {}\n", build.next, file->steps.size(), step.text));
    switch (step.instruction) {
        case DockerInstruction::From: from(world, id, request, build, step); return;
        case DockerInstruction::Run: run(world, id, request, build, step); return;
        case DockerInstruction::Copy:
        case DockerInstruction::Add: copy(world, id, request, build, step); return;
        case DockerInstruction::Arg:
            if (build.image == nullptr) {  // before the first FROM nothing is made
                for (const auto& [name, value] : step.pairs) {
                    build.meta_arguments[name] = value;
                    build.used_arguments.insert(name);
                }
                go_on(world, id, request, kNext, kCached);
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
        case DockerInstruction::Workdir: change_configuration(world, id, request, build, step); return;
    }
}

// Cuts off what stands behind the target's stage, and adds --label to the last one; false when there is no such stage.
bool choose_target(Dockerfile& file, const BuildSpec& spec) {
    if (!spec.target.empty()) {
        std::int64_t wanted = -1;
        parse_integer(spec.target, wanted);
        std::int64_t stage = -1;
        bool found = false;
        std::size_t end = 0;
        for (; end < file.steps.size(); ++end) {
            if (file.steps[end].instruction != DockerInstruction::From) continue;
            if (found) break;
            ++stage;
            found = file.steps[end].stage == lower(spec.target) || stage == wanted;
        }
        if (!found) return false;
        file.steps.resize(end);
    }
    for (const auto& [name, value] : spec.labels) {
        DockerStep label;
        label.instruction = DockerInstruction::Label;
        label.text = fmt::format("LABEL {}={}", name, value);
        label.pairs.emplace_back(name, fmt::format("'{}'", value));
        file.steps.push_back(std::move(label));
    }
    return true;
}

void begin(World& world, RequestId id, Request& request) {
    const BuildSpec& spec = *request.spec.build;
    for (const std::string& tag : spec.tags) {
        const auto reference = parse_image_reference(tag);
        if (reference) continue;
        refuse_request(world, id, {400, fmt::format("invalid argument \"{}\" for \"-t, --tag\" flag: {}", tag, reference.error().message)});
        return;
    }
    if (trim(spec.dockerfile).empty()) {
        refuse_request(world, id, {400, fmt::format("the Dockerfile ({}) cannot be empty", spec.dockerfile_name)});
        return;
    }
    auto file = parse_dockerfile(spec.dockerfile, spec.dockerfile_name);
    if (!file) {
        refuse_request(world, id, {400, file.error().message});
        return;
    }
    if (!choose_target(*file, spec)) {
        refuse_request(world, id, {400, fmt::format("failed to reach build target {} in Dockerfile", spec.target)});
        return;
    }
    Stream pipe;
    pipe.kind = Stream::Kind::Pipe;
    request.stream = make_stream(world, pipe);
    retain_stream(world, request.stream, true, false);
    retain_stream(world, request.stream, false, true);
    request.writing = true;
    request.upgraded = true;
    wake_process(world, request.requester);
    Build build;
    build.request = id;
    build.host = request.spec.host;
    build.spec = request.spec.build;
    const std::string warnings = join(file->warnings, "\n");
    build.file = std::make_shared<const Dockerfile>(std::move(*file));
    world.builds.push_back(std::move(build));
    if (!warnings.empty()) say(world, world.builds.back(), warnings + "\n");
    go_on(world, id, request, kNext, kCached);
}

}  // namespace

void run_build(World& world, RequestId id, Request& request) {
    if (request.stage == 0) {
        begin(world, id, request);
        return;
    }
    Build* build = find_build(world, id);
    if (build == nullptr) return;
    switch (request.stage) {
        case kNext: next_step(world, id, request, *build); return;
        case kPulling: look_at_pull(world, id, request, *build); return;
        case kRunning: container_ended(world, id, request, *build); return;
        case kCommitting: commit(world, id, request, *build); return;
        default: PODIUM_ASSERT(false, "a build has four stages");
    }
}

void abandon_build(World& world, RequestId id) {
    Build* build = find_build(world, id);
    if (build == nullptr) return;
    const RequestId pull = build->pull;
    const ContainerId running = build->container;
    if (running) detach(world, running, world.requests.at(id).stream);
    remove_containers(world, *build, false);
    end_build(world, id);
    if (pull) release_request(world, pull);
    if (!running || !world.container(running).process_alive) return;
    Container& c = world.container(running);
    auto spec = std::make_shared<ContainerSpec>(world.spec(c));
    spec->auto_remove = true;  // it goes once it has ended
    c.spec = world.add_spec(std::move(spec));
    signal_container(world, running, shell::kSigKill);
}

}  // namespace podium::model
