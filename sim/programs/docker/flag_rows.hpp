#pragma once

// How the docker CLI's tables of flags are written, for the sources that hold one.

#include <string_view>

#include "sim/programs/docker/flags.hpp"

namespace podium::programs::docker {

inline constexpr std::string_view kFormatHelp =
    "Format the output with a Go template:\n'table':            a table with headings "
    "(default)\n'table TEMPLATE':   a table of the template's columns\n"
    "'json':             a JSON object a line\n'TEMPLATE':         what the template makes of each";
inline constexpr std::string_view kInspectFormatHelp =
    "Format the output with a Go template:\n'json':             JSON in one line\n'TEMPLATE':      "
    "   what the template makes of each";

/// One that exists in life and is refused by name.
constexpr Flag later(std::string_view name,
                     FlagKind kind,
                     std::string_view help,
                     char letter = 0,
                     bool hidden = false) {
    return Flag{name, letter, kind, help, {}, false, hidden};
}

/// One that only engines newer than 20.10 know: docker refuses it, naming the API it needs.
constexpr Flag newer(std::string_view api,
                     std::string_view name,
                     FlagKind kind,
                     std::string_view help,
                     char letter = 0) {
    return Flag{name, letter, kind, help, {}, false, false, {}, nullptr, api};
}

}  // namespace podium::programs::docker
