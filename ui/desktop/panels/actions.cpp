#include "ui/desktop/panels/actions.hpp"

#include <algorithm>
#include <cctype>
#include <fmt/format.h>
#include <set>

#include "ui/desktop/panels/compose_words.hpp"
#include "ui/desktop/panels/fault_parts.hpp"

namespace podium::desktop {
namespace {

using view::ClusterView;
using view::HostView;
using view::Phase;
using view::ServiceView;
using view::TaskView;
using view::Tile;

constexpr std::string_view kOffline = "{} is down";

bool takes_commands(const HostView& host) {
    return host.up && !host.frozen;
}

const HostView* host_by_name(const ClusterView& cluster, std::string_view name) {
    const auto found = std::find_if(cluster.hosts.begin(), cluster.hosts.end(), [name](const HostView& host) { return host.name == name; });
    return found == cluster.hosts.end() ? nullptr : &*found;
}

// Collects actions under headings.
class ActionList {
  public:
    ActionList(const Frame& frame, const std::string& terminal) : frame_(frame), cluster_(*frame.cluster), own_(free_terminal(frame, terminal)) {}

    [[nodiscard]] const ClusterView& cluster() const { return cluster_; }

    void heading(std::string_view words) { heading_ = words; }

    /// A program's line on a host; `unable` as Action::unable.
    void on_host(const HostView& host, std::string label, std::string command, std::string unable = {}) {
        if (unable.empty() && !takes_commands(host)) unable = why_not(host);
        add(std::move(label), std::move(command), free_terminal(frame_, host.name), std::move(unable));
    }

    /// A line that needs a manager of the swarm.
    void on_manager(std::string label, std::string command, std::string unable = {}) {
        const std::string manager = manager_of(cluster_);
        if (manager.empty() && unable.empty()) unable = "no manager of the swarm is up";
        add(std::move(label), std::move(command), free_terminal(frame_, manager), std::move(unable));
    }

    /// One of Podium's own words.
    void own(std::string label, std::string command, std::string unable = {}) {
        add(std::move(label), std::move(command), own_, std::move(unable));
    }

    /// A fault; one that goes on with the same words isn't offered again.
    void fault(std::string label, const std::string& text, std::string unable = {}) {
        if (unable.empty() && goes_on(text)) unable = "it goes on already";
        add(std::move(label), "inject " + shell_words(text), own_, std::move(unable));
        out_.back().fault = true;
    }

    /// The faults that go on and name one of these targets, to be ended.
    void lifts(const std::set<std::string>& targets) {
        for (const view::FaultView& fault : cluster_.faults) {
            if (!targets.contains(fault.target)) continue;
            add("End " + lowered(fault_label(first_word(fault.text))), "lift " + shell_words(fault.text), own_, {});
            out_.back().fault = true;
        }
    }

    /// All faults of a kind of target; `unable` is asked with a fault's id.
    template <typename Unable>
    void faults(std::string_view kind, const std::string& target, const Unable& unable) {
        if (!frame_.lists) return;
        for (const Lists::Fault& spec : frame_.lists->faults) {
            if (spec.target == kind) fault(fault_label(spec.id), spec.id + " " + target, unable(spec.id));
        }
    }

    [[nodiscard]] static std::string why_not(const HostView& host) {
        return host.up ? fmt::format("{} stands still", host.name) : fmt::format(fmt::runtime(kOffline), host.name);
    }

    [[nodiscard]] const std::string& own_terminal() const { return own_; }

    /// Where a line is typed that goes to a host.
    [[nodiscard]] const std::string& directory_on(const HostView& host) const { return terminal_directory(frame_, free_terminal(frame_, host.name)); }

    std::vector<Action> take() { return std::move(out_); }

  private:
    void add(std::string label, std::string command, std::string terminal, std::string unable) {
        Action action;
        action.label = std::move(label);
        action.command = std::move(command);
        action.terminal = std::move(terminal);
        action.unable = std::move(unable);
        action.heading = heading_;
        out_.push_back(std::move(action));
    }

