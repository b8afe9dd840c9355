// docker compose 2: containers are created, made anew and taken away service by service (convergence.apply),
// then, from a new list of what there is, started in the order of dependencies (start).

#include <algorithm>

#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/programs/compose/container_spec_of.hpp"
#include "sim/programs/compose/converge.hpp"

namespace podium::programs::composing {
namespace {

std::vector<std::size_t> after_dependencies(const compose::Service& service, const std::map<std::string, std::size_t>& batches) {
    std::vector<std::size_t> after;
    for (const compose::Dependency& dependency : service.depends_on) {
        const auto found = batches.find(dependency.service);
        if (found != batches.end()) after.push_back(found->second);
    }
    return after;
}

Task task_for(const std::string& service, const std::string& container) {
    Task task;
    task.subject = container_subject(container);
    task.service = service;
    return task;
}

struct Share {
    std::string service;
    std::string_view what;
};

// The services whose container's namespaces or volumes a service takes part in.
std::vector<Share> shares_of(const compose::Service& service) {
    std::vector<Share> out;
    for (const std::string& from : service.volumes_from) {
        if (!from.starts_with("container:")) out.push_back({from.substr(0, from.find(':')), "volume"});
    }
    const std::pair<std::string_view, std::string_view> modes[] = {{service.network_mode, "network namespace"}, {service.ipc, "IPC namespace"}, {service.pid, "PID namespace"}};
    for (const auto& [mode, what] : modes) {
        if (mode.starts_with("service:")) out.push_back({std::string(mode.substr(8)), what});
    }
    return out;
}

class Maker {
  public:
    Maker(const Convergence& wish, Board& board) : wish_(wish), board_(board), names_(container_names(wish)) {}

    void run() {
        for (const std::string& name : wish_.services) make_service(*wish_.project->find_service(name));
    }

  private:
    [[nodiscard]] bool named(const compose::Service& service) const { return wish_.named.empty() || wish_.named.contains(service.name); }

    // mustRecreate, with the strategy for services that were named and the one for what they depend on.
    [[nodiscard]] bool renewed(const compose::Service& service, const Found& found) const {
        if (wish_.no_recreate) return false;
        if (named(service) ? wish_.force_recreate || wish_.renew_volumes : wish_.recreate_dependencies) return true;
        if (diverged(wish_, service, {found}) || shares_with_another(service, found)) return true;
        return lost_network(service, found) || lost_volume(service, found);
    }

    // resolveServiceReferences: what is hashed has the id of the container that a service shares something with, so
    // that a new one there makes one anew here.
    [[nodiscard]] bool shares_with_another(const compose::Service& service, const Found& found) const {
        for (const Share& share : shares_of(service)) {
            if (fresh_.contains(share.service)) return true;
            const std::vector<Found> others = containers_of(wish_, share.service);
            const auto first = std::min_element(others.begin(), others.end(), [](const Found& a, const Found& b) { return a.number < b.number; });
            if (first != others.end() && first->created > found.created) return true;
        }
        return false;
    }

    [[nodiscard]] std::string cannot_share(const compose::Service& service) const {
        for (const Share& share : shares_of(service)) {
            const compose::Service* other = wish_.project->find_service(share.service);
            if (other != nullptr && scale_of(wish_, *other) == 0) return fmt::format("cannot share {} with service {}: container missing", share.what, share.service);
        }
        return {};
    }

    // A running container that lost one of its networks is made anew.
    [[nodiscard]] bool lost_network(const compose::Service& service, const Found& found) const {
        if (found.state != "running" || !service.network_mode.empty()) return false;
        return std::any_of(service.networks.begin(), service.networks.end(), [&](const compose::Attachment& attachment) {
            const compose::Network* network = wish_.project->find_network(attachment.network);
            return network != nullptr && std::find(found.networks.begin(), found.networks.end(), network->name) == found.networks.end();
        });
    }

    [[nodiscard]] bool lost_volume(const compose::Service& service, const Found& found) const {
        return std::any_of(service.volumes.begin(), service.volumes.end(), [&](const compose::Mount& mount) {
            if (mount.type != compose::MountType::Volume || mount.source.empty()) return false;
            const compose::Volume* volume = wish_.project->find_volume(mount.source);
            return volume != nullptr && std::none_of(found.mounts.begin(), found.mounts.end(), [&](const FoundMount& has) {
                return has.type == "volume" && has.name == volume->name;
            });
        });
    }

    // Obsolete ones first, then those with the highest numbers, are the ones too many.
    std::vector<Found> sorted(const compose::Service& service) const {
        std::vector<Found> containers = containers_of(wish_, service.name);
        std::sort(containers.begin(), containers.end(), [&](const Found& a, const Found& b) {
            const bool old_a = renewed(service, a);
            const bool old_b = renewed(service, b);
            if (old_a != old_b) return old_b;
            return a.number < b.number;
        });
        return containers;
    }

