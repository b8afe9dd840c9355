// `down` and `rm` of both clients.

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/text.hpp"
#include "sim/programs/compose/container_spec_of.hpp"
#include "sim/programs/compose/converge.hpp"
#include "sim/programs/compose/prepare.hpp"
#include "sim/programs/compose/stopping.hpp"
#include "sim/programs/compose/verbs.hpp"
#include "sim/programs/compose_file/config_text.hpp"

namespace podium::programs::composing {
namespace {

using Json = nlohmann::ordered_json;

// A network, volume or image to take away after the containers.
struct Leftover {
    enum class Kind : std::uint8_t { Network, Volume, Image };
    Kind kind = Kind::Network;
    std::string name;
    bool external = false;
};

std::string_view word_of(Leftover::Kind kind) {
    switch (kind) {
        case Leftover::Kind::Network: return "Network";
        case Leftover::Kind::Volume: return "Volume";
        case Leftover::Kind::Image: return "Image";
    }
    return {};
}

model::Operation operation_of(Leftover::Kind kind) {
    switch (kind) {
        case Leftover::Kind::Network: return model::Operation::NetworkRemove;
        case Leftover::Kind::Volume: return model::Operation::VolumeRemove;
        case Leftover::Kind::Image: return model::Operation::ImageRemove;
    }
    return model::Operation::NetworkRemove;
}

class Down final : public ComposeCommand<Down> {
  public:
    using ComposeCommand::ComposeCommand;

  protected:
    Move think(model::ProcessContext& context) override {
        switch (stage_) {
            case Stage::Ask: return begin(context);
            case Stage::Stop: return stop(context);
            case Stage::Remove: return remove(context);
            case Stage::Looked: return looked(context);
            case Stage::Leftovers: return leftovers(context);
            case Stage::Removing: return removing(context);
            case Stage::Last: return board_.errors().empty() ? finish(0) : fail(context, board_.errors().front().message);
        }
        return finish(1);
    }
    [[nodiscard]] std::vector<std::string> named_services() const override { return {}; }

  private:
    enum class Stage : std::uint8_t { Ask, Stop, Remove, Looked, Leftovers, Removing, Last };

    Move begin(model::ProcessContext& context) {
        if (v1() && variable_on("COMPOSE_IGNORE_ORPHANS") && flags().on("remove-orphans")) return fail(context, "COMPOSE_IGNORE_ORPHANS and --remove-orphans cannot be combined.");
        if (const std::string rmi = flags().text("rmi"); !rmi.empty() && rmi != "all" && rmi != "local") {
            return fail(context, v1() ? "--rmi flag must be one of: all, local" : fmt::format("invalid value for --rmi: \"{}\"", rmi));
        }
        if (v1()) {
            for (const compose::Service& service : project().disabled_services) extra_.push_back(service.name);
        } else {
            if (const std::string wrong = unknown_service(wish().arguments()); !wrong.empty()) return fail(context, wrong);
        }
        ask(list_request(project().name));
        stage_ = Stage::Stop;
        return Move::Go;
    }

    [[nodiscard]] bool known(const Found& found) const {
        return project().find_service(found.service) != nullptr || std::find(extra_.begin(), extra_.end(), found.service) != extra_.end();
    }

    // compose 2 leaves containers of services alone whose profiles aren't active (isOrphaned, pkg/compose/containers.go).
    [[nodiscard]] bool is_disabled(const Found& found) const {
        const auto& disabled = project().disabled_services;
        return !v1() && std::any_of(disabled.begin(), disabled.end(), [&](const compose::Service& service) { return service.name == found.service; });
    }

    Move stop(model::ProcessContext& context) {
        if (!answer(0).ok()) return fail(context, answer(0));
        found_ = read_found(answer(0).body);
        for (const Found& found : found_) {
            if (!known(found) && !is_disabled(found)) orphans_.push_back(found);
        }
        std::erase_if(found_, [this](const Found& found) { return !known(found); });
        if (!v1()) return take_down();
        std::vector<Found> running = found_;
        std::erase_if(running, [](const Found& found) { return !found.running(); });
        plan_stop(project(), running, flags().text("timeout"), board_);
        stage_ = Stage::Remove;
        return Move::Go;
    }

