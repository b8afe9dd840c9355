# hint: no-preference
# step: zones
docker node update --label-add zone=a swarm-larry
docker node update --label-add zone=a swarm-curly
docker node update --label-add zone=b swarm-moe
docker service create -q --name front --replicas 4 nginx
