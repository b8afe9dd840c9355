// `up`, `create`, `scale` and `run`: preparing, and making and starting the containers.

#include "sim/programs/compose/up.hpp"

#include <algorithm>
#include <memory>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/text.hpp"
#include "sim/model/world.hpp"
#include "sim/programs/compose/container_spec_of.hpp"
#include "sim/programs/compose/defaults.hpp"
#include "sim/programs/docker/moments.hpp"
#include "sim/programs/docker/verb.hpp"

namespace podium::programs::composing {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kNotThere = 404;
// 1.29 where --exit-code-from names no service.
constexpr int kNoExitServiceV1 = 2;

}  // namespace

std::vector<std::string> Up::named_services() const {
    if (kind_ == UpKind::Run) return {wish().arguments().front()};
    if (kind_ != UpKind::Scale) return wish().arguments();
    std::vector<std::string> out;
    for (const std::string& entry : wish().arguments()) out.push_back(entry.substr(0, entry.find('=')));
    return out;
}

Up::Move Up::think(model::ProcessContext& context) {
    switch (stage_) {
        case Stage::Ask: return begin(context);
        case Stage::Answered: return answered(context);
        case Stage::Pulled: return pulled(context);
        case Stage::Prepared: return prepared(context);
        case Stage::Known: return known(context);
        case Stage::Converge: return converge(context);
        case Stage::Made: return made(context);
        case Stage::ImageGone: return image_gone(context);
        case Stage::Attach: return attach(context);
        case Stage::Start: return start(context);
        case Stage::Started: return started(context);
        case Stage::Follow: return follow(context);
        case Stage::Stopping: return stopping(context);
        case Stage::OneOff: return one_off(context);
    }
    return finish(1);
}

Up::Move Up::begin(model::ProcessContext& context) {
    std::string wrong = v1() ? conflicting_flags_v1() : conflicting_flags_v2();
    if (wrong.empty()) wrong = unknown_service(named_services());
    if (v1() && flags().has("exit-code-from")) {
        // exitval_from_opts is the first thing that `up` does.
        if (!flags().on("abort-on-container-exit")) warn(context, "using --exit-code-from implies --abort-on-container-exit");
        const std::string from = flags().text("exit-code-from");
        if (project().find_service(from) == nullptr) {
            fail(context, fmt::format("No service named \"{}\" was found in your compose file.", from));
            return exit_v1(context, kNoExitServiceV1);
        }
    } else if (wrong.empty() && flags().has("exit-code-from")) {
        wrong = unknown_service({flags().text("exit-code-from")});
    }
    if (!wrong.empty() || !read_scales(wrong)) return fail(context, wrong);
    if (v1() && kind_ == UpKind::Scale) warn(context, "The scale command is deprecated. Use the up command with the --scale flag instead.");
    if (v1() && kind_ == UpKind::Create) warn(context, "The create command is deprecated. Use the up command with the --no-start flag instead.");
    const bool with_dependencies = !flags().on("no-deps") && !(kind_ == UpKind::Scale && v1());
    services_ = chosen_services(project(), named_services(), with_dependencies);
    if (v1() && kind_ == UpKind::Scale) {
        services_.clear();
        for (const std::string& name : named_services()) {
            if (std::find(services_.begin(), services_.end(), name) == services_.end()) services_.push_back(name);
        }
        if (services_.empty()) return finish(0);
    }
    // cmd/compose/run.go: progress.Mode = progress.ModeQuiet; the container's own output stays.
    if (kind_ == UpKind::Run && flags().on("quiet")) board_.progress.mode = ProgressMode::Quiet;
    if (wrong = too_many(); !wrong.empty()) return fail(context, wrong);
    if (services_.empty() && !wish().globals.on("all-resources")) return fail(context, v1() ? "No services to build" : "no service selected");
    if (wrong = unattachable(); !wrong.empty()) return fail(context, wrong);
    since_ = docker::unix_text(docker::host_time(context));
    write_inline_files(context);
    ask(request_for(model::Operation::Version));
    ask(list_request(project().name));
    for (const compose::Network& network : project().networks) ask(request_for(model::Operation::NetworkInspect, network.name));
    for (const compose::Volume& volume : project().volumes) ask(request_for(model::Operation::VolumeInspect, volume.name));
    for (const std::string& name : services_) ask(request_for(model::Operation::ImageInspect, image_of(project(), *project().find_service(name))));
    in_swarm_ = context.world().host(context.row().host).engine.orchestrated;
    if (in_swarm_ && v1()) {  // dockerd answers GET /networks/NAME for its managers, too
        for (const compose::Network& network : project().networks) {
            if (network.external) ask(request_for(model::Operation::Orchestration, "GET /networks/" + network.name));
        }
    }
    stage_ = Stage::Answered;
    return Move::Go;
}

