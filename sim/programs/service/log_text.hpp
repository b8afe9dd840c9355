#pragma once

// The lines a server logs: the names in braces that sim/model/behaviour.hpp lists are filled in,
// and
// "{now FORMAT}" is the time of the server's clock in strftime's letters (%Y %m %d %e %b %a %H %M
// %S, %3N and %6N for decimals), for every program writes its time in its own way.

#include <map>
#include <string>
#include <string_view>

#include "sim/model/behaviour.hpp"
#include "sim/model/exchange.hpp"
#include "sim/model/world.hpp"

namespace podium::programs {

using LogValues = std::map<std::string, std::string, std::less<>>;

/// A line, with `values` besides what is always known.
std::string log_text(model::ProcessContext& context, const std::string& text, LogValues values);

/// A moment in a format of strftime's letters, as a clock that is so far ahead shows it.
std::string time_text(std::string_view format, Time time, Duration skew);

/// The address a request came from, as its server sees it.
std::string client_address(model::ProcessContext& context, const model::Exchange& exchange);

}  // namespace podium::programs
