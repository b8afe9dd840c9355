// The commands and flags of docker-compose 1.29.2.

#include <array>

#include "sim/programs/compose/flag_rows.hpp"
#include "sim/programs/compose/verbs.hpp"

namespace podium::programs::composing {
namespace {

// docopt has these by their letter alone; the name is ours.
constexpr Flag letter(std::string_view name, char sign, FlagKind kind) {
    Flag flag = real(name, sign, kind);
    flag.hidden = true;
    return flag;
}

// Usage and help are those of help_v1.cpp; what follows the first argument is no flag any more (options_first).
constexpr ComposeVerb verb(std::string_view name, std::span<const Flag> flags, int least, CommandStarter start, bool tells_unsimulated = false, int most = -1) {
    return {name, {}, {}, flags, least, start, false, tells_unsimulated, most};
}

constexpr Flag kTimeout = real("timeout", 't', kInteger);
constexpr Flag kForceRecreate = real("force-recreate", 0, kSwitch);
constexpr Flag kNoRecreate = real("no-recreate", 0, kSwitch);
constexpr Flag kNoBuild = real("no-build", 0, kSwitch);
constexpr Flag kBuild = real("build", 0, kSwitch);
constexpr Flag kQuiet = real("quiet", 'q', kSwitch);

constexpr std::array kGlobals{
    real("file", 'f', kList),
    real("project-name", 'p', kText),
    real("profile", 0, kList),
    refused("context", 'c', kText),
    refused("verbose", 0, kSwitch),
    refused("log-level", 0, kText),
    real("ansi", 0, kText),
    real("no-ansi", 0, kSwitch),
    real("version", 'v', kSwitch),
    refused("host", 'H', kText),
    refused("tls", 0, kSwitch),
    refused("tlscacert", 0, kText),
    refused("tlscert", 0, kText),
    refused("tlskey", 0, kText),
    refused("tlsverify", 0, kSwitch),
    refused("skip-hostname-check", 0, kSwitch),
    real("project-directory", 0, kText),
    // Since 1.27 nothing reads it: deploy is taken over with and without it (project.py).
    real("compatibility", 0, kSwitch),
    real("env-file", 0, kText),
};

constexpr std::array kUp{
    real("detach", 'd', kSwitch),
    real("no-color", 0, kSwitch),
    real("quiet-pull", 0, kSwitch),
    real("no-deps", 0, kSwitch),
    kForceRecreate,
    real("always-recreate-deps", 0, kSwitch),
    kNoRecreate,
    kNoBuild,
    real("no-start", 0, kSwitch),
    kBuild,
    real("abort-on-container-exit", 0, kSwitch),
    real("attach-dependencies", 0, kSwitch),
    kTimeout,
    real("renew-anon-volumes", 'V', kSwitch),
    real("remove-orphans", 0, kSwitch),
    real("exit-code-from", 0, kText),
    real("scale", 0, kList),
    real("no-log-prefix", 0, kSwitch),
};
constexpr std::array kDown{
    real("rmi", 0, kText),
    real("volumes", 'v', kSwitch),
    real("remove-orphans", 0, kSwitch),
    kTimeout,
};
constexpr std::array kCreate{kForceRecreate, kNoRecreate, kNoBuild, kBuild};
constexpr std::array kStop{kTimeout};
constexpr std::array kRemove{
    real("force", 'f', kSwitch),
    real("stop", 's', kSwitch),
    letter("volumes", 'v', kSwitch),
    real("all", 'a', kSwitch),
};
constexpr std::array kKill{letter("signal", 's', kText)};
constexpr std::array kPs{
    kQuiet,
    real("services", 0, kSwitch),
    real("filter", 0, kText),
    real("all", 'a', kSwitch),
};
constexpr std::array kLogs{
    real("no-color", 0, kSwitch),
    real("follow", 'f', kSwitch),
    real("timestamps", 't', kSwitch),
    real("tail", 0, kText),
    real("no-log-prefix", 0, kSwitch),
};
constexpr std::array kExec{
    real("detach", 'd', kSwitch),
    real("privileged", 0, kSwitch),
    real("user", 'u', kText),
    letter("no-TTY", 'T', kSwitch),
    real("index", 0, kInteger),
    real("env", 'e', kList),
    real("workdir", 'w', kText),
};
constexpr std::array kRun{
    real("detach", 'd', kSwitch),
    real("name", 0, kText),
    real("entrypoint", 0, kText),
    letter("env", 'e', kList),
    real("label", 'l', kList),
    real("user", 'u', kText),
    real("no-deps", 0, kSwitch),
    real("rm", 0, kSwitch),
    real("publish", 'p', kList),
    real("service-ports", 0, kSwitch),
    real("use-aliases", 0, kSwitch),
    real("volume", 'v', kList),
    letter("no-TTY", 'T', kSwitch),
    real("workdir", 'w', kText),
};
constexpr std::array kConfig{
    refused("resolve-image-digests", 0, kSwitch),
    real("no-interpolate", 0, kSwitch),
    real("quiet", 'q', kSwitch),
    real("profiles", 0, kSwitch),
    real("services", 0, kSwitch),
    real("volumes", 0, kSwitch),
    real("hash", 0, kText),
};
constexpr std::array kPort{
    real("protocol", 0, kText),
    real("index", 0, kInteger),
};
constexpr std::array kImages{kQuiet};
constexpr std::array kPull{
    real("ignore-pull-failures", 0, kSwitch),
    real("parallel", 0, kSwitch),
    real("no-parallel", 0, kSwitch),
    real("quiet", 'q', kSwitch),
    real("include-deps", 0, kSwitch),
};
constexpr std::array kBuildFlags{
    real("build-arg", 0, kList),
    refused("compress", 0, kSwitch),
    real("force-rm", 0, kSwitch),
    real("memory", 'm', kText),
    real("no-cache", 0, kSwitch),
    real("no-rm", 0, kSwitch),
    refused("parallel", 0, kSwitch),
    refused("progress", 0, kText),
    real("pull", 0, kSwitch),
    kQuiet,
};
constexpr std::array kEvents{real("json", 0, kSwitch)};
constexpr std::array kVersion{real("short", 0, kSwitch)};

constexpr std::array kVerbs{
    verb("build", kBuildFlags, 0, start_build, true),
    verb("config", kConfig, 0, start_config, false, 0),
    verb("create", kCreate, 0, start_create, true),
    verb("down", kDown, 0, start_down, false, 0),
    verb("events", kEvents, 0, start_events),
    verb("exec", kExec, 2, start_exec),
    verb("help", {}, 0, nullptr),
    verb("images", kImages, 0, start_images),
    verb("kill", kKill, 0, start_kill),
    verb("logs", kLogs, 0, start_logs),
    verb("pause", {}, 0, start_pause),
    verb("port", kPort, 2, start_port, false, 2),
    verb("ps", kPs, 0, start_list),
    verb("pull", kPull, 0, start_pull),
    verb("push", {}, 0, nullptr),
    verb("restart", kStop, 0, start_restart),
    verb("rm", kRemove, 0, start_remove),
    verb("run", kRun, 1, start_run, true),
    verb("scale", kStop, 0, start_scale, true),
    verb("start", {}, 0, start_start),
    verb("stop", kStop, 0, start_stop),
    verb("top", {}, 0, start_top),
    verb("unpause", {}, 0, start_unpause),
    verb("up", kUp, 0, start_up, true),
    verb("version", kVersion, 0, start_version, false, 0),
};

}  // namespace

std::span<const ComposeVerb> verbs_v1() { return kVerbs; }
std::span<const docker::Flag> global_flags_v1() { return kGlobals; }

}  // namespace podium::programs::composing
