#include "sim/lab/looks.hpp"

#include "sim/model/container.hpp"
#include "sim/model/engine_state.hpp"
#include "sim/model/health.hpp"
#include "sim/model/targets.hpp"
#include "sim/programs/compose_file/load.hpp"

namespace podium::lab {

std::vector<ContainerLook> look_at_containers(const Session& session) {
    const model::World& world = session.world();
    std::vector<ContainerLook> out;
    for (std::size_t i = 0; i < world.containers.size(); ++i) {
        const model::Container& c = world.containers[i];
        if (c.state == model::ContainerState::Removed || (!c.detail && !c.outline)) continue;
        const model::ContainerId id{static_cast<std::uint32_t>(i + 1)};
        const model::ContainerDetail& detail = world.detail(id);  // an empty one of a container in outline
        ContainerLook look;
        look.id = model::short_id(model::container_id_text(world, id));
        look.name = std::string(world.kernel.text(c.name));
        look.status = std::string(model::container_state_name(c.state));
        look.exit_code = c.exit_code;
        look.restart_count = static_cast<int>(c.restart_count);
        look.oom_killed = detail.oom_killed;
        if (detail.health.status != model::HealthStatus::None) {
            look.health = std::string(model::health_status_name(detail.health.status));
            look.failing_streak = detail.health.failing_streak;
        }
        out.push_back(std::move(look));
    }
    return out;
}

std::string engine_state(const Session& session, const std::string& host) {
    const model::World& world = session.world();
    const model::HostId id = model::host_named(world, host);
    PODIUM_ASSERT(id, "an engine is asked about on a host that is there");
    return std::string(model::engine_standing(world.host(id)));
}

Result<std::map<std::string, std::vector<std::string>>> service_dependencies(const std::string& compose_file) {
    compose::LoadRequest request;
    request.dialect = compose::Dialect::V1;
    request.working_directory = "/project";
    const auto project = compose::load_text(compose_file, "/project/docker-compose.yml", request);
    if (!project) return compose::plain_error(project.error());
    std::map<std::string, std::vector<std::string>> out;
    for (const compose::Service& service : project->services) {
        std::vector<std::string>& needed = out[service.name];
        for (const compose::Dependency& dependency : service.depends_on) needed.push_back(dependency.service);
    }
    return out;
}

}  // namespace podium::lab
