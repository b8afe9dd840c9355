// `up`, `create`, `scale` and `run` of both clients: networks, volumes and images first, then the
// containers, then, unless detached, their logs, or the one-off container of `run`.

#include <algorithm>
#include <memory>
#include <optional>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/text.hpp"
#include "sim/programs/compose/container_spec_of.hpp"
#include "sim/programs/compose/converge.hpp"
#include "sim/programs/compose/defaults.hpp"
#include "sim/programs/compose/follow.hpp"
#include "sim/programs/compose/one_off.hpp"
#include "sim/programs/compose/prepare.hpp"
#include "sim/programs/compose/stopping.hpp"
#include "sim/programs/compose/verbs.hpp"
#include "sim/programs/docker/moments.hpp"
#include "sim/programs/docker/verb.hpp"
#include "sim/shell/signals.hpp"

namespace podium::programs::composing {
namespace {

using Json = nlohmann::ordered_json;

enum class UpKind : std::uint8_t { Up, Create, Scale, Run };

constexpr int kInterrupted = 130;
// 1.29 after a second Ctrl-C.
constexpr int kKilledV1 = 2;

class Up final : public ComposeCommand<Up> {
  public:
    Up(Wish wish, UpKind kind) : ComposeCommand(std::move(wish)), kind_(kind) {}

  protected:
    [[nodiscard]] std::vector<std::string> named_services() const override {
        if (kind_ == UpKind::Run) return {wish().arguments().front()};
        if (kind_ != UpKind::Scale) return wish().arguments();
        std::vector<std::string> out;
        for (const std::string& entry : wish().arguments()) out.push_back(entry.substr(0, entry.find('=')));
        return out;
    }
    [[nodiscard]] std::string_view title() const override { return kind_ == UpKind::Create ? "Creating" : "Running"; }

    Move think(model::ProcessContext& context) override {
        switch (stage_) {
            case Stage::Ask: return begin(context);
            case Stage::Answered: return answered(context);
            case Stage::Pulled: return pulled(context);
            case Stage::Prepared: return prepared(context);
            case Stage::Known: return known(context);
            case Stage::Converge: return converge(context);
            case Stage::Made: return made(context);
            case Stage::Attach: return attach(context);
            case Stage::Start: return start(context);
            case Stage::Started: return started(context);
            case Stage::Follow: return follow(context);
            case Stage::Stopping: return stopping(context);
            case Stage::OneOff: return one_off(context);
        }
        return finish(1);
    }

    // Logs flow while containers are started and stopped.
    bool meanwhile(model::ProcessContext& context) override {
        if (follower_.sources().empty()) return false;
        for (const Task& task : board_.tasks()) {
            if (stage_ == Stage::Started && task.ended && task.error.empty()) follower_.wake(task.subject.substr(task.subject.find(' ') + 1));
        }
        follower_.pump(context);
        wake_at_ = follower_.deadline();
        if (context.take_signal() == 0) return false;
        board_.abandon(context);
        if (stage_ == Stage::Started) {
            interrupt(context);
        } else {
            kill_all();
        }
        return true;
    }

  private:
    enum class Stage : std::uint8_t { Ask, Answered, Pulled, Prepared, Known, Converge, Made, Attach, Start, Started, Follow, Stopping, OneOff };

    [[nodiscard]] bool starts() const { return kind_ != UpKind::Create && !flags().on("no-start"); }
    [[nodiscard]] bool detached() const { return kind_ != UpKind::Up || flags().on("detach") || flags().on("no-start") || flags().on("wait"); }
    [[nodiscard]] bool aborts() const { return flags().on("abort-on-container-exit") || flags().has("exit-code-from"); }

    bool read_scales(model::ProcessContext& context, std::string& wrong) {
        std::vector<std::string> entries = kind_ == UpKind::Scale ? wish().arguments() : flags().all("scale");
        for (const std::string& entry : entries) {
            const std::size_t equals = entry.find('=');
            const std::string name = entry.substr(0, equals);
            const std::string text = equals == std::string::npos ? std::string() : entry.substr(equals + 1);
            std::int64_t count = 0;
            const bool number = parse_integer(text, count) && count >= 0 && count <= kMostReplicas;
            wrong = number ? unknown_service({name}) : wrong_scale(entry, name, text);
            if (!wrong.empty()) return false;
            scales_[name] = count;
        }
        return check_names(context, wrong);
    }

