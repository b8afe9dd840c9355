#pragma once

// Traffic as front ends ask for it, beside the commands Traffic and TrafficStop.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/lab/session.hpp"

namespace podium::lab {

/// Whether a text can begin traffic in a run that starts `services` later on: errors are what
/// Session::check() says, and a target that is neither one of these, nor a host, nor there already.
Result<void> check_traffic(const Session& session,
                           const std::string& text,
                           const std::vector<std::string>& services);
/// Whether the ports of a service that the text names can be reached from outside of it: an error when its project's file
/// publishes none of them, or another than the one meant, and none of its containers publishes it now. Of what the file does
/// not tell (a port that the engine chooses, the host's network, a container of no project) nothing is said. `service` is the one
/// that is meant, where the text calls it or one of its containers otherwise.
Result<void> check_published(const Session& session, const std::string& text, const std::string& service = {});
/// The text with for=DURATION added; error when it has one of its own.
Result<std::string> with_duration(const std::string& text, Duration duration);
/// The settings of a text, each with its meaning and default.
std::vector<std::pair<std::string_view, std::string_view>> traffic_help();
/// Whether a setting is a duration, as "timeout" and "for" are.
bool is_traffic_time(std::string_view setting);

}  // namespace podium::lab