void Up::write_inline_files(model::ProcessContext& context) {
    const auto write = [&](const std::string& section, const compose::FileObject& object) {
        if (object.external || !object.file.empty()) return;
        const std::string path = inline_file_path(project(), section, object.key);
        context.make_directory(path.substr(0, path.rfind('/')), true);
        int descriptor = -1;
        if (context.open(path, shell::OpenMode::Write, descriptor) != shell::Errno::None) return;
        context.write(descriptor, object.content.value_or(""));  // without one the start says why
        context.close(descriptor);
    };
    for (const compose::FileObject& secret : project().secrets) write("secrets", secret);
    for (const compose::FileObject& config : project().configs) write("configs", config);
}

Up::Move Up::answered(model::ProcessContext& context) {
    if (!answer(0).ok()) return fail(context, answer(0));
    found_ = read_found(answer(1).body);
    board_.quiet_pull = flags().on("quiet-pull");
    board_.stop_at_error = true;
    Preparer preparer(project(), board_);
    if (v1() && kind_ != UpKind::Scale) {
        if (const std::string wrong = plan_resources(context, preparer); !wrong.empty()) return refuse_after(wrong);
    }
    bool warned = false;
    for (std::size_t i = 0; i < services_.size(); ++i) {
        const compose::Service& service = *project().find_service(services_[i]);
        note_image(services_[i], image_answer(i));
        if (flags().on("no-build") && service.image.empty()) {
            if (v1() && !image_answer(i).ok()) return refuse_after(fmt::format("Service '{}' needs to be built, but --no-build was passed.", service.name));
            continue;
        }
        if (service.build && !flags().on("no-build")) {
            const bool forced = flags().on("build") || (!v1() && service.pull_policy == compose::PullPolicy::Build);
            if (!forced && image_answer(i).ok()) continue;
            if (!v1() && !std::exchange(warned, true)) warn(context, kNoBake);
            BuildWish how;
            how.quiet = flags().on("quiet-build") || board_.progress.mode == ProgressMode::Quiet;
            const std::string closing = !v1() || forced ? std::string() : fmt::format("Image for service {} was built because it did not already exist. To rebuild this image you must use `docker-compose build` or `docker-compose up --build`.", service.name);
            if (const std::string wrong = preparer.build(context, service, how, closing); !wrong.empty()) return fail(context, wrong);
            continue;
        }
        const std::string wrong = preparer.image(service, image_answer(i), flags().text("pull"), flags().on("quiet-pull"), docker::host_time(context));
        if (!wrong.empty()) return fail(context, wrong);
    }
    std::vector<std::string> images;
    for (const auto& [image, service] : preparer.pulled()) {
        if (!project().find_service(service)->image.empty()) images.push_back(image);
    }
    note_unknown_images(context, images);
    stage_ = v1() ? Stage::Prepared : Stage::Pulled;
    return Move::Go;
}

std::string Up::plan_resources(model::ProcessContext& context, Preparer& preparer) {
    const std::string wrong = plan_networks_and_volumes(preparer);
    for (const std::string& warning : preparer.warnings()) warn(context, warning);
    return wrong;
}

Up::Move Up::refuse_after(std::string wrong) {
    refused_ = std::move(wrong);
    stage_ = Stage::Prepared;
    return Move::Go;
}

std::string Up::plan_networks_and_volumes(Preparer& preparer) {
    std::size_t of_swarm = 0;
    for (std::size_t i = 0; i < project().networks.size(); ++i) {
        const compose::Network& network = project().networks[i];
        const Answer* present = &network_answer(i);
        if (network.external && in_swarm_) {
            // A network of the swarm is unknown to a node that doesn't use it: docker compose 2 leaves it to the start to
            // say so (pkg/compose/create.go, resolveExternalNetwork), 1.29 asks the managers.
            const Answer* swarm = v1() ? &answer(2 + project().networks.size() + project().volumes.size() + services_.size() + of_swarm++) : nullptr;
            if (!present->ok() && (swarm == nullptr || swarm->ok())) continue;
        }
        if (std::string wrong = preparer.network(network, *present, found_); !wrong.empty()) return wrong;
    }
    for (std::size_t i = 0; i < project().volumes.size(); ++i) {
        const compose::Volume& volume = project().volumes[i];
        if (std::string wrong = preparer.volume(volume, volume_answer(i)); !wrong.empty()) return wrong;
        if (renewed_volumes_.contains(volume.key)) preparer.renew_volume(volume, found_);
    }
    return {};
}

