// stop, start, restart, kill, pause and unpause of both clients.

#include <algorithm>

#include <fmt/format.h>

#include "sim/programs/compose/converge.hpp"
#include "sim/programs/compose/defaults.hpp"
#include "sim/programs/compose/stopping.hpp"
#include "sim/programs/compose/verbs.hpp"

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

// 1.29 ends with SystemExit("1") there, which Python prints.
std::string nothing_to(std::string_view verb) { return fmt::format("No containers to {}\n1", verb); }

// The same request to every container of the chosen services.
class ToContainers final : public ComposeCommand<ToContainers> {
  public:
    ToContainers(Wish wish, Doing doing) : ComposeCommand(std::move(wish)), doing_(doing) {}

  protected:
    Move think(model::ProcessContext& context) override {
        if (round_ == 0) {
            if (const std::string wrong = unknown_service(wish().arguments()); !wrong.empty()) return fail(context, wrong);
            round_ = 1;
            ask(list_request(project().name));
            return Move::Go;
        }
        if (round_ == 1) {
            if (!answer(0).ok()) return fail(context, answer(0));
            round_ = 2;
            plan(read_found(answer(0).body));
            if (board_.empty() && v1() && doing_ == Doing::Restart) return fail(context, nothing_to("restart"));
            if (board_.empty() && v1() && doing_ == Doing::Pause) return fail(context, nothing_to("pause"));
            if (board_.empty() && v1() && doing_ == Doing::Unpause) return fail(context, nothing_to("unpause"));
            if (board_.empty() && !v1() && doing_ == Doing::Restart) return fail(context, fmt::format("no container found for project \"{}\": not found", project().name));
            return Move::Go;
        }
        if (board_.errors().empty()) return finish(0);
        if (!v1()) return fail(context, board_.errors().front().message);
        for (const TaskError& error : board_.errors()) print_error(context, error.message + "\n");
        return finish(1);
    }

  private:
    [[nodiscard]] bool concerned(const Found& found) const {
        if (found.oneoff) return false;
        if (project().find_service(found.service) == nullptr && !(doing_ == Doing::Kill && flags().on("remove-orphans"))) return false;
        const auto& names = wish().arguments();
        if (!names.empty() && std::find(names.begin(), names.end(), found.service) == names.end()) return false;
        switch (doing_) {
            case Doing::Restart: return true;
            case Doing::Stop:
            case Doing::Kill: return found.running();
            case Doing::Pause: return found.state == "running";
            case Doing::Unpause: return found.state == "paused";
        }
        return false;
    }

