#pragma once

// A learner's way through a lesson: where they are, what they typed and answered, and what it was
// worth. Everything follows from the lesson, the seed and the attempt: a player made again of them
// stands where it stood, on any machine. One thread.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lessons/attempt.hpp"
#include "lessons/lesson.hpp"
#include "lessons/stage.hpp"
#include "sim/lab/session.hpp"

namespace podium::lessons {

/// Hidden runs besides the learner's own; see README.md.
inline constexpr int kHiddenSeeds = 3;
/// From the lesson's name and version, never the learner's to choose. `number` from 0.
std::uint64_t hidden_seed(const Lesson& lesson, int number);

/// What passes while a line runs: shows its output, waits if it likes, hears Ctrl-C.
class Watcher {
  public:
    virtual ~Watcher() = default;
    /// What is shown next was shown at this moment.
    virtual void at(Time /*moment*/) {}

    virtual void show(std::string_view text) = 0;
    virtual void show_error(std::string_view text) = 0;

    /// What lab.lua says meanwhile to those who watch.
    virtual void narrate(Time /*moment*/, std::string_view text) { show(std::string(text) + "\n"); }

    virtual void pass(Time from, Time to) = 0;
    virtual bool interrupted() = 0;

    /// The person is gone: what runs is interrupted, and no more is typed.
    virtual bool left() { return false; }
};

struct StepVerdict {
    enum class Outcome : std::uint8_t {
        Passed,
        NotYet,  ///< `condition` is the first that is not met.
        Fault,   ///< Of the lesson itself; `sentence` says where.
    };

    Outcome outcome = Outcome::Passed;
    std::string condition;
    std::string sentence;               ///< Of the condition: what was seen.
    Time when{};                        ///< The moment that decided.
    int run = 0;                        ///< 0: the learner's own; else the number of a hidden one.
    std::vector<std::string> evidence;  ///< The facts that decided, in words, each with its moment.
    std::string hint;                   ///< The hint this mistake raises; empty: none.

    bool operator==(const StepVerdict&) const = default;
};

/// Did the answer hold?
struct Judgement {
    std::string question;
    std::string answer;  ///< As it was given, in words.
    std::string key;     ///< What was right, in words; empty while undecided.
    bool decided = false;
    bool right = false;
    std::string because;            ///< Why the answer is wrong.
    std::vector<std::string> seen;  ///< A prediction decided in a copy: what happened there.
};

/// What lab.lua has said with narrate().
struct Narration {
    Time moment;
    std::string text;

    bool operator==(const Narration&) const = default;
};

struct PlayerRequest {
    std::string catalogue;  ///< The text of scenarios/images.yaml.
    std::uint64_t seed = 1;
    bool draws = false;  ///< The learner's terminal moves its cursor: what a swarm's commands show
                         ///< of their progress is drawn.
};

class Player {
  public:
    /// At the beginning of the lesson, or where the attempt left off.
    static Result<Player> create(std::shared_ptr<const Lesson> lesson,
                                 const PlayerRequest& request,
                                 const std::optional<Attempt>& attempt = {});

    [[nodiscard]] const Lesson& lesson() const { return *lesson_; }

    [[nodiscard]] const Attempt& attempt() const { return attempt_; }

    [[nodiscard]] std::size_t index() const { return attempt_.steps.size() - 1; }

    [[nodiscard]] const Step& step() const { return lesson_->steps[index()]; }

    [[nodiscard]] const lab::Session& session() const { return stage_->session(); }

    /// How a line ended.
    struct LineEnd {
        int status = 0;
        bool gave_up = false;     ///< It was interrupted after kLongestLine,
        bool flooded = false;     ///< or, then too, since it had printed more than kMostShown bytes.
        bool taken_back = false;  ///< It kept the run too busy to go on: the run stands where it stood before.
    };

    static constexpr Duration kLongestLine = hours(1);
    static constexpr std::size_t kMostShown = 1'000'000;
    /// So much simulated time passes while a line is typed, however long it really takes.
    static constexpr Duration kTyping = seconds(3);
    /// A line at the learner's terminal. Without a person a line that does not end is interrupted.
    Result<LineEnd> type(const std::string& line, Watcher& watcher, bool interruptible);

    // --- the same in pieces, for a front end whose picture goes on while a line runs ---
    /// Gives a line to the terminal and comes back while it runs. That it takes kTyping to type is for the
    /// caller to let pass; `taken_back` as type() has it.
    Result<LineEnd> begin_line(const std::string& line);
    /// Lets simulated time pass up to a moment, or to the end of the instant that is `enough`; whether a
    /// line runs or not. Grading knows: acts have their moments, and a step its own end, so on a hidden
    /// run as much time passes between two lines. What time passing brings beyond what one act may
    /// work is taken back to where it began.
    Result<LineEnd> go_on(Time until, Watcher& watcher, const std::function<bool(const lab::Session&)>& enough = {});
    /// Ctrl-C.
    Result<void> interrupt(Watcher& watcher);
    /// A line of the learner's runs.
    [[nodiscard]] bool running() const;
    /// What the lesson's script has said that nobody was told yet: as this step began or before the
    /// first one; after a resumption, at this step so far.
    std::vector<Narration> take_narration();
    /// Whether a path on the host is one that write() takes; an error says why not.
    [[nodiscard]] Result<void> may_write(const std::string& path) const;
    /// Replaces a file on the host. Nothing is written or recorded where may_write() says no.
    Result<void> write(const std::string& path, const std::string& content);
    /// What a file on the host holds; none when it isn't there.
    [[nodiscard]] std::optional<std::string> read(const std::string& path) const;