    [[nodiscard]] std::string wrong_scale(const std::string& entry, const std::string& name, const std::string& text) const {
        if (v1() && entry.find('=') == std::string::npos) return fmt::format("Arguments to scale should be in the form service=num");
        if (v1()) return fmt::format("Number of containers for service \"{}\" is not a number", name);
        if (kind_ == UpKind::Scale) {
            return text.empty() || name.empty() ? fmt::format("invalid scale specifier: {}", entry) : fmt::format("invalid scale specifier: can't parse replica value as int: {}", entry);
        }
        const bool two = std::count(entry.begin(), entry.end(), '=') == 1;
        return two ? fmt::format("strconv.Atoi: parsing \"{}\": invalid syntax", text) : fmt::format("invalid --scale option \"{}\". Should be SERVICE=NUM", entry);
    }

    // A service with a name of its own can't have several containers.
    bool check_names(model::ProcessContext& context, std::string& wrong) {
        for (const auto& [name, count] : scales_) {
            const std::string& own = project().find_service(name)->container_name;
            if (own.empty() || count < 2) continue;
            const std::string text = fmt::format("The \"{}\" service is using the custom container name \"{}\". Docker requires each container to have a unique name. Remove the custom name to scale the service{}", name, own, v1() ? "." : "");
            if (!v1()) wrong = "WARNING: " + text;
            if (v1()) say_warning(context, true, text);
        }
        if (v1()) warn_of_ports(context);
        return wrong.empty();
    }

    // docker-compose 1.29 service.py, show_scale_warnings.
    void warn_of_ports(model::ProcessContext& context) {
        for (const auto& [name, count] : scales_) {
            const std::vector<compose::Port>& ports = project().find_service(name)->ports;
            const bool fixed = std::any_of(ports.begin(), ports.end(), [](const compose::Port& port) { return port.published != 0; });
            if (!fixed || count < 2) continue;
            say_warning(context, true, fmt::format("The \"{}\" service specifies a port on the host. If multiple containers for this service are created on a single host, the port will clash.", name));
        }
    }

    Move begin(model::ProcessContext& context) {
        std::string wrong = v1() ? conflicting_flags_v1() : conflicting_flags_v2();
        if (wrong.empty()) wrong = unknown_service(named_services());
        if (wrong.empty() && flags().has("exit-code-from")) wrong = unknown_exit_service();
        if (!wrong.empty() || !read_scales(context, wrong)) return fail(context, wrong);
        if (v1() && kind_ == UpKind::Scale) print_error(context, "The scale command is deprecated. Use the up command with the --scale flag instead.\n");
        if (v1() && kind_ == UpKind::Create) print_error(context, "The create command is deprecated. Use the up command with the --no-start flag instead.\n");
        const bool with_dependencies = !flags().on("no-deps") && !(kind_ == UpKind::Scale && v1());
        services_ = chosen_services(project(), named_services(), with_dependencies);
        if (services_.empty()) return fail(context, v1() ? "No services to build" : "no service selected");
        if (wrong = unattachable(); !wrong.empty()) return fail(context, wrong);
        since_ = docker::unix_text(docker::host_time(context));
        write_inline_files(context);
        ask(request_for(model::Operation::Version));
        ask(list_request(project().name));
        for (const compose::Network& network : project().networks) ask(request_for(model::Operation::NetworkInspect, network.name));
        for (const compose::Volume& volume : project().volumes) ask(request_for(model::Operation::VolumeInspect, volume.name));
        for (const std::string& name : services_) ask(request_for(model::Operation::ImageInspect, image_of(project(), *project().find_service(name))));
        stage_ = Stage::Answered;
        return Move::Go;
    }

    [[nodiscard]] std::string unknown_exit_service() const {
        const std::string name = flags().text("exit-code-from");
        if (!v1() || project().find_service(name) != nullptr) return unknown_service({name});
        return fmt::format("No containers matching the spec \"{}\" were found", name);
    }

    [[nodiscard]] std::string unattachable() const {
        std::string list;
        for (const std::string& name : flags().all("attach")) {
            if (std::find(services_.begin(), services_.end(), name) == services_.end()) list += (list.empty() ? "" : ", ") + name;
        }
        return list.empty() ? list : fmt::format("cannot attach to services not included in up: {}", list);
    }

