# hint: removed
# step: back
docker node rm swarm-moe
wait 40s
docker service update -q --force web
