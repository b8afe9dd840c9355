#include "lessons/conversation.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "lessons/blocks.hpp"
#include "lessons/listener.hpp"
#include "lessons/questions.hpp"
#include "sim/base/files.hpp"
#include "sim/base/printable.hpp"
#include "sim/base/text.hpp"
#include "sim/view/layout.hpp"

namespace podium::lessons {
namespace {

constexpr const char* kBold = "\x1b[1m";
constexpr const char* kGreen = "\x1b[32m";
constexpr const char* kRed = "\x1b[31m";
constexpr const char* kYellow = "\x1b[33m";
constexpr const char* kRungNames[] = {"To think about", "Where to look", "Almost there"};

bool types_commands(const Step& step) {
    return step.kind == StepKind::Do;
}

class Conversation {
  public:
    Conversation(Player& player, Desk& desk) : player_(player), desk_(desk), listener_(desk) {}

    Ending run() {
        show_step();
        while (!ending_) {
            const Question* question = player_.open_question();
            const auto line = desk_.ask(prompt(question));
            if (!line) break;
            const std::string typed(trim(*line));
            // Within a text given with <<, and for a program that reads, no line is a word. A shell
            // on another host, after ssh, is like the learner's own, and its "exit" leads back.
            const bool remote = !player_.remote_prompt().empty();
            if (!text_end_.empty() || (player_.reading() && !remote)) {
                if (typed == text_end_) text_end_.clear();
                type(*line);
                continue;
            }
            remote_prompt_shown_ = false;
            if (remote && typed == "exit" && types_commands(player_.step())) {
                type(*line);
                continue;
            }
            if (take_word(typed)) continue;
            if (question != nullptr && !is_look(*question, typed)) {
                answer(*question, typed);
            } else if (question != nullptr && player_.step().kind == StepKind::Predict) {
                say("First say what you expect; then the terminal is yours again.");
            } else if (typed.empty()) {
                if (!types_commands(player_.step()) || player_.attempt().steps.back().passed)
                    next();
            } else if (const Question* said = question == nullptr ? answered_by(typed) : nullptr) {
                say_answer("You have said: ", nullptr, answer_in_words(*said, player_.attempt().answers.at(said->id).answer));
            } else {
                text_end_ = heredoc_end(*line);
                type(*line);
            }
        }
        desk_.save(player_.attempt());
        if (ending_) return *ending_;
        return unmet_ ? Ending::NotYet : Ending::Left;
    }

  private:
    // At a question: a line for the terminal, not an answer.
    static bool is_look(const Question& question, const std::string& typed) {
        return !parse_answer(question, typed).ok() && begins_with_program(typed);
    }

    static bool begins_with_program(const std::string& typed) {
        const std::vector<std::string> words = split_words(typed);
        const std::vector<std::string>& programs = command_names();
        return !words.empty() && std::binary_search(programs.begin(), programs.end(), words[0]);
    }

    [[nodiscard]] std::string painted(const std::string& text, const char* colour) const {
        return desk_.layout().colour ? colour + text + "\x1b[0m" : text;
    }

    // In lines no wider than the desk; what paints it takes no room.
    void say(const std::string& text) {
        std::string plain;
        for (std::size_t i = 0; i < text.size(); ++i) {
            if (text[i] == '\x1b') {
                i = std::min(text.find('m', i), text.size() - 1);
            } else {
                plain += text[i];
            }
        }
        std::string out;
        std::size_t at = 0;
        const auto paint = [&] {
            while (at < text.size() && text[at] == '\x1b') {
                const std::size_t end = std::min(text.find('m', at), text.size() - 1) + 1;
                out += text.substr(at, end - at);
                at = end;
            }
        };
        const std::vector<std::string> lines = view::wrapped(plain, static_cast<std::size_t>(desk_.layout().width));
        for (const std::string& line : lines) {
            for (const char c : line) {
                paint();
                out += c;
                ++at;
            }
            paint();
            if (&line == &lines.back()) break;
            out += '\n';
            const bool broken = at < text.size() && text[at] == '\n';
            if (broken) ++at;
            while (!broken && at < text.size() && text[at] == ' ')
                ++at;
        }
        desk_.print(out + "\n");
    }

