#pragma once

// The keys that detach a client from a container's terminal, as docker writes them: "ctrl-p,ctrl-q",
// "ctrl-x,d", "DEL". Client and engine read them alike. Pure functions.

#include <optional>
#include <string>
#include <string_view>

namespace podium::model {

/// What `--detach-keys` is when nobody says otherwise: Ctrl-P Ctrl-Q.
inline constexpr std::string_view kDefaultDetachKeys = "ctrl-p,ctrl-q";

/// The bytes these keys send (moby/term ToBytes); nothing when one of them is no key.
std::optional<std::string> detach_key_bytes(std::string_view keys);

}  // namespace podium::model
