// Registries: what a pull is answered before its layers come. Sentences follow moby v20.10.24
// (distribution/errors.go, pull_v2.go) and Go's HTTP client.

#include <algorithm>

#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/model/behaviour.hpp"
#include "sim/model/image.hpp"

namespace podium::model {
namespace {

// moby's client gives up on a registry that does not answer after 15 s.
constexpr Duration kConnectTimeout = seconds(15);
// A version check, a token, the manifest and the configuration.
constexpr int kRoundTripsOfPull = 4;
// An address kept for documentation: simulated registries have none of their own.
constexpr std::string_view kRegistryAddress = "192.0.2.10";

bool is_local(std::string_view domain) { return domain.starts_with("localhost") || domain.starts_with("127."); }

std::string api_address(std::string_view domain) {
    if (domain == "docker.io") return "https://registry-1.docker.io/v2/";
    return fmt::format("{}://{}/v2/", is_local(domain) ? "http" : "https", domain);
}

std::string dial_address(std::string_view domain) {
    const auto colon = domain.rfind(':');
    const std::string_view port = colon == std::string_view::npos ? "443" : domain.substr(colon + 1);
    return fmt::format("{}:{}", is_local(domain) ? "127.0.0.1" : kRegistryAddress, port);
}

std::string unknown_repository_message(const ImageReference& reference) {
    if (reference.domain == "docker.io") {
        return fmt::format(
            "pull access denied for {}, repository does not exist or may require 'docker login': denied: requested "
            "access to the resource is denied",
            reference.familiar_name());
    }
    if (reference.domain == "ghcr.io") {
        return fmt::format("Head \"{}{}/manifests/{}\": denied", api_address(reference.domain), reference.path,
                           reference.digest.empty() ? reference.tag : reference.digest);
    }
    return fmt::format("manifest for {} not found: manifest unknown: manifest unknown", reference.familiar());
}

/// A digest that no registry has for this repository: another repository's of the catalogue, or one digit again and
/// again, as one writes to try it out. A real image's digest is taken for one of its builds: the catalogue lists few.
bool is_unknown_digest(const Catalogue& catalogue, const ImageReference& reference) {
    if (reference.digest.empty()) return false;
    const std::string_view value = std::string_view(reference.digest).substr(reference.digest.find(':') + 1);
    if (value.find_first_not_of(value.front()) == std::string_view::npos) return true;
    return std::any_of(catalogue.entries.begin(), catalogue.entries.end(), [&reference](const auto& entry) {
        if (entry.first == reference.name()) return false;
        const auto& versions = entry.second.versions;
        return std::any_of(versions.begin(), versions.end(), [&reference](const ImageVersion& version) { return version.image->digest == reference.digest; });
    });
}

}  // namespace

Registry* Registries::find(std::string_view name) {
    ++changes_;  // the caller may change it
    const auto found = registries_.find(name);
    return found == registries_.end() ? nullptr : &found->second;
}

const Registry* Registries::find(std::string_view name) const {
    const auto found = registries_.find(name);
    return found == registries_.end() ? nullptr : &found->second;
}

void Registries::add(Registry registry) {
    ++changes_;
    const std::string name = registry.name;
    const Registry* known = find(name);
    registry.row = known != nullptr ? known->row : static_cast<std::uint32_t>(registries_.size()) + 1;
    registries_.insert_or_assign(name, std::move(registry));
}

Registry& Registries::ensure(std::string_view name) {
    if (const auto known = registries_.find(name); known != registries_.end()) return known->second;
    Registry fresh;
    fresh.name = name;
    fresh.row = static_cast<std::uint32_t>(registries_.size()) + 1;
    return registries_.emplace(std::string(name), std::move(fresh)).first->second;
}

void Registries::set_state(std::string_view name, RegistryState state) {
    ensure(name).state = state;
    ++changes_;
}

void Registries::set_corrupt(const ImageReference& reference, bool corrupt) {
    Registry& registry = ensure(reference.domain);
    ++changes_;
    if (corrupt) {
        registry.corrupt.insert(reference.path);
    } else {
        registry.corrupt.erase(reference.path);
    }
}

void Registries::push(const ImageReference& reference, ImagePointer image) {
    const ImageReference tagged = reference.with_default_tag();
    ensure(tagged.domain).pushed[tagged.path][tagged.tag] = std::move(image);
    ++changes_;
}

PullAnswer Registries::resolve(const Catalogue& catalogue, const ImageReference& reference) const {
    PullAnswer answer;
    static const Registry kUsual;
    const Registry* known = find(reference.domain);
    const Registry& registry = known != nullptr ? *known : kUsual;
    answer.takes = registry.latency * kRoundTripsOfPull;
    const auto refuse = [&](int status, std::string message) {
        answer.status = status;
        answer.message = std::move(message);
        return answer;
    };
    switch (registry.state) {
        case RegistryState::Available: break;
        case RegistryState::Unreachable:
            answer.takes = kConnectTimeout;
            return refuse(500, fmt::format("Get \"{}\": net/http: request canceled while waiting for connection "
                                           "(Client.Timeout exceeded while awaiting headers)",
                                           api_address(reference.domain)));
        case RegistryState::Refusing:
            answer.takes = registry.latency;
            return refuse(500, fmt::format("Get \"{}\": dial tcp {}: connect: connection refused", api_address(reference.domain),
                                           dial_address(reference.domain)));
        case RegistryState::Failing:
            answer.takes = registry.latency;
            return refuse(500, "received unexpected HTTP status: 503 Service Unavailable");
        case RegistryState::Limiting:
            return refuse(500, "toomanyrequests: You have reached your pull rate limit. You may increase the limit by "
                               "authenticating and upgrading: https://www.docker.com/increase-rate-limit");
    }
    answer.corrupt = registry.corrupt.contains(reference.path);
    const auto pushed = registry.pushed.find(reference.path);
    if (pushed != registry.pushed.end()) {
        const auto tagged = pushed->second.find(reference.tag);
        if (tagged != pushed->second.end()) {
            answer.image = tagged->second;
            return answer;
        }
    }
    if (catalogue.is_missing(reference)) return refuse(404, unknown_repository_message(reference));
    if (!is_unknown_digest(catalogue, reference)) answer.image = catalogue.image(reference);
    if (answer.image) return answer;
    if (catalogue.find(reference) != nullptr) return refuse(404, fmt::format("manifest for {} not found: manifest unknown: manifest unknown", reference.familiar()));
    if (!serves_unknown_) return refuse(404, unknown_repository_message(reference));
    answer.unknown = true;
    answer.image = catalogue.unknown_image(reference);
    const std::vector<std::string> names = catalogue.names();
    answer.nearest = nearest(reference.familiar_name(), names);
    return answer;
}

std::string corrupt_layer_message(const ImageLayer& layer) {
    return fmt::format("filesystem layer verification failed for digest {}", layer.digest);
}

}  // namespace podium::model
