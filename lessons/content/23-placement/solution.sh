# step: manager
docker service create -q --name visualizer --publish=8080:8080/tcp --constraint=node.role==manager --mount=type=bind,src=/var/run/docker.sock,dst=/var/run/docker.sock dockersamples/visualizer

# step: label
docker node update --label-add disk=ssd swarm-curly
docker service create -q --name db --constraint node.labels.disk==ssd --mount type=volume,source=data,target=/var/lib/todo podium/todo-db

# step: big
docker service create -d --name report --replicas 4 --reserve-memory 3g nginx
wait 5s
docker service ps --no-trunc report
docker service update -q --reserve-memory 1g report

# step: max
docker service create -q --name shop --replicas 6 --replicas-max-per-node 2 nginx

# step: zones
docker node update --label-add zone=a swarm-larry
docker node update --label-add zone=a swarm-curly
docker node update --label-add zone=b swarm-moe
docker service create -q --name front --replicas 4 --placement-pref spread=node.labels.zone nginx
