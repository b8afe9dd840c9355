// `up`, `create`, `scale` and `run` of both clients: networks, volumes and images first, then the
// containers, then, unless detached, their logs, or the one-off container of `run`.

#include <algorithm>
#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/text.hpp"
#include "sim/model/image.hpp"
#include "sim/programs/compose/container_spec_of.hpp"
#include "sim/programs/compose/converge.hpp"
#include "sim/programs/compose/defaults.hpp"
#include "sim/programs/compose/follow.hpp"
#include "sim/programs/compose/one_off.hpp"
#include "sim/programs/compose/stopping.hpp"
#include "sim/programs/compose/verbs.hpp"
#include "sim/programs/compose_file/config_text.hpp"
#include "sim/programs/docker/moments.hpp"
#include "sim/programs/docker/verb.hpp"
#include "sim/shell/signals.hpp"

namespace podium::programs::composing {
namespace {

using Json = nlohmann::ordered_json;

enum class UpKind : std::uint8_t { Up, Create, Scale, Run };

constexpr int kInterrupted = 130;

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

    Move think(model::ProcessContext& context) override {
        switch (stage_) {
            case Stage::Ask: return begin(context);
            case Stage::Prepare: return prepare(context);
            case Stage::Prepared: return prepared(context);
            case Stage::Images: return images_known(context);
            case Stage::Converge: return converge(context);
            case Stage::Converged: return converged(context);
            case Stage::Found: return attach(context);
            case Stage::Follow: return follow(context);
            case Stage::Stopping: return stopping(context);
            case Stage::OneOff: return one_off(context);
        }
        return finish(1);
    }

  private:
    enum class Stage : std::uint8_t { Ask, Prepare, Prepared, Images, Converge, Converged, Found, Follow, Stopping, OneOff };

    [[nodiscard]] bool starts() const { return kind_ != UpKind::Create && !flags().on("no-start"); }
    [[nodiscard]] bool detached() const { return kind_ != UpKind::Up || flags().on("detach") || flags().on("no-start") || flags().on("wait"); }

    bool read_scales(std::string& wrong) {
        std::vector<std::string> entries = kind_ == UpKind::Scale ? wish().arguments() : flags().all("scale");
        for (const std::string& entry : entries) {
            const std::size_t equals = entry.find('=');
            std::int64_t count = 0;
            const std::string name = entry.substr(0, equals);
            if (equals == std::string::npos || !parse_integer(entry.substr(equals + 1), count) || count < 0 || count > kMostReplicas) {
                wrong = v1() ? fmt::format("Number of containers for service \"{}\" is not a number", name)
                             : fmt::format("invalid --scale option \"{}\". Should be SERVICE=NUM", entry);
                return false;
            }
            if (wrong = unknown_service({name}); !wrong.empty()) return false;
            scales_[name] = count;
        }
        return true;
    }

    Move begin(model::ProcessContext& context) {
        const std::string conflict = conflicting_flags();
        if (!conflict.empty()) return fail(context, conflict);
        if (const std::string wrong = unknown_service(named_services()); !wrong.empty()) return fail(context, wrong);
        std::string wrong;
        if (!read_scales(wrong)) return fail(context, wrong);
        if (v1() && kind_ == UpKind::Scale) print_error(context, "The scale command is deprecated. Use the up command with the --scale flag instead.\n");
        if (v1() && kind_ == UpKind::Create) print_error(context, "The create command is deprecated. Use the up command with the --no-start flag instead.\n");
        const bool with_dependencies = !flags().on("no-deps") && !(kind_ == UpKind::Scale && v1());
        services_ = chosen_services(project(), named_services(), with_dependencies);
        if (services_.empty()) return fail(context, v1() ? "No services to build" : "no service selected");
        since_ = docker::unix_text(docker::host_time(context));
        write_inline_files(context);
        ask(request_for(model::Operation::Version));
        ask(list_request(project().name));
        for (const compose::Network& network : project().networks) ask(request_for(model::Operation::NetworkInspect, network.name));
        for (const compose::Volume& volume : project().volumes) ask(request_for(model::Operation::VolumeInspect, volume.name));
        for (const std::string& name : services_) ask(request_for(model::Operation::ImageInspect, image_of(project(), *project().find_service(name))));
        stage_ = Stage::Prepare;
        return Move::Go;
    }

