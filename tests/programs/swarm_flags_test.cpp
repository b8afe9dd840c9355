// Every flag of the verbs about swarms either changes what docker asks or prints, or is refused by name: each is
// typed with and without it against a scripted swarm.

#include <fmt/format.h>
#include <map>

#include <catch2/catch.hpp>

#include "sim/base/text.hpp"
#include "sim/programs/swarm/verb_table.hpp"
#include "tests/programs/swarm_world.hpp"

using namespace podium;
using namespace podium::programs;

namespace {

// A line for each verb, where '@' stands for the flag.
const std::map<std::string, std::string> kLines{
    {"swarm ca", "@"}, {"swarm init", "@"}, {"swarm join", "@ 10.0.0.1:2377"}, {"swarm join-token", "@ worker"}, {"swarm leave", "@"}, {"swarm unlock-key", "@"},
    {"swarm update", "--task-history-limit 4 @"}, {"node inspect", "@ n1"}, {"node ls", "@"}, {"node ps", "@ n1"}, {"node rm", "@ n1"}, {"node update", "@ n1"},
    {"service create", "@ busybox x"}, {"service inspect", "@ web"}, {"service logs", "@ web"}, {"service ls", "@"}, {"service ps", "@ web"}, {"service rollback", "@ web"},
    {"service scale", "@ web=2"}, {"service update", "@ web"}, {"stack config", "-c s.yml @"}, {"stack deploy", "-c s.yml @ app"}, {"stack ls", "@"}, {"stack ps", "@ app"},
    {"stack rm", "@ app"}, {"stack services", "@ app"}, {"secret create", "@ d file"}, {"secret inspect", "@ d"}, {"secret ls", "@"}, {"config create", "@ d file"},
    {"config inspect", "@ d"}, {"config ls", "@"},
};

// Values where the flag's kind doesn't say enough; "verb --flag" goes before "--flag".
const std::map<std::string, std::string> kValues{
    {"--format", "{{.ID}}"}, {"stack ls --format", "{{.Name}}"}, {"node ls --format", "{{.Hostname}}"}, {"--availability", "drain"}, {"--role", "manager"}, {"--label-rm", "zone"},
    {"service update --label-rm", "l"}, {"--default-addr-pool", "10.1.0.0/16"}, {"--listen-addr", "1.2.3.4"}, {"--cert-expiry", "1h"}, {"--publish-rm", "80"}, {"--mount", "type=tmpfs,target=/t"},
    {"--mount-add", "type=tmpfs,target=/t"}, {"--mount-rm", "/v"}, {"--network", "net"}, {"--network-add", "net"}, {"--network-rm", "net0"}, {"--secret", "s"}, {"--secret-add", "s"}, {"--secret-rm", "s0"},
    {"--config", "c"}, {"--config-add", "c"}, {"--config-rm", "c0"}, {"--placement-pref", "spread=node.labels.z"}, {"--placement-pref-add", "spread=node.labels.z"}, {"--placement-pref-rm", "spread=node.labels.a"},
    {"--ulimit", "nofile=1:2"}, {"--ulimit-add", "nproc=1"}, {"--ulimit-rm", "nofile"}, {"--mode", "global"}, {"--dns", "8.8.8.8"}, {"--dns-add", "8.8.8.8"}, {"--dns-rm", "9.9.9.9"}, {"--dns-search-rm", "s"},
    {"--dns-option-rm", "o"}, {"--host", "a:1.1.1.1"}, {"--host-add", "a:1.1.1.1"}, {"--host-rm", "h"}, {"--group-rm", "g"}, {"--env-rm", "A"}, {"--env-file", "env"}, {"--constraint-rm", "node.role==worker"},
    {"--container-label-rm", "c"}, {"--sysctl-rm", "k"}, {"--generic-resource-rm", "gpu"}, {"--generic-resource", "gpu=2"}, {"--generic-resource-add", "gpu=2"}, {"--cap-drop", "KILL"}, {"--cap-add", "KILL"},
    {"--update-max-failure-ratio", "0.5"}, {"--rollback-max-failure-ratio", "0.5"}, {"--compose-file", "t.yml"}, {"--resolve-image", "never"}, {"--since", "1m"}, {"--tail", "1"}, {"--filter", "name=w"},
    {"--publish", "1:2"}, {"--publish-add", "1:2"}, {"--credential-spec", "file://x"}, {"--log-opt", "a=b"}, {"swarm update --autolock", "false"},
};

// What has to be typed besides, so that the flag has something to act on.
const std::map<std::string, std::string> kBesides{
    {"--log-opt", "--log-driver x"}, {"--max-concurrent", "--mode replicated-job --replicas 3"}, {"service update --no-resolve-image", "--image busybox"}, {"stack deploy --quiet", "--detach=false"}, {"swarm ca --detach", "--rotate"}, {"swarm ca --quiet", "--rotate"}, {"service update --max-concurrent", ""},
};

const std::map<std::string, std::string> kReasons{
    {"service create --with-registry-auth", "credentials go in a header, and nobody can log in"},
    {"stack deploy --with-registry-auth", "credentials go in a header, and nobody can log in"},
    {"service update --max-concurrent", "docker reads it and does nothing with it"},
    {"service update --log-opt", "docker sets options with the driver alone"},
    {"stack ps --no-resolve", "names are resolved one by one, which a later case shows"},
};

std::string looked_up(const std::map<std::string, std::string>& table, const std::string& verb, const std::string& flag, const std::string& otherwise) {
    if (const auto own = table.find(verb + " " + flag); own != table.end()) return own->second;
    if (const auto any = table.find(flag); any != table.end()) return any->second;
    return otherwise;
}

std::string value_for(const docker::Flag& flag, const std::string& verb) {
    using docker::FlagKind;
    std::string otherwise = "7";
    if (flag.kind == FlagKind::Duration) otherwise = "7s";
    if (flag.kind == FlagKind::Map || flag.name.find("label") != std::string_view::npos || flag.name.find("env") != std::string_view::npos || flag.name.find("sysctl") != std::string_view::npos) otherwise = "a=b";
    return looked_up(kValues, verb, fmt::format("--{}", flag.name), otherwise);
}

SwarmScript script() {
    SwarmScript out = small_script();
    out.longest = seconds(20);
    out.files = {{"file", "x"}, {"env", "Z=1\n"}, {"s.yml", "services: {web: {image: \"${X:-busybox}\", networks: [net]}}\nnetworks: {net: {external: true}}\n"}, {"t.yml", "services: {db: {image: redis}}\n"}};
    const std::string details = "com.docker.swarm.node.id=nodeid,com.docker.swarm.service.id=webid,com.docker.swarm.task.id=task1aaaaaaaaaaaa,extra=1";
    const std::string text = details + " hello\n";
    out.exchanges.push_back({"GET /services/web/logs", {}, 200, std::string(1, '\1') + std::string(6, '\0') + static_cast<char>(text.size()) + text, {}, true});
    return out;
}

std::string outcome(const std::string& line) {
    const ScriptedRun run = run_scripted(line, script());
    std::string out = fmt::format("{}\n{}\nstatus {}\n", run.out, run.error, run.status);
    for (const auto& [target, body] : run.asked) out += target + " " + body + "\n";
    return out;
}

}  // namespace

