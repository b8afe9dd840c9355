# hint: not-balanced
# step: share
docker node update --availability active swarm-moe
wait 10s
