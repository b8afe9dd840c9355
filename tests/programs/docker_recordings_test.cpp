// Commands of the real docker 28.2.2, typed in the order in which they were recorded, and what they
// printed. PODIUM_REFERENCE names the folder of the recordings; without it this test is skipped.

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <regex>

#include <catch2/catch.hpp>

#include "tests/programs/docker_fixture.hpp"

using namespace podium;
using namespace podium::programs;

namespace {

using Json = nlohmann::ordered_json;

struct Recorded {
    int number = 0;
    std::string command;
    std::string out;
    std::string error;
    int status = 0;
};

std::map<int, Recorded> recordings(const std::filesystem::path& folder) {
    std::map<int, Recorded> out;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        const std::string name = entry.path().filename().string();
        if (name.size() < 4 || !std::isdigit(static_cast<unsigned char>(name[0])) ||
            !name.ends_with(".json"))
            continue;
        std::ifstream file(entry.path());
        const Json json = Json::parse(file);
        Recorded row;
        row.number = std::stoi(name.substr(0, 3));
        row.command = json["cmd"].get<std::string>();
        row.out = json["stdout"].get<std::string>();
        row.error = json["stderr"].get<std::string>();
        row.status = json["exit_code"].is_number() ? json["exit_code"].get<int>() : -1;
        out[row.number] = row;
    }
    return out;
}

/// How one recording is compared when not as text, and why.
enum class How : std::uint8_t {
    Figures,  ///< As text in which every number is the same.
    Shape,    ///< The names and kinds of all members, in their order, of all JSON documents.
    Status,   ///< Only the exit status.
    Skipped,  ///< Typed, not compared.
    Left,     ///< Not typed.
};

struct Exception {
    How how = How::Figures;
    std::string_view why;
};

const std::map<int, Exception> kExceptions{
    {1, {How::Figures, "versions of the recorder's own packages"}},
    {2, {How::Figures, "figures of the recorder's machine"}},
    {6, {How::Figures, "sizes of the recorder's image"}},
    {7, {How::Figures, "sizes of the recorder's image"}},
    {8, {How::Figures, "sizes of the recorder's image"}},
    {9, {How::Figures, "sizes of the recorder's image"}},
    {10, {How::Shape, "the recorder imported its image: no command, no layers of a registry"}},
    {11, {How::Skipped, "the recorder imported its image: it has no history"}},
    {14, {How::Skipped, "the search of registries isn't simulated, which is said"}},
    {41, {How::Shape, "figures of the recorder's machine"}},
    {49, {How::Figures, "process ids; how often the loop's sleep has begun anew"}},
    {50, {How::Figures, "what the recorder's shell used"}},
    {51, {How::Figures, "what the recorder's shell used"}},
    {59, {How::Skipped, "an archive's bytes aren't simulated, which is said"}},
    {75, {How::Skipped, "the recorder gave up after a minute, as the container doesn't stop"}},
    {81, {How::Status, "what happened in two seconds"}},
    {82, {How::Skipped, "how many health checks the last 30 s had"}},
    {83, {How::Skipped, "it begins with the recorder's import of images"}},
    {99, {How::Skipped, "accounts at registries aren't simulated, which is said"}},
};

// 249 and 242 to 253 are about docker itself; 106 to 135 are compose's, the others a swarm's.
bool is_compared(int number) {
    return number <= 105 || number == 136 || number == 137 || (number >= 242 && number <= 246) ||
           number >= 249;
}

// The recorder named its socket by DOCKER_HOST, which docker warns of, and kept docker's files in a
// folder of its own.
std::string recorder_masked(const std::string& text) {
    static const std::regex kWarning("Warning: DOCKER_HOST environment variable[^\n]*\n");
    static const std::regex kSocket("unix:///lab/api4.sock");
    static const std::regex kFolder("/lab/dockercfg");
    static const std::regex kDigits("[0-9a-f]{64}");
    // Why the registry could not be reached.
    static const std::regex kDial("dial tcp.*");
    static const std::regex kRuleOfDashes(" +\n");
    std::string out = std::regex_replace(text, kWarning, "");
    out = std::regex_replace(out, kSocket, "unix:///var/run/docker.sock");
    out = std::regex_replace(out, kFolder, "/root/.docker");
    out = std::regex_replace(out, kDigits, "ID");
    out = std::regex_replace(out, kDial, "dial tcp");
    // docker gives a container without a name one at random.
    static const std::regex kRandomName("\\b[a-z]+_[a-z]+\\b");
    out = std::regex_replace(out, kRandomName, "NAME");
    return std::regex_replace(masked(out), kRuleOfDashes, "\n");
}

