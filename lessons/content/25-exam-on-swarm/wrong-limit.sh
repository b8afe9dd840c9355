# hint: no-reservation
# step: size
docker service create -q --name report --replicas 5 --limit-memory 1200m --replicas-max-per-node 2 alpine sleep 1d