    // What depends on this service with restart: true is stopped before it is made anew, and started after.
    std::optional<std::size_t> stop_dependents(const compose::Service& service, const std::vector<std::size_t>& after) {
        std::vector<Found> dependents;
        for (const std::string& name : wish_.services) {
            const compose::Service& other = *wish_.project->find_service(name);
            const bool restarts = std::any_of(other.depends_on.begin(), other.depends_on.end(), [&](const compose::Dependency& dependency) {
                return dependency.restart && dependency.service == service.name;
            });
            if (!restarts) continue;
            for (const Found& found : containers_of(wish_, name)) dependents.push_back(found);
            stopped_.insert(name);
        }
        if (dependents.empty()) return std::nullopt;
        Batch batch;
        batch.after = after;
        const std::size_t number = board_.add(std::move(batch));
        for (const Found& found : dependents) {
            Task task = task_for(found.service, found.name);
            task.acts.push_back(shown(stop_act(found.id, {}), "Stopping", "Stopped", "Error while Stopping"));
            board_.add(number, std::move(task));
        }
        return number;
    }

    void make_service(const compose::Service& service) {
        const std::vector<Found> containers = sorted(service);
        const auto wanted = static_cast<std::size_t>(scale_of(wish_, service));
        Batch batch;
        batch.service = service.name;
        batch.after = after_dependencies(service, made_);
        if (const std::string wrong = cannot_share(service); !wrong.empty()) {
            Task task = task_for(service.name, {});
            task.error = wrong;
            made_[service.name] = board_.add(std::move(batch));
            board_.add(made_[service.name], std::move(task));
            return;
        }
        std::int64_t next_number = 1;
        for (const Found& found : containers) next_number = std::max(next_number, found.number + 1);
        if (containers.empty() || renewed(service, containers.front())) fresh_.insert(service.name);
        std::vector<Task> tasks;
        bool renews = false;
        for (std::size_t i = 0; i < containers.size(); ++i) {
            const Found& found = containers[i];
            if (i >= wanted) {
                tasks.push_back(away(found));
            } else if (renewed(service, found)) {
                tasks.push_back(renew(service, found));
                renews = true;
            } else if (found.state == "running" && !stopped_.contains(service.name)) {
                batch.events.push_back({container_subject(found.name), {}, EventState::Done, "Running", {}});
            } else if (found.state == "paused" || found.state == "dead") {
                tasks.push_back(task_for(service.name, found.name));
                tasks.back().acts.push_back(shown(act_for(model::Operation::ContainerStart, found.id), "Restart", "Restarted"));
            }
        }
        for (std::size_t i = containers.size(); i < wanted; ++i) tasks.push_back(create(service, next_number++));
        if (renews) {
            if (const auto stopping = stop_dependents(service, batch.after)) batch.after.push_back(*stopping);
        }
        const std::size_t number = board_.add(std::move(batch));
        for (Task& task : tasks) board_.add(number, std::move(task));
        made_[service.name] = number;
    }

    [[nodiscard]] Task away(const Found& found) const {
        Task task = task_for(found.service, found.name);
        task.acts.push_back(shown(stop_act(found.id, wish_.timeout), "Stopping", "Stopped", "Error while Stopping"));
        task.acts.push_back(shown(remove_act(found.id, false, true), "Removing", "Removed", "Error while Removing"));
        return task;
    }

    Task renew(const compose::Service& service, const Found& found) {
        Task task = task_for(service.name, found.name);
        const std::string name = container_name_of(*wish_.project, service, found.number);
        const std::string stand_in = fmt::format("{}_{}", found.short_id(), name);
        make(service, found.number, stand_in, wish_.renew_volumes ? nullptr : &found, task);
        task.acts.front().begin = "Recreate";
        task.acts.push_back(stop_act(found.id, wish_.timeout));
        task.acts.push_back(remove_act(found.id));
        Act rename = rename_act(stand_in, name);
        rename.end = "Recreated";
        task.acts.push_back(std::move(rename));
        for (Act& act : task.acts) act.error_status = kOwnError;
        return task;
    }

    Task create(const compose::Service& service, std::int64_t number) {
        const std::string name = container_name_of(*wish_.project, service, number);
        Task task = task_for(service.name, name);
        make(service, number, name, nullptr, task);
        task.acts.front().begin = "Creating";
        task.acts.back().end = "Created";
        for (Act& act : task.acts) act.error_status = kOwnError;
        return task;
    }

    void make(const compose::Service& service, std::int64_t number, const std::string& made_as, const Found* previous, Task& task) {
        ContainerWish container;
        container.project = wish_.project;
        container.service = &service;
        container.number = number;
        container.name = container_name_of(*wish_.project, service, number);
        container.previous = previous;
        container.container_names = &names_;
        const auto image = wish_.image_ids.find(service.name);
        if (image != wish_.image_ids.end()) {
            container.image_id = image->second;
            container.image_volumes = image_volumes_of(wish_, image->second);
        }
        container.replaces = made_as != container.name;
        ContainerPlan plan = container_spec_of(container);
        Act act = create_act(std::make_shared<const model::ContainerSpec>(plan.spec), made_as, service.name);
        act.failure.clear();
        act.wrong = creation_error(*wish_.project, service);
        const std::string refused = board_.dry_run ? std::string() : refused_restart(*wish_.project, service);
        if (act.wrong.empty() && !refused.empty()) act.wrong = "Error response from daemon: " + refused;
        task.acts.push_back(std::move(act));
        for (std::size_t i = 1; i < plan.networks.size(); ++i) task.acts.push_back(connect_act(plan.networks[i]));
    }

