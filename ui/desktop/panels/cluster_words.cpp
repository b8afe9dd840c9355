#include "ui/desktop/panels/cluster_words.hpp"

#include <algorithm>
#include <cctype>
#include <sstream>

#include <fmt/format.h>

namespace podium::desktop {
namespace {

std::string lowered_word(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
    return out;
}

// Whether `text` has the (lower-case) word in it, without a copy.
bool holds_word(std::string_view text, std::string_view word) {
    const auto same = [](char letter, char wanted) { return static_cast<char>(std::tolower(static_cast<unsigned char>(letter))) == wanted; };
    return std::search(text.begin(), text.end(), word.begin(), word.end(), same) != text.end();
}

std::string counted_noun(std::size_t count, std::string_view noun) { return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s"); }

std::string percent_words(std::uint32_t thousandths) { return fmt::format("{} %", (thousandths + 5) / 10); }

std::string lasting_words(Duration duration) {
    const double passed = duration.seconds();
    if (passed < 60) return fmt::format("{:.1f} s", passed);
    if (passed < 3600) return fmt::format("{} min {:02} s", static_cast<int>(passed) / 60, static_cast<int>(passed) % 60);
    return fmt::format("{} h {:02} min", static_cast<int>(passed) / 3600, static_cast<int>(passed) / 60 % 60);
}

view::Tone phase_tone(view::Phase phase) {
    using view::Phase;
    switch (phase) {
        case Phase::Running: return view::Tone::Good;
        case Phase::Unhealthy:
        case Phase::OutOfMemory:
        case Phase::Failed: return view::Tone::Bad;
        case Phase::Starting:
        case Phase::BackOff:
        case Phase::Pending:
        case Phase::Paused: return view::Tone::Warning;
        case Phase::Pulling:
        case Phase::Created:
        case Phase::Stopping:
        case Phase::Exited:
        case Phase::Lost: return view::Tone::Quiet;
    }
    return view::Tone::Plain;
}

std::string name_of_host(const view::ClusterView& cluster, std::uint32_t host) { return host < cluster.hosts.size() ? cluster.hosts[host].name : std::string(); }

bool phase_has_ended(view::Phase phase) {
    using view::Phase;
    return phase == Phase::OutOfMemory || phase == Phase::Failed || phase == Phase::Exited || phase == Phase::BackOff;
}

void say_tile_use(const view::ClusterView&, const view::Tile& tile, std::vector<WordLine>& lines) {
    if (tile.use > 0 || tile.processor > 0)
        lines.push_back({fmt::format("memory {} of what it may, processor {}", percent_words(tile.use), percent_words(tile.processor)), tile.use >= 900 ? view::Tone::Warning : view::Tone::Quiet});
    if (tile.reserved > 0) lines.push_back({fmt::format("reserves {} of its host's memory", percent_words(tile.reserved)), view::Tone::Quiet});
}

}  // namespace

std::string cluster_count(const view::ClusterView& cluster) {
    return fmt::format("{}  ·  {}", counted_noun(cluster.hosts.size(), "host"), counted_noun(cluster.tiles.size(), "container"));
}

ClusterState cluster_state(const view::ClusterView& cluster) {
    std::uint32_t wanted = 0;
    std::uint32_t ready = 0;
    for (const view::ServiceView& service : cluster.services) {
        wanted += service.wanted;
        ready += std::min(service.ready, service.wanted);
    }
    for (const view::ServiceView& service : cluster.services) {
        if (service.update != "updating" && service.update != "rollback_started") continue;
        return {fmt::format("{} {} {}/{}", service.update == "updating" ? "updating" : "rolling back", service.name, service.updated, service.wanted), view::Tone::Warning, true};
    }
    if (wanted == 0) return {};
    if (ready < wanted) return {fmt::format("converging {}/{}", ready, wanted), view::Tone::Warning, true};
    return {fmt::format("as wanted {}/{}", ready, wanted), view::Tone::Good, false};
}

std::string_view name_in_stack(const view::ClusterView& cluster, const view::Tile& tile) {
    const std::string_view name = tile.name;
    if (tile.service >= cluster.services.size()) return name;
    const std::string& stack = cluster.services[tile.service].stack;
    const bool is_of_stack = !stack.empty() && name.size() > stack.size() + 1 && name.starts_with(stack) && name[stack.size()] == '_';
    return is_of_stack ? name.substr(stack.size() + 1) : name;
}

std::vector<WordLine> tile_words(const view::ClusterView& cluster, std::uint32_t index) {
    const view::Tile& tile = cluster.tiles[index];
    std::vector<WordLine> lines{{tile.name}};
    std::string state(view::phase_name(tile.phase));
    if (tile.phase == view::Phase::Running && tile.has_health) state += tile.healthy ? ", healthy" : ", not yet healthy";
    if (cluster.time >= tile.since && tile.since > Time{}) state += fmt::format(" for {}", lasting_words(cluster.time - tile.since));
    lines.push_back({state, phase_tone(tile.phase)});
    if (tile.until != kNever && tile.until > cluster.time)
        lines.push_back({fmt::format("{} in {}", tile.phase == view::Phase::Stopping ? "is killed" : "starts again", lasting_words(tile.until - cluster.time)), view::Tone::Warning});
    if (phase_has_ended(tile.phase)) lines.push_back({fmt::format("exit code {}", tile.exit_code), tile.exit_code == 0 ? view::Tone::Quiet : view::Tone::Bad});
    if (tile.ticks > 0) lines.push_back({tile.ticks == 255 ? "restarted 255 times or more" : fmt::format("restarted {}", counted_noun(tile.ticks, "time")), view::Tone::Warning});
    say_tile_use(cluster, tile, lines);
    for (const view::TaskView& task : cluster.tasks) {
        if (task.tile != index) continue;
        lines.push_back({fmt::format("wanted: {}, seen: {}", task.desired, task.state), view::Tone::Quiet});
        if (!task.error.empty()) lines.push_back({task.error, view::Tone::Bad});
        break;
    }
    if (tile.host == view::kNone) lines.push_back({"no node takes it yet", view::Tone::Warning});
    else if (const std::string host = name_of_host(cluster, tile.host); !host.empty()) lines.push_back({"on " + host, view::Tone::Quiet});
    return lines;
}

std::vector<WordLine> host_words(const view::ClusterView& cluster, std::uint32_t index) {
    const view::HostView& host = cluster.hosts[index];
    std::vector<WordLine> lines{{host.name}};
    if (!host.up) lines.push_back({"down: what ran here is lost", view::Tone::Bad});
    else if (host.frozen) lines.push_back({"frozen: nothing on it goes on", view::Tone::Warning});
    if (host.cut_off) lines.push_back({"cut off: there is no way to the leader of its swarm", view::Tone::Bad});
    if (host.up && !host.engine.empty() && host.engine != "running") lines.push_back({"its container engine is " + host.engine, view::Tone::Warning});
    if (!host.role.empty()) lines.push_back({host.role + (host.availability.empty() ? "" : ", availability " + host.availability)});
    if (!host.node_state.empty()) lines.push_back({"the managers see it as " + host.node_state, host.node_state == "ready" ? view::Tone::Quiet : view::Tone::Warning});
    for (const view::ManagerView& manager : cluster.managers) {
        if (manager.host != index) continue;
        lines.push_back({fmt::format("term {}, {}", manager.term, manager.state)});
        if (manager.limit > 0 && manager.state != "leader")
            lines.push_back({fmt::format("no word of a leader for {} of {} ticks; then it stands for election", manager.elapsed, manager.limit), view::Tone::Quiet});
    }
    const auto share = [](std::int64_t part, std::int64_t whole) { return whole <= 0 ? 0U : static_cast<std::uint32_t>(std::max<std::int64_t>(0, part) * 1000 / whole); };
    lines.push_back({fmt::format("processor {} used, {} reserved", percent_words(share(host.cpu_used_millicores, host.cpu_millicores)), percent_words(share(host.cpu_reserved_millicores, host.cpu_millicores))), view::Tone::Quiet});
    lines.push_back({fmt::format("memory {} used, {} reserved", percent_words(share(host.memory_used_bytes, host.memory_bytes)), percent_words(share(host.memory_reserved_bytes, host.memory_bytes))), view::Tone::Quiet});
    if (host.disk_bytes > 0) lines.push_back({fmt::format("disk {} used", percent_words(share(host.disk_used_bytes, host.disk_bytes))), view::Tone::Quiet});
    lines.push_back({counted_noun(host.tiles, "container"), view::Tone::Quiet});
    if (!host.zone.empty()) lines.push_back({"zone " + host.zone, view::Tone::Quiet});
    return lines;
}

std::string rate_words(std::int64_t rate_milli) {
    if (rate_milli >= 10'000) return fmt::format("{} req/s", (rate_milli + 500) / 1000);
    return fmt::format("{}.{} req/s", (rate_milli + 50) / 1000, (rate_milli + 50) % 1000 / 100);
}

std::string failure_words(const view::TrafficView& traffic) {
    if (traffic.rate_milli <= 0) return {};
    const std::int64_t tenths = (traffic.failed_milli * 1000 + traffic.rate_milli / 2) / traffic.rate_milli;
    return fmt::format("{}.{} % err", tenths / 10, tenths % 10);
}

std::vector<WordLine> traffic_words(const view::TrafficView& traffic) {
    std::vector<WordLine> lines{{traffic.name}};
    lines.push_back({"requests to " + traffic.target});
    lines.push_back({fmt::format("{} sent, {} answered, {} failed", traffic.sent, traffic.answered, traffic.failed), traffic.failed > 0 ? view::Tone::Warning : view::Tone::Quiet});
    if (traffic.rate_milli > 0) lines.push_back({fmt::format("now {}, {}", rate_words(traffic.rate_milli), failure_words(traffic)), traffic.failing ? view::Tone::Bad : view::Tone::Quiet});
    if (traffic.answered > 0) lines.push_back({fmt::format("half of the answers came within {:.1f} ms", traffic.median.seconds() * 1e3), view::Tone::Quiet});
    if (!traffic.sending) lines.push_back({"it sends nothing at the moment", view::Tone::Quiet});
    return lines;
}

std::string link_name(const view::ClusterView& cluster, std::uint32_t link) {
    const view::LinkView& one = cluster.links[link];
    return one.name.empty() ? name_of_host(cluster, one.first) + "-" + name_of_host(cluster, one.second) : one.name;
}

std::vector<WordLine> link_words(const view::ClusterView& cluster, std::uint32_t link) {
    const view::LinkView& one = cluster.links[link];
    std::vector<WordLine> lines{{"link " + link_name(cluster, link)}};
    if (one.cut) lines.push_back({"cut: nothing comes through", view::Tone::Bad});
    if (one.delay > Duration{}) lines.push_back({fmt::format("{:.0f} ms slower than usual", one.delay.seconds() * 1e3), view::Tone::Warning});
    if (one.loss_ppm > 0) lines.push_back({fmt::format("loses {}.{} % of what is sent", one.loss_ppm / 10'000, one.loss_ppm / 1'000 % 10), view::Tone::Warning});
    if (lines.size() == 1) lines.push_back({"as it should be", view::Tone::Good});
    return lines;
}

TileSearch::TileSearch(const view::ClusterView& cluster, const std::string& words) {
    std::istringstream text(lowered_word(words));
    for (std::string word; text >> word;)
        words_.push_back(word);
    for (const std::string& word : words_) {
        std::vector<bool>& services = services_.emplace_back();
        for (const view::ServiceView& service : cluster.services)
            services.push_back(holds_word(service.name, word) || holds_word(service.stack, word));
        std::vector<bool>& hosts = hosts_.emplace_back();
        for (const view::HostView& host : cluster.hosts)
            hosts.push_back(holds_word(host.name, word) || holds_word(host.zone, word));
        std::vector<bool>& phases = phases_.emplace_back();
        for (std::size_t phase = 0; phase < view::kPhases; ++phase)
            phases.push_back(holds_word(view::phase_name(static_cast<view::Phase>(phase)), word));
    }
}

bool TileSearch::means(const view::Tile& tile) const {
    for (std::size_t i = 0; i < words_.size(); ++i) {
        const bool found = phases_[i][static_cast<std::size_t>(tile.phase)] || (tile.service < services_[i].size() && services_[i][tile.service]) ||
                           (tile.host < hosts_[i].size() && hosts_[i][tile.host]) || holds_word(tile.name, words_[i]) || holds_word(tile.own_name, words_[i]) || holds_word(tile.id, words_[i]);
        if (!found) return false;
    }
    return true;
}

}  // namespace podium::desktop
