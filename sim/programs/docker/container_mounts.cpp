// --volume, --mount and --tmpfs, with the sentences of docker 28.2.2.

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/format.h>

#include "sim/base/files.hpp"
#include "sim/base/text.hpp"
#include "sim/model/tmpfs.hpp"
#include "sim/programs/docker/container_flags.hpp"

namespace podium::programs::docker {
namespace {

Error not_simulated(std::string_view what) {
    return Error{fmt::format("Podium does not simulate {} yet", what), {}, {}};
}

bool is_path(const std::string& source) {
    return source.front() == '.' || source.front() == '/' || source.front() == '~';
}

// moby 20.10, volume/mounts/linux_parser.go (linuxValidMountMode): one word of each kind at most.
bool says_twice(const std::string& modes) {
    static constexpr std::array<std::array<std::string_view, 6>, 5> kKinds = {{
        {"rw", "ro"},
        {"z", "Z"},
        {"private", "rprivate", "slave", "rslave", "shared", "rshared"},
        {"nocopy"},
        {"consistent", "cached", "delegated"},
    }};
    const std::vector<std::string> words = split(modes, ',');
    return std::any_of(kKinds.begin(), kKinds.end(), [&words](const auto& kind) {
        return std::count_if(words.begin(), words.end(), [&kind](const std::string& word) {
                   return !word.empty() && std::find(kind.begin(), kind.end(), word) != kind.end();
               }) > 1;
    });
}

// Takes what stands behind the second colon of a --volume.
Result<void> read_modes(const std::string& modes, model::Mount& mount) {
    if (says_twice(modes)) return Error{"Error response from daemon: invalid mode: " + modes, {}, {}};
    for (const std::string& mode : split(modes, ',')) {
        if (mode == "ro") {
            mount.read_only = true;
        } else if (mode == "nocopy" && mount.kind == model::MountKind::Volume) {
            mount.no_copy = true;
        } else if (mode == "shared" || mode == "slave" || mode == "private" || mode == "rshared" ||
                   mode == "rslave") {
            return not_simulated("mount propagation");
        } else if (mode != "rw" && mode != "z" && mode != "Z" && mode != "rprivate" &&
                   mode != "cached" && mode != "delegated" && mode != "consistent") {
            // Left to the engine in life. SELinux labels and caching hints change nothing here.
            return Error{"Error response from daemon: invalid mode: " + modes, {}, {}};
        }
    }
    return {};
}

// What a --mount says that its type alone gives a meaning (docker/cli v28 opts/mount.go).
struct AskedOptions {
    std::string type = "volume";
    std::string volume_driver;
    bool tmpfs = false;
    std::int64_t tmpfs_size_bytes = 0;
    std::uint32_t tmpfs_mode = 0;
};

// Sets one "key=value" of a --mount; the message is empty when all went well.
std::string set_mount_field(const std::string& field,
                            model::Mount& mount,
                            AskedOptions& asked,
                            const std::string& directory) {
    const auto equals = field.find('=');
    const std::string key = lower(field.substr(0, equals));
    const std::string value = equals == std::string::npos ? "" : field.substr(equals + 1);
    const bool bare = equals == std::string::npos;
    if (bare && key != "readonly" && key != "ro" && key != "volume-nocopy" &&
        key != "bind-nonrecursive") {
        return fmt::format("invalid field '{}' must be a key=value pair", field);
    }
    if (key == "type") {
        asked.type = lower(value);
    } else if (key == "source" || key == "src") {
        mount.source = value.starts_with('.') ? resolve_path(directory, value) : value;
    } else if (key == "target" || key == "dst" || key == "destination") {
        mount.target = value;
    } else if (key == "readonly" || key == "ro") {
        mount.read_only = true;
        if (!bare && !parse_switch(value, mount.read_only))
            return fmt::format("invalid value for {}: {}", key, value);
    } else if (key == "volume-nocopy") {
        mount.no_copy = true;
        if (!bare && !parse_switch(value, mount.no_copy))
            return "invalid value for volume-nocopy: " + value;
    } else if (key == "volume-driver") {
        mount.volume_driver = true;
        asked.volume_driver = value;
    } else if (key == "volume-label" || key == "volume-opt") {
        const std::size_t end = value.find('=');
        auto& map = key == "volume-opt" ? mount.volume_options : mount.volume_labels;
        map[value.substr(0, end)] = end == std::string::npos ? "" : value.substr(end + 1);
    } else if (key == "tmpfs-size") {
        if (!parse_size(value, asked.tmpfs_size_bytes)) return fmt::format("invalid value for {}: {}", key, value);
        asked.tmpfs = true;
    } else if (key == "tmpfs-mode") {
        asked.tmpfs = true;
        const char* const end = value.data() + value.size();
        const auto read = std::from_chars(value.data(), end, asked.tmpfs_mode, 8);
        if (read.ec != std::errc() || read.ptr != end) return fmt::format("invalid value for {}: {}", key, value);
    } else if (key == "consistency") {
        return {};  // A hint for other systems; Linux has no use for it in life either.
    } else if (key.starts_with("bind-") || key.starts_with("volume-") ||
               key.starts_with("tmpfs-") || key.starts_with("image-")) {
        return fmt::format("Podium does not simulate {} of --mount yet", key);
    } else {
        return fmt::format("unexpected key '{}' in '{}'", key, field);
    }
    return {};
}

}  // namespace

std::vector<std::string> comma_fields(const std::string& text) {
    std::vector<std::string> out(1);
    bool inside = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '"' && inside && i + 1 < text.size() && text[i + 1] == '"') {
            out.back() += '"';
            ++i;
        } else if (c == '"') {
            inside = !inside;
        } else if (c == ',' && !inside) {
            out.emplace_back();
        } else {
            out.back() += c;
        }
    }
    return out;
}

