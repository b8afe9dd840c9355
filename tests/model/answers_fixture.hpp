#pragma once

// A host with its engine and two images, whose containers are brought up and down by hand: their
// networks, ports and mounts are real, no process runs.

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sim/model/answers.hpp"
#include "sim/model/bridge.hpp"
#include "sim/model/container.hpp"
#include "sim/model/volume.hpp"

namespace podium::model {

class EngineWorld {
  public:
    EngineWorld() : world(7) {
        auto made = std::make_shared<Catalogue>();
        auto profile = std::make_shared<BehaviourProfile>();
        profile->name = "docker.io/library/busybox";
        profile->kind = ServiceKind::ShellOnly;
        profile->files = {{"/data/seed.txt", "seed\n", 0, false},
                          {"/data/sub", "", 0, true},
                          {"/etc/motd", "hello\n", 0, false}};
        made->default_profile = profile;
        made->entries["docker.io/library/busybox"] = entry("busybox", profile, {});
        ImageConfig keeper;
        keeper.volumes = {"/data"};
        keeper.exposed_ports = {"6379/tcp"};
        keeper.environment = {"PATH=/bin", "MODE=image"};
        keeper.labels = {{"maintainer", "someone"}};
        keeper.command = {"keep"};
        made->entries["docker.io/library/keeper"] = entry("keeper", profile, keeper);
        world.catalogue = made;
        host = add_host(world, HostSpec{});
        for (const char* name : {"busybox", "keeper"}) {
            const ImageReference reference = parse_image_reference(name)->with_default_tag();
            const ImagePointer image = world.catalogue->image(reference);
            for (const ImageLayer& layer : image->layers)
                world.host(host).images.add_layer(layer);
            world.host(host).images.add(reference, image, world.kernel.now());
        }
    }

    static CatalogueEntry entry(const std::string& name,
                                std::shared_ptr<const BehaviourProfile> profile,
                                ImageConfig config) {
        Image image;
        image.id = make_digest("image", name, 0);
        image.profile = "docker.io/library/" + name;
        image.repository = image.profile;
        image.digest = make_digest("manifest", name, 0);
        image.layers = {{make_digest("layer", name, 0),
                         1'984'172,
                         900'000,
                         "/bin/sh -c #(nop) ADD file:1 in /"}};
        image.config = std::move(config);
        image.age_seconds = 3600;
        CatalogueEntry out;
        out.repository = *parse_image_reference(name);
        out.versions = {{{"latest"}, std::make_shared<const Image>(image)}};
        out.profile = std::move(profile);
        return out;
    }

    static ContainerSpec shell_spec() {
        ContainerSpec spec;
        spec.image = "busybox";
        spec.command = {"sh", "-c", "trap 'exit 0' TERM; echo hello; while :; do sleep 0.2; done"};
        return spec;
    }

    Creation create(ContainerSpec spec, const std::string& name) {
        return create_container(
            world, host, std::make_shared<const ContainerSpec>(std::move(spec)), name);
    }

    ContainerId made(ContainerSpec spec, const std::string& name) {
        const Creation creation = create(std::move(spec), name);
        PODIUM_ASSERT(creation.refusal.status == 0, "the fixture's container can be made");
        return creation.container;
    }

    /// The parts of a start that concern networks and volumes; the container runs when they worked.
    Refusal start(ContainerId id) {
        if (Refusal refusal = bind_ports(world, id); refusal.status != 0) return refusal;
        connect_endpoints(world, id);
        if (Refusal refusal = mount_volumes(world, id); refusal.status != 0) return refusal;
        Container& c = world.container(id);
        c.state = ContainerState::Running;
        c.ever_started = true;
        c.started = world.kernel.now();
        ++c.run_generation;
        world.detail(id).host_pid = 1234;
        return not_refused();
    }

    void stop(ContainerId id, int exit_code = 0) {
        disconnect_endpoints(world, id);
        unbind_ports(world, id);
        unmount_volumes(world, id);
        Container& c = world.container(id);
        c.state = ContainerState::Exited;
        c.exit_code = exit_code;
        c.finished = world.kernel.now();
    }

    void pass(Duration duration) { world.kernel.advance_to(world.kernel.now() + duration); }

    BridgeId network(const std::string& name, const std::string& subnet = "") {
        NetworkSpec spec;
        spec.name = name;
        spec.subnet = subnet;
        const NetworkCreation creation = create_network(world, host, spec);
        PODIUM_ASSERT(creation.refusal.status == 0, "the fixture's network can be made");
        return creation.bridge;
    }

    BridgeId bridge(const std::string& name) {
        Refusal refusal;
        return find_network(world, host, name, refusal);
    }

    std::string address(ContainerId id, std::size_t endpoint = 0) {
        return world.detail(id).endpoints.at(endpoint).ipv4.text();
    }

    /// "connect net1 web", "mount data web", … for each Docker event since the last call.
    std::vector<std::string> events() {
        std::vector<std::string> out;
        const std::vector<FactId>& all = world.host(host).engine.events;
        for (; told < all.size(); ++told)
            out.push_back(event_json(world, host, all[told]));
        return out;
    }

    World world;
    HostId host;
    std::size_t told = 0;
};

}  // namespace podium::model
