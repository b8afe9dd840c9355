// Drives a simulated swarm by a recording's input.

#include <algorithm>
#include <cmath>
#include <optional>
#include <regex>
#include <set>

#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/conform/lives.hpp"
#include "sim/conform/replay.hpp"
#include "sim/conform/runner.hpp"
#include "sim/conform/swarm_compare.hpp"

namespace podium::conform {
namespace {

constexpr double kCommandPatience = 60.0;       // for a command to end, beyond what it took
constexpr double kAnchorPatience = 3.0;  // for the event that a command follows
constexpr double kRunOn = 5.0;            // simulated beyond the recording's end
constexpr std::int64_t kSettle = 60;     // seconds that a cluster gets before the recording begins
constexpr std::uint64_t kSeeds = 400;    // tried until managers are elected as in the recording,
constexpr int kWholeRuns = 40;            // of which so many go on to its end
constexpr int kDrawnAlike = 3;
constexpr double kFirstRows = 0.3;       // the starting cluster's rows come so soon

// The machines of the recordings (10-placement's header): 2 CPUs and 23.5 GiB each.
constexpr std::int64_t kMillicores = 2000;
constexpr std::int64_t kMemoryBytes = (47LL << 30) / 2;

/// "s1" → "10.77.0.11"; the cluster of failures has another network.
std::string address_of(const std::string& key) { return fmt::format("10.{}.0.1{}", key.starts_with("f") ? 79 : 77, key.substr(1)); }

const std::regex& token_pattern() {
    static const std::regex kToken("SWMTKN-1-[0-9a-z]{50}-[0-9a-z]{25}");
    return kToken;
}

bool makes_swarm(const CommandRow& row) { return row.line.starts_with("docker swarm init") && row.line.find("--force-new-cluster") == std::string::npos && row.status == 0; }

/// For whom a recorded join token is: whom it was printed for; managers, when it never was.
std::string role_of_token(const Recording& recorded, const std::string& token) {
    bool known = false;
    for (const CommandRow& row : recorded.commands) {
        if (!row.output || row.output->find(token) == std::string::npos) continue;
        if (row.line.find("join-token") != std::string::npos && row.line.find("manager") != std::string::npos) return "manager";
        known = true;
    }
    if (known) return "worker";
    // In a swarm that was begun elsewhere only workers join; where it was begun here, init has printed theirs.
    return std::any_of(recorded.commands.begin(), recorded.commands.end(), makes_swarm) ? "manager" : "worker";
}

/// So far nobody leads whom the recording does not have there.
bool led_as_recorded(const std::vector<Turn>& real, const Simulated& simulated) {
    const auto made = leaders_of(simulated.node_rows);
    return std::equal(made.begin(), made.begin() + static_cast<std::ptrdiff_t>(std::min(made.size(), real.size())), real.begin(), [](const Turn& a, const Turn& b) { return a.state == b.state; });
}

bool changes_service(const std::string& line) {
    const auto words = split_words(line);
    return words.size() > 2 && (words[2] == "update" || words[2] == "rollback" || words[2] == "scale");
}

class SwarmDriver {
  public:
    SwarmDriver(const Recording& recorded, lab::Session session) : recorded_(recorded), runner_(std::move(session)) {}

    /// False: it gave up, because another manager was elected than in the recording.
    Result<bool> run(bool gives_up) {
        inject("registry-outage docker.io", lab::CommandKind::Inject);  // there was none
        if (std::none_of(recorded_.commands.begin(), recorded_.commands.end(), makes_swarm)) {
            if (auto began = begin_cluster(); !began) return began.error();
        }
        runner_.begin_here();
        ended(0);
        std::size_t command = 0;
        std::size_t operation = 0;
        const auto leaders = leaders_of(recorded_.node_rows);
        while (command < recorded_.commands.size() || operation < recorded_.operations.size()) {
            if (gives_up && !led_as_recorded(leaders, runner_.seen())) return false;
            const bool is_command = operation == recorded_.operations.size() || (command < recorded_.commands.size() && recorded_.commands[command].t < recorded_.operations[operation].t);
            if (is_command) {
                issue(recorded_.commands[command++]);
            } else {
                operate(recorded_.operations[operation++]);
            }
        }
        runner_.run_until(runner_.session().now() + gap(recorded_.end - runner_.seconds() + kRunOn));
        return true;
    }

    Simulated take() { return runner_.take(); }

  private:
    std::string host_of(const std::string& key) const {
        const auto found = recorded_.nodes.find(key);
        return found == recorded_.nodes.end() ? recorded_.nodes.begin()->second : found->second;
    }

    std::string terminal_on(const std::string& host) { return fmt::format("{}/{}", host, ++terminals_); }

    void inject(const std::string& fault, lab::CommandKind kind) { runner_.session().post({runner_.session().now(), kind, {}, fault, {}}); }

    int type(const std::string& host, const std::string& line) { return runner_.type(terminal_on(host), line, gap(kCommandPatience)); }

