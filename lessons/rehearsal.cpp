#include "lessons/rehearsal.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <memory>
#include <set>

#include "lessons/judge.hpp"
#include "lessons/markdown.hpp"
#include "lessons/player.hpp"
#include "lessons/questions.hpp"
#include "sim/base/text.hpp"
#include "sim/lab/image_names.hpp"

namespace podium::lessons {
namespace {

constexpr Duration kMentionTime = seconds(30);  // after this, a command within a sentence may go on
constexpr Duration kIdleTime = minutes(1);      // who does nothing looks on for so long at each step
constexpr std::size_t kMostQuoted = 2'000;
// Of who is told "not yet" by a check that came at once.
constexpr int kMostChecks = 4;
constexpr const char* kBetweenChecks = "wait 30s";

class Silent final : public Watcher {
  public:
    void show(std::string_view text) override { heard += text; }

    void show_error(std::string_view text) override { heard += text; }

    void pass(Time /*from*/, Time /*to*/) override {}

    bool interrupted() override { return false; }

    std::string heard;
};

// A line's blanks, each run as one, none at the end.
std::string squeezed(std::string_view line) {
    std::string out;
    for (const char c : line) {
        if (c == ' ' || c == '\t' || c == '\r') {
            if (!out.empty() && out.back() != ' ') out += ' ';
        } else {
            out += c;
        }
    }
    if (out.ends_with(' ')) out.pop_back();
    return out;
}

// `pattern` with "..." for any text.
bool line_fits(std::string_view pattern, std::string_view line) {
    const auto dots = pattern.find("...");
    if (dots == std::string_view::npos) return pattern == line;
    if (!line.starts_with(pattern.substr(0, dots))) return false;
    const std::string_view rest = pattern.substr(dots + 3);
    for (std::size_t at = dots; at <= line.size(); ++at) {
        if (line_fits(rest, line.substr(at))) return true;
    }
    return false;
}

class Rehearsal {
  public:
    Rehearsal(const Lesson& lesson, std::string catalogue)
        : lesson_(std::make_shared<const Lesson>(lesson)), catalogue_(std::move(catalogue)) {}

    std::vector<RehearsalLine> run() {
        if (const auto known = check_images(); !known) {
            say(false, "the images of lesson.md are known", known.error().text());
            return std::move(lines_);
        }
        if (const auto lab = check_lab(*lesson_, catalogue_); !lab) {
            say(false, "lab.lua fits lesson.md", lab.error().text());
            return std::move(lines_);
        }
        say(true, "lab.lua fits lesson.md", {});
        std::uint64_t first = 0;
        for (int seed = 1; seed <= kRehearsalSeeds; ++seed) {
            first_seed_ = seed == 1;
            trying_idle_ = true;
            const std::string why = play_solution(static_cast<std::uint64_t>(seed));
            say(why.empty(),
                fmt::format("the solution passes, seed {} and {} hidden ones", seed, kHiddenSeeds),
                why);
            if (seed == 1) first = fingerprint_;
            if (why.empty() && seed < kRehearsalSeeds) continue;
            if (has_do() || !idle_.empty())
                say(idle_.empty(), "who does nothing at a step doesn't pass it", idle_);
            if (!why.empty()) {
                if (!text_wrong_.empty()) tell_text();
                return std::move(lines_);
            }
        }
        tell_text();
        first_seed_ = false;
        trying_idle_ = false;
        const std::string why = play_solution(1);
        if (!predicted_.empty())
            say(true, "the predictions of seed 1: " + join(predicted_, "; "), {});
        say(why.empty() && fingerprint_ == first,
            "the same lesson twice gives the same run",
            why.empty() ? fmt::format("{}: two runs of it on seed 1 differ", Place{lesson_->solution.file, 0, 0}.text()) : why);
        if (!keys_.empty()) {
            const std::string wrong = play_hurried();
            say(wrong.empty(), "who types check as soon as a step passes finds the same predictions right", wrong);
        }
        rehearse_idle();
        for (const Script& wrong : lesson_->wrong) {
            std::string reason;
            for (int seed = 1; seed <= kRehearsalSeeds && reason.empty(); ++seed) {
                reason = play_wrong(wrong, static_cast<std::uint64_t>(seed));
                if (!reason.empty()) reason += fmt::format(" (seed {})", seed);
            }
            say(reason.empty(),
                fmt::format("{} raises hint '{}', seeds 1 to {}",
                            wrong.file.substr(wrong.file.rfind('/') + 1),
                            wrong.hint,
                            kRehearsalSeeds),
                reason);
        }
        return std::move(lines_);
    }

