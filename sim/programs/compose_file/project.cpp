#include "sim/programs/compose_file/project.hpp"

#include <algorithm>
#include <set>

#include "sim/base/text.hpp"

namespace podium::compose {
namespace {

template <class T>
const T* find_key(const std::vector<T>& things, std::string_view key) {
    const auto found =
        std::lower_bound(things.begin(), things.end(), key, [](const T& thing, std::string_view k) {
            return thing.key < k;
        });
    return found == things.end() || found->key != key ? nullptr : &*found;
}

void visit(const Project& project,
           const std::string& name,
           std::set<std::string>& seen,
           std::vector<std::string>& out) {
    const Service* service = project.find_service(name);
    if (service == nullptr || !seen.insert(name).second) return;
    for (const Dependency& dependency : service->depends_on)
        visit(project, dependency.service, seen, out);
    out.push_back(name);
}

}  // namespace

std::int64_t Service::replicas() const {
    if (scale) return *scale;
    if (deploy && deploy->replicas) return *deploy->replicas;
    return 1;
}

const Service* Project::find_service(std::string_view wanted) const {
    const auto found = std::lower_bound(
        services.begin(), services.end(), wanted, [](const Service& service, std::string_view n) {
            return service.name < n;
        });
    return found == services.end() || found->name != wanted ? nullptr : &*found;
}

const Network* Project::find_network(std::string_view key) const {
    return find_key(networks, key);
}

const Volume* Project::find_volume(std::string_view key) const {
    return find_key(volumes, key);
}

const FileObject* Project::find_secret(std::string_view key) const {
    return find_key(secrets, key);
}

const FileObject* Project::find_config(std::string_view key) const {
    return find_key(configs, key);
}

Place Project::place_of(std::string_view path) const {
    return place_at(model, path);
}

std::vector<std::string> start_order(const Project& project) {
    std::vector<std::string> out;
    std::set<std::string> seen;
    for (const Service& service : project.services)
        visit(project, service.name, seen, out);
    return out;
}

std::string normal_project_name(std::string_view name) {
    std::string out;
    for (const char c : lower(name)) {
        const bool word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (word || ((c == '_' || c == '-') && !out.empty())) out += c;
    }
    return out;
}

}  // namespace podium::compose