    /// Goes back to a moment within this step: what was typed since is forgotten. An error says how
    /// far back is possible.
    Result<void> rewind(Time moment);
    /// Begins this step again. Its questions are asked again, each answer counting as a further try; an exam's stay
    /// answered.
    Result<void> again();
    /// Goes to the step before, as it was when it began; of questions as again().
    Result<void> back();

    /// Judges this step: on the learner's own run, then on the hidden ones. A step without checks
    /// passes when its questions are answered.
    StepVerdict check();
    /// The predictions that the step just passed has decided.
    Result<std::vector<Judgement>> decide_predictions();
    /// Answers a question of this step; an error says how to answer, or that an exam asks but once.
    Result<Judgement> answer(const Question& question, const std::string& text);
    /// The next question of this step that waits for an answer.
    [[nodiscard]] const Question* open_question() const;

    struct GivenHint {
        std::string id;
        int rung = 0;      ///< 0 concept, 1 where to look, 2 almost there.
        std::string text;
        bool last = false;  ///< There is no further one for what is wrong now.
    };

    /// The next rung for what is wrong now.
    Result<GivenHint> hint();
    /// The hint that was given last was given to its last rung (after a break: any of this step's): the solution may be shown.
    [[nodiscard]] bool may_see_solution() const;
    /// Begins the step again and types the solution's lines.
    Result<void> solve(Watcher& watcher);

    /// To the next step; false at the end of the lesson. Requires that this one is passed.
    Result<bool> next();
    /// The causes of the last thing that happened to something, as lines.
    [[nodiscard]] std::string why(const std::string& target, std::size_t width = 0) const;
    /// What runs waits for a line to be typed: the next one is for it.
    [[nodiscard]] bool reading() const;
    /// The prompt of the shell on another host that waits for the next line, after ssh; empty:
    /// none.
    [[nodiscard]] std::string remote_prompt() const;
    /// An exam's questions answered right, in percent; -1 without questions.
    [[nodiscard]] int percent_right() const;

    /// The keys as the solution's own run gives them, for lesson test: see Judgement::key.
    Result<std::string> compute_key(const Question& question,
                                    std::vector<std::string>* seen = nullptr) const;

  private:
    Player(std::shared_ptr<const Lesson> lesson, PlayerRequest request);

    [[nodiscard]] StepRecord& record() { return attempt_.steps.back(); }

    void begin_again(Attempt& attempt) const;
    void ask_again(Attempt& attempt, const Step& step, bool later) const;
    void keep_answer(const Question& question, GivenAnswer given);
    Result<void> stand_at(Attempt attempt);
    Result<void> enter(const std::string& id, lab::Session session);
    /// Does this step's acts again, up to a moment after all of them.
    Result<void> stand_again(Time moment);
    bool show_new(Watcher& watcher, int& status);
    Result<LineEnd> give_back(Time before, std::size_t acts_before);
    Result<void> act(Act::Kind kind, const std::string& text);
    StepVerdict judge_on_all(bool hidden);
    Judgement judgement(const Question& question, const GivenAnswer& given) const;

    std::shared_ptr<const Lesson> lesson_;
    PlayerRequest request_;
    Attempt attempt_;
    std::size_t shown_bytes_ = 0;           // of the line that was typed last
    std::string last_hint_;                 // given in this sitting
    std::unique_ptr<lab::Session> before_;  // as this step began
    std::unique_ptr<Stage> stage_;          // the run as it is
    FactId heard_;                          // the last fact looked at for narration

    struct Hidden {
        std::unique_ptr<lab::Session> session;  // as step number `steps` began
        std::size_t steps = 0;
    };

    std::vector<Hidden> hidden_;
};

/// A run at the beginning of a lesson: hosts, files and images in place, begin() of lab.lua done.
/// `draws` as in PlayerRequest.
Result<lab::Session> begin_run(const Lesson& lesson,
                               const std::string& catalogue,
                               std::uint64_t seed,
                               bool draws = false);
/// Does a step again: from the moment the session stands at to the record's end.
Result<lab::Session> replay_step(const Lesson& lesson,
                                 lab::Session session,
                                 const StepRecord& record);
/// Decides a step on one run, which stands at its beginning. `run` is what verdicts call it.
StepVerdict judge_step(const Lesson& lesson,
                       const lab::Session& before,
                       const StepRecord& record,
                       int run);

}  // namespace podium::lessons
