#include "ui/desktop/lab/lesson_play.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <fmt/format.h>

#include "lessons/stage.hpp"
#include "sim/lab/session.hpp"
#include "ui/desktop/lab/about.hpp"
#include "ui/desktop/lab/free_play.hpp"
#include "ui/desktop/lab/lesson_ear.hpp"

namespace podium::desktop {
namespace {

using LessonClock = std::chrono::steady_clock;

double lesson_seconds_since(LessonClock::time_point begin) {
    return std::chrono::duration<double>(LessonClock::now() - begin).count();
}

}  // namespace

LessonPlay::LessonPlay(lessons::Player player, LessonOptions options)
    : player_(std::move(player)), options_(std::move(options)), terminal_(lessons::learners_terminal(player_.lesson())) {
    screens_.open(terminal_);
    run_frame_.follow(player_.session());
    if (options_.resumed) note("You go on where you left off; 'again' begins this step anew.\n");
    step_begins();
}

LessonPlay::~LessonPlay() {
    keep();
}

const lab::Session& LessonPlay::shown_run() const {
    return past_ ? *past_ : player_.session();
}

bool LessonPlay::line_runs() const {
    return player_.running() && !player_.reading();
}

void LessonPlay::tell(std::string sentence, view::Tone tone) {
    notice_ = std::move(sentence);
    notice_tone_ = tone;
    notice_serial_ = next_serial();
    changed_ = true;
}

void LessonPlay::note(std::string text, bool bad) {
    screens_.note(terminal_, player_.session().now(), std::move(text), bad);
    changed_ = true;
}

void LessonPlay::refuse(const std::string& sentence) {
    tell(sentence, view::Tone::Bad);
}

void LessonPlay::keep() {
    unkept_ = false;
    if (!options_.keep) return;
    if (const Result<void> kept = options_.keep(player_.attempt()); !kept && !keep_failed_) {
        keep_failed_ = true;
        refuse("your progress is not kept: " + kept.error().text());
    }
}

// --- intents ---

void LessonPlay::handle(const Intent& intent) {
    changed_ = true;
    // While something is tried out, all that is done to a run is done to the copy.
    const bool of_lesson = std::visit(
        [](const auto& wanted) {
            using Wanted = std::decay_t<decltype(wanted)>;
            return std::is_same_v<Wanted, intent::LessonCheck> || std::is_same_v<Wanted, intent::LessonHint> ||
                   std::is_same_v<Wanted, intent::LessonNext> || std::is_same_v<Wanted, intent::LessonBack> ||
                   std::is_same_v<Wanted, intent::LessonAgain> || std::is_same_v<Wanted, intent::LessonSolve> ||
                   std::is_same_v<Wanted, intent::LessonAnswer> || std::is_same_v<Wanted, intent::EndFork>;
        },
        intent);
    if (aside_ && of_lesson) {
        aside_.reset();
        tell("the copy is given up, and your attempt stands as you left it", view::Tone::Plain);
    }
    if (aside_) {
        if (const auto* look = std::get_if<intent::SetLook>(&intent)) look_ = look->look;
        aside_->handle(intent);
        return;
    }
    std::visit([this](const auto& wanted) { do_intent(wanted); }, intent);
    view_.reset();
}

void LessonPlay::do_intent(const intent::Play&) {
    playing_ = true;
    owed_ = 0;
}

void LessonPlay::do_intent(const intent::Pause&) {
    playing_ = false;
    behind_ = 0;
    if (unkept_) keep();
}

void LessonPlay::do_intent(const intent::Toggle&) {
    if (playing_) {
        do_intent(intent::Pause{});
    } else {
        do_intent(intent::Play{});
    }
}

void LessonPlay::do_intent(const intent::Speed& speed) {
    if (!std::isfinite(speed.times) || speed.times <= 0) return;
    speed_ = std::clamp(speed.times, FreePlay::kSlowest, FreePlay::kFastest);
    owed_ = 0;
}

void LessonPlay::do_intent(const intent::Seek& seek) {
    const lab::Session& run = player_.session();
    if (seek.time > run.now())
        tell(fmt::format("the run has come to {}; it goes on with what you type, like: wait 10s, or with play", format_time(run.now())),
             view::Tone::Quiet);
    owed_ = 0;
    if (seek.time >= run.now()) {
        past_.reset();
        return;
    }
    playing_ = false;
    if (!past_) past_ = std::make_unique<lab::Session>(run.fork());
    past_->seek(std::max(seek.time, Time{}));
}

void LessonPlay::do_intent(const intent::GoLive&) {
    past_.reset();
    owed_ = 0;
}

void LessonPlay::do_intent(const intent::SetLook& wanted) {
    look_ = wanted.look;
}

void LessonPlay::do_intent(const intent::Complete& wanted) {
    completion_ = complete_line(shown_run(), terminal_, wanted.before);
}

void LessonPlay::do_intent(const intent::Fork& fork) {
    FreeOptions options;
    options.title = player_.lesson().title;
    options.lists = options_.lists;
    options.speed = speed_;
    auto copy = std::make_unique<FreePlay>(player_.session().fork(), std::move(options));
    if (past_) copy->handle(intent::Seek{past_->now()});
    copy->handle(intent::SetLook{look_});
    // Where nothing lies ahead, the copy goes on beside the run as it stands, and then differs in what is done.
    copy->handle(intent::Fork{});
    if (!fork.line.empty()) copy->handle(intent::Type{terminal_, fork.line});
    if (!fork.fault.empty()) copy->handle(intent::Inject{fork.fault});
    playing_ = false;
    aside_ = std::move(copy);
    tell("this is a copy to try things out in, and does not count; leaving it brings you back to your attempt", view::Tone::Plain);
}

void LessonPlay::do_intent(const intent::EndFork&) {}

void LessonPlay::do_intent(const intent::Save& save) {
    if (!options_.write_file) {
        refuse("files can't be written here");
        return;
    }
    if (const Result<void> written = options_.write_file(save.path, player_.session().save()); !written) {
        refuse(written.error().text());
        return;
    }
    tell(fmt::format("your run is saved as {}; podium replay {} shows it again", save.path, save.path), view::Tone::Good);
}

void LessonPlay::do_intent(const intent::Compare&) {
    refuse("only a scenario can be compared, and this is a lesson: open one");
}

void LessonPlay::do_intent(const intent::Scheduler&) {
    refuse("a lesson's tasks are placed as Swarm does it; open a scenario to try another policy");
}

void LessonPlay::do_intent(const intent::Open&) {
    refuse("nothing can be opened here");
}

// --- time ---

void LessonPlay::do_intent(const intent::StepEvent&) {
    playing_ = false;
    if (past_) {
        const Time next = past_->next_time();
        do_intent(intent::Seek{std::min(next, player_.session().now())});
        return;
    }
    const Time next = player_.session().next_time();
    if (next == kNever) {
        tell("nothing more would happen: type something", view::Tone::Quiet);
        return;
    }
    let_pass(next, kSlice * 8, {});
}

void LessonPlay::do_intent(const intent::StepFact&) {
    step([](const lab::Session& run, FactId since) { return run.journal().last() != since; });
}

void LessonPlay::do_intent(const intent::StepFactOfSelection&) {
    step([this](const lab::Session& run, FactId since) {
        bool found = false;
        run.journal().for_each(FactId{since.value + 1}, [&](const Fact& fact) { found = found || fact_is_about(run.world(), fact, look_.selection); });
        return found;
    });
}

void LessonPlay::step(const std::function<bool(const lab::Session&, FactId since)>& enough) {
    playing_ = false;
    const lab::Session& run = shown_run();
    const FactId since = run.journal().last();
    const Time limit = run.now() + kLongestStep;
    const auto begin = LessonClock::now();
    bool late = false;
    bool found = false;
    const auto stop = [&](const lab::Session& now) {
        found = enough(now, since);
        late = lesson_seconds_since(begin) > 1.0;
        return found || late;
    };
    if (past_) {
        past_->run_until(std::min(limit, player_.session().now()), stop);
        if (past_->now() >= player_.session().now()) past_.reset();
    } else if (run.next_time() != kNever) {
        let_pass(limit, 1.0, stop);
    }
    if (found) return;
    const lab::Session& then = shown_run();
    if (then.next_time() == kNever) tell("nothing more happened; type something, or let it play", view::Tone::Quiet);
    else tell(fmt::format("nothing like that up to {}; another step looks further", format_time(then.now())), view::Tone::Quiet);
}

void LessonPlay::let_pass(Time until, double slice, const std::function<bool(const lab::Session&)>& enough) {
    const auto begin = LessonClock::now();
    Ear ear(screens_, terminal_);
    ended(player_.go_on(until, ear, [&](const lab::Session& run) {
        return (enough && enough(run)) || lesson_seconds_since(begin) > slice;
    }));
    run_frame_.follow(player_.session());
    unkept_ = true;
    changed_ = true;
}

void LessonPlay::advance(double real_seconds) {
    if (aside_) {
        aside_->advance(real_seconds);
        return;
    }
    const bool line = !past_ && line_runs();
    if (!playing_ && !line) return;
    owed_ += real_seconds * speed_ * 1e9;
    const Time before = shown_run().now();
    const Time target = before + Duration{static_cast<std::int64_t>(owed_)};
    if (past_) {
        const auto begin = LessonClock::now();
        past_->run_until(std::min(target, player_.session().now()), [&](const lab::Session&) { return lesson_seconds_since(begin) > kSlice; });
        owed_ -= static_cast<double>((past_->now() - before).nanoseconds);
        if (past_->now() >= player_.session().now()) {
            // What was looked at again has come to the present: there it stops.
            past_.reset();
            playing_ = false;
        }
        changed_ = true;
        return;
    }
    let_pass(target, kSlice, [this](const lab::Session&) { return !playing_ && !line_runs(); });
    const Time now = player_.session().now();
    if (now > before) owed_ -= static_cast<double>((now - before).nanoseconds);
    behind_ = now < target ? owed_ / 1e9 / speed_ : 0;
    if (behind_ > 1.0) owed_ = speed_ * 1e9;
    if (line && !line_runs()) {
        owed_ = 0;
        behind_ = 0;
        keep();
    }
}

bool LessonPlay::idle() const {
    if (aside_) return aside_->idle() && !changed_;
    return !playing_ && !changed_ && (past_ || !line_runs());
}

// --- frames ---

void LessonPlay::fill(Frame& frame) {
    changed_ = false;
    if (!view_) view_ = make_view();
    if (aside_) {
        aside_->fill(frame);
        frame.title += " · a copy that does not count";
        if (notice_serial_ > frame.notice_serial) {
            frame.notice = notice_;
            frame.notice_tone = notice_tone_;
            frame.notice_serial = notice_serial_;
        }
        frame.lesson = view_;
        return;
    }
    const lab::Session& run = player_.session();
    frame.title = player_.lesson().title;
    frame.seed = run.set_up().seed;
    frame.now = shown_run().now();
    frame.horizon = run.now();
    frame.live = !past_;
    frame.playing = playing_;
    frame.quiet = run.quiet();
    frame.speed = speed_;
    frame.behind = behind_;
    frame.notice = notice_;
    frame.notice_serial = notice_serial_;
    frame.notice_tone = notice_tone_;
    frame.lists = options_.lists;
    frame.checks = marks_;
    frame.completion = completion_;
    frame.lesson = view_;
    run_frame_.fill(frame, shown_run(), past_ ? &run.state() : nullptr, look_);
    frame.terminals = screens_.views(shown_run(), shown_run().now());
}

}  // namespace podium::desktop
