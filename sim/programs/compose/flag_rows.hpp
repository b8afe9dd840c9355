#pragma once

// How the tables of flags of both clients are written, for verbs_v1.cpp and verbs_v2.cpp alone.

#include <string_view>

#include "sim/programs/docker/flags.hpp"

namespace podium::programs::composing {

using docker::Flag;
using docker::FlagKind;

inline constexpr FlagKind kText = FlagKind::Text;
inline constexpr FlagKind kList = FlagKind::List;
inline constexpr FlagKind kSwitch = FlagKind::Switch;
inline constexpr FlagKind kInteger = FlagKind::Integer;

/// One that is simulated.
constexpr Flag real(std::string_view name, char letter, FlagKind kind, std::string_view help = {}, std::string_view fallback = {}) {
    Flag flag;
    flag.name = name;
    flag.letter = letter;
    flag.kind = kind;
    flag.help = help;
    flag.fallback = fallback;
    return flag;
}

/// One that exists in life and is refused by name.
constexpr Flag refused(std::string_view name, char letter, FlagKind kind, std::string_view help = {}, std::string_view fallback = {}) {
    Flag flag = real(name, letter, kind, help, fallback);
    flag.simulated = false;
    return flag;
}

}  // namespace podium::programs::composing
