// The recorded output of the real programs, made again from the recorded answers of the engine.
// PODIUM_REFERENCE names the folder of the recordings; without it these tests are skipped.

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include <catch2/catch.hpp>

#include "sim/base/text.hpp"
#include "sim/programs/format/events.hpp"
#include "sim/programs/format/go_time.hpp"
#include "sim/programs/format/human.hpp"
#include "sim/programs/format/inspect.hpp"
#include "sim/programs/format/lists.hpp"
#include "sim/programs/format/table.hpp"
#include "sim/programs/format/texttable.hpp"
#include "sim/programs/format/version.hpp"

using namespace podium;
using namespace podium::format;
using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

namespace {

std::optional<fs::path> reference() {
    const char* folder = std::getenv("PODIUM_REFERENCE");
    if (folder == nullptr || !fs::is_directory(folder)) {
        std::cerr << "skipped: PODIUM_REFERENCE names no folder of recordings\n";
        return std::nullopt;
    }
    return fs::path(folder);
}

std::string read_file(const fs::path& path) {
    std::ifstream stream(path);
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
}

struct Recording {
    std::string file;
    std::string command;
    std::string out;
    std::string error;
    Json exchanges;

    // The body of the last answer to GET on a path that contains `part`.
    [[nodiscard]] Json body(std::string_view part) const {
        Json found;
        for (const Json& exchange : exchanges) {
            if (exchange["method"] == "GET" &&
                exchange["path"].get<std::string>().find(part) != std::string::npos) {
                found = exchange["response"];
            }
        }
        return found;
    }
};

std::vector<Recording> recordings(const fs::path& folder) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(folder / "docker" / "api")) {
        const std::string name = entry.path().filename().string();
        if (name.ends_with(".json") && name[0] >= '0' && name[0] <= '9')
            files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    std::vector<Recording> all;
    for (const fs::path& file : files) {
        const Json json = Json::parse(read_file(file));
        all.push_back({file.filename().string(),
                       json["cmd"],
                       json["stdout"],
                       json["stderr"],
                       json["exchanges"]});
    }
    return all;
}

// The recordings do not say what time it was; it must have been at some moment soon after the
// newest thing listed was made.
bool reproduced(const std::string& out,
                std::int64_t newest,
                const std::function<std::string(Time)>& render) {
    for (std::int64_t later = 0; later < 900; ++later) {
        if (render(from_unix(newest + later)) == out) return true;
    }
    return false;
}

std::int64_t newest(const Json& list) {
    std::int64_t latest = 0;
    for (const Json& item : list)
        latest = std::max(latest, item.value("Created", std::int64_t{0}));
    return latest;
}

bool has_word(const std::string& command, std::string_view word) {
    const auto words = split_words(command);
    return std::find(words.begin(), words.end(), word) != words.end();
}

// What stands after --format, without its quotes.
std::string format_of(const std::string& command) {
    const std::size_t at = command.find("--format ");
    if (at == std::string::npos) return {};
    std::string format = command.substr(at + 9);
    if (format.starts_with("\"")) format = format.substr(1, format.size() - 2);
    return format;
}

}  // namespace

TEST_CASE("recordings: docker ps prints the engine's list as the real one does") {
    const auto folder = reference();
    if (!folder) return;
    int count = 0;
    for (const Recording& recording : recordings(*folder)) {
        if (!recording.command.starts_with("docker ps") &&
            !recording.command.starts_with("docker container ls"))
            continue;
        const Json list = recording.body("/containers/json");
        if (!list.is_array()) continue;
        CAPTURE(recording.file);
        const bool quiet = has_word(recording.command, "-aq") || has_word(recording.command, "-q");
        const std::string format = container_format(
            format_of(recording.command), quiet, has_word(recording.command, "-s"));
        std::string last;
        CHECK(reproduced(recording.out, newest(list), [&](Time now) {
            const auto text = render_list(container_list(), format, container_rows(list, {now}));
            return last = text ? *text : text.error().message;
        }));
        ++count;
    }
    CHECK(count >= 9);
}

