// stop, start, restart, kill, pause and unpause of both clients.

#include <algorithm>

#include <fmt/format.h>

#include "sim/programs/compose/converge.hpp"
#include "sim/programs/compose/defaults.hpp"
#include "sim/programs/compose/stopping.hpp"
#include "sim/programs/compose/verbs.hpp"
#include "sim/programs/docker/flags.hpp"

namespace podium::programs::composing {
namespace {

enum class Doing : std::uint8_t { Stop, Restart, Kill, Pause, Unpause };

struct Words {
    std::string_view present;
    std::string_view past;
};

Words words_of(Doing doing) {
    switch (doing) {
        case Doing::Stop: return {"Stopping", "Stopped"};
        case Doing::Restart: return {"Restarting", "Started"};
        case Doing::Kill: return {"Killing", "Killed"};
        case Doing::Pause: return {"Pausing", "Paused"};
        case Doing::Unpause: return {"Unpausing", "Unpaused"};
    }
    return {};
}

std::string_view verb_of(Doing doing) {
    switch (doing) {
        case Doing::Stop: return "stop";
        case Doing::Restart: return "restart";
        case Doing::Kill: return "kill";
        case Doing::Pause: return "pause";
        case Doing::Unpause: return "unpause";
    }
    return {};
}

std::string nothing_to(std::string_view verb) { return fmt::format("No containers to {}", verb); }

bool no_engine(const Board& board) { return board.errors().front().message == kNoEngineV1; }

// The same request to every container of the chosen services.
class ToContainers final : public ComposeCommand<ToContainers, ContainersClient> {
  public:
    ToContainers(Wish wish, Doing doing) : ComposeCommand(std::move(wish)), doing_(doing) {}

  protected:
    [[nodiscard]] std::string_view title() const override { return doing_ == Doing::Unpause ? "Running" : words_of(doing_).present; }

    // `restart` reads the files without the services named (projectOrName), and so with no more than their profiles.
    [[nodiscard]] std::vector<std::string> named_services() const override { return doing_ == Doing::Restart && !v1() ? std::vector<std::string>{} : wish().arguments(); }

    void arrange() override {
        std::erase_if(found_, [this](const Found& found) { return !concerned(found); });
    }

    Move go_on(model::ProcessContext& context) override {
        if (round_ == 0) {
            round_ = 1;
            v1() ? plan_v1(found_) : plan_v2(found_);
            if (!board_.empty()) return Move::Go;
            if (v1() && doing_ != Doing::Stop && doing_ != Doing::Kill) {
                fail(context, nothing_to(verb_of(doing_)));
                return exit_v1(context, 1);
            }
            if (!v1() && doing_ == Doing::Kill) print_error(context, "no container to kill");
            return finish(0);
        }
        if (board_.errors().empty()) return finish(0);
        if (!v1() || no_engine(board_)) return fail(context, board_.errors().front().message);
        return finish(0);  // parallel_operation has told of them, and nobody looks at them any more
    }

  private:
    [[nodiscard]] bool concerned(const Found& found) const {
        const bool kills = doing_ == Doing::Kill;
        if (found.oneoff && (v1() || !kills)) return false;
        if (project().find_service(found.service) == nullptr && !(kills && (flags().has("remove-orphans") ? flags().on("remove-orphans") : !v1() && variable_on("COMPOSE_REMOVE_ORPHANS")))) return false;
        if (doing_ != Doing::Restart && !named(found.service)) return false;
        switch (doing_) {
            case Doing::Restart: return !v1() || named(found.service);
            case Doing::Stop: return !v1() || found.running();
            case Doing::Kill:
            case Doing::Pause:
            case Doing::Unpause: return found.running();
        }
        return false;
    }

    [[nodiscard]] bool named(const std::string& service) const {
        const auto& names = wish().arguments();
        return names.empty() || std::find(names.begin(), names.end(), service) != names.end();
    }

