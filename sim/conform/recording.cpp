#include "sim/conform/recording.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/files.hpp"
#include "sim/base/text.hpp"

namespace podium::conform {
namespace {

using Json = nlohmann::ordered_json;

std::string text_of(const Json& row, const char* name) {
    const auto found = row.find(name);
    if (found == row.end() || found->is_null()) return {};
    return found->is_string() ? found->get<std::string>() : found->dump();
}

double number_of(const Json& row, const char* name) {
    const auto found = row.find(name);
    return found != row.end() && found->is_number() ? found->get<double>() : 0.0;
}

int integer_of(const Json& row, const char* name) {
    const auto found = row.find(name);
    return found != row.end() && found->is_number() ? found->get<int>() : 0;
}

EventRow event_of(const Json& row) {
    EventRow event;
    event.t = number_of(row, "t");
    event.object = text_of(row, "obj");
    event.action = text_of(row, "action");
    event.id = text_of(row, "id");
    event.name = text_of(row, "name");
    event.container = text_of(row, "container");
    event.exit_code = text_of(row, "exitCode");
    event.signal = text_of(row, "signal");
    event.service = text_of(row, "compose.service");
    if (row.contains("backoff")) event.backoff = number_of(row, "backoff");
    if (row.contains("ran")) event.ran = number_of(row, "ran");
    event.decision = integer_of(row, "decision");
    event.attempt = integer_of(row, "attempt");
    event.reason = integer_of(row, "reason");
    return event;
}

void read_header(Recording& recording, const Json& row) {
    recording.name = text_of(row, "case");
    recording.directory = recording.name.substr(0, recording.name.find('/'));
    recording.program = text_of(row, "program");
    recording.artefact = text_of(row, "artefact");
    recording.project = text_of(row, "project");
    recording.compose_file = text_of(row, "compose_file");
    recording.only_busybox = text_of(row, "image_set") == "busybox";
    if (const auto filter = row.find("event_filter"); filter != row.end()) {
        if (filter->contains("dropped")) recording.dropped_actions = (*filter)["dropped"].get<std::vector<std::string>>();
        if (filter->contains("objects")) recording.objects = (*filter)["objects"].get<std::vector<std::string>>();
    }
    if (const auto summary = row.find("summary"); summary != row.end() && summary->is_array()) {
        for (const Json& line : *summary) {
            // Containers are named b-POLICY-CASE there, with the colon of on-failure:3 left out.
            std::string policy = text_of(line, "policy");
            std::erase(policy, ':');
            Recording::CameBack back;
            back.name = fmt::format("b-{}-{}", policy, text_of(line, "case"));
            back.status = line.at("after").at(0).get<std::string>();
            back.exit_code = line.at("after").at(1).get<int>();
            back.came_back = line.at("came_back").get<bool>();
            recording.summary.push_back(back);
        }
    }
}

void read_row(Recording& recording, const Json& row) {
    const std::string type = text_of(row, "type");
    if (row.contains("t")) recording.end = std::max(recording.end, number_of(row, "t"));
    if (type == "event" || type == "bridge") {
        recording.events.push_back(event_of(row));
    } else if (type == "cmd") {
        CommandRow command;
        command.t = number_of(row, "t");
        command.duration = number_of(row, "dur");
        command.line = text_of(row, "cmd");
        command.status = integer_of(row, "rc");
        if (row.contains("out")) command.output = text_of(row, "out");
        if (row.contains("err")) command.error = text_of(row, "err");
        if (row.contains("node")) recording.node = text_of(row, "node");
        recording.commands.push_back(std::move(command));
    } else if (type == "inspect") {
        InspectRow look;
        look.t = number_of(row, "t");
        look.name = text_of(row, "name");
        look.label = text_of(row, "label");
        if (const auto state = row.find("state"); state != row.end() && state->is_object()) {
            look.has_state = true;
            look.status = text_of(*state, "Status");
            look.exit_code = integer_of(*state, "ExitCode");
            look.restart_count = integer_of(*state, "RestartCount");
            look.oom_killed = state->value("OOMKilled", false);
        }
        if (row.contains("t")) recording.inspections.push_back(std::move(look));
    } else if (type == "poll") {
        recording.polls.push_back({number_of(row, "t"), text_of(row, "health"), integer_of(row, "failing_streak")});
    } else if (type == "action") {
        OperationRow operation;
        operation.t = number_of(row, "t");
        operation.operation = text_of(row, "op");
        operation.signal = text_of(row, "signal");
        if (row.contains("content")) {
            operation.operation = "write-compose";
            operation.content = text_of(row, "content");
        }
        if (!operation.operation.empty() && !row.contains("outcome")) recording.operations.push_back(std::move(operation));
    }
}

}  // namespace

std::string EventRow::key() const {
    std::string out = object == "container" ? action : object + " " + action;
    if (!exit_code.empty() && (action == "die" || action == "exec_die")) out += " exit " + exit_code;
    if (!signal.empty() && action == "kill") out += " signal " + signal;
    return out;
}

Result<Recording> read_recording(const std::string& text, const std::string& filename) {
    Recording recording;
    int number = 0;
    for (const std::string& line : split(text, '\n')) {
        ++number;
        if (trim(line).empty()) continue;
        try {
            const Json row = Json::parse(line);
            if (text_of(row, "type") == "header") {
                read_header(recording, row);
            } else {
                read_row(recording, row);
            }
        } catch (const Json::exception& error) {
            return Error{fmt::format("this row is no JSON of a recording: {}", error.what()), Place{filename, number, 0}, "give a .jsonl file of the reference"};
        }
    }
    if (recording.name.empty()) return Error{"the file has no header row", Place{filename, 1, 0}, "give a .jsonl file of the reference"};
    const auto by_time = [](const auto& a, const auto& b) { return a.t < b.t; };
    std::stable_sort(recording.events.begin(), recording.events.end(), by_time);
    std::stable_sort(recording.commands.begin(), recording.commands.end(), by_time);
    return recording;
}

std::optional<EventRow> event_of_row(const std::string& json_line) {
    const Json row = Json::parse(json_line, nullptr, false);
    if (!row.is_object() || text_of(row, "type") != "event") return std::nullopt;
    return event_of(row);
}

}  // namespace podium::conform
