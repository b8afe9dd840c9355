// podium bench swarm: a large swarm deploys its services, loses a tenth of its nodes, and recovers.

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/assert.hpp"
#include "sim/faults/fault.hpp"
#include "sim/lab/bench.hpp"
#include "sim/lab/session.hpp"
#include "sim/lab/word_program.hpp"

namespace podium::lab {
namespace {

constexpr Duration kSwarmPatience = minutes(30);

std::string node_name(std::uint32_t number) { return fmt::format("node-{}", number); }

// The benchmark's own loop over a whole simulated world: engines, containers, agents and managers.
struct Fleet {
    SimState state;
    std::uint32_t looked_at = 0;         // the last task that was
    std::vector<std::uint32_t> missing;  // those that were to run and did not, or are new since

    explicit Fleet(const SwarmWish& wish) : state(wish.seed) {}

    [[nodiscard]] Kernel& kernel() { return state.world.kernel; }
    [[nodiscard]] const swarm::SwarmRow& row() const { return state.swarm.state().swarms.front(); }

    void drain() {
        if (state.swarm.wants_drain(state.world)) state.swarm.drain(state.world);
    }

    void step() {
        const Event event = kernel().take_next();
        switch (static_cast<EventKind>(event.kind & 0xFF00)) {
            case kRoomModel: model::handle_model_event(state.world, event); break;
            case kRoomFaults: faults::handle_fault_event(state.world, state.faults, event); break;
            case kRoomRaft:
            case kRoomSwarm: state.swarm.handle(state.world, event); break;
            default: PODIUM_ASSERT(false, "an event belongs to a room");
        }
        drain();
    }

    // Looked at every tenth of a second; false: it did not become so.
    template <typename So>
    bool until(So so) {
        const Time end = kernel().now() + kSwarmPatience;
        for (Time next = kernel().now(); next <= end; next = next + milliseconds(100)) {
            while (kernel().next_time() <= next) step();
            kernel().advance_to(next);
            if (so()) return true;
        }
        return false;
    }

    model::RequestId send(std::uint32_t host, std::string target, std::string body) {
        model::RequestSpec spec;
        spec.operation = model::Operation::Orchestration;
        spec.host = model::HostId{host};
        spec.target = std::move(target);
        spec.body = std::move(body);
        kernel().set_cause({});
        const model::RequestId request = model::submit_request(state.world, std::move(spec), {});
        drain();
        return request;
    }

    // Waits for all of them; an error names the first that went wrong.
    Result<void> answers(const std::vector<model::RequestId>& requests) {
        std::size_t first = 0;
        const bool all = until([&] {
            while (first < requests.size() && model::answered(state.world, requests[first]) != nullptr) ++first;
            return first == requests.size();
        });
        if (!all) return Error{"a request of the benchmark was never answered", {}, {}};
        for (const model::RequestId request : requests) {
            const model::Request* answer = model::answered(state.world, request);
            if (answer->status >= 300) return Error{fmt::format("a request of the benchmark was refused: {}", answer->body), {}, {}};
            model::release_request(state.world, request);
        }
        return {};
    }