    // A text behind its head, broken into lines below its beginning.
    void say_beside(std::string head, const std::string& text) {
        const auto width = static_cast<std::size_t>(desk_.layout().width);
        for (const std::string& part : view::wrapped(text, width - std::min(width - 1, head.size()))) {
            desk_.print(head + part + "\n");
            head.assign(head.size(), ' ');
        }
    }

    void say_markdown(const std::string& text) {
        desk_.print(render_markdown(text, desk_.layout()));
    }

    // "12.000s  What happened.", broken into lines below the sentence's beginning.
    void say_fact(const std::string& line) {
        constexpr std::string_view kGap = "  ";
        const auto gap = line.find(kGap);
        const std::size_t begin = gap == std::string::npos ? 0 : gap + kGap.size();
        say_beside(std::string(kGap) + line.substr(0, begin), line.substr(begin));
    }

    void fault(const std::string& sentence) {
        say(painted("This is a fault of the lesson, not yours: ", kRed) + printable(sentence));
        ending_ = Ending::Fault;
    }

    template <class T>
    bool worked(const Result<T>& result) {
        if (!result) fault(result.error().text());
        return result.ok();
    }

    std::string prompt(const Question* question) const {
        const std::string remote = player_.remote_prompt();
        if (player_.reading() && remote.empty()) return "";
        if (!text_end_.empty())
            return remote.empty() ? "> " : "";  // another host's shell shows its own
        const std::string gap = remote_prompt_shown_ ? "\n" : "";
        if (question != nullptr) return gap + "answer> ";
        const bool fails = player_.step().kind == StepKind::Check && !player_.attempt().steps.back().passed;
        if (!types_commands(player_.step())) return gap + (fails ? "(Enter checks again) " : "(Enter goes on) ");
        if (!remote.empty()) return remote_prompt_shown_ ? "" : remote;
        const Lesson& lesson = player_.lesson();
        const std::string directory = lesson.directory == "/root" ? "~"
                                      : lesson.directory.starts_with("/root/")
                                          ? "~" + lesson.directory.substr(5)
                                          : lesson.directory;
        return fmt::format("[{}] root@{}:{}# ",
                           format_time(player_.session().now()),
                           learners_terminal(lesson),
                           directory);
    }

    // --- showing ---

    void show_step() {
        const Step& step = player_.step();
        const std::string head = fmt::format("Step {} of {} · {}: {}",
                                             player_.index() + 1,
                                             player_.lesson().steps.size(),
                                             name_of(step.kind),
                                             step.title);
        say("");
        say(painted(head, kBold));
        say("");
        const std::vector<Narration> narration = player_.take_narration();
        for (const Narration& said : narration)
            listener_.narrate(said.moment, said.text);
        if (!narration.empty()) say("");
        shown_questions_ = 0;
        show_pieces();
        if (step.kind == StepKind::Do)
            say("\n" + painted("Your turn.", kBold) +
                (player_.lesson().exam ? " Then 'check'; 'help' lists the words."
                                       : " Then 'check'; 'hint' helps, 'help' lists the words."));
        if (step.kind == StepKind::Check) check();
    }

    // The text up to and with the next question that is open, or to the end.
    void show_pieces() {
        const Step& step = player_.step();
        const Question* open = player_.open_question();
        bool first = true;
        for (std::size_t i = shown_questions_; i < step.pieces.size(); ++i) {
            const Piece& piece = step.pieces[i];
            shown_questions_ = i + 1;
            if (!first) say("");
            first = false;
            switch (piece.kind) {
                case Piece::Kind::Text:
                    say_markdown(piece.text);
                    break;
                case Piece::Kind::Why:
                    desk_.print(why(piece.text));
                    break;
                case Piece::Kind::Question:
                    show_question(step.questions[piece.question]);
                    if (&step.questions[piece.question] == open) return;
                    break;
            }
        }
    }

