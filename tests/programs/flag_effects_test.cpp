// Every flag of the two Compose clients either does something or is refused by name:
// flag_effects.txt has a line typed with and without each flag that is simulated, and the tables of
// flags are walked.

#include <fmt/format.h>
#include <fstream>
#include <functional>
#include <map>
#include <set>
#include <stdexcept>

#include <catch2/catch.hpp>

#include "sim/base/text.hpp"
#include "sim/programs/compose/verbs.hpp"
#include "sim/programs/docker/commands.hpp"
#include "tests/programs/docker_fixture.hpp"
#include "tests/source_directory.hpp"

using namespace podium;
using namespace podium::programs;

namespace {

using Files = std::map<std::string, std::string>;

struct Case {
    std::string key;  ///< "v2 up --detach"
    std::string scene;
    std::vector<std::string> before;
    std::string line;
    std::string flag;
    std::string after;
    int status = 0;
};

struct Table {
    std::map<std::string, Files> scenes;
    std::vector<Case> cases;
    std::map<std::string, std::string> reasons;  ///< Why a flag does nothing in life either.
};

std::string replaced(std::string text, const std::string& what, const std::string& with) {
    for (std::size_t at = text.find(what); at != std::string::npos;
         at = text.find(what, at + with.size()))
        text.replace(at, what.size(), with);
    return text;
}

// '|' parts columns, "\|" is a pipe of the line itself.
std::vector<std::string> columns(const std::string& row) {
    std::vector<std::string> out;
    for (const std::string& column : split(replaced(row, "\\|", "\x01"), '|'))
        out.push_back(replaced(std::string(trim(column)), "\x01", "|"));
    return out;
}

Case read_case(const std::string& row) {
    const std::vector<std::string> cells = columns(row);
    if (cells.size() < 6) throw std::runtime_error("flag_effects.txt: too few columns: " + row);
    Case out{cells[0], cells[1], {}, cells[3], cells[4], cells[5], 0};
    for (const std::string& line : split(replaced(cells[2], ";;", "\n"), '\n'))
        if (!line.empty()) out.before.push_back(line);
    if (cells.size() > 6 && cells[6].starts_with("status "))
        out.status = std::stoi(cells[6].substr(7));
    return out;
}

Table read_table() {
    std::ifstream file(podium::test::source_directory() + "/tests/programs/flag_effects.txt");
    Table out;
    std::string row;
    std::string scene;
    std::string path;
    while (std::getline(file, row)) {
        if (!scene.empty()) {
            if (row == "end") {
                scene.clear();
            } else if (row.starts_with("file ")) {
                path = row.substr(5);
            } else {
                out.scenes[scene][path] += row + "\n";
            }
        } else if (row.starts_with("scene ")) {
            scene = row.substr(6);
        } else if (row.find(" | ") != std::string::npos && !row.starts_with("#")) {
            out.cases.push_back(read_case(row));
        } else if (const std::size_t colon = row.find(" : ");
                   colon != std::string::npos && !row.starts_with("#")) {
            out.reasons[row.substr(0, colon)] = row.substr(colon + 3);
        }
    }
    return out;
}

const Table& table() {
    static const Table read = read_table();
    return read;
}

// What comes of a line, and what is there afterwards.
std::string outcome(const Case& one, bool with_flag, int& status) {
    const bool v1 = one.key.starts_with("v1");
    const auto typed = [v1](const std::string& text) {
        const std::string line = text.starts_with("dc ")
                                     ? (v1 ? "docker-compose" : "docker compose") + text.substr(2)
                                     : text;
        return line.find('|') == std::string::npos ? line + " < /dev/null" : line;
    };
    DockerHost host({"busybox"}, "");
    host.run("mkdir -p app/sub");
    for (const auto& [path, content] : table().scenes.at(one.scene))
        host.write_file("/root/app/" + (v1 && path == "compose.yaml" ? "docker-compose.yml" : path),
                        content);
    host.run("cd app");
    for (const std::string& line : one.before)
        host.run(typed(line));
    const DockerHost::Result done =
        host.run(typed(replaced(one.line, "{}", with_flag ? one.flag : std::string())));
    status = done.status;
    const std::string after =
        one.after.empty() ? "docker ps -a --format '{{.Names}} {{.State}}'" : one.after;
    return fmt::format("{}\n{}\nstatus {}, after {} ns\n{}",
                       done.out,
                       done.error,
                       done.status,
                       done.took.nanoseconds,
                       host.run(after).out);
}

void check_effects(const std::string& client) {
    for (const Case& one : table().cases) {
        if (!one.key.starts_with(client)) continue;
        INFO(one.key << ": " << one.line);
        int status = 0;
        const std::string without = outcome(one, false, status);
        const std::string with = outcome(one, true, status);
        INFO(with);
        CHECK(with != without);
        CHECK(status == one.status);
    }
}

struct Walked {
    std::string key;
    const docker::Flag* flag;
    int arguments = 2;  ///< As many as the verb takes.
};

std::vector<Walked> all_flags() {
    std::vector<Walked> out;
    const auto add = [&out](const std::string& client,
                            std::string_view verb,
                            std::span<const docker::Flag> flags) {
        for (const docker::Flag& flag : flags)
            if (flag.same_as.empty())
                out.push_back({fmt::format("{} {} --{}", client, verb, flag.name), &flag});
    };
    for (const bool v1 : {true, false}) {
        const std::string client = v1 ? "v1" : "v2";
        add(client, ".", v1 ? composing::global_flags_v1() : composing::global_flags_v2());
        for (const composing::ComposeVerb& verb :
             v1 ? composing::verbs_v1() : composing::verbs_v2())
            if (verb.start != nullptr && verb.name != "convert") add(client, verb.name, verb.flags);
    }
    return out;
}

// Verbs about swarms have a walk of their own (swarm_flags_test.cpp).
bool is_of_swarm(const docker::Verb& verb) {
    const docker::Group* group = docker::find_group(verb.paths.substr(0, verb.paths.find(' ')));
    return group != nullptr && group->swarm;
}

// Of each verb by its shortest name; `docker create` has the table of `docker run`.
std::vector<Walked> docker_flags() {
    std::vector<Walked> out;
    for (const docker::Verb& verb : docker::verbs()) {
        if (is_of_swarm(verb)) continue;
        const std::string name(verb.paths.substr(verb.paths.rfind('|') + 1));
        for (const docker::Flag& flag : verb.flags) {
            if (flag.same_as.empty() && flag.name != "help" && name != "create")
                out.push_back({fmt::format("docker {} --{}", name, flag.name),
                               &flag,
                               verb.most == docker::kAnyNumber ? verb.least + 1 : verb.most});
        }
    }
    return out;
}

void check_walk(const std::vector<Walked>& flags,
                const std::function<bool(const std::string&)>& ours) {
    std::set<std::string> known;
    for (const Case& one : table().cases)
        if (ours(one.key)) CHECK(known.insert(one.key).second);
    for (const auto& [key, reason] : table().reasons)
        if (ours(key)) CHECK(known.insert(key).second);
    CHECK(known.size() > 150);
    for (const Walked& walked : flags) {
        INFO(walked.key);
        CHECK(walked.flag->simulated == (known.erase(walked.key) == 1));
    }
    for (const std::string& key : known)
        FAIL_CHECK("no such flag: " << key);
}

std::string value_for(const docker::Flag& flag) {
    // What is wrong docker or its engine refuses before Podium says that it doesn't simulate the
    // flag.
    static const std::map<std::string_view, std::string> kRight{{"blkio-weight", "=10"},
                                                                {"device", "=/dev/sda"},
                                                                {"isolation", "=default"},
                                                                {"runtime", "=runc"}};
    if (const auto right = kRight.find(flag.name); right != kRight.end()) return right->second;
    switch (flag.kind) {
        case docker::FlagKind::Switch:
            return flag.fallback == "true" ? "=false" : "";
        case docker::FlagKind::Map:
        case docker::FlagKind::Filter:
        case docker::FlagKind::Mount:
            return "=a=b";
        case docker::FlagKind::Duration:
            return "=7s";
        case docker::FlagKind::Text:
        case docker::FlagKind::Integer:
        case docker::FlagKind::Size:
        case docker::FlagKind::SwapSize:
        case docker::FlagKind::Decimal:
        case docker::FlagKind::List:
        case docker::FlagKind::Network:
        case docker::FlagKind::Other:
            return "=7";
    }
    return {};
}

}  // namespace

