#pragma once

// A frame made by hand: a swarm of three hosts with a few containers, and a Compose project beside it.

#include <memory>
#include <string>

#include "ui/desktop/lab/frame.hpp"

namespace podium::desktop {

struct SampleFrame {
    view::ClusterView cluster;
    Lists lists;
    std::vector<TerminalView> terminals;

    SampleFrame() {
        for (const char* name : {"moe", "larry", "swarm-curly"}) {
            view::HostView host;
            host.name = name;
            host.role = cluster.hosts.empty() ? "leader" : cluster.hosts.size() == 1 ? "manager" : "worker";
            host.availability = "active";
            host.node_state = "ready";
            host.engine = "running";
            cluster.hosts.push_back(host);
        }
        add_service("cache", "replicated", "redis:7", 2);
        add_service("web", "", "ghcr.io/shop/web:2@sha256:abc", 1);
        add_tile("cache.1", 0, 0, view::Phase::Running);
        add_tile("cache.2", 1, 0, view::Phase::Failed);
        add_tile("web.1", 1, 1, view::Phase::Running);
        cluster.tiles[2].own_name = "shop-web-1";
        cluster.services[1].ports = {"8080->80/tcp"};
        view::TaskView task;
        task.id = "k2m9x";
        task.name = "cache.1";
        task.service = 0;
        task.host = 0;
        task.tile = 0;
        cluster.tasks.push_back(task);
        view::LinkView link;
        link.first = 0;
        link.second = 2;
        cluster.links.push_back(link);
        lists.faults = {
            {"kill", "the main process gets a signal", "container", false, {{"signal", "name or number (KILL)"}}},
            {"crash-loop", "killed again and again", "container", true, {{"after", "how long it may run (1s)"}}},
            {"power-loss", "the host is off", "host", true, {}},
            {"freeze", "the host stands still", "host", true, {{"what", "host or engine"}}},
            {"link-cut", "nothing passes", "link", true, {}},
            {"partition", "groups of hosts do not hear each other", "hosts", true, {}},
            {"registry-outage", "pulls fail", "registry", true, {}},
            {"corrupt-image", "the last layer arrives damaged", "image", true, {}},
        };
        lists.verbs = {"docker ps", "docker service ls", "docker service scale", "why"};
        lists.openables = {{"swarm/failover", "Failover", "scenario"}, {"restart-policies", "Restart policies", "lesson"}};
    }

    void add_service(const std::string& name, const std::string& mode, const std::string& image, std::uint32_t wanted) {
        view::ServiceView service;
        service.name = name;
        service.mode = mode;
        service.image = image;
        service.wanted = service.running = wanted;
        cluster.services.push_back(service);
    }

    void add_tile(const std::string& name, std::uint32_t host, std::uint32_t service, view::Phase phase) {
        view::Tile tile;
        tile.container = static_cast<std::uint32_t>(cluster.tiles.size() + 1);
        tile.name = name;
        tile.host = host;
        tile.service = service;
        tile.phase = phase;
        cluster.tiles.push_back(tile);
    }

    void add_terminal(const std::string& name, bool running) {
        TerminalView view;
        view.name = name;
        view.prompt = "root@" + name + ":~# ";
        view.running = running;
        view.lines = std::make_shared<const std::vector<TerminalView::Line>>();
        terminals.push_back(view);
    }

    [[nodiscard]] Frame frame() const {
        Frame out;
        out.serial = 1;
        out.cluster = std::make_shared<const view::ClusterView>(cluster);
        out.lists = std::make_shared<const Lists>(lists);
        out.terminals = std::make_shared<const std::vector<TerminalView>>(terminals);
        return out;
    }
};

}  // namespace podium::desktop
