#pragma once

// A lesson in the window: a learner's way through it (lessons::Player), with the same words, the same
// grading and the same kept progress as podium learn, so that a lesson begun in the terminal goes on here.
//
// Time passes while a line runs, and while the person lets it play: what is typed has its moment, and on
// the hidden runs as much time passes. Going back in time only looks: the attempt stays as it is until
// something is typed there, which is what `rewind` does in the terminal. A fork is tried out beside the
// attempt and does not count. Belongs to the engine's thread.

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lessons/player.hpp"
#include "ui/desktop/lab/play.hpp"
#include "ui/desktop/lab/run_frame.hpp"

namespace podium::desktop {

struct LessonOptions {
    std::shared_ptr<const Lists> lists;
    /// Keeps how far the learner is; an error is told once. Empty: nothing is kept.
    std::function<Result<void>(const lessons::Attempt&)> keep;
    /// Writes a file: intent::Save. Empty: refused.
    std::function<Result<void>(const std::string& path, const std::string& content)> write_file;
    bool resumed = false;  ///< The attempt was begun before.
};

class LessonPlay final : public Play {
  public:
    LessonPlay(lessons::Player player, LessonOptions options);
    ~LessonPlay() override;

    void handle(const Intent& intent) override;
    void refuse(const std::string& sentence) override;
    void advance(double real_seconds) override;
    void fill(Frame& frame) override;
    [[nodiscard]] bool idle() const override;

    [[nodiscard]] const lessons::Player& player() const { return player_; }

    /// As fast as podium learn lets time pass.
    static constexpr double kLearnersSpeed = 10;
    /// Stepping to a fact looks at most so far ahead.
    static constexpr Duration kLongestStep = hours(1);

  private:
    class Ear;

    void do_intent(const intent::Play&);
    void do_intent(const intent::Pause&);
    void do_intent(const intent::Toggle&);
    void do_intent(const intent::Speed&);
    void do_intent(const intent::StepEvent&);
    void do_intent(const intent::StepFact&);
    void do_intent(const intent::StepFactOfSelection&);
    void do_intent(const intent::Seek&);
    void do_intent(const intent::GoLive&);
    void do_intent(const intent::SetLook&);
    void do_intent(const intent::Type&);
    void do_intent(const intent::Complete&);
    void do_intent(const intent::Key&);
    void do_intent(const intent::Inject&);
    void do_intent(const intent::Lift&);
    void do_intent(const intent::Fork&);
    void do_intent(const intent::Save&);
    void do_intent(const intent::LessonCheck&);
    void do_intent(const intent::LessonHint&);
    void do_intent(const intent::LessonNext&);
    void do_intent(const intent::LessonBack&);
    void do_intent(const intent::LessonAgain&);
    void do_intent(const intent::LessonSolve&);
    void do_intent(const intent::LessonAnswer&);
    void do_intent(const intent::EndFork&);
    void do_intent(const intent::Compare&);
    void do_intent(const intent::Scheduler&);
    void do_intent(const intent::Open&);

    // --- what is typed: lesson_typing.cpp ---
    void type(const std::string& line);
    bool take_word(const std::string& typed);
    void rewind(const std::string& typed);
    void type_word(const std::string& line);
    /// Goes back for good to the moment that is looked at; false when that can't be.
    bool act_here();
    void let_pass(Time until, double slice, const std::function<bool(const lab::Session&)>& enough);
    void ended(const Result<lessons::Player::LineEnd>& end);
    void step(const std::function<bool(const lab::Session&, FactId since)>& enough);

    // --- what is graded: lesson_grading.cpp ---
    void check();
    void passed();
    void next();
    void finish();
    void fault(const std::string& sentence);
    void step_begins();
    void forget_verdict();
    void run_jumped(Time kept);
    void keep();
    std::shared_ptr<const LessonView> make_view() const;
    [[nodiscard]] QuestionView question_view(const lessons::Question& question) const;

    void tell(std::string sentence, view::Tone tone);
    void note(std::string text, bool bad = false);
    [[nodiscard]] const std::string& terminal() const { return terminal_; }
    [[nodiscard]] const lab::Session& shown_run() const;
    [[nodiscard]] bool line_runs() const;

    lessons::Player player_;
    LessonOptions options_;
    std::string terminal_;
    std::unique_ptr<lab::Session> past_;  ///< What is looked at, when that is earlier than the run stands.
    std::unique_ptr<Play> aside_;         ///< A fork being tried out.
    RunFrame run_frame_;
    Screens screens_;
    Look look_;
    bool playing_ = false;
    double speed_ = kLearnersSpeed;
    double owed_ = 0;    ///< Simulated nanoseconds that are due and not run yet.
    double behind_ = 0;  ///< Real seconds.
    bool changed_ = true;
    bool unkept_ = false;
    bool keep_failed_ = false;
    std::string text_end_;  ///< The line that ends the text being given with <<.

    std::string notice_;
    std::uint64_t notice_serial_ = 0;
    view::Tone notice_tone_ = view::Tone::Plain;
    std::shared_ptr<const Frame::Completion> completion_;

    // What was told of this step since it began:
    std::optional<lessons::StepVerdict> verdict_;
    std::string verdict_text_;
    std::vector<std::string> hints_;
    std::map<std::string, lessons::Judgement> judged_;  ///< By question.
    std::vector<std::string> predicted_;                ///< Questions that passing this step has decided.
    std::string note_;
    bool faulty_ = false;
    std::shared_ptr<const LessonView> view_;
    std::shared_ptr<const std::vector<CheckMark>> marks_;
};

}  // namespace podium::desktop
