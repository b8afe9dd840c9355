#pragma once

// --traffic: sources of requests on the command line, and what became of them at the end.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sim/lab/session.hpp"

namespace podium::cli {

/// Whom traffic may go to that is not there yet.
struct TrafficTargets {
    std::vector<std::string> services;  ///< Of the project.
    /// The service that a name means ("web.1", "shop_web" in a stack): empty for another container, none where nobody will be
    /// called so.
    std::function<std::optional<std::string>(const std::string& name)> service_of;
    bool free = false;  ///< Lines that are typed may publish other ports than the file does.
};

/// Posts what --traffic asks for: "web:8080 rate=50/s @10s..5m". Errors: a text that can't be read,
/// a target that is neither a service or container nor a host, a port that its service does not publish.
Result<void> add_traffic(lab::Session& session, const std::vector<std::string>& texts, const TrafficTargets& targets);
/// Whether one of these texts has its clients outside the hosts, to each of which they bring a link.
bool comes_from_outside(const std::vector<std::string>& texts);
/// The table TRAFFIC with an empty line before it; empty when there was none.
std::string traffic_summary(const lab::Session& session);
/// The same as JSON, a line for each source.
std::string traffic_rows(const lab::Session& session);
/// What can be said about traffic.
std::string traffic_docs();

}  // namespace podium::cli