  private:
    void say(bool ok, std::string what, std::string why) {
        lines_.push_back({ok, std::move(what), ok ? std::string() : std::move(why)});
    }

    [[nodiscard]] Result<void> check_images() const {
        for (std::size_t i = 0; i < lesson_->images.size(); ++i) {
            const Result<void> known = lab::check_image_known(catalogue_, lesson_->images[i]);
            if (!known) return Error{known.error().message, lesson_->image_places[i], known.error().hint};
        }
        return {};
    }

    // What the text shows is no matter of the solution's, which is played on.
    void note_text(const Step& step, const std::string& why) {
        if (!why.empty() && text_steps_.insert(step.id).second) text_wrong_.push_back(why);
    }

    void tell_text() {
        if (text_wrong_.empty() && commands_ + mentions_ > 0)
            say(true, fmt::format("the text's {} commands and {} mentions do what it says", commands_, mentions_), {});
        for (std::string& why : text_wrong_)
            say(false, "the text's commands do what it says", std::move(why));
        text_wrong_.clear();
    }

    [[nodiscard]] bool has_do() const {
        return std::any_of(lesson_->steps.begin(), lesson_->steps.end(), [](const Step& step) { return step.kind == StepKind::Do; });
    }

    static std::string text_of(const StepVerdict& verdict) {
        if (verdict.outcome == StepVerdict::Outcome::Passed) return "passed";
        if (verdict.outcome == StepVerdict::Outcome::Fault) return verdict.sentence;
        std::string out =
            fmt::format("not yet: {} ({}: {}{})",
                        verdict.condition,
                        format_time(verdict.when),
                        verdict.sentence,
                        verdict.run > 0 ? fmt::format(", in hidden run {}", verdict.run) : "");
        for (const std::string& line : verdict.evidence)
            out += "\n      " + line;
        return out;
    }

    static std::string at(const Step& step, const std::string& what) {
        return fmt::format("{}: step '{}': {}", step.place.text(), step.id, what);
    }

    // What a script has done at a step: where it did so, or else where it is missing. A fault says itself where.
    static std::string at(const Script& script, const Step& step, const StepVerdict& verdict) {
        const auto part = std::find_if(script.parts.begin(), script.parts.end(), [&step](const ScriptPart& one) { return one.step == step.id; });
        if (verdict.outcome == StepVerdict::Outcome::Fault || part == script.parts.end()) return at(step, text_of(verdict));
        return fmt::format("{}: step '{}' ({}): {}", part->place.text(), step.id, step.place.text(), text_of(verdict));
    }

    Result<Player> begin(std::uint64_t seed) {
        return Player::create(lesson_, PlayerRequest{catalogue_, seed, false});
    }

    // Types one line of a script's part; what went wrong, if anything.
    static std::string type_line(Player& player, const Script& script, const ScriptPart& part, std::size_t i) {
        const std::string& line = part.lines[i];
        const std::string place = Place{script.file, part.numbers[i], 0}.text();
        Silent silent;
        const auto end = player.type(line, silent, false);
        if (!end) return end.error().text();
        if (end->taken_back) return fmt::format("{}: '{}' keeps the host too busy for the run to go on", place, line);
        if (end->gave_up) return fmt::format("{}: '{}' has not ended after {}", place, line, format_duration(Player::kLongestLine));
        return {};
    }

