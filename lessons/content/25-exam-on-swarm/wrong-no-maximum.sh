# hint: no-maximum
# step: size
docker service create -q --name report --replicas 5 --reserve-memory 1200m alpine sleep 1d