    std::string why(const std::string& target) const {
        const std::string text =
            player_.why(target, static_cast<std::size_t>(desk_.layout().width));
        return text.empty() ? fmt::format("(nothing has happened to {} yet)\n", target) : text;
    }

    void show_question(const Question& question) {
        say_markdown(question.text);
        for (std::size_t i = 0; i < question.answers.size(); ++i)
            say_answer(fmt::format("  {}  ", i + 1), nullptr, question.answers[i].text);
        const auto given = player_.attempt().answers.find(question.id);
        if (given != player_.attempt().answers.end() && player_.open_question() != &question) {
            say_answer("You said: ", nullptr, answer_in_words(question, given->second.answer));
            return;
        }
        say(question.kind == Question::Kind::Choice  ? "Type its number."
            : question.kind == Question::Kind::Order ? "Type the numbers in their order, like: 2 1 3"
            : question.measure == Measure::Count
                ? "Type a number."
                : fmt::format("Type a number with its unit, like: 5 {}", question.unit));
    }

    // A question of this step that is answered and that this line would be an answer to, did it wait for one.
    [[nodiscard]] const Question* answered_by(const std::string& typed) const {
        const auto& questions = player_.step().questions;
        if (begins_with_program(typed)) return nullptr;
        const auto found = std::find_if(questions.rbegin(), questions.rend(), [&typed](const Question& question) {
            return parse_answer(question, typed).ok();
        });
        return found == questions.rend() ? nullptr : &*found;
    }

    // --- answering ---

    void answer(const Question& question, const std::string& typed) {
        if (typed.empty()) return;
        const auto judged = player_.answer(question, typed);
        if (!judged) {
            if (judged.error().place.file.empty()) {
                say(judged.error().text());
            } else {
                fault(judged.error().text());
            }
            return;
        }
        if (player_.lesson().exam) {
            say("Noted.");
        } else if (!judged->decided) {
            say("Noted. We'll see.");
        } else {
            tell(*judged);
        }
        desk_.save(player_.attempt());
        if (player_.open_question() != &question) {
            say("");
            show_pieces();
        }
    }

    void tell(const Judgement& judged) {
        if (!judged.seen.empty()) {
            say("Here is what happened in a copy of your run:");
            for (const std::string& line : judged.seen)
                say_fact(line);
        }
        if (judged.right) {
            say_answer("Right: ", kGreen, judged.key);
            return;
        }
        say_answer(judged.key.empty() ? "Not right." : "It went otherwise: ", kYellow, judged.key);
        if (!judged.because.empty()) say_markdown(judged.because);
    }

    // An answer may have code and emphasis in it, as where it was asked. Its further lines stand below its beginning.
    void say_answer(const std::string& head, const char* colour, const std::string& text) {
        Layout layout = desk_.layout();
        layout.width -= static_cast<int>(head.size());
        std::string before = colour == nullptr ? head : painted(head, colour);
        for (const std::string& line : split(trim(render_markdown(text, layout)), '\n')) {
            desk_.print(before + line + "\n");
            before.assign(head.size(), ' ');
        }
    }

    // --- words ---

    bool take_word(const std::string& typed) {
        if (typed == "quit" || typed == "exit") {
            ending_ = unmet_ ? Ending::NotYet : Ending::Left;
        } else if (typed == "help") {
            for (const LearnersWord& word : learners_words())
                say_beside(fmt::format("  {:<12} ", word.word), std::string(word.meaning));
            say("Everything else goes to the terminal.");
        } else if (typed == "text") {
            show_step();
        } else if (typed == "check") {
            check();
        } else if (typed == "next") {
            next();
        } else if (typed == "hint") {
            hint();
        } else if (typed == "solve") {
            solve();
        } else if (typed == "again" || typed == "back") {
            const auto moved = typed == "again" ? player_.again() : player_.back();
            if (moved) {
                unmet_ = false;
                show_step();
            } else {
                say(moved.error().text());
            }
        } else if (typed.starts_with("rewind ") || typed == "rewind") {
            rewind(typed);
        } else if (typed == "edit") {
            say("edit takes a file, like: edit compose.yaml");
        } else if (typed.starts_with("edit ")) {
            edit(std::string(trim(typed.substr(5))));
        } else {
            return false;
        }
        return true;
    }