TEST_CASE(
    "recordings: docker images, history, volume ls, network ls and system df are reproduced") {
    const auto folder = reference();
    if (!folder) return;
    std::set<std::string> seen;
    for (const Recording& recording : recordings(*folder)) {
        CAPTURE(recording.file);
        const std::string& command = recording.command;
        if (command.starts_with("docker images") || command.starts_with("docker image ls")) {
            const Json images = recording.body("/images/json");
            // The real one shuffles the repositories of an image; all lines must be there.
            const auto lines = [](const std::string& text) {
                std::vector<std::string> all = split(text, '\n');
                std::sort(all.begin(), all.end());
                return all;
            };
            bool same = false;
            for (std::int64_t later = 0; later < 60 && !same; ++later) {
                const auto rows = image_rows(images, {from_unix(newest(images) + later)});
                same = lines(*render_list(image_list(), image_format("", false, false), rows)) ==
                       lines(recording.out);
            }
            CHECK(same);
            seen.insert("images");
        } else if (command.starts_with("docker image history")) {
            const Json history = recording.body("/history");
            CHECK(reproduced(recording.out, newest(history), [&](Time now) {
                return *render_list(
                    history_list(), history_format("", false, true), history_rows(history, {now}));
            }));
            seen.insert("history");
        } else if (command == "docker volume ls") {
            CHECK(*render_list(volume_list(),
                               volume_format("", false),
                               volume_rows(recording.body("/volumes")["Volumes"])) ==
                  recording.out);
            seen.insert("volumes");
        } else if (command == "docker network ls") {
            CHECK(*render_list(network_list(),
                               network_format("", false),
                               network_rows(recording.body("/networks"), {})) == recording.out);
            seen.insert("networks");
        } else if (command == "docker system df") {
            CHECK(*render_list(disk_usage_list(),
                               disk_usage_format(""),
                               disk_usage_rows(recording.body("/system/df"))) == recording.out);
            seen.insert("df");
        }
    }
    CHECK(seen == std::set<std::string>{"images", "history", "volumes", "networks", "df"});
}

TEST_CASE("recordings: docker inspect prints what the engine answered") {
    const auto folder = reference();
    if (!folder) return;
    int count = 0;
    for (const Recording& recording : recordings(*folder)) {
        const std::string& command = recording.command;
        if (command.find(" inspect ") == std::string::npos ||
            command.find("--pretty") != std::string::npos)
            continue;
        if (recording.exchanges.empty()) continue;
        CAPTURE(recording.file);
        const std::size_t template_start = command.find("-f '");
        const std::string format =
            template_start == std::string::npos
                ? std::string()
                : command.substr(template_start + 4,
                                 command.find('\'', template_start + 4) - template_start - 4);
        auto inspector = Inspector::make(format);
        REQUIRE(inspector);
        const Json& last = recording.exchanges.back();
        if (last["status"] == 200 && last["response"].is_object()) {
            inspector->add(
                command.find("-f") != std::string::npos ? Inspected::Container : Inspected::Other,
                last["response"]);
        }
        CHECK(inspector->output() == recording.out);
        ++count;
    }
    CHECK(count >= 10);
}

TEST_CASE("recordings: docker version, docker events and docker stats are reproduced") {
    const auto folder = reference();
    if (!folder) return;
    int count = 0;
    for (const Recording& recording : recordings(*folder)) {
        CAPTURE(recording.file);
        const std::string& command = recording.command;
        if (command == "docker version") {
            Json server = recording.body("/version");
            for (Json& component : server["Components"]) {
                Json& built = component["Details"]["BuildTime"];
                if (const auto time =
                        built.is_string() ? parse_rfc3339(built.get<std::string>()) : std::nullopt;
                    time) {
                    built = ctime_text(*time);
                } else {
                    component["Details"].erase("BuildTime");
                }
            }
            const Json client{{"Version", "28.2.2"},
                              {"ApiVersion", "1.41"},
                              {"DefaultAPIVersion", "1.50"},
                              {"GitCommit", "e6534b4"},
                              {"GoVersion", "go1.24.3"},
                              {"Os", "linux"},
                              {"Arch", "amd64"},
                              {"BuildTime", "Fri May 30 12:07:14 2025"},
                              {"Context", "default"}};
            CHECK(*version_text({{"Client", client}, {"Server", server}}) == recording.out);
            CHECK(*version_text({{"Client", client}, {"Server", server}}, "{{.Server.Version}}") ==
                  "20.10.24+dfsg1\n");
            ++count;
        } else if (command.starts_with("docker events")) {
            const auto printer = EventPrinter::make(format_of(command));
            REQUIRE(printer);
            const Json answer = recording.body("/events");
            std::string out;
            if (answer.is_object()) {
                const Json events =
                    answer.contains("_stream") ? answer["_stream"] : Json::array({answer});
                for (const Json& event : events)
                    out += printer->line(event);
            }
            // Of a long stream the recordings keep the first events only.
            constexpr std::size_t kKept = 60;
            const bool cut = answer.is_object() && answer.contains("_stream") &&
                             answer["_stream"].size() >= kKept;
            CHECK((cut ? recording.out.substr(0, out.size()) : recording.out) == out);
            ++count;
        } else if (command.starts_with("docker stats --no-stream")) {
            std::vector<Row> rows;
            for (const Json& exchange : recording.exchanges) {
                if (exchange["path"].get<std::string>().find("/stats") != std::string::npos) {
                    rows.push_back(stats_row(stats_facts(exchange["response"])));
                }
            }
            // Answers arrive in any order; the recorded lines say which is which.
            const std::vector<std::string> wanted = split(recording.out, '\n');
            std::vector<std::string> lines =
                split(*render_list(stats_list(), stats_format(""), rows), '\n');
            std::sort(lines.begin(), lines.end());
            std::vector<std::string> sorted = wanted;
            std::sort(sorted.begin(), sorted.end());
            CHECK(lines == sorted);
            ++count;
        }
    }
    CHECK(count >= 6);
}

