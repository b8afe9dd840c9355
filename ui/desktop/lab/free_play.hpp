#pragma once

// A run in which a person is free: time plays, stops and goes back; lines are typed, faults injected;
// a change in the past begins a fork, whose two sides go on beside each other on one clock. Belongs to
// the engine's thread.

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "sim/lab/session.hpp"
#include "sim/view/outcome.hpp"
#include "ui/desktop/lab/play.hpp"
#include "ui/desktop/lab/run_frame.hpp"

namespace podium::desktop {

struct FreeOptions {
    std::string title;
    std::shared_ptr<const Lists> lists;
    std::shared_ptr<const std::vector<CheckMark>> checks;
    /// The run is computed to here first and stands at `stand_at` then; 0: it begins as the session stands.
    Time run_to{};
    std::optional<Time> stand_at;
    bool playing = false;
    double speed = 1;
    /// Reads a scheduling policy that is named; empty: refused.
    std::function<Result<scheduler::PolicyText>(const std::string&)> read_scheduler;
    /// Writes a file; gives an error that can be told.
    std::function<Result<void>(const std::string& path, const std::string& content)> write_file;
    /// Keeps the run for `podium why` at the end and when it is left; may be empty.
    std::function<void(const lab::Session&)> remember;
    /// Runs intent::Compare; empty: refused.
    std::function<std::shared_ptr<const CompareView>(const intent::Compare*)> compare;
};

class FreePlay final : public Play {
  public:
    FreePlay(lab::Session session, FreeOptions options);
    ~FreePlay() override;

    void handle(const Intent& intent) override;
    void refuse(const std::string& sentence) override;
    void advance(double real_seconds) override;
    void fill(Frame& frame) override;
    [[nodiscard]] bool idle() const override;

    [[nodiscard]] const lab::Session& session() const { return session_; }
    /// Up to here the run is the one that was opened; kNever while nothing in its past was changed.
    [[nodiscard]] Time original_until() const { return original_until_; }

    static constexpr double kSlowest = 0.01;
    static constexpr double kFastest = 10'000;
    /// Stepping to a fact looks at most so far ahead.
    static constexpr Duration kLongestStep = hours(1);
    /// While time stands, a line that follows what never ends (docker logs -f) is given so much of it.
    static constexpr Duration kLongestFollowing = seconds(2);
    /// And one that should end, but does not, so much.
    static constexpr Duration kLongestStanding = minutes(10);

  private:
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
    void do_intent(const intent::EndFork&);
    void do_intent(const intent::Save&);
    void do_intent(const intent::Open&);
    void do_intent(const intent::Compare&);
    void do_intent(const intent::Scheduler&);
    template <class Other>
    void do_intent(const Other&);

    [[nodiscard]] bool live() const { return session_.now() >= horizon_; }
    /// Runs to a moment, or until kSlice of real time is over; gives whether it got there.
    bool run_to(Time time, double slice);
    void go_to(Time time);
    void arrived();
    void take_shown();
    void step(bool of_selection);
    /// Posts a command of the person's; in the past it begins a fork.
    bool act(lab::Command command, const std::string& in_words);
    void after_command();
    void do_waiting();
    [[nodiscard]] lab::Session whole() const;
    void begin_fork(std::vector<lab::Command> changes, const std::string& in_words);
    bool type_own_line(const intent::Type& typed);
    /// A line is under way for which time has to pass.
    [[nodiscard]] bool a_line_runs();
    [[nodiscard]] std::shared_ptr<const ForkView> fork_view();
    void tell(std::string sentence, view::Tone tone);
    [[nodiscard]] const std::string& first_terminal() const;

    lab::Session session_;
    FreeOptions options_;
    Time horizon_{};
    std::unique_ptr<const lab::SimState> ahead_;  ///< The run at the horizon, while it stands earlier.
    RunFrame run_frame_;
    Screens screens_;
    Look look_;
    bool playing_ = false;
    bool lines_run_ = false;  ///< Time stands, but passes until the lines typed meanwhile have ended.
    Time lines_since_{};           ///< When the last of them was given.
    Time endless_since_ = kNever;  ///< Since when nothing that runs has an end of its own.
    double speed_ = 1;
    double owed_ = 0;    ///< Simulated nanoseconds that are due and not run yet.
    double behind_ = 0;  ///< Real seconds.
    bool told_trouble_ = false;
    std::string notice_;
    std::uint64_t notice_serial_ = 0;
    view::Tone notice_tone_ = view::Tone::Plain;
    std::shared_ptr<const Frame::Completion> completion_;
    bool changed_ = true;
    bool computing_ = false;  ///< On the way to run_to or to a moment that was sought.
    Time computing_to_{};
    bool filling_ = false;          ///< It is, on the way to what is known of the run.
    std::vector<Intent> waiting_;   ///< Came meanwhile.
    std::optional<Time> stand_at_;

    struct OtherSide {
        lab::Session session;
        Time begun{};
        Time horizon{};         ///< As far as it was known when the fork began.
        Time original_until{};  ///< original_until_ then.
        std::string change;
        view::OutcomeFollower outcome;
    };
    std::unique_ptr<OtherSide> other_;
    Time original_until_ = kNever;
    view::OutcomeFollower outcome_;  ///< Of this side.
    std::shared_ptr<const ForkView> fork_;  ///< As it was made last, of what the two runs had come to then.
    std::tuple<Time, std::size_t, std::size_t> fork_of_;
    std::chrono::steady_clock::time_point fork_made_;
    std::shared_ptr<const CompareView> compared_;
};

}  // namespace podium::desktop
