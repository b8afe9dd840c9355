#include "sim/conform/recording.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/text.hpp"
#include "sim/conform/json_row.hpp"
#include "sim/conform/swarm_rows.hpp"

namespace podium::conform {
namespace {

using Json = JsonRow::Json;
using Row = JsonRow;

constexpr double kMostSeconds = 1e6;  // more than eleven days
constexpr std::size_t kRecordedIdLength = 25;  // the recorder cut the names of volumes there
constexpr std::string_view kAdvice = "give a .jsonl file of the reference, whole and unchanged";

EventRow event_of(Row& row) {
    EventRow event;
    event.t = row.needed_number("t");
    event.object = row.needed_text("obj");
    event.action = row.needed_text("action");
    event.id = row.text("id");
    event.name = row.text("name");
    event.container = row.text("container");
    event.destination = row.text("destination");
    event.exit_code = row.text("exitCode");
    event.signal = row.text("signal");
    event.service = row.text("compose.service");
    event.project = row.text("compose.project");
    if (row.has("backoff")) event.backoff = row.number("backoff");
    if (row.has("ran")) event.ran = row.number("ran");
    event.decision = row.text("decision");
    event.attempt = row.integer("attempt");
    event.reason = row.text("reason");
    return event;
}

// "after" of a summary: [Status, ExitCode, RestartCount].
void read_summary(Recording& recording, Row& header) {
    const Json* summary = header.find("summary");
    if (summary == nullptr) return;
    if (!summary->is_array()) {
        header.complain("its 'summary' should be a list");
        return;
    }
    for (const Json& line : *summary) {
        if (!line.is_object()) {
            header.complain("its 'summary' should be a list of objects");
            return;
        }
        Row row(line);
        // Containers are named b-POLICY-CASE there, with the colon of on-failure:3 left out.
        std::string policy = row.needed_text("policy");
        std::erase(policy, ':');
        Recording::CameBack back;
        back.name = fmt::format("b-{}-{}", policy, row.needed_text("case"));
        back.came_back = row.flag("came_back");
        const Json* after = row.find("after");
        if (after == nullptr || !after->is_array() || after->size() != 3 || !(*after)[0].is_string() || !(*after)[1].is_number() || !(*after)[2].is_number()) {
            header.complain(fmt::format("'after' of its summary of {} should be status, exit code and restarts", back.name));
            return;
        }
        back.status = (*after)[0].get<std::string>();
        back.exit_code = (*after)[1].get<int>();
        back.restart_count = (*after)[2].get<int>();
        header.complain(row.problem());
        recording.summary.push_back(back);
    }
}

void read_header(Recording& recording, Row& row) {
    recording.name = row.needed_text("case");
    recording.directory = recording.name.substr(0, recording.name.find('/'));
    recording.swarm = recording.directory.starts_with("swarm");
    recording.live_restore = row.flag("live_restore");
    if (const Json* initial = row.find("initial_state")) recording.initial_state = initial->is_string() ? initial->get<std::string>() : initial->dump();
    if (recording.swarm) read_swarm_header(recording, row);
    recording.program = row.text("program");
    recording.artefact = row.text("artefact");
    recording.project = row.text("project");
    recording.compose_file = row.text("compose_file");
    if (row.has("image_set")) {
        recording.only_busybox = row.text("image_set") == "busybox";
        if (!recording.only_busybox) row.complain(fmt::format("the image set '{}' is not known", row.text("image_set")));
    }
    if (const Json* filter = row.find("event_filter")) {
        if (!filter->is_object()) {
            row.complain("its 'event_filter' should be an object");
            return;
        }
        Row part(*filter);
        recording.dropped_actions = part.texts("dropped");
        recording.objects = part.texts("objects");
        row.complain(part.problem());
    }
    read_summary(recording, row);
}

void read_inspection(Recording& recording, Row& row) {
    InspectRow look;
    look.t = row.needed_number("t");
    look.name = row.needed_text("name");
    look.label = row.text("label");
    const Json* state = row.find("state");
    if (state == nullptr) {
        look.gone = row.needed_integer("status") == 404;
        if (!look.gone) row.complain("it has neither a state nor the status 404");
    } else if (!state->is_object()) {
        row.complain("its 'state' should be an object");
    } else {
        Row part(*state);
        look.status = part.needed_text("Status");
        look.exit_code = part.needed_integer("ExitCode");
        look.restart_count = part.integer("RestartCount");
        look.oom_killed = part.flag("OOMKilled");
        row.complain(part.problem());
    }
    recording.inspections.push_back(std::move(look));
}

void read_action(Recording& recording, Row& row) {
    OperationRow operation;
    operation.t = row.needed_number("t");
    operation.operation = row.text("op");
    operation.signal = row.text("signal");
    operation.node = row.text("node");
    if (row.has("content")) {
        operation.operation = "write-compose";
        operation.content = row.text("content");
    }
    // How long an operation took stands in the row of its outcome, which comes next.
    if (row.has("outcome") && row.has("took") && !recording.operations.empty()) recording.operations.back().duration = row.number("took");
    if (operation.operation.empty() || row.has("outcome")) return;
    constexpr std::array<std::string_view, 5> kKnown{"engine-signal", "engine-start", "write-compose", "link-cut", "link-restore"};
    if (std::find(kKnown.begin(), kKnown.end(), operation.operation) == kKnown.end()) row.complain(fmt::format("the operation '{}' is not known", operation.operation));
    recording.operations.push_back(std::move(operation));
}

void read_command(Recording& recording, Row& row) {
    CommandRow command;
    command.t = row.needed_number("t");
    command.duration = row.needed_number("dur");
    command.line = row.needed_text("cmd");
    command.status = row.needed_integer("rc");
    if (row.has("out")) command.output = row.text("out");
    if (row.has("err")) command.error = row.text("err");
    command.node = row.text("node");
    if (row.has("node") && recording.commands.empty()) recording.node = row.text("node");
    recording.commands.push_back(std::move(command));
}

void read_row(Recording& recording, Row& row) {
    const std::string type = row.needed_text("type");
    if (row.has("t")) {
        const double t = row.number("t");
        if (std::abs(t) > kMostSeconds)
            row.complain(fmt::format("its 't' is {:g} s, and no recording lasts longer than {:g}", t, kMostSeconds));
        recording.end = std::max(recording.end, t);
    }
    if (type == "header") {
        if (!recording.name.empty()) row.complain("it is a second header");
        read_header(recording, row);
    } else if (recording.name.empty()) {
        row.complain("the header should come first");
    } else if (type == "event" || type == "bridge" || type == "overlay") {
        recording.events.push_back(event_of(row));
    } else if (type == "cmd") {
        read_command(recording, row);
    } else if (type == "inspect") {
        read_inspection(recording, row);
    } else if (type == "poll") {
        recording.polls.push_back({row.needed_number("t"), row.text("status"), row.needed_text("health"), row.needed_integer("failing_streak")});
    } else if (type == "action") {
        read_action(recording, row);
    } else if (recording.swarm && read_swarm_row(recording, row, type)) {
        return;
    } else if (type != "note") {
        row.complain(fmt::format("rows of type '{}' are not known", type));
    }
}

// The file's replacements come from the steps where there are steps: each goes before the command
// that follows it.
void place_steps(Recording& recording, Row& header) {
    const Json* steps = header.find("steps");
    if (steps == nullptr || recording.swarm) return;
    std::vector<OperationRow> written;
    std::size_t next = 0;
    std::size_t waiting = 0;  // how many of the last ones have no place yet
    for (const Json& step : steps->is_array() ? *steps : Json::array()) {
        if (step.is_object() && step.contains("write_compose") && step["write_compose"].is_string()) {
            written.push_back({0, "write-compose", {}, step["write_compose"].get<std::string>()});
            ++waiting;
        } else if (step.is_string()) {
            const auto follows = std::find_if(recording.commands.begin() + static_cast<std::ptrdiff_t>(next), recording.commands.end(), [&step](const CommandRow& row) { return row.line == step.get<std::string>(); });
            if (follows == recording.commands.end()) {
                header.complain(fmt::format("its step '{}' is not among the commands", step.get<std::string>()));
                return;
            }
            next = static_cast<std::size_t>(follows - recording.commands.begin()) + 1;
            for (; waiting > 0; --waiting) written[written.size() - waiting].t = follows->t;
        }
    }
    if (waiting > 0) header.complain("no command follows its last write_compose");
    if (written.empty()) return;
    std::erase_if(recording.operations, [](const OperationRow& row) { return row.operation == "write-compose"; });
    recording.operations.insert(recording.operations.end(), written.begin(), written.end());
}

Error wrong_row(const std::string& sentence, const std::string& filename, int line) {
    return Error{fmt::format("this row can't be read: {}", sentence), Place{filename, line, 0}, std::string(kAdvice)};
}

}  // namespace

bool is_anonymous_volume(const std::string& name) { return name.size() >= kRecordedIdLength && name.find_first_not_of("0123456789abcdef") == std::string::npos; }

std::string EventRow::key() const {
    if (object == "network") return fmt::format("network {} {}", action, name);
    if (object == "volume") {
        const std::string which = is_anonymous_volume(id) ? "(anonymous)" : id.substr(0, kRecordedIdLength);
        return fmt::format("volume {} {}{}{}", action, which, destination.empty() ? "" : " at ", destination);
    }
    std::string out = object == "container" ? action : object + " " + action;
    if (!exit_code.empty() && (action == "die" || action == "exec_die")) out += " exit " + exit_code;
    if (!signal.empty() && action == "kill") out += " signal " + signal;
    return out;
}

Result<Recording> read_recording(const std::string& text, const std::string& filename) {
    Recording recording;
    Json header;
    int header_line = 0;
    int number = 0;
    for (const std::string& line : split(text, '\n')) {
        ++number;
        if (trim(line).empty()) continue;
        const Json json = Json::parse(line, nullptr, false);
        if (json.is_discarded()) return wrong_row("it is no JSON, or breaks off", filename, number);
        if (!json.is_object()) return wrong_row("it is no JSON object", filename, number);
        Row row(json);
        read_row(recording, row);
        if (!row.problem().empty()) return wrong_row(row.problem(), filename, number);
        if (header_line != 0) continue;
        header = json;
        header_line = number;
    }
    if (header_line == 0) return Error{"this file is empty: it has no header row", Place{filename, 1, 0}, std::string(kAdvice)};
    if (recording.commands.empty() && !recording.swarm) return Error{"this recording has no commands", Place{filename, number, 0}, std::string(kAdvice)};
    const auto by_time = [](const auto& a, const auto& b) { return a.t < b.t; };
    std::stable_sort(recording.events.begin(), recording.events.end(), by_time);
    std::stable_sort(recording.commands.begin(), recording.commands.end(), by_time);
    Row row(header);
    place_steps(recording, row);
    if (!row.problem().empty()) return wrong_row(row.problem(), filename, header_line);
    std::stable_sort(recording.operations.begin(), recording.operations.end(), by_time);
    return recording;
}

std::optional<EventRow> event_of_row(const std::string& json_line) {
    const Json json = Json::parse(json_line, nullptr, false);
    if (!json.is_object()) return std::nullopt;
    Row row(json);
    if (row.text("type") != "event") return std::nullopt;
    return event_of(row);
}

}  // namespace podium::conform
