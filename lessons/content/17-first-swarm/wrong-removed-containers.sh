# Fought with the swarm.
# hint: removed-containers
# step: clear
docker rm -f $(docker ps -q)
