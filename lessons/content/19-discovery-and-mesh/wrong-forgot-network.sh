# hint: not-on-network
# step: services
docker service create -q --name web --replicas 3 nginx
docker service create -q --name client --network app --constraint node.role==manager alpine sleep 1d
