# hint: not-four
# step: host-mode
docker service create -q --name edge --replicas 3 --publish published=8090,target=80,mode=host nginx
