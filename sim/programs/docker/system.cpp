// `docker version`, `docker info` and `docker system df`.

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/calendar.hpp"
#include "sim/base/json_bytes.hpp"
#include "sim/base/text.hpp"
#include "sim/programs/docker/context_store.hpp"
#include "sim/programs/docker/defaults.hpp"
#include "sim/programs/docker/verbs.hpp"
#include "sim/programs/format/go_template.hpp"
#include "sim/programs/format/go_time.hpp"
#include "sim/programs/format/human.hpp"
#include "sim/programs/format/lists.hpp"
#include "sim/programs/format/version.hpp"

namespace podium::programs::docker {
namespace {

using model::Operation;
using shell::Step;

Json parsed(const Answer& answer) {
    return Json::parse(answer.body, nullptr, false);
}

// A member as text, whatever it is.
std::string text_of(const Json& json, const char* name) {
    if (!json.is_object() || !json.contains(name)) return {};
    const Json& value = json[name];
    return value.is_string() ? value.get<std::string>() : json_bytes(value);
}

Json member(const Json& json, const char* name) {
    return json.is_object() && json.contains(name) ? json[name] : Json();
}

// --- docker version ------------------------------------------------------------------------------

Json client_json(bool engine_answers, const std::string& context) {
    Json client;
    client["Version"] = kClientVersion;
    client["ApiVersion"] = engine_answers ? "1.41" : std::string(kClientApiVersion);
    client["DefaultAPIVersion"] = kClientApiVersion;
    client["GitCommit"] = kClientBuild;
    client["GoVersion"] = kClientGoVersion;
    client["Os"] = "linux";
    client["Arch"] = "amd64";
    client["BuildTime"] = kClientBuilt;
    client["Context"] = context;
    return client;
}

// The engine's build time comes as a date, and is shown as C would write it.
void reword_build_time(Json& server) {
    if (!server.is_object() || !server.contains("Components") || !server["Components"].is_array())
        return;
    for (Json& component : server["Components"]) {
        if (text_of(component, "Name") != "Engine" || !component.contains("Details")) continue;
        if (const auto built = parse_rfc3339(text_of(component["Details"], "BuildTime"))) {
            component["Details"]["BuildTime"] = format::ctime_text(*built);
        }
    }
}

class Version final : public VerbProgram<Version> {
  public:
    using VerbProgram::VerbProgram;

  protected:
    Step advance(model::ProcessContext& context) override {
        Answer answer;
        if (!asked(context, call_, answer, [] { return request_for(Operation::Version); }))
            return Step::block();
        Json info;
        info["Client"] = client_json(answer.status != 0, chosen_context(context, invocation()));
        info["Server"] = answer.ok() ? parsed(answer) : Json();
        reword_build_time(info["Server"]);
        const auto text = format::version_text(info, flags().text("format"));
        if (!text) {
            const bool unparsed = text.error().message.starts_with("template parsing error");
            return fail(context, text.error().message, unparsed ? kExitTemplate : 1);
        }
        Finish out{*text, {}, 0};
        if (!answer.ok()) {
            out.error = error_text(answer) + "\n";
            out.status = 1;
        }
        return finish(context, out);
    }

