#include "sim/programs/docker/commands.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/programs/swarm/verb_table.hpp"

namespace podium::programs::docker {
namespace {

using enum FlagKind;

constexpr std::array kGroups{
    Group{"builder", "Manage builds"},
    Group{"container", "Manage containers"},
    Group{"context", "Manage contexts"},
    Group{"image", "Manage images"},
    Group{"manifest", "Manage Docker image manifests and manifest lists", false, " COMMAND"},
    Group{"network", "Manage networks"},
    Group{"plugin", "Manage plugins"},
    Group{"system", "Manage Docker"},
    Group{"trust", "Manage trust on Docker images"},
    Group{"volume", "Manage volumes", false, " COMMAND"},
    Group{"config", "Manage Swarm configs", true},
    Group{"node", "Manage Swarm nodes", true},
    Group{"secret", "Manage Swarm secrets", true},
    Group{"service", "Manage Swarm services", true},
    Group{"stack", "Manage Swarm stacks", true, " [OPTIONS]"},
    Group{"swarm", "Manage Swarm", true},
};

constexpr std::array kGlobalFlags{
    Flag{"config", 0, Text, "Location of client config files", "/root/.docker"},
    Flag{"context",
         'c',
         Text,
         "Name of the context to use to connect to the daemon (overrides DOCKER_HOST env var and "
         "default context set with \"docker context use\")"},
    Flag{"debug", 'D', Switch, "Enable debug mode", {}, false},
    Flag{"host", 'H', List, "Daemon socket to connect to"},
    Flag{"log-level",
         'l',
         Text,
         "Set the logging level (\"debug\", \"info\", \"warn\", \"error\", \"fatal\")",
         "info",
         false},
    Flag{"tls", 0, Switch, "Use TLS; implied by --tlsverify", {}, false},
    Flag{"tlscacert", 0, Text, "Trust certs signed only by this CA", "/root/.docker/ca.pem", false},
    Flag{"tlscert", 0, Text, "Path to TLS certificate file", "/root/.docker/cert.pem", false},
    Flag{"tlskey", 0, Text, "Path to TLS key file", "/root/.docker/key.pem", false},
    Flag{"tlsverify", 0, Switch, "Use TLS and verify the remote", {}, false},
    Flag{"version", 'v', Switch, "Print version information and quit"},
};

constexpr std::array<std::string_view, 12> kCommon{"run",
                                                   "exec",
                                                   "ps",
                                                   "build",
                                                   "pull",
                                                   "push",
                                                   "images",
                                                   "login",
                                                   "logout",
                                                   "search",
                                                   "version",
                                                   "info"};

bool is_common(std::string_view name) {
    return std::find(kCommon.begin(), kCommon.end(), name) != kCommon.end();
}

// The names of a verb, longest path first, as the table has them.
std::vector<std::string> own_paths(const Verb& verb) {
    return split(verb.paths, '|');
}

struct Alias {
    std::string path;
    std::string canonical;
};

std::vector<Alias> own_aliases(const Verb& verb) {
    std::vector<Alias> out;
    if (verb.aliases.empty()) return out;
    for (const std::string& entry : split(verb.aliases, '|')) {
        const auto equals = entry.find('=');
        out.push_back({entry.substr(0, equals), entry.substr(equals + 1)});
    }
    return out;
}

struct ListedVerb {
    std::string name;
    std::string about;
};

// The verbs right below a group (or docker itself, with an empty name), sorted.
std::vector<ListedVerb> listed_below(std::string_view group) {
    const std::string prefix = group.empty() ? "" : std::string(group) + " ";
    std::vector<ListedVerb> out;
    const auto add = [&](const std::string& path, std::string_view about) {
        if (!path.starts_with(prefix) || about.empty()) return;
        const std::string name = path.substr(prefix.size());
        if (name.find(' ') == std::string::npos) out.push_back({name, std::string(about)});
    };
    for (const Verb& verb : verbs()) {
        for (const std::string& path : own_paths(verb))
            add(path, verb.about);
    }
    for (const AbsentVerb& verb : absent_verbs())
        add(std::string(verb.path), verb.about);
    std::sort(out.begin(), out.end(), [](const ListedVerb& a, const ListedVerb& b) {
        return a.name < b.name;
    });
    return out;
}

std::string listed(std::string_view name, std::string_view about) {
    return fmt::format("  {:<11} {}\n", name, about);
}

}  // namespace

std::span<const Group> groups() {
    return kGroups;
}

std::span<const Flag> global_flags() {
    return kGlobalFlags;
}

std::span<const std::string_view> common_verbs() {
    return kCommon;
}

std::span<const Verb> verbs() {
    static const std::vector<Verb> kAll = [] {
        std::vector<Verb> all(container_verbs().begin(), container_verbs().end());
        all.insert(all.end(), object_verbs().begin(), object_verbs().end());
        all.insert(all.end(), swarm_verbs().begin(), swarm_verbs().end());
        return all;
    }();
    return kAll;
}

const Verb* find_verb(const std::string& path, std::string& canonical) {
    for (const Verb& verb : verbs()) {
        for (const std::string& own : own_paths(verb)) {
            if (own != path) continue;
            canonical = own;
            return &verb;
        }
        for (const Alias& alias : own_aliases(verb)) {
            if (alias.path != path) continue;
            canonical = alias.canonical;
            return &verb;
        }
    }
    return nullptr;
}

const Group* find_group(std::string_view name) {
    const auto found = std::find_if(
        kGroups.begin(), kGroups.end(), [name](const Group& group) { return group.name == name; });
    return found == kGroups.end() ? nullptr : &*found;
}

const AbsentVerb* find_absent(const std::string& path) {
    for (const AbsentVerb& verb : absent_verbs()) {
        if (verb.path == path) return &verb;
    }
    return nullptr;
}

std::string alias_text(const Verb& verb) {
    std::vector<std::string> names;
    const std::vector<std::string> paths = own_paths(verb);
    names.push_back("docker " + paths.front());
    for (const Alias& alias : own_aliases(verb))
        names.push_back("docker " + alias.path);
    for (std::size_t i = 1; i < paths.size(); ++i)
        names.push_back("docker " + paths[i]);
    return names.size() < 2 ? std::string() : join(names, ", ");
}

std::string usage_line(const Verb& verb, const std::string& canonical) {
    return fmt::format("docker {}{}{}", canonical, verb.usage.empty() ? "" : " ", verb.usage);
}

std::string verb_help(const Verb& verb, const std::string& canonical) {
    std::string out = fmt::format("Usage:  {}\n\n{}\n", usage_line(verb, canonical), verb.about);
    if (const std::string aliases = alias_text(verb); !aliases.empty())
        out += fmt::format("\nAliases:\n  {}\n", aliases);
    const std::string flags = flag_usages(verb.flags);
    if (!flags.empty()) out += "\nOptions:\n" + flags;
    return out;
}

std::string group_help(const Group& group) {
    std::string out =
        fmt::format("Usage:  docker {} COMMAND\n\n{}\n\nCommands:\n", group.name, group.about);
    for (const ListedVerb& verb : listed_below(group.name))
        out += listed(verb.name, verb.about);
    return out +
           fmt::format("\nRun 'docker {} COMMAND --help' for more information on a command.\n",
                       group.name);
}

std::string front_page() {
    std::string out =
        "Usage:  docker [OPTIONS] COMMAND\n\nA self-sufficient runtime for containers\n\nCommon "
        "Commands:\n";
    const std::vector<ListedVerb> all = listed_below("");
    for (const std::string_view name : kCommon) {
        const auto verb = std::find_if(
            all.begin(), all.end(), [name](const ListedVerb& entry) { return entry.name == name; });
        if (verb != all.end()) out += listed(verb->name, verb->about);
    }
    out += "\nManagement Commands:\n";
    for (const Group& group : kGroups) {
        if (!group.swarm) out += listed(group.name, group.about);
    }
    out += "\nSwarm Commands:\n";
    for (const Group& group : kGroups) {
        if (group.swarm) out += listed(group.name, group.about);
    }
    out += "\nCommands:\n";
    for (const ListedVerb& verb : all) {
        if (!is_common(verb.name)) out += listed(verb.name, verb.about);
    }
    return out + "\nGlobal Options:\n" + flag_usages(kGlobalFlags) +
           "\nRun 'docker COMMAND --help' for more information on a command.\n"
           "\nFor more help on how to use Docker, head to https://docs.docker.com/go/guides/\n";
}

}  // namespace podium::programs::docker
