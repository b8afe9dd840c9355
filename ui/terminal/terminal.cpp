#include "ui/terminal/terminal.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "sim/base/text.hpp"
#include "sim/lab/completion.hpp"
#include "sim/lab/foreground.hpp"
#include "sim/lab/words.hpp"

namespace podium::terminal {
namespace {

// Without a person, an interrupt is looked for this often in simulated time.
constexpr Duration kSlice = milliseconds(50);
// What does not end on an interrupt is waited for this long, then killed; a shell that goes on
// after that is hung up.
constexpr Duration kGrace = seconds(15);
constexpr Duration kKillGrace = seconds(1);
// What ssh gives when it doesn't reach a host.
constexpr int kNotReached = 255;
// What a line gives that the scheduling policy has stopped.
constexpr int kStopped = 2;

std::string host_of(const std::string& terminal) {
    return terminal.substr(0, terminal.find('/'));
}

// Shows what came since the last look; true when the line has ended.
bool show_new(lab::Session& session, const std::string& terminal, Screen& screen, LineEnd& end) {
    bool ended = false;
    for (const lab::Shown& shown : session.take_shown()) {
        if (shown.terminal != terminal) continue;
        end.lines += std::count(shown.text.begin(), shown.text.end(), '\n');
        if (shown.kind == lab::Shown::Kind::Output) screen.show(shown.text);
        if (shown.kind == lab::Shown::Kind::Error) screen.show_error(shown.text);
        if (shown.kind == lab::Shown::Kind::Done) {
            end.status = shown.status;
            ended = true;
        }
    }
    return ended;
}

void post(lab::Session& session,
          const std::string& terminal,
          lab::CommandKind kind,
          std::string text = {}) {
    session.post({session.now(), kind, terminal, std::move(text), {}});
}

// Hands on what was typed for what runs; false when nothing was.
bool hand_on(lab::Session& session, const std::string& terminal, Screen& screen) {
    Typing typing = screen.typed();
    for (std::string& line : typing.lines)
        post(session, terminal, lab::CommandKind::Line, std::move(line));
    if (typing.end) post(session, terminal, lab::CommandKind::EndOfInput);
    return typing.end || !typing.lines.empty();
}

// Ctrl-C. On a host that stands still nothing hears it, so the terminal is closed instead.
void interrupt(lab::Session& session, const std::string& terminal, Screen& screen) {
    post(session, terminal, lab::CommandKind::Interrupt);
    const lab::Standing standing = lab::standing_of(session, terminal);
    if (!standing.frozen || standing.pausing) return;
    post(session, terminal, lab::CommandKind::Signal, "HUP");
    screen.show_error(fmt::format("\nConnection to {} closed.\n", host_of(terminal)));
}

// What is typed for a host that stands still would wait with it: true when it was refused.
bool refuse_frozen(const lab::Session& session,
                   const std::string& terminal,
                   const std::string& line,
                   Screen& screen) {
    if (!lab::standing_of(session, terminal).frozen || lab::is_own_line(line)) return false;
    screen.show_error(
        fmt::format("podium: {0} stands still, so nothing runs there; let it go on (lift freeze "
                    "{0}) or go back (rewind)\n",
                    host_of(terminal)));
    return true;
}

// The line has run for as long as it may, or its person is gone.
LineEnd give_up(lab::Session& session,
                const std::string& terminal,
                Screen& screen,
                GaveUp reason) {
    LineEnd end;
    const auto ends_within = [&](Duration grace) {
        const auto ended = [&](const lab::Session& now) {
            const lab::Terminal* row = now.terminal(terminal);
            return row == nullptr || !row->running;
        };
        session.run_until(session.now() + (screen.left() ? Duration{} : grace),
                          [&](const lab::Session& now) { return ended(now) || screen.left(); });
        return ended(session);
    };
    post(session, terminal, lab::CommandKind::Interrupt);
    if (!ends_within(reason == GaveUp::Frozen ? Duration{} : kGrace) && !screen.left()) {
        end.killed = true;
        post(session, terminal, lab::CommandKind::Signal, "KILL");
        if (!ends_within(reason == GaveUp::Frozen ? Duration{} : kKillGrace)) {
            post(session, terminal, lab::CommandKind::Signal, "HUP");
            session.run_until(session.now());
        }
    }
    show_new(session, terminal, screen, end);
    end.gave_up = reason;
    end.status = 130;
    return end;
}

// The line that ran at the moment of a rewind would hold the terminal until it ends, in a future that was
// given up. On a host that stands still nothing hears of that, so its terminal is closed.
void drop_line(lab::Session& session, const std::string& terminal, Screen& screen) {
    const auto running = [&] {
        const lab::Terminal* row = session.terminal(terminal);
        return row != nullptr && row->running;
    };
    post(session, terminal, lab::CommandKind::Signal, "DROP");
    session.run_until(session.now());
    if (running()) {
        post(session, terminal, lab::CommandKind::Signal, "HUP");
        session.run_until(session.now());
    }
    session.take_shown();  // of the line that is no more: ^C, Killed
    screen.show("What is left of that line was given up.\n");
}

// Hands everything on and keeps what was an error.
class ErrorReader final : public Screen {
  public:
    explicit ErrorReader(Screen& screen) : screen_(screen) {}