    [[nodiscard]] std::string conflicting_flags_v1() const {
        if (flags().on("force-recreate") && flags().on("no-recreate")) return "--force-recreate and --no-recreate cannot be combined.";
        if (flags().on("renew-anon-volumes") && flags().on("no-recreate")) return "--renew-anon-volumes and --no-recreate cannot be combined.";
        if (flags().on("detach") && (aborts() || flags().on("attach-dependencies"))) return "-d cannot be combined with --abort-on-container-exit or --attach-dependencies.";
        if (variable_on("COMPOSE_IGNORE_ORPHANS") && flags().on("remove-orphans")) return "COMPOSE_IGNORE_ORPHANS and --remove-orphans cannot be combined.";
        for (const std::string_view name : {"detach", "abort-on-container-exit", "exit-code-from", "attach-dependencies"}) {
            if (kind_ == UpKind::Up && flags().on("no-start") && flags().has(name)) return fmt::format("--no-start and --{} cannot be combined.", name);
        }
        return {};
    }

    // validateFlags and what follows it in cmd/compose/up.go.
    [[nodiscard]] std::string conflicting_flags_v2() const {
        const bool fails = flags().on("abort-on-container-failure");
        const bool stops = flags().on("abort-on-container-exit") || (flags().has("exit-code-from") && !fails);
        const bool attaches = flags().on("attach-dependencies") || flags().has("attach");
        const std::string pull = flags().text("pull", "policy");
        if (stops && fails) return "--abort-on-container-failure cannot be combined with --abort-on-container-exit";
        if (flags().on("wait") && (attaches || stops)) return "--wait cannot be combined with --abort-on-container-exit, --attach or --attach-dependencies";
        if ((flags().on("detach") || flags().on("wait")) && (attaches || stops || fails)) {
            return fmt::format("--{} cannot be combined with --abort-on-container-exit, --abort-on-container-failure, --attach, --attach-dependencies or --watch", flags().on("wait") ? "wait" : "detach");
        }
        if (flags().on("renew-anon-volumes") && flags().on("no-recreate")) return "--no-recreate and --renew-anon-volumes are incompatible";
        if (flags().on("force-recreate") && flags().on("no-recreate")) return "--force-recreate and --no-recreate are incompatible";
        if (flags().on("always-recreate-deps") && flags().on("no-recreate")) return "--always-recreate-deps and --no-recreate are incompatible";
        if (flags().has("attach") && flags().on("attach-dependencies")) return "cannot combine --attach and --attach-dependencies";
        if (ignores_orphans() && removes_orphans()) return "cannot combine COMPOSE_IGNORE_ORPHANS and --remove-orphans";
        if (kind_ == UpKind::Run) return conflicting_run_flags();
        if (flags().has("pull") && pull != "always" && pull != "never" && pull != "missing" && pull != "build" && pull != "if_not_present") return fmt::format("invalid --pull option \"{}\"", pull);
        return {};
    }

    [[nodiscard]] std::string conflicting_run_flags() const {
        if (flags().has("publish") && flags().on("service-ports")) return "--service-ports and --publish are incompatible";
        if (flags().has("tty") && flags().has("no-TTY")) return "--tty and --no-TTY can't be used together";
        for (const std::string& label : flags().all("label")) {
            if (label.find('=') == std::string::npos) return "label must be set as KEY=VALUE";
        }
        return {};
    }

    [[nodiscard]] bool ignores_orphans() const { return variable_on("COMPOSE_IGNORE_ORPHANS"); }
    [[nodiscard]] bool removes_orphans() const { return flags().has("remove-orphans") ? flags().on("remove-orphans") : !v1() && kind_ == UpKind::Up && variable_on("COMPOSE_REMOVE_ORPHANS"); }

    // Secrets and configs that are written in the file, or come from a variable, lie on the host as files.
    void write_inline_files(model::ProcessContext& context) {
        const auto write = [&](const std::string& section, const compose::FileObject& object) {
            if (!object.content || !object.file.empty()) return;
            const std::string path = inline_file_path(project(), section, object.key);
            context.make_directory(path.substr(0, path.rfind('/')), true);
            int descriptor = -1;
            if (context.open(path, shell::OpenMode::Write, descriptor) != shell::Errno::None) return;
            context.write(descriptor, *object.content);
            context.close(descriptor);
        };
        for (const compose::FileObject& secret : project().secrets) write("secrets", secret);
        for (const compose::FileObject& config : project().configs) write("configs", config);
    }

    [[nodiscard]] const Answer& network_answer(std::size_t i) const { return answer(2 + i); }
    [[nodiscard]] const Answer& volume_answer(std::size_t i) const { return answer(2 + project().networks.size() + i); }
    [[nodiscard]] const Answer& image_answer(std::size_t i) const { return answer(2 + project().networks.size() + project().volumes.size() + i); }

