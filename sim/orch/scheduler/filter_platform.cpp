#include <algorithm>
#include <fmt/format.h>

#include "sim/orch/scheduler/filter.hpp"

// The image exists for the node's architecture and operating system.

namespace podium::scheduler {
namespace platform_filter {
namespace {

bool applies(const TaskShape& shape) {
    return !shape.platforms.empty();
}

std::string_view architecture(const Platform& platform) {
    if (platform.architecture == "x86_64") return "amd64";
    if (platform.architecture == "aarch64") return "arm64";
    return platform.architecture;
}

bool passes(const TaskShape& shape, const NodeInfo& node) {
    return std::any_of(
        shape.platforms.begin(), shape.platforms.end(), [&](const Platform& platform) {
            return (platform.architecture.empty() ||
                    architecture(platform) == architecture(node.platform)) &&
                   (platform.os.empty() || platform.os == node.platform.os);
        });
}

std::string sentence(std::uint32_t nodes) {
    return on_nodes("unsupported platform", nodes);
}

std::string text_of(const Platform& platform) {
    return fmt::format("{}/{}",
                       platform.os.empty() ? "any" : platform.os,
                       platform.architecture.empty() ? "any" : architecture(platform));
}

std::string figures(const TaskShape& shape, const NodeInfo& node) {
    std::string wanted;
    for (const auto& platform : shape.platforms) {
        wanted += (wanted.empty() ? "" : " or ") + text_of(platform);
    }
    return fmt::format("wants {}, is {}", wanted, text_of(node.platform));
}

std::vector<Remedy> remedies(const TaskShape& /*shape*/, const NodeInfo& /*node*/) {
    return {};
}

}  // namespace
}  // namespace platform_filter

const Filter kPlatformFilter{"platform",
                             false,
                             platform_filter::applies,
                             platform_filter::passes,
                             platform_filter::sentence,
                             platform_filter::figures,
                             platform_filter::remedies};

}  // namespace podium::scheduler