    [[nodiscard]] std::string conflicting_flags() const {
        if (flags().on("force-recreate") && flags().on("no-recreate")) {
            return v1() ? "--force-recreate and --no-recreate cannot be combined." : "--force-recreate and --no-recreate are incompatible";
        }
        const bool aborts = flags().on("abort-on-container-exit") || flags().on("abort-on-container-failure") || flags().has("exit-code-from");
        if (flags().on("detach") && aborts) {
            return v1() ? "--abort-on-container-exit and -d cannot be combined." : "--detach and --abort-on-container-exit are incompatible";
        }
        if (v1() && flags().on("no-start") && (flags().on("detach") || aborts)) {
            return fmt::format("--no-start and {} cannot be combined.", flags().on("detach") ? "-d" : "--abort-on-container-exit");
        }
        return {};
    }

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

    Move prepare(model::ProcessContext& context) {
        if (!answer(0).ok()) return fail(context, answer(0));
        found_ = read_found(answer(1).body);
        std::size_t next = 2;
        std::optional<std::size_t> last;
        for (const compose::Network& network : project().networks) {
            const Answer& present = answer(next++);
            if (present.ok() || (!compose::is_used(project(), network) && !network.external)) continue;
            if (network.name == "host" || network.name == "none" || network.name == "bridge") continue;
            if (network.external) return fail(context, missing_network(network));
            create_network(network, last);
        }
        for (const compose::Volume& volume : project().volumes) {
            const Answer& present = answer(next++);
            if (present.ok() || (!v1() && !compose::is_used(project(), volume) && !volume.external)) continue;
            if (volume.external) return fail(context, missing_volume(volume));
            create_volume(volume, last);
        }
        if (v1() && kind_ == UpKind::Scale) board_.forget();
        for (const std::string& name : services_) {
            const Answer& present = answer(next++);
            note_image(name, present);
            plan_pull(*project().find_service(name), present.ok(), last);
        }
        board_.stop_at_error = true;
        stage_ = Stage::Prepared;
        return Move::Go;
    }

    std::string missing_network(const compose::Network& network) const {
        if (!v1()) return fmt::format("network {} declared as external, but could not be found", network.name);
        return fmt::format("Network {} declared as external, but could not be found. Please create the network manually using `docker network create {}` and try again.", network.name, network.name);
    }

    std::string missing_volume(const compose::Volume& volume) const {
        if (!v1()) return fmt::format("external volume \"{}\" not found", volume.name);
        return fmt::format("Volume {} declared as external, but could not be found. Please create the volume manually using `docker volume create --name={}` and try again.", volume.name, volume.name);
    }

    std::size_t chain(std::optional<std::size_t>& last, std::string notice) {
        Batch batch;
        batch.notice = std::move(notice);
        if (last) batch.after.push_back(*last);
        last = board_.add(std::move(batch));
        return *last;
    }

    void create_network(const compose::Network& network, std::optional<std::size_t>& last) {
        const std::string driver = network.driver.empty() ? "the default driver" : fmt::format("driver \"{}\"", network.driver);
        const std::size_t batch = chain(last, v1() ? fmt::format("Creating network \"{}\" with {}\n", network.name, driver) : std::string());
        Act act = act_for(model::Operation::NetworkCreate, network.name);
        auto& options = act.spec.options;
        if (!network.driver.empty()) options["driver"] = network.driver;
        if (network.internal) options["internal"] = "1";
        if (network.attachable || v1()) options["attachable"] = "1";
        if (!network.ipam.empty()) {
            options["subnet"] = network.ipam.front().subnet;
            options["gateway"] = network.ipam.front().gateway;
        }
        for (const compose::Pair& option : network.driver_opts) options["opt:" + option.name] = option.value;
        for (const compose::Pair& label : network.labels) act.spec.labels[label.name] = label.value;
        act.spec.labels[kProjectLabel] = project().name;
        act.spec.labels["com.docker.compose.network"] = network.key;
        act.spec.labels["com.docker.compose.version"] = std::string(v1() ? kVersionV1 : kVersionV2);
        add_made(batch, "Network " + network.name, std::move(act));
    }

    void create_volume(const compose::Volume& volume, std::optional<std::size_t>& last) {
        const std::string driver = volume.driver.empty() ? "default" : fmt::format("\"{}\"", volume.driver);
        const std::size_t batch = chain(last, v1() ? fmt::format("Creating volume \"{}\" with {} driver\n", volume.name, driver) : std::string());
        Act act = act_for(model::Operation::VolumeCreate, volume.name);
        if (!volume.driver.empty()) act.spec.options["driver"] = volume.driver;
        for (const compose::Pair& label : volume.labels) act.spec.labels[label.name] = label.value;
        act.spec.labels[kProjectLabel] = project().name;
        act.spec.labels["com.docker.compose.volume"] = volume.key;
        act.spec.labels["com.docker.compose.version"] = std::string(v1() ? kVersionV1 : kVersionV2);
        add_made(batch, fmt::format("Volume \"{}\"", volume.name), std::move(act));
    }

