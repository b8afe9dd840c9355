#include "sim/model/traffic_facts.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "sim/model/world.hpp"

namespace podium::model {
namespace {

constexpr FieldType kText = FieldType::Text;
constexpr FieldType kInteger = FieldType::Integer;
constexpr FieldType kLong = FieldType::Long;
constexpr FieldType kDuration = FieldType::Duration;

// Failures and answers that alternate faster than this are one state, not many.
constexpr Duration kSettled = seconds(1);

Subject subject_of(TrafficId id) {
    return {SubjectType::Traffic, id.value};
}

// Because of what: what happens at this instant (a server is killed), else what last happened to
// the container that answered last, else the traffic itself.
FactId cause_of(const World& world, const Traffic& source) {
    FactId cause = std::max(source.began, world.kernel.cause());
    if (source.last_server) cause = std::max(cause, world.container(source.last_server).last_fact);
    return cause;
}

std::string reason_text(TrafficOutcome outcome, int status) {
    const bool answered =
        outcome == TrafficOutcome::ClientError || outcome == TrafficOutcome::ServerError;
    return answered ? fmt::format("status {}", status) : std::string(traffic_outcome_text(outcome));
}

void tell_trouble(World& world, TrafficId id, FactKind kind, TrafficOutcome outcome, int status) {
    const Traffic& source = world.source(id);
    Kernel& kernel = world.kernel;
    CauseScope scope(kernel, cause_of(world, source));
    kernel.record(kind,
                  subject_of(id),
                  source.name,
                  kernel.intern(reason_text(outcome, status)),
                  static_cast<std::int64_t>(source.lost),
                  kernel.now() - source.since);
}

void tell_recovery(World& world, TrafficId id) {
    const Traffic& source = world.source(id);
    Kernel& kernel = world.kernel;
    CauseScope scope(kernel, cause_of(world, source));
    kernel.record(kFactTrafficRecovered,
                  subject_of(id),
                  source.name,
                  static_cast<std::int64_t>(source.lost),
                  kernel.now() - source.since,
                  static_cast<std::int64_t>(source.in_flight));
}

void fail(World& world, TrafficId id, Time since, TrafficOutcome outcome, int status) {
    Traffic& source = world.source(id);
    source.state = TrafficState::Failing;
    source.since = since;
    source.reasons_told = 1U << static_cast<unsigned>(outcome);
    tell_trouble(world, id, kFactTrafficFailing, outcome, status);
}

void recover(World& world, TrafficId id, Time sent) {
    Traffic& source = world.source(id);
    tell_recovery(world, id);
    source.state = TrafficState::Answered;
    source.last_recovery = world.kernel.now();
    source.recovered_from = sent;
    source.lost = 0;
}

}  // namespace

const FactTable& traffic_facts() {
    static const FactTable table{
        {kFactTrafficBegin, "traffic.begin", {{"name", kText}, {"target", kText}, {"text", kText}}},
        {kFactTrafficFailing,
         "traffic.failing",
         {{"name", kText}, {"reason", kText}, {"lost", kLong}, {"since", kDuration}}},
        {kFactTrafficPartly,
         "traffic.partly",
         {{"name", kText}, {"reason", kText}, {"lost", kLong}, {"since", kDuration}}},
        {kFactTrafficRecovered,
         "traffic.recovered",
         {{"name", kText}, {"lost", kLong}, {"took", kDuration}, {"waiting", kLong}}},
        {kFactTrafficSummary,
         "traffic.summary",
         {{"name", kText},
          {"ended", kText},
          {"sent", kLong},
          {"ok", kLong},
          {"failed", kLong},
          {"availability", kInteger},
          {"p50", kDuration},
          {"p95", kDuration},
          {"p99", kDuration},
          {"max", kDuration},
          {"longest_outage", kDuration}}},
        {kFactTrafficRefused, "traffic.refused", {{"text", kText}, {"error", kText}}},
    };
    return table;
}

std::string_view traffic_outcome_text(TrafficOutcome outcome) {
    switch (outcome) {
        case TrafficOutcome::Answered:
            return "answered";
        case TrafficOutcome::NoSuchHost:
            return "no such host";
        case TrafficOutcome::Refused:
            return "refused";
        case TrafficOutcome::Reset:
            return "reset";
        case TrafficOutcome::NoConnection:
            return "no connection in time";
        case TrafficOutcome::NoAnswer:
            return "no answer in time";
        case TrafficOutcome::ClientError:
            return "status 4xx";
        case TrafficOutcome::ServerError:
            return "status 5xx";
        case TrafficOutcome::NoLocalPort:
            return "no local port left";
        case TrafficOutcome::ClientGone:
            return "client gone";
    }
    return {};
}

void record_begin(World& world, TrafficId id) {
    Traffic& source = world.source(id);
    Kernel& kernel = world.kernel;
    const std::string target = source.spec.port == 0
                                   ? source.spec.target
                                   : fmt::format("{}:{}", source.spec.target, source.spec.port);
    source.began = kernel.record(kFactTrafficBegin,
                                 subject_of(id),
                                 source.name,
                                 kernel.intern(target),
                                 kernel.intern(source.spec.text));
    kernel.set_cause(source.began);
}

void note_failure(World& world, TrafficId id, Time sent, TrafficOutcome outcome, int status) {
    Traffic& source = world.source(id);
    const Time now = world.kernel.now();
    source.last_failure = now;
    // It was sent before the last outage ended: it belongs to that one.
    const bool late = source.last_recovery != kNever && sent < source.recovered_from;
    if (outcome == TrafficOutcome::ClientGone || (late && source.state == TrafficState::Answered))
        return;
    ++source.lost;
    source.first_failed_sent = std::min(source.first_failed_sent, sent);
    switch (source.state) {
        case TrafficState::Silent:
            fail(world, id, sent, outcome, status);
            return;
        case TrafficState::Answered:
            if (source.last_recovery == kNever || now - source.last_recovery >= kSettled) {
                fail(world, id, sent, outcome, status);
            } else {
                source.state = TrafficState::Partly;
                source.since = sent;
                tell_trouble(world, id, kFactTrafficPartly, outcome, status);
            }
            return;
        case TrafficState::Failing:
            if ((source.reasons_told >> static_cast<unsigned>(outcome) & 1U) == 0) {
                source.reasons_told |= 1U << static_cast<unsigned>(outcome);
                tell_trouble(world, id, kFactTrafficFailing, outcome, status);
            }
            return;
        case TrafficState::Partly:
            if (now - source.last_answer >= kSettled)
                fail(world, id, source.first_failed_sent, outcome, status);
            return;
    }
}

void note_answer(World& world, TrafficId id, Time sent) {
    Traffic& source = world.source(id);
    const Time now = world.kernel.now();
    source.last_answer = now;
    switch (source.state) {
        case TrafficState::Silent:
            source.state = TrafficState::Answered;
            break;
        case TrafficState::Answered:
            break;
        case TrafficState::Failing:
            if (sent < source.since) return;  // sent before the outage
            source.tally.longest_outage = std::max(source.tally.longest_outage, now - source.since);
            ++source.tally.outages;
            recover(world, id, sent);
            break;
        case TrafficState::Partly:
            if (now - source.last_failure >= kSettled) recover(world, id, sent);
            break;
    }
    source.first_failed_sent = kNever;
}

void record_summary(World& world, TrafficId id) {
    const Traffic& source = world.source(id);
    const TrafficTally& tally = source.tally;
    Kernel& kernel = world.kernel;
    CauseScope scope(kernel, source.began);
    kernel.record(kFactTrafficSummary,
                  subject_of(id),
                  source.name,
                  source.why_ended,
                  static_cast<std::int64_t>(tally.sent),
                  static_cast<std::int64_t>(tally.answered()),
                  static_cast<std::int64_t>(tally.failed()),
                  tally.availability(),
                  tally.latency.quantile(500),
                  tally.latency.quantile(950),
                  tally.latency.quantile(990),
                  tally.latency.longest(),
                  longest_outage(source, kernel.now()));
}

}  // namespace podium::model
