# hint: scaled-away
# step: tidy
docker node rm swarm-curly swarm-moe
docker service scale -d web=0
