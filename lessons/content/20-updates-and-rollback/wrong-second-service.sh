# hint: second-service
# step: update
docker service create -q --name web2 --replicas 3 -p 8081:80 nginx:1.28