    // The services named and all that depends on them; all where none is named.
    [[nodiscard]] bool taken_down(const std::string& service) const {
        const auto& named = wish().arguments();
        if (named.empty() || std::find(named.begin(), named.end(), service) != named.end()) return true;
        const compose::Service* found = project().find_service(service);
        return found != nullptr && std::any_of(found->depends_on.begin(), found->depends_on.end(), [this](const compose::Dependency& dependency) { return taken_down(dependency.service); });
    }

    // V2: each container is stopped and removed before those it depends on are; orphans after all of them.
    Move take_down() {
        std::vector<Found> containers = found_;
        std::erase_if(containers, [this](const Found& found) { return (found.oneoff && !flags().on("remove-orphans")) || !taken_down(found.service); });
        const std::size_t number = board_.add(Batch{});
        const auto waits = dependants(project(), containers);
        const std::size_t first = board_.tasks().size();
        for (std::size_t i = 0; i < containers.size(); ++i) {
            Task task;
            task.subject = container_subject(containers[i].name);
            add_stop_and_remove(task, containers[i], flags().text("timeout"), flags().on("volumes"));
            for (const std::size_t other : waits[i]) task.after.push_back(first + other);
            board_.add(number, std::move(task));
        }
        any_ = !containers.empty();
        if (flags().has("remove-orphans") ? flags().on("remove-orphans") : variable_on("COMPOSE_REMOVE_ORPHANS")) {
            Batch batch;
            batch.after.push_back(number);
            const std::size_t last = board_.add(std::move(batch));
            for (const Found& orphan : orphans_) {
                Task task;
                task.subject = container_subject(orphan.name);
                add_stop_and_remove(task, orphan, flags().text("timeout"), false);
                board_.add(last, std::move(task));
                any_ = true;
            }
        }
        stage_ = Stage::Looked;
        return Move::Go;
    }

    // V2: looks at what may be left of the project's networks, images and volumes.
    Move looked(model::ProcessContext& context) {
        if (round_ == 0) {
            if (!board_.errors().empty()) return fail(context, board_.errors().front().message);
            board_.forget();
            add_resources();
            if (!any_ && leftovers_.empty()) warn(context, fmt::format("Warning: No resource found to remove for project \"{}\".", project().name));
            forget_answers();
            for (const Leftover& item : leftovers_) {
                const bool network = item.kind == Leftover::Kind::Network;
                const bool volume = item.kind == Leftover::Kind::Volume;
                ask(request_for(network ? model::Operation::NetworkInspect : volume ? model::Operation::VolumeInspect : model::Operation::ImageInspect, item.name));
            }
            round_ = 1;
            return Move::Go;
        }
        const std::size_t batch = board_.add(Batch{});
        for (std::size_t i = 0; i < leftovers_.size(); ++i) {
            if (answer(i).status == 404) continue;
            if (!answer(i).ok()) return fail(context, answer(i));
            board_.add(batch, removal_of(leftovers_[i], answer(i)));
        }
        stage_ = Stage::Last;
        return Move::Go;
    }

    [[nodiscard]] static Task removal_of(const Leftover& item, const Answer& present) {
        Task task;
        task.subject = fmt::format("{} {}", word_of(item.kind), item.name);
        Act act = shown(act_for(operation_of(item.kind), item.name), "Removing", "Removed");
        if (item.kind == Leftover::Kind::Volume) act.spec.options["force"] = "1";
        act.in_use = "Resource is still in use";
        if (item.kind == Leftover::Kind::Network) {
            act.error_status = "Error";
            act.failure = fmt::format("failed to remove network {}: ", item.name);
            // A network with containers is left alone, without asking for its removal.
            const Json json = Json::parse(present.body, nullptr, false);
            act.futile = json.is_object() && json.contains("Containers") && !json["Containers"].empty();
        }
        task.acts.push_back(std::move(act));
        return task;
    }

