# By luck.
# hint: anywhere
# step: manager
docker service create -q --name visualizer --publish=8080:8080/tcp --mount=type=bind,src=/var/run/docker.sock,dst=/var/run/docker.sock dockersamples/visualizer