std::optional<Up::Move> Up::ask_about_volumes(model::ProcessContext& context) {
    for (; volume_at_ < project().volumes.size(); ++volume_at_) {
        const compose::Volume& volume = project().volumes[volume_at_];
        if (!Preparer(*selected_, board_).volume_differs(volume, volume_answer(volume_at_))) continue;
        bool yes = flags().on("yes");
        if (!yes) {
            const std::string question = fmt::format("Volume \"{}\" exists but doesn't match configuration in compose file. Recreate (data will be lost)?", volume.name);
            const auto reply = prompt_.ask(context, question);
            if (!reply) return Move::Wait;
            yes = *reply;
        }
        if (yes) renewed_volumes_.insert(volume.key);
    }
    return std::nullopt;
}

Up::Move Up::pulled(model::ProcessContext& context) {
    if (!board_.errors().empty()) return fail(context, board_.errors().front().message);
    if (selected_ == nullptr) selected_ = std::make_shared<const compose::Project>(selected_project(project(), named_services()));
    if (const auto waiting = ask_about_volumes(context)) return *waiting;
    board_.forget();
    board_.progress.end(context);
    Preparer preparer(*selected_, board_);
    if (const std::string wrong = plan_resources(context, preparer); !wrong.empty()) return refuse_after(wrong);
    stage_ = Stage::Prepared;
    return Move::Go;
}

void Up::note_image(const std::string& service, const Answer& present) {
    if (const std::string id = note_volumes(present); !id.empty()) image_ids_[service] = id;
}

// The image's id; empty: there is none.
std::string Up::note_volumes(const Answer& image) {
    const Json json = Json::parse(image.body, nullptr, false);
    if (!image.ok() || !json.is_object()) return {};
    std::string id = json.value("Id", std::string());
    const auto volumes = json.contains("Config") && json["Config"].is_object() ? json["Config"].value("Volumes", Json()) : Json();
    std::set<std::string>& targets = image_volumes_[id];
    if (!volumes.is_object()) return id;
    for (const auto& [target, _] : volumes.items()) targets.insert(target);
    return id;
}

std::vector<std::string> Up::former_images() const {
    std::vector<std::string> out;
    for (const Found& found : found_) {
        const bool own = std::find(services_.begin(), services_.end(), found.service) != services_.end();
        if (own && !image_volumes_.contains(found.image_id) && std::find(out.begin(), out.end(), found.image_id) == out.end()) out.push_back(found.image_id);
    }
    return out;
}

Up::Move Up::prepared(model::ProcessContext& context) {
    if (!board_.errors().empty()) return fail(context, board_.errors().front().message);
    if (!refused_.empty()) return fail(context, refused_);
    board_.forget();
    board_.stop_at_error = false;
    forget_answers();
    for (const std::string& name : services_) ask(request_for(model::Operation::ImageInspect, image_of(project(), *project().find_service(name))));
    ask(list_request(project().name));
    if (v1()) {
        for (const std::string& image : former_images()) ask(request_for(model::Operation::ImageInspect, image));
    }
    stage_ = Stage::Known;
    return Move::Go;
}

bool Up::orphaned(const Found& found) const {
    if (found.oneoff) return !v1() && (found.state == "exited" || found.state == "dead");
    const auto same = [&found](const compose::Service& service) { return service.name == found.service; };
    return project().find_service(found.service) == nullptr && std::none_of(project().disabled_services.begin(), project().disabled_services.end(), same);
}

