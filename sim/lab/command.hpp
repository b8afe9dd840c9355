#pragma once

// Commands: the one door into a run. Whatever comes from outside is a Command, stamped with its
// simulated time and kept in the log; seed, inputs and log are the run.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/base/time.hpp"
#include "sim/orch/scheduler/policy.hpp"

namespace podium::lab {

enum class CommandKind : std::uint8_t {
    Line,       ///< A line typed into a terminal session; `session` names it ("host", "host/2").
    Interrupt,  ///< Ctrl-C in a session.
    EndOfInput, ///< Ctrl-D in a session.
    Signal,     ///< To what runs in a session's foreground: `text` is QUIT (Ctrl-\), KILL, DROP, which gives the whole line up, or HUP, which ends its shell too.
    Inject,     ///< A fault: `text` as `--fault` takes it, without its times.
    Lift,       ///< Ends a fault that lasts: `text` as it was injected.
    EngineSignal,  ///< A signal to dockerd: `session` names the host, `text` the signal ("TERM", "KILL", "STOP", "CONT").
    EngineStart,   ///< Starts dockerd on the host `session`.
    Traffic,       ///< Begins a source of traffic: `text` as model::parse_traffic() reads it.
    TrafficStop,   ///< Ends the traffic called `text`.
    WriteFile,     ///< Replaces a file on the host `session`: `text` is its path, `content` what it holds.
    Narrate,       ///< Something for those who watch: `text`. It changes nothing.
    Scheduler,     ///< Tasks are placed by another policy from now on: `text` is its name, `content` its text; "spread" and none: as Swarm itself does.
};

struct Command {
    Time time;
    CommandKind kind = CommandKind::Line;
    std::string session;
    std::string text;
    std::string content;

    bool operator==(const Command&) const = default;
};

/// What a run begins with, besides the commands.
struct HostFile {
    std::string host;
    std::string path;     ///< It ends in '/' for a folder with nothing in it.
    std::string content;

    bool operator==(const HostFile&) const = default;
};

/// A link of the physical network between two hosts or switches.
struct LinkSetUp {
    std::string first;
    std::string second;
    Duration latency = microseconds(200);
    std::int64_t bits_per_second = 1'000'000'000;
    std::int64_t loss_ppm = 0;

    bool operator==(const LinkSetUp&) const = default;
};

struct HostSetUp {
    std::string name = "host";
    std::int64_t cpu_millicores = 4000;
    std::int64_t memory_bytes = 8LL << 30;
    std::int64_t disk_bytes = 64LL << 30;
    std::string address;
    bool live_restore = false;
    std::string zone;                           ///< Of a cluster file; a label of its node too.
    std::map<std::string, std::string> labels;  ///< Of its node, once it is in a swarm that Podium forms.
    bool manager = false;                       ///< In that swarm.
    std::vector<std::string> closed_ports;      ///< "2377/tcp": what its firewall lets nobody reach from other hosts.

    bool operator==(const HostSetUp&) const = default;
};

/// A service of the project a run began with: known before any container of it is there.
struct ServiceSetUp {
    std::string name;
    std::string image;      ///< Empty when it is built.
    std::string container;  ///< Its container's name; empty: the usual ones.
    std::optional<std::vector<int>> ports = {};  ///< The host's TCP ports it publishes; none: not all are known before it starts.

    bool operator==(const ServiceSetUp&) const = default;
};

struct SetUp {
    std::uint64_t seed = 1;
    std::vector<HostSetUp> hosts = {HostSetUp{}};
    std::vector<std::string> switches;
    std::vector<LinkSetUp> links;
    bool swarm_formed = false;        ///< The hosts begin as one swarm.
    std::string catalogue;            ///< The text of scenarios/images.yaml.
    std::vector<HostFile> files;      ///< What is on the hosts' disks at the start.
    std::vector<std::string> images;  ///< Already in every host's store at the start.
    std::string only_image;           ///< Every image name means this one (recordings).
    bool keeps_outlines = true;       ///< Containers that may be kept in outline are; nothing else that can be seen comes of it, so it is not saved.
    std::vector<std::string> environment;  ///< Of terminal sessions: "NAME=value".
    std::string directory = "/root";       ///< Where sessions begin.
    std::string program;                   ///< What the front end ran, for the record.
    std::vector<ServiceSetUp> services;    ///< Of the project, for what explains and completes; no part of what happens.
    scheduler::PolicyText scheduler;       ///< By what tasks are placed; without a text as Swarm itself does.
    scheduler::PolicyReader read_policy = nullptr;  ///< Who understands such texts, here and in commands. No input, so it is not saved.

    bool operator==(const SetUp&) const = default;
};

}  // namespace podium::lab
