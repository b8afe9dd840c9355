#pragma once

// Traffic: sources that send requests to a published port, many and cheaply: no process and no row
// for each request, only an exchange (exchange.hpp) while it is under way and counters after that.
// What becomes of a request is what would become of a curl's. Plain data, in World; written by
// traffic.cpp.
//
// A source speaks in facts only when something changes:
//
//              failure                        failure within a second of a recovery
//   Answered ──────────► Failing              Answered ──────────► Partly
//            ◄────────── (traffic.failing)             ◄────────── (traffic.partly)
//              answer                         a second without failure
//        (traffic.recovered)                  (traffic.recovered)
//
// Partly becomes Failing after a second without an answer. A source's last fact is traffic.summary.

#include <array>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/core/event.hpp"
#include "sim/core/fact.hpp"
#include "sim/model/ids.hpp"
#include "sim/model/latency.hpp"
#include "sim/model/traffic_spec.hpp"

namespace podium::model {

struct World;

/// What became of a request. All but Answered are failures.
enum class TrafficOutcome : std::uint8_t {
    Answered,  ///< With a status below 400.
    NoSuchHost,
    Refused,       ///< Nobody listens there.
    Reset,         ///< The server (or the engine's proxy before it) hung up.
    NoConnection,  ///< No connection within the client's patience: host down or way cut.
    NoAnswer,      ///< Connected, but no answer within the client's patience.
    ClientError,   ///< Answered with a status from 400 to 499.
    ServerError,   ///< Answered with a status from 500 on.
    NoLocalPort,   ///< So many are under way that the client has no port left for another.
    ClientGone,    ///< The client's host went down meanwhile.
};
inline constexpr std::size_t kTrafficOutcomes = 10;
/// "refused", "no answer in time": for tables and facts.
std::string_view traffic_outcome_text(TrafficOutcome outcome);

enum class TrafficState : std::uint8_t {
    Silent,  ///< Nothing has come back yet.
    Answered,
    Failing,
    Partly,  ///< Some requests fail, some are answered.
};

enum TrafficFact : FactKind {
    kFactTrafficBegin = kRoomModel | 0x60,
    kFactTrafficFailing,    ///< Requests begin to fail, or fail for another reason.
    kFactTrafficPartly,     ///< Some fail and some are answered.
    kFactTrafficRecovered,  ///< They are answered again.
    kFactTrafficSummary,    ///< The source has ended, and all its requests with it.
    kFactTrafficRefused,    ///< A source that was asked for could not begin.
};

const FactTable& traffic_facts();

/// A request under way, or between two attempts.
struct TrafficFlight {
    ExchangeId exchange;        ///< None between two attempts.
    Time sent{};                ///< The first attempt.
    std::uint64_t attempt = 0;  ///< The source's count of attempts when the present one was made.
    std::uint32_t attempts = 0;
    std::uint32_t user = 0;
    bool used = false;
};

/// When an attempt is over at the latest. All of a source have the same patience, so they end in
/// order.
struct TrafficDeadline {
    Time time;
    std::uint32_t ticket = 0;
    std::uint64_t attempt = 0;
};

/// A place a service was last seen to publish.
struct TrafficAddress {
    ContainerId container;
    HostId host;
    std::uint16_t port = 0;
};

/// What of a source's requests became known so far.
struct TrafficTally {
    std::uint64_t sent = 0;      ///< Requests, each counted once however often it was tried.
    std::uint64_t attempts = 0;  ///< First tries and retries.
    std::array<std::uint64_t, kTrafficOutcomes> outcomes{};
    LatencyHistogram latency;   ///< Of answered requests, all their attempts included.
    std::uint32_t outages = 0;  ///< Times in which every request failed, ended ones.
    Duration longest_outage{};  ///< From the sending of the first that failed to the first answer.

    [[nodiscard]] std::uint64_t answered() const { return outcomes[0]; }

    [[nodiscard]] std::uint64_t failed() const;
    /// Hundredths of a per cent of what is decided, cut (sim/base/share.hpp); 10000: all; -1: nothing is decided.
    [[nodiscard]] int availability() const;
};

/// A source.
struct Traffic {
    TrafficSpec spec;
    StringId name;
    HostId from;              ///< None: outside.
    std::uint32_t boots = 0;  ///< Of that host when it began: its clients end with it.
    Time begun{};
    Time ends = kNever;  ///< Sends nothing from then on.
    Duration late{};     ///< Its schedule is so much behind, since its host stood still.
    bool sending = true;
    bool over = false;  ///< Its summary has been recorded.
    StringId why_ended;
    FactId began;            ///< The cause of what it does.
    std::uint64_t next = 0;  ///< Open patterns: the number of the next request.
    TrafficTally tally;

    std::vector<TrafficFlight> flights;  ///< By ticket.
    std::vector<std::uint32_t> free_tickets;
    std::uint32_t in_flight = 0;
    std::deque<TrafficDeadline> deadlines;
    bool deadline_ahead = false;  ///< An event for the first of these is scheduled.

    // Where requests go.
    std::vector<TrafficAddress> addresses;
    std::size_t containers_seen = 0;  ///< How many the world had when `addresses` was made.
    std::uint64_t turn = 0;
    ContainerId last_server;  ///< The container that answered last.

    // What the facts are about.
    TrafficState state = TrafficState::Silent;
    Time since{};  ///< Failing, Partly: when the first request that failed was sent.
    Time first_failed_sent = kNever;  ///< Since the last answer; kNever: none has failed since.
    Time last_failure{};
    Time last_answer{};
    Time last_recovery = kNever;  ///< kNever: there was none.
    Time recovered_from{};        ///< When the request was sent whose answer ended the last outage.
    std::uint64_t lost = 0;       ///< Failing, Partly: so far.
    std::uint32_t reasons_told = 0;  ///< Failing: the outcomes told of, as bits.
};

/// Begins a source. Errors: a host that does not exist, a name that is taken, too many sources.
Result<TrafficId> begin_traffic(World& world, const TrafficSpec& spec);
/// Ends the sources of this name: nothing more is sent, what is under way is waited for. False when
/// none of that name sends.
bool stop_traffic(World& world, const std::string& name);
/// The target exists now, as far as can be said: a host, an address, a service or a container.
bool traffic_target_exists(const World& world, const TrafficSpec& spec);
/// The longest outage, one that goes on now included.
Duration longest_outage(const Traffic& source, Time now);

/// An exchange of a source has ended.
void traffic_exchange_ended(World& world, ExchangeId exchange);
/// The host on which an event of a source happens; none when it stands outside.
HostId traffic_event_host(const World& world, const Event& event);
void handle_traffic_event(World& world, const Event& event);

}  // namespace podium::model
