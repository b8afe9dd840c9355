# hint: no-client
# step: services
docker service create -q --name web --network app --replicas 3 nginx