    /// The cluster that is there when the recording begins: that of its first rows of nodes, else one manager.
    Result<void> begin_cluster() {
        std::map<std::string, std::string> roles;
        std::string leader = recorded_.nodes.begin()->second;
        for (const NodeRow& row : recorded_.node_rows) {
            if (row.t > recorded_.node_rows.front().t + kFirstRows) break;
            roles[row.name] = row.role;
            if (row.leader) leader = row.name;
        }
        const auto failed = [this](const std::string& what) { return Error{fmt::format("the cluster of {} could not be begun: {}: {}", recorded_.name, what, trim(runner_.last().error.value_or(""))), {}, {}}; };
        const std::string address = address_of(key_of(leader));
        if (type(leader, "docker swarm init --advertise-addr " + address) != 0) return failed("docker swarm init");
        for (const auto& [key, host] : recorded_.nodes) {
            if (host == leader) continue;
            const std::string role = roles.contains(host) ? roles.at(host) : "worker";
            if (type(leader, "docker swarm join-token -q " + role) != 0) return failed("docker swarm join-token");
            const std::string token(trim(runner_.last().output.value_or("")));
            if (type(host, fmt::format("docker swarm join --token {} {}:2377", token, address)) != 0) return failed("docker swarm join");
        }
        runner_.run_until(runner_.session().now() + seconds(kSettle));
        return {};
    }

    [[nodiscard]] std::string key_of(const std::string& host) const {
        const auto found = std::find_if(recorded_.nodes.begin(), recorded_.nodes.end(), [&host](const auto& node) { return node.second == host; });
        return found == recorded_.nodes.end() ? recorded_.nodes.begin()->first : found->first;
    }

    /// A join token stands for the last one printed for its role: asked for in a copy of the run, which
    /// disturbs nothing.
    std::string with_token(const std::string& line) {
        std::smatch match;
        if (!std::regex_search(line, match, token_pattern())) return line;
        std::string leader = recorded_.nodes.begin()->second;
        for (const NodeRow& row : runner_.seen().node_rows) {
            if (row.leader) leader = row.name;
        }
        Runner copy(runner_.session().fork());
        copy.type(terminal_on(leader), "docker swarm join-token -q " + role_of_token(recorded_, match.str()), gap(kCommandPatience));
        return std::regex_replace(line, token_pattern(), std::string(trim(copy.last().output.value_or(""))));
    }

    void wait_for_turn(double t) { runner_.run_until(std::max(runner_.session().now(), previous_end_ + gap(t - recorded_end_))); }

    void ended(double recorded_end) {
        recorded_end_ = recorded_end;
        previous_end_ = runner_.session().now();
    }

    void issue(const CommandRow& wanted) {
        if (!follow_events(wanted)) wait_for_turn(wanted.t);
        runner_.type(terminal_on(host_of(wanted.node)), with_token(wanted.line), gap(wanted.duration + kCommandPatience));
        ended(wanted.t + wanted.duration);
    }

    /// A command about services comes when as many events of their containers have happened as in the recording,
    /// plus the gap, so that it meets the same phase; one that changes them waits for those. False: they did not
    /// happen.
    bool follow_events(const CommandRow& wanted) {
        const std::set<std::string> services = services_in(wanted.line);
        const auto is_of = [&](const EventRow& event) { return event.object == "container" && services.contains(event.name.substr(0, event.name.find('.'))) && !is_dropped(recorded_, event); };
        std::size_t wanted_count = 0;
        double last = 0;
        for (const EventRow& event : recorded_.events) {
            if (event.t > wanted.t || !is_of(event)) continue;
            ++wanted_count;
            last = event.t;
        }
        if (wanted_count == 0) return false;
        std::optional<double> happened;
        const auto look = [&](const lab::Session&) {
            runner_.read_facts();
            std::size_t count = 0;
            for (const EventRow& event : runner_.seen().events) {
                if (!is_of(event) || ++count < wanted_count) continue;
                happened = event.t;
                return true;
            }
            return false;
        };
        const double patience = changes_service(wanted.line) ? kAnchorPatience : 0;
        const Time limit = std::max(runner_.session().now(), previous_end_ + gap(wanted.t - recorded_end_)) + gap(patience);
        if (!look(runner_.session())) runner_.session().run_until(limit, look);
        if (!happened && !look(runner_.session())) return false;
        const double at = *happened + wanted.t - last;
        runner_.run_until(runner_.session().now() + gap(at - runner_.seconds()));
        return true;
    }

    /// The services that a command names, of those the recording has made.
    [[nodiscard]] std::set<std::string> services_in(const std::string& line) const {
        const auto words = split_words(line);
        std::set<std::string> services;
        if (words.size() < 3 || words[0] != "docker" || words[1] != "service" || words[2] == "create") return services;
        for (std::size_t i = 3; i < words.size(); ++i) {
            const std::string name = words[i].substr(0, words[i].find('='));
            if (is_own_service(recorded_, name)) services.insert(name);
        }
        return services;
    }

