#include "lessons/judge.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "sim/base/printable.hpp"
#include "sim/base/random.hpp"
#include "sim/base/text.hpp"
#include "sim/lab/cluster_file.hpp"
#include "sim/lab/facts.hpp"
#include "sim/view/describe.hpp"
#include "sim/view/explain.hpp"
#include "sim/view/query.hpp"

namespace podium::lessons {
namespace {

constexpr std::size_t kMostTold = 12;
constexpr Duration kFormingTakes = seconds(2);  // from its last line until every node is ready

StepVerdict fault(const Error& error) {
    StepVerdict verdict;
    verdict.outcome = StepVerdict::Outcome::Fault;
    verdict.sentence = error.text();
    return verdict;
}

// What kept the run from going on: the lesson, or what the learner's lines left behind.
StepVerdict stopped(const Stage& stage, const Error& error, int run) {
    if (!stage.exhausted()) return fault(error);
    StepVerdict verdict;
    verdict.outcome = StepVerdict::Outcome::NotYet;
    verdict.condition = "the host has time for what it is asked";
    verdict.sentence = "something that was typed keeps it too busy to go on; 'again' begins this step anew";
    verdict.when = stage.session().now();
    verdict.run = run;
    return verdict;
}

// The hints that would fit whatever check fails: those whose `when` holds now.
Result<std::vector<const Hint*>> fitting_hints(Stage& stage, const Step& step) {
    std::vector<const Hint*> out;
    for (const Hint& hint : step.hints) {
        if (!hint.when.empty()) {
            const auto holds = stage.hint(hint.when);
            if (!holds) return holds.error();
            if (!*holds) continue;
        }
        out.push_back(&hint);
    }
    return out;
}

bool has(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

// One without a name is called like its line of lab.lua, which is nothing to read for a learner.
Result<void> check_named(const Lesson& lesson, const std::vector<scripting::Verdict>& checks) {
    const std::vector<std::string> lines = split(lesson.lab, '\n');
    for (const scripting::Verdict& check : checks) {
        const auto line = static_cast<std::size_t>(check.place.line);
        if (line == 0 || line > lines.size() || check.name != trim(lines[line - 1])) continue;
        return Error{fmt::format("this '{}' has no name", check.kind), check.place, "end it with a sentence that is true when it holds"};
    }
    return {};
}

// A hint for a check that the step hasn't would never be given.
Result<void> check_hints(const Step& step, const std::vector<scripting::Verdict>& checks) {
    std::vector<std::string> names;
    for (const scripting::Verdict& check : checks)
        names.push_back(check.name);
    for (const Hint& hint : step.hints) {
        if (hint.check.empty() || has(names, hint.check)) continue;
        const std::string near = nearest(hint.check, names);
        return Error{
            fmt::format("hint '{}' is for '{}', which is no check of step '{}'",
                        hint.id,
                        hint.check,
                        step.id),
            hint.place,
            near.empty() ? "name one as lab.lua does" : fmt::format("did you mean '{}'?", near)};
    }
    return {};
}

// Of the facts that decided a check, those that are told: none where the check asked the run about nothing (what its
// script found out itself has no fact), and never what was typed, said or done to the run from outside. An exam asks
// for causes itself, so there nothing is told of what was before the step.
bool is_evidence(const lab::Session& session, const Fact& fact, bool exam, Time since) {
    if (exam && fact.time < since) return false;
    for (const FactKind kind : {lab::kFactNarration, lab::kFactLine, lab::kFactLineDone, lab::kFactInterrupt}) {
        if (fact.kind == kind) return false;
    }
    return !view::fact_info(session.world(), lab::fact_catalogue(), fact).name.starts_with("fault.");
}

// A stage that stands where the step is to be decided; `since`: where what it looks at began.
StepVerdict decide(Stage& stage, const Lesson& lesson, const Step& step, int run, Time since) {
    StepVerdict verdict;
    verdict.run = run;
    const auto hints = fitting_hints(stage, step);
    if (!hints) return fault(hints.error());
    const auto checks = stage.decide();
    if (!checks) return stopped(stage, checks.error(), run);
    if (checks->empty())
        return fault(Error{fmt::format("step '{}' checks nothing", step.id),
                           step.place,
                           "register checks in step() of lab.lua"});
    if (Result<void> named = check_named(lesson, *checks); !named) return fault(named.error());
    if (Result<void> fit = check_hints(step, *checks); !fit) return fault(fit.error());
    const auto unmet =
        std::find_if(checks->begin(), checks->end(), [](const scripting::Verdict& check) {
            return !check.passed();
        });
    if (unmet == checks->end()) return verdict;
    verdict.outcome = StepVerdict::Outcome::NotYet;
    verdict.condition = printable(unmet->name);
    verdict.sentence = printable(unmet->reason);
    verdict.when = unmet->moment;
    for (const FactId id : unmet->facts) {
        if (!stage.session().journal().has(id) || verdict.evidence.size() >= kMostTold) continue;
        const Fact fact = stage.session().journal().at(id);
        if (!unmet->asked_nothing && is_evidence(stage.session(), fact, lesson.exam, since))
            verdict.evidence.push_back(told(stage.session(), fact));
    }
    const auto fits = std::find_if(hints->begin(), hints->end(), [&](const Hint* hint) {
        return hint->check.empty() || hint->check == unmet->name;
    });
    if (fits != hints->end()) verdict.hint = (*fits)->id;
    return verdict;
}

Error unknown(const Lesson& lesson,
              const std::string& word,
              const std::string& name,
              const std::vector<std::string>& known) {
    const std::string near = nearest(name, known);
    return Error{
        fmt::format("{}('{}') belongs to nothing in lesson.md", word, name),
        place_in_lab(lesson, word, name),
        near.empty() ? "mend its name, or take it out" : fmt::format("did you mean '{}'?", near)};
}

}  // namespace

std::uint64_t hidden_seed(const Lesson& lesson, int number) {
    return RandomStream(hash_text(lesson.name),
                        "lesson",
                        static_cast<std::uint64_t>(lesson.version) * 1'000 +
                            static_cast<std::uint64_t>(number))
        .next();
}

Result<lab::Session> begin_run(const Lesson& lesson,
                               const std::string& catalogue,
                               std::uint64_t seed,
                               bool draws) {
    lab::SetUp set_up;
    set_up.seed = seed;
    set_up.catalogue = catalogue;
    set_up.files = lesson.files;
    set_up.images = lesson.images;
    set_up.directory = lesson.directory;
    set_up.program = "podium learn " + lesson.name;
    if (draws && !lesson.cluster.empty()) set_up.environment.emplace_back("TERM=xterm-256color");
    lab::use_cluster(set_up, lesson.machines);
    auto session = lab::begin_session(std::move(set_up));
    if (!session) return session;
    if (lesson.machines.formed) session->run_until(session->log().back().time + kFormingTakes);
    auto stage = Stage::create(lesson, std::move(*session));
    if (!stage) return stage.error();
    if (Result<void> ready = (*stage)->set_up(); !ready) return ready.error();
    return (*stage)->session().fork();
}

Result<void> replay_acts(Stage& stage, const StepRecord& record, Time until) {
    for (const Act& act : record.acts) {
        if (Result<void> ran = stage.advance(std::max(act.time, stage.session().now())); !ran)
            return ran;
        if (Result<void> done = stage.act(act); !done) return done;
    }
    return stage.advance(std::max(until, stage.session().now()));
}

Result<lab::Session> replay_step(const Lesson& lesson,
                                 lab::Session session,
                                 const StepRecord& record) {
    auto stage = Stage::create(lesson, std::move(session), &record.acts);
    if (!stage) return stage.error();
    if (Result<void> begun = (*stage)->begin_step(record.step); !begun) return begun.error();
    if (Result<void> done = replay_acts(**stage, record, record.now); !done) return done.error();
    return (*stage)->session().fork();
}

StepVerdict judge_step(const Lesson& lesson,
                       const lab::Session& before,
                       const StepRecord& record,
                       int run) {
    const Step* step = lesson.step(record.step);
    if (step == nullptr)
        return fault(Error{fmt::format("there is no step '{}'", record.step), {}, {}});
    auto stage = Stage::create(lesson, before.fork(), &record.acts);
    if (!stage) return fault(stage.error());
    if (Result<void> begun = (*stage)->begin_step(record.step); !begun) return fault(begun.error());
    if (Result<void> done = replay_acts(**stage, record, record.now); !done)
        return stopped(**stage, done.error(), run);
    if (Result<void> done = (*stage)->finish_lines(); !done)
        return stopped(**stage, done.error(), run);
    return decide(**stage, lesson, *step, run, before.now());
}

StepVerdict judge_whole(const Lesson& lesson,
                        const lab::Session& run,
                        const Step& step,
                        int number) {
    // Inputs and commands are the run: what lab.lua did is among them, so only the checks are new.
    auto whole = lab::Session::create(run.set_up());
    if (!whole) return fault(whole.error());
    for (const lab::Command& command : run.log())
        whole->post(command);
    const Time end = run.now();
    auto stage = Stage::create(lesson, std::move(*whole));
    if (!stage) return fault(stage.error());
    if (Result<void> begun = (*stage)->begin_step(step.id); !begun) return fault(begun.error());
    (*stage)->allow_work(run.log().size() + 1);
    if (Result<void> ran = (*stage)->advance(end); !ran) return stopped(**stage, ran.error(), number);
    return decide(**stage, lesson, step, number, Time{});
}

std::optional<std::string> host_file(const lab::Session& session,
                                     const std::string& host,
                                     const std::string& path) {
    for (const auto& row : session.world().hosts) {
        if (row.spec.name != host) continue;
        const auto* file = row.files.find(path);
        if (file == nullptr || file->directory) return std::nullopt;
        return file->content;
    }
    return std::nullopt;
}

std::string told(const lab::Session& session, const Fact& fact) {
    return fmt::format("{}  {}",
                       format_time(fact.time),
                       view::sentence(session.world(), lab::fact_catalogue(), fact));
}

std::vector<std::string> told_since(const lab::Session& session, FactId before) {
    std::vector<std::string> out;
    session.journal().for_each(FactId{before.value + 1}, [&](const Fact& fact) {
        const view::Telling telling = view::tell(session.world(), lab::fact_catalogue(), fact);
        if (telling.weight == view::Weight::Headline && fact.kind != lab::kFactNarration)
            out.push_back(told(session, fact));
    });
    if (out.size() <= kMostTold) return out;
    // How it began and how it ended.
    const std::size_t left_out = out.size() - kMostTold;
    const auto gap = out.begin() + static_cast<std::ptrdiff_t>(kMostTold / 3);
    *gap = fmt::format("… {} more …", left_out + 1);
    out.erase(gap + 1, gap + 1 + static_cast<std::ptrdiff_t>(left_out));
    return out;
}

std::vector<Narration> narrated_since(const lab::Session& session, FactId before) {
    std::vector<Narration> out;
    session.journal().for_each(FactId{before.value + 1}, [&](const Fact& fact) {
        if (fact.kind != lab::kFactNarration) return;
        out.push_back({fact.time, view::tell(session.world(), lab::fact_catalogue(), fact).what});
    });
    return out;
}

Result<void> check_lab(const Lesson& lesson, const std::string& catalogue) {
    auto session = begin_run(lesson, catalogue, 1);
    if (!session) return session.error();
    const auto stage = Stage::create(lesson, std::move(*session));
    if (!stage) return stage.error();
    const std::vector<std::string> steps = (*stage)->names_of("step");
    const std::vector<std::string> keys = (*stage)->names_of("key");
    const std::vector<std::string> hints = (*stage)->names_of("hint");
    std::vector<std::string> all_steps;
    std::vector<std::string> all_keys;
    std::vector<std::string> all_hints;
    for (const Step& step : lesson.steps) {
        all_steps.push_back(step.id);
        const bool judged = step.kind == StepKind::Do || step.kind == StepKind::Check;
        if (judged && !has(steps, step.id))
            return Error{fmt::format("lab.lua has no step('{}')", step.id),
                         step.place,
                         "add one that registers its checks"};
        for (const Question& question : step.questions) {
            if (question.key.empty()) continue;
            all_keys.push_back(question.key);
            if (!has(keys, question.key))
                return Error{fmt::format("lab.lua has no key('{}')", question.key),
                             question.place,
                             "add one that computes the answer"};
        }
        for (const Hint& hint : step.hints) {
            if (hint.when.empty()) continue;
            all_hints.push_back(hint.when);
            if (!has(hints, hint.when))
                return Error{fmt::format("lab.lua has no hint('{}')", hint.when),
                             hint.place,
                             "add one that says when it fits"};
        }
    }
    for (const std::string& name : steps) {
        if (!has(all_steps, name)) return unknown(lesson, "step", name, all_steps);
    }
    for (const std::string& name : keys) {
        if (!has(all_keys, name)) return unknown(lesson, "key", name, all_keys);
    }
    for (const std::string& name : hints) {
        if (!has(all_hints, name)) return unknown(lesson, "hint", name, all_hints);
    }
    return {};
}

}  // namespace podium::lessons
