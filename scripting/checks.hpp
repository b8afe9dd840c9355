#pragma once

// Checks over a whole run, as state machines: what a predicate said after each instant with a fact (and where what it asks
// about has changed without one, see LookedAt), and the facts themselves, go in; a verdict with its evidence comes out. No
// Lua here. Each looks from its registration on:
//
//   always f          f at every look                   never f        at none
//   eventually f d    at one look at most d after the registration
//   stable f d        at every look of the last d of the run
//   at_most n e d     no stretch shorter than d holds more than n events e (without d: the run)
//   within d c e      after each event c, at most d later, comes an event e (or a predicate holds)
//   availability s b  the share of time the service was up, since its first start; of a source of
//                     traffic, the share of its requests that were answered
//   latency t b       how long the answered requests of a source of traffic took
//
// A span that the run's end cuts off before it is decided is "not decided".
//
// A verdict has the facts that decided it. Of a look these are the ones of its instant that are about what the
// predicate asked about, or the last ones before it that are; for a predicate that asked about nothing, all of its
// instant, or the last ones before. What is said then, and the lines that are typed, decide nothing and are left out
// unless there is nothing else. An always or never that fails at its first look has none but those about what it asked:
// nothing else has decided it. Of a passed verdict the facts are
//
//   always, stable    of the look since which it holds
//   never             none: it says from when on and in how many looks it did not hold
//   eventually        of the look at which it held
//   at_most           of the busiest window, its first and its last few
//   within            the last cause, and what happened when its effect came

#include <deque>
#include <set>
#include <string>
#include <vector>

#include "scripting/event_pattern.hpp"
#include "scripting/sandbox.hpp"

namespace podium::scripting {

enum class CheckKind : std::uint8_t {
    Always,
    Never,
    Eventually,
    Stable,
    AtMost,
    Within,
    Availability,
    TrafficAvailability,
    Latency
};
enum class Outcome : std::uint8_t { Open, Passed, Failed, NotDecided };

struct Verdict {
    std::string name;
    std::string kind;  ///< "always", "at_most" …
    Place place;       ///< Where the script registered it.
    Outcome outcome = Outcome::Open;
    Time moment;         ///< The one that decided.
    std::string reason;  ///< A sentence.
    std::vector<FactId> facts;
    bool asked_nothing = false;  ///< Its predicate asked the run about nothing: the facts are just those of the moment.

    [[nodiscard]] bool passed() const { return outcome == Outcome::Passed; }
};

/// A bound like ">= 99.5%", in hundredths of a per cent as view::ServiceSummary has it.
struct Bound {
    std::string relation;  ///< ">=", ">", "<=", "<", "==".
    int hundredths = 0;
    [[nodiscard]] bool holds(int value) const;
};

Result<Bound> parse_bound(const std::string& text);

/// A bound like "p99 <= 200ms".
struct LatencyBound {
    std::string of;  ///< "median", "p95", "p99" or "longest".
    std::string relation;
    Duration limit{};
    [[nodiscard]] bool holds(Duration value) const;
};

Result<LatencyBound> parse_latency_bound(const std::string& text);

/// What changes in a run without a fact: how many requests of traffic there were, the memory and the disk of a host, the
/// bytes in a volume.
struct Drift {
    enum class Of : std::uint8_t { Traffic, Host, Volume };
    Of of = Of::Traffic;
    std::string name;
    std::uint64_t stood = 0;  ///< When it was looked at: the same number while nothing of it changes.
};

/// That number now.
std::uint64_t standing(const model::World& world, Drift::Of of, const std::string& name);

/// What a predicate has asked about.
struct LookedAt {
    /// More than these are not told apart: something of them may always have changed.
    static constexpr std::size_t kMostDrifts = 8;

    std::set<std::string> names;  ///< Services, containers, hosts, volumes, traffic, targets of events.
    std::set<FactKind> kinds;     ///< Events without a target.
    std::set<std::string> containers;  ///< Those of the names that container(…) was given.
    std::vector<Drift> drifts;         ///< Each once.
    bool too_many_drifts = false;
    bool clock = false;  ///< The time, or what changes with it alone.

