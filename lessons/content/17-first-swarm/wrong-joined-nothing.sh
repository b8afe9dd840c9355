# Asked to join what is not there yet.
# hint: no-swarm
# step: init
docker swarm join 10.77.0.12:2377
