#include "sim/base/files.hpp"

#include <algorithm>

#include "sim/base/text.hpp"

namespace podium {

std::string clean_path(std::string_view path) {
    const bool absolute = !path.empty() && path[0] == '/';
    std::vector<std::string> parts;
    for (const std::string& part : split(path, '/')) {
        if (part.empty() || part == ".") continue;
        if (part == ".." && !parts.empty() && parts.back() != "..") {
            parts.pop_back();
        } else if (part != ".." || !absolute) {
            parts.push_back(part);
        }
    }
    const std::string joined = join(parts, "/");
    if (absolute) return "/" + joined;
    return joined.empty() ? "." : joined;
}

std::string resolve_path(std::string_view directory, std::string_view path) {
    if (!path.empty() && path[0] == '/') return clean_path(path);
    if (directory.empty()) return clean_path(path);
    return clean_path(std::string(directory) + "/" + std::string(path));
}

std::string directory_of(std::string_view path) {
    const auto slash = path.rfind('/');
    if (slash == std::string_view::npos) return ".";
    return slash == 0 ? "/" : std::string(path.substr(0, slash));
}

std::string base_name(std::string_view path) {
    const auto slash = path.rfind('/');
    return std::string(slash == std::string_view::npos ? path : path.substr(slash + 1));
}

std::vector<std::string> names_in(const std::map<std::string, std::string>& files, const std::string& folder) {
    const std::string prefix = folder == "/" ? folder : folder + "/";
    std::vector<std::string> names;
    for (auto at = files.lower_bound(prefix); at != files.end() && at->first.starts_with(prefix); ++at) {
        const std::string name = at->first.substr(prefix.size(), at->first.find('/', prefix.size()) - prefix.size());
        if (names.empty() || names.back() != name) names.push_back(name);
    }
    std::sort(names.begin(), names.end());
    return names;
}

}  // namespace podium
