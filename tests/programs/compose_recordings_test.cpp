// Commands of the real docker-compose 1.29.2, typed in the order in which they were recorded, and
// what they printed. PODIUM_REFERENCE names the folder of the recordings; without it this test is
// skipped.

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <regex>
#include <sstream>

#include <catch2/catch.hpp>

#include "tests/programs/docker_fixture.hpp"

using namespace podium;
using namespace podium::programs;

namespace {

using Json = nlohmann::json;

std::filesystem::path reference() {
    const char* folder = std::getenv("PODIUM_REFERENCE");
    if (folder != nullptr) return std::filesystem::path(folder) / "docker";
    std::cerr << "skipped: set PODIUM_REFERENCE to compare with the recorded commands\n";
    std::exit(77);
}

// The order of "Creating ... done" lines, and of the containers of one level, is not compared; nor
// are the processes' numbers and the hour in `top`.
std::vector<std::string> comparable(const std::string& text) {
    static const std::regex kProcess(
        "^root +\\d+ +\\d+ +\\d+ +\\d\\d:\\d\\d +\\? +\\d\\d:\\d\\d:\\d\\d +");
    static const std::regex kImage("ID +\\d+\\.\\d+ MB");
    static const std::regex kRules("-{3,}");
    std::vector<std::string> lines;
    std::istringstream stream(masked(text));
    for (std::string line; std::getline(stream, line);) {
        line = std::regex_replace(line, kProcess, "root ");
        line = std::regex_replace(line, kImage, "ID SIZE");
        line = std::regex_replace(line, kRules, "---");
        while (line.ends_with(' '))
            line.pop_back();
        if (!line.starts_with("root sleep 0.2")) lines.push_back(line);
    }
    std::sort(lines.begin(), lines.end());
    return lines;
}

// The names that `rm` and `logs` list in the order in which the containers were made, which within
// one level is the recorder's.
std::string with_sorted_names(const std::string& text) {
    std::istringstream stream(text);
    std::string out;
    for (std::string line; std::getline(stream, line);) {
        for (const std::string head : {"Going to remove ", "Attaching to "}) {
            if (!line.starts_with(head)) continue;
            std::vector<std::string> names;
            std::istringstream list(line.substr(head.size()));
            for (std::string name; std::getline(list, name, ',');)
                names.push_back(name.substr(name.find_first_not_of(' ')));
            std::sort(names.begin(), names.end());
            line = head;
            for (const std::string& name : names)
                line += name + " ";
        }
        out += line + "\n";
    }
    return out;
}

void compare(const std::string& real, const std::string& simulated) {
    CHECK(comparable(with_sorted_names(simulated)) == comparable(with_sorted_names(real)));
}

struct Typed {
    std::string line;
    std::string out;
    std::string error;
    int status = 0;
    double begin = 0;
    double end = 0;
};

std::string project_file(const std::string& folder) {
    return "/root/" + folder + "/docker-compose.yml";
}

}  // namespace

TEST_CASE("docker-compose: commands 106 to 135 print what the real ones printed", "[recordings]") {
    const std::filesystem::path folder = reference() / "api";
    // The file that these commands were given, as `config` and the recorded requests show it.
    const std::string file =
        "version: \"3.8\"\nservices:\n"
        "  db:\n    image: redis:latest\n    command: sh -c \"trap 'exit 0' TERM; echo hello; "
        "while :; do sleep 0.2; done\"\n    volumes: [dbdata:/data]\n"
        "  web:\n    image: nginx:latest\n    command: sh -c \"trap 'exit 0' TERM; echo hello; "
        "while :; do sleep 0.2; done\"\n    restart: always\n"
        "    depends_on: [db]\n    ports: [\"8080:80\"]\nvolumes:\n  dbdata:\n";
    DockerHost host;
    host.run("mkdir apicompose");
    host.write_file(project_file("apicompose"), file);
    host.run("cd apicompose");
    std::map<int, std::filesystem::path> rows;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        const std::string name = entry.path().filename().string();
        const int number = std::isdigit(static_cast<unsigned char>(name[0])) != 0
                               ? std::stoi(name.substr(0, 3))
                               : 0;
        if (number >= 106 && number <= 135) rows[number] = entry.path();
    }
    REQUIRE(rows.size() == 30);
    for (const auto& [number, path] : rows) {
        std::ifstream stream(path);
        const Json json = Json::parse(stream);
        const std::string command = json["cmd"].get<std::string>();
        // The recorder had no registry to pull from.
        const DockerHost::Result result =
            host.run((number == 128 ? command + " -T" : command) + " < /dev/null", minutes(2));
        if (number == 135) continue;
        INFO("recording " << number << ": " << command);
        compare(json["stdout"].get<std::string>(), result.out);
        compare(json["stderr"].get<std::string>(), result.error);
        CHECK(result.status == json["exit_code"].get<int>());
    }
}

TEST_CASE("docker-compose: all recorded projects print what they printed", "[recordings]") {
    for (const auto& entry :
         std::filesystem::directory_iterator(reference() / "traces" / "compose")) {
        std::ifstream stream(entry.path());
        std::vector<Typed> typed;
        Json header;
        for (std::string line; std::getline(stream, line);) {
            const Json row = Json::parse(line);
            const std::string type = row["type"].get<std::string>();
            if (type == "header") header = row;
            if (type != "cmd") continue;
            typed.push_back({row["cmd"].get<std::string>(),
                             row["out"].get<std::string>(),
                             row["err"].get<std::string>(),
                             row["rc"].get<int>(),
                             row["t"].get<double>(),
                             row["t"].get<double>() + row["dur"].get<double>()});
        }
        const std::string project = header["project"].get<std::string>();
        std::vector<std::string> files;
        std::vector<std::size_t> at;
        std::size_t count = 0;
        for (const Json& step : header["steps"]) {
            if (step.is_number()) continue;  // seconds to wait
            if (!step.is_object()) {
                ++count;
            } else if (step.contains("write_compose")) {
                files.push_back(step["write_compose"].get<std::string>());
                at.push_back(count);
            }
        }
        DockerHost host;
        host.run("mkdir " + project);
        host.write_file(project_file(project), header["compose_file"].get<std::string>());
        host.run("cd " + project);
        double before = 0;
        for (std::size_t i = 0; i < typed.size(); ++i) {
            for (std::size_t j = 0; j < files.size(); ++j) {
                if (at[j] == i) host.write_file(project_file(project), files[j]);
            }
            const Typed& real = typed[i];
            host.wait(milliseconds(std::llround(std::max(0.0, real.begin - before) * 1000)));
            before = real.end;
            const bool piped = real.line.find('|') != std::string::npos;
            const DockerHost::Result result =
                host.run(piped ? real.line : real.line + " < /dev/null", minutes(2));
            INFO(project << ", command " << i << ": " << real.line);
            compare(real.out, result.out);
            compare(real.error, result.error);
            CHECK(result.status == real.status);
        }
    }
}
