#include "sim/programs/docker/unsimulated_flags.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/model/facts.hpp"
#include "sim/model/tmpfs.hpp"
#include "sim/model/world.hpp"
#include "sim/programs/compose_file/unsimulated.hpp"
#include "sim/programs/client.hpp"
#include "sim/programs/docker/container_flags.hpp"

namespace podium::programs::docker {
namespace {

/// Which values of a flag a row speaks of.
enum class Speaks {
    Given,         ///< Any, but `--flag=false` of a switch.
    HandsLinesOn,  ///< A log driver of the engine's that hands lines on (compose::hands_lines_on).
    NotRoot,       ///< Another user than the one that may do everything anyhow.
    On,            ///< A switch that is on.
};

struct Unheeded {
    std::string_view flag;
    std::string_view reason;
    Speaks when = Speaks::Given;
};

// The reasons are those `podium check` gives for the same keys of a Compose file (compose_file/unsimulated.cpp).
constexpr std::string_view kRights = "simulated processes may do everything their programs do";
constexpr std::string_view kServers = "names are resolved by the engine's own server only, though /etc/resolv.conf shows it";

constexpr std::string_view kParameters = "there are no kernel parameters";
constexpr std::string_view kLimits = "processes have no limits but memory, CPU and number, though ulimit shows them";

constexpr auto kUnheeded = std::to_array<Unheeded>({
    {"privileged", kRights, Speaks::On},
    {"cap-add", kRights},
    {"cap-drop", kRights},
    {"security-opt", kRights},
    {"user", "files let every user in, though id and ps show the name", Speaks::NotRoot},
    {"dns", kServers},
    {"dns-option", kServers},
    {"dns-search", kServers},
    {"dns-add", kServers},
    {"dns-option-add", kServers},
    {"dns-search-add", kServers},
    {"sysctl", kParameters},
    {"sysctl-add", kParameters},
    {"shm-size", "processes share no memory"},
    {"ulimit", kLimits},
    {"ulimit-add", kLimits},
    {"log-driver", "logs stay with the engine as with json-file", Speaks::HandsLinesOn},
    {"log-opt", "logs are kept whole"},
});

bool speaks(const ParsedFlags& flags, const Unheeded& row) {
    const std::string name(row.flag);
    if (!flags.has(name)) return false;
    switch (row.when) {
        case Speaks::Given: break;
        case Speaks::HandsLinesOn: return compose::hands_lines_on(flags.text(name));
        case Speaks::NotRoot: {
            const std::string user = flags.text(name);
            const std::string first = user.substr(0, user.find(':'));
            return !first.empty() && first != "0" && first != "root";
        }
        case Speaks::On: return flags.on(name);
    }
    return true;
}

// --volume with the engine's socket, under one of its names. (--mount is left alone: it is a service's too, whose agents
// tell nothing.)
bool mounts_socket(const ParsedFlags& flags) {
    const std::vector<std::string> volumes = flags.has("volume") ? flags.all("volume") : std::vector<std::string>{};
    return std::any_of(volumes.begin(), volumes.end(), [](const std::string& volume) {
        const std::string source = volume.substr(0, volume.find(':'));
        return source == "/var/run/docker.sock" || source == "/run/docker.sock";
    });
}

}  // namespace

std::string unheeded_tmpfs_sentence(const std::vector<std::string>& names) {
    if (names.empty()) return {};
    return fmt::format("{} of a tmpfs {} not simulated: every user may write there and run what lies there", join(names, ", "), names.size() == 1 ? "is" : "are");
}

namespace {

// Of --mount and of `service update`'s --mount-add.
std::vector<std::string> all_mounts(const ParsedFlags& flags) {
    std::vector<std::string> out;
    for (const char* const flag : {"mount", "mount-add"}) {
        if (!flags.has(flag)) continue;
        const std::vector<std::string> given = flags.all(flag);
        out.insert(out.end(), given.begin(), given.end());
    }
    return out;
}

// What a tmpfs is asked for that has no effect on it here, from --tmpfs and --mount.
std::string unheeded_of_tmpfs(const ParsedFlags& flags) {
    std::vector<std::string> names;
    const auto add = [&names](const std::string& name) {
        if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    };
    for (const std::string& text : flags.has("tmpfs") ? flags.all("tmpfs") : std::vector<std::string>{}) {
        const std::size_t colon = text.find(':');
        if (colon == std::string::npos) continue;
        for (const std::string& name : model::read_tmpfs_options(std::string_view(text).substr(colon + 1), 0).unheeded) add(name);
    }
    for (const std::string& text : all_mounts(flags)) {
        const std::vector<std::string> fields = comma_fields(text);
        const bool memory = std::find(fields.begin(), fields.end(), "volume-opt=type=tmpfs") != fields.end();
        constexpr std::string_view kWished = "volume-opt=o=";
        for (const std::string& field : fields) {
            if (field.starts_with("tmpfs-mode=")) add("mode");
            if (!memory || !field.starts_with(kWished)) continue;
            for (const std::string& name : model::read_tmpfs_options(std::string_view(field).substr(kWished.size()), 0).unheeded) add(name);
        }
    }
    return unheeded_tmpfs_sentence(names);
}

// A service's --mount with bind-propagation; that of `docker run` is refused.
bool asks_for_propagation(const ParsedFlags& flags) {
    const std::vector<std::string> mounts = all_mounts(flags);
    return std::any_of(mounts.begin(), mounts.end(), [](const std::string& mount) {
        const std::vector<std::string> fields = comma_fields(mount);
        return std::any_of(fields.begin(), fields.end(), [](const std::string& given) {
            const std::string field = lower(given);
            return field.starts_with("bind-propagation=") && field != "bind-propagation=rprivate";
        });
    });
}

std::vector<std::string> unsimulated_sentences(const ParsedFlags& flags) {
    std::vector<std::string> out;
    std::vector<std::string_view> told;
    for (const Unheeded& row : kUnheeded) {
        if (!speaks(flags, row) || std::find(told.begin(), told.end(), row.reason) != told.end()) continue;
        told.push_back(row.reason);
        std::vector<std::string> names;
        for (const Unheeded& other : kUnheeded) {
            if (other.reason == row.reason && speaks(flags, other)) names.push_back("--" + std::string(other.flag));
        }
        out.push_back(fmt::format("{} {} not simulated: {}", join(names, ", "), names.size() == 1 ? "is" : "are", row.reason));
    }
    if (std::string sentence = unheeded_of_tmpfs(flags); !sentence.empty()) out.push_back(std::move(sentence));
    if (asks_for_propagation(flags))
        out.emplace_back("bind-propagation of --mount is not simulated: mounts within mounts are not told apart");
    if (mounts_socket(flags)) out.emplace_back("docker.sock is mounted, but the engine answers no program in a container there");
    return out;
}

}  // namespace

void tell_unsimulated_sentences(model::ProcessContext& context, std::string_view verb, const std::vector<std::string>& sentences) {
    const Subject host(SubjectType::Host, context.row().host.value);
    for (const std::string& sentence : sentences) {
        print_error(context, fmt::format("Podium: {}\n", sentence));
        Kernel& kernel = context.world().kernel;
        kernel.record(model::kFactNotModelled, host, kernel.intern(fmt::format("docker {}: {}", verb, sentence)));
    }
}

void tell_unsimulated(model::ProcessContext& context, std::string_view verb, const ParsedFlags& flags) {
    tell_unsimulated_sentences(context, verb, unsimulated_sentences(flags));
}

void tell_unsimulated_options(model::ProcessContext& context, std::string_view verb, const std::vector<std::string>& options) {
    std::vector<std::string> sentences;
    for (const std::string& option : options) {
        const std::string name = option.substr(0, option.find('='));
        const std::string_view reason = compose::unsimulated_network_option(name);
        if (!reason.empty()) sentences.push_back(fmt::format("--opt {} is not simulated: {}", name, reason));
    }
    tell_unsimulated_sentences(context, verb, sentences);
}

}  // namespace podium::programs::docker
