# The old entry stays.
# hint: ghosts
# step: join
ssh swarm-moe docker swarm join --token $(docker swarm join-token -q worker) 10.77.0.11:2377
