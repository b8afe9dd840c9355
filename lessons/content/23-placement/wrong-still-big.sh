# hint: too-much
# step: big
docker service create -d --name report --replicas 4 --reserve-memory 3g nginx
