// Each check stands for one of the engine's: moby 20.10 daemon/container.go (verifyContainerSettings), daemon/daemon_unix.go
// (verifyPlatformContainerResources), volume/mounts/linux_parser.go, daemon/network.go and libnetwork.

#include "sim/lab/project_refusals.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "sim/model/address.hpp"
#include "sim/model/image.hpp"
#include "sim/shell/signals.hpp"

namespace podium::lab {
namespace {

constexpr std::int64_t kLeastMemoryBytes = 6LL << 20;  // moby linuxMinMemory
constexpr std::int64_t kNano = 1'000'000'000;
constexpr Duration kLeastHealthDuration = milliseconds(1);  // moby MinimumDuration

bool is_absolute(const std::string& path) { return path.starts_with('/'); }

std::string size_text(std::int64_t bytes) {
    constexpr std::int64_t kKilo = 1024;
    if (bytes % (kKilo * kKilo) == 0) return fmt::format("{} MiB", bytes / kKilo / kKilo);
    if (bytes % kKilo == 0) return fmt::format("{} KiB", bytes / kKilo);
    return fmt::format("{} bytes", bytes);
}

class Refusals {
  public:
    Refusals(const compose::Project& project, const FileReader& files, std::int64_t cpus)
        : project_(project), files_(files), cpus_(cpus) {}

    std::vector<Error> find() {
        for (const compose::Service& service : project_.services) check_service(service);
        for (const compose::Network& network : project_.networks) check_network(network);
        for (const compose::Volume& volume : project_.volumes) check_volume(volume);
        return std::move(found_);
    }

  private:
    void refuse(const std::string& path, std::string sentence, std::string hint) {
        refuse_at(compose::place_at(project_.model, path), path, std::move(sentence), std::move(hint));
    }

    void refuse_at(Place place, const std::string& path, const std::string& sentence, std::string hint) {
        found_.push_back(Error{path + ": " + sentence, std::move(place), std::move(hint)});
    }

    // The first of some paths that the file has.
    [[nodiscard]] std::string written(const std::vector<std::string>& paths) const {
        for (const std::string& path : paths) {
            if (compose::node_at(project_.model, path) != nullptr) return path;
        }
        return paths.front();
    }

    void check_service(const compose::Service& service) {
        const std::string path = "services." + service.name;
        if (!service.image.empty() && !model::parse_image_reference(service.image)) {
            const auto wrong = model::parse_image_reference(service.image).error();
            refuse(path + ".image", fmt::format("'{}' can't be an image's name: {}", service.image, wrong.message),
                   wrong.hint.empty() ? "write it like nginx:1.27, in small letters" : wrong.hint);
        }
        if (!service.stop_signal.empty() && shell::signal_number(service.stop_signal) <= 0)
            refuse(path + ".stop_signal", fmt::format("there is no signal '{}'", service.stop_signal),
                   "write SIGTERM, SIGINT, SIGQUIT or another that kill -l lists");
        if (!service.working_dir.empty() && !is_absolute(service.working_dir))
            refuse(path + ".working_dir", fmt::format("'{}' is not an absolute path", service.working_dir),
                   fmt::format("write /{}", service.working_dir));
        check_resources(service, path);
        check_health(service, path);
        check_mounts(service, path);
        check_names(service, path);
        check_files(service, path);
    }

    void check_resources(const compose::Service& service, const std::string& path) {
        const compose::Resources none;
        const compose::Resources& deploy = service.deploy ? service.deploy->resources : none;
        const std::int64_t limit = deploy.limit_memory_bytes.value_or(service.mem_limit.value_or(0));
        const std::int64_t reserved = deploy.reserved_memory_bytes.value_or(service.mem_reservation.value_or(0));
        const std::int64_t nano = deploy.limit_nano_cpus.value_or(service.nano_cpus.value_or(0));
        const std::string limits = path + ".deploy.resources.limits";
        if (limit != 0 && limit < kLeastMemoryBytes) {
            refuse(written({limits + ".memory", path + ".mem_limit"}),
                   fmt::format("{} is less than a container may have", size_text(limit)), "6m is the least that the engine takes");
        } else if (limit > 0 && reserved > limit) {
            refuse(written({limits + ".memory", path + ".mem_limit"}),
                   fmt::format("the limit of {} is less than the reservation of {}", size_text(limit), size_text(reserved)),
                   "make the limit at least what is reserved");
        }
        if (nano < 0 || nano > cpus_ * kNano)
            refuse(written({limits + ".cpus", path + ".cpus"}),
                   fmt::format("{:g} processors are asked for, and the host has {}", static_cast<double>(nano) / kNano, cpus_),
                   fmt::format("write a number from 0.01 to {}", cpus_));
    }

    void check_health(const compose::Service& service, const std::string& path) {
        if (!service.healthcheck) return;
        const compose::HealthCheck& check = *service.healthcheck;
        const std::pair<std::string_view, std::optional<Duration>> durations[] = {
            {"interval", check.interval}, {"timeout", check.timeout}, {"start_period", check.start_period}};
        for (const auto& [name, given] : durations) {
            if (!given || *given == Duration{} || *given >= kLeastHealthDuration) continue;
            refuse(fmt::format("{}.healthcheck.{}", path, name), "the least that the engine takes is 1ms", "write it like 30s");
        }
        if (check.retries.value_or(0) < 0)
            refuse(path + ".healthcheck.retries", "there can't be fewer retries than none", "write it like 3");
    }

