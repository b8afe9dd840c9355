# hint: over-the-mesh
# step: host-mode
docker service create -q --name edge --replicas 4 --publish published=8090,target=80 nginx