    [[nodiscard]] bool empty() const { return names.empty() && kinds.empty(); }

    /// It may answer otherwise at a moment without a fact.
    [[nodiscard]] bool moves() const { return clock || !drifts.empty(); }

    void add_drift(const model::World& world, Drift::Of of, const std::string& name);
    /// Something of it is not as it was.
    [[nodiscard]] bool drifted(const model::World& world) const;
};

class Check {
  public:
    CheckKind kind = CheckKind::Always;
    FunctionRef predicate;  ///< Always, Never, Eventually, Stable; Within: the effect, if no event.
    Duration span{};
    bool has_span = false;
    std::int64_t most = 0;
    EventPattern event;  ///< AtMost: what is counted. Within: the cause.
    EventPattern effect;
    std::string service;  ///< Availability; the others about traffic: the source's name.
    Bound bound;
    LatencyBound latency;
    Time from;
    LookedAt looked_at;  ///< At its predicate's last look.
    Verdict verdict;

    [[nodiscard]] bool open() const { return verdict.outcome == Outcome::Open; }

    [[nodiscard]] bool wants_look() const {
        return open() && static_cast<bool>(predicate) &&
               (kind != CheckKind::Within || !pending_.empty());
    }

    [[nodiscard]] bool wants_facts() const {
        return open() && (kind == CheckKind::AtMost || kind == CheckKind::Within);
    }

    /// The moment by which it is decided one way or the other; kNever when that is open.
    [[nodiscard]] Time deadline() const;
    /// The moment at which what holds now will have held for its span; kNever when nothing does, or has already.
    [[nodiscard]] Time held_by(Time now) const;
    /// A fact happened.
    void on_fact(const lab::Session& session, const Fact& fact);
    /// What the predicate says after the instant `now`, whose facts are `facts`. One that is asked only because a span or the
    /// run ends is not among the looks that a verdict counts.
    void on_look(const lab::Session& session, Time now, bool holds, const std::vector<FactId>& facts, bool counted = true);
    /// Time has come to `now`, and all of it has been looked at.
    void on_time(const lab::Session& session, Time now);
    /// The run has ended.
    void on_end(const lab::Session& session, Time end);

  private:
    struct Seen {
        FactId fact;
        Time time;
    };

    void decide(Outcome outcome, Time moment, std::string reason, std::vector<FactId> facts = {});
    void decide_at_end(const lab::Session& session, Time end);
    // A look that fails the check.
    void fail_look(const lab::Session& session, Time now, const char* at_first, const char* later, const std::vector<FactId>& facts);
    // Says of a check that has not passed which container it asked about that never was.
    void name_absent(const lab::Session& session);
    void answered(const std::vector<FactId>& effects);
    // What decided a look at `moment`, in whose instant `facts` happened.
    [[nodiscard]] std::vector<FactId> deciding(const lab::Session& session, const std::vector<FactId>& facts, Time moment) const;

    void end_availability(const lab::Session& session, Time end);
    void end_traffic(const lab::Session& session, Time end);

    bool looked_ = false;
    bool first_look_ = false;  // the present one is
    bool holds_ = false;
    bool broken_ = false;  // it has not always held
    Time since_{};         // it holds, or does not
    Time last_look_{};
    std::vector<FactId> last_facts_;
    std::vector<FactId> change_facts_;  // of the look at which that changed
    std::deque<Seen> pending_;          // AtMost: the last events; Within: causes without an effect
    std::size_t causes_ = 0;
    std::vector<FactId> passing_facts_;  // AtMost: of the busiest window so far; Within: the last cause and effect
    std::size_t busiest_ = 0;            // events in that window
    std::size_t looks_ = 0;
};

/// "CHECKS" and a line each with its evidence; empty when there are none.
std::string verdicts_text(const lab::Session& session, const std::vector<Verdict>& verdicts);
/// One verdict as a line of JSON without its newline.
std::string verdict_row(const lab::Session& session, const Verdict& verdict);
std::string_view outcome_name(Outcome outcome);

}  // namespace podium::scripting
