#include "sim/programs/compose/unsimulated_keys.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "sim/base/text.hpp"

namespace podium::programs::composing {
namespace {

constexpr std::string_view kNotSimulated = " is not simulated";

constexpr std::string_view kServices = "services.";

// Whose a path is: "web" of "services.web.shm_size"; empty for networks and the like.
std::string service_of(const std::string& path) {
    if (!path.starts_with(kServices)) return {};
    return path.substr(kServices.size(), path.find('.', kServices.size()) - kServices.size());
}

// "services.web.volumes[0].bind.propagation" is "volumes.bind.propagation": whose it is, `podium
// check` says.
std::string name_of(const std::string& path) {
    std::string out;
    bool index = false;
    for (const char c : path) {
        index = index ? c != ']' : c == '[';
        if (!index && c != ']') out += c;
    }
    if (!out.starts_with(kServices)) return out;
    const std::size_t dot = out.find('.', kServices.size());
    return dot == std::string::npos ? out : out.substr(dot + 1);
}

}  // namespace

std::vector<std::string> unsimulated_sentences(const compose::Project& project,
                                               const std::vector<std::string>& services,
                                               std::string_view verb) {
    std::vector<std::pair<std::string, std::vector<std::string>>> by_reason;
    for (const compose::Unsimulated& item : project.unsimulated) {
        const std::string service = service_of(item.path);
        if (!service.empty() &&
            std::find(services.begin(), services.end(), service) == services.end())
            continue;
        const auto at = item.sentence.find(kNotSimulated);
        std::string name = name_of(item.path);
        if (at == std::string::npos || (verb == "build" && !name.starts_with("build."))) continue;
        std::string reason = item.sentence.substr(at + kNotSimulated.size());
        if (reason.ends_with('.')) reason.pop_back();
        auto row = std::find_if(by_reason.begin(), by_reason.end(), [&reason](const auto& known) {
            return known.first == reason;
        });
        if (row == by_reason.end()) row = by_reason.insert(row, {std::move(reason), {}});
        std::vector<std::string>& names = row->second;
        if (std::find(names.begin(), names.end(), name) == names.end())
            names.push_back(std::move(name));
    }
    std::vector<std::string> out;
    for (const auto& [reason, names] : by_reason)
        out.push_back(fmt::format(
            "{} {} not simulated{}", join(names, ", "), names.size() == 1 ? "is" : "are", reason));
    return out;
}

}  // namespace podium::programs::composing
