// docker's commands about swarms against a scripted swarm, for machines without the recordings: what they
// ask, print and end with where it matters most.

#include <algorithm>

#include <catch2/catch.hpp>

#include "sim/base/text.hpp"
#include "sim/programs/docker/docker.hpp"
#include "tests/programs/swarm_world.hpp"

using namespace podium;
using namespace podium::programs;

namespace {

std::string body_sent(const ScriptedRun& run, const std::string& target) {
    for (const Asked& asked : run.asked)
        if (asked.first.starts_with(target)) return asked.second;
    return "(not asked)";
}

std::vector<std::string> targets(const ScriptedRun& run) {
    std::vector<std::string> out;
    for (const Asked& asked : run.asked) out.push_back(asked.first);
    return out;
}

// What the tasks of a service do from one look to the next.
SwarmScript polls(const std::vector<std::pair<std::string, std::string>>& service_and_tasks) {
    SwarmScript script = small_script();
    std::erase_if(script.exchanges, [](const Exchange& one) { return one.target == "GET /services/webid" || one.target == "GET /tasks"; });
    for (const auto& [service, tasks] : service_and_tasks) {
        script.exchanges.push_back({"GET /services/webid", {}, 200, web_service(service), {}, false});
        script.exchanges.push_back({"GET /tasks", {}, 200, "[" + tasks + "]", {}, false});
    }
    return script;
}

}  // namespace

TEST_CASE("swarm: service create sends the whole spec, with names resolved to ids") {
    const ScriptedRun run = run_scripted(
        "docker service create -d --name lim --limit-memory 32m --reserve-cpu 0.1 --constraint node.role==manager --placement-pref spread=node.labels.zone --restart-condition on-failure "
        "--restart-delay 2s --restart-max-attempts 3 --restart-window 10s --update-parallelism 2 --update-delay 3s --update-order start-first --update-failure-action rollback --update-monitor 7s "
        "--update-max-failure-ratio 0.2 --stop-grace-period 3s --mount type=volume,source=v,target=/data --env A=1 --label x=y --container-label c=d --hostname h --health-cmd true "
        "--no-resolve-image --network net -p 8080:80 --secret s busybox sleep 1000",
        small_script());
    CHECK(run.error.empty());
    CHECK(run.out == "webid\n");
    CHECK(run.status == 0);
    CHECK(body_sent(run, "POST /services/create") ==
          R"({"Name":"lim","Labels":{"x":"y"},"TaskTemplate":{"ContainerSpec":{"Image":"busybox:latest","Labels":{"c":"d"},"Args":["sleep","1000"],"Hostname":"h","Env":["A=1"],"Init":false,)"
          R"("Mounts":[{"Type":"volume","Source":"v","Target":"/data"}],"StopGracePeriod":3000000000,"Healthcheck":{"Test":["CMD-SHELL","true"]},"DNSConfig":{},)"
          R"("Secrets":[{"File":{"Name":"s","UID":"0","GID":"0","Mode":292},"SecretID":"sid","SecretName":"s"}]},)"
          R"("Resources":{"Limits":{"MemoryBytes":33554432},"Reservations":{"NanoCPUs":100000000}},"RestartPolicy":{"Condition":"on-failure","Delay":2000000000,"MaxAttempts":3,"Window":10000000000},)"
          R"("Placement":{"Constraints":["node.role==manager"],"Preferences":[{"Spread":{"SpreadDescriptor":"node.labels.zone"}}]},"Networks":[{"Target":"netid"}],"ForceUpdate":0},"Mode":{"Replicated":{}},)"
          R"("UpdateConfig":{"Parallelism":2,"Delay":3000000000,"FailureAction":"rollback","Monitor":7000000000,"MaxFailureRatio":0.2,"Order":"start-first"},)"
          R"("EndpointSpec":{"Mode":"vip","Ports":[{"Protocol":"tcp","TargetPort":80,"PublishedPort":8080,"PublishMode":"ingress"}]}})");
}

