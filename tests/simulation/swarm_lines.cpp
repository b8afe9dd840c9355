#include "tests/simulation/swarm_lines.hpp"

#include <fmt/format.h>

namespace podium::simulation {
namespace {

using Lines = std::vector<std::string>;

const Lines kSwarmLines{
    "docker swarm init", "docker swarm init --force-new-cluster", "docker swarm join --token $(ssh host1 docker swarm join-token -q worker) host1:2377",
    "docker swarm join --token $(ssh host1 docker swarm join-token -q manager) host1:2377", "docker swarm join --token SWMTKN-1-wrong host1:2377", "docker swarm join-token worker", "docker swarm join-token --rotate -q manager",
    "docker swarm leave", "docker swarm leave --force", "docker swarm update --task-history-limit 2", "docker swarm update --autolock=true", "docker swarm update --autolock=false", "docker swarm unlock-key", "docker swarm unlock-key --rotate -q",
    "ssh host1 docker swarm unlock-key -q | docker swarm unlock", "docker swarm ca", "timeout 20 docker swarm ca --rotate",
    "docker node ls", "docker node ls -q --filter role=manager", "docker node ps", "docker node ps {h}", "docker node inspect {h}", "docker node inspect --pretty self", "docker node update --availability drain {h}", "docker node update --availability active {h}",
    "docker node update --availability pause {h}", "docker node update --label-add zone=a {h}", "docker node update --role manager {h}", "docker node promote {h}", "docker node demote {h}", "docker node rm {h}", "docker node rm --force {h}",
    "docker service create -d --name {s} --replicas 3 busybox sleep 1000", "docker service create -d --name {s} --mode global --stop-grace-period 1s busybox sleep 1000", "timeout 30 docker service create --name {s} --replicas 2 -p 8090:80 nginx",
    "docker service create -d --name {s} --mode global -p mode=host,published=8091,target=80 nginx", "docker service create -d --name {s} --mode replicated-job --replicas 4 --max-concurrent 2 busybox sleep 3",
    "docker service create -d --name {s} --mode global-job busybox true", "docker service create -d --name {s} --replicas 4 --restart-condition on-failure --restart-delay 1s --restart-max-attempts 3 busybox sh -c 'sleep 4; exit 1'",
    "docker service create -d --name {s} --replicas 6 --constraint node.labels.zone==a --reserve-cpu 1 --replicas-max-per-node 2 busybox sleep 1000", "docker service create -d --name {s} --limit-memory 64m --health-cmd 'test -e /ok' --health-interval 2s busybox sh -c 'touch /ok; sleep 20; rm /ok; sleep 100'",
    "docker service create -d --name {s} --network over --endpoint-mode dnsrr --replicas 2 busybox sh -c 'while :; do wget -q -O - http://s0/; sleep 3; done'", "docker service create -d --name {s} --network over nginx",
    "docker service create -d --name {s} --secret word --config page busybox sh -c 'cat /run/secrets/word /page; sleep 1000'", "docker service create -d --name {s} --mount type=volume,source=data,target=/data --replicas 2 busybox sh -c 'echo x >> /data/f; sleep 9; exit 1'",
    "docker service create -d --name {s} --replicas 2 some/unknown-image", "docker service create -d --name {s} --replicas 9 registry.k8s.io/pause",
    "docker service ls", "docker service ps {s}", "docker service ps --no-trunc -f desired-state=running {s}", "docker service inspect {s}", "docker service inspect --pretty {s}", "docker service logs {s}", "timeout 4 docker service logs -f --tail 3 {s}",
    "docker service scale -d {s}=5", "docker service scale -d {s}=0", "timeout 30 docker service scale {s}=2", "docker service update -d --image nginx {s}", "docker service update -d --force {s}", "timeout 40 docker service update --update-parallelism 2 --update-order start-first --env-add A=b {s}",
    "docker service update -d --args 'sleep 2000' --update-delay 2s --update-failure-action rollback --update-monitor 3s {s}", "docker service update -d --args 'sh -c \"exit 3\"' --update-failure-action pause {s}", "docker service update -d --rollback {s}",
    "docker service update -d --publish-add 8092:80 {s}", "docker service update -d --secret-add word {s}", "docker service rollback -d {s}", "timeout 30 docker service rollback {s}", "docker service rm {s}",
    "docker stack deploy -c stack.yaml shop", "docker stack deploy --prune -c stack.yaml shop", "docker stack ls", "docker stack ps shop", "docker stack services shop", "docker stack config -c stack.yaml", "docker stack rm shop",
    "echo secret | docker secret create word -", "docker secret ls", "docker secret inspect word", "docker secret rm word", "echo hello | docker config create page -", "docker config ls", "docker config inspect --pretty page", "docker config rm page",
    "docker network create -d overlay --attachable over", "docker network rm over", "docker network inspect over", "docker run -d --network over --name at{s} busybox sleep 40", "docker rm -f at{s}", "timeout 3 docker events --filter scope=swarm", "docker info"};

}  // namespace

const Lines& drawn_swarm_lines() { return kSwarmLines; }

std::string drawn_stack(std::uint64_t number) {
    std::string out = "version: \"3.8\"\nservices:\n  web:\n    image: nginx\n    ports: [\"8093:80\"]\n    networks: [front]\n";
    out += fmt::format("    deploy:\n      replicas: {}\n      update_config: {{parallelism: 1, delay: 1s, order: {}, failure_action: rollback}}\n      restart_policy: {{condition: any, delay: 1s}}\n", 1 + number % 4, number % 2 == 0 ? "start-first" : "stop-first");
    if (number % 3 == 0) out += "      placement: {constraints: [node.role == worker], preferences: [{spread: node.labels.zone}]}\n";
    out += "  agent:\n    image: busybox\n    command: sh -c \"trap 'exit 0' TERM; while :; do sleep 2; echo work; done\"\n    networks: [front]\n    deploy: {mode: global}\n";
    if (number % 2 == 1) out += "  flaky:\n    image: busybox\n    command: sh -c \"sleep 5; exit 1\"\n    secrets: [key]\n    configs: [{source: words, target: /words}]\n    volumes: [\"rows:/rows\"]\n    deploy: {resources: {limits: {memory: 64M}, reservations: {cpus: '0.2'}}}\n";
    out += "networks: {front: {}}\n";
    if (number % 2 == 1) out += "volumes: {rows: {}}\nsecrets: {key: {file: ./stack.yaml}}\nconfigs: {words: {file: ./stack.yaml}}\n";
    return out;
}

}  // namespace podium::simulation