    // Types a script's part for this step; what went wrong, if anything.
    static std::string type(Player& player, const Script& script) {
        for (const ScriptPart& part : script.parts) {
            if (part.step != player.step().id) continue;
            for (std::size_t i = 0; i < part.lines.size(); ++i) {
                if (std::string why = type_line(player, script, part, i); !why.empty()) return why;
            }
        }
        return {};
    }

    // --- the solution of who types `check` after each line, and so goes on with the first that makes a step pass ---

    // A key looks at the run where the step was passed. What its last line has only begun may not be there yet, and a right
    // prediction would be called wrong: so each is answered as the solution's own run on this seed has decided it.
    std::string play_hurried() {
        auto player = begin(1);
        if (!player) return player.error().text();
        while (true) {
            const Step& step = player->step();
            for (const Question& question : step.questions) {
                const auto judged = give(*player, question, question.key.empty() ? right_answer(question) : keys_[question.id]);
                if (!judged) return fmt::format("{}: {}", question.place.text(), judged.error().text());
                if (judged->decided && !judged->right) return decided_otherwise(question, *judged);
            }
            bool passed = false;
            if (std::string why = type_until_passed(*player, lesson_->solution, passed); !why.empty()) return why;
            if (!passed) return {};  // a key is looked at where its step is passed
            const auto decided = player->decide_predictions();
            if (!decided) return at(step, decided.error().text());
            for (const Judgement& judgement : *decided) {
                if (!judgement.right) return decided_otherwise(*find_question(*lesson_, judgement.question), judgement);
            }
            const auto more = player->next();
            if (!more) return more.error().text();
            if (!*more) return {};
        }
    }

    static std::string type_until_passed(Player& player, const Script& script, bool& passed) {
        const Step& step = player.step();
        for (const ScriptPart& part : script.parts) {
            if (part.step != step.id) continue;
            for (std::size_t i = 0; i < part.lines.size(); ++i) {
                if (std::string why = type_line(player, script, part, i); !why.empty()) return why;
                const StepVerdict verdict = player.check();
                passed = verdict.outcome == StepVerdict::Outcome::Passed;
                if (passed) return {};
                if (verdict.outcome == StepVerdict::Outcome::Fault) return at(script, step, verdict);
            }
        }
        // Who is told "not yet" waits, and asks again: earlier steps were left before all that they began had settled.
        StepVerdict verdict = player.check();
        for (int again = 0; again < kMostChecks && verdict.outcome == StepVerdict::Outcome::NotYet; ++again) {
            Silent silent;
            if (const auto end = player.type(kBetweenChecks, silent, false); !end) return end.error().text();
            verdict = player.check();
        }
        passed = verdict.outcome == StepVerdict::Outcome::Passed;
        return verdict.outcome == StepVerdict::Outcome::Fault ? at(script, step, verdict) : std::string();
    }

    static std::string decided_otherwise(const Question& question, const Judgement& judgement) {
        return fmt::format("{}: the key of '{}' is {} when check comes at once, and {} after the solution's last line: let it wait",
                           question.place.text(),
                           question.id,
                           judgement.key,
                           judgement.answer);
    }

