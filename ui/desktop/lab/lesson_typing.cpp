// What is typed in a lesson, and the words that are the lesson's own: a part of LessonPlay.

#include <fmt/format.h>

#include "lessons/blocks.hpp"
#include "lessons/conversation.hpp"
#include "sim/base/printable.hpp"
#include "sim/base/text.hpp"
#include "sim/lab/session.hpp"
#include "ui/desktop/lab/lesson_ear.hpp"

namespace podium::desktop {

void LessonPlay::Ear::add(lab::Shown::Kind kind, std::string_view text) {
    screens_.add({{moment_, terminal_, kind, std::string(text), 0}});
}

void LessonPlay::Ear::narrate(Time moment, std::string_view text) {
    screens_.note(terminal_, moment, fmt::format("» [{}] {}\n", format_time(moment), printable(text)), false);
}

void LessonPlay::Ear::typed(Time moment, std::string_view line) {
    moment_ = moment;
    add(lab::Shown::Kind::Line, line);
}

void LessonPlay::do_intent(const intent::Type& typed) {
    if (!typed.terminal.empty() && typed.terminal != terminal_) {
        refuse(fmt::format("a lesson's lines are all typed at {}; to get to another host: ssh {}", terminal_,
                           typed.terminal.substr(0, typed.terminal.find('/'))));
        return;
    }
    type(typed.line);
}

void LessonPlay::do_intent(const intent::Key& key) {
    if (key.key != "INT") {
        refuse("in a lesson a line can be interrupted (Ctrl-C), and takes no other key");
        return;
    }
    if (!act_here()) return;
    Ear ear(screens_, terminal_);
    text_end_.clear();
    if (!player_.running()) return;
    if (const Result<void> stopped = player_.interrupt(ear); !stopped) fault(stopped.error().text());
    run_frame_.follow(player_.session());
    unkept_ = true;
}

void LessonPlay::do_intent(const intent::Inject& inject) {
    type_word("inject " + inject.fault);
}

void LessonPlay::do_intent(const intent::Lift& lift) {
    type_word("lift " + lift.fault);
}

// A fault is typed like all else that a learner does, so it has to wait for its turn.
void LessonPlay::type_word(const std::string& line) {
    if (!past_ && player_.running() && player_.remote_prompt().empty()) {
        refuse(fmt::format("'{}' is typed at {}, where a line still runs: wait for it, or end it with Ctrl-C", line, terminal_));
        return;
    }
    type(line);
}

bool LessonPlay::act_here() {
    if (!past_) return true;
    // What was typed at this very moment has been seen to happen, and stays.
    const Time moment = past_->now() + Duration{1};
    const Result<void> moved = player_.rewind(moment);
    if (!moved) {
        refuse(fmt::format("you look at {}, and {}; End or LIVE brings you back to the present", format_time(moment), moved.error().text()));
        return false;
    }
    run_jumped(moment);
    note(fmt::format("It is {} again; what is typed now begins another future.\n", format_time(player_.session().now())));
    return true;
}

void LessonPlay::type(const std::string& line) {
    const std::string typed(trim(line));
    const auto within = [&] { return !text_end_.empty() || (player_.reading() && player_.remote_prompt().empty()); };
    const auto leads_back = [&] { return !player_.remote_prompt().empty() && typed == "exit"; };
    // Within a text given with <<, and for a program that reads, no line is a word.
    if (!within() && !leads_back() && take_word(typed)) return;
    if (!within() && typed.empty()) return;
    const lessons::Question* question = player_.open_question();
    if (question != nullptr && player_.step().kind == lessons::StepKind::Predict) {
        refuse("First say what you expect; then the terminal is yours again.");
        return;
    }
    if (!act_here()) return;
    if (text_end_.empty()) {
        if (!within()) text_end_ = lessons::heredoc_end(line);
    } else if (typed == text_end_) {
        text_end_.clear();
    }
    Ear ear(screens_, terminal_);
    if (!line_runs()) {
        const auto passed = player_.go_on(player_.session().now() + lessons::Player::kTyping, ear);
        if (!passed || passed->taken_back) {
            ended(passed);
            return;
        }
    }
    ear.typed(player_.session().now(), line);
    if (verdict_ && verdict_->outcome == lessons::StepVerdict::Outcome::Passed) forget_verdict();
    ended(player_.begin_line(line));
    let_pass(player_.session().now(), kSlice, {});
    owed_ = 0;
    if (!line_runs()) keep();
}

void LessonPlay::ended(const Result<lessons::Player::LineEnd>& end) {
    if (!end) {
        fault(end.error().text());
        return;
    }
    if (!end->taken_back) return;
    run_jumped(player_.session().now());
    note(fmt::format("What was typed keeps the simulated host too busy for the run to go on, so it was taken back: it is {} again. If it is "
                     "what an earlier line left behind, 'again' begins this step anew.\n",
                     format_time(player_.session().now())),
         true);
}

bool LessonPlay::take_word(const std::string& typed) {
    const auto echo = [&] {
        Ear ear(screens_, terminal_);
        ear.typed(player_.session().now(), typed);
    };
    if (typed == "check") {
        echo();
        do_intent(intent::LessonCheck{});
    } else if (typed == "next") {
        do_intent(intent::LessonNext{});
    } else if (typed == "hint") {
        echo();
        do_intent(intent::LessonHint{});
    } else if (typed == "solve") {
        do_intent(intent::LessonSolve{});
    } else if (typed == "again") {
        do_intent(intent::LessonAgain{});
    } else if (typed == "back") {
        do_intent(intent::LessonBack{});
    } else if (typed == "text") {
        note("The step's text stands in the lesson's panel.\n");
    } else if (typed.starts_with("rewind ") || typed == "rewind") {
        rewind(typed);
    } else if (typed == "edit" || typed.starts_with("edit ")) {
        note("edit opens an editor in podium learn; here write the file with: cat > FILE <<'END', or change it with sed -i\n", true);
    } else if (typed == "help") {
        echo();
        for (const lessons::LearnersWord& word : lessons::learners_words()) {
            if (word.word.starts_with("edit") || word.word == "quit") continue;
            note(fmt::format("  {:<12} {}\n", word.word, word.meaning));
        }
        note("Everything else goes to the terminal.\n");
    } else if (typed == "quit" || typed == "exit") {
        note("Close the window, or open something else; the lesson goes on from here the next time.\n");
    } else {
        return false;
    }
    return true;
}

void LessonPlay::rewind(const std::string& typed) {
    const std::vector<std::string> words = split_words(typed);
    const auto moment = words.size() == 2 ? parse_duration(words[1]) : Result<Duration>(Error{});
    if (!moment || *moment < Duration{}) {
        note("rewind takes a moment since the start of the run, like: rewind 30s\n", true);
        return;
    }
    const Time time{moment->nanoseconds};
    if (const Result<void> moved = player_.rewind(time); !moved) {
        note(moved.error().text() + "\n", true);
        return;
    }
    run_jumped(time);
    note(fmt::format("It is {} again; what is typed now begins another future.\n", format_time(player_.session().now())));
    keep();
}

}  // namespace podium::desktop