Up::Move Up::known(model::ProcessContext& context) {
    const std::vector<std::string> former = v1() ? former_images() : std::vector<std::string>();  // those that were asked for
    for (std::size_t i = 0; i < services_.size(); ++i) note_image(services_[i], answer(i));
    gone_images_.clear();
    for (std::size_t i = 0; i < former.size(); ++i) {
        const Answer& image = answer(services_.size() + 1 + i);
        note_volumes(image);
        if (image.status == kNotThere) gone_images_[former[i]] = image.message();
    }
    if (!answer(services_.size()).ok()) return fail(context, answer(services_.size()));
    found_ = read_found(answer(services_.size()).body);
    forget_answers();
    std::vector<Found> orphans = found_;
    std::erase_if(orphans, [this](const Found& found) { return !orphaned(found); });
    stage_ = Stage::Converge;
    if (orphans.empty() || ignores_orphans() || (v1() && (kind_ == UpKind::Scale || kind_ == UpKind::Run))) return Move::Go;
    if (!removes_orphans()) {
        warn_of_orphans(context, orphans);
        return Move::Go;
    }
    for (const Found& orphan : orphans) remove_orphan(orphan);
    return Move::Go;
}

void Up::warn_of_orphans(model::ProcessContext& context, const std::vector<Found>& orphans) {
    std::vector<std::string> names;
    for (const Found& found : orphans) names.push_back(found.name);
    const std::string list = v1() ? join(names, ", ") : "[" + join(names, " ") + "]";
    warn(context, fmt::format("Found orphan containers ({}) for this project. If you removed or renamed this service in your compose file, you can run this command with the --remove-orphans flag to clean it up.", list));
}

void Up::remove_orphan(const Found& orphan) {
    Batch batch;
    if (v1()) batch.notice = fmt::format("Removing orphan container \"{}\"\n", orphan.name);
    const std::size_t number = board_.add(std::move(batch));
    Task task;
    task.subject = "Container " + orphan.name;
    if (v1()) {
        if (orphan.running()) {
            Act kill = act_for(model::Operation::ContainerKill, orphan.id);
            kill.forgiving = true;
            task.acts.push_back(std::move(kill));
        }
        task.acts.push_back(remove_act(orphan.id, false, true));
    } else {
        add_stop_and_remove(task, orphan, flags().text("timeout"), false);
    }
    board_.add(number, std::move(task));
}

Convergence Up::convergence() const {
    Convergence out;
    out.project = &project();
    out.services = services_;
    out.containers = found_;
    std::erase_if(out.containers, [](const Found& found) { return found.oneoff; });
    out.image_ids = image_ids_;
    out.image_volumes = image_volumes_;
    out.gone_images = gone_images_;
    out.reset_images = reset_images_;
    out.scales = scales_;
    const std::vector<std::string> named = named_services();
    out.named.insert(named.begin(), named.end());
    out.timeout = flags().text("timeout");
    // In 1.29 -V makes all containers anew (convergence_strategy_from_opts).
    out.force_recreate = flags().on("force-recreate") || (v1() && flags().on("renew-anon-volumes"));
    out.no_recreate = flags().on("no-recreate") || (v1() && kind_ == UpKind::Run);
    out.recreate_dependencies = flags().on("always-recreate-deps");
    out.renew_volumes = flags().on("renew-anon-volumes");
    out.start = starts();
    out.wait = flags().on("wait");
    out.rescale = !v1() || kind_ != UpKind::Run;
    out.scaling_only = kind_ == UpKind::Scale;
    if (kind_ == UpKind::Run) std::erase(out.services, wish().arguments().front());
    return out;
}

Up::Move Up::converge(model::ProcessContext& context) {
    if (!v1() && !board_.errors().empty()) return fail(context, board_.errors().front().message);
    board_.forget();
    const Convergence wanted = convergence();
    if (v1()) {
        converge_v1(wanted, board_);
    } else {
        board_.stop_at_error = true;
        make_v2(wanted, board_);
    }
    stage_ = Stage::Made;
    return Move::Go;
}