    // One step with the solution; what went wrong, if anything.
    std::string play_step(Player& player) {
        const Step& step = player.step();
        if (trying_idle_ && step.kind == StepKind::Do) {
            const StepVerdict idle = player.check();
            if (idle.outcome == StepVerdict::Outcome::Fault) return at(step, idle.sentence);
            if (idle.outcome == StepVerdict::Outcome::Passed && idle_.empty())
                idle_ = at(step, "it passes when nothing is done");
        }
        note_text(step, run_commands(player.session(), step, step.commands, true));
        const lab::Session before = player.session().fork();
        for (const Question& question : step.questions) {
            if (std::string why = answer(player, question); !why.empty()) return why;
        }
        if (std::string why = type(player, lesson_->solution); !why.empty()) return why;
        note_text(step, run_commands(player.session(), step, step.mentions, false));
        note_text(step, run_advice(before, player.session(), step));
        const StepVerdict verdict = player.check();
        if (verdict.outcome != StepVerdict::Outcome::Passed) return at(lesson_->solution, step, verdict);
        const auto decided = player.decide_predictions();
        if (!decided) return at(step, decided.error().text());
        for (const Judgement& judgement : *decided) {
            const Question* question = find_question(*lesson_, judgement.question);
            const auto key = player.compute_key(*question);
            if (!key) return at(step, key.error().text());
            note_prediction(*question, *key);
            if (std::string why = explained(*question, *key); !why.empty()) return why;
        }
        for (const Piece& piece : step.pieces) {
            if (piece.kind == Piece::Kind::Why && player.why(piece.text).empty())
                return fmt::format(
                    "{}: nothing has happened to '{}'", piece.place.text(), piece.text);
        }
        return {};
    }

    // The author compares these with what the text says.
    void note_prediction(const Question& question, const std::string& key) {
        if (!first_seed_) return;
        keys_[question.id] = key;
        predicted_.push_back(fmt::format(
            "{} = {}",
            question.id,
            question.kind == Question::Kind::Number ? answer_in_words(question, key) : key));
    }

    static std::string explained(const Question& question, const std::string& key) {
        if (question.kind != Question::Kind::Choice) return {};
        for (const Answer& answer : question.answers) {
            if (answer.id != key && answer.because.empty())
                return fmt::format(
                    "{}: the key of '{}' is '{}', and the wrong answer '{}' has no explanation",
                    question.place.text(),
                    question.id,
                    key,
                    answer.id);
        }
        return {};
    }

    std::string answer(Player& player, const Question& question) {
        std::string given = question.key.empty() ? right_answer(question) : std::string();
        if (!question.key.empty()) {
            // A prediction: the right one if it can be known now, else any.
            if (question.after.empty()) {
                const auto key = player.compute_key(question);
                if (!key) return fmt::format("{}: {}", question.place.text(), key.error().text());
                given = *key;
                note_prediction(question, given);
                if (std::string why = explained(question, given); !why.empty()) return why;
            } else if (question.kind == Question::Kind::Order) {
                for (const Answer& item : question.answers)
                    given += (given.empty() ? "" : ",") + item.id;
            } else {
                given = question.kind == Question::Kind::Choice ? question.answers.front().id : "0";
            }
        }
        const auto judged = give(player, question, given);
        if (!judged) return fmt::format("{}: {}", question.place.text(), judged.error().text());
        if (judged->decided && !judged->right)
            return fmt::format("{}: the right answer of '{}' is not taken as right",
                               question.place.text(),
                               question.id);
        return {};
    }

    static Result<Judgement> give(Player& player, const Question& question, const std::string& given) {
        const bool bare = question.kind == Question::Kind::Number;
        return player.answer(question, bare ? amount_text(question, given) : given);
    }

    // An amount as a learner could type it; a number has nine digits before the point at most.
    static std::string amount_text(const Question& question, const std::string& amount) {
        std::int64_t number = 0;
        parse_integer(amount, number);
        if (question.measure == Measure::Time)
            return fmt::format("{}.{:06} ms", number / 1'000'000, number % 1'000'000);
        if (question.measure == Measure::Bytes)
            return fmt::format("{}.{:03} kB", number / 1'000, number % 1'000);
        return number % 1'000 == 0 ? fmt::format("{}", number / 1'000)
                                   : fmt::format("{}.{:03}", number / 1'000, number % 1'000);
    }

    std::string play_solution(std::uint64_t seed) {
        auto player = begin(seed);
        if (!player) return player.error().text();
        while (true) {
            if (std::string why = play_step(*player); !why.empty()) return why;
            const auto more = player->next();
            if (!more) return more.error().text();
            if (!*more) break;
        }
        fingerprint_ = player->session().fingerprint();
        return {};
    }

