#include "ui/cli/scenario_files.hpp"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "ui/cli/installation.hpp"

namespace podium::cli {
namespace {

constexpr std::size_t kMostNamed = 8;

std::vector<std::string> folders_in(const std::string& folder) {
    std::vector<std::string> out;
    std::error_code failed;
    for (std::filesystem::directory_iterator entry(folder, failed), end; !failed && entry != end;
         entry.increment(failed)) {
        if (entry->is_directory(failed)) out.push_back(entry->path().filename().string());
    }
    std::sort(out.begin(), out.end());
    return out;
}

}  // namespace

Result<std::vector<std::string>> scenario_names() {
    const auto data = data_directory();
    if (!data) return data.error();
    const std::string root = *data + "/scenarios";
    std::vector<std::string> out;
    for (const std::string& topic : folders_in(root)) {
        for (const std::string& name : folders_in(root + "/" + topic)) {
            std::error_code failed;
            if (std::filesystem::exists(fmt::format("{}/{}/{}/scenario.lua", root, topic, name),
                                        failed))
                out.push_back(topic + "/" + name);
        }
    }
    return out;
}

std::string scenario_hint(const std::string& wanted) {
    const auto names = scenario_names();
    if (!names) return {};
    std::vector<std::string> fitting;
    std::vector<std::string> last_parts;
    for (const std::string& name : *names) {
        last_parts.push_back(name.substr(name.find('/') + 1));
        if (!wanted.empty() && name.find(wanted) != std::string::npos) fitting.push_back(name);
    }
    if (fitting.size() > kMostNamed) return {};
    if (!fitting.empty())
        return fmt::format("there {} {}", fitting.size() == 1 ? "is" : "are", join(fitting, ", "));
    std::string near = nearest(wanted, *names);
    if (near.empty()) {
        const std::string part = nearest(wanted.substr(wanted.find('/') + 1), last_parts);
        for (std::size_t i = 0; i < last_parts.size() && near.empty(); ++i) {
            if (last_parts[i] == part) near = (*names)[i];
        }
    }
    return near.empty() ? near : fmt::format("did you mean '{}'?", near);
}

}  // namespace podium::cli
