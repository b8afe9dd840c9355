#include <fmt/format.h>

#include "sim/lab/session.hpp"
#include "sim/lab/words.hpp"
#include "sim/model/targets.hpp"
#include "sim/programs/docker/docker.hpp"
#include "sim/programs/table.hpp"

namespace podium::lab {

std::vector<std::string> program_names() { return programs::program_names(false); }

std::vector<std::string> word_completions(const Session& session, const std::vector<std::string>& words, bool new_word) {
    std::vector<std::string> typed = words;
    if (new_word) typed.emplace_back();
    std::vector<std::string> out;
    if (!typed.empty() && typed.front() == "docker") out = programs::docker::docker_completions(typed);
    if (!typed.empty() && (typed.front() == "inject" || typed.front() == "lift") && typed.size() == 2) {
        for (const faults::FaultSpec& spec : faults::fault_list()) out.emplace_back(spec.id);
    }
    const model::World& world = session.world();
    for (std::size_t i = 0; i < world.containers.size(); ++i) {
        const model::ContainerId id{static_cast<std::uint32_t>(i + 1)};
        if (world.container(id).state == model::ContainerState::Removed) continue;
        out.emplace_back(world.name_of(id));
        const std::string service = model::service_of(world, id);
        if (!service.empty()) out.push_back(service);
    }
    for (const model::Host& host : world.hosts) out.push_back(host.spec.name);
    return out;
}

}  // namespace podium::lab