    [[nodiscard]] const std::string& text() const { return text_; }

    void show(std::string_view text) override { screen_.show(text); }

    void show_error(std::string_view text) override {
        if (text_.size() < kMostRead) text_ += text.substr(0, kMostRead);
        screen_.show_error(text);
    }

    Time pass(Time from, Time to, bool typing) override { return screen_.pass(from, to, typing); }

    void watch_keys(const std::string& keys) override { screen_.watch_keys(keys); }

    bool interrupted() override { return screen_.interrupted(); }

    bool quit() override { return screen_.quit(); }

    Typing typed() override { return screen_.typed(); }

    bool detaches(const std::string& keys) override { return screen_.detaches(keys); }

    bool left() override { return screen_.left(); }

  private:
    static constexpr std::size_t kMostRead = 4096;

    Screen& screen_;
    std::string text_;
};

// What somebody may have meant by a command of this line that the host's shell, or sudo there, did not
// find; empty when nothing is near, or that is no word of the line (a shell in a container said it).
std::string near_command(const std::string& line, const std::string& errors) {
    constexpr std::size_t kShortest = 4;  // what is a letter from two or three letters is not near
    constexpr std::string_view kEnd = ": command not found";
    std::vector<std::string> names;
    for (const std::string& text : split(errors, '\n')) {
        for (const std::string_view speaker : {"bash: ", "sudo: "}) {
            if (!text.starts_with(speaker) || !text.ends_with(kEnd)) continue;
            if (text.size() < speaker.size() + kShortest + kEnd.size()) continue;
            const std::string name = text.substr(speaker.size(), text.size() - speaker.size() - kEnd.size());
            if (line.find(name) == std::string::npos) continue;
            if (names.empty()) {
                for (const lab::OwnWord& word : lab::own_words())
                    names.emplace_back(word.usage.substr(0, word.usage.find(' ')));
                for (std::string& program : lab::program_names()) names.push_back(std::move(program));
            }
            if (std::string near = nearest(name, names); !near.empty()) return near;
        }
    }
    return {};
}

// Looks now and then whether a line that nobody can interrupt goes on for ever.
class Limits {
  public:
    explicit Limits(Time now) : limit_(now + kLongestLine), look_(now + kLongestEndless) {}

    [[nodiscard]] GaveUp reached(const lab::Session& session, const std::string& terminal, const LineEnd& end) {
        const lab::Standing standing = lab::standing_of(session, terminal);
        if (standing.pausing) return GaveUp::No;
        if (standing.frozen && session.state().next_command == session.log().size())
            return GaveUp::Frozen;
        if (end.lines > kMostLines) return GaveUp::Flood;
        if (session.now() >= limit_) return GaveUp::Longest;
        if (session.now() < look_) return GaveUp::No;
        look_ = session.now() + kBetweenLooks;
        const lab::Terminal* row = session.terminal(terminal);
        return row != nullptr && lab::never_ends(session.state(), *row) ? GaveUp::Endless : GaveUp::No;
    }