TEST_CASE("swarm: what a service is asked for and isn't simulated is said") {
    const ScriptedRun run = run_scripted("docker service create -d --cap-drop ALL --dns 9.9.9.9 --user 1000 --log-opt max-size=1m --log-driver json-file busybox", small_script());
    CHECK(run.out == "webid\n");
    CHECK(run.error ==
          "Podium: --cap-drop is not simulated: simulated processes may do everything their programs do\n"
          "Podium: --user is not simulated: files let every user in, though id and ps show the name\n"
          "Podium: --dns is not simulated: names are resolved by the engine's own server only, though /etc/resolv.conf shows it\n"
          "Podium: --log-opt is not simulated: logs are kept whole\n");
    for (const char* const line : {"docker service create -d --no-resolve-image --mount type=tmpfs,target=/t,tmpfs-mode=1770 busybox",
                                   "docker service update -d --mount-add type=tmpfs,target=/t,tmpfs-mode=1770 web"}) {
        const ScriptedRun tmpfs = run_scripted(line, small_script());
        CHECK(tmpfs.status == 0);
        CHECK(tmpfs.error == "Podium: mode of a tmpfs is not simulated: every user may write there and run what lies there\n");
    }
    const ScriptedRun shared = run_scripted("docker service create -d --no-resolve-image --mount type=bind,src=/,dst=/host,ro,bind-propagation=rslave busybox", small_script());
    CHECK(shared.status == 0);
    CHECK(shared.error == "Podium: bind-propagation of --mount is not simulated: mounts within mounts are not told apart\n");
}

TEST_CASE("swarm: an image is pinned to the digest that the registry knows") {
    const ScriptedRun run = run_scripted("docker service create -d busybox", small_script());
    CHECK(run.error.empty());
    const std::string body = body_sent(run, "POST /services/create");
    CHECK(body.find(R"("Image":"busybox:latest@sha256:12")") != std::string::npos);
    CHECK(body.find(R"("Platforms":[{"Architecture":"amd64","OS":"linux"}])") != std::string::npos);
}

TEST_CASE("swarm: service update changes what it is told and leaves the rest") {
    const ScriptedRun run = run_scripted(
        "docker service update -d --env-add B=3 --env-rm A --publish-rm 80 --publish-add published=81,target=81,mode=host --constraint-add node.role==manager --label-rm l --force --network-rm net0 "
        "--cap-add MKNOD --sysctl-add a=b --replicas 5 web",
        small_script());
    CHECK(run.error ==
          "Podium: --cap-add is not simulated: simulated processes may do everything their programs do\n"
          "Podium: --sysctl-add is not simulated: there are no kernel parameters\n");
    CHECK(run.out == "web\n");
    const std::string body = body_sent(run, "POST /services/webid/update?registryAuthFrom=spec&version=7");
    CHECK(body.find(R"("Labels":{},)") != std::string::npos);
    CHECK(body.find(R"("Env":["B=3"])") != std::string::npos);
    CHECK(body.find(R"("Constraints":["node.role==manager","node.role==worker"])") != std::string::npos);
    CHECK(body.find(R"("ForceUpdate":1)") != std::string::npos);
    CHECK(body.find("Networks") == std::string::npos);
    CHECK(body.find("CAP_MKNOD") == std::string::npos);
    CHECK(body.find(R"("Replicas":5)") != std::string::npos);
    CHECK(body.find(R"("Ports":[{"Protocol":"tcp","TargetPort":81,"PublishedPort":81,"PublishMode":"host"}])") != std::string::npos);
}