    void check() {
        const StepVerdict verdict = player_.check();
        desk_.save(player_.attempt());
        switch (verdict.outcome) {
            case StepVerdict::Outcome::Passed:
                passed();
                return;
            case StepVerdict::Outcome::Fault:
                fault(verdict.sentence);
                return;
            case StepVerdict::Outcome::NotYet:
                break;
        }
        unmet_ = true;
        say(painted("Not yet: ", kYellow) + verdict.condition);
        if (verdict.run > 0)
            say(
                fmt::format("It holds in your run, but not in another one with other chances "
                            "(hidden run {} of {}).",
                            verdict.run,
                            kHiddenSeeds));
        if (!verdict.sentence.empty())
            say_fact(fmt::format("{}  {}{}",
                                 format_time(verdict.when),
                                 verdict.sentence,
                                 verdict.when > player_.session().now()
                                     ? " (in a copy of the run that went on)"
                                     : ""));
        for (const std::string& line : verdict.evidence)
            say_fact(line);
        if (types_commands(player_.step()) && !player_.lesson().exam)
            say("'hint' helps; 'again' begins this step anew.");
        if (player_.step().kind == StepKind::Check) say("'back' goes to the step before.");
    }

    void passed() {
        unmet_ = false;
        const bool judged =
            player_.step().kind == StepKind::Do || player_.step().kind == StepKind::Check;
        if (judged)
            say(painted("Passed", kGreen) +
                fmt::format(", here and in {} hidden runs with other chances.", kHiddenSeeds));
        else
            say(player_.step().questions.empty()
                    ? "There is nothing to check in this step; 'next' (or Enter) goes on."
                    : "All its questions are answered; 'next' (or Enter) goes on.");
        const auto decided = player_.decide_predictions();
        if (!worked(decided)) return;
        for (const Judgement& judgement : *decided) {
            if (player_.lesson().exam) continue;
            say_answer("You predicted: ", nullptr, judgement.answer);
            tell(judgement);
        }
        desk_.save(player_.attempt());
        if (types_commands(player_.step())) say("'next' (or Enter) goes on.");
    }

    void next() {
        if (!player_.attempt().steps.back().passed) {
            if (player_.step().kind == StepKind::Do || player_.step().kind == StepKind::Check ||
                player_.open_question() != nullptr) {
                check();
                if (ending_ || !player_.attempt().steps.back().passed) return;
            } else if (const StepVerdict verdict = player_.check();
                       verdict.outcome != StepVerdict::Outcome::Passed) {
                fault(verdict.sentence);
                return;
            }
        }
        const auto more = player_.next();
        if (!worked(more)) return;
        if (*more) {
            desk_.save(player_.attempt());
            show_step();
            return;
        }
        finish();
    }

    void finish() {
        const Lesson& lesson = player_.lesson();
        const int percent = player_.attempt().percent_right;
        if (player_.attempt().failed) {
            say(fmt::format(
                "{} % of your answers are right; {} % are needed. Begin again when you like.",
                percent,
                lesson.pass_percent));
            ending_ = Ending::NotYet;
            return;
        }
        say("");
        say(painted(fmt::format("You have finished '{}'.", lesson.title), kGreen));
        if (percent >= 0) say(fmt::format("{} % of your answers were right in the end.", percent));
        desk_.save(player_.attempt());
        ending_ = Ending::Finished;
    }

    void hint() {
        const auto given = player_.hint();
        if (!worked(given)) return;
        if (!given->id.empty())
            say(painted(
                fmt::format(
                    "{} ({} of {}): ", kRungNames[given->rung], given->rung + 1, Hint::kRungs),
                kBold));
        say_markdown(given->text);
        if (given->last && player_.may_see_solution()) say("'solve' shows how it is done.");
        desk_.save(player_.attempt());
    }

