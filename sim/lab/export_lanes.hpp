#pragma once

// What went on in a run as lanes of time: one for each fault, source of traffic, service, host, terminal,
// pull and container, each with the states it was in. What the exported page and the trace draw.
//
// From the facts, and from what only the world at the run's end knows: which containers have a health check, and
// an end that no engine has noticed yet. In a lane no two spans overlap, and they are in order. A container that
// takes the place of another one of its name shares that one's lane. Plain values; written by make_lanes alone. One thread.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/lab/session.hpp"
#include "sim/view/names.hpp"

namespace podium::lab {

/// In the order in which they are drawn; the last four are a host's.
enum class LaneKind : std::uint8_t { Story, Fault, Traffic, Service, Host, Terminal, Pull, Container };

enum class LaneState : std::uint8_t {
    // Of a host.
    Up,              ///< It is on, and its engine answers.
    EngineStopping,
    EngineDown,
    EngineStarting,
    Frozen,          ///< It stands still, or its engine alone does.
    HostDown,
    // Of a container.
    Created,
    Starting,   ///< It runs, and its health check has not passed yet.
    Running,
    Healthy,
    Unhealthy,
    Paused,
    BackOff,    ///< It ended, and its policy restarts it after a delay.
    Stopped,    ///< It was told to.
    Done,       ///< It ended by itself, and well; of a service: all of it did.
    Failed,
    Lost,       ///< It was running when its host went down.
    // Of a service: Starting, Running, Unhealthy, Done too.
    Down,       ///< None of its containers runs: an outage.
    // Of traffic.
    Sending,    ///< Nothing has come back to it in the whole run.
    Answered,
    Partly,     ///< Some requests fail.
    Failing,
    // Of a fault, a terminal, a pull.
    Broken,
    Busy,
    Pulling,
};
inline constexpr std::size_t kLaneStates = static_cast<std::size_t>(LaneState::Pulling) + 1;

/// "engine down", "waits to restart": for a legend.
std::string_view lane_state_name(LaneState state);

struct LaneSpan {
    Time begin;
    Time end;  ///< Not before `begin`; the same for a fault that is over at once.
    LaneState state = LaneState::Running;
    std::string text;   ///< What it was: "2 running", "failed with status 137", a typed line.
    FactId fact;        ///< What began it; none: the run did.
    bool goes_on = false;  ///< The run ended before it did.
};

struct Lane {
    LaneKind kind = LaneKind::Story;
    std::string name;  ///< "web.1", "kill web"; a second one of the same name has a number behind it. Services as view::ServiceNames has them.
    std::string host;  ///< Of a host's lanes.
    std::string service;  ///< Of a container, as its lane is called; none of a build's.
    std::vector<LaneSpan> spans;
};

struct Lanes {
    std::vector<Lane> all;  ///< By kind, a host's together.
    FactId first{1};        ///< The fact that of_fact begins with.
    std::vector<std::uint32_t> of_fact;  ///< The lane that each fact belongs to.
    Time end;
    view::ServiceNames names;  ///< What the lanes call services.

    /// Requires a fact that the journal had when the lanes were made.
    [[nodiscard]] std::uint32_t lane_of(FactId fact) const { return of_fact[fact.value - first.value]; }
};

/// The lanes of a run that ends where the session stands.
Lanes make_lanes(const Session& session);

}  // namespace podium::lab
