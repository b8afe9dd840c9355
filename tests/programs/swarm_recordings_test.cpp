// The docker commands about swarms that were recorded with what went over the wire: each is run against its own
// exchanges, and has to ask the same, in the same order and with the same bodies, and to print the same.
// PODIUM_REFERENCE names the folder of the recordings; without it this test is skipped.

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <regex>

#include <catch2/catch.hpp>

#include "sim/base/calendar.hpp"
#include "sim/base/text.hpp"
#include "tests/programs/swarm_script.hpp"

using namespace podium;
using namespace podium::programs;

namespace {

using Json = nlohmann::ordered_json;

// The recorder's file: its text isn't among the recordings, what it came to is.
constexpr const char* kStackFile = R"(version: "3.8"
services:
  web:
    image: nginx:latest
    command: ["sh", "-c", "trap 'exit 0' TERM; echo hello; while :; do sleep 0.2; done"]
    depends_on: [db]
    ports: ["8081:80"]
    deploy:
      replicas: 2
      update_config: {parallelism: 1, delay: 1s, order: start-first}
      restart_policy: {condition: any, delay: 2s}
  db:
    image: redis:latest
    command: ["sh", "-c", "trap 'exit 0' TERM; echo hello; while :; do sleep 0.2; done"]
    volumes: ["dbdata:/data"]
    deploy:
      placement: {constraints: ["node.role == manager"]}
volumes:
  dbdata: {}
)";

// The frames of a stream of logs: the recording has lost the bytes that say how long they are.
std::string frames(const std::string& raw) {
    std::string out;
    for (const std::string& line : split(raw, '\n')) {
        const std::size_t text = line.find("com.docker");
        if (text == std::string::npos) continue;
        const std::string piece = line.substr(text) + "\n";
        out += '\1';
        out.append(3, '\0');
        for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(piece.size() >> static_cast<unsigned>(shift) & 0xFFU);
        out += piece;
    }
    return out;
}

std::string body_of(const Json& response) {
    if (response.is_null()) return {};
    if (response.is_object() && response.contains("_raw")) return frames(response["_raw"].get<std::string>());
    if (response.is_object() && response.contains("_stream")) {
        std::string out;
        for (const Json& line : response["_stream"]) out += line.dump() + "\n";
        return out;
    }
    return response.dump();
}

// Most polls are left out of a recording, but their numbers are not: services, tasks, nodes, and again. Their
// answers are the last of their kind, but for the tasks, of which was printed how many ran.
struct Poll {
    std::int64_t number = 0;
    Exchange exchange;

    [[nodiscard]] int phase() const {
        if (exchange.target.starts_with("GET /services/")) return 0;
        if (exchange.target.starts_with("GET /tasks?")) return 1;
        return exchange.target == "GET /nodes" ? 2 : -1;
    }
    /// When its round began: the three follow each other at once.
    [[nodiscard]] Duration round() const { return exchange.answered - milliseconds(phase()); }
};

// How many tasks ran at each poll, for each service waited for: "overall progress: 1 out of 2 tasks". The first
// line of a service comes before its first poll.
std::vector<std::vector<std::size_t>> running_tasks(const std::string& out) {
    std::vector<std::vector<std::size_t>> blocks;
    const std::vector<std::string> lines = split(out, '\n');
    for (std::size_t i = 0; i < lines.size(); ++i) {
        constexpr std::string_view kOverall = "overall progress: ";
        if (!lines[i].starts_with(kOverall)) continue;
        if (i + 1 < lines.size() && lines[i + 1].starts_with("1/")) blocks.emplace_back();
        else if (!blocks.empty()) blocks.back().push_back(std::stoul(lines[i].substr(kOverall.size())));
    }
    return blocks;
}

// What a poll of tasks must have said when so many ran, from one that came later.
std::string with_running(const std::string& later, std::size_t running) {
    Json tasks = Json::parse(later);
    for (std::size_t i = running; i < tasks.size(); ++i) tasks[i]["Status"]["State"] = "starting";
    return tasks.dump();
}

std::vector<Exchange> with_left_out(const std::vector<Poll>& polls, const std::string& printed) {
    const std::vector<std::vector<std::size_t>> running = running_tasks(printed);
    std::vector<Exchange> out;
    std::map<int, Exchange> last;
    std::map<std::string, std::size_t> seen;  // polls of tasks, by target
    std::size_t services = 0;
    const auto note = [&](const Exchange& exchange) {
        if (exchange.target.starts_with("GET /tasks?") && seen[exchange.target]++ == 0) ++services;
        out.push_back(exchange);
    };
    for (std::size_t i = 0; i < polls.size(); ++i) {
        const Poll& poll = polls[i];
        const Poll* before = i == 0 ? nullptr : &polls[i - 1];
        if (before != nullptr && poll.number > before->number + 1 && poll.phase() >= 0 && before->phase() >= 0) {
            const std::int64_t rounds = (poll.number - poll.phase() - before->number + before->phase()) / 3;
            const std::int64_t length = rounds == 0 ? 0 : (poll.round() - before->round()).nanoseconds / rounds;
            for (std::int64_t number = before->number + 1; number < poll.number; ++number) {
                const std::int64_t step = number - before->number + before->phase();
                Exchange again = last.at(static_cast<int>(step % 3));
                again.answered = before->round() + nanoseconds(length * (step / 3)) + milliseconds(step % 3);
                if (step % 3 == 1 && services > 0) {
                    const std::vector<std::size_t>& counts = running[services - 1];
                    const std::size_t index = seen[again.target];
                    const auto later = std::find_if(polls.begin() + static_cast<std::ptrdiff_t>(i), polls.end(), [&](const Poll& one) { return one.exchange.target == again.target; });
                    if (later != polls.end()) again.body = index < counts.size() ? with_running(later->exchange.body, counts[index]) : later->exchange.body;
                }
                note(again);
            }
        }
        if (poll.phase() >= 0) last[poll.phase()] = poll.exchange;
        note(poll.exchange);
    }
    return out;
}

