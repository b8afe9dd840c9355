#include "sim/model/exchange.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/model/bridge.hpp"
#include "sim/model/operations.hpp"
#include "sim/model/targets.hpp"

namespace podium::model {
namespace {

constexpr Duration kLocalLatency = microseconds(60);
constexpr Duration kRetransmission = milliseconds(200);  // Linux's least RTO
constexpr int kMostRetransmissions = 15;
constexpr std::uint32_t kStageArrive = 1;
constexpr std::uint32_t kStageReturned = 2;
constexpr std::uint32_t kStageTimeout = 3;
constexpr std::size_t kMostExchanges = 1'000'000;

// Where a request goes: a network namespace (a container's, or a host's own with container 0).
struct Destination {
    bool resolved = false;
    bool reachable = false;
    HostId host;
    ContainerId container;
    std::uint16_t port = 0;
    Duration latency{};
    std::int64_t loss_ppm = 0;
    std::string address;
};

bool alive(const World& world, ProcessId id) {
    const Process* process = world.processes.find(id);
    return process != nullptr && !process->ended;
}

const Listener* find_listener(const World& world, HostId host, ContainerId container, std::uint16_t port, const std::string& protocol) {
    for (const Listener& listener : world.listeners) {
        if (listener.host == host && listener.container == container && listener.port == port && listener.protocol == protocol && alive(world, listener.process)) return &listener;
    }
    return nullptr;
}

// A port of a host: a published one leads into its container, any other is a process of the host.
void enter_host(const World& world, Destination& to, const std::string& protocol) {
    for (std::size_t i = 0; i < world.containers.size(); ++i) {
        const Container& c = world.containers[i];
        if (c.host != to.host || !c.detail) continue;
        for (const PublishedPort& port : c.detail->ports) {
            if (port.host_port != to.port || port.protocol != protocol) continue;
            to.container = ContainerId{static_cast<std::uint32_t>(i + 1)};
            to.port = port.container_port;
            return;
        }
    }
}

void reach_host(const World& world, HostId from, HostId target, Destination& to, const std::string& protocol) {
    to.resolved = true;
    to.host = target;
    to.address = world.host(target).spec.address;
    if (from == target) {
        to.reachable = true;
        to.latency = kLocalLatency;
    } else {
        const Path path = world.network.path(world.host(from).node, world.host(target).node);
        to.reachable = path.reachable && world.host(target).up && world.network.connected(world.host(from).node, world.host(target).node);
        to.latency = path.latency + kLocalLatency;
        to.loss_ppm = path.loss_ppm;
    }
    enter_host(world, to, protocol);
}

HostId host_with_address(const World& world, const std::string& address) {
    for (std::size_t i = 0; i < world.hosts.size(); ++i) {
        if (world.hosts[i].spec.address == address) return HostId{static_cast<std::uint32_t>(i + 1)};
    }
    return {};
}

Destination destination_of(const World& world, const Process& client, const ExchangeSpec& spec, std::uint64_t turn) {
    Destination to;
    to.port = spec.port;
    const bool local = spec.host == "localhost" || spec.host.starts_with("127.") || spec.host == "0.0.0.0" || spec.host == "::1";
    if (local && client.container) {
        to.resolved = to.reachable = true;
        to.host = client.host;
        to.container = client.container;
        to.latency = kLocalLatency;
        to.address = "127.0.0.1";
        return to;
    }
    if (local) {
        reach_host(world, client.host, client.host, to, spec.protocol);
        to.address = "127.0.0.1";
        return to;
    }
    const Resolved found = resolve_name(world, client.host, client.container, spec.host);
    if (found.found && !found.containers.empty()) {
        const ContainerId container = found.containers[turn % found.containers.size()];
        to.resolved = true;
        to.host = world.container(container).host;
        to.container = container;
        to.reachable = true;
        to.latency = kLocalLatency;
        for (const Endpoint& endpoint : world.detail(container).endpoints) {
            if (endpoint.connected) to.address = endpoint.ipv4.text();
        }
        return to;
    }
    if (found.found && found.host) {
        reach_host(world, client.host, found.host, to, spec.protocol);
        return to;
    }
    if (const HostId host = host_with_address(world, spec.host)) {
        reach_host(world, client.host, host, to, spec.protocol);
        return to;
    }
    const auto address = parse_ipv4(found.found && found.ipv4 ? found.ipv4.text() : spec.host);
    if (!address) return to;
    to.resolved = true;
    to.address = address->text();
    for (std::size_t i = 0; i < world.containers.size(); ++i) {
        const Container& c = world.containers[i];
        if (c.host != client.host || !c.detail) continue;
        for (const Endpoint& endpoint : c.detail->endpoints) {
            if (!endpoint.connected || endpoint.ipv4 != *address) continue;
            to.host = c.host;
            to.container = ContainerId{static_cast<std::uint32_t>(i + 1)};
            to.reachable = true;
            to.latency = kLocalLatency;
            return to;
        }
    }
    // A bridge's gateway is the host itself.
    for (const Bridge& bridge : world.bridges) {
        if (bridge.host == client.host && !bridge.removed && bridge.gateway == *address) reach_host(world, client.host, client.host, to, spec.protocol);
    }
    return to;
}

void finish(World& world, ExchangeId id, ExchangeState state) {
    Exchange& row = world.exchanges.at(id);
    row.state = state;
    ++row.serial;
    if (Process* client = world.processes.find(row.client)) {
        if (world.kernel.cause()) client->cause = world.kernel.cause();
        wake_process(world, row.client);
    }
}

Duration loss_delay(World& world, const Exchange& row, ExchangeId id, std::int64_t loss_ppm) {
    if (loss_ppm <= 0) return {};
    RandomStream random = world.kernel.random("loss", static_cast<std::uint64_t>(id.slot) << 32 | id.generation);
    Duration delay{};
    Duration wait = kRetransmission;
    for (int i = 0; i < kMostRetransmissions && random.chance(static_cast<std::uint64_t>(loss_ppm), 1'000'000); ++i) {
        delay = delay + wait;
        wait = wait * 2;
    }
    return std::min(delay, row.spec.timeout);
}

void send(World& world, ExchangeId id, std::uint32_t stage, Duration delay) {
    const Exchange& row = world.exchanges.at(id);
    world.kernel.schedule(delay, Phase::Physics, kEventExchange, id.slot, id.generation, stage << 24 | (row.serial & 0xFFFFFFU));
}

void arrive(World& world, ExchangeId id) {
    Exchange& row = world.exchanges.at(id);
    if (!alive(world, row.server)) {
        finish(world, id, ExchangeState::Refused);
        return;
    }
    if (row.spec.method == "CONNECT") {
        finish(world, id, ExchangeState::Answered);
        return;
    }
    row.state = ExchangeState::Queued;
    wake_process(world, row.server);
}

}  // namespace

ExchangeId start_exchange(World& world, ProcessId client, ExchangeSpec spec) {
    PODIUM_ASSERT(world.exchanges.count() < kMostExchanges, "there is a limited number of exchanges under way");
    const Process& from = world.processes.at(client);
    Exchange row;
    row.spec = std::move(spec);
    row.client = client;
    row.from_host = from.host;
    row.cause = world.kernel.cause();
    const Destination to = destination_of(world, from, row.spec, world.exchange_count++);
    row.latency = to.latency;
    row.address = to.address;
    const Listener* listener = to.reachable ? find_listener(world, to.host, to.container, to.port, row.spec.protocol) : nullptr;
    if (listener != nullptr) row.server = listener->process;
    const Duration timeout = row.spec.timeout;
    const ExchangeId id = world.exchanges.add(std::move(row));
    if (!to.resolved) {
        world.exchanges.at(id).state = ExchangeState::NoSuchHost;
    } else if (to.reachable && listener == nullptr) {
        world.exchanges.at(id).state = ExchangeState::Refused;
    } else if (to.reachable) {
        send(world, id, kStageArrive, to.latency + loss_delay(world, world.exchanges.at(id), id, to.loss_ppm));
    }
    if (ended_exchange(world, id) != nullptr) {
        wake_process(world, client);
    } else {
        send(world, id, kStageTimeout, timeout);
    }
    return id;
}

const Exchange* ended_exchange(const World& world, ExchangeId id) {
    const Exchange* row = world.exchanges.find(id);
    return row != nullptr && row->state >= ExchangeState::Answered ? row : nullptr;
}

void release_exchange(World& world, ExchangeId id) { world.exchanges.erase(id); }

std::string exchange_failure(const Exchange& row) {
    switch (row.state) {
        case ExchangeState::NoSuchHost: return fmt::format("Could not resolve host: {}", row.spec.host);
        case ExchangeState::Refused: return fmt::format("Failed to connect to {} port {}: Connection refused", row.spec.host, row.spec.port);
        case ExchangeState::Unreachable: return fmt::format("Failed to connect to {} port {}: No route to host", row.spec.host, row.spec.port);
        case ExchangeState::TimedOut: return fmt::format("Connection to {} port {} timed out", row.spec.host, row.spec.port);
        case ExchangeState::Reset: return "Recv failure: Connection reset by peer";
        case ExchangeState::Travelling:
        case ExchangeState::Queued:
        case ExchangeState::Answering:
        case ExchangeState::Returning:
        case ExchangeState::Answered: return {};
    }
    return {};
}

bool listen_on(World& world, ProcessId id, std::uint16_t port, const std::string& protocol) {
    const Process& process = world.processes.at(id);
    if (find_listener(world, process.host, process.container, port, protocol) != nullptr) return false;
    std::erase_if(world.listeners, [&world](const Listener& listener) { return !alive(world, listener.process); });
    world.listeners.push_back({id, process.host, process.container, port, protocol});
    return true;
}

void stop_listening(World& world, ProcessId process) {
    std::erase_if(world.listeners, [process](const Listener& listener) { return listener.process == process; });
}

std::optional<ExchangeId> accept_exchange(World& world, ProcessId process) {
    std::optional<ExchangeId> first;
    for (const ExchangeId id : world.exchanges.keys()) {
        const Exchange& row = world.exchanges.at(id);
        if (row.state == ExchangeState::Queued && row.server == process && !first) first = id;
    }
    if (first) world.exchanges.at(*first).state = ExchangeState::Answering;
    return first;
}

void answer_exchange(World& world, ExchangeId id, int code, std::string content_type, std::string body) {
    Exchange* row = world.exchanges.find(id);
    if (row == nullptr || row->state != ExchangeState::Answering) return;  // the client gave up
    row->code = code;
    row->content_type = std::move(content_type);
    row->answer = std::move(body);
    row->state = ExchangeState::Returning;
    send(world, id, kStageReturned, row->latency);
}

void reset_exchanges(World& world, ContainerId container) {
    std::vector<ProcessId> gone;
    for (const Listener& listener : world.listeners) {
        if (listener.container == container) gone.push_back(listener.process);
    }
    std::erase_if(world.listeners, [container](const Listener& listener) { return listener.container == container; });
    for (const ExchangeId id : world.exchanges.keys()) {
        const Exchange& row = world.exchanges.at(id);
        if (row.state >= ExchangeState::Returning || std::find(gone.begin(), gone.end(), row.server) == gone.end()) continue;
        finish(world, id, row.state == ExchangeState::Travelling ? ExchangeState::Refused : ExchangeState::Reset);
    }
}

void handle_exchange_event(World& world, const Event& event) {
    const ExchangeId id{event.subject, static_cast<std::uint32_t>(event.word)};
    const Exchange* row = world.exchanges.find(id);
    if (row == nullptr || row->state >= ExchangeState::Answered || (row->serial & 0xFFFFFFU) != (event.extra & 0xFFFFFFU)) return;
    switch (event.extra >> 24) {
        case kStageArrive:
            if (row->state == ExchangeState::Travelling) arrive(world, id);
            return;
        case kStageReturned: finish(world, id, ExchangeState::Answered); return;
        default: finish(world, id, row->state == ExchangeState::Travelling ? ExchangeState::Unreachable : ExchangeState::TimedOut); return;
    }
}

}  // namespace podium::model