    void add_resources() {
        for (const compose::Network& network : project().networks) {
            if (compose::is_used(project(), network) && !network.external) leftovers_.push_back({Leftover::Kind::Network, network.name, false});
        }
        add_images();
        if (!flags().on("volumes")) return;
        for (const compose::Volume& volume : project().volumes) {
            if (compose::is_used(project(), volume) && !volume.external) leftovers_.push_back({Leftover::Kind::Volume, volume.name, false});
        }
    }

    void warn_of_orphans(model::ProcessContext& context) {
        std::vector<std::string> names;
        for (const Found& found : orphans_) names.push_back(found.name);
        warn(context, fmt::format("Found orphan containers ({}) for this project. If you removed or renamed this service in your compose file, you can run this command with the --remove-orphans flag to clean it up.", join(names, ", ")));
    }

    void add_images() {
        const std::string rmi = flags().text("rmi");
        if (rmi.empty()) return;
        std::vector<std::string> seen;
        for (const compose::Service& service : project().services) {
            if (rmi == "local" && !service.image.empty()) continue;
            const std::string image = v1() ? image_of(project(), service) : full_image(image_of(project(), service));
            if (std::find(seen.begin(), seen.end(), image) != seen.end()) continue;
            seen.push_back(image);
            leftovers_.push_back({Leftover::Kind::Image, image, false});
        }
    }

    Move remove(model::ProcessContext& context) {
        if (!board_.errors().empty()) return fail(context, board_.errors().front().message);
        board_.forget();
        if (!orphans_.empty() && !flags().on("remove-orphans") && !variable_on("COMPOSE_IGNORE_ORPHANS")) warn_of_orphans(context);
        if (flags().on("remove-orphans")) {
            for (const Found& orphan : orphans_) {
                Batch batch;
                batch.notice = fmt::format("Removing orphan container \"{}\"\n", orphan.name);
                Task task;
                task.subject = orphan.name;
                task.acts.push_back(remove_act(orphan.id, false, true));
                const std::size_t number = board_.add(std::move(batch));
                board_.add(number, std::move(task));
            }
        }
        if (!found_.empty()) {
            Batch batch;
            batch.verb = "Removing";
            const std::size_t number = board_.add(std::move(batch));
            for (const Found& found : found_) {
                Task task;
                task.subject = found.name;
                task.service = found.service;
                task.acts.push_back(remove_act(found.id, flags().on("volumes")));
                board_.add(number, std::move(task));
            }
        }
        for (const compose::Network& network : project().networks) {
            if (compose::is_used(project(), network)) leftovers_.push_back({Leftover::Kind::Network, network.name, network.external});
        }
        if (flags().on("volumes")) {
            for (const compose::Volume& volume : project().volumes) leftovers_.push_back({Leftover::Kind::Volume, volume.name, volume.external});
        }
        add_images();
        stage_ = Stage::Leftovers;
        return Move::Go;
    }

    Move leftovers(model::ProcessContext& context) {
        if (!board_.errors().empty()) return fail(context, board_.errors().front().message);
        board_.forget();
        forget_answers();
        while (next_ < leftovers_.size() && leftovers_[next_].external) {
            print_error(context, fmt::format("{} {} is external, skipping\n", word_of(leftovers_[next_].kind), leftovers_[next_].name));
            ++next_;
        }
        if (next_ == leftovers_.size()) return finish(status_);
        const Leftover& item = leftovers_[next_];
        print_error(context, fmt::format("Removing {} {}\n", lower(word_of(item.kind)), item.name));
        ask(request_for(operation_of(item.kind), item.name));
        stage_ = Stage::Removing;
        return Move::Go;
    }

    Move removing(model::ProcessContext& context) {
        const Leftover& item = leftovers_[next_++];
        const Answer& done = answer(0);
        stage_ = Stage::Leftovers;
        if (done.status == 0) return fail(context, done);
        if (done.status == 404 && item.kind != Leftover::Kind::Image) {
            warn(context, fmt::format("{} {} not found.", word_of(item.kind), item.name));
        } else if (!done.ok() && item.kind == Leftover::Kind::Image) {
            print_error(context, done.status == 404 ? fmt::format("Image {} not found.\n", item.name) : fmt::format("Failed to remove image for service: {}\n", done.message()));
        } else if (!done.ok()) {
            return fail(context, done);
        }
        return Move::Go;
    }