    void plan(std::vector<Found> containers) {
        std::erase_if(containers, [this](const Found& found) { return !concerned(found); });
        if (doing_ == Doing::Stop) {
            plan_stop(project(), containers, flags().text("timeout"), board_);
            return;
        }
        if (containers.empty()) return;
        if (doing_ == Doing::Pause && v1()) std::reverse(containers.begin(), containers.end());
        const Words words = words_of(doing_);
        Batch batch;
        batch.verb = v1() ? std::string(words.present) : std::string();
        const std::size_t number = board_.add(std::move(batch));
        for (const Found& found : containers) {
            Task task;
            task.subject = v1() ? found.name : "Container " + found.name;
            task.service = found.service;
            Act act = act_of(found);
            if (!v1()) {
                act.begin = std::string(words.present);
                act.end = std::string(words.past);
            }
            task.acts.push_back(std::move(act));
            board_.add(number, std::move(task));
        }
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
class Start final : public ComposeCommand<Start> {
  public:
    using ComposeCommand::ComposeCommand;

  protected:
    Move think(model::ProcessContext& context) override {
        if (round_ == 0) {
            if (const std::string wrong = unknown_service(wish().arguments()); !wrong.empty()) return fail(context, wrong);
            round_ = 1;
            ask(list_request(project().name));
            return Move::Go;
        }
        if (round_ == 1) {
            if (!answer(0).ok()) return fail(context, answer(0));
            round_ = 2;
            found_ = read_found(answer(0).body);
            std::erase_if(found_, [](const Found& found) { return found.oneoff; });
            return v1() ? plan_v1(context) : plan_v2(context);
        }
        if (board_.errors().empty()) return finish(0);
        return fail(context, board_.errors().front().message);
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

    // 1.29 shows services here, and says "failed" of one that has no containers.
    Move plan_v1(model::ProcessContext& context) {
        services_ = chosen_services(project(), wish().arguments(), false);
        std::size_t width = 0;
        for (const std::string& name : services_) width = std::max(width, name.size());
        bool any = false;
        for (const std::string& name : services_) any |= !of(name).empty();
        if (!any) {
            for (const char* state : {"", "failed"}) {
                for (const std::string& name : services_) print_error(context, fmt::format("Starting {:<{}} ... {}\n", name, width, state));
            }
            return fail(context, nothing_to("start"));
        }
        Batch batch;
        batch.verb = "Starting";
        const std::size_t number = board_.add(std::move(batch));
        std::map<std::string, std::size_t> tasks;
        for (const std::string& name : services_) {
            Task task;
            task.subject = name;
            task.service = name;
            for (const Found& found : of(name)) {
                if (!found.running()) task.acts.push_back(act_for(model::Operation::ContainerStart, found.id, fmt::format("Cannot start service {}: ", name)));
            }
            for (const compose::Dependency& dependency : project().find_service(name)->depends_on) {
                const auto before = tasks.find(dependency.service);
                if (before != tasks.end()) task.after.push_back(before->second);
            }
            tasks[name] = board_.add(number, std::move(task));
        }
        return Move::Go;
    }

    Move plan_v2(model::ProcessContext& context) {
        services_ = chosen_services(project(), wish().arguments(), true);
        std::map<std::string, std::size_t> batches;
        for (const std::string& name : services_) {
            const std::vector<Found> containers = of(name);
            const auto& named = wish().arguments();
            if (containers.empty() && (named.empty() || std::find(named.begin(), named.end(), name) != named.end())) {
                return fail(context, fmt::format("service \"{}\" has no container to start", name));
            }
            Batch batch;
            batch.service = name;
            for (const compose::Dependency& dependency : project().find_service(name)->depends_on) add_gate(name, dependency, batches, batch);
            const std::size_t number = board_.add(std::move(batch));
            batches[name] = number;
            for (const Found& found : containers) {
                if (found.running()) continue;
                Task task;
                task.subject = "Container " + found.name;
                task.service = name;
                Act act = act_for(model::Operation::ContainerStart, found.id);
                act.begin = "Starting";
                act.end = "Started";
                task.acts.push_back(std::move(act));
                board_.add(number, std::move(task));
            }
        }
        board_.stop_at_error = true;
        return Move::Go;
    }

    void add_gate(const std::string& service, const compose::Dependency& dependency, const std::map<std::string, std::size_t>& batches, Batch& batch) {
        const auto before = batches.find(dependency.service);
        if (before == batches.end()) return;
        if (dependency.condition == compose::DependencyCondition::Started) {
            batch.after.push_back(before->second);
            return;
        }
        Batch gate;
        gate.service = service;
        gate.after.push_back(before->second);
        const std::size_t number = board_.add(std::move(gate));
        Task task;
        const std::vector<Found> waited = of(dependency.service);
        task.subject = "Container " + (waited.empty() ? dependency.service : waited.front().name);
        task.service = service;
        Act wait = wait_act(project(), dependency);
        wait.begin = "Waiting";
        wait.end = dependency.condition == compose::DependencyCondition::Healthy ? "Healthy" : "Exited";
        task.acts.push_back(std::move(wait));
        board_.add(number, std::move(task));
        batch.after.push_back(number);
    }

    std::vector<Found> found_;
    std::vector<std::string> services_;
};

}  // namespace

std::unique_ptr<shell::Program> start_stop(Wish wish) { return std::make_unique<ToContainers>(std::move(wish), Doing::Stop); }
std::unique_ptr<shell::Program> start_restart(Wish wish) { return std::make_unique<ToContainers>(std::move(wish), Doing::Restart); }
std::unique_ptr<shell::Program> start_kill(Wish wish) { return std::make_unique<ToContainers>(std::move(wish), Doing::Kill); }
std::unique_ptr<shell::Program> start_pause(Wish wish) { return std::make_unique<ToContainers>(std::move(wish), Doing::Pause); }
std::unique_ptr<shell::Program> start_unpause(Wish wish) { return std::make_unique<ToContainers>(std::move(wish), Doing::Unpause); }
std::unique_ptr<shell::Program> start_start(Wish wish) { return std::make_unique<Start>(std::move(wish)); }

}  // namespace podium::programs::composing