Up::Move Up::made(model::ProcessContext& context) {
    const std::vector<TaskError> errors = board_.errors();
    if (dry_run()) imagine_made();
    board_.forget();
    board_.stop_at_error = false;
    if (!errors.empty()) {
        if (!v1()) return fail(context, errors.front().message);
        // `scale` runs outside of what tells of services (main.py).
        if (kind_ == UpKind::Scale) return fail(context, errors.front().message);
        // Of a service's containers the first that failed is the service's error (service.py, _execute_convergence_create).
        std::set<std::string> told;
        for (const TaskError& error : errors) {
            if (!told.insert(error.service).second) continue;
            print_error(context, fmt::format("\nERROR: for {}  {}\n", error.service, error.message));
        }
        const auto gone = std::find_if(errors.rbegin(), errors.rend(), [this](const TaskError& error) {
            return std::any_of(
                gone_images_.begin(), gone_images_.end(), [&error](const auto& image) { return image.second == error.message; });
        });
        if (gone != errors.rend()) {
            if (kind_ != UpKind::Up) return fail(context, gone->message);
            log_error(
                context,
                "The image for the service you're trying to recreate has been removed. If you continue, volume data could be lost. "
                "Consider backing up your data before continuing.\n");
            print(context, "Continue with the new image? [yN]");
            gone_ = gone->message;
            stage_ = Stage::ImageGone;
            return Move::Go;
        }
        return fail(context, "Encountered errors while bringing up the project.");
    }
    if (v1() && kind_ == UpKind::Run) {
        stage_ = Stage::OneOff;
        return Move::Go;
    }
    if (detached() && (v1() || !starts())) return finish(0);
    ask(list_request(project().name));
    if (!detached()) board_.progress.end(context);
    if (!detached() && dry_run()) {
        print(context, "end of 'compose up' output, interactive run is not supported in dry-run mode\n");
        return finish(0);
    }
    stage_ = detached() ? Stage::Start : Stage::Attach;
    return Move::Go;
}

// 1.29.2 cli/main.py, TopLevelCommand.up: all is done once more, or the error stands.
Up::Move Up::image_gone(model::ProcessContext& context) {
    const auto reply = prompt_.reply(context);
    if (!reply) return Move::Wait;
    if (!*reply) return fail(context, gone_);
    reset_images_ = true;
    stage_ = Stage::Prepared;
    return Move::Go;
}

void Up::imagine_made() {
    for (const Task& task : board_.tasks()) {
        if (std::none_of(task.acts.begin(), task.acts.end(), [](const Act& act) { return act.keeps_id; })) continue;
        Found found;
        found.id = "dryRunId";
        found.name = task.subject.substr(task.subject.find(' ') + 1);
        found.service = task.service;
        found.state = "created";
        std::erase_if(found_, [&found](const Found& old) { return old.name == found.name; });
        found_.push_back(std::move(found));
    }
}

Up::Move Up::start(model::ProcessContext& context) {
    if (!dry_run()) {
        if (!answer(0).ok()) return fail(context, answer(0));
        found_ = read_found(answer(0).body);
    }
    forget_answers();
    board_.quiet = !detached();
    board_.stop_at_error = true;
    Convergence wanted = convergence();
    if (flags().has("wait-timeout") && flags().integer("wait-timeout") > 0) {
        const Duration longest = seconds(flags().integer("wait-timeout"));
        wanted.wait_until = context.now() + longest;
        wanted.wait_timeout = format_duration(longest);
    }
    start_v2(wanted, board_);
    stage_ = Stage::Started;
    return Move::Go;
}

Up::Move Up::started(model::ProcessContext& context) {
    if (interrupted_) return begin_stop(context);
    const std::vector<TaskError> errors = board_.errors();
    for (const Task& task : board_.tasks()) follower_.wake(task.subject.substr(task.subject.find(' ') + 1));
    board_.forget();
    board_.quiet = false;
    board_.stop_at_error = false;
    if (!errors.empty()) {
        follower_.hang_up(context);
        return fail(context, errors.front().message);
    }
    if (kind_ == UpKind::Run) board_.progress.end(context);
    stage_ = kind_ == UpKind::Run ? Stage::OneOff : Stage::Follow;
    return detached() && kind_ != UpKind::Run ? finish(0) : Move::Go;
}

Up::Move Up::one_off(model::ProcessContext& context) {
    switch (run_.advance(context, wish(), project(), image_ids_, board_)) {
        case OneOffRun::Next::Board: return Move::Go;
        case OneOffRun::Next::Wait: return Move::Wait;
        case OneOffRun::Next::Done: return run_.by_sys_exit() ? exit_v1(context, run_.status()) : finish(run_.status());
    }
    return finish(1);
}

std::unique_ptr<shell::Program> start_up(Wish wish) { return std::make_unique<Up>(std::move(wish), UpKind::Up); }
std::unique_ptr<shell::Program> start_create(Wish wish) { return std::make_unique<Up>(std::move(wish), UpKind::Create); }
std::unique_ptr<shell::Program> start_run(Wish wish) { return std::make_unique<Up>(std::move(wish), UpKind::Run); }
std::unique_ptr<shell::Program> start_scale(Wish wish) { return std::make_unique<Up>(std::move(wish), UpKind::Scale); }

}  // namespace podium::programs::composing