    // The whole lesson with nothing done at any step. A Do step has been tried idle where those before it were done (one
    // that clears away has nothing to do without them), so this is for Check steps, which look at the whole run.
    void rehearse_idle() {
        const bool judged = std::any_of(lesson_->steps.begin(), lesson_->steps.end(), [](const Step& step) { return step.kind == StepKind::Check; });
        if (!judged) return;
        std::string why;
        for (int seed = 1; seed <= kRehearsalSeeds && why.empty(); ++seed) {
            why = play_idle(static_cast<std::uint64_t>(seed));
            if (!why.empty()) why += fmt::format(" (seed {})", seed);
        }
        say(why.empty(), fmt::format("who does nothing passes no look back, seeds 1 to {}", kRehearsalSeeds), why);
    }

    std::string play_idle(std::uint64_t seed) {
        auto session = begin_run(*lesson_, catalogue_, seed, false);
        if (!session) return session.error().text();
        for (const Step& step : lesson_->steps) {
            const StepRecord record{step.id, session->now(), session->now() + kIdleTime, {}, false, false, {}};
            auto after = replay_step(*lesson_, session->fork(), record);
            if (step.kind == StepKind::Check) {
                // No learner gets here without the steps before, so a script that errs for want of them is no mistake.
                const StepVerdict verdict = judge_whole(*lesson_, after ? *after : *session, step, 0);
                if (verdict.outcome == StepVerdict::Outcome::Passed)
                    return at(step, "it passes when nothing was done in the whole lesson");
            }
            if (after) *session = std::move(*after);
        }
        return {};
    }

    std::string play_wrong(const Script& wrong, std::uint64_t seed) {
        auto player = begin(seed);
        if (!player) return player.error().text();
        while (player->step().id != wrong.at) {
            const Step& step = player->step();
            for (const Question& question : step.questions) {
                if (std::string why = answer(*player, question); !why.empty()) return why;
            }
            const bool own =
                std::any_of(wrong.parts.begin(), wrong.parts.end(), [&](const ScriptPart& part) {
                    return part.step == step.id;
                });
            if (std::string why = type(*player, own ? wrong : lesson_->solution); !why.empty())
                return why;
            const StepVerdict verdict = player->check();
            if (verdict.outcome != StepVerdict::Outcome::Passed)
                return at(own ? wrong : lesson_->solution, step, verdict);
            const auto more = player->next();
            if (!more) return more.error().text();
        }
        if (std::string why = type(*player, wrong); !why.empty()) return why;
        const StepVerdict verdict = player->check();
        if (verdict.outcome == StepVerdict::Outcome::Fault) return verdict.sentence;
        if (verdict.outcome == StepVerdict::Outcome::Passed)
            return fmt::format("{}: it passes step '{}'", wrong.parts.back().place.text(), wrong.at);
        if (verdict.hint != wrong.hint)
            return fmt::format("{}: it raises {}; {}",
                               wrong.parts.back().place.text(),
                               verdict.hint.empty() ? "no hint" : fmt::format("'{}'", verdict.hint),
                               text_of(verdict));
        return {};
    }

    // --- the text's commands, in a copy of the run ---

    std::string run_commands(const lab::Session& session,
                             const Step& step,
                             const std::vector<ShownCommand>& commands,
                             bool blocks) {
        std::unique_ptr<Stage> stage;
        for (const ShownCommand& command : commands) {
            // Blocks go on from each other; mentions are each by themselves.
            if (!stage || !blocks) {
                auto made = Stage::create(*lesson_, session.fork());
                if (!made) return made.error().text();
                stage = std::move(*made);
                if (blocks) {
                    if (const auto begun = stage->begin_step(step.id); !begun)
                        return begun.error().text();
                }
            }
            if (std::string why = run_command(*stage, command, blocks); !why.empty()) return why;
            if (first_seed_) ++(blocks ? commands_ : mentions_);
        }
        return {};
    }

