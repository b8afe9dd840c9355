#pragma once

// A run as lanes on a timeline: one for each host, service, fault, source of traffic and for the
// managers' consensus, with stretches of time and single moments, each with the fact it comes from.
// Data apart from drawing: folding to pixels is the front end's. lanes.hpp makes it.

#include <cstdint>
#include <string>
#include <vector>

#include "sim/base/id.hpp"
#include "sim/base/time.hpp"
#include "sim/core/fact.hpp"
#include "sim/view/tone.hpp"

namespace podium::view {

enum class LaneKind : std::uint8_t { Consensus, Host, Service, Traffic, Fault, Story };

struct LaneSpan {
    Time begin{};
    Time end = kNever;  ///< kNever: it goes on.
    Tone tone = Tone::Plain;
    std::uint32_t level = 0;  ///< Service: how many of its containers run.
    FactId fact;              ///< That began it.
    std::string label;        ///< "term 3 · swarm-larry", "2 running".
};

struct LaneMark {
    Time time{};
    Tone tone = Tone::Plain;
    FactId fact;
};

struct Lane {
    LaneKind kind = LaneKind::Host;
    std::string name;
    std::vector<LaneSpan> spans;  ///< In order of their beginning; they don't overlap but for faults'.
    std::vector<LaneMark> marks;  ///< In order of time.
};

struct LaneSet {
    Time end{};  ///< Up to here.
    std::vector<Lane> lanes;  ///< Consensus, hosts, services, traffic, faults, story.
};

}  // namespace podium::view
