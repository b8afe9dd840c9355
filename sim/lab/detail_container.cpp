// A container in a DetailLook.

#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "sim/base/text.hpp"
#include "sim/lab/detail_parts.hpp"
#include "sim/model/container.hpp"
#include "sim/model/container_detail.hpp"
#include "sim/model/outline.hpp"
#include "sim/model/processor.hpp"
#include "sim/model/targets.hpp"
#include "sim/view/cluster_view.hpp"
#include "sim/view/run_end.hpp"
#include "sim/view/sentences.hpp"

namespace podium::lab::detail_look {
namespace {

using model::Container;
using model::ContainerDetail;
using model::ContainerId;
using model::ContainerState;
using view::Tone;

constexpr int kSignalExit = 128;
constexpr int kMostSignals = 64;

// Of several of a name what runs, else the newest.
ContainerId best_of(const model::World& world, const std::vector<ContainerId>& found) {
    const auto runs = [&world](ContainerId id) { return world.container(id).counts_as_running() && world.host(world.container(id).host).up && !view::gone_unseen(world, id); };
    ContainerId best;
    for (const ContainerId id : found)
        if (!best || runs(id) || !runs(best)) best = id;
    return best;
}

// As tiles are called, which is quicker found than by asking for labels.
ContainerId container_of_tile(Page& page) {
    const std::uint32_t tile = view::tile_meant(page.view(), page.look.name);
    return tile == view::kNone ? ContainerId{} : ContainerId{page.view().tiles[tile].container};
}

std::string exit_text(std::int32_t code) {
    if (code <= kSignalExit || code > kSignalExit + kMostSignals) return fmt::format("{}", code);
    return fmt::format("{} (SIG{})", code, model::signal_text(code - kSignalExit));
}

// "2 of 3": of those that its policy gives it.
std::string restarts_text(const Container& c) {
    if (c.policy == model::RestartPolicyKind::OnFailure && c.maximum_retries > 0) return fmt::format("{} of {}", c.policy_restarts, c.maximum_retries);
    return c.restart_count == 0 && c.policy == model::RestartPolicyKind::No ? std::string() : fmt::format("{}", c.restart_count);
}

Tone phase_tone(view::Phase phase) {
    switch (phase) {
        case view::Phase::Running: return Tone::Good;
        case view::Phase::Unhealthy:
        case view::Phase::OutOfMemory:
        case view::Phase::Failed:
        case view::Phase::Lost: return Tone::Bad;
        case view::Phase::BackOff:
        case view::Phase::Starting:
        case view::Phase::Stopping:
        case view::Phase::Pending: return Tone::Warning;
        case view::Phase::Paused:
        case view::Phase::Created:
        case view::Phase::Pulling:
        case view::Phase::Exited: return Tone::Quiet;
    }
    return Tone::Plain;
}

// How it stands, as its tile says it, with when that ends.
void put_state(Page& page, ContainerId id) {
    const view::ClusterView& view = page.view();
    const auto tile = std::find_if(view.tiles.begin(), view.tiles.end(), [id](const view::Tile& one) { return one.container == id.value; });
    if (tile == view.tiles.end()) {
        page.look.state = "removed";
        page.look.tone = Tone::Quiet;
        return;
    }
    page.look.state = view::phase_name(tile->phase);
    page.look.tone = phase_tone(tile->phase);
    page.look.title = tile->name;
    if (tile->service != view::kNone) {
        const view::ServiceView& service = view.services[tile->service];
        page.look.service = service.called();
        // As its facts call it.
        if (page.look.service != service.name && tile->name.starts_with(service.name + ".")) page.look.title = service.project() + "/" + tile->name;
    }
    if (tile->phase == view::Phase::BackOff && tile->until != kNever)
        page.row("Restart due", fmt::format("in {} s", format_seconds((tile->until - page.now()).nanoseconds, 1)), Tone::Warning);
    if (tile->phase == view::Phase::Stopping && tile->until != kNever && tile->until > page.now())
        page.row("Kill due", fmt::format("in {} s", format_seconds((tile->until - page.now()).nanoseconds, 1)), Tone::Warning);
}

void put_end(Page& page, const Container& c, const ContainerDetail& d) {
    page.row("Restarts", restarts_text(c), c.restart_count > 0 ? Tone::Warning : Tone::Plain);
    if (c.finished > Time{} || c.exit_code != 0) page.row("Exit code", exit_text(c.exit_code), c.exit_code == 0 ? Tone::Plain : Tone::Bad);
    if (d.oom_killed) page.row("OOM killed", "yes", Tone::Bad);
    page.row("Error", d.error, Tone::Bad);
}

void put_memory(Page& page, const Container& c, std::int64_t used_bytes, const model::ContainerSpec& spec) {
    const model::Host& host = page.world().host(c.host);
    page.look.memory_bytes = used_bytes;
    page.look.memory_limit_bytes = spec.memory_bytes > 0 ? spec.memory_bytes : host.spec.memory_bytes;
    page.look.cpu_limit_millicores = host.spec.cpu_millicores;
    constexpr std::int64_t kNanoPerMillicore = 1'000'000;
    if (spec.processor_limit_nano() > 0) page.look.cpu_limit_millicores = spec.processor_limit_nano() / kNanoPerMillicore;
    const std::string limit = spec.memory_bytes > 0 ? fmt::format(" of {}", size_text(spec.memory_bytes)) : std::string();
    const bool near = spec.memory_bytes > 0 && used_bytes * 10 >= spec.memory_bytes * 9;
    if (c.process_alive || spec.memory_bytes > 0) page.row("Memory", size_text(used_bytes) + limit, near ? Tone::Bad : Tone::Plain);
    if (spec.memory_reservation_bytes > 0) page.row("Reserved", size_text(spec.memory_reservation_bytes));
    const std::string of = spec.processor_limit_nano() > 0 ? fmt::format(" of {}", cpus_text(page.look.cpu_limit_millicores)) : std::string();
    if (c.process_alive) page.row("Processor", fmt::format("{} %{}", page.look.cpu_millicores / 10, of));
    if (spec.pids_limit > 0) page.row("Process limit", fmt::format("{}", spec.pids_limit));
}

void put_health(Page& page, const ContainerDetail& d) {
    if (!d.health_check || d.health_check->test.empty() || d.health_check->test.front() == "NONE") return;
    const model::Health& health = d.health;
    if (health.status == model::HealthStatus::None) return;
    std::string words(model::health_status_name(health.status));
    // Of so many failures in a row that make it unhealthy; after that they are only counted.
    if (health.failing_streak > 0 && health.failing_streak <= d.health_check->retries) words += fmt::format(", failed {} of {}", health.failing_streak, d.health_check->retries);
    else if (health.failing_streak > 0) words += fmt::format(", failed {} times", health.failing_streak);
    page.row("Health", words, health.status == model::HealthStatus::Unhealthy ? Tone::Bad : health.status == model::HealthStatus::Healthy ? Tone::Good : Tone::Warning);
    const std::vector<std::string> words_of(d.health_check->test.begin() + (d.health_check->test.size() > 1 ? 1 : 0), d.health_check->test.end());
    page.row("Check", join(words_of, " "), Tone::Plain, "Health");
    page.row("Every", format_duration(d.health_check->interval), Tone::Plain, "Health");
    page.row("Timeout", format_duration(d.health_check->timeout), Tone::Plain, "Health");
    for (auto probe = health.log.rbegin(); probe != health.log.rend(); ++probe) {
        const std::string output(trim(probe->output));
        page.row(format_time(probe->start), fmt::format("{}{}{}", probe->exit_code, output.empty() ? "" : ": ", output), probe->exit_code == 0 ? Tone::Good : Tone::Bad, "Health");
    }
    page.row("Not modelled", health.not_modelled, Tone::Warning, "Health");
}

std::vector<bool> searched_probes(const Page& page, ContainerId id) {
    const Journal& journal = page.session.journal();
    constexpr std::uint32_t kMostSearched = 20'000;
    std::uint32_t searched = 0;
    std::vector<bool> out;
    const Subject subject(SubjectType::Container, id.value);
    for (FactId at = journal.last(); at && at >= journal.first() && searched < kMostSearched && out.size() < kMostDetailProbes; --at.value, ++searched) {
        const Fact fact = journal.at(at);
        if (fact.subject != subject) continue;
        if (fact.kind == model::kFactContainerHealthProbe)
            out.push_back(fact_catalogue().field(fact, "exit", page.session.world().kernel.interner()).number == 0);
    }
    std::reverse(out.begin(), out.end());
    return out;
}

// The last probes, from the facts where the engine keeps only five.
void put_probes(Page& page, ContainerId id) {
    page.look.probes = page.notes != nullptr ? page.notes->probes(id) : searched_probes(page, id);
    if (!page.look.probes.empty()) return;
    for (const auto& probe : page.world().detail(id).health.log) page.look.probes.push_back(probe.exit_code == 0);
}

// A fault that goes on and has taken hold of a host: by the ids of faults that keep a host from the others.
FactId fault_on(Page& page, std::uint32_t host, std::initializer_list<std::string_view> ids) {
    for (const faults::ActiveFault& fault : page.session.state().faults.active) {
        if (std::find(ids.begin(), ids.end(), fault.request.id) == ids.end()) continue;
        for (const view::FaultView& shown : page.view().faults)
            if (shown.number == fault.number && std::find(shown.on.begin(), shown.on.end(), host) != shown.on.end()) return fault.began;
    }
    return {};
}

// A container that its host has taken with it has no fact of its own of that until its engine looks.
void put_loss(Page& page, ContainerId id) {
    const model::World& world = page.world();
    const Container& c = world.container(id);
    const std::uint32_t place = c.host.value - 1;
    const view::HostView& host = page.view().hosts[place];
    if (view::gone_unseen(world, id) && !view::ended_unseen(world, id)) {
        page.lost_by = last_down(page, c.host);
    } else if (c.counts_as_running() && host.frozen) {
        page.lost_by = fault_on(page, place, {"freeze"});
    } else if (c.counts_as_running() && host.cut_off && page.look.state == view::phase_name(view::Phase::Lost)) {
        page.lost_by = fault_on(page, place, {"partition", "link-cut"});
    }
}

void put_places(Page& page, const ContainerDetail& d, const model::ContainerSpec& spec) {
    const model::World& world = page.world();
    for (const model::Endpoint& endpoint : d.endpoints)
        page.row("Network", endpoint.ipv4 ? fmt::format("{} {}", endpoint.network, endpoint.ipv4.text()) : endpoint.network);
    if (d.endpoints.empty()) page.row("Network", spec.network_mode);
    // A port is published for both kinds of addresses, and told once.
    std::set<std::string> ports;
    for (const model::PublishedPort& port : d.ports) {
        std::string text = fmt::format("{} -> {}/{}", port.host_port, port.container_port, port.protocol);
        if (ports.insert(text).second) page.row("Port", std::move(text));
    }
    for (const model::MountPoint& mount : d.mounts) {
        const char* access = mount.mount.read_only ? "ro" : "rw";
        switch (mount.mount.kind) {
            case model::MountKind::Volume:
                if (mount.volume) {
                    const model::Volume& volume = world.volume(mount.volume);
                    page.row("Volume", fmt::format("{} ({})", mount.anonymous ? model::short_id(volume.name) : volume.name, access));
                    page.row(mount.mount.target, size_text(volume.files.size_bytes()), Tone::Plain, "Mounts");
                }
                break;
            case model::MountKind::Bind: page.row(mount.mount.target, fmt::format("{} ({})", mount.mount.source, access), Tone::Plain, "Mounts"); break;
            case model::MountKind::Tmpfs: page.row(mount.mount.target, fmt::format("in memory, {}", size_text(mount.tmpfs.size_bytes())), Tone::Plain, "Mounts"); break;
        }
    }
}

void put_processes(Page& page, const ContainerDetail& d) {
    for (const model::ProcessId id : d.processes) {
        const model::Process* process = page.world().processes.find(id);
        if (process == nullptr) continue;
        const std::string command = process->title.empty() ? join(process->argv, " ") : process->title;
        const char* state = process->ended ? " (ended)" : process->stopped ? " (stopped)" : process->hung ? " (waits for memory)" : "";
        page.row(fmt::format("{}", process->pid), fmt::format("{}{}, {}", command, state, size_text(process->memory_bytes)), process->ended || process->stopped ? Tone::Warning : Tone::Plain, "Processes");
    }
}

void put_labels(Page& page, model::ContainerId id) {
    const auto label = [&](const char* name, const char* key) {
        const std::string value = model::container_label(page.world(), id, key);
        if (!value.empty()) page.row(name, value, Tone::Plain, "Identity");
    };
    label("Project", "com.docker.compose.project");
    label("Stack", "com.docker.stack.namespace");
    label("Task", "com.docker.swarm.task.name");
    label("Node", "com.docker.swarm.node.id");
}

void put_logs(Page& page, const ContainerDetail& d) {
    const std::size_t lines = d.log.size();
    for (std::size_t i = lines - std::min(lines, kMostDetailLogs); i < lines; ++i) {
        std::string text = d.log[i].text;
        while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
        page.look.logs.push_back(std::move(text));
    }
}

std::string when(Page& page, Time then);

// What is known of a container in outline (sim/model/outline.hpp) besides how it stands.
void put_outline(Page& page, model::ContainerId id, const Container& c) {
    const model::World& world = page.world();
    const model::ContainerOutline& outline = *c.outline;
    const model::BehaviourProfile& profile = world.catalogue->profile(*outline.image);
    put_loss(page, id);
    put_memory(page, c, model::outline_memory(c), world.spec(c));
    if (outline.address) page.row("Network", fmt::format("bridge {}", outline.address.text()));
    if (c.ever_started) page.row("Started", when(page, c.started));
    page.row("Name", std::string(world.name_of(id)), Tone::Plain, "Identity");
    page.row("Id", model::short_id(model::container_id_text(world, id)), Tone::Plain, "Identity");
    page.row("Command", join(model::command_of(world.spec(c), outline.image->config), " "), Tone::Plain, "Identity");
    page.row("Created", when(page, outline.created), Tone::Plain, "Identity");
    page.row("Simulates", profile.summary, Tone::Plain, "Identity");
    put_labels(page, id);
}

std::string when(Page& page, Time then) {
    return then > Time{} ? fmt::format("{}, {}", format_time(then), ago_text(then, page.now())) : std::string();
}

}  // namespace

ContainerId container_meant(const model::World& world, const std::string& name) {
    if (const ContainerId found = best_of(world, model::containers_named(world, name))) return found;
    return {};
}

void put_container(Page& page) {
    const model::World& world = page.world();
    ContainerId id = container_of_tile(page);
    if (!id) id = container_meant(world, page.look.name);
    if (!id) id = container_of_task(page.session, page.look.name);
    if (!id) id = best_of(world, model::containers_named(world, page.look.name, true));
    page.look.subtitle = "container";
    // A tile may stand for a task that has no container yet.
    if (!id) return put_task(page);
    const Container& c = world.container(id);
    const model::ContainerSpec& spec = world.spec(c);
    page.look.host = world.host(c.host).spec.name;
    page.look.subtitle = fmt::format("container on {}", page.look.host);
    put_task_of_container(page, id);
    if (!c.detail) {
        put_state(page, id);
        page.row("Image", spec.image);
        page.row("Restarts", restarts_text(c));
        page.row("Exit code", exit_text(c.exit_code), c.exit_code == 0 ? Tone::Plain : Tone::Bad);
        if (c.outline) put_outline(page, id, c);
        return;
    }
    const ContainerDetail& d = *c.detail;
    page.look.cpu_millicores = model::processor_use(world, id);
    page.row("Image", spec.image);
    put_state(page, id);
    put_loss(page, id);
    put_end(page, c, d);
    put_health(page, d);
    put_memory(page, c, d.memory_bytes, spec);
    put_places(page, d, spec);
    page.row("Restart policy", view::policy_text(world, id));
    page.row("Started", when(page, c.started));
    if (!c.counts_as_running()) page.row("Ended", when(page, c.finished));
    page.row("Name", std::string(world.name_of(id)), Tone::Plain, "Identity");
    page.row("Id", model::short_id(d.id), Tone::Plain, "Identity");
    page.row("Command", join(d.argv, " "), Tone::Plain, "Identity");
    page.row("Created", when(page, d.created), Tone::Plain, "Identity");
    if (d.profile != nullptr) page.row("Simulates", d.profile->summary, Tone::Plain, "Identity");
    if (d.took_as_done) page.row("Taken as done", "something it was to do is not modelled", Tone::Warning, "Identity");
    put_labels(page, id);
    put_processes(page, d);
    put_probes(page, id);
    if (page.wish.logs) put_logs(page, d);
}

}  // namespace podium::lab::detail_look
