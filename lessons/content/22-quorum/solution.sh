# step: promote
docker node promote swarm-curly swarm-moe
wait 3s
docker node ls

# step: leader
docker node ls
wait 45s
ssh swarm-curly docker node ls
ssh swarm-curly docker service scale -d web=5
wait 5s

# step: again
wait 40s
docker node ls
docker service update -q --force web

# step: force
wait 30s
docker service ls
docker swarm init --force-new-cluster --advertise-addr 10.77.0.11
wait 60s
docker service ls

# step: tidy
docker node rm swarm-curly swarm-moe