    // 1.29 makes networks and volumes before it pulls; docker compose 2 pulls first.
    Move answered(model::ProcessContext& context) {
        if (!answer(0).ok()) return fail(context, answer(0));
        found_ = read_found(answer(1).body);
        board_.quiet_pull = flags().on("quiet-pull");
        board_.stop_at_error = true;
        Preparer preparer(project(), board_);
        if (v1() && kind_ != UpKind::Scale) {
            if (const std::string wrong = plan_resources(preparer); !wrong.empty()) return fail(context, wrong);
        }
        for (std::size_t i = 0; i < services_.size(); ++i) {
            const compose::Service& service = *project().find_service(services_[i]);
            note_image(services_[i], image_answer(i));
            if (flags().on("no-build") && service.image.empty()) {
                if (v1() && !image_answer(i).ok()) return fail(context, fmt::format("Service '{}' needs to be built, but --no-build was passed.", service.name));
                continue;
            }
            preparer.image(service, image_answer(i).ok(), flags().text("pull"), flags().on("quiet-pull"));
        }
        stage_ = v1() ? Stage::Prepared : Stage::Pulled;
        return Move::Go;
    }

    std::string plan_resources(Preparer& preparer) {
        for (std::size_t i = 0; i < project().networks.size(); ++i) {
            if (std::string wrong = preparer.network(project().networks[i], network_answer(i), found_); !wrong.empty()) return wrong;
        }
        for (std::size_t i = 0; i < project().volumes.size(); ++i) {
            const compose::Volume& volume = project().volumes[i];
            if (std::string wrong = preparer.volume(volume, volume_answer(i)); !wrong.empty()) return wrong;
            if (renewed_volumes_.contains(volume.key)) preparer.renew_volume(volume, found_);
        }
        return {};
    }

