#include "sim/base/result.hpp"

#include <fmt/format.h>

namespace podium {

std::string Place::text() const {
    if (file.empty() && line == 0) return {};
    std::string out = file;
    if (line > 0) out += fmt::format("{}{}", out.empty() ? "line " : ":", line);
    if (line > 0 && column > 0) out += fmt::format(":{}", column);
    return out;
}

std::string Error::text() const {
    std::string out = place.text();
    if (!out.empty()) out += ": ";
    out += message;
    if (!hint.empty()) out += fmt::format(" ({})", hint);
    return out;
}

}  // namespace podium