std::string figures_masked(const std::string& text) {
    static const std::regex kNumber("[0-9]+([.][0-9]+)*(kB|MB|GB|B|KiB|MiB|GiB|%)?");
    static const std::regex kWord(
        "(Version|Runtimes|Built|Git commit|GitCommit|Kernel Version|ID|Name|Docker Root "
        "Dir|containerd "
        "version|runc version|Total Memory|Server Version)( *):[^\n]*");
    std::string out = std::regex_replace(text, kWord, "$1:");
    out = std::regex_replace(out, kNumber, "N");
    static const std::regex kBlanks(" +");
    return std::regex_replace(out, kBlanks, " ");
}

// The members of a document, by name and kind.
void add_shape(const Json& json, const std::string& path, std::string& out) {
    // The recorder's image was imported: it has no command, no variables and no digest of a
    // registry.
    for (const char* member : {"RepoDigests", ".Env", ".Cmd"}) {
        if (path.ends_with(member)) return;
    }
    if (json.is_object()) {
        for (const auto& [key, value] : json.items())
            add_shape(value, path + "." + key, out);
        if (json.empty()) out += path + " {}\n";
    } else if (json.is_array()) {
        if (json.empty())
            out += path + " []\n";
        else
            add_shape(json.front(), path + "[]", out);
    } else {
        out += path + " " + json.type_name() + "\n";
    }
}

std::string shape(const std::string& text) {
    std::string out;
    add_shape(Json::parse(text, nullptr, false), "", out);
    return out;
}

std::string sorted_lines(const std::string& text) {
    std::vector<std::string> lines;
    std::string line;
    for (const char c : text) {
        line += c;
        if (c == '\n') lines.push_back(std::exchange(line, {}));
    }
    lines.push_back(line);
    std::sort(lines.begin(), lines.end());
    std::string out;
    for (const std::string& one : lines)
        out += one;
    return out;
}

}  // namespace

TEST_CASE("docker: commands print what the real ones printed", "[recordings]") {
    const char* folder = std::getenv("PODIUM_REFERENCE");
    if (folder == nullptr) {
        std::cerr << "skipped: set PODIUM_REFERENCE to compare with the recorded commands\n";
        std::exit(77);
    }
    const auto rows = recordings(std::filesystem::path(folder) / "docker" / "api");
    REQUIRE(rows.size() > 200);
    // The recorder's images were one, and it had no registry.
    DockerHost host({"busybox"}, "");
    for (const char* name : {"busybox:v2", "nginx", "redis", "ollama/ollama"})
        host.run(std::string("docker tag busybox ") + name);
    host.run("inject registry-outage docker.io how=refusing");
    int compared = 0;
    for (const auto& [number, row] : rows) {
        if (!is_compared(number)) continue;
        const auto exception = kExceptions.find(number);
        const bool plain = exception == kExceptions.end();
        if (!plain && exception->second.how == How::Left) continue;
        // The recorder had nothing on its standard input.
        DockerHost::Result result = host.run(row.command + " < /dev/null", seconds(60));
        if (!plain && exception->second.how == How::Skipped) continue;
        ++compared;
        INFO("recording " << number << ": " << row.command);
        if (row.status >= 0) CHECK(result.status == row.status);
        if (plain || exception->second.how == How::Figures) {
            const auto text = [plain](const std::string& shown) {
                const std::string known = sorted_lines(recorder_masked(shown));
                return plain ? known : figures_masked(known);
            };
            CHECK(text(result.out) == text(row.out));
            CHECK(text(result.error) == text(row.error));
        } else if (exception->second.how == How::Shape) {
            CHECK(shape(result.out) == shape(row.out));
        }
    }
    CHECK(compared > 100);
}
