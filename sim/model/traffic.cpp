#include "sim/model/traffic.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "sim/base/int128.hpp"
#include "sim/base/share.hpp"
#include "sim/model/targets.hpp"
#include "sim/model/traffic_facts.hpp"
#include "sim/model/world.hpp"

namespace podium::model {
namespace {

// The kind of an event of a source, in the high byte of `extra`; what `word` is.
constexpr std::uint32_t kStageSend = 1;      // an open pattern's next request
constexpr std::uint32_t kStageUser = 2;      // word: a user has thought
constexpr std::uint32_t kStageRetry = 3;     // word: ticket
constexpr std::uint32_t kStageDeadline = 4;  // the first of the deadlines
constexpr std::uint32_t kStageEnd = 5;

constexpr std::size_t kMostSources = 1'000;
// Linux: net.ipv4.ip_local_port_range is 32768 to 60999.
constexpr std::uint32_t kLocalPorts = 28'232;
// A client outside is this far from every host: the next room, not the next continent.
constexpr LinkSpec kOutsideLink{milliseconds(1), 1'000'000'000, 0};

void schedule(World& world, TrafficId id, Time at, std::uint32_t stage, std::uint64_t word = 0) {
    CauseScope scope(world.kernel, world.source(id).began);
    world.kernel.schedule_at(std::max(at, world.kernel.now()),
                             Phase::Physics,
                             kEventTraffic,
                             id.value,
                             word,
                             stage << 24);
}

void connect_outside(World& world) {
    if (world.outside) return;
    world.outside = world.network.add_host("outside");
    for (const Host& host : world.hosts)
        world.network.add_link(world.outside, host.node, kOutsideLink);
}

// --- where requests go ---

HostId host_meant(const World& world, const Traffic& source) {
    const std::string& target = source.spec.target;
    if (target == "localhost" || target.starts_with("127.")) return source.from;
    if (const HostId host = host_named(world, target)) return host;
    for (std::size_t i = 0; i < world.hosts.size(); ++i) {
        if (world.hosts[i].spec.address == target) return HostId{static_cast<std::uint32_t>(i + 1)};
    }
    return {};
}

bool publishes(const Container& c, std::uint16_t host_port) {
    return c.detail && std::any_of(c.detail->ports.begin(),
                                   c.detail->ports.end(),
                                   [host_port](const PublishedPort& port) {
                                       return port.protocol == "tcp" && port.host_port == host_port;
                                   });
}

// The containers of the target, and where each was last seen to publish.
void find_containers(const World& world, Traffic& source) {
    std::vector<TrafficAddress> found;
    for (const ContainerId id : containers_named(world, source.spec.target)) {
        const auto known = std::find_if(
            source.addresses.begin(), source.addresses.end(), [id](const TrafficAddress& address) {
                return address.container == id;
            });
        found.push_back(known == source.addresses.end()
                            ? TrafficAddress{id, world.container(id).host, source.spec.port}
                            : *known);
    }
    source.addresses = std::move(found);
    source.containers_seen = world.containers.size();
}

void see_ports(const World& world, Traffic& source, TrafficAddress& address) {
    const Container& c = world.container(address.container);
    if (!c.detail || publishes(c, address.port)) return;
    for (const PublishedPort& port : c.detail->ports) {
        if (port.protocol != "tcp") continue;
        address.port = port.host_port;
        break;
    }
    address.host = c.host;
    if (source.spec.port != 0) address.port = source.spec.port;
}

// The host and port the next request goes to. A client has learnt its addresses once and keeps to
// them, whether somebody is there or not.
TrafficAddress next_address(World& world, Traffic& source) {
    if (const HostId host = host_meant(world, source)) return {{}, host, source.spec.port};
    const bool gone = std::any_of(
        source.addresses.begin(), source.addresses.end(), [&world](const TrafficAddress& address) {
            return world.container(address.container).state == ContainerState::Removed;
        });
    if (gone || source.containers_seen != world.containers.size()) find_containers(world, source);
    if (source.spec.port != 0) {
        for (TrafficAddress& address : source.addresses) {
            if (publishes(world.container(address.container), source.spec.port))
                return {
                    address.container, world.container(address.container).host, source.spec.port};
        }
        // The mesh of a swarm answers on every node. Clients ask one where a task runs, as a load balancer that looks would.
        for (const TrafficAddress& address : source.addresses) {
            const Container& c = world.container(address.container);
            if (c.process_alive && world.host(c.host).up) return {{}, c.host, source.spec.port};
        }
        return {{},
                source.addresses.empty() ? HostId{1} : source.addresses.front().host,
                source.spec.port};
    }
    for (TrafficAddress& address : source.addresses)
        see_ports(world, source, address);
    std::vector<TrafficAddress> known;
    for (const TrafficAddress& address : source.addresses) {
        if (address.port != 0) known.push_back(address);
    }
    if (known.empty()) return {{}, HostId{1}, 0};
    return known[source.turn++ % known.size()];
}

// --- a request ---

void settle(World& world, TrafficId id, std::uint32_t ticket, TrafficOutcome outcome, int status);

void attempt(World& world, TrafficId id, std::uint32_t ticket) {
    Traffic& source = world.source(id);
    TrafficFlight& flight = source.flights[ticket];
    ++flight.attempts;
    flight.attempt = ++source.tally.attempts;
    if (source.in_flight > kLocalPorts) {
        settle(world, id, ticket, TrafficOutcome::NoLocalPort, 0);
        return;
    }
    const TrafficAddress to = next_address(world, source);
    if (to.port == 0) {
        settle(world, id, ticket, TrafficOutcome::Refused, 0);
        return;
    }
    const bool loopback =
        source.spec.target == "localhost" || source.spec.target.starts_with("127.");
    ExchangeSpec request;
    request.host = loopback ? source.spec.target : world.host(to.host).spec.address;
    request.port = to.port;
    request.method = source.spec.method;
    request.path = source.spec.path;
    request.body = source.spec.body;
    request.timeout = source.spec.timeout;
    const Origin origin{source.from,
                        {},
                        source.from ? NodeId{} : world.outside,
                        to.container ? to.container : source.last_server};
    const ExchangeId exchange =
        start_exchange(world, id, ticket, origin, std::move(request), source.spec.latency);
    flight.exchange = exchange;
    if (ended_exchange(world, exchange) != nullptr) {
        traffic_exchange_ended(world, exchange);
        return;
    }
    source.deadlines.push_back({world.kernel.now() + source.spec.timeout, ticket, flight.attempt});
    if (source.deadline_ahead) return;
    source.deadline_ahead = true;
    schedule(world, id, source.deadlines.front().time, kStageDeadline);
}

void send(World& world, TrafficId id, std::uint32_t user) {
    Traffic& source = world.source(id);
    std::uint32_t ticket = 0;
    if (source.free_tickets.empty()) {
        ticket = static_cast<std::uint32_t>(source.flights.size());
        source.flights.emplace_back();
    } else {
        ticket = source.free_tickets.back();
        source.free_tickets.pop_back();
    }
    TrafficFlight flight;
    flight.sent = world.kernel.now();
    flight.user = user;
    flight.used = true;
    source.flights[ticket] = flight;
    ++source.tally.sent;
    ++source.in_flight;
    attempt(world, id, ticket);
}

void end_if_done(World& world, TrafficId id) {
    Traffic& source = world.source(id);
    if (source.sending || source.over || source.in_flight > 0) return;
    source.over = true;
    source.deadlines.clear();
    record_summary(world, id);
}

// A request's fate is known.
void settle(World& world, TrafficId id, std::uint32_t ticket, TrafficOutcome outcome, int status) {
    Traffic& source = world.source(id);
    TrafficFlight& flight = source.flights[ticket];
    flight.exchange = {};
    const bool failed = outcome != TrafficOutcome::Answered;
    if (failed && outcome != TrafficOutcome::ClientGone && flight.attempts <= source.spec.retries) {
        schedule(world, id, world.kernel.now() + source.spec.retry_after, kStageRetry, ticket);
        return;
    }
    const Time sent = flight.sent;
    const std::uint32_t user = flight.user;
    flight = TrafficFlight{};
    source.free_tickets.push_back(ticket);
    --source.in_flight;
    ++source.tally.outcomes[static_cast<std::size_t>(outcome)];
    if (failed) {
        note_failure(world, id, sent, outcome, status);
    } else {
        source.tally.latency.add(world.kernel.now() - sent);
        note_answer(world, id, sent);
    }
    if (source.spec.pattern == TrafficPattern::Users && source.sending)
        schedule(world, id, world.kernel.now() + source.spec.think, kStageUser, user);
    end_if_done(world, id);
}

TrafficOutcome outcome_of(const World& world, const Exchange& row) {
    switch (row.state) {
        case ExchangeState::Travelling:
            return TrafficOutcome::NoConnection;
        case ExchangeState::Queued:
        case ExchangeState::Answering:
        case ExchangeState::Returning:
            return TrafficOutcome::NoAnswer;
        case ExchangeState::NoSuchHost:
            return TrafficOutcome::NoSuchHost;
        case ExchangeState::Refused:
            return proxy_takes(world, row) ? TrafficOutcome::Reset : TrafficOutcome::Refused;
        case ExchangeState::Unreachable:
            return TrafficOutcome::NoConnection;
        case ExchangeState::TimedOut:
            return TrafficOutcome::NoAnswer;
        case ExchangeState::Reset:
            return TrafficOutcome::Reset;
        case ExchangeState::Answered:
            break;
    }
    if (row.spec.method == "CONNECT") return TrafficOutcome::Answered;
    // A server that hangs up without a word has code 0: curl's "Empty reply from server".
    if (row.code == 0) return TrafficOutcome::Reset;
    return row.code >= 500   ? TrafficOutcome::ServerError
           : row.code >= 400 ? TrafficOutcome::ClientError
                             : TrafficOutcome::Answered;
}

void stop_source(World& world, TrafficId id, std::string_view why) {
    Traffic& source = world.source(id);
    if (!source.sending) return;
    source.sending = false;
    source.ends = std::min(source.ends, world.kernel.now());
    source.why_ended = world.kernel.intern(why);
}

// Its host is down, or was since it began: its clients are gone, and with them what they waited
// for.
bool client_is_gone(World& world, TrafficId id) {
    Traffic& source = world.source(id);
    if (!source.from || source.over) return source.over;
    const Host& host = world.host(source.from);
    if (host.up && host.boots == source.boots) return false;
    stop_source(world, id, "its host went down");
    for (std::uint32_t ticket = 0; ticket < source.flights.size(); ++ticket) {
        if (!source.flights[ticket].used) continue;
        release_exchange(world, source.flights[ticket].exchange);
        settle(world, id, ticket, TrafficOutcome::ClientGone, 0);
    }
    end_if_done(world, id);
    return true;
}

// --- its clock ---

void schedule_next(World& world, TrafficId id) {
    Traffic& source = world.source(id);
    const Time now = world.kernel.now();
    Time at{};
    if (source.spec.pattern == TrafficPattern::Poisson) {
        RandomStream random = world.kernel.random(
            "traffic", static_cast<std::uint64_t>(id.value) << 40 | source.next);
        at = now + random.exponential(mean_distance(source.spec.rate));
    } else {
        at = source.begun + source.late + request_offset(source.spec, source.next);
        // After its host stood still it goes on where it was; nobody sends what is missing all at
        // once.
        if (at < now) {
            source.late = source.late + (now - at);
            at = now;
        }
    }
    if (at < source.ends) schedule(world, id, at, kStageSend);
}

void begin_sending(World& world, TrafficId id) {
    const Traffic& source = world.source(id);
    if (source.spec.pattern == TrafficPattern::Users) {
        // They come one after the other, spread over the time one of them thinks.
        for (std::uint32_t user = 0; user < source.spec.users; ++user) {
            const Int128 part =
                static_cast<Int128>(source.spec.think.nanoseconds) * user / source.spec.users;
            schedule(world,
                     id,
                     source.begun + Duration{static_cast<std::int64_t>(part)},
                     kStageUser,
                     user);
        }
    } else {
        schedule_next(world, id);
    }
    if (source.ends < kNever) schedule(world, id, source.ends, kStageEnd);
}

void pass_deadlines(World& world, TrafficId id) {
    world.source(id).deadline_ahead = false;
    const Time now = world.kernel.now();
    while (!world.source(id).deadlines.empty()) {
        Traffic& source = world.source(id);
        const TrafficDeadline deadline = source.deadlines.front();
        const TrafficFlight& flight = source.flights[deadline.ticket];
        const bool waits = flight.used && flight.attempt == deadline.attempt && flight.exchange;
        if (waits && deadline.time > now) {
            source.deadline_ahead = true;
            schedule(world, id, deadline.time, kStageDeadline);
            return;
        }
        source.deadlines.pop_front();
        if (!waits) continue;
        const Exchange* row = world.exchanges.find(flight.exchange);
        const TrafficOutcome outcome =
            row == nullptr ? TrafficOutcome::NoAnswer : outcome_of(world, *row);
        release_exchange(world, flight.exchange);
        settle(world, id, deadline.ticket, outcome, 0);
    }
}

}  // namespace

std::uint64_t TrafficTally::failed() const {
    std::uint64_t sum = 0;
    for (std::size_t i = 1; i < kTrafficOutcomes; ++i)
        sum += outcomes[i];
    return sum;
}

int TrafficTally::availability() const {
    const std::uint64_t decided = answered() + failed();
    return decided == 0 ? -1 : cut_share(static_cast<std::int64_t>(answered()), static_cast<std::int64_t>(decided));
}

bool traffic_target_exists(const World& world, const TrafficSpec& spec) {
    if (spec.target == "localhost" || spec.target.starts_with("127.") ||
        host_named(world, spec.target))
        return true;
    const bool address =
        std::any_of(world.hosts.begin(), world.hosts.end(), [&spec](const Host& host) {
            return host.spec.address == spec.target;
        });
    return address || !containers_named(world, spec.target).empty();
}

Result<TrafficId> begin_traffic(World& world, const TrafficSpec& spec) {
    if (world.traffic.size() >= kMostSources)
        return Error{fmt::format("a run has at most {} sources of traffic", kMostSources),
                     {},
                     "let one source send more"};
    Traffic source;
    source.spec = spec;
    if (!spec.from.empty()) {
        source.from = host_named(world, spec.from);
        if (!source.from)
            return Error{
                fmt::format("traffic comes from outside or from a host, and there is no host '{}'",
                            spec.from),
                {},
                "name a host, or leave from= out"};
        if (!world.host(source.from).up)
            return Error{
                fmt::format("host '{}' is down: nothing can be sent from there", spec.from),
                {},
                "send from outside"};
        source.boots = world.host(source.from).boots;
    } else {
        connect_outside(world);
    }
    if (host_meant(world, source) && spec.port == 0)
        return Error{fmt::format("which port of {}?", spec.target),
                     {},
                     fmt::format("write it like {}:8080", spec.target)};
    const auto taken = [&world](const std::string& name) {
        return std::any_of(world.traffic.begin(),
                           world.traffic.end(),
                           [&name](const Traffic& other) { return other.spec.name == name; });
    };
    if (spec.named && taken(spec.name))
        return Error{fmt::format("there is traffic called '{}' already", spec.name),
                     {},
                     "give this one another name"};
    for (int number = 2; taken(source.spec.name); ++number)
        source.spec.name = fmt::format("{}-{}", spec.name, number);
    source.name = world.kernel.intern(source.spec.name);
    source.begun = world.kernel.now();
    if (spec.duration > Duration{}) source.ends = source.begun + spec.duration;
    world.traffic.push_back(std::move(source));
    const TrafficId id{static_cast<std::uint32_t>(world.traffic.size())};
    record_begin(world, id);
    begin_sending(world, id);
    return id;
}

bool stop_traffic(World& world, const std::string& name) {
    bool found = false;
    for (std::size_t i = 0; i < world.traffic.size(); ++i) {
        const TrafficId id{static_cast<std::uint32_t>(i + 1)};
        if (world.source(id).spec.name != name || !world.source(id).sending) continue;
        found = true;
        stop_source(world, id, "stopped");
        end_if_done(world, id);
    }
    return found;
}

Duration longest_outage(const Traffic& source, Time now) {
    if (source.state != TrafficState::Failing) return source.tally.longest_outage;
    const Time until = source.over ? source.last_failure : now;
    return std::max(source.tally.longest_outage, until - source.since);
}

void traffic_exchange_ended(World& world, ExchangeId exchange) {
    const Exchange& row = world.exchanges.at(exchange);
    const TrafficId id = row.traffic;
    const std::uint32_t ticket = row.ticket;
    const int status = row.code;
    const TrafficOutcome outcome = outcome_of(world, row);
    if (const Process* server = world.processes.find(row.server))
        world.source(id).last_server = server->container;
    release_exchange(world, exchange);
    if (client_is_gone(world, id)) return;
    settle(world, id, ticket, outcome, status);
}

HostId traffic_event_host(const World& world, const Event& event) {
    return world.source(TrafficId{event.subject}).from;
}

void handle_traffic_event(World& world, const Event& event) {
    const TrafficId id{event.subject};
    if (client_is_gone(world, id)) return;
    Traffic& source = world.source(id);
    switch (event.extra >> 24) {
        case kStageSend:
            if (!source.sending) return;
            ++source.next;
            send(world, id, 0);
            if (world.source(id).sending) schedule_next(world, id);
            return;
        case kStageUser:
            if (source.sending) send(world, id, static_cast<std::uint32_t>(event.word));
            return;
        case kStageRetry:
            attempt(world, id, static_cast<std::uint32_t>(event.word));
            return;
        case kStageDeadline:
            pass_deadlines(world, id);
            return;
        default:
            stop_source(world, id, "its time is over");
            end_if_done(world, id);
            return;
    }
}

}  // namespace podium::model