TEST_CASE("recordings: docker port and docker top are reproduced") {
    const auto folder = reference();
    if (!folder) return;
    int count = 0;
    for (const Recording& recording : recordings(*folder)) {
        CAPTURE(recording.file);
        if (recording.command == "docker port ollama") {
            std::vector<BoundPort> ports;
            const Json bound = recording.body("/json")["NetworkSettings"]["Ports"];
            for (auto it = bound.begin(); it != bound.end(); ++it) {
                BoundPort port{it.key(), {}};
                for (const Json& binding : *it)
                    port.bindings.push_back({binding["HostIp"], binding["HostPort"]});
                ports.push_back(port);
            }
            CHECK(port_lines(ports) == recording.out);
            ++count;
        } else if (recording.command == "docker top c1") {
            const Json top = recording.body("/top");
            std::string text;
            const auto line = [&text](const Json& cells) {
                for (std::size_t i = 0; i < cells.size(); ++i)
                    text += (i > 0 ? "\t" : "") + cells[i].get<std::string>();
                text += "\n";
            };
            line(top["Titles"]);
            for (const Json& process : top["Processes"])
                line(process);
            CHECK(align_columns(text, kWideStops) == recording.out);
            ++count;
        }
    }
    CHECK(count == 2);
}

namespace {

// docker-compose's own table of containers, out of what the engine answered for each of them.
std::vector<std::string> compose_row(const Json& container) {
    std::vector<std::string> entrypoint;
    std::vector<std::string> command;
    const auto words = [](const Json& list, std::vector<std::string>& into) {
        if (list.is_array()) {
            for (const Json& word : list)
                into.push_back(word);
        }
    };
    words(container["Config"]["Entrypoint"], entrypoint);
    words(container["Config"]["Cmd"], command);
    const Json& state = container["State"];
    StateFacts facts;
    facts.running = state["Running"];
    facts.paused = state["Paused"];
    facts.restarting = state["Restarting"];
    facts.exit_code = state["ExitCode"];
    if (state.contains("Health")) facts.health = state["Health"]["Status"].get<std::string>();
    std::vector<BoundPort> ports;
    const Json& bound = container["NetworkSettings"]["Ports"];
    for (auto it = bound.begin(); it != bound.end(); ++it) {
        BoundPort port{it.key(), {}};
        if (it->is_array()) {
            for (const Json& binding : *it)
                port.bindings.push_back({binding["HostIp"], binding["HostPort"]});
        }
        ports.push_back(port);
    }
    return {container["Name"].get<std::string>().substr(1),
            compose_command(entrypoint, command),
            compose_state(facts),
            compose_ports(ports)};
}

// The cells of a printed table: columns are as wide as told by the header line's words, but an
// empty header tells nothing, so they are cut where every line has three blanks.
std::vector<std::vector<std::string>> parse_cells(const std::vector<std::string>& lines,
                                                  std::size_t columns) {
    const std::size_t width = lines[1].size();
    std::vector<bool> blank(width, true);
    for (std::size_t l = 0; l < lines.size(); ++l) {
        if (l == 1) continue;
        for (std::size_t i = 0; i < std::min(width, lines[l].size()); ++i)
            blank[i] = blank[i] && lines[l][i] == ' ';
    }
    std::vector<std::size_t> starts{0};
    for (std::size_t i = 0; i + 3 < width; ++i) {
        const bool gap =
            blank[i] && blank[i + 1] && blank[i + 2] && (i + 3 >= width || !blank[i + 3]);
        if (gap) starts.push_back(i + 3);
    }
    // A header shorter than its column is centred: there the gap is wider and its last three count.
    if (starts.size() != columns) return {};
    std::vector<std::vector<std::string>> cells;
    for (std::size_t l = 0; l < lines.size(); ++l) {
        if (l == 1) continue;
        std::vector<std::string> row;
        for (std::size_t c = 0; c < columns; ++c) {
            const std::size_t end = c + 1 < columns ? starts[c + 1] - 3 : std::string::npos;
            row.emplace_back(trim(std::string_view(lines[l]).substr(
                starts[c], end == std::string::npos ? end : end - starts[c])));
        }
        cells.push_back(row);
    }
    return cells;
}

}  // namespace

