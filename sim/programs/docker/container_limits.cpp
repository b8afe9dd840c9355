// The flags of `docker run` about limits, links and devices: docker/cli opts/ulimit.go (docker/go-units),
// opts.ParseLink, and cli/command/container/opts.go.

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "sim/base/files.hpp"
#include "sim/base/go_numbers.hpp"
#include "sim/base/text.hpp"
#include "sim/programs/docker/container_flags.hpp"

namespace podium::programs::docker {
namespace {

constexpr std::array<std::string_view, 15> kUlimits{"core",   "cpu",   "data",       "fsize", "locks", "memlock", "msgqueue", "nice",
                                                    "nofile", "nproc", "rss", "rtprio", "rttime", "sigpending", "stack"};

// "nofile=1024:2048"; the error is go-units', empty when all is well.
std::string parse_ulimit(const std::string& text, model::Ulimit& out) {
    const auto equals = text.find('=');
    if (equals == std::string::npos) return "invalid ulimit argument: " + text;
    out.name = text.substr(0, equals);
    if (std::find(kUlimits.begin(), kUlimits.end(), out.name) == kUlimits.end()) return "invalid ulimit type: " + out.name;
    const std::vector<std::string> values = split(text.substr(equals + 1), ':');
    if (values.size() > 2) return fmt::format("too many limit value arguments - {}, can only have up to two, `soft[:hard]`", text.substr(equals + 1));
    const auto number = [](const std::string& value, std::int64_t& into) {
        const auto whole = parse_go_integer(value);
        if (!whole) return whole.error().message;
        into = *whole;
        return std::string();
    };
    if (std::string wrong = number(values.front(), out.soft); !wrong.empty()) return wrong;
    out.hard = out.soft;
    if (values.size() == 1) return {};
    if (std::string wrong = number(values.back(), out.hard); !wrong.empty()) return wrong;
    if (out.hard == -1) return {};
    if (out.soft == -1) return fmt::format("ulimit soft limit must be less than or equal to hard limit: soft: -1 (unlimited), hard: {}", out.hard);
    if (out.soft > out.hard) return fmt::format("ulimit soft limit must be less than or equal to hard limit: {} > {}", out.soft, out.hard);
    return {};
}

// docker/cli v28.2.2 cli/command/container/opts.go, parseSecurityOpts; a profile of seccomp is read, and then by nobody.
std::string wrong_security_option(shell::System& system, const std::string& option) {
    if (option == "no-new-privileges" || option.starts_with("no-new-privileges=")) return {};
    const auto cut = option.find('=') != std::string::npos ? option.find('=') : option.find(':');
    const std::string value = cut == std::string::npos ? std::string() : option.substr(cut + 1);
    if (value.empty()) return "Invalid --security-opt: " + in_quotes(option);
    if (option.substr(0, cut) != "seccomp" || value == "builtin" || value == "unconfined") return {};
    std::string profile;
    std::string why;
    if (!read_whole_file(system, value, profile, why)) return fmt::format("opening seccomp profile ({0}) failed: open {0}: {1}", value, lower(why));
    return "Podium does not simulate profiles of seccomp yet";
}

// docker/cli v28.2.2 cli/command/container/opts.go, validateLinuxPath and parseLinuxDevice.
std::string wrong_device(const std::string& value, model::DeviceMapping& out) {
    const auto is_mode = [](const std::string& text) {
        std::string seen;
        for (const char c : text) {
            if (std::string_view("rwm").find(c) == std::string_view::npos || seen.find(c) != std::string::npos) return false;
            seen += c;
        }
        return !text.empty();
    };
    const std::vector<std::string> parts = split(value, ':');
    if (parts.size() > 3 || parts.front().empty()) return "bad format for path: " + value;
    if (parts.size() == 3 && !is_mode(parts[2])) return "bad mode specified: " + parts[2];
    const bool own_target = parts.size() == 3 || (parts.size() == 2 && !is_mode(parts[1]));
    out.on_host = parts.front();
    out.in_container = parts[own_target ? 1 : 0];
    if (!out.in_container.starts_with('/')) return out.in_container + " is not an absolute path";
    if (parts.size() == 3 || (parts.size() == 2 && !own_target)) out.permissions = parts.back();
    // With three parts the client leaves both paths as they are.
    if (parts.size() < 3) out.in_container = clean_path(out.in_container);
    if (!own_target) out.on_host = out.in_container;
    return {};
}

bool is_ascii_letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

bool is_cdi_name(const std::string& name, std::string_view also_between) {
    return !name.empty() && is_ascii_letter_or_digit(name.front()) && is_ascii_letter_or_digit(name.back()) &&
           std::all_of(name.begin(), name.end(), [also_between](char c) { return is_ascii_letter_or_digit(c) || also_between.find(c) != std::string_view::npos; });
}

// A name like vendor.com/class=name is a device of another kind (tags.cncf.io/container-device-interface pkg/parser,
// IsQualifiedName).
bool is_of_vendor(const std::string& device) {
    const std::size_t equals = device.find('=');
    const std::size_t slash = device.find('/');
    if (equals == std::string::npos || slash > equals) return false;
    const std::string vendor = device.substr(0, slash);
    const std::string kind = device.substr(slash + 1, equals - slash - 1);
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    return is_cdi_name(vendor, "_-.") && !is_digit(vendor.front()) && is_cdi_name(kind, "_-.") && !is_digit(kind.front()) && is_cdi_name(device.substr(equals + 1), "_-.:");
}

// What the engine would take but can't be done here.
std::string unsimulated_device(shell::System& system, const std::string& text, const model::DeviceMapping& device) {
    if (is_of_vendor(text)) return "Podium does not simulate devices of vendors (CDI)";
    if (clean_path(device.on_host) == clean_path(device.in_container) || !system.stat(device.on_host).exists) return {};
    return fmt::format("Podium gives a container {} under the host's name of it only, not as {}", device.on_host, device.in_container);
}

Result<void> read_devices(const ParsedFlags& flags, shell::System& system, model::ContainerSpec& spec) {
    for (const std::string& text : flags.all("device")) {
        model::DeviceMapping device;
        if (!is_of_vendor(text)) wrong_device(text, device);
        if (std::string wrong = unsimulated_device(system, text, device); !wrong.empty()) return Error{std::move(wrong), {}, {}};
        spec.devices.push_back(std::move(device));
    }
    return {};
}

}  // namespace

Result<void> read_limits(const ParsedFlags& flags, shell::System& system, model::ContainerSpec& spec) {
    // A later limit of the same name wins; docker shows them in the order of their names.
    for (const std::string& text : flags.all("ulimit")) {
        model::Ulimit limit;
        parse_ulimit(text, limit);
        std::erase_if(spec.ulimits, [&limit](const model::Ulimit& known) { return known.name == limit.name; });
        spec.ulimits.push_back(std::move(limit));
    }
    std::sort(spec.ulimits.begin(), spec.ulimits.end(), [](const model::Ulimit& a, const model::Ulimit& b) { return a.name < b.name; });
    spec.cpu_period = flags.integer("cpu-period");
    spec.cpu_quota = flags.integer("cpu-quota");
    spec.cpuset_cpus = flags.text("cpuset-cpus");
    if (flags.has("shm-size")) parse_size(flags.text("shm-size"), spec.shm_bytes);
    spec.dns_search = flags.all("dns-search");
    spec.dns_options = flags.all("dns-option");
    spec.group_add = flags.all("group-add");
    spec.gpus = flags.has("gpus");
    spec.runtime = flags.text("runtime");
    if (spec.runtime == "io.containerd.runtime.v1.linux") return Error{"Podium does not simulate the runtime io.containerd.runtime.v1.linux; runc is the usual one", {}, {}};
    if (auto done = read_devices(flags, system, spec); !done) return done;
    for (const std::string& option : flags.all("security-opt")) {
        if (std::string wrong = wrong_security_option(system, option); !wrong.empty()) return Error{std::move(wrong), {}, {}};
        // The client keeps that one to itself (parseSystemPaths).
        if (option != "systempaths=unconfined") spec.security_options.push_back(option);
    }
    for (const std::string& link : flags.all("link")) {
        const auto colon = link.find(':');
        const std::string name = link.substr(0, colon);
        spec.links.push_back(fmt::format("{}:{}", name, colon == std::string::npos ? name : link.substr(colon + 1)));
    }
    if (spec.links.empty()) return {};
    if (spec.network_mode == "host")
        return Error{"conflicting options: host type networking can't be used with links. This would result in undefined behavior", {}, {}};
    if (spec.network_mode.starts_with("container:"))
        return Error{"conflicting options: container type network can't be used with links. This would result in undefined behavior", {}, {}};
    return {};
}

std::string check_ulimit(const std::string& value) {
    model::Ulimit limit;
    return parse_ulimit(value, limit);
}

// docker/cli v28.2.2 opts/opts.go, ValidateSysctl: those that have a namespace of their own.
std::string check_sysctl(const std::string& value) {
    static constexpr auto kOfIpc = std::to_array<std::string_view>(
        {"kernel.msgmax", "kernel.msgmnb", "kernel.msgmni", "kernel.sem", "kernel.shmall", "kernel.shm_rmid_forced", "kernel.shmmax", "kernel.shmmni"});
    const auto equals = value.find('=');
    const std::string name = value.substr(0, equals);
    const bool known = name.starts_with("net.") || name.starts_with("fs.mqueue.") || std::find(kOfIpc.begin(), kOfIpc.end(), name) != kOfIpc.end();
    return equals != std::string::npos && known ? std::string() : fmt::format("sysctl '{}' is not allowed", value);
}

std::string refused_value(const ParsedFlags& flags) {
    for (const std::string& device : flags.all("device")) {
        model::DeviceMapping mapping;
        if (is_of_vendor(device)) continue;
        if (std::string wrong = wrong_device(device, mapping); !wrong.empty()) return wrong;
    }
    // moby v20.10.24 daemon/container.go, validateHostConfig, and daemon_unix.go, verifyPlatformContainerSettings, in its order.
    const std::string isolation = flags.text("isolation");
    if (!isolation.empty() && lower(isolation) != "default") return fmt::format("Error response from daemon: invalid isolation '{}' on linux", isolation);
    const std::int64_t weight = flags.integer("blkio-weight");
    if (weight != 0 && (weight < 10 || weight > 1000)) return "Error response from daemon: Range of blkio weight is from 10 to 1000";
    const std::int64_t adjustment = flags.integer("oom-score-adj");
    if (adjustment < -1000 || adjustment > 1000) return fmt::format("Error response from daemon: Invalid value {}, range for oom score adj is [-1000, 1000]", adjustment);
    static constexpr auto kRuntimes = std::to_array<std::string_view>({"", "io.containerd.runc.v2", "io.containerd.runtime.v1.linux", "runc"});
    const std::string runtime = flags.text("runtime");
    if (std::find(kRuntimes.begin(), kRuntimes.end(), runtime) == kRuntimes.end()) return "Error response from daemon: Unknown runtime specified " + runtime;
    return {};
}

std::string check_blkio_weight(const std::string& value) {
    constexpr std::size_t kMostDigits = 5;
    const auto wrong = [&value](std::string_view why) { return fmt::format("strconv.ParseUint: parsing {}: {}", in_quotes(value), why); };
    if (value.empty() || value.find_first_not_of("0123456789") != std::string::npos) return wrong("invalid syntax");
    const auto whole = value.size() > kMostDigits ? Result<std::int64_t>(UINT16_MAX + 1) : parse_go_integer(value);
    return whole && *whole <= UINT16_MAX ? std::string() : wrong("value out of range");
}

std::string check_link(const std::string& value) {
    const std::vector<std::string> parts = split(value, ':');
    if (value.empty()) return "empty string specified for links";
    return parts.size() > 2 ? "bad format for links: " + value : std::string();
}

std::string check_gpus(const std::string& value) {
    return value == "all" ? std::string() : "Podium simulates --gpus only with the value all";
}

}  // namespace podium::programs::docker