  private:
    Call call_;
};

// --- docker info ---------------------------------------------------------------------------------

void add_line(std::string& out, std::string_view label, const std::string& value) {
    if (!value.empty()) out += fmt::format("{} {}\n", label, value);
}

std::string words(const Json& list) {
    std::string out;
    if (!list.is_array()) return out;
    for (const Json& word : list)
        out +=
            (out.empty() ? "" : " ") + (word.is_string() ? word.get<std::string>() : json_bytes(word));
    return out;
}

std::string security_text(const Json& options) {
    std::string out;
    if (!options.is_array() || options.empty()) return out;
    out = " Security Options:\n";
    for (const Json& option : options) {
        for (const std::string& part : split(option.get<std::string>(), ',')) {
            if (part.starts_with("name=")) out += fmt::format("  {}\n", part.substr(5));
            if (part.starts_with("profile="))
                out += fmt::format("   Profile: {}\n", part.substr(8));
        }
    }
    return out;
}

std::string runtimes_text(const Json& info) {
    std::string names;
    const Json runtimes = member(info, "Runtimes");
    if (!runtimes.is_object() || runtimes.empty()) return {};
    for (const auto& [name, _] : runtimes.items())
        names += (names.empty() ? "" : " ") + name;
    return fmt::format(
        " Runtimes: {}\n Default Runtime: {}\n", names, text_of(info, "DefaultRuntime"));
}

// A heading with a list of texts below it; nothing of an empty one.
std::string list_text(std::string_view heading, const Json& list) {
    if (!list.is_array() || list.empty()) return {};
    std::string out = fmt::format("{}\n", heading);
    for (const Json& each : list) out += fmt::format("  {}\n", each.is_string() ? each.get<std::string>() : json_bytes(each));
    return out;
}

// cli/command/system/info.go of docker/cli 28.2, prettyPrintServerInfo.
std::string debug_text(const Json& info) {
    if (member(info, "Debug") != true) return {};
    return fmt::format("  File Descriptors: {}\n  Goroutines: {}\n  System Time: {}\n  EventsListeners: {}\n", text_of(info, "NFd"), text_of(info, "NGoroutines"), text_of(info, "SystemTime"),
                       text_of(info, "NEventsListener"));
}

std::string pools_text(const Json& info) {
    const Json pools = member(info, "DefaultAddressPools");
    if (!pools.is_array() || pools.empty()) return {};
    std::string out = " Default Address Pools:\n";
    for (const Json& pool : pools) out += fmt::format("   Base: {}, Size: {}\n", text_of(pool, "Base"), text_of(pool, "Size"));
    return out;
}

std::string registries_text(const Json& info) {
    const Json cidrs = member(member(info, "RegistryConfig"), "InsecureRegistryCIDRs");
    if (!cidrs.is_array() || cidrs.empty()) return {};
    std::string out = " Insecure Registries:\n";
    for (const Json& cidr : cidrs)
        out += fmt::format("  {}\n", cidr.is_string() ? cidr.get<std::string>() : json_bytes(cidr));
    return out + list_text(" Registry Mirrors:", member(member(info, "RegistryConfig"), "Mirrors"));
}

// cli/command/system/info.go of docker/cli 28.2: printSwarmInfo.
std::string swarm_text(const Json& swarm) {
    const std::string state = text_of(swarm, "LocalNodeState");
    if (state.empty() || state == "inactive" || state == "locked") return {};
    const auto seconds_of = [](const Json& nanoseconds_given) { return nanoseconds_given.is_number() ? nanoseconds(nanoseconds_given.get<std::int64_t>()) : Duration{}; };
    const bool manager = member(swarm, "ControlAvailable") == true;
    const std::string error = text_of(swarm, "Error");
    std::string out = fmt::format("  NodeID: {}\n", text_of(swarm, "NodeID"));
    add_line(out, "  Error:", error);
    out += fmt::format("  Is Manager: {}\n", manager);
    const Json cluster = member(swarm, "Cluster");
    if (cluster.is_object() && manager && error.empty() && state != "error") {
        const Json spec = member(cluster, "Spec");
        const Json raft = member(spec, "Raft");
        const Json history = member(member(spec, "Orchestration"), "TaskHistoryRetentionLimit");
        out += fmt::format("  ClusterID: {}\n  Managers: {}\n  Nodes: {}\n", text_of(cluster, "ID"), text_of(swarm, "Managers"), text_of(swarm, "Nodes"));
        if (const Json pools = member(cluster, "DefaultAddrPool"); pools.is_array()) {
            out += "  Default Address Pool: ";
            for (const Json& pool : pools) out += pool.get<std::string>() + "  ";
            out += fmt::format("\n  SubnetSize: {}\n", text_of(cluster, "SubnetSize"));
        }
        if (const Json port = member(cluster, "DataPathPort"); port.is_number() && port > 0) out += fmt::format("  Data Path Port: {}\n", json_bytes(port));
        out += fmt::format("  Orchestration:\n   Task History Retention Limit: {}\n  Raft:\n   Snapshot Interval: {}\n", history.is_number() ? json_bytes(history) : "0", text_of(raft, "SnapshotInterval"));
        if (const Json old = member(raft, "KeepOldSnapshots"); old.is_number()) out += fmt::format("   Number of Old Snapshots to Retain: {}\n", json_bytes(old));
        out += fmt::format("   Heartbeat Tick: {}\n   Election Tick: {}\n", text_of(raft, "HeartbeatTick"), text_of(raft, "ElectionTick"));
        out += fmt::format("  Dispatcher:\n   Heartbeat Period: {}\n", format::human_duration(seconds_of(member(member(spec, "Dispatcher"), "HeartbeatPeriod"))));
        const Json authority = member(spec, "CAConfig");
        const Json rotations = member(authority, "ForceRotate");
        out += fmt::format("  CA Configuration:\n   Expiry Duration: {}\n   Force Rotate: {}\n", format::human_duration(seconds_of(member(authority, "NodeCertExpiry"))), rotations.is_number() ? json_bytes(rotations) : "0");
        out += fmt::format("  Autolock Managers: {}\n  Root Rotation In Progress: {}\n", member(member(spec, "EncryptionConfig"), "AutoLockManagers") == true, member(cluster, "RootRotationInProgress") == true);
    }
    out += fmt::format("  Node Address: {}\n", text_of(swarm, "NodeAddr"));
    std::vector<std::string> managers;
    for (const Json& remote : member(swarm, "RemoteManagers")) managers.push_back(text_of(remote, "Addr"));
    std::sort(managers.begin(), managers.end());
    if (!managers.empty()) out += "  Manager Addresses:\n";
    for (const std::string& address : managers) out += fmt::format("   {}\n", address);
    return out;
}

std::string engine_text(const Json& info) {
    std::string out =
        fmt::format(" Containers: {}\n  Running: {}\n  Paused: {}\n  Stopped: {}\n Images: {}\n",
                    text_of(info, "Containers"),
                    text_of(info, "ContainersRunning"),
                    text_of(info, "ContainersPaused"),
                    text_of(info, "ContainersStopped"),
                    text_of(info, "Images"));
    add_line(out, " Server Version:", text_of(info, "ServerVersion"));
    add_line(out, " Storage Driver:", text_of(info, "Driver"));
    for (const Json& pair : member(info, "DriverStatus"))
        out += fmt::format("  {}: {}\n", pair[0].get<std::string>(), pair[1].get<std::string>());
    add_line(out, " Logging Driver:", text_of(info, "LoggingDriver"));
    add_line(out, " Cgroup Driver:", text_of(info, "CgroupDriver"));
    add_line(out, " Cgroup Version:", text_of(info, "CgroupVersion"));
    const Json plugins = member(info, "Plugins");
    out += fmt::format(" Plugins:\n  Volume: {}\n  Network: {}\n  Log: {}\n",
                       words(member(plugins, "Volume")),
                       words(member(plugins, "Network")),
                       words(member(plugins, "Log")));
    out += fmt::format(" Swarm: {}\n", text_of(member(info, "Swarm"), "LocalNodeState"));
    out += swarm_text(member(info, "Swarm"));
    out += runtimes_text(info);
    out += fmt::format(
        " Init Binary: {}\n containerd version: {}\n runc version: {}\n init version: {}\n",
        text_of(info, "InitBinary"),
        text_of(member(info, "ContainerdCommit"), "ID"),
        text_of(member(info, "RuncCommit"), "ID"),
        text_of(member(info, "InitCommit"), "ID"));
    out += security_text(member(info, "SecurityOptions"));
    add_line(out, " Kernel Version:", text_of(info, "KernelVersion"));
    add_line(out, " Operating System:", text_of(info, "OperatingSystem"));
    add_line(out, " OSType:", text_of(info, "OSType"));
    add_line(out, " Architecture:", text_of(info, "Architecture"));
    const Json memory = member(info, "MemTotal");
    out += fmt::format(" CPUs: {}\n Total Memory: {}\n",
                       text_of(info, "NCPU"),
                       format::bytes_size(memory.is_number() ? memory.get<std::int64_t>() : 0));
    add_line(out, " Name:", text_of(info, "Name"));
    add_line(out, " ID:", text_of(info, "ID"));
    out += fmt::format(" Docker Root Dir: {}\n Debug Mode: {}\n", text_of(info, "DockerRootDir"), text_of(info, "Debug"));
    out += debug_text(info);
    out += list_text(" Labels:", member(info, "Labels"));
    out += fmt::format(" Experimental: {}\n", text_of(info, "ExperimentalBuild"));
    out += registries_text(info);
    out += fmt::format(" Live Restore Enabled: {}\n", text_of(info, "LiveRestoreEnabled"));
    return out + pools_text(info) + "\n";
}

class Info final : public VerbProgram<Info> {
  public:
    using VerbProgram::VerbProgram;

