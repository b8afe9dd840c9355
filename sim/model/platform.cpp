#include "sim/model/platform.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <string_view>
#include <vector>

#include "sim/base/text.hpp"

namespace podium::model {
namespace {

constexpr std::array<std::string_view, 9> kArchitectures{
    "386", "amd64", "arm", "arm64", "mips64le", "ppc64le", "riscv64", "s390x", "loong64"};

constexpr std::string_view kComponent = "^[A-Za-z0-9_-]+$";

bool is_component(const std::string& part) {
    constexpr std::string_view kLetters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
    return !part.empty() && part.find_first_not_of(kLetters) == std::string::npos;
}

}  // namespace

std::string refused_platform(const std::string& platform, bool& named) {
    named = false;
    const std::vector<std::string> parts = split(lower(platform), '/');
    for (const std::string& part : parts) {
        if (is_component(part)) continue;
        return fmt::format(
            "\"{}\" is an invalid component of \"{}\": platform specifier component must match "
            "\"{}\": invalid argument",
            part,
            platform,
            kComponent);
    }
    const std::string& last = parts.size() > 1 ? parts[1] : parts.front();
    const std::string machine = last == "x86_64" || last == "x86-64" ? "amd64"
                                : last == "aarch64"                  ? "arm64"
                                : last == "linux"                    ? "amd64"
                                                                     : last;
    const std::string system = parts.size() > 1 ? parts.front() : "linux";
    const bool known =
        std::find(kArchitectures.begin(), kArchitectures.end(), machine) != kArchitectures.end();
    named = known && (system == "linux" || system == "windows");
    if (!named)
        return fmt::format("\"{}\": unknown operating system or architecture: invalid argument",
                           last);
    if (system == "linux" && machine == "amd64") return {};
    std::string text = fmt::format("{}/{}", system, machine);
    if (machine == "arm64") text += "/v8";
    if (machine == "arm") text += "/" + (parts.size() > 2 ? parts[2] : std::string("v7"));
    return fmt::format("no matching manifest for {} in the manifest list entries", text);
}

}  // namespace podium::model