    const Convergence& wish_;
    Board& board_;
    std::map<std::string, std::string> names_;
    std::map<std::string, std::size_t> made_;
    std::set<std::string> stopped_;
    std::set<std::string> fresh_;  // services whose first container is made (anew)
};

class Starter {
  public:
    Starter(const Convergence& wish, Board& board) : wish_(wish), board_(board) {}

    void run() {
        for (const std::string& name : wish_.services) start_service(*wish_.project->find_service(name));
        if (!wish_.wait) return;
        for (const std::string& name : wish_.services) wait_for(*wish_.project->find_service(name));
    }

  private:
    // waitDependencies: what a service waits for before its containers start, in the service's own batch; the tasks. They are
    // one procedure (pkg/compose/convergence.go of v2.40.3, startService): each wait goes on, and what it was for is started,
    // whatever has failed meanwhile. For start.go calls startService with the context from outside, not with that of the graph's
    // errgroup (dependencies.go, visit), and waitDependencies does not use its own errgroup's either: the first error only keeps
    // services from being begun, and `up` tells it when all that has begun is over.
    std::vector<std::size_t> wait_for_conditions(const compose::Service& service, std::size_t batch) {
        std::vector<std::size_t> waits;
        for (const compose::Dependency& dependency : service.depends_on) {
            if (dependency.condition == compose::DependencyCondition::Started || !started_.contains(dependency.service)) continue;
            if (scale_of(wish_, *wish_.project->find_service(dependency.service)) == 0) continue;
            Task task = task_for(service.name, {});
            Act wait = wait_act(*wish_.project, dependency, containers_of(wish_, dependency.service));
            wait.give_up_at = wish_.wait_until;
            task.acts.push_back(std::move(wait));
            waits.push_back(board_.add(batch, std::move(task)));
        }
        return waits;
    }

    void start_service(const compose::Service& service) {
        Batch batch;
        batch.service = service.name;
        batch.after = after_dependencies(service, started_);
        const std::size_t number = board_.add(std::move(batch));
        std::vector<std::size_t> after = wait_for_conditions(service, number);
        started_[service.name] = number;
        std::vector<Found> containers = containers_of(wish_, service.name);
        std::sort(containers.begin(), containers.end(), [](const Found& a, const Found& b) { return a.number < b.number; });
        if (containers.empty() && scale_of(wish_, service) != 0) {
            Task task;
            task.service = service.name;
            task.after = after;
            task.error = fmt::format("service \"{}\" has no container to start", service.name);
            board_.add(number, std::move(task));
        }
        const std::string uninjectable = injection_error(*wish_.project, service);
        // One after the other: the loop of startService.
        std::optional<std::size_t> last;
        for (const Found& found : containers) {
            if (found.state == "running") continue;
            Task task = task_for(service.name, found.name);
            task.after = after;  // what the service waits for, and the container before
            if (last) task.after.push_back(*last);
            task.error = uninjectable;
            if (uninjectable.empty()) task.acts.push_back(shown(act_for(model::Operation::ContainerStart, found.id), "Starting", "Started"));
            last = board_.add(number, std::move(task));
        }
    }

    // Whether another service waits for this one to complete: then --wait does too.
    [[nodiscard]] bool completes(const std::string& name) const {
        return std::any_of(wish_.project->services.begin(), wish_.project->services.end(), [&name](const compose::Service& service) {
            return std::any_of(service.depends_on.begin(), service.depends_on.end(), [&name](const compose::Dependency& dependency) {
                return dependency.service == name && dependency.condition == compose::DependencyCondition::CompletedSuccessfully;
            });
        });
    }

    void wait_for(const compose::Service& service) {
        if (scale_of(wish_, service) == 0) return;
        Batch batch;
        batch.service = service.name;
        for (const auto& [_, number] : started_) batch.after.push_back(number);
        const std::size_t number = board_.add(std::move(batch));
        Task task = task_for(wish_.project->name, {});
        compose::Dependency dependency;
        dependency.service = service.name;
        dependency.condition = compose::DependencyCondition::CompletedSuccessfully;
        Act wait = wait_act(*wish_.project, dependency, containers_of(wish_, service.name));
        if (!completes(service.name)) {
            wait.kind = Act::Kind::Running;
            wait.end = "Healthy";
            wait.error_status.clear();
        }
        wait.give_up_at = wish_.wait_until;
        wait.give_up_error = fmt::format("application not healthy after {}", wish_.wait_timeout);
        task.acts.push_back(std::move(wait));
        board_.add(number, std::move(task));
    }

    const Convergence& wish_;
    Board& board_;
    std::map<std::string, std::size_t> started_;
};

}  // namespace

void make_v2(const Convergence& wish, Board& board) { Maker(wish, board).run(); }
void start_v2(const Convergence& wish, Board& board) { Starter(wish, board).run(); }

}  // namespace podium::programs::composing
