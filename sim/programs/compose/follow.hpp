#pragma once

// The logs of several containers on one output, each line with the name of its container before it; and
// what `up` without -d and `logs -f` add: they go on when a container is started again, and tell when
// one has ended.
//
// All logs are asked for at once and shown as they come in: docker compose 2 has a goroutine a container
// (pkg/compose/logs.go: Logs), docker-compose 1.29 a thread (compose/cli/log_printer.py: build_thread_map). Here
// they take turns, in the order of their names, a piece each: a short log stays together, long ones mingle.

#include <optional>
#include <string>
#include <vector>

#include "sim/programs/compose/found.hpp"
#include "sim/programs/compose_file/project.hpp"
#include "sim/programs/client.hpp"
#include "sim/programs/docker/streams.hpp"

namespace podium::programs::composing {

struct LogSource {
    std::string id;
    std::string label;    ///< "web_1", "web-1".
    std::string name;     ///< The container's own.
    std::string service;
    docker::FrameReader frames;
    std::string rest[2];  ///< Unfinished lines of its output and standard error.
    Call logs;
    Call look;
    std::string since;    ///< Lines before this moment are not asked for.
    bool asleep = false;  ///< Not started yet: its log is not followed before wake().
    bool over = false;
    bool told_restart = false;
    int exit_code = 0;
    int colour = -1;      ///< Which of the colours its lines begin with; -1: not chosen yet.
    Time look_at = kNever;
};

class LogFollower {
  public:
    compose::Dialect dialect = compose::Dialect::V2;
    std::string tail = "all";
    std::string until;
    bool follow = false;
    bool timestamps = false;
    bool prefixed = true;
    bool coloured = false;
    bool waits_for_start = false;    ///< What doesn't run yet is followed when it was started.
    bool muted = false;              ///< V2 after Ctrl-C: shows no more lines, but tells of ends.
    std::size_t widest_service = 0;  ///< V1: of all services of the project.
    bool splits_error = false;       ///< V2 `up`: lines of standard error go to standard error.
    bool tells_end = false;          ///< "web_1 exited with code 0".
    bool tells_unreadable = false;   ///< V2 `logs`: warns of a log that its driver does not give back.

    void add(const Found& found, const std::string& project, const std::string& since);
    /// The container of this name was started: its log is followed from now on.
    void wake(const std::string& name);
    /// What was not started till now will not be.
    void give_up_sleepers();
    /// Shows all there is. True when all is over.
    bool pump(model::ProcessContext& context);
    [[nodiscard]] Time deadline() const;
    void hang_up(model::ProcessContext& context);
    [[nodiscard]] const std::vector<LogSource>& sources() const { return sources_; }
    /// The first source that is over, in the order in which they ended; nothing when none is.
    [[nodiscard]] const LogSource* first_over() const { return first_over_ ? &sources_[*first_over_] : nullptr; }
    /// "web_1, db_1".
    [[nodiscard]] std::string names() const;
    /// Standard output was closed.
    [[nodiscard]] bool broken() const { return broken_; }

  private:
    void begin(model::ProcessContext& context, LogSource& source);
    bool pump_source(model::ProcessContext& context, std::size_t number);
    bool copy_piece(model::ProcessContext& context, LogSource& source);
    void flush(model::ProcessContext& context, LogSource& source);
    void enlist(LogSource& source);
    void show(model::ProcessContext& context, LogSource& source, std::string_view line, bool standard_error);
    void tell_end(model::ProcessContext& context, LogSource& source, std::string_view more);
    [[nodiscard]] std::string in_colour(const LogSource& source, std::string_view text) const;
    void look(model::ProcessContext& context, std::size_t number);

    std::vector<LogSource> sources_;
    std::optional<std::size_t> first_over_;
    std::size_t width_ = 0;
    int next_colour_ = 0;
    bool broken_ = false;
};

}  // namespace podium::programs::composing