    void plan_v1(std::vector<Found> containers) {
        if (doing_ == Doing::Stop) return plan_stop(project(), containers, flags().text("timeout"), board_);
        if (containers.empty()) return;
        if (doing_ == Doing::Pause) std::reverse(containers.begin(), containers.end());
        Batch batch;
        batch.verb = std::string(words_of(doing_).present);
        const std::size_t number = board_.add(std::move(batch));
        for (const Found& found : containers) {
            Task task;
            task.subject = found.name;
            task.service = found.service;
            task.acts.push_back(act_of(found));
            board_.add(number, std::move(task));
        }
    }

    void plan_v2(const std::vector<Found>& containers) {
        if (doing_ == Doing::Stop) return plan_stop(project(), containers, flags().text("timeout"), board_);
        if (doing_ == Doing::Restart) return plan_restart(containers);
        if (containers.empty()) return;
        const Words words = words_of(doing_);
        const std::size_t number = board_.add(Batch{});
        for (const Found& found : containers) {
            Task task;
            task.subject = container_subject(found.name);
            task.service = found.service;
            Act act = act_of(found);
            act.end = std::string(words.past);
            // Of pausing only the end is told.
            if (doing_ == Doing::Kill) act = shown(std::move(act), std::string(words.present), std::string(words.past), "Error while Killing");
            task.acts.push_back(std::move(act));
            board_.add(number, std::move(task));
        }
    }

    // Only dependencies with restart: true count: what depends on a service so is restarted after it.
    void plan_restart(const std::vector<Found>& containers) {
        std::map<std::string, std::size_t> batches;
        for (const std::string& name : compose::start_order(project())) {
            const compose::Service& service = *project().find_service(name);
            Batch batch;
            batch.service = name;
            bool wanted = named(name);
            std::vector<const compose::Dependency*> waits;
            for (const compose::Dependency& dependency : service.depends_on) {
                const auto before = batches.find(dependency.service);
                if (!dependency.restart || before == batches.end() || flags().on("no-deps")) continue;
                wanted = true;
                batch.after.push_back(before->second);
                if (dependency.condition != compose::DependencyCondition::Started) waits.push_back(&dependency);
            }
            if (!wanted) continue;
            for (const compose::Dependency* dependency : waits) batch.after.push_back(add_wait(name, *dependency, containers, batches.at(dependency->service)));
            const std::size_t number = board_.add(std::move(batch));
            batches[name] = number;
            for (const Found& found : containers) {
                if (found.service != name) continue;
                Task task;
                task.subject = container_subject(found.name);
                task.service = name;
                task.acts.push_back(shown(act_of(found), "Restarting", "Started"));
                board_.add(number, std::move(task));
            }
        }
        board_.stop_at_error = true;
    }

    std::size_t add_wait(const std::string& service, const compose::Dependency& dependency, const std::vector<Found>& containers, std::size_t after) {
        std::vector<Found> waited = containers;
        std::erase_if(waited, [&dependency](const Found& found) { return found.service != dependency.service; });
        Batch gate;
        gate.service = service;
        gate.after.push_back(after);
        const std::size_t number = board_.add(std::move(gate));
        Task task;
        task.service = service;
        task.acts.push_back(wait_act(project(), dependency, waited));
        board_.add(number, std::move(task));
        return number;
    }

    [[nodiscard]] Act act_of(const Found& found) const {
        Act act;
        switch (doing_) {
            case Doing::Stop: return stop_act(found.id, grace_of(found.service));
            case Doing::Restart: {
                act = act_for(model::Operation::ContainerRestart, found.id);
                if (const std::string seconds = grace_of(found.service); !seconds.empty()) act.spec.options["t"] = seconds;
                break;
            }
            case Doing::Kill: {
                act = act_for(model::Operation::ContainerKill, found.id);
                const std::string signal = flags().text("signal");
                if (!signal.empty()) act.spec.options["signal"] = signal;
                break;
            }
            case Doing::Pause: act = act_for(model::Operation::ContainerPause, found.id); break;
            case Doing::Unpause: act = act_for(model::Operation::ContainerUnpause, found.id); break;
        }
        return act;
    }

