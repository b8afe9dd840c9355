// podium check, faults and docs: what is in a Compose file, and what is in the program's own
// tables.

#include <algorithm>
#include <cstdio>
#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/lab/foreseen.hpp"
#include "sim/lab/sweep.hpp"
#include "sim/lab/words.hpp"
#include "sim/view/describe.hpp"
#include "sim/view/layout.hpp"
#include "ui/cli/app.hpp"
#include "ui/cli/output.hpp"
#include "ui/cli/prepare.hpp"
#include "ui/cli/project_run.hpp"
#include "ui/cli/traffic_option.hpp"

namespace podium::cli {
namespace {

constexpr std::size_t kIdWidth = 16;
constexpr std::size_t kLeastRoom = 20;
constexpr std::uint64_t kCheckSeed = 1;  // as a run has when nobody gives one

// "id  text", the text going on below where it began.
void put_row(const std::string& id, const std::string& text, std::size_t id_width) {
    const std::size_t width = width_of(stdout);
    if (width != 0 && width < id_width + 2 + kLeastRoom) {  // one below the other
        for (const std::string& line : view::wrapped(id, width))
            put_text(line + "\n");
        for (const std::string& line : view::wrapped(text, width - 2))
            put_text("  " + line + "\n");
        return;
    }
    const std::size_t room = width == 0 ? 0 : width - id_width - 2;
    bool first = true;
    for (const std::string& line : view::wrapped(text, room)) {
        put_text(view::padded(first ? id : std::string(), id_width) + "  " + line + "\n");
        first = false;
    }
}

std::string_view target_of(faults::TargetKind kind) {
    switch (kind) {
        case faults::TargetKind::Container:
            return "SERVICE, SERVICE.N or CONTAINER";
        case faults::TargetKind::Host:
            return "HOST";
        case faults::TargetKind::Link:
            return "HOST-HOST or HOST";
        case faults::TargetKind::Registry:
            return "REGISTRY";
        case faults::TargetKind::Image:
            return "IMAGE";
        case faults::TargetKind::Hosts:
            return "HOST,HOST|HOST";
    }
    return {};
}

std::string plural(std::size_t count, std::string_view one, std::string_view many) {
    return fmt::format("{} {}", count, count == 1 ? one : many);
}

void docs_facts() {
    put_text(
        "Kinds of facts, as --json writes them, and their keys: first type, then obj (of what the "
        "engine tells) and action.\nEach has t (seconds since the start of the run), fact (its "
        "number), cause (the number of the fact it came of; 0: none) and\nwhy (the reason in words; where a fact has "
        "none of its own, what it came of).\nA scenario names events and their keys as they stand here: "
        "count(\"container die web exitCode=137\").\n\n");
    for (const FactSpec* spec : lab::fact_catalogue().all()) {
        const view::RowShape shape = view::row_shape(*spec);
        put_row(shape.kind, join(shape.keys, ", "), 32);
    }
}

void docs_outcomes() {
    put_text(
        "What podium compare and podium run --seeds tell of a run, with the keys of CSV and JSON.\n\n");
    for (const lab::MeasureSpec& measure : lab::measures()) {
        put_row(std::string(measure.name), std::string(measure.meaning), kIdWidth);
        put_row("", fmt::format("key: {}", measure.key), kIdWidth);
    }
    put_text(
        "\nIntervals are 95 % intervals by Student's t with n - 1 degrees of freedom. Of a difference "
        "n counts\nthe seeds on which both variants have the outcome: the values of one seed are "
        "paired, because chance is\nthe same for both there. For n = 1 there is no interval; when all "
        "differences are equal it has no width.\nA run without an outage has no recovery time, and "
        "one without traffic no lost requests: they are not counted.\n");
}

void docs_words() {
    put_text(
        "Podium's own words in a terminal (podium shell); all else goes to the simulated host's "
        "shell.\n\n");
    for (const lab::OwnWord& word : lab::own_words())
        put_row(std::string(word.usage), std::string(word.meaning), 36);
}

struct DocsTopic {
    std::string_view name;
    std::string_view meaning;
};

constexpr DocsTopic kDocsTopics[] = {
    {"facts", "what --json tells of a run, and events in scenarios"},
    {"faults", "what can be broken, and how to say it (podium faults)"},
    {"lua", "what scenarios and scheduling policies may call"},
    {"outcomes", "what podium compare and podium run --seeds tell of a run"},
    {"traffic", "requests from outside"},
    {"words", "Podium's own words in a terminal"},
};

void docs_topics() {
    put_text("The topics of podium docs TOPIC.\n\n");
    for (const DocsTopic& row : kDocsTopics) put_row(std::string(row.name), std::string(row.meaning), kIdWidth);
}

}  // namespace

int check_command(const std::vector<std::string>& paths, const std::vector<std::string>& profiles) {
    const auto project = read_project(paths, profiles);
    if (!project) return bad_input(project.error());
    for (const std::string& warning : project->warnings)
        put_text("warning: " + warning + "\n");
    if (!project->refusals.empty()) {
        for (const Error& refusal : project->refusals) (void)bad_input(refusal);
        return kBadInput;
    }
    auto set_up = set_up_for(&*project, kCheckSeed, "podium check");
    if (!set_up) return bad_input(set_up.error());
    const auto foreseen = lab::foresee(*project, std::move(*set_up));
    if (!foreseen) return bad_input(foreseen.error());
    for (const lab::NotSimulated& row : project->not_simulated)
        put_text(fmt::format("{}: {}: {}\n", row.place.text(), row.path, row.sentence));
    for (const lab::MadeFolder& row : project->made_folders)
        put_text(fmt::format("{}: {}: {}\n", row.place.text(), row.path, lab::made_folders_sentence({row.source})));
    std::vector<std::string> names;
    for (const lab::ServiceSetUp& service : project->services)
        names.push_back(service.name);
    for (const lab::NotSimulated& row : project->unknown_images)
        put_text(fmt::format("{}: {}: {}\n", row.place.text(), row.path, row.sentence));
    for (const lab::NotSimulated& row : foreseen->rows)
        put_text(row.path.empty() ? row.sentence + "\n" : fmt::format("{}: {}: {}\n", row.place.text(), row.path, row.sentence));
    if (!foreseen->failure.empty()) put_text("when simulated, " + foreseen->failure + "\n");
    std::vector<std::string> remarks;
    const auto& rows = project->not_simulated;
    const auto remark = [&rows, &remarks](bool refused, bool stack_acts, std::string_view one, std::string_view many) {
        const auto count = std::count_if(rows.begin(), rows.end(), [&](const lab::NotSimulated& row) {
            return is_refused(row) == refused && row.stack_acts == stack_acts;
        });
        if (count > 0) remarks.push_back(plural(static_cast<std::size_t>(count), one, many));
    };
    remark(false, false, "setting is not simulated", "settings are not simulated");
    remark(false, true, "setting is for docker stack deploy only", "settings are for docker stack deploy only");
    remark(true, false, "setting is refused", "settings are refused");
    remark(true, true, "setting is refused by docker compose only", "settings are refused by docker compose only");
    if (const std::size_t count = project->unknown_images.size(); count > 0)
        remarks.push_back(plural(count, "image is not known", "images are not known"));
    if (const std::size_t count = foreseen->rows.size(); count > 0)
        remarks.push_back(plural(count, "program is not simulated as given", "programs are not simulated as given"));
    if (!foreseen->never_started.empty())
        remarks.push_back(fmt::format("what {} would run was not seen, as nothing of it started within ten minutes",
                                      join(foreseen->never_started, ", ")));
    const std::string services =
        project->names.services.empty() ? "there is no service"
        : names.empty() ? "no service is active, as each has a profile (--profile NAME makes those of one active)"
                      : fmt::format("{} ({})", plural(names.size(), "service", "services"), join(names, ", "));
    put_text(fmt::format("{}: {}; {}\n",
                         project->name,
                         services,
                         remarks.empty() ? "all of it is simulated" : join(remarks, ", ")));
    return kAllWell;
}

int faults_command() {
    put_text(
        "What can be broken, in a run with --fault 'FAULT TARGET [NAME=VALUE…] @MOMENT' (@30s, or "
        "@30s..45s for what lasts),\n"
        "in a terminal with: inject FAULT TARGET [NAME=VALUE…], ended by: lift FAULT TARGET "
        "[NAME=VALUE…].\n\n");
    for (const faults::FaultSpec& spec : faults::fault_list()) {
        put_row(std::string(spec.id), std::string(spec.summary), kIdWidth);
        put_row(
            "", fmt::format("target: {}; ends: {}", target_of(spec.target), spec.ends), kIdWidth);
        for (const faults::FaultArgument& argument : spec.arguments)
            put_row("", fmt::format("{}=…: {}", argument.name, argument.meaning), kIdWidth);
    }
    return kAllWell;
}

int docs_command(const std::string& topic) {
    if (topic.empty()) {
        docs_topics();
    } else if (topic == "facts") {
        docs_facts();
    } else if (topic == "words") {
        docs_words();
    } else if (topic == "outcomes") {
        docs_outcomes();
    } else if (topic == "traffic") {
        put_text(traffic_docs());
    } else if (topic == "lua") {
        return lua_docs_command();
    } else if (topic == "faults") {
        return faults_command();
    } else {
        std::vector<std::string> topics;
        for (const DocsTopic& row : kDocsTopics) topics.emplace_back(row.name);
        const std::string near = nearest(topic, topics);
        return bad_input(Error{fmt::format("there are no docs on '{}'", topic),
                               {},
                               near.empty() ? "there are: " + join(topics, ", ")
                                            : fmt::format("did you mean '{}'?", near)});
    }
    return kAllWell;
}

}  // namespace podium::cli
