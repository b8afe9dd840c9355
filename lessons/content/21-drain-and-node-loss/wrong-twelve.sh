# hint: not-six
# step: share
docker node update --availability active swarm-moe
docker service scale -d web=9
wait 5s