Result<model::Mount> parse_volume(const std::string& text, const std::string& directory) {
    model::Mount mount;
    if (text.empty()) return Error{"invalid empty volume spec", {}, {}};
    const std::vector<std::string> parts = split(text, ':');
    if (std::any_of(
            parts.begin(), parts.end(), [](const std::string& part) { return part.empty(); })) {
        return Error{fmt::format("invalid spec: {}: empty section between colons", text), {}, {}};
    }
    if (parts.size() > 3)
        return Error{fmt::format("invalid spec: {}: too many colons", text), {}, {}};
    if (parts.size() == 1) {
        mount.target = text;
        return mount;
    }
    mount.source = parts[0];
    mount.target = parts[1];
    if (is_path(mount.source)) {
        mount.kind = model::MountKind::Bind;
        if (mount.source.front() == '.') mount.source = resolve_path(directory, mount.source);
        // The engine takes what begins with a tilde for a volume's name, and refuses that.
        if (mount.source.front() == '~') mount.kind = model::MountKind::Volume;
    }
    if (parts.size() == 3) {
        if (auto read = read_modes(parts[2], mount); !read) return read.error();
    }
    return mount;
}

Result<model::Mount> parse_mount(const std::string& text, const std::string& directory) {
    model::Mount mount;
    mount.create_host_path = false;
    AskedOptions asked;
    for (const std::string& field : comma_fields(text)) {
        if (std::string wrong = set_mount_field(field, mount, asked, directory); !wrong.empty())
            return Error{wrong, {}, {}};
    }
    const std::string& type = asked.type;
    if (type.empty()) return Error{"type is required", {}, {}};
    if (mount.target.empty()) return Error{"target is required", {}, {}};
    const bool of_volume = mount.no_copy || mount.volume_driver || !mount.volume_labels.empty() || !mount.volume_options.empty();
    if (of_volume && type != "volume")
        return Error{
            fmt::format("cannot mix 'volume-*' options with mount type '{}'", type), {}, {}};
    if (asked.tmpfs && type != "tmpfs")
        return Error{fmt::format("cannot mix 'tmpfs-*' options with mount type '{}'", type), {}, {}};
    if (mount.volume_driver && asked.volume_driver != "local")
        return Error{fmt::format("Error response from daemon: create {0}: error looking up volume plugin {1}: plugin \"{1}\" not found", mount.source, asked.volume_driver), {}, {}};
    if (type == "bind") {
        mount.kind = model::MountKind::Bind;
    } else if (type == "tmpfs") {
        mount.kind = model::MountKind::Tmpfs;
        mount.tmpfs_options = model::tmpfs_options_text(mount.read_only, asked.tmpfs_mode, asked.tmpfs_size_bytes);
    } else if (type == "npipe" || type == "image" || type == "cluster") {
        return not_simulated(fmt::format("mounts of type {}", type));
    } else if (type != "volume") {
        return Error{
            fmt::format(
                "Error response from daemon: invalid mount config for type {}: mount type unknown",
                in_quotes(type)),
            {},
            {}};
    }
    return mount;
}

Result<model::Mount> parse_tmpfs(const std::string& text) {
    model::Mount mount;
    mount.kind = model::MountKind::Tmpfs;
    const auto colon = text.find(':');
    mount.target = text.substr(0, colon);
    if (colon == std::string::npos) return mount;
    mount.tmpfs_options = text.substr(colon + 1);
    mount.read_only = model::read_tmpfs_options(mount.tmpfs_options, 0).read_only;
    // An option that there isn't, and a size that is none, are refused when the container starts.
    if (!model::tmpfs_mistake(mount.tmpfs_options).empty()) return mount;
    for (const std::string& option : split(mount.tmpfs_options, ',')) {
        const std::string name = option.substr(0, option.find('='));
        if (name == "nr_inodes" || name == "nr_blocks" || name == "mpol")
            return not_simulated(fmt::format("the option '{}' of --tmpfs", option));
    }
    return mount;
}

std::string check_mount(const std::string& value) {
    const auto mount = parse_mount(value, "/");
    if (mount || mount.error().message.starts_with("Error response") ||
        mount.error().message.starts_with("Podium"))
        return {};
    return mount.error().message;
}

}  // namespace podium::programs::docker
