#include "ui/desktop/lab/scenario_play.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <fmt/format.h>

#include "sim/base/printable.hpp"
#include "sim/base/text.hpp"
#include "sim/lab/session.hpp"
#include "sim/lab/sweep.hpp"
#include "sim/view/describe.hpp"
#include "sim/view/explain.hpp"
#include "ui/cli/prepare.hpp"
#include "ui/cli/scenario_request.hpp"

namespace podium::desktop {
namespace {

// A check as a mark in time: its name, and the facts that decided it.
CheckMark scenario_mark(const lab::Session& session, const scripting::Verdict& verdict) {
    CheckMark out;
    out.time = verdict.moment;
    out.name = printable(verdict.name);
    out.passed = verdict.passed();
    if (!verdict.reason.empty()) out.evidence.push_back(printable(verdict.reason));
    const view::ServiceNames names = view::ServiceNames::of_run(session.world());
    for (const FactId id : verdict.facts) {
        if (!session.journal().has(id)) continue;
        const Fact fact = session.journal().at(id);
        const std::string told = view::sentence(session.world(), lab::fact_catalogue(), fact, names);
        out.evidence.push_back(fmt::format("{}  {}", format_time(fact.time), told));
    }
    return out;
}

}  // namespace

ScenarioPlay::ScenarioPlay(const cli::RunOptions& options, FreeOptions free) : free_(std::move(free)), comparison_(options) {}

Result<std::unique_ptr<ScenarioPlay>> ScenarioPlay::create(const cli::RunOptions& options, FreeOptions free) {
    std::unique_ptr<ScenarioPlay> play(new ScenarioPlay(options, std::move(free)));
    auto request = cli::scenario_request(options, play->files_);
    if (!request) return request.error();
    const auto variant = lab::one_variant(options.parameters);
    if (!variant) return variant.error();
    if (!options.schedulers.empty()) {
        auto policy = cli::read_scheduler(options.schedulers.front());
        if (!policy) return policy.error();
        request->scheduler = std::move(*policy);
    }
    request->seed = options.seed;
    request->parameters = variant->parameters;
    request->program = "podium lab";
    auto scenario = scripting::Scenario::create(std::move(*request));
    if (!scenario) return scenario.error();
    play->scenario_ = std::move(*scenario);
    // What it sets up is known when its run has begun.
    if (const auto begun = play->scenario_->step(); !begun && play->scenario_->session() == nullptr) return begun.error();
    if (!play->scenario_->header().title.empty()) play->free_.title = printable(play->scenario_->header().title);
    return play;
}

std::vector<std::string> ScenarioPlay::parameters() const {
    std::vector<std::string> out;
    for (const scripting::ScenarioParameter& parameter : scenario_->parameters())
        out.push_back(parameter.name + "=" + (parameter.choices.empty() ? parameter.value : join(parameter.choices, "|")));
    return out;
}

void ScenarioPlay::handle(const Intent& intent) {
    changed_ = true;
    if (const auto* look = std::get_if<intent::SetLook>(&intent)) look_ = look->look;
    if (failed_) {
        if (!std::holds_alternative<intent::SetLook>(intent)) refuse(notice_);
        return;
    }
    if (!ready_) {
        waiting_.push_back(intent);
        return;
    }
    watched_->handle(intent);
}

void ScenarioPlay::refuse(const std::string& sentence) {
    changed_ = true;
    if (watched_) {
        watched_->refuse(sentence);
        return;
    }
    notice_ = sentence;
    notice_serial_ = next_serial();
}

void ScenarioPlay::script_ended(const std::string& trouble) {
    const lab::Session* run = scenario_->session();
    if (run == nullptr) {
        failed_ = true;
        refuse(trouble);
        return;
    }
    if (trouble.empty()) {
        for (const scripting::Verdict& verdict : scenario_->verdicts()) marks_.push_back(scenario_mark(*run, verdict));
    }
    auto again = lab::Session::create(run->set_up());
    if (!again) {
        failed_ = true;
        refuse(again.error().text());
        return;
    }
    for (const lab::Command& command : run->log()) again->post(command);
    free_.run_to = run->now();
    free_.stand_at = Time{};
    free_.compare = [this](const intent::Compare* wanted) {
        if (wanted != nullptr) comparison_.begin(*wanted);
        return comparison_.view();
    };
    watched_ = std::make_unique<FreePlay>(std::move(*again), free_);
    watched_->handle(intent::SetLook{look_});
    if (!trouble.empty()) watched_->refuse(trouble);
}

void ScenarioPlay::advance(double real_seconds) {
    if (failed_) return;
    if (watched_) {
        watched_->advance(real_seconds);
        if (ready_) return;
        Frame frame;
        watched_->fill(frame);
        ready_ = !frame.busy;
        if (!ready_) return;
        std::vector<Intent> waiting;
        waiting.swap(waiting_);
        for (const Intent& intent : waiting) handle(intent);
        return;
    }
    const auto begin = std::chrono::steady_clock::now();
    while (std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count() < kSlice) {
        const auto stepped = scenario_->step();
        if (!stepped || !*stepped) {
            script_ended(stepped ? std::string() : stepped.error().text());
            break;
        }
    }
    if (scenario_->session() != nullptr) run_frame_.follow(*scenario_->session());
    changed_ = true;
}

bool ScenarioPlay::idle() const {
    if (failed_) return !changed_;
    return ready_ && watched_->idle();
}

void ScenarioPlay::fill(Frame& frame) {
    changed_ = false;
    if (watched_) {
        watched_->fill(frame);
        // What is decided later than a change was decided about another run.
        const Time until = watched_->original_until();
        if (!shown_marks_ || shown_until_ != until) {
            std::vector<CheckMark> shown;
            std::copy_if(marks_.begin(), marks_.end(), std::back_inserter(shown), [until](const CheckMark& mark) { return mark.time <= until; });
            shown_marks_ = std::make_shared<const std::vector<CheckMark>>(std::move(shown));
            shown_until_ = until;
        }
        frame.checks = shown_marks_;
        return;
    }
    frame.title = free_.title;
    frame.lists = free_.lists;
    frame.busy = !failed_;
    frame.notice = notice_;
    frame.notice_serial = notice_serial_;
    frame.notice_tone = view::Tone::Bad;
    if (const lab::Session* run = scenario_->session()) {
        frame.seed = run->set_up().seed;
        frame.now = run->now();
        frame.horizon = run->now();
        run_frame_.fill(frame, *run, nullptr, look_);
    }
}

}  // namespace podium::desktop