    Stage stage_ = Stage::Ask;
    std::vector<Found> found_;
    std::vector<Found> orphans_;
    std::vector<std::string> extra_;
    std::vector<Leftover> leftovers_;
    std::size_t next_ = 0;
    bool any_ = false;
};

// `rm`: only what is stopped, or with -s what it stops first.
class Remove final : public ComposeCommand<Remove> {
  public:
    using ComposeCommand::ComposeCommand;

  protected:
    [[nodiscard]] std::string_view title() const override { return "Removing"; }

    Move think(model::ProcessContext& context) override {
        switch (round_++) {
            case 0:
                if (const std::string wrong = unknown_service(wish().arguments()); !wrong.empty()) return fail(context, wrong);
                if (v1() && flags().on("all")) warn(context, "--all flag is obsolete. This is now the default behavior of `docker-compose rm`");
                ask(list_request(project().name));
                return Move::Go;
            case 1:
                if (!answer(0).ok()) return fail(context, answer(0));
                found_ = read_found(answer(0).body);
                std::erase_if(found_, [this](const Found& found) { return !concerned(found); });
                if (flags().on("stop")) {
                    std::vector<Found> stopped = found_;
                    if (v1()) std::erase_if(stopped, [](const Found& found) { return !found.running(); });
                    plan_stop(project(), stopped, {}, board_);
                }
                return Move::Go;
            case 2:
                if (!board_.errors().empty()) return fail(context, board_.errors().front().message);
                board_.forget();
                return choose(context);
            case 3: return confirmed(context);
            default:
                if (!board_.errors().empty()) return fail(context, board_.errors().front().message);
                return finish(0);
        }
    }

  private:
    [[nodiscard]] bool concerned(const Found& found) const {
        if (project().find_service(found.service) == nullptr) return false;
        if (found.oneoff && !v1()) return false;
        const auto& names = wish().arguments();
        return names.empty() || std::find(names.begin(), names.end(), found.service) != names.end();
    }

    Move choose(model::ProcessContext& context) {
        if (!flags().on("stop")) std::erase_if(found_, [](const Found& found) { return found.running(); });
        if (found_.empty()) {
            v1() ? print(context, "No stopped containers\n") : print_error(context, "No stopped containers\n");
            return finish(0);
        }
        std::vector<std::string> names;
        for (const Found& found : found_) names.push_back(found.name);
        going_ = fmt::format("Going to remove {}", join(names, ", "));
        if (v1() || flags().on("force")) print(context, going_ + "\n");
        if (v1() && !flags().on("force")) print(context, "Are you sure? [yN] ");
        board_.progress.end(context);
        return Move::Go;
    }

    Move confirmed(model::ProcessContext& context) {
        if (!flags().on("force")) {
            const auto reply = v1() ? prompt_.reply(context) : prompt_.ask(context, going_);
            if (!reply) {
                --round_;
                return Move::Wait;
            }
            if (!*reply) return finish(0);
        }
        Batch batch;
        batch.verb = v1() ? "Removing" : "";
        const std::size_t number = board_.add(std::move(batch));
        for (const Found& found : found_) {
            Task task;
            task.subject = v1() ? found.name : container_subject(found.name);
            Act act = remove_act(found.id, flags().on("volumes"), !v1() && flags().on("force"));
            task.acts.push_back(v1() ? std::move(act) : shown(std::move(act), "Removing", "Removed"));
            board_.add(number, std::move(task));
        }
        return Move::Go;
    }

    std::string going_;
    Prompt prompt_;
    std::vector<Found> found_;
};

}  // namespace

std::unique_ptr<shell::Program> start_down(Wish wish) { return std::make_unique<Down>(std::move(wish)); }
std::unique_ptr<shell::Program> start_remove(Wish wish) { return std::make_unique<Remove>(std::move(wish)); }

}  // namespace podium::programs::composing