  protected:
    Step advance(model::ProcessContext& context) override {
        Answer answer;
        if (!asked(context, call_, answer, [] { return request_for(Operation::Info); }))
            return Step::block();
        const Json info = answer.ok() ? parsed(answer) : Json();
        const std::string used = chosen_context(context, invocation());
        Finish out;
        if (const std::string format = flags().text("format"); !format.empty()) {
            out = formatted(info, format, used);
        } else {
            out.out = fmt::format(
                "Client:\n Version:    {}\n Context:    {}\n Debug Mode: false\n\nServer:\n",
                kClientVersion,
                used);
            if (answer.ok()) out.out += engine_text(info);
            for (const Json& warning : member(info, "Warnings"))
                out.error += warning.get<std::string>() + "\n";
        }
        if (!answer.ok()) {
            out.error = error_text(answer) + "\n" + out.error;
            out.status = 1;
        }
        return finish(context, out);
    }

  private:
    static Finish formatted(Json info, const std::string& format, const std::string& context) {
        if (!info.is_object()) info = Json::object();
        info["ClientInfo"] = client_json(true, context);
        info["ClientInfo"]["Debug"] = false;
        info["ClientInfo"]["Plugins"] = Json::array();
        info["ClientInfo"]["Warnings"] = nullptr;
        const auto read = format::GoTemplate::parse(format == "json" ? "{{json .}}" : format);
        if (!read) return failed("template parsing error: " + read.error().message, kExitTemplate);
        const auto text = read->execute({&info, "system.dockerInfo"});
        if (!text) return {"\n", text.error().message + "\n", 1};
        return {*text + "\n", {}, 0};
    }

