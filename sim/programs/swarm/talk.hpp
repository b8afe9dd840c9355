#pragma once

// A verb that asks the engine several things in order, written down as it happens. A procedure is a
// plain function that is run again from its beginning whenever an answer has come: questions that
// have been answered give their answers at once, what has been printed is not printed again, and the
// first question without an answer ends the run. So the only state is the list of answers, and a
// procedure must ask and print the same as long as the answers are the same.

#include <deque>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/programs/docker/verb.hpp"

namespace podium::compose {
struct Project;
}

namespace podium::programs::docker {

/// An answer with its body read.
struct Reply {
    Answer answer;
    std::shared_ptr<const Json> json;  ///< Never null; a body that is no JSON gives null JSON.

    explicit Reply(Answer given);

    [[nodiscard]] bool ok() const { return answer.ok(); }
    [[nodiscard]] bool is_missing() const { return answer.status == 404; }
    [[nodiscard]] const Json& value() const { return *json; }
    /// "Error response from daemon: ..."
    [[nodiscard]] std::string error() const { return error_text(answer); }
};

struct TaskTable;

/// What a conversation has come to, kept between two steps.
struct TalkState {
    std::deque<Reply> replies;
    Call call;
    std::size_t printed = 0;  ///< Pieces of output.
    std::string input;
    bool input_ended = false;
    std::shared_ptr<const TaskTable> tasks;  ///< Of print_tasks(): what is not to be made anew for each answer.
    std::shared_ptr<const compose::Project> project;  ///< Of load_stack(): the file as it was read first.
};

class Talk {
  public:
    Talk(model::ProcessContext& context, TalkState& state) : context_(context), state_(state) {}

    /// Asks what a swarm answers; `target` is "GET /services". Null: the answer isn't there yet.
    const Reply* ask(std::string target, std::string body = {});
    /// Asks the engine itself.
    const Reply* ask_engine(model::RequestSpec spec);
    /// The whole standard input, at most `most` bytes; nothing while it isn't there yet.
    std::optional<std::string> read_input(std::size_t most);

    /// The first line of the standard input.
    std::optional<std::string> read_line(std::size_t most);
    [[nodiscard]] std::shared_ptr<const TaskTable>& tasks() { return state_.tasks; }
    [[nodiscard]] std::shared_ptr<const compose::Project>& project() { return state_.project; }

    void print(std::string_view text);
    void print_error(std::string_view text);

    [[nodiscard]] model::ProcessContext& context() { return context_; }
    /// What the host's clock shows.
    [[nodiscard]] Time now() { return host_time(context_); }
    /// Whether a write has failed for want of a reader.
    [[nodiscard]] bool broken() const { return broken_; }

  private:
    std::optional<std::string> read_until(std::size_t most, bool whole);

    model::ProcessContext& context_;
    TalkState& state_;
    std::size_t next_ = 0;
    std::size_t pieces_ = 0;
    bool waiting_ = false;
    bool broken_ = false;
};

/// How a procedure ends. Services named here are then waited for until they have converged.
struct Ending {
    Finish finish;
    std::vector<std::string> services;
    bool quiet = false;          ///< Without drawing their progress.
    bool named_errors = false;  ///< An error says which service it is about, and the next is waited for.
};

/// Nothing while an answer is missing.
using Outcome = std::optional<Ending>;
using Procedure = Outcome (*)(const Invocation& invocation, Talk& talk);

std::unique_ptr<shell::Program> start_procedure(Invocation invocation, Procedure procedure);

inline Error wrong(std::string message) { return Error{std::move(message), {}, {}}; }

/// The help of the verb itself, on standard output.
std::unique_ptr<shell::Program> say_help(Invocation invocation);

/// An ending with standard output, with an error line, or with several.
Ending ends(std::string out = {});
Ending ends_badly(std::string_view message, int status = 1);
Ending ends_with_errors(const std::vector<std::string>& errors);

}  // namespace podium::programs::docker
