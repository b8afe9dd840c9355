#pragma once

// A run as lanes on a timeline: one for each host, service, kind of fault, source of traffic and for the
// managers' consensus, with stretches of time and single moments, each with the fact it comes from.
// Data apart from drawing: folding to pixels is the front end's. lanes.hpp makes it.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/id.hpp"
#include "sim/base/shared_rows.hpp"
#include "sim/base/time.hpp"
#include "sim/core/fact.hpp"
#include "sim/view/tone.hpp"

namespace podium::view {

enum class LaneKind : std::uint8_t { Consensus, Host, Service, Traffic, Fault, Story };
inline constexpr std::size_t kLaneKinds = 6;

struct LaneSpan {
    Time begin{};
    Time end = kNever;  ///< kNever: it goes on.
    Tone tone = Tone::Plain;
    std::uint32_t level = 0;  ///< Service: how many of its containers run. Fault: how many go on.
    FactId fact;              ///< That began it.
    std::string label;        ///< "term 3 · swarm-larry", "2 running".

    bool operator==(const LaneSpan&) const = default;
};

struct LaneMark {
    Time time{};
    Tone tone = Tone::Plain;
    FactId fact;
    std::string_view what;  ///< "died", "engine up": constants.

    bool operator==(const LaneMark&) const = default;
};

struct Lane {
    LaneKind kind = LaneKind::Host;
    std::string name;
    std::string project;          ///< Of a service of Compose: whose; else empty. Two projects' may be called the same.
    SharedRows<LaneSpan> spans;  ///< In order of their beginning; they don't overlap, only the last goes on.
    SharedRows<LaneMark> marks;  ///< In order of time.

    /// Of a service: "shop/web", and "web" of no project, whichever others come.
    [[nodiscard]] std::string whole() const { return project.empty() ? name : project + "/" + name; }
    /// Of a service: whether a name means it, "web", which may mean others too, or "shop/web".
    [[nodiscard]] bool is_called(std::string_view text) const;
    bool operator==(const Lane&) const = default;
};

struct LaneSet {
    Time end{};  ///< Up to here.
    /// Consensus, hosts, services, traffic, faults, story. One that did not change is shared with the set before; of one that did, all
    /// but its newest spans and marks are.
    std::vector<std::shared_ptr<const Lane>> lanes;
};

}  // namespace podium::view
