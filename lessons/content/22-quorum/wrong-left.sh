# hint: left-swarm
# step: force
docker swarm leave --force