TEST_CASE("swarm flags: each does something, or has a reason, or is refused by name") {
    int count = 0;
    for (const docker::Verb& verb : docker::swarm_verbs()) {
        const std::string name(verb.paths);
        for (const docker::Flag& flag : verb.flags) {
            const std::string key = fmt::format("{} --{}", name, flag.name);
            INFO(key);
            ++count;
            const auto line = kLines.find(name);
            REQUIRE(line != kLines.end());
            const bool on = flag.fallback == "true";
            const std::string value = looked_up(kValues, name, fmt::format("--{}", flag.name), on ? "false" : "");
            const std::string typed = flag.kind == docker::FlagKind::Switch ? fmt::format("--{}{}", flag.name, value.empty() ? "" : "=" + value) : fmt::format("--{}={}", flag.name, value_for(flag, name));
            const std::string besides = looked_up(kBesides, name, fmt::format("--{}", flag.name), "");
            const auto written = [&](const std::string& with) {
                std::string out = line->second;
                return fmt::format("docker {} {}", name, out.replace(out.find('@'), 1, besides + " " + with));
            };
            if (!flag.simulated) {
                const ScriptedRun run = run_scripted(written(typed), script());
                CHECK(run.error.find(fmt::format("--{}", flag.name)) != std::string::npos);
                CHECK(run.status != 0);
                continue;
            }
            if (kReasons.count(key) != 0) continue;
            CHECK(outcome(written(typed)) != outcome(written("")));
        }
    }
    CHECK(count > 230);
}