    [[nodiscard]] bool goes_on(const std::string& text) const {
        return std::any_of(cluster_.faults.begin(), cluster_.faults.end(), [&text](const view::FaultView& fault) { return fault.text == text; });
    }

    [[nodiscard]] static std::string first_word(const std::string& text) { return text.substr(0, text.find(' ')); }

    static std::string lowered(std::string words) {
        if (!words.empty()) words[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(words[0])));
        return words;
    }

    const Frame& frame_;
    const ClusterView& cluster_;
    std::string own_;
    std::string heading_;
    std::vector<Action> out_;
};

bool name_is_shared(const ClusterView& cluster, const Tile& tile) {
    return std::count_if(cluster.tiles.begin(), cluster.tiles.end(), [&tile](const Tile& other) { return other.name == tile.name; }) > 1;
}

void container_verbs(ActionList& list, const Tile& tile, const HostView& host) {
    const std::string name = engine_name(list.cluster(), tile);
    const auto docker = [&](std::string label, const std::string& verb, std::string unable = {}) {
        list.on_host(host, std::move(label), fmt::format("docker {} {}", verb, name), std::move(unable));
    };
    const bool alive = runs(tile.phase);
    const bool paused = tile.phase == Phase::Paused;
    list.heading("Container");
    if (alive || tile.phase == Phase::BackOff) {
        docker("Stop", "stop");
        docker("Restart", "restart");
    } else {
        docker("Start", "start", tile.phase == Phase::Stopping ? "it is being stopped" : "");
    }
    if (alive || tile.phase == Phase::Stopping) docker("Kill", "kill");
    if (paused) {
        docker("Go on", "unpause");
    } else {
        docker("Pause", "pause", alive ? "" : "it does not run");
    }
    docker("Remove", "rm -f");
    docker("Follow its logs", "logs -f");
    list.on_host(host, "A shell in it", fmt::format("docker exec -it {} sh", name), !alive ? "it does not run" : paused ? "it is paused" : "");
    docker("Inspect", "inspect");
}

// Podium's own words know a container as people call it; where several are called the same, by its own name, or by its id where
// that is another's on another host, too.
std::string own_target(const ClusterView& cluster, const Tile& tile) {
    if (!tile.id.empty()) return tile.id;
    return name_is_shared(cluster, tile) ? engine_name(cluster, tile) : tile.name;
}

void container_faults(ActionList& list, const Tile& tile) {
    const std::string target = own_target(list.cluster(), tile);
    list.heading("Faults");
    list.lifts({tile.name, target, engine_name(list.cluster(), tile)});
    const bool alive = runs(tile.phase) || tile.phase == Phase::Stopping;
    const bool lost = tile.phase == Phase::Lost;
    list.faults("container", target, [&](const std::string& id) -> std::string {
        if (id == "kill" && !alive) return lost ? "its host is down" : "it does not run";
        return {};
    });
}

void act_on_container(ActionList& list, const Tile& tile) {
    const ClusterView& cluster = list.cluster();
    if (tile.container == 0 || tile.host == view::kNone) {
        list.heading("Task");
        list.own("Why", "why " + tile.name);
        if (tile.service != view::kNone) list.on_manager("Its service's tasks", "docker service ps --no-trunc " + cluster.services[tile.service].name);
        return;
    }
    container_verbs(list, tile, cluster.hosts[tile.host]);
    list.own("Why", "why " + own_target(cluster, tile));
    container_faults(list, tile);
}

std::string partition_of(const ClusterView& cluster, const std::string& host) {
    std::string rest;
    for (const HostView& other : cluster.hosts) {
        if (other.name != host) rest += (rest.empty() ? "" : ",") + other.name;
    }
    return rest.empty() ? std::string() : host + "|" + rest;
}

void swarm_node(ActionList& list, const HostView& host) {
    if (host.role.empty()) return;
    const bool manager = host.role != "worker";
    list.heading("Node of the swarm");
    for (const std::string_view availability : {"drain", "pause", "active"}) {
        const std::string label = availability == "drain" ? "Drain" : availability == "pause" ? "No more tasks" : "Take tasks again";
        if (host.availability == availability) continue;
        list.on_manager(label, fmt::format("docker node update --availability {} {}", availability, host.name));
    }
    if (manager) {
        const auto managers = std::count_if(list.cluster().hosts.begin(), list.cluster().hosts.end(), [](const HostView& other) { return other.role == "manager" || other.role == "leader"; });
        list.on_manager("Demote to worker", "docker node demote " + host.name, managers < 2 ? "it is the last manager" : "");
    } else {
        list.on_manager("Promote to manager", "docker node promote " + host.name, host.node_state == "down" ? "it is down" : "");
    }
    list.on_manager("Its tasks", "docker node ps " + host.name);
}

void act_on_host(ActionList& list, const HostView& host) {
    list.heading("Host");
    if (host_of_terminal(list.own_terminal()) != host.name) {
        const HostView* from = host_by_name(list.cluster(), host_of_terminal(list.own_terminal()));
        list.own("Log in", "ssh " + host.name, from != nullptr && !takes_commands(*from) ? ActionList::why_not(*from) : "");
    }
    list.on_host(host, "Its containers", "docker ps -a");
    list.on_host(host, "What they use", "docker stats --no-stream");
    list.own("Why", "why " + host.name);
    swarm_node(list, host);
    list.heading("Faults");
    list.lifts({host.name});
    list.faults("host", host.name, [&](const std::string& id) -> std::string {
        const bool engine = id.starts_with("engine-");
        if (!host.up && (engine || id == "power-loss" || id == "host-reboot" || id == "freeze")) return "it is down";
        if ((id == "engine-stop" || id == "engine-kill") && host.engine == "stopped") return "its engine is stopped";
        return {};
    });
    if (host.up) list.fault("Freeze its engine", "freeze " + host.name + " what=engine");
    if (list.cluster().hosts.size() < 2) return;
    list.heading("Network");
    list.faults("link", host.name, [](const std::string&) { return std::string(); });
    const std::string groups = partition_of(list.cluster(), host.name);
    if (groups.size() <= kMostPartitionText) list.fault("Partition from all others", "partition " + groups);
}

void act_on_swarm_service(ActionList& list, const ServiceView& service) {
    const std::string& name = service.name;
    list.heading("Service");
    if (service.mode == "replicated") {
        list.on_manager("One more", fmt::format("docker service scale {}={}", name, service.wanted + 1));
        list.on_manager("One less", fmt::format("docker service scale {}={}", name, service.wanted - std::min(service.wanted, 1U)), service.wanted == 0 ? "there is none" : "");
    }
    list.on_manager("Restart its tasks", "docker service update --force " + name);
    list.on_manager("Roll back", "docker service rollback " + name);
    list.on_manager("Its tasks", "docker service ps " + name);
    list.on_manager("Follow its logs", "docker service logs -f " + name);
    list.on_manager("Inspect", "docker service inspect --pretty " + name);
    list.on_manager("Remove", "docker service rm " + name);
}

void act_on_compose_service(ActionList& list, const ServiceView& service, const HostView& host) {
    const std::string& name = service.name;
    const ComposeWords words = compose_words(service, list.directory_on(host));
    const auto compose = [&](std::string label, const std::string& verb, std::string unable = {}) {
        list.on_host(host, std::move(label), fmt::format("{} {} {}", words.by_name, verb, name), std::move(unable));
    };
    const auto up = [&](std::string label, const std::string& flags) {
        list.on_host(host, std::move(label), fmt::format("{} up -d {} {}", words.by_files, flags, name), words.unable);
    };
    list.heading("Service");
    up("One more", fmt::format("--scale {}={}", name, service.wanted + 1));
    if (service.wanted > 0) up("One less", fmt::format("--scale {}={}", name, service.wanted - 1));
    compose("Stop", "stop", service.running == 0 ? "nothing of it runs" : "");
    compose("Start", "start", service.running > 0 && service.running >= service.wanted ? "it runs" : "");
    compose("Restart", "restart");
    up("Make anew", "--force-recreate");
    compose("Its containers", "ps -a");
    compose("Follow its logs", "logs -f");
    compose("Remove", "rm -fs");
}

// The port a service is published at: "8080" of "8080->80/tcp", or of "127.0.0.1:8080->80/tcp".
std::string published_port(const ServiceView& service) {
    for (const std::string& port : service.ports) {
        const std::size_t arrow = port.find("->");
        if (arrow == std::string::npos || arrow == 0) continue;
        const std::size_t colon = port.rfind(':', arrow);
        return colon == std::string::npos ? port.substr(0, arrow) : port.substr(colon + 1, arrow - colon - 1);
    }
    return {};
}

void act_on_service(ActionList& list, std::uint32_t place) {
    const ClusterView& cluster = list.cluster();
    const ServiceView& service = cluster.services[place];
    const auto tile = std::find_if(cluster.tiles.begin(), cluster.tiles.end(), [place](const Tile& each) { return each.service == place && each.host != view::kNone; });
    if (!service.mode.empty()) {
        act_on_swarm_service(list, service);
    } else if (tile != cluster.tiles.end() || !cluster.hosts.empty()) {
        act_on_compose_service(list, service, tile != cluster.tiles.end() ? cluster.hosts[tile->host] : cluster.hosts.front());
    }
    const std::string called = service.called();
    list.own("Why", "why " + called);
    if (const std::string port = published_port(service); !port.empty()) {
        list.heading("Traffic");
        list.own("Send it requests", fmt::format("traffic {}:{} rate=20/s", called, port));
    }
    list.heading("Faults of all its containers");
    std::set<std::string> aimed_at_it;
    for (const view::FaultView& fault : cluster.faults)
        if (view::services_meant(cluster, fault.target)[place]) aimed_at_it.insert(fault.target);
    list.lifts(aimed_at_it);
    list.faults("container", called, [&](const std::string& id) { return id == "kill" && service.running == 0 ? std::string("nothing of it runs") : std::string(); });
}

void act_on_link(ActionList& list, const std::string& name) {
    const ClusterView& cluster = list.cluster();
    list.heading("Faults");
    // A name of hosts may have dashes of its own: only the two hosts' names tell where the middle is.
    std::string one;
    std::string two;
    for (std::size_t dash = name.find('-'); dash != std::string::npos && one.empty(); dash = name.find('-', dash + 1)) {
        if (host_by_name(cluster, name.substr(0, dash)) == nullptr || host_by_name(cluster, name.substr(dash + 1)) == nullptr) continue;
        one = name.substr(0, dash);
        two = name.substr(dash + 1);
    }
    list.lifts({name, two + "-" + one, one + "|" + two});
    list.faults("link", name, [](const std::string&) { return std::string(); });
    if (!one.empty()) list.fault("Partition", fmt::format("partition {}|{}", one, two));
}

void act_on_traffic(ActionList& list, const std::string& name) {
    const auto& sources = list.cluster().traffic;
    const auto found = std::find_if(sources.begin(), sources.end(), [&name](const view::TrafficView& each) { return each.name == name; });
    list.heading("Traffic");
    list.own("Stop sending", "traffic stop " + name, found != sources.end() && found->sending ? "" : "nothing is being sent");
    list.own("How it goes", "traffic");
}

void act_on_fault(ActionList& list, const std::string& text) {
    const auto& faults = list.cluster().faults;
    const bool active = std::any_of(faults.begin(), faults.end(), [&text](const view::FaultView& fault) { return fault.text == text; });
    list.heading("Fault");
    list.own("End it", "lift " + shell_words(text), active ? "" : "it is over");
    list.own("All faults", "faults");
}

void act_on_task(ActionList& list, const std::string& name) {
    const ClusterView& cluster = list.cluster();
    const std::uint32_t meant = view::task_meant(cluster, name);
    if (meant == view::kNone) return;
    const TaskView* found = &cluster.tasks[meant];
    list.heading("Task");
    if (found->service != view::kNone) list.on_manager("Its service's tasks", "docker service ps --no-trunc " + cluster.services[found->service].name);
    list.on_manager("Inspect", "docker inspect " + found->id);
    // As it was selected: by its id where its name means another.
    list.own("Why", "why " + name);
    if (found->tile != view::kNone && cluster.tiles[found->tile].container != 0) act_on_container(list, cluster.tiles[found->tile]);
}

void act_on_volume(ActionList& list, const std::string& name) {
    const ClusterView& cluster = list.cluster();
    list.heading("Volume");
    for (const view::VolumeView& volume : cluster.volumes) {
        if (volume.host == view::kNone) continue;
        const HostView& host = cluster.hosts[volume.host];
        if (volume.name != name && host.name + "/" + volume.name != name) continue;
        list.on_host(host, "Inspect", "docker volume inspect " + volume.name);
        list.on_host(host, "Remove", "docker volume rm " + volume.name, volume.mounted > 0 ? fmt::format("{} {} it", volume.mounted, volume.mounted == 1 ? "container uses" : "containers use") : "");
    }
}

void act_on_all(ActionList& list, const Frame& frame) {
    list.heading("Cluster");
    list.own("Hosts", "hosts");
    list.own("Faults", "faults");
    list.own("How traffic goes", "traffic");
    if (!manager_of(list.cluster()).empty()) {
        list.on_manager("Nodes of the swarm", "docker node ls");
        list.on_manager("Services of the swarm", "docker service ls");
    }
    list.heading("Faults");
    for (const view::FaultView& fault : list.cluster().faults)
        list.lifts({fault.target});
    for (const std::string_view kind : {"registry", "image"}) {
        for (const std::string& target : fault_targets(frame, kind)) {
            if (!frame.lists) break;
            for (const Lists::Fault& spec : frame.lists->faults) {
                if (spec.target == kind) list.fault(fault_label(spec.id), spec.id + " " + target);
            }
        }
    }
}

template <typename List>
std::uint32_t place_of(const List& list, const std::string& name) {
    const auto found = std::find_if(list.begin(), list.end(), [&name](const auto& each) { return each.name == name; });
    return found == list.end() ? view::kNone : static_cast<std::uint32_t>(found - list.begin());
}

}  // namespace

