// The flags of `docker run` about limits, links and devices: docker/cli opts/ulimit.go (docker/go-units),
// opts.ParseLink, and cli/command/container/opts.go.

#include <algorithm>
#include <array>

#include <fmt/format.h>

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

// Those that change nothing here but what inspect shows; a profile of seccomp is read by nobody.
std::string wrong_security_option(const std::string& option) {
    if (option == "no-new-privileges" || option.starts_with("no-new-privileges:") || option.starts_with("no-new-privileges=")) return {};
    if (option.starts_with("label=") || option.starts_with("label:") || option.starts_with("apparmor=") || option.starts_with("apparmor:")) return {};
    if (option == "seccomp=unconfined" || option == "seccomp:unconfined") return {};
    if (option.starts_with("seccomp")) return "Podium does not simulate profiles of seccomp yet";
    if (option.find('=') == std::string::npos && option.find(':') == std::string::npos) return fmt::format("Error response from daemon: invalid --security-opt 1: {}", in_quotes(option));
    return fmt::format("Error response from daemon: invalid --security-opt 2: {}", in_quotes(option));
}

}  // namespace

Result<void> read_limits(const ParsedFlags& flags, model::ContainerSpec& spec) {
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
    for (const std::string& option : flags.all("security-opt")) {
        if (std::string wrong = wrong_security_option(option); !wrong.empty()) return Error{std::move(wrong), {}, {}};
        spec.security_options.push_back(option);
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

std::string check_link(const std::string& value) {
    const std::vector<std::string> parts = split(value, ':');
    if (value.empty()) return "empty string specified for links";
    return parts.size() > 2 ? "bad format for links: " + value : std::string();
}

std::string check_gpus(const std::string& value) {
    return value == "all" ? std::string() : "Podium simulates --gpus only with the value all";
}

}  // namespace podium::programs::docker
