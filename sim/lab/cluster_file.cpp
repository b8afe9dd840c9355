#include "sim/lab/cluster_file.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include "sim/base/text.hpp"
#include "sim/base/yaml_mistake.hpp"
#include "sim/model/address.hpp"
#include "sim/model/catalogue_reader.hpp"
#include "sim/model/firewall.hpp"
#include "sim/orch/swarm/api.hpp"

namespace podium::lab {
namespace {

using model::CatalogueReader;

constexpr std::size_t kMostFileBytes = 1U << 20;
constexpr std::size_t kLongestHostName = 63;  // a label of the DNS
constexpr std::string_view kNumber = "{n}";
constexpr std::string_view kCore = "core";  // the switch that joins the zones'

// Until a swarm answers, and until a manager that joins is one of them.
constexpr Duration kInitTakes = seconds(1);
constexpr Duration kManagerTakes = seconds(1);

// A word as a shell reads it.
std::string quoted(const std::string& word) {
    std::string out = "'";
    for (const char c : word) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return out + "'";
}

struct Wire {
    Duration latency = microseconds(100);
    std::int64_t bits_per_second = 1'000'000'000;
    std::int64_t loss_ppm = 0;
};

// "100Mbit", "1.5Gbit", "64kbit": bits a second, in thousands as tc(8) has them.
bool parse_bandwidth(std::string_view text, std::int64_t& out) {
    static constexpr std::pair<std::string_view, std::int64_t> kUnits[] = {{"Gbit", 1'000'000'000}, {"Mbit", 1'000'000}, {"kbit", 1'000}, {"bit", 1}};
    for (const auto& [unit, bits] : kUnits) {
        if (!text.ends_with(unit)) continue;
        const std::string_view digits = text.substr(0, text.size() - unit.size());
        const auto point = digits.find('.');
        std::int64_t whole = 0;
        std::int64_t fraction = 0;
        if (!parse_integer(digits.substr(0, point), whole) || whole < 0 || whole > 100'000'000'000 / bits) return false;
        std::int64_t scale = 1;
        if (point != std::string_view::npos) {
            const std::string_view rest = digits.substr(point + 1);
            if (rest.empty() || rest.size() > 6 || !parse_integer(rest, fraction) || fraction < 0) return false;
            for (std::size_t i = 0; i < rest.size(); ++i) scale *= 10;
        }
        out = whole * bits + fraction * bits / scale;
        return out > 0;
    }
    return false;
}

// "0.1%": parts per million.
bool parse_loss(std::string_view text, std::int64_t& out) {
    if (!text.ends_with('%')) return false;
    text.remove_suffix(1);
    const auto point = text.find('.');
    std::int64_t whole = 0;
    if (!parse_integer(text.substr(0, point), whole) || whole < 0 || whole > 100) return false;
    std::int64_t parts = whole * 10'000;
    if (point != std::string_view::npos) {
        const std::string digits(text.substr(point + 1));
        std::int64_t fraction = 0;
        if (digits.empty() || digits.size() > 4 || !parse_integer(digits, fraction) || fraction < 0) return false;
        for (std::size_t i = digits.size(); i < 4; ++i) fraction *= 10;
        parts += fraction;
    }
    if (parts > 1'000'000) return false;
    out = parts;
    return true;
}

bool is_host_name(std::string_view name) {
    if (name.empty() || name.size() > kLongestHostName || name.front() == '-' || name.back() == '-') return false;
    return std::all_of(name.begin(), name.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_'; });
}

class Reader {
  public:
    Reader(const std::string& filename, ClusterFile& out) : in_(filename), out_(out) {}

    Result<void> read(const YAML::Node& root) {
        in_.expect_keys(root, "a cluster file", {"title", "swarm", "hosts", "network", "links"});
        in_.text(root, "title", out_.title);
        static constexpr std::pair<std::string_view, bool> kSwarm[] = {{"bare", false}, {"formed", true}};
        in_.choice(root, "swarm", out_.formed, kSwarm);
        if (const auto network = in_.find(root, "network")) read_network(*network);
        const std::vector<YAML::Node> hosts = in_.sequence(root, "hosts");
        if (hosts.empty()) in_.fail(root, "a cluster file needs hosts", "write a list: hosts: [{name: one}, {name: two}]");
        if (in_.failed()) return in_.error();
        for (const YAML::Node& node : hosts) {
            read_host(node);
            if (in_.failed()) return in_.error();
        }
        if (out_.formed && std::none_of(out_.hosts.begin(), out_.hosts.end(), [](const HostSetUp& host) { return host.manager; })) out_.hosts.front().manager = true;
        join_hosts(root);
        for (const YAML::Node& node : in_.sequence(root, "links")) read_link(node);
        if (in_.failed()) return in_.error();
        return {};
    }

  private:
    // Where a key's value stands; after a failure only the mapping itself is given.
    YAML::Node at(const YAML::Node& map, std::string_view key) {
        const auto found = in_.find(map, key);
        return found ? *found : map;
    }

    void read_wire(const YAML::Node& node, Wire& wire) {
        in_.duration(node, "latency", wire.latency);
        if (wire.latency > seconds(10)) in_.fail(at(node, "latency"), "a latency of more than 10 s is none that hosts could work with", "write it like 5ms");
        std::string word;
        in_.text(node, "bandwidth", word);
        if (!word.empty() && !parse_bandwidth(word, wire.bits_per_second)) in_.fail(at(node, "bandwidth"), fmt::format("bandwidth can't be \"{}\"", word), "write it like 100Mbit or 1Gbit");
        word.clear();
        in_.text(node, "loss", word);
        if (!word.empty() && !parse_loss(word, wire.loss_ppm)) in_.fail(at(node, "loss"), fmt::format("loss can't be \"{}\"", word), "write it like 0.1%");
    }

    void read_network(const YAML::Node& node) {
        in_.expect_keys(node, "network", {"latency", "bandwidth", "loss", "between"});
        read_wire(node, wire_);
        in_.duration(node, "between", between_);
    }

    // As Compose and docker's flags take them: 512m, 2g, 2gb and 2GiB, all by 1024.
    void read_bytes(const YAML::Node& node, std::string_view key, std::int64_t& out) {
        std::string word;
        in_.text(node, key, word);
        if (in_.failed() || word.empty()) return;
        if (!parse_bytes(word, out) || out < 0) in_.fail(at(node, key), fmt::format("{} can't be \"{}\"", key, word), "write a size like 512m, 2g or 4GiB");
    }

    void read_host(const YAML::Node& node) {
        in_.expect_keys(node, "a host", {"name", "count", "cpus", "memory", "disk", "address", "zone", "labels", "role", "firewall", "live_restore", "generic_resources"});
        HostSetUp host;
        host.name.clear();  // a host of a machine's own has one without being asked
        in_.text(node, "name", host.name);
        if (host.name.empty()) return in_.fail(node, "a host needs a name");
        std::int64_t count = 0;
        in_.number(node, "count", count, 1, static_cast<std::int64_t>(kMostClusterHosts));
        const auto number_at = host.name.find(kNumber);
        if (count > 0 && number_at == std::string::npos && count != 1) return in_.fail(at(node, "name"), fmt::format("{} hosts can't all be called \"{}\"", count, host.name), "write {n} where their number belongs, like worker-{n}");
        if (count == 0 && number_at != std::string::npos) return in_.fail(at(node, "name"), "{n} stands for a number, and there is no count", "say how many: count: 3");
        std::string word;
        in_.text(node, "cpus", word);
        std::int64_t cpus = 0;
        if (!word.empty()) {
            if (!parse_integer(word, cpus) || cpus < 1 || cpus > 1024) return in_.fail(at(node, "cpus"), fmt::format("cpus can't be \"{}\"", word), "it is a whole number from 1 to 1024");
            host.cpu_millicores = cpus * 1000;
        }
        read_bytes(node, "memory", host.memory_bytes);
        read_bytes(node, "disk", host.disk_bytes);
        if (!in_.failed() && host.memory_bytes < 64LL << 20) return in_.fail(at(node, "memory"), "a host needs 64 MiB of memory at least");
        if (!in_.failed() && host.disk_bytes < 1LL << 30) return in_.fail(at(node, "disk"), "a host needs 1 GiB of disk at least");
        in_.text(node, "address", host.address);
        if (!host.address.empty()) {
            if (!model::parse_ipv4(host.address).ok()) return in_.fail(at(node, "address"), fmt::format("\"{}\" is no IPv4 address", host.address));
            if (count > 1) return in_.fail(at(node, "address"), "several hosts can't have one address", "leave address out");
            if (!addresses_.insert(host.address).second) return in_.fail(at(node, "address"), fmt::format("address {} is another host's already", host.address));
        }
        in_.text(node, "zone", host.zone);
        if (!host.zone.empty() && !is_host_name(host.zone)) return in_.fail(at(node, "zone"), fmt::format("\"{}\" is no name for a zone", host.zone), "use letters, digits and -");
        read_labels(node, host);
        static constexpr std::pair<std::string_view, bool> kRoles[] = {{"worker", false}, {"manager", true}};
        in_.choice(node, "role", host.manager, kRoles);
        in_.flag(node, "live_restore", host.live_restore);
        if (const auto firewall = in_.find(node, "firewall")) {
            in_.expect_keys(*firewall, "firewall", {"closed"});
            for (const YAML::Node& port : in_.sequence(*firewall, "closed")) {
                if (!port.IsScalar() || !model::parse_closed_port(port.Scalar(), host.closed_ports)) return in_.fail(port, "a closed port is written like 2377/tcp, 4789/udp or 7946");
            }
        }
        const std::string daemon_file = read_generic_resources(node);
        for (std::int64_t n = 1; n <= std::max<std::int64_t>(count, 1) && !in_.failed(); ++n) {
            HostSetUp one = host;
            if (number_at != std::string::npos) one.name.replace(number_at, kNumber.size(), std::to_string(n));
            if (!is_host_name(one.name)) return in_.fail(at(node, "name"), fmt::format("\"{}\" is no name for a host", one.name), "use letters, digits and -, 63 at most");
            if (!names_.insert(one.name).second) return in_.fail(at(node, "name"), fmt::format("host \"{}\" is there twice", one.name), "give each a name of its own");
            if (out_.hosts.size() == kMostClusterHosts) return in_.fail(node, fmt::format("a cluster has at most {} hosts", kMostClusterHosts));
            if (!daemon_file.empty()) out_.files.push_back({one.name, "/etc/docker/daemon.json", daemon_file});
            out_.hosts.push_back(std::move(one));
        }
    }

    // As dockerd's own file has them: {"node-generic-resources": ["gpu=2"]}.
    std::string read_generic_resources(const YAML::Node& node) {
        constexpr std::int64_t kMostPieces = 1'000'000;
        const auto resources = in_.find(node, "generic_resources");
        if (!resources) return {};
        if (!resources->IsMap()) return in_.fail(*resources, "generic_resources has to be a mapping, like {gpu: 2}"), std::string();
        std::string list;
        for (const auto& entry : *resources) {
            std::int64_t pieces = 0;
            const bool known = entry.first.IsScalar() && is_host_name(entry.first.Scalar());
            if (!known) return in_.fail(entry.first, "a generic resource needs a name", "use letters, digits and -, like gpu"), std::string();
            const bool counted = entry.second.IsScalar() && parse_integer(entry.second.Scalar(), pieces) && pieces >= 0 && pieces <= kMostPieces;
            if (!counted) return in_.fail(entry.second, fmt::format("{} has to be a number of pieces", entry.first.Scalar()), "like {gpu: 2}"), std::string();
            list += fmt::format("{}\"{}={}\"", list.empty() ? "" : ", ", entry.first.Scalar(), pieces);
        }
        return fmt::format("{{\n  \"node-generic-resources\": [{}]\n}}\n", list);
    }

    void read_labels(const YAML::Node& node, HostSetUp& host) {
        const auto labels = in_.find(node, "labels");
        if (!labels) return;
        if (!labels->IsMap()) return in_.fail(*labels, "labels has to be a mapping, like {disk: ssd}");
        for (const auto& entry : *labels) {
            if (!entry.first.IsScalar() || !entry.second.IsScalar()) return in_.fail(entry.first, "a label is a word and its value");
            host.labels[entry.first.Scalar()] = entry.second.Scalar();
        }
    }

    static std::string switch_of(const std::string& zone) { return zone.empty() ? std::string(kCore) : "zone-" + zone; }

    // A switch for each zone, one for what has no zone, which joins them too.
    void join_hosts(const YAML::Node& root) {
        std::set<std::string> zones;
        bool outside = false;
        for (const HostSetUp& host : out_.hosts) {
            if (host.zone.empty()) {
                outside = true;
            } else {
                zones.insert(host.zone);
            }
        }
        if (outside || zones.size() != 1) out_.switches.emplace_back(kCore);
        for (const std::string& zone : zones) out_.switches.push_back(switch_of(zone));
        for (const std::string& name : out_.switches) {
            if (names_.contains(name)) return in_.fail(root, fmt::format("a host can't be called {}, as a switch is", name), "give it another name");
        }
        for (const HostSetUp& host : out_.hosts) out_.links.push_back({host.name, switch_of(host.zone), wire_.latency, wire_.bits_per_second, wire_.loss_ppm});
        if (outside || zones.size() > 1) {
            // Its latency between two zones is that of both switches' links.
            for (const std::string& zone : zones) out_.links.push_back({switch_of(zone), std::string(kCore), Duration{between_.nanoseconds / 2}, wire_.bits_per_second, 0});
        }
        zones_ = std::move(zones);
    }

    void read_link(const YAML::Node& node) {
        if (in_.failed()) return;
        in_.expect_keys(node, "a link", {"between", "latency", "bandwidth", "loss"});
        std::vector<std::string> ends;
        in_.texts(node, "between", ends);
        if (in_.failed()) return;
        if (ends.size() != 2) return in_.fail(node, "a link is between two hosts or two zones", "write it like {between: [a, b], latency: 5ms}");
        if (ends[0] == ends[1]) return in_.fail(at(node, "between"), "a link joins two different hosts or zones");
        for (std::string& end : ends) {
            if (names_.contains(end)) continue;
            if (zones_.contains(end)) {
                end = switch_of(end);
                continue;
            }
            std::vector<std::string> known(names_.begin(), names_.end());
            known.insert(known.end(), zones_.begin(), zones_.end());
            const std::string meant = nearest(end, known);
            return in_.fail(at(node, "between"), fmt::format("there is no host and no zone called \"{}\"", end), meant.empty() ? std::string() : fmt::format("did you mean {}?", meant));
        }
        if (names_.contains(ends[0]) != names_.contains(ends[1])) return in_.fail(at(node, "between"), "a link joins two hosts or two zones, not one of each");
        Wire wire = wire_;
        read_wire(node, wire);
        out_.links.push_back({ends[0], ends[1], wire.latency, wire.bits_per_second, wire.loss_ppm});
    }

    CatalogueReader in_;
    ClusterFile& out_;
    Wire wire_;
    Duration between_ = milliseconds(1);
    std::set<std::string> names_;
    std::set<std::string> addresses_;
    std::set<std::string> zones_;
};

// Addresses for those that have none, from a network of their own.
Result<void> give_addresses(ClusterFile& cluster, const std::string& filename) {
    std::set<std::string> taken;
    for (const HostSetUp& host : cluster.hosts) {
        if (!host.address.empty()) taken.insert(host.address);
    }
    std::uint32_t next = 11;
    for (HostSetUp& host : cluster.hosts) {
        while (host.address.empty()) {
            if (next >= 65'000) return Error{"there are not enough addresses", Place{filename, 0, 0}, "give fewer hosts an address"};
            std::string address = fmt::format("10.77.{}.{}", next / 250, next % 250 + 1);
            ++next;
            if (!taken.contains(address)) host.address = std::move(address);
        }
    }
    return {};
}

}  // namespace

Result<ClusterFile> parse_cluster_file(std::string_view text, const std::string& filename) {
    if (text.size() > kMostFileBytes) return Error{fmt::format("a cluster file has at most {} bytes", kMostFileBytes), Place{filename, 0, 0}, {}};
    try {
        ClusterFile out;
        Reader reader(filename, out);
        if (Result<void> read = reader.read(YAML::Load(std::string(text))); !read) return read.error();
        if (Result<void> given = give_addresses(out, filename); !given) return given.error();
        return out;
    } catch (const YAML::Exception& exception) {
        const YamlMistake mistake = yaml_mistake(exception.msg);
        return Error{fmt::format("this is not YAML: {}", mistake.sentence), Place{filename, exception.mark.line + 1, exception.mark.column + 1}, std::string(mistake.hint)};
    }
}

std::vector<Command> forming_commands(const SetUp& set_up) {
    std::vector<Command> out;
    std::vector<const HostSetUp*> managers;
    std::vector<const HostSetUp*> workers;
    for (const HostSetUp& host : set_up.hosts) (host.manager ? managers : workers).push_back(&host);
    if (managers.empty()) {
        managers.push_back(workers.front());
        workers.erase(workers.begin());
    }
    const auto type = [&out](Time time, const HostSetUp& host, std::string line) { out.push_back({time, CommandKind::Line, host.name + "/form", std::move(line), {}}); };
    // The first swarm of a run has the same tokens in every run.
    const std::string cluster = swarm::public_id(swarm::Kind::Cluster, 1, 1);
    const HostSetUp& first = *managers.front();
    type(Time{}, first, fmt::format("docker swarm init --advertise-addr {}", first.address));
    const auto join_line = [&](swarm::Role role) { return fmt::format("docker swarm join --token {} {}:2377", swarm::join_token(cluster, role, 0), first.address); };
    Time time = Time{} + kInitTakes;
    // A group's members change one at a time.
    for (std::size_t i = 1; i < managers.size(); ++i, time = time + kManagerTakes) type(time, *managers[i], join_line(swarm::Role::Manager));
    for (const HostSetUp* worker : workers) type(Time{} + kInitTakes, *worker, join_line(swarm::Role::Worker));
    if (managers.size() == 1) time = time + kManagerTakes;
    std::vector<std::string> labelling;
    for (const HostSetUp& host : set_up.hosts) {
        std::map<std::string, std::string> labels = host.labels;
        if (!host.zone.empty()) labels.emplace("zone", host.zone);
        if (labels.empty()) continue;
        std::string line = "docker node update";
        for (const auto& [name, value] : labels) line += fmt::format(" --label-add {}", quoted(value.empty() ? name : name + "=" + value));
        labelling.push_back(line + " " + host.name);
    }
    if (!labelling.empty()) type(time, first, join(labelling, " && "));
    return out;
}

Result<Session> begin_session(SetUp set_up) {
    auto session = Session::create(std::move(set_up));
    if (session && session->set_up().swarm_formed) {
        for (Command& command : forming_commands(session->set_up())) session->post(std::move(command));
    }
    return session;
}

void use_cluster(SetUp& set_up, const ClusterFile& cluster) {
    set_up.hosts = cluster.hosts;
    set_up.switches = cluster.switches;
    set_up.links = cluster.links;
    set_up.swarm_formed = cluster.formed;
    for (HostFile& file : set_up.files) file.host = cluster.hosts.front().name;
    set_up.files.insert(set_up.files.end(), cluster.files.begin(), cluster.files.end());
}

}  // namespace podium::lab