bool runs(Phase phase) {
    switch (phase) {
        case Phase::Starting:
        case Phase::Running:
        case Phase::Unhealthy:
        case Phase::Paused: return true;
        case Phase::Pending:
        case Phase::Pulling:
        case Phase::Created:
        case Phase::BackOff:
        case Phase::Stopping:
        case Phase::OutOfMemory:
        case Phase::Failed:
        case Phase::Exited:
        case Phase::Lost: return false;
    }
    return false;
}

std::string host_of_terminal(std::string_view terminal) {
    return std::string(terminal.substr(0, terminal.find('/')));
}

std::string free_terminal(const Frame& frame, const std::string& wanted) {
    std::string name = wanted;
    if (name.empty() && frame.cluster && !frame.cluster->hosts.empty()) name = frame.cluster->hosts.front().name;
    if (!frame.terminals) return name;
    const auto busy = [&frame](const std::string& each) {
        return std::any_of(frame.terminals->begin(), frame.terminals->end(), [&each](const TerminalView& view) { return view.name == each && view.running; });
    };
    if (!busy(name)) return name;
    const std::string host = host_of_terminal(name);
    if (!busy(host)) return host;
    for (std::size_t i = 2; i <= frame.terminals->size() + 2; ++i) {
        std::string other = fmt::format("{}/{}", host, i);
        if (!busy(other)) return other;
    }
    return name;
}

