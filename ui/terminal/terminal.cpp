#include "ui/terminal/terminal.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/lab/words.hpp"

namespace podium::terminal {
namespace {

// Without a person, an interrupt is looked for this often in simulated time.
constexpr Duration kSlice = milliseconds(50);

// Shows what came since the last look; true when the line has ended.
bool show_new(lab::Session& session, const std::string& terminal, Screen& screen, LineEnd& end) {
    bool ended = false;
    for (const lab::Shown& shown : session.take_shown()) {
        if (shown.terminal != terminal) continue;
        if (shown.kind == lab::Shown::Kind::Output) screen.show(shown.text);
        if (shown.kind == lab::Shown::Kind::Error) screen.show_error(shown.text);
        if (shown.kind == lab::Shown::Kind::Done) {
            end.status = shown.status;
            ended = true;
        }
    }
    return ended;
}

}  // namespace

LineEnd run_line(lab::Session& session, const std::string& terminal, const std::string& line, Screen& screen, bool interruptible) {
    LineEnd end;
    if (run_rewind(session, line, screen, end)) return end;
    session.take_shown();
    session.post({session.now(), lab::CommandKind::Line, terminal, line, {}});
    session.run_until(session.now());
    const Time limit = session.now() + kLongestLine;
    while (!show_new(session, terminal, screen, end)) {
        if (!interruptible && session.now() >= limit) {
            end.gave_up = true;
            session.post({session.now(), lab::CommandKind::Interrupt, terminal, {}, {}});
            session.run_until(session.now() + seconds(1));
            show_new(session, terminal, screen, end);
            end.status = 130;
            return end;
        }
        Time next = session.next_time();
        if (next == kNever || next > session.now() + kSlice) next = std::min(interruptible ? session.now() + kSlice : next, limit);
        screen.pass(session.now(), next);
        if (screen.interrupted()) session.post({session.now(), lab::CommandKind::Interrupt, terminal, {}, {}});
        session.run_until(next);
    }
    return end;
}

bool run_rewind(lab::Session& session, const std::string& line, Screen& screen, LineEnd& end) {
    const std::vector<std::string> words = split_words(line);
    if (words.empty() || words[0] != "rewind") return false;
    const auto moment = words.size() == 2 ? parse_duration(words[1]) : Result<Duration>(Error{});
    if (!moment || moment->nanoseconds < 0) {
        screen.show_error("podium: rewind takes a moment since the start of the run, like: rewind 30s\n");
        end.status = 2;
    } else if (Time{moment->nanoseconds} > session.now()) {
        screen.show_error(fmt::format("podium: it is only {}; to go forward: at {}\n", format_time(session.now()), words[1]));
        end.status = 2;
    } else {
        session.seek(Time{moment->nanoseconds});
        screen.show(fmt::format("It is {} again; what is typed now begins another future.\n", format_time(session.now())));
        end.status = 0;
    }
    return true;
}

std::vector<std::string> completions(const lab::Session& session, const std::string& typed) {
    const auto blank = typed.rfind(' ');
    const std::string word = blank == std::string::npos ? typed : typed.substr(blank + 1);
    std::vector<std::string> out;
    const auto offer = [&](const std::string& candidate) {
        if (candidate.starts_with(word)) out.push_back(candidate);
    };
    if (blank == std::string::npos) {
        for (const lab::OwnWord& own : lab::own_words()) offer(split_words(own.usage).front());
        for (const std::string& name : lab::program_names()) offer(name);
    } else {
        for (const std::string& candidate : lab::word_completions(session, split_words(typed), typed.ends_with(' '))) offer(candidate);
    }
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

}  // namespace podium::terminal
