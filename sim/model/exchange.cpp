#include "sim/model/exchange.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/model/destination.hpp"
#include "sim/model/listeners.hpp"
#include "sim/model/operations.hpp"
#include "sim/model/overlay.hpp"
#include "sim/model/traffic.hpp"
#include "sim/model/way.hpp"
#include "sim/model/wire.hpp"

namespace podium::model {
namespace {

constexpr Duration kRetransmission = milliseconds(200);  // Linux's least RTO
constexpr int kMostRetransmissions = 15;
constexpr std::uint32_t kStageArrive = 1;
constexpr std::uint32_t kStageReturned = 2;
constexpr std::uint32_t kStageTimeout = 3;
constexpr std::uint32_t kStageAgain = 4;
constexpr std::uint32_t kStageRefused = 5;
// Linux repeats a SYN after 1 s, 2 s, 4 s … (tcp_syn_retries: 6 times).
constexpr Duration kFirstSynRepeat = seconds(1);
constexpr std::uint8_t kSynRepeats = 6;
constexpr std::size_t kMostExchanges = 1'000'000;

bool alive(const World& world, ProcessId id) {
    const Process* process = world.processes.find(id);
    return process != nullptr && !process->ended;
}

// `files`: the container whose file system the client sees, for a socket there.
const Listener* find_listener(const World& world,
                              HostId host,
                              NetworkPlace place,
                              std::uint16_t port,
                              const std::string& protocol,
                              ContainerId files) {
    for (const Listener& listener : world.host(host).listeners) {
        if (listener.port != port || listener.protocol != protocol || !alive(world, listener.process)) continue;
        if (protocol == kUnixSocket && listener.container != files) continue;
        if (place_of(world, listener.container) == place) return &listener;
    }
    return nullptr;
}

// Books what went over the wire in the containers at its ends: nothing when both are in one namespace.
void count_on_wire(World& world, const Exchange& row, ExchangeState end) {
    const NetworkPlace from = row.from_container ? place_of(world, row.from_container) : NetworkPlace{};
    const NetworkPlace to{row.to_container, row.to_left_behind};
    if (from == to && row.from_host == row.to_host) return;
    const OnWire wire = on_wire(row, end);
    if (from.owner && !from.left_behind) add_use(world.container(from.owner), wire.back, wire.forth);
    if (to.owner && !to.left_behind && row.state != ExchangeState::Travelling) add_use(world.container(to.owner), wire.forth, wire.back);
}

void finish(World& world, ExchangeId id, ExchangeState state) {
    Exchange& row = world.exchanges.at(id);
    count_on_wire(world, row, state);
    row.state = state;
    ++row.serial;
    if (row.traffic) {
        traffic_exchange_ended(world, id);
        return;
    }
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
    const EventKind kind = stage == kStageTimeout ? kEventExchangeTimeout : kEventExchange;
    world.kernel.schedule(delay, Phase::Physics, kind, id.slot, id.generation, stage << 24 | (row.serial & 0xFFFFFFU));
}

// Both ways between client and server are open.
bool way_is_open(const World& world, const Exchange& row) {
    if (row.via_host) {
        if (!overlay_passes(world, row.via_host, row.to_host)) return false;
        if (row.from_host == row.via_host) return true;
        return world.network.connected(node_of(world, row.from_host, row.from_outside), world.host(row.via_host).node);
    }
    if (row.from_host == row.to_host) return true;
    if (!world.host(row.to_host).up) return false;
    return world.network.connected(node_of(world, row.from_host, row.from_outside), world.host(row.to_host).node);
}

void repeat_connection(World& world, ExchangeId id) {
    Exchange& row = world.exchanges.at(id);
    if (row.repeats >= kSynRepeats) return;
    send(world, id, kStageAgain, kFirstSynRepeat * (std::int64_t{1} << row.repeats++));
}

// Sends the first packet: finds out where it leads as things are now. What leads nowhere is sent again,
// until the client's patience ends.
void set_out(World& world, ExchangeId id) {
    Exchange& row = world.exchanges.at(id);
    if (!row.balanced) row.turn = world.exchange_count++;
    const Destination to = destination_of(world, {row.from_host, row.from_container, row.from_outside, row.to_container}, row.spec, row.turn);
    row.balanced = to.balanced;
    row.latency = to.latency + row.added_latency;
    row.address = to.address;
    row.via_host = to.via;
    row.to_host = to.host;
    row.to_container = to.place.owner;
    row.to_left_behind = to.place.left_behind;
    row.to_port = to.port;
    if (!to.resolved) {
        row.state = ExchangeState::NoSuchHost;
        return;
    }
    if (!to.reachable) {
        if (to.host) repeat_connection(world, id);
        return;
    }
    if (to.refused) {
        send(world, id, kStageRefused, row.latency * 2);
        return;
    }
    send(world, id, kStageArrive, row.latency + loss_delay(world, row, id, to.loss_ppm));
}

void arrive(World& world, ExchangeId id) {
    Exchange& row = world.exchanges.at(id);
    if (!way_is_open(world, row)) {
        repeat_connection(world, id);
        return;
    }
    const Listener* listener = find_listener(world,
                                             row.to_host,
                                             {row.to_container, row.to_left_behind},
                                             row.to_port,
                                             row.spec.protocol,
                                             row.from_container);
    if (listener == nullptr) {
        send(world, id, kStageRefused, row.latency);
        return;
    }
    row.server = listener->process;
    if (row.spec.method == kLogIn && !listener->asks_login) row.spec.method = "CONNECT";
    if (row.spec.method == "CONNECT") {
        row.state = ExchangeState::Returning;
        row.repeats = 0;
        send(world, id, kStageReturned, row.latency);
        return;
    }
    row.state = ExchangeState::Queued;
    row.repeats = 0;
    world.arrived[row.server].push_back(id);
    wake_process(world, row.server);
}

void set_out_again(World& world, ExchangeId id) {
    set_out(world, id);
    const ExchangeState state = world.exchanges.at(id).state;
    if (state >= ExchangeState::Answered) finish(world, id, state);
}

// The answer reaches the client, or is sent again while the way is cut.
void come_back(World& world, ExchangeId id) {
    Exchange& row = world.exchanges.at(id);
    if (way_is_open(world, row)) {
        finish(world, id, ExchangeState::Answered);
    } else if (row.repeats < kMostRetransmissions) {
        send(world, id, kStageReturned, kRetransmission * (std::int64_t{1} << row.repeats++));
    }
}

ExchangeId add_exchange(World& world, Exchange row) {
    row.cause = world.kernel.cause();
    const bool full = world.exchanges.count() >= kMostExchanges;
    const ExchangeId id = world.exchanges.add(std::move(row));
    if (full) {
        // Fails at once, as connect(2) does when there is no port left to call from; its client takes it off again.
        world.exchanges.at(id).state = ExchangeState::Unreachable;
    } else {
        set_out(world, id);
    }
    return id;
}

}  // namespace

ExchangeId start_exchange(World& world, ProcessId client, ExchangeSpec spec) {
    const Process& from = world.processes.at(client);
    const Duration timeout = spec.timeout;
    Exchange row;
    row.spec = std::move(spec);
    row.client = client;
    row.from_host = from.host;
    row.from_container = from.container;
    const ExchangeId id = add_exchange(world, std::move(row));
    if (ended_exchange(world, id) != nullptr) {
        wake_process(world, client);
    } else {
        send(world, id, kStageTimeout, timeout);
    }
    return id;
}

ExchangeId start_exchange(World& world, TrafficId source, std::uint32_t ticket, const Origin& origin, ExchangeSpec spec, Duration added_latency) {
    Exchange row;
    row.spec = std::move(spec);
    row.traffic = source;
    row.ticket = ticket;
    row.from_host = origin.host;
    row.from_container = origin.container;
    row.from_outside = origin.outside;
    row.to_container = origin.likely;
    row.added_latency = added_latency;
    return add_exchange(world, std::move(row));
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

// The engine itself listens on the mesh's ports, to keep them from others.
bool host_listens_on(const World& world,
                     HostId host,
                     std::uint16_t port,
                     const std::string& protocol) {
    return mesh_port(world, host, port, protocol) != nullptr ||
           find_listener(world, host, {}, port, protocol, {}) != nullptr;
}

bool listen_on(
    World& world, ProcessId id, std::uint16_t port, const std::string& protocol, bool asks_login) {
    const Process& process = world.processes.at(id);
    const NetworkPlace place = place_of(world, process.container);
    if (find_listener(world, process.host, place, port, protocol, process.container) != nullptr)
        return false;
    if (!place.owner && is_published(world, process.host, port, protocol)) return false;
    std::vector<Listener>& listeners = world.host(process.host).listeners;
    std::erase_if(listeners, [&world](const Listener& listener) { return !alive(world, listener.process); });
    std::erase_if(world.arrived, [&world](const auto& queue) { return !alive(world, queue.first); });
    listeners.push_back({id, process.container, port, protocol, asks_login});
    return true;
}

void stop_listening(World& world, ProcessId process) {
    std::erase_if(world.host(world.processes.at(process).host).listeners, [process](const Listener& listener) { return listener.process == process; });
}

std::optional<ExchangeId> accept_exchange(World& world, ProcessId process) {
    const auto found = world.arrived.find(process);
    if (found == world.arrived.end()) return std::nullopt;
    std::deque<ExchangeId>& queue = found->second;
    while (!queue.empty()) {
        const ExchangeId id = queue.front();
        queue.pop_front();
        Exchange* row = world.exchanges.find(id);
        if (row == nullptr || row->state != ExchangeState::Queued) continue;  // the client gave up
        row->state = ExchangeState::Answering;
        return id;
    }
    return std::nullopt;
}

void answer_exchange(World& world, ExchangeId id, int code, std::string content_type, std::string body, std::string headers, std::int64_t unmade_bytes) {
    Exchange* row = world.exchanges.find(id);
    if (row == nullptr || row->state != ExchangeState::Answering) return;  // the client gave up
    row->code = code;
    row->content_type = std::move(content_type);
    row->answer = std::move(body);
    row->headers = std::move(headers);
    row->unmade_bytes = unmade_bytes;
    row->state = ExchangeState::Returning;
    send(world, id, kStageReturned, row->latency);
}

void count_download(World& world, ProcessId process, std::int64_t bytes) {
    const Process& row = world.processes.at(process);
    const NetworkPlace place = row.container ? place_of(world, row.container) : NetworkPlace{};
    if (!place.owner || place.left_behind) return;
    const OnWire wire = download_on_wire(bytes);
    add_use(world.container(place.owner), wire.back, wire.forth);
}

void reset_exchanges(World& world, ContainerId container) {
    if (container) std::erase_if(world.host(world.container(container).host).listeners, [container](const Listener& listener) { return listener.container == container; });
    std::erase_if(world.arrived, [&world](const auto& queue) { return !alive(world, queue.first); });
    for (const ExchangeId id : world.exchanges.keys()) {
        const Exchange* row = world.exchanges.find(id);
        if (row == nullptr || (row->state != ExchangeState::Queued && row->state != ExchangeState::Answering)) continue;
        // A host that is down hangs up on nobody.
        if (!alive(world, row->server) && world.host(row->to_host).up) finish(world, id, ExchangeState::Reset);
    }
}

HostId exchange_event_host(const World& world, const Event& event) {
    const Exchange* row = world.exchanges.find(ExchangeId{event.subject, static_cast<std::uint32_t>(event.word)});
    if (row == nullptr) return {};
    return event.extra >> 24 == kStageArrive ? row->to_host : row->from_host;
}

void handle_exchange_event(World& world, const Event& event) {
    const ExchangeId id{event.subject, static_cast<std::uint32_t>(event.word)};
    const Exchange* row = world.exchanges.find(id);
    if (row == nullptr || row->state >= ExchangeState::Answered || (row->serial & 0xFFFFFFU) != (event.extra & 0xFFFFFFU)) return;
    switch (event.extra >> 24) {
        case kStageArrive:
            if (row->state == ExchangeState::Travelling) arrive(world, id);
            return;
        case kStageReturned: come_back(world, id); return;
        case kStageRefused: finish(world, id, ExchangeState::Refused); return;
        case kStageAgain:
            if (row->state == ExchangeState::Travelling) set_out_again(world, id);
            return;
        default: finish(world, id, row->state == ExchangeState::Travelling ? ExchangeState::Unreachable : ExchangeState::TimedOut); return;
    }
}

}  // namespace podium::model