const std::string& terminal_directory(const Frame& frame, const std::string& terminal) {
    if (!frame.terminals) return frame.directory;
    const auto found = std::find_if(frame.terminals->begin(), frame.terminals->end(), [&terminal](const TerminalView& view) { return view.name == terminal; });
    return found == frame.terminals->end() ? frame.directory : found->directory;
}

std::string shell_word(std::string_view word) {
    const bool plain = !word.empty() && std::all_of(word.begin(), word.end(), [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || std::string_view("-_./:=,%+@^").find(c) != std::string_view::npos || static_cast<unsigned char>(c) >= 0x80U;
    });
    if (plain) return std::string(word);
    std::string out = "'";
    for (const char c : word)
        out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return out + "'";
}

std::string engine_name(const ClusterView& cluster, const Tile& tile) {
    if (!tile.own_name.empty()) return tile.own_name;
    // A swarm's container is called like its task, and then has the task's id.
    for (const TaskView& task : cluster.tasks) {
        if (task.tile == view::kNone || &cluster.tiles[task.tile] != &tile) continue;
        return task.name.ends_with(task.id) ? task.name : task.name + "." + task.id;
    }
    return tile.name;
}

const Tile* tile_named(const ClusterView& cluster, std::string_view name) {
    const std::uint32_t tile = view::tile_meant(cluster, name);
    return tile == view::kNone ? nullptr : &cluster.tiles[tile];
}