TEST_CASE("swarm: progress is drawn in place on a terminal, line by line elsewhere") {
    const auto script = [](bool terminal) {
        SwarmScript out = polls({{"", web_task(1, "preparing")}, {"", web_task(1, "running") + "," + web_task(2, "running")}});
        out.terminal = terminal;
        return out;
    };
    const ScriptedRun plain = run_scripted("docker service create --no-resolve-image busybox", script(false));
    CHECK(plain.status == 0);
    CHECK(plain.out.starts_with("webid\noverall progress: 0 out of 2 tasks\n1/2:  \n2/2:  \noverall progress: 0 out of 2 tasks\noverall progress: 2 out of 2 tasks\n"
                                "verify: Waiting 5 seconds to verify that tasks are stable...\n"));
    CHECK(plain.out.ends_with("verify: Waiting 1 seconds to verify that tasks are stable...\nverify: Service webid converged\n"));
    const ScriptedRun drawn = run_scripted("docker service create --no-resolve-image busybox", script(true));
    CHECK(drawn.out.starts_with("webid\n\n\033[1A\033[2K\roverall progress: 0 out of 2 tasks \r\033[1B\n\033[1A\033[2K\r1/2:   \r\033[1B\n\033[1A\033[2K\r2/2:   \r\033[1B"
                                "\033[2A\033[2K\r1/2: preparing \r\033[2B\033[3A\033[2K\roverall progress: 0 out of 2 tasks \r\033[3B"));
    CHECK(drawn.out.find("1/2: running   \r") != std::string::npos);
    const ScriptedRun quiet = run_scripted("docker service create -q --no-resolve-image busybox", script(false));
    CHECK(quiet.out == "webid\n");
    CHECK(quiet.status == 0);
}

TEST_CASE("swarm: a crashing service is waited for until somebody interrupts") {
    SwarmScript script = polls({{"", web_task(1, "failed", "shutdown", "task: non-zero exit (1)")}});
    script.longest = seconds(60);
    const ScriptedRun forever = run_scripted("docker service create --no-resolve-image busybox", script);
    CHECK(forever.status == -1);
    CHECK(forever.out.find("1/2: task: non-zero exit (1)\noverall progress: 0 out of 2 tasks\n") != std::string::npos);
    script.interrupt_at = seconds(3);
    const ScriptedRun interrupted = run_scripted("docker service create --no-resolve-image busybox", script);
    CHECK(interrupted.status == 0);
    CHECK(interrupted.out.ends_with("Operation continuing in background.\nUse `docker service ps webid` to check progress.\n"));
}

TEST_CASE("swarm: an update that pauses is an error, one that is rolled back is none") {
    const std::string tasks = web_task(1, "running") + "," + web_task(2, "running");
    const ScriptedRun paused = run_scripted("docker service create --no-resolve-image busybox", polls({{R"(,"UpdateStatus":{"State":"paused","Message":"update paused due to failure"})", tasks}}));
    CHECK(paused.status == 1);
    CHECK(paused.error == "service update paused: update paused due to failure\n");
    const std::string rolling = R"(,"UpdateStatus":{"State":"rollback_started","Message":"update rolled back"})";
    const std::string rolled = R"(,"UpdateStatus":{"State":"rollback_completed","Message":"rollback completed"})";
    const ScriptedRun back = run_scripted("docker service create --no-resolve-image busybox", polls({{rolling, web_task(1, "running")}, {rolled, tasks}}));
    CHECK(back.status == 0);
    CHECK(back.out.starts_with("webid\nrollback: update rolled back\noverall progress: rolling back update: 0 out of 2 tasks\n1/2:  \n2/2:  \noverall progress: rolling back update: 1 out of 2 tasks\n"
                               "overall progress: rolling back update: 2 out of 2 tasks\n"));
    CHECK(back.out.find("verify: Service webid converged\n") != std::string::npos);
}

TEST_CASE("swarm: several services are scaled, those that can't be are told at the end") {
    const ScriptedRun run = run_scripted("docker service scale -d web=4 nosuch=2 web=x", small_script());
    CHECK(run.out == "web scaled to 4\n");
    CHECK(run.error == "nosuch: Error response from daemon: not in the script\nweb: invalid replicas value x: strconv.ParseUint: parsing \"x\": invalid syntax\n");
    CHECK(run.status == 1);
    const ScriptedRun wrong = run_scripted("docker service scale web", small_script());
    CHECK(wrong.error ==
          "invalid scale specifier 'web'.\nSee 'docker service scale --help'.\n\nUsage:  docker service scale SERVICE=REPLICAS [SERVICE=REPLICAS...]\n\nScale one or multiple replicated services\n");
}