    // Whether so many tasks are to run and all of those run, where they count. Looked at are those that were created since, and
    // of those that did not run one after the other until one still does not; all of them only when there are none of either.
    template <typename Counts>
    bool all_run(std::uint32_t wanted, Counts counts) {
        const auto& tasks = row().store.tasks;
        const auto is_wanted = [](const swarm::Task* task) { return task != nullptr && task->desired <= swarm::TaskState::Running; };  // some wait for their turn
        const auto runs = [&](const swarm::Task* task) { return task->status.state == swarm::TaskState::Running && counts(*task); };
        while (looked_at < tasks.last_number()) missing.push_back(++looked_at);
        while (!missing.empty()) {
            const swarm::Task* task = tasks.find(missing.back());
            if (is_wanted(task) && !runs(task)) return false;
            missing.pop_back();
        }
        std::uint32_t running = 0;
        for (std::uint32_t number = 1; number <= tasks.last_number(); ++number) {
            const swarm::Task* task = tasks.find(number);
            if (!is_wanted(task)) continue;
            if (runs(task)) {
                ++running;
            } else {
                missing.push_back(number);
            }
        }
        return missing.empty() && running == wanted;
    }
};

void build_hosts(Fleet& fleet, const SwarmWish& wish, const model::ImagePointer& image, const model::ImageReference& reference) {
    model::World& world = fleet.state.world;
    world.programs = make_lab_programs();
    world.orchestrated = true;
    const model::NodeId hub = world.network.add_switch("switch");
    for (std::uint32_t i = 1; i <= wish.nodes; ++i) {
        model::HostSpec spec;
        spec.name = node_name(i);
        spec.address = fmt::format("10.{}.{}.{}", 64 + i / 62'500, i / 250 % 250, i % 250 + 1);
        const model::HostId id = model::add_host(world, std::move(spec));
        model::Host& host = world.host(id);
        world.network.add_link(host.node, hub);
        for (const model::ImageLayer& layer : image->layers) host.images.add_layer(layer);
        host.images.add(reference, image, Time{});
    }
}

Result<void> form(Fleet& fleet, const SwarmWish& wish) {
    const std::string address = fleet.state.world.host(model::HostId{1}).spec.address;
    Result<void> answered = fleet.answers({fleet.send(1, "POST /swarm/init", fmt::format(R"({{"ListenAddr":"0.0.0.0:2377","AdvertiseAddr":"{}","Spec":{{}}}})", address))});
    if (!answered) return answered;
    const swarm::Cluster& cluster = *fleet.row().store.cluster;
    std::vector<model::RequestId> joins;
    for (std::uint32_t i = 2; i <= wish.nodes; ++i)
        joins.push_back(fleet.send(i, "POST /swarm/join", fmt::format(R"({{"ListenAddr":"0.0.0.0:2377","RemoteAddrs":["{}:2377"],"JoinToken":"{}"}})", address, cluster.worker_token)));
    return fleet.answers(joins);
}

Result<void> deploy(Fleet& fleet, const SwarmWish& wish) {
    std::vector<model::RequestId> created;
    for (std::uint32_t i = 0; i < wish.services; ++i) {
        const std::uint32_t replicas = wish.tasks / wish.services + (i < wish.tasks % wish.services ? 1U : 0U);
        nlohmann::ordered_json spec;
        spec["Name"] = fmt::format("service-{}", i + 1);
        spec["TaskTemplate"]["ContainerSpec"]["Image"] = wish.image;
        spec["Mode"]["Replicated"]["Replicas"] = replicas;
        created.push_back(fleet.send(1, "POST /services/create", spec.dump()));
    }
    return fleet.answers(created);
}

}  // namespace

Result<std::string> run_swarm_bench(const SwarmWish& wish, const BenchGauges& gauges) {
    auto catalogue = model::parse_catalogue(wish.catalogue, "images.yaml");
    if (!catalogue) return catalogue.error();
    Fleet fleet(wish);
    fleet.state.world.catalogue = std::make_shared<const model::Catalogue>(std::move(*catalogue));
    const auto named = model::parse_image_reference(wish.image);
    if (!named) return named.error();
    const model::ImageReference reference = named->with_default_tag();
    const model::ImagePointer image = fleet.state.world.catalogue->image(reference);
    if (image == nullptr) return Error{fmt::format("the catalogue has no image {}", wish.image), {}, "see scenarios/images.yaml"};
    build_hosts(fleet, wish, image, reference);
    const double formed_from = gauges.seconds();
    if (Result<void> formed = form(fleet, wish); !formed) return formed.error();

    const double begun = gauges.seconds();
    const std::uint64_t events = fleet.kernel().events_handled();
    const Time from = fleet.kernel().now();
    if (Result<void> deployed = deploy(fleet, wish); !deployed) return deployed.error();
    const auto any = [](const swarm::Task&) { return true; };
    if (!fleet.until([&] { return fleet.all_run(wish.tasks, any); })) return Error{"the tasks did not all come to run", {}, {}};
    const double deployed_at = gauges.seconds();
    const Time deployed = fleet.kernel().now();

    // The last tenth: none of them is the manager.
    const std::uint32_t lost = wish.nodes / 10;
    for (std::uint32_t i = wish.nodes - lost + 1; i <= wish.nodes; ++i) {
        const auto fault = faults::parse_fault("power-loss " + node_name(i));
        if (!fault) return fault.error();
        fleet.kernel().set_cause({});
        faults::begin_fault(fleet.state.world, fleet.state.faults, *fault);
        fleet.drain();
    }
    const std::uint32_t first_lost = wish.nodes - lost + 1;
    std::vector<std::uint32_t> host_of;  // by node
    for (std::size_t i = 0; i < fleet.state.swarm.state().hosts.size(); ++i) {
        const std::uint32_t node = fleet.state.swarm.state().hosts[i].node.value;
        if (host_of.size() <= node) host_of.resize(node + 1);
        host_of[node] = static_cast<std::uint32_t>(i + 1);
    }
    const auto elsewhere = [&](const swarm::Task& task) { return host_of[task.node.value] < first_lost; };
    if (!fleet.until([&] { return fleet.all_run(wish.tasks, elsewhere); })) return Error{"the swarm did not recover", {}, {}};
    const double ended = gauges.seconds();
    return fmt::format(
        "{{\"benchmark\":\"swarm\",\"image\":\"{}\",\"nodes\":{},\"services\":{},\"tasks\":{},\"lost_nodes\":{},\"forming_seconds\":{:.3f},\"deploy_seconds\":{:.3f},"
        "\"recover_seconds\":{:.3f},\"wall_seconds\":{:.3f},\"simulated_deploy_seconds\":{:.1f},\"simulated_seconds\":{:.1f},\"events\":{},"
        "\"events_per_second\":{:.0f},\"facts\":{},\"peak_memory_bytes\":{}}}\n",
        wish.image, wish.nodes, wish.services, wish.tasks, lost, begun - formed_from, deployed_at - begun, ended - deployed_at, ended - begun, (deployed - from).seconds(),
        (fleet.kernel().now() - from).seconds(), fleet.kernel().events_handled() - events, static_cast<double>(fleet.kernel().events_handled() - events) / (ended - begun),
        fleet.kernel().journal().size(), gauges.peak_bytes());
}

}  // namespace podium::lab