TEST_CASE("compose flags: each has a line that shows its effect, or a reason, or is refused") {
    check_walk(all_flags(), [](const std::string& key) { return key.starts_with("v"); });
}

TEST_CASE("docker flags: each has a line that shows its effect, or a reason, or is refused") {
    check_walk(docker_flags(), [](const std::string& key) { return key.starts_with("docker"); });
}

TEST_CASE("docker flags: docker does something with each it doesn't refuse") {
    check_effects("docker");
}

TEST_CASE("docker flags: those that are not simulated are refused by name") {
    DockerHost host({"busybox"}, "");
    int count = 0;
    for (const Walked& walked : docker_flags()) {
        const docker::Flag& flag = *walked.flag;
        if (flag.simulated) continue;
        const std::string name = fmt::format("--{}", flag.name);
        const std::string verb = walked.key.substr(0, walked.key.find(" --"));
        std::string line = fmt::format("{} {}{}", verb, name, value_for(flag));
        for (int i = 0; i < walked.arguments; ++i)
            line += " aa";
        INFO(line);
        const DockerHost::Result done = host.run(line);
        INFO(done.error);
        CHECK(done.status != 0);
        CHECK(done.error.find(name) != std::string::npos);
        const bool newer = !flag.since_api.empty();
        CHECK(done.error.find(newer ? "requires API version" : "Podium does not simulate") !=
              std::string::npos);
        ++count;
    }
    CHECK(count > 80);
}

TEST_CASE("compose flags: docker compose does something with each it doesn't refuse") {
    check_effects("v2");
}

TEST_CASE("compose flags: docker-compose does something with each it doesn't refuse") {
    check_effects("v1");
}

TEST_CASE("compose flags: those that are not simulated are refused by name") {
    DockerHost host({"busybox"}, "");
    int count = 0;
    for (const Walked& walked : all_flags()) {
        if (walked.flag->simulated) continue;
        const std::vector<std::string> words = split(walked.key, ' ');
        const std::string client = words[0] == "v1" ? "docker-compose" : "docker compose";
        const bool value = walked.flag->kind != docker::FlagKind::Switch;
        const std::string flag = words[2] + (value ? "=7" : "");
        const std::string line = words[1] == "."
                                     ? fmt::format("{} {} ps", client, flag)
                                     : fmt::format("{} {} {} a b", client, words[1], flag);
        INFO(line);
        const DockerHost::Result done = host.run(line);
        CHECK(done.status != 0);
        CHECK(done.error.find(words[2]) != std::string::npos);
        CHECK(done.error.find("Podium doesn't simulate it") != std::string::npos);
        ++count;
    }
    CHECK(count > 20);
}