    /// When to look again at the latest.
    [[nodiscard]] Time next(const lab::Session& session, const std::string& terminal) const {
        const lab::Terminal* row = session.terminal(terminal);
        return row != nullptr && row->pausing ? kNever : std::min(limit_, look_);
    }

  private:
    static constexpr Duration kBetweenLooks = minutes(1);
    Time limit_;
    Time look_;
};

// Watches a line that runs until its terminal waits for the next one.
LineEnd watch_line(lab::Session& session,
                   const std::string& terminal,
                   Screen& screen,
                   bool interruptible) {
    LineEnd end;
    Limits limits(session.now());
    const auto running = [&] {
        const lab::Terminal* row = session.terminal(terminal);
        return row != nullptr && row->running;
    };
    // What was typed for a program that did not read it is the shell's next line.
    while (!show_new(session, terminal, screen, end) || running()) {
        if (session.trouble() != nullptr) return {kStopped, GaveUp::Trouble, false, end.lines};
        const GaveUp reason = screen.left() ? GaveUp::Left : interruptible ? GaveUp::No : limits.reached(session, terminal, end);
        if (reason != GaveUp::No) return give_up(session, terminal, screen, reason);
        bool typing =
            running() && lab::waits_for_typing(session.world(), *session.terminal(terminal));
        const std::string keys = running() ? lab::detach_keys_of(session.world(), *session.terminal(terminal)) : std::string();
        screen.watch_keys(keys);
        if (!typing && !keys.empty() && (interruptible || screen.detaches(keys))) typing = true;
        // A script's next line is there at once, a person's after a while.
        if (typing && !interruptible && hand_on(session, terminal, screen)) {
            session.run_until(session.now());
            continue;
        }
        const Time slice = session.now() + kSlice;
        const Time next = interruptible
                              ? std::min(session.next_time(), slice)
                              : std::min(session.next_time(), limits.next(session, terminal));
        const Time reached = screen.pass(session.now(), next, typing);
        session.run_until(std::max(session.now(), std::min(reached, next)));
        if (screen.interrupted()) interrupt(session, terminal, screen);
        if (screen.quit()) post(session, terminal, lab::CommandKind::Signal, "QUIT");
        if (typing && interruptible) hand_on(session, terminal, screen);
        session.run_until(session.now());
    }
    return end;
}

}  // namespace

LineEnd run_line(lab::Session& session,
                 const std::string& terminal,
                 const std::string& line,
                 Screen& screen,
                 bool interruptible) {
    LineEnd end;
    if (run_rewind(session, terminal, line, screen, end)) return end;
    if (run_scheduler(session, line, screen, end)) {
        const lab::Terminal* row = session.terminal(terminal);
        return end.status == 0 && row != nullptr && row->running
                   ? watch_line(session, terminal, screen, interruptible)
                   : end;
    }
    if (session.trouble() != nullptr) return {kStopped, GaveUp::Trouble, false, 0};
    session.take_shown();
    if (refuse_frozen(session, terminal, line, screen)) {
        end.status = kNotReached;
        return end;
    }
    post(session, terminal, lab::CommandKind::Line, line);
    session.run_until(session.now());
    ErrorReader reader(screen);
    end = watch_line(session, terminal, reader, interruptible);
    const std::string near = near_command(line, reader.text());
    if (!near.empty()) screen.show_error(fmt::format("podium: did you mean '{}'?\n", near));
    return end;
}

bool run_rewind(lab::Session& session,
                const std::string& terminal,
                const std::string& line,
                Screen& screen,
                LineEnd& end) {
    const std::vector<std::string> words = split_words(line);
    if (words.empty() || words[0] != "rewind") return false;
    const auto moment = words.size() == 2 ? parse_duration(words[1]) : Result<Duration>(Error{});
    end.status = 2;
    if (!moment || moment->nanoseconds < 0) {
        screen.show_error(
            "podium: rewind stands alone on its line and takes a moment since the start of the run, like: rewind 30s\n");
        return true;
    }
    if (Time{moment->nanoseconds} > session.now()) {
        screen.show_error(fmt::format(
            "podium: it is only {}; to go forward: at {}\n", format_time(session.now()), words[1]));
        return true;
    }
    session.seek(Time{moment->nanoseconds});
    session.forget_future();
    const lab::Terminal* row = session.terminal(terminal);
    const std::string middle = row != nullptr && row->running
                                   ? fmt::format(", in the middle of: {}", row->line)
                                   : std::string();
    screen.show(fmt::format("It is {} again{}; from here another future begins.\n",
                            format_time(session.now()),
                            middle));
    if (!middle.empty()) drop_line(session, terminal, screen);
    end.status = 0;
    return true;
}

bool run_scheduler(lab::Session& session, const std::string& line, Screen& screen, LineEnd& end) {
    const std::vector<std::string> words = split_words(line);
    if (words.empty() || words[0] != "scheduler") return false;
    end.status = 2;
    if (words.size() != 2) {
        screen.show_error(
            "podium: scheduler stands alone on its line and takes a policy's file, the name of one "
            "that comes with Podium, or spread, like: scheduler mine.lua\n");
        return true;
    }
    const auto policy = screen.read_scheduler(words[1]);
    if (!policy) {
        screen.show_error(fmt::format("podium: {}\n", policy.error().text()));
        return true;
    }
    const lab::Command command{
        session.now(), lab::CommandKind::Scheduler, {}, policy->name, policy->text};
    if (const Result<void> checked = session.check(command); !checked) {
        screen.show_error(fmt::format("podium: {}\n", checked.error().text()));
        return true;
    }
    session.post(command);
    session.run_until(session.now());
    screen.show(fmt::format("From {} on tasks are placed by {}.\n",
                            format_time(session.now()),
                            policy->name));
    end.status = 0;
    return true;
}

std::string give_up_sentence(const std::string& line, const LineEnd& end) {
    std::string what;
    switch (end.gave_up) {
        case GaveUp::No:
        case GaveUp::Left:
        case GaveUp::Trouble:
            return {};
        case GaveUp::Longest:
            what = fmt::format("was still running after {} simulated hours", kLongestLine.nanoseconds / hours(1).nanoseconds);
            break;
        case GaveUp::Endless:
            what = fmt::format("was still running after {} simulated minutes, without an end in sight,",
                               kLongestEndless.nanoseconds / minutes(1).nanoseconds);
            break;
        case GaveUp::Flood:
            what = fmt::format("had printed more than {} lines", kMostLines);
            break;
        case GaveUp::Frozen:
            return fmt::format(
                "'{}' stood still with its host and was given up; lift the freeze to let the host "
                "go on",
                line);
    }
    if (end.killed) {
        return fmt::format(
            "'{0}' {1} did not end on an interrupt and was killed; limit it, like: timeout -k 5 30 "
            "{0}",
            line,
            what + (what.back() == ',' ? "" : ","));
    }
    return fmt::format("'{0}' {1} and was interrupted; limit it, like: timeout 30 {0}", line, what);
}

std::string background_output(lab::Session& session, const std::string& terminal) {
    std::string out;
    for (const lab::Shown& shown : session.take_shown()) {
        if (shown.terminal == terminal &&
            (shown.kind == lab::Shown::Kind::Output || shown.kind == lab::Shown::Kind::Error))
            out += shown.text;
    }
    return out;
}

std::string prompt_of(const lab::Session& session, const std::string& terminal) {
    const lab::Standing standing = lab::standing_of(session, terminal);
    if (standing.more) return "> ";
    const std::string host = host_of(terminal);
    const std::string directory = standing.directory == "/root" ? "~" : standing.directory;
    const Duration whole = seconds((session.now() - Time{}).nanoseconds / 1'000'000'000);
    if (standing.down || standing.frozen)
        return fmt::format("[{}] {} {}# ",
                           format_duration(whole),
                           host,
                           standing.down ? "is down" : "stands still");
    return fmt::format("[{}] root@{}:{}# ", format_duration(whole), host, directory);
}

}  // namespace podium::terminal
