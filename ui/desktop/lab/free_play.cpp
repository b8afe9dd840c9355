#include "ui/desktop/lab/free_play.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/lab/foreground.hpp"
#include "ui/desktop/lab/about.hpp"

namespace podium::desktop {
namespace {

using PlayClock = std::chrono::steady_clock;

double since(PlayClock::time_point begin) {
    return std::chrono::duration<double>(PlayClock::now() - begin).count();
}

}  // namespace

FreePlay::FreePlay(lab::Session session, FreeOptions options)
    : session_(std::move(session)), options_(std::move(options)), horizon_(session_.now()), playing_(options_.playing),
      speed_(std::clamp(options_.speed, kSlowest, kFastest)) {
    screens_.open(first_terminal());
    take_shown();
    if (options_.run_to > session_.now()) {
        computing_ = true;
        filling_ = true;
        computing_to_ = options_.run_to;
    }
    stand_at_ = options_.stand_at;
    if (!computing_ && stand_at_) go_to(*std::exchange(stand_at_, std::nullopt));
    run_frame_.follow(session_);
}

FreePlay::~FreePlay() {
    if (!options_.remember) return;
    if (live()) {
        options_.remember(session_);
    } else {
        options_.remember(whole());
    }
}

// What is kept is all of the run, wherever one looks at it.
lab::Session FreePlay::whole() const {
    lab::Session run = session_.fork();
    run.seek(horizon_);
    return run;
}

const std::string& FreePlay::first_terminal() const {
    return session_.set_up().hosts.front().name;
}

void FreePlay::tell(std::string sentence, view::Tone tone) {
    notice_ = std::move(sentence);
    notice_tone_ = tone;
    notice_serial_ = next_serial();
    changed_ = true;
}

void FreePlay::refuse(const std::string& sentence) {
    tell(sentence, view::Tone::Bad);
}

void FreePlay::handle(const Intent& intent) {
    changed_ = true;
    // Where the run stands while it is computed depends on the machine, so what is wanted of it waits until it is there.
    if (filling_ && !std::holds_alternative<intent::SetLook>(intent)) {
        waiting_.push_back(intent);
        return;
    }
    std::visit([this](const auto& wanted) { do_intent(wanted); }, intent);
}

template <class Other>
void FreePlay::do_intent(const Other&) {
    refuse("this belongs to a lesson, and none is open; open one from the lesson panel or with Ctrl+K");
}

void FreePlay::do_intent(const intent::Open&) {
    refuse("nothing else can be opened here");
}

void FreePlay::do_intent(const intent::Play&) {
    playing_ = true;
    owed_ = 0;
}

void FreePlay::do_intent(const intent::Pause&) {
    playing_ = false;
    behind_ = 0;
}

void FreePlay::do_intent(const intent::Toggle&) {
    playing_ = !playing_;
    owed_ = 0;
    behind_ = 0;
}

void FreePlay::do_intent(const intent::Speed& speed) {
    if (!std::isfinite(speed.times) || speed.times <= 0) return;
    speed_ = std::clamp(speed.times, kSlowest, kFastest);
    owed_ = 0;
}

void FreePlay::do_intent(const intent::SetLook& wanted) {
    look_ = wanted.look;
}

bool FreePlay::run_to(Time time, double slice) {
    if (time <= session_.now()) return true;
    const auto begin = PlayClock::now();
    // Up to the horizon the past is run through again: what it shows is known.
    if (!live()) {
        const Time stop = std::min(time, horizon_);
        session_.run_until(stop, [&](const lab::Session&) { return since(begin) > slice; });
        session_.take_shown();
        run_frame_.follow(session_);
        if (live()) ahead_.reset();
        if (session_.now() < stop || session_.now() >= time) return session_.now() >= time;
    }
    // In pieces, so that what is sampled each second is sampled then.
    do {
        const Time stop = std::clamp(run_frame_.next_sample(), session_.now(), time);
        session_.run_until(stop, [&](const lab::Session&) { return since(begin) > slice; });
        horizon_ = std::max(horizon_, session_.now());
        run_frame_.follow(session_);
    } while (session_.now() < time && since(begin) <= slice && session_.trouble() == nullptr);
    take_shown();
    return session_.now() >= time;
}

void FreePlay::take_shown() {
    screens_.add(session_.take_shown());
}

void FreePlay::go_to(Time time) {
    if (live() && time < session_.now()) ahead_ = std::make_unique<const lab::SimState>(session_.state());
    session_.seek(std::min(time, horizon_));
    if (live()) ahead_.reset();
    if (time > horizon_) {
        computing_ = true;
        computing_to_ = time;
    }
    if (other_) {
        other_->session.seek(session_.now());
        (void)other_->session.take_shown();  // What it shows is read again if it is kept.
    }
    owed_ = 0;
    lines_run_ = false;
    run_frame_.follow(session_);
}

void FreePlay::do_intent(const intent::Seek& seek) {
    computing_ = false;
    stand_at_.reset();
    go_to(std::max(seek.time, Time{}));
}

void FreePlay::do_intent(const intent::GoLive&) {
    computing_ = false;
    stand_at_.reset();
    go_to(horizon_);
}

void FreePlay::do_intent(const intent::StepEvent&) {
    playing_ = false;
    computing_ = false;
    stand_at_.reset();
    const Time next = session_.next_time();
    if (next == kNever) {
        tell("nothing more would happen: type something, or inject a fault", view::Tone::Quiet);
        return;
    }
    (void)run_to(next, kSlice * 8);
    arrived();
}

void FreePlay::do_intent(const intent::StepFact&) {
    step(false);
}

void FreePlay::do_intent(const intent::StepFactOfSelection&) {
    step(true);
}

void FreePlay::step(bool of_selection) {
    playing_ = false;
    computing_ = false;
    stand_at_.reset();
    const Time limit = session_.now() + kLongestStep;
    FactId seen = session_.journal().last();
    bool found = false;
    const auto begin = PlayClock::now();
    while (!found && session_.now() < limit && session_.next_time() != kNever && since(begin) < 1.0) {
        (void)run_to(std::min(session_.next_time(), limit), kSlice);
        session_.journal().for_each(FactId{seen.value + 1}, [&](const Fact& fact) {
            found = found || !of_selection || fact_is_about(session_.world(), fact, look_.selection);
        });
        seen = session_.journal().last();
    }
    // Where it stopped looking, it says how far it has looked: there may be more.
    const char* what = of_selection ? "happens to what is selected" : "happens";
    if (!found && session_.next_time() == kNever)
        tell(of_selection ? "nothing more happens to what is selected" : "nothing more would happen", view::Tone::Quiet);
    else if (!found)
        tell(fmt::format("nothing {} up to {}; another step looks further", what, format_time(session_.now())), view::Tone::Quiet);
    arrived();
}

void FreePlay::arrived() {
    if (other_) {
        other_->session.run_until(session_.now());
        (void)other_->session.take_shown();
    }
    changed_ = true;
}

bool FreePlay::a_line_runs() {
    bool runs = false;
    bool ends = false;
    bool pauses = false;
    for (const std::string& name : screens_.names()) {
        const lab::Terminal* terminal = session_.terminal(name);
        if (terminal == nullptr || !terminal->running || lab::waits_for_typing(session_.world(), *terminal)) continue;
        runs = true;
        pauses = pauses || terminal->pausing;
        ends = ends || !lab::follows(session_.world(), *terminal);
    }
    if (ends) endless_since_ = kNever;
    else if (endless_since_ == kNever) endless_since_ = session_.now();
    if (!runs || pauses) return runs;
    if (!ends) return session_.now() - endless_since_ < kLongestFollowing;
    if (session_.now() - lines_since_ < kLongestStanding) return true;
    tell("time stands again, and a line still runs: Play lets it go on, Ctrl+C ends it", view::Tone::Quiet);
    return false;
}

void FreePlay::advance(double real_seconds) {
    if (session_.trouble() != nullptr) {
        playing_ = computing_ = lines_run_ = false;
        behind_ = 0;
        stand_at_.reset();
        if (!std::exchange(told_trouble_, true)) {
            tell(fmt::format("the run stands still: {}; set another policy, or go back", session_.trouble()->text()), view::Tone::Bad);
            arrived();
        }
        do_waiting();
        return;
    }
    told_trouble_ = false;
    if (computing_) {
        behind_ = 0;
        computing_ = !run_to(computing_to_, kSlice * 4) && session_.trouble() == nullptr;
        if (!computing_ && stand_at_) go_to(*std::exchange(stand_at_, std::nullopt));
        arrived();
        if (!computing_) do_waiting();
        return;
    }
    if (!playing_) {
        if (!lines_run_) return;
        const auto begin = PlayClock::now();
        do {
            lines_run_ = session_.next_time() != kNever && a_line_runs();
            if (lines_run_) (void)run_to(session_.next_time(), kSlice);
        } while (lines_run_ && since(begin) < kSlice);
        arrived();
        return;
    }
    owed_ += real_seconds * speed_ * 1e9;
    const Time target = session_.now() + Duration{static_cast<std::int64_t>(owed_)};
    const Time before = session_.now();
    const bool there = run_to(target, kSlice);
    owed_ -= static_cast<double>((session_.now() - before).nanoseconds);
    behind_ = there ? 0 : owed_ / 1e9 / speed_;
    // What the machine can't keep up with is not caught up with: time goes slower then, and the frame says so.
    if (behind_ > 1.0) owed_ = speed_ * 1e9;
    arrived();
}

void FreePlay::do_waiting() {
    filling_ = false;
    std::vector<Intent> waiting;
    waiting.swap(waiting_);
    for (const Intent& intent : waiting) handle(intent);
}

bool FreePlay::idle() const {
    return !playing_ && !computing_ && !lines_run_ && !changed_ && !(options_.compare && compared_ && compared_->running);
}

bool FreePlay::act(lab::Command command, const std::string& in_words) {
    command.time = session_.now();
    if (const Result<void> checked = session_.check(command); !checked) {
        refuse(checked.error().text());
        return false;
    }
    if (!live()) {
        begin_fork({std::move(command)}, in_words);
    } else {
        session_.post(std::move(command));
    }
    after_command();
    return true;
}

void FreePlay::after_command() {
    session_.run_until(session_.now());
    horizon_ = std::max(horizon_, session_.now());
    take_shown();
    lines_run_ = !playing_;
    lines_since_ = session_.now();
    endless_since_ = kNever;
    arrived();
}

void FreePlay::begin_fork(std::vector<lab::Command> changes, const std::string& in_words) {
    // What was to come is given up by the first command that is posted; the changed side keeps it, so that the two differ in
    // the change alone.
    std::vector<lab::Command> later;
    for (std::size_t i = session_.state().next_command; i < session_.log().size(); ++i) later.push_back(session_.log()[i]);
    const bool again = other_ != nullptr;
    other_ = std::make_unique<OtherSide>(OtherSide{session_.fork(), session_.now(), horizon_, original_until_, in_words, {}});
    (void)other_->session.take_shown();
    original_until_ = std::min(original_until_, session_.now());
    const std::size_t before = session_.log().size();
    session_.forget_future();
    // The first of them are those that were seen to take effect; the rest was only planned, and is still in the log.
    later.resize(before - session_.log().size());
    for (lab::Command& change : changes) session_.post(std::move(change));
    for (lab::Command& command : later) session_.post(std::move(command));
    horizon_ = session_.now();
    ahead_.reset();
    screens_.cut(session_.now());
    run_frame_.cut(session_);
    fork_.reset();
    outcome_ = {};
    tell(fmt::format("forked at {}: what would have been goes on beside it{}", format_time(session_.now()),
                     again ? ", and what the fork before this one was compared with is left" : ""),
         view::Tone::Plain);
}

void FreePlay::do_intent(const intent::Fork& fork) {
    std::vector<lab::Command> changes;
    std::string words = "another future";
    if (!fork.line.empty()) {
        words = fork.line;
        changes.push_back({session_.now(), lab::CommandKind::Line, fork.terminal.empty() ? first_terminal() : fork.terminal, fork.line, {}});
    } else if (!fork.fault.empty()) {
        words = fork.fault;
        changes.push_back({session_.now(), lab::CommandKind::Inject, {}, fork.fault, {}});
    }
    for (const lab::Command& change : changes) {
        if (const Result<void> checked = session_.check(change); !checked) {
            refuse(checked.error().text());
            return;
        }
        if (!change.session.empty()) screens_.open(change.session);
    }
    begin_fork(std::move(changes), words);
    after_command();
}

void FreePlay::do_intent(const intent::EndFork& end) {
    if (!other_) return;
    if (!end.keep_change) {
        // Both sides are alike up to the fork. From there what is kept is gone through once more: lanes, terminals and samples
        // have only seen the other one.
        const Time now = session_.now();
        const Time begun = std::min(other_->begun, now);
        const Time known = std::max(horizon_, other_->horizon);
        session_ = std::move(other_->session);
        original_until_ = other_->original_until;
        session_.seek(begun);
        (void)session_.take_shown();
        horizon_ = begun;
        ahead_.reset();
        screens_.cut(begun);
        run_frame_.cut(session_);
        lines_run_ = false;
        computing_ = known > begun;
        filling_ = computing_;
        computing_to_ = known;
        if (now < known) stand_at_ = now;
    }
    other_.reset();
    fork_.reset();
    run_frame_.follow(session_);
}

bool FreePlay::type_own_line(const intent::Type& typed) {
    const std::vector<std::string> words = split_words(typed.line);
    if (words.empty()) return false;
    if (words[0] == "rewind") {
        const auto moment = words.size() == 2 ? parse_duration(words[1]) : Result<Duration>(Error{});
        if (!moment || moment->nanoseconds < 0) {
            screens_.note(typed.terminal, session_.now(), "podium: rewind takes a moment since the start of the run, like: rewind 30s\n", true);
        } else {
            do_intent(intent::Seek{Time{moment->nanoseconds}});
        }
        return true;
    }
    if (words[0] == "scheduler") {
        if (words.size() != 2) {
            screens_.note(typed.terminal, session_.now(), "podium: scheduler takes a policy's file, the name of one that comes with Podium, or spread\n", true);
        } else {
            do_intent(intent::Scheduler{words[1]});
        }
        return true;
    }
    return false;
}

void FreePlay::do_intent(const intent::Type& typed) {
    intent::Type wanted = typed;
    if (wanted.terminal.empty()) wanted.terminal = first_terminal();
    screens_.open(wanted.terminal);
    // Within a text given with << and for a program that reads, no line is a word of ours, and an empty one counts.
    const lab::Terminal* row = session_.terminal(wanted.terminal);
    const bool more = lab::standing_of(session_, wanted.terminal).more;
    const bool reads = more || (row != nullptr && lab::waits_for_typing(session_.world(), *row) && lab::remote_prompt(session_.world(), *row).empty());
    if (!reads && type_own_line(wanted)) return;
    if (!more && (row == nullptr || !row->running) && trim(wanted.line).empty()) return;
    (void)act({session_.now(), lab::CommandKind::Line, wanted.terminal, wanted.line, {}}, wanted.line);
}

void FreePlay::do_intent(const intent::Complete& wanted) {
    auto answer = std::make_shared<Frame::Completion>(*complete_line(session_, wanted.terminal.empty() ? first_terminal() : wanted.terminal, wanted.before));
    answer->terminal = wanted.terminal;
    completion_ = std::move(answer);
}

void FreePlay::do_intent(const intent::Key& key) {
    const std::string terminal = key.terminal.empty() ? first_terminal() : key.terminal;
    if (key.key == "INT") {
        (void)act({session_.now(), lab::CommandKind::Interrupt, terminal, {}, {}}, "Ctrl-C");
    } else if (key.key == "EOF") {
        (void)act({session_.now(), lab::CommandKind::EndOfInput, terminal, {}, {}}, "Ctrl-D");
    } else {
        (void)act({session_.now(), lab::CommandKind::Signal, terminal, key.key, {}}, key.key);
    }
}

void FreePlay::do_intent(const intent::Inject& inject) {
    (void)act({session_.now(), lab::CommandKind::Inject, {}, inject.fault, {}}, "inject " + inject.fault);
}

void FreePlay::do_intent(const intent::Lift& lift) {
    (void)act({session_.now(), lab::CommandKind::Lift, {}, lift.fault, {}}, "lift " + lift.fault);
}

void FreePlay::do_intent(const intent::Scheduler& wanted) {
    if (!options_.read_scheduler) {
        refuse("no scheduling policy can be read here");
        return;
    }
    const auto policy = options_.read_scheduler(wanted.name);
    if (!policy) {
        refuse(policy.error().text());
        return;
    }
    (void)act({session_.now(), lab::CommandKind::Scheduler, {}, policy->name, policy->text}, "scheduler " + wanted.name);
}

void FreePlay::do_intent(const intent::Save& save) {
    if (!options_.write_file) {
        refuse("files can't be written here");
        return;
    }
    if (const Result<void> written = options_.write_file(save.path, live() ? session_.save() : whole().save()); !written) {
        refuse(written.error().text());
        return;
    }
    tell(fmt::format("saved as {}; podium replay {} shows it again", save.path, save.path), view::Tone::Good);
}

void FreePlay::do_intent(const intent::Compare& wanted) {
    if (!options_.compare) {
        refuse("only a scenario can be compared: open one, or use podium compare");
        return;
    }
    compared_ = options_.compare(&wanted);
}

void FreePlay::fill(Frame& frame) {
    changed_ = false;
    frame.title = options_.title;
    frame.seed = session_.set_up().seed;
    frame.now = session_.now();
    frame.horizon = horizon_;
    frame.live = live();
    frame.playing = playing_;
    frame.quiet = session_.quiet();
    frame.speed = speed_;
    frame.behind = behind_;
    frame.busy = computing_;
    frame.notice = notice_;
    frame.notice_serial = notice_serial_;
    frame.notice_tone = notice_tone_;
    frame.checks = options_.checks;
    frame.lists = options_.lists;
    frame.completion = completion_;
    run_frame_.fill(frame, session_, ahead_.get(), look_);
    frame.terminals = screens_.views(session_, session_.now());
    frame.fork = fork_view();
    if (options_.compare) compared_ = options_.compare(nullptr);
    frame.compare = compared_;
}

}  // namespace podium::desktop
