#include "ui/desktop/lab/free_play.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/lab/foreground.hpp"
#include "sim/view/query.hpp"
#include "ui/terminal/completion.hpp"
#include "ui/terminal/editor.hpp"

namespace podium::desktop {
namespace {

using PlayClock = std::chrono::steady_clock;

double since(PlayClock::time_point begin) {
    return std::chrono::duration<double>(PlayClock::now() - begin).count();
}

// A fact is about what is selected, as far as a name can tell.
bool is_about(const lab::Session& session, const Fact& fact, const Selection& selection) {
    const view::FactInfo info = view::fact_info(session.world(), lab::fact_catalogue(), fact);
    switch (selection.kind) {
        case Selection::Kind::None: return true;
        case Selection::Kind::Host: return info.host == selection.name || info.object == selection.name;
        case Selection::Kind::Service: return info.service == selection.name;
        case Selection::Kind::Container:
        case Selection::Kind::Task: return info.container == selection.name || info.object == selection.name;
        case Selection::Kind::Fault:
        case Selection::Kind::Link:
        case Selection::Kind::Traffic:
        case Selection::Kind::Volume: return info.object == selection.name;
    }
    return true;
}

}  // namespace

FreePlay::FreePlay(lab::Session session, FreeOptions options)
    : session_(std::move(session)), options_(std::move(options)), horizon_(session_.now()), playing_(options_.playing),
      speed_(std::clamp(options_.speed, kSlowest, kFastest)) {
    screens_.open(first_terminal());
    take_shown();
    if (options_.run_to > session_.now()) {
        computing_ = true;
        computing_to_ = options_.run_to;
    }
    stand_at_ = options_.stand_at;
    if (!computing_ && stand_at_) go_to(*std::exchange(stand_at_, std::nullopt));
    run_frame_.follow(session_);
}

FreePlay::~FreePlay() {
    if (options_.remember) options_.remember(session_);
}

const std::string& FreePlay::first_terminal() const {
    return session_.set_up().hosts.front().name;
}

void FreePlay::tell(std::string sentence, view::Tone tone) {
    notice_ = std::move(sentence);
    notice_tone_ = tone;
    ++notice_serial_;
    changed_ = true;
}

void FreePlay::refuse(const std::string& sentence) {
    tell(sentence, view::Tone::Bad);
}

void FreePlay::handle(const Intent& intent) {
    changed_ = true;
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
}

void FreePlay::do_intent(const intent::Toggle&) {
    playing_ = !playing_;
    owed_ = 0;
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
    if (other_) other_->session.seek(session_.now());
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
    const Time limit = session_.now() + kLongestStep;
    FactId seen = session_.journal().last();
    bool found = false;
    const auto begin = PlayClock::now();
    while (!found && session_.now() < limit && session_.next_time() != kNever && since(begin) < 1.0) {
        (void)run_to(std::min(session_.next_time(), limit), kSlice);
        session_.journal().for_each(FactId{seen.value + 1}, [&](const Fact& fact) {
            found = found || !of_selection || is_about(session_, fact, look_.selection);
        });
        seen = session_.journal().last();
    }
    if (!found) tell(of_selection ? "nothing more happens to what is selected" : "nothing more would happen", view::Tone::Quiet);
    arrived();
}

void FreePlay::arrived() {
    if (other_) other_->session.run_until(session_.now());
    changed_ = true;
}

bool FreePlay::a_line_runs() {
    bool runs = false;
    bool ends = false;
    for (const std::string& name : screens_.names()) {
        const lab::Terminal* terminal = session_.terminal(name);
        if (terminal == nullptr || !terminal->running || lab::waits_for_typing(session_.world(), *terminal)) continue;
        runs = true;
        ends = ends || !lab::never_ends(session_.state(), *terminal);
    }
    if (ends) endless_since_ = kNever;
    else if (endless_since_ == kNever) endless_since_ = session_.now();
    return runs && (ends || session_.now() - endless_since_ < kLongestFollowing);
}

void FreePlay::advance(double real_seconds) {
    if (session_.trouble() != nullptr) {
        if (!std::exchange(told_trouble_, true))
            tell(fmt::format("the run stands still: {}; set another policy, or go back", session_.trouble()->text()), view::Tone::Bad);
        playing_ = false;
        return;
    }
    told_trouble_ = false;
    if (computing_) {
        computing_ = !run_to(computing_to_, kSlice * 4) && session_.trouble() == nullptr;
        if (!computing_ && stand_at_) go_to(*std::exchange(stand_at_, std::nullopt));
        arrived();
        return;
    }
    if (!playing_) {
        if (!lines_run_) return;
        const auto begin = PlayClock::now();
        while (a_line_runs() && session_.next_time() != kNever && since(begin) < kSlice) (void)run_to(session_.next_time(), kSlice);
        lines_run_ = a_line_runs() && session_.next_time() != kNever;
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
    session_.run_until(session_.now());
    horizon_ = std::max(horizon_, session_.now());
    take_shown();
    lines_run_ = !playing_;
    endless_since_ = kNever;
    arrived();
    return true;
}

void FreePlay::begin_fork(std::vector<lab::Command> changes, const std::string& in_words) {
    // What was to come is given up by the first command that is posted; the changed side keeps it, so that the two differ in
    // the change alone.
    std::vector<lab::Command> later;
    for (std::size_t i = session_.state().next_command; i < session_.log().size(); ++i) later.push_back(session_.log()[i]);
    other_ = std::make_unique<OtherSide>(OtherSide{session_.fork(), session_.now(), in_words});
    session_.forget_future();
    for (lab::Command& change : changes) session_.post(std::move(change));
    const std::vector<lab::Command>& kept = session_.log();
    for (lab::Command& command : later) {
        const bool there = std::find(kept.begin() + static_cast<std::ptrdiff_t>(session_.state().next_command), kept.end(), command) != kept.end();
        if (!there) session_.post(std::move(command));
    }
    horizon_ = session_.now();
    ahead_.reset();
    screens_.cut(session_.now());
    run_frame_.cut(session_);
    tell(fmt::format("forked at {}: what would have been goes on beside it", format_time(session_.now())), view::Tone::Plain);
}

void FreePlay::do_intent(const intent::Fork& fork) {
    if (!fork.line.empty()) {
        (void)act({session_.now(), lab::CommandKind::Line, fork.terminal.empty() ? first_terminal() : fork.terminal, fork.line, {}}, fork.line);
        if (!other_) refuse("nothing lies ahead of this moment yet: go back first, then fork");
        return;
    }
    if (!fork.fault.empty()) {
        (void)act({session_.now(), lab::CommandKind::Inject, {}, fork.fault, {}}, fork.fault);
        return;
    }
    begin_fork({}, "another future");
    arrived();
}

void FreePlay::do_intent(const intent::EndFork& end) {
    if (!other_) return;
    if (!end.keep_change) {
        const Time now = session_.now();
        session_ = std::move(other_->session);
        session_.run_until(now);
        horizon_ = session_.now();
        ahead_.reset();
        screens_.cut(other_->begun);
        run_frame_.cut(session_);
    }
    other_.reset();
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
            go_to(Time{moment->nanoseconds});
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
    if (type_own_line(wanted)) return;
    if (trim(wanted.line).empty()) return;
    (void)act({session_.now(), lab::CommandKind::Line, wanted.terminal, wanted.line, {}}, wanted.line);
}

void FreePlay::do_intent(const intent::Complete& wanted) {
    auto completion = std::make_shared<Frame::Completion>();
    completion->serial = completion_ ? completion_->serial + 1 : 1;
    completion->terminal = wanted.terminal;
    completion->before = wanted.before;
    const terminal::Completion found = terminal::complete(session_, wanted.terminal.empty() ? first_terminal() : wanted.terminal, wanted.before);
    completion->choices = found.candidates;
    if (!found.candidates.empty()) {
        std::string common = found.candidates.front();
        for (const std::string& candidate : found.candidates) {
            std::size_t same = 0;
            while (same < common.size() && same < candidate.size() && common[same] == candidate[same]) ++same;
            common.resize(same);
        }
        if (common.size() > found.typed) completion->insert = common.substr(found.typed);
        if (found.candidates.size() == 1 && !common.ends_with('/') && !common.ends_with('=')) completion->insert += ' ';
    }
    completion_ = std::move(completion);
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
    if (const Result<void> written = options_.write_file(save.path, session_.save()); !written) {
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
