#pragma once

// What the services panel draws, worked out of a frame without drawing. Pure.

#include <string>
#include <string_view>
#include <vector>

#include "ui/desktop/lab/frame.hpp"

namespace podium::desktop {

/// One service's line.
struct ServiceLine {
    std::uint32_t service = 0;  ///< In the cluster's services.
    std::string name;           ///< What it is called.
    std::string count;          ///< "2/3".
    view::Tone tone = view::Tone::Plain;
    float update = -1;          ///< How far an update is, 0 to 1; below 0: none is under way.
    std::string about;          ///< "nginx · shop · 8080->80/tcp · updating, 1 of 3".
};

/// A task or container of a service: what is wanted beside what is.
struct ServiceMember {
    std::string name;
    std::string state;
    std::string desired;  ///< Where that is something else; else empty.
    std::string host;
    view::Tone tone = view::Tone::Plain;
    bool task = false;    ///< One that the managers know, else a container.
    std::string error;
    Selection selection = {};  ///< What a click on it selects: it and no other of its name.
};
inline constexpr std::size_t kMostMembersShown = 200;

/// "web.2 running → shutdown on moe", and why it failed on a line of its own.
std::string member_words(const ServiceMember& member);
/// Those whose name or stack has `filter` in it, in the cluster's order.
std::vector<ServiceLine> service_lines(const view::ClusterView& cluster, std::string_view filter);
/// What is to run first, then what has ended, at most kMostMembersShown.
std::vector<ServiceMember> members_of(const view::ClusterView& cluster, std::uint32_t service);

}  // namespace podium::desktop
