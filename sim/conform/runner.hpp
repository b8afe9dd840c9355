#pragma once

// A session that is driven by a recording's input, and what is seen of it on the way: events, states,
// commands, and of a swarm its tasks, nodes and updates. Looks after every instant.

#include <map>
#include <set>
#include <string>

#include "sim/base/time.hpp"
#include "sim/conform/compare.hpp"
#include "sim/lab/looks.hpp"
#include "sim/lab/session.hpp"
#include "sim/lab/swarm_looks.hpp"

namespace podium::conform {

/// A stretch of seconds; none when it is negative.
Duration gap(double seconds_apart);

class Runner {
  public:
    explicit Runner(lab::Session session) : session_(std::move(session)) {}

    [[nodiscard]] lab::Session& session() { return session_; }
    [[nodiscard]] const Simulated& seen() const { return out_; }
    /// What was seen so far, which is forgotten.
    Simulated take() { return std::move(out_); }
    /// Forgets what was seen, and counts time from now on: what is there now is told again as of 0.
    void begin_here();
    /// Seconds since the beginning.
    [[nodiscard]] double seconds() const { return (session_.now() - zero_).seconds(); }

    void run_until(Time time);
    /// Reads the facts recorded since the last look, and looks.
    void read_facts();
    /// Types the line into a terminal and waits for its end, at most so long. A line that has ended is
    /// among the commands seen. Its status; -1: it has not ended.
    int type(const std::string& terminal, const std::string& line, Duration patience);
    /// What the last line that ended printed.
    [[nodiscard]] const CommandRow& last() const { return last_; }
    void operated(double t) { out_.operations.push_back(t); }

  private:
    void look_at_containers();
    void look_at_swarm();

    lab::Session session_;
    Time zero_{};
    Simulated out_;
    CommandRow last_;
    FactId next_{1};
    std::map<std::string, lab::ContainerLook> containers_;
    std::uint64_t swarm_version_ = 0;
    std::map<std::string, lab::TaskLook> tasks_;
    std::set<std::pair<std::string, std::string>> passed_;  ///< Task and state.
    std::map<std::string, lab::NodeLook> nodes_;
    std::map<std::string, lab::UpdateLook> updates_;
};

}  // namespace podium::conform
