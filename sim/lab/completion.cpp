#include "sim/lab/completion.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "sim/base/files.hpp"
#include "sim/lab/foreground.hpp"
#include "sim/lab/why.hpp"
#include "sim/lab/words.hpp"
#include "sim/model/targets.hpp"
#include "sim/programs/compose/compose.hpp"
#include "sim/programs/docker/docker.hpp"
#include "sim/programs/table.hpp"
#include "sim/view/names.hpp"

namespace podium::lab {
namespace {

using Words = std::vector<std::string>;

constexpr std::size_t kMostNames = 1'000;

const model::Host& host_of(const Session& session, const std::string& terminal) {
    const model::HostId host =
        model::host_named(session.world(), terminal.substr(0, terminal.find('/')));
    return session.world().host(host ? host : model::HostId{1});
}

void add_containers(Words& out, const Session& session) {
    const model::World& world = session.world();
    for (std::size_t i = 0; i < world.containers.size() && out.size() < kMostNames; ++i) {
        const model::ContainerId id{static_cast<std::uint32_t>(i + 1)};
        if (world.container(id).state != model::ContainerState::Removed)
            out.emplace_back(world.name_of(id));
    }
}

void add_services(Words& out, const Session& session) {
    for (const ServiceSetUp& service : session.set_up().services)
        out.push_back(service.name);
    const model::World& world = session.world();
    for (std::size_t i = 0; i < world.containers.size() && out.size() < kMostNames; ++i) {
        const model::ContainerId id{static_cast<std::uint32_t>(i + 1)};
        const std::string service = model::service_of(world, id);
        if (!service.empty() && world.container(id).state != model::ContainerState::Removed)
            out.push_back(service);
    }
}

// The files below the directory that the last word names, or the shell's own.
void add_files(Words& out,
               const Session& session,
               const std::string& terminal,
               const std::string& last) {
    const std::size_t slash = last.rfind('/');
    const std::string typed =
        slash == std::string::npos ? std::string() : last.substr(0, slash + 1);
    const std::string directory =
        resolve_path(standing_of(session, terminal).directory, typed.empty() ? "." : typed);
    const model::FileTree& files = host_of(session, terminal).files;
    for (const std::string& name : files.list(directory)) {
        const std::string path = directory == "/" ? "/" + name : directory + "/" + name;
        out.push_back(typed + name + (files.is_directory(path) ? "/" : ""));
    }
}

// What `docker VERB …` is about. "docker volume rm" is about volumes, and so on.
void add_docker_names(Words& out,
                      const Session& session,
                      const std::string& terminal,
                      const Words& words) {
    const std::string& verb = words[1];
    const bool images = verb == "run" || verb == "create" || verb == "pull" || verb == "push" ||
                        verb == "rmi" || verb == "tag" || verb == "history" || verb == "image";
    const model::Engine& engine = host_of(session, terminal).engine;
    if (verb == "volume") {
        for (const auto& [name, _] : engine.volumes)
            out.push_back(name);
    } else if (verb == "network") {
        for (const auto& [name, _] : engine.networks)
            out.push_back(name);
        add_containers(out, session);
    } else if (images) {
        for (const model::ImageRow& row : host_of(session, terminal).images.list()) {
            out.insert(out.end(), row.tags.begin(), row.tags.end());
        }
    } else {
        add_containers(out, session);
    }
}

// "exec -it web " has its container: what follows is run there, and is no container.
bool names_inside(const Words& words) {
    static const Words kWithValue{
        "-e", "--env", "--env-file", "-u", "--user", "-w", "--workdir", "--detach-keys", "--index"};
    const auto exec = std::find(words.begin() + 1, words.end(), "exec");
    if (exec == words.end()) return false;
    for (auto word = exec + 1; word < words.end() - 1; ++word) {
        if (!word->starts_with('-')) return true;
        if (std::find(kWithValue.begin(), kWithValue.end(), *word) != kWithValue.end()) ++word;
    }
    return false;
}

Words docker_words(const Session& session, const std::string& terminal, const Words& words) {
    const bool compose =
        words.front() == "docker-compose" || (words.size() > 2 && words[1] == "compose");
    if (names_inside(words)) return programs::program_names(true);
    const bool flags = words.back().starts_with('-');
    Words out = compose ? programs::compose_completions(words)
                        : programs::docker::docker_completions(words);
    if (flags) return out;
    std::erase_if(out, [](const std::string& word) { return word.starts_with('-'); });
    if (!out.empty()) return out;
    if (words.size() > 1 && words[words.size() - 2] == "-f" && compose) {
        add_files(out, session, terminal, words.back());
    } else if (compose) {
        add_services(out, session);
    } else if (words.size() > 2) {
        add_docker_names(out, session, terminal, words);
    }
    return out;
}

// What a kind of fault can be about.
Words fault_targets(const Session& session, faults::TargetKind kind) {
    Words out;
    switch (kind) {
        case faults::TargetKind::Container: {
            add_services(out, session);
            const model::World& world = session.world();
            const view::ServiceNames names = view::ServiceNames::of_run(world);
            for (std::size_t i = 0; i < world.containers.size() && out.size() < kMostNames; ++i) {
                const model::ContainerId id{static_cast<std::uint32_t>(i + 1)};
                if (world.container(id).state == model::ContainerState::Removed) continue;
                out.emplace_back(world.name_of(id));
                out.push_back(model::label_of(world, id));
                // One project's of a name that others have, too.
                out.push_back(names.of(model::counted_as(world, id)));
                out.push_back(names.label(world, id));
            }
            return out;
        }
        case faults::TargetKind::Host:
        case faults::TargetKind::Link:
        case faults::TargetKind::Hosts:
            for (const model::Host& host : session.world().hosts)
                out.push_back(host.spec.name);
            return out;
        case faults::TargetKind::Registry:
            out.emplace_back("docker.io");
            for (const ServiceSetUp& service : session.set_up().services) {
                if (const auto image = model::parse_image_reference(service.image))
                    out.push_back(image->domain);
            }
            return out;
        case faults::TargetKind::Image:
            for (const ServiceSetUp& service : session.set_up().services)
                out.push_back(service.image);
            for (const model::Host& host : session.world().hosts) {
                for (const model::ImageRow& row : host.images.list())
                    out.insert(out.end(), row.tags.begin(), row.tags.end());
            }
            return out;
    }
    return out;
}

Words fault_words(const Session& session, const Words& words) {
    Words out;
    if (words.size() == 2) {
        for (const faults::FaultSpec& spec : faults::fault_list())
            out.emplace_back(spec.id);
        return out;
    }
    for (const faults::FaultSpec& spec : faults::fault_list()) {
        if (spec.id != words[1]) continue;
        if (words.size() == 3) return fault_targets(session, spec.target);
        for (const faults::FaultArgument& argument : spec.arguments)
            out.push_back(std::string(argument.name) + "=");
    }
    return out;
}

Words first_words() {
    Words out = program_names();
    for (const OwnWord& own : own_words())
        out.emplace_back(own.usage.substr(0, own.usage.find(' ')));
    return out;
}

Words candidates(const Session& session, const std::string& terminal, const Words& words) {
    const std::string& first = words.front();
    if (words.size() == 1) return first.find('/') == std::string::npos ? first_words() : Words{};
    if (first == "docker" || first == "docker-compose")
        return docker_words(session, terminal, words);
    if (first == "inject" || first == "lift") return fault_words(session, words);
    if (first == "why") return known_names(session.set_up(), session.state());
    if (first == "wait" || first == "at" || first == "rewind" || first == "hosts" ||
        first == "scheduler" ||
        first == "faults")
        return {};
    Words out;
    if (first == "ssh") {
        for (const model::Host& host : session.world().hosts)
            out.push_back(host.spec.name);
    } else if (first == "systemctl" || first == "service") {
        out = first == "service"
                  ? Words{"docker", "restart", "start", "status", "stop"}
                  : Words{"docker", "is-active", "restart", "start", "status", "stop"};
    } else {
        add_files(out, session, terminal, words.back());
    }
    return out;
}

}  // namespace

std::vector<std::string> program_names() {
    return programs::program_names(false);
}

std::vector<std::string> word_completions(const Session& session,
                                          const std::string& terminal,
                                          const std::vector<std::string>& words) {
    if (words.empty()) return {};
    Words out = candidates(session, terminal, words);
    std::erase_if(out, [&words](const std::string& candidate) {
        return candidate.empty() || !candidate.starts_with(words.back());
    });
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

}  // namespace podium::lab