    Doing doing_;
};

// `start`: services in the order of dependencies; one without containers fails.
class Start final : public ComposeCommand<Start, ContainersClient> {
  public:
    using ComposeCommand::ComposeCommand;

  protected:
    void arrange() override {
        std::erase_if(found_, [](const Found& found) { return found.oneoff; });
    }

    Move go_on(model::ProcessContext& context) override {
        if (round_ == 0) {
            round_ = 1;
            return v1() ? plan_v1() : plan_v2(context);
        }
        if (!v1() && board_.errors().empty()) return finish(0);
        if (!v1() || (!board_.errors().empty() && no_engine(board_))) return fail(context, board_.errors().front().message);
        // Its containers count whether they were started or ran; what went wrong with others has been told.
        const auto started = [](const Task& task) { return task.error.empty() && !task.futile && !task.hollow; };
        if (std::any_of(board_.tasks().begin(), board_.tasks().end(), started)) return finish(0);
        fail(context, nothing_to("start"));
        return exit_v1(context, 1);
    }

  private:
    [[nodiscard]] std::vector<Found> of(const std::string& service) const {
        std::vector<Found> out;
        for (const Found& found : found_) {
            if (found.service == service) out.push_back(found);
        }
        std::sort(out.begin(), out.end(), [](const Found& a, const Found& b) { return a.number < b.number; });
        return out;
    }

    // Project.start: 1.29 shows services here, says "failed" of one that has no containers, and has each wait for its
    // dependencies and their conditions, as `up` does.
    Move plan_v1() {
        Batch batch;
        batch.verb = "Starting";
        const std::size_t number = board_.add(std::move(batch));
        std::map<std::string, std::size_t> tasks;
        for (const std::string& name : chosen_services(project(), wish().arguments(), false)) {
            Task task;
            task.subject = name;
            task.service = name;
            for (const compose::Dependency& dependency : project().find_service(name)->depends_on) {
                const auto before = tasks.find(dependency.service);
                if (before == tasks.end()) continue;
                task.after.push_back(before->second);
                if (dependency.condition == compose::DependencyCondition::Started) continue;
                task.acts.push_back(wait_act(project(), dependency));
            }
            const std::vector<Found> containers = of(name);
            task.hollow = containers.empty();
            for (const Found& found : containers) {
                if (!found.running()) add_start_v1(project(), *project().find_service(name), found, task);
            }
            tasks[name] = board_.add(number, std::move(task));
        }
        return Move::Go;
    }

    Move plan_v2(model::ProcessContext& context) {
        if (project().services.empty()) return fail(context, fmt::format("no container found for project \"{}\": not found", project().name));
        for (const std::string& name : wish().arguments()) {
            if (project().find_service(name) == nullptr) return fail(context, fmt::format("no such service: {}: not found", docker::in_quotes(name)));
        }
        Convergence wanted;
        wanted.project = &project();
        wanted.services = chosen_services(project(), wish().arguments(), true);
        wanted.containers = found_;
        start_v2(wanted, board_);
        board_.stop_at_error = true;
        return Move::Go;
    }
};

}  // namespace

std::unique_ptr<shell::Program> start_stop(Wish wish) { return std::make_unique<ToContainers>(std::move(wish), Doing::Stop); }
std::unique_ptr<shell::Program> start_restart(Wish wish) { return std::make_unique<ToContainers>(std::move(wish), Doing::Restart); }
std::unique_ptr<shell::Program> start_kill(Wish wish) { return std::make_unique<ToContainers>(std::move(wish), Doing::Kill); }
std::unique_ptr<shell::Program> start_pause(Wish wish) { return std::make_unique<ToContainers>(std::move(wish), Doing::Pause); }
std::unique_ptr<shell::Program> start_unpause(Wish wish) { return std::make_unique<ToContainers>(std::move(wish), Doing::Unpause); }
std::unique_ptr<shell::Program> start_start(Wish wish) { return std::make_unique<Start>(std::move(wish)); }

}  // namespace podium::programs::composing
