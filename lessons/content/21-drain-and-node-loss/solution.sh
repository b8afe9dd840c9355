# step: drain
docker node update --availability drain swarm-moe
wait 15s
docker node ls

# step: share
docker node update --availability active swarm-moe
docker service update -q --force web

# step: loss
docker node ls
wait 15s
docker node ls
wait 10s
docker service ls

# step: back
wait 40s
docker node ls
docker service update -q --force web
