// docker compose 2: containers are created, made anew and taken away service by service, then started in
// the order of dependencies (reconcile and start of pkg/compose).

#include <algorithm>

#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/programs/compose/container_spec_of.hpp"
#include "sim/programs/compose/converge.hpp"

namespace podium::programs::composing {
namespace {

struct ToStart {
    std::string name;
};

class ConvergerV2 {
  public:
    ConvergerV2(const Convergence& wish, Board& board) : wish_(wish), board_(board), names_(container_names(wish)) {}

    void run() {
        for (const std::string& name : wish_.services) make_service(*wish_.project->find_service(name));
        if (!wish_.start) return;
        for (const std::string& name : wish_.services) start_service(*wish_.project->find_service(name));
        if (!wish_.wait) return;
        for (const std::string& name : wish_.services) wait_for(*wish_.project->find_service(name));
    }

  private:
    static std::string subject(const std::string& container) { return "Container " + container; }

    std::vector<std::size_t> after_dependencies(const compose::Service& service, const std::map<std::string, std::size_t>& batches) const {
        std::vector<std::size_t> after;
        for (const compose::Dependency& dependency : service.depends_on) {
            const auto found = batches.find(dependency.service);
            if (found != batches.end()) after.push_back(found->second);
        }
        return after;
    }