    // A volume made from another definition is made anew where the person says so.
    std::optional<Move> ask_about_volumes(model::ProcessContext& context) {
        for (; volume_at_ < project().volumes.size(); ++volume_at_) {
            const compose::Volume& volume = project().volumes[volume_at_];
            if (!Preparer(project(), board_).volume_differs(volume, volume_answer(volume_at_))) continue;
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

    Move pulled(model::ProcessContext& context) {
        if (!board_.errors().empty()) return fail(context, board_.errors().front().message);
        if (const auto waiting = ask_about_volumes(context)) return *waiting;
        board_.forget();
        board_.progress.end(context);
        Preparer preparer(project(), board_);
        if (const std::string wrong = plan_resources(preparer); !wrong.empty()) return fail(context, wrong);
        for (const std::string& warning : preparer.warnings()) say_warning(context, false, warning);
        stage_ = Stage::Prepared;
        return Move::Go;
    }

    void note_image(const std::string& service, const Answer& present) {
        const Json json = Json::parse(present.body, nullptr, false);
        if (present.ok() && json.is_object()) image_ids_[service] = json.value("Id", std::string());
    }

    Move prepared(model::ProcessContext& context) {
        if (!board_.errors().empty()) return fail(context, board_.errors().front().message);
        board_.forget();
        board_.stop_at_error = false;
        forget_answers();
        for (const std::string& name : services_) ask(request_for(model::Operation::ImageInspect, image_of(project(), *project().find_service(name))));
        ask(list_request(project().name));
        stage_ = Stage::Known;
        return Move::Go;
    }

    // isOrphaned: of a service that the files no longer have; docker compose 2 counts one-off containers that ended.
    [[nodiscard]] bool orphaned(const Found& found) const {
        if (found.oneoff) return !v1() && (found.state == "exited" || found.state == "dead");
        const auto same = [&found](const compose::Service& service) { return service.name == found.service; };
        return project().find_service(found.service) == nullptr && std::none_of(project().disabled_services.begin(), project().disabled_services.end(), same);
    }

    Move known(model::ProcessContext& context) {
        for (std::size_t i = 0; i < services_.size(); ++i) note_image(services_[i], answer(i));
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

    void warn_of_orphans(model::ProcessContext& context, const std::vector<Found>& orphans) {
        std::vector<std::string> names;
        for (const Found& found : orphans) names.push_back(found.name);
        const std::string list = v1() ? join(names, ", ") : "[" + join(names, " ") + "]";
        say_warning(context, v1(), fmt::format("Found orphan containers ({}) for this project. If you removed or renamed this service in your compose file, you can run this command with the --remove-orphans flag to clean it up.", list));
    }

    void remove_orphan(const Found& orphan) {
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

    [[nodiscard]] Convergence convergence() const {
        Convergence out;
        out.project = &project();
        out.services = services_;
        out.containers = found_;
        std::erase_if(out.containers, [](const Found& found) { return found.oneoff; });
        out.image_ids = image_ids_;
        out.scales = scales_;
        const std::vector<std::string> named = named_services();
        out.named.insert(named.begin(), named.end());
        out.timeout = flags().text("timeout");
        out.force_recreate = flags().on("force-recreate");
        out.no_recreate = flags().on("no-recreate") || (v1() && kind_ == UpKind::Run);
        out.recreate_dependencies = flags().on("always-recreate-deps");
        out.renew_volumes = flags().on("renew-anon-volumes");
        out.start = starts();
        out.wait = flags().on("wait");
        out.scaling_only = kind_ == UpKind::Scale;
        if (kind_ == UpKind::Run) std::erase(out.services, wish().arguments().front());
        return out;
    }

    Move converge(model::ProcessContext& context) {
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

    Move made(model::ProcessContext& context) {
        const std::vector<TaskError> errors = board_.errors();
        if (dry_run()) imagine_made();
        board_.forget();
        board_.stop_at_error = false;
        if (!errors.empty()) {
            if (!v1()) return fail(context, errors.front().message);
            for (const TaskError& error : errors) print_error(context, fmt::format("\nERROR: for {}  {}\n", error.service, error.message));
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

    // What the containers would be now, had this been no dry run.
    void imagine_made() {
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

    // V2: the containers there are now are started, in the order of dependencies.
    Move start(model::ProcessContext& context) {
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

    Move started(model::ProcessContext& context) {
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

    Move attach(model::ProcessContext& context) {
        const std::vector<std::string> only = flags().all("attach");
        const std::vector<std::string> never = flags().all("no-attach");
        std::vector<Found> containers = read_found(answer(0).body);
        std::sort(containers.begin(), containers.end(), [](const Found& a, const Found& b) { return a.name < b.name; });
        if (v1()) forget_answers();
        // Without --attach-dependencies only the services that were named are shown.
        const std::vector<std::string> named = named_services();
        follower_.dialect = wish().dialect;
        follower_.follow = true;
        follower_.tells_end = true;
        follower_.waits_for_start = !v1();
        follower_.prefixed = !flags().on("no-log-prefix");
        follower_.timestamps = flags().on("timestamps");
        follower_.coloured = !flags().on("no-color") && colours(context);
        for (const compose::Service& service : project().services) follower_.widest_service = std::max(follower_.widest_service, service.name.size());
        for (const Found& found : containers) {
            const auto in = [&found](const std::vector<std::string>& list) { return std::find(list.begin(), list.end(), found.service) != list.end(); };
            const compose::Service* service = project().find_service(found.service);
            if (found.oneoff || !in(services_) || service == nullptr || !service->attach || in(never)) continue;
            if (!only.empty() && !in(only)) continue;
            if (!named.empty() && !in(named) && !flags().on("attach-dependencies") && only.empty()) continue;
            follower_.add(found, project().name, since_);
        }
        if (follower_.sources().empty() && v1()) return finish(0);
        if (!follower_.sources().empty()) print(context, fmt::format("Attaching to {}\n", follower_.names()));
        context.set_disposition(shell::kSigInt, shell::Disposition::Catch);
        context.set_disposition(shell::kSigTerm, shell::Disposition::Catch);
        stage_ = v1() ? Stage::Follow : Stage::Start;
        return Move::Go;
    }

    void interrupt(model::ProcessContext& context) {
        print(context, v1() ? kGracefullyV1 : kGracefullyV2);
        follower_.muted = !v1();
        status_ = v1() ? 0 : kInterrupted;
        interrupted_ = true;
    }

    // A second Ctrl-C while the containers are stopped.
    void kill_all() {
        const std::size_t batch = board_.add(Batch{});
        for (const Found& found : found_) {
            if (!stoppable(found) || !found.running()) continue;
            Task task;
            task.subject = found.name;
            task.acts.push_back(act_for(model::Operation::ContainerKill, found.id));
            task.acts.back().forgiving = true;
            board_.add(batch, std::move(task));
        }
        if (v1()) status_ = kKilledV1;
    }

    [[nodiscard]] bool stoppable(const Found& found) const {
        return !found.oneoff && std::find(services_.begin(), services_.end(), found.service) != services_.end();
    }

    Move follow(model::ProcessContext& context) {
        const bool over = follower_.pump(context);
        if (context.take_signal() != 0) {
            interrupt(context);
            return begin_stop(context);
        }
        const LogSource* first = flags().on("abort-on-container-failure") ? failed_source() : aborts() ? follower_.first_over() : nullptr;
        if (first != nullptr) {
            if (v1()) {
                print(context, "Aborting on container exit...\n");
            } else {
                const bool plain = !variable("NO_COLOR").empty();
                print_error(context, fmt::format("{}Aborting on container exit...{}\n", plain ? "" : "\x1b[31m\x1b[1m", plain ? "" : "\x1b[0m"));
            }
            status_ = first->exit_code;
            return begin_stop(context);
        }
        if (over || follower_.broken()) {
            follower_.hang_up(context);
            return finish(status_);
        }
        wake_at_ = follower_.deadline();
        return Move::Wait;
    }

    [[nodiscard]] const LogSource* failed_source() const {
        for (const LogSource& source : follower_.sources()) {
            if (source.over && source.exit_code != 0) return &source;
        }
        return nullptr;
    }

    Move begin_stop(model::ProcessContext& context) {
        follower_.tells_end = !interrupted_ || !v1();
        forget_answers();
        board_.forget();
        board_.quiet = false;
        board_.stop_at_error = false;
        if (board_.progress.mode == ProgressMode::Tty && !wish().globals.has("progress")) board_.progress.mode = ProgressMode::Mixed;
        ask(list_request(project().name));
        stage_ = Stage::Stopping;
        static_cast<void>(context);
        return Move::Go;
    }

    Move stopping(model::ProcessContext& context) {
        if (!stop_planned_) {
            stop_planned_ = true;
            found_ = read_found(answer(0).body);
            std::vector<Found> containers = found_;
            std::erase_if(containers, [this](const Found& found) { return !stoppable(found) || (v1() && !found.running()); });
            plan_stop(project(), containers, flags().text("timeout"), board_);
            return Move::Go;
        }
        follower_.give_up_sleepers();
        const bool over = follower_.pump(context);
        // docker compose 2 waits until it has heard of every end.
        if (!over && !v1() && !asked_exit_) {
            wake_at_ = follower_.deadline();
            return Move::Wait;
        }
        follower_.hang_up(context);
        const std::string from = flags().text("exit-code-from");
        for (const LogSource& source : follower_.sources()) {
            if (source.service == from) exit_from_ = source.id;
        }
        if (exit_from_.empty() || interrupted_) return finish(status_);
        if (!asked_exit_) {
            asked_exit_ = true;
            forget_answers();
            ask(request_for(model::Operation::ContainerInspect, exit_from_));
            return Move::Go;
        }
        const Json json = Json::parse(answer(0).body, nullptr, false);
        return finish(json.is_object() ? json.value("State", Json::object()).value("ExitCode", 0) : status_);
    }

    // The dependencies run: now the container of `run` itself.
    Move one_off(model::ProcessContext& context) {
        switch (run_.advance(context, wish(), project(), image_ids_, board_)) {
            case OneOffRun::Next::Board: return Move::Go;
            case OneOffRun::Next::Wait: return Move::Wait;
            case OneOffRun::Next::Done: return finish(run_.status());
        }
        return finish(1);
    }

    OneOffRun run_;
    UpKind kind_;
    Stage stage_ = Stage::Ask;
    std::vector<std::string> services_;
    std::vector<Found> found_;
    std::map<std::string, std::string> image_ids_;
    std::map<std::string, std::int64_t> scales_;
    std::size_t volume_at_ = 0;
    std::set<std::string> renewed_volumes_;
    Prompt prompt_;
    std::string since_;
    LogFollower follower_;
    bool interrupted_ = false;
    bool stop_planned_ = false;
    bool asked_exit_ = false;
    std::string exit_from_;
};

}  // namespace

std::unique_ptr<shell::Program> start_up(Wish wish) { return std::make_unique<Up>(std::move(wish), UpKind::Up); }
std::unique_ptr<shell::Program> start_create(Wish wish) { return std::make_unique<Up>(std::move(wish), UpKind::Create); }
std::unique_ptr<shell::Program> start_run(Wish wish) { return std::make_unique<Up>(std::move(wish), UpKind::Run); }
std::unique_ptr<shell::Program> start_scale(Wish wish) { return std::make_unique<Up>(std::move(wish), UpKind::Scale); }

}  // namespace podium::programs::composing
