#pragma once

// What a Compose command does to the engine, as data: tasks (one container, network, volume or image
// each) that are lists of acts (one request each), in batches that wait for each other. The board runs
// all that may run at once, and tells how it goes: docker-compose 1.29 by lines it prints itself, docker
// compose 2 by events. Plain data, copied with the program; a batch never begins when one it waits for has
// failed. In a dry run nothing is asked that would change something.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "sim/programs/client.hpp"
#include "sim/programs/compose/progress.hpp"
#include "sim/programs/compose_file/project.hpp"

namespace podium::programs::composing {

/// In a request's target or options: the id of the task's own new container, and its first 12 digits.
inline constexpr char kOwnId = '\x01';
inline constexpr char kOwnShortId = '\x02';
/// As an act's error status: the error's own sentence.
inline constexpr std::string_view kOwnError = "\x03";

struct Act {
    enum class Kind : std::uint8_t {
        Request,    ///< Ask once.
        Networks,   ///< V1: look at a container's networks, and keep of the joins that follow those that are needed.
        Pull,       ///< Ask, and read the stream of progress.
        Build,      ///< Ask, and show what the builder says.
        Healthy,    ///< Ask for the containers of a service until all are healthy.
        Completed,  ///< ... until all have exited with 0.
        Running,    ///< ... until all run, and are healthy where they have a check (up --wait).
    };
    Kind kind = Kind::Request;
    model::RequestSpec spec;
    bool keeps_id = false;   ///< The answer's Id is the task's own container.
    bool quiet = false;      ///< A build whose output is not shown.
    std::string notice;        ///< Of a build: printed when it begins,
    std::string error_notice;  ///< on standard error before that,
    std::string closing;       ///< and a warning when it has gone well.
    bool forgiving = false;  ///< "Not there", "already so" are no errors.
    std::string begin;       ///< V2: told when it begins and when it has ended.
    std::string end;
    std::string error_status;  ///< V2: told when it fails; empty: nothing is.
    EventState end_state = EventState::Done;
    std::string failure;   ///< Put before the engine's sentence: "Cannot start service web: ".
    std::string in_use;    ///< V2: told, as a warning and no error, when what it would remove is in use,
    bool futile = false;   ///< which is known before: nothing is asked.
    std::string wrong;     ///< It can't be asked for: this is the error.
    std::string network;   ///< V1: it leaves or joins this one, after an act of kind Networks.
    std::string optional;  ///< V2: a dependency that is not required: 'optional dependency "db" failed to start'.
    std::string service;   ///< Whose containers a wait is for.
    std::vector<std::string> subjects;  ///< Whom a wait tells about; empty: the task's own subject.
    std::vector<ProgressEvent> also;    ///< V2: told when it has ended, besides.
    Time give_up_at = kNever;           ///< When a wait is given up,
    std::string give_up_error;          ///< with this error; empty: without one.
};

struct Task {
    std::string subject;  ///< V1: the name in "Creating NAME ... done"; V2: "Container p-web-1".
    std::string service;  ///< Whose errors these are.
    std::vector<Act> acts;
    std::vector<std::size_t> after;  ///< Tasks of the same batch that end before this begins.

    // Progress.
    Call call;
    std::size_t at = 0;
    bool begun = false;
    bool ended = false;
    bool futile = false;  ///< One it came after has failed, so it was not begun.
    bool hollow = false;  ///< V1: it has nothing to do, which is told as "failed" and is no error.
    std::string id;
    std::string error;  ///< Not empty: it failed.
    std::string stream_rest;
    Time again = kNever;
    FactId met;  ///< What met the condition its wait was for.
};

struct Batch {
    std::string verb;    ///< V1: "Creating"; empty: nothing is printed.
    std::string notice;  ///< V1: a line printed when it begins.
    std::vector<ProgressEvent> events;  ///< V2: told when it begins.
    std::string service;
    std::vector<std::size_t> tasks;
    std::vector<std::size_t> after;  ///< Batches.
    bool begun = false;
    bool ended = false;
    bool failed = false;
};

struct TaskError {
    std::string service;
    std::string message;
};

class Board {
  public:
    compose::Dialect dialect = compose::Dialect::V2;
    Progress progress;            ///< V2: how it tells what it does.
    bool quiet = false;           ///< Tells nothing.
    bool quiet_pull = false;      ///< V2: layers are not told about.
    bool stop_at_error = false;   ///< V2: nothing more begins after the first error.
    bool cancel_pulls = true;     ///< V2: the first pull that fails gives up the others.
    bool dry_run = false;
    bool ansi_v1 = false;         ///< V1: standard error is a terminal that understands escape sequences.

    /// Adds a batch; its number.
    std::size_t add(Batch batch);
    /// Adds a task to a batch; its number.
    std::size_t add(std::size_t batch, Task task);
    void forget();

    /// Does what can be done now. True when all has ended.
    bool advance(model::ProcessContext& context);
    /// When it wants to be stepped again at the latest.
    [[nodiscard]] Time deadline() const;
    /// Gives up all that is under way.
    void abandon(model::ProcessContext& context);

    [[nodiscard]] const std::vector<TaskError>& errors() const { return errors_; }
    [[nodiscard]] const std::vector<Task>& tasks() const { return tasks_; }
    [[nodiscard]] bool empty() const { return batches_.empty(); }

  private:
    [[nodiscard]] FactId condition_met(const Task& task) const;
    bool begin_batches(model::ProcessContext& context);
    void print_begin(model::ProcessContext& context, const Batch& batch);
    bool advance_task(model::ProcessContext& context, const Batch& batch, Task& task);
    void start_act(model::ProcessContext& context, Task& task);
    bool finish_act(model::ProcessContext& context, Task& task);
    bool poll(model::ProcessContext& context, Task& task, const Answer& answer);
    static void drop_joins(Task& task, const Answer& answer);
    void forgive(model::ProcessContext& context, Task& task, const Act& act, const std::string& error);
    void tell(model::ProcessContext& context, const Task& task, const Act& act, EventState state, const std::string& status);
    void end_task(model::ProcessContext& context, const Batch& batch, Task& task);
    void interrupt_pulls(model::ProcessContext& context);
    void end_batch(model::ProcessContext& context, Batch& batch);
    void read_stream(model::ProcessContext& context, Task& task);
    void show_build(model::ProcessContext& context, Task& task);
    void end_build(model::ProcessContext& context, Task& task, const Answer& answer);
    void tell_layer(model::ProcessContext& context, const Task& task, const nlohmann::ordered_json& line);
    void say(model::ProcessContext& context, std::string_view text) const;
    void warn_v1(model::ProcessContext& context, std::string_view text) const;
    void tell_end_v1(model::ProcessContext& context, const std::string& line, std::string_view status) const;

    std::vector<Task> tasks_;
    std::vector<Batch> batches_;
    std::vector<TaskError> errors_;
    std::vector<std::string> lines_;  // V1: what has a line of its own on the terminal, in order
    std::size_t width_ = 0;  // V1: names are padded to the widest this process has shown
};

}  // namespace podium::programs::composing
