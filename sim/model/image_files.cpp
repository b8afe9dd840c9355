#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/model/accounts.hpp"
#include "sim/model/bridge.hpp"
#include "sim/model/daemon_config.hpp"
#include "sim/model/devices.hpp"
#include "sim/model/kernel_version.hpp"
#include "sim/model/links.hpp"
#include "sim/model/own_names.hpp"
#include "sim/model/process_table.hpp"
#include "sim/model/world.hpp"

// What is there without anybody having written it: an image's directories, programs and files, and
// a few files that every Linux shows. None of it is in a tree, so that a container costs nothing
// for it.

namespace podium::model {

using shell::Errno;

namespace {

constexpr std::array<std::string_view, 7> kProgramDirectories = {
    "/bin", "/sbin", "/usr/bin", "/usr/local/bin", "/usr/local/sbin", "/usr/sbin", "/opt/bin"};

// /var/run is a link to /run in life; here each is a directory of its own.
constexpr std::array<std::string_view, 32> kDirectories = {
    "/",          "/bin",       "/dev",     "/dev/fd",    "/dev/shm",   "/etc",
    "/home",      "/lib",       "/media",   "/mnt",       "/opt",       "/proc",
    "/proc/self", "/root",      "/run",     "/sbin",      "/srv",       "/sys",
    "/tmp",       "/usr",       "/usr/bin", "/usr/lib",   "/usr/local", "/usr/local/bin",
    "/usr/sbin",  "/usr/share", "/var",     "/var/cache", "/var/lib",   "/var/log",
    "/var/run",   "/var/tmp"};

// What the runtime makes in a container whose image has nothing.
constexpr std::array<std::string_view, 8> kBareDirectories = {
    "/", "/dev", "/dev/fd", "/dev/shm", "/etc", "/proc", "/proc/self", "/sys"};

constexpr std::array<std::string_view, 4> kHostDirectories = {
    "/etc/docker", "/var/lib/docker", "/var/lib/docker/containers", "/var/lib/docker/volumes"};

// What people mount from a host besides what every Linux shows. /var/run is a link to /run, so that the engine's socket
// has two names; it is there whether or not dockerd runs, as docker.socket is systemd's.
constexpr std::array<std::string_view, 4> kHostFiles = {
    "/etc/localtime", "/etc/timezone", "/run/docker.sock", "/var/run/docker.sock"};
constexpr int kSocketMode = 0140660;  // S_IFSOCK: what ls and test ask

constexpr std::array<std::string_view, 9> kGeneratedFiles = {"/etc/hostname",
                                                             "/etc/hosts",
                                                             "/etc/resolv.conf",
                                                             "/etc/passwd",
                                                             "/etc/group",
                                                             "/proc/meminfo",
                                                             "/proc/uptime",
                                                             "/proc/loadavg",
                                                             "/proc/version"};

/// Names found in the first directory of programs.
constexpr std::string_view kFirstProgramDirectory = "/bin";

template <std::size_t N>
bool contains(const std::array<std::string_view, N>& list, std::string_view path) {
    return std::find(list.begin(), list.end(), path) != list.end();
}

std::string_view directory_of(std::string_view path) {
    const std::size_t slash = path.rfind('/');
    return slash == 0 ? path.substr(0, 1) : path.substr(0, slash);
}

const BehaviourProfile* profile_of(const World& world, ContainerId container) {
    return container ? world.detail(container).profile : nullptr;
}

/// Whether the container removed this file of its image, or a directory it is in.
bool is_removed(const World& world, ContainerId container, const std::string& path) {
    if (!container) return false;
    const auto& changes = world.detail(container).state_changes;
    if (changes.empty()) return false;
    for (std::string_view at = path; at.size() > 1; at = directory_of(at)) {
        const auto found = changes.find(at);
        if (found != changes.end() && found->second == 'D') return true;
    }
    return false;
}

void put_directory(FileNode& node, std::string_view path = {}) {
    node = {};
    node.directory = true;
    node.mode = 0755;
    if (path == "/root") node.mode = 0700;
    if (path == "/tmp" || path == "/var/tmp" || path == "/dev/shm") node.mode = 01777;
}

void put_file(FileNode& node, std::string content, int mode = 0644) {
    node = {};
    node.content = std::move(content);
    node.mode = mode;
}

// The container whose /etc/hosts and /etc/resolv.conf it has: one that shares another's network has the other's files (moby
// v20.10.24 daemon/container_operations.go, initializeNetworking).
ContainerId name_files_of(const World& world, ContainerId container) {
    const ContainerId owner = container ? network_owner(world, container) : container;
    return owner && world.container(owner).detail ? owner : container;
}

// moby v20.10.24 daemon/container_operations.go, buildSandboxOptions: "host-gateway" stands for the address of docker0.
std::string extra_host_address(const World& world, HostId host, std::string address) {
    if (address != "host-gateway") return address;
    Refusal refusal = not_refused();
    const BridgeId bridge = find_network(world, host, "bridge", refusal);
    return bridge ? world.bridge(bridge).gateway.text() : address;
}

std::string hosts_file(const World& world, HostId host, ContainerId container) {
    container = name_files_of(world, container);
    // On the host's network it is a copy of the host's, unless lines are added (moby libnetwork sandbox_dns_unix.go, buildHostsFile).
    if (container && world.spec(world.container(container)).network_mode == "host" && world.spec(world.container(container)).extra_hosts.empty())
        container = {};
    std::string text =
        "127.0.0.1\tlocalhost\n"
        "::1\tlocalhost ip6-localhost ip6-loopback\n"
        "fe00::0\tip6-localnet\n"
        "ff00::0\tip6-mcastprefix\n"
        "ff02::1\tip6-allnodes\n"
        "ff02::2\tip6-allrouters\n";
    if (!container)
        return text +
               fmt::format("{}\t{}\n", world.host(host).spec.address, world.host(host).spec.name);
    const ContainerSpec& spec = world.spec(world.container(container));
    for (const std::string& extra : spec.extra_hosts) {
        const std::size_t colon = extra.find(':');
        if (colon != std::string::npos)
            text += fmt::format("{}\t{}\n", extra_host_address(world, host, extra.substr(colon + 1)), extra.substr(0, colon));
    }
    text += link_lines(world, container);
    for (const Endpoint& endpoint : world.detail(container).endpoints) {
        if (endpoint.ipv4.value == 0) continue;
        text += fmt::format("{}\t{}\n", endpoint.ipv4.text(), join(own_names(world, container), " "));
    }
    return text;
}

std::string resolver_file(const World& world, HostId host, ContainerId container) {
    constexpr const char* kOfHost = "nameserver 127.0.0.53\noptions edns0 trust-ad\n";
    container = name_files_of(world, container);
    if (!container) return kOfHost;
    const ContainerDetail& detail = world.detail(container);
    const bool own_network = std::any_of(
        detail.endpoints.begin(), detail.endpoints.end(), [&](const Endpoint& endpoint) {
            return endpoint.bridge && !world.bridge(endpoint.bridge).predefined;
        });
    const ContainerSpec& spec = world.spec(world.container(container));
    // What the container leaves open dockerd's own settings say (moby daemon/container_operations.go, buildSandboxOptions).
    const DaemonConfig& config = config_of(world.host(host).engine);
    const std::vector<std::string>& search = spec.dns_search.empty() ? config.dns_search : spec.dns_search;
    const std::vector<std::string>& servers = spec.dns.empty() ? config.dns : spec.dns;
    const std::vector<std::string>& wished_options = spec.dns_options.empty() ? config.dns_options : spec.dns_options;
    // moby libnetwork sandbox_dns_unix.go, setupDNS: on the host's network, with nothing asked for, a copy of the host's.
    if (spec.network_mode == "host" && search.empty() && servers.empty() && wished_options.empty()) return kOfHost;
    std::string text;
    // resolvconf.go, Build: a lone dot is for no domain to search.
    if (!search.empty() && join(search, " ") != ".") text += fmt::format("search {}\n", join(search, " "));
    if (own_network) {
        text += "nameserver 127.0.0.11\n";
    } else if (servers.empty()) {
        text += fmt::format("nameserver {}\n", world.host(host).spec.address);
    }
    for (const std::string& server : own_network ? std::vector<std::string>{} : servers)
        text += fmt::format("nameserver {}\n", server);
    std::vector<std::string> options = wished_options;
    if (own_network) options.emplace_back("ndots:0");
    return options.empty() ? text : text + fmt::format("options {}\n", join(options, " "));
}

std::string memory_file(const World& world, HostId host_id) {
    const Host& host = world.host(host_id);
    const std::int64_t total = host.spec.memory_bytes / 1024;
    const std::int64_t used = std::min(total, host.memory_used_bytes / 1024);
    return fmt::format(
        "MemTotal:       {:8} kB\nMemFree:        {:8} kB\nMemAvailable:   {:8} kB\n",
        total,
        total - used,
        total - used);
}

/// What /etc/os-release says where the catalogue gives an image no file of its own: its hosts and most
/// images are Debian 12, those with apk Alpine 3.20. An image of busybox alone has none.
std::string_view os_release(const World& world, ContainerId container) {
    constexpr std::string_view kDebian =
        "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nNAME=\"Debian GNU/Linux\"\nVERSION_ID=\"12\"\n"
        "VERSION=\"12 (bookworm)\"\nVERSION_CODENAME=bookworm\nID=debian\n"
        "HOME_URL=\"https://www.debian.org/\"\nSUPPORT_URL=\"https://www.debian.org/support\"\n"
        "BUG_REPORT_URL=\"https://bugs.debian.org/\"\n";
    constexpr std::string_view kAlpine =
        "NAME=\"Alpine Linux\"\nID=alpine\nVERSION_ID=3.20.3\nPRETTY_NAME=\"Alpine Linux v3.20\"\n"
        "HOME_URL=\"https://alpinelinux.org/\"\n"
        "BUG_REPORT_URL=\"https://gitlab.alpinelinux.org/alpine/aports/-/issues\"\n";
    if (!container) return kDebian;
    const BehaviourProfile* profile = profile_of(world, container);
    if (profile == nullptr) return {};
    if (profile->has_program("apk")) return kAlpine;
    return profile->has_program("apt") ? kDebian : std::string_view{};
}

constexpr std::string_view kOsRelease = "/etc/os-release";
constexpr std::string_view kAlpineRelease = "/etc/alpine-release";
constexpr std::string_view kDebianVersion = "/etc/debian_version";

/// The distribution's own file with its number; empty when the container is none of its.
std::string_view distribution_file(const World& world, ContainerId container, std::string_view path) {
    const BehaviourProfile* profile = profile_of(world, container);
    if (path == kDebianVersion) return profile == nullptr || profile->has_program("apt") ? "12.12\n" : "";
    return path == kAlpineRelease && profile != nullptr && profile->has_program("apk") ? "3.20.3\n" : "";
}

/// /usr/share/zoneinfo/Etc/UTC, as tzfile(5) has it: twice a head with one zone of three letters, then the rule.
std::string zone_file() {
    constexpr std::size_t kUnused = 15;  // bytes after the version
    std::string block = "TZif2" + std::string(kUnused, '\0');
    for (const char count : {'\0', '\0', '\0', '\0', '\1', '\4'}) block += std::string(3, '\0') + count;
    block += std::string(6, '\0') + "UTC" + '\0';
    return block + block + "\nUTC0\n";
}

void put_host_file(const std::string& path, FileNode& node) {
    if (path.ends_with(".sock")) return put_file(node, {}, kSocketMode);
    put_file(node, path == "/etc/timezone" ? "Etc/UTC\n" : zone_file());
}

bool put_generated(const World& world,
                   HostId host,
                   ContainerId container,
                   const std::string& path,
                   FileNode& node) {
    if (path == kOsRelease) {
        const std::string_view text = os_release(world, container);
        if (!text.empty()) put_file(node, std::string(text));
        return !text.empty();
    }
    if (const std::string_view text = distribution_file(world, container, path); !text.empty()) {
        put_file(node, std::string(text));
        return true;
    }
    if (!contains(kGeneratedFiles, path)) return false;
    std::string text;
    if (path == "/etc/hostname") text = hostname_of(world, host, container) + "\n";
    if (path == "/etc/hosts") text = hosts_file(world, host, container);
    if (path == "/etc/resolv.conf") text = resolver_file(world, host, container);
    if (path == "/etc/passwd") text = passwd_text(profile_of(world, container));
    if (path == "/etc/group") text = group_text(profile_of(world, container));
    if (path == "/proc/meminfo") text = memory_file(world, host);
    if (path == "/proc/loadavg") text = "0.00 0.00 0.00 1/100 1\n";
    if (path == "/proc/version")
        text = fmt::format("Linux version {} (simulated) {}\n", kKernelRelease, kKernelVersion);
    if (path == "/proc/uptime") {
        const std::string up = format_seconds(world.kernel.now().nanoseconds, 2);
        text = up + " " + up + "\n";
    }
    put_file(node, std::move(text));
    return true;
}

bool put_of_profile(const BehaviourProfile& profile, const std::string& release, const std::string& path, FileNode& node) {
    bool directory = profile.data_path == path || is_path_below(profile.data_path, path);
    for (const ImageFile& file : profile.files) {
        if (file.path == path) {
            if (file.directory) {
                put_directory(node);
                return true;
            }
            const bool runs = file.content.starts_with("#!") || path.ends_with(".sh");
            put_file(node, file_content(file, release), runs ? 0755 : 0644);
            node.extra_bytes = file.bytes;
            return true;
        }
        directory = directory || is_path_below(file.path, path);
    }
    if (directory) put_directory(node);
    return directory;
}

/// The image of a container; null on a host.
const Image* image_of(const World& world, ContainerId container) {
    return container ? world.detail(container).image.get() : nullptr;
}

/// What builds and commits have put over the image's own files, or taken away of them: true when that settles the matter.
bool find_in_changes(const Image& image, const std::string& path, FileNode& scratch, const FileNode*& found) {
    if (image.changes == nullptr) return false;
    found = image.changes->files.find(path);
    if (found != nullptr) return true;
    if (image.changes->files.is_directory(path)) {
        put_directory(scratch, path);
        found = &scratch;
        return true;
    }
    return is_left_out(image.changes.get(), path);
}

/// Whether nothing is there but what a build has put there.
bool is_bare(const Image* image) {
    return image != nullptr && image->from_scratch;
}

bool is_known_directory(const World& world, ContainerId container, const std::string& path) {
    if (is_bare(image_of(world, container)) ? contains(kBareDirectories, path) : contains(kDirectories, path))
        return true;
    if (!container) return contains(kHostDirectories, path);
    const std::string& working = world.detail(container).working_directory;
    return working == path || is_path_below(working, path);
}

}  // namespace

bool is_left_out(const ImageChanges* changes, std::string_view path) {
    if (changes == nullptr) return false;
    for (std::string_view at = path; at.size() > 1; at = directory_of(at)) {
        if (changes->removed.contains(at)) return true;
    }
    return false;
}

Errno room_for_process(const World& world, HostId host, ContainerId container) {
    if (world.host(host).process_count >= kMostProcessesPerHost) return Errno::TryAgain;
    if (!container) return Errno::None;
    const std::int64_t limit = world.spec(world.container(container)).pids_limit;
    const auto count = static_cast<std::int64_t>(world.detail(container).processes.size());
    return limit > 0 && count >= limit ? Errno::TryAgain : Errno::None;
}

Errno find_by_name(const World& world, ContainerId container, const std::string& name) {
    const BehaviourProfile* profile = profile_of(world, container);
    if (is_bare(image_of(world, container))) return Errno::NoEntry;
    if (profile != nullptr && !profile->programs.empty() && !profile->has_program(name) && !may_serve(*profile, name))
        return profile->unknown_commands_serve ? Errno::NotModelled : Errno::NoEntry;  // nobody can know what an unknown image has
    if (world.programs == nullptr) return Errno::NoEntry;
    if (profile != nullptr && (has_answers(*profile, name) || may_serve(*profile, name))) return Errno::None;
    const Errno found = world.programs->find(name, static_cast<bool>(container));
    // The image has it, so it is Podium that does not.
    const bool of_image = profile != nullptr && profile->has_program(name);
    return found == Errno::NoEntry && of_image ? Errno::NotModelled : found;
}

bool is_program_path(const World& world, ContainerId container, const std::string& path) {
    if (!contains(kProgramDirectories, directory_of(path))) return false;
    return find_by_name(world, container, path.substr(path.rfind('/') + 1)) == Errno::None;
}

Errno is_modelled_path(const World& world, ContainerId container, const std::string& path) {
    if (!contains(kProgramDirectories, directory_of(path))) return Errno::NoEntry;
    return find_by_name(world, container, path.substr(path.rfind('/') + 1));
}

const FileNode* image_file(const World& world,
                           HostId host,
                           ContainerId container,
                           const std::string& path,
                           FileNode& scratch) {
    if (is_removed(world, container, path)) return nullptr;
    const FileNode* built = nullptr;
    const Image* image = image_of(world, container);
    if (image != nullptr && find_in_changes(*image, path, scratch, built)) return built;
    if (is_known_directory(world, container, path)) {
        put_directory(scratch, path);
        return &scratch;
    }
    if (contains(kDevices, path)) {
        put_file(scratch, {}, 0666);
        return &scratch;
    }
    const BehaviourProfile* profile = is_bare(image) ? nullptr : profile_of(world, container);
    if (profile != nullptr && put_of_profile(*profile, image == nullptr ? std::string() : image->version, path, scratch)) return &scratch;
    if (is_bare(image) && (path == "/etc/passwd" || path == "/etc/group")) return nullptr;
    if (put_generated(world, host, container, path, scratch)) return &scratch;
    if (is_program_path(world, container, path)) {
        put_file(scratch, {}, 0755);
        return &scratch;
    }
    if (container) return nullptr;
    if (contains(kHostFiles, path)) {
        put_host_file(path, scratch);
        return &scratch;
    }
    // A volume's directory on its host.
    constexpr std::string_view kVolumes = "/var/lib/docker/volumes";
    if (directory_of(path) == kVolumes &&
        world.host(host).engine.volumes.contains(path.substr(kVolumes.size() + 1))) {
        put_directory(scratch);
        return &scratch;
    }
    return nullptr;
}

const FileNode* file_of_image(const World& world, const Image& image, const std::string& path, FileNode& scratch) {
    const FileNode* built = nullptr;
    if (find_in_changes(image, path, scratch, built)) return built;
    const BehaviourProfile& profile = world.catalogue->profile(image);
    const std::string& working = image.config.working_directory;
    if (image.from_scratch && path != "/" && working != path && !is_path_below(working, path)) return nullptr;
    if (contains(kDirectories, path) || working == path || is_path_below(working, path)) {
        put_directory(scratch, path);
        return &scratch;
    }
    if (put_of_profile(profile, image.version, path, scratch)) return &scratch;
    if (path == "/etc/passwd" || path == "/etc/group") {
        put_file(scratch, path == "/etc/passwd" ? passwd_text(&profile) : group_text(&profile));
        return &scratch;
    }
    if (!contains(kProgramDirectories, directory_of(path)) || !profile.has_program(path.substr(path.rfind('/') + 1))) return nullptr;
    put_file(scratch, {}, 0755);
    return &scratch;
}

std::vector<std::string> directory_of_image(const World& world, const Image& image, const std::string& path) {
    std::vector<std::string> names;
    for (const ImageFile& file : world.catalogue->profile(image).files) {
        if (!is_path_below(file.path, path)) continue;
        const std::string rest = file.path.substr(path == "/" ? 1 : path.size() + 1);
        names.push_back(rest.substr(0, rest.find('/')));
    }
    if (image.changes != nullptr) {
        std::erase_if(names, [&](const std::string& name) { return image.changes->removed.contains(path == "/" ? "/" + name : path + "/" + name); });
        for (std::string& name : image.changes->files.list(path)) names.push_back(std::move(name));
    }
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
}

std::vector<std::string> image_directory(const World& world,
                                         HostId host,
                                         ContainerId container,
                                         const std::string& path) {
    std::vector<std::string> names;
    const auto consider = [&](std::string_view candidate) {
        if (!is_path_below(candidate, path)) return;
        const std::string_view rest = candidate.substr(path == "/" ? 1 : path.size() + 1);
        names.emplace_back(rest.substr(0, rest.find('/')));
    };
    const Image* image = image_of(world, container);
    if (is_bare(image)) {
        for (const std::string_view directory : kBareDirectories)
            consider(directory);
    } else {
        for (const std::string_view directory : kDirectories)
            consider(directory);
    }
    for (const std::string_view device : kDevices)
        consider(device);
    for (const std::string_view file : kGeneratedFiles) {
        if (!is_bare(image) || (file != "/etc/passwd" && file != "/etc/group")) consider(file);
    }
    if (!os_release(world, container).empty()) consider(kOsRelease);
    for (const std::string_view file : {kAlpineRelease, kDebianVersion}) {
        if (!distribution_file(world, container, file).empty()) consider(file);
    }
    if (container) {
        consider(world.detail(container).working_directory);
    } else {
        for (const std::string_view directory : kHostDirectories)
            consider(directory);
        for (const std::string_view file : kHostFiles)
            consider(file);
        if (path == "/var/lib/docker/volumes") {
            for (const auto& [name, volume] : world.host(host).engine.volumes)
                names.push_back(name);
        }
        if (path.starts_with("/var/lib/docker/volumes/") && path.find('/', 24) == std::string::npos)
            names.emplace_back("_data");
    }
    if (const BehaviourProfile* profile = is_bare(image) ? nullptr : profile_of(world, container)) {
        consider(profile->data_path);
        for (const ImageFile& file : profile->files)
            consider(file.path);
        if (path == kFirstProgramDirectory)
            names.insert(names.end(), profile->programs.begin(), profile->programs.end());
    }
    const ImageChanges* changes = image != nullptr ? image->changes.get() : nullptr;
    const auto below = [&path](const std::string& name) { return path == "/" ? "/" + name : path + "/" + name; };
    if (changes != nullptr) {
        std::erase_if(names, [&](const std::string& name) { return is_left_out(changes, below(name)); });
        for (std::string& name : changes->files.list(path)) names.push_back(std::move(name));
    }
    std::erase_if(names, [&](const std::string& name) {
        return is_removed(world, container, below(name));
    });
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
}

}  // namespace podium::model
