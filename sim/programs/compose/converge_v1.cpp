// docker-compose 1.29.2: Project.up, Service.convergence_plan and execute_convergence_plan.

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/programs/compose/container_spec_of.hpp"
#include "sim/programs/compose/converge.hpp"
#include "sim/programs/compose/defaults.hpp"

namespace podium::programs::composing {
namespace {

enum class Plan : std::uint8_t { Create, Recreate, Start, Noop };

class ConvergerV1 {
  public:
    ConvergerV1(const Convergence& wish, Board& board) : wish_(wish), board_(board), names_(container_names(wish)) {}

    void run() {
        if (wish_.scaling_only) {
            for (const std::string& name : wish_.services) rescale(*wish_.project->find_service(name));
            return;
        }
        for (const std::string& name : wish_.services) decide(*wish_.project->find_service(name));
        for (const std::string& name : wish_.services) work(*wish_.project->find_service(name));
    }

  private:
    [[nodiscard]] Plan plan_of(const compose::Service& service, const std::vector<Found>& containers, bool always) const {
        if (containers.empty()) return Plan::Create;
        if (wish_.no_recreate) return Plan::Start;
        if (always || diverged(wish_, service, containers)) return Plan::Recreate;
        const bool stopped = std::any_of(containers.begin(), containers.end(), [](const Found& found) { return !found.running(); });
        return stopped ? Plan::Start : Plan::Noop;
    }

    // A service whose dependency is made (anew) is made anew too when it is down; see _get_convergence_plans.
    void decide(const compose::Service& service) {
        const std::vector<Found> containers = containers_of(wish_, service.name);
        bool updated = false;
        for (const compose::Dependency& dependency : service.depends_on) {
            const auto plan = plans_.find(dependency.service);
            updated |= plan != plans_.end() && (plan->second == Plan::Recreate || plan->second == Plan::Create);
        }
        const bool stopped = std::any_of(containers.begin(), containers.end(), [](const Found& found) { return found.state == "created" || found.state == "exited"; });
        // should_recreate_for_links: the engine keeps no links between containers on networks of the user's own (moby
        // registerLinks), so that a service's are always new to its containers there.
        const bool links = !service.links.empty() && service.network_mode.empty();
        const bool always = wish_.force_recreate || (updated && (wish_.recreate_dependencies || stopped || links));
        plans_[service.name] = plan_of(service, containers, always);
    }