    Call call_;
};

// --- docker system df ----------------------------------------------------------------------------

Result<model::RequestSpec> usage_request(const Invocation&, Time) {
    return request_for(Operation::DiskUsage);
}

// cli/command/formatter/disk_usage.go, verboseWriteTable.
Finish usage_in_full(const Json& usage, Time now) {
    const format::RowOptions options{now, true};
    std::vector<format::Row> images;
    for (const Json& image : member(usage, "Images")) {
        // Only the first of an image's names is shown.
        const auto names = format::image_rows(Json::array({image}), options);
        if (!names.empty()) images.push_back(names.front());
    }
    Json containers = member(usage, "Containers");
    for (Json& container : containers)
        container["SizeRootFs"] = 0;
    const auto table = [](const format::ListKind& kind, std::string_view columns, const std::vector<format::Row>& rows) {
        return *format::render_list(kind, fmt::format("table {}", columns), rows);
    };
    std::string out = "Images space usage:\n\n";
    out += table(format::image_list(),
                 "{{.Repository}}\t{{.Tag}}\t{{.ID}}\t{{.CreatedSince}}\t{{.Size}}\t{{.SharedSize}}\t"
                 "{{.UniqueSize}}\t{{.Containers}}",
                 images);
    out += "\nContainers space usage:\n\n";
    out += table(format::container_list(),
                 "{{.ID}}\t{{.Image}}\t{{.Command}}\t{{.LocalVolumes}}\t{{.Size}}\t{{.RunningFor}}\t"
                 "{{.Status}}\t{{.Names}}",
                 format::container_rows(containers, options));
    out += "\nLocal Volumes space usage:\n\n";
    out += table(format::volume_list(),
                 "{{.Name}}\t{{.Links}}\t{{.Size}}",
                 format::volume_rows(member(usage, "Volumes")));
    // Nothing is built here: the cache is empty.
    out += "\nBuild cache usage: 0B\n\n";
    out += "CACHE ID   CACHE TYPE   SIZE      CREATED   LAST USED   USAGE     SHARED\n";
    return {out, {}, 0};
}

Finish usage_show(const Invocation& invocation, const Answer& answer, Time now) {
    if (invocation.flags.on("verbose")) {
        const std::string wanted = invocation.flags.text("format");
        if (wanted.empty() || wanted == "table") return usage_in_full(parsed(answer), now);
        return failed("docker system df: Podium does not simulate --format together with --verbose yet", 125);
    }
    const std::string format = format::disk_usage_format(invocation.flags.text("format"));
    const auto text = format::render_list(
        format::disk_usage_list(), format, format::disk_usage_rows(parsed(answer)));
    if (!text) return failed(text.error().message);
    return {*text, {}, 0};
}

}  // namespace

// As nobody can log in, there is nothing to forget; docker says the same where there isn't.
std::unique_ptr<shell::Program> start_logout(Invocation invocation) {
    const std::string server = invocation.arguments().empty() ? std::string(kDefaultRegistry)
                                                              : invocation.arguments().front();
    return say(std::move(invocation),
               {fmt::format("Removing login credentials for {}\n", server), {}, 0});
}

std::unique_ptr<shell::Program> start_version(Invocation invocation) {
    return std::make_unique<Version>(std::move(invocation));
}

std::unique_ptr<shell::Program> start_info(Invocation invocation) {
    return std::make_unique<Info>(std::move(invocation));
}

std::unique_ptr<shell::Program> start_disk_usage(Invocation invocation) {
    return start_one_call(std::move(invocation), {usage_request, usage_show});
}

}  // namespace podium::programs::docker
