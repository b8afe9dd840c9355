#pragma once

// What the files of the engine's answers share: a container with all that is asked of it, and the
// pieces of JSON that appear in more than one answer. Internal to the answers_*.cpp files.

#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <vector>

#include "sim/model/world.hpp"

namespace podium::model {

using Json = nlohmann::ordered_json;

inline constexpr const char* kDockerRoot = "/var/lib/docker";

/// A container as the answers look at it. A bulk container has no detail; an empty one stands for
/// it.
struct ContainerRow {
    ContainerRow(const World& world, ContainerId id);

    const World& world;
    ContainerId id;
    const Container& c;
    const ContainerSpec& spec;
    const ContainerDetail& d;
    ImagePointer image;         ///< May be null.
    const ImageConfig& config;  ///< The image's, or an empty one.
    std::string id_text;
    Duration skew;      ///< Of the host's clock.
    /// A moment as the clock stamped it then: with `skew` it gives that stamp.
    [[nodiscard]] Time stamped(Time time) const { return world.host(c.host).stamped(time); }
    bool live = false;  ///< Running or paused: it has processes, addresses and ports.
};

/// A list of texts, or null for none, as Go writes a nil slice.
Json text_list(std::span<const std::string> texts);
/// An object of texts sorted by key; {} for none.
Json text_map(const std::map<std::string, std::string>& texts);
/// A container's labels: the image's with the spec's over them.
std::map<std::string, std::string> labels_of(const ContainerRow& row);
/// Whether the engine keeps a map of ports for it: it runs, and has a network that leads outside, for which ports are
/// programmed (libnetwork endpoint.go, sbJoin). In the host's own network, in none and in internal ones there is none.
bool has_port_map(const ContainerRow& row);
/// NetworkSettings.Networks; `with_aliases` for inspect, not for lists.
Json networks_json(const ContainerRow& row, bool with_aliases);
/// Whether a mount was asked for with --tmpfs, which the engine keeps apart from its mount points.
inline bool is_tmpfs_flag(const Mount& mount) { return mount.kind == MountKind::Tmpfs && mount.create_host_path; }
/// The Mounts of inspect and of lists.
Json mounts_json(const ContainerRow& row);
/// The network mode as the engine keeps it: "default" for none, a network's name, "container:ID".
std::string network_mode_text(const ContainerRow& row);
/// docker-compose 1.x made it: its requests leave other lists empty and say ":rw".
bool made_by_compose_1(const ContainerRow& row);
/// The image's sha256 id, or empty.
std::string image_id_of(const ContainerRow& row);
/// moby's container State.String(): "Up 4 seconds (healthy)", "Exited (1) 3 minutes ago",
/// "Created".
std::string status_text(const ContainerRow& row);
/// docker/go-units HumanDuration.
std::string human_duration(Duration duration);
/// "sh -c 'echo hi'": path and arguments, those with a blank in single quotes.
std::string command_text(std::span<const std::string> argv);
/// Labels of a network or volume: null when `null_if_empty`.
Json labels_json(const std::map<std::string, std::string>& labels, bool null_if_empty);
/// Whether a query option of the API is set: "1", "true", "True", …
bool query_flag(const std::map<std::string, std::string>& options, const std::string& name);
std::string query_text(const std::map<std::string, std::string>& options, const std::string& name);
/// What an image takes on disk, its layers counted once.
Json image_summary_json(const World& world,
                        HostId host,
                        const ImageRow& row,
                        int containers,
                        std::int64_t shared_bytes);
Json volume_json(const World& world, VolumeId id);
/// One element of GET /containers/json.
Json container_summary_json(const ContainerRow& row, bool size);

}  // namespace podium::model