struct Recording {
    std::string name;
    Json json;
    SwarmScript script;
    Time latest{};  ///< Of all moments in its answers.
};

Recording read_recording(const std::filesystem::path& path) {
    Recording out;
    out.name = path.filename().string();
    std::ifstream file(path);
    out.json = Json::parse(file);
    static const std::regex kMoment("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z");
    std::vector<Poll> polls;
    for (const Json& one : out.json["exchanges"]) {
        std::string recorded_path = one["path"].get<std::string>();
        if (recorded_path == "/_ping") continue;
        recorded_path.erase(0, std::string("/v1.41").size());
        const double seconds_since = one["t"].get<double>() + one["t_resp"].get<double>();
        polls.push_back({one["n"].get<std::int64_t>(), {one["method"].get<std::string>() + " " + recorded_path, one["request"].is_null() ? std::string() : one["request"].dump(), one["status"].get<int>(), body_of(one["response"]),
                                        nanoseconds(static_cast<std::int64_t>(seconds_since * 1e9)), one["response"].is_object() && one["response"].contains("_stream")}});
        const std::string text = one["response"].dump();
        for (auto found = std::sregex_iterator(text.begin(), text.end(), kMoment); found != std::sregex_iterator(); ++found)
            if (const auto moment = parse_rfc3339(found->str())) out.latest = std::max(out.latest, *moment);
        static const std::regex kUnix("\"Created\":(\\d{10})");
        for (auto found = std::sregex_iterator(text.begin(), text.end(), kUnix); found != std::sregex_iterator(); ++found) out.latest = std::max(out.latest, from_unix(std::stoll((*found)[1])));
    }
    out.script.exchanges = with_left_out(polls, out.json["stdout"].get<std::string>());
    out.script.files = {{"stack.yml", kStackFile}};
    // The recorder began its clock with the command's; the client takes its time to start.
    out.script.clock = out.latest - Time{};
    return out;
}

std::string without_question(const std::string& target) { return target.substr(0, target.find('?')); }

// The engine's own operations carry their options otherwise.
bool same_target(const std::string& asked, const std::string& recorded) {
    return asked == recorded || (asked.find('?') == std::string::npos && asked == without_question(recorded) && (recorded.starts_with("GET /events") || recorded.starts_with("GET /networks?")));
}

// docker writes the names of runtimes in an order of chance.
std::string without_runtimes(const std::string& text) {
    static const std::regex kRuntimes(" Runtimes: [^\n]*");
    return std::regex_replace(text, kRuntimes, " Runtimes:");
}

void check_asked(const Recording& recording, const ScriptedRun& run, bool cut_short) {
    const std::vector<Exchange>& recorded = recording.script.exchanges;
    if (!cut_short) CHECK(run.asked.size() == recorded.size());
    for (std::size_t i = 0; i < std::min(run.asked.size(), recorded.size()); ++i) {
        INFO("exchange " << i << ": " << run.asked[i].first);
        CHECK(same_target(run.asked[i].first, recorded[i].target));
        CHECK(run.asked[i].second == recorded[i].request);
    }
}

}  // namespace

TEST_CASE("swarm: docker asks and prints what the real one did", "[recordings]") {
    const char* folder = std::getenv("PODIUM_REFERENCE");
    if (folder == nullptr) {
        std::cerr << "skipped: set PODIUM_REFERENCE to compare with the recorded commands\n";
        std::exit(77);
    }
    std::map<int, std::filesystem::path> paths;
    for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(folder) / "docker" / "api")) {
        const std::string name = entry.path().filename().string();
        if (name.size() > 4 && name.ends_with(".json") && name.find_first_not_of("0123456789") == 3) paths[std::stoi(name.substr(0, 3))] = entry.path();
    }
    int compared = 0;
    for (const auto& [number, path] : paths) {
        if (number < 136 || number > 241) continue;
        Recording recording = read_recording(path);
        const std::string command = recording.json["cmd"].get<std::string>();
        const std::string out = recording.json["stdout"].get<std::string>();
        const std::string error = recording.json["stderr"].get<std::string>();
        const bool killed = !recording.json["exit_code"].is_number();
        INFO(recording.name << ": " << command);
        if (killed) recording.script.longest = seconds(25);
        ScriptedRun run = run_scripted(command, recording.script);
        // "6 seconds ago": the recorder's clock isn't told, so it is looked for.
        const bool ago = out.find(" ago") != std::string::npos;
        for (int i = 0; ago && i < 120 && run.out != out; ++i) {
            recording.script.clock = recording.script.clock + milliseconds(100);
            run = run_scripted(command, recording.script);
        }
        CHECK(without_runtimes(run.out) == without_runtimes(out));
        CHECK(run.error == error);
        if (!killed) CHECK(run.status == recording.json["exit_code"].get<int>());
        if (killed) CHECK(run.status == -1);
        check_asked(recording, run, killed);
        ++compared;
    }
    CHECK(compared == 104);
}