TEST_CASE("swarm: secrets and configs come from a file or from the standard input") {
    SwarmScript script = small_script();
    script.input = "hello\n";
    script.files = {{"file.txt", "hi"}};
    CHECK(body_sent(run_scripted("docker secret create -l a=b d -", script), "POST /secrets/create") == R"({"Name":"d","Labels":{"a":"b"},"Data":"aGVsbG8K"})");
    CHECK(body_sent(run_scripted("docker config create d file.txt", script), "POST /configs/create") == R"({"Name":"d","Labels":{},"Data":"aGk="})");
    CHECK(run_scripted("docker config create d nofile", script).error == "Error reading content from \"nofile\": error reading from nofile: open nofile: no such file or directory\n");
    CHECK(run_scripted("docker secret create d", script).error == "secret file is required\n");
    CHECK(run_scripted("docker config inspect --pretty d", script).out.ends_with("Data:\nhello\n\n"));
}

TEST_CASE("swarm: a stack's file becomes networks, secrets, configs and services with its name in front") {
    SwarmScript script = small_script();
    script.files = {{"key.txt", "k"},
                    {"s.yml", R"(services:
  web:
    image: nginx
    build: .
    container_name: xx
    environment: {B: "2", A: "1"}
    networks: [front]
    secrets: [key]
    extra_hosts: ["h:1.2.3.4"]
    healthcheck: {test: ["CMD", "true"], interval: 5s}
    deploy:
      mode: global
      labels: {l: v}
      resources: {limits: {cpus: "0.5", memory: 64M}, reservations: {memory: 32M}}
      rollback_config: {parallelism: 0, failure_action: pause, max_failure_ratio: 0.3}
      endpoint_mode: dnsrr
networks:
  front: {attachable: true, driver_opts: {encrypted: ""}}
secrets:
  key: {file: ./key.txt}
)"}};
    script.exchanges.push_back({"GET /secrets?filters=%7B%22name%22%3A%7B%22app_key%22%3Atrue%7D%7D", {}, 200, R"([{"ID":"kid","Spec":{"Name":"app_key"}}])", {}, false});
    script.exchanges.push_back({"GET /services?filters=%7B%22label%22%3A%7B%22com.docker.stack.namespace%3Dapp%22%3Atrue%7D%7D", {}, 200, "[]", {}, false});
    const ScriptedRun run = run_scripted("docker stack deploy --resolve-image never -c s.yml app", script);
    CHECK(run.out == "Creating network app_front\nCreating secret app_key\nCreating service app_web\n");
    CHECK(run.error == "Ignoring unsupported options: build\n\nIgnoring deprecated options:\n\ncontainer_name: Setting the container name is not supported.\n\n"
                       "Since --detach=false was not specified, tasks will be created in the background.\nIn a future release, --detach=false will become the default.\n");
    CHECK(run.status == 0);
    CHECK(body_sent(run, "POST /networks/create") ==
          R"({"Driver":"overlay","Scope":"","IPAM":null,"Internal":false,"Attachable":true,"Ingress":false,"ConfigOnly":false,"ConfigFrom":null,"Options":{"encrypted":""},)"
          R"("Labels":{"com.docker.stack.namespace":"app"},"Name":"app_front","CheckDuplicate":true})");
    CHECK(body_sent(run, "POST /secrets/create") == R"({"Name":"app_key","Labels":{"com.docker.stack.namespace":"app"},"Data":"aw=="})");
    CHECK(body_sent(run, "POST /services/create") ==
          R"({"Name":"app_web","Labels":{"com.docker.stack.image":"nginx","com.docker.stack.namespace":"app","l":"v"},"TaskTemplate":{"ContainerSpec":{"Image":"nginx:latest",)"
          R"("Labels":{"com.docker.stack.namespace":"app"},"Env":["A=1","B=2"],"Privileges":{"CredentialSpec":null,"SELinuxContext":null,"NoNewPrivileges":false},)"
          R"("Healthcheck":{"Test":["CMD","true"],"Interval":5000000000},"Hosts":["1.2.3.4 h"],)"
          R"("Secrets":[{"File":{"Name":"key","UID":"0","GID":"0","Mode":292},"SecretID":"kid","SecretName":"app_key"}]},)"
          R"("Resources":{"Limits":{"NanoCPUs":500000000,"MemoryBytes":67108864},"Reservations":{"MemoryBytes":33554432}},"Placement":{},"Networks":[{"Target":"app_front","Aliases":["web"]}],"ForceUpdate":0},)"
          R"("Mode":{"Global":{}},"RollbackConfig":{"Parallelism":0,"FailureAction":"pause","MaxFailureRatio":0.3},"EndpointSpec":{"Mode":"dnsrr"}})");
}

TEST_CASE("swarm: a stack's file may come from the standard input, and services it has no more are pruned") {
    SwarmScript script = small_script();
    script.input = "services: {web: {image: \"${IMAGE:-busybox}\"}}\n";
    script.exchanges.push_back({"GET /services?filters=%7B%22label%22%3A%7B%22com.docker.stack.namespace%3Dapp%22%3Atrue%7D%7D", {}, 200,
                                R"([{"ID":"oldid","Version":{"Index":3},"Spec":{"Name":"app_old","Labels":{}}},{"ID":"webid","Version":{"Index":4},"Spec":{"Name":"app_web","Labels":{},"TaskTemplate":{"ForceUpdate":2}}}])", {}, false});
    script.exchanges.push_back({"DELETE /services/oldid", {}, 200, "", {}, false});
    const ScriptedRun run = run_scripted("docker stack deploy -d --prune --resolve-image never -c - app", script);
    CHECK(run.out == "Removing service app_old\nCreating network app_default\nUpdating service app_web (id: webid)\n");
    CHECK(run.error.empty());
    CHECK(body_sent(run, "POST /services/webid/update?version=4").find(R"("ForceUpdate":2)") != std::string::npos);
    const ScriptedRun refused = run_scripted("docker stack deploy -c - app", [&] {
        SwarmScript other = script;
        other.input = "services: {web: {image: a, cpuset: \"0\"}}\n";
        return other;
    }());
    CHECK(refused.error == "Compose file contains unsupported options:\n\ncpuset: Set resource limits using deploy.resources\n\n");
    CHECK(refused.status == 1);
}

TEST_CASE("swarm: ranges for subnets are networks, with the bits of hosts taken away") {
    const ScriptedRun run = run_scripted("docker swarm init --default-addr-pool 10.20.1.2/16,10.30.0.0/16 --default-addr-pool 10.40.0.0/16", small_script());
    CHECK(body_sent(run, "POST /swarm/init").find(R"("DefaultAddrPool":["10.20.0.0/16","10.30.0.0/16","10.40.0.0/16"])") != std::string::npos);
    CHECK(run_scripted("docker swarm init --default-addr-pool 10.0.0.0/33", small_script())
              .error.starts_with("invalid argument \"10.0.0.0/33\" for \"--default-addr-pool\" flag: invalid string being converted to CIDR: 10.0.0.0/33\n"));
}

TEST_CASE("swarm: several files of a stack are laid over each other, and .env is not read") {
    SwarmScript script = small_script();
    script.files = {{".env", "TAG=wrong\n"}, {"a.yml", "version: \"3.7\"\nservices: {web: {image: \"nginx:${TAG:-1}\", ports: [\"80\"]}}\n"}, {"b.yml", "version: \"3.7\"\nservices: {web: {hostname: h, deploy: {replicas: 3}}}\n"}, {"c.yml", "services: {web: {hostname: h}}\n"}};
    const ScriptedRun config = run_scripted("docker stack config -c a.yml -c b.yml", script);
    CHECK(config.error.empty());
    CHECK(config.out == "version: \"3.7\"\nservices:\n  web:\n    deploy:\n      replicas: 3\n    hostname: h\n    image: nginx:1\n    ports:\n      - mode: ingress\n        target: 80\n        protocol: tcp\n");
    CHECK(run_scripted("docker stack config --skip-interpolation -c a.yml", script).out.find("image: nginx:${TAG:-1}\n") != std::string::npos);
    CHECK(run_scripted("docker stack config -c a.yml -c c.yml", script).error == "version mismatched between two composefiles : 3.7 and 3.13\n");
    CHECK(run_scripted("docker stack config", script).error == "Specify a Compose file (with --compose-file)\n");
    CHECK(run_scripted("docker stack deploy -c nofile.yml app", script).error == "open nofile.yml: no such file or directory\n");
    CHECK(run_scripted("docker stack deploy -c a.yml ' '", script).error == "invalid stack name: \" \"\n");
}

TEST_CASE("swarm: an overlay network is the swarm's, and lists show it besides the host's own") {
    SwarmScript script = small_script();
    script.exchanges.push_back({"DELETE /networks/net", {}, 204, "", {}, false});
    const ScriptedRun made = run_scripted("docker network create -d overlay --attachable --subnet 10.5.0.0/16 --gateway 10.5.0.1 --opt encrypted --label a=b net", script);
    CHECK(made.out == "netid\n");
    CHECK(body_sent(made, "POST /networks/create") ==
          R"({"Driver":"overlay","Scope":"","IPAM":{"Driver":"default","Options":{},"Config":[{"Subnet":"10.5.0.0/16","Gateway":"10.5.0.1"}]},"Internal":false,"Attachable":true,"Ingress":false,)"
          R"("ConfigOnly":false,"ConfigFrom":null,"Options":{"encrypted":""},"Labels":{"a":"b"},"Name":"net","CheckDuplicate":true})");
    script.orchestrated = true;
    for (Exchange& one : script.exchanges)
        if (one.target == "GET /networks") one.body = R"([{"Name":"bridge","Id":"b","Driver":"bridge","Scope":"local"}])";
    script.exchanges.push_back({"GET /networks", {}, 200, R"([{"Name":"net","Id":"netid","Driver":"overlay","Scope":"swarm"}])", {}, false});
    CHECK(run_scripted("docker network ls", script).out == "NETWORK ID   NAME      DRIVER    SCOPE\nb            bridge    bridge    local\nnetid        net       overlay   swarm\n");
    CHECK(run_scripted("docker network rm net", script).out == "net\n");
    CHECK(targets(run_scripted("docker network rm net", script)) == std::vector<std::string>{"GET /networks/net", "DELETE /networks/net"});
    CHECK(run_scripted("docker inspect --type node -f {{.Status.State}} n1", script).out == "ready\n");
}

TEST_CASE("swarm: logs of a service say whose line is whose, and follow") {
    const auto frame = [](char which, const std::string& text) { return std::string(1, which) + std::string(3, '\0') + std::string(3, '\0') + static_cast<char>(text.size()) + text; };
    const std::string details = "com.docker.swarm.node.id=nodeid,com.docker.swarm.service.id=webid,com.docker.swarm.task.id=task1aaaaaaaaaaaa";
    SwarmScript script = small_script();
    script.exchanges.push_back({"GET /services/web/logs", {}, 200, frame(1, details + " hello you\n") + frame(2, details + " oops\n"), {}, true});
    const ScriptedRun run = run_scripted("docker service logs -f --tail 5 web", script);
    CHECK(run.out == "web.1.task1aaaaaaa@n1    | hello you\n");
    CHECK(run.error == "web.1.task1aaaaaaa@n1    | oops\n");
    CHECK(run.status == 0);
    CHECK(run.asked[1].first == "GET /services/web/logs?details=1&follow=1&stderr=1&stdout=1&tail=5");
    // The daemon's own frame is the error with which the client ends: moby pkg/stdcopy.
    script.exchanges.back().body = frame(1, details + " before\n") + frame(3, "Error grabbing logs: warning\n");
    const ScriptedRun broken = run_scripted("docker service logs --no-task-ids web", script);
    CHECK(broken.out == "web.1@n1    | before\n");
    CHECK(broken.error == "error from daemon in stream: Error grabbing logs: warning\n\n");
    CHECK(broken.status == 1);
    const ScriptedRun missing = run_scripted("docker service logs nosuch", script);
    CHECK(missing.error == "no such task or service: nosuch\n");
}

TEST_CASE("swarm: lists take formats, filters and quiet") {
    CHECK(run_scripted("docker node ls --format {{.Hostname}}/{{.ManagerStatus}}/{{.Self}}", small_script()).out == "n1//true\n");
    CHECK(run_scripted("docker service ls --format json", small_script()).out ==
          R"({"ID":"webid","Image":"busybox:latest","Mode":"replicated","Name":"web","Ports":"*:8080-\u003e80/tcp","Replicas":"2/2"})"
          "\n");
    CHECK(targets(run_scripted("docker service ls -q -f name=web", small_script())) == std::vector<std::string>{"GET /services?filters=%7B%22name%22%3A%7B%22web%22%3Atrue%7D%7D"});
    CHECK(run_scripted("docker service ps -q web", small_script()).out == "task1aaaaaaaaaaaa\ntask2aaaaaaaaaaaa\n");
    CHECK(run_scripted("docker stack ls", small_script()).out == "NAME      SERVICES\n");
}

TEST_CASE("swarm: a locked manager is unlocked with a key from the standard input") {
    SwarmScript script = small_script();
    script.exchanges.front().body = R"({"Swarm":{"LocalNodeState":"locked"}})";
    script.exchanges.push_back({"POST /swarm/unlock", {}, 200, "", {}, false});
    script.input = "SWMKEY-1-x\n";
    CHECK(body_sent(run_scripted("docker swarm unlock", script), "POST /swarm/unlock") == R"({"UnlockKey":"SWMKEY-1-x"})");
    CHECK(run_scripted("docker swarm unlock", small_script()).error == "Error: swarm is not locked\n");
    CHECK(run_scripted("docker info --format {{.Swarm.LocalNodeState}}", script).out == "locked\n");
    CHECK(run_scripted("docker swarm unlock-key -q", small_script()).out == "SWMKEY-1-x\n");
    CHECK(run_scripted("docker swarm ca", small_script()).out == "root\n");
}

TEST_CASE("swarm: help and completion know the verbs and their flags") {
    using docker::docker_completions;
    const auto has = [](const std::vector<std::string>& list, const std::string& word) { return std::find(list.begin(), list.end(), word) != list.end(); };
    CHECK(has(docker_completions({"docker", "service", ""}), "rollback"));
    CHECK(has(docker_completions({"docker", "service", "update", "--pub"}), "--publish-add"));
    CHECK(has(docker_completions({"docker", "stack", "d"}), "deploy"));
    const ScriptedRun help = run_scripted("docker service create --help", small_script());
    CHECK(help.out.starts_with("Usage:  docker service create [OPTIONS] IMAGE [COMMAND] [ARG...]\n\nCreate a new service\n\nOptions:\n      --cap-add list"));
    CHECK(help.out.find("\n  -p, --publish port ") != std::string::npos);
    CHECK(help.out.find("(default 1)\n") != std::string::npos);
    CHECK(help.status == 0);
    const ScriptedRun group = run_scripted("docker swarm --help", small_script());
    CHECK(group.out.find("  join-token  Manage join tokens\n") != std::string::npos);
}