    [[nodiscard]] std::string grace(const compose::Service& service) const {
        if (!wish_.timeout.empty()) return wish_.timeout;
        return fmt::format("{}", service.stop_grace_period ? service.stop_grace_period->nanoseconds / 1'000'000'000 : kStopSeconds);
    }

    // The batches this service's work begins after; conditions are batches of their own.
    std::vector<std::size_t> gates(const compose::Service& service) {
        std::vector<std::size_t> after;
        for (const compose::Dependency& dependency : service.depends_on) {
            const auto last = last_.find(dependency.service);
            if (last == last_.end()) continue;
            after.push_back(last->second);
        }
        const std::vector<std::size_t> ended = after;
        for (const compose::Dependency& dependency : service.depends_on) {
            if (!last_.contains(dependency.service) || dependency.condition == compose::DependencyCondition::Started || !wish_.start) continue;
            Batch gate;
            gate.service = service.name;
            gate.after = ended;
            const std::size_t number = board_.add(std::move(gate));
            Task task;
            task.service = service.name;
            task.subject = service.name;
            task.acts.push_back(wait_act(*wish_.project, dependency));
            board_.add(number, std::move(task));
            after.push_back(number);
        }
        return after;
    }

    // Service.show_scale_warnings, which execute_convergence_plan calls for every service, whatever is then done.
    [[nodiscard]] static std::string scale_warnings(const compose::Service& service, std::int64_t scale) {
        std::string out;
        if (scale < 2) return out;
        if (!service.container_name.empty()) {
            out += fmt::format("The \"{}\" service is using the custom container name \"{}\". Docker requires each container to have a unique name. Remove the custom name to scale the service.\n", service.name, service.container_name);
        }
        const bool fixed = std::any_of(service.ports.begin(), service.ports.end(), [](const compose::Port& port) { return port.published != 0; });
        if (fixed) out += fmt::format("The \"{}\" service specifies a port on the host. If multiple containers for this service are created on a single host, the port will clash.\n", service.name);
        return out;
    }

    std::size_t next_batch(const compose::Service& service, std::string verb, std::string notice = {}) {
        Batch batch;
        batch.verb = std::move(verb);
        batch.notice = std::exchange(warnings_, {}) + notice;
        batch.service = service.name;
        batch.after = after_;
        const std::size_t number = board_.add(std::move(batch));
        after_ = {number};
        last_[service.name] = number;
        return number;
    }

    [[nodiscard]] std::vector<Found> by_number(const compose::Service& service) const {
        std::vector<Found> containers = containers_of(wish_, service.name);
        std::sort(containers.begin(), containers.end(), [](const Found& a, const Found& b) { return a.number < b.number; });
        return containers;
    }

    static std::int64_t number_after(const std::vector<Found>& containers) {
        std::int64_t next = 1;
        for (const Found& found : containers) next = std::max(next, found.number + 1);
        return next;
    }

    // Service.scale, for one service after the other: only what runs counts, and none of it is made anew.
    void rescale(const compose::Service& service) {
        std::vector<Found> containers = by_number(service);
        std::vector<Found> running = containers;
        std::erase_if(running, [](const Found& found) { return !found.running(); });
        const std::int64_t asked = scale_of(wish_, service);
        const auto wanted = static_cast<std::size_t>(asked);
        warnings_ = scale_warnings(service, asked);
        if (running.size() == wanted) {
            next_batch(service, {}, "Desired container number already achieved\n");
        } else if (running.size() > wanted) {
            downscale(service, std::vector<Found>(running.begin() + static_cast<std::ptrdiff_t>(wanted), running.end()));
        } else {
            remove_diverged(service, containers);
            const std::int64_t next = number_after(containers);
            if (containers.size() > wanted) {
                downscale(service, std::vector<Found>(containers.begin() + static_cast<std::ptrdiff_t>(wanted), containers.end()));
                containers.resize(wanted);
            }
            start(service, containers);
            if (containers.size() < wanted) create(service, next, asked - static_cast<std::int64_t>(containers.size()));
        }
    }

    // Of what is down only that is kept which is as the file says.
    void remove_diverged(const compose::Service& service, std::vector<Found>& containers) {
        const auto goes = [&](const Found& found) { return !found.running() && diverged(wish_, service, {found}); };
        if (std::none_of(containers.begin(), containers.end(), goes)) return;
        const std::size_t batch = next_batch(service, {});
        for (const Found& found : containers) {
            if (!goes(found)) continue;
            Task task;
            task.subject = found.name;
            task.service = service.name;
            task.acts.push_back(remove_act(found.id));
            board_.add(batch, std::move(task));
        }
        std::erase_if(containers, goes);
    }

    void work(const compose::Service& service) {
        after_ = gates(service);
        std::vector<Found> containers = by_number(service);
        const Plan plan = plans_.at(service.name);
        const std::int64_t asked = scale_of(wish_, service);
        warnings_ = scale_warnings(service, asked);
        // The dependencies of `run` keep as many containers as they have (rescale=False).
        const std::int64_t scale = wish_.rescale || plan == Plan::Create ? asked : static_cast<std::int64_t>(containers.size());
        const std::int64_t next_number = number_after(containers);
        if (plan == Plan::Noop && scale == static_cast<std::int64_t>(containers.size())) {
            std::string notice;
            for (const Found& found : containers) notice += fmt::format("{} is up-to-date\n", found.name);
            next_batch(service, {}, notice);
            return;
        }
        const auto wanted = static_cast<std::size_t>(scale);
        if (containers.size() > wanted) {
            downscale(service, std::vector<Found>(containers.begin() + static_cast<std::ptrdiff_t>(wanted), containers.end()));
            containers.resize(wanted);
        }
        if (plan == Plan::Recreate) {
            recreate(service, containers);
        } else if (plan != Plan::Create) {
            start(service, containers);
        }
        if (containers.size() < wanted) create(service, next_number, scale - static_cast<std::int64_t>(containers.size()));
        if (!last_.contains(service.name) || !warnings_.empty()) next_batch(service, {});
    }

    void downscale(const compose::Service& service, const std::vector<Found>& containers) {
        const std::size_t batch = next_batch(service, "Stopping and removing");
        for (const Found& found : containers) {
            Task task;
            task.subject = found.name;
            task.service = service.name;
            task.acts = {stop_act(found.id, grace(service)), remove_act(found.id)};
            board_.add(batch, std::move(task));
        }
    }

    void start(const compose::Service& service, const std::vector<Found>& containers) {
        if (!wish_.start) return;
        const bool any = std::any_of(containers.begin(), containers.end(), [](const Found& found) { return !found.running(); });
        if (!any) return;
        const std::size_t batch = next_batch(service, "Starting");
        for (const Found& found : containers) {
            if (found.running()) continue;
            Task task;
            task.subject = found.name;
            task.service = service.name;
            add_start_v1(*wish_.project, service, found, task);
            board_.add(batch, std::move(task));
        }
    }

    void recreate(const compose::Service& service, const std::vector<Found>& containers) {
        if (containers.empty()) return;
        const std::size_t batch = next_batch(service, "Recreating");
        for (const Found& found : containers) {
            Task task;
            task.subject = found.name;
            task.service = service.name;
            task.acts.push_back(stop_act(found.id, grace(service)));
            if (!found.name.starts_with(found.short_id())) task.acts.push_back(rename_act(found.id, fmt::format("{}_{}", found.short_id(), found.name)));
            make(service, found.number, wish_.renew_volumes ? nullptr : &found, task);
            task.acts.push_back(remove_act(found.id));
            board_.add(batch, std::move(task));
        }
    }

    void create(const compose::Service& service, std::int64_t first_number, std::int64_t count) {
        const std::size_t batch = next_batch(service, "Creating");
        for (std::int64_t i = 0; i < count; ++i) {
            Task task;
            task.subject = container_name_of(*wish_.project, service, first_number + i);
            task.service = service.name;
            make(service, first_number + i, nullptr, task);
            board_.add(batch, std::move(task));
        }
    }

    // Create, then leave the network and join it again, now with the short id as another alias, then start.
    void make(const compose::Service& service, std::int64_t number, const Found* previous, Task& task) {
        ContainerWish container;
        container.project = wish_.project;
        container.service = &service;
        container.number = number;
        container.name = container_name_of(*wish_.project, service, number);
        container.previous = previous;
        const auto gone = previous == nullptr ? wish_.gone_images.end() : wish_.gone_images.find(previous->image_id);
        const auto own = wish_.image_ids.find(service.name);
        const bool reset = gone != wish_.gone_images.end() && wish_.reset_images && own != wish_.image_ids.end();
        if (previous != nullptr) container.image_volumes = image_volumes_of(wish_, reset ? own->second : previous->image_id);
        container.container_names = &names_;
        ContainerPlan plan = container_spec_of(container);
        Act act = create_act(std::make_shared<const model::ContainerSpec>(plan.spec), container.name, service.name);
        if (const std::string refused = refused_restart(*wish_.project, service); !refused.empty()) act.wrong = act.failure + refused;
        // Before it makes one, get_container_data_volumes (service.py) asks for the old container's image.
        if (gone != wish_.gone_images.end() && !wish_.reset_images) act.wrong = gone->second;
        task.acts.push_back(std::move(act));
        if (!wish_.start) return;
        for (std::size_t i = 0; i < plan.networks.size(); ++i) {
            const model::EndpointSpec& endpoint = plan.networks[i];
            if (i == 0) {
                Act leave = act_for(model::Operation::NetworkDisconnect, endpoint.network);
                leave.spec.options["container"] = std::string(1, kOwnId);
                task.acts.push_back(std::move(leave));
            }
            task.acts.push_back(connect_act(endpoint, {std::string(1, kOwnShortId)}));
        }
        task.acts.push_back(act_for(model::Operation::ContainerStart, std::string(1, kOwnId), fmt::format("Cannot start service {}: ", service.name)));
    }

    const Convergence& wish_;
    Board& board_;
    std::map<std::string, std::string> names_;
    std::map<std::string, Plan> plans_;
    std::map<std::string, std::size_t> last_;  // the last batch of each service
    std::vector<std::size_t> after_;
    std::string warnings_;  // told when the next batch begins
};

}  // namespace

std::vector<Found> containers_of(const Convergence& wish, const std::string& service) {
    std::vector<Found> out;
    for (const Found& found : wish.containers) {
        if (found.service == service && !found.oneoff) out.push_back(found);
    }
    return out;
}

const std::set<std::string>* image_volumes_of(const Convergence& wish, const std::string& image_id) {
    const auto found = wish.image_volumes.find(image_id);
    return found != wish.image_volumes.end() ? &found->second : nullptr;
}

std::int64_t scale_of(const Convergence& wish, const compose::Service& service) {
    const auto given = wish.scales.find(service.name);
    if (given != wish.scales.end()) return given->second;
    if (wish.project->dialect == compose::Dialect::V2 || !service.deploy) return service.replicas();
    // Project.get_service_scale: only mode replicated counts, and max_replicas_per_node is the most.
    if (service.deploy->mode != compose::DeployMode::Replicated) return service.scale.value_or(1);
    const std::int64_t most = service.deploy->placement.max_replicas_per_node;
    return most > 0 ? std::min(most, service.replicas()) : service.replicas();
}

bool diverged(const Convergence& wish, const compose::Service& service, const std::vector<Found>& containers) {
    const std::string hash = config_hash_of(*wish.project, service);
    const auto image = wish.image_ids.find(service.name);
    for (const Found& found : containers) {
        if (found.config_hash != hash) return true;
        if (image != wish.image_ids.end() && !image->second.empty() && !found.image_id.empty() && found.image_id != image->second) return true;
    }
    return false;
}

Act act_for(model::Operation operation, const std::string& target, std::string failure) {
    Act act;
    act.spec = request_for(operation, target);
    act.failure = std::move(failure);
    return act;
}

Act stop_act(const std::string& target, const std::string& seconds) {
    Act act = act_for(model::Operation::ContainerStop, target);
    if (!seconds.empty()) act.spec.options["t"] = seconds;
    act.forgiving = true;
    return act;
}

Act remove_act(const std::string& target, bool volumes, bool force) {
    Act act = act_for(model::Operation::ContainerRemove, target);
    if (volumes) act.spec.options["v"] = "1";
    if (force) act.spec.options["force"] = "1";
    return act;
}

Act connect_act(const model::EndpointSpec& endpoint, const std::vector<std::string>& more_aliases) {
    Act act = act_for(model::Operation::NetworkConnect, endpoint.network);
    act.spec.options["container"] = std::string(1, kOwnId);
    std::vector<std::string> aliases = endpoint.aliases;
    aliases.insert(aliases.end(), more_aliases.begin(), more_aliases.end());
    if (!aliases.empty()) act.spec.options["aliases"] = join(aliases, ",");
    if (!endpoint.ipv4_address.empty()) act.spec.options["ipv4"] = endpoint.ipv4_address;
    return act;
}

// service.py, start_container: start_container_if_stopped and a new container go the same way.
void add_start_v1(const compose::Project& project, const compose::Service& service, const Found& found, Task& task) {
    ContainerWish container;
    container.project = &project;
    container.service = &service;
    container.number = found.number;
    container.name = found.name;
    const ContainerPlan plan = container_spec_of(container);
    if (!plan.networks.empty()) {
        Act look = act_for(model::Operation::ContainerInspect, found.id);
        look.kind = Act::Kind::Networks;
        task.acts.push_back(std::move(look));
    }
    for (const model::EndpointSpec& endpoint : plan.networks) {
        Act leave = act_for(model::Operation::NetworkDisconnect, endpoint.network);
        Act join = connect_act(endpoint, {found.short_id()});
        leave.spec.options["container"] = join.spec.options["container"] = found.id;
        leave.network = join.network = endpoint.network;
        task.acts.push_back(std::move(leave));
        task.acts.push_back(std::move(join));
    }
    task.acts.push_back(act_for(model::Operation::ContainerStart, found.id, fmt::format("Cannot start service {}: ", service.name)));
}

Act rename_act(const std::string& target, const std::string& name) {
    Act act = act_for(model::Operation::ContainerRename, target);
    act.spec.options["name"] = name;
    return act;
}

Act create_act(std::shared_ptr<const model::ContainerSpec> spec, const std::string& name, const std::string& service) {
    Act act = act_for(model::Operation::ContainerCreate, {}, fmt::format("Cannot create container for service {}: ", service));
    act.spec.container = std::move(spec);
    act.spec.options["name"] = name;
    act.keeps_id = true;
    return act;
}

Act wait_act(const compose::Project& project, const compose::Dependency& dependency, const std::vector<Found>& containers) {
    Act act;
    act.spec = list_request(project.name, dependency.service);
    act.service = dependency.service;
    const bool healthy = dependency.condition == compose::DependencyCondition::Healthy;
    act.kind = healthy ? Act::Kind::Healthy : Act::Kind::Completed;
    if (project.dialect == compose::Dialect::V1) return act;
    for (const Found& found : containers) act.subjects.push_back(container_subject(found.name));
    act.begin = "Waiting";
    act.end = healthy ? "Healthy" : "Exited";
    act.error_status = healthy ? std::string("Error") : std::string(kOwnError);
    if (!dependency.required) act.optional = fmt::format("optional dependency \"{}\" failed to start", dependency.service);
    return act;
}

std::string container_subject(const std::string& name) { return "Container " + name; }

Act shown(Act act, std::string begin, std::string end, std::string error_status) {
    act.begin = std::move(begin);
    act.end = std::move(end);
    act.error_status = std::move(error_status);
    return act;
}

std::map<std::string, std::string> container_names(const Convergence& wish) {
    std::map<std::string, std::string> out;
    for (const compose::Service& service : wish.project->services) {
        const std::vector<Found> containers = containers_of(wish, service.name);
        const auto first = std::min_element(containers.begin(), containers.end(), [](const Found& a, const Found& b) { return a.number < b.number; });
        out[service.name] = container_name_of(*wish.project, service, first == containers.end() ? 1 : first->number);
    }
    return out;
}

void converge_v1(const Convergence& wish, Board& board) { ConvergerV1(wish, board).run(); }

}  // namespace podium::programs::composing
