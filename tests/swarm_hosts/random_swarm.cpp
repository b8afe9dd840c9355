#include "tests/swarm_hosts/random_swarm.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/lab/invariants.hpp"

namespace podium::swarm {
namespace {

constexpr double kPatience = 4;         // seconds that somebody waits for an answer while things break
constexpr std::size_t kMostAtOnce = 5;  // faults
constexpr std::uint32_t kMostServices = 6;
constexpr std::uint32_t kMostReserving = 2;

// Ends at once when it is told to.
constexpr const char* kSteady = "trap 'exit 0' TERM; sleep 1000000 & wait";

std::string seconds_of(std::uint64_t number) { return std::to_string(number * 1'000'000'000); }

}  // namespace

std::uint32_t RandomSwarm::drawn_size(RandomStream& random, std::uint64_t number) {
    if (number % 5 == 0) return static_cast<std::uint32_t>(20 + random.below(31));
    if (number % 3 == 0) return static_cast<std::uint32_t>(7 + random.below(13));
    return static_cast<std::uint32_t>(1 + random.below(6));
}

RandomSwarm::RandomSwarm(std::uint64_t number)
    : random_(number, "random swarm", 0), size_(drawn_size(random_, number)), managers_(static_cast<std::uint32_t>(1 + random_.below(std::min<std::uint32_t>(size_, 7)))), hosts_(size_, number) {
    hosts_.state().swarm.watch_consensus();
    tell(fmt::format("{} hosts, {} managers", size_, managers_));
    hosts_.form(managers_);
    hosts_.watch = [this](const SwarmHosts& hosts) { safety_.look(hosts); };
    hosts_.ask(1, "POST /networks/create", R"({"Name":"front","Driver":"overlay","Attachable":true})");
    for (std::uint32_t host = 1; host <= size_; ++host) {
        update_node(1, host, [host](Json& spec) { spec["Labels"]["zone"] = host % 2 == 1 ? "a" : "b"; });
    }
    const std::uint64_t services = 1 + random_.below(3);
    for (std::uint64_t i = 0; i < services; ++i) create_service();
    hosts_.run_for(static_cast<double>(random_.below(15)));
}

void RandomSwarm::tell(const std::string& what) { story_ += fmt::format("{:9.3f}  {}\n", hosts_.now(), what); }

void RandomSwarm::fail(const std::string& what) {
    if (wrong_.empty()) wrong_ = what;
}

void RandomSwarm::trouble() {
    const double end = hosts_.now() + static_cast<double>(size_ > 19 ? 90 : 90 + random_.below(90));
    while (hosts_.now() < end && wrong_.empty()) {
        hosts_.run_for(static_cast<double>(random_.below(7000)) / 1000);
        act();
        look();
    }
}

// What must hold between two acts, beside what safety_ looks at after every event.
void RandomSwarm::look() {
    if (!safety_.wrong().empty()) fail(safety_.wrong());
    const model::World& world = hosts_.world();
    const State& state = hosts_.swarm().state();
    for (const auto& broken : {lab::broken_invariants(world), lab::broken_sums(world)}) {
        if (!broken.empty()) fail(broken.front());
    }
    if (hosts_.row().proposed.size() > 10'000) fail("proposals are not forgotten");
    state.requests.for_each([&](model::RequestId request, const TaskOwner& owner) {
        if (world.requests.find(request) == nullptr) fail(fmt::format("the agent of task {} waits for a request that is gone", owner.task.value));
    });
    for (const HostRow& row : state.hosts) {
        if (!row.alive && row.agent.stage != Agent::Stage::Off) fail(fmt::format("the agent of node {} lives without its engine", row.node.value));
    }
}

void RandomSwarm::act() {
    const std::size_t active = hosts_.faults().active.size();
    switch (random_.below(8)) {
        case 0:
        case 1:
        case 2: return active < kMostAtOnce ? break_something() : lift_something();
        case 3:
        case 4: return active > 0 ? lift_something() : break_something();
        default: return use();
    }
}

// --- faults ---

void RandomSwarm::break_something() {
    for (const std::string& fault : draw_faults()) {
        tell("inject " + fault);
        hosts_.inject(fault);
    }
}

std::vector<std::string> RandomSwarm::draw_faults() {
    const std::string host = host_name(any_host());
    switch (random_.below(16)) {
        case 0: return {"power-loss " + host};
        case 1: return {"engine-kill " + host};
        case 2: return {"engine-stop " + host};
        case 3: return {"engine-restart " + host};
        case 4: return {"host-reboot " + host};
        case 5: return {"freeze " + host + " what=engine"};
        case 6: return {"freeze " + host};
        case 7: return {"link-cut " + host};
        case 8: return {"close-port " + host + fmt::format(" port={}", random_.chance(1, 2) ? 2377 : random_.chance(1, 2) ? 7946 : 4789)};
        case 9: return {fmt::format("loss {} rate={}%", host, 5 + random_.below(30))};
        case 10: return {fmt::format("delay {} by={}ms", host, 20 + random_.below(600))};
        case 11: return {fmt::format("clock-skew {} by={}s", host, random_.between(-300, 300))};
        case 12: return {fmt::format("slow-disk {} factor={}", host, 2 + random_.below(9))};
        case 13: {  // The quorum is lost.
            const char* how = random_.chance(1, 2) ? "power-loss " : random_.chance(1, 2) ? "engine-kill " : "freeze ";
            std::vector<std::string> out;
            for (std::uint32_t manager = 1; manager <= (managers_ + 1) / 2; ++manager) out.push_back(how + host_name(manager));
            return out;
        }
        default: {
            std::string one;
            std::string other;
            for (std::uint32_t i = 1; i <= size_; ++i) {
                std::string& side = random_.chance(1, 3) ? one : other;
                side += (side.empty() ? "" : ",") + host_name(i);
            }
            if (one.empty() || other.empty()) return {"link-cut " + host};
            return {"partition " + one + "|" + other};
        }
    }
}

void RandomSwarm::lift_something() {
    const auto& active = hosts_.faults().active;
    const std::string fault = active[random_.below(active.size())].request.text();
    tell("lift " + fault);
    hosts_.try_lift(fault);
}

// --- use ---

// A manager that runs, mostly; now and then anybody.
std::uint32_t RandomSwarm::asked_host() {
    for (int i = 0; i < 8; ++i) {
        const std::uint32_t host = any_host();
        if (hosts_.host(host).alive && hosts_.host(host).manager && !hosts_.host(host).frozen) return host;
    }
    return any_host();
}

void RandomSwarm::use() {
    switch (random_.below(12)) {
        case 0:
        case 1: return create_service();
        case 2: {
            if (services_.empty()) return;
            const std::size_t which = random_.below(services_.size());
            tell(fmt::format("rm {}: {}", services_[which], hosts_.ask(asked_host(), "DELETE /services/" + services_[which], "", kPatience).status));
            return;
        }
        case 3:
        case 4: return change_node();
        case 5: return leave();
        default: return update_service();
    }
}

std::string RandomSwarm::drawn_command() {
    switch (random_.below(10)) {
        case 0: return "sleep 1000000";  // deaf to TERM: it takes its grace
        case 1: return fmt::format("sleep {}; exit 1", 1 + random_.below(9));
        case 2: return fmt::format("sleep {}", 4 + random_.below(20));
        case 3: return "exit 3";
        default: return kSteady;
    }
}

void RandomSwarm::add_options(Json& spec, Json& task, bool global) {
    const std::uint64_t replicas = global ? 0 : spec["Mode"]["Replicated"]["Replicas"].get<std::uint64_t>();
    bool narrow = false;  // a second task beside each may find no room
    if (random_.chance(1, 4)) {
        task["Placement"]["Constraints"] = Json::array({random_.chance(1, 2) ? "node.labels.zone==a" : "node.labels.zone!=b"});
    }
    if (random_.chance(1, 4)) task["Placement"]["Preferences"] = Json::parse(R"([{"Spread":{"SpreadDescriptor":"node.labels.zone"}}])");
    const std::uint32_t eligible = task.contains("Placement") && task["Placement"].contains("Constraints") ? (size_ + 1) / 2 : size_;
    if (reserving_ < kMostReserving && random_.chance(1, 4)) {
        ++reserving_;
        narrow = true;
        task["Resources"]["Reservations"] = Json{{"NanoCPUs", 500'000'000}, {"MemoryBytes", 256LL << 20}};
        if (!global) spec["Mode"]["Replicated"]["Replicas"] = std::min<std::uint64_t>(replicas, 2 * eligible);
    }
    if (!global && random_.chance(1, 5)) {
        narrow = true;
        task["Placement"]["MaxReplicas"] = 2;
        spec["Mode"]["Replicated"]["Replicas"] = std::min<std::uint64_t>(replicas, 2 * eligible);
    }
    if (random_.chance(1, 4)) {
        Json port{{"Protocol", "tcp"}, {"TargetPort", 80}};
        if (random_.chance(1, 2)) port["PublishedPort"] = 8000 + made_;
        const bool of_host = global && random_.chance(1, 2);
        port["PublishMode"] = of_host ? "host" : "ingress";
        narrow = narrow || of_host;
        spec["EndpointSpec"]["Ports"] = Json::array({port});
    }
    if (random_.chance(1, 2)) {
        Json update{{"Parallelism", random_.below(4)}, {"Delay", random_.below(4) * 1'000'000'000}, {"Monitor", 2'000'000'000}, {"MaxFailureRatio", random_.chance(1, 2) ? 0.0 : 0.3}};
        update["FailureAction"] = random_.chance(1, 3) ? "pause" : random_.chance(1, 2) ? "continue" : "rollback";
        update["Order"] = !narrow && random_.chance(1, 3) ? "start-first" : "stop-first";
        spec["UpdateConfig"] = update;
        if (random_.chance(1, 2)) spec["RollbackConfig"] = update;
        if (spec.contains("RollbackConfig")) spec["RollbackConfig"]["FailureAction"] = random_.chance(1, 2) ? "pause" : "continue";
    }
    if (random_.chance(1, 3)) task["Networks"] = Json::parse(R"([{"Target":"front"}])");
}

Json RandomSwarm::drawn_spec() {
    Json spec;
    const std::uint64_t kind = random_.below(10);
    spec["Name"] = fmt::format("s{}", ++made_);
    Json task;
    task["ContainerSpec"]["Image"] = kind == 0 ? "nginx" : "busybox";
    if (kind != 0) task["ContainerSpec"]["Command"] = Json::array({"sh", "-c", kind > 7 ? "sleep 3" : drawn_command()});
    if (random_.chance(1, 3)) task["ContainerSpec"]["StopGracePeriod"] = 2'000'000'000;
    if (kind < 6) {
        spec["Mode"]["Replicated"]["Replicas"] = size_ > 6 ? random_.below(2 * size_) : random_.below(9);
    } else if (kind < 8) {
        spec["Mode"]["Global"] = Json::object();
    } else if (kind == 8) {
        spec["Mode"]["ReplicatedJob"] = Json{{"MaxConcurrent", 1 + random_.below(4)}, {"TotalCompletions", 1 + random_.below(10)}};
    } else {
        spec["Mode"]["GlobalJob"] = Json::object();
    }
    if (kind > 7) {
        task["RestartPolicy"]["Condition"] = "on-failure";
        spec["TaskTemplate"] = std::move(task);
        return spec;
    }
    if (random_.chance(1, 5)) task["RestartPolicy"] = Json::parse(R"({"Condition":"any","Delay":)" + seconds_of(random_.below(4)) + "}");
    add_options(spec, task, kind >= 6);
    spec["TaskTemplate"] = std::move(task);
    return spec;
}

void RandomSwarm::create_service() {
    if (services_.size() >= kMostServices) return;
    const Json spec = drawn_spec();
    services_.push_back(spec["Name"]);
    const std::uint32_t asked = asked_host();
    tell(fmt::format("create on h{}: {}: {}", asked, spec.dump(), hosts_.ask(asked, "POST /services/create", spec.dump(), kPatience).status));
}

std::string RandomSwarm::drawn_service() { return services_.empty() ? std::string() : services_[random_.below(services_.size())]; }

Answer RandomSwarm::update(std::uint32_t host, const std::string& service, const std::function<void(Json&)>& edit, const std::string& more) {
    const Answer now = hosts_.ask(host, "GET /services/" + service, "", kPatience);
    if (now.status != 200) return now;
    Json row = now.json();
    edit(row["Spec"]);
    const std::string version = row["Version"]["Index"].dump();
    return hosts_.ask(host, fmt::format("POST /services/{}/update?version={}{}", row["ID"].get<std::string>(), version, more), row["Spec"].dump(), kPatience);
}

void RandomSwarm::update_service() {
    const std::string service = drawn_service();
    if (service.empty()) return;
    const std::uint32_t host = asked_host();
    std::string what;
    std::string more;
    const std::uint64_t kind = random_.below(10);
    const std::uint64_t replicas = size_ > 6 ? random_.below(2 * size_) : random_.below(9);
    const std::string command = drawn_command();
    const Answer answer = update(
        host, service,
        [&](Json& spec) {
            const bool replicated = spec["Mode"].contains("Replicated");
            const bool job = spec["Mode"].contains("ReplicatedJob") || spec["Mode"].contains("GlobalJob");
            Json& task = spec["TaskTemplate"];
            if (kind < 4 && replicated) {
                const Json placement = task.value("Placement", Json::object());
                const bool narrow = placement.contains("MaxReplicas") || task.value("Resources", Json::object()).contains("Reservations");
                const std::uint64_t room = 2 * (placement.contains("Constraints") ? (size_ + 1) / 2 : size_);  // as in add_options()
                const std::uint64_t wanted = narrow ? std::min(replicas / 2, room) : replicas;
                what = fmt::format("scale to {}", wanted);
                spec["Mode"]["Replicated"]["Replicas"] = wanted;
            } else if (kind < 8 && !job && task["ContainerSpec"]["Image"].get<std::string>().find("nginx") == std::string::npos) {
                what = "command " + command;
                task["ContainerSpec"]["Command"] = Json::array({"sh", "-c", command});
            } else if (kind == 8) {
                what = "roll back";
                more = "&rollback=previous";
            } else {
                what = "force";
                task["ForceUpdate"] = task.value("ForceUpdate", 0U) + 1;
            }
        },
        more);
    tell(fmt::format("update {} on h{}: {}: {} {}", service, host, what, answer.status, answer.status >= 400 ? answer.message() : std::string()));
}

Answer RandomSwarm::update_node(std::uint32_t asked, std::uint32_t host, const std::function<void(Json&)>& edit) {
    const Node* node = hosts_.store().nodes.find(hosts_.host(host).node.value);
    if (node == nullptr) return {};
    const Answer now = hosts_.ask(asked, "GET /nodes/" + node->meta.id.text(), "", kPatience);
    if (now.status != 200) return now;
    Json row = now.json();
    edit(row["Spec"]);
    return hosts_.ask(asked, fmt::format("POST /nodes/{}/update?version={}", row["ID"].get<std::string>(), row["Version"]["Index"].dump()), row["Spec"].dump(), kPatience);
}

void RandomSwarm::change_node() {
    const std::uint32_t host = any_host();
    const std::uint32_t asked = asked_host();
    std::string what;
    const std::uint64_t kind = random_.below(8);
    const Answer answer = update_node(asked, host, [&](Json& spec) {
        if (kind < 5) {
            what = kind == 0 ? "pause" : kind < 3 ? "drain" : "active";
            spec["Availability"] = what;
        } else if (kind == 5) {
            what = "the other zone";
            spec["Labels"]["zone"] = spec["Labels"]["zone"] == "a" ? "b" : "a";
        } else {
            what = "the other role";
            spec["Role"] = spec["Role"] == "manager" ? "worker" : "manager";
        }
    });
    tell(fmt::format("node h{} by h{}: {}: {}", host, asked, what, answer.status));
}

// A worker leaves; it is back when all is mended, or joins again before.
void RandomSwarm::leave() {
    const std::uint32_t host = any_host();
    const HostRow& row = hosts_.host(host);
    if (row.state == HostRow::State::Out) {
        const std::uint32_t with = asked_host();
        const std::string token = hosts_.store().cluster->worker_token;
        const Answer answer = hosts_.ask(host, "POST /swarm/join", fmt::format(R"({{"ListenAddr":"0.0.0.0:2377","RemoteAddrs":["10.0.0.{}:2377"],"JoinToken":"{}"}})", with, token), kPatience);
        tell(fmt::format("h{} joins again: {}", host, answer.status));
    } else if (!row.manager && row.state == HostRow::State::Active && random_.chance(1, 2)) {
        tell(fmt::format("h{} leaves: {}", host, hosts_.ask(host, "POST /swarm/leave", "", kPatience).status));
    }
}

}  // namespace podium::swarm
