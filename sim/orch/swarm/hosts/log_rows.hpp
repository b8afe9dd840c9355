#pragma once

// Logs of services as rows: swarmkit's log broker (manager/logbroker), which is a part of the leader, and what
// agents send it (agent/worker.go, Subscribe). logs.cpp writes the subscriptions, log_reading.cpp the readers.

#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "sim/base/time.hpp"
#include "sim/model/ids.hpp"
#include "sim/orch/swarm/logs_wanted.hpp"

namespace podium::swarm {

/// A line as an agent publishes it.
struct PublishedLine {
    std::string stamp;  ///< "2026-01-05T09:00:02.000000000Z"
    bool to_error = false;
    std::string text;   ///< With its newline, if it has one.
};

/// What a node's agent sends in one piece: lines of one task.
struct PublishedLines {
    std::string context;  ///< Whose they are, as the details of each line say it.
    std::vector<PublishedLine> lines;
    bool last = false;    ///< It has nothing more: all that it was to read has been read.
};

/// What the leader passes on to the manager that was asked.
struct Delivery {
    std::vector<std::string> pieces;  ///< Each a frame, or of a terminal a line.
    bool last = false;
};

/// A node that has been asked for its lines.
struct LogSource {
    model::HostId host;
    std::uint32_t session = 0;  ///< The agent's, by which it was asked; 0: it is not connected.
    bool reached = false;       ///< It has heard of it,
    std::set<TaskId> begun;     ///< and reads, or has read, the logs of these,
    std::uint32_t reading = 0;  ///< of which so many go on.
    std::deque<PublishedLines> on_way;
};

/// Somebody reads the logs of a service or task.
struct LogSubscription {
    model::RequestId request;
    model::HostId asked;   ///< The manager that was asked,
    model::HostId leader;  ///< the one whose broker has the subscription,
    std::uint32_t leadership = 0;
    LogsWanted wanted;
    std::map<NodeId, LogSource> sources;
    std::uint32_t unfinished = 0;      ///< Sources that still owe lines, unless it follows.
    std::set<std::string> unassigned;  ///< Ids of tasks that have no node.
    std::vector<std::string> errors;   ///< Why lines are missing.
    std::deque<Delivery> on_way;
    bool cut = false;  ///< The leader's host is gone without a word: nothing comes until it is back.
    Duration resend{};
};

/// A log that an agent reads from its engine.
struct LogReader {
    std::uint32_t subscription = 0;
    NodeId node;
    std::string context;
};

}  // namespace podium::swarm
