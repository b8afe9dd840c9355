// What is asked of a container's processes and files: stats, changes, exec and log lines.

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/calendar.hpp"
#include "sim/base/int128.hpp"
#include "sim/base/json_bytes.hpp"
#include "sim/base/text.hpp"
#include "sim/model/accounts.hpp"
#include "sim/model/answers.hpp"
#include "sim/model/answers_parts.hpp"
#include "sim/model/container.hpp"
#include "sim/model/processor.hpp"

namespace podium::model {
namespace {

constexpr std::int64_t kNoMemoryLimit = 9'223'372'036'854'771'712;
constexpr Duration kUpBefore = hours(1);  ///< How long a host has been up when the run begins.
// What comes over its bridge to a container that nobody talks to: the neighbours' own talk of IPv6 (measured,
// api/050 and 051: 586 B in 7 packets within its first seconds, 1112 B in 12 from the tenth on).
struct Murmur {
    Duration from;
    std::int64_t bytes;
    std::int64_t packets;
};
constexpr std::array kMurmurs{Murmur{seconds(10), 1112, 12}, Murmur{seconds(2), 586, 7}, Murmur{{}, 90, 1}};
constexpr std::int64_t kPage = 4096;

Json cpu_stats_json(const World& world, const ContainerRow& row, std::int64_t total, Time at) {
    const std::int64_t cores =
        std::max<std::int64_t>(1, (world.host(row.c.host).spec.cpu_millicores + 999) / 1000);
    Json each = Json::array();
    for (std::int64_t i = 0; i < cores; ++i)
        each.push_back(total / cores + (i == 0 ? total % cores : 0));
    Json out;
    out["cpu_usage"]["total_usage"] = total;
    out["cpu_usage"]["percpu_usage"] = std::move(each);
    out["cpu_usage"]["usage_in_kernelmode"] = total / 3;
    out["cpu_usage"]["usage_in_usermode"] = total - total / 3;
    out["system_cpu_usage"] = (kUpBefore + (at - Time{})).nanoseconds * cores;
    out["online_cpus"] = cores;
    for (const char* field : {"periods", "throttled_periods", "throttled_time"})
        out["throttling_data"][field] = 0;
    return out;
}

Json memory_stats_json(const World& world, const ContainerRow& row) {
    const std::int64_t used = row.d.memory_bytes;
    const std::int64_t limit = row.spec.memory_bytes > 0 ? row.spec.memory_bytes : kNoMemoryLimit;
    const std::map<std::string, std::int64_t> known{
        {"hierarchical_memory_limit", limit},
        {"hierarchical_memsw_limit", row.spec.memory_bytes > 0 ? 2 * limit : limit},
        {"inactive_anon", used},
        {"rss", used},
        {"total_inactive_anon", used},
        {"total_rss", used}};
    Json out;
    out["usage"] = used;
    out["max_usage"] = std::max(used, row.d.memory_peak_bytes);
    for (const char* field : {"active_anon",
                              "active_file",
                              "cache",
                              "dirty",
                              "hierarchical_memory_limit",
                              "hierarchical_memsw_limit",
                              "inactive_anon",
                              "inactive_file",
                              "mapped_file",
                              "pgfault",
                              "pgmajfault",
                              "pgpgin",
                              "pgpgout",
                              "rss",
                              "rss_huge",
                              "total_active_anon",
                              "total_active_file",
                              "total_cache",
                              "total_dirty",
                              "total_inactive_anon",
                              "total_inactive_file",
                              "total_mapped_file",
                              "total_pgfault",
                              "total_pgmajfault",
                              "total_pgpgin",
                              "total_pgpgout",
                              "total_rss",
                              "total_rss_huge",
                              "total_unevictable",
                              "total_writeback",
                              "unevictable",
                              "writeback"}) {
        const auto value = known.find(field);
        out["stats"][field] = value == known.end() ? 0 : value->second;
    }
    out["limit"] = row.spec.memory_bytes > 0 ? row.spec.memory_bytes
                                             : world.host(row.c.host).spec.memory_bytes;
    return out;
}

Json block_stats_json(const Json& none) {
    Json out;
    for (const char* field : {"io_service_bytes_recursive",
                              "io_serviced_recursive",
                              "io_queue_recursive",
                              "io_service_time_recursive",
                              "io_wait_time_recursive",
                              "io_merged_recursive",
                              "io_time_recursive",
                              "sectors_recursive"}) {
        out[field] = none;
    }
    return out;
}

// The kernel writes whole pages. Reads are answered by its cache, which a pull has filled.
Json written_json(std::int64_t bytes) {
    if (bytes == 0) return Json::array();
    const std::int64_t whole = (bytes + kPage - 1) / kPage * kPage;
    Json out = Json::array();
    for (const auto& [operation, value] : {std::pair<const char*, std::int64_t>{"Read", 0},
                                           {"Write", whole},
                                           {"Sync", whole},
                                           {"Async", 0},
                                           {"Discard", 0},
                                           {"Total", whole}}) {
        Json one;
        one["major"] = 8;
        one["minor"] = 0;
        one["op"] = operation;
        one["value"] = value;
        out.push_back(std::move(one));
    }
    return out;
}

// What the engine sends for a container that does not run: everything at its zero value.
std::string empty_stats(const ContainerRow& row) {
    Json cpu;
    for (const char* field : {"total_usage", "usage_in_kernelmode", "usage_in_usermode"})
        cpu["cpu_usage"][field] = 0;
    for (const char* field : {"periods", "throttled_periods", "throttled_time"})
        cpu["throttling_data"][field] = 0;
    Json out;
    out["read"] = kNeverText;
    out["preread"] = kNeverText;
    out["pids_stats"] = Json::object();
    out["blkio_stats"] = block_stats_json(nullptr);
    out["num_procs"] = 0;
    out["storage_stats"] = Json::object();
    out["cpu_stats"] = cpu;
    out["precpu_stats"] = cpu;
    out["memory_stats"] = Json::object();
    out["name"] = "/" + std::string(row.world.name_of(row.id));
    out["id"] = row.id_text;
    return json_bytes(out);
}

Json interfaces_json(const ContainerRow& row) {
    Json out = Json::object();
    const Duration up = row.world.kernel.now() - row.c.started;
    const auto murmur = std::find_if(
        kMurmurs.begin(), kMurmurs.end(), [up](const Murmur& one) { return up >= one.from; });
    int number = 0;
    for (const Endpoint& endpoint : row.d.endpoints) {
        if (!endpoint.connected || !endpoint.ipv4) continue;
        // What is exchanged is not told apart by networks: it goes through the first.
        const NetworkUse use = number == 0 ? row.d.network : NetworkUse{};
        Json& counters = out[fmt::format("eth{}", number++)];
        counters["rx_bytes"] = use.received_bytes + murmur->bytes;
        counters["rx_packets"] = use.received_packets + murmur->packets;
        counters["rx_errors"] = 0;
        counters["rx_dropped"] = 0;
        counters["tx_bytes"] = use.sent_bytes;
        counters["tx_packets"] = use.sent_packets;
        counters["tx_errors"] = 0;
        counters["tx_dropped"] = 0;
    }
    return out;
}

// A moment in a query: seconds since 1970 with or without decimals, or RFC 3339.
bool read_moment(const std::string& text, Duration skew, Time& out) {
    if (const std::optional<Time> moment = parse_rfc3339(text, skew)) {
        out = *moment;
        return true;
    }
    const std::size_t dot = text.find('.');
    std::int64_t whole = 0;
    std::int64_t part = 0;
    if (!parse_integer(text.substr(0, dot), whole)) return false;
    if (dot != std::string::npos) {
        std::string decimals = text.substr(dot + 1, 9);
        decimals.resize(9, '0');
        if (!parse_integer(decimals, part)) return false;
    }
    out = from_unix(whole, part, skew);
    return true;
}

}  // namespace

Duration container_processor_time(const World& world, ContainerId container) {
    const ContainerRow row(world, container);
    if (!row.live) return {};
    const bool paused = row.c.state == ContainerState::Paused;
    const Time until = paused ? row.d.paused_since : world.kernel.now();
    const std::int64_t idle = row.d.profile != nullptr ? row.d.profile->cpu.idle_millicores : 0;
    const Duration ran = std::max(until - row.c.started - row.d.paused_for, Duration{});
    Duration total = row.d.cpu_of_ended + Duration{static_cast<std::int64_t>(static_cast<Int128>(ran.nanoseconds) * idle / 1000)};
    for (const ProcessId id : row.d.processes) {
        const Process* process = world.processes.find(id);
        if (process != nullptr && !process->ended) total = total + processor_time_of(world, *process);
    }
    return total;
}

std::string container_stats_json(const World& world, ContainerId container, Time sampled, Duration cpu_sample) {
    const ContainerRow row(world, container);
    if (!row.live) return empty_stats(row);
    const Time now = world.kernel.now();
    const auto living =
        std::count_if(row.d.processes.begin(), row.d.processes.end(), [&](ProcessId id) {
            const Process* process = world.processes.find(id);
            return process != nullptr && !process->ended;
        });
    Json out;
    out["read"] = rfc3339_nano(now, row.skew);
    out["preread"] = rfc3339_nano(sampled, row.skew);
    out["pids_stats"]["current"] = living;
    if (row.spec.pids_limit > 0) out["pids_stats"]["limit"] = row.spec.pids_limit;
    out["blkio_stats"] = block_stats_json(Json::array());
    out["blkio_stats"]["io_service_bytes_recursive"] = written_json(row.d.written_bytes);
    out["num_procs"] = 0;
    out["storage_stats"] = Json::object();
    out["cpu_stats"] = cpu_stats_json(world, row, container_processor_time(world, container).nanoseconds, now);
    out["precpu_stats"] = cpu_stats_json(world, row, cpu_sample.nanoseconds, sampled);
    out["memory_stats"] = memory_stats_json(world, row);
    out["name"] = "/" + std::string(world.name_of(container));
    out["id"] = row.id_text;
    if (const Json interfaces = interfaces_json(row); !interfaces.empty())
        out["networks"] = interfaces;
    return json_bytes(out);
}

std::string container_changes_json(const World& world, ContainerId container) {
    const ContainerRow row(world, container);
    Json out = Json::array();
    for (const auto& [path, change] : row.d.state_changes) {
        const int kind = change == 'C' ? 0 : change == 'A' ? 1 : 2;
        Json one;
        one["Path"] = path;
        one["Kind"] = kind;
        out.push_back(std::move(one));
    }
    return out.empty() ? "null" : json_bytes(out);
}

std::string exec_inspect_json(const World& world, HostId host, const std::string& id) {
    const auto& execs = world.host(host).engine.execs;
    const auto found = execs.find(id);
    if (found == execs.end()) return {};
    const ExecSession& session = found->second;
    const Process* process = world.processes.find(session.process);
    const bool ended = !session.running && session.process.slot == 0;
    Json out;
    out["ID"] = session.id;
    out["Running"] = session.running;
    out["ExitCode"] = ended ? Json(session.exit_code) : Json(nullptr);
    Json& config = out["ProcessConfig"];
    config["tty"] = session.tty;
    config["entrypoint"] = session.command.empty() ? "" : session.command.front();
    config["arguments"] =
        session.command.empty()
            ? Json::array()
            : Json(std::vector<std::string>(session.command.begin() + 1, session.command.end()));
    config["privileged"] = false;
    if (!session.user.empty()) config["user"] = session.user;
    out["OpenStdin"] = session.attach_stdin;
    out["OpenStderr"] = !session.detached;
    out["OpenStdout"] = !session.detached;
    out["CanRemove"] = false;
    out["ContainerID"] = container_id_text(world, session.container);
    out["DetachKeys"] = "";
    out["Pid"] = process != nullptr ? process->host_pid : 0;
    return json_bytes(out);
}

bool log_line_beyond(const World& world, ContainerId container, const LogLine& line, const std::map<std::string, std::string>& options) {
    const std::string until = query_text(options, "until");
    if (until.empty() || until == "0") return false;
    const Host& host = world.host(world.container(container).host);
    Time bound;
    return read_moment(until, host.clock_skew, bound) && host.stamped(line.time) > bound;
}

std::string log_line_text(const World& world,
                          ContainerId container,
                          const LogLine& line,
                          const std::map<std::string, std::string>& options) {
    const Host& host = world.host(world.container(container).host);
    const Duration skew = host.clock_skew;
    const Time stamped = host.stamped(line.time);
    // A request names the streams it wants; one that names none wants both.
    const bool chosen = query_flag(options, "stdout") || query_flag(options, "stderr");
    if (chosen && !query_flag(options, line.standard_error ? "stderr" : "stdout")) return {};
    Time bound;
    if (const std::string since = query_text(options, "since");
        !since.empty() && since != "0" && read_moment(since, skew, bound) && stamped < bound)
        return {};
    if (log_line_beyond(world, container, line, options)) return {};
    std::string out;
    if (query_flag(options, "timestamps")) out = rfc3339_nano_fixed(stamped, skew) + " ";
    if (query_flag(options, "details"))
        out += " ";  // the attributes of --log-opt labels and env: none are modelled
    return out + line.text;
}

}  // namespace podium::model
