#pragma once

// A recording of the real programs, read into plain rows; and a simulated run in the same rows. What is
// compared, and how, is written in the reference's docker/COMPARING.md; compare.hpp holds to it.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/base/result.hpp"

namespace podium::conform {

/// A Docker event, of a container, network or volume.
struct EventRow {
    double t = 0;
    std::string object;     ///< "container", "network", "volume".
    std::string action;     ///< "start", "exec_start: sh -c x", "health_status: healthy".
    std::string id;         ///< Short id, network id or volume name.
    std::string name;
    std::string container;  ///< Of network and volume events: the container concerned.
    std::string destination;  ///< Of volume mounts.
    std::string exit_code;
    std::string signal;
    std::string service;
    std::string project;
    // Simulated rows only:
    std::optional<double> backoff;  ///< die: the nominal delay the engine decided on.
    std::optional<double> ran;
    std::string decision;
    int attempt = 0;
    std::string reason;

    /// The action without what may differ, with what may not: "die exit 1", "kill signal 15",
    /// "volume mount web_data at /data".
    [[nodiscard]] std::string key() const;
};

struct CommandRow {
    double t = 0;
    double duration = 0;
    std::string line;
    int status = 0;
    std::optional<std::string> output;  ///< Not in every recording.
    std::optional<std::string> error;
    std::string node = {};  ///< Its key in a swarm: "s1".
};

/// A sampled look at a container.
struct InspectRow {
    double t = 0;
    std::string name;
    std::string label;  ///< "sample", "end", "before", "after".
    std::string status;
    int exit_code = 0;
    int restart_count = 0;
    bool oom_killed = false;
    bool gone = false;  ///< The engine knew no such container (404).
};

struct PollRow {
    double t = 0;
    std::string status;
    std::string health;
    int failing_streak = 0;
};

/// An input that is no command line.
struct OperationRow {
    double t = 0;
    std::string operation;  ///< "engine-signal", "engine-start", "write-compose", "link-cut", "link-restore".
    std::string signal;
    std::string content;
    std::string node = {};  ///< Of a swarm.
    double duration = 0;
};

/// A task of a swarm, seen in a new state or with another desired one.
struct TaskRow {
    double t = 0;
    std::string id;       ///< 12 characters.
    std::string service;  ///< Its name; in recordings its id once the service is removed.
    int slot = 0;         ///< 0: of a global service.
    std::string host;
    std::string state;
    std::string desired;
    double since = 0;     ///< The engine's own time of the state.
    std::string error;
    std::optional<int> exit_code;
};

/// A node as the swarm sees it.
struct NodeRow {
    double t = 0;
    std::string name;
    std::string state;
    std::string availability;
    std::string role;
    bool leader = false;
    std::string reachability;
    std::string id;  ///< Simulated rows only: names can be ambiguous.

    bool operator==(const NodeRow&) const = default;
};

/// A service's UpdateStatus.
struct UpdateRow {
    double t = 0;
    std::string service;
    std::string state;
    std::string message;
};

/// How many tasks of a service each node has.
struct SpreadRow {
    double t = 0;
    std::string service;
    std::string label;
    std::string flags;
    std::map<std::string, int> per_node;
    bool placement = false;  ///< Also how many wait, and why.
    int pending = 0;
    std::vector<std::string> errors;
};

struct Recording {
    std::string name;       ///< "restart/always__exit1".
    std::string directory;  ///< "restart".
    std::string node = "host";
    std::string program;
    bool swarm = false;         ///< Of several engines joined in a swarm, or of services.
    bool live_restore = false;  ///< dockerd ran with --live-restore.
    std::string initial_state;  ///< What was there before the first command; empty: nothing.
    std::string artefact;   ///< Why even a perfect simulator may miss it; empty: it should not.
    std::string project;
    std::string compose_file;
    bool only_busybox = false;
    std::vector<std::string> dropped_actions;
    std::vector<std::string> objects;
    std::vector<EventRow> events;
    std::vector<CommandRow> commands;
    std::vector<InspectRow> inspections;
    std::vector<PollRow> polls;
    std::vector<OperationRow> operations;
    // Of a swarm:
    std::map<std::string, std::string> nodes;  ///< Key → host name.
    std::map<std::string, std::map<std::string, std::string>> node_labels;
    std::map<std::string, std::string> files;  ///< "stack.yml" and its like.
    std::vector<TaskRow> tasks;
    std::vector<NodeRow> node_rows;
    std::vector<UpdateRow> updates;
    std::vector<SpreadRow> spreads;
    struct CameBack {
        std::string name;
        std::string status;
        int exit_code = 0;
        int restart_count = 0;
        bool came_back = false;
    };
    std::vector<CameBack> summary;  ///< daemon-restart.
    double end = 0;                 ///< The last row's time.
};

/// Reads a file of rows of JSON. A row that breaks off, lacks a field, or has one of the wrong kind is
/// an error that names file and line, as is a file without a header or without a single command.
Result<Recording> read_recording(const std::string& text, const std::string& filename);
/// The name of an anonymous volume is 64 hexadecimal digits of chance (recorders cut it to 25).
bool is_anonymous_volume(const std::string& name);
/// One fact's row (view::fact_row) as an event; nothing when it is none.
std::optional<EventRow> event_of_row(const std::string& json_line);

}  // namespace podium::conform