    void add_made(std::size_t batch, std::string subject, Act act) {
        if (!v1()) {
            act.begin = "Creating";
            act.end = "Created";
        }
        Task task;
        task.subject = std::move(subject);
        task.acts.push_back(std::move(act));
        board_.add(batch, std::move(task));
    }

    void note_image(const std::string& service, const Answer& present) {
        const Json json = Json::parse(present.body, nullptr, false);
        if (present.ok() && json.is_object()) image_ids_[service] = json.value("Id", std::string());
    }

    // Missing images are pulled; docker compose 2 pulls them all at once, 1.29 one after the other.
    void plan_pull(const compose::Service& service, bool present, std::optional<std::size_t>& last) {
        const std::string flag = flags().text("pull");
        const bool always = flag == "always" || (flag.empty() && service.pull_policy == compose::PullPolicy::Always);
        const bool never = flag == "never" || (flag.empty() && service.pull_policy == compose::PullPolicy::Never);
        if (never || (present && !always)) return;
        const std::string image = image_of(project(), service);
        const auto reference = model::parse_image_reference(image, model::ReferenceReader::Client);
        const std::string full = reference ? reference->with_default_tag().familiar() : image;
        if (std::find(pulled_.begin(), pulled_.end(), full) != pulled_.end()) return;
        pulled_.push_back(full);
        Task task;
        task.subject = service.name;
        task.service = service.name;
        Act act = act_for(model::Operation::ImagePull, full);
        act.kind = Act::Kind::Pull;
        if (v1()) {
            act.end = "shown";  // the stream's lines are printed
            const std::size_t batch = chain(last, fmt::format("Pulling {} ({})...\n", service.name, image));
            task.acts.push_back(std::move(act));
            board_.add(batch, std::move(task));
            return;
        }
        Batch batch;
        if (last) batch.after.push_back(*last);
        batch.notice = fmt::format(" {} Pulling \n", service.name);
        const std::size_t number = board_.add(std::move(batch));
        task.acts.push_back(std::move(act));
        board_.add(number, std::move(task));
        Batch after;
        after.after.push_back(number);
        after.notice = fmt::format(" {} Pulled \n", service.name);
        board_.add(std::move(after));
    }

    Move prepared(model::ProcessContext& context) {
        if (!board_.errors().empty()) return fail(context, board_.errors().front().message);
        board_.forget();
        board_.stop_at_error = false;
        forget_answers();
        for (const std::string& name : services_) ask(request_for(model::Operation::ImageInspect, image_of(project(), *project().find_service(name))));
        stage_ = Stage::Images;
        return Move::Go;
    }

    Move images_known(model::ProcessContext& context) {
        for (std::size_t i = 0; i < services_.size(); ++i) note_image(services_[i], answer(i));
        forget_answers();
        // Orphans: containers of the project whose service the files no longer have.
        std::vector<Found> orphans;
        std::vector<std::string> names;
        for (const Found& found : found_) {
            const auto same = [&found](const compose::Service& service) { return service.name == found.service; };
            const bool known = project().find_service(found.service) != nullptr ||
                               std::any_of(project().disabled_services.begin(), project().disabled_services.end(), same);
            if (known || found.oneoff) continue;
            orphans.push_back(found);
            names.push_back(found.name);
        }
        stage_ = Stage::Converge;
        if (orphans.empty() || kind_ == UpKind::Scale || (kind_ == UpKind::Run && v1())) return Move::Go;
        if (!flags().on("remove-orphans")) {
            warn_of_orphans(context, names);
            return Move::Go;
        }
        for (const Found& orphan : orphans) remove_orphan(orphan);
        return Move::Go;
    }

