#include "ui/desktop/lab/lists.hpp"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/lab/completion.hpp"
#include "sim/lab/session.hpp"
#include "sim/lab/words.hpp"
#include "ui/cli/lesson_files.hpp"
#include "ui/cli/prepare.hpp"
#include "ui/cli/scenario_about.hpp"
#include "ui/cli/scenario_files.hpp"

namespace podium::desktop {
namespace {

std::string list_target_word(faults::TargetKind kind) {
    switch (kind) {
        case faults::TargetKind::Container: return "container";
        case faults::TargetKind::Host: return "host";
        case faults::TargetKind::Link: return "link";
        case faults::TargetKind::Registry: return "registry";
        case faults::TargetKind::Image: return "image";
        case faults::TargetKind::Hosts: return "hosts";
    }
    return {};
}

// The words that may follow in an empty host's terminal: sub-commands, for there is nothing to name.
std::vector<std::string> list_sub_commands(const lab::Session& session, std::vector<std::string> words) {
    words.emplace_back();
    std::vector<std::string> out = lab::word_completions(session, cli::first_host(session), words);
    std::erase_if(out, [](const std::string& word) { return word.empty() || word.starts_with('-') || word.ends_with('/') || word.ends_with('='); });
    return out;
}

void list_verbs_below(const lab::Session& session, const std::vector<std::string>& words, std::size_t depth, std::vector<std::string>& out) {
    out.push_back(join(words, " "));
    if (depth == 0) return;
    for (const std::string& word : list_sub_commands(session, words)) {
        std::vector<std::string> longer = words;
        longer.push_back(word);
        list_verbs_below(session, longer, depth - 1, out);
    }
}

std::vector<Lists::Openable> list_lessons() {
    std::vector<Lists::Openable> out;
    const cli::RealShelf shelf;
    const auto lessons = cli::load_all_lessons(shelf);
    if (!lessons) return out;
    auto progress = cli::read_progress();
    for (const lessons::Lesson& lesson : *lessons) {
        Lists::Openable row;
        row.name = lesson.name;
        row.title = lesson.title;
        row.kind = "lesson";
        row.more = fmt::format("{} min", lesson.minutes);
        row.summary = lesson.summary;
        if (progress) {
            const lessons::LessonProgress done = progress->of(lesson);
            row.begun = done.begun;
            row.finished = done.finished;
            row.done = static_cast<float>(done.steps_passed) / static_cast<float>(std::max<std::size_t>(lesson.steps.size(), 1));
        }
        out.push_back(std::move(row));
    }
    return out;
}

}  // namespace

std::vector<Lists::Fault> all_faults() {
    std::vector<Lists::Fault> out;
    for (const faults::FaultSpec& spec : faults::fault_list()) {
        Lists::Fault row;
        row.id = std::string(spec.id);
        row.summary = std::string(spec.summary);
        row.target = list_target_word(spec.target);
        row.lasts = spec.lasts;
        for (const faults::FaultArgument& argument : spec.arguments) row.arguments.push_back({std::string(argument.name), std::string(argument.meaning)});
        out.push_back(std::move(row));
    }
    return out;
}

std::vector<std::string> all_verbs() {
    // Programs whose first words are sub-commands, and how many words deep these go.
    static const std::vector<std::pair<std::string, std::size_t>> kDeep = {{"docker", 2}, {"docker-compose", 1}, {"podman-compose", 1}, {"systemctl", 1}};
    std::vector<std::string> out;
    for (const lab::OwnWord& word : lab::own_words()) out.emplace_back(word.usage.substr(0, word.usage.find(' ')));
    auto set_up = cli::set_up_for(nullptr, 1, "podium lab");
    auto session = set_up ? lab::begin_session(std::move(*set_up)) : Result<lab::Session>(set_up.error());
    for (const std::string& program : lab::program_names()) {
        const auto deep = std::find_if(kDeep.begin(), kDeep.end(), [&](const auto& row) { return row.first == program; });
        if (deep == kDeep.end() || !session) {
            out.push_back(program);
        } else {
            list_verbs_below(*session, {program}, deep->second, out);
        }
    }
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

std::vector<std::string> scheduler_names() {
    std::vector<std::string> out{std::string(scheduler::kSpread)};
    for (std::string& name : cli::scheduler_policy_names()) out.push_back(std::move(name));
    return out;
}

ListSource::ListSource() : asked_(std::async(std::launch::async, [this] { return ask_scenarios(); })) {}

ListSource::~ListSource() {
    leaving_ = true;
    if (asked_.valid()) asked_.wait();
}

std::vector<Lists::Openable> ListSource::ask_scenarios() const {
    std::vector<Lists::Openable> out;
    const auto names = cli::scenario_names();
    if (!names) return out;
    for (const std::string& name : *names) {
        if (leaving_) break;
        const auto about = cli::about_scenario(name);
        // One that can't begin says why when it is opened.
        Lists::Openable row;
        row.name = name;
        row.title = about ? about->title : name;
        row.kind = "scenario";
        if (about) {
            row.summary = about->goal;
            std::vector<std::string> parameters;
            for (const scripting::ScenarioParameter& parameter : about->parameters)
                parameters.push_back(parameter.name + "=" + (parameter.choices.empty() ? parameter.value : join(parameter.choices, "|")));
            row.more = join(parameters, ", ");
        }
        out.push_back(std::move(row));
    }
    return out;
}

bool ListSource::complete() {
    const std::lock_guard lock(mutex_);
    if (scenarios_) return true;
    if (asked_.wait_for(std::chrono::seconds(0)) != std::future_status::ready) return false;
    scenarios_ = asked_.get();
    return true;
}

void ListSource::wait() {
    const std::lock_guard lock(mutex_);
    if (!scenarios_) scenarios_ = asked_.get();
}

Lists ListSource::lists() {
    Lists out;
    out.faults = all_faults();
    out.verbs = all_verbs();
    out.schedulers = scheduler_names();
    out.openables = list_lessons();
    (void)complete();
    {
        const std::lock_guard lock(mutex_);
        if (scenarios_) out.openables.insert(out.openables.end(), scenarios_->begin(), scenarios_->end());
    }
    for (const std::string& name : cli::cluster_names()) {
        Lists::Openable row;
        row.name = name;
        row.title = name;
        row.kind = "cluster";
        out.openables.push_back(std::move(row));
    }
    return out;
}

}  // namespace podium::desktop
