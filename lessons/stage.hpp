#pragma once

// A run with lab.lua over it: what a step's script does and checks, while somebody types. A stage
// owns its session and cannot be copied (Lua's state never is); who wants to go on from a moment
// makes a new stage of a copy of the session. The same session, script and acts give the same
// stage.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "lessons/attempt.hpp"
#include "lessons/lesson.hpp"
#include "scripting/checks.hpp"
#include "sim/lab/session.hpp"

namespace podium::scripting {
class Scenario;
struct LessonWords;
}  // namespace podium::scripting

namespace podium::lessons {

/// The terminal that a learner types into.
inline std::string learners_terminal(const Lesson& lesson) {
    return lesson.machines.hosts.front().name;
}

/// Whether a file of a host can be replaced or made there; an error says in one sentence why not.
Result<void> may_write(const lab::Session& session, const std::string& host, const std::string& path);

/// Where lab.lua says word("name"), as in key("after-kill"); its file without a line when it says it otherwise.
Place place_in_lab(const Lesson& lesson, std::string_view word, std::string_view name);

class Stage {
  public:
    /// What a script may take at most, in simulated time, where something waits for its end.
    static constexpr Duration kLongestScript = hours(6);

    /// Reads lab.lua at the moment the session stands at. `acts` is what hints look at with
    /// typed().
    static Result<std::unique_ptr<Stage>> create(const Lesson& lesson,
                                                 lab::Session session,
                                                 const std::vector<Act>* acts = nullptr);
    ~Stage();
    Stage(const Stage&) = delete;
    Stage& operator=(const Stage&) = delete;

    /// Runs the function given to begin(), to its end.
    Result<void> set_up();
    /// Starts the function given to step(id), if there is one: it registers checks and what
    /// happens.
    Result<void> begin_step(const std::string& id);
    /// Also lets the run work as much as one act may (allow_work). A file that cannot be written on this run
    /// (on a hidden one something else may stand in its place) stays as it is.
    Result<void> act(const Act& act);
    /// Lets the run work so many times what a script's run may, from now on.
    void allow_work(std::size_t times);
    /// It has worked all of that: what failed, failed for it.
    [[nodiscard]] bool exhausted() const;
    /// Runs to `until`, or to the end of the instant that is `enough`.
    Result<void> advance(Time until, const std::function<bool(const lab::Session&)>& enough = {});
    /// Until no line of the learner's runs or waits.
    Result<void> finish_lines();
    /// What the step's trial() does, then the time to settle; then every check is decided.
    Result<std::vector<scripting::Verdict>> decide();
    /// Runs the function given to key(name) to its end; what it gave, as a text.
    Result<std::string> key(const std::string& name);
    /// What the function given to hint(name) says now.
    Result<bool> hint(const std::string& name);
    /// What lab.lua has: the names given to step, key and hint.
    [[nodiscard]] std::vector<std::string> names_of(std::string_view word) const;

    [[nodiscard]] const lab::Session& session() const;
    /// What the learner's terminal has shown since the last call.
    std::vector<lab::Shown> take_shown();

  private:
    explicit Stage(const Lesson& lesson);
    Result<void> finish_tasks(const std::string& what, const Place& place);

    const Lesson& lesson_;
    std::unique_ptr<scripting::LessonWords> words_;
    std::unique_ptr<scripting::Scenario> scenario_;
};

}  // namespace podium::lessons
