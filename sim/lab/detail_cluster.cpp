// Hosts, links, faults, traffic and volumes in a DetailLook.

#include <algorithm>
#include <fmt/format.h>

#include "sim/base/share.hpp"
#include "sim/base/text.hpp"
#include "sim/lab/cluster_look_parts.hpp"
#include "sim/lab/detail_parts.hpp"
#include "sim/lab/swarm_standing.hpp"
#include "sim/model/targets.hpp"
#include "sim/view/cluster_view.hpp"
#include "sim/view/traffic.hpp"

namespace podium::lab::detail_look {
namespace {

using view::Tone;

std::string milliseconds_text(Duration duration) {
    return format_seconds(duration.nanoseconds * 1000, 1) + " ms";
}

void put_since(Page& page, const char* name, FactId fact, Tone tone = Tone::Plain) {
    const Time then = page.session.journal().at(fact).time;
    page.row(name, fmt::format("{}, {}", format_time(then), ago_text(then, page.now())), tone);
}

// What has been taken down of it as the run went on.
void put_noted_since(Page& page, model::HostId id) {
    const Journal& journal = page.session.journal();
    const JournalNotes::OfHost noted = page.notes->of_host(id);
    const bool down = noted.down > noted.up;
    const FactId changed = std::max(noted.up, noted.down);
    if (noted.engine_up > changed && journal.has(noted.engine_up)) put_since(page, "Engine since", noted.engine_up);
    if (changed && journal.has(changed)) put_since(page, down ? "Down since" : "Up since", changed, down ? Tone::Bad : Tone::Plain);
    // Only who has read all of it knows that nothing was there.
    if (!changed && journal.first() == FactId{1}) page.row("Up since", "the beginning");
}

// When its engine was last seen to begin: the last fact of that.
void put_up_since(Page& page, model::HostId id) {
    if (page.notes != nullptr) return put_noted_since(page, id);
    const Journal& journal = page.session.journal();
    const Subject subject(SubjectType::Host, id.value);
    constexpr std::uint32_t kMostSearched = 100'000;
    std::uint32_t searched = 0;
    bool engine = false;
    FactId at = journal.last();
    for (; at && at >= journal.first() && searched < kMostSearched; --at.value, ++searched) {
        const Fact fact = journal.at(at);
        if (fact.subject != subject) continue;
        if (fact.kind == model::kFactEngineUp && !engine) {
            put_since(page, "Engine since", at);
            engine = true;
        }
        if (fact.kind == model::kFactHostUp || fact.kind == model::kFactHostDown) {
            const bool down = fact.kind == model::kFactHostDown;
            put_since(page, down ? "Down since" : "Up since", at, down ? Tone::Bad : Tone::Plain);
            return;
        }
    }
    // Only who has read all of it knows that nothing was there.
    if (!at) page.row("Up since", "the beginning");
}

void put_amounts(Page& page, const view::HostView& host) {
    const auto tone = [](std::int64_t part, std::int64_t whole) { return part * 10 >= whole * 9 ? Tone::Bad : Tone::Plain; };
    page.look.memory_bytes = host.memory_used_bytes;
    page.look.memory_limit_bytes = host.memory_bytes;
    page.look.cpu_millicores = host.cpu_used_millicores;
    page.look.cpu_limit_millicores = host.cpu_millicores;
    page.row("Processor", fmt::format("{} of {}", share_text(host.cpu_used_millicores, host.cpu_millicores), cpus_text(host.cpu_millicores)), tone(host.cpu_used_millicores, host.cpu_millicores));
    page.row("Memory", fmt::format("{} of {}", size_text(host.memory_used_bytes), size_text(host.memory_bytes)), tone(host.memory_used_bytes, host.memory_bytes));
    page.row("Disk", fmt::format("{} of {}", size_text(host.disk_used_bytes), size_text(host.disk_bytes)), tone(host.disk_used_bytes, host.disk_bytes));
    if (host.cpu_reserved_millicores > 0) page.row("Reserved", cpus_text(host.cpu_reserved_millicores));
    if (host.memory_reserved_bytes > 0) page.row("Reserved", size_text(host.memory_reserved_bytes));
}

void put_node(Page& page, const view::HostView& host) {
    if (host.role.empty()) return;
    page.row("Role", host.role);
    page.row("Node", host.node_state, host.node_state == "ready" ? Tone::Good : Tone::Bad);
    page.row("Availability", host.availability, host.availability == "active" ? Tone::Plain : Tone::Warning);
    if (host.cut_off) page.row("Leader", "can't be reached", Tone::Bad);
    page.row("In the swarm", node_line(page.session.state(), host.name), Tone::Plain, "Swarm");
}

void put_what_runs(Page& page, const view::ClusterView& view, const view::HostView& host) {
    for (std::uint32_t i = host.first_tile; i < host.first_tile + host.tiles; ++i) {
        const view::Tile& tile = view.tiles[i];
        const bool bad = tile.phase == view::Phase::Failed || tile.phase == view::Phase::OutOfMemory || tile.phase == view::Phase::Unhealthy || tile.phase == view::Phase::Lost;
        page.row(tile.name, std::string(view::phase_name(tile.phase)), bad ? Tone::Bad : tile.phase == view::Phase::Running ? Tone::Good : Tone::Quiet, "Containers");
    }
}

void put_images(Page& page, const model::Host& host) {
    for (const model::ImageRow& image : host.images.list(false)) {
        std::int64_t bytes = 0;
        for (const model::ImageLayer& layer : image.image->layers) bytes += layer.size_bytes;
        page.row(image.tags.empty() ? "(no name)" : image.tags.front(), size_text(bytes), Tone::Plain, "Images");
    }
}

const faults::FaultSpec* spec_of_fault(const std::string& id) {
    for (const faults::FaultSpec& spec : faults::fault_list())
        if (spec.id == id) return &spec;
    return nullptr;
}

void put_mounters(Page& page, model::VolumeId volume) {
    const model::World& world = page.world();
    for (std::size_t i = 0; i < world.containers.size(); ++i) {
        const model::Container& c = world.containers[i];
        if (c.state == model::ContainerState::Removed || !c.detail) continue;
        for (const model::MountPoint& mount : c.detail->mounts) {
            if (mount.volume != volume) continue;
            const model::ContainerId id{static_cast<std::uint32_t>(i + 1)};
            page.row(model::label_of(world, id), fmt::format("{}{}{}", mount.mount.target, mount.mount.read_only ? " (ro)" : "", mount.mounted ? "" : ", not now"), mount.mounted ? Tone::Good : Tone::Quiet, "Mounted by");
        }
    }
}

}  // namespace

void put_host(Page& page) {
    page.look.subtitle = "host";
    const model::World& world = page.world();
    const model::HostId id = model::host_named(world, page.look.name);
    if (!id) return;
    const view::ClusterView& view = page.view();
    const view::HostView& host = view.hosts[id.value - 1];
    const model::Host& row = world.host(id);
    page.look.host = host.name;
    if (!host.zone.empty()) page.look.subtitle = fmt::format("host in zone {}", host.zone);
    page.look.state = !host.up ? "down" : host.frozen ? "frozen" : host.engine == "running" ? "up" : "engine " + host.engine;
    page.look.tone = !host.up || host.frozen ? Tone::Bad : host.engine == "running" ? Tone::Good : Tone::Warning;
    page.row("Engine", host.engine, host.engine == "running" ? Tone::Plain : Tone::Warning);
    put_up_since(page, id);
    put_amounts(page, host);
    put_node(page, host);
    page.row("Address", row.spec.address);
    if (!row.spec.closed_ports.empty()) page.row("Closed ports", join(row.spec.closed_ports, ", "), Tone::Warning);
    if (row.clock_skew != Duration{}) page.row("Clock", fmt::format("{} {}", format_duration(row.clock_skew < Duration{} ? Duration{} - row.clock_skew : row.clock_skew), row.clock_skew < Duration{} ? "behind" : "ahead"), Tone::Warning);
    if (row.disk_slowdown > 1) page.row("Disk", fmt::format("{} times as slow", row.disk_slowdown), Tone::Warning);
    page.row("Boots", row.boots > 0 ? fmt::format("{}", row.boots) : std::string());
    for (const view::PullView& pull : view.pulls)
        if (pull.host == id.value - 1) page.row(pull.image, pull.failure.empty() ? fmt::format("{} %", pull.done / 10) : pull.failure, pull.failure.empty() ? Tone::Plain : Tone::Bad, "Pulls");
    put_what_runs(page, view, host);
    put_images(page, row);
}

void put_fault(Page& page) {
    page.look.subtitle = "fault";
    const auto request = faults::parse_fault(page.look.name);
    if (!request) return;
    const faults::FaultSpec* spec = spec_of_fault(request->id);
    if (spec == nullptr) return;
    page.row("What it does", std::string(spec->summary));
    page.row("Target", request->target);
    for (const faults::FaultArgument& argument : spec->arguments) {
        const auto given = request->arguments.find(std::string(argument.name));
        page.row(std::string(argument.name), given == request->arguments.end() ? std::string(argument.meaning) : given->second, given == request->arguments.end() ? Tone::Quiet : Tone::Plain);
    }
    page.row("Ends by", std::string(spec->ends));
    const auto& active = page.session.state().faults.active;
    const auto found = std::find_if(active.begin(), active.end(), [&](const faults::ActiveFault& one) { return one.request.text() == request->text(); });
    if (found == active.end()) return;
    page.look.state = "goes on";
    page.look.tone = Tone::Bad;
    const Journal& journal = page.session.journal();
    if (journal.has(found->began)) page.row("Since", fmt::format("{}, {}", format_time(journal.at(found->began).time), ago_text(journal.at(found->began).time, page.now())));
    page.row("To end it", spec->lasts ? "lift " + page.look.name : std::string());
}

void put_link(Page& page) {
    page.look.subtitle = "link";
    const model::Network& network = page.world().network;
    for (std::uint32_t i = 1; i <= network.link_count(); ++i) {
        const auto [first, second] = network.ends({i});
        const std::string back = fmt::format("{}-{}", network.name(second), network.name(first));
        if (page.look.name != cluster_look::link_name(page.world(), {i}) && page.look.name != back) continue;
        const model::LinkSpec& spec = network.spec({i});
        const model::LinkQuality quality = network.quality({i});
        page.look.subtitle = fmt::format("link between {} and {}", network.name(first), network.name(second));
        const bool worse = quality.added_delay > Duration{} || quality.loss_ppm > spec.loss_ppm || quality.bits_per_second < spec.bits_per_second;
        page.look.state = quality.cut ? "cut" : worse ? "degraded" : "up";
        page.look.tone = quality.cut ? Tone::Bad : worse ? Tone::Warning : Tone::Good;
        page.row("One way", milliseconds_text(spec.latency));
        if (quality.added_delay > Duration{}) page.row("Added delay", milliseconds_text(quality.added_delay), Tone::Warning);
        page.row("Bandwidth", fmt::format("{} Mbit/s", quality.bits_per_second / 1'000'000));
        page.row("Loss", fmt::format("{:.1f} %", static_cast<double>(quality.loss_ppm) / 1e4), quality.loss_ppm > spec.loss_ppm ? Tone::Warning : Tone::Plain);
        return;
    }
}

void put_traffic(Page& page) {
    page.look.subtitle = "source of requests";
    const std::vector<view::TrafficSummary> all = view::summarise_traffic(page.world());
    const auto found = std::find_if(all.rbegin(), all.rend(), [&](const view::TrafficSummary& one) { return one.name == page.look.name; });
    if (found == all.rend()) return;
    const view::TrafficSummary& source = *found;
    const model::Traffic& row = page.world().traffic[static_cast<std::size_t>(all.rend() - found) - 1];
    page.look.subtitle = fmt::format("requests from {} to {}", row.spec.from.empty() ? "outside" : row.spec.from, source.target);
    page.look.state = !source.sending ? "has ended" : source.failing ? "fails" : "sends";
    page.look.tone = !source.sending ? Tone::Quiet : source.failing ? Tone::Bad : Tone::Good;
    page.row("Asks", row.spec.text);
    page.row("Sent", fmt::format("{}", source.sent));
    page.row("Answered", fmt::format("{}", source.answered));
    page.row("Failed", fmt::format("{}", source.failed), source.failed > 0 ? Tone::Bad : Tone::Plain);
    page.row("Under way", source.in_flight > 0 ? fmt::format("{}", source.in_flight) : std::string());
    if (source.availability >= 0) page.row("Availability", cut_share_text(source.availability) + " %");
    if (source.answered > 0) {
        page.row("Half within", milliseconds_text(source.median), Tone::Plain, "Latency");
        page.row("95 % within", milliseconds_text(source.p95), Tone::Plain, "Latency");
        page.row("99 % within", milliseconds_text(source.p99), Tone::Plain, "Latency");
        page.row("Longest", milliseconds_text(source.longest), Tone::Plain, "Latency");
    }
    for (const auto& [reason, count] : source.failures) page.row(reason, fmt::format("{}", count), Tone::Bad, "Failures");
    if (source.outages > 0) {
        page.row("Outages", fmt::format("{}", source.outages), Tone::Warning);
        page.row("Longest outage", format_duration(source.longest_outage), Tone::Warning);
    }
}

void put_volume(Page& page) {
    page.look.subtitle = "volume";
    const model::World& world = page.world();
    for (std::size_t i = 0; i < world.volumes.size(); ++i) {
        const model::Volume& volume = world.volumes[i];
        if (volume.removed || volume.name != page.look.name) continue;
        page.look.host = world.host(volume.host).spec.name;
        page.look.subtitle = fmt::format("volume on {}", page.look.host);
        page.look.state = volume.mounted > 0 ? "in use" : "not mounted";
        page.look.tone = volume.mounted > 0 ? Tone::Good : Tone::Quiet;
        page.row("Size", size_text(volume.files.size_bytes()));
        page.row("Made", fmt::format("{}, {}", format_time(volume.created), ago_text(volume.created, page.now())));
        if (volume.anonymous) page.row("Anonymous", "it goes with its container where that is asked for");
        put_mounters(page, {static_cast<std::uint32_t>(i + 1)});
        for (const auto& [path, node] : volume.files.nodes())
            if (!node.directory) page.row(path, size_text(node.size_bytes()), Tone::Plain, "Files");
        return;
    }
}

}  // namespace podium::lab::detail_look