Selection selection_of_task(const ClusterView& cluster, const TaskView& task, bool name_means_it) {
    if (name_means_it) return {Selection::Kind::Task, task.name};
    const bool named = task.tile != view::kNone && cluster.tiles[task.tile].container != 0 && !cluster.tiles[task.tile].own_name.empty();
    return named ? Selection{Selection::Kind::Container, cluster.tiles[task.tile].own_name} : Selection{Selection::Kind::Task, task.id};
}

std::string selection_words(const ClusterView& cluster, const Selection& selection) {
    const std::uint32_t service = selection.kind == Selection::Kind::Service ? view::service_meant(cluster, selection.name) : view::kNone;
    return service == view::kNone ? selection.name : cluster.services[service].called();
}

std::string manager_of(const ClusterView& cluster) {
    for (const std::string_view role : {"leader", "manager"}) {
        for (const HostView& host : cluster.hosts) {
            if (host.role == role && takes_commands(host)) return host.name;
        }
    }
    return {};
}

std::string fault_label(std::string_view id) {
    std::string out(id);
    std::replace(out.begin(), out.end(), '-', ' ');
    if (!out.empty()) out[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(out[0])));
    return out;
}

std::vector<Action> actions_for(const Frame& frame, const Selection& on, const std::string& terminal) {
    if (!frame.cluster) return {};
    const ClusterView& cluster = *frame.cluster;
    ActionList list(frame, terminal);
    switch (on.kind) {
        case Selection::Kind::None: act_on_all(list, frame); break;
        case Selection::Kind::Host:
            if (const HostView* host = host_by_name(cluster, on.name)) act_on_host(list, *host);
            break;
        case Selection::Kind::Container:
            if (const Tile* tile = tile_named(cluster, on.name)) act_on_container(list, *tile);
            break;
        case Selection::Kind::Service:
            if (const std::uint32_t place = view::service_meant(cluster, on.name); place != view::kNone) act_on_service(list, place);
            break;
        case Selection::Kind::Task: act_on_task(list, on.name); break;
        case Selection::Kind::Fault: act_on_fault(list, on.name); break;
        case Selection::Kind::Link: act_on_link(list, on.name); break;
        case Selection::Kind::Traffic: act_on_traffic(list, on.name); break;
        case Selection::Kind::Volume: act_on_volume(list, on.name); break;
    }
    return list.take();
}

}  // namespace podium::desktop