    [[nodiscard]] bool renewed(const compose::Service& service, const Found& found) const {
        if (wish_.scaling_only || wish_.no_recreate) return false;
        const bool named = wish_.named.empty() || wish_.named.contains(service.name);
        if (wish_.force_recreate && named) return true;
        if (wish_.recreate_dependencies && !named) return true;
        if (diverged(wish_, service, {found})) return true;
        // A running container that lost one of its networks is made anew.
        if (found.state != "running" || !service.network_mode.empty()) return false;
        for (const compose::Attachment& attachment : service.networks) {
            const compose::Network* network = wish_.project->find_network(attachment.network);
            if (network != nullptr && std::find(found.networks.begin(), found.networks.end(), network->name) == found.networks.end()) return true;
        }
        return false;
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

    void make_service(const compose::Service& service) {
        const std::vector<Found> containers = sorted(service);
        const auto wanted = static_cast<std::size_t>(scale_of(wish_, service));
        Batch batch;
        batch.service = service.name;
        batch.after = after_dependencies(service, made_);
        bool restarts = false;
        for (const compose::Dependency& dependency : service.depends_on) restarts |= dependency.restart && recreated_.contains(dependency.service);
        std::vector<Task> tasks;
        std::int64_t next_number = 1;
        for (const Found& found : containers) next_number = std::max(next_number, found.number + 1);
        for (std::size_t i = 0; i < containers.size(); ++i) {
            const Found& found = containers[i];
            if (i >= wanted) {
                tasks.push_back(away(found));
            } else if (renewed(service, found)) {
                tasks.push_back(renew(service, found));
                recreated_.insert(service.name);
                starts_[service.name].push_back({found.name});
            } else if (found.state == "running" && restarts) {
                Task task = task_for(service, found.name);
                task.acts.push_back(shown(stop_act(found.id, wish_.timeout), "Stopping", "Stopped"));
                tasks.push_back(std::move(task));
                starts_[service.name].push_back({found.name});
            } else if (found.running()) {
                batch.notice += fmt::format(" {}  Running\n", subject(found.name));
            } else {
                starts_[service.name].push_back({found.name});
            }
        }
        for (std::size_t i = containers.size(); i < wanted; ++i) tasks.push_back(create(service, next_number++));
        const std::size_t number = board_.add(std::move(batch));
        for (Task& task : tasks) board_.add(number, std::move(task));
        made_[service.name] = number;
        all_made_.push_back(number);
    }

    static Act shown(Act act, std::string begin, std::string end) {
        act.begin = std::move(begin);
        act.end = std::move(end);
        return act;
    }

    static Task task_for(const compose::Service& service, const std::string& container) {
        Task task;
        task.subject = subject(container);
        task.service = service.name;
        return task;
    }

    [[nodiscard]] Task away(const Found& found) const {
        Task task;
        task.subject = subject(found.name);
        task.service = found.service;
        if (found.running()) task.acts.push_back(shown(stop_act(found.id, wish_.timeout), "Stopping", "Stopped"));
        task.acts.push_back(shown(remove_act(found.id), "Removing", "Removed"));
        return task;
    }

    Task renew(const compose::Service& service, const Found& found) {
        Task task = task_for(service, found.name);
        const std::size_t first = task.acts.size();
        make(service, found.number, fmt::format("{}_{}", found.short_id(), found.name), found.name, wish_.renew_volumes ? nullptr : &found, task);
        task.acts[first].begin = "Recreate";
        task.acts.push_back(stop_act(found.id, wish_.timeout));
        task.acts.push_back(remove_act(found.id));
        Act rename = rename_act(std::string(1, kOwnId), found.name);
        rename.end = "Recreated";
        task.acts.push_back(std::move(rename));
        return task;
    }

    Task create(const compose::Service& service, std::int64_t number) {
        const std::string name = container_name_of(*wish_.project, service, number);
        Task task = task_for(service, name);
        make(service, number, name, name, nullptr, task);
        task.acts.front().begin = "Creating";
        task.acts.back().end = "Created";
        starts_[service.name].push_back({name});
        return task;
    }

    void make(const compose::Service& service, std::int64_t number, const std::string& made_as, const std::string& name, const Found* previous, Task& task) {
        ContainerWish container;
        container.project = wish_.project;
        container.service = &service;
        container.number = number;
        container.name = name;
        container.previous = previous;
        container.container_names = &names_;
        const auto image = wish_.image_ids.find(service.name);
        if (image != wish_.image_ids.end()) container.image_id = image->second;
        ContainerPlan plan = container_spec_of(container);
        task.acts.push_back(create_act(std::make_shared<const model::ContainerSpec>(plan.spec), made_as, service.name));
        for (std::size_t i = 1; i < plan.networks.size(); ++i) {
            Act connect = act_for(model::Operation::NetworkConnect, plan.networks[i].network);
            connect.spec.options["container"] = std::string(1, kOwnId);
            connect.spec.options["aliases"] = join(plan.networks[i].aliases, ",");
            if (!plan.networks[i].ipv4_address.empty()) connect.spec.options["ipv4"] = plan.networks[i].ipv4_address;
            task.acts.push_back(std::move(connect));
        }
    }

    // Batches that wait for the conditions of a service's dependencies, one after the starts they wait on.
    std::vector<std::size_t> conditions(const compose::Service& service, const std::vector<std::size_t>& after) {
        std::vector<std::size_t> gates = after;
        for (const compose::Dependency& dependency : service.depends_on) {
            if (dependency.condition == compose::DependencyCondition::Started || !started_.contains(dependency.service)) continue;
            Batch batch;
            batch.service = service.name;
            batch.after = after;
            const std::size_t number = board_.add(std::move(batch));
            Task task = task_for(service, names_[dependency.service]);
            Act wait = wait_act(*wish_.project, dependency);
            wait.begin = "Waiting";
            wait.end = dependency.condition == compose::DependencyCondition::Healthy ? "Healthy" : "Exited";
            task.acts.push_back(std::move(wait));
            board_.add(number, std::move(task));
            gates.push_back(number);
        }
        return gates;
    }

    void start_service(const compose::Service& service) {
        std::vector<std::size_t> after = after_dependencies(service, started_);
        after.insert(after.end(), all_made_.begin(), all_made_.end());
        const auto starts = starts_.find(service.name);
        const bool any = starts != starts_.end() && !starts->second.empty();
        Batch batch;
        batch.service = service.name;
        batch.after = any ? conditions(service, after) : after;
        const std::size_t number = board_.add(std::move(batch));
        started_[service.name] = number;
        if (!any) return;
        for (const ToStart& container : starts->second) {
            Task task = task_for(service, container.name);
            task.acts.push_back(shown(act_for(model::Operation::ContainerStart, container.name), "Starting", "Started"));
            board_.add(number, std::move(task));
        }
    }

    void wait_for(const compose::Service& service) {
        Batch batch;
        batch.service = service.name;
        for (const auto& [_, number] : started_) batch.after.push_back(number);
        const std::size_t number = board_.add(std::move(batch));
        Task task = task_for(service, names_[service.name]);
        Act wait;
        wait.kind = Act::Kind::Running;
        wait.spec = list_request(wish_.project->name, service.name);
        wait.begin = "Waiting";
        wait.end = "Healthy";
        task.acts.push_back(std::move(wait));
        board_.add(number, std::move(task));
    }

    const Convergence& wish_;
    Board& board_;
    std::map<std::string, std::string> names_;
    std::map<std::string, std::vector<ToStart>> starts_;
    std::map<std::string, std::size_t> made_;
    std::map<std::string, std::size_t> started_;
    std::vector<std::size_t> all_made_;
    std::set<std::string> recreated_;
};

}  // namespace

void converge_v2(const Convergence& wish, Board& board) { ConvergerV2(wish, board).run(); }

}  // namespace podium::programs::composing