    // What hints advise works as the step begins, or when it is done: they are given in between.
    std::string run_advice(const lab::Session& before,
                           const lab::Session& after,
                           const Step& step) {
        for (const ShownCommand& command : step.advice) {
            if (run_commands(before, step, {command}, false).empty()) continue;
            if (std::string why = run_commands(after, step, {command}, false); !why.empty())
                return why;
        }
        return {};
    }

    // What is typed at the learner's terminal for it to happen on the host that the text shows.
    [[nodiscard]] std::vector<std::string> typed_lines(const ShownCommand& command) const {
        const std::vector<std::string> words = split_words(command.line);
        if (command.host.empty()) {
            const bool moves =
                words.size() == 2 && words[0] == "ssh" && lesson_->has_host(words[1]);
            return moves ? std::vector<std::string>{command.line + " true"}
                         : split(command.line, '\n');
        }
        if (command.line == "exit")
            return {"true"};  // back from where the line before has moved to
        std::string quoted = "'";
        for (const char c : command.line)
            quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
        return split(fmt::format("ssh {} {}'", command.host, quoted), '\n');
    }

    std::string run_command(Stage& stage, const ShownCommand& command, bool must_end) const {
        std::string written;
        int status = 0;
        for (const std::string& line : typed_lines(command)) {
            if (const auto passed = stage.advance(stage.session().now() + Player::kTyping); !passed)
                return passed.error().text();
            const Time limit =
                stage.session().now() + (must_end ? Player::kLongestLine : kMentionTime);
            if (const auto typed = stage.act({stage.session().now(), Act::Kind::Line, line, {}});
                !typed)
                return typed.error().text();
            bool ended = false;
            while (!ended) {
                for (const lab::Shown& shown : stage.take_shown()) {
                    if (shown.kind == lab::Shown::Kind::Output ||
                        shown.kind == lab::Shown::Kind::Error)
                        written += shown.text;
                    if (shown.kind == lab::Shown::Kind::Done) {
                        ended = true;
                        status = shown.status;
                    }
                }
                if (ended) break;
                if (stage.session().now() >= limit) {
                    if (!must_end) return {};
                    return fmt::format("{}: '{}' has not ended after {}",
                                       command.place.text(),
                                       command.line,
                                       format_duration(Player::kLongestLine));
                }
                if (const auto ran = stage.advance(std::min(
                        std::max(stage.session().next_time(), stage.session().now()), limit));
                    !ran)
                    return ran.error().text();
            }
        }
        const std::string quoted = written.substr(0, kMostQuoted);
        if (status != command.status)
            return fmt::format("{}: '{}' ended with status {}, not {}; it wrote:\n{}",
                               command.place.text(),
                               command.line,
                               status,
                               command.status,
                               quoted);
        if (command.has_output && !output_fits(command.output, written))
            return fmt::format("{}: '{}' wrote something else than the text shows:\n{}",
                               command.place.text(),
                               command.line,
                               quoted);
        return {};
    }

    std::shared_ptr<const Lesson> lesson_;
    std::string catalogue_;
    std::vector<RehearsalLine> lines_;
    std::uint64_t fingerprint_ = 0;
    bool first_seed_ = true;
    bool trying_idle_ = true;
    std::string idle_;  // the first step that passes when nothing is done
    std::vector<std::string> predicted_;
    std::map<std::string, std::string> keys_;  // of seed 1, by question
    int commands_ = 0;
    int mentions_ = 0;
    std::set<std::string> text_steps_;     // those whose text shows what does not happen
    std::vector<std::string> text_wrong_;  // and what does
};

}  // namespace

