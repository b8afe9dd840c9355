#pragma once

// Which settings of traffic are durations, for those who write its text (traffic_spec.hpp) from values.

#include <string_view>

namespace podium::model {

/// Of the settings that parse_traffic() knows: "timeout", "for", …
bool is_traffic_time(std::string_view setting);

}  // namespace podium::model