TEST_CASE("recordings: docker-compose ps is made again from the engine's answers") {
    const auto folder = reference();
    if (!folder) return;
    int count = 0;
    for (const Recording& recording : recordings(*folder)) {
        if (recording.command.find("compose") == std::string::npos ||
            !recording.command.ends_with(" ps"))
            continue;
        CAPTURE(recording.file);
        std::vector<std::vector<std::string>> rows;
        for (const Json& exchange : recording.exchanges) {
            const std::string path = exchange["path"];
            const bool one = path.find("/containers/") != std::string::npos &&
                             path.find("/json") != std::string::npos &&
                             path.find("/containers/json") == std::string::npos;
            if (!one || exchange["status"] != 200) continue;
            const std::vector<std::string> row = compose_row(exchange["response"]);
            if (std::find(rows.begin(), rows.end(), row) == rows.end()) rows.push_back(row);
        }
        std::sort(rows.begin(), rows.end());
        CHECK(*text_table({"Name", "Command", "State", "Ports"}, rows) == recording.out);
        ++count;
    }
    CHECK(count >= 3);
}

TEST_CASE("recordings: docker-compose top and images are made again from the engine's answers") {
    const auto folder = reference();
    if (!folder) return;
    int count = 0;
    for (const Recording& recording : recordings(*folder)) {
        CAPTURE(recording.file);
        if (recording.command.find("compose") == std::string::npos) continue;
        if (recording.command.ends_with(" top")) {
            std::string out;
            for (const Json& exchange : recording.exchanges) {
                const Json& answer = exchange["response"];
                if (!answer.is_object() || !answer.contains("Titles")) continue;
                // The name is only in the output; the tables are what is compared.
                out +=
                    *text_table(answer["Titles"].get<std::vector<std::string>>(),
                                answer["Processes"].get<std::vector<std::vector<std::string>>>());
            }
            std::string tables;
            for (const std::string& line : split(recording.out, '\n')) {
                if (!line.empty() && !line.starts_with("apicompose_")) tables += line + "\n";
            }
            CHECK(out == tables);
            ++count;
        } else if (recording.command.ends_with(" images")) {
            std::vector<std::vector<std::string>> rows;
            for (const std::string name : {"redis", "redis", "nginx"}) {
                const Json image = recording.body("/images/");
                const std::string container = name == "nginx" ? "apicompose_web_1"
                                              : rows.empty()  ? "apicompose_db_1"
                                                              : "apicompose_db_2";
                rows.push_back({container,
                                name,
                                "latest",
                                short_id(image["Id"].get<std::string>()),
                                compose_size(image["Size"].get<std::int64_t>())});
            }
            CHECK(*text_table({"Container", "Repository", "Tag", "Image Id", "Size"}, rows) ==
                  recording.out);
            ++count;
        }
    }
    CHECK(count == 2);
}

TEST_CASE("recordings: every docker-compose table in the traces is drawn again from its cells") {
    const auto folder = reference();
    if (!folder) return;
    int count = 0;
    for (const auto& entry : fs::recursive_directory_iterator(*folder / "docker" / "traces")) {
        if (entry.path().extension() != ".jsonl") continue;
        std::istringstream trace(read_file(entry.path()));
        for (std::string line; std::getline(trace, line);) {
            if (line.find("docker-compose ps") == std::string::npos) continue;
            const Json event = Json::parse(line);
            if (event.value("type", "") != "cmd" || event.value("cmd", "") != "docker-compose ps")
                continue;
            const std::string out = event.value("out", "");
            CAPTURE(entry.path().filename().string(), out);
            std::vector<std::string> lines = split(out, '\n');
            lines.pop_back();
            if (lines.size() < 2) continue;
            const auto cells = parse_cells(lines, 4);
            REQUIRE(!cells.empty());
            CHECK(cells[0] == std::vector<std::string>{"Name", "Command", "State", "Ports"});
            CHECK(*text_table(cells[0], {cells.begin() + 1, cells.end()}) == out);
            ++count;
        }
    }
    CHECK(count >= 30);
}
