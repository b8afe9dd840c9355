// What random runs are drawn from leaves nothing out: every fault, every verb of docker and of both
// Compose clients, and each of these comes up in runs.

#include <algorithm>
#include <map>
#include <set>

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/programs/compose/verbs.hpp"
#include "sim/programs/docker/commands.hpp"
#include "tests/simulation/random_run.hpp"
#include "tests/simulation/swarm_lines.hpp"

namespace podium::simulation {
namespace {

using Lines = std::vector<std::string>;

bool any_begins(const Lines& lines, const std::string& words) {
    // Wherever it stands in a line, as whole words.
    const auto in_line = [&words](const std::string& line) {
        for (auto at = line.find(words); at != std::string::npos; at = line.find(words, at + 1)) {
            const std::size_t end = at + words.size();
            if ((at == 0 || line[at - 1] == ' ') && (end == line.size() || line[end] == ' ')) return true;
        }
        return false;
    };
    return std::any_of(lines.begin(), lines.end(), in_line);
}

std::string filled(std::string text, const std::string& hole, const std::string& value) {
    for (auto at = text.find(hole); at != std::string::npos; at = text.find(hole)) text.replace(at, hole.size(), value);
    return text;
}

}  // namespace

TEST_CASE("random runs draw from every fault, with every argument") {
    std::map<std::string, std::set<std::string>> drawn;
    for (const std::string& text : drawn_faults()) {
        std::string filled = text;
        for (const char* hole : {"{c}", "{h}"}) {
            if (const auto at = filled.find(hole); at != std::string::npos) filled.replace(at, 3, "x");
        }
        const auto request = faults::parse_fault(filled);
        INFO(text);
        REQUIRE(request.ok());
        std::set<std::string>& arguments = drawn[request->id];
        for (const auto& [name, _] : request->arguments) arguments.insert(name);
    }
    for (const faults::FaultSpec& spec : faults::fault_list()) {
        INFO(spec.id);
        REQUIRE(drawn.contains(std::string(spec.id)));
        for (const faults::FaultArgument& argument : spec.arguments) CHECK(drawn[std::string(spec.id)].contains(std::string(argument.name)));
    }
}

TEST_CASE("random runs draw from every verb of docker and of the Compose clients that is simulated") {
    for (const auto& verb : programs::docker::verbs()) {
        bool drawn = false;
        for (const std::string& path : split(verb.paths, '|')) drawn = drawn || any_begins(drawn_docker_lines(), "docker " + path) || any_begins(drawn_swarm_lines(), "docker " + path);
        INFO("docker " << verb.paths);
        CHECK(drawn);
    }
    const auto check = [](std::span<const programs::composing::ComposeVerb> verbs, const std::string& client) {
        for (const auto& verb : verbs) {
            if (verb.start == nullptr) continue;
            INFO(client << " " << verb.name);
            CHECK((any_begins(drawn_compose_lines(), "{k} " + std::string(verb.name)) || any_begins(drawn_compose_lines(), client + " " + std::string(verb.name))));
        }
    };
    check(programs::composing::verbs_v1(), "docker-compose");
    check(programs::composing::verbs_v2(), "docker compose");
}

TEST_CASE("random runs: within two thousand of them everything that can be drawn is") {
    const std::string catalogue;  // drawing needs none
    std::set<std::string> seen;
    std::set<std::size_t> hosts;
    std::set<std::string> lines;
    bool links = false;
    bool formed = false;
    bool restore = false;
    for (std::uint64_t number = 1; number <= 2000; ++number) {
        const RandomRun run = draw_run(number, catalogue);
        hosts.insert(run.set_up.hosts.size());
        formed = formed || run.set_up.swarm_formed;
        links = links || !run.set_up.links.empty();
        for (const lab::HostSetUp& host : run.set_up.hosts) restore = restore || host.live_restore;
        for (const lab::Command& command : run.commands) {
            seen.insert(fmt::format("{}", static_cast<int>(command.kind)));
            if (command.kind == lab::CommandKind::Inject) seen.insert("fault " + split_words(command.text).front());
            if (command.kind == lab::CommandKind::Line) lines.insert(command.text);
        }
    }
    CHECK(hosts == std::set<std::size_t>{1, 2, 3});
    CHECK(links);
    CHECK(formed);
    CHECK(restore);
    for (int kind = 0; kind <= static_cast<int>(lab::CommandKind::WriteFile); ++kind) {
        INFO("command kind " << kind);
        CHECK(seen.contains(fmt::format("{}", kind)));
    }
    for (const faults::FaultSpec& spec : faults::fault_list()) {
        INFO(spec.id);
        CHECK(seen.contains("fault " + std::string(spec.id)));
    }
    for (const std::string& line : drawn_database_lines()) {
        INFO(line);
        CHECK(lines.contains(line));
    }
    for (const std::string& pattern : drawn_swarm_lines()) {
        bool drawn = false;
        for (const char* service : {"s0", "s1", "s2"}) {
            for (const char* host : {"host1", "host2", "host3"}) drawn = drawn || lines.contains(filled(filled(pattern, "{s}", service), "{h}", host));
        }
        INFO(pattern);
        CHECK(drawn);
    }
}

}  // namespace podium::simulation