    void check_mounts(const compose::Service& service, const std::string& path) {
        for (const compose::Mount& mount : service.volumes) {
            if (mount.target.empty() || is_absolute(mount.target)) continue;
            refuse_at(mount.place, path + ".volumes", fmt::format("'{}' is not an absolute path in the container", mount.target),
                      fmt::format("write /{}", mount.target));
        }
        for (std::size_t i = 0; i < service.tmpfs.size(); ++i) {
            const std::string target = service.tmpfs[i].substr(0, service.tmpfs[i].find(':'));
            if (is_absolute(target)) continue;
            refuse(fmt::format("{}.tmpfs[{}]", path, i), fmt::format("'{}' is not an absolute path in the container", target),
                   fmt::format("write /{}", target));
        }
    }

    void check_names(const compose::Service& service, const std::string& path) {
        for (const compose::Pair& host : service.extra_hosts) {
            // A colon: of an IPv6 address, which nobody writes by mistake.
            if (host.value == "host-gateway" || host.value.find(':') != std::string::npos || model::parse_ipv4(host.value)) continue;
            refuse_at(host.place, path + ".extra_hosts", fmt::format("'{}' is not an IP address", host.value),
                      fmt::format("write it like {}=172.20.0.10", host.name));
        }
        for (const compose::Attachment& attachment : service.networks) check_address(attachment, path);
    }

    void check_address(const compose::Attachment& attachment, const std::string& path) {
        const compose::Network* network = project_.find_network(attachment.network);
        if (attachment.ipv4_address.empty() || network == nullptr || network->external) return;
        const std::string where = fmt::format("{}.networks.{}.ipv4_address", path, attachment.network);
        const auto address = model::parse_ipv4(attachment.ipv4_address);
        if (!address) return refuse(where, fmt::format("'{}' is not an IPv4 address", attachment.ipv4_address), "write it like 172.30.0.10");
        bool configured = false;
        for (const compose::Network::Pool& pool : network->ipam) {
            const auto subnet = model::parse_subnet(pool.subnet);
            configured |= !pool.subnet.empty();
            if (subnet && subnet->contains(*address)) return;
            // Told of the network itself; or an IPv6 one.
            if (!pool.subnet.empty() && !subnet) return;
        }
        if (configured)
            return refuse(where, fmt::format("{} is in no subnet of the network '{}'", attachment.ipv4_address, attachment.network),
                          fmt::format("choose an address of {}", network->ipam.front().subnet));
        refuse(where, fmt::format("the network '{}' has no subnet of its own choosing, so nobody can choose addresses in it", attachment.network),
               fmt::format("give it one: networks.{}.ipam.config: [{{subnet: …}}]", attachment.network));
    }

    void check_files(const compose::Service& service, const std::string& path) {
        const auto check = [&](const std::vector<compose::FileReference>& references, const std::vector<compose::FileObject>& objects, const std::string& section) {
            for (const compose::FileReference& reference : references) {
                for (const compose::FileObject& object : objects) {
                    if (object.key != reference.source || object.external || object.file.empty() || files_.exists(object.file)) continue;
                    const std::string where = fmt::format("{}.{}.file", section, object.key);
                    const bool told = std::any_of(found_.begin(), found_.end(), [&where](const Error& error) { return error.message.starts_with(where); });
                    if (!told) refuse(where, fmt::format("there is no file {}, and {} needs it", object.file, path), "make it, or name one that is there");
                }
            }
        };
        check(service.secrets, project_.secrets, "secrets");
        check(service.configs, project_.configs, "configs");
    }

    void check_network(const compose::Network& network) {
        if (network.external) return;
        const std::string path = "networks." + network.key;
        const std::string& driver = network.driver;
        if (driver == "macvlan" || driver == "ipvlan") {
            refuse(path + ".driver", fmt::format("Podium does not simulate networks of the driver {}", driver), "use the driver bridge");
        } else if (driver == "host" || driver == "null") {
            refuse(path + ".driver", fmt::format("an engine has one network of the driver {}, and makes no other", driver),
                   fmt::format("give the service network_mode: {}", driver == "host" ? "host" : "none"));
        } else if (!driver.empty() && driver != "bridge" && driver != "overlay" && driver != "default") {
            refuse(path + ".driver", fmt::format("there is no network driver '{}'", driver), "the engine's own is bridge");
        }
        for (std::size_t i = 0; i < network.ipam.size(); ++i) {
            const std::string& subnet = network.ipam[i].subnet;
            if (subnet.empty() || subnet.find(':') != std::string::npos || model::parse_subnet(subnet)) continue;
            refuse(fmt::format("{}.ipam.config[{}].subnet", path, i), fmt::format("'{}' is not a subnet", subnet), "write it like 172.30.0.0/24");
        }
    }

    void check_volume(const compose::Volume& volume) {
        if (volume.external || volume.driver.empty() || volume.driver == "local") return;
        refuse("volumes." + volume.key + ".driver", fmt::format("there is no volume driver '{}'", volume.driver), "the engine's own is local");
    }

    const compose::Project& project_;
    const FileReader& files_;
    std::int64_t cpus_;
    std::vector<Error> found_;
};

}  // namespace

std::vector<Error> engine_refusals(const compose::Project& project, const FileReader& files, std::int64_t cpus) {
    return Refusals(project, files, cpus).find();
}

}  // namespace podium::lab
