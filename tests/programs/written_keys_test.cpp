// Every key of the Compose schema either does something, is refused, or is listed as not simulated:
// written_keys.txt has two files for each that does something, and the schema's table is walked.

#include <algorithm>
#include <fmt/format.h>
#include <fstream>
#include <map>
#include <set>
#include <stdexcept>

#include <catch2/catch.hpp>

#include "sim/base/text.hpp"
#include "sim/programs/compose_file/schema.hpp"
#include "sim/programs/compose_file/unsimulated.hpp"
#include "tests/programs/docker_fixture.hpp"
#include "tests/source_directory.hpp"

using namespace podium;
using namespace podium::programs;

namespace {

struct KeyCase {
    std::string key;  ///< "services.*.cpus"
    std::string with;
    std::string without;
    std::string typed;
    int status = 0;
};

struct KeyTable {
    std::map<std::string, std::string> files;
    std::vector<KeyCase> cases;
    std::map<std::string, std::string> reasons;
};

KeyCase read_key_case(const std::string& row) {
    std::vector<std::string> cells;
    for (const std::string& cell : split(row, '|'))
        cells.emplace_back(trim(cell));
    if (cells.size() < 3) throw std::runtime_error("written_keys.txt: too few columns: " + row);
    cells.resize(5);
    KeyCase out{cells[0], cells[1], cells[2], cells[3], 0};
    if (out.typed.empty()) out.typed = "docker compose up -d";
    if (cells[4].starts_with("status ")) out.status = std::stoi(cells[4].substr(7));
    return out;
}

KeyTable read_key_table() {
    std::ifstream in(podium::test::source_directory() + "/tests/programs/written_keys.txt");
    KeyTable out;
    std::string row;
    std::string path;
    bool in_files = false;
    while (std::getline(in, row)) {
        if (row.starts_with("file ")) {
            in_files = true;
            path = row.substr(5);
        } else if (row == "end") {
            in_files = false;
        } else if (in_files) {
            out.files[path] += row + "\n";
        } else if (row.starts_with("#")) {
            continue;
        } else if (row.find(" | ") != std::string::npos) {
            out.cases.push_back(read_key_case(row));
        } else if (const std::size_t colon = row.find(" : "); colon != std::string::npos) {
            out.reasons[row.substr(0, colon)] = row.substr(colon + 3);
        }
    }
    return out;
}

const KeyTable& key_table() {
    static const KeyTable read = read_key_table();
    return read;
}

// The file that is laid over the scene's own.
std::string file_with(const std::string& key, const std::string& text) {
    constexpr std::pair<std::string_view, std::string_view> kHomes[] = {
        {"services", "web"}, {"networks", "n"}, {"volumes", "v"}, {"secrets", "s"}, {"configs", "c"}};
    for (const auto& [section, name] : kHomes) {
        if (key.starts_with(std::string(section) + ".*."))
            return fmt::format("{}: {{{}: {{{}}}}}\n", section, name, text);
    }
    return text.empty() ? "x-nothing: 1\n" : text + "\n";
}

// What comes of it, and what is there afterwards, but for ids, moments and what Compose keeps for itself in labels.
std::string outcome_of_keys(const KeyCase& one, bool with, int& status) {
    DockerHost host({"busybox"}, "");
    host.run("mkdir -p app/sub");
    for (const auto& [path, content] : key_table().files)
        host.write_file("/root/app/" + path, content);
    host.write_file("/root/app/compose.override.yaml", file_with(one.key, with ? one.with : one.without));
    host.run("cd app");
    const DockerHost::Result done = host.run(one.typed + " < /dev/null");
    status = done.status;
    host.wait(seconds(2));
    std::string out = done.out + done.error + fmt::format("status {}\n", done.status);
    for (const char* look : {"docker ps -a --format '{{.Names}} {{.State}} {{.Image}}'",
                             "docker inspect $(docker ps -aq)",
                             "docker network inspect $(docker network ls -q)",
                             "docker volume inspect $(docker volume ls -q)",
                             "docker images --format '{{.Repository}}:{{.Tag}}'",
                             "docker image inspect mine --format '{{json .Config.Labels}}'",
                             "docker compose logs --no-color"})
        out += host.run(std::string(look) + " 2>&1").out;
    std::string kept;
    for (const std::string& line : split(masked(out), '\n'))
        if (line.find("com.docker.compose.") == std::string::npos) kept += line + "\n";
    return kept;
}

// The keys below a rule: those that have no keys of their own, and those that Podium lists with all below them.
void collect_keys(const compose::Rule& rule,
                  const std::string& path,
                  const std::set<std::string>& listed,
                  std::set<std::string>& known,
                  std::set<std::string>& out) {
    const auto below = [&](const compose::Rule* inner, const std::string& inner_path) {
        if (inner == nullptr) return;
        known.insert(inner_path);
        if (!listed.contains(inner_path)) collect_keys(*inner, inner_path, listed, known, out);
    };
    bool inner_keys = false;
    const auto has_keys = [](const compose::Rule* inner) {
        return inner != nullptr && (!inner->keys.empty() || (inner->values != nullptr && !inner->values->keys.empty()));
    };
    for (const compose::Key& key : rule.keys)
        below(key.rule, (path.empty() ? std::string() : path + ".") + std::string(key.name));
    for (const compose::Rule* inner : {rule.items, rule.values}) {
        if (inner != nullptr) known.insert(path + ".*");
        if (!has_keys(inner)) continue;
        inner_keys = true;
        below(inner, path + ".*");
    }
    const bool own = rule.keys.empty() || path.ends_with(".external");
    if (own && !inner_keys && !path.ends_with("*")) out.insert(path);
}

}  // namespace

TEST_CASE("compose keys: each has files that show its effect, or a reason, or is listed") {
    std::set<std::string> listed;
    for (const std::string_view pattern : compose::unsimulated_keys())
        listed.emplace(pattern);
    std::set<std::string> known;
    std::set<std::string> keys;
    collect_keys(compose::file_rule(), {}, listed, known, keys);
    CHECK(keys.size() > 100);
    std::set<std::string> told;
    for (const KeyCase& one : key_table().cases)
        CHECK(told.insert(one.key).second);
    for (const auto& [key, reason] : key_table().reasons)
        CHECK(told.insert(key).second);
    for (const std::string& key : keys) {
        INFO(key);
        CHECK(told.erase(key) == 1);
    }
    for (const std::string& key : told)
        FAIL_CHECK("no such key, or it is listed too: " << key);
    // What is listed is a key, or a value where a list holds texts.
    for (const std::string& pattern : listed) {
        INFO(pattern);
        const bool covered = std::any_of(listed.begin(), listed.end(), [&pattern](const std::string& other) {
            return pattern.starts_with(other + ".");
        });
        CHECK((covered || known.contains(pattern)));
    }
}

TEST_CASE("compose keys: docker compose does something with each it neither refuses nor lists") {
    for (const KeyCase& one : key_table().cases) {
        INFO(one.key << ": " << one.with);
        int status = 0;
        const std::string without = outcome_of_keys(one, false, status);
        const std::string with = outcome_of_keys(one, true, status);
        INFO(with.substr(0, 600));
        CHECK(with != without);
        CHECK(status == one.status);
    }
}
