#pragma once

// Waiting until a service has converged, and drawing how far it has come, as
// cli/command/service/progress/progress.go of docker/cli 28.2 does: every 0.2 s it asks for the
// service, its up-to-date tasks and the nodes, and once all run, it watches them for the time that an
// update monitors tasks.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sim/programs/client.hpp"
#include "sim/programs/swarm/progress_lines.hpp"
#include "sim/programs/swarm/talk.hpp"

namespace podium::programs::docker {

/// Counts a service's tasks and tells the lines how they stand. One for each kind of service.
class ProgressCounter {
  public:
    /// Draws, and says whether all is as it should be. The error is docker's sentence.
    Result<bool> update(const Json& service, const Json& tasks, const Json& nodes, bool rollback, ProgressLines& lines);

  private:
    enum class Kind : std::uint8_t { Unknown, Replicated, Global, ReplicatedJob, GlobalJob };

    bool update_replicated(const Json& service, const Json& tasks, const Json& nodes, bool rollback, ProgressLines& lines);
    bool update_global(const Json& tasks, const Json& nodes, bool rollback, ProgressLines& lines);
    bool update_replicated_job(const Json& service, const Json& tasks, ProgressLines& lines);
    bool update_global_job(const Json& service, const Json& tasks, const Json& nodes, ProgressLines& lines);

    Kind kind_ = Kind::Unknown;
    bool begun_ = false;
    bool done_ = false;
    std::map<std::int64_t, std::int64_t> slots_;  ///< To places in the list of lines.
    std::set<std::string> nodes_;                 ///< Of a global job, as it began.
};

/// An answer that is asked for again and again: read once more only when it says something else.
class RepeatedAnswer {
  public:
    /// Never null; a body that is no JSON gives null JSON.
    const std::shared_ptr<const Json>& read(Answer answer);
    [[nodiscard]] const Json& value() const { return *json_; }

  private:
    std::string body_;
    std::shared_ptr<const Json> json_;
};

/// The wait for one service.
class ServiceWait {
  public:
    ServiceWait(std::string service, bool quiet) : service_(std::move(service)), quiet_(quiet) {}

    /// Does what it can. True when it is over: error() says how it went.
    bool advance(model::ProcessContext& context);

    [[nodiscard]] Time deadline() const { return wake_at_; }
    /// Empty when all is well.
    [[nodiscard]] const std::string& error() const { return error_; }
    /// How many interrupts have come.
    [[nodiscard]] int interrupts() const { return interrupts_; }

  private:
    enum class Stage : std::uint8_t { Service, Tasks, Nodes, Sleep };

    bool asked(model::ProcessContext& context, const std::string& target);
    /// What the service itself says; true ends the wait.
    bool look_at_service(model::ProcessContext& context);
    bool look_at_tasks(model::ProcessContext& context);
    void show(model::ProcessContext& context);

    std::string service_;
    bool quiet_ = false;
    Stage stage_ = Stage::Service;
    Call call_;
    Answer answer_;
    RepeatedAnswer seen_service_;
    RepeatedAnswer seen_tasks_;
    RepeatedAnswer seen_nodes_;
    ProgressCounter counter_;
    ProgressLines lines_;
    bool converged_ = false;
    std::optional<Time> converged_at_;
    Duration monitor_ = seconds(5);
    bool rollback_ = false;
    std::string message_;  ///< Of a rollback that is complete.
    Time wake_at_ = kNever;
    std::string error_;
    int interrupts_ = 0;
};

}  // namespace podium::programs::docker