    void warn_of_orphans(model::ProcessContext& context, const std::vector<std::string>& names) {
        const std::string list = join(names, v1() ? ", " : " ");
        const std::string text = v1() ? fmt::format("Found orphan containers ({}) for this project. If you removed or renamed this service in your compose file, you can run this command with the --remove-orphans flag to clean it up.", list)
                                      : fmt::format("Found orphan containers ([{}]) for this project. If you removed or renamed this service in your compose file, you can run this command with the --remove-orphans flag to clean it up.", list);
        say_warning(context, v1(), text);
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

    Move converge(model::ProcessContext&) {
        board_.forget();
        Convergence wish_for;
        wish_for.project = &project();
        wish_for.services = services_;
        wish_for.containers = found_;
        std::erase_if(wish_for.containers, [](const Found& found) { return found.oneoff; });
        wish_for.image_ids = image_ids_;
        wish_for.scales = scales_;
        const std::vector<std::string> named = named_services();
        wish_for.named.insert(named.begin(), named.end());
        wish_for.timeout = flags().text("timeout");
        wish_for.force_recreate = flags().on("force-recreate");
        wish_for.no_recreate = flags().on("no-recreate");
        wish_for.recreate_dependencies = flags().on("always-recreate-deps");
        wish_for.renew_volumes = flags().on("renew-anon-volumes");
        wish_for.start = starts();
        wish_for.wait = flags().on("wait");
        wish_for.scaling_only = kind_ == UpKind::Scale;
        if (kind_ == UpKind::Run) {
            wish_for.no_recreate = true;
            std::erase(wish_for.services, wish().arguments().front());
        }
        if (v1()) {
            converge_v1(wish_for, board_);
        } else {
            board_.stop_at_error = true;
            converge_v2(wish_for, board_);
        }
        stage_ = Stage::Converged;
        return Move::Go;
    }

    Move converged(model::ProcessContext& context) {
        const std::vector<TaskError> errors = board_.errors();
        board_.forget();
        board_.stop_at_error = false;
        if (!errors.empty()) {
            if (!v1()) return fail(context, errors.front().message);
            for (const TaskError& error : errors) print_error(context, fmt::format("\nERROR: for {}  {}\n", error.service, error.message));
            return fail(context, "Encountered errors while bringing up the project.");
        }
        if (kind_ == UpKind::Run) {
            stage_ = Stage::OneOff;
            return Move::Go;
        }
        if (detached()) return finish(0);
        ask(list_request(project().name));
        stage_ = Stage::Found;
        return Move::Go;
    }

    Move attach(model::ProcessContext& context) {
        const std::vector<std::string> only = flags().all("attach");
        const std::vector<std::string> never = flags().all("no-attach");
        std::vector<Found> containers = read_found(answer(0).body);
        std::sort(containers.begin(), containers.end(), [](const Found& a, const Found& b) { return a.name < b.name; });
        forget_answers();
        // Without --attach-dependencies only the services that were named are shown.
        const std::vector<std::string> named = named_services();
        follower_.dialect = wish().dialect;
        follower_.follow = true;
        follower_.tells_end = true;
        for (const Found& found : containers) {
            const auto in = [&found](const std::vector<std::string>& list) { return std::find(list.begin(), list.end(), found.service) != list.end(); };
            const compose::Service* service = project().find_service(found.service);
            if (found.oneoff || !in(services_) || service == nullptr || !service->attach || in(never)) continue;
            if (!only.empty() && !in(only)) continue;
            if (!named.empty() && !in(named) && !flags().on("attach-dependencies") && only.empty()) continue;
            follower_.add(found, project().name, since_);
        }
        if (follower_.sources().empty()) return finish(0);
        print(context, fmt::format("Attaching to {}\n", follower_.names()));
        context.set_disposition(shell::kSigInt, shell::Disposition::Catch);
        context.set_disposition(shell::kSigTerm, shell::Disposition::Catch);
        stage_ = Stage::Follow;
        return Move::Go;
    }

    Move follow(model::ProcessContext& context) {
        const bool over = follower_.pump(context);
        if (context.take_signal() != 0) {
            print(context, kGracefully);
            status_ = v1() ? 0 : kInterrupted;
            interrupted_ = true;
            return begin_stop(context);
        }
        const bool aborts = flags().on("abort-on-container-exit") || flags().has("exit-code-from");
        const LogSource* first = follower_.first_over();
        const bool failure = flags().on("abort-on-container-failure") && failed_source() != nullptr;
        if ((aborts && first != nullptr) || failure) {
            print(context, "Aborting on container exit...\n");
            status_ = failure && !aborts ? failed_source()->exit_code : first->exit_code;
            return begin_stop(context);
        }
        if (over || follower_.broken()) {
            follower_.hang_up(context);
            return finish(0);
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
        ask(list_request(project().name));
        stage_ = Stage::Stopping;
        static_cast<void>(context);
        return Move::Go;
    }

    Move stopping(model::ProcessContext& context) {
        if (!stop_planned_) {
            stop_planned_ = true;
            std::vector<Found> containers = read_found(answer(0).body);
            std::erase_if(containers, [this](const Found& found) {
                return found.oneoff || !found.running() || std::find(services_.begin(), services_.end(), found.service) == services_.end();
            });
            plan_stop(project(), containers, flags().text("timeout"), board_);
            return Move::Go;
        }
        follower_.pump(context);
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
    std::vector<std::string> pulled_;
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