    void operate(const OperationRow& operation) {
        wait_for_turn(operation.t);
        const std::string host = host_of(operation.node);
        runner_.operated(runner_.seconds());
        std::string until;
        if (operation.operation == "engine-signal") {
            runner_.session().post({runner_.session().now(), lab::CommandKind::EngineSignal, host, operation.signal, {}});
            if (operation.signal == "TERM" || operation.signal == "KILL") until = "stopped";
        } else if (operation.operation == "engine-start") {
            runner_.session().post({runner_.session().now(), lab::CommandKind::EngineStart, host, {}, {}});
            until = "running";
        } else {
            std::string others;
            for (const auto& [key, name] : recorded_.nodes) {
                if (name != host) others += (others.empty() ? "" : ",") + name;
            }
            inject(fmt::format("partition {}|{}", host, others), operation.operation == "link-cut" ? lab::CommandKind::Inject : lab::CommandKind::Lift);
        }
        runner_.run_until(runner_.session().now());
        if (!until.empty() && lab::engine_state(runner_.session(), host) != until) {
            runner_.session().run_until(runner_.session().now() + gap(operation.duration + kCommandPatience), [&](const lab::Session& session) {
                runner_.read_facts();
                return lab::engine_state(session, host) == until;
            });
        }
        ended(operation.t + operation.duration);
    }

    const Recording& recorded_;
    Runner runner_;
    Time previous_end_{};
    double recorded_end_ = 0;
    int terminals_ = 0;
};

/// None: it gave up.
Result<std::optional<Simulated>> simulate_once(const Recording& recorded, const std::string& catalogue, std::uint64_t seed, bool gives_up) {
    lab::SetUp set_up;
    set_up.seed = seed;
    set_up.hosts.clear();
    for (const auto& [key, name] : recorded.nodes) {
        lab::HostSetUp host;
        host.name = name;
        host.address = address_of(key);
        host.cpu_millicores = kMillicores;
        host.memory_bytes = kMemoryBytes;
        set_up.hosts.push_back(std::move(host));
        for (const auto& [file, content] : recorded.files) set_up.files.push_back({name, set_up.directory + "/" + file, content});
    }
    set_up.catalogue = catalogue;
    if (recorded.only_busybox) set_up.only_image = "busybox";
    set_up.program = "podium conform";
    auto session = lab::Session::create(std::move(set_up));
    if (!session) return session.error();
    SwarmDriver driver(recorded, std::move(*session));
    const auto ran = driver.run(gives_up);
    if (!ran) return ran.error();
    return *ran ? std::optional(driver.take()) : std::nullopt;
}

bool same_leaders(const Recording& recorded, const Simulated& simulated) {
    const auto real = leaders_of(recorded.node_rows);
    const auto made = leaders_of(simulated.node_rows);
    return made.size() >= real.size() && std::equal(real.begin(), real.end(), made.begin(), [](const Turn& a, const Turn& b) { return a.state == b.state; });
}

/// Whether chance decides about what the recording's commands meet: who leads, when a node is down.
bool is_drawn(const Recording& recorded) {
    if (leaders_of(recorded.node_rows).size() > 1) return true;
    const auto turns = turns_of(recorded.node_rows);
    return std::any_of(turns.begin(), turns.end(), [](const auto& node) {
        return std::any_of(node.second.begin(), node.second.end(), [](const Turn& turn) { return turn.state == "down"; });
    });
}

/// How far what is drawn is as recorded: leaders, then nodes' moments within their bounds, then between the same
/// inputs.
int rank_of(const Recording& recorded, const Simulated& simulated) {
    if (!same_leaders(recorded, simulated)) return 0;
    std::vector<std::string> differences;
    compare_nodes(recorded, simulated, causes_of(recorded, simulated), differences);
    if (!differences.empty()) return 1;
    return drawn_alike(recorded, simulated) ? kDrawnAlike : 2;
}

}  // namespace

Result<Simulated> simulate_swarm(const Recording& recorded, const std::string& catalogue) {
    std::optional<Simulated> best;
    int best_rank = 0;
    int whole = 0;
    for (std::uint64_t seed = 1; is_drawn(recorded) && seed <= kSeeds && whole < kWholeRuns; ++seed) {
        auto simulated = simulate_once(recorded, catalogue, seed, true);
        if (!simulated) return simulated.error();
        if (!*simulated) continue;
        ++whole;
        const int rank = rank_of(recorded, **simulated);
        if (rank == kDrawnAlike) return std::move(**simulated);
        if (rank <= best_rank) continue;
        best = std::move(*simulated);
        best_rank = rank;
    }
    if (best) return std::move(*best);
    auto simulated = simulate_once(recorded, catalogue, 1, false);
    if (!simulated) return simulated.error();
    return std::move(**simulated);
}

}  // namespace podium::conform
