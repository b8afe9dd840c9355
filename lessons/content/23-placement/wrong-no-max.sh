# hint: no-max
# step: max
docker service create -q --name shop --replicas 6 nginx