bool output_fits(const std::vector<std::string>& shown, const std::string& written) {
    std::vector<std::string> lines;
    for (const std::string& line : split(written, '\n'))
        lines.push_back(squeezed(line));
    while (!lines.empty() && lines.back().empty())
        lines.pop_back();
    std::vector<std::string> patterns;
    for (const std::string& line : shown)
        patterns.push_back(squeezed(line));
    while (!patterns.empty() && patterns.back().empty())
        patterns.pop_back();
    // fits[j]: the patterns so far fit the first j lines.
    std::vector<bool> fits(lines.size() + 1, false);
    fits[0] = true;
    for (const std::string& pattern : patterns) {
        std::vector<bool> next(lines.size() + 1, false);
        for (std::size_t j = 0; j <= lines.size(); ++j) {
            if (pattern == "...") {
                next[j] = fits[j] || (j > 0 && next[j - 1]);
            } else {
                next[j] = j > 0 && fits[j - 1] && line_fits(pattern, lines[j - 1]);
            }
        }
        fits = std::move(next);
    }
    return fits[lines.size()];
}

std::vector<RehearsalLine> rehearse(const Lesson& lesson, const std::string& catalogue) {
    return Rehearsal(lesson, catalogue).run();
}

bool all_ok(const std::vector<RehearsalLine>& lines) {
    return std::all_of(
        lines.begin(), lines.end(), [](const RehearsalLine& line) { return line.ok; });
}

std::string preview(const Lesson& lesson, int width, bool colour) {
    const Layout layout{width, colour};
    std::string out = fmt::format("{} (version {}, {} minutes)\n{}\n",
                                  lesson.title,
                                  lesson.version,
                                  lesson.minutes,
                                  lesson.summary);
    if (!lesson.cluster.empty()) {
        std::vector<std::string> names;
        for (const lab::HostSetUp& host : lesson.machines.hosts)
            names.push_back(host.name);
        out += fmt::format(
            "cluster {}: {}; {}\n",
            lesson.cluster,
            join(names, ", "),
            lesson.machines.formed ? "a swarm of all from the beginning" : "in no swarm yet");
    }
    for (const Step& step : lesson.steps) {
        out += fmt::format("\n=== {}: {}  [{}]\n", name_of(step.kind), step.title, step.id);
        for (const Piece& piece : step.pieces) {
            out += "\n";
            if (piece.kind == Piece::Kind::Text) out += render_markdown(piece.text, layout);
            if (piece.kind == Piece::Kind::Why)
                out += fmt::format("(the causes of what happened to {})\n", piece.text);
            if (piece.kind != Piece::Kind::Question) continue;
            const Question& question = step.questions[piece.question];
            out += render_markdown(question.text, layout);
            const std::string right = question.key.empty() ? right_answer(question) : std::string();
            for (const Answer& answer : question.answers)
                out += fmt::format("  {} {}{}\n",
                                   answer.id == right ? "(*)" : "( )",
                                   answer.text,
                                   answer.because.empty() ? "" : "\n      " + answer.because);
            out += question.key.empty()
                       ? fmt::format("  right: {}\n", answer_in_words(question, right))
                       : fmt::format("  computed by key('{}'){}\n",
                                     question.key,
                                     question.after.empty()
                                         ? ", at once"
                                         : fmt::format(", after step '{}'", question.after));
        }
        for (const Hint& hint : step.hints) {
            out += fmt::format("\n  hint '{}'{}{}\n",
                               hint.id,
                               hint.check.empty() ? "" : fmt::format(", for \"{}\"", hint.check),
                               hint.when.empty() ? "" : fmt::format(", when {}", hint.when));
            for (int rung = 0; rung < Hint::kRungs; ++rung)
                out += fmt::format("    {}. {}\n", rung + 1, hint.rungs[rung]);
        }
        for (const ScriptPart& part : lesson.solution.parts) {
            if (part.step != step.id) continue;
            out += "\n  solution:\n";
            for (const std::string& line : part.lines)
                out += "    $ " + line + "\n";
        }
    }
    return out;
}

}  // namespace podium::lessons
