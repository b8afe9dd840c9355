# Removed and created.
# hint: made-anew
# step: update
docker service rm web
wait 5s
docker service create -q --name web --replicas 3 -p 8080:80 nginx:1.28