    void solve() {
        if (!player_.may_see_solution()) {
            say(player_.lesson().exam            ? "An exam shows no solutions."
                : types_commands(player_.step()) ? "Ask for hints first."
                                                 : "This step has nothing to do in the terminal.");
            return;
        }
        say("This step begins again, without what was typed in it, and is done like this:");
        if (!worked(player_.solve(listener_))) return;
        desk_.save(player_.attempt());
        say("Now 'check', or look around.");
    }

    void rewind(const std::string& typed) {
        const std::vector<std::string> words = split_words(typed);
        const auto moment =
            words.size() == 2 ? parse_duration(words[1]) : Result<Duration>(Error{});
        if (!moment || *moment < Duration{}) {
            say("rewind takes a moment since the start of the run, like: rewind 30s");
            return;
        }
        if (const auto moved = player_.rewind(Time{moment->nanoseconds}); !moved) {
            say(moved.error().text());
            return;
        }
        say(fmt::format("It is {} again; what is typed now begins another future.",
                        format_time(player_.session().now())));
        desk_.save(player_.attempt());
    }

    void edit(const std::string& name) {
        if (!player_.remote_prompt().empty()) {
            say(fmt::format("edit changes files on {}; type 'exit' first, which leads back there.",
                            learners_terminal(player_.lesson())));
            return;
        }
        const std::string path = resolve_path(player_.lesson().directory, name);
        if (const auto may = player_.may_write(path); !may) {
            // From a pipe the text follows all the same, and is no line for the terminal.
            if (!desk_.interruptible()) (void)desk_.edit(base_name(path), "");
            say(may.error().text());
            return;
        }
        const auto content = player_.read(path);
        const auto edited = desk_.edit(base_name(path), content.value_or(""));
        if (!edited) {
            say(edited.error().text());
        } else if (content && *edited == *content) {
            say("Nothing was changed.");
        } else if (worked(player_.write(path, *edited))) {
            say(fmt::format("{} is written.", path));
            desk_.save(player_.attempt());
        }
    }

    void type(const std::string& line) {
        const auto end = player_.type(line, listener_, desk_.interruptible());
        if (!worked(end)) return;
        remote_prompt_shown_ = !player_.remote_prompt().empty();
        if (end->taken_back)
            say(
                fmt::format("'{}' keeps the simulated host too busy for the run to go on, so it was "
                            "taken back: it is {} again. If it is what an earlier line left "
                            "behind, 'again' begins this step anew.",
                            printable(line),
                            format_time(player_.session().now())));
        if (end->gave_up && end->flooded) {
            say(fmt::format("'{}' had printed more than {} bytes and was interrupted; limit it, like: {} | head", printable(line), Player::kMostShown, printable(line)));
        } else if (end->gave_up)
            say(
                fmt::format("'{}' was still running after {} and was interrupted; limit it, like: "
                            "timeout 30 {}",
                            line,
                            format_duration(Player::kLongestLine),
                            line));
        desk_.save(player_.attempt());
    }

    Player& player_;
    Desk& desk_;
    Listener listener_;
    std::optional<Ending> ending_;
    bool unmet_ = false;
    bool remote_prompt_shown_ =
        false;  // the last thing shown is the prompt of a shell on another host
    std::string text_end_;             // the line that ends the text being given with <<
    std::size_t shown_questions_ = 0;  // pieces of the step shown so far
};

}  // namespace

const std::vector<LearnersWord>& learners_words() {
    static const std::vector<LearnersWord> words{
        {"check", "is this step done?"},
        {"next", "to the next step (Enter does it too, when this one is done)"},
        {"hint", "a hint; ask again for more"},
        {"again", "this step from its beginning"},
        {"back", "to the step before"},
        {"rewind 30s", "back to a moment of this step"},
        {"edit FILE", "change a file on the simulated host"},
        {"solve", "after the last hint: this step from its beginning, done for you to see"},
        {"text", "this step's text once more"},
        {"quit", "leave; 'podium learn' goes on from here"},
    };
    return words;
}

Ending converse(Player& player, Desk& desk) {
    return Conversation(player, desk).run();
}

}  // namespace podium::lessons
